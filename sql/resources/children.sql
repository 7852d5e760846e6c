-- children — the children the actor may see: a flat list, one row a child
-- and setting that holds a record of it, and one child with all that is known.
-- after: session settings
-- SPDX-License-Identifier: Apache-2.0

-- child_rows — each live record of a setting; _key is what pages follow. The
-- next two are what hangs on it.
CREATE VIEW api.child_rows AS
    SELECT r.record_id AS _key,
           r.child_id, r.setting_id, r.source_id, r.surname, r.forename,
           r.preferred_surname, r.preferred_forename, r.born_on, r.sex,
           r.upn, r.uln, r.nhs_number, r.postcode, r.year_group, r.suspects,
           r.known_from
      FROM core.child_records AS r
     WHERE r.deleted_at IS NULL;

CREATE VIEW api.child_needs AS
    SELECT d.child_id, d.setting_id, d.provision, d.types, d.start_on,
           d.end_on, d.source_id
      FROM core.needs AS d
     WHERE d.deleted_at IS NULL;

CREATE VIEW api.child_placements AS
    SELECT d.child_id, d.setting_id, d.start_on, d.end_on, d.enrolment,
           d.sen_place, d.source_id
      FROM core.placements AS d
     WHERE d.deleted_at IS NULL;

-- children_page — the records after this key, at most so many (NULL: all), of
-- one setting or of all the actor sees, with the SEN provision and the
-- placement of today, or the last ones. A prepared statement is planned once
-- for every caller, and no index serves "no setting was asked for OR it is
-- this one", nor the policy's "sees all OR one of these". So there are two
-- ways to the page, each by an index of its own, of which one finds nothing:
-- who sees all follows the keys of all; everybody else, and who asks for one
-- setting, reads the records of these settings. What is shown is decided by
-- the policies alone. What hangs on a record is looked up for the page only.
CREATE FUNCTION api.children_page(setting text, after uuid, most int)
RETURNS TABLE (_key uuid, child_id uuid, setting_id int, setting text,
    setting_name text, source_id text, surname text, forename text,
    preferred_surname text, preferred_forename text, born_on date, sex text,
    upn text, uln text, nhs_number text, postcode text, year_group text,
    provision text, types text[], placed_from date, placed_to date,
    enrolment text, sen_place text, suspects text[], known_from timestamptz)
LANGUAGE sql STABLE
AS $$
    SELECT r._key, r.child_id, r.setting_id, s.setting, s.setting_name,
           r.source_id, r.surname, r.forename, r.preferred_surname,
           r.preferred_forename,
           r.born_on, r.sex, r.upn, r.uln, r.nhs_number, r.postcode,
           r.year_group, n.provision, n.types, p.start_on, p.end_on,
           p.enrolment, p.sen_place, r.suspects, r.known_from
      FROM (SELECT u.*
              FROM ((SELECT a.*
                       FROM api.child_rows AS a
                      WHERE children_page.setting IS NULL
                        AND (SELECT w.settings FROM api.whoami AS w) IS NULL
                        AND a._key > coalesce(children_page.after,
                            '00000000-0000-0000-0000-000000000000')
                      ORDER BY a._key
                      LIMIT children_page.most)
                     UNION ALL
                    (SELECT b.*
                       FROM api.child_rows AS b
                      WHERE b.setting_id = ANY ((
                            SELECT CASE WHEN children_page.setting IS NULL
                                THEN (SELECT w.settings FROM api.whoami AS w)
                                ELSE ARRAY(SELECT i.setting_id
                                             FROM api.setting_refs AS i
                                            WHERE i.ref
                                                  = children_page.setting)
                            END)::int[])
                        AND b._key > coalesce(children_page.after,
                            '00000000-0000-0000-0000-000000000000')
                     OFFSET 0)) AS u
             ORDER BY u._key
             LIMIT children_page.most) AS r
      JOIN api.setting_names AS s ON s.setting_id = r.setting_id
      LEFT JOIN LATERAL (
           SELECT d.provision, d.types
             FROM api.child_needs AS d
            WHERE d.child_id = r.child_id
              AND d.setting_id = r.setting_id
              AND d.start_on <= current_date
            ORDER BY (d.end_on IS NULL OR d.end_on >= current_date) DESC,
                     d.start_on DESC, d.source_id
            LIMIT 1) AS n ON true
      LEFT JOIN LATERAL (
           SELECT d.start_on, d.end_on, d.enrolment, d.sen_place
             FROM api.child_placements AS d
            WHERE d.child_id = r.child_id
              AND d.setting_id = r.setting_id
            ORDER BY (d.start_on <= current_date
                      AND (d.end_on IS NULL OR d.end_on >= current_date)) DESC,
                     d.start_on DESC, d.source_id
            LIMIT 1) AS p ON true;
$$;

-- children — all of them.
CREATE VIEW api.children AS
    SELECT c.* FROM api.children_page(NULL, NULL, NULL) AS c;

-- child — one row a person, what belongs to them nested. What other settings
-- hold is in it only for those who may see it there: the person too is shown
-- as the newest record the actor may see describes them, so that a setting
-- does not follow a child that has left.
CREATE VIEW api.child AS
    SELECT c.id AS child_id,
           v.surname,
           v.forename,
           v.middle_names,
           v.preferred_surname,
           v.preferred_forename,
           c.born_on,
           v.sex,
           v.postcode,
           v.year_group,
           v.known_from,
           jsonb_strip_nulls(jsonb_build_object(
               'upn', core.usable(v.upn, 'upn', v.suspect_names),
               'uln', core.usable(v.uln, 'uln', v.suspect_names),
               'nhs_number', core.usable(v.nhs_number, 'nhs_number',
                                          v.suspect_names))) AS identifiers,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'setting', s.ref, 'setting_name', s.name,
                       'source_id', r.source_id, 'suspects', r.suspects,
                       'known_from', r.known_from)
                       ORDER BY s.ref, r.source_id), '[]')
              FROM core.child_records AS r
              JOIN core.settings AS s ON s.id = r.setting_id
             WHERE r.child_id = c.id AND r.deleted_at IS NULL) AS records,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'setting', s.ref, 'setting_name', s.name,
                       'start_on', p.start_on, 'end_on', p.end_on,
                       'enrolment', p.enrolment, 'sen_place', p.sen_place)
                       ORDER BY p.start_on, s.ref), '[]')
              FROM core.placements AS p
              JOIN core.settings AS s ON s.id = p.setting_id
             WHERE p.child_id = c.id AND p.deleted_at IS NULL) AS placements,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'setting', s.ref, 'provision', n.provision,
                       'start_on', n.start_on, 'end_on', n.end_on,
                       'types', n.types)
                       ORDER BY n.start_on, s.ref), '[]')
              FROM core.needs AS n
              JOIN core.settings AS s ON s.id = n.setting_id
             WHERE n.child_id = c.id AND n.deleted_at IS NULL) AS needs,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'id', t.id, 'setting', s.ref, 'kind', t.kind,
                       'year', t.year, 'to_setting', d.ref,
                       'to_setting_name', d.name, 'target_on', t.target_on,
                       'parent_agreed_on', t.parent_agreed_on,
                       'meeting_on', t.meeting_on,
                       'form_sent_on', t.form_sent_on,
                       'form_acknowledged_on', t.form_acknowledged_on)
                       ORDER BY t.year, s.ref), '[]')
              FROM core.transitions AS t
              JOIN core.settings AS s ON s.id = t.setting_id
              LEFT JOIN core.settings AS d ON d.id = t.to_setting_id
             WHERE t.child_id = c.id AND t.deleted_at IS NULL) AS transitions
      FROM core.children AS c
     CROSS JOIN LATERAL (
           SELECT r.*, array_to_string(r.suspects, ',') AS suspect_names
             FROM core.child_records AS r
            WHERE r.child_id = c.id
            ORDER BY r.deleted_at IS NOT NULL, r.known_from DESC, r.setting_id, r.source_id
            LIMIT 1) AS v;
