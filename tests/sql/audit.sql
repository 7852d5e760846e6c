-- audit.sql — what is read is written down in the reader's name, and stays.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer');
SELECT set_config('app.request', 'req-7', true);
\o
SELECT plan(11);

SELECT is(pg_temp.refusal('officer', $$SELECT api.audit_read('test.one', '{7}',
        '{00000000-0000-4000-8000-000000000001,00000000-0000-4000-8000-000000000002}')$$),
    NULL, 'a read is written down');
SELECT is((SELECT concat_ws(' ', e.client_id = a.id, e.role, e.request, e.setting_id, cardinality(e.child_ids), e.details)
             FROM audit.entries AS e, cast_actors AS a WHERE e.action = 'test.one'),
    't la_officer req-7 7 2', 'who, for which request, which setting, which children');
SELECT is(pg_temp.refusal('officer', $$SELECT api.audit_read('test.two', '{7,8}', '{}')$$), NULL, 'of several settings too');
SELECT is((SELECT concat_ws(' ', e.setting_id, e.details) FROM audit.entries AS e WHERE e.action = 'test.two'),
    '{"setting_ids": [7, 8]}', 'which are then in the details');
SELECT is(pg_temp.refusal('officer', $$SELECT api.audit_read('test.three', NULL, NULL)$$), NULL, 'or of none');
SELECT is((SELECT e.child_ids::text FROM audit.entries AS e WHERE e.action = 'test.three'), '{}', 'with no child');
SELECT is(pg_temp.refusal('officer', $$SELECT set_config('transaction_read_only', 'on', true); SELECT api.audit_read('x', NULL, NULL)$$),
    '25006', 'it is a write: a read-only transaction cannot do it');

SET LOCAL ROLE api;
SELECT throws_ok('SELECT * FROM audit.entries', '42501', NULL, 'role api cannot read the log');
SELECT throws_ok('UPDATE audit.entries SET action = NULL', '42501', NULL, 'nor change it');
SELECT throws_ok('DELETE FROM audit.entries', '42501', NULL, 'nor delete from it');
RESET ROLE;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA pg_temp TO auditor;
SET LOCAL ROLE auditor;
SELECT is((SELECT count(*)::int FROM audit.entries AS e WHERE e.action LIKE 'test.%'), 3, 'role auditor reads it');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
