-- caseloads.sql — which Area SENCO looks after which settings, and how each
-- of those settings stands. An Area SENCO sees her own caseloads and those she
-- covers today, officers and managers all of them, nobody else any. Managers
-- make them and say who holds them.
-- SPDX-License-Identifier: Apache-2.0
-- after: reports

-- caseload_actor — whether who asks sees every caseload.
CREATE VIEW api.caseload_actor AS
    SELECT true AS sees_all
     WHERE (SELECT core.actor_sees_all());

-- caseloads — with the settings in each today.
CREATE VIEW api.caseloads AS
    SELECT c.id AS caseload_id,
           c.name,
           f.name AS area_senco,
           (SELECT count(DISTINCT m.setting_id)::int
              FROM core.caseload_settings AS m
             WHERE m.caseload_id = c.id
               AND m.known_to IS NULL
               AND m.from_on <= current_date
               AND (m.to_on IS NULL OR m.to_on >= current_date)) AS settings,
           c.staff_id,
           c.client_id,
           k.name AS holder,
           p.successor,
           c.version::text AS etag
      FROM core.caseloads AS c
      LEFT JOIN core.staff AS f ON f.id = c.staff_id
      LEFT JOIN core.clients AS k ON k.id = c.client_id AND k.is_active
      LEFT JOIN core.caseload_splits AS p ON p.id = c.split_id
     WHERE (SELECT core.actor_sees_all())
        OR (SELECT core.actor_role()) = 'area_senco'
       AND (c.client_id = (SELECT core.actor_id())
            OR c.id IN (SELECT v.caseload_id
                          FROM core.caseload_cover AS v
                          JOIN core.caseloads AS o ON o.id = v.covered_by_id
                         WHERE o.client_id = (SELECT core.actor_id())
                           AND v.known_to IS NULL
                           AND current_date BETWEEN v.from_on AND v.to_on));

-- caseload_memberships — the settings of the caseloads above, every version of
-- every row: true from_on to to_on, known known_from to known_to ('infinity':
-- to this day).
CREATE VIEW api.caseload_memberships AS
    SELECT m.caseload_id, m.setting_id, m.from_on,
           coalesce(m.to_on, 'infinity') AS to_on,
           m.known_from,
           coalesce(m.known_to, 'infinity') AS known_to,
           s.ref, s.name, s.type, s.urn, s.ofsted_urn,
           coalesce(s.type_name, t.name) AS type_name,
           k.last_data_at
      FROM core.caseload_settings AS m
      JOIN core.settings AS s ON s.id = m.setting_id
      LEFT JOIN law.setting_types AS t ON t.code = s.type
      LEFT JOIN core.setting_contacts AS k ON k.setting_id = m.setting_id
     WHERE m.caseload_id IN (SELECT c.caseload_id
                             FROM api.caseloads AS c);

-- caseload_members — those of them that are known today, over time.
CREATE VIEW api.caseload_members AS
    SELECT m.caseload_id, m.setting_id, m.from_on, m.to_on, m.ref, m.name,
           m.type, m.urn, m.ofsted_urn, m.type_name, m.last_data_at
      FROM api.caseload_memberships AS m
     WHERE m.known_to = 'infinity';

-- setting_sencos — who was SENCO where, and when, as known now; of a group
-- too, while the setting belongs to it.
CREATE VIEW api.setting_sencos AS
    SELECT h.setting_id, h.name, h.from_on, h.to_on
      FROM core.holdings AS h
     WHERE h.kind = 'senco'
       AND h.known_to = 'infinity'
       AND (SELECT core.actor_role()) IS NOT NULL;

-- caseload_settings — each setting in the caseload on that day: its SENCO, its
-- children by SEN status, those who move next September, how long ago data
-- last came, and what falls due next for those who move. as_of is what was
-- known then to be in the caseload; how its settings stand is as known now.
CREATE FUNCTION api.caseload_settings(caseload int, on_date date,
    as_of timestamptz DEFAULT 'infinity')
RETURNS TABLE (setting_id int, ref text, name text, type text, type_name text,
    urn text, ofsted_urn text, senco text, sen_support int, ehc_plan int,
    moving int, last_data_at timestamptz, days_since_data int,
    next_deadline_on date, next_deadline text)
LANGUAGE sql STABLE
AS $$
    SELECT m.setting_id, m.ref, m.name, m.type, m.type_name, m.urn,
           m.ofsted_urn, p.name,
           coalesce(n.sen_support, 0), coalesce(n.ehc_plan, 0),
           coalesce(v.moving, 0), m.last_data_at,
           CASE WHEN m.last_data_at IS NOT NULL
                THEN greatest(0, caseload_settings.on_date - (m.last_data_at
                         AT TIME ZONE 'Europe/London')::date)
           END,
           v.due_on, v.due_rule
      FROM (SELECT DISTINCT ON (x.setting_id) x.*
              FROM api.caseload_memberships AS x
             WHERE x.caseload_id = caseload_settings.caseload
               AND caseload_settings.on_date BETWEEN x.from_on AND x.to_on
               AND x.known_from <= caseload_settings.as_of
               AND (x.known_to > caseload_settings.as_of
                    OR x.known_to = 'infinity')
             ORDER BY x.setting_id, x.from_on) AS m
      LEFT JOIN (SELECT DISTINCT ON (h.setting_id) h.setting_id, h.name
                   FROM api.setting_sencos AS h
                  WHERE caseload_settings.on_date BETWEEN h.from_on AND h.to_on
                  ORDER BY h.setting_id, h.from_on, h.name) AS p
        ON p.setting_id = m.setting_id
      LEFT JOIN (SELECT w.setting_id,
                        (count(*) FILTER (WHERE s.provision = 'K'))::int
                            AS sen_support,
                        (count(*) FILTER (WHERE s.provision = 'E'))::int
                            AS ehc_plan
                   FROM (SELECT DISTINCT a.setting_id, a.child_id
                           FROM api.case_stays AS a
                          WHERE caseload_settings.on_date
                                BETWEEN a.start_on AND a.end_on) AS w
                   JOIN api.statuses(caseload_settings.on_date) AS s
                     ON s.child_id = w.child_id
                  GROUP BY w.setting_id) AS n
        ON n.setting_id = m.setting_id
      LEFT JOIN (SELECT t.from_setting_id,
                        count(*)::int AS moving,
                        min(t.next_due_on) FILTER (WHERE t.next_due_on
                            >= caseload_settings.on_date) AS due_on,
                        (array_agg(t.next_due_rule
                            ORDER BY t.next_due_on, t.next_due_rule)
                            FILTER (WHERE t.next_due_on
                                >= caseload_settings.on_date))[1] AS due_rule
                   FROM api.transition_cases(
                            api.school_year(caseload_settings.on_date),
                            caseload_settings.on_date) AS t
                  GROUP BY t.from_setting_id) AS v
        ON v.from_setting_id = m.setting_id;
$$;

-- caseload_create — an empty caseload; the same key and content again is the
-- same one.
CREATE FUNCTION api.caseload_create(key text, name text, staff_id int,
    client_id uuid)
RETURNS SETOF api.caseloads
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key    ALIAS FOR $1;
    v_name   text := btrim($2);
    v_staff  ALIAS FOR $3;
    v_client ALIAS FOR $4;
    v_before core.caseloads;
    v_id     int;
BEGIN
    PERFORM core.require_role('la_manager');
    SELECT l.* INTO v_before
      FROM core.caseloads AS l
     WHERE l.created_by = core.actor_id()
       AND l.key = v_key;
    IF FOUND THEN
        IF (v_before.name, v_before.staff_id, v_before.client_id)
               IS DISTINCT FROM (v_name, v_staff, v_client) THEN
            PERFORM core.refuse('batch_differs');
        END IF;
        RETURN QUERY SELECT * FROM api.caseloads AS c
                      WHERE c.caseload_id = v_before.id;
        RETURN;
    END IF;
    PERFORM core.caseload_holder_check(v_staff, v_client);
    INSERT INTO core.caseloads AS l (name, staff_id, client_id, key, created_by)
    VALUES (v_name, v_staff, v_client, v_key, core.actor_id())
    ON CONFLICT DO NOTHING
    RETURNING l.id INTO v_id;
    IF v_id IS NULL THEN
        PERFORM core.refuse('caseload_exists', '', '/name');
    END IF;
    PERFORM core.audit_write('caseloads.create', NULL, NULL,
        jsonb_strip_nulls(jsonb_build_object('caseload_id', v_id,
            'staff_id', v_staff, 'client_id', v_client)));
    RETURN QUERY SELECT * FROM api.caseloads AS c WHERE c.caseload_id = v_id;
END
$$;

-- caseload_put — its name and who holds it, as a whole: what is not given is
-- nobody. if_match is the etag that was read. Who held it before is in the
-- audit log.
CREATE FUNCTION api.caseload_put(caseload int, if_match text, name text,
    staff_id int, client_id uuid)
RETURNS SETOF api.caseloads
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_id     ALIAS FOR $1;
    v_match  text := btrim($2, '"');
    v_name   text := btrim($3);
    v_staff  ALIAS FOR $4;
    v_client ALIAS FOR $5;
    v_before core.caseloads;
BEGIN
    PERFORM core.require_role('la_manager');
    SELECT l.* INTO v_before
      FROM core.caseloads AS l
     WHERE l.id = v_id
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF v_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    ELSIF v_match NOT IN ('*', v_before.version::text) THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
    PERFORM core.caseload_holder_check(v_staff, v_client);
    IF EXISTS (SELECT FROM core.caseloads AS o
                WHERE o.name = v_name AND o.id <> v_id) THEN
        PERFORM core.refuse('caseload_exists', '', '/name');
    END IF;
    UPDATE core.caseloads AS l
       SET name = v_name,
           staff_id = v_staff,
           client_id = v_client,
           version = l.version + 1
     WHERE l.id = v_id;
    PERFORM core.audit_write('caseloads.put', NULL, NULL,
        jsonb_build_object('caseload_id', v_id,
            'before', jsonb_build_object('name', v_before.name,
                'staff_id', v_before.staff_id,
                'client_id', v_before.client_id),
            'after', jsonb_build_object('name', v_name, 'staff_id', v_staff,
                'client_id', v_client)));
    RETURN QUERY SELECT * FROM api.caseloads AS c WHERE c.caseload_id = v_id;
END
$$;
