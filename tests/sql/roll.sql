-- roll.sql — children counted by year group: the parts are not more than the whole.
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
SELECT plan(8);

SELECT is(pg_temp.merge('school', 'Primary', 'roll', '[{"id":"x","rev":1,"counted_on":"2026-01-15","year_group":"R","headcount":30,"sen_support":4,"ehcp":0}]'), '{c}', 'a count is created');
SELECT is(pg_temp.merge('school', 'Primary', 'roll', '[{"id":"x","rev":1,"counted_on":"2026-01-15","year_group":"R","headcount":30,"sen_support":4,"ehcp":0}]'), '{=}', 'and the same again is unchanged');
SELECT is((SELECT r.j::jsonb FROM unnest(pg_temp.seen('school', $$SELECT data FROM api.records WHERE kind = 'roll'$$)) AS r (j)),
    '{"counted_on": "2026-01-15", "year_group": "R", "headcount": 30, "sen_support": 4, "ehcp": 0}'::jsonb, 'a reader gets what was sent');
SELECT is(pg_temp.seen('other school', $$SELECT data FROM api.records WHERE kind = 'roll'$$), '{}', 'another setting nothing');
SELECT is(pg_temp.seen('school', $$SELECT child_id FROM api.records WHERE kind = 'roll'$$), '{-}', 'it names no child');
SELECT is(pg_temp.merge('school', 'Primary', 'roll', '[{"id":"y","rev":1,"counted_on":"2026-01-15","year_group":"1","headcount":4,"sen_support":3,"ehcp":2},
    {"id":"z","rev":1,"counted_on":"2026-01-15","year_group":"1","headcount":5,"sen_support":3,"ehcp":2}]'),
    '{"r counts_disagree /data/headcount",c}', 'not more with SEN than children');
DELETE FROM core.rolls WHERE source_id = 'z' AND setting_id = pg_temp.setting_id('Primary');
SELECT is(pg_temp.merge('school', 'Primary', 'roll', '[{"id":"x","rev":9,"deleted":true}]'), '{u}', 'it is deleted');
SELECT is(pg_temp.seen('school', $$SELECT data FROM api.records WHERE kind = 'roll'$$), '{}', 'and gone');
SELECT * FROM finish();
ROLLBACK;
