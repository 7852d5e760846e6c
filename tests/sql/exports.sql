-- exports.sql — an export from the asking to its end, as the daemon's calls
-- make it: whose it is, who may go on with it, what ends it. That a snapshot
-- is one, and who reads it, is tests/api/exports.test.mjs.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('other', 'school_system'),
       pg_temp.actor('officer', 'la_officer'), pg_temp.actor('senco', 'area_senco'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('other', 'Juniors');
SELECT pg_temp.child('Alder', 'Primary', '2018-01-01', '3', 'K');

-- called — what a call answers for an actor, or the slug it refuses with.
CREATE FUNCTION pg_temp.called(actor text, call text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_answer text;
BEGIN
    PERFORM pg_temp.act(actor);
    EXECUTE 'SELECT (' || call || ')::text' INTO v_answer;
    PERFORM pg_temp.rest();
    RETURN v_answer;
EXCEPTION WHEN OTHERS THEN
    PERFORM pg_temp.rest();
    RETURN SQLERRM;
END
$$;
CREATE FUNCTION pg_temp.ask(actor text, ref text DEFAULT NULL, key text DEFAULT NULL) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.called(actor, format('SELECT e.id FROM api.exports_create(%L, %L) AS e', ref, key))
$$;
-- step — a call of the runner's, who is nobody; %s is the export and its run.
CREATE FUNCTION pg_temp.step(job text, call text) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.called('nobody', format('SELECT api.' || $2,
        quote_literal(e.id) || ', ' || coalesce(quote_literal(e.run), 'gen_random_uuid()')))
      FROM core.exports AS e WHERE e.id = job::uuid
$$;
CREATE FUNCTION pg_temp.state(job text) RETURNS text
LANGUAGE sql AS $$ SELECT concat_ws(' ', e.state, e.attempts) FROM core.exports AS e WHERE e.id = job::uuid $$;
CREATE FUNCTION pg_temp.left_of(job text) RETURNS int
LANGUAGE sql AS $$ SELECT count(*)::int FROM core.export_pieces AS p WHERE p.export_id = job::uuid $$;
-- make — an export of that actor to its end.
CREATE FUNCTION pg_temp.make(actor text, settings int[]) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_job text := pg_temp.ask(actor);
BEGIN
    PERFORM pg_temp.called('nobody', format('SELECT api.export_start(%L)', v_job));
    PERFORM pg_temp.step(v_job, 'export_piece(%s, ''need'', 0, ''\x0102'')');
    PERFORM pg_temp.step(v_job, 'export_file(%s, ''need'', 1, 2, sha256(''\x0102''))');
    PERFORM pg_temp.step(v_job, 'export_finish(%s, ' || quote_nullable(settings) || ', ''cursor'')');
    RETURN v_job;
END
$$;
\o
SELECT plan(49);

-- Asking.
CREATE TEMPORARY TABLE job AS SELECT pg_temp.ask('school', NULL, 'night') AS id;
SELECT is(pg_temp.state(j.id), 'queued 0', 'what is asked for is queued') FROM job AS j;
SELECT is(pg_temp.ask('school', NULL, 'night'), j.id, 'the same key gets the same') FROM job AS j;
SELECT is(pg_temp.ask('school', 'id:' || pg_temp.setting_id('Primary'), 'night'), 'batch_differs', 'but not another setting''s');
SELECT is(pg_temp.ask('school'), 'export_in_hand', 'one is in hand at a time');
SELECT is(pg_temp.ask('school', 'id:' || pg_temp.setting_id('Juniors')), 'setting_not_granted', 'a foreign setting is not granted');
SELECT is(pg_temp.ask('school', 'urn:1'), 'setting_not_granted', 'and one that is not there looks the same');
SELECT is(pg_temp.ask(a.a), 'forbidden', a.a || ' gets none') FROM unnest('{administrator,auditor,nobody}'::text[]) AS a (a);
SELECT is(pg_temp.seen('school', 'SELECT id, state, files, _is_valid FROM api.exports'), ARRAY[j.id || ' queued [] false'], 'it is there for who asked') FROM job AS j;
SELECT is(pg_temp.seen(a.a, 'SELECT id FROM api.exports'), '{}', 'and not for ' || a.a) FROM unnest('{other,officer,nobody}'::text[]) AS a (a);

-- Making.
SELECT is(pg_temp.called('nobody', 'SELECT id FROM api.export_take()'), 'an export reads one snapshot and writes nothing',
    'a job is taken in a transaction of one snapshot that cannot write');
SELECT is(pg_temp.step(j.id, 'export_piece(%s, ''need'', 0, ''\x01'')'), 'false', 'nothing is stored before it is begun') FROM job AS j;
SELECT matches(pg_temp.called('nobody', format('SELECT api.export_start(%L)', j.id)), '^[0-9a-f-]{36}$', 'it is begun') FROM job AS j;
SELECT is(pg_temp.state(j.id), 'running 1', 'and runs') FROM job AS j;
SELECT is(pg_temp.step(j.id, 'export_piece(%s, ''need'', 0, ''\x0102'')'), 'true', 'its run stores a piece') FROM job AS j;
SELECT is(pg_temp.called('nobody', format('SELECT api.export_piece(%L, gen_random_uuid(), ''need'', 1, ''\x01'')', j.id)), 'false',
    'another run stores nothing') FROM job AS j;
SELECT is(pg_temp.step(j.id, 'export_file(%s, ''need'', 1, 2, sha256(''\x0102''))'), 'true', 'its run ends a file') FROM job AS j;
SELECT is(pg_temp.seen('school', 'SELECT files FROM api.exports'), '{[]}', 'which nobody sees while it runs');
SELECT is(pg_temp.called('school', format('SELECT bytes FROM api.exports_open(%L, ''need'')', j.id)), 'not_found', 'or can fetch') FROM job AS j;
SELECT is(pg_temp.seen('school', 'SELECT number FROM api.export_pieces'), '{}', 'not a piece of it');
SELECT matches(pg_temp.called('nobody', format('SELECT api.export_start(%L)', j.id)), '^[0-9a-f-]{36}$', 'begun anew') FROM job AS j;
SELECT is(pg_temp.left_of(j.id), 0, 'nothing of the first run is left') FROM job AS j;
SELECT is(pg_temp.step(j.id, 'export_piece(%s, ''need'', 0, ''\x0102'')'), 'true', 'and the second stores its own') FROM job AS j;
SELECT is(pg_temp.step(j.id, 'export_file(%s, ''need'', 1, 2, sha256(''\x0102''))'), 'true', 'and its file') FROM job AS j;
SELECT is(pg_temp.step(j.id, 'export_audit(%s, ' || pg_temp.setting_id('Primary') || ', ARRAY[' || quote_literal(pg_temp.child_id('Alder')) || ']::uuid[], 3)'),
    'true', 'and says whose data are in it') FROM job AS j;
SELECT is((SELECT array_agg(e.action || ' ' || (e.details->>'records') || ' ' || (e.child_ids = ARRAY[pg_temp.child_id('Alder')])
                || ' ' || (e.client_id = (SELECT a.id FROM cast_actors AS a WHERE a.name = 'school')))
             FROM audit.entries AS e WHERE e.details->>'export' = j.id AND e.action = 'exports.make'),
    '{exports.make 3 true true}', 'the audit log names the children, in the name of who asked') FROM job AS j;
SELECT is(pg_temp.step(j.id, format('export_finish(%%s, ARRAY[%s], ''cursor'')', pg_temp.setting_id('Primary'))), 'true', 'it is ready') FROM job AS j;
SELECT is(pg_temp.seen('school', $$SELECT state, cursor, files->0->>'bytes', files->0->>'records', files->0->>'sha256' = encode(sha256('\x0102'), 'hex'),
        files->0->>'url' = '/v1/sync/exports/' || id || '/files/need', justify_hours(expires_at - finished_at) FROM api.exports$$),
    '{ready cursor 2 1 true true 1 day}', 'for a day');
SELECT is(pg_temp.called('school', format('SELECT bytes FROM api.exports_open(%L, ''need'')', j.id)), '2', 'who asked fetches it') FROM job AS j;
SELECT is(pg_temp.called('school', format('SELECT bytes FROM api.exports_open(%L, ''x'')', j.id)), 'not_found', 'but no file that is not there') FROM job AS j;
SELECT is(pg_temp.called('other', format('SELECT bytes FROM api.exports_open(%L, ''need'')', j.id)), 'not_found', 'nor does anybody else fetch any') FROM job AS j;
SELECT is(pg_temp.called('other', format('SELECT api.exports_drop(%L)', j.id)), 'not_found', 'or drop it') FROM job AS j;

-- The end.
SELECT is(pg_temp.called('school', format('SELECT api.exports_drop(%L)', j.id)) || ' ' || pg_temp.state(j.id) || ' ' || pg_temp.left_of(j.id),
    ' expired 2 0', 'dropped, nothing is left of it') FROM job AS j;
SELECT is(pg_temp.called('school', format('SELECT bytes FROM api.exports_open(%L, ''need'')', j.id)), 'export_expired', 'and it is told so') FROM job AS j;

TRUNCATE job;
INSERT INTO job SELECT pg_temp.make('school', ARRAY[pg_temp.setting_id('Primary')]);
DELETE FROM core.client_grants AS g WHERE g.setting_id = pg_temp.setting_id('Primary');
SELECT is(pg_temp.seen('school', 'SELECT state, _is_valid FROM api.exports WHERE asked_at = now() AND id = ' || quote_literal(j.id)), '{expired false}',
    'who no longer sees a setting of it can fetch it no longer') FROM job AS j;
UPDATE core.exports SET expires_at = now() WHERE id = (SELECT j.id::uuid FROM job AS j);
SELECT cmp_ok(core.exports_expire('0', 1000), '>=', 1, 'what is over is cleared away');
SELECT is(pg_temp.left_of(j.id), 0, 'with its bytes') FROM job AS j;
SELECT is(core.exports_expire('0', 1000), 0, 'once');
UPDATE core.exports SET asked_at = now() - interval '31 days' WHERE id = (SELECT j.id::uuid FROM job AS j);
SELECT is(core.exports_expire('0', 1000), 1, 'a month later it is forgotten');

TRUNCATE job;
INSERT INTO job SELECT pg_temp.make('officer', NULL);
SELECT is(pg_temp.seen('officer', 'SELECT state, _is_valid FROM api.exports'), '{ready true}', 'an officer''s holds everybody''s records');
UPDATE core.clients SET is_active = false WHERE id = (SELECT a.id FROM cast_actors AS a WHERE a.name = 'officer');
SELECT is(pg_temp.state(j.id) || ' ' || pg_temp.left_of(j.id), 'expired 1 0', 'and goes when he is ended, however that is done') FROM job AS j;
SELECT is(pg_temp.seen('officer', 'SELECT id FROM api.exports'), '{}', 'he sees nothing of it');

TRUNCATE job;
INSERT INTO job SELECT pg_temp.ask('senco');
UPDATE core.exports SET attempts = 5, state = 'running' WHERE id = (SELECT j.id::uuid FROM job AS j);
SELECT is(pg_temp.called('nobody', format('SELECT api.export_start(%L)', j.id)) , NULL, 'what failed five times is given up') FROM job AS j;
SELECT is(pg_temp.state(j.id), 'failed 6', 'and said to have failed') FROM job AS j;

-- The token of a taken job.
SELECT set_config('app.actor', core.token_bind((SELECT a.id FROM cast_actors AS a WHERE a.name = 'senco')), true) \g /dev/null
SELECT is(core.actor_id(), (SELECT a.id FROM cast_actors AS a WHERE a.name = 'senco'), 'a bound token is good where it was made');
SELECT set_config('app.actor', (SELECT a.id FROM cast_actors AS a WHERE a.name = 'senco') || '.infinity.'
    || encode(extensions.hmac(convert_to((SELECT a.id FROM cast_actors AS a WHERE a.name = 'senco') || '.infinity' || '@1@1', 'UTF8'),
        (SELECT s.key FROM core.secret AS s), 'sha256'), 'hex'), true) \g /dev/null
SELECT is(core.actor_id(), NULL, 'and made in another transaction it is none');
SELECT * FROM finish();
ROLLBACK;
