-- due.sql — everything that is due, in one shape: plans' cases, moves and their
-- hand-overs, children between settings, reviews of SEN support, actions of visits.
-- SPDX-License-Identifier: Apache-2.0
-- after: ehc_due transition_milestones handover_due between measures visits amounts

CREATE VIEW api.law_due_items AS
    SELECT i.id, i.name, i.owner, i.rule_id
      FROM law.due_items AS i;

-- due_others — what no clock of the law starts. Whose a child between settings
-- is changes with the days; it is due on the last day before the authority has
-- to act, and is shown to who has the setting left in scope. Of an action or a
-- review without a day nothing is due.
CREATE FUNCTION api.due_others(on_date date)
RETURNS TABLE (subject text, subject_id text, child_id uuid, setting_id int,
    clock text, clock_version date, starts_on date, due_on date, met_on date,
    owner text)
LANGUAGE sql STABLE
AS $$
    SELECT 'child', b.child_id::text, b.child_id, b.setting_id, 'between',
           (b.inputs->>'version')::date, b.left_on, b.escalates_on,
           NULL::date,
           CASE b.owner WHEN 'authority' THEN 'la'
                        WHEN 'setting_left' THEN 'setting'
                        ELSE b.owner END
      FROM api.between(due_others.on_date) AS b
     UNION ALL
    SELECT 'plan', p.child_id || ' ' || p.start_on, p.child_id, p.setting_id,
           'plan_review', NULL, p.start_on, p.review_due_on, NULL, NULL
      FROM api.open_plans(due_others.on_date) AS p
     WHERE p.review_due_on IS NOT NULL
     UNION ALL
    SELECT 'plan', p.child_id || ' ' || p.start_on, p.child_id, p.setting_id,
           'plan_review', NULL, p.start_on, p.review_due_on, p.reviewed_on,
           NULL
      FROM api.case_plans AS p
     WHERE p.review_due_on IS NOT NULL
       AND p.reviewed_on <= due_others.on_date
     UNION ALL
    SELECT 'visit_action', a.action_id::text, a.child_id, a._setting_id,
           'visit_action', NULL, a.visited_on, a.due_on,
           CASE WHEN a.done_on <= due_others.on_date THEN a.done_on END,
           CASE a.owner WHEN 'officer' THEN 'la' ELSE a.owner END
      FROM api.actions AS a
     WHERE a.due_on IS NOT NULL
       AND a.visited_on <= due_others.on_date;
$$;

-- due — a row for everything that began to run by that day and is not met,
-- and for what was met; columns as of api.ehc_due. severity: late, error
-- (warn, where only practice asks for it); due soon (rule ehc_due_soon), warn;
-- else info. running: as of api.ehc_clocks.
CREATE FUNCTION api.due(on_date date, running boolean DEFAULT false)
RETURNS TABLE (subject text, subject_id text, child_id uuid, setting_id int,
    clock text, clock_version date, name text, starts_on date, due_on date,
    met_on date, days_left int, exception text, owner text, rule text,
    severity text, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT e.subject, e.subject_id, e.child_id, e.setting_id, e.clock,
           e.clock_version, e.name, e.starts_on, e.due_on, e.met_on,
           e.days_left, e.exception, e.owner, e.rule, e.severity, e.reference
      FROM api.ehc_due(due.on_date, 'infinity', due.running) AS e
     UNION ALL
    SELECT m.subject, m.subject_id, m.child_id, m.setting_id, m.clock,
           m.clock_version, m.name, m.starts_on, m.due_on, m.met_on,
           m.days_left, m.exception, m.owner, m.rule, m.severity, m.reference
      FROM api.transition_milestones(due.on_date) AS m
     UNION ALL
    SELECT u.subject, u.subject_id, u.child_id, u.setting_id, u.clock,
           u.clock_version, u.name, u.starts_on, u.due_on, u.met_on,
           u.days_left, u.exception, u.owner, u.rule,
           CASE WHEN u.days_left < 0 THEN u.when_late
                WHEN u.days_left <= (SELECT a.amount
                                       FROM api.amounts(due.on_date) AS a
                                      WHERE a.rule_id = 'ehc_due_soon')
                THEN 'warn'
                ELSE 'info' END,
           u.reference
      FROM (
        SELECT h.subject, h.subject_id, h.child_id, h.setting_id, h.clock,
               h.clock_version, h.name, h.starts_on, h.due_on, h.met_on,
               h.days_left, h.exception, h.owner, h.rule, h.reference,
               h.severity AS when_late
          FROM api.handover_due(due.on_date) AS h
         UNION ALL
        SELECT o.subject, o.subject_id, o.child_id, o.setting_id, o.clock,
               o.clock_version, i.name, o.starts_on, o.due_on, o.met_on,
               CASE WHEN o.met_on IS NULL
                    THEN o.due_on - due.on_date END,
               NULL, coalesce(o.owner, i.owner), i.rule_id, r.reference,
               'error'
          FROM api.due_others(due.on_date) AS o
          JOIN api.law_due_items AS i ON i.id = o.clock
          JOIN api.law_rules AS r
            ON r.id = i.rule_id
           AND due.on_date BETWEEN r.valid_from AND r.valid_to
           ) AS u;
$$;
COMMENT ON FUNCTION api.due(date, boolean) IS
    'everything due, a row each that has begun by on_date: subject (ehc_case, transition_case, handover, child, plan, visit_action), subject_id, child_id (NULL: of no named child), setting_id, clock, clock_version, name, starts_on, due_on, met_on, days_left, exception, owner, rule, severity, reference; NULL met_on: it runs';
