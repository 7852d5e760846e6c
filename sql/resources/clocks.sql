-- clocks.sql — when something is due: one way to reckon for every clock, the
-- explanation of a date, and the calendars of schools.
-- SPDX-License-Identifier: Apache-2.0
-- after: reports settings

-- clocks — every version of every clock with the sentence and the source of
-- its rule.
CREATE VIEW api.clocks AS
    SELECT c.id AS clock,
           c.valid_from,
           c.valid_to,
           c.process,
           c.plan_type,
           c.name,
           c.kind,
           c.starts,
           c.starts_due,
           c.ends,
           c.unit,
           c.amount::int AS amount,
           c.month::int AS month,
           c.day::int AS day,
           c.is_inclusive,
           c.owner,
           r.id AS rule,
           r.standing,
           r.sentence,
           r.reference
      FROM law.clocks AS c
      JOIN law.rules AS r
        ON r.id = c.rule_id
       AND c.valid_from BETWEEN r.valid_from
                            AND coalesce(r.valid_to, 'infinity')
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- clock_exceptions — what may excuse which clocks.
CREATE VIEW api.clock_exceptions AS
    SELECT e.code AS exception,
           e.name,
           e.clock_ids AS clocks,
           e.weeks_min::int AS weeks_min,
           e.valid_from,
           e.valid_to,
           e.reference
      FROM law.clock_exceptions AS e
     WHERE (SELECT core.actor_role()) IS NOT NULL;

CREATE VIEW api.law_bank_holidays AS
    SELECT h.day, h.name
      FROM law.bank_holidays AS h;

-- school_days — the days on which a setting sits: by its own calendar where it
-- has one, else by the authority's.
CREATE VIEW api.school_days AS
    SELECT s.id AS setting_id, d.day
      FROM core.settings AS s
      JOIN core.school_days AS d
        ON d.calendar_id = coalesce(
               (SELECT c.id FROM core.school_calendars AS c
                 WHERE c.setting_id = s.id),
               (SELECT c.id FROM core.school_calendars AS c
                 WHERE c.setting_id IS NULL))
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- reckon — the day that lies amount units from the start. Days, weeks and
-- months by the calendar (a month that is too short ends on its last day).
-- The start is not counted, unless is_inclusive: then it is day 1. Working and
-- school days: the amount-th such day after the start; inclusive, the start is
-- the first if it is one itself. Negative amounts count back. NULL past the
-- end of a calendar. day_of_year: that day of the year of the start.
CREATE FUNCTION api.reckon(start_on date, unit text, amount int,
    is_inclusive boolean, on_month int, on_day int, setting_id int)
RETURNS TABLE (due_on date)
LANGUAGE sql STABLE
AS $$
    SELECT CASE reckon.unit
           WHEN 'day' THEN reckon.start_on + reckon.amount
               - CASE WHEN reckon.is_inclusive THEN 1 ELSE 0 END
           WHEN 'week' THEN reckon.start_on + 7 * reckon.amount
           WHEN 'month' THEN (reckon.start_on
               + make_interval(months => reckon.amount))::date
           WHEN 'day_of_year' THEN make_date(
               extract(year FROM reckon.start_on)::int, reckon.on_month,
               reckon.on_day) + reckon.amount
           WHEN 'working_day' THEN CASE WHEN reckon.amount > 0 THEN (
               SELECT w.day
                 FROM api.law_working_days AS w
                WHERE w.day >= reckon.start_on
                      + CASE WHEN reckon.is_inclusive THEN 0 ELSE 1 END
                  AND reckon.start_on >= (SELECT min(b.day)
                                            FROM api.law_working_days AS b)
                ORDER BY w.day
               OFFSET reckon.amount - 1
                LIMIT 1) ELSE (
               SELECT w.day
                 FROM api.law_working_days AS w
                WHERE w.day < reckon.start_on
                ORDER BY w.day DESC
               OFFSET - reckon.amount - 1
                LIMIT 1) END
           WHEN 'school_day' THEN (
               SELECT d.day
                 FROM api.school_days AS d
                WHERE d.setting_id = reckon.setting_id
                  AND d.day >= reckon.start_on
                      + CASE WHEN reckon.is_inclusive THEN 0 ELSE 1 END
                ORDER BY d.day
               OFFSET greatest(reckon.amount, 1) - 1
                LIMIT 1)
           END;
$$;

-- clock_due — when a clock is due that starts on that day, by the version in
-- force then; one that starts from another clock's due day goes back to what
-- starts that. Empty for a clock there is not.
CREATE FUNCTION api.clock_due(clock text, start_on date, setting_id int)
RETURNS TABLE (clock text, valid_from date, due_on date, first_due_on date,
    starts text)
LANGUAGE sql STABLE
AS $$
    WITH RECURSIVE chain AS (
        SELECT c.clock AS id, c.valid_from, c.starts, c.starts_due, c.unit, c.amount,
               c.is_inclusive, c.month, c.day, 1 AS depth
          FROM api.clocks AS c
         WHERE c.clock = clock_due.clock
           AND clock_due.start_on BETWEEN c.valid_from
                                      AND coalesce(c.valid_to, 'infinity')
        UNION ALL
        SELECT c.clock AS id, c.valid_from, c.starts, c.starts_due, c.unit, c.amount,
               c.is_inclusive, c.month, c.day, h.depth + 1
          FROM chain AS h
          JOIN api.clocks AS c
            ON c.clock = h.starts_due
           AND clock_due.start_on BETWEEN c.valid_from
                                      AND coalesce(c.valid_to, 'infinity')
         WHERE h.depth < 5
    ),
    reckoned AS (
        SELECT h.depth, r.due_on, h.starts, r.due_on AS first_due_on
          FROM chain AS h
         CROSS JOIN api.reckon(clock_due.start_on, h.unit, h.amount,
                        h.is_inclusive, h.month, h.day,
                        clock_due.setting_id) AS r
         WHERE h.starts_due IS NULL
        UNION ALL
        SELECT h.depth, r.due_on, k.starts, k.first_due_on
          FROM reckoned AS k
          JOIN chain AS h ON h.depth = k.depth - 1
         CROSS JOIN api.reckon(k.due_on, h.unit, h.amount,
                        h.is_inclusive, h.month, h.day,
                        clock_due.setting_id) AS r
    )
    SELECT h.id, h.valid_from, r.due_on, r.first_due_on, r.starts
      FROM reckoned AS r
      JOIN chain AS h ON h.depth = r.depth
     WHERE h.depth = 1;
$$;

-- clock_explain — the same in words: what was counted from where, by which
-- version of which rule, what was left out in counting, and what could excuse
-- it. Empty for a clock there is not on that day.
CREATE FUNCTION api.clock_explain(clock text, start_on date,
    setting_ref text)
RETURNS TABLE (clock text, name text, process text, kind text, owner text,
    starts text, ends text, starts_on date, due_on date, counting text,
    not_counted text[], version date, rule text, standing text,
    sentence text, reference text, exceptions jsonb)
LANGUAGE sql STABLE
AS $$
    SELECT c.clock, c.name, c.process, c.kind, c.owner, d.starts, c.ends,
           clock_explain.start_on, d.due_on,
           CASE
               WHEN c.starts_due IS NOT NULL THEN format(
                   '%s %s back from %s, the day by which %s is due',
                   - c.amount, c.unit || 's', b.due_on, c.starts_due)
               WHEN c.unit = 'day_of_year' THEN format(
                   'a day of the year %s',
                   extract(year FROM clock_explain.start_on))
               WHEN c.is_inclusive THEN format(
                   '%s %s, of which %s is the first if it counts', c.amount,
                   replace(c.unit, '_', ' ') || 's', clock_explain.start_on)
               WHEN c.amount < 0 THEN format('%s %s back from %s',
                   - c.amount, replace(c.unit, '_', ' ') || 's',
                   clock_explain.start_on)
               ELSE format('%s %s after %s', c.amount,
                   replace(c.unit, '_', ' ') || 's', clock_explain.start_on)
           END,
           CASE WHEN c.unit = 'working_day' THEN ARRAY(
               SELECT format('%s %s', h.day, h.name)
                 FROM api.law_bank_holidays AS h
                WHERE h.day BETWEEN clock_explain.start_on AND d.due_on
                ORDER BY h.day) END,
           c.valid_from, c.rule, c.standing, c.sentence, c.reference,
           (SELECT jsonb_agg(jsonb_build_object('exception', e.exception,
                       'name', e.name, 'weeks_min', e.weeks_min,
                       'reference', e.reference) ORDER BY e.exception)
              FROM api.clock_exceptions AS e
             WHERE c.clock = ANY (e.clocks))
      FROM api.clock_due(clock_explain.clock, clock_explain.start_on,
               (SELECT r.setting_id FROM api.setting_refs AS r
                 WHERE r.ref = clock_explain.setting_ref)) AS d
      JOIN api.clocks AS c
        ON c.clock = d.clock
       AND c.valid_from = d.valid_from
      LEFT JOIN LATERAL api.clock_due(c.starts_due, clock_explain.start_on,
               (SELECT r.setting_id FROM api.setting_refs AS r
                 WHERE r.ref = clock_explain.setting_ref)) AS b ON true;
$$;
