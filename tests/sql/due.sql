-- due.sql — one list of everything due in one shape, whatever it comes from,
-- for a plan of a kind that there is not yet, too.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/ehc.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('school', 'school_system'), pg_temp.actor('foreign school', 'school_system'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, pg_temp.setting_id(CASE a.name WHEN 'school' THEN 'Primary' ELSE 'Juniors' END) FROM cast_actors AS a WHERE a.name LIKE '%school';
SELECT pg_temp.child(w.name, 'Primary', '2018-03-01', '3', w.provision)
  FROM (VALUES ('Plan', 'E'), ('Cycle', 'K'), ('Left', 'K'), ('Move', 'K'), ('New', 'E')) AS w (name, provision);
SELECT pg_temp.history('Plan', 'request_received 2026-11-01; assessment_decided:assess 2026-11-20');
INSERT INTO core.plans (setting_id, source_id, child_id, revision, content_hash, child, start_on, review_due_on, reviewed_on, outcomes, provision)
SELECT pg_temp.setting_id('Primary'), 'pl ' || w.n, pg_temp.child_id('Cycle'), 1, gen_random_uuid(), 'Cycle', w.start_on, w.due_on, w.reviewed_on, '{x}', '{x}'
  FROM (VALUES (1, '2026-09-01'::date, '2026-11-25'::date, NULL::date), (2, '2026-03-01', '2026-06-01', '2026-06-05'), (3, '2026-09-02', NULL, NULL)) AS w (n, start_on, due_on, reviewed_on);
UPDATE core.placements SET end_on = '2026-11-20' WHERE child_id = pg_temp.child_id('Left');
INSERT INTO core.visits (setting_id, child_id, client_id, key, content, visited_on, mode, topic)
SELECT pg_temp.setting_id('Primary'), pg_temp.child_id('Cycle'), a.id, 'k', gen_random_uuid(), '2026-11-10', 'visit', 'provision' FROM cast_actors AS a WHERE a.name = 'officer';
INSERT INTO core.visit_actions (visit_id, setting_id, client_id, key, content, text, owner, due_on, done_on)
SELECT v.id, v.setting_id, v.client_id, w.owner || w.n, gen_random_uuid(), 'Invented', w.owner, w.due_on, w.done_on
  FROM core.visits AS v, (VALUES (1, 'setting', '2026-11-26'::date, NULL::date), (2, 'officer', '2026-12-24', NULL), (3, 'area_senco', '2026-11-20', '2026-11-26'),
    (4, 'parent', NULL, NULL)) AS w (n, owner, due_on, done_on) WHERE v.setting_id = pg_temp.setting_id('Primary');
INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, to_setting_id, target_on, made_by)
SELECT pg_temp.child_id('Move'), 2027, 'PRS', pg_temp.setting_id('Primary'), pg_temp.setting_id('Juniors'), '2027-09-01', a.id FROM cast_actors AS a WHERE a.name = 'officer';
-- A kind of plan that does not exist: rows, and no code.
INSERT INTO law.plan_types (code, name, valid_from, reference) VALUES ('isp', 'Individual support plan', '2026-09-01', 'Invented Act s.1');
INSERT INTO law.rules (id, valid_from, standing, reference, sentence) VALUES ('isp_made', '2026-09-01', 'statute', 'Invented Act s.2', 'The plan is made within four weeks.');
INSERT INTO law.clocks (id, valid_from, process, plan_type, name, kind, starts, ends, unit, amount, owner, rule_id)
VALUES ('isp_made', '2026-09-01', 'assessment', 'isp', 'Individual support plan', 'limit', 'request_received', 'final_issued', 'week', 4, 'setting', 'isp_made');
SELECT pg_temp.history('New', 'request_received 2026-11-02');
UPDATE core.ehc_cases SET plan_type = 'isp' WHERE child_id = pg_temp.child_id('New');
-- due — planned once, since the plan costs more than the answer.
SET LOCAL plan_cache_mode = force_generic_plan;
CREATE FUNCTION pg_temp.due_on(on_date date, child uuid) RETURNS TABLE (subject text, clock text, owner text, due_on date, met_on date, days_left int, severity text,
    setting_id int, clock_version date, name text, rule text, reference text, starts_on date) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT d.subject, d.clock, d.owner, d.due_on, d.met_on, d.days_left, d.severity, d.setting_id, d.clock_version, d.name, d.rule, d.reference, d.starts_on
                   FROM api.due($1) AS d WHERE d.child_id = $2;
END
$$;
CREATE FUNCTION pg_temp.due(child text, on_date date, columns text DEFAULT 'subject, clock, owner, due_on, met_on, days_left, severity', actor text DEFAULT 'officer')
RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($4, format('SELECT %s FROM pg_temp.due_on(%L, %L) ORDER BY due_on, clock', $3, $2, pg_temp.child_id($1)));
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.due('Plan', '2026-11-26', 'subject, clock, owner, due_on, met_on, days_left, severity'),
    '{ehc_case assess_decision la 2026-12-13 2026-11-20 - info,ehc_case draft la 2027-02-21 - 87 info,ehc_case no_plan la 2027-02-21 - 87 info,ehc_case final_plan la 2027-03-21 - 115 info}',
    'SI 2014/1530 reg 5(3): the clocks of a plan''s case');
SELECT is(pg_temp.due('New', '2026-11-26', 'clock, owner, due_on, days_left, severity, rule, reference'),
    ARRAY['isp_made setting 2026-11-30 4 warn isp_made Invented Act s.2'], 'a plan of a new type has its own clocks by rows alone, and no others');
SELECT is(pg_temp.due('New', '2026-12-01', 'clock, days_left, severity'), '{isp_made -1 error}', 'and is late by them');
SELECT is(pg_temp.due('Cycle', '2026-11-26'),
    '{plan plan_review setting 2026-06-01 2026-06-05 - info,visit_action visit_action area_senco 2026-11-20 2026-11-26 - info,plan plan_review setting 2026-11-25 - -1 error,'
    'visit_action visit_action setting 2026-11-26 - 0 warn,visit_action visit_action la 2026-12-24 - 28 info}',
    'CoP 6.53: reviews of SEN support and actions of visits, met and not, and none without a day');
SELECT is(pg_temp.due('Cycle', '2026-11-25', 'clock, met_on, days_left'),
    '{"plan_review 2026-06-05 -","visit_action - -5","plan_review - 0","visit_action - 1","visit_action - 29"}', 'what happened later was not met that day');
SELECT is(pg_temp.due('Cycle', '2026-11-09', 'clock, days_left'), '{"plan_review -","plan_review 16"}', 'nor did what began later run');
SELECT is(pg_temp.due('Left', '2026-11-26', 'subject, clock, owner, starts_on, due_on, days_left, severity, rule'),
    '{child between setting 2026-11-20 2026-12-11 15 info between_missing}', 'a child between settings: the setting''s that was left, until the authority has to act');
SELECT is(pg_temp.due('Left', '2026-12-12', 'owner, days_left, severity'), '{la -1 error}', 'Education Act 1996 s.436A: then the authority''s, late');
SELECT is(ARRAY(SELECT m FROM unnest(pg_temp.due('Move', '2026-11-26', 'subject, clock, owner, severity')) AS m (m)
        WHERE m LIKE 'handover %'), '{handover handover_sent setting info}', 'a hand-over');
SELECT isnt(ARRAY(SELECT m FROM unnest(pg_temp.due('Move', '2026-11-26', 'subject, owner')) AS m (m) WHERE m LIKE 'transition_case %'), '{}', 'and the milestones of a move');
SELECT is(pg_temp.due(c, '2026-11-26', 'clock', a), '{}', a || ' is told nothing of ' || c)
  FROM unnest('{Plan,Cycle,Left}'::text[]) AS c, unnest('{foreign school,auditor,nobody}'::text[]) AS a;
SELECT is(pg_temp.due('Cycle', '2026-11-26', 'clock', 'school'), pg_temp.due('Cycle', '2026-11-26', 'clock'), 'the setting is told what is due of its children');

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
-- unnest of a row of law stays one.
SELECT is(array_length(regexp_split_to_array(pg_temp.plan_of('SELECT * FROM api.due(''2026-10-13'')'), 'Function Scan on (?!unnest)'), 1), 1, 'no Function Scan of ours is left in the plan');
SELECT * FROM finish();
ROLLBACK;
