-- report_transitions_cohort.sql — who is in the report of a year's moves: by
-- which rule, from which setting and with which provision.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
\ir ../lib/report_transitions.sql
\o
SELECT no_plan();

-- 1. Who is due: domain of regulation 2(1), year groups by domain.md 3.5.
\o /dev/null
SELECT pg_temp.child('Nur First', 'Nursery', '2022-09-01', NULL, 'K'),
       pg_temp.child('Nur Last', 'Nursery', '2023-08-31', NULL, 'K'),
       pg_temp.child('Nur Young', 'Nursery', '2023-09-01', NULL, 'K'),
       pg_temp.child('Nur Old', 'Nursery', '2022-08-31', NULL, 'K'),
       pg_temp.child('Nur Class', 'Primary', '2023-03-01', 'N2', 'K'),
       pg_temp.child('Nur School', 'Nursery School', '2023-03-01', 'N2', 'N'),
       pg_temp.child('Inf 2', 'Infants', '2020-01-15', '2', 'K'),
       pg_temp.child('Inf 1', 'Infants', '2021-01-15', '1', 'K'),
       pg_temp.child('Inf 8', 'Infants to 8', '2020-01-15', '2', 'K'),
       pg_temp.child('Fir 4', 'First', '2018-01-15', '4', 'K'),
       pg_temp.child('Pri First', 'Primary', '2015-09-01', '6', 'E'),
       pg_temp.child('Pri Last', 'Primary', '2016-08-31', NULL, 'K'),
       pg_temp.child('Pri Young', 'Primary', '2016-09-01', NULL, 'K'),
       pg_temp.child('Jun 6', 'Juniors', '2016-01-15', '6', 'K'),
       pg_temp.child('No Ages 6', 'No Ages', '2016-01-15', '6', 'K'),
       pg_temp.child('Mid 8', 'Middle', '2014-01-15', '8', 'E'),
       pg_temp.child('Mid 6', 'Middle', '2016-01-15', '6', 'E'),
       pg_temp.child('Prep 8', 'Prep', '2014-01-15', '8', 'K'),
       pg_temp.child('Prep 6', 'Prep', '2016-01-15', '6', 'K'),
       pg_temp.child('Sec 11', 'Secondary', '2011-01-15', '11', 'E'),
       pg_temp.child('Sec 10', 'Secondary', '2012-01-15', '10', 'E'),
       pg_temp.child('Six 11', 'Sixth Form School', '2011-01-15', '11', 'E'),
       pg_temp.child('Six 12', 'Sixth Form School', '2010-01-15', '12', 'E'),
       pg_temp.child('Six 13', 'Sixth Form School', '2009-01-15', '13', 'E'),
       pg_temp.child('To19 13', 'School to 19', '2009-01-15', '13', 'E'),
       pg_temp.child('All 6', 'All-through', '2016-01-15', '6', 'E'),
       pg_temp.child('All 11', 'All-through', '2011-01-15', '11', 'E'),
       pg_temp.child('Spe 6', 'Special Primary', '2016-01-15', '6', 'E'),
       pg_temp.child('Spe 11', 'Special to 19', '2011-01-15', '11', 'E'),
       pg_temp.child('Spe 13', 'Special to 19', '2009-01-15', '13', 'E'),
       pg_temp.child('Spe 14', 'Special to 19', '2008-01-15', '14', 'E'),
       pg_temp.child('Pru 6', 'Unit', '2016-01-15', '6', 'E'),
       pg_temp.child('Pru 11', 'Unit', '2011-01-15', '11', 'E'),
       pg_temp.child('Col 13', 'College', '2009-01-15', '13', 'E');
\o
SELECT is(pg_temp.report(w.child, 'r.kind'), w.kind, w.title)
  FROM (VALUES
('Nur First', 'EYS', 'reg 2(1)(a): born on 1 September 2022, in a nursery, starts school in 2027'),
('Nur Last', 'EYS', 'reg 2(1)(a): born on 31 August 2023, the youngest of that year, starts school in 2027'),
('Nur Young', NULL, 'born a day later, the child starts school in 2028'),
('Nur Old', 'EYS', 'reg 2(1)(a): of Reception age but still in a nursery, the child is due next September'),
('Nur Class', 'EYS', 'reg 2(1)(a): a nursery class is early years education, also within a primary school'),
('Nur School', 'EYS', 'reg 2(1)(a): a maintained nursery school is left for school'),
('Inf 2', 'INJ', 'reg 2(1)(b): Year 2 of an infant school (3 to 7)'),
('Inf 1', NULL, 'Year 1 of an infant school stays'),
('Inf 8', 'INJ', 'reg 2(1)(b): a statutory high age of 8 ends with Year 2 too'),
('Fir 4', 'PRM', 'reg 2(1)(c): Year 4 of a first school (4 to 9) goes to a middle school'),
('Pri First', 'PRS', 'reg 2(1)(d): born on 1 September 2015, Year 6 of a primary school'),
('Pri Last', 'PRS', 'reg 2(1)(d): born on 31 August 2016, without a recorded year, is of Year 6'),
('Pri Young', NULL, 'born a day later, the child is of Year 5'),
('Jun 6', 'PRS', 'reg 2(1)(d): Year 6 of a junior school (7 to 11)'),
('No Ages 6', 'PRS', 'where the register has no ages, the phase tells the last year'),
('Mid 8', 'MDS', 'reg 2(1)(e): Year 8 of a middle school (9 to 13)'),
('Mid 6', NULL, 'Year 6 of a middle school stays'),
('Prep 8', 'MDS', 'Year 8 of an independent school to 13 moves as from a middle school'),
('Prep 6', NULL, 'Year 6 of an independent school to 13 stays'),
('Sec 11', 'SEP', 'reg 2(1)(f): Year 11 of a secondary school'),
('Sec 10', NULL, 'Year 10 stays'),
('Six 11', 'SEP', 'reg 2(1)(f): Year 11 of a school with a sixth form may leave'),
('Six 12', NULL, 'Year 12 of a school sixth form stays'),
('Six 13', 'SEP', 'reg 2(1)(f): Year 13 of a school sixth form leaves'),
('To19 13', 'SEP', 'a mainstream sixth form ends with Year 13, though the register says 19'),
('All 6', NULL, 'an all-through school (4 to 16) has no move at Year 6'),
('All 11', 'SEP', 'reg 2(1)(f): Year 11 of an all-through school'),
('Spe 6', 'PRS', 'reg 2(1)(d): Year 6 of a special school (2 to 11)'),
('Spe 11', 'SEP', 'reg 2(1)(f): Year 11 of a special school (11 to 19)'),
('Spe 13', NULL, 'Year 13 of a special school to 19 stays'),
('Spe 14', 'SEP', 'reg 2(1)(f): Year 14 is the last of a special school to 19'),
('Pru 6', NULL, 'Year 6 of a pupil referral unit (5 to 16) stays'),
('Pru 11', 'SEP', 'reg 2(1)(f): Year 11 of a pupil referral unit'),
('Col 13', NULL, 'within post-16 institutions there is no transfer between phases')
       ) AS w (child, kind, title);

SELECT is(pg_temp.report('Pri First', 'r.kind', '2025-10-01'), NULL,
    'a record that says Year 6 in 2025/26 is not of the cohort of 2027');
SELECT is(pg_temp.report('Pri Young', 'r.kind', '2026-11-10', 2028), 'PRS',
    'a child of Year 5 is of the cohort of the year after');
SELECT is(pg_temp.report('Pri First', 'r.kind', '2026-08-31', 2026), 'PRS',
    'domain.md 3.5: on 31 August a recorded Year 6 is that of the year about to end');
SELECT is(pg_temp.report('Pri First', 'r.kind', '2026-09-01', 2026), NULL,
    'on 1 September it is that of the year begun, and not of the cohort before');
SELECT is(pg_temp.report('Nur Old', 'r.kind', '2026-11-10', 2028), NULL,
    'who is due next September is not due again the year after');
SELECT is(pg_temp.report('Nur Last', 'r.kind_rule, r.year_group, r.sen_status, r.primary_need, r.has_plan, r.from_setting, r.from_phase'),
    'phase_early_years_to_school - K SLCN false Nursery 1',
    'a row names the rule, the provision, the first need, the setting and its phase');
SELECT is(pg_temp.report('Nur School', 'r.sen_status, r.rag, r.deadline_on'),
    'N - -', 'a child without SEN is in the list, without deadline or colour');

-- 2. Year groups as taught: deferred, held back, accelerated.
\o /dev/null
SELECT pg_temp.child('Summer Born', 'Nursery', '2022-06-15', NULL, 'K'),
       pg_temp.child('Summer Plan', 'Nursery', '2022-06-15', NULL, 'K'),
       pg_temp.child('Summer N2', 'Nursery School', '2022-08-31', 'N2', 'E'),
       pg_temp.child('Put Off', 'Nursery', '2023-06-15', NULL, 'K'),
       pg_temp.child('Past Plan', 'Nursery', '2022-10-15', NULL, 'K'),
       pg_temp.child('Held Back', 'Primary', '2015-08-31', '6', 'E'),
       pg_temp.child('Held In 5', 'Primary', '2015-11-30', '5', 'E'),
       pg_temp.child('Ahead', 'Primary', '2016-09-01', '6', 'E'),
       pg_temp.child('Mixed', 'Primary', '2015-11-30', 'M', 'K'),
       pg_temp.child('Brought In', 'Primary', '2017-11-30', '4', 'K'),
       pg_temp.child('Withdrawn', 'Primary', '2017-11-30', '4', 'K');
SELECT pg_temp.move('Summer Plan', 'Nursery', 'EYS', 2027, 'Primary'),
       pg_temp.move('Put Off', 'Nursery', 'EYS', 2028, 'Primary'),
       pg_temp.move('Past Plan', 'Nursery', 'EYS', 2026, 'Primary'),
       pg_temp.move('Brought In', 'Primary', 'PRS', 2027, 'Secondary'),
       pg_temp.move('Withdrawn', 'Primary', 'PRS', 2027, 'Secondary');
UPDATE core.transitions SET deleted_at = now()
 WHERE child_id = pg_temp.child_id('Withdrawn');
\o
SELECT is(pg_temp.report(w.child, 'r.kind, r.is_deferred'), w.row, w.title)
  FROM (VALUES
('Summer N2', 'EYS true', 'a summer-born child taught in N2 a second time starts school a year late, and is deferred'),
('Summer Plan', 'EYS true', 'a summer-born child with a move planned for 2027 is deferred'),
('Past Plan', 'EYS false', 'a plan for a September that is past keeps nobody out'),
('Held Back', 'PRS true', 'a child born on 31 August 2015 but taught in Year 6 moves with Year 6'),
('Held In 5', NULL, 'a child of Year 6 age taught in Year 5 stays'),
('Ahead', 'PRS false', 'a child taught a year ahead moves a year early'),
('Mixed', 'PRS false', 'a mixed-year class has no year group: the date of birth decides'),
('Put Off', NULL, 'a move planned for 2028 takes the child out of 2027'),
('Brought In', 'PRS false', 'a move planned for 2027 brings a child in whatever its year'),
('Withdrawn', NULL, 'a withdrawn plan brings nobody in')
       ) AS w (child, row, title);
SELECT is(pg_temp.report('Put Off', 'r.kind, r.is_deferred', '2026-11-10', 2028),
    'EYS true', 'deferred entry moves the case by a year');
SELECT is(pg_temp.report('Held In 5', 'r.kind', '2026-11-10', 2028), 'PRS',
    'a child held back in Year 5 moves a year after its age group');

-- 3. Two placements, places left, sixth forms.
\o /dev/null
SELECT pg_temp.child('Dual', 'Nursery', '2023-03-01', NULL, 'K');
SELECT pg_temp.stay('Dual', 'Nursery School', 'N2', '2025-01-01', NULL, 'subsidiary');
SELECT pg_temp.child('Twice', 'Nursery', '2023-03-01', NULL, 'K');
SELECT pg_temp.stay('Twice', 'Nursery School', 'N2', '2025-01-01', NULL, 'current');
SELECT pg_temp.child('Left', 'Primary', '2016-03-01', '6', 'K');
UPDATE core.placements SET end_on = '2026-11-09'
 WHERE child_id = pg_temp.child_id('Left');
SELECT pg_temp.child('Left In July', 'Primary', '2015-03-01', '6', 'K');
UPDATE core.placements SET end_on = '2026-07-22'
 WHERE child_id = pg_temp.child_id('Left In July');
SELECT pg_temp.child('To Sixth', 'Secondary', '2011-01-15', '11', 'E'),
       pg_temp.child('To College', 'Secondary', '2011-01-15', '11', 'E'),
       pg_temp.child('Thirteen', 'Sixth Form School', '2009-01-15', '13', 'E');
SELECT pg_temp.move('To Sixth', 'Secondary', 'SEP', 2027, 'Sixth Form School'),
       pg_temp.move('To College', 'Secondary', '6FS', 2027, 'College'),
       pg_temp.move('Thirteen', 'Sixth Form School', 'SEP', 2027, 'Special to 19');
\o
SELECT is((SELECT count(*) FROM unnest(pg_temp.seen('officer', format(
        'SELECT r.kind FROM api.report_transitions(2027, %L) AS r WHERE r.child_id = %L',
        '2026-11-10', pg_temp.child_id('Dual')))) AS u), 1::bigint,
    'design digest 6: a child with two placements is one row');
SELECT is(pg_temp.report('Dual', 'r.from_setting'), 'Nursery',
    'the main placement comes before a subsidiary one that began earlier');
SELECT is(pg_temp.report('Twice', 'r.from_setting'), 'Nursery School',
    'of two equal placements the earlier one counts');
SELECT is(pg_temp.report('Left', 'r.kind', '2026-11-09'), 'PRS',
    'on its last day the placement still counts');
SELECT is(pg_temp.report('Left', 'r.kind'), NULL,
    'a day later it does not');
SELECT is(pg_temp.report('Left In July', 'r.kind', '2026-08-31', 2026), 'PRS',
    'who left at the end of July is still in the report of that September in August');
SELECT is(pg_temp.report('To Sixth', 'r.kind, r.deadline_on, r.kind_rule, r.policy_note IS NOT NULL'),
    '6FS 2027-03-31 move_year_11_to_school_sixth_form true',
    'domain.md 5.3: Year 11 to a school sixth form is held to 31 March and says it is policy');
SELECT is(pg_temp.report('To College', 'r.kind, r.deadline_on, r.policy_note'),
    'SEP 2027-03-31 -', 'reg 18(1)(a): to a college, 31 March');
SELECT is(pg_temp.report('Thirteen', 'r.kind'), 'SEP',
    'the sixth-form rule is about Year 11 only');
SELECT is(pg_temp.report('Prep 8', 'r.policy_note IS NOT NULL'), 'true',
    'an independent school to 13 taken for a middle school says so');

-- 4. SEN status.
\o /dev/null
SELECT pg_temp.child('Changing', 'Primary', '2016-03-01', '6', 'K');
SELECT pg_temp.need('Changing', 'Primary', 'E', '{ASD}', '2026-11-10', NULL);
SELECT pg_temp.child('Two Views', 'Primary', '2016-03-01', '6', 'E');
SELECT pg_temp.stay('Two Views', 'Unit', '6', '2026-01-01', NULL, 'subsidiary');
SELECT pg_temp.need('Two Views', 'Unit', 'K', '{SEMH}', '2026-01-01', NULL);
SELECT pg_temp.child('Ceased', 'Primary', '2016-03-01', '6', NULL);
SELECT pg_temp.need('Ceased', 'Primary', 'E', '{ASD}', '2024-01-01', '2026-11-09');
SELECT pg_temp.child('Statement', 'Primary', '2016-03-01', '6', 'S');
\o
SELECT is(pg_temp.report('Changing', 'r.sen_status, r.primary_need', '2026-11-09'),
    'K SLCN', 'the day before a plan begins the status is SEN support');
SELECT is(pg_temp.report('Changing', 'r.sen_status, r.primary_need'),
    'E ASD', 'the day it begins the status is EHC plan');
SELECT is(pg_temp.report('Two Views', 'r.sen_status'), 'E',
    'an EHC plan known to one setting is not undone by another that records SEN support');
SELECT is(pg_temp.report('Ceased', 'r.sen_status', '2026-11-09'), 'E',
    'on the last day of a plan the status is still E');
SELECT is(pg_temp.report('Ceased', 'r.sen_status'), 'N',
    'after it, without another record, the status is N');
SELECT is(pg_temp.report('Statement', 'r.sen_status'), 'E',
    'domain.md 3.1: a historic statement counts as a plan');

SELECT * FROM finish();
ROLLBACK;
