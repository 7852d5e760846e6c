-- senco.sql — SENCOs: which settings must have one, what the regulation asks
-- of the one there is, and what is said when it is not so.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.rules (id, valid_from, valid_to, standing, days, months, amount, on_day, reference, sentence)
VALUES
-- Who may be SENCO of a mainstream school or a maintained nursery school.
('senco_designated', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, NULL, 'CFA 2014 s.67(2)',
 'A mainstream school and a maintained nursery school designate a member of staff as SENCO.'),
('senco_q1_teacher_or_head', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, NULL, 'SI 2014/1530 reg 49(1) to (3)',
 'The SENCO is a qualified teacher who has completed induction where it is required and works as a teacher at the school, or is its head or acting head.'),
('senco_q2_became_after', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, '2009-09-01', 'SI 2014/1530 reg 49(4)',
 'The qualification is asked of those who became SENCO after 1 September 2009.'),
('senco_q3_prior_service_months', '2014-09-01', NULL, 'statute', NULL, 12, NULL, NULL, 'SI 2014/1530 reg 49(4)',
 'It is not asked of who was SENCO at this or any other relevant school before for more than twelve months in total.'),
('senco_q4_anniversary_months', '2014-09-01', NULL, 'statute', NULL, 36, NULL, NULL, 'SI 2014/1530 reg 49(4)',
 'The qualification is held at any time after the third anniversary of the day on which the person became SENCO.'),
('senco_q5_nasenco_began_before', '2024-09-01', NULL, 'statute', NULL, NULL, NULL, '2024-09-01', 'SI 2014/1530 reg 49(7)(a), SI 2024/535 reg 2',
 'The National Award counts when its course began before 1 September 2024.'),
('senco_q5_nasenco_done_before', '2024-09-01', NULL, 'statute', NULL, NULL, NULL, '2027-09-01', 'SI 2014/1530 reg 49(7)(a), SI 2024/535 reg 2',
 'The National Award counts when its course was completed before 1 September 2027.'),
('senco_q5_npq_from', '2024-09-01', NULL, 'statute', NULL, NULL, NULL, '2024-09-01', 'SI 2014/1530 reg 49(7)(b), SI 2024/535 reg 2',
 'The National Professional Qualification counts when its course began on or after 1 September 2024.'),
('senco_q7_holders', '2014-09-01', NULL, 'statute', NULL, NULL, NULL, NULL, 'SI 2014/1530 reg 49(7)(a)',
 'Who holds the National Award needs no National Professional Qualification.'),
('senco_q8_course_months', '2024-09-01', NULL, 'practice', NULL, 22, NULL, NULL, 'DfE, NPQ for SENCOs: the course lasts 18 to 22 months',
 'Warned when the third anniversary is nearer than the course takes and no start is recorded.'),
('senco_qualification_dates', '2024-09-01', NULL, 'practice', NULL, NULL, NULL, NULL, 'SI 2014/1530 reg 49(7): which qualification counts turns on its dates',
 'The dates on which a course began and was completed are recorded.'),
-- Who is expected elsewhere.
('senco_early_years_identified', '2014-09-01', NULL, 'guidance', NULL, NULL, NULL, NULL, 'EYFS statutory framework section 3; CoP 5.53',
 'A provider of early years education identifies a SENCO; a childminder is encouraged to.'),
('college_named_person', '2015-01-01', NULL, 'guidance', NULL, NULL, NULL, NULL, 'CoP 7.22',
 'A college has a named person with oversight of SEN provision.'),
('senco_contact_advised', '2015-01-01', NULL, 'practice', NULL, NULL, NULL, NULL, 'CoP 6.2',
 'A 16 to 19 academy names a contact for SEN.'),
-- Alarms about the role.
('senco_cover', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, NULL, 'CoP 6.90: somebody does the SENCO''s work from day to day',
 'While the SENCO is absent a deputy or an acting SENCO is recorded.'),
('senco_post_ends_days', '2014-09-01', NULL, 'practice', 60, NULL, NULL, NULL, 'House practice; CFA 2014 s.67(2)',
 'Warned when a post ends within so many days and nobody is recorded to follow.'),
('senco_one_at_a_time', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, NULL, 'CFA 2014 s.67(2): a member of the staff',
 'One person is SENCO at a time; who shares the job each meet the regulation.'),
('senco_week_hours', '2014-09-01', NULL, 'practice', NULL, NULL, 48, NULL, 'Working Time Regulations 1998 (SI 1998/1833) reg 4',
 'The hours of one person over all posts do not exceed 48 a week.'),
('senco_time_known', '2015-01-01', NULL, 'guidance', NULL, NULL, NULL, NULL, 'CoP 6.91',
 'The school gives the SENCO enough time and resources; the hours are recorded.'),
('senco_shared_agreed', '2015-01-01', NULL, 'guidance', NULL, NULL, NULL, NULL, 'CoP 6.92 to 6.94',
 'A SENCO shared by schools is shared under an arrangement that was judged and is reviewed.'),
('senco_head_of_several', '2015-01-01', NULL, 'guidance', NULL, NULL, NULL, NULL, 'CoP 6.93 to 6.94; SI 2014/1530 reg 49(3)',
 'A SENCO of several schools is not the head of one of them.'),
('post_within_setting', '2014-09-01', NULL, 'practice', NULL, NULL, NULL, NULL, 'House practice: the registers say when a setting opened and closed',
 'A post lasts no longer than its setting is open.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       days = excluded.days,
       months = excluded.months,
       amount = excluded.amount,
       on_day = excluded.on_day,
       reference = excluded.reference,
       sentence = excluded.sentence;

INSERT INTO law.senco_duties (type, valid_from, regime, standing, severity, sentence, reference)
SELECT t.type, w.valid_from, w.regime, w.standing, w.severity, w.sentence, w.reference
  FROM (VALUES
    ('{1,2,3,5}'::text[], '2014-09-01'::date, 'school', 'statute', 'error',
     'A mainstream maintained school must designate a SENCO.', 'CFA 2014 s.67(2); SI 2014/1530 reg 49'),
    ('{28,34,35,40,41}', '2014-09-01', 'school', 'statute', 'error',
     'A mainstream academy must designate a SENCO; the proprietor answers for it.', 'CFA 2014 s.67(2); SI 2014/1530 reg 49'),
    ('{15}', '2014-09-01', 'school', 'statute', 'error',
     'A maintained nursery school must designate a SENCO.', 'CFA 2014 s.67(1)(b) and (2); SI 2014/1530 reg 49'),
    ('{14,38,42,43}', '2015-01-01', 'advisory_school', 'guidance', 'warn',
     'The Code expects a SENCO of pupil referral units and alternative provision; section 67 does not name them.', 'CoP 6.2'),
    ('{ofsted:non_domestic,ofsted:domestic,ofsted:other}', '2014-09-01', 'group_provider', 'guidance', 'warn',
     'A provider of early years education in a group is expected to identify a SENCO.', 'EYFS statutory framework section 3; CoP 5.53'),
    ('{ofsted:childminder}', '2014-09-01', 'childminder', 'guidance', 'info',
     'A childminder is encouraged to identify a SENCO, who may be shared in a network or an agency.', 'EYFS statutory framework section 3; CoP 5.53'),
    ('{18,31}', '2015-01-01', 'college', 'guidance', 'warn',
     'A college has a named person with oversight of SEN provision.', 'CFA 2014 s.66; CoP 7.22'),
    ('{39,45,46,57}', '2015-01-01', 'contact', 'practice', 'info',
     'A 16 to 19 academy has no duty to designate a SENCO; a named contact is advised.', 'CoP 6.2'),
    ('{7,8,10,12,33,36,44}', '2014-09-01', 'none', 'statute', 'info',
     'A special school has no duty to designate a SENCO.', 'CFA 2014 s.67(1)'),
    ('{6,11}', '2014-09-01', 'none', 'statute', 'info',
     'An independent school has no duty to designate a SENCO.', 'CFA 2014 s.67(1)'),
    ('{32}', '2014-09-01', 'none', 'statute', 'info',
     'A special post-16 institution has no duty to designate a SENCO.', 'CFA 2014 s.67(1)'),
    ('{29}', '2014-09-01', 'none', 'statute', 'info',
     'A university has no duty to designate a SENCO.', 'CFA 2014 s.67(1)'),
    ('{24,25,26,27,30,37,49,56}', '2014-09-01', 'none', 'statute', 'info',
     'An establishment of this type has no duty to designate a SENCO under English law.', 'CFA 2014 s.67(1)'),
    ('{ofsted:home_childcarer}', '2014-09-01', 'none', 'guidance', 'info',
     'A nanny is not asked to identify a SENCO.', 'EYFS statutory framework section 3')
       ) AS w (types, valid_from, regime, standing, severity, sentence, reference)
 CROSS JOIN LATERAL unnest(w.types) AS t (type)
ON CONFLICT (type, valid_from) DO UPDATE
   SET regime = excluded.regime,
       standing = excluded.standing,
       severity = excluded.severity,
       sentence = excluded.sentence,
       reference = excluded.reference;

INSERT INTO law.senco_states (id, state, rank, severity, is_compliant, rule_id, sentence)
VALUES
('not_qts', 'NOT_QTS', 10, 'error', false, 'senco_q1_teacher_or_head', '{senco} is SENCO, but is neither a qualified teacher nor the head.'),
('induction_missing', 'NOT_QTS', 11, 'error', false, 'senco_q1_teacher_or_head', '{senco} is SENCO, but has not completed induction as a teacher.'),
('not_teacher_here', 'NOT_QTS', 12, 'error', false, 'senco_q1_teacher_or_head', '{senco} is SENCO, but does not work as a teacher at the school.'),
('qualification_overdue', 'OVERDUE', 13, 'error', false, 'senco_q4_anniversary_months', '{senco} became SENCO on {became_on} and had to hold the qualification by {anniversary_on}; none that counts is recorded.'),
('senco_vacant', 'VACANT', 14, 'error', false, 'senco_designated', 'The post of SENCO is vacant since {vacant_since}.'),
('senco_never_recorded', 'VACANT', 15, 'error', false, 'senco_designated', 'No SENCO was ever recorded here.'),
('qts_unknown', 'UNKNOWN', 20, 'warn', false, 'senco_q1_teacher_or_head', 'Nothing is recorded of whether {senco} is a qualified teacher.'),
('type_without_rule', 'UNKNOWN', 21, 'warn', false, 'senco_designated', 'No rule is held for a setting of type {type} on {on}.'),
('senco_not_identified', 'NOT_IDENTIFIED', 22, 'warn', false, 'senco_early_years_identified', 'No SENCO is identified; one is expected.'),
('named_person_missing', 'VACANT', 23, 'warn', false, 'college_named_person', 'Nobody is named with oversight of SEN provision.'),
('in_training', 'IN_TRAINING', 30, NULL, true, 'senco_q4_anniversary_months', '{senco} became SENCO on {became_on} and must hold the qualification by {anniversary_on}.'),
('head_is_senco', 'HEADTEACHER_ROUTE', 31, NULL, true, 'senco_q1_teacher_or_head', 'The head, {senco}, is SENCO.'),
('holds_npq', 'HOLDS_NPQ', 32, NULL, true, 'senco_q5_npq_from', '{senco} holds the National Professional Qualification for SENCOs.'),
('holds_nasenco', 'HOLDS_NASENCO', 33, NULL, true, 'senco_q5_nasenco_began_before', '{senco} holds the National Award for SEN Co-ordination.'),
('exempt_prior_service', 'EXEMPT_PRIOR_SERVICE', 34, NULL, true, 'senco_q3_prior_service_months', '{senco} was SENCO before for more than {months} months in total.'),
('exempt_pre_2009', 'EXEMPT_PRE_2009', 35, NULL, true, 'senco_q2_became_after', '{senco} has been SENCO here since {became_on}, before the qualification was asked.'),
('senco_identified', 'IDENTIFIED', 40, NULL, true, 'senco_early_years_identified', '{senco} is identified as SENCO.'),
('named_person', 'NAMED_PERSON', 41, NULL, true, 'college_named_person', '{senco} has oversight of SEN provision.'),
('childminder_without', 'NONE_NEEDED', 42, NULL, true, 'senco_early_years_identified', 'No SENCO is identified, and none need be.'),
('contact_missing', 'NOT_REQUIRED', 43, 'info', true, 'senco_contact_advised', 'No contact for SEN is named; one is advised.'),
('not_required', 'NOT_REQUIRED', 44, NULL, true, 'senco_designated', 'A setting of this type need not have a SENCO.')
ON CONFLICT (id) DO UPDATE
   SET state = excluded.state,
       rank = excluded.rank,
       severity = excluded.severity,
       is_compliant = excluded.is_compliant,
       rule_id = excluded.rule_id,
       sentence = excluded.sentence;

INSERT INTO law.senco_findings (id, rule_id, severity, sentence)
VALUES
('anniversary_near', 'senco_q8_course_months', 'warn', '{senco} must hold the qualification by {anniversary_on}, which is nearer than the {months} months a course takes, and no start of a course that counts is recorded.'),
('nasenco_began_late', 'senco_q5_nasenco_began_before', 'warn', 'The National Award of {senco} does not count: the course began on {nasenco_began_on}, not before {nasenco_began_before}.'),
('nasenco_completed_late', 'senco_q5_nasenco_done_before', 'warn', 'The National Award of {senco} does not count: it was completed on {nasenco_completed_on}, not before {nasenco_done_before}.'),
('npq_began_early', 'senco_q5_npq_from', 'warn', 'The National Professional Qualification of {senco} does not count: the course began on {npq_began_on}, before {npq_from}.'),
('qualification_dates_missing', 'senco_qualification_dates', 'warn', 'The qualification of {senco} is taken to count, but the dates that decide it are not recorded.'),
('senco_absent_uncovered', 'senco_cover', 'warn', '{senco} is absent since {absent_from}, and no deputy or acting SENCO is recorded.'),
('senco_post_ends', 'senco_post_ends_days', 'warn', 'The post of {senco} ends on {ends_on}, and nobody is recorded to follow.'),
('sencos_overlap', 'senco_one_at_a_time', 'warn', '{sencos} people are recorded as SENCO at once. If they share the job each must meet the regulation; if one has left, the post has an end.'),
('week_hours_exceeded', 'senco_week_hours', 'warn', 'The posts of {senco} add up to {week_hours} hours a week, more than {hours_max}.'),
('shared_without_arrangement', 'senco_shared_agreed', 'warn', '{senco} is recorded as shared with other settings, but no arrangement is.'),
('head_of_several', 'senco_head_of_several', 'error', '{senco} is the head of a school and SENCO of {schools} schools.'),
('hours_unknown', 'senco_time_known', 'info', 'The hours that {senco} has for the role are not recorded.'),
('post_in_closed_setting', 'post_within_setting', 'warn', 'The post of {senco} goes on, but the setting closed on {closed_on}.'),
('post_before_opening', 'post_within_setting', 'info', 'The post of {senco} began on {from_on}, before the setting opened on {opened_on}.')
ON CONFLICT (id) DO UPDATE
   SET rule_id = excluded.rule_id,
       severity = excluded.severity,
       sentence = excluded.sentence;

-- The states by name, as GET /v1/codes lists them.
INSERT INTO law.codes (list, code, rank, title, valid_from, valid_to, reference)
VALUES
('senco_state', 'VACANT', 1, 'Vacant', '2014-09-01', NULL, 'CFA 2014 s.67(2); CoP 7.22'),
('senco_state', 'NOT_QTS', 2, 'Not a qualified teacher of the school', '2014-09-01', NULL, 'SI 2014/1530 reg 49(2)'),
('senco_state', 'OVERDUE', 3, 'Qualification overdue', '2014-09-01', NULL, 'SI 2014/1530 reg 49(4)'),
('senco_state', 'UNKNOWN', 4, 'Not known', '2014-09-01', NULL, 'SI 2014/1530 reg 49'),
('senco_state', 'NOT_IDENTIFIED', 5, 'Nobody identified, but expected', '2014-09-01', NULL, 'CoP 5.53'),
('senco_state', 'IN_TRAINING', 6, 'Within three years of becoming SENCO', '2014-09-01', NULL, 'SI 2014/1530 reg 49(4)'),
('senco_state', 'HEADTEACHER_ROUTE', 7, 'The head is SENCO', '2014-09-01', NULL, 'SI 2014/1530 reg 49(3)'),
('senco_state', 'HOLDS_NPQ', 8, 'Holds the national professional qualification', '2024-09-01', NULL, 'SI 2014/1530 reg 49(7)(b)'),
('senco_state', 'HOLDS_NASENCO', 9, 'Holds the national award', '2014-09-01', NULL, 'SI 2014/1530 reg 49(7)(a)'),
('senco_state', 'EXEMPT_PRIOR_SERVICE', 10, 'Exempt: SENCO before for more than twelve months', '2014-09-01', NULL, 'SI 2014/1530 reg 49(4)'),
('senco_state', 'EXEMPT_PRE_2009', 11, 'Exempt: SENCO here since before September 2009', '2014-09-01', NULL, 'SI 2014/1530 reg 49(4)'),
('senco_state', 'IDENTIFIED', 12, 'Identified', '2014-09-01', NULL, 'CoP 5.53'),
('senco_state', 'NAMED_PERSON', 13, 'Named person', '2014-09-01', NULL, 'CoP 7.22'),
('senco_state', 'NONE_NEEDED', 14, 'None, and none needed', '2014-09-01', NULL, 'CoP 5.53'),
('senco_state', 'NOT_REQUIRED', 15, 'Not required', '2014-09-01', NULL, 'CFA 2014 s.67(1)')
ON CONFLICT (list, code) DO UPDATE
   SET rank = excluded.rank,
       title = excluded.title,
       valid_from = excluded.valid_from,
       valid_to = excluded.valid_to,
       reference = excluded.reference;
