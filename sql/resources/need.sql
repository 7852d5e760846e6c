-- need — periods of SEN provision with ranked types of need, as sent by a setting.
-- need_merge follows the pattern of all merges: see sql/README.md.
-- SPDX-License-Identifier: Apache-2.0

-- need_compare — the ordinals whose content is not what is stored.
CREATE FUNCTION api.need_compare(ordinals int[], source_ids text[],
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
          LEFT JOIN core.needs AS t
                 ON t.setting_id = v_setting
                AND t.source_id = i.source_id
         WHERE t.content_hash IS DISTINCT FROM i.hash);
END
$$;

-- need_merge — applies records of the setting of this transaction: one
-- outcome a record, the changes to the feed, one audit row.
CREATE FUNCTION api.need_merge(ordinals int[], source_ids text[],
    revisions bigint[], hashes uuid[], deleted boolean[], suspects text[],
    child text[], provision text[], start_on date[], end_on date[],
    types text[])
RETURNS TABLE (ordinal int, outcome text, slug text, pointer text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
AS $$
#variable_conflict use_column
DECLARE
    v_setting   int := core.sync_setting();
    v_actor     uuid := core.actor_id();
    v_role      text := core.actor_role();
BEGIN
    RETURN QUERY
    WITH judged AS MATERIALIZED (
        SELECT i.*, c.child_id, t.source_id IS NOT NULL AS is_known,
               string_to_array(coalesce(i.types, ''), ',') AS type_list,
               CASE WHEN t.content_hash = i.hash THEN '='
                    WHEN i.deleted
                         AND (t.source_id IS NULL OR t.deleted_at IS NOT NULL)
                    THEN '='
                    WHEN t.revision >= i.revision THEN 's'
                    WHEN i.deleted THEN 'd'
                    WHEN c.child_id IS NULL OR i.end_on < i.start_on
                    THEN 'r'
                    WHEN t.source_id IS NULL OR t.deleted_at IS NOT NULL
                    THEN 'c'
                    ELSE 'u'
               END AS outcome,
               CASE WHEN c.child_id IS NULL THEN 'unknown_child'
                    ELSE 'dates_reversed' END AS slug
          FROM unnest(ordinals, source_ids, revisions, hashes, deleted,
                      child, provision, start_on, end_on, types)
               AS i (ordinal, source_id, revision, hash, deleted,
                     child, provision, start_on, end_on, types)
          LEFT JOIN core.needs AS t
                 ON t.setting_id = v_setting
                AND t.source_id = i.source_id
          LEFT JOIN core.child_records AS c
                 ON c.setting_id = v_setting
                AND c.source_id = i.child
                AND c.deleted_at IS NULL
    ), added AS (
        INSERT INTO core.needs AS t (setting_id, source_id, child_id,
            revision, content_hash, child, provision, start_on, end_on, types)
        SELECT v_setting, j.source_id, j.child_id, j.revision, j.hash,
               j.child, j.provision, j.start_on, j.end_on, j.type_list
          FROM judged AS j
         WHERE j.outcome = 'c' AND NOT j.is_known
         ORDER BY j.source_id
        ON CONFLICT ON CONSTRAINT needs_pkey DO UPDATE
           SET child_id = excluded.child_id,
               revision = excluded.revision,
               content_hash = excluded.content_hash,
               deleted_at = NULL,
               known_from = excluded.known_from,
               child = excluded.child,
               provision = excluded.provision,
               start_on = excluded.start_on,
               end_on = excluded.end_on,
               types = excluded.types
         WHERE t.revision < excluded.revision
        RETURNING t.source_id, t.child_id, t.revision, 'put' AS op
    ), changed AS (
        UPDATE core.needs AS t
           SET child_id = j.child_id,
               revision = j.revision,
               content_hash = j.hash,
               deleted_at = NULL,
               known_from = now(),
               child = j.child,
               provision = j.provision,
               start_on = j.start_on,
               end_on = j.end_on,
               types = j.type_list
          FROM (SELECT * FROM judged AS k
                 WHERE k.outcome IN ('c', 'u') AND k.is_known
                 ORDER BY k.source_id) AS j
         WHERE t.setting_id = v_setting
           AND t.source_id = j.source_id
           AND t.revision < j.revision
        RETURNING t.source_id, t.child_id, t.revision, 'put' AS op
    ), gone AS (
        UPDATE core.needs AS t
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
        SELECT v_setting, 'need', d.source_id, d.op, d.child_id, d.revision
          FROM done AS d
    ), audited AS (
        INSERT INTO audit.entries (client_id, role, request, action,
                                   setting_id, child_ids)
        SELECT v_actor, v_role, nullif(current_setting('app.request', true), ''),
               'sync.need', v_setting, array_agg(DISTINCT d.child_id)
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
                            ELSE '/data/end_on' END
           END
      FROM judged AS j;
END
$$;
