-- due.sql — what is due beside the clocks of the law, how far the list of what
-- is due looks ahead, and who acts, in words.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.rules (id, valid_from, valid_to, standing, days, amount, reference, sentence)
VALUES
('due_plan_review', '2014-09-01', NULL, 'guidance', NULL, NULL, 'CoP 5.43, 6.53', 'SEN support is reviewed on the day that was agreed for it.'),
('due_visit_action', '2014-09-01', NULL, 'practice', NULL, NULL, 'House practice', 'What was agreed at a visit is done by the day that was agreed.'),
('deadlines_ahead', '2014-09-01', NULL, 'practice', 28, NULL, 'House practice', 'The list of what is due looks four weeks ahead where no other span is asked for.'),
('deadlines_week', '2014-09-01', NULL, 'practice', 7, NULL, 'House practice', 'This week is today and the days until seven days on.'),
('deadlines_lines', '2014-09-01', NULL, 'practice', NULL, 40, 'House practice', 'The daily digest names so many of an owner in each part, and counts the rest.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       days = excluded.days,
       amount = excluded.amount,
       reference = excluded.reference,
       sentence = excluded.sentence;

INSERT INTO law.due_items (id, name, owner, rule_id)
VALUES
('between', 'Arrival at the next place', NULL, 'between_missing'),
('plan_review', 'Review of SEN support', 'setting', 'due_plan_review'),
('visit_action', 'Action agreed at a visit', NULL, 'due_visit_action')
ON CONFLICT (id) DO UPDATE
   SET name = excluded.name,
       owner = excluded.owner,
       rule_id = excluded.rule_id;

INSERT INTO law.codes (list, code, rank, title, valid_from, valid_to, reference)
VALUES
('due_owner', 'la', 1, 'The authority', '2014-09-01', NULL, 'law.clocks, owner'),
('due_owner', 'new_la', 2, 'The new authority', '2014-09-01', NULL, 'law.clocks, owner'),
('due_owner', 'area_senco', 3, 'The Area SENCO', '2014-09-01', NULL, 'CoP 5.55-5.58'),
('due_owner', 'setting', 4, 'The setting', '2014-09-01', NULL, 'law.clocks, owner'),
('due_owner', 'receiving_setting', 5, 'The receiving setting', '2014-09-01', NULL, 'law.clocks, owner'),
('due_owner', 'adviser', 6, 'Who gives advice', '2014-09-01', NULL, 'law.clocks, owner'),
('due_owner', 'health', 7, 'The health body', '2014-09-01', NULL, 'law.clocks, owner'),
('due_owner', 'parent', 8, 'Parents or the young person', '2014-09-01', NULL, 'law.clocks, owner'),
('due_owner', 'other', 9, 'Somebody else', '2014-09-01', NULL, 'Actions of visits')
ON CONFLICT (list, code) DO UPDATE
   SET rank = excluded.rank,
       title = excluded.title,
       valid_from = excluded.valid_from,
       valid_to = excluded.valid_to,
       reference = excluded.reference;
