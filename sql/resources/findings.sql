-- findings.sql — what is wrong or soon will be with the SENCOs of the settings
-- in scope: states that are not as they should be, and alarms about posts and
-- people. A finding has the same columns everywhere: rule (of law.rules),
-- finding, severity, sentence, inputs, reference.
-- SPDX-License-Identifier: Apache-2.0
-- after: senco_states

CREATE VIEW api.law_senco_findings AS
    SELECT f.id, f.rule_id, f.severity, f.sentence
      FROM law.senco_findings AS f;

-- senco_sharings — whom which school shares, by an arrangement that was
-- approved.
CREATE VIEW api.senco_sharings AS
    SELECT m.setting_id, a.staff_id, greatest(a.from_on, m.from_on) AS from_on,
           least(coalesce(a.to_on, 'infinity'), coalesce(m.to_on, 'infinity'))
               AS to_on
      FROM core.sharings AS a
      JOIN core.sharing_members AS m ON m.sharing_id = a.id
     WHERE a.state = 'approved'
       AND m.withdrawn_at IS NULL
       AND (SELECT core.actor_role()) IS NOT NULL;

-- senco_misplaced — posts outside the days on which their setting is open:
-- the register says so today, whatever it said when the post was entered.
CREATE FUNCTION api.senco_misplaced(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, setting text, setting_name text, staff_id int,
    staff text, finding text, inputs jsonb)
LANGUAGE sql STABLE
AS $$
    SELECT s.setting_id, s.ref, s.name, p.staff_id, p.name, x.finding,
           jsonb_strip_nulls(x.inputs)
      FROM api.senco_settings AS s
      JOIN api.senco_holdings AS p
        ON p.setting_id = s.setting_id
       AND senco_misplaced.on_date BETWEEN p.from_on AND p.to_on
       AND p.known_from <= senco_misplaced.known_at
       AND p.known_to > senco_misplaced.known_at
     CROSS JOIN LATERAL (VALUES
        ('post_in_closed_setting', s.open_to < senco_misplaced.on_date,
         jsonb_build_object('kind', p.kind, 'from_on', p.from_on,
             'closed_on', s.closed_on)),
        ('post_before_opening', p.from_on < s.opened_on,
         jsonb_build_object('kind', p.kind, 'from_on', p.from_on,
             'opened_on', s.opened_on))
           ) AS x (finding, applies, inputs)
     WHERE x.applies
       AND (s.open_to < senco_misplaced.on_date OR p.from_on < s.opened_on);
$$;

-- findings — all of them on that day, as known then: each state that is not
-- as it should be, of every SENCO where there are several, and what else is to
-- be said of them. An alarm whose rule was not yet in force is none.
CREATE FUNCTION api.findings(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, setting text, setting_name text, staff_id int,
    staff text, state text, rule text, finding text, severity text,
    sentence text, inputs jsonb, reference text)
LANGUAGE sql STABLE
AS $$
    WITH rule AS MATERIALIZED (
        SELECT * FROM api.senco_rules(findings.on_date)
    ),
    agreed AS MATERIALIZED (
        SELECT DISTINCT m.setting_id, m.staff_id
          FROM api.senco_sharings AS m
         WHERE findings.on_date BETWEEN m.from_on AND m.to_on
    ),
    judged AS MATERIALIZED (
        SELECT k.*,
               count(*) FILTER (WHERE NOT k.is_acting)
                   OVER (PARTITION BY k.setting_id) AS sencos,
               row_number() OVER (PARTITION BY k.setting_id
                                  ORDER BY k.became_on, k.person) AS place
          FROM api.senco_judgements(findings.on_date, findings.known_at) AS k
    )
    SELECT w.setting_id, w.setting, w.setting_name, w.staff_id, w.senco,
           w.state, w.rule, w.finding, w.severity, w.sentence, w.inputs,
           w.reference
      FROM judged AS w
     WHERE w.severity IS NOT NULL
    UNION ALL
    SELECT y.setting_id, y.setting, y.setting_name, y.staff_id, y.staff,
           y.state, a.rule_id, f.id,
           CASE WHEN f.severity = 'error' THEN y.worst ELSE f.severity END,
           api.finding_sentence(f.sentence, y.inputs
               || jsonb_build_object('senco', y.staff)),
           y.inputs, a.reference
      FROM (SELECT j.setting_id, j.setting, j.setting_name, j.staff_id,
                   j.senco AS staff, j.state, j.worst, x.finding,
                   jsonb_strip_nulls(CASE x.finding
                       WHEN 'anniversary_near' THEN
                           jsonb_build_object('became_on', j.became_on,
                               'anniversary_on', j.anniversary_on, 'months', r.course_months,
                               'nasenco_began_on', j.nasenco_began_on,
                               'npq_began_on', j.npq_began_on)
                       WHEN 'nasenco_began_late' THEN
                           jsonb_build_object('nasenco_began_on', j.nasenco_began_on,
                               'nasenco_began_before', r.nasenco_began_before)
                       WHEN 'nasenco_completed_late' THEN
                           jsonb_build_object('nasenco_began_on', j.nasenco_began_on,
                               'nasenco_completed_on', j.nasenco_completed_on,
                               'nasenco_done_before', r.nasenco_done_before)
                       WHEN 'npq_began_early' THEN
                           jsonb_build_object('npq_began_on', coalesce(j.npq_began_on,
                               j.npq_completed_on), 'npq_from', r.npq_from)
                       WHEN 'qualification_dates_missing' THEN
                           jsonb_build_object('qualification', j.qualification,
                               'nasenco_began_on', j.nasenco_began_on,
                               'nasenco_completed_on', j.nasenco_completed_on,
                               'npq_completed_on', j.npq_completed_on)
                       WHEN 'senco_absent_uncovered' THEN
                           jsonb_build_object('absent_from', j.absent_from)
                       WHEN 'senco_post_ends' THEN
                           jsonb_build_object('ends_on', j.ends_on, 'days', r.ends_days)
                       WHEN 'sencos_overlap' THEN
                           jsonb_build_object('sencos', j.sencos)
                       WHEN 'week_hours_exceeded' THEN
                           jsonb_build_object('week_hours', j.week_hours,
                               'hours_max', r.hours_max)
                       WHEN 'shared_without_arrangement' THEN
                           jsonb_build_object('arrangement', j.arrangement)
                       WHEN 'head_of_several' THEN
                           jsonb_build_object('schools', j.schools)
                       WHEN 'hours_unknown' THEN
                           jsonb_build_object('kind', j.kind)
                       END) AS inputs
              FROM judged AS j
             CROSS JOIN rule AS r
              LEFT JOIN agreed AS g
                ON g.setting_id = j.setting_id
               AND g.staff_id = j.staff_id
             CROSS JOIN LATERAL (VALUES
                ('anniversary_near',
                 j.is_school AND j.qualification = 'in_training'
                 AND j.anniversary_on
                     < findings.on_date + make_interval(months => r.course_months)
                 AND (j.nasenco_began_on < r.nasenco_began_before
                      AND findings.on_date < r.nasenco_done_before) IS NOT TRUE
                 AND (j.npq_began_on >= r.npq_from) IS NOT TRUE),
                ('nasenco_began_late',
                 j.is_school AND NOT j.npq_counts
                 AND j.qualification IN ('in_training', 'qualification_overdue')
                 AND j.nasenco_began_on >= r.nasenco_began_before),
                ('nasenco_completed_late',
                 j.is_school AND j.holds_nasenco AND NOT j.npq_counts
                 AND j.qualification IN ('in_training', 'qualification_overdue')
                 AND (j.nasenco_began_on >= r.nasenco_began_before) IS NOT TRUE
                 AND j.nasenco_completed_on >= r.nasenco_done_before),
                ('npq_began_early',
                 j.is_school AND NOT j.nasenco_counts
                 AND j.qualification IN ('in_training', 'qualification_overdue')
                 AND coalesce(j.npq_began_on, j.npq_completed_on) < r.npq_from),
                ('qualification_dates_missing',
                 j.is_school
                 AND (j.qualification = 'holds_npq' AND j.npq_began_on IS NULL
                      OR j.qualification = 'holds_nasenco'
                      AND (j.nasenco_began_on IS NULL
                           AND (j.nasenco_completed_on
                                < r.nasenco_began_before) IS NOT TRUE
                           OR j.nasenco_completed_on IS NULL
                           AND findings.on_date >= r.nasenco_done_before))),
                ('senco_absent_uncovered',
                 j.regime <> 'childminder' AND j.regime <> 'contact'
                 AND j.absent_from IS NOT NULL AND NOT j.is_covered),
                ('senco_post_ends',
                 j.regime <> 'childminder' AND j.regime <> 'contact'
                 AND j.ends_on <= findings.on_date + r.ends_days
                 AND NOT j.is_followed),
                ('sencos_overlap',
                 j.is_school AND j.sencos > 1 AND j.place = 1),
                ('week_hours_exceeded',
                 j.week_hours > r.hours_max),
                ('shared_without_arrangement',
                 j.is_school AND j.arrangement = 'shared' AND g.staff_id IS NULL
                 AND j.group_id IS NULL),
                ('head_of_several',
                 j.regime = 'school' AND j.heads_any AND j.schools > 1),
                ('hours_unknown',
                 j.is_school AND j.hours_per_week IS NULL)
                   ) AS x (finding, applies)
             WHERE x.applies
               AND j.person IS NOT NULL
               AND j.regime <> 'none'
            UNION ALL
            SELECT m.setting_id, m.setting, m.setting_name, m.staff_id,
                   m.staff, NULL, 'warn', m.finding, m.inputs
              FROM api.senco_misplaced(findings.on_date,
                       findings.known_at) AS m) AS y
      JOIN api.law_senco_findings AS f ON f.id = y.finding
      JOIN api.amounts(findings.on_date) AS a ON a.rule_id = f.rule_id;
$$;
