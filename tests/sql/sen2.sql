-- sen2.sql — the modules of the SEN2 return: what of a case is in them, and as
-- which code.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/ehc.sql
\ir ../lib/sen2.sql
\ir ../lib/caseloads.sql
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

SELECT pg_temp.story('I', 'plan_transferred_in 2026-04-01 la=301') \g /dev/null
-- Assessments.
CREATE TEMPORARY TABLE assessments (child text, events text, rows_ text[], title text);
INSERT INTO assessments VALUES
('aY', 'final_issued 2026-06-01', '{Y 2026-06-01 0 0 0 0 0}', 'AssessmentOutcome Y: a plan'),
('aN', 'plan_refused 2026-05-01', '{N 2026-05-01 0 0 0 0 0}', 'AssessmentOutcome N: none'),
('aA', 'plan_refused 2026-05-01; decision_sent 2026-05-01; mediation_asked 2026-05-10; mediation_held:agreed 2026-06-01; final_issued 2026-07-01', '{A 2026-07-01 1 0 0 0 0}', 'AssessmentOutcome A, AssessmentMediation: one after all'),
('aT', 'plan_refused 2026-05-01; decision_sent 2026-05-01; appeal_lodged:no_plan 2026-06-01; tribunal_decided:upheld 2026-09-01; final_issued 2026-10-01', '{A 2026-10-01 0 1 0 0 0}', 'AssessmentTribunal: after an appeal'),
('aW', 'case_closed:withdrawn 2026-05-01', '{W 2026-05-01 0 0 0 0 0}', 'AssessmentOutcome W: it ended before a decision'),
('aH', 'draft_sent 2026-05-01', '{H - 0 0 0 0 0}', 'AssessmentOutcome H: not decided yet'),
('aO', 'final_issued 2026-06-01; decision_sent 2026-06-01; mediation_asked 2026-06-10; mediation_held:agreed 2026-07-01; appeal_lodged:contents 2026-07-20', '{Y 2026-06-01 0 0 1 1 0}', 'OtherMediation, OtherTribunal: about what the plan says'),
('aE', 'exception_applied 2026-03-20 exception=absent; final_issued 2026-09-01', '{Y 2026-09-01 0 0 0 0 1}', 'Week20: an exception to the twenty weeks'),
('aR', 'final_issued 2025-06-01; reassessment_requested 2026-03-01; reassessment_decided:assess 2026-03-10; final_issued 2026-06-01', '{Y 2025-06-01 0 0 0 0 0,Y 2026-06-01 0 0 0 0 0}', 'a re-assessment is another assessment of the request');
SELECT pg_temp.story(o.child, 'request_received 2026-02-01; assessment_decided:assess 2026-03-10; ' || o.events) FROM assessments AS o WHERE o.child <> 'aR' \g /dev/null
SELECT pg_temp.story('aR', 'request_received 2025-02-01; assessment_decided:assess 2025-03-10; ' || o.events) FROM assessments AS o WHERE o.child = 'aR' \g /dev/null
SELECT is(pg_temp.module('sen2_assessment', 'assessmentoutcome, assessmentoutcomedate, assessmentmediation, assessmenttribunal, othermediation, othertribunal, week20', o.child),
    o.rows_, o.title) FROM assessments AS o;
SELECT is(pg_temp.module('sen2_assessment', 'assessmentoutcome, assessmentoutcomedate', 'I'), '{S 2026-04-01}', 'AssessmentOutcome S: a plan of another authority''s assessment');
SELECT pg_temp.story('aX', 'request_received 2026-02-01; exception_applied 2026-02-20 exception=exceptional_personal; assessment_decided:assess 2026-05-01; final_issued 2026-09-01') \g /dev/null
SELECT is(pg_temp.module('sen2_assessment', 'week20', 'aX'), '{1}', 'Week20: also one made before the decision to assess');

-- Named plans and what they name.
SELECT pg_temp.version('aY', 'final_issued', 'Primary unit; College rank=2', 'weeks_52', 'supported_internship'),
       pg_temp.version('aA', 'final_issued', 'Nursery'), pg_temp.version('aT', 'final_issued', 'TYPE'), pg_temp.version('aE', 'final_issued', 'OLA'),
       pg_temp.version('aO', 'final_issued', 'Primary; Special resourced', 'weeks_38_51', 'apprenticeship'),
       pg_temp.version('aR', 'final_issued', 'Primary'),
       pg_temp.budget('aY', 'direct_payment', '{health}', '2026-07-01'), pg_temp.budget('aA', 'arranged', '{}', '2026-07-01'),
       pg_temp.budget('aT', 'combined', '{education,social_care}', '2026-11-01'), pg_temp.budget('aE', 'third_party', '{}', '2027-01-22') \g /dev/null
SELECT is(pg_temp.module('sen2_named_plan', 'startdate, planres, planwbp, pb, oa, dp, ceasedate, ceasereason', w.c), w.r, w.t)
  FROM (VALUES ('aY', '{2026-06-01 B S 1 0 H - -}'::text[], 'PlanRes B, PlanWBP S, PB, DP H: 52 weeks, a supported internship, a direct payment for health'),
    ('aO', '{2026-06-01 A A 0 0 - - -}', 'PlanRes A, PlanWBP A: 38 to 51 weeks, an apprenticeship, no budget'),
    ('aA', '{2026-07-01 - - 1 1 - - -}', 'OA: a budget arranged by the authority'),
    ('aT', '{2026-10-01 - - 1 1 I - -}', 'DP I: payments of more than one kind are integrated'),
    ('aE', '{2026-09-01 - - 0 0 - - -}', 'a budget from the day after the reference day is none'),
    ('aR', '{2025-06-01 - - 0 0 - - -,2026-06-01 - - 0 0 - - -}', 'each assessment has its plan'),
    ('I', '{2026-04-01 - - 0 0 - - -}', 'a plan from elsewhere begins when it came, where no other day is known'),
    ('aN', '{}', 'none was issued')) AS w (c, r, t);
SELECT is(pg_temp.module('sen2_plan_detail', 'placementrank, urn, ukprn, sensetting, sensettingother, senunitindicator, resourcedprovisionindicator', w.c), w.r, w.t)
  FROM (VALUES ('aY', '{1 990001 - - - 1 0,2 - 19900003 - - - -}'::text[], 'PlanDetail: two ranks; a UKPRN only without a URN, flags only with one'),
    ('aA', '{1 - - EYP - - -}', 'SENsetting EYP: an early years provider without a URN of GIAS'),
    ('aT', '{1 - - OTH mainstream - -}', 'SENsetting OTH: a type of setting is named alone'),
    ('aE', '{1 - - OLA - - -}', 'SENsetting OLA: other arrangements'),
    ('aO', '{1 990002 - - - 0 1}', 'of one rank the newest word counts')) AS w (c, r, t);
SELECT pg_temp.story('c' || w.n, 'request_received 2020-02-01; assessment_decided:assess 2020-03-10; final_issued 2020-06-01; ' || w.e) FROM (VALUES
    ('1', 'plan_ceased:age_25 2026-08-31'), ('2', 'plan_ceased:needs_met 2026-08-31'), ('3', 'plan_ceased:higher_education 2026-08-31'), ('4', 'plan_ceased:employment 2026-08-31'),
    ('5', 'move_known 2026-08-01 la=301; plan_transferred_out 2026-08-31 la=301'), ('6', 'plan_ceased:left_education 2026-08-31'), ('7', 'plan_ceased:moved_away 2026-08-31'),
    ('8', 'plan_ceased:died 2026-08-31'), ('9', 'plan_ceased:other 2026-08-31')) AS w (n, e) \g /dev/null
SELECT is(pg_temp.module('sen2_named_plan', 'ceasedate, ceasereason', 'c' || n), ARRAY['2026-08-31 ' || n], 'CeaseReason ' || n) FROM generate_series(1, 9) AS n;
SELECT is(pg_temp.module('sen2_active_plans', '1', 'c1'), '{}', 'ActivePlans: not of a plan that has ceased');
SELECT is(pg_temp.module('sen2_requests', 'exported', 'c5'), '{-}', 'Exported is not said once there was a plan');
SELECT pg_temp.story('gone', 'request_received 2020-02-01; assessment_decided:assess 2020-03-10; final_issued 2020-06-01; plan_ceased:needs_met 2025-12-31'),
       pg_temp.story('on the day', 'request_received 2020-02-01; assessment_decided:assess 2020-03-10; final_issued 2020-06-01; plan_ceased:needs_met 2027-01-21'),
       pg_temp.story('day after', 'request_received 2020-02-01; assessment_decided:assess 2020-03-10; final_issued 2020-06-01; plan_ceased:needs_met 2027-01-22') \g /dev/null
SELECT is(ARRAY(SELECT concat_ws('/', cardinality(pg_temp.module('sen2_requests', '1', w.c)), cardinality(pg_temp.module('sen2_active_plans', '1', w.c)))
                  FROM unnest('{gone,on the day,day after}'::text[]) AS w (c)), '{0/0,1/0,1/1}',
    'a plan that ceased before the year is out, one that ceased on the reference day is ceased, one that ceased after it is active');
SELECT is(pg_temp.module('sen2_active_plans', '1', 'gone', 2026), '{}', 'and so it was not active the year before');

-- Active plans: the last review, the move, the authority it came from.
SELECT pg_temp.story('r', 'request_received 2020-02-01; assessment_decided:assess 2020-03-10; final_issued 2020-06-01; review_held 2025-05-01; review_decided:maintain 2025-05-20;
    review_held 2026-05-01; review_decided:amend 2026-05-20; amendment_noticed 2026-05-22; amended_issued 2026-07-01'),
       pg_temp.story('r2', 'request_received 2020-02-01; assessment_decided:assess 2020-03-10; final_issued 2020-06-01; review_held 2026-01-10; review_decided:cease 2026-02-01; review_held 2027-01-20'),
       pg_temp.story('pY6', 'request_received 2020-02-01; assessment_decided:assess 2020-03-10; final_issued 2020-06-01; review_held 2025-11-01 year=2026; amendment_noticed 2025-12-01 year=2026; phase_final_issued 2026-02-10 year=2026'),
       pg_temp.story('pY11', 'request_received 2020-02-01; assessment_decided:assess 2020-03-10; final_issued 2020-06-01; review_held 2025-11-01 year=2026', '2010-02-01'),
       pg_temp.story('pSEP', 'request_received 2020-02-01; assessment_decided:assess 2020-03-10; final_issued 2020-06-01; move SEP 2026'),
       pg_temp.story('pINY', 'request_received 2020-02-01; assessment_decided:assess 2020-03-10; final_issued 2020-06-01; move INY 2026'),
       pg_temp.story('p27', 'request_received 2020-02-01; assessment_decided:assess 2020-03-10; final_issued 2020-06-01; review_held 2026-11-01 year=2027; move PRS 2027'),
       pg_temp.story('I25', 'plan_transferred_in 2025-12-31 la=301 from=2024-02-01') \g /dev/null
SELECT is(pg_temp.module('sen2_active_plans', 'transferla, reviewmeeting, reviewoutcome, reviewdraft, phasetransferduedate, phasetransferfinaldate, lastreview', w.c), ARRAY[w.r], w.t)
  FROM (VALUES ('r', '- 2026-05-01 A 2026-05-22 - - 2026-05-20', 'ReviewMeeting, ReviewOutcome A, ReviewDraft (2026), LastReview: of the last meeting'),
    ('r2', '- 2027-01-20 - - - - -', 'ReviewOutcome is blank until it is decided'),
    ('pY6', '- 2025-11-01 - 2025-12-01 2026-02-15 2026-02-10 -', 'PhaseTransferDueDate, PhaseTransferFinalDate (2026): 15 February of the year asked about'),
    ('pY11', '- 2025-11-01 - - 2026-03-31 - -', 'SI 2014/1530 reg 18(1)(a): 31 March from secondary school to post-16'),
    ('pSEP', '- - - - 2026-03-31 - -', 'a move that is planned here says which of the two days'),
    ('pINY', '- - - - - - -', 'a move during a phase has none'),
    ('p27', '- 2026-11-01 - - - - -', 'nor has one of the year after'),
    ('I', '301 - - - - - -', 'TransferLA: which authority it came from in the year asked about'),
    ('I25', '- - - - - - -', 'not one of the year before')) AS w (c, r, t);
SELECT is(pg_temp.module('sen2_named_plan', 'startdate', 'I25'), '{2024-02-01}', 'StartDate of a plan from elsewhere: when that authority made it');

-- Placements.
SELECT pg_temp.version('r', 'final_issued', 'Special entry=2020-09-01 left=2025-12-31; Primary entry=2026-01-01 left=2026-01-31; Special entry=2026-02-01 res=weeks_52 wbp=traineeship'),
       pg_temp.version('r', 'amended_issued', 'Special entry=2026-02-01 res=weeks_52 wbp=traineeship; College rank=2 entry=2027-01-21; Primary entry=2027-01-22'),
       pg_temp.version('pY6', 'final_issued', 'NEET entry=2026-09-01') \g /dev/null
SELECT is(pg_temp.module('sen2_placement_detail', 'entrydate, leavingdate, placementrank, urn, ukprn, sensetting, res, wbp, senunitindicator', 'r'),
    '{2026-01-01 2026-01-31 1 990001 - - - - 0,2026-02-01 - 1 990002 - - B T 0,2027-01-21 - 2 - 19900003 - - - -}',
    'PlacementDetail: since the year asked about began, until the reference day, a stay named twice once');
SELECT is(pg_temp.module('sen2_placement_detail', 'placementdetailorderseqcolumn', 'r'), '{1,2,3}', 'in order');
SELECT is(pg_temp.module('sen2_placement_detail', 'sensetting, entrydate', 'pY6'), '{NEET 2026-09-01}', 'SENsetting NEET stands where no setting does');
SELECT is(pg_temp.module('sen2_placement_detail', 'entrydate, urn, senunitindicator, resourcedprovisionindicator', 'r2'), '{2025-09-01 990001 0 0}',
    'where section I has nobody there yet, settings say where the child is; a school without a unit has no place in one');
UPDATE core.settings SET sen_unit_capacity = 10 WHERE id = pg_temp.setting_id('Primary');
SELECT is(pg_temp.module('sen2_placement_detail', 'senunitindicator, resourcedprovisionindicator', 'r2'), '{- -}', 'one with a unit has to say');
UPDATE core.placements SET sen_place = 'resourced_provision', enrolment = 'subsidiary' WHERE child_id = pg_temp.child_id('r2');
SELECT is(pg_temp.module('sen2_placement_detail', 'placementrank, senunitindicator, resourcedprovisionindicator', 'r2'), '{2 0 1}', 'and says it with the placement');

-- Needs, persons.
SELECT is(pg_temp.module('sen2_sen_need', 'sentyperank, sentype', 'r2'), '{1 SLCN,2 ASD}', 'SENneed: as the setting ranks them');
SELECT pg_temp.stay('r2', 'Special', '5', '2026-09-01', NULL, 'current'), pg_temp.need('r2', 'Special', 'K', '{MLD}', '2026-09-01', NULL) \g /dev/null
SELECT is(pg_temp.module('sen2_sen_need', 'sentyperank, sentype', 'r2'), '{1 SLCN,2 ASD}', 'a need with a plan stands before a newer one with SEN support');
INSERT INTO core.sen2_persons (child_id, ethnicity, upn_unknown, need_types) VALUES (pg_temp.child_id('r2'), 'WBRI', 'UN1', '{DS}');
SELECT is(pg_temp.module('sen2_sen_need', 'sentyperank, sentype', 'r2'), '{1 DS}', 'and what the plan says before both');
SELECT is(pg_temp.module('sen2_sen_need', '1', 'c1'), '{}', 'not of a plan that is not active');
UPDATE core.children SET upn = NULL, uln = NULL, sex = 'F', postcode = 'M33 1AA' WHERE id = pg_temp.child_id('r2');
SELECT is(pg_temp.module('sen2_person', 'surname, forename, personbirthdate, sex, ethnicity, postcode, upn, uniquelearnernumber, upnunknown', 'r2'),
    '{r2 Testchild 2016-03-01 F WBRI M33 1AA - - UN1}', 'Person: whom the case is about');
UPDATE core.children SET upn = 'Z999000018001' WHERE id = pg_temp.child_id('r2');
SELECT is(pg_temp.module('sen2_person', 'upn, upnunknown', 'r2'), '{Z999000018001 -}', 'UPNunknown is not said of who has a UPN');
SELECT pg_temp.history('c1', 'request_received 2026-11-01') \g /dev/null
SELECT is(ARRAY(SELECT cardinality(pg_temp.module(w.m, '1', 'c1')) FROM unnest('{sen2_person,sen2_requests}'::text[]) AS w (m)), '{1,2}', 'one person may have several requests');
SELECT is(pg_temp.module('sen2_requests', 'requestsorderseqcolumn, receiveddate', 'c1'), '{1 2020-02-01,2 2026-11-01}', 'in order');

-- Who sees what, and how.
SELECT is(pg_temp.seen('auditor', 'SELECT count(*) FROM api.sen2_person(2027)'), '{0}', 'nobody is in it for who sees no child');
SELECT doesnt_match(pg_temp.plan_of('officer', format('SELECT * FROM api.%I(2027)', w.f)), 'Function Scan on sen2', w.f || ' is one query')
  FROM unnest('{sen2_requests,sen2_placement_detail,sen2_message,sen2_checks,sen2_blade_active_plans}'::text[]) AS w (f);

SELECT * FROM finish();
ROLLBACK;
