-- snapshots — a full roll of one setting: opened, sent in batches, looked at,
-- committed or dropped. What it does is core/snapshots.sql.
-- after: kinds sync
-- SPDX-License-Identifier: Apache-2.0

-- The half of a kind that keeps its records for a snapshot.
DO $$
DECLARE
    v_kind record;
BEGIN
    FOR v_kind IN SELECT k.name FROM core.kinds AS k WHERE k.owner = 'setting'
    LOOP
        PERFORM core.snapshot_stage_define(v_kind.name);
    END LOOP;
END
$$;

-- snapshots — the actor's own.
CREATE VIEW api.snapshots AS
    SELECT s.id,
           f.ref AS setting,
           s.kinds,
           CASE WHEN s.state = 'open' AND s.expires_at <= now()
                THEN 'expired' ELSE s.state END AS state,
           s.opened_at,
           s.expires_at,
           CASE WHEN s.state = 'open' AND s.expires_at <= now()
                THEN s.expires_at ELSE s.closed_at END AS closed_at,
           s.records,
           s.confirmed_by,
           s.result,
           s.setting_id AS _setting_id
      FROM core.snapshots AS s
      JOIN core.settings AS f ON f.id = s.setting_id;

-- snapshot_open — a new one of that setting, whole in these kinds (codes,
-- comma separated); refuses while another is open.
CREATE FUNCTION api.snapshot_open(setting_ref text, kinds text)
RETURNS SETOF api.snapshots
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting int := core.setting_find(snapshot_open.setting_ref);
    v_kinds   text[] := string_to_array(snapshot_open.kinds, ',');
    v_id      uuid;
BEGIN
    PERFORM set_config('app.setting', coalesce(v_setting::text, ''), true);
    PERFORM core.sync_setting();
    IF EXISTS (SELECT 1
                 FROM unnest(v_kinds) AS n (name)
                 LEFT JOIN core.kinds AS k
                        ON k.name = n.name AND k.owner = 'setting'
                WHERE k.name IS NULL) THEN
        PERFORM core.refuse('unknown_kind', '', '/kinds');
    END IF;
    -- Whatever was on its way to the setting is older than the roll.
    PERFORM core.setting_seize(v_setting);
    PERFORM core.snapshots_lapse(v_setting);
    INSERT INTO core.snapshots (client_id, setting_id, kinds, expires_at)
    VALUES (core.actor_id(), v_setting,
            ARRAY(SELECT k.name FROM core.kinds AS k
                   WHERE k.name = ANY (v_kinds)
                   ORDER BY k.position, k.name),
            clock_timestamp() + make_interval(
                hours => core.snapshot_rule('open_hours')::int))
    ON CONFLICT (setting_id) WHERE state = 'open' DO NOTHING
    RETURNING core.snapshots.id INTO v_id;
    IF v_id IS NULL THEN
        PERFORM core.refuse('snapshot_open');
    END IF;
    PERFORM core.audit_write('snapshot.open', v_setting, '{}',
        jsonb_build_object('snapshot', v_id));
    RETURN QUERY SELECT s.* FROM api.snapshots AS s WHERE s.id = v_id;
END
$$;

-- snapshot_note — a batch for the snapshot came: how many records in how many
-- bytes, and of each record refused when it was read its kind and id, empty
-- where they could not be read, and the id it had before. Called before the
-- KIND_stage of the batch.
CREATE FUNCTION api.snapshot_note(records int, bytes int, kinds text[],
    source_ids text[], was text[], slugs text[], pointers text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_snapshot core.snapshots := core.sync_snapshot();
BEGIN
    IF v_snapshot.records + snapshot_note.records
           > core.snapshot_rule('records')
       OR v_snapshot.bytes + snapshot_note.bytes
           > core.snapshot_rule('bytes') THEN
        PERFORM core.refuse('snapshot_too_large');
    END IF;
    UPDATE core.snapshots AS s
       SET records = s.records + snapshot_note.records,
           bytes = s.bytes + snapshot_note.bytes
     WHERE s.id = v_snapshot.id;
    INSERT INTO core.snapshot_records (snapshot_id, setting_id, kind,
                                       source_id, was, slug, pointer)
    SELECT v_snapshot.id, v_snapshot.setting_id, nullif(r.kind, ''),
           nullif(r.source_id, ''), r.was, r.slug,
           regexp_replace(r.pointer, '^/records/\d+', '')
      FROM unnest(snapshot_note.kinds, snapshot_note.source_ids,
                  snapshot_note.was, snapshot_note.slugs,
                  snapshot_note.pointers)
           AS r (kind, source_id, was, slug, pointer);
END
$$;

-- snapshot_preview — what a commit now would do.
CREATE FUNCTION api.snapshot_preview(id uuid)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_snapshot core.snapshots := core.snapshot_of_actor(id);
BEGIN
    RETURN (SELECT t.result FROM core.snapshot_try(v_snapshot) AS t);
END
$$;

-- snapshot_leavers — the records a commit now would delete because they are
-- absent.
CREATE FUNCTION api.snapshot_leavers(id uuid)
RETURNS TABLE (kind text, source_id text, child_id uuid, revision bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_snapshot core.snapshots := core.snapshot_open_one(id);
BEGIN
    RETURN QUERY
        SELECT l.kind, l.source_id, l.child_id, l.revision
          FROM core.snapshot_try(v_snapshot) AS t
         CROSS JOIN LATERAL jsonb_to_recordset(t.leavers)
               AS l (kind text, source_id text, child_id uuid,
                     revision bigint)
         ORDER BY l.kind, l.source_id;
END
$$;

-- snapshot_commit — the setting's records become those of the roll. One that
-- was committed is told again as it was.
CREATE FUNCTION api.snapshot_commit(id uuid, confirmed_by text)
RETURNS SETOF api.snapshots
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_snapshot core.snapshots := core.snapshot_of_actor(id);
    v_done     record;
BEGIN
    IF v_snapshot.state <> 'committed' THEN
        v_snapshot := core.snapshot_open_one(id);
        SELECT a.* INTO v_done FROM core.snapshot_apply(v_snapshot) AS a;
        IF v_done.needs_name AND snapshot_commit.confirmed_by IS NULL THEN
            PERFORM core.refuse('leavers_unconfirmed', '', '/confirmed_by');
        END IF;
        UPDATE core.snapshots AS s
           SET state = 'committed',
               closed_at = now(),
               confirmed_by = snapshot_commit.confirmed_by,
               result = v_done.result
         WHERE s.id = v_snapshot.id;
        INSERT INTO core.setting_contacts AS c (setting_id, last_data_at,
            last_batch_at, last_contact_at)
        VALUES (v_snapshot.setting_id, now(), now(), now())
        ON CONFLICT ON CONSTRAINT setting_contacts_pkey DO UPDATE
           SET last_data_at = excluded.last_data_at,
               last_batch_at = excluded.last_batch_at,
               last_contact_at = excluded.last_contact_at;
        PERFORM core.snapshot_refusals(v_snapshot.setting_id, v_done.result,
                                       v_done.refused);
        PERFORM core.audit_write('snapshot.commit', v_snapshot.setting_id, '{}',
            jsonb_build_object('snapshot', v_snapshot.id,
                'confirmed_by', snapshot_commit.confirmed_by,
                'leavers', jsonb_array_length(v_done.leavers)));
    END IF;
    RETURN QUERY SELECT s.* FROM api.snapshots AS s
                  WHERE s.id = snapshot_commit.id;
END
$$;

-- snapshot_drop — closed without effect; again is the same.
CREATE FUNCTION api.snapshot_drop(id uuid)
RETURNS SETOF api.snapshots
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_snapshot core.snapshots := core.snapshot_of_actor(id);
BEGIN
    IF v_snapshot.state = 'committed' THEN
        PERFORM core.refuse('snapshot_closed', 'it is committed');
    END IF;
    IF v_snapshot.state = 'open' THEN
        UPDATE core.snapshots AS s
           SET state = 'dropped',
               closed_at = now()
         WHERE s.id = v_snapshot.id;
        PERFORM core.audit_write('snapshot.drop', v_snapshot.setting_id, '{}',
            jsonb_build_object('snapshot', v_snapshot.id));
    END IF;
    RETURN QUERY SELECT s.* FROM api.snapshots AS s
                  WHERE s.id = snapshot_drop.id;
END
$$;
