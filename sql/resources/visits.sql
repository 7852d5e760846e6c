-- visits — what Area SENCOs and officers did at settings, and the actions
-- that came of it. A setting reads what was done there, and says when an
-- action of its own is done.
-- SPDX-License-Identifier: Apache-2.0
-- after: advice

-- actions — is_mine: for the actor to do. Who wrote it down does what is the
-- Area SENCO's or an officer's; a setting what is the setting's.
CREATE VIEW api.actions AS
    SELECT a.id AS action_id,
           a.visit_id,
           a.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           v.child_id,
           v.visited_on,
           a.text,
           a.owner,
           a.owner_name,
           a.due_on,
           a.done_on,
           a.outcome,
           a.done_on IS NULL AND a.due_on < current_date IS TRUE AS is_overdue,
           CASE WHEN (SELECT core.actor_role()) IN ('school_system', 'senco')
                THEN a.owner = 'setting'
                ELSE a.owner IN ('area_senco', 'officer')
                     AND a.client_id = (SELECT core.actor_id())
           END AS is_mine,
           c.name AS author,
           a.version::text AS etag
      FROM core.visit_actions AS a
      JOIN core.visits AS v ON v.id = a.visit_id
      JOIN core.settings AS s ON s.id = a.setting_id
      JOIN core.clients AS c ON c.id = a.client_id;

-- visits — each with its advice and its actions.
CREATE VIEW api.visits AS
    SELECT v.id AS visit_id,
           v.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           v.child_id,
           v.is_unnamed_child,
           v.visited_on,
           v.mode,
           v.met,
           v.topic,
           v.advice_id,
           d.text AS advice,
           v.next_visit_on,
           v.sendiass_on AS sendiass_signposted_on,
           v.sendiass_method,
           c.name AS author,
           c.role AS author_role,
           v.at,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'action_id', a.id, 'text', a.text, 'owner', a.owner,
                       'owner_name', a.owner_name, 'due_on', a.due_on,
                       'done_on', a.done_on, 'outcome', a.outcome)
                       ORDER BY a.due_on, a.at, a.id), '[]')
              FROM core.visit_actions AS a
             WHERE a.visit_id = v.id) AS actions
      FROM core.visits AS v
      JOIN core.settings AS s ON s.id = v.setting_id
      JOIN core.clients AS c ON c.id = v.client_id
      LEFT JOIN core.advice AS d ON d.id = v.advice_id;

-- visits_create — writes down a visit once for the author's key, and what was
-- advised at it as advice of the same day and topic.
CREATE FUNCTION api.visits_create(key text, setting text, child_id uuid,
    is_unnamed_child boolean, visited_on date, mode text, met text,
    topic text, advice text, next_visit_on date, sendiass_on date,
    sendiass_method text)
RETURNS SETOF api.visits
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key     ALIAS FOR $1;
    v_child   ALIAS FOR $3;
    v_unnamed boolean := coalesce($4, false);
    v_visited ALIAS FOR $5;
    v_mode    ALIAS FOR $6;
    v_met     ALIAS FOR $7;
    v_topic   ALIAS FOR $8;
    v_advice  ALIAS FOR $9;
    v_next    ALIAS FOR $10;
    v_told    ALIAS FOR $11;
    v_method  ALIAS FOR $12;
    v_setting int;
    v_content uuid;
    v_given   uuid;
    v_id      uuid;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    v_setting := core.contact_setting($2, v_visited, '/visited_on');
    PERFORM core.contact_child(v_child, v_setting);
    IF v_child IS NOT NULL AND v_unnamed THEN
        PERFORM core.refuse('malformed_field',
            'A named child is not an unnamed one.', '/is_unnamed_child');
    ELSIF v_next <= v_visited THEN
        PERFORM core.refuse('dates_reversed',
            'The next visit must lie after this one.', '/next_visit_on');
    END IF;
    PERFORM core.contact_sendiass(v_child, v_told, v_method);
    v_content := md5(ROW(v_setting, v_child, v_unnamed, v_visited, v_mode,
        v_met, v_topic, v_advice, v_next, v_told, v_method)::text)::uuid;
    IF v_child IS NOT NULL AND v_advice IS NOT NULL THEN
        PERFORM core.facts_lock(ARRAY[v_child]); -- as api.advice_give does
    END IF;
    INSERT INTO core.visits AS v (setting_id, child_id, is_unnamed_child,
           client_id, key, content, visited_on, mode, met, topic,
           next_visit_on, sendiass_on, sendiass_method)
    VALUES (v_setting, v_child, v_unnamed, core.actor_id(), v_key, v_content,
            v_visited, v_mode, v_met, v_topic, v_next, v_told, v_method)
    ON CONFLICT ON CONSTRAINT visits_key_once DO NOTHING
    RETURNING v.id INTO v_id;
    IF v_id IS NULL THEN
        v_id := core.contact_same('visits', v_key, v_content);
    ELSE
        IF v_advice IS NOT NULL THEN
            -- A caller's own key has no blank in it.
            SELECT a.advice_id INTO v_given
              FROM api.advice_give($2, 'visit ' || v_key, v_child, v_visited,
                                   v_topic, v_advice) AS a;
            UPDATE core.visits AS v SET advice_id = v_given WHERE v.id = v_id;
        END IF;
        PERFORM core.audit_write('visits.create', v_setting,
            CASE WHEN v_child IS NOT NULL THEN ARRAY[v_child] END,
            jsonb_build_object('visit_id', v_id, 'advice_id', v_given));
    END IF;
    RETURN QUERY SELECT v.* FROM api.visits AS v WHERE v.visit_id = v_id;
END
$$;

-- visit_actions_create — an action of that visit, once for the author's key.
CREATE FUNCTION api.visit_actions_create(visit uuid, key text, text text,
    owner text, owner_name text, due_on date)
RETURNS SETOF api.actions
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_visit   core.visits;
    v_key     ALIAS FOR $2;
    v_due     ALIAS FOR $6;
    v_content uuid := md5(ROW($1, $3, $4, $5, $6)::text)::uuid;
    v_id      uuid;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    SELECT v.* INTO v_visit FROM core.visits AS v WHERE v.id = $1;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF v_due < v_visit.visited_on THEN
        PERFORM core.refuse('dates_reversed', 'It lies before '
            || v_visit.visited_on || ', the day of the visit.', '/due_on');
    END IF;
    INSERT INTO core.visit_actions AS a (visit_id, setting_id, client_id, key,
           content, text, owner, owner_name, due_on)
    VALUES (v_visit.id, v_visit.setting_id, core.actor_id(), v_key, v_content,
            $3, $4, $5, v_due)
    ON CONFLICT ON CONSTRAINT visit_actions_key_once DO NOTHING
    RETURNING a.id INTO v_id;
    IF v_id IS NULL THEN
        v_id := core.contact_same('visit_actions', v_key, v_content);
    ELSE
        PERFORM core.audit_write('visits.action', v_visit.setting_id,
            CASE WHEN v_visit.child_id IS NOT NULL
                 THEN ARRAY[v_visit.child_id] END,
            jsonb_build_object('visit_id', v_visit.id, 'action_id', v_id));
    END IF;
    RETURN QUERY SELECT a.* FROM api.actions AS a WHERE a.action_id = v_id;
END
$$;

-- action_done — it was done on that day, with what outcome; said again it is
-- put right. A setting says it of what is the setting's to do.
CREATE FUNCTION api.action_done(action uuid, if_match text, done_on date,
    outcome text)
RETURNS SETOF api.actions
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_done ALIAS FOR $3;
    v_row  api.actions;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager',
                              'senco', 'school_system');
    SELECT a.* INTO v_row FROM api.actions AS a WHERE a.action_id = $1;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF core.actor_role() IN ('senco', 'school_system')
          AND v_row.owner <> 'setting' THEN
        PERFORM core.refuse('forbidden',
            'It is not the setting that this action waits for.');
    ELSIF if_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    END IF;
    PERFORM core.contact_day(v_done, '/done_on', v_row.visited_on,
                             'the day of the visit');
    UPDATE core.visit_actions AS a
       SET done_on = v_done,
           outcome = $4,
           version = a.version + 1
     WHERE a.id = v_row.action_id
       AND a.version::text = if_match;
    IF NOT FOUND THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
    PERFORM core.audit_write('visits.action_done', v_row._setting_id,
        CASE WHEN v_row.child_id IS NOT NULL THEN ARRAY[v_row.child_id] END,
        jsonb_build_object('action_id', v_row.action_id,
                           'before', v_row.done_on));
    RETURN QUERY SELECT a.* FROM api.actions AS a
                  WHERE a.action_id = v_row.action_id;
END
$$;
