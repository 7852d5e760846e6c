-- 0021_answers_age — an answer that is too old to be given again may be taken
-- over by a new batch under its key before the housekeeping finds it.
-- SPDX-License-Identifier: Apache-2.0

CREATE POLICY sync_batches_changed ON core.sync_batches FOR UPDATE TO api
    USING (sync_batches.client_id = (SELECT core.actor_id()));
