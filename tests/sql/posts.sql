-- posts.sql — who holds which post where, and when.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system');
SELECT pg_temp.setting('Apple Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Birch Primary', '1', 2, 3, 11);
WITH f AS (INSERT INTO core.staff (name) VALUES ('Ada Example') RETURNING id)
INSERT INTO core.posts (staff_id, setting_id, kind, from_on, to_on)
SELECT f.id, s.id, 'senco', '2024-09-01', CASE s.name WHEN 'Apple Nursery' THEN '2025-08-31'::date END
  FROM f, cast_settings AS s;
\o
SELECT plan(2);
SET LOCAL ROLE sencod;
SELECT is_empty('SELECT * FROM api.posts', 'nobody acting sees no post');
RESET ROLE;
SELECT pg_temp.act('school');
SET LOCAL ROLE sencod;
SELECT results_eq($$ SELECT setting_name, staff, kind, from_on, to_on FROM api.posts
                      WHERE staff = 'Ada Example' ORDER BY setting_name $$,
    $$ VALUES ('Apple Nursery', 'Ada Example', 'senco', '2024-09-01'::date, '2025-08-31'::date),
              ('Birch Primary', 'Ada Example', 'senco', '2024-09-01', NULL) $$,
    'one person holds a post at two settings, each with its dates');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
