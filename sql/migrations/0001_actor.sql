-- 0001_actor — who may connect, what was granted to them, and the key that
-- proves who is acting. The functions are stubs that let policies name them:
-- sql/core/actor.sql gives them their bodies at every deploy.
-- SPDX-License-Identifier: Apache-2.0

-- One row: the key of the actor token. Nobody but owner may read it.
CREATE TABLE core.secret (
    is_only boolean PRIMARY KEY DEFAULT true,
    key     bytea NOT NULL DEFAULT extensions.gen_random_bytes(32),
    CONSTRAINT secret_is_one_row CHECK (is_only)
);
INSERT INTO core.secret DEFAULT VALUES;

CREATE TABLE core.clients (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name       text NOT NULL,
    role       text NOT NULL,
    is_active  boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid REFERENCES core.clients,
    revoked_at timestamptz,
    CONSTRAINT clients_name_once UNIQUE (name),
    CONSTRAINT clients_name_not_empty CHECK (name <> ''),
    CONSTRAINT clients_role_known CHECK (role IN ('school_system',
        'area_senco', 'la_officer', 'la_manager', 'la_administrator',
        'auditor'))
);

CREATE TABLE core.client_certificates (
    fingerprint bytea PRIMARY KEY,
    client_id   uuid NOT NULL REFERENCES core.clients,
    state       text NOT NULL DEFAULT 'active',
    not_after   timestamptz NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    revoked_at  timestamptz,
    CONSTRAINT client_certificates_fingerprint_is_sha256
        CHECK (octet_length(fingerprint) = 32),
    CONSTRAINT client_certificates_state_known
        CHECK (state IN ('active', 'revoked'))
);
CREATE INDEX client_certificates_client ON core.client_certificates (client_id);

CREATE FUNCTION core.actor_id() RETURNS uuid
    LANGUAGE sql STABLE AS 'SELECT NULL::uuid';
CREATE FUNCTION core.actor_role() RETURNS text
    LANGUAGE sql STABLE AS 'SELECT NULL::text';
CREATE FUNCTION core.actor_sees_all() RETURNS boolean
    LANGUAGE sql STABLE AS 'SELECT false';
CREATE FUNCTION core.actor_settings() RETURNS int[]
    LANGUAGE sql STABLE AS 'SELECT ''{}''::int[]';
