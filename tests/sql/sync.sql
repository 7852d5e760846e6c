-- sync.sql — the envelope of a batch: who may open it, what a retry gets,
-- what closing leaves behind.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'),
       pg_temp.actor('other school', 'school_system'),
       pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11),
       pg_temp.setting('Juniors', '1', 2, 7, 11);
INSERT INTO core.setting_identifiers (scheme, value, setting_id)
VALUES ('urn', '999911', pg_temp.setting_id('Primary')),
       ('urn', '999912', pg_temp.setting_id('Juniors'));
SELECT pg_temp.grant_setting('school', 'Primary'),
       pg_temp.grant_setting('other school', 'Juniors'),
       pg_temp.grant_setting('other school', 'Primary');
\o
SELECT plan(28);

CREATE FUNCTION pg_temp.open(actor text, ref text, key text, body text) RETURNS text
LANGUAGE sql AS $$
    SELECT array_to_string(pg_temp.seen($1, format(
        'SELECT setting_id, outcomes, details FROM api.sync_open(%L, %L, %L)', $2, $3, $4)), '');
$$;
-- As the daemon does: open and close in one transaction.
CREATE FUNCTION pg_temp.close(actor text, ref text, key text, body text, records int, outcomes text)
RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format(
        'SELECT api.sync_open(%L, %L, %L); SELECT api.sync_close(%L, %L, %L, %s, %L, %L)',
        $2, $3, $4, $2, $3, $4, $5, $6, '{"notes": []}'));
$$;

SELECT is(pg_temp.open('school', 'urn:999911', 'k', '\x01'), pg_temp.setting_id('Primary') || ' - -',
    'a new key opens an empty batch');
SELECT is(pg_temp.refusal('school', $$SELECT api.sync_open('urn:999912', 'k', '\x01')$$),
    'setting_not_granted', 'a setting that is not granted is refused');
SELECT is(pg_temp.refusal('school', $$SELECT api.sync_open('urn:999919', 'k', '\x01')$$),
    'setting_not_granted', 'an unknown one looks alike');
SELECT is(pg_temp.refusal('school', $$SELECT api.sync_open(NULL, 'k', '\x01')$$),
    'setting_not_granted', 'none too');
SELECT is(pg_temp.refusal('officer', $$SELECT api.sync_open('urn:999911', 'k', '\x01')$$),
    'setting_not_granted', 'an officer sees the setting and may not write for it');
SELECT is(pg_temp.refusal('nobody', $$SELECT api.sync_open('urn:999911', 'k', '\x01')$$),
    'setting_not_granted', 'nobody may neither');
SELECT is(pg_temp.refusal('school', $$SELECT api.sync_open('urn:999911', '', '\x01')$$),
    'idempotency_key_missing', 'a batch needs a key');
SELECT is(pg_temp.refusal('school', $$SELECT set_config('transaction_read_only', 'on', true);
        SELECT api.sync_open('urn:999911', 'k', '\x01')$$),
    NULL, 'opening writes nothing: it runs read-only');
\o /dev/null
SELECT pg_temp.rest();
\o

SELECT is(pg_temp.close('school', 'urn:999911', 'k', '\x01', 5, 'cu=sr'), NULL, 'a batch is closed');
SELECT is(pg_temp.open('school', 'urn:999911', 'k', '\x01'),
    pg_temp.setting_id('Primary') || ' cu=sr {"notes": []}', 'the same batch again gets the stored answer');
SELECT is(pg_temp.refusal('school', $$SELECT api.sync_open('urn:999911', 'k', '\x02')$$),
    'batch_differs', 'the same key with another body is refused');
\o /dev/null
SELECT pg_temp.grant_setting('school', 'Juniors');
\o
SELECT is(pg_temp.refusal('school', $$SELECT api.sync_open('urn:999912', 'k', '\x01')$$),
    'batch_differs', 'so it is for another setting');
SELECT is(pg_temp.open('other school', 'urn:999911', 'k', '\x02'), pg_temp.setting_id('Primary') || ' - -',
    'another client''s key is another batch');
SELECT is((SELECT b.records || b.outcomes FROM core.sync_batches AS b WHERE b.key = 'k'
              AND b.client_id IN (SELECT a.id FROM cast_actors AS a)),
    '5cu=sr', 'the answer is stored once');
SELECT is((SELECT e.details FROM audit.entries AS e
            WHERE e.setting_id = pg_temp.setting_id('Primary') AND e.action = 'sync.batch'),
    '{"records": 5, "created": 1, "updated": 1, "refused": 1}', 'the audit row counts');
SELECT is((SELECT c.last_data_at = now() AND c.last_batch_at = now() FROM core.setting_contacts AS c
            WHERE c.setting_id = pg_temp.setting_id('Primary')), true, 'the setting was heard of');

SELECT is(pg_temp.close('other school', 'urn:999912', 'all refused', '\x01', 2, 'rr'), NULL,
    'a batch of which all is refused is closed too');
SELECT is((SELECT c.last_data_at IS NULL AND c.last_batch_at = now() FROM core.setting_contacts AS c
            WHERE c.setting_id = pg_temp.setting_id('Juniors')), true, 'but has brought no data');
SELECT is(pg_temp.close('other school', 'urn:999912', 'unchanged', '\x02', 2, '=='), NULL,
    'a batch that changed nothing is closed');
SELECT is((SELECT c.last_data_at = now() FROM core.setting_contacts AS c
            WHERE c.setting_id = pg_temp.setting_id('Juniors')), true, 'and has brought data');
UPDATE core.setting_contacts SET last_data_at = '2020-01-01' WHERE setting_id = pg_temp.setting_id('Juniors');
SELECT is(pg_temp.close('other school', 'urn:999912', 'refused again', '\x03', 1, 'r'), NULL, 'refused once more');
SELECT is((SELECT c.last_data_at::date FROM core.setting_contacts AS c
            WHERE c.setting_id = pg_temp.setting_id('Juniors')), '2020-01-01', 'the older data keep their day');
SELECT is(pg_temp.close('other school', 'urn:999912', 'empty', '\x04', 0, ''), NULL, 'an empty batch is a word from the setting');

SELECT is(pg_temp.refusal('school', $$SELECT api.sync_open('urn:999911', 'x', '\x01');
        SELECT api.sync_close('urn:999912', 'x', '\x01', 0, '', '{}')$$),
    'setting_not_granted', 'a batch is closed for the setting it was opened for');
SELECT is(pg_temp.refusal('school', $$SELECT set_config('app.setting', '', true);
        SELECT api.sync_close('urn:999911', 'y', '\x01', 0, '', '{}')$$),
    'setting_not_granted', 'what is not open is not closed');
SELECT is(pg_temp.refusal('school', format($$SELECT set_config('app.setting', %L, true);
        SELECT api.need_compare('{1}', '{n}', '{NULL}')$$, (SELECT max(s.id) + 1 FROM core.settings AS s))),
    'setting_not_granted', 'app.setting alone grants nothing');
SELECT throws_ok($$INSERT INTO core.sync_batches (client_id, key, body_sha256, setting_id, records, outcomes, details)
    SELECT a.id, '', '\x00', pg_temp.setting_id('Primary'), 0, '', '{}' FROM cast_actors AS a LIMIT 1$$,
    '23514', NULL, 'the table holds no batch without a key');
SELECT is(pg_temp.seen('school', $$SELECT core.setting_find('urn:999911')$$), NULL, 'the parts are not the daemon''s to call')
 WHERE false
 UNION ALL
SELECT is(ARRAY[core.setting_find('urn:999911'), core.setting_find('id:' || pg_temp.setting_id('Juniors')),
                core.setting_find('id:x'), core.setting_find('urn:1')],
    ARRAY[pg_temp.setting_id('Primary'), pg_temp.setting_id('Juniors'), NULL, NULL],
    'setting_find takes both forms of reference');
SELECT * FROM finish();
ROLLBACK;
