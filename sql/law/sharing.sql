-- sharing.sql — one SENCO shared by smaller primary schools: what the Code
-- says, the numbers it leaves to the authority (core.thresholds puts its own
-- before these), and what can be said of each condition.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.rules (id, valid_from, valid_to, standing, months, amount, reference, sentence)
VALUES
('sh1_primary_schools', '2014-09-01', NULL, 'guidance', NULL, NULL, 'SEND Code of Practice 6.92',
 'Smaller primary schools may share a SENCO.'),
('sh1_total_roll', '2014-09-01', NULL, 'practice', NULL, 420, 'SEND Code of Practice 6.92 "smaller"; the number is the authority''s',
 'Schools that share a SENCO have no more than 420 pupils together.'),
('sh1_school_roll', '2014-09-01', NULL, 'practice', NULL, 210, 'SEND Code of Practice 6.92 "smaller"; the number is the authority''s',
 'A school that shares a SENCO has no more than 210 pupils, one form of entry.'),
('sh2_each_school', '2014-09-01', NULL, 'statute', NULL, NULL, 'CFA 2014 s.67; SI 2014/1530 reg 49; SEND Code of Practice 6.92',
 'The other requirements on a SENCO are met at each school.'),
('sh2_teacher_there', '2014-09-01', NULL, 'statute', NULL, NULL, 'SI 2014/1530 reg 49(2); SEND Code of Practice 6.92',
 'The SENCO works as a teacher at each school.'),
('sh3_not_head', '2014-09-01', NULL, 'guidance', NULL, NULL, 'SEND Code of Practice 6.93',
 'A shared SENCO is head of none of the schools; reg 49(3) lets a head be SENCO of that school alone.'),
('sh4_teaching_share', '2014-09-01', NULL, 'practice', NULL, 20, 'SEND Code of Practice 6.93 "significant class teaching commitment"; the number is the authority''s',
 'A shared SENCO teaches classes for no more than 20 % of a full timetable.'),
('sh5_hours_per_100_pupils', '2014-09-01', NULL, 'practice', NULL, 5, 'SEND Code of Practice 6.92 "sufficient time"; the number is the authority''s',
 'The SENCO has 5 hours a week away from teaching for each 100 registered pupils of all the schools.'),
('sh5_hours_per_sen_pupil', '2014-09-01', NULL, 'practice', NULL, 0.25, 'SEND Code of Practice 6.92 "sufficient time"; the number is the authority''s',
 'The SENCO has a quarter of an hour a week for each pupil with SEN.'),
('sh5_admin_hours', '2014-09-01', NULL, 'practice', NULL, 1, 'SEND Code of Practice 6.92 "sufficient administrative support"; the number is the authority''s',
 'The SENCO has 1 hour a week of administrative support for each 100 registered pupils.'),
('sh6_review_interval', '2014-09-01', NULL, 'practice', 12, NULL, 'SEND Code of Practice 6.94 "regularly"; the interval is the authority''s',
 'How well the shared role works is reviewed every 12 months.'),
('sh7_not_continued', '2014-09-01', NULL, 'guidance', NULL, NULL, 'SEND Code of Practice 6.94',
 'The schools do not persist with a shared SENCO where it harms SEN provision or the progress of pupils.'),
-- What is looked back upon.
('measures_past', '2014-09-01', NULL, 'practice', 12, NULL, 'House practice; SEND Code of Practice 6.94',
 'Cycles reviewed in the last 12 months are counted on time or late.'),
-- Who could help out.
('sharing_near_metres', '2014-09-01', NULL, 'practice', NULL, 16000, 'House practice',
 'A SENCO is near a school who works within 16,000 metres of it.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       months = excluded.months,
       amount = excluded.amount,
       reference = excluded.reference,
       sentence = excluded.sentence;

INSERT INTO law.sharing_findings (id, rank, rule_id, severity, sentence)
VALUES
('sh1_primary', 10, 'sh1_primary_schools', 'info', '{name} is a primary school.'),
('sh1_not_primary', 10, 'sh1_primary_schools', 'warn', '{name} is not a primary school ({phase}).'),
('sh1_phase_unknown', 10, 'sh1_primary_schools', 'warn', 'The register does not say whether {name} is a primary school.'),
('sh1_together', 11, 'sh1_total_roll', 'info', 'The {schools} schools have {roll} pupils together, no more than {limit}.'),
('sh1_together_too_many', 11, 'sh1_total_roll', 'warn', 'The {schools} schools have {roll} pupils together, more than {limit}.'),
('sh1_smaller', 12, 'sh1_school_roll', 'info', '{name} has {roll} pupils, no more than {limit}.'),
('sh1_not_smaller', 12, 'sh1_school_roll', 'warn', '{name} has {roll} pupils, more than {limit}.'),
('sh1_roll_unknown', 12, 'sh1_school_roll', 'warn', 'How many pupils {name} has is not known.'),
('sh2_teacher', 21, 'sh2_teacher_there', 'info', '{person} works as a teacher at {name}.'),
('sh2_not_teacher', 21, 'sh2_teacher_there', 'error', '{person} does not work as a teacher at {name}.'),
('sh2_teacher_unknown', 21, 'sh2_teacher_there', 'warn', 'Whether {person} works as a teacher at {name} is not recorded.'),
('sh3_no_head', 30, 'sh3_not_head', 'info', '{person} is not head of {name}.'),
('sh3_head', 30, 'sh3_not_head', 'error', '{person} is head of {name}; a head is not a shared SENCO.'),
('sh3_acting_head', 30, 'sh3_not_head', 'error', '{person} is acting head of {name}; a head is not a shared SENCO.'),
('sh4_little_teaching', 40, 'sh4_teaching_share', 'info', '{person} teaches classes for {teaching_percent} % of a timetable, no more than {limit} %.'),
('sh4_much_teaching', 40, 'sh4_teaching_share', 'warn', '{person} teaches classes for {teaching_percent} % of a timetable, more than {limit} %.'),
('sh4_unknown', 40, 'sh4_teaching_share', 'warn', 'How much {person} teaches is not recorded.'),
('sh5_hours_enough', 50, 'sh5_hours_per_100_pupils', 'info', '{hours} hours a week for {roll} pupils are {per_100_pupils} for each 100, no less than {limit}.'),
('sh5_hours_short', 50, 'sh5_hours_per_100_pupils', 'warn', '{hours} hours a week for {roll} pupils are {per_100_pupils} for each 100, less than {limit}.'),
('sh5_hours_unknown', 50, 'sh5_hours_per_100_pupils', 'warn', 'Without the roll nobody can say whether {hours} hours a week are enough.'),
('sh5_hours_unsaid', 50, 'sh5_hours_per_100_pupils', 'info', 'How many of the hours are for {name} is not said.'),
('sh5_sen_hours_enough', 51, 'sh5_hours_per_sen_pupil', 'info', '{hours} hours a week for {sen_pupils} pupils with SEN are {per_sen_pupil} for each, no less than {limit}.'),
('sh5_sen_hours_short', 51, 'sh5_hours_per_sen_pupil', 'warn', '{hours} hours a week for {sen_pupils} pupils with SEN are {per_sen_pupil} for each, less than {limit}.'),
('sh5_sen_none', 51, 'sh5_hours_per_sen_pupil', 'info', 'No pupil with SEN is recorded.'),
('sh5_sen_hours_unsaid', 51, 'sh5_hours_per_sen_pupil', 'info', 'How many of the hours are for the {sen_pupils} pupils with SEN of {name} is not said.'),
('sh5_admin_enough', 52, 'sh5_admin_hours', 'info', '{admin_hours} hours a week of administrative support for {roll} pupils are {per_100_pupils} for each 100, no less than {limit}.'),
('sh5_admin_short', 52, 'sh5_admin_hours', 'warn', '{admin_hours} hours a week of administrative support for {roll} pupils are {per_100_pupils} for each 100, less than {limit}.'),
('sh5_admin_unknown', 52, 'sh5_admin_hours', 'warn', 'Without the roll and the hours of administrative support nobody can say whether they are enough.'),
('sh6_first_review', 60, 'sh6_review_interval', 'info', 'If it is approved, the first review is due on {due_on}.'),
('sh6_review_due', 60, 'sh6_review_interval', 'info', 'The next review is due on {due_on}.'),
('sh6_review_overdue', 60, 'sh6_review_interval', 'warn', 'The review due on {due_on} has not been held.'),
('sh6_no_review', 60, 'sh6_review_interval', 'warn', 'No review is planned.'),
('sh7_continued', 70, 'sh7_not_continued', 'info', 'No review has found that the arrangement must end.'),
('sh7_still_active', 70, 'sh7_not_continued', 'error', 'The review of {held_on} found that the arrangement must end; it still stands.')
ON CONFLICT (id) DO UPDATE
   SET rank = excluded.rank,
       rule_id = excluded.rule_id,
       severity = excluded.severity,
       sentence = excluded.sentence;
