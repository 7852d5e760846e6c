-- ehc_transfer.sql — the authority's milestones as settings are told them: to
-- whom, for how long, and once for each change.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('school', 'school_system'),
       pg_temp.actor('other school', 'school_system');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('other school', 'Juniors');
SELECT pg_temp.merge('school', 'Primary', 'child',
        '[{"id":"c1","rev":1,"surname":"Alder","born_on":"2018-01-01","upn":"Z999000018001"},
          {"id":"c2","rev":1,"surname":"Larch","born_on":"2018-01-01"}]'),
       pg_temp.merge('school', 'Primary', 'placement', '[{"id":"p1","rev":1,"child":"c1","start_on":"2025-09-01"}]');
CREATE FUNCTION pg_temp.put(etag text, review date) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('officer', format('SELECT t.etag FROM api.ehc_transfer_put(%L, 2027, %L, %L, NULL, NULL, NULL) AS t',
        (SELECT r.child_id FROM core.child_records AS r
          WHERE r.setting_id = pg_temp.setting_id('Primary') AND r.source_id = 'c1'), $1, $2));
$$;
-- fed — what the settings' feeds were told of facts since it was asked last.
CREATE TEMPORARY SEQUENCE fed_to;
CREATE FUNCTION pg_temp.fed() RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
    v_rows text[] := ARRAY(
        SELECT concat_ws(' ', s.name, c.op, c.source_id)
          FROM core.changes AS c JOIN cast_settings AS s ON s.id = c.setting_id
         WHERE c.kind = 'ehc_transfer' AND c.seq >= (SELECT f.last_value FROM fed_to AS f)
         ORDER BY c.seq);
BEGIN
    PERFORM setval('fed_to', (SELECT max(c.seq) + 1 FROM core.changes AS c));
    RETURN v_rows;
END
$$;
CREATE FUNCTION pg_temp.held(actor text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, $q$SELECT source_id, data->>'child' AS child, data->>'review_held_on' AS review
        FROM api.records WHERE kind = 'ehc_transfer' ORDER BY source_id$q$);
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.put(NULL, '2026-10-01'), '{1}', 'an officer writes a milestone');
SELECT is(pg_temp.fed(), '{"Primary enter c1/2027"}', 'the setting that holds the child is told, by its own id of the child and the year');
SELECT is(pg_temp.held('school'), '{c1/2027 c1 2026-10-01}', 'and reads it among its records');
SELECT is(pg_temp.held('other school'), '{}', 'another setting does not');
SELECT is(pg_temp.put('1', '2026-10-02'), '{2}', 'a second milestone');
SELECT is(pg_temp.fed(), '{"Primary put c1/2027"}', 'a change is told as a put');
SELECT is(pg_temp.put('2', '2026-10-02'), '{3}', 'written again as it is');
SELECT is(pg_temp.fed(), '{}', 'it is not told again');

SELECT is(pg_temp.merge('school', 'Primary', 'need', '[{"id":"n1","rev":1,"child":"c1","provision":"E","start_on":"2025-09-01"}]'), '{c}', 'a record that has no say in it');
SELECT is(pg_temp.fed(), '{}', 'tells nothing');
SELECT is(pg_temp.merge('school', 'Primary', 'placement',
    '[{"id":"p1","rev":2,"child":"c1","start_on":"2025-09-01","end_on":"2025-10-01"}]'), '{u}', 'the child leaves');
SELECT is(pg_temp.fed(), '{"Primary leave c1/2027"}', 'and its milestones with it');
SELECT is(pg_temp.held('school'), '{}', 'they are not shown any more');
SELECT is(pg_temp.merge('other school', 'Juniors', 'child',
    '[{"id":"x","rev":1,"surname":"Alder","born_on":"2018-01-01","upn":"Z999000018001"},
      {"id":"y","rev":1,"surname":"Alder","born_on":"2018-01-01","upn":"Z999000018001"}]'), '{c,c}', 'another school takes it in, by two records');
SELECT is(pg_temp.fed(), '{"Juniors enter x/2027","Juniors enter y/2027"}', 'and is told the milestones for each of them');
SELECT is(pg_temp.held('other school'), '{x/2027 x 2026-10-02,y/2027 y 2026-10-02}', 'each names its record');
SELECT is(pg_temp.merge('other school', 'Juniors', 'child', '[{"id":"y","rev":2,"deleted":true}]'), '{u}', 'one is deleted');
SELECT is(pg_temp.fed(), '{"Juniors leave y/2027"}', 'its milestones leave');
SELECT is(pg_temp.merge('school', 'Primary', 'placement', '[{"id":"p1","rev":3,"deleted":true}]'), '{u}', 'a placement is taken back');
SELECT is(pg_temp.fed(), '{"Primary enter c1/2027"}', 'who has none of a live record holds the child');

-- A new day.
SELECT is(pg_temp.merge('school', 'Primary', 'placement', format(
    '[{"id":"p2","rev":1,"child":"c1","start_on":"2025-09-01","end_on":"%s"}]', current_date)::jsonb), '{c}', 'a placement ends today');
SELECT is(pg_temp.fed(), '{}', 'and holds until tonight');
UPDATE core.feed SET settled_on = current_date - 1;
SELECT isnt(pg_temp.seen('school', 'SELECT epoch FROM api.feed_open(true)'), '{}', 'who reads a feed on a new day');
SELECT is(pg_temp.fed(), '{}', 'finds what is still due');
UPDATE core.placements SET end_on = current_date - 1 WHERE source_id = 'p2' AND setting_id = pg_temp.setting_id('Primary');
SELECT isnt(pg_temp.seen('school', 'SELECT epoch FROM api.feed_open(true)'), '{}', 'on the same day');
SELECT is(pg_temp.fed(), '{}', 'nobody looks twice');
UPDATE core.feed SET settled_on = current_date - 1;
SELECT isnt(pg_temp.seen('other school', 'SELECT epoch FROM api.feed_open(true)'), '{}', 'on the next the first reader, whoever it is');
SELECT is(pg_temp.fed(), '{"Primary leave c1/2027"}', 'lets those hear whose child has left by date');
SELECT is((SELECT count(*)::int FROM core.facts_told AS t JOIN cast_settings AS s ON s.id = t.setting_id), 1,
    'what was told is remembered while it is due');
SELECT * FROM finish();
ROLLBACK;
