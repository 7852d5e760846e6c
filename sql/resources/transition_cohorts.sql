-- transition_cohorts — cases are made: of a whole cohort by the rule of
-- api.transition_cohort, or of one child by hand; where they lead is said and
-- changed; and a whole cohort takes a step at once. A preview does the very
-- same, shows what it has done and undoes it, so the two cannot differ.
-- SPDX-License-Identifier: Apache-2.0
-- after: transition_cases reports sentences

-- transition_deed — what became of one child of a cohort, or of one case.
CREATE TYPE api.transition_deed AS (
    case_id uuid, child_id uuid, surname text, forename text, born_on date,
    year int, kind text, entry text, from_setting text,
    from_setting_name text, to_setting text, to_setting_name text,
    state text, outcome text, problem text, sentence text
);

-- transition_due — a child of the cohort that is to have a case. case_id: the
-- one it has of that year, whatever became of it (settled, or cancelled by
-- somebody); elsewhere: the year of another case of the same stage (deferred,
-- accelerated).
CREATE TYPE api.transition_due AS (
    child_id uuid, surname text, forename text, born_on date, kind text,
    is_deferred boolean, from_setting_id int, to_setting_id int,
    case_id uuid, elsewhere int
);

-- transition_cohort_due — the children of the cohort that are to have a case:
-- those with SEN as law.transition_provisions says.
CREATE FUNCTION api.transition_cohort_due(year int, on_date date,
    only_kind text, only_setting int)
RETURNS SETOF api.transition_due
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_year ALIAS FOR $1;
    v_on   ALIAS FOR $2;
BEGIN
    RETURN QUERY
    SELECT h.child_id, h.surname, h.forename, h.born_on, h.kind,
           h.is_deferred, h.from_setting_id, h.to_setting_id, m.id, o.year
      FROM api.transition_cohort(v_year, v_on) AS h
      JOIN api.statuses(v_on) AS n ON n.child_id = h.child_id
      JOIN law.transition_provisions AS p
        ON p.provision = n.provision
       AND v_on BETWEEN p.valid_from AND coalesce(p.valid_to, 'infinity')
      LEFT JOIN LATERAL (
           SELECT c.id
             FROM core.transition_cases AS c
            WHERE c.child_id = h.child_id
              AND c.year = v_year
            ORDER BY c.state IN ('settled', 'cancelled'), c.made_at DESC
            LIMIT 1) AS m ON true
      LEFT JOIN LATERAL (
           SELECT c.year
             FROM core.transition_cases AS c
             JOIN law.transition_kinds AS a ON a.code = c.kind
             JOIN law.transition_kinds AS b ON b.code = h.kind
            WHERE c.child_id = h.child_id
              AND c.year <> v_year
              AND c.state <> 'cancelled'
              AND (c.entry <> 'normal' OR c.state <> 'settled')
              AND a.stage = b.stage
            LIMIT 1) AS o ON true
     WHERE ($3 IS NULL OR h.kind = $3)
       AND ($4 IS NULL OR h.from_setting_id = $4);
END
$$;

-- transition_cohort_cases — what is due, as cases to be made.
CREATE FUNCTION api.transition_cohort_cases(dues api.transition_due[],
    year int)
RETURNS core.transition_cases[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_due   api.transition_due;
    v_case  core.transition_cases;
    v_cases core.transition_cases[] := '{}';
BEGIN
    v_case.year := $2;
    v_case.target_on := make_date($2, 9, 1);
    FOREACH v_due IN ARRAY $1 LOOP
        CONTINUE WHEN v_due.case_id IS NOT NULL
                   OR v_due.elsewhere IS NOT NULL;
        v_case.child_id := v_due.child_id;
        v_case.kind := v_due.kind;
        v_case.entry := CASE WHEN v_due.is_deferred THEN 'deferred'
                             ELSE 'normal' END;
        v_case.from_setting_id := v_due.from_setting_id;
        v_case.to_setting_id := v_due.to_setting_id;
        v_cases := v_cases || v_case;
    END LOOP;
    RETURN v_cases;
END
$$;

-- transition_cohort_placed — cases that have no destination yet and were not
-- told to anybody take the one that the setting left names; answers which.
CREATE FUNCTION api.transition_cohort_placed(dues api.transition_due[])
RETURNS uuid[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_due   api.transition_due;
    v_case  core.transition_cases;
    v_taken uuid[] := '{}';
BEGIN
    FOREACH v_due IN ARRAY $1 LOOP
        CONTINUE WHEN v_due.case_id IS NULL OR v_due.to_setting_id IS NULL;
        SELECT c.* INTO v_case
          FROM core.transition_cases AS c
         WHERE c.id = v_due.case_id
           AND c.state = 'planned'
           AND num_nonnulls(c.to_setting_id, c.to_outside) = 0
           FOR UPDATE;
        IF FOUND THEN
            PERFORM core.transition_move(v_case, 'destination_changed', NULL,
                v_due.to_setting_id, NULL, NULL, v_case.entry, v_case.year,
                v_case.target_on);
            v_taken := v_taken || v_case.id;
        END IF;
    END LOOP;
    RETURN v_taken;
END
$$;

-- transition_cohort_made — makes what is due, and answers every child with
-- what became of it.
CREATE FUNCTION api.transition_cohort_made(year int, on_date date, kind text,
    setting_id int)
RETURNS SETOF api.transition_deed
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_year  ALIAS FOR $1;
    v_dues  api.transition_due[];
    v_cases core.transition_cases[];
    v_made  uuid[];
    v_taken uuid[];
BEGIN
    SELECT coalesce(array_agg(d), '{}') INTO v_dues
      FROM api.transition_cohort_due($1, $2, $3, $4) AS d;
    v_cases := api.transition_cohort_cases(v_dues, v_year);
    v_made := core.transition_make(v_cases);
    v_taken := api.transition_cohort_placed(v_dues);
    IF v_made <> '{}' THEN
        PERFORM core.audit_write('transitions.cohort', $4,
            ARRAY(SELECT c.child_id FROM unnest(v_cases) AS c),
            jsonb_strip_nulls(jsonb_build_object('year', v_year,
                'kind', $3)));
    END IF;
    RETURN QUERY
    SELECT c.case_id, d.child_id, coalesce(c.surname, d.surname),
           coalesce(c.forename, d.forename), coalesce(c.born_on, d.born_on),
           v_year, coalesce(c.kind, d.kind), c.entry, s.ref, s.name,
           c.to_setting, c.to_setting_name, c.state,
           CASE WHEN c.case_id IS NULL THEN 'other_year'
                WHEN d.case_id IS NULL THEN 'made'
                WHEN c.case_id = ANY (v_taken) THEN 'destination_taken'
                ELSE 'there' END,
           NULL::text,
           CASE WHEN c.case_id IS NULL
                THEN 'Moves in ' || d.elsewhere || '.' END
      FROM unnest(v_dues) AS d
      LEFT JOIN api.transition_cases AS c
        ON c.child_id = d.child_id
       AND c.case_id = coalesce(d.case_id, c.case_id)
       AND c.year = v_year
       AND (d.case_id IS NOT NULL OR c.is_open)
      LEFT JOIN core.settings AS s
        ON s.id = coalesce(c._from_setting_id, d.from_setting_id);
END
$$;

-- transition_cohorts_make — the cases of the cohort of that year as it is on
-- that day; again it makes none twice.
CREATE FUNCTION api.transition_cohorts_make(year int, on_date date,
    kind text, setting text, preview boolean)
RETURNS SETOF api.transition_deed
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_setting int := core.setting_find($4);
    v_deeds   api.transition_deed[];
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    IF $4 IS NOT NULL AND v_setting IS NULL THEN
        PERFORM core.refuse('unknown_setting', '', '/setting');
    END IF;
    BEGIN
        SELECT array_agg(d) INTO v_deeds
          FROM api.transition_cohort_made($1, $2, $3, v_setting) AS d;
        IF preview IS TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'LA001', MESSAGE = 'only a preview';
        END IF;
    EXCEPTION WHEN SQLSTATE 'LA001' THEN
        SELECT array_agg((CASE d.outcome WHEN 'made' THEN NULL ELSE d.case_id
                          END, d.child_id, d.surname, d.forename, d.born_on,
                          d.year, d.kind, d.entry, d.from_setting,
                          d.from_setting_name, d.to_setting,
                          d.to_setting_name, d.state, d.outcome, d.problem,
                          d.sentence)::api.transition_deed) INTO v_deeds
          FROM unnest(v_deeds) AS d;
    END;
    RETURN QUERY
    SELECT d.*
      FROM unnest(v_deeds) AS d
     ORDER BY d.from_setting_name, d.kind, d.surname, d.forename, d.child_id;
END
$$;

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

-- transition_actions_done — takes the step in each of these cases; answers
-- what became of each.
CREATE FUNCTION api.transition_actions_done(case_ids uuid[], step text,
    reason text, on_date date)
RETURNS SETOF api.transition_deed
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_id        uuid;
    v_problem   text;
    v_sentence  text;
    v_problems  text[] := '{}';
    v_sentences text[] := '{}';
BEGIN
    FOREACH v_id IN ARRAY $1 LOOP
        v_problem := NULL;
        v_sentence := NULL;
        BEGIN
            PERFORM core.transition_step(v_id, $2, $3, $4);
        EXCEPTION WHEN SQLSTATE 'LA000' THEN
            GET STACKED DIAGNOSTICS v_problem = MESSAGE_TEXT,
                                    v_sentence = PG_EXCEPTION_DETAIL;
        END;
        v_problems := v_problems || v_problem;
        v_sentences := v_sentences || nullif(v_sentence, '');
    END LOOP;
    RETURN QUERY
    SELECT c.case_id, c.child_id, c.surname, c.forename, c.born_on, c.year,
           c.kind, c.entry, c.from_setting, c.from_setting_name,
           c.to_setting, c.to_setting_name, c.state,
           CASE WHEN d.problem IS NULL THEN 'done' ELSE 'refused' END,
           d.problem, d.sentence
      FROM unnest($1, v_problems, v_sentences) AS d (id, problem, sentence)
      JOIN api.transition_cases AS c ON c.case_id = d.id;
END
$$;

-- transition_actions_take — one step for a whole cohort: every open case of
-- that year, narrowed by kind, setting left and destination, that the actor is
-- a side of for which there is such a step, and that is not in that state yet.
CREATE FUNCTION api.transition_actions_take(step text, year int, kind text,
    setting text, to_setting text, reason text, on_date date,
    preview boolean)
RETURNS SETOF api.transition_deed
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_from  int := core.setting_find($4);
    v_to    int := core.setting_find($5);
    v_sides text[];
    v_ids   uuid[];
    v_deeds api.transition_deed[];
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager', 'senco',
                              'school_system');
    IF $4 IS NOT NULL AND v_from IS NULL THEN
        PERFORM core.refuse('unknown_setting', '', '/setting');
    ELSIF $5 IS NOT NULL AND v_to IS NULL THEN
        PERFORM core.refuse('unknown_setting', '', '/to_setting');
    END IF;
    SELECT array_agg(DISTINCT s.side) INTO v_sides
      FROM law.transition_steps AS t
     CROSS JOIN unnest(t.sides) AS s (side)
     WHERE t.step = $1;
    v_ids := ARRAY(
        SELECT c.id
          FROM core.transition_cases AS c
          JOIN law.transition_states AS s ON s.state = c.state
         WHERE c.year = $2
           AND s.is_open
           AND c.state <> $1
           AND ($3 IS NULL OR c.kind = $3)
           AND ($4 IS NULL OR c.from_setting_id = v_from)
           AND ($5 IS NULL OR c.to_setting_id = v_to)
           AND core.transition_parties(c.from_setting_id,
                   CASE WHEN c.state <> 'planned' THEN c.to_setting_id END)
               && v_sides
         ORDER BY c.id);
    BEGIN
        SELECT array_agg(d) INTO v_deeds
          FROM api.transition_actions_done(v_ids, $1, $6, $7) AS d;
        IF preview IS TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'LA001', MESSAGE = 'only a preview';
        END IF;
    EXCEPTION WHEN SQLSTATE 'LA001' THEN
        NULL; -- what it would do is in v_deeds
    END;
    RETURN QUERY
    SELECT d.*
      FROM unnest(v_deeds) AS d
     ORDER BY d.from_setting_name, d.kind, d.surname, d.forename, d.child_id;
END
$$;

-- transition_case_found — what is not as it should be with a case, for who
-- may see both sides of it.
CREATE VIEW api.transition_case_found AS
    SELECT x.case_id, f.rule_id AS rule, f.id AS finding, f.severity,
           api.finding_sentence(f.sentence, x.inputs) AS sentence, x.inputs,
           r.reference
      FROM (SELECT c.id AS case_id,
                   CASE WHEN num_nonnulls(c.to_setting_id, c.to_outside) = 0
                        THEN 'destination_not_taken'
                        ELSE 'destination_differs' END AS finding,
                   jsonb_strip_nulls(jsonb_build_object('theirs', p.name,
                       'ours', coalesce(g.name, c.to_outside))) AS inputs
              FROM core.transition_cases AS c
              JOIN core.transitions AS t
                ON t.child_id = c.child_id
               AND t.setting_id = c.from_setting_id
               AND t.year = c.year
               AND t.deleted_at IS NULL
              JOIN core.settings AS p ON p.id = t.to_setting_id
              LEFT JOIN core.settings AS g ON g.id = c.to_setting_id
             WHERE t.to_setting_id IS DISTINCT FROM c.to_setting_id
             UNION ALL
            SELECT c.id, 'destination_closed',
                   jsonb_build_object('ours', g.name,
                       'target_on', c.target_on)
              FROM core.transition_cases AS c
              JOIN core.settings AS g ON g.id = c.to_setting_id
             WHERE g.status = 'closed'
                OR g.closed_on <= c.target_on
             UNION ALL
            SELECT c.id, 'deferred_not_summer_born',
                   jsonb_build_object('born_on', n.born_on)
              FROM core.transition_cases AS c
              JOIN core.transition_names AS n ON n.case_id = c.id
              JOIN law.rules AS r
                ON r.id = 'move_deferred_born'
               AND current_date BETWEEN r.valid_from
                                    AND coalesce(r.valid_to, 'infinity')
             WHERE c.entry = 'deferred'
               AND c.kind = 'EYS'
               AND (extract(month FROM n.born_on) < r.amount
                    OR extract(month FROM n.born_on) >= 9)
           ) AS x
      JOIN law.transition_findings AS f ON f.id = x.finding
      JOIN law.rules AS r
        ON r.id = f.rule_id
       AND current_date BETWEEN r.valid_from
                            AND coalesce(r.valid_to, 'infinity')
      JOIN api.transition_cases AS c
        ON c.case_id = x.case_id
       AND c.is_open
       AND c.next_owner IS NOT NULL;

-- transition_case_details — a case with its steps and what was found.
CREATE VIEW api.transition_case_details AS
    SELECT c.*,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('n', t.n,
                       'step', t.step, 'setting', t.setting,
                       'setting_name', t.setting_name,
                       'as_party', t.as_party, 'as_setting', t.as_setting,
                       'reason', t.reason, 'on_date', t.on_date, 'at', t.at,
                       'by', t.by, 'by_role', t.by_role) ORDER BY t.n), '[]')
              FROM api.transition_case_steps AS t
             WHERE t.case_id = c.case_id) AS steps,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('rule', f.rule,
                       'finding', f.finding, 'severity', f.severity,
                       'sentence', f.sentence, 'inputs', f.inputs,
                       'reference', f.reference) ORDER BY f.finding), '[]')
              FROM api.transition_case_found AS f
             WHERE f.case_id = c.case_id) AS findings
      FROM api.transition_cases AS c;
