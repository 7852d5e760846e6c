-- involvement.sql — agencies that help a child: who, and dates in order.
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
SELECT plan(8);

SELECT is(pg_temp.merge('school', 'Primary', 'involvement', '[{"id":"x","rev":1,"child":"c","agency":"portage","referred_on":"2025-09-08","purpose":"home visits"}]'), '{c}', 'an involvement is created');
SELECT is(pg_temp.merge('school', 'Primary', 'involvement', '[{"id":"x","rev":1,"child":"c","agency":"portage","referred_on":"2025-09-08","purpose":"home visits"}]'), '{=}', 'and the same again is unchanged');
SELECT is((SELECT r.j::jsonb FROM unnest(pg_temp.seen('school', $$SELECT data FROM api.records WHERE kind = 'involvement'$$)) AS r (j)),
    '{"child": "c", "agency": "portage", "referred_on": "2025-09-08", "purpose": "home visits"}'::jsonb, 'a reader gets what was sent');
SELECT is(pg_temp.seen('other school', $$SELECT data FROM api.records WHERE kind = 'involvement'$$), '{}', 'another setting nothing');
SELECT is(pg_temp.merge('school', 'Primary', 'involvement', '[{"id":"x","rev":2,"child":"c","agency":"portage","start_on":"2025-10-01"}]'), '{u}', 'it has begun');
SELECT is(pg_temp.merge('school', 'Primary', 'involvement', '[{"id":"y","rev":1,"child":"c","agency":"camhs"},
    {"id":"z","rev":1,"child":"c","agency":"camhs","referred_on":"2025-09-08","start_on":"2025-09-07"},
    {"id":"v","rev":1,"child":"c","agency":"camhs","referred_on":"2025-09-08","end_on":"2025-09-07"},
    {"id":"w","rev":1,"child":"c","agency":"camhs","referred_on":"2025-09-08","start_on":"2025-09-10","end_on":"2025-09-09"}]'),
    '{"r missing_field /data/referred_on","r dates_reversed /data/start_on","r dates_reversed /data/end_on","r dates_reversed /data/end_on"}',
    'it was asked for or began, and in that order');
SELECT is(pg_temp.merge('school', 'Primary', 'involvement', '[{"id":"x","rev":9,"deleted":true}]'), '{u}', 'it is deleted');
SELECT is(pg_temp.seen('school', $$SELECT data FROM api.records WHERE kind = 'involvement'$$), '{}', 'and gone');
SELECT * FROM finish();
ROLLBACK;
