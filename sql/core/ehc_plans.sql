-- ehc_plans — what the writers of plan versions, placements and budgets have in
-- common. They run with the caller's rights.
-- SPDX-License-Identifier: Apache-2.0

-- ehc_plan_case — the case, held until the transaction ends (and the facts of
-- its child, if settings are told of it); refuses one that is not there or
-- had ended by that day.
CREATE OR REPLACE FUNCTION core.ehc_plan_case(case_id uuid, on_date date,
    is_told boolean, pointer text)
RETURNS core.ehc_cases
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_case core.ehc_cases := core.ehc_case_hold(case_id, is_told);
BEGIN
    IF on_date > current_date THEN
        PERFORM core.refuse('malformed_field', 'It lies in the future.',
                            pointer);
    ELSIF on_date > v_case.ended_on THEN
        PERFORM core.refuse('case_over',
            'It ended on ' || v_case.ended_on || '.', pointer);
    END IF;
    RETURN v_case;
END
$$;

-- ehc_plan_event — the event of that day which issues something: one that is
-- there and has issued nothing, else a new one. Refuses what cannot follow.
CREATE OR REPLACE FUNCTION core.ehc_plan_event(in_case core.ehc_cases,
    key text, event text, on_date date, outcome text, year int,
    setting_id int, of_event uuid)
RETURNS uuid
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_event core.ehc_events;
    v_id    uuid;
BEGIN
    SELECT e.id INTO v_id
      FROM core.ehc_events AS e
     WHERE e.case_id = in_case.id
       AND e.event = ehc_plan_event.event
       AND e.on_date = ehc_plan_event.on_date
       AND e.year IS NOT DISTINCT FROM ehc_plan_event.year
       AND e.outcome IS NOT DISTINCT FROM ehc_plan_event.outcome
       AND e.setting_id IS NOT DISTINCT FROM ehc_plan_event.setting_id
       AND e.of_event IS NOT DISTINCT FROM ehc_plan_event.of_event
       AND e.known_to = 'infinity'
       AND NOT EXISTS (SELECT FROM core.ehc_plans AS p
                        WHERE p.event_id = e.id)
       AND NOT EXISTS (SELECT FROM core.ehc_placements AS p
                        WHERE p.event_id = e.id)
       AND NOT EXISTS (SELECT FROM core.ehc_budgets AS b
                        WHERE e.id IN (b.event_id, b.ended_by))
     ORDER BY e.known_from
     LIMIT 1;
    IF FOUND THEN
        RETURN v_id;
    END IF;
    v_event.case_id := in_case.id;
    v_event.child_id := in_case.child_id;
    v_event.event := ehc_plan_event.event;
    v_event.on_date := ehc_plan_event.on_date;
    v_event.outcome := ehc_plan_event.outcome;
    v_event.year := ehc_plan_event.year;
    v_event.setting_id := ehc_plan_event.setting_id;
    v_event.of_event := ehc_plan_event.of_event;
    v_event.key := ehc_plan_event.key;
    PERFORM core.ehc_event_form(v_event);
    PERFORM core.ehc_event_order(in_case, v_event);
    v_id := core.ehc_event_add(v_event);
    PERFORM core.ehc_transfer_settle(in_case.child_id, ehc_plan_event.year,
                                     ehc_plan_event.event);
    RETURN v_id;
END
$$;

-- ehc_place — what section I names, judged: the setting and its type by the
-- register, or the type that was said. Refuses a setting that had closed by
-- then, and a type there is not or that is not the register's.
CREATE OR REPLACE FUNCTION core.ehc_place(ref text, said_type text,
    sen_setting text, setting_other text, on_date date, is_sen_unit boolean,
    is_resourced boolean, OUT setting_id int, OUT type text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_setting core.settings;
BEGIN
    type := said_type;
    IF ref IS NOT NULL THEN
        setting_id := core.setting_find(ref);
        SELECT s.* INTO v_setting
          FROM core.settings AS s
         WHERE s.id = ehc_place.setting_id;
        IF NOT FOUND THEN
            PERFORM core.refuse('unknown_setting', NULL, '/setting');
        ELSIF v_setting.status = 'closed'
              AND coalesce(v_setting.closed_on, on_date) <= on_date THEN
            PERFORM core.refuse('setting_closed',
                'It had closed' || coalesce(' on ' || v_setting.closed_on, '')
                || '.', '/setting');
        END IF;
        SELECT coalesce(t.class, 'other') INTO type
          FROM (SELECT v_setting.type AS code) AS c
          LEFT JOIN law.setting_types AS t ON t.code = c.code;
        IF said_type <> type THEN
            PERFORM core.refuse('malformed_field',
                'By the register it is of the type ' || type || '.',
                '/setting_type');
        END IF;
    ELSIF type IS NULL THEN
        PERFORM core.refuse('missing_field',
            'Section I names a setting or at least its type.',
            '/setting_type');
    ELSIF is_sen_unit OR is_resourced THEN
        PERFORM core.refuse('missing_field',
            'A unit or resourced provision belongs to a setting.',
            '/setting');
    END IF;
    IF is_sen_unit AND is_resourced THEN
        PERFORM core.refuse('malformed_field',
            'It is a SEN unit or resourced provision.',
            '/is_resourced_provision');
    ELSIF setting_other IS NOT NULL
          AND sen_setting IS DISTINCT FROM 'OTH' THEN
        PERFORM core.refuse('malformed_field',
            'It says what the code OTH stands for.', '/sen_setting_other');
    END IF;
END
$$;

-- ehc_section_list — the sections of a comma-separated list, in the order of
-- the plan; refuses one there is not.
CREATE OR REPLACE FUNCTION core.ehc_section_list(list text, pointer text)
RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_given text[] := coalesce(string_to_array(list, ','), '{}');
    v_known text[] := ARRAY(SELECT s.code
                              FROM law.ehc_sections AS s
                             WHERE s.code = ANY (v_given)
                             ORDER BY s.rank);
BEGIN
    IF NOT v_given <@ v_known THEN
        PERFORM core.refuse('unknown_code',
            'The sections of a plan are A to G, H1, H2 and I to K.', pointer);
    END IF;
    RETURN v_known;
END
$$;

-- ehc_plan_issue — the event that issues such a version in this case; refuses
-- one that no version can follow yet, and a year where there is none.
CREATE OR REPLACE FUNCTION core.ehc_plan_issue(in_case uuid,
    kind law.ehc_plan_kinds, on_date date, year int)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_in_force boolean := EXISTS (
        SELECT
          FROM core.ehc_plans AS p
          JOIN law.ehc_plan_kinds AS k
            ON k.code = p.kind
           AND k.is_in_force
         WHERE p.case_id = in_case
           AND p.known_to = 'infinity'
           AND p.issued_on <= ehc_plan_issue.on_date);
BEGIN
    IF year IS NOT NULL AND kind.phase_by IS NULL THEN
        PERFORM core.refuse('malformed_field',
            'A year of transfer belongs to a plan that is amended for it.',
            '/year');
    ELSIF year NOT BETWEEN 2014 AND 2100 THEN
        PERFORM core.refuse('malformed_field',
            'It must lie between 2014 and 2100.', '/year');
    ELSIF kind.code = 'amended' AND NOT v_in_force THEN
        PERFORM core.refuse('transition_order',
            'No plan was in force on that day that could be amended.',
            '/issued_on');
    ELSIF kind.code = 'transferred' AND NOT EXISTS (
              SELECT FROM core.ehc_events AS e
               WHERE e.case_id = in_case
                 AND e.event = kind.issued_by
                 AND e.known_to = 'infinity'
                 AND e.on_date >= ehc_plan_issue.on_date) THEN
        PERFORM core.refuse('transition_order',
            'No plan was received from another authority on that day or later.',
            '/issued_on');
    ELSIF kind.code = 'final' AND NOT EXISTS (
              SELECT FROM core.ehc_plans AS p
               WHERE p.case_id = in_case
                 AND p.kind = 'draft'
                 AND p.known_to = 'infinity'
                 AND p.issued_on <= ehc_plan_issue.on_date) THEN
        PERFORM core.refuse('transition_order',
            'No version of a draft was written down by that day.',
            '/issued_on');
    END IF;
    RETURN CASE WHEN year IS NOT NULL THEN kind.phase_by
                WHEN v_in_force THEN coalesce(kind.amended_by, kind.issued_by)
                ELSE kind.issued_by END;
END
$$;

-- ehc_stay_ordered — refuses a day of leaving without one of coming before it.
CREATE OR REPLACE FUNCTION core.ehc_stay_ordered(entry_on date, left_on date)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF left_on IS NOT NULL AND entry_on IS NULL THEN
        PERFORM core.refuse('missing_field',
            'Who left, came before.', '/entry_on');
    ELSIF left_on < entry_on THEN
        PERFORM core.refuse('dates_reversed', 'It lies before ' || entry_on
            || ', the day of coming.', '/left_on');
    END IF;
END
$$;
