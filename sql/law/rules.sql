-- rules.sql — deadlines, definitions and thresholds, one dated sentence each.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.rules (id, valid_from, valid_to, standing, month, day, days, reference, sentence)
VALUES
-- What a transfer between phases is.
('phase_early_years_to_school', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, 'SI 2014/1530 reg 2(1) "phase transfer" (a)',
 'A move from relevant early years education to school is a transfer between phases.'),
('phase_infant_to_junior', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, 'SI 2014/1530 reg 2(1) "phase transfer" (b)',
 'A move from infant school to junior school is a transfer between phases.'),
('phase_primary_to_middle', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, 'SI 2014/1530 reg 2(1) "phase transfer" (c)',
 'A move from primary school to middle school is a transfer between phases.'),
('phase_primary_to_secondary', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, 'SI 2014/1530 reg 2(1) "phase transfer" (d)',
 'A move from primary school to secondary school is a transfer between phases.'),
('phase_middle_to_secondary', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, 'SI 2014/1530 reg 2(1) "phase transfer" (e)',
 'A move from middle school to secondary school is a transfer between phases.'),
('phase_secondary_to_post_16', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, 'SI 2014/1530 reg 2(1) "phase transfer" (f)',
 'A move from secondary school to a post-16 institution is a transfer between phases.'),
('move_year_11_to_school_sixth_form', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, 'SI 2014/1530 reg 2(1) "post-16 institution" does not take in schools',
 'A move from Year 11 into a school sixth form is handled with the moves to post-16 institutions.'),
('move_between_post_16', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, 'SI 2014/1530 reg 18(2)',
 'The plan is reviewed and amended at least five months before a move from one post-16 institution to another.'),
('move_in_year', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, 'CFA 2014 s.44',
 'A move during a phase is handled by an annual or early review.'),
('move_between_authorities', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, 'SI 2014/1530 reg 15',
 'The old authority transfers the plan to the new one on the day of the move.'),
-- By when.
('phase_transfer_before_31_march', '2014-09-01', NULL, 'statute', 3, 31, NULL, 'SI 2014/1530 reg 18(1)(a)',
 'The plan is reviewed and amended before 31 March in the year of the transfer from secondary school to a post-16 institution.'),
('phase_transfer_before_15_february', '2014-09-01', NULL, 'statute', 2, 15, NULL, 'SI 2014/1530 reg 18(1)(b)',
 'The plan is reviewed and amended before 15 February in the year of any other transfer between phases.'),
('phase_transfer_last_compliant_day', '2014-09-01', NULL, 'practice', NULL, NULL, 1, 'SI 2014/1530 reg 18(1) "before"',
 'The last compliant day is the day before the named day.'),
('phase_transfer_latest_review', '2014-09-01', NULL, 'practice', NULL, NULL, 84, 'SI 2014/1530 regs 20(10) and 22(3), counted back 12 weeks from the named day',
 'The review meeting is held at the latest 84 days before the named day.'),
-- Colours of a child with an EHC plan.
('rag_ehc_no_notice_amber', '2014-09-01', NULL, 'practice', NULL, NULL, 21, 'House practice; SI 2014/1530 reg 20(10) sets 4 weeks',
 'Amber when no amendment notice is sent 21 days after the review meeting.'),
('rag_ehc_no_notice_red', '2014-09-01', NULL, 'statute', NULL, NULL, 28, 'SI 2014/1530 reg 20(10); R (L, M, P) v Devon CC [2022] EWHC 493 (Admin)',
 'Red when no amendment notice is sent 28 days after the review meeting.'),
('rag_ehc_no_destination_amber', '2014-09-01', NULL, 'practice', NULL, NULL, 28, 'House practice',
 'Amber when 28 days or fewer are left and no destination is proposed.'),
('rag_ehc_no_final_red', '2014-09-01', NULL, 'practice', NULL, NULL, 14, 'House practice',
 'Red when 14 days or fewer are left and the plan is not final.'),
('rag_ehc_consultation', '2014-09-01', NULL, 'guidance', NULL, NULL, 15, 'CoP 9.83',
 'Amber when a setting that was consulted has not answered after 15 days.'),
('rag_ehc_placement', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, 'House practice; CFA 2014 s.39',
 'Red when the placement is refused, or every setting that was consulted said no.'),
('rag_destination_named', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, 'House practice; CFA 2014 ss.39, 40',
 'Amber when the plan is final and no destination is recorded.'),
-- Colours of a child with SEN support. The days of a rule with a day of the
-- year shift that day, also back, when the authority sets its own.
('rag_support_form_sent', '2014-09-01', NULL, 'practice', 5, 31, 0, 'House practice; CoP 5.47, 6.57',
 'Amber when a destination is known and the transition form is not sent by 31 May.'),
('rag_support_form_unacknowledged', '2014-09-01', NULL, 'practice', NULL, NULL, 10, 'House practice',
 'Amber when the form sent is not acknowledged within 10 working days.'),
('rag_support_destination', '2014-09-01', NULL, 'practice', 7, 1, 0, 'House practice',
 'Red when no destination is known by 1 July.'),
('rag_support_agreement', '2014-09-01', NULL, 'practice', 7, 1, 0, 'CoP 5.47: what is shared is agreed with parents',
 'Red when the parents'' agreement is not recorded by 1 July, or the form was sent without it.'),
('rag_support_form_acknowledged', '2014-09-01', NULL, 'practice', 7, 10, 0, 'House practice',
 'Red when the form is not acknowledged by 10 July.'),
('rag_support_meeting', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, 'House practice; CoP 5.47',
 'Amber when a move that needs more than the usual has no day for its meeting.'),
('rag_support_file', '2005-09-01', NULL, 'statute', NULL, NULL, 15, 'SI 2005/1437 reg 9(3)',
 'Black when the file is not sent 15 school days after the child left.'),
-- Colours of both.
('rag_on_time', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, 'House practice',
 'Green while every step that is due was done.'),
('rag_complete', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, 'House practice',
 'Blue when the child was received, that was acknowledged, and the child attends or has settled.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       month = excluded.month,
       day = excluded.day,
       days = excluded.days,
       reference = excluded.reference,
       sentence = excluded.sentence;

-- What falls due under those that set a day.
UPDATE law.rules AS r
   SET due = d.due
  FROM (VALUES
    ('phase_transfer_before_31_march', 'final plan'),
    ('phase_transfer_before_15_february', 'final plan'),
    ('rag_support_form_sent', 'transition form sent'),
    ('rag_support_destination', 'destination known'),
    ('rag_support_agreement', 'parents'' agreement'),
    ('rag_support_form_acknowledged', 'form acknowledged'),
    ('term_autumn', 'term begins'),
    ('term_spring', 'term begins'),
    ('term_summer', 'term begins')
       ) AS d (id, due)
 WHERE r.id = d.id
   AND r.due IS DISTINCT FROM d.due;
