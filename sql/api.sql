-- api — the schema of views to read and functions to write: dropped and made
-- anew at every deploy. Each file of sql/resources fills in its part.
-- SPDX-License-Identifier: Apache-2.0

DROP SCHEMA IF EXISTS api CASCADE;
CREATE SCHEMA api AUTHORIZATION api;
GRANT USAGE ON SCHEMA core, law, audit TO api;

-- Filled again by the files of the kinds; until we commit others see the old.
DELETE FROM core.kinds;
