-- sharing_leaves — what if this SENCO leaves: which settings are bare, since
-- when, with which children, what clock would start, and who near by could
-- take it on. See core/sharing_leaves.sql.
-- SPDX-License-Identifier: Apache-2.0
-- after: sharing

-- staff_what_if_leaves — one row a setting where the person is SENCO on that
-- day, which would be the last one. candidates are best first.
CREATE FUNCTION api.staff_what_if_leaves(staff int, on_date date)
RETURNS TABLE (setting text, setting_name text, arrangement text,
    sharing_id uuid, bare_from date, others int, roll int, children int,
    sen_support int, ehc_plan int, hours_needed float8, rule text,
    finding text, severity text, sentence text, inputs jsonb, reference text,
    candidates jsonb)
LANGUAGE plpgsql SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_on date := coalesce(on_date, current_date);
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    IF NOT EXISTS (SELECT FROM core.staff AS f WHERE f.id = staff) THEN
        PERFORM core.refuse('not_found');
    END IF;
    RETURN QUERY
        WITH l AS MATERIALIZED (
            SELECT x.* FROM core.senco_leaves(staff, v_on) AS x
        )
        SELECT s.ref, s.name, l.arrangement, l.sharing_id, l.bare_from,
               l.others, l.roll, l.children, l.sen_support, l.ehc_plan,
               l.needed::float8, f.rule_id, f.id, f.severity,
               core.sentence_fill(f.sentence, l.inputs), l.inputs,
               a.reference, coalesce(c.candidates, '[]')
          FROM l
          JOIN core.settings AS s ON s.id = l.setting_id
          JOIN law.sharing_findings AS f ON f.id = l.finding
          JOIN core.amounts(v_on) AS a ON a.rule_id = f.rule_id
          LEFT JOIN core.senco_candidates(
               ARRAY(SELECT b.setting_id FROM l AS b
                      WHERE b.bare_from IS NOT NULL), staff, v_on + 1) AS c
            ON c.setting_id = l.setting_id
         ORDER BY s.name, s.id;
END
$$;
