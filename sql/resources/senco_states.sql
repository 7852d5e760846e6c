-- senco_states.sql — how each setting stands with its SENCO: the regulation
-- judged person by person, on any day, as known at any time. The views hold
-- the parts; whoever acts may read who holds which post, but is told how a
-- setting stands only of the settings in scope. The functions are single
-- SELECTs without SET, so that the planner opens them.
--
-- Each step is a LATERAL of one row behind OFFSET 0: without it the planner
-- copies a judgement into every place that uses it.
-- SPDX-License-Identifier: Apache-2.0
-- after: amounts

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

-- senco_holdings — who holds which post where (core.holdings), with the
-- setting's type; whoever acts may read it.
CREATE VIEW api.senco_holdings AS
    SELECT h.setting_id, s.type, h.staff_id, h.person, h.name, h.kind,
           h.arrangement, h.from_on, h.to_on,
           h.hours_per_week::float8 AS hours_per_week, h.is_head,
           h.is_teacher_here, h.is_acting, h.post_id, h.group_id,
           h.sharing_id, h.record_id, h.known_from, h.known_to, h.studies
      FROM core.holdings AS h
      JOIN core.settings AS s ON s.id = h.setting_id
     WHERE h.kind <> 'area_senco'
       AND (SELECT core.actor_role()) IS NOT NULL;

CREATE VIEW api.senco_qualifications AS
    SELECT 'staff:' || q.staff_id AS person, q.staff_id, q.kind, q.state,
           q.began_on, q.completed_on, q.known_from,
           coalesce(q.known_to, 'infinity') AS known_to
      FROM core.qualifications AS q
     WHERE (SELECT core.actor_role()) IS NOT NULL;

CREATE VIEW api.senco_service AS
    SELECT 'staff:' || v.staff_id AS person, v.from_on, v.to_on, v.known_from,
           coalesce(v.known_to, 'infinity') AS known_to
      FROM core.service AS v
     WHERE v.is_relevant_school
       AND (SELECT core.actor_role()) IS NOT NULL;

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

-- senco_runs — one row a setting and a person who is SENCO (or named person)
-- there that day. became_on begins the unbroken run of posts of that kind
-- there: another version of a post does not restart it, a gap of a day does.
CREATE FUNCTION api.senco_runs(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, person text, staff_id int, name text,
    kind text, arrangement text, hours_per_week float8,
    is_teacher_here boolean, is_acting boolean, group_id int, sharing_id uuid,
    says_prior boolean, became_on date, ends_on date)
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT ON (b.setting_id, b.person)
           b.setting_id, b.person, b.staff_id, b.name, b.kind, b.arrangement,
           b.hours_per_week, b.is_teacher_here, b.is_acting, b.group_id,
           b.sharing_id, (b.studies ->> 'has_prior_service')::boolean,
           b.became_on, b.ends_on
      FROM (SELECT a.*,
                   max(a.begins_on) OVER (
                       PARTITION BY a.setting_id, a.person, a.kind
                       ORDER BY a.from_on, a.to_on
                       ROWS UNBOUNDED PRECEDING) AS became_on,
                   max(a.to_on) OVER (
                       PARTITION BY a.setting_id, a.person, a.kind) AS ends_on
              FROM (SELECT h.*,
                           CASE WHEN (h.from_on > 1 + max(h.to_on) OVER (
                               PARTITION BY h.setting_id, h.person, h.kind
                               ORDER BY h.from_on, h.to_on
                               ROWS BETWEEN UNBOUNDED PRECEDING
                                        AND 1 PRECEDING)) IS NOT FALSE
                               THEN h.from_on END AS begins_on
                      FROM api.senco_holdings AS h
                     WHERE h.kind IN ('senco', 'named_person')
                       AND h.from_on <= senco_runs.on_date
                       AND h.known_from <= senco_runs.known_at
                       AND h.known_to > senco_runs.known_at) AS a) AS b
     WHERE senco_runs.on_date BETWEEN b.from_on AND b.to_on
     ORDER BY b.setting_id, b.person, b.kind DESC, b.from_on DESC,
              b.post_id DESC;
$$;

-- senco_periods — when a person was SENCO at a relevant school, as far as
-- known: the posts there, and service elsewhere that counts.
CREATE FUNCTION api.senco_periods(on_date date, known_at timestamptz)
RETURNS TABLE (person text, from_on date, to_on date)
LANGUAGE sql STABLE
AS $$
    SELECT h.person, h.from_on, h.to_on
      FROM api.senco_holdings AS h
      JOIN api.law_senco_duties AS d
        ON d.type = h.type
       AND d.regime = 'school'
       AND senco_periods.on_date BETWEEN d.valid_from AND d.valid_to
     WHERE h.kind = 'senco'
       AND h.known_from <= senco_periods.known_at
       AND h.known_to > senco_periods.known_at
    UNION ALL
    SELECT v.person, v.from_on, v.to_on
      FROM api.senco_service AS v
     WHERE v.known_from <= senco_periods.known_at
       AND v.known_to > senco_periods.known_at;
$$;

-- senco_prior — of each of senco_runs the days as SENCO at relevant schools
-- before it, overlaps once, and the first of them (Q3).
CREATE FUNCTION api.senco_prior(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, person text, prior_from date, prior_days int)
LANGUAGE sql STABLE
AS $$
    SELECT w.setting_id, w.person, min(w.from_on),
           sum(greatest(0, w.to_on
               - greatest(w.from_on, w.covered_to + 1) + 1))::int
      FROM (SELECT c.*,
                   max(c.to_on) OVER (
                       PARTITION BY c.setting_id, c.person
                       ORDER BY c.from_on, c.to_on
                       ROWS BETWEEN UNBOUNDED PRECEDING
                                AND 1 PRECEDING) AS covered_to
              FROM (SELECT r.setting_id, r.person, e.from_on,
                           least(e.to_on, r.became_on - 1) AS to_on
                      FROM api.senco_runs(senco_prior.on_date,
                               senco_prior.known_at) AS r
                      JOIN api.senco_periods(senco_prior.on_date,
                               senco_prior.known_at) AS e
                        ON e.person = r.person
                       AND e.from_on < r.became_on) AS c) AS w
     GROUP BY w.setting_id, w.person;
$$;

-- senco_heads — who is head where that day, acting too.
CREATE FUNCTION api.senco_heads(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, person text)
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT h.setting_id, h.person
      FROM api.senco_holdings AS h
     WHERE (h.kind = 'head' OR h.is_head)
       AND senco_heads.on_date BETWEEN h.from_on AND h.to_on
       AND h.known_from <= senco_heads.known_at
       AND h.known_to > senco_heads.known_at;
$$;

-- senco_facts — one row a person of whom anything is known: what the register
-- says of the qualifications, and what a setting's own records say. The
-- register's "not held" stands against a record; NULL is not known.
CREATE FUNCTION api.senco_facts(on_date date, known_at timestamptz)
RETURNS TABLE (person text, is_qualified boolean, lacks_induction boolean,
    holds_nasenco boolean, nasenco_began_on date, nasenco_completed_on date,
    holds_npq boolean, npq_began_on date, npq_completed_on date,
    holds_level_3 boolean, holds_early_years_award boolean)
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(q.person, r.person),
           coalesce(q.qts, r.is_qualified),
           coalesce(NOT q.induction, false),
           coalesce(q.nasenco, r.nasenco_awarded_on <= senco_facts.on_date,
               false),
           coalesce(q.nasenco_began_on, r.nasenco_began_on),
           coalesce(q.nasenco_completed_on, r.nasenco_awarded_on),
           coalesce(q.npq, r.npq_awarded_on <= senco_facts.on_date, false),
           coalesce(q.npq_began_on, r.npq_began_on),
           coalesce(q.npq_completed_on, r.npq_awarded_on),
           coalesce(q.level_3, false), coalesce(q.early_years, false)
      FROM (SELECT x.person,
                   bool_or(x.is_held) FILTER (WHERE x.kind = 'qts') AS qts,
                   bool_or(x.is_held) FILTER (WHERE x.kind = 'induction') AS induction,
                   bool_or(x.is_held) FILTER (WHERE x.kind = 'nasenco' AND x.state <> 'studying') AS nasenco,
                   max(x.began_on) FILTER (WHERE x.kind = 'nasenco') AS nasenco_began_on,
                   max(x.completed_on) FILTER (WHERE x.kind = 'nasenco') AS nasenco_completed_on,
                   bool_or(x.is_held) FILTER (WHERE x.kind = 'npq_senco' AND x.state <> 'studying') AS npq,
                   max(x.began_on) FILTER (WHERE x.kind = 'npq_senco') AS npq_began_on,
                   max(x.completed_on) FILTER (WHERE x.kind = 'npq_senco') AS npq_completed_on,
                   bool_or(x.is_held) FILTER (WHERE x.kind = 'level_3') AS level_3,
                   bool_or(x.is_held) FILTER (WHERE x.kind = 'early_years_senco') AS early_years
              FROM (SELECT h.*,
                           h.state = 'held'
                           AND coalesce(h.completed_on <= senco_facts.on_date,
                                   true) AS is_held
                      FROM api.senco_qualifications AS h
                     WHERE h.known_from <= senco_facts.known_at
                       AND h.known_to > senco_facts.known_at) AS x
             GROUP BY x.person) AS q
      FULL JOIN (
           SELECT h.person,
                  bool_or((h.studies ->> 'is_qualified_teacher')::boolean) AS is_qualified,
                  max((h.studies ->> 'nasenco_began_on')::date) AS nasenco_began_on,
                  max((h.studies ->> 'nasenco_awarded_on')::date) AS nasenco_awarded_on,
                  max((h.studies ->> 'npq_began_on')::date) AS npq_began_on,
                  max((h.studies ->> 'npq_awarded_on')::date) AS npq_awarded_on
             FROM api.senco_holdings AS h
            WHERE h.studies IS NOT NULL
              AND h.known_from <= senco_facts.known_at
              AND h.known_to > senco_facts.known_at
            GROUP BY h.person) AS r
        ON r.person = q.person;
$$;

-- senco_judgements — one row an open setting and SENCO of that day, or a row
-- without one: the case of law.senco_states it is, by the order of domain.md
-- 1.2. For whom the qualification is not asked because of service before
-- (Q3), not yet asked (Q4) or asked in vain, qualification says so.
CREATE FUNCTION api.senco_judgements(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, ref text, name text, type text, regime text,
    duty_severity text, duty_sentence text, duty_reference text, person text,
    staff_id int, senco text, kind text, arrangement text,
    hours_per_week float8, is_acting boolean, group_id int, sharing_id uuid,
    became_on date, ends_on date, anniversary_on date, is_head boolean,
    is_qualified boolean, prior_from date, prior_days int,
    vacant_since date, nasenco_began_on date, nasenco_completed_on date,
    holds_nasenco boolean, npq_began_on date, npq_completed_on date,
    holds_npq boolean, holds_level_3 boolean, holds_early_years_award boolean,
    nasenco_counts boolean, npq_counts boolean, qualification text,
    case_id text)
LANGUAGE sql STABLE
AS $$
    SELECT s.setting_id, s.ref, s.name, s.type, d.regime, d.severity,
           d.sentence, d.reference, h.person, h.staff_id, h.name, h.kind,
           h.arrangement, h.hours_per_week, h.is_acting, h.group_id,
           h.sharing_id, h.became_on, h.ends_on, c.anniversary_on, c.is_head,
           f.is_qualified, p.prior_from, coalesce(p.prior_days, 0),
           CASE WHEN h.person IS NULL THEN g.last_on + 1 END,
           f.nasenco_began_on, f.nasenco_completed_on, f.holds_nasenco,
           f.npq_began_on, f.npq_completed_on, f.holds_npq, f.holds_level_3,
           f.holds_early_years_award, c.nasenco_counts, c.npq_counts,
           v.qualification, j.case_id
      FROM api.senco_settings AS s
     CROSS JOIN api.senco_rules(senco_judgements.on_date) AS r
      LEFT JOIN api.law_senco_duties AS d
        ON d.type = s.type
       AND senco_judgements.on_date BETWEEN d.valid_from AND d.valid_to
      LEFT JOIN api.senco_runs(senco_judgements.on_date,
               senco_judgements.known_at) AS h
        ON h.setting_id = s.setting_id
       AND (h.kind = 'senco' OR d.regime IN ('college', 'contact'))
      LEFT JOIN api.senco_prior(senco_judgements.on_date,
               senco_judgements.known_at) AS p
        ON p.setting_id = s.setting_id
       AND p.person = h.person
      LEFT JOIN api.senco_heads(senco_judgements.on_date,
               senco_judgements.known_at) AS e
        ON e.setting_id = s.setting_id
       AND e.person = h.person
      LEFT JOIN api.senco_facts(senco_judgements.on_date,
               senco_judgements.known_at) AS f
        ON f.person = h.person
      LEFT JOIN (
           SELECT l.setting_id, max(l.to_on) AS last_on
             FROM api.senco_holdings AS l
            WHERE l.kind IN ('senco', 'named_person')
              AND l.to_on < senco_judgements.on_date
              AND l.known_from <= senco_judgements.known_at
              AND l.known_to > senco_judgements.known_at
            GROUP BY l.setting_id) AS g
        ON g.setting_id = s.setting_id
     CROSS JOIN LATERAL (
           SELECT e.person IS NOT NULL AS is_head,
                  (h.became_on + make_interval(months => r.anniversary_months))::date
                      AS anniversary_on,
                  coalesce(f.holds_nasenco, false)
                  AND coalesce(f.nasenco_began_on < r.nasenco_began_before, true)
                  AND coalesce(f.nasenco_completed_on < r.nasenco_done_before, true)
                      AS nasenco_counts,
                  coalesce(f.holds_npq, false)
                  AND r.npq_from IS NOT NULL
                  AND coalesce(coalesce(f.npq_began_on, f.npq_completed_on) >= r.npq_from, true)
                      AS npq_counts
           OFFSET 0) AS c
     CROSS JOIN LATERAL (
           SELECT CASE
                      WHEN h.person IS NULL THEN NULL
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
     WHERE senco_judgements.on_date BETWEEN s.open_from AND s.open_to;
$$;

-- senco_sentence — the sentence with its {names} filled in from the inputs,
-- days as a person writes them.
CREATE FUNCTION api.senco_sentence(sentence text, inputs jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_name  text;
    v_value text;
BEGIN
    LOOP
        v_name := substring(sentence FROM '\{([a-z_]+)\}');
        EXIT WHEN v_name IS NULL;
        v_value := coalesce(inputs ->> v_name, 'an unknown ' || v_name);
        IF v_value ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN
            v_value := to_char(v_value::date, 'FMDD FMMonth YYYY');
        END IF;
        sentence := replace(sentence, '{' || v_name || '}', v_value);
    END LOOP;
    RETURN sentence;
END
$$;

-- senco_words — every judgement with its state, its severity under the duty
-- of the setting, and what a person reads. The reference is that of the duty
-- where no regulation binds.
CREATE FUNCTION api.senco_words(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, setting text, setting_name text, type text,
    regime text, staff_id int, person text, senco text, became_on date,
    anniversary_on date, due_on date, prior_days int, state text,
    state_rank int, severity text, is_compliant boolean, finding text,
    rule text, sentence text, inputs jsonb, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT j.setting_id, j.ref, j.name, j.type, j.regime, j.staff_id,
           j.person, j.senco, j.became_on, i.anniversary_on,
           CASE WHEN j.qualification IN ('in_training', 'qualification_overdue')
                THEN i.anniversary_on END,
           j.prior_days, t.state, t.rank, i.severity, t.is_compliant, t.id,
           t.rule_id,
           api.senco_sentence(t.sentence, i.inputs
               || jsonb_build_object('senco', j.senco)),
           i.inputs,
           CASE
               WHEN j.regime = 'school' THEN a.reference
               WHEN j.regime = 'advisory_school'
                   THEN concat_ws('; ', j.duty_reference, a.reference)
               ELSE coalesce(j.duty_reference, a.reference)
           END
      FROM api.senco_judgements(senco_words.on_date, senco_words.known_at) AS j
      JOIN api.law_senco_states AS t ON t.id = j.case_id
      LEFT JOIN api.amounts(senco_words.on_date) AS a ON a.rule_id = t.rule_id
     CROSS JOIN LATERAL (
           SELECT CASE WHEN j.regime IN ('school', 'advisory_school')
                       THEN j.anniversary_on END AS anniversary_on,
                  CASE WHEN t.severity = 'error' THEN coalesce(j.duty_severity, 'warn')
                       ELSE t.severity END AS severity,
                  jsonb_strip_nulls(jsonb_build_object(
                      'on', senco_words.on_date,
                      'type', j.type,
                      'regime', j.regime,
                      'duty', j.duty_sentence,
                      'kind', j.kind,
                      'arrangement', j.arrangement,
                      'is_acting', j.is_acting,
                      'vacant_since', j.vacant_since,
                      'became_on', j.became_on)
                      || CASE
                      WHEN j.regime IN ('school', 'advisory_school')
                           AND j.person IS NOT NULL
                      THEN jsonb_build_object(
                          'anniversary_on', j.anniversary_on,
                          'is_head', j.is_head,
                          'is_qualified_teacher', j.is_qualified,
                          'prior_days', j.prior_days,
                          'prior_from', j.prior_from,
                          'months', a.amount::int,
                          'nasenco_began_on', j.nasenco_began_on,
                          'nasenco_completed_on', j.nasenco_completed_on,
                          'npq_began_on', j.npq_began_on,
                          'npq_completed_on', j.npq_completed_on,
                          'qualification', j.qualification)
                      WHEN j.person IS NOT NULL
                      THEN jsonb_build_object(
                          'holds_level_3', j.holds_level_3,
                          'holds_early_years_award', j.holds_early_years_award)
                      ELSE '{}'
                      END) AS inputs
           OFFSET 0) AS i;
$$;

-- senco_states — how each setting open on that day stands, as known then.
-- Where several share the role each must meet the regulation, so the one who
-- stands worst decides, and sencos says how many there are.
CREATE FUNCTION api.senco_states(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, setting text, setting_name text, type text,
    regime text, staff_id int, senco text, sencos int, became_on date,
    anniversary_on date, due_on date, prior_days int, state text,
    severity text, is_compliant boolean, finding text, rule text,
    sentence text, inputs jsonb, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT ON (w.setting_id)
           w.setting_id, w.setting, w.setting_name, w.type, w.regime,
           w.staff_id, w.senco,
           (count(w.person) OVER (PARTITION BY w.setting_id))::int,
           w.became_on, w.anniversary_on, w.due_on, w.prior_days, w.state,
           w.severity, w.is_compliant, w.finding, w.rule, w.sentence,
           w.inputs, w.reference
      FROM api.senco_words(senco_states.on_date, senco_states.known_at) AS w
     ORDER BY w.setting_id, w.state_rank, w.became_on DESC, w.person;
$$;
