-- between.sql — when a child who left one place and has not arrived at another
-- begins to count, who owns the next step, and when it is the authority's.
-- The fifteen school days are those of the clock ctf_sent (clocks.sql).
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.rules (id, valid_from, valid_to, standing, month, day, due, days, amount, reference, sentence)
VALUES
('between_missing', '2005-09-01', NULL, 'guidance', NULL, NULL, NULL, NULL, NULL, 'Education Act 1996 s.436A; SI 2005/1437 reg 9(3); practice: the lost pupil database of S2S after fifteen school days',
 'A child who is at no known place when the fifteen school days of the common transfer file are over is the authority''s to find.'),
('between_no_calendar', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, 21, NULL, 'House practice: fifteen school days without a holiday are 21 days',
 'Where no school calendar is known, a child is the authority''s to find after 21 days.'),
('between_leavers_from', '2014-09-01', NULL, 'practice', 7, 1, 'leavers of the school year begin', NULL, NULL, 'House practice',
 'Who leaves on 1 July or later, before the school year begins, leaves at the end of the school year.'),
('between_leavers_until', '2014-09-01', NULL, 'practice', 9, 1, 'leavers of the school year are looked for', NULL, NULL, 'House practice; Education Act 1996 s.579 "school year"',
 'Who leaves at the end of a school year counts as between settings from the first school day of the next, 1 September where no calendar is known.'),
('between_announced', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, NULL, NULL, 'House practice',
 'A child whose next place has a first day is expected there; if that is after the child would be the authority''s to find, the authority looks whether it may wait.'),
('between_no_show', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, NULL, NULL, 'Practice: a child who does not arrive is told to the authority (children missing education)',
 'Where a child was expected and did not come, the receiving setting says so.'),
('between_outside', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, NULL, NULL, 'House practice; Education Act 1996 s.436A',
 'Whether a child arrived at a place outside the area, which sends no records here, the authority asks.'),
('between_acknowledged', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, NULL, NULL, 'CoP 5.47, 6.57; house practice',
 'Who has acknowledged the hand-over of a child takes the next step.'),
('between_age', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, NULL, 16, 'Education Act 1996 s.8(3): the last Friday in June of the school year of the sixteenth birthday',
 'A child without an EHC plan is looked for until the end of compulsory school age.'),
('between_age_plan', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, NULL, 25, 'CFA 2014 ss.37, 46: to the end of the academic year of the twenty-fifth birthday',
 'A young person with an EHC plan is looked for until the end of the year in which they are 25.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       month = excluded.month,
       day = excluded.day,
       due = excluded.due,
       days = excluded.days,
       amount = excluded.amount,
       reference = excluded.reference,
       sentence = excluded.sentence;

INSERT INTO law.between_findings (id, rule_id, owner, severity, sentence)
VALUES
('between_within', 'ctf_sent', 'setting_left', 'info',
 'Left {setting_name} on {left_on} and is at no known place; {setting_name} sends the file by {due_on}.'),
('between_days_only', 'between_no_calendar', 'setting_left', 'warn',
 'Left {setting_name} on {left_on} and is at no known place since {days} days; school days cannot be told, since no calendar is known.'),
('between_acknowledged', 'between_acknowledged', 'receiving_setting', 'info',
 'Left {setting_name} on {left_on}; {to_setting_name} acknowledged the hand-over on {acknowledged_on}, but has the child on no roll yet.'),
('between_no_show', 'between_no_show', 'receiving_setting', 'warn',
 'Left {setting_name} on {left_on}, was expected at {to_setting_name} on {target_on} and is not on roll there.'),
('between_lost', 'between_no_show', 'authority', 'error',
 'Left {setting_name} on {left_on}; {to_setting_name} was to have the child on {target_on}, and it was said on {lost_on} that the child is not there.'),
('between_outside', 'between_outside', 'authority', 'warn',
 'Left {setting_name} on {left_on}, was expected at {to_setting_name}, outside the area, on {target_on}, and nobody has said that the child came.'),
('between_announced', 'between_announced', 'receiving_setting', 'info',
 'Left {setting_name} on {left_on} and begins at another place on {begins_on}.'),
('between_announced_late', 'between_announced', 'authority', 'warn',
 'Left {setting_name} on {left_on} and is to begin at another place only on {begins_on}.'),
('between_escalated', 'between_missing', 'authority', 'error',
 'Left {setting_name} on {left_on} and was at no known place when fifteen school days were over, on {due_on}.'),
('between_escalated_days', 'between_no_calendar', 'authority', 'error',
 'Left {setting_name} on {left_on} and is at no known place since {days} days; school days cannot be told, since no calendar is known.')
ON CONFLICT (id) DO UPDATE
   SET rule_id = excluded.rule_id,
       owner = excluded.owner,
       severity = excluded.severity,
       sentence = excluded.sentence;
