-- staff — the people who hold posts, what they hold or study for, where they
-- served before and when they are away. Everybody who acts reads names; the
-- rest is for officers and managers, and for those who see the children of a
-- setting where the person holds a post today or is about to.
-- SPDX-License-Identifier: Apache-2.0
-- after: posts

-- staff_in_reach — the people of whom the actor may read more than the name.
CREATE VIEW api.staff_in_reach AS
    SELECT f.id AS staff_id
      FROM core.staff AS f
     WHERE (SELECT core.actor_sees_all())
        OR f.id IN (
           SELECT h.staff_id
             FROM core.holdings AS h
            WHERE h.setting_id = ANY ((SELECT core.actor_settings())::int[])
              AND h.staff_id IS NOT NULL
              AND h.known_to = 'infinity'
              AND h.to_on >= current_date);

-- staff — with how many posts are held today.
CREATE VIEW api.staff AS
    SELECT f.id AS staff_id,
           f.name,
           CASE WHEN r.staff_id IS NOT NULL THEN f.email END AS email,
           coalesce(p.posts, 0) AS posts
      FROM core.staff AS f
      LEFT JOIN api.staff_in_reach AS r ON r.staff_id = f.id
      LEFT JOIN (SELECT h.staff_id, count(*)::int AS posts
                   FROM core.holdings AS h
                  WHERE h.known_to = 'infinity'
                    AND current_date BETWEEN h.from_on AND h.to_on
                  GROUP BY h.staff_id) AS p ON p.staff_id = f.id
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- qualifications — as known now. evidence says where the certificate can be
-- seen.
CREATE VIEW api.qualifications AS
    SELECT q.staff_id, q.kind, q.state, q.began_on, q.completed_on,
           q.evidence, q.known_from, c.name AS by, q.id::text AS etag
      FROM core.qualifications AS q
      JOIN api.staff_in_reach AS r ON r.staff_id = q.staff_id
      LEFT JOIN core.clients AS c ON c.id = q.client_id
     WHERE q.known_to IS NULL;

-- qualification_answers — of each kind what is known, or that nothing is: then
-- the state is NULL and the etag '0'.
CREATE VIEW api.qualification_answers AS
    SELECT r.staff_id, k.code AS kind, q.state, q.began_on, q.completed_on,
           q.evidence, q.known_from, q.by, coalesce(q.etag, '0') AS etag
      FROM api.staff_in_reach AS r
      JOIN law.codes AS k ON k.list = 'qualification_kind'
      LEFT JOIN api.qualifications AS q
        ON q.staff_id = r.staff_id
       AND q.kind = k.code;

-- service — as SENCO before, elsewhere; as known now.
CREATE VIEW api.service AS
    SELECT s.id AS service_id, s.staff_id, s.place, s.is_relevant_school,
           s.from_on, s.to_on, s.evidence, s.known_from, c.name AS by
      FROM core.service AS s
      JOIN api.staff_in_reach AS r ON r.staff_id = s.staff_id
      LEFT JOIN core.clients AS c ON c.id = s.client_id
     WHERE s.known_to IS NULL;

-- absences — as known now; why is not kept.
CREATE VIEW api.absences AS
    SELECT a.absence_id, a.staff_id, a.from_on, a.to_on, a.known_from,
           c.name AS by
      FROM core.absences AS a
      JOIN api.staff_in_reach AS r ON r.staff_id = a.staff_id
      LEFT JOIN core.clients AS c ON c.id = a.client_id
     WHERE a.known_to IS NULL;

-- staff_details — one person with all that is known now. What is not for the
-- actor to read is NULL.
CREATE VIEW api.staff_details AS
    SELECT f.staff_id, f.name, f.email,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'post_id', p.post_id,
                       'record_id', p.record_id,
                       'setting', p.setting,
                       'setting_name', p.setting_name,
                       'group_id', p.group_id,
                       'kind', p.kind,
                       'arrangement', p.arrangement,
                       'from_on', p.from_on,
                       'to_on', p.to_on,
                       'hours_per_week', p.hours_per_week,
                       'teaching_percent', p.teaching_percent)
                       ORDER BY p.from_on DESC, p.holding), '[]')
              FROM api.posts AS p
             WHERE p.staff_id = f.staff_id
               AND p.known_to IS NULL) AS posts,
           CASE WHEN r.staff_id IS NOT NULL THEN (
               SELECT coalesce(jsonb_agg(to_jsonb(q) - 'staff_id'
                                         ORDER BY q.kind), '[]')
                 FROM api.qualifications AS q
                WHERE q.staff_id = f.staff_id) END AS qualifications,
           CASE WHEN r.staff_id IS NOT NULL THEN (
               SELECT coalesce(jsonb_agg(to_jsonb(s) - 'staff_id'
                                         ORDER BY s.from_on), '[]')
                 FROM api.service AS s
                WHERE s.staff_id = f.staff_id) END AS service,
           CASE WHEN r.staff_id IS NOT NULL THEN (
               SELECT coalesce(jsonb_agg(to_jsonb(a) - 'staff_id'
                                         ORDER BY a.from_on), '[]')
                 FROM api.absences AS a
                WHERE a.staff_id = f.staff_id) END AS absences
      FROM api.staff AS f
      LEFT JOIN api.staff_in_reach AS r ON r.staff_id = f.staff_id;

-- staff_create — a person who can hold posts. Namesakes are let in; one of the
-- same name and e-mail is the same person, and refused.
CREATE FUNCTION api.staff_create(key text, name text, email text)
RETURNS SETOF api.staff
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_name    text := btrim($2);
    v_email   text := btrim($3);
    v_content jsonb := jsonb_build_array(v_name, v_email);
    v_id      int;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    v_id := core.creation_find('staff', $1, v_content);
    IF v_id IS NULL THEN
        IF v_name = '' THEN
            PERFORM core.refuse('malformed_field', 'It must say something.',
                                '/name');
        ELSIF v_email !~ '^[^@[:space:]]+@[^@[:space:]]+$' THEN
            PERFORM core.refuse('malformed_field',
                'It must be an e-mail address.', '/email');
        END IF;
        INSERT INTO core.staff AS f (name, email)
        VALUES (v_name, v_email)
        ON CONFLICT DO NOTHING
        RETURNING f.id INTO v_id;
        IF v_id IS NULL THEN
            PERFORM core.refuse('exists_already', format(
                'Member of staff %s has this name and e-mail.',
                (SELECT f.id
                   FROM core.staff AS f
                  WHERE lower(f.name) = lower(v_name)
                    AND lower(f.email) = lower(v_email))), '/name');
        END IF;
        PERFORM core.creation_note('staff', $1, v_content, v_id);
        PERFORM core.audit_write('staff.create', NULL, NULL,
            jsonb_build_object('staff_id', v_id));
    END IF;
    RETURN QUERY SELECT * FROM api.staff AS f WHERE f.staff_id = v_id;
END
$$;

-- qualification_put — what the person holds, studies for, or is known not to
-- hold. It names the etag it has read; the first may go without.
CREATE FUNCTION api.qualification_put(staff_id int, kind text, if_match text,
    state text, began_on date, completed_on date, evidence text)
RETURNS SETOF api.qualification_answers
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_before core.qualifications;
    v_now    timestamptz;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    PERFORM core.staff_hold($1, '');
    IF $6 < $5 THEN
        PERFORM core.refuse('dates_reversed', '', '/completed_on');
    ELSIF $6 > current_date THEN
        PERFORM core.refuse('malformed_field', 'It lies in the future.',
                            '/completed_on');
    ELSIF $6 IS NOT NULL AND $4 <> 'held' THEN
        PERFORM core.refuse('malformed_field',
            'Only a qualification that is held was completed.',
            '/completed_on');
    ELSIF $5 > current_date AND $4 = 'held' THEN
        PERFORM core.refuse('malformed_field',
            'What is held did not begin in the future.', '/began_on');
    END IF;
    SELECT q.* INTO v_before
      FROM core.qualifications AS q
     WHERE q.staff_id = $1
       AND q.kind = $2
       AND q.known_to IS NULL;
    PERFORM core.etag_check(coalesce(v_before.id, 0)::text, $3);
    v_now := clock_timestamp();
    UPDATE core.qualifications AS q
       SET known_to = v_now
     WHERE q.id = v_before.id;
    INSERT INTO core.qualifications (staff_id, kind, state, began_on,
        completed_on, evidence, client_id, known_from)
    VALUES ($1, $2, $4, $5, $6, $7, core.actor_id(), v_now);
    PERFORM core.audit_write('staff.qualification_put', NULL, NULL,
        jsonb_build_object('staff_id', $1, 'kind', $2, 'state', $4));
    RETURN QUERY
        SELECT q.*
          FROM api.qualification_answers AS q
         WHERE q.staff_id = $1
           AND q.kind = $2;
END
$$;

-- service_add — a time of service as SENCO elsewhere, which is over. It may
-- overlap posts and other service: whoever adds it up counts a day once.
CREATE FUNCTION api.service_add(key text, staff_id int, place text,
    is_relevant_school boolean, from_on date, to_on date, evidence text)
RETURNS SETOF api.service
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_content jsonb := jsonb_build_array($2, $3, $4, $5, $6, $7);
    v_id      int;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    PERFORM core.staff_hold($2, '');
    v_id := core.creation_find('service', $1, v_content);
    IF v_id IS NULL THEN
        PERFORM core.dates_check($5, $6);
        IF $6 > current_date THEN
            PERFORM core.refuse('malformed_field', 'It lies in the future.',
                                '/to_on');
        END IF;
        INSERT INTO core.service AS s (staff_id, place, is_relevant_school,
            from_on, to_on, evidence, client_id)
        VALUES ($2, $3, $4, $5, $6, $7, core.actor_id())
        RETURNING s.id INTO v_id;
        PERFORM core.creation_note('service', $1, v_content, v_id);
        PERFORM core.audit_write('staff.service_add', NULL, NULL,
            jsonb_build_object('staff_id', $2, 'service_id', v_id));
    END IF;
    RETURN QUERY SELECT * FROM api.service AS s WHERE s.service_id = v_id;
END
$$;

-- service_withdraw — service that never was: known no longer, and why.
CREATE FUNCTION api.service_withdraw(staff_id int, service_id int,
    reason text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    PERFORM core.staff_hold($1, '');
    UPDATE core.service AS s
       SET known_to = clock_timestamp(),
           reason = $3
     WHERE s.id = $2
       AND s.staff_id = $1
       AND s.known_to IS NULL;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    PERFORM core.audit_write('staff.service_withdraw', NULL, NULL,
        jsonb_build_object('staff_id', $1, 'service_id', $2));
END
$$;

-- absence_settle — refuses an absence, written a moment ago, that overlaps
-- another of the person's.
CREATE FUNCTION api.absence_settle(absence_id int)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_other int;
BEGIN
    SELECT min(o.absence_id) INTO v_other
      FROM core.absences AS a
      JOIN core.absences AS o
        ON o.staff_id = a.staff_id
       AND o.absence_id <> a.absence_id
       AND o.known_to IS NULL
       AND daterange(o.from_on, o.to_on, '[]')
           && daterange(a.from_on, a.to_on, '[]')
     WHERE a.absence_id = absence_settle.absence_id
       AND a.known_to IS NULL;
    IF v_other IS NOT NULL THEN
        PERFORM core.refuse('periods_overlap', format(
            'Absence %s covers a part of it.', v_other), '/from_on');
    END IF;
END
$$;

-- absence_add — the person is away from that day; to_on NULL: until it is
-- known when it ends.
CREATE FUNCTION api.absence_add(key text, staff_id int, from_on date,
    to_on date)
RETURNS SETOF api.absences
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_content jsonb := jsonb_build_array($2, $3, $4);
    v_id      int;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    PERFORM core.staff_hold($2, '');
    v_id := core.creation_find('absence', $1, v_content);
    IF v_id IS NULL THEN
        PERFORM core.dates_check($3, $4);
        INSERT INTO core.absences AS a (staff_id, from_on, to_on, client_id)
        VALUES ($2, $3, $4, core.actor_id())
        RETURNING a.absence_id INTO v_id;
        PERFORM api.absence_settle(v_id);
        PERFORM core.creation_note('absence', $1, v_content, v_id);
        PERFORM core.audit_write('staff.absence_add', NULL, NULL,
            jsonb_build_object('staff_id', $2, 'absence_id', v_id));
    END IF;
    RETURN QUERY SELECT * FROM api.absences AS a WHERE a.absence_id = v_id;
END
$$;

-- absence_take — closes the version that is known of an absence, and returns
-- it.
CREATE FUNCTION api.absence_take(staff_id int, absence_id int, reason text)
RETURNS core.absences
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_absence core.absences;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    PERFORM core.staff_hold($1, '');
    UPDATE core.absences AS a
       SET known_to = clock_timestamp(),
           reason = $3
     WHERE a.absence_id = $2
       AND a.staff_id = $1
       AND a.known_to IS NULL
    RETURNING a.* INTO v_absence;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    RETURN v_absence;
END
$$;

-- absence_end — the last day of an absence.
CREATE FUNCTION api.absence_end(staff_id int, absence_id int, to_on date)
RETURNS SETOF api.absences
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_absence core.absences := api.absence_take($1, $2, NULL);
BEGIN
    PERFORM core.dates_check(v_absence.from_on, $3);
    INSERT INTO core.absences (absence_id, staff_id, from_on, to_on,
        client_id, known_from)
    VALUES ($2, $1, v_absence.from_on, $3, core.actor_id(),
        v_absence.known_to);
    PERFORM api.absence_settle($2);
    PERFORM core.audit_write('staff.absence_end', NULL, NULL,
        jsonb_build_object('staff_id', $1, 'absence_id', $2));
    RETURN QUERY SELECT * FROM api.absences AS a WHERE a.absence_id = $2;
END
$$;

-- absence_withdraw — an absence that never was.
CREATE FUNCTION api.absence_withdraw(staff_id int, absence_id int,
    reason text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM api.absence_take($1, $2, $3);
    PERFORM core.audit_write('staff.absence_withdraw', NULL, NULL,
        jsonb_build_object('staff_id', $1, 'absence_id', $2));
END
$$;
