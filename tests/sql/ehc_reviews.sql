-- ehc_reviews.sql — the list of annual reviews at edge dates: when one is due,
-- when its meeting must be, what it must cover, whose it is to see.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('area', 'area_senco'), pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 4, 11), pg_temp.setting('Upper', '1', 4, 11, 18);
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, pg_temp.setting_id('Primary') FROM cast_actors AS a WHERE a.name = 'school';
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name = 'area';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id('Upper'), '2020-01-01' FROM core.caseloads AS l JOIN cast_actors AS a ON a.id = l.client_id;
-- case_of — a case of a new child in which these events happened: "review_held 2026-02-01 OUTCOME"; an answer answers the newest.
CREATE FUNCTION pg_temp.case_of(child text, setting text, born text, year_group text, events text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_case  uuid;
    v_event text;
BEGIN
    PERFORM pg_temp.child(child, setting, born::date, year_group, 'E');
    INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id, key, content)
    SELECT pg_temp.child_id(child), 'parent', split_part(events[1], ' ', 2)::date, a.id, child, gen_random_uuid()
      FROM cast_actors AS a WHERE a.name = 'officer' RETURNING id INTO v_case;
    FOREACH v_event IN ARRAY events LOOP
        INSERT INTO core.ehc_events (case_id, child_id, event, on_date, outcome, of_event, la_code, client_id, key)
        SELECT c.id, c.child_id, l.code, split_part(v_event, ' ', 2)::date, nullif(split_part(v_event, ' ', 3), ''),
               (SELECT e.id FROM core.ehc_events AS e WHERE e.case_id = v_case AND e.event = l.of ORDER BY e.on_date DESC LIMIT 1),
               CASE WHEN 'la_code' = ANY (l.needs) THEN (SELECT min(x.code) FROM core.local_authorities AS x) END, c.client_id, child || v_event
          FROM core.ehc_cases AS c, law.ehc_events AS l WHERE c.id = v_case AND l.code = split_part(v_event, ' ', 1);
        UPDATE core.ehc_cases AS c SET ended_on = split_part(v_event, ' ', 2)::date FROM law.ehc_events AS l
         WHERE c.id = v_case AND l.code = split_part(v_event, ' ', 1) AND l.ends;
    END LOOP;
END
$$;
SELECT pg_temp.case_of('Issued', 'Primary', '2018-03-01', '2', '{request_received 2025-06-01,assessment_decided 2025-07-01 assess,draft_sent 2025-09-01,final_issued 2025-11-30}'),
       pg_temp.case_of('Decided', 'Primary', '2018-03-01', '2', '{plan_transferred_in 2024-01-08,review_held 2025-10-01,review_decided 2025-10-20 maintain,review_held 2026-09-28}'),
       pg_temp.case_of('Small', 'Primary', '2022-06-10', 'N2', '{request_received 2026-01-05,assessment_decided 2026-02-02 assess,draft_sent 2026-03-02,final_issued 2026-05-05}'),
       pg_temp.case_of('Eight', 'Upper', '2013-04-01', '7', '{request_received 2025-01-06,assessment_decided 2025-02-03 assess,draft_sent 2025-03-03,final_issued 2025-06-01,review_held 2026-05-04,review_decided 2026-05-18 maintain}'),
       pg_temp.case_of('Nine', 'Upper', '2012-09-01', '8', '{request_received 2025-01-06,assessment_decided 2025-02-03 assess,draft_sent 2025-03-03,final_issued 2025-09-01}'),
       pg_temp.case_of('Over', 'Primary', '2018-03-01', '2', '{request_received 2025-01-06,assessment_decided 2025-02-03 assess,draft_sent 2025-03-03,final_issued 2025-06-01,plan_ceased 2025-12-01 needs_met}'),
       pg_temp.case_of('Asked', 'Primary', '2018-03-01', '2', '{request_received 2026-05-01}');
SELECT pg_temp.child('Recorded', 'Primary', '2017-03-01', '4', 'E'), pg_temp.child('Supported', 'Primary', '2017-03-01', '4', 'K');
DELETE FROM core.needs AS n USING cast_children AS c WHERE n.child_id = c.id AND c.name IN ('Over', 'Asked');
INSERT INTO core.plans (setting_id, source_id, child_id, revision, content_hash, child, start_on, review_due_on)
SELECT pg_temp.setting_id('Primary'), 'cycle', pg_temp.child_id('Recorded'), 1, gen_random_uuid(), 'Recorded', '2026-03-01', '2026-07-01';
CREATE FUNCTION pg_temp.review(actor text, on_date text, child text, columns text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce((pg_temp.seen($1, format('SELECT %s FROM api.ehc_reviews(%L) WHERE child_id = %L', $4, $2, pg_temp.child_id($3))))[1], 'none');
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.review('officer', w.on_date, w.child, 'basis, in_force_on, last_meeting_on, last_decision_on, last_outcome, due_on, days_left, meeting_by, is_late, state'), w.review, w.title)
  FROM (VALUES
    ('2026-06-01', 'Issued', 'case 2025-11-30 - - - 2026-11-30 182 2026-11-02 false open', 'CFA 2014 s.44(1): the first review within twelve months of the plan'),
    ('2026-11-02', 'Issued', 'case 2025-11-30 - - - 2026-11-30 28 2026-11-02 false open', 'CoP 9.169: the meeting four weeks before, on that day at the latest'),
    ('2026-11-03', 'Issued', 'case 2025-11-30 - - - 2026-11-30 27 2026-11-02 false meeting_late', 'CoP 9.169: a day later none was held in time'),
    ('2026-11-30', 'Issued', 'case 2025-11-30 - - - 2026-11-30 0 2026-11-02 false meeting_late', 'CFA 2014 s.44(1): on the last day it is not late'),
    ('2026-12-01', 'Issued', 'case 2025-11-30 - - - 2026-11-30 -1 2026-11-02 true late', 'CFA 2014 s.44(1): a day later it is'),
    ('2026-06-01', 'Decided', 'case 2024-01-08 2025-10-01 2025-10-20 maintain 2026-10-20 141 2026-09-22 false open', 'CFA 2014 s.44(1): then within twelve months of the review before'),
    ('2026-10-01', 'Decided', 'case 2024-01-08 2026-09-28 2025-10-20 maintain 2026-10-20 19 - false decision', 'SI 2014/1530 reg 20(10): held, the decision is waited for'),
    ('2026-06-01', 'Recorded', 'record - - - - - - - false unknown', 'a plan that only a setting records: nothing is known of its reviews'),
    ('2026-06-01', 'Supported', 'none', 'without a plan there is no review'),
    ('2026-06-01', 'Over', 'none', 'nor when it has ceased'),
    ('2026-06-01', 'Asked', 'none', 'nor before there is one')) AS w (on_date, child, review, title);
SELECT is(pg_temp.review('officer', '2026-06-01', 'Recorded', 'cycle_due_on'), '2026-07-01', 'but when the setting reviews its own cycle');
SELECT is(pg_temp.review('officer', w.on_date, 'Small', 'is_under_five, early_by'), w.review, w.title)
  FROM (VALUES ('2026-06-01', 'true 2026-11-05', 'CoP 9.178: under five every three to six months'),
    ('2027-06-09', 'true 2026-11-05', 'CoP 9.178: the last day under five'), ('2027-06-10', 'false -', 'at five it is for the year alone')) AS w (on_date, review, title);
SELECT is(pg_temp.review('officer', w.on_date, w.child, 'due_on, year_group, is_adulthood_due'), w.review, w.title)
  FROM (VALUES
    ('2026-06-01', 'Eight', '2027-05-18 8 false', 'SI 2014/1530 reg 20: in Year 8 adulthood need not be covered yet'),
    ('2026-06-01', 'Nine', '2026-09-01 9 true', 'SI 2014/1530 regs 20, 21: the year is that of the review, Year 9 from 1 September')) AS w (on_date, child, review, title);

-- What a meeting covered.
CREATE FUNCTION pg_temp.cover(actor text, child text, event text, if_match text, areas text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.ehc_adulthood_put(%L, %L, %L)',
        (SELECT e.id FROM core.ehc_events AS e WHERE e.child_id = pg_temp.child_id($2) AND e.event = $3), $4, $5));
$$;
SELECT is(pg_temp.cover(w.who, 'Eight', 'review_held', NULL, 'health'), 'forbidden', w.who || ' does not say what was covered')
  FROM (VALUES ('school'), ('area'), ('administrator'), ('auditor'), ('nobody')) AS w (who);
SELECT is(pg_temp.cover('officer', 'Eight', 'review_decided', NULL, 'health'), 'not_found', 'a decision covers nothing');
SELECT is(pg_temp.cover('officer', 'Eight', 'review_held', NULL, 'health,sport'), 'unknown_code', 'what is no part of it is refused');
SELECT is(pg_temp.cover('officer', 'Eight', 'review_held', NULL, 'employment,health'), NULL, 'CoP 8.9: a meeting covered parts of it');
SELECT is(pg_temp.cover('officer', 'Eight', 'review_held', NULL, NULL), 'precondition_missing', 'said again, by who has read it');
SELECT is(pg_temp.cover('officer', 'Eight', 'review_held', '2', NULL), 'precondition_failed', 'as it is');
SELECT is(pg_temp.review('officer', '2026-06-01', 'Eight', 'adulthood'), '["employment","health"]', 'the list shows it');
SELECT is(pg_temp.cover('officer', 'Eight', 'review_held', '1', NULL), NULL, 'none of it is an answer too');
SELECT is(pg_temp.review('officer', '2026-06-01', 'Eight', 'adulthood'), '[]', 'and shown as such');

-- Who sees whose.
SELECT is((SELECT array_agg(n ORDER BY n) FROM unnest(pg_temp.seen(w.who, 'SELECT surname FROM api.ehc_reviews(''2026-06-01'')')) AS n), w.sees, w.who || ' sees those of their children')
  FROM (VALUES ('officer', '{Decided,Eight,Issued,Nine,Recorded,Small}'::text[]), ('school', '{Decided,Issued,Recorded,Small}'), ('area', '{Eight,Nine}'),
    ('administrator', NULL), ('auditor', NULL), ('nobody', NULL)) AS w (who, sees);

SELECT * FROM finish();
ROLLBACK;
