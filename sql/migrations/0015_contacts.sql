-- 0015_contacts — what parents and children said, and what was agreed, as
-- sent by settings.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE core.contacts (
    setting_id   int NOT NULL,
    source_id    text COLLATE "C" NOT NULL,
    child_id     uuid NOT NULL,
    revision     bigint NOT NULL,
    content_hash uuid NOT NULL,
    deleted_at   timestamptz,
    known_from   timestamptz NOT NULL DEFAULT now(),
    child        text COLLATE "C" NOT NULL,
    held_on date NOT NULL,
    voice   text NOT NULL,
    mode    text NOT NULL,
    views   text[] NOT NULL DEFAULT '{}',
    agreed  text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (setting_id, source_id),
    CONSTRAINT contacts_of_a_record FOREIGN KEY (setting_id, child)
        REFERENCES core.child_records (setting_id, source_id)
) WITH (fillfactor = 85);
CREATE INDEX contacts_child ON core.contacts (child_id, setting_id);
SELECT core.kind_table_secure('contacts');
