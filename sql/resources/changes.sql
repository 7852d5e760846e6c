-- changes — what was put and deleted in the actor's settings, in the order in
-- which a reader may take it.
-- after: records
-- SPDX-License-Identifier: Apache-2.0

-- changes — rows below the oldest running transaction only: a transaction
-- that commits late has a position readers have not passed. A reader asks
--   WHERE (position, seq) > ($1::xid8, $2) ORDER BY position, seq LIMIT $3
-- with those of the last row it took, the first time with 0 and 0. data is
-- what the record holds now; NULL for a delete, and when it was deleted since.
CREATE VIEW api.changes AS
    SELECT c.xid AS "position",
           c.seq,
           s.ref AS setting,
           c.kind,
           c.source_id,
           c.op,
           c.child_id,
           c.revision,
           c.at,
           CASE WHEN c.op = 'put' THEN (
               SELECT r.data
                 FROM api.records AS r
                WHERE r.kind = c.kind
                  AND r.setting_id = c.setting_id
                  AND r.source_id = c.source_id)
           END AS data
      FROM core.changes AS c
      JOIN core.settings AS s ON s.id = c.setting_id
     WHERE c.xid < pg_snapshot_xmin(pg_current_snapshot());

-- changes_watch — what a reader who waits can be woken by: its settings; and
-- whether something committed is still held back by an older transaction, so
-- that waiting for news of it would be in vain. Asked before the feed.
CREATE VIEW api.changes_watch AS
    SELECT a.settings,
           EXISTS (SELECT 1
                     FROM core.changes AS c
                    WHERE c.xid >= pg_snapshot_xmin(pg_current_snapshot())
                      AND c.setting_id = ANY (a.settings)) AS is_held_back
      FROM (SELECT core.actor_settings() AS settings
             WHERE core.actor_role() IS NOT NULL
            OFFSET 0) AS a;
