-- ehc_events.sql — what can happen in a case, after what, and what it needs.
-- A new kind of plan needs no new events, only clocks over them.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.ehc_advisers (code, name, is_needed, year_from, reference)
VALUES
('parent', 'Parent or young person', true, NULL, 'SI 2014/1530 reg 6(1)(a)'),
('education', 'Head, SENCO or provider of early years education', true, NULL, 'SI 2014/1530 reg 6(1)(b)'),
('health', 'Health', true, NULL, 'SI 2014/1530 reg 6(1)(c)'),
('psychologist', 'Educational psychologist', true, NULL, 'SI 2014/1530 reg 6(1)(d)'),
('social_care', 'Social care', true, NULL, 'SI 2014/1530 reg 6(1)(e)'),
('other', 'Another person the authority thinks right', false, NULL, 'SI 2014/1530 reg 6(1)(f)'),
('adulthood', 'Preparation for adulthood and independent living', true, 9, 'SI 2014/1530 reg 6(1)(g)'),
('asked_for', 'A person the parent or young person reasonably asks for', false, NULL, 'SI 2014/1530 reg 6(1)(h)')
ON CONFLICT (code) DO UPDATE
   SET name = excluded.name,
       is_needed = excluded.is_needed,
       year_from = excluded.year_from,
       reference = excluded.reference;

INSERT INTO law.ehc_events (code, process, name, after, of, outcomes, counts_as, needs, ends, is_ahead, reference)
VALUES
('health_notice_received', 'section_23', 'Notice of a health body', '{}', NULL, NULL, '{}', '{}', false, false, 'CFA 2014 s.23'),
('health_notice_answered', 'section_23', 'Answer to the notice', '{health_notice_received}', 'health_notice_received', '{request,no_request}', '{}', '{}', false, false, 'CFA 2014 s.23'),
('request_received', 'assessment', 'Request for an assessment', '{}', NULL, NULL, '{}', '{}', false, false, 'CFA 2014 s.36(1)'),
('assessment_decided', 'assessment', 'Decision whether to assess', '{request_received,appeal_conceded,tribunal_decided}', NULL, '{assess,refuse}', '{assessment_begins}', '{}', false, false, 'CFA 2014 s.36(3); SI 2014/1530 reg 5'),
('exception_applied', 'assessment', 'Exception to a time limit', '{request_received,reassessment_requested}', NULL, NULL, '{}', '{exception,reason}', false, false, 'SI 2014/1530 regs 5(4), 8(2), 10(4), 13(3)'),
('advice_requested', 'assessment', 'Request for advice', '{assessment_decided:assess,reassessment_decided:assess}', NULL, NULL, '{}', '{adviser}', false, false, 'SI 2014/1530 reg 6(1)'),
('advice_chased', 'assessment', 'Reminder of the advice', '{advice_requested}', 'advice_requested', NULL, '{}', '{}', false, false, NULL),
('advice_received', 'assessment', 'Advice', '{advice_requested}', 'advice_requested', NULL, '{}', '{}', false, false, 'SI 2014/1530 reg 8'),
('plan_refused', 'assessment', 'Decision not to issue a plan', '{assessment_decided:assess}', NULL, NULL, '{}', '{}', false, false, 'SI 2014/1530 reg 10(1)'),
('draft_sent', 'assessment', 'Draft plan', '{assessment_decided:assess,reassessment_decided:assess}', NULL, NULL, '{}', '{}', false, false, 'CFA 2014 s.38; SI 2014/1530 reg 13(1)'),
('representations_ended', 'assessment', 'Representations', '{draft_sent,amendment_noticed}', NULL, NULL, '{}', '{}', false, false, 'SI 2014/1530 regs 13(1)(a), 22(2)(c)'),
('consultation_sent', 'assessment', 'Consultation of a setting', '{draft_sent,review_held,amendment_noticed,plan_transferred_in}', NULL, NULL, '{}', '{setting_id}', false, false, 'CFA 2014 s.39(2)'),
('consultation_answered', 'assessment', 'Answer to a consultation', '{consultation_sent}', 'consultation_sent', '{agrees,unsuitable,others_education,resources,other}', '{}', '{}', false, false, 'CFA 2014 s.39(4); CoP 9.83'),
('final_issued', 'assessment', 'Final plan', '{draft_sent}', NULL, NULL, '{plan_in_force,review_year}', '{}', false, false, 'SI 2014/1530 reg 13(2)'),
('placement_named', 'plan', 'Placement named in section I', '{draft_sent,amendment_noticed,final_issued,plan_transferred_in}', NULL, NULL, '{}', '{setting_id}', false, false, 'CFA 2014 s.39'),
('budget_agreed', 'plan', 'Personal budget', '{draft_sent,final_issued,review_held,plan_transferred_in}', NULL, '{direct_payment,arranged,third_party,combined}', '{}', '{}', false, false, 'CFA 2014 s.49'),
('budget_ended', 'plan', 'End of the personal budget', '{budget_agreed}', 'budget_agreed', NULL, '{}', '{}', false, false, 'SI 2014/1652'),
('reassessment_requested', 'reassessment', 'Request for a re-assessment', '{final_issued,plan_transferred_in}', NULL, NULL, '{}', '{}', false, false, 'CFA 2014 s.44(2)'),
('reassessment_decided', 'reassessment', 'Decision whether to assess again', '{reassessment_requested,appeal_conceded,tribunal_decided}', NULL, '{assess,refuse}', '{assessment_begins}', '{}', false, false, 'SI 2014/1530 reg 25'),
('reassessment_noticed', 'reassessment', 'Notice of the re-assessment', '{reassessment_decided:assess}', NULL, NULL, '{}', '{}', false, false, 'SI 2014/1530 reg 25(1)'),
('review_invited', 'review', 'Invitations to the review', '{final_issued,plan_transferred_in}', NULL, NULL, '{}', '{}', false, false, 'SI 2014/1530 regs 20, 21'),
('review_advice_sent', 'review', 'Advice for the review', '{review_invited}', NULL, NULL, '{}', '{}', false, false, 'SI 2014/1530 reg 20'),
('review_held', 'review', 'Review meeting', '{final_issued,plan_transferred_in}', NULL, NULL, '{}', '{}', false, false, 'CFA 2014 s.44(1)'),
('review_reported', 'review', 'Report of the review', '{review_held}', 'review_held', NULL, '{}', '{}', false, false, 'SI 2014/1530 reg 20(8)'),
('review_decided', 'review', 'Decision after the review', '{review_held}', 'review_held', '{maintain,amend,cease}', '{plan_in_force,review_year}', '{}', false, false, 'SI 2014/1530 reg 20(10)'),
('amendment_noticed', 'review', 'Notice with the amendments', '{review_held,final_issued,plan_transferred_in}', NULL, NULL, '{}', '{}', false, false, 'SI 2014/1530 regs 22(2), 28'),
('amended_issued', 'review', 'Amended plan', '{amendment_noticed,appeal_conceded,tribunal_decided}', NULL, NULL, '{}', '{}', false, false, 'SI 2014/1530 reg 22(3)'),
('not_amended', 'review', 'Decision not to amend after all', '{amendment_noticed}', NULL, NULL, '{amended_issued}', '{}', false, false, 'SI 2014/1530 reg 22(3)(b)'),
('phase_final_issued', 'phase_transfer', 'Final plan for the next phase', '{review_held}', NULL, NULL, '{amended_issued}', '{year}', false, false, 'SI 2014/1530 reg 18'),
('move_planned', 'phase_transfer', 'Day of a move between post-16 institutions', '{final_issued,plan_transferred_in}', NULL, NULL, '{}', '{}', false, true, 'SI 2014/1530 reg 18(2)'),
('decision_sent', 'appeal', 'Letter of a decision that can be appealed', '{assessment_decided:refuse,plan_refused,final_issued,amended_issued,not_amended,phase_final_issued,reassessment_decided:refuse,review_decided}', NULL, NULL, '{}', '{}', false, false, 'CFA 2014 s.51'),
('mediation_asked', 'appeal', 'Request for mediation', '{decision_sent}', NULL, NULL, '{}', '{}', false, false, 'CFA 2014 s.53'),
('mediation_held', 'appeal', 'Mediation', '{mediation_asked}', 'mediation_asked', '{agreed,not_agreed}', '{}', '{}', false, false, 'CFA 2014 s.53'),
('certificate_issued', 'appeal', 'Mediation certificate', '{decision_sent}', NULL, NULL, '{}', '{}', false, false, 'CFA 2014 s.55'),
('appeal_lodged', 'appeal', 'Appeal to the Tribunal', '{decision_sent}', NULL, '{no_assessment,no_plan,no_reassessment,contents,ceasing}', '{}', '{}', false, false, 'CFA 2014 s.51'),
('appeal_conceded', 'appeal', 'Appeal not opposed', '{appeal_lodged}', 'appeal_lodged', NULL, '{}', '{}', false, false, 'SI 2014/1530 reg 45'),
('appeal_withdrawn', 'appeal', 'Appeal withdrawn', '{appeal_lodged}', 'appeal_lodged', NULL, '{}', '{}', false, false, NULL),
('tribunal_decided', 'appeal', 'Decision of the Tribunal', '{appeal_lodged}', 'appeal_lodged', '{upheld,upheld_in_part,dismissed}', '{}', '{}', false, false, 'SI 2014/1530 reg 44'),
('move_known', 'la_move', 'The child has moved to another authority', '{final_issued,plan_transferred_in}', NULL, NULL, '{}', '{la_code}', false, false, 'SI 2014/1530 reg 15'),
('plan_transferred_out', 'la_move', 'Plan sent to the new authority', '{move_known}', NULL, NULL, '{plan_transferred}', '{la_code}', true, false, 'SI 2014/1530 reg 15'),
('plan_transferred_in', 'la_move', 'Plan received from another authority', '{}', NULL, NULL, '{plan_transferred,plan_in_force}', '{la_code}', false, false, 'SI 2014/1530 reg 15'),
('la_move_told', 'la_move', 'Parents told what the new authority will do', '{plan_transferred_in}', 'plan_transferred_in', NULL, '{}', '{}', false, false, 'SI 2014/1530 reg 15'),
('plan_ceased', 'plan', 'Plan ceased', '{final_issued,plan_transferred_in}', NULL, '{age_25,needs_met,higher_education,employment,left_education,moved_away,died,other}', '{}', '{}', true, false, 'CFA 2014 s.45; SI 2014/1530 reg 31'),
('case_closed', 'assessment', 'Case closed without a plan', '{health_notice_received,request_received}', NULL, '{no_assessment,no_plan,withdrawn,moved_away,died,in_error}', '{}', '{}', true, false, NULL)
ON CONFLICT (code) DO UPDATE
   SET process = excluded.process,
       name = excluded.name,
       after = excluded.after,
       of = excluded.of,
       outcomes = excluded.outcomes,
       counts_as = excluded.counts_as,
       needs = excluded.needs,
       ends = excluded.ends,
       is_ahead = excluded.is_ahead,
       reference = excluded.reference;
