-- sen2_blades.sql — the SEN2 return in its two published forms: a file of rows
-- a module, with days as 2022-Sep-28 00:00:00, and one XML message in which
-- each module lies inside its parent.
-- after: sen2
-- SPDX-License-Identifier: Apache-2.0

-- sen2_day — a day as the files have it.
CREATE FUNCTION api.sen2_day(day date)
RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT to_char(day::timestamp, 'YYYY-Mon-DD HH24:MI:SS');
$$;

CREATE FUNCTION api.sen2_blade_sen2(in_year int)
RETURNS TABLE (sen2tableid text, "NativeId" text, sen2orderseqcolumn int,
    sourceid text, collection text, year int, referencedate text,
    sourcelevel text, lea text, softwarecode text, release text, serialno int,
    datetime text, dmo text, dco text, dsco text)
LANGUAGE sql STABLE
AS $$
    SELECT h.sen2tableid, h."NativeId", h.sen2orderseqcolumn, h.sourceid,
           h.collection, h.year, api.sen2_day(h.referencedate),
           h.sourcelevel, h.lea, h.softwarecode, h.release, h.serialno,
           to_char(h.datetime AT TIME ZONE 'Europe/London',
                   'YYYY-Mon-DD HH24:MI:SS'), h.dmo, h.dco, h.dsco
      FROM api.sen2_header(in_year) AS h;
$$;

CREATE FUNCTION api.sen2_blade_person(year int)
RETURNS TABLE (persontableid uuid, "NativeId" uuid, personorderseqcolumn int,
    sourceid text, sen2tableid text, surname text, forename text,
    personbirthdate text, sex text, ethnicity text, postcode text, upn text,
    uniquelearnernumber text, upnunknown text, _child_id uuid)
LANGUAGE sql STABLE
AS $$
    SELECT p.persontableid, p."NativeId", p.personorderseqcolumn, p.sourceid,
           p.sen2tableid, p.surname, p.forename,
           api.sen2_day(p.personbirthdate), p.sex, p.ethnicity, p.postcode,
           p.upn, p.uniquelearnernumber, p.upnunknown, p._child_id
      FROM api.sen2_person(sen2_blade_person.year) AS p;
$$;

CREATE FUNCTION api.sen2_blade_requests(year int)
RETURNS TABLE (requeststableid uuid, "NativeId" uuid,
    requestsorderseqcolumn int, sourceid text, persontableid uuid,
    receiveddate text, requestsource text, rya int, requestoutcomedate text,
    requestoutcome text, requestmediation int, requesttribunal int,
    exported text, _child_id uuid)
LANGUAGE sql STABLE
AS $$
    SELECT r.requeststableid, r."NativeId", r.requestsorderseqcolumn,
           r.sourceid, r.persontableid, api.sen2_day(r.receiveddate),
           r.requestsource, r.rya, api.sen2_day(r.requestoutcomedate),
           r.requestoutcome, r.requestmediation, r.requesttribunal,
           r.exported, r._child_id
      FROM api.sen2_requests(sen2_blade_requests.year) AS r;
$$;

CREATE FUNCTION api.sen2_blade_assessment(year int)
RETURNS TABLE (assessmenttableid uuid, "NativeId" uuid,
    assessmentorderseqcolumn int, sourceid text, requeststableid uuid,
    assessmentoutcome text, assessmentoutcomedate text,
    assessmentmediation int, assessmenttribunal int, othermediation int,
    othertribunal int, week20 int, _child_id uuid)
LANGUAGE sql STABLE
AS $$
    SELECT a.assessmenttableid, a."NativeId", a.assessmentorderseqcolumn,
           a.sourceid, a.requeststableid, a.assessmentoutcome,
           api.sen2_day(a.assessmentoutcomedate), a.assessmentmediation,
           a.assessmenttribunal, a.othermediation, a.othertribunal, a.week20,
           a._child_id
      FROM api.sen2_assessment(sen2_blade_assessment.year) AS a;
$$;

CREATE FUNCTION api.sen2_blade_named_plan(year int)
RETURNS TABLE (namedplantableid uuid, "NativeId" uuid,
    namedplanorderseqcolumn int, sourceid text, assessmenttableid uuid,
    startdate text, planres text, planwbp text, pb int, oa int, dp text,
    ceasedate text, ceasereason text, _child_id uuid)
LANGUAGE sql STABLE
AS $$
    SELECT p.namedplantableid, p."NativeId", p.namedplanorderseqcolumn,
           p.sourceid, p.assessmenttableid, api.sen2_day(p.startdate),
           p.planres, p.planwbp, p.pb, p.oa, p.dp, api.sen2_day(p.ceasedate),
           p.ceasereason, p._child_id
      FROM api.sen2_named_plan(sen2_blade_named_plan.year) AS p;
$$;

CREATE FUNCTION api.sen2_blade_active_plans(year int)
RETURNS TABLE (activeplanstableid uuid, "NativeId" uuid,
    activeplansorderseqcolumn int, sourceid text, requeststableid uuid,
    transferla text, reviewmeeting text, reviewoutcome text, reviewdraft text,
    phasetransferduedate text, phasetransferfinaldate text, lastreview text,
    _child_id uuid)
LANGUAGE sql STABLE
AS $$
    SELECT a.activeplanstableid, a."NativeId", a.activeplansorderseqcolumn,
           a.sourceid, a.requeststableid, a.transferla,
           api.sen2_day(a.reviewmeeting), a.reviewoutcome,
           api.sen2_day(a.reviewdraft), api.sen2_day(a.phasetransferduedate),
           api.sen2_day(a.phasetransferfinaldate),
           api.sen2_day(a.lastreview), a._child_id
      FROM api.sen2_active_plans(sen2_blade_active_plans.year) AS a;
$$;

CREATE FUNCTION api.sen2_blade_placement_detail(year int)
RETURNS TABLE (placementdetailtableid text, "NativeId" text,
    placementdetailorderseqcolumn int, sourceid text, activeplanstableid uuid,
    urn text, ukprn text, sensetting text, sensettingother text,
    placementrank int, entrydate text, leavingdate text, senunitindicator int,
    resourcedprovisionindicator int, res text, wbp text, _child_id uuid)
LANGUAGE sql STABLE
AS $$
    SELECT d.placementdetailtableid, d."NativeId",
           d.placementdetailorderseqcolumn, d.sourceid, d.activeplanstableid,
           d.urn, d.ukprn, d.sensetting, d.sensettingother, d.placementrank,
           api.sen2_day(d.entrydate), api.sen2_day(d.leavingdate),
           d.senunitindicator, d.resourcedprovisionindicator, d.res, d.wbp,
           d._child_id
      FROM api.sen2_placement_detail(sen2_blade_placement_detail.year) AS d;
$$;

-- sen2_name — without the two characters that are text and not XML.
CREATE FUNCTION api.sen2_name(name text)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT translate(name, U&'\FFFE\FFFF', '');
$$;

-- sen2_message — the XML message in pieces: what comes before the persons,
-- each person with all that hangs on it, and the end. A module's own items and
-- what lies in it are put one below the other and gathered by its key: never
-- joined, since the planner takes what comes out of so many conditions to be
-- one row, and would look for it in a loop.
CREATE FUNCTION api.sen2_message(year int)
RETURNS TABLE (part int, n int, _child_id uuid, text text)
LANGUAGE sql STABLE
AS $$
    WITH named_plan AS (
        SELECT (array_agg(x.parent) FILTER (WHERE x.place = 0))[1] AS parent,
               xmlelement(NAME "NamedPlan",
                   xmlagg(x.item ORDER BY x.place)) AS element
          FROM (SELECT p.namedplantableid AS id,
                       p.assessmenttableid AS parent, 0 AS place,
                       xmlforest(p.startdate AS "StartDate",
                           p.planres AS "PlanRes", p.planwbp AS "PlanWBP",
                           p.pb AS "PB", p.oa AS "OA", p.dp AS "DP",
                           p.ceasedate AS "CeaseDate",
                           p.ceasereason AS "CeaseReason") AS item
                  FROM api.sen2_named_plan(sen2_message.year) AS p
                UNION ALL
                SELECT d.namedplantableid, NULL, d.placementrank,
                       xmlelement(NAME "PlanDetail", xmlforest(d.urn AS "URN",
                           d.ukprn AS "UKPRN", d.sensetting AS "SENsetting",
                           api.sen2_name(d.sensettingother)
                               AS "SENSettingOther",
                           d.placementrank AS "PlacementRank",
                           d.senunitindicator AS "SENunitIndicator",
                           d.resourcedprovisionindicator
                               AS "ResourcedProvisionIndicator"))
                  FROM api.sen2_plan_detail(sen2_message.year) AS d) AS x
         GROUP BY x.id
    ),
    assessment AS (
        SELECT (array_agg(x.parent) FILTER (WHERE x.place = 0))[1] AS parent,
               max(x.n) AS n,
               xmlelement(NAME "Assessment",
                   xmlagg(x.item ORDER BY x.place)) AS element
          FROM (SELECT a.assessmenttableid AS id,
                       a.requeststableid AS parent, 0 AS place,
                       a.assessmentorderseqcolumn AS n,
                       xmlforest(a.assessmentoutcome AS "AssessmentOutcome",
                           a.assessmentoutcomedate AS "AssessmentOutcomeDate",
                           a.assessmentmediation AS "AssessmentMediation",
                           a.assessmenttribunal AS "AssessmentTribunal",
                           a.othermediation AS "OtherMediation",
                           a.othertribunal AS "OtherTribunal",
                           a.week20 AS "Week20") AS item
                  FROM api.sen2_assessment(sen2_message.year) AS a
                UNION ALL
                SELECT p.parent, NULL, 1, NULL, p.element
                  FROM named_plan AS p) AS x
         GROUP BY x.id
    ),
    active_plans AS (
        SELECT x.id,
               xmlelement(NAME "ActivePlans",
                   xmlagg(x.item ORDER BY x.place, x.n)) AS element
          FROM (SELECT a.requeststableid AS id, 0 AS place, 0 AS n,
                       xmlforest(a.transferla AS "TransferLA",
                           a.reviewmeeting AS "ReviewMeeting",
                           a.reviewoutcome AS "ReviewOutcome",
                           a.reviewdraft AS "ReviewDraft",
                           a.phasetransferduedate AS "PhaseTransferDueDate",
                           a.phasetransferfinaldate
                               AS "PhaseTransferFinalDate",
                           a.lastreview AS "LastReview") AS item
                  FROM api.sen2_active_plans(sen2_message.year) AS a
                UNION ALL
                SELECT d.activeplanstableid, 1, d.placementdetailorderseqcolumn,
                       xmlelement(NAME "PlacementDetail", xmlforest(
                           d.urn AS "URN", d.ukprn AS "UKPRN",
                           d.sensetting AS "SENsetting",
                           api.sen2_name(d.sensettingother)
                               AS "SENSettingOther",
                           d.placementrank AS "PlacementRank",
                           d.entrydate AS "EntryDate",
                           d.leavingdate AS "LeavingDate",
                           d.senunitindicator AS "SENunitIndicator",
                           d.resourcedprovisionindicator
                               AS "ResourcedProvisionIndicator",
                           d.res AS "Res", d.wbp AS "WBP"))
                  FROM api.sen2_placement_detail(sen2_message.year) AS d
                UNION ALL
                SELECT e.activeplanstableid, 2, e.sentyperank,
                       xmlelement(NAME "SENneed", xmlforest(
                           e.sentype AS "SENtype",
                           e.sentyperank AS "SENtypeRank"))
                  FROM api.sen2_sen_need(sen2_message.year) AS e) AS x
         GROUP BY x.id
    ),
    requests AS (
        SELECT (array_agg(x.parent) FILTER (WHERE x.place = 0))[1] AS parent,
               max(x.n) FILTER (WHERE x.place = 0) AS n,
               xmlelement(NAME "Requests",
                   xmlagg(x.item ORDER BY x.place, x.n)) AS element
          FROM (SELECT r.requeststableid AS id, r.persontableid AS parent,
                       0 AS place, r.requestsorderseqcolumn AS n,
                       xmlforest(r.receiveddate AS "ReceivedDate",
                           r.requestsource AS "RequestSource", r.rya AS "RYA",
                           r.requestoutcomedate AS "RequestOutcomeDate",
                           r.requestoutcome AS "RequestOutcome",
                           r.requestmediation AS "RequestMediation",
                           r.requesttribunal AS "RequestTribunal",
                           r.exported AS "Exported") AS item
                  FROM api.sen2_requests(sen2_message.year) AS r
                UNION ALL
                SELECT a.parent, NULL, 1, a.n, a.element
                  FROM assessment AS a
                UNION ALL
                SELECT a.id, NULL, 2, 0, a.element
                  FROM active_plans AS a) AS x
         GROUP BY x.id
    )
    SELECT 0, 0, NULL::uuid,
           '<?xml version="1.0" encoding="UTF-8"?>' || chr(10) || '<Message>'
           || chr(10) || xmlelement(NAME "Header",
               xmlelement(NAME "CollectionDetails", xmlforest(
                   h.collection AS "Collection", h.year AS "Year",
                   h.referencedate AS "ReferenceDate")),
               xmlelement(NAME "Source", xmlforest(
                   h.sourcelevel AS "SourceLevel", h.lea AS "LEA",
                   h.softwarecode AS "SoftwareCode", h.release AS "Release",
                   h.serialno AS "SerialNo",
                   to_char(h.datetime AT TIME ZONE 'Europe/London',
                       'YYYY-MM-DD"T"HH24:MI:SS') AS "DateTime")),
               xmlforest(api.sen2_name(h.dmo) AS "DMO",
                   api.sen2_name(h.dco) AS "DCO",
                   api.sen2_name(h.dsco) AS "DSCO"))::text
           || chr(10) || '<Persons>' || chr(10)
      FROM api.sen2_header(sen2_message.year) AS h
    UNION ALL
    SELECT 1, max(x.n) FILTER (WHERE x.place = 0), x.id,
           xmlelement(NAME "Person",
               xmlagg(x.item ORDER BY x.place, x.n))::text || chr(10)
      FROM (SELECT p.persontableid AS id, 0 AS place,
                   p.personorderseqcolumn AS n,
                   xmlforest(api.sen2_name(p.surname) AS "Surname",
                       api.sen2_name(p.forename) AS "Forename",
                       p.personbirthdate AS "PersonBirthDate",
                       p.sex AS "Sex", p.ethnicity AS "Ethnicity",
                       p.postcode AS "PostCode", p.upn AS "UPN",
                       p.uniquelearnernumber AS "UniqueLearnerNumber",
                       p.upnunknown AS "UPNunknown") AS item
              FROM api.sen2_person(sen2_message.year) AS p
            UNION ALL
            SELECT r.parent, 1, r.n, r.element
              FROM requests AS r) AS x
     GROUP BY x.id
    UNION ALL
    SELECT 2, 0, NULL, '</Persons>' || chr(10) || '</Message>' || chr(10)
      FROM api.sen2_collections AS k
     WHERE k.year = sen2_message.year;
$$;
