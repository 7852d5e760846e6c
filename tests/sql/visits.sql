-- visits.sql — who writes down what was done at which setting, who reads it,
-- and how an action is followed up (domain.md 2, CoP 5.55-5.56).
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('foreign school', 'school_system'),
       pg_temp.actor('area', 'area_senco'), pg_temp.actor('foreign area', 'area_senco'),
       pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11), pg_temp.setting('Gone', '1', 2, 7, 11);
UPDATE core.settings SET status = 'closed', closed_on = '2026-01-31' WHERE id = pg_temp.setting_id('Gone');
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('foreign school', 'Juniors');
-- A SENCO of Primary with a certificate of her own.
WITH f AS (INSERT INTO core.staff (name) VALUES ('Ada Example') RETURNING id),
     p AS (INSERT INTO core.posts (staff_id, setting_id, kind, from_on)
           SELECT f.id, pg_temp.setting_id('Primary'), 'senco', '2020-09-01' FROM f),
     c AS (INSERT INTO core.clients (name, role, staff_id) SELECT 'senco ' || gen_random_uuid(), 'senco', f.id FROM f RETURNING id)
INSERT INTO cast_actors (name, id) SELECT 'senco', c.id FROM c;
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name LIKE '%area';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id(w.setting), '2020-01-01'
  FROM (VALUES ('area', 'Primary'), ('area', 'Gone'), ('foreign area', 'Juniors')) AS w (who, setting)
  JOIN cast_actors AS a ON a.name = w.who
  JOIN core.caseloads AS l ON l.client_id = a.id;
SELECT pg_temp.child('Fern', 'Primary', '2020-03-01', 'R', 'K'), pg_temp.child('Oak', 'Juniors', '2017-03-01', '3', 'K');
-- visit — what refuses it; a member of more is given instead of the usual one.
CREATE FUNCTION pg_temp.visit(actor text, setting text, key text, more jsonb DEFAULT '{}') RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.visits_create(%L, %L, %L, %L, %L, ''visit'', %L, ''provision'', %L, %L, %L, %L)',
        $3, 'id:' || pg_temp.setting_id($2), pg_temp.child_id(m.m->>'child'), m.m->>'unnamed', m.m->>'on', m.m->>'met', m.m->>'advice',
        m.m->>'next', m.m->>'told', m.m->>'method'))
      FROM (SELECT '{"on": "2026-01-05", "met": "Invented A"}'::jsonb || $4) AS m (m);
$$;
CREATE FUNCTION pg_temp.read(actor text) RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(t.t ORDER BY t.t), '{}')
      FROM unnest(pg_temp.seen($1, 'SELECT met, advice, author_role FROM api.visits WHERE met LIKE ''Invented %''')) AS t (t);
$$;
CREATE FUNCTION pg_temp.id(met text) RETURNS uuid LANGUAGE sql AS $$ SELECT v.id FROM core.visits AS v WHERE v.met = $1 $$;
CREATE FUNCTION pg_temp.act_on(actor text, met text, key text, text text, owner text, due text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.visit_actions_create(%L, %L, %L, %L, NULL, %L)', pg_temp.id($2), $3, $4, $5, $6));
$$;
CREATE FUNCTION pg_temp.done(actor text, text text, if_match text, done_on text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.action_done(%L, %L, %L, ''tried'')',
        (SELECT a.id FROM core.visit_actions AS a WHERE a.text = $2), $3, $4));
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.visit(w.who, 'Primary', 'k'), 'forbidden', w.who || ' writes down no visit')
  FROM (VALUES ('school'), ('senco'), ('administrator'), ('auditor'), ('nobody')) AS w (who);
SELECT is(pg_temp.visit('area', 'Juniors', 'k'), 'unknown_setting', 'an Area SENCO writes for no setting but her own');
SELECT is(pg_temp.visit('area', 'Primary', 'k', w.more), w.slug, w.title)
  FROM (VALUES
    ('{"child": "Oak"}'::jsonb, 'not_found', 'nor of a child that is not theirs'),
    (jsonb_build_object('on', current_date + 1), 'malformed_field', 'nor ahead of time'),
    ('{"next": "2026-01-05"}', 'dates_reversed', 'the next visit is not on the day of this one'),
    ('{"next": "2026-01-04"}', 'dates_reversed', 'nor before it'),
    ('{"child": "Fern", "unnamed": "true"}', 'malformed_field', 'a named child is not an unnamed one'),
    ('{"told": "2026-01-05", "method": "spoken"}', 'missing_field', 'CoP 5.56: signposting to SENDIASS is for a named child'),
    ('{"child": "Fern", "told": "2026-01-05"}', 'missing_field', 'and says how'),
    ('{"child": "Fern", "method": "spoken"}', 'missing_field', 'and when'),
    (jsonb_build_object('child', 'Fern', 'method', 'spoken', 'told', current_date + 1), 'malformed_field', 'not ahead of time either')
       ) AS w (more, slug, title);
SELECT is(pg_temp.visit('area', 'Gone', 'g', '{"on": "2026-02-01", "met": "Nobody"}'), 'setting_closed', 'a setting is not visited after it has closed');
SELECT is(pg_temp.visit('area', 'Gone', 'g', '{"on": "2026-01-31", "met": "Nobody"}'), NULL, 'on its last day it is');
SELECT is((SELECT count(*)::int FROM core.visits AS v WHERE v.met LIKE 'Invented %'), 0, 'what was refused left nothing');

SELECT is(pg_temp.visit('area', 'Primary', 'k', '{"child": "Fern", "advice": "Invented advice", "told": "2026-01-05", "method": "leaflet"}'), NULL,
    'CoP 5.56: a visit of a named child, with advice and signposting');
SELECT is(pg_temp.visit('area', 'Primary', 'k', '{"child": "Fern", "advice": "Invented advice", "told": "2026-01-05", "method": "leaflet"}'), NULL, 'the same again');
SELECT is((SELECT count(*)::int FROM core.visits AS v WHERE v.met = 'Invented A'), 1, 'is the same visit');
SELECT is((SELECT array_agg(concat_ws(' ', a.given_on, a.topic, a.child_id = pg_temp.child_id('Fern'), a.id = v.advice_id))
             FROM core.advice AS a, core.visits AS v WHERE a.text = 'Invented advice' AND v.met = 'Invented A'),
    '{2026-01-05 provision t t}', 'the advice is one row of core.advice, linked');
SELECT is((SELECT array_agg(c.op) FROM core.changes AS c JOIN core.visits AS v ON v.advice_id::text = c.source_id
            WHERE v.met = 'Invented A' AND c.kind = 'advice'), '{enter}', 'of which the setting''s feed is told once');
SELECT is(pg_temp.visit('area', 'Primary', 'k', '{"child": "Fern"}'), 'batch_differs', 'another under its key is refused');
SELECT is(pg_temp.visit('officer', 'Primary', 'k', '{"met": "Invented B", "unnamed": "true"}'), NULL,
    'an officer''s key is his own; a visit may be of an unnamed child');
SELECT is(pg_temp.visit('manager', 'Juniors', 'k', '{"met": "Invented C"}'), NULL, 'a manager writes for all');
SELECT is(pg_temp.read(w.who), w.sees, w.who || ' reads what was done at its settings')
  FROM (VALUES
    ('school', ARRAY['Invented A Invented advice area_senco', 'Invented B - la_officer']),
    ('senco', ARRAY['Invented A Invented advice area_senco', 'Invented B - la_officer']),
    ('area', ARRAY['Invented A Invented advice area_senco', 'Invented B - la_officer']),
    ('officer', ARRAY['Invented A Invented advice area_senco', 'Invented B - la_officer', 'Invented C - la_manager']),
    ('foreign school', ARRAY['Invented C - la_manager']), ('foreign area', ARRAY['Invented C - la_manager']),
    ('administrator', '{}'), ('auditor', '{}'), ('nobody', '{}')) AS w (who, sees);
SELECT is((SELECT array_agg(e.role || ' ' || cardinality(e.child_ids) ORDER BY e.id) FROM audit.entries AS e
            WHERE e.action = 'visits.create' AND e.setting_id = pg_temp.setting_id('Primary')),
    '{area_senco 1,la_officer 0}', 'what was written is in the audit log, once');

-- Actions.
SELECT is(pg_temp.act_on('school', 'Invented A', 'a', 'Invented 1', 'setting', NULL), 'forbidden', 'a school adds no action');
SELECT is(pg_temp.act_on('foreign area', 'Invented A', 'a', 'Invented 1', 'setting', NULL), 'not_found', 'a foreign Area SENCO finds no visit');
SELECT is(pg_temp.act_on('area', 'Invented A', 'a', 'Invented 1', 'setting', '2026-01-04'), 'dates_reversed', 'none is due before the visit');
SELECT is(pg_temp.act_on('area', 'Invented A', 'a', 'Invented 1', 'setting', '2026-01-05'), NULL, 'on its day it may be');
SELECT is(pg_temp.act_on('area', 'Invented A', 'a', 'Invented 1', 'setting', '2026-01-05'), NULL, 'the same again');
SELECT is(pg_temp.act_on('area', 'Invented A', 'a', 'Invented 1', 'parent', '2026-01-05'), 'batch_differs', 'is not another');
SELECT is(pg_temp.act_on('area', 'Invented A', 'b', 'Invented 2', 'area_senco', (current_date + 1)::text), NULL, 'one of her own');
SELECT is(pg_temp.act_on('officer', 'Invented B', 'c', 'Invented 3', 'area_senco', NULL), NULL, 'one without a day');
CREATE FUNCTION pg_temp.actions(actor text) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, 'SELECT text, is_overdue, is_mine FROM api.actions WHERE text LIKE ''Invented %'' ORDER BY text');
$$;
SELECT is(pg_temp.actions(w.who), w.sees, w.who || ': what is overdue and whose it is')
  FROM (VALUES
    ('area', ARRAY['Invented 1 true false', 'Invented 2 false true', 'Invented 3 false false']),
    ('senco', ARRAY['Invented 1 true true', 'Invented 2 false false', 'Invented 3 false false']),
    ('officer', ARRAY['Invented 1 true false', 'Invented 2 false false', 'Invented 3 false true']),
    ('foreign school', '{}'), ('administrator', '{}'), ('nobody', '{}')) AS w (who, sees);
SELECT is(pg_temp.done('school', 'Invented 2', '1', '2026-01-06'), 'forbidden', 'a school ends only what is the setting''s to do');
SELECT is(pg_temp.done('foreign school', 'Invented 1', '1', '2026-01-06'), 'not_found', 'and of no other setting''s visits');
SELECT is(pg_temp.done('auditor', 'Invented 1', '1', '2026-01-06'), 'forbidden', 'an auditor ends nothing');
SELECT is(pg_temp.done('senco', 'Invented 1', NULL, '2026-01-06'), 'precondition_missing', 'it says which version it has read');
SELECT is(pg_temp.done('senco', 'Invented 1', '2', '2026-01-06'), 'precondition_failed', 'the right one');
SELECT is(pg_temp.done('senco', 'Invented 1', '1', '2026-01-04'), 'dates_reversed', 'nothing is done before the visit');
SELECT is(pg_temp.done('senco', 'Invented 1', '1', (current_date + 1)::text), 'malformed_field', 'nor ahead of time');
SELECT is(pg_temp.done('area', 'Invented 2', '1', '2026-01-05'), NULL, 'before it is due is fine');
SELECT is(pg_temp.done('senco', 'Invented 1', '1', '2026-01-06'), NULL, 'the SENCO says that the setting''s is done');
SELECT is(pg_temp.done('school', 'Invented 1', '1', '2026-01-07'), 'precondition_failed', 'who has the old version does not undo it');
SELECT is(pg_temp.actions('senco'), ARRAY['Invented 1 false true', 'Invented 2 false false', 'Invented 3 false false'], 'done is not overdue');
SELECT is((SELECT array_agg(e.role || ' ' || cardinality(e.child_ids) ORDER BY e.id) FROM audit.entries AS e
            WHERE e.action = 'visits.action_done' AND e.setting_id = pg_temp.setting_id('Primary')),
    '{area_senco 1,senco 1}', 'each is in the audit log');

SELECT ok((SELECT bool_and(c.relrowsecurity AND c.relforcerowsecurity) FROM pg_class AS c WHERE c.oid = t.name::regclass),
        t.name || ' is under forced row-level security')
  FROM (VALUES ('core.visits'), ('core.visit_actions'), ('core.referrals'), ('core.support_cases'), ('core.agency_contacts'), ('core.network_attendance'),
               ('core.training_attendance'), ('core.practice_reach')) AS t (name);
-- as_api — what a statement does as role api for that actor: rows, or the SQLSTATE.
CREATE FUNCTION pg_temp.as_api(actor text, statement text) RETURNS text LANGUAGE plpgsql AS $$
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
SELECT is(pg_temp.as_api(w.who, format('INSERT INTO core.visits (setting_id, client_id, key, content, visited_on, mode, topic)
        SELECT %s, c.id, ''z %s'', gen_random_uuid(), now(), ''visit'', ''other'' FROM core.clients AS c LIMIT 1', pg_temp.setting_id('Primary'), w.who)),
    w.does, 'at the tables: a visit by ' || w.who)
  FROM (VALUES ('school', '42501'), ('senco', '42501'), ('foreign area', '42501'), ('area', '1'), ('officer', '1')) AS w (who, does);
SELECT is(pg_temp.as_api(w.who, format('UPDATE core.visits SET met = met WHERE id = %L', pg_temp.id('Invented A'))), w.does,
    'and a change of one by ' || w.who)
  FROM (VALUES ('school', '0'), ('senco', '0'), ('foreign area', '0'), ('area', '1'), ('officer', '1')) AS w (who, does);
SELECT is(pg_temp.as_api('school', 'UPDATE core.visit_actions SET text = text WHERE text LIKE ''Invented %'''), '1',
    'of the actions a setting touches its own');
SELECT * FROM finish();
ROLLBACK;
