-- report_flows.sql — how children move, counted: from which setting to which,
-- by state and colour, who is between settings, what was handed over and how
-- much of it was known on the first day. What is counted is what the lists say
-- (api.report_transitions, api.between, api.handovers, api.handover_continuity);
-- the tables with their totals are suppression.sql's.
-- SPDX-License-Identifier: Apache-2.0
-- after: reports report_people suppression transition_cases transition_colours between handover_due

-- moves_counted — moves in sight: the authority's cases that were not
-- cancelled, and where it has none for the child and year, the setting's own
-- record. A setting that was told before and is not the destination any more
-- does not count it, nor one that has not been told yet.
CREATE VIEW api.moves_counted AS
    SELECT c.child_id, c.year, c.kind, c.state, c.entry, c.tier,
           c.from_setting_id, c.to_setting_id, c.to_outside IS NOT NULL
               AS is_outside
      FROM core.transition_cases AS c
     WHERE c.state <> 'cancelled'
       AND ((SELECT core.actor_sees_all())
            OR c.from_setting_id = ANY ((SELECT core.actor_settings())::int[])
            OR c.to_setting_id = ANY ((SELECT core.actor_settings())::int[])
               AND c.state <> 'planned')
    UNION ALL
    SELECT t.child_id, t.year, t.kind, 'no_case', 'normal', NULL,
           t.setting_id, t.to_setting_id, false
      FROM core.transitions AS t
     WHERE t.deleted_at IS NULL
       AND NOT EXISTS (SELECT
                         FROM core.transition_cases AS c
                        WHERE c.child_id = t.child_id
                          AND c.year = t.year);

-- report_flows — children who move in that year, by kind and setting left, to
-- which setting: rows of a Sankey picture, and the totals of both ends. A
-- place out of the area is "outside", one not known yet "unknown".
CREATE FUNCTION api.report_flows(year int, of_kind text, in_setting int,
    is_publication boolean)
RETURNS TABLE (year int, kind text, "from" text, from_name text, "to" text,
    to_name text, count jsonb, percent float8, is_suppressed boolean)
LANGUAGE sql STABLE
AS $$
    WITH flows AS MATERIALIZED (
        SELECT m.kind, coalesce(f.ref, 'unknown') AS from_ref,
               f.name AS from_name,
               CASE WHEN m.is_outside THEN 'outside'
                    ELSE coalesce(t.ref, 'unknown') END AS to_ref,
               t.name AS to_name, count(*)::int AS n
          FROM api.moves_counted AS m
          LEFT JOIN api.case_settings AS f ON f.id = m.from_setting_id
          LEFT JOIN api.case_settings AS t ON t.id = m.to_setting_id
         WHERE m.year = report_flows.year
           AND (report_flows.of_kind IS NULL
                OR m.kind = ANY (string_to_array(report_flows.of_kind, ',')))
           AND (report_flows.in_setting IS NULL
                OR report_flows.in_setting
                   IN (m.from_setting_id, m.to_setting_id))
         GROUP BY 1, 2, 3, 4, 5
    )
    SELECT report_flows.year, nullif(split_part(t."group", '|', 1), 'total'),
           CASE WHEN t."group" = 'total' THEN 'total'
                ELSE split_part(t."group", '|', 2) END,
           f.from_name, t.measure, o.to_name, t.count, t.percent,
           t.is_suppressed
      FROM (SELECT array_agg(w.kind || '|' || w.from_ref ORDER BY w.kind,
                       w.from_name, w.from_ref, w.to_name, w.to_ref) AS g,
                   array_agg(w.to_ref ORDER BY w.kind, w.from_name,
                       w.from_ref, w.to_name, w.to_ref) AS m,
                   array_agg(w.n ORDER BY w.kind, w.from_name, w.from_ref,
                       w.to_name, w.to_ref) AS n
              FROM flows AS w) AS a
     CROSS JOIN api.count_table(a.g, a.m, a.n,
                    api.publication_least(report_flows.is_publication)) AS t
      LEFT JOIN (SELECT DISTINCT w.kind || '|' || w.from_ref AS g,
                        w.from_name FROM flows AS w) AS f ON f.g = t."group"
      LEFT JOIN (SELECT DISTINCT w.to_ref, w.to_name
                   FROM flows AS w) AS o ON o.to_ref = t.measure
     ORDER BY t.place;
$$;

-- report_transition_counts — children of the cohort of that year, and those
-- whom the authority moves besides, by kind, setting, to, colour, state or
-- status, across colour, state or status.
CREATE FUNCTION api.report_transition_counts(year int, on_date date, by text,
    across text, of_kind text, in_setting int, is_publication boolean)
RETURNS TABLE ("group" text, group_name text, measure text, count jsonb,
    percent float8, is_suppressed boolean)
LANGUAGE sql STABLE
AS $$
    SELECT t."group", t.group_name, t.measure, t.count, t.percent,
           t.is_suppressed
      FROM (SELECT array_agg(CASE report_transition_counts.by
                       WHEN 'kind' THEN k.kind
                       WHEN 'setting' THEN k.from_ref
                       WHEN 'to' THEN k.to_ref
                       WHEN 'rag' THEN k.rag
                       WHEN 'state' THEN k.state
                       ELSE k.status END) AS groups,
                   array_agg(CASE report_transition_counts.by
                       WHEN 'setting' THEN k.from_name
                       WHEN 'to' THEN k.to_name END) AS names,
                   array_agg(CASE report_transition_counts.across
                       WHEN 'state' THEN k.state
                       WHEN 'status' THEN k.status
                       ELSE k.rag END) AS measures
              FROM (SELECT coalesce(r.kind, m.kind) AS kind,
                           coalesce(f.ref, 'unknown') AS from_ref,
                           f.name AS from_name,
                           CASE WHEN m.is_outside THEN 'outside'
                                ELSE coalesce(o.ref, 'unknown') END AS to_ref,
                           o.name AS to_name,
                           coalesce(lower(r.rag), 'none') AS rag,
                           coalesce(m.state, 'no_case') AS state,
                           coalesce(r.sen_status, 'unknown') AS status
                      FROM api.report_transitions(
                               report_transition_counts.year,
                               report_transition_counts.on_date) AS r
                      FULL JOIN (SELECT DISTINCT ON (x.child_id) x.*
                                   FROM api.moves_counted AS x
                                  WHERE x.year = report_transition_counts.year
                                  ORDER BY x.child_id, x.state = 'settled')
                             AS m
                        ON m.child_id = r.child_id
                      LEFT JOIN api.case_settings AS f
                        ON f.id = coalesce(r.from_setting_id,
                                           m.from_setting_id)
                      LEFT JOIN api.case_settings AS o
                        ON o.id = coalesce(m.to_setting_id, r.to_setting_id)
                     WHERE (report_transition_counts.of_kind IS NULL
                            OR coalesce(r.kind, m.kind) = ANY (
                               string_to_array(
                                   report_transition_counts.of_kind, ',')))
                       AND (report_transition_counts.in_setting IS NULL
                            OR f.id = report_transition_counts.in_setting)
                   ) AS k) AS a
     CROSS JOIN api.count_rows(a.groups, a.names, a.measures,
                    CASE report_transition_counts.across
                    WHEN 'rag' THEN '{black,red,amber,green,blue,none}'::text[]
                    END,
                    api.publication_least(
                        report_transition_counts.is_publication)) AS t
     ORDER BY t.place;
$$;

-- report_between — children who left one place and are at none, by the owner
-- of the next step, setting left, finding, SEN status or full weeks since they
-- left: within the time allowed, or escalated.
CREATE FUNCTION api.report_between(on_date date, by text, in_setting int,
    is_publication boolean)
RETURNS TABLE ("group" text, group_name text, measure text, count jsonb,
    percent float8, is_suppressed boolean)
LANGUAGE sql STABLE
AS $$
    SELECT t."group", t.group_name, t.measure, t.count, t.percent,
           t.is_suppressed
      FROM (SELECT array_agg(CASE report_between.by
                       WHEN 'setting' THEN b.setting
                       WHEN 'finding' THEN b.finding
                       WHEN 'status' THEN b.sen_status
                       WHEN 'weeks' THEN (b.days / 7)::text
                       ELSE b.owner END) AS groups,
                   array_agg(CASE report_between.by
                       WHEN 'setting' THEN b.setting_name
                       WHEN 'weeks' THEN lpad((b.days / 7)::text, 6, '0')
                   END) AS names,
                   array_agg(CASE WHEN report_between.on_date
                       > b.escalates_on THEN 'escalated' ELSE 'within' END)
                       AS measures
              FROM api.between(report_between.on_date) AS b
             WHERE report_between.in_setting IS NULL
                OR b.setting_id = report_between.in_setting) AS a
     CROSS JOIN LATERAL (
           SELECT r."group",
                  CASE report_between.by WHEN 'weeks' THEN NULL
                       ELSE r.group_name END AS group_name,
                  r.measure, r.count, r.percent, r.is_suppressed, r.place
             FROM api.count_rows(a.groups, a.names, a.measures,
                      '{within,escalated}', api.publication_least(
                          report_between.is_publication)) AS r) AS t
     ORDER BY t.place;
$$;

-- report_handovers — moves with a destination, today, by kind, setting left or
-- the one gone to, across how far the hand-over is, or whether it is late.
CREATE FUNCTION api.report_handovers(year int, by text, across text,
    of_kind text, in_setting int, is_publication boolean)
RETURNS TABLE ("group" text, group_name text, measure text, count jsonb,
    percent float8, is_suppressed boolean)
LANGUAGE sql STABLE
AS $$
    SELECT t."group", t.group_name, t.measure, t.count, t.percent,
           t.is_suppressed
      FROM (SELECT array_agg(CASE report_handovers.by
                       WHEN 'setting' THEN coalesce(h.from_setting, 'unknown')
                       WHEN 'to' THEN coalesce(h.to_setting, 'outside')
                       ELSE h.kind END) AS groups,
                   array_agg(CASE report_handovers.by
                       WHEN 'setting' THEN h.from_setting_name
                       WHEN 'to' THEN h.to_setting_name END) AS names,
                   array_agg(CASE
                       WHEN report_handovers.across = 'state' THEN h.state
                       WHEN h.is_late THEN 'late'
                       ELSE 'in_time' END) AS measures
              FROM api.handovers AS h
             WHERE (report_handovers.year IS NULL
                    OR h.year = report_handovers.year)
               AND (report_handovers.of_kind IS NULL
                    OR h.kind = ANY (string_to_array(
                           report_handovers.of_kind, ',')))
               AND (report_handovers.in_setting IS NULL
                    OR report_handovers.in_setting
                       IN (h._from_setting_id, h._to_setting_id))) AS a
     CROSS JOIN api.count_rows(a.groups, a.names, a.measures,
                    CASE report_handovers.across WHEN 'state'
                    THEN '{none,draft,sent,seen,acknowledged}'::text[]
                    ELSE '{in_time,late}'::text[] END,
                    api.publication_least(
                        report_handovers.is_publication)) AS t
     ORDER BY t.place;
$$;

-- report_continuity — moves by kind, setting left or gone to: on the first day
-- the receiver knew all it should (full), some (part) or nothing (none). The
-- mean score stands in the row of the total.
CREATE FUNCTION api.report_continuity(year int, on_date date, by text,
    of_kind text, in_setting int, is_publication boolean)
RETURNS TABLE ("group" text, group_name text, measure text, count jsonb,
    percent float8, is_suppressed boolean, score_mean float8)
LANGUAGE sql STABLE
AS $$
    WITH moves AS MATERIALIZED (
        SELECT CASE report_continuity.by
                   WHEN 'setting' THEN coalesce(f.ref, 'unknown')
                   WHEN 'to' THEN coalesce(o.ref, 'unknown')
                   ELSE c.kind END AS "group",
               CASE report_continuity.by
                   WHEN 'setting' THEN f.name
                   WHEN 'to' THEN o.name END AS group_name,
               CASE WHEN cardinality(c.known) = 0 THEN 'none'
                    WHEN c.missing = '[]' THEN 'full'
                    ELSE 'part' END AS measure,
               c.score
          FROM api.handover_continuity(report_continuity.on_date) AS c
          LEFT JOIN api.case_settings AS f ON f.id = c.from_setting_id
          LEFT JOIN api.case_settings AS o ON o.id = c.to_setting_id
         WHERE (report_continuity.year IS NULL
                OR c.year = report_continuity.year)
           AND (report_continuity.of_kind IS NULL
                OR c.kind = ANY (string_to_array(
                       report_continuity.of_kind, ',')))
           AND (report_continuity.in_setting IS NULL
                OR report_continuity.in_setting
                   IN (c.from_setting_id, c.to_setting_id))
    ),
    means AS (
        SELECT coalesce(m."group", 'total') AS "group",
               round(avg(m.score), 1)::float8 AS score_mean
          FROM moves AS m
         GROUP BY GROUPING SETS ((m."group"), ())
    )
    SELECT t."group", t.group_name, t.measure, t.count, t.percent,
           t.is_suppressed,
           CASE WHEN NOT t.is_suppressed THEN s.score_mean END
      FROM (SELECT array_agg(m."group") AS groups,
                   array_agg(m.group_name) AS names,
                   array_agg(m.measure) AS measures
              FROM moves AS m) AS a
     CROSS JOIN api.count_rows(a.groups, a.names, a.measures,
                    '{full,part,none}', api.publication_least(
                        report_continuity.is_publication)) AS t
      LEFT JOIN means AS s
        ON s."group" = t."group"
       AND t.measure = 'total'
     ORDER BY t.place;
$$;
