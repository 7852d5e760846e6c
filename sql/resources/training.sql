-- training — courses for one setting or many (CoP 5.56) and who came.
-- SPDX-License-Identifier: Apache-2.0

-- training_attendance — by setting, those the actor looks after.
CREATE VIEW api.training_attendance AS
    SELECT a.event_id,
           a.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           a.people,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('staff_id', f.id,
                       'name', f.name) ORDER BY f.name, f.id), '[]')
              FROM core.staff AS f
             WHERE f.id = ANY (a.staff_ids)) AS staff,
           a.senco_came,
           a.version::text AS etag
      FROM core.training_attendance AS a
      JOIN core.settings AS s ON s.id = a.setting_id;

-- training_events — settings and people: of the settings the actor looks
-- after.
CREATE VIEW api.training_events AS
    SELECT e.id AS event_id,
           e.held_on,
           e.title,
           e.topic,
           e.hours::float8 AS hours,
           (SELECT count(*)::int FROM core.training_attendance AS a
             WHERE a.event_id = e.id AND a.people > 0) AS settings,
           (SELECT coalesce(sum(a.people), 0)::int
              FROM core.training_attendance AS a
             WHERE a.event_id = e.id) AS people,
           c.name AS author
      FROM core.training_events AS e
      JOIN core.clients AS c ON c.id = e.client_id
     WHERE (SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                                          'la_manager');

-- training_events_create — once for the author's key; it may lie ahead.
CREATE FUNCTION api.training_events_create(key text, held_on date, title text,
    topic text, hours double precision)
RETURNS SETOF api.training_events
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key     ALIAS FOR $1;
    v_content uuid := md5(ROW($2, $3, $4, $5)::text)::uuid;
    v_id      uuid;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    IF $5 <= 0 THEN
        PERFORM core.refuse('malformed_field', 'A course takes some time.',
                            '/hours');
    END IF;
    INSERT INTO core.training_events AS e (client_id, key, content, held_on,
                                           title, topic, hours)
    VALUES (core.actor_id(), v_key, v_content, $2, $3, $4, $5)
    ON CONFLICT ON CONSTRAINT training_events_key_once DO NOTHING
    RETURNING e.id INTO v_id;
    IF v_id IS NULL THEN
        v_id := core.contact_same('training_events', v_key, v_content);
    ELSE
        PERFORM core.audit_write('training_events.create', NULL, NULL,
                                 jsonb_build_object('event_id', v_id));
    END IF;
    RETURN QUERY SELECT e.* FROM api.training_events AS e
                  WHERE e.event_id = v_id;
END
$$;

-- training_attendance_put — who came from that setting: so many people, of
-- them these members of staff (ids joined by commas) with a post there that
-- day. The first word needs no If-Match; a later one names the etag.
CREATE FUNCTION api.training_attendance_put(event uuid, setting text,
    if_match text, people int, staff text, senco_came boolean)
RETURNS SETOF api.training_attendance
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_people  ALIAS FOR $4;
    v_senco   boolean := coalesce($6, false);
    v_held    date := (SELECT e.held_on FROM core.training_events AS e
                        WHERE e.id = $1);
    v_setting int;
    v_staff   int[];
    v_version bigint;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    v_setting := core.attendance_setting($2, v_held);
    IF $5 !~ '^[0-9]{1,9}(,[0-9]{1,9})*$' THEN
        PERFORM core.refuse('malformed_field', 'It must be a list of ids.',
                            '/staff');
    END IF;
    v_staff := ARRAY(SELECT DISTINCT i.i::int
                       FROM unnest(string_to_array($5, ',')) AS i (i)
                      ORDER BY 1);
    IF EXISTS (SELECT 1 FROM unnest(v_staff) AS i (id)
                WHERE NOT EXISTS (
                      SELECT 1 FROM core.holdings AS h
                       WHERE h.staff_id = i.id
                         AND h.setting_id = v_setting
                         AND h.known_to = 'infinity'
                         AND v_held BETWEEN h.from_on AND h.to_on)) THEN
        PERFORM core.refuse('not_found',
            'One of them held no post at the setting that day.', '/staff');
    ELSIF v_people < cardinality(v_staff) OR v_people = 0 AND v_senco THEN
        PERFORM core.refuse('counts_disagree',
            'More are named than came.', '/people');
    END IF;
    SELECT a.version INTO v_version
      FROM core.training_attendance AS a
     WHERE a.event_id = $1
       AND a.setting_id = v_setting
       FOR UPDATE;
    PERFORM core.attendance_match(if_match, v_version);
    INSERT INTO core.training_attendance AS a (event_id, setting_id, people,
                                               staff_ids, senco_came)
    VALUES ($1, v_setting, v_people, v_staff, v_senco)
    ON CONFLICT ON CONSTRAINT training_attendance_pkey DO UPDATE
       SET people = excluded.people,
           staff_ids = excluded.staff_ids,
           senco_came = excluded.senco_came,
           version = a.version + 1
     WHERE a.version = v_version;
    IF NOT FOUND THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
    PERFORM core.audit_write('training_events.attendance', v_setting, NULL,
        jsonb_build_object('event_id', $1, 'people', v_people,
                           'staff_ids', v_staff));
    RETURN QUERY SELECT a.* FROM api.training_attendance AS a
                  WHERE a.event_id = $1 AND a._setting_id = v_setting;
END
$$;
