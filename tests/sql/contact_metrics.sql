-- contact_metrics.sql — what Area SENCOs do, counted: spans and terms by rows
-- of law.rules, nothing of others' settings, nothing that is not yet.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
\ir ../lib/contacts.sql
-- The day asked for is 10 November 2026, of the term that began on 1 September.
CREATE FUNCTION pg_temp.author() RETURNS uuid LANGUAGE sql AS $$ SELECT a.id FROM cast_actors AS a WHERE a.name = 'area' $$;
INSERT INTO core.visits (setting_id, child_id, client_id, key, content, visited_on, mode, topic, sendiass_on, sendiass_method)
SELECT pg_temp.setting_id(w.setting), pg_temp.child_id(w.child), pg_temp.author(), 'v' || w.n, gen_random_uuid(), w.on_date, 'visit', 'provision',
       w.told, CASE WHEN w.told IS NOT NULL THEN 'spoken' END
  FROM (VALUES (1, 'Nursery', NULL, date '2025-11-10', NULL::date), (2, 'Nursery', NULL, '2025-11-11', NULL), (3, 'Nursery', NULL, '2026-08-31', NULL),
    (4, 'Nursery', 'Fern', '2026-09-01', NULL), (5, 'Nursery', 'Fern', '2026-10-01', '2026-10-01'), (6, 'Nursery', NULL, '2026-11-11', NULL),
    (7, 'Second', 'Holm', '2025-11-10', NULL)) AS w (n, setting, child, on_date, told);
INSERT INTO core.advice (setting_id, client_id, key, given_on, topic, text)
SELECT pg_temp.setting_id(w.setting), pg_temp.author(), w.on_date::text, w.on_date, 'provision', 'Invented.'
  FROM (VALUES ('Nursery', date '2026-10-20'), ('Second', '2026-01-02')) AS w (setting, on_date);
INSERT INTO core.referrals (setting_id, child_id, client_id, key, content, referred_on, level, sendiass_on, sendiass_method)
SELECT pg_temp.setting_id('Second'), pg_temp.child_id('Holm'), pg_temp.author(), 'r', gen_random_uuid(), '2026-03-01', 'statutory', NULL, NULL;
INSERT INTO core.support_cases (setting_id, client_id, key, content, issue, opened_on, closed_on, outcome)
SELECT pg_temp.setting_id(w.setting), pg_temp.author(), 'c' || w.n, gen_random_uuid(), 'Invented', w.opened, w.closed, 'done' FROM (VALUES
    (1, 'Nursery', date '2026-01-01', date '2026-01-11'), (2, 'Second', '2026-01-01', '2026-01-21'), (3, 'Nursery', '2025-01-01', '2025-11-10'),
    (4, 'Nursery', '2026-11-01', '2026-11-11')) AS w (n, setting, opened, closed);
INSERT INTO core.support_cases (setting_id, client_id, key, content, issue, opened_on)
SELECT pg_temp.setting_id('Second'), pg_temp.author(), 'c5', gen_random_uuid(), 'Invented', '2026-11-11';
CREATE FUNCTION pg_temp.course(n text, on_date date, setting text, staff int[], senco boolean) RETURNS void LANGUAGE sql AS $$
    WITH e AS (INSERT INTO core.training_events (client_id, key, content, held_on, title, topic, hours)
               SELECT pg_temp.author(), $1, gen_random_uuid(), $2, 'Invented', 'provision', 2 RETURNING id)
    INSERT INTO core.training_attendance (event_id, setting_id, people, staff_ids, senco_came)
    SELECT e.id, pg_temp.setting_id($3), 3, $4, $5 FROM e;
$$;
WITH m AS (INSERT INTO core.network_meetings (client_id, key, content, held_on, title)
           VALUES (pg_temp.author(), 'm', gen_random_uuid(), '2026-10-05', 'Invented') RETURNING id)
INSERT INTO core.network_attendance (meeting_id, setting_id, people)
SELECT m.id, pg_temp.setting_id(w.setting), w.people FROM m, (VALUES ('Nursery', 2), ('Second', 0)) AS w (setting, people);
WITH i AS (INSERT INTO core.practice_items (client_id, key, content, shared_on, title)
           VALUES (pg_temp.author(), 'i', gen_random_uuid(), '2026-10-05', 'Invented') RETURNING id)
INSERT INTO core.practice_reach (item_id, setting_id, reached_on)
SELECT i.id, pg_temp.setting_id(w.setting), '2026-10-06' FROM i, (VALUES ('Nursery'), ('Second')) AS w (setting);
INSERT INTO core.agency_contacts (setting_id, child_id, client_id, key, content, held_on, agencies, purpose)
SELECT pg_temp.setting_id(w.setting), pg_temp.child_id(w.child), pg_temp.author(), 'a' || w.n, gen_random_uuid(), w.on_date, w.agencies, 'Invented'
  FROM (VALUES (1, 'Nursery', 'Fern', date '2026-10-01', '{camhs,portage}'::text[]), (2, 'Second', NULL, '2026-10-02', '{portage}'),
    (3, 'Second', NULL, '2025-11-10', '{careers}')) AS w (n, setting, child, on_date, agencies);
WITH g AS (INSERT INTO core.groups (kind, name) VALUES ('childminder_agency', 'Invented Agency'), ('childminder_agency', 'Invented Other') RETURNING id, name),
     m AS (INSERT INTO core.group_settings (group_id, setting_id, from_on)
           SELECT g.id, pg_temp.setting_id(CASE WHEN g.name LIKE '%Other' THEN 'Nursery' ELSE 'Second' END), '2020-01-01' FROM g)
INSERT INTO core.agency_contacts (group_id, client_id, key, content, held_on, agencies, purpose)
SELECT g.id, pg_temp.author(), 'g', gen_random_uuid(), '2025-11-11', '{}', 'Invented' FROM g WHERE g.name = 'Invented Agency';
CREATE FUNCTION pg_temp.of(actor text, columns text, on_date date DEFAULT '2026-11-10') RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT name, %s FROM api.setting_contacts_by_area(%L) WHERE ref IN (%L, %L, %L, %L) ORDER BY name', $2, $3,
        pg_temp.ref('Nursery'), pg_temp.ref('Second'), pg_temp.ref('Juniors'), pg_temp.ref('Nobody''s'))) $$;
CREATE FUNCTION pg_temp.area(columns text, on_date date DEFAULT '2026-11-10', actor text DEFAULT 'area') RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($3, format('SELECT %s FROM api.contacts_by_area(%L) WHERE caseload LIKE ''Caseload of area%%''', $1, $2)) $$;
\o
SELECT no_plan();

SELECT is(pg_temp.of('area', 'last_visit_on, last_advice_on, last_contact_on, days_since_contact'),
    ARRAY['Nursery 2026-10-01 2026-10-20 2026-10-20 21', 'Second 2025-11-10 2026-01-02 2026-01-02 312'],
    'domain.md 2: days since the last contact, a visit or advice; tomorrow''s is not yet');
SELECT is(pg_temp.of('area', 'visits_term, visits_year'), ARRAY['Nursery 2 4', 'Second 0 0'],
    'rules term_autumn and contacts_year: from 1 September, and the year from 11 November');
SELECT is(pg_temp.of('area', 'visits_term', '2026-08-31'), ARRAY['Nursery 1', 'Second 0'], 'rule term_summer: on 31 August the term is the summer''s');
SELECT is(pg_temp.of('area', 'visits_term', '2026-03-31'), ARRAY['Nursery 0', 'Second 0'], 'rule term_spring: on 31 March the spring''s');
SELECT is(pg_temp.of('area', 'open_cases'), ARRAY['Nursery 1', 'Second 0'], 'cases open that day');
SELECT is(pg_temp.of('area', 'new_cases, signposted'), ARRAY['Nursery 1 1', 'Second 0 0'],
    'CoP 5.56: a child is new on the first day the service had to do with it; a referral after that is none');
SELECT is(pg_temp.of('area', 'new_cases, signposted', '2026-09-30'), ARRAY['Nursery 1 0', 'Second 1 0'],
    'told on 1 October is not told on 30 September; then the other child was new within the year');
SELECT is(pg_temp.of('area', 'networks, practice'), ARRAY['Nursery 1 1', 'Second 0 1'], 'meetings somebody came to, and practice received');

-- Trained.
SELECT is(pg_temp.of('officer', 'is_trained, is_trained_long'), ARRAY['Juniors false false', 'Nobody''s false false', 'Nursery false false', 'Second false false'],
    'nobody is trained yet');
\o /dev/null
SELECT pg_temp.course('t1', '2025-11-11', 'Nursery', ARRAY[pg_temp.staff_id('Ada Example')], false), pg_temp.course('t2', '2026-01-31', 'Juniors', '{}', true);
\o
SELECT is(pg_temp.of('officer', 'is_trained, is_trained_long'), ARRAY['Juniors false false', 'Nobody''s false false', 'Nursery true true', 'Second false false'],
    'rules training_recent, training_recent_long: the SENCO by name; of one whose post began later it was not this SENCO who came');
SELECT is(pg_temp.of('area', 'is_trained, is_trained_long', '2026-11-11'), ARRAY['Nursery false true', 'Second false false'], 'twelve months later only the longer span holds');
SELECT is(pg_temp.of('area', 'is_trained_long', '2027-11-10'), ARRAY['Nursery true', 'Second false'], 'and that for twenty-four');
SELECT is(pg_temp.of('area', 'is_trained_long', '2027-11-11'), ARRAY['Nursery false', 'Second false'], 'no longer');
\o /dev/null
SELECT pg_temp.course('t3', '2026-02-01', 'Juniors', '{}', true);
\o
SELECT is(pg_temp.of('foreign area', 'is_trained'), ARRAY['Juniors true'], 'a SENCO who came without a name counts from her first day in post');

-- By area.
SELECT is(pg_temp.area('settings, never_contacted, median_days_since_contact, visits_term, visits_year, open_cases, median_days_to_close'),
    ARRAY['2 0 166.5 2 4 1 15'], 'an area is the sum of its settings; the median of cases closed in the year');
SELECT is(pg_temp.area('new_cases, signposted, signposted_percent, trained, trained_percent, trained_long_percent, network_settings, practice_settings'),
    ARRAY['1 1 100 1 50 50 1 2'], 'shares are of a hundred');
SELECT is(pg_temp.area('settings, never_contacted, median_days_since_contact, median_days_to_close, signposted_percent', '2020-06-01'), ARRAY['2 2 - - -'],
    'where there is nothing to share it is NULL');
SELECT is(pg_temp.seen('officer', 'SELECT count(*) > 0 AS has FROM api.contacts_by_area(''2026-11-10'') WHERE caseload_id IS NULL'), '{true}',
    'settings in no caseload are a row of their own for who sees them');
\o /dev/null
UPDATE core.settings SET closed_on = '2026-11-09' WHERE id = pg_temp.setting_id('Second');
\o
SELECT is(pg_temp.area('settings'), '{1}', 'a setting that has closed counts no more');
SELECT is(pg_temp.area('settings', '2026-11-09'), '{2}', 'on its last day it does');

-- By agency and group.
SELECT is(pg_temp.seen('area', 'SELECT agency, title, contacts, children, settings, last_on FROM api.contacts_by_agency(''2026-11-10'') ORDER BY 1'),
    ARRAY['camhs Child and adolescent mental health service 1 1 1 2026-10-01', 'portage Portage 2 1 2 2026-10-02'], 'domain.md 2: contacts by agency in the year');
SELECT is(pg_temp.seen('area', 'SELECT name, kind, settings, contacts_year, last_on, is_contacted FROM api.contacts_by_group(''2026-11-10'') WHERE name LIKE ''Invented %'' ORDER BY 1'),
    ARRAY['Invented Agency childminder_agency 1 1 2025-11-11 true', 'Invented Other childminder_agency 1 0 - false'], 'CoP 5.58: agencies contacted in the year');

-- Nobody else.
SELECT is(pg_temp.seen(w.who, format('SELECT count(*) FROM api.%s(''2026-11-10'')', f.f)), '{0}', w.who || ' gets nothing of ' || f.f)
  FROM (VALUES ('school'), ('senco'), ('administrator'), ('auditor'), ('nobody')) AS w (who),
       (VALUES ('setting_contacts_by_area'), ('contacts_by_area'), ('contacts_by_agency'), ('contacts_by_group')) AS f (f);
SELECT is(pg_temp.of('foreign area', 'visits_year'), ARRAY['Juniors 0'], 'an Area SENCO counts her own settings only');

CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_line text;
    v_plan text := '';
BEGIN
    PERFORM pg_temp.act('area');
    FOR v_line IN EXECUTE 'EXPLAIN ' || query LOOP
        v_plan := v_plan || v_line || E'\n';
    END LOOP;
    PERFORM pg_temp.rest();
    RETURN v_plan;
END
$$;
SELECT unalike(pg_temp.plan_of(format('SELECT * FROM api.%s(''2026-11-10'')', f.f)), '%Function Scan%', f.f || ': no Function Scan is left in the plan')
  FROM (VALUES ('contact_spans'), ('setting_contacts_by_area'), ('contacts_by_area'), ('contacts_by_agency'), ('contacts_by_group')) AS f (f);
SELECT * FROM finish();
ROLLBACK;
