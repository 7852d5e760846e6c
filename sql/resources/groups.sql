-- groups — trusts, federations, chains of nurseries, networks and agencies of
-- childminders, localities, and which settings belong to them when. No child
-- is in it; whoever acts at all may read it.
-- SPDX-License-Identifier: Apache-2.0

-- group_members — which setting belongs to which group, from when to when, as
-- known now.
CREATE VIEW api.group_members AS
    SELECT m.group_id, m.setting_id AS _setting_id, s.ref AS setting,
           s.name AS setting_name, m.from_on, m.to_on
      FROM core.group_settings AS m
      JOIN core.settings AS s ON s.id = m.setting_id
     WHERE m.known_to IS NULL
       AND (SELECT core.actor_role()) IS NOT NULL;

-- groups — settings are those of today, members all there were and will be.
CREATE VIEW api.groups AS
    SELECT g.id AS group_id, g.kind, g.name,
           (SELECT count(*)::int
              FROM api.group_members AS m
             WHERE m.group_id = g.id
               AND current_date BETWEEN m.from_on
                                    AND coalesce(m.to_on, 'infinity'))
               AS settings,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'setting', m.setting,
                       'setting_name', m.setting_name,
                       'from_on', m.from_on,
                       'to_on', m.to_on)
                       ORDER BY m.setting, m.from_on), '[]')
              FROM api.group_members AS m
             WHERE m.group_id = g.id) AS members
      FROM core.groups AS g
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- groups_create — a group, as yet without settings.
CREATE FUNCTION api.groups_create(key text, kind text, name text)
RETURNS SETOF api.groups
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_name    text := btrim($3);
    v_content jsonb := jsonb_build_array($2, v_name);
    v_id      int;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    v_id := core.creation_find('group', $1, v_content);
    IF v_id IS NULL THEN
        IF v_name = '' THEN
            PERFORM core.refuse('malformed_field', 'It must say something.',
                                '/name');
        END IF;
        INSERT INTO core.groups AS g (kind, name)
        VALUES ($2, v_name)
        ON CONFLICT ON CONSTRAINT groups_name_once DO NOTHING
        RETURNING g.id INTO v_id;
        IF v_id IS NULL THEN
            PERFORM core.refuse('exists_already', format(
                'Group %s has this name.',
                (SELECT g.id FROM core.groups AS g WHERE g.name = v_name)),
                '/name');
        END IF;
        PERFORM core.creation_note('group', $1, v_content, v_id);
        PERFORM core.audit_write('groups.create', NULL, NULL,
            jsonb_build_object('group_id', v_id));
    END IF;
    RETURN QUERY SELECT * FROM api.groups AS g WHERE g.group_id = v_id;
END
$$;

-- group_hold — holds the group until the end of the transaction, so that its
-- members are changed by one at a time; answers the setting.
CREATE FUNCTION api.group_hold(group_id int, setting_ref text, pointer text)
RETURNS int
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting int := core.setting_find($2);
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    PERFORM FROM core.groups AS g WHERE g.id = $1 FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF v_setting IS NULL THEN
        PERFORM core.refuse('unknown_setting', '', $3);
    END IF;
    RETURN v_setting;
END
$$;

-- group_join — the setting belongs to the group from that day on. What is so
-- already is answered the same, so it needs no Idempotency-Key.
CREATE FUNCTION api.group_join(group_id int, setting_ref text, from_on date,
    to_on date)
RETURNS SETOF api.groups
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting int := api.group_hold($1, $2, '/setting');
BEGIN
    PERFORM core.dates_check($3, $4);
    IF NOT EXISTS (
           SELECT FROM core.group_settings AS m
            WHERE m.group_id = $1
              AND m.setting_id = v_setting
              AND m.known_to IS NULL
              AND (m.from_on, m.to_on) IS NOT DISTINCT FROM ($3, $4)) THEN
        PERFORM core.setting_open_check(v_setting, $3);
        INSERT INTO core.group_settings (group_id, setting_id, from_on, to_on,
            client_id, known_from)
        SELECT $1, v_setting, $3, $4, core.actor_id(), clock_timestamp()
        ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            PERFORM core.refuse('periods_overlap',
                'It belongs to the group for a part of that time already.',
                '/from_on');
        END IF;
        PERFORM core.audit_write('groups.join', v_setting, NULL,
            jsonb_build_object('group_id', $1));
    END IF;
    RETURN QUERY SELECT * FROM api.groups AS g WHERE g.group_id = $1;
END
$$;

-- group_leave — the last day of the setting in the group: of its newest time
-- there.
CREATE FUNCTION api.group_leave(group_id int, setting_ref text, to_on date)
RETURNS SETOF api.groups
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting int := api.group_hold($1, $2, '');
    v_member  core.group_settings;
    v_now     timestamptz := clock_timestamp();
BEGIN
    SELECT m.* INTO v_member
      FROM core.group_settings AS m
     WHERE m.group_id = $1
       AND m.setting_id = v_setting
       AND m.known_to IS NULL
     ORDER BY m.from_on DESC
     LIMIT 1;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    PERFORM core.dates_check(v_member.from_on, $3);
    IF v_member.to_on IS DISTINCT FROM $3 THEN
        UPDATE core.group_settings AS m
           SET known_to = v_now
         WHERE m.id = v_member.id;
        INSERT INTO core.group_settings (group_id, setting_id, from_on, to_on,
            client_id, known_from)
        VALUES ($1, v_setting, v_member.from_on, $3, core.actor_id(), v_now);
        PERFORM core.audit_write('groups.leave', v_setting, NULL,
            jsonb_build_object('group_id', $1, 'to_on', $3));
    END IF;
    RETURN QUERY SELECT * FROM api.groups AS g WHERE g.group_id = $1;
END
$$;
