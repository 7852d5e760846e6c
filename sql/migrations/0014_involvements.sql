-- 0014_involvements — agencies from outside that help a child, as sent by
-- settings.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE core.involvements (
    setting_id   int NOT NULL,
    source_id    text COLLATE "C" NOT NULL,
    child_id     uuid NOT NULL,
    revision     bigint NOT NULL,
    content_hash uuid NOT NULL,
    deleted_at   timestamptz,
    known_from   timestamptz NOT NULL DEFAULT now(),
    child        text COLLATE "C" NOT NULL,
    agency      text NOT NULL,
    referred_on date,
    start_on    date,
    end_on      date,
    purpose     text,
    PRIMARY KEY (setting_id, source_id),
    CONSTRAINT involvements_of_a_record FOREIGN KEY (setting_id, child)
        REFERENCES core.child_records (setting_id, source_id)
) WITH (fillfactor = 85);
CREATE INDEX involvements_child ON core.involvements (child_id, setting_id);
SELECT core.kind_table_secure('involvements');
