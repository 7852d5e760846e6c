-- sharing_posts — the posts of an arrangement follow its members.
-- SPDX-License-Identifier: Apache-2.0

-- sharing_posts_settle — makes the posts of an arrangement what its members
-- are: one of kind senco, shared, for each school while it is a member of an
-- approved arrangement. A post that changes gets another version, one that is
-- no more is known no longer. A post as SENCO the person held at that school
-- before ends the day before the shared one begins, so that the run of
-- service there is unbroken (reg 49's clock goes on).
CREATE OR REPLACE FUNCTION core.sharing_posts_settle(sharing uuid)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_row    core.sharings;
    v_post   core.posts;
    v_member record;
    v_now    timestamptz;
BEGIN
    SELECT s.* INTO v_row FROM core.sharings AS s WHERE s.id = sharing;
    IF v_row.state <> 'approved' THEN
        RETURN;
    END IF;
    PERFORM core.staff_hold(v_row.staff_id, '');
    v_now := clock_timestamp();
    FOR v_member IN
        SELECT m.setting_id, m.from_on, m.hours_per_week, m.is_teacher_here,
               least(m.to_on, v_row.to_on) AS to_on
          FROM core.sharing_members AS m
         WHERE m.sharing_id = sharing
           AND m.withdrawn_at IS NULL
           AND m.from_on <= coalesce(v_row.to_on, 'infinity')
         ORDER BY m.setting_id
    LOOP
        SELECT p.* INTO v_post
          FROM core.posts AS p
         WHERE p.sharing_id = sharing
           AND p.setting_id = v_member.setting_id
           AND p.from_on = v_member.from_on
           AND p.known_to IS NULL;
        IF (v_post.to_on, v_post.hours_per_week, v_post.admin_hours_per_week,
            v_post.teaching_percent, v_post.is_teacher_here, v_post.staff_id)
           IS NOT DISTINCT FROM (v_member.to_on, v_member.hours_per_week,
            v_row.admin_hours_per_week, v_row.teaching_percent,
            v_member.is_teacher_here, v_row.staff_id) THEN
            CONTINUE;
        END IF;
        IF v_post.id IS NULL THEN
            PERFORM core.sharing_posts_give_way(v_row, v_member.setting_id,
                v_member.from_on, v_member.to_on, v_now);
        END IF;
        UPDATE core.posts AS p
           SET known_to = v_now
         WHERE p.id = v_post.id;
        INSERT INTO core.posts (known_from, staff_id, setting_id, kind,
               arrangement, from_on, to_on, hours_per_week,
               admin_hours_per_week, teaching_percent, is_teacher_here,
               sharing_id, post_id, client_id)
        VALUES (v_now, v_row.staff_id,
               v_member.setting_id, 'senco', 'shared',
               v_member.from_on, v_member.to_on, v_member.hours_per_week,
               v_row.admin_hours_per_week, v_row.teaching_percent,
               v_member.is_teacher_here, sharing, v_post.post_id,
               core.actor_id())
        RETURNING post_id INTO v_post.post_id;
        PERFORM core.post_settle(v_post.post_id);
    END LOOP;
    UPDATE core.posts AS p
       SET known_to = v_now
     WHERE p.sharing_id = sharing
       AND p.known_to IS NULL
       AND NOT EXISTS (
           SELECT
             FROM core.sharing_members AS m
            WHERE m.sharing_id = sharing
              AND m.setting_id = p.setting_id
              AND m.from_on = p.from_on
              AND m.withdrawn_at IS NULL
              AND m.from_on <= coalesce(v_row.to_on, 'infinity'));
END
$$;

-- sharing_posts_give_way — what else the person is SENCO as at this school in
-- that time: the setting's own post ends before. One of another arrangement
-- stays, and core.post_settle refuses the new one.
CREATE OR REPLACE FUNCTION core.sharing_posts_give_way(taken core.sharings,
    setting_id int, from_on date, to_on date, at timestamptz)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_setting ALIAS FOR $2;
    v_from    ALIAS FOR $3;
    v_to      ALIAS FOR $4;
    v_now     ALIAS FOR $5;
    v_post    core.posts;
BEGIN
    FOR v_post IN
        SELECT p.*
          FROM core.posts AS p
         WHERE p.staff_id = taken.staff_id
           AND p.setting_id = v_setting
           AND p.kind = 'senco'
           AND p.known_to IS NULL
           AND p.sharing_id IS NULL
           AND p.from_on <= coalesce(v_to, 'infinity')
           AND coalesce(p.to_on, 'infinity') >= v_from
    LOOP
        UPDATE core.posts AS p
           SET known_to = v_now
         WHERE p.id = v_post.id;
        IF v_post.from_on < v_from THEN
            INSERT INTO core.posts (known_from, staff_id, setting_id, kind,
                   arrangement, from_on, to_on, hours_per_week,
                   admin_hours_per_week, teaching_percent, is_head,
                   on_leadership, is_teacher_here, is_acting, post_id,
                   client_id)
            VALUES (v_now, v_post.staff_id, v_post.setting_id, v_post.kind,
                   v_post.arrangement, v_post.from_on, v_from - 1,
                   v_post.hours_per_week, v_post.admin_hours_per_week,
                   v_post.teaching_percent, v_post.is_head,
                   v_post.on_leadership, v_post.is_teacher_here,
                   v_post.is_acting, v_post.post_id, core.actor_id());
        END IF;
    END LOOP;
END
$$;
