-- 0326_transition_plan_rights — the plan of a move is read and written by the
-- two sides of the move as it stands and by the authority, not by a
-- destination of before, which still sees that the case is off.
-- SPDX-License-Identifier: Apache-2.0

DO $$
DECLARE
    v_sides text := '(SELECT core.actor_sees_all()) OR EXISTS (
        SELECT FROM core.transition_cases AS c
         WHERE c.id = transition_plans.case_id
           AND (c.from_setting_id = ANY ((SELECT core.actor_settings())::int[])
                OR c.to_setting_id = ANY ((SELECT core.actor_settings())::int[])
                   AND c.state NOT IN (''planned'', ''cancelled'')))';
BEGIN
    EXECUTE 'ALTER POLICY transition_plans_seen ON core.transition_plans
        USING (' || v_sides || ')';
    EXECUTE 'ALTER POLICY transition_plans_added ON core.transition_plans
        WITH CHECK (' || v_sides || ')';
    EXECUTE 'ALTER POLICY transition_plans_changed ON core.transition_plans
        USING (' || v_sides || ')';
END
$$;
