-- caseload_findings.sql — what is wrong with the caseloads, each finding with
-- its rule, inputs and sentence.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/caseloads.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('ada', 'area_senco'), pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Apple Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Birch Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Cedar Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Left Primary', '1', 2, 3, 11),
       pg_temp.setting('Never Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Never Primary', '1', 2, 3, 11),
       pg_temp.setting('Closed Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Reason Nursery', 'ofsted:non_domestic', NULL, NULL, NULL);
UPDATE core.settings SET status = 'closed' WHERE id = pg_temp.setting_id('Closed Nursery');
SELECT pg_temp.caseload('North', 'ada', 'Ada Example'), pg_temp.caseload('South', NULL, 'Bea Example'), pg_temp.caseload('West', NULL, NULL);
SELECT pg_temp.hold('North', 'Apple Nursery'), pg_temp.hold('North', 'Birch Nursery'), pg_temp.hold('South', 'Cedar Nursery'), pg_temp.hold('West', 'Cedar Nursery', '2026-11-10'),
       pg_temp.hold('North', 'Left Primary', '2020-01-01', '2026-11-08'), pg_temp.hold('North', 'Closed Nursery', '2020-01-01', '2026-11-08'),
       pg_temp.hold('North', 'Reason Nursery', '2020-01-01', '2026-11-08');
UPDATE core.caseload_settings SET gap_reason = 'No children there' WHERE setting_id = pg_temp.setting_id('Reason Nursery');
CREATE FUNCTION pg_temp.found(columns text, about text, actor text DEFAULT 'officer', on_date date DEFAULT '2026-11-10') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($3, format('SELECT %s FROM api.caseload_findings_on(%L) AS f WHERE f.finding LIKE %L AND (f.setting_id IS NULL OR f.setting_id = ANY (%L))
        ORDER BY f.finding, f.sentence', $1, $4, $2, (SELECT array_agg(s.id) FROM cast_settings AS s)));
$$;
CREATE FUNCTION pg_temp.ref(setting text) RETURNS text
LANGUAGE sql AS $$ SELECT 'id:' || pg_temp.setting_id($1) $$;
\o
SELECT no_plan();
SELECT is(pg_temp.found('f.rule, f.severity, f.sentence', 'caseload_gap'),
    ARRAY['caseload_every_setting warn ' || pg_temp.ref('Left Primary') || ' is in no caseload from 9 November 2026 on.'],
    'CoP 5.55: a setting that was in a caseload and is not; a closed one needs none');
SELECT is(pg_temp.found('f.severity, f.inputs->>''why''', 'caseload_gap_allowed'), ARRAY['info No children there'], 'one left out for a reason is told with the reason');
SELECT is(pg_temp.found('f.sentence', 'caseload_never'), ARRAY[pg_temp.ref('Never Nursery') || ' was never in a caseload.'],
    'an early years setting that never was; of a school nobody expects it');
SELECT is(pg_temp.found('f.sentence', 'caseload_gap', on_date => '2026-11-08'), '{}', 'on its last day it was still held');
SELECT is(pg_temp.found('f.severity, f.sentence', 'caseload_double'), ARRAY['info ' || pg_temp.ref('Cedar Nursery')
    || ' is in two caseloads at once, South and West, from 10 November 2026.'], 'two caseloads at once');
SELECT is(pg_temp.found('f.sentence', 'caseload_double', on_date => '2026-11-09'), '{}', 'the day before there was one');
SELECT is(pg_temp.found('f.sentence', 'caseload_unheld'), ARRAY['West has 1 settings and no Area SENCO.'], 'a caseload with settings nobody holds');
INSERT INTO core.absences (staff_id, from_on, to_on) SELECT f.id, '2026-11-09', '2026-11-20' FROM core.staff AS f WHERE f.name = 'Ada Example';
SELECT is(pg_temp.found('f.severity, f.sentence', 'caseload_absent'), ARRAY['warn Ada Example, who holds North, is away from 9 November 2026 and nobody covers.'], 'who is away without cover');
INSERT INTO core.caseload_cover (caseload_id, covered_by_id, from_on, to_on) VALUES
    (pg_temp.caseload_id('North'), pg_temp.caseload_id('South'), '2026-11-10', '2026-11-10'), (pg_temp.caseload_id('West'), pg_temp.caseload_id('South'), '2026-11-10', '2026-11-10');
SELECT is(pg_temp.found('f.finding', 'caseload_absent') || pg_temp.found('f.finding', 'caseload_unheld'), '{}', 'with cover neither is found');
SELECT is(pg_temp.found('f.finding', 'caseload_absent', on_date => '2026-11-11'), '{caseload_absent}', 'the day after it is');
SELECT is(pg_temp.found('f.inputs->>''caseload'', f.inputs->>''weight'', f.inputs->>''limit''', 'caseload_over_mean'), '{North 2 20}',
    'CoP 5.55, rule caseload_over_mean: one that weighs far more than the mean');
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('caseload_over_mean', '2026-11-10', 50, 'Invented.');
SELECT is(pg_temp.found('f.finding', 'caseload_over_mean'), '{}', 'the limit is the authority''s: exactly 50 per cent more is not over 50');
SELECT is(pg_temp.found('f.finding', '%', 'administrator'), '{}', 'an administrator is told nothing');
SELECT is(pg_temp.found('f.finding', '%', 'ada', '2026-11-11'), '{caseload_absent}', 'an Area SENCO of her own caseload only');
SELECT cmp_ok((pg_temp.seen('officer', 'SELECT count(*) FROM api.caseload_findings'))[1]::int, '>', 0, 'the view is of today');
SELECT unalike(pg_temp.plan_of('officer', 'SELECT * FROM api.caseload_findings_on(''2026-11-10'')'), '%Function Scan%', 'no Function Scan is left in the plan');
SELECT is((SELECT array_agg(f.id) FROM law.senco_findings AS f WHERE NOT EXISTS (SELECT FROM law.rules AS r WHERE r.id = f.rule_id)), NULL, 'each text has its rule');
SELECT * FROM finish();
ROLLBACK;
