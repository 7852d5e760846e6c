-- contacts.sql — what the work of Area SENCOs is held to: what a referral must
-- bring, and the spans their reports count. None of it is in an Act; the Code
-- (5.54-5.58) says what Area SENCOs do, the numbers are practice of local
-- authorities and can be changed by core.thresholds.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.rules (id, valid_from, valid_to, standing, months, amount, reference, sentence)
VALUES
('referral_permission', '2014-09-01', NULL, 'practice', NULL, NULL, 'CoP 5.48: specialists are involved by a decision taken with the parents; referral forms of local authorities',
 'A child is referred to the Area SENCO service with the permission of a parent, a carer or the young person.'),
('referral_cycles', '2014-09-01', NULL, 'practice', NULL, 2, 'CoP 5.38-5.46, 5.48: the graduated approach; referral forms of local authorities',
 'A referral shows at least two reviewed cycles of assess, plan, do and review, unless it goes by a fast track.'),
('referral_fast_track', '2014-09-01', NULL, 'practice', NULL, NULL, 'Referral forms of local authorities; health notices: CFA 2014 s.23',
 'A diagnosis, the child development centre, Portage, another professional''s assessment, a notice by health or a placement that is breaking down lets a referral go without reviewed cycles.'),
('referral_attends', '2014-09-01', NULL, 'practice', NULL, NULL, 'Referral forms of local authorities',
 'A child who is referred attends the setting or has a place there.'),
('referral_once', '2014-09-01', NULL, 'practice', NULL, NULL, 'Practice of Area SENCO services',
 'A child has one open referral at a time.'),
('agency_contact_agreement', '2014-09-01', NULL, 'practice', NULL, NULL, 'CoP 5.48: specialists are involved by a decision taken with the parents',
 'What is said of a named child to another agency is agreed, or the reason why not is recorded.'),
('contacts_year', '2014-09-01', NULL, 'practice', 12, NULL, 'Practice of reports: CoP 5.55-5.58',
 'Contacts, visits, new cases and reach are counted over twelve months.'),
('training_recent', '2014-09-01', NULL, 'practice', 12, NULL, 'Practice of reports: CoP 5.56 training',
 'A setting''s SENCO counts as trained lately who attended training in the last twelve months.'),
('training_recent_long', '2014-09-01', NULL, 'practice', 24, NULL, 'Practice of reports: CoP 5.56 training',
 'A setting''s SENCO counts as trained who attended training in the last twenty-four months.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       months = excluded.months,
       amount = excluded.amount,
       reference = excluded.reference,
       sentence = excluded.sentence;

INSERT INTO law.contact_findings (id, rule_id, severity, sentence)
VALUES
('referral_cycles_missing', 'referral_cycles', 'error',
 'Not yet: {found} of {n} reviewed cycles of assess, plan, do and review are on record, and no fast track is named.'),
('referral_cycles_shown', 'referral_cycles', 'info',
 '{found} reviewed cycles of assess, plan, do and review are on record; {n} are asked for.'),
('referral_fast_tracked', 'referral_fast_track', 'info',
 'Fast track ({reason}): reviewed cycles are not waited for.'),
('referral_not_attending', 'referral_attends', 'warn',
 'No place at the setting is on record for {day} or later.'),
('referral_repeated', 'referral_once', 'warn',
 'Another referral of this child, of {day}, is open.'),
('agency_contact_unagreed', 'agency_contact_agreement', 'warn',
 'No agreement to this contact, and no reason for its absence, is recorded.')
ON CONFLICT (id) DO UPDATE
   SET rule_id = excluded.rule_id,
       severity = excluded.severity,
       sentence = excluded.sentence;
