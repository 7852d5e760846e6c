-- caseload_children.sql — the named children of a caseload, over time.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/caseloads.sql
\o /dev/null
SELECT pg_temp.actor('manager', 'la_manager'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('auditor', 'auditor'),
       pg_temp.actor('ada', 'area_senco'), pg_temp.actor('bea', 'area_senco'), pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Apple Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Primary', '1', 2, 3, 11);
SELECT pg_temp.caseload('North', 'ada', 'Ada Example'), pg_temp.caseload('South', 'bea', 'Bea Example');
SELECT pg_temp.hold('North', 'Apple Nursery'), pg_temp.hold('South', 'Primary');
SELECT pg_temp.child('Kay', 'Apple Nursery', '2023-03-01', NULL, 'K'), pg_temp.child('Pri', 'Primary', '2019-03-01', '3', 'E');
CREATE FUNCTION pg_temp.add(key text, child text, setting text DEFAULT 'Apple Nursery', from_on date DEFAULT '2026-09-01', to_on date DEFAULT NULL,
    caseload text DEFAULT 'North') RETURNS text
LANGUAGE sql AS $$
    SELECT format('SELECT a.setting_name, a.from_on, nullif(a.to_on, ''infinity'') FROM api.caseload_child_add(%s, %L, %L, %L, %L, %L) AS a',
        coalesce(pg_temp.caseload_id($6), 999999999), $1, coalesce(pg_temp.child_id($2), gen_random_uuid()), 'id:' || coalesce(pg_temp.setting_id($3), 999999999), $4, $5);
$$;
CREATE FUNCTION pg_temp.end_(n int, to_on date, caseload text DEFAULT 'North') RETURNS text
LANGUAGE sql AS $$
    SELECT format('SELECT a.setting_name, a.from_on, a.to_on FROM api.caseload_child_end(%s, %s, %L) AS a', pg_temp.caseload_id($3), $1, $2);
$$;
CREATE FUNCTION pg_temp.named(actor text, on_date date DEFAULT '2026-11-10', caseload text DEFAULT 'North') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT n.surname, n.setting_name, n.provision, n.from_on, n.to_on FROM api.caseload_named(%s, %L) AS n ORDER BY n.surname',
        pg_temp.caseload_id($3), $2));
$$;
\o
SELECT no_plan();
SELECT is(pg_temp.refusal(a.name, pg_temp.add('k1', 'Kay')), 'forbidden', a.name || ' names no child')
  FROM (VALUES ('officer'), ('ada'), ('administrator'), ('auditor'), ('nobody')) AS a (name);
SELECT is(pg_temp.seen('manager', pg_temp.add('k1', 'Kay')), '{Apple Nursery 2026-09-01 -}', 'a manager names a child of a setting');
SELECT is(pg_temp.seen('manager', pg_temp.add('k1', 'Kay')), '{Apple Nursery 2026-09-01 -}', 'the same key again is the same row');
SELECT is(pg_temp.refusal('manager', pg_temp.add('k1', 'Kay', from_on => '2026-09-02')), 'batch_differs', 'with other content it is refused');
SELECT is(pg_temp.refusal('manager', pg_temp.add('k2', 'Kay')), 'caseload_child_twice', 'a child is named once for a day');
SELECT is(pg_temp.refusal('manager', pg_temp.add('k2', 'Pri')), 'not_found', 'by a setting that holds its record');
SELECT is(pg_temp.refusal('manager', pg_temp.add('k2', 'Nobody')), 'not_found', 'a child there is');
SELECT is(pg_temp.refusal('manager', pg_temp.add('k2', 'Kay', setting => 'Nowhere')), 'unknown_setting', 'a setting there is');
SELECT is(pg_temp.refusal('manager', pg_temp.add('k2', 'Kay', caseload => 'Nowhere')), 'not_found', 'a caseload there is');
SELECT is(pg_temp.refusal('manager', pg_temp.add('k2', 'Kay', from_on => '2026-09-01', to_on => '2026-08-31')), 'dates_reversed', 'the end lies after the start');
SELECT is(pg_temp.refusal('manager', pg_temp.add('k2', 'Pri', setting => 'Primary')), 'malformed_field', 'of a setting that is in the caseload');
SELECT is(pg_temp.refusal('manager', pg_temp.add('k2', 'Kay', from_on => '2020-08-31', to_on => '2020-08-31')), 'malformed_field', 'on that day');
SELECT is(pg_temp.seen('ada', 'SELECT c.surname FROM api.children AS c'), '{Kay}', 'naming a child opens no other');
SELECT is(pg_temp.named('ada'), '{Kay Apple Nursery K 2026-09-01 -}', 'the Area SENCO sees who is named in her caseload');
SELECT is(pg_temp.named('ada', '2026-08-31'), '{}', 'from the day on');
SELECT is(pg_temp.named('officer'), '{Kay Apple Nursery K 2026-09-01 -}', 'so does an officer');
SELECT is(pg_temp.named(a.name), '{}', a.name || ' sees nothing of it') FROM (VALUES ('bea'), ('administrator'), ('auditor'), ('nobody')) AS a (name);
CREATE TEMPORARY TABLE kay AS SELECT k.id FROM core.caseload_children AS k WHERE k.caseload_id = pg_temp.caseload_id('North');
UPDATE core.caseload_children SET known_from = now() - interval '1 month';
SELECT is(pg_temp.refusal('officer', pg_temp.end_((SELECT k.id FROM kay AS k), '2027-02-12')), 'forbidden', 'an officer ends nothing');
SELECT is(pg_temp.refusal('manager', pg_temp.end_((SELECT k.id FROM kay AS k), '2026-08-31')), 'dates_reversed', 'it does not end before it began');
SELECT is(pg_temp.refusal('manager', pg_temp.end_((SELECT k.id FROM kay AS k), '2027-02-12', 'South')), 'not_found', 'nor in another caseload');
SELECT is(pg_temp.seen('manager', pg_temp.end_((SELECT k.id FROM kay AS k), '2027-02-12')), '{Apple Nursery 2026-09-01 2027-02-12}', 'it ends with its last day');
SELECT is(pg_temp.named('ada', '2027-02-12') || pg_temp.named('ada', '2027-02-13'), '{Kay Apple Nursery K 2026-09-01 2027-02-12}', 'which is still in');
SELECT is(pg_temp.seen('ada', format('SELECT n.surname FROM api.caseload_named(%s, ''2027-02-13'', now() - interval ''1 day'') AS n', pg_temp.caseload_id('North'))),
    '{Kay}', 'as known before it had no end');
SELECT is((SELECT array_agg(e.action || cardinality(e.child_ids) ORDER BY e.action) FROM audit.entries AS e WHERE e.action LIKE 'caseloads.child%'),
    '{caseloads.child_add1,caseloads.child_end1}', 'the log names the child of both deeds, once each');
-- When the setting leaves, the row stays and shows the child to her no more.
UPDATE core.caseload_settings SET to_on = current_date - 1 WHERE caseload_id = pg_temp.caseload_id('North');
SELECT is(pg_temp.named('ada'), '{}', 'when the setting has left the caseload the child is not seen through its name either');
SELECT is(pg_temp.named('officer'), '{Kay Apple Nursery K 2026-09-01 2027-02-12}', 'while officers see what was');
SELECT unalike(pg_temp.plan_of('ada', 'SELECT * FROM api.caseload_named(1, ''2026-11-10'')'), '%Function Scan%', 'no Function Scan is left in the plan');
SELECT * FROM finish();
ROLLBACK;
