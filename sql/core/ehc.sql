-- ehc — events of a plan's case: what may happen after what, how one is
-- written and taken back, and the milestones of core.ehc_transfers kept equal
-- to the events that name a year.
-- SPDX-License-Identifier: Apache-2.0

-- ehc_case_hold — the case, held until the end of the transaction; so is its
-- child, and with is_told the facts of it, in that order: as everybody does
-- who changes both.
CREATE OR REPLACE FUNCTION core.ehc_case_hold(case_id uuid, is_told boolean)
RETURNS core.ehc_cases
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_case core.ehc_cases;
BEGIN
    LOOP -- once more, where the child was joined to another meanwhile
        SELECT c.* INTO v_case FROM core.ehc_cases AS c WHERE c.id = case_id;
        IF NOT FOUND THEN
            PERFORM core.refuse('not_found');
        ELSIF is_told THEN
            PERFORM core.facts_lock(ARRAY[v_case.child_id]);
        ELSE
            PERFORM FROM core.children AS c
              WHERE c.id = v_case.child_id FOR KEY SHARE;
        END IF;
        SELECT c.* INTO v_case
          FROM core.ehc_cases AS c
         WHERE c.id = case_id
           AND c.child_id = v_case.child_id
           FOR UPDATE;
        EXIT WHEN FOUND;
    END LOOP;
    RETURN v_case;
END
$$;

-- ehc_follows — something of after (CODE, CODE:OUTCOME) stands in the case on
-- that day or before; nothing to follow is always followed.
CREATE OR REPLACE FUNCTION core.ehc_follows(case_id uuid, after text[],
    on_date date, without uuid DEFAULT NULL)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT after = '{}' OR EXISTS (
               SELECT
                 FROM core.ehc_events AS e
                WHERE e.case_id = ehc_follows.case_id
                  AND e.known_to = 'infinity'
                  AND e.on_date <= ehc_follows.on_date
                  AND e.id IS DISTINCT FROM ehc_follows.without
                  AND (e.event = ANY (after)
                       OR e.event || ':' || e.outcome = ANY (after)));
$$;

-- ehc_event_form — refuses an event that is not whole in itself: of a code
-- there is not, without what its code needs, with what it cannot have.
CREATE OR REPLACE FUNCTION core.ehc_event_form(event core.ehc_events)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_law  law.ehc_events;
    v_need text;
BEGIN
    SELECT l.* INTO v_law FROM law.ehc_events AS l WHERE l.code = event.event;
    IF NOT FOUND THEN
        PERFORM core.refuse('unknown_code', '', '/event');
    ELSIF event.on_date > current_date AND NOT v_law.is_ahead THEN
        PERFORM core.refuse('malformed_field', 'The day lies ahead: '
            || v_law.name || ' has not happened yet.', '/on_date');
    ELSIF event.outcome IS NULL AND v_law.outcomes IS NOT NULL THEN
        PERFORM core.refuse('missing_field', v_law.name || ' has one of: '
            || array_to_string(v_law.outcomes, ', '), '/outcome');
    ELSIF event.outcome IS NOT NULL
          AND event.outcome <> ALL (coalesce(v_law.outcomes, '{}')) THEN
        PERFORM core.refuse('unknown_code', coalesce(v_law.name || ' has one of: '
            || array_to_string(v_law.outcomes, ', '),
            v_law.name || ' has no outcome.'), '/outcome');
    ELSIF event.of_event IS NOT NULL AND v_law.of IS NULL THEN
        PERFORM core.refuse('malformed_field', v_law.name
            || ' belongs to no other event.', '/of_event');
    ELSIF event.of_event IS NULL AND v_law.of IS NOT NULL THEN
        PERFORM core.refuse('missing_field', v_law.name
            || ' must say to which it belongs.', '/of_event');
    ELSIF event.exception IS NOT NULL AND 'exception' <> ALL (v_law.needs) THEN
        PERFORM core.refuse('malformed_field', v_law.name
            || ' is no exception to a time limit.', '/exception');
    ELSIF event.year NOT BETWEEN 2014 AND 2100 THEN
        PERFORM core.refuse('malformed_field', '', '/year');
    END IF;
    FOREACH v_need IN ARRAY v_law.needs LOOP
        IF to_jsonb(event)->v_need = 'null' THEN
            PERFORM core.refuse('missing_field', v_law.name
                || ' cannot do without it.',
                '/' || CASE v_need WHEN 'setting_id' THEN 'setting'
                                   ELSE v_need END);
        END IF;
    END LOOP;
    PERFORM core.dates_check(event.from_on, event.to_on);
    PERFORM core.ehc_event_codes(event);
END
$$;

-- ehc_event_codes — refuses an adviser, authority or exception there is not,
-- and an exception that did not last as long as the law asks.
CREATE OR REPLACE FUNCTION core.ehc_event_codes(event core.ehc_events)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_exception law.clock_exceptions;
BEGIN
    IF event.adviser IS NOT NULL AND NOT EXISTS (
           SELECT FROM law.ehc_advisers AS a WHERE a.code = event.adviser) THEN
        PERFORM core.refuse('unknown_code', '', '/adviser');
    ELSIF event.la_code IS NOT NULL AND NOT EXISTS (
           SELECT FROM core.local_authorities AS a
            WHERE a.code = event.la_code) THEN
        PERFORM core.refuse('unknown_code', '', '/la_code');
    ELSIF event.exception IS NULL THEN
        RETURN;
    END IF;
    SELECT x.* INTO v_exception
      FROM law.clock_exceptions AS x
     WHERE x.code = event.exception
       AND event.on_date BETWEEN x.valid_from
                             AND coalesce(x.valid_to, 'infinity');
    IF NOT FOUND THEN
        PERFORM core.refuse('unknown_code', '', '/exception');
    ELSIF v_exception.weeks_min IS NOT NULL AND event.from_on IS NULL THEN
        PERFORM core.refuse('missing_field',
            'It must have lasted at least ' || v_exception.weeks_min
            || ' weeks: from which day?', '/from_on');
    ELSIF event.to_on - event.from_on + 1 < 7 * v_exception.weeks_min THEN
        PERFORM core.refuse('malformed_field',
            'It must have lasted at least ' || v_exception.weeks_min
            || ' weeks.', '/to_on');
    END IF;
END
$$;

-- ehc_event_order — refuses an event that cannot happen then in that case:
-- the case is over, what it belongs to is not there, its predecessor has not
-- happened by that day, or something happened after the end.
CREATE OR REPLACE FUNCTION core.ehc_event_order(v_case core.ehc_cases,
    event core.ehc_events)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_law  law.ehc_events;
    v_of   core.ehc_events;
    v_when date;
    v_what text;
BEGIN
    IF v_case.ended_on IS NOT NULL THEN
        PERFORM core.refuse('case_over', 'It ended on ' || v_case.ended_on
            || '.');
    END IF;
    SELECT l.* INTO v_law FROM law.ehc_events AS l WHERE l.code = event.event;
    IF event.of_event IS NOT NULL THEN
        SELECT e.* INTO v_of
          FROM core.ehc_events AS e
         WHERE e.id = event.of_event
           AND e.case_id = v_case.id
           AND e.known_to = 'infinity';
        IF v_of.event IS DISTINCT FROM v_law.of THEN
            PERFORM core.refuse('malformed_field', v_law.name
                || ' belongs to an event of this case: '
                || (SELECT l.name FROM law.ehc_events AS l
                     WHERE l.code = v_law.of) || '.', '/of_event');
        ELSIF event.on_date < v_of.on_date THEN
            PERFORM core.refuse('event_order', format(
                '%s on %s lies before what it belongs to: %s on %s.',
                v_law.name, event.on_date, (SELECT l.name
                    FROM law.ehc_events AS l WHERE l.code = v_of.event),
                v_of.on_date), '/on_date');
        END IF;
    END IF;
    IF NOT core.ehc_follows(v_case.id, v_law.after, event.on_date) THEN
        SELECT l.name, e.on_date INTO v_what, v_when
          FROM core.ehc_events AS e
          JOIN law.ehc_events AS l ON l.code = e.event
         WHERE e.case_id = v_case.id
           AND e.known_to = 'infinity'
           AND (e.event = ANY (v_law.after)
                OR e.event || ':' || e.outcome = ANY (v_law.after))
         ORDER BY e.on_date
         LIMIT 1;
        PERFORM core.refuse('event_order', CASE
            WHEN v_when IS NOT NULL THEN format(
                '%s on %s lies before %s on %s.', v_law.name, event.on_date,
                v_what, v_when)
            ELSE format('%s comes after: %s. The case has none.', v_law.name,
                (SELECT string_agg(l.name || coalesce(' (' || nullif(split_part(
                            a.code, ':', 2), '') || ')', ''), '; ' ORDER BY a.n)
                   FROM unnest(v_law.after) WITH ORDINALITY AS a (code, n)
                   JOIN law.ehc_events AS l
                     ON l.code = split_part(a.code, ':', 1))) END,
            '/on_date');
    END IF;
    SELECT l.name, e.on_date INTO v_what, v_when
      FROM core.ehc_events AS e
      JOIN law.ehc_events AS l ON l.code = e.event
     WHERE v_law.ends
       AND e.case_id = v_case.id
       AND e.known_to = 'infinity'
       AND e.on_date > event.on_date
       AND NOT l.is_ahead
     ORDER BY e.on_date DESC
     LIMIT 1;
    IF FOUND THEN
        PERFORM core.refuse('event_order', format(
            'The case cannot be over on %s: %s was on %s.', event.on_date,
            v_what, v_when), '/on_date');
    END IF;
END
$$;

-- ehc_event_add — writes the event down, and what follows for its case. Who
-- calls holds the case, and settles the milestone where a year is named.
CREATE OR REPLACE FUNCTION core.ehc_event_add(event core.ehc_events)
RETURNS uuid
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_id uuid;
BEGIN
    INSERT INTO core.ehc_events AS e (case_id, child_id, event, on_date,
           of_event, outcome, year, adviser, setting_id, la_code, exception,
           from_on, to_on, reason, client_id, key, known_from)
    SELECT event.case_id, event.child_id, event.event, event.on_date,
           event.of_event, event.outcome, event.year, event.adviser,
           event.setting_id, event.la_code, event.exception, event.from_on,
           event.to_on, event.reason, core.actor_id(), event.key,
           clock_timestamp()
    RETURNING e.id INTO v_id;
    PERFORM core.ehc_case_settle(event.case_id);
    RETURN v_id;
END
$$;

-- ehc_event_end — the event never was, as is known from now on.
CREATE OR REPLACE FUNCTION core.ehc_event_end(event core.ehc_events,
    reason text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE core.ehc_events AS e
       SET known_to = clock_timestamp(),
           withdrawn_by = core.actor_id(),
           withdrawn_reason = ehc_event_end.reason
     WHERE e.id = event.id;
    PERFORM core.ehc_case_settle(event.case_id);
END
$$;

-- ehc_case_settle — the case begins with its first event that stands and ends
-- with the one that ends it; without any it ended when it began.
CREATE OR REPLACE FUNCTION core.ehc_case_settle(case_id uuid)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE core.ehc_cases AS c
       SET opened_on = coalesce(e.first_on, c.opened_on),
           ended_on = CASE WHEN e.first_on IS NULL THEN c.opened_on
                           ELSE e.end_on END,
           version = c.version + 1
      FROM (SELECT min(e.on_date) FILTER (WHERE NOT l.is_ahead) AS first_on,
                   min(e.on_date) FILTER (WHERE l.ends) AS end_on
              FROM core.ehc_events AS e
              JOIN law.ehc_events AS l ON l.code = e.event
             WHERE e.case_id = ehc_case_settle.case_id
               AND e.known_to = 'infinity') AS e
     WHERE c.id = ehc_case_settle.case_id;
$$;

-- ehc_transfer_settle — the milestone that such an event of that year is, as
-- the newest that stands in a case of the child says; and tells the settings.
CREATE OR REPLACE FUNCTION core.ehc_transfer_settle(child uuid, year int,
    event text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_field text := (SELECT l.milestone FROM law.ehc_events AS l
                      WHERE l.code = event);
    v_day   date;
BEGIN
    IF v_field IS NULL OR year IS NULL THEN
        RETURN;
    END IF;
    SELECT max(e.on_date) INTO v_day
      FROM core.ehc_events AS e
     WHERE e.child_id = child
       AND e.year = ehc_transfer_settle.year
       AND e.event = ehc_transfer_settle.event
       AND e.known_to = 'infinity';
    EXECUTE format($q$
        INSERT INTO core.ehc_transfers AS t (child_id, year, %1$I, version,
               changed_at, changed_by)
        VALUES ($1, $2, $3, 1, now(), core.actor_id())
        ON CONFLICT ON CONSTRAINT ehc_transfers_pkey DO UPDATE
           SET %1$I = excluded.%1$I,
               version = t.version + 1,
               changed_at = excluded.changed_at,
               changed_by = excluded.changed_by
         WHERE t.%1$I IS DISTINCT FROM excluded.%1$I$q$, v_field)
      USING child, year, v_day;
    PERFORM core.facts_settle(ARRAY[child]);
END
$$;

-- ehc_transfer_events — makes the events of that year in the child's open case
-- with a plan in force equal to its milestones; none, where there is no such
-- case. What belongs to an event follows it to its new day.
CREATE OR REPLACE FUNCTION core.ehc_transfer_events(child uuid, year int)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_case  core.ehc_cases;
    v_law   record;
    v_event core.ehc_events;
    v_old   core.ehc_events;
    v_id    uuid;
BEGIN
    SELECT c.* INTO v_case
      FROM core.ehc_cases AS c
     WHERE c.child_id = child
       AND c.ended_on IS NULL
       AND EXISTS (SELECT
                     FROM core.ehc_events AS e
                     JOIN law.ehc_events AS l
                       ON l.code = e.event
                      AND 'plan_in_force' = ANY (l.counts_as)
                    WHERE e.case_id = c.id
                      AND e.known_to = 'infinity')
     ORDER BY c.opened_on, c.id
     LIMIT 1
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    FOR v_law IN
        SELECT l.code, l.name, (to_jsonb(t)->>l.milestone)::date AS day
          FROM law.ehc_events AS l
          JOIN core.ehc_transfers AS t
            ON t.child_id = child
           AND t.year = ehc_transfer_events.year
         WHERE l.milestone IS NOT NULL
    LOOP
        SELECT e.* INTO v_old
          FROM core.ehc_events AS e
         WHERE e.case_id = v_case.id
           AND e.event = v_law.code
           AND e.year = ehc_transfer_events.year
           AND e.known_to = 'infinity'
         ORDER BY e.on_date DESC, e.known_from DESC
         LIMIT 1;
        CONTINUE WHEN v_old.on_date IS NOT DISTINCT FROM v_law.day;
        v_id := NULL;
        IF v_law.day IS NOT NULL THEN
            v_event := NULL;
            v_event.case_id := v_case.id;
            v_event.child_id := child;
            v_event.event := v_law.code;
            v_event.on_date := v_law.day;
            v_event.year := ehc_transfer_events.year;
            v_event.key := 'milestone ' || gen_random_uuid();
            v_id := core.ehc_event_add(v_event);
        END IF;
        CONTINUE WHEN v_old.id IS NULL;
        IF EXISTS (SELECT FROM core.ehc_events AS e
                    WHERE e.of_event = v_old.id
                      AND e.known_to = 'infinity'
                      AND (v_id IS NULL OR e.on_date < v_law.day)) THEN
            PERFORM core.refuse('transition_order', v_law.name || ' on '
                || v_old.on_date || ': later events of the case rest on it.');
        END IF;
        UPDATE core.ehc_events AS e
           SET of_event = v_id
         WHERE e.of_event = v_old.id
           AND e.known_to = 'infinity';
        PERFORM core.ehc_event_end(v_old, 'The milestones of '
            || ehc_transfer_events.year || ' were put right.');
    END LOOP;
END
$$;

-- ehc_event_content — what the author of an event said of it.
CREATE OR REPLACE FUNCTION core.ehc_event_content(event core.ehc_events)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT ROW(event.case_id, event.event, event.on_date, event.of_event,
               event.outcome, event.year, event.adviser, event.setting_id,
               event.la_code, event.exception, event.from_on, event.to_on,
               event.reason)::text;
$$;

-- ehc_advisers_left — who is to be asked in the assessment of that case and
-- was not since it was decided: some only from a year group on, which is the
-- one a setting records, else that of the child's age.
CREATE OR REPLACE FUNCTION core.ehc_advisers_left(v_case core.ehc_cases,
    on_date date)
RETURNS SETOF text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT a.code
      FROM law.ehc_advisers AS a
     WHERE a.is_needed
       AND coalesce(a.year_from <= coalesce((
               SELECT max(g.ncy)
                 FROM core.child_records AS r
                 JOIN law.year_groups AS g ON g.code = r.year_group
                WHERE r.child_id = v_case.child_id
                  AND r.deleted_at IS NULL), (
               SELECT extract(year FROM on_date + interval '4 months')
                      - extract(year FROM c.born_on + interval '4 months') - 5
                 FROM core.children AS c
                WHERE c.id = v_case.child_id)), true)
       AND NOT EXISTS (
           SELECT
             FROM core.ehc_events AS e
            WHERE e.case_id = v_case.id
              AND e.adviser = a.code
              AND e.event = 'advice_requested'
              AND e.known_to = 'infinity'
              AND e.on_date >= (
                  SELECT max(d.on_date)
                    FROM core.ehc_events AS d
                   WHERE d.case_id = v_case.id
                     AND d.event IN ('assessment_decided',
                                     'reassessment_decided')
                     AND d.known_to = 'infinity'))
     ORDER BY a.code;
$$;
