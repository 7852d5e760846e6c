-- sentences.sql — texts of findings with what was found put in, whatever
-- people and schools are called.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
SELECT plan(8);
CREATE FUNCTION pg_temp.say(text, jsonb) RETURNS text LANGUAGE sql AS 'SELECT api.finding_sentence($1, $2)';
SELECT is(pg_temp.say('{senco} became SENCO on {became_on}.', '{"senco": "Ada Example", "became_on": "2024-02-29"}'),
    'Ada Example became SENCO on 29 February 2024.', 'a day is written out');
SELECT is(pg_temp.say('{senco} and {senco}.', '{"senco": "{senco}"}'), '{senco} and {senco}.', 'a person called "{senco}" ends');
SELECT is(pg_temp.say('{senco} at {setting}.', '{"senco": "{setting}", "setting": "{senco}"}'), '{setting} at {senco}.', 'nor do names fill each other');
SELECT is(pg_temp.say('{senco}.', '{"senco": "2026-02-30"}'), '2026-02-30.', 'one called like a day there is not keeps the name');
SELECT is(pg_temp.say('{senco}.', '{"senco": "0000-01-01"}'), '0000-01-01.', 'nor is there a year 0');
SELECT is(pg_temp.say('{senco}.', '{"senco": "2026-99-99"}'), '2026-99-99.', 'or a month 99');
SELECT is(pg_temp.say('Since {vacant_since}.', '{}'), 'Since an unknown vacant_since.', 'what is not known is said so');
SELECT is(pg_temp.say('Nothing.', NULL), 'Nothing.', 'a text without names is as it is');
SELECT * FROM finish();
ROLLBACK;
