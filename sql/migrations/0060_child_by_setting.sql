-- 0060_child_by_setting — what a setting holds of a child is found by one
-- index that knows both. With an index on the child alone and no statistics
-- yet (the minutes after a first sync, longer on a busy machine) the planner
-- took the setting for as selective as the child and read all of a setting's
-- keys for each child of a list: seconds for five rows.
-- SPDX-License-Identifier: Apache-2.0

DROP INDEX core.placements_child, core.needs_child, core.transitions_child;
CREATE INDEX placements_child ON core.placements (child_id, setting_id);
CREATE INDEX needs_child ON core.needs (child_id, setting_id);
CREATE INDEX transitions_child ON core.transitions (child_id, setting_id);
