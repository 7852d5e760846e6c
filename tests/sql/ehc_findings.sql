-- ehc_findings.sql — what is said of plans and of how they end: sections, section
-- I, ceasing and the time to appeal, 25 years, moves between authorities.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 4, 11), pg_temp.setting('Special', '7', 0, 4, 19);
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, pg_temp.setting_id('Primary') FROM cast_actors AS a WHERE a.name = 'school';
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
CREATE FUNCTION pg_temp.plan(child text, sections text, setting text) RETURNS text LANGUAGE sql AS $$
    WITH p AS (
        INSERT INTO core.ehc_plans (case_id, child_id, event_id, n, kind, issued_on, sections, client_id, key, content)
        SELECT e.case_id, e.child_id, e.id, 1, 'final', e.on_date, string_to_array($2, ','), e.client_id, $1, gen_random_uuid()
          FROM core.ehc_events AS e WHERE e.child_id = pg_temp.child_id($1) AND e.event = 'final_issued' RETURNING *)
    INSERT INTO core.ehc_placements (case_id, child_id, plan_id, event_id, setting_id, type, client_id, key, content)
    SELECT p.case_id, p.child_id, p.id, p.event_id, pg_temp.setting_id($3), 'special', p.client_id, p.key, p.content FROM p WHERE $3 <> '' RETURNING key;
$$;
SELECT pg_temp.case_of(w.child, 'Primary', w.born, w.year_group, ARRAY['request_received 2024-06-03', 'assessment_decided 2024-07-01 assess', 'draft_sent 2024-09-02',
           'final_issued 2024-10-21'] || w.more::text[])
  FROM (VALUES
    ('Whole', '2018-03-01', '2', '{}'), ('Gaps', '2018-03-01', '2', '{}'), ('Nowhere', '2018-03-01', '2', '{}'), ('Young', '2018-03-01', '2', '{}'), ('Old', '2015-08-31', '6', '{}'),
    ('Waited', '2018-03-01', '2', '{review_held 2026-01-05,review_decided 2026-01-19 cease,decision_sent 2026-01-20,plan_ceased 2026-03-21 needs_met}'),
    ('Early', '2018-03-01', '2', '{review_held 2026-01-05,review_decided 2026-01-19 cease,decision_sent 2026-01-20,plan_ceased 2026-03-20 needs_met}'),
    ('Certified', '2018-03-01', '2', '{review_held 2026-01-05,review_decided 2026-01-19 cease,decision_sent 2026-01-20,certificate_issued 2026-03-01,plan_ceased 2026-03-25 needs_met}'),
    ('Unsaid', '2018-03-01', '2', '{plan_ceased 2026-03-20 other}'),
    ('Gone', '2018-03-01', '2', '{plan_ceased 2026-03-20 moved_away}'),
    ('Undecided', '2018-03-01', '2', '{decision_sent 2026-01-20,appeal_lodged 2026-02-02 ceasing,plan_ceased 2026-06-01 needs_met}'),
    ('Dismissed', '2018-03-01', '2', '{decision_sent 2026-01-20,appeal_lodged 2026-02-02 ceasing,tribunal_decided 2026-05-29 dismissed,plan_ceased 2026-06-01 needs_met}'),
    ('Grown', '2001-07-31', NULL, '{}'), ('August', '2001-08-01', NULL, '{}'),
    ('Moved', '2018-03-01', '2', '{move_known 2026-06-01}')) AS w (child, born, year_group, more);
SELECT pg_temp.plan('Whole', 'A,B,C,D,E,F,G,H1,H2,I,K', 'Special'), pg_temp.plan('Gaps', 'A,B,C,D,E,F,G,H1,I,J', 'Special'), pg_temp.plan('Nowhere', 'A,B,C,D,E,F,G,H1,H2,I,K', ''),
       pg_temp.plan('Young', 'A,B,C,D,E,F,G,H1,H2,I,K', 'Primary'), pg_temp.plan('Old', 'A,B,C,D,E,F,G,H1,H2,I,K', 'Primary');
CREATE FUNCTION pg_temp.findings(actor text, on_date text, child text) RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(f ORDER BY f), '{}')
      FROM unnest(pg_temp.seen($1, format('SELECT finding, severity FROM api.ehc_findings(%L) WHERE child_id = %L', $2, pg_temp.child_id($3)))) AS f;
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.findings('officer', w.on_date, w.child), w.findings::text[], w.title)
  FROM (VALUES
    ('2026-06-21', 'Whole', '{}', 'SI 2014/1530 reg 12(1): a whole plan; J is needed only with direct payments'),
    ('2026-06-21', 'Gaps', '{"sections_missing warn"}', 'SI 2014/1530 reg 12(1): without H2 and K'),
    ('2026-06-21', 'Nowhere', '{"placement_missing warn"}', 'CFA 2014 ss.39, 40: no placement that stands'),
    ('2026-08-31', 'Old', '{}', 'CFA 2014 s.39(4)(a): in Year 6 a primary school suits'),
    ('2026-09-01', 'Old', '{"placement_age warn"}', 'CFA 2014 s.39(4)(a): from 1 September it does not'),
    ('2026-06-21', 'Young', '{}', 'CFA 2014 s.39(4)(a): nor is a child in Year 2 too young'),
    ('2026-06-21', 'Waited', '{}', 'CFA 2014 s.45(4): ceased the day after the two months'),
    ('2026-06-21', 'Early', '{"ceased_early error"}', 'CFA 2014 s.45(4): ceased on the last day of the two months'),
    ('2026-03-19', 'Early', '{}', 'not before it happened'),
    ('2027-03-19', 'Early', '{"ceased_early error"}', 'for twelve months'),
    ('2027-03-20', 'Early', '{}', 'and no longer'),
    ('2026-06-21', 'Certified', '{"ceased_early error"}', 'SI 2014/1530 reg 31: the month from a mediation certificate is waited for too'),
    ('2026-06-21', 'Unsaid', '{"ceased_unsaid warn"}', 'SI 2014/1530 reg 31: no letter is recorded'),
    ('2026-06-21', 'Gone', '{}', 'CFA 2014 s.47: after a move no appeal is waited for'),
    ('2026-06-21', 'Undecided', '{"ceased_undecided error"}', 'CFA 2014 s.45(4): an appeal that was not decided'),
    ('2026-06-21', 'Dismissed', '{}', 'CFA 2014 s.45(4): one that was'),
    ('2026-07-30', 'Grown', '{}', 'CFA 2014 s.37: the day before the 25th birthday'),
    ('2026-07-31', 'Grown', '{"plan_at_25 warn"}', 'CFA 2014 s.46: 25 on the last day of an academic year'),
    ('2026-08-01', 'Grown', '{"plan_after_25 error"}', 'CFA 2014 s.46: after it the plan is over'),
    ('2027-07-31', 'August', '{"plan_at_25 warn"}', 'CFA 2014 s.46: 25 on 1 August, kept until the next July'),
    ('2027-08-01', 'August', '{"plan_after_25 error"}', 'CFA 2014 s.46: and no longer'),
    ('2026-06-19', 'Moved', '{}', 'SI 2014/1530 reg 15(2): 1 to 19 June 2026 are fifteen working days, the first counted'),
    ('2026-06-20', 'Moved', '{"move_not_transferred error"}', 'SI 2014/1530 reg 15(2): then it is late')) AS w (on_date, child, findings, title);
SELECT is(pg_temp.seen('officer', format('SELECT sentence, rule, inputs, reference, setting_id = %s AS at FROM api.ehc_findings(''2026-06-21'') WHERE child_id = %L', pg_temp.setting_id('Primary'), pg_temp.child_id('Early'))),
    ARRAY['The plan ceased on 20 March 2026, but the time for an appeal ran until 20 March 2026. ehc_cease_appeal '
       || '{"ceased_on": "2026-03-20", "letter_on": "2026-01-20", "appeal_until": "2026-03-20"} CFA 2014 s.45(4); SI 2014/1530 reg 31 true'], 'in words, with its source');
SELECT is(pg_temp.findings('school', '2026-06-21', 'Gaps'), '{"sections_missing warn"}', 'a school is told of its own children');
SELECT is(pg_temp.findings(w.who, '2026-06-21', 'Gaps'), '{}', w.who || ' is told none') FROM (VALUES ('auditor'), ('nobody')) AS w (who);

SELECT * FROM finish();
ROLLBACK;
