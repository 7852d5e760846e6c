-- desk.sql — what stands on a SENCO's desk and why, and by what her hours are
-- counted.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.rules (id, valid_from, valid_to, standing, month, day, days, months, amount, reference, sentence)
VALUES
('plan_review_on_its_day', '2014-09-01', NULL, 'guidance', NULL, NULL, NULL, NULL, NULL, 'CoP 5.43, 6.53',
 'The support and its effect are reviewed in line with the agreed date.'),
('desk_review_soon', '2014-09-01', NULL, 'practice', NULL, NULL, 28, NULL, NULL, 'House practice; CoP 6.53',
 'A review stands on the desk from 28 days before its day.'),
('plan_review_without_date', '2014-09-01', NULL, 'guidance', NULL, NULL, NULL, 4, NULL, 'CoP 6.65: parents are met at least three times a year',
 'Where no day was agreed, a plan is reviewed four months after it began.'),
('desk_advice_read', '2014-09-01', NULL, 'practice', NULL, NULL, 14, NULL, NULL, 'House practice; CoP 5.56',
 'Advice stands on the desk for 14 days from the day it was given.'),
('school_year_weeks', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, NULL, 38, 'SI 1999/3181 reg 3(2): at least 380 sessions of half a day',
 'A school meets for 38 weeks in a year.'),
('term_autumn', '2014-09-01', NULL, 'practice', 9, 1, NULL, NULL, NULL, 'DfE school census: autumn term',
 'The autumn term is counted from 1 September.'),
('term_spring', '2014-09-01', NULL, 'practice', 1, 1, NULL, NULL, NULL, 'DfE school census: spring term',
 'The spring term is counted from 1 January.'),
('term_summer', '2014-09-01', NULL, 'practice', 4, 1, NULL, NULL, NULL, 'DfE school census: summer term',
 'The summer term is counted from 1 April.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       month = excluded.month,
       day = excluded.day,
       days = excluded.days,
       months = excluded.months,
       amount = excluded.amount,
       reference = excluded.reference,
       sentence = excluded.sentence;

INSERT INTO law.desk_items (id, kind, rule_id, sentence)
VALUES
('review_overdue', 'review_overdue', 'plan_review_on_its_day', 'The plan begun on {of} was to be reviewed by {day}.'),
('review_due_soon', 'review_due_soon', 'desk_review_soon', 'The plan begun on {of} is to be reviewed by {day}.'),
('plan_without_review_date', 'plan_without_review_date', 'plan_review_without_date', 'The plan begun on {of} has no day of review; without one it falls on {day}.'),
('review_before_transfer', 'annual_milestone', 'phase_transfer_latest_review', 'The EHC plan changes phase in September: the review meeting is to be held by {day}.'),
('plan_before_transfer', 'annual_milestone', NULL, 'The EHC plan changes phase in September: {of} by {day}.'),
('handover_to_send', 'handover_to_send', NULL, 'A child with SEN support moves in September: {of} by {day}.'),
('handover_to_take', 'handover_to_take', 'rag_support_form_unacknowledged', '{of} has handed over a child; the form is to be acknowledged by {day}.'),
('qualification', 'qualification', NULL, '{of}'),
('sharing_review', 'sharing_review', 'sh6_review_interval', 'How the shared SENCO works ("{of}") is to be reviewed by {day}.'),
('action', 'action', NULL, 'An action for the setting, agreed at the visit of {of}, is due by {day}.'),
('action_without_day', 'action', NULL, 'An action for the setting, agreed at the visit of {of}, is open; no day was set.'),
('advice', 'advice', 'desk_advice_read', 'The authority gave advice: {of}. It stands here until {day}.')
ON CONFLICT (id) DO UPDATE
   SET kind = excluded.kind,
       rule_id = excluded.rule_id,
       sentence = excluded.sentence;
