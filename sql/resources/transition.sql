-- transition — the moves a setting plans for its children, as sent by the setting.
-- transition_merge follows the pattern of all merges: see sql/README.md.
-- SPDX-License-Identifier: Apache-2.0

-- transition_compare — the ordinals whose content is not what is stored.
CREATE FUNCTION api.transition_compare(ordinals int[], source_ids text[],
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
          LEFT JOIN core.transitions AS t
                 ON t.setting_id = v_setting
                AND t.source_id = i.source_id
         WHERE t.content_hash IS DISTINCT FROM i.hash);
END
$$;

-- transition_merge — applies records of the setting of this transaction: one
-- outcome a record, the changes to the feed, one audit row.
CREATE FUNCTION api.transition_merge(ordinals int[], source_ids text[],
    revisions bigint[], hashes uuid[], deleted boolean[], suspects text[],
    child text[], kind text[], year int[], to_setting text[],
    target_on date[], parent_agreed_on date[], meeting_on date[],
    form_sent_on date[], form_acknowledged_on date[])
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
    WITH sent AS MATERIALIZED (
        SELECT u.*,
               coalesce((SELECT k.setting_id
                           FROM core.setting_identifiers AS k
                          WHERE k.ref = u.to_setting),
                        (SELECT s.id
                           FROM core.settings AS s
                          WHERE u.to_setting ~ '^id:[0-9]{1,9}$'
                            AND s.id = substr(u.to_setting, 4)::int))
               AS to_setting_id
          FROM unnest(ordinals, source_ids, revisions, hashes, deleted,
                      child, kind, year, to_setting, target_on,
                      parent_agreed_on, meeting_on, form_sent_on,
                      form_acknowledged_on)
               AS u (ordinal, source_id, revision, hash, deleted,
                     child, kind, year, to_setting, target_on,
                     parent_agreed_on, meeting_on, form_sent_on,
                     form_acknowledged_on)
    ), judged AS MATERIALIZED (
        SELECT i.*, c.child_id, t.source_id IS NOT NULL AS is_known,
               CASE WHEN t.content_hash = i.hash THEN '='
                    WHEN i.deleted
                         AND (t.source_id IS NULL OR t.deleted_at IS NOT NULL)
                    THEN '='
                    WHEN t.revision >= i.revision THEN 's'
                    WHEN i.deleted THEN 'd'
                    WHEN c.child_id IS NULL
                         OR (i.to_setting IS NOT NULL
                             AND i.to_setting_id IS NULL)
                    THEN 'r'
                    WHEN t.source_id IS NULL OR t.deleted_at IS NOT NULL
                    THEN 'c'
                    ELSE 'u'
               END AS outcome,
               CASE WHEN c.child_id IS NULL THEN 'unknown_child'
                    ELSE 'unknown_setting' END AS slug
          FROM sent AS i
          LEFT JOIN core.transitions AS t
                 ON t.setting_id = v_setting
                AND t.source_id = i.source_id
          LEFT JOIN core.child_records AS c
                 ON c.setting_id = v_setting
                AND c.source_id = i.child
                AND c.deleted_at IS NULL
    ), added AS (
        INSERT INTO core.transitions AS t (setting_id, source_id, child_id,
            revision, content_hash, child, kind, year, to_setting,
            to_setting_id, target_on, parent_agreed_on, meeting_on,
            form_sent_on, form_acknowledged_on)
        SELECT v_setting, j.source_id, j.child_id, j.revision, j.hash,
               j.child, j.kind, j.year, j.to_setting, j.to_setting_id,
               j.target_on, j.parent_agreed_on, j.meeting_on,
               j.form_sent_on, j.form_acknowledged_on
          FROM judged AS j
         WHERE j.outcome = 'c' AND NOT j.is_known
         ORDER BY j.source_id
        ON CONFLICT ON CONSTRAINT transitions_pkey DO UPDATE
           SET child_id = excluded.child_id,
               revision = excluded.revision,
               content_hash = excluded.content_hash,
               deleted_at = NULL,
               known_from = excluded.known_from,
               child = excluded.child,
               kind = excluded.kind,
               year = excluded.year,
               to_setting = excluded.to_setting,
               to_setting_id = excluded.to_setting_id,
               target_on = excluded.target_on,
               parent_agreed_on = excluded.parent_agreed_on,
               meeting_on = excluded.meeting_on,
               form_sent_on = excluded.form_sent_on,
               form_acknowledged_on = excluded.form_acknowledged_on
         WHERE t.revision < excluded.revision
        RETURNING t.source_id, t.child_id, t.revision, 'put' AS op
    ), changed AS (
        UPDATE core.transitions AS t
           SET child_id = j.child_id,
               revision = j.revision,
               content_hash = j.hash,
               deleted_at = NULL,
               known_from = now(),
               child = j.child,
               kind = j.kind,
               year = j.year,
               to_setting = j.to_setting,
               to_setting_id = j.to_setting_id,
               target_on = j.target_on,
               parent_agreed_on = j.parent_agreed_on,
               meeting_on = j.meeting_on,
               form_sent_on = j.form_sent_on,
               form_acknowledged_on = j.form_acknowledged_on
          FROM (SELECT * FROM judged AS k
                 WHERE k.outcome IN ('c', 'u') AND k.is_known
                 ORDER BY k.source_id) AS j
         WHERE t.setting_id = v_setting
           AND t.source_id = j.source_id
           AND t.revision < j.revision
        RETURNING t.source_id, t.child_id, t.revision, 'put' AS op
    ), gone AS (
        UPDATE core.transitions AS t
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
        SELECT v_setting, 'transition', d.source_id, d.op, d.child_id, d.revision
          FROM done AS d
    ), audited AS (
        INSERT INTO audit.entries (client_id, role, request, action,
                                   setting_id, child_ids)
        SELECT v_actor, v_role, nullif(current_setting('app.request', true), ''),
               'sync.transition', v_setting, array_agg(DISTINCT d.child_id)
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
                            ELSE '/data/to_setting' END
           END
      FROM judged AS j;
END
$$;
