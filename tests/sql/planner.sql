-- planner.sql — each reason at its edge, the order they make, the rankings
-- that are kept, and the visits that are proposed.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('senco', 'area_senco'),
       pg_temp.actor('other', 'area_senco'), pg_temp.actor('school', 'school_system'),
       pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Ash Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Beech Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Cedar Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Dill Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Foreign Nursery', 'ofsted:non_domestic', NULL, NULL, NULL);
CREATE TEMPORARY TABLE loads AS
WITH c AS (
    INSERT INTO core.caseloads (name, client_id)
    SELECT a.name || a.id, a.id FROM cast_actors AS a WHERE a.name IN ('senco', 'other')
    RETURNING id, client_id
)
SELECT a.name AS holder, c.id FROM c JOIN cast_actors AS a ON a.id = c.client_id;
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, s.id, '2020-01-01'
  FROM loads AS l
  JOIN cast_settings AS s ON (s.name = 'Foreign Nursery') = (l.holder = 'other');
CREATE FUNCTION pg_temp.load(holder text DEFAULT 'senco') RETURNS int
LANGUAGE sql AS $$ SELECT l.id FROM loads AS l WHERE l.holder = $1 $$;

-- everywhere a SENCO since long ago and a visit yesterday: no reason is left.
INSERT INTO core.staff (name) VALUES ('Ada Example');
INSERT INTO core.posts (staff_id, setting_id, kind, from_on)
SELECT max(f.id), s.id, 'senco', '2015-01-01' FROM core.staff AS f, cast_settings AS s GROUP BY s.id;
CREATE FUNCTION pg_temp.visit(setting text, on_day date) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.visits (setting_id, client_id, key, content, visited_on, mode, topic)
    SELECT pg_temp.setting_id($1), a.id, gen_random_uuid(), gen_random_uuid(), $2, 'visit', 'provision'
      FROM cast_actors AS a WHERE a.name = 'senco';
$$;
SELECT pg_temp.visit(s.name, current_date - 1) FROM cast_settings AS s;

-- why — setting, finding, weight of each reason.
CREATE FUNCTION pg_temp.why(actor text DEFAULT 'senco', on_day date DEFAULT current_date, columns text DEFAULT
    's.name, r.finding, r.weight') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT %s FROM api.planner_reasons(%s, %L) AS r
        JOIN api.case_settings AS s ON s.id = r.setting_id ORDER BY s.name, r."position"', $3, pg_temp.load(), $2));
$$;
CREATE FUNCTION pg_temp.order_of(columns text DEFAULT 'p.name, p.score', actor text DEFAULT 'senco') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($2, format('SELECT %s FROM api.planner(%s, current_date) AS p ORDER BY p.rank', $1, pg_temp.load()));
$$;
\o
SELECT no_plan();
SELECT is(pg_temp.why(), '{}', 'where nothing stands out there is no reason');
SELECT is(pg_temp.order_of('p.rank, p.name, p.score, p.sentence'),
    ARRAY['1 Ash Nursery 0 Nothing stands out.', '2 Beech Nursery 0 Nothing stands out.',
          '3 Cedar Nursery 0 Nothing stands out.', '4 Dill Nursery 0 Nothing stands out.'],
    'every setting is in the ranking all the same, equals by name');

-- Contact.
\o /dev/null
UPDATE core.visits SET visited_on = current_date - 83 WHERE setting_id = pg_temp.setting_id('Ash Nursery');
UPDATE core.visits SET visited_on = current_date - 84 WHERE setting_id = pg_temp.setting_id('Beech Nursery');
UPDATE core.visits SET visited_on = current_date - 400 WHERE setting_id = pg_temp.setting_id('Cedar Nursery');
DELETE FROM core.visits WHERE setting_id = pg_temp.setting_id('Dill Nursery');
\o
SELECT is(pg_temp.why(), ARRAY['Beech Nursery long_since_contact 8', 'Cedar Nursery long_since_contact 24',
                               'Dill Nursery never_contacted 12'],
    'planner_contact_days: 83 days are none, 84 one period, and planner_contact_most is the most');
SELECT is(pg_temp.order_of('p.name, p.score, p.last_contact_on'),
    ARRAY['Cedar Nursery 24 ' || current_date - 400, 'Dill Nursery 12 -', 'Beech Nursery 8 ' || current_date - 84,
          'Ash Nursery 0 ' || current_date - 83], 'the weights make the order');
SELECT is((pg_temp.why(columns => 'r.rule, r.severity, r.sentence, r.inputs, r.reference'))[1],
    'planner_contact warn the last visit or advice was 84 days ago '
    || jsonb_build_object('n', 1, 'days', 84, 'each', 8, 'most', 24, 'period_days', 84, 'last_contact_on', current_date - 84)::text
    || ' House practice; CoP 5.56', 'a reason is a finding, with its evidence');
\o /dev/null
INSERT INTO core.advice (setting_id, client_id, key, given_on, topic, text)
SELECT pg_temp.setting_id('Dill Nursery'), a.id, 'k', current_date, 'provision', 'Invented.'
  FROM cast_actors AS a WHERE a.name = 'senco';
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason)
VALUES ('planner_contact_days', '2020-01-01', 10, 'A test'), ('planner_contact', '2020-01-01', 1.5, 'A test');
\o
SELECT is(pg_temp.why(), ARRAY['Ash Nursery long_since_contact 12', 'Beech Nursery long_since_contact 12',
                               'Cedar Nursery long_since_contact 24'],
    'advice is contact too; the authority''s own thresholds go before');
\o /dev/null
DELETE FROM core.thresholds;
UPDATE core.visits SET visited_on = current_date;

-- Children: three at Ash, one of them with a plan and one moving.
SELECT pg_temp.child('Kay', 'Ash Nursery', (current_date - interval '2 years')::date, NULL, 'K'),
       pg_temp.child('Eve', 'Ash Nursery', (current_date - interval '2 years')::date, NULL, 'E'),
       pg_temp.child('Nan', 'Ash Nursery', (current_date - interval '2 years')::date, NULL, 'N'),
       pg_temp.child('Oz', 'Foreign Nursery', (current_date - interval '2 years')::date, NULL, 'E');
SELECT pg_temp.move('Kay', 'Ash Nursery', 'EYS', extract(year FROM current_date + interval '4 months')::int, 'Beech Nursery');
UPDATE core.settings SET roll = 9 WHERE id = pg_temp.setting_id('Ash Nursery');
\o
SELECT is(pg_temp.why(), ARRAY['Ash Nursery moving_without_meeting 3', 'Ash Nursery ehc_plans 2'],
    'a child that moves without a meeting, a plan; two of nine are less than 25 in 100 (planner_need_share_from)');
SELECT is(pg_temp.order_of('p.sentence')::text, (ARRAY['One child moves in September without a meeting so far; one child has an EHC plan.',
    'Nothing stands out.', 'Nothing stands out.', 'Nothing stands out.'])::text, 'the weightiest is told first');
\o /dev/null
UPDATE core.settings SET roll = 8 WHERE id = pg_temp.setting_id('Ash Nursery');
\o
SELECT is((pg_temp.why())[3], 'Ash Nursery need_share 6', 'two of eight are 25');
\o /dev/null
INSERT INTO core.rolls (setting_id, source_id, revision, content_hash, counted_on, year_group, headcount)
SELECT pg_temp.setting_id('Ash Nursery'), g, 1, gen_random_uuid(), d, g, n
  FROM (VALUES ('E1', current_date - 9, 20), ('E2', current_date - 9, 4), ('N1', current_date - 99, 1)) AS v (g, d, n);
UPDATE core.transitions SET meeting_on = current_date;
\o
SELECT is(pg_temp.why(), ARRAY['Ash Nursery ehc_plans 2'],
    'the setting''s own last count goes before the register''s; a meeting held today is one');
\o /dev/null
INSERT INTO core.plans (setting_id, source_id, child_id, revision, content_hash, child, start_on, review_due_on)
SELECT r.setting_id, 'p' || n, r.child_id, 1, gen_random_uuid(), r.source_id, current_date - 90, current_date - 1
  FROM core.child_records AS r, generate_series(1, 6) AS n
 WHERE r.child_id = pg_temp.child_id('Kay');
\o
SELECT is((pg_temp.why(columns => 'r.weight, r.sentence, r.inputs'))[1],
    '20 6 reviews are overdue ' || jsonb_build_object('n', 6, 'each', 4, 'most', 20, 'plans_open', 6)::text,
    'six overdue reviews weigh no more than planner_reviews_most');
SELECT is((pg_temp.order_of('p.severity'))[1], 'warn', 'a setting is as grave as its gravest reason');

-- Actions, silence, a new SENCO.
\o /dev/null
DELETE FROM core.plans;
DELETE FROM core.needs;
INSERT INTO core.visit_actions (visit_id, setting_id, client_id, key, content, text, owner, due_on, done_on)
SELECT v.id, v.setting_id, v.client_id, a.k, gen_random_uuid(), 'Invented', 'setting', a.due, a.done
  FROM core.visits AS v
 CROSS JOIN (VALUES ('a', current_date - 1, NULL::date), ('b', current_date, NULL),
                    ('c', current_date - 9, current_date), ('d', NULL, NULL)) AS a (k, due, done)
 WHERE v.setting_id = pg_temp.setting_id('Beech Nursery');
INSERT INTO core.client_grants (client_id, setting_id, granted_at)
SELECT a.id, pg_temp.setting_id('Cedar Nursery'), now() - interval '400 days'
  FROM cast_actors AS a WHERE a.name = 'school';
INSERT INTO core.setting_contacts (setting_id, last_contact_at)
VALUES (pg_temp.setting_id('Cedar Nursery'), current_timestamp - interval '5 days');
UPDATE core.posts SET to_on = current_date - 1 WHERE setting_id = pg_temp.setting_id('Dill Nursery');
INSERT INTO core.staff (name) VALUES ('Bea Example');
INSERT INTO core.posts (staff_id, setting_id, kind, from_on)
SELECT max(f.id), pg_temp.setting_id('Dill Nursery'), 'senco', current_date FROM core.staff AS f;
\o
SELECT is(pg_temp.why(), ARRAY['Beech Nursery actions_overdue 5', 'Cedar Nursery silent 5', 'Dill Nursery senco_new 6'],
    'an action due yesterday and not done, days of silence (core.silences), a SENCO who began today');
\o /dev/null
UPDATE core.setting_contacts SET last_contact_at = current_timestamp - interval '23 hours';
UPDATE core.posts SET from_on = (current_date - interval '6 months')::date WHERE from_on = current_date;
\o
SELECT is(pg_temp.why(), ARRAY['Beech Nursery actions_overdue 5'],
    'not silent within the hours allowed; after planner_senco_new_months a SENCO is no longer new');

-- The SENCO's role (api.senco_states), and the review of a shared one.
\o /dev/null
DELETE FROM core.visit_actions;
DELETE FROM core.posts WHERE setting_id = pg_temp.setting_id('Dill Nursery');
UPDATE core.settings SET type = '1', phase = 2 WHERE id = ANY (ARRAY[pg_temp.setting_id('Ash Nursery'), pg_temp.setting_id('Beech Nursery')]);
UPDATE core.posts SET to_on = current_date - 1 WHERE setting_id = pg_temp.setting_id('Ash Nursery');
\o
SELECT is(pg_temp.why(columns => 's.name, r.finding, r.weight, r.severity, r.rule, r.inputs ->> ''state'' AS state, r.inputs ->> ''judged_by'' AS by'),
    ARRAY['Ash Nursery senco_missing 30 error planner_senco_missing VACANT senco_designated',
          'Beech Nursery senco_unknown 5 warn planner_senco_unknown UNKNOWN senco_q1_teacher_or_head',
          'Dill Nursery senco_not_identified 15 warn planner_senco_not_identified NOT_IDENTIFIED senco_early_years_identified'],
    'a vacant post, one of whose holder too little is known, and nobody named; each with the rule it was judged by');
\o /dev/null
INSERT INTO core.qualifications (staff_id, kind, state)
SELECT p.staff_id, 'qts', 'held' FROM core.posts AS p WHERE p.setting_id = pg_temp.setting_id('Beech Nursery');
\o
SELECT is((pg_temp.why(columns => 'r.finding, r.weight, r.inputs ->> ''state'' AS state'))[2], 'senco_not_qualified 20 OVERDUE',
    'SI 2014/1530 reg 49: a SENCO since 2015 without the qualification (Q4)');
\o /dev/null
UPDATE core.qualifications SET state = 'not_held';
\o
SELECT is((pg_temp.why(columns => 'r.finding, r.weight, r.inputs ->> ''state'' AS state'))[2], 'senco_not_qualified 20 NOT_QTS', 'or who is no qualified teacher (Q1)');
\o /dev/null
UPDATE core.settings SET type = 'ofsted:non_domestic', phase = NULL WHERE id = ANY (SELECT s.id FROM cast_settings AS s);
DELETE FROM core.posts;
INSERT INTO core.posts (staff_id, setting_id, kind, from_on)
SELECT max(f.id), s.id, 'senco', '2015-01-01' FROM core.staff AS f, cast_settings AS s GROUP BY s.id;
WITH a AS (
    INSERT INTO core.sharings (name, staff_id, state, from_on, hours_per_week, proposed_by, decided_by, decided_at, key, sent)
    SELECT 'Invented', max(f.id), 'approved', current_date - 400, 10, min(c.id::text)::uuid, min(c.id::text)::uuid, now(), 'k', '{}'
      FROM core.staff AS f, cast_actors AS c RETURNING id
), m AS (
    INSERT INTO core.sharing_members (sharing_id, setting_id, from_on) SELECT a.id, pg_temp.setting_id('Ash Nursery'), current_date - 400 FROM a
)
INSERT INTO core.sharing_reviews (sharing_id, n, due_on, measures_before) SELECT a.id, 1, current_date - 1, '{}' FROM a;
\o
SELECT is(pg_temp.why(), ARRAY['Ash Nursery sharing_review_overdue 8'], 'SH6: the review of its shared SENCO was due yesterday');
\o /dev/null
UPDATE core.sharing_reviews SET due_on = current_date;
INSERT INTO core.visit_actions (visit_id, setting_id, client_id, key, content, text, owner, due_on)
SELECT v.id, v.setting_id, v.client_id, 'z', gen_random_uuid(), 'Invented', 'setting', current_date - 1
  FROM core.visits AS v WHERE v.setting_id = pg_temp.setting_id('Beech Nursery');
\o
SELECT is(pg_temp.why(), ARRAY['Beech Nursery actions_overdue 5'], 'one that is due today is not overdue');

-- Whose.
SELECT is(pg_temp.why('officer'), pg_temp.why(), 'an officer is shown the same');
SELECT is(pg_temp.why('other'), '{}', 'another Area SENCO nothing');
SELECT is(pg_temp.why('school') || pg_temp.why('administrator') || pg_temp.why('nobody'), '{}', 'nor anybody else');
SELECT is(pg_temp.refusal('school', format('SELECT api.planner_open(%s, NULL)', pg_temp.load())), 'forbidden', 'a school may not ask');
SELECT is(pg_temp.refusal('other', format('SELECT api.planner_open(%s, NULL)', pg_temp.load())), 'not_found',
    'to another Area SENCO the caseload is not there');

-- Kept.
CREATE FUNCTION pg_temp.day(on_day date, actor text DEFAULT 'senco') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($2, format('SELECT p.rank, p.setting, p.name, p.score, p.severity, p.sentence, p.reasons,
        p.last_contact_on, p.next_visit_on FROM api.planner_day(%s, %L) AS p', pg_temp.load(), $1));
$$;
CREATE FUNCTION pg_temp.open(on_day date DEFAULT NULL) RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.refusal('senco', format('SELECT api.planner_open(%s, %L)', pg_temp.load(), $1)) $$;
SELECT is(pg_temp.open(current_date + 1), 'malformed_parameter', 'a day to come is refused');
SELECT is(pg_temp.open(current_date - 1), 'not_found', 'a day of which none was kept is not there');
SELECT is((SELECT count(*)::int FROM core.planner_rankings), 0, 'asking for it keeps nothing');
\o /dev/null
CREATE TEMPORARY TABLE morning AS SELECT pg_temp.day(current_date) AS rows, pg_temp.open() AS opened;
\o
SELECT is((SELECT count(*)::int FROM core.planner_rankings AS r WHERE r.amounts -> 'planner_action_overdue' ->> 'amount' = '5'), 1,
    'the first that is asked for is kept, with the numbers it was made by');
\o /dev/null
UPDATE core.visits SET visited_on = current_date - 90;
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('planner_action_overdue', '2020-01-01', 99, 'A test');
UPDATE core.settings SET name = 'Renamed' WHERE id = pg_temp.setting_id('Beech Nursery');
SELECT pg_temp.open();
\o
SELECT isnt(pg_temp.day(current_date), (SELECT m.rows FROM morning AS m), 'today''s ranking follows data and thresholds');
\o /dev/null
UPDATE core.planner_ranking_rows SET on_date = on_date WHERE false;
SET LOCAL session_replication_role = replica;
UPDATE core.planner_ranking_rows SET on_date = current_date - 1;
UPDATE core.planner_rankings SET on_date = current_date - 1, made_at = made_at - interval '1 day';
SET LOCAL session_replication_role = origin;
\o
SELECT is(pg_temp.open(current_date - 1), NULL, 'a day later it can be asked for');
SELECT is(pg_temp.day(current_date - 1), (SELECT m.rows FROM morning AS m),
    'and is the same in order, weights and evidence, whatever was changed since');
SELECT is(pg_temp.day(current_date - 1, 'officer'), (SELECT m.rows FROM morning AS m), 'for an officer too');
SELECT is(pg_temp.day(current_date - 1, 'other'), '{}', 'for another Area SENCO it is not there');
SELECT is(pg_temp.refusal('senco', 'UPDATE core.planner_ranking_rows SET score = 0'), '42501', 'nobody changes it');
SELECT isnt(has_table_privilege('api', 'core.planner_rankings', 'UPDATE'), true, 'nor does role api');

-- The morning.
\o /dev/null
DELETE FROM core.planner_rankings;
INSERT INTO core.caseloads (name) VALUES ('Nobody''s ' || gen_random_uuid());
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('planner_morning', '2020-01-01', 24, 'A test');
\o
SELECT is((SELECT count(*)::int FROM api.housekeep(1, 1) AS h WHERE h.event = 'kept'), 0, 'before the hour of planner_morning none is made');
\o /dev/null
UPDATE core.thresholds SET amount = 0 WHERE rule_id = 'planner_morning';
\o
SELECT is((SELECT sum(h.amount)::int FROM api.housekeep(1, 1) AS h WHERE h.event = 'kept'),
    (SELECT count(*)::int FROM core.caseloads), 'then of every caseload, as nobody');
SELECT is(current_setting('app.actor', true), '', 'and afterwards it is nobody again');
SELECT is((SELECT count(*)::int FROM core.planner_ranking_rows AS k WHERE k.caseload_id = pg_temp.load()), 4, 'with its settings');
SELECT is((SELECT count(*)::int FROM api.housekeep(1, 1) AS h WHERE h.event = 'kept'), 0, 'once');
\o /dev/null
SET LOCAL session_replication_role = replica;
UPDATE core.planner_ranking_rows SET on_date = (current_date - interval '24 months')::date WHERE caseload_id = pg_temp.load();
UPDATE core.planner_rankings SET on_date = (current_date - interval '24 months')::date WHERE caseload_id = pg_temp.load();
UPDATE core.planner_rankings SET on_date = (current_date - interval '24 months')::date - 1 WHERE caseload_id = pg_temp.load('other');
UPDATE core.planner_ranking_rows SET on_date = (current_date - interval '24 months')::date - 1 WHERE caseload_id = pg_temp.load('other');
SET LOCAL session_replication_role = origin;
\o
SELECT is((SELECT sum(h.amount)::int FROM api.housekeep(1, 1) AS h WHERE h.event = 'pruned' AND h.subject = 'rankings'), 1,
    'planner_kept: 24 months are kept, a day more is not');

-- Proposed.
\o /dev/null
DELETE FROM core.thresholds;
UPDATE core.settings SET name = 'Beech Nursery' WHERE id = pg_temp.setting_id('Beech Nursery');
UPDATE core.settings AS s SET easting = v.e, northing = 400000
  FROM (VALUES ('Ash Nursery', 400000), ('Beech Nursery', 409000), ('Cedar Nursery', 404000), ('Dill Nursery', 405001)) AS v (n, e)
 WHERE s.id = pg_temp.setting_id(v.n);
UPDATE core.visits AS v SET visited_on = current_date - d.n
  FROM (VALUES ('Ash Nursery', 340), ('Beech Nursery', 252), ('Cedar Nursery', 168), ('Dill Nursery', 168)) AS d (s, n)
 WHERE v.setting_id = pg_temp.setting_id(d.s);
DELETE FROM core.visit_actions;
DELETE FROM core.advice;
SELECT pg_temp.visit('Dill Nursery', current_date - 168);
CREATE FUNCTION pg_temp.proposed(columns text DEFAULT 'd.n, p.name', weeks int DEFAULT 2) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('senco', format('SELECT %s FROM api.planner_proposal(%s, %s, current_date) AS p
        JOIN (SELECT w.day, row_number() OVER (ORDER BY w.day) AS n FROM api.law_working_days AS w
               WHERE w.day > current_date) AS d ON d.day = p."on" ORDER BY d.n, p.rank', $1, pg_temp.load(), $2));
$$;
\o
SELECT is(pg_temp.order_of(), ARRAY['Ash Nursery 24', 'Beech Nursery 24', 'Cedar Nursery 16', 'Dill Nursery 16'], 'say it stands so');
SELECT is(pg_temp.proposed(), ARRAY['1 Ash Nursery', '1 Cedar Nursery', '2 Beech Nursery', '2 Dill Nursery'],
    'the first working day has the highest and who is within 5,000 metres of it (planner_near_metres), the next the next');
SELECT is((pg_temp.proposed('p.near_name, p.metres, p.why'))[2], 'Ash Nursery 4000 The last visit or advice was 168 days ago. '
    || 'Number 3 of the caseload. On the day of Ash Nursery, 4.0 km away.', 'each says why');
SELECT is(pg_temp.proposed(), pg_temp.proposed(), 'asked again it is the same');
SELECT is(array_remove(pg_temp.proposed('extract(isodow FROM p."on") < 6 AND p.week_on = date_trunc(''week'', p."on")', 12), 'true'), '{}',
    'on weekdays only');
\o /dev/null
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('planner_visits_a_day', '2020-01-01', 1, 'A test');
\o
SELECT is(pg_temp.proposed(), ARRAY['1 Ash Nursery', '2 Beech Nursery', '3 Cedar Nursery', '4 Dill Nursery'], 'planner_visits_a_day');
\o /dev/null
UPDATE core.thresholds SET rule_id = 'planner_visits_a_week';
\o
SELECT is((SELECT array_agg(DISTINCT x.week) = pg_temp.proposed('p.week_on', 3) AND count(*) >= 3
             FROM unnest(pg_temp.proposed('p.week_on', 3)) AS x (week)), true, 'planner_visits_a_week: one in each');
SELECT is(pg_temp.proposed('p.name', 1), ARRAY['Ash Nursery'], 'of the highest rank');
\o /dev/null
UPDATE core.thresholds SET rule_id = 'planner_visit_score', amount = 17;
\o
SELECT is(pg_temp.proposed('p.name'), ARRAY['Ash Nursery', 'Beech Nursery'], 'planner_visit_score: who is in no need is not proposed');
\o /dev/null
UPDATE core.thresholds SET amount = 0;
UPDATE core.visits SET visited_on = current_date - 27 WHERE setting_id = pg_temp.setting_id('Ash Nursery');
UPDATE core.visits SET visited_on = current_date - 28 WHERE setting_id = pg_temp.setting_id('Beech Nursery');
INSERT INTO core.planned_visits (caseload_id, setting_id, client_id, key, asked, visit_on)
SELECT pg_temp.load(), pg_temp.setting_id('Dill Nursery'), a.id, 'k', '', (SELECT min(w.day) FROM law.working_days AS w WHERE w.day > current_date)
  FROM cast_actors AS a WHERE a.name = 'senco';
\o
SELECT is(pg_temp.proposed(), ARRAY['1 Cedar Nursery', '2 Beech Nursery'],
    'not within 28 days of a visit (planner_visit_gap), not who is planned already; and near that visit on its day');
SELECT is(pg_temp.proposed('p.near_name, p.metres'), ARRAY['Dill Nursery 1001', '- -'], 'it says so');
\o /dev/null
UPDATE core.settings SET easting = NULL, postcode = 'ZZ1 1AA' WHERE id = ANY (SELECT s.id FROM cast_settings AS s);
\o
SELECT is(pg_temp.proposed('p.near_name, p.metres, p.why LIKE ''%%same postcode district.'''), ARRAY['Dill Nursery - true', '- - false'],
    'without coordinates the postcode district is what is near');

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
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.planner_day(1, current_date)'), '%Function Scan%', 'no Function Scan in a ranking');
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.planner_proposal(1, 4, current_date)'), '%Function Scan%', 'nor in a proposal');
SELECT * FROM finish();
ROLLBACK;
