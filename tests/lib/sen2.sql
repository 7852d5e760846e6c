-- sen2.sql — plans, placements and budgets of cases in a line each, and the
-- modules of the return. Include after cast.sql and ehc.sql.
-- SPDX-License-Identifier: Apache-2.0

-- version — what the newest event of that code issued, with its placements:
-- 'SETTING|CODE [entry=DAY] [left=DAY] [rank=2] [unit] [resourced] [res=]
-- [wbp=]; …', where a setting's name has no blank.
CREATE FUNCTION pg_temp.version(child text, event text, places text,
    residential text DEFAULT NULL, work_based text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_event core.ehc_events;
    v_plan  uuid;
    v_line  text;
    v_words text[];
    v_more  jsonb;
BEGIN
    SELECT e.* INTO STRICT v_event
      FROM core.ehc_events AS e
     WHERE e.child_id = pg_temp.child_id($1) AND e.event = $2
     ORDER BY e.on_date DESC LIMIT 1;
    INSERT INTO core.ehc_plans (case_id, child_id, event_id, n, kind,
           issued_on, residential, work_based, client_id, key, content)
    SELECT v_event.case_id, v_event.child_id, v_event.id,
           (SELECT count(*) + 1 FROM core.ehc_plans AS p
             WHERE p.case_id = v_event.case_id),
           k.code, coalesce(v_event.from_on, v_event.on_date), $4, $5,
           v_event.client_id, gen_random_uuid(), gen_random_uuid()
      FROM law.ehc_plan_kinds AS k
     WHERE $2 IN (k.issued_by, k.phase_by)
     ORDER BY k.rank LIMIT 1
    RETURNING id INTO STRICT v_plan;
    FOREACH v_line IN ARRAY regexp_split_to_array(btrim(places), '\s*;\s*') LOOP
        CONTINUE WHEN v_line = '';
        v_words := regexp_split_to_array(v_line, '\s+');
        v_more := coalesce((SELECT jsonb_object_agg(split_part(w, '=', 1),
                                       split_part(w, '=', 2))
                              FROM unnest(v_words[2:]) AS w), '{}');
        INSERT INTO core.ehc_placements (case_id, child_id, plan_id, event_id,
               setting_id, type, sen_setting, rank, is_sen_unit,
               is_resourced, residential, work_based, entry_on, left_on,
               client_id, key, content, known_from)
        VALUES (v_event.case_id, v_event.child_id, v_plan, v_event.id,
                pg_temp.setting_id(v_words[1]), 'mainstream',
                CASE WHEN pg_temp.setting_id(v_words[1]) IS NULL
                     THEN nullif(v_words[1], 'TYPE') END,
                coalesce((v_more->>'rank')::int, 1), v_more ? 'unit',
                v_more ? 'resourced', v_more->>'res', v_more->>'wbp',
                (v_more->>'entry')::date, (v_more->>'left')::date,
                v_event.client_id, gen_random_uuid(), gen_random_uuid(),
                clock_timestamp());
    END LOOP;
END
$$;

CREATE FUNCTION pg_temp.budget(child text, kind text, payments text[],
    from_on date) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.ehc_budgets (case_id, child_id, event_id, kind, payments,
           from_on, client_id, key, content)
    SELECT e.case_id, e.child_id, e.id, $2, $3, $4, e.client_id,
           gen_random_uuid(), gen_random_uuid()
      FROM core.ehc_events AS e
     WHERE e.child_id = pg_temp.child_id($1) LIMIT 1;
$$;

-- module — columns of a module's rows of one child, as the officer gets them.
CREATE FUNCTION pg_temp.module(name text, columns text, child text,
    year int DEFAULT 2027) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('officer', format(
        'SELECT %s FROM api.%I(%s) AS m WHERE m._child_id = %L ORDER BY 1',
        $2, $1, $4, pg_temp.child_id($3)));
$$;
