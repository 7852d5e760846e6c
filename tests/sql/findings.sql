-- findings.sql — states that are not as they should be, and alarms: a vacancy,
-- an absence without cover, a post that ends, an anniversary that comes too
-- soon. In one shape, for those it concerns.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/senco.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'),
       pg_temp.actor('area', 'area_senco'), pg_temp.actor('school', 'school_system'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('School ' || n, '1', 2, 3, 11) FROM generate_series(1, 30) AS n;
SELECT pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Childminder', 'ofsted:childminder', NULL, NULL, NULL),
       pg_temp.setting('College', '18', 6, 16, 99), pg_temp.setting('Referral unit', '14', 0, 5, 16);
-- good — a SENCO of whom nothing is to be said.
CREATE FUNCTION pg_temp.good(staff text, setting text, from_on date DEFAULT '2020-09-01', to_on date DEFAULT NULL, more jsonb DEFAULT '{}') RETURNS void
LANGUAGE sql AS $$
    SELECT pg_temp.teacher($1), pg_temp.holds($1, 'nasenco', '2015-09-01', '2016-07-01')
     WHERE NOT EXISTS (SELECT FROM core.qualifications AS q WHERE q.staff_id = pg_temp.staff_id($1));
    SELECT pg_temp.post($1, $2, $3, $4, '{"hours_per_week": 12}' || $5);
$$;
\o
SELECT no_plan();

-- States.
\o /dev/null
SELECT pg_temp.good('Ada Example', 'School 1'), pg_temp.good('Bea Example', 'School 2', '2024-09-01', '2026-10-31');
SELECT pg_temp.good('Ref Example', 'Referral unit');
\o
SELECT is(pg_temp.findings('School 1', '2026-11-25'), '{}', 'of a SENCO who meets the regulation nothing is found');
SELECT is(pg_temp.findings('School 2', '2026-11-25', columns => 'f.rule, f.finding, f.severity, f.sentence, f.inputs ->> ''vacant_since'', f.reference, f.state'),
    ARRAY['senco_designated senco_vacant error The post of SENCO is vacant since 1 November 2026. 2026-11-01 CFA 2014 s.67(2) VACANT'],
    'VACANT (CFA s.67(2)): rule, finding, severity, sentence, inputs and reference');
SELECT is(pg_temp.findings('School 2', '2026-10-31'), '{senco_post_ends}', 'VACANT: from the day after the post ended only');
SELECT is(pg_temp.findings('Childminder', '2026-11-25'), '{}', 'CoP 5.53: a childminder without a SENCO is no finding');
SELECT is(pg_temp.findings('Nursery', '2026-11-25', columns => 'f.finding, f.severity, f.reference'),
    ARRAY['senco_not_identified warn EYFS statutory framework section 3; CoP 5.53'], 'NOT_IDENTIFIED (CoP 5.53): a warning');
SELECT is(pg_temp.findings('College', '2026-11-25', columns => 'f.finding, f.severity, f.reference'),
    ARRAY['named_person_missing warn CFA 2014 s.66; CoP 7.22'], 'CoP 7.22: a college without a named person: a warning');
SELECT is(pg_temp.findings('Referral unit', '2026-11-25'), '{}', 'CoP 6.2: a referral unit with a SENCO');
SELECT is(pg_temp.findings('Referral unit', '2015-11-25', columns => 'f.finding, f.severity, f.reference'),
    ARRAY['senco_never_recorded warn CoP 6.2; CFA 2014 s.67(2)'], 'CoP 6.2: without one, a warning where a school has an error');

-- Absence.
\o /dev/null
SELECT pg_temp.good('C' || n || ' Example', 'School ' || 2 + n) FROM generate_series(1, 5) AS n;
INSERT INTO core.absences (staff_id, from_on, to_on, known_from)
SELECT pg_temp.staff_id('C' || n || ' Example'), '2026-11-01', CASE WHEN n <> 1 THEN '2026-11-30'::date END, '2026-11-01' FROM generate_series(1, 5) AS n;
SELECT pg_temp.post('Dep Example', 'School 4', '2024-09-01', NULL, '{"kind": "deputy"}'),
       pg_temp.good('Act Example', 'School 5', '2026-11-01', '2027-07-31', '{"is_acting": true}'),
       pg_temp.post('Dup Example', 'School 6', '2024-09-01', NULL, '{"kind": "deputy"}'),
       pg_temp.post('Hed Example', 'School 7', '2024-09-01', NULL, '{"kind": "head"}');
INSERT INTO core.absences (staff_id, from_on, known_from) VALUES (pg_temp.staff_id('Dup Example'), '2026-11-25', '2026-11-01');
\o
SELECT is(pg_temp.findings('School 3', '2026-11-25', columns => 'f.finding, f.severity, f.staff, f.sentence'),
    ARRAY['senco_absent_uncovered warn C1 Example C1 Example is absent since 1 November 2026, and no deputy or acting SENCO is recorded.'],
    'cover: a SENCO absent, nobody else recorded');
SELECT is(pg_temp.findings('School 3', '2026-10-31'), '{}', 'cover: not before the absence began');
SELECT is(pg_temp.findings('School 4', '2026-11-25'), '{}', 'cover: a deputy covers');
SELECT is(pg_temp.findings('School 5', '2026-11-25'), '{}', 'cover: an acting SENCO covers, and is no second SENCO');
SELECT is(pg_temp.findings('School 6', '2026-11-24'), '{}', 'cover: a deputy covers until absent too');
SELECT is(pg_temp.findings('School 6', '2026-11-25'), '{senco_absent_uncovered}', 'cover: an absent deputy does not');
SELECT is(pg_temp.findings('School 7', '2026-11-25'), '{senco_absent_uncovered}', 'cover: a head without such a post does not');
SELECT is(pg_temp.findings('School 6', '2026-12-01'), '{}', 'cover: all is well the day after the absence');
SELECT is(pg_temp.findings('School 3', '2026-11-25', known_at => '2026-10-31'), '{}', 'cover: as known before the absence was, there is none');

-- A post that ends.
\o /dev/null
SELECT pg_temp.good('E1 Example', 'School 8', '2024-09-01', '2026-12-31'), pg_temp.good('E2 Example', 'School 9', '2024-09-01', '2026-12-31'),
       pg_temp.good('E3 Example', 'School 9', '2027-01-01'), pg_temp.good('E4 Example', 'School 10', '2024-09-01', '2026-12-31'),
       pg_temp.good('E5 Example', 'School 10', '2027-01-02'), pg_temp.good('E6 Example', 'School 11', '2024-09-01', '2026-12-31'),
       pg_temp.good('E6 Example', 'School 11', '2027-01-01');
\o
SELECT is(pg_temp.findings('School 8', '2026-11-01'), '{senco_post_ends}', 'post ends: 60 days before, nobody follows');
SELECT is(pg_temp.findings('School 8', '2026-12-31'), '{senco_post_ends}', 'post ends: on the last day too');
SELECT is(pg_temp.findings('School 9', '2026-12-31'), '{}', 'post ends: another follows the next day');
SELECT is(pg_temp.findings('School 10', '2026-12-31'), '{senco_post_ends}', 'post ends: one day between is a vacancy to come');
SELECT is(pg_temp.findings('School 11', '2026-12-31'), '{}', 'post ends: the same person goes on');
SELECT is(pg_temp.findings('School 8', '2026-10-31'), '{}', 'post ends: 61 days before nothing is said');
\o /dev/null
INSERT INTO core.thresholds (rule_id, valid_from, known_from, amount, reason) VALUES ('senco_post_ends_days', '2026-01-01', '2026-01-01', 90, 'A term ahead.');
\o
SELECT is(pg_temp.findings('School 8', '2026-10-31'), '{senco_post_ends}', 'post ends: the authority''s own threshold comes before the rule''s');

-- Q8.
\o /dev/null
SELECT pg_temp.teacher('F' || n || ' Example'), pg_temp.post('F' || n || ' Example', 'School ' || 11 + n, '2025-09-01', NULL, '{"hours_per_week": 12}')
  FROM generate_series(1, 6) AS n;
SELECT pg_temp.holds('F2 Example', 'npq_senco', '2026-10-01', NULL, 'studying'),
       pg_temp.holds('F3 Example', 'npq_senco', NULL, NULL, 'studying'),
       pg_temp.holds('F4 Example', 'nasenco', '2024-08-01', NULL, 'studying'),
       pg_temp.holds('F5 Example', 'nasenco', '2024-09-01', NULL, 'studying'),
       pg_temp.holds('F6 Example', 'npq_senco', '2024-08-31', NULL, 'studying');
\o
SELECT is(pg_temp.findings('School 12', '2026-11-01'), '{}', 'Q8: 22 months before the anniversary, to the day, there is time for a course');
SELECT is(pg_temp.findings('School 12', '2026-11-02', columns => 'f.finding, f.severity, f.rule, f.sentence'),
    ARRAY['anniversary_near warn senco_q8_course_months F1 Example must hold the qualification by 1 September 2028, which is nearer than '
          || 'the 22 months a course takes, and no start of a course that counts is recorded.'], 'Q8: a day later there is not');
SELECT is(pg_temp.findings('School 13', '2026-11-02'), '{}', 'Q8: who has begun an NPQ is not warned of');
SELECT is(pg_temp.findings('School 14', '2026-11-02'), '{anniversary_near}', 'Q8: who studies since nobody knows when is');
SELECT is(pg_temp.findings('School 15', '2026-11-02'), '{}', 'Q8: who began NASENCO in time is not');
SELECT is(pg_temp.findings('School 15', '2027-09-01'), '{anniversary_near}', 'Q6, Q8: but is from 1 September 2027, when it can no longer count');
SELECT is(pg_temp.findings('School 16', '2026-11-02'), '{anniversary_near,nasenco_began_late}', 'Q5, Q8: a NASENCO begun too late is no start');
SELECT is(pg_temp.findings('School 17', '2026-11-02'), '{anniversary_near,npq_began_early}', 'Q5, Q8: nor an NPQ begun too early');
SELECT is(pg_temp.findings('School 12', '2028-09-01'), '{anniversary_near}', 'Q4, Q8: on the anniversary it is a warning');
SELECT is(pg_temp.findings('School 12', '2028-09-02'), '{qualification_overdue}', 'Q4: the day after, an error instead');

-- Two at once, hours, sharing, heads.
\o /dev/null
SELECT pg_temp.good('G1 Example', 'School 18'), pg_temp.good('G2 Example', 'School 18', '2024-09-01', '2026-11-24'),
       pg_temp.good('H1 Example', 'School 19', more => '{"hours_per_week": 30, "arrangement": "shared"}'),
       pg_temp.good('H1 Example', 'School 20', more => '{"hours_per_week": 18, "arrangement": "shared"}'),
       pg_temp.good('H2 Example', 'School 21', more => '{"hours_per_week": 30}'), pg_temp.good('H2 Example', 'School 22', more => '{"hours_per_week": 18.5}'),
       pg_temp.good('H3 Example', 'School 23', more => '{"is_head": true}'), pg_temp.good('H3 Example', 'School 24'),
       pg_temp.good('H4 Example', 'School 25', more => '{"is_head": true}'),
       pg_temp.good('H5 Example', 'School 26', more => '{"hours_per_week": null}');
WITH h AS (INSERT INTO core.sharings (name, staff_id, state, from_on, hours_per_week, proposed_by, decided_by, decided_at, key, sent)
           SELECT 'Fictional sharing', pg_temp.staff_id('H1 Example'), 'approved', '2020-09-01', 48, a.id, a.id, now(), 'k', '{}'
             FROM cast_actors AS a WHERE a.name = 'officer' RETURNING id)
INSERT INTO core.sharing_members (sharing_id, setting_id, from_on) SELECT h.id, pg_temp.setting_id('School 20'), '2020-09-01' FROM h;
\o
SELECT is(pg_temp.findings('School 18', '2026-11-24', columns => 'f.finding, f.inputs ->> ''sencos'''), ARRAY['sencos_overlap 2'],
    'CFA s.67(2): two SENCOs at once are found once');
SELECT is(pg_temp.findings('School 18', '2026-11-25'), '{}', 'CFA s.67(2): one is not');
SELECT is(pg_temp.findings('School 19', '2026-11-25'), '{shared_without_arrangement}', 'CoP 6.92: shared without an arrangement; 48 hours are not more than 48');
SELECT is(pg_temp.findings('School 20', '2026-11-25'), '{}', 'CoP 6.92: and with one that was approved, for this school only');
SELECT is(pg_temp.findings('School 21', '2026-11-25', columns => 'f.finding, f.inputs ->> ''week_hours'', f.reference'),
    ARRAY['week_hours_exceeded 48.5 Working Time Regulations 1998 (SI 1998/1833) reg 4'], 'SI 1998/1833 reg 4: more than 48 hours over all posts');
SELECT is(pg_temp.findings('School 24', '2026-11-25', columns => 'f.finding, f.severity, f.inputs ->> ''schools'''), ARRAY['head_of_several error 2'],
    'CoP 6.93 (SH3): the head of a school as SENCO of several, at each of them');
SELECT is(pg_temp.findings('School 25', '2026-11-25'), '{}', 'reg 49(3): the head as SENCO of one school is found nowhere');
SELECT is(pg_temp.findings('School 26', '2026-11-25', columns => 'f.finding, f.severity, f.reference'), ARRAY['hours_unknown info CoP 6.91'], 'CoP 6.91: hours not recorded');

-- Hours of a group's post count once.
\o /dev/null
WITH g AS (INSERT INTO core.groups (kind, name) VALUES ('trust', 'Fictional Trust') RETURNING id),
m AS (INSERT INTO core.group_settings (group_id, setting_id, from_on)
      SELECT g.id, pg_temp.setting_id(w), '2024-09-01' FROM g, unnest(ARRAY['School 27', 'School 28']) AS w)
INSERT INTO core.posts (staff_id, group_id, kind, arrangement, hours_per_week, from_on, known_from)
SELECT pg_temp.staff_id('G1 Example'), g.id, 'senco', 'group', 30, '2024-09-01', '2000-01-01' FROM g;
\o
SELECT is(pg_temp.findings('School 28', '2026-11-25'), '{}', 'a post for a group is one post of 30 hours, not one a school');

-- Settings that closed, or opened later.
\o /dev/null
SELECT pg_temp.good('K1 Example', 'School 29', '2020-09-01', NULL), pg_temp.good('K2 Example', 'School 30', '2020-09-01', NULL);
UPDATE core.settings SET status = 'closed', closed_on = '2026-08-31' WHERE id = pg_temp.setting_id('School 29');
UPDATE core.settings SET opened_on = '2021-01-01' WHERE id = pg_temp.setting_id('School 30');
\o
SELECT is(pg_temp.findings('School 29', '2026-08-31'), '{}', 'a post in a setting that is still open');
SELECT is(pg_temp.findings('School 29', '2026-09-01', columns => 'f.finding, f.severity, f.sentence'),
    ARRAY['post_in_closed_setting warn The post of K1 Example goes on, but the setting closed on 31 August 2026.'], 'and when it has closed');
SELECT is(pg_temp.findings('School 30', '2026-09-01', columns => 'f.finding, f.severity'), ARRAY['post_before_opening info'],
    'a post that began before the setting opened, as the register says now');

-- Whom they are told.
\o /dev/null
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, pg_temp.setting_id('School 2') FROM cast_actors AS a WHERE a.name = 'school';
WITH c AS (INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name = 'area' RETURNING id)
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on) SELECT c.id, pg_temp.setting_id('Nursery'), '2020-01-01' FROM c;
INSERT INTO core.clients (name, role, staff_id) VALUES ('shared senco', 'senco', pg_temp.staff_id('H1 Example'));
INSERT INTO cast_actors (name, id) SELECT 'senco', c.id FROM core.clients AS c WHERE c.name = 'shared senco';
CREATE FUNCTION pg_temp.told(actor text) RETURNS text[]
LANGUAGE sql AS $$ SELECT pg_temp.seen($1, 'SELECT DISTINCT f.setting_name FROM api.findings(''2026-11-25'', now()) AS f ORDER BY 1') $$;
\o
SELECT ok(cardinality(pg_temp.told('officer')) > 10, 'an officer is told of all');
SELECT is(pg_temp.told('manager'), pg_temp.told('officer'), 'a manager too');
SELECT is(pg_temp.told('area'), '{Nursery}', 'an Area SENCO of her caseload');
SELECT is(pg_temp.told('school'), '{School 2}', 'a school system of its own settings');
SELECT is(pg_temp.told('senco'), '{School 19}', 'a SENCO of the settings of the posts held today');
SELECT is(pg_temp.told(w), '{}', 'told of none: ' || coalesce(w, 'nobody')) FROM unnest(ARRAY['administrator', 'auditor', NULL]) AS w;

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
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.findings(''2026-11-10'', now())'), '%Function Scan%', 'no Function Scan is left in the plan');
SELECT is_empty($$SELECT f.id FROM law.senco_findings AS f LEFT JOIN law.rules AS r ON r.id = f.rule_id WHERE r.reference IS NULL OR f.sentence = ''$$,
    'design 1.5: every finding has a rule with its reference');

SELECT * FROM finish();
ROLLBACK;
