-- 0054_facts_of_settings — advice of a setting's practice is a fact of no
-- child.
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE core.facts_told ALTER COLUMN child_id DROP NOT NULL;
