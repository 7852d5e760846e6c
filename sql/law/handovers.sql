-- handovers.sql — what a setting that takes a child in should be told, by the
-- kind of move, and how much each section counts in the score of continuity;
-- by when. Safeguarding is no section: that file goes from designated lead to
-- designated lead and is never kept here.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.rules (id, valid_from, valid_to, standing, amount, reference, sentence)
VALUES
('handover_own_agreement', '2014-09-01', NULL, 'guidance', 16, 'CoP 8.13-8.16; CFA 2014 s.83(2)',
 'From sixteen it is the young person who agrees to what is shared.'),
('handover_agreement', '2014-09-01', NULL, 'guidance', NULL, 'CoP 5.47, 6.57',
 'What is shared with the next setting is agreed with the parents.'),
('handover_before_day_one', '2014-09-01', NULL, 'practice', NULL, 'House practice; CoP 5.47, 6.57',
 'For a move within a school year the hand-over is sent by the first day at the new setting.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       amount = excluded.amount,
       reference = excluded.reference,
       sentence = excluded.sentence;

-- Transfer files: the version of the format, and when its year begins.
INSERT INTO law.rules (id, valid_from, valid_to, standing, amount, reference, sentence)
VALUES
('ctf_version', '2023-09-01', '2024-08-31', 'guidance', 23, 'DfE: Common transfer file 23 specification', 'Transfer files are of version 23.'),
('ctf_version', '2024-09-01', '2025-08-31', 'guidance', 24, 'DfE: Common transfer file 24 specification', 'Transfer files are of version 24.'),
('ctf_version', '2025-09-01', NULL, 'guidance', 25, 'DfE: Common transfer file 25 specification', 'Transfer files are of version 25.'),
('ctf_academic_year', '2014-09-01', NULL, 'guidance', 8, 'DfE: Common transfer file specification, AcademicYear', 'The academic year of a transfer file begins on the first of August, the eighth month.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       amount = excluded.amount,
       reference = excluded.reference,
       sentence = excluded.sentence;

-- The days are those of the rules they cite.
INSERT INTO law.clocks (id, valid_from, process, name, kind, starts, ends, unit, amount, month, day, owner, rule_id)
VALUES
('handover_sent', '2014-09-01', 'hand_over', 'Hand-over sent', 'limit', NULL, 'handover_sent', 'day_of_year', 0, 5, 31, 'setting', 'rag_support_form_sent'),
('handover_sent_in_year', '2014-09-01', 'hand_over', 'Hand-over sent before the first day', 'limit', 'first_day', 'handover_sent', 'day', 0, NULL, NULL, 'setting', 'handover_before_day_one'),
('handover_acknowledged', '2014-09-01', 'hand_over', 'Hand-over acknowledged', 'limit', 'handover_sent', 'handover_acknowledged', 'working_day', 10, NULL, NULL, 'receiving_setting', 'rag_support_form_unacknowledged')
ON CONFLICT (id, valid_from) DO UPDATE
   SET process = excluded.process,
       name = excluded.name,
       starts = excluded.starts,
       ends = excluded.ends,
       unit = excluded.unit,
       amount = excluded.amount,
       month = excluded.month,
       day = excluded.day,
       owner = excluded.owner,
       rule_id = excluded.rule_id;

INSERT INTO law.handover_sections (move, code, valid_from, valid_to, kinds, rank, weight, is_restricted, name, content, reference)
SELECT m.move, s.code, '2014-09-01', NULL, m.kinds, s.rank, s.weight, s.is_restricted, s.name,
       CASE m.move WHEN 'nursery_to_school' THEN s.nursery WHEN 'school_to_school' THEN s.school ELSE s.post_16 END,
       s.reference
  FROM (VALUES
('nursery_to_school', '{EYS}'::text[]),
('school_to_school', '{INJ,PRM,PRS,MDS,INY,MOV}'::text[]),
('to_post_16', '{SEP,6FS,P16}'::text[])
       ) AS m (move, kinds),
       (VALUES
('identity', 1, 10, false, 'Identity', 'CoP 5.47, 6.57',
 'Name, date of birth, address, carers, NHS number, authority.', 'The same and the UPN.', 'The same, UPN and ULN.'),
('status', 2, 15, false, 'Status', 'CoP 5.44, 6.44',
 'SEN support, EHC plan or neither; first recorded when; types of need; medical; disability.', 'The same; access arrangements for examinations.', 'The same; access arrangements; how it is coded for the ILR.'),
('support', 3, 25, false, 'Support so far', 'CoP 5.38-5.46, 6.45-6.56',
 'Cycles of assess, plan, do, review with outcomes; key person; strategies; adult ratio; inclusion fund, DAF, EYPP; equipment.', 'Provision map; top-up band; interventions and what came of them.', 'Hours of support; element 3; section F of the plan; travel.'),
('assessment', 4, 10, false, 'Assessment', 'CoP 5.22-5.26, 6.45',
 'Progress check at two, profile, developmental journal.', 'Attainment; reading and spelling ages; reports of therapists and psychologists.', 'GCSE and entry level; evidence for access arrangements; vocational profile.'),
('agencies', 5, 10, false, 'Agencies', 'CoP 5.48-5.50, 6.58-6.62',
 'Portage, speech and language therapy, health visitor, paediatrician, Area SENCO.', 'The same; mental health service, social care.', 'The same; adult social care, careers, transition worker.'),
('voice', 6, 10, false, 'Child''s and parents'' voice', 'CFA 2014 s.19; CoP 5.37, 6.48',
 'One-page profile, communication passport.', 'One-page profile.', 'Aspirations in preparing for adulthood.'),
('risk', 7, 5, true, 'Risk and care', 'UK GDPR art. 9; DPA 2018 Sch. 1; Supporting pupils at school with medical conditions (DfE 2015)',
 'Intimate care, behaviour, medical plan. Not safeguarding.', 'Intimate care, behaviour, medical plan. Not safeguarding.', 'Care, behaviour, medical plan. Not safeguarding.'),
('plan_for_move', 8, 10, false, 'Plan for the move', 'CoP 5.47, 6.57, 8.23',
 'Visits, photos, social story, phased start, training of staff.', 'Extra visits, key adult, timetable.', 'Taster days, supported internship.'),
('agreements', 9, 5, false, 'Agreements', 'CoP 5.47, 6.57, 8.13-8.16',
 'What parents agreed to, with the day; what they wish kept back.', 'What parents agreed to, with the day; what they wish kept back.', 'The young person''s own consent; what is to be kept back.')
       ) AS s (code, rank, weight, is_restricted, name, reference, nursery, school, post_16)
ON CONFLICT (move, code, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       kinds = excluded.kinds,
       rank = excluded.rank,
       weight = excluded.weight,
       is_restricted = excluded.is_restricted,
       name = excluded.name,
       content = excluded.content,
       reference = excluded.reference;
