-- housekeeping.sql — what is old goes in bounded runs, what is not stays, and
-- a setting that falls silent is told once, and once when it is heard again.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('officer', 'la_officer');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Minder', 'ofsted:childminder', NULL, 0, 8),
       pg_temp.setting('Never asked', '1', 2, 3, 11), pg_temp.setting('Shut', '1', 2, 3, 11);
UPDATE core.settings SET status = 'closed' WHERE id = pg_temp.setting_id('Shut');
INSERT INTO core.client_grants (client_id, setting_id, granted_at)
SELECT a.id, s.id, now() - interval '200 hours' FROM cast_actors AS a, cast_settings AS s
 WHERE a.name = 'school' AND s.name <> 'Never asked';
INSERT INTO core.sync_batches (client_id, key, body_sha256, setting_id, records, outcomes, details, at)
SELECT a.id, 'k' || n, '\x00', pg_temp.setting_id('Primary'), 0, '', '{}', now() - make_interval(days => n)
  FROM cast_actors AS a, generate_series(1, 40) AS n WHERE a.name = 'school';
-- keys: what is still stored of the school's.
CREATE FUNCTION pg_temp.oldest() RETURNS int LANGUAGE sql AS $$
    SELECT max(substr(b.key, 2)::int) FROM core.sync_batches AS b JOIN cast_actors AS a ON a.id = b.client_id;
$$;
-- ours: what housekeeping tells of our settings, as the daemon gets it.
CREATE FUNCTION pg_temp.told(feed_days int, answer_days int) RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(t.t ORDER BY t.t), '{}') FROM unnest(pg_temp.seen('nobody', format(
        'SELECT h.event, replace(replace(h.subject, ''id:%s'', ''Primary''), ''id:%s'', ''Minder'') AS subject, h.amount
           FROM api.housekeep(%s, %s) AS h
          WHERE h.event = ''pruned'' OR h.subject IN (''id:%s'', ''id:%s'', ''id:%s'', ''id:%s'')',
        pg_temp.setting_id('Primary'), pg_temp.setting_id('Minder'), $1, $2, pg_temp.setting_id('Primary'),
        pg_temp.setting_id('Minder'), pg_temp.setting_id('Never asked'), pg_temp.setting_id('Shut')))) AS t (t);
$$;
\o
SELECT plan(16);

SELECT is(core.answers_prune('30 days', 4), 4::bigint, 'a run deletes no more than it may');
SELECT is(pg_temp.told(90, 30), ARRAY['pruned answers 6', 'setting_silent Minder 200', 'setting_silent Primary 200'],
    'old answers go; settings that never said a word are silent since they were let in');
SELECT is(pg_temp.oldest(), 30, 'younger ones stay');
SELECT is(pg_temp.told(90, 30), '{}', 'nothing is told twice');
SELECT is(pg_temp.told(0, -5), ARRAY['pruned answers 29'], 'a caller cannot have it delete what is younger than a day');
SELECT is(pg_temp.oldest(), 1, 'of the last day everything is there');

\o /dev/null
SELECT core.contact_note(ARRAY[pg_temp.setting_id('Primary'), pg_temp.setting_id('Minder')]);
\o
SELECT is(pg_temp.told(90, 30), ARRAY['setting_heard Minder 200', 'setting_heard Primary 200'],
    'heard again is told with the hours it was silent');
SELECT is(pg_temp.told(90, 30), '{}', 'once');
UPDATE core.setting_contacts SET last_contact_at = now() - interval '25 hours 30 minutes'
 WHERE setting_id IN (SELECT s.id FROM cast_settings AS s);
SELECT is(pg_temp.told(90, 30), ARRAY['setting_silent Primary 25'], 'a school is silent after a day, a childminder is not');
UPDATE core.setting_contacts SET last_contact_at = now() - interval '169 hours'
 WHERE setting_id IN (SELECT s.id FROM cast_settings AS s);
SELECT is(pg_temp.told(90, 30), ARRAY['setting_silent Minder 169'], 'but after a week');
SELECT is((SELECT array_agg(q.is_silent ORDER BY q.setting_id) FROM core.silences AS q
            WHERE q.setting_id IN (SELECT s.id FROM cast_settings AS s)), '{t,t}',
    'who was never let in, or is closed, is not silent');
UPDATE core.silence_rules SET hours = 200 WHERE type = 'ofsted:childminder';
SELECT is(pg_temp.told(90, 30), ARRAY['setting_heard Minder 0'], 'the authority may allow other hours');
SELECT is(pg_temp.seen('nobody', $$SELECT h.amount > 0 AS any FROM api.housekeep(90, 30) AS h WHERE h.event = 'silent'$$),
    ARRAY['true'], 'how many are silent is told at every run');
-- The jobs of others: what is told is that they were called.
INSERT INTO core.changes (setting_id, kind, source_id, op, revision, at, xid)
SELECT pg_temp.setting_id('Primary'), 'roll', 'old', 'put', 1, now() - interval '91 days', '3'::xid8;
SELECT is(pg_temp.told(92, 30), '{}', 'history is kept for its days');
SELECT ok('pruned feed 1' = ANY (pg_temp.told(90, 30)), 'and goes after them');
SELECT throws_ok($$INSERT INTO core.silence_rules (type, hours) VALUES ('1', 0)$$, '23514', NULL, 'no setting is silent at once');
SELECT * FROM finish();
ROLLBACK;
