-- transition_cohorts.sql — who gets a case when a cohort is made, and the
-- destination that the setting's own record names (domain.md 5.3, SI 2014/1530
-- regs 2(1), 18; CoP 5.47).
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
\ir ../lib/transition_cases.sql
\o
SELECT no_plan();

-- The cohort.
SELECT is(pg_temp.refusal(w.who, 'SELECT * FROM api.transition_cohorts_make(2027, current_date, NULL, NULL, true)'), 'forbidden', w.who || ' makes no cohort')
  FROM (VALUES ('nursery'), ('school'), ('area'), ('administrator'), ('auditor'), ('nobody')) AS w (who);
SELECT is(pg_temp.refusal('officer', 'SELECT * FROM api.transition_cohorts_make(2027, current_date, NULL, ''urn:999998'', true)'), 'unknown_setting', 'of a setting there is not');
SELECT is(pg_temp.cohort(2027, NULL, true), '{"Ash made EYS normal Primary","Beech made EYS normal -","Elm made EYS normal -"}',
    'SI 2014/1530 reg 18, CoP 5.47: a plan and SEN support get a case, other children none; the destination is the one the setting names');
SELECT is((SELECT count(*)::int FROM core.transition_cases AS c WHERE c.from_setting_id = pg_temp.setting_id('Nursery')), 0, 'a preview leaves nothing');
SELECT is(pg_temp.cohort(2027, 'PRS'), '{}', 'narrowed by kind');
SELECT is(pg_temp.cohort(2027), '{"Ash made EYS normal Primary","Beech made EYS normal -","Elm made EYS normal -"}', 'made, it is what the preview said');
SELECT is(pg_temp.cohort(2027), '{"Ash there EYS normal Primary","Beech there EYS normal -","Elm there EYS normal -"}', 'again it makes nothing twice');
SELECT is((SELECT count(*)::int FROM core.transition_cases AS c WHERE c.from_setting_id = pg_temp.setting_id('Nursery')), 3, 'so there are three');
SELECT is((SELECT cardinality(e.child_ids) FROM audit.entries AS e WHERE e.action = 'transitions.cohort' ORDER BY e.id DESC LIMIT 1), 3, 'which is on record with the children');
SELECT is(pg_temp.look('officer', 'Ash', 'state, target_on, next_owner'), 'planned 2027-09-01 setting', 'planned, for 1 September');
SELECT is(pg_temp.look('officer', 'Beech', 'next_owner, next_step'), 'la Find out where the child goes.', 'without a destination the authority is to find one');

-- The setting's own record and the case.
\o /dev/null
SELECT pg_temp.move('Beech', 'Nursery', 'EYS', 2027, 'Primary');
\o
SELECT is(pg_temp.found('nursery', 'Beech'), '{"destination_not_taken The setting the child leaves says that it goes to Primary; the case has no destination yet."}', 'a destination the setting names later is a finding');
SELECT is(pg_temp.cohort(2027), '{"Ash there EYS normal Primary","Beech destination_taken EYS normal Primary","Elm there EYS normal -"}', 'and taken when the cohort is made again');
SELECT is(pg_temp.goes('officer', 'Beech', 'Secondary'), 'wrong_phase', 'SI 2014/1530 reg 2(1): no child of four goes to a secondary school');
SELECT is(pg_temp.goes('officer', 'Beech', w.place), w.slug, w.title)
  FROM (VALUES ('Juniors', 'wrong_phase', 'nor to juniors'), ('College', 'wrong_phase', 'nor to a college'), ('Other Nursery', 'wrong_phase', 'nor to a nursery at school age'),
               ('Closed', 'setting_closed', 'nor to a school that is closed'), ('Closing', 'setting_closed', 'or will be by then'), ('New', 'setting_not_open', 'or is not open yet')) AS w (place, slug, title);
SELECT is(pg_temp.goes('nursery', 'Beech', NULL, 'Elsewhere Primary', '1'), 'precondition_failed', 'who has not read the change of destination says nothing');
SELECT is(pg_temp.goes('nursery', 'Beech', NULL, 'Elsewhere Primary'), NULL, 'the setting left may name another');
SELECT is(pg_temp.found('officer', 'Beech'), '{"destination_differs The setting the child leaves says that it goes to Primary; the case says Elsewhere Primary."}',
    'the case stands; that the two differ is a finding');
SELECT is(pg_temp.cohort(2027), '{"Ash there EYS normal Primary","Beech there EYS normal -","Elm there EYS normal -"}', 'and not overwritten');
SELECT * FROM finish();
ROLLBACK;
