-- records.sql — every live record the actor may see, in one view: whose, and
-- holding what was sent. Kinds to come: kind_new.sh.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('other school', 'school_system'),
       pg_temp.actor('officer', 'la_officer'), pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('other school', 'Juniors');
SELECT pg_temp.merge('school', 'Primary', 'child',
        '[{"id":"c1","rev":3,"surname":"Alder","born_on":"2018-01-01","upn":"Z999000018001","suspects":"upn"},
          {"id":"c2","rev":1,"surname":"Larch","born_on":"2018-01-01"}]'),
       pg_temp.merge('school', 'Primary', 'need',
        '[{"id":"n1","rev":1,"child":"c1","provision":"K","start_on":"2025-09-01","types":"MLD,HI"},
          {"id":"n2","rev":1,"child":"c1","provision":"N","start_on":"2025-09-01"},
          {"id":"n3","rev":1,"child":"c2","provision":"K","start_on":"2025-09-01"}]'),
       pg_temp.merge('school', 'Primary', 'need', '[{"id":"n3","rev":2,"deleted":true}]'),
       pg_temp.merge('other school', 'Juniors', 'child', '[{"id":"c1","rev":1,"surname":"Sorrel","born_on":"2018-01-01"}]');
\o
SELECT plan(7);

SELECT is(pg_temp.seen('school', 'SELECT kind, source_id, revision FROM api.records ORDER BY kind, source_id'),
    '{child c1 3,child c2 1,need n1 1,need n2 1}', 'a school''s live records, each once');
SELECT is((SELECT array_agg(j::jsonb::text ORDER BY n) FROM unnest(pg_temp.seen('school',
        $$SELECT data FROM api.records ORDER BY kind, source_id$$)) WITH ORDINALITY AS u (j, n)),
    ARRAY['{"upn": "Z999000018001", "born_on": "2018-01-01", "surname": "Alder"}',
          '{"born_on": "2018-01-01", "surname": "Larch"}',
          '{"child": "c1", "types": ["MLD", "HI"], "start_on": "2025-09-01", "provision": "K"}',
          '{"child": "c1", "start_on": "2025-09-01", "provision": "N"}'],
    'hold what was sent by the names of the wire, and nothing more');
SELECT is(pg_temp.seen('school', $$SELECT setting, setting_id, child_id FROM api.records WHERE source_id = 'n1'$$),
    (SELECT ARRAY[concat_ws(' ', s.ref, s.id, r.child_id)] FROM core.settings AS s JOIN core.child_records AS r ON r.setting_id = s.id
      WHERE s.id = pg_temp.setting_id('Primary') AND r.source_id = 'c1'), 'and name setting and child');
SELECT is(pg_temp.seen('other school', 'SELECT kind, source_id FROM api.records'), '{child c1}', 'another school sees its own');
SELECT is(pg_temp.seen('officer', format('SELECT count(*) FROM api.records WHERE setting_id IN (%s, %s)',
        pg_temp.setting_id('Primary'), pg_temp.setting_id('Juniors'))), '{5}', 'an officer all');
SELECT is(pg_temp.seen('administrator', 'SELECT kind FROM api.records'), '{}', 'an administrator none');
SELECT is(pg_temp.seen('nobody', 'SELECT kind FROM api.records'), '{}', 'nobody none');
SELECT * FROM finish();
ROLLBACK;
