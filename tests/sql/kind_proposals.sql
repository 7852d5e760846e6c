-- kind_proposals.sql — a record of a kind the authority owns, sent by a
-- setting, waits in the queue: one open row a record, the newest.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('other school', 'school_system');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('other school', 'Juniors');
SELECT pg_temp.merge('school', 'Primary', 'child', '[{"id":"c","rev":1,"surname":"Briar","born_on":"2018-01-01"}]');
-- queue — what waits or was decided, newest last.
CREATE FUNCTION pg_temp.queue() RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(concat_ws(' ', p.source_id, p.revision, p.state, p.reason, p.data ->> 'review_held_on') ORDER BY p.revision, p.source_id)
      FROM core.proposals AS p WHERE p.setting_id = pg_temp.setting_id('Primary') $$;
\o
SELECT plan(19);

SELECT is(pg_temp.merge('school', 'Primary', 'ehc_transfer', '[{"id":"e","rev":1,"child":"c","year":2027,"review_held_on":"2026-10-01"},
        {"id":"f","rev":1,"child":"nobody","year":2027}]'), '{p,"r unknown_child /data/child"}', 'a milestone is proposed');
SELECT is(pg_temp.queue(), '{"e 1 open 2026-10-01"}', 'and waits');
SELECT is((SELECT p.data FROM core.proposals AS p WHERE p.setting_id = pg_temp.setting_id('Primary')),
    '{"year": 2027, "child": "c", "review_held_on": "2026-10-01"}'::jsonb, 'as it was sent');
SELECT is((SELECT count(*)::int FROM core.ehc_transfers AS t JOIN core.child_records AS r USING (child_id)
            WHERE r.setting_id = pg_temp.setting_id('Primary')), 0, 'the authority''s own is not touched');
SELECT is(pg_temp.compare('school', 'Primary', 'ehc_transfer', '[{"id":"e","child":"c","year":2027,"review_held_on":"2026-10-01"},{"id":"x"}]'),
    '{2}', 'a comparison finds it');
SELECT is(pg_temp.merge('school', 'Primary', 'ehc_transfer', '[{"id":"e","rev":5,"child":"c","year":2027,"review_held_on":"2026-10-01"}]'),
    '{=}', 'the same again is unchanged');
SELECT is(pg_temp.merge('school', 'Primary', 'ehc_transfer', '[{"id":"e","rev":3,"child":"c","year":2027,"review_held_on":"2026-10-02"}]'),
    '{p}', 'a newer one');
SELECT is(pg_temp.queue(), '{"e 3 open 2026-10-02"}', 'takes its place');
SELECT is(pg_temp.merge('school', 'Primary', 'ehc_transfer', '[{"id":"e","rev":2,"child":"c","year":2027,"review_held_on":"2026-10-03"}]'),
    '{s}', 'an older one is stale');
SELECT is(pg_temp.merge('school', 'Primary', 'ehc_transfer', '[{"id":"g","rev":1,"child":"c","year":2027,"review_held_on":"2026-10-03","amendment_noticed_on":"2026-10-02"},
        {"id":"h","rev":1,"child":"c","year":2027,"review_held_on":"2026-10-03","plan_final_on":"2026-10-02"}]'),
    '{"r transition_order /data/amendment_noticed_on","r transition_order /data/plan_final_on"}', 'milestones are in order');
UPDATE core.proposals AS p SET state = 'declined', reason = 'not held', decided_at = now(), at = now() - interval '1 day' WHERE p.setting_id = pg_temp.setting_id('Primary');
SELECT is(pg_temp.merge('school', 'Primary', 'ehc_transfer', '[{"id":"e","rev":3,"child":"c","year":2027,"review_held_on":"2026-10-02"}]'),
    '{=}', 'what was declined is not proposed again');
SELECT is(pg_temp.merge('school', 'Primary', 'ehc_transfer', '[{"id":"e","rev":4,"child":"c","year":2027,"review_held_on":"2026-10-09"}]'),
    '{p}', 'something else is');
SELECT is(pg_temp.queue(), '{"e 3 declined not held 2026-10-02","e 4 open 2026-10-09"}', 'beside it');
SELECT is(pg_temp.merge('school', 'Primary', 'ehc_transfer', '[{"id":"e","rev":5,"deleted":true}]'), '{u}', 'a delete');
SELECT is(pg_temp.queue(), '{"e 3 declined not held 2026-10-02","e 5 declined withdrawn 2026-10-09"}', 'takes it back');
SELECT is(pg_temp.merge('school', 'Primary', 'ehc_transfer', '[{"id":"e","rev":6,"deleted":true},{"id":"none","rev":1,"deleted":true}]'), '{=,=}', 'once');
SELECT is(pg_temp.refusal('other school', 'SELECT api.ehc_transfer_compare(''{1}'', ''{e}'', ARRAY[gen_random_uuid()])'), 'setting_not_granted', 'out of a batch nobody proposes');
SELECT is((SELECT array_agg(DISTINCT e.child_ids::text) FROM audit.entries AS e WHERE e.action = 'sync.ehc_transfer' AND e.setting_id = pg_temp.setting_id('Primary')),
    (SELECT ARRAY[ARRAY[r.child_id]::text] FROM core.child_records AS r WHERE r.setting_id = pg_temp.setting_id('Primary')), 'each is audited, with the child');
SELECT is((SELECT count(*)::int FROM core.changes AS c WHERE c.setting_id = pg_temp.setting_id('Primary') AND c.kind = 'ehc_transfer'), 0,
    'and none is in the feed');
SELECT * FROM finish();
ROLLBACK;
