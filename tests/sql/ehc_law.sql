-- ehc_law.sql — the cases of plans: who sees them, and what stands in them.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/ehc.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('school', 'school_system'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, pg_temp.setting_id('Primary') FROM cast_actors AS a WHERE a.name = 'school';
SELECT pg_temp.child('Alder', 'Primary', '2018-01-01', '3', 'E'), pg_temp.child('Briar', 'Juniors', '2018-01-01', '3', 'E');
SELECT pg_temp.history('Alder', 'request_received 2026-09-01; assessment_decided:assess 2026-10-01; advice_requested 2026-10-02 adviser=health');
SELECT pg_temp.history('Briar', 'request_received 2026-09-02');
\o
SELECT no_plan();

-- Who sees what.
CREATE FUNCTION pg_temp.cases(actor text) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, 'SELECT opened_on, source, (SELECT count(*) FROM api.ehc_events AS e WHERE e.ehc_case = c.ehc_case) FROM api.ehc_cases AS c
                              ORDER BY (SELECT count(*) FROM api.ehc_events AS e WHERE e.ehc_case = c.ehc_case)');
$$;
SELECT is(pg_temp.cases('officer'), '{"2014-09-01 parent 1","2014-09-01 parent 3"}', 'an officer sees every case');
SELECT is(pg_temp.cases('school'), '{"2014-09-01 parent 3"}', 'a setting those of its children');
SELECT is(pg_temp.cases('auditor'), '{}', 'an auditor none');

-- What stands, and what stood.
UPDATE core.ehc_events AS e
   SET known_to = now() + interval '1 hour', withdrawn_by = e.client_id, withdrawn_reason = 'Test'
 WHERE e.event = 'advice_requested';
SELECT is(pg_temp.seen('officer', 'SELECT event FROM api.ehc_events WHERE event LIKE ''adv%'''), '{}', 'a withdrawn event stands no more');
SELECT is(pg_temp.seen('officer', 'SELECT event FROM api.ehc_events_as_of(now() + interval ''59 minutes'') WHERE event LIKE ''adv%'''),
    '{advice_requested}', 'it stood until it was withdrawn');
SELECT is(pg_temp.seen('officer', 'SELECT event FROM api.ehc_events_as_of(now() + interval ''61 minutes'') WHERE event LIKE ''adv%'''), '{}', 'and not after');

SELECT is(pg_temp.seen('school', 'SELECT count(*) FROM api.codes WHERE list = ''ehc_adviser'''), '{8}', 'SI 2014/1530 reg 6(1)(a) to (h): advisers have titles');

SELECT * FROM finish();
ROLLBACK;
