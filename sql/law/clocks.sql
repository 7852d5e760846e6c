-- clocks.sql — the statutory timetable: what is due how long after what.
-- Weeks are seven days; "within n weeks of X" ends on X + 7n; "15 days
-- beginning with the day" counts that day as the first. The sentence and the
-- reference of each are its rule's.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.plan_types (code, name, valid_from, valid_to, reference)
VALUES
('ehcp', 'Education, health and care plan', '2014-09-01', NULL, 'CFA 2014 s.37')
ON CONFLICT (code) DO UPDATE
   SET name = excluded.name,
       valid_to = excluded.valid_to,
       reference = excluded.reference;

INSERT INTO law.rules (id, valid_from, valid_to, standing, reference, sentence)
VALUES
('ehc_assess_decision', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 5(3)', 'The authority says within six weeks of the request whether it will assess.'),
('ehc_advice', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 8', 'Who is asked for advice gives it within six weeks.'),
('ehc_no_plan', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 10(1)', 'The authority says within sixteen weeks of the request that it will not issue a plan.'),
('ehc_draft', '2014-09-01', NULL, 'practice', 'CoP 9.44, the timetable', 'The draft plan is sent within sixteen weeks of the request.'),
('ehc_representations', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 13(1)(a)', 'Parents or the young person have at least fifteen days, beginning with the day the draft is served.'),
('ehc_consultation', '2014-09-01', NULL, 'guidance', 'CoP 9.83', 'A school or college that is consulted answers within fifteen days.'),
('ehc_final', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 13(2)', 'The final plan is sent within twenty weeks of the request.'),
('ehc_reassess_decision', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 25', 'The authority says within fifteen days of the request whether it will assess again.'),
('ehc_reassess_final', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 27(2)', 'After a re-assessment the plan is sent within fourteen weeks of the notice.'),
('ehc_conceded_assess', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 45', 'An appeal not opposed: the parents are told within two weeks that an assessment begins.'),
('ehc_conceded_no_plan', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 45', 'An appeal not opposed: within ten weeks the parents are told that no plan will be made.'),
('ehc_conceded_final', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 45', 'An appeal not opposed: the final plan is sent within fourteen weeks.'),
('ehc_conceded_amended', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 45', 'An appeal not opposed: the amended plan is sent within five weeks.'),
('ehc_appeal', '2014-09-01', NULL, 'statute', 'Tribunal Procedure (First-tier Tribunal) (HESC) Rules 2008 r.20', 'An appeal is lodged within two months of the decision letter.'),
('ehc_appeal_certificate', '2014-09-01', NULL, 'statute', 'Tribunal Procedure (First-tier Tribunal) (HESC) Rules 2008 r.20', 'An appeal is lodged within one month of the mediation certificate, if that is later.'),
('review_annual', '2014-09-01', NULL, 'statute', 'CFA 2014 s.44(1)', 'The plan is reviewed within twelve months of its issue and of each review before.'),
('review_meeting', '2014-09-01', NULL, 'guidance', 'CoP 9.169', 'The meeting is held four weeks before the twelve months end, so that the decision falls within them.'),
('review_invitation', '2014-09-01', NULL, 'statute', 'SI 2014/1530 regs 20, 21', 'Whoever is invited is told at least two weeks before the meeting.'),
('review_advice', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 20', 'Advice is sent to those invited at least two weeks before the meeting.'),
('review_report', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 20(8)', 'The report of the meeting is sent within two weeks.'),
('review_decision', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 20(10)', 'The authority says within four weeks of the meeting whether it keeps, amends or ends the plan.'),
('review_notice', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 22(2); R (L, M, P) v Devon CC [2022] EWHC 493 (Admin)', 'A notice to amend carries the amendments, within the same four weeks.'),
('review_representations', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 22(2)(c)', 'Parents or the young person have at least fifteen days for the amendments.'),
('review_final', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 22(3), (4)', 'The amended plan is sent within eight weeks of the notice.'),
('review_whole', '2014-09-01', NULL, 'statute', 'SI 2014/1530 regs 20(10), 22(3); R (L, M, P) v Devon CC [2022] EWHC 493 (Admin)', 'The amended plan is sent within twelve weeks of the meeting.'),
('review_under_five', '2014-09-01', NULL, 'guidance', 'CoP 9.178', 'For a child under five a review is considered every three to six months.'),
('phase_notice', '2014-09-01', NULL, 'practice', 'SI 2014/1530 reg 22(3), counted back eight weeks from the named day', 'The notice with the amendments is sent at the latest eight weeks before the named day.'),
('phase_meeting', '2014-09-01', NULL, 'practice', 'SI 2014/1530 regs 20(10) and 22(3), counted back twelve weeks from the named day', 'The review meeting is held at the latest twelve weeks before the named day.'),
('phase_invitation', '2014-09-01', NULL, 'practice', 'SI 2014/1530 reg 20, counted back from the latest meeting', 'The invitations go out at the latest two weeks before the latest meeting.'),
('post_16_move', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 18(2)', 'The plan is reviewed and amended at least five months before a move between post-16 institutions.'),
('la_move_transfer', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 15', 'An authority that did not know transfers the plan within fifteen working days beginning with the day it became aware.'),
('la_move_day', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 15', 'An authority that knew of the move fifteen working days before transfers the plan on the day of the move.'),
('la_move_tell', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 15', 'The new authority tells within six weeks of the transfer what it will do.'),
('la_move_review_year', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 15', 'The new authority reviews within twelve months of the plan or of its last review, if that is later than three months from the transfer.'),
('la_move_review_months', '2014-09-01', NULL, 'statute', 'SI 2014/1530 reg 15', 'The new authority reviews within three months of the transfer, if that is later than twelve months from the plan or its last review.'),
('section_23_answer', '2014-09-01', NULL, 'practice', 'House practice; CFA 2014 s.23 sets no number of days', 'A notice of a health body is answered within ten working days.'),
('ctf_sent', '2005-09-01', NULL, 'statute', 'SI 2005/1437 reg 9(3)', 'The old school sends the common transfer file within fifteen school days of the pupil ceasing to be registered.'),
('ctf_dual', '2008-09-01', NULL, 'statute', 'SI 2005/1437 reg 9(3A)', 'Where a pupil is registered twice, a copy is sent within fifteen school days of learning of it.'),
('new_pupil_return', '2024-08-19', NULL, 'statute', 'SI 2024/208 reg 13', 'A school tells the authority of a new pupil within five days.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       reference = excluded.reference,
       sentence = excluded.sentence;

INSERT INTO law.rules (id, valid_from, valid_to, standing, reference, sentence, days)
VALUES
('ehc_due_soon', '2014-09-01', NULL, 'practice', 'House practice', 'A day that is this near is due soon.', 14)
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       sentence = excluded.sentence,
       days = excluded.days;

INSERT INTO law.clocks (id, valid_from, process, plan_type, name, kind, starts, starts_due, ends, unit, amount, is_inclusive, owner, rule_id)
VALUES
('assess_decision', '2014-09-01', 'assessment', 'ehcp', 'Decision whether to assess', 'limit', 'request_received', NULL, 'assessment_decided', 'week', 6, false, 'la', 'ehc_assess_decision'),
('advice', '2014-09-01', 'assessment', 'ehcp', 'Advice', 'limit', 'advice_requested', NULL, 'advice_received', 'week', 6, false, 'adviser', 'ehc_advice'),
('no_plan', '2014-09-01', 'assessment', 'ehcp', 'Decision not to issue a plan', 'limit', 'request_received', NULL, 'plan_refused', 'week', 16, false, 'la', 'ehc_no_plan'),
('draft', '2014-09-01', 'assessment', 'ehcp', 'Draft plan', 'limit', 'request_received', NULL, 'draft_sent', 'week', 16, false, 'la', 'ehc_draft'),
('representations', '2014-09-01', 'assessment', 'ehcp', 'Time for representations', 'minimum', 'draft_sent', NULL, 'representations_ended', 'day', 15, true, 'parent', 'ehc_representations'),
('consultation', '2014-09-01', 'assessment', 'ehcp', 'Answer to a consultation', 'limit', 'consultation_sent', NULL, 'consultation_answered', 'day', 15, false, 'setting', 'ehc_consultation'),
('final_plan', '2014-09-01', 'assessment', 'ehcp', 'Final plan', 'limit', 'request_received', NULL, 'final_issued', 'week', 20, false, 'la', 'ehc_final'),
('reassess_decision', '2014-09-01', 'reassessment', 'ehcp', 'Decision whether to assess again', 'limit', 'reassessment_requested', NULL, 'reassessment_decided', 'day', 15, false, 'la', 'ehc_reassess_decision'),
('reassess_final', '2014-09-01', 'reassessment', 'ehcp', 'Plan after re-assessment', 'limit', 'reassessment_noticed', NULL, 'final_issued', 'week', 14, false, 'la', 'ehc_reassess_final'),
('conceded_assess', '2014-09-01', 'appeal', 'ehcp', 'Notice that an assessment begins', 'limit', 'appeal_conceded', NULL, 'assessment_begins', 'week', 2, false, 'la', 'ehc_conceded_assess'),
('conceded_no_plan', '2014-09-01', 'appeal', 'ehcp', 'Notice that no plan will be made', 'limit', 'appeal_conceded', NULL, 'plan_refused', 'week', 10, false, 'la', 'ehc_conceded_no_plan'),
('conceded_final', '2014-09-01', 'appeal', 'ehcp', 'Final plan after a conceded appeal', 'limit', 'appeal_conceded', NULL, 'final_issued', 'week', 14, false, 'la', 'ehc_conceded_final'),
('conceded_amended', '2014-09-01', 'appeal', 'ehcp', 'Amended plan after a conceded appeal', 'limit', 'appeal_conceded', NULL, 'amended_issued', 'week', 5, false, 'la', 'ehc_conceded_amended'),
('appeal', '2014-09-01', 'appeal', 'ehcp', 'Appeal', 'right', 'decision_sent', NULL, 'appeal_lodged', 'month', 2, false, 'parent', 'ehc_appeal'),
('appeal_certificate', '2014-09-01', 'appeal', 'ehcp', 'Appeal after mediation', 'right', 'certificate_issued', NULL, 'appeal_lodged', 'month', 1, false, 'parent', 'ehc_appeal_certificate'),
('review', '2014-09-01', 'review', 'ehcp', 'Annual review', 'limit', 'review_year', NULL, 'review_decided', 'month', 12, false, 'la', 'review_annual'),
('review_meeting', '2014-09-01', 'review', 'ehcp', 'Review meeting', 'limit', NULL, 'review', 'review_held', 'week', -4, false, 'setting', 'review_meeting'),
('review_invitation', '2014-09-01', 'review', 'ehcp', 'Invitations to the meeting', 'limit', NULL, 'review_meeting', 'review_invited', 'week', -2, false, 'setting', 'review_invitation'),
('review_advice', '2014-09-01', 'review', 'ehcp', 'Advice for the meeting', 'limit', NULL, 'review_meeting', 'review_advice_sent', 'week', -2, false, 'setting', 'review_advice'),
('review_report', '2014-09-01', 'review', 'ehcp', 'Report of the meeting', 'limit', 'review_held', NULL, 'review_reported', 'week', 2, false, 'setting', 'review_report'),
('review_decision', '2014-09-01', 'review', 'ehcp', 'Decision after the meeting', 'limit', 'review_held', NULL, 'review_decided', 'week', 4, false, 'la', 'review_decision'),
('review_notice', '2014-09-01', 'review', 'ehcp', 'Notice with the amendments', 'limit', 'review_held', NULL, 'amendment_noticed', 'week', 4, false, 'la', 'review_notice'),
('review_representations', '2014-09-01', 'review', 'ehcp', 'Time for representations', 'minimum', 'amendment_noticed', NULL, 'representations_ended', 'day', 15, true, 'parent', 'review_representations'),
('review_final', '2014-09-01', 'review', 'ehcp', 'Amended plan', 'limit', 'amendment_noticed', NULL, 'amended_issued', 'week', 8, false, 'la', 'review_final'),
('review_whole', '2014-09-01', 'review', 'ehcp', 'Amended plan, from the meeting', 'limit', 'review_held', NULL, 'amended_issued', 'week', 12, false, 'la', 'review_whole'),
('review_under_five', '2014-09-01', 'review', 'ehcp', 'Early years review', 'limit', 'plan_in_force', NULL, 'review_held', 'month', 6, false, 'la', 'review_under_five'),
('phase_notice_15_february', '2014-09-01', 'phase_transfer', 'ehcp', 'Notice with the amendments', 'limit', NULL, 'phase_15_february', 'amendment_noticed', 'week', -8, false, 'la', 'phase_notice'),
('phase_meeting_15_february', '2014-09-01', 'phase_transfer', 'ehcp', 'Review meeting', 'limit', NULL, 'phase_15_february', 'review_held', 'week', -12, false, 'setting', 'phase_meeting'),
('phase_invitation_15_february', '2014-09-01', 'phase_transfer', 'ehcp', 'Invitations to the meeting', 'limit', NULL, 'phase_meeting_15_february', 'review_invited', 'week', -2, false, 'setting', 'phase_invitation'),
('phase_notice_31_march', '2014-09-01', 'phase_transfer', 'ehcp', 'Notice with the amendments', 'limit', NULL, 'phase_31_march', 'amendment_noticed', 'week', -8, false, 'la', 'phase_notice'),
('phase_meeting_31_march', '2014-09-01', 'phase_transfer', 'ehcp', 'Review meeting', 'limit', NULL, 'phase_31_march', 'review_held', 'week', -12, false, 'setting', 'phase_meeting'),
('phase_invitation_31_march', '2014-09-01', 'phase_transfer', 'ehcp', 'Invitations to the meeting', 'limit', NULL, 'phase_meeting_31_march', 'review_invited', 'week', -2, false, 'setting', 'phase_invitation'),
('post_16_move', '2014-09-01', 'phase_transfer', 'ehcp', 'Final plan before a move between post-16 institutions', 'limit', 'move_planned', NULL, 'phase_final_issued', 'month', -5, false, 'la', 'post_16_move'),
('la_move_transfer', '2014-09-01', 'la_move', 'ehcp', 'Plan to the new authority', 'limit', 'move_known', NULL, 'plan_transferred', 'working_day', 15, true, 'la', 'la_move_transfer'),
('la_move_day', '2014-09-01', 'la_move', 'ehcp', 'Plan to the new authority', 'limit', 'move_known', NULL, 'plan_transferred', 'day', 0, false, 'la', 'la_move_day'),
('la_move_tell', '2014-09-01', 'la_move', 'ehcp', 'What the new authority will do', 'limit', 'plan_transferred_in', NULL, 'la_move_told', 'week', 6, false, 'new_la', 'la_move_tell'),
('la_move_review_year', '2014-09-01', 'la_move', 'ehcp', 'Review by the new authority', 'limit', 'plan_transferred_in', NULL, 'review_decided', 'month', 12, false, 'new_la', 'la_move_review_year'),
('la_move_review_months', '2014-09-01', 'la_move', 'ehcp', 'Review by the new authority', 'limit', 'plan_transferred_in', NULL, 'review_decided', 'month', 3, false, 'new_la', 'la_move_review_months'),
('section_23_answer', '2014-09-01', 'section_23', 'ehcp', 'Answer to a notice of a health body', 'limit', 'health_notice_received', NULL, 'health_notice_answered', 'working_day', 10, false, 'la', 'section_23_answer'),
('ctf_sent', '2014-09-01', 'hand_over', NULL, 'Common transfer file', 'limit', 'left', NULL, 'ctf_sent', 'school_day', 15, false, 'setting', 'ctf_sent'),
('ctf_dual', '2014-09-01', 'hand_over', NULL, 'Common transfer file to the second school', 'limit', 'second_registration_known', NULL, 'ctf_sent', 'school_day', 15, false, 'setting', 'ctf_dual'),
('new_pupil_return', '2024-08-19', 'hand_over', NULL, 'Return of a new pupil', 'limit', 'registered', NULL, 'new_pupil_told', 'day', 5, true, 'setting', 'new_pupil_return')
ON CONFLICT (id, valid_from) DO UPDATE
   SET process = excluded.process,
       plan_type = excluded.plan_type,
       name = excluded.name,
       kind = excluded.kind,
       starts = excluded.starts,
       starts_due = excluded.starts_due,
       ends = excluded.ends,
       unit = excluded.unit,
       amount = excluded.amount,
       is_inclusive = excluded.is_inclusive,
       owner = excluded.owner,
       rule_id = excluded.rule_id;

INSERT INTO law.clocks (id, valid_from, process, plan_type, name, kind, ends, unit, amount, month, day, owner, rule_id)
VALUES
('phase_15_february', '2014-09-01', 'phase_transfer', 'ehcp', 'Final plan', 'limit', 'phase_final_issued', 'day_of_year', 0, 2, 15, 'la', 'phase_transfer_before_15_february'),
('phase_31_march', '2014-09-01', 'phase_transfer', 'ehcp', 'Final plan', 'limit', 'phase_final_issued', 'day_of_year', 0, 3, 31, 'la', 'phase_transfer_before_31_march')
ON CONFLICT (id, valid_from) DO UPDATE
   SET ends = excluded.ends,
       month = excluded.month,
       day = excluded.day;

-- When a clock that has started runs no more, and for whom it runs at all:
-- what is not named here is as the table's defaults say.
UPDATE law.clocks AS c
   SET moot_by = coalesce(w.moot_by, '{}'),
       restarts = coalesce(w.restarts, false),
       latest_of = w.latest_of,
       starts_at = coalesce(w.starts_at, 'on_date'),
       start_outcomes = w.start_outcomes,
       age_below = w.age_below
  FROM law.clocks AS k
  LEFT JOIN (VALUES
    ('advice', '{plan_refused,final_issued}'::text[], false, NULL, NULL, NULL::text[], NULL::smallint),
    ('no_plan', '{draft_sent,final_issued,assessment_decided:refuse}', false, NULL, NULL, NULL, NULL),
    ('draft', '{plan_refused,final_issued,assessment_decided:refuse}', false, NULL, NULL, NULL, NULL),
    ('representations', '{final_issued}', true, NULL, NULL, NULL, NULL),
    ('consultation', '{plan_refused,final_issued,amended_issued,not_amended,phase_final_issued}', false, NULL, NULL, NULL, NULL),
    ('final_plan', '{plan_refused,assessment_decided:refuse}', false, NULL, NULL, NULL, NULL),
    ('reassess_final', '{not_amended}', false, NULL, NULL, NULL, NULL),
    ('conceded_assess', NULL, false, NULL, NULL, '{no_assessment,no_reassessment}', NULL),
    ('conceded_no_plan', '{draft_sent,final_issued}', false, NULL, NULL, '{no_assessment,no_reassessment}', NULL),
    ('conceded_final', '{plan_refused}', false, NULL, NULL, '{no_assessment,no_reassessment,no_plan}', NULL),
    ('conceded_amended', NULL, false, NULL, NULL, '{contents}', NULL),
    ('appeal', NULL, false, 'appeal', NULL, NULL, NULL),
    ('appeal_certificate', NULL, false, 'appeal', NULL, NULL, NULL),
    ('review', '{review_decided:cease}', true, NULL, NULL, NULL, NULL),
    ('review_meeting', '{review_decided:cease}', false, NULL, NULL, NULL, NULL),
    ('review_invitation', '{review_held,review_decided:cease}', false, NULL, NULL, NULL, NULL),
    ('review_advice', '{review_held,review_decided:cease}', false, NULL, NULL, NULL, NULL),
    ('review_report', '{review_decided}', false, NULL, NULL, NULL, NULL),
    ('review_notice', '{review_decided:maintain,review_decided:cease}', false, NULL, NULL, NULL, NULL),
    ('review_representations', '{amended_issued,not_amended,phase_final_issued}', true, NULL, NULL, NULL, NULL),
    ('review_whole', '{review_decided:maintain,review_decided:cease}', false, NULL, NULL, NULL, NULL),
    ('review_under_five', '{review_decided:cease}', true, NULL, NULL, NULL, 5),
    ('phase_notice_15_february', '{phase_final_issued}', false, NULL, NULL, NULL, NULL),
    ('phase_meeting_15_february', '{amendment_noticed,phase_final_issued}', false, NULL, NULL, NULL, NULL),
    ('phase_invitation_15_february', '{review_held,amendment_noticed,phase_final_issued}', false, NULL, NULL, NULL, NULL),
    ('phase_notice_31_march', '{phase_final_issued}', false, NULL, NULL, NULL, NULL),
    ('phase_meeting_31_march', '{amendment_noticed,phase_final_issued}', false, NULL, NULL, NULL, NULL),
    ('phase_invitation_31_march', '{review_held,amendment_noticed,phase_final_issued}', false, NULL, NULL, NULL, NULL),
    ('la_move_transfer', NULL, false, 'la_move_transfer', NULL, NULL, NULL),
    ('la_move_day', NULL, false, 'la_move_transfer', 'from_on', NULL, NULL),
    ('la_move_review_year', NULL, false, 'la_move_review', 'from_on', NULL, NULL),
    ('la_move_review_months', NULL, false, 'la_move_review', NULL, NULL, NULL)
       ) AS w (id, moot_by, restarts, latest_of, starts_at, start_outcomes, age_below)
    ON w.id = k.id
 WHERE c.id = k.id
   AND c.valid_from = k.valid_from
   AND (c.moot_by, c.restarts, c.latest_of, c.starts_at, c.start_outcomes, c.age_below)
       IS DISTINCT FROM (coalesce(w.moot_by, '{}'), coalesce(w.restarts, false), w.latest_of,
           coalesce(w.starts_at, 'on_date'), w.start_outcomes, w.age_below);

INSERT INTO law.clock_exceptions (code, name, clock_ids, weeks_min, valid_from, valid_to, reference)
VALUES
('school_closed', 'Advice was asked of a school during a week before it closed to a week before it opened again, for at least four weeks without a break',
 ARRAY['assess_decision', 'advice', 'no_plan', 'final_plan', 'reassess_final'], 4, '2014-09-01', NULL, 'SI 2014/1530 regs 5(4)(a), 8(2)(a), 10(4)(a), 13(3)'),
('early_years_closed', 'Advice was asked of a provider of early years education in such a time',
 ARRAY['assess_decision', 'advice', 'no_plan', 'final_plan', 'reassess_final'], 4, '2014-09-01', NULL, 'SI 2014/1530 regs 5(4)(b), 8(2)(b), 10(4)(b), 13(3)'),
('exceptional_personal', 'Exceptional personal circumstances of the child, the parent or the young person',
 ARRAY['assess_decision', 'advice', 'no_plan', 'final_plan', 'reassess_final'], NULL, '2014-09-01', NULL, 'SI 2014/1530 regs 5(4)(c), 8(2)(c), 10(4)(c), 13(3)'),
('absent', 'The child, the parent or the young person was away from the area for at least four weeks without a break',
 ARRAY['assess_decision', 'advice', 'no_plan', 'final_plan', 'reassess_final'], 4, '2014-09-01', NULL, 'SI 2014/1530 regs 5(4)(d), 8(2)(d), 10(4)(d), 13(3)')
ON CONFLICT (code) DO UPDATE
   SET name = excluded.name,
       clock_ids = excluded.clock_ids,
       weeks_min = excluded.weeks_min,
       valid_to = excluded.valid_to,
       reference = excluded.reference;
