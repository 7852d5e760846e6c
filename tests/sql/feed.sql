-- feed.sql — what a reader is told when its scope changes, how old history
-- ends, and that a page is the same for few settings and for many.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('other school', 'school_system'),
       pg_temp.actor('senco', 'area_senco'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('other school', 'Juniors');
WITH l AS (INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a
            WHERE a.name = 'senco' RETURNING id)
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on) SELECT l.id, pg_temp.setting_id('Primary'), '2020-01-01' FROM l;
SELECT pg_temp.merge('other school', 'Juniors', 'child',
        '[{"id":"c1","rev":1,"surname":"Sorrel","born_on":"2018-01-01"},{"id":"c2","rev":1,"surname":"Burnet","born_on":"2018-01-01"},
          {"id":"gone","rev":1,"surname":"Yarrow","born_on":"2018-01-01"},{"id":"parent","rev":1,"surname":"Avens","born_on":"2018-01-01"}]'),
       pg_temp.merge('other school', 'Juniors', 'placement', '[{"id":"p1","rev":1,"child":"c1","start_on":"2025-09-01"}]'),
       pg_temp.merge('other school', 'Juniors', 'need', '[{"id":"n1","rev":1,"child":"c1","provision":"K","start_on":"2025-09-01"},
          {"id":"orphan","rev":1,"child":"parent","provision":"K","start_on":"2025-09-01"}]'),
       pg_temp.merge('other school', 'Juniors', 'child', '[{"id":"gone","rev":2,"deleted":true}]'),
       pg_temp.merge('other school', 'Juniors', 'child', '[{"id":"parent","rev":2,"deleted":true}]');
INSERT INTO core.ehc_transfers (child_id, year) SELECT r.child_id, 2027 FROM core.child_records AS r
 WHERE r.setting_id = pg_temp.setting_id('Juniors') AND r.source_id = 'c1';
SELECT core.facts_settle(ARRAY[e.child_id]) FROM core.ehc_transfers AS e;
-- age — what was written as if it had been committed long ago.
CREATE FUNCTION pg_temp.age() RETURNS void
LANGUAGE sql AS $$ UPDATE core.changes SET xid = '3' WHERE xid = pg_current_xact_id() $$;
-- read — the rows an actor gets after that place, and how far it has come.
CREATE TEMPORARY TABLE places (actor text PRIMARY KEY, seq bigint NOT NULL);
CREATE FUNCTION pg_temp.read(actor text, is_fresh boolean DEFAULT false) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
    v_rows text[];
    v_seq  bigint := coalesce((SELECT p.seq FROM places AS p WHERE p.actor = read.actor), 0);
BEGIN
    PERFORM pg_temp.seen(actor, format('SELECT epoch FROM api.feed_open(%L)', is_fresh));
    PERFORM pg_temp.age();
    v_rows := pg_temp.seen(actor, format($q$SELECT op, kind, source_id FROM api.changes('3', %s, 5000) ORDER BY position, seq$q$, v_seq));
    INSERT INTO places SELECT read.actor, max(c.seq) FROM core.changes AS c
        ON CONFLICT ON CONSTRAINT places_pkey DO UPDATE SET seq = excluded.seq;
    RETURN v_rows;
END
$$;
CREATE FUNCTION pg_temp.take_back(actor text, setting text) RETURNS void
LANGUAGE sql AS $$
    DELETE FROM core.client_grants AS g USING cast_actors AS a
     WHERE a.name = $1 AND g.client_id = a.id AND g.setting_id = pg_temp.setting_id($2);
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.read('school', true), '{}', 'a first reading finds what its settings have: nothing');
SELECT is((SELECT array_agg(f.setting_id) FROM core.feed_scope AS f JOIN cast_actors AS a ON a.id = f.client_id WHERE a.name = 'school'),
    ARRAY[pg_temp.setting_id('Primary')], 'and what it sees is remembered');
SELECT is(pg_temp.read('other school', true),
    '{put child c1,put child c2,delete child gone,delete child parent,put placement p1,put need n1,put need orphan,delete child gone,delete child parent,enter ehc_transfer c1/2027}',
    'one that begins at the start is told nothing besides the history');

-- A grant.
SELECT pg_temp.grant_setting('school', 'Juniors') \g /dev/null
SELECT is((SELECT count(*)::int FROM core.changes AS c JOIN cast_actors AS a ON a.id = c.client_id WHERE a.name = 'school'), 4,
    'a grant tells the client''s feed in its own transaction');
SELECT is((SELECT count(*)::int FROM core.changes AS c JOIN cast_actors AS a ON a.id = c.client_id WHERE a.name <> 'school'), 0, 'and nobody else''s');
SELECT pg_temp.age() \g /dev/null
SELECT is(pg_temp.seen('school', format($$SELECT op, kind, source_id, data FROM api.changes('3', %s, 9) WHERE kind = 'child' ORDER BY seq$$,
        (SELECT p.seq FROM places AS p WHERE p.actor = 'school'))),
    ARRAY['enter child c1 {"need": [{"data": {"child": "c1", "start_on": "2025-09-01", "provision": "K"}, "revision": 1, "source_id": "n1"}], '
       || '"child": [{"data": {"born_on": "2018-01-01", "surname": "Sorrel"}, "revision": 1, "source_id": "c1"}], '
       || '"placement": [{"data": {"child": "c1", "start_on": "2025-09-01"}, "revision": 1, "source_id": "p1"}]}',
          'enter child c2 {"child": [{"data": {"born_on": "2018-01-01", "surname": "Burnet"}, "revision": 1, "source_id": "c2"}]}'],
    'a child enters with all that hangs on it');
SELECT is(pg_temp.read('school'), '{enter child c1,enter child c2,put need orphan,enter ehc_transfer c1/2027}',
    'what hangs on no live child is put, a fact enters by itself');
SELECT is(pg_temp.read('other school'), '{}', 'the setting''s own system hears nothing of it');

-- And away again.
SELECT pg_temp.merge('other school', 'Juniors', 'child', '[{"id":"c2","rev":2,"deleted":true}]') \g /dev/null
SELECT pg_temp.take_back('school', 'Juniors') \g /dev/null
SELECT is(pg_temp.read('school'),
    '{leave child c1,leave child c2,leave child gone,leave child parent,leave ehc_transfer c1/2027,leave need n1,leave need orphan,leave placement p1}',
    'a grant taken back lets all leave, also what was deleted before the client had read that');
SELECT is(pg_temp.seen('school', $$SELECT op, source_id, data FROM api.changes('0', 0, 99) WHERE kind = 'child' AND op = 'enter'$$), '{}',
    'what entered before is not shown any more');
SELECT is(pg_temp.seen('school', $$SELECT DISTINCT op FROM api.changes('0', 0, 99)$$), '{leave}', 'it reads as left');

-- A caseload, by date.
SELECT is(pg_temp.read('senco', true), '{}', 'an Area SENCO reads her settings');
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id('Juniors'), current_date + 1 FROM core.caseloads AS l JOIN cast_actors AS a ON a.id = l.client_id;
SELECT is(pg_temp.read('senco'), '{}', 'what is hers from tomorrow is not told today');
SET LOCAL session_replication_role = replica; -- no trigger: as if by date
UPDATE core.caseload_settings SET from_on = current_date WHERE setting_id = pg_temp.setting_id('Juniors');
SELECT is(pg_temp.read('senco'), '{enter child c1,put need orphan,enter ehc_transfer c1/2027}', 'when the day has come it is');
UPDATE core.caseload_settings SET from_on = current_date - 2, to_on = current_date - 1 WHERE setting_id = pg_temp.setting_id('Juniors');
SELECT is(cardinality(pg_temp.read('senco')), 8, 'and when it is over all leaves');
SELECT is(pg_temp.read('senco'), '{}', 'once');
SET LOCAL session_replication_role = origin;

-- Others.
SELECT is(cardinality(pg_temp.read('officer', true)), 11, 'an officer reads the rows of all settings and nobody''s own');
SELECT is((SELECT count(*)::int FROM core.feed_scope AS f JOIN cast_actors AS a ON a.id = f.client_id WHERE a.name = 'officer'), 0, 'and needs no telling');
SELECT is(pg_temp.read('administrator', true), '{}', 'an administrator reads nothing');
SELECT is(pg_temp.read('nobody', true), '{}', 'nor does nobody');

-- A page of a client with many settings is read another way.
CREATE TEMPORARY TABLE few AS SELECT pg_temp.seen('other school', $$SELECT seq, op, source_id FROM api.changes('0', 0, 5000)$$) AS rows;
INSERT INTO core.settings (name, type, status, register) SELECT 'Invented ' || n, '1', 'open', 'local' FROM generate_series(1, 301) AS n;
SET LOCAL session_replication_role = replica; -- no trigger: as if by date
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, s.id FROM cast_actors AS a, core.settings AS s
 WHERE a.name = 'other school' AND s.name LIKE 'Invented %';
SELECT is(cardinality(core.feed_told(a.id)), 1, 'a setting of which a feed was not told is not served either') FROM cast_actors AS a WHERE a.name = 'other school';
INSERT INTO core.feed_scope (client_id, setting_id) SELECT a.id, s.id FROM cast_actors AS a, core.settings AS s
 WHERE a.name = 'other school' AND s.name LIKE 'Invented %';
SELECT is(pg_temp.seen('other school', $$SELECT seq, op, source_id FROM api.changes('0', 0, 5000)$$), (SELECT f.rows FROM few AS f),
    'three hundred settings more do not change what a page holds');
DELETE FROM core.client_grants AS g USING core.settings AS s WHERE s.id = g.setting_id AND s.name LIKE 'Invented %';
DELETE FROM core.feed_scope AS f USING core.settings AS s WHERE s.id = f.setting_id AND s.name LIKE 'Invented %';
SET LOCAL session_replication_role = origin;
SELECT is(pg_temp.seen('other school', $$SELECT source_id FROM api.changes('0', 0, 2)$$), '{c1,c2}', 'a page is as long as asked');

-- Merges of persons.
SELECT core.feed_child_moved(ARRAY[r.setting_id], ARRAY[r.source_id], gen_random_uuid(), r.child_id, 'merge')
  FROM core.child_records AS r WHERE r.setting_id = pg_temp.setting_id('Juniors') AND r.source_id = 'c1' \g /dev/null
SELECT pg_temp.age() \g /dev/null
SELECT is(pg_temp.seen('other school', format($$SELECT op, kind, source_id, "from" <> child_id AS other, data FROM api.changes('3', %s, 9) WHERE op = 'merge'$$,
        (SELECT p.seq FROM places AS p WHERE p.actor = 'other school'))),
    '{merge child c1 true -}', 'a child that is another person now is told with both');

-- The end of history.
CREATE FUNCTION pg_temp.refused(xid text) RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.refusal('other school', format($q$SELECT FROM api.changes(%L, 0, 9)$q$, $1)) $$;
SELECT is(pg_temp.refused('0'), NULL, 'the history reaches back to the start');
SELECT is(pg_temp.refused(((pg_snapshot_xmax(pg_current_snapshot()))::text::bigint + 1)::text), 'cursor_expired',
    'a place the database has not come to was another database''s');
SELECT is(core.feed_prune('1 day', 1000), 0::bigint, 'what is young is kept');
UPDATE core.changes SET at = now() - interval '2 days', xid = '2'
 WHERE seq <= (SELECT c.seq FROM core.changes AS c ORDER BY c.seq OFFSET 4 LIMIT 1);
SELECT is(core.feed_prune('1 day', 3), 3::bigint, 'what is old goes in runs');
SELECT is(pg_temp.refused('0'), 'cursor_expired', 'who stands before what is gone must begin anew');
SELECT is(core.feed_prune('1 day', 3), 2::bigint, 'up to what is young');
SELECT is(core.feed_prune('1 day', 3), 0::bigint, 'and no further');
SELECT is(pg_temp.refused('3'), NULL, 'who stands after it goes on');
CREATE TEMPORARY TABLE before AS SELECT p.* FROM cast_actors AS a, core.feed_place(a.id) AS p WHERE a.name = 'school';
SELECT is((SELECT count(*)::int FROM cast_actors AS a, core.feed_place(a.id) AS p, before AS b WHERE p.key = b.key), 1, 'each client has a key of its own');
SELECT is(core.feed_restored(false), false, 'a deploy to the same cluster restores nothing');
SELECT is(core.feed_restored(true), true, 'unless it is told');
SELECT isnt((SELECT p.epoch FROM cast_actors AS a, core.feed_place(a.id) AS p WHERE a.name = 'school'), (SELECT b.epoch FROM before AS b), 'the epoch is another one');
SELECT is((SELECT count(*)::int FROM core.changes) + (SELECT count(*)::int FROM core.feed_scope), 0, 'and the feed is empty');
UPDATE core.feed SET system_identifier = 1;
SELECT is(core.feed_restored(false), true, 'rows of another cluster are noticed');
SELECT * FROM finish();
ROLLBACK;
