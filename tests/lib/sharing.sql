-- sharing.sql — schools that may share a SENCO, and what is done to an
-- arrangement, in a line each. Include after cast.sql.
-- SPDX-License-Identifier: Apache-2.0
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'), pg_temp.actor('area', 'area_senco'),
       pg_temp.actor('school', 'school_system'), pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Ash Primary', '1', 2, 5, 11), pg_temp.setting('Beech Primary', '1', 2, 5, 11),
       pg_temp.setting('Cedar Primary', '1', 2, 5, 11), pg_temp.setting('Shut Primary', '1', 2, 5, 11),
       pg_temp.setting('New Primary', '1', 2, 5, 11);
UPDATE core.settings SET opened_on = current_date + 1 WHERE id = pg_temp.setting_id('New Primary');
UPDATE core.settings SET roll = 100 WHERE id IN (SELECT s.id FROM cast_settings AS s);
UPDATE core.settings SET status = 'closed', closed_on = current_date - 1 WHERE id = pg_temp.setting_id('Shut Primary');
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, pg_temp.setting_id('Cedar Primary') FROM cast_actors AS a WHERE a.name = 'school';
CREATE TEMPORARY TABLE people AS
WITH f AS (INSERT INTO core.staff (name) VALUES ('Ada Example'), ('Bea Example') RETURNING id, name) SELECT f.* FROM f;
INSERT INTO core.qualifications (staff_id, kind, state, completed_on)
SELECT p.id, w.kind, 'held', w.on_day FROM people AS p, (VALUES ('qts', '2010-07-01'::date), ('nasenco', '2015-07-01')) AS w (kind, on_day);
SELECT pg_temp.child('Kay', 'Ash Primary', '2016-03-01', '6', 'K');
CREATE FUNCTION pg_temp.person(name text) RETURNS int LANGUAGE sql AS $$ SELECT p.id FROM people AS p WHERE p.name = $1 $$;
CREATE FUNCTION pg_temp.ref(name text) RETURNS text LANGUAGE sql AS $$ SELECT 'id:' || pg_temp.setting_id($1) $$;
CREATE FUNCTION pg_temp.refs(VARIADIC names text[]) RETURNS text
LANGUAGE sql AS $$ SELECT string_agg(pg_temp.ref(n.name), ',' ORDER BY n.o) FROM unnest($1) WITH ORDINALITY AS n (name, o) $$;
CREATE FUNCTION pg_temp.proposal(key text, settings text, from_on date DEFAULT current_date, to_on date DEFAULT NULL, teaches text DEFAULT NULL,
    staff text DEFAULT 'Ada Example', hours numeric DEFAULT 15) RETURNS text
LANGUAGE sql AS $$
    SELECT format('SELECT * FROM api.sharing_propose(%L, ''Two schools'', %L, %L, %L, %L, %L, %L, 3, 10)', $1, pg_temp.person($6), $2, $5, $3, $4, $7);
$$;
CREATE TEMPORARY TABLE made (key text PRIMARY KEY, id uuid NOT NULL);
CREATE FUNCTION pg_temp.propose(key text, settings text, from_on date DEFAULT current_date, to_on date DEFAULT NULL,
    staff text DEFAULT 'Ada Example') RETURNS void
LANGUAGE sql AS $$
    INSERT INTO made SELECT $1, split_part((pg_temp.seen('officer', pg_temp.proposal($1, $2, $3, $4, $2, $5)))[1], ' ', 1)::uuid;
$$;
-- doing — the SQL of a verb on an arrangement, by its key, with its ETag of now.
CREATE FUNCTION pg_temp.doing(verb text, key text, rest text) RETURNS text
LANGUAGE sql AS $$
    SELECT format('SELECT * FROM api.sharing_%s(%L, %s)', $1, m.id, replace($3, 'ETAG', quote_literal(s.version::text)))
      FROM made AS m JOIN core.sharings AS s ON s.id = m.id WHERE m.key = $2;
$$;
CREATE FUNCTION pg_temp.do(actor text, verb text, key text, rest text) RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.refusal($1, pg_temp.doing($2, $3, $4)) $$;
CREATE FUNCTION pg_temp.state(key text, columns text) RETURNS text[]
LANGUAGE sql AS $$ SELECT pg_temp.seen('officer', format('SELECT %s FROM api.sharing AS s WHERE s.sharing_id = %L', $2, (SELECT m.id FROM made AS m WHERE m.key = $1))) $$;
-- posts — what is known now of the posts of that arrangement, days from today.
CREATE FUNCTION pg_temp.posts(key text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT coalesce(array_agg(concat_ws(' ', s.name, p.from_on - current_date, coalesce((p.to_on - current_date)::text, '-'), p.hours_per_week, p.arrangement) ORDER BY s.name), '{}')
      FROM core.posts AS p JOIN core.settings AS s ON s.id = p.setting_id
     WHERE p.sharing_id = (SELECT m.id FROM made AS m WHERE m.key = $1) AND p.known_to IS NULL;
$$;
