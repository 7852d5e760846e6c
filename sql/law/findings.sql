-- findings.sql — the reasons of the colours, in words. The order in which
-- they are tried is that of api.transition_cases (sql/resources/reports.sql).
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.findings (id, rag, rule_id, sentence)
VALUES
('blue_plan', 'BLUE', NULL, 'Complete: the plan is final and the child attends the destination.'),
('blue_support', 'BLUE', NULL, 'Complete: the form was acknowledged and the child attends the destination.'),
('black_no_final', 'BLACK', NULL, 'The deadline has passed without a final plan.'),
('black_final_late', 'BLACK', NULL, 'The plan was finalised after the deadline.'),
('red_final_on_the_day', 'RED', 'phase_transfer_last_compliant_day', 'The plan was finalised on the named day; the regulation says before it.'),
('red_refused', 'RED', NULL, 'The placement was refused.'),
('red_no_final', 'RED', 'rag_ehc_no_final_red', 'The plan is not final with {days} days or fewer to the last compliant day.'),
('red_no_review', 'RED', 'phase_transfer_latest_review', 'No review meeting was held by {days} days before the deadline.'),
('red_no_notice', 'RED', 'rag_ehc_no_notice_red', 'No amendment notice was sent within {days} days of the review meeting.'),
('amber_no_notice', 'AMBER', 'rag_ehc_no_notice_amber', 'No amendment notice was sent within {days} days of the review meeting.'),
('amber_no_destination', 'AMBER', 'rag_ehc_no_destination_amber', 'No destination is proposed with {days} days or fewer to the last compliant day.'),
('amber_final_unnamed', 'AMBER', NULL, 'The plan is final, but no destination is recorded.'),
('green_final', 'GREEN', NULL, 'The plan was final in time.'),
('green_on_time', 'GREEN', NULL, 'Every step due so far was done in time.'),
('red_form_without_agreement', 'RED', 'rag_support_agreement', 'The form was sent without the parents'' agreement.'),
('red_no_destination', 'RED', 'rag_support_destination', 'No destination was known by {day}.'),
('red_no_agreement', 'RED', 'rag_support_agreement', 'The parents'' agreement was not recorded by {day}.'),
('red_form_unacknowledged', 'RED', 'rag_support_form_acknowledged', 'The form was not acknowledged by {day}.'),
('amber_form_not_sent', 'AMBER', 'rag_support_form_sent', 'The destination is known, but the form was not sent by {day}.'),
('amber_form_unacknowledged', 'AMBER', 'rag_support_form_unacknowledged', 'The form was not acknowledged within {days} working days.'),
('green_handed_over', 'GREEN', NULL, 'Destination, agreement and acknowledged form are in place.')
ON CONFLICT (id) DO UPDATE
   SET rag = excluded.rag,
       rule_id = excluded.rule_id,
       sentence = excluded.sentence;
