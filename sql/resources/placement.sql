-- placement — where a child is taught or cared for, and when, as sent by a setting.
-- placement_merge follows the pattern of all merges: see sql/README.md.
-- SPDX-License-Identifier: Apache-2.0

-- placement_compare — the ordinals whose content is not what is stored.
CREATE FUNCTION api.placement_compare(ordinals int[], source_ids text[],
    hashes uuid[])
RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
AS $$
DECLARE
    v_setting int := core.sync_setting();
BEGIN
    RETURN ARRAY(
        SELECT i.ordinal
          FROM unnest(ordinals, source_ids, hashes)
               AS i (ordinal, source_id, hash)
          LEFT JOIN core.placements AS t
                 ON t.setting_id = v_setting
                AND t.source_id = i.source_id
         WHERE t.content_hash IS DISTINCT FROM i.hash);
END
$$;

-- placement_merge — applies records of the setting of this transaction: one
-- outcome a record, the changes to the feed, one audit row.
CREATE FUNCTION api.placement_merge(ordinals int[], source_ids text[],
    revisions bigint[], hashes uuid[], deleted boolean[], suspects text[],
    child text[], start_on date[], end_on date[], enrolment text[],
    sen_place text[])
RETURNS TABLE (ordinal int, outcome text, slug text, pointer text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
AS $$
#variable_conflict use_column
DECLARE
    v_setting   int := core.sync_setting();
    v_closed_on date := (SELECT s.closed_on FROM core.settings AS s
                          WHERE s.id = v_setting);
    v_actor     uuid := core.actor_id();
    v_role      text := core.actor_role();
BEGIN
    RETURN QUERY
    WITH judged AS MATERIALIZED (
        SELECT i.*, c.child_id, t.source_id IS NOT NULL AS is_known,
               CASE WHEN t.content_hash = i.hash THEN '='
                    WHEN i.deleted
                         AND (t.source_id IS NULL OR t.deleted_at IS NOT NULL)
                    THEN '='
                    WHEN t.revision >= i.revision THEN 's'
                    WHEN i.deleted THEN 'd'
                    WHEN c.child_id IS NULL OR i.end_on < i.start_on
                         OR i.start_on > v_closed_on
                    THEN 'r'
                    WHEN t.source_id IS NULL OR t.deleted_at IS NOT NULL
                    THEN 'c'
                    ELSE 'u'
               END AS outcome,
               CASE WHEN c.child_id IS NULL THEN 'unknown_child'
                    WHEN i.end_on < i.start_on THEN 'dates_reversed'
                    ELSE 'setting_closed' END AS slug
          FROM unnest(ordinals, source_ids, revisions, hashes, deleted,
                      child, start_on, end_on, enrolment, sen_place)
               AS i (ordinal, source_id, revision, hash, deleted,
                     child, start_on, end_on, enrolment, sen_place)
          LEFT JOIN core.placements AS t
                 ON t.setting_id = v_setting
                AND t.source_id = i.source_id
          LEFT JOIN core.child_records AS c
                 ON c.setting_id = v_setting
                AND c.source_id = i.child
                AND c.deleted_at IS NULL
    ), added AS (
        INSERT INTO core.placements AS t (setting_id, source_id, child_id,
            revision, content_hash, child, start_on, end_on, enrolment, sen_place)
        SELECT v_setting, j.source_id, j.child_id, j.revision, j.hash,
               j.child, j.start_on, j.end_on, j.enrolment, j.sen_place
          FROM judged AS j
         WHERE j.outcome = 'c' AND NOT j.is_known
         ORDER BY j.source_id
        ON CONFLICT ON CONSTRAINT placements_pkey DO UPDATE
           SET child_id = excluded.child_id,
               revision = excluded.revision,
               content_hash = excluded.content_hash,
               deleted_at = NULL,
               known_from = excluded.known_from,
               child = excluded.child,
               start_on = excluded.start_on,
               end_on = excluded.end_on,
               enrolment = excluded.enrolment,
               sen_place = excluded.sen_place
         WHERE t.revision < excluded.revision
        RETURNING t.source_id, t.child_id, t.revision, 'put' AS op
    ), changed AS (
        UPDATE core.placements AS t
           SET child_id = j.child_id,
               revision = j.revision,
               content_hash = j.hash,
               deleted_at = NULL,
               known_from = now(),
               child = j.child,
               start_on = j.start_on,
               end_on = j.end_on,
               enrolment = j.enrolment,
               sen_place = j.sen_place
          FROM (SELECT * FROM judged AS k
                 WHERE k.outcome IN ('c', 'u') AND k.is_known
                 ORDER BY k.source_id) AS j
         WHERE t.setting_id = v_setting
           AND t.source_id = j.source_id
           AND t.revision < j.revision
        RETURNING t.source_id, t.child_id, t.revision, 'put' AS op
    ), gone AS (
        UPDATE core.placements AS t
           SET revision = j.revision,
               content_hash = '00000000-0000-0000-0000-000000000000',
               deleted_at = now(),
               known_from = now()
          FROM (SELECT * FROM judged AS k
                 WHERE k.outcome = 'd'
                 ORDER BY k.source_id) AS j
         WHERE t.setting_id = v_setting
           AND t.source_id = j.source_id
           AND t.revision < j.revision
        RETURNING t.source_id, t.child_id, t.revision, 'delete' AS op
    ), done AS (
        SELECT * FROM added
         UNION ALL
        SELECT * FROM changed
         UNION ALL
        SELECT * FROM gone
    ), fed AS (
        INSERT INTO core.changes (setting_id, kind, source_id, op, child_id,
                                  revision)
        SELECT v_setting, 'placement', d.source_id, d.op, d.child_id, d.revision
          FROM done AS d
    ), audited AS (
        INSERT INTO audit.entries (client_id, role, request, action,
                                   setting_id, child_ids)
        SELECT v_actor, v_role, nullif(current_setting('app.request', true), ''),
               'sync.placement', v_setting, array_agg(DISTINCT d.child_id)
          FROM done AS d
        HAVING count(*) > 0
    )
    -- What was not written after all was overtaken by another batch.
    SELECT j.ordinal,
           CASE WHEN j.outcome NOT IN ('c', 'u', 'd') THEN j.outcome
                WHEN NOT (j.source_id IN (SELECT d.source_id FROM done AS d))
                THEN 's'
                WHEN j.outcome = 'd' THEN 'u'
                ELSE j.outcome
           END,
           CASE WHEN j.outcome = 'r' THEN j.slug END,
           CASE WHEN j.outcome = 'r'
                THEN CASE j.slug WHEN 'unknown_child' THEN '/data/child'
                            WHEN 'dates_reversed' THEN '/data/end_on'
                            ELSE '/data/start_on' END
           END
      FROM judged AS j;
END
$$;
