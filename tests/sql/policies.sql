-- policies.sql — a setting's data does not exist for another: not to read,
-- not to add to, not to change; tried as role api, straight at the tables.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('foreign school', 'school_system'),
       pg_temp.actor('senco', 'area_senco'), pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('manager', 'la_manager'), pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('foreign school', 'Juniors');
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name = 'senco';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id('Primary'), '2020-01-01' FROM core.caseloads AS l JOIN cast_actors AS a ON a.id = l.client_id;
SELECT pg_temp.merge('school', 'Primary', 'child', '[{"id":"c","rev":1,"surname":"Briar","born_on":"2018-01-01","upn":"Z999000018001"}]'),
       pg_temp.merge('school', 'Primary', 'placement', '[{"id":"p","rev":1,"child":"c","start_on":"2025-09-01"}]'),
       pg_temp.merge('school', 'Primary', 'need', '[{"id":"n","rev":1,"child":"c","provision":"E","start_on":"2025-09-01"}]'),
       pg_temp.merge('school', 'Primary', 'transition', '[{"id":"t","rev":1,"child":"c","kind":"PRS","year":2027}]'),
       pg_temp.merge('foreign school', 'Juniors', 'child', '[{"id":"own","rev":1,"surname":"Thorn","born_on":"2018-01-01"}]');
CREATE TEMPORARY TABLE briar AS
    SELECT r.child_id AS id FROM core.child_records AS r
     WHERE r.setting_id = pg_temp.setting_id('Primary') AND r.source_id = 'c';
INSERT INTO core.ehc_transfers (child_id, year) SELECT b.id, 2027 FROM briar AS b;
INSERT INTO core.child_redirects (child_id, into_child_id) SELECT gen_random_uuid(), b.id FROM briar AS b;
INSERT INTO core.child_separations (child_id, other_child_id, setting_id, source_id)
SELECT gen_random_uuid(), b.id, pg_temp.setting_id('Primary'), 'c' FROM briar AS b;
INSERT INTO core.child_numbers_apart (setting_id, scheme, value, born_on, child_id)
SELECT pg_temp.setting_id('Primary'), 'upn', 'x', '2018-01-01', b.id FROM briar AS b;
INSERT INTO core.advice (setting_id, child_id, client_id, key, given_on, topic, text)
SELECT pg_temp.setting_id('Primary'), b.id, a.id, 'k', now(), 'provision', 'Invented.' FROM briar AS b, cast_actors AS a WHERE a.name = 'senco';
INSERT INTO core.visits (setting_id, child_id, client_id, key, content, visited_on, mode, topic)
SELECT pg_temp.setting_id('Primary'), b.id, a.id, 'k', gen_random_uuid(), now(), 'visit', 'provision' FROM briar AS b, cast_actors AS a WHERE a.name = 'senco';
INSERT INTO core.referrals (setting_id, child_id, client_id, key, content, referred_on, level)
SELECT pg_temp.setting_id('Primary'), b.id, a.id, 'k', gen_random_uuid(), now(), 'statutory' FROM briar AS b, cast_actors AS a WHERE a.name = 'senco';
INSERT INTO core.agency_contacts (setting_id, child_id, client_id, key, content, held_on, agencies, purpose)
SELECT pg_temp.setting_id('Primary'), b.id, a.id, 'k', gen_random_uuid(), now(), '{camhs}', 'Invented.' FROM briar AS b, cast_actors AS a WHERE a.name = 'senco';
INSERT INTO core.between_resolutions (setting_id, child_id, left_on, kind, resolved_on, client_id, key, content)
SELECT pg_temp.setting_id('Primary'), b.id, now(), 'traced', now(), a.id, 'k', gen_random_uuid() FROM briar AS b, cast_actors AS a WHERE a.name = 'officer';
INSERT INTO core.caseload_children (caseload_id, setting_id, child_id, from_on)
SELECT l.id, pg_temp.setting_id('Primary'), b.id, '2020-01-01' FROM core.caseloads AS l, briar AS b;
INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id, key, content)
SELECT b.id, 'parent', '2026-01-01', a.id, 'k', gen_random_uuid() FROM briar AS b, cast_actors AS a WHERE a.name = 'officer';
INSERT INTO core.ehc_events (case_id, child_id, event, on_date, client_id, key)
SELECT e.id, e.child_id, 'request_received', '2026-01-01', e.client_id, 'k' FROM core.ehc_cases AS e;
INSERT INTO core.ehc_plans (case_id, child_id, event_id, n, kind, issued_on, client_id, key, content)
SELECT e.case_id, e.child_id, e.id, 1, 'draft', '2026-01-01', e.client_id, 'k', gen_random_uuid() FROM core.ehc_events AS e JOIN briar AS b ON b.id = e.child_id;
INSERT INTO core.ehc_outcomes (plan_id, child_id, outcome, client_id, key, content)
SELECT p.id, p.child_id, 'Invented.', p.client_id, 'k', gen_random_uuid() FROM core.ehc_plans AS p JOIN briar AS b ON b.id = p.child_id;
INSERT INTO core.ehc_placements (case_id, child_id, plan_id, event_id, type, client_id, key, content)
SELECT p.case_id, p.child_id, p.id, p.event_id, 'special', p.client_id, 'k', gen_random_uuid() FROM core.ehc_plans AS p JOIN briar AS b ON b.id = p.child_id;
INSERT INTO core.ehc_budgets (case_id, child_id, event_id, kind, from_on, client_id, key, content)
SELECT p.case_id, p.child_id, p.event_id, 'arranged', '2026-01-01', p.client_id, 'k', gen_random_uuid() FROM core.ehc_plans AS p JOIN briar AS b ON b.id = p.child_id;
INSERT INTO core.ehc_adulthood (event_id, child_id, areas, client_id)
SELECT p.event_id, p.child_id, '{}', p.client_id FROM core.ehc_plans AS p JOIN briar AS b ON b.id = p.child_id;
INSERT INTO core.sen2_persons (child_id) SELECT b.id FROM briar AS b;
INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, target_on, made_by)
SELECT b.id, 2027, 'PRS', pg_temp.setting_id('Primary'), '2027-09-01', a.id FROM briar AS b, cast_actors AS a WHERE a.name = 'officer';
INSERT INTO core.transition_steps (case_id, child_id, n, step, client_id)
SELECT t.id, t.child_id, 1, 'planned', t.made_by FROM core.transition_cases AS t;
INSERT INTO core.handovers (case_id, child_id, version, year, kind, from_setting_id, to_setting_id, state, agreed_on, agreed_by, sent_at, made_by, key)
SELECT t.id, t.child_id, 1, 2027, 'PRS', t.from_setting_id, t.from_setting_id, 'sent', now(), 'parent', now(), t.made_by, 'k' FROM core.transition_cases AS t;
INSERT INTO core.handover_sections (handover_id, child_id, section, lines, is_restricted, client_id)
SELECT h.id, h.child_id, 'identity', '{Invented.}', false, h.made_by FROM core.handovers AS h;
INSERT INTO core.handover_questions (handover_id, case_id, child_id, n, question, client_id, key, content)
SELECT h.id, h.case_id, h.child_id, 1, 'Invented?', h.made_by, 'k', gen_random_uuid() FROM core.handovers AS h;
INSERT INTO core.ctf_files (case_id, child_id, setting_id, sender, receiver, year, serial, content, client_id)
SELECT h.case_id, h.child_id, h.from_setting_id, '3589001', '3589002', 2026, 1, gen_random_uuid(), h.made_by FROM core.handovers AS h;
INSERT INTO core.transition_consultations (case_id, child_id, n, setting_id, sent_on, year, kind, target_on, client_id, key, content)
SELECT t.id, t.child_id, 1, pg_temp.setting_id('Primary'), '2027-01-01', 2027, 'PRS', '2027-09-01', t.made_by, 'k', gen_random_uuid() FROM core.transition_cases AS t;
INSERT INTO core.transition_plans (case_id, child_id, changed_by)
SELECT t.id, t.child_id, t.made_by FROM core.transition_cases AS t;
SELECT core.facts_settle(ARRAY[b.id]) FROM briar AS b;
INSERT INTO core.setting_contacts (setting_id, last_batch_at) VALUES (pg_temp.setting_id('Primary'), now());
INSERT INTO core.sync_batches (client_id, key, body_sha256, setting_id, records, outcomes, details)
SELECT a.id, 'k', '\x00', pg_temp.setting_id('Primary'), 0, '', '{}' FROM cast_actors AS a WHERE a.name = 'school';

INSERT INTO core.proposals (setting_id, client_id, kind, source_id, child_id, data, content_hash, revision)
SELECT pg_temp.setting_id('Primary'), a.id, 'ehc_transfer', 'x', b.id, '{}', gen_random_uuid(), 1
  FROM cast_actors AS a, briar AS b WHERE a.name = 'school';

-- as_api — what a statement does as role api for that actor: the number of
-- rows, or the SQLSTATE.
CREATE FUNCTION pg_temp.as_api(actor text, statement text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_rows bigint;
BEGIN
    PERFORM pg_temp.act(actor);
    PERFORM set_config('role', 'api', true);
    EXECUTE statement;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    PERFORM pg_temp.rest();
    RETURN v_rows;
EXCEPTION WHEN OTHERS THEN
    PERFORM pg_temp.rest();
    RETURN SQLSTATE;
END
$$;
-- Every table with a child in it, the way to Briar's rows there, a row to add
-- that would be Briar's, and a column to change.
CREATE TEMPORARY TABLE tables (name text, mine text, addition text, change text);
INSERT INTO tables
SELECT t.name, replace(replace(t.mine, '$s', s.s), '$c', quote_literal(b.id)),
       replace(replace(t.addition, '$s', s.s), '$c', quote_literal(b.id)), t.change
  FROM briar AS b, (SELECT pg_temp.setting_id('Primary')::text AS s) AS s, (VALUES
    ('core.children', 'id = $c', '(id, born_on) VALUES (gen_random_uuid(), now())', 'sex = NULL'),
    ('core.child_identifiers', 'child_id = $c', '(scheme, value, born_on, child_id) VALUES (''uln'', ''1'', now(), $c)', 'value = ''2'''),
    ('core.child_records', 'setting_id = $s', '(setting_id, source_id, child_id, revision, content_hash, surname, born_on)
        VALUES ($s, ''x'', $c, 1, gen_random_uuid(), ''X'', now())', 'sex = NULL'),
    ('core.placements', 'setting_id = $s', '(setting_id, source_id, child_id, revision, content_hash, child, start_on)
        VALUES ($s, ''x'', $c, 1, gen_random_uuid(), ''c'', now())', 'end_on = NULL'),
    ('core.needs', 'setting_id = $s', '(setting_id, source_id, child_id, revision, content_hash, child, provision, start_on)
        VALUES ($s, ''x'', $c, 1, gen_random_uuid(), ''c'', ''K'', now())', 'end_on = NULL'),
    ('core.transitions', 'setting_id = $s', '(setting_id, source_id, child_id, revision, content_hash, child, kind, year)
        VALUES ($s, ''x'', $c, 1, gen_random_uuid(), ''c'', ''PRS'', 2027)', 'target_on = NULL'),
    ('core.changes', 'setting_id = $s', '(setting_id, kind, source_id, op, child_id, revision) VALUES ($s, ''need'', ''x'', ''put'', $c, 1)', 'revision = 2'),
    ('core.setting_contacts', 'setting_id = $s', '(setting_id) VALUES ($s)', 'last_data_at = NULL'),
    ('core.ehc_transfers', 'child_id = $c', '(child_id, year) VALUES ($c, 2028)', 'version = 2'),
    ('core.ehc_cases', 'child_id = $c', '(child_id, source, opened_on, client_id, key, content)
        SELECT $c, ''parent'', now(), c.id, ''y'', gen_random_uuid() FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'version = 2'),
    ('core.ehc_events', 'child_id = $c', '(case_id, child_id, event, on_date, client_id, key)
        SELECT gen_random_uuid(), $c, ''request_received'', now(), c.id, ''y'' FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'year = 2'),
    ('core.ehc_plans', 'child_id = $c', '(case_id, child_id, event_id, n, kind, issued_on, client_id, key, content)
        SELECT gen_random_uuid(), $c, gen_random_uuid(), 2, ''draft'', now(), c.id, ''y'', gen_random_uuid() FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'year = 2027'),
    ('core.ehc_outcomes', 'child_id = $c', '(plan_id, child_id, outcome, client_id, key, content)
        SELECT gen_random_uuid(), $c, ''X'', c.id, ''y'', gen_random_uuid() FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'outcome = ''Y'''),
    ('core.ehc_placements', 'child_id = $c', '(case_id, child_id, plan_id, event_id, type, client_id, key, content)
        SELECT gen_random_uuid(), $c, gen_random_uuid(), gen_random_uuid(), ''special'', c.id, ''y'', gen_random_uuid() FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'version = 2'),
    ('core.ehc_budgets', 'child_id = $c', '(case_id, child_id, event_id, kind, from_on, client_id, key, content)
        SELECT gen_random_uuid(), $c, gen_random_uuid(), ''arranged'', now(), c.id, ''y'', gen_random_uuid() FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'version = 2'),
    ('core.ehc_adulthood', 'child_id = $c', '(event_id, child_id, areas, client_id)
        SELECT gen_random_uuid(), $c, ''{}'', c.id FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'version = 2'),
    ('core.sen2_persons', 'child_id = $c', '(child_id) VALUES ($c)', 'version = 2'),
    ('core.transition_cases', 'child_id = $c', '(child_id, year, kind, target_on, made_by)
        SELECT $c, 2028, ''PRS'', now(), c.id FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'version = 2'),
    ('core.transition_steps', 'child_id = $c', '(case_id, child_id, n, step, client_id)
        SELECT gen_random_uuid(), $c, 2, ''offered'', c.id FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'n = 3'),
    ('core.handovers', 'child_id = $c', '(case_id, child_id, version, year, kind, from_setting_id, made_by, key)
        SELECT gen_random_uuid(), $c, 2, 2027, ''PRS'', $s, c.id, ''y'' FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'revision = 2'),
    ('core.handover_sections', 'child_id = $c', '(handover_id, child_id, section, lines, is_restricted, client_id)
        SELECT gen_random_uuid(), $c, ''risk'', ''{X}'', false, c.id FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'lines = ''{Y}'''),
    ('core.handover_questions', 'child_id = $c', '(handover_id, case_id, child_id, n, question, client_id, key, content)
        SELECT gen_random_uuid(), gen_random_uuid(), $c, 2, ''X'', c.id, ''y'', gen_random_uuid() FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'n = 3'),
    ('core.ctf_files', 'child_id = $c', '(case_id, child_id, setting_id, sender, receiver, year, serial, content, client_id)
        SELECT gen_random_uuid(), $c, $s, ''X'', ''Y'', 2026, 2, gen_random_uuid(), c.id FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'serial = 3'),
    ('core.transition_consultations', 'child_id = $c', '(case_id, child_id, n, setting_id, sent_on, year, kind, target_on, client_id, key, content)
        SELECT gen_random_uuid(), $c, 2, $s, now(), 2027, ''PRS'', now(), c.id, ''y'', gen_random_uuid() FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'n = 3'),
    ('core.transition_plans', 'child_id = $c', '(case_id, child_id, changed_by)
        SELECT gen_random_uuid(), $c, c.id FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'version = 2'),
    ('core.sync_batches', 'setting_id = $s AND key = ''k''', '(client_id, key, body_sha256, setting_id, records, outcomes, details)
        SELECT c.id, ''x'', ''\x00'', $s, 0, '''', ''{}'' FROM core.clients AS c WHERE c.name LIKE ''school %''', 'outcomes = '''''),
    ('core.facts_told', 'setting_id = $s', '(setting_id, kind, source_id, child_id, hash, revision)
        VALUES ($s, ''handover'', ''x'', $c, gen_random_uuid(), 1)', 'revision = 2'),
    ('core.proposals', 'setting_id = $s', '(setting_id, client_id, kind, source_id, child_id, data, content_hash, revision)
        SELECT $s, c.id, ''ehc_transfer'', ''y'', $c, ''{}'', gen_random_uuid(), 1 FROM core.clients AS c WHERE c.name LIKE ''school %''', 'revision = 2'),
    ('core.child_redirects', 'into_child_id = $c', '(child_id, into_child_id) VALUES (gen_random_uuid(), $c)', 'at = now()'),
    ('core.caseload_children', 'setting_id = $s', '(caseload_id, setting_id, child_id, from_on)
        SELECT l.id, $s, $c, now() FROM core.caseloads AS l', 'to_on = NULL'),
    ('core.advice', 'setting_id = $s', '(setting_id, child_id, client_id, key, given_on, topic, text)
        SELECT $s, $c, c.id, ''y'', now(), ''provision'', ''X'' FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'text = ''Y'''),
    ('core.visits', 'setting_id = $s', '(setting_id, child_id, client_id, key, content, visited_on, mode, topic)
        SELECT $s, $c, c.id, ''y'', gen_random_uuid(), now(), ''visit'', ''provision'' FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'met = ''Y'''),
    ('core.referrals', 'setting_id = $s', '(setting_id, child_id, client_id, key, content, referred_on, level)
        SELECT $s, $c, c.id, ''y'', gen_random_uuid(), now(), ''statutory'' FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'reason = ''Y'''),
    ('core.between_resolutions', 'setting_id = $s', '(setting_id, child_id, left_on, kind, resolved_on, client_id, key, content)
        SELECT $s, $c, now(), ''traced'', now(), c.id, ''y'', gen_random_uuid() FROM core.clients AS c WHERE c.name LIKE ''foreign school %''', 'note = ''Y''')
  ) AS t (name, mine, addition, change);
\o
SELECT plan(19 + 7 * (SELECT count(*)::int FROM tables));

-- Every table that names a child is one of those, a kind's, or the audit log.
SELECT is((SELECT array_agg(DISTINCT c.oid::regclass::text ORDER BY c.oid::regclass::text)
             FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
            WHERE c.relkind = 'r' AND c.relnamespace IN ('core'::regnamespace, 'law'::regnamespace, 'audit'::regnamespace)
              AND NOT a.attisdropped
              AND a.attname IN ('child_id', 'child_ids', 'upn', 'uln', 'nhs_number', 'born_on', 'surname')
              AND c.oid::regclass::text NOT IN (SELECT t.name FROM tables AS t UNION ALL SELECT 'core.' || k.table_name FROM core.kinds AS k WHERE k.table_name IS NOT NULL)),
    '{audit.entries,core.agency_contacts,core.child_numbers_apart,core.child_separations}', 'no table with a child in it is left out here, but for the log and what no setting sees');
SELECT is(pg_temp.as_api(a.name, format('SELECT FROM core.%I', t.name)), CASE a.name WHEN 'officer' THEN '1' ELSE '0' END,
        'core.' || t.name || ': what ' || a.name || ' sees')
  FROM (VALUES ('agency_contacts'), ('child_numbers_apart'), ('child_separations')) AS t (name), (VALUES ('officer'), ('school'), ('administrator')) AS a (name);
-- What is tried below on core.needs holds for the table of every kind: its
-- policies are word for word the same.
CREATE TEMPORARY TABLE policies AS
SELECT p.tablename, array_agg(concat_ws(' ', replace(p.policyname, p.tablename || '_', ''), p.permissive, p.roles, p.cmd,
           replace(p.qual, p.tablename || '.', ''), 'CHECK', replace(p.with_check, p.tablename || '.', ''))
           ORDER BY p.policyname = 'owner_passes', p.policyname) AS policies
  FROM pg_policies AS p WHERE p.schemaname = 'core' GROUP BY p.tablename;
SELECT is((SELECT array_agg(k.name) FROM core.kinds AS k LEFT JOIN policies AS p ON p.tablename = k.table_name
            WHERE k.owner = 'setting'
              AND p.policies IS DISTINCT FROM (SELECT n.policies FROM policies AS n WHERE n.tablename = 'needs')),
    NULL, 'the table of every kind has the policies of core.needs');
SELECT is((SELECT array_agg(k.name) FROM core.kinds AS k JOIN pg_class AS c ON c.oid = ('core.' || k.table_name)::regclass
            WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity)),
    NULL, 'enabled and forced');
SELECT ok((SELECT bool_and(c.relrowsecurity AND c.relforcerowsecurity) FROM pg_class AS c
            WHERE c.oid = t.name::regclass), t.name || ' is under forced row-level security')
  FROM tables AS t;

SELECT cmp_ok(pg_temp.as_api('school', format('SELECT FROM %s WHERE %s', t.name, t.mine))::int, '>', 0,
        t.name || ': who sent it sees it')
  FROM tables AS t;
SELECT is(pg_temp.as_api('foreign school', format('SELECT FROM %s WHERE %s', t.name, t.mine)), '0',
        t.name || ': a foreign setting sees nothing of it')
  FROM tables AS t;
SELECT is(pg_temp.as_api('nobody', format('SELECT FROM %s', t.name)), '0', t.name || ': nobody sees nothing at all')
  FROM tables AS t;
SELECT is(pg_temp.as_api('administrator', format('SELECT FROM %s', t.name)) = '0', t.name <> 'core.setting_contacts',
        t.name || CASE t.name WHEN 'core.setting_contacts' THEN ': an administrator sees when settings were heard of'
                  ELSE ': an administrator sees nothing at all' END)
  FROM tables AS t;
SELECT is(pg_temp.as_api('foreign school', format('INSERT INTO %s %s', t.name, t.addition)),
        CASE t.name WHEN 'core.children' THEN '1' ELSE '42501' END,
        t.name || CASE t.name WHEN 'core.children' THEN ': a school adds persons' ELSE ': a foreign setting adds nothing' END)
  FROM tables AS t;
SELECT ok(pg_temp.as_api('foreign school', format('UPDATE %s SET %s WHERE %s', t.name, t.change, t.mine)) IN ('0', '42501'),
        t.name || ': a foreign setting changes nothing')
  FROM tables AS t;

SELECT is(pg_temp.as_api('administrator', 'INSERT INTO core.children (born_on) VALUES (now())'), '42501', 'only a school system adds persons');
SELECT is(pg_temp.as_api('school', format('INSERT INTO core.ehc_transfers (child_id, year) SELECT %L, 2029', (SELECT b.id FROM briar AS b))),
    '42501', 'a setting reads the authority''s milestones and adds none');
SELECT is(pg_temp.as_api('school', 'UPDATE core.ehc_transfers SET version = 9'), '0', 'nor changes any');
SELECT is(pg_temp.as_api('officer', format('UPDATE core.ehc_transfers SET version = 9 WHERE child_id = %L', (SELECT b.id FROM briar AS b))),
    '1', 'an officer does');
SELECT is(pg_temp.as_api('senco', format('SELECT FROM core.children WHERE id = %L', (SELECT b.id FROM briar AS b))), '1',
    'an Area SENCO sees the children of the caseload');
SELECT is(pg_temp.as_api('senco', 'SELECT FROM core.child_records'), '1', 'and no others');
SELECT is(pg_temp.as_api('manager', format('SELECT FROM core.children WHERE id = %L', (SELECT b.id FROM briar AS b))), '1',
    'a manager sees all');
SELECT * FROM finish();
ROLLBACK;
