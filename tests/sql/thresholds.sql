-- thresholds.sql — numbers the authority put in the place of those of
-- practice; what is statute it cannot change.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'),
       pg_temp.actor('area', 'area_senco'), pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
INSERT INTO law.rules (id, valid_from, standing, sentence, reference, days, months, amount)
VALUES ('tst_days', '2020-01-01', 'practice', 'Fictional.', 'None', 10, NULL, NULL), ('tst_months', '2020-01-01', 'guidance', 'Fictional.', 'None', NULL, 12, NULL),
       ('tst_amount', '2020-01-01', 'practice', 'Fictional.', 'None', NULL, NULL, 0.2), ('tst_statute', '2020-01-01', 'statute', 'Fictional.', 'None', 28, NULL, NULL),
       ('tst_none', '2020-01-01', 'practice', 'Fictional.', 'None', NULL, NULL, NULL);
CREATE FUNCTION pg_temp.put(rule text, value float8, from_on text, match text DEFAULT NULL, actor text DEFAULT 'manager') RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.refusal($5, format('SELECT * FROM api.threshold_put(%L, %L, %L, %L, ''Fictional decision'')', $1, $4, $2, $3)) $$;
CREATE FUNCTION pg_temp.etag(rule text) RETURNS text
LANGUAGE sql AS $$ SELECT (pg_temp.seen('auditor', format('SELECT t.etag FROM api.thresholds(''2026-01-01'') AS t WHERE t.rule = %L', $1)))[1] $$;
CREATE FUNCTION pg_temp.at(rule text, day text, actor text DEFAULT 'auditor') RETURNS text[]
LANGUAGE sql AS $$ SELECT pg_temp.seen($3, format('SELECT t.number, t.unit, t.amount, t.own_from, t.reason FROM api.thresholds(%L) AS t WHERE t.rule = %L', $2, $1)) $$;
\o
SELECT no_plan();
SELECT is(pg_temp.put('tst_days', 7, '2025-01-01', actor => w.who), 'forbidden', coalesce(w.who, 'nobody') || ' decides no number')
  FROM (VALUES ('school'), ('area'), ('officer'), ('administrator'), ('auditor'), (NULL)) AS w (who);
SELECT is(pg_temp.put(t.rule, t.value, '2025-01-01'), t.slug, t.title)
  FROM (VALUES ('tst_statute', 7, 'threshold_statutory', 'the law''s is nobody''s to change'), ('tst_none', 7, 'not_found', 'a rule without a number gets none'),
               ('tst_nowhere', 7, 'not_found', 'nor one that is not there'), ('tst_days', 7.5, 'malformed_field', 'days are whole'),
               ('tst_months', 7.5, 'malformed_field', 'and months'), ('tst_amount', 0.25, NULL, 'an amount need not be'), ('tst_days', 7, NULL, 'a manager decides')
  ) AS t (rule, value, slug, title);
SELECT is(pg_temp.put('tst_days', 7, '2019-12-31'), 'not_found', 'not for a day on which the rule was none');
SELECT is(pg_temp.at('tst_days', t.day), t.row::text[], t.title)
  FROM (VALUES ('2024-12-31', '{"10 days 10 - -"}', 'until then the rule''s own number holds'), ('2025-01-01', '{"10 days 7 2025-01-01 Fictional decision"}', 'from that day the authority''s'),
               ('2019-12-31', '{}', 'before the rule nothing')) AS t (day, row, title);
SELECT is(pg_temp.at('tst_amount', '2026-01-01'), '{"0.2 amount 0.25 2025-01-01 Fictional decision"}', 'both are told');
SELECT is(pg_temp.put('tst_days', 8, '2025-01-01'), 'precondition_missing', 'a change names what it changes');
SELECT is(pg_temp.put('tst_days', 8, '2025-01-01', '1'), 'precondition_failed', 'as it is now');
SELECT is(pg_temp.put('tst_days', 8, '2025-01-01', pg_temp.etag('tst_days')), NULL, 'then it is decided anew');
SELECT is(pg_temp.at('tst_days', '2026-01-01'), '{"10 days 8 2025-01-01 Fictional decision"}', 'for the same day the later decision holds');
SELECT is(pg_temp.put('tst_days', NULL, '2026-01-01', pg_temp.etag('tst_days')), NULL, 'and taken back');
SELECT is(pg_temp.at('tst_days', t.day), t.row::text[], t.title)
  FROM (VALUES ('2025-12-31', '{"10 days 8 2025-01-01 Fictional decision"}', 'until that day it held'), ('2026-01-01', '{"10 days 10 - -"}', 'from that day the rule''s own does again')) AS t (day, row, title);
SELECT is((SELECT a.amount FROM core.amounts('2025-06-01') AS a WHERE a.rule_id = 'tst_days'), 8::numeric, 'what judges reads the same');
SELECT is(pg_temp.at('tst_months', '2026-01-01', w.who), CASE w.who WHEN 'nobody' THEN '{}'::text[] ELSE '{"12 months 12 - -"}' END,
    w.who || CASE w.who WHEN 'nobody' THEN ' reads none' ELSE ' reads them' END)
  FROM (VALUES ('school'), ('area'), ('officer'), ('manager'), ('administrator'), ('auditor'), ('nobody')) AS w (who);
SELECT is(pg_temp.seen('auditor', 'SELECT count(*) FROM api.thresholds(''2026-01-01'') AS t')::text,
    (SELECT array_agg(count) FROM (SELECT count(*) FROM law.rules AS r WHERE '2026-01-01' BETWEEN r.valid_from AND coalesce(r.valid_to, 'infinity')
      AND coalesce(r.days, r.months, r.amount) IS NOT NULL) AS c)::text, 'every rule with a number is in the list');
SELECT is((SELECT count(*)::int FROM audit.entries AS e WHERE e.action = 'thresholds.put' AND e.details->>'rule' = 'tst_days'), 3, 'each decision is in the log');
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_line text;
    v_plan text := '';
BEGIN
    PERFORM pg_temp.act('auditor');
    FOR v_line IN EXECUTE 'EXPLAIN ' || query LOOP
        v_plan := v_plan || v_line || E'\n';
    END LOOP;
    PERFORM pg_temp.rest();
    RETURN v_plan;
END
$$;
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.thresholds(''2026-01-01'')'), '%Function Scan%', 'no Function Scan is left in the plan');
SELECT * FROM finish();
ROLLBACK;
