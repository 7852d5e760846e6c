-- caseloads.sql — an Area SENCO's settings: only hers, and how each stands.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('senco', 'area_senco'),
       pg_temp.actor('foreign senco', 'area_senco'),
       pg_temp.actor('school', 'school_system'),
       pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Apple Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Birch Nursery', 'ofsted:domestic', NULL, NULL, NULL),
       pg_temp.setting('Former Nursery', 'ofsted:domestic', NULL, NULL, NULL),
       pg_temp.setting('Other Town Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Primary', '1', 2, 3, 11);
CREATE TEMPORARY TABLE loads AS
WITH f AS (
    INSERT INTO core.staff (name) VALUES ('Ada Example'), ('Bea Example'), ('Cy Example')
    RETURNING id, name
), c AS (
    INSERT INTO core.caseloads (name, client_id, staff_id)
    SELECT a.name || a.id, a.id, f.id
      FROM cast_actors AS a
      JOIN f ON (a.name, f.name) IN (('senco', 'Ada Example'),
                                     ('foreign senco', 'Bea Example'))
    RETURNING id, client_id
), p AS (
    INSERT INTO core.posts (staff_id, setting_id, kind, from_on, to_on)
    SELECT f.id, s.id, w.kind, w.from_on, w.to_on
      FROM (VALUES
        ('Bea Example', 'Apple Nursery', 'senco', '2020-09-01'::date, '2026-11-09'::date),
        ('Cy Example', 'Apple Nursery', 'senco', '2026-11-10', NULL),
        ('Bea Example', 'Birch Nursery', 'deputy', '2020-09-01', NULL)
           ) AS w (staff, setting, kind, from_on, to_on)
      JOIN f ON f.name = w.staff
      JOIN cast_settings AS s ON s.name = w.setting
)
SELECT a.name AS holder, c.id
  FROM c
  JOIN cast_actors AS a ON a.id = c.client_id;
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on, to_on)
SELECT l.id, s.id, w.from_on, w.to_on
  FROM (VALUES
    ('senco', 'Apple Nursery', '2020-09-01'::date, NULL::date),
    ('senco', 'Birch Nursery', '2020-09-01', NULL),
    ('senco', 'Former Nursery', '2020-09-01', '2021-08-31'),
    ('foreign senco', 'Former Nursery', '2021-09-01', NULL),
    ('foreign senco', 'Other Town Nursery', '2020-09-01', NULL)
       ) AS w (holder, setting, from_on, to_on)
  JOIN loads AS l ON l.holder = w.holder
  JOIN cast_settings AS s ON s.name = w.setting;
SELECT pg_temp.child('Kay', 'Apple Nursery', '2024-03-01', NULL, 'K'),
       pg_temp.child('Kim', 'Apple Nursery', '2023-03-01', NULL, 'K'),
       pg_temp.child('Eve', 'Apple Nursery', '2023-03-01', NULL, 'E'),
       pg_temp.child('Nan', 'Apple Nursery', '2023-03-01', NULL, 'N'),
       pg_temp.child('Gone', 'Apple Nursery', '2023-03-01', NULL, 'E'),
       pg_temp.child('Oz', 'Other Town Nursery', '2023-03-01', NULL, 'E'),
       pg_temp.child('Pri', 'Primary', '2016-03-01', '6', 'E');
UPDATE core.placements SET end_on = '2026-11-09'
 WHERE child_id = pg_temp.child_id('Gone');
INSERT INTO core.setting_contacts (setting_id, last_data_at)
VALUES (pg_temp.setting_id('Apple Nursery'), '2026-11-01 23:30:00Z');

CREATE FUNCTION pg_temp.load(holder text) RETURNS int
LANGUAGE sql AS $$ SELECT l.id FROM loads AS l WHERE l.holder = $1 $$;
CREATE FUNCTION pg_temp.settings(actor text, columns text,
    holder text DEFAULT 'senco', on_date date DEFAULT '2026-11-10')
RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format(
        'SELECT %s FROM api.caseload_settings(%L, %L) AS s ORDER BY s.name',
        $2, pg_temp.load($3), $4));
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.settings('senco', 's.name, s.senco'),
    '{Apple Nursery Cy Example,Birch Nursery -}',
    'issue 2.9: each setting of hers with its SENCO if known; a deputy is not the SENCO');
SELECT is(pg_temp.settings('senco', 's.senco', on_date => '2026-11-09'), '{Bea Example,-}',
    'the SENCO of the day before the change is the one before');
SELECT is(pg_temp.settings('senco', 's.sen_support, s.ehc_plan, s.moving'), '{2 1 3,0 0 0}',
    'issue 2.9: children with SEN support and with a plan who are there today, and those who move next September');
SELECT is(pg_temp.settings('senco', 's.ehc_plan', on_date => '2026-11-09'), '{2,0}',
    'a child counts on its last day');
SELECT is(pg_temp.settings('senco', 's.days_since_data'), '{9,-}',
    'issue 2.9: days since data last arrived; never is NULL');
SELECT is(pg_temp.settings('senco', 's.days_since_data', on_date => '2026-10-01'), '{0,-}',
    'for a day before that it is none');
\o /dev/null
UPDATE core.setting_contacts SET last_data_at = '2026-06-30 23:30:00Z'
 WHERE setting_id = pg_temp.setting_id('Apple Nursery');
\o
SELECT is(pg_temp.settings('senco', 's.days_since_data', on_date => '2026-07-02'), '{1,-}',
    'days are those of London: 23:30 UTC on 30 June is 1 July there');
SELECT is(pg_temp.settings('senco', 's.next_deadline_on, s.next_deadline'),
    ARRAY['2027-02-15 phase_transfer_before_15_february', '- -'],
    'reg 18(1)(b): the plan''s deadline comes first');
SELECT is(pg_temp.settings('senco', 's.next_deadline_on, s.next_deadline', on_date => '2027-02-16'),
    ARRAY['2027-05-31 rag_support_form_sent', '- -'],
    'domain.md 6.3: then the form for SEN support in May');
SELECT is(pg_temp.settings('senco', 's.next_deadline_on, s.next_deadline', on_date => '2027-06-01'),
    ARRAY['2027-07-01 rag_support_destination', '- -'],
    'then the destination by 1 July');
\o /dev/null
INSERT INTO core.ehc_transfers (child_id, year, plan_final_on)
VALUES (pg_temp.child_id('Eve'), 2027, '2026-11-05');
\o
SELECT is(pg_temp.settings('senco', 's.next_deadline'), '{rag_support_form_sent,-}',
    'a final plan has no deadline left');
SELECT is(pg_temp.settings('senco', 's.moving', on_date => '2026-08-31'), '{0,0}',
    'on 31 August the next September is tomorrow''s, for which nobody is old enough');

-- Membership is dated.
SELECT is(pg_temp.settings('senco', 's.name', on_date => '2021-08-31'),
    ARRAY['Apple Nursery', 'Birch Nursery', 'Former Nursery'],
    'on its last day a setting is still in the caseload');
SELECT is(pg_temp.settings('senco', 's.name', on_date => '2021-09-01'),
    ARRAY['Apple Nursery', 'Birch Nursery'], 'a day later it is not');

-- Only hers.
SELECT is(pg_temp.settings('senco', 's.name', 'foreign senco'), '{}',
    'another''s caseload has no rows');
SELECT is(pg_temp.settings('foreign senco', 's.name', 'senco'), '{}',
    'nor has hers for another');
SELECT is(pg_temp.settings('foreign senco', 's.name, s.ehc_plan, s.moving', 'foreign senco'),
    ARRAY['Former Nursery 0 0', 'Other Town Nursery 1 1'], 'who sees her own');
SELECT is(pg_temp.settings('officer', 's.name, s.ehc_plan', 'foreign senco'),
    ARRAY['Former Nursery 0', 'Other Town Nursery 1'], 'an officer sees every caseload');
SELECT is(pg_temp.settings('school', 's.name'), '{}', 'a school system none');
SELECT is(pg_temp.settings('administrator', 's.name'), '{}', 'an administrator none');
SELECT is(pg_temp.settings('auditor', 's.name'), '{}', 'an auditor none');
SELECT is(pg_temp.settings('nobody', 's.name'), '{}', 'and who has no token none');

CREATE FUNCTION pg_temp.loads_seen(actor text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, 'SELECT c.area_senco, c.settings FROM api.caseloads AS c
        WHERE c.caseload_id IN (' || (SELECT string_agg(l.id::text, ',') FROM loads AS l) || ') ORDER BY 1');
$$;
SELECT is(pg_temp.loads_seen('senco'), ARRAY['Ada Example 2'], 'an Area SENCO lists her own caseload');
SELECT is(pg_temp.loads_seen('officer'), ARRAY['Ada Example 2', 'Bea Example 2'], 'an officer lists all');
SELECT is(pg_temp.loads_seen('school'), '{}', 'a school system lists none');
SELECT is(pg_temp.loads_seen('administrator'), '{}', 'an administrator lists none');
SELECT is(pg_temp.seen('senco', 'SELECT count(*) FROM api.case_stays AS s
    WHERE s.setting_id = ' || pg_temp.setting_id('Other Town Nursery')), '{0}',
    'at the database too she sees no placement of a foreign setting');
SELECT is(pg_temp.seen('senco', 'SELECT count(*) FROM api.case_stays AS s
    WHERE s.setting_id = ' || pg_temp.setting_id('Apple Nursery')), '{5}',
    'while she sees those of her own');

CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_line text;
    v_plan text := '';
BEGIN
    PERFORM pg_temp.act('senco');
    FOR v_line IN EXECUTE 'EXPLAIN ' || query LOOP
        v_plan := v_plan || v_line || E'\n';
    END LOOP;
    PERFORM pg_temp.rest();
    RETURN v_plan;
END
$$;
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.caseload_settings(1, ''2026-11-10'')'),
    '%Function Scan%', 'no Function Scan is left in the plan');

SELECT * FROM finish();
ROLLBACK;
