-- sharing_life.sql — an arrangement proposed, changed, decided, reviewed and
-- ended, and the posts that follow from it.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'), pg_temp.actor('area', 'area_senco'),
       pg_temp.actor('school', 'school_system'), pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Ash Primary', '1', 2, 5, 11), pg_temp.setting('Beech Primary', '1', 2, 5, 11),
       pg_temp.setting('Cedar Primary', '1', 2, 5, 11), pg_temp.setting('Shut Primary', '1', 2, 5, 11),
       pg_temp.setting('New Primary', '1', 2, 5, 11);
UPDATE core.settings SET opened_on = current_date + 1 WHERE id = pg_temp.setting_id('New Primary');
UPDATE core.settings SET roll = 100 WHERE id IN (SELECT s.id FROM cast_settings AS s);
UPDATE core.settings SET status = 'closed', closed_on = current_date - 1 WHERE id = pg_temp.setting_id('Shut Primary');
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, pg_temp.setting_id('Cedar Primary') FROM cast_actors AS a WHERE a.name = 'school';
CREATE TEMPORARY TABLE people AS
WITH f AS (INSERT INTO core.staff (name) VALUES ('Ada Example'), ('Bea Example') RETURNING id, name) SELECT f.* FROM f;
INSERT INTO core.qualifications (staff_id, kind, state, completed_on)
SELECT p.id, w.kind, 'held', w.on_day FROM people AS p, (VALUES ('qts', '2010-07-01'::date), ('nasenco', '2015-07-01')) AS w (kind, on_day);
SELECT pg_temp.child('Kay', 'Ash Primary', '2016-03-01', '6', 'K');
CREATE FUNCTION pg_temp.person(name text) RETURNS int LANGUAGE sql AS $$ SELECT p.id FROM people AS p WHERE p.name = $1 $$;
CREATE FUNCTION pg_temp.ref(name text) RETURNS text LANGUAGE sql AS $$ SELECT 'id:' || pg_temp.setting_id($1) $$;
CREATE FUNCTION pg_temp.refs(VARIADIC names text[]) RETURNS text
LANGUAGE sql AS $$ SELECT string_agg(pg_temp.ref(n.name), ',' ORDER BY n.o) FROM unnest($1) WITH ORDINALITY AS n (name, o) $$;
CREATE FUNCTION pg_temp.proposal(key text, settings text, from_on date DEFAULT current_date, to_on date DEFAULT NULL, teaches text DEFAULT NULL,
    staff text DEFAULT 'Ada Example', hours numeric DEFAULT 15) RETURNS text
LANGUAGE sql AS $$
    SELECT format('SELECT * FROM api.sharing_propose(%L, ''Two schools'', %L, %L, %L, %L, %L, %L, 3, 10)', $1, pg_temp.person($6), $2, $5, $3, $4, $7);
$$;
CREATE TEMPORARY TABLE made (key text PRIMARY KEY, id uuid NOT NULL);
CREATE FUNCTION pg_temp.propose(key text, settings text, from_on date DEFAULT current_date, to_on date DEFAULT NULL,
    staff text DEFAULT 'Ada Example') RETURNS void
LANGUAGE sql AS $$
    INSERT INTO made SELECT $1, split_part((pg_temp.seen('officer', pg_temp.proposal($1, $2, $3, $4, $2, $5)))[1], ' ', 1)::uuid;
$$;
-- doing — the SQL of a verb on an arrangement, by its key, with its ETag of now.
CREATE FUNCTION pg_temp.doing(verb text, key text, rest text) RETURNS text
LANGUAGE sql AS $$
    SELECT format('SELECT * FROM api.sharing_%s(%L, %s)', $1, m.id, replace($3, 'ETAG', quote_literal(s.version::text)))
      FROM made AS m JOIN core.sharings AS s ON s.id = m.id WHERE m.key = $2;
$$;
CREATE FUNCTION pg_temp.do(actor text, verb text, key text, rest text) RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.refusal($1, pg_temp.doing($2, $3, $4)) $$;
CREATE FUNCTION pg_temp.state(key text, columns text) RETURNS text[]
LANGUAGE sql AS $$ SELECT pg_temp.seen('officer', format('SELECT %s FROM api.sharing AS s WHERE s.sharing_id = %L', $2, (SELECT m.id FROM made AS m WHERE m.key = $1))) $$;
-- posts — what is known now of the posts of that arrangement, days from today.
CREATE FUNCTION pg_temp.posts(key text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT coalesce(array_agg(concat_ws(' ', s.name, p.from_on - current_date, coalesce((p.to_on - current_date)::text, '-'), p.hours_per_week, p.arrangement) ORDER BY s.name), '{}')
      FROM core.posts AS p JOIN core.settings AS s ON s.id = p.setting_id
     WHERE p.sharing_id = (SELECT m.id FROM made AS m WHERE m.key = $1) AND p.known_to IS NULL;
$$;
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
SELECT pg_temp.propose('a', pg_temp.refs('Ash Primary', 'Beech Primary')), pg_temp.propose('ends', pg_temp.refs('Ash Primary', 'Beech Primary'), staff => 'Bea Example');
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
SELECT is(pg_temp.do('officer', 'member_put', 'a', format('%L, ETAG, NULL, 8, true', pg_temp.ref('Ash Primary'))), NULL, 'hours of one school');
SELECT is(pg_temp.do('officer', 'member_put', 'a', format('%L, ETAG, NULL, 7.1, true', pg_temp.ref('Beech Primary'))), 'counts_disagree', 'more at the schools than in all');
SELECT is(pg_temp.do('officer', 'member_put', 'a', format('%L, ETAG, NULL, 7, true', pg_temp.ref('Beech Primary'))), NULL, 'exactly all of them is right');
SELECT is(pg_temp.do('officer', 'member_put', 'a', format('%L, ETAG, current_date, NULL, true', pg_temp.ref('Cedar Primary'))), 'malformed_field', 'nobody joins before it begins');
SELECT is(pg_temp.do('officer', 'member_put', 'a', format('%L, ETAG, NULL, NULL, true', pg_temp.ref('Cedar Primary'))), NULL, 'a school joins');
SELECT is(pg_temp.seen('school', 'SELECT s.name FROM api.sharing AS s'), ARRAY['Ash and Beech'], 'which then sees it');
SELECT is(pg_temp.do('officer', 'member_remove', 'a', format('%L, ETAG, NULL', pg_temp.ref('Cedar Primary'))), NULL, 'and leaves');
SELECT is(pg_temp.seen('school', 'SELECT s.name FROM api.sharing AS s'), '{}', 'and sees it no more');
SELECT is(pg_temp.do('officer', 'member_remove', 'a', format('%L, ETAG, NULL', pg_temp.ref('Cedar Primary'))), 'not_found', 'once');
SELECT is(pg_temp.do('officer', 'member_remove', 'a', format('%L, ETAG, NULL', pg_temp.ref('Ash Primary'))), 'sharing_too_small', 'two schools stay');

-- Deciding.
SELECT is(pg_temp.do(a.name, v, 'a', 'ETAG, ''R'''), 'forbidden', v || ' is not for ' || a.name)
  FROM cast_actors AS a, unnest(ARRAY['approve', 'decline']) AS v WHERE a.name <> 'manager' ORDER BY 1, a.name, v;
\o /dev/null
SAVEPOINT head;
INSERT INTO core.posts (staff_id, setting_id, kind, from_on) VALUES (pg_temp.person('Ada Example'), pg_temp.setting_id('Ash Primary'), 'head', '2020-01-01');
\o
SELECT is(pg_temp.do('manager', 'approve', 'a', 'ETAG, ''We know.'''), 'sharing_unlawful', 'SH3, CoP 6.93: what is an error no reason makes good');
ROLLBACK TO head;
\o /dev/null
INSERT INTO core.posts (staff_id, setting_id, kind, from_on, hours_per_week) VALUES
    (pg_temp.person('Ada Example'), pg_temp.setting_id('Ash Primary'), 'senco', '2020-01-01', 5),
    (pg_temp.person('Ada Example'), pg_temp.setting_id('Beech Primary'), 'senco', current_date + 5, 5);
UPDATE core.settings SET roll = 211 WHERE id = pg_temp.setting_id('Beech Primary');
\o
SELECT is(pg_temp.do('manager', 'approve', 'a', 'ETAG, NULL'), 'missing_field', 'SH1: a warning takes a reason');
SELECT is(pg_temp.do('manager', 'approve', 'a', 'NULL, ''R'''), 'precondition_missing', 'approval names what was seen');
SELECT is(pg_temp.do('manager', 'approve', 'a', '''1'', ''R'''), 'precondition_failed', 'and not what was before');
SELECT is(pg_temp.do('manager', 'approve', 'a', 'ETAG, ''A new wing is empty.'''), NULL, 'with a reason a manager approves');
SELECT is(pg_temp.state('a', 's.state, s.reason, s.decided_by LIKE ''manager%'', s.decided_at = now(), s.next_review_on = s.from_on + interval ''12 months'''),
    ARRAY['approved A new wing is empty. true true true'], 'who, when and why is kept; SH6, CoP 6.94: the first review is planned');
SELECT is(pg_temp.posts('a'), ARRAY['Ash Primary 1 - 8.0 shared', 'Beech Primary 1 - 7.0 shared'], 'a post at each school is made');
SELECT results_eq(format('SELECT s.name::text, p.from_on, p.to_on - current_date FROM core.posts AS p JOIN core.settings AS s ON s.id = p.setting_id
    WHERE p.staff_id = %s AND p.sharing_id IS NULL AND p.known_to IS NULL', pg_temp.person('Ada Example')),
    $$VALUES ('Ash Primary', '2020-01-01'::date, 0)$$,
    'the post held there before ends the day before, one that would have begun later does not begin');
SELECT is(pg_temp.seen('manager', format('SELECT r.n, r.due_on - current_date > 360, r.measures_before->%L->>''children'', r.measures_after FROM api.sharing_reviews AS r WHERE r._sharing_id = %L',
    pg_temp.ref('Ash Primary'), m.id)), ARRAY['1 true 1 -'], 'measures before are those of the day of approval') FROM made AS m WHERE m.key = 'a';
SELECT is(pg_temp.do('manager', 'approve', 'a', 'ETAG, ''R'''), 'sharing_state', 'it is decided once');
SELECT is(pg_temp.do('manager', 'decline', 'a', 'ETAG, ''R'''), 'sharing_state', 'either way');

-- Changing what is approved: a manager.
SELECT is(pg_temp.do('officer', 'put', 'a', format('ETAG, ''N'', %s, current_date + 1, NULL, 16, 3, 10', pg_temp.person('Ada Example'))), 'forbidden', 'an officer changes no approved arrangement');
SELECT is(pg_temp.do('officer', 'member_put', 'a', format('%L, ETAG, NULL, NULL, true', pg_temp.ref('Cedar Primary'))), 'forbidden', 'nor its members');
SELECT is(pg_temp.do('officer', 'member_remove', 'a', format('%L, ETAG, NULL', pg_temp.ref('Ash Primary'))), 'forbidden', 'nor takes one out');
SELECT is(pg_temp.do('manager', 'put', 'a', format('ETAG, ''N'', %s, current_date + 1, NULL, 16, 3, 10', pg_temp.person('Bea Example'))), 'sharing_state', 'the person stays');
SELECT is(pg_temp.do('manager', 'put', 'a', format('ETAG, ''N'', %s, current_date + 1, NULL, 20, 4, 15', pg_temp.person('Ada Example'))), NULL, 'a manager changes the hours');
SELECT is(pg_temp.do('manager', 'member_put', 'a', format('%L, ETAG, current_date + 3, 5, true', pg_temp.ref('Cedar Primary'))), NULL, 'and lets a school join');
SELECT is(pg_temp.posts('a'), ARRAY['Ash Primary 1 - 8.0 shared', 'Beech Primary 1 - 7.0 shared', 'Cedar Primary 3 - 5.0 shared'], 'its post is made');
SELECT is((SELECT count(*)::int FROM core.posts AS p JOIN made AS m ON m.id = p.sharing_id WHERE m.key = 'a' AND p.known_to IS NOT NULL), 2,
    'other hours are other versions of the two posts');
SELECT is(pg_temp.do('manager', 'member_remove', 'a', format('%L, ETAG, current_date + 9', pg_temp.ref('Beech Primary'))), NULL, 'a school leaves on a day');
SELECT is(pg_temp.do('manager', 'member_remove', 'a', format('%L, ETAG, current_date + 2', pg_temp.ref('Cedar Primary'))), 'sharing_too_small', 'two stay');
SELECT is(pg_temp.posts('a'), ARRAY['Ash Primary 1 - 8.0 shared', 'Beech Primary 1 9 7.0 shared', 'Cedar Primary 3 - 5.0 shared'], 'its post ends with it');

-- Reviewing.
\o /dev/null
UPDATE core.sharings SET from_on = current_date - 400 WHERE id = (SELECT m.id FROM made AS m WHERE m.key = 'a');
\o
SELECT is(pg_temp.do(a.name, 'review_outcome', 'a', '1, ETAG, current_date, ''CONTINUE'', ''Fine.'', NULL'), 'forbidden', 'no review is recorded by ' || a.name)
  FROM cast_actors AS a WHERE a.name NOT IN ('officer', 'manager') ORDER BY a.name;
SELECT is(pg_temp.do('officer', 'review_outcome', 'a', q), w, t) FROM (VALUES
    ('1, ETAG, current_date + 1, ''CONTINUE'', NULL, NULL', 'malformed_field', 'a review is not held tomorrow'),
    ('1, ETAG, current_date - 401, ''CONTINUE'', NULL, NULL', 'dates_reversed', 'nor before the arrangement began'),
    ('1, ETAG, current_date, ''CONTINUE'', NULL, current_date', 'malformed_field', 'who continues has no last day'),
    ('2, ETAG, current_date, ''CONTINUE'', NULL, NULL', 'not_found', 'the review is one that is due'),
    ('1, ETAG, current_date, ''END'', NULL, current_date', 'forbidden', 'SH7: an officer ends nothing'),
    ('1, ''1'', current_date, ''CONTINUE'', NULL, NULL', 'precondition_failed', 'it names what was seen')) AS x (q, w, t);
SELECT is(pg_temp.do('officer', 'review_plan', 'a', 'ETAG, current_date - 1'), NULL, 'the next review is put on another day');
SELECT is(pg_temp.state('a', 's.is_review_overdue'), ARRAY['true'], 'SH6: due yesterday it is overdue');
SELECT is(pg_temp.do('officer', 'review_plan', 'a', 'ETAG, current_date'), NULL, 'and on another');
SELECT is(pg_temp.state('a', 's.is_review_overdue'), ARRAY['false'], 'SH6: due today it is not');
SELECT is(pg_temp.do('officer', 'review_outcome', 'a', '1, ETAG, current_date, ''CONTINUE_WITH_ACTIONS'', ''More time at Ash.'', NULL'), NULL, 'an officer records a review');
SELECT is(pg_temp.seen('officer', format('SELECT r.n, r.outcome, r.note, r.due_on = (current_date + interval ''12 months'')::date, r.measures_after IS NOT NULL, r.measures_before->%L->>''children'' FROM api.sharing_reviews AS r WHERE r._sharing_id = %L ORDER BY 1',
    pg_temp.ref('Ash Primary'), m.id)), ARRAY['1 CONTINUE_WITH_ACTIONS More time at Ash. false true 1', '2 - - true false 1'],
    'SH6, CoP 6.94: with measures after, which are those before the next, due 12 months on') FROM made AS m WHERE m.key = 'a';
SELECT is(pg_temp.do('manager', 'review_outcome', 'a', '2, ETAG, current_date, ''END'', ''Plans ran late.'', NULL'), NULL, 'SH7, CoP 6.94: a manager records that it must end');
SELECT is(pg_temp.state('a', 's.state, s.last_outcome, s.next_review_on, s.to_on'), ARRAY['approved END - -'], 'without a last day it stands, as an error');
SELECT is(pg_temp.do('manager', 'review_plan', 'a', 'ETAG, current_date + 100'), NULL, 'a review can be planned again');

-- Ending.
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

-- A review that ends it; and declining.
SELECT is(pg_temp.do('manager', 'approve', 'ends', 'ETAG, ''R'''), NULL, 'another is approved');
SELECT is(pg_temp.do('manager', 'review_outcome', 'ends', '1, ETAG, current_date, ''END'', ''N'', current_date'), NULL, 'SH7: a review ends it on a day');
SELECT is(pg_temp.posts('ends'), ARRAY['Ash Primary 0 0 shared', 'Beech Primary 0 0 shared'], 'with its posts');
\o /dev/null
SELECT pg_temp.propose('no', pg_temp.refs('Ash Primary', 'Cedar Primary'));
\o
SELECT is(pg_temp.do('manager', 'decline', 'no', 'ETAG, ''Too far apart.'''), NULL, 'a manager declines');
SELECT is(pg_temp.state('no', 's.state, s.reason'), ARRAY['declined Too far apart.'], 'and says why');
SELECT is(pg_temp.do('officer', 'put', 'no', 'ETAG, ''N'', 1, current_date, NULL, 15, 3, 10'), 'sharing_state', 'what is declined is not changed');

-- One school cannot be shared twice by one person.
\o /dev/null
SELECT pg_temp.propose('once', pg_temp.refs('Ash Primary', 'Beech Primary'), current_date + 10), pg_temp.propose('twice', pg_temp.refs('Ash Primary', 'Cedar Primary'), current_date + 10);
\o
SELECT is(pg_temp.do('manager', 'approve', 'once', 'ETAG, ''R'''), NULL, 'one arrangement');
SELECT is(pg_temp.do('manager', 'approve', 'twice', 'ETAG, ''R'''), 'periods_overlap', 'and not another with the same school and person');
SELECT is(pg_temp.refusal('officer', format('SELECT * FROM api.post_end(%s, %L, current_date)', p.post_id, p.id)), 'sharing_state',
    'a post of an arrangement is ended with it, not by itself') FROM core.posts AS p JOIN made AS m ON m.id = p.sharing_id WHERE m.key = 'once' AND p.known_to IS NULL;

SELECT bag_eq($$SELECT DISTINCT e.action FROM audit.entries AS e WHERE e.action LIKE 'sharing.%' AND e.at = now()$$,
    ARRAY['sharing.propose', 'sharing.change', 'sharing.member', 'sharing.member_remove', 'sharing.approve', 'sharing.decline', 'sharing.review',
          'sharing.review_plan', 'sharing.end'], 'every step is audited');
SELECT * FROM finish();
ROLLBACK;
