-- report_people.sql — the reports over the people: what each row says, that
-- totals are the rows counted, and who sees what.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/senco.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('area', 'area_senco'), pg_temp.actor('other', 'area_senco'),
       pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('School ' || n, '1', 2, 3, 11) FROM generate_series(1, 5) AS n;
SELECT pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Childminder', 'ofsted:childminder', NULL, NULL, NULL);
SELECT pg_temp.teacher('Ada Example'), pg_temp.holds('Ada Example', 'nasenco', '2015-09-01', '2016-07-01'),
       pg_temp.post('Ada Example', 'School 1', '2020-09-01', NULL, '{"hours_per_week": 12}');
SELECT pg_temp.teacher('Bea Example'), pg_temp.holds('Bea Example', 'npq_senco', '2025-10-01', NULL, 'studying'),
       pg_temp.post('Bea Example', 'School 2', '2024-09-01', NULL, '{"hours_per_week": 6}'),
       pg_temp.post('Bea Example', 'School 3', '2025-09-01', NULL, '{"hours_per_week": 4.5, "arrangement": "shared"}');
SELECT pg_temp.teacher('Cal Example'), pg_temp.post('Cal Example', 'School 4', '2022-09-01', NULL, '{"hours_per_week": 8}'),
       pg_temp.post('Ada Example', 'School 4', '2024-01-01', NULL, '{"hours_per_week": 2}');
INSERT INTO core.caseloads (name, client_id) SELECT 'Fictional North', a.id FROM cast_actors AS a WHERE a.name = 'area';
INSERT INTO core.caseloads (name, client_id) SELECT 'Fictional South', a.id FROM cast_actors AS a WHERE a.name = 'other';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT c.id, pg_temp.setting_id(s.name), '2020-01-01'
  FROM (VALUES ('Fictional North', 'Nursery'), ('Fictional North', 'School 2'), ('Fictional South', 'School 4')) AS s (caseload, name)
  JOIN core.caseloads AS c ON c.name = s.caseload;
\o
SELECT no_plan();

-- ours — only the settings made here: the cluster is shared.
CREATE FUNCTION pg_temp.ours(who text, report text, columns text, sort text DEFAULT 's.name') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT %s FROM api.%s AS r JOIN (VALUES %s) AS s (id, name) ON s.id = r.setting_id ORDER BY %s', $3, $2,
        (SELECT string_agg(format('(%s, %L)', c.id, c.name), ', ') FROM cast_settings AS c), $4));
$$;
CREATE FUNCTION pg_temp.coverage(who text, columns text) RETURNS text[]
LANGUAGE sql AS $$ SELECT pg_temp.ours($1, 'report_senco_coverage(''2026-11-25'', now())', $2) $$;
CREATE FUNCTION pg_temp.due(who text, columns text, on_date text DEFAULT '2026-11-25') RETURNS text[]
LANGUAGE sql AS $$ SELECT pg_temp.ours($1, format('report_qualifications_due(%L, now())', $3), $2, 'r.due_on, s.name') $$;

-- Coverage.
SELECT is(pg_temp.coverage('officer', 's.name, r.state'),
    ARRAY['Childminder NONE_NEEDED', 'Nursery NOT_IDENTIFIED', 'School 1 HOLDS_NASENCO', 'School 2 IN_TRAINING', 'School 3 IN_TRAINING',
          'School 4 OVERDUE', 'School 5 VACANT'], 'coverage: a row a setting, each with its state');
SELECT is(pg_temp.coverage('officer', 's.name, r.senco, r.sencos, r.hours_per_week, r.arrangement, r.regime, r.phase, r.severity, r.due_on') @> ARRAY[
    'School 4 Cal Example 2 10 own school primary error 2025-09-01',
    'School 3 Bea Example 1 4.5 shared school primary - 2028-09-01',
    'Childminder - 0 - - childminder - - -'], true, 'coverage: of two SENCOs the one who stands worst, and the hours of both');
SELECT is(pg_temp.coverage('officer', 's.name, r.state'), pg_temp.ours('officer', 'senco_states(''2026-11-25'', now())', 's.name, r.state'),
    'coverage: it says what the states say');
SELECT is(pg_temp.coverage('area', 's.name'), ARRAY['Nursery', 'School 2'], 'coverage: an Area SENCO sees her settings');
SELECT is(pg_temp.coverage('administrator', 's.name'), '{}', 'coverage: an administrator none');

-- Qualifications.
SELECT is(pg_temp.due('officer', 's.name, r.senco, r.due_on, r.days_left, r.course, r.is_course_begun, r.is_overdue, r.state'),
    ARRAY['School 4 Cal Example 2025-09-01 -450 - false true OVERDUE', 'School 2 Bea Example 2027-09-01 280 npq_senco true false IN_TRAINING',
          'School 3 Bea Example 2028-09-01 646 npq_senco true false IN_TRAINING'], 'due (Q4): each school has its own clock, overdue first');
SELECT is(pg_temp.due('officer', 's.name, r.days_left, r.is_overdue', '2025-09-01') @> '{School 4 0 false}', true, 'due (Q4): the anniversary itself is in time');
SELECT is(pg_temp.due('officer', 's.name, r.days_left, r.is_overdue', '2025-09-02') @> '{School 4 -1 true}', true, 'due (Q4): the day after is not');
SELECT is(pg_temp.due('officer', 's.name, r.is_course_begun', '2025-09-30') @> '{School 2 false}', true, 'due: a course that has yet to begin has not begun');
SELECT is(pg_temp.due('area', 's.name'), '{School 2}', 'due: an Area SENCO sees her settings');

-- Caseloads and contact.
\o /dev/null
INSERT INTO core.visits (setting_id, client_id, key, content, visited_on, mode, topic)
SELECT pg_temp.setting_id('Nursery'), a.id, 'visit', gen_random_uuid(), '2026-09-02', 'visit', 'provision' FROM cast_actors AS a WHERE a.name = 'area';
\o
CREATE FUNCTION pg_temp.caseloads(who text, days text, columns text) RETURNS text[]
LANGUAGE sql AS $$ SELECT pg_temp.seen($1, format('SELECT %s FROM api.report_caseloads(''2026-11-25'', %s) AS r WHERE r.name LIKE ''Fictional %%''
    ORDER BY r.name', $3, $2)) $$;
SELECT is(pg_temp.caseloads('officer', 'NULL', 'r.name, r.settings, r.days, r.without_contact, r.never_contacted, r.longest_gap'),
    ARRAY['Fictional North 2 84 1 1 84', 'Fictional South 1 84 1 1 -'], 'caseloads: 84 days are not more than 84; who was never spoken with is a gap');
SELECT is(pg_temp.caseloads('officer', '83', 'r.name, r.days, r.without_contact'), ARRAY['Fictional North 83 2', 'Fictional South 83 1'],
    'caseloads: one day less, and it is');
SELECT is(pg_temp.caseloads('area', 'NULL', 'r.name'), '{Fictional North}', 'caseloads: an Area SENCO sees her own');
SELECT is(pg_temp.caseloads('administrator', 'NULL', 'r.name'), '{}', 'caseloads: an administrator none');

-- Training.
\o /dev/null
INSERT INTO core.training_events (client_id, key, content, held_on, title, topic, hours)
SELECT a.id, d.day::text, gen_random_uuid(), d.day, 'A fictional course', 'provision', 2
  FROM cast_actors AS a, (VALUES ('2026-01-10'::date), ('2025-01-10'), ('2026-12-10')) AS d (day) WHERE a.name = 'area';
INSERT INTO core.training_attendance (event_id, setting_id, people, staff_ids, senco_came)
SELECT e.id, pg_temp.setting_id('School 2'), 3, ARRAY[pg_temp.staff_id('Bea Example')], true FROM core.training_events AS e
 WHERE e.title = 'A fictional course';
INSERT INTO core.training_attendance (event_id, setting_id, people, staff_ids, senco_came)
SELECT e.id, pg_temp.setting_id('Nursery'), 0, '{}', false FROM core.training_events AS e WHERE e.title = 'A fictional course' AND e.held_on = '2026-01-10';
\o
CREATE FUNCTION pg_temp.reach(who text, columns text, on_date text DEFAULT '2026-11-25') RETURNS text[]
LANGUAGE sql AS $$ SELECT pg_temp.ours($1, format('report_training_reach(%L)', $3), $2) $$;
SELECT is(pg_temp.reach('area', 's.name, r.caseload, r.is_trained, r.is_trained_long, r.events, r.people, r.last_event_on'),
    ARRAY['Nursery Fictional North false false 0 0 -', 'School 2 Fictional North true true 1 3 2026-01-10'],
    'CoP 5.56: reach: twelve months and twenty-four, not what is to come; who sent nobody was not reached');
SELECT is(pg_temp.reach('officer', 's.name, r.is_trained, r.is_trained_long', '2027-02-01') @> '{School 2 true true}', true, 'reach: by the day asked for');
SELECT is(cardinality(pg_temp.reach('officer', 's.name')), 7, 'reach: an officer sees every setting');
SELECT is(pg_temp.reach('administrator', 's.name'), '{}', 'reach: an administrator none');

-- Sharing: of none nothing is said; the rest is in the API's tests.
SELECT is(pg_temp.seen('administrator', 'SELECT * FROM api.report_shared_arrangements(''2026-11-25'')'), '{}', 'sharing: an administrator sees none');

-- Totals are the rows counted.
SELECT is(pg_temp.seen('officer', 'SELECT sum(n) FROM (SELECT count(*) AS n FROM api.report_senco_coverage(''2026-11-25'', now()) GROUP BY ' || c || ') AS x'),
    pg_temp.seen('officer', 'SELECT count(*) FROM api.senco_states(''2026-11-25'', now())'), 'totals by ' || c || ' add up to all settings')
  FROM unnest(ARRAY['state', 'regime', 'type', 'phase', 'locality']) AS c;

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
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.' || f), '%Function Scan%', 'no Function Scan is left in the plan of ' || f)
  FROM unnest(ARRAY['report_senco_coverage(''2026-11-25'', now())', 'report_qualifications_due(''2026-11-25'', now())',
                    'report_caseloads(''2026-11-25'', NULL)', 'report_training_reach(''2026-11-25'')']) AS f;

SELECT * FROM finish();
ROLLBACK;
