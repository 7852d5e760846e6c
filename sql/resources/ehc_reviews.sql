-- ehc_reviews.sql — the annual reviews to come: of every plan in force that the
-- authority has a case of, and of children of whose plan only settings' records
-- tell; and whether a review covered preparation for adulthood.
-- SPDX-License-Identifier: Apache-2.0
-- after: ehc_due ehc_forecast reports settings

-- ehc_adulthood — what a review meeting covered of it.
CREATE VIEW api.ehc_adulthood AS
    SELECT e.id AS event_id, e.case_id, e.child_id,
           e.on_date AS held_on, a.areas, a.version::text AS etag
      FROM core.ehc_adulthood AS a
      JOIN core.ehc_events AS e
        ON e.id = a.event_id
       AND e.known_to = 'infinity';

CREATE VIEW api.open_cycles AS
    SELECT p.child_id, p.review_due_on
      FROM core.plans AS p
     WHERE p.deleted_at IS NULL
       AND p.end_on IS NULL
       AND p.reviewed_on IS NULL;

-- ehc_reviews — a row a plan.
--   basis     case: the authority's own; record: a setting records the
--             provision E, and there is no case, so nothing is known of its
--             reviews. cycle_due_on is then the setting's own next review.
--   meeting_by  the latest day of a meeting: four weeks before the review is
--             due, or that for the next phase, if that is earlier
--   early_by  under five: six months from the plan or the last decision
--   year_group  the year (NCY) at the day of the review, by the record of the
--             setting where the child is, else by age
--   state     late: due before that day; meeting_late: not held by meeting_by;
--             decision: held, the decision is waited for; open: to come;
--             unknown: basis record
CREATE FUNCTION api.ehc_reviews(on_date date)
RETURNS TABLE (child_id uuid, ehc_case uuid, setting_id int, setting text,
    setting_name text, surname text, forename text, basis text,
    in_force_on date, last_meeting_on date, last_decision_on date,
    last_outcome text, due_on date, days_left int, meeting_by date,
    is_under_five boolean, early_by date, cycle_due_on date, year_group int,
    is_adulthood_due boolean, adulthood text[], is_late boolean, state text,
    rule text, reference text)
LANGUAGE sql STABLE
AS $$
    WITH rule AS MATERIALIZED (
        SELECT a.amount
          FROM api.amounts(ehc_reviews.on_date) AS a
         WHERE a.rule_id = 'ehc_adulthood_year'
    ), homes AS MATERIALIZED (
        SELECT * FROM api.homes(ehc_reviews.on_date)
    ), due AS MATERIALIZED (
        SELECT d.subject_id::uuid AS ehc_case, d.child_id,
               min(d.due_on) FILTER (WHERE d.clock = 'review') AS due_on,
               min(d.due_on) FILTER (WHERE d.clock IN ('review_meeting',
                   'phase_meeting_15_february', 'phase_meeting_31_march'))
                   AS meeting_by,
               min(d.due_on) FILTER (WHERE d.clock = 'review_under_five')
                   AS early_by,
               min(d.rule) FILTER (WHERE d.clock = 'review') AS rule,
               min(d.reference) FILTER (WHERE d.clock = 'review') AS reference
          FROM api.ehc_due(ehc_reviews.on_date, 'infinity', true) AS d
         WHERE d.clock IN ('review', 'review_meeting', 'review_under_five',
                   'phase_meeting_15_february', 'phase_meeting_31_march')
           AND d.met_on IS NULL
         GROUP BY d.subject_id, d.child_id
        HAVING bool_or(d.clock = 'review')
    ), said AS MATERIALIZED (
        SELECT e.ehc_case,
               min(e.on_date) FILTER (WHERE e.event IN ('final_issued',
                   'plan_transferred_in')) AS in_force_on,
               max(e.on_date) FILTER (WHERE e.event = 'review_held')
                   AS last_meeting_on,
               max(e.on_date) FILTER (WHERE e.event = 'review_decided')
                   AS last_decision_on,
               (array_agg(e.outcome ORDER BY e.on_date DESC)
                   FILTER (WHERE e.event = 'review_decided'))[1]
                   AS last_outcome,
               (array_agg(e.event_id ORDER BY e.on_date DESC)
                   FILTER (WHERE e.event = 'review_held'))[1] AS meeting,
               (array_agg(e.of_event ORDER BY e.on_date DESC)
                   FILTER (WHERE e.event = 'review_decided'))[1] AS decided
          FROM api.ehc_events AS e
         WHERE e.event IN ('final_issued', 'plan_transferred_in',
                           'review_held', 'review_decided')
           AND e.on_date <= ehc_reviews.on_date
         GROUP BY e.ehc_case
    ), plans AS (
        SELECT d.child_id, d.ehc_case, 'case' AS basis, s.in_force_on,
               s.last_meeting_on, s.last_decision_on, s.last_outcome,
               s.meeting, s.meeting IS DISTINCT FROM s.decided
                   AND s.meeting IS NOT NULL AS is_held,
               d.due_on, d.meeting_by, d.early_by, d.rule, d.reference
          FROM due AS d
          JOIN said AS s ON s.ehc_case = d.ehc_case
        UNION ALL
        SELECT u.child_id, NULL, 'record', NULL, NULL, NULL, NULL, NULL, false,
               NULL, NULL, NULL, r.id, r.reference
          FROM api.statuses(ehc_reviews.on_date) AS u
          JOIN homes AS h ON h.child_id = u.child_id
          LEFT JOIN api.law_rules AS r
            ON r.id = 'review_annual'
           AND ehc_reviews.on_date BETWEEN r.valid_from AND r.valid_to
         WHERE u.provision = 'E'
           AND NOT EXISTS (SELECT FROM due AS d
                            WHERE d.child_id = u.child_id)
    )
    SELECT p.child_id, p.ehc_case, h.setting_id, n.setting, n.setting_name,
           h.surname, h.forename, p.basis, p.in_force_on, p.last_meeting_on,
           p.last_decision_on, p.last_outcome, p.due_on,
           p.due_on - ehc_reviews.on_date,
           CASE WHEN NOT p.is_held THEN p.meeting_by END,
           c.born_on + interval '5 years' > ehc_reviews.on_date,
           p.early_by,
           (SELECT min(o.review_due_on)
              FROM api.open_cycles AS o
             WHERE p.basis = 'record'
               AND o.child_id = p.child_id),
           y.ncy, coalesce(y.ncy >= (SELECT r.amount FROM rule AS r), false),
           a.areas, coalesce(p.due_on < ehc_reviews.on_date, false),
           CASE WHEN p.basis = 'record' THEN 'unknown'
                WHEN p.due_on < ehc_reviews.on_date THEN 'late'
                WHEN p.is_held THEN 'decision'
                WHEN p.meeting_by < ehc_reviews.on_date THEN 'meeting_late'
                ELSE 'open'
           END,
           p.rule, p.reference
      FROM plans AS p
      JOIN api.ehc_children AS c ON c.child_id = p.child_id
      LEFT JOIN homes AS h ON h.child_id = p.child_id
      LEFT JOIN api.setting_names AS n ON n.setting_id = h.setting_id
      LEFT JOIN api.ehc_adulthood AS a ON a.event_id = p.meeting
     CROSS JOIN LATERAL (
           SELECT CASE WHEN h.ncy IS NOT NULL
                       THEN h.ncy + api.school_year(greatest(p.due_on,
                                ehc_reviews.on_date))
                            - api.school_year(ehc_reviews.on_date)
                       ELSE api.school_year(greatest(p.due_on,
                                ehc_reviews.on_date))
                            - extract(year FROM c.born_on
                                      + interval '4 months')::int - 5
                  END AS ncy) AS y;
$$;

-- ehc_adulthood_put — what that meeting covered of preparation for adulthood:
-- none of it is an answer too. Said again it is put right.
CREATE FUNCTION api.ehc_adulthood_put(event uuid, if_match text, areas text)
RETURNS SETOF api.ehc_adulthood
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_areas text[] := coalesce(string_to_array($3, ','), '{}');
    v_event core.ehc_events;
    v_was   core.ehc_adulthood;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    IF NOT v_areas <@ ARRAY['employment', 'independent_living', 'community',
                            'health'] THEN
        PERFORM core.refuse('unknown_code', '', '/areas');
    END IF;
    SELECT e.* INTO v_event
      FROM core.ehc_events AS e
     WHERE e.id = $1
       AND e.event = 'review_held'
       AND e.known_to = 'infinity'
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    SELECT a.* INTO v_was FROM core.ehc_adulthood AS a WHERE a.event_id = $1;
    PERFORM core.attendance_match(if_match, v_was.version);
    INSERT INTO core.ehc_adulthood AS a (event_id, child_id, areas, client_id)
    VALUES (v_event.id, v_event.child_id, v_areas, core.actor_id())
    ON CONFLICT ON CONSTRAINT ehc_adulthood_pkey DO UPDATE
       SET areas = excluded.areas,
           client_id = excluded.client_id,
           version = a.version + 1,
           at = now();
    PERFORM core.audit_write('ehc_reviews.adulthood', NULL,
        ARRAY[v_event.child_id],
        jsonb_build_object('event_id', v_event.id, 'before', v_was.areas));
    RETURN QUERY SELECT a.* FROM api.ehc_adulthood AS a WHERE a.event_id = $1;
END
$$;
