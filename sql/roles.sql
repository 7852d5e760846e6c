-- roles — the four roles, the schemas and the extensions, made if absent.
-- Run by tools/deploy as superuser, before the migrations.
-- SPDX-License-Identifier: Apache-2.0

SELECT pg_advisory_xact_lock(535301);

DO $$
BEGIN
    IF to_regrole('owner') IS NULL THEN
        CREATE ROLE owner NOLOGIN;
    END IF;
    IF to_regrole('api') IS NULL THEN
        CREATE ROLE api NOLOGIN;
    END IF;
    IF to_regrole('auditor') IS NULL THEN
        CREATE ROLE auditor NOLOGIN;
    END IF;
    IF to_regrole('sencod') IS NULL THEN
        CREATE ROLE sencod LOGIN;
    END IF;
END
$$;

ALTER ROLE owner NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
ALTER ROLE api NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
ALTER ROLE auditor NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
ALTER ROLE sencod NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;

-- Parallel plans and JIT were slower and noisier on what the daemon asks.
ALTER ROLE sencod SET max_parallel_workers_per_gather = 0;
ALTER ROLE sencod SET jit = off;
ALTER ROLE sencod SET statement_timeout = '30s';
ALTER ROLE sencod SET lock_timeout = '10s';
ALTER ROLE sencod SET idle_in_transaction_session_timeout = '30s';

-- The values of the daemon's statements are children's names and numbers:
-- whatever a server is told to log, it does not log those.
ALTER ROLE sencod SET log_parameter_max_length = 0;
ALTER ROLE sencod SET log_parameter_max_length_on_error = 0;

-- Without a schema named: with one, this statement does nothing.
ALTER DEFAULT PRIVILEGES FOR ROLE owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE api REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA IF NOT EXISTS extensions;
CREATE SCHEMA IF NOT EXISTS core AUTHORIZATION owner;
CREATE SCHEMA IF NOT EXISTS law AUTHORIZATION owner;
CREATE SCHEMA IF NOT EXISTS audit AUTHORIZATION owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA extensions TO owner, api;
DO $$
BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO owner', current_database());
END
$$;

CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA extensions;

CREATE TABLE IF NOT EXISTS core.migrations (
    name       text PRIMARY KEY,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE core.migrations OWNER TO owner;
