-- agency_contacts.sql — links between settings, families and agencies, and with
-- childminder agencies (CoP 5.48, 5.56, 5.58).
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
\ir ../lib/contacts.sql
\o
SELECT no_plan();

\o /dev/null
CREATE TEMPORARY TABLE groups AS
WITH g AS (INSERT INTO core.groups (kind, name) VALUES ('childminder_agency', 'Invented Agency'), ('trust', 'Invented Trust') RETURNING id, name)
SELECT g.id, g.name FROM g;
INSERT INTO core.group_settings (group_id, setting_id, from_on)
SELECT g.id, pg_temp.setting_id(w.setting), '2020-01-01'
  FROM (VALUES ('Invented Agency', 'Second'), ('Invented Trust', 'Juniors')) AS w (name, setting) JOIN groups AS g USING (name);
CREATE FUNCTION pg_temp.meets(actor text, key text, setting text, group_name text, child text, on_date text, agencies text, agreement text) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.does($1, 'agency_contacts_create', $2, pg_temp.ref($3), (SELECT g.id::text FROM groups AS g WHERE g.name = $4),
        pg_temp.child_id($5)::text, $6, $7, 'Invented', $8) $$;
\o
SELECT is(pg_temp.meets(w.who, 'k', 'Nursery', NULL, NULL, '2026-01-05', 'camhs', NULL), w.slug, w.who || ' writes none')
  FROM (VALUES ('school', 'forbidden'), ('senco', 'forbidden'), ('administrator', 'forbidden'), ('nobody', 'forbidden'),
               ('foreign area', 'unknown_setting')) AS w (who, slug);
SELECT is(pg_temp.meets('area', 'k', w.setting, w.group_name, w.child, w.on_date, w.agencies, NULL), w.slug, w.title)
  FROM (VALUES
    (NULL, NULL, NULL, '2026-01-05', 'camhs', 'missing_field', 'it is about a setting or a group'),
    ('Nursery', 'Invented Agency', NULL, '2026-01-05', 'camhs', 'missing_field', 'not about both'),
    ('Nursery', NULL, NULL, '2026-01-05', NULL, 'missing_field', 'somebody took part'),
    ('Nursery', NULL, NULL, '2026-01-05', 'camhs,astrology', 'unknown_code', 'by a code'),
    ('Nursery', NULL, 'Oak', '2026-01-05', 'camhs', 'not_found', 'about a child of the setting'),
    (NULL, 'Invented Agency', 'Holm', '2026-01-05', NULL, 'malformed_field', 'with a group of no child'),
    (NULL, 'Invented Trust', NULL, '2026-01-05', NULL, 'not_found', 'with a group that has settings of hers'),
    ('Nursery', NULL, NULL, (current_date + 1)::text, 'camhs', 'malformed_field', 'not ahead of time')
       ) AS w (setting, group_name, child, on_date, agencies, slug, title);
SELECT is(pg_temp.meets('area', 'k', 'Nursery', NULL, 'Fern', '2026-01-05', 'social_care,camhs,camhs', NULL), NULL, 'CoP 5.56: about a named child');
SELECT is(pg_temp.meets('area', 'k', 'Nursery', NULL, 'Fern', '2026-01-05', 'camhs,social_care', NULL), NULL, 'the same again, in any order, is the same');
SELECT is(pg_temp.meets('area', 'k', 'Nursery', NULL, 'Fern', '2026-01-05', 'camhs', NULL), 'batch_differs', 'other content is not');
SELECT is(pg_temp.meets('area', 'a', 'Nursery', NULL, 'Fern', '2026-01-06', 'camhs', 'Form of 2 January'), NULL, 'with an agreement');
SELECT is(pg_temp.meets('area', 'g', NULL, 'Invented Agency', NULL, '2026-01-07', NULL, NULL), NULL, 'CoP 5.58: with a childminder agency');
SELECT is(pg_temp.seen('area', 'SELECT held_on, agencies, findings->0->>''finding'' AS found, findings->0->>''reference'' AS reference
        FROM api.agency_contacts WHERE purpose = ''Invented'' ORDER BY held_on'),
    ARRAY['2026-01-05 ["camhs","social_care"] agency_contact_unagreed CoP 5.48: specialists are involved by a decision taken with the parents',
          '2026-01-06 ["camhs"] - -', '2026-01-07 [] - -'],
    'rule agency_contact_agreement, CoP 5.48: what has no agreement is found, not refused: safeguarding asks for none');
SELECT is(pg_temp.seen(w.who, 'SELECT held_on FROM api.agency_contacts WHERE purpose = ''Invented'' ORDER BY 1'), w.sees, w.who || ' sees those, or none')
  FROM (VALUES ('officer', ARRAY['2026-01-05', '2026-01-06', '2026-01-07']), ('foreign area', ARRAY['2026-01-07']), ('school', '{}'), ('senco', '{}'),
               ('administrator', '{}'), ('auditor', '{}'), ('nobody', '{}')) AS w (who, sees);
SELECT is((SELECT array_agg(cardinality(e.child_ids) ORDER BY e.id) FROM audit.entries AS e WHERE e.action = 'agency_contacts.create'
            AND e.client_id = (SELECT a.id FROM cast_actors AS a WHERE a.name = 'area')), '{1,1,0}', 'each is in the audit log, once');
SELECT * FROM finish();
ROLLBACK;
