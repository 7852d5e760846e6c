-- ehc_cases.sql — a case of a plan from its first event on: what is refused
-- and why, what follows from each event, and how one is taken back.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/ehc.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('other officer', 'la_manager'), pg_temp.actor('school', 'school_system'),
       pg_temp.actor('senco', 'area_senco'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11), pg_temp.setting('Closed', '1', 2, 7, 11);
UPDATE core.settings AS s SET closed_on = '2020-08-31' WHERE s.id = pg_temp.setting_id('Closed');
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, pg_temp.setting_id('Primary') FROM cast_actors AS a WHERE a.name = 'school';
SELECT pg_temp.child('Alder', 'Primary', '2018-01-01', '3', 'E'), pg_temp.child('Briar', 'Juniors', '2012-01-01', '9', 'E'),
       pg_temp.child('Cedar', 'Primary', '2018-01-01', '3', 'E');
CREATE FUNCTION pg_temp.ref(setting text) RETURNS text LANGUAGE sql AS $$ SELECT 'id:' || pg_temp.setting_id($1) $$;
-- open_sql, post_sql — the calls; post takes the rest as "member=value …".
CREATE FUNCTION pg_temp.open_sql(key text, child text, event text, on_date text) RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT opened_on, state, etag FROM api.ehc_case_open(%L, %L, NULL, ''parent'', NULL, NULL, %L, %L, NULL, NULL, NULL)',
        $1, pg_temp.child_id($2), $3, $4);
$$;
CREATE FUNCTION pg_temp.post_sql(child text, key text, event text, on_date text, more text DEFAULT '') RETURNS text LANGUAGE sql AS $$
    WITH m AS (SELECT coalesce(jsonb_object_agg(split_part(w, '=', 1), split_part(w, '=', 2)), '{}') AS o
                 FROM regexp_split_to_table($5, '\s+') AS w WHERE w <> '')
    SELECT format('SELECT event, on_date, outcome FROM api.ehc_event_post(%L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)',
        (SELECT c.id FROM core.ehc_cases AS c WHERE c.child_id = pg_temp.child_id($1) ORDER BY c.at DESC LIMIT 1), $2,
        split_part($3, ':', 1), $4,
        CASE WHEN o->>'of' ~ '-' THEN o->>'of' ELSE (SELECT e.id::text FROM core.ehc_events AS e
            WHERE e.child_id = pg_temp.child_id($1) AND e.event = o->>'of' AND e.known_to = 'infinity' ORDER BY e.on_date DESC, e.known_from DESC LIMIT 1) END,
        nullif(split_part($3, ':', 2), ''), o->>'year', o->>'adviser', o->>'setting', o->>'la', o->>'exception', o->>'from', o->>'to', o->>'reason')
      FROM m;
$$;
CREATE FUNCTION pg_temp.post(child text, key text, event text, on_date text, more text DEFAULT '') RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen('officer', pg_temp.post_sql($1, $2, $3, $4, $5));
$$;
CREATE FUNCTION pg_temp.no(child text, event text, on_date text, more text DEFAULT '') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal('officer', pg_temp.post_sql($1, 'no ' || $2, $2, $3, $4));
$$;
-- why — the sentence of a refusal.
CREATE FUNCTION pg_temp.why(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_detail text;
BEGIN
    PERFORM pg_temp.act('officer');
    BEGIN
        EXECUTE query;
    EXCEPTION WHEN SQLSTATE 'LA000' THEN
        GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL;
    END;
    PERFORM pg_temp.rest();
    RETURN v_detail;
END
$$;
CREATE FUNCTION pg_temp.withdraw(event text, reason text DEFAULT 'Test') RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT event, withdrawn_reason FROM api.ehc_event_withdraw(%L, %L)', (SELECT e.id FROM core.ehc_events AS e
        WHERE e.event = $1 ORDER BY e.known_from DESC LIMIT 1), $2);
$$;
CREATE FUNCTION pg_temp.next(child text) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen('officer', format('SELECT state, next_step, next_due_on, next_owner FROM api.ehc_case_shown(%L)', pg_temp.ehc_case($1)));
$$;
\o
SELECT no_plan();

-- A case is opened.
SELECT is(pg_temp.refusal('school', pg_temp.open_sql('k1', 'Alder', 'request_received', '2026-01-05')), 'forbidden', 'a setting opens no case');
SELECT is(pg_temp.refusal('senco', pg_temp.open_sql('k1', 'Alder', 'request_received', '2026-01-05')), 'forbidden', 'nor does an Area SENCO');
SELECT is(pg_temp.refusal('officer', pg_temp.open_sql('k1', 'Alder', 'assessment_decided', '2026-01-05')), 'missing_field', 'a decision says which');
SELECT is(pg_temp.refusal('officer', pg_temp.open_sql('k1', 'Alder', 'draft_sent', '2026-01-05')), 'event_order', 'a draft begins no case');
SELECT is(pg_temp.refusal('officer', pg_temp.open_sql('k1', 'Alder', 'no_such', '2026-01-05')), 'unknown_code', 'nor does what is no event');
SELECT is(pg_temp.refusal('officer', pg_temp.open_sql('k1', 'Alder', 'request_received', (current_date + 1)::text)), 'malformed_field', 'nor one of tomorrow');
SELECT is(pg_temp.refusal('officer', pg_temp.open_sql('k1', 'Alder', 'request_received', '2014-08-31')), 'unknown_code', 'nor one of before the Act');
SELECT is(pg_temp.refusal('officer', pg_temp.open_sql('k1', 'nobody', 'request_received', '2026-01-05')), 'unknown_child', 'nor one of no child');
SELECT is(pg_temp.seen('officer', pg_temp.open_sql('k1', 'Alder', 'request_received', '2026-01-05')), '{"2026-01-05 requested 1"}', 'CFA 2014 s.36(1): a request opens it');
SELECT is(pg_temp.seen('officer', pg_temp.open_sql('k1', 'Alder', 'request_received', '2026-01-05')), '{"2026-01-05 requested 1"}', 'said again it is the same');
SELECT is(pg_temp.refusal('officer', pg_temp.open_sql('k1', 'Alder', 'request_received', '2026-01-06')), 'batch_differs', 'the same key for something else is refused');
SELECT is(pg_temp.refusal('officer', pg_temp.open_sql('k2', 'Alder', 'request_received', '2026-01-06')), 'case_open', 'one open case a child');
SELECT is(pg_temp.next('Alder'), '{"requested Decision whether to assess 2026-02-16 la"}', 'SI 2014/1530 reg 5(3): the authority is to decide in six weeks');

-- Order.
SELECT is(pg_temp.no('Alder', 'advice_requested', '2026-01-10', 'adviser=health'), 'event_order', 'advice before the decision is refused');
SELECT is(pg_temp.why(pg_temp.post_sql('Alder', 'n', 'advice_requested', '2026-01-10', 'adviser=health')),
    'Request for advice comes after: Decision whether to assess (assess); Decision whether to assess again (assess). The case has none.', 'and told what it lacks');
SELECT is(pg_temp.why(pg_temp.post_sql('Alder', 'n', 'assessment_decided:assess', '2026-01-04')),
    'Decision whether to assess on 2026-01-04 lies before Request for an assessment on 2026-01-05.', 'a decision before its request is told both days');
SELECT is(pg_temp.no('Alder', 'assessment_decided', '2026-01-10'), 'missing_field', 'an outcome is needed');
SELECT is(pg_temp.no('Alder', 'assessment_decided:perhaps', '2026-01-10'), 'unknown_code', 'and known');
SELECT is(pg_temp.no('Alder', 'request_received:assess', '2026-01-10'), 'unknown_code', 'where there is none, none is said');
SELECT is(pg_temp.no('Alder', 'assessment_decided:assess', (current_date + 1)::text), 'malformed_field', 'nothing is decided tomorrow');
SELECT is(pg_temp.post('Alder', 'e1', 'assessment_decided:assess', '2026-02-10'), '{"assessment_decided 2026-02-10 assess"}', 'CFA 2014 s.36(3): it decides to assess');
SELECT is(pg_temp.post('Alder', 'e1', 'assessment_decided:assess', '2026-02-10'), '{"assessment_decided 2026-02-10 assess"}', 'said again it is the same');
SELECT is(pg_temp.refusal('officer', pg_temp.post_sql('Alder', 'e1', 'assessment_decided:refuse', '2026-02-10')), 'batch_differs', 'but not otherwise');
SELECT is(pg_temp.refusal('school', pg_temp.post_sql('Alder', 's', 'plan_refused', '2026-02-11')), 'forbidden', 'a setting writes no event');

-- Needs.
SELECT is(pg_temp.no('Alder', 'advice_requested', '2026-02-10'), 'missing_field', 'advice is asked of somebody');
SELECT is(pg_temp.no('Alder', 'advice_requested', '2026-02-10', 'adviser=friend'), 'unknown_code', 'SI 2014/1530 reg 6(1): of whom it knows');
SELECT is(pg_temp.no('Alder', 'advice_received', '2026-02-10'), 'missing_field', 'an answer belongs to a question');
SELECT is(pg_temp.no('Alder', 'advice_received', '2026-02-10', 'of=request_received'), 'malformed_field', 'of its kind');
SELECT is(pg_temp.no('Alder', 'draft_sent', '2026-02-10', 'of=request_received'), 'malformed_field', 'and only an answer does');
SELECT is(pg_temp.no('Alder', 'draft_sent', '2026-02-10', 'year=1999'), 'malformed_field', 'a year is one of the Act');
SELECT is(pg_temp.no('Alder', 'draft_sent', '2026-02-10', 'exception=absent reason=x'), 'malformed_field', 'a draft is no exception');
SELECT is(pg_temp.no('Alder', 'exception_applied', '2026-02-10', 'exception=absent'), 'missing_field', 'SI 2014/1530 reg 5(4): an exception without its reason is refused');
SELECT is(pg_temp.no('Alder', 'exception_applied', '2026-02-10', 'exception=weather reason=x'), 'unknown_code', 'and one that is none');
SELECT is(pg_temp.no('Alder', 'exception_applied', '2026-02-10', 'exception=absent reason=x'), 'missing_field', 'SI 2014/1530 reg 5(4)(d): it says since when');
SELECT is(pg_temp.no('Alder', 'exception_applied', '2026-02-10', 'exception=absent reason=x from=2026-01-05 to=2026-01-31'), 'malformed_field', 'SI 2014/1530 reg 5(4)(d): 27 days are not four weeks');
SELECT is(pg_temp.no('Alder', 'exception_applied', '2026-02-10', 'exception=absent reason=x from=2026-01-05 to=2026-01-04'), 'dates_reversed', 'nor is less than nothing');
SELECT is(pg_temp.post('Alder', 'x1', 'exception_applied', '2026-02-10', 'exception=absent reason=x from=2026-01-05 to=2026-02-01'), '{"exception_applied 2026-02-10 -"}', 'SI 2014/1530 reg 5(4)(d): 28 are');

-- Advice, all at once.
CREATE FUNCTION pg_temp.ask(child text, key text, advisers text, on_date text DEFAULT '2026-02-12') RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT (SELECT string_agg(a->>''adviser'', '' '') FROM jsonb_array_elements(asked) AS a) FROM api.ehc_advice_ask(%L, %L, %L, %L)',
        pg_temp.ehc_case($1), $2, $4, $3);
$$;
SELECT is(pg_temp.refusal('school', pg_temp.ask('Alder', 'a1', NULL)), 'forbidden', 'a setting asks for no advice');
SELECT is(pg_temp.refusal('officer', pg_temp.ask('Alder', 'a1', NULL, '2026-02-09')), 'event_order', 'none is asked before the decision');
SELECT is(pg_temp.seen('officer', pg_temp.ask('Alder', 'a0', 'other')), '{other}', 'SI 2014/1530 reg 6(1)(f): one may be named');
SELECT is(pg_temp.seen('officer', pg_temp.ask('Alder', 'a1', NULL)), '{"education health parent psychologist social_care"}', 'SI 2014/1530 reg 6(1): everybody who must be is asked');
SELECT is(pg_temp.seen('officer', pg_temp.ask('Alder', 'a1', NULL)), '{"education health parent psychologist social_care"}', 'said again it is the same');
SELECT is(pg_temp.refusal('officer', pg_temp.ask('Alder', 'a1', 'other')), 'batch_differs', 'of others it is not');
SELECT is(pg_temp.refusal('officer', pg_temp.ask('Alder', 'a1', NULL, '2026-02-13')), 'batch_differs', 'nor of another day');
SELECT is(pg_temp.seen('officer', pg_temp.ask('Alder', 'a2', NULL)), '{-}', 'nobody is asked twice');
SELECT is((SELECT count(*)::int FROM core.ehc_events AS e WHERE e.event = 'advice_requested'), 6, 'so each has one request');
SELECT is(pg_temp.seen('officer', pg_temp.open_sql('k3', 'Briar', 'request_received', '2026-01-05')), '{"2026-01-05 requested 1"}', 'of a child in year 9');
SELECT is(pg_temp.post('Briar', 'b1', 'assessment_decided:assess', '2026-02-10'), '{"assessment_decided 2026-02-10 assess"}', 'that is assessed');
SELECT is(pg_temp.seen('officer', pg_temp.ask('Briar', 'b2', NULL)), '{"adulthood education health parent psychologist social_care"}',
    'SI 2014/1530 reg 6(1)(g): from year 9 preparation for adulthood too');
SELECT is(pg_temp.post('Alder', 'c1', 'advice_chased', '2026-03-20', 'of=advice_requested'), '{"advice_chased 2026-03-20 -"}', 'one is asked again');
SELECT is(pg_temp.no('Alder', 'advice_received', '2026-02-11', 'of=advice_requested'), 'event_order', 'no answer before the question');
SELECT is(pg_temp.post('Alder', 'c2', 'advice_received', '2026-03-21', 'of=advice_requested'), '{"advice_received 2026-03-21 -"}', 'and answers');
SELECT is(pg_temp.seen('officer', format('SELECT adviser, due_on, chased FROM api.ehc_advice_due(''2026-03-20'') WHERE child_id = %L AND chased > 0', pg_temp.child_id('Alder'))),
    '{"social_care 2026-03-26 1"}', 'the day before it was outstanding, and chased');
SELECT is(pg_temp.seen('officer', format('SELECT count(*), max(days_left) FROM api.ehc_advice_due(''2026-03-21'') WHERE child_id = %L', pg_temp.child_id('Alder'))),
    '{"5 5"}', 'SI 2014/1530 reg 8: five are left, for five days');

-- A setting is consulted.
SELECT is(pg_temp.post('Alder', 'd1', 'draft_sent', '2026-04-20'), '{"draft_sent 2026-04-20 -"}', 'the draft is sent');
SELECT is(pg_temp.no('Alder', 'consultation_sent', '2026-04-20'), 'missing_field', 'a setting is consulted');
SELECT is(pg_temp.no('Alder', 'consultation_sent', '2026-04-20', 'setting=urn:1'), 'unknown_setting', 'that there is');
SELECT is(pg_temp.no('Alder', 'consultation_sent', '2026-04-20', 'setting=' || pg_temp.ref('Closed')), 'setting_closed', 'and is open');
SELECT is(pg_temp.post('Alder', 'd2', 'consultation_sent', '2026-04-20', 'setting=' || pg_temp.ref('Juniors')), '{"consultation_sent 2026-04-20 -"}', 'CFA 2014 s.39(2): it is consulted');
SELECT is(pg_temp.no('Alder', 'consultation_answered:agrees', '2026-04-21', 'of=' || gen_random_uuid()), 'malformed_field', 'an answer to no question is none');
SELECT is(pg_temp.seen('school', 'SELECT count(*) FROM api.ehc_events WHERE event = ''consultation_sent'''), '{1}', 'where the child is they see who was consulted');
SELECT is(pg_temp.post('Alder', 'd3', 'final_issued', '2026-05-20'), '{"final_issued 2026-05-20 -"}', 'CFA 2014 s.37: the plan is issued');
SELECT is(pg_temp.next('Alder'), '{"in_force Advice for the meeting 2027-04-08 setting"}', 'CFA 2014 s.44(1): the next step is towards its review');

-- A phase transfer: events and milestones are the same.
CREATE FUNCTION pg_temp.milestones(actor text DEFAULT 'officer') RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT review_held_on, amendment_noticed_on, plan_final_on, etag FROM api.ehc_transfers WHERE child_id = %L AND year = 2027', pg_temp.child_id('Alder')));
$$;
CREATE FUNCTION pg_temp.put(etag text, review text, notice text, final text) RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT review_held_on, amendment_noticed_on, plan_final_on, etag FROM api.ehc_transfer_put(%L, 2027, %L, %L, %L, %L, NULL)',
        pg_temp.child_id('Alder'), $1, $2, $3, $4);
$$;
CREATE FUNCTION pg_temp.events() RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(e.event || ' ' || e.on_date ORDER BY e.on_date, e.event) FROM core.ehc_events AS e
     WHERE e.child_id = pg_temp.child_id('Alder') AND e.year = 2027 AND e.known_to = 'infinity';
$$;
SELECT is(pg_temp.post('Alder', 'f1', 'review_held', '2026-10-01', 'year=2027'), '{"review_held 2026-10-01 -"}', 'a review of the year of transfer is held');
SELECT is(pg_temp.milestones(), '{"2026-10-01 - - 1"}', 'and is a milestone');
SELECT is(pg_temp.milestones('school'), '{"2026-10-01 - - 1"}', 'that the school is told');
SELECT is(pg_temp.seen('officer', pg_temp.put('1', '2026-10-02', '2026-10-20', NULL)), '{"2026-10-02 2026-10-20 - 2"}', 'milestones that are put');
SELECT is(pg_temp.events(), '{"review_held 2026-10-02","amendment_noticed 2026-10-20"}', 'are events');
SELECT is(pg_temp.post('Alder', 'f2', 'review_decided:amend', '2026-10-15', 'of=review_held'), '{"review_decided 2026-10-15 amend"}', 'a decision belongs to the review');
SELECT is(pg_temp.refusal('officer', pg_temp.put('2', '2026-10-16', '2026-10-20', NULL)), 'transition_order', 'which is not put after it');
SELECT is(pg_temp.refusal('officer', pg_temp.put('2', NULL, '2026-10-20', NULL)), 'transition_order', 'nor put away');
SELECT is(pg_temp.seen('officer', pg_temp.put('2', '2026-10-03', '2026-10-20', NULL)), '{"2026-10-03 2026-10-20 - 3"}', 'but put right');
SELECT is((SELECT o.on_date FROM core.ehc_events AS e JOIN core.ehc_events AS o ON o.id = e.of_event WHERE e.event = 'review_decided'), '2026-10-03', 'and the decision with it');
SELECT is(pg_temp.seen('officer', pg_temp.put('3', '2026-10-03', NULL, NULL)), '{"2026-10-03 - - 4"}', 'a milestone taken back');
SELECT is(pg_temp.events(), '{"review_held 2026-10-03"}', 'is an event withdrawn');
SELECT is(pg_temp.post('Alder', 'f3', 'amendment_noticed', '2026-10-21', 'year=2027'), '{"amendment_noticed 2026-10-21 -"}', 'the other way round');
SELECT is(pg_temp.seen('officer', pg_temp.withdraw('amendment_noticed', 'Wrong child')), '{"amendment_noticed Wrong child"}', 'an event withdrawn');
SELECT is(pg_temp.milestones(), '{"2026-10-03 - - 6"}', 'is a milestone taken back');
SELECT is(pg_temp.refusal('officer', pg_temp.withdraw('amendment_noticed')), 'withdrawn', 'once');

-- What rests on what.
SELECT is(pg_temp.refusal('school', pg_temp.withdraw('draft_sent')), 'forbidden', 'a setting withdraws nothing');
SELECT is(pg_temp.refusal('officer', format('SELECT FROM api.ehc_event_withdraw(%L, ''x'')', gen_random_uuid())), 'not_found', 'nobody what is not there');
SELECT is(pg_temp.refusal('officer', pg_temp.withdraw('draft_sent')), 'event_rests', 'a draft stays while a plan rests on it');
SELECT is(pg_temp.why(pg_temp.withdraw('draft_sent')), 'Consultation of a setting on 2026-04-20 rests on Draft plan on 2026-04-20.', 'and is told which first');
SELECT is(pg_temp.refusal('officer', pg_temp.withdraw('review_held')), 'event_rests', 'a review while its decision stands');

-- The end.
SELECT is(pg_temp.no('Alder', 'plan_ceased:died', '2026-10-14'), 'event_order', 'it ends with nothing after it');
SELECT is(pg_temp.post('Alder', 'z1', 'plan_ceased:needs_met', '2026-11-01'), '{"plan_ceased 2026-11-01 needs_met"}', 'CFA 2014 s.45: a plan ceases');
SELECT is(pg_temp.no('Alder', 'review_held', '2026-11-02'), 'case_over', 'and nothing comes after');
SELECT is(pg_temp.seen('officer', format('SELECT ehc_case FROM api.ehc_next_steps(''2026-11-02'') WHERE child_id = %L', pg_temp.child_id('Alder'))), '{}', 'there is no next step');
SELECT is(pg_temp.seen('officer', pg_temp.open_sql('k4', 'Alder', 'request_received', '2026-11-10')), '{"2026-11-10 requested 1"}', 'there may be another case');
SELECT is(pg_temp.refusal('officer', pg_temp.withdraw('plan_ceased')), 'case_open', 'so the first cannot go on');
SELECT is(pg_temp.seen('officer', pg_temp.withdraw('request_received')), '{"request_received Test"}', 'a case of which nothing stands');
SELECT is(pg_temp.seen('officer', format('SELECT ended_on FROM api.ehc_cases WHERE child_id = %L AND opened_on = ''2026-11-10''', pg_temp.child_id('Alder'))), '{2026-11-10}', 'ended when it began');
SELECT is(pg_temp.seen('officer', pg_temp.withdraw('plan_ceased')), '{"plan_ceased Test"}', 'and the end is taken back');
SELECT is(pg_temp.seen('officer', format('SELECT ended_on FROM api.ehc_cases WHERE child_id = %L AND opened_on = ''2026-01-05''', pg_temp.child_id('Alder'))), '{-}', 'it goes on');

-- Every state has an owner; the law holds together.
SELECT is_empty($$SELECT l.code FROM law.ehc_events AS l WHERE (l.after = '{}' OR l.ends)
    AND NOT EXISTS (SELECT FROM law.ehc_states AS s WHERE s.event = l.code)$$, 'whatever begins or ends a case leaves it in a state');
SELECT is_empty($$SELECT s.event, s.outcome FROM law.ehc_states AS s JOIN law.ehc_events AS l ON l.code = s.event WHERE s.outcome IS NOT NULL AND s.outcome <> ALL (coalesce(l.outcomes, '{}'))$$,
    'states are of outcomes there are');
SELECT is_empty($$SELECT l.code, a FROM law.ehc_events AS l, unnest(l.after) AS a WHERE NOT EXISTS (SELECT FROM law.ehc_events AS p WHERE p.code = split_part(a, ':', 1)
    AND (a NOT LIKE '%:%' OR split_part(a, ':', 2) = ANY (p.outcomes)))$$, 'an event comes after events and outcomes there are');
SELECT is_empty($$SELECT c.id, w.code FROM law.clocks AS c, unnest(ARRAY[c.starts, c.ends]) AS w (code)
    WHERE c.process IN ('assessment', 'reassessment', 'appeal', 'review', 'phase_transfer', 'la_move', 'section_23') AND w.code IS NOT NULL
      AND NOT EXISTS (SELECT FROM law.ehc_events AS l WHERE l.code = w.code OR w.code = ANY (l.counts_as))$$, 'a clock is started and met by events there are');
SELECT is_empty($$SELECT c.id, m FROM law.clocks AS c, unnest(c.moot_by) AS m WHERE NOT EXISTS (SELECT FROM law.ehc_events AS p WHERE p.code = split_part(m, ':', 1)
    AND (m NOT LIKE '%:%' OR split_part(m, ':', 2) = ANY (p.outcomes)))$$, 'and made moot by such');
SELECT is_empty($$SELECT a.id FROM law.clocks AS a JOIN law.clocks AS b ON b.id = a.starts_due JOIN law.clocks AS c ON c.id = b.starts_due WHERE c.starts_due IS NOT NULL$$,
    'none is counted back over more than two others');
SELECT is_empty($$SELECT l.code FROM law.ehc_events AS l WHERE l.milestone IS NOT NULL AND (l.of IS NOT NULL OR l.outcomes IS NOT NULL)$$, 'a milestone is an event by its day alone');
SELECT is((SELECT count(*)::int FROM audit.entries AS e WHERE e.action LIKE 'ehc.%' AND e.child_ids <> '{}'), (SELECT count(*)::int FROM audit.entries AS e WHERE e.action LIKE 'ehc.%'), 'all of it is audited, by child');

SELECT * FROM finish();
ROLLBACK;
