-- 0010_kinds — the registry of kinds, records that name no child, the one
-- way to put a kind's table under the policies, and the queue of what a
-- setting says about facts it does not own.
-- SPDX-License-Identifier: Apache-2.0

-- What core.kind_define and core.kind_register_fact were called for; emptied
-- and filled by each deploy in the transaction that rebuilds schema api.
CREATE TABLE core.kinds (
    name       text PRIMARY KEY,
    owner      text NOT NULL,
    position   int NOT NULL, -- 1 child, 2 of a child, 3 childless, 4 a fact
    table_name text,         -- in schema core; NULL for a fact
    records    text NOT NULL, -- the SELECT that is its part of api.records
    CONSTRAINT kinds_owner_known CHECK (owner IN ('setting', 'authority'))
);

-- A post and a roll are of the setting, not of a child.
ALTER TABLE core.changes ALTER COLUMN child_id DROP NOT NULL;

-- kind_table_secure — puts a table of one setting's rows (column setting_id)
-- under forced row-level security: read by who sees all or sees the setting,
-- written by who sees the setting, owner passes. For migrations.
CREATE FUNCTION core.kind_table_secure(table_name text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE format($f$
        CREATE POLICY %2$I ON core.%1$I FOR SELECT TO api
            USING ((SELECT core.actor_sees_all())
                   OR %1$I.setting_id
                      = ANY ((SELECT core.actor_settings())::int[]));
        CREATE POLICY %3$I ON core.%1$I FOR INSERT TO api
            WITH CHECK (%1$I.setting_id
                        = ANY ((SELECT core.actor_settings())::int[]));
        CREATE POLICY %4$I ON core.%1$I FOR UPDATE TO api
            USING (%1$I.setting_id
                   = ANY ((SELECT core.actor_settings())::int[]));
        CREATE POLICY owner_passes ON core.%1$I TO owner
            USING (true) WITH CHECK (true);
        ALTER TABLE core.%1$I ENABLE ROW LEVEL SECURITY;
        ALTER TABLE core.%1$I FORCE ROW LEVEL SECURITY
    $f$, table_name, table_name || '_seen', table_name || '_added',
        table_name || '_changed');
END
$$;

-- A record of a kind the authority owns, sent by a setting: it waits here
-- for an officer. One open row a record; a newer one takes its place.
CREATE TABLE core.proposals (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    setting_id   int NOT NULL REFERENCES core.settings,
    client_id    uuid NOT NULL REFERENCES core.clients,
    kind         text NOT NULL,
    source_id    text COLLATE "C" NOT NULL,
    child_id     uuid NOT NULL REFERENCES core.children,
    data         jsonb NOT NULL, -- as sent
    content_hash uuid NOT NULL,
    revision     bigint NOT NULL,
    state        text NOT NULL DEFAULT 'open',
    reason       text,
    decided_by   uuid REFERENCES core.clients,
    decided_at   timestamptz,
    at           timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT proposals_state_known
        CHECK (state IN ('open', 'accepted', 'declined')),
    CONSTRAINT proposals_decided_by_somebody
        CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX proposals_open_once
    ON core.proposals (setting_id, kind, source_id) WHERE state = 'open';
CREATE INDEX proposals_record
    ON core.proposals (setting_id, kind, source_id, at);
CREATE INDEX proposals_child ON core.proposals (child_id);
SELECT core.kind_table_secure('proposals');
ALTER POLICY proposals_changed ON core.proposals
    USING ((SELECT core.actor_sees_all())
           OR proposals.setting_id
              = ANY ((SELECT core.actor_settings())::int[]));

-- Their new selves have other arguments.
DROP FUNCTION IF EXISTS core.kind_define(text, text, text[], text[], text[],
    text, text);
DROP FUNCTION IF EXISTS core.kind_statement(text, text, text[], text[],
    text[], boolean);
