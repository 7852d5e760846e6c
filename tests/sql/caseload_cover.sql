-- caseload_cover.sql — cover during absence: one at a time, and scope follows.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/caseloads.sql
\o /dev/null
SELECT pg_temp.actor('manager', 'la_manager'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('auditor', 'auditor'),
       pg_temp.actor('ada', 'area_senco'), pg_temp.actor('bea', 'area_senco'), pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Apple Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Birch Nursery', 'ofsted:non_domestic', NULL, NULL, NULL);
SELECT pg_temp.caseload('North', 'ada', 'Ada Example'), pg_temp.caseload('South', 'bea', 'Bea Example'), pg_temp.caseload('West', NULL, NULL);
SELECT pg_temp.hold('North', 'Apple Nursery'), pg_temp.hold('South', 'Birch Nursery');
SELECT pg_temp.child('Kay', 'Apple Nursery', '2023-03-01', NULL, 'K');
CREATE FUNCTION pg_temp.cover(key text, by text DEFAULT 'South', from_on date DEFAULT current_date - 3, to_on date DEFAULT current_date + 10, caseload text DEFAULT 'North') RETURNS text
LANGUAGE sql AS $$
    SELECT format('SELECT c.covered_by_name, c.covered_by_area_senco, c.findings->0->>''finding'' FROM api.caseload_cover_add(%s, %L, %s, %L, %L) AS c',
        coalesce(pg_temp.caseload_id($5), 999999999), $1, coalesce(pg_temp.caseload_id($2), 999999999), $3, $4);
$$;
CREATE FUNCTION pg_temp.end_(to_on date, caseload text DEFAULT 'North') RETURNS text
LANGUAGE sql AS $$
    SELECT format('SELECT c.to_on FROM api.caseload_cover_end(%s, %s, %L) AS c', pg_temp.caseload_id($2),
        (SELECT v.id FROM core.caseload_cover AS v WHERE v.caseload_id = pg_temp.caseload_id('North') AND v.known_to IS NULL), $1);
$$;
CREATE FUNCTION pg_temp.sees(actor text) RETURNS text[]
LANGUAGE sql AS $$ SELECT pg_temp.seen($1, 'SELECT r.surname FROM api.children AS r ORDER BY 1') $$;
\o
SELECT no_plan();
SELECT is(pg_temp.refusal(a.name, pg_temp.cover('k')), 'forbidden', a.name || ' decides no cover')
  FROM (VALUES ('officer'), ('ada'), ('administrator'), ('auditor'), ('nobody')) AS a (name);
SELECT is(pg_temp.refusal('manager', pg_temp.cover('k', 'North')), 'malformed_field', 'nobody covers for herself');
SELECT is(pg_temp.refusal('manager', pg_temp.cover('k', 'Nowhere')), 'malformed_field', 'nor a caseload there is not');
SELECT is(pg_temp.refusal('manager', pg_temp.cover('k', caseload => 'Nowhere')), 'not_found', 'nor for one there is not');
SELECT is(pg_temp.refusal('manager', pg_temp.cover('k', to_on => current_date - 4)), 'dates_reversed', 'the end lies after the start');
SELECT is(pg_temp.sees('bea'), '{}', 'before, Bea sees none of North');
INSERT INTO core.feed_scope (client_id, setting_id) SELECT a.id, pg_temp.setting_id('Birch Nursery') FROM cast_actors AS a WHERE a.name = 'bea';
SELECT is(pg_temp.seen('manager', pg_temp.cover('k')), '{South Bea Example -}', 'a manager has South cover North');
SELECT is(pg_temp.seen('manager', pg_temp.cover('k')), '{South Bea Example -}', 'the same key again is the same cover');
SELECT is(pg_temp.refusal('manager', pg_temp.cover('k', 'West')), 'batch_differs', 'with other content it is refused');
SELECT is(pg_temp.refusal('manager', pg_temp.cover('k2', 'West', current_date + 10, current_date + 20)), 'cover_overlaps', 'two covers of one day are refused');
SELECT is(pg_temp.sees('bea'), '{Kay}', 'who covers sees the children meanwhile');
SELECT is((SELECT array_agg(s.name ORDER BY s.name) FROM core.feed_scope AS f JOIN cast_actors AS a ON a.id = f.client_id JOIN cast_settings AS s ON s.id = f.setting_id WHERE a.name = 'bea'),
    ARRAY['Apple Nursery', 'Birch Nursery'], 'and her feed was told in the same transaction');
SELECT is(pg_temp.seen('bea', 'SELECT c.name FROM api.caseloads AS c ORDER BY 1'), '{North,South}', 'and lists the caseload beside her own');
SELECT is(pg_temp.seen('bea', format('SELECT s.name FROM api.caseload_settings(%s, current_date) AS s', pg_temp.caseload_id('North'))), ARRAY['Apple Nursery'], 'with its settings');
SELECT is(pg_temp.seen('ada', 'SELECT c.covered_by_name FROM api.caseload_covers AS c'), '{South}', 'whose caseload it is sees who covers');
SELECT is(pg_temp.seen('administrator', 'SELECT c.covered_by_name FROM api.caseload_covers AS c'), '{}', 'an administrator does not');
SELECT is(pg_temp.refusal('officer', pg_temp.end_(current_date - 1)), 'forbidden', 'an officer ends none');
SELECT is(pg_temp.refusal('manager', pg_temp.end_(current_date - 4)), 'dates_reversed', 'it does not end before it began');
SELECT is(pg_temp.refusal('manager', pg_temp.end_(current_date + 11)), 'malformed_field', 'ending does not make it longer');
SELECT is(pg_temp.refusal('manager', pg_temp.end_(current_date - 1, 'South')), 'not_found', 'nor in another caseload');
SELECT is(pg_temp.seen('manager', pg_temp.end_(current_date - 1)), ARRAY[(current_date - 1)::text], 'it ends with its last day');
SELECT is(pg_temp.sees('bea'), '{}', 'and with it what Bea sees');
SELECT is((SELECT array_agg(s.name) FROM core.feed_scope AS f JOIN cast_actors AS a ON a.id = f.client_id JOIN cast_settings AS s ON s.id = f.setting_id WHERE a.name = 'bea'),
    ARRAY['Birch Nursery'], 'and her feed was told that too');
SELECT is((SELECT count(*)::int FROM core.caseload_cover AS v WHERE v.known_to IS NOT NULL), 1, 'the cover as it was known is kept');
-- Who cannot.
INSERT INTO core.absences (staff_id, from_on, to_on) SELECT f.id, current_date + 30, current_date + 40 FROM core.staff AS f WHERE f.name = 'Bea Example';
SELECT is(pg_temp.seen('manager', pg_temp.cover('k3', 'South', current_date + 20, current_date + 30)), '{South Bea Example caseload_cover_absent}',
    'cover by somebody who is away then is taken with a finding');
SELECT is(pg_temp.seen('manager', pg_temp.cover('k4', 'South', current_date + 41, current_date + 50)), '{South Bea Example -}', 'a day later there is none');
SELECT is(pg_temp.seen('manager', pg_temp.cover('k5', 'West', current_date + 60, current_date + 70)), '{West - caseload_cover_unheld}',
    'so is cover by a caseload nobody holds');
SELECT * FROM finish();
ROLLBACK;
