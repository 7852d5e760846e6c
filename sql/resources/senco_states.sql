-- senco_states.sql — how each setting stands with its SENCO: the regulation
-- judged person by person, on any day, as known at any time. Whoever acts may
-- read who holds which post (senco_holdings.sql), but is told how a setting
-- stands only of the settings in scope. The functions are single SELECTs
-- without SET, so that the planner opens them.
--
-- Each step is a LATERAL of one row behind OFFSET 0: without it the planner
-- copies a judgement into every place that uses it. The judgement stays one
-- query: its parts read the posts it has read once, and no function can be
-- given those.
-- SPDX-License-Identifier: Apache-2.0
-- after: amounts sentences settings senco_holdings

-- law_days — the rules that turn on one day.
CREATE VIEW api.law_days AS
    SELECT r.id, r.on_day, r.valid_from,
           coalesce(r.valid_to, 'infinity') AS valid_to
      FROM law.rules AS r
     WHERE r.on_day IS NOT NULL;

CREATE VIEW api.law_senco_duties AS
    SELECT d.type, d.valid_from, coalesce(d.valid_to, 'infinity') AS valid_to,
           d.regime, d.standing, d.severity, d.sentence, d.reference
      FROM law.senco_duties AS d;

CREATE VIEW api.law_senco_states AS
    SELECT t.id, t.state, t.rank::int, t.severity, t.is_compliant, t.rule_id,
           t.sentence
      FROM law.senco_states AS t;

-- senco_settings — the settings whose SENCO the actor is told about; open_to
-- is the last day on which one was open.
CREATE VIEW api.senco_settings AS
    SELECT s.id AS setting_id, s.ref, s.name, s.type,
           coalesce(s.type_name, t.name) AS type_name,
           s.opened_on, s.closed_on,
           CASE WHEN s.status = 'proposed' AND s.opened_on IS NULL
                THEN 'infinity'
                ELSE coalesce(s.opened_on, '-infinity') END AS open_from,
           CASE WHEN s.status = 'closed'
                THEN coalesce(s.closed_on, '-infinity')
                ELSE coalesce(s.closed_on, 'infinity') END AS open_to
      FROM core.settings AS s
      LEFT JOIN law.setting_types AS t ON t.code = s.type
     WHERE (SELECT core.actor_sees_all())
        OR s.id = ANY ((SELECT core.actor_settings())::int[]);

-- senco_rules — one row: what the regulation turns on, as in force that day.
CREATE FUNCTION api.senco_rules(on_date date)
RETURNS TABLE (prior_months int, anniversary_months int, course_months int,
    became_after date, nasenco_began_before date, nasenco_done_before date,
    npq_from date, ends_days int, hours_max float8)
LANGUAGE sql STABLE
AS $$
    SELECT (max(a.amount) FILTER (WHERE a.rule_id = 'senco_q3_prior_service_months'))::int,
           (max(a.amount) FILTER (WHERE a.rule_id = 'senco_q4_anniversary_months'))::int,
           (max(a.amount) FILTER (WHERE a.rule_id = 'senco_q8_course_months'))::int,
           max(d.on_day) FILTER (WHERE a.rule_id = 'senco_q2_became_after'),
           max(d.on_day) FILTER (WHERE a.rule_id = 'senco_q5_nasenco_began_before'),
           max(d.on_day) FILTER (WHERE a.rule_id = 'senco_q5_nasenco_done_before'),
           max(d.on_day) FILTER (WHERE a.rule_id = 'senco_q5_npq_from'),
           (max(a.amount) FILTER (WHERE a.rule_id = 'senco_post_ends_days'))::int,
           (max(a.amount) FILTER (WHERE a.rule_id = 'senco_week_hours'))::float8
      FROM api.amounts(senco_rules.on_date) AS a
      LEFT JOIN api.law_days AS d
        ON d.id = a.rule_id
       AND senco_rules.on_date BETWEEN d.valid_from AND d.valid_to;
$$;

-- senco_judgements — one row an open setting and SENCO (or named person) of
-- that day, or a row without one: the case of law.senco_states it is, by the
-- order of domain.md 1.2, and all that alarms turn on. qualification says how
-- Q2 to Q7 stand, whatever else is the case.
CREATE FUNCTION api.senco_judgements(on_date date, known_at timestamptz,
    in_settings int[] DEFAULT NULL, is_all boolean DEFAULT true)
RETURNS TABLE (setting_id int, setting text, setting_name text, type text,
    regime text, is_school boolean, worst text, person text, staff_id int,
    senco text, kind text, arrangement text, hours_per_week float8,
    is_acting boolean, group_id int, sharing_id uuid, became_on date,
    ends_on date, is_followed boolean, absent_from date, is_covered boolean,
    week_hours float8, schools int, heads_any boolean, anniversary_on date,
    due_on date, prior_days int, nasenco_began_on date,
    nasenco_completed_on date, holds_nasenco boolean, nasenco_counts boolean,
    npq_began_on date, npq_completed_on date, npq_counts boolean,
    qualification text, finding text, state text, state_rank int,
    severity text, is_compliant boolean, rule text, sentence text,
    inputs jsonb, reference text)
LANGUAGE sql STABLE
AS $$
    WITH rule AS MATERIALIZED (
        SELECT * FROM api.senco_rules(senco_judgements.on_date)
    ),
    amount AS MATERIALIZED (
        SELECT * FROM api.amounts(senco_judgements.on_date)
    ),
    -- Every post that was known then, whenever it was held; asked for some
    -- settings, those there and what the same people hold elsewhere.
    held AS MATERIALIZED (
        SELECT h.*,
               senco_judgements.on_date BETWEEN h.from_on AND h.to_on AS is_now,
               h.kind IN ('senco', 'named_person') AS is_senco,
               h.kind = 'head' OR coalesce(h.is_head, false) AS heads,
               coalesce(d.regime = 'school', false) AS is_relevant,
               coalesce(h.post_id::text, h.setting_id || ':' || h.record_id)
                   AS post,
               a.absent_from
          FROM (SELECT o.*
                  FROM api.senco_holdings AS o
                 WHERE senco_judgements.is_all
                    OR o.setting_id
                       = ANY ((SELECT senco_judgements.in_settings)::int[])
                UNION ALL
                SELECT o.*
                  FROM api.senco_holdings AS o
                 WHERE NOT senco_judgements.is_all
                   AND o.setting_id
                       <> ALL ((SELECT senco_judgements.in_settings)::int[])
                   AND o.staff_id = ANY (ARRAY(
                       SELECT x.staff_id
                         FROM api.senco_holdings AS x
                        WHERE x.setting_id = ANY ((
                              SELECT senco_judgements.in_settings)::int[])))
               ) AS h
          LEFT JOIN api.law_senco_duties AS d
            ON d.type = h.type
           AND senco_judgements.on_date BETWEEN d.valid_from AND d.valid_to
          LEFT JOIN (SELECT b.staff_id, min(b.from_on) AS absent_from
                       FROM api.senco_absences AS b
                      WHERE senco_judgements.on_date BETWEEN b.from_on AND b.to_on
                        AND b.known_from <= senco_judgements.known_at
                        AND b.known_to > senco_judgements.known_at
                      GROUP BY b.staff_id) AS a
            ON a.staff_id = h.staff_id
         WHERE h.known_from <= senco_judgements.known_at
           AND h.known_to > senco_judgements.known_at
    ),
    register AS MATERIALIZED (
        SELECT g.*
          FROM api.senco_register(senco_judgements.on_date,
                   senco_judgements.known_at) AS g
         WHERE senco_judgements.is_all
            OR g.person = ANY (ARRAY(SELECT h.person FROM held AS h))
    ),
    -- Who is SENCO where. became_on begins the unbroken run of posts of that
    -- kind there: another version of a post does not restart it, a gap of a
    -- day does.
    runs AS MATERIALIZED (
        SELECT DISTINCT ON (c.setting_id, c.person)
               c.setting_id, c.person, c.staff_id, c.name, c.kind,
               c.arrangement, c.hours_per_week, c.is_teacher_here,
               c.is_acting, c.group_id, c.sharing_id, c.absent_from,
               (c.studies ->> 'has_prior_service')::boolean AS says_prior,
               c.became_on, c.ends_on
          FROM (SELECT b.*,
                       max(b.begins_on) OVER (
                           PARTITION BY b.setting_id, b.person, b.kind
                           ORDER BY b.from_on, b.to_on
                           ROWS UNBOUNDED PRECEDING) AS became_on,
                       max(b.to_on) OVER (
                           PARTITION BY b.setting_id, b.person, b.kind)
                           AS ends_on
                  FROM (SELECT h.*,
                               CASE WHEN (h.from_on > 1 + max(h.to_on) OVER (
                                   PARTITION BY h.setting_id, h.person, h.kind
                                   ORDER BY h.from_on, h.to_on
                                   ROWS BETWEEN UNBOUNDED PRECEDING
                                            AND 1 PRECEDING)) IS NOT FALSE
                                   THEN h.from_on END AS begins_on
                          FROM held AS h
                         WHERE h.is_senco
                           AND h.from_on <= senco_judgements.on_date) AS b
               ) AS c
         WHERE c.is_now
         ORDER BY c.setting_id, c.person, c.kind DESC, c.from_on DESC,
                  c.post_id DESC
    ),
    -- Q3: the days as SENCO at relevant schools before that, overlaps once,
    -- and the first of them.
    prior AS MATERIALIZED (
        SELECT w.setting_id, w.person, min(w.from_on) AS prior_from,
               sum(greatest(0, w.to_on
                   - greatest(w.from_on, w.covered_to + 1) + 1))::int
                   AS prior_days
          FROM (SELECT c.*,
                       max(c.to_on) OVER (
                           PARTITION BY c.setting_id, c.person
                           ORDER BY c.from_on, c.to_on
                           ROWS BETWEEN UNBOUNDED PRECEDING
                                    AND 1 PRECEDING) AS covered_to
                  FROM (SELECT r.setting_id, r.person, e.from_on,
                               least(e.to_on, r.became_on - 1) AS to_on
                          FROM runs AS r
                          JOIN (SELECT h.person, h.from_on, h.to_on
                                  FROM held AS h
                                 WHERE h.kind = 'senco'
                                   AND h.is_relevant
                                UNION ALL
                                SELECT v.person, v.from_on, v.to_on
                                  FROM api.senco_service AS v
                                 WHERE v.known_from <= senco_judgements.known_at
                                   AND v.known_to > senco_judgements.known_at
                               ) AS e
                            ON e.person = r.person
                           AND e.from_on < r.became_on) AS c) AS w
         GROUP BY w.setting_id, w.person
    ),
    -- Of each setting: the last day of the SENCO before, and how many do the
    -- work today.
    here AS MATERIALIZED (
        SELECT h.setting_id,
               max(h.to_on) FILTER (WHERE h.is_senco
                   AND h.to_on < senco_judgements.on_date) AS last_on,
               count(*) FILTER (WHERE h.is_now AND h.absent_from IS NULL
                   AND (h.is_senco OR h.kind = 'deputy')) AS at_work
          FROM held AS h
         GROUP BY h.setting_id
    ),
    head AS MATERIALIZED (
        SELECT DISTINCT h.setting_id, h.person
          FROM held AS h
         WHERE h.is_now
           AND h.heads
    ),
    -- Of each person with a post today: the hours of all of them (one for a
    -- group counts once), the schools where they are SENCO, any headship.
    people AS MATERIALIZED (
        SELECT p.person,
               sum(p.hours_per_week) FILTER (WHERE p.place = 1) AS week_hours,
               (count(DISTINCT p.setting_id)
                   FILTER (WHERE p.kind = 'senco' AND p.is_relevant))::int
                   AS schools,
               bool_or(p.heads) AS heads_any
          FROM (SELECT h.*,
                       row_number() OVER (PARTITION BY h.person, h.post) AS place
                  FROM held AS h
                 WHERE h.is_now) AS p
         GROUP BY p.person
    ),
    -- The runs that end, where the same person or another goes on the day
    -- after.
    followed AS MATERIALIZED (
        SELECT DISTINCT r.setting_id, r.person
          FROM runs AS r
          JOIN held AS h
            ON h.setting_id = r.setting_id
           AND h.kind = r.kind
           AND h.from_on <= r.ends_on + 1
           AND h.to_on > r.ends_on
         WHERE r.ends_on < 'infinity'
    ),
    -- What settings' own records say of a person.
    told AS MATERIALIZED (
        SELECT h.person,
               bool_or((h.studies ->> 'is_qualified_teacher')::boolean) AS is_qualified,
               max((h.studies ->> 'nasenco_began_on')::date) AS nasenco_began_on,
               max((h.studies ->> 'nasenco_awarded_on')::date) AS nasenco_awarded_on,
               max((h.studies ->> 'npq_began_on')::date) AS npq_began_on,
               max((h.studies ->> 'npq_awarded_on')::date) AS npq_awarded_on
          FROM held AS h
         WHERE h.studies IS NOT NULL
         GROUP BY h.person
    )
    SELECT s.setting_id, s.ref, s.name, s.type, d.regime, c.is_school,
           coalesce(d.severity, 'warn'), h.person, h.staff_id, h.name, h.kind,
           h.arrangement, h.hours_per_week, h.is_acting, h.group_id,
           h.sharing_id, h.became_on, h.ends_on, n.person IS NOT NULL,
           h.absent_from, g.at_work > 0, o.week_hours, o.schools, o.heads_any,
           c.anniversary_on,
           CASE WHEN v.qualification IN ('in_training', 'qualification_overdue')
                THEN c.anniversary_on END,
           coalesce(p.prior_days, 0), f.nasenco_began_on,
           f.nasenco_completed_on, f.holds_nasenco, c.nasenco_counts,
           f.npq_began_on, f.npq_completed_on, c.npq_counts, v.qualification,
           j.case_id, u.state, u.rank,
           CASE WHEN u.severity = 'error' THEN coalesce(d.severity, 'warn')
                ELSE u.severity END,
           u.is_compliant, u.rule_id,
           api.finding_sentence(u.sentence, i.inputs
               || jsonb_build_object('senco', h.name)),
           i.inputs,
           CASE
               WHEN d.regime = 'school' THEN a.reference
               WHEN d.regime = 'advisory_school'
                   THEN concat_ws('; ', d.reference, a.reference)
               ELSE coalesce(d.reference, a.reference)
           END
      FROM api.senco_settings AS s
     CROSS JOIN rule AS r
      LEFT JOIN api.law_senco_duties AS d
        ON d.type = s.type
       AND senco_judgements.on_date BETWEEN d.valid_from AND d.valid_to
      LEFT JOIN runs AS h
        ON h.setting_id = s.setting_id
       AND (h.kind = 'senco' OR d.regime IN ('college', 'contact'))
      LEFT JOIN prior AS p
        ON p.setting_id = s.setting_id
       AND p.person = h.person
      LEFT JOIN head AS e
        ON e.setting_id = s.setting_id
       AND e.person = h.person
      LEFT JOIN followed AS n
        ON n.setting_id = s.setting_id
       AND n.person = h.person
      LEFT JOIN here AS g ON g.setting_id = s.setting_id
      LEFT JOIN people AS o ON o.person = h.person
      LEFT JOIN register AS q ON q.person = h.person
      LEFT JOIN told AS t ON t.person = h.person
     -- The register's "not held" stands against a record; NULL is not known.
     CROSS JOIN LATERAL (
           SELECT coalesce(q.qts, t.is_qualified) AS is_qualified,
                  coalesce(NOT q.induction, false) AS lacks_induction,
                  coalesce(q.nasenco,
                      t.nasenco_awarded_on <= senco_judgements.on_date,
                      false) AS holds_nasenco,
                  coalesce(q.nasenco_began_on, t.nasenco_began_on)
                      AS nasenco_began_on,
                  coalesce(q.nasenco_completed_on, t.nasenco_awarded_on)
                      AS nasenco_completed_on,
                  coalesce(q.npq, t.npq_awarded_on <= senco_judgements.on_date,
                      false) AS holds_npq,
                  coalesce(q.npq_began_on, t.npq_began_on) AS npq_began_on,
                  coalesce(q.npq_completed_on, t.npq_awarded_on)
                      AS npq_completed_on,
                  coalesce(q.level_3, false) AS holds_level_3,
                  coalesce(q.early_years, false) AS holds_early_years_award
           OFFSET 0) AS f
     CROSS JOIN LATERAL (
           SELECT coalesce(d.regime IN ('school', 'advisory_school'), false)
                      AS is_school,
                  e.person IS NOT NULL AS is_head,
                  CASE WHEN d.regime IN ('school', 'advisory_school')
                       THEN (h.became_on + make_interval(
                                months => r.anniversary_months))::date
                  END AS anniversary_on,
                  f.holds_nasenco
                  AND coalesce(f.nasenco_began_on < r.nasenco_began_before, true)
                  AND coalesce(f.nasenco_completed_on < r.nasenco_done_before, true)
                      AS nasenco_counts,
                  f.holds_npq
                  AND r.npq_from IS NOT NULL
                  AND coalesce(coalesce(f.npq_began_on, f.npq_completed_on) >= r.npq_from, true)
                      AS npq_counts
           OFFSET 0) AS c
     CROSS JOIN LATERAL (
           SELECT CASE
                      WHEN h.person IS NULL OR NOT c.is_school THEN NULL
                      WHEN h.became_on <= r.became_after THEN 'exempt_pre_2009'
                      WHEN h.says_prior
                           OR p.prior_from + p.prior_days
                              > p.prior_from + make_interval(months => r.prior_months)
                           THEN 'exempt_prior_service'
                      WHEN c.nasenco_counts THEN 'holds_nasenco'
                      WHEN c.npq_counts THEN 'holds_npq'
                      WHEN senco_judgements.on_date <= c.anniversary_on
                           THEN 'in_training'
                      ELSE 'qualification_overdue'
                  END AS qualification
           OFFSET 0) AS v
     CROSS JOIN LATERAL (
           SELECT CASE
                      WHEN d.regime IS NULL THEN 'type_without_rule'
                      WHEN d.regime = 'none' THEN 'not_required'
                      WHEN d.regime IN ('college', 'contact')
                           AND h.person IS NOT NULL THEN 'named_person'
                      WHEN d.regime = 'college' THEN 'named_person_missing'
                      WHEN d.regime = 'contact' THEN 'contact_missing'
                      WHEN d.regime IN ('group_provider', 'childminder')
                           AND h.person IS NOT NULL THEN 'senco_identified'
                      WHEN d.regime = 'group_provider' THEN 'senco_not_identified'
                      WHEN d.regime = 'childminder' THEN 'childminder_without'
                      WHEN h.person IS NULL AND g.last_on IS NULL
                           THEN 'senco_never_recorded'
                      WHEN h.person IS NULL THEN 'senco_vacant'
                      WHEN c.is_head AND v.qualification <> 'qualification_overdue'
                           THEN 'head_is_senco'
                      WHEN c.is_head THEN v.qualification
                      WHEN NOT f.is_qualified THEN 'not_qts'
                      WHEN f.lacks_induction THEN 'induction_missing'
                      WHEN NOT h.is_teacher_here THEN 'not_teacher_here'
                      WHEN f.is_qualified IS NULL THEN 'qts_unknown'
                      ELSE v.qualification
                  END AS case_id
           OFFSET 0) AS j
      LEFT JOIN api.law_senco_states AS u ON u.id = j.case_id
      LEFT JOIN amount AS a ON a.rule_id = u.rule_id
     CROSS JOIN LATERAL (
           SELECT jsonb_strip_nulls(jsonb_build_object(
               'on', senco_judgements.on_date,
               'type', s.type,
               'regime', d.regime,
               'duty', d.sentence,
               'kind', h.kind,
               'arrangement', h.arrangement,
               'is_acting', h.is_acting,
               'vacant_since', CASE WHEN h.person IS NULL
                                    THEN g.last_on + 1 END,
               'became_on', h.became_on)
               || CASE
               WHEN h.person IS NULL THEN '{}'
               WHEN c.is_school THEN jsonb_build_object(
                   'anniversary_on', c.anniversary_on,
                   'is_head', c.is_head,
                   'is_qualified_teacher', f.is_qualified,
                   'prior_days', p.prior_days,
                   'prior_from', p.prior_from,
                   'months', a.amount::int,
                   'nasenco_began_on', f.nasenco_began_on,
                   'nasenco_completed_on', f.nasenco_completed_on,
                   'npq_began_on', f.npq_began_on,
                   'npq_completed_on', f.npq_completed_on,
                   'qualification', v.qualification)
               ELSE jsonb_build_object(
                   'holds_level_3', f.holds_level_3,
                   'holds_early_years_award', f.holds_early_years_award)
               END) AS inputs
           OFFSET 0) AS i
     WHERE senco_judgements.on_date BETWEEN s.open_from AND s.open_to
       AND (senco_judgements.is_all OR s.setting_id
            = ANY ((SELECT senco_judgements.in_settings)::int[]));
$$;

-- senco_states — how each setting open on that day stands, as known then.
-- Where several share the role each must meet the regulation, so the one who
-- stands worst decides; sencos says how many there are, and holders how each
-- of them stands.
CREATE FUNCTION api.senco_states(on_date date, known_at timestamptz,
    in_settings int[] DEFAULT NULL, is_all boolean DEFAULT true)
RETURNS TABLE (setting_id int, setting text, setting_name text, type text,
    regime text, staff_id int, senco text, sencos int, became_on date,
    anniversary_on date, due_on date, prior_days int, state text,
    severity text, is_compliant boolean, finding text, rule text,
    sentence text, inputs jsonb, reference text, holders jsonb)
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT ON (j.setting_id)
           j.setting_id, j.setting, j.setting_name, j.type, j.regime,
           j.staff_id, j.senco,
           (count(j.person) OVER (PARTITION BY j.setting_id))::int,
           j.became_on, j.anniversary_on, j.due_on, j.prior_days, j.state,
           j.severity, j.is_compliant, j.finding, j.rule,
           j.sentence, j.inputs, j.reference,
           coalesce(jsonb_agg(jsonb_build_object(
               'staff_id', j.staff_id,
               'name', j.senco,
               'kind', j.kind,
               'arrangement', j.arrangement,
               'hours_per_week', j.hours_per_week,
               'is_acting', j.is_acting,
               'became_on', j.became_on,
               'state', j.state)) FILTER (WHERE j.person IS NOT NULL)
               OVER (PARTITION BY j.setting_id
                     ORDER BY j.state_rank, j.became_on DESC, j.person
                     ROWS BETWEEN UNBOUNDED PRECEDING
                              AND UNBOUNDED FOLLOWING), '[]')
      FROM api.senco_judgements(senco_states.on_date,
               senco_states.known_at, senco_states.in_settings,
               senco_states.is_all) AS j
     ORDER BY j.setting_id, j.state_rank, j.became_on DESC, j.person;
$$;

-- setting_list — the setting a reference leads to as a list of at most one, for
-- functions that take a list: the planner opens those only when no sub-select
-- is among what they are given.
CREATE FUNCTION api.setting_list(ref text)
RETURNS int[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN ARRAY(SELECT r.setting_id
                   FROM api.setting_refs AS r
                  WHERE r.ref = setting_list.ref);
END
$$;
