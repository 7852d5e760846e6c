-- settings.sql — nurseries, childminders, schools and colleges, and the import
-- of the registers that publish them.
-- SPDX-License-Identifier: Apache-2.0

-- settings — with those they followed and those that followed them.
CREATE VIEW api.settings AS
    SELECT s.id AS setting_id, s.ref, s.name, s.type,
           coalesce(s.type_name, t.name) AS type_name, s.subtype, s.phase,
           p.name AS phase_name, s.status, s.la_code,
           coalesce(a.name, s.la_name) AS la_name,
           s.urn, s.ofsted_urn, s.laestab, s.ukprn, s.low_age, s.high_age,
           s.roll, s.capacity, s.sen_unit_roll, s.sen_unit_capacity,
           s.resourced_provision_roll, s.resourced_provision_capacity,
           s.has_nursery, s.has_sixth_form, s.street, s.locality, s.town,
           s.postcode, s.easting, s.northing, s.opened_on, s.closed_on,
           s.register, s.changed_at,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('setting_id', o.id,
                       'ref', o.ref, 'name', o.name, 'basis', l.basis)
                       ORDER BY o.id), '[]')
              FROM core.setting_links AS l
              JOIN core.settings AS o ON o.id = l.predecessor_id
             WHERE l.successor_id = s.id) AS predecessors,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('setting_id', o.id,
                       'ref', o.ref, 'name', o.name, 'basis', l.basis)
                       ORDER BY o.id), '[]')
              FROM core.setting_links AS l
              JOIN core.settings AS o ON o.id = l.successor_id
             WHERE l.predecessor_id = s.id) AS successors
      FROM core.settings AS s
      LEFT JOIN law.setting_types AS t ON t.code = s.type
      LEFT JOIN law.phases AS p ON p.code = s.phase
      LEFT JOIN core.local_authorities AS a ON a.code = s.la_code
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- setting_names — how a row of another list calls its setting.
CREATE VIEW api.setting_names AS
    SELECT s.id AS setting_id, s.ref AS setting, s.name AS setting_name
      FROM core.settings AS s
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- setting_refs — every reference that leads to a setting.
CREATE VIEW api.setting_refs AS
    SELECT i.setting_id, i.ref
      FROM core.setting_identifiers AS i
     WHERE (SELECT core.actor_role()) IS NOT NULL
    UNION ALL
    SELECT s.id, 'id:' || s.id::text
      FROM core.settings AS s
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- setting_field_change — "roll: 210 -> 198", or NULL when nothing changed.
CREATE FUNCTION api.setting_field_change(field text, was text, is_now text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN was IS DISTINCT FROM is_now
                THEN field || ': ' || coalesce(was, 'none') || ' -> '
                     || coalesce(is_now, 'none') END;
$$;

-- settings_diff — what rows of a register would change, by the register's own
-- number: change is new, changed, closed, reopened, repeated (a later line is
-- of the same setting), same (only the spelling differs), or NULL (unchanged).
-- An authority given by name only is looked up by its folded name.
CREATE FUNCTION api.settings_diff(register_name text, only_la text,
    lines int[], refs text[], hashes uuid[],
    urns text[], ofsted_urns text[], laestabs text[], ukprns text[],
    la_codes text[], la_names text[], names text[], types text[],
    subtypes text[], phases int[], statuses text[], low_ages int[],
    high_ages int[], rolls int[], capacities int[], sen_unit_rolls int[],
    sen_unit_capacities int[], resourced_provision_rolls int[],
    resourced_provision_capacities int[], nurseries boolean[],
    sixth_forms boolean[], streets text[], localities text[], towns text[],
    postcodes text[], eastings int[], northings int[], opened_days date[],
    closed_days date[])
RETURNS TABLE (line int, ref text, change text, details text, id int,
    content_hash uuid,
    urn text, ofsted_urn text, laestab text, ukprn text, la_code text,
    la_name text, name text, type text, subtype text, phase int, status text,
    low_age int, high_age int, roll int, capacity int, sen_unit_roll int,
    sen_unit_capacity int, resourced_provision_roll int,
    resourced_provision_capacity int, has_nursery boolean,
    has_sixth_form boolean, street text, locality text, town text,
    postcode text, easting int, northing int, opened_on date, closed_on date)
LANGUAGE sql STABLE
AS $$
    SELECT d.line, d.ref,
           CASE
               WHEN d.later IS NOT NULL THEN 'repeated'
               WHEN d.id IS NULL THEN 'new'
               WHEN d.is_same THEN NULL
               WHEN d.status = 'closed' AND d.was <> 'closed' THEN 'closed'
               WHEN d.status <> 'closed' AND d.was = 'closed' THEN 'reopened'
               WHEN d.details <> '' THEN 'changed'
               ELSE 'same'
           END,
           CASE WHEN d.later IS NOT NULL
                THEN 'line ' || d.later || ' is of the same setting'
                ELSE d.details END,
           d.id, d.content_hash,
           d.urn, d.ofsted_urn, d.laestab, d.ukprn, d.la_code, d.la_name,
           d.name, d.type, d.subtype, d.phase, d.status, d.low_age,
           d.high_age, d.roll, d.capacity, d.sen_unit_roll,
           d.sen_unit_capacity, d.resourced_provision_roll,
           d.resourced_provision_capacity, d.has_nursery, d.has_sixth_form,
           d.street, d.locality, d.town, d.postcode, d.easting, d.northing,
           d.opened_on, d.closed_on
      FROM (SELECT u.line, u.ref, u.later, s.id, u.content_hash,
                   s.status AS was,
                   s.content_hash = u.content_hash
                       AND s.la_code IS NOT DISTINCT FROM u.la_code
                       AS is_same,
                   CASE WHEN s.id IS NULL
                        THEN concat_ws('; ', 'status: ' || u.status,
                                 'type: ' || coalesce(t.name, u.type))
                        WHEN s.content_hash = u.content_hash
                             AND s.la_code IS NOT DISTINCT FROM u.la_code
                        THEN ''
                        ELSE concat_ws('; ',
    api.setting_field_change('urn', s.urn, u.urn),
    api.setting_field_change('ofsted_urn', s.ofsted_urn, u.ofsted_urn),
    api.setting_field_change('laestab', s.laestab, u.laestab),
    api.setting_field_change('ukprn', s.ukprn, u.ukprn),
    api.setting_field_change('la_code', s.la_code, u.la_code),
    api.setting_field_change('name', s.name, u.name),
    api.setting_field_change('type', s.type, u.type),
    api.setting_field_change('subtype', s.subtype, u.subtype),
    api.setting_field_change('phase', s.phase::text, u.phase::text),
    api.setting_field_change('status', s.status, u.status),
    api.setting_field_change('low_age', s.low_age::text, u.low_age::text),
    api.setting_field_change('high_age', s.high_age::text, u.high_age::text),
    api.setting_field_change('roll', s.roll::text, u.roll::text),
    api.setting_field_change('capacity', s.capacity::text, u.capacity::text),
    api.setting_field_change('sen_unit_roll', s.sen_unit_roll::text, u.sen_unit_roll::text),
    api.setting_field_change('sen_unit_capacity', s.sen_unit_capacity::text, u.sen_unit_capacity::text),
    api.setting_field_change('resourced_provision_roll', s.resourced_provision_roll::text, u.resourced_provision_roll::text),
    api.setting_field_change('resourced_provision_capacity', s.resourced_provision_capacity::text, u.resourced_provision_capacity::text),
    api.setting_field_change('has_nursery', s.has_nursery::text, u.has_nursery::text),
    api.setting_field_change('has_sixth_form', s.has_sixth_form::text, u.has_sixth_form::text),
    api.setting_field_change('street', s.street, u.street),
    api.setting_field_change('locality', s.locality, u.locality),
    api.setting_field_change('town', s.town, u.town),
    api.setting_field_change('postcode', s.postcode, u.postcode),
    api.setting_field_change('easting', s.easting::text, coalesce(u.easting, s.easting)::text),
    api.setting_field_change('northing', s.northing::text, coalesce(u.northing, s.northing)::text),
    api.setting_field_change('opened_on', s.opened_on::text, u.opened_on::text),
    api.setting_field_change('closed_on', s.closed_on::text, u.closed_on::text))
                   END AS details,
                   u.urn, u.ofsted_urn, u.laestab, u.ukprn, u.la_code,
                   u.la_name, u.name, u.type, u.subtype, u.phase, u.status,
                   u.low_age, u.high_age, u.roll, u.capacity, u.sen_unit_roll,
                   u.sen_unit_capacity, u.resourced_provision_roll,
                   u.resourced_provision_capacity, u.has_nursery,
                   u.has_sixth_form, u.street, u.locality, u.town, u.postcode,
                   u.easting, u.northing, u.opened_on, u.closed_on
              FROM (SELECT r.line, r.ref, r.content_hash,
                           lead(r.line) OVER (PARTITION BY r.ref
                                              ORDER BY r.line) AS later,
                           coalesce(r.la_code, n.la_code) AS la_code,
                           r.urn, r.ofsted_urn, r.laestab, r.ukprn, r.la_name,
                           r.name, r.type, r.subtype, r.phase, r.status,
                           r.low_age, r.high_age, r.roll, r.capacity,
                           r.sen_unit_roll, r.sen_unit_capacity,
                           r.resourced_provision_roll,
                           r.resourced_provision_capacity, r.has_nursery,
                           r.has_sixth_form, r.street, r.locality, r.town,
                           r.postcode, r.easting, r.northing, r.opened_on,
                           r.closed_on
                      FROM unnest(lines, refs, hashes,
                               urns, ofsted_urns, laestabs, ukprns, la_codes,
                               la_names, names, types, subtypes, phases,
                               statuses, low_ages, high_ages, rolls,
                               capacities, sen_unit_rolls,
                               sen_unit_capacities, resourced_provision_rolls,
                               resourced_provision_capacities, nurseries,
                               sixth_forms, streets, localities, towns,
                               postcodes, eastings, northings, opened_days,
                               closed_days)
                           AS r (line, ref, content_hash,
                               urn, ofsted_urn, laestab, ukprn, la_code,
                               la_name, name, type, subtype, phase, status,
                               low_age, high_age, roll, capacity,
                               sen_unit_roll, sen_unit_capacity,
                               resourced_provision_roll,
                               resourced_provision_capacity, has_nursery,
                               has_sixth_form, street, locality, town,
                               postcode, easting, northing, opened_on,
                               closed_on)
                      LEFT JOIN law.local_authority_names AS n
                        ON r.la_code IS NULL
                       AND n.folded = law.fold_name(CASE WHEN r.la_code IS NULL
                                                        THEN r.la_name END)) AS u
              LEFT JOIN core.setting_identifiers AS i
                ON i.ref = u.ref
              LEFT JOIN core.settings AS s ON s.id = i.setting_id
              LEFT JOIN law.setting_types AS t ON t.code = u.type
             WHERE settings_diff.only_la IS NULL
                OR u.la_code = settings_diff.only_la) AS d;
$$;

-- settings_link — derives from the register who followed whom: a school that
-- becomes an academy gets a new URN and keeps its LAESTAB. Of those that bore
-- one number, closed ones first, then by opening and URN, a closed one is
-- followed by the next, unless that opened more than 31 days before it closed.
-- Dates that are not published are no obstacle.
CREATE FUNCTION api.settings_link()
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
    WITH chain AS (
        SELECT s.id AS predecessor_id, s.status, s.closed_on,
               lead(s.id) OVER w AS successor_id,
               lead(s.opened_on) OVER w AS next_opened_on
          FROM core.settings AS s
         WHERE s.register = 'gias'
           AND s.laestab IS NOT NULL
        WINDOW w AS (PARTITION BY s.laestab
                     ORDER BY s.status <> 'closed', s.opened_on NULLS FIRST,
                              s.urn::int)
    ),
    links AS MATERIALIZED (
        SELECT c.predecessor_id, c.successor_id
          FROM chain AS c
         WHERE c.status = 'closed'
           AND c.successor_id IS NOT NULL
           AND (c.closed_on <= c.next_opened_on + 31) IS NOT FALSE
    ),
    dropped AS (
        DELETE FROM core.setting_links AS l
         WHERE l.basis = 'laestab'
           AND (l.predecessor_id, l.successor_id) NOT IN (
               SELECT k.predecessor_id, k.successor_id
                 FROM links AS k)
    )
    INSERT INTO core.setting_links (predecessor_id, successor_id, basis)
    SELECT k.predecessor_id, k.successor_id, 'laestab'
      FROM links AS k
    ON CONFLICT DO NOTHING;
$$;

-- settings_identify — makes every number a setting bears lead to it. A number
-- that several have borne leads to the one still open, else to the newest; a
-- number no longer borne keeps leading where it did.
CREATE FUNCTION api.settings_identify()
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
    WITH bearers AS MATERIALIZED (
        SELECT b.scheme, b.value, b.id, h.setting_id AS was
          FROM (SELECT DISTINCT ON (v.scheme COLLATE "C", v.value COLLATE "C")
                       v.scheme, v.value, s.id
                  FROM core.settings AS s
                 CROSS JOIN LATERAL (VALUES ('urn', s.urn),
                                            ('ofsted', s.ofsted_urn),
                                            ('laestab', s.laestab),
                                            ('ukprn', s.ukprn))
                       AS v (scheme, value)
                 WHERE v.value IS NOT NULL
                 ORDER BY v.scheme COLLATE "C", v.value COLLATE "C",
                          s.status = 'closed', s.opened_on DESC NULLS LAST,
                          s.id DESC) AS b
          LEFT JOIN core.setting_identifiers AS h
            ON h.scheme = b.scheme
           AND h.value = b.value
         WHERE h.setting_id IS DISTINCT FROM b.id
    ),
    moved AS (
        UPDATE core.setting_identifiers AS i
           SET setting_id = b.id
          FROM bearers AS b
         WHERE b.was IS NOT NULL
           AND i.scheme = b.scheme
           AND i.value = b.value
    )
    INSERT INTO core.setting_identifiers (scheme, value, setting_id)
    SELECT b.scheme, b.value, b.id
      FROM bearers AS b
     WHERE b.was IS NULL;
$$;

-- settings_import — takes rows of a published register, one array per field of
-- the kind "setting" in its order, and returns what they change (see
-- settings_diff; unchanged rows are left out). What is not in the file is not
-- touched. With only_la, only rows of that authority count. is_dry_run writes
-- nothing. The same file a second time changes nothing. LA administrators only.
CREATE FUNCTION api.settings_import(register_name text, only_la text,
    is_dry_run boolean, lines int[], refs text[], hashes uuid[],
    urns text[], ofsted_urns text[], laestabs text[], ukprns text[],
    la_codes text[], la_names text[], names text[], types text[],
    subtypes text[], phases int[], statuses text[], low_ages int[],
    high_ages int[], rolls int[], capacities int[], sen_unit_rolls int[],
    sen_unit_capacities int[], resourced_provision_rolls int[],
    resourced_provision_capacities int[], nurseries boolean[],
    sixth_forms boolean[], streets text[], localities text[], towns text[],
    postcodes text[], eastings int[], northings int[], opened_days date[],
    closed_days date[])
RETURNS TABLE (line int, ref text, name text, change text, details text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_changes int;
BEGIN
    PERFORM core.require_role('la_administrator');
    IF register_name IS NULL OR register_name NOT IN ('gias', 'ofsted') THEN
        PERFORM core.refuse('malformed_parameter',
            'register must be gias or ofsted');
    END IF;
    IF is_dry_run THEN
        RETURN QUERY
            SELECT d.line, d.ref, d.name, d.change, d.details
              FROM api.settings_diff(register_name, only_la,
                       lines, refs, hashes, urns, ofsted_urns, laestabs,
                       ukprns, la_codes, la_names, names, types, subtypes,
                       phases, statuses, low_ages, high_ages, rolls,
                       capacities, sen_unit_rolls, sen_unit_capacities,
                       resourced_provision_rolls,
                       resourced_provision_capacities, nurseries, sixth_forms,
                       streets, localities, towns, postcodes, eastings,
                       northings, opened_days, closed_days) AS d
             WHERE d.change <> 'same'
             ORDER BY d.line;
        RETURN;
    END IF;
    -- Two imports at once would each take the other's settings for new.
    PERFORM pg_advisory_xact_lock(535302);
    RETURN QUERY
        WITH diff AS MATERIALIZED (
            SELECT d.*
              FROM api.settings_diff(register_name, only_la,
                       lines, refs, hashes, urns, ofsted_urns, laestabs,
                       ukprns, la_codes, la_names, names, types, subtypes,
                       phases, statuses, low_ages, high_ages, rolls,
                       capacities, sen_unit_rolls, sen_unit_capacities,
                       resourced_provision_rolls,
                       resourced_provision_capacities, nurseries, sixth_forms,
                       streets, localities, towns, postcodes, eastings,
                       northings, opened_days, closed_days) AS d
             WHERE d.change IS NOT NULL
        ),
        added AS (
            INSERT INTO core.settings (register, content_hash,
                   urn, ofsted_urn, laestab, ukprn, la_code, la_name, name,
                   type, subtype, phase, status, low_age, high_age, roll,
                   capacity, sen_unit_roll, sen_unit_capacity,
                   resourced_provision_roll, resourced_provision_capacity,
                   has_nursery, has_sixth_form, street, locality, town,
                   postcode, easting, northing, opened_on, closed_on)
            SELECT register_name, d.content_hash,
                   d.urn, d.ofsted_urn, d.laestab, d.ukprn, d.la_code,
                   d.la_name, d.name, d.type, d.subtype, d.phase, d.status,
                   d.low_age, d.high_age, d.roll, d.capacity, d.sen_unit_roll,
                   d.sen_unit_capacity, d.resourced_provision_roll,
                   d.resourced_provision_capacity, d.has_nursery,
                   d.has_sixth_form, d.street, d.locality, d.town, d.postcode,
                   d.easting, d.northing, d.opened_on, d.closed_on
              FROM diff AS d
             WHERE d.change = 'new'
             ORDER BY d.line
        ),
        altered AS (
            UPDATE core.settings AS s
               SET content_hash = d.content_hash,
                   changed_at = CASE d.change WHEN 'same' THEN s.changed_at
                                ELSE now() END,
                   urn = d.urn,
                   ofsted_urn = d.ofsted_urn,
                   laestab = d.laestab,
                   ukprn = d.ukprn,
                   la_code = d.la_code,
                   la_name = d.la_name,
                   name = d.name,
                   type = d.type,
                   subtype = d.subtype,
                   phase = d.phase,
                   status = d.status,
                   low_age = d.low_age,
                   high_age = d.high_age,
                   roll = d.roll,
                   capacity = d.capacity,
                   sen_unit_roll = d.sen_unit_roll,
                   sen_unit_capacity = d.sen_unit_capacity,
                   resourced_provision_roll = d.resourced_provision_roll,
                   resourced_provision_capacity = d.resourced_provision_capacity,
                   has_nursery = d.has_nursery,
                   has_sixth_form = d.has_sixth_form,
                   street = d.street,
                   locality = d.locality,
                   town = d.town,
                   postcode = d.postcode,
                   easting = d.easting,
                   northing = d.northing,
                   opened_on = d.opened_on,
                   closed_on = d.closed_on
              FROM diff AS d
             WHERE s.id = d.id
               AND d.change NOT IN ('new', 'repeated')
        )
        SELECT d.line, d.ref, d.name, d.change, d.details
          FROM diff AS d
         WHERE d.change <> 'same'
         ORDER BY d.line;
    GET DIAGNOSTICS v_changes = ROW_COUNT;
    IF v_changes > 0 THEN
        PERFORM api.settings_identify();
        PERFORM api.settings_link();
    END IF;
    PERFORM core.audit_write('settings.import', NULL, NULL,
        jsonb_build_object('register', register_name, 'la', only_la,
                           'rows', cardinality(lines), 'changes', v_changes));
END
$$;
