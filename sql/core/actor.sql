-- actor — who is acting, proved by a token the database itself made, and
-- what they may see. The one place where scope is decided.
-- SPDX-License-Identifier: Apache-2.0

-- refuse — ends the call with a row of protocol/problems.tsv: SQLSTATE
-- LA000, the slug as message, a sentence as detail, the field as hint.
CREATE OR REPLACE FUNCTION core.refuse(slug text, sentence text DEFAULT '',
    pointer text DEFAULT '')
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'LA000',
        MESSAGE = slug,
        DETAIL = coalesce(sentence, ''),
        HINT = coalesce(pointer, '');
END
$$;

-- token_mint — a token for this client that holds for 60 seconds.
CREATE OR REPLACE FUNCTION core.token_mint(client_id uuid)
RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_payload text := client_id::text || '.'
        || (extract(epoch FROM clock_timestamp())::bigint + 60)::text;
BEGIN
    RETURN v_payload || '.'
        || encode(extensions.hmac(convert_to(v_payload, 'UTF8'),
            (SELECT s.key FROM core.secret AS s), 'sha256'), 'hex');
END
$$;

-- token_bind — a token for this client that holds in this transaction of this
-- connection only, as long as that lasts: taken elsewhere it is none.
CREATE OR REPLACE FUNCTION core.token_bind(client_id uuid)
RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_payload text := client_id::text || '.infinity';
BEGIN
    RETURN v_payload || '.'
        || encode(extensions.hmac(convert_to(v_payload || core.token_place(),
            'UTF8'), (SELECT s.key FROM core.secret AS s), 'sha256'), 'hex');
END
$$;

-- token_place — this transaction and no other.
CREATE OR REPLACE FUNCTION core.token_place()
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT '@' || pg_backend_pid() || '@'
           || extract(epoch FROM transaction_timestamp());
$$;

-- actor_id — the client whose unforged token is in app.actor; NULL when there
-- is none. A setting once used reads back '', not NULL. One that was good and
-- has expired (a call that waited for long, a clock that jumped) is refused as
-- "try again": whoever it names must not be told that there is nothing.
CREATE OR REPLACE FUNCTION core.actor_id()
RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_token   text := current_setting('app.actor', true);
    v_payload text;
    v_place   text := '';
BEGIN
    IF coalesce(length(v_token), 0) < 100 THEN
        RETURN NULL;
    END IF;
    v_payload := left(v_token, -65);
    IF split_part(v_payload, '.', 2) = 'infinity' THEN
        v_place := core.token_place();
    END IF;
    IF v_token IS DISTINCT FROM v_payload || '.'
           || encode(extensions.hmac(convert_to(v_payload || v_place, 'UTF8'),
               (SELECT s.key FROM core.secret AS s), 'sha256'), 'hex') THEN
        RETURN NULL;
    END IF;
    -- Only now is it known to be ours: a forged one need not hold a number,
    -- and AND does not keep the planner from reading it first.
    IF split_part(v_payload, '.', 2)::float8
           < extract(epoch FROM clock_timestamp()) THEN
        PERFORM core.refuse('busy');
    END IF;
    RETURN split_part(v_payload, '.', 1)::uuid;
END
$$;

-- actor_role — the role of the acting client, NULL when none is acting.
CREATE OR REPLACE FUNCTION core.actor_role()
RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_client uuid := core.actor_id();
BEGIN
    RETURN (SELECT c.role
              FROM core.clients AS c
             WHERE c.id = v_client
               AND c.is_active);
END
$$;

-- client_sees_all — true for a client that sees every child of the authority.
CREATE OR REPLACE FUNCTION core.client_sees_all(client_id uuid)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT 1
                     FROM core.clients AS c
                    WHERE c.id = client_sees_all.client_id
                      AND c.is_active
                      AND c.role IN ('la_officer', 'la_manager'));
END
$$;

-- staff_settings — the settings of whose children this person is in charge
-- today, in order. Two must say so: the authority's register, and
-- core.holdings, where a setting that sends its own records of such posts is
-- heard before the register. So nothing a setting sends opens anything to
-- anybody, while what it says has ended has ended. A kind of post that is not
-- named here puts nobody in charge of children.
CREATE OR REPLACE FUNCTION core.staff_settings(staff_id int)
RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_staff ALIAS FOR $1;
    v_kinds text[] := '{senco,deputy,named_person,inclusion_lead,head}';
    v_register int[];
BEGIN
    v_register := ARRAY(
        SELECT coalesce(p.setting_id, g.setting_id)
          FROM core.posts AS p
          LEFT JOIN core.group_settings AS g
            ON g.group_id = p.group_id
           AND g.known_to IS NULL
           AND current_date BETWEEN g.from_on
                                AND coalesce(g.to_on, 'infinity')
         WHERE p.staff_id = v_staff
           AND p.kind = ANY (v_kinds)
           AND p.known_to IS NULL
           AND current_date BETWEEN p.from_on
                                AND coalesce(p.to_on, 'infinity'));
    -- Named as a list, so that no record of another setting is looked at.
    RETURN ARRAY(
        SELECT DISTINCT h.setting_id
          FROM core.holdings AS h
         WHERE h.setting_id = ANY (v_register)
           AND h.staff_id = v_staff
           AND h.kind = ANY (v_kinds)
           AND h.known_to = 'infinity'
           AND current_date BETWEEN h.from_on AND h.to_on
         ORDER BY h.setting_id);
END
$$;

-- client_settings — the settings whose children this client sees, in order:
-- granted to a school system, those where a SENCO is in charge of children
-- today, in an Area SENCO's caseload today or in one she covers, all for
-- officers, none for administrators and auditors. With only_one, a school
-- system's are that one at most.
CREATE OR REPLACE FUNCTION core.client_settings(client_id uuid,
    only_one int DEFAULT NULL)
RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_client ALIAS FOR $1;
    v_role   text;
    v_staff  int;
BEGIN
    SELECT c.role, c.staff_id INTO v_role, v_staff
      FROM core.clients AS c
     WHERE c.id = v_client AND c.is_active;
    IF v_role = 'school_system' THEN
        RETURN ARRAY(SELECT g.setting_id
                       FROM core.client_grants AS g
                      WHERE g.client_id = v_client
                        AND (only_one IS NULL OR g.setting_id = only_one)
                      ORDER BY g.setting_id);
    ELSIF v_role = 'senco' THEN
        RETURN core.staff_settings(v_staff);
    ELSIF v_role = 'area_senco' THEN
        RETURN ARRAY(
            SELECT DISTINCT cs.setting_id
              FROM (SELECT k.id
                      FROM core.caseloads AS k
                     WHERE k.client_id = v_client
                     UNION
                    SELECT v.caseload_id
                      FROM core.caseloads AS k
                      JOIN core.caseload_cover AS v ON v.covered_by_id = k.id
                     WHERE k.client_id = v_client
                       AND v.known_to IS NULL
                       AND current_date BETWEEN v.from_on AND v.to_on
                   ) AS l
              JOIN core.caseload_settings AS cs ON cs.caseload_id = l.id
             WHERE cs.known_to IS NULL
               AND cs.from_on <= current_date
               AND (cs.to_on IS NULL OR cs.to_on >= current_date)
             ORDER BY cs.setting_id);
    ELSIF v_role IN ('la_officer', 'la_manager') THEN
        RETURN ARRAY(SELECT s.id FROM core.settings AS s);
    END IF;
    RETURN '{}';
END
$$;

-- actor_sees_all — true for those who see every child of the authority.
CREATE OR REPLACE FUNCTION core.actor_sees_all()
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN core.client_sees_all(core.actor_id());
END
$$;

-- actor_settings — the settings whose children the actor sees; none without
-- an actor. While a batch is applied that is at most the batch's setting,
-- which also keeps the check of each row short for a supplier of many schools.
CREATE OR REPLACE FUNCTION core.actor_settings()
RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN core.client_settings(core.actor_id(),
        nullif(current_setting('app.setting', true), '')::int);
END
$$;

-- require_role — refuses everybody but an actor of one of these roles.
CREATE OR REPLACE FUNCTION core.require_role(VARIADIC roles text[])
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT coalesce(core.actor_role() = ANY (roles), false) THEN
        PERFORM core.refuse('forbidden');
    END IF;
END
$$;

-- setting_find — the setting a reference ("urn:106283", "id:17") names; NULL
-- when there is none.
CREATE OR REPLACE FUNCTION core.setting_find(ref text)
RETURNS int
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF ref ~ '^id:[0-9]{1,9}$' THEN
        RETURN (SELECT s.id FROM core.settings AS s
                 WHERE s.id = substr(setting_find.ref, 4)::int);
    END IF;
    RETURN (SELECT i.setting_id FROM core.setting_identifiers AS i
             WHERE i.ref = setting_find.ref);
END
$$;

-- sync_setting — the setting whose batch this transaction applies, and that
-- the actor may write for; refuses when there is none.
CREATE OR REPLACE FUNCTION core.sync_setting()
RETURNS int
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting int := nullif(current_setting('app.setting', true), '')::int;
BEGIN
    IF v_setting IS NULL
       OR core.actor_role() IS DISTINCT FROM 'school_system'
       OR v_setting <> ALL (core.actor_settings()) THEN
        PERFORM core.refuse('setting_not_granted');
    END IF;
    RETURN v_setting;
END
$$;

-- audit_write — one row of the audit log in the name of the actor.
CREATE OR REPLACE FUNCTION core.audit_write(action text, setting_id int,
    child_ids uuid[], details jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO audit.entries (client_id, role, request, action, setting_id,
                               child_ids, details)
    VALUES (core.actor_id(), core.actor_role(),
            nullif(current_setting('app.request', true), ''),
            audit_write.action, audit_write.setting_id,
            coalesce(audit_write.child_ids, '{}'), audit_write.details);
END
$$;

-- enrol_administrator — makes sure this certificate belongs to an active LA
-- administrator of this name; for tools/deploy, when nobody is there yet who
-- could enrol them.
CREATE OR REPLACE FUNCTION core.enrol_administrator(name text,
    fingerprint bytea, not_after timestamptz)
RETURNS uuid
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_client uuid;
BEGIN
    SELECT c.id INTO v_client
      FROM core.clients AS c
     WHERE c.name = enrol_administrator.name
       AND c.role = 'la_administrator'
       AND c.is_active;
    IF v_client IS NULL THEN
        INSERT INTO core.clients (name, role)
        VALUES (enrol_administrator.name, 'la_administrator')
        RETURNING id INTO v_client;
    END IF;
    INSERT INTO core.client_certificates AS k (fingerprint, client_id, not_after)
    VALUES (enrol_administrator.fingerprint, v_client,
            enrol_administrator.not_after)
    ON CONFLICT ON CONSTRAINT client_certificates_pkey DO NOTHING;
    IF NOT EXISTS (SELECT 1 FROM core.client_certificates AS k
                    WHERE k.fingerprint = enrol_administrator.fingerprint
                      AND k.client_id = v_client
                      AND k.state = 'active') THEN
        RAISE EXCEPTION 'this certificate was revoked or belongs to another client';
    END IF;
    INSERT INTO audit.entries (action, details)
    VALUES ('clients.enrol_administrator',
            jsonb_build_object('client_id', v_client));
    RETURN v_client;
END
$$;
