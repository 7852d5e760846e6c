-- sen2_cases.sql — the cases that the SEN2 return is about, and their requests.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/ehc.sql
\ir ../lib/sen2.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'), pg_temp.actor('school', 'school_system'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Special', '7', 0, 3, 19),
       pg_temp.setting('College', '18', 6, 16, 25), pg_temp.setting('Nursery', 'ofsted:domestic', NULL, NULL, NULL);
UPDATE core.settings SET urn = CASE name WHEN 'Primary' THEN '990001' WHEN 'Special' THEN '990002' END,
       ukprn = CASE name WHEN 'Primary' THEN '19900001' WHEN 'College' THEN '19900003' END
 WHERE id IN (SELECT c.id FROM cast_settings AS c);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, pg_temp.setting_id('Primary') FROM cast_actors AS a WHERE a.name = 'school';
-- story — a child with its case.
CREATE FUNCTION pg_temp.story(child text, events text, born_on date DEFAULT '2016-03-01') RETURNS void LANGUAGE sql AS $$
    SELECT pg_temp.child($1, 'Primary', $3, '5', 'E');
    SELECT pg_temp.history($1, $2);
$$;
\o
SELECT no_plan();

-- The collections.
SELECT results_eq($$SELECT c.year, c.reference_on, c.deadline_on, extract(isodow FROM c.reference_on)::int FROM law.sen2_collections AS c ORDER BY 1$$,
    $$VALUES (2026, '2026-01-15'::date, '2026-03-12'::date, 4), (2027, '2027-01-21', '2027-03-11', 4)$$,
    'DfE, SEN2 dates: the third Thursday of January, and the return in March');
SELECT is(pg_temp.refusal('officer', 'SELECT * FROM api.sen2_requests(api.sen2_year(2031))'), 'not_found', 'a year nobody knows the days of is not found');

-- Requests, by outcome.
CREATE TEMPORARY TABLE outcomes (child text, events text, row_ text, title text);
INSERT INTO outcomes VALUES
('Y', 'request_received 2026-02-01; assessment_decided:assess 2026-03-10', '2026-02-01 1 0 2026-03-10 Y 0 0 -', 'RequestOutcome Y: it assesses'),
('N', 'request_received 2026-02-01; assessment_decided:refuse 2026-03-10', '2026-02-01 1 0 2026-03-10 N 0 0 -', 'RequestOutcome N: it does not'),
('A', 'request_received 2026-02-01; assessment_decided:refuse 2026-03-10; decision_sent 2026-03-10; mediation_asked 2026-04-01; mediation_held:agreed 2026-04-20; assessment_decided:assess 2026-05-01',
 '2026-02-01 1 0 2026-05-01 A 1 0 -', 'RequestOutcome A and RequestMediation: it does after mediation'),
('T', 'request_received 2026-02-01; assessment_decided:refuse 2026-03-10; decision_sent 2026-03-10; appeal_lodged:no_assessment 2026-04-01; tribunal_decided:upheld 2026-06-01; assessment_decided:assess 2026-06-05',
 '2026-02-01 1 0 2026-06-05 A 0 1 -', 'RequestTribunal: after an appeal'),
('W', 'request_received 2026-02-01; case_closed:withdrawn 2026-02-20', '2026-02-01 1 0 2026-02-20 W 0 0 -', 'RequestOutcome W: withdrawn before a decision'),
('H', 'request_received 2026-12-01', '2026-12-01 1 0 - H 0 0 -', 'RequestOutcome H: not decided yet'),
('X', 'request_received 2026-02-01; case_closed:moved_away 2026-03-01 la=301', '2026-02-01 1 0 2026-03-01 W 0 0 301', 'Exported: to which authority the child moved before the assessment was completed'),
('I', 'plan_transferred_in 2026-04-01 la=301', '- - - - - - - -', 'a plan from elsewhere has no request here');
SELECT pg_temp.story(o.child, o.events) FROM outcomes AS o \g /dev/null
SELECT is(pg_temp.module('sen2_requests', 'receiveddate, requestsource, rya, requestoutcomedate, requestoutcome, requestmediation, requesttribunal, exported', o.child),
    ARRAY[o.row_], o.title) FROM outcomes AS o;
UPDATE core.ehc_cases SET source = 'youth_custody', is_rya = true WHERE child_id = pg_temp.child_id('Y');
SELECT is(pg_temp.module('sen2_requests', 'requestsource, rya', 'Y'), '{5 1}', 'RequestSource and RYA: who asked, and from where');
SELECT is((SELECT array_agg(m.term || ' ' || m.code ORDER BY m.term) FROM law.sen2_mappings AS m WHERE m.list = 'sen2_request_source'),
    '{authority 5,education 2,health 3,other 5,other_authority 5,parent 1,social_care 4,young_person 1,youth_custody 5}', 'RequestSource, new in 2026: each source but the unknown has its code');

-- Which cases: open, or something done in the year asked about; until the reference day.
SELECT pg_temp.story('old N', 'request_received 2025-10-01; assessment_decided:refuse 2025-12-31'),
       pg_temp.story('first day N', 'request_received 2025-10-01; assessment_decided:refuse 2026-01-01'),
       pg_temp.story('last day', 'request_received 2027-01-21'), pg_temp.story('next day', 'request_received 2027-01-22'),
       pg_temp.story('error', 'request_received 2026-02-01; case_closed:in_error 2026-02-02'),
       pg_temp.story('notice', 'health_notice_received 2026-02-01') \g /dev/null
SELECT is(ARRAY(SELECT cardinality(pg_temp.module('sen2_requests', '1', w.c)) FROM unnest('{old N,first day N,last day,next day,error,notice}'::text[]) AS w (c)),
    '{0,1,1,0,0,0}', 'SEN2 guide, cases to be included: refused in the calendar year, received until the reference day, not what was opened in error, nor a notice alone');
SELECT is(pg_temp.module('sen2_requests', 'requestoutcome', 'old N', 2026), '{N}', 'the year before has what was done in it');
SELECT is(pg_temp.module('sen2_requests', 'requestoutcome', 'last day', 2026), '{}', 'and nothing that came after');
UPDATE core.ehc_events SET known_to = now(), withdrawn_by = client_id, withdrawn_reason = 'Test'
 WHERE child_id = pg_temp.child_id('N') AND event = 'assessment_decided';
SELECT is(pg_temp.module('sen2_requests', 'requestoutcome', 'N'), '{H}', 'an event that was withdrawn is none');

SELECT * FROM finish();
ROLLBACK;
