-- merge — one batch of needs by plain SQL, as a good script of psql does it:
-- what arrived in a temporary table is joined to the children, compared by
-- its hash and written with its feed rows and its audit row in one statement.
-- It checks nothing else: no field, no date, no right. Wants :setting.
-- SPDX-License-Identifier: Apache-2.0
WITH judged AS (
    SELECT a.*, c.child_id,
           md5(concat_ws('|', a.child, a.provision, a.start_on, a.end_on,
                         a.types))::uuid AS content_hash
      FROM arrived AS a
      JOIN core.child_records AS c
        ON c.setting_id = :setting AND c.source_id = a.child
       AND c.deleted_at IS NULL
), merged AS (
    INSERT INTO core.needs AS t (setting_id, source_id, child_id, revision,
        content_hash, child, provision, start_on, end_on, types)
    SELECT :setting, j.source_id, j.child_id, j.revision, j.content_hash,
           j.child, j.provision, j.start_on, j.end_on, j.types
      FROM judged AS j
     ORDER BY j.source_id
    ON CONFLICT (setting_id, source_id) DO UPDATE
       SET child_id = excluded.child_id,
           revision = excluded.revision,
           content_hash = excluded.content_hash,
           deleted_at = NULL,
           known_from = now(),
           child = excluded.child,
           provision = excluded.provision,
           start_on = excluded.start_on,
           end_on = excluded.end_on,
           types = excluded.types
     WHERE t.content_hash <> excluded.content_hash
       AND t.revision < excluded.revision
    RETURNING t.source_id, t.child_id, t.revision
), fed AS (
    INSERT INTO core.changes (setting_id, kind, source_id, op, child_id,
                              revision)
    SELECT :setting, 'need', m.source_id, 'put', m.child_id, m.revision
      FROM merged AS m
), audited AS (
    INSERT INTO audit.entries (action, setting_id, child_ids)
    SELECT 'sync.need', :setting, array_agg(DISTINCT m.child_id)
      FROM merged AS m
    HAVING count(*) > 0
)
SELECT count(*) FROM merged;
