-- 0020_snapshots — a setting's full roll: sent in batches, looked at, then
-- committed whole or dropped. What was sent waits as rows, one a record, and
-- is no part of the setting's records until the commit.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE core.snapshots (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id    uuid NOT NULL REFERENCES core.clients,
    setting_id   int NOT NULL REFERENCES core.settings,
    kinds        text[] NOT NULL, -- of which it is the whole roll
    state        text NOT NULL DEFAULT 'open',
    opened_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at   timestamptz NOT NULL,
    closed_at    timestamptz,
    records      int NOT NULL DEFAULT 0,
    bytes        bigint NOT NULL DEFAULT 0,
    confirmed_by text,
    result       jsonb,           -- of the commit
    CONSTRAINT snapshots_kinds_named CHECK (cardinality(kinds) > 0),
    CONSTRAINT snapshots_state_known
        CHECK (state IN ('open', 'committed', 'dropped', 'expired')),
    CONSTRAINT snapshots_closed_once
        CHECK ((state = 'open') = (closed_at IS NULL)),
    CONSTRAINT snapshots_result_of_a_commit
        CHECK ((state = 'committed') = (result IS NOT NULL)),
    CONSTRAINT snapshots_confirmed_by_a_name
        CHECK (octet_length(confirmed_by) BETWEEN 1 AND 120)
);
CREATE UNIQUE INDEX snapshots_one_open
    ON core.snapshots (setting_id) WHERE state = 'open';
CREATE INDEX snapshots_client ON core.snapshots (client_id, opened_at);

-- A record that was sent: the arguments of its merge by their names, or why
-- it was refused when it was read, as far as its kind and id could be read.
CREATE TABLE core.snapshot_records (
    snapshot_id uuid NOT NULL REFERENCES core.snapshots,
    seq         bigint GENERATED ALWAYS AS IDENTITY (CACHE 100),
    setting_id  int NOT NULL,
    kind        text,
    source_id   text COLLATE "C",
    sent        jsonb,
    slug        text,
    pointer     text,
    CONSTRAINT snapshot_records_sent_or_refused
        CHECK ((sent IS NULL) = (slug IS NOT NULL))
);
CREATE INDEX snapshot_records_record
    ON core.snapshot_records (snapshot_id, kind, source_id);

-- The numbers of this resource: an authority may set its own.
CREATE TABLE core.snapshot_rules (
    name     text PRIMARY KEY,
    value    bigint NOT NULL,
    sentence text NOT NULL,
    CONSTRAINT snapshot_rules_not_negative CHECK (value >= 0)
);
INSERT INTO core.snapshot_rules (name, value, sentence)
VALUES ('open_hours', 24, 'A snapshot not closed after so many hours expires.'),
       ('records', 50000, 'A snapshot holds at most so many records.'),
       ('bytes', 67108864, 'A snapshot holds at most so many bytes, unpacked.'),
       ('leavers_percent', 10, 'More than this share of the setting''s children leaves only with a name.'),
       ('leavers_children', 20, 'More children than this leave only with a name.'),
       ('absent_percent', 50, 'More than this share of the records of another kind goes only with a name.');

-- A stored answer is of one snapshot, or of none.
ALTER TABLE core.sync_batches ADD COLUMN snapshot_id uuid;

-- A snapshot is its client's, while the setting is granted to it.
CREATE POLICY snapshots_seen ON core.snapshots FOR SELECT TO api
    USING (snapshots.client_id = (SELECT core.actor_id())
           AND snapshots.setting_id
               = ANY ((SELECT core.actor_settings())::int[]));
CREATE POLICY snapshots_added ON core.snapshots FOR INSERT TO api
    WITH CHECK (snapshots.client_id = (SELECT core.actor_id())
                AND snapshots.setting_id
                    = ANY ((SELECT core.actor_settings())::int[]));
CREATE POLICY snapshots_changed ON core.snapshots FOR UPDATE TO api
    USING (snapshots.client_id = (SELECT core.actor_id())
           AND snapshots.setting_id
               = ANY ((SELECT core.actor_settings())::int[]));
CREATE POLICY snapshot_records_seen ON core.snapshot_records
    FOR SELECT TO api
    USING (snapshot_records.setting_id
           = ANY ((SELECT core.actor_settings())::int[]));
CREATE POLICY snapshot_records_added ON core.snapshot_records
    FOR INSERT TO api
    WITH CHECK (snapshot_records.setting_id
                = ANY ((SELECT core.actor_settings())::int[]));

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['snapshots', 'snapshot_records']
    LOOP
        EXECUTE format('ALTER TABLE core.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE core.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY owner_passes ON core.%I TO owner
            USING (true) WITH CHECK (true)', v_table);
    END LOOP;
END
$$;
