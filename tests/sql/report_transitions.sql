-- report_transitions.sql — who is in the cohort, what binds them, and which
-- colour they have, on the days around every threshold.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('school', 'school_system'),
       pg_temp.actor('foreign school', 'school_system'),
       pg_temp.actor('senco', 'area_senco'),
       pg_temp.actor('foreign senco', 'area_senco'),
       pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Nursery School', '15', 1, 2, 5),
       pg_temp.setting('Infants', '1', 2, 3, 7),
       pg_temp.setting('Infants to 8', '1', 2, 4, 8),
       pg_temp.setting('Juniors', '1', 2, 7, 11),
       pg_temp.setting('Primary', '34', 2, 3, 11),
       pg_temp.setting('First', '1', 2, 4, 9),
       pg_temp.setting('Middle', '1', 5, 9, 13),
       pg_temp.setting('Prep', '11', 0, 2, 13),
       pg_temp.setting('Secondary', '34', 4, 11, 16),
       pg_temp.setting('Sixth Form School', '34', 4, 11, 18),
       pg_temp.setting('School to 19', '34', 4, 11, 19),
       pg_temp.setting('All-through', '34', 7, 4, 16),
       pg_temp.setting('Special Primary', '7', 0, 2, 11),
       pg_temp.setting('Special to 19', '7', 0, 11, 19),
       pg_temp.setting('Unit', '14', 0, 5, 16),
       pg_temp.setting('No Ages', '1', 2, NULL, NULL),
       pg_temp.setting('College', '18', 6, 16, 99),
       pg_temp.setting('Other Town Nursery', 'ofsted:non_domestic', NULL, NULL, NULL);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, s.id
  FROM cast_actors AS a, cast_settings AS s
 WHERE (a.name, s.name) IN (('school', 'Primary'), ('foreign school', 'Juniors'));
WITH c AS (
    INSERT INTO core.caseloads (name, client_id)
    SELECT 'Caseload of ' || a.id, a.id
      FROM cast_actors AS a
     WHERE a.name IN ('senco', 'foreign senco')
    RETURNING id, client_id
)
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT c.id, s.id, '2020-01-01'
  FROM c
  JOIN cast_actors AS a ON a.id = c.client_id
  JOIN cast_settings AS s
    ON (a.name, s.name) IN (('senco', 'Nursery'),
                            ('foreign senco', 'Other Town Nursery'));

-- report — one child's row in the report of 2027, or that of another year.
-- Planned once: it is the planning that takes the time.
SET LOCAL plan_cache_mode = force_generic_plan;
CREATE TEMPORARY TABLE report_rows AS
SELECT * FROM api.report_transitions(2027, '2026-11-10') LIMIT 0;
PREPARE report_of (int, date, uuid) AS
    SELECT * FROM api.report_transitions($1, $2) AS r WHERE r.child_id = $3;
CREATE FUNCTION pg_temp.report(child text, columns text,
    on_date date DEFAULT '2026-11-10', year int DEFAULT 2027) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_child uuid := pg_temp.child_id(child);
    v_row   report_rows;
    v_said  text;
BEGIN
    PERFORM pg_temp.act('officer');
    EXECUTE format('EXECUTE report_of(%s, %L, %L)', year, on_date, v_child)
       INTO v_row;
    PERFORM pg_temp.rest();
    EXECUTE format('SELECT string_agg(coalesce(e.value, ''-''), '' '' ORDER BY e.n)
          FROM (SELECT %s FROM (SELECT ($1).*) AS r) AS q,
               json_each_text(row_to_json(q))
                   WITH ORDINALITY AS e (key, value, n)
         WHERE ($1).child_id IS NOT NULL', columns)
       INTO v_said USING v_row;
    RETURN v_said;
END
$$;

-- transfer — what the authority has recorded about the move of 2027.
CREATE FUNCTION pg_temp.transfer(child text, review date, notice date,
    final date, is_refused boolean DEFAULT false) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.ehc_transfers (child_id, year, review_held_on,
           amendment_noticed_on, plan_final_on, placement_refused)
    VALUES (pg_temp.child_id($1), 2027, $2, $3, $4, $5)
    ON CONFLICT (child_id, year) DO UPDATE
       SET review_held_on = $2, amendment_noticed_on = $3, plan_final_on = $4,
           placement_refused = $5;
$$;
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

-- 5. Deadlines: regulation 18(1).
SELECT is(pg_temp.report('Pri First', 'r.deadline_on, r.deadline_rule, r.days_left', '2027-02-01'),
    '2027-02-15 phase_transfer_before_15_february 14',
    'reg 18(1)(b): primary to secondary, 15 February of the year of transfer');
SELECT is(pg_temp.report('Mid 8', 'r.deadline_on'), '2027-02-15',
    'reg 18(1)(b): middle to secondary, 15 February');
SELECT is(pg_temp.report('Summer N2', 'r.deadline_on'), '2027-02-15',
    'reg 18(1)(b): early years to school, 15 February');
SELECT is(pg_temp.report('Sec 11', 'r.deadline_on, r.deadline_rule, r.days_left', '2027-04-01'),
    '2027-03-31 phase_transfer_before_31_march -1',
    'reg 18(1)(a): secondary to post-16, 31 March');
SELECT is(pg_temp.report('Nur First', 'r.deadline_on, r.days_left'), '- -',
    'reg 18(1) is about plans: SEN support has no statutory deadline');

-- 6. Colours of a plan, the day before, on and after each threshold. The
-- sixth former stands for 31 March, the primary pupil for 15 February.
CREATE FUNCTION pg_temp.colour(child text, on_date date, year int DEFAULT 2027)
RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.report($1, 'r.rag', $2, $3) $$;

SELECT is(pg_temp.colour('Pri First', '2026-11-23'), 'GREEN',
    'domain.md 6.4: on 23 November a review meeting can still be held in time');
SELECT is(pg_temp.colour('Pri First', '2026-11-24'), 'RED',
    'domain.md 6.4: no review meeting by 23 November is red');
SELECT is(pg_temp.report('Pri First', 'r.rag_reason', '2026-11-24'),
    'No review meeting was held by 84 days before the deadline.',
    'the reason says it in words');
SELECT is(pg_temp.colour('Sec 11', '2027-01-06'), 'GREEN',
    'domain.md 5.3: for 31 March the last day of the meeting is 6 January');
SELECT is(pg_temp.colour('Sec 11', '2027-01-07'), 'RED',
    'domain.md 6.4: no review meeting by 6 January is red');
SELECT is(pg_temp.colour('Sec 11', '2028-01-07', 2028), 'GREEN',
    'domain.md 5.3: in a leap year the last day of the meeting is 7 January');
SELECT is(pg_temp.colour('Sec 11', '2028-01-08', 2028), 'RED',
    'domain.md 5.3: in a leap year 8 January is too late');
SELECT is(pg_temp.report('Pri Young', 'r.deadline_on - 84', '2026-11-10', 2028), '-',
    'a child with SEN support has no latest meeting day');

\o /dev/null
SELECT pg_temp.move('Pri First', 'Primary', 'PRS', 2027, 'Secondary');
SELECT pg_temp.transfer('Pri First', '2026-10-01', NULL, NULL);
\o
SELECT is(pg_temp.colour('Pri First', '2026-10-22'), 'GREEN',
    'domain.md 6.4: 21 days after the meeting no notice is still green');
SELECT is(pg_temp.colour('Pri First', '2026-10-23'), 'AMBER',
    'domain.md 6.4: no amendment notice after 21 days is amber');
SELECT is(pg_temp.colour('Pri First', '2026-10-29'), 'AMBER',
    'reg 20(10): on the 28th day the notice is still in time');
SELECT is(pg_temp.colour('Pri First', '2026-10-30'), 'RED',
    'reg 20(10): no amendment notice 28 days after the meeting is red');
SELECT is(pg_temp.colour('Pri First', '2026-09-30'), 'GREEN',
    'what happens later is not known yet: before the meeting nothing is late');

\o /dev/null
SELECT pg_temp.transfer('Pri First', '2026-10-01', '2026-10-20', NULL);
\o
SELECT is(pg_temp.colour('Pri First', '2027-01-30'), 'GREEN',
    'domain.md 6.4: 15 days to the last compliant day, 14 February, every milestone in time');
SELECT is(pg_temp.colour('Pri First', '2027-01-31'), 'RED',
    'domain.md 6.4: 14 days to 14 February without a final plan is red');
SELECT is(pg_temp.colour('Pri First', '2027-02-14'), 'RED',
    'reg 18(1) "before": on 14 February it is red');
SELECT is(pg_temp.colour('Pri First', '2027-02-15'), 'RED',
    'domain.md 5.3: on the named day itself it is red, not yet a breach');
SELECT is(pg_temp.colour('Pri First', '2027-02-16'), 'BLACK',
    'reg 18(1)(b): on 16 February without a final plan the deadline is broken');
SELECT is(pg_temp.report('Pri First', 'r.rag_reason', '2027-02-16'),
    'The deadline has passed without a final plan.', 'and the reason says so');

\o /dev/null
SELECT pg_temp.transfer('Sec 11', '2026-12-01', '2026-12-20', NULL);
\o
SELECT is(pg_temp.colour('Sec 11', '2027-03-01'), 'GREEN',
    'domain.md 6.4: 29 days to 30 March without a destination is still green');
SELECT is(pg_temp.colour('Sec 11', '2027-03-02'), 'AMBER',
    'domain.md 6.4: 28 days to 30 March without a proposed setting is amber');
SELECT is(pg_temp.colour('Sec 11', '2027-03-16'), 'RED',
    'domain.md 6.4: 14 days to 30 March without a final plan is red');
SELECT is(pg_temp.colour('Sec 11', '2027-03-31'), 'RED',
    'reg 18(1)(a): on 31 March itself it is red');
SELECT is(pg_temp.colour('Sec 11', '2027-04-01'), 'BLACK',
    'reg 18(1)(a): on 1 April without a final plan the deadline is broken');

\o /dev/null
SELECT pg_temp.transfer('Pri First', '2026-10-01', '2026-10-20', '2027-02-14');
SELECT pg_temp.transfer('Mid 8', '2026-10-01', '2026-10-20', '2027-02-15');
SELECT pg_temp.transfer('Spe 6', '2026-10-01', '2026-10-20', '2027-02-16');
SELECT pg_temp.transfer('Sec 11', '2026-12-01', '2026-12-20', '2027-03-01');
SELECT pg_temp.transfer('Two Views', '2026-10-01', '2026-10-20', NULL, true);
\o
SELECT is(pg_temp.report('Pri First', 'r.rag, r.plan_final_on, r.review_held_on', '2027-02-14'),
    'GREEN 2027-02-14 2026-10-01', 'reg 18(1)(b): final on 14 February is in time');
SELECT is(pg_temp.colour('Pri First', '2027-02-13'), 'RED',
    'a plan that becomes final tomorrow is not final today');
SELECT is(pg_temp.colour('Mid 8', '2027-02-15'), 'RED',
    'domain.md 5.3: final on the named day is not before it');
SELECT is(pg_temp.colour('Spe 6', '2027-02-20'), 'BLACK',
    'domain.md 6.4: final after the deadline was a breach');
SELECT is(pg_temp.colour('Sec 11', '2027-03-02'), 'AMBER',
    'domain.md 6.4: a final plan without a named destination is not green');
SELECT is(pg_temp.colour('Two Views', '2026-11-10'), 'RED',
    'domain.md 6.4: placement refused is red');

-- 7. Colours of SEN support.
\o /dev/null
SELECT pg_temp.child('Support', 'Primary', '2016-03-01', '6', 'K'),
       pg_temp.child('Lost', 'Primary', '2016-03-01', '6', 'K');
SELECT pg_temp.move('Support', 'Primary', 'PRS', 2027, 'Secondary');
\o
SELECT is(pg_temp.colour('Support', '2027-05-31'), 'GREEN',
    'domain.md 6.4: on 31 May the form can still be sent in time');
SELECT is(pg_temp.colour('Support', '2027-06-01'), 'AMBER',
    'domain.md 6.4: destination known, form not sent by 31 May is amber');
SELECT is(pg_temp.report('Support', 'r.rag_reason', '2027-06-01'),
    'The destination is known, but the form was not sent by 31 May.',
    'the reason names the day of the rule');
SELECT is(pg_temp.colour('Lost', '2027-07-01'), 'GREEN',
    'domain.md 6.4: on 1 July the destination can still be found');
SELECT is(pg_temp.colour('Lost', '2027-07-02'), 'RED',
    'domain.md 6.4: no destination by 1 July is red');
SELECT is(pg_temp.report('Support', 'r.rag_reason', '2027-07-02'),
    'The parents'' agreement was not recorded by 1 July.',
    'CoP 5.47: no agreement of the parents is red');
\o /dev/null
UPDATE core.transitions SET form_sent_on = '2027-05-20'
 WHERE child_id = pg_temp.child_id('Support');
\o
SELECT is(pg_temp.report('Support', 'r.rag, r.rag_reason', '2027-05-21'),
    'RED The form was sent without the parents'' agreement.',
    'CoP 5.47: a form sent without agreement is red at once');
\o /dev/null
UPDATE core.transitions SET parent_agreed_on = '2027-05-01'
 WHERE child_id = pg_temp.child_id('Support');
\o
SELECT is(pg_temp.colour('Support', '2027-06-04'), 'GREEN',
    'domain.md 6.4: sent on Thursday 20 May, the tenth working day is 4 June, for 31 May is a bank holiday');
SELECT is(pg_temp.colour('Support', '2027-06-05'), 'AMBER',
    'domain.md 6.4: not acknowledged in 10 working days is amber');
SELECT is(pg_temp.colour('Support', '2027-07-10'), 'AMBER',
    'domain.md 6.4: on 10 July it is still amber');
SELECT is(pg_temp.colour('Support', '2027-07-11'), 'RED',
    'domain.md 6.4: form not acknowledged by 10 July is red');
\o /dev/null
UPDATE core.transitions SET form_acknowledged_on = '2027-06-10'
 WHERE child_id = pg_temp.child_id('Support');
\o
SELECT is(pg_temp.colour('Support', '2027-07-11'), 'GREEN',
    'domain.md 6.4: destination, form, acknowledgement and agreement are green');

-- 8. Arrived.
\o /dev/null
UPDATE core.placements SET end_on = '2027-07-22'
 WHERE child_id IN (pg_temp.child_id('Support'), pg_temp.child_id('Pri First'));
SELECT pg_temp.stay('Support', 'Secondary', '7', '2027-09-01', NULL, 'current'),
       pg_temp.stay('Pri First', 'Secondary', '7', '2027-09-01', NULL, 'current');
\o
SELECT is(pg_temp.report('Support', 'r.rag, r.from_setting, r.to_setting', '2027-08-31'),
    'GREEN Primary Secondary', 'in August the child has not arrived');
SELECT is(pg_temp.report('Support', 'r.rag, r.from_setting, r.to_setting', '2027-09-01'),
    'BLUE Primary Secondary', 'domain.md 6.4: acknowledged and attending is complete');
SELECT is(pg_temp.report('Pri First', 'r.rag, r.from_setting', '2027-09-20'),
    'BLUE Primary', 'domain.md 6.4: plan final and child attending is complete');

-- 9. Who sees whom.
\o /dev/null
SELECT pg_temp.child('Other Nur', 'Other Town Nursery', '2023-03-01', NULL, 'E');
\o
CREATE FUNCTION pg_temp.settings_seen(actor text) RETURNS text
LANGUAGE sql AS $$
    SELECT string_agg(DISTINCT u, ',' ORDER BY u)
      FROM unnest(pg_temp.seen($1,
        'SELECT r.from_setting FROM api.report_transitions(2027, ''2026-11-10'') AS r')) AS u;
$$;
SELECT is(pg_temp.settings_seen('senco'), 'Nursery',
    'an Area SENCO sees the settings of her caseload only');
SELECT is(pg_temp.settings_seen('foreign senco'), 'Other Town Nursery',
    'another Area SENCO sees hers only');
SELECT is(pg_temp.settings_seen('school'), 'Primary',
    'a school system sees its own school only');
SELECT is(pg_temp.settings_seen('foreign school'), 'Juniors',
    'another school system sees its own only');
SELECT is(pg_temp.settings_seen('administrator'), NULL,
    'design 7: an administrator sees no child');
SELECT is(pg_temp.settings_seen('auditor'), NULL, 'nor does an auditor');
SELECT is(pg_temp.settings_seen('nobody'), NULL, 'nor does who has no token');
SELECT ok(pg_temp.settings_seen('officer') LIKE '%Juniors,%Other Town Nursery%',
    'an officer sees them all');

-- 10. Totals.
CREATE FUNCTION pg_temp.totals(by text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('school', format('SELECT * FROM api.report_transitions_totals(2027, ''2027-02-16'', %L)', $1));
$$;
SELECT is((SELECT sum(split_part(u, ' ', 2)::int)::int FROM unnest(pg_temp.totals('kind')) AS u),
    cardinality(pg_temp.seen('school', 'SELECT r.kind FROM api.report_transitions(2027, ''2027-02-16'') AS r')),
    'totals by kind add up to the rows of the report');
SELECT is((SELECT array_agg(DISTINCT (SELECT sum(split_part(u, ' ', 2)::int)
                                        FROM unnest(pg_temp.totals(b)) AS u))
             FROM unnest('{phase,need,rag,status}'::text[]) AS b)::text,
    (SELECT ARRAY[sum(split_part(u, ' ', 2)::int)] FROM unnest(pg_temp.totals('kind')) AS u)::text,
    'so do totals by phase, need, colour and status');
SELECT is(pg_temp.totals('kind'),
    pg_temp.seen('school', $q$
        SELECT r.kind, count(*), count(*) FILTER (WHERE r.has_plan),
               count(*) FILTER (WHERE r.sen_status = 'K'), count(r.plan_final_on),
               count(*) FILTER (WHERE r.rag = 'GREEN'), count(*) FILTER (WHERE r.rag = 'AMBER'),
               count(*) FILTER (WHERE r.rag = 'RED'), count(*) FILTER (WHERE r.rag = 'BLACK'),
               count(*) FILTER (WHERE r.rag = 'BLUE')
          FROM api.report_transitions(2027, '2027-02-16') AS r
         GROUP BY 1 ORDER BY 1$q$),
    'totals count what the report shows');

-- 11. The planner opens the functions: no row waits in a tuplestore.
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
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.report_transitions(2027, ''2026-11-10'')'),
    '%Function Scan%', 'no Function Scan is left in the plan of the report');
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.report_transitions_totals(2027, ''2026-11-10'', ''kind'')'),
    '%Function Scan%', 'nor in that of its totals');
SELECT alike(pg_temp.plan_of('SELECT * FROM api.report_transitions(2027, ''2026-11-10'')'),
    '%Scan%child_records%', 'while the tables themselves are in it');

SELECT * FROM finish();
ROLLBACK;
