-- caseload_findings.sql — what is wrong with the caseloads on a day, in the
-- shape all findings have: settings nobody looks after or two do, caseloads
-- whose Area SENCO is missing or away uncovered, and those that weigh too much.
-- SPDX-License-Identifier: Apache-2.0
-- after: caseloads caseload_balance findings amounts sentences

-- caseload_absences — who is away when, and which caseload is theirs.
CREATE VIEW api.caseload_absences AS
    SELECT c.caseload_id, c.name, f.name AS holder, a.from_on,
           coalesce(a.to_on, 'infinity') AS to_on
      FROM api.caseloads AS c
      JOIN core.absences AS a
        ON a.staff_id = c.staff_id
       AND a.known_to IS NULL
      JOIN core.staff AS f ON f.id = a.staff_id;

-- caseload_cover_days — when each caseload is covered.
CREATE VIEW api.caseload_cover_days AS
    SELECT v.caseload_id, v.from_on, v.to_on
      FROM core.caseload_cover AS v
     WHERE v.known_to IS NULL
       AND v.caseload_id IN (SELECT c.caseload_id FROM api.caseloads AS c);

-- caseload_reasons — why a setting is in no caseload after that day.
CREATE VIEW api.caseload_reasons AS
    SELECT m.setting_id, m.to_on, m.gap_reason
      FROM core.caseload_settings AS m
     WHERE m.known_to IS NULL
       AND m.gap_reason IS NOT NULL
       AND (SELECT core.actor_sees_all());

-- caseload_gaps_on — settings in no caseload on that day: early years settings
-- that are open, and whatever was in one before. Only who sees all is told.
CREATE FUNCTION api.caseload_gaps_on(on_date date)
RETURNS TABLE (setting_id int, ref text, last_on date, why text)
LANGUAGE sql STABLE
AS $$
    SELECT p.setting_id, p.ref, h.last_on, r.gap_reason
      FROM api.caseload_places AS p
      LEFT JOIN (SELECT m.setting_id,
                        max(m.to_on) FILTER (WHERE m.to_on
                            < caseload_gaps_on.on_date) AS last_on,
                        bool_or(caseload_gaps_on.on_date
                            BETWEEN m.from_on AND m.to_on) AS is_held
                   FROM api.caseload_members AS m
                  GROUP BY m.setting_id) AS h
        ON h.setting_id = p.setting_id
      LEFT JOIN api.caseload_reasons AS r
        ON r.setting_id = p.setting_id
       AND r.to_on = h.last_on
     WHERE (SELECT s.sees_all FROM api.caseload_actor AS s)
       AND p.status <> 'closed'
       AND (p.closed_on IS NULL OR p.closed_on > caseload_gaps_on.on_date)
       AND (p.is_early_years OR h.last_on IS NOT NULL)
       AND h.is_held IS NOT TRUE;
$$;

-- caseload_findings_on — all findings of that day.
CREATE FUNCTION api.caseload_findings_on(on_date date)
RETURNS TABLE (caseload_id int, setting_id int, rule text, finding text,
    severity text, sentence text, inputs jsonb, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT x.caseload_id, x.setting_id, t.rule_id, t.id, t.severity,
           api.finding_sentence(t.sentence, x.inputs), x.inputs, a.reference
      FROM (SELECT CASE WHEN g.last_on IS NULL THEN 'caseload_never'
                        WHEN g.why IS NOT NULL THEN 'caseload_gap_allowed'
                        ELSE 'caseload_gap' END AS finding,
                   NULL::int AS caseload_id,
                   g.setting_id,
                   jsonb_strip_nulls(jsonb_build_object('setting', g.ref,
                       'from_on', g.last_on + 1, 'why', g.why)) AS inputs
              FROM api.caseload_gaps_on(caseload_findings_on.on_date) AS g
             UNION ALL
            SELECT 'caseload_double', m.caseload_id, m.setting_id,
                   jsonb_build_object('setting', m.ref, 'caseload', l.name,
                       'other', o.name,
                       'from_on', greatest(m.from_on, n.from_on))
              FROM api.caseload_members AS m
              JOIN api.caseload_members AS n
                ON n.setting_id = m.setting_id
               AND n.caseload_id > m.caseload_id
               AND caseload_findings_on.on_date BETWEEN n.from_on AND n.to_on
              JOIN api.caseloads AS l ON l.caseload_id = m.caseload_id
              JOIN api.caseloads AS o ON o.caseload_id = n.caseload_id
             WHERE caseload_findings_on.on_date BETWEEN m.from_on AND m.to_on
             UNION ALL
            SELECT 'caseload_unheld', c.caseload_id, NULL,
                   jsonb_build_object('caseload', c.name, 'settings',
                       m.settings)
              FROM api.caseloads AS c
              JOIN (SELECT w.caseload_id,
                           count(DISTINCT w.setting_id) AS settings
                      FROM api.caseload_members AS w
                     WHERE caseload_findings_on.on_date
                           BETWEEN w.from_on AND w.to_on
                     GROUP BY w.caseload_id) AS m
                ON m.caseload_id = c.caseload_id
             WHERE c.staff_id IS NULL
               AND c.holder IS NULL
               AND NOT EXISTS (
                   SELECT
                     FROM api.caseload_cover_days AS v
                    WHERE v.caseload_id = c.caseload_id
                      AND caseload_findings_on.on_date
                          BETWEEN v.from_on AND v.to_on)
             UNION ALL
            SELECT 'caseload_absent', a.caseload_id, NULL,
                   jsonb_strip_nulls(jsonb_build_object('caseload', a.name,
                       'holder', a.holder, 'from_on', a.from_on,
                       'to_on', nullif(a.to_on, 'infinity')))
              FROM api.caseload_absences AS a
             WHERE caseload_findings_on.on_date BETWEEN a.from_on AND a.to_on
               AND NOT EXISTS (
                   SELECT
                     FROM api.caseload_cover_days AS v
                    WHERE v.caseload_id = a.caseload_id
                      AND caseload_findings_on.on_date
                          BETWEEN v.from_on AND v.to_on)
             UNION ALL
            SELECT 'caseload_over_mean', b.caseload_id, NULL,
                   jsonb_build_object('caseload', b.name, 'weight', b.weight,
                       'mean', b.mean,
                       'percent', round((b.percent_of_mean
                           - 100)::numeric, 1),
                       'limit', a.over_percent)
              FROM api.caseload_balance(caseload_findings_on.on_date) AS b
             CROSS JOIN api.caseload_amounts(
                        caseload_findings_on.on_date) AS a
             WHERE b.percent_of_mean > 100 + a.over_percent) AS x
      JOIN api.law_senco_findings AS t ON t.id = x.finding
      JOIN api.amounts(caseload_findings_on.on_date) AS a
        ON a.rule_id = t.rule_id;
$$;

-- caseload_findings — those of today.
CREATE VIEW api.caseload_findings AS
    SELECT f.*
      FROM api.caseload_findings_on(current_date) AS f;
