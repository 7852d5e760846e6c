-- findings.sql — the reasons of the colours, in words. The order in which
-- they are tried is that of api.move_judged (sql/resources/transition_rules.sql).
-- Where the rule is the deadline of the kind of move, it is not named here.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.colours (code, rank, severity, name)
VALUES
('BLACK', 1, 'error', 'A statutory day has passed'),
('RED', 2, 'error', 'A day of practice has passed, or the statutory one is near'),
('AMBER', 3, 'warn', 'A step is late'),
('GREEN', 4, 'info', 'On time'),
('BLUE', 5, 'info', 'Complete')
ON CONFLICT (code) DO UPDATE
   SET rank = excluded.rank,
       severity = excluded.severity,
       name = excluded.name;

INSERT INTO law.findings (id, rag, rule_id, sentence)
VALUES
('blue_plan', 'BLUE', 'rag_complete', 'Complete: the plan is final and the child attends the destination.'),
('blue_support', 'BLUE', 'rag_complete', 'Complete: the form was acknowledged and the child attends the destination, or has settled there.'),
('black_no_final', 'BLACK', NULL, 'The deadline has passed without a final plan.'),
('black_final_late', 'BLACK', NULL, 'The plan was finalised after the deadline.'),
('red_final_on_the_day', 'RED', 'phase_transfer_last_compliant_day', 'The plan was finalised on the named day; the regulation says before it.'),
('red_refused', 'RED', 'rag_ehc_placement', 'The placement was refused.'),
('red_not_found', 'RED', 'rag_ehc_placement', 'Every setting that was consulted said no, and no destination is known.'),
('red_no_final', 'RED', 'rag_ehc_no_final_red', 'The plan is not final with {days} days or fewer to the last compliant day.'),
('red_no_review', 'RED', 'phase_transfer_latest_review', 'No review meeting was held by {days} days before the deadline.'),
('red_no_notice', 'RED', 'rag_ehc_no_notice_red', 'No amendment notice was sent within {days} days of the review meeting.'),
('amber_no_notice', 'AMBER', 'rag_ehc_no_notice_amber', 'No amendment notice was sent within {days} days of the review meeting.'),
('amber_no_destination', 'AMBER', 'rag_ehc_no_destination_amber', 'No destination is proposed with {days} days or fewer to the last compliant day.'),
('amber_not_answered', 'AMBER', 'rag_ehc_consultation', 'A setting that was consulted has not answered within {days} days.'),
('amber_final_unnamed', 'AMBER', 'rag_destination_named', 'The plan is final, but no destination is recorded.'),
('green_final', 'GREEN', 'rag_on_time', 'The plan was final in time.'),
('green_on_time', 'GREEN', 'rag_on_time', 'Every step due so far was done in time.'),
('black_file_not_sent', 'BLACK', 'rag_support_file', 'The file was not sent within {days} school days of the child leaving.'),
('red_form_without_agreement', 'RED', 'rag_support_agreement', 'The form was sent without the parents'' agreement.'),
('red_no_destination', 'RED', 'rag_support_destination', 'No destination was known by {day}.'),
('red_no_agreement', 'RED', 'rag_support_agreement', 'The parents'' agreement was not recorded by {day}.'),
('red_form_unacknowledged', 'RED', 'rag_support_form_acknowledged', 'The form was not acknowledged by {day}.'),
('amber_form_not_sent', 'AMBER', 'rag_support_form_sent', 'The destination is known, but the form was not sent by {day}.'),
('amber_form_unacknowledged', 'AMBER', 'rag_support_form_unacknowledged', 'The form was not acknowledged within {days} working days.'),
('amber_no_meeting', 'AMBER', 'rag_support_meeting', 'The move needs more than the usual, and no day is set for a meeting.'),
('green_handed_over', 'GREEN', 'rag_on_time', 'Destination, agreement and acknowledged form are in place.')
ON CONFLICT (id) DO UPDATE
   SET rag = excluded.rag,
       rule_id = excluded.rule_id,
       sentence = excluded.sentence;
