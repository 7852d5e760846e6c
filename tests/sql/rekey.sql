-- rekey.sql — a record that got a new source_id: what is stored moves, once;
-- of a child what belongs to it follows.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.grant_setting('school', 'Primary');
SELECT pg_temp.merge('school', 'Primary', 'child', '[{"id":"c1","rev":1,"surname":"Alder","born_on":"2018-01-01","upn":"Z999000018001"},
        {"id":"c2","rev":1,"surname":"Larch","born_on":"2018-01-01"},{"id":"c3","rev":1,"surname":"Sorrel","born_on":"2018-01-01"}]'),
       pg_temp.merge('school', 'Primary', 'need', '[{"id":"n1","rev":4,"child":"c1","provision":"K","start_on":"2025-09-01"},
        {"id":"n2","rev":1,"child":"c2","provision":"K","start_on":"2025-09-01"}]');
CREATE FUNCTION pg_temp.child_of(id text) RETURNS uuid LANGUAGE sql AS $$
    SELECT r.child_id FROM core.child_records AS r WHERE r.setting_id = pg_temp.setting_id('Primary') AND r.source_id = $1 $$;
CREATE TEMPORARY TABLE mark AS SELECT max(c.seq) AS seq FROM core.changes AS c;
CREATE FUNCTION pg_temp.feed() RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(concat_ws(' ', c.kind, c.source_id, c.op) ORDER BY c.seq)
      FROM core.changes AS c WHERE c.setting_id = pg_temp.setting_id('Primary') AND c.seq > (SELECT seq FROM mark) $$;
CREATE FUNCTION pg_temp.go_on() RETURNS void LANGUAGE sql AS $$ UPDATE mark SET seq = (SELECT max(c.seq) FROM core.changes AS c) $$;
CREATE TEMPORARY TABLE alder AS SELECT pg_temp.child_of('c1') AS id;
\o
SELECT plan(25);

SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"new","was":"n2","rev":2,"child":"c2","provision":"E","start_on":"2025-09-01"}]'),
    '{u}', 'a need gets a new id, and the put applies');
SELECT is((SELECT array_agg(n.source_id || n.provision ORDER BY n.source_id) FROM core.needs AS n WHERE n.setting_id = pg_temp.setting_id('Primary')),
    '{n1K,newE}', 'the stored row has moved');
SELECT is(pg_temp.feed(), '{"need n2 delete","need new put"}', 'the feed says delete of the old and put of the new');
SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"new","was":"n2","rev":2,"child":"c2","provision":"E","start_on":"2025-09-01"}]'),
    '{=}', 'a repeat is unchanged');
SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"new","was":"n2","rev":1,"child":"c2","provision":"K","start_on":"2025-09-01"}]'),
    '{s}', 'an older one stale');
SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"n9","was":"nothing","rev":1,"child":"c2","provision":"K","start_on":"2025-09-01"}]'),
    '{c}', 'an unknown former id says nothing');
SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"n9","was":"n9","rev":2,"child":"c2","provision":"N","start_on":"2025-09-01"}]'),
    '{u}', 'nor does the id itself');
SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"n9","was":"n1","rev":5,"child":"c1","provision":"N","start_on":"2025-09-01"}]'),
    '{"r source_id_taken /was"}', 'an id that is another record''s is refused');
SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"n7","was":"n1","rev":2,"child":"c1","provision":"N","start_on":"2025-09-01"}]'),
    '{s}', 'a move older than what is stored is stale');
SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"n7","was":"n1","rev":5,"child":"c1","provision":"N","start_on":"2025-09-01","end_on":"2025-01-01"}]'),
    '{"r dates_reversed /data/end_on"}', 'one that breaks a rule is refused');
SELECT is((SELECT count(*)::int FROM core.needs AS n WHERE n.setting_id = pg_temp.setting_id('Primary') AND n.source_id = 'n1'), 1,
    'and none of these moved anything');
SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"x1","was":"n1","rev":5,"child":"c1","provision":"N","start_on":"2025-09-01"},
        {"id":"x2","was":"n1","rev":5,"child":"c1","provision":"N","start_on":"2025-09-01"},
        {"id":"x3","was":"n9","rev":5,"child":"c1","provision":"N","start_on":"2025-09-01"},
        {"id":"n9","rev":5,"child":"c1","provision":"N","start_on":"2025-09-01"}]'),
    '{u,"r source_id_taken /was","r source_id_taken /was",u}', 'of two claims the first counts, and none to a record that is sent itself');
SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"x9","was":"x1","rev":6,"deleted":true}]'), '{u}', 'a delete under the new id');
SELECT is((SELECT count(*)::int FROM core.needs AS n WHERE n.setting_id = pg_temp.setting_id('Primary') AND n.source_id = 'x1' AND n.deleted_at IS NULL), 0,
    'takes the record with it');

-- A child's.
\o /dev/null
SELECT pg_temp.merge('school', 'Primary', 'need', '[{"id":"k1","rev":7,"child":"c1","provision":"K","start_on":"2025-09-01","hash":"11111111-1111-1111-1111-111111111111"},
        {"id":"k2","rev":1,"child":"c1","provision":"N","start_on":"2025-09-01"}]'),
       pg_temp.merge('school', 'Primary', 'need', '[{"id":"k2","rev":2,"deleted":true}]'),
       pg_temp.merge('school', 'Primary', 'placement', '[{"id":"p1","rev":1,"child":"c1","start_on":"2025-09-01"}]');
SELECT pg_temp.go_on();
\o
SELECT is(pg_temp.merge('school', 'Primary', 'child', '[{"id":"d1","was":"c1","rev":2,"surname":"Alder","born_on":"2018-01-01","upn":"Z999000018001"}]'),
    '{u}', 'a child''s record gets a new id');
SELECT is(pg_temp.child_of('d1'), (SELECT a.id FROM alder AS a), 'it is the same child');
SELECT is(pg_temp.child_of('c1'), NULL, 'the old id is nobody''s');
SELECT is((SELECT array_agg(n.source_id || ' ' || n.child ORDER BY n.source_id) FROM core.needs AS n
            WHERE n.setting_id = pg_temp.setting_id('Primary') AND n.child_id = (SELECT a.id FROM alder AS a) AND n.source_id LIKE 'k%'),
    '{"k1 d1","k2 d1"}', 'what belongs to it follows');
SELECT is((SELECT array_agg(f ORDER BY f) FROM unnest(pg_temp.feed()) AS f),
    '{"child c1 delete","child d1 put","need k1 put","need n9 put","placement p1 put"}', 'and is told, but for what is gone');
SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"k1","rev":7,"child":"d1","provision":"K","start_on":"2025-09-01"}]'),
    '{u}', 'its sender sends it again, naming the new id, at the old revision');
SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"k1","rev":7,"child":"d1","provision":"K","start_on":"2025-09-01"}]'), '{=}', 'once');
SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"k5","rev":1,"child":"c1","provision":"K","start_on":"2025-09-01"}]'),
    '{"r unknown_child /data/child"}', 'by the old id the child is not known');
SELECT is(pg_temp.merge('school', 'Primary', 'child', '[{"id":"d1","was":"c1","rev":2,"surname":"Alder","born_on":"2018-01-01","upn":"Z999000018001"}]'),
    '{=}', 'a repeat is unchanged');
SELECT is(pg_temp.merge('school', 'Primary', 'child', '[{"id":"c2","was":"c3","rev":2,"surname":"Sorrel","born_on":"2018-01-01"}]'),
    '{"r source_id_taken /was"}', 'an id that is another child''s is refused');
SELECT is((SELECT count(*)::int FROM core.setting_digests AS d
             JOIN (SELECT count(*) AS records, bit_xor(core.digest_bits(r.content_hash)) AS digest FROM core.child_records AS r
                    WHERE r.setting_id = pg_temp.setting_id('Primary') AND r.deleted_at IS NULL) AS r USING (records, digest)
            WHERE d.setting_id = pg_temp.setting_id('Primary') AND d.kind = 'child'), 1, 'the digest is right after all that');
SELECT * FROM finish();
ROLLBACK;
