-- report_counts.sql — children counted by status and need: whom it counts
-- where, that totals add up, who sees what, and that the school census of
-- Trafford comes out as it was published.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('school', 'school_system'), pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Ash Primary', '1', 2, 5, 11), pg_temp.setting('Beech Special', '7', 0, 2, 19), pg_temp.setting('Cedar Nursery', 'ofsted:non_domestic', NULL, NULL, NULL);
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, pg_temp.setting_id('Ash Primary') FROM cast_actors AS a WHERE a.name = 'school';
SELECT pg_temp.child('Eve', 'Ash Primary', '2016-03-01', '6', 'E'), pg_temp.child('Kay', 'Ash Primary', '2016-03-01', '6', 'K'),
       pg_temp.child('Kim', 'Ash Primary', '2017-03-01', '5', 'K'), pg_temp.child('Nan', 'Ash Primary', '2018-03-01', '4', 'N'),
       pg_temp.child('Non', 'Ash Primary', '2018-03-01', '4', NULL), pg_temp.child('Gone', 'Ash Primary', '2016-03-01', '6', 'K'),
       pg_temp.child('Bea', 'Beech Special', '2014-03-01', '8', 'E'), pg_temp.child('Two', 'Beech Special', '2014-03-01', '8', 'K'),
       pg_temp.child('Cat', 'Cedar Nursery', '2023-03-01', NULL, 'K');
UPDATE core.placements SET end_on = '2026-11-09' WHERE child_id = pg_temp.child_id('Gone');
UPDATE core.needs SET types = '{ASD}' WHERE child_id = pg_temp.child_id('Kim');
UPDATE core.needs SET types = '{}' WHERE child_id = pg_temp.child_id('Cat');
SELECT pg_temp.stay('Two', 'Ash Primary', '8', '2026-01-01', NULL, 'subsidiary'), pg_temp.need('Two', 'Ash Primary', 'E', '{MLD}', '2026-01-01', NULL);
\o
SELECT no_plan();

-- counts — the table as seen; the cluster is shared, so of our settings only, one group a line.
CREATE FUNCTION pg_temp.counts(who text, by text, across text, setting text DEFAULT NULL, publication boolean DEFAULT false,
    on_date date DEFAULT '2026-11-10') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT coalesce(min(r.group_name), r."group") AS name, string_agg(r.measure || '' '' || (r.count #>> ''{}''), '', '' ORDER BY r.at)
        FROM api.report_sen_counts(%L, %L, %L, %L, NULL, %L) WITH ORDINALITY AS r ("group", group_name, measure, count, percent, is_suppressed, at)
        WHERE r.group_name IN (SELECT c.name FROM (VALUES (''Ash Primary''), (''Beech Special''), (''Cedar Nursery'')) AS c (name)) OR %L::int IS NOT NULL
        GROUP BY r."group" ORDER BY min(r.at)', $6, $2, $3, pg_temp.setting_id($4), $5, pg_temp.setting_id($4)));
$$;
SELECT is(pg_temp.counts('officer', 'setting', 'status'), ARRAY['Ash Primary ehc_plan 1, sen_support 2, no_sen 2, total 5',
    'Beech Special ehc_plan 2, sen_support 0, no_sen 0, total 2', 'Cedar Nursery ehc_plan 0, sen_support 1, no_sen 0, total 1'],
    'settings: who left is not counted, a guest at the main place alone, with the highest status anybody records');
SELECT is((pg_temp.counts('officer', 'setting', 'status', NULL, false, '2026-11-09'))[1], 'Ash Primary ehc_plan 1, sen_support 3, no_sen 2, total 6', 'by the day asked for');
SELECT is(pg_temp.counts('officer', 'setting', 'need', 'Ash Primary'), ARRAY['Ash Primary ASD 1, SLCN 2, total 3', 'total ASD 1, SLCN 2, total 3'], 'needs: of those with SEN');
SELECT is(pg_temp.counts('officer', 'setting', 'need', 'Cedar Nursery'), ARRAY['Cedar Nursery not_recorded 1, total 1', 'total not_recorded 1, total 1'], 'needs: one not recorded is told');
SELECT is(pg_temp.counts('officer', 'need', 'status', 'Ash Primary'), ARRAY['ASD ehc_plan 0, sen_support 1, no_sen 0, total 1', 'SLCN ehc_plan 1, sen_support 1, no_sen 0, total 2',
    'no_sen ehc_plan 0, sen_support 0, no_sen 2, total 2', 'total ehc_plan 1, sen_support 2, no_sen 2, total 5'], 'groups may be needs');
SELECT is(pg_temp.counts('officer', 'year_group', 'status', 'Ash Primary'), ARRAY['4 ehc_plan 0, sen_support 0, no_sen 2, total 2', '5 ehc_plan 0, sen_support 1, no_sen 0, total 1',
    '6 ehc_plan 1, sen_support 1, no_sen 0, total 2', 'total ehc_plan 1, sen_support 2, no_sen 2, total 5'], 'or year groups');
SELECT is(pg_temp.counts('officer', 'setting', 'status', 'Ash Primary', true), ARRAY['Ash Primary ehc_plan c, sen_support c, no_sen c, total 5',
    'total ehc_plan c, sen_support c, no_sen c, total 5'], 'publication_least: for publication small numbers are hidden');
SELECT is(pg_temp.counts('school', 'setting', 'status'), ARRAY['Ash Primary ehc_plan 2, sen_support 2, no_sen 2, total 6'],
    'a school counts those it sees: a guest too, of whose main place it knows nothing');
SELECT is(pg_temp.counts('administrator', 'setting', 'status'), '{}', 'an administrator counts no child');
SELECT is(pg_temp.counts('auditor', 'setting', 'status'), '{}', 'nor an auditor');
SELECT is(pg_temp.seen('officer', 'SELECT sum(r.count::int) FILTER (WHERE r."group" <> ''total'' AND r.measure <> ''total'') = max(r.count::int) FILTER (WHERE r."group" = ''total''
    AND r.measure = ''total'') FROM api.report_sen_counts(''2026-11-10'', ''' || by || ''', ''' || across || ''', NULL, NULL, false) AS r'), '{true}', by || ' across ' || across || ' adds up')
  FROM unnest(ARRAY['setting', 'type', 'phase', 'locality', 'year_group', 'need']) AS by, unnest(ARRAY['status', 'need']) AS across;

-- School census 2022-23, Trafford: of the children behind it nothing is published, so rows are made to each school's number on roll, with a
-- plan and with SEN support. What is counted from them must be what the DfE printed, with its percentages, which it reckoned itself.
\o /dev/null
CREATE TEMPORARY TABLE census (urn text, la text, estab text, schooltype text, nor int, norg text, norb text, pnorg text, pnorb text, tsenelse int,
    psenelse text, tsenelk int, psenelk text, n1 text, n2 text, n3 text, n4 text, n5 text, n6 text, n7 text, n8 text, n9 text, n10 text);
\copy census FROM 'config/demo/census_trafford_358.csv' CSV HEADER
SELECT pg_temp.setting('Census ' || c.urn, '1', 2, 3, 11) FROM census AS c;
CREATE TEMPORARY TABLE pupils AS
SELECT s.id AS setting_id, n, gen_random_uuid() AS child_id, CASE WHEN n <= c.tsenelse THEN 'E' WHEN n <= c.tsenelse + c.tsenelk THEN 'K' END AS provision
  FROM census AS c JOIN cast_settings AS s ON s.name = 'Census ' || c.urn, generate_series(1, c.nor) AS n;
SET LOCAL session_replication_role = replica; -- the rows are whole: no foreign key needs looking up
INSERT INTO core.children (id, surname, forename, born_on) SELECT p.child_id, 'Example', 'Census', '2015-01-01' FROM pupils AS p;
INSERT INTO core.child_records (setting_id, source_id, child_id, revision, content_hash, surname, forename, born_on)
SELECT p.setting_id, p.n, p.child_id, 1, p.child_id, 'Example', 'Census', '2015-01-01' FROM pupils AS p;
INSERT INTO core.placements (setting_id, source_id, child_id, revision, content_hash, child, start_on, enrolment)
SELECT p.setting_id, p.n, p.child_id, 1, p.child_id, p.n, '2022-09-01', 'current' FROM pupils AS p;
INSERT INTO core.needs (setting_id, source_id, child_id, revision, content_hash, child, provision, start_on, types)
SELECT p.setting_id, p.n, p.child_id, 1, p.child_id, p.n, p.provision, '2022-09-01', '{MLD}' FROM pupils AS p WHERE p.provision IS NOT NULL;
SET LOCAL session_replication_role = origin;
ANALYZE core.children, core.child_records, core.placements, core.needs, core.settings;
SELECT pg_temp.act('officer');
CREATE TEMPORARY TABLE counted AS
SELECT r.* FROM api.report_sen_counts('2023-01-19', 'setting', 'status', NULL, NULL, false) AS r;
CREATE TEMPORARY TABLE published AS
SELECT r.* FROM api.report_sen_counts('2023-01-19', 'setting', 'status', NULL, NULL, true) AS r;
SELECT pg_temp.rest();
\o
SELECT is((SELECT count(*) FROM counted AS r WHERE r.group_name LIKE 'Census %' AND r.measure = 'total'), 103::bigint, 'census: 103 schools');
SELECT is((SELECT count(*) FROM census AS c JOIN counted AS r ON r.group_name = 'Census ' || c.urn
            WHERE r.count::int = CASE r.measure WHEN 'ehc_plan' THEN c.tsenelse WHEN 'sen_support' THEN c.tsenelk WHEN 'total' THEN c.nor ELSE c.nor - c.tsenelse - c.tsenelk END),
    412::bigint, 'census: each school''s plans, SEN support and roll as published');
SELECT is((SELECT count(*) FROM census AS c JOIN counted AS r ON r.group_name = 'Census ' || c.urn
            WHERE r.percent = rtrim(CASE r.measure WHEN 'ehc_plan' THEN c.psenelse WHEN 'sen_support' THEN c.psenelk END, '%')::float8),
    206::bigint, 'census: and its percentages, which the DfE reckoned');
SELECT is((SELECT array_agg(r.n ORDER BY r.measure) FROM (SELECT x.measure, sum(x.count::int) AS n FROM counted AS x WHERE x.group_name LIKE 'Census %' GROUP BY 1) AS r),
    '{2060,38833,4690,45583}'::bigint[], 'census: 2,060 plans and 4,690 with SEN support of 45,583 pupils');
SELECT is((SELECT count(*) FROM published AS r WHERE NOT r.is_suppressed AND r.count::int BETWEEN 1 AND 4), 0::bigint, 'census: for publication no small number is left');
SELECT is((SELECT count(*) FROM (SELECT p."group" FROM published AS p WHERE p.group_name LIKE 'Census %' AND p.is_suppressed GROUP BY 1 HAVING count(*) = 1) AS x), 0::bigint,
    'census: nor one hidden alone in its school');
SELECT cmp_ok((SELECT count(*) FROM published AS r WHERE r.group_name LIKE 'Census %' AND r.is_suppressed), '<', 90::bigint, 'census: of 412 numbers most are shown');

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
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.sen_children(''2026-11-25'')'), '%Function Scan%', 'no Function Scan is left in what is counted');
SELECT * FROM finish();
ROLLBACK;
