-- planned_visits — where an Area SENCO will be and when: proposed by rank, load
-- and nearness, planned, moved, cancelled, and found again in the log of visits
-- once she has been there. Whoever plans a caseload sees them. A note may say
-- more than it should, so it stays here: the calendar has settings and times
-- only.
-- SPDX-License-Identifier: Apache-2.0
-- after: caseloads visits planner amounts

-- planner_law — one row: the numbers visits are proposed by, on that day.
CREATE FUNCTION api.planner_law(on_date date)
RETURNS TABLE (visits_a_week int, visits_a_day int, near_metres float8,
    visit_score float8, visit_gap int)
LANGUAGE sql STABLE
AS $$
    SELECT (max(a.amount) FILTER (WHERE a.rule_id
               = 'planner_visits_a_week'))::int,
           (max(a.amount) FILTER (WHERE a.rule_id
               = 'planner_visits_a_day'))::int,
           (max(a.amount) FILTER (WHERE a.rule_id
               = 'planner_near_metres'))::float8,
           (max(a.amount) FILTER (WHERE a.rule_id
               = 'planner_visit_score'))::float8,
           (max(a.amount) FILTER (WHERE a.rule_id
               = 'planner_visit_gap'))::int
      FROM api.amounts(planner_law.on_date) AS a;
$$;

-- planner_proposal — which settings to visit on which working day of the
-- weeks after on_date, around what is planned already. Day by day the
-- setting that ranks highest and has no day yet (on a day with a visit
-- planned: that visit) draws those to it that are near, nearest first, then,
-- where it is not known how far apart they are, those of the same postcode
-- district and others by rank; never one known to be farther. Who is up for a
-- visit is as many of the ranking as the weeks take: nearness does not bring
-- in a setting that is in no need. A day and a week take what the rules say.
CREATE FUNCTION api.planner_proposal(caseload int, weeks int, on_date date)
RETURNS TABLE (_setting_id int, week_on date, "on" date, rank int,
    setting text, name text, score float8, sentence text, near text,
    near_name text, metres int, why text)
LANGUAGE sql STABLE
AS $$
    WITH RECURSIVE law AS MATERIALIZED (
        SELECT l.* FROM api.planner_law(planner_proposal.on_date) AS l
    ),
    planned AS MATERIALIZED (
        SELECT p.setting_id, p.visit_on,
               date_trunc('week', p.visit_on)::date AS week_on
          FROM api.planned_days AS p
         WHERE p.caseload_id = planner_proposal.caseload
           AND p.visit_on > planner_proposal.on_date
    ),
    days AS MATERIALIZED (
        SELECT w.day, date_trunc('week', w.day)::date AS week_on,
               (row_number() OVER (ORDER BY w.day))::int AS n,
               (SELECT min(p.setting_id)
                  FROM planned AS p
                 WHERE p.visit_on = w.day) AS anchor_id,
               (SELECT count(*)::int
                  FROM planned AS p
                 WHERE p.visit_on = w.day) AS planned_day,
               (SELECT count(*)::int
                  FROM planned AS p
                 WHERE p.week_on = date_trunc('week', w.day)::date)
                   AS planned_week
          FROM api.law_working_days AS w
         WHERE w.day > planner_proposal.on_date
           AND w.day <= planner_proposal.on_date
                        + 7 * planner_proposal.weeks
    ),
    ranked AS MATERIALIZED (
        SELECT r._setting_id AS setting_id, r.rank, r.setting, r.name,
               r.score, r.sentence
          FROM api.planner(planner_proposal.caseload,
                           planner_proposal.on_date) AS r
         CROSS JOIN law AS l
         WHERE r.score >= l.visit_score
           AND NOT EXISTS (
               SELECT FROM planned AS p WHERE p.setting_id = r._setting_id)
           AND NOT EXISTS (
               SELECT
                 FROM api.setting_contact_days AS c
                WHERE c.setting_id = r._setting_id
                  AND c.what = 'visit'
                  AND c.on_day > planner_proposal.on_date - l.visit_gap)
         ORDER BY r.rank
         LIMIT (SELECT l.visits_a_week * planner_proposal.weeks FROM law AS l)
    ),
    places AS MATERIALIZED (
        SELECT h.setting_id, h.ref, h.name, h.easting::float8 AS easting,
               h.northing::float8 AS northing,
               h.postcode_district AS district, r.rank
          FROM api.setting_heads AS h
          LEFT JOIN ranked AS r ON r.setting_id = h.setting_id
         WHERE h.setting_id = ANY (ARRAY(
                   SELECT r.setting_id FROM ranked AS r
                   UNION ALL
                   SELECT p.setting_id FROM planned AS p))
    ),
    walk AS (
        SELECT 0 AS n, NULL::date AS day, NULL::date AS week_on, 0 AS used,
               NULL::int AS anchor_id, '{}'::int[] AS taken,
               '{}'::int[] AS placed
        UNION ALL
        SELECT d.n, d.day, d.week_on, u.used + cardinality(t.ids),
               c.anchor_id, t.ids, w.placed || t.ids
          FROM walk AS w
          JOIN days AS d ON d.n = w.n + 1
         CROSS JOIN law AS l
         CROSS JOIN LATERAL (
               SELECT CASE WHEN d.week_on = w.week_on THEN w.used ELSE 0
                      END AS used) AS u
         CROSS JOIN LATERAL (
               SELECT coalesce(d.anchor_id, (
                          SELECT r.setting_id
                            FROM ranked AS r
                           WHERE r.setting_id <> ALL (w.placed)
                           ORDER BY r.rank
                           LIMIT 1)) AS anchor_id) AS c
         CROSS JOIN LATERAL (
               SELECT coalesce(array_agg(x.setting_id ORDER BY x.place), '{}')
                          AS ids
                 FROM (SELECT r.setting_id,
                              row_number() OVER (
                                  ORDER BY r.setting_id <> c.anchor_id,
                                           g.metres,
                                           (a.district = r.district)
                                               IS NOT TRUE,
                                           r.rank) AS place
                         FROM places AS a
                        CROSS JOIN places AS r
                        CROSS JOIN LATERAL (
                              SELECT sqrt((a.easting - r.easting) ^ 2
                                          + (a.northing - r.northing) ^ 2)
                                         AS metres
                              OFFSET 0) AS g
                        WHERE a.setting_id = c.anchor_id
                          AND r.rank IS NOT NULL
                          AND r.setting_id <> ALL (w.placed)
                          AND (g.metres <= l.near_metres) IS NOT FALSE
                      ) AS x
                WHERE x.place <= least(
                          l.visits_a_day - d.planned_day,
                          l.visits_a_week - d.planned_week - u.used)) AS t
    )
    SELECT r.setting_id, w.week_on, w.day, r.rank, r.setting, r.name,
           r.score, r.sentence,
           b.ref, b.name, round(a.metres)::int,
           r.sentence || ' Number ' || r.rank || ' of the caseload.'
               || coalesce(' On the day of ' || b.name || CASE
                   WHEN a.metres IS NOT NULL
                   THEN ', ' || round((a.metres / 1000)::numeric, 1)
                        || ' km away'
                   WHEN b.district = h.district
                   THEN ', in the same postcode district'
                   ELSE '' END || '.', '')
      FROM walk AS w
      JOIN ranked AS r ON r.setting_id = ANY (w.taken)
      JOIN places AS h ON h.setting_id = r.setting_id
      LEFT JOIN places AS b
        ON b.setting_id = w.anchor_id
       AND w.anchor_id <> r.setting_id
     CROSS JOIN LATERAL (
           SELECT sqrt((b.easting - h.easting) ^ 2
                       + (b.northing - h.northing) ^ 2) AS metres
           OFFSET 0) AS a
     ORDER BY w.day, array_position(w.taken, r.setting_id);
$$;

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
