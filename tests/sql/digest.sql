-- digest.sql — the digest of a setting's records stays what it is when
-- computed from scratch, through any history; whose it is; and where two
-- sides differ.
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

-- drift — the kinds of both settings of which the kept digest is not the one
-- computed from scratch.
CREATE FUNCTION pg_temp.drift() RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_kind  record;
    v_drift text := '';
    v_row   text;
BEGIN
    FOR v_kind IN SELECT k.name, k.table_name FROM core.kinds AS k WHERE k.table_name IS NOT NULL LOOP
        EXECUTE format('
            SELECT string_agg(concat_ws('' '', s.name, %L, d.records, n.records), '', '')
              FROM cast_settings AS s
              LEFT JOIN core.setting_digests AS d ON d.setting_id = s.id AND d.kind = %L
              LEFT JOIN (SELECT t.setting_id, count(*) AS records,
                                bit_xor((''x'' || translate(t.content_hash::text, ''-'', ''''))::bit(128)) AS digest
                           FROM core.%I AS t WHERE t.deleted_at IS NULL GROUP BY 1) AS n ON n.setting_id = s.id
             WHERE (coalesce(d.records, 0), coalesce(d.digest, 0::bit(128)))
                   <> (coalesce(n.records, 0), coalesce(n.digest, 0::bit(128)))',
            v_kind.name, v_kind.name, v_kind.table_name) INTO v_row;
        v_drift := v_drift || coalesce(v_row, '');
    END LOOP;
    RETURN v_drift;
END
$$;
-- history — random batches: new, changed, deleted, revived, stale, renamed,
-- twice the same; some of each refused.
CREATE FUNCTION pg_temp.history(batches int) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_setting text;
    v_records jsonb;
    v_seen    text[] := '{}';
BEGIN
    FOR b IN 1 .. batches LOOP
        v_setting := CASE WHEN random() < 0.7 THEN 'Primary' ELSE 'Juniors' END;
        SELECT jsonb_agg(DISTINCT jsonb_strip_nulls(jsonb_build_object('id', 'c' || g, 'rev', (random() * b)::int + 1,
                   'surname', 'S' || (random() * 3)::int, 'born_on', '2018-01-01',
                   'deleted', CASE WHEN random() < 0.1 THEN true END,
                   'was', CASE WHEN random() < 0.15 THEN 'c' || (random() * 12)::int END)))
          INTO v_records
          FROM (SELECT DISTINCT (random() * 12)::int AS g FROM generate_series(1, 6)) AS g;
        v_seen := v_seen || pg_temp.merge(CASE v_setting WHEN 'Primary' THEN 'school' ELSE 'other school' END,
            v_setting, 'child', v_records);
        SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', 'n' || g, 'rev', (random() * b)::int + 1,
                   'child', 'c' || (random() * 14)::int, 'provision', (ARRAY['N', 'K', 'E'])[1 + (random() * 2)::int],
                   'start_on', '2025-09-01', 'end_on', CASE WHEN random() < 0.1 THEN '2025-08-01' END,
                   'deleted', CASE WHEN random() < 0.15 THEN true END,
                   'was', CASE WHEN random() < 0.15 THEN 'n' || (random() * 20)::int END)))
          INTO v_records
          FROM (SELECT DISTINCT (random() * 20)::int AS g FROM generate_series(1, 10)) AS g;
        v_seen := v_seen || pg_temp.merge(CASE v_setting WHEN 'Primary' THEN 'school' ELSE 'other school' END,
            v_setting, 'need', v_records);
        IF pg_temp.drift() <> '' THEN
            RETURN format('batch %s: %s', b, pg_temp.drift());
        END IF;
    END LOOP;
    -- What a history has to have met to prove anything.
    RETURN (SELECT string_agg(DISTINCT split_part(s.s, ' ', 1), ' ' ORDER BY split_part(s.s, ' ', 1))
                || CASE WHEN EXISTS (SELECT 1 FROM core.changes AS c JOIN cast_settings AS k ON k.id = c.setting_id
                                      WHERE c.op = 'delete') THEN ' deletes' END
                || CASE WHEN 'r source_id_taken /was' = ANY (v_seen) THEN ' taken' END
              FROM unnest(v_seen) AS s (s));
END
$$;
\o
SELECT plan(16);

SELECT is(pg_temp.history(60), '= c r s u deletes taken', 'through a random history the digest stays that of the records');
\o /dev/null
DELETE FROM core.setting_digests AS d USING cast_settings AS s WHERE d.setting_id = s.id;
\o
SELECT isnt(pg_temp.drift(), '', 'a digest that is wrong is noticed by this test');
\o /dev/null
SAVEPOINT before;
SELECT core.digest_rebuild();
\o
SELECT is(pg_temp.drift(), '', 'and set right by a rebuild');

-- Small and exact from here on.
\o /dev/null
ROLLBACK TO SAVEPOINT before;
SELECT pg_temp.setting('Infants', '1', 2, 4, 7), pg_temp.grant_setting('school', 'Infants');
SELECT pg_temp.merge('school', 'Infants', 'child', '[{"id":"a","rev":1,"surname":"Elm","born_on":"2018-01-01","hash":"0f000000-0000-0000-0000-0000000000ff"},
        {"id":"b","rev":1,"surname":"Ash","born_on":"2018-01-01","hash":"f0000000-0000-0000-0000-000000000001"},
        {"id":"c","rev":1,"surname":"Oak","born_on":"2018-01-01","hash":"00000000-0000-0000-1000-000000000000"}]'),
       pg_temp.merge('school', 'Infants', 'child', '[{"id":"c","rev":2,"deleted":true}]');
CREATE FUNCTION pg_temp.ref() RETURNS text LANGUAGE sql AS $$ SELECT 'id:' || pg_temp.setting_id('Infants') $$;
\o
SELECT is(pg_temp.seen('school', format('SELECT kind, records, digest FROM api.digests WHERE setting_id = (SELECT api.digest_setting(%L)) ORDER BY position, kind LIMIT 2', pg_temp.ref())),
    '{child 2 ff0000000000000000000000000000fe,contact 0 00000000000000000000000000000000}', 'a row a kind, of live records');
SELECT is((SELECT array_agg(b ORDER BY b) FROM unnest(pg_temp.seen('school', format('SELECT bucket, records, digest FROM api.digest_buckets WHERE setting_id = (SELECT api.digest_setting(%L)) AND kind = ''child''', pg_temp.ref()))) AS b),
    -- SHA-256 of "a" begins with ca, of "b" with 3e.
    '{202 1 0f0000000000000000000000000000ff,62 1 f0000000000000000000000000000001}', 'a row a bucket, by the SHA-256 of the source_id');
SELECT is(pg_temp.seen('school', format('SELECT source_id, revision, content_hash FROM api.digest_records WHERE setting_id = (SELECT api.digest_setting(%L)) AND kind = ''child'' AND bucket = 62', pg_temp.ref())),
    '{b 1 f0000000-0000-0000-0000-000000000001}', 'a row a record');
SELECT is(pg_temp.seen('school', format('SELECT count(*) FROM api.digest_records WHERE child_id IS NULL AND setting_id = (SELECT api.digest_setting(%L))', pg_temp.ref())),
    '{0}', 'which names its child, for the audit');
SELECT is(pg_temp.refusal('other school', format('SELECT api.digest_setting(%L)', pg_temp.ref())), 'setting_not_granted', 'another school is refused');
SELECT is(pg_temp.refusal('administrator', format('SELECT api.digest_setting(%L)', pg_temp.ref())), 'setting_not_granted', 'so is an administrator');
SELECT is(pg_temp.refusal('school', $$SELECT api.digest_setting('urn:0')$$), 'setting_not_granted', 'and who asks for none there is');
SELECT is(pg_temp.refusal('officer', format('SELECT api.digest_setting(%L)', pg_temp.ref())), NULL, 'an officer is not');
SELECT is(pg_temp.seen('other school', format('SELECT kind FROM api.digests WHERE setting_id = %s', pg_temp.setting_id('Infants'))), '{}', 'past the question there is nothing to see');
SELECT is(pg_temp.seen('other school', format('SELECT kind FROM api.digest_records WHERE setting_id = %s', pg_temp.setting_id('Infants'))), '{}', 'nor of the records');

-- Unchanged records cost no row.
CREATE FUNCTION pg_temp.digest_row() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', d.xmin, d.ctid) FROM core.setting_digests AS d
     WHERE d.setting_id = pg_temp.setting_id('Infants') AND d.kind = 'child' $$;
SELECT pg_temp.digest_row() AS was \gset
SELECT is(pg_temp.merge('school', 'Infants', 'child', '[{"id":"b","rev":3,"surname":"Ash","born_on":"2018-01-01","hash":"f0000000-0000-0000-0000-000000000001"},
        {"id":"a","rev":1,"surname":"Yew","born_on":"2018-01-01"}]'), '{=,s}', 'what is unchanged or stale');
SELECT is(pg_temp.digest_row(), :'was', 'leaves the digest''s row alone');
SELECT is((SELECT count(*)::int FROM core.setting_digests AS d WHERE d.setting_id = pg_temp.setting_id('Infants')), 1,
    'a kind nobody sent has no row');
SELECT * FROM finish();
ROLLBACK;
