-- referrals.sql — what a referral to the Area SENCO service must bring, what
-- is found missing, and who decides (domain.md 2, CoP 5.38-5.48).
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('foreign school', 'school_system'), pg_temp.actor('area', 'area_senco'),
       pg_temp.actor('foreign area', 'area_senco'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, NULL, NULL), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Nursery'), pg_temp.grant_setting('foreign school', 'Juniors');
WITH f AS (INSERT INTO core.staff (name) VALUES ('Ada Example') RETURNING id),
     p AS (INSERT INTO core.posts (staff_id, setting_id, kind, from_on)
           SELECT f.id, pg_temp.setting_id('Nursery'), 'senco', '2020-09-01' FROM f),
     c AS (INSERT INTO core.clients (name, role, staff_id) SELECT 'senco ' || gen_random_uuid(), 'senco', f.id FROM f RETURNING id)
INSERT INTO cast_actors (name, id) SELECT 'senco', c.id FROM c;
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name LIKE '%area';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id(w.setting), '2020-01-01'
  FROM (VALUES ('area', 'Nursery'), ('foreign area', 'Juniors')) AS w (who, setting)
  JOIN cast_actors AS a ON a.name = w.who
  JOIN core.caseloads AS l ON l.client_id = a.id;
SELECT pg_temp.child('Fern', 'Nursery', '2022-03-01', NULL, 'K'), pg_temp.child('Holm', 'Nursery', '2022-04-01', NULL, 'K'),
       pg_temp.child('Rowan', 'Nursery', '2022-05-01', NULL, 'K'), pg_temp.child('Oak', 'Juniors', '2017-03-01', '3', 'K');
UPDATE core.placements SET end_on = '2026-01-04' WHERE child_id = pg_temp.child_id('Rowan');
CREATE FUNCTION pg_temp.plan(child text, id text, reviewed_on date) RETURNS void LANGUAGE sql AS $$
    INSERT INTO core.plans (setting_id, source_id, child_id, revision, content_hash, child, start_on, reviewed_on)
    VALUES (pg_temp.setting_id('Nursery'), $2, pg_temp.child_id($1), 1, gen_random_uuid(), $1, '2025-09-08', $3);
$$;
SELECT pg_temp.plan('Fern', 'one', '2025-10-20'), pg_temp.plan('Fern', 'two', NULL), pg_temp.plan('Fern', 'three', current_date + 1);
-- refer — what refuses it; a member of more is given instead of the usual one.
CREATE FUNCTION pg_temp.refer(actor text, child text, key text, more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.referrals_create(%L, %L, %L, %L, ''universal_plus'', %L, %L, %L, %L, %L, %L)',
        $3, 'id:' || pg_temp.setting_id(coalesce(m.m->>'setting', 'Nursery')), pg_temp.child_id($2), m.m->>'on', m.m->>'reason',
        m.m->>'permitted', m.m->>'by', m.m->>'fast', m.m->>'told', m.m->>'method'))
      FROM (SELECT '{"on": "2026-01-05", "permitted": "2026-01-05", "by": "parent", "reason": "Invented"}'::jsonb || $4) AS m (m);
$$;
CREATE FUNCTION pg_temp.id(child text) RETURNS uuid LANGUAGE sql AS $$
    SELECT r.id FROM core.referrals AS r WHERE r.child_id = pg_temp.child_id($1) ORDER BY r.referred_on, r.at LIMIT 1 $$;
CREATE FUNCTION pg_temp.found(child text) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen('area', format('SELECT finding, severity FROM api.referral_findings WHERE referral_id = %L ORDER BY 1', pg_temp.id($1))) $$;
CREATE FUNCTION pg_temp.decide(actor text, child text, etag text, state text, on_date text, reason text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.referral_decide(%L, %L, %L, %L, %L)', pg_temp.id($2), $3, $4, $5, $6)) $$;
CREATE FUNCTION pg_temp.states(actor text) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, 'SELECT state, judgement FROM api.referrals WHERE reason = ''Invented'' ORDER BY 1, 2') $$;
\o
SELECT no_plan();

-- Who refers whom.
SELECT is(pg_temp.refer(w.who, 'Fern', 'k'), w.slug, w.title)
  FROM (VALUES ('administrator', 'forbidden', 'an administrator refers nobody'), ('nobody', 'forbidden', 'nor does nobody'),
               ('foreign school', 'unknown_setting', 'a school no child of another setting'),
               ('foreign area', 'unknown_setting', 'an Area SENCO none outside her caseload')) AS w (who, slug, title);
SELECT is(pg_temp.refer('school', 'Oak', 'k'), 'not_found', 'a setting refers its own children');
-- What it must bring.
SELECT is(pg_temp.refer('school', 'Fern', 'k', w.more), w.slug, w.title)
  FROM (VALUES
    ('{"permitted": null, "by": null}'::jsonb, 'missing_field', 'rule referral_permission, CoP 5.48: without permission it is refused'),
    ('{"permitted": null}', 'missing_field', 'and without its day'),
    ('{"by": null}', 'missing_field', 'or who gave it'),
    ('{"permitted": "2026-01-06"}', 'dates_reversed', 'permission given after the referral is none for it'),
    (jsonb_build_object('on', current_date + 1), 'malformed_field', 'nobody is referred ahead of time'),
    ('{"told": "2026-01-05"}', 'missing_field', 'CoP 5.56: signposting says how')) AS w (more, slug, title);
SELECT is(pg_temp.refer('school', 'Fern', 'k'), NULL, 'with permission, and one reviewed cycle, it is received');
SELECT is(pg_temp.refer('school', 'Fern', 'k'), NULL, 'the same again');
SELECT is((SELECT count(*)::int FROM core.referrals AS r WHERE r.child_id = pg_temp.child_id('Fern')), 1, 'is the same');
SELECT is(pg_temp.refer('school', 'Fern', 'k', '{"fast": "portage"}'), 'batch_differs', 'another under its key is refused');

-- What is found.
SELECT is(pg_temp.found('Fern'), ARRAY['referral_cycles_missing error'],
    'rule referral_cycles, CoP 5.38-5.46: one reviewed cycle is not two; neither one not reviewed nor one of tomorrow counts');
SELECT is(pg_temp.seen('school', format('SELECT sentence, inputs->>''found'' AS found, inputs->>''asked'' AS asked,
        inputs#>>''{cycles,0,plan}'' AS plan FROM api.referral_findings WHERE referral_id = %L', pg_temp.id('Fern'))),
    ARRAY['Not yet: 1 of 2 reviewed cycles of assess, plan, do and review are on record, and no fast track is named. 1 2 one'],
    'the finding says what is missing and shows the evidence');
SELECT is((SELECT f.reference FROM law.contact_findings AS c JOIN law.rules AS f ON f.id = c.rule_id WHERE c.id = 'referral_cycles_missing'),
    'CoP 5.38-5.46, 5.48: the graduated approach; referral forms of local authorities', 'and the guidance it follows from');
SELECT is(pg_temp.states('area'), '{received not_yet}', 'it is judged "not yet"');
SELECT is(pg_temp.refer('senco', 'Holm', 's', '{"fast": "diagnosis"}'), NULL, 'a SENCO refers by a fast track');
SELECT is(pg_temp.found('Holm'), ARRAY['referral_fast_tracked info'], 'rule referral_fast_track, CFA 2014 s.23: for which no cycles are waited');
SELECT is(pg_temp.refer('area', 'Rowan', 'r', '{"fast": "health_notice"}'), NULL, 'an Area SENCO refers one who has left the day before');
SELECT is(pg_temp.found('Rowan'), ARRAY['referral_fast_tracked info', 'referral_not_attending warn'], 'rule referral_attends: which is found');
UPDATE core.placements SET end_on = '2026-01-05' WHERE child_id = pg_temp.child_id('Rowan');
SELECT is(pg_temp.found('Rowan'), ARRAY['referral_fast_tracked info'], 'on its last day a child attends');
SELECT is(pg_temp.refer('officer', 'Rowan', 'o', '{"on": "2026-02-01", "reason": "Other"}'), NULL, 'a second referral is taken');
SELECT is(pg_temp.found('Rowan'), ARRAY['referral_fast_tracked info', 'referral_repeated warn'], 'rule referral_once: and both say so');
INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('referral_cycles', '2026-01-05', 1, 'Invented');
SELECT is(pg_temp.found('Fern'), ARRAY['referral_cycles_shown info'], 'an authority''s own threshold holds from its day');
UPDATE core.thresholds SET valid_from = '2026-01-06' WHERE rule_id = 'referral_cycles';
SELECT is(pg_temp.found('Fern'), ARRAY['referral_cycles_missing error'], 'not for a referral of the day before');

-- Decisions.
SELECT is(pg_temp.decide(w.who, 'Fern', '1', 'accepted', '2026-01-10', 'Invented'), w.slug, w.who || ' decides nothing')
  FROM (VALUES ('school', 'forbidden'), ('senco', 'forbidden'), ('administrator', 'forbidden'), ('foreign area', 'not_found')) AS w (who, slug);
SELECT is(pg_temp.decide('area', 'Fern', NULL, 'accepted', '2026-01-10', NULL), 'precondition_missing', 'who decides says what he has read');
SELECT is(pg_temp.decide('area', 'Fern', '9', 'accepted', '2026-01-10', NULL), 'precondition_failed', 'and it is as it was');
SELECT is(pg_temp.decide('area', 'Fern', '1', 'accepted', '2026-01-10', NULL), 'missing_field', 'not yet: accepted for a reason only');
SELECT is(pg_temp.decide('area', 'Fern', '1', 'accepted', '2026-01-04', 'Invented'), 'dates_reversed', 'not before the referral');
SELECT is(pg_temp.decide('area', 'Fern', '1', 'accepted', (current_date + 1)::text, 'Invented'), 'malformed_field', 'nor ahead of time');
SELECT is(pg_temp.decide('area', 'Fern', '1', 'accepted', '2026-01-10', 'Invented: known from visits'), NULL, 'with one it is accepted');
SELECT is(pg_temp.decide('officer', 'Fern', '2', 'declined', '2026-01-11', 'Invented'), 'referral_decided', 'and not declined afterwards');
\o /dev/null
SELECT pg_temp.plan('Fern', 'four', '2026-01-12');
\o
SELECT is(pg_temp.seen('area', format('SELECT judgement FROM api.referrals WHERE referral_id = %L', pg_temp.id('Fern'))), '{not_yet}',
    'what was found stays as it was when it was decided');
SELECT is(pg_temp.decide('area', 'Fern', '2', 'closed', '2026-01-09', 'Invented'), 'dates_reversed', 'it is not closed before it was decided');
SELECT is(pg_temp.decide('area', 'Fern', '2', 'closed', '2026-03-01', 'Invented: plan reviewed'), NULL, 'it is closed with an outcome');
SELECT is(pg_temp.decide('area', 'Fern', '3', 'closed', '2026-03-01', 'Invented'), 'referral_decided', 'once');
SELECT is(pg_temp.decide('officer', 'Holm', '1', 'declined', '2026-01-06', 'Invented'), NULL, 'an officer declines');
SELECT is(pg_temp.decide('officer', 'Holm', '2', 'closed', '2026-01-06', 'Invented'), 'referral_decided', 'what is declined is over');
SELECT is(pg_temp.decide('area', 'Rowan', '1', 'closed', '2026-01-06', 'Invented: withdrawn'), NULL, 'what nobody decided may be closed');
SELECT is(pg_temp.states(w.who), w.sees, w.who || ' sees what became of them')
  FROM (VALUES ('school', ARRAY['closed complete', 'closed not_yet', 'declined complete']), ('senco', ARRAY['closed complete', 'closed not_yet', 'declined complete']),
    ('officer', ARRAY['closed complete', 'closed not_yet', 'declined complete']), ('foreign school', '{}'), ('foreign area', '{}'),
    ('administrator', '{}'), ('nobody', '{}')) AS w (who, sees);
SELECT is((SELECT array_agg(e.action || ' ' || e.role ORDER BY e.id) FROM audit.entries AS e
            WHERE e.action LIKE 'referrals.%' AND e.child_ids = ARRAY[pg_temp.child_id('Fern')]),
    ARRAY['referrals.create school_system', 'referrals.accepted area_senco', 'referrals.closed area_senco'], 'each step is in the audit log');
SELECT * FROM finish();
ROLLBACK;
