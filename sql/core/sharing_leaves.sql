-- sharing_leaves — what becomes of the settings of a SENCO who leaves: which
-- are bare and since when, and who near by has hours. As owner, since it
-- counts children; who may ask is decided in schema api.
-- SPDX-License-Identifier: Apache-2.0

-- senco_free — of each of these people, SENCOs that day: the hours as SENCO
-- over all their settings, those the thresholds ask for there (SH5, whichever
-- of pupils and pupils with SEN asks for more), and whether a qualification
-- is held or they head a school. hours is NULL where one post does not say.
CREATE OR REPLACE FUNCTION core.senco_free(people int[], on_date date)
RETURNS TABLE (staff_id int, hours numeric, needed numeric, settings int,
    is_qualified boolean, is_head boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    WITH h AS MATERIALIZED (
        SELECT o.staff_id, o.setting_id, o.kind, o.hours_per_week, o.post_id,
               o.is_head, o.studies
          FROM core.holdings AS o
         WHERE o.staff_id = ANY (people)
           AND o.known_to = 'infinity'
           AND on_date BETWEEN o.from_on AND o.to_on
    ),
    l AS MATERIALIZED (
        SELECT n.setting_id, n.needed
          FROM core.senco_needed(ARRAY(
                   SELECT DISTINCT h.setting_id
                     FROM h WHERE h.kind = 'senco'), on_date) AS n
    )
    SELECT h.staff_id,
           CASE WHEN bool_and(h.hours_per_week IS NOT NULL)
                         FILTER (WHERE h.kind = 'senco')
                THEN sum(h.hours_per_week) FILTER (WHERE h.kind = 'senco')
           END,
           sum(l.needed) FILTER (WHERE h.kind = 'senco'),
           (count(DISTINCT h.setting_id) FILTER (WHERE h.kind = 'senco'))::int,
           bool_or(q.staff_id IS NOT NULL
               OR (h.studies ->> 'nasenco_awarded_on')::date <= on_date
               OR (h.studies ->> 'npq_awarded_on')::date <= on_date) IS TRUE,
           bool_or(h.kind = 'head' OR h.is_head) IS TRUE
      FROM h
      LEFT JOIN l ON l.setting_id = h.setting_id
      LEFT JOIN (SELECT DISTINCT k.staff_id
                   FROM core.qualifications AS k
                  WHERE k.staff_id = ANY (people)
                    AND k.kind IN ('nasenco', 'npq_senco')
                    AND k.state = 'held'
                    AND k.known_to IS NULL
                    AND coalesce(k.completed_on <= on_date, true)) AS q
        ON q.staff_id = h.staff_id
     GROUP BY h.staff_id;
END
$$;

-- senco_needed — hours a week as SENCO the thresholds ask for at each of these
-- settings; where no roll is known, by pupils with SEN alone.
CREATE OR REPLACE FUNCTION core.senco_needed(settings int[], on_date date)
RETURNS TABLE (setting_id int, needed numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_per_100 numeric := core.amount('sh5_hours_per_100_pupils', on_date);
    v_per_sen numeric := core.amount('sh5_hours_per_sen_pupil', on_date);
BEGIN
    RETURN QUERY
    SELECT l.setting_id,
           round(greatest(v_per_100 * l.roll / 100,
               v_per_sen * (l.sen_support + l.ehc_plan)), 1)
      FROM core.sharing_loads(settings, on_date) AS l;
END
$$;

-- senco_leaves — one row a setting where the person is SENCO on on_date, the
-- last day: since when it would be bare, and the finding that says so.
CREATE OR REPLACE FUNCTION core.senco_leaves(staff int, on_date date)
RETURNS TABLE (setting_id int, arrangement text, sharing_id uuid, others int,
    bare_from date, roll int, children int,
    sen_support int, ehc_plan int, needed numeric, finding text, inputs jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_from     date := on_date + 1;
    v_months   int := core.amount('senco_q4_anniversary_months', on_date);
    v_settings int[];
BEGIN
    SELECT array_agg(DISTINCT o.setting_id) INTO v_settings
      FROM core.holdings AS o
     WHERE o.staff_id = staff
       AND o.kind = 'senco'
       AND o.known_to = 'infinity'
       AND on_date BETWEEN o.from_on AND o.to_on;
    RETURN QUERY
    WITH o AS MATERIALIZED (
        SELECT x.setting_id, x.staff_id, x.person, x.name, x.arrangement,
               x.sharing_id, x.from_on, x.to_on
          FROM core.holdings AS x
         WHERE x.setting_id = ANY (v_settings)
           AND x.kind = 'senco'
           AND x.known_to = 'infinity'
           AND x.to_on >= on_date
           AND x.from_on <= v_from
    ),
    c AS (
        SELECT DISTINCT ON (o.setting_id)
               o.setting_id, s.name, o.name AS person, d.regime,
               o.arrangement, o.sharing_id, l.roll, l.children,
               l.sen_support, l.ehc_plan, n.needed,
               (SELECT count(DISTINCT x.person)::int
                  FROM o AS x
                 WHERE x.setting_id = o.setting_id
                   AND x.person <> o.person
                   AND v_from BETWEEN x.from_on AND x.to_on) AS others
          FROM o
          JOIN core.settings AS s ON s.id = o.setting_id
          LEFT JOIN law.senco_duties AS d
            ON d.type = s.type
           AND on_date BETWEEN d.valid_from
                           AND coalesce(d.valid_to, 'infinity')
          JOIN core.sharing_loads(v_settings, v_from) AS l
            ON l.setting_id = o.setting_id
          JOIN core.senco_needed(v_settings, v_from) AS n
            ON n.setting_id = o.setting_id
         WHERE o.staff_id = staff
           AND on_date BETWEEN o.from_on AND o.to_on
         ORDER BY o.setting_id, o.from_on DESC
    )
    SELECT c.setting_id, c.arrangement, c.sharing_id, c.others,
           CASE WHEN c.others = 0 THEN v_from END,
           c.roll, c.children, c.sen_support, c.ehc_plan, c.needed,
           CASE WHEN c.others > 0 THEN 'leave_others'
                WHEN c.regime = 'school' THEN 'leave_bare'
                ELSE 'leave_bare_elsewhere' END,
           jsonb_build_object('name', c.name, 'person', c.person,
               'on', on_date, 'others', c.others, 'children', c.children,
               'sen_support', c.sen_support, 'ehc_plan', c.ehc_plan)
           || CASE WHEN c.others = 0
                   THEN jsonb_build_object('bare_from', v_from) ELSE '{}' END
           || CASE WHEN c.others = 0 AND c.regime = 'school'
                   THEN jsonb_build_object('clock_until',
                       (v_from + make_interval(months => v_months))::date)
                   ELSE '{}' END
      FROM c;
END
$$;

-- senco_near — the nearest SENCOs of settings under the same duty within
-- reach of each of these settings, each with the nearest of their settings;
-- none where the register has no position.
CREATE OR REPLACE FUNCTION core.senco_near(settings int[], but_staff int,
    on_date date)
RETURNS TABLE (setting_id int, staff_id int, name text, metres int,
    at_name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_reach int := core.amount('sharing_near_metres', on_date);
    v_most  int := core.amount('sharing_near_most', on_date);
BEGIN
    RETURN QUERY
    WITH o AS MATERIALIZED (
        SELECT DISTINCT h.staff_id, h.name, h.setting_id
          FROM core.holdings AS h
         WHERE h.kind = 'senco'
           AND h.staff_id IS NOT NULL
           AND h.staff_id <> but_staff
           AND h.known_to = 'infinity'
           AND on_date BETWEEN h.from_on AND h.to_on
    )
    SELECT r.bare_id, r.staff_id, r.name, r.metres, r.at_name
      FROM (SELECT n.*, row_number() OVER (PARTITION BY n.bare_id
                            ORDER BY n.metres, n.staff_id) AS place
              FROM (SELECT DISTINCT ON (b.id, o.staff_id)
                           b.id AS bare_id, o.staff_id, o.name,
                           sqrt((a.easting - b.easting)::float8 ^ 2
                              + (a.northing - b.northing)::float8 ^ 2)::int
                               AS metres,
                           a.name AS at_name
                      FROM core.settings AS b
                      JOIN law.senco_duties AS d ON d.type = b.type
                       AND on_date BETWEEN d.valid_from
                                       AND coalesce(d.valid_to, 'infinity')
                      JOIN core.settings AS a
                        ON a.id <> b.id
                       AND a.easting BETWEEN b.easting - v_reach
                                         AND b.easting + v_reach
                       AND a.northing BETWEEN b.northing - v_reach
                                          AND b.northing + v_reach
                      JOIN law.senco_duties AS e ON e.type = a.type
                       AND e.regime = d.regime
                       AND on_date BETWEEN e.valid_from
                                       AND coalesce(e.valid_to, 'infinity')
                      JOIN o ON o.setting_id = a.id
                     WHERE b.id = ANY (settings)
                     ORDER BY b.id, o.staff_id, 4) AS n
             WHERE n.metres <= v_reach) AS r
     WHERE r.place <= v_most;
END
$$;

-- senco_candidates — those near by each of these settings who could take it
-- on, best first, each with the reasons of the place: who heads a school is
-- none of them (CoP 6.93); the qualified stand before others, then who has
-- the hours it asks for, then who is nearer.
CREATE OR REPLACE FUNCTION core.senco_candidates(settings int[],
    but_staff int, on_date date)
RETURNS TABLE (setting_id int, candidates jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    WITH n AS MATERIALIZED (
        SELECT x.* FROM core.senco_near(senco_candidates.settings,
                           but_staff, on_date) AS x
    ),
    c AS MATERIALIZED (
        SELECT n.setting_id, s.name AS setting_name, n.staff_id, n.name,
               n.metres, n.at_name, f.settings, f.hours, f.needed AS asked,
               f.hours - f.needed AS free, d.needed, f.is_qualified
          FROM n
          JOIN core.settings AS s ON s.id = n.setting_id
          JOIN core.senco_free(ARRAY(SELECT DISTINCT n.staff_id FROM n),
                   on_date) AS f ON f.staff_id = n.staff_id
          JOIN core.senco_needed(senco_candidates.settings, on_date) AS d
            ON d.setting_id = n.setting_id
         WHERE NOT f.is_head
    ),
    why AS (
        SELECT c.setting_id, c.staff_id, 1 AS place, 'near_place' AS finding,
               jsonb_build_object('metres', c.metres, 'km',
                   round(c.metres / 1000.0, 1), 'at', c.at_name) AS inputs
          FROM c
        UNION ALL
        SELECT c.setting_id, c.staff_id, 2,
               CASE WHEN c.is_qualified THEN 'near_qualified'
                    ELSE 'near_not_qualified' END,
               jsonb_build_object('is_qualified', c.is_qualified)
          FROM c
        UNION ALL
        SELECT c.setting_id, c.staff_id, 3,
               CASE WHEN c.free IS NULL THEN 'near_hours_unknown'
                    WHEN c.free >= c.needed THEN 'near_hours_enough'
                    ELSE 'near_hours_short' END,
               jsonb_build_object('name', c.setting_name,
                   'hours', trim_scale(c.hours),
                   'needed_there', trim_scale(c.asked),
                   'free', trim_scale(c.free),
                   'needed', trim_scale(c.needed))
          FROM c
    ),
    said AS (
        SELECT w.setting_id, w.staff_id,
               jsonb_agg(jsonb_build_object(
                   'rule', l.rule_id, 'finding', l.id,
                   'severity', l.severity,
                   'sentence', core.sentence_fill(l.sentence, w.inputs),
                   'inputs', w.inputs, 'reference', a.reference)
                   ORDER BY w.place) AS reasons
          FROM why AS w
          JOIN law.sharing_findings AS l ON l.id = w.finding
          JOIN core.amounts(on_date) AS a ON a.rule_id = l.rule_id
         GROUP BY w.setting_id, w.staff_id
    )
    SELECT c.setting_id,
           jsonb_agg(jsonb_build_object(
               'staff_id', c.staff_id, 'name', c.name, 'metres', c.metres,
               'settings', c.settings, 'hours_free', trim_scale(c.free),
               'is_qualified', c.is_qualified, 'reasons', s.reasons)
               ORDER BY c.is_qualified DESC,
                   coalesce(c.free >= c.needed, false) DESC, c.metres,
                   c.staff_id)
      FROM c
      JOIN said AS s
        ON s.setting_id = c.setting_id
       AND s.staff_id = c.staff_id
     GROUP BY c.setting_id;
END
$$;
