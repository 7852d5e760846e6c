-- ehc_plans.sql — versions of a plan, their events, section I, outcomes and
-- personal budgets: who writes and reads them, what cannot be.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('foreign school', 'school_system'), pg_temp.actor('area', 'area_senco'),
       pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'), pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 4, 11), pg_temp.setting('Juniors', '1', 2, 7, 11), pg_temp.setting('Special', '7', 0, 4, 19), pg_temp.setting('Gone', '7', 0, 4, 19);
UPDATE core.settings SET status = 'closed', closed_on = '2026-01-31' WHERE id = pg_temp.setting_id('Gone');
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, pg_temp.setting_id(w.setting) FROM (VALUES ('school', 'Primary'), ('foreign school', 'Juniors')) AS w (who, setting) JOIN cast_actors AS a ON a.name = w.who;
SELECT pg_temp.child('Fern', 'Primary', '2018-03-01', '3', 'E'), pg_temp.child('Oak', 'Primary', '2018-05-01', '3', 'E');
-- case_of — a case of that child in which these events happened: "request_received 2025-09-01 OUTCOME".
CREATE FUNCTION pg_temp.case_of(child text, events text[]) RETURNS void LANGUAGE sql AS $$
    WITH c AS (
        INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id, key, content)
        SELECT pg_temp.child_id($1), 'parent', split_part($2[1], ' ', 2)::date, a.id, $1, gen_random_uuid()
          FROM cast_actors AS a WHERE a.name = 'officer' RETURNING id, child_id, client_id)
    INSERT INTO core.ehc_events (case_id, child_id, event, on_date, outcome, la_code, client_id, key)
    SELECT c.id, c.child_id, split_part(e.e, ' ', 1), split_part(e.e, ' ', 2)::date, nullif(split_part(e.e, ' ', 3), ''),
           CASE WHEN e.e LIKE 'plan_transferred_in %' THEN (SELECT min(l.code) FROM core.local_authorities AS l) END, c.client_id, $1 || e.n
      FROM c, unnest($2) WITH ORDINALITY AS e (e, n);
$$;
SELECT pg_temp.case_of('Fern', '{request_received 2025-09-01,assessment_decided 2025-10-01 assess}'),
       pg_temp.case_of('Oak', '{plan_transferred_in 2026-01-12}');
CREATE FUNCTION pg_temp.case_id(child text) RETURNS uuid LANGUAGE sql AS $$
    SELECT c.id FROM core.ehc_cases AS c WHERE c.child_id = pg_temp.child_id($1);
$$;
-- plan — what refuses it; a member of more is given instead of the usual one.
CREATE FUNCTION pg_temp.plan(actor text, child text, key text, kind text, issued text, more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.ehc_plan_add(%L, %L, %L, %L, %L, %L, %L, %L, NULL, %L, %L, %L, %L, %L, %L, %L)',
        coalesce(m.m->>'case', pg_temp.case_id($2)::text), $3, $4, $5, m.m->>'year', m.m->>'sections', m.m->>'changed', m.m->>'residential',
        'id:' || pg_temp.setting_id(m.m->>'setting'), m.m->>'type', m.m->>'sen_setting', m.m->>'other', m.m->>'unit', m.m->>'resourced', m.m->>'entry'))
      FROM (SELECT '{"sections": "A,B,C,D,E,F,G,H1,H2,K"}'::jsonb || $6) AS m (m);
$$;
CREATE FUNCTION pg_temp.place(actor text, child text, key text, named text, more jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.ehc_placement_add(%L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, NULL, NULL, %L, %L)',
        pg_temp.case_id($2), $3, $5->>'version', $4, 'id:' || pg_temp.setting_id($5->>'setting'), $5->>'type', $5->>'sen_setting', $5->>'other',
        $5->>'rank', $5->>'unit', $5->>'resourced', $5->>'entry', $5->>'left'));
$$;
CREATE FUNCTION pg_temp.plans(actor text, child text) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT version, kind, issued_on, array_to_string(missing, '','') AS m, is_in_force, jsonb_array_length(placements) AS p
        FROM api.ehc_plans WHERE case_id = %L ORDER BY version', pg_temp.case_id($2)));
$$;
CREATE FUNCTION pg_temp.events(child text) RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(concat_ws(' ', e.event, e.on_date, e.outcome, e.year) ORDER BY e.on_date, e.event) FROM core.ehc_events AS e
     WHERE e.case_id = pg_temp.case_id($1) AND e.known_to = 'infinity';
$$;
CREATE FUNCTION pg_temp.withdraw(child text, event text) RETURNS void LANGUAGE sql AS $$
    UPDATE core.ehc_events AS e SET known_to = now(), withdrawn_by = e.client_id, withdrawn_reason = 'Invented.'
     WHERE e.case_id = pg_temp.case_id($1) AND e.event = $2 AND e.known_to = 'infinity';
$$;
\o
SELECT no_plan();

-- Versions.
SELECT is(pg_temp.plan(w.who, 'Fern', 'k', 'draft', '2025-11-03'), 'forbidden', w.who || ' writes no plan')
  FROM (VALUES ('school'), ('area'), ('administrator'), ('auditor'), ('nobody')) AS w (who);
SELECT is(pg_temp.plan('officer', 'Fern', 'x', w.kind, w.issued, w.more), w.slug, w.title)
  FROM (VALUES
    ('final', '2025-11-03', '{}'::jsonb, 'transition_order', 'SI 2014/1530 reg 13: no final plan before a draft'),
    ('amended', '2025-11-03', '{}', 'transition_order', 'SI 2014/1530 reg 22(3): none is amended that is not in force'),
    ('transferred', '2025-11-03', '{}', 'transition_order', 'SI 2014/1530 reg 15: none came from another authority'),
    ('draft', '2025-09-30', '{}', 'event_order', 'CFA 2014 s.37: no draft before the decision to assess'),
    ('draft', (current_date + 1)::text, '{}', 'malformed_field', 'none is issued ahead of time'),
    ('sketch', '2025-11-03', '{}', 'unknown_code', 'a kind there is not'),
    ('draft', '2025-11-03', '{"sections": "A,Z"}', 'unknown_code', 'a section there is not'),
    ('draft', '2025-11-03', '{"changed": "I"}', 'malformed_field', 'what it has not was not changed'),
    ('draft', '2025-11-03', '{"sections": "A,B,I"}', 'malformed_field', 'CFA 2014 s.38(5): a draft has no section I'),
    ('draft', '2025-11-03', '{"setting": "Special"}', 'malformed_field', 'CFA 2014 s.38(5): a draft names no school'),
    ('draft', '2025-11-03', '{"type": "special"}', 'malformed_field', 'CFA 2014 s.38(5): nor a type of school'),
    ('draft', '2025-11-03', '{"case": "00000000-0000-0000-0000-000000000000"}', 'not_found', 'a case there is not')) AS w (kind, issued, more, slug, title);
SELECT is(pg_temp.events('Fern'), '{request_received 2025-09-01,assessment_decided 2025-10-01 assess}', 'what was refused left no event');
SELECT is(pg_temp.plan('officer', 'Fern', 'd', 'draft', '2025-11-03'), NULL, 'a draft');
SELECT is(pg_temp.plan('officer', 'Fern', 'd', 'draft', '2025-11-03'), NULL, 'said again');
SELECT is(pg_temp.plan('officer', 'Fern', 'd', 'draft', '2025-11-04'), 'batch_differs', 'is not another');
SELECT is(pg_temp.events('Fern'), '{request_received 2025-09-01,assessment_decided 2025-10-01 assess,draft_sent 2025-11-03}', 'one POST is the event too');
SELECT is(pg_temp.plan('officer', 'Fern', 'x', 'final', w.issued, w.more), w.slug, w.title)
  FROM (VALUES
    ('2025-11-02', '{}'::jsonb, 'transition_order', 'no final plan before the day of the draft'),
    ('2025-12-15', '{"sections": "A,I"}', 'missing_field', 'CFA 2014 s.39: section I without a type of setting'),
    ('2025-12-15', '{"setting": "Special"}', 'malformed_field', 'what is named, is named in section I'),
    ('2025-12-15', '{"sections": "A,I", "sen_setting": "OTH"}', 'missing_field', 'SEN2''s code is no type'),
    ('2025-12-15', '{"sections": "A,I", "setting": "Special", "type": "mainstream"}', 'malformed_field', 'a type that is not the register''s'),
    ('2026-02-02', '{"sections": "A,I", "setting": "Gone"}', 'setting_closed', 'a setting that has closed'),
    ('2025-12-15', '{"sections": "A,I", "type": "special", "unit": "true"}', 'missing_field', 'a unit of no setting'),
    ('2025-12-15', '{"sections": "A,I", "setting": "Primary", "unit": "true", "resourced": "true"}', 'malformed_field', 'unit and resourced provision'),
    ('2025-12-15', '{"sections": "A,I", "type": "special", "other": "Invented"}', 'malformed_field', 'other than what'),
    ('2025-12-15', '{"year": "2027"}', 'malformed_field', 'a first plan is for no year of transfer')) AS w (issued, more, slug, title);
INSERT INTO core.ehc_events (case_id, child_id, event, on_date, client_id, key)
SELECT c.id, c.child_id, 'final_issued', '2025-12-15', c.client_id, 'by hand' FROM core.ehc_cases AS c WHERE c.id = pg_temp.case_id('Fern');
SELECT is(pg_temp.plan('manager', 'Fern', 'f', 'final', '2025-12-15', '{"sections": "A,B,C,D,E,F,G,H1,H2,I", "setting": "Special", "entry": "2026-01-05", "residential": "weeks_52"}'),
    NULL, 'a final plan agrees with the event that was there');
SELECT is(pg_temp.events('Fern'), '{request_received 2025-09-01,assessment_decided 2025-10-01 assess,draft_sent 2025-11-03,final_issued 2025-12-15}', 'and makes no second one');
SELECT is(pg_temp.plan('officer', 'Fern', 'a', 'amended', '2026-05-01', '{"year": "2026"}'), 'event_order', 'SI 2014/1530 reg 18: no review, no plan for the next phase');
INSERT INTO core.ehc_events (case_id, child_id, event, on_date, client_id, key)
SELECT c.id, c.child_id, 'review_held', '2026-02-02', c.client_id, 'review' FROM core.ehc_cases AS c WHERE c.id = pg_temp.case_id('Fern');
SELECT is(pg_temp.plan('officer', 'Fern', 'n', 'draft', '2026-02-20', '{"sections": "A,B,F,I", "changed": "F"}'), NULL,
    'SI 2014/1530 reg 22(2): a notice with amendments is a draft of a plan in force, with its section I');
SELECT is(pg_temp.plan('officer', 'Fern', 'a', 'amended', '2026-05-01', '{"sections": "A,B,C,D,E,F,G,H1,H2,I,K", "changed": "F", "year": "2026"}'), NULL,
    'amended; section I stays as it was');
SELECT is((pg_temp.events('Fern'))[5:], '{review_held 2026-02-02,amendment_noticed 2026-02-20,phase_final_issued 2026-05-01 2026}', 'and so the events');
SELECT is((SELECT t.plan_final_on FROM core.ehc_transfers AS t WHERE t.child_id = pg_temp.child_id('Fern') AND t.year = 2026), '2026-05-01', 'SI 2014/1530 reg 18: and the milestone of that transfer');
SELECT is(pg_temp.plan('officer', 'Fern', 'b', 'amended', '2026-05-02', '{"sections": "A,I", "changed": "I"}'), 'missing_field', 'a changed section I names something');
SELECT is(pg_temp.plans(w.who, 'Fern'), w.sees, w.who || ' reads the versions')
  FROM (VALUES
    ('school', ARRAY['1 draft 2025-11-03  false 0', '2 final 2025-12-15 K false 1', '3 draft 2026-02-20  false 0', '4 amended 2026-05-01  true 0']),
    ('officer', ARRAY['1 draft 2025-11-03  false 0', '2 final 2025-12-15 K false 1', '3 draft 2026-02-20  false 0', '4 amended 2026-05-01  true 0']),
    ('foreign school', '{}'), ('administrator', '{}'), ('auditor', '{}'), ('nobody', '{}')) AS w (who, sees);
SELECT is((SELECT array_agg(e.details->>'kind' ORDER BY e.id) FROM audit.entries AS e WHERE e.action = 'ehc_plans.add' AND e.child_ids = ARRAY[pg_temp.child_id('Fern')]),
    '{draft,final,draft,amended}', 'each is in the audit log, once');
SELECT is(pg_temp.plan('officer', 'Oak', 't', 'transferred', '2026-01-13', '{}'), 'transition_order', 'SI 2014/1530 reg 15: made after it came it cannot be');
SELECT is(pg_temp.plan('officer', 'Oak', 't', 'transferred', '2024-06-01', '{"sections": "A,I", "type": "mainstream"}'), NULL,
    'SI 2014/1530 reg 15(4): a plan of another authority keeps its day');
SELECT is(pg_temp.events('Oak'), '{plan_transferred_in 2026-01-12}', 'its event is that it came');

-- Outcomes.
CREATE FUNCTION pg_temp.outcome(actor text, key text, version int, target text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.ehc_outcome_add(%L, %L, %L, ''Invented outcome'', ''community'', %L)', pg_temp.case_id('Fern'), $2, $3, $4));
$$;
SELECT is(pg_temp.outcome('school', 'o', 4, '2027-07-01'), 'forbidden', 'a school writes no outcome');
SELECT is(pg_temp.outcome('officer', 'o', 9, '2027-07-01'), 'not_found', 'of a version there is not');
SELECT is(pg_temp.outcome('officer', 'o', 4, '2026-05-01'), 'dates_reversed', 'SI 2014/1530 reg 12(1)(e): aimed at for a day after the plan');
SELECT is(pg_temp.outcome('officer', 'o', 4, '2026-05-02'), NULL, 'an outcome');
SELECT is(pg_temp.outcome('officer', 'o', 4, '2026-05-02'), NULL, 'the same again');
SELECT is(pg_temp.outcome('officer', 'o', 4, '2026-05-03'), 'batch_differs', 'and another');
SELECT is(pg_temp.seen('school', format('SELECT outcomes FROM api.ehc_plans WHERE case_id = %L AND version = 4', pg_temp.case_id('Fern'))),
    ARRAY['[{"area": "community", "outcome": "Invented outcome", "target_on": "2026-05-02"}]'], 'is there once');

-- Placements.
SELECT is(pg_temp.place('school', 'Fern', 'p', '2026-05-04', '{"setting": "Special"}'), 'forbidden', 'a school names no placement');
SELECT is(pg_temp.place('officer', 'Fern', 'p', w.named, w.more), w.slug, w.title)
  FROM (VALUES
    ('2026-04-30', '{"setting": "Special"}'::jsonb, 'transition_order', 'named before the plan was issued'),
    ('2026-05-04', '{"setting": "Special", "version": "1"}', 'transition_order', 'CFA 2014 s.38(5): a draft names none'),
    ('2026-05-04', '{}', 'missing_field', 'CFA 2014 s.39: no placement without a type'),
    ('2026-05-04', '{"setting": "Gone"}', 'setting_closed', 'in a closed setting'),
    ('2026-05-04', '{"setting": "Special", "left": "2026-06-01"}', 'missing_field', 'who left, came'),
    ('2026-05-04', '{"setting": "Special", "entry": "2026-06-02", "left": "2026-06-01"}', 'dates_reversed', 'who left, came before')) AS w (named, more, slug, title);
SELECT is(pg_temp.place('officer', 'Fern', 'p', '2026-05-04', '{"setting": "Primary", "rank": "2", "unit": "true", "entry": "2026-05-04"}'), NULL, 'a second placement');
SELECT is(pg_temp.place('officer', 'Fern', 'p', '2026-05-04', '{"setting": "Primary", "rank": "2", "unit": "true", "entry": "2026-05-04"}'), NULL, 'the same again');
SELECT is(pg_temp.place('officer', 'Fern', 'p', '2026-05-04', '{"setting": "Primary", "rank": "1"}'), 'batch_differs', 'and another');
SELECT is(pg_temp.place('officer', 'Fern', 'q', '2026-05-04', '{"type": "post_16", "sen_setting": "OTH", "other": "Invented"}'), NULL, 'CFA 2014 s.40: a type alone');
CREATE FUNCTION pg_temp.placements(actor text) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT version, setting_name, setting_type, sen_setting, rank, is_sen_unit, entry_on, left_on FROM api.ehc_placements
        WHERE case_id = %L ORDER BY version, rank DESC', pg_temp.case_id('Fern')));
$$;
SELECT is(pg_temp.placements(w.who), w.sees, w.who || ' reads the placements')
  FROM (VALUES ('school', ARRAY['2 Special special - 1 false 2026-01-05 -', '4 Primary mainstream - 2 true 2026-05-04 -', '4 - post_16 OTH 1 false - -']),
    ('foreign school', '{}'), ('auditor', '{}')) AS w (who, sees);
CREATE FUNCTION pg_temp.stay_put(actor text, if_match text, entry text, left_on text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.ehc_placement_put(%L, %L, %L, %L)',
        (SELECT p.id FROM core.ehc_placements AS p WHERE p.setting_id = pg_temp.setting_id('Special')), $2, $3, $4));
$$;
SELECT is(pg_temp.stay_put('school', '1', '2026-01-05', '2026-05-01'), 'forbidden', 'a school says not when it ended');
SELECT is(pg_temp.stay_put('officer', NULL, '2026-01-05', '2026-05-01'), 'precondition_missing', 'it says which version it has read');
SELECT is(pg_temp.stay_put('officer', '2', '2026-01-05', '2026-05-01'), 'precondition_failed', 'the right one');
SELECT is(pg_temp.stay_put('officer', '1', '2026-01-05', '2026-01-04'), 'dates_reversed', 'none leaves before coming');
SELECT is(pg_temp.stay_put('officer', '1', '2026-01-05', '2026-01-05'), NULL, 'on the same day one may');
SELECT is((pg_temp.placements('officer'))[1], '2 Special special - 1 false 2026-01-05 2026-01-05', 'it is so');

-- Personal budgets.
CREATE FUNCTION pg_temp.budget(actor text, key text, kind text, payments text, from_on text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.ehc_budget_add(%L, %L, %L, %L, %L)', pg_temp.case_id('Fern'), $2, $3, $4, $5));
$$;
CREATE FUNCTION pg_temp.budget_end(actor text, if_match text, to_on text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.ehc_budget_end(%L, %L, %L)', (SELECT b.id FROM core.ehc_budgets AS b WHERE b.key = 'b'), $2, $3));
$$;
SELECT is(pg_temp.budget('school', 'b', 'arranged', NULL, '2026-05-05'), 'forbidden', 'a school agrees no budget');
SELECT is(pg_temp.budget('officer', 'b', 'arranged', 'health', '2026-05-05'), 'malformed_field', 'SI 2014/1652: what is arranged is not paid directly');
SELECT is(pg_temp.budget('officer', 'b', 'direct_payment', 'sport', '2026-05-05'), 'unknown_code', 'nor is anything paid there is not');
SELECT is(pg_temp.budget('officer', 'b', 'direct_payment', NULL, '2026-05-05'), 'missing_field', 'SI 2014/1652: direct payments are for something');
SELECT is(pg_temp.budget('officer', 'b', 'arranged', NULL, '2025-10-02'), 'event_order', 'CFA 2014 s.49: not before there is a draft');
SELECT is(pg_temp.budget('officer', 'b', 'combined', 'education,health', '2026-05-05'), NULL, 'a budget');
SELECT is(pg_temp.budget('officer', 'b', 'combined', 'education,health', '2026-05-05'), NULL, 'the same again');
SELECT is(pg_temp.budget('officer', 'b', 'combined', 'education', '2026-05-05'), 'batch_differs', 'and another');
SELECT is(pg_temp.budget('officer', 'c', 'arranged', NULL, '2026-06-05'), 'periods_overlap', 'one at a time');
SELECT is(pg_temp.budget_end('officer', NULL, '2026-06-05'), 'precondition_missing', 'it says which version it has read');
SELECT is(pg_temp.budget_end('officer', '2', '2026-06-05'), 'precondition_failed', 'the right one');
SELECT is(pg_temp.budget_end('auditor', '1', '2026-06-05'), 'forbidden', 'an auditor ends none');
SELECT is(pg_temp.budget_end('officer', '1', '2026-05-04'), 'dates_reversed', 'it ends not before it began');
SELECT is(pg_temp.budget_end('officer', '1', '2026-06-05'), NULL, 'it ends');
SELECT is(pg_temp.budget_end('officer', '2', '2026-06-05'), 'precondition_failed', 'once');
SELECT is(pg_temp.budget('officer', 'c', 'arranged', NULL, '2026-06-05'), NULL, 'then there may be another');
SELECT is(pg_temp.seen('school', format('SELECT kind, payments, is_arranged, from_on, to_on FROM api.ehc_budgets WHERE case_id = %L ORDER BY from_on', pg_temp.case_id('Fern'))),
    ARRAY['combined ["education","health"] true 2026-05-05 2026-06-05', 'arranged [] true 2026-06-05 -'], 'the school reads both');

-- A withdrawn event takes along what it issued.
\o /dev/null
SELECT pg_temp.withdraw('Fern', 'budget_ended');
\o
SELECT is((SELECT array_agg(b.to_on) FROM core.ehc_budgets AS b WHERE b.case_id = pg_temp.case_id('Fern') AND b.key = 'b'), '{NULL}', 'an end that was withdrawn is none');
\o /dev/null
SELECT pg_temp.withdraw('Fern', 'phase_final_issued'), pg_temp.withdraw('Fern', 'budget_agreed');
\o
SELECT is(pg_temp.plans('officer', 'Fern'), ARRAY['1 draft 2025-11-03  false 0', '2 final 2025-12-15 K true 1', '3 draft 2026-02-20  false 0'],
    'with its event the version is gone, and the one before is in force');
SELECT is(cardinality(pg_temp.placements('officer')), 1, 'so are the placements it named');
SELECT is(pg_temp.seen('officer', format('SELECT kind FROM api.ehc_budgets WHERE case_id = %L', pg_temp.case_id('Fern'))), '{}', 'and the budgets');
SELECT is(pg_temp.plan('officer', 'Fern', 'a2', 'amended', '2026-05-04', '{"sections": "A,I", "changed": "I", "type": "special", "year": "2026"}'), NULL, 'put right it is a new version');
SELECT is((pg_temp.plans('officer', 'Fern'))[4], '5 amended 2026-05-04 B,C,D,E,F,G,H1,H2,K true 1', 'with a number of its own');
UPDATE core.ehc_cases AS c SET ended_on = '2026-06-01' WHERE c.id = pg_temp.case_id('Fern');
SELECT is(pg_temp.plan('officer', 'Fern', 'z', 'amended', '2026-06-02', '{"sections": "A"}'), 'case_over', 'nothing is issued after the end of a case');

SELECT * FROM finish();
ROLLBACK;
