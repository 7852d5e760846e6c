-- exports — all a client may see as files, asked for, looked after and
-- fetched by that client alone. How one is made: sql/core/exports.sql.
-- SPDX-License-Identifier: Apache-2.0

-- exports — the actor's own. A ready one is expired as soon as its day is
-- over, or its client no longer sees every setting that is in it. state_at
-- and files are there when it is ready.
CREATE VIEW api.exports AS
    SELECT e.id,
           CASE WHEN e.state = 'ready' AND NOT v.is_valid THEN 'expired'
                ELSE e.state END AS state,
           s.ref AS setting,
           e.asked_at,
           e.started_at,
           e.finished_at,
           e.expires_at,
           CASE WHEN v.is_valid THEN e.cursor END AS cursor,
           CASE WHEN v.is_valid THEN (
               SELECT jsonb_agg(jsonb_build_object(
                          'kind', f.kind,
                          'records', f.records,
                          'bytes', f.bytes,
                          'sha256', encode(f.sha256, 'hex'),
                          'url', '/v1/sync/exports/' || e.id || '/files/'
                                 || f.kind) ORDER BY f.position)
                 FROM core.export_files AS f
                WHERE f.export_id = e.id)
           ELSE '[]' END AS files,
           v.is_valid AS _is_valid
      FROM core.exports AS e
      LEFT JOIN core.settings AS s ON s.id = e.setting_id
     CROSS JOIN LATERAL (
           SELECT e.state = 'ready' AND e.expires_at > now()
                  AND CASE WHEN e.settings IS NULL
                           THEN (SELECT core.actor_sees_all())
                           ELSE e.settings
                                <@ ((SELECT core.actor_settings())::int[])
                      END AS is_valid
           OFFSET 0) AS v;

-- export_pieces — the bytes of what the actor may fetch now.
CREATE VIEW api.export_pieces AS
    SELECT p.export_id,
           p.kind,
           p.number,
           p.bytes
      FROM core.export_pieces AS p
     WHERE EXISTS (SELECT 1 FROM api.exports AS e
                    WHERE e.id = p.export_id AND e._is_valid);

-- exports_create — asks for one of all the actor may see, or of one setting.
-- The same key gets the same export. A client has one in hand at a time, and
-- of those made it keeps the two newest besides.
CREATE FUNCTION api.exports_create(setting_ref text, key text)
RETURNS SETOF api.exports
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_client  uuid := core.actor_id();
    v_setting int := core.setting_find(exports_create.setting_ref);
    v_job     record;
BEGIN
    PERFORM core.require_role('school_system', 'senco', 'area_senco',
        'la_officer', 'la_manager');
    IF exports_create.setting_ref IS NOT NULL
       AND NOT coalesce(v_setting = ANY (core.actor_settings()), false) THEN
        PERFORM core.refuse('setting_not_granted');
    END IF;
    INSERT INTO core.exports AS e (client_id, key, setting_id)
    VALUES (v_client, exports_create.key, v_setting)
    ON CONFLICT DO NOTHING
    RETURNING e.id, e.setting_id INTO v_job;
    IF v_job.id IS NULL THEN
        SELECT e.id, e.setting_id INTO v_job
          FROM core.exports AS e
         WHERE e.client_id = v_client AND e.key = exports_create.key;
        IF v_job.id IS NULL THEN
            PERFORM core.refuse('export_in_hand');
        ELSIF v_job.setting_id IS DISTINCT FROM v_setting THEN
            PERFORM core.refuse('batch_differs');
        END IF;
    ELSE
        PERFORM core.export_end(o.id)
           FROM (SELECT e.id
                   FROM core.exports AS e
                  WHERE e.client_id = v_client AND e.state = 'ready'
                  ORDER BY e.asked_at DESC
                 OFFSET 2) AS o;
        PERFORM core.audit_write('exports.create', v_setting, NULL,
            jsonb_build_object('export', v_job.id));
    END IF;
    RETURN QUERY SELECT * FROM api.exports AS e WHERE e.id = v_job.id;
END
$$;

-- exports_drop — the actor needs it no longer; again is no error.
CREATE FUNCTION api.exports_drop(id uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    PERFORM 1 FROM core.exports AS e WHERE e.id = exports_drop.id;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    PERFORM core.export_end(exports_drop.id);
    PERFORM core.audit_write('exports.drop', NULL, NULL,
        jsonb_build_object('export', exports_drop.id));
END
$$;

-- exports_open — a file is about to be fetched: what it is, and the audit row
-- of that. Refuses what is not there (any more).
CREATE FUNCTION api.exports_open(id uuid, kind text)
RETURNS TABLE (bytes bigint, sha256 text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_job  record;
    v_file record;
BEGIN
    SELECT e.state, e._is_valid, core.setting_find(e.setting) AS setting_id
      INTO v_job
      FROM api.exports AS e
     WHERE e.id = exports_open.id;
    SELECT f.* INTO v_file
      FROM core.export_files AS f
     WHERE f.export_id = exports_open.id AND f.kind = exports_open.kind;
    IF v_job.state = 'expired' THEN
        PERFORM core.refuse('export_expired');
    ELSIF v_file.kind IS NULL OR NOT v_job._is_valid THEN
        PERFORM core.refuse('not_found');
    END IF;
    PERFORM core.audit_write('exports.fetch', v_job.setting_id, NULL,
        jsonb_build_object('export', exports_open.id, 'kind', v_file.kind,
            'records', v_file.records));
    RETURN QUERY SELECT v_file.bytes, encode(v_file.sha256, 'hex');
END
$$;

-- What the daemon does to make one: core/exports.sql says what each promises.
CREATE FUNCTION api.export_take()
RETURNS TABLE (id uuid, settings int[], kinds text[], feed_xid text,
    feed_epoch bigint, feed_key bytea)
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT * FROM core.export_take() $$;

CREATE FUNCTION api.export_start(id uuid)
RETURNS uuid
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT core.export_start($1) $$;

CREATE FUNCTION api.export_piece(id uuid, run uuid, kind text, number int,
    bytes bytea)
RETURNS boolean
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT core.export_piece($1, $2, $3, $4, $5) $$;

CREATE FUNCTION api.export_file(id uuid, run uuid, kind text, records bigint,
    bytes bigint, sha256 bytea)
RETURNS boolean
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT core.export_file($1, $2, $3, $4, $5, $6) $$;

CREATE FUNCTION api.export_audit(id uuid, run uuid, setting_id int,
    child_ids uuid[], records bigint)
RETURNS boolean
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT core.export_audit($1, $2, $3, $4, $5) $$;

CREATE FUNCTION api.export_finish(id uuid, run uuid, settings int[],
    cursor text)
RETURNS boolean
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT core.export_finish($1, $2, $3, $4) $$;
