-- contact.sql — what parents and children said, point by point.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('other school', 'school_system');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('other school', 'Juniors');
SELECT pg_temp.merge('school', 'Primary', 'child', '[{"id":"c","rev":1,"surname":"Rowan","born_on":"2018-01-01"}]');
\o
SELECT plan(7);

SELECT is(pg_temp.merge('school', 'Primary', 'contact', '[{"id":"x","rev":1,"child":"c","held_on":"2025-09-08","voice":"both","mode":"meeting","views":"likes stories\nfears noise","agreed":"a quiet place"}]'), '{c}', 'a contact is created');
SELECT is(pg_temp.merge('school', 'Primary', 'contact', '[{"id":"x","rev":1,"child":"c","held_on":"2025-09-08","voice":"both","mode":"meeting","views":"likes stories\nfears noise","agreed":"a quiet place"}]'), '{=}', 'and the same again is unchanged');
SELECT is((SELECT r.j::jsonb FROM unnest(pg_temp.seen('school', $$SELECT data FROM api.records WHERE kind = 'contact'$$)) AS r (j)),
    '{"child": "c", "held_on": "2025-09-08", "voice": "both", "mode": "meeting", "views": ["likes stories", "fears noise"], "agreed": ["a quiet place"]}'::jsonb, 'a reader gets what was sent');
SELECT is(pg_temp.seen('other school', $$SELECT data FROM api.records WHERE kind = 'contact'$$), '{}', 'another setting nothing');
SELECT is(pg_temp.merge('school', 'Primary', 'contact', '[{"id":"y","rev":1,"child":"none","held_on":"2025-09-08","voice":"child","mode":"phone"}]'),
    '{"r unknown_child /data/child"}', 'one about a child nobody sent is refused');
SELECT is(pg_temp.merge('school', 'Primary', 'contact', '[{"id":"x","rev":9,"deleted":true}]'), '{u}', 'it is deleted');
SELECT is(pg_temp.seen('school', $$SELECT data FROM api.records WHERE kind = 'contact'$$), '{}', 'and gone');
SELECT * FROM finish();
ROLLBACK;
