-- freshness.sql — when a setting was heard of, what of it is still refused,
-- and who may know.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('other school', 'school_system'),
       pg_temp.actor('senco', 'area_senco'), pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
INSERT INTO core.setting_identifiers (scheme, value, setting_id)
VALUES ('urn', '999911', pg_temp.setting_id('Primary')), ('urn', '999912', pg_temp.setting_id('Juniors'));
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('other school', 'Juniors');
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name = 'senco';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id('Primary'), '2020-01-01' FROM core.caseloads AS l JOIN cast_actors AS a ON a.id = l.client_id;
-- refuse: a batch of the school that leaves these refusals, as the daemon does it.
CREATE FUNCTION pg_temp.refuse(kinds text[], ids text[], unreadable int, good_kinds text[], good_ids text[]) RETURNS text
LANGUAGE sql AS $$
    SELECT pg_temp.refusal('school', format('SELECT api.sync_open(''urn:999911'', gen_random_uuid()::text, ''\x00'');
        SELECT api.sync_refused(%L, %L, %L, %L, %s, %L, %L)', $1, $2,
        array_fill('malformed_field'::text, ARRAY[cardinality($1)]), array_fill('/data/born_on'::text, ARRAY[cardinality($1)]),
        $3, $4, $5));
$$;
CREATE FUNCTION pg_temp.outstanding() RETURNS int LANGUAGE sql AS $$
    SELECT q.refused + q.unreadable FROM core.setting_contacts AS q WHERE q.setting_id = pg_temp.setting_id('Primary');
$$;
CREATE FUNCTION pg_temp.has_refused() RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen('school', 'SELECT o.has_refused FROM api.sync_open(''urn:999911'', ''x'', ''\x00'') AS o');
$$;
CREATE FUNCTION pg_temp.fresh(actor text) RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(f.f ORDER BY f.f), '{}') FROM unnest(pg_temp.seen($1, format(
        'SELECT f.name, f.outstanding, f.is_silent FROM api.freshness AS f WHERE f._key IN (%s, %s)',
        pg_temp.setting_id('Primary'), pg_temp.setting_id('Juniors')))) AS f (f);
$$;
\o
SELECT plan(32);

-- Contact.
SELECT is(pg_temp.refusal('school', $$SELECT api.contact_note(NULL)$$), NULL, 'a school is heard of');
SELECT is((SELECT array_agg(c.setting_id) FROM core.setting_contacts AS c
            WHERE c.setting_id IN (SELECT s.id FROM cast_settings AS s) AND c.last_contact_at = now()),
    ARRAY[pg_temp.setting_id('Primary')], 'for all it is granted, and no other');
\o /dev/null
SELECT pg_temp.setting('Spare', '1', 2, 7, 11), pg_temp.grant_setting('other school', 'Spare');
\o
SELECT is(pg_temp.refusal('other school', $$SELECT api.contact_note('urn:999911')$$), NULL, 'of a foreign setting');
\o /dev/null
SELECT pg_temp.refusal('other school', $$SELECT api.contact_note(NULL)$$);
\o
SELECT is((SELECT count(*)::int FROM core.setting_contacts AS c WHERE c.setting_id = pg_temp.setting_id('Juniors')), 0,
    'it notes nothing, and of several granted nothing either when none is named');
SELECT is(pg_temp.refusal('officer', $$SELECT api.contact_note('urn:999911')$$), NULL, 'an officer who looks');
UPDATE core.setting_contacts SET last_contact_at = now() - interval '59 seconds' WHERE setting_id = pg_temp.setting_id('Primary');
\o /dev/null
SELECT pg_temp.refusal('school', $$SELECT api.contact_note('urn:999911')$$);
\o
SELECT is((SELECT c.last_contact_at FROM core.setting_contacts AS c WHERE c.setting_id = pg_temp.setting_id('Primary')),
    now() - interval '59 seconds', 'within a minute nothing is written');
UPDATE core.setting_contacts SET last_contact_at = now() - interval '61 seconds' WHERE setting_id = pg_temp.setting_id('Primary');
\o /dev/null
SELECT pg_temp.refusal('school', $$SELECT api.contact_note('urn:999911')$$);
\o
SELECT is((SELECT c.last_contact_at FROM core.setting_contacts AS c WHERE c.setting_id = pg_temp.setting_id('Primary')),
    now(), 'after one it is');

-- Refusals.
SELECT is(pg_temp.has_refused(), '{false}', 'at first nothing is refused');
\o /dev/null
SELECT pg_temp.rest();
\o
SELECT is(pg_temp.refuse('{child,need}', '{c-1,n-1}', 1, '{}', '{}'), NULL, 'a batch leaves refusals');
SELECT is(pg_temp.outstanding(), 3, 'two with an id and one without are outstanding');
SELECT is(pg_temp.has_refused(), '{true}', 'the next batch is told that some stand');
\o /dev/null
SELECT pg_temp.refuse('{child}', '{c-1}', 0, '{}', '{}');
\o
SELECT is(pg_temp.outstanding(), 3, 'the same record refused again is the same one');
\o /dev/null
SELECT pg_temp.refuse('{}', '{}', 1, '{}', '{}');
\o
SELECT is(pg_temp.outstanding(), 4, 'what has no id is counted on');
\o /dev/null
SELECT pg_temp.refuse('{}', '{}', 0, '{child,child}', '{c-1,c-2}');
\o
SELECT is(pg_temp.outstanding(), 3, 'one that comes good is over');
SELECT is(pg_temp.seen('school', $$SELECT r.kind, r.source_id, r.slug, r.pointer FROM api.refused_records AS r$$),
    ARRAY['need n-1 malformed_field /data/born_on'], 'what stands has a reason and a place');
UPDATE core.setting_contacts SET unreadable_at = now() - interval '25 hours' WHERE setting_id = pg_temp.setting_id('Primary');
\o /dev/null
SELECT pg_temp.refuse('{}', '{}', 0, '{}', '{}');
\o
SELECT is(pg_temp.outstanding(), 1, 'the count of a former day ends with the next batch');
\o /dev/null
SELECT pg_temp.refuse('{child,need,need}', '{c-7,n-7,n-8}', 1, '{}', '{}');
SELECT core.refused_settle(pg_temp.setting_id('Primary'), '{need}', '{need}', '{n-8}');
\o
SELECT is((SELECT array_agg(r.kind || ' ' || r.source_id ORDER BY r.source_id) FROM core.refused_records AS r
            WHERE r.setting_id = pg_temp.setting_id('Primary')), '{child c-7,need n-8}',
    'a snapshot of a kind leaves what it held refused itself, and other kinds');
SELECT is(pg_temp.outstanding(), 2, 'and the count follows');
SELECT is(pg_temp.refusal('officer', $$SELECT api.sync_refused('{}', '{}', '{}', '{}', 0, '{}', '{}')$$),
    'setting_not_granted', 'only an open batch notes refusals');
\o /dev/null
SELECT set_config('app.setting', '', true);
\o
SELECT is(pg_temp.seen('other school', 'SELECT r.source_id FROM api.refused_records AS r'), '{}',
    'a foreign school sees none of them');
SELECT is(pg_temp.seen('administrator', 'SELECT r.source_id FROM api.refused_records AS r'), '{}', 'an administrator neither');

-- Both sides compared.
SELECT is(pg_temp.refusal('school', $$SELECT * FROM api.digest_report('urn:999912', '[]')$$), 'setting_not_granted',
    'nobody compares for a foreign setting');
SELECT is(pg_temp.seen('school', $$SELECT DISTINCT state FROM api.digest_report('urn:999911', '[]')$$), '{identical}',
    'who holds nothing, as we do, is identical');
SELECT is(pg_temp.seen('school', $$SELECT kind FROM api.digest_report('urn:999911', '[{"kind": "need", "records": 1,
    "digest": "00000000000000000000000000000001"}]') WHERE state = 'differs'$$), '{need}', 'who holds one more differs in its kind');
\o /dev/null
SELECT set_config('app.setting', '', true);
\o

-- Who sees how fresh what is.
UPDATE core.client_grants AS g SET granted_at = now() - interval '25 hours'
 WHERE g.setting_id = pg_temp.setting_id('Juniors');
SELECT is(pg_temp.fresh('officer'), ARRAY['Juniors 0 true', 'Primary 2 false'], 'an officer sees all');
SELECT is(pg_temp.fresh('administrator'), ARRAY['Juniors 0 true', 'Primary 2 false'], 'an administrator too: no child is in it');
SELECT is(pg_temp.fresh('senco'), ARRAY['Primary 2 false'], 'an Area SENCO her own caseload');
SELECT is(pg_temp.fresh('other school'), ARRAY['Juniors 0 true'], 'a school itself');
SELECT is(pg_temp.fresh('auditor'), '{}', 'an auditor nothing');
SELECT is(pg_temp.fresh('nobody'), '{}', 'nobody nothing');
SELECT is(pg_temp.seen('officer', format('SELECT f.silent_hours, f.hours_allowed, f.digest_state, f.silent_since = now() - interval ''25 hours'' AS since
    FROM api.freshness AS f WHERE f._key = %s', pg_temp.setting_id('Juniors'))), ARRAY['25 24 unknown true'],
    'a silent one with its hours');
SELECT is(pg_temp.seen('officer', format('SELECT f.silent_hours, f.silent_since FROM api.freshness AS f WHERE f._key = %s',
    pg_temp.setting_id('Primary'))), ARRAY['- -'], 'who is not silent has none');
SELECT * FROM finish();
ROLLBACK;
