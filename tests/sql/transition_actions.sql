-- transition_actions.sql — steps of a whole cohort, looked at and taken.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
\ir ../lib/transition_cases.sql
SELECT pg_temp.move('Beech', 'Nursery', 'EYS', 2027, 'Primary');
SELECT pg_temp.cohort(2027), pg_temp.goes('nursery', 'Beech', NULL, 'Elsewhere Primary');
\o
SELECT no_plan();

-- Steps of a whole cohort.
SELECT is(pg_temp.refusal(w.who, 'SELECT * FROM api.transition_actions_take(''offered'', 2027, NULL, NULL, NULL, NULL, NULL, true)'), 'forbidden', w.who || ' acts for nobody')
  FROM (VALUES ('area'), ('administrator'), ('auditor'), ('nobody')) AS w (who);
SELECT is(pg_temp.refusal('nursery', format('SELECT * FROM api.transition_actions_take(''offered'', 2027, NULL, %s, NULL, NULL, true)', w.refs)), 'unknown_setting', 'from or to nowhere')
  FROM (VALUES ('''urn:999998'', NULL'), ('NULL, ''urn:999998''')) AS w (refs);
SELECT is(pg_temp.acts('nursery', 'offered', 'Nursery', true), '{"Ash done - offered","Beech done - offered","Elm refused transition_unplaced planned"}', 'a nursery looks what offering all its leavers would do');
SELECT is(pg_temp.look('officer', 'Ash', 'state'), 'planned', 'which did nothing');
SELECT is(pg_temp.acts('nursery', 'offered', 'Nursery'), '{"Ash done - offered","Beech done - offered","Elm refused transition_unplaced planned"}', 'and does it');
SELECT is(pg_temp.acts('nursery', 'offered', 'Nursery'), '{"Elm refused transition_unplaced planned"}', 'again only what is left is tried');
SELECT is(pg_temp.acts('nursery', 'offered', 'Nursery', true, 'PRS'), '{}', 'narrowed by kind');
SELECT is(pg_temp.acts('school', 'accepted', NULL), '{"Ash done - accepted"}', 'the school accepts those it was offered');
SELECT is(pg_temp.acts('school', 'offered', NULL), '{}', 'and is no sender of them');
SELECT * FROM finish();
ROLLBACK;
