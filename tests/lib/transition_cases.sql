-- transition_cases.sql — a nursery's children, schools they may go to, and what
-- officers and settings do with their moves, in a line each. Include after
-- cast.sql and sync.sql.
-- SPDX-License-Identifier: Apache-2.0
SELECT pg_temp.actor('nursery', 'school_system'), pg_temp.actor('school', 'school_system'), pg_temp.actor('area', 'area_senco'),
       pg_temp.actor('officer', 'la_officer'), pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Other Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11), pg_temp.setting('Secondary', '34', 4, 11, 16),
       pg_temp.setting('College', '18', 6, 16, 99), pg_temp.setting('Closed', '1', 2, 3, 11), pg_temp.setting('Closing', '1', 2, 3, 11),
       pg_temp.setting('New', '1', 2, 3, 11);
UPDATE core.settings SET status = 'closed', closed_on = '2020-08-31' WHERE id = pg_temp.setting_id('Closed');
UPDATE core.settings SET closed_on = '2027-08-31' WHERE id = pg_temp.setting_id('Closing');
UPDATE core.settings SET opened_on = '2028-09-01' WHERE id = pg_temp.setting_id('New');
SELECT pg_temp.grant_setting('nursery', 'Nursery'), pg_temp.grant_setting('school', 'Primary');
-- cohort — who makes the cohort of that year as it was on 10 November 2026: child, outcome, kind, entry and destination.
CREATE FUNCTION pg_temp.cohort(year int, kind text DEFAULT NULL, preview boolean DEFAULT false, setting text DEFAULT 'Nursery') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('officer', format('SELECT surname, outcome, kind, entry, to_setting_name FROM api.transition_cohorts_make(%s, ''2026-11-10'', %L, %L, %L) ORDER BY surname',
        $1, $2, 'id:' || pg_temp.setting_id($4), $3));
$$;
CREATE FUNCTION pg_temp.ref(setting text) RETURNS text LANGUAGE sql AS $$ SELECT 'id:' || pg_temp.setting_id($1) $$;
CREATE FUNCTION pg_temp.case_id(child text, year int DEFAULT NULL) RETURNS uuid LANGUAGE sql AS $$
    SELECT c.id FROM core.transition_cases AS c WHERE c.child_id = pg_temp.child_id($1) AND ($2 IS NULL OR c.year = $2) ORDER BY c.year DESC LIMIT 1;
$$;
CREATE FUNCTION pg_temp.etag(child text) RETURNS text LANGUAGE sql AS $$ SELECT c.version::text FROM core.transition_cases AS c WHERE c.id = pg_temp.case_id($1) $$;
-- made — what refuses a case by hand; more: members of its content.
CREATE FUNCTION pg_temp.made(actor text, key text, child text, more jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.transition_cases_create(%L, %L, %L, %L, %L, %L, %L, %L, %L, %L)', $2, pg_temp.child_id($3),
        m->>'kind', m->>'year', m->>'entry', pg_temp.ref(m->>'from'), pg_temp.ref(m->>'to'), m->>'outside', m->>'la', m->>'target'))
      FROM (SELECT '{"kind": "PRS", "year": 2027}'::jsonb || $4) AS t (m);
$$;
CREATE FUNCTION pg_temp.goes(actor text, child text, to_setting text, outside text DEFAULT NULL, tag text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.transition_destination_put(%L, %L, %L, %L, NULL, ''Invented.'')', pg_temp.case_id($2),
        coalesce($5, pg_temp.etag($2)), pg_temp.ref($3), $4));
$$;
CREATE FUNCTION pg_temp.enters(actor text, child text, entry text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.transition_entry_put(%L, %L, %L, ''Invented.'')', pg_temp.case_id($2), pg_temp.etag($2), $3));
$$;
CREATE FUNCTION pg_temp.step(actor text, child text, step text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.transition_case_take(%L, %L, %L, ''Invented.'', NULL)', pg_temp.case_id($2), pg_temp.etag($2), $3));
$$;
CREATE FUNCTION pg_temp.look(actor text, child text, columns text) RETURNS text LANGUAGE sql AS $$
    SELECT (pg_temp.seen($1, format('SELECT %s FROM api.transition_cases WHERE case_id = %L', $3, pg_temp.case_id($2))))[1];
$$;
CREATE FUNCTION pg_temp.found(actor text, child text) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT f->>''finding'', f->>''sentence'' FROM api.transition_case_details AS d, jsonb_array_elements(d.findings) AS f WHERE d.case_id = %L', pg_temp.case_id($2)));
$$;
-- acts — what becomes of each child of 2027.
CREATE FUNCTION pg_temp.acts(actor text, step text, setting text, preview boolean DEFAULT false, kind text DEFAULT NULL, to_setting text DEFAULT NULL) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT surname, outcome, problem, state FROM api.transition_actions_take(%L, 2027, %L, %L, %L, ''Invented.'', NULL, %L) ORDER BY surname',
        $2, $5, pg_temp.ref($3), pg_temp.ref($6), $4));
$$;
SELECT pg_temp.child('Ash', 'Nursery', '2022-10-01', NULL, 'K'), pg_temp.child('Beech', 'Nursery', '2023-05-01', NULL, 'E'),
       pg_temp.child('Cedar', 'Nursery', '2023-01-01', NULL, 'N'), pg_temp.child('Dogwood', 'Nursery', '2023-10-01', NULL, 'K'),
       pg_temp.child('Elm', 'Nursery', '2023-06-01', NULL, 'K'), pg_temp.child('Fir', 'Nursery', '2023-07-01', NULL, NULL),
       pg_temp.child('Quince', 'Primary', '2016-01-15', '6', 'K'), pg_temp.child('Rowan', 'Secondary', '2011-01-15', '11', 'E');
SELECT pg_temp.move('Ash', 'Nursery', 'EYS', 2027, 'Primary');
