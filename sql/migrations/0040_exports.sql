-- 0040_exports — all a client may see, written down once: the job and, when
-- it is ready, its files and their bytes. Children's data: only the client
-- that asked sees any of it. Bytes are rows, so that every machine can serve
-- what any has made, and a standby has them too; they are gzip already and
-- kept as they stand.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE core.exports (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id   uuid NOT NULL REFERENCES core.clients,
    key         text,                            -- Idempotency-Key
    setting_id  int REFERENCES core.settings,    -- NULL: all of the scope
    state       text NOT NULL DEFAULT 'queued',
    asked_at    timestamptz NOT NULL DEFAULT now(),
    run         uuid,      -- who makes it now: another one has another
    attempts    int NOT NULL DEFAULT 0,
    started_at  timestamptz,
    finished_at timestamptz,
    expires_at  timestamptz,
    settings    int[],     -- whose records it holds; NULL: everybody's
    cursor      text,      -- where the feed goes on from
    CONSTRAINT exports_state_known CHECK (state IN ('queued', 'running',
        'ready', 'failed', 'expired')),
    CONSTRAINT exports_ready_is_whole CHECK (state <> 'ready'
        OR (expires_at IS NOT NULL AND cursor IS NOT NULL)),
    CONSTRAINT exports_key_length CHECK (length(key) BETWEEN 1 AND 128)
);
CREATE UNIQUE INDEX exports_key_once ON core.exports (client_id, key)
    WHERE key IS NOT NULL;
CREATE UNIQUE INDEX exports_one_in_hand ON core.exports (client_id)
    WHERE state IN ('queued', 'running');
CREATE INDEX exports_waiting ON core.exports (asked_at, id)
    WHERE state IN ('queued', 'running');
CREATE INDEX exports_own ON core.exports (client_id, asked_at);

CREATE TABLE core.export_files (
    export_id uuid NOT NULL REFERENCES core.exports ON DELETE CASCADE,
    position  int NOT NULL,
    kind      text NOT NULL,
    records   bigint NOT NULL,
    bytes     bigint NOT NULL,
    sha256    bytea NOT NULL,
    PRIMARY KEY (export_id, kind),
    CONSTRAINT export_files_sha256_length CHECK (octet_length(sha256) = 32)
);

-- All of a file's have 256 KiB but the last, so that a place in the file is
-- a number and a place in that piece.
CREATE TABLE core.export_pieces (
    export_id uuid NOT NULL REFERENCES core.exports ON DELETE CASCADE,
    kind      text NOT NULL,
    number    int NOT NULL,
    bytes     bytea NOT NULL,
    PRIMARY KEY (export_id, kind, number),
    CONSTRAINT export_pieces_size CHECK (octet_length(bytes) BETWEEN 1 AND 262144)
);
ALTER TABLE core.export_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Own only, and nobody's who was ended. Written by owner alone.
CREATE POLICY exports_seen ON core.exports FOR SELECT TO api
    USING (exports.client_id = (SELECT core.actor_id())
           AND (SELECT core.actor_role()) IS NOT NULL);
CREATE POLICY exports_asked ON core.exports FOR INSERT TO api
    WITH CHECK (exports.client_id = (SELECT core.actor_id())
                AND (SELECT core.actor_role()) IS NOT NULL);
CREATE POLICY export_files_seen ON core.export_files FOR SELECT TO api
    USING (EXISTS (SELECT 1 FROM core.exports AS e
                    WHERE e.id = export_files.export_id));
CREATE POLICY export_pieces_seen ON core.export_pieces FOR SELECT TO api
    USING (EXISTS (SELECT 1 FROM core.exports AS e
                    WHERE e.id = export_pieces.export_id));

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['exports', 'export_files', 'export_pieces']
    LOOP
        EXECUTE format('ALTER TABLE core.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE core.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY owner_passes ON core.%I TO owner
            USING (true) WITH CHECK (true)', v_table);
    END LOOP;
END
$$;

-- What a client asked for goes with it, however it is ended. The body is in
-- sql/core/exports.sql.
CREATE FUNCTION core.exports_of_ended() RETURNS trigger
    LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER clients_ended AFTER UPDATE OF is_active ON core.clients
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active)
    EXECUTE FUNCTION core.exports_of_ended();
