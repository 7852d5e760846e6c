-- roles.sql — the daemon's login can use schema api and touch nothing else;
-- what works for it is itself no superuser and under row-level security.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
SELECT plan(22);

SELECT is((SELECT array_agg(r.rolname::text ORDER BY r.rolname) FROM pg_roles AS r
            WHERE r.rolname IN ('owner', 'api', 'sencod', 'auditor')
              AND NOT (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication)),
    '{api,auditor,owner,sencod}', 'no role of ours is above the rules');
SELECT is((SELECT array_agg(r.rolname::text) FROM pg_roles AS r
            WHERE r.rolname IN ('owner', 'api', 'sencod', 'auditor') AND r.rolcanlogin),
    '{sencod}', 'only the daemon logs in');
SELECT is((SELECT count(*)::int FROM pg_auth_members AS m
            WHERE m.member IN ('sencod'::regrole, 'api'::regrole, 'auditor'::regrole)), 0, 'and is a member of no other role');

-- Tables and views.
SELECT is((SELECT array_agg(c.oid::regclass::text) FROM pg_class AS c
            WHERE c.relnamespace IN ('core'::regnamespace, 'law'::regnamespace, 'audit'::regnamespace)
              AND c.relkind IN ('r', 'v', 'm', 'S', 'p')
              AND has_table_privilege('sencod', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')),
    NULL, 'the daemon has no right on any table');
SELECT is((SELECT array_agg(c.oid::regclass::text || '.' || a.attname) FROM pg_class AS c
             JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relnamespace IN ('core'::regnamespace, 'law'::regnamespace, 'audit'::regnamespace)
              AND c.relkind = 'r'
              AND has_column_privilege('sencod', c.oid, a.attnum, 'SELECT, INSERT, UPDATE, REFERENCES')),
    NULL, 'nor on any column');
SELECT is((SELECT array_agg(n.nspname::text ORDER BY n.nspname) FROM pg_namespace AS n
            WHERE n.nspname IN ('core', 'law', 'audit', 'extensions', 'api') AND has_schema_privilege('sencod', n.oid, 'USAGE')),
    '{api}', 'it can name what is in schema api only');
SELECT is((SELECT array_agg(n.nspname::text) FROM pg_namespace AS n
            WHERE n.nspname NOT LIKE 'pg\_%' AND has_schema_privilege('sencod', n.oid, 'CREATE')),
    NULL, 'it can make nothing');
SELECT is((SELECT array_agg(c.relname::text) FROM pg_class AS c
            WHERE c.relnamespace = 'api'::regnamespace AND c.relkind <> 'v' AND c.relkind <> 'c'),
    NULL, 'schema api holds views and no table');
SELECT is((SELECT array_agg(c.relname::text) FROM pg_class AS c
            WHERE c.relnamespace = 'api'::regnamespace AND c.relkind = 'v' AND NOT has_table_privilege('sencod', c.oid, 'SELECT')),
    NULL, 'it may read every view');
SELECT is((SELECT array_agg(c.relname::text) FROM pg_class AS c
            WHERE c.relnamespace = 'api'::regnamespace AND c.relkind = 'v' AND has_table_privilege('sencod', c.oid, 'INSERT, UPDATE, DELETE')),
    NULL, 'and write through none');
SELECT is((SELECT array_agg(c.relname::text) FROM pg_class AS c
            WHERE c.relnamespace = 'api'::regnamespace AND c.relkind = 'v' AND c.relowner <> 'api'::regrole),
    NULL, 'every view is role api''s');

-- Functions.
SELECT is((SELECT array_agg(p.oid::regprocedure::text) FROM pg_proc AS p
            WHERE p.pronamespace IN ('core'::regnamespace, 'law'::regnamespace, 'audit'::regnamespace, 'api'::regnamespace)
              AND EXISTS (SELECT 1 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
                           WHERE a.grantee = 0)),
    NULL, 'PUBLIC may execute nothing of ours');
SELECT is((SELECT array_agg(p.oid::regprocedure::text) FROM pg_proc AS p
            WHERE p.pronamespace = 'api'::regnamespace AND p.proowner <> 'api'::regrole),
    NULL, 'every function of schema api is role api''s');
SELECT is((SELECT array_agg(p.oid::regprocedure::text) FROM pg_proc AS p
            WHERE p.pronamespace IN ('core'::regnamespace, 'law'::regnamespace, 'api'::regnamespace)
              AND p.prosecdef AND (p.proconfig IS NULL OR NOT 'search_path=pg_catalog, pg_temp' = ANY (p.proconfig))),
    NULL, 'what runs with other rights has its search path fixed');
SELECT is((SELECT array_agg(DISTINCT p.proowner::regrole::text ORDER BY p.proowner::regrole::text) FROM pg_proc AS p
            WHERE p.pronamespace IN ('core'::regnamespace, 'law'::regnamespace, 'api'::regnamespace)),
    '{api,owner}', 'and belongs to no superuser');
SELECT is((SELECT array_agg(p.proname::text) FROM pg_proc AS p
            WHERE p.pronamespace = 'core'::regnamespace AND p.prosecdef
              AND p.proname NOT LIKE 'actor\_%' AND has_function_privilege('sencod', p.oid, 'EXECUTE')),
    NULL, 'the daemon may execute nothing that runs as owner, but who the actor is');

-- Tried.
CREATE FUNCTION pg_temp.tried(what text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('role', 'sencod', true);
    EXECUTE what;
    PERFORM set_config('role', 'none', true);
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    PERFORM set_config('role', 'none', true);
    RETURN SQLSTATE;
END
$$;
SELECT is(pg_temp.tried('SELECT * FROM core.children'), '42501', 'a table: no');
SELECT is(pg_temp.tried('SELECT core.token_mint(gen_random_uuid())'), '42501', 'a token: no');
SELECT is(pg_temp.tried('SELECT core.actor_settings()'), '42501', 'a function of schema core by name: no');
SELECT is(pg_temp.tried('INSERT INTO audit.entries (action) VALUES (''x'')'), '42501', 'the audit log: no');
SELECT is(pg_temp.tried('CREATE TABLE public.x (i int)'), '42501', 'a table of its own: no');
SELECT is(pg_temp.tried('SELECT count(*) FROM api.whoami'), 'done', 'a view to read: yes');
SELECT * FROM finish();
ROLLBACK;
