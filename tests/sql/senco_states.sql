-- senco_states.sql — SENDR reg 49 as amended by SI 2024/535, rule by rule and
-- at the edges; and what is expected of every other type of setting.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/senco.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('school', 'school_system'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('School ' || n, '1', 2, 3, 11) FROM generate_series(1, 60) AS n;
\o
SELECT no_plan();

-- VACANT.
SELECT is(pg_temp.said('s.state, s.finding, s.severity, s.rule, s.reference', 'School 1', '2026-11-25'),
    'VACANT senco_never_recorded error senco_designated CFA 2014 s.67(2)',
    'CFA s.67(2): a school of which no SENCO was ever recorded is VACANT');
\o /dev/null
SELECT pg_temp.teacher('Ada Example'), pg_temp.post('Ada Example', 'School 1', '2025-09-01', '2026-08-31');
\o
SELECT is(pg_temp.said('s.state, s.inputs ->> ''vacant_since''', 'School 1', '2026-11-25'), 'VACANT 2026-09-01',
    'VACANT: since the day after the last SENCO');
SELECT is(pg_temp.said('s.sentence', 'School 1', '2026-11-25'), 'The post of SENCO is vacant since 1 September 2026.',
    'VACANT: in words');
SELECT is(pg_temp.state('School 1', '2026-08-31'), 'IN_TRAINING 2028-09-01', 'on the last day of a post it is held');

-- Q1.
\o /dev/null
SELECT pg_temp.post('Bea Example', 'School 2', '2025-09-01'),
       pg_temp.post('Cy Example', 'School 3', '2025-09-01'), pg_temp.holds('Cy Example', 'qts', NULL, NULL, 'not_held'),
       pg_temp.post('Dee Example', 'School 4', '2025-09-01'), pg_temp.holds('Dee Example', 'qts', '2026-09-01', NULL, 'studying'),
       pg_temp.post('Eli Example', 'School 5', '2025-09-01'), pg_temp.teacher('Eli Example'),
       pg_temp.holds('Eli Example', 'induction', NULL, NULL, 'not_held'),
       pg_temp.post('Flo Example', 'School 6', '2025-09-01', NULL, '{"is_teacher_here": false}'), pg_temp.teacher('Flo Example'),
       pg_temp.post('Gus Example', 'School 7', '2025-09-01', NULL, '{"is_teacher_here": true}'), pg_temp.teacher('Gus Example'),
       pg_temp.holds('Gus Example', 'induction', NULL, '2000-07-01'),
       pg_temp.post('Hal Example', 'School 8', '2025-09-01'), pg_temp.holds('Hal Example', 'qts', '2024-09-01', '2026-07-01');
\o
SELECT is(pg_temp.said('s.state, s.severity, s.finding', 'School 2', '2026-11-25'), 'UNKNOWN warn qts_unknown',
    'Q1 (reg 49(2)(a)): of whom nothing is known of being a qualified teacher is UNKNOWN, not NOT_QTS');
SELECT is(pg_temp.said('s.state, s.severity, s.finding', 'School 3', '2026-11-25'), 'NOT_QTS error not_qts',
    'Q1 (reg 49(2)(a)): who is known not to be one is NOT_QTS');
SELECT is(pg_temp.said('s.state, s.finding', 'School 4', '2026-11-25'), 'NOT_QTS not_qts',
    'Q1 (reg 49(2)(a)): who still studies to be one is NOT_QTS');
SELECT is(pg_temp.said('s.state, s.finding', 'School 5', '2026-11-25'), 'NOT_QTS induction_missing',
    'Q1 (reg 49(2)(b)): who has not completed induction is NOT_QTS');
SELECT is(pg_temp.said('s.state, s.finding', 'School 6', '2026-11-25'), 'NOT_QTS not_teacher_here',
    'Q1 (reg 49(2)(c)): who does not work as a teacher at the school is NOT_QTS');
SELECT is(pg_temp.state('School 7', '2026-11-25'), 'IN_TRAINING 2028-09-01', 'Q1 (reg 49(2)): a qualified teacher with induction who works there passes');
SELECT is(pg_temp.state('School 8', '2026-06-30'), 'NOT_QTS 2028-09-01', 'Q1: before the day on which QTS was awarded it was not held');
SELECT is(pg_temp.state('School 8', '2026-07-01'), 'IN_TRAINING 2028-09-01', 'Q1: on that day it was');

-- Q1, the head.
\o /dev/null
SELECT pg_temp.post('Ida Example', 'School 9', '2025-09-01', NULL, '{"is_head": true}'), pg_temp.holds('Ida Example', 'qts', NULL, NULL, 'not_held'),
       pg_temp.post('Jo Example', 'School 10', '2025-09-01'),
       pg_temp.post('Jo Example', 'School 10', '2026-01-01', '2026-07-31', '{"kind": "head", "is_acting": true}'),
       pg_temp.post('Kit Example', 'School 11', '2020-09-01', NULL, '{"is_head": true}'),
       pg_temp.post('Lea Example', 'School 12', '2025-09-01'), pg_temp.post('Lea Example', 'School 11', '2025-09-01', NULL, '{"kind": "head"}');
\o
SELECT is(pg_temp.said('s.state, s.severity, s.is_compliant', 'School 9', '2026-11-25'), 'HEADTEACHER_ROUTE - true',
    'Q1 (reg 49(3)): a head who is SENCO is HEADTEACHER_ROUTE, qualified teacher or not');
SELECT is(pg_temp.state('School 10', '2026-07-31'), 'HEADTEACHER_ROUTE 2028-09-01', 'Q1 (reg 49(3)): an acting head too, by a post of kind head');
SELECT is(pg_temp.state('School 10', '2026-08-01'), 'UNKNOWN 2028-09-01', 'Q1 (reg 49(3)): no longer when that post has ended');
SELECT is(pg_temp.state('School 12', '2026-11-25'), 'UNKNOWN 2028-09-01', 'Q1 (reg 49(3)): head of another school is not head of the school');
SELECT is(pg_temp.state('School 11', '2023-09-01'), 'HEADTEACHER_ROUTE 2023-09-01', 'reg 49(4): until the third anniversary a head is HEADTEACHER_ROUTE');
SELECT is(pg_temp.state('School 11', '2023-09-02'), 'OVERDUE 2023-09-01',
    'reg 49(4) speaks of any person who becomes SENCO: after the anniversary a head without the qualification is OVERDUE');

-- Q2.
\o /dev/null
SELECT pg_temp.teacher(n) FROM unnest(ARRAY['Max Example', 'Nia Example', 'Oli Example', 'Pam Example']) AS n;
SELECT pg_temp.post('Max Example', 'School 13', '2009-09-01'), pg_temp.post('Nia Example', 'School 14', '2009-09-02'),
       pg_temp.post('Oli Example', 'School 15', '2005-09-01', '2012-08-31'), pg_temp.post('Oli Example', 'School 15', '2012-09-01'),
       pg_temp.post('Pam Example', 'School 16', '2009-01-01', '2009-10-01'), pg_temp.post('Pam Example', 'School 16', '2009-10-03');
\o
SELECT is(pg_temp.state('School 13', '2026-11-25'), 'EXEMPT_PRE_2009', 'Q2 (reg 49(4)): became SENCO on 1 September 2009: not after it');
SELECT is(pg_temp.state('School 14', '2026-11-25'), 'OVERDUE 2012-09-02', 'Q2 (reg 49(4)): became SENCO on 2 September 2009: the rule applies');
SELECT is(pg_temp.said('s.state, s.became_on', 'School 15', '2026-11-25'), 'EXEMPT_PRE_2009 2005-09-01',
    'Q2: another post the day after goes on from the first');
SELECT is(pg_temp.said('s.state, s.became_on', 'School 16', '2026-11-25'), 'OVERDUE 2009-10-03',
    'Q2: a day between two posts begins anew');

-- Q3.
\o /dev/null
SELECT pg_temp.teacher('Q' || n || ' Example'), pg_temp.post('Q' || n || ' Example', 'School ' || 16 + n, '2022-09-01') FROM generate_series(1, 12) AS n;
SELECT pg_temp.served('Q1 Example', '2020-09-01', '2021-08-31'),
       pg_temp.served('Q2 Example', '2020-09-01', '2021-09-01'),
       pg_temp.served('Q3 Example', '2019-09-01', '2020-02-29'), pg_temp.served('Q3 Example', '2020-01-01', '2020-08-31'),
       pg_temp.served('Q4 Example', '2019-09-01', '2020-03-01'), pg_temp.served('Q4 Example', '2021-03-01', '2021-08-31'),
       pg_temp.served('Q5 Example', '2018-09-01', '2021-08-31', false),
       pg_temp.post('Q6 Example', 'School 40', '2020-09-01', '2021-12-31'),
       pg_temp.post('Q7 Example', 'School 17', '2019-01-01', '2020-03-31'),
       pg_temp.served('Q8 Example', '2022-01-01', '2024-08-31'),
       pg_temp.post('Q9 Example', 'School 41', '2021-03-01'),
       pg_temp.served('Q10 Example', '2020-02-29', '2021-02-27'),
       pg_temp.served('Q11 Example', '2020-02-29', '2021-02-28');
SELECT pg_temp.setting('Nursery school', '15', 1, 2, 5), pg_temp.setting('Special', '7', 0, 2, 19), pg_temp.setting('Referral unit', '14', 0, 5, 16);
SELECT pg_temp.post('Q12 Example', 'Nursery school', '2020-09-01', '2021-10-01');
\o
SELECT is(pg_temp.state('School 17', '2026-11-25'), 'OVERDUE 2025-09-01', 'Q3 (reg 49(4)): exactly 12 months as SENCO before is not more than 12 months');
SELECT is(pg_temp.said('s.state, s.prior_days, s.severity', 'School 18', '2026-11-25'), 'EXEMPT_PRIOR_SERVICE 366 -', 'Q3 (reg 49(4)): 12 months and a day is');
SELECT is(pg_temp.said('s.state, s.prior_days', 'School 19', '2026-11-25'), 'OVERDUE 366',
    'Q3: two schools at once are counted once: September 2019 to August 2020 is 12 months, of a leap year');
SELECT is(pg_temp.said('s.state, s.prior_days', 'School 20', '2026-11-25'), 'EXEMPT_PRIOR_SERVICE 367',
    'Q3: periods apart are laid end to end from the start of the first');
SELECT is(pg_temp.state('School 21', '2026-11-25'), 'OVERDUE 2025-09-01', 'Q3: service at a school that is not relevant does not count');
SELECT is(pg_temp.state('School 22', '2026-11-25'), 'EXEMPT_PRIOR_SERVICE', 'Q3: posts at other schools of the register count');
SELECT is(pg_temp.said('s.state, s.became_on, s.prior_days', 'School 23', '2026-11-25'), 'EXEMPT_PRIOR_SERVICE 2022-09-01 456',
    'Q3: "at that or any other relevant school": an earlier time at the same school counts, though a gap began the clock anew');
SELECT is(pg_temp.said('s.state, s.prior_days', 'School 24', '2026-11-25'), 'OVERDUE 243',
    'Q3: only what lies before becoming SENCO here counts');
SELECT is(pg_temp.said('s.state, s.prior_days', 'School 25', '2026-11-25'), 'EXEMPT_PRIOR_SERVICE 549',
    'Q3: a post that goes on at another school counts up to that day');
SELECT is(pg_temp.state('School 26', '2026-11-25'), 'OVERDUE 2025-09-01', 'Q3, leap day: 29 February 2020 to 27 February 2021 is 365 days, and no more than 12 months');
SELECT is(pg_temp.state('School 27', '2026-11-25'), 'EXEMPT_PRIOR_SERVICE', 'Q3, leap day: a day more is');
SELECT is(pg_temp.state('School 28', '2026-11-25'), 'EXEMPT_PRIOR_SERVICE', 'Q3 (reg 2(1)): a maintained nursery school is a relevant school');
\o /dev/null
SELECT pg_temp.teacher('Rae Example'), pg_temp.post('Rae Example', 'School 42', '2022-09-01'),
       pg_temp.post('Rae Example', 'Special', '2018-09-01', '2020-08-31'), pg_temp.post('Rae Example', 'Referral unit', '2020-09-01', '2022-08-31');
\o
SELECT is(pg_temp.said('s.state, s.prior_days', 'School 42', '2026-11-25'), 'OVERDUE 0', 'Q3: special schools and referral units are no relevant schools');

-- Q4.
SELECT is(pg_temp.state('School 17', '2025-09-01'), 'IN_TRAINING 2025-09-01', 'Q4 (reg 49(4)): on the third anniversary itself it is not yet asked');
SELECT is(pg_temp.said('s.state, s.severity, s.rule', 'School 17', '2025-09-02'), 'OVERDUE error senco_q4_anniversary_months',
    'Q4 (reg 49(4)): the day after, it is');
\o /dev/null
SELECT pg_temp.teacher('Sam Example'), pg_temp.post('Sam Example', 'School 43', '2024-02-29'),
       pg_temp.teacher('Tia Example'), pg_temp.post('Tia Example', 'School 44', '2022-09-01', NULL, '{"hours_per_week": 10, "known_to": "2024-01-01"}');
SELECT pg_temp.post('Tia Example', 'School 44', '2022-09-01', '2023-12-31', '{"hours_per_week": 10, "known_from": "2024-01-01"}'),
       pg_temp.post('Tia Example', 'School 44', '2024-01-01', NULL, '{"hours_per_week": 15, "known_from": "2024-01-01"}');
\o
SELECT is(pg_temp.state('School 43', '2027-02-28'), 'IN_TRAINING 2027-02-28', 'Q4, leap day: three years after 29 February 2024 is 28 February 2027');
SELECT is(pg_temp.state('School 43', '2027-03-01'), 'OVERDUE 2027-02-28', 'Q4, leap day: and 1 March is after it');
SELECT is(pg_temp.said('s.became_on, s.anniversary_on', 'School 44', '2025-01-01'), '2022-09-01 2025-09-01',
    'Q4: other hours do not restart the clock');
SELECT is(pg_temp.said('s.sentence', 'School 17', '2026-11-25'),
    'Q1 Example became SENCO on 1 September 2022 and had to hold the qualification by 1 September 2025; none that counts is recorded.',
    'OVERDUE: in words');

-- Q5, Q6, Q7.
\o /dev/null
SELECT pg_temp.teacher('N' || n || ' Example'), pg_temp.post('N' || n || ' Example', 'School ' || 45 + n, '2022-09-01') FROM generate_series(1, 14) AS n;
SELECT pg_temp.holds('N1 Example', 'nasenco', '2024-08-31', '2027-08-31'),
       pg_temp.holds('N2 Example', 'nasenco', '2024-08-31', '2027-09-01'),
       pg_temp.holds('N3 Example', 'nasenco', '2024-09-01', '2025-07-01'),
       pg_temp.holds('N4 Example', 'npq_senco', '2024-09-01', '2026-03-01'),
       pg_temp.holds('N5 Example', 'npq_senco', '2024-08-31', '2026-03-01'),
       pg_temp.holds('N6 Example', 'nasenco', NULL, '2015-07-01'),
       pg_temp.holds('N7 Example', 'nasenco', NULL, NULL),
       pg_temp.holds('N8 Example', 'npq_senco', NULL, NULL),
       pg_temp.holds('N9 Example', 'npq_senco', NULL, '2024-08-31'),
       pg_temp.holds('N10 Example', 'nasenco', '2024-01-01', NULL, 'studying'),
       pg_temp.holds('N11 Example', 'nasenco', '2024-09-01', '2027-09-01'), pg_temp.holds('N11 Example', 'npq_senco', '2025-01-01', '2026-09-01'),
       pg_temp.holds('N12 Example', 'nasenco', NULL, '2027-09-01'),
       pg_temp.holds('N13 Example', 'nasenco', '2020-09-01', '2021-07-01'), pg_temp.holds('N13 Example', 'npq_senco', NULL, NULL, 'not_held'),
       pg_temp.holds('N14 Example', 'nasenco', NULL, NULL, 'not_held');
\o
SELECT is(pg_temp.state('School 46', '2027-11-25'), 'HOLDS_NASENCO', 'Q5 (reg 49(7)(a)): NASENCO begun 31 August 2024, completed 31 August 2027 counts');
SELECT is(pg_temp.state('School 46', '2027-08-30'), 'OVERDUE 2025-09-01', 'Q5: before it was completed it was not held');
SELECT is(pg_temp.state('School 47', '2027-11-25'), 'OVERDUE 2025-09-01', 'Q6 (reg 49(7)(a)): completed on 1 September 2027 it does not count');
SELECT ok('nasenco_completed_late' = ANY (pg_temp.findings('School 47', '2027-11-25')), 'Q6: and a finding says why');
SELECT is(pg_temp.state('School 48', '2027-11-25'), 'OVERDUE 2025-09-01', 'Q5 (reg 49(7)(a)): NASENCO begun on 1 September 2024 does not count');
SELECT ok('nasenco_began_late' = ANY (pg_temp.findings('School 48', '2027-11-25')), 'Q5: and a finding says why');
SELECT is(pg_temp.state('School 49', '2026-11-25'), 'HOLDS_NPQ', 'Q5 (reg 49(7)(b)): NPQ begun on 1 September 2024 counts');
SELECT is(pg_temp.state('School 50', '2026-11-25'), 'OVERDUE 2025-09-01',
    'Q5 (reg 49(7)): NPQ begun on 31 August 2024 is neither (a) nor (b) and does not count');
SELECT ok('npq_began_early' = ANY (pg_temp.findings('School 50', '2026-11-25')), 'Q5: and a finding says why');
SELECT is(pg_temp.state('School 51', '2026-11-25'), 'HOLDS_NASENCO', 'Q5: completed before September 2024 it was begun before');
SELECT ok(NOT 'qualification_dates_missing' = ANY (pg_temp.findings('School 51', '2026-11-25')), 'Q5: so no date is missed');
SELECT is(pg_temp.state('School 52', '2026-11-25'), 'HOLDS_NASENCO', 'Q5: NASENCO held, without any date, is taken to count');
SELECT ok('qualification_dates_missing' = ANY (pg_temp.findings('School 52', '2026-11-25')), 'Q5: and a finding asks for the dates');
SELECT is(pg_temp.state('School 53', '2026-11-25'), 'HOLDS_NPQ', 'Q5: so is an NPQ');
SELECT ok('qualification_dates_missing' = ANY (pg_temp.findings('School 53', '2026-11-25')), 'Q5: and asked for too');
SELECT is(pg_temp.state('School 54', '2026-11-25'), 'OVERDUE 2025-09-01', 'Q5: NPQ completed before September 2024 was begun before');
SELECT is(pg_temp.state('School 55', '2026-11-25'), 'OVERDUE 2025-09-01', 'Q4: who is still studying after the anniversary is OVERDUE');
SELECT is(pg_temp.state('School 56', '2027-11-25'), 'HOLDS_NPQ', 'Q5: an NPQ that counts stands for a NASENCO that does not');
SELECT is(array_remove(array_remove(pg_temp.findings('School 56', '2027-11-25'), 'hours_unknown'), 'x'), '{}', 'Q5: of which nothing is said then');
SELECT is(pg_temp.state('School 57', '2027-11-25'), 'OVERDUE 2025-09-01', 'Q6: completed on 1 September 2027 does not count, whenever begun');
SELECT is(pg_temp.state('School 58', '2026-11-25'), 'HOLDS_NASENCO', 'Q7 (reg 49(7)(a)): who holds NASENCO needs no NPQ');
SELECT is(pg_temp.state('School 59', '2026-11-25'), 'OVERDUE 2025-09-01', 'Q5: known not to hold it is not to hold it');
SELECT is(pg_temp.state('School 50', '2024-08-31'), 'IN_TRAINING 2025-09-01', 'design 1.5: before 1 September 2024 the rules of that day apply');

-- Q9.
\o /dev/null
SELECT pg_temp.post('Uma Example', 'School 60', '2026-09-01'), pg_temp.holds('Uma Example', 'qts', '2025-09-01', '2026-07-31');
\o
SELECT is(pg_temp.state('School 60', '2026-11-25'), 'IN_TRAINING 2029-09-01',
    'Q9: two years of teaching are not in reg 49: a teacher qualified last summer may be SENCO');
SELECT is_empty($$SELECT r.id FROM law.rules AS r WHERE r.id ~ '^senco_q9'$$, 'Q9: so no rule speaks of it');

-- What a setting's own record says of who is known by name only.
\o /dev/null
INSERT INTO core.post_records (setting_id, source_id, revision, content_hash, known_from, kind, name, start_on, hours_per_week,
       is_qualified_teacher, has_prior_service, nasenco_began_on, nasenco_awarded_on, npq_began_on, npq_awarded_on, is_head)
SELECT pg_temp.setting_id(w.setting), 'p', 1, gen_random_uuid(), '2026-01-01', 'senco', w.name, '2022-09-01', 20,
       w.teacher, w.prior, w.nasenco_from, w.nasenco_to, w.npq_from, w.npq_to, w.head
  FROM (VALUES
    ('School 31', 'Wes Example', true, NULL::boolean, NULL::date, NULL::date, NULL::date, NULL::date, NULL::boolean),
    ('School 32', 'Xia Example', true, true, NULL, NULL, NULL, NULL, NULL),
    ('School 33', 'Yan Example', true, NULL, '2020-09-01', '2021-07-01', NULL, NULL, NULL),
    ('School 34', 'Zoe Example', true, NULL, NULL, NULL, '2024-09-01', '2026-03-01', NULL),
    ('School 35', 'Abe Example', false, NULL, NULL, NULL, NULL, NULL, NULL),
    ('School 36', 'Bo Example', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('School 37', 'Cat Example', NULL, NULL, NULL, NULL, '2025-09-01', NULL, true)
       ) AS w (setting, name, teacher, prior, nasenco_from, nasenco_to, npq_from, npq_to, head);
\o
SELECT is(split_part(pg_temp.state('School ' || w.n, w.day), ' ', 1), w.state, w.title)
  FROM (VALUES
    (31, '2025-01-01'::date, 'IN_TRAINING', 'record: a qualified teacher by the setting''s own word'),
    (32, '2026-11-25', 'EXEMPT_PRIOR_SERVICE', 'Q3: record: prior service by the setting''s own word'),
    (33, '2026-11-25', 'HOLDS_NASENCO', 'Q5: record: NASENCO with its dates'),
    (34, '2025-01-01', 'IN_TRAINING', 'Q5: record: an NPQ awarded later is not yet held'),
    (34, '2026-11-25', 'HOLDS_NPQ', 'Q5: record: and then it is'),
    (35, '2026-11-25', 'NOT_QTS', 'Q1: record: not a qualified teacher'),
    (36, '2026-11-25', 'UNKNOWN', 'Q1: record: it does not say'),
    (37, '2025-01-01', 'HEADTEACHER_ROUTE', 'Q1 (reg 49(3)): record: the head')
       ) AS w (n, day, state, title);

-- Several at once.
\o /dev/null
SELECT pg_temp.post('N4 Example', 'School 38', '2022-09-01'), pg_temp.post('N14 Example', 'School 38', '2022-09-02');
\o
SELECT is(pg_temp.said('s.state, s.senco, s.sencos', 'School 38', '2025-11-25'), 'OVERDUE N14 Example 2',
    'reg 49(1): of two who share the job each must meet the regulation: the worse decides');

-- Other types of setting, domain.md 1.1.
\o /dev/null
SELECT pg_temp.setting('Type ' || t.code, t.code, NULL, NULL, NULL) FROM law.setting_types AS t;
SELECT pg_temp.setting('Type 99', '99', NULL, NULL, NULL);
\o
SELECT is(pg_temp.said('s.regime, s.state, s.severity', 'Type ' || t.code, '2026-11-25'), w.expected, 'domain.md 1.1: ' || w.title || ': type ' || t.code)
  FROM (VALUES
    ('{1,2,3,5}'::text[], 'school VACANT error', 'mainstream maintained schools (CFA s.67)'),
    ('{28,34,35,40,41}', 'school VACANT error', 'mainstream academies (CFA s.67)'),
    ('{15}', 'school VACANT error', 'maintained nursery schools (CFA s.67)'),
    ('{14,38,42,43}', 'advisory_school VACANT warn', 'alternative provision is advised, never an error (CoP 6.2)'),
    ('{ofsted:non_domestic,ofsted:domestic,ofsted:other}', 'group_provider NOT_IDENTIFIED warn', 'group providers are expected to identify one (CoP 5.53)'),
    ('{ofsted:childminder}', 'childminder NONE_NEEDED -', 'a childminder without is no error (CoP 5.53)'),
    ('{18,31}', 'college VACANT warn', 'a named person (CoP 7.22)'),
    ('{39,45,46,57}', 'contact NOT_REQUIRED info', 'a contact is advised (CoP 6.2)'),
    ('{7,8,10,12,33,36,44}', 'none NOT_REQUIRED -', 'special schools'),
    ('{6,11,24,25,26,27,29,30,32,37,49,56,ofsted:home_childcarer}', 'none NOT_REQUIRED -', 'no duty')
       ) AS w (types, expected, title)
 CROSS JOIN LATERAL unnest(w.types) AS t (code);
SELECT is_empty($$SELECT t.code FROM law.setting_types AS t WHERE NOT EXISTS (SELECT FROM law.senco_duties AS d WHERE d.type = t.code)$$,
    'domain.md 1.1: every type has a row');
SELECT is(pg_temp.said('s.regime, s.state, s.severity, s.finding', 'Type 99', '2026-11-25'), '- UNKNOWN warn type_without_rule',
    'a type the rules do not know is not passed over');
\o /dev/null
SELECT pg_temp.post('Dot Example', 'Type ' || t, '2025-09-01', NULL, w.more::jsonb)
  FROM (VALUES
    ('{ofsted:non_domestic,14}'::text[], '{}'),
    ('{ofsted:childminder}', '{"arrangement": "agency"}'),
    ('{18,39,7}', '{"kind": "named_person"}'),
    ('{1}', '{"kind": "named_person"}')
       ) AS w (types, more)
 CROSS JOIN LATERAL unnest(w.types) AS t;
SELECT pg_temp.holds('Dot Example', 'level_3', NULL, '2010-07-01'), pg_temp.holds('Dot Example', 'early_years_senco', NULL, '2020-07-01');
\o
SELECT is(pg_temp.seen('officer', format('SELECT s.state, s.severity, s.inputs ->> ''holds_level_3'' AS a, s.inputs ->> ''holds_early_years_award'' AS b
      FROM api.senco_states(''2026-11-25'', now()) AS s WHERE s.setting_id = %s', pg_temp.setting_id('Type ofsted:non_domestic'))),
    '{IDENTIFIED - true true}', 'IDENTIFIED: a group provider''s SENCO, with the awards noted');
SELECT is(pg_temp.said('s.state, s.inputs ->> ''arrangement'', s.anniversary_on', 'Type ofsted:childminder', '2026-11-25'), 'IDENTIFIED agency -',
    'IDENTIFIED: a childminder''s through the agency; no clock runs');
SELECT is(pg_temp.said('s.state, s.severity', 'Type 14', '2026-11-25'), 'UNKNOWN warn', 'CoP 6.2: reg 49 is applied to a referral unit as advice');
SELECT is(pg_temp.said('s.state, s.senco', 'Type 18', '2026-11-25'), 'NAMED_PERSON Dot Example', 'NAMED_PERSON: a college');
SELECT is(pg_temp.said('s.state, s.senco', 'Type 39', '2026-11-25'), 'NAMED_PERSON Dot Example', 'NAMED_PERSON: a 16 to 19 academy');
SELECT is(pg_temp.state('Type 7', '2026-11-25'), 'NOT_REQUIRED', 'NOT_REQUIRED: a special school, whoever is there');
SELECT is(pg_temp.state('Type 1', '2026-11-25'), 'VACANT', 'CFA s.67(2): a named person is no SENCO of a school');

-- Open settings only, and only those in scope.
\o /dev/null
UPDATE core.settings SET opened_on = '2020-09-01', closed_on = '2026-08-31', status = 'closed' WHERE id = pg_temp.setting_id('School 39');
\o
SELECT is(pg_temp.state('School 39', d), w, 'a school is judged from the day it opens to the day it closes: ' || d)
  FROM (VALUES ('2020-08-31'::date, NULL), ('2020-09-01', 'VACANT'), ('2026-08-31', 'VACANT'), ('2026-09-01', NULL)) AS v (d, w);
\o /dev/null
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, pg_temp.setting_id('School 1') FROM cast_actors AS a WHERE a.name = 'school';
\o
SELECT is(pg_temp.seen('school', 'SELECT s.setting_name FROM api.senco_states(''2026-11-25'', now()) AS s'), ARRAY['School 1'], 'a school system is told of its own settings');
SELECT is(pg_temp.seen(w, 'SELECT s.setting_id FROM api.senco_states(''2026-11-25'', now()) AS s'), '{}', 'told of none: ' || coalesce(w, 'nobody'))
  FROM unnest(ARRAY['administrator', 'auditor', NULL]) AS w;

CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_line text;
    v_plan text := '';
BEGIN
    PERFORM pg_temp.act('officer');
    FOR v_line IN EXECUTE 'EXPLAIN ' || query LOOP
        v_plan := v_plan || v_line || E'\n';
    END LOOP;
    PERFORM pg_temp.rest();
    RETURN v_plan;
END
$$;
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.senco_states(''2026-11-10'', now())'), '%Function Scan%', 'no Function Scan is left in the plan');
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.senco_states(''2026-11-10'', now(), ''{1,2}'', false)'), '%Function Scan%', 'nor when some settings are asked for');

-- Asked for some settings it says of them what it says of all: also of who is SENCO elsewhere besides, or was.
CREATE FUNCTION pg_temp.some() RETURNS int[]
LANGUAGE sql AS $$ SELECT array_agg(s.id ORDER BY s.id) FROM cast_settings AS s WHERE s.id % 2 = 0 $$;
SELECT is(pg_temp.seen('officer', format('SELECT t.* FROM api.senco_states(''2026-11-10'', now(), %L, false) AS t', pg_temp.some())),
    pg_temp.seen('officer', format('SELECT t.* FROM api.senco_states(''2026-11-10'', now()) AS t WHERE t.setting_id = ANY (%L)', pg_temp.some())),
    'a list of settings changes nothing of what is said of them');

SELECT is(pg_temp.seen('officer', format('SELECT t.setting_name FROM api.senco_states(''2026-11-10'', now(), api.setting_list(%L), false) AS t',
    'id:' || pg_temp.setting_id('School 1'))), ARRAY['School 1'], 'one setting by its reference');
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.senco_states(''2026-11-10'', now(), api.setting_list(''id:1''), false)'), '%Function Scan%',
    'nor for one');

-- The law as data.
SELECT set_eq($$SELECT t.state FROM law.senco_states AS t$$, $$SELECT c.code FROM law.codes AS c WHERE c.list = 'senco_state'$$,
    'every state has a title, and there is no other');
SELECT is((SELECT string_agg(concat_ws(' ', substr(r.id, 7), r.months, r.on_day, r.standing), ', ' ORDER BY r.id)
             FROM law.rules AS r WHERE r.id ~ '^senco_q[1-9]_'),
    'q1_teacher_or_head statute, q2_became_after 2009-09-01 statute, q3_prior_service_months 12 statute, q4_anniversary_months 36 statute, '
    || 'q5_nasenco_began_before 2024-09-01 statute, q5_nasenco_done_before 2027-09-01 statute, q5_npq_from 2024-09-01 statute, '
    || 'q7_holders statute, q8_course_months 22 practice',
    'domain.md 1.2: Q1 to Q8, each number a row');
SELECT is_empty($$SELECT t.id FROM law.senco_states AS t WHERE NOT EXISTS (SELECT FROM law.rules AS r WHERE r.id = t.rule_id)
    UNION ALL SELECT f.id FROM law.senco_findings AS f WHERE NOT EXISTS (SELECT FROM law.rules AS r WHERE r.id = f.rule_id)$$,
    'every state and finding names a rule there is');

SELECT * FROM finish();
ROLLBACK;
