-- transition_colours.sql — each cell of the table of domain.md 6.4 on the days
-- around its edge, for cases and for the report alike, with every reason.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('school', 'school_system'),
       pg_temp.actor('foreign school', 'school_system'),
       pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '34', 2, 3, 11),
       pg_temp.setting('Secondary', '34', 4, 11, 16),
       pg_temp.setting('Academy', '34', 4, 11, 16),
       pg_temp.setting('College', '18', 6, 16, 99);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, s.id
  FROM cast_actors AS a, cast_settings AS s
 WHERE (a.name, s.name) IN (('school', 'Primary'), ('foreign school', 'Academy'));

-- The authority's schools sit on every weekday from 1 September to 22 July;
-- the primary begins on 6 September.
WITH c AS (
    INSERT INTO core.school_calendars (setting_id)
    VALUES (NULL), (pg_temp.setting_id('Primary'))
    RETURNING id, setting_id
)
INSERT INTO core.school_days (calendar_id, day)
SELECT c.id, d::date
  FROM c, generate_series('2026-09-01'::date, '2028-07-21', '1 day') AS d
 WHERE extract(isodow FROM d) < 6
   AND d NOT BETWEEN '2027-07-23' AND '2027-08-31'
   AND (c.setting_id IS NULL OR d NOT BETWEEN '2027-09-01' AND '2027-09-05');

-- case — a move of that year in the state given.
CREATE TABLE pg_temp.cases (name text PRIMARY KEY, id uuid);
CREATE FUNCTION pg_temp.has_case(child text, kind text, to_setting text,
    state text DEFAULT 'planned', target date DEFAULT '2027-09-01',
    tier text DEFAULT 'universal') RETURNS void
LANGUAGE sql AS $$
    WITH c AS (
        INSERT INTO core.transition_cases (child_id, year, kind,
               from_setting_id, to_setting_id, target_on, tier, state,
               made_by, made_at)
        SELECT pg_temp.child_id($1), extract(year FROM $5), $2,
               (SELECT p.setting_id FROM core.placements AS p
                 WHERE p.child_id = pg_temp.child_id($1) LIMIT 1),
               pg_temp.setting_id($3), $5, $6, $4, a.id, '2026-09-01'
          FROM cast_actors AS a WHERE a.name = 'officer'
        RETURNING id
    )
    INSERT INTO pg_temp.cases SELECT $1, c.id FROM c;
$$;
CREATE FUNCTION pg_temp.step(child text, step text, on_date date)
RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.transition_steps (case_id, child_id, n, step, on_date,
           client_id)
    SELECT c.id, pg_temp.child_id($1), 1, $2, $3, a.id
      FROM pg_temp.cases AS c, cast_actors AS a
     WHERE c.name = $1 AND a.name = 'officer';
    UPDATE core.transition_cases AS t SET state = $2
      FROM pg_temp.cases AS c WHERE c.name = $1 AND t.id = c.id;
$$;
CREATE FUNCTION pg_temp.transfer(child text, review date, notice date,
    final date, is_refused boolean DEFAULT false) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.ehc_transfers (child_id, year, review_held_on,
           amendment_noticed_on, plan_final_on, placement_refused)
    VALUES (pg_temp.child_id($1), 2027, $2, $3, $4, $5)
    ON CONFLICT (child_id, year) DO UPDATE
       SET review_held_on = $2, amendment_noticed_on = $3, plan_final_on = $4,
           placement_refused = $5;
$$;
-- asked — a setting is asked in the case.
CREATE FUNCTION pg_temp.asked(child text, setting text, sent date,
    answered date DEFAULT NULL, answer text DEFAULT NULL) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.transition_consultations (case_id, child_id, n,
           setting_id, sent_on, year, kind, target_on, answered_on, answer,
           reasons, answered_by, client_id, key, content)
    SELECT c.id, pg_temp.child_id($1), 1 + (SELECT count(*)
               FROM core.transition_consultations AS q WHERE q.case_id = c.id),
           pg_temp.setting_id($2), $3, 2027, 'PRS', '2027-09-01', $4, $5,
           CASE $5 WHEN 'no' THEN 'No room.' END,
           CASE WHEN $5 IS NOT NULL THEN a.id END, a.id, $1 || $2,
           gen_random_uuid()
      FROM pg_temp.cases AS c, cast_actors AS a
     WHERE c.name = $1 AND a.name = 'officer';
$$;
-- consulted — a setting is consulted for a plan, section 39.
CREATE FUNCTION pg_temp.consulted(child text, sent date,
    answered date DEFAULT NULL, outcome text DEFAULT NULL) RETURNS void
LANGUAGE sql AS $$
    WITH e AS (
        INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id,
               key, content)
        SELECT pg_temp.child_id($1), 'parent', '2025-01-01', a.id, $1,
               gen_random_uuid()
          FROM cast_actors AS a WHERE a.name = 'officer'
        RETURNING id, child_id, client_id
    ), s AS (
        INSERT INTO core.ehc_events (case_id, child_id, event, on_date,
               setting_id, client_id, key)
        SELECT e.id, e.child_id, 'consultation_sent', $2,
               pg_temp.setting_id('Secondary'), e.client_id, $1 || 's'
          FROM e
        RETURNING id, case_id, child_id, client_id
    )
    INSERT INTO core.ehc_events (case_id, child_id, event, on_date, of_event,
           outcome, client_id, key)
    SELECT s.case_id, s.child_id, 'consultation_answered', $3, s.id, $4,
           s.client_id, $1 || 'a'
      FROM s WHERE $3 IS NOT NULL;
$$;
-- Planned once: it is the planning that takes the time.
SET LOCAL plan_cache_mode = force_generic_plan;
PREPARE colour_of (date, uuid) AS
    SELECT c.rag || coalesce((SELECT string_agg(' ' || (f ->> 'finding'), '')
                                FROM jsonb_array_elements(c.findings) AS f), '')
      FROM api.transition_case_colours($1) AS c WHERE c.child_id = $2;
PREPARE report_of (date, uuid) AS
    SELECT r.rag FROM api.report_transitions(2027, $1) AS r
     WHERE r.child_id = $2;
CREATE FUNCTION pg_temp.told(prepared text, child text, on_date date)
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_child uuid;
    v_said  text;
BEGIN
    v_child := pg_temp.child_id(child);
    PERFORM pg_temp.act('officer');
    EXECUTE format('EXECUTE %s(%L, %L)', prepared, on_date, v_child)
       INTO v_said;
    PERFORM pg_temp.rest();
    RETURN v_said;
END
$$;
-- findings — the colour of the case of a child and all its reasons.
CREATE FUNCTION pg_temp.findings(child text, on_date date) RETURNS text
LANGUAGE sql AS $$ SELECT coalesce(pg_temp.told('colour_of', $1, $2), '') $$;
-- both — the colour of the case and that of the report, which agree.
CREATE FUNCTION pg_temp.both(child text, on_date date) RETURNS text
LANGUAGE sql AS $$
    SELECT concat_ws(' ', split_part(pg_temp.findings($1, $2), ' ', 1),
                     pg_temp.told('report_of', $1, $2));
$$;
CREATE FUNCTION pg_temp.pupil(name text, provision text) RETURNS void
LANGUAGE sql AS $$
    SELECT pg_temp.child($1, 'Primary', '2016-01-15', '6', $2);
$$;
SELECT pg_temp.pupil(n, 'E')
  FROM unnest('{Final,Chain,Early,Notice,Asked,Section,Nowhere,Refused,Declined,Gone,Arrived,Settled Plan,Outside,Late}'::text[]) AS n;
SELECT pg_temp.pupil(n, 'K')
  FROM unnest('{Done,Form,Slow,Enhanced,Dated,Lost,Unsaid,Untold,File,Here,Home,Stayed,Away}'::text[]) AS n;
SELECT pg_temp.has_case(c.name, 'PRS', 'Secondary')
  FROM cast_children AS c
 WHERE c.name NOT IN ('Nowhere', 'Asked', 'Section', 'Lost', 'Untold', 'Outside', 'Away', 'Enhanced', 'Dated', 'Early');
SELECT pg_temp.has_case(n, 'PRS', NULL)
  FROM unnest('{Nowhere,Asked,Section,Lost,Untold,Outside,Away,Early}'::text[]) AS n;
SELECT pg_temp.has_case(n, 'PRS', 'Secondary', 'planned', '2027-09-01', 'enhanced')
  FROM unnest('{Enhanced,Dated}'::text[]) AS n;
UPDATE core.transition_cases SET to_outside = 'Elsewhere School'
 WHERE child_id IN (pg_temp.child_id('Outside'), pg_temp.child_id('Away'));
\o
SELECT no_plan();

-- 1. EHC plan, green and black.
\o /dev/null
SELECT pg_temp.transfer('Final', '2026-10-01', '2026-10-20', '2027-02-14'),
       pg_temp.transfer('Late', '2026-10-01', '2026-10-20', '2027-02-16'),
       pg_temp.transfer('Chain', '2026-11-23', '2026-12-14', NULL);
\o
SELECT is(pg_temp.both('Final', '2027-02-14'), 'GREEN GREEN',
    'domain.md 6.4 GREEN: the plan names a destination and was final before the deadline');
SELECT is(pg_temp.findings('Final', '2027-02-20'), 'GREEN green_final', 'for which there is one reason');
SELECT is(pg_temp.both('Chain', '2026-11-23'), 'GREEN GREEN',
    'domain.md 6.4 GREEN: every milestone in time, the meeting on 23 November');
SELECT is(pg_temp.findings('Chain', '2027-01-30'), 'GREEN green_on_time', '15 days to the last compliant day');
SELECT is(pg_temp.both('Chain', '2027-01-31'), 'RED RED', 'domain.md 6.4 RED: 14 days to it and no final plan');
SELECT is(pg_temp.findings('Chain', '2027-02-15'), 'RED red_no_final', 'reg 18(1): on the named day it is not yet a breach');
SELECT is(pg_temp.both('Chain', '2027-02-16'), 'BLACK BLACK', 'domain.md 6.4 BLACK: the deadline has passed without a final plan');
SELECT is(pg_temp.findings('Late', '2027-03-01'), 'BLACK black_final_late', 'reg 18(1): and stays one when it is final the day after');

-- 2. EHC plan, amber and red.
SELECT is(pg_temp.both('Early', '2026-11-23'), 'GREEN GREEN', 'domain.md 6.4: on 23 November a meeting is in time');
SELECT is(pg_temp.findings('Early', '2026-11-24'), 'RED red_no_review', 'domain.md 6.4 RED: no review meeting by 23 November');
SELECT is(pg_temp.findings('Early', '2027-01-16'), 'RED red_no_review', '29 days to the last compliant day');
SELECT is(pg_temp.findings('Early', '2027-01-17'), 'RED red_no_review amber_no_destination',
    'domain.md 6.4: 28 days to it without a proposed setting is a reason of its own');
SELECT is(pg_temp.findings('Early', '2027-02-16'), 'BLACK black_no_final red_no_review amber_no_destination',
    'every reason is told, the most urgent first');
\o /dev/null
SELECT pg_temp.transfer('Notice', '2026-10-01', NULL, NULL);
\o
SELECT is(pg_temp.both('Notice', '2026-10-22'), 'GREEN GREEN', 'domain.md 6.4: 21 days after the meeting');
SELECT is(pg_temp.both('Notice', '2026-10-23'), 'AMBER AMBER', 'domain.md 6.4 AMBER: no amendment notice after 21 days');
SELECT is(pg_temp.findings('Notice', '2026-10-29'), 'AMBER amber_no_notice', 'reg 20(10): on the 28th day it is in time');
SELECT is(pg_temp.findings('Notice', '2026-10-30'), 'RED red_no_notice', 'domain.md 6.4 RED: no amendment notice 28 days after the meeting');
\o /dev/null
SELECT pg_temp.transfer('Asked', '2026-10-01', '2026-10-10', NULL),
       pg_temp.transfer('Section', '2026-10-01', '2026-10-10', NULL),
       pg_temp.transfer('Nowhere', '2026-10-01', '2026-10-10', NULL),
       pg_temp.asked('Asked', 'Secondary', '2026-11-02', '2026-11-20', 'yes'),
       pg_temp.consulted('Section', '2026-11-02', '2026-11-20', 'agrees'),
       pg_temp.asked('Nowhere', 'Secondary', '2026-11-02', '2026-11-10', 'no'),
       pg_temp.asked('Nowhere', 'Academy', '2026-11-02', '2026-11-12', 'no');
\o
SELECT is(pg_temp.both(c, '2026-11-17'), 'GREEN GREEN', 'CoP 9.83: the fifteenth day, ' || c) FROM unnest('{Asked,Section}'::text[]) AS c;
SELECT is(pg_temp.both(c, '2026-11-18'), 'AMBER AMBER', 'domain.md 6.4 AMBER: a consultation unanswered for more than 15 days, ' || c)
  FROM unnest('{Asked,Section}'::text[]) AS c;
SELECT is(pg_temp.findings(c, '2026-11-20'), 'GREEN green_on_time', 'until it is answered, ' || c) FROM unnest('{Asked,Section}'::text[]) AS c;
SELECT is(pg_temp.both('Nowhere', '2026-11-11'), 'GREEN GREEN', 'while one has not answered, a place can be found');
SELECT is(pg_temp.both('Nowhere', '2026-11-12'), 'RED RED', 'domain.md 6.4 RED: placement not found, every setting said no');
\o /dev/null
SELECT pg_temp.transfer('Refused', '2026-10-01', '2026-10-10', NULL, true),
       pg_temp.transfer('Declined', '2026-10-01', '2026-10-10', NULL),
       pg_temp.transfer('Outside', '2026-10-01', '2026-10-10', '2027-02-01'),
       pg_temp.step('Declined', 'declined', '2026-11-01');
\o
SELECT is(pg_temp.both('Refused', '2026-11-12'), 'RED RED', 'domain.md 6.4 RED: placement refused');
SELECT is(pg_temp.both('Declined', '2026-11-12'), 'RED RED', 'also when the destination declined the offer');
SELECT is(pg_temp.both('Outside', '2027-02-01'), 'GREEN GREEN', 'a destination out of the area is one');
\o /dev/null
UPDATE core.transition_cases SET to_outside = NULL WHERE child_id = pg_temp.child_id('Outside');
\o
SELECT is(pg_temp.both('Outside', '2027-02-01'), 'AMBER AMBER', 'final without a destination is amber');

-- 3. EHC plan, blue.
\o /dev/null
SELECT pg_temp.transfer(c, '2026-10-01', '2026-10-20', '2027-02-01') FROM unnest('{Arrived,Settled Plan}'::text[]) AS c;
UPDATE core.placements SET end_on = '2027-07-22' WHERE child_id = pg_temp.child_id('Arrived');
SELECT pg_temp.move('Arrived', 'Primary', 'PRS', 2027, 'Secondary');
SELECT pg_temp.stay('Arrived', 'Secondary', '7', '2027-09-01', NULL, 'current'),
       pg_temp.step('Settled Plan', 'settled', '2027-10-20'),
       pg_temp.step('Gone', 'settled', '2027-10-20');
\o
SELECT is(pg_temp.both('Arrived', '2027-08-31'), 'GREEN GREEN', 'in August the child has not come');
SELECT is(pg_temp.both('Arrived', '2027-09-01'), 'BLUE BLUE', 'domain.md 6.4 BLUE: final, and the child attends');
SELECT is(pg_temp.findings('Settled Plan', '2027-10-19'), 'GREEN green_final', 'the day before it was settled');
SELECT is(pg_temp.findings('Settled Plan', '2027-10-20'), 'BLUE blue_plan', 'settled is complete');
SELECT is(pg_temp.findings('Gone', '2027-10-20'), 'BLACK black_no_final red_no_review',
    'reg 18(1): that the child settled does not mend a plan that never became final');

-- 4. SEN support: amber.
\o /dev/null
SELECT pg_temp.move(n, 'Primary', 'PRS', 2027, 'Secondary')
  FROM unnest('{Done,Form,Slow,Enhanced,Dated,Unsaid,File,Here,Home,Stayed}'::text[]) AS n;
UPDATE core.transitions SET parent_agreed_on = '2027-05-01'
 WHERE child_id IN (SELECT c.id FROM cast_children AS c WHERE c.name <> 'Unsaid');
UPDATE core.transitions SET form_sent_on = '2027-05-20' WHERE child_id IN (pg_temp.child_id('Slow'), pg_temp.child_id('Done'));
UPDATE core.transitions SET form_acknowledged_on = '2027-06-04' WHERE child_id = pg_temp.child_id('Done');
INSERT INTO core.transition_plans (case_id, child_id, meeting_planned_on, changed_by)
SELECT c.id, pg_temp.child_id('Dated'), '2027-06-10', a.id FROM pg_temp.cases AS c, cast_actors AS a
 WHERE c.name = 'Dated' AND a.name = 'officer';
\o
SELECT is(pg_temp.findings('Done', '2027-06-05'), 'GREEN green_handed_over',
    'domain.md 6.4 GREEN: destination, form sent and acknowledged, parents'' agreement');
SELECT is(pg_temp.both('Form', '2027-05-31'), 'GREEN GREEN', 'domain.md 6.4: on 31 May the form can be sent in time');
SELECT is(pg_temp.both('Form', '2027-06-01'), 'AMBER AMBER', 'domain.md 6.4 AMBER: destination known, form not sent by 31 May');
SELECT is(pg_temp.both('Slow', '2027-06-04'), 'GREEN GREEN', 'domain.md 6.4: the tenth working day after 20 May, 31 May being a bank holiday');
SELECT is(pg_temp.findings('Slow', '2027-06-05'), 'AMBER amber_form_unacknowledged', 'domain.md 6.4 AMBER: not acknowledged in 10 working days');
SELECT is(pg_temp.both('Enhanced', '2027-03-01'), 'AMBER AMBER', 'domain.md 6.4 AMBER: enhanced need without a day for the meeting');
SELECT is(pg_temp.both('Dated', '2027-03-01'), 'GREEN GREEN', 'and with one it is not');

-- 5. SEN support: red.
SELECT is(pg_temp.both('Lost', '2027-07-01'), 'GREEN GREEN', 'domain.md 6.4: on 1 July a destination can be found in time');
SELECT is(pg_temp.findings('Lost', '2027-07-02'), 'RED red_no_destination red_no_agreement', 'domain.md 6.4 RED: no destination by 1 July');
SELECT is(pg_temp.findings('Unsaid', '2027-07-01'), 'AMBER amber_form_not_sent', 'CoP 5.47: on 1 July the parents can still agree');
SELECT is(pg_temp.findings('Unsaid', '2027-07-02'), 'RED red_no_agreement amber_form_not_sent', 'domain.md 6.4 RED: no parent agreement');
SELECT is(pg_temp.both('Slow', '2027-07-10'), 'AMBER AMBER', 'domain.md 6.4: on 10 July it can be acknowledged');
SELECT is(pg_temp.findings('Slow', '2027-07-11'), 'RED red_form_unacknowledged amber_form_unacknowledged',
    'domain.md 6.4 RED: form not acknowledged by 10 July');
SELECT is(pg_temp.findings('Away', '2027-07-02'), 'RED red_no_agreement amber_form_not_sent', 'a destination out of the area is known');
\o /dev/null
INSERT INTO core.transition_plans (case_id, child_id, agreed_on, agreed_by, changed_by)
SELECT c.id, pg_temp.child_id('Unsaid'), '2027-06-30', 'parent', a.id FROM pg_temp.cases AS c, cast_actors AS a
 WHERE c.name = 'Unsaid' AND a.name = 'officer';
\o
SELECT is(pg_temp.both('Unsaid', '2027-07-02'), 'AMBER AMBER', 'an agreement in the plan of the move is one');

-- 6. SEN support: black, fifteen school days of the school that was left.
\o /dev/null
UPDATE core.placements SET end_on = '2027-07-22' WHERE child_id = pg_temp.child_id('File');
UPDATE core.placements SET end_on = '2027-01-08' WHERE child_id = pg_temp.child_id('Home');
UPDATE core.placements SET end_on = '2027-07-22' WHERE child_id = pg_temp.child_id('Here');
UPDATE core.transitions SET form_sent_on = '2027-05-20', form_acknowledged_on = '2027-06-01' WHERE child_id = pg_temp.child_id('Here');
SELECT pg_temp.stay('Here', 'Secondary', '7', '2027-09-01', NULL, 'current'),
       pg_temp.step('Stayed', 'settled', '2027-11-01');
\o
SELECT is(pg_temp.both('Home', '2027-01-29'), 'GREEN GREEN', 'SI 2005/1437 reg 9(3): who left on Friday 8 January has the file by 29 January');
SELECT is(pg_temp.both('Home', '2027-01-30'), 'BLACK BLACK', 'domain.md 6.4 BLACK: file not sent after 15 school days');
SELECT is(split_part(pg_temp.findings('File', '2027-09-24'), ' ', 1), 'RED', 'reg 9(3): holidays do not count; term began on 6 September, the 15th day is the 24th');
SELECT is(pg_temp.findings('File', '2027-09-25'), 'BLACK black_file_not_sent red_form_unacknowledged amber_form_not_sent', 'and the day after is too late');
SELECT is(pg_temp.both('Here', '2027-09-25'), 'BLUE BLUE', 'domain.md 6.4 BLUE: received, acknowledged, attending');
SELECT is(pg_temp.findings('Stayed', '2027-11-01'), 'BLUE blue_support', 'domain.md 6.4 BLUE: settled');
\o /dev/null
DELETE FROM core.school_days AS d USING core.school_calendars AS c
 WHERE c.id = d.calendar_id AND c.setting_id IS NOT NULL AND d.day BETWEEN '2027-01-01' AND '2027-02-01';
\o
SELECT is(pg_temp.both('Home', '2027-02-01'), 'GREEN GREEN', 'a school that is shut has more time');

-- 7. Moves the report does not list: within the year, and between colleges.
\o /dev/null
SELECT pg_temp.child('Mid Year', 'Primary', '2018-03-01', '3', 'K'),
       pg_temp.child('Student', 'College', '2009-03-01', '12', 'E'),
       pg_temp.child('Plain', 'Primary', '2016-03-01', '6', NULL);
SELECT pg_temp.has_case('Mid Year', 'INY', NULL, 'planned', '2027-10-01'),
       pg_temp.has_case('Student', 'P16', NULL, 'planned', '2027-09-01'),
       pg_temp.has_case('Plain', 'PRS', 'Secondary');
\o
SELECT is(pg_temp.findings('Mid Year', '2027-07-11'), 'GREEN green_on_time', 'a move within the year is not bound by days about September');
SELECT is(pg_temp.findings('Student', '2027-01-07'), 'GREEN green_on_time', 'domain.md 5.3: P16 with a move on 1 September, meeting by 7 January');
SELECT is(pg_temp.findings('Student', '2027-01-08'), 'RED red_no_review', 'the day after is too late for the twelve weeks');
SELECT is(pg_temp.findings('Student', '2027-04-01'), 'RED red_no_final red_no_review amber_no_destination', 'reg 18(2): final by 1 April');
SELECT is(pg_temp.findings('Student', '2027-04-02'), 'BLACK black_no_final red_no_review amber_no_destination', 'reg 18(2): five months before the move it is broken');
SELECT is(pg_temp.findings('Plain', '2027-06-01'), '', 'a child without SEN has no colour');

-- 8. A finding in its common shape.
SELECT is(pg_temp.seen('officer', format(
    'SELECT f.n, f.rag, f.rule, f.finding, f.severity, f.sentence, f.reference, f.inputs ->> ''deadline_on'' AS d FROM api.transition_case_findings(''2027-02-16'') AS f WHERE f.child_id = %L', pg_temp.child_id('Chain'))),
    ARRAY['1 BLACK phase_transfer_before_15_february black_no_final error The deadline has passed without a final plan. SI 2014/1530 reg 18(1)(b) 2027-02-15'],
    'where the rule is the deadline, it is that of the kind of move');
SELECT is_empty(format('SELECT * FROM (SELECT pg_temp.seen(''officer'', %L)) AS s (rows) WHERE rows <> ''{}''',
    $q$SELECT f.finding FROM api.transition_case_findings('2027-07-11') AS f
        WHERE f.rule IS NULL OR f.reference IS NULL OR f.severity IS NULL OR f.sentence IS NULL OR f.inputs IS NULL$q$),
    'every finding has its rule, reference, severity, sentence and inputs');

-- 9. The authority's own numbers.
\o /dev/null
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason)
VALUES ('rag_support_form_sent', '2026-09-01', -10, 'Earlier here.'),
       ('rag_ehc_no_notice_amber', '2026-09-01', 14, 'Earlier here.'),
       ('rag_ehc_consultation', '2026-09-01', 10, 'Earlier here.');
\o
SELECT is(pg_temp.both('Form', '2027-05-21'), 'GREEN GREEN', 'ten days before 31 May');
SELECT is(pg_temp.both('Form', '2027-05-22'), 'AMBER AMBER', 'an authority may want the form earlier');
SELECT is((pg_temp.seen('officer', format('SELECT r.rag_reason FROM api.report_transitions(2027, ''2027-05-22'') AS r WHERE r.child_id = %L', pg_temp.child_id('Form'))))[1],
    'The destination is known, but the form was not sent by 21 May.', 'and the reason says its day');
SELECT is(pg_temp.both('Notice', '2026-10-15') || pg_temp.both('Notice', '2026-10-16'), 'GREEN GREENAMBER AMBER', 'or the notice in 14 days');
SELECT is(pg_temp.both('Asked', '2026-11-12') || pg_temp.both('Asked', '2026-11-13'), 'GREEN GREENAMBER AMBER', 'or the answer in 10');
SELECT is(pg_temp.findings('Notice', '2026-10-30'), 'RED red_no_notice', 'reg 20(10) is statute and stays 28');

-- 10. Who sees which, and the plan.
SELECT is(cardinality(pg_temp.seen(a.name, 'SELECT c.case_id FROM api.transition_case_colours(''2027-03-01'') AS c')) > 0,
    a.name IN ('officer', 'school'), a.name || ' sees the colours of its own cases only')
  FROM cast_actors AS a ORDER BY a.name;
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
SELECT unalike(replace(pg_temp.plan_of('SELECT * FROM api.transition_case_colours(''2026-11-10'')'), 'Function Scan on unnest', ''),
    '%Function Scan%', 'only the unnesting of a row''s own lists is left as a function');
SELECT alike(pg_temp.plan_of('SELECT * FROM api.transition_case_colours(''2026-11-10'')'),
    '%Scan%transition_cases%', 'while the tables themselves are in it');

SELECT * FROM finish();
ROLLBACK;
