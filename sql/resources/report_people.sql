-- report_people.sql — reports over the people: how settings are covered with
-- SENCOs, whose qualification falls due, which schools share one, how full
-- caseloads are and whom nobody has spoken with, whom training reaches. Counts
-- and names of staff; no child by name. Officers see the authority, an Area
-- SENCO her own settings, by the views these are made of. The functions are
-- single SELECTs without SET, so that the planner opens them; totals are
-- clauses over the rows (daemon/resources/reports_people.c), so they add up.
-- SPDX-License-Identifier: Apache-2.0
-- after: senco_states sharing contact_metrics caseload_balance

-- report_settings — what settings are grouped by.
CREATE VIEW api.report_settings AS
    SELECT s.id AS setting_id, s.ref, s.name, s.type,
           coalesce(s.type_name, t.name) AS type_name, p.slug AS phase,
           s.locality
      FROM core.settings AS s
      LEFT JOIN law.setting_types AS t ON t.code = s.type
      LEFT JOIN law.phases AS p ON p.code = s.phase
     WHERE (SELECT core.actor_sees_all())
        OR s.id = ANY ((SELECT core.actor_settings())::int[]);

-- report_senco_coverage — each setting open that day, as known then: who is
-- SENCO and how that stands. Of several the one who stands worst, as
-- api.senco_states says it; hours are those of all of them together, NULL
-- where none are recorded.
CREATE FUNCTION api.report_senco_coverage(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, setting text, setting_name text, type text,
    type_name text, phase text, locality text, regime text, staff_id int,
    senco text, sencos int, arrangement text, hours_per_week float8,
    became_on date, state text, severity text, is_compliant boolean,
    due_on date, finding text, sentence text, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT j.setting_id, j.setting, j.setting_name, j.type, s.type_name,
           s.phase, s.locality, j.regime, j.staff_id, j.senco, j.sencos,
           j.arrangement, j.all_hours, j.became_on, j.state, j.severity,
           j.is_compliant, j.due_on, j.finding, j.sentence, j.reference
      FROM (SELECT DISTINCT ON (x.setting_id) x.*,
                   (count(x.person) OVER (PARTITION BY x.setting_id))::int
                       AS sencos,
                   sum(x.hours_per_week) OVER (PARTITION BY x.setting_id)
                       AS all_hours
              FROM api.senco_judgements(report_senco_coverage.on_date,
                       report_senco_coverage.known_at) AS x
             ORDER BY x.setting_id, x.state_rank, x.became_on DESC, x.person
           ) AS j
      LEFT JOIN api.report_settings AS s ON s.setting_id = j.setting_id;
$$;

-- report_qualifications_due — each SENCO of a school who has yet to hold the
-- qualification, or should by now: a row a person and school, because each
-- has its own clock. days_left is below zero when the day has passed.
CREATE FUNCTION api.report_qualifications_due(on_date date,
    known_at timestamptz)
RETURNS TABLE (staff_id int, senco text, setting_id int, setting text,
    setting_name text, arrangement text, became_on date, due_on date,
    days_left int, course text, course_began_on date, is_course_begun boolean,
    is_overdue boolean, state text, severity text)
LANGUAGE sql STABLE
AS $$
    SELECT j.staff_id, j.senco, j.setting_id, j.setting, j.setting_name,
           j.arrangement, j.became_on, j.due_on,
           j.due_on - report_qualifications_due.on_date,
           CASE WHEN j.npq_began_on IS NOT NULL THEN 'npq_senco'
                WHEN j.nasenco_began_on IS NOT NULL THEN 'nasenco'
           END,
           coalesce(j.npq_began_on, j.nasenco_began_on),
           coalesce(coalesce(j.npq_began_on, j.nasenco_began_on)
                    <= report_qualifications_due.on_date, false),
           j.due_on < report_qualifications_due.on_date,
           j.state, j.severity
      FROM api.senco_judgements(report_qualifications_due.on_date,
               report_qualifications_due.known_at) AS j
     WHERE j.due_on IS NOT NULL
       AND j.person IS NOT NULL;
$$;

-- report_shared_arrangements — each arrangement with how many of its
-- conditions are not met that day and how its reviews went. Those that were
-- declined or have ended are not judged any more. (The judgement counts at
-- schools that the reader may not see, so it is a function with rights of its
-- own, and stays a call for each arrangement.)
CREATE FUNCTION api.report_shared_arrangements(on_date date)
RETURNS TABLE (sharing_id uuid, name text, staff_id int, senco text,
    state text, from_on date, to_on date, schools int, members jsonb,
    hours_per_week float8, teaching_percent int, not_met int, doubtful int,
    conditions text[], reviews_held int, last_review_on date,
    last_outcome text, next_review_on date, is_review_overdue boolean)
LANGUAGE sql STABLE
AS $$
    SELECT s.sharing_id, s.name, s.staff_id, s.senco, s.state, s.from_on,
           s.to_on,
           (SELECT count(DISTINCT m.setting_id)::int
              FROM api.sharing_members AS m
             WHERE m.sharing_id = s.sharing_id),
           s.members, s.hours_per_week, s.teaching_percent, c.not_met,
           c.doubtful, c.conditions, coalesce(r.held, 0), r.last_on,
           s.last_outcome, s.next_review_on,
           coalesce(s.next_review_on < report_shared_arrangements.on_date,
                    false)
               AND (s.to_on IS NULL
                    OR s.to_on >= report_shared_arrangements.on_date)
      FROM api.sharing AS s
      LEFT JOIN (SELECT v._sharing_id AS sharing_id, count(*)::int AS held,
                        max(v.held_on) AS last_on
                   FROM api.sharing_reviews AS v
                  WHERE v.held_on IS NOT NULL
                  GROUP BY v._sharing_id) AS r
        ON r.sharing_id = s.sharing_id
      LEFT JOIN LATERAL (
           SELECT (count(*) FILTER (WHERE j.severity = 'error'))::int
                      AS not_met,
                  (count(*) FILTER (WHERE j.severity = 'warn'))::int
                      AS doubtful,
                  array_agg(j.sentence) FILTER (WHERE j.severity
                      IN ('error', 'warn')) AS conditions
             FROM api.sharing_judgement(s.sharing_id, greatest(s.from_on,
                      report_shared_arrangements.on_date)) AS j) AS c
        ON s.state IN ('proposed', 'approved');
$$;

-- report_caseloads — each caseload: what is in it, what it weighs, and the
-- settings that nobody visited or advised for more than so many days (never
-- counts too). longest_gap is in days, of those ever spoken with.
CREATE FUNCTION api.report_caseloads(on_date date, gap_days int)
RETURNS TABLE (caseload_id int, name text, area_senco text, settings int,
    group_settings int, childminders int, schools int, other_settings int,
    sen_support int, ehc_plan int, named_children int, weight float8,
    percent_of_mean float8, days int, without_contact int,
    never_contacted int, longest_gap int)
LANGUAGE sql STABLE
AS $$
    SELECT b.caseload_id, b.name, b.area_senco, b.settings, b.group_settings,
           b.childminders, b.schools, b.other_settings, b.sen_support,
           b.ehc_plan, b.named_children, b.weight, b.percent_of_mean, d.days,
           coalesce(g.without_contact, 0), coalesce(g.never, 0), g.longest
      FROM api.caseload_balance(report_caseloads.on_date) AS b
     CROSS JOIN (SELECT coalesce(report_caseloads.gap_days,
                            max(a.amount)::int) AS days
                   FROM api.amounts(report_caseloads.on_date) AS a
                  WHERE a.rule_id = 'planner_contact_days') AS d
      LEFT JOIN (SELECT m.caseload_id,
                        (count(*) FILTER (WHERE (c.days_since_contact
                            <= e.days) IS NOT TRUE))::int AS without_contact,
                        (count(*) FILTER (WHERE c.last_contact_on
                            IS NULL))::int AS never,
                        max(c.days_since_contact) AS longest
                   FROM (SELECT DISTINCT x.caseload_id, x.setting_id
                           FROM api.caseload_members AS x
                          WHERE report_caseloads.on_date
                                BETWEEN x.from_on AND x.to_on) AS m
                   JOIN api.setting_contacts_by_area(
                        report_caseloads.on_date) AS c
                     ON c.setting_id = m.setting_id
                  CROSS JOIN (SELECT coalesce(report_caseloads.gap_days,
                                         max(a.amount)::int) AS days
                                FROM api.amounts(
                                     report_caseloads.on_date) AS a
                               WHERE a.rule_id = 'planner_contact_days') AS e
                  GROUP BY m.caseload_id) AS g
        ON g.caseload_id = b.caseload_id;
$$;

-- report_events — courses a setting sent somebody to.
CREATE VIEW api.report_events AS
    SELECT a.setting_id, e.held_on, a.people
      FROM core.training_attendance AS a
      JOIN core.training_events AS e ON e.id = a.event_id
     WHERE a.people > 0
       AND (SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                                          'la_manager');

-- report_training_reach — each setting open that day: was its SENCO of that
-- day at training in the last 12 or 24 months (rules training_recent,
-- training_recent_long), and which events, network meetings and practice items
-- reached it in the year before (rule contacts_year).
CREATE FUNCTION api.report_training_reach(on_date date)
RETURNS TABLE (setting_id int, setting text, setting_name text, type text,
    type_name text, phase text, locality text, caseload_id int, caseload text,
    is_trained boolean, is_trained_long boolean, events int, people int,
    last_event_on date, networks int, practice int)
LANGUAGE sql STABLE
AS $$
    SELECT c.setting_id, c.ref, c.name, s.type, s.type_name, s.phase,
           s.locality, c.caseload_id, c.caseload, c.is_trained,
           c.is_trained_long, coalesce(e.events, 0), coalesce(e.people, 0),
           e.last_on, c.networks, c.practice
      FROM api.setting_contacts_by_area(report_training_reach.on_date) AS c
      LEFT JOIN api.report_settings AS s ON s.setting_id = c.setting_id
      LEFT JOIN (SELECT v.setting_id,
                        (count(*) FILTER (WHERE v.held_on
                            >= w.year_from))::int AS events,
                        (sum(v.people) FILTER (WHERE v.held_on
                            >= w.year_from))::int AS people,
                        max(v.held_on) AS last_on
                   FROM api.report_events AS v
                  CROSS JOIN api.contact_spans(
                        report_training_reach.on_date) AS w
                  WHERE v.held_on <= report_training_reach.on_date
                  GROUP BY v.setting_id) AS e
        ON e.setting_id = c.setting_id;
$$;
