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

CREATE VIEW api.law_rules AS
    SELECT r.id, r.valid_from, coalesce(r.valid_to, 'infinity') AS valid_to,
           r.month::int, r.day::int, r.days::int, r.standing, r.sentence,
           r.reference, r.due
      FROM law.rules AS r;

CREATE VIEW api.law_findings AS
    SELECT f.id, f.rag, f.rule_id, f.sentence
      FROM law.findings AS f;

CREATE VIEW api.law_working_days AS
    SELECT w.day
      FROM law.working_days AS w;

CREATE VIEW api.law_transition_kinds AS
    SELECT k.code, k.name, k.stage, k.rule_id, k.deadline_rule_id,
           k.policy_note, k.valid_from,
           coalesce(k.valid_to, 'infinity') AS valid_to
      FROM law.transition_kinds AS k
     WHERE k.is_phase;

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

-- school_year — the year in which the school year of this day ends.
CREATE FUNCTION api.school_year(on_date date)
RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT extract(year FROM school_year.on_date + interval '4 months')::int;
$$;

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

-- homes — where each child is on that day with the record held there, one row
-- a child: a main or sole enrolment before a guest's, then the earliest. In
-- July and August the place left at the end of the school year still counts.
CREATE FUNCTION api.homes(on_date date, in_settings int[] DEFAULT NULL,
    is_all boolean DEFAULT true)
RETURNS TABLE (child_id uuid, setting_id int, surname text, forename text,
    born_on date, year_group text, ncy int, entry int)
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT ON (p.child_id)
           p.child_id, p.setting_id, r.surname, r.forename, r.born_on,
           r.year_group, r.ncy, r.entry
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

-- phase_rules — one row: the numbers the colours turn on, as in force on that
-- day, and the day before which a form must have been sent for its
-- acknowledgement to be overdue.
CREATE FUNCTION api.phase_rules(year int, on_date date)
RETURNS TABLE (compliant_days int, review_days int, notice_amber int,
    notice_red int, destination_amber int, final_red int,
    form_sent_by date, destination_by date, agreement_by date,
    acknowledged_by date, unacknowledged_before date)
LANGUAGE sql STABLE
AS $$
    SELECT v.compliant_days, v.review_days, v.notice_amber, v.notice_red,
           v.destination_amber, v.final_red, v.form_sent_by,
           v.destination_by, v.agreement_by, v.acknowledged_by,
           (SELECT w.day
              FROM api.law_working_days AS w
             WHERE w.day < phase_rules.on_date
             ORDER BY w.day DESC
            OFFSET (SELECT l.days - 1
                      FROM api.law_rules AS l
                     WHERE l.id = 'rag_support_form_unacknowledged'
                       AND phase_rules.on_date
                           BETWEEN l.valid_from AND l.valid_to)
             LIMIT 1)
      FROM (SELECT max(r.days) FILTER (WHERE r.id = 'phase_transfer_last_compliant_day') AS compliant_days,
                   max(r.days) FILTER (WHERE r.id = 'phase_transfer_latest_review') AS review_days,
                   max(r.days) FILTER (WHERE r.id = 'rag_ehc_no_notice_amber') AS notice_amber,
                   max(r.days) FILTER (WHERE r.id = 'rag_ehc_no_notice_red') AS notice_red,
                   max(r.days) FILTER (WHERE r.id = 'rag_ehc_no_destination_amber') AS destination_amber,
                   max(r.days) FILTER (WHERE r.id = 'rag_ehc_no_final_red') AS final_red,
                   max(r.on_day) FILTER (WHERE r.id = 'rag_support_form_sent') AS form_sent_by,
                   max(r.on_day) FILTER (WHERE r.id = 'rag_support_destination') AS destination_by,
                   max(r.on_day) FILTER (WHERE r.id = 'rag_support_agreement') AS agreement_by,
                   max(r.on_day) FILTER (WHERE r.id = 'rag_support_form_acknowledged') AS acknowledged_by
              FROM (SELECT l.id, l.days,
                           make_date(phase_rules.year, l.month, l.day) AS on_day
                      FROM api.law_rules AS l
                     WHERE phase_rules.on_date
                           BETWEEN l.valid_from AND l.valid_to) AS r
           ) AS v;
$$;

-- phase_kinds — the kinds of phase transfer of that year with the named day
-- that binds each.
CREATE FUNCTION api.phase_kinds(year int)
RETURNS TABLE (code text, stage text, rule_id text, deadline_rule_id text,
    deadline_on date, policy_note text)
LANGUAGE sql STABLE
AS $$
    SELECT k.code, k.stage, k.rule_id, k.deadline_rule_id,
           make_date(phase_kinds.year, r.month, r.day), k.policy_note
      FROM api.law_transition_kinds AS k
      LEFT JOIN api.law_rules AS r
        ON r.id = k.deadline_rule_id
       AND make_date(phase_kinds.year, 1, 1)
           BETWEEN r.valid_from AND r.valid_to
     WHERE make_date(phase_kinds.year, 9, 1)
           BETWEEN k.valid_from AND k.valid_to;
$$;

-- phase_findings — the reasons of the colours, numbers filled in.
CREATE FUNCTION api.phase_findings(year int, on_date date)
RETURNS TABLE (id text, rag text, rule_id text, reason text)
LANGUAGE sql STABLE
AS $$
    SELECT f.id, f.rag, f.rule_id,
           replace(replace(f.sentence, '{days}', coalesce(r.days::text, '')),
               '{day}', coalesce(to_char(make_date(phase_findings.year,
                   r.month, r.day), 'FMDD FMMonth'), ''))
      FROM api.law_findings AS f
      LEFT JOIN api.law_rules AS r
        ON r.id = f.rule_id
       AND phase_findings.on_date BETWEEN r.valid_from AND r.valid_to;
$$;

-- transition_cohort — one row a child who is due to change phase in September
-- of that year. Whoever has a planned move for that year is in, with the kind
-- planned; whoever has one for another year of the same stage that is not yet
-- past is out (deferred entry). For the rest the year group decides: the last
-- one of the setting, or one past it when the next September is asked for.
CREATE FUNCTION api.transition_cohort(year int, on_date date,
    in_settings int[] DEFAULT NULL, is_all boolean DEFAULT true)
RETURNS TABLE (child_id uuid, surname text, forename text, born_on date,
    year_group text, ncy int, kind text, is_deferred boolean,
    from_setting_id int, from_setting text, from_phase int, from_class text,
    to_setting_id int, to_setting text, parent_agreed_on date,
    form_sent_on date, form_acknowledged_on date)
LANGUAGE sql STABLE
AS $$
    WITH planned AS (
        SELECT DISTINCT ON (t.child_id)
               t.child_id, t.setting_id, t.kind, t.to_setting_id,
               t.parent_agreed_on, t.form_sent_on, t.form_acknowledged_on,
               r.surname, r.forename, r.born_on, r.year_group, r.ncy, r.entry
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
               p.form_acknowledged_on,
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
           j.form_sent_on, j.form_acknowledged_on
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

-- transition_cases — the cohort with SEN status, deadline and finding: which
-- row of law.findings fits, tried in the order of urgency. What happened
-- after on_date is not known yet. Children without SEN have no finding.
CREATE FUNCTION api.transition_cases(year int, on_date date,
    in_settings int[] DEFAULT NULL, is_all boolean DEFAULT true)
RETURNS TABLE (child_id uuid, surname text, forename text, born_on date,
    year_group text, kind text, kind_rule text, from_setting_id int,
    from_setting text, from_phase int, to_setting_id int, to_setting text,
    sen_status text, primary_need text, plan_final_on date,
    review_held_on date, deadline_on date, deadline_rule text,
    is_deferred boolean, policy_note text, finding text,
    next_due_on date, next_due_rule text)
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
               coalesce(e.placement_refused, false) AS is_refused,
               CASE WHEN c.parent_agreed_on <= transition_cases.on_date
                    THEN c.parent_agreed_on END AS agreed_on,
               CASE WHEN c.form_sent_on <= transition_cases.on_date
                    THEN c.form_sent_on END AS sent_on,
               CASE WHEN c.form_acknowledged_on <= transition_cases.on_date
                    THEN c.form_acknowledged_on END AS acknowledged_on,
               k.deadline_on - v.compliant_days AS last_day,
               CASE WHEN transition_cases.on_date
                         >= make_date(transition_cases.year, 9, 1)
                    THEN EXISTS (
                         SELECT
                           FROM api.case_stays AS a
                          WHERE a.child_id = c.child_id
                            AND a.setting_id = c.to_setting_id
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
        OFFSET 0
    )
    SELECT c.child_id, c.surname, c.forename, c.born_on, c.year_group, c.kind,
           c.rule_id, c.from_setting_id, c.from_setting, c.from_phase,
           c.to_setting_id, c.to_setting, c.status, c.primary_need,
           c.final_on, c.review_on,
           CASE WHEN c.status = 'E' THEN c.deadline_on END,
           CASE WHEN c.status = 'E' THEN c.deadline_rule_id END,
           c.is_deferred,
           CASE WHEN c.kind = 'MDS' AND c.from_class = 'independent'
                THEN 'An independent school that ends at 13 is treated as a middle school.'
                ELSE c.policy_note END,
           CASE c.status
               WHEN 'E' THEN CASE
                   WHEN c.is_attending AND c.final_on IS NOT NULL
                   THEN 'blue_plan'
                   WHEN c.final_on > c.deadline_on THEN 'black_final_late'
                   WHEN c.final_on IS NULL
                        AND transition_cases.on_date > c.deadline_on
                   THEN 'black_no_final'
                   WHEN c.is_refused THEN 'red_refused'
                   WHEN c.final_on > c.last_day THEN 'red_final_on_the_day'
                   WHEN c.final_on IS NOT NULL AND c.to_setting_id IS NULL
                   THEN 'amber_final_unnamed'
                   WHEN c.final_on IS NOT NULL THEN 'green_final'
                   WHEN c.last_day - transition_cases.on_date <= c.final_red
                   THEN 'red_no_final'
                   WHEN c.review_on IS NULL AND c.notice_on IS NULL
                        AND transition_cases.on_date
                            > c.deadline_on - c.review_days
                   THEN 'red_no_review'
                   WHEN c.notice_on IS NULL
                        AND transition_cases.on_date - c.review_on
                            > c.notice_red
                   THEN 'red_no_notice'
                   WHEN c.notice_on IS NULL
                        AND transition_cases.on_date - c.review_on
                            > c.notice_amber
                   THEN 'amber_no_notice'
                   WHEN c.to_setting_id IS NULL
                        AND c.last_day - transition_cases.on_date
                            <= c.destination_amber
                   THEN 'amber_no_destination'
                   ELSE 'green_on_time'
               END
               WHEN 'K' THEN CASE
                   WHEN c.is_attending AND c.acknowledged_on IS NOT NULL
                   THEN 'blue_support'
                   WHEN c.sent_on IS NOT NULL AND c.agreed_on IS NULL
                   THEN 'red_form_without_agreement'
                   WHEN c.to_setting_id IS NULL
                        AND transition_cases.on_date > c.destination_by
                   THEN 'red_no_destination'
                   WHEN c.agreed_on IS NULL
                        AND transition_cases.on_date > c.agreement_by
                   THEN 'red_no_agreement'
                   WHEN c.acknowledged_on IS NULL
                        AND transition_cases.on_date > c.acknowledged_by
                   THEN 'red_form_unacknowledged'
                   WHEN c.to_setting_id IS NOT NULL AND c.sent_on IS NULL
                        AND transition_cases.on_date > c.form_sent_by
                   THEN 'amber_form_not_sent'
                   WHEN c.acknowledged_on IS NULL
                        AND c.sent_on < c.unacknowledged_before
                   THEN 'amber_form_unacknowledged'
                   WHEN c.to_setting_id IS NOT NULL
                        AND c.acknowledged_on IS NOT NULL
                        AND c.agreed_on IS NOT NULL
                        AND c.sent_on IS NOT NULL
                   THEN 'green_handed_over'
                   ELSE 'green_on_time'
               END
           END,
           CASE c.status
               WHEN 'E' THEN CASE WHEN c.final_on IS NULL THEN c.deadline_on END
               WHEN 'K' THEN CASE
                   WHEN c.sent_on IS NULL
                        AND transition_cases.on_date <= c.form_sent_by
                   THEN c.form_sent_by
                   WHEN c.to_setting_id IS NULL THEN c.destination_by
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
                   WHEN c.to_setting_id IS NULL THEN 'rag_support_destination'
                   WHEN c.agreed_on IS NULL THEN 'rag_support_agreement'
                   WHEN c.acknowledged_on IS NULL
                   THEN 'rag_support_form_acknowledged'
               END
           END
      FROM cases AS c;
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
