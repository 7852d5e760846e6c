-- sen2_items.sql — what the SEN2 return asks and nothing else tells: the head
-- of the message, and of a person ethnicity, why there is no number, and the
-- plan's types of need. Officers and managers write it.
-- after: sen2
-- SPDX-License-Identifier: Apache-2.0

-- sen2_years — each collection with its days and the head of its message.
CREATE VIEW api.sen2_years AS
    SELECT k.year, k.reference_on, k.deadline_on, k.from_on, k.to_on,
           k.release, h.la_code, h.serial_no, h.dmo, h.dco, h.dsco,
           coalesce(h.etag, '0') AS etag, h.changed_at
      FROM api.sen2_collections AS k
      LEFT JOIN api.sen2_heads AS h ON h.year = k.year;

-- sen2_header_put — the head of one year. The first word on it needs no
-- If-Match, every later one the etag it has read.
CREATE FUNCTION api.sen2_header_put(year int, if_match text, la_code text,
    serial_no int, dmo text, dco text, dsco text)
RETURNS SETOF api.sen2_years
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_before text;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    PERFORM api.sen2_year($1);
    PERFORM pg_advisory_xact_lock(535350, $1);
    IF NOT EXISTS (SELECT FROM core.local_authorities AS l
                    WHERE l.code = $3) THEN
        PERFORM core.refuse('unknown_code', 'There is no such authority.',
            '/la_code');
    END IF;
    SELECT coalesce(max(h.version), 0)::text INTO v_before
      FROM core.sen2_headers AS h
     WHERE h.year = $1;
    PERFORM core.etag_check(v_before, $2);
    INSERT INTO core.sen2_headers AS h (year, la_code, serial_no, dmo, dco,
           dsco, changed_by)
    VALUES ($1, $3, coalesce($4, 1), $5, $6, $7, core.actor_id())
    ON CONFLICT ON CONSTRAINT sen2_headers_pkey DO UPDATE
       SET la_code = excluded.la_code,
           serial_no = excluded.serial_no,
           dmo = excluded.dmo,
           dco = excluded.dco,
           dsco = excluded.dsco,
           version = h.version + 1,
           changed_at = now(),
           changed_by = excluded.changed_by;
    PERFORM core.audit_write('sen2.header_put', NULL, NULL,
        jsonb_build_object('year', $1));
    RETURN QUERY SELECT y.* FROM api.sen2_years AS y WHERE y.year = $1;
END
$$;

-- sen2_persons — what is written down of each child the actor may see.
CREATE VIEW api.sen2_persons AS
    SELECT c.id AS child_id, p.ethnicity, p.upn_unknown,
           coalesce(p.need_types, '{}') AS need_types,
           coalesce(p.version, 0)::text AS etag, p.changed_at
      FROM core.children AS c
      LEFT JOIN core.sen2_persons AS p ON p.child_id = c.id
     WHERE (SELECT core.actor_sees_all());

-- sen2_code_check — refuses what is not of that list; nothing is of every one.
CREATE FUNCTION api.sen2_code_check(list text, code text, pointer text)
RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF code IS NOT NULL
       AND NOT EXISTS (SELECT FROM law.codes AS c
                        WHERE c.list = sen2_code_check.list
                          AND c.code = sen2_code_check.code) THEN
        PERFORM core.refuse('unknown_code', 'It is a code of the list '
            || list || '.', pointer);
    END IF;
END
$$;

-- sen2_person_put — all of it; what is left out is blank. need_types comes
-- joined by commas, in order of rank.
CREATE FUNCTION api.sen2_person_put(child_id uuid, if_match text,
    ethnicity text, upn_unknown text, need_types text)
RETURNS SETOF api.sen2_persons
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_types  text[] := string_to_array(nullif($5, ''), ',');
    v_before text;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    PERFORM FROM core.children AS c WHERE c.id = $1 FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    PERFORM api.sen2_code_check('sen2_ethnicity', $3, '/ethnicity'),
            api.sen2_code_check('sen2_upn_unknown', $4, '/upn_unknown');
    PERFORM api.sen2_code_check('sen2_need_type', t.code, '/need_types')
       FROM unnest(v_types) AS t (code);
    IF cardinality(v_types) > 2 THEN
        PERFORM core.refuse('malformed_field',
            'The return takes a primary and a secondary type of need.',
            '/need_types');
    END IF;
    SELECT coalesce(max(p.version), 0)::text INTO v_before
      FROM core.sen2_persons AS p
     WHERE p.child_id = $1;
    PERFORM core.etag_check(v_before, $2);
    INSERT INTO core.sen2_persons AS p (child_id, ethnicity, upn_unknown,
           need_types, changed_by)
    VALUES ($1, $3, $4, coalesce(v_types, '{}'), core.actor_id())
    ON CONFLICT ON CONSTRAINT sen2_persons_pkey DO UPDATE
       SET ethnicity = excluded.ethnicity,
           upn_unknown = excluded.upn_unknown,
           need_types = excluded.need_types,
           version = p.version + 1,
           changed_at = now(),
           changed_by = excluded.changed_by;
    PERFORM core.audit_write('sen2.person_put', NULL, ARRAY[$1], NULL);
    RETURN QUERY SELECT p.* FROM api.sen2_persons AS p WHERE p.child_id = $1;
END
$$;
