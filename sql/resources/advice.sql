-- advice — what an Area SENCO or an officer advised a setting: least of it,
-- for the setting to read.
-- SPDX-License-Identifier: Apache-2.0

-- advice — child_id is NULL when it is of the setting's practice.
CREATE VIEW api.advice AS
    SELECT a.id AS advice_id,
           a.setting_id AS _setting_id,
           s.ref AS setting,
           a.child_id,
           a.given_on,
           a.topic,
           a.text,
           c.name AS author,
           c.role AS author_role,
           a.at,
           a.version::text AS etag
      FROM core.advice AS a
      JOIN core.settings AS s ON s.id = a.setting_id
      JOIN core.clients AS c ON c.id = a.client_id;

-- advice_facts — as the setting's feed tells it. Due and told is
-- core/facts.sql.
CREATE VIEW api.advice_facts AS
    SELECT t.setting_id, t.source_id, t.child_id, t.revision, f.data
      FROM core.facts_told AS t
      JOIN core.facts AS f
        ON f.kind = 'advice'
       AND f.setting_id = t.setting_id
       AND f.source_id = t.source_id
     WHERE t.kind = 'advice';

SELECT core.kind_register_fact('advice', 'advice_facts');

-- advice_give — writes it down once for the author's key; the same again is
-- answered with the same row.
CREATE FUNCTION api.advice_give(setting_ref text, key text, child uuid,
    given_on date, topic text, text text)
RETURNS SETOF api.advice
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key     ALIAS FOR $2;
    v_child   ALIAS FOR $3;
    v_given   ALIAS FOR $4;
    v_topic   ALIAS FOR $5;
    v_text    ALIAS FOR $6;
    v_setting int := core.setting_find(setting_ref);
    v_before  core.advice;
    v_id      uuid;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    IF (v_setting = ANY (core.actor_settings())) IS NOT TRUE THEN
        PERFORM core.refuse('not_found');
    END IF;
    IF v_child IS NOT NULL AND NOT EXISTS (
           SELECT 1
             FROM core.child_records AS r
            WHERE r.child_id = v_child
              AND r.setting_id = v_setting) THEN
        PERFORM core.refuse('not_found',
            'The setting holds no record of this child.', '/child_id');
    END IF;
    IF v_given > current_date THEN
        PERFORM core.refuse('malformed_field', 'It lies in the future.',
                            '/given_on');
    END IF;
    -- Before the row that refers to the child: of two who hold it both would
    -- wait for the other.
    IF v_child IS NOT NULL THEN
        PERFORM core.facts_lock(ARRAY[v_child]);
    END IF;
    INSERT INTO core.advice AS a (setting_id, child_id, client_id, key,
                                  given_on, topic, text)
    VALUES (v_setting, v_child, core.actor_id(), v_key, v_given, v_topic,
            v_text)
    ON CONFLICT ON CONSTRAINT advice_key_once DO NOTHING
    RETURNING a.id INTO v_id;
    IF v_id IS NOT NULL THEN
        IF v_child IS NULL THEN
            PERFORM core.fact_tell(v_setting, 'advice', v_id::text);
        ELSE
            PERFORM core.facts_settle(ARRAY[v_child]);
        END IF;
        PERFORM core.audit_write('advice.give', v_setting,
            CASE WHEN v_child IS NOT NULL THEN ARRAY[v_child] END,
            jsonb_build_object('advice_id', v_id));
    ELSE
        SELECT a.* INTO v_before
          FROM core.advice AS a
         WHERE a.client_id = core.actor_id()
           AND a.key = v_key;
        IF (v_before.setting_id, v_before.child_id, v_before.given_on,
            v_before.topic, v_before.text)
           IS DISTINCT FROM (v_setting, v_child, v_given, v_topic, v_text) THEN
            PERFORM core.refuse('batch_differs');
        END IF;
        v_id := v_before.id;
    END IF;
    RETURN QUERY SELECT * FROM api.advice AS a WHERE a.advice_id = v_id;
END
$$;
