-- training.sql — courses and who came from where (CoP 5.56).
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
\ir ../lib/contacts.sql
\o
SELECT no_plan();

SELECT is(pg_temp.does(w.who, 'training_events_create', 'k', '2026-01-05', 'Invented', 'provision', '2.5'), 'forbidden', w.who || ' gives no course')
  FROM (VALUES ('school'), ('senco'), ('administrator'), ('auditor'), ('nobody')) AS w (who);
SELECT is(pg_temp.does('area', 'training_events_create', 'k', '2026-01-05', 'Invented', 'provision', '0'), 'malformed_field', 'a course takes some time');
SELECT is(pg_temp.does('area', 'training_events_create', 'k', '2026-01-05', 'Invented', 'provision', '2.5'), NULL, 'an Area SENCO does');
SELECT is(pg_temp.does('area', 'training_events_create', 'k', '2026-01-05', 'Invented', 'provision', '2.5'), NULL, 'the same again is the same');
SELECT is(pg_temp.does('area', 'training_events_create', 'k', '2026-01-05', 'Invented', 'provision', '3'), 'batch_differs', 'other content is not');
CREATE FUNCTION pg_temp.came(actor text, setting text, etag text, people int, staff text, senco text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.does($1, 'training_attendance_put', (SELECT e.id::text FROM core.training_events AS e WHERE e.title = 'Invented'), pg_temp.ref($2),
        $3, $4::text, $5, $6) $$;
SELECT is(pg_temp.came('school', 'Nursery', NULL, 1, NULL, NULL), 'forbidden', 'a school says nothing of it');
SELECT is(pg_temp.came('area', 'Juniors', NULL, 1, NULL, NULL), 'not_found', 'nor does who does not look after the setting');
SELECT is(pg_temp.came('area', 'Nursery', NULL, w.people, w.staff, w.senco), w.slug, w.title)
  FROM (VALUES (1, pg_temp.staff_id('Bea Example')::text, NULL, 'not_found', 'who came held a post there'), (1, 'Ada', NULL, 'malformed_field', 'and is named by an id'),
    (0, pg_temp.staff_id('Ada Example')::text, NULL, 'counts_disagree', 'no more are named than came'), (0, NULL, 'true', 'counts_disagree', 'the SENCO is one'))
       AS w (people, staff, senco, slug, title);
SELECT is(pg_temp.came('area', 'Nursery', NULL, 3, pg_temp.staff_id('Ada Example')::text, NULL), NULL, 'three came, one of them by name');
SELECT is(pg_temp.came('area', 'Nursery', NULL, 4, NULL, NULL), 'precondition_missing', 'another word says what it has read');
SELECT is(pg_temp.came('area', 'Nursery', '1', 4, pg_temp.staff_id('Ada Example')::text, NULL), NULL, 'four');
SELECT is(pg_temp.came('officer', 'Juniors', NULL, 1, pg_temp.staff_id('Bea Example')::text, NULL), 'not_found', 'a post that began later is none of that day');
SELECT is(pg_temp.seen(w.who, 'SELECT hours, settings, people FROM api.training_events WHERE title = ''Invented'''), w.sees, w.who || ' sees who came of theirs')
  FROM (VALUES ('area', ARRAY['2.5 1 4']), ('foreign area', ARRAY['2.5 0 0']), ('school', '{}'), ('auditor', '{}'), ('nobody', '{}')) AS w (who, sees);
SELECT is(pg_temp.seen('area', 'SELECT setting_name, people, staff->0->>''name'' AS name, senco_came, etag FROM api.training_attendance'),
    ARRAY['Nursery 4 Ada Example false 2'], 'by setting, with those known by name');
SELECT * FROM finish();
ROLLBACK;
