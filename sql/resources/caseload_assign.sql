-- caseload_assign.sql — settings go from one caseload to another. One function
-- decides: a preview does the very same, shows what it has done and undoes it
-- (as the preview of a snapshot does), so the two cannot differ.
-- SPDX-License-Identifier: Apache-2.0
-- after: caseloads caseload_balance

-- caseload_assigned — what an assignment answers.
CREATE TYPE api.caseload_assigned AS (
    preview boolean, from_on date, to_on date,
    settings jsonb,  -- one a setting: what becomes of it
    caseloads jsonb, -- one a caseload concerned: before and after
    findings jsonb   -- gaps and double holdings, as all findings look
);

-- caseload_weighed — the weight of these caseloads on that day, by id.
CREATE FUNCTION api.caseload_weighed(caseload_ids int[], on_date date)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT coalesce(jsonb_object_agg(b.caseload_id,
                       jsonb_build_object('name', b.name,
                           'settings', b.settings,
                           'sen_support', b.sen_support,
                           'ehc_plan', b.ehc_plan,
                           'weight', b.weight)), '{}')
              FROM api.caseload_balance(on_date) AS b
             WHERE b.caseload_id = ANY (caseload_ids));
END
$$;

-- caseload_asked — the settings an assignment names, in order: by reference,
-- or all that from_caseload holds on that day. Refuses those there are not,
-- those that are closed by then or not open yet, and one named twice.
CREATE FUNCTION api.caseload_asked(refs text[], from_caseload int,
    from_on date)
RETURNS int[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_ids int[];
    v_bad record;
BEGIN
    IF refs IS NULL THEN
        v_ids := ARRAY(
            SELECT DISTINCT m.setting_id
              FROM core.caseload_settings AS m
              JOIN core.settings AS s ON s.id = m.setting_id
             WHERE m.caseload_id = from_caseload
               AND m.known_to IS NULL
               AND (m.to_on IS NULL OR m.to_on >= caseload_asked.from_on)
               AND s.status <> 'closed'
               AND (s.closed_on IS NULL
                    OR s.closed_on > caseload_asked.from_on)
             ORDER BY m.setting_id);
    ELSE
        SELECT array_agg(core.setting_find(u.ref) ORDER BY u.n) INTO v_ids
          FROM unnest(refs) WITH ORDINALITY AS u (ref, n);
    END IF;
    SELECT u.* INTO v_bad
      FROM (SELECT i.n - 1 AS n, i.id, s.status, s.closed_on, s.opened_on,
                   count(*) OVER (PARTITION BY i.id) AS times
              FROM unnest(v_ids) WITH ORDINALITY AS i (id, n)
              LEFT JOIN core.settings AS s ON s.id = i.id) AS u
     ORDER BY NOT (u.id IS NULL OR u.status = 'closed'
                   OR coalesce(u.closed_on <= from_on, false)
                   OR coalesce(u.opened_on > from_on, false)),
              u.times = 1, u.n
     LIMIT 1;
    IF v_bad.n IS NULL THEN
        PERFORM core.refuse('missing_field', 'No setting is named.',
                            '/settings');
    ELSIF v_bad.id IS NULL THEN
        PERFORM core.refuse('unknown_setting', '', '/settings/' || v_bad.n);
    ELSIF v_bad.status = 'closed' OR v_bad.closed_on <= from_on THEN
        PERFORM core.refuse('setting_closed', '', '/settings/' || v_bad.n);
    ELSIF v_bad.opened_on > from_on THEN
        PERFORM core.refuse('malformed_field',
            'The setting opens on ' || v_bad.opened_on || ', after this day.',
            '/settings/' || v_bad.n);
    ELSIF v_bad.times > 1 THEN
        PERFORM core.refuse('duplicate_field', 'The setting is named twice.',
                            '/settings/' || v_bad.n);
    END IF;
    RETURN v_ids;
END
$$;

-- caseload_assigned_settings — what has become of each setting: given is what
-- caseload_give answered.
CREATE FUNCTION api.caseload_assigned_settings(setting_ids int[],
    targets int[], given jsonb, from_on date)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
BEGIN
    RETURN (
        WITH g AS (
            SELECT *
              FROM jsonb_to_recordset(given) AS j (setting_id int,
                   caseload_id int, period daterange, is_closed boolean)
        ), a AS (
            SELECT u.id, u.target, u.n, s.ref, s.name, s.type,
                   (SELECT jsonb_agg(DISTINCT jsonb_build_object(
                               'caseload_id', l.id, 'name', l.name))
                      FROM g
                      JOIN core.caseloads AS l ON l.id = g.caseload_id
                     WHERE g.setting_id = u.id
                       AND g.is_closed
                       AND l.id IS DISTINCT FROM u.target) AS held_by,
                   (SELECT jsonb_agg(DISTINCT jsonb_build_object(
                               'caseload_id', l.id, 'name', l.name))
                      FROM core.caseload_settings AS m
                      JOIN core.caseloads AS l ON l.id = m.caseload_id
                     WHERE m.setting_id = u.id
                       AND m.known_to IS NULL
                       AND l.id IS DISTINCT FROM u.target
                       AND daterange(m.from_on, m.to_on, '[]')
                           @> from_on) AS also_in,
                   EXISTS (SELECT FROM g WHERE g.setting_id = u.id)
                       AS is_changed
              FROM unnest(setting_ids, targets) WITH ORDINALITY
                   AS u (id, target, n)
              JOIN core.settings AS s ON s.id = u.id
        )
        SELECT jsonb_agg(jsonb_build_object(
                   'setting', a.ref, 'setting_name', a.name, 'type', a.type,
                   'change', CASE WHEN NOT a.is_changed THEN 'unchanged'
                                  WHEN a.target IS NULL THEN 'taken_out'
                                  WHEN a.held_by IS NOT NULL THEN 'moved'
                                  WHEN a.also_in IS NOT NULL THEN 'shared'
                                  ELSE 'added' END,
                   'from', coalesce(a.held_by, '[]'),
                   'to_caseload', a.target,
                   'also_in', coalesce(a.also_in, '[]'),
                   'sen_support', w.sen_support, 'ehc_plan', w.ehc_plan,
                   'named_children', (
                       SELECT count(DISTINCT k.child_id)
                         FROM core.caseload_children AS k
                        WHERE k.setting_id = a.id
                          AND k.known_to IS NULL
                          AND daterange(k.from_on, k.to_on, '[]') @> from_on),
                   'weight', round((w.of_setting + w.of_support
                                    + w.of_plan)::numeric, 2))
                   ORDER BY a.n)
          FROM a
          JOIN api.caseload_setting_weights(from_on) AS w
            ON w.setting_id = a.id);
END
$$;

-- caseload_assign — gives settings to a caseload, or to several (to_caseloads,
-- one a setting), from from_on, to to_on if given (then who holds them for
-- longer has them back); to none, takes them away. Who else holds them loses
-- them; with from_caseload only that one; when joint is true nobody, and they
-- are in two caseloads at once, with a finding. A setting that would be in no
-- caseload on some day from from_on on is refused, unless allow_gap says why.
CREATE FUNCTION api.caseload_assign(settings text[], from_caseload int,
    to_caseload int, to_caseloads int[], from_on date, to_on date,
    joint boolean, allow_gap text, preview boolean)
RETURNS SETOF api.caseload_assigned
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    v_settings  int[];
    v_targets   int[];
    v_involved  int[];
    v_before    jsonb;
    v_given     jsonb;
    v_answer    api.caseload_assigned;
BEGIN
    PERFORM core.require_role('la_manager', 'la_officer');
    IF preview IS NOT TRUE THEN
        PERFORM core.require_role('la_manager');
    END IF;
    IF to_on < from_on THEN
        PERFORM core.refuse('dates_reversed', '', '/to_on');
    ELSIF settings IS NULL AND from_caseload IS NULL THEN
        PERFORM core.refuse('missing_field',
            'settings or from_caseload must be given.', '/settings');
    ELSIF to_caseload IS NOT NULL AND to_caseloads IS NOT NULL
          OR cardinality(to_caseloads) <> cardinality(settings)
          OR to_caseloads IS NOT NULL AND settings IS NULL THEN
        PERFORM core.refuse('malformed_field',
            'to_caseloads names one for each of settings, in place of to_caseload.',
            '/to_caseloads');
    END IF;
    v_settings := api.caseload_asked(settings, from_caseload, from_on);
    v_targets := coalesce(to_caseloads,
        array_fill(to_caseload, ARRAY[cardinality(v_settings)]));
    PERFORM core.caseload_lock(v_targets || from_caseload, v_settings);
    v_involved := ARRAY(
        SELECT DISTINCT u.id
          FROM (SELECT unnest(v_targets || from_caseload) AS id
                 UNION ALL
                SELECT m.caseload_id
                  FROM core.caseload_settings AS m
                 WHERE m.setting_id = ANY (v_settings)
                   AND m.known_to IS NULL
                   AND (m.to_on IS NULL OR m.to_on >= from_on)) AS u
         WHERE u.id IS NOT NULL);
    v_before := api.caseload_weighed(v_involved, from_on);
    BEGIN
        SELECT jsonb_agg(to_jsonb(g)) INTO v_given
          FROM core.caseload_give(v_settings, v_targets, from_caseload,
                                  from_on, to_on, joint) AS g;
        v_answer := (preview IS TRUE, from_on, to_on,
            api.caseload_assigned_settings(v_settings, v_targets,
                coalesce(v_given, '[]'), from_on),
            core.caseload_assigned_caseloads(v_before,
                api.caseload_weighed(v_involved, from_on)),
            core.caseload_assigned_findings(v_settings, from_on, allow_gap));
        IF allow_gap IS NOT NULL THEN
            PERFORM core.caseload_gap_explain(v_settings, from_on, allow_gap);
        ELSIF preview IS NOT TRUE THEN
            PERFORM core.caseload_gap_refuse(v_settings, from_on);
        END IF;
        IF preview IS TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'LA001', MESSAGE = 'only a preview';
        END IF;
        PERFORM core.audit_write('caseloads.assign', NULL, NULL,
            jsonb_strip_nulls(jsonb_build_object('settings', v_settings,
                'to', v_targets, 'from_caseload', from_caseload,
                'from_on', from_on, 'to_on', to_on, 'joint', joint,
                'allow_gap', allow_gap)));
    EXCEPTION WHEN SQLSTATE 'LA001' THEN
        NULL; -- what it would do is in v_answer
    END;
    RETURN NEXT v_answer;
END
$$;
