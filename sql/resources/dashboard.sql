-- dashboard.sql — the numbers of the first page for the scope of who asks. They
-- are kept (core.dashboard_counts), counted anew by the housekeeping when they
-- are older than the rule dashboard_minutes says, and say when they were
-- counted; is_stale says that they should have been counted again by now.
-- SPDX-License-Identifier: Apache-2.0
-- after: reports report_flows report_timeliness ehc_due handover_due between amounts

-- dashboard — one row: the whole authority's for those who see all of it, else
-- the sum over the settings seen. A child counts at its main place. NULL
-- where nothing was counted yet. No row for who sees no child.
CREATE VIEW api.dashboard AS
    SELECT min(d.counted_at) AS counted_at,
           min(d.on_date) AS on_date,
           coalesce(min(d.counted_at) < now() - make_interval(mins => (
                        SELECT max(a.amount)::int
                          FROM api.amounts(current_date) AS a
                         WHERE a.rule_id = 'dashboard_stale_minutes'))
                    OR min(d.on_date) < current_date, true) AS is_stale,
           sum(d.children)::int AS children,
           sum(d.ehc_plans)::int AS ehc_plans,
           sum(d.sen_support)::int AS sen_support,
           sum(d.moving)::int AS moving,
           sum(d.open_cases)::int AS open_cases,
           sum(d.deadlines_late)::int AS deadlines_late,
           sum(d.between_settings)::int AS between_settings,
           sum(d.between_escalated)::int AS between_escalated,
           sum(d.handovers_late)::int AS handovers_late
      FROM core.dashboard_counts AS d
     WHERE CASE WHEN (SELECT core.actor_sees_all()) THEN d.setting_id IS NULL
                ELSE d.setting_id
                     = ANY ((SELECT core.actor_settings())::int[]) END
    HAVING (SELECT core.actor_role()) NOT IN ('la_administrator', 'auditor');

-- open_cases_counted — cases of plans that are not over, at whose main place
-- the child is.
CREATE VIEW api.open_cases_counted AS
    SELECT c.child_id
      FROM core.ehc_cases AS c
     WHERE c.ended_on IS NULL;

-- dashboard_counted — what there is to count that day, as seen: one row a
-- setting, NULL for what is at none.
CREATE FUNCTION api.dashboard_counted(on_date date)
RETURNS TABLE (setting_id int, children bigint, ehc_plans bigint,
    sen_support bigint, moving bigint, open_cases bigint,
    deadlines_late bigint, between_settings bigint,
    between_escalated bigint, handovers_late bigint)
LANGUAGE sql STABLE
AS $$
    WITH places AS MATERIALIZED (
        SELECT h.child_id, h.setting_id
          FROM api.homes(dashboard_counted.on_date) AS h
    )
    SELECT x.setting_id,
           sum(x.n) FILTER (WHERE x.what IN ('N', 'K', 'E'))::bigint,
           coalesce(sum(x.n) FILTER (WHERE x.what = 'E'), 0)::bigint,
           coalesce(sum(x.n) FILTER (WHERE x.what = 'K'), 0)::bigint,
           coalesce(sum(x.n) FILTER (WHERE x.what = 'moving'), 0)::bigint,
           coalesce(sum(x.n) FILTER (WHERE x.what = 'case'), 0)::bigint,
           coalesce(sum(x.n) FILTER (WHERE x.what = 'deadline'), 0)::bigint,
           coalesce(sum(x.n) FILTER (WHERE x.what
               IN ('between', 'escalated')), 0)::bigint,
           coalesce(sum(x.n) FILTER (WHERE x.what = 'escalated'), 0)::bigint,
           coalesce(sum(x.n) FILTER (WHERE x.what = 'handover'), 0)::bigint
      FROM (SELECT p.setting_id, coalesce(s.provision, 'N') AS what,
                   count(*) AS n
              FROM places AS p
              LEFT JOIN api.statuses(dashboard_counted.on_date) AS s
                ON s.child_id = p.child_id
             GROUP BY 1, 2
            UNION ALL
            SELECT t.from_setting_id, 'moving', count(*)
              FROM api.transition_cohort(
                       api.school_year(dashboard_counted.on_date),
                       dashboard_counted.on_date) AS t
             GROUP BY 1
            UNION ALL
            SELECT p.setting_id, 'case', count(*)
              FROM api.open_cases_counted AS c
              LEFT JOIN places AS p ON p.child_id = c.child_id
             GROUP BY 1
            UNION ALL
            SELECT d.setting_id, 'deadline', count(*)
              FROM api.ehc_due(dashboard_counted.on_date, 'infinity', true) AS d
             WHERE d.days_left < 0
             GROUP BY 1
            UNION ALL
            SELECT d.setting_id, 'deadline', count(*)
              FROM api.handover_due(dashboard_counted.on_date) AS d
             WHERE d.days_left < 0
             GROUP BY 1
            UNION ALL
            SELECT b.setting_id,
                   CASE WHEN dashboard_counted.on_date > b.escalates_on
                        THEN 'escalated' ELSE 'between' END, count(*)
              FROM api.between_counted(dashboard_counted.on_date) AS b
             GROUP BY 1, 2
            UNION ALL
            SELECT h._from_setting_id, 'handover', count(*)
              FROM api.handovers AS h
             WHERE h.is_late
             GROUP BY 1) AS x
     GROUP BY x.setting_id;
$$;

-- dashboard_refresh — counts anew when the last time is longer ago than the
-- rule dashboard_minutes says, unless another is at it; a row "kept" as that of
-- api.housekeep says for how many settings. It is the timer that asks, as
-- nobody; so it is read in the name of an officer, and only here: who was the
-- actor before is it after.
CREATE FUNCTION api.dashboard_refresh()
RETURNS TABLE (event text, subject text, amount bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_actor   text := coalesce(current_setting('app.actor', true), '');
    v_officer uuid;
    v_rows    bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(535355) OR EXISTS (SELECT
                 FROM core.dashboard_counts AS d
                WHERE d.setting_id IS NULL
                  AND d.on_date = current_date
                  AND d.counted_at > now() - make_interval(mins =>
                          core.amount('dashboard_minutes',
                                      current_date)::int)) THEN
        RETURN;
    END IF;
    SELECT min(c.id::text)::uuid INTO v_officer
      FROM core.clients AS c
     WHERE c.is_active
       AND c.role IN ('la_officer', 'la_manager');
    IF v_officer IS NULL THEN
        RETURN;
    END IF;
    PERFORM set_config('app.actor', core.token_bind(v_officer), true);
    WITH counted AS MATERIALIZED (
        SELECT c.* FROM api.dashboard_counted(current_date) AS c
    )
    INSERT INTO core.dashboard_counts AS d (setting_id, counted_at, on_date,
           children, ehc_plans, sen_support, moving, open_cases,
           deadlines_late, between_settings, between_escalated,
           handovers_late)
    SELECT s.id, now(), current_date, coalesce(c.children, 0),
           coalesce(c.ehc_plans, 0), coalesce(c.sen_support, 0),
           coalesce(c.moving, 0), coalesce(c.open_cases, 0),
           coalesce(c.deadlines_late, 0), coalesce(c.between_settings, 0),
           coalesce(c.between_escalated, 0), coalesce(c.handovers_late, 0)
      FROM core.settings AS s
      LEFT JOIN counted AS c ON c.setting_id = s.id
    UNION ALL
    SELECT NULL, now(), current_date, coalesce(sum(c.children), 0),
           coalesce(sum(c.ehc_plans), 0), coalesce(sum(c.sen_support), 0),
           coalesce(sum(c.moving), 0), coalesce(sum(c.open_cases), 0),
           coalesce(sum(c.deadlines_late), 0),
           coalesce(sum(c.between_settings), 0),
           coalesce(sum(c.between_escalated), 0),
           coalesce(sum(c.handovers_late), 0)
      FROM counted AS c
    ON CONFLICT (setting_id) DO UPDATE
       SET counted_at = excluded.counted_at,
           on_date = excluded.on_date,
           children = excluded.children,
           ehc_plans = excluded.ehc_plans,
           sen_support = excluded.sen_support,
           moving = excluded.moving,
           open_cases = excluded.open_cases,
           deadlines_late = excluded.deadlines_late,
           between_settings = excluded.between_settings,
           between_escalated = excluded.between_escalated,
           handovers_late = excluded.handovers_late;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    PERFORM set_config('app.actor', v_actor, true);
    RETURN QUERY SELECT 'kept', 'dashboard', v_rows;
END
$$;
