-- senco_holdings.sql — who holds which post, and what the register knows of
-- the person: qualifications, service, absences. Whoever acts may read it. What
-- is judged by it is in senco_states.sql, whose planner opens these too.
-- SPDX-License-Identifier: Apache-2.0

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

CREATE VIEW api.senco_absences AS
    SELECT a.staff_id, a.from_on, coalesce(a.to_on, 'infinity') AS to_on,
           a.known_from, coalesce(a.known_to, 'infinity') AS known_to
      FROM core.absences AS a
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- senco_register — one row a person: which qualifications the register says
-- are held that day, and when their courses began and ended. Who still
-- studies for one does not hold it, unless a setting's record says so.
CREATE FUNCTION api.senco_register(on_date date, known_at timestamptz)
RETURNS TABLE (person text, qts boolean, induction boolean, nasenco boolean,
    nasenco_began_on date, nasenco_completed_on date, npq boolean,
    npq_began_on date, npq_completed_on date, level_3 boolean,
    early_years boolean)
LANGUAGE sql STABLE
AS $$
    SELECT x.person,
           bool_or(x.is_held) FILTER (WHERE x.kind = 'qts'),
           bool_or(x.is_held) FILTER (WHERE x.kind = 'induction'),
           bool_or(x.is_held) FILTER (WHERE x.kind = 'nasenco' AND x.state <> 'studying'),
           max(x.began_on) FILTER (WHERE x.kind = 'nasenco'),
           max(x.completed_on) FILTER (WHERE x.kind = 'nasenco'),
           bool_or(x.is_held) FILTER (WHERE x.kind = 'npq_senco' AND x.state <> 'studying'),
           max(x.began_on) FILTER (WHERE x.kind = 'npq_senco'),
           max(x.completed_on) FILTER (WHERE x.kind = 'npq_senco'),
           bool_or(x.is_held) FILTER (WHERE x.kind = 'level_3'),
           bool_or(x.is_held) FILTER (WHERE x.kind = 'early_years_senco')
      FROM (SELECT q.*,
                   q.state = 'held'
                   AND coalesce(q.completed_on <= senco_register.on_date, true)
                       AS is_held
              FROM api.senco_qualifications AS q
             WHERE q.known_from <= senco_register.known_at
               AND q.known_to > senco_register.known_at) AS x
     GROUP BY x.person;
$$;
