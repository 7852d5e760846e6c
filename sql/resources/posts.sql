-- posts — who holds which post where, and when: the settings' own records and
-- the authority's register in one list; the register is written here. No
-- child is in it; whoever acts at all may read it, but what a record says of
-- a qualification, and why something was withdrawn.
-- SPDX-License-Identifier: Apache-2.0

-- posts — one row a post, setting and time it was known (core.holdings).
-- holding names the row; to_on NULL is open, known_to NULL what is known now.
CREATE VIEW api.posts AS
    SELECT (coalesce('post-' || h.post_id, 'record-' || h.record_id)
               || ' ' || s.id || ' ' || h.from_on) COLLATE "C" AS holding,
           h.post_id,
           h.record_id,
           h.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           h.group_id,
           g.name AS group_name,
           h.staff_id,
           h.name AS staff,
           h.kind,
           h.arrangement,
           h.from_on,
           nullif(h.to_on, 'infinity') AS to_on,
           h.hours_per_week::float8 AS hours_per_week,
           h.admin_hours_per_week::float8 AS admin_hours_per_week,
           h.teaching_percent,
           h.is_head,
           h.on_leadership,
           h.is_teacher_here,
           h.is_acting,
           h.sharing_id,
           CASE WHEN (SELECT core.actor_sees_all())
                  OR h.setting_id
                     = ANY ((SELECT core.actor_settings())::int[])
                THEN h.studies
           END AS studies,
           h.known_from,
           nullif(h.known_to, 'infinity') AS known_to
      FROM core.holdings AS h
      JOIN core.settings AS s ON s.id = h.setting_id
      LEFT JOIN core.groups AS g ON g.id = h.group_id
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- post_versions — the register's own posts, every version. known_to NULL is
-- the one that is known now.
CREATE VIEW api.post_versions AS
    SELECT p.post_id, p.id AS version, p.staff_id, f.name AS staff,
           s.ref AS setting, s.name AS setting_name, p.group_id,
           g.name AS group_name, p.kind, p.arrangement, p.from_on, p.to_on,
           p.hours_per_week::float8 AS hours_per_week,
           p.admin_hours_per_week::float8 AS admin_hours_per_week,
           p.teaching_percent::int AS teaching_percent, p.is_head,
           p.on_leadership, p.is_teacher_here, p.is_acting, p.sharing_id,
           p.known_from, p.known_to, c.name AS by,
           CASE WHEN (SELECT core.actor_sees_all())
                THEN p.reason END AS reason,
           p.setting_id AS _setting_id
      FROM core.posts AS p
      JOIN core.staff AS f ON f.id = p.staff_id
      LEFT JOIN core.settings AS s ON s.id = p.setting_id
      LEFT JOIN core.groups AS g ON g.id = p.group_id
      LEFT JOIN core.clients AS c ON c.id = p.client_id
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- post_details — a post of the register by its newest version, and those
-- before it. It counts unless the setting sends such posts itself.
CREATE VIEW api.post_details AS
    SELECT DISTINCT ON (v.post_id)
           v.post_id, v.staff_id, v.staff, v.setting, v.setting_name,
           v.group_id, v.group_name, v.kind, v.arrangement, v.from_on,
           v.to_on, v.hours_per_week, v.admin_hours_per_week,
           v.teaching_percent, v.is_head, v.on_leadership,
           v.is_teacher_here, v.is_acting, v.sharing_id, v.known_from, v.by,
           v.known_to AS withdrawn_at,
           v.reason,
           v.known_to IS NULL AND NOT EXISTS (
               SELECT 1
                 FROM core.post_record_versions AS r
                WHERE r.setting_id = v._setting_id
                  AND r.kind = v.kind
                  AND r.known_to = 'infinity') AS counts,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'arrangement', o.arrangement,
                       'from_on', o.from_on,
                       'to_on', o.to_on,
                       'hours_per_week', o.hours_per_week,
                       'admin_hours_per_week', o.admin_hours_per_week,
                       'teaching_percent', o.teaching_percent,
                       'is_head', o.is_head,
                       'on_leadership', o.on_leadership,
                       'is_teacher_here', o.is_teacher_here,
                       'is_acting', o.is_acting,
                       'known_from', o.known_from,
                       'known_to', o.known_to,
                       'by', o.by) ORDER BY o.version), '[]')
              FROM api.post_versions AS o
             WHERE o.post_id = v.post_id
               AND o.version < v.version) AS earlier,
           v.version::text AS etag
      FROM api.post_versions AS v
     ORDER BY v.post_id, v.version DESC;

-- posts_create — a post in the authority's register, of a setting or of a
-- group; the same again under the same key is answered with the same post.
CREATE FUNCTION api.posts_create(key text, staff_id int, setting_ref text,
    group_id int, kind text, arrangement text, from_on date, to_on date,
    hours_per_week double precision, admin_hours_per_week double precision,
    teaching_percent int, is_head boolean, on_leadership boolean,
    is_teacher_here boolean, is_acting boolean)
RETURNS SETOF api.post_details
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_content jsonb := jsonb_build_array($2, $3, $4, $5, $6, $7, $8, $9, $10,
                                         $11, $12, $13, $14, $15);
    v_post    core.posts;
    v_id      int;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    v_id := core.creation_find('post', $1, v_content);
    IF v_id IS NULL THEN
        IF ($3 IS NULL) = ($4 IS NULL) THEN
            PERFORM core.refuse('missing_field',
                'A post is of a setting or of a group: one of them.',
                '/setting');
        END IF;
        PERFORM core.staff_hold($2, '/staff_id');
        v_post.setting_id := core.setting_find($3);
        IF $3 IS NOT NULL AND v_post.setting_id IS NULL THEN
            PERFORM core.refuse('unknown_setting', '', '/setting');
        ELSIF $4 IS NOT NULL AND NOT EXISTS (
                  SELECT FROM core.groups AS g WHERE g.id = $4) THEN
            PERFORM core.refuse('not_found', 'There is no such group.',
                                '/group_id');
        END IF;
        PERFORM core.hours_check($9, 0.1, '/hours_per_week'),
                core.hours_check($10, 0, '/admin_hours_per_week');
        v_post.group_id := $4;
        v_post.arrangement := coalesce($6, (
            SELECT k.arrangement
              FROM core.groups AS g
              JOIN law.group_kinds AS k ON k.code = g.kind
             WHERE g.id = $4), 'own');
        v_post.from_on := $7;
        v_post.to_on := $8;
        PERFORM core.post_check(v_post);
        INSERT INTO core.posts AS p (staff_id, setting_id, group_id, kind,
            arrangement, from_on, to_on, hours_per_week,
            admin_hours_per_week, teaching_percent, is_head, on_leadership,
            is_teacher_here, is_acting, client_id)
        VALUES ($2, v_post.setting_id, $4, $5, v_post.arrangement, $7, $8,
            $9, $10, $11, $12, $13, $14, coalesce($15, false),
            core.actor_id())
        RETURNING p.post_id INTO v_id;
        PERFORM core.post_settle(v_id);
        PERFORM core.creation_note('post', $1, v_content, v_id);
        PERFORM core.audit_write('posts.create', v_post.setting_id, NULL,
            jsonb_strip_nulls(jsonb_build_object('post_id', v_id,
                'staff_id', $2, 'group_id', $4, 'kind', $5)));
    END IF;
    RETURN QUERY SELECT * FROM api.post_details AS d WHERE d.post_id = v_id;
END
$$;

-- post_put — another version of a post: all that a post says but whose it is,
-- where and of what kind. if_match names the version that was read.
CREATE FUNCTION api.post_put(post_id int, if_match text, arrangement text,
    from_on date, to_on date, hours_per_week double precision,
    admin_hours_per_week double precision, teaching_percent int,
    is_head boolean, on_leadership boolean, is_teacher_here boolean,
    is_acting boolean)
RETURNS SETOF api.post_details
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_post core.posts := core.post_take($1, $2);
BEGIN
    PERFORM core.hours_check($6, 0.1, '/hours_per_week'),
            core.hours_check($7, 0, '/admin_hours_per_week');
    v_post.arrangement := coalesce($3, v_post.arrangement);
    v_post.from_on := $4;
    v_post.to_on := $5;
    v_post.hours_per_week := $6;
    v_post.admin_hours_per_week := $7;
    v_post.teaching_percent := $8;
    v_post.is_head := $9;
    v_post.on_leadership := $10;
    v_post.is_teacher_here := $11;
    v_post.is_acting := coalesce($12, false);
    PERFORM core.post_replace(v_post);
    PERFORM core.audit_write('posts.put', v_post.setting_id, NULL,
        jsonb_build_object('post_id', $1, 'version', v_post.id));
    RETURN QUERY SELECT * FROM api.post_details AS d WHERE d.post_id = $1;
END
$$;

-- post_end — the last day of a post, past or to come.
CREATE FUNCTION api.post_end(post_id int, if_match text, to_on date)
RETURNS SETOF api.post_details
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_post core.posts := core.post_take($1, $2);
BEGIN
    v_post.to_on := $3;
    PERFORM core.post_replace(v_post);
    PERFORM core.audit_write('posts.end', v_post.setting_id, NULL,
        jsonb_build_object('post_id', $1, 'to_on', $3));
    RETURN QUERY SELECT * FROM api.post_details AS d WHERE d.post_id = $1;
END
$$;

-- post_withdraw — a post that never was: known no longer, and why. What was
-- known before stays to be asked for.
CREATE FUNCTION api.post_withdraw(post_id int, if_match text, reason text)
RETURNS SETOF api.post_details
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_post core.posts := core.post_take($1, $2);
BEGIN
    UPDATE core.posts AS p
       SET known_to = clock_timestamp(),
           reason = $3
     WHERE p.id = v_post.id;
    PERFORM core.audit_write('posts.withdraw', v_post.setting_id, NULL,
        jsonb_build_object('post_id', $1));
    RETURN QUERY SELECT * FROM api.post_details AS d WHERE d.post_id = $1;
END
$$;
