-- transition_cohorts — the cases of a whole cohort are made, by the rule of
-- api.transition_cohort. A preview does the very same, shows what it has done
-- and undoes it, so the two cannot differ.
-- SPDX-License-Identifier: Apache-2.0
-- after: transition_cases reports

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
