-- changes — the feed of the actor: what was put and deleted in its settings,
-- what came into its scope and left it, in the order in which a reader may
-- take it. Which rows those are is core/feed.sql.
-- after: records
-- SPDX-License-Identifier: Apache-2.0

-- feed_open — before each reading of a feed, in a transaction of its own that
-- may write: what a new day or a change of scope has brought is told. Answers
-- the epoch and the key of the actor's cursors; is_fresh: it has none.
CREATE FUNCTION api.feed_open(is_fresh boolean)
RETURNS TABLE (epoch bigint, key bytea)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM core.facts_settle_day();
    PERFORM core.feed_settle(core.actor_id(), feed_open.is_fresh);
    RETURN QUERY SELECT p.* FROM core.feed_place(core.actor_id()) AS p;
END
$$;

-- feed_place — the same for who only prints a cursor: an export does.
CREATE FUNCTION api.feed_place()
RETURNS TABLE (epoch bigint, key bytea)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT p.* FROM core.feed_place(core.actor_id()) AS p $$;

-- changes — the rows after a place, at most so many, in order. A reader goes
-- on after the last row it took, the first time after 0 and 0. A row names what
-- has changed and shows how that is now: who wrote later may have the smaller
-- transaction number and so the earlier row. So a put of what was deleted
-- since is a delete, a delete of what is there again a put, an enter of what
-- is not (or no longer) to be seen a leave. data: of a put,
-- and of a fact that enters, what the record holds; of a child's record that
-- enters (rows of this client alone) the records that hang on it, its own
-- among them, by kind, each with source_id, revision and data.
CREATE FUNCTION api.changes(after_xid xid8, after_seq bigint, most int)
RETURNS TABLE ("position" xid8, seq bigint, op text, kind text, setting text,
    source_id text, child_id uuid, "from" uuid, revision bigint,
    at timestamptz, data jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan -- to plan it takes ten times as long as to run it
AS $$
#variable_conflict use_column
DECLARE
    -- What is shown of a setting the feed was not told of could not be taken
    -- back: a row of the client's own may be older than that.
    v_told int[] := core.feed_told(core.actor_id());
BEGIN
    RETURN QUERY
    SELECT c.xid,
           c.seq,
           CASE WHEN r.source_id IS NOT NULL AND c.op IN ('delete', 'leave')
                THEN 'put'
                WHEN r.source_id IS NOT NULL OR b.data IS NOT NULL
                     OR c.op IN ('merge', 'split') -- what hangs on it moves too
                THEN c.op
                WHEN c.client_id IS NULL AND c.op NOT IN ('enter', 'leave')
                THEN 'delete'
                ELSE 'leave'
           END,
           c.kind,
           s.ref,
           c.source_id,
           coalesce(r.child_id, b.child_id, c.child_id),
           CASE WHEN c.op IN ('merge', 'split') THEN c.from_child END,
           coalesce(r.revision, c.revision),
           c.at,
           CASE WHEN c.op NOT IN ('merge', 'split')
                THEN coalesce(b.data, r.data) END
      FROM core.feed_page(after_xid, after_seq, most) AS c
      JOIN core.settings AS s ON s.id = c.setting_id
      LEFT JOIN LATERAL (
           SELECT k.source_id, k.child_id, k.revision, k.data
             FROM api.records AS k
            WHERE k.kind = c.kind
              AND k.setting_id = c.setting_id
              AND k.source_id = c.source_id
              AND (c.client_id IS NULL OR c.setting_id = ANY (v_told))
           OFFSET 0) AS r ON true
      LEFT JOIN LATERAL (
           SELECT min(g.child_id::text)::uuid AS child_id,
                  jsonb_object_agg(g.kind, g.records) AS data
             FROM (SELECT t.child_id, k.kind,
                          jsonb_agg(jsonb_build_object(
                              'source_id', k.source_id,
                              'revision', k.revision,
                              'data', k.data) ORDER BY k.source_id) AS records
                     FROM core.child_records AS t
                     JOIN api.records AS k
                       ON k.setting_id = t.setting_id
                      AND k.child_id = t.child_id
                      AND k.content_hash IS NOT NULL -- facts enter themselves
                      AND (k.kind = 'child' AND k.source_id = t.source_id
                           OR k.data->>'child' = t.source_id)
                    WHERE t.setting_id = c.setting_id
                      AND t.source_id = c.source_id
                      AND c.op = 'enter'
                      AND c.kind = 'child'
                      AND c.setting_id = ANY (v_told)
                    GROUP BY t.child_id, k.kind) AS g) AS b ON true
     ORDER BY c.xid, c.seq;
END
$$;

-- changes_watch — what a reader who waits can be woken by: its settings; and
-- whether something committed is still held back by an older transaction, so
-- that waiting for news of it would be in vain; and the place of the last row
-- of anybody: where a reader stands who finds nothing, so that the history
-- that is deleted does not overtake it. Asked before the feed.
CREATE FUNCTION api.changes_watch()
RETURNS TABLE (settings int[], is_held_back boolean, last_xid bigint,
    last_seq bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_client   uuid := core.actor_id();
    v_settings int[] := core.actor_settings();
BEGIN
    IF core.actor_role() IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT v_settings,
           EXISTS (SELECT 1
                     FROM core.changes AS c
                    WHERE c.xid >= pg_snapshot_xmin(pg_current_snapshot())
                      AND (c.client_id = v_client
                           OR c.client_id IS NULL
                              AND c.setting_id = ANY (v_settings))),
           e.xid::text::bigint,
           e.seq
      FROM core.feed_end() AS e;
END
$$;
