-- handover_due — how far the hand-over of each move has come, what is due of
-- it and when, and what the receiver knows on the first day.
-- SPDX-License-Identifier: Apache-2.0
-- after: handovers clocks reports settings

-- handover_moves — moves that are on, and that the actor has a side in today:
-- a destination of before is none.
CREATE VIEW api.handover_moves AS
    SELECT c.id, c.child_id, c.year, c.kind, c.state, c.from_setting_id,
           c.to_setting_id, c.to_outside, c.target_on
      FROM core.transition_cases AS c
      JOIN law.transition_states AS s ON s.state = c.state
     WHERE (s.is_agreed OR c.state = 'planned')
       AND ((SELECT core.actor_sees_all())
         OR c.from_setting_id = ANY ((SELECT core.actor_settings())::int[])
         OR c.to_setting_id = ANY ((SELECT core.actor_settings())::int[])
            AND s.is_agreed);

-- handover_progress — one row a move: the newest version sent to where the
-- child goes, and the setting's own record of the form, if it sends one.
-- Acknowledged is what was not restricted.
CREATE VIEW api.handover_progress AS
    SELECT c.id AS case_id,
           c.child_id,
           c.year,
           c.kind,
           c.from_setting_id,
           c.to_setting_id,
           c.to_outside,
           c.target_on,
           (SELECT d.version FROM core.handovers AS d
             WHERE d.case_id = c.id
               AND d.state = 'draft') AS draft,
           h.version,
           h.sent_at,
           least(h.first_sent_at::date, t.form_sent_on) AS sent_on,
           coalesce(h.sent_at::date, t.form_sent_on) AS acknowledge_from_on,
           k.sections,
           k.received,
           k.seen_on,
           least(CASE WHEN k.received = k.sections
                      THEN k.acknowledged_on END,
                 t.form_acknowledged_on) AS acknowledged_on,
           (SELECT count(*)::int
              FROM core.handover_questions AS q
             WHERE q.case_id = c.id
               AND q.answer IS NULL) AS open_questions
      FROM api.handover_moves AS c
      LEFT JOIN LATERAL (
           SELECT v.id, v.version, v.sent_at,
                  min(v.sent_at) OVER () AS first_sent_at
             FROM core.handovers AS v
            WHERE v.case_id = c.id
              AND v.state = 'sent'
              AND v.to_setting_id IS NOT DISTINCT FROM c.to_setting_id
            ORDER BY v.version DESC
            LIMIT 1) AS h ON true
      LEFT JOIN LATERAL (
           SELECT count(*)::int AS sections,
                  count(s.received_at)::int AS received,
                  min(s.received_at)::date AS seen_on,
                  max(s.received_at)::date AS acknowledged_on
             FROM core.handover_sections AS s
            WHERE s.handover_id = h.id
              AND s.known_to = 'infinity'
              AND NOT s.is_restricted) AS k ON true
      LEFT JOIN LATERAL (
           SELECT min(f.form_sent_on) AS form_sent_on,
                  min(f.form_acknowledged_on) AS form_acknowledged_on
             FROM core.transitions AS f
            WHERE f.child_id = c.child_id
              AND f.setting_id = c.from_setting_id
              AND f.year = c.year
              AND f.deleted_at IS NULL) AS t ON true;

-- handover_leavers — moves whose child has left a setting that has a number
-- to send transfer files under; is_bound: a maintained school (types of GIAS
-- group 4, and special schools but the non-maintained), as SI 2005/1437 binds.
CREATE VIEW api.handover_leavers AS
    SELECT c.id AS case_id,
           c.child_id,
           c.from_setting_id,
           p.left_on,
           y.group_code = 4
           OR y.group_code = 5 AND y.code <> '8' AS is_bound,
           (SELECT min(f.sent_on)
              FROM core.ctf_files AS f
             WHERE f.case_id = c.id) AS sent_on
      FROM api.handover_moves AS c
      JOIN core.settings AS s
        ON s.id = c.from_setting_id
       AND s.laestab IS NOT NULL
      LEFT JOIN law.setting_types AS y ON y.code = s.type
     CROSS JOIN LATERAL (
           SELECT max(d.end_on) AS left_on
             FROM core.placements AS d
            WHERE d.child_id = c.child_id
              AND d.setting_id = c.from_setting_id
              AND d.deleted_at IS NULL
           HAVING count(*) = count(d.end_on)) AS p
     WHERE p.left_on IS NOT NULL;

-- handover_due — what is due of hand-overs, and when: sent, acknowledged, the
-- transfer file sent. A move without any destination is due nothing yet.
CREATE FUNCTION api.handover_due(on_date date)
RETURNS TABLE (subject text, subject_id text, child_id uuid, setting_id int,
    clock text, clock_version date, name text, starts_on date, due_on date,
    met_on date, days_left int, exception text, owner text, rule text,
    severity text, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT 'handover', d.case_id::text, d.child_id, d.setting_id, d.clock,
           d.valid_from, d.name, d.starts_on, d.due_on, m.met_on,
           CASE WHEN m.met_on IS NULL
                THEN d.due_on - handover_due.on_date END,
           NULL::text, d.owner, d.rule,
           CASE WHEN d.standing = 'statute' AND d.is_bound THEN 'error'
                ELSE 'warn' END, d.reference
      FROM (SELECT a.*, r.due_on
              FROM (SELECT p.case_id, p.child_id, c.clock, c.valid_from,
                           c.name,
                           CASE c.clock WHEN 'handover_acknowledged'
                                THEN p.to_setting_id
                                ELSE p.from_setting_id END AS setting_id,
                           CASE c.clock WHEN 'handover_sent'
                                THEN make_date(p.year, 1, 1)
                                WHEN 'handover_sent_in_year' THEN p.target_on
                                ELSE p.acknowledge_from_on END AS starts_on,
                           CASE c.clock WHEN 'handover_acknowledged'
                                THEN p.acknowledged_on
                                ELSE p.sent_on END AS met_on,
                           c.owner, c.rule, c.standing, c.reference,
                           true AS is_bound, c.unit, c.amount,
                           c.is_inclusive, c.month, c.day
                      FROM api.handover_progress AS p
                      JOIN api.clocks AS c
                        ON c.clock = CASE WHEN p.kind IN ('INY', 'MOV')
                                          THEN 'handover_sent_in_year'
                                          ELSE 'handover_sent' END
                        OR c.clock = 'handover_acknowledged'
                       AND p.acknowledge_from_on IS NOT NULL
                       AND p.to_setting_id IS NOT NULL
                     WHERE num_nonnulls(p.to_setting_id, p.to_outside) > 0
                   ) AS a
             CROSS JOIN LATERAL api.reckon(a.starts_on, a.unit, a.amount,
                            a.is_inclusive, a.month, a.day, a.setting_id)
                        AS r
             UNION ALL
            SELECT l.case_id, l.child_id, c.clock, c.valid_from, c.name,
                   l.from_setting_id, l.left_on, l.sent_on, c.owner, c.rule,
                   c.standing, c.reference, l.is_bound, c.unit, c.amount,
                   c.is_inclusive, c.month, c.day, e.due_on
              FROM api.handover_leavers AS l
              JOIN api.clocks AS c ON c.clock = 'ctf_sent'
              -- Most leave a school on the same day: school days are
              -- counted once for them all (OFFSET: not for each again).
              JOIN (SELECT g.from_setting_id, g.left_on, g.valid_from,
                           r.due_on
                      FROM (SELECT DISTINCT f.from_setting_id, f.left_on,
                                   k.valid_from, k.unit, k.amount,
                                   k.is_inclusive, k.month, k.day
                              FROM api.handover_leavers AS f
                              JOIN api.clocks AS k
                                ON k.clock = 'ctf_sent') AS g
                     CROSS JOIN LATERAL api.reckon(g.left_on, g.unit,
                                    g.amount, g.is_inclusive, g.month, g.day,
                                    g.from_setting_id) AS r
                    OFFSET 0) AS e
                ON e.from_setting_id = l.from_setting_id
               AND e.left_on = l.left_on
               AND e.valid_from = c.valid_from) AS d
     CROSS JOIN LATERAL (
           SELECT CASE WHEN d.met_on <= handover_due.on_date
                       THEN d.met_on END AS met_on) AS m
     WHERE d.starts_on <= handover_due.on_date
        OR d.clock IN ('handover_sent', 'handover_sent_in_year');
$$;

-- handovers — one row a move with a destination, today: what was sent, seen,
-- and is late.
CREATE VIEW api.handovers AS
    SELECT p.case_id,
           p.child_id,
           p.year,
           p.kind,
           p.from_setting_id AS _from_setting_id,
           f.setting AS from_setting,
           f.setting_name AS from_setting_name,
           p.to_setting_id AS _to_setting_id,
           t.setting AS to_setting,
           t.setting_name AS to_setting_name,
           p.to_outside,
           p.target_on,
           CASE WHEN p.acknowledged_on IS NOT NULL THEN 'acknowledged'
                WHEN p.seen_on IS NOT NULL THEN 'seen'
                WHEN p.sent_on IS NOT NULL THEN 'sent'
                WHEN p.draft IS NOT NULL THEN 'draft'
                ELSE 'none' END AS state,
           p.version,
           p.draft,
           p.sent_on,
           p.sections,
           p.received,
           p.seen_on,
           p.acknowledged_on,
           p.open_questions,
           coalesce(d.due_on, d.last_due_on) AS due_on,
           coalesce(d.is_late, false) AS is_late
      FROM api.handover_progress AS p
      LEFT JOIN api.setting_names AS f ON f.setting_id = p.from_setting_id
      LEFT JOIN api.setting_names AS t ON t.setting_id = p.to_setting_id
      LEFT JOIN (SELECT u.subject_id::uuid AS case_id,
                        min(u.due_on) FILTER (WHERE u.met_on IS NULL)
                            AS due_on,
                        max(u.due_on) AS last_due_on,
                        bool_or(u.days_left < 0) AS is_late
                   FROM api.handover_due(current_date) AS u
                  WHERE u.clock <> 'ctf_sent'
                  GROUP BY u.subject_id) AS d ON d.case_id = p.case_id
     WHERE num_nonnulls(p.to_setting_id, p.to_outside) > 0;

-- handover_expected — each section that a move should have, and when it was
-- sent to where the child goes, released and read there, in any version.
CREATE VIEW api.handover_expected AS
    SELECT c.id AS case_id,
           c.child_id,
           c.year,
           c.kind,
           c.from_setting_id,
           c.to_setting_id,
           c.target_on,
           l.code AS section,
           l.name,
           l.rank::int AS rank,
           l.weight::int AS weight,
           l.is_restricted,
           k.sent_on,
           k.released_on,
           k.received_on
      FROM api.handover_moves AS c
      JOIN law.handover_sections AS l
        ON c.kind = ANY (l.kinds)
       AND c.target_on BETWEEN l.valid_from
                           AND coalesce(l.valid_to, 'infinity')
      LEFT JOIN (SELECT h.case_id, h.to_setting_id, s.section,
                        min(h.sent_at)::date AS sent_on,
                        min(s.released_at)::date AS released_on,
                        min(s.received_at)::date AS received_on
                   FROM core.handovers AS h
                   JOIN core.handover_sections AS s
                     ON s.handover_id = h.id
                    AND s.known_to = 'infinity'
                  WHERE h.state = 'sent'
                  GROUP BY h.case_id, h.to_setting_id, s.section) AS k
        ON k.case_id = c.id
       AND k.to_setting_id = c.to_setting_id
       AND k.section = l.code
     WHERE c.to_setting_id IS NOT NULL;

-- handover_continuity — per move what the receiver knows on the first day
-- there (of a day before it: until then), by the weights of what it should:
-- 0 to 100, with what is missing and why.
CREATE FUNCTION api.handover_continuity(on_date date)
RETURNS TABLE (case_id uuid, child_id uuid, year int, kind text,
    from_setting_id int, to_setting_id int, target_on date, score int,
    known text[], missing jsonb)
LANGUAGE sql STABLE
AS $$
    SELECT e.case_id, e.child_id, e.year, e.kind, e.from_setting_id,
           e.to_setting_id, e.target_on,
           round(100.0 * coalesce(sum(e.weight)
               FILTER (WHERE e.is_known), 0) / sum(e.weight))::int,
           coalesce(array_agg(e.section ORDER BY e.rank)
               FILTER (WHERE e.is_known), '{}'),
           coalesce(jsonb_agg(jsonb_build_object('section', e.section,
                       'name', e.name, 'why', e.why) ORDER BY e.rank)
               FILTER (WHERE NOT e.is_known), '[]')
      FROM (SELECT x.*, coalesce(x.received_on <= least(x.target_on,
                       handover_continuity.on_date), false) AS is_known,
                   CASE WHEN x.sent_on IS NULL
                          OR x.sent_on > handover_continuity.on_date
                        THEN 'not_sent'
                        WHEN x.is_restricted AND (x.released_on IS NULL
                          OR x.released_on > handover_continuity.on_date)
                        THEN 'not_released'
                        WHEN x.received_on IS NULL
                          OR x.received_on > handover_continuity.on_date
                        THEN 'not_received'
                        ELSE 'received_late' END AS why
              FROM api.handover_expected AS x) AS e
     GROUP BY e.case_id, e.child_id, e.year, e.kind, e.from_setting_id,
              e.to_setting_id, e.target_on;
$$;

-- handover_scores — the same as a list, with the settings' names.
CREATE FUNCTION api.handover_scores(on_date date)
RETURNS TABLE (case_id uuid, child_id uuid, year int, kind text,
    _from_setting_id int, from_setting text, from_setting_name text,
    _to_setting_id int, to_setting text, to_setting_name text,
    target_on date, score int, known text[], missing jsonb)
LANGUAGE sql STABLE
AS $$
    SELECT c.case_id, c.child_id, c.year, c.kind, c.from_setting_id,
           f.setting, f.setting_name, c.to_setting_id, t.setting,
           t.setting_name, c.target_on, c.score, c.known, c.missing
      FROM api.handover_continuity(handover_scores.on_date) AS c
      LEFT JOIN api.setting_names AS f ON f.setting_id = c.from_setting_id
      LEFT JOIN api.setting_names AS t ON t.setting_id = c.to_setting_id;
$$;
