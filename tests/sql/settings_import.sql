-- settings_import.sql — registers in: what is new, changed, closed; applied in
-- one go, the same file twice changes nothing.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/register.sql
\o /dev/null
SELECT pg_temp.actor('administrator', 'la_administrator'),
       pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('school', 'school_system');

CREATE FUNCTION pg_temp.stored(columns text) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
    v_rows text[];
BEGIN
    EXECUTE format('SELECT array_agg(concat_ws('' '', %s) ORDER BY s.urn, s.ofsted_urn)
        FROM core.settings AS s
       WHERE s.urn LIKE ''9900__'' OR s.ofsted_urn LIKE ''EY9900__''', columns)
      INTO v_rows;
    RETURN coalesce(v_rows, '{}');
END
$$;
CREATE FUNCTION pg_temp.audited() RETURNS bigint
LANGUAGE sql AS $$
    SELECT count(*) FROM audit.entries AS e
     WHERE e.action = 'settings.import'
       AND e.client_id IN (SELECT a.id FROM cast_actors AS a);
$$;
SELECT pg_temp.school('990001', 'North Test Primary', 'open', '3589901'),
       pg_temp.school('990002', 'South Test Primary', 'open', '3589902'),
       pg_temp.school('990003', 'Test School of Elsewhere', 'open', '8869903', la => '886');
\o
SELECT no_plan();

SELECT is(pg_temp.import('gias', is_dry_run => true), ARRAY[
    '2 urn:990001 North Test Primary new status: open; type: Community school',
    '3 urn:990002 South Test Primary new status: open; type: Community school',
    '4 urn:990003 Test School of Elsewhere new status: open; type: Community school'],
    'a dry run tells what would be new');
SELECT is(pg_temp.stored('s.urn'), '{}', 'and writes nothing');
SELECT is(pg_temp.audited(), 0::bigint, 'not even to the audit log');

SELECT is(cardinality(pg_temp.import('gias', '358')), 2,
    'an import for one authority takes its rows only');
SELECT is(pg_temp.stored('s.urn, s.register, s.la_code, s.ref'), ARRAY[
    '990001 gias 358 urn:990001', '990002 gias 358 urn:990002'],
    'they are stored with the reference people use');
SELECT is(pg_temp.import('gias', '358'), '{}',
    'the same file a second time changes nothing');
SELECT is(pg_temp.audited(), 2::bigint, 'each import is audited');
SELECT is(pg_temp.import('gias'), ARRAY[
    '4 urn:990003 Test School of Elsewhere new status: open; type: Community school'],
    'without an authority the rest of the file comes in');
SELECT is((SELECT array_agg(i.scheme || ' ' || i.value ORDER BY i.scheme)
             FROM core.setting_identifiers AS i
             JOIN core.settings AS s ON s.id = i.setting_id
            WHERE s.urn = '990001'),
    ARRAY['laestab 3589901', 'ukprn 10990001', 'urn 990001'],
    'URN, LAESTAB and UKPRN lead to the setting');

-- Changes.
\o /dev/null
TRUNCATE register_rows;
SELECT pg_temp.school('990001', 'North Test Primary', 'open', '3589901', roll => 198),
       pg_temp.school('990002', 'South Test Primary', 'closed', '3589902', closed_on => '2026-08-31'),
       pg_temp.school('990003', 'Test School of Elsewhere', 'open', '8869903', la => '886');
\o
SELECT is(pg_temp.import('gias', is_dry_run => true), ARRAY[
    '2 urn:990001 North Test Primary changed roll: 200 -> 198',
    '3 urn:990002 South Test Primary closed status: open -> closed; closed_on: none -> 2026-08-31'],
    'the difference names each field with its old and new value');
SELECT is(pg_temp.stored('s.urn, s.status, s.roll'),
    '{990001 open 200,990002 open 200,990003 open 200}',
    'a dry run of changes writes nothing either');
SELECT is(cardinality(pg_temp.import('gias')), 2, 'applied, it tells the same');
SELECT is(pg_temp.stored('s.urn, s.status, s.roll, s.closed_on'),
    '{990001 open 198,990002 closed 200 2026-08-31,990003 open 200}',
    'and the rows are as the register says');
SELECT is(pg_temp.import('gias'), '{}', 'again nothing is left to change');
\o /dev/null
TRUNCATE register_rows;
SELECT pg_temp.school('990002', 'South Test Primary', 'open', '3589902');
\o
SELECT is(pg_temp.import('gias'), ARRAY[
    '2 urn:990002 South Test Primary reopened status: closed -> open; closed_on: 2026-08-31 -> none'],
    'a school that opens again is told as such');
SELECT is(pg_temp.stored('s.urn'), '{990001,990002,990003}',
    'what is not in the file is not touched');
\o /dev/null
TRUNCATE register_rows;
SELECT pg_temp.school('990001', 'First Spelling', 'open', '3589901', roll => 198),
       pg_temp.school('990001', 'Second Spelling', 'open', '3589901', roll => 198);
\o
SELECT is(pg_temp.import('gias'), ARRAY[
    '2 urn:990001 First Spelling repeated line 3 is of the same setting',
    '3 urn:990001 Second Spelling changed name: North Test Primary -> Second Spelling'],
    'of two rows of one setting the later counts, and the other is reported');

-- Predecessors and successors: domain.md 3.6, a new URN with the old LAESTAB.
\o /dev/null
TRUNCATE register_rows;
SELECT pg_temp.school('990010', 'Early Test School', 'closed', '3589910', '1990-09-01', '2012-07-31'),
       pg_temp.school('990011', 'Early Test Academy', 'closed', '3589910', '2012-08-31', '2020-08-31'),
       pg_temp.school('990012', 'Early Test Trust Academy', 'open', '3589910', '2020-09-01'),
       pg_temp.school('990020', 'Undated Test School', 'closed', '3589920'),
       pg_temp.school('990021', 'Undated Test Academy', 'open', '3589920'),
       pg_temp.school('990030', 'Overlapping Test School', 'closed', '3589930', '1990-09-01', '2020-10-03'),
       pg_temp.school('990031', 'Overlapping Test Academy', 'open', '3589930', '2020-09-01'),
       pg_temp.school('990032', 'On The Day Test School', 'closed', '3589932', '1990-09-01', '2020-10-02'),
       pg_temp.school('990033', 'On The Day Test Academy', 'open', '3589932', '2020-09-01'),
       pg_temp.school('990040', 'Unnumbered Test School', 'closed'),
       pg_temp.school('990041', 'Unnumbered Test Academy', 'open');
SELECT pg_temp.import('gias');
\o
CREATE FUNCTION pg_temp.links() RETURNS text[]
LANGUAGE sql AS $$
    SELECT array_agg(concat_ws(' ', p.urn, n.urn, l.basis) ORDER BY p.urn)
      FROM core.setting_links AS l
      JOIN core.settings AS p ON p.id = l.predecessor_id
      JOIN core.settings AS n ON n.id = l.successor_id
     WHERE p.urn LIKE '9900__';
$$;
SELECT is(pg_temp.links(), ARRAY[
    '990010 990011 laestab', '990011 990012 laestab', '990020 990021 laestab',
    '990032 990033 laestab'],
    'a closed school is followed by the next of its LAESTAB that opened at most 31 days before it closed; '
    'without dates the URNs tell; 32 days are too many; without LAESTAB there is no link');
SELECT is(pg_temp.seen('officer', $q$
    SELECT s.urn, s.predecessors->0->>'ref', s.successors->0->>'ref'
      FROM api.settings AS s WHERE s.urn = '990011'$q$),
    '{990011 urn:990010 urn:990012}', 'the view shows both sides');
SELECT is((SELECT s.urn FROM core.settings AS s
            WHERE s.id = core.setting_find('laestab:3589910')), '990012',
    'a LAESTAB that three have borne leads to the one that is open');
SELECT is(pg_temp.import('gias'), '{}', 'a second time links change nothing');
SELECT is(cardinality(pg_temp.links()), 4, 'and stay as they are');
\o /dev/null
TRUNCATE register_rows;
SELECT pg_temp.school('990032', 'On The Day Test School', 'closed', '3589932', '1990-09-01', '2020-10-03');
SELECT pg_temp.import('gias');
\o
SELECT is(cardinality(pg_temp.links()), 3,
    'a link that no longer follows from the register goes');

-- Ofsted names authorities.
\o /dev/null
TRUNCATE register_rows;
SELECT pg_temp.nursery('EY990001', 'Test Nursery', 'Trafford'),
       pg_temp.nursery('EY990002', 'Test Nursery', 'St Helens'),
       pg_temp.nursery('EY990003', 'Test Nursery', 'Southend on Sea'),
       pg_temp.nursery('EY990004', 'Test Nursery', 'Bournemouth, Christchurch & Poole'),
       pg_temp.nursery('EY990005', 'Test Nursery', 'Dorset'),
       pg_temp.nursery('EY990006', 'Test Nursery', 'Nowhere');
\o
SELECT is(cardinality(pg_temp.import('ofsted', '358')), 1,
    'a row that names its authority is found by the authority''s code');
SELECT is(cardinality(pg_temp.import('ofsted')), 5, 'the rest comes without a filter');
SELECT is((SELECT array_agg(concat_ws(' ', s.ofsted_urn, s.la_code) ORDER BY s.ofsted_urn)
             FROM core.settings AS s WHERE s.ofsted_urn LIKE 'EY9900__'),
    '{EY990001 358,EY990002 342,EY990003 882,EY990004 839,EY990005 838,EY990006}',
    'spellings of authorities are known; of two that bore a name the living one is meant; an unknown name has no code');
SELECT is(pg_temp.import('ofsted'), '{}', 'the same file a second time changes nothing');

-- Who may, and what is refused.
SELECT is(pg_temp.refusal('officer', pg_temp.import_sql('gias', NULL, true)),
    'forbidden', 'an officer may not import, not even to look');
SELECT is(pg_temp.refusal('school', pg_temp.import_sql('gias', NULL, false)),
    'forbidden', 'nor may a school system');
SELECT is(pg_temp.refusal('nobody', pg_temp.import_sql('gias', NULL, false)),
    'forbidden', 'nor who has no token');
SELECT is(pg_temp.refusal('administrator', pg_temp.import_sql('edubase', NULL, false)),
    'malformed_parameter', 'there are two registers');

-- Other functions of the import give the daemon nothing.
SELECT is(pg_temp.refusal('administrator', 'SELECT api.settings_identify()'), '42501',
    'the daemon cannot touch identifiers by itself');
SELECT is(pg_temp.refusal('administrator', 'SELECT api.settings_link()'), '42501',
    'nor links');

SELECT * FROM finish();
ROLLBACK;
