-- sen2.sql — the SEN2 return as reads over what has happened: each module of
-- the form is a function of the collection's year, with the columns of the
-- form in their order. Days are days here; sen2_blades.sql prints them.
-- Each row's key is our own id, so that a row stays the same from one export
-- to the next.
-- after: sen2_cases
-- SPDX-License-Identifier: Apache-2.0

-- sen2_header — module 0: the one row all others lead to.
CREATE VIEW api.sen2_heads AS
    SELECT h.year, h.la_code, h.serial_no, h.dmo, h.dco, h.dsco,
           h.version::text AS etag, h.changed_at
      FROM core.sen2_headers AS h
     WHERE (SELECT core.actor_sees_all());

CREATE FUNCTION api.sen2_header(in_year int)
RETURNS TABLE (sen2tableid text, "NativeId" text, sen2orderseqcolumn int,
    sourceid text, collection text, year int, referencedate date,
    sourcelevel text, lea text, softwarecode text, release text, serialno int,
    datetime timestamptz, dmo text, dco text, dsco text)
LANGUAGE sql STABLE
AS $$
    SELECT k.year::text, k.year::text, 1, k.year::text, 'SEN2', k.year,
           k.reference_on, 'L', h.la_code, 'sencod', k.release,
           coalesce(h.serial_no, 1), now(), h.dmo, h.dco, h.dsco
      FROM api.sen2_collections AS k
      LEFT JOIN api.sen2_heads AS h ON h.year = k.year
     WHERE k.year = in_year;
$$;

-- sen2_person — module 1: whom the cases are about.
CREATE FUNCTION api.sen2_person(year int)
RETURNS TABLE (persontableid uuid, "NativeId" uuid, personorderseqcolumn int,
    sourceid text, sen2tableid text, surname text, forename text,
    personbirthdate date, sex text, ethnicity text, postcode text, upn text,
    uniquelearnernumber text, upnunknown text, _child_id uuid)
LANGUAGE sql STABLE
AS $$
    SELECT p.child_id, p.child_id,
           row_number() OVER (ORDER BY p.surname, p.forename,
                                       p.child_id)::int,
           sen2_person.year::text, sen2_person.year::text, p.surname,
           p.forename, p.born_on, p.sex, p.ethnicity, p.postcode, p.upn,
           p.uln,
           CASE WHEN p.upn IS NULL AND p.uln IS NULL THEN p.upn_unknown END,
           p.child_id
      FROM (SELECT DISTINCT c.child_id
              FROM api.sen2_cases(sen2_person.year) AS c) AS d
      JOIN api.sen2_person_facts AS p ON p.child_id = d.child_id;
$$;

-- sen2_requests — module 2. A plan that came from elsewhere has no request
-- here: only its key, and what hangs on it.
CREATE FUNCTION api.sen2_requests(year int)
RETURNS TABLE (requeststableid uuid, "NativeId" uuid,
    requestsorderseqcolumn int, sourceid text, persontableid uuid,
    receiveddate date, requestsource text, rya int, requestoutcomedate date,
    requestoutcome text, requestmediation int, requesttribunal int,
    exported text, _child_id uuid)
LANGUAGE sql STABLE
AS $$
    SELECT c.case_id, c.case_id,
           row_number() OVER (PARTITION BY c.child_id
               ORDER BY coalesce(c.received_on, c.transferred_on),
                        c.case_id)::int,
           sen2_requests.year::text, c.child_id, c.received_on, c.source,
           c.rya, c.outcome_on, c.outcome,
           CASE WHEN c.received_on IS NOT NULL THEN c.mediation::int END,
           CASE WHEN c.received_on IS NOT NULL THEN c.appeal::int END,
           c.exported, c.child_id
      FROM api.sen2_cases(sen2_requests.year) AS c;
$$;

-- sen2_assessment — module 3: each assessment that began. That an exception
-- was made counts from the request on.
CREATE FUNCTION api.sen2_assessment(year int)
RETURNS TABLE (assessmenttableid uuid, "NativeId" uuid,
    assessmentorderseqcolumn int, sourceid text, requeststableid uuid,
    assessmentoutcome text, assessmentoutcomedate date,
    assessmentmediation int, assessmenttribunal int, othermediation int,
    othertribunal int, week20 int, _child_id uuid)
LANGUAGE sql STABLE
AS $$
    SELECT s.began_id, s.began_id, s.n::int, sen2_assessment.year::text,
           s.case_id, o.outcome,
           CASE o.outcome
               WHEN 'S' THEN s.transferred_on
               WHEN 'N' THEN s.no_on
               WHEN 'Y' THEN s.yes_on
               WHEN 'A' THEN s.yes_on
               ELSE s.ended_on
           END,
           s.mediation::int, s.appeal::int, s.other_mediation::int,
           s.other_appeal::int,
           (s.has_exception OR s.n = 1 AND s.had_exception)::int, s.child_id
      FROM (SELECT t.*,
                   coalesce(lag(t.has_exception) OVER (
                       PARTITION BY t.case_id ORDER BY t.n), false)
                       AS had_exception
              FROM api.sen2_stages(sen2_assessment.year) AS t) AS s
      JOIN api.sen2_cases(sen2_assessment.year) AS c
        ON c.case_id = s.case_id
     CROSS JOIN LATERAL (
           SELECT CASE WHEN s.transferred_on IS NOT NULL THEN 'S'
                       WHEN s.yes_on >= s.no_on THEN 'A'
                       WHEN s.yes_on IS NOT NULL THEN 'Y'
                       WHEN s.no_on IS NOT NULL THEN 'N'
                       ELSE coalesce(s.ended, 'H')
                  END AS outcome) AS o
     WHERE s.n > 0;
$$;

-- sen2_named_plan — module 4: the plan each assessment ended in. What it says
-- is that of the version its issue brought; a budget and its ceasing are those
-- of the last.
CREATE FUNCTION api.sen2_named_plan(year int)
RETURNS TABLE (namedplantableid uuid, "NativeId" uuid,
    namedplanorderseqcolumn int, sourceid text, assessmenttableid uuid,
    startdate date, planres text, planwbp text, pb int, oa int, dp text,
    ceasedate date, ceasereason text, _child_id uuid, _case_id uuid,
    _plan_id uuid)
LANGUAGE sql STABLE
AS $$
    SELECT i.event_id, i.event_id, 1, sen2_named_plan.year::text, s.began_id,
           CASE WHEN s.transferred_on IS NULL THEN s.yes_on
                ELSE coalesce(v.issued_on, s.plan_from, s.transferred_on)
           END,
           v.residential, v.work_based,
           (l.is_last AND b.case_id IS NOT NULL)::int,
           (l.is_last AND b.is_arranged IS TRUE)::int,
           CASE WHEN l.is_last THEN b.payment END,
           CASE WHEN l.is_last THEN c.ceased_on END,
           CASE WHEN l.is_last THEN c.cease END,
           s.child_id, s.case_id, v.plan_id
      FROM api.sen2_stages(sen2_named_plan.year) AS s
      JOIN api.sen2_cases(sen2_named_plan.year) AS c
        ON c.case_id = s.case_id
     CROSS JOIN LATERAL (
           SELECT CASE WHEN s.transferred_on IS NOT NULL THEN s.began_id
                       ELSE s.yes_id
                  END AS event_id) AS i
     CROSS JOIN LATERAL (
           SELECT s.n = c.last_stage AS is_last) AS l
      LEFT JOIN api.sen2_plan_versions AS v ON v.event_id = i.event_id
      LEFT JOIN (SELECT d.case_id, bool_or(d.is_arranged) AS is_arranged,
                        CASE WHEN count(DISTINCT d.payment) > 1 THEN 'I'
                             ELSE min(d.payment)
                        END AS payment
                   FROM api.sen2_budgets AS d
                   JOIN api.sen2_collections AS k
                     ON d.from_on <= k.reference_on
                  WHERE k.year = sen2_named_plan.year
                  GROUP BY d.case_id) AS b
        ON b.case_id = s.case_id
     WHERE i.event_id IS NOT NULL;
$$;

-- sen2_plan_detail — what section I of that version names, the newest word of
-- each rank.
CREATE FUNCTION api.sen2_plan_detail(year int)
RETURNS TABLE (plandetailtableid uuid, "NativeId" uuid,
    plandetailorderseqcolumn int, sourceid text, namedplantableid uuid,
    urn text, ukprn text, sensetting text, sensettingother text,
    placementrank int, senunitindicator int, resourcedprovisionindicator int,
    _child_id uuid)
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT ON (p.namedplantableid, d.rank)
           d.placement_id, d.placement_id, d.rank,
           sen2_plan_detail.year::text, p.namedplantableid, d.urn, d.ukprn,
           d.sen_setting, d.setting_other, d.rank, d.unit, d.resourced,
           d.child_id
      FROM api.sen2_named_plan(sen2_plan_detail.year) AS p
      JOIN api.sen2_named AS d ON d.plan_id = p._plan_id
     ORDER BY p.namedplantableid, d.rank, d.known_from DESC, d.placement_id;
$$;

-- sen2_active_plans — module 5: plans in force on the reference day, with the
-- last review meeting, and with a move between phases of the year asked about.
CREATE FUNCTION api.sen2_active_plans(year int)
RETURNS TABLE (activeplanstableid uuid, "NativeId" uuid,
    activeplansorderseqcolumn int, sourceid text, requeststableid uuid,
    transferla text, reviewmeeting date, reviewoutcome text, reviewdraft date,
    phasetransferduedate date, phasetransferfinaldate date, lastreview date,
    _child_id uuid)
LANGUAGE sql STABLE
AS $$
    SELECT c.case_id, c.case_id, 1, sen2_active_plans.year::text, c.case_id,
           CASE WHEN c.transferred_on >= c.from_on
                THEN c.transferred_from END,
           r.held_on, r.outcome, r.noticed_on,
           CASE WHEN m.due_month IS NOT NULL OR p.is_phase
                THEN make_date(sen2_active_plans.year - 1,
                     coalesce(m.due_month, d.due_month),
                     coalesce(m.due_day, d.due_day)) END,
           p.final_on, r.decided_on, c.child_id
      FROM api.sen2_cases(sen2_active_plans.year) AS c
      JOIN api.sen2_person_facts AS f ON f.child_id = c.child_id
      LEFT JOIN (SELECT h.case_id, h.on_date AS held_on,
                        min(e.on_date) FILTER (WHERE e.review IS NOT NULL)
                            AS decided_on,
                        (array_agg(e.review ORDER BY e.on_date, e.known_from)
                            FILTER (WHERE e.review IS NOT NULL))[1]
                            AS outcome,
                        min(e.on_date)
                            FILTER (WHERE e.event = 'amendment_noticed')
                            AS noticed_on
                   FROM (SELECT DISTINCT ON (w.case_id) w.*, k.reference_on
                           FROM api.sen2_collections AS k
                           JOIN api.sen2_events AS w
                             ON w.event = 'review_held'
                            AND w.on_date <= k.reference_on
                          WHERE k.year = sen2_active_plans.year
                          ORDER BY w.case_id, w.on_date DESC,
                                   w.known_from DESC) AS h
                   LEFT JOIN api.sen2_events AS e
                     ON e.case_id = h.case_id
                    AND e.event IN ('review_decided', 'amendment_noticed')
                    AND e.on_date BETWEEN h.on_date AND h.reference_on
                    AND coalesce(e.of_event, h.id) = h.id
                  GROUP BY h.case_id, h.on_date) AS r
        ON r.case_id = c.case_id
      LEFT JOIN (SELECT e.case_id, true AS is_phase,
                        min(e.on_date)
                            FILTER (WHERE e.event = 'phase_final_issued')
                            AS final_on
                   FROM api.sen2_collections AS k
                   JOIN api.sen2_events AS e
                     ON e.year = k.year - 1
                    AND e.on_date <= k.reference_on
                  WHERE k.year = sen2_active_plans.year
                  GROUP BY e.case_id) AS p
        ON p.case_id = c.case_id
      LEFT JOIN (SELECT t.child_id, min(t.due_month) AS due_month,
                        min(t.due_day) AS due_day
                   FROM api.sen2_moves AS t
                  WHERE t.year = sen2_active_plans.year - 1
                  GROUP BY t.child_id) AS m
        ON m.child_id = c.child_id
      LEFT JOIN api.sen2_phase_days AS d
        ON d.is_post_16 = (extract(year FROM age(
               make_date(sen2_active_plans.year - 1, 8, 31),
               f.born_on)) = 16)
     WHERE c.is_active;
$$;

-- sen2_placement_detail — where the child is or was since the year asked about
-- began: by section I once the child is there, else as settings say.
CREATE FUNCTION api.sen2_placement_detail(year int)
RETURNS TABLE (placementdetailtableid text, "NativeId" text,
    placementdetailorderseqcolumn int, sourceid text, activeplanstableid uuid,
    urn text, ukprn text, sensetting text, sensettingother text,
    placementrank int, entrydate date, leavingdate date, senunitindicator int,
    resourcedprovisionindicator int, res text, wbp text, _child_id uuid,
    _setting_id int)
LANGUAGE sql STABLE
AS $$
    WITH active AS MATERIALIZED (
        SELECT c.case_id, c.child_id, c.from_on, c.reference_on
          FROM api.sen2_cases(sen2_placement_detail.year) AS c
         WHERE c.is_active
    ),
    named AS MATERIALIZED (
        SELECT DISTINCT ON (p.case_id, p.setting_id, p.sen_setting, p.rank,
                            p.entry_on) p.*
          FROM active AS a
          JOIN api.sen2_named AS p
            ON p.case_id = a.case_id
           AND p.entry_on <= a.reference_on
           AND coalesce(p.left_on, 'infinity') >= a.from_on
         ORDER BY p.case_id, p.setting_id, p.sen_setting, p.rank, p.entry_on,
                  p.known_from DESC
    )
    SELECT x.id, x.id,
           row_number() OVER (PARTITION BY x.case_id
               ORDER BY x.entry_on, x.rank, x.id)::int,
           sen2_placement_detail.year::text, x.case_id, x.urn, x.ukprn,
           x.sen_setting, x.setting_other, x.rank, x.entry_on,
           nullif(x.left_on, 'infinity'), x.unit, x.resourced, x.residential,
           x.work_based, x.child_id, x.setting_id
      FROM (SELECT n.placement_id::text AS id, n.case_id, n.child_id,
                   n.setting_id, n.urn, n.ukprn, n.sen_setting,
                   n.setting_other, n.rank, n.entry_on,
                   CASE WHEN n.left_on <= a.reference_on
                        THEN n.left_on END AS left_on,
                   n.unit, n.resourced, n.residential, n.work_based
              FROM named AS n
              JOIN active AS a ON a.case_id = n.case_id
            UNION ALL
            SELECT t.setting_id || '/' || t.source_id, a.case_id, a.child_id,
                   t.setting_id, t.urn, t.ukprn, t.sen_setting, NULL, t.rank,
                   t.start_on,
                   CASE WHEN t.end_on <= a.reference_on THEN t.end_on END,
                   t.unit, t.resourced, NULL, NULL
              FROM active AS a
              JOIN api.sen2_attended AS t
                ON t.child_id = a.child_id
               AND t.start_on <= a.reference_on
               AND t.end_on >= a.from_on
             WHERE a.case_id NOT IN (SELECT n.case_id FROM named AS n)) AS x;
$$;

-- sen2_sen_need — the types of need in order: as the plan says where officers
-- wrote them down, else the two first of what settings record, of a plan
-- before other provision.
CREATE FUNCTION api.sen2_sen_need(year int)
RETURNS TABLE (senneedtableid text, "NativeId" text,
    senneedorderseqcolumn int, sourceid text, activeplanstableid uuid,
    sentype text, sentyperank int, _child_id uuid)
LANGUAGE sql STABLE
AS $$
    SELECT c.case_id || '/' || u.n, c.case_id || '/' || u.n, u.n::int,
           sen2_sen_need.year::text, c.case_id, u.type, u.n::int, c.child_id
      FROM api.sen2_cases(sen2_sen_need.year) AS c
      JOIN api.sen2_person_facts AS p ON p.child_id = c.child_id
      LEFT JOIN LATERAL (
           SELECT d.types
             FROM api.sen2_needs AS d
            WHERE d.child_id = c.child_id
              AND d.start_on <= c.reference_on
              AND d.end_on >= c.reference_on
              AND d.types <> '{}'
            ORDER BY d.is_plan DESC, d.start_on DESC, d.known_from DESC,
                     d.setting_id, d.source_id
            LIMIT 1) AS n ON true
     CROSS JOIN LATERAL unnest(CASE WHEN p.need_types <> '{}'
                                    THEN p.need_types ELSE n.types END)
           WITH ORDINALITY AS u (type, n)
     WHERE c.is_active
       AND u.n <= 2;
$$;
