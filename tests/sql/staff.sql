-- staff.sql — who works where, what of them who may read, and what is said of
-- their qualifications, earlier service and absences.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('foreign school', 'school_system'),
       pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'), pg_temp.actor('area', 'area_senco'),
       pg_temp.actor('foreign area', 'area_senco'), pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Apple', '1', 2, 3, 11), pg_temp.setting('Birch', '1', 2, 3, 11);
SELECT pg_temp.grant_setting('school', 'Apple'), pg_temp.grant_setting('foreign school', 'Birch');
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name LIKE '%area';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id(CASE a.name WHEN 'area' THEN 'Apple' ELSE 'Birch' END), '2020-01-01'
  FROM core.caseloads AS l JOIN cast_actors AS a ON a.id = l.client_id;
CREATE FUNCTION pg_temp.add(name text, email text, key text DEFAULT gen_random_uuid()::text, actor text DEFAULT 'officer') RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.refusal($4, format('SELECT * FROM api.staff_create(%L, %L, %L)', $3, $1, $2)) $$;
CREATE FUNCTION pg_temp.staff(email text) RETURNS int LANGUAGE sql AS $$ SELECT f.id FROM core.staff AS f WHERE f.email = $1 $$;
\o
SELECT no_plan();

SELECT is(pg_temp.add('Ada Example', 'ada@example.org', actor => w.who), 'forbidden', coalesce(w.who, 'nobody') || ' adds nobody')
  FROM (VALUES ('school'), ('area'), ('administrator'), ('auditor'), (NULL)) AS w (who);
SELECT is(pg_temp.add('Ada Example', 'ada@example.org', 'k'), NULL, 'an officer adds a person');
SELECT is(pg_temp.add('Ada Example', 'ada@example.org', 'k'), NULL, 'the same again under its key');
SELECT is(pg_temp.add('Bea Example', NULL, 'k'), 'batch_differs', 'another under its key is refused');
SELECT is(pg_temp.add(t.name, t.email), t.slug, t.title)
  FROM (VALUES ('ada example', 'ADA@example.org', 'exists_already', 'the same name and e-mail is the same person, however it is spelt'),
               ('Ada Example', NULL, NULL, 'a namesake is let in'),
               ('Ada Example', 'ada.two@example.org', NULL, 'with an address of her own'),
               ('Bea Example', 'ada@example.org', NULL, 'and so are two who share an address'),
               (' ', NULL, 'malformed_field', 'a name says something'),
               ('Cy Example', 'cy', 'malformed_field', 'an address is one')) AS t (name, email, slug, title);
UPDATE core.staff AS f SET email = 'bea@example.org' WHERE f.name = 'Bea Example' AND f.email = 'ada@example.org';
SELECT is((SELECT count(*)::int FROM core.staff AS f WHERE lower(f.name) = 'ada example' AND f.email = 'ada@example.org'), 1, 'she is there once');

-- What who reads of a person with a post at Apple.
INSERT INTO core.posts (staff_id, setting_id, kind, from_on) VALUES (pg_temp.staff('ada@example.org'), pg_temp.setting_id('Apple'), 'senco', '2020-09-01');
INSERT INTO core.clients (name, role, staff_id) SELECT 'Ada ' || gen_random_uuid(), 'senco', pg_temp.staff('ada@example.org');
INSERT INTO cast_actors (name, id) SELECT 'senco', c.id FROM core.clients AS c WHERE c.staff_id = pg_temp.staff('ada@example.org');
CREATE FUNCTION pg_temp.put(kind text, match text, what jsonb, actor text DEFAULT 'officer') RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($4, format('SELECT * FROM api.qualification_put(%s, %L, %L, %L, %L, %L, %L)', pg_temp.staff('ada@example.org'), $1, $2,
        coalesce($3->>'state', 'held'), $3->>'began', $3->>'completed', $3->>'evidence'));
$$;
CREATE FUNCTION pg_temp.etag(kind text) RETURNS text
LANGUAGE sql AS $$ SELECT max(q.id)::text FROM core.qualifications AS q WHERE q.staff_id = pg_temp.staff('ada@example.org') AND q.kind = $1 $$;
SELECT is(pg_temp.put('nasenco', NULL, '{"began":"2021-09-01","completed":"2023-07-01","evidence":"Fictional file 7"}', w.who), 'forbidden', w.who || ' writes no qualification')
  FROM (VALUES ('school'), ('area'), ('senco'), ('administrator'), ('auditor')) AS w (who);
SELECT is(pg_temp.put('nasenco', NULL, '{"state":"studying","began":"2021-09-01"}'), NULL, 'an officer does');
SELECT is(pg_temp.put('nasenco', t.match, '{"began":"2021-09-01","completed":"2023-07-01","evidence":"Fictional file 7"}'), t.slug, t.title)
  FROM (VALUES (NULL, 'precondition_missing', 'a change names what it changes'), ('0', 'precondition_failed', 'as it is now'),
               (pg_temp.etag('nasenco'), NULL, 'then it is written')) AS t (match, slug, title);
SELECT is(pg_temp.put('qts', '1', '{}'), 'precondition_failed', 'what is not there has no etag');
SELECT is((SELECT array_agg(q.state || ' ' || (q.known_to IS NULL) ORDER BY q.id) FROM core.qualifications AS q WHERE q.staff_id = pg_temp.staff('ada@example.org')),
    '{"studying false","held true"}', 'what was known before stays');
SELECT is(pg_temp.put('npq_senco', NULL, t.what::jsonb), t.slug, t.title)
  FROM (VALUES ('{"began":"2024-10-01","completed":"2024-09-30"}', 'dates_reversed', 'nothing is completed before it began'),
               (format('{"completed":"%s"}', current_date + 1), 'malformed_field', 'nor in the future'),
               (format('{"began":"%s"}', current_date + 1), 'malformed_field', 'what is held did not begin in the future'),
               ('{"state":"not_held","completed":"2024-09-30"}', 'malformed_field', 'what is not held was not completed'),
               ('{"state":"studying","completed":"2024-09-30"}', 'malformed_field', 'nor what is being studied for')) AS t (what, slug, title);
SELECT is(pg_temp.put('npq_senco', NULL, format('{"state":"studying","began":"%s"}', current_date + 1)::jsonb), NULL, 'a course may begin tomorrow');
SELECT is(pg_temp.put('qts', NULL, format('{"began":"%1$s","completed":"%1$s"}', current_date)::jsonb), NULL, 'and end on the day it began, today');
SELECT is(pg_temp.refusal('officer', $$SELECT * FROM api.qualification_put(-1, 'qts', NULL, 'held', NULL, NULL, NULL)$$), 'not_found', 'of nobody there is none');

-- Service elsewhere.
CREATE FUNCTION pg_temp.served(from_on text, to_on text, key text DEFAULT gen_random_uuid()::text, actor text DEFAULT 'officer') RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($4, format('SELECT * FROM api.service_add(%L, %s, ''Fictional School, Elsewhere'', true, %L, %L, NULL)', $3, pg_temp.staff('ada@example.org'), $1, $2));
$$;
SELECT is(pg_temp.served('2015-09-01', '2016-08-31', actor => w.who), 'forbidden', w.who || ' writes no service')
  FROM (VALUES ('school'), ('area'), ('senco'), ('administrator'), ('auditor')) AS w (who);
SELECT is(pg_temp.served(t.f, t.t, t.key), t.slug, t.title)
  FROM (VALUES ('2015-09-01', '2016-08-31', 'k', NULL, 'an officer does'), ('2015-09-01', '2016-08-31', 'k', NULL, 'again under its key'),
               ('2015-09-02', '2016-08-31', 'k', 'batch_differs', 'other service under its key is refused'),
               ('2015-09-01', '2015-08-31', 'l', 'dates_reversed', 'service does not end before it begins'),
               ('2015-09-01', (current_date + 1)::text, 'm', 'malformed_field', 'it is over'),
               ('2020-01-01', '2021-01-01', 'n', NULL, 'it may overlap a post: a day counts once')) AS t (f, t, key, slug, title);
SELECT is((SELECT count(*)::int FROM core.service AS s WHERE s.staff_id = pg_temp.staff('ada@example.org')), 2, 'each is there once');
SELECT is(pg_temp.refusal(w.who, format('SELECT api.service_withdraw(%s, %s, ''Fictional error'')', pg_temp.staff(w.of),
        (SELECT s.id FROM core.service AS s WHERE s.staff_id = pg_temp.staff('ada@example.org') AND s.from_on = '2020-01-01'))), w.slug, w.title)
  FROM (VALUES ('area', 'ada@example.org', 'forbidden', 'an Area SENCO withdraws none'), ('officer', 'bea@example.org', 'not_found', 'what is another''s is not there'),
               ('officer', 'ada@example.org', NULL, 'an officer does'), ('officer', 'ada@example.org', 'not_found', 'once')) AS w (who, of, slug, title);

-- Absences.
CREATE FUNCTION pg_temp.away(from_on text, to_on text, key text DEFAULT gen_random_uuid()::text, actor text DEFAULT 'officer') RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.refusal($4, format('SELECT * FROM api.absence_add(%L, %s, %L, %L)', $3, pg_temp.staff('ada@example.org'), $1, $2)) $$;
CREATE FUNCTION pg_temp.back(day text, verb text DEFAULT 'end') RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal('officer', format('SELECT * FROM api.absence_%s(%s, %s, %L)', $2, pg_temp.staff('ada@example.org'),
        (SELECT min(a.absence_id) FROM core.absences AS a WHERE a.staff_id = pg_temp.staff('ada@example.org')), $1));
$$;
SELECT is(pg_temp.away('2026-01-05', NULL, actor => w.who), 'forbidden', w.who || ' writes no absence')
  FROM (VALUES ('school'), ('area'), ('senco'), ('administrator'), ('auditor')) AS w (who);
SELECT is(pg_temp.away(t.f, t.t, t.key), t.slug, t.title)
  FROM (VALUES ('2026-01-05', NULL, 'k', NULL, 'an officer does, also when the end is not known'), ('2026-01-05', NULL, 'k', NULL, 'again under its key'),
               ('2026-01-05', '2026-01-04', 'l', 'dates_reversed', 'none ends before it begins'),
               ('2026-02-01', '2026-02-02', 'm', 'periods_overlap', 'nobody is away twice')) AS t (f, t, key, slug, title);
SELECT is(pg_temp.back('2026-01-04'), 'dates_reversed', 'nobody is back before they left');
SELECT is(pg_temp.back('2026-01-09'), NULL, 'back again');
SELECT is(pg_temp.away('2026-02-01', '2026-02-02'), NULL, 'then there is room for another');
SELECT is(pg_temp.back('2026-02-01'), 'periods_overlap', 'which the first cannot run into');
SELECT is((SELECT array_agg(coalesce(a.to_on::text, '-') || ' ' || (a.known_to IS NULL) ORDER BY a.id) FROM core.absences AS a WHERE a.from_on = '2026-01-05'
            AND a.staff_id = pg_temp.staff('ada@example.org')), '{"- false","2026-01-09 true"}', 'what was known before stays');
SELECT is(pg_temp.back('Fictional error', 'withdraw'), NULL, 'one that never was is withdrawn');
SELECT is(pg_temp.back('Fictional error', 'withdraw'), 'not_found', 'once');

-- Reading. sees: has a reason to know more than the name.
CREATE TEMPORARY TABLE reach AS
SELECT w.who, w.sees
  FROM (VALUES ('officer', true), ('manager', true), ('area', true), ('senco', true), ('school', true), ('foreign school', false),
               ('foreign area', false), ('administrator', false), ('auditor', false), ('nobody', false)) AS w (who, sees);
SELECT is(pg_temp.seen(w.who, format('SELECT f.name, f.email, f.posts FROM api.staff AS f WHERE f.staff_id = %s', pg_temp.staff('ada@example.org'))),
    CASE WHEN w.who = 'nobody' THEN '{}'::text[] WHEN w.sees THEN '{Ada Example ada@example.org 1}' ELSE '{Ada Example - 1}' END,
    w.who || CASE WHEN w.sees THEN ' reads her address' ELSE ' reads no address' END)
  FROM reach AS w;
SELECT is(pg_temp.seen(w.who, format('SELECT d.qualifications->0->>''evidence'', d.service->0->>''place'', d.absences->0->>''from_on''
            FROM api.staff_details AS d WHERE d.staff_id = %s', pg_temp.staff('ada@example.org'))),
    CASE WHEN w.who = 'nobody' THEN '{}'::text[] WHEN w.sees THEN '{"Fictional file 7 Fictional School, Elsewhere 2026-02-01"}' ELSE '{"- - -"}' END,
    w.who || CASE WHEN w.sees THEN ' reads evidence, service and absences' ELSE ' reads none of it' END)
  FROM reach AS w;
SELECT is(pg_temp.seen(w.who, format('SELECT (SELECT count(*) FROM api.qualifications AS q WHERE q.staff_id = %1$s),
            (SELECT count(*) FROM api.service AS s WHERE s.staff_id = %1$s), (SELECT count(*) FROM api.absences AS a WHERE a.staff_id = %1$s)', pg_temp.staff('ada@example.org'))),
    CASE WHEN w.sees THEN '{3 1 1}' ELSE '{0 0 0}' END::text[], w.who || ': nor by another way')
  FROM reach AS w;
SELECT is(pg_temp.seen('auditor', format('SELECT d.posts->0->>''kind'', jsonb_array_length(d.posts), d.qualifications FROM api.staff_details AS d WHERE d.staff_id = %s',
    pg_temp.staff('ada@example.org'))), '{senco 1 -}', 'where she works everybody reads');
UPDATE core.posts AS p SET to_on = current_date - 1 WHERE p.staff_id = pg_temp.staff('ada@example.org');
SELECT is(pg_temp.seen(w.who, format('SELECT f.email FROM api.staff AS f WHERE f.staff_id = %s', pg_temp.staff('ada@example.org'))), '{-}',
    'once the post has ended ' || w.who || ' has no reason to') FROM (VALUES ('school'), ('area'), ('senco')) AS w (who);
UPDATE core.posts AS p SET from_on = current_date + 1, to_on = NULL WHERE p.staff_id = pg_temp.staff('ada@example.org');
SELECT is(pg_temp.seen('school', format('SELECT f.email FROM api.staff AS f WHERE f.staff_id = %s', pg_temp.staff('ada@example.org'))), '{ada@example.org}',
    'of who begins tomorrow the school has');

SELECT * FROM finish();
ROLLBACK;
