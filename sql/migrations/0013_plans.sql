-- 0013_plans — cycles of assess, plan, do and review, as sent by settings.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE core.plans (
    setting_id   int NOT NULL,
    source_id    text COLLATE "C" NOT NULL,
    child_id     uuid NOT NULL,
    revision     bigint NOT NULL,
    content_hash uuid NOT NULL,
    deleted_at   timestamptz,
    known_from   timestamptz NOT NULL DEFAULT now(),
    child        text COLLATE "C" NOT NULL,
    start_on        date NOT NULL,
    review_due_on   date,
    reviewed_on     date,
    end_on          date,
    outcomes        text[] NOT NULL DEFAULT '{}',
    provision       text[] NOT NULL DEFAULT '{}',
    progress        text,
    parent_involved boolean,
    child_involved  boolean,
    PRIMARY KEY (setting_id, source_id),
    CONSTRAINT plans_of_a_record FOREIGN KEY (setting_id, child)
        REFERENCES core.child_records (setting_id, source_id)
) WITH (fillfactor = 85);
CREATE INDEX plans_child ON core.plans (child_id, setting_id);
SELECT core.kind_table_secure('plans');
