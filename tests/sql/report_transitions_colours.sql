-- report_transitions_colours.sql — what binds a move in the report and which
-- colour it has, on the days around every threshold.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
\ir ../lib/report_transitions.sql
SELECT pg_temp.child('Nur First', 'Nursery', '2022-09-01', NULL, 'K'),
       pg_temp.child('Summer N2', 'Nursery School', '2022-08-31', 'N2', 'E'),
       pg_temp.child('Pri First', 'Primary', '2015-09-01', '6', 'E'),
       pg_temp.child('Pri Young', 'Primary', '2016-09-01', NULL, 'K'),
       pg_temp.child('Mid 8', 'Middle', '2014-01-15', '8', 'E'),
       pg_temp.child('Spe 6', 'Special Primary', '2016-01-15', '6', 'E'),
       pg_temp.child('Sec 11', 'Secondary', '2011-01-15', '11', 'E'),
       pg_temp.child('Two Views', 'Primary', '2016-03-01', '6', 'E');
SELECT pg_temp.stay('Two Views', 'Unit', '6', '2026-01-01', NULL, 'subsidiary');
SELECT pg_temp.need('Two Views', 'Unit', 'K', '{SEMH}', '2026-01-01', NULL);
\o
SELECT no_plan();

-- 1. Deadlines: regulation 18(1).
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

-- 2. Colours of a plan, the day before, on and after each threshold. The
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

-- 3. Colours of SEN support.
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

-- 4. Arrived.
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

SELECT * FROM finish();
ROLLBACK;
