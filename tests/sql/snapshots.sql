-- snapshots.sql — a full roll by its functions: what a commit makes of every
-- kind of record, who leaves and who stays, the brake, the end of one left
-- open. (One transaction has one now(): what is newer than the opening is
-- tried in tests/api.)
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('other school', 'school_system'),
       pg_temp.actor('officer', 'la_officer');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('other school', 'Primary'),
       pg_temp.grant_setting('other school', 'Juniors');
SELECT pg_temp.child(n, 'Primary', '2018-01-01', '3', 'K') FROM unnest('{Ash,Bay,Elm,Fir,Oak,Yew,Box,Fig,Gum,Ivy}'::text[]) AS n;
SELECT pg_temp.child('Pine', 'Juniors', '2018-01-01', '3', 'K');
\o
SELECT plan(55);

CREATE FUNCTION pg_temp.open(actor text, setting text, kinds text) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    v_ref text := 'id:' || pg_temp.setting_id(setting);
    v_id  uuid;
BEGIN
    PERFORM pg_temp.act(actor);
    SELECT s.id INTO v_id FROM api.snapshot_open(v_ref, kinds) AS s;
    PERFORM pg_temp.rest();
    PERFORM set_config('app.setting', '', true);
    RETURN v_id;
END
$$;
-- send — a batch as the daemon sends it; refused are kinds and ids of records that could not be read.
CREATE FUNCTION pg_temp.send(id uuid, kind text, records jsonb, refused_kinds text[] DEFAULT '{}', refused_ids text[] DEFAULT '{}')
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_ref  text := 'id:' || pg_temp.setting_id('Primary');
    v_args text := pg_temp.arrays(kind, 'merge', records);
BEGIN
    PERFORM pg_temp.act('school');
    PERFORM api.sync_open(v_ref, gen_random_uuid()::text, '\x00', id);
    PERFORM api.snapshot_note(jsonb_array_length(records) + cardinality(refused_ids), 100, refused_kinds, refused_ids, '{}',
        array_fill('malformed_field'::text, ARRAY[cardinality(refused_ids)]),
        array_fill('/records/3/data/born_on'::text, ARRAY[cardinality(refused_ids)]));
    IF jsonb_array_length(records) > 0 THEN
        EXECUTE format('SELECT api.%s_stage(%s)', kind, v_args);
    END IF;
    PERFORM pg_temp.rest();
    PERFORM set_config('app.setting', '', true);
END
$$;
CREATE FUNCTION pg_temp.preview(id uuid) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    v_preview jsonb;
BEGIN
    PERFORM pg_temp.act('school');
    v_preview := api.snapshot_preview(id);
    PERFORM pg_temp.rest();
    RETURN v_preview;
END
$$;
-- counts — of a kind: joiners changed unchanged stale invalid leavers.
CREATE FUNCTION pg_temp.counts(result jsonb, kind text) RETURNS text
LANGUAGE sql AS $$
    SELECT concat_ws(' ', k->>'joiners', k->>'changed', k->>'unchanged', k->>'stale', k->>'invalid', k->>'leavers')
      FROM jsonb_array_elements(result->'kinds') AS k WHERE k->>'kind' = $2;
$$;
CREATE FUNCTION pg_temp.leavers(id uuid) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('school', format('SELECT l.kind, l.source_id FROM api.snapshot_leavers(%L) AS l', id));
$$;
CREATE FUNCTION pg_temp.commit(id uuid, confirmed_by text) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    v_result jsonb;
BEGIN
    PERFORM pg_temp.act('school');
    SELECT s.result INTO v_result FROM api.snapshot_commit(id, confirmed_by) AS s;
    PERFORM pg_temp.rest();
    PERFORM set_config('app.setting', '', true);
    RETURN v_result;
END
$$;
CREATE FUNCTION pg_temp.drop(id uuid) RETURNS text
LANGUAGE sql AS $$
    SELECT array_to_string(pg_temp.seen('school', format('SELECT s.state FROM api.snapshot_drop(%L) AS s', id)), '');
$$;
-- kids — the roll of children: all of the cast but those.
CREATE FUNCTION pg_temp.kids(VARIADIC absent text[]) RETURNS jsonb
LANGUAGE sql AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', c.name, 'rev', 1, 'surname', c.name, 'born_on', '2018-01-01', 'hash', r.content_hash)), '[]')
      FROM cast_children AS c JOIN core.child_records AS r ON r.source_id = c.name AND r.child_id = c.id
     WHERE c.name <> ALL (absent || 'Pine'::text);
$$;
CREATE TEMPORARY TABLE rolls (name text PRIMARY KEY, id uuid);
CREATE FUNCTION pg_temp.id(name text) RETURNS uuid LANGUAGE sql AS $$ SELECT r.id FROM rolls AS r WHERE r.name = $1 $$;

-- Opening.
SELECT is(pg_temp.refusal('school', format($$SELECT FROM api.snapshot_open('id:%s', 'child')$$, pg_temp.setting_id('Juniors'))),
    'setting_not_granted', 'a setting that is not granted is refused');
SELECT is(pg_temp.refusal('officer', format($$SELECT FROM api.snapshot_open('id:%s', 'child')$$, pg_temp.setting_id('Primary'))),
    'setting_not_granted', 'an officer opens none');
SELECT is(pg_temp.refusal('school', format($$SELECT FROM api.snapshot_open('id:%s', 'child,parrot')$$, pg_temp.setting_id('Primary'))),
    'unknown_kind', 'a kind nobody knows is refused');
INSERT INTO rolls SELECT 'first', pg_temp.open('school', 'Primary', 'need,child');
SELECT is((SELECT s.kinds FROM core.snapshots AS s WHERE s.id = pg_temp.id('first')), '{child,need}', 'it is open for its kinds');
SELECT is((SELECT s.expires_at - s.opened_at > '23:59' AND s.expires_at - s.opened_at < '24:01' FROM core.snapshots AS s WHERE s.id = pg_temp.id('first')),
    true, 'for a day');
SELECT is(pg_temp.refusal(a, format($$SELECT FROM api.snapshot_open('id:%s', 'child')$$, pg_temp.setting_id('Primary'))),
    'snapshot_open', a || ': no second one of the setting') FROM unnest('{school,other school}'::text[]) AS a;
SELECT is(pg_temp.seen('other school', 'SELECT s.id FROM api.snapshots AS s'), '{}', 'nobody else sees it');
SELECT is(pg_temp.refusal('other school', format('SELECT api.snapshot_preview(%L)', pg_temp.id('first'))), 'not_found', 'nor looks at it');
SELECT is(pg_temp.refusal('other school', format('SELECT FROM api.snapshot_commit(%L, NULL)', pg_temp.id('first'))), 'not_found', 'nor commits it');
SELECT is(pg_temp.refusal('other school', format('SELECT FROM api.snapshot_drop(%L)', pg_temp.id('first'))), 'not_found', 'nor drops it');
SELECT is(pg_temp.refusal('other school', format('SELECT api.sync_open(%L, %L, %L, %L); SELECT api.snapshot_note(0, 0, %5$L, %5$L, %5$L, %5$L, %5$L)',
    'id:' || pg_temp.setting_id('Primary'), 'k', '\x00', pg_temp.id('first'), '{}')), 'not_found', 'nor sends to it');

-- A preview of an empty one, and what hangs on leavers.
SELECT is(pg_temp.counts(pg_temp.preview(pg_temp.id('first')), k), '0 0 0 0 0 10', 'nothing sent: all would leave, of kind ' || k)
  FROM unnest('{child,need,placement}'::text[]) AS k;
SELECT is(pg_temp.preview(pg_temp.id('first'))->>'needs_name', 'true', 'and somebody must stand for it');
SELECT is(pg_temp.refusal('school', format('SELECT FROM api.snapshot_commit(%L, NULL)', pg_temp.id('first'))), 'leavers_unconfirmed', 'or it is refused');
SELECT is((SELECT count(*)::int FROM core.child_records AS r WHERE r.setting_id = pg_temp.setting_id('Primary') AND r.deleted_at IS NULL), 10,
    'and has changed nothing');

\o /dev/null
SELECT pg_temp.send(pg_temp.id('first'), 'child', pg_temp.kids('Ash'));
SELECT pg_temp.send(pg_temp.id('first'), 'need', (SELECT jsonb_agg(jsonb_build_object('id', n.source_id, 'rev', 1, 'hash', n.content_hash))
    FROM core.needs AS n WHERE n.setting_id = pg_temp.setting_id('Primary') AND n.child <> 'Ash'));
\o
SELECT is(pg_temp.counts(pg_temp.preview(pg_temp.id('first')), 'child'), '0 0 9 0 0 1', 'a child that is absent leaves');
SELECT is(pg_temp.leavers(pg_temp.id('first')), ARRAY['child Ash', 'need n Ash2025-09-01', 'placement p Ash'],
    'with all that hangs on it, also of a kind the roll is not of');
SELECT is(pg_temp.preview(pg_temp.id('first'))->>'needs_name', 'false', 'one of ten is not more than a tenth');
UPDATE core.snapshot_rules SET value = 9 WHERE name = 'leavers_percent';
SELECT is(pg_temp.preview(pg_temp.id('first'))->>'needs_name', 'true', 'the share is a row of a table');
UPDATE core.snapshot_rules SET value = 10 WHERE name = 'leavers_percent';
UPDATE core.snapshot_rules SET value = 0 WHERE name = 'leavers_children';
SELECT is(pg_temp.preview(pg_temp.id('first'))->>'needs_name', 'true', 'so is the number');
UPDATE core.snapshot_rules SET value = 20 WHERE name = 'leavers_children';

-- Who might be spoken of does not leave.
\o /dev/null
SELECT pg_temp.send(pg_temp.id('first'), 'need', '[{"id":"n new","rev":1,"child":"Ash","provision":"E","start_on":"2026-01-01"}]');
\o
SELECT is(pg_temp.leavers(pg_temp.id('first')), ARRAY['need n Ash2025-09-01'], 'a child of whom the roll has another record stays');
SELECT is(pg_temp.drop(pg_temp.id('first')), 'dropped', 'it is dropped');
SELECT is(pg_temp.drop(pg_temp.id('first')), 'dropped', 'and again');
SELECT is(pg_temp.refusal('school', format('SELECT FROM api.snapshot_commit(%L, NULL)', pg_temp.id('first'))), 'snapshot_closed', 'then it is not committed');
SELECT is(pg_temp.refusal('school', format('SELECT FROM api.snapshot_leavers(%L)', pg_temp.id('first'))), 'snapshot_closed', 'nor looked at');

INSERT INTO rolls SELECT 'refused', pg_temp.open('school', 'Primary', 'child,placement');
\o /dev/null
SELECT pg_temp.send(pg_temp.id('refused'), 'child', pg_temp.kids('Ash', 'Bay'), '{child}', '{Ash}');
\o
SELECT is(pg_temp.leavers(pg_temp.id('refused')) , ARRAY['child Bay', 'need n Bay2025-09-01'] || ARRAY(
        SELECT 'placement p ' || n FROM unnest('{Ash,Bay,Box,Elm,Fig,Fir,Gum,Ivy,Oak,Yew}'::text[]) AS n ORDER BY n COLLATE "C"),
    'a record refused when it was read is not absent');
SELECT is(pg_temp.preview(pg_temp.id('refused'))->'refused', '[{"kind": "child", "source_id": "Ash", "slug": "malformed_field", "pointer": "/data/born_on"}]',
    'and the preview says which and why');
SELECT is(pg_temp.counts(pg_temp.preview(pg_temp.id('refused')), 'child'), '0 0 8 0 1 1', 'and counts it');
\o /dev/null
SELECT pg_temp.send(pg_temp.id('refused'), 'placement', '[]', '{placement}', '{""}');
\o
SELECT is(pg_temp.leavers(pg_temp.id('refused')), '{}', 'one without an id keeps all of its kind, and the children they hang on');
SELECT is((SELECT array_agg(k->>'kind' || ' ' || (k->>'absence_known')) FROM jsonb_array_elements(pg_temp.preview(pg_temp.id('refused'))->'kinds') AS k
            WHERE k->>'kind' IN ('child', 'placement')), '{"child true","placement false"}', 'and the preview says so');
\o /dev/null
SELECT pg_temp.send(pg_temp.id('refused'), 'placement', '[]', '{""}', '{x}');
\o
SELECT is(pg_temp.preview(pg_temp.id('refused'))->>'unreadable', '2', 'records that cannot be told are counted');
SELECT is((SELECT bool_or((k->>'absence_known')::boolean) FROM jsonb_array_elements(pg_temp.preview(pg_temp.id('refused'))->'kinds') AS k),
    false, 'one without a kind keeps all');
SELECT is(pg_temp.drop(pg_temp.id('refused')), 'dropped', 'it is dropped');

-- A commit.
INSERT INTO rolls SELECT 'whole', pg_temp.open('school', 'Primary', 'child');
\o /dev/null
SELECT pg_temp.send(pg_temp.id('whole'), 'need', '[{"id":"n bad","rev":2,"child":"nobody","provision":"E","start_on":"2026-01-01"},
    {"id":"n good","rev":2,"child":"Cob","provision":"E","start_on":"2026-01-01"}]');
SELECT pg_temp.send(pg_temp.id('whole'), 'child', pg_temp.kids('Ash', 'Bay'));
SELECT pg_temp.send(pg_temp.id('whole'), 'child', '[{"id":"Bay","rev":3,"surname":"Baynew","born_on":"2018-01-01"},
    {"id":"Cob","rev":1,"surname":"Cob","born_on":"2018-01-01"}, {"id":"Elm","rev":0,"surname":"Late","born_on":"2018-01-01"}]');
SELECT pg_temp.send(pg_temp.id('whole'), 'child', '[{"id":"Bay","rev":2,"surname":"Bayold","born_on":"2018-01-01"},
    {"id":"Cob","rev":1,"surname":"Other","born_on":"2018-01-01"}]');
CREATE TEMPORARY TABLE previewed AS SELECT pg_temp.preview(pg_temp.id('whole')) AS preview;
\o
SELECT is((SELECT pg_temp.counts(p.preview, 'child') FROM previewed AS p), '0 1 8 0 1 1',
    'of a record in several batches the highest revision stands, and two of one are refused');
SELECT is(pg_temp.commit(pg_temp.id('whole'), NULL), (SELECT p.preview FROM previewed AS p), 'the commit is what the preview said');
SELECT is((SELECT p.preview->'refused' FROM previewed AS p), '[{"kind": "child", "source_id": "Cob", "slug": "record_twice", "pointer": ""},
    {"kind": "need", "source_id": "n bad", "slug": "unknown_child", "pointer": "/data/child"},
    {"kind": "need", "source_id": "n good", "slug": "unknown_child", "pointer": "/data/child"}]', 'each refusal is told');
SELECT is((SELECT array_agg(r.kind || ' ' || r.source_id || ' ' || r.slug || ' ' || r.pointer ORDER BY r.source_id) FROM core.refused_records AS r
            WHERE r.setting_id = pg_temp.setting_id('Primary')),
    '{"child Cob record_twice ","need n bad unknown_child /data/child","need n good unknown_child /data/child"}', 'and stands until it comes good');
SELECT is((SELECT r.surname FROM core.child_records AS r WHERE r.setting_id = pg_temp.setting_id('Primary') AND r.source_id = 'Bay'), 'Baynew', 'the change is made');
SELECT is((SELECT array_agg(t.revision || ' ' || (t.deleted_at = now()) || ' ' || t.content_hash) FROM core.child_records AS t
            WHERE t.setting_id = pg_temp.setting_id('Primary') AND t.source_id = 'Ash'),
    '{"1 true 00000000-0000-0000-0000-000000000000"}', 'who left is a tombstone of the revision it had');
SELECT is((SELECT array_agg(c.kind || ' ' || c.op ORDER BY c.seq) FROM core.changes AS c WHERE c.source_id LIKE '%Ash%'),
    '{"need delete","placement delete","child delete"}', 'told by the feed, the child last');
SELECT is((SELECT e.details - 'snapshot' FROM audit.entries AS e WHERE e.action = 'snapshot.commit'), '{"leavers": 3, "confirmed_by": null}', 'and audited');
SELECT is(pg_temp.commit(pg_temp.id('whole'), 'Late Name'), (SELECT p.preview FROM previewed AS p), 'again is the stored answer');
SELECT is(pg_temp.merge('school', 'Primary', 'child', '[{"id":"Ash","rev":1,"surname":"Ash","born_on":"2018-01-01"}]'), '{s}',
    'what was sent before it left stays out');
SELECT is(pg_temp.refusal('school', format('SELECT FROM api.snapshot_drop(%L)', pg_temp.id('whole'))), 'snapshot_closed', 'what is committed is not dropped');

-- Back on the roll.
INSERT INTO rolls SELECT 'back', pg_temp.open('school', 'Primary', 'child');
\o /dev/null
SELECT pg_temp.send(pg_temp.id('back'), 'child', pg_temp.kids('Ash', 'Bay') || '[{"id":"Ash","rev":1,"surname":"Ash","born_on":"2018-01-01"},
    {"id":"Bay","rev":3,"surname":"Baynew","born_on":"2018-01-01"}]');
\o
SELECT is(pg_temp.counts(pg_temp.commit(pg_temp.id('back'), NULL), 'child'), '1 0 9 0 0 0', 'a child is back at the revision it left with');
SELECT is((SELECT array_agg(r.source_id ORDER BY r.source_id) FROM core.refused_records AS r WHERE r.setting_id = pg_temp.setting_id('Primary')),
    '{"n bad","n good"}', 'a roll without a record ends its refusal');

-- The end of one left open.
INSERT INTO rolls SELECT 'late', pg_temp.open('school', 'Primary', 'child');
UPDATE core.snapshots SET expires_at = now() WHERE id = pg_temp.id('late');
SELECT is(pg_temp.refusal('school', format('SELECT FROM api.snapshot_commit(%L, NULL)', pg_temp.id('late'))), 'snapshot_closed', 'its time is over by the clock');
SELECT isnt(pg_temp.open('other school', 'Primary', 'child'), NULL, 'and another may be opened');
SELECT is((SELECT count(*)::int FROM core.snapshot_records AS r WHERE r.snapshot_id = pg_temp.id('back')), 10, 'what was sent is there');
SELECT is(core.snapshots_expire('1 day', 1000), 0::bigint, 'until the housekeeping finds it old enough');
SELECT is(core.snapshots_expire('0', 10), 10::bigint, 'which deletes so many at a time');
SELECT cmp_ok(core.snapshots_expire('0', 1000), '>', 20::bigint, 'and then the rest');
SELECT * FROM finish();
ROLLBACK;
