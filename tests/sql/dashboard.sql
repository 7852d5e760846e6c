-- dashboard.sql — the numbers of the first page: what is counted, for whose
-- scope they are summed, and that they never pass for fresh when they are not.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('area', 'area_senco'), pg_temp.actor('school', 'school_system'), pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
UPDATE core.clients SET is_active = false WHERE role IN ('la_officer', 'la_manager');
DELETE FROM core.dashboard_counts;
SELECT pg_temp.setting('Ash Primary', '1', 2, 5, 11), pg_temp.setting('Beech Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Cedar Primary', '1', 2, 5, 11);
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, pg_temp.setting_id('Ash Primary') FROM cast_actors AS a WHERE a.name = 'school';
WITH c AS (INSERT INTO core.caseloads (name, client_id) SELECT 'Fictional North', a.id FROM cast_actors AS a WHERE a.name = 'area' RETURNING id)
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on) SELECT c.id, pg_temp.setting_id(s), '2020-01-01' FROM c, unnest('{Beech Nursery,Cedar Primary}'::text[]) AS s;
-- In the last year of a primary and of a nursery: they move next September, whatever day it is.
CREATE FUNCTION pg_temp.born(age int) RETURNS date LANGUAGE sql AS $$ SELECT make_date(api.school_year(current_date) - $1, 3, 1) $$;
SELECT pg_temp.child('Eve', 'Ash Primary', pg_temp.born(11), '6', 'E'), pg_temp.child('Kay', 'Ash Primary', pg_temp.born(9), '4', 'K'), pg_temp.child('Non', 'Ash Primary', pg_temp.born(9), '4', NULL),
       pg_temp.child('Bea', 'Beech Nursery', pg_temp.born(4), NULL, 'K'), pg_temp.child('Cat', 'Cedar Primary', pg_temp.born(9), '4', 'E'), pg_temp.child('Gone', 'Cedar Primary', pg_temp.born(9), '4', 'E');
UPDATE core.placements SET end_on = current_date - 60 WHERE child_id = pg_temp.child_id('Gone');
\o
SELECT no_plan();
CREATE FUNCTION pg_temp.board(who text) RETURNS text
LANGUAGE sql AS $$
    SELECT (pg_temp.seen($1, 'SELECT d.is_stale, d.children, d.ehc_plans, d.sen_support, d.moving, d.open_cases, d.deadlines_late, d.between_settings, d.between_escalated,
        d.handovers_late FROM api.dashboard AS d'))[1];
$$;
CREATE FUNCTION pg_temp.refresh() RETURNS text[]
LANGUAGE sql AS $$ SELECT pg_temp.seen('nobody', 'SELECT r.event, r.subject, r.amount > 2 FROM api.dashboard_refresh() AS r') $$;

SELECT is(pg_temp.refresh(), '{}', 'without an officer in whose name to read nothing is counted');
SELECT is(pg_temp.board('school'), 'true - - - - - - - - -', 'not counted is stale, and no number');
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer');
INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id, key, content) SELECT pg_temp.child_id('Eve'), 'parent', current_date - 200, a.id, 'k', gen_random_uuid() FROM cast_actors AS a WHERE a.name = 'officer';
INSERT INTO core.ehc_events (case_id, child_id, event, on_date, client_id, key)
SELECT c.id, c.child_id, 'request_received', current_date - 200, c.client_id, 'k' FROM core.ehc_cases AS c WHERE c.child_id = pg_temp.child_id('Eve');
\o
SELECT is(pg_temp.refresh(), ARRAY['kept dashboard true'], 'the timer has it counted, a row a setting');
SELECT is(pg_temp.refresh(), '{}', 'dashboard_minutes: not again at once');
SELECT matches(pg_temp.board('school'), '^false 3 1 1 1 1 [1-9] 0 0 0$', 'a school: its own; who asked 200 days ago has been decided upon by nobody');
SELECT is(pg_temp.board('area'), 'false 2 1 1 1 0 0 1 1 0', 'an Area SENCO: the sum of her settings, with the child who left sixty days ago and is nowhere');
SELECT is(pg_temp.board(who), NULL, who || ': none') FROM unnest('{administrator,auditor,nobody}'::text[]) AS who;
SELECT is(pg_temp.seen('officer', 'SELECT d.children, d.ehc_plans, d.sen_support, d.moving, d.open_cases, d.deadlines_late, d.between_settings, d.between_escalated, d.handovers_late FROM api.dashboard AS d'),
    pg_temp.seen('officer', 'SELECT (SELECT count(*) FROM api.homes(current_date)), (SELECT count(*) FROM api.sen_children(current_date) AS c WHERE c.status = ''ehc_plan''),
        (SELECT count(*) FROM api.sen_children(current_date) AS c WHERE c.status = ''sen_support''), (SELECT count(*) FROM api.report_transitions(api.school_year(current_date), current_date)),
        (SELECT count(*) FROM api.open_cases_counted), (SELECT count(*) FROM api.ehc_due(current_date) AS d WHERE d.days_left < 0) + (SELECT count(*) FROM api.handover_due(current_date) AS d WHERE d.days_left < 0),
        (SELECT count(*) FROM api.between(current_date)), (SELECT count(*) FROM api.between(current_date) AS b WHERE current_date > b.escalates_on), (SELECT count(*) FROM api.handovers AS h WHERE h.is_late)'),
    'an officer: the lists themselves, counted');

-- Age.
\o /dev/null
UPDATE core.dashboard_counts SET counted_at = now() - interval '16 minutes', children = 99;
\o
SELECT is(pg_temp.board('school') ~ '^false 99', true, 'sixteen minutes are not stale');
SELECT is(pg_temp.refresh(), ARRAY['kept dashboard true'], 'dashboard_minutes: but counted anew when asked');
SELECT is(pg_temp.board('school') ~ '^false 3 ', true, 'and right again');
\o /dev/null
UPDATE core.dashboard_counts SET counted_at = now() - interval '61 minutes';
\o
SELECT is(pg_temp.board('school') ~ '^true 3 ', true, 'dashboard_stale_minutes: after an hour they are called stale');
\o /dev/null
UPDATE core.dashboard_counts SET counted_at = now(), on_date = current_date - 1;
\o
SELECT is(pg_temp.board('school') ~ '^true ', true, 'and when they are of yesterday');
SELECT is(pg_temp.refresh(), ARRAY['kept dashboard true'], 'then they are counted however young');
SELECT is(current_setting('app.actor', true), '', 'nobody is the actor afterwards');
SELECT * FROM finish();
ROLLBACK;
