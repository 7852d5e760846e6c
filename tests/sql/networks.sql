-- networks.sql — network meetings and how many came from where (CoP 5.56).
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
\ir ../lib/contacts.sql
\o
SELECT no_plan();

SELECT is(pg_temp.does(w.who, 'network_meetings_create', 'k', '2026-01-05', 'Invented', NULL), 'forbidden', w.who || ' holds no meeting')
  FROM (VALUES ('school'), ('senco'), ('administrator'), ('auditor'), ('nobody')) AS w (who);
SELECT is(pg_temp.does('area', 'network_meetings_create', 'k', '2026-01-05', 'Invented', NULL), NULL, 'an Area SENCO does');
SELECT is(pg_temp.does('area', 'network_meetings_create', 'k', '2026-01-05', 'Invented', NULL), NULL, 'the same again is the same');
SELECT is(pg_temp.does('area', 'network_meetings_create', 'k', '2026-01-06', 'Invented', NULL), 'batch_differs', 'other content is not');
SELECT is(pg_temp.does('area', 'network_meetings_create', 'n', (current_date + 9)::text, 'Invented ahead', NULL), NULL, 'a meeting may lie ahead');
CREATE FUNCTION pg_temp.came(actor text, title text, setting text, etag text, people text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.does($1, 'network_attendance_put', (SELECT m.id::text FROM core.network_meetings AS m WHERE m.title = $2), pg_temp.ref($3), $4, $5) $$;
SELECT is(pg_temp.came('area', 'Invented ahead', 'Nursery', NULL, '2'), 'dates_reversed', 'then nobody has come yet');
SELECT is(pg_temp.came('area', 'Unheard of', 'Nursery', NULL, '2'), 'not_found', 'nobody comes to what is not there');
SELECT is(pg_temp.came('area', 'Invented', 'Juniors', NULL, '2'), 'not_found', 'nor from settings of others');
SELECT is(pg_temp.came('school', 'Invented', 'Nursery', NULL, '2'), 'forbidden', 'a school says nothing of it');
SELECT is(pg_temp.came('area', 'Invented', 'Nursery', NULL, '2'), NULL, 'two came');
SELECT is(pg_temp.came('area', 'Invented', 'Nursery', NULL, '3'), 'precondition_missing', 'another word says what it has read');
SELECT is(pg_temp.came('area', 'Invented', 'Nursery', '9', '3'), 'precondition_failed', 'as it was');
SELECT is(pg_temp.came('area', 'Invented', 'Nursery', '1', '3'), NULL, 'three');
SELECT is(pg_temp.came('area', 'Invented', 'Second', NULL, '0'), NULL, 'from another nobody after all');
SELECT is(pg_temp.came('foreign area', 'Invented', 'Juniors', NULL, '4'), NULL, 'a colleague adds her own');
SELECT is(pg_temp.seen(w.who, 'SELECT settings, people FROM api.network_meetings WHERE title = ''Invented'''), w.sees, w.who || ' sees who came of theirs')
  FROM (VALUES ('area', ARRAY['1 3']), ('foreign area', ARRAY['1 4']), ('officer', ARRAY['2 7']), ('school', '{}'), ('administrator', '{}'), ('nobody', '{}'))
       AS w (who, sees);
SELECT is(pg_temp.seen(w.who, 'SELECT setting_name, people FROM api.network_attendance ORDER BY 1'), w.sees, w.who || ' by setting')
  FROM (VALUES ('area', ARRAY['Nursery 3', 'Second 0']), ('school', '{}'), ('senco', '{}'), ('nobody', '{}')) AS w (who, sees);
SELECT * FROM finish();
ROLLBACK;
