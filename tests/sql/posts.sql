-- posts.sql — who holds which post where, when it was so and when it was
-- known; what is refused; what the setting's own records do to the register.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'),
       pg_temp.actor('area', 'area_senco'), pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting(s.name, '1', 2, 3, 11) FROM unnest(ARRAY['Apple', 'Birch', 'Cedar', 'Shut', 'Young', 'Nursery']) AS s (name);
UPDATE core.settings AS s SET closed_on = '2024-08-31', status = 'closed' WHERE s.id = pg_temp.setting_id('Shut');
UPDATE core.settings AS s SET opened_on = '2024-09-01' WHERE s.id = pg_temp.setting_id('Young');
SELECT pg_temp.grant_setting('school', 'Apple'), pg_temp.grant_setting('school', 'Cedar');
CREATE TEMPORARY TABLE people AS
WITH f AS (INSERT INTO core.staff (name) VALUES ('Ada Example'), ('Bea Example'), ('Cy Example'), ('Dee Example') RETURNING id, name)
SELECT f.id, f.name FROM f;
CREATE TEMPORARY TABLE chains AS
WITH g AS (
    INSERT INTO core.groups (kind, name) SELECT k.code, k.code || gen_random_uuid() FROM law.group_kinds AS k RETURNING id, kind
)
SELECT g.id, g.kind FROM g;
INSERT INTO core.group_settings (group_id, setting_id, from_on)
SELECT c.id, pg_temp.setting_id('Nursery'), '2020-09-01' FROM chains AS c WHERE c.kind = 'nursery_chain';
CREATE FUNCTION pg_temp.staff(name text) RETURNS int LANGUAGE sql AS $$ SELECT p.id FROM people AS p WHERE p.name = $1 || ' Example' $$;
CREATE FUNCTION pg_temp.chain(kind text) RETURNS int LANGUAGE sql AS $$ SELECT c.id FROM chains AS c WHERE c.kind = $1 $$;
-- add — the refusal of a post, NULL when it is made. what: members that differ.
CREATE FUNCTION pg_temp.add(who text, place text, what jsonb DEFAULT '{}', actor text DEFAULT 'officer') RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal($4, format('SELECT * FROM api.posts_create(%L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)',
        coalesce($3->>'key', gen_random_uuid()::text), CASE $1 WHEN 'nobody' THEN -1 ELSE pg_temp.staff($1) END,
        CASE WHEN $2 = 'nowhere' THEN 'id:0' ELSE 'id:' || pg_temp.setting_id($2) END, $3->>'group', coalesce($3->>'kind', 'senco'),
        $3->>'arrangement', coalesce($3->>'from', '2024-09-01'), $3->>'to', $3->>'hours', $3->>'admin', $3->>'teaching', $3->>'head', NULL, NULL, NULL));
$$;
CREATE FUNCTION pg_temp.post(who text, place text) RETURNS int
LANGUAGE sql AS $$ SELECT p.post_id FROM core.posts AS p WHERE p.staff_id = pg_temp.staff($1) AND p.setting_id = pg_temp.setting_id($2) ORDER BY p.id DESC LIMIT 1 $$;
CREATE FUNCTION pg_temp.etag(post int) RETURNS text
LANGUAGE sql AS $$ SELECT max(p.id)::text FROM core.posts AS p WHERE p.post_id = $1 $$;
CREATE FUNCTION pg_temp.put(post int, match text, what jsonb DEFAULT '{}') RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal('officer', format('SELECT * FROM api.post_put(%L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)', $1, $2,
        $3->>'arrangement', coalesce($3->>'from', '2024-09-01'), $3->>'to', $3->>'hours', NULL, $3->>'teaching', NULL, NULL, NULL, NULL));
$$;
-- held — as the list of posts says it of a setting: on a day, as known at a time.
CREATE FUNCTION pg_temp.held(place text, at timestamptz DEFAULT NULL, actor text DEFAULT 'auditor') RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($3, format('SELECT p.staff, p.kind, p.from_on, p.to_on FROM api.posts AS p WHERE p._setting_id = %s
        AND p.known_from <= %3$L AND coalesce(p.known_to, ''infinity'') > %3$L ORDER BY p.from_on, p.staff, p.kind',
        pg_temp.setting_id($1), '', coalesce($2, clock_timestamp())));
$$;
\o
SELECT no_plan();

-- Who may.
SELECT is(pg_temp.add('Ada', 'Apple', actor => w.who), 'forbidden', coalesce(w.who, 'nobody') || ' writes no post')
  FROM (VALUES ('school'), ('area'), ('administrator'), ('auditor'), (NULL)) AS w (who);
SELECT is(pg_temp.add('Ada', 'Apple', '{"key":"k"}'), NULL, 'an officer does');
SELECT is(pg_temp.add('Ada', 'Apple', '{"key":"k"}'), NULL, 'the same again under its key');
SELECT is((SELECT count(*)::int FROM core.posts AS p WHERE p.staff_id = pg_temp.staff('Ada')), 1, 'is the same post');
SELECT is(pg_temp.add('Ada', 'Birch', '{"key":"k"}'), 'batch_differs', 'another under its key is refused');
SELECT is(pg_temp.add('Cy', 'Birch', '{"key":"k"}', 'manager'), NULL, 'a manager''s keys are his own');
SELECT is(pg_temp.held('Apple', actor => w.who), '{Ada Example senco 2024-09-01 -}', w.who || ' reads it')
  FROM (VALUES ('school'), ('area'), ('officer'), ('manager'), ('administrator'), ('auditor')) AS w (who);
SELECT is(pg_temp.held('Apple', actor => 'nobody'), '{}', 'nobody acting sees no post');
SELECT is(pg_temp.seen('nobody', 'SELECT post_id FROM api.post_details'), '{}', 'in no list');
SELECT is((SELECT array_agg(e.action || ' ' || e.setting_id) FROM audit.entries AS e WHERE e.action = 'posts.create'
            AND e.details->>'post_id' = pg_temp.post('Ada', 'Apple')::text), ARRAY['posts.create ' || pg_temp.setting_id('Apple')], 'the log says so once');

-- What is refused.
SELECT is(pg_temp.add(t.who, t.place, t.what::jsonb), t.slug, t.title)
  FROM (VALUES
    ('nobody', 'Birch', '{}', 'not_found', 'somebody must hold it'),
    ('Bea', 'nowhere', '{}', 'unknown_setting', 'somewhere'),
    ('Bea', 'Birch', '{"to":"2024-08-31"}', 'dates_reversed', 'it does not end before it begins'),
    ('Bea', 'Birch', '{"kind":"deputy","to":"2024-09-01"}', NULL, 'but on the very day it may'),
    ('Bea', 'Shut', '{"from":"2024-09-01"}', 'setting_closed', 'a setting that was closed gives no post'),
    ('Bea', 'Shut', '{"from":"2024-08-31"}', NULL, 'on its last day it still did'),
    ('Bea', 'Young', '{"from":"2024-08-31"}', 'setting_not_open', 'one that was not open yet does not either'),
    ('Bea', 'Young', '{"from":"2024-09-01"}', NULL, 'from its first day it does'),
    ('Bea', 'Birch', '{"hours":"168.1"}', 'malformed_field', 'a week has no more hours than 168'),
    ('Bea', 'Birch', '{"hours":"0.04"}', 'malformed_field', 'a post of no hours is none'),
    ('Bea', 'Birch', '{"admin":"-1"}', 'malformed_field', 'hours of support may be none, not less'),
    ('Ada', 'Apple', '{"from":"2025-09-01"}', 'periods_overlap', 'the same person, kind and setting on the same day is one post'),
    ('Ada', 'Apple', '{"from":"2020-09-01","to":"2024-09-01"}', 'periods_overlap', 'also on one day only'),
    ('Ada', 'Apple', '{"from":"2020-09-01","to":"2024-08-31"}', NULL, 'the time before is another'),
    ('Ada', 'Apple', '{"kind":"head"}', NULL, 'another kind too: a head who is SENCO'),
    ('Cy', 'Apple', '{}', NULL, 'two SENCOs at one setting are let in: a finding, not a refusal'),
    ('Dee', 'Apple', '{"kind":"deputy","hours":"100","from":"2025-01-01","to":"2025-06-30"}', NULL, '100 hours are more than one works, and a finding'),
    ('Dee', 'Cedar', '{"hours":"68","from":"2025-06-30"}', NULL, 'with 68 elsewhere on one day it makes a week'),
    ('Dee', 'Young', '{"hours":"0.1","from":"2025-03-01","to":"2025-06-29"}', NULL, 'the day before there is room'),
    ('Dee', 'Young', '{"kind":"deputy","hours":"0.1","from":"2025-03-01","to":"2025-06-30"}', 'hours_exceed_week', 'a little more than a week on one day is refused'),
    ('Bea', 'Birch', '{"arrangement":"shared"}', NULL, 'shared without a sharing is let in: a finding')
  ) AS t (who, place, what, slug, title);
SELECT is(pg_temp.refusal('officer', format('SELECT * FROM api.posts_create(%L, %s, NULL, NULL, ''senco'', NULL, ''2024-09-01'', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)',
    gen_random_uuid(), pg_temp.staff('Bea'))), 'missing_field', 'a post is somewhere');
SELECT is(pg_temp.add('Bea', 'Birch', jsonb_build_object('group', pg_temp.chain('trust'))), 'missing_field', 'of a setting or of a group, not both');

-- Posts of a group.
CREATE FUNCTION pg_temp.of_group(who text, grp int, arrangement text, kind text DEFAULT 'senco') RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal('officer', format('SELECT * FROM api.posts_create(%L, %L, NULL, %L, %L, %L, ''2024-09-01'', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)',
        gen_random_uuid(), pg_temp.staff($1), $2, $4, $3));
$$;
SELECT is(array_agg(a.code ORDER BY a.code) FILTER (WHERE pg_temp.of_group('Bea', pg_temp.chain(k.kind), a.code, 'inclusion_lead') IS NULL),
    ARRAY[k.fits], 'a post of a ' || k.kind || ' is ' || k.fits)
  FROM (VALUES ('nursery_chain', 'group'), ('childminder_network', 'network'), ('childminder_agency', 'agency'), ('trust', 'group'),
               ('federation', 'group'), ('locality', 'group')) AS k (kind, fits),
       (VALUES ('own'), ('shared'), ('group'), ('agency'), ('network')) AS a (code) GROUP BY k.kind, k.fits;
SELECT is(pg_temp.of_group('Bea', -1, 'group'), 'not_found', 'of a group that is not there nobody''s');
SELECT is(pg_temp.of_group('Bea', pg_temp.chain('nursery_chain'), NULL), NULL, 'left out it is what fits');
SELECT is(pg_temp.of_group('Bea', pg_temp.chain('nursery_chain'), NULL), 'periods_overlap', 'twice of one group is one post');
SELECT is(pg_temp.held('Nursery'), '{"Bea Example inclusion_lead 2024-09-01 -","Bea Example senco 2024-09-01 -"}', 'a nursery of the chain has its SENCO');
SELECT is(pg_temp.add('Bea', 'Nursery'), 'periods_overlap', 'who holds it there already');

-- Another version.
SELECT is(pg_temp.put(pg_temp.post('Cy', 'Birch'), m.match), m.slug, m.title)
  FROM (VALUES (NULL, 'precondition_missing', 'a change names what it changes'), ('0', 'precondition_failed', 'as it is now')) AS m (match, slug, title);
SELECT is(pg_temp.put(-1, '1'), 'not_found', 'of a post that there is');
CREATE TEMPORARY TABLE seen_at AS SELECT 'before'::text AS what, clock_timestamp() AS at, pg_temp.etag(pg_temp.post('Cy', 'Birch')) AS etag;
SELECT is(pg_temp.put(pg_temp.post('Cy', 'Birch'), (SELECT s.etag FROM seen_at AS s), '{"from":"2024-10-01","hours":"12.5"}'), NULL, 'an officer changes it');
SELECT is(pg_temp.put(pg_temp.post('Cy', 'Birch'), (SELECT s.etag FROM seen_at AS s), '{"from":"2024-11-01"}'), 'precondition_failed', 'who has not seen that changes nothing');
SELECT is((SELECT array_agg((d.post_id = pg_temp.post('Cy', 'Birch')) || ' ' || p.from_on ORDER BY p.id)
             FROM core.posts AS p JOIN core.posts AS d ON d.id = p.post_id WHERE p.staff_id = pg_temp.staff('Cy') AND p.setting_id = pg_temp.setting_id('Birch')),
    '{"true 2024-09-01","true 2024-10-01"}', 'it is another version of the same post');
SELECT is(pg_temp.held('Birch'), '{"Bea Example deputy 2024-09-01 2024-09-01","Bea Example senco 2024-09-01 -","Cy Example senco 2024-10-01 -"}', 'the list knows the newest');
SELECT is(pg_temp.held('Birch', (SELECT s.at FROM seen_at AS s)),
    '{"Bea Example deputy 2024-09-01 2024-09-01","Bea Example senco 2024-09-01 -","Cy Example senco 2024-09-01 -"}', 'and what was known before');
SELECT is(pg_temp.put(pg_temp.post('Cy', 'Birch'), pg_temp.etag(pg_temp.post('Cy', 'Birch')), t.what::jsonb), t.slug, t.title)
  FROM (VALUES ('{"to":"2024-01-01"}', 'dates_reversed', 'a version is held to the same rules: order'), ('{"hours":"170"}', 'malformed_field', 'hours')) AS t (what, slug, title);
SELECT is(pg_temp.put(pg_temp.post('Bea', 'Shut'), pg_temp.etag(pg_temp.post('Bea', 'Shut')), '{"from":"2025-01-01"}'), 'setting_closed', 'the setting');
SELECT is(pg_temp.refusal('officer', format('SELECT * FROM api.post_end(%L, %L, %L)', pg_temp.post('Cy', 'Birch'), pg_temp.etag(pg_temp.post('Cy', 'Birch')), t.day)), t.slug, t.title)
  FROM (VALUES ('2024-09-30', 'dates_reversed', 'it does not end before it began'), ('2025-07-31', NULL, 'it ends')) AS t (day, slug, title);
SELECT is((pg_temp.held('Birch'))[3], 'Cy Example senco 2024-10-01 2025-07-31', 'on that day');
SELECT is((SELECT array_agg(h.hours_per_week) FROM core.holdings AS h WHERE h.post_id = pg_temp.post('Cy', 'Birch') AND h.known_to = 'infinity'), '{12.5}',
    'what the end does not say stays');

-- Entered in error.
SELECT is(pg_temp.refusal(w.who, format('SELECT * FROM api.post_withdraw(%L, %L, ''Fictional error'')', pg_temp.post('Cy', 'Birch'), pg_temp.etag(pg_temp.post('Cy', 'Birch')))), w.slug, w.title)
  FROM (VALUES ('area', 'forbidden', 'an Area SENCO withdraws nothing'), ('officer', NULL, 'an officer withdraws'), ('officer', 'withdrawn', 'once')) AS w (who, slug, title);
SELECT is(pg_temp.put(pg_temp.post('Cy', 'Birch'), pg_temp.etag(pg_temp.post('Cy', 'Birch'))), 'withdrawn', 'and nothing is changed after');
SELECT is(pg_temp.held('Birch'), '{"Bea Example deputy 2024-09-01 2024-09-01","Bea Example senco 2024-09-01 -"}', 'it is known no longer');
SELECT is((pg_temp.held('Birch', (SELECT s.at FROM seen_at AS s)))[3], 'Cy Example senco 2024-09-01 -', 'that it was stays known');
SELECT is(pg_temp.seen(w.who, format('SELECT d.withdrawn_at IS NOT NULL, d.reason, jsonb_array_length(d.earlier), d.counts FROM api.post_details AS d WHERE d.post_id = %s',
        pg_temp.post('Cy', 'Birch'))), ARRAY[w.row], w.who || ' sees that it was' || w.why)
  FROM (VALUES ('officer', 'true Fictional error 2 false', ', and why'), ('school', 'true - 2 false', ', not why')) AS w (who, row, why);
SELECT is(pg_temp.add('Cy', 'Birch'), NULL, 'a post that never was stands in nobody''s way');

-- What a setting sends itself goes before the register, for as long as it does.
CREATE FUNCTION pg_temp.sencos(place text, at timestamptz) RETURNS text
LANGUAGE sql AS $$
    SELECT string_agg(h.name || ' ' || coalesce(h.hours_per_week::text, '-') || CASE WHEN h.record_id IS NULL THEN '' ELSE ' sent' END, ', ' ORDER BY h.name)
      FROM core.holdings AS h
     WHERE h.setting_id = pg_temp.setting_id($1) AND h.kind = 'senco' AND h.known_from <= $2 AND h.known_to > $2;
$$;
SELECT pg_temp.add('Bea', 'Cedar', '{"hours":"10"}') \g /dev/null
UPDATE core.posts AS p SET known_from = '2025-01-01' WHERE p.setting_id = pg_temp.setting_id('Cedar') AND p.staff_id = pg_temp.staff('Bea');
DELETE FROM core.posts AS p WHERE p.setting_id = pg_temp.setting_id('Cedar') AND p.staff_id <> pg_temp.staff('Bea');
SELECT pg_temp.merge('school', 'Cedar', 'post', '[{"id":"x","rev":1,"kind":"senco","name":"bea example","start_on":"2024-09-01","hours_per_week":11}]') \g /dev/null
UPDATE core.post_record_versions AS v SET known_from = '2025-02-01' WHERE v.setting_id = pg_temp.setting_id('Cedar');
SELECT is(pg_temp.sencos('Cedar', now()), 'bea example 11.0 sent', 'a record goes before the register');
SELECT is((SELECT array_agg(h.staff_id) FROM core.holdings AS h WHERE h.setting_id = pg_temp.setting_id('Cedar') AND h.known_to = 'infinity'), ARRAY[pg_temp.staff('Bea')],
    'and is of the same person');
SELECT is(pg_temp.seen('officer', format('SELECT d.counts FROM api.post_details AS d WHERE d.post_id = %s', pg_temp.post('Bea', 'Cedar'))), '{false}',
    'the register''s post says that it does not count');
SELECT pg_temp.merge('school', 'Cedar', 'post', '[{"id":"x","rev":2,"kind":"senco","name":"bea example","start_on":"2024-09-01","hours_per_week":12}]') \g /dev/null
UPDATE core.post_record_versions AS v SET known_to = '2025-03-01' WHERE v.setting_id = pg_temp.setting_id('Cedar') AND v.known_to < 'infinity';
UPDATE core.post_record_versions AS v SET known_from = '2025-03-01' WHERE v.setting_id = pg_temp.setting_id('Cedar') AND v.known_to = 'infinity';
SELECT pg_temp.merge('school', 'Cedar', 'post', '[{"id":"x","rev":3,"deleted":true}]') \g /dev/null
SELECT is(pg_temp.sencos('Cedar', t.at::timestamptz), t.said, t.title)
  FROM (VALUES ('2024-12-31', NULL, 'before anything was known, nothing'),
               ('2025-01-01', 'Bea Example 10.0', 'at first the register counted'),
               ('2025-02-01', 'bea example 11.0 sent', 'then the record, from the moment it came'),
               ('2025-02-28', 'bea example 11.0 sent', 'as it was first sent'),
               ('2025-03-01', 'bea example 12.0 sent', 'then as it was sent anew'),
               (now()::text, 'Bea Example 10.0', 'and the register again once it was deleted')) AS t (at, said, title);
SELECT is((SELECT count(*)::int FROM core.holdings AS h WHERE h.setting_id = pg_temp.setting_id('Cedar')), 4, 'no time is told twice');
SELECT pg_temp.merge('school', 'Cedar', 'post', '[{"id":"x","rev":4,"kind":"deputy","name":"bea example","start_on":"2024-09-01"}]') \g /dev/null
SELECT is(pg_temp.sencos('Cedar', now()), 'Bea Example 10.0', 'a record of another kind says nothing of this one');
SELECT is(pg_temp.seen('school', $$SELECT p.studies->>'nasenco_began_on' FROM api.posts AS p WHERE p.record_id = 'y'$$), '{}', 'nothing is there yet');
SELECT pg_temp.merge('school', 'Apple', 'post', '[{"id":"y","rev":1,"kind":"inclusion_lead","name":"Eve Example","start_on":"2024-09-01","nasenco_began_on":"2023-09-01"}]') \g /dev/null
SELECT is(pg_temp.seen(w.who, $$SELECT p.staff_id, p.studies->>'nasenco_began_on' FROM api.posts AS p WHERE p.record_id = 'y'$$), ARRAY[w.row],
        w.who || w.title)
  FROM (VALUES ('school', '- 2023-09-01', ' reads what its record says of a qualification'), ('officer', '- 2023-09-01', ' does too'),
               ('auditor', '- -', ' does not')) AS w (who, row, title);
SELECT is(pg_temp.seen('auditor', format('SELECT DISTINCT s.name FROM api.setting_sencos AS s WHERE s.setting_id = %s ORDER BY 1', pg_temp.setting_id('Nursery'))),
    '{Bea Example}', 'the SENCO of a group is the SENCO of its settings');

SELECT * FROM finish();
ROLLBACK;
