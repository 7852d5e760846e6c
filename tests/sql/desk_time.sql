-- desk_time.sql — a SENCO's time at each school against the hours of her posts
-- there, by week and by term; what cannot be written down.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('area senco', 'area_senco'),
       pg_temp.actor('school', 'school_system'), pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting(s.name, '1', 2, 3, 11)
  FROM unnest(ARRAY['Apple', 'Birch', 'Cedar']) AS s (name);
WITH f AS (
    INSERT INTO core.staff (name) VALUES ('Ada Example'), ('Bea Example')
    RETURNING id, name
), c AS (
    INSERT INTO core.clients (name, role, staff_id)
    SELECT f.name || gen_random_uuid(), 'senco', f.id FROM f
    RETURNING id, staff_id
), p AS (
    INSERT INTO core.posts (staff_id, setting_id, kind, from_on, to_on, hours_per_week)
    SELECT f.id, pg_temp.setting_id(w.setting), w.kind, w.from_on, w.to_on, w.hours
      FROM (VALUES ('Ada Example', 'Apple', 'senco', '2025-09-01'::date, NULL::date, 10),
                   ('Ada Example', 'Birch', 'senco', '2025-09-10', '2025-12-19', 5),
                   ('Ada Example', 'Cedar', 'area_senco', '2025-09-01', NULL, 5)) AS w (staff, setting, kind, from_on, to_on, hours)
      JOIN f ON f.name = w.staff
)
INSERT INTO cast_actors (name, id) SELECT f.name, c.id FROM f JOIN c ON c.staff_id = f.id;
CREATE FUNCTION pg_temp.staff(name text) RETURNS int
LANGUAGE sql AS $$ SELECT c.staff_id FROM core.clients AS c JOIN cast_actors AS a ON a.id = c.id WHERE a.name = $1 $$;
-- spend — the outcome of writing down: NULL, or why not.
CREATE FUNCTION pg_temp.spend(actor text, setting text, on_day date, minutes int,
    key text DEFAULT NULL, activity text DEFAULT 'review') RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.desk_time_add(%L, %L, %L, %s, %L)',
        coalesce($5, gen_random_uuid()::text), 'id:' || pg_temp.setting_id($2), $3, $4, $6));
$$;
CREATE FUNCTION pg_temp.sums(actor text, by text, first_on date, last_on date, setting text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT s.period, s.from_on, s.to_on, s.planned_minutes, s.used_minutes, s.difference
        FROM api.desk_time_sums(%s, %L, %L, %L) AS s WHERE s.setting_id = %s ORDER BY s.from_on',
        pg_temp.staff('Ada Example'), $2, $3, $4, pg_temp.setting_id($5)));
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.spend('Ada Example', 'Apple', '2025-09-01', 90), NULL, 'the first day of a post is in');
SELECT is(pg_temp.spend('Ada Example', 'Birch', '2025-12-19', 60), NULL, 'so is the last, of one that is over');
SELECT is(pg_temp.spend('Ada Example', 'Apple', '2025-08-31', 60), 'no_post', 'the day before is not');
SELECT is(pg_temp.spend('Ada Example', 'Birch', '2025-12-20', 60), 'no_post', 'nor the day after');
SELECT is(pg_temp.spend('Ada Example', 'Cedar', '2025-09-10', 60), 'no_post', 'a post that puts her in charge of no child does not count');
SELECT is(pg_temp.spend('Bea Example', 'Apple', '2025-09-10', 60), 'no_post', 'nor does another''s post');
SELECT is(pg_temp.spend('Ada Example', 'Apple', current_date + 1, 60), 'malformed_field', 'tomorrow has not come');
SELECT is(pg_temp.spend('Ada Example', 'Apple', current_date, 60), NULL, 'today has');
SELECT is(pg_temp.refusal('Ada Example', 'SELECT api.desk_time_add(''k'', ''urn:999998'', ''2025-09-10'', 60, ''review'')'),
    'unknown_setting', 'there must be such a setting');

-- A day has 24 hours, over all schools.
SELECT is(pg_temp.spend('Ada Example', 'Apple', '2025-10-06', 1440), NULL, '24 hours a day are possible');
SELECT is(pg_temp.spend('Ada Example', 'Apple', '2025-10-06', 1), 'malformed_field', 'a minute more is not');
SELECT is(pg_temp.spend('Ada Example', 'Birch', '2025-10-06', 1), 'malformed_field', 'at another school neither');
SELECT is(pg_temp.refusal('Ada Example', format('SELECT api.desk_time_withdraw(%L)', t.id)), NULL, 'a mistake is withdrawn')
  FROM core.desk_time AS t WHERE t.minutes = 1440;
SELECT is(pg_temp.refusal('Ada Example', format('SELECT api.desk_time_withdraw(%L)', t.id)), NULL, 'again is no error')
  FROM core.desk_time AS t WHERE t.minutes = 1440;
SELECT is(pg_temp.spend('Ada Example', 'Birch', '2025-10-06', 30), NULL, 'then the day is free again');
SELECT is(pg_temp.refusal('Bea Example', format('SELECT api.desk_time_withdraw(%L)', t.id)), 'not_found', 'nobody withdraws another''s')
  FROM core.desk_time AS t WHERE t.minutes = 90;
SELECT is(pg_temp.refusal('Ada Example', 'SELECT api.desk_time_withdraw(gen_random_uuid())'), 'not_found', 'nor what is not there');

-- Sent again.
SELECT is(pg_temp.spend('Ada Example', 'Apple', '2025-10-07', 45, 'k1'), NULL, 'written down under a key');
SELECT is(pg_temp.spend('Ada Example', 'Apple', '2025-10-07', 45, 'k1'), NULL, 'the same again is the same row');
SELECT is(pg_temp.spend('Ada Example', 'Apple', '2025-10-07', 46, 'k1'), 'batch_differs', 'another content is not');
SELECT is(pg_temp.spend('Ada Example', 'Apple', '2025-10-07', 45, 'k1', 'parents'), 'batch_differs', 'nor another activity');
SELECT is(pg_temp.seen('Ada Example', 'SELECT count(*) FROM api.desk_time WHERE "on" = ''2025-10-07'''), '{1}', 'there is one of it');
SELECT is((SELECT count(*)::int FROM audit.entries AS e JOIN core.desk_time AS t ON t.id::text = e.details->>'entry_id'
            WHERE e.action = 'desk.time_add' AND t.key = 'k1'), 1, 'and one row of the audit log');

-- Sums. 1 September 2025 is a Monday; Birch began on Wednesday the 10th.
SELECT is(pg_temp.sums('Ada Example', 'week', '2025-09-01', '2025-09-14', 'Apple'),
    ARRAY['2025-W36 2025-09-01 2025-09-07 600 90 -510', '2025-W37 2025-09-08 2025-09-14 600 0 -600'],
    'ten hours a week are planned, what was used, and the difference');
SELECT is(pg_temp.sums('Ada Example', 'week', '2025-09-01', '2025-09-14', 'Birch'), ARRAY['2025-W37 2025-09-08 2025-09-14 180 0 -180'],
    'of the week in which a post begins its days');
SELECT is(pg_temp.sums('Ada Example', 'week', '2025-12-15', '2025-12-28', 'Birch'), ARRAY['2025-W51 2025-12-15 2025-12-21 300 60 -240'],
    'and none after it has ended');
SELECT is(pg_temp.sums('Ada Example', 'week', '2025-12-22', '2025-12-28', 'Apple'), ARRAY['2025-W52 2025-12-22 2025-12-28 360 0 -360'],
    'on Christmas Day and Boxing Day nothing is planned');
SELECT is(pg_temp.sums('Ada Example', 'term', '2025-09-01', '2026-08-31', 'Apple'),
    ARRAY['autumn 2025 2025-09-01 2025-12-31 7600 135 -7465', 'spring 2026 2026-01-01 2026-03-31 7600 0 -7600',
          'summer 2026 2026-04-01 2026-08-31 7600 0 -7600'],
    'SI 1999/3181 reg 3(2): a third of 38 weeks a term, 380 hours in the year');
SELECT cmp_ok(split_part((pg_temp.sums('Ada Example', 'term', '2025-09-01', '2026-08-31', 'Birch'))[1], ' ', 5)::int, '<', 3800,
    'of a term in which a post begins and ends its share');
SELECT is(pg_temp.sums('officer', 'week', '2025-09-01', '2025-09-07', 'Apple'), ARRAY['2025-W36 2025-09-01 2025-09-07 600 90 -510'],
    'an officer reads it');
SELECT is(pg_temp.sums(a.name, 'week', '2025-09-01', '2025-09-07', 'Apple'), '{}', a.name || ' does not')
  FROM (VALUES ('Bea Example'), ('area senco'), ('school'), ('administrator'), ('nobody')) AS a (name);
SELECT is(pg_temp.seen(a.name, 'SELECT count(*) FROM api.desk_time WHERE "on" = ''2025-10-07'''), a.sees,
    a.name || ' sees of its entries ' || a.sees::text)
  FROM (VALUES ('officer', '{1}'::text[]), ('Bea Example', '{0}'), ('area senco', '{0}'), ('school', '{0}'), ('nobody', '{0}')) AS a (name, sees);
SELECT is(pg_temp.spend(a.name, 'Apple', '2025-09-02', 60), 'forbidden', a.name || ' writes no time down')
  FROM (VALUES ('officer'), ('area senco'), ('school'), ('administrator'), ('nobody')) AS a (name);
SELECT is(pg_temp.refusal('Ada Example', format('SELECT api.desk_person(%s)', pg_temp.staff('Bea Example'))), 'not_found',
    'nobody asks for another''s time');

CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_line text;
    v_plan text := '';
BEGIN
    PERFORM pg_temp.act('Ada Example');
    FOR v_line IN EXECUTE 'EXPLAIN ' || query LOOP
        v_plan := v_plan || v_line || E'\n';
    END LOOP;
    PERFORM pg_temp.rest();
    RETURN v_plan;
END
$$;
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.desk_time_sums(api.desk_person(NULL), ''term'', ''2025-09-01'', ''2026-08-31'')'),
    '%Function Scan%', 'no Function Scan is left in the plan');

SELECT * FROM finish();
ROLLBACK;
