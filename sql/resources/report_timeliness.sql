-- report_timeliness.sql — how many steps of the plan process were in time, on
-- the DfE's definitions (Education, health and care plans: requests decided
-- within 6 weeks, plans issued within 20 weeks with and without exceptions,
-- annual reviews and decisions after them, phase transfers). Days are the events'; what is due
-- when is law.clocks'. Counts only.
-- SPDX-License-Identifier: Apache-2.0
-- after: reports report_people clocks suppression

-- timed_events — what happened in cases, with both its times.
CREATE VIEW api.timed_events AS
    SELECT e.id, e.case_id, e.event, e.on_date, e.outcome, e.of_event,
           e.exception, e.known_from, e.known_to, v.counts_as
      FROM core.ehc_events AS e
      JOIN law.ehc_events AS v ON v.code = e.event;

CREATE VIEW api.law_case_ends AS
    SELECT e.code
      FROM law.ehc_events AS e
     WHERE e.ends
       AND (SELECT core.actor_role()) IS NOT NULL;

-- plan_requests — each request, as known then: when it was decided, refused a
-- plan or met by a plan, by when that was due, and whether an exception to
-- that clock was noted. The first of each in a case counts.
CREATE FUNCTION api.plan_requests(known_at timestamptz)
RETURNS TABLE (case_id uuid, requested_on date, clock text, done_on date,
    due_on date, weeks int, very_late_on date, is_excepted boolean)
LANGUAGE sql STABLE
AS $$
    SELECT r.case_id, r.requested_on, c.clock, d.done_on, k.due_on,
           c.amount, r.requested_on + 7 * (
               SELECT max(a.amount)::int
                 FROM api.amounts(d.done_on) AS a
                WHERE a.rule_id = 'publication_very_late_weeks'),
           EXISTS (SELECT
                     FROM api.timed_events AS x
                     JOIN api.clock_exceptions AS ce
                       ON ce.exception = x.exception
                    WHERE x.case_id = r.case_id
                      AND x.event = 'exception_applied'
                      AND c.clock = ANY (ce.clocks)
                      AND x.on_date <= d.done_on
                      AND x.known_from <= plan_requests.known_at
                      AND x.known_to > plan_requests.known_at)
      FROM (SELECT e.case_id, min(e.on_date) AS requested_on
              FROM api.timed_events AS e
             WHERE e.event = 'request_received'
               AND e.known_from <= plan_requests.known_at
               AND e.known_to > plan_requests.known_at
             GROUP BY e.case_id) AS r
      JOIN (SELECT e.case_id, e.event, min(e.on_date) AS done_on
              FROM api.timed_events AS e
             WHERE e.event IN ('assessment_decided', 'plan_refused',
                               'final_issued')
               AND e.known_from <= plan_requests.known_at
               AND e.known_to > plan_requests.known_at
             GROUP BY e.case_id, e.event) AS d
        ON d.case_id = r.case_id
      JOIN api.clocks AS c
        ON c.starts = 'request_received'
       AND c.ends = d.event
       AND c.clock IN ('assess_decision', 'no_plan', 'final_plan')
       AND r.requested_on BETWEEN c.valid_from
                              AND coalesce(c.valid_to, 'infinity')
     CROSS JOIN api.reckon(r.requested_on, c.unit, c.amount, c.is_inclusive,
                    c.month, c.day, NULL) AS k;
$$;

-- report_twenty_weeks — decisions whether to assess (of: decision), not to
-- issue a plan (no_plan) or plans (plan), by the year or month they were made
-- in: in time, late or very late, each without and with an exception noted. In
-- the row of each total the two rates the DfE publishes, where all they are
-- made of is shown: in time of all, and of those without an exception.
CREATE FUNCTION api.report_twenty_weeks(of text, by text, from_on date,
    until_on date, known_at timestamptz, is_publication boolean)
RETURNS TABLE ("group" text, measure text, count jsonb, percent float8,
    is_suppressed boolean, percent_in_time float8,
    percent_in_time_without_exceptions float8)
LANGUAGE sql STABLE
AS $$
    WITH wide AS MATERIALIZED (
        SELECT to_char(r.done_on, CASE report_twenty_weeks.by
                   WHEN 'month' THEN 'YYYY-MM' ELSE 'YYYY' END) AS "group",
               b.is_excepted,
               (count(*) FILTER (WHERE r.is_excepted = b.is_excepted
                   AND r.done_on <= r.due_on))::int AS in_time,
               (count(*) FILTER (WHERE r.is_excepted = b.is_excepted
                   AND r.done_on > r.due_on
                   AND r.done_on <= r.very_late_on))::int AS late,
               (count(*) FILTER (WHERE r.is_excepted = b.is_excepted
                   AND r.done_on > r.very_late_on))::int AS very_late
          FROM api.plan_requests(report_twenty_weeks.known_at) AS r
         CROSS JOIN (VALUES (false), (true)) AS b (is_excepted)
         WHERE r.clock = CASE report_twenty_weeks.of
                   WHEN 'decision' THEN 'assess_decision'
                   WHEN 'no_plan' THEN 'no_plan' ELSE 'final_plan' END
           AND (report_twenty_weeks.from_on IS NULL
                OR r.done_on >= report_twenty_weeks.from_on)
           AND (report_twenty_weeks.until_on IS NULL
                OR r.done_on <= report_twenty_weeks.until_on)
         GROUP BY 1, 2
    ),
    shown AS MATERIALIZED (
        SELECT t.*
          FROM (SELECT array_agg(w."group" ORDER BY w."group",
                           w.is_excepted, m.n) AS groups,
                       array_agg(m.measure || CASE WHEN w.is_excepted
                           THEN '_exception' ELSE '' END ORDER BY w."group",
                           w.is_excepted, m.n) AS measures,
                       array_agg(m.count ORDER BY w."group",
                           w.is_excepted, m.n) AS counts
                  FROM wide AS w
                 CROSS JOIN LATERAL (VALUES (1, 'in_time', w.in_time),
                           (2, 'late', w.late), (3, 'very_late', w.very_late)
                       ) AS m (n, measure, count)) AS a
         CROSS JOIN api.count_table(a.groups, a.measures, a.counts,
                    api.publication_least(
                        report_twenty_weeks.is_publication)) AS t
    ),
    rates AS (
        SELECT s."group",
               sum(s.n) FILTER (WHERE s.measure = 'total') AS made,
               sum(s.n) FILTER (WHERE s.measure IN ('in_time',
                   'in_time_exception')) AS in_time,
               sum(s.n) FILTER (WHERE s.measure = 'in_time') AS plain_in_time,
               sum(s.n) FILTER (WHERE s.measure IN ('in_time', 'late',
                   'very_late')) AS plain
          FROM (SELECT x."group", x.measure,
                       CASE WHEN NOT x.is_suppressed
                            THEN (x.count #>> '{}')::numeric END AS n
                  FROM shown AS x) AS s
         GROUP BY s."group"
        HAVING count(*) = count(s.n)
    )
    SELECT s."group", s.measure, s.count, s.percent, s.is_suppressed,
           round(100 * r.in_time / nullif(r.made, 0), 1)::float8,
           round(100 * r.plain_in_time / nullif(r.plain, 0), 1)::float8
      FROM shown AS s
      LEFT JOIN rates AS r
        ON r."group" = s."group"
       AND s.measure = 'total'
     ORDER BY s.place;
$$;

-- plan_reviews — each review that a plan was due, as known then: a plan made,
-- taken over or decided upon is to be reviewed again within the clock "review".
-- The next meeting in the case is that review's, and the next notice and plan
-- after it, until the meeting after that. A case that ended before the day has
-- none due. (Clocks: review, review_decision, review_final, review_whole.)
CREATE FUNCTION api.plan_reviews(known_at timestamptz)
RETURNS TABLE (case_id uuid, starts_on date, due_on date, held_on date,
    decided_on date, decision_due_on date, noticed_on date, amended_on date,
    amendment_due_on date, whole_due_on date)
LANGUAGE sql STABLE
AS $$
    WITH known AS MATERIALIZED (
        SELECT e.id, e.case_id, e.event, e.on_date, e.of_event,
               e.counts_as
          FROM api.timed_events AS e
         WHERE e.known_from <= plan_reviews.known_at
           AND e.known_to > plan_reviews.known_at
    ),
    law AS MATERIALIZED (
        SELECT c.*
          FROM api.clocks AS c
         WHERE c.clock IN ('review', 'review_decision', 'review_final',
                           'review_whole')
    ),
    starts AS (
        SELECT k.case_id, k.on_date,
               lead(k.on_date, 1, 'infinity') OVER w AS next_on
          FROM known AS k
         WHERE 'plan_in_force' = ANY (k.counts_as)
        WINDOW w AS (PARTITION BY k.case_id ORDER BY k.on_date)
    ),
    meetings AS MATERIALIZED (
        SELECT k.id, k.case_id, k.on_date,
               lead(k.on_date, 1, 'infinity') OVER w AS next_on
          FROM known AS k
         WHERE k.event = 'review_held'
        WINDOW w AS (PARTITION BY k.case_id ORDER BY k.on_date)
    ),
    notices AS MATERIALIZED (
        SELECT m.id, m.case_id, m.next_on, min(k.on_date) AS on_date
          FROM meetings AS m
          JOIN known AS k
            ON k.case_id = m.case_id
           AND k.on_date >= m.on_date
           AND k.on_date < m.next_on
         WHERE k.event = 'amendment_noticed'
         GROUP BY m.id, m.case_id, m.next_on
    )
    SELECT s.case_id, s.on_date, y.due_on, s.held_on, d.on_date,
           dd.due_on, n.on_date, a.on_date, ad.due_on, wd.due_on
      FROM (SELECT DISTINCT ON (b.case_id, b.on_date)
                   b.case_id, b.on_date, m.id AS meeting,
                   m.on_date AS held_on
              FROM starts AS b
              LEFT JOIN meetings AS m
                ON m.case_id = b.case_id
               AND m.on_date > b.on_date
               AND m.on_date <= b.next_on
             ORDER BY b.case_id, b.on_date, m.on_date) AS s
      JOIN law AS c
        ON c.clock = 'review'
       AND s.on_date BETWEEN c.valid_from AND coalesce(c.valid_to, 'infinity')
     CROSS JOIN api.reckon(s.on_date, c.unit, c.amount, c.is_inclusive,
                    c.month, c.day, NULL) AS y
      LEFT JOIN (SELECT k.of_event, min(k.on_date) AS on_date
                   FROM known AS k
                  WHERE k.event = 'review_decided'
                  GROUP BY k.of_event) AS d ON d.of_event = s.meeting
      LEFT JOIN notices AS n ON n.id = s.meeting
      LEFT JOIN (SELECT x.id, min(k.on_date) AS on_date
                   FROM notices AS x
                   JOIN known AS k
                     ON k.case_id = x.case_id
                    AND k.on_date >= x.on_date
                    AND k.on_date <= x.next_on
                  WHERE k.event = 'amended_issued'
                     OR 'amended_issued' = ANY (k.counts_as)
                  GROUP BY x.id) AS a ON a.id = s.meeting
      LEFT JOIN law AS cd
        ON cd.clock = 'review_decision'
       AND s.held_on BETWEEN cd.valid_from
                         AND coalesce(cd.valid_to, 'infinity')
     CROSS JOIN api.reckon(s.held_on, cd.unit, cd.amount, cd.is_inclusive,
                    cd.month, cd.day, NULL) AS dd
      LEFT JOIN law AS cf
        ON cf.clock = 'review_final'
       AND n.on_date BETWEEN cf.valid_from
                         AND coalesce(cf.valid_to, 'infinity')
     CROSS JOIN api.reckon(n.on_date, cf.unit, cf.amount, cf.is_inclusive,
                    cf.month, cf.day, NULL) AS ad
      LEFT JOIN law AS cw
        ON cw.clock = 'review_whole'
       AND n.id IS NOT NULL
       AND s.held_on BETWEEN cw.valid_from
                         AND coalesce(cw.valid_to, 'infinity')
     CROSS JOIN api.reckon(s.held_on, cw.unit, cw.amount, cw.is_inclusive,
                    cw.month, cw.day, NULL) AS wd
      LEFT JOIN (SELECT k.case_id, min(k.on_date) AS on_date
                   FROM known AS k
                   JOIN api.law_case_ends AS l ON l.code = k.event
                  GROUP BY k.case_id) AS e ON e.case_id = s.case_id
     WHERE e.on_date IS NULL
        OR e.on_date >= y.due_on
        OR d.on_date IS NOT NULL;
$$;

-- report_annual_reviews — of: review, those due in each year or month:
-- completed in time (decided by the day), completed late, held but not
-- decided, not held though overdue, and to come; decision, meetings held, and
-- amendment and whole, notices sent and meetings they came of: in time, late,
-- overdue and open. on_date: what is overdue that day.
CREATE FUNCTION api.report_annual_reviews(of text, by text, from_on date,
    until_on date, on_date date, known_at timestamptz, is_publication boolean)
RETURNS TABLE ("group" text, measure text, count jsonb, percent float8,
    is_suppressed boolean)
LANGUAGE sql STABLE
AS $$
    SELECT t."group", t.measure, t.count, t.percent, t.is_suppressed
      FROM (SELECT array_agg(to_char(k.day, CASE report_annual_reviews.by
                       WHEN 'month' THEN 'YYYY-MM' ELSE 'YYYY' END)) AS groups,
                   array_agg(k.measure) AS measures
              FROM (SELECT CASE report_annual_reviews.of
                               WHEN 'review' THEN r.due_on
                               WHEN 'amendment' THEN r.noticed_on
                               WHEN 'whole' THEN CASE WHEN r.noticed_on
                                   IS NOT NULL THEN r.held_on END
                               ELSE r.held_on END AS day,
                           CASE
                               WHEN d.done_on <= d.due_on THEN 'in_time'
                               WHEN d.done_on IS NOT NULL THEN 'late'
                               WHEN report_annual_reviews.of = 'review'
                                    AND r.held_on
                                        <= report_annual_reviews.on_date
                               THEN 'held_undecided'
                               WHEN d.due_on < report_annual_reviews.on_date
                               THEN 'overdue'
                               ELSE 'to_come' END AS measure
                      FROM api.plan_reviews(report_annual_reviews.known_at)
                               AS r
                     CROSS JOIN LATERAL (
                           SELECT CASE report_annual_reviews.of
                                      WHEN 'review' THEN r.due_on
                                      WHEN 'amendment' THEN r.amendment_due_on
                                      WHEN 'whole' THEN r.whole_due_on
                                      ELSE r.decision_due_on END,
                                  CASE WHEN x.day
                                       <= report_annual_reviews.on_date
                                       THEN x.day END
                             FROM (SELECT CASE
                                       WHEN report_annual_reviews.of
                                            IN ('amendment', 'whole')
                                       THEN r.amended_on
                                       ELSE r.decided_on END) AS x (day)
                           ) AS d (due_on, done_on)) AS k
             WHERE k.day IS NOT NULL
               AND (report_annual_reviews.from_on IS NULL
                    OR k.day >= report_annual_reviews.from_on)
               AND (report_annual_reviews.until_on IS NULL
                    OR k.day <= report_annual_reviews.until_on)) AS a
     CROSS JOIN api.count_rows(a.groups, NULL, a.measures, CASE
                    WHEN report_annual_reviews.of = 'review'
                    THEN '{in_time,late,held_undecided,overdue,to_come}'::text[]
                    ELSE '{in_time,late,overdue,to_come}'::text[] END,
                    api.publication_least(
                        report_annual_reviews.is_publication)) AS t
     ORDER BY t.place;
$$;

-- report_phase_transfers — plans of children who change phase in September of
-- that year, by kind, setting left or named day: final in time (before the
-- named day), on_the_day, late, overdue or to_come, and how many days late.
CREATE FUNCTION api.report_phase_transfers(year int, on_date date, by text,
    in_setting int, of_kind text, is_publication boolean)
RETURNS TABLE ("group" text, group_name text, measure text, count jsonb,
    percent float8, is_suppressed boolean, days_late_mean float8,
    days_late_most int)
LANGUAGE sql STABLE
AS $$
    WITH plans AS MATERIALIZED (
        SELECT CASE report_phase_transfers.by
                   WHEN 'setting' THEN coalesce(s.ref, 'unknown')
                   WHEN 'deadline' THEN c.deadline_on::text
                   ELSE c.kind END AS "group",
               CASE report_phase_transfers.by
                   WHEN 'setting' THEN c.from_setting END AS group_name,
               CASE
                   WHEN c.plan_final_on <= c.deadline_on - v.compliant_days
                   THEN 'in_time'
                   WHEN c.plan_final_on <= c.deadline_on THEN 'on_the_day'
                   WHEN c.plan_final_on IS NOT NULL THEN 'late'
                   WHEN report_phase_transfers.on_date > c.deadline_on
                   THEN 'overdue'
                   ELSE 'to_come' END AS measure,
               CASE WHEN coalesce(c.plan_final_on,
                             report_phase_transfers.on_date) > c.deadline_on
                    THEN coalesce(c.plan_final_on,
                             report_phase_transfers.on_date) - c.deadline_on
               END AS days_late
          FROM api.transition_cases(report_phase_transfers.year,
                   report_phase_transfers.on_date) AS c
         CROSS JOIN api.phase_rules(report_phase_transfers.year,
                   report_phase_transfers.on_date) AS v
          LEFT JOIN api.case_settings AS s ON s.id = c.from_setting_id
         WHERE c.sen_status = 'E'
           AND c.deadline_on IS NOT NULL
           AND (report_phase_transfers.in_setting IS NULL
                OR c.from_setting_id = report_phase_transfers.in_setting)
           AND (report_phase_transfers.of_kind IS NULL
                OR c.kind = ANY (string_to_array(
                       report_phase_transfers.of_kind, ',')))
    ),
    lates AS (
        SELECT coalesce(p."group", 'total') AS "group", p.measure,
               round(avg(p.days_late), 1)::float8 AS mean,
               max(p.days_late) AS most
          FROM plans AS p
         WHERE p.days_late IS NOT NULL
         GROUP BY GROUPING SETS ((p."group", p.measure), (p.measure))
    )
    SELECT t."group", t.group_name, t.measure, t.count, t.percent,
           t.is_suppressed,
           CASE WHEN NOT t.is_suppressed THEN l.mean END,
           CASE WHEN NOT report_phase_transfers.is_publication
                THEN l.most END
      FROM (SELECT array_agg(p."group") AS groups,
                   array_agg(p.group_name) AS names,
                   array_agg(p.measure) AS measures
              FROM plans AS p) AS a
     CROSS JOIN api.count_rows(a.groups, a.names, a.measures,
                    '{in_time,on_the_day,late,overdue,to_come}',
                    api.publication_least(
                        report_phase_transfers.is_publication)) AS t
      LEFT JOIN lates AS l
        ON l."group" = t."group"
       AND l.measure = t.measure
     ORDER BY t.place;
$$;
