-- caseload_balance.sql — each part of a caseload's weight, counted by hand.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/caseloads.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('ada', 'area_senco'), pg_temp.actor('school', 'school_system'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Apple Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Birch Childminder', 'ofsted:childminder', NULL, NULL, NULL),
       pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('College', '18', 6, 16, 99), pg_temp.setting('Cedar Nursery', 'ofsted:domestic', NULL, NULL, NULL);
SELECT pg_temp.caseload('North', 'ada', 'Ada Example'), pg_temp.caseload('South', NULL, 'Bea Example'), pg_temp.caseload('Empty', NULL, NULL);
SELECT pg_temp.hold('North', 'Apple Nursery'), pg_temp.hold('North', 'Birch Childminder'), pg_temp.hold('North', 'Primary', '2026-01-01'),
       pg_temp.hold('North', 'College', '2020-01-01', '2026-11-09'), pg_temp.hold('South', 'Cedar Nursery');
-- 3 km and 4 km from their centre make 5; the third has no position.
SELECT pg_temp.place('Apple Nursery', 400000, 300000), pg_temp.place('Birch Childminder', 406000, 308000);
SELECT pg_temp.child('Kay', 'Apple Nursery', '2023-03-01', NULL, 'K'), pg_temp.child('Kim', 'Apple Nursery', '2023-03-01', NULL, 'K'),
       pg_temp.child('Eve', 'Primary', '2018-03-01', '3', 'E'), pg_temp.child('Ned', 'Primary', '2018-03-01', '3', 'N');
INSERT INTO core.caseload_children (caseload_id, setting_id, child_id, from_on, to_on) VALUES
    (pg_temp.caseload_id('North'), pg_temp.setting_id('Apple Nursery'), pg_temp.child_id('Kay'), '2026-09-01', NULL),
    (pg_temp.caseload_id('North'), pg_temp.setting_id('Apple Nursery'), pg_temp.child_id('Kim'), '2026-09-01', '2026-11-09');
CREATE FUNCTION pg_temp.balance(actor text, columns text, on_date date DEFAULT '2026-11-10') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT %s FROM api.caseload_balance(%L) AS b WHERE b.name IN (''North'', ''South'', ''Empty'') ORDER BY b.name', $2, $3));
$$;
\o
SELECT no_plan();
SELECT is(pg_temp.balance('officer', 'b.name, b.settings, b.group_settings, b.childminders, b.schools, b.other_settings'),
    '{Empty 0 0 0 0 0,North 3 1 1 1 0,South 1 1 0 0 0}', 'settings by kind, on that day');
SELECT is(pg_temp.balance('officer', 'b.other_settings', '2026-11-09'), '{0,1,0}', 'the college until its last day');
SELECT is(pg_temp.balance('officer', 'b.sen_support, b.ehc_plan, b.named_children'), '{0 0 0,2 1 1,0 0 0}', 'children by level of need, and those named that day');
SELECT is(pg_temp.balance('officer', 'b.mean_km, b.without_position'), '{- 0,5 1,- 1}', 'the mean distance to the centre; who has no position is counted');
SELECT is(pg_temp.balance('officer', 'b.weight_settings, b.weight_support, b.weight_plan, b.weight_named, b.weight_travel, b.weight'),
    '{0 0 0 0 0 0,1.7 0.2 0.25 0.5 0.2 2.85,1 0 0 0 0 1}', 'CoP 5.55, rules caseload_weight_*: 1 + 0.2 + 0.5, 2 x 0.1, 0.25, 0.5, 10 km x 0.02');
SELECT is(pg_temp.balance('officer', 'b.mean, b.percent_of_mean'), ARRAY['1.93 0', '1.93 148.1', '1.93 51.9'], 'the mean is of those that hold something');
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('caseload_weight_plan', '2026-11-10', 1.25, 'Invented.');
SELECT is(pg_temp.balance('officer', 'b.weight_plan'), '{0,1.25,0}', 'an authority weighs as it likes');
SELECT is(pg_temp.balance('officer', 'b.weight_plan', '2026-11-09'), '{0,0.25,0}', 'from the day it says');
SELECT is(pg_temp.balance('ada', 'b.name, b.weight, b.mean'), '{North 3.85 -}', 'an Area SENCO reads her own and no mean');
SELECT is(pg_temp.balance(a.name, 'b.name'), '{}', a.name || ' reads none') FROM (VALUES ('school'), ('administrator'), ('auditor'), ('nobody')) AS a (name);
SELECT unalike(pg_temp.plan_of('officer', 'SELECT * FROM api.caseload_balance(''2026-11-10'')'), '%Function Scan%', 'no Function Scan is left in the plan');
SELECT unalike(pg_temp.plan_of('officer', 'SELECT * FROM api.caseload_balance(''2026-11-10'')'), '%transitions%', 'what is not weighed is not read');
SELECT * FROM finish();
ROLLBACK;
