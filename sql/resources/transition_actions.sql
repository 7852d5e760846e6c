-- transition_actions — a whole cohort takes a step at once. A preview does the
-- very same, shows what it has done and undoes it, so the two cannot differ.
-- SPDX-License-Identifier: Apache-2.0
-- after: transition_cohorts

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
