-- 0017_rolls — children counted by year group, as sent by settings.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE core.rolls (
    setting_id   int NOT NULL,
    source_id    text COLLATE "C" NOT NULL,
    revision     bigint NOT NULL,
    content_hash uuid NOT NULL,
    deleted_at   timestamptz,
    known_from   timestamptz NOT NULL DEFAULT now(),
    counted_on  date NOT NULL,
    year_group  text NOT NULL,
    headcount   int NOT NULL,
    sen_support int,
    ehcp        int,
    PRIMARY KEY (setting_id, source_id),
    CONSTRAINT rolls_of_a_setting FOREIGN KEY (setting_id)
        REFERENCES core.settings
) WITH (fillfactor = 85);
SELECT core.kind_table_secure('rolls');
