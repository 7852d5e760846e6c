-- placement.sql — where children are: every outcome of a merge.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11),
       pg_temp.setting('Closed', '1', 2, 3, 11);
UPDATE core.settings SET status = 'closed', closed_on = '2025-12-31'
 WHERE id = pg_temp.setting_id('Closed');
SELECT pg_temp.grant_setting('school', 'Primary'),
       pg_temp.grant_setting('school', 'Closed');
INSERT INTO core.children (born_on, surname) VALUES ('2018-01-01', 'Rowan');
INSERT INTO core.child_records (setting_id, source_id, child_id, revision,
    content_hash, surname, born_on)
SELECT s.id, 'Rowan', c.id, 1, gen_random_uuid(), 'Rowan', c.born_on
  FROM cast_settings AS s, core.children AS c
 WHERE c.surname = 'Rowan' AND c.forename IS NULL;
\o
SELECT plan(16);

SELECT is(pg_temp.merge('school', 'Primary', 'placement',
        '[{"id":"p1","rev":1,"child":"Rowan","start_on":"2025-09-01","enrolment":"current","sen_place":"unit"},
          {"id":"p2","rev":1,"child":"Rowan","start_on":"2025-09-01","end_on":"2025-08-31"},
          {"id":"p3","rev":1,"child":"nobody","start_on":"2025-09-01"},
          {"id":"p4","rev":1,"deleted":true}]'),
    '{c,r dates_reversed /data/end_on,r unknown_child /data/child,=}',
    'good ones are created, each bad one is refused for itself');
SELECT is((SELECT p.start_on || p.enrolment || p.sen_place || coalesce(p.end_on::text, '-')
             FROM core.placements AS p
            WHERE p.setting_id = pg_temp.setting_id('Primary')),
    '2025-09-01currentunit-', 'every field is stored');
SELECT is(pg_temp.compare('school', 'Primary', 'placement',
        '[{"id":"p1","child":"Rowan","start_on":"2025-09-01","enrolment":"current","sen_place":"unit"},
          {"id":"p1x","child":"Rowan","start_on":"2025-09-01"}]'),
    '{2}', 'what is stored with the same content is not sent on');
SELECT is(pg_temp.merge('school', 'Primary', 'placement',
        '[{"id":"p1","rev":1,"child":"Rowan","start_on":"2025-09-01","enrolment":"current","sen_place":"unit"}]'),
    '{=}', 'the same content is unchanged');
SELECT is(pg_temp.merge('school', 'Primary', 'placement',
        '[{"id":"p1","rev":1,"child":"Rowan","start_on":"2025-09-02"}]'),
    '{s}', 'other content of the same revision is stale');
SELECT is(pg_temp.merge('school', 'Primary', 'placement',
        '[{"id":"p1","rev":2,"child":"Rowan","start_on":"2025-09-02","end_on":"2026-07-20"}]'),
    '{u}', 'a newer revision updates');
SELECT is((SELECT p.start_on || coalesce(p.enrolment, '-') || coalesce(p.sen_place, '-') || p.end_on
             FROM core.placements AS p
            WHERE p.setting_id = pg_temp.setting_id('Primary')),
    '2025-09-02--2026-07-20', 'what is no longer sent is empty');
SELECT is(pg_temp.merge('school', 'Closed', 'placement',
        '[{"id":"p1","rev":1,"child":"Rowan","start_on":"2026-01-01"},
          {"id":"p2","rev":1,"child":"Rowan","start_on":"2025-12-31"},
          {"id":"p3","rev":1,"child":"Rowan","start_on":"2024-09-01","end_on":"2025-07-20"}]'),
    '{r setting_closed /data/start_on,c,c}',
    'nobody starts after the day a setting closed');
SELECT is(pg_temp.merge('school', 'Closed', 'placement',
        '[{"id":"p2","rev":2,"child":"Rowan","start_on":"2026-02-01"}]'),
    '{r setting_closed /data/start_on}', 'nor is moved there by an update');
SELECT is(pg_temp.merge('school', 'Closed', 'placement', '[{"id":"p2","rev":3,"deleted":true}]'),
    '{u}', 'a delete deletes');
SELECT is(pg_temp.merge('school', 'Closed', 'placement', '[{"id":"p2","rev":3,"deleted":true}]'),
    '{=}', 'deleting again changes nothing');
SELECT is(pg_temp.merge('school', 'Closed', 'placement',
        '[{"id":"p2","rev":4,"child":"Rowan","start_on":"2025-12-30"}]'),
    '{c}', 'a newer version makes it anew');
SELECT is((SELECT array_agg(c.source_id || ' ' || c.op || ' ' || c.revision ORDER BY c.seq)
             FROM core.changes AS c
            WHERE c.setting_id = pg_temp.setting_id('Closed')),
    '{p2 put 1,p3 put 1,p2 delete 3,p2 put 4}', 'the feed has each change in order');
SELECT is((SELECT count(*)::int FROM audit.entries AS e
            WHERE e.setting_id = pg_temp.setting_id('Closed') AND e.action = 'sync.placement'),
    3, 'a call that changed nothing leaves no audit row');
SELECT throws_ok($$UPDATE core.placements SET end_on = start_on - 1
     WHERE setting_id = pg_temp.setting_id('Closed')$$,
    '23514', NULL, 'the table knows that an end is not before its start');
SELECT throws_ok($$INSERT INTO core.placements (setting_id, source_id, child_id,
        revision, content_hash, child, start_on)
    SELECT pg_temp.setting_id('Primary'), 'x', c.id, 1, gen_random_uuid(), 'nobody',
           '2025-01-01' FROM core.children AS c LIMIT 1$$,
    '23503', NULL, 'and that a placement belongs to a record of the setting');
SELECT * FROM finish();
ROLLBACK;
