-- pgtap.sql — makes sure pgTAP is there; tests run at the same time. Include
-- before BEGIN.
-- SPDX-License-Identifier: Apache-2.0
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
DO $$
BEGIN
    PERFORM pg_advisory_xact_lock(535303);
    CREATE EXTENSION IF NOT EXISTS pgtap;
END
$$;
