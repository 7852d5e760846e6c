-- transition_places.sql — where a move may lead, other years, and moves made
-- by hand (domain.md 5.3, SI 2014/1530 reg 2(1); School Admissions Code 2.18).
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
\ir ../lib/transition_cases.sql
SELECT pg_temp.move('Beech', 'Nursery', 'EYS', 2027, 'Primary');
SELECT pg_temp.cohort(2027), pg_temp.goes('nursery', 'Beech', NULL, 'Elsewhere Primary');
SELECT pg_temp.acts('nursery', 'offered', 'Nursery'), pg_temp.acts('school', 'accepted', NULL);
\o
SELECT no_plan();

-- Another destination, after it was told.
SELECT is(pg_temp.goes('school', 'Ash', NULL, 'Elsewhere Primary'), 'forbidden', 'the destination does not say where else the child goes');
SELECT is(pg_temp.goes('officer', 'Ash', NULL, 'Elsewhere Primary'), NULL, 'the authority does');
SELECT is(pg_temp.look('nursery', 'Ash', 'state, to_outside, next_owner'), 'planned Elsewhere Primary setting', 'and the case is planned again');
SELECT is(pg_temp.look('school', 'Ash', 'surname, state, to_setting_name, to_outside, next_owner'), '- revoked Primary - -', 'the school sees that it is off, without name and new place');
SELECT is(pg_temp.seen('school', format('SELECT step FROM api.transition_case_steps WHERE case_id = %L ORDER BY n', pg_temp.case_id('Ash'))), '{offered,accepted,revoked}', 'its list of steps ends so');
SELECT is(pg_temp.step('school', 'Ash', 'received'), 'transition_state', 'and a step of its own is refused by the state');
SELECT is(pg_temp.found('school', 'Ash'), '{}', 'no finding is told to it');
SELECT is((SELECT string_agg(d.to_outside, ' ') FROM core.transition_destinations(pg_temp.child_id('Ash')) AS d), NULL, 'until it is offered, the new place is no destination of a hand-over');
SELECT is(pg_temp.goes('officer', 'Ash', NULL, 'Elsewhere Primary'), NULL, 'the same again');
SELECT is((SELECT count(*)::int FROM core.transition_steps AS t WHERE t.case_id = pg_temp.case_id('Ash') AND t.step = 'destination_changed'), 1, 'changes nothing');
SELECT is(pg_temp.refusal('officer', format('SELECT * FROM api.transition_destination_put(%L, NULL, NULL, NULL, NULL, ''x'')', pg_temp.case_id('Ash'))), 'precondition_missing', 'a change says what was read before');

-- Deferred and accelerated.
SELECT is(pg_temp.enters('nursery', 'Elm', 'deferred'), NULL, 'School Admissions Code 2.18: a child born in June stays a year in the nursery');
SELECT is(pg_temp.look('officer', 'Elm', 'year, entry, target_on'), '2028 deferred 2028-09-01', 'its case goes to the next year');
SELECT is(pg_temp.cohort(2027), '{"Ash there EYS normal -","Beech there EYS normal -","Elm other_year EYS - -"}', 'and the cohort makes no other for the old one');
SELECT is(pg_temp.found('officer', 'Elm'), '{}', 'which is as it should be');
SELECT is(pg_temp.goes('officer', 'Elm', 'Primary'), NULL, 'at five it may go to the primary school');
SELECT is(pg_temp.enters('officer', 'Beech', 'accelerated'), NULL, 'another starts a year earlier');
SELECT is(pg_temp.look('officer', 'Beech', 'year, entry, state'), '2026 accelerated planned', 'planned again, for that year');
SELECT is(pg_temp.enters('officer', 'Ash', 'deferred'), NULL, 'a child born in October starts later');
SELECT is(pg_temp.found('officer', 'Ash'), '{"deferred_not_summer_born The child starts a year later, but was born on 1 October 2022, not from 1 April to 31 August."}',
    'School Admissions Code 2.18: which is a finding');
SELECT is(pg_temp.enters('officer', 'Ash', 'normal'), NULL, 'as others after all');
SELECT is(pg_temp.look('officer', 'Ash', 'year, entry'), '2027 normal', 'comes back to its year');

-- By hand.
SELECT is(pg_temp.made(w.who, 'k', 'Quince', '{}'), w.slug, w.who || ' makes no case of it')
  FROM (VALUES ('area', 'forbidden'), ('administrator', 'forbidden'), ('auditor', 'forbidden'), ('nobody', 'forbidden'), ('nursery', 'not_found')) AS w (who, slug);
SELECT is(pg_temp.made('school', 'k', 'Quince', w.more), w.slug, w.title)
  FROM (VALUES ('{"year": null}'::jsonb, 'missing_field', 'a case says which September'), ('{"from": "Nursery"}', 'not_found', 'nobody leaves where it is not'), ('{"to": "Primary"}', 'malformed_field', 'nor goes where it is'),
               ('{"to": "Secondary", "outside": "Elsewhere"}', 'malformed_field', 'nor to two places'), ('{"outside": "Elsewhere", "la": "999x"}', 'unknown_code', 'nor to no authority'),
               ('{"to": "College"}', 'wrong_phase', 'SI 2014/1530 reg 2(1): nobody of eleven goes to college')) AS w (more, slug, title);
SELECT is(pg_temp.made('school', 'k', 'Quince', '{"target": "2026-06-30"}'), 'malformed_field', 'the first day lies in the school year that begins in that September');
SELECT is(pg_temp.made('school', 'k', 'Quince', '{"to": "Secondary"}'), NULL, 'a school makes a case of its own leaver');
SELECT is(pg_temp.made('school', 'k', 'Quince', '{"to": "Secondary"}'), NULL, 'the same again');
SELECT is(pg_temp.made('school', 'k', 'Quince', '{}'), 'batch_differs', 'another under its key is refused');
SELECT is((SELECT count(*)::int FROM core.transition_cases AS c WHERE c.child_id = pg_temp.child_id('Quince')), 1, 'it is one case');
SELECT is(pg_temp.look('school', 'Quince', 'from_setting_name, state'), 'Primary planned', 'from where the child is');
SELECT is(pg_temp.made('officer', 'l', 'Quince', '{"outside": "Elsewhere Secondary"}'), 'transition_open', 'a second open move of a child and year is refused');
SELECT is(pg_temp.made('officer', 'm', 'Quince', '{"kind": "INY", "year": null, "target": "2027-02-22", "to": "Juniors"}'), NULL, 'SI 2014/1530: a move in the year before is another');
SELECT is(pg_temp.look('officer', 'Quince', 'year, kind'), '2027 PRS', 'each of its own September');
SELECT is((SELECT array_agg(c.year || ' ' || c.kind ORDER BY c.year) FROM core.transition_cases AS c WHERE c.child_id = pg_temp.child_id('Quince')), '{"2026 INY","2027 PRS"}', 'so there are two');
SELECT is(pg_temp.cohort(2027, NULL, true, 'Primary'), '{"Quince there PRS normal Secondary"}', 'the cohort has a child whose case was made by hand already');
SELECT is(pg_temp.cohort(2027, NULL, true, 'Secondary'), '{"Rowan made SEP normal -"}', 'SI 2014/1530 reg 2(1)(f): Year 11 leaves for post-16');
SELECT is(pg_temp.made('officer', 'n', 'Fir', '{"kind": "MOV", "outside": "Elsewhere Nursery", "la": "357"}'), NULL, 'a move to another authority');
SELECT is(pg_temp.step('officer', 'Fir', w.step), NULL, w.step) FROM (VALUES ('offered'), ('lost')) AS w (step);
SELECT is(pg_temp.look('officer', 'Fir', 'state, next_owner, next_step'), 'lost la Find the child.', 'a child lost is the authority''s to find');
SELECT is(pg_temp.goes('officer', 'Fir', 'Primary'), NULL, 'and found elsewhere');
SELECT is(pg_temp.look('nursery', 'Fir', 'state, to_setting_name'), 'planned Primary', 'goes there');

SELECT * FROM finish();
ROLLBACK;
