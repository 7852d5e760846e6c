-- sharing_members — the schools of an arrangement: they join, have their hours
-- there, and leave; of one that is approved a manager says so.
-- SPDX-License-Identifier: Apache-2.0
-- after: sharing_life

-- sharing_member_put — a school joins, or its hours there are put down. It
-- joins on from_on, by default with the arrangement or today.
CREATE FUNCTION api.sharing_member_put(sharing uuid, setting_ref text,
    if_match text, from_on date, hours float8, is_teacher_here boolean)
RETURNS SETOF api.sharing
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_from    ALIAS FOR $4;
    v_teaches ALIAS FOR $6;
    v_row     core.sharings;
    v_setting int := core.setting_find(setting_ref);
    v_member  core.sharing_members;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    v_row := api.sharing_take(sharing, if_match, 'proposed', 'approved');
    IF v_row.state = 'approved' THEN
        PERFORM core.require_role('la_manager');
    END IF;
    IF v_setting IS NULL THEN
        PERFORM core.refuse('not_found', 'There is no such setting.', 'ref');
    END IF;
    SELECT m.* INTO v_member
      FROM core.sharing_members AS m
     WHERE m.sharing_id = sharing
       AND m.setting_id = v_setting
       AND m.withdrawn_at IS NULL
       AND (m.to_on IS NULL OR m.to_on >= current_date);
    IF FOUND AND v_from <> v_member.from_on THEN
        PERFORM core.refuse('malformed_field',
            'It is a member from another day on.', '/from_on');
    ELSIF v_member.setting_id IS NULL THEN
        v_member.from_on := coalesce(v_from,
            greatest(v_row.from_on, CASE v_row.state WHEN 'approved'
                                         THEN current_date END));
    END IF;
    IF v_member.from_on NOT BETWEEN v_row.from_on
                                AND coalesce(v_row.to_on, 'infinity') THEN
        PERFORM core.refuse('malformed_field',
            'The arrangement does not last then.', '/from_on');
    END IF;
    INSERT INTO core.sharing_members AS m (sharing_id, setting_id, from_on,
                                           hours_per_week, is_teacher_here)
    VALUES (sharing, v_setting, v_member.from_on, hours, v_teaches)
    ON CONFLICT ON CONSTRAINT sharing_members_pkey DO UPDATE
       SET hours_per_week = excluded.hours_per_week,
           is_teacher_here = excluded.is_teacher_here,
           to_on = CASE WHEN v_member.setting_id IS NOT NULL THEN m.to_on END,
           withdrawn_at = NULL;
    PERFORM api.sharing_check(sharing);
    PERFORM api.sharing_done(sharing, 'member', jsonb_build_object(
        'setting_id', v_setting, 'from_on', v_member.from_on,
        'hours_per_week', hours, 'is_teacher_here', v_teaches));
    RETURN QUERY SELECT * FROM api.sharing AS a WHERE a.sharing_id = sharing;
END
$$;

-- sharing_member_remove — a school leaves; on is its last day. One that has
-- not begun by then is taken out as if it had never been named.
CREATE FUNCTION api.sharing_member_remove(sharing uuid, setting_ref text,
    if_match text, on_date date)
RETURNS SETOF api.sharing
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_row     core.sharings;
    v_setting int := core.setting_find(setting_ref);
    v_on      date := coalesce($4, current_date);
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    v_row := api.sharing_take(sharing, if_match, 'proposed', 'approved');
    IF v_row.state = 'approved' THEN
        PERFORM core.require_role('la_manager');
    END IF;
    UPDATE core.sharing_members AS m
       SET to_on = CASE WHEN v_row.state = 'approved' AND m.from_on <= v_on
                        THEN v_on ELSE m.to_on END,
           withdrawn_at = CASE WHEN v_row.state = 'proposed'
                                    OR m.from_on > v_on THEN now() END
     WHERE m.sharing_id = sharing
       AND m.setting_id = v_setting
       AND m.withdrawn_at IS NULL
       AND (m.to_on IS NULL OR m.to_on >= current_date);
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found', 'It is no member.', 'ref');
    END IF;
    PERFORM api.sharing_check(sharing);
    PERFORM api.sharing_done(sharing, 'member_remove', jsonb_build_object(
        'setting_id', v_setting, 'on', v_on));
    RETURN QUERY SELECT * FROM api.sharing AS a WHERE a.sharing_id = sharing;
END
$$;
