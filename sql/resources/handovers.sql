-- handovers — what a setting hands over of a child: made, agreed, sent,
-- released, received, asked about. The sender sees all of its own, the
-- receiver what was sent and released to it; the policies decide.
-- SPDX-License-Identifier: Apache-2.0
-- after: amounts clocks transitions settings

-- handover_versions — one row a version. Who may write it sees the sections
-- that are still empty too.
CREATE VIEW api.handover_versions AS
    SELECT h.id AS handover_id,
           h.case_id,
           h.child_id,
           h.version,
           h.state,
           h.year,
           h.kind,
           f.ref AS from_setting,
           f.name AS from_setting_name,
           t.ref AS to_setting,
           t.name AS to_setting_name,
           h.to_outside,
           h.agreed_on,
           h.agreed_by,
           h.agreed_sections AS may_share,
           h.made_at,
           h.sent_at,
           h.withdrawn_at,
           h.withdrawn_reason,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'section', l.code, 'name', l.name,
                       'content', l.content,
                       'is_restricted', coalesce(s.is_restricted,
                                                 l.is_restricted),
                       'lines', s.lines, 'changed_at', s.known_from,
                       'released_at', s.released_at,
                       'released_by', s.released_by,
                       'received_at', s.received_at) ORDER BY l.rank), '[]')
              FROM law.handover_sections AS l
              LEFT JOIN core.handover_sections AS s
                ON s.handover_id = h.id
               AND s.section = l.code
               AND s.known_to = 'infinity'
             WHERE h.kind = ANY (l.kinds)
               AND h.made_at::date BETWEEN l.valid_from
                                       AND coalesce(l.valid_to, 'infinity')
               AND (s.id IS NOT NULL
                    OR (SELECT core.actor_sees_all())
                    OR h.from_setting_id = ANY (
                       (SELECT core.actor_settings())::int[]))) AS sections,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'n', q.n, 'section', q.section,
                       'question', q.question, 'asked_at', q.at,
                       'answer', q.answer, 'answered_at', q.answered_at)
                       ORDER BY q.n), '[]')
              FROM core.handover_questions AS q
             WHERE q.case_id = h.case_id) AS questions,
           (SELECT jsonb_agg(jsonb_build_object('version', o.version,
                       'state', o.state, 'sent_at', o.sent_at)
                       ORDER BY o.version)
              FROM core.handovers AS o
             WHERE o.case_id = h.case_id) AS versions,
           h.version || '.' || h.revision AS etag
      FROM core.handovers AS h
      LEFT JOIN core.settings AS f ON f.id = h.from_setting_id
      LEFT JOIN core.settings AS t ON t.id = h.to_setting_id;

-- handover_answers — a version, or why it was not to be: a refusal that must
-- stay in the log of audit is an answer, since an exception would undo it.
CREATE VIEW api.handover_answers AS
    SELECT NULL::text AS _refused,
           NULL::text AS _sentence,
           v.*
      FROM api.handover_versions AS v;

CREATE VIEW api.law_handover_sections AS
    SELECT l.move, l.code AS section, l.valid_from, l.valid_to, l.kinds,
           l.rank::int AS rank, l.name, l.content, l.weight::int AS weight,
           l.is_restricted, l.reference
      FROM law.handover_sections AS l
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- handover_create — begins the next version, once for the author's key: filled
-- from the last one, the first from what the setting left knows.
CREATE FUNCTION api.handover_create(case_id uuid, key text)
RETURNS SETOF api.handover_versions
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_case  core.transition_cases;
    v_row   core.handovers;
    v_last  core.handovers;
    v_id    uuid;
BEGIN
    v_case := core.handover_case($1);
    SELECT h.* INTO v_row
      FROM core.handovers AS h
     WHERE h.made_by = core.actor_id()
       AND h.key = $2;
    IF v_row.case_id <> v_case.id THEN
        PERFORM core.refuse('batch_differs');
    ELSIF v_row.id IS NULL THEN
        IF v_case.state IN ('cancelled', 'settled') THEN
            PERFORM core.refuse('handover_state',
                'The move is ' || v_case.state || '.');
        END IF;
        SELECT h.* INTO v_last
          FROM core.handovers AS h
         WHERE h.case_id = v_case.id
         ORDER BY h.state = 'withdrawn', h.version DESC
         LIMIT 1;
        IF v_last.state = 'draft' THEN
            PERFORM core.refuse('exists_already',
                'Version ' || v_last.version || ' is a draft.');
        END IF;
        INSERT INTO core.handovers AS h (case_id, child_id, version, year,
               kind, from_setting_id, agreed_on, agreed_by, agreed_sections,
               made_by, key)
        VALUES (v_case.id, v_case.child_id,
               (SELECT coalesce(max(o.version), 0) + 1
                  FROM core.handovers AS o WHERE o.case_id = v_case.id),
               v_case.year, v_case.kind, v_case.from_setting_id,
               v_last.agreed_on, v_last.agreed_by,
               coalesce(v_last.agreed_sections, '{}'), core.actor_id(), $2)
        RETURNING h.* INTO v_row;
        INSERT INTO core.handover_sections (handover_id, child_id, section,
               lines, is_restricted, client_id)
        SELECT v_row.id, v_row.child_id, l.code, f.lines, l.is_restricted,
               core.actor_id()
          FROM (SELECT s.section, s.lines
                  FROM core.handover_sections AS s
                 WHERE s.handover_id = v_last.id
                   AND s.known_to = 'infinity'
                UNION ALL
                SELECT p.section, p.lines
                  FROM core.handover_prefill(v_case.child_id,
                           v_case.from_setting_id) AS p
                 WHERE v_last.id IS NULL) AS f
          JOIN law.handover_sections AS l
            ON l.code = f.section
           AND v_case.kind = ANY (l.kinds)
           AND current_date BETWEEN l.valid_from
                                AND coalesce(l.valid_to, 'infinity');
        PERFORM core.audit_write('handovers.create', v_case.from_setting_id,
            ARRAY[v_case.child_id], jsonb_build_object('case_id', v_case.id,
                'version', v_row.version));
    END IF;
    RETURN QUERY SELECT v.* FROM api.handover_versions AS v
                  WHERE v.handover_id = v_row.id;
END
$$;

-- handover_section_put — what a section of the draft says, a line a point.
CREATE FUNCTION api.handover_section_put(case_id uuid, section text,
    if_match text, lines text)
RETURNS SETOF api.handover_versions
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_case    core.transition_cases;
    v_row     core.handovers;
    v_section law.handover_sections;
BEGIN
    v_case := core.handover_case($1);
    v_row := core.handover_newest(v_case.id, $3, true);
    v_section := core.handover_section(v_row.kind, $2, '/section');
    UPDATE core.handover_sections AS s
       SET known_to = greatest(clock_timestamp(), s.known_from)
     WHERE s.handover_id = v_row.id
       AND s.section = v_section.code
       AND s.known_to = 'infinity';
    INSERT INTO core.handover_sections (handover_id, child_id, section,
           lines, is_restricted, client_id, known_from)
    VALUES (v_row.id, v_row.child_id, v_section.code,
           string_to_array($4, E'\n'), v_section.is_restricted,
           core.actor_id(), clock_timestamp());
    PERFORM core.handover_touch(v_row.id);
    PERFORM core.audit_write('handovers.section', v_row.from_setting_id,
        ARRAY[v_row.child_id], jsonb_build_object('case_id', v_case.id,
            'version', v_row.version, 'section', v_section.code));
    RETURN QUERY SELECT v.* FROM api.handover_versions AS v
                  WHERE v.handover_id = v_row.id;
END
$$;

-- handover_agree — who agreed when to the sharing of which sections (codes
-- with commas between).
CREATE FUNCTION api.handover_agree(case_id uuid, if_match text,
    agreed_on date, agreed_by text, may_share text)
RETURNS SETOF api.handover_versions
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_case  core.transition_cases;
    v_row   core.handovers;
    v_share text[] := ARRAY(SELECT DISTINCT u.code
                              FROM unnest(string_to_array($5, ','))
                                   AS u (code) ORDER BY u.code);
BEGIN
    v_case := core.handover_case($1);
    v_row := core.handover_newest(v_case.id, $2, true);
    PERFORM core.handover_section(v_row.kind, u.code, '/may_share')
       FROM unnest(v_share) AS u (code);
    PERFORM core.contact_day($3, '/agreed_on', c.born_on, 'the day of birth')
       FROM core.children AS c
      WHERE c.id = v_row.child_id;
    PERFORM core.handover_agreement_is(v_row.child_id, $4, $3, '/by');
    UPDATE core.handovers AS h
       SET agreed_on = $3,
           agreed_by = $4,
           agreed_sections = v_share
     WHERE h.id = v_row.id;
    PERFORM core.handover_touch(v_row.id);
    PERFORM core.audit_write('handovers.agree', v_row.from_setting_id,
        ARRAY[v_row.child_id], jsonb_build_object('case_id', v_case.id,
            'version', v_row.version, 'agreed_on', $3, 'by', $4,
            'may_share', v_share, 'before', v_row.agreed_sections));
    RETURN QUERY SELECT v.* FROM api.handover_versions AS v
                  WHERE v.handover_id = v_row.id;
END
$$;

-- handover_send — the draft goes to that setting, which is the one the child
-- was offered to; without a setting, to the place out of the area that the
-- case names. Another is refused, and the attempt is in the log of audit.
CREATE FUNCTION api.handover_send(case_id uuid, if_match text, to_ref text)
RETURNS SETOF api.handover_answers
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_case     core.transition_cases;
    v_row      core.handovers;
    v_to       int := core.setting_find($3);
    v_unagreed text;
BEGIN
    v_case := core.handover_case($1);
    v_row := core.handover_newest(v_case.id, $2, true);
    IF $3 IS NOT NULL AND v_to IS NULL THEN
        PERFORM core.refuse('unknown_setting', '', '/to');
    ELSIF v_to IS DISTINCT FROM v_case.to_setting_id
          OR v_to IS NULL AND v_case.to_outside IS NULL
          OR NOT EXISTS (SELECT FROM law.transition_states AS s
                          WHERE s.state = v_case.state
                            AND s.is_agreed) THEN
        PERFORM core.audit_write('handovers.send_refused',
            v_row.from_setting_id, ARRAY[v_row.child_id],
            jsonb_build_object('case_id', v_case.id, 'to_setting_id', v_to,
                'version', v_row.version, 'case_state', v_case.state,
                'reason', 'handover_destination'));
        RETURN QUERY
        SELECT 'handover_destination', CASE
                   WHEN v_to IS DISTINCT FROM v_case.to_setting_id
                   THEN 'The child does not move to that setting.'
                   WHEN v_to IS NULL AND v_case.to_outside IS NULL
                   THEN 'The move has no destination yet.'
                   ELSE 'The move was not offered to that setting, or it was '
                        || 'declined or taken back.' END, v.*
          FROM api.handover_versions AS v
         WHERE v.handover_id = v_row.id;
        RETURN;
    END IF;
    IF v_row.agreed_on IS NULL THEN
        PERFORM core.refuse('handover_unagreed',
            'Nobody has agreed to what is shared (CoP 5.47).');
    END IF;
    PERFORM core.handover_agreement_is(v_row.child_id, v_row.agreed_by,
                                       current_date, '');
    SELECT string_agg(s.section, ', ' ORDER BY s.section) INTO v_unagreed
      FROM core.handover_sections AS s
     WHERE s.handover_id = v_row.id
       AND s.known_to = 'infinity'
       AND NOT s.is_restricted
       AND s.section <> ALL (v_row.agreed_sections);
    IF v_unagreed IS NOT NULL THEN
        PERFORM core.refuse('handover_unagreed',
            'The agreement does not cover: ' || v_unagreed || '.');
    ELSIF NOT EXISTS (SELECT FROM core.handover_sections AS s
                       WHERE s.handover_id = v_row.id
                         AND s.known_to = 'infinity') THEN
        PERFORM core.refuse('handover_state', 'It says nothing yet.');
    END IF;
    UPDATE core.handovers AS h
       SET state = 'sent',
           sent_at = now(),
           sent_by = core.actor_id(),
           to_setting_id = v_to,
           to_outside = CASE WHEN v_to IS NULL THEN v_case.to_outside END
     WHERE h.id = v_row.id;
    PERFORM core.handover_touch(v_row.id);
    PERFORM core.audit_write('handovers.send', v_row.from_setting_id,
        ARRAY[v_row.child_id], jsonb_build_object('case_id', v_case.id,
            'version', v_row.version, 'to_setting_id', v_to));
    RETURN QUERY SELECT a.* FROM api.handover_answers AS a
                  WHERE a.handover_id = v_row.id;
END
$$;

-- handover_release — a restricted section of the newest version may be read
-- by the receiver, as that person decided.
CREATE FUNCTION api.handover_release(case_id uuid, section text,
    if_match text, released_by text)
RETURNS SETOF api.handover_versions
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_case    core.transition_cases;
    v_row     core.handovers;
    v_section law.handover_sections;
BEGIN
    v_case := core.handover_case($1);
    v_row := core.handover_newest(v_case.id, $3, false);
    v_section := core.handover_section(v_row.kind, $2, '/section');
    IF NOT v_section.is_restricted THEN
        PERFORM core.refuse('handover_state',
            'This section is not restricted: it goes with the others.');
    ELSIF v_row.agreed_on IS NULL
          OR v_section.code <> ALL (v_row.agreed_sections) THEN
        PERFORM core.refuse('handover_unagreed',
            'The agreement does not cover this section.');
    END IF;
    PERFORM core.handover_agreement_is(v_row.child_id, v_row.agreed_by,
                                       current_date, '');
    UPDATE core.handover_sections AS s
       SET released_at = now(),
           released_by = $4,
           released_client = core.actor_id()
     WHERE s.handover_id = v_row.id
       AND s.section = v_section.code
       AND s.known_to = 'infinity'
       AND s.released_at IS NULL;
    IF NOT FOUND THEN
        PERFORM core.refuse('handover_state',
            'It says nothing yet, or was released before.');
    END IF;
    PERFORM core.handover_touch(v_row.id);
    PERFORM core.audit_write('handovers.release', v_row.from_setting_id,
        ARRAY[v_row.child_id], jsonb_build_object('case_id', v_case.id,
            'version', v_row.version, 'section', v_section.code));
    RETURN QUERY SELECT v.* FROM api.handover_versions AS v
                  WHERE v.handover_id = v_row.id;
END
$$;

-- handover_withdraw — the newest version is not to be read by the receiver
-- any more (sent in error, to who is no longer the next setting).
CREATE FUNCTION api.handover_withdraw(case_id uuid, if_match text,
    reason text)
RETURNS SETOF api.handover_versions
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_case core.transition_cases;
    v_row  core.handovers;
BEGIN
    v_case := core.handover_case($1);
    v_row := core.handover_newest(v_case.id, $2, false);
    UPDATE core.handovers AS h
       SET state = 'withdrawn',
           withdrawn_at = now(),
           withdrawn_by = core.actor_id(),
           withdrawn_reason = $3
     WHERE h.id = v_row.id;
    PERFORM core.handover_touch(v_row.id);
    PERFORM core.audit_write('handovers.withdraw', v_row.from_setting_id,
        ARRAY[v_row.child_id], jsonb_build_object('case_id', v_case.id,
            'version', v_row.version, 'was', v_row.state));
    RETURN QUERY SELECT v.* FROM api.handover_versions AS v
                  WHERE v.handover_id = v_row.id;
END
$$;

-- handover_receipt — the receiver has read a section; said again it is so
-- already.
CREATE FUNCTION api.handover_receipt(case_id uuid, section text)
RETURNS SETOF api.handover_versions
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_row   core.handovers := core.handover_received($1);
    v_first int;
BEGIN
    UPDATE core.handover_sections AS s
       SET received_at = now(),
           received_client = core.actor_id()
     WHERE s.handover_id = v_row.id
       AND s.section = $2
       AND s.known_to = 'infinity'
       AND s.received_at IS NULL;
    GET DIAGNOSTICS v_first = ROW_COUNT;
    IF v_first > 0 THEN
        PERFORM core.audit_write('handovers.receipt', v_row.to_setting_id,
            ARRAY[v_row.child_id], jsonb_build_object('case_id',
                v_row.case_id, 'version', v_row.version, 'section', $2));
    ELSIF NOT EXISTS (SELECT FROM core.handover_sections AS s
                       WHERE s.handover_id = v_row.id
                         AND s.section = $2
                         AND s.known_to = 'infinity') THEN
        PERFORM core.refuse('not_found', 'No such section came to you.');
    END IF;
    RETURN QUERY SELECT v.* FROM api.handover_versions AS v
                  WHERE v.handover_id = v_row.id;
END
$$;

-- handover_ask — a question back, of a section or of the whole, once for the
-- asker's key.
CREATE FUNCTION api.handover_ask(case_id uuid, key text, section text,
    question text)
RETURNS SETOF api.handover_versions
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_row     core.handovers := core.handover_received($1);
    v_content uuid := md5(ROW(v_row.case_id, $3, $4)::text)::uuid;
    v_id      uuid;
BEGIN
    IF $3 IS NOT NULL THEN
        PERFORM core.handover_section(v_row.kind, $3, '/section');
    END IF;
    -- One at a time: the numbers are of the case.
    PERFORM FROM core.transition_cases AS c
      WHERE c.id = v_row.case_id
        FOR UPDATE;
    INSERT INTO core.handover_questions AS q (handover_id, case_id, child_id,
           n, section, question, client_id, key, content)
    VALUES (v_row.id, v_row.case_id, v_row.child_id,
           (SELECT coalesce(max(o.n), 0) + 1
              FROM core.handover_questions AS o
             WHERE o.case_id = v_row.case_id),
           $3, $4, core.actor_id(), $2, v_content)
    ON CONFLICT ON CONSTRAINT handover_questions_key_once DO NOTHING
    RETURNING q.id INTO v_id;
    IF v_id IS NULL THEN
        PERFORM core.contact_same('handover_questions', $2, v_content);
    ELSE
        PERFORM core.audit_write('handovers.ask', v_row.to_setting_id,
            ARRAY[v_row.child_id], jsonb_build_object('case_id',
                v_row.case_id, 'question_id', v_id));
    END IF;
    RETURN QUERY SELECT v.* FROM api.handover_versions AS v
                  WHERE v.handover_id = v_row.id;
END
$$;

-- handover_answer — by the sender, once.
CREATE FUNCTION api.handover_answer(case_id uuid, n int, answer text)
RETURNS SETOF api.handover_versions
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_case     core.transition_cases := core.handover_case($1);
    v_question core.handover_questions;
BEGIN
    SELECT q.* INTO v_question
      FROM core.handover_questions AS q
     WHERE q.case_id = v_case.id
       AND q.n = $2;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF v_question.answer <> $3 THEN
        PERFORM core.refuse('exists_already', 'It was answered before.');
    ELSIF v_question.answer IS NULL THEN
        UPDATE core.handover_questions AS q
           SET answer = $3,
               answered_by = core.actor_id(),
               answered_at = now()
         WHERE q.id = v_question.id;
        PERFORM core.audit_write('handovers.answer', v_case.from_setting_id,
            ARRAY[v_case.child_id], jsonb_build_object('case_id', v_case.id,
                'question_id', v_question.id));
    END IF;
    RETURN QUERY SELECT v.* FROM api.handover_versions AS v
                  WHERE v.handover_id = v_question.handover_id;
END
$$;
