-- ehc_forecast.sql — the likely day of a milestone and its chance of being
-- late, reckoned by hand from a history made by hand.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('area', 'area_senco'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 4, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, pg_temp.setting_id('Primary') FROM cast_actors AS a WHERE a.name = 'school';
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name = 'area';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id('Primary'), '2020-01-01' FROM core.caseloads AS l JOIN cast_actors AS a ON a.id = l.client_id;
-- case_of — a case of a child of that name in which these events happened:
-- "request_received 2025-09-01 OUTCOME YEAR"; an answer answers the one before.
CREATE FUNCTION pg_temp.case_of(child text, setting text, events text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_case   uuid;
    v_before uuid;
    v_event  text;
BEGIN
    PERFORM pg_temp.child(child, setting, '2016-03-01', '5', 'E');
    INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id, key, content)
    SELECT pg_temp.child_id(child), 'parent', split_part(events[1], ' ', 2)::date, a.id, child, gen_random_uuid()
      FROM cast_actors AS a WHERE a.name = 'officer' RETURNING id INTO v_case;
    FOREACH v_event IN ARRAY events LOOP
        INSERT INTO core.ehc_events (case_id, child_id, event, on_date, outcome, year, of_event, client_id, key)
        SELECT c.id, c.child_id, l.code, split_part(v_event, ' ', 2)::date, nullif(split_part(v_event, ' ', 3), ''), nullif(split_part(v_event, ' ', 4), '')::int,
               CASE WHEN l.of IS NOT NULL THEN v_before END, c.client_id, child || v_event
          FROM core.ehc_cases AS c, law.ehc_events AS l WHERE c.id = v_case AND l.code = split_part(v_event, ' ', 1) RETURNING id INTO v_before;
    END LOOP;
END
$$;
-- forecast — of that child's milestone on that day.
CREATE FUNCTION pg_temp.forecast(actor text, on_date text, child text, milestone text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce((pg_temp.seen($1, format('SELECT started_on, elapsed_days, due_on, likely_on, chance_late, is_late, rank, basis FROM api.ehc_forecast(%L)
        WHERE child_id = %L AND milestone = %L', $2, pg_temp.child_id($3), $4)))[1], 'none');
$$;
CREATE FUNCTION pg_temp.inputs(on_date text, child text, milestone text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT (pg_temp.seen('officer', format('SELECT inputs FROM api.ehc_forecast(%L) WHERE child_id = %L AND milestone = %L', $1, pg_temp.child_id($2), $3)))[1]::jsonb;
$$;
SELECT pg_temp.case_of('Open', 'Primary', '{request_received 2026-06-01}');
\o
SELECT no_plan();

SELECT is(pg_temp.forecast('officer', '2026-06-11', 'Open', 'assess_decision'), '2026-06-01 10 2026-07-13 - - false - too_few', 'without any history there is no estimate');
SELECT is(pg_temp.inputs('2026-06-11', 'Open', 'assess_decision')->>'cases', '0', 'and it says that there is none');

-- The past: 30 requests on 1 January 2026, decided after 21, 22 … 50 days, with a final plan after 60, 61 … 89; 20 reviews for a move in 2026, with the
-- final plan after 60, 61 … 79 days. What was decided otherwise than by the one asked, or was withdrawn, is not among it.
\o /dev/null
SELECT pg_temp.case_of('Past ' || n, 'Juniors', ARRAY['request_received 2026-01-01', 'assessment_decided ' || '2026-01-01'::date + 20 + n || ' assess', 'draft_sent 2026-02-25',
           'final_issued ' || '2026-01-01'::date + 59 + n]) FROM generate_series(1, 30) AS n;
SELECT pg_temp.case_of('Moved ' || n, 'Juniors', ARRAY['plan_transferred_in 2025-01-06', 'review_held 2025-10-01 - 2026', 'phase_final_issued ' || '2025-10-01'::date + 59 + n || ' - 2026',
           'review_held 2026-03-02']) FROM generate_series(1, 20) AS n;
SELECT pg_temp.case_of('Void', 'Juniors', '{request_received 2026-01-01,assessment_decided 2026-01-05 assess}');
UPDATE core.ehc_events AS e SET known_to = now(), withdrawn_by = e.client_id, withdrawn_reason = 'Invented.'
 WHERE e.child_id = pg_temp.child_id('Void') AND e.event = 'assessment_decided';
UPDATE core.ehc_events AS e SET outcome = NULL WHERE e.outcome = '-';
SELECT pg_temp.case_of('Reviewed', 'Primary', '{plan_transferred_in 2026-01-12,review_held 2026-12-01 - 2027}'), pg_temp.case_of('Unreviewed', 'Primary', '{plan_transferred_in 2026-01-12}');
INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, target_on, made_by)
SELECT pg_temp.child_id(w.w), 2027, 'PRS', pg_temp.setting_id('Primary'), '2027-09-01', a.id FROM (VALUES ('Reviewed'), ('Unreviewed')) AS w (w), cast_actors AS a WHERE a.name = 'officer';
\o
SELECT is((SELECT array_agg(d.milestone || ' ' || d.n || ' ' || d.least || ' ' || d.most ORDER BY d.milestone)
             FROM (SELECT milestone, count(*) AS n, min(days) AS least, max(days) AS most FROM core.ehc_durations GROUP BY 1) AS d),
    '{"assess_decision 30 21 50","draft 30 55 55","final_plan 30 60 89","phase_final 20 60 79"}', 'how long each took');

-- Six weeks are 42 days; of 30, the 8 of 43 to 50 days took longer. Half of 30 were done by the 15th, 35 days.
SELECT is(pg_temp.forecast('officer', w.on_date, 'Open', 'assess_decision'), w.forecast, w.title)
  FROM (VALUES
    ('2026-06-01', '2026-06-01 0 2026-07-13 2026-07-06 0.2667 false 1 history', 'on the first day: 8 of 30, half by day 35'),
    ('2026-06-22', '2026-06-01 21 2026-07-13 2026-07-06 0.2667 false 1 history', 'after 21 days none is past yet'),
    ('2026-06-23', '2026-06-01 22 2026-07-13 2026-07-07 0.2759 false 1 history', 'after 22 days 29 are left: 8 of 29; the 15th of them took 36'),
    ('2026-07-02', '2026-06-01 31 2026-07-13 2026-07-11 0.4 false 1 history', 'after 31 days: 8 of the 20 left; the 10th of them took 40'),
    ('2026-07-03', '2026-06-01 32 2026-07-13 - - false - too_few', 'after 32 days 19 are left: too few'),
    ('2026-07-13', '2026-06-01 42 2026-07-13 - - false - too_few', 'on the day it is due'),
    ('2026-07-14', '2026-06-01 43 2026-07-13 - 1 true - too_few', 'a day later it is late, whatever the past says'),
    ('2026-07-22', '2026-06-01 51 2026-07-13 - 1 true - beyond', 'longer than all before')) AS w (on_date, forecast, title);
SELECT is(pg_temp.inputs('2026-07-02', 'Open', 'assess_decision'), '{"history": 30, "cases": 20, "later": 8, "least": 20, "span_days": 730, "elapsed_days": 31, "limit_days": 42,
    "started_on": "2026-06-01"}', 'it says what it rests on');
SELECT is(pg_temp.seen('officer', format('SELECT sentence, rule, reference FROM api.ehc_forecast(''2026-07-02'') WHERE child_id = %L AND milestone = ''assess_decision''', pg_temp.child_id('Open'))),
    ARRAY['Of 20 cases that took 31 days or more, 8 took longer than the 42 there are. ehc_forecast_span House practice'], 'and says it in words');
-- Twenty weeks are 140 days, and none took longer than 89.
SELECT is(pg_temp.forecast('officer', w.on_date, 'Open', 'final_plan'), w.forecast, w.title)
  FROM (VALUES
    ('2026-08-10', '2026-06-01 70 2026-10-19 2026-08-19 0 false 1 history', '20 took 70 days or more, none more than 140; the 10th of them 79'),
    ('2026-08-30', '2026-06-01 90 2026-10-19 - - false - beyond', 'longer than all before: no estimate, and it is not late')) AS w (on_date, forecast, title);
SELECT is(pg_temp.forecast('officer', '2027-01-10', w.child, 'phase_final'), w.forecast, w.title)
  FROM (VALUES
    ('Reviewed', '2026-12-01 40 2027-02-15 2027-02-08 0.15 false 1 history', 'SI 2014/1530 reg 18: 76 days from the meeting to 15 February, 3 of 20 took longer; the 10th took 69'),
    ('Unreviewed', '- - 2027-02-15 - - false - not_started', 'without a meeting there is nothing to reckon from')) AS w (child, forecast, title);
SELECT is(pg_temp.forecast('officer', '2026-12-11', 'Reviewed', 'review_decision'), '2026-12-01 10 2026-12-29 - - false - too_few', 'a milestone that was never reached');

-- The span and who is in it.
SELECT is(pg_temp.inputs(w.on_date, 'Open', 'assess_decision')->>'history', w.history, w.title)
  FROM (VALUES ('2028-01-21', '30', 'decided 729 days ago is in the last 730'), ('2028-01-22', '29', '730 days ago is not')) AS w (on_date, history, title);
\o /dev/null
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason, client_id) SELECT 'ehc_forecast_cases', '2026-01-01', 19, 'Invented.', a.id FROM cast_actors AS a WHERE a.name = 'officer';
\o
SELECT is(pg_temp.forecast('officer', '2026-07-03', 'Open', 'assess_decision'), '2026-06-01 32 2026-07-13 2026-07-12 0.4211 false 1 history', 'the authority may ask for fewer: 8 of 19, the 10th took 41');
\o /dev/null
SELECT pg_temp.case_of('Slower', 'Primary', '{request_received 2026-06-02}'), pg_temp.case_of('Faster', 'Primary', '{request_received 2026-06-20}');
\o
SELECT is(pg_temp.seen('officer', 'SELECT surname, rank FROM api.ehc_forecast(''2026-07-03'') AS f JOIN api.child AS c USING (child_id) WHERE milestone = ''assess_decision'' AND rank > 0 ORDER BY rank'),
    ARRAY['Open 1', 'Slower 2', 'Faster 3'], 'who is likelier to be late comes first');
SELECT is(pg_temp.forecast('area', '2026-07-02', 'Open', 'assess_decision'), '2026-06-01 31 2026-07-13 2026-07-11 0.4 false 1 history',
    'an Area SENCO sees her children by the history of all');
SELECT is(pg_temp.seen('area', format('SELECT milestone FROM api.ehc_forecast(''2026-02-10'') WHERE child_id = %L', pg_temp.child_id('Past 30'))), '{}', 'and no other''s');
SELECT is(pg_temp.seen(w.w, 'SELECT days FROM api.ehc_durations'), '{}', w.w || ' is told no history') FROM (VALUES ('school'), ('auditor'), ('nobody')) AS w (w);
SELECT is((SELECT bool_or(has_table_privilege('api', 'core.ehc_durations', p)) FROM unnest('{INSERT,UPDATE,DELETE}'::text[]) AS p (p)), false, 'nobody writes durations');

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
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.ehc_forecast(''2026-11-10'')'), '%Function Scan on ehc%', 'no Function Scan is left in the plan');

SELECT * FROM finish();
ROLLBACK;
