-- sharing_facts — each condition of the Code and of regulation 49 judged for
-- one arrangement (sharing.sql): which finding fits, and by what.
-- SPDX-License-Identifier: Apache-2.0

-- sharing_facts — one condition of one arrangement each row: which finding
-- fits, for which school (NULL: all together), and what it was judged by.
CREATE OR REPLACE FUNCTION core.sharing_facts(arrangement core.sharing_case)
RETURNS TABLE (finding text, setting_id int, inputs jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 30
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_staff    int := arrangement.staff_id;
    v_settings int[] := arrangement.settings;
    v_hours    numeric := arrangement.hours_per_week;
    v_admin    numeric := arrangement.admin_hours_per_week;
    v_teaching int := arrangement.teaching_percent;
    v_on       date := arrangement.on_date;
BEGIN
    RETURN QUERY
    WITH n AS MATERIALIZED (
        SELECT max(a.amount) FILTER (WHERE a.rule_id = 'sh1_total_roll') AS total,
               max(a.amount) FILTER (WHERE a.rule_id = 'sh1_school_roll') AS school,
               max(a.amount) FILTER (WHERE a.rule_id = 'sh4_teaching_share') AS teaching,
               max(a.amount) FILTER (WHERE a.rule_id = 'sh5_hours_per_100_pupils') AS per_100,
               max(a.amount) FILTER (WHERE a.rule_id = 'sh5_hours_per_sen_pupil') AS per_sen,
               max(a.amount) FILTER (WHERE a.rule_id = 'sh5_admin_hours') AS admin
          FROM core.amounts(v_on) AS a
    ),
    m AS MATERIALIZED (
        SELECT s.id, s.ref, s.name, t.class, p.slug AS phase, u.hours,
               u.teaches, l.roll, l.roll_source, l.sen_support, l.ehc_plan,
               l.sen_support + l.ehc_plan AS sen,
               jsonb_build_object('setting', s.ref, 'name', s.name) AS said
          FROM unnest(v_settings, arrangement.hours_at,
                      arrangement.teaches_at)
               AS u (setting_id, hours, teaches)
          JOIN core.settings AS s ON s.id = u.setting_id
          JOIN core.sharing_loads(v_settings, v_on) AS l
            ON l.setting_id = s.id
          LEFT JOIN law.setting_types AS t ON t.code = s.type
          LEFT JOIN law.phases AS p ON p.code = s.phase
    ),
    -- All together. What is not known of one school is not known of all.
    t AS MATERIALIZED (
        SELECT count(*) AS schools, sum(m.sen) AS sen,
               sum(m.sen_support) AS sen_support, sum(m.ehc_plan) AS ehc_plan,
               CASE WHEN count(m.roll) = count(*) THEN sum(m.roll) END AS roll
          FROM m
    ),
    w AS MATERIALIZED (
        SELECT jsonb_build_object('person', f.name) AS said
          FROM core.staff AS f
         WHERE f.id = v_staff
    ),
    -- What the person is at each school that day, whoever recorded it.
    h AS MATERIALIZED (
        SELECT o.setting_id,
               bool_or(o.kind = 'head' OR o.is_head) AS is_head,
               bool_and(o.is_acting)
                   FILTER (WHERE o.kind = 'head' OR o.is_head) AS is_acting,
               bool_or(o.is_teacher_here) AS teaches
          FROM core.holdings AS o
         WHERE o.staff_id = v_staff
           AND o.setting_id = ANY (v_settings)
           AND o.known_to = 'infinity'
           AND v_on BETWEEN o.from_on AND o.to_on
         GROUP BY o.setting_id
    )
    SELECT CASE
               WHEN m.phase IN ('primary', 'middle_deemed_primary')
               THEN 'sh1_primary'
               WHEN m.class = 'mainstream'
                    AND coalesce(m.phase, 'not_applicable') = 'not_applicable'
               THEN 'sh1_phase_unknown'
               ELSE 'sh1_not_primary'
           END,
           m.id,
           m.said || jsonb_build_object('phase',
               replace(coalesce(nullif(m.phase, 'not_applicable'), m.class),
                       '_', ' '))
      FROM m
    UNION ALL
    SELECT CASE WHEN t.roll > n.total THEN 'sh1_together_too_many'
                ELSE 'sh1_together' END,
           NULL,
           jsonb_build_object('schools', t.schools, 'roll', t.roll,
                              'limit', trim_scale(n.total))
      FROM t
     CROSS JOIN n
     WHERE t.roll IS NOT NULL
    UNION ALL
    SELECT CASE WHEN m.roll IS NULL THEN 'sh1_roll_unknown'
                WHEN m.roll > n.school THEN 'sh1_not_smaller'
                ELSE 'sh1_smaller' END,
           m.id,
           m.said || jsonb_build_object('roll', m.roll, 'roll_source',
               m.roll_source, 'limit', trim_scale(n.school))
      FROM m
     CROSS JOIN n
    UNION ALL
    SELECT CASE coalesce(m.teaches, h.teaches)
               WHEN true THEN 'sh2_teacher'
               WHEN false THEN 'sh2_not_teacher'
               ELSE 'sh2_teacher_unknown' END,
           m.id,
           m.said || w.said || jsonb_build_object('is_teacher_here',
               coalesce(m.teaches, h.teaches))
      FROM m
     CROSS JOIN w
      LEFT JOIN h ON h.setting_id = m.id
    UNION ALL
    SELECT CASE WHEN h.is_head AND h.is_acting THEN 'sh3_acting_head'
                WHEN h.is_head THEN 'sh3_head'
                ELSE 'sh3_no_head' END,
           m.id,
           m.said || w.said || jsonb_build_object(
               'is_head', coalesce(h.is_head, false),
               'is_acting', coalesce(h.is_head AND h.is_acting, false))
      FROM m
     CROSS JOIN w
      LEFT JOIN h ON h.setting_id = m.id
    UNION ALL
    SELECT CASE WHEN v_teaching IS NULL THEN 'sh4_unknown'
                WHEN v_teaching > n.teaching THEN 'sh4_much_teaching'
                ELSE 'sh4_little_teaching' END,
           NULL,
           w.said || jsonb_build_object('teaching_percent', v_teaching,
               'limit', trim_scale(n.teaching))
      FROM w
     CROSS JOIN n
    UNION ALL
    SELECT CASE WHEN y.hours IS NULL THEN 'sh5_hours_unsaid'
                WHEN coalesce(y.roll, 0) = 0 THEN 'sh5_hours_unknown'
                WHEN y.hours * 100 < n.per_100 * y.roll THEN 'sh5_hours_short'
                ELSE 'sh5_hours_enough' END,
           y.id,
           y.said || jsonb_build_object('hours', trim_scale(y.hours),
               'roll', y.roll,
               'per_100_pupils',
                   trim_scale(round(y.hours * 100 / nullif(y.roll, 0), 2)),
               'limit', trim_scale(n.per_100))
      FROM (SELECT m.id, m.said, m.hours, m.roll::bigint AS roll FROM m
            UNION ALL
            SELECT NULL, '{}', v_hours, t.roll FROM t) AS y
     CROSS JOIN n
    UNION ALL
    SELECT CASE WHEN y.sen = 0 THEN 'sh5_sen_none'
                WHEN y.hours IS NULL THEN 'sh5_sen_hours_unsaid'
                WHEN y.hours < n.per_sen * y.sen THEN 'sh5_sen_hours_short'
                ELSE 'sh5_sen_hours_enough' END,
           y.id,
           y.said || jsonb_build_object('hours', trim_scale(y.hours),
               'sen_pupils', y.sen, 'sen_support', y.sen_support,
               'ehc_plan', y.ehc_plan,
               'per_sen_pupil',
                   trim_scale(round(y.hours / nullif(y.sen, 0), 2)),
               'limit', trim_scale(n.per_sen))
      FROM (SELECT m.id, m.said, m.hours, m.sen::bigint AS sen,
                   m.sen_support::bigint AS sen_support,
                   m.ehc_plan::bigint AS ehc_plan
              FROM m
            UNION ALL
            SELECT NULL, '{}', v_hours, t.sen, t.sen_support,
                   t.ehc_plan
              FROM t) AS y
     CROSS JOIN n
    UNION ALL
    SELECT CASE WHEN t.roll IS NULL OR t.roll = 0 OR v_admin IS NULL
                THEN 'sh5_admin_unknown'
                WHEN v_admin * 100 < n.admin * t.roll
                THEN 'sh5_admin_short'
                ELSE 'sh5_admin_enough' END,
           NULL,
           jsonb_build_object('admin_hours', trim_scale(v_admin),
               'roll', t.roll,
               'per_100_pupils', trim_scale(round(
                   v_admin * 100 / nullif(t.roll, 0), 2)),
               'limit', trim_scale(n.admin))
      FROM t
     CROSS JOIN n;
END
$$;

-- sharing_clock_facts — what SENDR regulation 49 asks of the person, and at
-- each school since when: as api.senco_states judges who holds the post today,
-- here also for who does not hold it yet (tests/sql/sharing_judgement.sql
-- holds the two against each other). A run of posts as SENCO at the school
-- that reaches the beginning goes on.
CREATE OR REPLACE FUNCTION core.sharing_clock_facts(arrangement core.sharing_case)
RETURNS TABLE (finding text, setting_id int, inputs jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_staff int := arrangement.staff_id;
    v_on    date := arrangement.on_date;
BEGIN
    RETURN QUERY
    WITH r AS MATERIALIZED (
        SELECT max(a.amount) FILTER (WHERE a.rule_id = 'senco_q3_prior_service_months')::int AS prior_months,
               max(a.amount) FILTER (WHERE a.rule_id = 'senco_q4_anniversary_months')::int AS months,
               max(d.on_day) FILTER (WHERE a.rule_id = 'senco_q2_became_after') AS became_after,
               max(d.on_day) FILTER (WHERE a.rule_id = 'senco_q5_nasenco_began_before') AS nasenco_began_before,
               max(d.on_day) FILTER (WHERE a.rule_id = 'senco_q5_nasenco_done_before') AS nasenco_done_before,
               max(d.on_day) FILTER (WHERE a.rule_id = 'senco_q5_npq_from') AS npq_from
          FROM core.amounts(v_on) AS a
          LEFT JOIN law.rules AS d
            ON d.id = a.rule_id
           AND v_on BETWEEN d.valid_from AND coalesce(d.valid_to, 'infinity')
    ),
    -- Every post as SENCO there ever was, and the ones thought of.
    h AS MATERIALIZED (
        SELECT o.setting_id, o.from_on, o.to_on, o.studies,
               o.kind = 'senco' AS is_senco, false AS is_thought
          FROM core.holdings AS o
         WHERE o.staff_id = v_staff
           AND o.known_to = 'infinity'
        UNION ALL
        SELECT u.setting_id, u.begins, 'infinity', NULL, true, true
          FROM unnest(arrangement.settings, arrangement.begins_at)
               AS u (setting_id, begins)
    ),
    q AS MATERIALIZED (
        SELECT bool_or(x.is_held) FILTER (WHERE x.kind = 'qts') AS qts,
               bool_or(x.is_held) FILTER (WHERE x.kind = 'induction') AS induction,
               bool_or(x.is_held) FILTER (WHERE x.kind = 'nasenco' AND x.state <> 'studying') AS nasenco,
               max(x.began_on) FILTER (WHERE x.kind = 'nasenco') AS nasenco_began_on,
               max(x.completed_on) FILTER (WHERE x.kind = 'nasenco') AS nasenco_completed_on,
               bool_or(x.is_held) FILTER (WHERE x.kind = 'npq_senco' AND x.state <> 'studying') AS npq,
               max(x.began_on) FILTER (WHERE x.kind = 'npq_senco') AS npq_began_on,
               max(x.completed_on) FILTER (WHERE x.kind = 'npq_senco') AS npq_completed_on
          FROM (SELECT k.*,
                       k.state = 'held'
                       AND coalesce(k.completed_on <= v_on, true) AS is_held
                  FROM core.qualifications AS k
                 WHERE k.staff_id = v_staff
                   AND k.known_to IS NULL) AS x
    ),
    s AS MATERIALIZED (
        SELECT bool_or((h.studies ->> 'is_qualified_teacher')::boolean) AS qts,
               max((h.studies ->> 'nasenco_began_on')::date) AS nasenco_began_on,
               max((h.studies ->> 'nasenco_awarded_on')::date) AS nasenco_awarded_on,
               max((h.studies ->> 'npq_began_on')::date) AS npq_began_on,
               max((h.studies ->> 'npq_awarded_on')::date) AS npq_awarded_on
          FROM h
    ),
    f AS MATERIALIZED (
        SELECT w.name AS person,
               coalesce(q.qts, s.qts) AS qts,
               coalesce(NOT q.induction, false) AS lacks_induction,
               coalesce(q.nasenco, s.nasenco_awarded_on <= v_on, false)
               AND coalesce(coalesce(q.nasenco_began_on, s.nasenco_began_on)
                       < r.nasenco_began_before, true)
               AND coalesce(coalesce(q.nasenco_completed_on,
                       s.nasenco_awarded_on) < r.nasenco_done_before, true)
                   AS nasenco_counts,
               coalesce(q.npq, s.npq_awarded_on <= v_on, false)
               AND r.npq_from IS NOT NULL
               AND coalesce(coalesce(q.npq_began_on, s.npq_began_on,
                       q.npq_completed_on, s.npq_awarded_on)
                       >= r.npq_from, true) AS npq_counts
          FROM q
         CROSS JOIN s
         CROSS JOIN r
          JOIN core.staff AS w ON w.id = v_staff
    ),
    became AS MATERIALIZED (
        SELECT g.setting_id, max(g.begins_on) AS became_on,
               bool_or(g.says_prior) AS says_prior
          FROM (SELECT h.setting_id,
                       (h.studies ->> 'has_prior_service')::boolean AS says_prior,
                       CASE WHEN (h.from_on > 1 + max(h.to_on) OVER (
                           PARTITION BY h.setting_id
                           ORDER BY h.from_on, h.to_on
                           ROWS BETWEEN UNBOUNDED PRECEDING
                                    AND 1 PRECEDING)) IS NOT FALSE
                           THEN h.from_on END AS begins_on
                  FROM h
                 WHERE h.is_senco
                   AND h.from_on <= v_on
                   AND h.setting_id = ANY (arrangement.settings)) AS g
         GROUP BY g.setting_id
    ),
    prior AS MATERIALIZED (
        SELECT w.setting_id, min(w.from_on) AS prior_from,
               sum(greatest(0, w.to_on
                   - greatest(w.from_on, w.covered_to + 1) + 1))::int
                   AS prior_days
          FROM (SELECT c.*,
                       max(c.to_on) OVER (
                           PARTITION BY c.setting_id
                           ORDER BY c.from_on, c.to_on
                           ROWS BETWEEN UNBOUNDED PRECEDING
                                    AND 1 PRECEDING) AS covered_to
                  FROM (SELECT b.setting_id, e.from_on,
                               least(e.to_on, b.became_on - 1) AS to_on
                          FROM became AS b
                          JOIN (SELECT h.from_on, h.to_on
                                  FROM h
                                  JOIN core.settings AS t
                                    ON t.id = h.setting_id
                                  JOIN law.senco_duties AS d
                                    ON d.type = t.type
                                   AND d.regime = 'school'
                                   AND v_on BETWEEN d.valid_from
                                       AND coalesce(d.valid_to, 'infinity')
                                 WHERE h.is_senco
                                   AND NOT h.is_thought
                                UNION ALL
                                SELECT v.from_on, v.to_on
                                  FROM core.service AS v
                                 WHERE v.staff_id = v_staff
                                   AND v.is_relevant_school
                                   AND v.known_to IS NULL) AS e
                            ON e.from_on < b.became_on) AS c) AS w
         GROUP BY w.setting_id
    )
    SELECT CASE WHEN NOT f.qts THEN 'sh2_not_qualified'
                WHEN f.lacks_induction THEN 'sh2_no_induction'
                WHEN f.qts THEN 'sh2_qualified'
                ELSE 'sh2_qualified_unknown' END,
           NULL::int,
           jsonb_build_object('person', f.person,
               'is_qualified_teacher', f.qts,
               'lacks_induction', f.lacks_induction)
      FROM f
    UNION ALL
    SELECT CASE
               WHEN d.regime IS DISTINCT FROM 'school' THEN 'sh2_not_asked'
               WHEN b.became_on <= r.became_after THEN 'sh2_exempt_pre_2009'
               WHEN b.says_prior
                    OR p.prior_from + p.prior_days
                       > p.prior_from + make_interval(months => r.prior_months)
               THEN 'sh2_exempt_prior_service'
               WHEN f.nasenco_counts THEN 'sh2_holds_nasenco'
               WHEN f.npq_counts THEN 'sh2_holds_npq'
               WHEN v_on <= b.became_on + make_interval(months => r.months)
               THEN 'sh2_in_training'
               ELSE 'sh2_qualification_overdue'
           END,
           b.setting_id,
           jsonb_build_object('setting', t.ref, 'name', t.name,
               'person', f.person, 'became_on', b.became_on,
               'anniversary_on',
                   (b.became_on + make_interval(months => r.months))::date,
               'prior_days', coalesce(p.prior_days, 0),
               'months', r.prior_months)
      FROM became AS b
      JOIN core.settings AS t ON t.id = b.setting_id
     CROSS JOIN f
     CROSS JOIN r
      LEFT JOIN prior AS p ON p.setting_id = b.setting_id
      LEFT JOIN law.senco_duties AS d
        ON d.type = t.type
       AND v_on BETWEEN d.valid_from AND coalesce(d.valid_to, 'infinity');
END
$$;

-- sharing_review_facts — whether the shared role is reviewed regularly (SH6),
-- and whether it goes on though a review found that it must not (SH7).
CREATE OR REPLACE FUNCTION core.sharing_review_facts(sharing uuid,
    begins_on date, on_date date)
RETURNS TABLE (finding text, inputs jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 2
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_stored core.sharings;
    v_held   core.sharing_reviews;
    v_due    date;
    v_active boolean;
BEGIN
    SELECT s.* INTO v_stored
      FROM core.sharings AS s
     WHERE s.id = sharing;
    SELECT r.due_on INTO v_due
      FROM core.sharing_reviews AS r
     WHERE r.sharing_id = sharing
       AND (r.held_on IS NULL OR r.held_on > on_date)
     ORDER BY r.n
     LIMIT 1;
    SELECT r.* INTO v_held
      FROM core.sharing_reviews AS r
     WHERE r.sharing_id = sharing
       AND r.held_on <= on_date
     ORDER BY r.n DESC
     LIMIT 1;
    v_active := coalesce(v_stored.state = 'approved'
        AND on_date <= coalesce(v_stored.to_on, 'infinity'), false);
    inputs := jsonb_build_object('due_on', v_due,
        'last_held_on', v_held.held_on, 'months',
        core.amount('sh6_review_interval', on_date));
    IF coalesce(v_stored.state, 'proposed') <> 'approved' THEN
        finding := 'sh6_first_review';
        inputs := inputs || jsonb_build_object('due_on',
            core.sharing_review_due(begins_on));
    ELSIF v_due IS NULL AND v_active
          AND v_held.outcome IS DISTINCT FROM 'END' THEN
        finding := 'sh6_no_review';
    ELSIF v_due < on_date AND v_active THEN
        finding := 'sh6_review_overdue';
    ELSIF v_due IS NOT NULL THEN
        finding := 'sh6_review_due';
    END IF;
    IF finding IS NOT NULL THEN
        RETURN NEXT;
    END IF;
    finding := CASE WHEN v_active AND v_held.outcome = 'END'
                    THEN 'sh7_still_active' ELSE 'sh7_continued' END;
    inputs := jsonb_build_object('outcome', v_held.outcome,
        'held_on', v_held.held_on, 'to_on', v_stored.to_on);
    RETURN NEXT;
END
$$;

-- sharing_review_due — when the review after that day is due.
CREATE OR REPLACE FUNCTION core.sharing_review_due(after date)
RETURNS date
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (after + make_interval(months =>
                core.amount('sh6_review_interval', after)::int))::date;
END
$$;
