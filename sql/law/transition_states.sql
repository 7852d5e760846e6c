-- transition_states.sql — the two-sided protocol of a move: whose the next
-- step is in each state, and who may take which step. All practice: no law
-- says how settings tell one another.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.transition_states (state, rank, name, is_open, is_agreed, owner, next, unplaced, next_unplaced)
VALUES
('planned', 1, 'Planned', true, false, 'sender', 'Tell the destination of the child.', 'authority', 'Find out where the child goes.'),
('offered', 2, 'Offered', true, true, 'receiver', 'Look at it and answer.', 'authority', 'Find out where the child goes.'),
('seen', 3, 'Seen', true, true, 'receiver', 'Answer: accept, ask or decline.', 'authority', 'Find out where the child goes.'),
('queried', 4, 'Queried', true, true, 'sender', 'Answer the question by offering again.', 'authority', 'Find out where the child goes.'),
('accepted', 5, 'Accepted', true, true, 'receiver', 'Say when the child has come, or that it has not.', 'authority', 'Find out where the child goes.'),
('received', 6, 'Received', true, true, 'receiver', 'Say when the child has settled.', 'authority', 'Find out where the child goes.'),
('declined', 7, 'Declined', true, false, 'authority', 'Find another destination, or offer again.', 'authority', 'Find another destination.'),
('revoked', 8, 'Revoked', true, false, 'sender', 'Offer again, or name another destination.', 'authority', 'Find out where the child goes.'),
('lost', 9, 'Lost', true, false, 'authority', 'Find the child.', 'authority', 'Find the child.'),
('settled', 10, 'Settled', false, true, NULL, NULL, NULL, NULL),
('cancelled', 11, 'Cancelled', false, false, NULL, NULL, NULL, NULL)
ON CONFLICT (state) DO UPDATE
   SET rank = excluded.rank,
       name = excluded.name,
       is_open = excluded.is_open,
       is_agreed = excluded.is_agreed,
       owner = excluded.owner,
       next = excluded.next,
       unplaced = excluded.unplaced,
       next_unplaced = excluded.next_unplaced;

INSERT INTO law.transition_steps (from_state, step, sides, needs_reason, needs_destination)
VALUES
('planned', 'offered', '{sender,authority}', false, true),
('planned', 'lost', '{sender,authority}', true, false),
('planned', 'cancelled', '{sender,authority}', true, false),
('offered', 'seen', '{receiver}', false, true),
('offered', 'accepted', '{receiver}', false, true),
('offered', 'queried', '{receiver}', true, true),
('offered', 'declined', '{receiver}', true, true),
('offered', 'received', '{receiver}', false, true),
('offered', 'revoked', '{sender,authority}', true, true),
('offered', 'lost', '{sender,receiver,authority}', true, false),
('offered', 'cancelled', '{authority}', true, false),
('seen', 'accepted', '{receiver}', false, true),
('seen', 'queried', '{receiver}', true, true),
('seen', 'declined', '{receiver}', true, true),
('seen', 'received', '{receiver}', false, true),
('seen', 'revoked', '{sender,authority}', true, true),
('seen', 'lost', '{sender,receiver,authority}', true, false),
('seen', 'cancelled', '{authority}', true, false),
('queried', 'offered', '{sender,authority}', false, true),
('queried', 'accepted', '{receiver}', false, true),
('queried', 'declined', '{receiver}', true, true),
('queried', 'received', '{receiver}', false, true),
('queried', 'revoked', '{sender,authority}', true, true),
('queried', 'lost', '{sender,receiver,authority}', true, false),
('queried', 'cancelled', '{authority}', true, false),
('accepted', 'received', '{receiver}', false, true),
('accepted', 'declined', '{receiver}', true, true),
('accepted', 'revoked', '{sender,authority}', true, true),
('accepted', 'lost', '{sender,receiver,authority}', true, false),
('accepted', 'cancelled', '{authority}', true, false),
('received', 'settled', '{receiver}', false, true),
('received', 'lost', '{receiver,authority}', true, false),
('declined', 'offered', '{sender,authority}', true, true),
('declined', 'lost', '{sender,authority}', true, false),
('declined', 'cancelled', '{authority}', true, false),
('revoked', 'offered', '{sender,authority}', false, true),
('revoked', 'lost', '{sender,authority}', true, false),
('revoked', 'cancelled', '{sender,authority}', true, false),
('lost', 'offered', '{sender,authority}', false, true),
('lost', 'received', '{receiver}', false, true),
('lost', 'cancelled', '{authority}', true, false)
ON CONFLICT (from_state, step) DO UPDATE
   SET sides = excluded.sides,
       needs_reason = excluded.needs_reason,
       needs_destination = excluded.needs_destination;

INSERT INTO law.rules (id, valid_from, valid_to, standing, month, day, days, months, amount, reference, sentence)
VALUES
('cohort_ehc_plan', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, NULL, NULL, 'SI 2014/1530 reg 18',
 'A child with an EHC plan who changes phase has a case.'),
('cohort_sen_support', '2014-09-01', NULL, 'guidance', NULL, NULL, NULL, NULL, NULL, 'CoP 5.47, 6.57',
 'SEN support includes planning the move: a child with SEN support who changes phase has a case.'),
('move_destination_agrees', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, NULL, NULL, 'House practice; CoP 5.47',
 'The setting a child leaves and the authority name the same destination.'),
('move_destination_open', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, NULL, NULL, 'House practice; GIAS',
 'A child moves to a setting that is open on its first day there.'),
('move_deferred_born', '2014-09-01', NULL, 'guidance', NULL, NULL, NULL, NULL, 4, 'School Admissions Code 2021, 2.18-2.20',
 'Who is born from 1 April (month 4) to 31 August may start school a year later.'),
('move_ages_slack', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, NULL, 1, 'House practice; School Admissions Code 2021, 2.18-2.20',
 'A child educated out of its year may be a year older or younger than the others of a setting.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       amount = excluded.amount,
       reference = excluded.reference,
       sentence = excluded.sentence;

INSERT INTO law.transition_provisions (provision, valid_from, valid_to, rule_id)
VALUES
('E', '2014-09-01', NULL, 'cohort_ehc_plan'),
('K', '2014-09-01', NULL, 'cohort_sen_support')
ON CONFLICT (provision, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       rule_id = excluded.rule_id;

INSERT INTO law.transition_findings (id, rule_id, severity, sentence)
VALUES
('destination_differs', 'move_destination_agrees', 'warn', 'The setting the child leaves says that it goes to {theirs}; the case says {ours}.'),
('destination_not_taken', 'move_destination_agrees', 'info', 'The setting the child leaves says that it goes to {theirs}; the case has no destination yet.'),
('destination_closed', 'move_destination_open', 'error', '{ours} is closed when the child is to come there, on {target_on}.'),
('deferred_not_summer_born', 'move_deferred_born', 'warn', 'The child starts a year later, but was born on {born_on}, not from 1 April to 31 August.')
ON CONFLICT (id) DO UPDATE
   SET rule_id = excluded.rule_id,
       severity = excluded.severity,
       sentence = excluded.sentence;
