-- transition_milestones.sql — what is to be done for each case of a move, by
-- whom and by when, counted back from the day that binds its kind: which
-- clocks those are is law.transition_milestones, how far apart law.clocks.
-- SPDX-License-Identifier: Apache-2.0
-- after: transition_colours clocks ehc_due handover_due

-- milestone_clocks — the milestones with the up to three reckonings of each.
CREATE VIEW api.milestone_clocks AS
    SELECT m.clock, m.n::int AS n, m.kinds, m.statuses, m.tiers, m.starts,
           l.clock_version, l.valid_from, l.valid_to, l.process, l.name,
           l.ends, l.owner, l.rule, l.reference, l.unit, l.amount,
           l.is_inclusive, l.month, l.day, l.unit_2, l.amount_2, l.unit_3,
           l.amount_3
      FROM law.transition_milestones AS m
      JOIN (SELECT DISTINCT ON (s.clock, s.valid_from) s.*
              FROM api.clock_starts AS s
             ORDER BY s.clock, s.valid_from, s.start_event) AS l
        ON l.clock = m.clock;

-- plans_in_force — children whose plan is in a case of the authority, since
-- when, and since when a move between colleges stands there: what is due of
-- the law is told by api.ehc_due then.
CREATE VIEW api.plans_in_force AS
    SELECT e.child_id,
           min(e.on_date) FILTER (WHERE 'plan_in_force' = ANY (l.counts_as))
               AS since,
           min(e.on_date) FILTER (WHERE l.is_ahead) AS moves_on
      FROM core.ehc_events AS e
      JOIN law.ehc_events AS l ON l.code = e.event
      JOIN core.ehc_cases AS c ON c.id = e.case_id
     WHERE e.known_to = 'infinity'
       AND c.ended_on IS NULL
       AND ('plan_in_force' = ANY (l.counts_as) OR l.is_ahead)
     GROUP BY e.child_id;

-- questions_asked — settings asked in cases. One that was asked does not see
-- the case: to it a question stays open until it is answered.
CREATE VIEW api.questions_asked AS
    SELECT q.case_id, q.child_id, q.setting_id, q.sent_on, q.answered_on,
           q.sent_on + a.amount::int AS due_on,
           NOT EXISTS (SELECT FROM core.transition_cases AS c
                        WHERE c.id = q.case_id
                          AND c.state IN ('settled', 'cancelled')) AS is_open
      FROM core.transition_consultations AS q
      LEFT JOIN LATERAL (
           SELECT r.amount
             FROM api.amounts(q.sent_on) AS r
            WHERE r.rule_id = 'rag_ehc_consultation') AS a ON true;

-- transition_milestones — a row a milestone of each case: met, or, until the
-- case is settled, still to be met; none is without an owner: where there is
-- no setting to do it, it is the authority's. The days of the law are told
-- here while no case of a plan tells them (api.ehc_due); hand-overs and
-- transfer files are told by api.handover_due.
CREATE FUNCTION api.transition_milestones(on_date date,
    in_case uuid DEFAULT NULL)
RETURNS TABLE (subject text, subject_id text, child_id uuid, setting_id int,
    clock text, clock_version date, name text, starts_on date, due_on date,
    met_on date, days_left int, exception text, owner text, rule text,
    severity text, reference text)
LANGUAGE sql STABLE
AS $$
    -- Cases begin on few days, so a day is reckoned once for all of them.
    WITH begins AS MATERIALIZED (
        SELECT DISTINCT b.starts, b.start_on
          FROM api.move_cases AS c
         CROSS JOIN LATERAL (VALUES
               ('target', c.target_on),
               ('september', make_date(c.year, 9, 1))) AS b (starts, start_on)
         WHERE transition_milestones.in_case IS NULL
            OR c.case_id = transition_milestones.in_case
    ),
    days AS MATERIALIZED (
        SELECT m.clock, m.n, m.kinds, m.statuses, m.tiers, m.clock_version,
               m.process, m.name, m.ends, m.owner, m.rule, m.reference,
               b.starts, b.start_on, d_3.due_on,
               w.standing = 'statute' OR m.process = 'phase_transfer'
                   AS is_law
          FROM begins AS b
          JOIN api.milestone_clocks AS m
            ON m.starts = b.starts
           AND b.start_on BETWEEN m.valid_from AND m.valid_to
          LEFT JOIN api.amounts(transition_milestones.on_date) AS w
            ON w.rule_id = m.rule
         CROSS JOIN LATERAL (
               SELECT r.due_on
                 FROM api.reckon(b.start_on, m.unit,
                          CASE WHEN w.is_own AND m.unit_2 IS NULL
                               THEN w.amount::int ELSE m.amount END,
                          m.is_inclusive, m.month, m.day, NULL) AS r
               OFFSET 0) AS d_1
         CROSS JOIN LATERAL (
               SELECT CASE WHEN m.unit_2 IS NULL THEN d_1.due_on
                           ELSE (SELECT r.due_on
                                   FROM api.reckon(d_1.due_on, m.unit_2,
                                            m.amount_2, false, NULL, NULL,
                                            NULL) AS r) END AS due_on
               OFFSET 0) AS d_2
         CROSS JOIN LATERAL (
               SELECT CASE WHEN m.unit_3 IS NULL THEN d_2.due_on
                           ELSE (SELECT r.due_on
                                   FROM api.reckon(d_2.due_on, m.unit_3,
                                            m.amount_3, false, NULL, NULL,
                                            NULL) AS r) END AS due_on
               OFFSET 0) AS d_3
    )
    SELECT 'transition_case', c.case_id::text, c.child_id, o.setting_id,
           d.clock, d.clock_version, d.name, d.start_on, d.due_on, e.met_on,
           CASE WHEN e.met_on IS NULL
                THEN d.due_on - transition_milestones.on_date END,
           NULL::text, o.owner, d.rule,
           CASE WHEN e.met_on IS NOT NULL THEN 'info'
                WHEN d.due_on >= transition_milestones.on_date
                THEN CASE WHEN d.due_on - transition_milestones.on_date <= (
                               SELECT a.amount
                                 FROM api.amounts(
                                      transition_milestones.on_date) AS a
                                WHERE a.rule_id = 'ehc_due_soon')
                          THEN 'warn' ELSE 'info' END
                WHEN d.is_law THEN 'error'
                ELSE 'warn'
           END,
           d.reference
      FROM api.move_facts(transition_milestones.on_date) AS c
     CROSS JOIN LATERAL (
           SELECT y.*
             FROM days AS y
            WHERE y.start_on = CASE y.starts WHEN 'target' THEN c.target_on
                                    ELSE make_date(c.year, 9, 1) END
              AND (y.kinds IS NULL OR c.kind = ANY (y.kinds))
              AND (y.statuses IS NULL OR c.status = ANY (y.statuses))
              AND (y.tiers IS NULL OR c.tier = ANY (y.tiers))
           OFFSET 0) AS d -- case by case, not all cases once a day
      LEFT JOIN api.plans_in_force AS f
        ON f.child_id = c.child_id
       AND f.since <= transition_milestones.on_date
     CROSS JOIN LATERAL (
           SELECT CASE WHEN d.owner = 'receiving_setting'
                            AND (c.to_setting_id IS NULL OR c.state = 'lost')
                         OR d.owner = 'setting' AND c.from_setting_id IS NULL
                       THEN 'la' ELSE d.owner END AS owner,
                  CASE WHEN d.owner = 'receiving_setting' AND c.state <> 'lost'
                       THEN coalesce(c.to_setting_id, c.from_setting_id)
                       ELSE c.from_setting_id END AS setting_id) AS o
      LEFT JOIN LATERAL (
           SELECT v.met_on
             FROM (VALUES
                   ('review_held', c.review_on),
                   ('review_invited', c.review_on), -- no later than that
                   ('amendment_noticed', c.notice_on),
                   ('phase_final_issued', c.final_on),
                   ('consultation_sent', c.consulted_on),
                   ('meeting_dated', c.meeting_dated_on),
                   ('meeting_held', c.meeting_on),
                   ('destination_known', c.destination_on),
                   ('agreed', c.agreed_on),
                   ('visits_done', c.visited_on),
                   ('training_done', c.training_done_on),
                   ('received', coalesce(c.arrived_on, c.settled_on)),
                   ('settled', c.settled_on)) AS v (event, met_on)
            WHERE v.event = d.ends) AS e ON true
     WHERE (transition_milestones.in_case IS NULL
            OR c.case_id = transition_milestones.in_case)
       AND (e.met_on IS NOT NULL OR c.settled_on IS NULL)
       AND (d.process <> 'phase_transfer' OR f.child_id IS NULL
            OR c.kind = 'P16' AND f.moves_on IS NULL)
     UNION ALL
    -- The answer of each setting that was asked, also for itself.
    SELECT 'transition_case', q.case_id::text, q.child_id, q.setting_id,
           k.clock, k.valid_from, k.name, q.sent_on, q.due_on, m.met_on,
           CASE WHEN m.met_on IS NULL
                THEN q.due_on - transition_milestones.on_date END,
           NULL::text, k.owner, k.rule,
           CASE WHEN m.met_on IS NULL
                     AND q.due_on < transition_milestones.on_date
                THEN 'warn' ELSE 'info' END,
           k.reference
      FROM api.questions_asked AS q
      JOIN api.clocks AS k
        ON k.clock = 'consultation'
       AND q.sent_on BETWEEN k.valid_from AND coalesce(k.valid_to, 'infinity')
     CROSS JOIN LATERAL (
           SELECT CASE WHEN q.answered_on <= transition_milestones.on_date
                       THEN q.answered_on END AS met_on) AS m
     WHERE q.sent_on <= transition_milestones.on_date
       AND (m.met_on IS NOT NULL OR q.is_open)
       AND (transition_milestones.in_case IS NULL
            OR q.case_id = transition_milestones.in_case);
$$;

-- transition_case_milestones — all that is due of one case, whoever tells it:
-- its own milestones, those of its plan, hand-over and transfer file.
CREATE FUNCTION api.transition_case_milestones(case_id uuid, on_date date)
RETURNS TABLE (subject text, subject_id text, child_id uuid, _setting_id int,
    setting text, clock text, clock_version date, name text, starts_on date,
    due_on date, met_on date, days_left int, exception text, owner text,
    rule text, severity text, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT u.subject, u.subject_id, u.child_id, u.setting_id, s.ref, u.clock,
           u.clock_version, u.name, u.starts_on, u.due_on, u.met_on,
           u.days_left, u.exception, u.owner, u.rule, u.severity, u.reference
      FROM (SELECT m.*
              FROM api.transition_milestones(
                       transition_case_milestones.on_date,
                       transition_case_milestones.case_id) AS m
             UNION ALL
            SELECT h.*
              FROM api.handover_due(transition_case_milestones.on_date) AS h
             WHERE h.subject_id = transition_case_milestones.case_id::text
             UNION ALL
            SELECT e.*
              FROM api.ehc_due(transition_case_milestones.on_date) AS e
              JOIN api.move_cases AS c
                ON c.child_id = e.child_id
               AND c.case_id = transition_case_milestones.case_id
               AND extract(year FROM e.due_on) = c.year
               AND e.clock IN (SELECT k.clock FROM api.milestone_clocks AS k
                                WHERE k.process = 'phase_transfer')
           ) AS u
      LEFT JOIN api.case_settings AS s ON s.id = u.setting_id;
$$;
