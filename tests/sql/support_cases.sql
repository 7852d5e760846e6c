-- support_cases.sql — help for a setting's SENCO, opened and closed (CoP 5.56).
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
\ir ../lib/contacts.sql
\o
SELECT no_plan();

SELECT is(pg_temp.does(w.who, 'support_cases_create', 'k', pg_temp.ref('Nursery'), 'Ada Example', 'Invented', '2026-01-05'), w.slug, w.who || ' opens none')
  FROM (VALUES ('school', 'forbidden'), ('senco', 'forbidden'), ('administrator', 'forbidden'), ('auditor', 'forbidden'), ('nobody', 'forbidden'),
               ('foreign area', 'unknown_setting')) AS w (who, slug);
SELECT is(pg_temp.does('area', 'support_cases_create', 'k', pg_temp.ref('Nursery'), NULL, 'Invented', (current_date + 1)::text), 'malformed_field', 'none ahead of time');
SELECT is(pg_temp.does('area', 'support_cases_create', 'k', pg_temp.ref('Nursery'), 'Ada Example', 'Invented', '2026-01-05'), NULL, 'an Area SENCO opens one');
SELECT is(pg_temp.does('area', 'support_cases_create', 'k', pg_temp.ref('Nursery'), 'Ada Example', 'Invented', '2026-01-05'), NULL, 'the same again is the same');
SELECT is(pg_temp.does('area', 'support_cases_create', 'k', pg_temp.ref('Nursery'), NULL, 'Invented', '2026-01-05'), 'batch_differs', 'other content is not');
SELECT is(pg_temp.seen(w.who, 'SELECT person, opened_on, closed_on FROM api.support_cases WHERE issue = ''Invented'''), w.sees, w.who || ' sees it, or does not')
  FROM (VALUES ('area', ARRAY['Ada Example 2026-01-05 -']), ('officer', ARRAY['Ada Example 2026-01-05 -']), ('foreign area', '{}'), ('school', '{}'),
               ('senco', '{}'), ('administrator', '{}'), ('nobody', '{}')) AS w (who, sees);
CREATE FUNCTION pg_temp.close(actor text, etag text, on_date text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.does($1, 'support_case_close', (SELECT k.id::text FROM core.support_cases AS k WHERE k.issue = 'Invented'), $2, $3, 'Invented end') $$;
SELECT is(pg_temp.close('school', '1', '2026-01-06'), 'forbidden', 'a school closes none');
SELECT is(pg_temp.close('foreign area', '1', '2026-01-06'), 'not_found', 'nor does who does not look after it');
SELECT is(pg_temp.close('area', NULL, '2026-01-06'), 'precondition_missing', 'who closes says what she has read');
SELECT is(pg_temp.close('area', '2', '2026-01-06'), 'precondition_failed', 'and it is as it was');
SELECT is(pg_temp.close('area', '1', '2026-01-04'), 'dates_reversed', 'not before it was opened');
SELECT is(pg_temp.close('area', '1', '2026-01-15'), NULL, 'closed');
SELECT is(pg_temp.seen('area', 'SELECT closed_on, outcome, days_open, etag FROM api.support_cases WHERE issue = ''Invented'''),
    ARRAY['2026-01-15 Invented end 10 2'], 'after ten days, with an outcome');
SELECT is((SELECT array_agg(e.action ORDER BY e.id) FROM audit.entries AS e WHERE e.setting_id = pg_temp.setting_id('Nursery')),
    ARRAY['support_cases.create', 'support_cases.close'], 'both are in the audit log');
SELECT * FROM finish();
ROLLBACK;
