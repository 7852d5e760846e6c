-- session — who a certificate belongs to, and who the actor is.
-- SPDX-License-Identifier: Apache-2.0

-- identify — the client of this certificate's SHA-256 and a token that
-- proves it for 60 seconds; no row when it is unknown, revoked or expired.
CREATE FUNCTION api.identify(fingerprint bytea)
RETURNS TABLE (token text, client_id uuid, role text, name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT core.token_mint(c.id), c.id, c.role, c.name
      FROM core.client_certificates AS k
      JOIN core.clients AS c ON c.id = k.client_id
     WHERE k.fingerprint = identify.fingerprint
       AND k.state = 'active'
       AND k.not_after > now()
       AND c.is_active;
END
$$;

-- whoami — one row: the actor, their role and the settings they may see.
-- settings is NULL for those who see the whole authority.
CREATE VIEW api.whoami AS
    SELECT c.id AS client_id,
           c.name,
           c.role,
           CASE WHEN core.actor_sees_all() THEN NULL
                ELSE core.actor_settings()
           END AS settings
      FROM core.clients AS c
     WHERE c.id = (SELECT core.actor_id())
       AND c.is_active;
