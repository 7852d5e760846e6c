-- report_counts.sql — how many children with which SEN status and need are
-- where. Counts only. What is counted is a single SELECT without SET, which
-- the planner opens; the table with its totals is suppression.sql's.
-- SPDX-License-Identifier: Apache-2.0
-- after: reports report_people suppression

-- sen_children — one row a child on roll that day: where it is (its main
-- place, as api.homes says) and its status and primary need, as api.statuses
-- says; without a record of need it is "no_sen".
CREATE FUNCTION api.sen_children(on_date date)
RETURNS TABLE (child_id uuid, setting_id int, setting text,
    setting_name text, type text, type_name text, phase text, locality text,
    year_group text, status text, need text)
LANGUAGE sql STABLE
AS $$
    SELECT h.child_id, s.setting_id, s.ref, s.name, s.type, s.type_name,
           s.phase, s.locality, h.year_group,
           CASE n.provision WHEN 'E' THEN 'ehc_plan' WHEN 'K' THEN 'sen_support'
                ELSE 'no_sen' END,
           CASE WHEN n.provision IN ('E', 'K')
                THEN coalesce(n.primary_need, 'not_recorded') END
      FROM api.homes(sen_children.on_date) AS h
      JOIN api.report_settings AS s ON s.setting_id = h.setting_id
      LEFT JOIN api.statuses(sen_children.on_date) AS n
        ON n.child_id = h.child_id;
$$;

-- report_sen_counts — children by setting, type, phase, locality, year_group
-- or need, across status or across need (of those with SEN). in_setting and
-- of_type NULL: all.
CREATE FUNCTION api.report_sen_counts(on_date date, by text, across text,
    in_setting int, of_type text, is_publication boolean)
RETURNS TABLE ("group" text, group_name text, measure text, count jsonb,
    percent float8, is_suppressed boolean)
LANGUAGE sql STABLE
AS $$
    SELECT t."group", t.group_name, t.measure, t.count, t.percent,
           t.is_suppressed
      FROM (SELECT array_agg(k."group") AS groups,
                   array_agg(k.group_name) AS names,
                   array_agg(k.measure) AS measures
              FROM (SELECT coalesce(CASE report_sen_counts.by
                               WHEN 'setting' THEN c.setting
                               WHEN 'type' THEN c.type
                               WHEN 'phase' THEN c.phase
                               WHEN 'locality' THEN c.locality
                               WHEN 'year_group' THEN c.year_group
                               WHEN 'need' THEN coalesce(c.need, 'no_sen')
                           END, 'unknown') AS "group",
                           CASE report_sen_counts.by
                               WHEN 'setting' THEN c.setting_name
                               WHEN 'type' THEN c.type_name
                           END AS group_name,
                           CASE report_sen_counts.across
                               WHEN 'need' THEN c.need ELSE c.status
                           END AS measure
                      FROM api.sen_children(report_sen_counts.on_date) AS c
                     WHERE (report_sen_counts.in_setting IS NULL
                            OR c.setting_id = report_sen_counts.in_setting)
                       AND (report_sen_counts.of_type IS NULL
                            OR c.type = ANY (string_to_array(
                                   report_sen_counts.of_type, ',')))
                       AND (report_sen_counts.across = 'status'
                            OR c.need IS NOT NULL)) AS k) AS a
     CROSS JOIN api.count_rows(a.groups, a.names, a.measures,
                    CASE report_sen_counts.across WHEN 'status'
                    THEN '{ehc_plan,sen_support,no_sen}'::text[] END,
                    api.publication_least(report_sen_counts.is_publication))
             AS t
     ORDER BY t.place;
$$;
