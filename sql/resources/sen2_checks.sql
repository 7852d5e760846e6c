-- sen2_checks.sql — what of the SEN2 return is to be mended, and where, on any
-- day of the year: by what is known now of the reference day, past or to come.
-- A finding has the columns all findings have, and blade, column, child_id,
-- case_id and setting besides.
-- after: sen2 findings amounts sentences codes
-- SPDX-License-Identifier: Apache-2.0

CREATE VIEW api.law_sen2_checks AS
    SELECT c.id, c.rule_id, c.severity, c.blade, c.name, c.sentence
      FROM law.sen2_checks AS c;

-- sen2_checks — all of them. "placement_present": a stay that holds on the
-- reference day; who leaves on that day was there.
CREATE FUNCTION api.sen2_checks(year int)
RETURNS TABLE (rule text, finding text, severity text, sentence text,
    inputs jsonb, reference text, blade text, "column" text, child_id uuid,
    case_id uuid, setting text)
LANGUAGE sql STABLE
AS $$
    WITH law AS MATERIALIZED (
        SELECT c.*, a.amount, a.reference
          FROM api.law_sen2_checks AS c
          JOIN api.amounts(current_date) AS a ON a.rule_id = c.rule_id
    ),
    collection AS MATERIALIZED (
        SELECT k.year, k.reference_on,
               make_date(k.year - 1, 8, 31) AS age_on,
               (SELECT l.amount FROM law AS l
                 WHERE l.id = 'sen2_age_outside') AS age_max,
               (SELECT l.amount FROM law AS l
                 WHERE l.id = 'sen2_placements_few') AS percent
          FROM api.sen2_collections AS k
         WHERE k.year = sen2_checks.year
    ),
    active AS MATERIALIZED (
        SELECT a.activeplanstableid AS case_id, a._child_id AS child_id
          FROM api.sen2_active_plans(sen2_checks.year) AS a
    ),
    placed AS MATERIALIZED (
        SELECT d.*, d.entrydate <= k.reference_on
               AND coalesce(d.leavingdate, 'infinity') >= k.reference_on
                   AS is_present
          FROM collection AS k
         CROSS JOIN api.sen2_placement_detail(sen2_checks.year) AS d
    ),
    recorded AS MATERIALIZED (
        SELECT DISTINCT n.child_id, n.setting_id
          FROM collection AS k
          JOIN api.sen2_needs AS n
            ON n.is_plan
           AND n.start_on <= k.reference_on
           AND n.end_on >= k.reference_on
          JOIN api.sen2_attended AS t
            ON t.child_id = n.child_id
           AND t.setting_id = n.setting_id
           AND t.start_on <= k.reference_on
           AND t.end_on >= k.reference_on
    )
    SELECT c.rule_id, c.id, c.severity,
           api.finding_sentence(c.sentence, x.inputs), x.inputs, c.reference,
           c.blade, c.name, x.child_id, x.case_id, x.setting
      FROM (SELECT 'sen2_header_missing' AS finding, NULL::uuid AS child_id,
                   NULL::uuid AS case_id, NULL::text AS setting,
                   jsonb_build_object('year', h.year, 'missing', m.missing)
                       AS inputs
              FROM api.sen2_header(sen2_checks.year) AS h
             CROSS JOIN LATERAL (
                   SELECT concat_ws(', ',
                       CASE WHEN h.lea IS NULL THEN 'la_code' END,
                       CASE WHEN h.dmo IS NULL AND h.dco IS NULL
                            THEN 'dmo or dco' END,
                       CASE WHEN h.dsco IS NULL THEN 'dsco' END)
                       AS missing) AS m
             WHERE m.missing <> ''
            UNION ALL
            SELECT v.finding, p._child_id, NULL, NULL, v.inputs
              FROM api.sen2_person(sen2_checks.year) AS p
             CROSS JOIN LATERAL (VALUES
                ('sen2_numbers_missing', '{}'::jsonb,
                 p.upn IS NULL AND p.uniquelearnernumber IS NULL
                 AND p.upnunknown IS NULL),
                ('sen2_numbers_unknown',
                 jsonb_build_object('reason', p.upnunknown),
                 p.upn IS NULL AND p.uniquelearnernumber IS NULL
                 AND p.upnunknown IS NOT NULL),
                ('sen2_sex_missing', '{}', p.sex IS NULL),
                ('sen2_ethnicity_missing', '{}', p.ethnicity IS NULL),
                ('sen2_postcode_missing', '{}', p.postcode IS NULL)
                   ) AS v (finding, inputs, applies)
             WHERE v.applies
            UNION ALL
            SELECT 'sen2_age_outside', w.child_id, w.case_id, NULL,
                   jsonb_build_object('age', g.age, 'on', k.age_on,
                       'age_max', k.age_max)
              FROM collection AS k
             CROSS JOIN active AS w
              JOIN api.sen2_person_facts AS p ON p.child_id = w.child_id
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN p.born_on > k.age_on THEN -1
                               ELSE extract(year FROM age(k.age_on,
                                    p.born_on))::int
                          END AS age) AS g
             WHERE g.age NOT BETWEEN 0 AND k.age_max
            UNION ALL
            SELECT 'sen2_plans_two', w.child_id, w.case_id, NULL,
                   jsonb_build_object('plans', w.plans, 'on', k.reference_on)
              FROM collection AS k
             CROSS JOIN (SELECT e.child_id, e.case_id, count(*)
                                OVER (PARTITION BY e.child_id) AS plans
                           FROM active AS e) AS w
             WHERE w.plans > 1
            UNION ALL
            SELECT 'sen2_source_missing', r._child_id, r.requeststableid,
                   NULL, '{}'
              FROM api.sen2_requests(sen2_checks.year) AS r
             WHERE r.receiveddate IS NOT NULL
               AND r.requestsource IS NULL
            UNION ALL
            SELECT 'sen2_named_missing', p._child_id, p._case_id, NULL,
                   jsonb_build_object('issued_on', p.startdate)
              FROM api.sen2_named_plan(sen2_checks.year) AS p
             WHERE NOT EXISTS (SELECT
                                 FROM api.sen2_named AS d
                                WHERE d.plan_id = p._plan_id)
            UNION ALL
            SELECT 'sen2_placement_missing', w.child_id, w.case_id, NULL,
                   jsonb_build_object('on', k.reference_on)
              FROM collection AS k
             CROSS JOIN active AS w
             WHERE w.case_id NOT IN (SELECT d.activeplanstableid
                                       FROM placed AS d
                                      WHERE d.is_present)
            UNION ALL
            SELECT v.finding, d._child_id, d.activeplanstableid, s.ref,
                   jsonb_build_object('setting', s.name, 'type', s.type_name)
              FROM placed AS d
              JOIN api.sen2_settings AS s ON s.setting_id = d._setting_id
             CROSS JOIN LATERAL (VALUES
                ('sen2_flags_missing', d.urn IS NOT NULL
                 AND (d.senunitindicator IS NULL
                      OR d.resourcedprovisionindicator IS NULL)),
                ('sen2_unit_unexpected', d.senunitindicator = 1
                 AND NOT s.has_unit),
                ('sen2_resourced_unexpected', d.resourcedprovisionindicator = 1
                 AND NOT s.has_resourced),
                ('sen2_type_unexpected', d.urn IS NOT NULL
                 AND coalesce(s.class, 'other') = 'other'),
                ('sen2_number_missing',
                 num_nonnulls(d.urn, d.ukprn, d.sensetting) = 0)
                   ) AS v (finding, applies)
             WHERE v.applies
            UNION ALL
            SELECT 'sen2_need_missing', w.child_id, w.case_id, NULL, '{}'
              FROM active AS w
             WHERE w.case_id NOT IN (
                   SELECT n.activeplanstableid
                     FROM api.sen2_sen_need(sen2_checks.year) AS n)
            UNION ALL
            SELECT 'sen2_need_unlisted', n._child_id, n.activeplanstableid,
                   NULL, jsonb_build_object('type', n.sentype)
              FROM api.sen2_sen_need(sen2_checks.year) AS n
             WHERE n.sentype NOT IN (SELECT l.code
                                       FROM api.codes AS l
                                      WHERE l.list = 'sen2_need_type')
            UNION ALL
            SELECT 'sen2_placements_few', NULL, NULL, s.ref,
                   jsonb_build_object('setting', s.name,
                       'expected', e.children,
                       'placed', coalesce(d.children, 0),
                       'percent', k.percent)
              FROM collection AS k
             CROSS JOIN (SELECT r.setting_id, count(*) AS children
                           FROM recorded AS r
                          GROUP BY r.setting_id) AS e
              JOIN api.sen2_settings AS s ON s.setting_id = e.setting_id
              LEFT JOIN (SELECT p._setting_id AS setting_id,
                                count(DISTINCT p._child_id) AS children
                           FROM placed AS p
                          WHERE p.is_present
                          GROUP BY p._setting_id) AS d
                ON d.setting_id = e.setting_id
             WHERE coalesce(d.children, 0) * 100 < e.children * k.percent
            UNION ALL
            SELECT 'sen2_plan_unknown', r.child_id, NULL, s.ref,
                   jsonb_build_object('setting', s.name)
              FROM recorded AS r
              JOIN api.sen2_settings AS s ON s.setting_id = r.setting_id
             WHERE r.child_id NOT IN (SELECT w.child_id
                                        FROM active AS w)) AS x
      JOIN law AS c ON c.id = x.finding;
$$;
