-- ehc_findings.sql — what is not as it should be of plans and how they end:
-- sections, section I, ceasing before an appeal could be made, age, moves.
-- SPDX-License-Identifier: Apache-2.0
-- after: ehc_plans ehc_due ehc_reviews

CREATE VIEW api.ehc_stays_named AS
    SELECT p.case_id AS ehc_case, p.placement_id, p.entry_on,
           coalesce(p.left_on, 'infinity') AS left_on, s.ref, s.name,
           s.low_age, s.high_age
      FROM api.ehc_placements AS p
      LEFT JOIN core.settings AS s ON s.id = p._setting_id;

-- ehc_ceased — how plans ceased: with the letter before it, until when an
-- appeal could be made, and one that was made. A plan that ends by age, by a
-- move or by death waits for no appeal.
CREATE FUNCTION api.ehc_ceased(on_date date)
RETURNS TABLE (ehc_case uuid, child_id uuid, ceased_on date,
    letter_on date, appeal_until date, lodged_on date, is_decided boolean)
LANGUAGE sql STABLE
AS $$
    SELECT e.ehc_case, e.child_id, e.on_date, l.on_date,
           greatest(d.due_on, z.due_on), a.on_date,
           EXISTS (SELECT
                     FROM api.ehc_events AS t
                    WHERE t.ehc_case = e.ehc_case
                      AND t.of_event = a.event_id
                      AND t.on_date <= e.on_date)
      FROM api.ehc_events AS e
      LEFT JOIN LATERAL (
           SELECT n.on_date
             FROM api.ehc_events AS n
            WHERE n.ehc_case = e.ehc_case
              AND n.event = 'decision_sent'
              AND n.on_date <= e.on_date
            ORDER BY n.on_date DESC
            LIMIT 1) AS l ON true
      LEFT JOIN LATERAL (
           SELECT n.event_id, n.on_date
             FROM api.ehc_events AS n
            WHERE n.ehc_case = e.ehc_case
              AND n.event = 'appeal_lodged'
              AND n.outcome = 'ceasing'
              AND n.on_date BETWEEN l.on_date AND e.on_date
            ORDER BY n.on_date DESC
            LIMIT 1) AS a ON true
      LEFT JOIN LATERAL (
           SELECT n.on_date
             FROM api.ehc_events AS n
            WHERE n.ehc_case = e.ehc_case
              AND n.event = 'certificate_issued'
              AND n.on_date BETWEEN l.on_date AND e.on_date
            ORDER BY n.on_date DESC
            LIMIT 1) AS m ON true
      LEFT JOIN api.clocks AS c
        ON c.clock = 'appeal'
       AND l.on_date BETWEEN c.valid_from AND coalesce(c.valid_to, 'infinity')
      LEFT JOIN api.clocks AS k
        ON k.clock = 'appeal_certificate'
       AND m.on_date BETWEEN k.valid_from AND coalesce(k.valid_to, 'infinity')
     CROSS JOIN api.reckon(l.on_date, c.unit, c.amount, c.is_inclusive,
                    c.month, c.day, NULL) AS d
     CROSS JOIN api.reckon(m.on_date, k.unit, k.amount, k.is_inclusive,
                    k.month, k.day, NULL) AS z
     WHERE e.event = 'plan_ceased'
       AND e.outcome NOT IN ('age_25', 'moved_away', 'died')
       AND e.on_date <= ehc_ceased.on_date;
$$;

-- ehc_findings — all of them on that day.
CREATE FUNCTION api.ehc_findings(on_date date)
RETURNS TABLE (ehc_case uuid, child_id uuid, setting_id int, rule text,
    finding text, severity text, sentence text, inputs jsonb, reference text)
LANGUAGE sql STABLE
AS $$
    WITH rule AS MATERIALIZED (
        SELECT max(a.amount) FILTER (WHERE a.rule_id = 'ehc_cease_shown')::int
                   AS shown,
               max(a.amount) FILTER (WHERE a.rule_id = 'ehc_plan_age')::int
                   AS age
          FROM api.amounts(ehc_findings.on_date) AS a
         WHERE a.rule_id IN ('ehc_cease_shown', 'ehc_plan_age')
    ), live AS MATERIALIZED (
        SELECT k.ehc_case, k.child_id, c.born_on
          FROM api.ehc_cases AS k
          JOIN api.ehc_children AS c ON c.child_id = k.child_id
         WHERE coalesce(k.ended_on, 'infinity') > ehc_findings.on_date
           AND EXISTS (
               SELECT
                 FROM api.ehc_events AS e
                WHERE e.ehc_case = k.ehc_case
                  AND e.event IN (SELECT w.code FROM api.law_ehc_in_force AS w)
                  AND e.on_date <= ehc_findings.on_date)
    ), plans AS MATERIALIZED (
        SELECT p.case_id AS ehc_case, p.child_id, p.version, p.missing
          FROM api.ehc_plans AS p
         WHERE p.is_in_force
           AND p.issued_on <= ehc_findings.on_date
    ), ceased AS MATERIALIZED (
        SELECT c.*
          FROM api.ehc_ceased(ehc_findings.on_date) AS c
         CROSS JOIN rule AS r
         WHERE c.ceased_on + make_interval(months => r.shown)
               > ehc_findings.on_date
    )
    SELECT x.ehc_case, x.child_id,
           (SELECT h.setting_id
              FROM api.case_stays AS h
             WHERE h.child_id = x.child_id
               AND ehc_findings.on_date BETWEEN h.start_on AND h.end_on
             ORDER BY h.subsidiary, h.start_on DESC, h.setting_id
             LIMIT 1),
           f.rule_id, f.finding, f.severity,
           api.finding_sentence(f.sentence, x.inputs), x.inputs, a.reference
      FROM (
        SELECT p.ehc_case, p.child_id, 'sections_missing' AS finding,
               jsonb_build_object('version', p.version, 'sections',
                   array_to_string(p.missing, ', ')) AS inputs
          FROM plans AS p
         WHERE p.missing <> '{}'
        UNION ALL
        SELECT p.ehc_case, p.child_id, 'placement_missing',
               jsonb_build_object('version', p.version)
          FROM plans AS p
         WHERE NOT EXISTS (
               SELECT
                 FROM api.ehc_stays_named AS s
                WHERE s.ehc_case = p.ehc_case
                  AND s.left_on > ehc_findings.on_date)
        UNION ALL
        SELECT l.ehc_case, l.child_id, 'placement_age',
               jsonb_build_object('setting', s.ref, 'name', s.name,
                   'low_age', s.low_age, 'high_age', s.high_age, 'age', g.age)
          FROM live AS l
          JOIN api.ehc_stays_named AS s
            ON s.ehc_case = l.ehc_case
           AND s.left_on > ehc_findings.on_date
         CROSS JOIN LATERAL (
               SELECT extract(year FROM age(make_date(api.school_year(
                          ehc_findings.on_date) - 1, 8, 31), l.born_on))::int
                          AS age) AS g
         WHERE g.age < s.low_age - 1
            OR g.age >= s.high_age
        UNION ALL
        SELECT c.ehc_case, c.child_id,
               CASE WHEN c.letter_on IS NULL THEN 'ceased_unsaid'
                    WHEN c.lodged_on IS NOT NULL THEN 'ceased_undecided'
                    ELSE 'ceased_early' END,
               jsonb_strip_nulls(jsonb_build_object('ceased_on', c.ceased_on,
                   'letter_on', c.letter_on, 'appeal_until', c.appeal_until,
                   'lodged_on', c.lodged_on))
          FROM ceased AS c
         WHERE c.letter_on IS NULL
            OR c.lodged_on IS NOT NULL AND NOT c.is_decided
            OR c.lodged_on IS NULL AND c.ceased_on <= c.appeal_until
        UNION ALL
        SELECT l.ehc_case, l.child_id,
               CASE WHEN u.until >= ehc_findings.on_date THEN 'plan_at_25'
                    ELSE 'plan_after_25' END,
               jsonb_build_object('birthday', b.birthday, 'until', u.until,
                   'age', extract(year FROM age(ehc_findings.on_date,
                                                l.born_on))::int)
          FROM live AS l
         CROSS JOIN rule AS r
          JOIN api.law_rules AS y
            ON y.id = 'ehc_plan_age_year_end'
           AND ehc_findings.on_date BETWEEN y.valid_from AND y.valid_to
         CROSS JOIN LATERAL (
               SELECT (l.born_on + make_interval(years => r.age))::date
                          AS birthday) AS b
         CROSS JOIN LATERAL (
               SELECT make_date(extract(year FROM b.birthday)::int
                          + CASE WHEN b.birthday > make_date(extract(year
                                     FROM b.birthday)::int, y.month, y.day)
                                 THEN 1 ELSE 0 END, y.month, y.day)
                          AS until) AS u
         WHERE b.birthday <= ehc_findings.on_date
        UNION ALL
        SELECT d.subject_id::uuid, d.child_id, 'move_not_transferred',
               jsonb_build_object('known_on', d.starts_on, 'due_on', d.due_on)
          FROM api.ehc_due(ehc_findings.on_date) AS d
         WHERE d.clock IN ('la_move_transfer', 'la_move_day')
           AND d.met_on IS NULL
           AND d.due_on < ehc_findings.on_date
           ) AS x
      JOIN api.law_ehc_findings AS f ON f.finding = x.finding
      JOIN api.law_amounts AS a
        ON a.id = f.rule_id
       AND ehc_findings.on_date BETWEEN a.valid_from AND a.valid_to;
$$;
