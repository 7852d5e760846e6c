-- caseload_balance.sql — how much each caseload weighs, part by part: what
-- kinds of settings, children by level of need, named children, the way to
-- drive. What weighs how much are rules of law.rules that an authority can
-- change (caseload_weight_…).
--
-- The way is the straight distance of each setting from the centre of its
-- caseload, the mean of the positions in the register. A tour from neighbour
-- to neighbour would come nearer to a day's drive, but it depends on where it
-- begins and is no sum over settings; this is, so each setting's part can be
-- shown, and what a move changes can be said beforehand. A setting without a
-- position counts as being at the centre.
-- SPDX-License-Identifier: Apache-2.0
-- after: caseloads caseload_children amounts measures

-- caseload_places — what every setting is to whoever looks after it.
CREATE VIEW api.caseload_places AS
    SELECT s.id AS setting_id,
           s.ref, s.name, s.type, s.status, s.closed_on, s.locality,
           s.postcode, s.easting, s.northing,
           coalesce(t.class = 'early_years', false) AS is_early_years,
           CASE WHEN s.type IN ('ofsted:childminder', 'ofsted:home_childcarer')
                THEN 'childminder'
                WHEN s.type LIKE 'ofsted:%' THEN 'group'
                WHEN t.class IN ('mainstream', 'special', 'independent',
                                 'alternative_provision', 'early_years')
                THEN 'school'
                ELSE 'other'
           END AS kind
      FROM core.settings AS s
      LEFT JOIN law.setting_types AS t ON t.code = s.type
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- caseload_amounts — one row: what weighs how much on that day.
CREATE FUNCTION api.caseload_amounts(on_date date)
RETURNS TABLE (of_group float8, of_childminder float8, of_school float8,
    of_other float8, of_support float8, of_plan float8, of_named float8,
    of_km float8, over_percent float8, fair_percent float8, move_km float8)
LANGUAGE sql STABLE
AS $$
    SELECT max(a.amount::float8) FILTER (WHERE a.rule_id
               = 'caseload_weight_group'),
           max(a.amount::float8) FILTER (WHERE a.rule_id
               = 'caseload_weight_childminder'),
           max(a.amount::float8) FILTER (WHERE a.rule_id
               = 'caseload_weight_school'),
           max(a.amount::float8) FILTER (WHERE a.rule_id
               = 'caseload_weight_other'),
           max(a.amount::float8) FILTER (WHERE a.rule_id
               = 'caseload_weight_support'),
           max(a.amount::float8) FILTER (WHERE a.rule_id
               = 'caseload_weight_plan'),
           max(a.amount::float8) FILTER (WHERE a.rule_id
               = 'caseload_weight_named'),
           max(a.amount::float8) FILTER (WHERE a.rule_id
               = 'caseload_weight_km'),
           max(a.amount::float8) FILTER (WHERE a.rule_id
               = 'caseload_over_mean'),
           max(a.amount::float8) FILTER (WHERE a.rule_id = 'caseload_fair'),
           max(a.amount::float8) FILTER (WHERE a.rule_id = 'caseload_move_km')
      FROM api.amounts(caseload_amounts.on_date) AS a;
$$;

-- caseload_setting_weights — each setting there is, and what it weighs but
-- for the way to it.
CREATE FUNCTION api.caseload_setting_weights(on_date date)
RETURNS TABLE (setting_id int, kind text, sen_support int, ehc_plan int,
    of_setting float8, of_support float8, of_plan float8, of_km float8,
    easting float8, northing float8)
LANGUAGE sql STABLE
AS $$
    SELECT p.setting_id, p.kind, coalesce(m.sen_support, 0),
           coalesce(m.ehc_plan, 0),
           CASE p.kind WHEN 'group' THEN a.of_group
                       WHEN 'childminder' THEN a.of_childminder
                       WHEN 'school' THEN a.of_school
                       ELSE a.of_other
           END,
           coalesce(m.sen_support, 0) * a.of_support,
           coalesce(m.ehc_plan, 0) * a.of_plan,
           a.of_km,
           p.easting::float8, p.northing::float8
      FROM api.caseload_places AS p
     CROSS JOIN api.caseload_amounts(caseload_setting_weights.on_date) AS a
      LEFT JOIN api.setting_measures(caseload_setting_weights.on_date) AS m
        ON m.setting_id = p.setting_id;
$$;

-- caseload_loads — each setting of each caseload on that day with its
-- distance in km from the caseload's centre.
CREATE FUNCTION api.caseload_loads(on_date date)
RETURNS TABLE (caseload_id int, setting_id int, kind text, sen_support int,
    ehc_plan int, of_setting float8, of_support float8, of_plan float8,
    of_km float8, km float8)
LANGUAGE sql STABLE
AS $$
    SELECT l.caseload_id, l.setting_id, l.kind, l.sen_support, l.ehc_plan,
           l.of_setting, l.of_support, l.of_plan, l.of_km,
           sqrt((l.easting - l.centre_e) ^ 2 + (l.northing - l.centre_n) ^ 2)
               / 1000
      FROM (SELECT m.caseload_id, w.*,
                   avg(w.easting) OVER (PARTITION BY m.caseload_id)
                       AS centre_e,
                   avg(w.northing) OVER (PARTITION BY m.caseload_id)
                       AS centre_n
              FROM (SELECT DISTINCT x.caseload_id, x.setting_id
                      FROM api.caseload_members AS x
                     WHERE caseload_loads.on_date
                           BETWEEN x.from_on AND x.to_on) AS m
              JOIN api.caseload_setting_weights(caseload_loads.on_date) AS w
                ON w.setting_id = m.setting_id) AS l;
$$;

-- caseload_balance — one row a caseload with every part of its weight. The
-- mean is of those that hold anything; who sees only her own is not told how
-- she compares.
CREATE FUNCTION api.caseload_balance(on_date date)
RETURNS TABLE (caseload_id int, name text, area_senco text, settings int,
    group_settings int, childminders int, schools int, other_settings int,
    sen_support int, ehc_plan int, named_children int, mean_km float8,
    without_position int, weight_settings float8, weight_support float8,
    weight_plan float8, weight_named float8, weight_travel float8,
    weight float8, mean float8, percent_of_mean float8)
LANGUAGE sql STABLE
AS $$
    SELECT b.caseload_id, b.name, b.area_senco, b.settings, b.group_settings,
           b.childminders, b.schools, b.other_settings, b.sen_support,
           b.ehc_plan, b.named_children,
           round(b.mean_km::numeric, 1)::float8, b.without_position,
           round(b.weight_settings::numeric, 2)::float8,
           round(b.weight_support::numeric, 2)::float8,
           round(b.weight_plan::numeric, 2)::float8,
           round(b.weight_named::numeric, 2)::float8,
           round(b.weight_travel::numeric, 2)::float8,
           round(b.weight::numeric, 2)::float8,
           round(b.mean::numeric, 2)::float8,
           round((100 * b.weight / nullif(b.mean, 0))::numeric, 1)::float8
      FROM (SELECT w.*,
                   CASE WHEN (SELECT s.sees_all FROM api.caseload_actor AS s)
                        THEN avg(w.weight) FILTER (WHERE w.settings > 0)
                                 OVER ()
                   END AS mean
              FROM (SELECT v.*,
                           v.weight_settings + v.weight_support
                           + v.weight_plan + v.weight_named
                           + v.weight_travel AS weight
                      FROM (SELECT c.caseload_id, c.name, c.area_senco,
                                   coalesce(l.settings, 0) AS settings,
                                   coalesce(l.group_settings, 0)
                                       AS group_settings,
                                   coalesce(l.childminders, 0)
                                       AS childminders,
                                   coalesce(l.schools, 0) AS schools,
                                   coalesce(l.other_settings, 0)
                                       AS other_settings,
                                   coalesce(l.sen_support, 0) AS sen_support,
                                   coalesce(l.ehc_plan, 0) AS ehc_plan,
                                   coalesce(n.children, 0) AS named_children,
                                   l.mean_km,
                                   coalesce(l.without_position, 0)
                                       AS without_position,
                                   coalesce(l.weight_settings, 0)
                                       AS weight_settings,
                                   coalesce(l.weight_support, 0)
                                       AS weight_support,
                                   coalesce(l.weight_plan, 0) AS weight_plan,
                                   coalesce(n.children * a.of_named, 0)
                                       AS weight_named,
                                   coalesce(l.weight_travel, 0)
                                       AS weight_travel
                              FROM api.caseloads AS c
                             CROSS JOIN api.caseload_amounts(
                                        caseload_balance.on_date) AS a
                              LEFT JOIN (
                                   SELECT o.caseload_id,
                                          count(*)::int AS settings,
                                          (count(*) FILTER (WHERE o.kind
                                              = 'group'))::int
                                              AS group_settings,
                                          (count(*) FILTER (WHERE o.kind
                                              = 'childminder'))::int
                                              AS childminders,
                                          (count(*) FILTER (WHERE o.kind
                                              = 'school'))::int AS schools,
                                          (count(*) FILTER (WHERE o.kind
                                              = 'other'))::int
                                              AS other_settings,
                                          sum(o.sen_support)::int
                                              AS sen_support,
                                          sum(o.ehc_plan)::int AS ehc_plan,
                                          avg(o.km) AS mean_km,
                                          (count(*) FILTER (WHERE o.km
                                              IS NULL))::int
                                              AS without_position,
                                          sum(o.of_setting)
                                              AS weight_settings,
                                          sum(o.of_support)
                                              AS weight_support,
                                          sum(o.of_plan) AS weight_plan,
                                          sum(o.of_km * o.km)
                                              AS weight_travel
                                     FROM api.caseload_loads(
                                          caseload_balance.on_date) AS o
                                    GROUP BY o.caseload_id) AS l
                                ON l.caseload_id = c.caseload_id
                              LEFT JOIN (
                                   SELECT k.caseload_id,
                                          count(DISTINCT k.child_id)::int
                                              AS children
                                     FROM api.caseload_children AS k
                                    WHERE caseload_balance.on_date
                                          BETWEEN k.from_on AND k.to_on
                                    GROUP BY k.caseload_id) AS n
                                ON n.caseload_id = c.caseload_id) AS v
                   ) AS w) AS b;
$$;
