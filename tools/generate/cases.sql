-- cases.sql — the authority's own side of an invented authority, loaded when
-- its children are there: for each child with a plan the case it came from,
-- request to final plan, and its reviews since; for some others a request
-- under way, or one refused. What was told as milestones of a phase transfer
-- is told here as events too. Drawn from the child's id, so the same children
-- have the same past; today counts from :'today'.
-- SPDX-License-Identifier: Apache-2.0
\set ON_ERROR_STOP on
BEGIN;

-- draw — a whole number from low to high, for that child and question.
CREATE FUNCTION pg_temp.draw(id uuid, question text, low int, high int)
RETURNS int LANGUAGE sql IMMUTABLE
RETURN low + (hashtextextended(id::text || question, 0) & 2147483647)
             % (high - low + 1);

CREATE TEMPORARY TABLE teller ON COMMIT DROP AS
    SELECT c.id
      FROM core.clients AS c
     WHERE c.role IN ('la_officer', 'la_administrator')
     ORDER BY c.role DESC, c.id
     LIMIT 1;

-- One row a case: the day of the request, and of the final plan if there is
-- one. Nearly half of plans take longer than twenty weeks, as in England.
CREATE TEMPORARY TABLE cases ON COMMIT DROP AS
    SELECT gen_random_uuid() AS id, d.child_id, d.story, d.final_on,
           CASE d.story
               WHEN 'plan' THEN d.final_on - CASE
                   WHEN pg_temp.draw(d.child_id, 'late', 1, 100) <= 52
                   THEN pg_temp.draw(d.child_id, 'in time', 112, 140)
                   ELSE pg_temp.draw(d.child_id, 'over', 141, 290) END
               WHEN 'open'
               THEN :'today'::date - pg_temp.draw(d.child_id, 'open', 3, 175)
               ELSE :'today'::date - pg_temp.draw(d.child_id, 'no', 160, 700)
           END AS request_on
      FROM (SELECT n.child_id,
                   CASE WHEN n.final_on IS NOT NULL THEN 'plan'
                        WHEN pg_temp.draw(n.child_id, 'story', 1, 100) <= 3
                        THEN 'open'
                        WHEN pg_temp.draw(n.child_id, 'story', 1, 100) <= 6
                        THEN 'refused' END AS story,
                   n.final_on
              FROM (SELECT n.child_id,
                           min(n.start_on) FILTER (
                               WHERE n.provision = 'E' AND n.end_on IS NULL)
                               AS final_on
                      FROM core.needs AS n
                     WHERE n.deleted_at IS NULL
                     GROUP BY n.child_id) AS n) AS d
     WHERE d.story IS NOT NULL
       AND NOT EXISTS (SELECT FROM core.ehc_cases AS c
                        WHERE c.child_id = d.child_id);

CREATE TEMPORARY TABLE told (id uuid DEFAULT gen_random_uuid(), case_id uuid,
    child_id uuid, event text, on_date date, of_event uuid, outcome text,
    year int, adviser text) ON COMMIT DROP;
CREATE INDEX ON told (case_id, event);

-- From the request on. A day after today has not been: it falls away below,
-- and all that rests on it, which is later still.
INSERT INTO told (case_id, child_id, event, on_date, outcome)
SELECT c.id, c.child_id, e.event, e.on_date, e.outcome
  FROM cases AS c
 CROSS JOIN LATERAL (
       SELECT c.request_on + pg_temp.draw(c.child_id, 'decide', 22, 47)
                  AS decided_on,
              coalesce(c.final_on, c.request_on
                  + pg_temp.draw(c.child_id, 'length', 120, 220)) AS final_on)
       AS d
 CROSS JOIN LATERAL (VALUES
       ('request_received', c.request_on, NULL),
       ('assessment_decided', d.decided_on,
        CASE c.story WHEN 'refused' THEN 'refuse' ELSE 'assess' END),
       ('decision_sent', CASE c.story WHEN 'refused'
                              THEN d.decided_on + 1 END, NULL),
       ('case_closed', CASE c.story WHEN 'refused'
                            THEN d.decided_on + 75 END, 'no_assessment'),
       ('draft_sent', CASE WHEN c.story <> 'refused' THEN greatest(
            d.final_on - pg_temp.draw(c.child_id, 'draft', 20, 35),
            d.decided_on + 40) END, NULL),
       ('final_issued', CASE WHEN c.story <> 'refused'
                             THEN d.final_on END, NULL))
       AS e (event, on_date, outcome)
 WHERE e.on_date <= :'today';

-- Five advisers asked on the day of the decision; most answer in six weeks.
INSERT INTO told (case_id, child_id, event, on_date, adviser)
SELECT t.case_id, t.child_id, 'advice_requested', t.on_date + 1, a.code
  FROM told AS t
  JOIN law.ehc_advisers AS a ON a.is_needed AND a.year_from IS NULL
 WHERE t.event = 'assessment_decided'
   AND t.outcome = 'assess'
   AND t.on_date < :'today';
INSERT INTO told (case_id, child_id, event, on_date, of_event, adviser)
SELECT t.case_id, t.child_id, 'advice_received', d.on_date, t.id, t.adviser
  FROM told AS t
  JOIN cases AS c ON c.id = t.case_id
 CROSS JOIN LATERAL (
       SELECT least(t.on_date
                  + pg_temp.draw(t.child_id, t.adviser, 12, 58),
                  coalesce(c.final_on - 36, 'infinity')) AS on_date) AS d
 WHERE t.event = 'advice_requested'
   AND d.on_date >= t.on_date
   AND d.on_date <= :'today';

ANALYZE cases, told;

-- A review a year, a month late now and then, in the last three years; in
-- the year of a phase transfer it is that one.
INSERT INTO told (case_id, child_id, event, on_date, year)
SELECT t.case_id, t.child_id, e.event, e.on_date, m.year
  FROM told AS t
  JOIN core.ehc_transfers AS m ON m.child_id = t.child_id
 CROSS JOIN LATERAL (VALUES
       ('review_held', m.review_held_on),
       ('amendment_noticed', m.amendment_noticed_on),
       ('phase_final_issued', m.plan_final_on)) AS e (event, on_date)
 WHERE t.event = 'final_issued'
   AND m.review_held_on > t.on_date
   AND e.on_date <= :'today';
INSERT INTO told (case_id, child_id, event, on_date)
SELECT t.case_id, t.child_id, 'review_held', r.on_date
  FROM told AS t
 CROSS JOIN generate_series(1, 20) AS n
 CROSS JOIN LATERAL (
       SELECT (t.on_date + n * 365
           - pg_temp.draw(t.child_id, 'review' || n, -25, 45)) AS on_date) AS r
 WHERE t.event = 'final_issued'
   AND r.on_date BETWEEN :'today'::date - 1100 AND :'today'
   AND NOT EXISTS (SELECT FROM told AS x
                    WHERE x.case_id = t.case_id
                      AND x.event = 'review_held'
                      AND abs(x.on_date - r.on_date) < 240);
INSERT INTO told (case_id, child_id, event, on_date, of_event, outcome)
SELECT t.case_id, t.child_id, e.event, e.on_date, t.id, e.outcome
  FROM told AS t
 CROSS JOIN LATERAL (VALUES
       ('review_reported', t.on_date
        + pg_temp.draw(t.id, 'report', 3, 20), NULL),
       ('review_decided', t.on_date + pg_temp.draw(t.id, 'decide', 14, 38),
        CASE WHEN t.year IS NULL THEN 'maintain' ELSE 'amend' END))
       AS e (event, on_date, outcome)
 WHERE t.event = 'review_held'
   AND e.on_date <= :'today';

INSERT INTO core.ehc_cases (id, child_id, source, opened_on, ended_on,
       client_id, key, content)
SELECT c.id, c.child_id,
       (ARRAY['parent', 'education', 'education', 'parent', 'health'])
           [pg_temp.draw(c.child_id, 'source', 1, 5)],
       c.request_on,
       (SELECT t.on_date FROM told AS t
         WHERE t.case_id = c.id AND t.event = 'case_closed'),
       l.id, 'told ' || c.id, md5(c.id::text)::uuid
  FROM cases AS c, teller AS l;
INSERT INTO core.ehc_events (id, case_id, child_id, event, on_date, of_event,
       outcome, year, adviser, client_id, key, known_from)
SELECT t.id, t.case_id, t.child_id, t.event, t.on_date, t.of_event,
       t.outcome, t.year, t.adviser, l.id, 'told ' || t.id,
       t.on_date + time '16:00'
  FROM told AS t, teller AS l
 ORDER BY t.of_event IS NOT NULL, t.on_date;
COMMIT;
ANALYZE core.ehc_cases, core.ehc_events;
