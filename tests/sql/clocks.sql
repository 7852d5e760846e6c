-- clocks.sql — every clock with its regulation at edge dates: leap years, bank
-- holidays, school holidays, both ends of what is counted inclusively.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11), pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, 0, 5);
-- The authority's year 2026/27, and Juniors with a calendar of its own.
SELECT core.school_days_set(NULL, 2027,
    '{2026-09-02,2026-11-02,2027-01-04,2027-02-22,2027-04-12,2027-06-07}', '{2026-10-23,2026-12-18,2027-02-12,2027-03-25,2027-05-28,2027-07-21}', '{2026-09-02}');
SELECT core.school_days_set(pg_temp.setting_id('Juniors'), 2027, '{2026-09-07}', '{2026-10-16}', '{}');
CREATE FUNCTION pg_temp.due(clock text, start_on text, setting text DEFAULT 'Primary') RETURNS text LANGUAGE sql AS $$
    SELECT coalesce((pg_temp.seen('officer', format('SELECT due_on FROM api.clock_due(%L, %L, %s)', $1, $2,
        coalesce(pg_temp.setting_id($3)::text, 'NULL'))))[1], 'none');
$$;
\o
SELECT no_plan();

CREATE TEMPORARY TABLE cases AS SELECT * FROM (VALUES
('assess_decision', '2026-11-25', '2027-01-06', 'SI 2014/1530 reg 5(3): six weeks from the request to the decision whether to assess'),
('assess_decision', '2028-01-18', '2028-02-29', 'SI 2014/1530 reg 5(3): six weeks may end on 29 February'),
('advice', '2026-11-25', '2027-01-06', 'SI 2014/1530 reg 8: six weeks from asking for advice'),
('no_plan', '2026-11-25', '2027-03-17', 'SI 2014/1530 reg 10(1): sixteen weeks to say that no plan is issued'),
('draft', '2026-11-25', '2027-03-17', 'CoP 9.44: the draft by week sixteen'),
('representations', '2026-11-25', '2026-12-09', 'SI 2014/1530 reg 13(1)(a): fifteen days, the day it is served being the first'),
('consultation', '2026-11-25', '2026-12-10', 'CoP 9.83: fifteen days to answer'),
('final_plan', '2026-11-25', '2027-04-14', 'SI 2014/1530 reg 13(2): twenty weeks from the request'),
('final_plan', '2027-10-13', '2028-03-01', 'SI 2014/1530 reg 13(2): twenty weeks over 29 February'),
('reassess_decision', '2026-12-20', '2027-01-04', 'SI 2014/1530 reg 25: fifteen days'),
('reassess_final', '2026-11-25', '2027-03-03', 'SI 2014/1530 reg 27(2): fourteen weeks from the notice'),
('conceded_assess', '2026-11-25', '2026-12-09', 'SI 2014/1530 reg 45: two weeks'),
('conceded_no_plan', '2026-11-25', '2027-02-03', 'SI 2014/1530 reg 45: ten weeks'),
('conceded_final', '2026-11-25', '2027-03-03', 'SI 2014/1530 reg 45: fourteen weeks'),
('conceded_amended', '2026-11-25', '2026-12-30', 'SI 2014/1530 reg 45: five weeks'),
('appeal', '2026-12-31', '2027-02-28', 'Tribunal Procedure Rules 2008 r.20: two months, from the 31st to the last of a short month'),
('appeal', '2027-12-31', '2028-02-29', 'Tribunal Procedure Rules 2008 r.20: two months in a leap year'),
('appeal_certificate', '2027-01-31', '2027-02-28', 'Tribunal Procedure Rules 2008 r.20: a month from the certificate'),
('review', '2026-11-25', '2027-11-25', 'CFA 2014 s.44(1): twelve months'),
('review', '2028-02-29', '2029-02-28', 'CFA 2014 s.44(1): twelve months from 29 February'),
('review_meeting', '2026-11-25', '2027-10-28', 'CoP 9.169: the meeting four weeks before the twelve months end'),
('review_invitation', '2026-11-25', '2027-10-14', 'SI 2014/1530 regs 20, 21: invited two weeks before the latest meeting'),
('review_advice', '2026-11-25', '2027-10-14', 'SI 2014/1530 reg 20: advice two weeks before it'),
('review_report', '2026-11-25', '2026-12-09', 'SI 2014/1530 reg 20(8): the report within two weeks'),
('review_decision', '2026-11-25', '2026-12-23', 'SI 2014/1530 reg 20(10): four weeks from the meeting'),
('review_notice', '2026-11-25', '2026-12-23', 'R (L, M, P) v Devon CC [2022] EWHC 493: the amendments within the same four weeks'),
('review_representations', '2026-12-23', '2027-01-06', 'SI 2014/1530 reg 22(2)(c): fifteen days'),
('review_final', '2026-12-23', '2027-02-17', 'SI 2014/1530 reg 22(3), (4): eight weeks from the notice'),
('review_whole', '2026-11-25', '2027-02-17', 'SI 2014/1530 regs 20(10), 22(3): twelve weeks from the meeting'),
('review_under_five', '2026-08-31', '2027-02-28', 'CoP 9.178: every six months under five'),
('phase_15_february', '2027-01-01', '2027-02-15', 'SI 2014/1530 reg 18(1)(b): 15 February of the year of transfer'),
('phase_31_march', '2027-12-31', '2027-03-31', 'SI 2014/1530 reg 18(1)(a): 31 March of the year of transfer'),
('phase_notice_15_february', '2027-09-01', '2026-12-21', 'SI 2014/1530 reg 22(3): counted back eight weeks from 15 February'),
('phase_meeting_15_february', '2027-09-01', '2026-11-23', 'SI 2014/1530 regs 20(10), 22(3): latest meeting 23 November for 15 February'),
('phase_invitation_15_february', '2027-09-01', '2026-11-09', 'SI 2014/1530 reg 20: invited two weeks before the latest meeting'),
('phase_meeting_31_march', '2027-09-01', '2027-01-06', 'SI 2014/1530 regs 20(10), 22(3): latest meeting 6 January for 31 March'),
('phase_meeting_31_march', '2028-09-01', '2028-01-07', 'SI 2014/1530 regs 20(10), 22(3): 7 January in a leap year'),
('phase_notice_31_march', '2027-09-01', '2027-02-03', 'SI 2014/1530 reg 22(3): counted back eight weeks from 31 March'),
('phase_invitation_31_march', '2027-09-01', '2026-12-23', 'SI 2014/1530 reg 20: invited two weeks before'),
('post_16_move', '2027-09-01', '2027-04-01', 'SI 2014/1530 reg 18(2): five months before the move'),
('post_16_move', '2028-07-31', '2028-02-29', 'SI 2014/1530 reg 18(2): five months back into a February of a leap year'),
('post_16_meeting', '2027-09-01', '2027-01-07', 'domain 5.3: for a move on 1 September the meeting by 7 January'),
('post_16_notice', '2027-09-01', '2027-02-04', 'SI 2014/1530 reg 22(3): counted back eight weeks from the five months'),
('transition_review', '2027-09-01', '2026-10-07', 'domain 6.3: the first week of October'),
('transition_review', '2028-09-01', '2027-10-07', 'domain 6.3: also before a leap year'),
('transition_consultation', '2028-09-01', '2027-11-30', 'domain 6.3: settings consulted in mid or late autumn'),
('transition_meeting_dated', '2027-09-01', '2026-10-07', 'domain 6.3: a planning meeting with SEN support'),
('transition_meeting_held', '2027-09-01', '2027-06-30', 'domain 6.3: in June the two SENCOs meet'),
('transition_destination', '2027-09-01', '2027-07-01', 'domain 6.4: destination by 1 July'),
('transition_agreement', '2027-09-01', '2027-07-01', 'CoP 5.47: agreement by 1 July'),
('transition_visits', '2027-09-01', '2027-07-15', 'domain 6.3: extra visits in June and July'),
('transition_training', '2027-09-01', '2027-08-31', 'domain 6.2: staff trained before the first day'),
('transition_destination_in_year', '2028-03-14', '2028-02-29', 'CoP 5.47: two weeks before, over 29 February'),
('transition_agreement_in_year', '2027-03-14', '2027-02-28', 'CoP 5.47: two weeks before'),
('transition_arrived', '2027-09-01', '2027-09-01', 'Education Act 1996 s.436A: on the first day'),
('transition_settled', '2027-09-01', '2028-02-16', 'domain 6.3: to the February half term'),
('la_move_transfer', '2026-12-14', '2027-01-06', 'SI 2014/1530 reg 15: fifteen working days, that day being the first, without Christmas, Boxing Day and New Year'),
('la_move_transfer', '2026-12-12', '2027-01-06', 'SI 2014/1530 reg 15: a Saturday is no working day, the Monday is the first'),
('la_move_transfer', '2026-11-02', '2026-11-20', 'SI 2014/1530 reg 15: three weeks without a holiday'),
('la_move_day', '2028-02-29', '2028-02-29', 'SI 2014/1530 reg 15: known in time, on the day of the move'),
('la_move_tell', '2026-11-25', '2027-01-06', 'SI 2014/1530 reg 15: six weeks from the transfer'),
('la_move_review_year', '2026-02-28', '2027-02-28', 'SI 2014/1530 reg 15: twelve months from the plan'),
('la_move_review_months', '2026-11-30', '2027-02-28', 'SI 2014/1530 reg 15: three months from the transfer'),
('section_23_answer', '2026-12-24', '2027-01-12', 'CFA 2014 s.23: no days in law, ten working days by house practice'),
('ctf_sent', '2026-09-02', '2026-09-23', 'SI 2005/1437 reg 9(3): fifteen school days after leaving'),
('ctf_sent', '2026-07-22', '2026-09-23', 'SI 2005/1437 reg 9(3): leavers of July, counted from September, a training day left out'),
('ctf_sent', '2026-10-16', '2026-11-13', 'SI 2005/1437 reg 9(3): over half term'),
('handover_sent', '2027-01-01', '2027-05-31', 'domain 6.4: the hand-over by 31 May of the year of the move'),
('handover_sent_in_year', '2028-02-29', '2028-02-29', 'CoP 5.47, 6.57: within a year, by the first day'),
('handover_acknowledged', '2027-12-20', '2028-01-06', 'domain 6.4: ten working days, over Christmas and New Year'),
('ctf_dual', '2026-12-10', '2027-01-14', 'SI 2005/1437 reg 9(3A): over Christmas'),
('new_pupil_return', '2026-09-02', '2026-09-06', 'SI 2024/208 reg 13: five days, the first included')
       ) AS w (clock, start_on, due_on, title);
SELECT is(pg_temp.due(w.clock, w.start_on), w.due_on, w.title) FROM cases AS w;
SELECT is_empty('SELECT c.id FROM law.clocks AS c EXCEPT SELECT w.clock FROM cases AS w', 'no clock is without a case here');

SELECT is(pg_temp.due('ctf_sent', '2026-09-07', 'Juniors'), '2026-09-28', 'SI 2005/1437 reg 9(3): a setting with a calendar of its own counts its own days');
SELECT is(pg_temp.due('ctf_sent', '2026-10-01', 'Juniors'), '-', 'past the end of its calendar nothing is guessed');
SELECT is(pg_temp.due('ctf_sent', '2027-07-20'), '-', 'nor past the end of the authority''s');
SELECT is(pg_temp.due('la_move_transfer', '2028-12-28'), '-', 'nor past the last bank holiday that is known');
SELECT is(pg_temp.due('la_move_transfer', '2022-12-01'), '-', 'nor before the first');
SELECT is(pg_temp.due('final_plan', '2014-08-31'), 'none', 'no clock of the Act runs before it was in force');
SELECT is(pg_temp.due('no_such_clock', '2026-11-25'), 'none', 'a clock there is not is never due');

-- A version follows another; each start is reckoned by its own day's.
UPDATE law.clocks SET valid_to = '2026-12-31' WHERE id = 'final_plan';
INSERT INTO law.clocks (id, valid_from, process, plan_type, name, kind, starts, ends, unit, amount, owner, rule_id)
VALUES ('final_plan', '2027-01-01', 'assessment', 'ehcp', 'Final plan', 'limit', 'request_received', 'final_issued', 'week', 16, 'la', 'ehc_final');
SELECT is(pg_temp.due('final_plan', '2026-12-31'), '2027-05-20', 'design 1.5: the old version for the last day of it');
SELECT is(pg_temp.due('final_plan', '2027-01-01'), '2027-04-23', 'and the new one from its first');
SELECT throws_ok($$INSERT INTO law.clocks SELECT (c).* FROM (SELECT c FROM law.clocks AS c WHERE c.id = 'final_plan' LIMIT 1) AS s$$,
    '23505', NULL, 'no two versions for one day');

-- A kind of plan that does not exist yet is rows alone.
INSERT INTO law.plan_types VALUES ('isp', 'Individual support plan', '2029-09-01', NULL, 'Test');
INSERT INTO law.clocks (id, valid_from, process, plan_type, name, kind, starts, ends, unit, amount, owner, rule_id)
VALUES ('isp_review', '2029-09-01', 'review', 'isp', 'Review', 'limit', 'plan_in_force', 'review_held', 'month', 4, 'setting', 'review_annual');
SELECT is(pg_temp.due('isp_review', '2029-10-31'), '2030-02-28', 'design 1.5: a plan of another kind is reckoned by the same engine');
SELECT is(pg_temp.due('isp_review', '2029-08-31'), 'none', 'from the day it is in force');

-- Why.
CREATE FUNCTION pg_temp.why(clock text, start_on text, columns text) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen('officer', format('SELECT %s FROM api.clock_explain(%L, %L, NULL)', $3, $1, $2));
$$;
SELECT is(pg_temp.why('la_move_transfer', '2026-12-14', 'due_on, counting, not_counted, reference'),
    ARRAY['2027-01-06 15 working days, of which 2026-12-14 is the first if it counts ["2026-12-25 Christmas Day","2026-12-28 Boxing Day (substitute)","2027-01-01 New Year''s Day"] SI 2014/1530 reg 15'],
    'a date is explained by what was counted and what was not');
SELECT is(pg_temp.why('phase_invitation_15_february', '2027-09-01', 'due_on, counting, rule, standing'),
    ARRAY['2026-11-09 2 weeks back from 2026-11-23, the day by which phase_meeting_15_february is due phase_invitation practice'],
    'one counted back by what it was counted back from');
SELECT is(pg_temp.why('final_plan', '2026-11-25', 'version, jsonb_array_length(exceptions), exceptions->0->>''exception'''), ARRAY['2014-09-01 4 absent'],
    'SI 2014/1530 regs 5(4), 10(4), 13(3): with the four exceptions there are, and the version');
SELECT is(pg_temp.why('review', '2026-11-25', 'exceptions'), ARRAY['-'], 'and none where the law has none');

-- The rows hold together.
SELECT is_empty($$SELECT c.id FROM law.clocks AS c WHERE NOT EXISTS (SELECT FROM law.rules AS r WHERE r.id = c.rule_id
    AND c.valid_from BETWEEN r.valid_from AND coalesce(r.valid_to, 'infinity'))$$, 'each clock follows a rule in force when it begins');
SELECT is_empty($$SELECT c.id FROM law.clocks AS c WHERE c.starts_due IS NOT NULL AND NOT EXISTS (SELECT FROM law.clocks AS o WHERE o.id = c.starts_due)$$,
    'a clock that starts from another finds it');
SELECT is_empty($$SELECT e.code, u.id FROM law.clock_exceptions AS e, unnest(e.clock_ids) AS u (id)
    WHERE NOT EXISTS (SELECT FROM law.clocks AS c WHERE c.id = u.id)$$, 'an exception excuses clocks there are');
SELECT is((SELECT array_agg(e.code || ' ' || coalesce(e.weeks_min, 0) ORDER BY e.code) FROM law.clock_exceptions AS e),
    '{"absent 4","early_years_closed 4","exceptional_personal 0","school_closed 4"}', 'SI 2014/1530 reg 5(4)(a) to (d): four exceptions, three of them of four weeks');

SELECT * FROM finish();
ROLLBACK;
