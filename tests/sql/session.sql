-- session.sql — who a certificate belongs to, and that nobody can be somebody
-- without a token the database made.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('other school', 'school_system'),
       pg_temp.actor('senco', 'area_senco'),
       pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11),
       pg_temp.setting('Past', '15', 1, 2, 5), pg_temp.setting('Present', '15', 1, 2, 5),
       pg_temp.setting('Last day', '15', 1, 2, 5), pg_temp.setting('Future', '15', 1, 2, 5);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('other school', 'Juniors'),
       pg_temp.grant_setting('other school', 'Primary');
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name = 'senco';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on, to_on)
SELECT l.id, pg_temp.setting_id(d.name), current_date + d.from_days, current_date + d.to_days
  FROM core.caseloads AS l
  JOIN cast_actors AS a ON a.id = l.client_id AND a.name = 'senco'
 CROSS JOIN (VALUES ('Past', -9, -1), ('Present', -9, NULL), ('Last day', -9, 0), ('Future', 1, NULL))
       AS d (name, from_days, to_days);
INSERT INTO core.client_certificates (fingerprint, client_id, state, not_after)
SELECT decode(repeat(d.hex, 32), 'hex'), a.id, d.state, now() + d.until
  FROM (VALUES ('a1', 'school', 'active', interval '1 day'), ('a2', 'school', 'revoked', '1 day'),
               ('a3', 'school', 'active', '-1 second'), ('a4', 'other school', 'active', '1 day'))
       AS d (hex, name, state, until)
  JOIN cast_actors AS a ON a.name = d.name;

CREATE FUNCTION pg_temp.known(hex text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('nobody', format('SELECT role FROM api.identify(decode(repeat(%L, 32), ''hex''))', $1));
$$;
CREATE FUNCTION pg_temp.id(actor text) RETURNS uuid
LANGUAGE sql STABLE AS $$ SELECT a.id FROM cast_actors AS a WHERE a.name = $1 $$;
-- token — one made as the database makes it, with that expiry.
CREATE FUNCTION pg_temp.token(client uuid, seconds int) RETURNS text
LANGUAGE sql AS $$
    SELECT p.p || '.' || encode(extensions.hmac(p.p::bytea, s.key, 'sha256'), 'hex')
      FROM core.secret AS s,
           (SELECT client || '.' || (extract(epoch FROM clock_timestamp())::bigint + seconds) AS p) AS p;
$$;
-- acts — the actor behind a token, as the policies see it.
CREATE FUNCTION pg_temp.acts(token text) RETURNS uuid
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.actor', token, true);
    RETURN core.actor_id();
END
$$;
CREATE FUNCTION pg_temp.scope(actor text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT array_agg(s.name ORDER BY s.name)
      FROM cast_settings AS s
     WHERE s.id = ANY ((pg_temp.seen($1, 'SELECT unnest(settings) FROM api.whoami'))::int[]);
$$;
\o
SELECT plan(35);

SELECT is(pg_temp.known('a1'), '{school_system}', 'an active certificate is its client');
SELECT is(pg_temp.known('a2'), '{}', 'a revoked one is nobody');
SELECT is(pg_temp.known('a3'), '{}', 'an expired one is nobody');
SELECT is(pg_temp.known('a9'), '{}', 'an unknown one is nobody');
UPDATE core.clients SET is_active = false WHERE id = pg_temp.id('other school');
SELECT is(pg_temp.known('a4'), '{}', 'a client that was ended is nobody');
UPDATE core.clients SET is_active = true WHERE id = pg_temp.id('other school');
SELECT is(pg_temp.acts((SELECT i.token FROM api.identify(decode(repeat('a1', 32), 'hex')) AS i)), pg_temp.id('school'),
    'the token of identify makes the actor');
SELECT cmp_ok((SELECT split_part(i.token, '.', 2)::bigint - extract(epoch FROM clock_timestamp())
                 FROM api.identify(decode(repeat('a1', 32), 'hex')) AS i), '<=', 61::numeric, 'it holds a minute');

SELECT is(pg_temp.acts(pg_temp.token(pg_temp.id('school'), 5)), pg_temp.id('school'), 'a token in time holds');
SELECT throws_ok($$SELECT pg_temp.acts(pg_temp.token(pg_temp.id('school'), -1))$$, 'LA000', 'busy', 'an expired token is refused');
SELECT is(pg_temp.acts(NULL), NULL, 'no token is nobody''s');
SELECT is(pg_temp.acts(''), NULL, 'an empty token is nobody''s');
SELECT is(pg_temp.acts(pg_temp.id('officer')::text), NULL, 'an id is no token');
SELECT is(pg_temp.acts(replace(pg_temp.token(pg_temp.id('school'), 60), pg_temp.id('school')::text, pg_temp.id('officer')::text)),
    NULL, 'a token cannot be carried over to another client');
SELECT is(pg_temp.acts(regexp_replace(pg_temp.token(pg_temp.id('school'), 5), '\.(\d+)\.', '.9\1.')), NULL,
    'nor made to hold longer');
SELECT is(pg_temp.acts(left(pg_temp.token(pg_temp.id('school'), 60), -1) || 'x'), NULL, 'nor may a digit differ');
SELECT is(pg_temp.acts(pg_temp.id('officer') || '.9999999999.' || repeat('0', 64)), NULL, 'nor be invented');
SELECT is(pg_temp.acts(repeat('x', 100000)), NULL, 'a long text is no token');
SELECT is(pg_temp.acts('é' || pg_temp.token(pg_temp.id('school'), 60)), NULL, 'nor one with something before it');
SELECT is(pg_temp.acts(pg_temp.id('officer') || '.9999999999.' || encode(extensions.hmac(
        (pg_temp.id('officer') || '.9999999999')::bytea, ''::bytea, 'sha256'), 'hex')), NULL, 'nor made with another key');

SELECT is(pg_temp.scope('school'), '{Primary}', 'a school system sees what is granted');
SELECT is(pg_temp.scope('other school'), '{Juniors,Primary}', 'all of it');
SELECT is(pg_temp.scope('senco'), '{"Last day",Present}', 'an Area SENCO sees the caseload of today');
SELECT is(pg_temp.seen('officer', 'SELECT settings IS NULL, role FROM api.whoami'), '{"true la_officer"}', 'an officer sees all');
SELECT is(pg_temp.seen('manager', 'SELECT settings IS NULL, role FROM api.whoami'), '{"true la_manager"}', 'so does a manager');
SELECT is(pg_temp.seen('administrator', 'SELECT settings FROM api.whoami'), '{[]}', 'an administrator sees none');
SELECT is(pg_temp.seen('auditor', 'SELECT settings FROM api.whoami'), '{[]}', 'an auditor sees none');
SELECT is(pg_temp.seen('nobody', 'SELECT * FROM api.whoami'), '{}', 'nobody is nobody');
\o /dev/null
SELECT set_config('app.setting', pg_temp.setting_id('Juniors')::text, true);
\o
SELECT is(pg_temp.scope('other school'), '{Juniors}', 'while a batch is applied its setting alone is in scope');
SELECT is(pg_temp.scope('school'), NULL, 'which widens nothing');
SELECT is(set_config('app.setting', '', true), '', 'the batch ends');
UPDATE core.clients SET is_active = false WHERE id = pg_temp.id('officer');
SELECT is(pg_temp.seen('officer', 'SELECT * FROM api.whoami'), '{}', 'a client that was ended is nobody, whatever its token says');
SELECT is(pg_temp.seen('officer', 'SELECT setting_id FROM api.children'), '{}', 'and sees no child');
SELECT is(pg_temp.refusal('school', $$SELECT * FROM core.secret$$), '42501', 'the key is not the daemon''s to read');
SET LOCAL ROLE api;
SELECT throws_ok('SELECT * FROM core.secret', '42501', NULL, 'nor role api''s');
RESET ROLE;
SELECT throws_ok('INSERT INTO core.secret (is_only) VALUES (false)', '23514', NULL, 'there is one key');
SELECT * FROM finish();
ROLLBACK;
