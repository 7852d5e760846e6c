-- practice — examples of good practice and the settings they reached
-- (CoP 5.56).
-- SPDX-License-Identifier: Apache-2.0

CREATE VIEW api.practice_reach AS
    SELECT r.item_id,
           r.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           r.reached_on
      FROM core.practice_reach AS r
      JOIN core.settings AS s ON s.id = r.setting_id;

-- practice_items — settings: how many of those the actor looks after.
CREATE VIEW api.practice_items AS
    SELECT i.id AS item_id,
           i.shared_on,
           i.title,
           i.summary,
           (SELECT count(*)::int FROM core.practice_reach AS r
             WHERE r.item_id = i.id) AS settings,
           c.name AS author
      FROM core.practice_items AS i
      JOIN core.clients AS c ON c.id = i.client_id
     WHERE (SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                                          'la_manager');

-- practice_items_create — once for the author's key.
CREATE FUNCTION api.practice_items_create(key text, shared_on date,
    title text, summary text)
RETURNS SETOF api.practice_items
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
    PERFORM core.contact_day($2, '/shared_on');
    INSERT INTO core.practice_items AS i (client_id, key, content, shared_on,
                                          title, summary)
    VALUES (core.actor_id(), v_key, v_content, $2, $3, $4)
    ON CONFLICT ON CONSTRAINT practice_items_key_once DO NOTHING
    RETURNING i.id INTO v_id;
    IF v_id IS NULL THEN
        v_id := core.contact_same('practice_items', v_key, v_content);
    ELSE
        PERFORM core.audit_write('practice_items.create', NULL, NULL,
                                 jsonb_build_object('item_id', v_id));
    END IF;
    RETURN QUERY SELECT i.* FROM api.practice_items AS i
                  WHERE i.item_id = v_id;
END
$$;

-- practice_reach_add — it reached these settings (joined by commas) on that
-- day; those it had reached before stay as they are.
CREATE FUNCTION api.practice_reach_add(item uuid, settings text,
    reached_on date)
RETURNS SETOF api.practice_items
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_shared   date := (SELECT i.shared_on FROM core.practice_items AS i
                         WHERE i.id = $1);
    v_settings int[];
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    IF v_shared IS NULL THEN
        PERFORM core.refuse('not_found');
    END IF;
    PERFORM core.contact_day($3, '/reached_on', v_shared,
                             'the day it was shared');
    v_settings := ARRAY(
        SELECT core.contact_setting(r.ref, $3, '/reached_on')
          FROM unnest(string_to_array($2, ',')) AS r (ref));
    INSERT INTO core.practice_reach AS r (item_id, setting_id, reached_on)
    SELECT DISTINCT $1, s.id, $3
      FROM unnest(v_settings) AS s (id)
    ON CONFLICT ON CONSTRAINT practice_reach_pkey DO NOTHING;
    PERFORM core.audit_write('practice_items.reach', NULL, NULL,
        jsonb_build_object('item_id', $1, 'settings', to_jsonb(v_settings)));
    RETURN QUERY SELECT i.* FROM api.practice_items AS i WHERE i.item_id = $1;
END
$$;
