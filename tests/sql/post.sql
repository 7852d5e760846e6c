-- post.sql — SENCO posts as settings send them: of no child, and told.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('other school', 'school_system');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('other school', 'Juniors');
\o
SELECT plan(12);

SELECT is(pg_temp.merge('school', 'Primary', 'post', '[{"id":"x","rev":1,"kind":"senco","arrangement":"shared","name":"Ada Example","start_on":"2024-09-01","hours_per_week":12,"is_head":false,"npq_began_on":"2024-10-01"}]'), '{c}', 'a post is created');
SELECT is(pg_temp.merge('school', 'Primary', 'post', '[{"id":"x","rev":1,"kind":"senco","arrangement":"shared","name":"Ada Example","start_on":"2024-09-01","hours_per_week":12,"is_head":false,"npq_began_on":"2024-10-01"}]'), '{=}', 'and the same again is unchanged');
SELECT is((SELECT r.j::jsonb FROM unnest(pg_temp.seen('school', $$SELECT data FROM api.records WHERE kind = 'post'$$)) AS r (j)),
    '{"kind": "senco", "arrangement": "shared", "name": "Ada Example", "start_on": "2024-09-01", "hours_per_week": 12, "is_head": false, "npq_began_on": "2024-10-01"}'::jsonb, 'a reader gets what was sent');
SELECT is(pg_temp.seen('other school', $$SELECT data FROM api.records WHERE kind = 'post'$$), '{}', 'another setting nothing');
SELECT is(pg_temp.seen('school', $$SELECT child_id FROM api.records WHERE kind = 'post'$$), '{-}', 'it names no child');
SELECT is(pg_temp.merge('school', 'Primary', 'post', '[{"id":"y","rev":1,"kind":"senco","name":"B","start_on":"2024-09-01","end_on":"2024-08-31"},
    {"id":"z","rev":1,"kind":"senco","name":"B","start_on":"2024-09-01","nasenco_began_on":"2020-09-01","nasenco_awarded_on":"2020-08-31"},
    {"id":"v","rev":1,"kind":"senco","name":"B","start_on":"2024-09-01","npq_began_on":"2024-10-01","npq_awarded_on":"2024-09-30"}]'),
    '{"r dates_reversed /data/end_on","r dates_reversed /data/nasenco_awarded_on","r dates_reversed /data/npq_awarded_on"}', 'its dates are in order');
SELECT is(pg_temp.seen('school', 'SELECT staff, post_id FROM api.posts WHERE _setting_id = ' || pg_temp.setting_id('Primary')), '{"Ada Example -"}',
    'what the authority keeps itself is not touched: it is in the list as the setting''s own');
UPDATE core.changes SET xid = '3' WHERE setting_id = pg_temp.setting_id('Primary');
SELECT isnt(pg_temp.seen('school', 'SELECT epoch FROM api.feed_open(true)'), '{}', 'a feed is opened before it is read');
SELECT is(pg_temp.seen('school', $$SELECT kind, op, child_id, data ->> 'name' FROM api.changes('0', 0, 1000) WHERE kind = 'post'$$),
    '{"post put - Ada Example"}', 'the feed tells it');
SELECT is((SELECT array_agg(e.child_ids::text) FROM audit.entries AS e WHERE e.action = 'sync.post'
            AND e.setting_id = pg_temp.setting_id('Primary')), '{"{}"}', 'the audit log too, of no child');
SELECT is(pg_temp.merge('school', 'Primary', 'post', '[{"id":"x","rev":9,"deleted":true}]'), '{u}', 'it is deleted');
SELECT is(pg_temp.seen('school', $$SELECT data FROM api.records WHERE kind = 'post'$$), '{}', 'and gone');
SELECT * FROM finish();
ROLLBACK;
