-- identities.sql — two children that are one and one that is two: everything
-- that hangs on them follows, and matching does not undo it.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('nursery', 'school_system'),
       pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'),
       pg_temp.actor('senco', 'area_senco'), pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, 0, 5);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('nursery', 'Nursery');
SELECT pg_temp.merge('nursery', 'Nursery', 'child', '[
            {"id":"a","rev":1,"surname":"Fern","forename":"Testchild","born_on":"2021-03-01","nhs_number":"9990000018","postcode":"M33 1AA"},
            {"id":"b","rev":1,"surname":"Holm","forename":"Testchild","born_on":"2021-04-01"}]'),
       pg_temp.merge('nursery', 'Nursery', 'need', '[{"id":"n","rev":1,"child":"a","provision":"K","start_on":"2024-09-01"}]'),
       pg_temp.merge('school', 'Primary', 'child', '[
            {"id":"1","rev":1,"surname":"Fern","forename":"Testchilde","born_on":"2021-03-01","upn":"Z999000018001"},
            {"id":"2","rev":1,"surname":"Holm","forename":"Testchild","born_on":"2021-04-02"},
            {"id":"3","rev":1,"surname":"Oak","forename":"Testchild","born_on":"2021-05-01","upn":"Z999000018003"}]'),
       pg_temp.merge('school', 'Primary', 'placement', '[{"id":"p","rev":1,"child":"1","start_on":"2025-09-01"}]'),
       pg_temp.merge('school', 'Primary', 'transition', '[{"id":"t","rev":1,"child":"1","kind":"PRS","year":2032}]');
CREATE FUNCTION pg_temp.of(setting text, source_id text) RETURNS uuid LANGUAGE sql AS $$
    SELECT r.child_id FROM core.child_records AS r WHERE r.setting_id = pg_temp.setting_id($1) AND r.source_id = $2;
$$;
CREATE TEMPORARY TABLE was AS
    SELECT pg_temp.of('Nursery', 'a') AS a, pg_temp.of('Nursery', 'b') AS b, pg_temp.of('Primary', '1') AS one,
           pg_temp.of('Primary', '2') AS two, pg_temp.of('Primary', '3') AS three;
GRANT SELECT ON was TO PUBLIC;
CREATE FUNCTION pg_temp.join(actor text, child uuid, into_child uuid, confirm text DEFAULT 'NULL') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.merge_identities(%L, %L, %s)', $2, $3, $4));
$$;
CREATE FUNCTION pg_temp.part(actor text, child uuid, setting text, source_id text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.split_identities(%L, %L, %L)', $2, $3, $4));
$$;
INSERT INTO core.ehc_transfers (child_id, year, review_held_on) SELECT w.a, 2027, '2026-11-01' FROM was AS w;
INSERT INTO core.ehc_transfers (child_id, year) SELECT w.one, 2027 FROM was AS w;
INSERT INTO core.ehc_transfers (child_id, year, review_held_on) SELECT w.a, 2028, '2027-11-01' FROM was AS w;
INSERT INTO core.ehc_transfers (child_id, year, review_held_on) SELECT w.one, 2028, '2027-11-02' FROM was AS w;
INSERT INTO core.proposals (setting_id, client_id, kind, source_id, child_id, data, content_hash, revision)
SELECT pg_temp.setting_id('Nursery'), c.id, 'ehc_transfer', 'e', w.a, '{"child": "a"}', gen_random_uuid(), 1
  FROM was AS w, cast_actors AS c WHERE c.name = 'nursery';
INSERT INTO core.advice (setting_id, child_id, client_id, key, given_on, topic, text)
SELECT pg_temp.setting_id('Nursery'), w.a, c.id, 'k', '2026-01-01', 'provision', 'Invented.'
  FROM was AS w, cast_actors AS c WHERE c.name = 'officer';
\o
SELECT plan(47);

-- Every table that names a child is moved by a merge, or has a reason not to be.
SELECT is((SELECT array_agg(c.relname::text ORDER BY c.relname)
             FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'child_id'
            WHERE c.relnamespace = 'core'::regnamespace AND c.relkind = 'r'
              AND c.relname NOT IN (SELECT t.name FROM core.identity_tables() AS t)
              AND c.relname NOT IN ('changes', 'facts_told')), -- the feed's own, told by core.feed_child_moved
    '{advice,agency_contacts,between_resolutions,caseload_children,child_identifiers,child_numbers_apart,child_redirects,child_separations,ctf_files,ehc_adulthood,ehc_budgets,ehc_cases,ehc_events,ehc_outcomes,ehc_placements,ehc_plans,ehc_transfers,handover_questions,handover_sections,handovers,proposals,referrals,sen2_persons,transition_cases,transition_consultations,transition_plans,transition_steps,visits}',
    'no table with a child in it is forgotten by core.identity_merge');

-- Who looks like whom.
SELECT is(pg_temp.seen('officer', format('SELECT child_id IN (%1$L, %2$L) AND other_child_id IN (%1$L, %2$L) AS ours, surname,
        settings || other_settings @> ARRAY[''id:%3$s'', ''id:%4$s''] AS refs FROM api.identity_candidates WHERE born_on = ''2021-03-01''
        AND surname = ''Fern''', w.a, w.one, pg_temp.setting_id('Primary'), pg_temp.setting_id('Nursery'))),
    ARRAY['true Fern true'], 'one day of birth, one surname and like forenames in two settings are a candidate') FROM was AS w;
SELECT is(pg_temp.seen(a.name, 'SELECT child_id FROM api.identity_candidates'), '{}', a.name || ' sees no candidates')
  FROM cast_actors AS a WHERE a.name NOT IN ('officer', 'manager') ORDER BY a.name;
SELECT is(pg_temp.seen('officer', $$SELECT surname FROM api.identity_candidates WHERE surname = 'Holm'$$), '{}',
    'another day of birth is no candidate');

-- Merging.
SELECT is(pg_temp.join(a.name, w.a, w.one), 'forbidden', a.name || ' may join nobody')
  FROM was AS w, cast_actors AS a WHERE a.name NOT IN ('officer', 'manager') ORDER BY a.name;
SELECT is(pg_temp.join('officer', w.a, w.one), 'identity_conflict', 'two different years of milestones are refused') FROM was AS w;
SELECT is(pg_temp.of('Nursery', 'a'), w.a, 'and nothing was moved') FROM was AS w;
DELETE FROM core.ehc_transfers AS e USING was AS w WHERE e.child_id = w.one AND e.year = 2028;
\o /dev/null
INSERT INTO core.transition_cases (child_id, year, kind, target_on, made_by)
SELECT x.id, 2032, 'EYS', '2032-09-01', c.id
  FROM was AS w, unnest(ARRAY[w.a, w.one]) AS x (id), cast_actors AS c WHERE c.name = 'officer';
INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id, key, content)
SELECT x.id, 'parent', '2026-01-01', c.id, x.id, gen_random_uuid()
  FROM was AS w, unnest(ARRAY[w.a, w.one]) AS x (id), cast_actors AS c WHERE c.name = 'officer';
\o
SELECT is(pg_temp.join('officer', w.a, w.one), 'identity_conflict', 'two open cases of a plan are refused') FROM was AS w;
UPDATE core.ehc_cases AS e SET ended_on = '2026-01-02' FROM was AS w WHERE e.child_id = w.a;
SELECT is(pg_temp.join('officer', w.a, w.one), 'identity_conflict', 'and two open transitions of a year') FROM was AS w;
UPDATE core.transition_cases AS t SET state = 'cancelled' FROM was AS w WHERE t.child_id = w.a;
SELECT is(pg_temp.join('officer', w.a, w.a), 'identity_conflict', 'a child cannot be joined to itself') FROM was AS w;
SELECT is(pg_temp.join('officer', gen_random_uuid(), w.a), 'not_found', 'nor one that is not there') FROM was AS w;
SELECT is(pg_temp.join('officer', w.a, gen_random_uuid()), 'not_found', 'nor to one') FROM was AS w;
SELECT is(pg_temp.join('officer', w.a, w.one), NULL, 'an officer joins two') FROM was AS w;
SELECT is(ARRAY[pg_temp.of('Nursery', 'a'), pg_temp.of('Primary', '1')], ARRAY[w.one, w.one], 'their records are of one child') FROM was AS w;
SELECT is((SELECT array_agg(x.c) FROM (
        SELECT count(*) FILTER (WHERE n.child_id = w.one) FROM core.needs AS n WHERE n.source_id = 'n' AND n.setting_id = pg_temp.setting_id('Nursery')
        UNION ALL SELECT count(*) FROM core.proposals AS p WHERE p.child_id = w.one
        UNION ALL SELECT count(*) FROM core.advice AS p WHERE p.child_id = w.one
        UNION ALL SELECT count(*) FROM core.child_identifiers AS p WHERE p.child_id = w.one
        UNION ALL SELECT count(*) FROM core.children AS p WHERE p.id = w.a) AS x (c)), '{1,1,1,2,0}',
    'so are need, proposal, advice and numbers, and the emptied one is gone') FROM was AS w;
SELECT is((SELECT array_agg(e.year || ' ' || e.review_held_on ORDER BY e.year) FROM core.ehc_transfers AS e WHERE e.child_id = w.one),
    '{2027 2026-11-01,2028 2027-11-01}', 'blank milestones gave way') FROM was AS w;
SELECT is((SELECT concat_ws(' ', c.upn, c.nhs_number, c.postcode) FROM core.children AS c WHERE c.id = w.one),
    'Z999000018001 9990000018 M33 1AA', 'the person has the numbers of both') FROM was AS w;
SELECT is(pg_temp.join('manager', w.a, w.one), NULL, 'sent again it is so already') FROM was AS w;
SELECT is((SELECT count(*)::int FROM audit.entries AS e WHERE e.action = 'identities.merge' AND e.child_ids = ARRAY[w.a, w.one]), 1,
    'it is in the audit log once, with both') FROM was AS w;
SELECT is(pg_temp.seen('officer', format('SELECT into_child_id FROM api.child_redirects WHERE child_id = %L', w.a)), ARRAY[w.one::text],
    'who has the old id finds the child') FROM was AS w;
SELECT is(pg_temp.seen('nursery', format('SELECT into_child_id FROM api.child_redirects WHERE child_id = %L', w.a)), ARRAY[w.one::text],
    'a setting that holds it too') FROM was AS w;
SELECT is(pg_temp.merge('nursery', 'Nursery', 'child', '[{"id":"a","rev":2,"surname":"Fern","forename":"Testchild","born_on":"2021-03-01","nhs_number":"9990000018"}]'),
    '{u}', 'the record goes on being sent');
SELECT is(pg_temp.join('officer', w.b, w.two), 'identity_unconfirmed', 'different dates of birth need confirmation') FROM was AS w;
SELECT is(pg_temp.join('officer', w.b, w.two, 'true'), NULL, 'with it they are joined') FROM was AS w;
SELECT is(pg_temp.join('officer', w.two, w.three, 'true'), NULL, 'and on') FROM was AS w;
SELECT is(pg_temp.seen('officer', format('SELECT into_child_id FROM api.child_redirects WHERE child_id = %L', w.b)), ARRAY[w.three::text],
    'a redirect leads to the end of the chain') FROM was AS w;

-- Splitting.
SELECT is(pg_temp.part('senco', w.one, 'id:' || pg_temp.setting_id('Nursery'), 'a'), 'forbidden', 'an Area SENCO may not tell apart') FROM was AS w;
SELECT is(pg_temp.part('officer', w.one, 'id:' || pg_temp.setting_id('Nursery'), 'x'), 'not_found', 'a record that is not there') FROM was AS w;
SELECT is(pg_temp.part('officer', w.three, 'id:' || pg_temp.setting_id('Nursery'), 'a'), 'not_found', 'a record of another child') FROM was AS w;
SELECT is(pg_temp.part('officer', w.one, 'urn:999999', 'a'), 'unknown_setting', 'a setting that is not there') FROM was AS w;
\o /dev/null
-- The school comes to know the NHS number too, so that both records bear it.
SELECT pg_temp.merge('school', 'Primary', 'child', '[{"id":"1","rev":2,"surname":"Fern","forename":"Testchilde","born_on":"2021-03-01","upn":"Z999000018001","nhs_number":"9990000018"}]');
\o
SELECT is(pg_temp.part('officer', w.one, 'id:' || pg_temp.setting_id('Nursery'), 'a'), NULL, 'an officer tells the nursery''s record apart') FROM was AS w;
CREATE TEMPORARY TABLE new AS SELECT pg_temp.of('Nursery', 'a') AS id;
SELECT ok(n.id <> w.one AND pg_temp.of('Primary', '1') = w.one, 'it is of another child now, the school''s is not') FROM new AS n, was AS w;
SELECT is((SELECT array_agg(x.c) FROM (
        SELECT count(*) FILTER (WHERE t.child_id = n.id) FROM core.needs AS t WHERE t.source_id = 'n' AND t.setting_id = pg_temp.setting_id('Nursery')
        UNION ALL SELECT count(*) FROM core.proposals AS p WHERE p.child_id = n.id
        UNION ALL SELECT count(*) FROM core.transitions AS p WHERE p.child_id = w.one
        UNION ALL SELECT count(*) FROM core.ehc_transfers AS p WHERE p.child_id = w.one) AS x (c)), '{1,1,1,2}',
    'what hangs on the record went with it, what does not stayed') FROM new AS n, was AS w;
SELECT is((SELECT concat_ws(' ', c.upn, c.nhs_number) FROM core.children AS c WHERE c.id = n.id), '9990000018', 'the new person reads as its record') FROM new AS n;
SELECT is(pg_temp.part('officer', w.one, 'id:' || pg_temp.setting_id('Nursery'), 'a'), NULL, 'sent again it is so already') FROM was AS w;
SELECT is(pg_temp.of('Nursery', 'a'), n.id, 'the same') FROM new AS n;
SELECT is(pg_temp.part('officer', n.id, 'id:' || pg_temp.setting_id('Nursery'), 'a'), 'identity_conflict', 'of one record nothing can be told apart') FROM new AS n;
SELECT is(pg_temp.seen('officer', $$SELECT surname FROM api.identity_candidates WHERE surname = 'Fern'$$), '{}', 'who was told apart is no candidate again');
\o /dev/null
SELECT pg_temp.merge('nursery', 'Nursery', 'child', '[{"id":"a","rev":9,"deleted":true}]');
SELECT pg_temp.merge('nursery', 'Nursery', 'child', '[{"id":"a2","rev":1,"surname":"Fern","forename":"Testchild","born_on":"2021-03-01","nhs_number":"9990000018"}]');
\o
SELECT is(pg_temp.of('Nursery', 'a2'), n.id, 'deleted and sent anew with the number both bear, it is not glued to the first') FROM new AS n;
SELECT is(pg_temp.join('officer', n.id, w.one), NULL, 'told apart by mistake, they are joined again') FROM new AS n, was AS w;
SELECT is((SELECT count(*)::int FROM core.child_numbers_apart AS a WHERE a.setting_id = pg_temp.setting_id('Nursery')), 0,
    'and the number leads there without exception');
SELECT * FROM finish();
ROLLBACK;
