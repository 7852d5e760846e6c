-- ehc_due.sql — what is due in the cases of plans: each clock of law.clocks
-- that an event, or a move to the next phase, has started; when it was met;
-- what excuses it. No clock is named here: all of it is rows.
-- SPDX-License-Identifier: Apache-2.0
-- after: ehc_law clocks reports amounts

-- clock_starts — what starts a clock, one row an event that may (none: a
-- move), with the clock and the up to two it is counted back from: the
-- event's day is taken through three reckonings. answers: what belongs to the
-- starting event and so meets only its own; not_after: what comes before it by
-- law, so that on the same day it did.
CREATE VIEW api.clock_starts AS
    SELECT c.id AS clock, c.valid_from AS clock_version,
           greatest(c.valid_from, p.valid_from, g.valid_from) AS valid_from,
           least(coalesce(c.valid_to, 'infinity'),
                 coalesce(p.valid_to, 'infinity'),
                 coalesce(g.valid_to, 'infinity')) AS valid_to,
           c.process, c.plan_type, c.name, c.kind, c.owner, c.ends, c.moot_by,
           c.latest_of, c.age_below::int AS age_below, r.id AS rule,
           r.reference,
           coalesce(g.rule_id, p.rule_id, c.rule_id) AS root_rule,
           coalesce(g.starts, p.starts, c.starts) AS starts,
           CASE WHEN g.id IS NOT NULL THEN g.starts_at
                WHEN p.id IS NOT NULL THEN p.starts_at
                ELSE c.starts_at END AS starts_at,
           CASE WHEN g.id IS NOT NULL THEN g.start_outcomes
                WHEN p.id IS NOT NULL THEN p.start_outcomes
                ELSE c.start_outcomes END AS start_outcomes,
           CASE WHEN g.id IS NOT NULL THEN g.restarts
                WHEN p.id IS NOT NULL THEN p.restarts
                ELSE c.restarts END AS restarts,
           coalesce(g.unit, p.unit, c.unit) AS unit,
           coalesce(g.amount, p.amount, c.amount)::int AS amount,
           coalesce(g.is_inclusive, p.is_inclusive, c.is_inclusive)
               AS is_inclusive,
           coalesce(g.month, p.month, c.month)::int AS month,
           coalesce(g.day, p.day, c.day)::int AS day,
           CASE WHEN g.id IS NOT NULL THEN p.unit
                WHEN p.id IS NOT NULL THEN c.unit END AS unit_2,
           CASE WHEN g.id IS NOT NULL THEN p.amount
                WHEN p.id IS NOT NULL THEN c.amount END::int AS amount_2,
           CASE WHEN g.id IS NOT NULL THEN c.unit END AS unit_3,
           CASE WHEN g.id IS NOT NULL THEN c.amount END::int AS amount_3,
           s.code AS start_event,
           coalesce(s.is_ahead, false) AS is_ahead,
           ARRAY(SELECT b.code FROM law.ehc_events AS b
                  WHERE b.of = s.code) AS answers,
           ARRAY(SELECT split_part(a.code, ':', 1)
                   FROM unnest(s.after) AS a (code)) AS not_after,
           ARRAY(SELECT b.code FROM law.ehc_events AS b
                  WHERE b.code = c.ends OR c.ends = ANY (b.counts_as))
               AS end_events,
           ARRAY(SELECT b.code FROM law.ehc_events AS b
                  WHERE b.code = coalesce(g.starts, p.starts, c.starts)
                     OR coalesce(g.starts, p.starts, c.starts)
                        = ANY (b.counts_as)) AS start_events,
           ARRAY(SELECT split_part(a.code, ':', 1)
                   FROM unnest(c.moot_by) AS a (code)) AS moot_events,
           EXISTS (SELECT FROM law.clock_exceptions AS x
                    WHERE c.id = ANY (x.clock_ids)) AS is_excusable
      FROM law.clocks AS c
      JOIN law.rules AS r
        ON r.id = c.rule_id
       AND c.valid_from BETWEEN r.valid_from
                            AND coalesce(r.valid_to, 'infinity')
      LEFT JOIN law.clocks AS p
        ON p.id = c.starts_due
       AND daterange(p.valid_from, p.valid_to, '[]')
           && daterange(c.valid_from, c.valid_to, '[]')
      LEFT JOIN law.clocks AS g
        ON g.id = p.starts_due
       AND daterange(g.valid_from, g.valid_to, '[]')
           && daterange(c.valid_from, c.valid_to, '[]')
       AND daterange(g.valid_from, g.valid_to, '[]')
           && daterange(p.valid_from, p.valid_to, '[]')
      LEFT JOIN law.ehc_events AS s
        ON s.code = coalesce(g.starts, p.starts, c.starts)
        OR coalesce(g.starts, p.starts, c.starts) = ANY (s.counts_as)
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- clock_stops — after which event, on a later day, a start of the clock does
-- not run any more: it is met by it, moot, or replaced by a newer start; an
-- answer stops what it belongs to, on the same day too. Not all there is, but
-- sure; what starts from a year is judged by the year alone.
CREATE VIEW api.clock_stops AS
    SELECT DISTINCT l.clock, l.clock_version, x.event,
           x.event = ANY (l.answers) AS is_answer
      FROM api.clock_starts AS l
     CROSS JOIN LATERAL (
           SELECT unnest(l.end_events) AS event
            UNION ALL
           SELECT unnest(l.moot_by)
            UNION ALL
           SELECT unnest(l.start_events) WHERE l.restarts) AS x
     WHERE NOT l.is_ahead
       AND l.start_event IS NOT NULL;


-- ehc_clocks — every clock that has started by on_date, in what was known at
-- as_of, and has been met, or runs in a case that is open. What happened after
-- on_date is not known yet, but for what is written down ahead.
-- OFFSET 0 keeps the planner from writing a reckoning out wherever its day is
-- used (the plan had 20,000 lines).
-- A start of a clock is a live event, or a move (its year) of a child with a
-- plan in force. It is met by the first event after it or on that day; by one
-- that names the year, where it starts from a year; by its own answer, where
-- the answer belongs to it. Not shown, unless met: what is moot, what lapsed
-- (no limit), what a newer start replaced, what is due before another of its
-- group, what is for younger children.
--   starts_on   what it is counted from;   met_on   NULL: not met
--   days_left   negative: late; NULL: met, excused and past, or past the end
--               of a calendar (due_on is NULL then)
--   setting_id  the setting consulted, else where the child is that day
--   severity    error: late; warn: due soon (rule ehc_due_soon); info
-- running: who asks wants only what is not met, and most of what is (not all
-- of it) may be left out: their starts are dropped before anything is looked
-- up for each.
CREATE FUNCTION api.ehc_clocks(on_date date,
    as_of timestamptz DEFAULT 'infinity', running boolean DEFAULT false)
RETURNS TABLE (ehc_case uuid, child_id uuid, start_event uuid, met_by uuid,
    setting_id int, clock text, clock_version date, process text, kind text,
    year int, name text, starts_on date, due_on date, met_on date,
    days_left int, exception text, owner text, rule text, severity text,
    reference text)
LANGUAGE sql STABLE
AS $$
    WITH law AS MATERIALIZED (
        SELECT l.*
          FROM api.clock_starts AS l
    ), codes AS MATERIALIZED (
        SELECT array_agg(l.code) FILTER (WHERE l.ends) AS ending,
               array_agg(l.code) FILTER (
                   WHERE 'plan_in_force' = ANY (l.counts_as)) AS in_force
          FROM api.law_ehc_events AS l
    )
    SELECT q.ehc_case, q.child_id, q.start_id, q.met_by,
           coalesce(q.setting_id, q.at_setting_id), q.clock, q.clock_version,
           q.process, q.kind, q.year, q.name, q.base_on, q.due_on, q.met_on,
           q.days_left, q.exception, q.owner, q.rule,
           CASE WHEN q.met_on IS NOT NULL OR q.days_left IS NULL THEN 'info'
                WHEN q.days_left < 0 THEN 'error'
                WHEN q.kind = 'limit'
                     AND q.days_left <= (
                         SELECT a.amount
                           FROM api.amounts(ehc_clocks.on_date) AS a
                          WHERE a.rule_id = 'ehc_due_soon') THEN 'warn'
                ELSE 'info'
           END,
           q.reference
      FROM (
        SELECT s.*, d.due_on, m.on_date AS met_on,
               m.event_id AS met_by, x.exception,
               CASE WHEN m.on_date IS NOT NULL
                         OR x.exception IS NOT NULL
                            AND d.due_on < ehc_clocks.on_date THEN NULL
                    ELSE d.due_on - ehc_clocks.on_date
               END AS days_left,
               (SELECT a.setting_id
                  FROM api.case_stays AS a
                 WHERE a.child_id = s.child_id
                   AND ehc_clocks.on_date BETWEEN a.start_on AND a.end_on
                 ORDER BY a.subsidiary, a.start_on DESC, a.setting_id
                 LIMIT 1) AS at_setting_id
          FROM (
            SELECT e.ehc_case, e.child_id, e.event_id AS start_id,
                   e.on_date AS start_on, e.known_from AS start_known,
                   e.setting_id,
                   CASE l.starts_at WHEN 'from_on' THEN e.from_on
                                    ELSE e.on_date END AS base_on,
                   CASE WHEN l.is_ahead THEN coalesce(e.year,
                            extract(year FROM e.on_date)::int) END AS year,
                   false AS is_over, l.*
              FROM api.ehc_events_as_of(ehc_clocks.as_of) AS e
              JOIN law AS l
                ON l.start_event = e.event
              LEFT JOIN (
                   SELECT n.ehc_case, k.clock, k.clock_version,
                          max(n.on_date) AS last_on
                     FROM api.ehc_events_as_of(ehc_clocks.as_of) AS n
                     JOIN api.clock_stops AS k ON k.event = n.event
                    WHERE NOT k.is_answer
                      AND n.on_date <= ehc_clocks.on_date
                    GROUP BY n.ehc_case, k.clock, k.clock_version) AS z
                ON ehc_clocks.running
               AND z.ehc_case = e.ehc_case
               AND z.clock = l.clock
               AND z.clock_version = l.clock_version
              LEFT JOIN (
                   SELECT n.ehc_case, n.of_event, k.clock, k.clock_version
                     FROM api.ehc_events_as_of(ehc_clocks.as_of) AS n
                     JOIN api.clock_stops AS k ON k.event = n.event
                    WHERE k.is_answer
                      AND n.on_date <= ehc_clocks.on_date
                    GROUP BY n.ehc_case, n.of_event, k.clock,
                             k.clock_version) AS y
                ON ehc_clocks.running
               AND y.ehc_case = e.ehc_case
               AND y.of_event = e.event_id
               AND y.clock = l.clock
               AND y.clock_version = l.clock_version
             WHERE (z.last_on IS NULL OR z.last_on <= e.on_date)
               AND y.of_event IS NULL
               AND CASE WHEN e.on_date <= ehc_clocks.on_date OR l.is_ahead
                        THEN e.on_date BETWEEN l.valid_from AND l.valid_to
                             AND (l.starts_at = 'on_date'
                                  OR e.from_on IS NOT NULL)
                        ELSE false END
               AND CASE WHEN l.start_outcomes IS NULL THEN true
                        ELSE coalesce(e.outcome, (
                            SELECT o.outcome
                              FROM api.ehc_event_versions AS o
                             WHERE o.event_id = e.of_event))
                            = ANY (l.start_outcomes) END
               AND CASE WHEN l.is_ahead THEN NOT EXISTS (
                            SELECT
                              FROM api.ehc_moves AS v
                             WHERE v.child_id = e.child_id
                               AND v.deadline_rule_id = l.root_rule
                               AND v.year = coalesce(e.year,
                                   extract(year FROM e.on_date)::int))
                        ELSE true END
            UNION ALL
            SELECT c.ehc_case, c.child_id, NULL, NULL, NULL, NULL,
                   CASE l.unit WHEN 'day_of_year' THEN make_date(v.year, 1, 1)
                               ELSE v.target_on END,
                   v.year, v.state = 'settled', l.*
              FROM api.ehc_moves AS v
              JOIN law AS l
                ON l.root_rule = v.deadline_rule_id
               AND v.target_on BETWEEN l.valid_from AND l.valid_to
              JOIN api.ehc_cases AS c ON c.child_id = v.child_id
             WHERE EXISTS (
                   SELECT
                     FROM api.ehc_events_as_of(ehc_clocks.as_of) AS f
                    WHERE f.ehc_case = c.ehc_case
                      AND f.event = ANY ((SELECT k.in_force
                                            FROM codes AS k)::text[])
                      AND f.on_date <= ehc_clocks.on_date)
               ) AS s
          JOIN api.ehc_cases AS c
            ON c.ehc_case = s.ehc_case
           AND (s.plan_type IS NULL OR s.plan_type = c.plan_type)
         CROSS JOIN LATERAL (
               SELECT r.due_on
                 FROM api.reckon(s.base_on, s.unit, s.amount, s.is_inclusive,
                          s.month, s.day, NULL) AS r
               OFFSET 0) AS d_1
         CROSS JOIN LATERAL (
               SELECT CASE WHEN s.unit_2 IS NULL THEN d_1.due_on
                           ELSE r.due_on END AS due_on
                 FROM api.reckon(d_1.due_on, s.unit_2, s.amount_2, false, NULL,
                          NULL, NULL) AS r
               OFFSET 0) AS d_2
         CROSS JOIN LATERAL (
               SELECT CASE WHEN s.unit_3 IS NULL THEN d_2.due_on
                           ELSE r.due_on END AS due_on
                 FROM api.reckon(d_2.due_on, s.unit_3, s.amount_3, false, NULL,
                          NULL, NULL) AS r
               OFFSET 0) AS d
          LEFT JOIN LATERAL (
               SELECT n.event_id, n.on_date
                 FROM api.ehc_events_as_of(ehc_clocks.as_of) AS n
                WHERE n.ehc_case = s.ehc_case
                  AND n.event = ANY (s.end_events)
                  AND n.on_date <= ehc_clocks.on_date
                  AND n.event_id IS DISTINCT FROM s.start_id
                  AND CASE WHEN s.year IS NOT NULL THEN n.year = s.year
                           ELSE n.on_date > s.start_on
                                OR n.on_date = s.start_on
                                   AND n.event <> ALL (s.not_after) END
                  AND (n.of_event = s.start_id
                       OR n.event <> ALL (s.answers))
                ORDER BY n.on_date, n.known_from, n.event_id
                LIMIT 1) AS m ON true
          LEFT JOIN LATERAL (
               SELECT p.exception
                 FROM api.ehc_events_as_of(ehc_clocks.as_of) AS p
                 JOIN api.clock_exceptions AS z
                   ON z.exception = p.exception
                  AND p.on_date BETWEEN z.valid_from
                                    AND coalesce(z.valid_to, 'infinity')
                WHERE s.is_excusable
                  AND p.ehc_case = s.ehc_case
                  AND p.exception IS NOT NULL
                  AND p.on_date <= ehc_clocks.on_date
                  AND s.clock = ANY (z.clocks)
                  AND coalesce(p.from_on, p.on_date) <= d.due_on
                  AND coalesce(p.to_on, 'infinity') >= s.base_on
                  AND (z.weeks_min IS NULL
                       OR p.to_on - p.from_on + 1 >= 7 * z.weeks_min)
                ORDER BY p.on_date, p.exception
                LIMIT 1) AS x ON true
         WHERE CASE WHEN m.event_id IS NOT NULL THEN true
                    ELSE NOT s.is_over
                     AND (s.kind = 'limit' OR d.due_on >= ehc_clocks.on_date)
                     AND NOT EXISTS (
                         SELECT
                           FROM api.ehc_events_as_of(ehc_clocks.as_of) AS n
                          WHERE n.ehc_case = s.ehc_case
                            AND n.event = ANY ((SELECT k.ending
                                                  FROM codes AS k)::text[])
                            AND n.on_date <= ehc_clocks.on_date)
               END
           AND CASE WHEN m.event_id IS NOT NULL OR s.moot_by = '{}' THEN true
                    ELSE NOT EXISTS (
                         SELECT
                           FROM api.ehc_events_as_of(ehc_clocks.as_of) AS n
                          WHERE n.ehc_case = s.ehc_case
                            AND n.event = ANY (s.moot_events)
                            AND (n.event = ANY (s.moot_by)
                                 OR n.event || ':' || n.outcome
                                    = ANY (s.moot_by))
                            AND n.on_date <= ehc_clocks.on_date
                            AND CASE WHEN s.year IS NOT NULL
                                     THEN n.year = s.year
                                     ELSE n.on_date > s.start_on
                                          OR n.on_date = s.start_on
                                             AND n.event <> ALL (s.not_after)
                                END
                            AND (n.of_event = s.start_id
                                 OR n.event <> ALL (s.answers)))
               END
           AND CASE WHEN NOT s.restarts OR s.start_id IS NULL THEN true
                    ELSE NOT EXISTS (
                         SELECT
                           FROM api.ehc_events_as_of(ehc_clocks.as_of) AS n
                          WHERE n.ehc_case = s.ehc_case
                            AND n.event = ANY (s.start_events)
                            AND (n.on_date, n.known_from, n.event_id)
                                > (s.start_on, s.start_known, s.start_id)
                            AND n.on_date <= ehc_clocks.on_date
                            AND (m.on_date IS NULL OR n.on_date < m.on_date))
               END
           AND CASE WHEN s.latest_of IS NULL THEN true
                    ELSE NOT EXISTS (
                         SELECT
                           FROM api.ehc_events_as_of(ehc_clocks.as_of) AS n
                           JOIN law AS o
                             ON o.start_event = n.event
                            AND o.latest_of = s.latest_of
                            AND o.clock <> s.clock
                            AND n.on_date BETWEEN o.valid_from AND o.valid_to
                          CROSS JOIN LATERAL (
                                SELECT w.due_on
                                  FROM api.reckon(
                                           CASE o.starts_at WHEN 'from_on'
                                                THEN n.from_on
                                                ELSE n.on_date END,
                                           o.unit, o.amount, o.is_inclusive,
                                           o.month, o.day, NULL) AS w
                                OFFSET 0) AS r
                          WHERE n.ehc_case = s.ehc_case
                            AND n.on_date
                                <= coalesce(m.on_date, ehc_clocks.on_date)
                            AND (r.due_on, o.clock) > (d.due_on, s.clock))
               END
           AND CASE WHEN s.age_below IS NULL THEN true
                    ELSE (SELECT h.born_on
                            FROM api.ehc_children AS h
                           WHERE h.child_id = s.child_id)
                         + make_interval(years => s.age_below)
                         > CASE WHEN m.on_date IS NULL
                                THEN greatest(d.due_on, ehc_clocks.on_date)
                                ELSE d.due_on END
               END
           ) AS q;
$$;
COMMENT ON FUNCTION api.ehc_clocks(date, timestamptz, boolean) IS
    'as api.ehc_due, with ehc_case, start_event (NULL: a move started it), met_by (event), process, kind (limit, minimum, right) and year (of the phase transfer)';

-- ehc_due — the same in the shape of every list of what is due.
CREATE FUNCTION api.ehc_due(on_date date,
    as_of timestamptz DEFAULT 'infinity', running boolean DEFAULT false)
RETURNS TABLE (subject text, subject_id text, child_id uuid, setting_id int,
    clock text, clock_version date, name text, starts_on date, due_on date,
    met_on date, days_left int, exception text, owner text, rule text,
    severity text, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT 'ehc_case', c.ehc_case::text, c.child_id, c.setting_id, c.clock,
           c.clock_version, c.name, c.starts_on, c.due_on, c.met_on,
           c.days_left, c.exception, c.owner, c.rule, c.severity, c.reference
      FROM api.ehc_clocks(ehc_due.on_date, ehc_due.as_of, ehc_due.running)
           AS c;
$$;
COMMENT ON FUNCTION api.ehc_due(date, timestamptz, boolean) IS
    'a row a clock that has started by on_date: subject (ehc_case), subject_id, child_id, setting_id, clock, clock_version, name, starts_on, due_on, met_on, days_left, exception, owner, rule, severity, reference; NULL met_on: it runs, in an open case';

-- ehc_states — how each case stands: the newest event that says so.
CREATE FUNCTION api.ehc_states(on_date date)
RETURNS TABLE (ehc_case uuid, child_id uuid, state text, name text, since date,
    step text, owner text, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT c.ehc_case, c.child_id, s.state, s.name, s.on_date, s.step,
           s.owner, s.reference
      FROM api.ehc_cases AS c
     CROSS JOIN LATERAL (
           SELECT l.state, l.name, l.step, l.owner, l.reference, e.on_date
             FROM api.ehc_events AS e
             JOIN api.law_ehc_states AS l
               ON l.event = e.event
              AND (l.outcome IS NULL OR l.outcome = e.outcome)
            WHERE e.ehc_case = c.ehc_case
              AND e.on_date <= ehc_states.on_date
            ORDER BY e.on_date DESC, e.known_from DESC
            LIMIT 1) AS s;
$$;

-- ehc_next_steps — a row an open case: what is next, whose move it is, until
-- when. A duty goes before a right, the nearest before others; where no clock
-- runs the state of the case says whose move it is.
CREATE FUNCTION api.ehc_next_steps(on_date date)
RETURNS TABLE (ehc_case uuid, child_id uuid, setting_id int, state text,
    state_name text, since date, step text, clock text, due_on date,
    days_left int, exception text, owner text, rule text, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT ON (c.ehc_case) c.ehc_case, c.child_id, d.setting_id,
           s.state, s.name, s.since, coalesce(d.name, s.step), d.clock,
           d.due_on, d.days_left, d.exception, coalesce(d.owner, s.owner),
           d.rule, coalesce(d.reference, s.reference)
      FROM api.ehc_cases AS c
      LEFT JOIN api.ehc_states(ehc_next_steps.on_date) AS s
        ON s.ehc_case = c.ehc_case
      LEFT JOIN api.ehc_clocks(ehc_next_steps.on_date, 'infinity', true) AS d
        ON d.ehc_case = c.ehc_case
       AND d.met_on IS NULL
     WHERE c.opened_on <= ehc_next_steps.on_date
       AND (c.ended_on IS NULL OR c.ended_on > ehc_next_steps.on_date)
     ORDER BY c.ehc_case, d.kind = 'limit' DESC NULLS LAST, d.due_on, d.clock;
$$;

-- ehc_advice_due — advice asked for and not given, by adviser: when it is due
-- and when it was last asked for again.
CREATE FUNCTION api.ehc_advice_due(on_date date)
RETURNS TABLE (event_id uuid, case_id uuid, child_id uuid, adviser text,
    adviser_name text, asked_on date, due_on date, days_left int,
    exception text, chased int, chased_on date, _setting_id int)
LANGUAGE sql STABLE
AS $$
    SELECT e.event_id, e.ehc_case, e.child_id, e.adviser, v.name, e.on_date,
           c.due_on, c.days_left, c.exception, r.chased, r.chased_on,
           c.setting_id
      FROM api.ehc_clocks(ehc_advice_due.on_date, 'infinity', true) AS c
      JOIN api.ehc_events AS e ON e.event_id = c.start_event
      LEFT JOIN api.ehc_advisers AS v ON v.code = e.adviser
     CROSS JOIN LATERAL (
           SELECT count(*)::int AS chased, max(h.on_date) AS chased_on
             FROM api.ehc_events AS h
            WHERE h.of_event = e.event_id
              AND h.event = 'advice_chased'
              AND h.ehc_case = e.ehc_case
              AND h.on_date <= ehc_advice_due.on_date) AS r
     WHERE c.clock = 'advice'
       AND c.met_on IS NULL;
$$;
