-- 0016_post_records — who is SENCO where, as settings send it. core.posts is
-- the register the authority keeps itself.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE core.post_records (
    setting_id   int NOT NULL,
    source_id    text COLLATE "C" NOT NULL,
    revision     bigint NOT NULL,
    content_hash uuid NOT NULL,
    deleted_at   timestamptz,
    known_from   timestamptz NOT NULL DEFAULT now(),
    kind        text NOT NULL,
    arrangement text,
    name        text NOT NULL,
    start_on    date NOT NULL,
    end_on      date,
    hours_per_week       int,
    teaching_percent     int,
    is_head              boolean,
    on_leadership        boolean,
    is_qualified_teacher boolean,
    has_prior_service    boolean,
    nasenco_began_on     date,
    nasenco_awarded_on   date,
    npq_began_on         date,
    npq_awarded_on       date,
    PRIMARY KEY (setting_id, source_id),
    CONSTRAINT post_records_of_a_setting FOREIGN KEY (setting_id)
        REFERENCES core.settings
) WITH (fillfactor = 85);
SELECT core.kind_table_secure('post_records');
