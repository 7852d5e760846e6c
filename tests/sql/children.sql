-- children.sql — the list and the one child: who sees which rows, and that
-- they show today's provision and placement.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'),
       pg_temp.actor('nursery', 'school_system'),
       pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11),
       pg_temp.setting('Nursery', '15', 1, 2, 5);
SELECT pg_temp.grant_setting('school', 'Primary'),
       pg_temp.grant_setting('nursery', 'Nursery');
-- Maple left the nursery for the school; Holly is at the nursery.
SELECT pg_temp.child('Maple', 'Nursery', '2021-01-01', 'N2', 'K'),
       pg_temp.child('Holly', 'Nursery', '2022-01-01', 'N1', NULL);
UPDATE core.placements SET end_on = current_date - 30, start_on = current_date - 300
 WHERE setting_id = pg_temp.setting_id('Nursery') AND child = 'Maple';
SELECT pg_temp.stay('Maple', 'Primary', 'R', current_date - 29, NULL, 'current');
SELECT pg_temp.need('Maple', 'Primary', 'K', '{MLD}', current_date - 29, current_date - 10),
       pg_temp.need('Maple', 'Primary', 'E', '{ASD,SLCN}', current_date - 9, NULL),
       pg_temp.need('Maple', 'Primary', 'N', '{}', current_date + 9, NULL);
\o
SELECT plan(28);

SELECT is(pg_temp.seen('nursery', 'SELECT source_id, setting_name, provision FROM api.children ORDER BY source_id'),
    '{Holly Nursery -,Maple Nursery K}', 'a setting keeps sight of its record of a child that left');
SELECT is(pg_temp.seen('school', 'SELECT source_id, setting_name, provision, types FROM api.children'),
    ARRAY['Maple Primary E ["ASD","SLCN"]'], 'another sees its own record, with the provision of today');
SELECT is(pg_temp.seen('officer', format('SELECT setting_name, provision FROM api.children
        WHERE child_id = %L ORDER BY setting_name', pg_temp.child_id('Maple'))),
    '{Nursery K,Primary E}', 'an officer sees a row for each');
SELECT is(pg_temp.seen('administrator', 'SELECT child_id FROM api.children'), '{}', 'an administrator sees no child');
SELECT is(pg_temp.seen('auditor', 'SELECT child_id FROM api.children'), '{}', 'an auditor sees no child');
SELECT is(pg_temp.seen('nobody', 'SELECT child_id FROM api.children'), '{}', 'nobody sees no child');
SELECT is(pg_temp.seen('nursery', format('SELECT placed_to FROM api.children WHERE child_id = %L', pg_temp.child_id('Maple'))),
    ARRAY[(current_date - 30)::text], 'the last placement is shown when there is none today');
SELECT is((SELECT count(DISTINCT k) FROM unnest(pg_temp.seen('officer', 'SELECT _key FROM api.children')) AS u (k)),
    (SELECT count(*) FROM core.child_records), 'no two rows have one key');

-- Pages, and one setting alone.
CREATE FUNCTION pg_temp.paged(actor text, setting text, size int) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
    v_page text[];
    v_all  text[] := '{}';
BEGIN
    LOOP
        v_page := pg_temp.seen(actor, format('SELECT c._key FROM api.children_page(%L, %L, %s) AS c ORDER BY c._key',
            setting, v_all[cardinality(v_all)], size));
        EXIT WHEN v_page = '{}';
        v_all := v_all || v_page;
    END LOOP;
    RETURN v_all;
END
$$;
SELECT is(pg_temp.paged(a.name, NULL, 1), pg_temp.seen(a.name, 'SELECT _key FROM api.children ORDER BY 1'),
        a.name || ': pages of one, put together, are the list')
  FROM (VALUES ('officer'), ('nursery'), ('school')) AS a (name);
SELECT is(cardinality(pg_temp.paged(w.actor, 'id:' || pg_temp.setting_id(w.setting), 10)), w.rows,
        w.actor || ' asks for ' || w.setting || ': ' || w.rows)
  FROM (VALUES ('officer', 'Nursery', 2), ('officer', 'Primary', 1), ('nursery', 'Nursery', 2), ('nursery', 'Primary', 0),
               ('administrator', 'Nursery', 0), ('nobody', 'Nursery', 0)) AS w (actor, setting, rows);
SELECT is(pg_temp.paged('officer', 'urn:999998', 10), '{}', 'a setting there is not has nobody');
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_line text;
    v_plan text := '';
BEGIN
    PERFORM pg_temp.act('school');
    FOR v_line IN EXECUTE 'EXPLAIN ' || query LOOP
        v_plan := v_plan || v_line || E'\n';
    END LOOP;
    PERFORM pg_temp.rest();
    RETURN v_plan;
END
$$;
SELECT unalike(pg_temp.plan_of('SELECT * FROM api.children_page(NULL, NULL, 300)'), '%Function Scan%', 'no Function Scan is left in the plan');

SELECT is(pg_temp.seen('nursery', format('SELECT surname, jsonb_array_length(records) AS r, jsonb_array_length(placements) AS p,
        jsonb_array_length(needs) AS n, jsonb_array_length(transitions) AS t FROM api.child WHERE child_id = %L', pg_temp.child_id('Maple'))),
    '{Maple 1 1 1 0}', 'a setting sees of a child what is its own');
SELECT is(pg_temp.seen('officer', format('SELECT surname, jsonb_array_length(records) AS r, jsonb_array_length(placements) AS p,
        jsonb_array_length(needs) AS n FROM api.child WHERE child_id = %L', pg_temp.child_id('Maple'))),
    '{Maple 2 2 4}', 'an officer sees all of it');
SELECT is(pg_temp.seen('school', format('SELECT child_id FROM api.child WHERE child_id = %L', pg_temp.child_id('Holly'))),
    '{}', 'another setting''s child is not there');
SELECT is(pg_temp.seen('administrator', format('SELECT child_id FROM api.child WHERE child_id = %L', pg_temp.child_id('Holly'))),
    '{}', 'nor is any for an administrator');
\o /dev/null
SELECT pg_temp.merge('nursery', 'Nursery', 'child', '[{"id":"Holly","rev":2,"deleted":true}]');
\o
SELECT is(pg_temp.seen('nursery', 'SELECT source_id FROM api.children'), '{Maple}', 'a deleted record leaves the list');
SELECT is(pg_temp.seen('nursery', format('SELECT records FROM api.child WHERE child_id = %L', pg_temp.child_id('Holly'))),
    '{[]}', 'the child stays visible to the setting, without it');
SELECT is(pg_temp.seen('nursery', format('SELECT year_group FROM api.child WHERE child_id = %L', pg_temp.child_id('Maple'))),
    '{N2}', 'who has left is shown as the setting knew them');
\o /dev/null
SELECT pg_temp.merge('school', 'Primary', 'child', '[{"id":"new","rev":1,"surname":"Rush","born_on":"2020-01-01"}]');
\o
SELECT is(pg_temp.seen('school', $$SELECT c.surname FROM api.child AS c WHERE c.surname = 'Rush'$$),
    '{Rush}', 'a child without a placement is seen by the setting that sent it');
-- Else a list without statistics reads a whole setting's keys for each child.
SELECT is_empty($$
    SELECT t.relname
      FROM pg_class AS t
     WHERE t.relnamespace = 'core'::regnamespace AND t.relkind = 'r'
       AND (SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = t.oid AND NOT a.attisdropped
               AND a.attname IN ('child_id', 'setting_id', 'source_id', 'content_hash')) = 4
       AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = t.oid
               AND pg_get_indexdef(i.indexrelid, 1, true) = 'child_id'
               AND pg_get_indexdef(i.indexrelid, 2, true) = 'setting_id')$$,
    'what a setting holds of a child is found by one index that knows both');
SELECT * FROM finish();
ROLLBACK;
