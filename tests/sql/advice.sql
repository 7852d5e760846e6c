-- advice.sql — who may advise which setting, and who reads it.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('foreign school', 'school_system'),
       pg_temp.actor('senco', 'area_senco'), pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('foreign school', 'Juniors');
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name = 'senco';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id('Primary'), '2020-01-01' FROM core.caseloads AS l JOIN cast_actors AS a ON a.id = l.client_id;
SELECT pg_temp.child('Fern', 'Primary', '2020-03-01', 'R', 'K'), pg_temp.child('Oak', 'Juniors', '2017-03-01', '3', 'K');
CREATE FUNCTION pg_temp.advise(actor text, setting text, key text, child text, given_on text, text text) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.advice_give(%L, %L, %L, %L, ''provision'', %L)',
        'id:' || pg_temp.setting_id($2), $3, pg_temp.child_id($4), $5, $6));
$$;
CREATE FUNCTION pg_temp.read(actor text) RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(t.t ORDER BY t.t), '{}')
      FROM unnest(pg_temp.seen($1, 'SELECT text, author_role FROM api.advice WHERE text LIKE ''Invented %''')) AS t (t);
$$;
\o
SELECT plan(20);

SELECT is(pg_temp.advise(w.who, 'Primary', 'k', NULL, '2026-01-05', 'Invented A'), 'forbidden', w.who || ' advises nobody')
  FROM (VALUES ('school'), ('administrator'), ('nobody')) AS w (who);
SELECT is(pg_temp.advise('senco', 'Juniors', 'k', NULL, '2026-01-05', 'Invented A'), 'not_found', 'an Area SENCO none but her own settings');
SELECT is(pg_temp.advise('senco', 'Primary', 'k', 'Oak', '2026-01-05', 'Invented A'), 'not_found', 'nor of a child that is not theirs');
SELECT is(pg_temp.advise('senco', 'Primary', 'k', 'Fern', (current_date + 1)::text, 'Invented A'), 'malformed_field', 'nor ahead of time');
SELECT is(pg_temp.advise('senco', 'Primary', 'k', 'Fern', '2026-01-05', 'Invented A'), NULL, 'of one of theirs she does');
SELECT is(pg_temp.advise('senco', 'Primary', 'k', 'Fern', '2026-01-05', 'Invented A'), NULL, 'the same again');
SELECT is((SELECT count(*)::int FROM core.advice AS a WHERE a.text = 'Invented A'), 1, 'is the same');
SELECT is(pg_temp.advise('senco', 'Primary', 'k', NULL, '2026-01-05', 'Invented A'), 'batch_differs', 'another under its key is refused');
SELECT is(pg_temp.advise('officer', 'Primary', 'k', NULL, '2026-01-05', 'Invented B'), NULL, 'an officer''s key is his own; he advises all');
SELECT is(pg_temp.read('school'), ARRAY['Invented A area_senco', 'Invented B la_officer'], 'the school reads both');
SELECT is(pg_temp.read('foreign school'), '{}', 'a foreign one none');
SELECT is(pg_temp.read('senco'), ARRAY['Invented A area_senco', 'Invented B la_officer'], 'the Area SENCO both');
SELECT is((SELECT array_agg(r.r ORDER BY r.r) FROM unnest(pg_temp.seen('school', $$SELECT r.data->>'text' AS text, r.child_id IS NULL AS of_none
        FROM api.records AS r WHERE r.kind = 'advice'$$)) AS r (r)), ARRAY['Invented A false', 'Invented B true'], 'the school''s feed tells both');
SELECT is((SELECT array_agg(c.op ORDER BY c.op) FROM core.changes AS c WHERE c.setting_id = pg_temp.setting_id('Primary') AND c.kind = 'advice'),
    '{enter,enter}', 'each once');
SELECT is(pg_temp.seen('foreign school', $$SELECT r.source_id FROM api.records AS r WHERE r.kind = 'advice'$$), '{}', 'no other school''s does');
SELECT is(pg_temp.read('administrator') || pg_temp.read('auditor') || pg_temp.read('nobody'), '{}', 'others none');
SELECT is((SELECT array_agg(e.role || ' ' || cardinality(e.child_ids) ORDER BY e.id) FROM audit.entries AS e
            WHERE e.action = 'advice.give' AND e.setting_id = pg_temp.setting_id('Primary')),
    '{area_senco 1,la_officer 0}', 'what was written is in the audit log, once');
SELECT throws_ok($$INSERT INTO core.advice (setting_id, client_id, key, given_on, topic, text)
    SELECT pg_temp.setting_id('Primary'), a.id, 'e', now(), 'provision', '' FROM cast_actors AS a LIMIT 1$$, '23514', NULL,
    'advice says something');
SELECT * FROM finish();
ROLLBACK;
