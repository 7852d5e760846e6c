-- consultations — a setting is asked whether it can take a child that has no
-- plan (with one it is consulted under section 39, an event of the case of the
-- plan), and answers for itself or through an officer. It is told what it
-- needs to answer, not who the child is.
-- SPDX-License-Identifier: Apache-2.0
-- after: amounts settings transition_colours

-- transition_consultations — each question with its answer; how many days it
-- may take is the rule of the colour that waits for it.
CREATE VIEW api.transition_consultations AS
    SELECT q.id AS consultation_id,
           q.case_id,
           q.child_id,
           q.n,
           q.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           q.year,
           q.kind,
           q.target_on,
           q.sen_status,
           q.primary_need,
           q.question,
           q.sent_on,
           q.sent_on + d.days AS due_on,
           q.answer,
           q.reasons,
           q.answered_on,
           CASE WHEN q.answer IS NULL
                THEN q.sent_on + d.days - current_date END AS days_left,
           q.answer IS NULL AND q.sent_on + d.days < current_date
               AS is_overdue,
           c.name AS asked_by,
           a.name AS answered_by,
           q.version::text AS etag
      FROM core.transition_consultations AS q
      JOIN core.settings AS s ON s.id = q.setting_id
      JOIN core.clients AS c ON c.id = q.client_id
      LEFT JOIN core.clients AS a ON a.id = q.answered_by
     CROSS JOIN LATERAL (
           SELECT r.amount::int AS days
             FROM api.amounts(q.sent_on) AS r
            WHERE r.rule_id = 'rag_ehc_consultation') AS d;

-- transition_consultations_create — asks this setting, once for the author's
-- key. An officer asks, or the Area SENCO of the setting that is left.
CREATE FUNCTION api.transition_consultations_create(case_id uuid, key text,
    setting text, sent_on date, question text)
RETURNS SETOF api.transition_consultations
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key     ALIAS FOR $2;
    v_sent    date := coalesce($4, current_date);
    v_case    core.transition_cases;
    v_setting core.settings;
    v_status  record;
    v_content uuid;
    v_id      uuid;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    SELECT c.* INTO v_case
      FROM core.transition_cases AS c
     WHERE c.id = $1
       AND (core.actor_sees_all()
            OR c.from_setting_id = ANY (core.actor_settings()))
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    END IF;
    SELECT s.* INTO v_setting
      FROM core.settings AS s
     WHERE s.id = core.setting_find($3);
    IF NOT FOUND THEN
        PERFORM core.refuse('unknown_setting', 'There is no such setting.',
                            '/setting');
    END IF;
    PERFORM core.contact_day(v_sent, '/sent_on');
    v_content := md5(ROW(v_case.id, v_setting.id, v_sent, $5)::text)::uuid;
    IF EXISTS (SELECT FROM core.transition_consultations AS q
                WHERE q.client_id = core.actor_id()
                  AND q.key = v_key) THEN
        v_id := core.contact_same('transition_consultations', v_key,
                                  v_content);
        RETURN QUERY SELECT t.* FROM api.transition_consultations AS t
                      WHERE t.consultation_id = v_id;
        RETURN;
    END IF;
    SELECT n.provision, n.primary_need INTO v_status
      FROM api.statuses(v_sent) AS n
     WHERE n.child_id = v_case.child_id;
    IF v_case.state IN ('settled', 'cancelled') THEN
        PERFORM core.refuse('transition_state',
            'It is ' || v_case.state || '.', '/state');
    ELSIF v_setting.id = v_case.from_setting_id THEN
        PERFORM core.refuse('malformed_field',
            'It is the setting the child leaves.', '/setting');
    ELSIF v_setting.status = 'closed'
          OR v_setting.closed_on <= v_case.target_on THEN
        PERFORM core.refuse('setting_closed', 'It is closed by '
            || v_case.target_on || '.', '/setting');
    ELSIF v_status.provision = 'E' THEN
        PERFORM core.refuse('consultation_of_plan');
    ELSIF EXISTS (SELECT FROM core.transition_consultations AS q
                   WHERE q.case_id = v_case.id
                     AND q.setting_id = v_setting.id
                     AND q.answer IS NULL) THEN
        PERFORM core.refuse('exists_already',
            'That setting was asked, and has not answered.', '/setting');
    END IF;
    INSERT INTO core.transition_consultations AS q (case_id, child_id, n,
           setting_id, sent_on, question, year, kind, target_on, sen_status,
           primary_need, client_id, key, content)
    VALUES (v_case.id, v_case.child_id, 1 + (
               SELECT count(*)
                 FROM core.transition_consultations AS o
                WHERE o.case_id = v_case.id),
           v_setting.id, v_sent, $5, v_case.year, v_case.kind,
           v_case.target_on, coalesce(v_status.provision, 'N'),
           v_status.primary_need, core.actor_id(), v_key, v_content)
    RETURNING q.id INTO v_id;
    PERFORM core.audit_write('transitions.consult', v_setting.id,
        ARRAY[v_case.child_id],
        jsonb_build_object('case_id', v_case.id, 'consultation_id', v_id));
    RETURN QUERY SELECT t.* FROM api.transition_consultations AS t
                  WHERE t.consultation_id = v_id;
END
$$;

-- transition_consultation_answer — the setting asked says whether it can take
-- the child, itself or through an officer; said again it is put right.
CREATE FUNCTION api.transition_consultation_answer(case_id uuid, n int,
    if_match text, answer text, reasons text, answered_on date)
RETURNS SETOF api.transition_consultations
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_day    date := coalesce($6, current_date);
    v_before core.transition_consultations;
BEGIN
    PERFORM core.require_role('school_system', 'senco', 'la_officer',
                              'la_manager');
    SELECT q.* INTO v_before
      FROM core.transition_consultations AS q
     WHERE q.case_id = $1
       AND q.n = $2;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF NOT (core.actor_sees_all()
               OR v_before.setting_id = ANY (core.actor_settings())) THEN
        PERFORM core.refuse('forbidden', 'The setting that was asked answers.');
    END IF;
    PERFORM core.etag_check(v_before.version::text, $3);
    IF $4 = 'no' AND $5 IS NULL THEN
        PERFORM core.refuse('missing_field', 'No needs its reasons.',
                            '/reasons');
    END IF;
    PERFORM core.contact_day(v_day, '/answered_on', v_before.sent_on,
                             'the day it was asked');
    UPDATE core.transition_consultations AS q
       SET answer = $4,
           reasons = $5,
           answered_on = v_day,
           answered_by = core.actor_id(),
           version = q.version + 1
     WHERE q.id = v_before.id
       AND q.version = v_before.version;
    IF NOT FOUND THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
    PERFORM core.audit_write('transitions.answer', v_before.setting_id,
        ARRAY[v_before.child_id], jsonb_build_object(
            'consultation_id', v_before.id, 'answer', $4,
            'before', v_before.answer));
    RETURN QUERY SELECT t.* FROM api.transition_consultations AS t
                  WHERE t.consultation_id = v_before.id;
END
$$;
