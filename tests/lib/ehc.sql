-- ehc.sql — histories of plans' cases in a line each. Include after cast.sql.
-- SPDX-License-Identifier: Apache-2.0

-- ehc_case — the child's open case, made by the first client if there is none.
CREATE FUNCTION pg_temp.ehc_case(child text) RETURNS uuid
LANGUAGE sql AS $$
    WITH o AS (
        SELECT c.id FROM core.ehc_cases AS c
         WHERE c.child_id = pg_temp.child_id($1) AND c.ended_on IS NULL
    ), n AS (
        INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id,
               key, content)
        SELECT pg_temp.child_id($1), 'parent', '2014-09-01', a.id,
               gen_random_uuid(), gen_random_uuid()
          FROM (SELECT a.id FROM cast_actors AS a ORDER BY a.id LIMIT 1) AS a
         WHERE NOT EXISTS (SELECT FROM o)
        RETURNING id
    )
    SELECT o.id FROM o UNION ALL SELECT n.id FROM n;
$$;

-- history — events straight into the table, unchecked, one after the other:
-- 'EVENT[:OUTCOME] DAY [adviser= setting= la= year= exception= from= to=
-- reason=]; …'. One that belongs to another belongs to the newest there is.
-- 'move KIND YEAR' is a move instead.
CREATE FUNCTION pg_temp.history(child text, events text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_words text[];
    v_more  jsonb;
    v_line  text;
    v_case  uuid;
    v_by    uuid := (SELECT a.id FROM cast_actors AS a ORDER BY a.id LIMIT 1);
BEGIN
    FOREACH v_line IN ARRAY regexp_split_to_array(btrim(events), '\s*;\s*') LOOP
        CONTINUE WHEN v_line = '';
        v_words := regexp_split_to_array(v_line, '\s+');
        IF v_words[1] = 'move' THEN
            INSERT INTO core.transition_cases (child_id, year, kind, target_on,
                   made_by)
            VALUES (pg_temp.child_id(child), v_words[3]::int, v_words[2],
                    make_date(v_words[3]::int, 9, 1), v_by);
            CONTINUE;
        END IF;
        v_case := pg_temp.ehc_case(child);
        v_more := coalesce((SELECT jsonb_object_agg(split_part(w, '=', 1),
                                       split_part(w, '=', 2))
                              FROM unnest(v_words[3:]) AS w), '{}');
        INSERT INTO core.ehc_events (case_id, child_id, event, on_date,
               of_event, outcome, year, adviser, setting_id, la_code,
               exception, from_on, to_on, reason, client_id, key, known_from)
        SELECT c.id, c.child_id, e.code, v_words[2]::date,
               (SELECT o.id FROM core.ehc_events AS o
                 WHERE o.case_id = c.id AND o.event = e.of
                   AND o.known_to = 'infinity'
                 ORDER BY o.on_date DESC, o.known_from DESC LIMIT 1),
               nullif(split_part(v_words[1], ':', 2), ''),
               (v_more->>'year')::int, v_more->>'adviser',
               pg_temp.setting_id(v_more->>'setting'), v_more->>'la',
               v_more->>'exception', (v_more->>'from')::date,
               (v_more->>'to')::date,
               coalesce(v_more->>'reason', CASE WHEN v_more ? 'exception'
                   THEN 'Test' END),
               v_by, gen_random_uuid(), clock_timestamp()
          FROM core.ehc_cases AS c
          JOIN law.ehc_events AS e ON e.code = split_part(v_words[1], ':', 1)
         WHERE c.id = v_case;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no such event: %', v_line;
        END IF;
        UPDATE core.ehc_cases AS c SET ended_on = v_words[2]::date
          FROM law.ehc_events AS e
         WHERE e.code = split_part(v_words[1], ':', 1)
           AND e.ends
           AND c.id = v_case;
    END LOOP;
END
$$;
