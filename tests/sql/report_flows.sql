-- report_flows.sql — moves counted: from where to where, by state and colour,
-- between settings, handed over and known on the first day; and by whom.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('nursery', 'school_system'), pg_temp.actor('primary', 'school_system'), pg_temp.actor('told before', 'school_system'),
       pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Acorn Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Bud Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Chestnut Primary', '1', 2, 3, 11), pg_temp.setting('Damson Primary', '1', 2, 3, 11);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, pg_temp.setting_id(g.setting) FROM cast_actors AS a
  JOIN (VALUES ('nursery', 'Acorn Nursery'), ('primary', 'Chestnut Primary'), ('told before', 'Damson Primary')) AS g (name, setting) ON g.name = a.name;
SELECT pg_temp.child('Ada ' || n, CASE WHEN n <= 6 THEN 'Acorn Nursery' ELSE 'Bud Nursery' END, '2022-10-01', NULL, CASE WHEN n % 2 = 0 THEN 'K' ELSE 'E' END) FROM generate_series(1, 9) AS n;
-- A case each but for 8, which its nursery alone plans, and 9, which nobody does.
INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, to_setting_id, to_outside, target_on, state, made_by, told_setting_ids)
SELECT pg_temp.child_id('Ada ' || m.n), 2027, 'EYS', pg_temp.setting_id(CASE WHEN m.n <= 6 THEN 'Acorn Nursery' ELSE 'Bud Nursery' END), pg_temp.setting_id(m.to_name), m.outside,
       '2027-09-02', m.state, a.id, CASE WHEN m.n = 1 THEN ARRAY[pg_temp.setting_id('Damson Primary')] ELSE '{}' END
  FROM cast_actors AS a, (VALUES (1, 'Chestnut Primary', NULL, 'accepted'), (2, 'Chestnut Primary', NULL, 'offered'), (3, 'Chestnut Primary', NULL, 'planned'), (4, 'Damson Primary', NULL, 'planned'),
       (5, NULL, 'Elsewhere School', 'planned'), (6, NULL, NULL, 'cancelled'), (7, NULL, NULL, 'planned')) AS m (n, to_name, outside, state) WHERE a.name = 'officer';
SELECT pg_temp.move('Ada 8', 'Bud Nursery', 'EYS', 2027, 'Damson Primary'), pg_temp.move('Ada 1', 'Acorn Nursery', 'EYS', 2027, 'Damson Primary');
\o
SELECT no_plan();

-- flows — "from>to n" of our settings and the totals of what the actor sees.
CREATE FUNCTION pg_temp.flows(who text, publication boolean DEFAULT false, setting text DEFAULT NULL) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT coalesce(r.from_name, r."from") || ''>'' || coalesce(r.to_name, r."to") || '' '' || (r.count #>> ''{}'') AS flow
        FROM api.report_flows(2027, ''EYS'', %L, %L) AS r', pg_temp.setting_id($3), $2));
$$;
SELECT is(pg_temp.flows('officer'), ARRAY['Acorn Nursery>Chestnut Primary 3', 'Acorn Nursery>Damson Primary 1', 'Acorn Nursery>outside 1', 'Acorn Nursery>total 5',
    'Bud Nursery>Damson Primary 1', 'Bud Nursery>unknown 1', 'Bud Nursery>total 2', 'total>Chestnut Primary 3', 'total>Damson Primary 2', 'total>outside 1', 'total>unknown 1', 'total>total 7'],
    'flows: the authority''s cases but for those cancelled, else what the setting plans; both ends have totals');
SELECT is(pg_temp.flows('nursery'), ARRAY['Acorn Nursery>Chestnut Primary 3', 'Acorn Nursery>Damson Primary 1', 'Acorn Nursery>outside 1', 'Acorn Nursery>total 5',
    'total>Chestnut Primary 3', 'total>Damson Primary 1', 'total>outside 1', 'total>total 5'], 'flows: a nursery counts those who leave it');
SELECT is(pg_temp.flows('primary'), ARRAY['Acorn Nursery>Chestnut Primary 2', 'Acorn Nursery>total 2', 'total>Chestnut Primary 2', 'total>total 2'], 'flows: a school those it was told of');
SELECT is(pg_temp.flows('told before'), '{}', 'flows: who was told before, and is it no more, counts none; nor who is not told yet');
SELECT is(pg_temp.flows('administrator'), '{}', 'flows: an administrator none');
SELECT is((SELECT count(*) FROM unnest(pg_temp.flows('officer', true)) AS f WHERE f ~ ' [1-4]$'), 0::bigint, 'publication_least: flows for publication show no small number');
SELECT is((pg_temp.flows('officer', true))[4], 'Acorn Nursery>total c', 'and hide totals where these would tell');
SELECT is(cardinality(pg_temp.flows('officer', false, 'Chestnut Primary')), 4, 'flows: of one setting, coming or going');

CREATE FUNCTION pg_temp.counts(who text, report text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT coalesce(max(r.group_name), r."group") || '': '' || string_agg(r.measure || '' '' || (r.count #>> ''{}''), '', '' ORDER BY r.at) AS line
        FROM (SELECT x.*, row_number() OVER () AS at FROM api.%s AS x) AS r WHERE r.count <> ''0'' GROUP BY r."group" ORDER BY min(r.at)', $2));
$$;
SELECT is(pg_temp.counts('officer', 'report_transition_counts(2027, ''2027-01-10'', ''setting'', ''state'', ''EYS'', NULL, false)'), ARRAY[
    'Acorn Nursery: accepted 1, no_case 1, offered 1, planned 3, total 6', 'Bud Nursery: no_case 2, planned 1, total 3', 'total: accepted 1, no_case 3, offered 1, planned 4, total 9'],
    'transition counts: the whole cohort, with the state of its moves');
SELECT is((pg_temp.counts('officer', 'report_transition_counts(2027, ''2027-01-10'', ''kind'', ''status'', NULL, NULL, false)'))[1], 'EYS: E 5, K 4, total 9', 'by kind, across status');
SELECT is((SELECT count(*) FROM unnest(pg_temp.counts('officer', 'report_transition_counts(2027, ''2027-01-10'', ''rag'', ''rag'', NULL, NULL, false)')) AS l WHERE l ~ '^(red|amber|green): \1 '
    AND l NOT LIKE 'none%'), cardinality(pg_temp.counts('officer', 'report_transition_counts(2027, ''2027-01-10'', ''rag'', ''rag'', NULL, NULL, false)')) - 1::bigint, 'by colour: each child has one');
SELECT is((pg_temp.counts('nursery', 'report_transition_counts(2027, ''2027-01-10'', ''to'', ''state'', NULL, NULL, false)'))[1], 'Chestnut Primary: accepted 1, offered 1, planned 1, total 3', 'by where they go');

-- What the lists say is what is counted.
\o /dev/null
UPDATE core.placements SET end_on = '2027-01-08' WHERE child_id IN (pg_temp.child_id('Ada 6'), pg_temp.child_id('Ada 9'));
\o
SELECT is(pg_temp.counts('officer', 'report_between(''2027-01-20'', ''' || by || ''', NULL, false)'), pg_temp.seen('officer', format('SELECT CASE WHEN grouping(q.g) = 1 THEN ''total'' ELSE coalesce(max(q.name), q.g) END || '': '' ||
      concat_ws('', '', ''within '' || nullif(count(*) FILTER (WHERE NOT q.late), 0), ''escalated '' || nullif(count(*) FILTER (WHERE q.late), 0), ''total '' || count(*)) AS line
    FROM (SELECT %s AS g, %s AS name, ''2027-01-20''::date > b.escalates_on AS late FROM api.between(''2027-01-20'') AS b) AS q GROUP BY ROLLUP (q.g) ORDER BY q.g IS NULL, max(q.name), q.g', expr, name)),
    'between by ' || by || ': the list, counted')
  FROM (VALUES ('owner', 'b.owner', 'NULL'), ('setting', 'b.setting', 'b.setting_name'), ('weeks', '(b.days / 7)::text', 'NULL'), ('status', 'b.sen_status', 'NULL')) AS v (by, expr, name);
SELECT is((pg_temp.counts('nursery', 'report_between(''2027-01-20'', ''setting'', NULL, false)'))[1] LIKE 'Acorn Nursery: % 1, total 1', true, 'between: a nursery counts its own');
SELECT is(pg_temp.counts('officer', 'report_handovers(2027, ''kind'', ''' || across || ''', NULL, NULL, false)'), pg_temp.seen('officer', format('SELECT coalesce(q.kind, ''total'') || '': '' ||
      string_agg(q.what || '' '' || q.n, '', '' ORDER BY array_position(''{none,draft,sent,seen,acknowledged,in_time,late,total}'', q.what)) AS line
    FROM (SELECT h.kind, coalesce(%s, ''total'') AS what, count(*) AS n FROM api.handovers AS h WHERE h.year = 2027 GROUP BY CUBE (h.kind, %s)) AS q GROUP BY q.kind ORDER BY q.kind NULLS LAST', expr, expr)),
    'hand-overs across ' || across || ': the list, counted')
  FROM (VALUES ('state', 'h.state'), ('lateness', 'CASE WHEN h.is_late THEN ''late'' ELSE ''in_time'' END')) AS v (across, expr);
SELECT is((pg_temp.counts('officer', 'report_handovers(2027, ''setting'', ''state'', NULL, NULL, false)'))[1], 'Acorn Nursery: none 5, total 5', 'hand-overs: of moves with a destination');
SELECT is(pg_temp.counts('officer', 'report_continuity(2027, ''2027-09-02'', ''to'', NULL, NULL, false)'), ARRAY['Chestnut Primary: none 3, total 3', 'Damson Primary: none 1, total 1', 'total: none 4, total 4'],
    'continuity: nothing was known of those of whom nothing was sent');
SELECT is(pg_temp.seen('officer', 'SELECT r.score_mean FROM api.report_continuity(2027, ''2027-09-02'', ''kind'', NULL, NULL, false) AS r WHERE r."group" = ''total'' AND r.measure = ''total'''), '{0}', 'and the mean score is 0');
SELECT is(pg_temp.counts('administrator', f), '{}', 'an administrator counts none: ' || split_part(f, '(', 1))
  FROM unnest(ARRAY['report_between(''2027-01-20'', ''owner'', NULL, false)', 'report_handovers(NULL, ''kind'', ''state'', NULL, NULL, false)',
    'report_continuity(NULL, ''2027-09-02'', ''kind'', NULL, NULL, false)', 'report_transition_counts(2027, ''2027-01-10'', ''kind'', ''rag'', NULL, NULL, false)']) AS f;
SELECT * FROM finish();
ROLLBACK;
