-- amounts.sql — the number of a rule: the authority's own before the law's.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer');
INSERT INTO law.rules (id, valid_from, valid_to, standing, days, months, amount, sentence, reference)
VALUES ('test_days', '2020-01-01', '2024-12-31', 'practice', 7, NULL, NULL, 'Seven days, once.', 'Test'),
       ('test_days', '2025-01-01', NULL, 'practice', 9, NULL, NULL, 'Nine days, now.', 'Test'),
       ('test_months', '2020-01-01', NULL, 'practice', NULL, 12, NULL, 'Twelve months.', 'Test'),
       ('test_amount', '2020-01-01', NULL, 'practice', NULL, NULL, 0.5, 'Half a thing.', 'Test');
INSERT INTO core.thresholds (rule_id, valid_from, known_from, amount, reason)
VALUES ('test_months', '2026-01-01', '2025-12-01Z', 6, 'A decision'),
       ('test_months', '2026-01-01', '2025-12-02Z', 8, 'Put right a day later');
CREATE FUNCTION pg_temp.amounts(on_date date) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('officer', format('SELECT a.rule_id, a.amount, a.is_own
        FROM api.amounts(%L) AS a WHERE a.rule_id LIKE ''test%%'' ORDER BY 1', on_date));
$$;
CREATE FUNCTION pg_temp.plan_lines(query text) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.act('officer');
    RETURN QUERY EXECUTE 'EXPLAIN ' || query;
    PERFORM pg_temp.rest();
END
$$;
\o
SELECT plan(4);
SELECT is(pg_temp.amounts('2024-12-31'), ARRAY['test_amount 0.5 false', 'test_days 7 false', 'test_months 12 false'],
    'a rule''s amount, months or days, as in force on the day');
SELECT is(pg_temp.amounts('2026-01-01'), ARRAY['test_amount 0.5 false', 'test_days 9 false', 'test_months 8 true'],
    'from its day on the authority''s own threshold, as known last');
SELECT results_eq($$SELECT a.rule_id, a.amount, a.is_own FROM core.amounts('2026-01-01') AS a ORDER BY 1$$,
    $$SELECT a.rule_id, a.amount, a.is_own FROM api.amounts('2026-01-01') AS a ORDER BY 1$$,
    'core.amounts, for those who write, says the same');
SELECT unalike((SELECT string_agg(l, E'\n') FROM pg_temp.plan_lines('SELECT * FROM api.amounts(''2026-01-01'')') AS l),
    '%Function Scan%', 'no Function Scan is left in the plan');
SELECT * FROM finish();
ROLLBACK;
