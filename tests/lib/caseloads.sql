-- caseloads.sql — caseloads made in a line each, and what is asked of them.
-- Include after cast.sql.
-- SPDX-License-Identifier: Apache-2.0

CREATE TEMPORARY TABLE cast_caseloads (name text PRIMARY KEY, id int NOT NULL);

-- caseload — held by that actor (NULL: by nobody) and that member of staff.
CREATE FUNCTION pg_temp.caseload(name text, holder text, staff text)
RETURNS int
LANGUAGE sql AS $$
    WITH f AS (
        INSERT INTO core.staff (name) SELECT $3 WHERE $3 IS NOT NULL
        RETURNING id
    ), l AS (
        INSERT INTO core.caseloads (name, client_id, staff_id)
        SELECT $1, (SELECT a.id FROM cast_actors AS a WHERE a.name = $2),
               (SELECT f.id FROM f)
        RETURNING id
    )
    INSERT INTO cast_caseloads (name, id) SELECT $1, l.id FROM l RETURNING id;
$$;

CREATE FUNCTION pg_temp.caseload_id(name text) RETURNS int
LANGUAGE sql STABLE AS $$ SELECT c.id FROM cast_caseloads AS c WHERE c.name = $1 $$;

-- hold — a setting is in a caseload from day to day.
CREATE FUNCTION pg_temp.hold(caseload text, setting text,
    from_on date DEFAULT '2020-09-01', to_on date DEFAULT NULL) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on, to_on)
    VALUES (pg_temp.caseload_id($1), pg_temp.setting_id($2), $3, $4);
$$;

-- place — where the setting is, in metres.
CREATE FUNCTION pg_temp.place(setting text, easting int, northing int)
RETURNS void
LANGUAGE sql AS $$
    UPDATE core.settings SET easting = $2, northing = $3
     WHERE id = pg_temp.setting_id($1);
$$;

-- held — who holds a setting when, as known now: "North 2020-09-01 -".
CREATE FUNCTION pg_temp.held(setting text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT coalesce(array_agg(concat_ws(' ', c.name, m.from_on,
               coalesce(m.to_on::text, '-')) ORDER BY m.from_on, c.name), '{}')
      FROM core.caseload_settings AS m
      JOIN cast_caseloads AS c ON c.id = m.caseload_id
     WHERE m.setting_id = pg_temp.setting_id($1)
       AND m.known_to IS NULL;
$$;

-- refs — the references of settings, by name.
CREATE FUNCTION pg_temp.refs(VARIADIC names text[]) RETURNS text[]
LANGUAGE sql AS $$
    SELECT array_agg('id:' || pg_temp.setting_id(u.name) ORDER BY u.n)
      FROM unnest(names) WITH ORDINALITY AS u (name, n);
$$;

-- plan_of — the plan a query gets as the daemon runs it for that actor.
CREATE FUNCTION pg_temp.plan_of(actor text, query text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_line text;
    v_plan text := '';
BEGIN
    PERFORM pg_temp.act(actor);
    FOR v_line IN EXECUTE 'EXPLAIN ' || query LOOP
        v_plan := v_plan || v_line || E'\n';
    END LOOP;
    PERFORM pg_temp.rest();
    RETURN v_plan;
END
$$;
