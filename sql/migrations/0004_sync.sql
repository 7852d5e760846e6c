-- 0004_sync — what a batch leaves behind: the stored answer, the moment the
-- setting was last heard of, the change feed and the audit log.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE core.sync_batches (
    client_id   uuid NOT NULL REFERENCES core.clients,
    key         text NOT NULL,
    body_sha256 bytea NOT NULL,
    setting_id  int NOT NULL REFERENCES core.settings,
    records     int NOT NULL,
    outcomes    text NOT NULL, -- one letter a record: c u = s r
    details     jsonb NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client_id, key),
    CONSTRAINT sync_batches_key_length CHECK (length(key) BETWEEN 1 AND 255)
);

CREATE TABLE core.setting_contacts (
    setting_id    int PRIMARY KEY REFERENCES core.settings,
    last_data_at  timestamptz, -- a batch of which something was accepted
    last_batch_at timestamptz  -- any batch
) WITH (fillfactor = 85);

-- Ordered by (xid, seq). Served only below the oldest running transaction,
-- so that a late commit is never skipped.
CREATE TABLE core.changes (
    xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    seq        bigint GENERATED ALWAYS AS IDENTITY (CACHE 100),
    setting_id int NOT NULL,
    kind       text NOT NULL,
    source_id  text COLLATE "C" NOT NULL,
    op         text NOT NULL,
    child_id   uuid NOT NULL,
    revision   bigint NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (xid, seq),
    CONSTRAINT changes_op_known CHECK (op IN ('put', 'delete'))
);

CREATE TABLE audit.entries (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    client_id  uuid,
    role       text,
    request    text,
    action     text NOT NULL,
    setting_id int,
    child_ids  uuid[] NOT NULL DEFAULT '{}',
    details    jsonb
);
CREATE INDEX entries_at ON audit.entries USING brin (at);
