-- transition_plans.sql — the plan of a move that needs more: who writes it,
-- what comes before what, who agrees at which age, and the tier of the case.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('sender', 'school_system'),
       pg_temp.actor('receiver', 'school_system'),
       pg_temp.actor('before', 'school_system'),
       pg_temp.actor('foreign', 'school_system'),
       pg_temp.actor('area', 'area_senco'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '34', 2, 3, 11),
       pg_temp.setting('Secondary', '34', 4, 11, 16),
       pg_temp.setting('Academy', '34', 4, 11, 16),
       pg_temp.setting('College', '18', 6, 16, 99);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, s.id
  FROM cast_actors AS a, cast_settings AS s
 WHERE (a.name, s.name) IN (('sender', 'Primary'), ('receiver', 'Secondary'), ('before', 'Academy'), ('foreign', 'College'));
WITH c AS (
    INSERT INTO core.caseloads (name, client_id)
    SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name = 'area'
    RETURNING id
)
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT c.id, pg_temp.setting_id('Primary'), '2020-01-01' FROM c;
SELECT pg_temp.child('Fern', 'Primary', '2016-01-15', '6', 'K'),
       pg_temp.child('Elder', 'Primary', '2009-01-15', '12', 'K');
CREATE TABLE pg_temp.cases (name text PRIMARY KEY, id uuid);
WITH c AS (
    INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, to_setting_id, told_setting_ids, target_on, state, made_by)
    SELECT k.id, 2026, 'PRS', pg_temp.setting_id('Primary'), pg_temp.setting_id('Secondary'), ARRAY[pg_temp.setting_id('Academy')],
           '2026-09-01', 'accepted', a.id
      FROM cast_children AS k, cast_actors AS a WHERE a.name = 'officer'
    RETURNING id, child_id
)
INSERT INTO pg_temp.cases SELECT k.name, c.id FROM c JOIN cast_children AS k ON k.id = c.child_id;
-- put — the plan with these days; NULL when it is taken.
CREATE FUNCTION pg_temp.put(actor text, etag text, held date DEFAULT NULL, agreed date DEFAULT NULL, by text DEFAULT NULL,
    done text[] DEFAULT '{}', trained date DEFAULT NULL, tier text DEFAULT NULL, child text DEFAULT 'Fern', planned text[] DEFAULT '{}')
RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format(
        'SELECT * FROM api.transition_plan_put(%L, %L, %L, ''Bo Example'', %L, %L, ''Ada Example'', %L, %L, %L, %L, ''Signs'', NULL, %L)',
        (SELECT c.id FROM pg_temp.cases AS c WHERE c.name = $9), $2, $8, $3, $3, $4, $5, $10, $6, $7));
$$;
CREATE FUNCTION pg_temp.plan(actor text, columns text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT %s FROM api.transition_plans AS p WHERE p.child_id = %L', $2, pg_temp.child_id('Fern')));
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.plan('sender', 'p.tier, p.key_adult, p.visits_done_on, p.etag'), ARRAY['universal - [] 0'], 'until it is written the plan is blank');
SELECT is(pg_temp.put(a.name, NULL), CASE WHEN a.name IN ('before', 'foreign') THEN 'not_found' ELSE 'forbidden' END, a.name || ' does not write it')
  FROM cast_actors AS a WHERE a.name NOT IN ('officer', 'sender', 'receiver') ORDER BY a.name;
SELECT is(pg_temp.put('sender', NULL, '2026-05-10', NULL, NULL, '{}', NULL, 'enhanced', 'Fern', '{2026-06-20,2026-06-10,2026-06-10}'), NULL, 'the setting left begins it');
SELECT is(pg_temp.plan('receiver', 'p.tier, p.key_adult, p.meeting_held_on, p.met, p.visits_planned_on, p.changed_by LIKE ''sender%'' AS by, p.etag'),
    ARRAY['enhanced Bo Example 2026-05-10 Ada Example ["2026-06-10","2026-06-20"] true 1'], 'the receiving setting reads the same; days are in order, each once');
SELECT is((SELECT array_agg(s.n || ' ' || s.step || ' ' || s.as_party) FROM core.transition_steps AS s WHERE s.child_id = pg_temp.child_id('Fern')),
    '{"2 tier_changed sender"}', 'the tier is the case''s, and its change a step of it');
SELECT is((SELECT c.version FROM core.transition_cases AS c WHERE c.child_id = pg_temp.child_id('Fern')), 2::bigint, 'which its version counts');
SELECT is(pg_temp.put('receiver', NULL, '2026-05-10'), 'precondition_missing', 'who changes it names what was read');
SELECT is(pg_temp.put('receiver', '7', '2026-05-10'), 'precondition_failed', 'and not what has changed');
SELECT is(pg_temp.put('receiver', '1', '2026-05-10', w.agreed, w.by, w.done, w.trained, NULL, 'Fern', w.planned), w.slug, w.title)
  FROM (VALUES
('2026-05-09'::date, 'parent', '{}'::text[], NULL::date, '{}'::text[], 'transition_order', 'an agreement before the meeting is refused'),
('2026-05-10', 'parent', '{2026-05-09}', NULL, '{}', 'transition_order', 'so is a visit before the agreement'),
('2026-05-10', 'parent', '{2026-05-11,2026-05-09}', NULL, '{}', 'transition_order', 'also one of several'),
(NULL, NULL, '{2026-05-11}', NULL, '{}', 'transition_order', 'or without one'),
('2026-05-10', 'parent', '{}', '2026-05-09', '{}', 'transition_order', 'and training before it'),
(NULL, NULL, '{}', '2026-05-11', '{}', 'transition_order', 'or without one'),
('2026-05-10', NULL, '{}', NULL, '{}', 'missing_field', 'who agreed is said'),
(NULL, 'parent', '{}', NULL, '{}', 'missing_field', 'and when'),
('2099-01-01', 'parent', '{}', NULL, '{}', 'malformed_field', 'nobody agreed in the future'),
('2026-05-10', 'parent', '{2099-01-01}', NULL, '{}', 'malformed_field', 'no visit was made there'),
('2026-05-10', 'parent', '{}', '2099-01-01', '{}', 'malformed_field', 'nor anybody trained'),
(NULL, NULL, '{}', NULL, '{2026-02-30}', 'malformed_field', 'a day is a day'),
('2026-05-10', 'young_person', '{}', NULL, '{}', 'handover_unagreed', 'CoP 8.13-8.16: under sixteen it is the parents who agree')
       ) AS w (agreed, by, done, trained, planned, slug, title);
SELECT is(pg_temp.put('receiver', '1', '2026-05-10', '2026-05-10', 'parent', '{2026-05-10}', '2026-05-10'), NULL, 'all on one day is in order');
SELECT is(pg_temp.plan('officer', 'p.agreed_by, p.visits_done_on, p.training_done_on, p.tier, p.etag'), ARRAY['parent ["2026-05-10"] 2026-05-10 enhanced 2'], 'a tier not named stays');
SELECT is(pg_temp.put('officer', NULL, NULL, '2025-01-14', 'young_person', '{}', NULL, NULL, 'Elder'), 'handover_unagreed', 'the day before the sixteenth birthday');
SELECT is(pg_temp.put('officer', NULL, NULL, '2025-01-15', 'parent', '{}', NULL, NULL, 'Elder'), 'handover_unagreed', 'CoP 8.13-8.16: from sixteen it is not the parents');
SELECT is(pg_temp.put('officer', NULL, NULL, '2025-01-15', 'young_person', '{}', NULL, NULL, 'Elder'), NULL, 'but the young person');
SELECT is(pg_temp.plan(a.name, 'p.etag'), CASE WHEN a.name IN ('before', 'foreign', 'auditor') THEN '{}' ELSE ARRAY['2'] END,
    a.name || ' reads what is of its moves; a destination of before nothing')
  FROM cast_actors AS a ORDER BY a.name;
SELECT is((SELECT count(*) FROM audit.entries AS e WHERE e.action = 'transitions.plan_put' AND pg_temp.child_id('Fern') = ANY (e.child_ids)), 2::bigint, 'every write is in the log');

SELECT * FROM finish();
ROLLBACK;
