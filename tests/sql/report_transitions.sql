-- report_transitions.sql — who sees which children in the report of moves, that
-- its totals add up to them, and that the planner opens it.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
\ir ../lib/report_transitions.sql
SELECT pg_temp.actor('school', 'school_system'),
       pg_temp.actor('foreign school', 'school_system'),
       pg_temp.actor('senco', 'area_senco'),
       pg_temp.actor('foreign senco', 'area_senco'),
       pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('auditor', 'auditor');
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, s.id
  FROM cast_actors AS a, cast_settings AS s
 WHERE (a.name, s.name) IN (('school', 'Primary'), ('foreign school', 'Juniors'));
WITH c AS (
    INSERT INTO core.caseloads (name, client_id)
    SELECT 'Caseload of ' || a.id, a.id
      FROM cast_actors AS a
     WHERE a.name IN ('senco', 'foreign senco')
    RETURNING id, client_id
)
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT c.id, s.id, '2020-01-01'
  FROM c
  JOIN cast_actors AS a ON a.id = c.client_id
  JOIN cast_settings AS s
    ON (a.name, s.name) IN (('senco', 'Nursery'),
                            ('foreign senco', 'Other Town Nursery'));

-- Of every status and need, with and without a final plan, in time and late.
SELECT pg_temp.child('Nur Class', 'Primary', '2023-03-01', 'N2', 'K'),
       pg_temp.child('Pri First', 'Primary', '2015-09-01', '6', 'E'),
       pg_temp.child('Pri Last', 'Primary', '2016-08-31', NULL, 'K'),
       pg_temp.child('Pri Young', 'Primary', '2016-09-01', NULL, 'K'),
       pg_temp.child('Held Back', 'Primary', '2015-08-31', '6', 'E'),
       pg_temp.child('Ahead', 'Primary', '2016-09-01', '6', 'E'),
       pg_temp.child('Mixed', 'Primary', '2015-11-30', 'M', 'K'),
       pg_temp.child('Brought In', 'Primary', '2017-11-30', '4', 'K'),
       pg_temp.child('Changing', 'Primary', '2016-03-01', '6', 'K'),
       pg_temp.child('Two Views', 'Primary', '2016-03-01', '6', 'E'),
       pg_temp.child('Ceased', 'Primary', '2016-03-01', '6', NULL),
       pg_temp.child('Statement', 'Primary', '2016-03-01', '6', 'S'),
       pg_temp.child('Support', 'Primary', '2016-03-01', '6', 'K'),
       pg_temp.child('Lost', 'Primary', '2016-03-01', '6', 'K'),
       pg_temp.child('Nur First', 'Nursery', '2022-09-01', NULL, 'K'),
       pg_temp.child('Other Nur', 'Other Town Nursery', '2023-03-01', NULL, 'E'),
       pg_temp.child('Jun 6', 'Juniors', '2016-01-15', '6', 'K'),
       pg_temp.child('Mid 8', 'Middle', '2014-01-15', '8', 'E'),
       pg_temp.child('Sec 11', 'Secondary', '2011-01-15', '11', 'E');
SELECT pg_temp.need('Changing', 'Primary', 'E', '{ASD}', '2026-11-10', NULL),
       pg_temp.need('Ceased', 'Primary', 'E', '{ASD}', '2024-01-01', '2026-11-09');
SELECT pg_temp.stay('Two Views', 'Unit', '6', '2026-01-01', NULL, 'subsidiary');
SELECT pg_temp.need('Two Views', 'Unit', 'K', '{SEMH}', '2026-01-01', NULL);
SELECT pg_temp.move('Pri First', 'Primary', 'PRS', 2027, 'Secondary'),
       pg_temp.move('Brought In', 'Primary', 'PRS', 2027, 'Secondary'),
       pg_temp.move('Support', 'Primary', 'PRS', 2027, 'Secondary');
SELECT pg_temp.transfer('Pri First', '2026-10-01', '2026-10-20', '2027-02-14'),
       pg_temp.transfer('Two Views', '2026-10-01', '2026-10-20', NULL, true);
\o
SELECT no_plan();

-- 1. Who sees whom.
CREATE FUNCTION pg_temp.settings_seen(actor text) RETURNS text
LANGUAGE sql AS $$
    SELECT string_agg(DISTINCT u, ',' ORDER BY u)
      FROM unnest(pg_temp.seen($1,
        'SELECT r.from_setting FROM api.report_transitions(2027, ''2026-11-10'') AS r')) AS u;
$$;
SELECT is(pg_temp.settings_seen('senco'), 'Nursery',
    'an Area SENCO sees the settings of her caseload only');
SELECT is(pg_temp.settings_seen('foreign senco'), 'Other Town Nursery',
    'another Area SENCO sees hers only');
SELECT is(pg_temp.settings_seen('school'), 'Primary',
    'a school system sees its own school only');
SELECT is(pg_temp.settings_seen('foreign school'), 'Juniors',
    'another school system sees its own only');
SELECT is(pg_temp.settings_seen('administrator'), NULL,
    'design 7: an administrator sees no child');
SELECT is(pg_temp.settings_seen('auditor'), NULL, 'nor does an auditor');
SELECT is(pg_temp.settings_seen('nobody'), NULL, 'nor does who has no token');
SELECT ok(pg_temp.settings_seen('officer') LIKE '%Juniors,%Other Town Nursery%',
    'an officer sees them all');

-- 2. Totals.
CREATE FUNCTION pg_temp.totals(by text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('school', format('SELECT * FROM api.report_transitions_totals(2027, ''2027-02-16'', %L)', $1));
$$;
SELECT is((SELECT sum(split_part(u, ' ', 2)::int)::int FROM unnest(pg_temp.totals('kind')) AS u),
    cardinality(pg_temp.seen('school', 'SELECT r.kind FROM api.report_transitions(2027, ''2027-02-16'') AS r')),
    'totals by kind add up to the rows of the report');
SELECT is((SELECT array_agg(DISTINCT (SELECT sum(split_part(u, ' ', 2)::int)
                                        FROM unnest(pg_temp.totals(b)) AS u))
             FROM unnest('{phase,need,rag,status}'::text[]) AS b)::text,
    (SELECT ARRAY[sum(split_part(u, ' ', 2)::int)] FROM unnest(pg_temp.totals('kind')) AS u)::text,
    'so do totals by phase, need, colour and status');
SELECT is(pg_temp.totals('kind'),
    pg_temp.seen('school', $q$
        SELECT r.kind, count(*), count(*) FILTER (WHERE r.has_plan),
               count(*) FILTER (WHERE r.sen_status = 'K'), count(r.plan_final_on),
               count(*) FILTER (WHERE r.rag = 'GREEN'), count(*) FILTER (WHERE r.rag = 'AMBER'),
               count(*) FILTER (WHERE r.rag = 'RED'), count(*) FILTER (WHERE r.rag = 'BLACK'),
               count(*) FILTER (WHERE r.rag = 'BLUE')
          FROM api.report_transitions(2027, '2027-02-16') AS r
         GROUP BY 1 ORDER BY 1$q$),
    'totals count what the report shows');

-- 3. The planner opens the functions: no row waits in a tuplestore.
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_line text;
    v_plan text := '';
BEGIN
    PERFORM pg_temp.act('officer');
    FOR v_line IN EXECUTE 'EXPLAIN ' || query LOOP
        v_plan := v_plan || v_line || E'\n';
    END LOOP;
    PERFORM pg_temp.rest();
    RETURN v_plan;
END
$$;
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.report_transitions(2027, ''2026-11-10'')'),
    '%Function Scan%', 'no Function Scan is left in the plan of the report');
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.report_transitions_totals(2027, ''2026-11-10'', ''kind'')'),
    '%Function Scan%', 'nor in that of its totals');
SELECT alike(pg_temp.plan_of('SELECT * FROM api.report_transitions(2027, ''2026-11-10'')'),
    '%Scan%child_records%', 'while the tables themselves are in it');

SELECT * FROM finish();
ROLLBACK;
