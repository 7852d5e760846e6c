-- sen2_items.sql — what officers write down for the SEN2 return alone.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor(r, r) FROM unnest('{la_officer,la_manager,la_administrator,auditor,area_senco,school_system}'::text[]) AS r (r);
SELECT pg_temp.setting('Primary', '1', 2, 3, 11);
SELECT pg_temp.child('Ada', 'Primary', '2016-03-01', '5', 'E'), pg_temp.child('Bea', 'Primary', '2016-03-01', '5', 'E');
INSERT INTO core.local_authorities (code, name) VALUES ('999', 'Fictional') ON CONFLICT DO NOTHING;
CREATE FUNCTION pg_temp.put(actor text, rest text, child text DEFAULT 'Ada') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.sen2_person_put(%L, %s)', pg_temp.child_id($3), $2));
$$;
CREATE FUNCTION pg_temp.head(actor text, rest text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.sen2_header_put(%s)', $2));
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.put(r, $$NULL, 'WBRI', NULL, NULL$$), 'forbidden', r || ' writes nothing of a child')
  FROM unnest('{la_administrator,auditor,area_senco,school_system}'::text[]) AS r (r);
SELECT is(pg_temp.put('la_officer', $$NULL, 'XXXX', NULL, NULL$$), 'unknown_code', 'Ethnicity is a code');
SELECT is(pg_temp.put('la_officer', $$NULL, NULL, 'UN9', NULL$$), 'unknown_code', 'UPNunknown is a code');
SELECT is(pg_temp.put('la_officer', $$NULL, NULL, NULL, 'SLCN,NSA'$$), 'unknown_code', 'SENtype is a code of the return, NSA is none');
SELECT is(pg_temp.put('la_officer', $$NULL, NULL, NULL, 'SLCN,ASD,DS'$$), 'malformed_field', 'SENneed: two at most');
SELECT is(pg_temp.put('la_officer', $$NULL, NULL, NULL, NULL$$, 'nobody'), 'not_found', 'of a child there is');
SELECT is(pg_temp.put('la_officer', $$NULL, 'WBRI', 'UN1', 'SLCN,ASD'$$), NULL, 'an officer writes it');
SELECT is(pg_temp.seen('la_officer', format('SELECT ethnicity, upn_unknown, array_to_string(need_types, ''+'') AS types, etag FROM api.sen2_persons WHERE child_id = %L', pg_temp.child_id('Ada'))),
    '{WBRI UN1 SLCN+ASD 1}', 'and reads it');
SELECT is(pg_temp.put('la_manager', $$NULL, 'AOTH', NULL, NULL$$), 'precondition_missing', 'the next names what was read');
SELECT is(pg_temp.put('la_manager', $$'2', 'AOTH', NULL, NULL$$), 'precondition_failed', 'and not another');
SELECT is(pg_temp.put('la_manager', $$'1', 'AOTH', NULL, NULL$$), NULL, 'a manager writes it');
SELECT is(pg_temp.seen('la_officer', format('SELECT ethnicity, upn_unknown, cardinality(need_types) AS types, etag FROM api.sen2_persons WHERE child_id = %L', pg_temp.child_id('Ada'))),
    '{AOTH - 0 2}', 'what is left out is blank');
SELECT is(pg_temp.seen('area_senco', 'SELECT count(*) FROM api.sen2_persons'), '{0}', 'nobody else reads it');
SELECT is((SELECT count(*)::int FROM audit.entries AS e WHERE e.action = 'sen2.person_put' AND e.child_ids = ARRAY[pg_temp.child_id('Ada')]), 2, 'each word is in the audit log');

SELECT is(pg_temp.head('auditor', $$2027, NULL, '999', 1, NULL, NULL, NULL$$), 'forbidden', 'nor the head');
SELECT is(pg_temp.head('la_officer', $$2031, NULL, '999', 1, NULL, NULL, NULL$$), 'not_found', 'of a year with a collection');
SELECT is(pg_temp.head('la_officer', $$2027, NULL, '000', 1, NULL, NULL, NULL$$), 'unknown_code', 'of an authority there is');
SELECT is(pg_temp.head('la_officer', $$2027, NULL, '999', NULL, 'Dr Ada Example', NULL, 'Cy Example'$$), NULL, 'the head is written');
SELECT is(pg_temp.head('la_officer', $$2027, NULL, '999', 2, NULL, NULL, NULL$$), 'precondition_missing', 'the next names what was read');
SELECT is(pg_temp.head('la_officer', $$2027, '1', '999', 2, NULL, 'Bea Example', NULL$$), NULL, 'and is taken');
SELECT is(pg_temp.seen('la_manager', 'SELECT year, la_code, serial_no, dmo, dco, dsco, etag FROM api.sen2_years ORDER BY year'),
    '{2026 - - - - - 0,2027 999 2 - Bea Example - 2}', 'every collection with its head');

-- Two persons who prove to be one.
INSERT INTO core.sen2_persons (child_id, ethnicity, upn_unknown, need_types) VALUES (pg_temp.child_id('Bea'), 'WBRI', 'UN3', '{DS}');
SELECT is(pg_temp.refusal('la_officer', format('SELECT * FROM api.merge_identities(%L, %L, true)', pg_temp.child_id('Bea'), pg_temp.child_id('Ada'))), NULL, 'are joined');
SELECT results_eq('SELECT p.child_id, p.ethnicity, p.upn_unknown, p.need_types FROM core.sen2_persons AS p',
    $$VALUES (pg_temp.child_id('Ada'), 'AOTH', 'UN3', '{DS}'::text[])$$, 'what the one lacked is the other''s, and nothing is lost');

SELECT * FROM finish();
ROLLBACK;
