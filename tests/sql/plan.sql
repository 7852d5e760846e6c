-- plan.sql — cycles of assess, plan, do and review: lists of texts, and dates in order.
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
SELECT plan(12);

SELECT is(pg_temp.merge('school', 'Primary', 'plan', '[{"id":"x","rev":1,"child":"c","start_on":"2025-09-08","review_due_on":"2025-12-01","outcomes":"reads ten words\nasks, in words","provision":"daily reading","parent_involved":true}]'), '{c}', 'a cycle is created');
SELECT is(pg_temp.merge('school', 'Primary', 'plan', '[{"id":"x","rev":1,"child":"c","start_on":"2025-09-08","review_due_on":"2025-12-01","outcomes":"reads ten words\nasks, in words","provision":"daily reading","parent_involved":true}]'), '{=}', 'and the same again is unchanged');
SELECT is((SELECT r.j::jsonb FROM unnest(pg_temp.seen('school', $$SELECT data FROM api.records WHERE kind = 'plan'$$)) AS r (j)),
    '{"child": "c", "start_on": "2025-09-08", "review_due_on": "2025-12-01", "outcomes": ["reads ten words", "asks, in words"], "provision": ["daily reading"], "parent_involved": true}'::jsonb, 'a reader gets what was sent');
SELECT is(pg_temp.seen('other school', $$SELECT data FROM api.records WHERE kind = 'plan'$$), '{}', 'another setting nothing');
SELECT is((SELECT p.outcomes FROM core.plans AS p WHERE p.setting_id = pg_temp.setting_id('Primary')),
    ARRAY['reads ten words', 'asks, in words'], 'outcomes are kept as a list');
SELECT is(pg_temp.merge('school', 'Primary', 'plan', '[{"id":"x","rev":2,"child":"c","start_on":"2025-09-08","reviewed_on":"2025-12-02","outcomes":"reads ten words","progress":"expected","child_involved":false}]'),
    '{u}', 'its review is written');
SELECT is((SELECT concat_ws(' ', p.provision, p.reviewed_on, p.progress, p.child_involved) FROM core.plans AS p
            WHERE p.setting_id = pg_temp.setting_id('Primary')), '{} 2025-12-02 expected f', 'and what is no more sent is gone');
SELECT is(pg_temp.merge('school', 'Primary', 'plan', '[{"id":"y","rev":1,"child":"c","start_on":"2025-09-08","end_on":"2025-09-07","outcomes":"a"},
    {"id":"z","rev":1,"child":"c","start_on":"2025-09-08","review_due_on":"2025-09-07","outcomes":"a"},
    {"id":"v","rev":1,"child":"c","start_on":"2025-09-08","reviewed_on":"2025-09-07","outcomes":"a"}]'),
    '{"r dates_reversed /data/end_on","r dates_reversed /data/review_due_on","r dates_reversed /data/reviewed_on"}', 'a cycle does not end before it starts');
SELECT is(pg_temp.merge('school', 'Primary', 'plan', '[{"id":"y","rev":1,"child":"none","start_on":"2025-09-08","outcomes":"a"}]'),
    '{"r unknown_child /data/child"}', 'nor is it of a child nobody sent');
SELECT is((SELECT count(*)::int FROM core.plans AS p WHERE p.setting_id = pg_temp.setting_id('Primary')), 1, 'what is refused is not kept');
SELECT is(pg_temp.merge('school', 'Primary', 'plan', '[{"id":"x","rev":9,"deleted":true}]'), '{u}', 'it is deleted');
SELECT is(pg_temp.seen('school', $$SELECT data FROM api.records WHERE kind = 'plan'$$), '{}', 'and gone');
SELECT * FROM finish();
ROLLBACK;
