-- senco.sql — people with posts and qualifications, made in a line each, and
-- what is said of them. Include after cast.sql; there must be an actor named
-- "officer". All people are invented.
-- SPDX-License-Identifier: Apache-2.0

CREATE TEMPORARY TABLE cast_staff (name text PRIMARY KEY, id int NOT NULL);

-- staff_id — the member of staff of that name, made when first named.
CREATE FUNCTION pg_temp.staff_id(name text) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
    v_id int := (SELECT s.id FROM cast_staff AS s WHERE s.name = $1);
BEGIN
    IF v_id IS NULL THEN
        INSERT INTO core.staff (name) VALUES ($1) RETURNING id INTO v_id;
        INSERT INTO cast_staff (name, id) VALUES ($1, v_id);
    END IF;
    RETURN v_id;
END
$$;

-- post — a post known since the day it began; what more is to be said of it
-- as json of its columns.
CREATE FUNCTION pg_temp.post(staff text, setting text, from_on date,
    to_on date DEFAULT NULL, more jsonb DEFAULT '{}') RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.posts (staff_id, setting_id, kind, from_on, to_on,
           arrangement, hours_per_week, is_head, is_teacher_here, is_acting,
           known_from, known_to)
    SELECT pg_temp.staff_id($1), pg_temp.setting_id($2),
           coalesce(r.kind, 'senco'), $3, $4, coalesce(r.arrangement, 'own'),
           r.hours_per_week, r.is_head, r.is_teacher_here,
           coalesce(r.is_acting, false), coalesce(r.known_from, '2000-01-01'),
           r.known_to
      FROM jsonb_populate_record(NULL::core.posts, $5) AS r;
$$;

CREATE FUNCTION pg_temp.holds(staff text, kind text, began_on date,
    completed_on date, state text DEFAULT 'held') RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.qualifications (staff_id, kind, state, began_on,
           completed_on, known_from)
    VALUES (pg_temp.staff_id($1), $2, $5, $3, $4, '2000-01-01');
$$;

-- teacher — a qualified one.
CREATE FUNCTION pg_temp.teacher(staff text) RETURNS void
LANGUAGE sql AS $$ SELECT pg_temp.holds($1, 'qts', NULL, '1999-07-01') $$;

CREATE FUNCTION pg_temp.served(staff text, from_on date, to_on date,
    counts boolean DEFAULT true) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.service (staff_id, place, is_relevant_school, from_on,
           to_on, known_from)
    VALUES (pg_temp.staff_id($1), 'A fictional school', $4, $2, $3, '2000-01-01');
$$;

-- state — of that setting on that day, as known at that time, with the day
-- by which a qualification is due.
CREATE FUNCTION pg_temp.state(setting text, on_date date,
    known_at timestamptz DEFAULT now()) RETURNS text
LANGUAGE sql AS $$
    SELECT (pg_temp.seen('officer', format(
        'SELECT concat_ws('' '', s.state, s.due_on) FROM api.senco_states(%L, %L) AS s
          WHERE s.setting_id = %s', $2, $3, pg_temp.setting_id($1))))[1];
$$;

-- said — some columns of a setting's state.
CREATE FUNCTION pg_temp.said(columns text, setting text, on_date date,
    known_at timestamptz DEFAULT now()) RETURNS text
LANGUAGE sql AS $$
    SELECT (pg_temp.seen('officer', format(
        'SELECT %s FROM api.senco_states(%L, %L) AS s WHERE s.setting_id = %s',
        $1, $3, $4, pg_temp.setting_id($2))))[1];
$$;

-- findings — what is found at a setting, in order.
CREATE FUNCTION pg_temp.findings(setting text, on_date date,
    actor text DEFAULT 'officer', columns text DEFAULT 'f.finding',
    known_at timestamptz DEFAULT now()) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($3, format(
        'SELECT %s FROM api.findings(%L, %L) AS f WHERE f.setting_id = %s
          ORDER BY f.finding, f.staff', $4, $2, $5, pg_temp.setting_id($1)));
$$;
