-- sharing_leaves.sql — what if this SENCO leaves.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'), pg_temp.actor('area', 'area_senco'),
       pg_temp.actor('school', 'school_system'), pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Ash Primary', '1', 2, 5, 11), pg_temp.setting('Beech Primary', '1', 2, 5, 11), pg_temp.setting('Cedar Primary', '1', 2, 5, 11),
       pg_temp.setting('Near Primary', '1', 2, 5, 11), pg_temp.setting('Mid Primary', '1', 2, 5, 11), pg_temp.setting('Far Primary', '1', 2, 5, 11),
       pg_temp.setting('Gone Primary', '1', 2, 5, 11), pg_temp.setting('Holly Nursery', 'ofsted:non_domestic', NULL, NULL, NULL);
-- Far from every other setting there may be. Roll 100 asks for 5 hours.
UPDATE core.settings AS s SET roll = 100, easting = w.e, northing = 90000000
  FROM (VALUES ('Ash Primary', 90000000), ('Near Primary', 90003000), ('Mid Primary', 90016000), ('Far Primary', 90016001), ('Gone Primary', 90000100), ('Holly Nursery', 90000001)) AS w (name, e)
 WHERE s.id = pg_temp.setting_id(w.name);
UPDATE core.settings SET roll = 100 WHERE id = pg_temp.setting_id('Beech Primary');
SELECT pg_temp.child('Kay', 'Ash Primary', '2016-03-01', '6', 'K'), pg_temp.child('Eve', 'Ash Primary', '2016-03-01', '6', 'E'), pg_temp.child('Nan', 'Ash Primary', '2016-03-01', '6', 'N');
CREATE TEMPORARY TABLE people AS
WITH f AS (INSERT INTO core.staff (name) SELECT n || ' Example' FROM unnest(ARRAY['Ada', 'Bea', 'Near', 'Mid', 'Far', 'Head', 'Gone', 'Nursery']) AS n RETURNING id, name) SELECT f.* FROM f;
CREATE FUNCTION pg_temp.person(name text) RETURNS int LANGUAGE sql AS $$ SELECT p.id FROM people AS p WHERE p.name = $1 || ' Example' $$;
CREATE FUNCTION pg_temp.hold(person text, setting text, hours numeric, kind text DEFAULT 'senco', to_on date DEFAULT NULL) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.posts (staff_id, setting_id, kind, from_on, to_on, hours_per_week, arrangement)
    VALUES (pg_temp.person($1), pg_temp.setting_id($2), $4, '2020-01-01', $5, $3, 'own');
$$;
SELECT pg_temp.hold('Ada', 'Ash Primary', 5), pg_temp.hold('Ada', 'Beech Primary', 5), pg_temp.hold('Ada', 'Cedar Primary', 5, to_on => '2026-11-09'),
       pg_temp.hold('Ada', 'Holly Nursery', 5), pg_temp.hold('Bea', 'Beech Primary', 5),
       pg_temp.hold('Near', 'Near Primary', 9.9), pg_temp.hold('Mid', 'Mid Primary', 10), pg_temp.hold('Far', 'Far Primary', 30),
       pg_temp.hold('Gone', 'Gone Primary', 30, to_on => '2026-11-10'), pg_temp.hold('Head', 'Near Primary', 30), pg_temp.hold('Head', 'Cedar Primary', NULL, 'head'),
       pg_temp.hold('Nursery', 'Gone Primary', NULL, 'deputy');
INSERT INTO core.qualifications (staff_id, kind, state) VALUES (pg_temp.person('Mid'), 'nasenco', 'held'), (pg_temp.person('Near'), 'npq_senco', 'studying');
CREATE FUNCTION pg_temp.leaves(columns text, on_date date DEFAULT '2026-11-10', actor text DEFAULT 'officer') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($3, format('SELECT %s FROM api.staff_what_if_leaves(%s, %L) AS l ORDER BY l.setting_name', $1, pg_temp.person('Ada'), $2));
$$;
\o
SELECT no_plan();
SELECT is(pg_temp.leaves('l.setting_name, l.bare_from, l.others, l.severity'),
    ARRAY['Ash Primary 2026-11-11 0 error', 'Beech Primary - 1 info', 'Holly Nursery 2026-11-11 0 warn'],
    'CFA s.67(2): which settings are bare from the day after; not where another is SENCO, nor where she is none any more');
SELECT is(pg_temp.leaves('l.children, l.sen_support, l.ehc_plan, l.hours_needed'), ARRAY['3 1 1 5', '0 0 0 5', '0 0 0 5'],
    'with their children by level and the hours the thresholds ask for (SH5)');
SELECT is(pg_temp.leaves('l.inputs->>''clock_until'''), ARRAY['2029-11-11', '-', '-'], 'Q4, SI 2014/1530 reg 49(4): who follows at a school has three years; at a nursery nothing is asked');
SELECT is((pg_temp.leaves('l.sentence'))[1],
    'Ash Primary has no SENCO from 11 November 2026 on; children there: 1 on SEN support, 1 with a plan. Who follows that day and is not exempt has until 11 November 2029 to hold the qualification.',
    'in a sentence');
SELECT is(pg_temp.leaves('(SELECT string_agg(concat_ws('':'', c->>''name'', c->>''metres'', c->>''hours_free''), '','' ORDER BY n) FROM jsonb_array_elements(l.candidates) WITH ORDINALITY AS x (c, n))'),
    ARRAY['Mid Example:16000:5,Near Example:3000:4.9', '-', '-'],
    'the qualified first, then by distance: exactly 16,000 metres is near, one more is not; a head (SH3), who leaves that day and other kinds of post are none');
SELECT is(pg_temp.seen('officer', format('SELECT r->>''finding'', r->>''severity'', r->>''sentence'', (r->>''reference'') <> '''', (r->''inputs'') <> ''{}'' FROM api.staff_what_if_leaves(%s, ''2026-11-10'') AS l, jsonb_array_elements(l.candidates) AS c, jsonb_array_elements(c->''reasons'') AS r
    WHERE l.setting_name = ''Ash Primary''', pg_temp.person('Ada'))),
    ARRAY['near_place info Works 16.0 km away, at Mid Primary. true true', 'near_qualified info Holds the qualification. true true',
          'near_hours_enough info Has 5 hours a week more than the thresholds ask; Ash Primary asks for 5. true true',
          'near_place info Works 3.0 km away, at Near Primary. true true', 'near_not_qualified warn Holds no qualification as SENCO, as far as recorded. true true',
          'near_hours_short warn Has 4.9 hours a week beyond what the thresholds ask; Ash Primary asks for 5. true true'],
    'each with reasons in the shape of findings (SH2, SH5); exactly the hours asked for are enough, a tenth less is not');
SELECT is(pg_temp.leaves('l.setting_name', '2026-11-09'), ARRAY['Ash Primary', 'Beech Primary', 'Cedar Primary', 'Holly Nursery'], 'on the last day of a post it is hers to leave');
\o /dev/null
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('sharing_near_metres', '2026-01-01', 3000, 'A test');
\o
SELECT is(pg_temp.leaves('jsonb_array_length(l.candidates)'), ARRAY['1', '0', '0'], 'how near is the authority''s own number');
SELECT is(pg_temp.refusal(a.name, format('SELECT * FROM api.staff_what_if_leaves(%s, NULL)', pg_temp.person('Ada'))), CASE WHEN a.name NOT IN ('officer', 'manager') THEN 'forbidden' END,
    'what if she leaves, for ' || a.name) FROM cast_actors AS a ORDER BY a.name;
SELECT is(pg_temp.refusal('officer', 'SELECT * FROM api.staff_what_if_leaves(0, NULL)'), 'not_found', 'nobody does not leave');
SELECT * FROM finish();
ROLLBACK;
