-- settings.sql — settings and posts as everybody who acts may read them.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('school', 'school_system');
SELECT pg_temp.setting('Test Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Test Academy', '34', 4, 11, 18),
       pg_temp.setting('Test School', '5', 4, 11, 18);
UPDATE core.settings SET urn = '990091', la_code = '358'
 WHERE id = pg_temp.setting_id('Test Academy');
INSERT INTO core.setting_identifiers (scheme, value, setting_id)
VALUES ('urn', '990091', pg_temp.setting_id('Test Academy')),
       ('laestab', '3589991', pg_temp.setting_id('Test Academy'));
INSERT INTO core.setting_links (predecessor_id, successor_id, basis)
VALUES (pg_temp.setting_id('Test School'), pg_temp.setting_id('Test Academy'), 'laestab');
WITH f AS (INSERT INTO core.staff (name) VALUES ('Ada Example') RETURNING id)
INSERT INTO core.posts (staff_id, setting_id, kind, from_on)
SELECT f.id, pg_temp.setting_id('Test Academy'), 'senco', '2025-09-01' FROM f;

CREATE FUNCTION pg_temp.one(actor text, columns text, name text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT %s FROM api.settings AS s WHERE s.setting_id = %s',
                                   $2, pg_temp.setting_id($3)));
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.one('school', 's.ref, s.type_name, s.phase_name, s.la_name', 'Test Academy'),
    ARRAY['urn:990091 Academy converter Secondary Trafford'],
    'a setting shows its reference and its codes in words');
SELECT is(pg_temp.one('school', 's.type_name, s.phase_name', 'Test Nursery'),
    ARRAY['Childcare on non-domestic premises -'], 'a childcare provider has no phase');
SELECT is(pg_temp.one('school', $$s.predecessors->0->>'name', s.successors$$, 'Test Academy'),
    ARRAY['Test School []'], 'an academy shows the school it followed');
SELECT is(pg_temp.one('school', $$s.predecessors, s.successors->0->>'ref'$$, 'Test School'),
    ARRAY['[] urn:990091'], 'and the school the academy that followed');
SELECT is(pg_temp.one('administrator', 's.name', 'Test Nursery'), ARRAY['Test Nursery'],
    'design 7: an administrator sees settings');
SELECT is(pg_temp.one('nobody', 's.name', 'Test Nursery'), '{}', 'who has no token sees none');
SELECT is(pg_temp.seen('school', format('SELECT r.setting_id FROM api.setting_refs AS r WHERE r.ref = %L', w.ref)),
    ARRAY[pg_temp.setting_id('Test Academy')::text], w.title)
  FROM (VALUES ('urn:990091', 'a URN leads to the setting'),
               ('laestab:3589991', 'so does a LAESTAB'),
               ('id:' || pg_temp.setting_id('Test Academy'), 'and our own number')) AS w (ref, title);
SELECT is(pg_temp.seen('nobody', 'SELECT r.ref FROM api.setting_refs AS r WHERE r.ref = ''urn:990091'''), '{}',
    'references lead nobody anywhere who has no token');
SELECT is(pg_temp.seen('school', 'SELECT p.staff, p.kind FROM api.posts AS p WHERE p._setting_id = '
        || pg_temp.setting_id('Test Academy')), ARRAY['Ada Example senco'], 'a post shows who holds it');
SELECT is(pg_temp.refusal('administrator', 'SELECT s.id FROM core.settings AS s'), '42501',
    'the daemon cannot reach past schema api');
SELECT is(pg_temp.refusal('administrator', 'UPDATE api.settings SET name = ''x'''), '55000',
    'and cannot write through a view');

SELECT * FROM finish();
ROLLBACK;
