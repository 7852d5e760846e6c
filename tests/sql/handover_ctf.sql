-- handover_ctf.sql — a move as the rows of a common transfer file: history of
-- SEN without gaps, the name by the convention, one number a content, and who
-- may have it.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('juniors', 'school_system'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11), pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, 0, 5), pg_temp.setting('College', '18', 6, 16, 99);
UPDATE core.settings AS s SET laestab = v.laestab, la_code = '358' FROM (VALUES ('Primary', '3589001'), ('Juniors', '3589002'), ('Nursery', NULL), ('College', NULL)) AS v (name, laestab)
 WHERE s.id = pg_temp.setting_id(v.name);
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, s.id FROM cast_actors AS a, cast_settings AS s
 WHERE (a.name, s.name) IN (('school', 'Primary'), ('juniors', 'Juniors'));
SELECT pg_temp.child('Fern', 'Primary', '2016-05-01', '6', NULL), pg_temp.child('Moss', 'Nursery', '2022-05-01', 'N2', 'K'), pg_temp.child('Oak', 'Primary', '2016-05-02', '6', 'E');
UPDATE core.child_records AS r SET upn = 'Z999000018001', uln = '9999999998', suspects = '{uln}', middle_names = 'Anne', postcode = 'M33 1AA' WHERE r.child_id = pg_temp.child_id('Fern');
SELECT pg_temp.need('Fern', 'Primary', 'K', '{SLCN,ASD}', '2022-09-01', '2023-07-20'), pg_temp.need('Fern', 'Primary', 'K', '{SLCN}', '2024-01-08', '2024-03-31'),
       pg_temp.need('Fern', 'Primary', 'E', '{ASD}', '2024-03-01', NULL);
INSERT INTO core.needs (setting_id, source_id, child_id, revision, content_hash, child, provision, start_on, types)
VALUES (pg_temp.setting_id('Primary'), 'again', pg_temp.child_id('Fern'), 1, gen_random_uuid(), 'Fern', 'K', '2024-03-01', '{MLD}');
CREATE FUNCTION pg_temp.move_case(child text, from_setting text, to_setting text, state text) RETURNS uuid LANGUAGE sql AS $$
    INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, to_setting_id, state, target_on, made_by)
    SELECT pg_temp.child_id($1), 2027, 'PRS', pg_temp.setting_id($2), pg_temp.setting_id($3), $4, '2027-09-01', a.id FROM cast_actors AS a WHERE a.name = 'officer' RETURNING id;
$$;
CREATE TEMPORARY TABLE moves AS SELECT pg_temp.move_case('Fern', 'Primary', 'Juniors', 'accepted') AS fern, pg_temp.move_case('Moss', 'Nursery', 'College', 'offered') AS moss,
    pg_temp.move_case('Oak', 'Primary', 'Juniors', 'offered') AS oak;
GRANT SELECT ON moves TO PUBLIC;
CREATE FUNCTION pg_temp.ctf(actor text, case_id uuid, part text) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT concat_ws('' '', c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14) AS cells FROM api.handover_ctf(%L) AS x WHERE part = %L', $2, $3));
$$;
CREATE FUNCTION pg_temp.name(actor text, case_id uuid) RETURNS text LANGUAGE sql AS $$
    SELECT (pg_temp.seen($1, format('SELECT DISTINCT x.file_name FROM api.handover_ctf(%L) AS x', $2)))[1];
$$;
\o
SELECT no_plan();

SELECT is((SELECT array_agg(core.amount('ctf_version', d) ORDER BY d) FROM unnest('{2024-08-31,2024-09-01,2025-08-31,2025-09-01}'::date[]) AS d), '{23,24,24,25}',
    'ctf_version (domain 8): a version a year, from September');
SELECT is(pg_temp.ctf('school', m.fern, 'pupil'), '{"Z999000018001 Fern Testchild 2016-05-01 Anne 6 C M33 1AA"}', 'the pupil, without the number whose check does not hold') FROM moves AS m;
SELECT is(pg_temp.ctf('school', m.fern, 'sen'), '{"2022-09-01 K","2023-07-21 N","2024-01-08 K","2024-03-01 E"}',
    'SI 2005/1437 Sch 2: provision from day to day; what ended is followed by none; of two that begin at once the plan') FROM moves AS m;
SELECT is(pg_temp.ctf('school', m.fern, 'need'), '{"2022-09-01 2023-07-20 1 SLCN","2022-09-01 2023-07-20 2 ASD","2024-01-08 2024-02-29 1 SLCN","2024-03-01 1 ASD"}',
    'types of need by rank, each ended before the next period') FROM moves AS m;
SELECT is(pg_temp.ctf('school', m.fern, 'school'), '{"358 9001 Primary 2025-09-01 true"}', 'the school and since when') FROM moves AS m;
SELECT is((SELECT regexp_replace(l, '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d', 'TIME') FROM unnest(pg_temp.ctf('school', m.fern, 'header')) AS l),
    format('%s.0 TIME sencod 358 9001 Primary %s 358 9002', core.amount('ctf_version', current_date),
        extract(year FROM current_date) - (extract(month FROM current_date) < 8)::int), 'the header; the year begins on 1 August') FROM moves AS m;

-- Names and numbers.
SELECT is(pg_temp.name('school', m.fern), '3589001_CTF_3589002_001.xml', 'the name says from whom to whom') FROM moves AS m;
SELECT is(pg_temp.name('officer', m.fern), '3589001_CTF_3589002_001.xml', 'the same content has the same name') FROM moves AS m;
SELECT is(pg_temp.name('school', m.oak), '3589001_CTF_3589002_002.xml', 'another child the next number') FROM moves AS m;
UPDATE core.child_records AS r SET middle_names = 'Beth' WHERE r.child_id = pg_temp.child_id('Fern');
SELECT is(pg_temp.name('school', m.fern), '3589001_CTF_3589002_003.xml', 'so has another content') FROM moves AS m;
SELECT is(pg_temp.name('officer', m.moss), '358LLLL_CTF_MMMMMMM_001.xml', 'domain 8: who has no DfE number sends as the authority; a place without one is MMMMMMM') FROM moves AS m;
UPDATE core.transition_cases AS c SET to_setting_id = NULL, state = 'lost' FROM moves AS m WHERE c.id = m.oak;
SELECT is(pg_temp.name('school', m.oak), '3589001_CTF_XXXXXXX_001.xml', 'domain 6.1: of a child that is lost nobody knows where to') FROM moves AS m;

-- Who, and when not.
SELECT is(pg_temp.refusal(w.who, format('SELECT * FROM api.handover_ctf(%L)', m.fern)), w.slug, w.who || ' has it or not')
  FROM moves AS m, (VALUES ('juniors', 'forbidden'), ('auditor', 'forbidden'), ('officer', NULL)) AS w (who, slug);
SELECT is(pg_temp.refusal('officer', format('SELECT * FROM api.handover_ctf(%L)', gen_random_uuid())), 'not_found', 'of a move there is not');
UPDATE core.transition_cases AS c SET state = 'declined' FROM moves AS m WHERE c.id = m.fern;
SELECT is(pg_temp.refusal('school', format('SELECT * FROM api.handover_ctf(%L)', m.fern)), 'handover_destination', 'not to a school that declined') FROM moves AS m;
UPDATE core.transition_cases AS c SET state = 'accepted' FROM moves AS m WHERE c.id = m.fern;
SELECT is(pg_temp.refusal('school', format('SELECT * FROM api.handover_ctf_sent(%L, %L)', m.fern, d.on_date)), d.slug, d.title)
  FROM moves AS m, (VALUES ('2099-01-01', 'malformed_field', 'sent in the future'), ('2020-01-01', 'dates_reversed', 'or before it was made')) AS d (on_date, slug, title);
SELECT is(pg_temp.seen('school', format('SELECT f.file_name, f.sent_on = current_date AS today FROM api.handover_ctf_sent(%L, current_date) AS f', m.fern)),
    '{"3589001_CTF_3589002_003.xml true"}', 'the newest was sent') FROM moves AS m;
UPDATE core.child_records AS r SET deleted_at = now() WHERE r.child_id = pg_temp.child_id('Fern');
SELECT is(pg_temp.refusal('officer', format('SELECT * FROM api.handover_ctf(%L)', m.fern)), 'handover_state', 'who holds no record has nothing to write') FROM moves AS m;
SELECT is((SELECT count(*) FROM audit.entries AS e WHERE e.action = 'handovers.ctf' AND e.details ? 'file'), 12::bigint, 'each file that was handed out is in the log of audit');

SELECT * FROM finish();
ROLLBACK;
