-- sen2_checks.sql — each check of the SEN2 return at its edge: there, and gone
-- once it is mended.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/ehc.sql
\ir ../lib/sen2.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('school', 'school_system');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Overseas', '37', 0, 3, 19), pg_temp.setting('Nursery', 'ofsted:domestic', NULL, NULL, NULL),
       pg_temp.setting('Local', '11', NULL, NULL, NULL);
UPDATE core.settings SET urn = CASE name WHEN 'Primary' THEN '990001' WHEN 'Overseas' THEN '990002' END WHERE id IN (SELECT c.id FROM cast_settings AS c);
-- plan — a child with a plan in force and nothing to mend.
CREATE FUNCTION pg_temp.plan(child text, born_on date DEFAULT '2016-03-01', place text DEFAULT 'Primary entry=2026-09-01') RETURNS void LANGUAGE sql AS $$
    SELECT pg_temp.child($1, 'Primary', $2, '5', 'E');
    SELECT pg_temp.history($1, 'request_received 2025-02-01; assessment_decided:assess 2025-03-10; final_issued 2025-06-01');
    SELECT pg_temp.version($1, 'final_issued', $3);
    UPDATE core.children SET upn = 'Z' || abs(hashtext($1)), sex = 'F', postcode = 'M33 1AA' WHERE id = pg_temp.child_id($1);
    INSERT INTO core.sen2_persons (child_id, ethnicity) VALUES (pg_temp.child_id($1), 'WBRI');
$$;
-- found — severity and finding of a child, or of a setting or the head.
CREATE FUNCTION pg_temp.found(child text, year int DEFAULT 2027) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen('officer', format('SELECT severity, substr(finding, 6) AS finding FROM api.sen2_checks(%s) WHERE child_id IS NOT DISTINCT FROM %L ORDER BY 2',
        $2, pg_temp.child_id($1)));
$$;
CREATE FUNCTION pg_temp.mend(child text, statement text) RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE replace(statement, '$c', quote_literal(pg_temp.child_id(child)));
    RETURN pg_temp.found(child);
END
$$;
INSERT INTO core.local_authorities (code, name) VALUES ('999', 'Fictional') ON CONFLICT DO NOTHING;
INSERT INTO core.sen2_headers (year, la_code, dco, dsco) VALUES (2027, '999', 'Bea Example', 'Cy Example');
SELECT pg_temp.plan('whole');
\o
SELECT no_plan();

SELECT is(pg_temp.found('whole'), '{}', 'a child with everything has nothing to mend');
SELECT is(pg_temp.found(NULL), '{}', 'nor has the head');
SELECT is_empty($$SELECT c.id FROM law.sen2_checks AS c WHERE NOT EXISTS (SELECT FROM law.rules AS r WHERE r.id = c.rule_id)$$, 'every check has its rule');

-- One child, one thing wrong at a time: what is done, what is found.
CREATE TEMPORARY TABLE wrongs (statement text, found text[], title text);
INSERT INTO wrongs VALUES
('UPDATE core.children SET upn = NULL WHERE id = $c', '{error numbers_missing}', 'UPN, UniqueLearnerNumber: neither, and no reason'),
('UPDATE core.sen2_persons SET upn_unknown = ''UN5'' WHERE child_id = $c', '{info numbers_unknown}', 'UPNunknown: a reason is told'),
('UPDATE core.children SET uln = ''9000000016'' WHERE id = $c', '{}', 'a ULN alone is enough'),
('UPDATE core.children SET sex = NULL WHERE id = $c', '{error sex_missing}', 'Sex'),
('UPDATE core.children SET sex = ''M'', postcode = NULL WHERE id = $c', '{warn postcode_missing}', 'PostCode'),
('UPDATE core.children SET postcode = ''M33 1AA'' WHERE id = $c; UPDATE core.sen2_persons SET ethnicity = NULL WHERE child_id = $c', '{error ethnicity_missing}', 'Ethnicity'),
('UPDATE core.sen2_persons SET ethnicity = ''NOBT'' WHERE child_id = $c', '{}', 'not yet obtained is an answer'),
('UPDATE core.children SET born_on = ''2001-08-31'' WHERE id = $c', '{error age_outside}', 'PersonBirthDate: 25 on 31 August'),
('UPDATE core.children SET born_on = ''2001-09-01'' WHERE id = $c', '{}', '24 on 31 August'),
('UPDATE core.children SET born_on = ''2026-09-01'' WHERE id = $c', '{error age_outside}', 'born after 31 August'),
('UPDATE core.children SET born_on = ''2026-08-31'' WHERE id = $c', '{}', 'born on 31 August'),
('UPDATE core.ehc_cases SET source = ''unknown'' WHERE child_id = $c', '{error source_missing}', 'RequestSource (2026): who asked is not known'),
('UPDATE core.ehc_cases SET source = ''health'' WHERE child_id = $c', '{}', 'RequestSource: it is'),
('UPDATE core.ehc_placements SET left_on = ''2027-01-20'' WHERE child_id = $c', '{error placement_missing}', 'PlacementDetail: left the day before the reference day'),
('UPDATE core.ehc_placements SET left_on = ''2027-01-21'' WHERE child_id = $c', '{}', 'left on the reference day'),
('UPDATE core.ehc_placements SET left_on = NULL, entry_on = ''2027-01-21'' WHERE child_id = $c', '{}', 'came on the reference day'),
('UPDATE core.ehc_placements SET is_sen_unit = true WHERE child_id = $c', '{warn unit_unexpected}', 'SENunitIndicator: the register knows no unit'),
('UPDATE core.settings SET sen_unit_capacity = 8 WHERE urn = ''990001''', '{}', 'it knows one'),
('UPDATE core.ehc_placements SET is_sen_unit = false, is_resourced = true WHERE child_id = $c', '{warn resourced_unexpected}', 'ResourcedProvisionIndicator: the register knows none'),
('UPDATE core.settings SET resourced_provision_roll = 1 WHERE urn = ''990001''', '{}', 'it knows some'),
('UPDATE core.ehc_placements SET is_resourced = false, setting_id = (SELECT s.id FROM core.settings AS s WHERE s.urn = ''990002'') WHERE child_id = $c', '{warn type_unexpected}', 'URN: a type not expected for SEND'),
('UPDATE core.ehc_placements SET setting_id = pg_temp.setting_id(''Nursery'') WHERE child_id = $c', '{}', 'SENsetting EYP: a nursery needs no URN'),
('UPDATE core.ehc_placements SET setting_id = pg_temp.setting_id(''Local'') WHERE child_id = $c', '{error number_missing}', 'URN, UKPRN, SENsetting: none of the three'),
('UPDATE core.ehc_placements SET sen_setting = ''OTH'' WHERE child_id = $c', '{}', 'a code is enough'),
('UPDATE core.ehc_placements SET known_to = now() WHERE child_id = $c', '{error flags_missing,error named_missing}',
 'PlanDetail: the plan names nothing; SENunitIndicator: the school has a unit, and what it sends does not say'),
('UPDATE core.placements SET sen_place = ''unit'' WHERE child_id = $c', '{error named_missing}', 'it says'),
('UPDATE core.ehc_placements SET known_to = ''infinity'' WHERE child_id = $c', '{}', 'section I is filled in'),
('UPDATE core.needs SET types = ''{}'' WHERE child_id = $c', '{error need_missing}', 'SENtype: no primary need'),
('UPDATE core.needs SET types = ''{NSA,SLCN}'' WHERE child_id = $c', '{error need_unlisted}', 'SENtype: NSA is not of SEN2'),
('UPDATE core.sen2_persons SET need_types = ''{SLCN}'' WHERE child_id = $c', '{}', 'the plan''s own need stands'),
('UPDATE core.ehc_events SET on_date = ''2027-01-22'' WHERE child_id = $c AND event = ''final_issued''', '{warn plan_unknown}', 'a school that records a plan there is not yet');
-- tried in the order of their lines
ALTER TABLE wrongs ADD COLUMN n int GENERATED ALWAYS AS IDENTITY;
SELECT is(pg_temp.mend('whole', w.statement), w.found, w.title) FROM (SELECT * FROM wrongs ORDER BY n) AS w;
SELECT is_empty($$SELECT c.id FROM law.sen2_checks AS c EXCEPT SELECT 'sen2_' || split_part(u.f, ' ', 2) FROM wrongs AS w, unnest(w.found) AS u (f)
    EXCEPT SELECT * FROM unnest('{sen2_header_missing,sen2_plans_two,sen2_placements_few}'::text[])$$, 'no check is without its edge here');

-- Two plans at once: one ends after the reference day only.
SELECT pg_temp.plan('twice') \g /dev/null
SELECT pg_temp.history('twice', 'plan_ceased:other 2027-02-01; request_received 2026-06-01; assessment_decided:assess 2026-07-01; final_issued 2026-10-01'),
       pg_temp.version('twice', 'final_issued', 'Primary entry=2026-10-01') \g /dev/null
SELECT is(pg_temp.found('twice'), '{error plans_two,error plans_two}', 'Requests: two with a plan in force on one day, each is told');
UPDATE core.ehc_events SET on_date = '2026-10-01' WHERE child_id = pg_temp.child_id('twice') AND event = 'plan_ceased';
SELECT is(pg_temp.found('twice'), '{}', 'and none once one of them had ceased');

-- A setting's own word against the cases'.
SELECT pg_temp.child('s' || n, 'Overseas', '2016-03-01', '5', 'E') FROM generate_series(1, 2) AS n \g /dev/null
SELECT is(pg_temp.found('s1'), '{warn plan_unknown}', 'a setting records a plan, and there is no case');
SELECT is(pg_temp.found(NULL), '{warn placements_few}', 'PlacementDetail: none of two is placed there');
SELECT pg_temp.history('s1', 'request_received 2025-02-01; assessment_decided:assess 2025-03-10; final_issued 2025-06-01') \g /dev/null
SELECT is(pg_temp.found(NULL), '{}', 'half of them are');
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('sen2_placements_few', '2026-01-01', 51, 'Test');
SELECT is(pg_temp.found(NULL), '{warn placements_few,warn placements_few}', 'the authority may expect more, here as at the primary school');

-- The head, and what a finding says.
UPDATE core.sen2_headers SET dco = NULL, dsco = NULL;
SELECT is(pg_temp.seen('officer', $$SELECT rule, severity, sentence, inputs ->> 'missing' AS missing, blade, "column", child_id, setting FROM api.sen2_checks(2027) WHERE finding = 'sen2_header_missing'$$),
    ARRAY['sen2_header_missing error The head of the return of 2027 is not filled in: dmo or dco, dsco. dmo or dco, dsco sen2 lea - -'], 'Header: authority and officers');
UPDATE core.children SET born_on = '2001-08-31' WHERE id = pg_temp.child_id('twice');
SELECT is(pg_temp.seen('officer', $$SELECT sentence, inputs, reference, blade, "column", case_id IS NOT NULL AS "case" FROM api.sen2_checks(2027) WHERE finding = 'sen2_age_outside'$$),
    ARRAY['The person was 25 on 31 August 2026; a plan is for those from birth to 24. {"on": "2026-08-31", "age": 25, "age_max": 24} DfE, SEN2 guide 2026, PersonBirthDate; CFA 2014 ss.36, 46 person personbirthdate true'],
    'a finding says what, by which numbers, by whose word, and where');
SELECT is(pg_temp.seen('school', 'SELECT count(*) FROM api.sen2_checks(2027) WHERE child_id IS NOT NULL'), '{0}', 'a setting that sees none of the children is told nothing of them');

SELECT * FROM finish();
ROLLBACK;
