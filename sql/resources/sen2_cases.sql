-- sen2_cases.sql — what the SEN2 return is made of: collections, events by what
-- the return calls them, plans, places and needs, and the cases it is about,
-- in stages. What has happened after the reference day is not in it.
-- after: session settings clocks
-- SPDX-License-Identifier: Apache-2.0

-- sen2_collections — a collection and the calendar year it asks about.
CREATE VIEW api.sen2_collections AS
    SELECT c.year, c.reference_on, c.deadline_on, c.release, c.reference,
           make_date(c.year - 1, 1, 1) AS from_on,
           make_date(c.year - 1, 12, 31) AS to_on
      FROM law.sen2_collections AS c
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- sen2_year — that year, if a collection of it is known.
CREATE FUNCTION api.sen2_year(year int)
RETURNS int
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM law.sen2_collections AS c
                    WHERE c.year = sen2_year.year) THEN
        PERFORM core.refuse('not_found',
            'No collection of ' || year || ' is known.');
    END IF;
    RETURN year;
END
$$;

-- sen2_events — what has happened in cases of plans, as known now, each with
-- what the return calls it.
CREATE VIEW api.sen2_events AS
    SELECT e.id, e.case_id, e.child_id, e.event, e.outcome, e.on_date,
           e.of_event, e.year, e.la_code, e.from_on, e.known_from,
           q.code AS request, a.code AS assessment, c.code AS cease,
           t.code AS appeal, v.code AS review,
           e.event IN ('assessment_decided', 'reassessment_decided')
               AND e.outcome = 'assess'
               OR e.event = 'plan_transferred_in' AS begins,
           e.event IN ('request_received', 'assessment_decided',
               'reassessment_decided', 'exception_applied', 'plan_refused',
               'final_issued', 'plan_transferred_in', 'move_known',
               'plan_transferred_out', 'plan_ceased', 'case_closed',
               'mediation_held', 'appeal_lodged', 'appeal_conceded',
               'tribunal_decided') AS counts
      FROM core.ehc_events AS e
      LEFT JOIN law.sen2_mappings AS q
        ON q.list = 'sen2_request_outcome'
       AND q.term = e.event || ':' || e.outcome
      LEFT JOIN law.sen2_mappings AS a
        ON a.list = 'sen2_assessment_outcome'
       AND a.term = e.event || coalesce(':' || e.outcome, '')
      LEFT JOIN law.sen2_mappings AS c
        ON c.list = 'sen2_cease_reason'
       AND c.term = e.event || coalesce(':' || e.outcome, '')
      LEFT JOIN law.sen2_mappings AS t
        ON t.list = 'sen2_appeal_about'
       AND t.term = e.event || ':' || e.outcome
      LEFT JOIN law.sen2_mappings AS v
        ON v.list = 'sen2_review_outcome'
       AND v.term = e.event || ':' || e.outcome
     WHERE e.known_to = 'infinity';

CREATE VIEW api.sen2_case_facts AS
    SELECT c.id AS case_id, c.child_id, m.code AS source,
           c.is_rya::int AS rya
      FROM core.ehc_cases AS c
      LEFT JOIN law.sen2_mappings AS m
        ON m.list = 'sen2_request_source'
       AND m.term = c.source
     WHERE c.plan_type = 'ehcp';

CREATE VIEW api.sen2_person_facts AS
    SELECT c.id AS child_id, c.surname, c.forename, c.born_on, c.sex, c.upn,
           c.uln, c.postcode, p.ethnicity, p.upn_unknown,
           coalesce(p.need_types, '{}') AS need_types
      FROM core.children AS c
      LEFT JOIN core.sen2_persons AS p ON p.child_id = c.id;

-- sen2_plan_versions — what a plan says besides its placements.
CREATE VIEW api.sen2_plan_versions AS
    SELECT p.id AS plan_id, p.case_id, p.event_id, p.issued_on,
           r.code AS residential, w.code AS work_based
      FROM core.ehc_plans AS p
      LEFT JOIN law.sen2_mappings AS r
        ON r.list = 'sen2_residential' AND r.term = p.residential
      LEFT JOIN law.sen2_mappings AS w
        ON w.list = 'sen2_work_based' AND w.term = p.work_based
     WHERE p.known_to = 'infinity';

-- sen2_budgets — several kinds of payment are one integrated one.
CREATE VIEW api.sen2_budgets AS
    SELECT b.case_id, b.from_on, b.kind <> 'direct_payment' AS is_arranged,
           CASE WHEN cardinality(b.payments) > 1 THEN 'I' ELSE m.code END
               AS payment
      FROM core.ehc_budgets AS b
      LEFT JOIN law.sen2_mappings AS m
        ON m.list = 'sen2_direct_payment' AND m.term = b.payments[1]
     WHERE b.known_to = 'infinity';

-- sen2_settings — how the return names a setting, and what the register says
-- of its SEN unit and resourced provision. A UKPRN only without a URN; an
-- early years provider without either by a code.
CREATE VIEW api.sen2_settings AS
    SELECT s.id AS setting_id, s.ref, s.name, s.urn,
           CASE WHEN s.urn IS NULL THEN s.ukprn END AS ukprn,
           CASE WHEN s.urn IS NULL AND s.ukprn IS NULL
                     AND t.class = 'early_years' THEN 'EYP'
           END AS sen_setting,
           t.class, coalesce(t.name, s.type) AS type_name,
           greatest(s.sen_unit_roll, s.sen_unit_capacity, 0) > 0 AS has_unit,
           greatest(s.resourced_provision_roll,
                    s.resourced_provision_capacity, 0) > 0 AS has_resourced
      FROM core.settings AS s
      LEFT JOIN law.setting_types AS t ON t.code = s.type
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- sen2_named — section I of each version; a type of setting alone is OTH.
CREATE VIEW api.sen2_named AS
    SELECT p.id AS placement_id, p.case_id, p.child_id, p.plan_id,
           p.setting_id, s.urn, s.ukprn,
           CASE WHEN p.sen_setting IS NOT NULL OR p.setting_id IS NOT NULL
                THEN coalesce(p.sen_setting, s.sen_setting)
                ELSE 'OTH'
           END AS sen_setting,
           CASE WHEN p.setting_id IS NULL AND p.sen_setting IS NULL
                THEN p.type
                ELSE p.setting_other
           END AS setting_other,
           p.rank::int AS rank,
           CASE WHEN s.urn IS NOT NULL THEN p.is_sen_unit::int END AS unit,
           CASE WHEN s.urn IS NOT NULL THEN p.is_resourced::int END
               AS resourced,
           r.code AS residential, w.code AS work_based, p.entry_on, p.left_on,
           p.known_from
      FROM core.ehc_placements AS p
      LEFT JOIN api.sen2_settings AS s ON s.setting_id = p.setting_id
      LEFT JOIN law.sen2_mappings AS r
        ON r.list = 'sen2_residential' AND r.term = p.residential
      LEFT JOIN law.sen2_mappings AS w
        ON w.list = 'sen2_work_based' AND w.term = p.work_based
     WHERE p.known_to = 'infinity';

-- sen2_attended — where settings themselves say that a child is or was. That
-- a place is in no unit is known only where there is none.
CREATE VIEW api.sen2_attended AS
    SELECT p.child_id, p.setting_id, p.source_id, s.urn, s.ukprn,
           s.sen_setting,
           CASE WHEN p.enrolment IN ('subsidiary', 'guest') THEN 2 ELSE 1 END
               AS rank,
           CASE WHEN s.urn IS NULL THEN NULL
                WHEN p.sen_place IS NOT NULL
                THEN (p.sen_place = 'unit')::int
                WHEN NOT s.has_unit AND NOT s.has_resourced THEN 0
           END AS unit,
           CASE WHEN s.urn IS NULL THEN NULL
                WHEN p.sen_place IS NOT NULL
                THEN (p.sen_place = 'resourced_provision')::int
                WHEN NOT s.has_unit AND NOT s.has_resourced THEN 0
           END AS resourced,
           p.start_on, coalesce(p.end_on, 'infinity') AS end_on
      FROM core.placements AS p
      JOIN api.sen2_settings AS s ON s.setting_id = p.setting_id
     WHERE p.deleted_at IS NULL;

-- sen2_needs — what settings record of a child's SEN, the plan's before other.
CREATE VIEW api.sen2_needs AS
    SELECT n.child_id, n.setting_id, n.types, n.start_on, n.known_from,
           n.source_id, coalesce(n.end_on, 'infinity') AS end_on,
           p.stands_for = 'E' AS is_plan
      FROM core.needs AS n
      JOIN law.sen_provisions AS p ON p.code = n.provision
     WHERE n.deleted_at IS NULL;

-- sen2_moves — moves between phases with the day their plan must be final.
CREATE VIEW api.sen2_moves AS
    SELECT t.child_id, t.year, d.kind, d.due_month, d.due_day
      FROM core.transition_cases AS t
      JOIN (SELECT k.code AS kind, r.month::int AS due_month,
                   r.day::int AS due_day
              FROM law.transition_kinds AS k
              JOIN law.rules AS r ON r.id = k.deadline_rule_id
             WHERE current_date BETWEEN k.valid_from
                                    AND coalesce(k.valid_to, 'infinity')
               AND current_date BETWEEN r.valid_from
                                    AND coalesce(r.valid_to, 'infinity')) AS d
        ON d.kind = t.kind
     WHERE t.state <> 'cancelled';

-- sen2_phase_days — that day for a move from secondary school to a post-16
-- institution, and for every other, where no move is planned here.
CREATE VIEW api.sen2_phase_days AS
    SELECT r.id = 'phase_transfer_before_31_march' AS is_post_16,
           r.month::int AS due_month, r.day::int AS due_day
      FROM law.rules AS r
     WHERE (SELECT core.actor_role()) IS NOT NULL
       AND r.id IN ('phase_transfer_before_31_march',
                    'phase_transfer_before_15_february')
       AND current_date BETWEEN r.valid_from
                            AND coalesce(r.valid_to, 'infinity');

-- sen2_stages — each case until the reference day, in stages: 0 the request,
-- then one for each assessment that began, or plan that came from elsewhere.
CREATE FUNCTION api.sen2_stages(year int)
RETURNS TABLE (case_id uuid, child_id uuid, n bigint, began_id uuid,
    received_on date, request_yes_on date, request_no_on date,
    request_ended_on date, request_end text, yes_on date, yes_id uuid,
    no_on date, ended_on date, ended text, transferred_on date,
    transferred_from text, plan_from date, ceased_on date, cease text,
    exported text, closed_on date, last_on date, is_error boolean, has_exception boolean,
    mediation boolean, other_mediation boolean, request_appeal boolean,
    appeal boolean, other_appeal boolean)
LANGUAGE sql STABLE
AS $$
    SELECT w.case_id, w.child_id, w.n,
           (array_agg(w.id ORDER BY w.on_date, w.known_from)
               FILTER (WHERE w.begins))[1],
           min(w.on_date) FILTER (WHERE w.event = 'request_received'),
           min(w.on_date) FILTER (WHERE w.request = 'Y'),
           min(w.on_date) FILTER (WHERE w.request = 'N'),
           min(w.on_date) FILTER (WHERE w.request NOT IN ('Y', 'N')),
           min(w.request) FILTER (WHERE w.request NOT IN ('Y', 'N')),
           min(w.on_date) FILTER (WHERE w.assessment = 'Y'),
           (array_agg(w.id ORDER BY w.on_date, w.known_from)
               FILTER (WHERE w.assessment = 'Y'))[1],
           min(w.on_date) FILTER (WHERE w.assessment = 'N'),
           min(w.on_date) FILTER (WHERE w.assessment
                                      NOT IN ('Y', 'N', 'S')),
           min(w.assessment) FILTER (WHERE w.assessment
                                         NOT IN ('Y', 'N', 'S')),
           min(w.on_date) FILTER (WHERE w.assessment = 'S'),
           min(w.la_code) FILTER (WHERE w.assessment = 'S'),
           min(w.from_on) FILTER (WHERE w.assessment = 'S'),
           max(w.on_date) FILTER (WHERE w.cease IS NOT NULL),
           max(w.cease),
           max(w.la_code) FILTER (WHERE w.in_force = 0 AND w.event IN (
               'move_known', 'plan_transferred_out', 'case_closed')),
           max(w.on_date) FILTER (WHERE w.event = 'case_closed'),
           max(w.on_date),
           bool_or(w.event = 'case_closed' AND w.outcome = 'in_error'),
           bool_or(w.event = 'exception_applied'),
           bool_or(w.event = 'mediation_held' AND w.in_force = 0),
           bool_or(w.event = 'mediation_held' AND w.in_force > 0),
           coalesce(bool_or(w.appeal = 'request'), false),
           coalesce(bool_or(w.appeal = 'assessment'), false),
           coalesce(bool_or(w.appeal = 'other'), false)
      FROM (SELECT e.*,
                   count(*) FILTER (WHERE e.begins) OVER v AS n,
                   count(*) FILTER (WHERE e.assessment IN ('Y', 'S'))
                       OVER v AS in_force
              FROM api.sen2_collections AS k
              JOIN api.sen2_events AS e ON e.on_date <= k.reference_on
             WHERE k.year = sen2_stages.year
               AND e.counts
            WINDOW v AS (PARTITION BY e.case_id
                         ORDER BY e.on_date, e.begins DESC, e.known_from,
                                  e.id)) AS w
     GROUP BY w.case_id, w.child_id, w.n;
$$;

-- sen2_cases — the cases the return is about: a plan in force on the reference
-- day, or anything still going on then or done in the year asked about. One
-- that was opened in error is none.
CREATE FUNCTION api.sen2_cases(year int)
RETURNS TABLE (case_id uuid, child_id uuid, source text, rya int,
    received_on date, outcome text, outcome_on date, mediation boolean,
    appeal boolean, exported text, in_force_on date, transferred_on date,
    transferred_from text, ceased_on date, cease text, last_stage bigint,
    is_active boolean, from_on date, reference_on date)
LANGUAGE sql STABLE
AS $$
    SELECT g.case_id, g.child_id,
           CASE WHEN g.received_on IS NOT NULL THEN f.source END,
           CASE WHEN g.received_on IS NOT NULL THEN f.rya END,
           g.received_on, o.outcome,
           CASE o.outcome
               WHEN 'N' THEN g.no_on
               WHEN 'Y' THEN g.yes_on
               WHEN 'A' THEN g.yes_on
               ELSE g.ended_on
           END,
           g.mediation, g.appeal,
           CASE WHEN g.in_force_on IS NULL THEN g.exported END,
           g.in_force_on, g.transferred_on, g.transferred_from, g.ceased_on,
           g.cease, g.last_stage,
           g.in_force_on <= k.reference_on
               AND coalesce(g.ceased_on, g.closed_on, 'infinity')
                   > k.reference_on,
           k.from_on, k.reference_on
      FROM (SELECT s.case_id, s.child_id,
                   min(s.received_on) AS received_on,
                   min(s.request_yes_on) AS yes_on,
                   min(s.request_no_on) AS no_on,
                   min(s.request_ended_on) AS ended_on,
                   min(s.request_end) AS ended,
                   min(s.no_on) AS refused_on,
                   bool_or(s.n = 0 AND s.mediation) AS mediation,
                   bool_or(s.request_appeal) AS appeal,
                   max(s.exported) AS exported,
                   least(min(s.yes_on), min(s.transferred_on)) AS in_force_on,
                   min(s.transferred_on) AS transferred_on,
                   min(s.transferred_from) AS transferred_from,
                   max(s.ceased_on) AS ceased_on,
                   max(s.cease) AS cease,
                   max(s.closed_on) AS closed_on,
                   max(s.last_on) AS last_on,
                   max(s.n) FILTER (WHERE s.yes_on IS NOT NULL
                       OR s.transferred_on IS NOT NULL) AS last_stage,
                   coalesce(bool_or(s.is_error), false) AS is_error
              FROM api.sen2_stages(sen2_cases.year) AS s
             GROUP BY s.case_id, s.child_id) AS g
      JOIN api.sen2_case_facts AS f ON f.case_id = g.case_id
      JOIN api.sen2_collections AS k ON k.year = sen2_cases.year
     CROSS JOIN LATERAL (
           SELECT CASE WHEN g.yes_on >= g.no_on THEN 'A'
                       WHEN g.yes_on IS NOT NULL THEN 'Y'
                       WHEN g.no_on IS NOT NULL THEN 'N'
                       WHEN g.ended IS NOT NULL THEN g.ended
                       WHEN g.received_on IS NOT NULL THEN 'H'
                  END AS outcome) AS o
     WHERE NOT g.is_error
       AND (g.received_on IS NOT NULL OR g.transferred_on IS NOT NULL)
       AND (CASE WHEN g.ceased_on IS NOT NULL OR g.closed_on IS NOT NULL
                      OR g.in_force_on IS NULL
                      AND (o.outcome = 'N' OR g.refused_on IS NOT NULL)
                 THEN g.last_on >= k.from_on
                 ELSE true
            END);
$$;
