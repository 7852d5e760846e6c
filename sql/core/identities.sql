-- identities — two persons of the index that are one, and one that is two.
-- As owner, because what hangs on a child lies in many settings; called only
-- by api.merge_identities and api.split_identities, which judge the actor.
--
-- Locks, in this order, as a batch takes them: the settings that hold a
-- record of the children, the numbers, the children's rows in order of id.
-- No batch of those settings runs meanwhile, so nothing is written under an
-- id that is going away; one of another setting that has just found the
-- child waits at its row, and looks again (core.child_match).
-- SPDX-License-Identifier: Apache-2.0

-- identity_tables — the tables of the kinds whose rows name a child, and
-- whether they do it through its record (column child).
CREATE OR REPLACE FUNCTION core.identity_tables()
RETURNS TABLE (name text, has_record boolean)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT k.table_name, bool_or(a.attname = 'child')
      FROM core.kinds AS k
      JOIN pg_attribute AS a
        ON a.attrelid = to_regclass('core.' || k.table_name)
     WHERE a.attname IN ('child_id', 'child')
     GROUP BY k.table_name;
$$;

-- child_numbers — the numbers the records of a child bear, but those
-- whose check character does not hold.
CREATE OR REPLACE FUNCTION core.child_numbers(child_id uuid)
RETURNS TABLE (setting_id int, source_id text, scheme text, value text,
    born_on date)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT r.setting_id, r.source_id, n.scheme, n.value, r.born_on
      FROM core.child_records AS r
     CROSS JOIN LATERAL (
           SELECT array_to_string(r.suspects, ',') AS names) AS s
     CROSS JOIN LATERAL (VALUES
           ('upn', core.usable(r.upn, 'upn', s.names)),
           ('upn', core.usable(r.former_upn, 'former_upn', s.names)),
           ('uln', core.usable(r.uln, 'uln', s.names)),
           ('nhs', core.usable(r.nhs_number, 'nhs_number', s.names)))
           AS n (scheme, value)
     WHERE r.child_id = child_numbers.child_id
       AND n.value IS NOT NULL;
END
$$;

-- child_reindex — makes the person read as its records do, the newest first;
-- a number or code the newest does not give comes from an older one.
CREATE OR REPLACE FUNCTION core.child_reindex(child_id uuid)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE core.children AS c
       SET surname = n.surname,
           forename = n.forename,
           middle_names = n.middle_names,
           preferred_surname = n.preferred_surname,
           preferred_forename = n.preferred_forename,
           born_on = n.born_on,
           sex = o.sex,
           upn = o.upn,
           uln = o.uln,
           nhs_number = o.nhs_number,
           postcode = o.postcode,
           year_group = o.year_group,
           known_from = n.known_from
      FROM (SELECT r.*
              FROM core.child_records AS r
             WHERE r.child_id = child_reindex.child_id
             ORDER BY r.deleted_at IS NOT NULL, r.known_from DESC,
                      r.setting_id, r.source_id
             LIMIT 1) AS n,
           (SELECT (array_remove(array_agg(r.sex ORDER BY r.n), NULL))[1] AS sex,
                   (array_remove(array_agg(core.usable(r.upn, 'upn', r.names)
                       ORDER BY r.n), NULL))[1] AS upn,
                   (array_remove(array_agg(core.usable(r.uln, 'uln', r.names)
                       ORDER BY r.n), NULL))[1] AS uln,
                   (array_remove(array_agg(core.usable(r.nhs_number,
                       'nhs_number', r.names) ORDER BY r.n), NULL))[1]
                       AS nhs_number,
                   (array_remove(array_agg(r.postcode ORDER BY r.n), NULL))[1]
                       AS postcode,
                   (array_remove(array_agg(r.year_group ORDER BY r.n), NULL))[1]
                       AS year_group
              FROM (SELECT t.*, array_to_string(t.suspects, ',') AS names,
                           row_number() OVER (ORDER BY t.deleted_at IS NOT NULL,
                               t.known_from DESC, t.setting_id, t.source_id)
                               AS n
                      FROM core.child_records AS t
                     WHERE t.child_id = child_reindex.child_id) AS r) AS o
     WHERE c.id = child_reindex.child_id;
END
$$;

-- identity_lock — see the head of this file; refuses when a child is not
-- there.
CREATE OR REPLACE FUNCTION core.identity_lock(child_ids uuid[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_settings int[];
    v_found    int;
BEGIN
    v_settings := ARRAY(SELECT DISTINCT r.setting_id
                          FROM core.child_records AS r
                         WHERE r.child_id = ANY (identity_lock.child_ids)
                         ORDER BY r.setting_id);
    PERFORM core.setting_seize(s.id)
       FROM unnest(v_settings) AS s (id);
    PERFORM core.child_lock();
    PERFORM c.id
       FROM core.children AS c
      WHERE c.id = ANY (identity_lock.child_ids)
      ORDER BY c.id
        FOR UPDATE;
    GET DIAGNOSTICS v_found = ROW_COUNT;
    IF v_found < cardinality(identity_lock.child_ids) THEN
        PERFORM core.refuse('not_found');
    END IF;
    -- A setting that has come to hold a record meanwhile is not locked.
    IF EXISTS (SELECT 1
                 FROM core.child_records AS r
                WHERE r.child_id = ANY (identity_lock.child_ids)
                  AND r.setting_id <> ALL (v_settings)) THEN
        PERFORM core.refuse('busy');
    END IF;
END
$$;

-- identity_move_ehc — the authority's milestones follow the child. Where both
-- have a year the blank ones give way; two different ones are refused.
CREATE OR REPLACE FUNCTION core.identity_move_ehc(child uuid, into_child uuid)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_year int;
BEGIN
    DELETE FROM core.ehc_transfers AS e
     USING core.ehc_transfers AS o
     WHERE e.child_id = child
       AND o.child_id = into_child
       AND o.year = e.year
       AND (num_nonnulls(e.review_held_on, e.amendment_noticed_on,
                         e.plan_final_on) = 0 AND NOT e.placement_refused
            OR (e.review_held_on, e.amendment_noticed_on, e.plan_final_on,
                e.placement_refused)
               IS NOT DISTINCT FROM
               (o.review_held_on, o.amendment_noticed_on, o.plan_final_on,
                o.placement_refused));
    DELETE FROM core.ehc_transfers AS o
     USING core.ehc_transfers AS e
     WHERE e.child_id = child
       AND o.child_id = into_child
       AND o.year = e.year
       AND num_nonnulls(o.review_held_on, o.amendment_noticed_on,
                        o.plan_final_on) = 0
       AND NOT o.placement_refused;
    SELECT min(e.year) INTO v_year
      FROM core.ehc_transfers AS e
      JOIN core.ehc_transfers AS o ON o.year = e.year
     WHERE e.child_id = child
       AND o.child_id = into_child;
    IF v_year IS NOT NULL THEN
        PERFORM core.refuse('identity_conflict',
            'Both have milestones of an EHC plan for ' || v_year
            || ': clear those of one of them first.');
    END IF;
    UPDATE core.ehc_transfers AS e
       SET child_id = into_child,
           version = e.version + 1
     WHERE e.child_id = child;
END
$$;

-- identity_cases_apart — refuses two persons who each have an open case of a
-- plan, or of a move in one year: they are two processes until somebody ends
-- one of them.
CREATE OR REPLACE FUNCTION core.identity_cases_apart(child uuid,
    into_child uuid)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_year int;
BEGIN
    IF EXISTS (SELECT
                 FROM core.ehc_cases AS e
                 JOIN core.ehc_cases AS o ON o.plan_type = e.plan_type
                WHERE e.child_id = child
                  AND o.child_id = into_child
                  AND e.ended_on IS NULL
                  AND o.ended_on IS NULL) THEN
        PERFORM core.refuse('identity_conflict',
            'Both have an open case of a plan: end one of them first.');
    END IF;
    SELECT min(t.year) INTO v_year
      FROM core.transition_cases AS t
      JOIN core.transition_cases AS o ON o.year = t.year
     WHERE t.child_id = child
       AND o.child_id = into_child
       AND t.state NOT IN ('settled', 'cancelled')
       AND o.state NOT IN ('settled', 'cancelled');
    IF v_year IS NOT NULL THEN
        PERFORM core.refuse('identity_conflict',
            'Both have an open transition in ' || v_year
            || ': cancel one of them first.');
    END IF;
END
$$;

-- identity_merge — everything of child becomes into_child's; child is gone,
-- and a redirect remains.
CREATE OR REPLACE FUNCTION core.identity_merge(child uuid, into_child uuid,
    confirm boolean)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_table    record;
    v_settings int[];
    v_sources  text[];
BEGIN
    PERFORM core.identity_lock(ARRAY[child, into_child]);
    IF NOT coalesce(confirm, false)
       AND (SELECT count(DISTINCT c.born_on) > 1
              FROM core.children AS c
             WHERE c.id IN (child, into_child)) THEN
        PERFORM core.refuse('identity_unconfirmed');
    END IF;
    SELECT array_agg(r.setting_id ORDER BY r.setting_id, r.source_id),
           array_agg(r.source_id ORDER BY r.setting_id, r.source_id)
      INTO v_settings, v_sources
      FROM core.child_records AS r
     WHERE r.child_id = child;
    PERFORM core.identity_move_ehc(child, into_child);
    PERFORM core.identity_move_sen2(child, into_child);
    PERFORM core.identity_cases_apart(child, into_child);
    FOR v_table IN
        SELECT t.name FROM core.identity_tables() AS t
         UNION ALL
        SELECT u.name
          FROM unnest('{proposals,advice,visits,referrals,agency_contacts,between_resolutions,caseload_children,ehc_adulthood,ehc_budgets,ehc_cases,ehc_events,ehc_outcomes,ehc_placements,ehc_plans,transition_cases,transition_steps,handovers,handover_sections,handover_questions,ctf_files,child_identifiers,child_numbers_apart,transition_consultations,transition_plans}'::text[])
               AS u (name)
    LOOP
        EXECUTE format('UPDATE core.%I AS t SET child_id = $2
                         WHERE t.child_id = $1', v_table.name)
          USING child, into_child;
    END LOOP;
    -- A number that leads there anyway needs no exception.
    DELETE FROM core.child_numbers_apart AS n
     USING core.child_identifiers AS i
     WHERE n.child_id = into_child
       AND i.child_id = into_child
       AND (i.scheme, i.value, i.born_on) = (n.scheme, n.value, n.born_on);
    DELETE FROM core.child_separations AS s
     WHERE (s.child_id, s.other_child_id)
           IN ((child, into_child), (into_child, child));
    DELETE FROM core.child_separations AS s
     WHERE s.child_id = child
       AND EXISTS (SELECT 1 FROM core.child_separations AS k
                    WHERE k.child_id = into_child
                      AND k.other_child_id = s.other_child_id)
        OR s.other_child_id = child
       AND EXISTS (SELECT 1 FROM core.child_separations AS k
                    WHERE k.child_id = s.child_id
                      AND k.other_child_id = into_child);
    UPDATE core.child_separations AS s
       SET child_id = into_child
     WHERE s.child_id = child;
    UPDATE core.child_separations AS s
       SET other_child_id = into_child
     WHERE s.other_child_id = child;
    UPDATE core.child_redirects AS r
       SET into_child_id = into_child
     WHERE r.into_child_id = child;
    INSERT INTO core.child_redirects (child_id, into_child_id)
    VALUES (child, into_child);
    PERFORM core.child_reindex(into_child);
    PERFORM core.feed_child_moved(v_settings, v_sources, child, into_child,
                                  'merge');
    DELETE FROM core.children AS c WHERE c.id = child;
END
$$;

-- identity_split — that setting's record of the child, and all that hangs on
-- it, becomes a person of its own; answers its id.
CREATE OR REPLACE FUNCTION core.identity_split(child uuid, setting_id int,
    source_id text)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_child   ALIAS FOR $1;
    v_setting ALIAS FOR $2;
    v_source  ALIAS FOR $3;
    v_other   uuid := gen_random_uuid();
    v_table   record;
BEGIN
    PERFORM core.identity_lock(ARRAY[v_child]);
    IF NOT EXISTS (SELECT 1
                     FROM core.child_records AS r
                    WHERE r.child_id = v_child
                      AND r.setting_id = v_setting
                      AND r.source_id = v_source) THEN
        PERFORM core.refuse('not_found');
    ELSIF NOT EXISTS (SELECT 1
                        FROM core.child_records AS r
                       WHERE r.child_id = v_child
                         AND (r.setting_id, r.source_id)
                             <> (v_setting, v_source)) THEN
        PERFORM core.refuse('identity_conflict',
            'It is the only record of this child: there is nothing to tell apart.');
    END IF;
    INSERT INTO core.children (id, born_on)
    SELECT v_other, r.born_on
      FROM core.child_records AS r
     WHERE r.setting_id = v_setting
       AND r.source_id = v_source;
    UPDATE core.child_records AS r
       SET child_id = v_other
     WHERE r.setting_id = v_setting
       AND r.source_id = v_source;
    FOR v_table IN
        SELECT t.name FROM core.identity_tables() AS t WHERE t.has_record
    LOOP
        EXECUTE format('UPDATE core.%I AS t SET child_id = $1
                         WHERE t.setting_id = $2 AND t.child = $3',
                       v_table.name)
          USING v_other, v_setting, v_source;
    END LOOP;
    UPDATE core.proposals AS p
       SET child_id = v_other
     WHERE p.setting_id = v_setting
       AND p.child_id = v_child
       AND p.data->>'child' = v_source;
    -- A number only this record bears goes with it; of one that both bear
    -- the setting is told apart.
    UPDATE core.child_identifiers AS i
       SET child_id = v_other
      FROM core.child_numbers(v_other) AS n
     WHERE i.child_id = v_child
       AND (i.scheme, i.value, i.born_on) = (n.scheme, n.value, n.born_on)
       AND NOT EXISTS (
           SELECT 1
             FROM core.child_numbers(v_child) AS k
            WHERE (k.scheme, k.value, k.born_on)
                  = (n.scheme, n.value, n.born_on));
    INSERT INTO core.child_numbers_apart AS a (setting_id, scheme, value,
                                               born_on, child_id)
    SELECT DISTINCT v_setting, n.scheme, n.value, n.born_on, v_other
      FROM core.child_numbers(v_other) AS n
      JOIN core.child_identifiers AS i
        ON (i.scheme, i.value, i.born_on) = (n.scheme, n.value, n.born_on)
     WHERE i.child_id <> v_other
    ON CONFLICT ON CONSTRAINT child_numbers_apart_pkey DO UPDATE
       SET child_id = excluded.child_id;
    INSERT INTO core.child_separations (child_id, other_child_id, setting_id,
                                        source_id)
    VALUES (v_child, v_other, v_setting, v_source);
    PERFORM core.child_reindex(v_child);
    PERFORM core.child_reindex(v_other);
    PERFORM core.feed_child_moved(ARRAY[v_setting], ARRAY[v_source], v_child,
                                  v_other, 'split');
    RETURN v_other;
END
$$;
