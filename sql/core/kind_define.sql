-- kind_define — the one definition of api.KIND_compare, api.KIND_merge and
-- of what a record of the kind looks like to a reader (api.records).
-- Each file of sql/resources that describes a kind calls it while it is
-- deployed, as role api; nothing here runs while the daemon serves.
-- SPDX-License-Identifier: Apache-2.0

-- kind_template — the merge of every kind. What stands in {braces} differs
-- from kind to kind; r is the record that came, t what is stored of it (under
-- r.stored_id, its former source_id if it got a new one), j the record with
-- its verdict. core.merge_open has kept every other merge of the setting out,
-- so what is judged is what is written.
CREATE OR REPLACE FUNCTION core.kind_template()
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT $merge$
    WITH judged AS MATERIALIZED (
        SELECT r.*, {child_id} AS child_id, t.source_id IS NOT NULL AS is_known,
               coalesce(t.content_hash, '00000000-0000-0000-0000-000000000000')
               AS stored_hash, {t.child_id} AS stored_child,
               CASE WHEN t.content_hash = r.hash THEN '='
                    WHEN r.deleted
                         AND (t.source_id IS NULL OR t.deleted_at IS NOT NULL)
                    THEN '='
                    WHEN t.revision >= r.revision THEN 's'
                    WHEN r.deleted THEN 'd'
                    WHEN {broken} IS NOT NULL THEN 'r'
                    WHEN t.source_id IS NULL OR t.deleted_at IS NOT NULL
                    THEN 'c'
                    ELSE 'u'
               END AS outcome,
               {broken} AS broken
          -- OFFSET 0: what is made of a field is made once.
          FROM (SELECT r.ordinal, r.source_id, r.revision, r.hash, r.deleted,
                       r.stored_id, {made}
                  FROM unnest(ordinals, source_ids, revisions, hashes,
                              deleted, suspects, v_stored, {arrays})
                       AS r (ordinal, source_id, revision, hash,
                             deleted, suspects, stored_id, {sent})
                OFFSET 0) AS r
          LEFT JOIN core.{table} AS t
                 ON t.setting_id = v_setting
                AND t.source_id = r.stored_id
          {child_join}
    ), added AS (
        INSERT INTO core.{table} (setting_id, source_id, revision,
            content_hash, {columns})
        SELECT v_setting, j.source_id, j.revision, j.hash, {j.columns}
          FROM judged AS j
         WHERE j.outcome = 'c' AND NOT j.is_known
    ), changed AS (
        UPDATE core.{table} AS t
           SET source_id = j.source_id,
               revision = j.revision,
               content_hash = j.hash,
               deleted_at = NULL,
               known_from = now(),
               ({updated}) = ROW ({j.updated})
          FROM judged AS j
         WHERE j.outcome IN ('c', 'u') AND j.is_known
           AND t.setting_id = v_setting
           AND t.source_id = j.stored_id
    ), gone AS (
        UPDATE core.{table} AS t
           SET revision = j.revision,
               content_hash = '00000000-0000-0000-0000-000000000000',
               deleted_at = now(),
               known_from = now()
          FROM judged AS j
         WHERE j.outcome = 'd'
           AND t.setting_id = v_setting
           AND t.source_id = j.stored_id
    ), fed AS (
        INSERT INTO core.changes (setting_id, kind, source_id, op, child_id,
                                  from_child, revision)
        SELECT v_setting, {kind}, f.source_id, f.op, j.child_id,
               nullif(j.stored_child, j.child_id), j.revision
          FROM judged AS j
         CROSS JOIN LATERAL (
               SELECT j.stored_id AS source_id, 'delete' AS op
                WHERE j.stored_id <> j.source_id
                UNION ALL
               SELECT j.source_id,
                      CASE j.outcome WHEN 'd' THEN 'delete' ELSE 'put' END)
               AS f
         WHERE j.outcome IN ('c', 'u', 'd')
         ORDER BY j.ordinal, f.op -- of a moved one the delete first
    ), audited AS (
        INSERT INTO audit.entries (client_id, role, request, action,
                                   setting_id, child_ids)
        SELECT v_actor, v_role, nullif(current_setting('app.request', true), ''),
               {action}, v_setting,
               coalesce(array_agg(DISTINCT j.child_id)
                            FILTER (WHERE j.child_id IS NOT NULL), '{}')
          FROM judged AS j
         WHERE j.outcome IN ('c', 'u', 'd')
        HAVING count(*) > 0
    ), digested AS (
        -- The digest is the XOR of the hashes: each old one out, new one in.
        INSERT INTO core.setting_digests AS d (setting_id, kind, digest,
                                               records)
        SELECT v_setting, {kind},
               substring(x.both FOR 128) # substring(x.both FROM 129),
               x.records
          FROM (SELECT bit_xor(('x' || encode(uuid_send(j.stored_hash)
                           || uuid_send(j.hash), 'hex'))::bit(256)) AS both,
                       count(*) FILTER (WHERE j.outcome = 'c')
                           - count(*) FILTER (WHERE j.outcome = 'd') AS records
                  FROM judged AS j
                 WHERE j.outcome IN ('c', 'u', 'd')
                HAVING count(*) > 0) AS x
        ON CONFLICT ON CONSTRAINT setting_digests_pkey DO UPDATE
           SET digest = d.digest # excluded.digest,
               records = d.records + excluded.records
    )
    SELECT j.ordinal,
           CASE j.outcome WHEN 'd' THEN 'u' ELSE j.outcome END,
           CASE WHEN j.outcome = 'r' THEN ({slugs}::text[])[j.broken] END,
           CASE WHEN j.outcome = 'r' THEN ({pointers}::text[])[j.broken] END
      FROM judged AS j
$merge$
$$;

-- merge_open — the setting whose batch this transaction applies, as
-- core.sync_setting; from here to the end of the transaction no other merges
-- anything of the setting. A lock in memory: it writes no WAL.
CREATE OR REPLACE FUNCTION core.merge_open()
RETURNS int
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting int := core.sync_setting();
BEGIN
    PERFORM core.merge_lock(v_setting);
    RETURN v_setting;
END
$$;

-- merge_lock — for who writes records of a setting otherwise than by a
-- merge: until the end of the transaction it is alone with them.
CREATE OR REPLACE FUNCTION core.merge_lock(setting_id int)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(535305, merge_lock.setting_id);
END
$$;

-- kind_statement — the template with a kind's declaration filled in.
-- child is how a record names its child: 'found' (child_ids of kind_define is
-- given, v_children has its result), 'named' (by a field child), 'none'.
CREATE OR REPLACE FUNCTION core.kind_statement(kind text, table_name text,
    fields text[], columns text[], rules text[], child text)
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_text   text := core.kind_template();
    v_sent   text[] := ARRAY(SELECT quote_ident(fields[n][1])
        FROM generate_subscripts(fields, 1) AS n ORDER BY n);
    v_made   text[] := ARRAY(SELECT quote_ident(columns[n][1])
        FROM generate_subscripts(columns, 1) AS n ORDER BY n);
    v_stored text[] := v_sent || ARRAY(SELECT m.name
        FROM unnest(v_made) AS m (name) WHERE m.name <> ALL (v_sent));
    -- Of each column: as it was sent, unless something is made of it.
    v_making text[] := ARRAY(
        SELECT coalesce('(' || columns[array_position(v_made, s.name)][2]
                        || ') AS ', 'r.') || s.name
          FROM unnest(v_stored) WITH ORDINALITY AS s (name, pos)
         ORDER BY s.pos);
    v_added   text[] := CASE WHEN child = 'none' THEN v_stored
                             ELSE 'child_id'::text || v_stored END;
    v_updated text[] := CASE WHEN child = 'named' THEN v_added
                             ELSE v_stored END;
    v_found   text := CASE WHEN child = 'found' THEN ', found_child'
                           ELSE '' END;
    v_token   record;
BEGIN
    IF child = 'found' THEN
        v_making := v_making || 'r.found_child'::text;
    ELSIF child = 'named' THEN
        rules := ARRAY[['c.child_id IS NULL', 'unknown_child', '/data/child']]
            || rules;
    END IF;
    rules := ARRAY[['r.stored_id = ''''', 'source_id_taken', '/was']] || rules;
    FOR v_token IN
        SELECT t.name, t.text FROM (VALUES
            ('kind', quote_literal(kind)),
            ('action', quote_literal('sync.' || kind)),
            ('table', quote_ident(table_name)),
            ('arrays', array_to_string(v_sent, ', ')
                || replace(v_found, 'found_child', 'v_children')),
            ('sent', array_to_string(v_sent, ', ') || v_found),
            ('made', array_to_string(v_making, ', ')),
            ('columns', array_to_string(v_added, ', ')),
            ('j.columns', 'j.' || array_to_string(v_added, ', j.')),
            ('updated', array_to_string(v_updated, ', ')),
            ('j.updated', 'j.' || array_to_string(v_updated, ', j.')),
            ('t.child_id', CASE child WHEN 'none' THEN 'NULL::uuid'
                ELSE 't.child_id' END),
            ('child_id', CASE child
                WHEN 'found' THEN 'coalesce(t.child_id, r.found_child)'
                WHEN 'named' THEN
                    'CASE WHEN r.deleted THEN t.child_id ELSE c.child_id END'
                ELSE 'NULL::uuid' END),
            ('child_join', CASE WHEN child = 'named'
                THEN 'LEFT JOIN core.child_records AS c
                             ON c.setting_id = v_setting
                            AND c.source_id = r.child
                            AND c.deleted_at IS NULL'
                ELSE '' END),
            -- The number of the first rule a record breaks.
            ('broken', coalesce((
                SELECT 'CASE ' || string_agg(format('WHEN %s THEN %s',
                           rules[n][1], n), ' ' ORDER BY n) || ' END'
                  FROM generate_subscripts(rules, 1) AS n), 'NULL::int')),
            ('slugs', quote_literal(ARRAY(
                SELECT rules[n][2]
                  FROM generate_subscripts(rules, 1) AS n ORDER BY n))),
            ('pointers', quote_literal(ARRAY(
                SELECT rules[n][3]
                  FROM generate_subscripts(rules, 1) AS n ORDER BY n)))
        ) AS t (name, text)
    LOOP
        v_text := replace(v_text, '{' || v_token.name || '}', v_token.text);
    END LOOP;
    RETURN v_text;
END
$$;

-- kind_data — what a record of the kind holds, as jsonb over its row t: the
-- fields by the names they are sent by. An empty list is as if not sent.
CREATE OR REPLACE FUNCTION core.kind_data(table_name text, fields text[])
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'jsonb_strip_nulls(jsonb_build_object('
           || string_agg(format(CASE WHEN y.typcategory = 'A'
                                     THEN '%L, nullif(t.%I, ''{}'')'
                                     ELSE '%L, t.%I' END,
                                a.attname, a.attname), ', ' ORDER BY n)
           || '))'
      FROM generate_subscripts(fields, 1) AS n
      JOIN pg_attribute AS a
        ON a.attrelid = format('core.%I', table_name)::regclass
       AND a.attname = fields[n][1]
      JOIN pg_type AS y ON y.oid = a.atttypid
$$;

-- kind_register — the kind's row of the registry.
CREATE OR REPLACE FUNCTION core.kind_register(kind text, owner text,
    rank int, table_name text, records text)
RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    INSERT INTO core.kinds (name, owner, position, table_name, records)
    VALUES (kind, owner, rank, table_name, records)
$$;

-- kind_register_fact — a kind the authority owns and tells: every row of
-- api.VIEW (setting_id int, source_id text, child_id uuid, revision bigint,
-- data jsonb) is a live record of it, one a setting and source_id. It must be
-- quick to find by these two.
CREATE OR REPLACE FUNCTION core.kind_register_fact(kind text, view_name text)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT core.kind_register(kind, 'authority', 4, NULL, format(
        'SELECT v.setting_id, %L::text AS kind,
                v.source_id COLLATE "C" AS source_id, v.child_id, v.revision,
                v.data, NULL::uuid AS content_hash
           FROM api.%I AS v', kind, view_name))
$$;

-- merge_stored — the source_id under which each record is stored: its former
-- one, was, if that is live and the new one is free; '' if the new one is
-- taken, or another record of the call is, or was, was too; else its own. A
-- record that came under its new one before is there: a repeat finds it.
CREATE OR REPLACE FUNCTION core.merge_stored(table_name text, setting_id int,
    source_ids text[], revisions bigint[], was text[])
RETURNS text[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_stored text[];
BEGIN
    EXECUTE format($f$
        SELECT array_agg(
                   CASE WHEN f.source_id IS NULL OR r.was = r.source_id
                             OR n.revision >= r.revision THEN r.source_id
                        WHEN n.source_id IS NOT NULL OR r.was = ANY ($2)
                             OR r.turn > 1 THEN ''
                        ELSE r.was
                   END ORDER BY r.pos)
          FROM (SELECT u.*, row_number() OVER (PARTITION BY u.was
                                               ORDER BY u.pos) AS turn
                  FROM unnest($2, $3, $4) WITH ORDINALITY
                       AS u (source_id, revision, was, pos)) AS r
          LEFT JOIN core.%1$I AS f
                 ON f.setting_id = $1
                AND f.source_id = r.was
                AND f.deleted_at IS NULL
          LEFT JOIN core.%1$I AS n
                 ON n.setting_id = $1
                AND n.source_id = r.source_id
    $f$, table_name)
       INTO v_stored
      USING setting_id, source_ids, revisions, was;
    RETURN v_stored;
END
$$;

-- kind_records — makes api.records of all kinds registered.
CREATE OR REPLACE FUNCTION core.kind_records()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE (SELECT format(
        'CREATE VIEW api.records AS
         SELECT u.setting_id, s.ref AS setting, u.kind, u.source_id,
                u.child_id, u.revision, u.data, u.content_hash
           FROM (%s) AS u
           LEFT JOIN core.settings AS s ON s.id = u.setting_id',
        string_agg(k.records, ' UNION ALL ' ORDER BY k.position, k.name))
        FROM core.kinds AS k);
END
$$;

-- kind_define — makes api.KIND_compare and api.KIND_merge and registers the
-- kind, or fails with a sentence that begins with the kind: what is declared
-- is held against the tables now, not when a school sends the first record.
--   fields     name and type of each, in the order of protocol/fields.c; one
--              named child is the source_id of the child's own record
--   columns    what is stored otherwise than it was sent: column, expression
--   rules      what is refused: condition, slug, pointer; the first one counts
--   child_ids  for records that name no child: an expression over the
--              arguments of the merge for the child of each record that is
--              new here; one that is known keeps its child
--   childless  records of the setting itself, which have no child_id
--   after      an expression over the arguments, called when all is stored
-- was is the former source_id of a record that got a new one: what is stored
-- under it moves. v_stored is where what is stored of each record is.
-- An expression speaks of the record as sent, r; a condition of r as it will
-- be stored. Both may use v_setting. They are SQL of our own files: nothing
-- that came from outside ever gets here.
CREATE OR REPLACE FUNCTION core.kind_define(kind text, table_name text,
    fields text[], columns text[] DEFAULT '{}', rules text[] DEFAULT '{}',
    child_ids text DEFAULT NULL, childless boolean DEFAULT false,
    after text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET check_function_bodies = on
AS $$
DECLARE
    v_arguments text := 'ordinals int[], source_ids text[], revisions bigint[],
        hashes uuid[], deleted boolean[], suspects text[]';
    v_result    text := 'TABLE (ordinal int, outcome text, slug text,
        pointer text)';
    v_statement text;
    v_child     text := CASE WHEN child_ids IS NOT NULL THEN 'found'
                             WHEN childless THEN 'none' ELSE 'named' END;
BEGIN
    v_arguments := concat_ws(', ', v_arguments, (
        SELECT string_agg(format('%I %s[]', fields[n][1],
                                 fields[n][2]::regtype), ', ' ORDER BY n)
          FROM generate_subscripts(fields, 1) AS n),
        'was text[] DEFAULT NULL');
    IF (v_child = 'named') <> EXISTS (
           SELECT 1 FROM generate_subscripts(fields, 1) AS n
            WHERE fields[n][1] = 'child') OR childless AND v_child <> 'none'
    THEN
        RAISE EXCEPTION 'a field child, child_ids or childless says whose a record is';
    END IF;
    v_statement := core.kind_statement(kind, table_name, fields, columns,
                                       rules, v_child);

    -- Only a function in SQL is read in full when it is made.
    EXECUTE format('CREATE FUNCTION api.kind_check(%s,
                        v_setting int DEFAULT NULL, v_actor uuid DEFAULT NULL,
                        v_role text DEFAULT NULL, v_children uuid[] DEFAULT NULL,
                        v_stored text[] DEFAULT NULL)
                    RETURNS %s LANGUAGE sql AS %L',
        v_arguments, v_result, format('SELECT %s::uuid[]; SELECT %s; %s',
            coalesce(child_ids, 'NULL'), coalesce(after, 'NULL'),
            v_statement));
    DROP FUNCTION api.kind_check;

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
          LEFT JOIN core.%I AS t
                 ON t.setting_id = v_setting
                AND t.source_id = r.source_id
         WHERE t.content_hash IS DISTINCT FROM r.hash);
END
$body$, table_name));
    EXECUTE format('CREATE FUNCTION api.%I(%s) RETURNS %s
                    LANGUAGE plpgsql SECURITY DEFINER
                    SET search_path = pg_catalog, pg_temp
                    SET enable_nestloop = off SET enable_hashjoin = on
                    SET enable_mergejoin = on SET plan_cache_mode = auto
                    AS %L',
        kind || '_merge', v_arguments, v_result, format($body$
#variable_conflict use_column
DECLARE
    v_setting  int := core.merge_open();
    v_actor    uuid := core.actor_id();
    v_role     text := core.actor_role();
    v_stored   text[] := CASE WHEN coalesce(array_remove(was, NULL), '{}') = '{}' THEN source_ids
        ELSE core.merge_stored(%L, v_setting, source_ids, revisions, was) END;
    v_children uuid[] := %s;
BEGIN
    -- Of many records the setting is read once; few are looked up one by
    -- one, with a plan made once. Each statement keeps its own plan.
    IF cardinality(ordinals) > 50 THEN
        RETURN QUERY %s;
    ELSE
        PERFORM set_config('enable_nestloop', 'on', true),
                set_config('enable_hashjoin', 'off', true),
                set_config('enable_mergejoin', 'off', true),
                set_config('plan_cache_mode', 'force_generic_plan', true);
        RETURN QUERY %s;
    END IF;
    PERFORM %s;
END
$body$, table_name, coalesce(child_ids, 'NULL'), v_statement, v_statement,
        coalesce(after, 'NULL')));
    PERFORM core.kind_register(kind, 'setting',
        array_position('{found,named,none}'::text[], v_child), table_name, format(
        'SELECT t.setting_id, %L::text AS kind, t.source_id, %s AS child_id,
                t.revision, %s AS data, t.content_hash
           FROM core.%I AS t
          WHERE t.deleted_at IS NULL', kind,
        CASE v_child WHEN 'none' THEN 'NULL::uuid' ELSE 't.child_id' END,
        core.kind_data(table_name, fields), table_name));
EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION USING
        ERRCODE = SQLSTATE,
        MESSAGE = format('kind %s: %s', kind, SQLERRM);
END
$$;

-- A deploy calls them as api before grants.sql is read, which takes this back.
GRANT SELECT ON core.kinds TO api;
GRANT EXECUTE ON FUNCTION core.kind_define, core.kind_statement,
    core.kind_template, core.kind_data, core.kind_register,
    core.kind_register_fact, core.kind_records TO api;
