-- child — the person as each setting knows them. A record's first coming
-- finds the child it speaks of (core.child_match); the newest record of any
-- setting is what the person index shows.
-- SPDX-License-Identifier: Apache-2.0

-- child_compare — the ordinals whose content is not what is stored.
CREATE FUNCTION api.child_compare(ordinals int[], source_ids text[],
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
          LEFT JOIN core.child_records AS t
                 ON t.setting_id = v_setting
                AND t.source_id = i.source_id
         WHERE t.content_hash IS DISTINCT FROM i.hash);
END
$$;

-- child_merge — applies records of the setting of this transaction: one
-- outcome a record, the changes to the feed, one audit row; then brings the
-- person index up to what the records now say.
CREATE FUNCTION api.child_merge(ordinals int[], source_ids text[],
    revisions bigint[], hashes uuid[], deleted boolean[], suspects text[],
    surname text[], forename text[], middle_names text[],
    preferred_surname text[], preferred_forename text[],
    former_surname text[], born_on date[], sex text[], upn text[],
    former_upn text[], uln text[], nhs_number text[], postcode text[],
    year_group text[])
RETURNS TABLE (ordinal int, outcome text, slug text, pointer text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
AS $$
#variable_conflict use_column
DECLARE
    v_setting  int := core.sync_setting();
    v_actor    uuid := core.actor_id();
    v_role     text := core.actor_role();
    v_children uuid[] := core.child_find(source_ids, deleted, suspects,
        surname, forename, middle_names, preferred_surname,
        preferred_forename, born_on, sex, upn, former_upn, uln, nhs_number,
        postcode, year_group);
BEGIN
    RETURN QUERY
    WITH judged AS MATERIALIZED (
        SELECT i.*, t.source_id IS NOT NULL AS is_known,
               coalesce(t.child_id, i.new_child) AS child_id,
               CASE WHEN t.content_hash = i.hash THEN '='
                    WHEN i.deleted
                         AND (t.source_id IS NULL OR t.deleted_at IS NOT NULL)
                    THEN '='
                    WHEN t.revision >= i.revision THEN 's'
                    WHEN i.deleted THEN 'd'
                    WHEN i.surname IS NULL AND i.forename IS NULL THEN 'r'
                    WHEN t.source_id IS NULL OR t.deleted_at IS NOT NULL
                    THEN 'c'
                    ELSE 'u'
               END AS outcome,
               string_to_array(i.suspects, ',') AS suspect_list
          FROM unnest(ordinals, source_ids, revisions, hashes, deleted,
                      suspects, surname, forename, middle_names,
                      preferred_surname, preferred_forename, former_surname,
                      born_on, sex, upn, former_upn, uln, nhs_number,
                      postcode, year_group, v_children)
               AS i (ordinal, source_id, revision, hash, deleted,
                     suspects, surname, forename, middle_names,
                     preferred_surname, preferred_forename, former_surname,
                     born_on, sex, upn, former_upn, uln, nhs_number,
                     postcode, year_group, new_child)
          LEFT JOIN core.child_records AS t
                 ON t.setting_id = v_setting
                AND t.source_id = i.source_id
    ), added AS (
        INSERT INTO core.child_records AS t (setting_id, source_id, child_id,
            revision, content_hash, suspects, surname, forename,
            middle_names, preferred_surname, preferred_forename,
            former_surname, born_on, sex, upn, former_upn, uln, nhs_number,
            postcode, year_group)
        SELECT v_setting, j.source_id, j.child_id, j.revision, j.hash,
               j.suspect_list, j.surname, j.forename, j.middle_names,
               j.preferred_surname, j.preferred_forename, j.former_surname,
               j.born_on, j.sex, j.upn, j.former_upn, j.uln, j.nhs_number,
               j.postcode, j.year_group
          FROM judged AS j
         WHERE j.outcome = 'c' AND NOT j.is_known
         ORDER BY j.source_id
        ON CONFLICT ON CONSTRAINT child_records_pkey DO UPDATE
           SET revision = excluded.revision,
               content_hash = excluded.content_hash,
               deleted_at = NULL,
               known_from = excluded.known_from,
               suspects = excluded.suspects,
               surname = excluded.surname,
               forename = excluded.forename,
               middle_names = excluded.middle_names,
               preferred_surname = excluded.preferred_surname,
               preferred_forename = excluded.preferred_forename,
               former_surname = excluded.former_surname,
               born_on = excluded.born_on,
               sex = excluded.sex,
               upn = excluded.upn,
               former_upn = excluded.former_upn,
               uln = excluded.uln,
               nhs_number = excluded.nhs_number,
               postcode = excluded.postcode,
               year_group = excluded.year_group
         WHERE t.revision < excluded.revision
        RETURNING t.source_id, t.child_id, t.revision, 'put' AS op
    ), changed AS (
        UPDATE core.child_records AS t
           SET revision = j.revision,
               content_hash = j.hash,
               deleted_at = NULL,
               known_from = now(),
               suspects = j.suspect_list,
               surname = j.surname,
               forename = j.forename,
               middle_names = j.middle_names,
               preferred_surname = j.preferred_surname,
               preferred_forename = j.preferred_forename,
               former_surname = j.former_surname,
               born_on = j.born_on,
               sex = j.sex,
               upn = j.upn,
               former_upn = j.former_upn,
               uln = j.uln,
               nhs_number = j.nhs_number,
               postcode = j.postcode,
               year_group = j.year_group
          FROM (SELECT * FROM judged AS k
                 WHERE k.outcome IN ('c', 'u') AND k.is_known
                 ORDER BY k.source_id) AS j
         WHERE t.setting_id = v_setting
           AND t.source_id = j.source_id
           AND t.revision < j.revision
        RETURNING t.source_id, t.child_id, t.revision, 'put' AS op
    ), gone AS (
        UPDATE core.child_records AS t
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
        SELECT v_setting, 'child', d.source_id, d.op, d.child_id, d.revision
          FROM done AS d
    ), audited AS (
        INSERT INTO audit.entries (client_id, role, request, action,
                                   setting_id, child_ids)
        SELECT v_actor, v_role, nullif(current_setting('app.request', true), ''),
               'sync.child', v_setting, array_agg(DISTINCT d.child_id)
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
           CASE WHEN j.outcome = 'r' THEN 'missing_field' END,
           CASE WHEN j.outcome = 'r' THEN '/data/surname' END
      FROM judged AS j;
    PERFORM core.child_refresh(source_ids, revisions);
END
$$;
