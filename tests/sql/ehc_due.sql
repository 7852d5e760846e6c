-- ehc_due.sql — every clock of a plan's case: what starts it, what meets it,
-- when it is late, what excuses it and what makes it moot.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/ehc.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('school', 'school_system'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, pg_temp.setting_id('Primary') FROM cast_actors AS a WHERE a.name = 'school';
-- due — a clock of a child's case on a day, as the officer is told it: what
-- it started from, due day, day met, days left, exception. Planned once.
CREATE FUNCTION pg_temp.due(child text, clock text, on_date date) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    v_child uuid := pg_temp.child_id(child);
    v_rows  text[];
BEGIN
    PERFORM pg_temp.act('officer');
    v_rows := ARRAY(SELECT concat_ws(' ', d.starts_on, coalesce(d.due_on::text, '-'), coalesce('met ' || d.met_on, d.days_left::text, '-'), d.exception)
                      FROM api.ehc_due($3) AS d
                     WHERE d.child_id = v_child
                       AND d.clock = $2
                     ORDER BY d.starts_on, d.setting_id);
    PERFORM pg_temp.rest();
    RETURN v_rows;
END
$$;
\o
SELECT no_plan();

-- Each clock: what came before, what starts it (and a day it is counted from), the day due, what meets it.
CREATE TEMPORARY TABLE walks (clock text, so_far text, starts text, due_on date, ends text, title text);
INSERT INTO walks VALUES
('assess_decision', '', 'request_received 2026-11-25', '2027-01-06', 'assessment_decided:assess', 'SI 2014/1530 reg 5(3): six weeks from the request, over the turn of the year'),
('advice', 'request_received 2026-11-25; assessment_decided:assess 2026-12-01', 'advice_requested 2028-01-18 adviser=health', '2028-02-29', 'advice_received', 'SI 2014/1530 reg 8: six weeks from asking, to 29 February'),
('no_plan', '', 'request_received 2026-11-25', '2027-03-17', 'plan_refused', 'SI 2014/1530 reg 10(1): sixteen weeks'),
('draft', '', 'request_received 2026-11-25', '2027-03-17', 'draft_sent', 'CoP 9.44: sixteen weeks'),
('representations', 'request_received 2026-11-25; assessment_decided:assess 2026-12-01', 'draft_sent 2028-02-15', '2028-02-29', 'representations_ended', 'SI 2014/1530 reg 13(1)(a): fifteen days, the first included'),
('consultation', 'request_received 2026-11-25; assessment_decided:assess 2026-12-01; draft_sent 2027-02-01', 'consultation_sent 2027-02-13 setting=Juniors', '2027-02-28', 'consultation_answered:agrees', 'CoP 9.83: fifteen days'),
('final_plan', '', 'request_received 2027-10-13', '2028-03-01', 'final_issued', 'SI 2014/1530 reg 13(2): twenty weeks over 29 February'),
('reassess_decision', 'final_issued 2025-09-01', 'reassessment_requested 2026-12-20', '2027-01-04', 'reassessment_decided:assess', 'SI 2014/1530 reg 25: fifteen days'),
('reassess_final', 'final_issued 2025-09-01; reassessment_requested 2026-11-01; reassessment_decided:assess 2026-11-10', 'reassessment_noticed 2026-11-25', '2027-03-03', 'final_issued', 'SI 2014/1530 reg 27(2): fourteen weeks'),
('conceded_assess', 'request_received 2026-09-01; assessment_decided:refuse 2026-10-01; decision_sent 2026-10-01; appeal_lodged:no_assessment 2026-11-01', 'appeal_conceded 2026-12-24', '2027-01-07', 'assessment_decided:assess', 'SI 2014/1530 reg 45: two weeks'),
('conceded_no_plan', 'request_received 2026-09-01; assessment_decided:refuse 2026-10-01; decision_sent 2026-10-01; appeal_lodged:no_assessment 2026-11-01', 'appeal_conceded 2026-11-25', '2027-02-03', 'plan_refused', 'SI 2014/1530 reg 45: ten weeks'),
('conceded_final', 'request_received 2026-09-01; assessment_decided:refuse 2026-10-01; decision_sent 2026-10-01; appeal_lodged:no_assessment 2026-11-01', 'appeal_conceded 2026-11-25', '2027-03-03', 'final_issued', 'SI 2014/1530 reg 45: fourteen weeks'),
('conceded_amended', 'final_issued 2026-09-01; decision_sent 2026-09-01; appeal_lodged:contents 2026-10-01', 'appeal_conceded 2026-11-25', '2026-12-30', 'amended_issued', 'SI 2014/1530 reg 45: five weeks'),
('appeal', 'request_received 2026-11-25; assessment_decided:refuse 2026-12-30', 'decision_sent 2027-12-31', '2028-02-29', 'appeal_lodged:no_assessment', 'Tribunal Procedure Rules 2008 r.20: two months, to 29 February'),
('appeal_certificate', 'request_received 2026-11-25; assessment_decided:refuse 2026-12-01; decision_sent 2026-12-01', 'certificate_issued 2027-01-31', '2027-02-28', 'appeal_lodged:no_assessment', 'Tribunal Procedure Rules 2008 r.20: a month from the certificate'),
('review', '', 'final_issued 2028-02-29', '2029-02-28', 'review_decided:maintain', 'CFA 2014 s.44(1): twelve months from 29 February'),
('review_meeting', '', 'final_issued 2026-11-25', '2027-10-28', 'review_held', 'CoP 9.169: four weeks before the twelve months end'),
('review_invitation', '', 'final_issued 2026-11-25', '2027-10-14', 'review_invited', 'SI 2014/1530 regs 20, 21: two weeks before the latest meeting'),
('review_advice', '', 'final_issued 2026-11-25', '2027-10-14', 'review_advice_sent', 'SI 2014/1530 reg 20: two weeks before it'),
('review_report', 'final_issued 2026-01-10', 'review_held 2026-12-24', '2027-01-07', 'review_reported', 'SI 2014/1530 reg 20(8): two weeks'),
('review_decision', 'final_issued 2026-01-10', 'review_held 2026-11-25', '2026-12-23', 'review_decided:amend', 'SI 2014/1530 reg 20(10): four weeks from the meeting'),
('review_notice', 'final_issued 2026-01-10', 'review_held 2026-11-25', '2026-12-23', 'amendment_noticed', 'R (L, M, P) v Devon CC [2022] EWHC 493: the amendments within the same four weeks'),
('review_representations', 'final_issued 2026-01-10; review_held 2026-11-25; review_decided:amend 2026-12-23', 'amendment_noticed 2026-12-23', '2027-01-06', 'representations_ended', 'SI 2014/1530 reg 22(2)(c): fifteen days'),
('review_final', 'final_issued 2026-01-10; review_held 2026-11-25; review_decided:amend 2026-12-23', 'amendment_noticed 2026-12-23', '2027-02-17', 'amended_issued', 'SI 2014/1530 reg 22(3), (4): eight weeks from the notice'),
('review_whole', 'final_issued 2026-01-10', 'review_held 2026-11-25', '2027-02-17', 'amended_issued', 'SI 2014/1530 regs 20(10), 22(3): twelve weeks from the meeting'),
('review_under_five', '', 'final_issued 2026-08-31', '2027-02-28', 'review_held', 'CoP 9.178: six months, under five'),
('post_16_move', 'final_issued 2026-09-01', 'move_planned 2028-07-31', '2028-02-29', 'phase_final_issued year=2028', 'SI 2014/1530 reg 18(2): five months before the move'),
('post_16_meeting', 'final_issued 2026-09-01', 'move_planned 2028-07-31', '2027-12-07', 'review_held year=2028', 'domain 5.3: the meeting twelve weeks before that'),
('post_16_notice', 'final_issued 2026-09-01', 'move_planned 2028-07-31', '2028-01-04', 'amendment_noticed year=2028', 'SI 2014/1530 reg 22(3): the notice eight weeks before'),
('la_move_transfer', 'final_issued 2026-01-10', 'move_known 2026-12-14 la=301', '2027-01-06', 'plan_transferred_out la=301', 'SI 2014/1530 reg 15: fifteen working days over Christmas, the first included'),
('la_move_day', 'final_issued 2026-01-10', 'move_known 2026-12-14 la=301 from=2027-02-28', '2027-02-28', 'plan_transferred_out la=301', 'SI 2014/1530 reg 15: known in time, on the day of the move'),
('la_move_tell', '', 'plan_transferred_in 2026-11-25 la=301', '2027-01-06', 'la_move_told', 'SI 2014/1530 reg 15: six weeks from the transfer'),
('la_move_review_year', '', 'plan_transferred_in 2026-09-10 la=301 from=2026-02-28', '2027-02-28', 'review_decided:maintain', 'SI 2014/1530 reg 15: twelve months from the plan, being the later'),
('la_move_review_months', '', 'plan_transferred_in 2026-11-30 la=301 from=2026-02-27', '2027-02-28', 'review_decided:maintain', 'SI 2014/1530 reg 15: three months from the transfer, being the later'),
('section_23_answer', '', 'health_notice_received 2026-12-24', '2027-01-12', 'health_notice_answered:request', 'CFA 2014 s.23: ten working days by house practice');
-- Those of a move to the next phase start from the move.
INSERT INTO walks
SELECT w.clock, 'final_issued 2025-09-01', w.starts, w.due_on, w.ends, w.title
  FROM (VALUES
('phase_15_february', 'move EYS 2027', '2027-02-15'::date, 'phase_final_issued year=2027', 'SI 2014/1530 reg 18(1)(b): 15 February of the year of transfer'),
('phase_notice_15_february', 'move PRS 2027', '2026-12-21', 'amendment_noticed year=2027', 'SI 2014/1530 reg 22(3): eight weeks before'),
('phase_meeting_15_february', 'move PRS 2027', '2026-11-23', 'review_held year=2027', 'SI 2014/1530 regs 20(10), 22(3): the meeting on 23 November'),
('phase_invitation_15_february', 'move INJ 2027', '2026-11-09', 'review_invited year=2027', 'SI 2014/1530 reg 20: invited two weeks before'),
('phase_31_march', 'move SEP 2028', '2028-03-31', 'phase_final_issued year=2028', 'SI 2014/1530 reg 18(1)(a): 31 March'),
('phase_notice_31_march', 'move 6FS 2027', '2027-02-03', 'amendment_noticed year=2027', 'SI 2014/1530 reg 22(3): eight weeks before'),
('phase_meeting_31_march', 'move SEP 2028', '2028-01-07', 'review_held year=2028', 'SI 2014/1530 regs 20(10), 22(3): 7 January in a leap year'),
('phase_invitation_31_march', 'move SEP 2027', '2026-12-23', 'review_invited year=2027', 'SI 2014/1530 reg 20: invited two weeks before')
       ) AS w (clock, starts, due_on, ends, title);
SELECT is_empty($$SELECT c.id FROM law.clocks AS c WHERE c.process IN ('assessment', 'reassessment', 'appeal', 'review', 'phase_transfer', 'la_move', 'section_23')
    EXCEPT SELECT w.clock FROM walks AS w$$, 'no clock of a case is without its walk here');

CREATE FUNCTION pg_temp.walk(w walks) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    v_child  text := 'of ' || w.clock;
    v_kind   text := (SELECT c.kind FROM law.clocks AS c WHERE c.id = w.clock LIMIT 1);
    v_starts text;
BEGIN
    PERFORM pg_temp.child(v_child, 'Primary', '2024-01-01', 'R', 'E');
    PERFORM pg_temp.history(v_child, w.so_far);
    RETURN NEXT is(pg_temp.due(v_child, w.clock, w.due_on), '{}', w.clock || ' does not run before it starts');
    PERFORM pg_temp.history(v_child, w.starts);
    v_starts := split_part((pg_temp.due(v_child, w.clock, w.due_on))[1], ' ', 1);
    RETURN NEXT is(pg_temp.due(v_child, w.clock, w.due_on), ARRAY[format('%s %s 0', v_starts, w.due_on)], w.title);
    RETURN NEXT is(pg_temp.due(v_child, w.clock, w.due_on + 1),
        CASE v_kind WHEN 'limit' THEN ARRAY[format('%s %s -1', v_starts, w.due_on)] ELSE '{}' END, w.clock || ' is late the day after, or over if it is no limit');
    PERFORM pg_temp.history(v_child, regexp_replace(w.ends, '^\S+', '\& ' || w.due_on));
    RETURN NEXT is((pg_temp.due(v_child, w.clock, w.due_on + 1))[1],
        format('%s %s met %s', v_starts, w.due_on, w.due_on), w.clock || ' is met on its day');
END
$$;
SELECT pg_temp.walk(w) FROM walks AS w;

-- clocks — all that run for the child on that day, each with its day.
CREATE FUNCTION pg_temp.runs(child text, on_date date) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    v_child uuid := pg_temp.child_id(child);
    v_rows  text[];
BEGIN
    PERFORM pg_temp.act('officer');
    v_rows := ARRAY(SELECT concat_ws(' ', d.clock, d.due_on) FROM api.ehc_due($2) AS d
                     WHERE d.child_id = v_child AND d.met_on IS NULL ORDER BY d.due_on, d.clock);
    PERFORM pg_temp.rest();
    RETURN v_rows;
END
$$;
CREATE FUNCTION pg_temp.next(child text, on_date date) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    v_child uuid := pg_temp.child_id(child);
    v_rows  text[];
BEGIN
    PERFORM pg_temp.act('officer');
    v_rows := ARRAY(SELECT concat_ws(' | ', n.state, n.step, n.owner, n.due_on) FROM api.ehc_next_steps($2) AS n WHERE n.child_id = v_child);
    PERFORM pg_temp.rest();
    RETURN v_rows;
END
$$;
\o /dev/null
SELECT pg_temp.child(w.name, 'Primary', w.born_on, '3', 'E') FROM (VALUES ('Refused', '2018-01-01'::date), ('Answers', '2018-01-01'), ('Twice', '2018-01-01'),
    ('Closed', '2018-01-01'), ('Personal', '2018-01-01'), ('Short', '2018-01-01'), ('Baby', '2022-06-30'), ('Leap', '2024-02-29'), ('Mover', '2016-03-01'),
    ('Late', '2018-01-01'), ('Amends', '2018-01-01'), ('Order', '2018-01-01')) AS w (name, born_on);
\o

-- What is moot is not due.
\o /dev/null
SELECT pg_temp.history('Refused', 'request_received 2026-01-05');
\o
SELECT is(pg_temp.runs('Refused', '2026-01-05'), '{"assess_decision 2026-02-16","draft 2026-04-27","no_plan 2026-04-27","final_plan 2026-05-25"}',
    'SI 2014/1530 regs 5(3), 10(1), 13(2): four clocks start with a request');
SELECT is(pg_temp.runs('Refused', '2026-01-04'), '{}', 'none the day before');
\o /dev/null
SELECT pg_temp.history('Refused', 'assessment_decided:refuse 2026-02-16');
\o
SELECT is(pg_temp.runs('Refused', '2026-02-15'), '{"assess_decision 2026-02-16","draft 2026-04-27","no_plan 2026-04-27","final_plan 2026-05-25"}', 'the day before the refusal all run');
SELECT is(pg_temp.runs('Refused', '2026-02-16'), '{}', 'SI 2014/1530 reg 5(1): with it there is no plan to come');
SELECT is(pg_temp.due('Refused', 'assess_decision', '2026-03-01'), '{"2026-01-05 2026-02-16 met 2026-02-16"}', 'and the decision was in time');
SELECT is(pg_temp.next('Refused', '2026-02-16'), '{"refused | Letter with the right to appeal | la"}', 'the authority owes the letter');
\o /dev/null
SELECT pg_temp.history('Refused', 'decision_sent 2026-02-17');
\o
SELECT is(pg_temp.next('Refused', '2026-04-17'), '{"appealable | Appeal | parent | 2026-04-17"}', 'Tribunal Procedure Rules 2008 r.20: parents may appeal for two months');
SELECT is(pg_temp.next('Refused', '2026-04-18'), '{"appealable | End of the case or of the plan, once the time to appeal has passed | la"}',
    'after them the authority has to close the case');
\o /dev/null
SELECT pg_temp.history('Refused', 'certificate_issued 2026-04-01');
\o
SELECT is(pg_temp.runs('Refused', '2026-04-17'), '{"appeal_certificate 2026-05-01"}', 'Tribunal Procedure Rules 2008 r.20: a month from the certificate, being the later');
\o /dev/null
SELECT pg_temp.history('Refused', 'case_closed:no_assessment 2026-05-05');
\o
SELECT is(pg_temp.next('Refused', '2026-05-05'), '{}', 'a case that is over has no next step');

-- Each adviser, each setting, has its own clock.
\o /dev/null
SELECT pg_temp.history('Answers', 'request_received 2026-01-05; assessment_decided:assess 2026-02-02; advice_requested 2026-02-02 adviser=health; advice_received 2026-03-01; advice_requested 2026-02-02 adviser=psychologist');
\o
SELECT is(pg_temp.due('Answers', 'advice', '2026-03-17'), '{"2026-02-02 2026-03-16 met 2026-03-01","2026-02-02 2026-03-16 -1"}', 'SI 2014/1530 reg 8: one has answered, one is late');
\o /dev/null
SELECT pg_temp.history('Answers', 'draft_sent 2026-04-01; consultation_sent 2026-04-01 setting=Primary; consultation_sent 2026-04-02 setting=Juniors; consultation_answered:agrees 2026-04-10');
\o
SELECT is(pg_temp.due('Answers', 'consultation', '2026-04-18'), '{"2026-04-01 2026-04-16 -2","2026-04-02 2026-04-17 met 2026-04-10"}', 'CoP 9.83: so with settings');
SELECT is(pg_temp.due('Answers', 'no_plan', '2026-04-18'), '{}', 'SI 2014/1530 reg 10(1): with a draft it is a plan');
SELECT is(pg_temp.next('Answers', '2026-04-18'), '{"drafted | Advice | adviser | 2026-03-16"}', 'what is most overdue is next');

-- The newest plan or review counts.
\o /dev/null
SELECT pg_temp.history('Twice', 'final_issued 2024-02-29; review_held 2025-01-31; review_decided:maintain 2025-01-31');
\o
SELECT is(pg_temp.due('Twice', 'review', '2025-06-01'), '{"2024-02-29 2025-02-28 met 2025-01-31","2025-01-31 2026-01-31 244"}', 'CFA 2014 s.44(1): each year from the review before, over 29 February');
SELECT is(pg_temp.due('Twice', 'review_meeting', '2025-06-01'), '{"2024-02-29 2025-01-31 met 2025-01-31","2025-01-31 2026-01-03 216"}',
    'CoP 9.169: a meeting that was decided on the same day is not the next one');
\o /dev/null
SELECT pg_temp.history('Twice', 'final_issued 2025-07-01');
\o
SELECT is(pg_temp.due('Twice', 'review', '2025-07-01'), '{"2024-02-29 2025-02-28 met 2025-01-31","2025-07-01 2026-07-01 365"}', 'CFA 2014 s.44(1): a new plan starts the year anew');
\o /dev/null
SELECT pg_temp.history('Twice', 'review_held 2026-06-01; review_decided:cease 2026-06-10');
\o
SELECT is(pg_temp.due('Twice', 'review', '2026-06-11'), '{"2024-02-29 2025-02-28 met 2025-01-31","2025-07-01 2026-07-01 met 2026-06-10"}', 'CFA 2014 s.45: none is due of a plan that is to cease');

-- Exceptions, at both ends.
\o /dev/null
SELECT pg_temp.history('Closed', 'request_received 2026-01-05; exception_applied 2026-02-10 exception=school_closed from=2026-02-16 to=2026-03-15');
\o
SELECT is(pg_temp.due('Closed', 'assess_decision', '2026-02-20'), '{"2026-01-05 2026-02-16 - school_closed"}', 'SI 2014/1530 reg 5(4)(a): four weeks that begin on the last day excuse it, and it is not late');
SELECT is(pg_temp.due('Closed', 'assess_decision', '2026-02-15'), '{"2026-01-05 2026-02-16 1 school_closed"}', 'until its day it is told how many are left');
SELECT is(pg_temp.due('Closed', 'assess_decision', '2026-02-09'), '{"2026-01-05 2026-02-16 7"}', 'before it was applied nobody knew');
SELECT is(pg_temp.due('Closed', 'draft', '2026-05-01'), '{"2026-01-05 2026-04-27 -4"}', 'CoP 9.44: what the regulations do not name it does not excuse');
\o /dev/null
SELECT pg_temp.history('Short', 'request_received 2026-01-05; exception_applied 2026-02-10 exception=absent from=2026-02-17 to=2026-03-16');
\o
SELECT is(pg_temp.due('Short', 'assess_decision', '2026-02-20'), '{"2026-01-05 2026-02-16 -4"}', 'SI 2014/1530 reg 5(4)(d): that begin the day after do not');
SELECT is(pg_temp.due('Short', 'final_plan', '2026-05-26'), '{"2026-01-05 2026-05-25 - absent"}', 'SI 2014/1530 reg 13(3): but the plan is excused');
\o /dev/null
SELECT pg_temp.history('Late', 'request_received 2026-01-05; exception_applied 2026-02-10 exception=absent from=2025-12-09 to=2026-01-05');
\o
SELECT is(pg_temp.due('Late', 'assess_decision', '2026-02-17'), '{"2026-01-05 2026-02-16 - absent"}', 'SI 2014/1530 reg 5(4)(d): four weeks that end on the first day excuse it');
\o /dev/null
SELECT pg_temp.history('Order', 'request_received 2026-01-05; exception_applied 2026-02-10 exception=absent from=2025-12-08 to=2026-01-04; exception_applied 2026-02-10 exception=school_closed from=2026-01-10 to=2026-02-05');
\o
SELECT is(pg_temp.due('Order', 'assess_decision', '2026-02-17'), '{"2026-01-05 2026-02-16 -1"}', 'SI 2014/1530 reg 5(4): that ended the day before do not, nor do 27 days');
\o /dev/null
SELECT pg_temp.history('Personal', 'request_received 2026-01-05; exception_applied 2026-02-16 exception=exceptional_personal');
\o
SELECT is(pg_temp.due('Personal', 'assess_decision', '2026-02-17'), '{"2026-01-05 2026-02-16 - exceptional_personal"}', 'SI 2014/1530 reg 5(4)(c): without days, from the day it was applied');

-- Under five, to the day.
\o /dev/null
SELECT pg_temp.history('Baby', 'final_issued 2026-12-29');
\o
SELECT is(pg_temp.due('Baby', 'review_under_five', '2026-12-29'), '{"2026-12-29 2027-06-29 182"}', 'CoP 9.178: due the day before the fifth birthday');
SELECT is(pg_temp.due('Baby', 'review_under_five', '2027-06-30'), '{}', 'CoP 9.178: not from the birthday on');
\o /dev/null
SELECT pg_temp.history('Baby', 'review_held 2026-12-30; review_decided:maintain 2026-12-30');
\o
SELECT is(pg_temp.due('Baby', 'review_under_five', '2026-12-30'), '{"2026-12-29 2027-06-29 met 2026-12-30"}', 'CoP 9.178: none that would be due on it');

-- A move to the next phase.
\o /dev/null
SELECT pg_temp.history('Mover', 'final_issued 2025-09-01; move PRS 2027; review_held 2026-10-01');
\o
SELECT is(pg_temp.due('Mover', 'phase_meeting_15_february', '2026-11-24'), '{"2027-01-01 2026-11-23 -1"}', 'SI 2014/1530 reg 18: a review that names no year of transfer prepares none');
\o /dev/null
SELECT pg_temp.history('Mover', 'review_held 2026-10-08 year=2027');
\o
SELECT is(pg_temp.due('Mover', 'phase_meeting_15_february', '2026-11-24'), '{"2027-01-01 2026-11-23 met 2026-10-08"}', 'one that names it does');
SELECT is(pg_temp.due('Mover', 'phase_invitation_15_february', '2026-11-24'), '{}', 'SI 2014/1530 reg 20: after the meeting nobody is invited');
UPDATE core.transition_cases AS t SET state = 'cancelled' WHERE t.child_id = pg_temp.child_id('Mover');
SELECT is(pg_temp.due('Mover', 'phase_15_february', '2026-11-24'), '{}', 'a move that is cancelled has no day');

-- Versions: by the one in force when it started.
UPDATE law.clocks SET valid_to = '2026-12-31' WHERE id = 'final_plan';
INSERT INTO law.clocks (id, valid_from, process, plan_type, name, kind, starts, ends, unit, amount, owner, rule_id)
VALUES ('final_plan', '2027-01-01', 'assessment', 'ehcp', 'Final plan', 'limit', 'request_received', 'final_issued', 'week', 16, 'la', 'ehc_final');
\o /dev/null
SELECT pg_temp.history('Amends', 'request_received 2027-01-01');
\o
\o /dev/null
SELECT pg_temp.history('Leap', 'request_received 2026-12-31');
\o
SELECT is(pg_temp.due('Amends', 'final_plan', '2027-01-01'), '{"2027-01-01 2027-04-23 112"}', 'design 1.5: a new version from its first day');
SELECT is(pg_temp.due('Leap', 'final_plan', '2027-01-01'), '{"2026-12-31 2027-05-20 139"}', 'design 1.5: the old one for what started before');

-- Who sees it, and how it is planned.
SELECT is(pg_temp.seen('school', 'SELECT count(DISTINCT child_id) > 10 FROM api.ehc_due(''2027-01-01'')'), '{true}', 'a school is told of its own children');
SELECT is(pg_temp.seen('auditor', 'SELECT count(*) FROM api.ehc_due(''2027-01-01'')'), '{0}', 'an auditor of none');
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
SELECT unalike(pg_temp.plan_of(w.query), '%Function Scan on ehc%', w.query || ' is one plan')
  FROM (VALUES ('SELECT * FROM api.ehc_due(''2026-11-10'')'), ('SELECT * FROM api.ehc_next_steps(''2026-11-10'')')) AS w (query);

SELECT * FROM finish();
ROLLBACK;
