-- feed — whose feed holds what: the locks between those who write records
-- and those who change who sees them, the rows that tell a client that its
-- scope has changed, a page, and the end of old history.
--
-- A row of core.changes is for all who see its setting, or for one client
-- (client_id). A reader goes by (xid, seq) below the oldest running
-- transaction, so what commits late is never passed. What it may see is
-- judged when it reads; so where its scope changed, rows of its own bring
-- what it had passed without seeing (enter) and take back what it saw
-- (leave). For that list to be whole no record may be written meanwhile:
-- who writes rows of a setting shares it until the commit (setting_share), who
-- makes such a list takes it alone first (setting_seize).
-- SPDX-License-Identifier: Apache-2.0

-- feed_notify — wakes, after the commit, who waits for news of this setting;
-- 0 is all. Only for what is rare: NOTIFY makes commits wait in line, and so
-- batches leave it to the daemon (daemon/db_listen.h, which has the name).
CREATE OR REPLACE FUNCTION core.feed_notify(setting_id int)
RETURNS void
LANGUAGE sql
AS $$ SELECT pg_catalog.pg_notify('sencod_changes', setting_id::text) $$;

-- feed_settle — tells a client's feed what has come into its scope since it
-- was last told, and what has left it; true when there was something. A first
-- reading that begins at the start of the history (is_fresh) needs no
-- telling; before one (is_fresh NULL: somebody else asks) there is nothing to
-- tell. Who sees the whole authority always has.
--   enter  for each child's record (its data are that and all that hangs on
--          it, made when it is read) and for each fact
--   put    for each record that hangs on no live record of a child
--   leave  for each of these, and for what was deleted: the client may not
--          have read that yet, and will not see it any more
CREATE OR REPLACE FUNCTION core.feed_settle(client_id uuid,
    is_fresh boolean DEFAULT false)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_client ALIAS FOR $1;
    v_told   int[];
    v_now    int[];
    v_locked int[];
    v_gained int[];
    v_lost   int[];
BEGIN
    IF core.client_sees_all(v_client) THEN
        RETURN false;
    END IF;
    v_told := core.feed_told(v_client);
    v_now := core.client_settings(v_client);
    IF v_told = v_now OR v_told = '{}' AND feed_settle.is_fresh IS NULL THEN
        RETURN false;
    ELSIF v_told = '{}' AND feed_settle.is_fresh THEN
        INSERT INTO core.feed_scope (client_id, setting_id)
        SELECT v_client, s.id FROM unnest(v_now) AS s (id)
        ON CONFLICT DO NOTHING;
        RETURN false;
    END IF;
    v_locked := ARRAY(
        SELECT s.id FROM unnest(v_told || v_now) AS s (id)
         WHERE s.id = ANY (v_told) <> (s.id = ANY (v_now))
         ORDER BY s.id);
    PERFORM core.setting_seize(s.id) FROM unnest(v_locked) AS s (id);
    -- Another reader of this client may have been at it meanwhile.
    v_told := core.feed_told(v_client);
    v_now := core.client_settings(v_client);
    v_gained := ARRAY(SELECT s.id FROM unnest(v_now) AS s (id)
                       WHERE s.id <> ALL (v_told) AND s.id = ANY (v_locked));
    v_lost := ARRAY(SELECT s.id FROM unnest(v_told) AS s (id)
                     WHERE s.id <> ALL (v_now) AND s.id = ANY (v_locked));
    PERFORM core.feed_enter(v_client, v_gained);
    PERFORM core.feed_leave(v_client, v_lost);
    INSERT INTO core.feed_scope (client_id, setting_id)
    SELECT v_client, s.id FROM unnest(v_gained) AS s (id);
    DELETE FROM core.feed_scope AS f
     WHERE f.client_id = v_client
       AND f.setting_id = ANY (v_lost);
    PERFORM core.feed_notify(0);
    RETURN true;
END
$$;

-- feed_remember — a client is given these settings' records by other means
-- than its feed, an export: when one leaves its scope the feed says so.
CREATE OR REPLACE FUNCTION core.feed_remember(client_id uuid,
    setting_ids int[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT core.client_sees_all(feed_remember.client_id) THEN
        INSERT INTO core.feed_scope (client_id, setting_id)
        SELECT feed_remember.client_id, s.id
          FROM unnest(feed_remember.setting_ids) AS s (id)
        ON CONFLICT DO NOTHING;
    END IF;
END
$$;

-- feed_told — the settings a client's feed was told of, in order.
CREATE OR REPLACE FUNCTION core.feed_told(client_id uuid)
RETURNS int[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN ARRAY(SELECT f.setting_id
                   FROM core.feed_scope AS f
                  WHERE f.client_id = feed_told.client_id
                  ORDER BY f.setting_id);
END
$$;

-- feed_keys — of these settings every live record, kind by kind: whether it
-- hangs on a live record of a child.
CREATE OR REPLACE FUNCTION core.feed_keys(setting_ids int[])
RETURNS TABLE (setting_id int, kind text, source_id text, child_id uuid,
    revision bigint, hangs boolean)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_kind record;
BEGIN
    FOR v_kind IN
        SELECT k.name, k.position, k.table_name
          FROM core.kinds AS k
         WHERE k.table_name IS NOT NULL
         ORDER BY k.position, k.name
    LOOP
        RETURN QUERY EXECUTE format('
            SELECT t.setting_id, %L::text, t.source_id::text, %s, t.revision, %s
              FROM core.%I AS t
             WHERE t.setting_id = ANY ($1)
               AND t.deleted_at IS NULL
             ORDER BY t.setting_id, t.source_id',
            v_kind.name,
            CASE v_kind.position WHEN 3 THEN 'NULL::uuid' ELSE 't.child_id' END,
            CASE v_kind.position WHEN 2 THEN
                'EXISTS (SELECT 1 FROM core.child_records AS r
                          WHERE r.setting_id = t.setting_id
                            AND r.source_id = t.child
                            AND r.deleted_at IS NULL)'
                ELSE 'false' END,
            v_kind.table_name)
        USING setting_ids;
    END LOOP;
    RETURN QUERY
        SELECT t.setting_id, t.kind, t.source_id::text, t.child_id,
               t.revision, NULL::boolean
          FROM core.facts_told AS t
         WHERE t.setting_id = ANY (setting_ids)
         ORDER BY t.setting_id, t.kind, t.source_id;
END
$$;

-- feed_enter — these settings' records and facts come into the scope.
CREATE OR REPLACE FUNCTION core.feed_enter(client_id uuid, setting_ids int[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO core.changes (client_id, setting_id, kind, source_id, op,
                              child_id, revision)
    SELECT feed_enter.client_id, k.setting_id, k.kind, k.source_id,
           CASE WHEN k.kind = 'child' OR k.hangs IS NULL THEN 'enter'
                ELSE 'put' END,
           k.child_id, k.revision
      FROM core.feed_keys(feed_enter.setting_ids) AS k
     WHERE k.hangs IS NOT TRUE;
END
$$;

-- feed_leave — these settings' records and facts go out of the scope.
CREATE OR REPLACE FUNCTION core.feed_leave(client_id uuid, setting_ids int[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO core.changes (client_id, setting_id, kind, source_id, op,
                              child_id, revision)
    SELECT DISTINCT ON (k.setting_id, k.kind, k.source_id)
           feed_leave.client_id, k.setting_id, k.kind, k.source_id, 'leave',
           k.child_id, k.revision
      FROM (SELECT l.setting_id, l.kind, l.source_id, l.child_id, l.revision
              FROM core.feed_keys(feed_leave.setting_ids) AS l
             UNION ALL
            SELECT c.setting_id, c.kind, c.source_id, c.child_id, c.revision
              FROM core.changes AS c
             WHERE c.setting_id = ANY (feed_leave.setting_ids)
               AND c.client_id IS NULL
               AND c.op IN ('delete', 'leave')) AS k
     ORDER BY k.setting_id, k.kind, k.source_id, k.revision DESC;
END
$$;

-- scope_changed — after somebody was given or taken a setting, whoever did
-- it: the client's feed is told in the same transaction.
CREATE OR REPLACE FUNCTION core.scope_changed()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_row    jsonb;
    v_client uuid;
BEGIN
    IF TG_TABLE_NAME = 'clients' THEN
        PERFORM core.feed_notify(0); -- who waits looks, and is turned away
        RETURN NULL;
    END IF;
    FOREACH v_row IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
        v_client := coalesce(v_row->>'client_id', (
            SELECT l.client_id::text
              FROM core.caseloads AS l
             WHERE l.id = (v_row->>'caseload_id')::int))::uuid;
        IF v_client IS NOT NULL THEN
            PERFORM core.feed_settle(v_client, NULL);
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

-- staff_scope_changed — after a post or a group of settings changed, at the
-- end of the transaction: a change of a post is one version closed and
-- another added, and between the two nobody holds it. The feeds of the SENCOs
-- it is about are told then. What a setting's own records change is told at
-- the next reading: a batch shares its setting with other batches and cannot
-- take it alone. It only wakes whoever waits.
CREATE OR REPLACE FUNCTION core.staff_scope_changed()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_row jsonb;
BEGIN
    FOREACH v_row IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
        IF TG_TABLE_NAME = 'post_records' THEN
            PERFORM core.feed_notify(0)
               FROM core.clients AS c
               JOIN core.posts AS p ON p.staff_id = c.staff_id
              WHERE c.role = 'senco'
                AND (p.setting_id = (v_row->>'setting_id')::int
                     OR p.group_id IN (
                         SELECT g.group_id
                           FROM core.group_settings AS g
                          WHERE g.setting_id = (v_row->>'setting_id')::int))
              LIMIT 1;
        ELSE
            PERFORM core.feed_settle(c.id, NULL)
               FROM core.clients AS c
              WHERE c.role = 'senco'
                AND (c.staff_id = (v_row->>'staff_id')::int
                     OR c.staff_id IN (
                         SELECT p.staff_id
                           FROM core.posts AS p
                          WHERE p.group_id = (v_row->>'group_id')::int));
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

-- feed_place — the epoch, and the key of this client's cursors. The epoch is
-- another one when the database was restored: into another cluster, on
-- another timeline, or as tools/deploy --restored was told.
CREATE OR REPLACE FUNCTION core.feed_place(client_id uuid, OUT epoch bigint,
    OUT key bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    SELECT ('x' || left(md5(concat_ws(' ', f.epoch, s.system_identifier,
                left(pg_walfile_name(pg_current_wal_lsn()), 8))), 8)
           )::bit(32)::bigint,
           extensions.hmac(uuid_send(feed_place.client_id), f.key, 'sha256')
      INTO feed_place.epoch, feed_place.key
      FROM core.feed AS f
     CROSS JOIN pg_control_system() AS s;
END
$$;

-- feed_page — the next rows of the actor's feed after this place, at most so
-- many. Of the settings it sees those only that its feed was told of: what it
-- was not told would not be taken back when it is out of scope again. As owner, with the scope written into the query: so each setting's
-- rows come by an index of their own, already in order. Refuses when rows
-- after that place were deleted (it looks in the same snapshot it reads in),
-- and when that place is one the database has not come to: it was restored.
CREATE OR REPLACE FUNCTION core.feed_page(xid xid8, seq bigint, most int)
RETURNS SETOF core.changes
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_client   uuid := core.actor_id();
    v_settings int[] := ARRAY(
        SELECT s.id FROM unnest(core.feed_told(v_client)) AS s (id)
         WHERE s.id = ANY (core.actor_settings()));
    v_from     text := 'SELECT c.* FROM core.changes AS c WHERE %s
        AND (c.xid, c.seq) > ($1, $2)
        AND c.xid < pg_snapshot_xmin(pg_current_snapshot())';
    v_ordered  text := ' ORDER BY xid, seq LIMIT $3';
BEGIN
    IF EXISTS (SELECT 1 FROM core.feed AS f
                WHERE (f.kept_xid, f.kept_seq)
                      > (feed_page.xid, feed_page.seq))
       OR feed_page.xid > pg_snapshot_xmax(pg_current_snapshot()) THEN
        PERFORM core.refuse('cursor_expired');
    END IF;
    IF core.actor_sees_all() THEN
        v_from := format(v_from, 'c.client_id IS NULL');
    ELSIF core.actor_role() IS NULL THEN
        RETURN;
    ELSIF cardinality(v_settings) > 300 THEN -- most rows are theirs
        v_from := format(v_from, format('(c.client_id IS NULL
            AND c.setting_id = ANY (%L::int[]) OR c.client_id = %L)',
            v_settings, v_client));
    ELSE
        -- Each branch in order and bounded by itself: then they are merged as
        -- they are read, a few rows of each, and none is sorted whole.
        v_from := '(' || v_from || v_ordered || ')';
        v_from := format('SELECT u.* FROM (%s) AS u', concat_ws(' UNION ALL ',
            format(v_from, format('c.client_id = %L', v_client)), (
            SELECT string_agg(format(v_from, format(
                       'c.client_id IS NULL AND c.setting_id = %s', s.id)),
                       ' UNION ALL ')
              FROM unnest(v_settings) AS s (id))));
    END IF;
    RETURN QUERY EXECUTE v_from || v_ordered
        USING feed_page.xid, feed_page.seq, feed_page.most;
END
$$;

-- feed_end — the place of the last row that can be read; NULL without one.
CREATE OR REPLACE FUNCTION core.feed_end(OUT xid xid8, OUT seq bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    SELECT c.xid, c.seq INTO feed_end.xid, feed_end.seq
      FROM core.changes AS c
     WHERE c.xid < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY c.xid DESC, c.seq DESC
     LIMIT 1;
END
$$;

-- feed_child_moved — for the merges and splits of persons: each of these
-- records is another child now. Its setting is told, and facts of both.
CREATE OR REPLACE FUNCTION core.feed_child_moved(setting_ids int[],
    source_ids text[], from_child uuid, to_child uuid, op text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM core.facts_lock(ARRAY[feed_child_moved.from_child,
                                  feed_child_moved.to_child]);
    INSERT INTO core.changes (setting_id, kind, source_id, op, child_id,
                              from_child, revision)
    SELECT r.setting_id, 'child', r.source_id, feed_child_moved.op,
           feed_child_moved.to_child, feed_child_moved.from_child, r.revision
      FROM unnest(feed_child_moved.setting_ids, feed_child_moved.source_ids)
           AS m (setting_id, source_id)
      JOIN core.child_records AS r
        ON r.setting_id = m.setting_id
       AND r.source_id = m.source_id;
    PERFORM core.facts_settle(ARRAY[feed_child_moved.from_child,
                                    feed_child_moved.to_child]);
    PERFORM core.feed_notify(s.id)
       FROM unnest(feed_child_moved.setting_ids) AS s (id)
      GROUP BY s.id;
END
$$;

-- feed_prune — deletes at most so many rows that are older than keep, the
-- oldest first, and answers how many: a run of bounded length, to be called
-- again while it answers as many as it was asked for.
CREATE OR REPLACE FUNCTION core.feed_prune(keep interval, most int)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_last record;
    v_gone bigint;
BEGIN
    PERFORM 1 FROM core.feed AS f FOR UPDATE;
    SELECT o.xid, o.seq INTO v_last
      FROM (SELECT c.xid, c.seq,
                   bool_and(c.at < now() - feed_prune.keep)
                       OVER (ORDER BY c.xid, c.seq) AS is_old
              FROM (SELECT n.xid, n.seq, n.at
                      FROM core.changes AS n
                     WHERE n.xid < pg_snapshot_xmin(pg_current_snapshot())
                     ORDER BY n.xid, n.seq
                     LIMIT feed_prune.most) AS c) AS o
     WHERE o.is_old
     ORDER BY o.xid DESC, o.seq DESC
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    DELETE FROM core.changes AS c
     WHERE (c.xid, c.seq) <= (v_last.xid, v_last.seq);
    GET DIAGNOSTICS v_gone = ROW_COUNT;
    UPDATE core.feed SET kept_xid = v_last.xid, kept_seq = v_last.seq;
    RETURN v_gone;
END
$$;

-- feed_restored — for tools/deploy: when these rows were made in another
-- cluster, or somebody says that the database was restored, the history and
-- all cursors end here and every reader begins anew with an export.
CREATE OR REPLACE FUNCTION core.feed_restored(is_restored boolean)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_identifier bigint := (SELECT s.system_identifier
                              FROM pg_control_system() AS s);
BEGIN
    UPDATE core.feed AS f
       SET epoch = f.epoch + 1,
           system_identifier = v_identifier,
           kept_xid = pg_current_xact_id(),
           kept_seq = 0
     WHERE is_restored OR f.system_identifier <> v_identifier;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM core.changes;
    DELETE FROM core.feed_scope;
    PERFORM core.feed_notify(0);
    RETURN true;
END
$$;
