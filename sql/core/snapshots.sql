-- snapshots — whose a full roll is, whether it is still open, how its records
-- are kept, and its end. What it becomes is snapshot_apply.sql.
-- SPDX-License-Identifier: Apache-2.0

-- snapshot_rule — a number of core.snapshot_rules.
CREATE OR REPLACE FUNCTION core.snapshot_rule(name text)
RETURNS bigint
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT r.value FROM core.snapshot_rules AS r WHERE r.name = $1
$$;

-- snapshot_of_actor — the snapshot of this id, if the actor opened it and is
-- still granted its setting, held until the transaction ends; or not_found.
-- An open one whose time is over reads as expired.
CREATE OR REPLACE FUNCTION core.snapshot_of_actor(id uuid)
RETURNS core.snapshots
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '10s' -- several at once must not use up the connections
AS $$
DECLARE
    v_snapshot core.snapshots;
BEGIN
    SELECT s.* INTO v_snapshot
      FROM core.snapshots AS s
     WHERE s.id = snapshot_of_actor.id
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    IF v_snapshot.state = 'open' AND v_snapshot.expires_at <= now() THEN
        v_snapshot.state := 'expired';
    END IF;
    RETURN v_snapshot;
END
$$;

-- snapshot_overtook — true when this transaction began before the open
-- snapshot of the setting was opened: what it stored would bear a time before
-- the opening and look absent.
CREATE OR REPLACE FUNCTION core.snapshot_overtook(setting_id int)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT 1
                     FROM core.snapshots AS s
                    WHERE s.setting_id = snapshot_overtook.setting_id
                      AND s.state = 'open'
                      AND s.opened_at > now());
END
$$;

-- snapshot_open_one — the same as snapshot_of_actor, and refuses with snapshot_closed unless it is
-- open.
CREATE OR REPLACE FUNCTION core.snapshot_open_one(id uuid)
RETURNS core.snapshots
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_snapshot core.snapshots := core.snapshot_of_actor(id);
BEGIN
    IF v_snapshot.state <> 'open' THEN
        PERFORM core.refuse('snapshot_closed', 'it is ' || v_snapshot.state);
    END IF;
    RETURN v_snapshot;
END
$$;

-- sync_snapshot — the snapshot that sync_open found this batch to be for.
CREATE OR REPLACE FUNCTION core.sync_snapshot()
RETURNS core.snapshots
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_snapshot core.snapshots := core.snapshot_open_one(
        nullif(current_setting('app.snapshot', true), '')::uuid);
BEGIN
    IF v_snapshot.setting_id <> core.sync_setting() THEN
        PERFORM core.refuse('not_found');
    END IF;
    RETURN v_snapshot;
END
$$;

-- snapshot_arguments — the arguments of a kind's merge: name, type of one
-- element, place. Read from the function itself, so that there is no second
-- list of a kind's fields.
CREATE OR REPLACE FUNCTION core.snapshot_arguments(kind text)
RETURNS TABLE (name text, type text, pos bigint)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.proargnames[a.pos],
           format_type((SELECT t.typelem FROM pg_type AS t
                         WHERE t.oid = a.type), NULL),
           a.pos
      FROM pg_proc AS p
     CROSS JOIN LATERAL unnest(p.proargtypes::oid[]) WITH ORDINALITY
           AS a (type, pos)
     WHERE p.oid = format('api.%I', kind || '_merge')::regproc
$$;

-- snapshot_stage_define — makes api.KIND_stage, which takes what api.KIND_merge
-- takes and keeps it for the snapshot of the batch. For the deploy, as api.
CREATE OR REPLACE FUNCTION core.snapshot_stage_define(kind text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_arguments text;
    v_names     text;
BEGIN
    SELECT string_agg(format('%I %s[] DEFAULT NULL', a.name, a.type), ', '
                      ORDER BY a.pos),
           string_agg(quote_ident(a.name), ', ' ORDER BY a.pos)
      INTO v_arguments, v_names
      FROM core.snapshot_arguments(kind) AS a;
    EXECUTE format('CREATE FUNCTION api.%I(%s) RETURNS void
                    LANGUAGE plpgsql SECURITY DEFINER
                    SET search_path = pg_catalog, pg_temp AS %L',
        kind || '_stage', v_arguments, format($body$
#variable_conflict use_column
DECLARE
    v_snapshot core.snapshots := core.sync_snapshot();
BEGIN
    INSERT INTO core.snapshot_records (snapshot_id, setting_id, kind,
                                       source_id, was, sent)
    SELECT v_snapshot.id, v_snapshot.setting_id, %L, r.source_ids, r.was,
           jsonb_strip_nulls(to_jsonb(r) - '{ordinals,source_ids}'::text[])
      FROM unnest(%s) AS r (%s);
END
$body$, kind, v_names, v_names));
END
$$;

-- snapshots_lapse — closes the open snapshot of a setting, whoever's it is,
-- when its time is over.
CREATE OR REPLACE FUNCTION core.snapshots_lapse(setting_id int)
RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE core.snapshots AS s
       SET state = 'expired',
           closed_at = s.expires_at
     WHERE s.setting_id = snapshots_lapse.setting_id
       AND s.state = 'open'
       AND s.expires_at <= now()
$$;

-- snapshots_expire — for the housekeeping: closes what is over, and deletes
-- up to lim records of snapshots closed for longer than keep; says how many.
CREATE OR REPLACE FUNCTION core.snapshots_expire(keep interval, lim int)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_gone bigint;
BEGIN
    UPDATE core.snapshots AS s
       SET state = 'expired',
           closed_at = s.expires_at
     WHERE s.state = 'open'
       AND s.expires_at <= now();
    DELETE FROM core.snapshot_records AS r
     WHERE r.ctid = ANY (ARRAY(
               SELECT o.ctid
                 FROM core.snapshots AS s
                 JOIN core.snapshot_records AS o ON o.snapshot_id = s.id
                WHERE s.state <> 'open'
                  AND s.closed_at <= now() - keep
                LIMIT lim));
    GET DIAGNOSTICS v_gone = ROW_COUNT;
    RETURN v_gone;
END
$$;

-- The deploy calls it as api before grants.sql is read, which takes it back.
GRANT EXECUTE ON FUNCTION core.snapshot_arguments,
    core.snapshot_stage_define TO api;
