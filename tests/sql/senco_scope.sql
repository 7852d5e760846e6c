-- senco_scope.sql — whose children a SENCO sees: of the settings where the
-- register puts her in charge today and the setting does not say otherwise;
-- and what her feed is told when that changes.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system');
SELECT pg_temp.setting(s.name, '1', 2, 3, 11)
  FROM unnest(ARRAY['Apple', 'Birch', 'Cedar', 'Elder']) AS s (name);
SELECT pg_temp.grant_setting('school', s.name) FROM cast_settings AS s;
CREATE TEMPORARY TABLE people AS
WITH f AS (
    INSERT INTO core.staff (name) VALUES ('Ada Example'), ('Bea Example')
    RETURNING id, name
)
SELECT f.id, f.name FROM f;
INSERT INTO core.clients (name, role, staff_id)
SELECT p.name || gen_random_uuid(), 'senco', p.id FROM people AS p;
INSERT INTO cast_actors (name, id)
SELECT p.name, c.id FROM people AS p JOIN core.clients AS c ON c.staff_id = p.id;
SELECT pg_temp.child('Ann', 'Apple', '2018-03-01', '3', 'K'),
       pg_temp.child('Ben', 'Birch', '2018-03-01', '3', 'K');
CREATE FUNCTION pg_temp.staff(name text) RETURNS int
LANGUAGE sql AS $$ SELECT p.id FROM people AS p WHERE p.name = $1 $$;
-- sees — the settings of that person, by name.
CREATE FUNCTION pg_temp.sees(person text) RETURNS text
LANGUAGE sql AS $$
    SELECT coalesce(string_agg(s.name, ' ' ORDER BY s.name), '')
      FROM cast_settings AS s, cast_actors AS a
     WHERE a.name = $1
       AND s.id = ANY (core.client_settings(a.id));
$$;
CREATE FUNCTION pg_temp.post(person text, setting text, kind text,
    from_on date, to_on date DEFAULT NULL) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.posts (staff_id, setting_id, kind, from_on, to_on)
    VALUES (pg_temp.staff($1), pg_temp.setting_id($2), $3, $4, $5);
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.sees('Ada Example'), '', 'without a post: nothing');
SELECT pg_temp.post('Ada Example', 'Apple', 'senco', current_date - 100, current_date),
       pg_temp.post('Ada Example', 'Birch', 'senco', current_date - 100, current_date - 1),
       pg_temp.post('Ada Example', 'Cedar', 'senco', current_date + 1) \g /dev/null
SELECT is(pg_temp.sees('Ada Example'), 'Apple',
    'the last day is in, a post that ended yesterday or begins tomorrow is not');
SELECT is(pg_temp.seen('Ada Example', 'SELECT child_id FROM api.children'),
    ARRAY[pg_temp.child_id('Ann')::text], 'at the database: the child of that school and no other');
SELECT is(pg_temp.seen('Bea Example', 'SELECT child_id FROM api.children'), '{}', 'another SENCO sees none of it');
SELECT is(pg_temp.seen('nobody', 'SELECT child_id FROM api.children'), '{}', 'nor does who has no token');

-- tried — what Bea sees with a post of that kind at Elder.
CREATE FUNCTION pg_temp.tried(kind text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_sees text;
BEGIN
    PERFORM pg_temp.post('Bea Example', 'Elder', tried.kind, current_date);
    v_sees := pg_temp.sees('Bea Example');
    DELETE FROM core.posts AS p WHERE p.staff_id = pg_temp.staff('Bea Example');
    RETURN v_sees;
END
$$;
SELECT is(pg_temp.tried(k.kind), k.sees, 'a post of kind ' || k.kind || ' puts in charge: ' || (k.sees <> ''))
  FROM (VALUES ('senco', 'Elder'), ('deputy', 'Elder'), ('named_person', 'Elder'), ('inclusion_lead', 'Elder'),
               ('head', 'Elder'), ('area_senco', '')) AS k (kind, sees);

-- What the setting says itself.
SELECT pg_temp.merge('school', 'Elder', 'post',
    '[{"id":"s","rev":1,"kind":"senco","name":"Ada Example","start_on":"2020-09-01"}]') \g /dev/null
SELECT is(pg_temp.sees('Ada Example'), 'Apple', 'a record that a school sends of somebody else''s SENCO opens nothing');
SELECT pg_temp.merge('school', 'Birch', 'post',
    '[{"id":"s","rev":1,"kind":"senco","name":"Ada Example","start_on":"2020-09-01"}]') \g /dev/null
SELECT is(pg_temp.sees('Ada Example'), 'Apple', 'nor does one where the register says that her post has ended');
SELECT pg_temp.merge('school', 'Apple', 'post', jsonb_build_array(jsonb_build_object('id', 's', 'rev', 1, 'kind', 'senco',
    'name', 'ada example', 'start_on', '2020-09-01', 'end_on', current_date - 1))) \g /dev/null
SELECT is(pg_temp.sees('Ada Example'), '', 'one that says it has ended, ends it');
SELECT pg_temp.merge('school', 'Apple', 'post',
    '[{"id":"s","rev":2,"kind":"senco","name":"ada example","start_on":"2020-09-01"}]') \g /dev/null
SELECT is(pg_temp.sees('Ada Example'), 'Apple', 'while both say that it lasts she sees it');
SELECT pg_temp.merge('school', 'Apple', 'post',
    '[{"id":"s","rev":3,"kind":"senco","name":"Bea Example","start_on":"2020-09-01"}]') \g /dev/null
SELECT is(pg_temp.sees('Ada Example'), '', 'where the school names another she is not in charge');
SELECT is(pg_temp.sees('Bea Example'), '', 'and the other is not either: the authority knows of no post of hers');
SELECT pg_temp.merge('school', 'Apple', 'post', '[{"id":"s","rev":4,"deleted":true}]') \g /dev/null
SELECT is(pg_temp.sees('Ada Example'), 'Apple', 'a record that was deleted says nothing');

-- Both times: what is no longer known to be so.
UPDATE core.posts SET known_to = now() WHERE staff_id = pg_temp.staff('Ada Example') AND setting_id = pg_temp.setting_id('Apple');
SELECT is(pg_temp.sees('Ada Example'), '', 'a post withdrawn shows nothing from that moment');
UPDATE core.posts SET known_to = NULL WHERE staff_id = pg_temp.staff('Ada Example');

-- Posts of a group.
WITH g AS (
    INSERT INTO core.groups (kind, name) VALUES ('trust', 'Fictional Trust ' || gen_random_uuid()) RETURNING id
), p AS (
    INSERT INTO core.posts (staff_id, group_id, kind, from_on)
    SELECT pg_temp.staff('Bea Example'), g.id, 'senco', '2020-09-01' FROM g
)
INSERT INTO core.group_settings (group_id, setting_id, from_on, to_on)
SELECT g.id, pg_temp.setting_id(w.setting), w.from_on, w.to_on
  FROM g, (VALUES ('Birch', '2020-09-01'::date, current_date), ('Cedar', '2020-09-01', current_date - 30),
                  ('Apple', current_date + 1, NULL)) AS w (setting, from_on, to_on);
SELECT is(pg_temp.sees('Bea Example'), '', 'a group''s SENCO too is not in charge where the school names another');
SELECT pg_temp.merge('school', 'Birch', 'post', '[{"id":"s","rev":2,"kind":"senco","name":"Bea Example","start_on":"2020-09-01"}]') \g /dev/null
SELECT is(pg_temp.sees('Bea Example'), 'Birch',
    'she is where the school names her, and only in settings that belong to the group today');

-- A shared arrangement: its posts come with the approval and go with its end.
CREATE TEMPORARY TABLE shared AS
WITH s AS (
    INSERT INTO core.sharings (name, staff_id, from_on, hours_per_week, proposed_by, key, sent)
    SELECT 'Elder & Cedar', pg_temp.staff('Bea Example'), current_date - 9, 10, a.id, 'k', '{}'
      FROM cast_actors AS a WHERE a.name = 'school'
    RETURNING id
), m AS (
    INSERT INTO core.sharing_members (sharing_id, setting_id, from_on)
    SELECT s.id, pg_temp.setting_id('Cedar'), current_date - 9 FROM s
)
SELECT s.id FROM s;
SELECT core.sharing_posts_settle(s.id) FROM shared AS s \g /dev/null
SELECT is(pg_temp.sees('Bea Example'), 'Birch', 'an arrangement that is only proposed shows nothing');
UPDATE core.sharings AS s SET state = 'approved', decided_by = s.proposed_by, decided_at = now() FROM shared AS h WHERE h.id = s.id;
SELECT core.sharing_posts_settle(s.id) FROM shared AS s \g /dev/null
SELECT is(pg_temp.sees('Bea Example'), 'Birch Cedar', 'SH2: approved, she is in charge at the school');
UPDATE core.sharings AS s SET to_on = current_date - 1 FROM shared AS h WHERE h.id = s.id;
SELECT core.sharing_posts_settle(s.id) FROM shared AS s \g /dev/null
SELECT is(pg_temp.sees('Bea Example'), 'Birch', 'SH7: ended, she is not');

-- What her feed is told, at the end of the transaction that changed it.
CREATE FUNCTION pg_temp.told() RETURNS text[]
LANGUAGE sql AS $$
    WITH c AS (
        DELETE FROM core.changes AS c USING cast_actors AS a
         WHERE a.name = 'Ada Example' AND c.client_id = a.id RETURNING c.*
    )
    SELECT array_agg(c.op || ' ' || s.name || ' ' || c.source_id ORDER BY c.seq)
      FROM c JOIN cast_settings AS s ON s.id = c.setting_id WHERE c.kind = 'child';
$$;
UPDATE core.posts SET from_on = current_date WHERE staff_id = pg_temp.staff('Ada Example') AND setting_id = pg_temp.setting_id('Cedar');
SELECT pg_temp.seen('Ada Example', 'SELECT epoch FROM api.feed_open(true)') \g /dev/null
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is(pg_temp.told(), NULL, 'a first reading from the start needs no telling');
UPDATE core.posts SET to_on = current_date - 1 WHERE staff_id = pg_temp.staff('Ada Example') AND setting_id = pg_temp.setting_id('Apple');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is(pg_temp.told(), '{leave Apple Ann}', 'a post that ended takes its records back');
SET CONSTRAINTS ALL DEFERRED;
UPDATE core.posts SET to_on = NULL WHERE staff_id = pg_temp.staff('Ada Example') AND setting_id = pg_temp.setting_id('Apple');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is(pg_temp.told(), '{enter Apple Ann}', 'one that is there again brings them');
SET CONSTRAINTS ALL DEFERRED;
UPDATE core.posts SET known_to = now() WHERE staff_id = pg_temp.staff('Ada Example') AND setting_id = pg_temp.setting_id('Apple');
INSERT INTO core.posts (post_id, staff_id, setting_id, kind, from_on, hours_per_week)
SELECT p.post_id, p.staff_id, p.setting_id, p.kind, p.from_on, 9 FROM core.posts AS p
 WHERE p.staff_id = pg_temp.staff('Ada Example') AND p.setting_id = pg_temp.setting_id('Apple');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is(pg_temp.told(), NULL, 'a post that only changed its hours takes nothing away in between');
WITH g AS (
    INSERT INTO core.groups (kind, name) VALUES ('trust', 'Other Trust ' || gen_random_uuid()) RETURNING id
), m AS (
    INSERT INTO core.group_settings (group_id, setting_id, from_on)
    SELECT g.id, pg_temp.setting_id('Birch'), '2020-09-01' FROM g
)
INSERT INTO core.posts (staff_id, group_id, kind, from_on)
SELECT pg_temp.staff('Ada Example'), g.id, 'deputy', current_date FROM g;
SELECT is(pg_temp.told(), '{enter Birch Ben}', 'a group''s post brings its settings');
DELETE FROM core.group_settings AS g USING core.posts AS p
 WHERE p.group_id = g.group_id AND p.staff_id = pg_temp.staff('Ada Example');
SELECT is(pg_temp.told(), '{leave Birch Ben}', 'a setting that leaves the group goes');
SELECT pg_temp.merge('school', 'Apple', 'post',
    '[{"id":"s","rev":9,"kind":"senco","name":"Cy Example","start_on":"2020-09-01"}]') \g /dev/null
SELECT is(pg_temp.told(), NULL, 'what a setting says of its posts is not told in its batch');
SELECT pg_temp.seen('Ada Example', 'SELECT epoch FROM api.feed_open(false)') \g /dev/null
SELECT is(pg_temp.told(), '{leave Apple Ann}', 'but at the next reading');

SELECT * FROM finish();
ROLLBACK;
