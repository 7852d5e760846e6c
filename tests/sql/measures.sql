-- measures.sql — what is counted of a setting's SEN provision, and whose.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('school', 'school_system'),
       pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Ash Primary', '1', 2, 5, 11),
       pg_temp.setting('Beech Primary', '1', 2, 5, 11),
       pg_temp.setting('Empty Primary', '1', 2, 5, 11),
       pg_temp.setting('Secondary', '1', 4, 11, 16);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, s.id
  FROM cast_actors AS a, cast_settings AS s
 WHERE (a.name, s.name) IN (('school', 'Ash Primary'));
SELECT pg_temp.child('Kay', 'Ash Primary', '2016-03-01', '6', 'K'),
       pg_temp.child('Eve', 'Ash Primary', '2016-03-01', '6', 'E'),
       pg_temp.child('Nan', 'Ash Primary', '2018-03-01', '4', 'N'),
       pg_temp.child('Non', 'Ash Primary', '2018-03-01', '4', NULL),
       pg_temp.child('Gone', 'Ash Primary', '2016-03-01', '6', 'K'),
       pg_temp.child('Oz', 'Beech Primary', '2018-03-01', '4', 'K'),
       pg_temp.child('Sec', 'Secondary', '2014-03-01', '8', NULL);
UPDATE core.placements SET end_on = '2026-11-09'
 WHERE child_id = pg_temp.child_id('Gone');
SELECT pg_temp.move('Kay', 'Ash Primary', 'PRS', 2027, 'Secondary'),
       pg_temp.move('Eve', 'Ash Primary', 'PRS', 2027, 'Secondary');

-- cycle — one of assess, plan, do and review.
CREATE FUNCTION pg_temp.cycle(child text, start_on date, due date, reviewed date, ended date) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.plans (setting_id, source_id, child_id, revision, content_hash, child,
           start_on, review_due_on, reviewed_on, end_on)
    SELECT r.setting_id, $1 || $2, r.child_id, 1, gen_random_uuid(), r.source_id, $2, $3, $4, $5
      FROM core.child_records AS r WHERE r.source_id = $1;
$$;
SELECT pg_temp.cycle('Kay', '2026-09-01', '2026-11-09', NULL, NULL),
       pg_temp.cycle('Eve', '2026-09-01', '2026-11-10', NULL, NULL),
       pg_temp.cycle('Nan', '2026-09-01', '2026-10-01', NULL, '2026-11-09'),
       pg_temp.cycle('Gone', '2026-09-01', '2026-10-01', NULL, NULL),
       pg_temp.cycle('Oz', '2026-09-01', '2026-10-01', '2026-10-01', NULL),
       pg_temp.cycle('Kay', '2025-09-01', '2025-11-10', '2025-11-10', NULL),
       pg_temp.cycle('Kay', '2025-09-02', '2025-11-10', '2025-11-11', NULL),
       pg_temp.cycle('Kay', '2026-01-01', '2026-04-01', '2026-04-01', NULL),
       pg_temp.cycle('Kay', '2026-02-01', NULL, '2026-04-01', NULL);
CREATE FUNCTION pg_temp.measures(columns text, on_date date DEFAULT '2026-11-10', actor text DEFAULT 'officer')
RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($3, format('SELECT %s FROM api.setting_measures(%L) AS m
        JOIN api.case_settings AS s ON s.id = m.setting_id
       WHERE m.setting_id = ANY (%L) ORDER BY s.name', $1, $2,
        (SELECT array_agg(s.id) FROM cast_settings AS s)));
$$;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_line text;
    v_plan text := '';
BEGIN
    PERFORM pg_temp.act('officer');
    FOR v_line IN EXECUTE 'EXPLAIN ' || query LOOP
        v_plan := v_plan || v_line || E'\n';
    END LOOP;
    PERFORM pg_temp.rest();
    RETURN v_plan;
END
$$;
\o
SELECT no_plan();
SELECT is(pg_temp.measures('s.name, m.children, m.sen_support, m.ehc_plan'),
    ARRAY['Ash Primary 4 1 1', 'Beech Primary 1 1 0', 'Secondary 1 0 0'],
    'one row a setting with children on roll; a child without a record of need is on roll too');
SELECT is(pg_temp.measures('m.children', '2026-11-09'), ARRAY['5', '1', '1'],
    'a child counts on its last day');
SELECT is(pg_temp.measures('m.plans_open, m.reviews_overdue'), ARRAY['2 1', '0 0', '0 0'],
    'open and overdue are plans of children on roll, neither ended nor reviewed; due today is not overdue');
SELECT is(pg_temp.measures('m.plans_open, m.reviews_overdue', '2026-11-11'), ARRAY['2 2', '0 0', '0 0'],
    'due yesterday is');
SELECT is(pg_temp.measures('m.plans_open, m.reviews_overdue', '2026-11-09'), ARRAY['4 2', '0 0', '0 0'],
    'a plan is open on its last day, and one reviewed later was open then');
SELECT is(pg_temp.measures('m.plans_open', '2026-09-30'), ARRAY['4', '1', '0'],
    'what was reviewed later was open before');
SELECT is(pg_temp.measures('m.cycles_reviewed, m.cycles_on_time'), ARRAY['2 1', '1 1', '0 0'],
    'measures_past: the review of the same day a year ago is 12 months back and out, the day after it is in');
SELECT is(pg_temp.measures('m.cycles_reviewed, m.cycles_on_time', '2026-11-09'), ARRAY['3 2', '1 1', '0 0'],
    'a day earlier both are in; a cycle without a due day is neither on time nor late');
\o /dev/null
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason)
VALUES ('measures_past', '2026-01-01', 6, 'A test');
\o
SELECT is(pg_temp.measures('m.cycles_reviewed, m.cycles_on_time'), ARRAY['0 0', '1 1', '0 0'],
    'the authority''s own threshold goes before');
SELECT is(pg_temp.measures('m.moving, m.moving_without_meeting'), ARRAY['2 2', '0 0', '0 0'],
    'who moves next September, and of those, who had no meeting');
\o /dev/null
UPDATE core.transitions SET meeting_on = '2026-11-10', form_sent_on = '2027-05-31'
 WHERE child_id = pg_temp.child_id('Eve');
\o
SELECT is(pg_temp.measures('m.moving, m.moving_without_meeting'), ARRAY['2 1', '0 0', '0 0'],
    'a meeting held that day counts');
SELECT is(pg_temp.measures('m.moving_without_meeting', '2026-11-09'), ARRAY['3', '0', '0'],
    'one still to come does not; who is there for the last day moves too');
SELECT is(pg_temp.measures('m.handovers_late', '2027-05-31'), ARRAY['0', '0', '0'],
    'rag_support_form_sent: on its day no form is late');
SELECT is(pg_temp.measures('m.handovers_late', '2027-06-01'), ARRAY['1', '0', '0'],
    'a day later each not sent is');
SELECT is(pg_temp.measures('m.handovers_late', '2027-09-01'), ARRAY['0', '0', '0'],
    'from September on the coming September is the next one');
SELECT is(pg_temp.measures('s.name, m.children', actor => 'school'), ARRAY['Ash Primary 4'],
    'a school sees its own measures only');
SELECT is(pg_temp.measures('m.children', actor => 'administrator'), '{}', 'an administrator none');
SELECT is(pg_temp.measures('m.children', actor => 'nobody'), '{}', 'nor who has no token');
SELECT is(pg_temp.seen('officer', format('SELECT m.* FROM api.setting_measures(''2026-11-10'', %L, false) AS m',
        ARRAY[pg_temp.setting_id('Ash Primary')])),
    pg_temp.seen('officer', format('SELECT m.* FROM api.setting_measures(''2026-11-10'') AS m WHERE m.setting_id = %s',
        pg_temp.setting_id('Ash Primary'))),
    'asked for some settings it says of them what it says of all');
SELECT is(pg_temp.seen('school', format('SELECT m.children FROM api.setting_measures(''2026-11-10'', %L, false) AS m',
        ARRAY[pg_temp.setting_id('Beech Primary')])), '{}', 'a list of settings shows nobody another''s');
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.setting_measures(''2026-11-10'')'),
    '%Function Scan%', 'no Function Scan is left in the plan');
-- Whether an index serves it is the planner's choice by what the tables hold
-- just now; that each branch is given the list is ours.
SELECT is((SELECT count(*) >= 5
             FROM regexp_matches(pg_temp.plan_of('SELECT * FROM api.setting_measures(''2026-11-10'', ''{1,2}'', false)'),
                                 'setting_id = ANY', 'g')), true,
    'asked for some the list reaches stays, needs and plans');
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.setting_measures(''2026-11-10'', ''{1,2}'', false)'),
    '%Function Scan%', 'and no Function Scan is left then either');
SELECT * FROM finish();
ROLLBACK;
