-- ehc_forecast.sql — when each milestone of a case is likely to be reached, and
-- how likely it is to be late, by how long the same took before.
-- SPDX-License-Identifier: Apache-2.0
-- after: ehc_cases clocks amounts findings

CREATE VIEW api.ehc_durations AS
    SELECT d.milestone, d.ended_on, d.days
      FROM core.ehc_durations AS d
     WHERE (SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                                          'la_manager');

CREATE VIEW api.law_ehc_forecasts AS
    SELECT f.clock_id, f.milestone, f.rank::int, f.start_event, f.end_event,
           f.by_year, f.dropped_by,
           k.of IS NOT DISTINCT FROM f.start_event AS is_answer
      FROM law.ehc_forecasts AS f
      JOIN law.ehc_events AS k ON k.code = f.end_event;

CREATE VIEW api.law_ehc_findings AS
    SELECT f.id AS finding, f.rule_id, f.severity, f.sentence
      FROM law.ehc_findings AS f;

-- ehc_moving — the moves under way whose plan has a day of the year.
CREATE VIEW api.ehc_moving AS
    SELECT t.child_id, t.year, t.target_on, k.deadline_rule_id
      FROM core.transition_cases AS t
      JOIN law.transition_kinds AS k
        ON k.code = t.kind
       AND t.target_on BETWEEN k.valid_from AND coalesce(k.valid_to, 'infinity')
     WHERE t.state NOT IN ('settled', 'cancelled');

CREATE VIEW api.law_ehc_in_force AS
    SELECT l.code
      FROM law.ehc_events AS l
     WHERE 'plan_in_force' = ANY (l.counts_as);

-- ehc_awaited — the milestones of a forecast that have begun by that day in an
-- open case and not been reached, and the final plans for a move (as
-- core.transition_cases has it) that nothing has begun yet.
CREATE FUNCTION api.ehc_awaited(on_date date)
RETURNS TABLE (ehc_case uuid, child_id uuid, clock text, milestone text,
    rank int, name text, started_on date, due_on date)
LANGUAGE sql STABLE
AS $$
    WITH law AS MATERIALIZED (
        SELECT f.*, c.name, c.plan_type, c.valid_from,
               coalesce(c.valid_to, 'infinity') AS valid_to, c.unit, c.amount,
               c.is_inclusive, c.month, c.day, c.rule
          FROM api.law_ehc_forecasts AS f
          JOIN api.clocks AS c ON c.clock = f.clock_id
    ), begun AS MATERIALIZED (
        SELECT s.ehc_case, s.child_id, s.event_id, s.on_date, l.*
          FROM law AS l
          JOIN api.ehc_events AS s
            ON s.event = l.start_event
           AND s.on_date <= ehc_awaited.on_date
           AND s.on_date BETWEEN l.valid_from AND l.valid_to
         WHERE NOT l.by_year
           AND NOT EXISTS (
               SELECT
                 FROM api.ehc_events AS e
                WHERE e.ehc_case = s.ehc_case
                  AND e.event = l.end_event
                  AND e.on_date BETWEEN s.on_date AND ehc_awaited.on_date
                  AND (NOT l.is_answer OR e.of_event = s.event_id))
    )
    SELECT b.ehc_case, b.child_id, b.clock_id, b.milestone, b.rank, b.name,
           b.on_date, r.due_on
      FROM begun AS b
      JOIN api.ehc_cases AS k
        ON k.ehc_case = b.ehc_case
       AND k.plan_type = b.plan_type
       AND coalesce(k.ended_on, 'infinity') > ehc_awaited.on_date
     CROSS JOIN api.reckon(b.on_date, b.unit, b.amount, b.is_inclusive,
                    b.month, b.day, NULL) AS r
     WHERE CASE b.dropped_by WHEN '{}' THEN true ELSE NOT EXISTS (
           SELECT
             FROM api.ehc_events AS e
            WHERE e.ehc_case = b.ehc_case
              AND e.event_id <> b.event_id
              AND e.on_date BETWEEN b.on_date AND ehc_awaited.on_date
              AND (e.event = ANY (b.dropped_by)
                   OR e.event || ':' || e.outcome = ANY (b.dropped_by))) END
    UNION ALL
    SELECT k.ehc_case, k.child_id, l.clock_id, l.milestone, l.rank, l.name,
           (SELECT max(s.on_date)
              FROM api.ehc_events AS s
             WHERE s.ehc_case = k.ehc_case
               AND s.event = l.start_event
               AND s.year = m.year
               AND s.on_date <= ehc_awaited.on_date),
           r.due_on
      FROM api.ehc_moving AS m
      JOIN law AS l
        ON l.rule = m.deadline_rule_id
       AND l.by_year
       AND m.target_on BETWEEN l.valid_from AND l.valid_to
      JOIN api.ehc_cases AS k
        ON k.child_id = m.child_id
       AND k.plan_type = l.plan_type
       AND coalesce(k.ended_on, 'infinity') > ehc_awaited.on_date
     CROSS JOIN api.reckon(make_date(m.year, 1, 1), l.unit, l.amount,
                    l.is_inclusive, l.month, l.day, NULL) AS r
     WHERE EXISTS (
           SELECT
             FROM api.ehc_events AS e
            WHERE e.ehc_case = k.ehc_case
              AND e.event IN (SELECT w.code FROM api.law_ehc_in_force AS w)
              AND e.on_date <= ehc_awaited.on_date)
       AND NOT EXISTS (
           SELECT
             FROM api.ehc_events AS e
            WHERE e.ehc_case = k.ehc_case
              AND e.event = l.end_event
              AND e.year = m.year
              AND e.on_date <= ehc_awaited.on_date);
$$;

-- ehc_forecast — a row a milestone that is due in an open case and not
-- reached. It compares with the times the same was reached in the span before
-- on_date, of those only the ones that had taken as many days as this has by
-- now: likely_on is where half of them had reached it (the lower of two
-- middles), chance_late the share that took longer than the days there are.
--   basis    history; too_few, beyond (longer than all before), not_started:
--            no estimate, and the sentence says why
--   rank     by chance_late, of those not late yet with an estimate
-- Cases still open are not among the past: where the slowest are open for
-- long it promises too much.
CREATE FUNCTION api.ehc_forecast(on_date date)
RETURNS TABLE (ehc_case uuid, child_id uuid, setting_id int, clock text,
    milestone text, name text, started_on date, elapsed_days int, due_on date,
    days_left int, likely_on date, chance_late float8, is_late boolean,
    rank int, basis text, sentence text, inputs jsonb, rule text,
    reference text)
LANGUAGE sql STABLE
AS $$
    WITH rule AS MATERIALIZED (
        SELECT max(a.amount) FILTER (WHERE a.rule_id = 'ehc_forecast_span')::int
                   AS span,
               max(a.amount) FILTER (WHERE a.rule_id = 'ehc_forecast_cases')
                   AS least
          FROM api.amounts(ehc_forecast.on_date) AS a
         WHERE a.rule_id IN ('ehc_forecast_span', 'ehc_forecast_cases')
    ), past AS MATERIALIZED (
        SELECT d.milestone, array_agg(d.days ORDER BY d.days) AS days,
               count(*)::int AS n
          FROM api.ehc_durations AS d
         WHERE d.ended_on <= ehc_forecast.on_date
           AND d.ended_on > ehc_forecast.on_date - (SELECT r.span FROM rule AS r)
         GROUP BY d.milestone
    ), waiting AS MATERIALIZED (
        SELECT a.*
          FROM api.ehc_awaited(ehc_forecast.on_date) AS a
    ), counted AS MATERIALIZED (
        SELECT w.ehc_case, w.child_id, w.clock, w.milestone, w.rank, w.name,
               w.started_on, w.due_on,
               ehc_forecast.on_date - w.started_on AS elapsed,
               w.due_on - w.started_on AS allowed,
               coalesce(p.n, 0) AS n, coalesce(r.m, 0) AS m,
               CASE WHEN w.due_on < ehc_forecast.on_date THEN r.m
                    ELSE p.n - width_bucket(w.due_on - w.started_on, p.days)
               END AS later,
               p.days[p.n - r.m / 2] AS middle
          FROM waiting AS w
          LEFT JOIN past AS p ON p.milestone = w.milestone
         CROSS JOIN LATERAL (
               SELECT p.n - width_bucket(
                          ehc_forecast.on_date - w.started_on - 1, p.days)
                          AS m) AS r
    ), judged AS (
        SELECT c.*, r.span, r.least,
               c.due_on < ehc_forecast.on_date AS is_late,
               CASE WHEN c.started_on IS NULL THEN 'not_started'
                    WHEN c.m >= r.least AND c.m > 0 THEN 'history'
                    WHEN c.m = 0 AND c.n >= r.least AND c.n > 0 THEN 'beyond'
                    ELSE 'too_few'
               END AS basis
          FROM counted AS c
         CROSS JOIN rule AS r
    ), estimated AS (
        SELECT j.*,
               CASE WHEN j.is_late THEN 1
                    WHEN j.basis = 'history'
                    THEN round(j.later::numeric / j.m, 4) END AS chance,
               CASE WHEN j.basis = 'history'
                    THEN j.started_on + j.middle END AS likely_on,
               jsonb_strip_nulls(jsonb_build_object('history', j.n,
                   'span_days', j.span, 'least', j.least::int,
                   'started_on', j.started_on, 'elapsed_days', j.elapsed,
                   'limit_days', j.allowed,
                   'cases', CASE WHEN j.started_on IS NOT NULL THEN j.m END,
                   'later', CASE WHEN j.basis = 'history' THEN j.later END))
                   AS inputs
          FROM judged AS j
    )
    SELECT e.ehc_case, e.child_id,
           (SELECT h.setting_id
              FROM api.case_stays AS h
             WHERE h.child_id = e.child_id
               AND ehc_forecast.on_date BETWEEN h.start_on AND h.end_on
             ORDER BY h.subsidiary, h.start_on DESC, h.setting_id
             LIMIT 1),
           e.clock, e.milestone, e.name,
           e.started_on, e.elapsed, e.due_on, e.due_on - ehc_forecast.on_date,
           e.likely_on, e.chance::float8, e.is_late,
           CASE WHEN NOT e.is_late AND e.chance IS NOT NULL THEN
               row_number() OVER (ORDER BY e.is_late OR e.chance IS NULL,
                   e.chance DESC, e.due_on, e.ehc_case, e.rank)::int END,
           e.basis, api.finding_sentence(f.sentence, e.inputs), e.inputs,
           f.rule_id, a.reference
      FROM estimated AS e
      JOIN api.law_ehc_findings AS f ON f.finding = 'forecast_' || e.basis
      JOIN api.law_amounts AS a
        ON a.id = f.rule_id
       AND ehc_forecast.on_date BETWEEN a.valid_from AND a.valid_to;
$$;
