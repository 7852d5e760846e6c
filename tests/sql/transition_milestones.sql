-- transition_milestones.sql — the days of a move, counted back from the one
-- that binds its kind; who owns each; and that no case is without one.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('school', 'school_system'),
       pg_temp.actor('foreign school', 'school_system'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '34', 2, 3, 11),
       pg_temp.setting('Secondary', '34', 4, 11, 16),
       pg_temp.setting('College', '18', 6, 16, 99);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, s.id
  FROM cast_actors AS a, cast_settings AS s
 WHERE (a.name, s.name) IN (('school', 'Primary'), ('foreign school', 'College'));
CREATE TABLE pg_temp.cases (name text PRIMARY KEY, id uuid);
CREATE FUNCTION pg_temp.has_case(child text, kind text, to_setting text,
    target date DEFAULT '2027-09-01', tier text DEFAULT 'universal')
RETURNS void
LANGUAGE sql AS $$
    WITH c AS (
        INSERT INTO core.transition_cases (child_id, year, kind,
               from_setting_id, to_setting_id, target_on, tier, made_by,
               made_at)
        SELECT pg_temp.child_id($1), extract(year FROM $4), $2,
               (SELECT p.setting_id FROM core.placements AS p
                 WHERE p.child_id = pg_temp.child_id($1) LIMIT 1),
               pg_temp.setting_id($3), $4, $5, a.id, '2026-09-01'
          FROM cast_actors AS a WHERE a.name = 'officer'
        RETURNING id
    )
    INSERT INTO pg_temp.cases SELECT $1, c.id FROM c;
$$;
SELECT pg_temp.child('Plan', 'Primary', '2016-01-15', '6', 'E'),
       pg_temp.child('Leaver', 'Secondary', '2011-01-15', '11', 'E'),
       pg_temp.child('Leap', 'Secondary', '2012-01-15', '10', 'E'),
       pg_temp.child('Student', 'College', '2009-01-15', '12', 'E'),
       pg_temp.child('Support', 'Primary', '2016-01-15', '6', 'K'),
       pg_temp.child('Enhanced', 'Primary', '2016-01-15', '6', 'K'),
       pg_temp.child('Mid Year', 'Primary', '2018-01-15', '3', 'K'),
       pg_temp.child('Plain', 'Primary', '2016-01-15', '6', NULL),
       pg_temp.child('Known', 'Primary', '2016-01-15', '6', 'E');
SELECT pg_temp.has_case('Plan', 'PRS', 'Secondary'),
       pg_temp.has_case('Leaver', 'SEP', 'College'),
       pg_temp.has_case('Leap', 'SEP', 'College', '2028-09-01'),
       pg_temp.has_case('Student', 'P16', NULL),
       pg_temp.has_case('Support', 'PRS', NULL),
       pg_temp.has_case('Enhanced', 'PRS', 'Secondary', '2027-09-01', 'enhanced'),
       pg_temp.has_case('Mid Year', 'INY', NULL, '2027-02-22'),
       pg_temp.has_case('Plain', 'PRS', 'Secondary'),
       pg_temp.has_case('Known', 'PRS', 'Secondary');
SET LOCAL plan_cache_mode = force_generic_plan;
CREATE TEMPORARY TABLE told (clock text, due_on date, met_on date,
    days_left int, owner text, setting_id int, rule text, severity text,
    reference text);
PREPARE due (date, uuid) AS
    SELECT m.clock, m.due_on, m.met_on, m.days_left, m.owner, m.setting_id,
           m.rule, m.severity, m.reference
      FROM api.transition_milestones($1) AS m WHERE m.child_id = $2;
CREATE FUNCTION pg_temp.look(child text, on_date date DEFAULT '2026-11-01')
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_child uuid := pg_temp.child_id(child);
    v_row   told;
BEGIN
    TRUNCATE told;
    PERFORM pg_temp.act('officer');
    FOR v_row IN EXECUTE format('EXECUTE due(%L, %L)', on_date, v_child) LOOP
        PERFORM pg_temp.rest();
        INSERT INTO told SELECT v_row.*;
        PERFORM pg_temp.act('officer');
    END LOOP;
    PERFORM pg_temp.rest();
END
$$;
CREATE FUNCTION pg_temp.chain() RETURNS text
LANGUAGE sql AS $$
    SELECT string_agg(t.clock || ' ' || t.due_on, ' ' ORDER BY t.due_on, t.clock) FROM told AS t;
$$;
CREATE FUNCTION pg_temp.of(clock text, columns text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_said text;
BEGIN
    EXECUTE format('SELECT concat_ws('' '', %s) FROM told WHERE clock = %L', columns, clock) INTO v_said;
    RETURN v_said;
END
$$;
\o
SELECT no_plan();

-- 1. A plan and 15 February.
\o /dev/null
SELECT pg_temp.look('Plan');
\o
SELECT is(pg_temp.chain(), 'transition_review 2026-10-07 phase_invitation_15_february 2026-11-09 phase_meeting_15_february 2026-11-23 transition_consultation 2026-11-30 phase_notice_15_february 2026-12-21 phase_15_february 2027-02-15 transition_agreement 2027-07-01 transition_arrived 2027-09-01 transition_settled 2028-02-16',
    'domain.md 5.3, 6.3; reg 18(1)(b): latest meeting 23 November, notice eight weeks before 15 February, and practice around them');
SELECT is(pg_temp.of('phase_meeting_15_february', 'owner, days_left, rule, severity, reference'),
    'setting 22 phase_meeting info SI 2014/1530 regs 20(10) and 22(3), counted back twelve weeks from the named day',
    'each says whose it is, how many days are left, and where it is written');
SELECT is(pg_temp.of('transition_review', 'days_left, severity'), '-25 warn', 'domain.md 6.3: practice that is late is a warning');
\o /dev/null
SELECT pg_temp.look('Plan', '2026-11-24');
\o
SELECT is(pg_temp.of('phase_meeting_15_february', 'days_left, severity'), '-1 error', 'reg 18: the day after the latest meeting it is an error');

-- 2. A plan and 31 March, leap years.
\o /dev/null
SELECT pg_temp.look('Leaver');
\o
SELECT is(pg_temp.of('phase_meeting_31_march', 'due_on'), '2027-01-06', 'domain.md 5.3: the latest meeting for 31 March is 6 January');
SELECT is(pg_temp.of('phase_notice_31_march', 'due_on') || pg_temp.of('phase_31_march', 'due_on'), '2027-02-032027-03-31', 'reg 18(1)(a): notice 3 February, plan 31 March');
\o /dev/null
SELECT pg_temp.look('Leap', '2027-11-01');
\o
SELECT is(pg_temp.of('phase_meeting_31_march', 'due_on'), '2028-01-07', 'domain.md 5.3: in a leap year 7 January');
SELECT is(pg_temp.of('transition_review', 'due_on') || pg_temp.of('transition_consultation', 'due_on'), '2027-10-072027-11-30', 'domain.md 6.3: a leap year moves no day of the autumn before');

-- 3. Between colleges.
\o /dev/null
SELECT pg_temp.look('Student');
\o
SELECT is(pg_temp.chain(), 'post_16_meeting 2027-01-07 post_16_notice 2027-02-04 post_16_move 2027-04-01 transition_agreement 2027-07-01 transition_arrived 2027-09-01 transition_settled 2028-02-16',
    'reg 18(2): five months before 1 September is 1 April; meeting by 7 January');
SELECT is(pg_temp.of('transition_arrived', 'owner, setting_id') , 'la ' || pg_temp.setting_id('College'), 'without a destination the step is the authority''s');

-- 4. SEN support.
\o /dev/null
SELECT pg_temp.look('Support');
\o
SELECT is(pg_temp.chain(), 'transition_agreement 2027-07-01 transition_destination 2027-07-01 transition_arrived 2027-09-01 transition_settled 2028-02-16',
    'domain.md 6.3, 6.4: SEN support has the days of practice; hand-overs are told by api.handover_due');
\o /dev/null
SELECT pg_temp.look('Enhanced');
\o
SELECT is(pg_temp.chain(), 'transition_meeting_dated 2026-10-07 transition_meeting_held 2027-06-30 transition_agreement 2027-07-01 transition_destination 2027-07-01 transition_visits 2027-07-15 transition_training 2027-08-31 transition_arrived 2027-09-01 transition_settled 2028-02-16',
    'domain.md 6.3: a move that needs more has meeting, visits and training too');
SELECT is(pg_temp.of('transition_visits', 'owner, setting_id'), 'receiving_setting ' || pg_temp.setting_id('Secondary'), 'visits are the receiving setting''s');
SELECT is(pg_temp.of('transition_destination', 'met_on, days_left'), '2026-09-01', 'the destination is known');
\o /dev/null
INSERT INTO core.transition_plans (case_id, child_id, meeting_held_on, agreed_on, agreed_by, visits_planned_on, visits_done_on, training_done_on, changed_by)
SELECT c.id, pg_temp.child_id('Enhanced'), '2027-05-10', '2027-05-11', 'parent', '{2027-06-10,2027-06-20}', '{2027-06-10,2027-06-21}', '2027-07-01', a.id
  FROM pg_temp.cases AS c, cast_actors AS a WHERE c.name = 'Enhanced' AND a.name = 'officer';
SELECT pg_temp.look('Enhanced', '2027-06-20');
\o
SELECT is(pg_temp.of('transition_visits', 'met_on, days_left'), '25', 'one visit of two is not all');
SELECT is(pg_temp.of('transition_meeting_held', 'met_on') || pg_temp.of('transition_agreement', 'met_on'), '2027-05-102027-05-11', 'meeting and agreement are met on their days');
\o /dev/null
SELECT pg_temp.look('Enhanced', '2027-06-21');
\o
SELECT is(pg_temp.of('transition_visits', 'met_on, severity'), '2027-06-21 info', 'the last one meets it');

-- 5. Within the year, and without SEN.
\o /dev/null
SELECT pg_temp.look('Mid Year');
\o
SELECT is(pg_temp.chain(), 'transition_agreement_in_year 2027-02-08 transition_destination_in_year 2027-02-08 transition_arrived 2027-02-22 transition_settled 2027-08-09',
    'a move within the year is counted from its own day');
\o /dev/null
SELECT pg_temp.look('Plain');
\o
SELECT is(pg_temp.chain(), 'transition_arrived 2027-09-01 transition_settled 2028-02-16', 'a child without SEN is still looked for on the first day');

-- 6. What the authority's own case of the plan tells is not told twice.
\o /dev/null
WITH e AS (
    INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id, key, content)
    SELECT pg_temp.child_id('Known'), 'parent', '2025-01-01', a.id, 'k', gen_random_uuid() FROM cast_actors AS a WHERE a.name = 'officer'
    RETURNING id, child_id, client_id
)
INSERT INTO core.ehc_events (case_id, child_id, event, on_date, client_id, key)
SELECT e.id, e.child_id, w.event, w.on_date, e.client_id, w.event
  FROM e, (VALUES ('request_received', '2025-01-01'::date), ('final_issued', '2025-05-01')) AS w (event, on_date);
SELECT pg_temp.look('Known');
\o
SELECT is(pg_temp.of('phase_15_february', 'due_on'), NULL, 'the days of the law of a plan with a case are told by api.ehc_due');
SELECT is((pg_temp.seen('officer', format('SELECT m.subject, m.due_on FROM api.transition_case_milestones(%L, ''2026-11-01'') AS m WHERE m.clock = ''phase_15_february''',
    (SELECT c.id FROM pg_temp.cases AS c WHERE c.name = 'Known'))))[1], 'ehc_case 2027-02-15', 'and shown with the case of the move');
SELECT is(pg_temp.seen('officer', format('SELECT m.clock FROM api.transition_case_milestones(%L, ''2026-11-01'') AS m WHERE m.subject = ''handover''',
    (SELECT c.id FROM pg_temp.cases AS c WHERE c.name = 'Support'))), '{}', 'without a destination nothing is handed over');
SELECT is((pg_temp.seen('officer', format('SELECT m.clock, m.due_on FROM api.transition_case_milestones(%L, ''2026-11-01'') AS m WHERE m.subject = ''handover''',
    (SELECT c.id FROM pg_temp.cases AS c WHERE c.name = 'Enhanced'))))[1], 'handover_sent 2027-05-31', 'with one the hand-over is due 31 May');

-- 7. The authority's own days.
\o /dev/null
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('rag_support_destination', '2026-09-01', -30, 'Earlier here.');
SELECT pg_temp.look('Support');
\o
SELECT is(pg_temp.of('transition_destination', 'due_on'), '2027-06-01', 'the day moves with the colour''s: one threshold for both');

-- 8. Until it is settled there is an open one, with an owner; then none.
SELECT is((pg_temp.seen('officer', $q$
    SELECT count(*) FROM api.move_cases AS c
     WHERE NOT EXISTS (SELECT FROM api.transition_milestones('2027-11-01') AS m
                        WHERE m.subject_id = c.case_id::text AND m.met_on IS NULL AND m.owner IS NOT NULL AND m.due_on IS NOT NULL)$q$))[1],
    '0', 'no case is without an open milestone, its day and its owner');
\o /dev/null
INSERT INTO core.transition_steps (case_id, child_id, n, step, on_date, client_id)
SELECT c.id, pg_temp.child_id('Plain'), 1, 'settled', '2027-10-01', a.id FROM pg_temp.cases AS c, cast_actors AS a WHERE c.name = 'Plain' AND a.name = 'officer';
UPDATE core.transition_cases SET state = 'settled' WHERE child_id = pg_temp.child_id('Plain');
SELECT pg_temp.look('Plain', '2027-09-30');
\o
SELECT is((SELECT count(*) FROM told AS t WHERE t.met_on IS NULL), 2::bigint, 'the day before it was settled both are open');
\o /dev/null
SELECT pg_temp.look('Plain', '2027-10-01');
\o
SELECT is((SELECT count(*) FROM told AS t WHERE t.met_on IS NULL), 0::bigint, 'settled, nothing is due any more');

-- 9. Who sees which, and the plan.
SELECT is(cardinality(pg_temp.seen(a.name, 'SELECT m.clock FROM api.transition_milestones(''2026-11-01'') AS m')) > 0,
    a.name <> 'auditor', a.name || ' sees the milestones of its own cases only')
  FROM cast_actors AS a ORDER BY a.name;
SELECT is(pg_temp.seen('school', format('SELECT m.clock FROM api.transition_milestones(''2026-11-01'') AS m WHERE m.child_id = %L', pg_temp.child_id('Leaver'))), '{}',
    'a school sees nothing of another''s leaver');
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
SELECT unalike(replace(pg_temp.plan_of('SELECT * FROM api.transition_milestones(''2026-11-10'')'), 'Function Scan on unnest', ''),
    '%Function Scan%', 'no Function Scan but of a row''s own lists is left in the plan');

SELECT * FROM finish();
ROLLBACK;
