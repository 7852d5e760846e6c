-- planned_visits.sql — a visit is planned, moved, cancelled and found in the
-- log of visits; what a calendar shows of it.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('senco', 'area_senco'),
       pg_temp.actor('other', 'area_senco'), pg_temp.actor('school', 'school_system');
SELECT pg_temp.setting('Ash Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Beech Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Foreign Nursery', 'ofsted:non_domestic', NULL, NULL, NULL);
CREATE TEMPORARY TABLE loads AS
WITH c AS (
    INSERT INTO core.caseloads (name, client_id)
    SELECT a.name || a.id, a.id FROM cast_actors AS a WHERE a.name IN ('senco', 'other')
    RETURNING id, client_id
)
SELECT a.name AS holder, c.id FROM c JOIN cast_actors AS a ON a.id = c.client_id;
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on, to_on)
SELECT l.id, s.id, '2020-01-01', CASE WHEN s.name = 'Beech Nursery' THEN current_date + 20 END
  FROM loads AS l
  JOIN cast_settings AS s ON (s.name = 'Foreign Nursery') = (l.holder = 'other');
UPDATE core.settings SET closed_on = current_date + 30, street = '1 Invented Road', postcode = 'ZZ1 1AA'
 WHERE id = pg_temp.setting_id('Ash Nursery');

-- A Wednesday and a Saturday to come.
CREATE TEMPORARY TABLE days AS
SELECT d::date AS wednesday, d::date + 3 AS saturday
  FROM generate_series(current_date + 1, current_date + 25, '1 day') AS d
 WHERE extract(isodow FROM d) = 3
   AND NOT EXISTS (SELECT FROM law.bank_holidays AS h WHERE h.day BETWEEN d AND d::date + 3)
 ORDER BY d LIMIT 1;
CREATE FUNCTION pg_temp.wednesday() RETURNS date LANGUAGE sql AS $$ SELECT d.wednesday FROM days AS d $$;

CREATE FUNCTION pg_temp.plan_call(key text, setting text, on_day date, from_at timestamptz DEFAULT NULL,
    until_at timestamptz DEFAULT NULL, note text DEFAULT NULL, holder text DEFAULT 'senco') RETURNS text
LANGUAGE sql AS $$
    SELECT format('SELECT v."on", v.state, v.etag FROM api.planned_visit_plan(%L, %s, %L, %L, %L, %L, %L) AS v', $1,
        (SELECT l.id FROM loads AS l WHERE l.holder = $7), 'id:' || pg_temp.setting_id($2), $3, $4, $5, $6);
$$;
CREATE FUNCTION pg_temp.london(on_day date, at time) RETURNS timestamptz
LANGUAGE sql AS $$ SELECT ($1 + $2) AT TIME ZONE 'Europe/London' $$;
CREATE FUNCTION pg_temp.planned(key text) RETURNS uuid
LANGUAGE sql AS $$ SELECT v.id FROM core.planned_visits AS v WHERE v.key = $1 $$;
CREATE FUNCTION pg_temp.shown(columns text, actor text DEFAULT 'senco') RETURNS text[]
LANGUAGE sql AS $$ SELECT pg_temp.seen($2, 'SELECT ' || $1 || ' FROM api.planned_visits AS v ORDER BY v._key, v.at') $$;
\o
SELECT no_plan();
SELECT is(pg_temp.seen('senco', pg_temp.plan_call('a', 'Ash Nursery', pg_temp.wednesday())), ARRAY[pg_temp.wednesday() || ' planned 1'],
    'an Area SENCO plans a visit');
SELECT is(pg_temp.seen('senco', pg_temp.plan_call('a', 'Ash Nursery', pg_temp.wednesday())), ARRAY[pg_temp.wednesday() || ' planned 1'],
    'sent again it is the same');
SELECT is((SELECT count(*)::int FROM core.planned_visits), 1, 'one');
SELECT is(pg_temp.refusal('senco', pg_temp.plan_call('a', 'Ash Nursery', pg_temp.wednesday() + 1)), 'batch_differs', 'another under its key is not');
SELECT is(pg_temp.refusal('senco', pg_temp.plan_call('b', 'Foreign Nursery', pg_temp.wednesday())), 'unknown_setting', 'a setting of another caseload');
SELECT is(pg_temp.refusal('senco', pg_temp.plan_call('b', 'Beech Nursery', current_date + 21)), 'unknown_setting', 'one that has left it by then');
SELECT is(pg_temp.refusal('senco', pg_temp.plan_call('b', 'Ash Nursery', current_date + 31)), 'setting_closed', 'one that has closed by then');
SELECT is(pg_temp.refusal('senco', pg_temp.plan_call('b', 'Ash Nursery', current_date - 1)), 'malformed_field', 'a day that is past');
SELECT is(pg_temp.refusal('senco', pg_temp.plan_call('b', 'Ash Nursery', (current_date + interval '2 years')::date + 1)), 'malformed_field', 'one too far ahead');
SELECT is(pg_temp.refusal('senco', pg_temp.plan_call('b', 'Ash Nursery', pg_temp.wednesday(), NULL, pg_temp.london(pg_temp.wednesday(), '10:00'))),
    'missing_field', 'an end without a beginning');
SELECT is(pg_temp.refusal('senco', pg_temp.plan_call('b', 'Ash Nursery', pg_temp.wednesday(), pg_temp.london(pg_temp.wednesday(), '10:00'),
    pg_temp.london(pg_temp.wednesday(), '10:00'))), 'dates_reversed', 'an end that is no later');
SELECT is(pg_temp.refusal('senco', pg_temp.plan_call('b', 'Ash Nursery', pg_temp.wednesday(), pg_temp.london(pg_temp.wednesday() + 1, '10:00'))),
    'malformed_field', 'a time of another day');
SELECT is(pg_temp.refusal('senco', pg_temp.plan_call('b', 'Ash Nursery', pg_temp.wednesday(), pg_temp.london(pg_temp.wednesday(), '10:00'),
    pg_temp.london(pg_temp.wednesday() + 1, '10:00'))), 'malformed_field', 'and one that lasts into the next are refused');
SELECT is(pg_temp.refusal('other', pg_temp.plan_call('b', 'Ash Nursery', pg_temp.wednesday())), 'not_found', 'another''s caseload is not there');
SELECT is(pg_temp.refusal('school', pg_temp.plan_call('b', 'Ash Nursery', pg_temp.wednesday())), 'forbidden', 'a school plans nothing');
SELECT is(pg_temp.shown('v.findings'), ARRAY['[]'], 'there is nothing to say of it');
SELECT is(pg_temp.seen('officer', pg_temp.plan_call('sat', 'Beech Nursery', pg_temp.wednesday() + 3)), ARRAY[pg_temp.wednesday() + 3 || ' planned 1'],
    'a Saturday is taken');
SELECT is(pg_temp.shown('v.findings -> 0 ->> ''finding'' AS f, v.findings -> 0 ->> ''rule'' AS r'),
    ARRAY['- -', 'visit_no_working_day planner_working_day'], 'with a finding');
\o /dev/null
SELECT pg_temp.seen('senco', pg_temp.plan_call('c', 'Beech Nursery', pg_temp.wednesday(), pg_temp.london(pg_temp.wednesday(), '09:30'),
           pg_temp.london(pg_temp.wednesday(), '11:00'), 'Bring the forms')),
       pg_temp.seen('senco', pg_temp.plan_call('d', 'Ash Nursery', pg_temp.wednesday()));
\o
SELECT is(pg_temp.shown('v.findings -> 0 ->> ''sentence'' AS s'), ARRAY['3 visits are planned for this day.', '3 visits are planned for this day.',
    '3 visits are planned for this day.', 'The day is a weekend or a bank holiday.'], 'planner_visits_a_day: so is a day that is full');
SELECT is(pg_temp.shown('v.state', 'other'), '{}', 'another Area SENCO sees none of them');
SELECT is(pg_temp.shown('v.state', 'school'), '{}', 'nor does a school');

-- Moved and cancelled.
SELECT is(pg_temp.refusal('senco', format('SELECT * FROM api.planned_visit_move(%L, NULL, %L, NULL, NULL, NULL)', pg_temp.planned('d'), pg_temp.wednesday())),
    'precondition_missing', 'who moves a visit says what was read');
SELECT is(pg_temp.refusal('senco', format('SELECT * FROM api.planned_visit_move(%L, ''2'', %L, NULL, NULL, NULL)', pg_temp.planned('d'), pg_temp.wednesday())),
    'precondition_failed', 'and has read what is now');
SELECT is(pg_temp.refusal('other', format('SELECT * FROM api.planned_visit_cancel(%L, ''1'')', pg_temp.planned('d'))), 'not_found', 'and looks after it');
SELECT is(pg_temp.refusal('senco', format('SELECT * FROM api.planned_visit_move(%L, ''1'', %L, NULL, NULL, NULL)', pg_temp.planned('d'), current_date - 1)),
    'malformed_field', 'not to a day that is past');
SELECT is(pg_temp.seen('senco', format('SELECT v."on", v.state, v.etag FROM api.planned_visit_move(%L, ''1'', %L, NULL, NULL, NULL) AS v',
    pg_temp.planned('d'), pg_temp.wednesday() + 1)), ARRAY[pg_temp.wednesday() + 1 || ' planned 2'], 'it is moved');
SELECT is(pg_temp.seen('officer', format('SELECT v.state, v.etag, v.findings FROM api.planned_visit_cancel(%L, ''2'') AS v', pg_temp.planned('d'))),
    ARRAY['cancelled 3 []'], 'cancelled');
SELECT is(pg_temp.seen('senco', format('SELECT v.state, v.etag FROM api.planned_visit_cancel(%L, ''3'') AS v', pg_temp.planned('d'))),
    ARRAY['cancelled 3'], 'once');
SELECT is(pg_temp.seen('senco', pg_temp.plan_call('d', 'Ash Nursery', pg_temp.wednesday())), ARRAY[pg_temp.wednesday() + 1 || ' cancelled 3'],
    'what was sent first and is sent again is answered as it is now');
SELECT is((SELECT array_agg(e.action ORDER BY e.id) FROM audit.entries AS e WHERE e.details ->> 'planned_id' = pg_temp.planned('d')::text),
    ARRAY['planner.visit_plan', 'planner.visit_move', 'planner.visit_cancel'], 'each change is in the audit log');

-- The calendar.
CREATE FUNCTION pg_temp.calendar(columns text, actor text DEFAULT 'senco') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($2, format('SELECT %s FROM api.planner_calendar(%s) AS k', $1, (SELECT l.id FROM loads AS l WHERE l.holder = 'senco')));
$$;
SELECT is(pg_temp.calendar('k.summary, k.sequence, k.is_cancelled, k.location, k.visit_day, k.from_us IS NULL') @> ARRAY[
    'Visit: Ash Nursery 2 1 1 Invented Road, ZZ1 1AA ' || pg_temp.wednesday() + 1 - date '2000-01-01' || ' true'], true,
    'a calendar has the setting, the day and the sequence');
SELECT is(pg_temp.calendar('*')::text LIKE '%Bring%', false, 'a note is not in it');
SELECT is((SELECT array_agg(x) FROM unnest(pg_temp.calendar('(k.until_us - k.from_us) / 60000000')) AS x WHERE x <> '-'), ARRAY['90'], 'times are microseconds');
SELECT is(pg_temp.calendar('k.uid', 'other'), '{}', 'another''s is empty');
\o /dev/null
UPDATE core.planned_visits SET changed_at = current_date - 30 WHERE key = 'd';
\o
SELECT is(cardinality(pg_temp.calendar('k.uid')), 4, 'planner_calendar_cancelled: for 30 days');
\o /dev/null
UPDATE core.planned_visits SET changed_at = changed_at - interval '1 second' WHERE key = 'd';
\o
SELECT is(cardinality(pg_temp.calendar('k.uid')), 3, 'then a cancelled one is gone');
\o /dev/null
UPDATE core.planned_visits SET visit_on = current_date - 90, from_at = NULL, until_at = NULL WHERE key = 'c';
UPDATE core.planned_visits SET visit_on = current_date - 91 WHERE key = 'sat';
\o
SELECT is(cardinality(pg_temp.calendar('k.uid')), 2, 'planner_calendar_past: 90 days, and no more');

-- Found in the log.
CREATE FUNCTION pg_temp.visit(setting text, on_day date, mode text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.visits (setting_id, client_id, key, content, visited_on, mode, topic)
    SELECT pg_temp.setting_id($1), a.id, gen_random_uuid(), gen_random_uuid(), $2, $3, 'provision'
      FROM cast_actors AS a WHERE a.name = 'senco';
$$;
SELECT is(pg_temp.shown('v.state')::text, '{unconfirmed,unconfirmed,planned,cancelled}', 'of a day that is past nobody knows');
\o /dev/null
SELECT pg_temp.visit('Beech Nursery', current_date - 95, 'visit'), pg_temp.visit('Beech Nursery', current_date - 91, 'phone');
\o
SELECT is(pg_temp.shown('v.state')::text, '{unconfirmed,unconfirmed,planned,cancelled}', 'four days off or by telephone is not it');
\o /dev/null
SELECT pg_temp.visit('Beech Nursery', current_date - 94, 'visit');
\o
SELECT is(pg_temp.shown('v.state, v.visited_on')::text, (ARRAY['visited ' || current_date - 94, 'unconfirmed -', 'planned -', 'cancelled -'])::text,
    'planner_visit_match: a visit three days off is it');
SELECT * FROM finish();
ROLLBACK;
