-- between.sql — who is between settings on which day, whose the next step is,
-- and how a child is found and lost again.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('foreign school', 'school_system'), pg_temp.actor('senco', 'area_senco'),
       pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'), pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11), pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, 0, 5);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('foreign school', 'Juniors');
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name = 'senco';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id('Nursery'), '2020-01-01' FROM core.caseloads AS l JOIN cast_actors AS a ON a.id = l.client_id;
SELECT pg_temp.child(w.name, w.setting, w.born::date, w.year, w.provision)
  FROM (VALUES ('Kay', 'Primary', '2018-03-01', '3', 'K'), ('Jun', 'Juniors', '2018-03-01', '3', 'E'), ('Nan', 'Primary', '2018-03-02', '3', 'N'),
    ('Bare', 'Primary', '2018-03-03', '3', NULL), ('Duo', 'Primary', '2018-03-04', '3', 'K'), ('Gone', 'Primary', '2018-03-05', '3', 'K'),
    ('Sol', 'Primary', '2018-03-06', '3', 'K'), ('June', 'Primary', '2018-03-07', '3', 'K'), ('Old', 'Primary', '2010-08-31', '11', 'N'),
    ('Last', 'Primary', '2010-09-01', '11', 'N'), ('Plan', 'Primary', '2010-08-31', '11', 'E'), ('Dee', 'Nursery', '2022-03-01', 'N2', 'K'),
    ('Nel', 'Nursery', '2022-03-02', 'N2', 'K'), ('Ack', 'Nursery', '2022-03-03', 'N2', 'K'), ('Roll', 'Primary', '2018-03-08', '3', 'E'),
    ('Ended', 'Primary', '2018-03-09', '3', 'E'), ('Early', 'Primary', '2018-03-10', '3', 'K'), ('Here', 'Primary', '2018-03-11', '3', 'K')
       ) AS w (name, setting, born, year, provision);
-- leave — the last day at the setting.
CREATE FUNCTION pg_temp.leave(child text, setting text, on_date date) RETURNS void LANGUAGE sql AS $$
    UPDATE core.placements AS p SET end_on = $3 WHERE p.child_id = pg_temp.child_id($1) AND p.setting_id = pg_temp.setting_id($2);
$$;
SELECT pg_temp.stay('Duo', 'Juniors', '3', '2026-01-05', '2026-10-12', 'current'), pg_temp.stay('Gone', 'Juniors', '3', '2026-10-12', NULL, 'current');
SELECT pg_temp.leave(c.name, 'Primary', '2026-10-05') FROM cast_children AS c
 WHERE c.name IN ('Kay', 'Nan', 'Bare', 'Duo', 'Gone', 'Old', 'Last', 'Plan', 'Ended');
SELECT pg_temp.leave('Jun', 'Juniors', '2026-10-05'), pg_temp.leave('Sol', 'Primary', '2026-07-17'), pg_temp.leave('June', 'Primary', '2026-06-30');
SELECT pg_temp.leave(c.name, 'Nursery', '2026-08-31') FROM cast_children AS c WHERE c.name IN ('Dee', 'Nel', 'Ack');
UPDATE core.placements SET start_on = '2027-01-04' WHERE child_id = pg_temp.child_id('Early');
UPDATE core.needs SET end_on = '2026-10-05' WHERE child_id = pg_temp.child_id('Ended');
SELECT pg_temp.move('Dee', 'Nursery', 'EYS', 2027, 'Primary'), pg_temp.move('Nel', 'Nursery', 'EYS', 2026, 'Primary'),
       pg_temp.move('Ack', 'Nursery', 'EYS', 2026, 'Primary');
UPDATE core.transitions SET target_on = '2027-09-01' WHERE child_id = pg_temp.child_id('Dee');
UPDATE core.transitions SET target_on = '2026-09-10', form_acknowledged_on = '2026-09-04' WHERE child_id = pg_temp.child_id('Ack');
-- Roll is named by no roll any more.
UPDATE core.needs SET deleted_at = '2026-10-05 12:00Z' WHERE child_id = pg_temp.child_id('Roll');
UPDATE core.placements SET deleted_at = '2026-10-05 12:00Z' WHERE child_id IN (pg_temp.child_id('Roll'), pg_temp.child_id('Here'));
UPDATE core.child_records SET deleted_at = '2026-10-05 12:00Z' WHERE child_id = pg_temp.child_id('Roll');

-- listed_on — planned once, since the plan costs more than the answer.
SET LOCAL plan_cache_mode = force_generic_plan;
CREATE FUNCTION pg_temp.listed_on(on_date date, children uuid[]) RETURNS TABLE (surname text, sen_status text, setting_name text, left_on date, days int,
    school_days int, counts_from date, escalates_on date, to_setting text, to_setting_name text, target_on date, begins_on date, candidates int,
    owner text, rule text, finding text, severity text, sentence text, inputs jsonb, reference text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT b.surname, b.sen_status, b.setting_name, b.left_on, b.days, b.school_days, b.counts_from, b.escalates_on, b.to_setting, b.to_setting_name,
           b.target_on, b.begins_on, b.candidates, b.owner, b.rule, b.finding, b.severity, b.sentence, b.inputs, b.reference
      FROM api.between($1) AS b WHERE b.child_id = ANY ($2);
END
$$;
CREATE FUNCTION pg_temp.found(child text, on_date date, columns text DEFAULT 'finding, severity, owner', actor text DEFAULT 'officer') RETURNS text
LANGUAGE sql AS $$
    SELECT coalesce((pg_temp.seen($4, format('SELECT %s FROM pg_temp.listed_on(%L, %L)', $3, $2, ARRAY[pg_temp.child_id($1)])))[1], 'none');
$$;
CREATE FUNCTION pg_temp.listed(actor text, on_date date) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT surname FROM pg_temp.listed_on(%L, %L) ORDER BY surname', $2,
        (SELECT array_agg(c.id) FROM cast_children AS c)));
$$;
CREATE FUNCTION pg_temp.resolve(actor text, child text, key text, more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.between_resolve(%L, %L, %L, %L, %L, %L)', pg_temp.child_id($2), $3,
        m.m->>'kind', m.m->>'on', m.m->>'la', m.m->>'note'))
      FROM (SELECT '{"kind": "traced", "on": "2026-11-01"}'::jsonb || $4) AS m (m);
$$;
CREATE FUNCTION pg_temp.withdraw(actor text, child text, n int) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.between_withdraw(%L, %L, ''Invented'')', pg_temp.child_id($2),
        coalesce((SELECT r.id FROM core.between_resolutions AS r WHERE r.child_id = pg_temp.child_id($2) ORDER BY r.left_on, r.id OFFSET $3 - 1 LIMIT 1),
                 gen_random_uuid())));
$$;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
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

-- No calendar: days only.
SELECT is(pg_temp.found('Kay', '2026-10-05'), 'none', 'on its last day a child is there');
SELECT is(pg_temp.found('Kay', '2026-10-06', 'finding, severity, owner, days, school_days, escalates_on'),
    'between_days_only warn setting_left 1 - 2026-10-26', 'the day after it is between settings; without a calendar no school days are told');
SELECT is(pg_temp.found('Kay', '2026-10-26'), 'between_days_only warn setting_left', 'between_no_calendar: the 21st day');
SELECT is(pg_temp.found('Kay', '2026-10-27'), 'between_escalated_days error authority', 'and the day after');
SELECT is(pg_temp.found('Kay', '2026-10-27', 'sentence'), 'Left Primary on 5 October 2026 and is at no known place since 22 days; '
    'school days cannot be told, since no calendar is known.', 'and it is said so');
SELECT is(pg_temp.found('Sol', '2026-08-31') || ', ' || pg_temp.found('Sol', '2026-09-01', 'days, counts_from, escalates_on'),
    'none, 46 2026-09-01 2026-09-21', 'between_leavers_until: without a calendar a leaver of July counts from 1 September');
\o /dev/null
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('between_no_calendar', '2026-01-01', 10, 'A test');
\o
SELECT is(pg_temp.found('Kay', '2026-10-16'), 'between_escalated_days error authority', 'the authority''s own number goes before');

-- The authority's calendar, and Juniors' own without a half term.
\o /dev/null
SELECT core.school_days_set(NULL, 2026, '{2025-09-02,2026-01-05,2026-04-13,2026-06-01}', '{2025-12-19,2026-03-27,2026-05-22,2026-07-21}', '{}'),
       core.school_days_set(NULL, 2027, '{2026-09-02,2026-11-02,2027-01-04,2027-04-12}', '{2026-10-23,2026-12-18,2027-03-25,2027-07-21}', '{2026-09-02}'),
       core.school_days_set(pg_temp.setting_id('Juniors'), 2027, '{2026-09-07}', '{2026-12-18}', '{}');
\o
SELECT is(pg_temp.found('Kay', '2026-10-06', 'finding, severity, owner, days, school_days, escalates_on'),
    'between_within info setting_left 1 1 2026-11-02', 'SI 2005/1437 reg 9(3): the setting left has fifteen school days, over a half term');
SELECT is(pg_temp.found('Kay', '2026-11-01', 'finding, days, school_days'), 'between_within 27 14', 'holidays are no school days');
SELECT is(pg_temp.found('Kay', '2026-11-02', 'finding, school_days, owner'), 'between_within 15 setting_left', 'the fifteenth school day itself is in time');
SELECT is(pg_temp.found('Kay', '2026-11-03', 'finding, severity, owner, school_days, rule, reference'),
    'between_escalated error authority 16 between_missing Education Act 1996 s.436A; SI 2005/1437 reg 9(3); practice: the lost pupil database of S2S after fifteen school days',
    'Education Act 1996 s.436A: the day after the authority has to act');
SELECT is(pg_temp.found('Kay', '2026-11-03', 'inputs->>''clock'' AS clock, inputs->>''version'' AS version, inputs->>''due_on'' AS due'),
    'ctf_sent 2014-09-01 2026-11-02', 'by which clock, in which version');
SELECT is(pg_temp.found('Kay', '2027-08-30', 'finding, school_days'), 'between_escalated -', 'past the end of the calendar nothing is counted, and nothing forgotten');
SELECT is(pg_temp.found('Jun', '2026-10-26', 'finding') || ' ' || pg_temp.found('Jun', '2026-10-27', 'finding'), 'between_within between_escalated',
    'a setting''s own calendar counts for it');

-- Who leaves at the end of a school year.
SELECT is(pg_temp.found('June', '2026-07-01', 'finding, counts_from'), 'between_within 2026-07-01', 'between_leavers_from: who leaves in June counts at once');
SELECT is(pg_temp.found('Sol', w.on_date::date, 'finding, counts_from, school_days, days, escalates_on'), w.found, w.title)
  FROM (VALUES ('2026-07-18', 'none', 'who leaves in July does not'), ('2026-08-31', 'none', 'nor in August'),
    ('2026-09-02', 'none', 'nor on a day when school is shut'),
    ('2026-09-03', 'between_within 2026-09-03 3 48 2026-09-21', 'between_leavers_until: but from the first school day of the new year, with the days since leaving'),
    ('2026-09-22', 'between_escalated 2026-09-03 16 67 2026-09-21', 'and is the authority''s to find in its turn')) AS w (on_date, found, title);

-- Expected somewhere.
SELECT is(pg_temp.found('Nel', '2026-09-03') || ', ' || pg_temp.found('Nel', '2026-09-04', 'finding, severity, owner, to_setting_name, target_on'),
    'between_within info setting_left, between_no_show warn receiving_setting Primary 2026-09-03',
    'between_no_show: a leaver is expected on the first school day; the day after the receiving setting has to say so');
SELECT is(pg_temp.found('Ack', w.on_date::date), w.found, w.title)
  FROM (VALUES ('2026-09-03', 'between_within info setting_left', 'before a hand-over is acknowledged it is the setting''s that was left'),
    ('2026-09-04', 'between_acknowledged info receiving_setting', 'between_acknowledged: then the receiving setting''s'),
    ('2026-09-10', 'between_acknowledged info receiving_setting', 'on the day it is expected too'),
    ('2026-09-11', 'between_no_show warn receiving_setting', 'a child that did not come'),
    ('2026-09-24', 'between_escalated error authority', 'nobody keeps a child for ever')) AS w (on_date, found, title);
SELECT is(pg_temp.found('Dee', '2026-09-10') || ', ' || pg_temp.found('Dee', '2026-09-24', 'finding, severity, owner, inputs->>''begins_on'' AS b'),
    'between_within info setting_left, between_announced_late warn authority 2027-09-01', 'between_announced: a deferred start is looked at and no alarm');
SELECT is(pg_temp.found('Gone', '2026-10-11', 'finding, severity, owner, begins_on') || ', ' || pg_temp.found('Gone', '2026-10-12'),
    'between_announced info receiving_setting 2026-10-12, none', 'who has a first day is announced until it is there');
SELECT is(pg_temp.found('Gone', '2026-10-11', 'finding, begins_on, to_setting', 'school') || ', ' || pg_temp.found('Gone', '2026-10-12', actor => 'school'),
    'between_announced 2026-10-12 -, none', 'the setting left is told that and when, not where');
SELECT is(pg_temp.found('Early', '2026-11-03'), 'none', 'whose only place has not begun is announced, not between');

-- The authority's own case of a move.
\o /dev/null
CREATE FUNCTION pg_temp.case_of(child text, outside text, to_setting text, state text, target date) RETURNS void LANGUAGE sql AS $$
    INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, to_setting_id, to_outside, target_on, state, made_by)
    SELECT pg_temp.child_id($1), 2026, 'INY', pg_temp.setting_id('Primary'), pg_temp.setting_id($3), $2, $5, $4, a.id FROM cast_actors AS a WHERE a.name = 'officer';
$$;
CREATE FUNCTION pg_temp.step(child text, n int, step text, on_date date) RETURNS void LANGUAGE sql AS $$
    INSERT INTO core.transition_steps (case_id, child_id, n, step, setting_id, on_date, client_id)
    SELECT c.id, c.child_id, $2, $3, c.to_setting_id, $4, c.made_by FROM core.transition_cases AS c WHERE c.child_id = pg_temp.child_id($1);
    UPDATE core.transition_cases SET state = $3 WHERE child_id = pg_temp.child_id($1);
$$;
SELECT pg_temp.child(n, 'Primary', '2018-04-01', '3', 'K'), pg_temp.leave(n, 'Primary', '2026-10-05')
  FROM unnest('{Case,Came,Away}'::text[]) AS n;
SELECT pg_temp.case_of('Case', NULL, 'Juniors', 'accepted', '2026-10-12'), pg_temp.step('Case', 1, 'accepted', '2026-10-08'),
       pg_temp.case_of('Came', NULL, 'Nursery', 'accepted', '2026-10-07'), pg_temp.step('Came', 1, 'received', '2026-10-07'),
       pg_temp.case_of('Away', 'An invented school far off', NULL, 'offered', '2026-10-12');
\o
SELECT is(pg_temp.found('Case', w.on_date::date, 'finding, severity, owner, to_setting_name, target_on'), w.found, w.title)
  FROM (VALUES ('2026-10-07', 'between_within info setting_left Juniors 2026-10-12', 'where the authority''s case leads to, a child is expected'),
    ('2026-10-08', 'between_acknowledged info receiving_setting Juniors 2026-10-12', 'who accepts it takes the next step'),
    ('2026-10-13', 'between_no_show warn receiving_setting Juniors 2026-10-12', 'and says when the child does not come')) AS w (on_date, found, title);
SELECT is(pg_temp.found('Case', '2026-10-13', 'to_setting_name', 'school') || ', ' || pg_temp.found('Case', '2026-10-13', 'to_setting_name', 'foreign school'),
    'Juniors, none', 'the setting left reads where its own case leads');
SELECT is(pg_temp.found('Away', '2026-10-12') || ', ' || pg_temp.found('Away', '2026-10-13', 'finding, severity, owner, to_setting_name'),
    'between_within info setting_left, between_outside warn authority An invented school far off',
    'between_outside: a place outside the area is for the authority to ask');
SELECT is(pg_temp.found('Away', '2026-11-03'), 'between_escalated error authority', 'and no excuse after fifteen school days');
SELECT is(pg_temp.found('Came', '2026-10-06', 'finding') || ' ' || pg_temp.found('Came', '2026-10-07') || ' ' || pg_temp.found('Came', '2026-10-07', actor => 'school'),
    'between_within none none', 'a child that was received has arrived, without a record too, and the setting left learns that');
SELECT is(pg_temp.found('Came', '2027-06-01'), 'none', 'for as long as nobody says otherwise');
\o /dev/null
SELECT pg_temp.step('Case', 2, 'lost', '2026-10-14'), pg_temp.step('Came', 2, 'lost', '2026-10-20');
\o
SELECT is(pg_temp.found('Case', '2026-10-13', 'finding') || ', ' || pg_temp.found('Case', '2026-10-14'), 'between_no_show, between_lost error authority',
    'between_no_show: from the day it is said that it did not come, it is the authority''s');
SELECT is(pg_temp.found('Case', '2026-10-14', 'sentence'), 'Left Primary on 5 October 2026; Juniors was to have the child on 12 October 2026, and it was said on '
    '14 October 2026 that the child is not there.', 'in words');
SELECT is(pg_temp.found('Came', '2026-10-19') || ', ' || pg_temp.found('Came', '2026-10-20', 'finding, left_on'), 'none, between_lost 2026-10-05',
    'who was received and is lost is between settings again');
\o /dev/null
SELECT pg_temp.stay('Came', 'Nursery', '3', '2026-10-07', '2026-11-10', 'current');
DELETE FROM core.transition_steps WHERE child_id = pg_temp.child_id('Came') AND n = 2;
\o
SELECT is(pg_temp.found('Came', '2026-11-11', 'setting_name, left_on'), 'Nursery 2026-11-10', 'who leaves the place of arrival by its roll has left it, whatever the move said');
\o /dev/null
DELETE FROM core.transition_steps WHERE child_id IN (SELECT c.id FROM cast_children AS c WHERE c.name IN ('Case', 'Came', 'Away'));
DELETE FROM core.transition_cases WHERE child_id IN (SELECT c.id FROM cast_children AS c WHERE c.name IN ('Case', 'Came', 'Away'));
DELETE FROM cast_children WHERE name IN ('Case', 'Came', 'Away');
\o

-- Who counts.
SELECT is(pg_temp.found('Duo', '2026-10-06') || ', ' || pg_temp.found('Duo', '2026-10-13', 'setting_name, left_on'), 'none, Juniors 2026-10-12',
    'of two settings at once the one left last counts');
SELECT is(pg_temp.found('Duo', '2026-10-13', actor => 'school') || ', ' || pg_temp.found('Duo', '2026-10-13', 'left_on', 'foreign school'),
    'none, 2026-10-12', 'and it alone is shown the child');
SELECT is(pg_temp.found('Nan', '2026-10-06', 'finding, sen_status') || ', ' || pg_temp.found('Bare', '2026-10-06', 'sen_status'), 'between_within N, N',
    'a child without SEN is looked for too, and one of whom nothing is recorded');
SELECT is(pg_temp.found('Kay', '2026-10-06', 'sen_status') || pg_temp.found('Ended', '2026-10-06', 'sen_status'), 'KE',
    'the status is that of the day, or that with which a child left');
SELECT is(pg_temp.found('Roll', '2026-10-05') || ', ' || pg_temp.found('Roll', '2026-10-06', 'left_on, sen_status, surname'), 'none, 2026-10-05 E Roll',
    'a child that a full roll no longer names left on that day');
SELECT is(pg_temp.found('Here', '2026-10-06'), 'none', 'a placement taken back while the child''s record stays is a correction');
SELECT is(pg_temp.found('Old', '2026-10-06') || ', ' || pg_temp.found('Plan', '2026-10-06', 'sen_status'), 'none, E',
    'Education Act 1996 s.8: past compulsory school age only who has a plan');
SELECT is(pg_temp.found('Last', '2027-06-25', 'surname') || ', ' || pg_temp.found('Last', '2027-06-26'), 'Last, none',
    'Education Act 1996 s.8(3): it ends on the last Friday in June');
SELECT is(pg_temp.found('Plan', '2035-08-31', 'surname') || ', ' || pg_temp.found('Plan', '2035-09-01'), 'Plan, none',
    'CFA 2014 s.46: a plan to the end of the year of the 25th birthday');

-- Who sees whom.
SELECT is(pg_temp.listed(w.who, '2026-10-13'), w.names::text[], w.who || ' sees who left the settings in scope last')
  FROM (VALUES ('officer', '{Ack,Bare,Dee,Duo,Ended,Jun,June,Kay,Last,Nan,Nel,Plan,Roll,Sol}'), ('manager', '{Ack,Bare,Dee,Duo,Ended,Jun,June,Kay,Last,Nan,Nel,Plan,Roll,Sol}'),
    ('school', '{Bare,Ended,June,Kay,Last,Nan,Plan,Roll,Sol}'), ('foreign school', '{Duo,Jun}'), ('senco', '{Ack,Dee,Nel}'), ('administrator', '{}'),
    ('auditor', '{}'), ('nobody', '{}')) AS w (who, names);
\o /dev/null
SELECT pg_temp.child('Kin', 'Juniors', '2018-03-01', '3', NULL);
UPDATE core.children SET surname = 'Kay' WHERE id = pg_temp.child_id('Kin');
\o
SELECT is(pg_temp.found('Kay', '2026-10-13', 'candidates') || pg_temp.found('Nan', '2026-10-13', 'candidates')
    || pg_temp.found('Kay', '2026-10-13', 'candidates', 'school'), '10-', 'how many may be the same child is told to who may join them');
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.between(''2026-10-13'')'), '%Function Scan%', 'no Function Scan is left in the plan');

-- Found.
SELECT is(pg_temp.resolve(a.name, 'Kay', 'k'), 'forbidden', a.name || ' says of no child that it was found')
  FROM cast_actors AS a WHERE a.name NOT IN ('officer', 'manager') ORDER BY a.name;
SELECT is(pg_temp.resolve('officer', w.child, 'k', w.more), w.slug, w.title)
  FROM (VALUES ('Here', '{}'::jsonb, 'not_found', 'who is not between settings is not found'),
    ('Kay', '{"on": "2026-10-04"}', 'dates_reversed', 'nobody is found before it left'),
    ('Kay', jsonb_build_object('on', current_date + 1), 'malformed_field', 'or tomorrow'),
    ('Kay', '{"kind": "arrived_elsewhere"}', 'missing_field', 'who arrived in another authority did so in one with a code'),
    ('Kay', '{"kind": "arrived_elsewhere", "la": "000"}', 'unknown_code', 'that there is'),
    ('Kay', '{"la": "352"}', 'malformed_field', 'and nobody else did')) AS w (child, more, slug, title);
SELECT is(pg_temp.resolve('officer', 'Kay', 'k', '{"kind": "arrived_elsewhere", "la": "352"}'), NULL, 'a child that arrived in another authority');
SELECT is(pg_temp.resolve('officer', 'Kay', 'k', '{"kind": "arrived_elsewhere", "la": "352"}'), NULL, 'said again under the same key');
SELECT is((SELECT count(*)::int FROM core.between_resolutions AS r WHERE r.child_id = pg_temp.child_id('Kay')), 1, 'is said once');
SELECT is(pg_temp.resolve('officer', 'Kay', 'k'), 'batch_differs', 'another under that key is refused');
SELECT is(pg_temp.resolve('manager', 'Kay', 'k'), 'not_found', 'who was found is not found again');
SELECT is((SELECT array_agg(e.action || ' ' || (e.details->>'kind')) FROM audit.entries AS e WHERE e.action LIKE 'between.%'
              AND e.child_ids = ARRAY[pg_temp.child_id('Kay')]), '{between.resolve arrived_elsewhere}', 'it is on record');
SELECT is(pg_temp.found('Kay', '2026-10-31', 'finding') || ' ' || pg_temp.found('Kay', '2026-11-01') || ' ' || pg_temp.found('Kay', '2026-11-03', actor => 'school'),
    'between_within none none', 'from that day it is on no list, before it was');
-- A setting is told that a child arrived elsewhere, not where.
SELECT is(pg_temp.seen(w.who, format('SELECT kind, la_name, left_on FROM api.between_resolutions WHERE child_id = %L', pg_temp.child_id('Kay'))),
    w.found::text[], w.who || ' reads what became of it, or does not')
  FROM (VALUES ('officer', '{arrived_elsewhere Manchester 2026-10-05}'), ('school', '{arrived_elsewhere - 2026-10-05}'), ('foreign school', '{}'),
    ('senco', '{}'), ('administrator', '{}')) AS w (who, found);
-- Lost again.
\o /dev/null
SELECT pg_temp.stay('Kay', 'Juniors', '3', '2026-11-05', '2026-11-10', 'current');
\o
SELECT is(pg_temp.found('Kay', '2026-11-05') || ' ' || pg_temp.found('Kay', '2026-11-11', 'setting_name, left_on'), 'none Juniors 2026-11-10',
    'until a place that began afterwards is left too');
SELECT is(pg_temp.resolve('manager', 'Kay', 'm', '{"kind": "home_educated", "on": "2026-11-12", "note": "Invented"}'), NULL, 'and it is found again');
SELECT is(pg_temp.withdraw(a.name, 'Kay', 2), 'forbidden', a.name || ' takes nothing back') FROM cast_actors AS a WHERE a.name NOT IN ('officer', 'manager') ORDER BY a.name;
SELECT is(pg_temp.withdraw('officer', 'Jun', 1), 'not_found', 'what was not said is not taken back');
SELECT is(pg_temp.found('Kay', '2026-11-12'), 'none', 'home educated, it is nobody''s to find');
SELECT is(pg_temp.withdraw('officer', 'Kay', 2), NULL, 'said in error');
SELECT is(pg_temp.found('Kay', '2026-11-12', 'left_on'), '2026-11-10', 'it is between settings again');
SELECT is(pg_temp.withdraw('officer', 'Kay', 2), 'withdrawn', 'once');
SELECT is(pg_temp.seen('officer', format('SELECT kind, withdrawn_at IS NOT NULL AS w, withdrawn_reason FROM api.between_resolutions
        WHERE child_id = %L ORDER BY left_on', pg_temp.child_id('Kay'))), '{arrived_elsewhere false -,home_educated true Invented}', 'and both are kept');
SELECT * FROM finish();
ROLLBACK;
