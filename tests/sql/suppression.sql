-- suppression.sql — small numbers of a table for publication: hidden where the
-- rule publication_least says, and whatever they could be worked out from.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager');
\o
SELECT no_plan();

-- shown — a table as lines, "A 1 c | total", each row with its total; the last
-- is the totals' row. Cells are given row by row.
CREATE FUNCTION pg_temp.shown(cells int[], width int, threshold int DEFAULT 5) RETURNS text[]
LANGUAGE sql AS $$
    SELECT array_agg(l.line ORDER BY l.at)
      FROM (SELECT min(t.place) AS at, string_agg(t.count #>> '{}', ' ' ORDER BY t.place) AS line
              FROM (SELECT array_agg('g' || (n - 1) / $2 ORDER BY n) AS g, array_agg('m' || (n - 1) % $2 ORDER BY n) AS m,
                           array_agg(x::int ORDER BY n) AS x FROM unnest($1) WITH ORDINALITY AS u (x, n)) AS a
             CROSS JOIN api.count_table(a.g, a.m, a.x, $3) AS t
             GROUP BY t."group") AS l;
$$;
SELECT is(pg_temp.shown('{3,0,50,7,8,9}', 3, NULL), '{3 0 50 53,7 8 9 24,10 8 59 77}', 'the desk sees every number, and totals that add up');
SELECT is(pg_temp.shown('{5,6,7,8,9,10}', 3), '{5 6 7 18,8 9 10 27,13 15 17 45}', 'five and more is shown');
SELECT is(pg_temp.shown('{4,6,7,8,9,10}', 3), '{c c 7 17,c c 10 27,12 15 17 44}', 'four is not, nor the next smallest of its row, nor those beneath');
SELECT is(pg_temp.shown('{0,6,7,0,9,10}', 3), '{0 6 7 13,0 9 10 19,0 15 17 32}', 'none is shown as 0');
SELECT is(pg_temp.shown('{3}', 1), '{c c,c c}', 'a table of one small number is hidden with its totals');
SELECT is(pg_temp.shown('{3,0,0,0}', 2), '{c 0 c,0 0 0,c 0 c}', 'also where all else is 0: the total would tell it');
SELECT is(pg_temp.shown('{3,50}', 1), '{c c,c c,53 53}', 'two groups of one measure: the other is hidden too, the whole is shown');
SELECT is(pg_temp.shown('{1,1,50}', 1), '{c c,c c,c c,52 52}', 'two ones and their sum of 2 would be told, since a hidden number is no 0: a third is hidden');
SELECT is(pg_temp.shown('{1,2,50}', 1), '{c c,c c,50 50,53 53}', 'one and two may be two and one');
SELECT is(pg_temp.shown('{2,3,20,30,40,50}', 2), '{c c 5,c c 50,40 50 90,62 83 145}', 'two small ones in a row: a row to go with them');
SELECT is(pg_temp.shown('{3,20,30, 20,4,30, 30,30,2}', 3), '{c c c 53,c c 30 54,c 30 c 62,53 54 62 169}', 'three alone in their rows and columns: seven hidden, each on a loop');
SELECT is(pg_temp.shown('{}', 1), NULL, 'of nothing nothing');
SELECT is(pg_temp.shown('{0,0}', 2), '{0 0 0,0 0 0}', 'a table of noughts hides nothing');
-- Two squares, of four small ones each, joined by one more number alone in that it is in no square: each row and column has two or more hidden.
SELECT is((SELECT count(*) FROM unnest(pg_temp.shown(ARRAY[2,2,90,90, 2,2,3,90, 90,90,2,2, 90,90,2,2], 4)) AS l WHERE l ~ 'c'), 4::bigint,
    'bridge: hidden numbers in every row');
SELECT is(pg_temp.shown(ARRAY[2,2,90,90, 2,2,3,90, 90,90,2,2, 90,90,2,2], 4) IN (
    '{c c c 90 184,c c c 90 97,90 90 c c 184,90 90 c c 184,184 184 97 184 649}',
    '{c c 90 90 184,c c c c 97,90 90 c c 184,90 90 c c 184,184 184 97 184 649}',
    '{c c 90 90 184,c c c 90 97,c 90 c c 184,90 90 c c 184,184 184 97 184 649}',
    '{c c 90 90 184,c c c 90 97,90 c c c 184,90 90 c c 184,184 184 97 184 649}',
    '{c c 90 90 184,c c c 90 97,90 90 c c 184,c 90 c c 184,184 184 97 184 649}',
    '{c c 90 90 184,c c c 90 97,90 90 c c 184,90 c c c 184,184 184 97 184 649}'), true,
    'bridge: the one between two squares could be worked out from both; one more number closes a loop');

-- percent — only where both it and its total are shown.
SELECT is(array_agg(t.percent ORDER BY t.place), '{NULL,NULL,100,NULL,NULL,100,11.3,88.7,100}', 'percent: of hidden numbers none')
  FROM api.count_table('{a,a,b,b}', '{x,y,x,y}', '{3,40,3,7}', 5) AS t;
SELECT is(array_agg(t.percent ORDER BY t.place), '{7,93,100,30,70,100,11.3,88.7,100}', 'percent: one decimal, of the group''s total')
  FROM api.count_table('{a,a,b,b}', '{x,y,x,y}', '{3,40,3,7}', NULL) AS t;
SELECT is(array_agg(t."group" || ' ' || t.measure ORDER BY t.place), '{b y,b x,b total,a y,a total,total y,total x,total total}',
    'the order given is kept; a cell not given is not told') FROM api.count_table('{b,b,a}', '{y,x,y}', '{9,8,7}', 5) AS t;

-- solver — how many values each hidden number may have, of -1, 0, +1 from what it is, in every table whose shown numbers are the same; by
-- trying all. cells and the margins are numbered row by row, of width and height with margins.
CREATE FUNCTION pg_temp.told(cells int[], height int, width int, hidden boolean[]) RETURNS int
LANGUAGE sql AS $$
    WITH free AS MATERIALIZED ( -- the hidden cells that are no margins
        SELECT p, (row_number() OVER (ORDER BY p) - 1)::int AS i FROM generate_series(1, $2 * $3) AS p
         WHERE $4[p] AND p % $3 <> 0 AND p <= ($2 - 1) * $3
    ),
    tries AS MATERIALIZED (
        SELECT d, f.p, (d / (3 ^ f.i)::int) % 3 - 1 AS change
          FROM generate_series(0, (3 ^ (SELECT count(*) FROM free))::int - 1) AS d LEFT JOIN free AS f ON true
    ),
    tables AS MATERIALIZED ( -- with what becomes of the margins
        SELECT t.d, m.p, sum(t.change) AS change FROM tries AS t
         CROSS JOIN LATERAL (VALUES (t.p), ((t.p - 1) / $3 * $3 + $3), (($2 - 1) * $3 + (t.p - 1) % $3 + 1), ($2 * $3)) AS m (p)
         WHERE t.p IS NOT NULL GROUP BY t.d, m.p
    ),
    same AS MATERIALIZED (
        SELECT t.d FROM tables AS t GROUP BY t.d
        HAVING bool_and(t.change = 0 OR $4[t.p]) AND bool_and(NOT $4[t.p] OR $1[t.p] + t.change >= 1)
    )
    SELECT count(*)::int FROM generate_series(1, $2 * $3) AS c (p)
     WHERE $4[c.p] AND NOT EXISTS (SELECT FROM tables AS t JOIN same AS s ON s.d = t.d WHERE t.p = c.p AND t.change <> 0);
$$;

-- whole — the same with its margins worked out.
CREATE FUNCTION pg_temp.whole(cells int[], height int, width int) RETURNS int[]
LANGUAGE sql AS $$
    SELECT array_agg(s.x ORDER BY s.r, s.c)
      FROM (SELECT coalesce(q.r, $2) AS r, coalesce(q.c, $3) AS c, sum(q.x)::int AS x
              FROM (SELECT (n - 1) / $3 AS r, (n - 1) % $3 AS c, x FROM unnest($1) WITH ORDINALITY AS u (x, n)) AS q
             GROUP BY GROUPING SETS ((q.r, q.c), (q.r), (q.c), ())) AS s;
$$;
-- hides — what is hidden of it.
CREATE FUNCTION pg_temp.hides(cells int[], width int) RETURNS boolean[]
LANGUAGE sql AS $$
    SELECT array_agg(t.is_suppressed ORDER BY t.place)
      FROM (SELECT array_agg('g' || (n - 1) / $2 ORDER BY n) AS g, array_agg('m' || (n - 1) % $2 ORDER BY n) AS m
              FROM unnest($1) WITH ORDINALITY AS u (x, n)) AS a
     CROSS JOIN api.count_table(a.g, a.m, $1, 5) AS t;
$$;
SELECT is(pg_temp.told(pg_temp.whole('{3,50,60}', 1, 3), 2, 4, '{t,f,f,f,t,f,f,f}'), 2, 'solver: one hidden alone is told');
SELECT is(pg_temp.told(pg_temp.whole('{1,1,50}', 3, 1), 4, 2, '{t,t,t,t,f,f,f,f}'), 4, 'solver: two ones under their sum are told');
SELECT is(pg_temp.told(pg_temp.whole('{1,2,50}', 3, 1), 4, 2, '{t,t,t,t,f,f,f,f}'), 0, 'solver: one and two are not');
SELECT is(pg_temp.told(pg_temp.whole('{2,2,90,2,2,3,90,90,2}', 3, 3), 4, 4, '{t,t,f,f,t,t,t,f,f,f,t,f,f,f,f,f}'), 2, 'solver: a bridge is told');

-- Random tables, many of small numbers: nothing hidden is told, and every number below 5 is hidden.
CREATE TEMPORARY TABLE random_tables AS
SELECT k, s.height, s.width, pg_temp.whole(s.cells, s.height, s.width) AS cells, pg_temp.hides(s.cells, s.width) AS hidden
  FROM (SELECT k, h.height, h.width, array_agg(CASE WHEN v < 0.25 THEN 0 WHEN v < 0.7 THEN 1 + floor(w * 4)::int ELSE 5 + floor(w * 40)::int END) AS cells
          FROM (SELECT setseed(0.358)) AS seed
         CROSS JOIN generate_series(1, 120) AS k
         CROSS JOIN LATERAL (VALUES (1 + k % 3, CASE WHEN k % 60 = 2 THEN 3 ELSE 1 + k / 3 % 2 END)) AS h (height, width)
         CROSS JOIN LATERAL (SELECT random() AS v, random() AS w FROM generate_series(1, h.height * h.width) WHERE k = k) AS r
         GROUP BY k, h.height, h.width) AS s;
SELECT cmp_ok((SELECT count(DISTINCT cells) FROM random_tables), '>', 90::bigint, 'random tables differ');
SELECT is((SELECT sum(pg_temp.told(t.cells, t.height + 1, t.width + 1, t.hidden)) FROM random_tables AS t), 0::bigint,
    'publication_least: in 120 random tables every hidden number may be another, whoever solves for it');
SELECT is((SELECT count(*) FROM random_tables AS t, unnest(t.cells, t.hidden) AS u (x, h) WHERE h <> (x BETWEEN 1 AND 4) AND NOT h OR h AND x = 0), 0::bigint,
    'and all numbers from 1 to 4 are hidden, no 0 is');
SELECT cmp_ok((SELECT count(*) FROM random_tables AS t, unnest(t.hidden) AS h WHERE NOT h), '>', 300::bigint, 'while many are shown');

-- Large: settings by needs, most numbers small.
SELECT is(count(*) FILTER (WHERE t.count <> '"c"' AND t.count::int BETWEEN 1 AND 4), 0::bigint, 'a table of 300 groups and 13 measures')
  FROM (SELECT array_agg('g' || g) AS g, array_agg('m' || m) AS m, array_agg(((g * 7919 + m * 104729) % 211 / 20)::int) AS x
          FROM generate_series(1, 300) AS g, generate_series(1, 13) AS m) AS a
 CROSS JOIN api.count_table(a.g, a.m, a.x, 5) AS t;

-- The threshold is the authority's to change, and asked for only.
SELECT is(pg_temp.seen('officer', 'SELECT api.publication_least(true), api.publication_least(false)'), '{5 -}', 'publication_least: five, and none for the desk');
SELECT is(pg_temp.seen('manager', 'SELECT t.amount, t.may_be_own FROM api.thresholds(''2026-11-25'') AS t WHERE t.rule = ''publication_least'''), '{5 true}',
    'publication_least is practice: an authority may have its own');
SELECT * FROM finish();
ROLLBACK;
