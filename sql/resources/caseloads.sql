-- caseloads.sql — which Area SENCO looks after which settings, and how each
-- of those settings stands. An Area SENCO sees her own caseloads, officers
-- and managers all of them, nobody else any.
-- SPDX-License-Identifier: Apache-2.0
-- after: reports

-- caseloads — with the settings in each today.
CREATE VIEW api.caseloads AS
    SELECT c.id AS caseload_id,
           c.name,
           f.name AS area_senco,
           (SELECT count(DISTINCT m.setting_id)::int
              FROM core.caseload_settings AS m
             WHERE m.caseload_id = c.id
               AND m.from_on <= current_date
               AND (m.to_on IS NULL OR m.to_on >= current_date)) AS settings
      FROM core.caseloads AS c
      LEFT JOIN core.staff AS f ON f.id = c.staff_id
     WHERE (SELECT core.actor_sees_all())
        OR (SELECT core.actor_role()) = 'area_senco'
       AND c.client_id = (SELECT core.actor_id());

-- caseload_members — the settings of the caseloads above, over time.
CREATE VIEW api.caseload_members AS
    SELECT m.caseload_id, m.setting_id, m.from_on,
           coalesce(m.to_on, 'infinity') AS to_on,
           s.ref, s.name, s.type, s.urn, s.ofsted_urn,
           coalesce(s.type_name, t.name) AS type_name,
           k.last_data_at
      FROM core.caseload_settings AS m
      JOIN core.settings AS s ON s.id = m.setting_id
      LEFT JOIN law.setting_types AS t ON t.code = s.type
      LEFT JOIN core.setting_contacts AS k ON k.setting_id = m.setting_id
     WHERE m.caseload_id IN (SELECT c.caseload_id
                             FROM api.caseloads AS c);

-- setting_sencos — who was SENCO where, and when, as known now; of a group
-- too, while the setting belongs to it.
CREATE VIEW api.setting_sencos AS
    SELECT h.setting_id, h.name, h.from_on, h.to_on
      FROM core.holdings AS h
     WHERE h.kind = 'senco'
       AND h.known_to = 'infinity'
       AND (SELECT core.actor_role()) IS NOT NULL;

-- caseload_settings — each setting in the caseload on that day: its SENCO, its
-- children by SEN status, those who move next September, how long ago data
-- last came, and what falls due next for those who move.
CREATE FUNCTION api.caseload_settings(caseload int, on_date date)
RETURNS TABLE (setting_id int, ref text, name text, type text, type_name text,
    urn text, ofsted_urn text, senco text, sen_support int, ehc_plan int,
    moving int, last_data_at timestamptz, days_since_data int,
    next_deadline_on date, next_deadline text)
LANGUAGE sql STABLE
AS $$
    SELECT m.setting_id, m.ref, m.name, m.type, m.type_name, m.urn,
           m.ofsted_urn, p.name,
           coalesce(n.sen_support, 0), coalesce(n.ehc_plan, 0),
           coalesce(v.moving, 0), m.last_data_at,
           CASE WHEN m.last_data_at IS NOT NULL
                THEN greatest(0, caseload_settings.on_date - (m.last_data_at
                         AT TIME ZONE 'Europe/London')::date)
           END,
           v.due_on, v.due_rule
      FROM (SELECT DISTINCT ON (x.setting_id) x.*
              FROM api.caseload_members AS x
             WHERE x.caseload_id = caseload_settings.caseload
               AND caseload_settings.on_date BETWEEN x.from_on AND x.to_on
             ORDER BY x.setting_id, x.from_on) AS m
      LEFT JOIN (SELECT DISTINCT ON (h.setting_id) h.setting_id, h.name
                   FROM api.setting_sencos AS h
                  WHERE caseload_settings.on_date BETWEEN h.from_on AND h.to_on
                  ORDER BY h.setting_id, h.from_on, h.name) AS p
        ON p.setting_id = m.setting_id
      LEFT JOIN (SELECT w.setting_id,
                        (count(*) FILTER (WHERE s.provision = 'K'))::int
                            AS sen_support,
                        (count(*) FILTER (WHERE s.provision = 'E'))::int
                            AS ehc_plan
                   FROM (SELECT DISTINCT a.setting_id, a.child_id
                           FROM api.case_stays AS a
                          WHERE caseload_settings.on_date
                                BETWEEN a.start_on AND a.end_on) AS w
                   JOIN api.statuses(caseload_settings.on_date) AS s
                     ON s.child_id = w.child_id
                  GROUP BY w.setting_id) AS n
        ON n.setting_id = m.setting_id
      LEFT JOIN (SELECT t.from_setting_id,
                        count(*)::int AS moving,
                        min(t.next_due_on) FILTER (WHERE t.next_due_on
                            >= caseload_settings.on_date) AS due_on,
                        (array_agg(t.next_due_rule
                            ORDER BY t.next_due_on, t.next_due_rule)
                            FILTER (WHERE t.next_due_on
                                >= caseload_settings.on_date))[1] AS due_rule
                   FROM api.transition_cases(
                            api.school_year(caseload_settings.on_date),
                            caseload_settings.on_date) AS t
                  GROUP BY t.from_setting_id) AS v
        ON v.from_setting_id = m.setting_id;
$$;
