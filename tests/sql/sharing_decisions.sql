-- sharing_decisions.sql — an arrangement approved or declined, and the posts
-- that are made.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
\ir ../lib/sharing.sql
SELECT pg_temp.propose('a', pg_temp.refs('Ash Primary', 'Beech Primary'));
SELECT pg_temp.do('officer', 'put', 'a', format('ETAG, ''Ash and Beech'', %s, current_date + 1, NULL, 15, 3, 10', pg_temp.person('Ada Example')));
SELECT pg_temp.do('officer', 'member_put', 'a', format('%L, ETAG, NULL, 8, true', pg_temp.ref('Ash Primary'))),
       pg_temp.do('officer', 'member_put', 'a', format('%L, ETAG, NULL, 7, true', pg_temp.ref('Beech Primary')));
\o
SELECT no_plan();

-- Deciding.
SELECT is(pg_temp.do(a.name, v, 'a', 'ETAG, ''R'''), 'forbidden', v || ' is not for ' || a.name)
  FROM cast_actors AS a, unnest(ARRAY['approve', 'decline']) AS v WHERE a.name <> 'manager' ORDER BY a.name, v;
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

-- Declining.
\o /dev/null
SELECT pg_temp.propose('no', pg_temp.refs('Ash Primary', 'Cedar Primary'));
\o
SELECT is(pg_temp.do('manager', 'decline', 'no', 'ETAG, ''Too far apart.'''), NULL, 'a manager declines');
SELECT is(pg_temp.state('no', 's.state, s.reason'), ARRAY['declined Too far apart.'], 'and says why');
SELECT is(pg_temp.do('officer', 'put', 'no', 'ETAG, ''N'', 1, current_date, NULL, 15, 3, 10'), 'sharing_state', 'what is declined is not changed');

-- One school cannot be shared twice by one person.
\o /dev/null
SELECT pg_temp.do('manager', 'end', 'a', 'ETAG, current_date + 2, ''R''');
SELECT pg_temp.propose('once', pg_temp.refs('Ash Primary', 'Beech Primary'), current_date + 10), pg_temp.propose('twice', pg_temp.refs('Ash Primary', 'Cedar Primary'), current_date + 10);
\o
SELECT is(pg_temp.do('manager', 'approve', 'once', 'ETAG, ''R'''), NULL, 'one arrangement');
SELECT is(pg_temp.do('manager', 'approve', 'twice', 'ETAG, ''R'''), 'periods_overlap', 'and not another with the same school and person');
SELECT is(pg_temp.refusal('officer', format('SELECT * FROM api.post_end(%s, %L, current_date)', p.post_id, p.id)), 'sharing_state',
    'a post of an arrangement is ended with it, not by itself') FROM core.posts AS p JOIN made AS m ON m.id = p.sharing_id WHERE m.key = 'once' AND p.known_to IS NULL;
SELECT * FROM finish();
ROLLBACK;
