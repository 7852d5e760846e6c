-- transition_rules.sql — the numbers of the colours, the law's or the
-- authority's own, and the words that say them. What is judged by them is
-- tests/sql/transition_colours.sql and report_transitions_colours.sql.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer');
\o
SELECT plan(14);

CREATE FUNCTION pg_temp.rules(columns text, year int, on_date date)
RETURNS text
LANGUAGE sql AS $$
    SELECT (pg_temp.seen('officer', format(
        'SELECT %s FROM api.phase_rules(%s, %L) AS r', $1, $2, $3)))[1];
$$;
CREATE FUNCTION pg_temp.said(finding text, on_date date) RETURNS text
LANGUAGE sql AS $$
    SELECT (pg_temp.seen('officer', format(
        'SELECT f.severity, f.reason FROM api.phase_findings(2027, %L) AS f WHERE f.id = %L', $2, $1)))[1];
$$;

SELECT is(pg_temp.rules('r.form_sent_by, r.destination_by, r.agreement_by, r.acknowledged_by', 2027, '2026-11-01'),
    '2027-05-31 2027-07-01 2027-07-01 2027-07-10', 'domain.md 6.4: 31 May, 1 July and 10 July of the year of the move');
SELECT is(pg_temp.rules('r.notice_amber, r.notice_red, r.destination_amber, r.final_red, r.compliant_days, r.review_days', 2027, '2026-11-01'),
    '21 28 28 14 1 84', 'domain.md 6.4: 21, 28, 28 and 14 days; the day before; twelve weeks');
SELECT is(pg_temp.rules('r.unacknowledged_before', 2027, '2027-06-04') || pg_temp.rules('r.unacknowledged_before', 2027, '2027-06-05'),
    '2027-05-202027-05-21', 'domain.md 6.4: ten working days back, over the bank holiday of 31 May');
SELECT is(pg_temp.rules('r.consulted_before', 2027, '2026-11-17'), '2026-11-02', 'CoP 9.83: fifteen days back');
SELECT is(pg_temp.rules('r.form_sent_by', 2028, '2027-11-01'), '2028-05-31', 'a leap year moves no day');
SELECT is(pg_temp.said('red_no_notice', '2026-11-01'), 'error No amendment notice was sent within 28 days of the review meeting.',
    'reg 20(10): the words say the number, the colour how severe it is');
SELECT is(pg_temp.said('black_file_not_sent', '2027-09-25'), 'error The file was not sent within 15 school days of the child leaving.',
    'SI 2005/1437 reg 9(3): fifteen school days');

\o /dev/null
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason)
VALUES ('rag_support_form_sent', '2027-01-01', -10, 'Earlier here.'),
       ('rag_support_form_unacknowledged', '2027-01-01', 5, 'Earlier here.'),
       ('rag_ehc_no_notice_amber', '2027-01-01', 14, 'Earlier here.');
\o
SELECT is(pg_temp.rules('r.form_sent_by, r.notice_amber', 2027, '2026-12-31'), '2027-05-31 21', 'before its day the authority''s own number does not hold');
SELECT is(pg_temp.rules('r.form_sent_by, r.notice_amber', 2027, '2027-01-01'), '2027-05-21 14', 'from its day on it does; of a day of the year it is a shift');
SELECT is(pg_temp.rules('r.unacknowledged_before', 2027, '2027-06-05'), '2027-05-28', 'domain.md 6.4: or five working days');
SELECT is(pg_temp.said('amber_form_not_sent', '2027-01-01'), 'warn The destination is known, but the form was not sent by 21 May.', 'the words say that day');
SELECT is(pg_temp.said('amber_form_not_sent', '2026-12-31'), 'warn The destination is known, but the form was not sent by 31 May.', 'and before it the rule''s own');

-- Every finding the judge can name has its words, and the other way round.
SELECT set_eq($$SELECT f.id FROM law.findings AS f$$,
    $$SELECT DISTINCT m[1] FROM regexp_matches((SELECT p.prosrc FROM pg_proc AS p WHERE p.proname = 'move_judged'),
        '''((?:black|red|amber|green|blue)_[a-z_]+)''', 'g') AS m$$, 'what is judged and what has words is the same');
SELECT is((SELECT array_agg(c.code || ' ' || c.severity ORDER BY c.rank) FROM law.colours AS c)::text,
    '{"BLACK error","RED error","AMBER warn","GREEN info","BLUE info"}', 'five colours, the most urgent first');

SELECT * FROM finish();
ROLLBACK;
