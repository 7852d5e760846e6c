-- cast.sql — who and what SQL tests are about: actors, settings and children
-- made in a line each. Include after BEGIN; everything goes with ROLLBACK.
-- All people are invented.
-- SPDX-License-Identifier: Apache-2.0

CREATE TEMPORARY TABLE cast_actors (name text PRIMARY KEY, id uuid NOT NULL);
CREATE TEMPORARY TABLE cast_children (name text PRIMARY KEY, id uuid NOT NULL);
CREATE TEMPORARY TABLE cast_settings (name text PRIMARY KEY, id int NOT NULL);

-- actor — a client of that role, from now on known by name.
CREATE FUNCTION pg_temp.actor(name text, role text) RETURNS uuid
LANGUAGE sql AS $$
    WITH c AS (
        INSERT INTO core.clients (name, role)
        VALUES ($1 || ' ' || gen_random_uuid(), $2) RETURNING id
    )
    INSERT INTO cast_actors (name, id) SELECT $1, c.id FROM c RETURNING id;
$$;

CREATE FUNCTION pg_temp.setting(name text, type text, phase int, low int,
    high int) RETURNS int
LANGUAGE sql AS $$
    WITH s AS (
        INSERT INTO core.settings (name, type, phase, low_age, high_age,
                                   status, register)
        VALUES ($1, $2, $3, $4, $5, 'open',
                CASE WHEN $2 LIKE 'ofsted:%' THEN 'ofsted' ELSE 'gias' END)
        RETURNING id
    )
    INSERT INTO cast_settings (name, id) SELECT $1, s.id FROM s RETURNING id;
$$;

CREATE FUNCTION pg_temp.setting_id(name text) RETURNS int
LANGUAGE sql STABLE AS $$ SELECT s.id FROM cast_settings AS s WHERE s.name = $1 $$;

CREATE FUNCTION pg_temp.child_id(name text) RETURNS uuid
LANGUAGE sql STABLE AS $$ SELECT c.id FROM cast_children AS c WHERE c.name = $1 $$;

-- stay — the child at one more setting.
CREATE FUNCTION pg_temp.stay(child text, setting text, year_group text,
    start_on date, end_on date, enrolment text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.child_records (setting_id, source_id, child_id, revision,
           content_hash, surname, forename, born_on, year_group)
    SELECT pg_temp.setting_id($2), $1, c.id, 1, gen_random_uuid(), c.surname,
           c.forename, c.born_on, $3
      FROM core.children AS c WHERE c.id = pg_temp.child_id($1);
    INSERT INTO core.placements (setting_id, source_id, child_id, revision,
           content_hash, child, start_on, end_on, enrolment)
    VALUES (pg_temp.setting_id($2), 'p ' || $1, pg_temp.child_id($1), 1,
           gen_random_uuid(), $1, $4, $5, $6);
$$;

CREATE FUNCTION pg_temp.need(child text, setting text, provision text,
    types text[], start_on date, end_on date) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.needs (setting_id, source_id, child_id, revision,
           content_hash, child, provision, start_on, end_on, types)
    VALUES (pg_temp.setting_id($2), 'n ' || $1 || $5, pg_temp.child_id($1), 1,
           gen_random_uuid(), $1, $3, $5, $6, $4);
$$;

-- child — invented, at one setting since 2025-09-01, with one need.
CREATE FUNCTION pg_temp.child(name text, setting text, born_on date,
    year_group text, provision text) RETURNS void
LANGUAGE sql AS $$
    WITH c AS (
        INSERT INTO core.children (surname, forename, born_on)
        VALUES ($1, 'Testchild', $3) RETURNING id
    )
    INSERT INTO cast_children (name, id) SELECT $1, c.id FROM c;
    SELECT pg_temp.stay($1, $2, $4, '2025-09-01', NULL, 'current');
    SELECT pg_temp.need($1, $2, $5, '{SLCN,ASD}', '2025-09-01', NULL)
     WHERE $5 IS NOT NULL;
$$;

-- move — a planned transition of that year.
CREATE FUNCTION pg_temp.move(child text, setting text, kind text, year int,
    to_setting text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.transitions (setting_id, source_id, child_id, revision,
           content_hash, child, kind, year, to_setting, to_setting_id)
    VALUES (pg_temp.setting_id($2), 't ' || $1 || $4, pg_temp.child_id($1), 1,
           gen_random_uuid(), $1, $3, $4,
           'id:' || pg_temp.setting_id($5), pg_temp.setting_id($5));
$$;

-- act — become the daemon serving that actor, until pg_temp.rest().
CREATE FUNCTION pg_temp.act(actor text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.actor', coalesce((SELECT core.token_mint(a.id)
        FROM cast_actors AS a WHERE a.name = actor), ''), true);
    PERFORM set_config('role', 'sencod', true);
END
$$;

CREATE FUNCTION pg_temp.rest() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('role', 'none', true);
    PERFORM set_config('app.actor', '', true);
END
$$;

-- seen — the rows of a query as the daemon gets them for that actor, each
-- row's columns joined by a blank, NULL as "-".
CREATE FUNCTION pg_temp.seen(actor text, query text) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
    v_rows text[];
BEGIN
    PERFORM pg_temp.act(actor);
    EXECUTE 'SELECT array_agg((SELECT string_agg(coalesce(e.value, ''-''), '' ''
                                      ORDER BY e.n)
                         FROM json_each_text(row_to_json(q))
                              WITH ORDINALITY AS e (key, value, n)))
               FROM (' || query || ') AS q' INTO v_rows;
    PERFORM pg_temp.rest();
    RETURN coalesce(v_rows, '{}');
END
$$;

-- refusal — the slug, or the SQLSTATE, with which a call is refused; NULL when
-- it is not.
CREATE FUNCTION pg_temp.refusal(actor text, query text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.act(actor);
    EXECUTE query;
    PERFORM pg_temp.rest();
    RETURN NULL;
EXCEPTION
    WHEN SQLSTATE 'LA000' THEN
        PERFORM pg_temp.rest();
        RETURN SQLERRM;
    WHEN OTHERS THEN
        PERFORM pg_temp.rest();
        RETURN SQLSTATE;
END
$$;
