-- law.sql — the law as data: each number with its reference, calendars and
-- codes that hold together.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
SELECT no_plan();

CREATE FUNCTION pg_temp.rule(id text) RETURNS text
LANGUAGE sql AS $$
    SELECT concat_ws(' ', r.month, r.day, r.days, r.standing)
      FROM law.rules AS r
     WHERE r.id = $1 AND '2026-11-25' BETWEEN r.valid_from AND coalesce(r.valid_to, 'infinity');
$$;

-- Regulation 18 and the thresholds of domain.md 6.4.
SELECT is(pg_temp.rule(w.id), w.value, w.title)
  FROM (VALUES
('phase_transfer_before_31_march', '3 31 statute', 'SI 2014/1530 reg 18(1)(a): 31 March'),
('phase_transfer_before_15_february', '2 15 statute', 'SI 2014/1530 reg 18(1)(b): 15 February'),
('phase_transfer_last_compliant_day', '1 practice', 'domain.md 5.3: "before" makes the day before the last compliant one'),
('phase_transfer_latest_review', '84 practice', 'SI 2014/1530 regs 20(10), 22(3): twelve weeks from the meeting'),
('rag_ehc_no_notice_amber', '21 practice', 'domain.md 6.4: 21 days without a notice'),
('rag_ehc_no_notice_red', '28 statute', 'SI 2014/1530 reg 20(10): four weeks from the meeting to the notice'),
('rag_ehc_no_destination_amber', '28 practice', 'domain.md 6.4: 28 days without a proposed setting'),
('rag_ehc_no_final_red', '14 practice', 'domain.md 6.4: 14 days without a final plan'),
('rag_support_form_sent', '5 31 0 practice', 'domain.md 6.4: form by 31 May'),
('rag_support_form_unacknowledged', '10 practice', 'domain.md 6.4: ten working days'),
('rag_support_destination', '7 1 0 practice', 'domain.md 6.4: destination by 1 July'),
('rag_support_agreement', '7 1 0 practice', 'CoP 5.47: what is shared is agreed with parents'),
('rag_support_form_acknowledged', '7 10 0 practice', 'domain.md 6.4: acknowledged by 10 July')
       ) AS w (id, value, title);
SELECT is(make_date(2027, 2, 15) - 84, '2026-11-23', 'domain.md 5.3: for 15 February the latest meeting is on 23 November');
SELECT is(make_date(2028, 3, 31) - 84, '2028-01-07', 'domain.md 5.3: for 31 March of a leap year on 7 January');
SELECT is_empty($$SELECT r.id FROM law.rules AS r WHERE length(r.sentence) < 20 OR length(r.reference) < 5$$,
    'design 1.5: every rule has a sentence and a reference');

-- A rule changes by a new version.
SELECT throws_ok($$
    INSERT INTO law.rules (id, valid_from, standing, sentence, reference, days)
    VALUES ('rag_ehc_no_final_red', '2027-01-01', 'practice', 'A second version.', 'Test', 10)$$,
    '23P01', NULL, 'two versions of a rule cannot be in force on one day');
SELECT lives_ok($$
    UPDATE law.rules SET valid_to = '2026-12-31' WHERE id = 'rag_ehc_no_final_red';
    INSERT INTO law.rules (id, valid_from, standing, sentence, reference, days)
    VALUES ('rag_ehc_no_final_red', '2027-01-01', 'practice', 'A second version.', 'Test', 10)$$,
    'a closed version can be followed by another from the next day');
SELECT throws_ok($$UPDATE law.rules SET valid_to = '2000-01-01' WHERE id = 'rag_support_destination'$$,
    '23514', NULL, 'a rule cannot end before it began');
SELECT throws_ok($$INSERT INTO law.rules (id, valid_from, standing, sentence, reference) VALUES ('x', '2020-01-01', 'rumour', 'Says so.', 'Nobody')$$,
    '23514', NULL, 'a rule is statute, guidance or practice');

-- Kinds.
SELECT bag_eq($$SELECT k.code FROM law.transition_kinds AS k WHERE k.is_phase$$,
    ARRAY['EYS', 'INJ', 'PRM', 'PRS', 'MDS', 'SEP', '6FS'], 'SI 2014/1530 reg 2(1) (a) to (f), and the sixth forms of schools');
SELECT is_empty($$
    SELECT k.code FROM law.transition_kinds AS k
     WHERE NOT EXISTS (SELECT FROM law.rules AS r WHERE r.id = k.rule_id)
        OR k.is_phase AND NOT EXISTS (SELECT FROM law.rules AS r
                                       WHERE r.id = k.deadline_rule_id AND r.month IS NOT NULL)$$,
    'each kind names a rule there is, and each phase transfer a deadline');
SELECT bag_eq($$SELECT k.code FROM law.transition_kinds AS k WHERE k.deadline_rule_id = 'phase_transfer_before_31_march'$$,
    ARRAY['SEP', '6FS'], 'reg 18(1)(a): 31 March binds the moves at 16 only');
SELECT is_empty($$
    SELECT f.id FROM law.findings AS f
     WHERE f.rule_id IS NOT NULL AND NOT EXISTS (SELECT FROM law.rules AS r WHERE r.id = f.rule_id)
        OR f.sentence LIKE '%{days}%' AND NOT EXISTS (SELECT FROM law.rules AS r WHERE r.id = f.rule_id AND r.days IS NOT NULL)
        OR f.sentence LIKE '%{day}%' AND NOT EXISTS (SELECT FROM law.rules AS r WHERE r.id = f.rule_id AND r.day IS NOT NULL)$$,
    'each colour''s reason finds the number it speaks of in its rule');
SELECT throws_ok($$INSERT INTO law.findings (id, rag, sentence) VALUES ('red_x', 'PINK', 'No.')$$, '23514', NULL, 'there are five colours');

-- Codes: what the records may say is what the law tables explain.
SELECT bag_eq($$SELECT v.code FROM law.sen_provisions AS v$$, ARRAY['N', 'K', 'E', 'A', 'P', 'S'], 'domain.md 3.1: provision codes, historic ones too');
SELECT bag_eq($$SELECT v.code FROM law.sen_provisions AS v WHERE v.valid_to IS NULL$$, ARRAY['N', 'K', 'E'], 'domain.md 3.1: N, K and E are current');
SELECT bag_eq($$SELECT n.code FROM law.need_types AS n$$,
    ARRAY['SPLD', 'MLD', 'SLD', 'PMLD', 'SEMH', 'SLCN', 'ASD', 'HI', 'VI', 'MSI', 'PD', 'DS', 'OTH', 'NSA'], 'domain.md 3.2: types of need');
SELECT is((SELECT n.valid_from FROM law.need_types AS n WHERE n.code = 'DS'), '2025-01-01', 'domain.md 3.2: Down syndrome is a type of its own from January 2025');
SELECT is((SELECT string_agg(concat_ws('=', g.code, g.ncy), ' ' ORDER BY g.ncy) FROM law.year_groups AS g WHERE g.ncy IN (-4, -1, 0, 1, 11, 14)),
    'E1=-4 N2=-1 R=0 1=1 11=11 14=14', 'domain.md 3.5: NCY is age less 4');
SELECT is((SELECT count(*) FROM law.year_groups AS g WHERE g.ncy IS NULL), 2::bigint, 'domain.md 3.5: M and X are no year');
SELECT is((SELECT string_agg(t.code, ' ' ORDER BY t.code::int) FROM law.setting_types AS t WHERE t.class = 'special' AND t.code ~ '^\d+$'),
    '7 8 10 12 33 36 44', 'domain.md 1.1: special schools');
SELECT is((SELECT string_agg(t.code, ' ' ORDER BY t.code::int) FROM law.setting_types AS t WHERE t.class = 'alternative_provision'),
    '14 38 42 43', 'domain.md 1.1: pupil referral units and alternative provision');
SELECT is((SELECT string_agg(t.code, ' ' ORDER BY t.code::int) FROM law.setting_types AS t WHERE t.class = 'post_16'),
    '18 29 31 32 39 45 46 57', 'domain.md 1.1: post-16 institutions');
SELECT is((SELECT string_agg(p.slug, ' ' ORDER BY p.code) FROM law.phases AS p),
    'not_applicable nursery primary middle_deemed_primary secondary middle_deemed_secondary post_16 all_through', 'domain.md 3.6: phases 0 to 7');

-- Authorities.
SELECT is((SELECT a.name FROM core.local_authorities AS a WHERE a.code = '358'), 'Trafford', 'authorities go by three digits');
SELECT is((SELECT count(*) FROM core.local_authorities AS a
            WHERE a.code::int NOT BETWEEN 660 AND 681 AND a.code NOT IN ('820', '835', '836', '837', '875', '909', '928')),
    153::bigint, 'domain.md 4.3: 153 are open in England');
SELECT is((SELECT n.la_code FROM law.local_authority_names AS n WHERE n.folded = law.fold_name(w.name)), w.code, w.name || ' is ' || w.code)
  FROM (VALUES ('St. Helens', '342'), ('St Helens', '342'), ('Bristol', '801'), ('City of Bristol', '801'),
               ('Bournemouth, Christchurch & Poole', '839'), ('Dorset', '838'), ('Bournemouth', '837'), ('TRAFFORD', '358')) AS w (name, code);

-- Calendar.
CREATE FUNCTION pg_temp.easter(year int) RETURNS date
LANGUAGE sql AS $$ -- Gauss, for 1900 to 2099
    SELECT make_date($1, 3, 22) + d + CASE WHEN d = 29 OR d = 28 AND $1 % 19 > 10 THEN -1 ELSE 0 END
           + (7 - extract(dow FROM make_date($1, 3, 22) + d + CASE WHEN d = 29 OR d = 28 AND $1 % 19 > 10 THEN -1 ELSE 0 END)::int) % 7
      FROM (SELECT (19 * ($1 % 19) + 24) % 30 AS d) AS g;
$$;
SELECT set_eq($$SELECT h.day FROM law.bank_holidays AS h WHERE h.name = 'Good Friday'$$,
    $$SELECT pg_temp.easter(y) - 2 FROM generate_series(2023, 2028) AS y$$, 'Good Friday is two days before Easter, 2023 to 2028');
SELECT set_eq($$SELECT h.day FROM law.bank_holidays AS h WHERE h.name = 'Easter Monday'$$,
    $$SELECT pg_temp.easter(y) + 1 FROM generate_series(2023, 2028) AS y$$, 'Easter Monday is the day after');
SELECT is_empty($$SELECT h.day FROM law.bank_holidays AS h WHERE extract(isodow FROM h.day) > 5$$, 'none is on a weekend: there is a substitute');
SELECT results_eq($$SELECT count(*) FROM law.bank_holidays AS h GROUP BY extract(year FROM h.day) ORDER BY extract(year FROM h.day)$$,
    ARRAY[9, 8, 8, 8, 8, 8]::bigint[], 'eight a year, nine in 2023');
SELECT set_has($$SELECT h.day FROM law.bank_holidays AS h$$,
    $$VALUES ('2026-12-28'::date), ('2027-12-27'), ('2027-12-28'), ('2028-01-03'), ('2027-05-31')$$, 'substitute days are those of gov.uk');
SELECT is((SELECT count(*) FROM law.working_days AS w WHERE w.day BETWEEN '2027-01-01' AND '2027-12-31'), 253::bigint,
    '2027 has 253 working days: 261 weekdays less eight');
SELECT is_empty($$SELECT w.day FROM law.working_days AS w JOIN law.bank_holidays AS h ON h.day = w.day$$, 'no bank holiday is a working day');

SELECT is_empty($$SELECT r.id FROM law.rules AS r WHERE (r.month IS NOT NULL) <> (r.due IS NOT NULL)$$,
    'a rule that sets a day of the year, and no other, says what falls due on it');

SELECT * FROM finish();
ROLLBACK;
