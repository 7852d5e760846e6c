-- need.sql — periods of provision: every outcome of a merge, what it leaves
-- behind, and that only the setting's own are touched.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'),
       pg_temp.actor('other school', 'school_system'),
       pg_temp.actor('officer', 'la_officer');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11),
       pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'),
       pg_temp.grant_setting('other school', 'Juniors');
SELECT pg_temp.child('Ash', 'Primary', '2018-01-01', '3', NULL),
       pg_temp.child('Birch', 'Juniors', '2018-01-02', '3', NULL);
\o
SELECT plan(29);

SELECT is(pg_temp.compare('school', 'Primary', 'need',
        '[{"id":"n1","child":"Ash","provision":"K","start_on":"2025-09-01"}]'),
    '{1}', 'a record nobody sent before is to be merged');
SELECT is(pg_temp.merge('school', 'Primary', 'need',
        '[{"id":"n1","rev":5,"child":"Ash","provision":"K","start_on":"2025-09-01","types":"SLCN,ASD"},
          {"id":"n2","rev":5,"child":"nobody","provision":"K","start_on":"2025-09-01"},
          {"id":"n3","rev":5,"child":"Ash","provision":"K","start_on":"2025-09-01","end_on":"2025-08-31"},
          {"id":"n4","rev":5,"child":"Birch","provision":"K","start_on":"2025-09-01"},
          {"id":"n5","rev":5,"deleted":true},
          {"id":"n6","rev":5,"child":"Ash","provision":"E","start_on":"2025-09-01","end_on":"2025-09-01"}]'),
    '{c,r unknown_child /data/child,r dates_reversed /data/end_on,r unknown_child /data/child,=,c}',
    'good ones are created, each bad one is refused for itself');
SELECT is((SELECT n.types FROM core.needs AS n
            WHERE n.setting_id = pg_temp.setting_id('Primary') AND n.source_id = 'n1'),
    '{SLCN,ASD}', 'types keep their rank');
SELECT is((SELECT n.types FROM core.needs AS n
            WHERE n.setting_id = pg_temp.setting_id('Primary') AND n.source_id = 'n6'),
    '{}', 'no types is an empty list');
SELECT is((SELECT n.child_id FROM core.needs AS n
            WHERE n.setting_id = pg_temp.setting_id('Primary') AND n.source_id = 'n1'),
    pg_temp.child_id('Ash'), 'the child is the one of the record named');
SELECT is((SELECT count(*)::int FROM core.needs AS n WHERE n.setting_id = pg_temp.setting_id('Primary') AND n.source_id IN ('n2', 'n3', 'n4', 'n5')),
    0, 'what was refused is not stored');
SELECT is((SELECT array_agg(c.source_id || ' ' || c.op || ' ' || c.revision ORDER BY c.seq)
             FROM core.changes AS c
            WHERE c.setting_id = pg_temp.setting_id('Primary') AND c.kind = 'need'),
    '{n1 put 5,n6 put 5}', 'only what changed goes to the feed');
SELECT is((SELECT array_agg(e.child_ids::text) FROM audit.entries AS e
            WHERE e.setting_id = pg_temp.setting_id('Primary') AND e.action = 'sync.need'),
    ARRAY[ARRAY[pg_temp.child_id('Ash')]::text], 'one audit row a call, each child once');
SELECT is((SELECT array_agg(DISTINCT e.client_id) FROM audit.entries AS e
            WHERE e.setting_id = pg_temp.setting_id('Primary') AND e.action = 'sync.need'),
    (SELECT array_agg(a.id) FROM cast_actors AS a WHERE a.name = 'school'),
    'the audit row names the client');

SELECT is(pg_temp.compare('school', 'Primary', 'need',
        '[{"id":"n1","child":"Ash","provision":"K","start_on":"2025-09-01","types":"SLCN,ASD"},
          {"id":"n6","child":"Ash","provision":"K","start_on":"2025-09-01"}]'),
    '{2}', 'what is stored with the same content is not sent on');
SELECT is(pg_temp.merge('school', 'Primary', 'need',
        '[{"id":"n1","rev":9,"child":"Ash","provision":"K","start_on":"2025-09-01","types":"SLCN,ASD"}]'),
    '{=}', 'the same content again is unchanged, whatever its revision');
SELECT is(pg_temp.merge('school', 'Primary', 'need',
        '[{"id":"n1","rev":4,"child":"Ash","provision":"E","start_on":"2025-09-01"},
          {"id":"n6","rev":5,"child":"Ash","provision":"K","start_on":"2025-09-01"}]'),
    '{s,s}', 'an older or equal revision with other content is stale');
SELECT is(pg_temp.merge('school', 'Primary', 'need',
        '[{"id":"n1","rev":4,"deleted":true}]'),
    '{s}', 'a delete older than what is stored is stale');
SELECT is(pg_temp.merge('school', 'Primary', 'need',
        '[{"id":"n1","rev":6,"child":"Ash","provision":"E","start_on":"2025-09-02","types":"ASD"}]'),
    '{u}', 'a newer revision updates');
SELECT is((SELECT n.provision || n.start_on || n.types::text || n.revision
             FROM core.needs AS n
            WHERE n.setting_id = pg_temp.setting_id('Primary') AND n.source_id = 'n1'),
    'E2025-09-02{ASD}6', 'every field is the new one');
SELECT is(pg_temp.merge('school', 'Primary', 'need',
        '[{"id":"n1","rev":7,"child":"nobody","provision":"K","start_on":"2025-09-02"}]'),
    '{r unknown_child /data/child}', 'an update is judged like a new record');

SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"n1","rev":8,"deleted":true}]'),
    '{u}', 'a newer delete deletes');
SELECT is((SELECT (n.deleted_at IS NOT NULL)::text || n.content_hash || n.provision
             FROM core.needs AS n
            WHERE n.setting_id = pg_temp.setting_id('Primary') AND n.source_id = 'n1'),
    'true00000000-0000-0000-0000-000000000000E',
    'the row stays as a tombstone with what it last said');
SELECT is((SELECT c.op || ' ' || c.revision FROM core.changes AS c
            WHERE c.setting_id = pg_temp.setting_id('Primary')
            ORDER BY c.seq DESC LIMIT 1),
    'delete 8', 'the feed says delete');
SELECT is(pg_temp.compare('school', 'Primary', 'need', '[{"id":"n1","deleted":true}]'),
    '{}', 'a deleted record has the zero hash');
SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"n1","rev":9,"deleted":true}]'),
    '{=}', 'deleting again changes nothing');
SELECT is(pg_temp.merge('school', 'Primary', 'need',
        '[{"id":"n1","rev":8,"child":"Ash","provision":"K","start_on":"2025-09-01"}]'),
    '{s}', 'a tombstone keeps older versions out');
SELECT is(pg_temp.merge('school', 'Primary', 'need',
        '[{"id":"n1","rev":10,"child":"Ash","provision":"K","start_on":"2025-09-01"}]'),
    '{c}', 'a newer version makes it anew');
SELECT is((SELECT n.deleted_at FROM core.needs AS n
            WHERE n.setting_id = pg_temp.setting_id('Primary') AND n.source_id = 'n1'),
    NULL, 'and it is no longer deleted');

SELECT is(pg_temp.merge('other school', 'Juniors', 'need',
        '[{"id":"n1","rev":1,"child":"Birch","provision":"N","start_on":"2025-09-01"}]'),
    '{c}', 'the same source id in another setting is another record');
SELECT is(pg_temp.refusal('school', format('SELECT * FROM api.need_merge(
        ''{1}'', ''{n1}'', ''{1}'', ''{%s}'', ''{f}'', ''{NULL}'', ''{Ash}'',
        ''{K}'', ''{2025-09-01}'', ''{NULL}'', ''{NULL}'')', gen_random_uuid())),
    'setting_not_granted', 'a merge needs an opened batch');
SELECT is(pg_temp.refusal('school', 'SELECT api.need_compare(''{1}'', ''{n1}'', NULL)'),
    'setting_not_granted', 'so does a comparison');
SELECT throws_ok($$INSERT INTO core.needs (setting_id, source_id, child_id,
        revision, content_hash, child, provision, start_on)
    SELECT pg_temp.setting_id('Primary'), 'x', pg_temp.child_id('Ash'), 1,
           gen_random_uuid(), 'Ash', 'Z', '2025-01-01'$$,
    '23514', NULL, 'the table knows the codes of provision');
SELECT throws_ok($$INSERT INTO core.needs (setting_id, source_id, child_id,
        revision, content_hash, child, provision, start_on, end_on)
    SELECT pg_temp.setting_id('Primary'), 'x', pg_temp.child_id('Ash'), 1,
           gen_random_uuid(), 'Ash', 'K', '2025-01-01', '2024-12-31'$$,
    '23514', NULL, 'and that an end is not before its start');
SELECT * FROM finish();
ROLLBACK;
