-- recompute.sql — what would be due otherwise if a clock were other: the whole
-- caseload reckoned anew by the same api.reckon. Nothing is stored.
-- SPDX-License-Identifier: Apache-2.0
-- after: due session settings

-- clock_chains — each version of a clock with the up to two it is counted back
-- from, as api.clock_starts has them: the start is taken through the reckonings
-- 1 to 3. valid_from and valid_to are of starts.
CREATE VIEW api.clock_chains AS
    SELECT c.clock, c.valid_from AS clock_version,
           greatest(c.valid_from, p.valid_from, g.valid_from) AS valid_from,
           least(coalesce(c.valid_to, 'infinity'),
                 coalesce(p.valid_to, 'infinity'),
                 coalesce(g.valid_to, 'infinity')) AS valid_to,
           c.name, ARRAY[c.clock, p.clock, g.clock] AS clocks,
           coalesce(g.clock, p.clock, c.clock) AS clock_1,
           coalesce(g.unit, p.unit, c.unit) AS unit_1,
           coalesce(g.amount, p.amount, c.amount) AS amount_1,
           coalesce(g.is_inclusive, p.is_inclusive, c.is_inclusive)
               AS is_inclusive_1,
           coalesce(g.month, p.month, c.month) AS month_1,
           coalesce(g.day, p.day, c.day) AS day_1,
           CASE WHEN g.clock IS NOT NULL THEN p.clock
                WHEN p.clock IS NOT NULL THEN c.clock END AS clock_2,
           CASE WHEN g.clock IS NOT NULL THEN p.unit
                WHEN p.clock IS NOT NULL THEN c.unit END AS unit_2,
           CASE WHEN g.clock IS NOT NULL THEN p.amount
                WHEN p.clock IS NOT NULL THEN c.amount END AS amount_2,
           CASE WHEN g.clock IS NOT NULL THEN c.clock END AS clock_3,
           CASE WHEN g.clock IS NOT NULL THEN c.unit END AS unit_3,
           CASE WHEN g.clock IS NOT NULL THEN c.amount END AS amount_3
      FROM api.clocks AS c
      LEFT JOIN api.clocks AS p
        ON p.clock = c.starts_due
       AND daterange(p.valid_from, p.valid_to, '[]')
           && daterange(c.valid_from, c.valid_to, '[]')
      LEFT JOIN api.clocks AS g
        ON g.clock = p.starts_due
       AND daterange(g.valid_from, g.valid_to, '[]')
           && daterange(c.valid_from, c.valid_to, '[]')
       AND daterange(g.valid_from, g.valid_to, '[]')
           && daterange(p.valid_from, p.valid_to, '[]');

-- recompute_as — the clock as it would be: that version (NULL: the one in
-- force that day) with another unit or amount. Empty for one there is not.
CREATE FUNCTION api.recompute_as(clock text, version date, unit text,
    amount int, on_date date)
RETURNS TABLE (clock text, name text, unit text, amount int,
    is_inclusive boolean, month int, day int)
LANGUAGE sql STABLE
AS $$
    SELECT k.clock, k.name, coalesce(recompute_as.unit, k.unit),
           coalesce(recompute_as.amount, k.amount),
           k.is_inclusive AND coalesce(recompute_as.unit, k.unit)
                              IN ('day', 'working_day', 'school_day'),
           k.month, k.day
      FROM api.clocks AS k
     WHERE k.clock = recompute_as.clock
       AND CASE WHEN recompute_as.version IS NOT NULL
                THEN k.valid_from = recompute_as.version
                ELSE recompute_as.on_date
                     BETWEEN k.valid_from AND coalesce(k.valid_to, 'infinity')
           END;
$$;

-- recompute — one row for all that the clock, or one counted back from it, has
-- made due in scope: when, and when it would be. Late: not met and past and
-- not excused, or met after the day. What starts a clock stays as it is.
CREATE FUNCTION api.recompute(clock text, version date, unit text, amount int,
    on_date date)
RETURNS TABLE (clock text, name text, subject text, subject_id text,
    child_id uuid, setting_id int, setting text, setting_name text,
    starts_on date, met_on date, old_due_on date, new_due_on date,
    was_late boolean, is_late boolean)
LANGUAGE sql STABLE
AS $$
    WITH h AS MATERIALIZED (
        SELECT c.clock, c.clock_version, c.valid_from, c.valid_to,
               c.unit_2 IS NOT NULL AS has_2,
               c.unit_3 IS NOT NULL AS has_3,
               CASE c.clock_1 WHEN n.clock THEN n.unit
                              ELSE c.unit_1 END AS unit_1,
               CASE c.clock_1 WHEN n.clock THEN n.amount
                              ELSE c.amount_1 END AS amount_1,
               CASE c.clock_1 WHEN n.clock THEN n.is_inclusive
                              ELSE c.is_inclusive_1 END AS is_inclusive_1,
               CASE c.clock_1 WHEN n.clock THEN n.month
                              ELSE c.month_1 END AS month_1,
               CASE c.clock_1 WHEN n.clock THEN n.day
                              ELSE c.day_1 END AS day_1,
               CASE c.clock_2 WHEN n.clock THEN n.unit
                              ELSE c.unit_2 END AS unit_2,
               CASE c.clock_2 WHEN n.clock THEN n.amount
                              ELSE c.amount_2 END AS amount_2,
               CASE c.clock_3 WHEN n.clock THEN n.unit
                              ELSE c.unit_3 END AS unit_3,
               CASE c.clock_3 WHEN n.clock THEN n.amount
                              ELSE c.amount_3 END AS amount_3
          FROM api.recompute_as(recompute.clock, recompute.version,
                   recompute.unit, recompute.amount,
                   recompute.on_date) AS n
          JOIN api.clock_chains AS c ON n.clock = ANY (c.clocks)
    ), d AS MATERIALIZED (
        SELECT u.*
          FROM api.due(recompute.on_date) AS u
         WHERE u.clock = ANY (ARRAY(
               SELECT c.clock
                 FROM api.clock_chains AS c
                WHERE recompute.clock = ANY (c.clocks)))
    )
    SELECT h.clock, d.name, d.subject, d.subject_id, d.child_id, d.setting_id,
           s.setting, s.setting_name, d.starts_on, d.met_on, d.due_on,
           r_3.due_on,
           d.exception IS NULL
           AND coalesce(d.met_on, recompute.on_date) > d.due_on IS TRUE,
           d.exception IS NULL
           AND coalesce(d.met_on, recompute.on_date) > r_3.due_on IS TRUE
      FROM d
      JOIN h
        ON h.clock = d.clock
       AND h.clock_version = d.clock_version
       AND d.starts_on BETWEEN h.valid_from AND h.valid_to
     CROSS JOIN LATERAL (
           SELECT r.due_on
             FROM api.reckon(d.starts_on, h.unit_1, h.amount_1,
                      h.is_inclusive_1, h.month_1, h.day_1, d.setting_id) AS r
           OFFSET 0) AS r_1
     CROSS JOIN LATERAL (
           SELECT CASE WHEN h.has_2 THEN r.due_on ELSE r_1.due_on END AS due_on
             FROM api.reckon(r_1.due_on, h.unit_2, h.amount_2, false, NULL,
                      NULL, d.setting_id) AS r
           OFFSET 0) AS r_2
     CROSS JOIN LATERAL (
           SELECT CASE WHEN h.has_3 THEN r.due_on ELSE r_2.due_on END AS due_on
             FROM api.reckon(r_2.due_on, h.unit_3, h.amount_3, false, NULL,
                      NULL, d.setting_id) AS r
           OFFSET 0) AS r_3
      LEFT JOIN api.setting_names AS s ON s.setting_id = d.setting_id
     WHERE (SELECT w.settings FROM api.whoami AS w) IS NULL
        OR d.setting_id
           = ANY ((SELECT w.settings FROM api.whoami AS w)::int[]);
$$;

-- recompute_totals — the same counted: one row, none for a clock there is not.
CREATE FUNCTION api.recompute_totals(clock text, version date, unit text,
    amount int, on_date date)
RETURNS TABLE (clock text, name text, unit text, amount int, rows int,
    moved int, earlier int, later int, late_before int, late_after int,
    late_no_more int, late_anew int)
LANGUAGE sql STABLE
AS $$
    SELECT n.clock, n.name, n.unit, n.amount, t.rows, t.moved, t.earlier,
           t.later, t.late_before, t.late_after, t.late_no_more, t.late_anew
      FROM api.recompute_as(recompute_totals.clock, recompute_totals.version,
               recompute_totals.unit, recompute_totals.amount,
               recompute_totals.on_date) AS n
     CROSS JOIN (
           SELECT count(*)::int AS rows,
                  (count(*) FILTER (WHERE r.new_due_on
                       IS DISTINCT FROM r.old_due_on))::int AS moved,
                  (count(*) FILTER (WHERE r.new_due_on
                       < r.old_due_on))::int AS earlier,
                  (count(*) FILTER (WHERE r.new_due_on
                       > r.old_due_on))::int AS later,
                  (count(*) FILTER (WHERE r.was_late))::int AS late_before,
                  (count(*) FILTER (WHERE r.is_late))::int AS late_after,
                  (count(*) FILTER (WHERE r.was_late
                       AND NOT r.is_late))::int AS late_no_more,
                  (count(*) FILTER (WHERE r.is_late
                       AND NOT r.was_late))::int AS late_anew
             FROM api.recompute(recompute_totals.clock,
                      recompute_totals.version, recompute_totals.unit,
                      recompute_totals.amount, recompute_totals.on_date) AS r
           ) AS t;
$$;
