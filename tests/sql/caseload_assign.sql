-- caseload_assign.sql — settings go from caseload to caseload: a preview does
-- what the deed does, nothing is lost, and a gap has its reason.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/caseloads.sql
\o /dev/null
SELECT pg_temp.actor('manager', 'la_manager'), pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('ada', 'area_senco'), pg_temp.actor('bea', 'area_senco'), pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Apple Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Birch Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Cedar Childminder', 'ofsted:childminder', NULL, NULL, NULL),
       pg_temp.setting('Closed Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('Closing Nursery', 'ofsted:non_domestic', NULL, NULL, NULL),
       pg_temp.setting('New Nursery', 'ofsted:non_domestic', NULL, NULL, NULL);
UPDATE core.settings SET status = 'closed', closed_on = '2024-07-31' WHERE id = pg_temp.setting_id('Closed Nursery');
UPDATE core.settings SET closed_on = '2027-04-01' WHERE id = pg_temp.setting_id('Closing Nursery');
UPDATE core.settings SET opened_on = '2027-02-01' WHERE id = pg_temp.setting_id('New Nursery');
SELECT pg_temp.caseload('North', 'ada', 'Ada Example'), pg_temp.caseload('South', 'bea', 'Bea Example'), pg_temp.caseload('West', NULL, NULL);
SELECT pg_temp.hold('North', 'Apple Nursery'), pg_temp.hold('North', 'Birch Nursery'), pg_temp.hold('North', 'Closing Nursery'),
       pg_temp.hold('South', 'Cedar Childminder');
SELECT pg_temp.child('Kay', 'Apple Nursery', '2023-03-01', NULL, 'K'), pg_temp.child('Eve', 'Apple Nursery', '2023-03-01', NULL, 'E');
-- The rows were decided a while ago.
UPDATE core.caseload_settings SET known_from = now() - interval '1 year';

-- assign — the call; members not named are NULL.
CREATE FUNCTION pg_temp.call(a jsonb) RETURNS text
LANGUAGE sql AS $$
    SELECT format('SELECT %s FROM api.caseload_assign(%L::text[], %L, %L, %L::int[], %L, %L, %L, %L, %L) AS a',
        coalesce(a->>'show', 'preview'),
        (SELECT array_agg('id:' || coalesce(pg_temp.setting_id(e)::text, '999999999')) FROM jsonb_array_elements_text(a->'settings') AS e),
        pg_temp.caseload_id(a->>'from'), coalesce(a->>'to_id', pg_temp.caseload_id(a->>'to')::text),
        (SELECT array_agg(pg_temp.caseload_id(e)) FROM jsonb_array_elements_text(a->'tos') AS e),
        coalesce(a->>'from_on', '2027-01-01'), a->>'to_on', a->>'joint', a->>'gap', a->>'preview');
$$;
CREATE FUNCTION pg_temp.assign(a jsonb, actor text DEFAULT 'manager') RETURNS text[]
LANGUAGE sql AS $$ SELECT pg_temp.seen($2, pg_temp.call($1)) $$;
CREATE FUNCTION pg_temp.refused(a jsonb, actor text DEFAULT 'manager') RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.refusal($2, pg_temp.call($1)) $$;
\o
SELECT no_plan();

-- Who.
SELECT is(pg_temp.refused('{"settings":["Apple Nursery"],"to":"South"}', a.name), 'forbidden', a.name || ' decides nothing')
  FROM (VALUES ('officer'), ('ada'), ('administrator'), ('nobody')) AS a (name);
SELECT is(pg_temp.refused('{"settings":["Apple Nursery"],"to":"South","preview":true}', 'ada'), 'forbidden', 'nor does an Area SENCO look');

-- What cannot be.
SELECT is(pg_temp.refused('{"to":"South"}'), 'missing_field', 'some setting or caseload is named');
SELECT is(pg_temp.refused('{"settings":["Nowhere"],"to":"South"}'), 'unknown_setting', 'a setting there is');
SELECT is(pg_temp.refused('{"settings":["Apple Nursery","Apple Nursery"],"to":"South"}'), 'duplicate_field', 'each once');
SELECT is(pg_temp.refused('{"settings":["Closed Nursery"],"to":"South"}'), 'setting_closed', 'one that is closed is refused');
SELECT is(pg_temp.refused('{"settings":["Closing Nursery"],"to":"South","from_on":"2027-04-01"}'), 'setting_closed', 'or will be by then');
SELECT is(pg_temp.refused('{"settings":["New Nursery"],"to":"South"}'), 'malformed_field', 'or opens only later');
SELECT is(pg_temp.refused('{"settings":["Apple Nursery"],"to":"South","to_on":"2026-12-31"}'), 'dates_reversed', 'the end lies after the start');
SELECT is(pg_temp.refused('{"settings":["Apple Nursery"],"to_id":"999999999"}'), 'not_found', 'a caseload there is');
SELECT is(pg_temp.refused('{"settings":["Apple Nursery"],"to":"South","tos":["South"]}'), 'malformed_field', 'one target or one for each');
SELECT is(pg_temp.refused('{"settings":["Apple Nursery"],"tos":["South","North"]}'), 'malformed_field', 'as many as settings');
SELECT is(pg_temp.refused('{"from":"West","to":"South"}'), 'missing_field', 'an empty caseload has nothing to give');

-- A preview shows what the deed does, and does nothing.
CREATE TEMPORARY TABLE shown AS SELECT pg_temp.assign('{"settings":["Apple Nursery","Cedar Childminder"],"to":"South","preview":true,
    "show":"a.settings, a.caseloads, a.findings"}', 'officer') AS rows;
SELECT is(pg_temp.held('Apple Nursery'), '{North 2020-09-01 -}', 'a preview moves nothing');
SELECT is((SELECT count(*)::int FROM core.caseload_settings AS m WHERE m.known_to IS NOT NULL), 0, 'and closes nothing');
SELECT is(pg_temp.assign('{"settings":["Apple Nursery","Cedar Childminder"],"to":"South","show":"a.settings, a.caseloads, a.findings"}'),
    (SELECT s.rows FROM shown AS s), 'the deed answers the very same');
SELECT is((SELECT array_agg(concat_ws(' ', j->>'setting_name', j->>'change', j->'from'->0->>'name', j->>'sen_support', j->>'ehc_plan', j->>'weight'))
             FROM jsonb_array_elements((pg_temp.assign('{"settings":["Birch Nursery"],"to":"South","preview":true,"show":"a.settings"}'))[1]::jsonb) AS j),
    '{Birch Nursery moved North 0 0 1.00}', 'what is moved, from whom, with how many children');
SELECT is(pg_temp.held('Apple Nursery'), '{North 2020-09-01 2026-12-31,South 2027-01-01 -}', 'the setting has moved from that day');
SELECT is(pg_temp.held('Cedar Childminder'), '{South 2020-09-01 -}', 'and what was there already stays as it was');
SELECT is((SELECT array_agg(concat_ws(' ', j->>'name', j->>'settings_before', j->>'settings_after', j->>'weight_before', j->>'weight_after') ORDER BY 1)
             FROM jsonb_array_elements((pg_temp.assign('{"settings":["Birch Nursery"],"to":"West","preview":true,"show":"a.caseloads"}'))[1]::jsonb) AS j),
    '{"North 2 1 2 1","West 0 1 0 1"}', 'each caseload concerned before and after');
SELECT is((SELECT e.role || (e.details->>'from_on') FROM audit.entries AS e WHERE e.action = 'caseloads.assign' ORDER BY e.at DESC, e.id DESC LIMIT 1),
    'la_manager2027-01-01', 'the deed is in the audit log');
SELECT is((SELECT count(*)::int FROM audit.entries AS e WHERE e.action = 'caseloads.assign'), 1, 'a preview is not');
SELECT is(pg_temp.assign('{"settings":["Apple Nursery"],"to":"South","show":"a.settings->0->>''change''"}'), '{unchanged}', 'sent again it changes nothing');

-- History is kept.
SELECT is((SELECT array_agg(concat_ws(' ', c.name, m.from_on, coalesce(m.to_on::text, '-'), m.known_to IS NULL) ORDER BY m.known_to, m.from_on)
             FROM core.caseload_settings AS m JOIN cast_caseloads AS c ON c.id = m.caseload_id WHERE m.setting_id = pg_temp.setting_id('Apple Nursery')),
    '{"North 2020-09-01 - f","North 2020-09-01 2026-12-31 t","South 2027-01-01 - t"}', 'the row as it was known is kept, closed');
SELECT is(pg_temp.seen('ada', format('SELECT s.name FROM api.caseload_settings(%s, ''2027-06-01'', now() - interval ''1 day'') AS s ORDER BY 1', pg_temp.caseload_id('North'))),
    ARRAY['Apple Nursery', 'Birch Nursery', 'Closing Nursery'], 'as known yesterday it stays in North for good');
SELECT is(pg_temp.seen('ada', format('SELECT s.name FROM api.caseload_settings(%s, ''2027-06-01'') AS s ORDER BY 1', pg_temp.caseload_id('North'))),
    ARRAY['Birch Nursery', 'Closing Nursery'], 'as known now it does not');

-- A while, and back.
SELECT is(pg_temp.assign('{"settings":["Birch Nursery"],"to":"South","to_on":"2027-03-31","show":"a.findings"}'), '{[]}', 'for a while');
SELECT is(pg_temp.held('Birch Nursery'), '{North 2020-09-01 2026-12-31,South 2027-01-01 2027-03-31,North 2027-04-01 -}', 'who held it has it back');

-- Gaps.
SELECT is(pg_temp.refused('{"settings":["Birch Nursery"]}'), 'caseload_gap', 'a setting that would be in no caseload is refused');
SELECT is(pg_temp.refused('{"settings":["New Nursery"],"to":"South","from_on":"2027-02-01","to_on":"2027-07-31"}'), 'caseload_gap', 'also after the end that was given');
SELECT is(pg_temp.held('Birch Nursery') || pg_temp.held('New Nursery'), '{North 2020-09-01 2026-12-31,South 2027-01-01 2027-03-31,North 2027-04-01 -}', 'and nothing of it is done');
SELECT is(pg_temp.assign('{"settings":["Birch Nursery","Apple Nursery"],"preview":true,"show":"a.findings->0->>''finding'', a.findings->1->>''sentence''"}'),
    ARRAY['caseload_gap id:' || pg_temp.setting_id('Apple Nursery') || ' is in no caseload from 1 January 2027 on.'], 'a preview shows the gaps');
SELECT is(pg_temp.assign('{"settings":["Birch Nursery"],"gap":"Ada retires","show":"a.findings->0->>''finding'', a.findings->0->>''severity''"}'),
    '{caseload_gap_allowed info}', 'with a reason it is taken, with a finding');
SELECT is(pg_temp.held('Birch Nursery'), '{North 2020-09-01 2026-12-31}', 'and done');
SELECT is((SELECT m.gap_reason FROM core.caseload_settings AS m WHERE m.setting_id = pg_temp.setting_id('Birch Nursery') AND m.known_to IS NULL),
    'Ada retires', 'the reason stays with the row before the gap');
SELECT is(pg_temp.assign('{"settings":["Closing Nursery"],"to":"South","to_on":"2027-03-31","show":"a.findings"}'), '{[]}', 'after it has closed a setting needs nobody');

-- Two at once.
SELECT is(pg_temp.assign('{"settings":["Cedar Childminder"],"to":"West","joint":true,"show":"a.findings->0->>''finding'', a.findings->0->>''severity''"}'),
    '{caseload_double info}', 'joint working is accepted with a finding');
SELECT is(pg_temp.held('Cedar Childminder'), '{South 2020-09-01 -,West 2027-01-01 -}', 'both hold it');
SELECT is(pg_temp.assign('{"from":"West","to":"North","settings":["Cedar Childminder"],"from_on":"2027-02-01","show":"a.settings->0->''also_in''->0->>''name''"}'),
    '{South}', 'from one caseload only: the other keeps it');
SELECT is(pg_temp.held('Cedar Childminder'), '{South 2020-09-01 -,West 2027-01-01 2027-01-31,North 2027-02-01 -}', 'and the one named has lost it');

-- A whole caseload, and a proposal with several targets.
SELECT is(pg_temp.assign('{"from":"South","to":"West","from_on":"2027-09-01","show":"jsonb_array_length(a.settings)"}'), '{2}', 'a whole caseload goes, without what is closed by then');
SELECT is(pg_temp.held('Apple Nursery'), '{North 2020-09-01 2026-12-31,South 2027-01-01 2027-08-31,West 2027-09-01 -}', 'as one');
SELECT is(pg_temp.assign('{"settings":["Apple Nursery","Birch Nursery"],"tos":["North","South"],"from_on":"2028-01-01","show":"a.settings->1->>''change''"}'),
    '{added}', 'each setting may have its own target');
SELECT is(pg_temp.held('Birch Nursery'), '{North 2020-09-01 2026-12-31,South 2028-01-01 -}', 'and goes there');
SELECT * FROM finish();
ROLLBACK;
