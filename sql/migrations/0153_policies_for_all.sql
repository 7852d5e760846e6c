-- 0153_policies_for_all.sql — who sees all is let through before the list of
-- settings is searched. That search is linear: for an officer of 2,000
-- settings it cost 2 us a row, and the planner, who takes a list to be ten
-- long, expected 200 times too few rows and chose nested loops. What may be
-- seen is the same; a query that wants one setting says so itself, and comes
-- by index as before.
-- SPDX-License-Identifier: Apache-2.0

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['child_records', 'placements', 'needs',
        'transitions', 'setting_contacts']
    LOOP
        EXECUTE format($f$
            ALTER POLICY %1$s_seen ON core.%1$I
                USING ((SELECT core.actor_sees_all())
                       OR %1$I.setting_id
                          = ANY ((SELECT core.actor_settings())::int[]))
        $f$, v_table);
    END LOOP;
END
$$;
