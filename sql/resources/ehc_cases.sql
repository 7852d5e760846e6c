-- ehc_cases.sql — the authority's process for a child's plan: cases, what
-- happened in them, and who may write that down.
-- SPDX-License-Identifier: Apache-2.0
-- after: ehc_due settings

-- ehc_events_shown — as clients read them.
CREATE VIEW api.ehc_events_shown AS
    SELECT e.event_id, e.ehc_case AS case_id, e.child_id, e.event,
           l.name AS event_name, l.process, e.on_date, e.of_event, e.outcome,
           e.year, e.adviser, s.ref AS setting, s.name AS setting_name,
           e.la_code, e.exception, e.from_on, e.to_on, e.reason,
           e.known_from,
           CASE WHEN e.known_to < 'infinity' THEN e.known_to END AS known_to,
           e.withdrawn_reason
      FROM api.ehc_event_versions AS e
      JOIN api.law_ehc_events AS l ON l.code = e.event
      LEFT JOIN core.settings AS s ON s.id = e.setting_id;

-- ehc_cases_shown — as clients read them, with how they stand today.
CREATE VIEW api.ehc_cases_shown AS
    SELECT c.ehc_case AS case_id, c.child_id, c.plan_type, c.source, c.is_rya,
           c.officer, c.opened_on, c.ended_on, s.state, s.name AS state_name,
           s.since, c.etag
      FROM api.ehc_cases AS c
      LEFT JOIN api.ehc_states(current_date) AS s ON s.ehc_case = c.ehc_case;

-- ehc_case_shown — one, with its next step and whose it is.
CREATE FUNCTION api.ehc_case_shown(ehc_case uuid)
RETURNS TABLE (case_id uuid, child_id uuid, plan_type text, source text,
    is_rya boolean, officer text, opened_on date, ended_on date, state text,
    state_name text, since date, etag text, next_step text, next_clock text,
    next_due_on date, next_days_left int, next_exception text,
    next_owner text, next_rule text, next_reference text)
LANGUAGE sql STABLE
AS $$
    SELECT c.case_id, c.child_id, c.plan_type, c.source, c.is_rya, c.officer,
           c.opened_on, c.ended_on, c.state, c.state_name, c.since, c.etag,
           n.step, n.clock, n.due_on, n.days_left, n.exception, n.owner,
           n.rule, n.reference
      FROM api.ehc_cases_shown AS c
      LEFT JOIN api.ehc_next_steps(current_date) AS n
        ON n.ehc_case = c.case_id
     WHERE c.case_id = ehc_case_shown.ehc_case;
$$;

-- ehc_case_due — the clocks of one case, as known today: those that run, and
-- those that were met.
CREATE FUNCTION api.ehc_case_due(ehc_case uuid, on_date date)
RETURNS TABLE (child_id uuid, clock text, name text, process text, kind text,
    year int, setting text, starts_on date, due_on date, met_on date,
    days_left int, exception text, owner text, severity text, rule text,
    version date, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT d.child_id, d.clock, d.name, d.process, d.kind, d.year, s.setting,
           d.starts_on, d.due_on, d.met_on, d.days_left, d.exception, d.owner,
           d.severity, d.rule, d.clock_version, d.reference
      FROM api.ehc_clocks(ehc_case_due.on_date) AS d
      LEFT JOIN api.setting_names AS s ON s.setting_id = d.setting_id
     WHERE d.ehc_case = ehc_case_due.ehc_case;
$$;

-- ehc_codes — what can happen in a case.
CREATE VIEW api.ehc_codes AS
    SELECT l.code AS event, l.process, l.name, l.after, l.of, l.outcomes,
           l.counts_as, l.needs, l.ends, l.is_ahead, l.reference
      FROM api.law_ehc_events AS l
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- ehc_case_open — a case with its first event, once for the author's key.
CREATE FUNCTION api.ehc_case_open(key text, child_id uuid, plan_type text,
    source text, is_rya boolean, officer text, event text, on_date date,
    la_code text, from_on date, reason text)
RETURNS SETOF api.ehc_cases_shown
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key     ALIAS FOR $1;
    v_child   ALIAS FOR $2;
    v_type    text := coalesce($3, 'ehcp');
    v_event   core.ehc_events;
    v_content uuid;
    v_id      uuid;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    PERFORM FROM core.children AS c WHERE c.id = v_child FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM core.refuse('unknown_child', 'There is no such child.',
                            '/child_id');
    ELSIF NOT EXISTS (SELECT FROM law.plan_types AS t WHERE t.code = v_type
                       AND $8 BETWEEN t.valid_from
                                  AND coalesce(t.valid_to, 'infinity')) THEN
        PERFORM core.refuse('unknown_code', '', '/plan_type');
    END IF;
    v_event.event := $7;
    v_event.on_date := $8;
    v_event.la_code := $9;
    v_event.from_on := $10;
    v_event.reason := $11;
    v_event.child_id := v_child;
    v_event.key := 'open ' || v_key; -- a caller's own has no blank in it
    PERFORM core.ehc_event_form(v_event);
    IF EXISTS (SELECT FROM law.ehc_events AS l
                WHERE l.code = v_event.event AND l.after <> '{}') THEN
        PERFORM core.refuse('event_order', (SELECT l.name
            FROM law.ehc_events AS l WHERE l.code = v_event.event)
            || ' begins no case.', '/event');
    END IF;
    v_content := md5(ROW(v_child, v_type, $4, $5, $6, $7, $8, $9, $10,
        $11)::text)::uuid;
    BEGIN
        INSERT INTO core.ehc_cases AS c (child_id, plan_type, source, is_rya,
               officer, opened_on, client_id, key, content, version)
        VALUES (v_child, v_type, $4, coalesce($5, false), $6, $8,
                core.actor_id(), v_key, v_content, 0)
        ON CONFLICT ON CONSTRAINT ehc_cases_key_once DO NOTHING
        RETURNING c.id INTO v_id;
    EXCEPTION WHEN unique_violation THEN
        PERFORM core.refuse('case_open', (
            SELECT 'It was opened on ' || c.opened_on || '.'
              FROM core.ehc_cases AS c
             WHERE c.child_id = v_child
               AND c.plan_type = v_type
               AND c.ended_on IS NULL), '/child_id');
    END;
    IF v_id IS NULL THEN
        v_id := core.contact_same('ehc_cases', v_key, v_content);
    ELSE
        v_event.case_id := v_id;
        PERFORM core.ehc_event_add(v_event);
        PERFORM core.audit_write('ehc.case_open', NULL, ARRAY[v_child],
            jsonb_build_object('case_id', v_id, 'event', v_event.event));
    END IF;
    RETURN QUERY SELECT c.* FROM api.ehc_cases_shown AS c
                  WHERE c.case_id = v_id;
END
$$;

-- ehc_event_post — what happened, once for the author's key.
CREATE FUNCTION api.ehc_event_post(ehc_case uuid, key text, event text,
    on_date date, of_event uuid, outcome text, year int, adviser text,
    setting text, la_code text, exception text, from_on date, to_on date,
    reason text)
RETURNS SETOF api.ehc_events_shown
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key   ALIAS FOR $2;
    v_case  core.ehc_cases;
    v_event core.ehc_events;
    v_same  core.ehc_events;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    v_event.event := $3;
    v_event.on_date := $4;
    v_event.of_event := $5;
    v_event.outcome := $6;
    v_event.year := $7;
    v_event.adviser := $8;
    v_event.setting_id := core.setting_find($9);
    v_event.la_code := $10;
    v_event.exception := $11;
    v_event.from_on := $12;
    v_event.to_on := $13;
    v_event.reason := $14;
    v_event.key := v_key;
    IF $9 IS NOT NULL AND v_event.setting_id IS NULL THEN
        PERFORM core.refuse('unknown_setting', '', '/setting');
    END IF;
    v_case := core.ehc_case_hold($1, v_event.year IS NOT NULL);
    v_event.case_id := v_case.id;
    v_event.child_id := v_case.child_id;
    SELECT e.* INTO v_same
      FROM core.ehc_events AS e
     WHERE e.client_id = core.actor_id()
       AND e.key = v_key;
    IF FOUND THEN
        IF core.ehc_event_content(v_same)
           <> core.ehc_event_content(v_event) THEN
            PERFORM core.refuse('batch_differs');
        END IF;
    ELSE
        PERFORM core.ehc_event_form(v_event);
        PERFORM core.setting_open_check(v_event.setting_id, v_event.on_date);
        PERFORM core.ehc_event_order(v_case, v_event);
        v_same.id := core.ehc_event_add(v_event);
        PERFORM core.ehc_transfer_settle(v_event.child_id, v_event.year,
                                         v_event.event);
        PERFORM core.audit_write('ehc.event', NULL, ARRAY[v_case.child_id],
            jsonb_build_object('case_id', v_case.id, 'event_id', v_same.id,
                               'event', v_event.event));
    END IF;
    RETURN QUERY SELECT e.* FROM api.ehc_events_shown AS e
                  WHERE e.event_id = v_same.id;
END
$$;

-- ehc_advice_ask — asks all advice of regulation 6(1) at once, or that of the
-- advisers named (comma-separated): who is asked in every assessment, from
-- that year on for some; not twice since the decision to assess.
CREATE FUNCTION api.ehc_advice_ask(ehc_case uuid, key text, on_date date,
    advisers text)
RETURNS TABLE (case_id uuid, child_id uuid, asked jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key   ALIAS FOR $2;
    v_on    ALIAS FOR $3;
    v_names text[] := string_to_array($4, ',');
    v_case  core.ehc_cases;
    v_event core.ehc_events;
    v_name  text;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    v_case := core.ehc_case_hold($1, false);
    IF NOT EXISTS (SELECT FROM core.ehc_events AS e
                    WHERE e.client_id = core.actor_id()
                      AND e.key LIKE v_key || ' %') THEN
        FOR v_name IN
            SELECT u.name FROM unnest(v_names) AS u (name)
             UNION ALL
            SELECT * FROM core.ehc_advisers_left(v_case, v_on)
             WHERE v_names IS NULL
        LOOP
            v_event := NULL;
            v_event.case_id := v_case.id;
            v_event.child_id := v_case.child_id;
            v_event.event := 'advice_requested';
            v_event.on_date := v_on;
            v_event.adviser := v_name;
            v_event.key := v_key || ' ' || v_name;
            PERFORM core.ehc_event_form(v_event);
            PERFORM core.ehc_event_order(v_case, v_event);
            PERFORM core.ehc_event_add(v_event);
        END LOOP;
        PERFORM core.audit_write('ehc.advice_ask', NULL,
            ARRAY[v_case.child_id], jsonb_build_object('case_id', v_case.id));
    ELSIF EXISTS (SELECT FROM core.ehc_events AS e
                   WHERE e.client_id = core.actor_id()
                     AND e.key LIKE v_key || ' %'
                     AND (e.case_id, e.on_date) <> (v_case.id, v_on))
          OR v_names IS NOT NULL AND (
              SELECT array_agg(e.adviser ORDER BY e.adviser)
                FROM core.ehc_events AS e
               WHERE e.client_id = core.actor_id()
                 AND e.key LIKE v_key || ' %') IS DISTINCT FROM (
              SELECT array_agg(u.name ORDER BY u.name)
                FROM unnest(v_names) AS u (name)) THEN
        PERFORM core.refuse('batch_differs');
    END IF;
    RETURN QUERY
        SELECT v_case.id, v_case.child_id,
               (SELECT coalesce(jsonb_agg(jsonb_build_object('event_id', e.id,
                           'adviser', e.adviser) ORDER BY e.adviser), '[]')
                  FROM core.ehc_events AS e
                 WHERE e.client_id = core.actor_id()
                   AND e.key LIKE v_key || ' %');
END
$$;

-- ehc_event_withdraw — the event was entered in error. Later ones that rest
-- on it go first.
CREATE FUNCTION api.ehc_event_withdraw(event uuid, reason text)
RETURNS SETOF api.ehc_events_shown
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_event core.ehc_events;
    v_rests text;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    SELECT e.* INTO v_event FROM core.ehc_events AS e WHERE e.id = $1;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    PERFORM core.ehc_case_hold(v_event.case_id, v_event.year IS NOT NULL);
    SELECT e.* INTO v_event FROM core.ehc_events AS e WHERE e.id = $1;
    IF v_event.known_to < 'infinity' THEN
        PERFORM core.refuse('withdrawn');
    END IF;
    SELECT format('%s on %s rests on %s on %s.', l.name, e.on_date,
               (SELECT n.name FROM law.ehc_events AS n
                 WHERE n.code = v_event.event), v_event.on_date)
      INTO v_rests
      FROM core.ehc_events AS e
      JOIN law.ehc_events AS l ON l.code = e.event
     WHERE e.case_id = v_event.case_id
       AND e.known_to = 'infinity'
       AND e.id <> v_event.id
       AND (e.of_event = v_event.id
            OR core.ehc_follows(e.case_id, l.after, e.on_date)
               AND NOT core.ehc_follows(e.case_id, l.after, e.on_date,
                                        v_event.id))
     ORDER BY e.on_date, e.known_from
     LIMIT 1;
    IF FOUND THEN
        PERFORM core.refuse('event_rests', v_rests);
    END IF;
    BEGIN
        PERFORM core.ehc_event_end(v_event, $2);
        PERFORM core.ehc_transfer_settle(v_event.child_id, v_event.year,
                                         v_event.event);
    EXCEPTION WHEN unique_violation THEN
        PERFORM core.refuse('case_open',
            'Another case of the child has been opened since.');
    END;
    PERFORM core.audit_write('ehc.event_withdraw', NULL,
        ARRAY[v_event.child_id], jsonb_build_object('case_id',
            v_event.case_id, 'event_id', v_event.id, 'event', v_event.event));
    RETURN QUERY SELECT e.* FROM api.ehc_events_shown AS e
                  WHERE e.event_id = v_event.id;
END
$$;
