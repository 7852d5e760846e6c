-- transition.sql — planned moves: every outcome of a merge, and where to.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'),
       pg_temp.actor('receiving school', 'school_system'),
       pg_temp.actor('officer', 'la_officer');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11),
       pg_temp.setting('High', '34', 4, 11, 16);
INSERT INTO core.setting_identifiers (scheme, value, setting_id)
VALUES ('urn', '999901', pg_temp.setting_id('High'));
SELECT pg_temp.grant_setting('school', 'Primary'),
       pg_temp.grant_setting('receiving school', 'High');
SELECT pg_temp.child('Hazel', 'Primary', '2016-01-01', '6', 'E');
\o
SELECT plan(15);

SELECT is(pg_temp.merge('school', 'Primary', 'transition', format(
        '[{"id":"t1","rev":1,"child":"Hazel","kind":"PRS","year":2027,"to_setting":"urn:999901","target_on":"2027-09-01"},
          {"id":"t2","rev":1,"child":"Hazel","kind":"PRS","year":2027,"to_setting":"id:%s"},
          {"id":"t3","rev":1,"child":"Hazel","kind":"PRS","year":2027,"to_setting":"urn:999902"},
          {"id":"t4","rev":1,"child":"Hazel","kind":"PRS","year":2027,"to_setting":"id:999999999"},
          {"id":"t5","rev":1,"child":"Hazel","kind":"PRS","year":2027,"to_setting":"id:0"},
          {"id":"t6","rev":1,"child":"Hazel","kind":"PRS","year":2027},
          {"id":"t7","rev":1,"child":"nobody","kind":"PRS","year":2027,"to_setting":"urn:999902"},
          {"id":"t8","rev":1,"deleted":true}]', pg_temp.setting_id('High'))::jsonb),
    '{c,c,r unknown_setting /data/to_setting,r unknown_setting /data/to_setting,r unknown_setting /data/to_setting,c,r unknown_child /data/child,=}',
    'good ones are created, each bad one is refused for itself');
SELECT is((SELECT array_agg(t.to_setting_id ORDER BY t.source_id)
             FROM core.transitions AS t WHERE t.setting_id = pg_temp.setting_id('Primary')),
    ARRAY[pg_temp.setting_id('High'), pg_temp.setting_id('High'), NULL],
    'a reference of either form leads to the setting');
SELECT is((SELECT t.to_setting FROM core.transitions AS t
            WHERE t.setting_id = pg_temp.setting_id('Primary') AND t.source_id = 't1'),
    'urn:999901', 'the reference stays as it was sent');
SELECT is(pg_temp.compare('school', 'Primary', 'transition',
        '[{"id":"t6","child":"Hazel","kind":"PRS","year":2027},{"id":"t9","child":"Hazel","kind":"PRS","year":2027}]'),
    '{2}', 'what is stored with the same content is not sent on');
SELECT is(pg_temp.merge('school', 'Primary', 'transition',
        '[{"id":"t6","rev":2,"child":"Hazel","kind":"PRS","year":2027,"to_setting":"urn:999901","target_on":"2027-09-02",
           "parent_agreed_on":"2027-03-02","meeting_on":"2027-06-01","form_sent_on":"2027-05-20","form_acknowledged_on":"2027-05-25"}]'),
    '{u}', 'a newer revision updates');
SELECT is((SELECT concat_ws(' ', t.kind, t.year, t.to_setting_id = pg_temp.setting_id('High'), t.target_on,
                  t.parent_agreed_on, t.meeting_on, t.form_sent_on, t.form_acknowledged_on)
             FROM core.transitions AS t
            WHERE t.setting_id = pg_temp.setting_id('Primary') AND t.source_id = 't6'),
    'PRS 2027 t 2027-09-02 2027-03-02 2027-06-01 2027-05-20 2027-05-25',
    'every field is stored');
SELECT is(pg_temp.merge('school', 'Primary', 'transition',
        '[{"id":"t6","rev":2,"child":"Hazel","kind":"INY","year":2027}]'),
    '{s}', 'other content of the same revision is stale');
SELECT is(pg_temp.merge('school', 'Primary', 'transition',
        '[{"id":"t6","rev":3,"child":"Hazel","kind":"PRS","year":2027}]'),
    '{u}', 'a destination may be taken back');
SELECT is((SELECT t.to_setting_id FROM core.transitions AS t
            WHERE t.setting_id = pg_temp.setting_id('Primary') AND t.source_id = 't6'),
    NULL, 'and is gone then');
SELECT is(pg_temp.merge('school', 'Primary', 'transition', '[{"id":"t2","rev":2,"deleted":true}]'),
    '{u}', 'a delete deletes');
SELECT is((SELECT array_agg(c.source_id || ' ' || c.op ORDER BY c.seq) FROM core.changes AS c
            WHERE c.setting_id = pg_temp.setting_id('Primary') AND c.kind = 'transition'),
    '{t1 put,t2 put,t6 put,t6 put,t6 put,t2 delete}', 'the feed has each change in order');
SELECT is(cardinality(pg_temp.seen('school', 'SELECT transition_id FROM api.transitions')),
    2, 'the list leaves out what was deleted');
SELECT is(pg_temp.seen('school', 'SELECT to_setting_name, year FROM api.transitions WHERE to_setting_id IS NOT NULL'),
    '{High 2027}', 'and names the destination');
SELECT is(pg_temp.seen('receiving school', 'SELECT transition_id FROM api.transitions'),
    '{}', 'the receiving school does not see what another plans');
SELECT throws_ok($$UPDATE core.transitions SET to_setting_id = NULL
     WHERE setting_id = pg_temp.setting_id('Primary') AND source_id = 't1'$$,
    '23514', NULL, 'the table holds no reference it has not resolved');
SELECT * FROM finish();
ROLLBACK;
