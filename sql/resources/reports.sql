-- reports.sql — who changes phase in September of a year, what the law wants
-- by when, and what is late. The views case_* and law_* are the parts; they
-- hold what the actor may see, under row-level security, and are of use to the
-- functions below only. Those are single SELECTs without SET, so that the
-- planner opens them and no row waits in a tuplestore. What can only add
-- columns is joined LEFT: the planner cannot estimate a match on a computed
-- code, and an inner join made it expect one row where ten thousand come.
-- OFFSET 0 keeps the planner from copying a computed column into every place
-- that uses it.
--
-- A year group comes from the record the setting keeps today and is carried
-- to the year before the move: what a record says in the first days of
-- September, before the school's system has rolled over, is a year too low.
-- SPDX-License-Identifier: Apache-2.0
-- after: transition_rules

-- case_settings — what the rules ask of a setting: its class, its phase by
-- GIAS's code (a childcare provider counts as nursery), its last year group. A statutory high age of 7 or 8 is an
-- infant school's; a mainstream sixth form ends with Year 13 even where the
-- register says 19; a special school's last year is 14 at most.
CREATE VIEW api.case_settings AS
    SELECT s.id,
           s.ref,
           s.name,
           coalesce(t.class, 'other') AS class,
           coalesce(t.class = 'early_years', false)
               OR coalesce(s.phase = 1, false)
               OR coalesce(s.high_age <= 5, false) AS is_early_years,
           coalesce(t.class = 'post_16', false)
               OR coalesce(s.phase = 6, false)
               OR coalesce(s.low_age >= 16, false) AS is_post_16,
           CASE
               WHEN s.high_age IS NULL AND s.has_sixth_form THEN 13
               WHEN s.high_age IS NULL THEN p.final_ncy::int
               WHEN s.high_age <= 8 THEN 2
               WHEN t.class = 'special' THEN least(s.high_age - 5, 14)
               WHEN s.high_age > 16 AND NOT s.has_sixth_form THEN 11
               ELSE least(s.high_age - 5, 13)
           END AS final_ncy,
           coalesce(s.phase, CASE t.class WHEN 'early_years' THEN 1
                                          WHEN 'post_16' THEN 6 ELSE 0 END)
               AS phase
      FROM core.settings AS s
      LEFT JOIN law.setting_types AS t ON t.code = s.type
      LEFT JOIN law.phases AS p ON p.code = s.phase;

-- case_stays — the placements as such.
CREATE VIEW api.case_stays AS
    SELECT p.child_id, p.setting_id, p.child, p.start_on,
           coalesce(p.end_on, 'infinity') AS end_on,
           CASE WHEN p.enrolment IN ('guest', 'subsidiary') THEN 1 ELSE 0
           END AS subsidiary
      FROM core.placements AS p
     WHERE p.deleted_at IS NULL;

-- case_records — the child as the setting records it. entry is the year in
-- which the school years of its age group are counted: NCY = year - entry - 5
-- (age on 31 August before the school year, less 4).
CREATE VIEW api.case_records AS
    SELECT r.setting_id, r.source_id, r.child_id, r.surname, r.forename,
           r.born_on, r.year_group, g.ncy::int AS ncy,
           extract(year FROM r.born_on + interval '4 months')::int AS entry
      FROM core.child_records AS r
      LEFT JOIN law.year_groups AS g ON g.code = r.year_group
     WHERE r.deleted_at IS NULL;

CREATE VIEW api.case_needs AS
    SELECT n.child_id, n.setting_id, n.start_on,
           coalesce(n.end_on, 'infinity') AS end_on,
           v.stands_for AS provision, v.rank::int, n.types[1] AS primary_need
      FROM core.needs AS n
      JOIN law.sen_provisions AS v ON v.code = n.provision
     WHERE n.deleted_at IS NULL;

CREATE VIEW api.case_moves AS
    SELECT t.child_id, t.setting_id, t.child, t.year, t.kind, k.stage,
           t.to_setting_id, t.target_on, t.parent_agreed_on, t.meeting_on,
           t.form_sent_on, t.form_acknowledged_on, t.known_from
      FROM core.transitions AS t
      JOIN law.transition_kinds AS k
        ON k.code = t.kind
       AND make_date(t.year, 9, 1)
           BETWEEN k.valid_from AND coalesce(k.valid_to, 'infinity')
     WHERE t.deleted_at IS NULL
       AND k.is_phase;

CREATE VIEW api.case_milestones AS
    SELECT e.child_id, e.year, e.review_held_on, e.amendment_noticed_on,
           e.plan_final_on, e.placement_refused
      FROM core.ehc_transfers AS e;

-- The next functions, and those built on them, take a list of settings: with
-- is_all false they read the rows of these only, by index, whoever asks. is_all
-- must be written out, for the planner to leave one side of the OR away.

-- statuses — the SEN status of each child on that day: the latest record of
-- each setting counts, and among settings E goes before K before N.
CREATE FUNCTION api.statuses(on_date date, in_settings int[] DEFAULT NULL,
    is_all boolean DEFAULT true)
RETURNS TABLE (child_id uuid, provision text, primary_need text)
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT ON (n.child_id)
           n.child_id, n.provision, n.primary_need
      FROM (SELECT DISTINCT ON (c.child_id, c.setting_id)
                   c.child_id, c.provision, c.rank, c.start_on, c.primary_need
              FROM api.case_needs AS c
             WHERE c.start_on <= statuses.on_date
               AND c.end_on >= statuses.on_date
               AND (statuses.is_all OR c.setting_id
                    = ANY ((SELECT statuses.in_settings)::int[]))
             ORDER BY c.child_id, c.setting_id, c.start_on DESC, c.rank
           ) AS n
     ORDER BY n.child_id, n.rank, n.start_on DESC;
$$;

-- homes — where each child is on that day, until when, with the record held
-- there, one row a child: a main or sole enrolment before a guest's, then the earliest. In
-- July and August the place left at the end of the school year still counts.
CREATE FUNCTION api.homes(on_date date, in_settings int[] DEFAULT NULL,
    is_all boolean DEFAULT true)
RETURNS TABLE (child_id uuid, setting_id int, surname text, forename text,
    born_on date, year_group text, ncy int, entry int, end_on date)
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT ON (p.child_id)
           p.child_id, p.setting_id, r.surname, r.forename, r.born_on,
           r.year_group, r.ncy, r.entry, p.end_on
      FROM api.case_stays AS p
      JOIN api.case_records AS r
        ON r.setting_id = p.setting_id
       AND r.source_id = p.child
     WHERE p.start_on <= homes.on_date
       AND p.end_on >= CASE
               WHEN extract(month FROM homes.on_date) IN (7, 8)
               THEN make_date(extract(year FROM homes.on_date)::int, 7, 1)
               ELSE homes.on_date
           END
       AND (homes.is_all
            OR p.setting_id = ANY ((SELECT homes.in_settings)::int[]))
     ORDER BY p.child_id, p.end_on < homes.on_date, p.subsidiary,
              p.start_on, p.setting_id;
$$;

-- transition_cohort — one row a child who is due to change phase in September
-- of that year. Whoever has a planned move for that year is in, with the kind
-- planned; whoever has one for another year of the same stage that is not yet
-- past is out (deferred entry). left_on is asked while no form was sent. For the rest the year group decides: the last
-- one of the setting, or one past it when the next September is asked for.
CREATE FUNCTION api.transition_cohort(year int, on_date date,
    in_settings int[] DEFAULT NULL, is_all boolean DEFAULT true)
RETURNS TABLE (child_id uuid, surname text, forename text, born_on date,
    year_group text, ncy int, kind text, is_deferred boolean,
    from_setting_id int, from_setting text, from_phase int, from_class text,
    to_setting_id int, to_setting text, parent_agreed_on date,
    form_sent_on date, form_acknowledged_on date, meeting_on date, left_on date)
LANGUAGE sql STABLE
AS $$
    WITH planned AS (
        SELECT DISTINCT ON (t.child_id)
               t.child_id, t.setting_id, t.kind, t.to_setting_id,
               t.parent_agreed_on, t.form_sent_on, t.form_acknowledged_on,
               t.meeting_on, r.surname, r.forename, r.born_on, r.year_group, r.ncy, r.entry
          FROM api.case_moves AS t
          JOIN api.case_records AS r
            ON r.setting_id = t.setting_id
           AND r.source_id = t.child
         WHERE t.year = transition_cohort.year
           AND (transition_cohort.is_all OR t.setting_id
                = ANY ((SELECT transition_cohort.in_settings)::int[]))
         ORDER BY t.child_id, t.known_from DESC, t.setting_id
    ),
    -- Once September has come, a child with a plan moves from the setting
    -- that planned it; until then, from where it is.
    placed AS (
        SELECT coalesce(h.child_id, p.child_id) AS child_id,
               p.kind AS planned_kind,
               p.to_setting_id, p.parent_agreed_on, p.form_sent_on,
               p.form_acknowledged_on, p.meeting_on,
               CASE WHEN NOT w.by_plan THEN h.end_on
                    WHEN p.form_sent_on IS NULL THEN (
                    SELECT max(a.end_on)
                      FROM api.case_stays AS a
                     WHERE a.child_id = p.child_id
                       AND a.setting_id = p.setting_id)
               END AS left_on,
               CASE WHEN w.by_plan THEN p.setting_id ELSE h.setting_id
               END AS setting_id,
               CASE WHEN w.by_plan THEN p.surname ELSE h.surname
               END AS surname,
               CASE WHEN w.by_plan THEN p.forename ELSE h.forename
               END AS forename,
               CASE WHEN w.by_plan THEN p.born_on ELSE h.born_on
               END AS born_on,
               CASE WHEN w.by_plan THEN p.year_group ELSE h.year_group
               END AS year_group,
               CASE WHEN w.by_plan THEN p.ncy ELSE h.ncy END AS ncy,
               CASE WHEN w.by_plan THEN p.entry ELSE h.entry END AS entry
          FROM api.homes(transition_cohort.on_date,
                         transition_cohort.in_settings,
                         transition_cohort.is_all) AS h
          FULL JOIN planned AS p ON p.child_id = h.child_id
         CROSS JOIN LATERAL (
               SELECT h.child_id IS NULL
                      OR p.child_id IS NOT NULL
                     AND transition_cohort.on_date
                         >= make_date(transition_cohort.year, 9, 1)
               ) AS w (by_plan)
    ),
    -- shift: school years from the one of on_date to the last before the move.
    aged AS (
        SELECT p.child_id, p.surname, p.forename, p.born_on, p.year_group,
               p.setting_id, p.planned_kind, p.to_setting_id,
               p.parent_agreed_on, p.form_sent_on, p.form_acknowledged_on,
               p.meeting_on, p.left_on,
               coalesce(p.ncy + y.shift, transition_cohort.year - p.entry - 5)
                   AS ncy,
               coalesce(p.ncy, transition_cohort.year - y.shift - p.entry - 5)
                   AS ncy_now,
               y.shift = 0 AS is_next,
               coalesce(coalesce(p.ncy + y.shift,
                            CASE p.planned_kind WHEN 'EYS' THEN -1 END)
                        < transition_cohort.year - p.entry - 5, false)
                   AS is_deferred
          FROM placed AS p
         CROSS JOIN (SELECT transition_cohort.year
                            - api.school_year(transition_cohort.on_date)
                    ) AS y (shift)
        OFFSET 0
    ),
    judged AS (
        SELECT a.*, s.name AS from_setting, s.phase AS from_phase,
               s.class AS from_class,
               coalesce(a.planned_kind, CASE
                   WHEN s.is_post_16 THEN NULL
                   WHEN a.ncy = -1
                        OR s.is_early_years AND a.ncy_now >= 0 AND a.is_next
                   THEN 'EYS'
                   WHEN s.is_early_years THEN NULL
                   WHEN a.ncy = s.final_ncy
                        OR a.ncy_now > s.final_ncy AND a.is_next
                   THEN CASE
                       WHEN s.final_ncy <= 2 THEN 'INJ'
                       WHEN s.final_ncy <= 5 THEN 'PRM'
                       WHEN s.final_ncy = 6 THEN 'PRS'
                       WHEN s.final_ncy <= 9 THEN 'MDS'
                       ELSE 'SEP'
                   END
                   WHEN a.ncy = 11 THEN 'SEP'
               END) AS kind
          FROM aged AS a
          JOIN api.case_settings AS s ON s.id = a.setting_id
        OFFSET 0
    )
    SELECT j.child_id, j.surname, j.forename, j.born_on, j.year_group, j.ncy,
           -- Regulation 2(1): a school is no post-16 institution.
           CASE
               WHEN k.stage <> 'post_16' OR g.id IS NULL THEN j.kind
               WHEN g.is_post_16 OR j.ncy > 11 THEN 'SEP'
               ELSE '6FS'
           END,
           j.is_deferred, j.setting_id, j.from_setting, j.from_phase,
           j.from_class, j.to_setting_id, g.name, j.parent_agreed_on,
           j.form_sent_on, j.form_acknowledged_on, j.meeting_on,
           j.left_on
      FROM judged AS j
      LEFT JOIN api.law_transition_kinds AS k
        ON k.code = j.kind
       AND make_date(transition_cohort.year, 9, 1)
           BETWEEN k.valid_from AND k.valid_to
      LEFT JOIN (SELECT DISTINCT o.child_id, o.stage
                   FROM api.case_moves AS o
                  WHERE o.year <> transition_cohort.year
                    AND o.year >= api.school_year(transition_cohort.on_date)
                    AND (transition_cohort.is_all OR o.setting_id
                         = ANY ((SELECT transition_cohort.in_settings)::int[]))
           ) AS x
        ON x.child_id = j.child_id
       AND x.stage = k.stage
      LEFT JOIN api.case_settings AS g ON g.id = j.to_setting_id
     WHERE j.kind IS NOT NULL
       AND (j.planned_kind IS NOT NULL OR x.child_id IS NULL);
$$;

-- transition_cases — the cohort with SEN status, deadline and findings: which
-- rows of law.findings fit, in the order of urgency, and the first of them
-- (api.move_judged). What happened after on_date is not known yet. Where the
-- authority has a case of the move, its destination goes before the setting's
-- plan.
CREATE FUNCTION api.transition_cases(year int, on_date date,
    in_settings int[] DEFAULT NULL, is_all boolean DEFAULT true)
RETURNS TABLE (child_id uuid, surname text, forename text, born_on date,
    year_group text, kind text, kind_rule text, from_setting_id int,
    from_setting text, from_phase int, to_setting_id int, to_setting text,
    sen_status text, primary_need text, plan_final_on date,
    review_held_on date, deadline_on date, deadline_rule text,
    is_deferred boolean, policy_note text, finding text,
    next_due_on date, next_due_rule text, findings text[])
LANGUAGE sql STABLE
AS $$
    WITH cases AS (
        SELECT c.*, k.rule_id, k.deadline_on, k.deadline_rule_id,
               k.policy_note, v.*, n.primary_need,
               coalesce(n.provision, 'N') AS status,
               CASE WHEN e.review_held_on <= transition_cases.on_date
                    THEN e.review_held_on END AS review_on,
               CASE WHEN e.amendment_noticed_on <= transition_cases.on_date
                    THEN e.amendment_noticed_on END AS notice_on,
               CASE WHEN e.plan_final_on <= transition_cases.on_date
                    THEN e.plan_final_on END AS final_on,
               coalesce(e.placement_refused, false)
                   OR coalesce(s.is_declined, false) AS is_refused,
               CASE WHEN least(c.parent_agreed_on, s.agreed_on)
                         <= transition_cases.on_date
                    THEN least(c.parent_agreed_on, s.agreed_on)
               END AS agreed_on,
               CASE WHEN least(c.form_sent_on, s.sent_on)
                         <= transition_cases.on_date
                    THEN least(c.form_sent_on, s.sent_on) END AS sent_on,
               CASE WHEN least(c.form_acknowledged_on, s.acknowledged_on)
                         <= transition_cases.on_date
                    THEN least(c.form_acknowledged_on, s.acknowledged_on)
               END AS acknowledged_on,
               k.deadline_on - v.compliant_days AS last_day,
               d.to_setting_id AS going_to_id,
               d.to_setting AS going_to,
               d.to_setting_id IS NOT NULL OR d.to_outside IS NOT NULL
                   AS has_destination,
               coalesce(s.settled_on <= transition_cases.on_date, false)
                   AS is_settled,
               s.tier <> 'universal' AND s.meeting_on IS NULL
                   AND c.meeting_on IS NULL AS is_meeting_missed,
               q.waiting_since, q.is_nowhere,
               c.left_on < coalesce(own.left_before, la.left_before)
                   AS is_file_late,
               CASE WHEN s.received_on <= transition_cases.on_date THEN true
                    WHEN transition_cases.on_date
                         >= make_date(transition_cases.year, 9, 1)
                    THEN EXISTS (
                         SELECT
                           FROM api.case_stays AS a
                          WHERE a.child_id = c.child_id
                            AND a.setting_id = d.to_setting_id
                            AND transition_cases.on_date
                                BETWEEN a.start_on AND a.end_on)
                    ELSE false END AS is_attending
          FROM api.transition_cohort(transition_cases.year,
                                     transition_cases.on_date,
                                     transition_cases.in_settings,
                                     transition_cases.is_all) AS c
         CROSS JOIN api.phase_rules(transition_cases.year,
                                    transition_cases.on_date) AS v
          LEFT JOIN api.phase_kinds(transition_cases.year) AS k
            ON k.code = c.kind
          LEFT JOIN api.statuses(transition_cases.on_date,
                                 transition_cases.in_settings,
                                 transition_cases.is_all) AS n
            ON n.child_id = c.child_id
          LEFT JOIN api.case_milestones AS e
            ON e.child_id = c.child_id
           AND e.year = transition_cases.year
          LEFT JOIN api.move_signals AS s
            ON s.child_id = c.child_id
           AND s.year = transition_cases.year
         CROSS JOIN LATERAL (
               SELECT CASE WHEN s.is_off THEN NULL
                           WHEN s.to_setting_id IS NOT NULL
                           THEN s.to_setting_id
                           WHEN s.to_outside IS NULL
                           THEN c.to_setting_id END,
                      CASE WHEN s.is_off THEN NULL
                           WHEN s.to_setting_id IS NOT NULL
                           THEN s.to_setting
                           WHEN s.to_outside IS NULL
                           THEN c.to_setting END,
                      CASE WHEN s.is_off THEN NULL
                           ELSE s.to_outside END
               ) AS d (to_setting_id, to_setting, to_outside)
          LEFT JOIN api.consulted(transition_cases.on_date) AS q
            ON q.child_id = c.child_id
           AND q.year = transition_cases.year
          LEFT JOIN api.file_days(transition_cases.on_date) AS own
            ON own.setting_id = c.from_setting_id
          LEFT JOIN api.file_days(transition_cases.on_date) AS la
            ON la.setting_id IS NULL
        OFFSET 0
    )
    SELECT c.child_id, c.surname, c.forename, c.born_on, c.year_group, c.kind,
           c.rule_id, c.from_setting_id, c.from_setting, c.from_phase,
           c.going_to_id, c.going_to, c.status, c.primary_need,
           c.final_on, c.review_on,
           CASE WHEN c.status = 'E' THEN c.deadline_on END,
           CASE WHEN c.status = 'E' THEN c.deadline_rule_id END,
           c.is_deferred,
           CASE WHEN c.kind = 'MDS' AND c.from_class = 'independent'
                THEN 'An independent school that ends at 13 is treated as a middle school.'
                ELSE c.policy_note END,
           j.findings[1],
           CASE c.status
               WHEN 'E' THEN CASE WHEN c.final_on IS NULL THEN c.deadline_on END
               WHEN 'K' THEN CASE
                   WHEN c.sent_on IS NULL
                        AND transition_cases.on_date <= c.form_sent_by
                   THEN c.form_sent_by
                   WHEN NOT c.has_destination THEN c.destination_by
                   WHEN c.agreed_on IS NULL THEN c.agreement_by
                   WHEN c.acknowledged_on IS NULL THEN c.acknowledged_by
               END
           END,
           CASE c.status
               WHEN 'E' THEN CASE WHEN c.final_on IS NULL
                                  THEN c.deadline_rule_id END
               WHEN 'K' THEN CASE
                   WHEN c.sent_on IS NULL
                        AND transition_cases.on_date <= c.form_sent_by
                   THEN 'rag_support_form_sent'
                   WHEN NOT c.has_destination THEN 'rag_support_destination'
                   WHEN c.agreed_on IS NULL THEN 'rag_support_agreement'
                   WHEN c.acknowledged_on IS NULL
                   THEN 'rag_support_form_acknowledged'
               END
           END,
           j.findings
      FROM cases AS c
     CROSS JOIN api.move_judged(transition_cases.on_date, c.status,
               c.deadline_on, c.last_day, c.is_attending, c.is_settled,
               c.has_destination, c.review_on, c.notice_on, c.final_on,
               c.is_refused, c.is_nowhere, c.waiting_since, c.agreed_on,
               c.sent_on, c.acknowledged_on, c.is_file_late,
               c.is_meeting_missed, c.review_days, c.notice_amber,
               c.notice_red, c.destination_amber, c.final_red,
               c.consulted_before, c.form_sent_by, c.destination_by,
               c.agreement_by, c.acknowledged_by, c.unacknowledged_before)
               AS j;
$$;

-- report_transitions — who changes phase in September of that year, as the
-- actor may see on that day.
CREATE FUNCTION api.report_transitions(year int, on_date date)
RETURNS TABLE (child_id uuid, surname text, forename text, born_on date,
    year_group text, kind text, kind_rule text, from_setting_id int,
    from_setting text, from_phase int, to_setting_id int, to_setting text,
    sen_status text, primary_need text, has_plan boolean, plan_final_on date,
    review_held_on date, deadline_on date, deadline_rule text, days_left int,
    rag text, rag_reason text, is_deferred boolean, policy_note text)
LANGUAGE sql STABLE
AS $$
    SELECT c.child_id, c.surname, c.forename, c.born_on, c.year_group,
           c.kind, c.kind_rule, c.from_setting_id, c.from_setting,
           c.from_phase, c.to_setting_id, c.to_setting, c.sen_status,
           c.primary_need, c.sen_status = 'E', c.plan_final_on,
           c.review_held_on, c.deadline_on, c.deadline_rule,
           c.deadline_on - report_transitions.on_date,
           f.rag, f.reason, c.is_deferred, c.policy_note
      FROM api.transition_cases(report_transitions.year,
                                report_transitions.on_date) AS c
      LEFT JOIN api.phase_findings(report_transitions.year,
                                   report_transitions.on_date) AS f
        ON f.id = c.finding;
$$;

-- report_transitions_totals — the report counted by one of its columns: kind,
-- setting, phase, need, rag or status; the group is NULL where there is none.
CREATE FUNCTION api.report_transitions_totals(year int, on_date date, by text)
RETURNS TABLE ("group" text, children int, ehc_plan int, sen_support int,
    plan_final int, green int, amber int, red int, black int, blue int)
LANGUAGE sql STABLE
AS $$
    SELECT g.name,
           count(*)::int,
           (count(*) FILTER (WHERE g.sen_status = 'E'))::int,
           (count(*) FILTER (WHERE g.sen_status = 'K'))::int,
           count(g.plan_final_on)::int,
           (count(*) FILTER (WHERE g.rag = 'GREEN'))::int,
           (count(*) FILTER (WHERE g.rag = 'AMBER'))::int,
           (count(*) FILTER (WHERE g.rag = 'RED'))::int,
           (count(*) FILTER (WHERE g.rag = 'BLACK'))::int,
           (count(*) FILTER (WHERE g.rag = 'BLUE'))::int
      FROM (SELECT r.sen_status, r.plan_final_on, r.rag,
                   CASE report_transitions_totals.by
                       WHEN 'kind' THEN r.kind
                       WHEN 'setting' THEN r.from_setting
                       WHEN 'phase' THEN r.from_phase::text
                       WHEN 'need' THEN r.primary_need
                       WHEN 'rag' THEN r.rag
                       WHEN 'status' THEN r.sen_status
                   END AS name,
                   CASE report_transitions_totals.by
                       WHEN 'setting' THEN r.from_setting_id
                   END AS setting_id
              FROM api.report_transitions(report_transitions_totals.year,
                       report_transitions_totals.on_date) AS r
           ) AS g
     GROUP BY g.name, g.setting_id
     ORDER BY g.name, g.setting_id;
$$;
