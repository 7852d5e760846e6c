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

-- Only what is known counts.
UPDATE core.caseload_settings SET known_to = now() WHERE caseload_id = pg_temp.load('senco') AND setting_id = pg_temp.setting_id('Birch Nursery');
SELECT is(pg_temp.settings('senco', 's.name'), ARRAY['Apple Nursery'], 'a row that is not known any more does not count');
SELECT is(pg_temp.loads_seen('senco'), ARRAY['Ada Example 1'], 'nor in the list');
SELECT is(pg_temp.seen('senco', format('SELECT s.name FROM api.caseload_settings(%s, ''2026-11-10'', now() - interval ''1 us'') AS s', pg_temp.load('senco'))), '{}',
    'as of a time before all was known there was nothing');
UPDATE core.caseload_settings SET known_from = now() - interval '1 day' WHERE caseload_id = pg_temp.load('senco');
SELECT is(pg_temp.seen('senco', format('SELECT s.name FROM api.caseload_settings(%s, ''2026-11-10'', now() - interval ''1 us'') AS s ORDER BY 1', pg_temp.load('senco'))),
    ARRAY['Apple Nursery', 'Birch Nursery'], 'as of a time when it was known it is there');

-- Managers make them and say who holds them.
SELECT pg_temp.actor('manager', 'la_manager') \g /dev/null
CREATE FUNCTION pg_temp.create_(key text, name text, staff int DEFAULT NULL, client uuid DEFAULT NULL) RETURNS text
LANGUAGE sql AS $$ SELECT format('SELECT c.name, c.area_senco, c.holder IS NOT NULL, c.settings, c.etag FROM api.caseload_create(%L, %L, %L, %L) AS c', $1, $2, $3, $4) $$;
CREATE FUNCTION pg_temp.put(match text, name text, staff int DEFAULT NULL, client uuid DEFAULT NULL) RETURNS text
LANGUAGE sql AS $$ SELECT format('SELECT c.name, c.area_senco, c.holder IS NOT NULL, c.etag FROM api.caseload_put(%s, %L, %L, %L, %L) AS c',
    (SELECT l.id FROM core.caseloads AS l WHERE l.key = 'k1'), $1, $2, $3, $4) $$;
CREATE FUNCTION pg_temp.somebody(name text) RETURNS uuid
LANGUAGE sql AS $$ SELECT a.id FROM cast_actors AS a WHERE a.name = $1 $$;
SELECT is(pg_temp.refusal(a.name, pg_temp.create_('k1', 'Test West')), 'forbidden', a.name || ' makes none')
  FROM (VALUES ('officer'), ('senco'), ('school'), ('administrator'), ('auditor'), ('nobody')) AS a (name);
SELECT is(pg_temp.refusal('manager', pg_temp.create_('k1', 'Test West', 999999999)), 'not_found', 'its Area SENCO is on the staff');
SELECT is(pg_temp.refusal('manager', pg_temp.create_('k1', 'Test West', NULL, pg_temp.somebody('officer'))), 'not_found', 'and its client in that role');
SELECT is(pg_temp.seen('manager', pg_temp.create_('k1', 'Test West')), ARRAY['Test West - false 0 1'], 'a manager makes an empty caseload');
SELECT is(pg_temp.seen('manager', pg_temp.create_('k1', 'Test West')), ARRAY['Test West - false 0 1'], 'the same key again is the same one');
SELECT is(pg_temp.refusal('manager', pg_temp.create_('k1', 'Test East')), 'batch_differs', 'with other content it is refused');
SELECT is(pg_temp.refusal('manager', pg_temp.create_('k2', 'Test West')), 'caseload_exists', 'a name is given once');
SELECT is(pg_temp.refusal('officer', pg_temp.put('1', 'Test East')), 'forbidden', 'an officer renames none');
SELECT is(pg_temp.refusal('manager', pg_temp.put(NULL, 'Test East')), 'precondition_missing', 'who changes says what was read');
SELECT is(pg_temp.refusal('manager', pg_temp.put('2', 'Test East')), 'precondition_failed', 'and that it still is so');
SELECT is(pg_temp.refusal('manager', pg_temp.put('1', (SELECT l.name FROM core.caseloads AS l WHERE l.id = pg_temp.load('senco')))), 'caseload_exists', 'to no name that is taken');
SELECT is(pg_temp.seen('manager', pg_temp.put('1', 'Test East', (SELECT f.id FROM core.staff AS f WHERE f.name = 'Cy Example'), pg_temp.somebody('senco'))),
    ARRAY['Test East Cy Example true 2'], 'a manager renames it and says who holds it');
SELECT is(pg_temp.seen('manager', pg_temp.put('2', 'Test East')), ARRAY['Test East - false 3'], 'what is not given is nobody');
SELECT is((SELECT e.details->'before'->>'client_id' FROM audit.entries AS e WHERE e.action = 'caseloads.put' ORDER BY e.at DESC, e.id DESC LIMIT 1),
    pg_temp.somebody('senco')::text, 'who held it before is in the audit log');

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
