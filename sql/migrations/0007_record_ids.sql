-- 0007_record_ids — one short unique key for a record of a child, by which a
-- list of them is paged: (setting, source id) is two, and a child's id is not
-- unique in a list that has a row for each setting that holds a record of it.
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE core.child_records
    ADD COLUMN record_id uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD CONSTRAINT child_records_record_id_once UNIQUE (record_id);
