-- report_timeliness.sql — how many steps of the plan process were in time, on
-- the DfE's definitions (Education, health and care plans: requests decided
-- within 6 weeks, plans issued within 20 weeks with and without exceptions,
-- annual reviews and decisions after them). Days are the events'; what is due
-- when is law.clocks'. Counts only.
-- SPDX-License-Identifier: Apache-2.0
-- after: reports clocks suppression

-- timed_events — what happened in cases, with both its times.
CREATE VIEW api.timed_events AS
    SELECT e.id, e.case_id, e.event, e.on_date, e.outcome, e.of_event,
           e.exception, e.known_from, e.known_to, v.counts_as
      FROM core.ehc_events AS e
      JOIN law.ehc_events AS v ON v.code = e.event;

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
