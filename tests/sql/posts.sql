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
SELECT is(pg_temp.seen(NULL, 'SELECT p.staff FROM api.posts AS p'), '{}',
    'nobody acting sees no post');
SELECT is(pg_temp.seen('school',
    $$ SELECT p.setting_name || ' ' || p.kind || ' ' || p.from_on || ' ' || coalesce(p.to_on::text, '-')
         FROM api.posts AS p WHERE p.staff = 'Ada Example' ORDER BY p.setting_name $$),
    '{Apple Nursery senco 2024-09-01 2025-08-31,Birch Primary senco 2024-09-01 -}',
    'one person holds a post at two settings, each with its dates');
SELECT * FROM finish();
ROLLBACK;
