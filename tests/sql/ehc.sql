-- ehc.sql — the milestones of a phase transfer: who writes them, in which
-- order, and that nobody overwrites what they have not read.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('manager', 'la_manager'),
       pg_temp.actor('school', 'school_system'),
       pg_temp.actor('foreign school', 'school_system'),
       pg_temp.actor('senco', 'area_senco'),
       pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11),
       pg_temp.setting('Juniors', '1', 2, 7, 11);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, s.id
  FROM cast_actors AS a, cast_settings AS s
 WHERE (a.name, s.name) IN (('school', 'Primary'), ('foreign school', 'Juniors'));
SELECT pg_temp.child('Mover', 'Primary', '2016-03-01', '6', 'E');
SELECT pg_temp.child('Stranger', 'Juniors', '2016-03-01', '6', 'E');

CREATE FUNCTION pg_temp.put_sql(child uuid, etag text, review date, notice date,
    final date, is_refused boolean DEFAULT NULL, year int DEFAULT 2027)
RETURNS text
LANGUAGE sql AS $$
    SELECT format('SELECT t.year, t.review_held_on, t.amendment_noticed_on,
                          t.plan_final_on, t.placement_refused, t.etag
                     FROM api.ehc_transfer_put(%L, %L, %L, %L, %L, %L, %L) AS t',
                  $1, $7, $2, $3, $4, $5, $6);
$$;
CREATE FUNCTION pg_temp.put(etag text, review date, notice date, final date)
RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('officer', pg_temp.put_sql(pg_temp.child_id('Mover'), $1, $2, $3, $4));
$$;
CREATE FUNCTION pg_temp.refused(actor text, etag text, review date, notice date,
    final date, year int DEFAULT 2027) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, pg_temp.put_sql(pg_temp.child_id('Mover'), $2, $3, $4, $5, NULL, $6));
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.refused('officer', '1', '2026-10-01', NULL, NULL), 'precondition_failed',
    'an If-Match where there is no row does not hold');
SELECT is(pg_temp.refused('officer', '*', '2026-10-01', NULL, NULL), 'precondition_failed',
    'nor does If-Match: *');
SELECT is(pg_temp.put(NULL, '2026-10-01', NULL, NULL), '{2027 2026-10-01 - - false 1}',
    'the first write needs no If-Match and returns the row with its ETag');
SELECT is(pg_temp.refused('officer', NULL, '2026-10-01', '2026-10-20', NULL),
    'precondition_missing', 'the second write must name what was read');
SELECT is(pg_temp.put('1', '2026-10-01', '2026-10-20', NULL), '{2027 2026-10-01 2026-10-20 - false 2}',
    'with the right ETag it is taken');
SELECT is(pg_temp.refused('officer', '1', '2026-10-02', '2026-10-20', NULL),
    'precondition_failed', 'with a stale one it is not');
SELECT is(pg_temp.put('"2"', '2026-10-01', '2026-10-20', '2027-02-01'),
    '{2027 2026-10-01 2026-10-20 2027-02-01 false 3}', 'quotes around the ETag are taken too');
SELECT is(pg_temp.put('*', '2026-10-01', NULL, NULL), '{2027 2026-10-01 - - false 4}',
    'If-Match: * overwrites whatever is there, also to take a milestone back');
SELECT is(pg_temp.seen('manager', pg_temp.put_sql(pg_temp.child_id('Mover'), '4', '2026-10-01', NULL, NULL, true)),
    '{2027 2026-10-01 - - true 5}', 'a manager may write; a refused placement is kept');
SELECT is(pg_temp.seen('officer', pg_temp.put_sql(pg_temp.child_id('Mover'), NULL, NULL, NULL, '2028-02-01', NULL, 2028)),
    '{2028 - - 2028-02-01 false 1}', 'another year is another row; milestones may be missing');

-- Order of the milestones, equality allowed: domain.md 5.2 and 5.3.
SELECT is(pg_temp.refused('officer', '5', '2026-10-02', '2026-10-01', NULL), 'transition_order',
    'reg 20(10): the notice cannot precede the meeting');
SELECT is(pg_temp.refused('officer', '5', NULL, '2026-10-02', '2026-10-01'), 'transition_order',
    'reg 22(3): the final plan cannot precede the notice');
SELECT is(pg_temp.refused('officer', '5', '2026-10-02', NULL, '2026-10-01'), 'transition_order',
    'nor the meeting, when no notice is recorded');
SELECT is(pg_temp.put('5', '2026-10-01', '2026-10-01', '2026-10-01'),
    '{2027 2026-10-01 2026-10-01 2026-10-01 false 6}', 'all on one day is in order');
SELECT throws_ok($$
    INSERT INTO core.ehc_transfers (child_id, year, review_held_on, amendment_noticed_on)
    VALUES (pg_temp.child_id('Stranger'), 2027, '2026-10-02', '2026-10-01')$$,
    '23514', NULL, 'the table keeps the order by itself');

-- Who may.
SELECT is(pg_temp.refused('school', '6', NULL, NULL, NULL), 'forbidden', 'a school system may not write milestones');
SELECT is(pg_temp.refused('senco', '6', NULL, NULL, NULL), 'forbidden', 'nor an Area SENCO');
SELECT is(pg_temp.refused('administrator', '6', NULL, NULL, NULL), 'forbidden', 'nor an administrator');
SELECT is(pg_temp.refused('nobody', '6', NULL, NULL, NULL), 'forbidden', 'nor who has no token');
SELECT is(pg_temp.refusal('officer', pg_temp.put_sql(gen_random_uuid(), NULL, '2026-10-01', NULL, NULL)),
    'not_found', 'a child there is not is not found');
SELECT is(pg_temp.refused('officer', NULL, NULL, NULL, NULL, 1999), 'malformed_parameter', 'a year is of our time');

-- Who sees.
CREATE FUNCTION pg_temp.transfers(actor text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT t.year, t.etag FROM api.ehc_transfers AS t
        WHERE t.child_id = %L ORDER BY t.year', pg_temp.child_id('Mover')));
$$;
SELECT is(pg_temp.transfers('officer'), '{2027 6,2028 1}', 'an officer sees the milestones');
SELECT is(pg_temp.transfers('school'), '{2027 6,2028 1}', 'the child''s own school reads them');
SELECT is(pg_temp.transfers('foreign school'), '{}', 'another school does not');
SELECT is(pg_temp.transfers('administrator'), '{}', 'nor does an administrator');
SELECT is(pg_temp.transfers('nobody'), '{}', 'nor who has no token');

-- The log.
SELECT is((SELECT count(*) FROM audit.entries AS e
            WHERE e.action = 'ehc.transfer_put'
              AND e.child_ids = ARRAY[pg_temp.child_id('Mover')]), 7::bigint,
    'each write that was taken left one audit row with the child, refused ones none');
SELECT is((SELECT e.details->'before'->>'review_held_on' FROM audit.entries AS e
            WHERE e.action = 'ehc.transfer_put'
              AND e.child_ids = ARRAY[pg_temp.child_id('Mover')]
              AND e.details->>'version' = '2'), '2026-10-01',
    'with what stood there before');

SELECT * FROM finish();
ROLLBACK;
