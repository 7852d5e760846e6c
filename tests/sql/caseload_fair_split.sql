-- caseload_fair_split.sql — a proposal is even, near, keeps what it can, says
-- why, and is the same every time.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/caseloads.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('ada', 'area_senco'), pg_temp.actor('manager', 'la_manager');
SELECT pg_temp.caseload('East', NULL, 'Ada Example'), pg_temp.caseload('West', NULL, 'Bea Example'), pg_temp.caseload('Empty', NULL, NULL);
-- Ten nurseries along a line, 1 km apart; East holds the eight in the east, though the second from the west is far out of its way.
SELECT pg_temp.setting('N' || n, 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.place('N' || n, 400000 + 1000 * n, 300000),
       pg_temp.hold(CASE WHEN n <= 2 THEN 'West' ELSE 'East' END, 'N' || n)
  FROM generate_series(1, 10) AS n;
UPDATE core.settings SET locality = CASE WHEN id <= pg_temp.setting_id('N5') THEN 'Leftham' ELSE 'Rightham' END
 WHERE id IN (SELECT s.id FROM cast_settings AS s);
CREATE FUNCTION pg_temp.split(columns text, loads text DEFAULT 'East,West', most int DEFAULT NULL, locality text DEFAULT NULL, actor text DEFAULT 'officer') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($5, format('SELECT %s FROM api.caseload_fair_split(%L, %L, %L, ''2026-11-10'') AS s',
        $1, (SELECT array_agg(pg_temp.caseload_id(e)) FROM unnest(string_to_array($2, ',')) AS e), $3, $4));
$$;
CREATE FUNCTION pg_temp.loads(loads text DEFAULT 'East,West', most int DEFAULT NULL, locality text DEFAULT NULL) RETURNS text[]
LANGUAGE sql AS $$
    SELECT array_agg(x.row ORDER BY x.row) FROM (SELECT concat_ws(' ', split_part(u.r, ' ', 1), count(*)) AS row
      FROM unnest(pg_temp.split('replace(s.to_name, '' '', ''_'')', $1, $2, $3)) AS u (r) GROUP BY split_part(u.r, ' ', 1)) AS x;
$$;
\o
SELECT no_plan();
SELECT is(pg_temp.loads(), '{"East 5","West 5"}', 'eight and two are made five and five');
SELECT is((SELECT array_agg(u.r) FROM unnest(pg_temp.split('s.setting_name, s.reason')) AS u (r) WHERE u.r LIKE '%balance'),
    ARRAY['N3 fair_balance', 'N4 fair_balance', 'N5 fair_balance'], 'by the three that lie nearest to the other');
SELECT is((SELECT count(*)::int FROM unnest(pg_temp.split('s.is_moved, s.reason, s.is_fair')) AS u (r) WHERE u.r = 'false fair_kept true'), 7, 'the others stay where they are: continuity');
SELECT matches((pg_temp.split('s.sentence, s.setting_name'))[8], 'To balance: the caseload it leaves weighed [0-9.]+ and then [0-9.]+, the mean is [0-9.]+; the centre of West is [0-9.]+ km away. N3',
    'each says why, with the weights before and after');
SELECT is(pg_temp.split('s.*'), pg_temp.split('s.*'), 'asked again it is the same');
-- Assigned as proposed, nothing is left to propose.
CREATE TEMPORARY TABLE proposal AS SELECT array_agg(split_part(u.r, ' ', 1)) AS refs, array_agg(split_part(u.r, ' ', 2)::int) AS targets
  FROM unnest(pg_temp.split('s.setting, s.to_caseload')) AS u (r);
SELECT is(pg_temp.seen('manager', format('SELECT a.findings FROM api.caseload_assign(%L, NULL, NULL, %L, ''2026-11-10'', NULL, NULL, NULL, NULL) AS a', p.refs, p.targets)),
    '{[]}', 'a proposal is an assignment') FROM proposal AS p;
SELECT is(pg_temp.split('DISTINCT s.reason'), '{fair_kept}', 'after which there is nothing to move');
-- More, fewer, and one that is empty.
SELECT is(pg_temp.loads('East,West,Empty'), '{"East 4","Empty 3","West 3"}', 'an empty caseload gets its share');
SELECT is((SELECT count(*)::int FROM unnest(pg_temp.split('s.reason', 'East,West,Empty')) AS u (r) WHERE u.r = 'fair_seed'), 1, 'which begins at one place');
SELECT is(cardinality(pg_temp.loads(NULL, 3)), 3, 'three are wanted: one is new');
SELECT is((SELECT count(*)::int FROM unnest(pg_temp.split('s.to_caseload, s.to_name', NULL, 3)) AS u (r) WHERE u.r LIKE '- new caseload 1'), 3, 'it has no id yet');
SELECT is(cardinality(pg_temp.loads(NULL, 1)), 1, 'one is wanted: it has all');
SELECT is(pg_temp.loads(NULL, NULL, 'leftham'), '{"West 5"}', 'only of one locality');
-- Who is nobody's, who is far away, who has no place.
SELECT pg_temp.setting('Free', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.place('Free', 402000, 301000), pg_temp.setting('Lost', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Far', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.place('Far', 402000, 300000), pg_temp.hold('East', 'Far') \g /dev/null
UPDATE core.settings SET locality = 'Nowhere' WHERE id IN (pg_temp.setting_id('Free'), pg_temp.setting_id('Lost'));
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('caseload_move_km', '2026-01-01', 3, 'Invented.'), ('caseload_fair', '2026-01-01', 90, 'Invented.');
SELECT is((SELECT array_agg(u.r) FROM unnest(pg_temp.split('s.setting_name, s.to_name, s.reason')) AS u (r) WHERE u.r LIKE 'Far%'), ARRAY['Far West fair_nearest'],
    'one whose way would be much shorter goes to the nearest centre');
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('caseload_move_km', '2026-02-01', 30, 'Invented.');
SELECT is((SELECT array_agg(u.r) FROM unnest(pg_temp.split('s.setting_name, s.to_name, s.reason')) AS u (r) WHERE u.r LIKE 'Far%'), ARRAY['Far East fair_kept'],
    'unless continuity is worth more');
SELECT is((SELECT array_agg(u.r ORDER BY u.r) FROM unnest(pg_temp.split('s.setting_name, s.from_name, s.to_name, s.reason', NULL, NULL)) AS u (r) WHERE u.r LIKE 'Free%' OR u.r LIKE 'Lost%'),
    ARRAY['Free - West fair_first', 'Lost - East fair_first'], 'who is nobody''s goes to the nearest centre');
SELECT is(pg_temp.refusal('officer', 'SELECT * FROM api.caseload_fair_split(ARRAY[999999999], NULL, NULL, ''2026-11-10'')'), 'not_found', 'a caseload there is not is refused');
SELECT is(pg_temp.split('s.setting_name', NULL, NULL, NULL, 'nobody'), '{}', 'nobody is told nothing');
SELECT * FROM finish();
ROLLBACK;
