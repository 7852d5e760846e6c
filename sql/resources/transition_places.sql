-- transition_places — a case of one child is made by hand; where it leads, and
-- in which year, is said and changed.
-- SPDX-License-Identifier: Apache-2.0
-- after: transition_cohorts

-- transition_home — the setting that a case of this child leaves: the one
-- named, or where the child is. A setting makes cases of children it holds.
CREATE FUNCTION api.transition_home(child uuid, ref text)
RETURNS int
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_from  int := core.setting_find($2);
    v_known int[] := ARRAY(
        SELECT r.setting_id
          FROM core.child_records AS r
         WHERE r.child_id = $1
           AND r.deleted_at IS NULL);
BEGIN
    IF NOT EXISTS (SELECT FROM core.children AS c WHERE c.id = $1) THEN
        PERFORM core.refuse('not_found', 'There is no such child.',
                            '/child_id');
    ELSIF $2 IS NULL THEN
        SELECT h.setting_id INTO v_from
          FROM api.homes(current_date, v_known, false) AS h
         WHERE h.child_id = $1;
        v_from := coalesce(v_from, CASE WHEN NOT core.actor_sees_all()
                                        THEN v_known[1] END);
    ELSIF v_from IS NULL THEN
        PERFORM core.refuse('unknown_setting', '', '/from_setting');
    ELSIF v_from <> ALL (v_known) THEN
        PERFORM core.refuse('not_found',
            'The setting holds no record of this child.', '/from_setting');
    END IF;
    IF NOT core.actor_sees_all()
       AND (v_from = ANY (core.actor_settings())) IS NOT TRUE THEN
        PERFORM core.refuse('not_found',
            'The setting holds no record of this child.', '/from_setting');
    END IF;
    RETURN v_from;
END
$$;

-- transition_place — the setting that ref names, as a destination of a child
-- born on that day who moves then: refuses one that is closed or not open yet,
-- that takes no child of that age in that school year, and the setting left
-- unless its nursery class or Year 11 ends a phase within it. Without ref the
-- place outside needs no register.
CREATE FUNCTION api.transition_place(ref text, outside text,
    la_code text, kind text, entry text, from_setting int, born_on date,
    target_on date)
RETURNS int
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_ref    ALIAS FOR $1;
    v_target ALIAS FOR $8;
    v_to     int := core.setting_find($1);
    v_place  core.settings;
    v_slack  int := CASE $5 WHEN 'normal' THEN 0
                    ELSE core.amount('move_ages_slack', current_date) END;
    v_ncy    int := extract(year FROM $8 + interval '4 months')::int
                    - extract(year FROM $7 + interval '4 months')::int - 5;
    v_ages   record;
BEGIN
    IF v_ref IS NOT NULL AND $2 IS NOT NULL THEN
        PERFORM core.refuse('malformed_field',
            'A destination is a setting or a place outside, not both.',
            '/to_outside');
    ELSIF $3 IS NOT NULL AND NOT EXISTS (
              SELECT FROM core.local_authorities AS l WHERE l.code = $3) THEN
        PERFORM core.refuse('unknown_code', 'There is no such authority.',
                            '/to_la_code');
    ELSIF v_ref IS NULL THEN
        RETURN NULL;
    ELSIF v_to IS NULL THEN
        PERFORM core.refuse('unknown_setting', '', '/to_setting');
    ELSIF v_to = $6 AND $4 NOT IN ('EYS', '6FS', 'SEP') THEN
        PERFORM core.refuse('malformed_field',
            'It is the setting the child leaves.', '/to_setting');
    END IF;
    SELECT s.* INTO v_place FROM core.settings AS s WHERE s.id = v_to;
    IF v_place.status = 'closed' OR v_place.closed_on <= v_target THEN
        PERFORM core.refuse('setting_closed',
            'It is closed by ' || v_target || '.', '/to_setting');
    ELSIF v_place.opened_on > v_target THEN
        PERFORM core.refuse('setting_not_open',
            'It opens on ' || v_place.opened_on || '.', '/to_setting');
    END IF;
    SELECT CASE WHEN a.is_post_16 THEN 12
                ELSE v_place.low_age - 4 END AS first_ncy,
           CASE WHEN a.is_post_16 THEN NULL
                WHEN a.is_early_years THEN -1
                ELSE a.final_ncy END AS last_ncy
      INTO v_ages
      FROM api.case_settings AS a
     WHERE a.id = v_to;
    IF v_ncy + v_slack < v_ages.first_ncy
       OR v_ncy - v_slack > v_ages.last_ncy THEN
        PERFORM core.refuse('wrong_phase', '', '/to_setting');
    END IF;
    RETURN v_to;
END
$$;

-- transition_cases_create — a case of one child, by hand, once for its maker's
-- key. year: of the September moved in; without it, that of the school year
-- the target day lies in.
CREATE FUNCTION api.transition_cases_create(key text, child_id uuid,
    kind text, year int, entry text, from_setting text, to_setting text,
    to_outside text, to_la_code text, target_on date)
RETURNS SETOF api.transition_cases
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key    ALIAS FOR $1;
    v_case   core.transition_cases;
    v_before core.transition_cases;
    v_born   date;
    v_id     uuid;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager', 'senco',
                              'school_system');
    v_case.child_id := $2;
    v_case.kind := $3;
    v_case.year := coalesce($4, api.school_year($10) - 1);
    v_case.entry := coalesce($5, 'normal');
    v_case.target_on := coalesce($10, make_date(v_case.year, 9, 1));
    v_case.key := v_key;
    v_case.content := md5(ROW($2, $3, $4, $5, $6, $7, $8, $9, $10)::text)::uuid;
    SELECT c.* INTO v_before
      FROM core.transition_cases AS c
     WHERE c.made_by = core.actor_id()
       AND c.key = v_key;
    IF FOUND AND v_before.content <> v_case.content THEN
        PERFORM core.refuse('batch_differs');
    ELSIF FOUND THEN
        RETURN QUERY SELECT c.* FROM api.transition_cases AS c
                      WHERE c.case_id = v_before.id;
        RETURN;
    ELSIF v_case.year IS NULL THEN
        PERFORM core.refuse('missing_field',
            'year or target_on must be given.', '/year');
    ELSIF v_case.target_on NOT BETWEEN make_date(v_case.year, 7, 1)
                                   AND make_date(v_case.year + 1, 8, 31) THEN
        PERFORM core.refuse('malformed_field',
            'It lies in another school year than the one of that September.',
            '/target_on');
    END IF;
    v_case.from_setting_id := api.transition_home($2, $6);
    SELECT c.born_on INTO v_born FROM core.children AS c WHERE c.id = $2;
    v_case.to_setting_id := api.transition_place($7, $8, $9, $3, v_case.entry,
        v_case.from_setting_id, v_born,
        greatest(v_case.target_on, make_date(v_case.year, 9, 1)));
    v_case.to_outside := $8;
    v_case.to_la_code := $9;
    v_id := (core.transition_make(ARRAY[v_case]))[1];
    IF v_id IS NULL THEN
        PERFORM core.refuse('transition_open',
            'There is an open move for ' || v_case.year || '.', '/child_id');
    END IF;
    PERFORM core.audit_write('transitions.create', v_case.from_setting_id,
        ARRAY[$2], jsonb_build_object('case_id', v_id, 'kind', $3,
            'year', v_case.year));
    RETURN QUERY SELECT c.* FROM api.transition_cases AS c
                  WHERE c.case_id = v_id;
END
$$;

-- transition_destination_put — the child goes elsewhere, or somewhere at last.
-- The same destination again changes nothing.
CREATE FUNCTION api.transition_destination_put(case_id uuid, if_match text,
    to_setting text, to_outside text, to_la_code text, reason text)
RETURNS SETOF api.transition_cases
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_case core.transition_cases := core.transition_hold($1, $2);
    v_born date := (SELECT n.born_on FROM core.transition_names AS n
                     WHERE n.case_id = $1);
    v_to   int := api.transition_place($3, $4, $5, v_case.kind, v_case.entry,
        v_case.from_setting_id, v_born,
        greatest(v_case.target_on, make_date(v_case.year, 9, 1)));
BEGIN
    IF (v_to, $4, $5) IS DISTINCT FROM (v_case.to_setting_id,
            v_case.to_outside, v_case.to_la_code) THEN
        PERFORM core.transition_move(v_case, 'destination_changed', $6, v_to,
            $4, $5, v_case.entry, v_case.year, v_case.target_on);
    END IF;
    RETURN QUERY SELECT c.* FROM api.transition_cases AS c
                  WHERE c.case_id = $1;
END
$$;

-- transition_entry_put — a year later (deferred), a year earlier
-- (accelerated), or as others (normal): the case goes to that year.
CREATE FUNCTION api.transition_entry_put(case_id uuid, if_match text,
    entry text, reason text)
RETURNS SETOF api.transition_cases
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_case  core.transition_cases := core.transition_hold($1, $2);
    v_years int;
BEGIN
    SELECT sum(CASE e.entry WHEN 'deferred' THEN e.n
                            WHEN 'accelerated' THEN -e.n ELSE 0 END)
      INTO v_years
      FROM (VALUES ($3, 1), (v_case.entry, -1)) AS e (entry, n);
    IF v_case.state = 'received' THEN
        PERFORM core.transition_refuse_state(v_case);
    ELSIF $3 <> v_case.entry THEN
        PERFORM core.transition_move(v_case, 'entry_changed', $4,
            v_case.to_setting_id, v_case.to_outside, v_case.to_la_code, $3,
            v_case.year + v_years,
            (v_case.target_on + make_interval(years => v_years))::date);
    END IF;
    RETURN QUERY SELECT c.* FROM api.transition_cases AS c
                  WHERE c.case_id = $1;
END
$$;
