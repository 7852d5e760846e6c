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

-- What of it the settings are told as milestones of a phase transfer.
UPDATE law.ehc_events AS e
   SET milestone = w.milestone
  FROM law.ehc_events AS k
  LEFT JOIN (VALUES
    ('review_held', 'review_held_on'),
    ('amendment_noticed', 'amendment_noticed_on'),
    ('phase_final_issued', 'plan_final_on')
       ) AS w (event, milestone)
    ON w.event = k.code
 WHERE e.code = k.code
   AND e.milestone IS DISTINCT FROM w.milestone;

-- How the case stands after it, and whose move it is where no clock runs.
INSERT INTO law.ehc_states (event, outcome, state, name, step, owner, reference)
VALUES
('health_notice_received', NULL, 'notified', 'Notified by a health body', 'Answer to the notice', 'la', 'CFA 2014 s.23'),
('health_notice_answered', 'request', 'notified', 'Notified by a health body', 'Request for an assessment, or the end of the case', 'la', 'CFA 2014 ss.23, 36'),
('health_notice_answered', 'no_request', 'not_pursued', 'Answered without a request', 'End of the case', 'la', NULL),
('request_received', NULL, 'requested', 'Requested', 'Decision whether to assess', 'la', 'SI 2014/1530 reg 5(3)'),
('assessment_decided', 'assess', 'assessing', 'Being assessed', 'Advice, then the draft or the decision not to issue', 'la', 'SI 2014/1530 regs 6, 10, 13'),
('assessment_decided', 'refuse', 'refused', 'Assessment refused', 'Letter with the right to appeal', 'la', 'SI 2014/1530 reg 5(1)'),
('plan_refused', NULL, 'not_issued', 'Plan not issued', 'Letter with the right to appeal', 'la', 'SI 2014/1530 reg 10(1)'),
('draft_sent', NULL, 'drafted', 'Draft sent', 'Final plan', 'la', 'SI 2014/1530 reg 13(2)'),
('final_issued', NULL, 'in_force', 'Plan in force', 'Annual review', 'la', 'CFA 2014 s.44(1)'),
('plan_transferred_in', NULL, 'in_force', 'Plan in force', 'Review by the new authority', 'la', 'SI 2014/1530 reg 15'),
('reassessment_requested', NULL, 'reassessment_requested', 'Re-assessment requested', 'Decision whether to assess again', 'la', 'SI 2014/1530 reg 25'),
('reassessment_decided', 'assess', 'reassessing', 'Being assessed again', 'Plan after the re-assessment', 'la', 'SI 2014/1530 reg 27(2)'),
('reassessment_decided', 'refuse', 'in_force', 'Plan in force', 'Letter with the right to appeal', 'la', 'SI 2014/1530 reg 25'),
('review_held', NULL, 'reviewing', 'Under review', 'Decision after the review', 'la', 'SI 2014/1530 reg 20(10)'),
('review_decided', 'maintain', 'in_force', 'Plan in force', 'Annual review', 'la', 'CFA 2014 s.44(1)'),
('review_decided', 'amend', 'amending', 'Being amended', 'Notice with the amendments', 'la', 'SI 2014/1530 reg 22(2)'),
('review_decided', 'cease', 'ceasing', 'To cease', 'Letter with the right to appeal; the plan is kept until the time to appeal has passed', 'la', 'CFA 2014 s.45; SI 2014/1530 reg 31'),
('amendment_noticed', NULL, 'amending', 'Being amended', 'Amended plan', 'la', 'SI 2014/1530 reg 22(3)'),
('amended_issued', NULL, 'in_force', 'Plan in force', 'Annual review', 'la', 'CFA 2014 s.44(1)'),
('not_amended', NULL, 'in_force', 'Plan in force', 'Annual review', 'la', 'CFA 2014 s.44(1)'),
('phase_final_issued', NULL, 'in_force', 'Plan in force', 'Annual review', 'la', 'CFA 2014 s.44(1)'),
('decision_sent', NULL, 'appealable', 'Decision sent, it can be appealed', 'End of the case or of the plan, once the time to appeal has passed', 'la', 'CFA 2014 s.51'),
('mediation_asked', NULL, 'mediation', 'In mediation', 'Mediation', 'la', 'CFA 2014 s.53'),
('mediation_held', 'agreed', 'agreed', 'Agreed in mediation', 'What was agreed', 'la', 'SI 2014/1530 reg 42'),
('mediation_held', 'not_agreed', 'appealable', 'Not agreed in mediation', 'Mediation certificate', 'la', 'CFA 2014 s.55'),
('certificate_issued', NULL, 'appealable', 'Mediation certificate issued', 'End of the case or of the plan, once the time to appeal has passed', 'la', 'CFA 2014 s.55'),
('appeal_lodged', NULL, 'appealed', 'Before the Tribunal', 'Answer to the Tribunal, and its decision', 'la', 'CFA 2014 s.51'),
('appeal_conceded', NULL, 'conceded', 'Appeal not opposed', 'What the appeal asked for', 'la', 'SI 2014/1530 reg 45'),
('appeal_withdrawn', NULL, 'appeal_over', 'Appeal withdrawn', 'End of the case or of the plan, or its review', 'la', NULL),
('tribunal_decided', NULL, 'appeal_over', 'Decided by the Tribunal', 'What the Tribunal ordered; if nothing, the end of the case or the review of the plan', 'la', 'SI 2014/1530 reg 44'),
('move_known', NULL, 'moving', 'Moving to another authority', 'Plan to the new authority', 'la', 'SI 2014/1530 reg 15'),
('plan_transferred_out', NULL, 'over', 'Over', 'Nothing', 'new_la', 'SI 2014/1530 reg 15'),
('plan_ceased', NULL, 'over', 'Over', 'Nothing', 'la', 'CFA 2014 s.45'),
('case_closed', NULL, 'over', 'Over', 'Nothing', 'la', NULL)
ON CONFLICT ON CONSTRAINT ehc_states_once DO UPDATE
   SET state = excluded.state,
       name = excluded.name,
       step = excluded.step,
       owner = excluded.owner,
       reference = excluded.reference;
