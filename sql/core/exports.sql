-- exports — the making of an export, as its runner (daemon/exporter.c) does
-- it. The runner reads in one transaction of a single snapshot, which holds
-- the job's lock: should it die, the lock is free at once and another takes
-- the job. It writes in short transactions, each of which asks anew whether
-- the job is still this run's and its client still there; so a long export
-- neither holds the feed back (as one with a transaction number would) nor
-- goes on for somebody who was ended. Only a whole one is ever `ready`.
-- SPDX-License-Identifier: Apache-2.0

-- export_take — the oldest job that nobody makes; no row when there is none.
-- Until this transaction ends the job is ours and its client the actor, for
-- reading in this very transaction and nothing else. settings is NULL for
-- who sees all; feed_xid is the oldest transaction this snapshot may miss,
-- feed_epoch and feed_key are of the client's cursors.
CREATE OR REPLACE FUNCTION core.export_take()
RETURNS TABLE (id uuid, settings int[], kinds text[], feed_xid text,
    feed_epoch bigint, feed_key bytea)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_job record;
BEGIN
    IF current_setting('transaction_read_only') <> 'on'
       OR current_setting('transaction_isolation') <> 'repeatable read' THEN
        RAISE EXCEPTION 'an export reads one snapshot and writes nothing';
    END IF;
    FOR v_job IN
        SELECT e.id, e.client_id, e.setting_id
          FROM core.exports AS e
         WHERE e.state IN ('queued', 'running')
         ORDER BY e.asked_at, e.id
    LOOP
        CONTINUE WHEN NOT pg_try_advisory_xact_lock(
            hashtextextended('export ' || v_job.id::text, 0));
        PERFORM set_config('app.actor', core.token_bind(v_job.client_id), true);
        RETURN QUERY
            SELECT v_job.id,
                   CASE WHEN v_job.setting_id IS NULL AND core.actor_sees_all()
                        THEN NULL
                        ELSE ARRAY(SELECT s.s
                                     FROM unnest(core.actor_settings()) AS s (s)
                                    WHERE v_job.setting_id IS NULL
                                       OR s.s = v_job.setting_id)
                   END,
                   core.export_kinds(),
                   pg_snapshot_xmin(pg_current_snapshot())::text,
                   p.epoch, p.key
              FROM core.feed_place(v_job.client_id) AS p;
        RETURN;
    END LOOP;
END
$$;

-- export_kinds — the kinds of record there are, a file each, in the order in
-- which one after another can be taken in.
CREATE OR REPLACE FUNCTION core.export_kinds()
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT array_agg(k.name ORDER BY k.position, k.name) FROM core.kinds AS k;
$$;

-- export_start — begins the job anew and answers the run that every later
-- call has to name; NULL when it was taken back meanwhile, or tried so often
-- that it is given up.
CREATE OR REPLACE FUNCTION core.export_start(id uuid)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_run      uuid;
    v_attempts int;
BEGIN
    UPDATE core.exports AS e
       SET state = CASE WHEN e.attempts >= 5 THEN 'failed' ELSE 'running' END,
           run = CASE WHEN e.attempts < 5 THEN gen_random_uuid() END,
           attempts = e.attempts + 1,
           started_at = now(),
           finished_at = CASE WHEN e.attempts >= 5 THEN now() END
     WHERE e.id = export_start.id
       AND e.state IN ('queued', 'running')
    RETURNING e.run, e.attempts INTO v_run, v_attempts;
    IF v_attempts > 1 THEN
        DELETE FROM core.export_pieces AS p WHERE p.export_id = export_start.id;
        DELETE FROM core.export_files AS f WHERE f.export_id = export_start.id;
    END IF;
    RETURN v_run;
END
$$;

-- export_is_ours — locks the job; false when it is no longer this run's, or
-- its client was ended.
CREATE OR REPLACE FUNCTION core.export_is_ours(id uuid, run uuid)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM 1
       FROM core.exports AS e
       JOIN core.clients AS c ON c.id = e.client_id AND c.is_active
      WHERE e.id = export_is_ours.id
        AND e.run = export_is_ours.run
        AND e.state = 'running'
        FOR SHARE OF e;
    RETURN FOUND;
END
$$;

-- export_piece — the next bytes of a file.
CREATE OR REPLACE FUNCTION core.export_piece(id uuid, run uuid, kind text,
    number int, bytes bytea)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT core.export_is_ours(export_piece.id, export_piece.run) THEN
        RETURN false;
    END IF;
    INSERT INTO core.export_pieces (export_id, kind, number, bytes)
    VALUES (export_piece.id, export_piece.kind, export_piece.number,
            export_piece.bytes);
    RETURN true;
END
$$;

-- export_file — a file is whole.
CREATE OR REPLACE FUNCTION core.export_file(id uuid, run uuid, kind text,
    records bigint, bytes bigint, sha256 bytea)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT core.export_is_ours(export_file.id, export_file.run) THEN
        RETURN false;
    END IF;
    INSERT INTO core.export_files (export_id, position, kind, records, bytes,
                                   sha256)
    SELECT export_file.id, count(*), export_file.kind, export_file.records,
           export_file.bytes, export_file.sha256
      FROM core.export_files AS f
     WHERE f.export_id = export_file.id;
    RETURN true;
END
$$;

-- export_audit — which children of a setting are in it.
CREATE OR REPLACE FUNCTION core.export_audit(id uuid, run uuid, setting_id int,
    child_ids uuid[], records bigint)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT core.export_is_ours(export_audit.id, export_audit.run) THEN
        RETURN false;
    END IF;
    INSERT INTO audit.entries (client_id, role, request, action, setting_id,
                               child_ids, details)
    SELECT c.id, c.role, nullif(current_setting('app.request', true), ''),
           'exports.make', export_audit.setting_id,
           coalesce(export_audit.child_ids, '{}'),
           jsonb_build_object('export', e.id, 'records', export_audit.records)
      FROM core.exports AS e
      JOIN core.clients AS c ON c.id = e.client_id
     WHERE e.id = export_audit.id;
    RETURN true;
END
$$;

-- export_finish — all files are there: it can be fetched for a day.
CREATE OR REPLACE FUNCTION core.export_finish(id uuid, run uuid,
    settings int[], cursor text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT core.export_is_ours(export_finish.id, export_finish.run) THEN
        RETURN false;
    END IF;
    -- Whoever follows this client's feed already hears of what is new to it
    -- first; what this export has is known from now on.
    PERFORM core.feed_settle(e.client_id, NULL),
            core.feed_remember(e.client_id, export_finish.settings)
       FROM core.exports AS e
      WHERE e.id = export_finish.id;
    UPDATE core.exports AS e
       SET state = 'ready',
           run = NULL,
           finished_at = now(),
           expires_at = now() + interval '24 hours',
           settings = export_finish.settings,
           cursor = export_finish.cursor
     WHERE e.id = export_finish.id;
    RETURN true;
END
$$;

-- export_end — its bytes go, and who makes it finds out at the next piece.
CREATE OR REPLACE FUNCTION core.export_end(id uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE core.exports AS e
       SET state = 'expired', run = NULL, expires_at = now()
     WHERE e.id = export_end.id
       AND e.state IN ('queued', 'running', 'ready');
    DELETE FROM core.export_pieces AS p WHERE p.export_id = export_end.id;
END
$$;

-- exports_of_ended — a client was ended: its exports go in that transaction.
CREATE OR REPLACE FUNCTION core.exports_of_ended()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM core.export_end(e.id)
       FROM core.exports AS e
      WHERE e.client_id = NEW.id
        AND e.state IN ('queued', 'running', 'ready');
    RETURN NULL;
END
$$;

-- exports_expire — ends at most so many exports whose time has been over for
-- that long and forgets those of which nothing but the name has been left for
-- 30 days; answers how many it ended and forgot: fewer than asked for means
-- that there are no more.
CREATE OR REPLACE FUNCTION core.exports_expire(keep interval, at_most int)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_job  uuid;
    v_done int := 0;
    v_old  int;
BEGIN
    FOR v_job IN
        SELECT e.id
          FROM core.exports AS e
         WHERE e.state = 'ready'
           AND e.expires_at <= now() - exports_expire.keep
         ORDER BY e.expires_at
         LIMIT exports_expire.at_most
           FOR UPDATE SKIP LOCKED
    LOOP
        PERFORM core.export_end(v_job);
        v_done := v_done + 1;
    END LOOP;
    DELETE FROM core.exports AS e
     WHERE e.id IN (SELECT o.id
                      FROM core.exports AS o
                     WHERE o.state IN ('failed', 'expired')
                       AND o.asked_at < now() - interval '30 days'
                     LIMIT exports_expire.at_most - v_done
                       FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS v_old = ROW_COUNT;
    RETURN v_done + v_old;
END
$$;
