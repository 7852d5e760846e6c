-- deadlines.sql — what is due for whom: the days it looks ahead, whose settings,
-- names in the list and none in the letter.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'), pg_temp.actor('school', 'school_system'),
       pg_temp.actor('foreign school', 'school_system'), pg_temp.actor('senco', 'area_senco'), pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, pg_temp.setting_id(CASE a.name WHEN 'school' THEN 'Primary' ELSE 'Juniors' END) FROM cast_actors AS a WHERE a.name LIKE '%school';
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name = 'senco';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id('Juniors'), '2020-01-01' FROM core.caseloads AS l JOIN cast_actors AS a ON a.id = l.client_id;
SELECT pg_temp.child(w.name, w.setting, '2018-03-01', '3', 'K')
  FROM (VALUES ('Lara', 'Primary'), ('Tom', 'Primary'), ('Wes', 'Primary'), ('Sam', 'Primary'), ('Fay', 'Primary'), ('Jun', 'Juniors'), ('Both', 'Primary')) AS w (name, setting);
SELECT pg_temp.stay('Both', 'Juniors', '3', '2025-09-01', NULL, 'current');
INSERT INTO core.plans (setting_id, source_id, child_id, revision, content_hash, child, start_on, review_due_on)
SELECT pg_temp.setting_id(w.setting), 'pl ' || w.child, pg_temp.child_id(w.child), 1, gen_random_uuid(), w.child, '2026-09-01', w.due_on
  FROM (VALUES ('Lara', 'Primary', '2026-11-25'::date), ('Tom', 'Primary', '2026-11-26'), ('Wes', 'Primary', '2026-12-03'), ('Sam', 'Primary', '2026-12-24'),
    ('Fay', 'Primary', '2026-12-25'), ('Jun', 'Juniors', '2026-11-20'), ('Both', 'Juniors', '2026-11-27')) AS w (child, setting, due_on);
-- listed — planned once.
SET LOCAL plan_cache_mode = force_generic_plan;
CREATE FUNCTION pg_temp.listed_on(on_date date, days int, children uuid[]) RETURNS TABLE (surname text, forename text, days_left int, setting_name text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT d.surname, d.forename, d.days_left, d.setting_name FROM api.deadlines($1, $2) AS d WHERE d.child_id = ANY ($3);
END
$$;
CREATE FUNCTION pg_temp.listed(actor text, days int, columns text DEFAULT 'surname') RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT %s FROM pg_temp.listed_on(''2026-11-26'', %L, %L) ORDER BY days_left, surname', $3, $2,
        (SELECT array_agg(c.id) FROM cast_children AS c)));
$$;
CREATE FUNCTION pg_temp.letter(actor text) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, 'SELECT line FROM api.deadlines_digest(''2026-11-26'') ORDER BY n');
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.listed('officer', NULL, 'surname, days_left'), '{Jun -6,Lara -1,Tom 0,Both 1,Wes 7,Sam 28}', 'deadlines_ahead: what is late and four weeks ahead');
SELECT is(pg_temp.listed('officer', 29), '{Jun,Lara,Tom,Both,Wes,Sam,Fay}', 'or as far as is asked for');
SELECT is(pg_temp.listed('officer', 0), '{Jun,Lara,Tom}', 'or today');
SELECT is(pg_temp.listed(w.who, NULL), w.names::text[], w.who || ' is told what is due of the settings in scope')
  FROM (VALUES ('manager', '{Jun,Lara,Tom,Both,Wes,Sam}'), ('school', '{Lara,Tom,Wes,Sam}'), ('foreign school', '{Jun,Both}'), ('senco', '{Jun,Both}'),
    ('administrator', '{}'), ('auditor', '{}'), ('nobody', '{}')) AS w (who, names);
SELECT is(pg_temp.listed('foreign school', 1, 'surname, forename, setting_name'), '{Jun Testchild Juniors,Both Testchild Juniors}', 'with the names it has of them itself');

-- The letter.
SELECT is(pg_temp.letter('foreign school'), ARRAY[
    E'What is due on 26 November 2026\n\nLate: 1. Today: 0. In the next 7 days: 1.\n', 'The setting: 1 late, 0 today, 1 soon',
    E'\nLATE', 'The setting', format('- 20 Nov 2026 (late by 6): Review of SEN support, child %s, Juniors', left(pg_temp.child_id('Jun')::text, 8)),
    E'\nSOON', 'The setting', format('- 27 Nov 2026: Review of SEN support, child %s, Juniors', left(pg_temp.child_id('Both')::text, 8))],
    'the letter of a day: counts, then what is late, due today and soon, by owner');
SELECT is((SELECT count(*)::int FROM cast_children AS c, unnest(pg_temp.letter('school')) AS l (line) WHERE l.line ~ ('\m' || c.name || '\M|Testchild')), 0, 'no child is named in it');
SELECT is(pg_temp.seen('school', 'SELECT count(child_id)::int AS n FROM api.deadlines_digest(''2026-11-26'')'), '{3}', 'but which are in it is told to the audit');
SELECT is((pg_temp.letter(w.who))[1], E'What is due on 26 November 2026\n\nLate: 0. Today: 0. In the next 7 days: 0.\n', 'of ' || w.who || ' it is empty')
  FROM (VALUES ('auditor'), ('administrator')) AS w (who);
\o /dev/null
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('deadlines_lines', '2026-01-01', 1, 'A test'), ('deadlines_week', '2026-01-01', 28, 'A test');
\o
SELECT is((pg_temp.letter('school'))[9:], ARRAY[E'\nSOON', 'The setting', format('- 3 Dec 2026: Review of SEN support, child %s, Primary', left(pg_temp.child_id('Wes')::text, 8)),
    '- and 1 more'], 'deadlines_lines, deadlines_week: the authority''s own numbers');
SELECT * FROM finish();
ROLLBACK;
