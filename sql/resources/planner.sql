-- planner.sql — where an Area SENCO is needed and why: the settings of a
-- caseload ranked by stated reasons, and the rankings kept of past days.
-- Counts only: no child is in it. Visits proposed by it: planned_visits.sql.
--
-- A reason is a row of law.planner_reasons, its weight a rule of law.rules or
-- the authority's own threshold. The SELECTs are inlined, and take the list of
-- the caseload's settings into every part of them (see reports.sql).
-- SPDX-License-Identifier: Apache-2.0
-- after: caseloads measures amounts freshness visits senco_states

CREATE VIEW api.law_planner_reasons AS
    SELECT r.id, r.position::int AS position, r.severity, r.weight_rule,
           r.most_rule, r.states, r.one, r.many
      FROM law.planner_reasons AS r;

-- planner_settings — the settings of the caseload on that day, whoever asks:
-- it is evaluated for every part of a ranking, so whose the caseload is is
-- asked once, by those who use it.
CREATE FUNCTION api.planner_settings(caseload int, on_date date)
RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT m.setting_id
          FROM core.caseload_settings AS m
         WHERE m.caseload_id = planner_settings.caseload
           AND m.known_to IS NULL
           AND m.from_on <= planner_settings.on_date
           AND coalesce(m.to_on, 'infinity') >= planner_settings.on_date
         ORDER BY m.setting_id);
END
$$;

-- setting_contact_days — every visit and every advice as a day at a setting.
CREATE VIEW api.setting_contact_days AS
    SELECT v.setting_id, v.visited_on AS on_day, 'visit' AS what
      FROM core.visits AS v
    UNION ALL
    SELECT a.setting_id, a.given_on, 'advice'
      FROM core.advice AS a;

CREATE VIEW api.open_actions AS
    SELECT a.setting_id, a.due_on, coalesce(a.done_on, 'infinity') AS done_on
      FROM core.visit_actions AS a
     WHERE a.due_on IS NOT NULL;

-- planned_days — where somebody is expected on which day.
CREATE VIEW api.planned_days AS
    SELECT v.caseload_id, v.setting_id, v.visit_on
      FROM core.planned_visits AS v
     WHERE NOT v.is_cancelled
       AND (SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                                          'la_manager');

-- setting_heads — of each setting, how many children are on its roll: as it
-- counted them itself the last time, else as the register has it.
CREATE VIEW api.setting_heads AS
    SELECT s.id AS setting_id, s.ref, s.name, s.type, s.easting, s.northing,
           split_part(s.postcode, ' ', 1) AS postcode_district,
           coalesce((SELECT sum(r.headcount)::int
                       FROM core.rolls AS r
                      WHERE r.setting_id = s.id
                        AND r.deleted_at IS NULL
                        AND r.counted_on = (
                            SELECT max(l.counted_on)
                              FROM core.rolls AS l
                             WHERE l.setting_id = s.id
                               AND l.deleted_at IS NULL)),
                    s.roll) AS roll
      FROM core.settings AS s
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- sharing_reviews_due — the next review of each arrangement by which a school
-- shares its SENCO, while the school is in it.
CREATE VIEW api.sharing_reviews_due AS
    SELECT m.setting_id, v.due_on, m.from_on,
           least(coalesce(m.to_on, 'infinity'),
                 coalesce(a.to_on, 'infinity')) AS to_on
      FROM core.sharing_reviews AS v
      JOIN core.sharings AS a ON a.id = v.sharing_id
      JOIN core.sharing_members AS m ON m.sharing_id = a.id
     WHERE v.held_on IS NULL
       AND a.state = 'approved'
       AND m.withdrawn_at IS NULL
       AND (SELECT core.actor_role()) IS NOT NULL;

-- planner_reasons — one row a setting and reason, with its weight and, in
-- inputs, what it was weighed by: n of them at each, most together.
CREATE FUNCTION api.planner_reasons(caseload int, on_date date)
RETURNS TABLE (setting_id int, rule text, finding text, severity text,
    sentence text, inputs jsonb, reference text, weight float8,
    "position" int)
LANGUAGE sql STABLE
AS $$
    WITH amounts AS MATERIALIZED (
        SELECT a.rule_id, a.amount, a.reference
          FROM api.amounts(planner_reasons.on_date) AS a
         WHERE a.rule_id LIKE 'planner\_%'
    ),
    weighed AS MATERIALIZED (
        SELECT l.*, w.amount, w.reference, m.amount AS most
          FROM api.law_planner_reasons AS l
          JOIN amounts AS w ON w.rule_id = l.weight_rule
          LEFT JOIN amounts AS m ON m.rule_id = l.most_rule
    ),
    law AS MATERIALIZED (
        SELECT max(a.amount) FILTER (WHERE a.rule_id
                   = 'planner_contact_days')::int AS contact_days,
               max(a.amount) FILTER (WHERE a.rule_id
                   = 'planner_need_share_from') AS share_from,
               max(a.amount) FILTER (WHERE a.rule_id
                   = 'planner_senco_new_months')::int AS new_months
          FROM amounts AS a
    ),
    -- Apart, so that the parts of them that nobody asks for are left out.
    measures AS MATERIALIZED (
        SELECT m.setting_id, m.sen_support, m.ehc_plan, m.plans_open,
               m.reviews_overdue, m.moving, m.moving_without_meeting
          FROM api.setting_measures(planner_reasons.on_date,
                   api.planner_settings(planner_reasons.caseload,
                                        planner_reasons.on_date),
                   false) AS m
    ),
    states AS MATERIALIZED (
        SELECT g.setting_id, g.state, g.became_on, g.severity, g.rule,
               g.finding, g.sentence, g.inputs, g.reference
          FROM api.senco_states(planner_reasons.on_date, now(),
                   api.planner_settings(planner_reasons.caseload,
                                        planner_reasons.on_date),
                   false) AS g
    )
    SELECT f.setting_id, r.weight_rule, r.id,
           coalesce(f.severity, r.severity),
           replace(CASE WHEN f.shown = 1 THEN r.one ELSE r.many END,
                   '{n}', f.shown::text),
           jsonb_strip_nulls(f.inputs || jsonb_build_object(
               'n', f.n, 'each', r.amount, 'most', r.most)),
           r.reference,
           least(f.n * r.amount, r.most)::float8,
           r.position
      FROM weighed AS r
      JOIN (SELECT s.setting_id, v.finding, v.n, v.shown, v.inputs,
                   CASE WHEN v.finding = u.id THEN g.severity END AS severity
              FROM api.setting_heads AS s
             CROSS JOIN law
              LEFT JOIN measures AS m ON m.setting_id = s.setting_id
              LEFT JOIN (SELECT c.setting_id, max(c.on_day) AS on_day
                           FROM api.setting_contact_days AS c
                          WHERE c.on_day <= planner_reasons.on_date
                            AND c.setting_id = ANY ((
                                SELECT api.planner_settings(
                                    planner_reasons.caseload,
                                    planner_reasons.on_date))::int[])
                          GROUP BY c.setting_id) AS c
                ON c.setting_id = s.setting_id
              LEFT JOIN (SELECT o.setting_id, count(*)::int AS n,
                                min(o.due_on) AS due_on
                           FROM api.open_actions AS o
                          WHERE o.due_on < planner_reasons.on_date
                            AND o.done_on > planner_reasons.on_date
                            AND o.setting_id = ANY ((
                                SELECT api.planner_settings(
                                    planner_reasons.caseload,
                                    planner_reasons.on_date))::int[])
                          GROUP BY o.setting_id) AS a
                ON a.setting_id = s.setting_id
              LEFT JOIN (SELECT q._key, q.is_silent, q.silent_since,
                                q.hours_allowed
                           FROM api.freshness AS q
                          WHERE q.is_silent
                            AND q._key = ANY ((
                                SELECT api.planner_settings(
                                    planner_reasons.caseload,
                                    planner_reasons.on_date))::int[])) AS q
                ON q._key = s.setting_id
              LEFT JOIN states AS g ON g.setting_id = s.setting_id
              LEFT JOIN api.law_planner_reasons AS u
                ON g.state = ANY (u.states)
              LEFT JOIN (SELECT h.setting_id, min(h.due_on) AS due_on
                           FROM api.sharing_reviews_due AS h
                          WHERE h.due_on < planner_reasons.on_date
                            AND planner_reasons.on_date
                                BETWEEN h.from_on AND h.to_on
                            AND h.setting_id = ANY ((
                                SELECT api.planner_settings(
                                    planner_reasons.caseload,
                                    planner_reasons.on_date))::int[])
                          GROUP BY h.setting_id) AS h
                ON h.setting_id = s.setting_id
             CROSS JOIN LATERAL (
                   SELECT planner_reasons.on_date - c.on_day AS since,
                          CASE WHEN q.is_silent
                               THEN greatest(1, planner_reasons.on_date
                                   - (q.silent_since
                                      AT TIME ZONE 'Europe/London')::date)
                          END AS silent,
                          floor(100.0 * (m.sen_support + m.ehc_plan)
                                / nullif(s.roll, 0))::int AS share
                  OFFSET 0) AS d
             CROSS JOIN LATERAL (VALUES
                   ('reviews_overdue', m.reviews_overdue, m.reviews_overdue,
                    jsonb_build_object('plans_open', m.plans_open)),
                   ('actions_overdue', a.n, a.n,
                    jsonb_build_object('first_due_on', a.due_on)),
                   ('moving_without_meeting', m.moving_without_meeting,
                    m.moving_without_meeting,
                    jsonb_build_object('moving', m.moving)),
                   ('long_since_contact', d.since / law.contact_days, d.since,
                    jsonb_build_object('last_contact_on', c.on_day,
                        'days', d.since, 'period_days', law.contact_days)),
                   ('never_contacted', (c.on_day IS NULL)::int, 1,
                    jsonb_build_object()),
                   ('silent', d.silent, d.silent,
                    jsonb_build_object('silent_since', q.silent_since,
                        'hours_allowed', q.hours_allowed)),
                   ('ehc_plans', m.ehc_plan, m.ehc_plan,
                    jsonb_build_object()),
                   ('need_share', (d.share >= law.share_from)::int, d.share,
                    jsonb_build_object('sen_support', m.sen_support,
                        'ehc_plan', m.ehc_plan, 'roll', s.roll,
                        'from_share', law.share_from)),
                   ('senco_new', (g.became_on > planner_reasons.on_date
                        - make_interval(months => law.new_months))::int, 1,
                    jsonb_build_object('senco_since', g.became_on,
                        'months', law.new_months)),
                   ('sharing_review_overdue', (h.due_on IS NOT NULL)::int, 1,
                    jsonb_build_object('due_on', h.due_on)),
                   (u.id, 1, 1, jsonb_build_object('state', g.state,
                        'judged_by', g.rule, 'finding', g.finding,
                        'said', g.sentence, 'reference', g.reference,
                        'judged_on', g.inputs))
                   ) AS v (finding, n, shown, inputs)
             WHERE s.setting_id = ANY ((
                   SELECT api.planner_settings(planner_reasons.caseload,
                              planner_reasons.on_date))::int[])
               AND EXISTS (SELECT
                             FROM api.caseloads AS k
                            WHERE k.caseload_id = planner_reasons.caseload)
               AND v.n > 0) AS f
        ON f.finding = r.id;
$$;

-- planner — the settings of the caseload, the one where she is needed most
-- first; ties by name. The sentence tells the weightiest reasons.
CREATE FUNCTION api.planner(caseload int, on_date date)
RETURNS TABLE (_setting_id int, rank int, setting text, name text, type text,
    score float8, severity text, sentence text, reasons jsonb,
    last_contact_on date, next_visit_on date)
LANGUAGE sql STABLE
AS $$
    SELECT s.setting_id,
           (row_number() OVER (ORDER BY coalesce(f.score, 0) DESC, s.name,
                                        s.setting_id))::int,
           s.ref, s.name, s.type,
           coalesce(f.score, 0),
           f.severity,
           upper(left(w.said, 1)) || substr(w.said, 2) || '.',
           coalesce(f.reasons, '[]'),
           c.on_day,
           v.visit_on
      FROM api.setting_heads AS s
      LEFT JOIN (SELECT o.setting_id, sum(o.weight) AS score,
                        CASE WHEN bool_or(o.severity = 'error') THEN 'error'
                             WHEN bool_or(o.severity = 'warn') THEN 'warn'
                             ELSE 'info' END AS severity,
                        string_agg(o.sentence, '; ' ORDER BY o.place)
                            FILTER (WHERE o.place <= o.told) AS said,
                        jsonb_agg(jsonb_build_object(
                            'rule', o.rule,
                            'finding', o.finding,
                            'severity', o.severity,
                            'sentence', upper(left(o.sentence, 1))
                                        || substr(o.sentence, 2) || '.',
                            'weight', o.weight,
                            'inputs', o.inputs,
                            'reference', o.reference)
                            ORDER BY o.place) AS reasons
                   FROM (SELECT x.*,
                                (SELECT t.amount
                                   FROM api.amounts(planner.on_date) AS t
                                  WHERE t.rule_id = 'planner_told') AS told,
                                row_number() OVER (
                                    PARTITION BY x.setting_id
                                    ORDER BY x.weight DESC, x.position)
                                    AS place
                           FROM api.planner_reasons(planner.caseload,
                                                    planner.on_date) AS x
                        ) AS o
                  GROUP BY o.setting_id) AS f
        ON f.setting_id = s.setting_id
     CROSS JOIN LATERAL (
           SELECT coalesce(f.said, (SELECT r.one
                                      FROM api.law_planner_reasons AS r
                                     WHERE r.id = 'nothing')) AS said
          OFFSET 0) AS w
      LEFT JOIN (SELECT n.setting_id, max(n.on_day) AS on_day
                   FROM api.setting_contact_days AS n
                  WHERE n.on_day <= planner.on_date
                    AND n.setting_id = ANY ((
                        SELECT api.planner_settings(planner.caseload,
                                   planner.on_date))::int[])
                  GROUP BY n.setting_id) AS c
        ON c.setting_id = s.setting_id
      LEFT JOIN (SELECT n.setting_id, min(n.visit_on) AS visit_on
                   FROM api.planned_days AS n
                  WHERE n.visit_on >= planner.on_date
                    AND n.setting_id = ANY ((
                        SELECT api.planner_settings(planner.caseload,
                                   planner.on_date))::int[])
                  GROUP BY n.setting_id) AS v
        ON v.setting_id = s.setting_id
     WHERE s.setting_id = ANY ((
           SELECT api.planner_settings(planner.caseload,
                      planner.on_date))::int[])
       AND EXISTS (SELECT
                     FROM api.caseloads AS k
                    WHERE k.caseload_id = planner.caseload);
$$;

-- planner_kept — the rankings of the caseloads above as they were kept.
CREATE VIEW api.planner_kept AS
    SELECT k.caseload_id, k.on_date, k.setting_id AS _setting_id, k.rank,
           k.setting, k.name, k.type, k.score, k.severity, k.sentence,
           k.reasons, k.last_contact_on, k.next_visit_on, r.made_at
      FROM core.planner_ranking_rows AS k
      JOIN core.planner_rankings AS r
        ON r.caseload_id = k.caseload_id
       AND r.on_date = k.on_date
     WHERE k.caseload_id IN (SELECT c.caseload_id
                               FROM api.caseloads AS c);

-- planner_rankings — for which days one was kept, when it was made and by
-- which numbers: amounts has, by rule, the number and whether it was the
-- authority's own.
CREATE VIEW api.planner_rankings AS
    SELECT to_char(r.on_date, 'YYYY-MM-DD') AS _key,
           r.caseload_id, r.on_date AS "on", r.made_at,
           (SELECT count(*)::int
              FROM core.planner_ranking_rows AS k
             WHERE k.caseload_id = r.caseload_id
               AND k.on_date = r.on_date) AS settings,
           r.amounts
      FROM core.planner_rankings AS r
     WHERE r.caseload_id IN (SELECT c.caseload_id
                               FROM api.caseloads AS c);

-- planner_day — the ranking of today, made now, or of a day before, as it was
-- kept: never made anew, since what it was made of has changed.
CREATE FUNCTION api.planner_day(caseload int, on_date date)
RETURNS TABLE (_setting_id int, rank int, setting text, name text, type text,
    score float8, severity text, sentence text, reasons jsonb,
    last_contact_on date, next_visit_on date, made_at timestamptz)
LANGUAGE sql STABLE
AS $$
    SELECT p.*, statement_timestamp()
      FROM api.planner(planner_day.caseload, planner_day.on_date) AS p
     WHERE planner_day.on_date = current_date
    UNION ALL
    SELECT k._setting_id, k.rank, k.setting, k.name, k.type, k.score,
           k.severity, k.sentence, k.reasons, k.last_contact_on,
           k.next_visit_on, k.made_at
      FROM api.planner_kept AS k
     WHERE k.caseload_id = planner_day.caseload
       AND k.on_date = planner_day.on_date
       AND planner_day.on_date < current_date
     ORDER BY 2;
$$;

-- planner_keep — keeps the ranking of today, as the actor is shown it, unless
-- one is kept; whether it did. Does nothing to a caseload that is not theirs.
CREATE FUNCTION api.planner_keep(caseload int)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM api.caseloads AS c
                    WHERE c.caseload_id = planner_keep.caseload)
       OR EXISTS (SELECT FROM core.planner_rankings AS r
                   WHERE r.caseload_id = planner_keep.caseload
                     AND r.on_date = current_date) THEN
        RETURN false;
    END IF;
    INSERT INTO core.planner_rankings AS r (caseload_id, on_date, made_at,
                                            client_id, amounts)
    SELECT planner_keep.caseload, current_date, statement_timestamp(),
           core.actor_id(),
           jsonb_object_agg(a.rule_id, jsonb_build_object('amount', a.amount,
               'is_own', a.is_own, 'valid_from', a.valid_from))
      FROM core.amounts(current_date) AS a
     WHERE a.rule_id LIKE 'planner\_%'
    ON CONFLICT ON CONSTRAINT planner_rankings_pkey DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO core.planner_ranking_rows (caseload_id, on_date, rank,
           setting_id, setting, name, type, score, severity, sentence,
           reasons, last_contact_on, next_visit_on)
    SELECT planner_keep.caseload, current_date, p.rank, p._setting_id,
           p.setting, p.name, p.type, p.score, p.severity, p.sentence,
           p.reasons, p.last_contact_on, p.next_visit_on
      FROM api.planner(planner_keep.caseload, current_date) AS p;
    RETURN true;
END
$$;

-- planner_open — what comes before a ranking is read: refuses a caseload that
-- is not the actor's to see, a day to come, and a past one of which none was
-- kept; keeps today's when it is the first that is asked for.
CREATE FUNCTION api.planner_open(caseload int, on_date date)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    -- One plan a connection is enough: planning takes longer than reading.
    PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
    IF NOT EXISTS (SELECT FROM api.caseloads AS c
                    WHERE c.caseload_id = planner_open.caseload) THEN
        PERFORM core.refuse('not_found');
    ELSIF planner_open.on_date > current_date THEN
        PERFORM core.refuse('malformed_parameter',
            'It lies in the future, and nobody knows what will be then.',
            'on');
    ELSIF planner_open.on_date < current_date AND NOT EXISTS (
              SELECT FROM core.planner_rankings AS r
               WHERE r.caseload_id = planner_open.caseload
                 AND r.on_date = planner_open.on_date) THEN
        PERFORM core.refuse('not_found', format(
            'No ranking of %s was kept: nobody asked for one that day, or it '
            'was too long ago.', planner_open.on_date), 'on');
    ELSIF planner_open.on_date IS NULL
          OR planner_open.on_date = current_date THEN
        PERFORM api.planner_keep(planner_open.caseload);
    END IF;
END
$$;

-- planner_morning — keeps the rankings of today of up to lim caseloads, from
-- the hour the rule names on, and says how many. It is the timer that asks,
-- as nobody; so each is read in the name of its holder, else of an officer,
-- and only here: who was the actor before is it after.
CREATE FUNCTION api.planner_morning(lim int)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_actor text := coalesce(current_setting('app.actor', true), '');
    v_kept  bigint := 0;
    v_next  record;
BEGIN
    IF extract(hour FROM now() AT TIME ZONE 'Europe/London')
           < core.amount('planner_morning', current_date) THEN
        RETURN 0;
    END IF;
    FOR v_next IN
        SELECT c.id, coalesce(h.id, o.id) AS client_id
          FROM core.caseloads AS c
          LEFT JOIN core.clients AS h
            ON h.id = c.client_id
           AND h.is_active
           AND h.role = 'area_senco'
         CROSS JOIN (SELECT min(k.id::text)::uuid AS id
                       FROM core.clients AS k
                      WHERE k.is_active
                        AND k.role IN ('la_officer', 'la_manager')) AS o
         WHERE coalesce(h.id, o.id) IS NOT NULL
           AND NOT EXISTS (
               SELECT
                 FROM core.planner_rankings AS r
                WHERE r.caseload_id = c.id
                  AND r.on_date = current_date)
         ORDER BY c.id
         LIMIT lim
    LOOP
        PERFORM set_config('app.actor', core.token_bind(v_next.client_id),
                           true);
        v_kept := v_kept + api.planner_keep(v_next.id)::int;
    END LOOP;
    PERFORM set_config('app.actor', v_actor, true);
    RETURN v_kept;
END
$$;
