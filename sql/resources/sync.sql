-- sync — the envelope of a batch: opened for one setting, closed with the
-- answer that a retry will get again. Between the two stand the merges.
-- SPDX-License-Identifier: Apache-2.0

-- sync_open — takes the client's key for this transaction and names the
-- setting the merges work on. Writes nothing. outcomes and details are there
-- when this batch was answered before. An unknown setting and one that is
-- not granted look alike. has_refused: earlier refusals of the setting stand.
-- With a snapshot the batch is only kept for it. An answer older than
-- keep_days is as if it were not there.
CREATE FUNCTION api.sync_open(setting_ref text, key text, body_sha256 bytea,
    snapshot_id uuid DEFAULT NULL, keep_days int DEFAULT 30)
RETURNS TABLE (setting_id int, outcomes text, details jsonb,
    has_refused boolean)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_client  uuid := core.actor_id();
    v_setting int := core.setting_find(sync_open.setting_ref);
    v_batch   record;
BEGIN
    PERFORM set_config('app.setting', coalesce(v_setting::text, ''), true);
    PERFORM set_config('app.snapshot',
                       coalesce(sync_open.snapshot_id::text, ''), true);
    PERFORM core.sync_setting();
    -- Whose children are being joined or told apart, or whose roll is being
    -- taken, waits, and is waited for.
    IF sync_open.snapshot_id IS NULL THEN
        PERFORM core.setting_share(v_setting);
        IF core.snapshot_overtook(v_setting) THEN
            PERFORM core.refuse('busy');
        END IF;
    END IF;
    IF coalesce(sync_open.key, '') = '' THEN
        PERFORM core.refuse('idempotency_key_missing');
    END IF;
    PERFORM pg_advisory_xact_lock(
        hashtextextended(v_client::text || ' ' || sync_open.key, 0));
    SELECT b.* INTO v_batch
      FROM core.sync_batches AS b
     WHERE b.client_id = v_client
       AND b.key = sync_open.key
       AND b.at > now() - make_interval(days => sync_open.keep_days);
    IF FOUND AND (v_batch.body_sha256 <> sync_open.body_sha256
                  OR v_batch.setting_id <> v_setting
                  OR v_batch.snapshot_id IS DISTINCT FROM
                         sync_open.snapshot_id) THEN
        PERFORM core.refuse('batch_differs');
    END IF;
    RETURN QUERY SELECT v_setting, v_batch.outcomes, v_batch.details,
        EXISTS (SELECT 1
                  FROM core.setting_contacts AS c
                 WHERE c.setting_id = v_setting
                   AND c.refused > 0);
END
$$;

-- sync_close — stores the answer (outcomes has one letter a record), the
-- audit row and the moment the setting was heard of.
CREATE FUNCTION api.sync_close(setting_ref text, key text, body_sha256 bytea,
    records int, outcomes text, details jsonb)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting int := core.sync_setting();
    -- A batch of which everything was refused has brought no data, nor has
    -- one that is kept for a snapshot.
    v_data_at timestamptz := CASE
        WHEN sync_close.records = 0 OR sync_close.outcomes ~ '[^rg]'
        THEN now() END;
BEGIN
    IF v_setting IS DISTINCT FROM core.setting_find(sync_close.setting_ref) THEN
        PERFORM core.refuse('setting_not_granted');
    END IF;
    INSERT INTO core.sync_batches AS b (client_id, key, body_sha256, setting_id,
                                   snapshot_id, records, outcomes, details)
    VALUES (core.actor_id(), sync_close.key, sync_close.body_sha256,
            v_setting,
            nullif(current_setting('app.snapshot', true), '')::uuid,
            sync_close.records, sync_close.outcomes,
            coalesce(sync_close.details, '{}'))
    -- Only one that sync_open found too old can be in the way.
    ON CONFLICT ON CONSTRAINT sync_batches_pkey DO UPDATE
       SET body_sha256 = excluded.body_sha256,
           setting_id = excluded.setting_id,
           snapshot_id = excluded.snapshot_id,
           records = excluded.records,
           outcomes = excluded.outcomes,
           details = excluded.details,
           at = excluded.at;
    INSERT INTO core.setting_contacts AS c (setting_id, last_data_at,
                                            last_batch_at, last_contact_at)
    VALUES (v_setting, v_data_at, now(), now())
    ON CONFLICT ON CONSTRAINT setting_contacts_pkey DO UPDATE
       SET last_data_at = coalesce(excluded.last_data_at, c.last_data_at),
           last_batch_at = excluded.last_batch_at,
           last_contact_at = excluded.last_contact_at;
    PERFORM core.audit_write('sync.batch', v_setting, '{}',
        jsonb_build_object(
            'records', sync_close.records,
            'created', length(sync_close.outcomes)
                - length(replace(sync_close.outcomes, 'c', '')),
            'updated', length(sync_close.outcomes)
                - length(replace(sync_close.outcomes, 'u', '')),
            'refused', length(sync_close.outcomes)
                - length(replace(sync_close.outcomes, 'r', ''))));
END
$$;
