-- caseload_children.sql — the named children of a caseload: whom its Area
-- SENCO works with by name, where, from when to when.
-- SPDX-License-Identifier: Apache-2.0
-- after: caseloads

-- caseload_child_versions — every version of every row: true from_on to to_on,
-- known known_from to known_to.
CREATE VIEW api.caseload_child_versions AS
    SELECT k.id AS caseload_child_id,
           k.caseload_id,
           k.setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           k.child_id,
           k.from_on,
           coalesce(k.to_on, 'infinity') AS to_on,
           k.known_from,
           coalesce(k.known_to, 'infinity') AS known_to
      FROM core.caseload_children AS k
      JOIN core.settings AS s ON s.id = k.setting_id
     WHERE k.caseload_id IN (SELECT c.caseload_id FROM api.caseloads AS c);

-- caseload_children — those known today.
CREATE VIEW api.caseload_children AS
    SELECT k.caseload_child_id, k.caseload_id, k.setting_id, k.setting,
           k.setting_name, k.child_id, k.from_on, k.to_on
      FROM api.caseload_child_versions AS k
     WHERE k.known_to = 'infinity';

-- caseload_named — the named children of one caseload on that day, as known
-- at as_of, each with the name and SEN provision the setting records today.
CREATE FUNCTION api.caseload_named(caseload int, on_date date,
    as_of timestamptz DEFAULT 'infinity')
RETURNS TABLE (caseload_child_id int, setting text, setting_name text,
    child_id uuid, surname text, forename text, provision text,
    from_on date, to_on date)
LANGUAGE sql STABLE
AS $$
    SELECT k.caseload_child_id, k.setting, k.setting_name, k.child_id,
           c.surname, c.forename, c.provision, k.from_on,
           nullif(k.to_on, 'infinity')
      FROM api.caseload_child_versions AS k
      LEFT JOIN LATERAL (
           SELECT r.surname, r.forename, r.provision
             FROM api.children AS r
            WHERE r.child_id = k.child_id
              AND r.setting_id = k.setting_id
            ORDER BY r.known_from DESC
            LIMIT 1) AS c ON true
     WHERE k.caseload_id = caseload_named.caseload
       AND caseload_named.on_date BETWEEN k.from_on AND k.to_on
       AND k.known_from <= caseload_named.as_of
       AND (k.known_to > caseload_named.as_of OR k.known_to = 'infinity');
$$;

-- caseload_child_add — names a child that the setting holds a record of; the
-- same key and content again is the same row.
CREATE FUNCTION api.caseload_child_add(caseload int, key text, child uuid,
    setting_ref text, from_on date, to_on date)
RETURNS SETOF api.caseload_children
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_caseload ALIAS FOR $1;
    v_key      ALIAS FOR $2;
    v_child    ALIAS FOR $3;
    v_setting  int := core.setting_find($4);
    v_from     ALIAS FOR $5;
    v_to       ALIAS FOR $6;
    v_before   core.caseload_children;
    v_id       int;
BEGIN
    PERFORM core.require_role('la_manager');
    SELECT k.* INTO v_before
      FROM core.caseload_children AS k
     WHERE k.client_id = core.actor_id()
       AND k.key = v_key;
    IF FOUND THEN
        IF (v_before.caseload_id, v_before.child_id, v_before.setting_id,
            v_before.from_on, v_before.to_on)
               IS DISTINCT FROM (v_caseload, v_child, v_setting, v_from, v_to)
        THEN
            PERFORM core.refuse('batch_differs');
        END IF;
        RETURN QUERY SELECT * FROM api.caseload_children AS c
                      WHERE c.caseload_child_id = v_before.id;
        RETURN;
    END IF;
    PERFORM core.caseload_child_check(v_caseload, v_setting, v_child, v_from,
                                      v_to);
    INSERT INTO core.caseload_children AS k (caseload_id, setting_id,
           child_id, from_on, to_on, client_id, key)
    VALUES (v_caseload, v_setting, v_child, v_from, v_to, core.actor_id(),
            v_key)
    RETURNING k.id INTO v_id;
    PERFORM core.audit_write('caseloads.child_add', v_setting, ARRAY[v_child],
        jsonb_build_object('caseload_id', v_caseload, 'from_on', v_from,
                           'to_on', v_to));
    RETURN QUERY SELECT * FROM api.caseload_children AS c
                  WHERE c.caseload_child_id = v_id;
END
$$;

-- caseload_child_end — to_on is the last day; the row as it was stays known
-- for what it was. Ended on that day already is no error.
CREATE FUNCTION api.caseload_child_end(caseload int, id int, to_on date)
RETURNS SETOF api.caseload_children
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_caseload ALIAS FOR $1;
    v_id       ALIAS FOR $2;
    v_to       ALIAS FOR $3;
    v_row      core.caseload_children;
BEGIN
    PERFORM core.require_role('la_manager');
    SELECT k.* INTO v_row
      FROM core.caseload_children AS k
     WHERE k.id = v_id
       AND k.caseload_id = v_caseload
       AND k.known_to IS NULL
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF v_to < v_row.from_on THEN
        PERFORM core.refuse('dates_reversed', '', '/to_on');
    ELSIF v_to IS DISTINCT FROM v_row.to_on THEN
        UPDATE core.caseload_children AS k
           SET known_to = now()
         WHERE k.id = v_id;
        INSERT INTO core.caseload_children AS k (caseload_id, setting_id,
               child_id, from_on, to_on, client_id)
        VALUES (v_row.caseload_id, v_row.setting_id, v_row.child_id,
                v_row.from_on, v_to, core.actor_id())
        RETURNING k.id INTO v_id;
        PERFORM core.audit_write('caseloads.child_end', v_row.setting_id,
            ARRAY[v_row.child_id], jsonb_build_object('caseload_id',
                v_caseload, 'to_on', v_to));
    END IF;
    RETURN QUERY SELECT * FROM api.caseload_children AS c
                  WHERE c.caseload_child_id = v_id;
END
$$;
