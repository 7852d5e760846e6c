-- ehc_cases.sql — the authority's process for a child's plan: cases and what
-- happened in them.
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
