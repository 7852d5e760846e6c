-- 0070_children_by_setting — a page of one setting's children is read in the
-- order of its keys. Without this index the planner went through the keys of
-- the whole authority and threw away those of others: 16,700 rows read for
-- 300 in a small authority, and more with each school that joins. Neither
-- column ever changes, so updates stay in their page.
-- SPDX-License-Identifier: Apache-2.0

CREATE INDEX child_records_page ON core.child_records (setting_id, record_id);
