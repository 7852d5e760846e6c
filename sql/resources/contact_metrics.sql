-- contact_metrics — what Area SENCOs do, counted by setting, by area (a
-- caseload), by agency and by group (domain.md 2): for reports and planner.
-- Counts only, no child by name; in the scope of whoever asks, and nobody's
-- but theirs who look after settings. The functions are single SELECTs without
-- SET, so that the planner opens them. What happened after on_date is not
-- known yet. Spans and terms are rows of law.rules.
-- SPDX-License-Identifier: Apache-2.0
-- after: reports amounts codes

-- contact_settings, contact_members — the settings the actor looks after, and which caseload
-- each has been in.
CREATE VIEW api.contact_settings AS
    SELECT s.id AS setting_id, s.ref, s.name,
           coalesce(s.closed_on, 'infinity') AS closed_on
      FROM core.settings AS s
     WHERE (SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                                          'la_manager')
       AND ((SELECT core.actor_sees_all())
            OR s.id = ANY ((SELECT core.actor_settings())::int[]))
       AND (s.status <> 'closed' OR s.closed_on IS NOT NULL);
CREATE VIEW api.contact_members AS
    SELECT m.setting_id, m.caseload_id, l.name AS caseload, m.from_on,
           coalesce(m.to_on, 'infinity') AS to_on
      FROM core.caseload_settings AS m
      JOIN core.caseloads AS l ON l.id = m.caseload_id
     WHERE m.known_to IS NULL
       AND (SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                                          'la_manager');

CREATE VIEW api.contact_visits AS
    SELECT v.setting_id, v.visited_on AS on_date
      FROM core.visits AS v;
CREATE VIEW api.contact_advice AS
    SELECT a.setting_id, a.given_on AS on_date
      FROM core.advice AS a;
CREATE VIEW api.contact_cases AS
    SELECT k.setting_id, k.opened_on,
           coalesce(k.closed_on, 'infinity') AS closed_on
      FROM core.support_cases AS k;

-- contact_children — each time the service had to do with a named child.
CREATE VIEW api.contact_children AS
    SELECT v.setting_id, v.child_id, v.visited_on AS on_date, v.sendiass_on
      FROM core.visits AS v
     WHERE v.child_id IS NOT NULL
     UNION ALL
    SELECT r.setting_id, r.child_id, r.referred_on, r.sendiass_on
      FROM core.referrals AS r;

-- contact_training — when a setting's SENCO was at training: one known by
-- name wherever the training was, else one said to have come from there.
CREATE VIEW api.contact_training AS
    SELECT h.setting_id, h.from_on, h.to_on, e.held_on
      FROM (SELECT t.event_id, unnest(t.staff_ids) AS staff_id
              FROM core.training_attendance AS t) AS a
      JOIN core.training_events AS e ON e.id = a.event_id
      JOIN core.holdings AS h
        ON h.staff_id = a.staff_id
       AND h.kind = 'senco'
       AND h.known_to = 'infinity'
     UNION ALL
    SELECT h.setting_id, h.from_on, h.to_on, e.held_on
      FROM core.training_attendance AS a
      JOIN core.training_events AS e ON e.id = a.event_id
      JOIN core.holdings AS h
        ON h.setting_id = a.setting_id
       AND h.kind = 'senco'
       AND h.known_to = 'infinity'
       AND e.held_on BETWEEN h.from_on AND h.to_on
     WHERE a.senco_came;
CREATE VIEW api.contact_reach AS
    SELECT a.setting_id, m.held_on AS on_date, 'network' AS what
      FROM core.network_attendance AS a
      JOIN core.network_meetings AS m ON m.id = a.meeting_id
     WHERE a.people > 0
     UNION ALL
    SELECT r.setting_id, r.reached_on, 'practice'
      FROM core.practice_reach AS r;

-- contact_spans — one row: since when the year, the two spans of training and
-- the term of that day are counted.
CREATE FUNCTION api.contact_spans(on_date date)
RETURNS TABLE (year_from date, training_from date, training_long_from date,
    term_from date)
LANGUAGE sql STABLE
AS $$
    SELECT max(d.day) FILTER (WHERE d.id = 'contacts_year'),
           max(d.day) FILTER (WHERE d.id = 'training_recent'),
           max(d.day) FILTER (WHERE d.id = 'training_recent_long'),
           max(d.day) FILTER (WHERE d.id LIKE 'term\_%')
      FROM (SELECT a.rule_id AS id,
                   (contact_spans.on_date
                    - make_interval(months => a.amount::int) + '1 day')::date
                       AS day
              FROM api.amounts(contact_spans.on_date) AS a
             WHERE a.rule_id IN ('contacts_year', 'training_recent',
                                 'training_recent_long')
             UNION ALL
            SELECT r.id,
                   make_date(extract(year FROM contact_spans.on_date)::int
                             - y.back, r.month, r.day)
              FROM api.law_rules AS r
             CROSS JOIN (VALUES (0), (1)) AS y (back)
             WHERE r.id IN ('term_autumn', 'term_spring', 'term_summer')
               AND contact_spans.on_date BETWEEN r.valid_from AND r.valid_to
           ) AS d
     WHERE d.day <= contact_spans.on_date;
$$;

-- setting_contacts_by_area — one row a setting that is open that day, with
-- the caseload it is in (NULL: in none).
--   last_contact_on     the newest of visits and advice; days since then;
--   visits_term, _year  visits in the term and in the months of contacts_year;
--   open_cases          support cases open that day;
--   new_cases           children the service first had to do with in the year,
--   signposted          of those, whose parents were told of SENDIASS by then;
--   is_trained, _long   the SENCO of that day was at training in that span;
--   networks, practice  network meetings attended and practice items received
--                       in the year.
CREATE FUNCTION api.setting_contacts_by_area(on_date date)
RETURNS TABLE (setting_id int, ref text, name text, caseload_id int,
    caseload text, last_visit_on date, last_advice_on date,
    last_contact_on date, days_since_contact int, visits_term int,
    visits_year int, open_cases int, new_cases int, signposted int,
    is_trained boolean, is_trained_long boolean, networks int, practice int)
LANGUAGE sql STABLE
AS $$
    SELECT s.setting_id, s.ref, s.name, l.caseload_id, l.caseload,
           v.last_on, a.last_on, greatest(v.last_on, a.last_on),
           setting_contacts_by_area.on_date
               - greatest(v.last_on, a.last_on),
           coalesce(v.term, 0), coalesce(v.year, 0), coalesce(k.open, 0),
           coalesce(n.new_cases, 0), coalesce(n.signposted, 0),
           coalesce(t.is_recent, false), coalesce(t.is_long, false),
           coalesce(r.networks, 0), coalesce(r.practice, 0)
      FROM api.contact_settings AS s
      LEFT JOIN (SELECT DISTINCT ON (m.setting_id) m.setting_id,
                        m.caseload_id, m.caseload
                   FROM api.contact_members AS m
                  WHERE setting_contacts_by_area.on_date
                        BETWEEN m.from_on AND m.to_on
                  ORDER BY m.setting_id, m.from_on, m.caseload_id) AS l
        ON l.setting_id = s.setting_id
      LEFT JOIN (SELECT c.setting_id, max(c.on_date) AS last_on,
                        (count(*) FILTER (WHERE c.on_date >= w.term_from))::int
                            AS term,
                        (count(*) FILTER (WHERE c.on_date >= w.year_from))::int
                            AS year
                   FROM api.contact_visits AS c
                  CROSS JOIN api.contact_spans(
                        setting_contacts_by_area.on_date) AS w
                  WHERE c.on_date <= setting_contacts_by_area.on_date
                  GROUP BY c.setting_id) AS v
        ON v.setting_id = s.setting_id
      LEFT JOIN (SELECT c.setting_id, max(c.on_date) AS last_on
                   FROM api.contact_advice AS c
                  WHERE c.on_date <= setting_contacts_by_area.on_date
                  GROUP BY c.setting_id) AS a
        ON a.setting_id = s.setting_id
      LEFT JOIN (SELECT c.setting_id, count(*)::int AS open
                   FROM api.contact_cases AS c
                  WHERE c.opened_on <= setting_contacts_by_area.on_date
                    AND c.closed_on > setting_contacts_by_area.on_date
                  GROUP BY c.setting_id) AS k
        ON k.setting_id = s.setting_id
      LEFT JOIN (SELECT f.setting_id, count(*)::int AS new_cases,
                        (count(*) FILTER (WHERE f.is_told))::int AS signposted
                   FROM (SELECT (min(ARRAY[(c.on_date - '2000-01-01'::date),
                                           c.setting_id]))[2] AS setting_id,
                                min(c.on_date) AS on_date,
                                coalesce(bool_or(c.sendiass_on
                                    <= setting_contacts_by_area.on_date),
                                    false) AS is_told
                           FROM api.contact_children AS c
                          WHERE c.on_date <= setting_contacts_by_area.on_date
                          GROUP BY c.child_id) AS f
                  CROSS JOIN api.contact_spans(
                        setting_contacts_by_area.on_date) AS w
                  WHERE f.on_date >= w.year_from
                  GROUP BY f.setting_id) AS n
        ON n.setting_id = s.setting_id
      LEFT JOIN (SELECT c.setting_id,
                        bool_or(c.held_on >= w.training_from) AS is_recent,
                        bool_or(c.held_on >= w.training_long_from) AS is_long
                   FROM api.contact_training AS c
                  CROSS JOIN api.contact_spans(
                        setting_contacts_by_area.on_date) AS w
                  WHERE c.held_on <= setting_contacts_by_area.on_date
                    AND setting_contacts_by_area.on_date
                        BETWEEN c.from_on AND c.to_on
                  GROUP BY c.setting_id) AS t
        ON t.setting_id = s.setting_id
      LEFT JOIN (SELECT c.setting_id,
                        (count(*) FILTER (WHERE c.what = 'network'))::int
                            AS networks,
                        (count(*) FILTER (WHERE c.what = 'practice'))::int
                            AS practice
                   FROM api.contact_reach AS c
                  CROSS JOIN api.contact_spans(
                        setting_contacts_by_area.on_date) AS w
                  WHERE c.on_date BETWEEN w.year_from
                                      AND setting_contacts_by_area.on_date
                  GROUP BY c.setting_id) AS r
        ON r.setting_id = s.setting_id
     WHERE s.closed_on >= setting_contacts_by_area.on_date;
$$;

-- contacts_by_area — the same by caseload; the settings in none are the row
-- without one. Shares are of a hundred; NULL where there is nothing to share.
CREATE FUNCTION api.contacts_by_area(on_date date)
RETURNS TABLE (caseload_id int, caseload text, settings int,
    never_contacted int, median_days_since_contact double precision,
    visits_term int, visits_year int, open_cases int,
    median_days_to_close double precision, new_cases int, signposted int,
    signposted_percent double precision, trained int,
    trained_percent double precision, trained_long int,
    trained_long_percent double precision, network_settings int,
    practice_settings int)
LANGUAGE sql STABLE
AS $$
    SELECT a.caseload_id, a.caseload, a.settings, a.never_contacted,
           a.median_days, a.visits_term, a.visits_year, a.open_cases,
           d.median_days, a.new_cases, a.signposted,
           round(100.0 * a.signposted / nullif(a.new_cases, 0), 1)::float8,
           a.trained, round(100.0 * a.trained / a.settings, 1)::float8,
           a.trained_long,
           round(100.0 * a.trained_long / a.settings, 1)::float8,
           a.network_settings, a.practice_settings
      FROM (SELECT c.caseload_id, c.caseload, count(*)::int AS settings,
                   (count(*) FILTER (WHERE c.last_contact_on IS NULL))::int
                       AS never_contacted,
                   percentile_cont(0.5) WITHIN GROUP (
                       ORDER BY c.days_since_contact) AS median_days,
                   sum(c.visits_term)::int AS visits_term,
                   sum(c.visits_year)::int AS visits_year,
                   sum(c.open_cases)::int AS open_cases,
                   sum(c.new_cases)::int AS new_cases,
                   sum(c.signposted)::int AS signposted,
                   (count(*) FILTER (WHERE c.is_trained))::int AS trained,
                   (count(*) FILTER (WHERE c.is_trained_long))::int
                       AS trained_long,
                   (count(*) FILTER (WHERE c.networks > 0))::int
                       AS network_settings,
                   (count(*) FILTER (WHERE c.practice > 0))::int
                       AS practice_settings
              FROM api.setting_contacts_by_area(
                       contacts_by_area.on_date) AS c
             GROUP BY c.caseload_id, c.caseload) AS a
      LEFT JOIN (SELECT l.caseload_id,
                        percentile_cont(0.5) WITHIN GROUP (
                            ORDER BY k.closed_on - k.opened_on) AS median_days
                   FROM api.contact_cases AS k
                  CROSS JOIN api.contact_spans(
                        contacts_by_area.on_date) AS w
                   LEFT JOIN api.contact_members AS l
                     ON l.setting_id = k.setting_id
                    AND contacts_by_area.on_date BETWEEN l.from_on AND l.to_on
                  WHERE k.closed_on BETWEEN w.year_from
                                        AND contacts_by_area.on_date
                  GROUP BY l.caseload_id) AS d
        ON d.caseload_id IS NOT DISTINCT FROM a.caseload_id;
$$;

-- contacts_by_agency — in the year until that day, by code of the list agency.
CREATE VIEW api.contact_agencies AS
    SELECT unnest(k.agencies) AS agency, k.child_id, k.setting_id, k.group_id,
           k.held_on
      FROM core.agency_contacts AS k;
CREATE FUNCTION api.contacts_by_agency(on_date date)
RETURNS TABLE (agency text, title text, contacts int, children int,
    settings int, last_on date)
LANGUAGE sql STABLE
AS $$
    SELECT k.agency, max(c.title), count(*)::int,
           count(DISTINCT k.child_id)::int, count(DISTINCT k.setting_id)::int,
           max(k.held_on)
      FROM api.contact_agencies AS k
     CROSS JOIN api.contact_spans(contacts_by_agency.on_date) AS w
      LEFT JOIN api.codes AS c
        ON c.list = 'agency'
       AND c.code = k.agency
     WHERE k.held_on BETWEEN w.year_from AND contacts_by_agency.on_date
     GROUP BY k.agency;
$$;

-- contacts_by_group — every group that has settings that day, and when it was
-- spoken with: for childminder agencies CoP 5.58 asks how they are advised.
CREATE VIEW api.contact_groups AS
    SELECT g.id AS group_id, g.kind, g.name, m.setting_id, m.from_on,
           coalesce(m.to_on, 'infinity') AS to_on
      FROM core.groups AS g
      JOIN core.group_settings AS m ON m.group_id = g.id
     WHERE m.known_to IS NULL
       AND (SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                                          'la_manager');
CREATE VIEW api.contact_group_days AS
    SELECT k.group_id, k.held_on
      FROM core.agency_contacts AS k
     WHERE k.group_id IS NOT NULL;
CREATE FUNCTION api.contacts_by_group(on_date date)
RETURNS TABLE (group_id int, kind text, name text, settings int,
    contacts_year int, last_on date, is_contacted boolean)
LANGUAGE sql STABLE
AS $$
    SELECT g.group_id, g.kind, g.name, g.settings, coalesce(k.contacts, 0),
           k.last_on, coalesce(k.contacts, 0) > 0
      FROM (SELECT x.group_id, x.kind, x.name,
                   count(DISTINCT x.setting_id)::int AS settings
              FROM api.contact_groups AS x
             WHERE contacts_by_group.on_date BETWEEN x.from_on AND x.to_on
             GROUP BY x.group_id, x.kind, x.name) AS g
      LEFT JOIN (SELECT d.group_id, max(d.held_on) AS last_on,
                        (count(*) FILTER (WHERE d.held_on >= w.year_from))::int
                            AS contacts
                   FROM api.contact_group_days AS d
                  CROSS JOIN api.contact_spans(
                        contacts_by_group.on_date) AS w
                  WHERE d.held_on <= contacts_by_group.on_date
                  GROUP BY d.group_id) AS k
        ON k.group_id = g.group_id;
$$;
