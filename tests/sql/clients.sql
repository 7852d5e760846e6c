-- clients.sql — enrolling and revoking: by administrators only, each refusal,
-- what is granted, and the audit row.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('manager', 'la_manager'),
       pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('school', 'school_system'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
INSERT INTO core.setting_identifiers (scheme, value, setting_id)
VALUES ('urn', '999921', pg_temp.setting_id('Primary'));
SELECT pg_temp.grant_setting('school', 'Primary');
INSERT INTO core.caseloads (name) VALUES ('Test caseload north'), ('Test caseload south');

-- create — the outcome of enrolling: NULL, or why not.
CREATE FUNCTION pg_temp.create(actor text, name text, role text, hex text DEFAULT '01',
    settings text[] DEFAULT NULL, caseload text DEFAULT NULL, not_after text DEFAULT '2099-01-01', staff text DEFAULT NULL,
    takes_over boolean DEFAULT NULL)
RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.clients_create(%L, %L, decode(repeat(%L, 32), ''hex''), %L, %L, %L, %L, %L)',
        $2, $3, $4, $7, $5, $6, $8, $9));
$$;
CREATE FUNCTION pg_temp.client(name text) RETURNS uuid
LANGUAGE sql STABLE AS $$ SELECT c.id FROM core.clients AS c WHERE c.name = $1 $$;
CREATE FUNCTION pg_temp.known(hex text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('nobody', format('SELECT name FROM api.identify(decode(repeat(%L, 32), ''hex''))', $1));
$$;
\o
SELECT plan(49);

SELECT is(pg_temp.create('manager', 'x', 'la_officer'), 'forbidden', 'a manager enrols nobody');
SELECT is(pg_temp.create('officer', 'x', 'la_officer'), 'forbidden', 'nor does an officer');
SELECT is(pg_temp.create('school', 'x', 'la_administrator'), 'forbidden', 'nor a school system');
SELECT is(pg_temp.create('auditor', 'x', 'la_officer'), 'forbidden', 'nor an auditor');
SELECT is(pg_temp.create('nobody', 'x', 'la_officer'), 'forbidden', 'nor nobody');
SELECT is(pg_temp.create('administrator', ' ', 'la_officer'), 'missing_field', 'a client has a name');
SELECT is(pg_temp.create('administrator', 'x', 'owner'), 'unknown_code', 'and a role there is');
SELECT is(pg_temp.create('administrator', 'x', 'la_officer', ''), 'malformed_field', 'and a certificate');
SELECT is(pg_temp.create('administrator', 'x', 'la_officer', '01', NULL, NULL, NULL), 'malformed_field', 'that ends some day');
SELECT is(pg_temp.create('administrator', 'x', 'school_system', '01', '{urn:999921,urn:999929}'), 'unknown_setting',
    'a grant names a setting there is');
SELECT is(pg_temp.create('administrator', 'x', 'school_system'), 'malformed_field', 'a school system is granted something');
SELECT is(pg_temp.create('administrator', 'x', 'la_officer', '01', '{urn:999921}'), 'malformed_field', 'nobody else is');
SELECT is(pg_temp.create('administrator', 'x', 'la_officer', '01', NULL, 'Test caseload north'), 'malformed_field',
    'only an Area SENCO has a caseload');
SELECT is(pg_temp.create('administrator', 'x', 'area_senco', '01', NULL, 'Test caseload west'), 'malformed_field',
    'and one there is');
SELECT is(pg_temp.client('x'), NULL, 'whoever is refused is not there');

SELECT is(pg_temp.create('administrator', 'Test system', 'school_system', '01',
        ARRAY['urn:999921', 'id:' || pg_temp.setting_id('Juniors'), 'urn:999921']), NULL, 'a school system is enrolled');
SELECT is((SELECT array_agg(g.setting_id ORDER BY g.setting_id) FROM core.client_grants AS g
            WHERE g.client_id = pg_temp.client('Test system')),
    (SELECT array_agg(s.id ORDER BY s.id) FROM cast_settings AS s), 'with its settings, each once');
SELECT is(pg_temp.known('01'), '{Test system}', 'and is known by its certificate');
SELECT is((SELECT e.client_id || e.role || (e.details->>'client_id') FROM audit.entries AS e
            WHERE e.action = 'clients.create' AND e.details->>'client_id' = pg_temp.client('Test system')::text),
    (SELECT a.id || 'la_administrator' || pg_temp.client('Test system') FROM cast_actors AS a WHERE a.name = 'administrator'),
    'the audit row says who enrolled whom');
SELECT is(pg_temp.create('administrator', 'Test system', 'la_officer', '02'), 'client_exists', 'a name is given once');
SELECT is(pg_temp.create('administrator', 'Test other', 'la_officer', '01'), 'client_exists', 'so is a certificate');
SELECT is(pg_temp.client('Test other'), NULL, 'of which nothing is left');
SELECT is(pg_temp.create('administrator', 'Test Area SENCO', 'area_senco', '03', NULL, 'Test caseload north'), NULL,
    'an Area SENCO is enrolled, with a caseload by name');
SELECT is(pg_temp.create('administrator', 'Test other Area SENCO', 'area_senco', '04', NULL,
        (SELECT l.id::text FROM core.caseloads AS l WHERE l.name = 'Test caseload south')), NULL, 'or by id');
SELECT is((SELECT array_agg(l.client_id ORDER BY l.name) FROM core.caseloads AS l WHERE l.name LIKE 'Test caseload %'),
    ARRAY[pg_temp.client('Test Area SENCO'), pg_temp.client('Test other Area SENCO')], 'each holds theirs');

-- A SENCO is somebody in the register of staff.
INSERT INTO core.staff (name) VALUES ('Ada Testperson'), ('Bea Testperson'), ('Bea Testperson');
SELECT is(pg_temp.create('administrator', 'x', 'senco', '06'), 'malformed_field', 'a SENCO is somebody');
SELECT is(pg_temp.create('administrator', 'x', 'la_officer', '06', staff => 'Ada Testperson'), 'malformed_field', 'nobody else is a member of staff');
SELECT is(pg_temp.create('administrator', 'x', 'senco', '06', staff => 'Nobody Testperson'), 'malformed_field', 'there must be such a person');
SELECT is(pg_temp.create('administrator', 'x', 'senco', '06', staff => '999999999'), 'malformed_field', 'or such an id');
SELECT is(pg_temp.create('administrator', 'x', 'senco', '06', staff => 'Bea Testperson'), 'malformed_field', 'a name that two bear names neither');
SELECT is(pg_temp.create('administrator', 'Test SENCO', 'senco', '06', staff => 'Ada Testperson'), NULL, 'a SENCO is enrolled by exact name');
SELECT is(pg_temp.create('administrator', 'Test other SENCO', 'senco', '07',
        staff => (SELECT max(f.id)::text FROM core.staff AS f WHERE f.name = 'Bea Testperson')), NULL, 'or by id');
SELECT is(pg_temp.seen('administrator', format('SELECT staff FROM api.clients WHERE id IN (%L, %L) ORDER BY name DESC',
        pg_temp.client('Test SENCO'), pg_temp.client('Test other SENCO'))), '{Bea Testperson,Ada Testperson}', 'administrators see who it is');
SELECT is(pg_temp.create('administrator', 'Test third Area SENCO', 'area_senco', '08', NULL, 'Test caseload south'), 'caseload_held',
    'a caseload that somebody holds is not taken silently');
SELECT is(pg_temp.create('administrator', 'Test third Area SENCO', 'area_senco', '08', NULL, 'Test caseload south', takes_over => true), NULL,
    'it is when that is said');
SELECT is((SELECT l.client_id FROM core.caseloads AS l WHERE l.name = 'Test caseload south'), pg_temp.client('Test third Area SENCO'), 'and then it is hers');
SELECT is(pg_temp.create('administrator', 'Test old', 'la_officer', '05', NULL, NULL, '2020-01-01'), NULL,
    'an expired certificate may be enrolled');
SELECT is(pg_temp.known('05'), '{}', 'and is nobody');

SELECT is(pg_temp.seen('administrator', format('SELECT name, settings, caseloads, is_active FROM api.clients WHERE id = %L',
        pg_temp.client('Test Area SENCO'))), '{"Test Area SENCO [] [\"Test caseload north\"] true"}', 'administrators see the clients');
SELECT is(pg_temp.seen('administrator', format('SELECT fingerprint FROM api.clients WHERE id = %L', pg_temp.client('Test system'))),
    ARRAY[repeat('01', 32)], 'with their certificates');
SELECT is(pg_temp.seen('officer', 'SELECT id FROM api.clients'), '{}', 'nobody else does');

SELECT is(pg_temp.refusal('officer', format('SELECT api.clients_revoke(%L)', pg_temp.client('Test system'))),
    'forbidden', 'an officer revokes nobody');
SELECT is(pg_temp.refusal('administrator', 'SELECT api.clients_revoke(gen_random_uuid())'), 'not_found',
    'an unknown client cannot be revoked');
SELECT is(pg_temp.refusal('administrator', format('SELECT api.clients_revoke(%L)',
        (SELECT a.id FROM cast_actors AS a WHERE a.name = 'administrator'))), 'forbidden', 'nor oneself');
SELECT is(pg_temp.refusal('administrator', format('SELECT api.clients_revoke(%L)', pg_temp.client('Test system'))),
    NULL, 'a client is revoked');
SELECT is(pg_temp.known('01'), '{}', 'and known no more');
SELECT is(pg_temp.refusal('administrator', format('SELECT api.clients_revoke(%L)', pg_temp.client('Test system'))),
    NULL, 'again is no error');
SELECT is((SELECT count(*)::int FROM audit.entries AS e WHERE e.action = 'clients.revoke'
              AND e.details->>'client_id' = pg_temp.client('Test system')::text), 2, 'both are in the audit log');
SELECT throws_ok($$INSERT INTO core.client_certificates (fingerprint, client_id, not_after)
    SELECT '\x01', a.id, now() FROM cast_actors AS a LIMIT 1$$, '23514', NULL, 'the table holds SHA-256 only');
SELECT * FROM finish();
ROLLBACK;
