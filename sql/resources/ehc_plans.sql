-- ehc_plans — the versions of a child's plan with their outcomes, the placements
-- named in section I, and the personal budget. Officers write them; whoever
-- sees the child reads them. Each write is an event of the case too, in the
-- same transaction.
-- SPDX-License-Identifier: Apache-2.0
-- after: settings

CREATE VIEW api.ehc_sections AS
    SELECT s.code AS section, s.name, s.is_needed, s.reference, s.rank::int
      FROM law.ehc_sections AS s
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- ehc_placements — version: that of the plan which names it.
CREATE VIEW api.ehc_placements AS
    SELECT p.id AS placement_id,
           p.case_id,
           p.child_id,
           v.n AS version,
           p.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           p.type AS setting_type,
           p.sen_setting,
           p.setting_other AS sen_setting_other,
           p.rank::int AS rank,
           p.is_sen_unit,
           p.is_resourced AS is_resourced_provision,
           p.residential,
           p.work_based,
           p.entry_on,
           p.left_on,
           e.on_date AS named_on,
           p.event_id,
           p.version::text AS etag
      FROM core.ehc_placements AS p
      JOIN core.ehc_plans AS v ON v.id = p.plan_id
      JOIN core.ehc_events AS e ON e.id = p.event_id
      LEFT JOIN core.settings AS s ON s.id = p.setting_id
     WHERE p.known_to = 'infinity';

-- ehc_budgets — SEN2's PB is that there is one on the day, OA that something
-- of it is arranged, DP what is paid directly.
CREATE VIEW api.ehc_budgets AS
    SELECT b.id AS budget_id,
           b.case_id,
           b.child_id,
           b.kind,
           b.payments,
           b.kind <> 'direct_payment' AS is_arranged,
           b.from_on,
           b.to_on,
           b.event_id,
           b.version::text AS etag
      FROM core.ehc_budgets AS b
     WHERE b.known_to = 'infinity';

-- ehc_plans — is_in_force: the newest of the case that is no draft. missing:
-- sections every final plan has and this one has not.
CREATE VIEW api.ehc_plans AS
    SELECT p.id AS plan_id,
           p.case_id,
           p.child_id,
           p.n AS version,
           p.kind,
           p.issued_on,
           p.year,
           p.sections,
           p.changed,
           CASE WHEN k.is_in_force THEN ARRAY(
               SELECT s.code
                 FROM law.ehc_sections AS s
                WHERE s.is_needed
                  AND s.code <> ALL (p.sections)
                ORDER BY s.rank) ELSE '{}'
           END AS missing,
           p.residential,
           p.work_based,
           k.is_in_force AND c.ended_on IS NULL AND NOT EXISTS (
               SELECT
                 FROM core.ehc_plans AS o
                 JOIN law.ehc_plan_kinds AS l
                   ON l.code = o.kind
                  AND l.is_in_force
                WHERE o.case_id = p.case_id
                  AND o.n > p.n
                  AND o.known_to = 'infinity') AS is_in_force,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('outcome', o.outcome,
                       'area', o.area, 'target_on', o.target_on)
                       ORDER BY o.target_on, o.known_from, o.id), '[]')
              FROM core.ehc_outcomes AS o
             WHERE o.plan_id = p.id) AS outcomes,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'placement_id', l.placement_id, 'setting', l.setting,
                       'setting_name', l.setting_name,
                       'setting_type', l.setting_type,
                       'sen_setting', l.sen_setting, 'rank', l.rank,
                       'entry_on', l.entry_on, 'left_on', l.left_on)
                       ORDER BY l.rank, l.named_on, l.placement_id), '[]')
              FROM api.ehc_placements AS l
             WHERE l.case_id = p.case_id
               AND l.version = p.n) AS placements,
           p.event_id,
           a.name AS author,
           p.known_from
      FROM core.ehc_plans AS p
      JOIN core.ehc_cases AS c ON c.id = p.case_id
      JOIN law.ehc_plan_kinds AS k ON k.code = p.kind
      JOIN core.clients AS a ON a.id = p.client_id
     WHERE p.known_to = 'infinity';

-- ehc_plan_add — writes a version down once for the author's key, with the
-- event that issues it and, if it names one, the placement of its section I.
-- Refuses a final plan before a draft, an amended one before a plan in force,
-- a draft that names a setting, and a section I that names nothing.
CREATE FUNCTION api.ehc_plan_add(case_id uuid, key text, kind text,
    issued_on date, year int, sections text, changed text, residential text,
    work_based text, setting text, setting_type text, sen_setting text,
    sen_setting_other text, is_sen_unit boolean,
    is_resourced_provision boolean, entry_on date)
RETURNS SETOF api.ehc_plans
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key      ALIAS FOR $2;
    v_issued   ALIAS FOR $4;
    v_year     ALIAS FOR $5;
    v_sections text[] := core.ehc_section_list($6, '/sections');
    v_changed  text[] := core.ehc_section_list($7, '/changed');
    v_content  uuid := md5(ROW($1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
                               $13, $14, $15, $16)::text)::uuid;
    v_kind     law.ehc_plan_kinds;
    v_case     core.ehc_cases;
    v_setting  int;
    v_type     text;
    v_names    boolean := num_nonnulls($10, $11, $12) > 0;
    v_event    text;
    v_id       uuid;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    SELECT p.id INTO v_id
      FROM core.ehc_plans AS p
     WHERE p.client_id = core.actor_id()
       AND p.key = v_key;
    IF FOUND THEN
        v_id := core.contact_same('ehc_plans', v_key, v_content);
        RETURN QUERY SELECT p.* FROM api.ehc_plans AS p WHERE p.plan_id = v_id;
        RETURN;
    END IF;
    SELECT k.* INTO v_kind FROM law.ehc_plan_kinds AS k WHERE k.code = $3;
    IF NOT FOUND THEN
        PERFORM core.refuse('unknown_code', NULL, '/kind');
    END IF;
    v_case := core.ehc_plan_case($1, v_issued, v_year IS NOT NULL,
                                 '/issued_on');
    v_event := core.ehc_plan_issue(v_case.id, v_kind, v_issued, v_year);
    IF NOT v_changed <@ v_sections THEN
        PERFORM core.refuse('malformed_field',
            'A section that was changed is one that the plan has.',
            '/changed');
    ELSIF v_names AND NOT v_kind.is_in_force
          OR v_event = 'draft_sent' AND 'I' = ANY (v_sections) THEN
        PERFORM core.refuse('malformed_field',
            'A draft names no school or other institution, and no type of one (CFA 2014 s.38(5)).',
            CASE WHEN v_names THEN '/setting' ELSE '/sections' END);
    ELSIF v_names AND 'I' <> ALL (v_sections) THEN
        PERFORM core.refuse('malformed_field',
            'What is named, is named in section I.', '/sections');
    ELSIF v_kind.is_in_force AND 'I' = ANY (v_sections) AND NOT v_names
          AND ('I' = ANY (v_changed) OR NOT EXISTS (
              SELECT FROM api.ehc_placements AS l
               WHERE l.case_id = v_case.id
                 AND l.left_on IS NULL)) THEN
        PERFORM core.refuse('missing_field',
            'Section I names a setting or at least its type.',
            '/setting_type');
    END IF;
    INSERT INTO core.ehc_plans AS p (case_id, child_id, event_id, n, kind,
           issued_on, year, sections, changed, residential, work_based,
           client_id, key, content)
    SELECT v_case.id, v_case.child_id,
           CASE v_kind.code WHEN 'transferred' THEN (
               SELECT e.id FROM core.ehc_events AS e
                WHERE e.case_id = v_case.id
                  AND e.event = v_event
                  AND e.known_to = 'infinity'
                ORDER BY e.on_date
                LIMIT 1)
           ELSE core.ehc_plan_event(v_case, 'plan ' || v_key, v_event,
               v_issued, NULL, v_year, NULL, NULL) END,
           coalesce((SELECT max(o.n) FROM core.ehc_plans AS o
                      WHERE o.case_id = v_case.id), 0) + 1,
           v_kind.code, v_issued, v_year, v_sections, v_changed, $8, $9,
           core.actor_id(), v_key, v_content
    RETURNING p.id INTO v_id;
    IF v_names THEN
        SELECT l.setting_id, l.type INTO v_setting, v_type
          FROM core.ehc_place($10, $11, $12, $13, v_issued,
                   coalesce($14, false), coalesce($15, false)) AS l;
        INSERT INTO core.ehc_placements (case_id, child_id, plan_id, event_id,
               setting_id, type, sen_setting, setting_other, is_sen_unit,
               is_resourced, residential, work_based, entry_on, client_id,
               key, content)
        SELECT p.case_id, p.child_id, p.id, p.event_id, v_setting,
               v_type, $12, $13, coalesce($14, false),
               coalesce($15, false), $8, $9, $16, p.client_id,
               'plan ' || p.key, p.content
          FROM core.ehc_plans AS p
         WHERE p.id = v_id;
    END IF;
    PERFORM core.audit_write('ehc_plans.add', v_setting,
        ARRAY[v_case.child_id],
        jsonb_build_object('case_id', v_case.id, 'plan_id', v_id,
                           'kind', v_kind.code));
    RETURN QUERY SELECT p.* FROM api.ehc_plans AS p WHERE p.plan_id = v_id;
END
$$;

-- ehc_outcome_add — an outcome of section E, once for the author's key.
CREATE FUNCTION api.ehc_outcome_add(case_id uuid, key text, version int,
    outcome text, area text, target_on date)
RETURNS SETOF api.ehc_plans
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key     ALIAS FOR $2;
    v_content uuid := md5(ROW($1, $3, $4, $5, $6)::text)::uuid;
    v_plan    api.ehc_plans;
    v_id      uuid;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    SELECT p.* INTO v_plan
      FROM api.ehc_plans AS p
     WHERE p.case_id = $1
       AND p.version = $3;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF $6 <= v_plan.issued_on THEN
        PERFORM core.refuse('dates_reversed', 'It does not lie after '
            || v_plan.issued_on || ', the day of issue.', '/target_on');
    END IF;
    INSERT INTO core.ehc_outcomes AS o (plan_id, child_id, outcome, area,
           target_on, client_id, key, content)
    VALUES (v_plan.plan_id, v_plan.child_id, $4, $5, $6, core.actor_id(),
            v_key, v_content)
    ON CONFLICT ON CONSTRAINT ehc_outcomes_key_once DO NOTHING
    RETURNING o.id INTO v_id;
    IF v_id IS NULL THEN
        v_id := core.contact_same('ehc_outcomes', v_key, v_content);
    ELSE
        PERFORM core.audit_write('ehc_plans.outcome', NULL,
            ARRAY[v_plan.child_id],
            jsonb_build_object('plan_id', v_plan.plan_id, 'outcome_id', v_id));
    END IF;
    RETURN QUERY SELECT p.* FROM api.ehc_plans AS p
                  WHERE p.plan_id = v_plan.plan_id;
END
$$;

-- ehc_placement_add — one more placement of section I, of the version in force
-- unless another is said, once for the author's key.
CREATE FUNCTION api.ehc_placement_add(case_id uuid, key text, version int,
    named_on date, setting text, setting_type text, sen_setting text,
    sen_setting_other text, rank int, is_sen_unit boolean,
    is_resourced_provision boolean, residential text, work_based text,
    entry_on date, left_on date)
RETURNS SETOF api.ehc_placements
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key     ALIAS FOR $2;
    v_named   ALIAS FOR $4;
    v_entry   ALIAS FOR $14;
    v_left    ALIAS FOR $15;
    v_content uuid := md5(ROW($1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
                              $13, $14, $15)::text)::uuid;
    v_case    core.ehc_cases;
    v_plan    core.ehc_plans;
    v_setting int;
    v_type    text;
    v_id      uuid;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    IF EXISTS (SELECT FROM core.ehc_placements AS p
                WHERE p.client_id = core.actor_id() AND p.key = v_key) THEN
        v_id := core.contact_same('ehc_placements', v_key, v_content);
        RETURN QUERY SELECT p.* FROM api.ehc_placements AS p
                      WHERE p.placement_id = v_id;
        RETURN;
    END IF;
    v_case := core.ehc_plan_case($1, v_named, false, '/named_on');
    SELECT p.* INTO v_plan
      FROM core.ehc_plans AS p
      JOIN law.ehc_plan_kinds AS k
        ON k.code = p.kind
       AND k.is_in_force
     WHERE p.case_id = v_case.id
       AND p.known_to = 'infinity'
       AND ($3 IS NULL OR p.n = $3)
     ORDER BY p.n DESC
     LIMIT 1;
    IF NOT FOUND THEN
        PERFORM core.refuse('transition_order',
            'There is no such version of a plan that names a placement; a draft names none.',
            '/version');
    END IF;
    IF v_named < v_plan.issued_on THEN
        PERFORM core.refuse('transition_order', 'It lies before '
            || v_plan.issued_on || ', when the plan was issued.', '/named_on');
    END IF;
    PERFORM core.ehc_stay_ordered(v_entry, v_left);
    SELECT l.setting_id, l.type INTO v_setting, v_type
      FROM core.ehc_place($5, $6, $7, $8, coalesce(v_entry, v_named),
               coalesce($10, false), coalesce($11, false)) AS l;
    INSERT INTO core.ehc_placements AS p (case_id, child_id, plan_id, event_id,
           setting_id, type, sen_setting, setting_other, rank, is_sen_unit,
           is_resourced, residential, work_based, entry_on, left_on,
           client_id, key, content)
    VALUES (v_case.id, v_case.child_id, v_plan.id,
            CASE WHEN v_setting IS NULL THEN v_plan.event_id
            ELSE core.ehc_plan_event(v_case, 'placement ' || v_key,
                'placement_named', v_named, NULL, NULL, v_setting,
                NULL) END,
            v_setting, v_type, $7, $8, coalesce($9, 1),
            coalesce($10, false), coalesce($11, false), $12, $13, v_entry,
            v_left, core.actor_id(), v_key, v_content)
    RETURNING p.id INTO v_id;
    PERFORM core.audit_write('ehc_plans.placement', v_setting,
        ARRAY[v_case.child_id],
        jsonb_build_object('case_id', v_case.id, 'placement_id', v_id));
    RETURN QUERY SELECT p.* FROM api.ehc_placements AS p
                  WHERE p.placement_id = v_id;
END
$$;

-- ehc_placement_put — when the child came there and left; what is not said is
-- not known.
CREATE FUNCTION api.ehc_placement_put(placement_id uuid, if_match text,
    entry_on date, left_on date)
RETURNS SETOF api.ehc_placements
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_entry ALIAS FOR $3;
    v_left  ALIAS FOR $4;
    v_row   api.ehc_placements;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    SELECT p.* INTO v_row FROM api.ehc_placements AS p
     WHERE p.placement_id = $1;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF if_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    END IF;
    PERFORM core.ehc_stay_ordered(v_entry, v_left);
    UPDATE core.ehc_placements AS p
       SET entry_on = v_entry,
           left_on = v_left,
           version = p.version + 1
     WHERE p.id = v_row.placement_id
       AND p.version::text = if_match;
    IF NOT FOUND THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
    PERFORM core.audit_write('ehc_plans.placement_put', v_row._setting_id,
        ARRAY[v_row.child_id],
        jsonb_build_object('placement_id', v_row.placement_id, 'before',
            jsonb_build_object('entry_on', v_row.entry_on,
                               'left_on', v_row.left_on)));
    RETURN QUERY SELECT p.* FROM api.ehc_placements AS p
                  WHERE p.placement_id = v_row.placement_id;
END
$$;

-- ehc_budget_add — a personal budget was agreed, once for the author's key;
-- one at a time.
CREATE FUNCTION api.ehc_budget_add(case_id uuid, key text, kind text,
    payments text, from_on date)
RETURNS SETOF api.ehc_budgets
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key      ALIAS FOR $2;
    v_from     ALIAS FOR $5;
    v_payments text[] := coalesce(string_to_array($4, ','), '{}');
    v_content  uuid := md5(ROW($1, $3, $4, $5)::text)::uuid;
    v_case     core.ehc_cases;
    v_id       uuid;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    IF EXISTS (SELECT FROM core.ehc_budgets AS b
                WHERE b.client_id = core.actor_id() AND b.key = v_key) THEN
        v_id := core.contact_same('ehc_budgets', v_key, v_content);
        RETURN QUERY SELECT b.* FROM api.ehc_budgets AS b
                      WHERE b.budget_id = v_id;
        RETURN;
    END IF;
    v_case := core.ehc_plan_case($1, v_from, false, '/from_on');
    IF NOT v_payments <@ ARRAY['education', 'health', 'social_care',
                               'integrated'] THEN
        PERFORM core.refuse('unknown_code', '', '/payments');
    ELSIF ($3 IN ('direct_payment', 'combined')) <> (v_payments <> '{}') THEN
        PERFORM core.refuse(CASE v_payments WHEN '{}' THEN 'missing_field'
                            ELSE 'malformed_field' END,
            'What is paid directly is said of direct payments, and of those alone.',
            '/payments');
    ELSIF EXISTS (SELECT FROM api.ehc_budgets AS b
                   WHERE b.case_id = v_case.id
                     AND coalesce(b.to_on, 'infinity') > v_from) THEN
        PERFORM core.refuse('periods_overlap',
            'There is a personal budget on that day: end it first.',
            '/from_on');
    END IF;
    INSERT INTO core.ehc_budgets AS b (case_id, child_id, event_id, kind,
           payments, from_on, client_id, key, content)
    VALUES (v_case.id, v_case.child_id,
            core.ehc_plan_event(v_case, 'budget ' || v_key, 'budget_agreed',
                v_from, $3, NULL, NULL, NULL),
            $3, v_payments, v_from, core.actor_id(), v_key, v_content)
    RETURNING b.id INTO v_id;
    PERFORM core.audit_write('ehc_plans.budget', NULL, ARRAY[v_case.child_id],
        jsonb_build_object('case_id', v_case.id, 'budget_id', v_id));
    RETURN QUERY SELECT b.* FROM api.ehc_budgets AS b WHERE b.budget_id = v_id;
END
$$;

-- ehc_budget_end — the budget ended on that day; once.
CREATE FUNCTION api.ehc_budget_end(budget_id uuid, if_match text, to_on date)
RETURNS SETOF api.ehc_budgets
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_to   ALIAS FOR $3;
    v_row  api.ehc_budgets;
    v_case core.ehc_cases;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    SELECT b.* INTO v_row FROM api.ehc_budgets AS b WHERE b.budget_id = $1;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF if_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    END IF;
    v_case := core.ehc_plan_case(v_row.case_id, v_to, false, '/to_on');
    PERFORM FROM core.ehc_budgets AS b
      WHERE b.id = v_row.budget_id
        AND b.version::text = if_match
        AND b.ended_by IS NULL
        FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('precondition_failed');
    ELSIF v_to < v_row.from_on THEN
        PERFORM core.refuse('dates_reversed', 'It lies before '
            || v_row.from_on || ', when it began.', '/to_on');
    END IF;
    UPDATE core.ehc_budgets AS b
       SET to_on = v_to,
           ended_by = core.ehc_plan_event(v_case,
               'budget ' || b.id || ' ' || b.version, 'budget_ended', v_to,
               NULL, NULL, NULL, b.event_id),
           version = b.version + 1
     WHERE b.id = v_row.budget_id;
    PERFORM core.audit_write('ehc_plans.budget_end', NULL,
        ARRAY[v_row.child_id],
        jsonb_build_object('budget_id', v_row.budget_id));
    RETURN QUERY SELECT b.* FROM api.ehc_budgets AS b
                  WHERE b.budget_id = v_row.budget_id;
END
$$;
