-- handovers — what the writers of hand-overs have in common. They run with
-- the caller's rights: whoever does not see a case finds none.
-- SPDX-License-Identifier: Apache-2.0

-- handover_case — the case of a move, held until the end; refuses whoever
-- does not act for the setting left (or for the authority).
CREATE OR REPLACE FUNCTION core.handover_case(case_id uuid)
RETURNS core.transition_cases
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_case core.transition_cases;
BEGIN
    PERFORM core.require_role('school_system', 'senco', 'area_senco',
                              'la_officer', 'la_manager');
    SELECT c.* INTO v_case
      FROM core.transition_cases AS c
     WHERE c.id = handover_case.case_id
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF NOT (core.actor_sees_all() OR coalesce(v_case.from_setting_id
               = ANY (core.actor_settings()), false)) THEN
        PERFORM core.refuse('forbidden',
            'A hand-over is made by the setting the child leaves.');
    END IF;
    RETURN v_case;
END
$$;

-- handover_newest — the newest version of a case that was not withdrawn, for
-- a change by who has read it; with draft_only one that was not sent yet.
CREATE OR REPLACE FUNCTION core.handover_newest(case_id uuid, if_match text,
    draft_only boolean)
RETURNS core.handovers
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_row core.handovers;
BEGIN
    SELECT h.* INTO v_row
      FROM core.handovers AS h
     WHERE h.case_id = handover_newest.case_id
       AND h.state <> 'withdrawn'
     ORDER BY h.version DESC
     LIMIT 1
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('handover_state',
            'There is no hand-over yet: begin a version.');
    ELSIF draft_only AND v_row.state <> 'draft' THEN
        PERFORM core.refuse('handover_state',
            'Version ' || v_row.version || ' was sent: begin the next one.');
    ELSIF if_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    ELSIF if_match <> v_row.version || '.' || v_row.revision THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
    RETURN v_row;
END
$$;

-- handover_received — the newest version of a case that was sent to a setting
-- the actor acts for; refuses when there is none.
CREATE OR REPLACE FUNCTION core.handover_received(case_id uuid)
RETURNS core.handovers
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_row core.handovers;
BEGIN
    PERFORM core.require_role('school_system', 'senco');
    SELECT h.* INTO v_row
      FROM core.handovers AS h
     WHERE h.case_id = handover_received.case_id
       AND h.state = 'sent'
       AND h.to_setting_id = ANY (core.actor_settings())
     ORDER BY h.version DESC
     LIMIT 1;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found',
            'No hand-over of this move was sent to you.');
    END IF;
    RETURN v_row;
END
$$;

-- handover_touch — the hand-over is another than was read.
CREATE OR REPLACE FUNCTION core.handover_touch(handover_id uuid)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE core.handovers AS h
       SET revision = h.revision + 1
     WHERE h.id = handover_touch.handover_id;
END
$$;

-- handover_section — the section of that code for that kind of move; refuses
-- one there is not.
CREATE OR REPLACE FUNCTION core.handover_section(kind text, section text,
    pointer text)
RETURNS law.handover_sections
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_row law.handover_sections;
BEGIN
    SELECT s.* INTO v_row
      FROM law.handover_sections AS s
     WHERE s.code = handover_section.section
       AND handover_section.kind = ANY (s.kinds)
       AND current_date BETWEEN s.valid_from
                            AND coalesce(s.valid_to, 'infinity');
    IF NOT FOUND THEN
        PERFORM core.refuse('unknown_code',
            'A move of this kind has no such section.', pointer);
    END IF;
    RETURN v_row;
END
$$;

-- handover_agreement_is — refuses unless who agrees is who agrees at that age:
-- the parents, and from the rule's age on the young person (CoP 8.13-8.16).
CREATE OR REPLACE FUNCTION core.handover_agreement_is(child_id uuid,
    agreed_by text, on_date date, pointer text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_age  int := core.amount('handover_own_agreement', on_date)::int;
    v_born date;
    v_own  boolean;
BEGIN
    -- Also for the side that holds no record of the child yet.
    SELECT min(n.born_on) INTO v_born
      FROM core.transition_cases AS c
      JOIN core.transition_names AS n ON n.case_id = c.id
     WHERE c.child_id = handover_agreement_is.child_id;
    v_own := on_date >= v_born + make_interval(years => v_age);
    IF v_own <> (agreed_by = 'young_person') THEN
        PERFORM core.refuse('handover_unagreed', CASE WHEN v_own
            THEN 'From the age of ' || v_age
                 || ' it is the young person who agrees.'
            ELSE 'Under the age of ' || v_age
                 || ' it is the parents who agree.' END, pointer);
    END IF;
END
$$;

-- handover_prefill — what the setting left knows, as lines of sections, the
-- newest first and at most 20 each. Nothing of risk: what is restricted is
-- written by a person.
CREATE OR REPLACE FUNCTION core.handover_prefill(child_id uuid,
    setting_id int)
RETURNS TABLE (section text, lines text[])
LANGUAGE sql STABLE
AS $$
    WITH said (section, at, ord, line) AS (
        SELECT 'identity', r.known_from::date, v.ord, v.line
          FROM (SELECT r.*
                  FROM core.child_records AS r
                 WHERE r.child_id = handover_prefill.child_id
                   AND r.setting_id = handover_prefill.setting_id
                   AND r.deleted_at IS NULL
                 ORDER BY r.known_from DESC, r.source_id
                 LIMIT 1) AS r
         CROSS JOIN LATERAL (VALUES
               (1, 'Name: ' || concat_ws(' ', r.forename, r.middle_names,
                                         r.surname)),
               (2, 'Known as: ' || nullif(concat_ws(' ',
                       r.preferred_forename, r.preferred_surname), '')),
               (3, 'Born on: ' || r.born_on),
               (4, 'UPN: ' || r.upn),
               (5, 'ULN: ' || r.uln),
               (6, 'NHS number: ' || r.nhs_number),
               (7, 'Postcode: ' || r.postcode),
               (8, 'Year group: ' || r.year_group)) AS v (ord, line)
        UNION ALL
        SELECT 'status', n.start_on, 1, format('%s, %s%s%s', p.name,
                   'from ' || n.start_on, ' to ' || n.end_on,
                   ': ' || (SELECT string_agg(k.name, ', ' ORDER BY u.rank)
                              FROM unnest(n.types)
                                   WITH ORDINALITY AS u (code, rank)
                              JOIN law.need_types AS k ON k.code = u.code))
          FROM core.needs AS n
          JOIN law.sen_provisions AS p ON p.code = n.provision
         WHERE n.child_id = handover_prefill.child_id
           AND n.setting_id = handover_prefill.setting_id
           AND n.deleted_at IS NULL
        UNION ALL
        SELECT 'support', p.start_on, v.ord, v.line
          FROM core.plans AS p
         CROSS JOIN LATERAL (
               SELECT 1, p.start_on || ', outcome: ' || o.line
                 FROM unnest(p.outcomes) AS o (line)
                UNION ALL
               SELECT 2, p.start_on || ', provision: ' || o.line
                 FROM unnest(p.provision) AS o (line)
                UNION ALL
               SELECT 3, p.start_on || ', reviewed on ' || p.reviewed_on
                      || coalesce(': ' || (SELECT lower(c.title)
                                             FROM law.codes AS c
                                            WHERE c.list = 'progress'
                                              AND c.code = p.progress), '')
               ) AS v (ord, line)
         WHERE p.child_id = handover_prefill.child_id
           AND p.setting_id = handover_prefill.setting_id
           AND p.deleted_at IS NULL
        UNION ALL
        SELECT 'agencies', coalesce(i.start_on, i.referred_on), 1,
               concat_ws(', ', coalesce(c.title, i.agency),
                         'referred on ' || i.referred_on,
                         'since ' || i.start_on, 'until ' || i.end_on)
               || coalesce(': ' || i.purpose, '')
          FROM core.involvements AS i
          LEFT JOIN law.codes AS c
            ON c.list = 'agency'
           AND c.code = i.agency
         WHERE i.child_id = handover_prefill.child_id
           AND i.setting_id = handover_prefill.setting_id
           AND i.deleted_at IS NULL
        UNION ALL
        SELECT CASE v.ord WHEN 1 THEN 'voice' ELSE 'agreements' END,
               k.held_on, v.ord, k.held_on || ', '
               || lower(coalesce(c.title, k.voice)) || ': ' || v.line
          FROM core.contacts AS k
          LEFT JOIN law.codes AS c
            ON c.list = 'voice'
           AND c.code = k.voice
         CROSS JOIN LATERAL (
               SELECT 1, w.line FROM unnest(k.views) AS w (line)
                UNION ALL
               SELECT 2, w.line FROM unnest(k.agreed) AS w (line)
               ) AS v (ord, line)
         WHERE k.child_id = handover_prefill.child_id
           AND k.setting_id = handover_prefill.setting_id
           AND k.deleted_at IS NULL
        UNION ALL
        SELECT 'plan_for_move', t.meeting_on, 1,
               'Transition meeting on ' || t.meeting_on
          FROM core.transitions AS t
         WHERE t.child_id = handover_prefill.child_id
           AND t.setting_id = handover_prefill.setting_id
           AND t.deleted_at IS NULL
    )
    SELECT s.section, array_agg(s.line ORDER BY s.n)
      FROM (SELECT a.section, a.line,
                   row_number() OVER (PARTITION BY a.section
                       ORDER BY a.at DESC, a.ord, a.line) AS n
              FROM said AS a
             WHERE a.line IS NOT NULL) AS s
     WHERE s.n <= 20
     GROUP BY s.section;
$$;
