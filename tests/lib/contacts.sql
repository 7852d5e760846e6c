-- contacts.sql — who is looked after by whom, for the tests of what Area
-- SENCOs do. Include after cast.sql and sync.sql, between \o /dev/null and \o.
-- SPDX-License-Identifier: Apache-2.0
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('area', 'area_senco'), pg_temp.actor('foreign area', 'area_senco'),
       pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Second', 'ofsted:domestic', NULL, NULL, NULL),
       pg_temp.setting('Juniors', '1', 2, 7, 11), pg_temp.setting('Nobody''s', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Nursery');
CREATE TEMPORARY TABLE staff AS
WITH f AS (INSERT INTO core.staff (name) VALUES ('Ada Example'), ('Bea Example') RETURNING id, name)
SELECT f.id, f.name FROM f;
INSERT INTO core.posts (staff_id, setting_id, kind, from_on)
SELECT f.id, pg_temp.setting_id(w.setting), 'senco', w.from_on
  FROM (VALUES ('Ada Example', 'Nursery', date '2020-09-01'), ('Bea Example', 'Juniors', '2026-02-01')) AS w (name, setting, from_on)
  JOIN staff AS f USING (name);
CREATE FUNCTION pg_temp.staff_id(name text) RETURNS int LANGUAGE sql AS $$ SELECT f.id FROM staff AS f WHERE f.name = $1 $$;
WITH c AS (INSERT INTO core.clients (name, role, staff_id) SELECT 'senco ' || gen_random_uuid(), 'senco', pg_temp.staff_id('Ada Example') RETURNING id)
INSERT INTO cast_actors (name, id) SELECT 'senco', c.id FROM c;
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.name || a.id, a.id FROM cast_actors AS a WHERE a.name LIKE '%area';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id(w.setting), '2020-01-01'
  FROM (VALUES ('area', 'Nursery'), ('area', 'Second'), ('foreign area', 'Juniors')) AS w (who, setting)
  JOIN cast_actors AS a ON a.name = w.who
  JOIN core.caseloads AS l ON l.client_id = a.id;
SELECT pg_temp.child('Fern', 'Nursery', '2022-03-01', NULL, 'K'), pg_temp.child('Holm', 'Second', '2022-03-01', NULL, 'K'),
       pg_temp.child('Oak', 'Juniors', '2017-03-01', '3', 'K');
CREATE FUNCTION pg_temp.ref(setting text) RETURNS text LANGUAGE sql AS $$ SELECT 'id:' || pg_temp.setting_id($1) $$;
-- does — what refuses api.FUNCTION with these arguments; NULL when nothing does.
CREATE FUNCTION pg_temp.does(actor text, function text, VARIADIC arguments text[]) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.%s(%s)', $2, string_agg(coalesce(quote_literal(a.a), 'NULL'), ', ' ORDER BY a.n)))
      FROM unnest($3) WITH ORDINALITY AS a (a, n) $$;
