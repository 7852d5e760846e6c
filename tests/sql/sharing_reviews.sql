-- sharing_reviews.sql — an arrangement is reviewed, goes on or must end, and is
-- reviewed again.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
\ir ../lib/sharing.sql
SELECT pg_temp.propose('a', pg_temp.refs('Ash Primary', 'Beech Primary'));
SELECT pg_temp.do('manager', 'approve', 'a', 'ETAG, ''R''');
UPDATE core.sharings SET from_on = current_date - 400 WHERE id = (SELECT m.id FROM made AS m WHERE m.key = 'a');
\o
SELECT no_plan();

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

-- A review that ends it.
\o /dev/null
SELECT pg_temp.propose('ends', pg_temp.refs('Ash Primary', 'Beech Primary'), staff => 'Bea Example');
\o
SELECT is(pg_temp.do('manager', 'approve', 'ends', 'ETAG, ''R'''), NULL, 'another is approved');
SELECT is(pg_temp.do('manager', 'review_outcome', 'ends', '1, ETAG, current_date, ''END'', ''N'', current_date'), NULL, 'SH7: a review ends it on a day');
SELECT is(pg_temp.posts('ends'), ARRAY['Ash Primary 0 0 shared', 'Beech Primary 0 0 shared'], 'with its posts');
SELECT * FROM finish();
ROLLBACK;
