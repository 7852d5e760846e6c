-- kind_define.sql — the functions of every kind are what protocol/fields.c
-- says, and a declaration that does not fit the tables stops the deploy with
-- a sentence. What the functions do is tested kind by kind.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
\set fields_c `cat protocol/fields.c`
BEGIN;
SELECT plan(19);

-- The kinds of sync_kinds[] and the parameters that follow from their fields.
CREATE TEMPORARY TABLE declared AS
SELECT k.name[1] AS kind,
       (SELECT string_agg(format('%s %s[]', f.field[1],
                   CASE f.field[2] WHEN 'DATE' THEN 'date'
                                   WHEN 'TIME' THEN 'timestamp with time zone'
                                   WHEN 'INT' THEN 'integer'
                                   WHEN 'DECIMAL' THEN 'double precision'
                                   WHEN 'BOOL' THEN 'boolean'
                                   WHEN 'UUID' THEN 'uuid'
                                   ELSE 'text' END), ', ' ORDER BY f.pos)
          FROM regexp_matches(
                   substring(:'fields_c' FROM 'struct field ' || k.name[1]
                             || '_fields\[\] = \{(.*?)\n\};'),
                   '\{ "(\w+)",\s*FIELD_(\w+)', 'g')
               WITH ORDINALITY AS f (field, pos)) AS fields
  FROM regexp_matches(
           substring(:'fields_c' FROM 'sync_kinds\[\] = \{(.*?)\};'),
           '&kind_(\w+)', 'g') AS k (name);

SELECT cmp_ok((SELECT count(*)::int FROM declared AS d WHERE d.fields LIKE '% text[],%'), '>=', 4,
    'the kinds of the protocol are found in its sources');
SELECT is((SELECT array_agg(d.kind || ': ' || pg_get_function_arguments(p.oid) ORDER BY d.kind)
             FROM declared AS d
             LEFT JOIN pg_proc AS p ON p.pronamespace = 'api'::regnamespace AND p.proname = d.kind || '_merge'),
    (SELECT array_agg(d.kind || ': ordinals integer[], source_ids text[], revisions bigint[], hashes uuid[],'
                      || ' deleted boolean[], suspects text[], ' || d.fields || ', was text[] DEFAULT NULL::text[]' ORDER BY d.kind)
       FROM declared AS d),
    'each has one merge, with an array for every field, in order');
SELECT is((SELECT array_agg(d.kind || ': ' || pg_get_function_arguments(p.oid) || ' ' || pg_get_function_result(p.oid) ORDER BY d.kind)
             FROM declared AS d
             LEFT JOIN pg_proc AS p ON p.pronamespace = 'api'::regnamespace AND p.proname = d.kind || '_compare'),
    (SELECT array_agg(d.kind || ': ordinals integer[], source_ids text[], hashes uuid[] integer[]' ORDER BY d.kind)
       FROM declared AS d),
    'and one comparison');
SELECT is((SELECT array_agg(p.proname::text) FROM pg_proc AS p
            WHERE p.pronamespace = 'api'::regnamespace AND p.proname ~ '_(merge|compare)$' AND p.proargnames[1] = 'ordinals'
              AND NOT EXISTS (SELECT 1 FROM declared AS d WHERE p.proname IN (d.kind || '_merge', d.kind || '_compare'))),
    NULL, 'no kind is known to the database alone');
SELECT is((SELECT array_agg(DISTINCT pg_get_function_result(p.oid)) FROM pg_proc AS p
            WHERE p.pronamespace = 'api'::regnamespace AND p.proname LIKE '%\_merge' AND p.proargnames[1] = 'ordinals'),
    '{"TABLE(ordinal integer, outcome text, slug text, pointer text)"}', 'every merge answers alike');
SELECT is((SELECT array_agg(DISTINCT concat_ws(' ', p.proowner::regrole, p.prosecdef, p.provolatile, p.proconfig::text)
                            ORDER BY concat_ws(' ', p.proowner::regrole, p.prosecdef, p.provolatile, p.proconfig::text))
             FROM pg_proc AS p
            WHERE p.pronamespace = 'api'::regnamespace AND p.proname ~ '_(merge|compare)$' AND p.proargnames[1] = 'ordinals'),
    ARRAY['api t s {"search_path=pg_catalog, pg_temp",enable_nestloop=off}',
          'api t v {"search_path=pg_catalog, pg_temp",enable_nestloop=off,enable_hashjoin=on,enable_mergejoin=on,plan_cache_mode=auto}',
          'api t v {"search_path=pg_catalog, pg_temp",enable_nestloop=off}'],
    'and runs as role api, on its own search path, with plans that outlast no call');
SELECT is(to_regproc('api.kind_check'), NULL, 'what they were checked with is gone');
SELECT is((SELECT array_agg(p.proname::text) FROM pg_proc AS p
            WHERE p.pronamespace = 'core'::regnamespace AND p.proname LIKE 'kind\_%'
              AND (has_function_privilege('api', p.oid, 'EXECUTE') OR has_function_privilege('sencod', p.oid, 'EXECUTE'))),
    NULL, 'outside a deploy nobody may define a kind');

-- Declarations that do not fit.
CREATE TABLE core.songs (setting_id int, source_id text COLLATE "C", child_id uuid, revision bigint,
    content_hash uuid, deleted_at timestamptz, known_from timestamptz DEFAULT now(), child text, sung_on date,
    "order" int, voices text[] NOT NULL DEFAULT '{}', PRIMARY KEY (setting_id, source_id));
-- refusal — what a definition of kind song says, or "defined".
CREATE FUNCTION pg_temp.refusal(definition text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT core.kind_define(''song'', ''songs'', %s)', definition);
    RETURN 'defined';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLERRM;
END
$$;
SELECT is(pg_temp.refusal($$ARRAY[['child', 'text'], ['sung_at', 'date']]$$),
    'kind song: column "sung_at" of relation "songs" does not exist', 'a field the table has no column for');
SELECT is(pg_temp.refusal($$ARRAY[['child', 'text'], ['sung_on', 'text']]$$),
    'kind song: column "sung_on" is of type date but expression is of type text', 'a field of another type than its column');
SELECT is(pg_temp.refusal($$ARRAY[['child', 'text'], ['sung_on', 'day']]$$),
    'kind song: type "day" does not exist', 'a type nobody knows');
SELECT is(pg_temp.refusal($$ARRAY[['child', 'text']], ARRAY[['sung_on', 'r.sung']]$$),
    'kind song: column r.sung does not exist', 'a column made of a field that is not sent');
SELECT is(pg_temp.refusal($$ARRAY[['child', 'text']], '{}', ARRAY[['r.sung > v_setting', 'x', '/data']]$$),
    'kind song: column r.sung does not exist', 'a rule about a column that is not there');
SELECT is(pg_temp.refusal($$ARRAY[['sung_on', 'date']]$$),
    'kind song: a field child, child_ids or childless says whose a record is', 'records of nobody');
SELECT is(pg_temp.refusal($$ARRAY[['child', 'text']], childless => true$$),
    'kind song: a field child, child_ids or childless says whose a record is', 'records of a child and of nobody');
SELECT is(pg_temp.refusal($$ARRAY[['sung_on', 'date']], child_ids => 'core.nobody(source_ids)'$$),
    'kind song: function core.nobody(text[]) does not exist', 'a finder that is not there');
SELECT is(pg_temp.refusal($$ARRAY[['child', 'text']], after => 'core.nothing()'$$),
    'kind song: function core.nothing() does not exist', 'an end that is not there');
SELECT is(to_regproc('api.song_merge'), NULL, 'none of these left anything behind');
SELECT is(pg_temp.refusal($$ARRAY[['child', 'text'], ['order', 'int'], ['sung_on', 'date']]$$),
    'defined', 'one that fits is defined, whatever its fields are called');
SELECT * FROM finish();
ROLLBACK;
