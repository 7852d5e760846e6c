-- planned_visits — where an Area SENCO will be and when: planned, moved,
-- cancelled, and found again in the log of visits once she has been there.
-- Whoever plans a caseload sees them. A note may say more than it should, so
-- it stays here: the calendar has settings and times only.
-- SPDX-License-Identifier: Apache-2.0
-- after: caseloads visits planner amounts

-- planned_visits — state is what became of it: planned, cancelled, visited (a
-- visit was noted within the days of the rule planner_visit_match), or
-- unconfirmed (its day is past and none was).
CREATE VIEW api.planned_visits AS
    SELECT to_char(v.visit_on, 'YYYY-MM-DD') || v.id AS _key,
           v.id AS planned_id,
           v.caseload_id,
           v.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           v.visit_on AS "on",
           v.from_at,
           v.until_at,
           v.note,
           CASE WHEN v.is_cancelled THEN 'cancelled'
                WHEN m.id IS NOT NULL THEN 'visited'
                WHEN v.visit_on < current_date THEN 'unconfirmed'
                ELSE 'planned' END AS state,
           m.id AS visit_id,
           m.visited_on,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'rule', f.weight_rule,
                       'finding', f.id,
                       'severity', f.severity,
                       'sentence', replace(f.many, '{n}',
                                           coalesce(d.n::text, '')) || '.',
                       'inputs', d.inputs,
                       'reference', a.reference) ORDER BY f.position), '[]')
              FROM (SELECT 'visit_no_working_day' AS id, NULL::int AS n,
                           jsonb_build_object('visit_on', v.visit_on)
                               AS inputs
                     WHERE extract(isodow FROM v.visit_on) > 5
                        OR EXISTS (SELECT
                                     FROM law.bank_holidays AS h
                                    WHERE h.day = v.visit_on)
                    UNION ALL
                    SELECT 'visit_day_full', o.n,
                           jsonb_build_object('visits', o.n, 'most', m.amount)
                      FROM (SELECT count(*)::int AS n
                              FROM core.planned_visits AS x
                             WHERE x.caseload_id = v.caseload_id
                               AND x.visit_on = v.visit_on
                               AND NOT x.is_cancelled) AS o
                      JOIN api.amounts(v.visit_on) AS m
                        ON m.rule_id = 'planner_visits_a_day'
                       AND o.n > m.amount) AS d
              JOIN law.planner_reasons AS f ON f.id = d.id
              JOIN api.amounts(v.visit_on) AS a ON a.rule_id = f.weight_rule
             WHERE NOT v.is_cancelled) AS findings,
           c.name AS planned_by,
           v.at,
           v.changed_at,
           v.version::text AS etag
      FROM core.planned_visits AS v
      JOIN core.settings AS s ON s.id = v.setting_id
      JOIN core.clients AS c ON c.id = v.client_id
      LEFT JOIN LATERAL (
           SELECT o.id, o.visited_on
             FROM core.visits AS o
            WHERE NOT v.is_cancelled
              AND o.setting_id = v.setting_id
              AND abs(o.visited_on - v.visit_on) <= (
                  SELECT a.amount
                    FROM api.amounts(v.visit_on) AS a
                   WHERE a.rule_id = 'planner_visit_match')
              AND o.mode IN ('visit', 'drop_in')
            ORDER BY abs(o.visited_on - v.visit_on), o.at, o.id
            LIMIT 1) AS m ON true
     WHERE v.caseload_id IN (SELECT k.caseload_id
                               FROM api.caseloads AS k);

-- planned_visit_check — refuses a setting that is not in the caseload or
-- closed that day, and a day or times that cannot be. A weekend, a bank
-- holiday and a full day are taken, with a finding.
CREATE FUNCTION api.planned_visit_check(caseload int, setting int,
    visit_on date, from_at timestamptz, until_at timestamptz)
RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_closed date;
BEGIN
    IF visit_on < current_date THEN
        PERFORM core.refuse('malformed_field',
            'It lies in the past; a visit that was made is noted under '
            '/v1/visits.', '/on');
    ELSIF visit_on > current_date + interval '2 years' THEN
        PERFORM core.refuse('malformed_field', 'It lies more than two years '
            'ahead.', '/on');
    ELSIF NOT coalesce(setting = ANY (
              api.planner_settings(caseload, visit_on)), false) THEN
        PERFORM core.refuse('unknown_setting',
            'It is not in this caseload on that day.', '/setting');
    ELSIF until_at IS NOT NULL AND from_at IS NULL THEN
        PERFORM core.refuse('missing_field', 'An end needs a beginning.',
                            '/from_at');
    ELSIF (from_at AT TIME ZONE 'Europe/London')::date <> visit_on THEN
        PERFORM core.refuse('malformed_field',
            'It must be on the day of the visit, in London.', '/from_at');
    ELSIF until_at <= from_at THEN
        PERFORM core.refuse('dates_reversed',
            'The visit would end before it begins.', '/until_at');
    ELSIF (until_at AT TIME ZONE 'Europe/London')::date <> visit_on THEN
        PERFORM core.refuse('malformed_field',
            'It must be on the day of the visit, in London.', '/until_at');
    END IF;
    SELECT s.closed_on INTO v_closed
      FROM core.settings AS s
     WHERE s.id = setting;
    IF v_closed < visit_on THEN
        PERFORM core.refuse('setting_closed',
            'The setting closes on ' || v_closed || '.', '/on');
    END IF;
END
$$;

-- planned_visit_plan — writes down a visit once for the planner's key; the
-- same again is answered with the same row, as it is by then.
CREATE FUNCTION api.planned_visit_plan(key text, caseload int,
    setting_ref text, visit_on date, from_at timestamptz,
    until_at timestamptz, note text)
RETURNS SETOF api.planned_visits
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key      ALIAS FOR $1;
    v_caseload ALIAS FOR $2;
    v_on       ALIAS FOR $4;
    v_from     ALIAS FOR $5;
    v_until    ALIAS FOR $6;
    v_note     ALIAS FOR $7;
    v_setting  int := core.setting_find($3);
    v_asked    text := md5(ROW($2, $3, $4, $5, $6, $7)::text);
    v_before   core.planned_visits;
    v_id       uuid;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    IF NOT EXISTS (SELECT FROM api.caseloads AS c
                    WHERE c.caseload_id = v_caseload) THEN
        PERFORM core.refuse('not_found', '', '/caseload');
    END IF;
    SELECT p.* INTO v_before
      FROM core.planned_visits AS p
     WHERE p.client_id = core.actor_id()
       AND p.key = v_key;
    IF FOUND THEN
        IF v_before.asked <> v_asked THEN
            PERFORM core.refuse('batch_differs');
        END IF;
        RETURN QUERY SELECT * FROM api.planned_visits AS p
                      WHERE p.planned_id = v_before.id;
        RETURN;
    END IF;
    PERFORM api.planned_visit_check(v_caseload, v_setting, v_on, v_from,
                                    v_until);
    INSERT INTO core.planned_visits AS p (caseload_id, setting_id, client_id,
           key, asked, visit_on, from_at, until_at, note)
    VALUES (v_caseload, v_setting, core.actor_id(), v_key, v_asked, v_on,
            v_from, v_until, v_note)
    ON CONFLICT ON CONSTRAINT planned_visits_key_once DO NOTHING
    RETURNING p.id INTO v_id;
    IF v_id IS NULL THEN -- the same key at the same moment: ask again
        PERFORM core.refuse('busy');
    END IF;
    PERFORM core.audit_write('planner.visit_plan', v_setting, NULL,
        jsonb_build_object('planned_id', v_id, 'visit_on', v_on));
    RETURN QUERY SELECT * FROM api.planned_visits AS p
                  WHERE p.planned_id = v_id;
END
$$;

-- planned_visit_take — the planned visit, locked, when it is of a caseload of
-- the actor's and as it was read.
CREATE FUNCTION api.planned_visit_take(id uuid, if_match text)
RETURNS core.planned_visits
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_taken core.planned_visits;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    SELECT p.* INTO v_taken
      FROM core.planned_visits AS p
     WHERE p.id = planned_visit_take.id
       AND p.caseload_id IN (SELECT c.caseload_id FROM api.caseloads AS c)
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF if_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    ELSIF if_match <> v_taken.version::text THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
    RETURN v_taken;
END
$$;

-- planned_visit_move — another day, other times, another note; one that was
-- cancelled is planned again.
CREATE FUNCTION api.planned_visit_move(id uuid, if_match text, visit_on date,
    from_at timestamptz, until_at timestamptz, note text)
RETURNS SETOF api.planned_visits
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_id    ALIAS FOR $1;
    v_on    ALIAS FOR $3;
    v_from  ALIAS FOR $4;
    v_until ALIAS FOR $5;
    v_note  ALIAS FOR $6;
    v_taken core.planned_visits := api.planned_visit_take($1, $2);
BEGIN
    PERFORM api.planned_visit_check(v_taken.caseload_id, v_taken.setting_id,
                                    v_on, v_from, v_until);
    UPDATE core.planned_visits AS p
       SET visit_on = v_on,
           from_at = v_from,
           until_at = v_until,
           note = v_note,
           is_cancelled = false,
           version = p.version + 1,
           changed_at = now(),
           changed_by = core.actor_id()
     WHERE p.id = v_id;
    PERFORM core.audit_write('planner.visit_move', v_taken.setting_id, NULL,
        jsonb_build_object('planned_id', v_id, 'was_on', v_taken.visit_on,
                           'visit_on', v_on));
    RETURN QUERY SELECT * FROM api.planned_visits AS p
                  WHERE p.planned_id = v_id;
END
$$;

-- planned_visit_cancel — it stays, as cancelled; again it is the same.
CREATE FUNCTION api.planned_visit_cancel(id uuid, if_match text)
RETURNS SETOF api.planned_visits
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_id    ALIAS FOR $1;
    v_taken core.planned_visits := api.planned_visit_take($1, $2);
BEGIN
    IF NOT v_taken.is_cancelled THEN
        UPDATE core.planned_visits AS p
           SET is_cancelled = true,
               version = p.version + 1,
               changed_at = now(),
               changed_by = core.actor_id()
         WHERE p.id = v_id;
        PERFORM core.audit_write('planner.visit_cancel', v_taken.setting_id,
            NULL, jsonb_build_object('planned_id', v_id,
                                     'visit_on', v_taken.visit_on));
    END IF;
    RETURN QUERY SELECT * FROM api.planned_visits AS p
                  WHERE p.planned_id = v_id;
END
$$;

-- planner_calendar — what a calendar shows of the caseload: setting and time,
-- never a note or a child. Days are counted from 2000-01-01, times are
-- microseconds since then, as protocol/dates.h has them.
CREATE FUNCTION api.planner_calendar(caseload int)
RETURNS TABLE (uid text, sequence int, is_cancelled int, summary text,
    location text, visit_day int, from_us bigint, until_us bigint,
    changed_us bigint)
LANGUAGE sql STABLE
AS $$
    SELECT v.planned_id::text,
           v.etag::int - 1,
           (v.state = 'cancelled')::int,
           'Visit: ' || v.setting_name,
           concat_ws(', ', nullif(h.street, ''), nullif(h.town, ''),
                     nullif(h.postcode, '')),
           v."on" - DATE '2000-01-01',
           (extract(epoch FROM v.from_at - TIMESTAMPTZ '2000-01-01Z')
            * 1000000)::bigint,
           (extract(epoch FROM v.until_at - TIMESTAMPTZ '2000-01-01Z')
            * 1000000)::bigint,
           (extract(epoch FROM v.changed_at - TIMESTAMPTZ '2000-01-01Z')
            * 1000000)::bigint
      FROM api.planned_visits AS v
      JOIN api.settings AS h ON h.setting_id = v._setting_id
     CROSS JOIN (SELECT
           max(a.amount) FILTER (WHERE a.rule_id
               = 'planner_calendar_past')::int AS past_days,
           max(a.amount) FILTER (WHERE a.rule_id
               = 'planner_calendar_cancelled')::int AS cancelled_days
              FROM api.amounts(current_date) AS a) AS law
     WHERE v.caseload_id = planner_calendar.caseload
       AND v."on" >= current_date - law.past_days
       AND (v.state <> 'cancelled'
            OR v.changed_at >= current_date - law.cancelled_days)
     ORDER BY v._key;
$$;
