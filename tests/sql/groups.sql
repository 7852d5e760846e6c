-- groups.sql — which settings belong together, and since when.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'),
       pg_temp.actor('area', 'area_senco'), pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Apple Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Shut Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Young Nursery', 'ofsted:non_domestic', NULL, NULL, NULL);
UPDATE core.settings AS s SET closed_on = '2024-08-31', status = 'closed' WHERE s.id = pg_temp.setting_id('Shut Nursery');
UPDATE core.settings AS s SET opened_on = '2024-09-01' WHERE s.id = pg_temp.setting_id('Young Nursery');
CREATE FUNCTION pg_temp.add(name text, key text DEFAULT gen_random_uuid()::text, actor text DEFAULT 'officer') RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.refusal($3, format('SELECT * FROM api.groups_create(%L, ''nursery_chain'', %L)', $2, $1)) $$;
CREATE FUNCTION pg_temp.id() RETURNS int LANGUAGE sql AS $$ SELECT g.id FROM core.groups AS g WHERE g.name = 'Fictional Chain of groups.sql' $$;
CREATE FUNCTION pg_temp.tell(verb text, setting text, days text, grp int DEFAULT pg_temp.id(), actor text DEFAULT 'officer') RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($5, format('SELECT * FROM api.group_%s(%L, %L, %s)', $1, $4, 'id:' || coalesce(pg_temp.setting_id($2), 0), $3));
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.add('Fictional Chain of groups.sql', actor => w.who), 'forbidden', coalesce(w.who, 'nobody') || ' makes no group')
  FROM (VALUES ('school'), ('area'), ('administrator'), ('auditor'), (NULL)) AS w (who);
SELECT is(pg_temp.add(t.name, t.key), t.slug, t.title)
  FROM (VALUES ('Fictional Chain of groups.sql', 'k', NULL, 'an officer does'), ('Fictional Chain of groups.sql', 'k', NULL, 'again under its key'),
               ('Other', 'k', 'batch_differs', 'another under its key is refused'), ('Fictional Chain of groups.sql', 'l', 'exists_already', 'a name is one group''s'),
               ('  ', 'm', 'malformed_field', 'and says something')) AS t (name, key, slug, title);
SELECT is(pg_temp.tell('join', 'Apple Nursery', '''2024-09-01'', NULL', actor => w.who), 'forbidden', coalesce(w.who, 'nobody') || ' adds no setting')
  FROM (VALUES ('school'), ('area'), ('administrator'), ('auditor'), (NULL)) AS w (who);
SELECT is(pg_temp.tell(t.verb, t.setting, t.days), t.slug, t.title)
  FROM (VALUES
    ('join', 'Apple Nursery', '''2024-09-01'', ''2024-08-31''', 'dates_reversed', 'nothing ends before it begins'),
    ('join', 'Nowhere', '''2024-09-01'', NULL', 'unknown_setting', 'a setting there is'),
    ('join', 'Shut Nursery', '''2024-09-01'', NULL', 'setting_closed', 'that is not closed'),
    ('join', 'Young Nursery', '''2024-08-31'', NULL', 'setting_not_open', 'nor yet to open'),
    ('leave', 'Apple Nursery', '''2025-08-31''', 'not_found', 'who is not in it does not leave'),
    ('join', 'Apple Nursery', '''2024-09-01'', NULL', NULL, 'it joins'),
    ('join', 'Apple Nursery', '''2024-09-01'', NULL', NULL, 'the same again is so already'),
    ('join', 'Apple Nursery', '''2025-09-01'', NULL', 'periods_overlap', 'it does not belong twice'),
    ('leave', 'Apple Nursery', '''2024-08-31''', 'dates_reversed', 'it does not leave before it joined'),
    ('leave', 'Apple Nursery', '''2025-08-31''', NULL, 'it leaves'),
    ('leave', 'Apple Nursery', '''2025-08-31''', NULL, 'the same again is so already'),
    ('join', 'Apple Nursery', '''2025-08-31'', NULL', 'periods_overlap', 'the last day is in'),
    ('join', 'Apple Nursery', '''2025-09-01'', NULL', NULL, 'the day after it may come back')) AS t (verb, setting, days, slug, title);
SELECT is(pg_temp.tell('join', 'Apple Nursery', '''2024-09-01'', NULL', -1), 'not_found', 'a group that is not there has no settings');
SELECT is((SELECT array_agg(m.from_on || ' ' || coalesce(m.to_on::text, '-') || ' ' || (m.known_to IS NULL) ORDER BY m.id) FROM core.group_settings AS m
            WHERE m.group_id = pg_temp.id()), '{"2024-09-01 - false","2024-09-01 2025-08-31 true","2025-09-01 - true"}', 'what was known before stays');
SELECT is(pg_temp.seen(w.who, format('SELECT g.kind, g.settings, jsonb_array_length(g.members) FROM api.groups AS g WHERE g.group_id = %s', pg_temp.id())),
    CASE w.who WHEN 'nobody' THEN '{}'::text[] ELSE '{nursery_chain 1 2}' END, w.who || CASE w.who WHEN 'nobody' THEN ' reads none' ELSE ' reads it' END)
  FROM (VALUES ('school'), ('area'), ('officer'), ('manager'), ('administrator'), ('auditor'), ('nobody')) AS w (who);

-- A post of the group is at its settings while it was known that they are in it.
WITH f AS (INSERT INTO core.staff (name) VALUES ('Ada Example') RETURNING id)
INSERT INTO core.posts (staff_id, group_id, kind, arrangement, from_on, known_from) SELECT f.id, pg_temp.id(), 'senco', 'group', '2024-01-01', now() - interval '9 days' FROM f;
UPDATE core.group_settings AS m SET known_from = now() - interval '5 days', known_to = now() - interval '2 days' WHERE m.group_id = pg_temp.id() AND m.known_to IS NOT NULL;
UPDATE core.group_settings AS m SET known_from = now() - interval '2 days' WHERE m.group_id = pg_temp.id() AND m.known_to IS NULL;
SELECT is((SELECT array_agg(h.from_on || ' ' || h.to_on ORDER BY h.from_on) FROM core.holdings AS h WHERE h.group_id = pg_temp.id()
            AND h.known_from <= now() - t.days * interval '1 day' AND h.known_to > now() - t.days * interval '1 day'), t.held::text[], t.title)
  FROM (VALUES (7, NULL, 'before it joined, nowhere'), (4, '{"2024-09-01 infinity"}', 'then there, with no end in sight'),
               (1, '{"2024-09-01 2025-08-31","2025-09-01 infinity"}', 'then as we know it today')) AS t (days, held, title);
SELECT * FROM finish();
ROLLBACK;
