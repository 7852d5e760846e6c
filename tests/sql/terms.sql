-- terms.sql — who keeps which calendar, and which days are school days.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('senco', 'area_senco'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary');
CREATE FUNCTION pg_temp.put(actor text, setting text, terms text, closures text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.terms_put(2027, %L, %L, %L)', 'id:' || pg_temp.setting_id($2), $3, $4));
$$;
CREATE FUNCTION pg_temp.days(setting text) RETURNS text LANGUAGE sql AS $$
    SELECT array_to_string(pg_temp.seen('officer', format('SELECT count(*), min(day), max(day) FROM api.school_days WHERE setting_id = %s', pg_temp.setting_id($1))), ' ');
$$;
\o
SELECT no_plan();
SELECT is(pg_temp.put(w.who, NULL, '{2026-09-01/2026-10-23}'), 'forbidden', w.who || ' keeps no calendar of the authority')
  FROM (VALUES ('school'), ('senco'), ('administrator'), ('auditor'), ('nobody')) AS w (who);
SELECT is(pg_temp.put('school', 'Juniors', '{2026-09-01/2026-10-23}'), 'not_found', 'a school keeps no other''s');
SELECT is(pg_temp.put('officer', NULL, w.terms, w.closures), w.slug, w.title)
  FROM (VALUES
('{2026-10-23/2026-09-01}', NULL, 'dates_reversed', 'a term that ends before it begins is refused'),
('{2026-08-31/2026-10-23}', NULL, 'malformed_field', 'one that begins before the school year'),
('{2027-06-01/2027-09-01}', NULL, 'malformed_field', 'one that ends after it'),
('{2026-09-01/2026-10-23,2026-10-23/2026-12-18}', NULL, 'malformed_field', 'one that overlaps another'),
('{2026-09-01}', NULL, 'malformed_field', 'one without an end'),
('{2026-02-30/2026-10-23}', NULL, 'malformed_field', 'a day there is not'),
('{2026-09-01/2026-10-23}', '{2026-10-24}', 'malformed_field', 'a closure outside the terms')
       ) AS w (terms, closures, slug, title);
SELECT is(pg_temp.days('Primary'), '0 - -', 'nothing of what was refused is kept');
SELECT is(pg_temp.put('officer', NULL, '{2026-09-01/2026-10-23,2027-04-12/2027-05-28}', '{2026-09-01,2026-10-23}'), NULL, 'an officer keeps the authority''s');
SELECT is(pg_temp.days('Primary'), '71 2026-09-02 2027-05-28', 'weekends, closures and Early May are no school days');
SELECT is(pg_temp.put('school', 'Primary', '{2026-09-07/2026-09-11}'), NULL, 'a school keeps its own');
SELECT is(pg_temp.days('Primary'), '5 2026-09-07 2026-09-11', 'which then counts for it');
SELECT is(pg_temp.days('Juniors'), '71 2026-09-02 2027-05-28', 'and for no other');
SELECT is(pg_temp.put('officer', NULL, '{2026-09-01/2026-09-04}'), NULL, 'a year is replaced');
SELECT is(pg_temp.days('Juniors'), '4 2026-09-01 2026-09-04', 'with all its days');
SELECT is(pg_temp.seen('senco', 'SELECT school_year, setting IS NULL, from_on, to_on, school_days, closures FROM api.terms WHERE setting IS NULL'),
    '{"2027 true 2026-09-01 2026-09-04 4 []"}', 'whoever acts reads them');
SELECT is((SELECT count(*)::int FROM audit.entries AS e WHERE e.action = 'terms.put'), 3, 'each change is in the audit log');
SELECT * FROM finish();
ROLLBACK;
