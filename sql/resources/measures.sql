-- measures.sql — what can be counted of how SEN provision runs at a setting:
-- read by the review of a shared SENCO, the desk, the planner and the
-- reports. Counts only, no child by name.
-- SPDX-License-Identifier: Apache-2.0
-- after: reports amounts

-- case_plans — the cycles of assess, plan, do and review.
CREATE VIEW api.case_plans AS
    SELECT p.setting_id, p.child_id, p.child, p.start_on, p.review_due_on,
           p.reviewed_on, coalesce(p.end_on, 'infinity') AS end_on
      FROM core.plans AS p
     WHERE p.deleted_at IS NULL;

-- open_plans — of children on roll that day, begun, not reviewed, not ended. A
-- review is overdue when its day has passed: review_due_on < on_date.
CREATE FUNCTION api.open_plans(on_date date)
RETURNS TABLE (setting_id int, child_id uuid, child text, start_on date,
    review_due_on date)
LANGUAGE sql STABLE
AS $$
    SELECT q.setting_id, q.child_id, q.child, q.start_on, q.review_due_on
      FROM api.case_plans AS q
     WHERE open_plans.on_date BETWEEN q.start_on AND q.end_on
       AND (q.reviewed_on IS NULL OR q.reviewed_on > open_plans.on_date)
       AND EXISTS (
           SELECT
             FROM api.case_stays AS a
            WHERE a.child_id = q.child_id
              AND a.setting_id = q.setting_id
              AND open_plans.on_date BETWEEN a.start_on AND a.end_on);
$$;

-- setting_measures — one row a setting the actor sees that has children on
-- roll that day. What happened after on_date is not known yet.
--   children, sen_support, ehc_plan  on roll, as api.caseload_settings counts;
--   plans_open       of children on roll, begun, not reviewed and not ended;
--   reviews_overdue  of those, with a review due before on_date;
--   cycles_reviewed  reviewed in the months before (rule measures_past), of
--                    any child; a cycle without a due day counts in neither;
--   cycles_on_time   of those, reviewed on the due day or before;
--   handovers_late   moves of the coming September whose form was not sent
--                    though its day (rag_support_form_sent) has passed;
--   moving, moving_without_meeting   who changes phase next September, and of
--                    those, with no meeting held.
-- in_settings and is_all as for api.statuses (reports.sql).
CREATE FUNCTION api.setting_measures(on_date date,
    in_settings int[] DEFAULT NULL, is_all boolean DEFAULT true)
RETURNS TABLE (setting_id int, children int, sen_support int, ehc_plan int,
    plans_open int, reviews_overdue int, cycles_reviewed int,
    cycles_on_time int, handovers_late int, moving int,
    moving_without_meeting int)
LANGUAGE sql STABLE
AS $$
    SELECT b.setting_id, b.children, b.sen_support, b.ehc_plan,
           coalesce(p.plans_open, 0), coalesce(p.reviews_overdue, 0),
           coalesce(c.cycles_reviewed, 0), coalesce(c.cycles_on_time, 0),
           coalesce(h.handovers_late, 0),
           coalesce(v.moving, 0), coalesce(v.without_meeting, 0)
      FROM (SELECT w.setting_id,
                   count(*)::int AS children,
                   (count(*) FILTER (WHERE s.provision = 'K'))::int
                       AS sen_support,
                   (count(*) FILTER (WHERE s.provision = 'E'))::int
                       AS ehc_plan
              FROM (SELECT DISTINCT a.setting_id, a.child_id
                      FROM api.case_stays AS a
                     WHERE setting_measures.on_date
                           BETWEEN a.start_on AND a.end_on
                       AND (setting_measures.is_all
                            OR a.setting_id = ANY ((
                               SELECT setting_measures.in_settings)::int[]))
                   ) AS w
              LEFT JOIN api.statuses(setting_measures.on_date,
                            setting_measures.in_settings,
                            setting_measures.is_all) AS s
                ON s.child_id = w.child_id
             GROUP BY w.setting_id) AS b
      LEFT JOIN (SELECT q.setting_id,
                        count(*)::int AS plans_open,
                        (count(*) FILTER (WHERE q.review_due_on
                             < setting_measures.on_date))::int
                            AS reviews_overdue
                   FROM api.open_plans(setting_measures.on_date) AS q
                  WHERE (setting_measures.is_all OR q.setting_id
                         = ANY ((SELECT setting_measures.in_settings)::int[]))
                  GROUP BY q.setting_id) AS p
        ON p.setting_id = b.setting_id
      LEFT JOIN (SELECT q.setting_id,
                        count(*)::int AS cycles_reviewed,
                        (count(*) FILTER (WHERE q.reviewed_on
                             <= q.review_due_on))::int AS cycles_on_time
                   FROM api.case_plans AS q
                  WHERE q.review_due_on IS NOT NULL
                    AND (setting_measures.is_all OR q.setting_id
                         = ANY ((SELECT setting_measures.in_settings)::int[]))
                    AND q.reviewed_on <= setting_measures.on_date
                    AND q.reviewed_on > (
                        SELECT setting_measures.on_date
                               - make_interval(months => r.amount::int)
                          FROM api.amounts(setting_measures.on_date) AS r
                         WHERE r.rule_id = 'measures_past')
                  GROUP BY q.setting_id) AS c
        ON c.setting_id = b.setting_id
      LEFT JOIN (SELECT t.setting_id, count(*)::int AS handovers_late
                   FROM api.case_moves AS t
                  CROSS JOIN api.phase_rules(
                        api.school_year(setting_measures.on_date),
                        setting_measures.on_date) AS r
                  WHERE t.year = api.school_year(setting_measures.on_date)
                    AND setting_measures.on_date > r.form_sent_by
                    AND (t.form_sent_on IS NULL
                         OR t.form_sent_on > setting_measures.on_date)
                    AND (setting_measures.is_all OR t.setting_id
                         = ANY ((SELECT setting_measures.in_settings)::int[]))
                  GROUP BY t.setting_id) AS h
        ON h.setting_id = b.setting_id
      LEFT JOIN (SELECT t.from_setting_id,
                        count(*)::int AS moving,
                        (count(*) FILTER (WHERE m.child_id IS NULL))::int
                            AS without_meeting
                   FROM api.transition_cohort(
                            api.school_year(setting_measures.on_date),
                            setting_measures.on_date,
                            setting_measures.in_settings,
                            setting_measures.is_all) AS t
                   LEFT JOIN (SELECT DISTINCT g.child_id
                                FROM api.case_moves AS g
                               WHERE g.year = api.school_year(
                                         setting_measures.on_date)
                                 AND g.meeting_on
                                     <= setting_measures.on_date
                                 AND (setting_measures.is_all
                                      OR g.setting_id = ANY ((SELECT
                                         setting_measures.in_settings)::int[]))
                             ) AS m
                     ON m.child_id = t.child_id
                  GROUP BY t.from_setting_id) AS v
        ON v.from_setting_id = b.setting_id;
$$;
