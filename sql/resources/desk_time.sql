-- desk_time.sql — the time a SENCO spent at each of her settings, against the
-- hours her posts there have: what a shared post is judged by (CoP 6.93). A
-- SENCO reads her own, officers and managers everybody's.
-- after: desk
-- SPDX-License-Identifier: Apache-2.0

-- desk_time — what was written down and not withdrawn.
CREATE VIEW api.desk_time AS
    SELECT t.id AS entry_id,
           t.staff_id AS _staff_id,
           t.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           t.on_day AS "on",
           t.minutes::int AS minutes,
           t.activity,
           t.at
      FROM core.desk_time AS t
      JOIN core.settings AS s ON s.id = t.setting_id
     WHERE t.withdrawn_at IS NULL
       AND ((SELECT core.actor_role()) IN ('la_officer', 'la_manager')
            OR t.staff_id = (SELECT c.staff_id
                               FROM core.clients AS c
                              WHERE c.id = (SELECT core.actor_id())
                                AND c.is_active));

-- desk_hours — the hours of each post in charge of children, as known now.
CREATE VIEW api.desk_hours AS
    SELECT h.staff_id, h.setting_id, h.from_on, h.to_on,
           h.hours_per_week::float8 AS hours
      FROM core.holdings AS h
     WHERE h.known_to = 'infinity'
       AND h.kind <> 'area_senco'
       AND ((SELECT core.actor_role()) IN ('la_officer', 'la_manager')
            OR h.staff_id = (SELECT c.staff_id
                               FROM core.clients AS c
                              WHERE c.id = (SELECT core.actor_id())
                                AND c.is_active));

-- terms — the terms that touch these years, in order.
CREATE FUNCTION api.terms(from_year int, to_year int)
RETURNS TABLE (name text, from_on date, to_on date)
LANGUAGE sql STABLE
AS $$
    SELECT b.name, b.from_on,
           coalesce(lead(b.from_on) OVER (ORDER BY b.from_on) - 1, 'infinity')
      FROM (SELECT substr(r.id, 6) || ' ' || y.year AS name,
                   make_date(y.year, r.month, r.day) AS from_on
              FROM api.law_rules AS r
              JOIN (SELECT DISTINCT extract(year FROM w.day)::int AS year
                      FROM api.law_working_days AS w
                     WHERE w.day BETWEEN make_date(terms.from_year - 1, 1, 1)
                                     AND make_date(terms.to_year + 1, 12, 31)
                   ) AS y
                ON make_date(y.year, r.month, r.day)
                   BETWEEN r.valid_from AND r.valid_to
             WHERE r.id IN ('term_autumn', 'term_spring', 'term_summer')
           ) AS b;
$$;

-- desk_time_sums — minutes planned and used a setting and week or term, from
-- day to day. A week's hours are spread over its five days from Monday to
-- Friday, bank holidays not counted. A term has its third of the weeks a
-- school meets (school_year_weeks), spread over its working days: no calendar
-- of holidays of each school is known. Beyond the years of
-- law.working_days nothing is planned.
CREATE FUNCTION api.desk_time_sums(staff int, by text, first_on date,
    last_on date)
RETURNS TABLE (setting_id int, period text, from_on date, to_on date,
    planned_minutes int, used_minutes int, difference int)
LANGUAGE sql STABLE
AS $$
    SELECT q.setting_id, q.period, q.from_on, q.to_on,
           round(q.planned)::int, q.used::int,
           q.used::int - round(q.planned)::int
      FROM (SELECT d.setting_id,
                   CASE desk_time_sums.by
                       WHEN 'term' THEN t.name
                       ELSE to_char(w.monday, 'IYYY-"W"IW') END AS period,
                   CASE desk_time_sums.by
                       WHEN 'term' THEN t.from_on
                       ELSE w.monday END AS from_on,
                   CASE desk_time_sums.by
                       WHEN 'term' THEN t.to_on
                       ELSE w.monday + 6 END AS to_on,
                   sum(d.hours * 60 * CASE desk_time_sums.by
                       WHEN 'term' THEN y.weeks / n.terms / t.days
                       ELSE 1.0 / 5 END) AS planned,
                   sum(d.used) AS used
              FROM (SELECT h.setting_id, p.day, h.hours, 0 AS used
                      FROM api.desk_hours AS h
                      JOIN api.law_working_days AS p
                        ON p.day BETWEEN h.from_on AND h.to_on
                     WHERE h.staff_id = desk_time_sums.staff
                       AND h.hours IS NOT NULL
                       AND p.day BETWEEN desk_time_sums.first_on
                                     AND desk_time_sums.last_on
                     UNION ALL
                    SELECT e._setting_id, e."on", 0, e.minutes
                      FROM api.desk_time AS e
                     WHERE e._staff_id = desk_time_sums.staff
                       AND e."on" BETWEEN desk_time_sums.first_on
                                      AND desk_time_sums.last_on) AS d
              LEFT JOIN (SELECT m.name, m.from_on, m.to_on,
                                count(g.day)::float8 AS days
                           FROM api.terms(
                                    extract(year FROM desk_time_sums.first_on)::int,
                                    extract(year FROM desk_time_sums.last_on)::int)
                                AS m
                           LEFT JOIN api.law_working_days AS g
                             ON g.day BETWEEN m.from_on AND m.to_on
                          GROUP BY m.name, m.from_on, m.to_on) AS t
                ON d.day BETWEEN t.from_on AND t.to_on
             CROSS JOIN LATERAL (
                   SELECT date_trunc('week', d.day::timestamp)::date AS monday
                   ) AS w
             CROSS JOIN (SELECT max(a.amount)::float8 AS weeks
                           FROM api.amounts(desk_time_sums.last_on) AS a
                          WHERE a.rule_id = 'school_year_weeks') AS y
             CROSS JOIN (SELECT count(*)::float8 AS terms
                           FROM api.law_rules AS r
                          WHERE r.id IN ('term_autumn', 'term_spring',
                                         'term_summer')
                            AND desk_time_sums.last_on
                                BETWEEN r.valid_from AND r.valid_to) AS n
             GROUP BY 1, 2, 3, 4) AS q;
$$;

-- desk_person — whose time it is: the SENCO's own, or for an officer or
-- manager that of the person asked for. Refuses everybody else.
CREATE FUNCTION api.desk_person(staff int)
RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT core.desk_staff(desk_person.staff) $$;

-- desk_time_add — a SENCO writes down where her time of a day went, once for
-- her key; the same again is answered with the same row. Refuses a day that
-- has not come, on which she held no post there, or that would have more than
-- 24 hours at all her settings together.
CREATE FUNCTION api.desk_time_add(key text, setting_ref text, on_day date,
    minutes int, activity text)
RETURNS SETOF api.desk_time
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key      ALIAS FOR $1;
    v_day      ALIAS FOR $3;
    v_minutes  ALIAS FOR $4;
    v_activity ALIAS FOR $5;
    v_setting  int := core.setting_find(setting_ref);
    v_client   uuid := core.actor_id();
    v_staff    int;
    v_before   core.desk_time;
    v_id       uuid;
BEGIN
    PERFORM core.require_role('senco');
    v_staff := core.desk_staff(NULL);
    IF v_setting IS NULL THEN
        PERFORM core.refuse('unknown_setting', '', '/setting');
    END IF;
    -- One at a time: two that fit alone may be more than a day together.
    PERFORM 1 FROM core.staff AS f WHERE f.id = v_staff FOR NO KEY UPDATE;
    SELECT t.* INTO v_before
      FROM core.desk_time AS t
     WHERE t.client_id = v_client
       AND t.key = v_key;
    IF FOUND THEN
        IF (v_before.setting_id, v_before.on_day, v_before.minutes,
            v_before.activity, v_before.withdrawn_at)
           IS DISTINCT FROM (v_setting, v_day, v_minutes::smallint,
                             v_activity, NULL) THEN
            PERFORM core.refuse('batch_differs');
        END IF;
        RETURN QUERY SELECT * FROM api.desk_time AS t
                      WHERE t.entry_id = v_before.id;
        RETURN;
    END IF;
    IF v_day > current_date THEN
        PERFORM core.refuse('malformed_field', 'It lies in the future.', '/on');
    END IF;
    IF NOT EXISTS (SELECT 1
                     FROM core.holdings AS h
                    WHERE h.staff_id = v_staff
                      AND h.setting_id = v_setting
                      AND h.kind <> 'area_senco'
                      AND h.known_to = 'infinity'
                      AND v_day BETWEEN h.from_on AND h.to_on) THEN
        PERFORM core.refuse('no_post',
            'No post of this person at this setting is known for that day.',
            '/setting');
    END IF;
    IF v_minutes + coalesce((
           SELECT sum(t.minutes)
             FROM core.desk_time AS t
            WHERE t.staff_id = v_staff
              AND t.on_day = v_day
              AND t.withdrawn_at IS NULL), 0) > 24 * 60 THEN
        PERFORM core.refuse('malformed_field',
            'The day would have more than 24 hours.', '/minutes');
    END IF;
    INSERT INTO core.desk_time AS t (staff_id, setting_id, on_day, minutes,
                                     activity, client_id, key)
    VALUES (v_staff, v_setting, v_day, v_minutes, v_activity, v_client, v_key)
    RETURNING t.id INTO v_id;
    PERFORM core.audit_write('desk.time_add', v_setting, NULL,
        jsonb_build_object('entry_id', v_id));
    RETURN QUERY SELECT * FROM api.desk_time AS t WHERE t.entry_id = v_id;
END
$$;

-- desk_time_withdraw — it was a mistake; again is no error.
CREATE FUNCTION api.desk_time_withdraw(entry uuid)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting int;
BEGIN
    PERFORM core.require_role('senco');
    UPDATE core.desk_time AS t
       SET withdrawn_at = coalesce(t.withdrawn_at, now())
     WHERE t.id = desk_time_withdraw.entry
       AND t.staff_id = core.desk_staff(NULL)
    RETURNING t.setting_id INTO v_setting;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    PERFORM core.audit_write('desk.time_withdraw', v_setting, NULL,
        jsonb_build_object('entry_id', desk_time_withdraw.entry));
END
$$;
