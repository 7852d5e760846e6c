-- practice.sql — good practice and whom it reached (CoP 5.56).
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
\ir ../lib/contacts.sql
\o
SELECT no_plan();

SELECT is(pg_temp.does(w.who, 'practice_items_create', 'k', '2026-01-05', 'Invented', NULL), 'forbidden', w.who || ' spreads nothing')
  FROM (VALUES ('school'), ('senco'), ('administrator'), ('auditor'), ('nobody')) AS w (who);
SELECT is(pg_temp.does('area', 'practice_items_create', 'k', (current_date + 1)::text, 'Invented', NULL), 'malformed_field', 'nothing ahead of time');
SELECT is(pg_temp.does('area', 'practice_items_create', 'k', '2026-01-05', 'Invented', NULL), NULL, 'an Area SENCO does');
SELECT is(pg_temp.does('area', 'practice_items_create', 'k', '2026-01-05', 'Invented', NULL), NULL, 'the same again is the same');
SELECT is(pg_temp.does('area', 'practice_items_create', 'k', '2026-01-05', 'Invented', 'More'), 'batch_differs', 'other content is not');
CREATE FUNCTION pg_temp.reach(actor text, settings text, on_date text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.does($1, 'practice_reach_add', (SELECT i.id::text FROM core.practice_items AS i WHERE i.title = 'Invented'), $2, $3) $$;
SELECT is(pg_temp.reach('school', pg_temp.ref('Nursery'), '2026-01-06'), 'forbidden', 'a school reaches nobody');
SELECT is(pg_temp.reach('area', pg_temp.ref('Nursery') || ',' || pg_temp.ref('Juniors'), '2026-01-06'), 'unknown_setting', 'nor an Area SENCO those of others');
SELECT is(pg_temp.reach('area', pg_temp.ref('Nursery'), '2026-01-04'), 'dates_reversed', 'nobody is reached before it was shared');
SELECT is(pg_temp.does('area', 'practice_reach_add', gen_random_uuid()::text, pg_temp.ref('Nursery'), '2026-01-06'), 'not_found', 'nor by what is not there');
SELECT is(pg_temp.reach('area', pg_temp.ref('Nursery') || ',' || pg_temp.ref('Nursery'), '2026-01-06'), NULL, 'one is reached once');
SELECT is(pg_temp.reach('area', pg_temp.ref('Nursery') || ',' || pg_temp.ref('Second'), '2026-01-08'), NULL, 'and another later');
SELECT is(pg_temp.seen(w.who, 'SELECT setting_name, reached_on FROM api.practice_reach ORDER BY 1'), w.sees, w.who || ' sees which of theirs')
  FROM (VALUES ('area', ARRAY['Nursery 2026-01-06', 'Second 2026-01-08']), ('foreign area', '{}'), ('school', '{}'), ('nobody', '{}')) AS w (who, sees);
SELECT is(pg_temp.seen('officer', 'SELECT settings FROM api.practice_items WHERE title = ''Invented'''), '{2}', 'reach is the number of settings');
SELECT * FROM finish();
ROLLBACK;
