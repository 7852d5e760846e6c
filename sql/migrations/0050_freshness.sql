-- 0050_freshness — when each setting was last heard of, which of its records
-- are still refused, whether it has proved to hold what is held here, and
-- after how many hours without a word it counts as silent.
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE core.setting_contacts
    ADD COLUMN last_contact_at timestamptz, -- any request of its system
    ADD COLUMN refused       int NOT NULL DEFAULT 0, -- rows of refused_records
    ADD COLUMN unreadable    int NOT NULL DEFAULT 0, -- refused without an id
    ADD COLUMN unreadable_at timestamptz,
    ADD COLUMN digest_state  text NOT NULL DEFAULT 'unknown',
    ADD COLUMN digest_at     timestamptz,
    ADD COLUMN silent_since  timestamptz, -- told, until it is heard again
    ADD CONSTRAINT setting_contacts_digest_state_known
        CHECK (digest_state IN ('unknown', 'identical', 'differs'));
UPDATE core.setting_contacts SET last_contact_at = last_batch_at;

-- Administrators look after connections, and there is no child in this table.
CREATE POLICY setting_contacts_administered ON core.setting_contacts
    FOR SELECT TO api
    USING ((SELECT core.actor_role()) = 'la_administrator');

-- A record that was refused stands here until it comes good, is deleted, or
-- a snapshot does without it. What it held is not kept.
CREATE TABLE core.refused_records (
    setting_id int NOT NULL REFERENCES core.settings,
    kind       text NOT NULL,
    source_id  text COLLATE "C" NOT NULL,
    slug       text NOT NULL,
    pointer    text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (setting_id, kind, source_id)
);
ALTER TABLE core.refused_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE core.refused_records FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_passes ON core.refused_records TO owner
    USING (true) WITH CHECK (true);
CREATE POLICY refused_records_seen ON core.refused_records
    FOR SELECT TO api
    USING ((SELECT core.actor_sees_all())
           OR refused_records.setting_id
              = ANY ((SELECT core.actor_settings())::int[]));

-- By type of setting, '*' for every other. An authority may change the hours.
CREATE TABLE core.silence_rules (
    type  text PRIMARY KEY,
    hours int NOT NULL,
    CONSTRAINT silence_rules_hours_positive CHECK (hours > 0)
);
INSERT INTO core.silence_rules (type, hours)
VALUES ('*', 24), ('ofsted:childminder', 168), ('ofsted:home_childcarer', 168);

CREATE INDEX client_grants_setting ON core.client_grants (setting_id);
