-- sharing_life.sql — an arrangement proposed, changed and ended, and the posts
-- that follow from it.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
\ir ../lib/sharing.sql
\o
SELECT no_plan();

-- Proposing.
SELECT is(pg_temp.refusal(a.name, pg_temp.proposal('role', pg_temp.refs('Ash Primary', 'Beech Primary'))),
    CASE WHEN a.name NOT IN ('officer', 'manager') THEN 'forbidden' END, 'who proposes: ' || a.name)
  FROM cast_actors AS a ORDER BY a.name;
SELECT is(pg_temp.refusal('officer', q), w, t) FROM (VALUES
    (pg_temp.proposal('x', pg_temp.refs('Ash Primary')), 'sharing_too_small', 'one school shares nobody'),
    (pg_temp.proposal('x', pg_temp.refs('Ash Primary', 'Ash Primary')), 'sharing_too_small', 'nor does one named twice'),
    (pg_temp.proposal('x', pg_temp.refs('Ash Primary') || ',urn:999999'), 'unknown_setting', 'a school there is not'),
    (pg_temp.proposal('x', pg_temp.refs('Ash Primary', 'Shut Primary')), 'setting_closed', 'a school closed by then'),
    (pg_temp.proposal('x', pg_temp.refs('Ash Primary', 'New Primary')), 'setting_not_open', 'a school not open yet'),
    (pg_temp.proposal('x', pg_temp.refs('Ash Primary', 'Beech Primary'), current_date, current_date - 1), 'dates_reversed', 'an end before the beginning'),
    (pg_temp.proposal('x', pg_temp.refs('Ash Primary', 'Beech Primary'), teaches => pg_temp.ref('Cedar Primary')), 'malformed_field', 'a teacher at a school that is no member'),
    (pg_temp.proposal('x', pg_temp.refs('Ash Primary', 'Beech Primary'), staff => 'Nobody'), 'not_found', 'a person there is not')) AS x (q, w, t);
\o /dev/null
SELECT pg_temp.propose('a', pg_temp.refs('Ash Primary', 'Beech Primary'));
\o
SELECT is((pg_temp.seen('officer', pg_temp.proposal('a', pg_temp.refs('Ash Primary', 'Beech Primary'), teaches => pg_temp.refs('Ash Primary', 'Beech Primary'))))[1] LIKE m.id || '%', true,
    'the same key and content is the same proposal') FROM made AS m WHERE m.key = 'a';
SELECT is(pg_temp.refusal('officer', pg_temp.proposal('a', pg_temp.refs('Ash Primary', 'Beech Primary'))), 'batch_differs', 'with other content it is refused');
SELECT is(pg_temp.state('a', 's.state, s.senco, s.hours_per_week, s.etag, jsonb_array_length(s.members)'), ARRAY['proposed Ada Example 15 1 2'], 'an officer reads it');
SELECT is(pg_temp.posts('a'), '{}', 'a proposal makes no post');

-- Changing while it is proposed.
SELECT is(pg_temp.do('officer', 'put', 'a', 'NULL, ''N'', 1, current_date, NULL, 15, 3, 10'), 'precondition_missing', 'a change names what was seen');
SELECT is(pg_temp.do('officer', 'put', 'a', '''7'', ''N'', 1, current_date, NULL, 15, 3, 10'), 'precondition_failed', 'and not something else');
SELECT is(pg_temp.do('officer', 'put', 'a', 'ETAG, ''N'', 0, current_date, NULL, 15, 3, 10'), 'not_found', 'the person is there');
SELECT is(pg_temp.do('officer', 'put', 'a', format('ETAG, ''Ash and Beech'', %s, current_date + 1, NULL, 15, 3, 10', pg_temp.person('Ada Example'))), NULL, 'an officer changes a proposal');
SELECT is(pg_temp.state('a', 's.name, s.etag, s.from_on - current_date, (s.members->0->>''from_on'')::date - current_date'), ARRAY['Ash and Beech 2 1 1'],
    'its members begin with it');

-- Changing what is approved: a manager.
\o /dev/null
SELECT pg_temp.do('officer', 'member_put', 'a', format('%L, ETAG, NULL, 8, true', pg_temp.ref('Ash Primary'))),
       pg_temp.do('officer', 'member_put', 'a', format('%L, ETAG, NULL, 7, true', pg_temp.ref('Beech Primary')));
SELECT pg_temp.do('manager', 'approve', 'a', 'ETAG, ''R''');
\o
SELECT is(pg_temp.do('officer', 'put', 'a', format('ETAG, ''N'', %s, current_date + 1, NULL, 16, 3, 10', pg_temp.person('Ada Example'))), 'forbidden', 'an officer changes no approved arrangement');
SELECT is(pg_temp.do('manager', 'put', 'a', format('ETAG, ''N'', %s, current_date + 1, NULL, 16, 3, 10', pg_temp.person('Bea Example'))), 'sharing_state', 'the person stays');
SELECT is(pg_temp.do('manager', 'put', 'a', format('ETAG, ''N'', %s, current_date + 1, NULL, 20, 4, 15', pg_temp.person('Ada Example'))), NULL, 'a manager changes the hours');
SELECT is((SELECT count(*)::int FROM core.posts AS p JOIN made AS m ON m.id = p.sharing_id WHERE m.key = 'a' AND p.known_to IS NOT NULL), 2,
    'other hours are other versions of the two posts');

-- Ending, after schools have joined and left, and a review.
\o /dev/null
SELECT pg_temp.do('manager', 'member_put', 'a', format('%L, ETAG, current_date + 3, 5, true', pg_temp.ref('Cedar Primary'))),
       pg_temp.do('manager', 'member_remove', 'a', format('%L, ETAG, current_date + 9', pg_temp.ref('Beech Primary')));
UPDATE core.sharings SET from_on = current_date - 400 WHERE id = (SELECT m.id FROM made AS m WHERE m.key = 'a');
SELECT pg_temp.do('officer', 'review_plan', 'a', 'ETAG, current_date'), pg_temp.do('officer', 'review_outcome', 'a', '1, ETAG, current_date, ''CONTINUE'', NULL, NULL');
\o
SELECT is(pg_temp.do('officer', 'end', 'a', 'ETAG, NULL, ''R'''), 'forbidden', 'an officer ends nothing by hand');
SELECT is(pg_temp.do('manager', 'end', 'a', 'ETAG, current_date - 401, ''R'''), 'dates_reversed', 'nothing ends before it began');
SELECT is(pg_temp.do('manager', 'end', 'a', 'ETAG, current_date + 2, ''The review said so.'''), NULL, 'a manager ends it on a day');
SELECT is(pg_temp.posts('a'), ARRAY['Ash Primary 1 2 8.0 shared', 'Beech Primary 1 2 7.0 shared'],
    'its posts end that day; one that would have begun later is not known any longer');
SELECT is(pg_temp.state('a', 's.state, s.end_reason, s.ended_by LIKE ''manager%'''), ARRAY['approved The review said so. true'], 'until its last day it stands');
\o /dev/null
UPDATE core.sharings SET to_on = current_date - 1 WHERE id = (SELECT m.id FROM made AS m WHERE m.key = 'a');
\o
SELECT is(pg_temp.state('a', 's.state'), ARRAY['ended'], 'then it has ended');
SELECT is(pg_temp.do('manager', 'end', 'a', 'ETAG, NULL, ''R'''), 'sharing_state', 'and ends no more');
SELECT is(pg_temp.do('manager', 'member_put', 'a', format('%L, ETAG, NULL, NULL, NULL', pg_temp.ref('Cedar Primary'))), 'sharing_state', 'nor is it joined');

\o /dev/null
SELECT pg_temp.propose('no', pg_temp.refs('Ash Primary', 'Cedar Primary')), pg_temp.do('manager', 'decline', 'no', 'ETAG, ''R''');
\o
SELECT bag_eq($$SELECT DISTINCT e.action FROM audit.entries AS e WHERE e.action LIKE 'sharing.%' AND e.at = now()$$,
    ARRAY['sharing.propose', 'sharing.change', 'sharing.member', 'sharing.member_remove', 'sharing.approve', 'sharing.decline', 'sharing.review',
          'sharing.review_plan', 'sharing.end'], 'every step is audited');
SELECT * FROM finish();
ROLLBACK;
