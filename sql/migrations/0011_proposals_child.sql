-- 0011_proposals_child — as 0060 did for the kinds: what a setting proposed
-- about a child is found by one index that knows both.
-- SPDX-License-Identifier: Apache-2.0

DROP INDEX core.proposals_child;
CREATE INDEX proposals_child ON core.proposals (child_id, setting_id);
