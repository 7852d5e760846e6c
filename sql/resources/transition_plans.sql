-- transition_plans — the plan of a move that needs more than the usual: its
-- tier, the meeting, the agreement, visits, training, and who is there for the
-- child. Both sides of the move and officers write the one plan.
-- SPDX-License-Identifier: Apache-2.0
-- after: transition_colours terms

-- transition_plans — a row a case, blank (etag 0) until it is written.
CREATE VIEW api.transition_plans AS
    SELECT c.case_id,
           c.child_id,
           c.tier,
           p.key_adult,
           p.meeting_planned_on,
           p.meeting_held_on,
           p.met,
           p.agreed_on,
           p.agreed_by,
           coalesce(p.visits_planned_on::text[], '{}') AS visits_planned_on,
           coalesce(p.visits_done_on::text[], '{}') AS visits_done_on,
           p.training,
           p.training_planned_on,
           p.training_done_on,
           p.changed_at,
           k.name AS changed_by,
           coalesce(p.version, 0)::text AS etag
      FROM api.move_cases AS c
      LEFT JOIN core.transition_plans AS p ON p.case_id = c.case_id
      LEFT JOIN core.clients AS k ON k.id = p.changed_by;

-- transition_plan_put — the whole plan anew, by who has read it. What is done
-- comes in order: meeting, agreement, then visits and training.
CREATE FUNCTION api.transition_plan_put(case_id uuid, if_match text,
    tier text, key_adult text, meeting_planned_on date, meeting_held_on date,
    met text, agreed_on date, agreed_by text, visits_planned_on text[],
    visits_done_on text[], training text, training_planned_on date,
    training_done_on date)
RETURNS SETOF api.transition_plans
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_case    core.transition_cases;
    v_etag    text;
    v_held    ALIAS FOR $6;
    v_agreed  ALIAS FOR $8;
    v_trained ALIAS FOR $14;
    v_planned date[];
    v_visits  date[];
BEGIN
    PERFORM core.require_role('school_system', 'senco', 'la_officer',
                              'la_manager');
    SELECT c.* INTO v_case
      FROM core.transition_cases AS c
     WHERE c.id = $1
       AND EXISTS (SELECT FROM api.move_cases AS m WHERE m.case_id = c.id)
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    SELECT p.etag INTO v_etag
      FROM api.transition_plans AS p
     WHERE p.case_id = $1;
    PERFORM core.etag_check(v_etag, $2);
    SELECT coalesce(array_agg(DISTINCT api.terms_day(d.day,
                        '/visits_planned_on/' || d.n - 1)), '{}')
      INTO v_planned
      FROM unnest($10) WITH ORDINALITY AS d (day, n);
    SELECT coalesce(array_agg(DISTINCT api.terms_day(d.day,
                        '/visits_done_on/' || d.n - 1)), '{}')
      INTO v_visits
      FROM unnest($11) WITH ORDINALITY AS d (day, n);
    PERFORM core.contact_day(v_held, '/meeting_held_on');
    PERFORM core.contact_day(v_agreed, '/agreed_on');
    PERFORM core.contact_day(v_trained, '/training_done_on');
    PERFORM core.contact_day(v_visits[cardinality(v_visits)],
                             '/visits_done_on');
    IF (v_agreed IS NULL) <> ($9 IS NULL) THEN
        PERFORM core.refuse('missing_field',
            'An agreement has its day and who gave it.',
            CASE WHEN v_agreed IS NULL THEN '/agreed_on'
                 ELSE '/agreed_by' END);
    ELSIF v_agreed < v_held THEN
        PERFORM core.refuse('transition_order', 'The agreement lies before '
            || v_held || ', the day of the meeting.', '/agreed_on');
    ELSIF v_visits <> '{}'
          AND (v_agreed IS NULL OR v_visits[1] < v_agreed) THEN
        PERFORM core.refuse('transition_order',
            'A visit lies before the agreement to it.', '/visits_done_on');
    ELSIF v_agreed IS NULL AND v_trained IS NOT NULL
          OR v_trained < v_agreed THEN
        PERFORM core.refuse('transition_order',
            'The training about the child lies before the agreement to it.',
            '/training_done_on');
    END IF;
    IF v_agreed IS NOT NULL THEN
        PERFORM core.handover_agreement_is(v_case.child_id, $9, v_agreed,
                                           '/agreed_by');
    END IF;
    IF v_case.tier <> coalesce($3, v_case.tier) THEN
        INSERT INTO core.transition_steps (case_id, child_id, n, step,
               setting_id, as_party, client_id)
        SELECT v_case.id, v_case.child_id, v_case.version + 1, 'tier_changed',
               v_case.to_setting_id, (core.transition_parties(
                   v_case.from_setting_id, v_case.to_setting_id))[1],
               core.actor_id();
        UPDATE core.transition_cases AS c
           SET tier = $3,
               changed_at = clock_timestamp(),
               version = c.version + 1
         WHERE c.id = v_case.id;
    END IF;
    INSERT INTO core.transition_plans AS p (case_id, child_id, key_adult,
           meeting_planned_on, meeting_held_on, met, agreed_on, agreed_by,
           visits_planned_on, visits_done_on, training, training_planned_on,
           training_done_on, changed_by)
    VALUES (v_case.id, v_case.child_id, $4, $5, v_held, $7, v_agreed, $9,
            v_planned, v_visits, $12, $13, v_trained, core.actor_id())
    ON CONFLICT ON CONSTRAINT transition_plans_pkey DO UPDATE
       SET key_adult = excluded.key_adult,
           meeting_planned_on = excluded.meeting_planned_on,
           meeting_held_on = excluded.meeting_held_on,
           met = excluded.met,
           agreed_on = excluded.agreed_on,
           agreed_by = excluded.agreed_by,
           visits_planned_on = excluded.visits_planned_on,
           visits_done_on = excluded.visits_done_on,
           training = excluded.training,
           training_planned_on = excluded.training_planned_on,
           training_done_on = excluded.training_done_on,
           changed_by = excluded.changed_by,
           changed_at = now(),
           version = p.version + 1;
    PERFORM core.audit_write('transitions.plan_put', NULL,
        ARRAY[v_case.child_id], jsonb_build_object('case_id', v_case.id,
            'before', v_etag, 'tier', coalesce($3, v_case.tier)));
    RETURN QUERY SELECT p.* FROM api.transition_plans AS p
                  WHERE p.case_id = v_case.id;
END
$$;
