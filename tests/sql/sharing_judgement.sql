-- sharing_judgement.sql — SH1 to SH7, each at its edges, for arrangements
-- stored and thought of; and who may ask.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'),
       pg_temp.actor('area', 'area_senco'), pg_temp.actor('foreign area', 'area_senco'),
       pg_temp.actor('school', 'school_system'), pg_temp.actor('foreign school', 'school_system'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Ash Primary', '1', 2, 5, 11), pg_temp.setting('Beech Primary', '34', 2, 5, 11),
       pg_temp.setting('Cedar Middle', '1', 3, 9, 13), pg_temp.setting('Fir Secondary', '1', 4, 11, 16),
       pg_temp.setting('Gorse School', '1', 0, NULL, NULL), pg_temp.setting('Holly Nursery', 'ofsted:non_domestic', NULL, NULL, NULL);
UPDATE core.settings SET roll = CASE name WHEN 'Ash Primary' THEN 210 WHEN 'Beech Primary' THEN 210 WHEN 'Cedar Middle' THEN 1 END
 WHERE id IN (SELECT s.id FROM cast_settings AS s);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, s.id FROM cast_actors AS a, cast_settings AS s
 WHERE (a.name, s.name) IN (('school', 'Ash Primary'), ('foreign school', 'Fir Secondary'));
INSERT INTO core.caseloads (name, client_id)
SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name IN ('area', 'foreign area');
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, s.id, '2020-01-01' FROM core.caseloads AS l JOIN cast_actors AS a ON a.id = l.client_id
  JOIN cast_settings AS s ON (a.name, s.name) IN (('area', 'Beech Primary'), ('foreign area', 'Fir Secondary'));
CREATE TEMPORARY TABLE people AS
WITH f AS (INSERT INTO core.staff (name) VALUES ('Ada Example'), ('Bea Example') RETURNING id, name) SELECT f.* FROM f;
SELECT pg_temp.child('K' || n, 'Ash Primary', '2016-03-01', '6', 'K') FROM generate_series(1, 3) AS n;
SELECT pg_temp.child('E' || n, 'Beech Primary', '2016-03-01', '6', 'E') FROM generate_series(1, 1) AS n;
SELECT pg_temp.child('N', 'Beech Primary', '2016-03-01', '6', 'N');

CREATE FUNCTION pg_temp.person(name text) RETURNS int LANGUAGE sql AS $$ SELECT p.id FROM people AS p WHERE p.name = $1 $$;
CREATE FUNCTION pg_temp.refs(VARIADIC names text[]) RETURNS text
LANGUAGE sql AS $$ SELECT string_agg('id:' || pg_temp.setting_id(n.name), ',' ORDER BY n.o) FROM unnest($1) WITH ORDINALITY AS n (name, o) $$;
-- hold — a post of that person in the register.
CREATE FUNCTION pg_temp.hold(person text, setting text, kind text, from_on date DEFAULT '2020-01-01', to_on date DEFAULT NULL,
    is_head boolean DEFAULT NULL, is_acting boolean DEFAULT false, teaches boolean DEFAULT NULL) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.posts (staff_id, setting_id, kind, from_on, to_on, is_head, is_acting, is_teacher_here)
    VALUES (pg_temp.person($1), pg_temp.setting_id($2), $3, $4, $5, $6, $7, $8);
$$;
-- judged — findings of a proposal not stored: id, severity and setting where it is of one.
CREATE FUNCTION pg_temp.judged(rules text, settings text, hours numeric DEFAULT 21, admin numeric DEFAULT 4.2, teaching int DEFAULT 20,
    on_date date DEFAULT '2026-11-10', teaches text DEFAULT NULL, person text DEFAULT 'Ada Example', actor text DEFAULT 'officer') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($9, format('SELECT j.finding, j.severity, j.setting_name FROM api.sharing_judgement_of(%L, %L, %L, %L, %L, %L, %L) AS j
        WHERE j.rule LIKE %L', pg_temp.person($8), $2, $7, $3, $4, $5, $6, $1));
$$;
\o
SELECT no_plan();
-- SH1: smaller primary schools.
SELECT is(pg_temp.judged('sh1_primary%', pg_temp.refs('Ash Primary', 'Beech Primary', 'Cedar Middle', 'Fir Secondary', 'Gorse School', 'Holly Nursery')),
    ARRAY['sh1_primary info Ash Primary', 'sh1_primary info Beech Primary', 'sh1_primary info Cedar Middle', 'sh1_not_primary warn Fir Secondary',
          'sh1_phase_unknown warn Gorse School', 'sh1_not_primary warn Holly Nursery'],
    'SH1, CoP 6.92: every member is a primary school, a middle school deemed primary too; a warning for each that is not');
SELECT is(pg_temp.judged('sh1_total%', pg_temp.refs('Ash Primary', 'Beech Primary')), ARRAY['sh1_together info -'],
    'SH1, CoP 6.92: exactly 420 pupils together are no more than 420');
SELECT is(pg_temp.judged('sh1_total%', pg_temp.refs('Ash Primary', 'Beech Primary', 'Cedar Middle')), ARRAY['sh1_together_too_many warn -'],
    'SH1, CoP 6.92: 421 are');
SELECT is(pg_temp.judged('sh1_school%', pg_temp.refs('Ash Primary', 'Gorse School')), ARRAY['sh1_smaller info Ash Primary', 'sh1_roll_unknown warn Gorse School'],
    'SH1, CoP 6.92: exactly 210 pupils are a smaller school; no roll is a warning, not a small roll');
SELECT is(pg_temp.judged('sh1_total%', pg_temp.refs('Ash Primary', 'Gorse School')), '{}',
    'and then nothing is said of all together');
\o /dev/null
UPDATE core.settings SET roll = 211 WHERE id = pg_temp.setting_id('Ash Primary');
INSERT INTO core.rolls (setting_id, source_id, revision, content_hash, counted_on, year_group, headcount)
SELECT pg_temp.setting_id('Beech Primary'), w.source, 1, gen_random_uuid(), w.counted_on, w.year_group, w.n
  FROM (VALUES ('1', '2026-10-01'::date, 'R', 30), ('2', '2026-10-01', '1', 40), ('3', '2026-01-15', 'R', 999)) AS w (source, counted_on, year_group, n);
\o
SELECT is(pg_temp.judged('sh1_school%', pg_temp.refs('Ash Primary')), ARRAY['sh1_not_smaller warn Ash Primary'], 'SH1: 211 are not');
SELECT is(pg_temp.seen('officer', format('SELECT j.inputs->>''roll'', j.inputs->>''roll_source'', j.inputs->>''limit'', j.sentence, j.reference
    FROM api.sharing_judgement_of(%s, %L, NULL, 21, 4, 20, ''2026-11-10'') AS j WHERE j.rule = ''sh1_school_roll''',
    pg_temp.person('Ada Example'), pg_temp.refs('Beech Primary'))),
    ARRAY['70 setting 210 Beech Primary has 70 pupils, no more than 210. SEND Code of Practice 6.92 "smaller"; the number is the authority''s'],
    'what a school counted last goes before the register; the finding says by what it was judged');
\o /dev/null
DELETE FROM core.rolls WHERE setting_id = pg_temp.setting_id('Beech Primary');
UPDATE core.settings SET roll = 210 WHERE id = pg_temp.setting_id('Ash Primary');
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason)
VALUES ('sh1_total_roll', '2026-11-11', 419, 'A test'), ('sh4_teaching_share', '2026-11-11', 19.5, 'A test');
\o
SELECT is(pg_temp.judged('sh1_total%', pg_temp.refs('Ash Primary', 'Beech Primary'), on_date => '2026-11-11'), ARRAY['sh1_together_too_many warn -'],
    'SH1: the authority''s own number counts from its day on');

-- SH2: working as a teacher at each school.
SELECT is(pg_temp.judged('sh2_teacher%', pg_temp.refs('Ash Primary', 'Beech Primary')),
    ARRAY['sh2_teacher_unknown warn Ash Primary', 'sh2_teacher_unknown warn Beech Primary'],
    'SH2, SI 2014/1530 reg 49(2): what is not recorded is a warning');
SELECT is(pg_temp.judged('sh2_teacher%', pg_temp.refs('Ash Primary', 'Beech Primary'), teaches => pg_temp.refs('Ash Primary')),
    ARRAY['sh2_teacher info Ash Primary', 'sh2_not_teacher error Beech Primary'],
    'SH2, SI 2014/1530 reg 49(2): who does not teach at one of the schools may not be its SENCO');
\o /dev/null
SELECT pg_temp.hold('Ada Example', 'Ash Primary', 'deputy', teaches => true), pg_temp.hold('Ada Example', 'Beech Primary', 'deputy', teaches => false);
\o
SELECT is(pg_temp.judged('sh2_teacher%', pg_temp.refs('Ash Primary', 'Beech Primary')),
    ARRAY['sh2_teacher info Ash Primary', 'sh2_not_teacher error Beech Primary'], 'SH2: the register of posts knows it too');

-- SH2: qualified teacher, and the clock at each school.
\o /dev/null
SELECT pg_temp.setting('Elm Primary', '1', 2, 5, 11), pg_temp.setting('Far Primary', '1', 2, 5, 11);
INSERT INTO people SELECT f.id, f.name FROM (VALUES ('Fay Example'), ('Gil Example')) AS w (name), LATERAL (SELECT nextval('core.staff_id_seq')::int AS id, w.name) AS f;
INSERT INTO core.staff (id, name) SELECT p.id, p.name FROM people AS p WHERE p.name IN ('Fay Example', 'Gil Example');
CREATE FUNCTION pg_temp.qualify(person text, kind text, state text, began date, completed date) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.qualifications (staff_id, kind, state, began_on, completed_on) VALUES (pg_temp.person($1), $2, $3, $4, $5);
$$;
\o
SELECT is(pg_temp.judged('sh2_qualified%', pg_temp.refs('Elm Primary'), person => 'Fay Example'), ARRAY['sh2_qualified_unknown warn -'],
    'SH2, SI 2014/1530 reg 49(2): not recorded whether a qualified teacher is a warning');
SELECT is(pg_temp.judged('sh2_each%', pg_temp.refs('Elm Primary', 'Holly Nursery'), person => 'Fay Example'), ARRAY['sh2_in_training info Elm Primary', 'sh2_not_asked info Holly Nursery'],
    'SH2, Q4, SI 2014/1530 reg 49(4): who begins has three years; of a nursery nothing is asked');
\o /dev/null
SELECT pg_temp.qualify('Fay Example', 'qts', 'not_held', NULL, NULL), pg_temp.qualify('Gil Example', 'qts', 'held', NULL, '2001-07-01');
\o
SELECT is(pg_temp.judged('sh2_qualified%', pg_temp.refs('Elm Primary'), person => 'Fay Example'), ARRAY['sh2_not_qualified error -'], 'SH2, Q1: not a qualified teacher');
SELECT is(pg_temp.judged('sh2_qualified%', pg_temp.refs('Elm Primary'), person => 'Gil Example'), ARRAY['sh2_qualified info -'], 'SH2, Q1: a qualified teacher');
\o /dev/null
SELECT pg_temp.qualify('Gil Example', 'induction', 'not_held', NULL, NULL), pg_temp.hold('Gil Example', 'Elm Primary', 'senco', '2023-11-10', '2026-11-09');
\o
SELECT is(pg_temp.judged('sh2_qualified%', pg_temp.refs('Elm Primary'), person => 'Gil Example'), ARRAY['sh2_no_induction error -'], 'SH2, Q1: without induction');
SELECT is(pg_temp.judged('sh2_each%', pg_temp.refs('Elm Primary', 'Far Primary'), person => 'Gil Example', on_date => d), w, t)
  FROM (VALUES ('2026-11-10'::date, ARRAY['sh2_in_training info Elm Primary', 'sh2_exempt_prior_service info Far Primary'],
                'SH2, Q4, Q3: the run at Elm goes on to its third anniversary, that day included; three years there exempt at Far'),
               ('2026-11-11', ARRAY['sh2_exempt_prior_service info Elm Primary', 'sh2_exempt_prior_service info Far Primary'],
                'SH2, Q3: after a day without the post the service at Elm is service before')) AS x (d, w, t);
\o /dev/null
UPDATE core.posts SET to_on = NULL WHERE staff_id = pg_temp.person('Gil Example');
\o
SELECT is(pg_temp.judged('sh2_each%', pg_temp.refs('Elm Primary'), person => 'Gil Example', on_date => '2026-11-11'), ARRAY['sh2_qualification_overdue error Elm Primary'],
    'SH2, Q4: the day after the anniversary it is overdue');
SELECT is(pg_temp.judged('sh2_each%', pg_temp.refs('Far Primary'), person => 'Gil Example', on_date => d), w, t)
  FROM (VALUES ('2024-11-10'::date, ARRAY['sh2_in_training info Far Primary'], 'SH2, Q3: exactly 12 months before do not exempt'),
               ('2024-11-11', ARRAY['sh2_exempt_prior_service info Far Primary'], 'SH2, Q3: 12 months and a day do')) AS x (d, w, t);

-- The same as findings say of who holds the post, whoever it is.
\o /dev/null
SELECT pg_temp.setting('Same ' || n, '1', 2, 5, 11) FROM generate_series(1, 8) AS n;
CREATE TEMPORARY TABLE same AS
WITH f AS (INSERT INTO core.staff (name) SELECT 'Same Example ' || n FROM generate_series(1, 8) AS n RETURNING id, name)
SELECT f.id, f.name, right(f.name, 1)::int AS n FROM f;
INSERT INTO people SELECT s.id, s.name FROM same AS s;
SELECT pg_temp.hold(s.name, 'Same ' || s.n, 'senco', CASE s.n WHEN 1 THEN '2009-09-01'::date WHEN 2 THEN '2009-09-02' ELSE '2020-01-01' END, teaches => true),
       pg_temp.qualify(s.name, 'qts', CASE s.n WHEN 8 THEN 'not_held' ELSE 'held' END, NULL, NULL) FROM same AS s;
SELECT pg_temp.qualify('Same Example 3', 'nasenco', 'held', '2024-08-31', '2026-08-31'), pg_temp.qualify('Same Example 4', 'nasenco', 'held', '2024-09-01', '2026-08-31'),
       pg_temp.qualify('Same Example 5', 'npq_senco', 'held', '2024-09-01', '2026-08-31'), pg_temp.qualify('Same Example 6', 'npq_senco', 'studying', '2024-09-01', NULL);
INSERT INTO core.service (staff_id, place, is_relevant_school, from_on, to_on) SELECT s.id, 'Elsewhere', true, '2010-01-01', '2011-01-01' FROM same AS s WHERE s.n = 7;
\o
SELECT is(pg_temp.judged('sh2_each%', pg_temp.refs('Same ' || s.n), person => s.name, on_date => '2026-11-10'),
    ARRAY['sh2_' || (pg_temp.seen('officer', format('SELECT t.inputs ->> ''qualification'' FROM api.senco_states(''2026-11-10'', now()) AS t WHERE t.setting_id = %s', pg_temp.setting_id('Same ' || s.n))))[1]
          || CASE WHEN s.n IN (2, 4, 6, 8) THEN ' error ' ELSE ' info ' END || 'Same ' || s.n],
    'SH2 and api.senco_states agree on the qualification of ' || s.name)
  FROM same AS s ORDER BY s.n;

-- SH3: head of none of the schools.
SELECT is(pg_temp.judged('sh3%', pg_temp.refs('Ash Primary')), ARRAY['sh3_no_head info Ash Primary'], 'SH3, CoP 6.93: head of none of them');
\o /dev/null
SELECT pg_temp.hold('Ada Example', 'Ash Primary', 'head', '2026-11-10', '2026-11-20'),
       pg_temp.hold('Ada Example', 'Beech Primary', 'senco', is_head => true),
       pg_temp.hold('Ada Example', 'Cedar Middle', 'head', is_acting => true),
       pg_temp.hold('Ada Example', 'Fir Secondary', 'head');
\o
SELECT is(pg_temp.judged('sh3%', pg_temp.refs('Ash Primary', 'Beech Primary', 'Cedar Middle')),
    ARRAY['sh3_head error Ash Primary', 'sh3_head error Beech Primary', 'sh3_acting_head error Cedar Middle'],
    'SH3, CoP 6.93: a post of kind head, a post that says so, and an acting head, each an error');
SELECT is(pg_temp.judged('sh3%', pg_temp.refs('Ash Primary'), on_date => d), w, t)
  FROM (VALUES ('2026-11-09'::date, ARRAY['sh3_no_head info Ash Primary'], 'SH3: not the day before the headship begins'),
               ('2026-11-20', ARRAY['sh3_head error Ash Primary'], 'SH3: on its last day still'),
               ('2026-11-21', ARRAY['sh3_no_head info Ash Primary'], 'SH3: a day later no more')) AS x (d, w, t);
SELECT is(pg_temp.judged('sh3%', pg_temp.refs('Gorse School')), ARRAY['sh3_no_head info Gorse School'],
    'SH3: the head of a school that is no member may share');

-- SH4: teaching.
SELECT is(pg_temp.judged('sh4%', pg_temp.refs('Ash Primary'), teaching => n, on_date => d), w, t)
  FROM (VALUES (20, '2026-11-10'::date, ARRAY['sh4_little_teaching info -'], 'SH4, CoP 6.93: exactly 20 % is no significant commitment'),
               (21, '2026-11-10', ARRAY['sh4_much_teaching warn -'], 'SH4, CoP 6.93: 21 % is'),
               (20, '2026-11-11', ARRAY['sh4_much_teaching warn -'], 'SH4: with the authority''s own 19.5 % 20 % is too much'),
               (NULL, '2026-11-10', ARRAY['sh4_unknown warn -'], 'SH4: not recorded is a warning')) AS x (n, d, w, t);

-- SH5: time for the pupils of all the schools, and of each.
SELECT is(pg_temp.judged('sh5_hours_per_100%', pg_temp.refs('Ash Primary', 'Beech Primary'), hours => n), w, t)
  FROM (VALUES (21.0, ARRAY['sh5_hours_enough info -', 'sh5_hours_unsaid info Ash Primary', 'sh5_hours_unsaid info Beech Primary'],
                'SH5, CoP 6.92: exactly 5 hours for each 100 of 420 pupils are enough; the share of each school is not said'),
               (20.9, ARRAY['sh5_hours_short warn -', 'sh5_hours_unsaid info Ash Primary', 'sh5_hours_unsaid info Beech Primary'],
                'SH5, CoP 6.92: a tenth of an hour less is not')) AS x (n, w, t);
SELECT is(pg_temp.judged('sh5_hours_per_sen%', pg_temp.refs('Ash Primary', 'Beech Primary'), hours => n), w, t)
  FROM (VALUES (1.0, ARRAY['sh5_sen_hours_enough info -', 'sh5_sen_hours_unsaid info Ash Primary', 'sh5_sen_hours_unsaid info Beech Primary'],
                'SH5, CoP 6.92: exactly a quarter of an hour for each of 4 pupils with SEN is enough'),
               (0.9, ARRAY['sh5_sen_hours_short warn -', 'sh5_sen_hours_unsaid info Ash Primary', 'sh5_sen_hours_unsaid info Beech Primary'],
                'SH5, CoP 6.92: less is not')) AS x (n, w, t);
SELECT is(pg_temp.judged('sh5_admin%', pg_temp.refs('Ash Primary', 'Beech Primary'), admin => n), w, t)
  FROM (VALUES (4.2, ARRAY['sh5_admin_enough info -'], 'SH5, CoP 6.92: administrative support of exactly 1 hour for each 100 pupils'),
               (4.1, ARRAY['sh5_admin_short warn -'], 'SH5, CoP 6.92: less is too little'),
               (NULL, ARRAY['sh5_admin_unknown warn -'], 'SH5: not recorded is a warning')) AS x (n, w, t);
SELECT is(pg_temp.judged('sh5%', pg_temp.refs('Gorse School')),
    ARRAY['sh5_hours_unknown warn -', 'sh5_hours_unsaid info Gorse School', 'sh5_sen_none info -', 'sh5_sen_none info Gorse School', 'sh5_admin_unknown warn -'],
    'SH5: of a school without a roll nobody can say');
SELECT is(pg_temp.seen('officer', format('SELECT j.setting_name, j.inputs->>''sen_support'', j.inputs->>''ehc_plan'', j.inputs->>''per_sen_pupil''
    FROM api.sharing_judgement_of(%s, %L, NULL, 21, 4, 20, ''2026-11-10'') AS j WHERE j.rule = ''sh5_hours_per_sen_pupil''',
    pg_temp.person('Ada Example'), pg_temp.refs('Ash Primary', 'Beech Primary'))),
    ARRAY['- 3 1 5.25', 'Ash Primary 3 0 -', 'Beech Primary 0 1 -'], 'SH5: the inputs name children by level, together and per school');

-- SH6 and SH7 of a proposal, then of one stored.
SELECT is(pg_temp.judged('sh6%', pg_temp.refs('Ash Primary')), ARRAY['sh6_first_review info -'], 'SH6, CoP 6.94: a proposal is told when its first review would be');
SELECT is(pg_temp.judged('sh7%', pg_temp.refs('Ash Primary')), ARRAY['sh7_continued info -'], 'SH7, CoP 6.94: and that no review found against it');
\o /dev/null
CREATE TEMPORARY TABLE one AS SELECT gen_random_uuid() AS id;
INSERT INTO core.sharings (id, name, staff_id, state, from_on, hours_per_week, proposed_by, decided_by, decided_at, key, sent)
SELECT o.id, 'Ash and Beech', pg_temp.person('Bea Example'), 'approved', '2025-11-10', 21, a.id, a.id, now(), 'k', '{}'
  FROM one AS o, cast_actors AS a WHERE a.name = 'manager';
INSERT INTO core.sharing_members (sharing_id, setting_id, from_on, to_on, hours_per_week)
SELECT o.id, s.id, w.from_on, w.to_on, w.hours
  FROM one AS o, (VALUES ('Ash Primary', '2025-11-10'::date, NULL::date, 10.5), ('Beech Primary', '2025-11-10', NULL, 10.4), ('Cedar Middle', '2025-11-10', '2026-11-09', NULL)) AS w (name, from_on, to_on, hours)
  JOIN cast_settings AS s ON s.name = w.name;
CREATE FUNCTION pg_temp.stored(rules text, on_date date, actor text DEFAULT 'officer') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($3, format('SELECT j.finding, j.severity, j.setting_name FROM api.sharing_judgement(%L, %L) AS j WHERE j.rule LIKE %L',
        (SELECT o.id FROM one AS o), $2, $1));
$$;
CREATE FUNCTION pg_temp.stored_refusal(actor text) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.sharing_judgement(%L, NULL)', (SELECT o.id FROM one AS o)));
$$;
\o
SELECT is(pg_temp.stored('sh5_hours_per_100%', '2026-11-10'),
    ARRAY['sh5_hours_enough info -', 'sh5_hours_enough info Ash Primary', 'sh5_hours_short warn Beech Primary'],
    'SH5, CoP 6.92: each school is judged by its own hours too');
SELECT is(pg_temp.stored('sh1_primary%', '2026-11-09'), ARRAY['sh1_primary info Ash Primary', 'sh1_primary info Beech Primary', 'sh1_primary info Cedar Middle'],
    'a member on its last day is judged');
SELECT is(pg_temp.stored('sh1_primary%', '2026-11-10'), ARRAY['sh1_primary info Ash Primary', 'sh1_primary info Beech Primary'], 'a day later it is not');
SELECT is(pg_temp.stored('sh6%', '2026-11-10'), ARRAY['sh6_no_review warn -'], 'SH6, CoP 6.94: no review planned is a warning');
\o /dev/null
INSERT INTO core.sharing_reviews (sharing_id, n, due_on, measures_before) SELECT o.id, 1, '2026-11-10', '{}' FROM one AS o;
\o
SELECT is(pg_temp.stored('sh6%', '2026-11-10'), ARRAY['sh6_review_due info -'], 'SH6, CoP 6.94: a review due today is not overdue');
SELECT is(pg_temp.stored('sh6%', '2026-11-11'), ARRAY['sh6_review_overdue warn -'], 'SH6, CoP 6.94: due yesterday it is');
SELECT is(core.sharing_review_due(d), w, t)
  FROM (VALUES ('2026-11-10'::date, '2027-11-10'::date, 'SH6: the next review is due 12 months on'),
               ('2028-02-29', '2029-02-28', 'SH6: from a leap day on the last of February')) AS x (d, w, t);
\o /dev/null
UPDATE core.sharing_reviews SET held_on = '2026-11-11', outcome = 'END', recorded_by = a.id, recorded_at = now(), measures_after = '{}'
  FROM cast_actors AS a WHERE a.name = 'manager' AND sharing_id = (SELECT o.id FROM one AS o);
\o
SELECT is(pg_temp.stored('sh7%', '2026-11-10'), ARRAY['sh7_continued info -'], 'SH7: the day before that review nothing was found');
SELECT is(pg_temp.stored('sh7%', '2026-11-11'), ARRAY['sh7_still_active error -'], 'SH7, CoP 6.94: found to be ended and still active is an error');
\o /dev/null
UPDATE core.sharings SET to_on = '2026-11-30' WHERE id = (SELECT o.id FROM one AS o);
\o
SELECT is(pg_temp.stored('sh7%', '2026-11-30'), ARRAY['sh7_still_active error -'], 'SH7: until its last day');
SELECT is(pg_temp.stored('sh7%', '2026-12-01'), ARRAY['sh7_continued info -'], 'SH7: not once it has ended');
SELECT is(pg_temp.stored('sh6%', '2026-12-01'), '{}', 'SH6: then no review is asked for');

-- What if.
CREATE FUNCTION pg_temp.what_if(columns text, rules text, change text, actor text DEFAULT 'officer') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($4, format('SELECT %s FROM api.sharing_what_if(%s) AS w WHERE w.rule LIKE %L ORDER BY w.setting_name NULLS FIRST', $1, $3, $2));
$$;
CREATE FUNCTION pg_temp.what_if_of(change text) RETURNS text
LANGUAGE sql AS $$ SELECT format('%L, %s, ''2026-11-10''', (SELECT o.id FROM one AS o), $1) $$;
\o /dev/null
UPDATE core.sharings SET to_on = NULL WHERE id = (SELECT o.id FROM one AS o);
\o
SELECT is(pg_temp.what_if('w.change, w.finding, w.before_finding, w.setting_name', 'sh1_school%', pg_temp.what_if_of(format('NULL, NULL, %L, %L, NULL, NULL, NULL', pg_temp.refs('Elm Primary'), pg_temp.refs('Beech Primary')))),
    ARRAY['same sh1_smaller sh1_smaller Ash Primary', 'gone - sh1_smaller Beech Primary', 'new sh1_roll_unknown - Elm Primary'],
    'a school that leaves and one that joins, side by side with the one that stays');
SELECT is(pg_temp.what_if('w.change, w.inputs->>''hours'', w.before_inputs->>''hours''', 'sh5_hours_per_100%', pg_temp.what_if_of('NULL, NULL, NULL, NULL, 20.5, NULL, NULL')),
    ARRAY['worse 20.5 21', 'same 10.5 10.5', 'same 10.4 10.4'], 'SH5: fewer hours in all, with those of each school');
SELECT is(pg_temp.what_if('w.change, w.severity, w.before_severity', 'sh4%', pg_temp.what_if_of('NULL, NULL, NULL, NULL, NULL, NULL, 10')), ARRAY['better info warn'], 'SH4: a teaching share that is said');
SELECT is(pg_temp.what_if('w.change, w.finding, w.setting_name', 'sh3%', pg_temp.what_if_of(format('%s, NULL, NULL, NULL, NULL, NULL, NULL', pg_temp.person('Ada Example')))),
    ARRAY['worse sh3_head Ash Primary', 'worse sh3_head Beech Primary'], 'SH3: another person, who is head');
SELECT is(pg_temp.what_if('w.change, w.finding', 'sh1_total%', format('NULL, %s, %L, %L, NULL, 21, 4, 10, ''2026-11-10''', pg_temp.person('Bea Example'), pg_temp.refs('Ash Primary'), pg_temp.refs('Beech Primary', 'Cedar Middle'))),
    ARRAY['worse sh1_together_too_many'], 'SH1: over schools that are no arrangement');
SELECT is((SELECT count(*)::int FROM core.sharing_members AS m JOIN one AS o ON o.id = m.sharing_id), 3, 'nothing is stored by it');
SELECT is(pg_temp.refusal(a.name, 'SELECT * FROM api.sharing_what_if(' || pg_temp.what_if_of('NULL, NULL, NULL, NULL, NULL, NULL, NULL') || ')'),
    CASE WHEN a.name NOT IN ('officer', 'manager') THEN 'forbidden' END, 'what if, for ' || a.name) FROM cast_actors AS a ORDER BY a.name;
SELECT is(pg_temp.refusal('officer', 'SELECT * FROM api.sharing_what_if(' || q || ')'), w, t) FROM (VALUES
    ('gen_random_uuid(), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL', 'not_found', 'of an arrangement there is not'),
    (pg_temp.what_if_of('0, NULL, NULL, NULL, NULL, NULL, NULL'), 'not_found', 'with a person there is not'),
    (pg_temp.what_if_of('NULL, NULL, ''urn:999999'', NULL, NULL, NULL, NULL'), 'unknown_setting', 'with a school there is not')) AS x (q, w, t);

-- Who may ask.
SELECT is(pg_temp.stored_refusal(a.name), CASE WHEN a.name IN ('officer', 'manager', 'area', 'school') THEN NULL
    WHEN a.name LIKE 'foreign%' THEN 'not_found' ELSE 'forbidden' END, 'the judgement of a stored arrangement, for ' || a.name)
  FROM cast_actors AS a ORDER BY a.name;
SELECT is(pg_temp.stored('sh5_hours_per_sen%', '2026-11-10', 'school'), pg_temp.stored('sh5_hours_per_sen%', '2026-11-10'),
    'a member school reads the counts of the others as an officer does');
SELECT is(pg_temp.refusal(a.name, format('SELECT * FROM api.sharing_judgement_of(%s, %L, NULL, 21, 4, 20, NULL)', pg_temp.person('Ada Example'), pg_temp.refs('Ash Primary'))),
    CASE WHEN a.name NOT IN ('officer', 'manager') THEN 'forbidden' END, 'the judgement of a proposal, for ' || a.name)
  FROM cast_actors AS a ORDER BY a.name;
SELECT is(pg_temp.refusal('officer', format('SELECT * FROM api.sharing_judgement_of(%s, %L, NULL, %s, 4, 20, NULL)', p, s, h)), w, t)
  FROM (VALUES ('0', 'id:1', '1', 'not_found', 'nobody is refused'), (pg_temp.person('Ada Example')::text, 'urn:999999', '1', 'unknown_setting', 'so is a school there is not'),
               (pg_temp.person('Ada Example')::text, NULL, '1', 'missing_parameter', 'and no school'),
               (pg_temp.person('Ada Example')::text, pg_temp.refs('Ash Primary'), 'NULL', 'missing_parameter', 'and no hours')) AS x (p, s, h, w, t);

SELECT * FROM finish();
ROLLBACK;
