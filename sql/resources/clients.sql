-- clients — who may connect: enrolled and revoked by an LA administrator.
-- SPDX-License-Identifier: Apache-2.0

-- clients — for administrators: every client, its newest certificate and
-- what it was granted.
CREATE VIEW api.clients AS
    SELECT c.id,
           c.name,
           c.role,
           c.is_active,
           c.created_at,
           c.revoked_at,
           encode(k.fingerprint, 'hex') AS fingerprint,
           k.not_after,
           ARRAY(SELECT s.ref
                   FROM core.client_grants AS g
                   JOIN core.settings AS s ON s.id = g.setting_id
                  WHERE g.client_id = c.id
                  ORDER BY s.ref) AS settings,
           ARRAY(SELECT l.name
                   FROM core.caseloads AS l
                  WHERE l.client_id = c.id
                  ORDER BY l.name) AS caseloads,
           c.staff_id,
           f.name AS staff
      FROM core.clients AS c
      LEFT JOIN core.staff AS f ON f.id = c.staff_id
      LEFT JOIN LATERAL (
           SELECT d.fingerprint, d.state, d.not_after
             FROM core.client_certificates AS d
            WHERE d.client_id = c.id
            ORDER BY d.created_at DESC
            LIMIT 1) AS k ON true
     WHERE (SELECT core.actor_role()) = 'la_administrator';

-- clients_create — enrols a client known by this certificate. A school system
-- is granted the settings; an Area SENCO is given the caseload, named by its
-- id or its name, one that somebody holds only when takes_over says so; a SENCO
-- is a member of staff, named by id or exact name, and sees the settings where
-- that person is in charge today.
CREATE FUNCTION api.clients_create(name text, role text, fingerprint bytea,
    not_after timestamptz, settings text[] DEFAULT NULL,
    caseload text DEFAULT NULL, staff text DEFAULT NULL,
    takes_over boolean DEFAULT NULL)
RETURNS SETOF api.clients
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_client  uuid;
    v_unknown bigint;
    v_granted int[];
    v_staff   int;
BEGIN
    PERFORM core.require_role('la_administrator');
    IF coalesce(btrim(clients_create.name), '') = '' THEN
        PERFORM core.refuse('missing_field', 'A client needs a name.', '/name');
    END IF;
    IF clients_create.role IS NULL OR clients_create.role NOT IN (
        'school_system', 'senco', 'area_senco', 'la_officer', 'la_manager',
        'la_administrator', 'auditor') THEN
        PERFORM core.refuse('unknown_code', 'There is no such role.', '/role');
    END IF;
    IF octet_length(clients_create.fingerprint) IS DISTINCT FROM 32
       OR clients_create.not_after IS NULL THEN
        PERFORM core.refuse('malformed_field',
            'A client is known by the SHA-256 of its certificate and the end of its validity.',
            '/fingerprint');
    END IF;

    SELECT array_agg(DISTINCT r.setting_id),
           min(r.position) FILTER (WHERE r.setting_id IS NULL)
      INTO v_granted, v_unknown
      FROM (SELECT u.position, core.setting_find(u.ref) AS setting_id
              FROM unnest(clients_create.settings)
                   WITH ORDINALITY AS u (ref, position)) AS r;
    IF v_unknown IS NOT NULL THEN
        PERFORM core.refuse('unknown_setting', '',
            '/settings/' || (v_unknown - 1));
    END IF;
    IF (clients_create.role = 'school_system') <> (v_granted IS NOT NULL) THEN
        PERFORM core.refuse('malformed_field',
            'A school system, and nobody else, is granted settings.',
            '/settings');
    END IF;
    IF clients_create.caseload IS NOT NULL
       AND clients_create.role <> 'area_senco' THEN
        PERFORM core.refuse('malformed_field',
            'Only an Area SENCO holds a caseload.', '/caseload');
    END IF;
    IF (clients_create.role = 'senco') <> (clients_create.staff IS NOT NULL) THEN
        PERFORM core.refuse('malformed_field',
            'A SENCO, and nobody else, is a member of staff.', '/staff');
    END IF;
    v_staff := core.staff_find(clients_create.staff);

    INSERT INTO core.clients (name, role, created_by, staff_id)
    VALUES (btrim(clients_create.name), clients_create.role, core.actor_id(),
            v_staff)
    ON CONFLICT ON CONSTRAINT clients_name_once DO NOTHING
    RETURNING clients.id INTO v_client;
    IF v_client IS NULL THEN
        PERFORM core.refuse('client_exists', 'The name is taken.', '/name');
    END IF;
    INSERT INTO core.client_certificates (fingerprint, client_id, not_after)
    VALUES (clients_create.fingerprint, v_client, clients_create.not_after)
    ON CONFLICT ON CONSTRAINT client_certificates_pkey DO NOTHING;
    IF NOT FOUND THEN
        PERFORM core.refuse('client_exists',
            'The certificate belongs to a client already.', '/fingerprint');
    END IF;
    INSERT INTO core.client_grants (client_id, setting_id)
    SELECT v_client, g.setting_id FROM unnest(v_granted) AS g (setting_id);
    IF clients_create.caseload IS NOT NULL THEN
        PERFORM 1
           FROM core.caseloads AS l
           JOIN core.clients AS h ON h.id = l.client_id AND h.is_active
          WHERE (l.name = clients_create.caseload
                 OR l.id::text = clients_create.caseload)
            AND clients_create.takes_over IS NOT TRUE;
        IF FOUND THEN
            PERFORM core.refuse('caseload_held', '', '/caseload');
        END IF;
        UPDATE core.caseloads AS l
           SET client_id = v_client,
               version = l.version + 1
         WHERE l.name = clients_create.caseload
            OR l.id::text = clients_create.caseload;
        IF NOT FOUND THEN
            PERFORM core.refuse('malformed_field',
                'There is no such caseload.', '/caseload');
        END IF;
    END IF;
    PERFORM core.audit_write('clients.create', NULL, NULL,
        jsonb_strip_nulls(jsonb_build_object('client_id', v_client,
            'role', clients_create.role, 'settings', v_granted,
            'caseload', clients_create.caseload, 'staff_id', v_staff)));
    RETURN QUERY SELECT * FROM api.clients AS c WHERE c.id = v_client;
END
$$;

-- clients_revoke — ends a client and its certificates; again is no error.
-- Nobody ends themselves, so that an administrator is left.
CREATE FUNCTION api.clients_revoke(client_id uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM core.require_role('la_administrator');
    IF clients_revoke.client_id = core.actor_id() THEN
        PERFORM core.refuse('forbidden', 'A client cannot revoke itself.');
    END IF;
    UPDATE core.clients AS c
       SET is_active = false,
           revoked_at = coalesce(c.revoked_at, now())
     WHERE c.id = clients_revoke.client_id;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    UPDATE core.client_certificates AS k
       SET state = 'revoked',
           revoked_at = coalesce(k.revoked_at, now())
     WHERE k.client_id = clients_revoke.client_id;
    PERFORM core.audit_write('clients.revoke', NULL, NULL,
        jsonb_build_object('client_id', clients_revoke.client_id));
END
$$;
