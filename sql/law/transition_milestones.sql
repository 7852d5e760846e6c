-- transition_milestones.sql — the year of a move in days, as most authorities
-- keep it (domain.md 6.3). What the law itself dates are the clocks of process
-- phase_transfer; hand-over and transfer file are those of process hand_over.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.rules (id, valid_from, valid_to, standing, reference, sentence)
VALUES
('transition_review', '2014-09-01', NULL, 'practice', 'House practice; SI 2014/1530 reg 18', 'The review before a move is held in the first week of October, so that all that follows has its time.'),
('transition_consultation', '2014-09-01', NULL, 'practice', 'House practice; CFA 2014 s.39', 'Settings are consulted by the end of November.'),
('transition_meeting_dated', '2014-09-01', NULL, 'practice', 'House practice; CoP 5.47', 'A move that needs more than the usual has a day for its meeting in the first week of October.'),
('transition_meeting_held', '2014-09-01', NULL, 'practice', 'House practice; CoP 5.47, 6.57', 'In June the two SENCOs meet.'),
('transition_visits', '2014-09-01', NULL, 'practice', 'House practice', 'Extra visits are made by the middle of July.'),
('transition_training', '2014-09-01', NULL, 'practice', 'House practice', 'The staff who will need it are trained before the first day.'),
('transition_in_year', '2014-09-01', NULL, 'practice', 'House practice; CoP 5.47', 'For a move within the year the destination is known, and what is shared agreed, two weeks before.'),
('transition_arrived', '2014-09-01', NULL, 'practice', 'House practice; Education Act 1996 s.436A', 'On the first day somebody looks whether the child has come.'),
('transition_settled', '2014-09-01', NULL, 'practice', 'House practice', 'By the February half term it is said whether the child has settled.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       reference = excluded.reference,
       sentence = excluded.sentence;

-- A day of the autumn before is counted back from 1 January, which no leap
-- year moves.
INSERT INTO law.clocks (id, valid_from, process, plan_type, name, kind, starts, starts_due, ends, unit, amount, month, day, owner, rule_id)
VALUES
('post_16_notice', '2014-09-01', 'phase_transfer', 'ehcp', 'Notice with the amendments', 'limit', NULL, 'post_16_move', 'amendment_noticed', 'week', -8, NULL, NULL, 'la', 'phase_notice'),
('post_16_meeting', '2014-09-01', 'phase_transfer', 'ehcp', 'Review meeting', 'limit', NULL, 'post_16_move', 'review_held', 'week', -12, NULL, NULL, 'setting', 'phase_meeting'),
('transition_review', '2014-09-01', 'transition', NULL, 'Review meeting, as practice has it', 'limit', NULL, NULL, 'review_held', 'day_of_year', -86, 1, 1, 'setting', 'transition_review'),
('transition_consultation', '2014-09-01', 'transition', NULL, 'Settings consulted', 'limit', NULL, NULL, 'consultation_sent', 'day_of_year', -32, 1, 1, 'la', 'transition_consultation'),
('transition_meeting_dated', '2014-09-01', 'transition', NULL, 'A day for the planning meeting', 'limit', NULL, NULL, 'meeting_dated', 'day_of_year', -86, 1, 1, 'setting', 'transition_meeting_dated'),
('transition_meeting_held', '2014-09-01', 'transition', NULL, 'Meeting of both SENCOs', 'limit', NULL, NULL, 'meeting_held', 'day_of_year', 0, 6, 30, 'receiving_setting', 'transition_meeting_held'),
('transition_destination', '2014-09-01', 'transition', NULL, 'Destination known', 'limit', NULL, NULL, 'destination_known', 'day_of_year', 0, 7, 1, 'la', 'rag_support_destination'),
('transition_agreement', '2014-09-01', 'transition', NULL, 'Agreement to what is shared', 'limit', NULL, NULL, 'agreed', 'day_of_year', 0, 7, 1, 'setting', 'rag_support_agreement'),
('transition_visits', '2014-09-01', 'transition', NULL, 'Extra visits', 'limit', NULL, NULL, 'visits_done', 'day_of_year', 0, 7, 15, 'receiving_setting', 'transition_visits'),
('transition_training', '2014-09-01', 'transition', NULL, 'Staff trained', 'limit', 'first_day', NULL, 'training_done', 'day', -1, NULL, NULL, 'receiving_setting', 'transition_training'),
('transition_destination_in_year', '2014-09-01', 'transition', NULL, 'Destination known', 'limit', 'first_day', NULL, 'destination_known', 'week', -2, NULL, NULL, 'la', 'transition_in_year'),
('transition_agreement_in_year', '2014-09-01', 'transition', NULL, 'Agreement to what is shared', 'limit', 'first_day', NULL, 'agreed', 'week', -2, NULL, NULL, 'setting', 'transition_in_year'),
('transition_arrived', '2014-09-01', 'transition', NULL, 'The child has come', 'limit', 'first_day', NULL, 'received', 'day', 0, NULL, NULL, 'receiving_setting', 'transition_arrived'),
('transition_settled', '2014-09-01', 'transition', NULL, 'The child has settled', 'limit', 'first_day', NULL, 'settled', 'week', 24, NULL, NULL, 'receiving_setting', 'transition_settled')
ON CONFLICT (id, valid_from) DO UPDATE
   SET process = excluded.process,
       plan_type = excluded.plan_type,
       name = excluded.name,
       starts = excluded.starts,
       starts_due = excluded.starts_due,
       ends = excluded.ends,
       unit = excluded.unit,
       amount = excluded.amount,
       month = excluded.month,
       day = excluded.day,
       owner = excluded.owner,
       rule_id = excluded.rule_id;

INSERT INTO law.transition_milestones (clock, n, kinds, statuses, tiers, starts)
VALUES
('transition_review', 1, '{EYS,INJ,PRM,PRS,MDS,SEP,6FS}', '{E}', NULL, 'september'),
('transition_meeting_dated', 2, '{EYS,INJ,PRM,PRS,MDS,SEP,6FS,P16}', '{K}', '{enhanced,intensive}', 'september'),
('phase_invitation_15_february', 3, '{EYS,INJ,PRM,PRS,MDS}', '{E}', NULL, 'september'),
('phase_meeting_15_february', 4, '{EYS,INJ,PRM,PRS,MDS}', '{E}', NULL, 'september'),
('phase_notice_15_february', 5, '{EYS,INJ,PRM,PRS,MDS}', '{E}', NULL, 'september'),
('phase_15_february', 6, '{EYS,INJ,PRM,PRS,MDS}', '{E}', NULL, 'september'),
('phase_invitation_31_march', 7, '{SEP,6FS}', '{E}', NULL, 'september'),
('phase_meeting_31_march', 8, '{SEP,6FS}', '{E}', NULL, 'september'),
('phase_notice_31_march', 9, '{SEP,6FS}', '{E}', NULL, 'september'),
('phase_31_march', 10, '{SEP,6FS}', '{E}', NULL, 'september'),
('post_16_meeting', 11, '{P16}', '{E}', NULL, 'target'),
('post_16_notice', 12, '{P16}', '{E}', NULL, 'target'),
('post_16_move', 13, '{P16}', '{E}', NULL, 'target'),
('transition_consultation', 14, '{EYS,INJ,PRM,PRS,MDS,SEP,6FS}', '{E}', NULL, 'september'),
('transition_meeting_held', 15, '{EYS,INJ,PRM,PRS,MDS,SEP,6FS,P16}', '{E,K}', '{enhanced,intensive}', 'september'),
('transition_destination', 16, '{EYS,INJ,PRM,PRS,MDS,SEP,6FS,P16}', '{K}', NULL, 'september'),
('transition_agreement', 17, '{EYS,INJ,PRM,PRS,MDS,SEP,6FS,P16}', '{E,K}', NULL, 'september'),
('transition_destination_in_year', 18, '{INY,MOV}', '{E,K}', NULL, 'target'),
('transition_agreement_in_year', 19, '{INY,MOV}', '{E,K}', NULL, 'target'),
('transition_visits', 20, '{EYS,INJ,PRM,PRS,MDS,SEP,6FS,P16}', '{E,K}', '{enhanced,intensive}', 'september'),
('transition_training', 21, NULL, '{E,K}', '{enhanced,intensive}', 'target'),
('transition_arrived', 22, NULL, NULL, NULL, 'target'),
('transition_settled', 23, NULL, NULL, NULL, 'target')
ON CONFLICT (clock) DO UPDATE
   SET n = excluded.n,
       kinds = excluded.kinds,
       statuses = excluded.statuses,
       tiers = excluded.tiers,
       starts = excluded.starts;
