-- posts — the rules a post, a qualification and a membership are held to when
-- they are written, and the one way in which a creation is remembered. Each
-- works with the rights of who calls it.
-- SPDX-License-Identifier: Apache-2.0

-- creation_find — the id of what the actor made under this key; NULL when it
-- is new. Refuses other content under the same key. Until the end of the
-- transaction nobody else makes anything under it.
CREATE OR REPLACE FUNCTION core.creation_find(what text, key text,
    content jsonb)
RETURNS int
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_before core.creations;
BEGIN
    PERFORM pg_advisory_xact_lock(535310,
        hashtext(concat_ws(' ', core.actor_id(), what, key)));
    SELECT c.* INTO v_before
      FROM core.creations AS c
     WHERE c.client_id = core.actor_id()
       AND c.what = creation_find.what
       AND c.key = creation_find.key;
    IF v_before.content_hash <> md5(content::text)::uuid THEN
        PERFORM core.refuse('batch_differs');
    END IF;
    RETURN v_before.id;
END
$$;

-- creation_note — remembers what was made under the key that creation_find
-- did not know.
CREATE OR REPLACE FUNCTION core.creation_note(what text, key text,
    content jsonb, id int)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO core.creations (client_id, what, key, content_hash, id)
    VALUES (core.actor_id(), creation_note.what, creation_note.key,
            md5(content::text)::uuid, creation_note.id);
END
$$;

-- staff_hold — holds the member of staff until the end of the transaction, so
-- that what is said of one person is said by one at a time; refuses nobody's.
CREATE OR REPLACE FUNCTION core.staff_hold(staff_id int, pointer text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM FROM core.staff AS f WHERE f.id = staff_hold.staff_id FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found', 'There is no such member of staff.',
                            staff_hold.pointer);
    END IF;
END
$$;

-- dates_check — refuses an end before the start.
CREATE OR REPLACE FUNCTION core.dates_check(from_on date, to_on date)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF dates_check.to_on < dates_check.from_on THEN
        PERFORM core.refuse('dates_reversed', '', '/to_on');
    END IF;
END
$$;

-- setting_open_check — refuses a first day on which the setting was closed
-- or not open yet. Days the register does not give are no obstacle.
CREATE OR REPLACE FUNCTION core.setting_open_check(setting_id int,
    from_on date)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting core.settings;
BEGIN
    SELECT s.* INTO v_setting
      FROM core.settings AS s
     WHERE s.id = setting_open_check.setting_id;
    IF v_setting.closed_on < setting_open_check.from_on THEN
        PERFORM core.refuse('setting_closed', format('It closed on %s.',
            v_setting.closed_on), '/from_on');
    ELSIF v_setting.opened_on > setting_open_check.from_on THEN
        PERFORM core.refuse('setting_not_open', format('It opened on %s.',
            v_setting.opened_on), '/from_on');
    END IF;
END
$$;

-- hours_check — refuses hours that no week has; what is stored has one place
-- after the point.
CREATE OR REPLACE FUNCTION core.hours_check(hours double precision,
    lowest double precision, pointer text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF round(hours::numeric, 1) NOT BETWEEN lowest AND 7 * 24 THEN
        PERFORM core.refuse('malformed_field', format(
            'It must lie between %s and 168, the hours of a week.', lowest),
            hours_check.pointer);
    END IF;
END
$$;

-- post_check — refuses what a post may not be on its own: see the contract,
-- POST /v1/posts. Before it is written.
CREATE OR REPLACE FUNCTION core.post_check(post core.posts)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_group law.group_kinds;
BEGIN
    PERFORM core.dates_check(post.from_on, post.to_on);
    PERFORM core.setting_open_check(post.setting_id, post.from_on);
    SELECT k.* INTO v_group
      FROM core.groups AS g
      JOIN law.group_kinds AS k ON k.code = g.kind
     WHERE g.id = post.group_id;
    IF v_group.arrangement <> post.arrangement THEN
        PERFORM core.refuse('arrangement_unfit', format(
            'A post of a group of the kind "%s" has the arrangement %s.',
            v_group.title, v_group.arrangement), '/arrangement');
    END IF;
END
$$;

-- post_places — what is known now of who holds which kind of post where, by
-- the authority's register: one row a post and setting, and one without a
-- setting for a post of a group.
CREATE OR REPLACE VIEW core.post_places AS
    SELECT p.post_id, p.staff_id, p.kind, p.setting_id, p.group_id,
           daterange(p.from_on, p.to_on, '[]') AS days
      FROM core.posts AS p
     WHERE p.known_to IS NULL
    UNION ALL
    SELECT p.post_id, p.staff_id, p.kind, g.setting_id, NULL,
           daterange(p.from_on, p.to_on, '[]')
               * daterange(g.from_on, g.to_on, '[]')
      FROM core.posts AS p
      JOIN core.group_settings AS g ON g.group_id = p.group_id
     WHERE p.known_to IS NULL
       AND g.known_to IS NULL;

-- post_settle — refuses a post, written a moment ago, beside which another of
-- the same person cannot stand: the same kind at the same place on the same
-- day, or together more hours than a week has.
CREATE OR REPLACE FUNCTION core.post_settle(post_id int)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_other int;
    v_hours numeric;
BEGIN
    SELECT min(o.post_id) INTO v_other
      FROM core.post_places AS p
      JOIN core.post_places AS o
        ON o.staff_id = p.staff_id
       AND o.kind = p.kind
       AND o.post_id <> p.post_id
       AND (o.setting_id = p.setting_id OR o.group_id = p.group_id)
       AND o.days && p.days
     WHERE p.post_id = post_settle.post_id;
    IF v_other IS NOT NULL THEN
        PERFORM core.refuse('periods_overlap', format(
            'Post %s is the same person''s, of the same kind and at the same place.',
            v_other), '/from_on');
    END IF;
    -- They are most on the first day of one of them.
    SELECT max(t.hours) INTO v_hours
      FROM (SELECT sum(o.hours_per_week) AS hours
              FROM core.posts AS p
              JOIN core.posts AS d
                ON d.staff_id = p.staff_id
               AND d.known_to IS NULL
               AND d.from_on BETWEEN p.from_on
                                 AND coalesce(p.to_on, 'infinity')
              JOIN core.posts AS o
                ON o.staff_id = p.staff_id
               AND o.known_to IS NULL
               AND d.from_on BETWEEN o.from_on
                                 AND coalesce(o.to_on, 'infinity')
             WHERE p.post_id = post_settle.post_id
               AND p.known_to IS NULL
             GROUP BY d.id) AS t;
    IF v_hours > 7 * 24 THEN
        PERFORM core.refuse('hours_exceed_week', format(
            'With this person''s other posts it makes %s hours.', v_hours),
            '/hours_per_week');
    END IF;
END
$$;

-- etag_check — refuses a change that does not name what is there, or names
-- what was there before. Of what nothing is known yet the etag is '0', which
-- need not be named.
CREATE OR REPLACE FUNCTION core.etag_check(etag text, if_match text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF if_match IS NULL AND etag <> '0' THEN
        PERFORM core.refuse('precondition_missing');
    ELSIF if_match <> etag THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
END
$$;

-- post_take — the newest version of a post that an officer is about to change,
-- its person held; refuses a stale look, what was withdrawn, and what follows
-- from a shared arrangement.
CREATE OR REPLACE FUNCTION core.post_take(post_id int, if_match text)
RETURNS core.posts
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_staff int;
    v_post  core.posts;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    SELECT p.staff_id INTO v_staff
      FROM core.posts AS p
     WHERE p.post_id = post_take.post_id
     LIMIT 1;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    PERFORM core.staff_hold(v_staff, '');
    SELECT p.* INTO v_post
      FROM core.posts AS p
     WHERE p.post_id = post_take.post_id
     ORDER BY p.id DESC
     LIMIT 1;
    IF v_post.known_to IS NOT NULL THEN
        PERFORM core.refuse('withdrawn', coalesce(v_post.reason, ''));
    ELSIF v_post.sharing_id IS NOT NULL THEN
        PERFORM core.refuse('sharing_state',
            'This post follows from a shared arrangement: change that.');
    END IF;
    PERFORM core.etag_check(v_post.id::text, if_match);
    RETURN v_post;
END
$$;

-- post_replace — closes the version that is known and adds this one, which
-- has been made of it. The clock, not the start of the transaction: who
-- waited for the other writer comes after him.
CREATE OR REPLACE FUNCTION core.post_replace(post core.posts)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
BEGIN
    PERFORM core.post_check(post);
    UPDATE core.posts AS p
       SET known_to = v_now
     WHERE p.post_id = post.post_id
       AND p.known_to IS NULL;
    INSERT INTO core.posts (post_id, staff_id, setting_id, group_id, kind,
        arrangement, from_on, to_on, hours_per_week, admin_hours_per_week,
        teaching_percent, is_head, on_leadership, is_teacher_here, is_acting,
        sharing_id, known_from, client_id)
    SELECT post.post_id, post.staff_id, post.setting_id, post.group_id,
           post.kind, post.arrangement, post.from_on, post.to_on,
           post.hours_per_week, post.admin_hours_per_week,
           post.teaching_percent, post.is_head, post.on_leadership,
           post.is_teacher_here, post.is_acting, post.sharing_id, v_now,
           core.actor_id();
    PERFORM core.post_settle(post.post_id);
END
$$;
