-- consultations.sql — asking a setting whether it can take a child without a
-- plan: who may ask, what the setting asked sees, who answers, and until when.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('school', 'school_system'),
       pg_temp.actor('asked', 'school_system'),
       pg_temp.actor('other', 'school_system'),
       pg_temp.actor('area', 'area_senco'),
       pg_temp.actor('area there', 'area_senco'),
       pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '34', 2, 3, 11),
       pg_temp.setting('Secondary', '34', 4, 11, 16),
       pg_temp.setting('Academy', '34', 4, 11, 16),
       pg_temp.setting('Gone', '34', 4, 11, 16);
UPDATE core.settings SET status = 'closed', closed_on = '2026-08-31' WHERE id = pg_temp.setting_id('Gone');
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, s.id
  FROM cast_actors AS a, cast_settings AS s
 WHERE (a.name, s.name) IN (('school', 'Primary'), ('asked', 'Secondary'), ('other', 'Academy'));
WITH c AS (
    INSERT INTO core.caseloads (name, client_id)
    SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name LIKE 'area%'
    RETURNING id, client_id
)
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT c.id, s.id, '2020-01-01'
  FROM c JOIN cast_actors AS a ON a.id = c.client_id
  JOIN cast_settings AS s ON (a.name, s.name) IN (('area', 'Primary'), ('area there', 'Secondary'));
SELECT pg_temp.child('Fern', 'Primary', '2016-01-15', '6', 'K'),
       pg_temp.child('Holm', 'Primary', '2016-01-15', '6', 'E'),
       pg_temp.child('Over', 'Primary', '2016-01-15', '6', 'K');
CREATE TABLE pg_temp.cases (name text PRIMARY KEY, id uuid);
WITH c AS (
    INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, target_on, state, made_by)
    SELECT k.id, extract(year FROM current_date)::int + 1, 'PRS', pg_temp.setting_id('Primary'),
           make_date(extract(year FROM current_date)::int + 1, 9, 1),
           CASE k.name WHEN 'Over' THEN 'cancelled' ELSE 'planned' END, a.id
      FROM cast_children AS k, cast_actors AS a WHERE a.name = 'officer'
    RETURNING id, child_id
)
INSERT INTO pg_temp.cases SELECT k.name, c.id FROM c JOIN cast_children AS k ON k.id = c.child_id;
CREATE FUNCTION pg_temp.ask(actor text, child text, setting text, key text DEFAULT 'k', sent date DEFAULT current_date - 20, question text DEFAULT 'Is there room?')
RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.transition_consultations_create(%L, %L, %L, %L, %L)',
        (SELECT c.id FROM pg_temp.cases AS c WHERE c.name = $2), $4, 'id:' || pg_temp.setting_id($3), $5, $6));
$$;
CREATE FUNCTION pg_temp.reply(actor text, n int, etag text, answer text, reasons text DEFAULT NULL, on_date date DEFAULT current_date)
RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.transition_consultation_answer(%L, %s, %L, %L, %L, %L)',
        (SELECT c.id FROM pg_temp.cases AS c WHERE c.name = 'Fern'), $2, $3, $4, $5, $6));
$$;
CREATE FUNCTION pg_temp.questions(actor text, columns text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT %s FROM api.transition_consultations AS q ORDER BY q.n', $2));
$$;
\o
SELECT no_plan();

-- Asking.
SELECT is(pg_temp.ask(a.name, 'Fern', 'Secondary'), 'forbidden', a.name || ' asks nobody')
  FROM cast_actors AS a WHERE a.name NOT IN ('officer', 'area', 'area there') ORDER BY a.name;
SELECT is(pg_temp.ask('area there', 'Fern', 'Secondary'), 'not_found', 'an Area SENCO asks for children of her own settings');
SELECT is(pg_temp.ask('officer', 'Fern', 'Primary'), 'malformed_field', 'not the setting the child leaves');
SELECT is(pg_temp.ask('officer', 'Fern', 'Gone'), 'setting_closed', 'nor one that is closed');
SELECT is(pg_temp.ask('officer', 'Fern', 'Nowhere'), 'unknown_setting', 'nor one there is not');
SELECT is(pg_temp.ask('officer', 'Holm', 'Secondary'), 'consultation_of_plan', 'CFA 2014 s.39: with a plan it is an event of the plan''s case');
SELECT is(pg_temp.ask('officer', 'Over', 'Secondary'), 'transition_state', 'nor in a move that is over');
SELECT is(pg_temp.ask('officer', 'Fern', 'Secondary', 'k', current_date + 1), 'malformed_field', 'nor tomorrow');
SELECT is(pg_temp.ask('area', 'Fern', 'Secondary'), NULL, 'the Area SENCO of the setting left asks');
SELECT is(pg_temp.ask('area', 'Fern', 'Secondary'), NULL, 'the same again is the same');
SELECT is(pg_temp.ask('area', 'Fern', 'Academy'), 'batch_differs', 'another under its key is not');
SELECT is(pg_temp.ask('officer', 'Fern', 'Secondary'), 'exists_already', 'while it has not answered it is not asked again');
SELECT is(pg_temp.ask('officer', 'Fern', 'Academy', 'k', current_date - 15, NULL), NULL, 'an officer asks another');

-- Who sees what.
SELECT is(pg_temp.questions('asked', 'q.n, q.setting_name, q.kind, q.sen_status, q.primary_need, q.question, q.due_on - q.sent_on AS days, q.days_left, q.is_overdue'),
    ARRAY['1 Secondary PRS K SLCN Is there room? 15 -5 true'], 'CoP 9.83: who is asked sees its own question, what it needs to answer, and that fifteen days are over');
SELECT is(pg_temp.questions('other', 'q.n, q.days_left, q.is_overdue'), ARRAY['2 0 false'], 'another its own; on the fifteenth day it is not late');
SELECT is(pg_temp.questions(a.name, 'q.n'), CASE a.name WHEN 'area there' THEN ARRAY['1'] WHEN 'administrator' THEN '{}' WHEN 'auditor' THEN '{}' ELSE ARRAY['1', '2'] END,
    a.name || ' sees no others'' questions')
  FROM cast_actors AS a WHERE a.name NOT IN ('asked', 'other') ORDER BY a.name;
SELECT is(pg_temp.seen('asked', 'SELECT c.case_id FROM api.transition_cases AS c'), '{}', 'who is asked does not see the case');
SELECT is(pg_temp.seen('asked', format('SELECT c.surname FROM api.children AS c WHERE c.child_id = %L', pg_temp.child_id('Fern'))), '{}', 'nor the child''s name');
SELECT is(pg_temp.seen('asked', 'SELECT m.clock, m.owner, m.days_left FROM api.transition_milestones(current_date) AS m'), ARRAY['consultation setting -5'],
    'its answer is among what is due of it');

-- Answering.
SELECT is(pg_temp.reply(a.name, 1, '1', 'yes'), CASE a.name WHEN 'school' THEN 'forbidden' WHEN 'other' THEN 'not_found' ELSE 'forbidden' END, a.name || ' does not answer for it')
  FROM cast_actors AS a WHERE a.name NOT IN ('officer', 'asked') ORDER BY a.name;
SELECT is(pg_temp.reply('asked', 1, NULL, 'yes'), 'precondition_missing', 'an answer names what was read');
SELECT is(pg_temp.reply('asked', 1, '7', 'yes'), 'precondition_failed', 'and not what has changed');
SELECT is(pg_temp.reply('asked', 2, '1', 'yes'), 'not_found', 'another''s question is not there');
SELECT is(pg_temp.reply('asked', 1, '1', 'no'), 'missing_field', 'no has its reasons');
SELECT is(pg_temp.reply('asked', 1, '1', 'yes', NULL, current_date - 21), 'dates_reversed', 'not before it was asked');
SELECT is(pg_temp.reply('asked', 1, '1', 'yes', NULL, current_date + 1), 'malformed_field', 'nor tomorrow');
SELECT is(pg_temp.reply('asked', 1, '1', 'yes', NULL, current_date - 20), NULL, 'on that day it may');
SELECT is(pg_temp.questions('asked', 'q.answer, q.days_left, q.is_overdue, q.etag'), ARRAY['yes - false 2'], 'and nothing is late');
SELECT is(pg_temp.reply('officer', 1, '2', 'no', 'No room.'), NULL, 'an officer puts it right');
SELECT is(pg_temp.ask('officer', 'Fern', 'Secondary', 'k2'), NULL, 'who has answered can be asked again');
SELECT is((SELECT array_agg(e.action || ' ' || cardinality(e.child_ids) ORDER BY e.id) FROM audit.entries AS e
            WHERE e.action IN ('transitions.consult', 'transitions.answer') AND pg_temp.child_id('Fern') = ANY (e.child_ids)),
    '{"transitions.consult 1","transitions.consult 1","transitions.answer 1","transitions.answer 1","transitions.consult 1"}', 'every write is in the log');

SELECT * FROM finish();
ROLLBACK;
