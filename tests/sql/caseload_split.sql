-- caseload_split.sql — an authority divided: what goes, what is cut, what
-- straddles; as one or not at all.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/caseloads.sql
\o /dev/null
SELECT pg_temp.actor('manager', 'la_manager'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('ada', 'area_senco'), pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Apple Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Birch Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Cedar Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Dogwood Primary', '1', 2, 3, 11), pg_temp.setting('Elm Primary', '1', 2, 3, 11);
UPDATE core.settings SET town = 'Testwich' WHERE id IN (pg_temp.setting_id('Apple Nursery'), pg_temp.setting_id('Dogwood Primary'));
UPDATE core.settings SET postcode = 'ZZ9 1AA' WHERE id = pg_temp.setting_id('Cedar Nursery');
SELECT pg_temp.caseload('North', 'ada', 'Ada Example'), pg_temp.caseload('South', NULL, 'Bea Example'), pg_temp.caseload('West', NULL, 'Cy Example');
SELECT pg_temp.hold('North', 'Apple Nursery'), pg_temp.hold('North', 'Birch Nursery'), pg_temp.hold('South', 'Cedar Nursery'), pg_temp.hold('West', 'Elm Primary');
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on, to_on) VALUES (pg_temp.caseload_id('North'), pg_temp.setting_id('Dogwood Primary'), '2027-06-01', '2027-12-31');
SELECT pg_temp.child('Kay', 'Apple Nursery', '2023-03-01', NULL, 'K');
INSERT INTO core.caseload_children (caseload_id, setting_id, child_id, from_on) VALUES (pg_temp.caseload_id('North'), pg_temp.setting_id('Apple Nursery'), pg_temp.child_id('Kay'), '2026-09-01');
WITH f AS (INSERT INTO core.staff (name) VALUES ('Dee Example') RETURNING id)
INSERT INTO core.posts (staff_id, setting_id, kind, from_on) SELECT f.id, pg_temp.setting_id(u.s), 'senco', '2025-09-01' FROM f, unnest(ARRAY['Dogwood Primary', 'Elm Primary']) AS u (s);
CREATE FUNCTION pg_temp.call(columns text, preview boolean DEFAULT NULL, settings text[] DEFAULT NULL, localities text[] DEFAULT '{TESTWICH,zz9}', la text DEFAULT NULL) RETURNS text
LANGUAGE sql AS $$
    SELECT format('SELECT %s FROM api.caseload_divide(''2027-04-01'', %L, %L, ''East Testshire'', %L, %L) AS d', $1, $3, $4, $5, $2);
$$;
CREATE FUNCTION pg_temp.held_all() RETURNS text[]
LANGUAGE sql AS $$
    SELECT array_agg(concat_ws(' ', s.name, l.name, m.from_on, coalesce(m.to_on::text, '-')) ORDER BY s.name, m.from_on)
      FROM core.caseload_settings AS m JOIN cast_settings AS s ON s.id = m.setting_id JOIN core.caseloads AS l ON l.id = m.caseload_id WHERE m.known_to IS NULL;
$$;
\o
SELECT no_plan();
SELECT is(pg_temp.refusal(a.name, pg_temp.call('d.date')), 'forbidden', a.name || ' divides nothing') FROM (VALUES ('officer'), ('ada'), ('administrator'), ('nobody')) AS a (name);
SELECT is(pg_temp.refusal('ada', pg_temp.call('d.date', true)), 'forbidden', 'an Area SENCO does not look either');
SELECT is(pg_temp.refusal('manager', pg_temp.call('d.date', localities => NULL)), 'missing_field', 'a part is named');
SELECT is(pg_temp.refusal('manager', pg_temp.call('d.date', settings => '{urn:999998}')), 'unknown_setting', 'of settings there are');
SELECT is(pg_temp.refusal('manager', pg_temp.call('d.date', localities => '{Testwich,Nowhere}')), 'unknown_setting', 'and places with settings');
SELECT is(pg_temp.refusal('manager', pg_temp.call('d.date', la => 'xyz')), 'unknown_code', 'and the successor is an authority, when it has a code');
CREATE TEMPORARY TABLE before AS SELECT pg_temp.held_all() AS held, pg_temp.seen('officer', pg_temp.call('d.settings, d.caseloads, d.findings', true)) AS shown;
SELECT is(pg_temp.held_all(), (SELECT b.held FROM before AS b), 'a preview moves nothing');
SELECT is((SELECT count(*)::int FROM core.caseload_splits) + (SELECT count(*)::int FROM core.caseloads AS l WHERE l.name LIKE '%East Testshire%'), 0, 'and leaves nothing');
SELECT is(pg_temp.seen('manager', pg_temp.call('d.settings, d.caseloads, d.findings')), (SELECT b.shown FROM before AS b), 'the deed answers the very same');
SELECT is(pg_temp.held_all(), ARRAY['Apple Nursery North 2020-09-01 2027-03-31', 'Apple Nursery North (East Testshire) 2027-04-01 -', 'Birch Nursery North 2020-09-01 -',
    'Cedar Nursery South 2020-09-01 -', 'Dogwood Primary North (East Testshire) 2027-06-01 2027-12-31', 'Elm Primary West 2020-09-01 -'],
    'what goes of a caseload that is cut goes to a new one on the day, for as long as it was held; one that goes whole stays as it is');
SELECT is((SELECT array_agg(l.name || ' ' || p.successor ORDER BY l.name) FROM core.caseloads AS l JOIN core.caseload_splits AS p ON p.id = l.split_id),
    ARRAY['North (East Testshire) East Testshire', 'South East Testshire'], 'both are the successor''s');
SELECT is((SELECT array_agg(concat_ws(' ', l.name, k.from_on, coalesce(k.to_on::text, '-')) ORDER BY k.from_on) FROM core.caseload_children AS k JOIN core.caseloads AS l ON l.id = k.caseload_id WHERE k.known_to IS NULL),
    ARRAY['North 2026-09-01 2027-03-31', 'North (East Testshire) 2027-04-01 -'], 'the named child goes with its setting');
SELECT is((SELECT array_agg(concat_ws(' ', j->>'name', j->>'is_cut', j->>'settings_going', j->>'settings_staying', j->>'named_children_going', j->>'becomes', j->>'weight_before', j->>'weight_staying', j->>'weight_going'))
             FROM before AS b, jsonb_array_elements((SELECT q.c FROM (SELECT (pg_temp.seen('officer', pg_temp.call('d.caseloads', true)))[1]::jsonb AS c) AS q)) AS j),
    ARRAY['North (East Testshire) false 2 0 1 North (East Testshire) 1.6 0 1.6', 'South false 1 0 0 South 1 0 1'], 'done again there is nothing left to cut');
SELECT is((SELECT array_agg(j->>'sentence') FROM jsonb_array_elements((SELECT (regexp_match(b.shown[1], '(\[[^\[]*\])$'))[1]::jsonb FROM before AS b)) AS j),
    ARRAY['North is cut in two: 2 settings go, 1 stay.', '1 named children of North go with their settings.',
          'Dee Example holds posts on both sides: at Elm Primary that stays and Dogwood Primary that goes.'], 'what is cut and what straddles is found');
SELECT is((SELECT count(*)::int FROM audit.entries AS e WHERE e.action = 'caseloads.split'), 1, 'the deed is in the audit log, the previews are not');
-- A name that is taken.
INSERT INTO core.caseloads (name) VALUES ('West (East Testshire)');
SELECT pg_temp.hold('West', 'Dogwood Primary', '2028-01-01') \g /dev/null
SELECT is(pg_temp.refusal('manager', pg_temp.call('d.date')), 'caseload_exists', 'a name that is taken is refused');
SELECT is((SELECT count(*)::int FROM core.caseload_settings AS m WHERE m.caseload_id = pg_temp.caseload_id('West') AND m.known_to IS NULL), 2, 'and nothing is half done');
SELECT * FROM finish();
ROLLBACK;
