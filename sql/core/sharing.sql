-- sharing — the conditions under which schools share a SENCO, judged for any
-- arrangement there is or could be. It counts children of schools that the
-- caller may not see, so it runs as owner and tells counts only; who may ask
-- is decided in schema api (sql/resources/sharing.sql).
-- SPDX-License-Identifier: Apache-2.0

-- sharing_loads — what each of these settings asks of its SENCO on that day.
-- roll is what the setting counted last, else what the register says;
-- children are those known here, sen_support and ehc_plan as
-- api.setting_measures counts them.
CREATE OR REPLACE FUNCTION core.sharing_loads(settings int[], on_date date)
RETURNS TABLE (setting_id int, roll int, roll_source text, children int,
    sen_support int, ehc_plan int)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT s.id,
           coalesce(r.headcount, s.roll),
           CASE WHEN r.headcount IS NOT NULL THEN 'setting'
                WHEN s.roll IS NOT NULL THEN 'register'
           END,
           n.children, n.sen_support, n.ehc_plan
      FROM core.settings AS s
      LEFT JOIN LATERAL (
           SELECT sum(c.headcount)::int AS headcount
             FROM core.rolls AS c
            WHERE c.setting_id = s.id
              AND c.deleted_at IS NULL
              AND c.counted_on <= on_date
            GROUP BY c.counted_on
            ORDER BY c.counted_on DESC
            LIMIT 1) AS r ON true
     CROSS JOIN LATERAL (
           SELECT count(*)::int AS children,
                  (count(*) FILTER (WHERE v.provision = 'K'))::int
                      AS sen_support,
                  (count(*) FILTER (WHERE v.provision = 'E'))::int
                      AS ehc_plan
             FROM (SELECT DISTINCT p.child_id
                     FROM core.placements AS p
                    WHERE p.setting_id = s.id
                      AND p.deleted_at IS NULL
                      AND p.start_on <= on_date
                      AND coalesce(p.end_on, 'infinity') >= on_date) AS w
             LEFT JOIN LATERAL (
                  SELECT q.provision
                    FROM (SELECT DISTINCT ON (d.setting_id)
                                 l.stands_for AS provision, l.rank, d.start_on
                            FROM core.needs AS d
                            JOIN law.sen_provisions AS l
                              ON l.code = d.provision
                           WHERE d.child_id = w.child_id
                             AND d.deleted_at IS NULL
                             AND d.start_on <= on_date
                             AND coalesce(d.end_on, 'infinity') >= on_date
                           ORDER BY d.setting_id, d.start_on DESC, l.rank
                         ) AS q
                   ORDER BY q.rank, q.start_on DESC
                   LIMIT 1) AS v ON true) AS n
     WHERE s.id = ANY (settings);
END
$$;

-- sharing_case — a stored arrangement as it is on that day; before it has
-- begun, or when no day is given, as it is on its first day or today.
CREATE OR REPLACE FUNCTION core.sharing_case(sharing uuid, on_date date)
RETURNS core.sharing_case
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_case core.sharing_case;
    v_row  core.sharings;
BEGIN
    SELECT s.* INTO v_row
      FROM core.sharings AS s
     WHERE s.id = sharing;
    v_case.sharing_id := v_row.id;
    v_case.staff_id := v_row.staff_id;
    v_case.from_on := v_row.from_on;
    v_case.hours_per_week := v_row.hours_per_week;
    v_case.admin_hours_per_week := v_row.admin_hours_per_week;
    v_case.teaching_percent := v_row.teaching_percent;
    v_case.on_date := greatest(coalesce(sharing_case.on_date, current_date),
                               v_row.from_on);
    SELECT coalesce(array_agg(m.setting_id ORDER BY g.name, g.id), '{}'),
           coalesce(array_agg(m.hours_per_week ORDER BY g.name, g.id), '{}'),
           coalesce(array_agg(m.is_teacher_here ORDER BY g.name, g.id), '{}'),
           coalesce(array_agg(m.from_on ORDER BY g.name, g.id), '{}')
      INTO v_case.settings, v_case.hours_at, v_case.teaches_at,
           v_case.begins_at
      FROM core.sharing_members AS m
      JOIN core.settings AS g ON g.id = m.setting_id
     WHERE m.sharing_id = sharing
       AND m.withdrawn_at IS NULL
       AND v_case.on_date
           BETWEEN m.from_on AND coalesce(m.to_on, 'infinity');
    RETURN v_case;
END
$$;

-- settings_find — the settings of references with commas between, each once
-- and in their order; refuses one that does not exist.
CREATE OR REPLACE FUNCTION core.settings_find(refs text, pointer text)
RETURNS int[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_ref     text;
    v_setting int;
    v_found   int[] := '{}';
BEGIN
    FOREACH v_ref IN ARRAY string_to_array(coalesce(refs, ''), ',') LOOP
        v_setting := core.setting_find(btrim(v_ref));
        IF v_setting IS NULL THEN
            PERFORM core.refuse('unknown_setting', '', pointer);
        ELSIF v_setting <> ALL (v_found) THEN
            v_found := v_found || v_setting;
        END IF;
    END LOOP;
    RETURN v_found;
END
$$;

-- sharing_case_of — an arrangement nobody has stored.
CREATE OR REPLACE FUNCTION core.sharing_case_of(staff int, settings text,
    teaches_at text, hours float8, admin_hours float8, teaching_percent int,
    on_date date)
RETURNS core.sharing_case
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_case    core.sharing_case;
    v_teaches int[] := core.settings_find(teaches_at, 'teaches_at');
BEGIN
    IF NOT EXISTS (SELECT FROM core.staff AS f WHERE f.id = staff) THEN
        PERFORM core.refuse('not_found', 'There is no such person.', 'staff');
    END IF;
    IF settings IS NULL OR hours IS NULL THEN
        PERFORM core.refuse('missing_parameter', '',
            CASE WHEN settings IS NULL THEN 'settings' ELSE 'hours' END);
    END IF;
    v_case.staff_id := staff;
    v_case.settings := core.settings_find(settings, 'settings');
    v_case.hours_at := array_fill(NULL::numeric,
        ARRAY[cardinality(v_case.settings)]);
    v_case.teaches_at := ARRAY(
        SELECT CASE WHEN teaches_at IS NOT NULL
                    THEN u.setting = ANY (v_teaches) END
          FROM unnest(v_case.settings) WITH ORDINALITY AS u (setting, n)
         ORDER BY u.n);
    v_case.hours_per_week := hours;
    v_case.admin_hours_per_week := admin_hours;
    v_case.teaching_percent := teaching_percent;
    v_case.from_on := coalesce(on_date, current_date);
    v_case.on_date := v_case.from_on;
    v_case.begins_at := array_fill(v_case.from_on,
        ARRAY[cardinality(v_case.settings)]);
    RETURN v_case;
END
$$;

-- sharing_case_changed — the same with schools added and removed, another
-- person, other hours. What is NULL stays.
CREATE OR REPLACE FUNCTION core.sharing_case_changed(before core.sharing_case,
    staff int, add text, remove text, hours float8, admin_hours float8,
    teaching_percent int)
RETURNS core.sharing_case
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_case    core.sharing_case := before;
    v_added   int[] := core.settings_find(add, 'add');
    v_removed int[] := core.settings_find(remove, 'remove');
BEGIN
    IF staff IS NOT NULL
       AND NOT EXISTS (SELECT FROM core.staff AS f WHERE f.id = staff) THEN
        PERFORM core.refuse('not_found', 'There is no such person.', 'staff');
    END IF;
    SELECT coalesce(array_agg(u.setting ORDER BY u.n), '{}'),
           coalesce(array_agg(u.hours ORDER BY u.n), '{}'),
           coalesce(array_agg(u.teaches ORDER BY u.n), '{}'),
           coalesce(array_agg(u.begins ORDER BY u.n), '{}')
      INTO v_case.settings, v_case.hours_at, v_case.teaches_at,
           v_case.begins_at
      FROM (SELECT b.setting, b.hours, b.teaches, b.begins, b.n
              FROM unnest(before.settings, before.hours_at, before.teaches_at,
                       before.begins_at)
                   WITH ORDINALITY AS b (setting, hours, teaches, begins, n)
            UNION ALL
            SELECT a.setting, NULL, NULL, before.on_date, 1000 + a.n
              FROM unnest(v_added) WITH ORDINALITY AS a (setting, n)
             WHERE a.setting <> ALL (before.settings)) AS u
     WHERE u.setting <> ALL (v_removed);
    IF staff <> before.staff_id THEN
        v_case.staff_id := staff;
        v_case.teaches_at := array_fill(NULL::boolean,
            ARRAY[cardinality(v_case.settings)]);
        v_case.begins_at := array_fill(before.on_date,
            ARRAY[cardinality(v_case.settings)]);
    END IF;
    v_case.hours_per_week := coalesce(hours::numeric, before.hours_per_week);
    v_case.admin_hours_per_week :=
        coalesce(admin_hours::numeric, before.admin_hours_per_week);
    v_case.teaching_percent :=
        coalesce(sharing_case_changed.teaching_percent, before.teaching_percent);
    RETURN v_case;
END
$$;
