-- agency_contacts — links between settings, parents, schools, social care and
-- health (CoP 5.56), and with childminder agencies as such (CoP 5.58).
-- SPDX-License-Identifier: Apache-2.0
-- after: amounts

-- agency_contacts — findings: whether what was said of a named child was
-- agreed, by the rule of its day. Safeguarding needs no agreement; then that
-- is what agreement says.
CREATE VIEW api.agency_contacts AS
    SELECT k.id AS contact_id,
           k.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           k.group_id,
           g.name AS group_name,
           k.child_id,
           k.held_on,
           k.agencies,
           k.purpose,
           k.agreement,
           CASE WHEN k.child_id IS NOT NULL AND k.agreement IS NULL THEN (
               SELECT coalesce(jsonb_agg(jsonb_build_object(
                          'rule', l.rule_id, 'finding', f.id,
                          'severity', f.severity, 'sentence', f.sentence,
                          'inputs', jsonb_build_object('agreement', NULL),
                          'reference', l.reference)), '[]')
                 FROM law.contact_findings AS f
                 JOIN api.amounts(k.held_on) AS l ON l.rule_id = f.rule_id
                WHERE f.id = 'agency_contact_unagreed')
                ELSE '[]'
           END AS findings,
           c.name AS author,
           k.at
      FROM core.agency_contacts AS k
      LEFT JOIN core.settings AS s ON s.id = k.setting_id
      LEFT JOIN core.groups AS g ON g.id = k.group_id
      JOIN core.clients AS c ON c.id = k.client_id;

-- agency_contacts_create — written down once for the author's key; agencies
-- joined by commas. An Area SENCO speaks with a group for settings of hers.
CREATE FUNCTION api.agency_contacts_create(key text, setting text,
    group_id int, child_id uuid, held_on date, agencies text, purpose text,
    agreement text)
RETURNS SETOF api.agency_contacts
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key      ALIAS FOR $1;
    v_group    ALIAS FOR $3;
    v_child    ALIAS FOR $4;
    v_agencies text[] := ARRAY(
        SELECT DISTINCT a.a
          FROM unnest(string_to_array($6, ',')) AS a (a)
         ORDER BY a.a);
    v_setting  int;
    v_content  uuid;
    v_id       uuid;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    IF ($2 IS NULL) = (v_group IS NULL) THEN
        PERFORM core.refuse('missing_field',
            'Name the setting or the group it was about, one of them.',
            '/setting');
    ELSIF v_agencies = '{}' AND v_group IS NULL THEN
        PERFORM core.refuse('missing_field',
            'Name the agencies that took part.', '/agencies');
    ELSIF EXISTS (SELECT 1 FROM unnest(v_agencies) AS a (a)
                   WHERE NOT EXISTS (SELECT 1 FROM law.codes AS c
                                      WHERE c.list = 'agency'
                                        AND c.code = a.a)) THEN
        PERFORM core.refuse('unknown_code', 'They are codes of the list agency.',
                            '/agencies');
    ELSIF v_child IS NOT NULL AND v_group IS NOT NULL THEN
        PERFORM core.refuse('malformed_field',
            'A named child is spoken of for its setting.', '/child_id');
    END IF;
    IF v_group IS NULL THEN
        v_setting := core.contact_setting($2, $5, '/held_on');
        PERFORM core.contact_child(v_child, v_setting);
    ELSE
        PERFORM core.contact_day($5, '/held_on');
        IF NOT EXISTS (SELECT 1 FROM core.groups AS g
                        WHERE g.id = v_group
                          AND (core.actor_sees_all() OR EXISTS (
                               SELECT 1 FROM core.group_settings AS m
                                WHERE m.group_id = g.id
                                  AND m.known_to IS NULL
                                  AND $5 BETWEEN m.from_on
                                      AND coalesce(m.to_on, 'infinity')
                                  AND m.setting_id
                                      = ANY (core.actor_settings())))) THEN
            PERFORM core.refuse('not_found',
                'There is no such group with settings of yours.',
                '/group_id');
        END IF;
    END IF;
    v_content := md5(ROW(v_setting, $3, $4, $5, v_agencies, $7,
                         $8)::text)::uuid;
    INSERT INTO core.agency_contacts AS k (setting_id, group_id, child_id,
           client_id, key, content, held_on, agencies, purpose, agreement)
    VALUES (v_setting, v_group, v_child, core.actor_id(), v_key, v_content,
            $5, v_agencies, $7, $8)
    ON CONFLICT ON CONSTRAINT agency_contacts_key_once DO NOTHING
    RETURNING k.id INTO v_id;
    IF v_id IS NULL THEN
        v_id := core.contact_same('agency_contacts', v_key, v_content);
    ELSE
        PERFORM core.audit_write('agency_contacts.create', v_setting,
            CASE WHEN v_child IS NOT NULL THEN ARRAY[v_child] END,
            jsonb_build_object('contact_id', v_id, 'group_id', v_group));
    END IF;
    RETURN QUERY SELECT k.* FROM api.agency_contacts AS k
                  WHERE k.contact_id = v_id;
END
$$;
