-- report_transitions.sql — an officer, a setting of every kind there is to
-- leave, one child's row in the report of moves, and what the authority has
-- recorded about a move. Include after cast.sql.
-- SPDX-License-Identifier: Apache-2.0
SELECT pg_temp.actor('officer', 'la_officer');
SELECT pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Nursery School', '15', 1, 2, 5),
       pg_temp.setting('Infants', '1', 2, 3, 7),
       pg_temp.setting('Infants to 8', '1', 2, 4, 8),
       pg_temp.setting('Juniors', '1', 2, 7, 11),
       pg_temp.setting('Primary', '34', 2, 3, 11),
       pg_temp.setting('First', '1', 2, 4, 9),
       pg_temp.setting('Middle', '1', 5, 9, 13),
       pg_temp.setting('Prep', '11', 0, 2, 13),
       pg_temp.setting('Secondary', '34', 4, 11, 16),
       pg_temp.setting('Sixth Form School', '34', 4, 11, 18),
       pg_temp.setting('School to 19', '34', 4, 11, 19),
       pg_temp.setting('All-through', '34', 7, 4, 16),
       pg_temp.setting('Special Primary', '7', 0, 2, 11),
       pg_temp.setting('Special to 19', '7', 0, 11, 19),
       pg_temp.setting('Unit', '14', 0, 5, 16),
       pg_temp.setting('No Ages', '1', 2, NULL, NULL),
       pg_temp.setting('College', '18', 6, 16, 99),
       pg_temp.setting('Other Town Nursery', 'ofsted:non_domestic', NULL, NULL, NULL);

-- report — one child's row in the report of 2027, or that of another year.
-- Planned once: it is the planning that takes the time.
SET LOCAL plan_cache_mode = force_generic_plan;
CREATE TEMPORARY TABLE report_rows AS
SELECT * FROM api.report_transitions(2027, '2026-11-10') LIMIT 0;
PREPARE report_of (int, date, uuid) AS
    SELECT * FROM api.report_transitions($1, $2) AS r WHERE r.child_id = $3;
CREATE FUNCTION pg_temp.report(child text, columns text,
    on_date date DEFAULT '2026-11-10', year int DEFAULT 2027) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_child uuid := pg_temp.child_id(child);
    v_row   report_rows;
    v_said  text;
BEGIN
    PERFORM pg_temp.act('officer');
    EXECUTE format('EXECUTE report_of(%s, %L, %L)', year, on_date, v_child)
       INTO v_row;
    PERFORM pg_temp.rest();
    EXECUTE format('SELECT string_agg(coalesce(e.value, ''-''), '' '' ORDER BY e.n)
          FROM (SELECT %s FROM (SELECT ($1).*) AS r) AS q,
               json_each_text(row_to_json(q))
                   WITH ORDINALITY AS e (key, value, n)
         WHERE ($1).child_id IS NOT NULL', columns)
       INTO v_said USING v_row;
    RETURN v_said;
END
$$;

-- transfer — what the authority has recorded about the move of 2027.
CREATE FUNCTION pg_temp.transfer(child text, review date, notice date,
    final date, is_refused boolean DEFAULT false) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.ehc_transfers (child_id, year, review_held_on,
           amendment_noticed_on, plan_final_on, placement_refused)
    VALUES (pg_temp.child_id($1), 2027, $2, $3, $4, $5)
    ON CONFLICT (child_id, year) DO UPDATE
       SET review_held_on = $2, amendment_noticed_on = $3, plan_final_on = $4,
           placement_refused = $5;
$$;
