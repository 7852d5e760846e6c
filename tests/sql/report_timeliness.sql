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

-- Annual reviews. A plan of 1 March 2041 is due to be reviewed by 1 March 2042; 4 weeks from 1 February 2042 are 1 March, 12 weeks 26 April;
-- 8 weeks from 15 February are 12 April.
\o /dev/null
SELECT pg_temp.story(c.name, ('{request_received 2040-12-01,assessment_decided:assess 2040-12-20,draft_sent 2041-02-01,final_issued 2041-03-01' || c.rest || '}')::text[])
  FROM (VALUES ('Decided on the day', ',review_held 2042-02-01,review_decided:maintain 2042-03-01'), ('Decided a day after', ',review_held 2042-02-01,review_decided:amend 2042-03-02'),
    ('Held', ',review_held 2042-02-20'), ('Never held', ''), ('Ceased before', ',plan_ceased:age_25 2042-01-01'), ('Ceased after', ',plan_ceased:age_25 2042-06-01'),
    ('Amended on the day', ',review_held 2042-02-01,review_decided:amend 2042-02-15,amendment_noticed 2042-02-15,amended_issued 2042-04-12'),
    ('Amended a day after', ',review_held 2042-02-01,review_decided:amend 2042-02-15,amendment_noticed 2042-02-15,amended_issued 2042-04-13'),
    ('Kept after all', ',review_held 2042-02-01,review_decided:amend 2042-03-01,amendment_noticed 2042-03-01,not_amended 2042-04-26'),
    ('Twelve weeks and a day', ',review_held 2042-02-01,review_decided:amend 2042-03-02,amendment_noticed 2042-03-02,amended_issued 2042-04-27'),
    ('Noticed', ',review_held 2042-02-01,review_decided:amend 2042-02-15,amendment_noticed 2042-02-15')) AS c (name, rest);
\o
CREATE FUNCTION pg_temp.reviews(who text, of text, on_date date DEFAULT '2042-12-31', publication boolean DEFAULT false) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT r."group" || '': '' || string_agg(r.measure || '' '' || (r.count #>> ''{}''), '', '' ORDER BY r.at) AS line
        FROM api.report_annual_reviews(%L, ''year'', ''2042-01-01'', ''2042-12-31'', %L, ''2030-01-01'', %L) WITH ORDINALITY
          AS r ("group", measure, count, percent, is_suppressed, at) WHERE r.count <> ''0'' GROUP BY r."group" ORDER BY min(r.at)', $2, $3, $4));
$$;
SELECT is((pg_temp.reviews('officer', 'review'))[1], '2042: in_time 5, late 2, held_undecided 1, overdue 2, total 10',
    'review_annual (CFA s.44(1)): decided by the anniversary is in time, a day later is not; a plan that ceased before it has none due');
SELECT is((pg_temp.reviews('officer', 'review', '2042-02-01'))[1], '2042: held_undecided 7, to_come 3, total 10', 'on a day before it: what is to come, and what is decided later is not yet');
SELECT is((pg_temp.reviews('officer', 'decision'))[1], '2042: in_time 5, late 2, overdue 1, total 8', 'review_decision (reg 20(10)): four weeks and a day');
SELECT is((pg_temp.reviews('officer', 'amendment'))[1], '2042: in_time 3, late 1, overdue 1, total 5', 'review_final (reg 22(3), (4)): eight weeks and a day; not to amend after all ends it too');
SELECT is((pg_temp.reviews('officer', 'whole'))[1], '2042: in_time 3, late 1, overdue 1, total 5', 'review_whole (R (L, M, P) v Devon CC): twelve weeks and a day from the meeting');
SELECT is((pg_temp.reviews('officer', 'decision', '2042-12-31', true))[1], '2042: in_time 5, late c, overdue c, total 8', 'publication_least: small numbers are hidden');
SELECT is(pg_temp.reviews('administrator', 'review'), '{}', 'an administrator counts none');

-- Phase transfers of 2027: 15 February for primary to secondary; the last day in time is the day before.
\o /dev/null
SELECT pg_temp.child('Pia ' || n, 'Beech Primary', '2016-03-01', '6', 'E') FROM generate_series(1, 6) AS n;
INSERT INTO core.ehc_transfers (child_id, year, review_held_on, plan_final_on)
SELECT pg_temp.child_id('Pia ' || f.n), 2027, '2026-11-01', f.final FROM (VALUES (1, '2027-02-14'::date), (2, '2027-02-15'), (3, '2027-02-16'), (4, '2027-02-26')) AS f (n, final);
\o
CREATE FUNCTION pg_temp.phase(by text, on_date date, publication boolean DEFAULT false, columns text DEFAULT 'count') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('officer', format('SELECT r."group" || '': '' || string_agg(r.measure || '' '' || (%I::jsonb #>> ''{}''), '', '' ORDER BY r.at) AS line
        FROM (SELECT x."group", x.measure, x.count, to_jsonb(x.mean) AS mean, to_jsonb(x.most) AS most, x.at FROM api.report_phase_transfers(2027, %L, %L, %L, NULL, %L) WITH ORDINALITY
          AS x ("group", group_name, measure, count, percent, is_suppressed, mean, most, at)) AS r WHERE r.count <> ''0'' GROUP BY r."group" ORDER BY min(r.at)',
        $4, $2, $1, pg_temp.setting_id('Beech Primary'), $3));
$$;
SELECT is(pg_temp.phase('kind', '2027-03-01'), ARRAY['PRS: in_time 1, on_the_day 1, late 2, overdue 2, total 6', 'total: in_time 1, on_the_day 1, late 2, overdue 2, total 6'],
    'phase_transfer_before_15_february, phase_transfer_last_compliant_day (reg 18(1)(b)): before the day, on it, after it, and not yet');
SELECT is((pg_temp.phase('kind', '2027-02-10'))[1], 'PRS: to_come 6, total 6', 'before the day all is to come: what is issued later is not known yet');
SELECT is((pg_temp.phase('deadline', '2027-02-15'))[1], '2027-02-15: in_time 1, on_the_day 1, to_come 4, total 6', 'on the day itself nothing is overdue');
SELECT is((pg_temp.phase('kind', '2027-03-01', false, 'mean'))[1], 'PRS: late 6, overdue 14', 'how many days late, on average');
SELECT is((pg_temp.phase('kind', '2027-03-01', false, 'most'))[1], 'PRS: late 11, overdue 14', 'and at most');
SELECT is((pg_temp.phase('setting', '2027-03-01', true))[2], 'total: in_time c, on_the_day c, late c, overdue c, total 6', 'publication_least: for publication hidden');
SELECT is((pg_temp.phase('kind', '2027-03-01', true, 'mean'))[1], '-', 'and no means of hidden numbers');

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
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.' || f || '(now())'), '%Function Scan%', 'no Function Scan is left in ' || f) FROM unnest(ARRAY['plan_requests', 'plan_reviews']) AS f;
SELECT * FROM finish();
ROLLBACK;
