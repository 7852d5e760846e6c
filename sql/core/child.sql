-- child — the two ends of api.child_merge: finding the child a new record
-- speaks of, and bringing the person index up to what the records say. They
-- run with the rights of role api and under its policies.
-- SPDX-License-Identifier: Apache-2.0

-- child_find — for a call of child_merge: the child of each record that is
-- new to this setting (under the source_id it is stored by), as an array aligned with the ordinals (NULL for the
-- others). Persons nobody knew are added to the index.
CREATE OR REPLACE FUNCTION core.child_find(source_ids text[], deleted boolean[],
    suspects text[], surname text[], forename text[], middle_names text[],
    preferred_surname text[], preferred_forename text[], born_on date[],
    sex text[], upn text[], former_upn text[], uln text[], nhs_number text[],
    postcode text[], year_group text[])
RETURNS uuid[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
AS $$
#variable_conflict use_column
DECLARE
    v_setting   int := core.sync_setting();
    v_positions bigint[];
    v_born_on   date[];
    v_upn       text[];
    v_uln       text[];
    v_nhs       text[];
    v_children  uuid[];
    v_is_new    boolean[];
    v_aligned   uuid[];
BEGIN
  -- Two batches of one setting with the same new record would make the child
  -- twice, and one of them would be nobody's: the second waits, looks again
  -- and finds the record.
  FOR v_look IN 1..2 LOOP
    SELECT array_agg(i.pos ORDER BY i.pos),
           array_agg(i.born_on ORDER BY i.pos),
           array_agg(core.usable_upn(i.upn, i.former_upn, i.suspects)
                     ORDER BY i.pos),
           array_agg(core.usable(i.uln, 'uln', i.suspects) ORDER BY i.pos),
           array_agg(core.usable(i.nhs_number, 'nhs_number', i.suspects)
                     ORDER BY i.pos)
      INTO v_positions, v_born_on, v_upn, v_uln, v_nhs
      FROM unnest(source_ids, deleted, suspects, surname, forename, born_on,
                  upn, former_upn, uln, nhs_number) WITH ORDINALITY
           AS i (source_id, deleted, suspects, surname, forename, born_on,
                 upn, former_upn, uln, nhs_number, pos)
      LEFT JOIN core.child_records AS t
             ON t.setting_id = v_setting
            AND t.source_id = i.source_id
     WHERE NOT i.deleted
       AND t.source_id IS NULL
       AND coalesce(i.surname, i.forename) IS NOT NULL;
    IF v_positions IS NULL THEN
        RETURN array_fill(NULL::uuid, ARRAY[cardinality(source_ids)]);
    END IF;
    IF v_look = 1 THEN
        PERFORM pg_advisory_xact_lock(535306, v_setting);
    END IF;
  END LOOP;

    SELECT m.child_ids, m.is_new INTO v_children, v_is_new
      FROM core.child_match(v_born_on, v_upn, v_uln, v_nhs) AS m;
    SELECT array_agg(m.child_id ORDER BY p.pos) INTO v_aligned
      FROM generate_series(1, cardinality(source_ids)) AS p (pos)
      LEFT JOIN unnest(v_positions, v_children) AS m (pos, child_id)
             ON m.pos = p.pos;

    INSERT INTO core.children (id, surname, forename, middle_names,
        preferred_surname, preferred_forename, born_on, sex, upn, uln,
        nhs_number, postcode, year_group)
    SELECT DISTINCT ON (m.child_id)
           m.child_id, i.surname, i.forename, i.middle_names,
           i.preferred_surname, i.preferred_forename, i.born_on, i.sex,
           core.usable(i.upn, 'upn', i.suspects),
           core.usable(i.uln, 'uln', i.suspects),
           core.usable(i.nhs_number, 'nhs_number', i.suspects),
           i.postcode, i.year_group
      FROM unnest(v_positions, v_children, v_is_new)
           AS m (pos, child_id, is_new)
      JOIN unnest(suspects, surname, forename, middle_names,
                  preferred_surname, preferred_forename, born_on, sex, upn,
                  uln, nhs_number, postcode, year_group) WITH ORDINALITY
           AS i (suspects, surname, forename, middle_names, preferred_surname,
                 preferred_forename, born_on, sex, upn, uln, nhs_number,
                 postcode, year_group, pos)
        ON i.pos = m.pos
     WHERE m.is_new
     ORDER BY m.child_id, m.pos;
    RETURN v_aligned;
END
$$;

-- child_refresh — writes what these records, if this transaction stored
-- them, say into the person index: a child that already reads so is left
-- alone; a number that is missing or suspect does not wipe out a known one.
CREATE OR REPLACE FUNCTION core.child_refresh(source_ids text[], revisions bigint[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = on -- the merge has it off: the whole authority would be read
AS $$
DECLARE
    v_setting int := core.sync_setting();
    v_ids     uuid[];
    v_born_on date[];
    v_upn     text[];
    v_uln     text[];
    v_nhs     text[];
BEGIN
    SELECT array_agg(r.child_id), array_agg(r.born_on),
           array_agg(core.usable_upn(r.upn, r.former_upn,
                                     array_to_string(r.suspects, ','))),
           array_agg(core.usable(r.uln, 'uln',
                                 array_to_string(r.suspects, ','))),
           array_agg(core.usable(r.nhs_number, 'nhs_number',
                                 array_to_string(r.suspects, ',')))
      INTO v_ids, v_born_on, v_upn, v_uln, v_nhs
      FROM unnest(source_ids, revisions) AS i (source_id, revision)
      JOIN core.child_records AS r
        ON r.setting_id = v_setting
       AND r.source_id = i.source_id
       AND r.revision = i.revision
     WHERE r.known_from = now()
       AND r.deleted_at IS NULL;
    IF v_ids IS NULL THEN
        RETURN;
    END IF;
    PERFORM core.child_identify(v_ids, v_born_on, v_upn, v_uln, v_nhs);

    UPDATE core.children AS c
       SET surname = r.surname,
           forename = r.forename,
           middle_names = r.middle_names,
           preferred_surname = r.preferred_surname,
           preferred_forename = r.preferred_forename,
           born_on = r.born_on,
           sex = coalesce(r.sex, c.sex),
           upn = coalesce(r.upn, c.upn),
           uln = coalesce(r.uln, c.uln),
           nhs_number = coalesce(r.nhs_number, c.nhs_number),
           postcode = coalesce(r.postcode, c.postcode),
           year_group = coalesce(r.year_group, c.year_group),
           known_from = now()
      FROM (SELECT DISTINCT ON (t.child_id)
                   t.child_id, t.surname, t.forename, t.middle_names,
                   t.preferred_surname, t.preferred_forename, t.born_on,
                   t.sex, t.postcode, t.year_group,
                   CASE WHEN 'upn' = ANY (t.suspects) THEN NULL
                        ELSE t.upn END AS upn,
                   CASE WHEN 'uln' = ANY (t.suspects) THEN NULL
                        ELSE t.uln END AS uln,
                   CASE WHEN 'nhs_number' = ANY (t.suspects) THEN NULL
                        ELSE t.nhs_number END AS nhs_number
              FROM core.child_records AS t
              JOIN unnest(child_refresh.source_ids) AS i (source_id)
                ON i.source_id = t.source_id
             WHERE t.setting_id = v_setting
               AND t.known_from = now()
               AND t.deleted_at IS NULL
             ORDER BY t.child_id, t.source_id) AS r
     WHERE c.id = r.child_id
       AND (c.surname, c.forename, c.middle_names, c.preferred_surname,
            c.preferred_forename, c.born_on,
            coalesce(r.sex, c.sex), coalesce(r.upn, c.upn),
            coalesce(r.uln, c.uln), coalesce(r.nhs_number, c.nhs_number),
            coalesce(r.postcode, c.postcode),
            coalesce(r.year_group, c.year_group))
           IS DISTINCT FROM
           (r.surname, r.forename, r.middle_names, r.preferred_surname,
            r.preferred_forename, r.born_on,
            c.sex, c.upn, c.uln, c.nhs_number, c.postcode, c.year_group);
END
$$;

-- child_renamed — when child records got a new source_id, what belongs to
-- them follows (ON UPDATE CASCADE), so readers of the feed are told. Its
-- hash still names the old one: one revision less lets the sender's next put
-- of it in, which it owes.
CREATE OR REPLACE FUNCTION core.child_renamed(source_ids text[], stored text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting int := core.sync_setting();
    v_ids     text[];
    v_kind    record;
BEGIN
    IF source_ids = stored THEN
        RETURN;
    END IF;
    v_ids := ARRAY(SELECT r.source_id
                     FROM unnest(source_ids, stored) AS r (source_id, stored)
                     JOIN core.child_records AS t
                       ON t.setting_id = v_setting
                      AND t.source_id = r.source_id
                      AND t.known_from = now()
                    WHERE r.stored NOT IN (r.source_id, ''));
    FOR v_kind IN
        SELECT k.name, k.table_name FROM core.kinds AS k WHERE k.position = 2
    LOOP
        EXECUTE format('
            WITH followed AS (
                UPDATE core.%I AS t
                   SET revision = t.revision - 1
                 WHERE t.setting_id = $1
                   AND t.child = ANY ($2)
                   AND t.deleted_at IS NULL
                RETURNING t.source_id, t.child_id, t.revision
            )
            INSERT INTO core.changes (setting_id, kind, source_id, op,
                                      child_id, revision)
            SELECT $1, %L, f.source_id, ''put'', f.child_id, f.revision
              FROM followed AS f', v_kind.table_name, v_kind.name)
        USING v_setting, v_ids;
    END LOOP;
END
$$;
