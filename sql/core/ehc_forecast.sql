-- ehc_forecast — how long the milestones of plans took in the past.
-- SPDX-License-Identifier: Apache-2.0

-- ehc_durations — a row each time a milestone was reached: how many days after
-- what starts it. An owner's view, since the authority's whole history says
-- how long it takes, also to who sees few of its children; so it names none.
CREATE OR REPLACE VIEW core.ehc_durations AS
    SELECT f.milestone,
           min(e.on_date) AS ended_on,
           min(e.on_date) - s.on_date AS days
      FROM (SELECT DISTINCT l.milestone, l.start_event, l.end_event, l.by_year
              FROM law.ehc_forecasts AS l) AS f
      JOIN law.ehc_events AS k ON k.code = f.end_event
      JOIN core.ehc_events AS s
        ON s.event = f.start_event
       AND s.known_to = 'infinity'
      JOIN core.ehc_events AS e
        ON e.case_id = s.case_id
       AND e.event = f.end_event
       AND e.known_to = 'infinity'
       AND e.on_date >= s.on_date
       AND (NOT f.by_year OR e.year = s.year)
       AND (k.of IS DISTINCT FROM f.start_event OR e.of_event = s.id)
     GROUP BY f.milestone, s.id, s.on_date;
