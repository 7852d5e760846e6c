-- ehc_law.sql — what the reads about plans' cases are made of: cases, events,
-- moves, and the rows of law that say what each means.
-- SPDX-License-Identifier: Apache-2.0

-- ehc_cases — etag grows with each event.
CREATE VIEW api.ehc_cases AS
    SELECT c.id AS ehc_case, c.child_id, c.plan_type, c.source, c.is_rya,
           c.officer, c.opened_on, c.ended_on, c.version::text AS etag, c.at
      FROM core.ehc_cases AS c;
COMMENT ON VIEW api.ehc_cases IS
    'a row a case: ehc_case (uuid), child_id, plan_type, source (who asked), is_rya, officer, opened_on, ended_on (NULL: open), etag, at';

-- ehc_event_versions — every event ever known, until when.
CREATE VIEW api.ehc_event_versions AS
    SELECT e.id AS event_id, e.case_id AS ehc_case, e.child_id, e.event,
           e.on_date, e.of_event, e.outcome, e.year, e.adviser, e.setting_id,
           e.la_code, e.exception, e.from_on, e.to_on, e.reason,
           e.known_from, e.known_to, e.withdrawn_reason
      FROM core.ehc_events AS e;

-- ehc_events — those that stand.
CREATE VIEW api.ehc_events AS
    SELECT e.event_id, e.ehc_case, e.child_id, e.event, e.on_date, e.of_event,
           e.outcome, e.year, e.adviser, e.setting_id, e.la_code, e.exception,
           e.from_on, e.to_on, e.reason, e.known_from
      FROM api.ehc_event_versions AS e
     WHERE e.known_to = 'infinity';
COMMENT ON VIEW api.ehc_events IS
    'a row an event that stands: event_id, ehc_case, child_id, event (of law.ehc_events), on_date, of_event (the one it belongs to), outcome, year (of the phase transfer it prepares), adviser, setting_id (consulted or named), la_code, exception with from_on, to_on, reason, known_from';

-- ehc_events_as_of — those that stood at that time.
CREATE FUNCTION api.ehc_events_as_of(as_of timestamptz)
RETURNS SETOF api.ehc_events
LANGUAGE sql STABLE
AS $$
    SELECT e.event_id, e.ehc_case, e.child_id, e.event, e.on_date, e.of_event,
           e.outcome, e.year, e.adviser, e.setting_id, e.la_code, e.exception,
           e.from_on, e.to_on, e.reason, e.known_from
      FROM api.ehc_event_versions AS e
     WHERE e.known_from <= ehc_events_as_of.as_of
       AND (e.known_to > ehc_events_as_of.as_of OR e.known_to = 'infinity');
$$;

-- ehc_moves — moves that start clocks of the law: kind, year and the rule of
-- its day.
CREATE VIEW api.ehc_moves AS
    SELECT t.id AS transition_case, t.child_id, t.year, t.kind, t.target_on,
           t.state, k.deadline_rule_id
      FROM core.transition_cases AS t
      JOIN law.transition_kinds AS k
        ON k.code = t.kind
       AND t.target_on BETWEEN k.valid_from AND coalesce(k.valid_to, 'infinity')
     WHERE t.state <> 'cancelled'
       AND k.deadline_rule_id IS NOT NULL;

CREATE VIEW api.law_ehc_events AS
    SELECT e.code, e.process, e.name, e.after, e.of, e.outcomes, e.counts_as,
           e.needs, e.ends, e.is_ahead, e.reference
      FROM law.ehc_events AS e;

CREATE VIEW api.law_ehc_states AS
    SELECT s.event, s.outcome, s.state, s.name, s.step, s.owner, s.reference
      FROM law.ehc_states AS s;

CREATE VIEW api.ehc_advisers AS
    SELECT a.code, a.name, a.is_needed, a.year_from::int AS year_from,
           a.reference
      FROM law.ehc_advisers AS a
     WHERE (SELECT core.actor_role()) IS NOT NULL;

CREATE VIEW api.ehc_children AS
    SELECT c.id AS child_id, c.born_on
      FROM core.children AS c;
