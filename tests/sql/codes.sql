-- codes.sql — the lists of codes as everybody may read them.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('auditor', 'auditor');
\o
SELECT plan(7);

SELECT is(pg_temp.seen('school', $$SELECT list, code, title, valid_to FROM api.codes WHERE code IN ('S', 'EYS', 'DS') AND list NOT LIKE 'sen2%'$$ || ' ORDER BY list, code'),
    '{"need_type DS Down syndrome -","sen_provision S Statement 2018-03-31","transition_kind EYS Early years to school -"}',
    'a code has its title and its last day');
SELECT is(pg_temp.seen('auditor', $$SELECT count(*) > 150 AS many FROM api.codes$$), '{true}', 'whoever is known reads them');
SELECT is(pg_temp.seen('nobody', $$SELECT count(*) AS n FROM api.codes$$), '{0}', 'nobody does not');
SELECT is_empty($$SELECT list, code, valid_from FROM api.codes WHERE title IS NULL OR title = '' OR list !~ '^[a-z_]+$'$$,
    'every code has a title');
SELECT is((SELECT array_agg(c.code ORDER BY c.rank) FROM law.codes AS c WHERE c.list = 'post_arrangement'),
    '{own,shared,group,agency,network}', 'CoP 5.53, 6.92: the arrangements of a SENCO in the order they are offered');
SELECT is_empty($$SELECT c.list FROM law.codes AS c WHERE length(c.reference) < 7$$, 'each of ours has a reference');
SELECT throws_ok($$INSERT INTO law.codes (list, code, rank, title, valid_from, valid_to, reference)
    VALUES ('x', 'x', 1, 'X', '2026-01-02', '2026-01-01', 'Test')$$, '23514', NULL, 'no code ends before it begins');
SELECT * FROM finish();
ROLLBACK;
