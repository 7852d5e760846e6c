-- networks — meetings of SENCOs of an area (CoP 5.56) and who came.
-- SPDX-License-Identifier: Apache-2.0

-- network_attendance — by setting, those the actor looks after.
CREATE VIEW api.network_attendance AS
    SELECT a.meeting_id,
           a.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           a.people,
           a.version::text AS etag
      FROM core.network_attendance AS a
      JOIN core.settings AS s ON s.id = a.setting_id;

-- network_meetings — settings and people: of the settings the actor looks
-- after.
CREATE VIEW api.network_meetings AS
    SELECT m.id AS meeting_id,
           m.held_on,
           m.title,
           m.place,
           (SELECT count(*)::int FROM core.network_attendance AS a
             WHERE a.meeting_id = m.id AND a.people > 0) AS settings,
           (SELECT coalesce(sum(a.people), 0)::int
              FROM core.network_attendance AS a
             WHERE a.meeting_id = m.id) AS people,
           c.name AS author
      FROM core.network_meetings AS m
      JOIN core.clients AS c ON c.id = m.client_id
     WHERE (SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                                          'la_manager');

-- network_meetings_create — once for the author's key; it may lie ahead.
CREATE FUNCTION api.network_meetings_create(key text, held_on date,
    title text, place text)
RETURNS SETOF api.network_meetings
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key     ALIAS FOR $1;
    v_content uuid := md5(ROW($2, $3, $4)::text)::uuid;
    v_id      uuid;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    INSERT INTO core.network_meetings AS m (client_id, key, content, held_on,
                                            title, place)
    VALUES (core.actor_id(), v_key, v_content, $2, $3, $4)
    ON CONFLICT ON CONSTRAINT network_meetings_key_once DO NOTHING
    RETURNING m.id INTO v_id;
    IF v_id IS NULL THEN
        v_id := core.contact_same('network_meetings', v_key, v_content);
    ELSE
        PERFORM core.audit_write('network_meetings.create', NULL, NULL,
                                 jsonb_build_object('meeting_id', v_id));
    END IF;
    RETURN QUERY SELECT m.* FROM api.network_meetings AS m
                  WHERE m.meeting_id = v_id;
END
$$;

-- network_attendance_put — so many came from that setting. The first word
-- needs no If-Match; a later one names the etag it has read.
CREATE FUNCTION api.network_attendance_put(meeting uuid, setting text,
    if_match text, people int)
RETURNS SETOF api.network_attendance
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_setting int;
    v_version bigint;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    v_setting := core.attendance_setting($2,
        (SELECT m.held_on FROM core.network_meetings AS m WHERE m.id = $1));
    SELECT a.version INTO v_version
      FROM core.network_attendance AS a
     WHERE a.meeting_id = $1
       AND a.setting_id = v_setting
       FOR UPDATE;
    PERFORM core.attendance_match(if_match, v_version);
    INSERT INTO core.network_attendance AS a (meeting_id, setting_id, people)
    VALUES ($1, v_setting, $4)
    ON CONFLICT ON CONSTRAINT network_attendance_pkey DO UPDATE
       SET people = excluded.people,
           version = a.version + 1
     WHERE a.version = v_version;
    IF NOT FOUND THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
    PERFORM core.audit_write('network_meetings.attendance', v_setting, NULL,
        jsonb_build_object('meeting_id', $1, 'people', $4));
    RETURN QUERY SELECT a.* FROM api.network_attendance AS a
                  WHERE a.meeting_id = $1 AND a._setting_id = v_setting;
END
$$;
