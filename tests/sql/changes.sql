-- changes.sql — the feed: whose, in which order, and holding what. That a
-- late commit is not skipped is changes_late_commit.sh.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'),
       pg_temp.actor('other school', 'school_system'),
       pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11),
       pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'),
       pg_temp.grant_setting('other school', 'Juniors');
SELECT pg_temp.merge('school', 'Primary', 'child',
        '[{"id":"c1","rev":1,"surname":"Alder","born_on":"2018-01-01","sex":"M"},
          {"id":"c2","rev":1,"surname":"Larch","born_on":"2018-01-01"}]'),
       pg_temp.merge('school', 'Primary', 'placement',
        '[{"id":"p1","rev":1,"child":"c1","start_on":"2025-09-01"}]'),
       pg_temp.merge('school', 'Primary', 'need',
        '[{"id":"n1","rev":1,"child":"c1","provision":"K","start_on":"2025-09-01","types":"MLD,HI"},
          {"id":"n2","rev":1,"child":"c2","provision":"K","start_on":"2025-09-01"}]'),
       pg_temp.merge('school', 'Primary', 'transition',
        '[{"id":"t1","rev":1,"child":"c1","kind":"PRS","year":2027}]'),
       pg_temp.merge('school', 'Primary', 'need', '[{"id":"n2","rev":2,"deleted":true}]'),
       pg_temp.merge('other school', 'Juniors', 'child',
        '[{"id":"c1","rev":1,"surname":"Sorrel","born_on":"2018-01-01"}]');
SELECT pg_temp.seen(a.name, 'SELECT epoch FROM api.feed_open(true)') FROM cast_actors AS a;
\o
SELECT plan(16);

SELECT is(pg_temp.seen('school', $$SELECT source_id FROM api.changes('0', 0, 1000)$$), '{}',
    'a transaction that runs is not in the feed');
SELECT is(pg_temp.seen('school', 'SELECT settings = ARRAY[' || pg_temp.setting_id('Primary') || '], is_held_back FROM api.changes_watch()'),
    '{true true}', 'who waits is told its settings, and that something is held back');
SELECT is(pg_temp.seen('other school', 'SELECT settings = ARRAY[' || pg_temp.setting_id('Juniors') || '], is_held_back FROM api.changes_watch()'),
    '{true true}', 'each its own');
-- As if it had been committed long ago: in the order it was written.
UPDATE core.changes SET xid = '3' WHERE setting_id = pg_temp.setting_id('Primary');
SELECT is(pg_temp.seen('school', 'SELECT is_held_back FROM api.changes_watch()'), '{false}',
    'another setting''s news that is held back is none for a school');
UPDATE core.changes SET xid = '3' WHERE setting_id IN (SELECT s.id FROM cast_settings AS s);
SELECT is(pg_temp.seen('other school', 'SELECT is_held_back FROM api.changes_watch()'), '{false}',
    'what can be read is not held back');
SELECT is(pg_temp.seen('nobody', 'SELECT settings FROM api.changes_watch()'), '{}',
    'nobody can be woken by anything');
SELECT is(pg_temp.seen('school', $$SELECT kind, source_id, op, revision FROM api.changes('0', 0, 1000) ORDER BY position, seq$$),
    '{child c1 put 1,child c2 put 1,placement p1 put 1,need n1 put 1,need n2 delete 1,transition t1 put 1,need n2 delete 2}',
    'a school reads its own changes in order; what was deleted since reads so');
SELECT is(pg_temp.seen('other school', $$SELECT kind, source_id FROM api.changes('0', 0, 1000)$$), '{child c1}',
    'and not another''s');
SELECT is(pg_temp.seen('administrator', $$SELECT kind FROM api.changes('0', 0, 1000)$$), '{}', 'an administrator reads none');
SELECT is(pg_temp.seen('nobody', $$SELECT kind FROM api.changes('0', 0, 1000)$$), '{}', 'nobody reads none');
SELECT is(pg_temp.seen('school', $$SELECT data FROM api.changes('0', 0, 1000) WHERE source_id IN ('c1', 'p1', 'n1', 't1') ORDER BY position, seq$$),
    ARRAY['{"sex": "M", "born_on": "2018-01-01", "surname": "Alder"}',
          '{"child": "c1", "start_on": "2025-09-01"}',
          '{"child": "c1", "types": ["MLD", "HI"], "start_on": "2025-09-01", "provision": "K"}',
          '{"kind": "PRS", "year": 2027, "child": "c1"}']::jsonb[]::text[],
    'a put holds the record as it is now, as it is sent')
 WHERE false
 UNION ALL
SELECT is((SELECT array_agg(j::jsonb::text ORDER BY n) FROM unnest(pg_temp.seen('school',
        $$SELECT data FROM api.changes('0', 0, 1000) WHERE source_id IN ('c1', 'p1', 'n1', 't1') ORDER BY position, seq$$))
        WITH ORDINALITY AS u (j, n)),
    ARRAY['{"sex": "M", "born_on": "2018-01-01", "surname": "Alder"}',
          '{"child": "c1", "start_on": "2025-09-01"}',
          '{"child": "c1", "types": ["MLD", "HI"], "start_on": "2025-09-01", "provision": "K"}',
          '{"kind": "PRS", "year": 2027, "child": "c1"}'],
    'a put holds the record as it is now, as it is sent');
SELECT is(pg_temp.seen('school', $$SELECT data FROM api.changes('0', 0, 1000) WHERE source_id = 'n2' ORDER BY position, seq$$),
    '{-,-}', 'what was deleted since holds nothing');
SELECT is(pg_temp.seen('school', $$SELECT source_id FROM api.changes('0', 0, 1000)
        WHERE (position, seq) > ('3'::xid8, (SELECT seq FROM api.changes('0', 0, 1000) WHERE source_id = 't1'))$$),
    '{n2}', 'a reader goes on after the last row it took');
SELECT is(pg_temp.seen('school', $$SELECT DISTINCT setting FROM api.changes('0', 0, 1000)$$),
    (SELECT ARRAY[s.ref] FROM core.settings AS s WHERE s.id = pg_temp.setting_id('Primary')),
    'each row names the setting');
SELECT is(pg_temp.seen('school', $$SELECT DISTINCT child_id FROM api.changes('0', 0, 1000) WHERE kind = 'transition'$$),
    (SELECT ARRAY[r.child_id::text] FROM core.child_records AS r
      WHERE r.setting_id = pg_temp.setting_id('Primary') AND r.source_id = 'c1'),
    'and the child, for the audit of what is read');
SELECT throws_ok($$UPDATE core.changes SET op = 'moved' WHERE setting_id = pg_temp.setting_id('Primary')$$,
    '23514', NULL, 'the table knows its operations');
SELECT * FROM finish();
ROLLBACK;
