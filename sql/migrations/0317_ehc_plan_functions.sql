-- 0317_ehc_plan_functions — the writers of plans take the case as writers of
-- events do, and no pointer of their own: their old selves go.
-- SPDX-License-Identifier: Apache-2.0

DROP FUNCTION IF EXISTS core.ehc_plan_case(uuid, date, text);
DROP FUNCTION IF EXISTS core.ehc_plan_event(core.ehc_cases, text, text, date,
    text, int, int, uuid, text);
