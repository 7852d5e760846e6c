-- transition_cohorts.sql — who gets a case when a cohort is made, moves made by
-- hand, where they may lead, other years, and steps of a whole cohort
-- (domain.md 5.3, SI 2014/1530 regs 2(1), 18; CoP 5.47).
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('nursery', 'school_system'), pg_temp.actor('school', 'school_system'), pg_temp.actor('area', 'area_senco'),
       pg_temp.actor('officer', 'la_officer'), pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Other Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11), pg_temp.setting('Secondary', '34', 4, 11, 16),
       pg_temp.setting('College', '18', 6, 16, 99), pg_temp.setting('Closed', '1', 2, 3, 11), pg_temp.setting('Closing', '1', 2, 3, 11),
       pg_temp.setting('New', '1', 2, 3, 11);
UPDATE core.settings SET status = 'closed', closed_on = '2020-08-31' WHERE id = pg_temp.setting_id('Closed');
UPDATE core.settings SET closed_on = '2027-08-31' WHERE id = pg_temp.setting_id('Closing');
UPDATE core.settings SET opened_on = '2028-09-01' WHERE id = pg_temp.setting_id('New');
SELECT pg_temp.grant_setting('nursery', 'Nursery'), pg_temp.grant_setting('school', 'Primary');
-- cohort — who makes the cohort of that year as it was on 10 November 2026: child, outcome, kind, entry and destination.
CREATE FUNCTION pg_temp.cohort(year int, kind text DEFAULT NULL, preview boolean DEFAULT false, setting text DEFAULT 'Nursery') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('officer', format('SELECT surname, outcome, kind, entry, to_setting_name FROM api.transition_cohorts_make(%s, ''2026-11-10'', %L, %L, %L) ORDER BY surname',
        $1, $2, 'id:' || pg_temp.setting_id($4), $3));
$$;
CREATE FUNCTION pg_temp.ref(setting text) RETURNS text LANGUAGE sql AS $$ SELECT 'id:' || pg_temp.setting_id($1) $$;
CREATE FUNCTION pg_temp.case_id(child text, year int DEFAULT NULL) RETURNS uuid LANGUAGE sql AS $$
    SELECT c.id FROM core.transition_cases AS c WHERE c.child_id = pg_temp.child_id($1) AND ($2 IS NULL OR c.year = $2) ORDER BY c.year DESC LIMIT 1;
$$;
CREATE FUNCTION pg_temp.etag(child text) RETURNS text LANGUAGE sql AS $$ SELECT c.version::text FROM core.transition_cases AS c WHERE c.id = pg_temp.case_id($1) $$;
-- made — what refuses a case by hand; more: members of its content.
CREATE FUNCTION pg_temp.made(actor text, key text, child text, more jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.transition_cases_create(%L, %L, %L, %L, %L, %L, %L, %L, %L, %L)', $2, pg_temp.child_id($3),
        m->>'kind', m->>'year', m->>'entry', pg_temp.ref(m->>'from'), pg_temp.ref(m->>'to'), m->>'outside', m->>'la', m->>'target'))
      FROM (SELECT '{"kind": "PRS", "year": 2027}'::jsonb || $4) AS t (m);
$$;
CREATE FUNCTION pg_temp.goes(actor text, child text, to_setting text, outside text DEFAULT NULL, tag text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.transition_destination_put(%L, %L, %L, %L, NULL, ''Invented.'')', pg_temp.case_id($2),
        coalesce($5, pg_temp.etag($2)), pg_temp.ref($3), $4));
$$;
CREATE FUNCTION pg_temp.enters(actor text, child text, entry text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.transition_entry_put(%L, %L, %L, ''Invented.'')', pg_temp.case_id($2), pg_temp.etag($2), $3));
$$;
CREATE FUNCTION pg_temp.step(actor text, child text, step text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.transition_case_take(%L, %L, %L, ''Invented.'', NULL)', pg_temp.case_id($2), pg_temp.etag($2), $3));
$$;
CREATE FUNCTION pg_temp.look(actor text, child text, columns text) RETURNS text LANGUAGE sql AS $$
    SELECT (pg_temp.seen($1, format('SELECT %s FROM api.transition_cases WHERE case_id = %L', $3, pg_temp.case_id($2))))[1];
$$;
CREATE FUNCTION pg_temp.found(actor text, child text) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT f->>''finding'', f->>''sentence'' FROM api.transition_case_details AS d, jsonb_array_elements(d.findings) AS f WHERE d.case_id = %L', pg_temp.case_id($2)));
$$;
-- acts — what becomes of each child of 2027.
CREATE FUNCTION pg_temp.acts(actor text, step text, setting text, preview boolean DEFAULT false, kind text DEFAULT NULL, to_setting text DEFAULT NULL) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT surname, outcome, problem, state FROM api.transition_actions_take(%L, 2027, %L, %L, %L, ''Invented.'', NULL, %L) ORDER BY surname',
        $2, $5, pg_temp.ref($3), pg_temp.ref($6), $4));
$$;
SELECT pg_temp.child('Ash', 'Nursery', '2022-10-01', NULL, 'K'), pg_temp.child('Beech', 'Nursery', '2023-05-01', NULL, 'E'),
       pg_temp.child('Cedar', 'Nursery', '2023-01-01', NULL, 'N'), pg_temp.child('Dogwood', 'Nursery', '2023-10-01', NULL, 'K'),
       pg_temp.child('Elm', 'Nursery', '2023-06-01', NULL, 'K'), pg_temp.child('Fir', 'Nursery', '2023-07-01', NULL, NULL),
       pg_temp.child('Quince', 'Primary', '2016-01-15', '6', 'K'), pg_temp.child('Rowan', 'Secondary', '2011-01-15', '11', 'E');
SELECT pg_temp.move('Ash', 'Nursery', 'EYS', 2027, 'Primary');
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
