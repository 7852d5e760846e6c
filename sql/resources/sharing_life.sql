-- sharing_life — how an arrangement comes about, changes and ends. An officer
-- or a manager proposes; a manager decides (sharing_decisions.sql), and changes
-- what was approved. Every write holds the row of the arrangement and names
-- its ETag, so of two at once one is too late. Posts follow from the members,
-- never the reverse.
-- SPDX-License-Identifier: Apache-2.0
-- after: sharing

-- sharing_take — the arrangement that is to be changed, held until the
-- transaction ends; proposed or approved, as states says.
CREATE FUNCTION api.sharing_take(sharing uuid, if_match text,
    VARIADIC states text[])
RETURNS core.sharings
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_row   core.sharings;
    v_state text;
BEGIN
    SELECT s.* INTO v_row
      FROM core.sharings AS s
     WHERE s.id = sharing
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    SELECT a.state INTO v_state
      FROM api.sharing AS a
     WHERE a.sharing_id = sharing;
    IF v_state <> ALL (states) THEN
        PERFORM core.refuse('sharing_state', 'It is ' || v_state || '.');
    ELSIF if_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    ELSIF if_match <> v_row.version::text THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
    RETURN v_row;
END
$$;

-- sharing_done — what was changed: a new ETag, the posts as the members now
-- are, and who did it in the audit log.
CREATE FUNCTION api.sharing_done(sharing uuid, verb text, details jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE core.sharings AS s
       SET version = s.version + 1
     WHERE s.id = sharing;
    PERFORM core.sharing_posts_settle(sharing);
    PERFORM core.audit_write('sharing.' || verb, NULL, NULL,
        jsonb_build_object('sharing_id', sharing) || details);
END
$$;

-- sharing_check — refuses what no arrangement can be: a school closed by then
-- or not yet open, more hours at the schools than in all, fewer than two
-- schools.
CREATE FUNCTION api.sharing_check(sharing uuid)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_row core.sharings;
BEGIN
    SELECT s.* INTO v_row FROM core.sharings AS s WHERE s.id = sharing;
    PERFORM core.setting_open_check(m.setting_id,
                greatest(m.from_on, v_row.from_on))
       FROM core.sharing_members AS m
      WHERE m.sharing_id = sharing
        AND m.withdrawn_at IS NULL;
    IF (SELECT coalesce(sum(m.hours_per_week), 0) > v_row.hours_per_week
             FROM core.sharing_members AS m
            WHERE m.sharing_id = sharing
              AND m.withdrawn_at IS NULL
              AND coalesce(m.to_on, 'infinity')
                  >= greatest(current_date, v_row.from_on)) THEN
        PERFORM core.refuse('counts_disagree',
            'The hours at the schools are more than those in all.',
            '/hours_per_week');
    ELSIF (SELECT count(DISTINCT m.setting_id) < 2
             FROM core.sharing_members AS m
            WHERE m.sharing_id = sharing
              AND m.withdrawn_at IS NULL
              AND coalesce(m.to_on, 'infinity')
                  >= coalesce(v_row.to_on, 'infinity')) THEN
        PERFORM core.refuse('sharing_too_small');
    END IF;
END
$$;

-- sharing_propose — written down once for the proposer's key. settings are
-- references with commas between; teaches_at those at which the person works
-- as a teacher (NULL: not said).
CREATE FUNCTION api.sharing_propose(key text, name text, staff int,
    settings text, teaches_at text, from_on date, to_on date, hours float8,
    admin_hours float8, teaching_percent int)
RETURNS SETOF api.sharing
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key      ALIAS FOR $1;
    v_name     ALIAS FOR $2;
    v_staff    ALIAS FOR $3;
    v_teaches  ALIAS FOR $5;
    v_from     ALIAS FOR $6;
    v_to       ALIAS FOR $7;
    v_teaching ALIAS FOR $10;
    v_settings int[];
    v_teachers int[];
    v_sent     jsonb := jsonb_build_array(v_name, v_staff, $4, v_teaches,
                            v_from, v_to, hours, admin_hours, v_teaching);
    v_id       uuid;
    v_before   core.sharings;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    IF NOT EXISTS (SELECT FROM core.staff AS f WHERE f.id = v_staff) THEN
        PERFORM core.refuse('not_found', 'There is no such person.',
                            '/staff_id');
    ELSIF v_to < v_from THEN
        PERFORM core.refuse('dates_reversed', '', '/to_on');
    END IF;
    v_settings := core.settings_find($4, '/settings');
    v_teachers := core.settings_find(v_teaches, '/teaches_at');
    IF NOT v_teachers <@ v_settings THEN
        PERFORM core.refuse('malformed_field',
            'A school that is no member.', '/teaches_at');
    END IF;
    INSERT INTO core.sharings AS s (name, staff_id, from_on, to_on,
           hours_per_week, admin_hours_per_week, teaching_percent,
           proposed_by, key, sent)
    VALUES (v_name, v_staff, v_from, v_to, hours, admin_hours, v_teaching,
            core.actor_id(), v_key, v_sent)
    ON CONFLICT ON CONSTRAINT sharings_key_once DO NOTHING
    RETURNING s.id INTO v_id;
    IF v_id IS NULL THEN
        SELECT s.* INTO v_before
          FROM core.sharings AS s
         WHERE s.proposed_by = core.actor_id()
           AND s.key = v_key;
        IF v_before.sent <> v_sent THEN
            PERFORM core.refuse('batch_differs');
        END IF;
        v_id := v_before.id;
    ELSE
        INSERT INTO core.sharing_members (sharing_id, setting_id, from_on,
                                          is_teacher_here)
        SELECT v_id, u.setting_id, v_from,
               CASE WHEN v_teaches IS NOT NULL
                    THEN u.setting_id = ANY (v_teachers) END
          FROM unnest(v_settings) AS u (setting_id);
        PERFORM api.sharing_check(v_id);
        PERFORM core.audit_write('sharing.propose', NULL, NULL,
            jsonb_build_object('sharing_id', v_id, 'staff_id', v_staff,
                               'settings', v_settings));
    END IF;
    RETURN QUERY SELECT * FROM api.sharing AS a WHERE a.sharing_id = v_id;
END
$$;

-- sharing_put — the whole of it anew, but for the schools. Of one that is
-- approved a manager changes name and hours; person and first day stay, and
-- the last is sharing_end's.
CREATE FUNCTION api.sharing_put(sharing uuid, if_match text, name text,
    staff int, from_on date, to_on date, hours float8, admin_hours float8,
    teaching_percent int)
RETURNS SETOF api.sharing
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_name     ALIAS FOR $3;
    v_from     ALIAS FOR $5;
    v_to       ALIAS FOR $6;
    v_teaching ALIAS FOR $9;
    v_row      core.sharings;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    v_row := api.sharing_take(sharing, if_match, 'proposed', 'approved');
    IF v_row.state = 'approved' THEN
        PERFORM core.require_role('la_manager');
        IF (v_row.staff_id, v_row.from_on, v_row.to_on)
           IS DISTINCT FROM (staff, v_from, v_to) THEN
            PERFORM core.refuse('sharing_state',
                'It is approved: person and days stay; end it and propose anew.');
        END IF;
    ELSIF NOT EXISTS (SELECT FROM core.staff AS f WHERE f.id = staff) THEN
        PERFORM core.refuse('not_found', 'There is no such person.',
                            '/staff_id');
    ELSIF v_to < v_from THEN
        PERFORM core.refuse('dates_reversed', '', '/to_on');
    END IF;
    UPDATE core.sharings AS s
       SET name = v_name,
           staff_id = staff,
           from_on = v_from,
           to_on = v_to,
           hours_per_week = hours,
           admin_hours_per_week = admin_hours,
           teaching_percent = v_teaching
     WHERE s.id = sharing;
    -- Members that began with it begin with it.
    UPDATE core.sharing_members AS m
       SET from_on = v_from
     WHERE m.sharing_id = sharing
       AND v_row.state = 'proposed'
       AND (m.from_on = v_row.from_on OR m.from_on < v_from);
    PERFORM api.sharing_check(sharing);
    PERFORM api.sharing_done(sharing, 'change', jsonb_build_object('before',
        to_jsonb(v_row) - '{key,sent,proposed_by,proposed_at}'::text[]));
    RETURN QUERY SELECT * FROM api.sharing AS a WHERE a.sharing_id = sharing;
END
$$;

-- sharing_stop — the last day of an approved arrangement, and who decided it.
CREATE FUNCTION api.sharing_stop(taken core.sharings, on_date date,
    reason text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    IF on_date < taken.from_on THEN
        PERFORM core.refuse('dates_reversed', '', '/on');
    END IF;
    UPDATE core.sharings AS s
       SET to_on = on_date,
           ended_by = core.actor_id(),
           ended_at = now(),
           end_reason = sharing_stop.reason
     WHERE s.id = taken.id;
END
$$;

-- sharing_end — by a manager, by hand; on is the last day, today by default.
CREATE FUNCTION api.sharing_end(sharing uuid, if_match text, on_date date,
    reason text)
RETURNS SETOF api.sharing
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_on date := coalesce($3, current_date);
BEGIN
    PERFORM core.require_role('la_manager');
    PERFORM api.sharing_stop(api.sharing_take(sharing, if_match, 'approved'),
                             v_on, $4);
    PERFORM api.sharing_done(sharing, 'end', jsonb_build_object(
        'on', v_on, 'reason', $4));
    RETURN QUERY SELECT * FROM api.sharing AS a WHERE a.sharing_id = sharing;
END
$$;
