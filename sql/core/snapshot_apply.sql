-- snapshot_apply — what a full roll becomes. The records that were sent go
-- through the merges of their kinds; what is live and not in the roll is
-- deleted through the same merges. A preview is this and a rollback, so it
-- cannot say anything else than the commit would do.
-- SPDX-License-Identifier: Apache-2.0

-- snapshot_merge — merges what was sent of one kind, of each record the
-- highest revision, and says how many became what; refused is a list of
-- {kind, source_id, slug, pointer}. The roll is newer than what was deleted
-- before it was opened, also at the same revision.
CREATE OR REPLACE FUNCTION core.snapshot_merge(snapshot core.snapshots,
    kind text, table_name text, OUT counts jsonb, OUT refused jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
AS $$
DECLARE
    v_packed text;
    v_passed text;
BEGIN
    EXECUTE format($q$
        UPDATE core.%I AS t
           SET revision = t.revision - 1
          FROM core.snapshot_records AS r
         WHERE r.snapshot_id = $1
           AND r.kind = $2
           AND (r.sent->>'revisions')::bigint = t.revision
           AND NOT (r.sent->>'deleted')::boolean
           AND t.setting_id = $3
           AND t.source_id = r.source_id
           AND t.deleted_at < $4
        $q$, table_name)
      USING snapshot.id, kind, snapshot.setting_id, snapshot.opened_at;
    SELECT string_agg(CASE a.name
               WHEN 'ordinals' THEN 'array_agg(b.ordinal) AS ordinals'
               WHEN 'source_ids' THEN 'array_agg(b.source_id) AS source_ids'
               ELSE format('array_agg((b.sent->>%1$L)::%2$s) AS %1$I',
                           a.name, a.type) END, ', '),
           string_agg(format('%1$I => c.%1$I', a.name), ', ')
      INTO v_packed, v_passed
      FROM core.snapshot_arguments(kind) AS a;
    EXECUTE format($q$
        WITH ranked AS (
            SELECT r.source_id, r.sent,
                   row_number() OVER (w ORDER BY
                       (r.sent->>'revisions')::bigint DESC, r.seq) AS place,
                   min(r.sent->>'hashes') OVER v
                       <> max(r.sent->>'hashes') OVER v AS is_disputed
              FROM core.snapshot_records AS r
             WHERE r.snapshot_id = $1
               AND r.kind = $2
               AND r.sent IS NOT NULL
            WINDOW w AS (PARTITION BY r.source_id),
                   v AS (PARTITION BY r.source_id,
                                      (r.sent->>'revisions')::bigint)
        ), best AS MATERIALIZED (
            SELECT row_number() OVER ()::int AS ordinal, k.source_id, k.sent,
                   k.is_disputed,
                   t.content_hash IS NOT DISTINCT FROM (k.sent->>'hashes')::uuid
                       AS is_same
              FROM ranked AS k
              LEFT JOIN core.%I AS t
                     ON t.setting_id = $3
                    AND t.source_id = k.source_id
             WHERE k.place = 1
        ), call AS MATERIALIZED (
            SELECT %s
              FROM best AS b
             WHERE NOT b.is_disputed
               AND NOT b.is_same
        ), merged AS MATERIALIZED (
            SELECT m.*
              FROM call AS c
             CROSS JOIN LATERAL api.%I(%s) AS m
             WHERE c.ordinals IS NOT NULL
        ), judged AS (
            SELECT b.source_id,
                   CASE WHEN b.is_disputed THEN 'r'
                        WHEN b.is_same THEN '='
                        ELSE m.outcome END AS outcome,
                   CASE WHEN b.is_disputed THEN 'record_twice'
                        ELSE m.slug END AS slug,
                   coalesce(m.pointer, '') AS pointer
              FROM best AS b
              LEFT JOIN merged AS m ON m.ordinal = b.ordinal
        )
        SELECT jsonb_build_object(
                   'joiners', count(*) FILTER (WHERE j.outcome = 'c'),
                   'changed', count(*) FILTER (WHERE j.outcome = 'u'),
                   'unchanged', count(*) FILTER (WHERE j.outcome = '='),
                   'stale', count(*) FILTER (WHERE j.outcome = 's'),
                   'invalid', count(*) FILTER (WHERE j.outcome = 'r')),
               coalesce(jsonb_agg(jsonb_build_object('kind', $2,
                   'source_id', j.source_id, 'slug', j.slug,
                   'pointer', j.pointer) ORDER BY j.source_id)
                   FILTER (WHERE j.outcome = 'r'), '[]')
          FROM judged AS j
        $q$, table_name, v_packed, kind || '_merge', v_passed)
      INTO counts, refused
      USING snapshot.id, kind, snapshot.setting_id;
END
$$;

-- snapshot_remove — deletes these records, whose stored revisions are given,
-- as their owner would. The tombstone then keeps the stored revision: what the sender has
-- sent before stays out, and its next revision comes in.
CREATE OR REPLACE FUNCTION core.snapshot_remove(setting_id int, kind text,
    table_name text, source_ids text[], revisions bigint[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_passed text;
    v_left   int;
BEGIN
    IF coalesce(cardinality(source_ids), 0) = 0 THEN
        RETURN;
    END IF;
    SELECT string_agg(format('%I => ', a.name) || CASE a.name
               WHEN 'ordinals' THEN 'c.ordinals'
               WHEN 'source_ids' THEN 'c.source_ids'
               WHEN 'revisions' THEN 'c.revisions'
               WHEN 'hashes' THEN 'c.hashes'
               WHEN 'deleted' THEN 'c.deleted'
               ELSE format('NULL::%s[]', a.type) END, ', ')
      INTO v_passed
      FROM core.snapshot_arguments(kind) AS a;
    EXECUTE format($q$
        SELECT count(*) FILTER (WHERE m.outcome <> 'u')
          FROM (SELECT array_agg(i.pos::int) AS ordinals,
                       array_agg(i.source_id) AS source_ids,
                       array_agg(i.revision + 1) AS revisions,
                       array_agg('00000000-0000-0000-0000-000000000000'::uuid)
                           AS hashes,
                       array_agg(true) AS deleted
                  FROM unnest($1, $2) WITH ORDINALITY
                       AS i (source_id, revision, pos)) AS c
         CROSS JOIN LATERAL api.%I(%s) AS m
        $q$, kind || '_merge', v_passed)
      INTO v_left
      USING source_ids, revisions;
    IF v_left > 0 THEN
        RAISE EXCEPTION 'snapshot: % records of kind % could not be deleted',
            v_left, kind;
    END IF;
    EXECUTE format($q$
        UPDATE core.%I AS t
           SET revision = t.revision - 1
          FROM unnest($1) AS i (source_id)
         WHERE t.setting_id = $2
           AND t.source_id = i.source_id
        $q$, table_name)
      USING source_ids, setting_id;
END
$$;

-- snapshot_absent — of one kind the live records that the roll does not
-- speak of. Whatever might be spoken of is not absent: a record refused when
-- it was read or merged is named all the same; one that was changed after the
-- snapshot was opened is newer than the roll; and where a record came whose
-- id could not be read, none of its kind is.
-- are_alone: not hanging on a child that leaves.
--   leaving  source ids of children that leave: what hangs on them goes too
--   is_whole the roll is one of this kind
CREATE OR REPLACE FUNCTION core.snapshot_absent(snapshot core.snapshots,
    kind text, table_name text, is_whole boolean, leaving text[],
    OUT source_ids text[], OUT revisions bigint[], OUT child_ids uuid[],
    OUT are_alone boolean[])
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
AS $$
DECLARE
    v_has_child_id boolean;
    v_has_child    boolean;
BEGIN
    SELECT coalesce(bool_or(a.attname = 'child_id'), false),
           coalesce(bool_or(a.attname = 'child'), false)
      INTO v_has_child_id, v_has_child
      FROM pg_attribute AS a
     WHERE a.attrelid = format('core.%I', table_name)::regclass
       AND a.attname IN ('child_id', 'child');
    EXECUTE format($q$
        SELECT array_agg(t.source_id ORDER BY t.source_id),
               array_agg(t.revision ORDER BY t.source_id),
               array_agg(%2$s ORDER BY t.source_id),
               array_agg((%3$s) IS NOT TRUE ORDER BY t.source_id)
          FROM core.%1$I AS t
         WHERE t.setting_id = $1
           AND t.deleted_at IS NULL
           AND t.known_from < $2
           AND NOT EXISTS (SELECT 1
                             FROM core.snapshot_records AS r
                            WHERE r.snapshot_id = $3
                              AND r.kind = $4
                              AND r.source_id = t.source_id)
           -- Under its former id, where the record got a new one.
           AND NOT EXISTS (SELECT 1
                             FROM core.snapshot_records AS r
                            WHERE r.snapshot_id = $3
                              AND r.kind = $4
                              AND r.was = t.source_id)
           AND ($5 OR %3$s)
        $q$, table_name,
        CASE WHEN v_has_child_id THEN 't.child_id' ELSE 'NULL::uuid' END,
        CASE WHEN v_has_child
             THEN '(t.child IN (SELECT l.l FROM unnest($6) AS l (l)))'
             WHEN v_has_child_id
             THEN '(t.source_id IN (SELECT l.l FROM unnest($6) AS l (l)))'
             ELSE 'false' END)
      INTO source_ids, revisions, child_ids, are_alone
      USING snapshot.setting_id, snapshot.opened_at, snapshot.id, kind,
            is_whole, leaving;
END
$$;

-- snapshot_keeps — which of these children, named by the ids of their records,
-- stay because something present of this kind hangs on them.
CREATE OR REPLACE FUNCTION core.snapshot_keeps(snapshot core.snapshots,
    kind text, table_name text, is_blind boolean, children text[])
RETURNS text[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
AS $$
DECLARE
    v_kept text[];
BEGIN
    EXECUTE format($q$
        SELECT array_agg(DISTINCT t.child)
          FROM core.%I AS t
          JOIN unnest($1) AS c (child) ON c.child = t.child
         WHERE t.setting_id = $2
           AND t.deleted_at IS NULL
           AND ($3 OR t.known_from >= $4
                OR EXISTS (SELECT 1
                             FROM core.snapshot_records AS r
                            WHERE r.snapshot_id = $5
                              AND r.kind = $6
                              AND r.source_id = t.source_id))
        $q$, table_name)
      INTO v_kept
      USING children, snapshot.setting_id, is_blind, snapshot.opened_at,
            snapshot.id, kind;
    RETURN coalesce(v_kept, '{}');
END
$$;

-- snapshot_tally — of each kind before anything is done: how many are live,
-- how many were refused when they were read, and whether all that came of it
-- could be told by its id.
CREATE OR REPLACE FUNCTION core.snapshot_tally(snapshot core.snapshots)
RETURNS TABLE (name text, table_name text, "position" int, live bigint,
    unread bigint, is_whole boolean, is_blind boolean)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_kind record;
BEGIN
    FOR v_kind IN
        SELECT k.name, k.table_name, k.position,
               k.name = ANY (snapshot.kinds) AS is_whole,
               count(r.seq) FILTER (WHERE r.kind = k.name) AS unread,
               coalesce(bool_or(r.kind IS NULL OR r.source_id IS NULL)
                            FILTER (WHERE r.seq IS NOT NULL), false) AS is_blind
          FROM core.kinds AS k
          LEFT JOIN core.snapshot_records AS r
                 ON r.snapshot_id = snapshot.id
                AND (r.kind = k.name OR r.kind IS NULL)
                AND r.slug IS NOT NULL
         WHERE k.owner = 'setting'
         GROUP BY k.name, k.table_name, k.position
         ORDER BY k.position, k.name
    LOOP
        EXECUTE format('SELECT count(*) FROM core.%I AS t
                         WHERE t.setting_id = $1 AND t.deleted_at IS NULL',
                       v_kind.table_name)
           INTO live
          USING snapshot.setting_id;
        name := v_kind.name;
        table_name := v_kind.table_name;
        "position" := v_kind.position;
        unread := v_kind.unread;
        is_whole := v_kind.is_whole AND NOT v_kind.is_blind;
        is_blind := v_kind.is_blind;
        RETURN NEXT;
    END LOOP;
END
$$;

-- snapshot_leave — deletes what is absent: first what hangs on children,
-- children last. counts has of each kind how many went and how many of them
-- not with their child.
CREATE OR REPLACE FUNCTION core.snapshot_leave(snapshot core.snapshots,
    tally jsonb, OUT counts jsonb, OUT leavers jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_kind    record;
    v_absent  record;
    v_leaving text[] := '{}';
    v_alone   bigint;
BEGIN
    counts := '{}';
    leavers := '[]';
    FOR v_kind IN
        SELECT k.* FROM jsonb_to_recordset(tally)
            AS k (name text, table_name text, "position" int,
                  is_whole boolean, is_blind boolean)
         ORDER BY k.position, k.name
    LOOP
        IF v_kind.position = 1 AND v_kind.is_whole THEN
            SELECT a.source_ids INTO v_leaving
              FROM core.snapshot_absent(snapshot, v_kind.name,
                       v_kind.table_name, true, '{}') AS a;
        ELSIF v_kind.position = 2 AND cardinality(v_leaving) > 0 THEN
            v_leaving := ARRAY(
                SELECT l.child FROM unnest(v_leaving) AS l (child)
                EXCEPT
                SELECT * FROM unnest(core.snapshot_keeps(snapshot,
                    v_kind.name, v_kind.table_name, v_kind.is_blind,
                    v_leaving)));
        END IF;
    END LOOP;
    FOR v_kind IN
        SELECT k.* FROM jsonb_to_recordset(tally)
            AS k (name text, table_name text, "position" int,
                  is_whole boolean, is_blind boolean)
         ORDER BY k.position DESC, k.name
    LOOP
        SELECT a.* INTO v_absent
          FROM core.snapshot_absent(snapshot, v_kind.name, v_kind.table_name,
                   v_kind.is_whole AND v_kind.position > 1,
                   v_leaving) AS a;
        PERFORM core.snapshot_remove(snapshot.setting_id, v_kind.name,
            v_kind.table_name, v_absent.source_ids, v_absent.revisions);
        SELECT count(*) FILTER (WHERE a.is_alone) INTO v_alone
          FROM unnest(v_absent.are_alone) AS a (is_alone);
        counts := counts || jsonb_build_object(v_kind.name,
            jsonb_build_object(
                'leavers', coalesce(cardinality(v_absent.source_ids), 0),
                'alone', v_alone));
        leavers := leavers || coalesce((
            SELECT jsonb_agg(jsonb_build_object('kind', v_kind.name,
                       'source_id', i.source_id, 'child_id', i.child_id,
                       'revision', i.revision))
              FROM unnest(v_absent.source_ids, v_absent.child_ids,
                          v_absent.revisions)
                   AS i (source_id, child_id, revision)), '[]');
    END LOOP;
END
$$;

-- snapshot_apply — makes the setting's records those of the roll and tells
-- what that took. refused is all of them, result has the first; needs_name: so
-- much would go that somebody must stand for it.
CREATE OR REPLACE FUNCTION core.snapshot_apply(snapshot core.snapshots,
    OUT result jsonb, OUT leavers jsonb, OUT refused jsonb,
    OUT needs_name boolean)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '10s'
AS $$
DECLARE
    v_tally   jsonb;
    v_kind    record;
    v_merged  record;
    v_counts  jsonb := '{}';
    v_gone    jsonb;
BEGIN
    PERFORM set_config('app.setting', snapshot.setting_id::text, true);
    PERFORM core.setting_seize(snapshot.setting_id);
    SELECT jsonb_agg(t ORDER BY t.position, t.name) INTO v_tally
      FROM core.snapshot_tally(snapshot) AS t;
    SELECT coalesce(jsonb_agg(jsonb_build_object('kind', r.kind,
               'source_id', r.source_id, 'slug', r.slug,
               'pointer', r.pointer) ORDER BY r.seq), '[]') INTO refused
      FROM core.snapshot_records AS r
     WHERE r.snapshot_id = snapshot.id
       AND r.slug IS NOT NULL;
    FOR v_kind IN
        SELECT k.* FROM jsonb_to_recordset(v_tally)
            AS k (name text, table_name text, "position" int)
         ORDER BY k.position, k.name
    LOOP
        SELECT m.* INTO v_merged
          FROM core.snapshot_merge(snapshot, v_kind.name,
                                   v_kind.table_name) AS m;
        v_counts := v_counts || jsonb_build_object(v_kind.name, v_merged.counts);
        refused := refused || v_merged.refused;
    END LOOP;
    SELECT g.counts, g.leavers INTO v_gone, leavers
      FROM core.snapshot_leave(snapshot, v_tally) AS g;

    SELECT jsonb_build_object(
               'kinds', jsonb_agg(jsonb_build_object(
                   'kind', k.name,
                   'live', k.live,
                   'joiners', v_counts->k.name->'joiners',
                   'changed', v_counts->k.name->'changed',
                   'unchanged', v_counts->k.name->'unchanged',
                   'stale', v_counts->k.name->'stale',
                   'invalid', k.unread + (v_counts->k.name->>'invalid')::int,
                   'leavers', v_gone->k.name->'leavers',
                   'absence_known', k.is_whole) ORDER BY k.position, k.name)),
           coalesce(bool_or(CASE WHEN k.position = 1
               THEN (v_gone->k.name->>'leavers')::bigint
                        > core.snapshot_rule('leavers_children')
                    OR (v_gone->k.name->>'leavers')::bigint * 100
                        > core.snapshot_rule('leavers_percent') * k.live
               ELSE (v_gone->k.name->>'alone')::bigint * 100
                        > core.snapshot_rule('absent_percent') * k.live
               END), false)
      INTO result, needs_name
      FROM jsonb_to_recordset(v_tally)
           AS k (name text, "position" int, live bigint, unread bigint,
                 is_whole boolean);
    result := result || jsonb_build_object(
        'unreadable', (SELECT count(*) FROM core.snapshot_records AS r
                        WHERE r.snapshot_id = snapshot.id
                          AND (r.kind IS NULL OR r.source_id IS NULL)),
        'refused', (SELECT coalesce(jsonb_agg(f.f ORDER BY f.n), '[]')
                      FROM jsonb_array_elements(refused) WITH ORDINALITY
                           AS f (f, n)
                     WHERE f.n <= 1000),
        'needs_name', needs_name);
END
$$;

-- snapshot_refusals — of the kinds whose whole roll was committed only the
-- refusals it met itself still stand (core/freshness.sql).
CREATE OR REPLACE FUNCTION core.snapshot_refusals(setting_id int,
    result jsonb, refused jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v record;
BEGIN
    SELECT coalesce(array_agg(r.kind), '{}') AS kinds,
           coalesce(array_agg(r.source_id), '{}') AS source_ids,
           coalesce(array_agg(r.slug), '{}') AS slugs,
           coalesce(array_agg(r.pointer), '{}') AS pointers
      INTO v
      FROM jsonb_to_recordset(snapshot_refusals.refused)
           AS r (kind text, source_id text, slug text, pointer text)
     WHERE r.kind IS NOT NULL
       AND r.source_id IS NOT NULL;
    PERFORM core.refused_settle(snapshot_refusals.setting_id, ARRAY(
        SELECT k.kind
          FROM jsonb_to_recordset(result->'kinds')
               AS k (kind text, absence_known boolean)
         WHERE k.absence_known), v.kinds, v.source_ids);
    PERFORM core.refused_note(snapshot_refusals.setting_id, v.kinds,
        v.source_ids, v.slugs, v.pointers, (result->>'unreadable')::int,
        '{}', '{}');
END
$$;

-- snapshot_try — what snapshot_apply would tell. Everything it did is undone.
CREATE OR REPLACE FUNCTION core.snapshot_try(snapshot core.snapshots,
    OUT result jsonb, OUT leavers jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    SELECT a.result, a.leavers INTO result, leavers
      FROM core.snapshot_apply(snapshot) AS a;
    RAISE EXCEPTION USING ERRCODE = 'LA001', MESSAGE = 'only a preview';
EXCEPTION WHEN SQLSTATE 'LA001' THEN
    NULL;
END
$$;
