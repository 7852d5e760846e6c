-- planner — as owner, since role api deletes nothing: rankings that are old go.
-- SPDX-License-Identifier: Apache-2.0

-- planner_prune — deletes up to lim rankings older than the rule planner_kept
-- says, with their rows, and says how many. keep is not asked: the law is.
CREATE OR REPLACE FUNCTION core.planner_prune(keep interval, lim int)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_gone bigint;
BEGIN
    DELETE FROM core.planner_rankings AS r
     USING (SELECT o.caseload_id, o.on_date
              FROM core.planner_rankings AS o
             WHERE o.on_date < current_date - make_interval(months =>
                       core.amount('planner_kept', current_date)::int)
             LIMIT lim
               FOR UPDATE SKIP LOCKED) AS old
     WHERE r.caseload_id = old.caseload_id
       AND r.on_date = old.on_date;
    GET DIAGNOSTICS v_gone = ROW_COUNT;
    RETURN v_gone;
END
$$;
