-- sharing_members.sql — schools join an arrangement, have their hours there and
-- leave it, and the posts that follow.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
\ir ../lib/sharing.sql
SELECT pg_temp.propose('a', pg_temp.refs('Ash Primary', 'Beech Primary'));
SELECT pg_temp.do('officer', 'put', 'a', format('ETAG, ''Ash and Beech'', %s, current_date + 1, NULL, 15, 3, 10', pg_temp.person('Ada Example')));
\o
SELECT no_plan();

-- While it is proposed.
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

-- Once it is approved an officer changes neither the arrangement itself
-- (sharing_life.sql)
\o /dev/null
SELECT pg_temp.do('manager', 'approve', 'a', 'ETAG, ''R''');
\o
SELECT is(pg_temp.do('officer', 'member_put', 'a', format('%L, ETAG, NULL, NULL, true', pg_temp.ref('Cedar Primary'))), 'forbidden', 'nor its members');
SELECT is(pg_temp.do('officer', 'member_remove', 'a', format('%L, ETAG, NULL', pg_temp.ref('Ash Primary'))), 'forbidden', 'nor takes one out');

-- A manager changes its hours
\o /dev/null
SELECT pg_temp.do('manager', 'put', 'a', format('ETAG, ''N'', %s, current_date + 1, NULL, 20, 4, 15', pg_temp.person('Ada Example')));
\o
SELECT is(pg_temp.do('manager', 'member_put', 'a', format('%L, ETAG, current_date + 3, 5, true', pg_temp.ref('Cedar Primary'))), NULL, 'and lets a school join');
SELECT is(pg_temp.posts('a'), ARRAY['Ash Primary 1 - 8.0 shared', 'Beech Primary 1 - 7.0 shared', 'Cedar Primary 3 - 5.0 shared'], 'its post is made');
SELECT is(pg_temp.do('manager', 'member_remove', 'a', format('%L, ETAG, current_date + 9', pg_temp.ref('Beech Primary'))), NULL, 'a school leaves on a day');
SELECT is(pg_temp.do('manager', 'member_remove', 'a', format('%L, ETAG, current_date + 2', pg_temp.ref('Cedar Primary'))), 'sharing_too_small', 'two stay');
SELECT is(pg_temp.posts('a'), ARRAY['Ash Primary 1 - 8.0 shared', 'Beech Primary 1 9 7.0 shared', 'Cedar Primary 3 - 5.0 shared'], 'its post ends with it');
SELECT * FROM finish();
ROLLBACK;
