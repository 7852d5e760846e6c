-- report_timeliness.sql — decisions, refusals and plans counted as in time or
-- not on the DfE's definitions: the days around each limit, exceptions, what
-- was known when, and who sees what.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('school', 'school_system'), pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Ash Primary', '1', 2, 5, 11), pg_temp.setting('Beech Primary', '1', 2, 5, 11);
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, pg_temp.setting_id('Ash Primary') FROM cast_actors AS a WHERE a.name = 'school';

-- story — a child's case with these events, "event[:outcome] day"; at Ash unless it is said.
CREATE FUNCTION pg_temp.story(child text, events text[], setting text DEFAULT 'Ash Primary', known timestamptz DEFAULT '2020-01-01') RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_case uuid;
    v_line text;
    v_held uuid;
    v_id   uuid;
    v_what text;
BEGIN
    PERFORM pg_temp.child(child, setting, '2016-03-01', '6', NULL);
    INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id, key, content)
    SELECT pg_temp.child_id(child), 'parent', min(split_part(e, ' ', 2)::date), (SELECT a.id FROM cast_actors AS a WHERE a.name = 'officer'), child, gen_random_uuid()
      FROM unnest(events) AS e RETURNING id INTO v_case;
    FOREACH v_line IN ARRAY events LOOP
        v_what := split_part(split_part(v_line, ' ', 1), ':', 1);
        INSERT INTO core.ehc_events (case_id, child_id, event, on_date, outcome, of_event, exception, reason, year, client_id, key, known_from)
        SELECT v_case, pg_temp.child_id(child), v_what, split_part(v_line, ' ', 2)::date,
               CASE WHEN v_what <> 'exception_applied' THEN nullif(split_part(split_part(v_line, ' ', 1), ':', 2), '') END,
               CASE WHEN v_what IN ('review_decided', 'review_reported') THEN v_held END,
               CASE WHEN v_what = 'exception_applied' THEN split_part(split_part(v_line, ' ', 1), ':', 2) END,
               CASE WHEN v_what = 'exception_applied' THEN 'fictional' END,
               CASE WHEN v_what = 'phase_final_issued' THEN 2027 END, a.id, child || v_line, known
          FROM cast_actors AS a WHERE a.name = 'officer' RETURNING id INTO v_id;
        IF v_what = 'review_held' THEN
            v_held := v_id;
        END IF;
    END LOOP;
END
$$;

-- Requests of 2031 and 2032, so that nothing else in the cluster is counted.
-- 1 January 2031 + 6 weeks = 12 February, + 16 = 23 April, + 20 = 21 May, + 52 = 31 December.
SELECT pg_temp.story('In six', '{request_received 2031-01-01,assessment_decided:assess 2031-02-12,draft_sent 2031-04-20,final_issued 2031-05-21}'),
       pg_temp.story('In seven', '{request_received 2031-01-01,assessment_decided:assess 2031-02-13,draft_sent 2031-04-20,final_issued 2031-05-22}'),
       pg_temp.story('Excused', '{request_received 2031-01-01,assessment_decided:assess 2031-02-20,exception_applied:absent 2031-02-20,draft_sent 2031-04-20,final_issued 2031-06-30}'),
       pg_temp.story('Excused in time', '{request_received 2031-01-01,exception_applied:exceptional_personal 2031-02-01,assessment_decided:assess 2031-02-12,draft_sent 2031-04-20,final_issued 2031-05-01}'),
       pg_temp.story('A year', '{request_received 2031-01-01,assessment_decided:refuse 2031-02-01,assessment_decided:assess 2031-06-01,draft_sent 2031-09-01,final_issued 2031-12-31}'),
       pg_temp.story('More than a year', '{request_received 2031-01-01,assessment_decided:assess 2031-06-01,draft_sent 2031-09-01,final_issued 2032-01-01}', 'Beech Primary'),
       pg_temp.story('No plan', '{request_received 2031-01-01,assessment_decided:assess 2031-02-12,plan_refused 2031-04-23}'),
       pg_temp.story('No plan late', '{request_received 2031-01-01,assessment_decided:assess 2031-02-12,plan_refused 2031-04-24}'),
       pg_temp.story('Open', '{request_received 2031-01-01}');
\o
SELECT no_plan();

CREATE FUNCTION pg_temp.weeks(who text, of text, by text DEFAULT 'year', publication boolean DEFAULT false, known text DEFAULT '2030-01-01') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT r."group" || '': '' || string_agg(r.measure || '' '' || (r.count #>> ''{}''), '', '' ORDER BY r.at) AS line
        FROM api.report_twenty_weeks(%L, %L, ''2031-01-01'', ''2032-12-31'', %L, %L) WITH ORDINALITY
          AS r ("group", measure, count, percent, is_suppressed, in_time, plain, at) WHERE r.count <> ''0'' GROUP BY r."group" ORDER BY min(r.at)', $2, $3, $5, $4));
$$;
SELECT is(pg_temp.weeks('officer', 'decision', 'month'), ARRAY['2031-02: in_time 4, late 1, in_time_exception 1, late_exception 1, total 7', '2031-06: late 1, total 1',
    'total: in_time 4, late 2, in_time_exception 1, late_exception 1, total 8'], 'ehc_assess_decision (reg 5(3)): forty-two days are in time, forty-three are not; the first decision counts');
SELECT is(pg_temp.weeks('officer', 'no_plan'), ARRAY['2031: in_time 1, late 1, total 2', 'total: in_time 1, late 1, total 2'], 'ehc_no_plan (reg 10(1)): sixteen weeks and a day');
SELECT is(pg_temp.weeks('officer', 'plan'), ARRAY['2031: in_time 1, late 2, in_time_exception 1, late_exception 1, total 5', '2032: very_late 1, total 1',
    'total: in_time 1, late 2, very_late 1, in_time_exception 1, late_exception 1, total 6'],
    'ehc_final (reg 13(2)), publication_very_late_weeks: twenty weeks to the day are in time, fifty-two are late and not very late, a day more is');
SELECT is(pg_temp.seen('officer', 'SELECT r."group", r.percent_in_time, r.percent_in_time_without_exceptions FROM api.report_twenty_weeks(''plan'', ''year'', ''2031-01-01'', ''2032-12-31'',
    ''2030-01-01'', false) AS r WHERE r.measure = ''total'''), '{2031 40 33.3,2032 0 0,total 33.3 25}', 'the rates with and without exceptions');
SELECT is(pg_temp.seen('officer', 'SELECT count(*) FROM api.report_twenty_weeks(''plan'', ''year'', ''2031-01-01'', ''2032-12-31'', ''2030-01-01'', true) AS r
    WHERE r.percent_in_time IS NOT NULL OR r.count <> ''"c"'' AND r.count::int BETWEEN 1 AND 4'), '{0}', 'publication_least: for publication neither small numbers nor rates of them');
SELECT is(pg_temp.weeks('school', 'plan'), ARRAY['2031: in_time 1, late 2, in_time_exception 1, late_exception 1, total 5', 'total: in_time 1, late 2, in_time_exception 1, late_exception 1, total 5'],
    'a school counts the cases of its own children');
SELECT is(pg_temp.weeks('administrator', 'plan'), '{}', 'an administrator none');
SELECT is(pg_temp.weeks('auditor', 'plan'), '{}', 'an auditor none');

-- What was known when: an exception noted later, an event withdrawn.
\o /dev/null
UPDATE core.ehc_events SET known_from = '2025-01-01' WHERE event = 'exception_applied' AND child_id = pg_temp.child_id('Excused');
UPDATE core.ehc_events SET known_to = '2025-01-01', withdrawn_by = client_id, withdrawn_reason = 'fictional' WHERE event = 'final_issued' AND child_id = pg_temp.child_id('In six');
\o
SELECT is((pg_temp.weeks('officer', 'plan', 'year', false, '2024-12-31'))[1], '2031: in_time 1, late 3, in_time_exception 1, total 5', 'as known then: no exception yet');
SELECT is((pg_temp.weeks('officer', 'plan', 'year', false, '2025-01-02'))[1], '2031: late 2, in_time_exception 1, late_exception 1, total 4', 'as known later: an exception more, a plan withdrawn');

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
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.plan_requests(now())'), '%Function Scan%', 'no Function Scan is left in what is counted');
SELECT * FROM finish();
ROLLBACK;
