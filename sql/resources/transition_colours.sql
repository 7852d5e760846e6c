-- transition_colours — the colour of each case of a move with every reason for
-- it, by the very rules of the report (api.move_judged), whatever the kind:
-- also of a move the report does not list, within the year or between colleges.
-- SPDX-License-Identifier: Apache-2.0
-- after: reports

-- move_cases — the cases with what is known of them, dates as they stand; not
-- shown to a destination of before.
CREATE VIEW api.move_cases AS
    SELECT c.id AS case_id, c.child_id, c.year, c.kind, c.state, c.tier,
           c.from_setting_id, c.target_on,
           CASE WHEN c.state NOT IN ('declined', 'revoked', 'lost')
                THEN c.to_setting_id END AS to_setting_id,
           CASE WHEN c.state NOT IN ('declined', 'revoked', 'lost')
                THEN c.to_outside END AS to_outside,
           c.state = 'declined' AS is_declined,
           (c.made_at AT TIME ZONE 'Europe/London')::date AS made_on,
           t.received_on, t.settled_on, h.sent_on, h.acknowledged_on,
           coalesce((SELECT min(d.on_date)
                       FROM core.transition_steps AS d
                      WHERE d.case_id = c.id
                        AND d.setting_id = c.to_setting_id),
                    (c.made_at AT TIME ZONE 'Europe/London')::date)
               AS told_on,
           (p.changed_at AT TIME ZONE 'Europe/London')::date AS planned_on,
           p.agreed_on AS plan_agreed_on, p.meeting_planned_on,
           p.meeting_held_on, p.visits_planned_on, p.visits_done_on,
           p.training_done_on
      FROM core.transition_cases AS c
      LEFT JOIN core.transition_plans AS p ON p.case_id = c.id
      LEFT JOIN api.move_steps AS t ON t.case_id = c.id
      LEFT JOIN api.move_handovers AS h ON h.case_id = c.id
     WHERE c.state <> 'cancelled'
       AND ((SELECT core.actor_sees_all())
            OR c.from_setting_id = ANY ((SELECT core.actor_settings())::int[])
            OR c.to_setting_id = ANY ((SELECT core.actor_settings())::int[])
               AND c.state <> 'planned');

-- move_records — what the setting that is left records of the same move, the
-- newest if there are several.
CREATE VIEW api.move_records AS
    SELECT DISTINCT ON (t.child_id, t.year)
           t.child_id, t.year, t.to_setting_id, t.parent_agreed_on,
           t.meeting_on, t.form_sent_on, t.form_acknowledged_on,
           (t.known_from AT TIME ZONE 'Europe/London')::date AS known_on
      FROM core.transitions AS t
     WHERE t.deleted_at IS NULL
     ORDER BY t.child_id, t.year, t.known_from DESC, t.setting_id;

-- case_deadlines — the statutory day of each kind of move with a plan: the
-- named day of its year, or so long before the move.
CREATE VIEW api.case_deadlines AS
    SELECT k.code AS kind, k.valid_from,
           coalesce(k.valid_to, 'infinity') AS valid_to, k.is_phase,
           coalesce(k.deadline_rule_id, c.rule_id) AS rule_id,
           r.month::int AS month, r.day::int AS day,
           c.amount::int AS months
      FROM law.transition_kinds AS k
      LEFT JOIN law.rules AS r
        ON r.id = k.deadline_rule_id
       AND r.valid_to IS NULL
      LEFT JOIN law.clocks AS c
        ON k.code = 'P16'
       AND c.id = 'post_16_move'
       AND c.valid_to IS NULL
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- move_facts — the cases as known on that day: what api.move_judged and the
-- milestones ask for. A move within the year is bound by none of the days that
-- are about September. OFFSET 0: what is known of a child is looked up child by
-- child, once, so that one case does not cost all.
CREATE FUNCTION api.move_facts(on_date date)
RETURNS TABLE (case_id uuid, child_id uuid, year int, kind text, state text,
    tier text, from_setting_id int, to_setting_id int, to_outside text,
    target_on date, made_on date, status text, primary_need text,
    is_september boolean, deadline_on date, deadline_rule text,
    last_day date, review_on date, notice_on date, final_on date,
    is_refused boolean, agreed_on date, sent_on date, acknowledged_on date,
    meeting_on date, meeting_planned_on date, left_on date,
    arrived_on date, settled_on date, visits_planned_on date[],
    visits_done_on date[], training_done_on date, consulted_on date,
    meeting_dated_on date, destination_on date, visited_on date)
LANGUAGE sql STABLE
AS $$
    SELECT c.case_id, c.child_id, c.year, c.kind, c.state, c.tier,
           c.from_setting_id, g.to_setting_id, c.to_outside, c.target_on,
           c.made_on, coalesce(n.provision, 'N'), n.primary_need,
           coalesce(d.is_phase, false) OR c.kind = 'P16',
           x.deadline_on, CASE WHEN n.provision = 'E' THEN d.rule_id END,
           CASE WHEN d.is_phase
                THEN x.deadline_on - (
                     SELECT a.amount::int
                       FROM api.amounts(move_facts.on_date) AS a
                      WHERE a.rule_id = 'phase_transfer_last_compliant_day')
                ELSE x.deadline_on END,
           CASE WHEN e.review_held_on <= move_facts.on_date
                THEN e.review_held_on END,
           CASE WHEN e.amendment_noticed_on <= move_facts.on_date
                THEN e.amendment_noticed_on END,
           CASE WHEN e.plan_final_on <= move_facts.on_date
                THEN e.plan_final_on END,
           coalesce(e.placement_refused, false) OR c.is_declined,
           CASE WHEN least(t.parent_agreed_on, c.plan_agreed_on)
                     <= move_facts.on_date
                THEN least(t.parent_agreed_on, c.plan_agreed_on) END,
           CASE WHEN least(t.form_sent_on, c.sent_on) <= move_facts.on_date
                THEN least(t.form_sent_on, c.sent_on) END,
           CASE WHEN least(t.form_acknowledged_on, c.acknowledged_on)
                     <= move_facts.on_date
                THEN least(t.form_acknowledged_on, c.acknowledged_on) END,
           CASE WHEN coalesce(c.meeting_held_on, t.meeting_on)
                     <= move_facts.on_date
                THEN coalesce(c.meeting_held_on, t.meeting_on) END,
           coalesce(c.meeting_held_on, c.meeting_planned_on, t.meeting_on),
           w.left_on,
           w.arrived_on,
           CASE WHEN c.settled_on <= move_facts.on_date
                THEN c.settled_on END,
           c.visits_planned_on, c.visits_done_on,
           CASE WHEN c.training_done_on <= move_facts.on_date
                THEN c.training_done_on END,
           k.consulted_on,
           -- The day it was written down, or the newest of what stands there.
           CASE WHEN num_nonnulls(c.meeting_held_on, c.meeting_planned_on,
                                  t.meeting_on) > 0
                THEN least(c.planned_on, t.known_on, move_facts.on_date) END,
           w.destination_on,
           CASE WHEN cardinality(v.done) >= greatest(1,
                         cardinality(c.visits_planned_on))
                THEN v.last_on END
      FROM api.move_cases AS c
      LEFT JOIN LATERAL (
           SELECT r.*
             FROM api.move_records AS r
            WHERE r.child_id = c.child_id
              AND r.year = c.year
           OFFSET 0) AS t ON true
      LEFT JOIN api.case_milestones AS e
        ON e.child_id = c.child_id
       AND e.year = c.year
      LEFT JOIN LATERAL (
           SELECT s.*
             FROM api.statuses(move_facts.on_date) AS s
            WHERE s.child_id = c.child_id
           OFFSET 0) AS n ON true
      LEFT JOIN api.case_deadlines AS d
        ON d.kind = c.kind
       AND make_date(c.year, 9, 1) BETWEEN d.valid_from AND d.valid_to
     CROSS JOIN LATERAL (
           SELECT CASE WHEN n.provision = 'E' THEN coalesce(
                      make_date(c.year, d.month, d.day),
                      (c.target_on + make_interval(months => d.months))::date)
                  END AS deadline_on) AS x
     CROSS JOIN LATERAL (
           SELECT CASE WHEN c.state IN ('declined', 'revoked', 'lost')
                            OR c.to_outside IS NOT NULL THEN NULL
                       ELSE coalesce(c.to_setting_id, t.to_setting_id)
                  END AS to_setting_id) AS g
      LEFT JOIN LATERAL (
           SELECT min(o.sent_on) AS consulted_on
             FROM api.move_consultations AS o
            WHERE o.child_id = c.child_id
              AND o.year = c.year
              AND o.sent_on <= move_facts.on_date) AS k ON true
     CROSS JOIN LATERAL (
           SELECT array_agg(d.day) AS done, max(d.day) AS last_on
             FROM unnest(c.visits_done_on) AS d (day)
            WHERE d.day <= move_facts.on_date) AS v
     CROSS JOIN LATERAL (
           SELECT (SELECT CASE WHEN max(s.end_on) < move_facts.on_date
                               THEN max(s.end_on) END
                     FROM api.case_stays AS s
                    WHERE s.child_id = c.child_id
                      AND s.setting_id = c.from_setting_id) AS left_on,
                  CASE WHEN c.received_on <= move_facts.on_date
                       THEN c.received_on
                       WHEN c.target_on <= move_facts.on_date THEN (
                       SELECT min(greatest(s.start_on, c.target_on))
                         FROM api.case_stays AS s
                        WHERE s.child_id = c.child_id
                          AND s.setting_id = g.to_setting_id
                          AND move_facts.on_date
                              BETWEEN s.start_on AND s.end_on)
                  END AS arrived_on,
                  CASE WHEN num_nonnulls(g.to_setting_id, c.to_outside) > 0
                            AND c.told_on <= move_facts.on_date
                       THEN c.told_on END AS destination_on
           OFFSET 0) AS w
     WHERE c.made_on <= move_facts.on_date;
$$;

-- case_findings — every reason of every colour on that day, the most urgent
-- first, in the shape of a finding. A child without SEN has none.
CREATE FUNCTION api.transition_case_findings(on_date date)
RETURNS TABLE (case_id uuid, child_id uuid, year int, n int, rag text,
    rule text, finding text, severity text, sentence text, inputs jsonb,
    reference text)
LANGUAGE sql STABLE
AS $$
    -- Once a year of moves, not once a case; joined LEFT, so that the cases
    -- are not gone through once a word.
    WITH years AS MATERIALIZED (
        SELECT y.year, r.*
          FROM (SELECT DISTINCT m.year FROM api.move_cases AS m) AS y
         CROSS JOIN LATERAL api.phase_rules(y.year,
                   transition_case_findings.on_date) AS r
    ),
    words AS MATERIALIZED (
        SELECT y.year, w.*
          FROM years AS y
         CROSS JOIN LATERAL api.phase_findings(y.year,
                   transition_case_findings.on_date) AS w
    )
    SELECT c.case_id, c.child_id, c.year, i.n::int, f.rag,
           coalesce(f.rule_id, c.deadline_rule), f.id, f.severity, f.reason,
           jsonb_strip_nulls(jsonb_build_object(
               'on', transition_case_findings.on_date,
               'status', c.status, 'deadline_on', c.deadline_on,
               'last_compliant_on', c.last_day, 'review_held_on', c.review_on,
               'amendment_noticed_on', c.notice_on,
               'plan_final_on', c.final_on, 'to_setting_id', c.to_setting_id,
               'placement_refused', nullif(c.is_refused, false),
               'consultation_sent_on', q.waiting_since,
               'agreed_on', c.agreed_on, 'form_sent_on', c.sent_on,
               'form_acknowledged_on', c.acknowledged_on,
               'meeting_on', c.meeting_planned_on, 'tier', c.tier,
               'left_on', c.left_on, 'arrived_on', c.arrived_on,
               'settled_on', c.settled_on)),
           coalesce(f.reference, r.reference)
      FROM api.move_facts(transition_case_findings.on_date) AS c
      LEFT JOIN years AS v ON v.year = c.year
      LEFT JOIN LATERAL (
           SELECT o.*
             FROM api.consulted(transition_case_findings.on_date) AS o
            WHERE o.child_id = c.child_id
              AND o.year = c.year
           OFFSET 0) AS q ON true
      LEFT JOIN api.file_days(transition_case_findings.on_date) AS own
        ON own.setting_id = c.from_setting_id
      LEFT JOIN api.file_days(transition_case_findings.on_date) AS la
        ON la.setting_id IS NULL
     CROSS JOIN api.move_judged(transition_case_findings.on_date, c.status,
               c.deadline_on, c.last_day, c.arrived_on IS NOT NULL,
               c.settled_on IS NOT NULL,
               c.to_setting_id IS NOT NULL OR c.to_outside IS NOT NULL,
               c.review_on, c.notice_on, c.final_on, c.is_refused,
               q.is_nowhere, q.waiting_since, c.agreed_on, c.sent_on,
               c.acknowledged_on,
               c.left_on < coalesce(own.left_before, la.left_before),
               c.tier <> 'universal' AND c.meeting_planned_on IS NULL,
               v.review_days, v.notice_amber, v.notice_red,
               v.destination_amber, v.final_red, v.consulted_before,
               CASE WHEN c.is_september THEN v.form_sent_by END,
               CASE WHEN c.is_september THEN v.destination_by END,
               CASE WHEN c.is_september THEN v.agreement_by END,
               CASE WHEN c.is_september THEN v.acknowledged_by END,
               v.unacknowledged_before) AS j
     CROSS JOIN unnest(j.findings) WITH ORDINALITY AS i (finding, n)
      LEFT JOIN words AS f
        ON f.year = c.year
       AND f.id = i.finding
      LEFT JOIN api.law_rules AS r
        ON r.id = c.deadline_rule
       AND transition_case_findings.on_date
           BETWEEN r.valid_from AND r.valid_to;
$$;

-- transition_case_colours — one row a case of a child with SEN: its colour, the
-- first reason in words, and all of them as findings.
CREATE FUNCTION api.transition_case_colours(on_date date)
RETURNS TABLE (case_id uuid, child_id uuid, year int, rag text, reason text,
    rule text, findings jsonb)
LANGUAGE sql STABLE
AS $$
    SELECT f.case_id, f.child_id, f.year,
           max(f.rag) FILTER (WHERE f.n = 1),
           max(f.sentence) FILTER (WHERE f.n = 1),
           max(f.rule) FILTER (WHERE f.n = 1),
           jsonb_agg(jsonb_build_object('rule', f.rule, 'finding', f.finding,
               'severity', f.severity, 'sentence', f.sentence,
               'inputs', f.inputs, 'reference', f.reference) ORDER BY f.n)
      FROM api.transition_case_findings(
               transition_case_colours.on_date) AS f
     GROUP BY f.case_id, f.child_id, f.year;
$$;
