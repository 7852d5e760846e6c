-- desk.sql — one list of work for a SENCO over all the settings she is in
-- charge of. Nothing is decided here: what is overdue is api.open_plans, what
-- a move in September asks for is api.transition_cases, and the sentences are
-- rows of law.desk_items.
-- after: settings measures amounts handover advice codes visits senco_states sharing
-- SPDX-License-Identifier: Apache-2.0

CREATE VIEW api.law_desk_items AS
    SELECT d.id, d.kind, d.rule_id, d.sentence
      FROM law.desk_items AS d;

-- desk_handovers — what came in and was not acknowledged, as it was told.
CREATE VIEW api.desk_handovers AS
    SELECT h.setting_id, h.child_id, o.from_setting_name,
           (h.data->>'form_sent_on')::date AS sent_on,
           (h.data->>'year')::int AS year,
           h.data->'person'->>'surname' AS surname,
           h.data->'person'->>'forename' AS forename
      FROM api.handover_facts AS h
      JOIN core.handovers_open AS o
        ON o.setting_id = h.setting_id
       AND o.source_id = h.source_id;

-- desk_sharings — the review that is due next of each arrangement, at each of
-- its schools while it belongs to it.
CREATE VIEW api.desk_sharings AS
    SELECT m.setting_id, s.name, r.due_on, m.from_on,
           least(coalesce(m.to_on, 'infinity'),
                 coalesce(s.to_on, 'infinity')) AS to_on
      FROM core.sharings AS s
      JOIN api.sharing_seen AS n ON n.id = s.id
      JOIN core.sharing_members AS m
        ON m.sharing_id = s.id
       AND m.withdrawn_at IS NULL
      JOIN core.sharing_reviews AS r
        ON r.sharing_id = s.id
       AND r.held_on IS NULL
     WHERE s.state = 'approved';

-- desk_scope — the settings whose work stands on the desk: for a SENCO those
-- she is in charge of today, for an officer or manager those of the person
-- asked for. Refuses everybody else.
CREATE FUNCTION api.desk_scope(staff int)
RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN core.staff_settings(core.desk_staff(desk_scope.staff));
END
$$;

-- desk — one row a piece of work in these settings, as far as the actor sees
-- them: due before on_date when days is negative; an action of a visit may
-- have no day.
--   names are those of the setting's own record; of a child that is handed
--   over, those of the setting it comes from.
CREATE FUNCTION api.desk(settings int[], on_date date)
RETURNS TABLE (due_on date, days int, setting text, setting_name text,
    kind text, child_id uuid, surname text, forename text, sentence text,
    rule text, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT i.due_on, i.due_on - desk.on_date, s.setting, s.setting_name,
           l.kind, i.child_id, i.surname, i.forename,
           replace(replace(l.sentence, '{of}', coalesce(i.of, '')), '{day}',
               coalesce(to_char(i.due_on, 'FMDD FMMonth YYYY'), '')),
           r.id, r.reference
      FROM (
        SELECT p.setting_id, p.child_id, c.surname, c.forename,
               CASE WHEN p.review_due_on IS NULL
                    THEN 'plan_without_review_date'
                    WHEN p.review_due_on < desk.on_date THEN 'review_overdue'
                    ELSE 'review_due_soon'
               END AS item,
               coalesce(p.review_due_on, (p.start_on
                   + make_interval(months => a.amount::int))::date) AS due_on,
               to_char(p.start_on, 'FMDD FMMonth YYYY') AS of,
               NULL AS rule_id
          FROM api.open_plans(desk.on_date) AS p
          LEFT JOIN api.case_records AS c
            ON c.setting_id = p.setting_id
           AND c.source_id = p.child
          LEFT JOIN api.amounts(desk.on_date) AS a
            ON a.rule_id = 'plan_review_without_date'
          LEFT JOIN api.amounts(desk.on_date) AS b
            ON b.rule_id = 'desk_review_soon'
         WHERE p.review_due_on IS NULL
            OR p.review_due_on <= desk.on_date + b.amount::int
         UNION ALL
        SELECT t.from_setting_id, t.child_id, t.surname, t.forename,
               CASE WHEN t.sen_status = 'K' THEN 'handover_to_send'
                    WHEN t.review_held_on IS NULL
                    THEN 'review_before_transfer'
                    ELSE 'plan_before_transfer' END,
               CASE WHEN t.sen_status = 'E' AND t.review_held_on IS NULL
                    THEN t.next_due_on - p.review_days
                    ELSE t.next_due_on END,
               d.due,
               t.next_due_rule
          FROM api.transition_cases(api.school_year(desk.on_date),
                                    desk.on_date, desk.settings, false) AS t
          LEFT JOIN api.phase_rules(api.school_year(desk.on_date),
                                    desk.on_date) AS p ON true
          LEFT JOIN api.law_rules AS d
            ON d.id = t.next_due_rule
           AND t.next_due_on BETWEEN d.valid_from AND d.valid_to
         WHERE t.next_due_on IS NOT NULL
         UNION ALL
        SELECT h.setting_id, h.child_id, h.surname, h.forename,
               'handover_to_take',
               (SELECT w.day
                  FROM api.law_working_days AS w
                 WHERE w.day > h.sent_on
                 ORDER BY w.day
                OFFSET (SELECT a.amount::int - 1 -- as api.phase_rules has it
                          FROM api.amounts(desk.on_date) AS a
                         WHERE a.rule_id = 'rag_support_form_unacknowledged')
                 LIMIT 1),
               h.from_setting_name, NULL
          FROM api.desk_handovers AS h
         WHERE h.year >= api.school_year(desk.on_date)
           AND h.sent_on <= desk.on_date
         UNION ALL
        SELECT v.setting_id, v.child_id, c.surname, c.forename, v.item,
               v.due_on, v.of, NULL
          FROM (SELECT d._setting_id AS setting_id, d.child_id,
                       'advice' AS item,
                       d.given_on + a.amount::int AS due_on, k.title AS of
                  FROM api.advice AS d
                  JOIN api.amounts(desk.on_date) AS a
                    ON a.rule_id = 'desk_advice_read'
                  LEFT JOIN api.codes AS k
                    ON k.list = 'advice_topic'
                   AND k.code = d.topic
                 WHERE desk.on_date
                       BETWEEN d.given_on AND d.given_on + a.amount::int
                 UNION ALL
                SELECT e._setting_id, e.child_id,
                       CASE WHEN e.due_on IS NULL THEN 'action_without_day'
                            ELSE 'action' END,
                       e.due_on, to_char(e.visited_on, 'FMDD FMMonth YYYY')
                  FROM api.actions AS e
                 WHERE e.owner = 'setting'
                   AND e.visited_on <= desk.on_date
                   AND (e.done_on IS NULL OR e.done_on > desk.on_date)
               ) AS v
          LEFT JOIN LATERAL (
               SELECT r.surname, r.forename
                 FROM api.case_records AS r
                WHERE r.setting_id = v.setting_id
                  AND r.child_id = v.child_id
                ORDER BY r.source_id
                LIMIT 1) AS c ON true
         UNION ALL
        SELECT w.setting_id, NULL, NULL, NULL, 'qualification', w.due_on,
               w.sentence, w.rule
          FROM api.senco_judgements(desk.on_date, now(), desk.settings,
                                    false) AS w
         WHERE w.due_on IS NOT NULL
         UNION ALL
        SELECT v.setting_id, NULL, NULL, NULL, 'sharing_review', v.due_on,
               v.name, NULL
          FROM api.desk_sharings AS v
          JOIN api.amounts(desk.on_date) AS b ON b.rule_id = 'desk_review_soon'
         WHERE desk.on_date BETWEEN v.from_on AND v.to_on
           AND v.due_on <= desk.on_date + b.amount::int
           ) AS i
      JOIN api.law_desk_items AS l ON l.id = i.item
      JOIN api.setting_names AS s ON s.setting_id = i.setting_id
      LEFT JOIN api.law_rules AS r
        ON r.id = coalesce(l.rule_id, i.rule_id)
       AND desk.on_date BETWEEN r.valid_from AND r.valid_to
     WHERE i.setting_id = ANY ((SELECT desk.settings)::int[]);
$$;
