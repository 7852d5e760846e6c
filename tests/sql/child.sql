-- child.sql — whose record is it? Matching, the person index, and every
-- outcome of a merge. Numbers are of the right shape; nobody has them.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'),
       pg_temp.actor('nursery', 'school_system'),
       pg_temp.actor('officer', 'la_officer');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11),
       pg_temp.setting('Nursery', '15', 1, 2, 5);
SELECT pg_temp.grant_setting('school', 'Primary'),
       pg_temp.grant_setting('nursery', 'Nursery');

-- who — the child behind a record.
CREATE FUNCTION pg_temp.who(setting text, source_id text) RETURNS uuid
LANGUAGE sql STABLE AS $$
    SELECT r.child_id FROM core.child_records AS r
     WHERE r.setting_id = pg_temp.setting_id($1) AND r.source_id = $2;
$$;
\o
SELECT plan(47);

SELECT is(pg_temp.merge('nursery', 'Nursery', 'child',
        '[{"id":"a","rev":1,"surname":"Ash","forename":"Ida","born_on":"2021-03-04","upn":"Z999000021001","nhs_number":"9990000001","postcode":"M33 1AA","sex":"F","year_group":"N1"},
          {"id":"b","rev":1,"born_on":"2021-03-05"},
          {"id":"c","rev":1,"forename":"Xu","born_on":"2021-03-05"},
          {"id":"d","rev":1,"deleted":true},
          {"id":"e","rev":1,"surname":"Elm","forename":"Uli","born_on":"2021-05-05","upn":"Z999000021009","suspects":"upn"}]'),
    '{c,r missing_field /data/surname,c,=,c}',
    'one name is enough, none is refused');
SELECT is((SELECT concat_ws(' ', c.surname, c.forename, c.born_on, c.sex, c.upn, c.nhs_number, c.postcode, c.year_group)
             FROM core.children AS c WHERE c.id = pg_temp.who('Nursery', 'a')),
    'Ash Ida 2021-03-04 F Z999000021001 9990000001 M33 1AA N1',
    'the person index says what the record says');
SELECT is((SELECT array_agg(i.scheme || ' ' || i.value ORDER BY i.scheme) FROM core.child_identifiers AS i
            WHERE i.child_id = pg_temp.who('Nursery', 'a')),
    '{nhs 9990000001,upn Z999000021001}', 'and is found by the numbers');
SELECT is((SELECT c.upn FROM core.children AS c WHERE c.id = pg_temp.who('Nursery', 'e')),
    NULL, 'a suspect number does not reach the person index');
SELECT is((SELECT r.upn || r.suspects::text FROM core.child_records AS r
            WHERE r.setting_id = pg_temp.setting_id('Nursery') AND r.source_id = 'e'),
    'Z999000021009{upn}', 'but is kept with the record, marked');
SELECT is((SELECT count(*)::int FROM core.child_identifiers AS i WHERE i.child_id = pg_temp.who('Nursery', 'e')),
    0, 'and nobody is found by it');

-- Matching across settings.
SELECT is(pg_temp.merge('school', 'Primary', 'child',
        '[{"id":"1","rev":1,"surname":"Ash","forename":"Ida","born_on":"2021-03-04","upn":"Z999000021001"},
          {"id":"2","rev":1,"surname":"Ash","forename":"Ida","born_on":"2021-04-03","upn":"Z999000021001"},
          {"id":"3","rev":1,"surname":"Elm","forename":"Uli","born_on":"2021-05-05","upn":"Z999000021009","suspects":"upn"},
          {"id":"4","rev":1,"surname":"Ash","forename":"Ida","born_on":"2021-03-04","nhs_number":"9990000001"},
          {"id":"5","rev":1,"surname":"Ash","forename":"Ida","born_on":"2021-03-04","former_upn":"Z999000021001"},
          {"id":"6","rev":1,"surname":"Oak","forename":"Jo","born_on":"2021-03-04","upn":"Z999000021777","former_upn":"Z999000021001"},
          {"id":"7","rev":1,"surname":"Ash","forename":"Ida","born_on":"2021-03-04","former_upn":"Z999000021001","suspects":"former_upn"},
          {"id":"8","rev":1,"surname":"Ash","forename":"Ida","born_on":"2021-03-04"}]'),
    '{c,c,c,c,c,c,c,c}', 'another setting sends its records');
SELECT is(pg_temp.who('Primary', '1'), pg_temp.who('Nursery', 'a'),
    'the same UPN and date of birth is the same child');
SELECT isnt(pg_temp.who('Primary', '2'), pg_temp.who('Nursery', 'a'),
    'another date of birth is another child');
SELECT isnt(pg_temp.who('Primary', '3'), pg_temp.who('Nursery', 'e'),
    'a suspect number matches nobody');
SELECT is(pg_temp.who('Primary', '4'), pg_temp.who('Nursery', 'a'), 'an NHS number matches');
SELECT is(pg_temp.who('Primary', '5'), pg_temp.who('Nursery', 'a'),
    'a former UPN matches when there is no current one');
SELECT isnt(pg_temp.who('Primary', '6'), pg_temp.who('Nursery', 'a'),
    'and does not when there is');
SELECT isnt(pg_temp.who('Primary', '7'), pg_temp.who('Nursery', 'a'),
    'nor when it is suspect');
SELECT isnt(pg_temp.who('Primary', '8'), pg_temp.who('Nursery', 'a'),
    'a name and a date of birth alone match nobody');

-- Within one call.
SELECT is(pg_temp.merge('school', 'Primary', 'child',
        '[{"id":"t1","rev":1,"surname":"Yew","forename":"Al","born_on":"2020-01-01","upn":"Z999000020001"},
          {"id":"t2","rev":1,"surname":"Yew","forename":"Al","born_on":"2020-01-01","upn":"Z999000020001","uln":"9990000010"},
          {"id":"t3","rev":1,"surname":"Yew","forename":"Al","born_on":"2020-01-01","uln":"9990000010"},
          {"id":"t4","rev":1,"surname":"Yew","forename":"Al","born_on":"2020-01-02","upn":"Z999000020001"},
          {"id":"t5","rev":1,"surname":"Fir","forename":"Bo","born_on":"2020-01-01"},
          {"id":"t6","rev":1,"surname":"Fir","forename":"Bo","born_on":"2020-01-01"},
          {"id":"t7","rev":1,"surname":"Ash","forename":"Ida","born_on":"2021-03-04","upn":"Z999000021001","uln":"9990000028"},
          {"id":"t8","rev":1,"surname":"Ash","forename":"Ida","born_on":"2021-03-04","uln":"9990000028"}]'),
    '{c,c,c,c,c,c,c,c}', 'several new records come in one call');
SELECT is(pg_temp.who('Primary', 't1'), pg_temp.who('Primary', 't2'), 'two with one number share the child');
SELECT is(pg_temp.who('Primary', 't1'), pg_temp.who('Primary', 't3'), 'also through a third');
SELECT isnt(pg_temp.who('Primary', 't1'), pg_temp.who('Primary', 't4'), 'not with another date of birth');
SELECT isnt(pg_temp.who('Primary', 't5'), pg_temp.who('Primary', 't6'), 'not without a number');
SELECT is(pg_temp.who('Primary', 't8'), pg_temp.who('Nursery', 'a'),
    'one finds a known child through another of the call');
SELECT is((SELECT array_agg(DISTINCT i.scheme ORDER BY i.scheme) FROM core.child_identifiers AS i
            WHERE i.child_id = pg_temp.who('Primary', 't1')),
    '{uln,upn}', 'the child is known by the numbers of all of them');

-- The UPN decides before the ULN.
SELECT is(pg_temp.merge('school', 'Primary', 'child',
        '[{"id":"u1","rev":1,"surname":"Bay","forename":"Cy","born_on":"2019-01-01","upn":"Z999000019001"},
          {"id":"u2","rev":1,"surname":"Bay","forename":"Di","born_on":"2019-01-01","uln":"9990000036"}]'),
    '{c,c}', 'two children are known');
SELECT is(pg_temp.merge('nursery', 'Nursery', 'child',
        '[{"id":"u3","rev":1,"surname":"Bay","forename":"Cy","born_on":"2019-01-01","uln":"9990000036","upn":"Z999000019001"}]'),
    '{c}', 'a record has the numbers of both');
SELECT is(pg_temp.who('Nursery', 'u3'), pg_temp.who('Primary', 'u1'), 'its UPN decides');
SELECT is((SELECT i.child_id FROM core.child_identifiers AS i WHERE i.value = '9990000036' AND i.born_on = '2019-01-01'),
    pg_temp.who('Primary', 'u2'), 'a number stays the child''s that had it first');

-- A known record.
SELECT is(pg_temp.compare('nursery', 'Nursery', 'child',
        '[{"id":"c","forename":"Xu","born_on":"2021-03-05"},{"id":"c2","forename":"Xu","born_on":"2021-03-05"}]'),
    '{2}', 'what is stored with the same content is not sent on');
SELECT is(pg_temp.merge('nursery', 'Nursery', 'child', '[{"id":"c","rev":7,"forename":"Xu","born_on":"2021-03-05"}]'),
    '{=}', 'the same content is unchanged');
SELECT is(pg_temp.merge('nursery', 'Nursery', 'child', '[{"id":"c","rev":1,"forename":"Xi","born_on":"2021-03-05"}]'),
    '{s}', 'other content of the same revision is stale');
CREATE TEMPORARY TABLE before AS SELECT pg_temp.who('Nursery', 'c') AS id;
SELECT is(pg_temp.merge('nursery', 'Nursery', 'child',
        '[{"id":"c","rev":2,"forename":"Xu","surname":"Li","born_on":"2021-03-04","upn":"Z999000021001"}]'),
    '{u}', 'a newer revision updates');
SELECT is(pg_temp.who('Nursery', 'c'), (SELECT b.id FROM before AS b),
    'a known record keeps its child, whatever number it gets');
SELECT is((SELECT concat_ws(' ', c.surname, c.forename, c.born_on) FROM core.children AS c, before AS b WHERE c.id = b.id),
    'Li Xu 2021-03-04', 'and the person index follows');
SELECT is(pg_temp.merge('nursery', 'Nursery', 'child', '[{"id":"c","rev":3,"born_on":"2021-03-04"}]'),
    '{r missing_field /data/surname}', 'an update without any name is refused');

-- The newest record speaks; what it does not know it does not wipe out.
SELECT is(pg_temp.merge('school', 'Primary', 'child',
        '[{"id":"1","rev":2,"surname":"Ash-Elder","forename":"Ida","born_on":"2021-03-04","upn":"Z999000021001","year_group":"R"}]'),
    '{u}', 'the school knows a new surname');
SELECT is((SELECT concat_ws(' ', c.surname, c.upn, c.nhs_number, c.postcode, c.year_group)
             FROM core.children AS c WHERE c.id = pg_temp.who('Nursery', 'a')),
    'Ash-Elder Z999000021001 9990000001 M33 1AA R', 'the person has it, and keeps the other numbers');
CREATE TEMPORARY TABLE rows_before AS
    SELECT c.ctid AS at FROM core.children AS c WHERE c.id = pg_temp.who('Nursery', 'a');
SELECT is(pg_temp.merge('school', 'Primary', 'child',
        '[{"id":"1","rev":3,"surname":"Ash-Elder","forename":"Ida","born_on":"2021-03-04","upn":"Z999000021001","year_group":"R","former_surname":"Ash"}]'),
    '{u}', 'a field of the record alone changes');
SELECT is((SELECT c.ctid FROM core.children AS c WHERE c.id = pg_temp.who('Nursery', 'a')),
    (SELECT r.at FROM rows_before AS r), 'the person''s row is not written for it');

-- A delete.
SELECT is(pg_temp.merge('school', 'Primary', 'child', '[{"id":"8","rev":2,"deleted":true}]'), '{u}', 'a delete deletes');
SELECT is(pg_temp.merge('school', 'Primary', 'need',
        '[{"id":"n","rev":1,"child":"8","provision":"K","start_on":"2025-09-01"}]'),
    '{r unknown_child /data/child}', 'nothing new can be said of a deleted record');
SELECT is(pg_temp.merge('school', 'Primary', 'child',
        '[{"id":"8","rev":2,"surname":"Ash","born_on":"2021-03-04"}]'), '{s}', 'its tombstone keeps older versions out');
SELECT is(pg_temp.merge('school', 'Primary', 'child',
        '[{"id":"8","rev":3,"surname":"Ash","born_on":"2021-03-04"}]'), '{c}', 'a newer one makes it anew');
SELECT is((SELECT array_agg(c.op || ' ' || c.revision ORDER BY c.seq) FROM core.changes AS c
            WHERE c.setting_id = pg_temp.setting_id('Primary') AND c.source_id = '8'),
    '{put 1,delete 2,put 3}', 'the feed has each change in order');
SELECT is((SELECT count(*)::int FROM audit.entries AS e
            WHERE e.setting_id = pg_temp.setting_id('Nursery') AND e.action = 'sync.child'),
    3, 'one audit row for each call that changed something');

-- The parts, and the tables' own rules.
SELECT is((SELECT m.child_ids[1] = m.child_ids[2] AND m.is_new = '{t,t}'
             FROM core.child_match('{2000-01-01,2000-01-01}', '{Z1,Z1}', '{NULL,NULL}', '{NULL,NULL}') AS m),
    true, 'child_match gives one new child to two of the same number');
SELECT is(core.usable_upn(NULL, 'F', NULL) || core.usable_upn('U', 'F', NULL)
          || coalesce(core.usable_upn('U', 'F', 'upn'), '-') || coalesce(core.usable('V', 'uln', 'upn,uln'), '-'),
    'FU--', 'a suspect current UPN does not bring the former one back');
SELECT throws_ok($$UPDATE core.child_records SET surname = NULL, forename = NULL$$,
    '23514', NULL, 'the table demands a name');
SELECT throws_ok($$INSERT INTO core.child_identifiers SELECT 'pass', '1', '2000-01-01', c.id FROM core.children AS c LIMIT 1$$,
    '23514', NULL, 'and knows three schemes of numbers');
SELECT * FROM finish();
ROLLBACK;
