#!/bin/bash
# kind_new.sh — adding a kind touches nothing else: made-up ones, each one
# migration and one resource file, are deployed, sent, told in the feed and
# listed. The C side of that is the field table alone.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/tap.sh
work=$(mktemp -d)
own_database kind_new
trap 'dropdb --force "$PGDATABASE"; rm -rf "$work"' EXIT
mkdir "$work/tools"
cp -r sql "$work"
cp tools/deploy "$work/tools"

cat > "$work/sql/migrations/9990_song.sql" <<'END'
CREATE TABLE core.songs (
    setting_id   int NOT NULL,
    source_id    text COLLATE "C" NOT NULL,
    child_id     uuid NOT NULL,
    revision     bigint NOT NULL,
    content_hash uuid NOT NULL,
    deleted_at   timestamptz,
    known_from   timestamptz NOT NULL DEFAULT now(),
    child        text COLLATE "C" NOT NULL,
    sung_on      date,
    voices       text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (setting_id, source_id));
SELECT core.kind_table_secure('songs');
END
cat > "$work/sql/resources/song.sql" <<'END'
SELECT core.kind_define('song', 'songs',
    ARRAY[['child', 'text'], ['sung_on', 'date'], ['voices', 'text']],
    columns => ARRAY[
        ['voices', $$string_to_array(coalesce(r.voices, ''), ',')$$]]);
END
cat > "$work/sql/migrations/9991_concert.sql" <<'END'
CREATE TABLE core.concerts (
    setting_id   int NOT NULL,
    source_id    text COLLATE "C" NOT NULL,
    revision     bigint NOT NULL,
    content_hash uuid NOT NULL,
    deleted_at   timestamptz,
    known_from   timestamptz NOT NULL DEFAULT now(),
    seats        int NOT NULL,
    PRIMARY KEY (setting_id, source_id));
SELECT core.kind_table_secure('concerts');
END
cat > "$work/sql/resources/concert.sql" <<'END'
SELECT core.kind_define('concert', 'concerts', ARRAY[['seats', 'int']],
    childless => true);
END
cat > "$work/sql/resources/prize.sql" <<'END'
CREATE VIEW api.prize_facts AS
    SELECT s.id AS setting_id, 'first'::text AS source_id,
           NULL::uuid AS child_id, 1::bigint AS revision,
           jsonb_build_object('setting', s.name) AS data
      FROM core.settings AS s
     WHERE s.id = ANY ((SELECT core.actor_settings())::int[]);
SELECT core.kind_register_fact('prize', 'prize_facts');
END
"$work/tools/deploy" "dbname=$PGDATABASE"

psql -XAtq -v ON_ERROR_STOP=1 -P pager=off -f - <<'TEST'
\i tests/lib/pgtap.sql
BEGIN;
\i tests/lib/cast.sql
\i tests/lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('other', 'school_system');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('other', 'Juniors');
SELECT pg_temp.merge('school', 'Primary', 'child', '[{"id":"c","rev":1,"surname":"Briar","born_on":"2018-01-01"}]');
\o
SELECT plan(15);
SELECT is(pg_temp.merge('school', 'Primary', 'song', '[{"id":"s1","rev":1,"child":"c","sung_on":"2025-12-01","voices":"high,low"},
        {"id":"s2","rev":1,"child":"c"},{"id":"s3","rev":1,"child":"x"}]'),
    '{c,c,"r unknown_child /data/child"}', 'records of a made-up kind are merged');
SELECT is(pg_temp.merge('school', 'Primary', 'song', '[{"id":"s2","rev":2,"deleted":true}]'), '{u}', 'and deleted');
SELECT is(pg_temp.merge('school', 'Primary', 'concert', '[{"id":"k","rev":1,"seats":40}]'), '{c}', 'so are those of one without a child');
SELECT is(pg_temp.merge('school', 'Primary', 'concert', '[{"id":"k","rev":2,"seats":50}]'), '{u}', 'they change');
SELECT is(pg_temp.merge('school', 'Primary', 'concert', '[{"id":"k","rev":3,"deleted":true}]'), '{u}', 'they go');
SELECT is(pg_temp.merge('school', 'Primary', 'concert', '[{"id":"k","rev":4,"seats":60}]'), '{c}', 'and come again');
SELECT is(pg_temp.seen('school', $$SELECT kind, source_id, child_id IS NULL, revision, data FROM api.records
        WHERE kind IN ('song', 'concert', 'prize') ORDER BY kind$$),
    (SELECT ARRAY['concert k true 4 {"seats": 60}', format('prize first true 1 {"setting": "%s"}', s.name),
                  'song s1 false 1 {"child": "c", "voices": ["high", "low"], "sung_on": "2025-12-01"}']
       FROM core.settings AS s WHERE s.id = pg_temp.setting_id('Primary')),
    'each live record is listed with what was sent, and so are facts');
SELECT is(pg_temp.seen('other', $$SELECT kind, source_id FROM api.records WHERE kind <> 'prize'$$), '{}', 'for its setting alone');
SELECT is(pg_temp.seen('nobody', $$SELECT kind, source_id FROM api.records$$), '{}', 'and for nobody else');
UPDATE core.changes SET xid = '3' WHERE setting_id = pg_temp.setting_id('Primary');
SELECT pg_temp.seen('school', 'SELECT epoch FROM api.feed_open(true)') \g /dev/null
SELECT is(pg_temp.seen('school', $$SELECT kind, source_id, op, data FROM api.changes('0', 0, 1000) WHERE kind <> 'child' ORDER BY position, seq$$),
    '{"song s1 put {\"child\": \"c\", \"voices\": [\"high\", \"low\"], \"sung_on\": \"2025-12-01\"}","song s2 delete -","song s2 delete -",'
    '"concert k put {\"seats\": 60}","concert k put {\"seats\": 60}","concert k put {\"seats\": 60}","concert k put {\"seats\": 60}"}',
    'the feed tells them');
SELECT is((SELECT string_agg(DISTINCT e.child_ids::text, ' ') FROM audit.entries AS e WHERE e.action = 'sync.concert'
            AND e.setting_id = pg_temp.setting_id('Primary')), '{}', 'an audit row of a childless record names no child');
SELECT is((SELECT count(*)::int FROM audit.entries AS e WHERE e.action = 'sync.concert'
            AND e.setting_id = pg_temp.setting_id('Primary')), 4, 'but is written');

-- Of the branches of api.records one is entered, by its primary key.
CREATE FUNCTION pg_temp.plan_of(actor text, query text) RETURNS TABLE (line text)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.act(actor);
    PERFORM set_config('role', 'sencod', true);
    RETURN QUERY EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query;
    PERFORM pg_temp.rest();
END
$$;
CREATE TEMPORARY TABLE lines AS SELECT l.line FROM pg_temp.plan_of('school',
    format($$SELECT r.data FROM (SELECT 'song'::text AS kind, %s AS setting_id, 's1'::text AS source_id OFFSET 0) AS c,
        LATERAL (SELECT r.data FROM api.records AS r WHERE r.kind = c.kind AND r.setting_id = c.setting_id
                    AND r.source_id = c.source_id OFFSET 0) AS r$$, pg_temp.setting_id('Primary'))) AS l;
SELECT is((SELECT array_agg(DISTINCT substring(l.line FROM ' (on \w+ t)')) FROM lines AS l
            WHERE l.line ~ 'Scan.* on \w+ t(_\d+)? ' AND l.line !~ 'never executed'), '{"on songs t"}',
    'a row of the feed looks into the table of its kind alone');
SELECT isnt((SELECT max(l.line) FROM lines AS l WHERE l.line ~ 'Index Scan using songs_pkey on songs t'
            AND l.line !~ 'never executed'), NULL, 'by its primary key');
SELECT is((SELECT count(*)::int FROM lines AS l WHERE l.line ~ 'Seq Scan on (needs|placements|child_records) t'), 0, 'and could not read a whole one');
SELECT * FROM finish();
ROLLBACK;
TEST
