-- transition_rules.sql — what the colours of a move turn on: the law in
-- schema api, the numbers of a day, what the authority knows of a move besides
-- the settings' records, and the one function that judges. The report
-- (reports.sql) and the cases (transition_colours.sql) ask it alike.
-- SPDX-License-Identifier: Apache-2.0
-- after: amounts

CREATE VIEW api.law_rules AS
    SELECT r.id, r.valid_from, coalesce(r.valid_to, 'infinity') AS valid_to,
           r.month::int, r.day::int, r.days::int, r.standing, r.sentence,
           r.reference, r.due
      FROM law.rules AS r;

CREATE VIEW api.law_findings AS
    SELECT f.id, f.rag, f.rule_id, f.sentence
      FROM law.findings AS f;

CREATE VIEW api.law_colours AS
    SELECT c.code, c.rank::int, c.severity, c.name
      FROM law.colours AS c;

CREATE VIEW api.law_working_days AS
    SELECT w.day
      FROM law.working_days AS w;

CREATE VIEW api.law_transition_kinds AS
    SELECT k.code, k.name, k.stage, k.rule_id, k.deadline_rule_id,
           k.policy_note, k.valid_from,
           coalesce(k.valid_to, 'infinity') AS valid_to
      FROM law.transition_kinds AS k
     WHERE k.is_phase;

-- school_year — the year in which the school year of this day ends.
CREATE FUNCTION api.school_year(on_date date)
RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT extract(year FROM school_year.on_date + interval '4 months')::int;
$$;

-- phase_rules — one row: the numbers the colours turn on, as in force on that
-- day (api.amounts: the authority's own where it set one; of a day of the year
-- it is a shift in days), the day before which a form must have been sent for
-- its acknowledgement to be overdue, and a consultation for its answer.
CREATE FUNCTION api.phase_rules(year int, on_date date)
RETURNS TABLE (compliant_days int, review_days int, notice_amber int,
    notice_red int, destination_amber int, final_red int,
    form_sent_by date, destination_by date, agreement_by date,
    acknowledged_by date, unacknowledged_before date, consulted_before date)
LANGUAGE sql STABLE
AS $$
    SELECT v.compliant_days, v.review_days, v.notice_amber, v.notice_red,
           v.destination_amber, v.final_red, v.form_sent_by,
           v.destination_by, v.agreement_by, v.acknowledged_by,
           (SELECT w.day
              FROM api.law_working_days AS w
             WHERE w.day < phase_rules.on_date
             ORDER BY w.day DESC
            OFFSET (SELECT a.amount::int - 1 -- not v's: that is once a row
                      FROM api.amounts(phase_rules.on_date) AS a
                     WHERE a.rule_id = 'rag_support_form_unacknowledged')
             LIMIT 1),
           phase_rules.on_date - v.consultation_days
      FROM (SELECT max(r.days) FILTER (WHERE r.id = 'phase_transfer_last_compliant_day') AS compliant_days,
                   max(r.days) FILTER (WHERE r.id = 'phase_transfer_latest_review') AS review_days,
                   max(r.days) FILTER (WHERE r.id = 'rag_ehc_no_notice_amber') AS notice_amber,
                   max(r.days) FILTER (WHERE r.id = 'rag_ehc_no_notice_red') AS notice_red,
                   max(r.days) FILTER (WHERE r.id = 'rag_ehc_no_destination_amber') AS destination_amber,
                   max(r.days) FILTER (WHERE r.id = 'rag_ehc_no_final_red') AS final_red,
                   max(r.days) FILTER (WHERE r.id = 'rag_ehc_consultation') AS consultation_days,
                   max(r.on_day) FILTER (WHERE r.id = 'rag_support_form_sent') AS form_sent_by,
                   max(r.on_day) FILTER (WHERE r.id = 'rag_support_destination') AS destination_by,
                   max(r.on_day) FILTER (WHERE r.id = 'rag_support_agreement') AS agreement_by,
                   max(r.on_day) FILTER (WHERE r.id = 'rag_support_form_acknowledged') AS acknowledged_by
              FROM (SELECT l.id, a.amount::int AS days,
                           make_date(phase_rules.year, l.month, l.day)
                               + a.amount::int AS on_day
                      FROM api.law_rules AS l
                      JOIN api.amounts(phase_rules.on_date) AS a
                        ON a.rule_id = l.id
                     WHERE phase_rules.on_date
                           BETWEEN l.valid_from AND l.valid_to
                       AND (l.id LIKE 'rag\_%' OR l.id LIKE 'phase\_%')
                   ) AS r
           ) AS v;
$$;

-- phase_kinds — the kinds of phase transfer of that year with the named day
-- that binds each.
CREATE FUNCTION api.phase_kinds(year int)
RETURNS TABLE (code text, stage text, rule_id text, deadline_rule_id text,
    deadline_on date, policy_note text)
LANGUAGE sql STABLE
AS $$
    SELECT k.code, k.stage, k.rule_id, k.deadline_rule_id,
           make_date(phase_kinds.year, r.month, r.day), k.policy_note
      FROM api.law_transition_kinds AS k
      LEFT JOIN api.law_rules AS r
        ON r.id = k.deadline_rule_id
       AND make_date(phase_kinds.year, 1, 1)
           BETWEEN r.valid_from AND r.valid_to
     WHERE make_date(phase_kinds.year, 9, 1)
           BETWEEN k.valid_from AND k.valid_to;
$$;

-- phase_findings — the reasons of the colours, numbers filled in, each with
-- how severe it is and where it is written.
CREATE FUNCTION api.phase_findings(year int, on_date date)
RETURNS TABLE (id text, rag text, rule_id text, reason text, severity text,
    reference text)
LANGUAGE sql STABLE
AS $$
    SELECT f.id, f.rag, f.rule_id,
           replace(replace(f.sentence, '{days}',
               coalesce(a.amount::int::text, '')),
               '{day}', coalesce(to_char(make_date(phase_findings.year,
                   r.month, r.day) + coalesce(a.amount::int, 0),
                   'FMDD FMMonth'), '')),
           c.severity, r.reference
      FROM api.law_findings AS f
      JOIN api.law_colours AS c ON c.code = f.rag
      LEFT JOIN api.law_rules AS r
        ON r.id = f.rule_id
       AND phase_findings.on_date BETWEEN r.valid_from AND r.valid_to
      LEFT JOIN api.amounts(phase_findings.on_date) AS a
        ON a.rule_id = f.rule_id;
$$;

-- move_handovers — when something was first sent to where the child goes, and
-- when all of the newest that is not restricted had been received there.
CREATE VIEW api.move_handovers AS
    SELECT c.id AS case_id, h.sent_on, k.acknowledged_on
      FROM core.transition_cases AS c
     CROSS JOIN LATERAL (
           SELECT min(v.sent_at)::date AS sent_on,
                  (array_agg(v.id ORDER BY v.version DESC))[1] AS newest
             FROM core.handovers AS v
            WHERE v.case_id = c.id
              AND v.state = 'sent'
              AND v.to_setting_id IS NOT DISTINCT FROM c.to_setting_id) AS h
     CROSS JOIN LATERAL (
           SELECT CASE WHEN count(*) = count(s.received_at)
                       THEN max(s.received_at)::date END AS acknowledged_on
             FROM core.handover_sections AS s
            WHERE s.handover_id = h.newest
              AND s.known_to = 'infinity'
              AND NOT s.is_restricted) AS k
     WHERE h.newest IS NOT NULL;

-- move_steps — the day the child came and the day it had settled, of cases
-- that are so far.
CREATE VIEW api.move_steps AS
    SELECT c.id AS case_id,
           (SELECT max(t.on_date)
              FROM core.transition_steps AS t
             WHERE t.case_id = c.id
               AND t.step = 'received') AS received_on,
           CASE WHEN c.state = 'settled' THEN (
               SELECT max(t.on_date)
                 FROM core.transition_steps AS t
                WHERE t.case_id = c.id
                  AND t.step = 'settled') END AS settled_on
      FROM core.transition_cases AS c
     WHERE c.state IN ('received', 'settled');

-- move_signals — one row a child and year: the case of that move (an open one
-- first), as far as the colours ask for it. A destination that declined, was
-- taken back or never saw the child is none.
CREATE VIEW api.move_signals AS
    SELECT DISTINCT ON (c.child_id, c.year)
           c.id AS case_id, c.child_id, c.year, c.tier,
           c.state IN ('declined', 'revoked', 'lost') AS is_off,
           c.state = 'declined' AS is_declined,
           s.id AS to_setting_id, s.name AS to_setting, c.to_outside,
           t.received_on, t.settled_on, h.sent_on, h.acknowledged_on,
           p.agreed_on,
           coalesce(p.meeting_held_on, p.meeting_planned_on) AS meeting_on
      FROM core.transition_cases AS c
      LEFT JOIN core.settings AS s ON s.id = c.to_setting_id
      LEFT JOIN core.transition_plans AS p ON p.case_id = c.id
      LEFT JOIN api.move_steps AS t ON t.case_id = c.id
      LEFT JOIN api.move_handovers AS h ON h.case_id = c.id
     WHERE c.state <> 'cancelled'
       AND ((SELECT core.actor_sees_all())
            OR c.from_setting_id = ANY ((SELECT core.actor_settings())::int[])
            OR c.to_setting_id = ANY ((SELECT core.actor_settings())::int[])
               AND c.state <> 'planned')
     ORDER BY c.child_id, c.year, c.state = 'settled', c.made_at DESC;

-- move_consultations — settings asked for a place: with a plan under section
-- 39, without one in a case. The year is that of the September to come.
CREATE VIEW api.move_consultations AS
    SELECT q.child_id, q.year, q.sent_on, q.answered_on,
           q.answer = 'no' AS is_no
      FROM core.transition_consultations AS q
     UNION ALL
    SELECT e.child_id, api.school_year(e.on_date), e.on_date, a.on_date,
           a.outcome <> 'agrees'
      FROM core.ehc_events AS e
      LEFT JOIN core.ehc_events AS a
        ON a.of_event = e.id
       AND a.event = 'consultation_answered'
       AND a.known_to = 'infinity'
     WHERE e.event = 'consultation_sent'
       AND e.known_to = 'infinity';

-- consulted — on that day: since when the oldest question waits for its
-- answer, and whether every setting that was asked said no.
CREATE FUNCTION api.consulted(on_date date)
RETURNS TABLE (child_id uuid, year int, waiting_since date,
    is_nowhere boolean)
LANGUAGE sql STABLE
AS $$
    SELECT q.child_id, q.year,
           min(q.sent_on) FILTER (WHERE q.answered_on IS NULL
               OR q.answered_on > consulted.on_date),
           bool_and(coalesce(q.is_no AND q.answered_on <= consulted.on_date,
                             false))
      FROM api.move_consultations AS q
     WHERE q.sent_on <= consulted.on_date
     GROUP BY q.child_id, q.year;
$$;

CREATE VIEW api.calendars AS
    SELECT c.id AS calendar_id, c.setting_id
      FROM core.school_calendars AS c;

CREATE VIEW api.calendar_days AS
    SELECT d.calendar_id, d.day
      FROM core.school_days AS d;

-- file_days — one row a calendar (the authority's has no setting): whoever
-- left before that day should have been followed by the file. Where no
-- calendar is known, nobody is late.
CREATE FUNCTION api.file_days(on_date date)
RETURNS TABLE (setting_id int, left_before date)
LANGUAGE sql STABLE
AS $$
    SELECT c.setting_id, (
           SELECT d.day
             FROM api.calendar_days AS d
            WHERE d.calendar_id = c.calendar_id
              AND d.day < file_days.on_date
            ORDER BY d.day DESC
           OFFSET (SELECT a.amount::int - 1
                     FROM api.amounts(file_days.on_date) AS a
                    WHERE a.rule_id = 'rag_support_file')
            LIMIT 1)
      FROM api.calendars AS c;
$$;

-- move_judged — the one place where colours are made: every row of
-- law.findings that fits a move on a day, the most urgent first; its colour is
-- the move's. NULL for a child without SEN. Dates that lie after on_date are
-- not known yet: who calls leaves them out, and leaves NULL what does not bind
-- the move.
CREATE FUNCTION api.move_judged(on_date date, status text, deadline_on date,
    last_day date, is_attending boolean, is_settled boolean,
    has_destination boolean, review_on date, notice_on date, final_on date,
    is_refused boolean, is_nowhere boolean, waiting_since date,
    agreed_on date, sent_on date, acknowledged_on date,
    is_file_late boolean, is_meeting_missed boolean, review_days int,
    notice_amber int, notice_red int, destination_amber int, final_red int,
    consulted_before date, form_sent_by date, destination_by date,
    agreement_by date, acknowledged_by date, unacknowledged_before date)
RETURNS TABLE (findings text[])
LANGUAGE sql STABLE
AS $$
    SELECT CASE
        WHEN status = 'E' AND final_on IS NOT NULL
             AND (is_attending OR is_settled)
        THEN ARRAY['blue_plan']
        WHEN status = 'E' AND final_on IS NOT NULL THEN coalesce(nullif(
             array_remove(ARRAY[
                 CASE WHEN final_on > deadline_on
                      THEN 'black_final_late' END,
                 CASE WHEN is_refused THEN 'red_refused' END,
                 CASE WHEN final_on > last_day AND final_on <= deadline_on
                      THEN 'red_final_on_the_day' END,
                 CASE WHEN NOT has_destination
                      THEN 'amber_final_unnamed' END], NULL), '{}'),
             ARRAY['green_final'])
        WHEN status = 'E' THEN coalesce(nullif(
             array_remove(ARRAY[
                 CASE WHEN move_judged.on_date > deadline_on
                      THEN 'black_no_final' END,
                 CASE WHEN is_refused THEN 'red_refused' END,
                 CASE WHEN is_nowhere AND NOT has_destination
                      THEN 'red_not_found' END,
                 CASE WHEN move_judged.on_date <= deadline_on
                       AND last_day - move_judged.on_date <= final_red
                      THEN 'red_no_final' END,
                 CASE WHEN review_on IS NULL AND notice_on IS NULL
                       AND move_judged.on_date > deadline_on - review_days
                      THEN 'red_no_review' END,
                 CASE WHEN notice_on IS NULL
                       AND move_judged.on_date - review_on > notice_red
                      THEN 'red_no_notice' END,
                 CASE WHEN notice_on IS NULL
                       AND move_judged.on_date - review_on > notice_amber
                       AND move_judged.on_date - review_on <= notice_red
                      THEN 'amber_no_notice' END,
                 CASE WHEN waiting_since < consulted_before
                      THEN 'amber_not_answered' END,
                 CASE WHEN NOT has_destination
                       AND last_day - move_judged.on_date
                           <= destination_amber
                      THEN 'amber_no_destination' END], NULL), '{}'),
             ARRAY['green_on_time'])
        WHEN status = 'K' AND (is_settled
             OR is_attending AND acknowledged_on IS NOT NULL)
        THEN ARRAY['blue_support']
        WHEN status = 'K' THEN coalesce(nullif(
             array_remove(ARRAY[
                 CASE WHEN sent_on IS NULL AND is_file_late
                      THEN 'black_file_not_sent' END,
                 CASE WHEN sent_on IS NOT NULL AND agreed_on IS NULL
                      THEN 'red_form_without_agreement' END,
                 CASE WHEN NOT has_destination
                       AND move_judged.on_date > destination_by
                      THEN 'red_no_destination' END,
                 CASE WHEN sent_on IS NULL AND agreed_on IS NULL
                       AND move_judged.on_date > agreement_by
                      THEN 'red_no_agreement' END,
                 CASE WHEN acknowledged_on IS NULL
                       AND move_judged.on_date > acknowledged_by
                      THEN 'red_form_unacknowledged' END,
                 CASE WHEN has_destination AND sent_on IS NULL
                       AND move_judged.on_date > form_sent_by
                      THEN 'amber_form_not_sent' END,
                 CASE WHEN acknowledged_on IS NULL
                       AND sent_on < unacknowledged_before
                      THEN 'amber_form_unacknowledged' END,
                 CASE WHEN is_meeting_missed
                      THEN 'amber_no_meeting' END], NULL), '{}'),
             ARRAY[CASE WHEN has_destination AND sent_on IS NOT NULL
                         AND acknowledged_on IS NOT NULL
                         AND agreed_on IS NOT NULL
                        THEN 'green_handed_over'
                        ELSE 'green_on_time' END])
    END;
$$;
