-- 0023_snapshot_was — the former source_id of a record in a roll is named by
-- it too, also when the record was refused and what is stored has not moved.
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE core.snapshot_records ADD COLUMN was text COLLATE "C";
