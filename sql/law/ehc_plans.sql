-- ehc_plans.sql — what a plan is made of, what issues a version of it, the
-- numbers by which reviews and forecasts are reckoned, and what is said of a
-- case that is not as it should be.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.ehc_sections (code, rank, name, is_needed, reference)
VALUES
('A', 1, 'Views, interests and aspirations of the child and the parents', true, 'SI 2014/1530 reg 12(1)(a)'),
('B', 2, 'Special educational needs', true, 'SI 2014/1530 reg 12(1)(b)'),
('C', 3, 'Health care needs that relate to them', true, 'SI 2014/1530 reg 12(1)(c)'),
('D', 4, 'Social care needs that relate to them', true, 'SI 2014/1530 reg 12(1)(d)'),
('E', 5, 'Outcomes sought', true, 'SI 2014/1530 reg 12(1)(e)'),
('F', 6, 'Special educational provision', true, 'SI 2014/1530 reg 12(1)(f)'),
('G', 7, 'Health care provision', true, 'SI 2014/1530 reg 12(1)(g)'),
('H1', 8, 'Social care provision under section 2 of the Chronically Sick and Disabled Persons Act 1970', true, 'SI 2014/1530 reg 12(1)(h)(i)'),
('H2', 9, 'Other social care provision', true, 'SI 2014/1530 reg 12(1)(h)(ii)'),
('I', 10, 'School or other institution, or its type', true, 'SI 2014/1530 reg 12(1)(i)'),
('J', 11, 'Direct payments', false, 'SI 2014/1530 reg 12(1)(j)'),
('K', 12, 'Advice and information of the assessment, as appendices', true, 'SI 2014/1530 reg 12(1)(k)')
ON CONFLICT (code) DO UPDATE
   SET rank = excluded.rank,
       name = excluded.name,
       is_needed = excluded.is_needed,
       reference = excluded.reference;

INSERT INTO law.ehc_plan_kinds (code, rank, name, issued_by, amended_by, phase_by, is_in_force, reference)
VALUES
('draft', 1, 'Draft', 'draft_sent', 'amendment_noticed', 'amendment_noticed', false, 'CFA 2014 s.38; SI 2014/1530 regs 13(1), 22(2)'),
('final', 2, 'Final plan', 'final_issued', NULL, NULL, true, 'CFA 2014 s.37; SI 2014/1530 reg 13(2)'),
('amended', 3, 'Amended plan', 'amended_issued', 'amended_issued', 'phase_final_issued', true, 'SI 2014/1530 regs 18, 22(3)'),
('transferred', 4, 'Plan of another authority', 'plan_transferred_in', NULL, NULL, true, 'SI 2014/1530 reg 15')
ON CONFLICT (code) DO UPDATE
   SET rank = excluded.rank,
       name = excluded.name,
       issued_by = excluded.issued_by,
       amended_by = excluded.amended_by,
       phase_by = excluded.phase_by,
       is_in_force = excluded.is_in_force,
       reference = excluded.reference;

INSERT INTO law.rules (id, valid_from, valid_to, standing, days, months, amount, month, day, reference, sentence)
VALUES
('ehc_forecast_span', '2014-09-01', NULL, 'practice', 730, NULL, NULL, NULL, NULL, 'House practice',
 'A forecast rests on what was reached in the last 730 days.'),
('ehc_forecast_cases', '2014-09-01', NULL, 'practice', NULL, NULL, 20, NULL, NULL, 'House practice',
 'A forecast rests on at least 20 cases that had taken as long; else there is none.'),
('ehc_plan_sections', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, NULL, NULL, 'SI 2014/1530 reg 12(1)',
 'A plan has sections A to I and K, each by itself; J where there are direct payments.'),
('ehc_placement_named', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, NULL, NULL, 'CFA 2014 ss.39, 40',
 'Section I of a final plan names a school or other institution, or at least its type.'),
('ehc_placement_suits', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, NULL, NULL, 'CFA 2014 s.39(4)(a)',
 'A setting that is named is suitable for the age of the child.'),
('ehc_cease_appeal', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, NULL, NULL, 'CFA 2014 s.45(4); SI 2014/1530 reg 31',
 'A plan is kept until the time for an appeal against ceasing it has passed, or the appeal is decided.'),
('ehc_cease_shown', '2014-09-01', NULL, 'practice', NULL, 12, NULL, NULL, NULL, 'House practice',
 'How a plan ceased is looked at for twelve months.'),
('ehc_plan_age', '2014-09-01', NULL, 'statute', NULL, NULL, 25, NULL, NULL, 'CFA 2014 ss.37, 46',
 'A plan is for a child or young person under 25; it may be kept until the end of the academic year of that birthday.'),
('ehc_plan_age_year_end', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, 7, 31, 'CFA 2014 s.46; SI 2014/1530 reg 46',
 'The academic year in which the 25th birthday lies ends on 31 July.'),
('ehc_move_transferred', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, NULL, NULL, 'SI 2014/1530 reg 15(2)',
 'The plan of a child who has moved is transferred to the new authority within fifteen working days of knowing.'),
('ehc_adulthood_year', '2014-09-01', NULL, 'statute', NULL, NULL, 9, NULL, NULL, 'SI 2014/1530 regs 20(6), 21(6); CoP 8.9',
 'From Year 9 on a review covers preparation for adulthood.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       days = excluded.days,
       months = excluded.months,
       amount = excluded.amount,
       month = excluded.month,
       day = excluded.day,
       reference = excluded.reference,
       sentence = excluded.sentence;

UPDATE law.rules AS r
   SET due = 'end of the plan'
 WHERE r.id = 'ehc_plan_age_year_end'
   AND r.due IS NULL;

INSERT INTO law.ehc_forecasts (clock_id, milestone, rank, start_event, end_event, by_year, dropped_by)
VALUES
('assess_decision', 'assess_decision', 1, 'request_received', 'assessment_decided', false, '{}'),
('advice', 'advice', 2, 'advice_requested', 'advice_received', false, '{plan_refused,final_issued}'),
('draft', 'draft', 3, 'request_received', 'draft_sent', false, '{assessment_decided:refuse,plan_refused}'),
('final_plan', 'final_plan', 4, 'request_received', 'final_issued', false, '{assessment_decided:refuse,plan_refused}'),
('review_decision', 'review_decision', 5, 'review_held', 'review_decided', false, '{review_held}'),
('phase_15_february', 'phase_final', 6, 'review_held', 'phase_final_issued', true, '{}'),
('phase_31_march', 'phase_final', 6, 'review_held', 'phase_final_issued', true, '{}')
ON CONFLICT (clock_id) DO UPDATE
   SET milestone = excluded.milestone,
       rank = excluded.rank,
       start_event = excluded.start_event,
       end_event = excluded.end_event,
       by_year = excluded.by_year,
       dropped_by = excluded.dropped_by;

INSERT INTO law.ehc_findings (id, rule_id, severity, sentence)
VALUES
('sections_missing', 'ehc_plan_sections', 'warn', 'Version {version} of the plan lacks sections: {sections}.'),
('placement_missing', 'ehc_placement_named', 'warn', 'The plan in force, version {version}, names no placement that stands.'),
('placement_age', 'ehc_placement_suits', 'warn', '{name} takes {low_age} to {high_age} years by the register; on 31 August the child was {age}.'),
('ceased_early', 'ehc_cease_appeal', 'error', 'The plan ceased on {ceased_on}, but the time for an appeal ran until {appeal_until}.'),
('ceased_undecided', 'ehc_cease_appeal', 'error', 'The plan ceased on {ceased_on} while an appeal lodged on {lodged_on} was not decided.'),
('ceased_unsaid', 'ehc_cease_appeal', 'warn', 'The plan ceased on {ceased_on}, and no letter of the decision is recorded.'),
('plan_at_25', 'ehc_plan_age', 'warn', 'The young person is {age}; the plan may be kept until {until}.'),
('plan_after_25', 'ehc_plan_age', 'error', 'The young person was 25 on {birthday}, and the academic year ended on {until}.'),
('move_not_transferred', 'ehc_move_transferred', 'error', 'The move was known on {known_on}; the plan should have been transferred by {due_on}.'),
('forecast_history', 'ehc_forecast_span', 'info', 'Of {cases} cases that took {elapsed_days} days or more, {later} took longer than the {limit_days} there are.'),
('forecast_too_few', 'ehc_forecast_cases', 'info', 'Cases that took {elapsed_days} days or more: {cases}; with fewer than {least} there is no estimate.'),
('forecast_beyond', 'ehc_forecast_span', 'info', 'After {elapsed_days} days it has taken longer than each of {history} cases before; there is no estimate.'),
('forecast_not_started', 'ehc_forecast_span', 'info', 'What it is reckoned from has not happened yet.')
ON CONFLICT (id) DO UPDATE
   SET rule_id = excluded.rule_id,
       severity = excluded.severity,
       sentence = excluded.sentence;
