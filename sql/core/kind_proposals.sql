-- kind_proposals — what a setting sends of a kind the authority owns is a
-- proposal: core.kind_define_proposals makes api.KIND_compare and
-- api.KIND_merge, which take what every kind's take and answer alike, and put
-- it into core.proposals instead of a table of records.
-- SPDX-License-Identifier: Apache-2.0

-- proposal_template — the merge. r is what came, p the newest proposal under
-- its source_id, j the record with its verdict: p proposed; a delete takes an
-- open one back. Few come, and one by one, so an index finds each.
CREATE OR REPLACE FUNCTION core.kind_proposal_template()
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT $merge$
    WITH judged AS MATERIALIZED (
        SELECT r.*, c.child_id, p.id AS proposal_id,
               coalesce(p.state = 'open', false) AS is_open,
               CASE WHEN p.content_hash = r.hash
                         OR r.deleted AND p.state IS DISTINCT FROM 'open'
                    THEN '='
                    WHEN p.revision >= r.revision THEN 's'
                    WHEN r.deleted THEN 'd'
                    WHEN {broken} IS NOT NULL THEN 'r'
                    ELSE 'p'
               END AS outcome,
               {broken} AS broken,
               jsonb_strip_nulls(jsonb_build_object({data})) AS data
          FROM unnest(ordinals, source_ids, revisions, hashes, deleted,
                      suspects, {sent})
               AS r (ordinal, source_id, revision, hash, deleted, suspects,
                     {sent})
          LEFT JOIN core.child_records AS c
                 ON c.setting_id = v_setting
                AND c.source_id = r.child
                AND c.deleted_at IS NULL
          LEFT JOIN LATERAL (
               SELECT p.*
                 FROM core.proposals AS p
                WHERE p.setting_id = v_setting
                  AND p.kind = {kind}
                  AND p.source_id = r.source_id
                ORDER BY p.at DESC, p.state = 'open' DESC
                LIMIT 1) AS p ON true
    ), replaced AS (
        UPDATE core.proposals AS p
           SET client_id = v_actor,
               child_id = j.child_id,
               data = j.data,
               content_hash = j.hash,
               revision = j.revision,
               at = now()
          FROM judged AS j
         WHERE j.outcome = 'p' AND j.is_open
           AND p.id = j.proposal_id
    ), added AS (
        INSERT INTO core.proposals (setting_id, client_id, kind, source_id,
            child_id, data, content_hash, revision)
        SELECT v_setting, v_actor, {kind}, j.source_id, j.child_id, j.data,
               j.hash, j.revision
          FROM judged AS j
         WHERE j.outcome = 'p' AND NOT j.is_open
    ), taken_back AS (
        UPDATE core.proposals AS p
           SET state = 'declined',
               reason = 'withdrawn',
               decided_by = v_actor,
               decided_at = now(),
               revision = j.revision
          FROM judged AS j
         WHERE j.outcome = 'd'
           AND p.id = j.proposal_id
        RETURNING p.child_id
    ), audited AS (
        INSERT INTO audit.entries (client_id, role, request, action,
                                   setting_id, child_ids)
        SELECT v_actor, core.actor_role(),
               nullif(current_setting('app.request', true), ''),
               {action}, v_setting, array_agg(DISTINCT d.child_id)
          FROM (SELECT j.child_id FROM judged AS j WHERE j.outcome = 'p'
                 UNION ALL
                SELECT t.child_id FROM taken_back AS t) AS d
        HAVING count(*) > 0
    )
    SELECT j.ordinal,
           CASE j.outcome WHEN 'd' THEN 'u' ELSE j.outcome END,
           CASE WHEN j.outcome = 'r' THEN ({slugs}::text[])[j.broken] END,
           CASE WHEN j.outcome = 'r' THEN ({pointers}::text[])[j.broken] END
      FROM judged AS j
$merge$
$$;

-- kind_define_proposals — fields and rules as for core.kind_define.
CREATE OR REPLACE FUNCTION core.kind_define_proposals(kind text,
    fields text[], rules text[] DEFAULT '{}')
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_text      text := core.kind_proposal_template();
    v_rules     text[] := ARRAY[['c.child_id IS NULL', 'unknown_child',
                                 '/data/child']] || rules;
    v_sent      text := (
        SELECT string_agg(quote_ident(fields[n][1]), ', ' ORDER BY n)
          FROM generate_subscripts(fields, 1) AS n);
    v_arguments text := 'ordinals int[], source_ids text[], revisions bigint[],
        hashes uuid[], deleted boolean[], suspects text[], ' || (
        SELECT string_agg(format('%I %s[]', fields[n][1],
                                 fields[n][2]::regtype), ', ' ORDER BY n)
          FROM generate_subscripts(fields, 1) AS n)
        || ', was text[] DEFAULT NULL';
    v_token     record;
BEGIN
    FOR v_token IN
        SELECT t.name, t.text FROM (VALUES
            ('kind', quote_literal(kind)),
            ('action', quote_literal('sync.' || kind)),
            ('sent', v_sent),
            ('data', (SELECT string_agg(format('%L, r.%I', fields[n][1],
                                               fields[n][1]), ', ' ORDER BY n)
                        FROM generate_subscripts(fields, 1) AS n)),
            ('broken', (SELECT 'CASE ' || string_agg(format('WHEN %s THEN %s',
                                   v_rules[n][1], n), ' ' ORDER BY n) || ' END'
                          FROM generate_subscripts(v_rules, 1) AS n)),
            ('slugs', quote_literal(ARRAY(SELECT v_rules[n][2]
                FROM generate_subscripts(v_rules, 1) AS n ORDER BY n))),
            ('pointers', quote_literal(ARRAY(SELECT v_rules[n][3]
                FROM generate_subscripts(v_rules, 1) AS n ORDER BY n)))
        ) AS t (name, text)
    LOOP
        v_text := replace(v_text, '{' || v_token.name || '}', v_token.text);
    END LOOP;

    EXECUTE format('CREATE FUNCTION api.%I(ordinals int[], source_ids text[],
                        hashes uuid[])
                    RETURNS int[] LANGUAGE plpgsql STABLE SECURITY DEFINER
                    SET search_path = pg_catalog, pg_temp
                    SET enable_nestloop = off AS %L',
        kind || '_compare', format($body$
DECLARE
    v_setting int := core.sync_setting();
BEGIN
    RETURN ARRAY(
        SELECT r.ordinal
          FROM unnest(ordinals, source_ids, hashes)
               AS r (ordinal, source_id, hash)
         WHERE r.hash IS DISTINCT FROM (
               SELECT p.content_hash
                 FROM core.proposals AS p
                WHERE p.setting_id = v_setting
                  AND p.kind = %L
                  AND p.source_id = r.source_id
                ORDER BY p.at DESC, p.state = 'open' DESC
                LIMIT 1));
END
$body$, kind));
    EXECUTE format('CREATE FUNCTION api.%I(%s)
                    RETURNS TABLE (ordinal int, outcome text, slug text,
                        pointer text)
                    LANGUAGE plpgsql SECURITY DEFINER
                    SET search_path = pg_catalog, pg_temp
                    SET enable_nestloop = off AS %L',
        kind || '_merge', v_arguments, format($body$
#variable_conflict use_column
DECLARE
    v_setting int := core.merge_open();
    v_actor   uuid := core.actor_id();
BEGIN
    RETURN QUERY %s;
END
$body$, v_text));
END
$$;

-- A deploy calls them as api before grants.sql is read, which takes this back.
GRANT EXECUTE ON FUNCTION core.kind_define_proposals,
    core.kind_proposal_template TO api;
