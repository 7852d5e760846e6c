-- recompute.sql — what would be due on another day under another version of a
-- clock, and what would be late.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/ehc.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('senco', 'area_senco'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name = 'senco';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id('Juniors'), '2020-01-01' FROM core.caseloads AS l JOIN cast_actors AS a ON a.id = l.client_id;
SELECT pg_temp.child(w.name, w.setting, '2018-03-01', '3', 'E')
  FROM (VALUES ('Runs', 'Primary'), ('Late', 'Primary'), ('Met', 'Juniors'), ('Excused', 'Primary'), ('Held', 'Primary')) AS w (name, setting);
SELECT pg_temp.history('Runs', 'request_received 2026-10-22'), pg_temp.history('Late', 'request_received 2026-10-01'),
       pg_temp.history('Met', 'request_received 2026-09-01; assessment_decided:assess 2026-10-10'),
       pg_temp.history('Excused', 'request_received 2026-10-01; exception_applied 2026-10-20 exception=absent reason=x from=2026-10-05 to=2026-11-05'),
       pg_temp.history('Held', 'final_issued 2026-03-01');
-- Planned once.
SET LOCAL plan_cache_mode = force_generic_plan;
CREATE FUNCTION pg_temp.would_be(clock text, version date, unit text, amount int, children uuid[]) RETURNS TABLE (child text, of text, old date, new date, was boolean, "is" boolean)
LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT c.surname, r.clock, r.old_due_on, r.new_due_on, r.was_late, r.is_late
      FROM api.recompute($1, $2, $3, $4, '2026-11-26') AS r JOIN api.due_names AS c ON c.child_id = r.child_id WHERE r.child_id = ANY ($5);
END
$$;
CREATE FUNCTION pg_temp.would(actor text, clock text, version text, unit text, amount int, columns text DEFAULT '*') RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT %s FROM pg_temp.would_be(%L, %L, %L, %L, %L) ORDER BY child, of', $6, $2, $3, $4, $5,
        (SELECT array_agg(c.id) FROM cast_children AS c)));
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.would('officer', 'assess_decision', NULL, NULL, NULL, 'child, old, new, was, "is"'),
    '{Excused 2026-11-12 2026-11-12 false false,Late 2026-11-12 2026-11-12 true true,Met 2026-10-13 2026-10-13 false false,Runs 2026-12-03 2026-12-03 false false}',
    'SI 2014/1530 reg 5(3): as it is nothing moves');
SELECT is(pg_temp.would('officer', 'assess_decision', NULL, NULL, 5, 'child, old, new, was, "is"'),
    '{Excused 2026-11-12 2026-11-05 false false,Late 2026-11-12 2026-11-05 true true,Met 2026-10-13 2026-10-06 false true,Runs 2026-12-03 2026-11-26 false false}',
    'five weeks instead of six: what was met in time would not have been; on its last day nothing is late');
SELECT is(pg_temp.would('officer', 'assess_decision', NULL, 'day', 35, 'new'), pg_temp.would('officer', 'assess_decision', NULL, NULL, 5, 'new'), 'thirty-five days are five weeks');
SELECT is(pg_temp.would('officer', 'assess_decision', NULL, 'month', 2, 'child, new, was, "is"'),
    '{Excused 2026-12-01 false false,Late 2026-12-01 true false,Met 2026-11-01 false false,Runs 2026-12-22 false false}', 'another unit: who is late would not be');
SELECT is(pg_temp.would('officer', 'assess_decision', NULL, 'working_day', 10, 'child, new'), '{"Excused 2026-10-15","Late 2026-10-15","Met 2026-09-15","Runs 2026-11-05"}',
    'working days');
SELECT is(pg_temp.would('officer', 'review', NULL, NULL, 11, 'of, old, new'),
    '{review 2027-03-01 2027-02-01,review_advice 2027-01-18 2026-12-21,review_invitation 2027-01-18 2026-12-21,review_meeting 2027-02-01 2027-01-04}',
    'what is counted back from a clock moves with it');
SELECT is(pg_temp.would('officer', 'review_meeting', NULL, NULL, -5, 'of, new'),
    '{review_advice 2027-01-11,review_invitation 2027-01-11,review_meeting 2027-01-25}', 'and what it is counted back from does not');
\o /dev/null
UPDATE law.clocks SET valid_to = '2026-10-15' WHERE id = 'assess_decision';
INSERT INTO law.clocks (id, valid_from, process, plan_type, name, kind, starts, ends, unit, amount, owner, rule_id)
SELECT k.id, '2026-10-16', k.process, k.plan_type, k.name, k.kind, k.starts, k.ends, k.unit, 4, k.owner, k.rule_id FROM law.clocks AS k WHERE k.id = 'assess_decision';
\o
SELECT is(pg_temp.would('officer', 'assess_decision', NULL, NULL, NULL, 'child, old, new'), '{Excused 2026-11-12 2026-10-29,Late 2026-11-12 2026-10-29,Met 2026-10-13 2026-09-29,Runs 2026-11-19 2026-11-19}',
    'a new version is for what starts under it; here for all');
SELECT is(pg_temp.would('officer', 'assess_decision', '2014-09-01', NULL, NULL, 'child, old, new'),
    '{Excused 2026-11-12 2026-11-12,Late 2026-11-12 2026-11-12,Met 2026-10-13 2026-10-13,Runs 2026-11-19 2026-12-03}', 'or the older one for what has begun under the newer');
SELECT is(pg_temp.would('officer', 'nothing', NULL, NULL, 5), '{}', 'a clock there is not changes nothing');
SELECT is(pg_temp.would('officer', 'assess_decision', '2015-01-01', NULL, 5), '{}', 'nor does a version there is not');
SELECT is(pg_temp.would(w.who, 'assess_decision', NULL, NULL, 5, 'child'), w.names::text[], w.who || ' is told of the settings in scope')
  FROM (VALUES ('senco', '{Met}'), ('auditor', '{}'), ('nobody', '{}')) AS w (who, names);
SELECT is(pg_temp.seen('senco', $$SELECT * FROM api.recompute_totals('assess_decision', '2014-09-01', NULL, 5, '2026-11-26')$$),
    '{assess_decision Decision whether to assess week 5 1 1 1 0 0 1 0 1}', 'counted');
SELECT is(pg_temp.seen('officer', $$SELECT * FROM api.recompute_totals('nothing', NULL, NULL, 5, '2026-11-26')$$), '{}', 'of a clock there is not nothing is');
SELECT is((SELECT count(*)::int FROM law.clocks AS k WHERE k.id = 'assess_decision' AND k.amount NOT IN (4, 6)), 0, 'nothing is stored');
SELECT * FROM finish();
ROLLBACK;
