-- deadlines.sql — what is due for whoever asks: of the settings in scope, with
-- names; counted; and as the letter of a day, without names.
-- SPDX-License-Identifier: Apache-2.0
-- after: due session settings codes

-- due_names — what settings call their children, withdrawn records too: a
-- child between settings may have no other.
CREATE VIEW api.due_names AS
    SELECT r.child_id, r.setting_id, r.surname, r.forename,
           r.deleted_at IS NOT NULL AS is_withdrawn, r.source_id
      FROM core.child_records AS r;

-- deadlines — what is not met and due within so many days (NULL: rule
-- deadlines_ahead), late or not: for whom a scope is set, of its settings.
CREATE FUNCTION api.deadlines(on_date date, days int)
RETURNS TABLE (due_on date, days_left int, owner text, clock text, name text,
    subject text, subject_id text, child_id uuid, surname text, forename text,
    setting_id int, setting text, setting_name text, starts_on date,
    clock_version date, exception text, rule text, severity text,
    reference text)
LANGUAGE sql STABLE
AS $$
    SELECT d.due_on, d.days_left, d.owner, d.clock, d.name, d.subject,
           d.subject_id, d.child_id, c.surname, c.forename, d.setting_id,
           s.setting, s.setting_name, d.starts_on, d.clock_version,
           d.exception, d.rule, d.severity, d.reference
      FROM api.due(deadlines.on_date, true) AS d
      LEFT JOIN api.setting_names AS s ON s.setting_id = d.setting_id
      LEFT JOIN LATERAL (
           SELECT n.surname, n.forename
             FROM api.due_names AS n
            WHERE n.child_id = d.child_id
            ORDER BY n.is_withdrawn, n.setting_id IS DISTINCT FROM d.setting_id,
                     n.setting_id, n.source_id
            LIMIT 1) AS c ON true
     WHERE d.met_on IS NULL
       AND d.days_left <= coalesce(deadlines.days,
               (SELECT a.amount::int
                  FROM api.amounts(deadlines.on_date) AS a
                 WHERE a.rule_id = 'deadlines_ahead'))
       AND ((SELECT w.settings FROM api.whoami AS w) IS NULL
            OR d.setting_id
               = ANY ((SELECT w.settings FROM api.whoami AS w)::int[]));
$$;

-- deadlines_digest — the day's letter, a line a row: counts first, then what is
-- late, what is due today and this week, by owner. A letter is no safe place:
-- a child is the first eight signs of its id, and never named. child_id is
-- there for the audit alone.
CREATE FUNCTION api.deadlines_digest(on_date date)
RETURNS TABLE (n bigint, child_id uuid, line text)
LANGUAGE sql STABLE
AS $$
    WITH d AS MATERIALIZED (
        SELECT q.due_on, q.days_left, q.name, q.child_id, q.subject_id,
               q.setting_name, q.part, coalesce(o.rank, 99) AS rank,
               coalesce(o.title, q.owner) AS title,
               row_number() OVER (PARTITION BY q.part, q.owner
                   ORDER BY q.due_on, q.setting_name, q.name, q.child_id,
                            q.subject_id) AS place
          FROM (SELECT l.*, CASE WHEN l.days_left < 0 THEN 1
                                 WHEN l.days_left = 0 THEN 2
                                 ELSE 3 END AS part
                  FROM api.deadlines(deadlines_digest.on_date,
                           (SELECT a.amount::int
                              FROM api.amounts(deadlines_digest.on_date) AS a
                             WHERE a.rule_id = 'deadlines_week')) AS l) AS q
          LEFT JOIN api.codes AS o
            ON o.list = 'due_owner'
           AND o.code = q.owner
    ), most AS (
        SELECT (max(a.amount) FILTER (WHERE a.rule_id = 'deadlines_lines'))::int
                   AS lines,
               max(a.amount) FILTER (WHERE a.rule_id = 'deadlines_week')
                   AS days
          FROM api.amounts(deadlines_digest.on_date) AS a
    ), lines AS (
        SELECT 0 AS part, 0 AS rank, 0 AS kind, 0::bigint AS place,
               NULL::uuid AS child_id,
               format(E'What is due on %s\n\nLate: %s. Today: %s. In the next %s days: %s.\n',
                   to_char(deadlines_digest.on_date, 'FMDD FMMonth YYYY'),
                   count(*) FILTER (WHERE d.part = 1),
                   count(*) FILTER (WHERE d.part = 2),
                   (SELECT m.days FROM most AS m),
                   count(*) FILTER (WHERE d.part = 3)) AS line
          FROM d
        UNION ALL
        SELECT 0, d.rank, 1, 0, NULL,
               format('%s: %s late, %s today, %s soon',
                   d.title, count(*) FILTER (WHERE d.part = 1),
                   count(*) FILTER (WHERE d.part = 2),
                   count(*) FILTER (WHERE d.part = 3))
          FROM d
         GROUP BY d.rank, d.title
        UNION ALL
        SELECT d.part, 0, 0, 0, NULL,
               E'\n' || (ARRAY['LATE', 'TODAY', 'SOON'])[d.part]
          FROM d
         GROUP BY d.part
        UNION ALL
        SELECT d.part, d.rank, 0, 0, NULL, d.title
          FROM d
         GROUP BY d.part, d.rank, d.title
        UNION ALL
        SELECT d.part, d.rank, 1, d.place, d.child_id,
               format('- %s%s: %s%s%s', to_char(d.due_on, 'FMDD Mon YYYY'),
                   CASE WHEN d.days_left < 0
                        THEN format(' (late by %s)', - d.days_left) ELSE '' END,
                   d.name,
                   ', child ' || left(d.child_id::text, 8),
                   ', ' || d.setting_name)
          FROM d
         CROSS JOIN most AS m
         WHERE d.place <= m.lines
        UNION ALL
        SELECT d.part, d.rank, 2, 0, NULL,
               format('- and %s more', count(*) - max(m.lines))
          FROM d
         CROSS JOIN most AS m
         GROUP BY d.part, d.rank
        HAVING count(*) > max(m.lines)
    )
    SELECT row_number() OVER (ORDER BY l.part, l.rank, l.kind, l.place),
           l.child_id, l.line
      FROM lines AS l;
$$;
