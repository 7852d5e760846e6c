-- 0051_housekeeping — stored answers are found by age.
-- SPDX-License-Identifier: Apache-2.0

CREATE INDEX sync_batches_at ON core.sync_batches USING brin (at);
