-- 0030_feed — a feed that knows scope: rows for one client alone, what each
-- client was told it sees, what each setting was told of the authority's
-- facts, and how far back the history goes. The functions named here are
-- stubs: sql/core/facts.sql and feed.sql give them their bodies.
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE core.changes
    ADD COLUMN client_id  uuid, -- for this client alone; NULL: for all who see the setting
    ADD COLUMN from_child uuid, -- merge, split: the child it was
    DROP CONSTRAINT changes_op_known,
    ADD CONSTRAINT changes_op_known CHECK (op IN ('put', 'delete', 'merge',
        'split', 'enter', 'leave'));
CREATE INDEX changes_setting ON core.changes (setting_id, xid, seq)
    WHERE client_id IS NULL;
CREATE INDEX changes_client ON core.changes (client_id, xid, seq)
    WHERE client_id IS NOT NULL;
ALTER POLICY changes_seen ON core.changes
    USING (changes.client_id IS NULL
           AND ((SELECT core.actor_sees_all())
                OR changes.setting_id
                   = ANY ((SELECT core.actor_settings())::int[]))
           OR changes.client_id = (SELECT core.actor_id()));
ALTER POLICY changes_added ON core.changes
    WITH CHECK (changes.client_id IS NULL
                AND changes.setting_id
                    = ANY ((SELECT core.actor_settings())::int[]));

-- One row. Cursors carry a sum made with the key, and an epoch made of this
-- one and of the server: after a restore old cursors lead nowhere.
CREATE TABLE core.feed (
    is_only     boolean PRIMARY KEY DEFAULT true,
    key         bytea NOT NULL DEFAULT extensions.gen_random_bytes(32),
    epoch       int NOT NULL DEFAULT 1,
    system_identifier bigint NOT NULL, -- of the cluster the rows were made in
    kept_xid    xid8 NOT NULL DEFAULT '0', -- this row and all before it
    kept_seq    bigint NOT NULL DEFAULT 0, -- were deleted
    settled_on  date NOT NULL DEFAULT '-infinity', -- facts, for this day
    CONSTRAINT feed_is_one_row CHECK (is_only)
);
INSERT INTO core.feed (system_identifier)
SELECT c.system_identifier FROM pg_control_system() AS c;

-- The settings a client's feed was told of; none before its first reading.
CREATE TABLE core.feed_scope (
    client_id  uuid NOT NULL REFERENCES core.clients,
    setting_id int NOT NULL REFERENCES core.settings,
    PRIMARY KEY (client_id, setting_id)
);

-- What each setting's feed was told of the authority's facts.
CREATE TABLE core.facts_told (
    setting_id int NOT NULL,
    kind       text NOT NULL,
    source_id  text COLLATE "C" NOT NULL,
    child_id   uuid NOT NULL,
    hash       uuid NOT NULL,   -- of its data
    revision   bigint NOT NULL, -- the transaction that told it: only grows
    PRIMARY KEY (setting_id, kind, source_id)
);
CREATE INDEX facts_told_child ON core.facts_told (child_id);
CREATE POLICY facts_told_seen ON core.facts_told FOR SELECT TO api
    USING ((SELECT core.actor_sees_all())
           OR facts_told.setting_id
              = ANY ((SELECT core.actor_settings())::int[]));
CREATE POLICY owner_passes ON core.facts_told TO owner
    USING (true) WITH CHECK (true);
ALTER TABLE core.facts_told ENABLE ROW LEVEL SECURITY;
ALTER TABLE core.facts_told FORCE ROW LEVEL SECURITY;

-- Whoever writes rows of the feed: the facts that hang on them are settled.
CREATE FUNCTION core.changes_added() RETURNS trigger
    LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER changes_added AFTER INSERT ON core.changes
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION core.changes_added();

-- Whoever gives or takes a setting: its readers' feeds say so.
CREATE FUNCTION core.scope_changed() RETURNS trigger
    LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER client_grants_changed
    AFTER INSERT OR UPDATE OR DELETE ON core.client_grants
    FOR EACH ROW EXECUTE FUNCTION core.scope_changed();
CREATE TRIGGER caseload_settings_changed
    AFTER INSERT OR UPDATE OR DELETE ON core.caseload_settings
    FOR EACH ROW EXECUTE FUNCTION core.scope_changed();
CREATE TRIGGER caseloads_changed
    AFTER UPDATE OF client_id OR DELETE ON core.caseloads
    FOR EACH ROW EXECUTE FUNCTION core.scope_changed();
CREATE TRIGGER clients_changed AFTER UPDATE OF is_active ON core.clients
    FOR EACH ROW EXECUTE FUNCTION core.scope_changed();
