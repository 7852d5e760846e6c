-- desk.sql — what stands on a SENCO's desk: each kind of work at the edges of
-- its days, over all her settings and no other.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'),
       pg_temp.actor('area senco', 'area_senco'), pg_temp.actor('school', 'school_system'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting(s.name, '1', 2, 3, 11)
  FROM unnest(ARRAY['Apple', 'Birch', 'Cedar', 'Dale']) AS s (name);
SELECT pg_temp.setting('High', '1', 4, 11, 16);
WITH f AS (
    INSERT INTO core.staff (name) VALUES ('Ada Example'), ('Bea Example'), ('Cy Example')
    RETURNING id, name
), c AS (
    INSERT INTO core.clients (name, role, staff_id)
    SELECT f.name || gen_random_uuid(), 'senco', f.id FROM f
    RETURNING id, staff_id
), q AS (
    INSERT INTO core.qualifications (staff_id, kind, state)
    SELECT f.id, k.kind, 'held'
      FROM f, (VALUES ('qts'), ('nasenco')) AS k (kind)
     WHERE f.name <> 'Cy Example' OR k.kind = 'qts'
), p AS (
    INSERT INTO core.posts (staff_id, setting_id, kind, from_on, is_teacher_here)
    SELECT f.id, pg_temp.setting_id(w.setting), 'senco', w.from_on, true
      FROM (VALUES ('Ada Example', 'Apple', '2020-09-01'::date), ('Ada Example', 'Birch', '2020-09-01'), ('Ada Example', 'High', '2020-09-01'),
                   ('Bea Example', 'Cedar', '2020-09-01'), ('Cy Example', 'Dale', '2023-11-10')) AS w (staff, setting, from_on)
      JOIN f ON f.name = w.staff
)
INSERT INTO cast_actors (name, id) SELECT f.name, c.id FROM f JOIN c ON c.staff_id = f.id;
CREATE FUNCTION pg_temp.staff(name text) RETURNS int
LANGUAGE sql AS $$ SELECT c.staff_id FROM core.clients AS c JOIN cast_actors AS a ON a.id = c.id WHERE a.name = $1 $$;
-- plan — a cycle of the child at that setting.
CREATE FUNCTION pg_temp.plan(child text, setting text, start_on date,
    review_due_on date, reviewed_on date DEFAULT NULL, end_on date DEFAULT NULL) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.plans (setting_id, source_id, child_id, revision,
           content_hash, child, start_on, review_due_on, reviewed_on, end_on)
    VALUES (pg_temp.setting_id($2), 'c ' || $1 || $3, pg_temp.child_id($1), 1,
           gen_random_uuid(), $1, $3, $4, $5, $6);
$$;
-- desk — that actor's list on a day, the columns asked for in its order.
CREATE FUNCTION pg_temp.desk(actor text, columns text, on_date date,
    filter text DEFAULT 'true', staff int DEFAULT NULL) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format(
        'SELECT %s FROM api.desk(api.desk_scope(%s), %L) AS d WHERE %s
          ORDER BY d.due_on, d.setting, d.kind, d.surname', $2, coalesce($5::text, 'NULL::int'), $3, $4));
$$;
-- Nobody moves: Year 3 in schools to Year 6.
SELECT pg_temp.child('Over', 'Apple', '2018-10-01', '3', 'K'), pg_temp.child('Soon', 'Birch', '2018-10-01', '3', 'K'),
       pg_temp.child('Open', 'Apple', '2018-10-01', '3', 'K'), pg_temp.child('Done', 'Apple', '2018-10-01', '3', 'K'),
       pg_temp.child('Gone', 'Apple', '2018-10-01', '3', 'K'), pg_temp.child('Other', 'Cedar', '2018-10-01', '3', 'K');
SELECT pg_temp.plan('Over', 'Apple', '2026-09-07', '2026-11-09'), pg_temp.plan('Soon', 'Birch', '2026-09-07', '2026-12-08'),
       pg_temp.plan('Open', 'Apple', '2026-10-31', NULL), pg_temp.plan('Done', 'Apple', '2026-09-07', '2026-11-01', '2026-11-02'),
       pg_temp.plan('Gone', 'Apple', '2026-09-07', '2026-11-01'), pg_temp.plan('Other', 'Cedar', '2026-09-07', '2026-11-01');
UPDATE core.placements SET end_on = '2026-11-09' WHERE child_id = pg_temp.child_id('Gone');
\o
SELECT no_plan();

-- Reviews.
SELECT is(pg_temp.desk('Ada Example', 'd.surname, d.kind, d.due_on, d.days', '2026-11-10'),
    ARRAY['Over review_overdue 2026-11-09 -1', 'Soon review_due_soon 2026-12-08 28',
          'Open plan_without_review_date 2027-02-28 110'],
    'CoP 6.53: one list over both schools by due day; a review of yesterday is overdue, one in 28 days is due soon, CoP 6.65: without a day it is four months after the plan began (31 October: 28 February)');
SELECT is(pg_temp.desk('Ada Example', 'd.kind', '2026-11-09', 'd.surname IN (''Over'', ''Soon'')'), '{review_due_soon}',
    'on its day a review is not overdue yet, and one in 29 days is not due soon');
SELECT is(pg_temp.desk('Ada Example', 'd.surname', '2026-11-09', 'd.surname = ''Gone'''), '{Gone}', 'a child''s last day counts');
SELECT is((SELECT sum((d.kind = 'review_overdue')::int) FROM (SELECT unnest(pg_temp.desk('Ada Example', 'd.kind', '2026-11-10')) AS kind) AS d),
    (SELECT sum(m::int) FROM unnest(pg_temp.seen('Ada Example', 'SELECT reviews_overdue FROM api.setting_measures(''2026-11-10'')')) AS m),
    'what is overdue here is what api.setting_measures counts');
SELECT is(pg_temp.desk('Ada Example', 'd.sentence, d.rule, d.reference', '2026-11-10', 'd.kind = ''review_overdue'''),
    ARRAY['The plan begun on 7 September 2026 was to be reviewed by 9 November 2026. plan_review_on_its_day CoP 5.43, 6.53'],
    'the sentence has the days in it, the rule and where it stands');
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('desk_review_soon', '2026-09-01', 27, 'for a test');
SELECT is(pg_temp.desk('Ada Example', 'd.kind', '2026-11-10', 'd.surname = ''Soon'''), '{}', 'an authority may choose what is soon');
DELETE FROM core.thresholds WHERE rule_id = 'desk_review_soon';
SELECT is(pg_temp.desk('Ada Example', 'd.setting_name', '2026-11-10', 'd.surname = ''Soon'''), '{Birch}', 'each item names its school');

-- Moves.
\o /dev/null
SELECT pg_temp.child('Eve', 'Apple', '2015-10-01', '6', 'E'), pg_temp.child('Kay', 'Birch', '2015-10-01', '6', 'K'),
       pg_temp.child('Nan', 'Birch', '2015-10-01', '6', 'N'), pg_temp.child('Oz', 'Cedar', '2015-10-01', '6', 'K');
SELECT pg_temp.move('Kay', 'Birch', 'PRS', 2027, 'High'), pg_temp.move('Oz', 'Cedar', 'PRS', 2027, 'High');
\o
SELECT is(pg_temp.desk('Ada Example', 'd.surname, d.kind, d.due_on, d.rule', '2026-11-10', 'd.surname IN (''Eve'', ''Kay'', ''Nan'', ''Oz'')'),
    ARRAY['Eve annual_milestone 2026-11-23 phase_transfer_latest_review', 'Kay handover_to_send 2027-05-31 rag_support_form_sent'],
    'reg 18(1)(b), regs 20 and 22: the review meeting 84 days before 15 February; domain.md 6.3: the form by 31 May');
INSERT INTO core.ehc_transfers (child_id, year, review_held_on) VALUES (pg_temp.child_id('Eve'), 2027, '2026-11-05');
SELECT is(pg_temp.desk('Ada Example', 'd.due_on, d.sentence, d.rule', '2026-11-10', 'd.surname = ''Eve'''),
    ARRAY['2027-02-15 The EHC plan changes phase in September: final plan by 15 February 2027. phase_transfer_before_15_february'],
    'reg 18(1)(b): once the meeting was held, the final plan');
UPDATE core.ehc_transfers SET plan_final_on = '2026-12-01' WHERE child_id = pg_temp.child_id('Eve');
SELECT is(pg_temp.desk('Ada Example', 'd.kind', '2026-12-02', 'd.surname = ''Eve'''), '{}', 'and then nothing');
SELECT is(pg_temp.desk('Ada Example', 'd.sentence', '2026-11-10', 'd.surname = ''Kay'''),
    ARRAY['A child with SEN support moves in September: transition form sent by 31 May 2027.'], 'the sentence says what is asked for');

-- A hand-over that came in: told to High as a fact, with the sender's names.
UPDATE core.transitions SET parent_agreed_on = '2027-05-03', form_sent_on = '2027-05-04'
 WHERE child_id IN (pg_temp.child_id('Kay'), pg_temp.child_id('Oz'));
SELECT is(pg_temp.desk('Ada Example', 'd.kind', '2027-05-05', 'd.surname = ''Oz'''), '{}', 'what High was not told is not shown');
SELECT core.facts_settle(ARRAY[pg_temp.child_id('Kay'), pg_temp.child_id('Oz')]) \g /dev/null
SELECT is(pg_temp.desk('Ada Example', 'd.setting_name, d.surname, d.due_on, d.days, d.sentence', '2027-05-05', 'd.surname = ''Oz'''),
    ARRAY['High Oz 2027-05-18 13 Cedar has handed over a child; the form is to be acknowledged by 18 May 2027.'],
    'domain.md 6.3: ten working days after 4 May, although Cedar is another''s');
SELECT is(pg_temp.desk('Bea Example', 'd.surname', '2027-05-05', 'd.kind = ''handover_to_take'''), '{}', 'who sent it has nothing to take');
UPDATE core.transitions SET form_acknowledged_on = '2027-05-06' WHERE child_id = pg_temp.child_id('Oz');
SELECT is(pg_temp.desk('Ada Example', 'd.surname', '2027-05-06', 'd.surname = ''Oz'''), '{}', 'once acknowledged it is gone');

-- Advice.
INSERT INTO core.advice (setting_id, child_id, client_id, key, given_on, topic, text)
SELECT pg_temp.setting_id(w.setting), w.child, a.id, w.setting || w.given_on, w.given_on, 'parents', 'A secret word'
  FROM cast_actors AS a, (VALUES ('Apple', pg_temp.child_id('Over'), '2026-11-10'::date), ('Birch', NULL, '2026-11-11'),
       ('Cedar', NULL, '2026-11-10')) AS w (setting, child, given_on)
 WHERE a.name = 'officer';
SELECT is(pg_temp.desk('Ada Example', 'd.setting_name, d.surname, d.due_on, d.days', '2026-11-24', 'd.kind = ''advice'''),
    ARRAY['Apple Over 2026-11-24 0', 'Birch - 2026-11-25 1'], 'CoP 5.56: advice stands there for 14 days, the last one in');
SELECT is(pg_temp.desk('Ada Example', 'd.setting_name', '2026-11-25', 'd.kind = ''advice'''), '{Birch}', 'and no longer');
SELECT is(pg_temp.desk('Ada Example', 'd.sentence', '2026-11-24', 'd.kind = ''advice'' AND d.surname IS NULL'),
    ARRAY['The authority gave advice: Working with parents. It stands here until 25 November 2026.'], 'its topic, not its words');

-- Actions of a visit that are the setting's to do.
\o /dev/null
WITH v AS (
    INSERT INTO core.visits (setting_id, child_id, client_id, key, content, visited_on, mode, topic)
    SELECT pg_temp.setting_id(w.setting), w.child, a.id, w.setting, gen_random_uuid(), '2026-11-02', 'visit', 'other'
      FROM cast_actors AS a, (VALUES ('Apple', pg_temp.child_id('Over')), ('Cedar', NULL)) AS w (setting, child)
     WHERE a.name = 'officer'
    RETURNING id, setting_id, client_id
)
SELECT v.* INTO TEMPORARY visits FROM v;
INSERT INTO core.visit_actions (visit_id, setting_id, client_id, key, content, text, owner, due_on, done_on)
SELECT v.id, v.setting_id, v.client_id, v.id || w.n::text, gen_random_uuid(), 'A secret word', w.owner, w.due_on, w.done_on
  FROM visits AS v, (VALUES (1, 'setting', '2026-11-09'::date, NULL::date), (2, 'setting', NULL, NULL), (3, 'officer', '2026-11-09', NULL),
                  (4, 'setting', '2026-11-08', '2026-11-10'), (5, 'setting', '2026-11-07', '2026-11-11')) AS w (n, owner, due_on, done_on);
\o
SELECT is(pg_temp.desk('Ada Example', 'd.setting_name, d.surname, d.due_on, d.days, d.sentence', '2026-11-10', 'd.kind = ''action'''),
    ARRAY['Apple Over 2026-11-07 -3 An action for the setting, agreed at the visit of 2 November 2026, is due by 7 November 2026.',
          'Apple Over 2026-11-09 -1 An action for the setting, agreed at the visit of 2 November 2026, is due by 9 November 2026.',
          'Apple Over - - An action for the setting, agreed at the visit of 2 November 2026, is open; no day was set.'],
    'what the setting is to do, also without a day; not what others are, nor what was done by that day');
DELETE FROM core.visit_actions;

-- The clock of the qualification at each school.
SELECT is(pg_temp.desk('Cy Example', 'd.kind, d.due_on, d.days, d.rule, d.reference', '2026-11-10'),
    ARRAY['qualification 2026-11-10 0 senco_q4_anniversary_months SI 2014/1530 reg 49(4)'], 'Q4: SENDR reg 49(4), on the third anniversary');
SELECT is(pg_temp.desk('Cy Example', 'd.days', '2026-11-11'), '{-1}', 'Q4: and a day after');
INSERT INTO core.qualifications (staff_id, kind, state, began_on, completed_on)
VALUES (pg_temp.staff('Cy Example'), 'npq_senco', 'held', '2024-10-01', '2026-07-01');
SELECT is(pg_temp.desk('Cy Example', 'd.days', '2026-11-11'), '{}', 'Q5: who holds it has none running');

-- The review of a shared arrangement stands at each of its schools.
\o /dev/null
WITH s AS (
    INSERT INTO core.sharings (name, staff_id, state, from_on, hours_per_week, proposed_by, decided_by, decided_at, key, sent)
    SELECT 'Apple & Birch', pg_temp.staff('Ada Example'), 'approved', '2026-01-01', 10, a.id, a.id, now(), 'k', '{}'
      FROM cast_actors AS a WHERE a.name = 'manager'
    RETURNING id
), m AS (
    INSERT INTO core.sharing_members (sharing_id, setting_id, from_on, to_on)
    SELECT s.id, pg_temp.setting_id(w.setting), '2026-01-01', w.to_on
      FROM s, (VALUES ('Apple', NULL::date), ('Birch', NULL), ('High', '2026-11-09')) AS w (setting, to_on)
)
INSERT INTO core.sharing_reviews (sharing_id, n, due_on, measures_before) SELECT s.id, 1, '2026-12-08', '{}' FROM s;
\o
SELECT is(pg_temp.desk('Ada Example', 'd.setting_name, d.due_on, d.days, d.sentence, d.rule', '2026-11-10', 'd.kind = ''sharing_review'''),
    ARRAY['Apple 2026-12-08 28 How the shared SENCO works ("Apple & Birch") is to be reviewed by 8 December 2026. sh6_review_interval',
          'Birch 2026-12-08 28 How the shared SENCO works ("Apple & Birch") is to be reviewed by 8 December 2026. sh6_review_interval'],
    'SH6: CoP 6.94, from 28 days before its day; not at a school that left the arrangement');
SELECT is(pg_temp.desk('Ada Example', 'd.kind', '2026-11-09', 'd.kind = ''sharing_review'''), '{}', 'SH6: a day earlier it is not due soon');
SELECT is(pg_temp.desk('Bea Example', 'd.kind', '2026-11-10', 'd.kind = ''sharing_review'''), '{}', 'nor is it another''s to see');
UPDATE core.sharings SET to_on = '2026-11-09';
SELECT is(pg_temp.desk('Ada Example', 'd.kind', '2026-11-10', 'd.kind = ''sharing_review'''), '{}', 'SH7: one that has ended is not reviewed any more');

-- Only hers.
SELECT is(pg_temp.desk('Bea Example', 'd.surname', '2026-11-10'), '{Other,-,Oz}', 'another SENCO has her own');
SELECT is(pg_temp.desk('officer', 'd.surname', '2026-11-10', staff => pg_temp.staff('Bea Example')),
    '{Other,-,Oz}', 'an officer sees the desk asked for');
SELECT is(pg_temp.desk('manager', 'd.surname', '2026-11-10', staff => pg_temp.staff('Bea Example')), '{Other,-,Oz}', 'so does a manager');
SELECT is(pg_temp.refusal('Ada Example', format('SELECT FROM api.desk(api.desk_scope(%s), now()::date)', pg_temp.staff('Bea Example'))),
    'not_found', 'a SENCO does not see another''s desk');
SELECT is(pg_temp.seen('Ada Example', format('SELECT d.surname FROM api.desk(ARRAY[%s], ''2026-11-10'') AS d WHERE d.surname IS NOT NULL',
    pg_temp.setting_id('Cedar'))), '{}', 'nor by naming its settings to the database');
SELECT is(pg_temp.refusal('officer', 'SELECT api.desk_scope(NULL)'), 'missing_parameter', 'an officer says whose');
SELECT is(pg_temp.refusal('officer', 'SELECT api.desk_scope(999999999)'), 'not_found', 'and somebody there is');
SELECT is(pg_temp.refusal(a.name, 'SELECT api.desk_scope(' || pg_temp.staff('Ada Example') || ')'), 'forbidden', a.name || ' sees no desk')
  FROM (VALUES ('area senco'), ('school'), ('administrator'), ('auditor'), ('nobody')) AS a (name);
UPDATE core.posts SET to_on = current_date - 1 WHERE setting_id = pg_temp.setting_id('Birch');
SELECT is(pg_temp.desk('Ada Example', 'd.setting_name', '2026-11-10', 'd.kind LIKE ''review%'''), '{Apple}', 'a school she left is off the desk');
SELECT is(pg_temp.desk('officer', 'd.setting_name', '2026-11-10', 'd.kind LIKE ''review%''', pg_temp.staff('Ada Example')), '{Apple}', 'for an officer too');

-- Nobody but the owner may write what a hand-over is.
SELECT is((SELECT bool_or(has_table_privilege('api', 'core.handovers_open', p)) FROM unnest('{INSERT,UPDATE,DELETE}'::text[]) AS p (p)),
    false, 'the owner''s view of hand-overs is for reading');

CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_line text;
    v_plan text := '';
BEGIN
    PERFORM pg_temp.act('Ada Example');
    FOR v_line IN EXECUTE 'EXPLAIN ' || query LOOP
        v_plan := v_plan || v_line || E'\n';
    END LOOP;
    PERFORM pg_temp.rest();
    RETURN v_plan;
END
$$;
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.desk(api.desk_scope(NULL), ''2026-11-10'')'),
    '%Function Scan%', 'no Function Scan is left in the plan');

SELECT * FROM finish();
ROLLBACK;
