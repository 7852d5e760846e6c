-- support_cases — help that a setting's SENCO gets from day to day (CoP 5.56).
-- SPDX-License-Identifier: Apache-2.0

-- support_cases — days_open until today, or until it was closed.
CREATE VIEW api.support_cases AS
    SELECT k.id AS case_id,
           k.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           k.person,
           k.issue,
           k.opened_on,
           k.closed_on,
           k.outcome,
           coalesce(k.closed_on, current_date) - k.opened_on AS days_open,
           c.name AS author,
           k.version::text AS etag
      FROM core.support_cases AS k
      JOIN core.settings AS s ON s.id = k.setting_id
      JOIN core.clients AS c ON c.id = k.client_id;

-- support_cases_create — opens one, once for the author's key.
CREATE FUNCTION api.support_cases_create(key text, setting text, person text,
    issue text, opened_on date)
RETURNS SETOF api.support_cases
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key     ALIAS FOR $1;
    v_setting int;
    v_content uuid;
    v_id      uuid;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    v_setting := core.contact_setting($2, $5, '/opened_on');
    v_content := md5(ROW(v_setting, $3, $4, $5)::text)::uuid;
    INSERT INTO core.support_cases AS k (setting_id, client_id, key, content,
                                         person, issue, opened_on)
    VALUES (v_setting, core.actor_id(), v_key, v_content, $3, $4, $5)
    ON CONFLICT ON CONSTRAINT support_cases_key_once DO NOTHING
    RETURNING k.id INTO v_id;
    IF v_id IS NULL THEN
        v_id := core.contact_same('support_cases', v_key, v_content);
    ELSE
        PERFORM core.audit_write('support_cases.create', v_setting, NULL,
                                 jsonb_build_object('case_id', v_id));
    END IF;
    RETURN QUERY SELECT k.* FROM api.support_cases AS k WHERE k.case_id = v_id;
END
$$;

-- support_case_close — it ended on that day, so; said again it is put right.
CREATE FUNCTION api.support_case_close(case_id uuid, if_match text,
    closed_on date, outcome text)
RETURNS SETOF api.support_cases
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_row api.support_cases;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    SELECT k.* INTO v_row FROM api.support_cases AS k WHERE k.case_id = $1;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF if_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    END IF;
    PERFORM core.contact_day($3, '/closed_on', v_row.opened_on,
                             'the day it was opened');
    UPDATE core.support_cases AS k
       SET closed_on = $3,
           outcome = $4,
           version = k.version + 1
     WHERE k.id = v_row.case_id
       AND k.version::text = if_match;
    IF NOT FOUND THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
    PERFORM core.audit_write('support_cases.close', v_row._setting_id, NULL,
        jsonb_build_object('case_id', v_row.case_id,
                           'before', v_row.closed_on));
    RETURN QUERY SELECT k.* FROM api.support_cases AS k
                  WHERE k.case_id = v_row.case_id;
END
$$;
