-- caseload_split.sql — the authority is divided (as Surrey in April 2027): which
-- settings go to the successor from a day on, what that makes of the caseloads,
-- and what would straddle the line. The caseload side only; the data of the
-- children are moved by other means. A preview is the deed, undone.
-- SPDX-License-Identifier: Apache-2.0
-- after: caseload_assign caseload_fair_split

-- caseload_divided — what a division answers.
CREATE TYPE api.caseload_divided AS (
    preview boolean, date date, successor text,
    settings jsonb,  -- one a setting that goes
    caseloads jsonb, -- one a caseload concerned: cut in two or going whole
    findings jsonb   -- what straddles, as all findings look
);

-- caseload_divide_settings — the settings that go: those named, and all that
-- lie in one of the localities (register's locality or town, district of the
-- postcode, group), but for those closed by then. Refuses names that lead to
-- none.
CREATE FUNCTION api.caseload_divide_settings(refs text[], localities text[],
    on_date date)
RETURNS int[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_n bigint;
BEGIN
    IF refs IS NULL AND localities IS NULL THEN
        PERFORM core.refuse('missing_field',
            'settings or localities must be given.', '/settings');
    END IF;
    SELECT min(u.n) - 1 INTO v_n
      FROM unnest(refs) WITH ORDINALITY AS u (ref, n)
     WHERE core.setting_find(u.ref) IS NULL;
    IF v_n IS NOT NULL THEN
        PERFORM core.refuse('unknown_setting', '', '/settings/' || v_n);
    END IF;
    SELECT min(u.n) - 1 INTO v_n
      FROM unnest(localities) WITH ORDINALITY AS u (name, n)
     WHERE NOT EXISTS (SELECT FROM api.caseload_localities AS l
                        WHERE l.name = lower(u.name));
    IF v_n IS NOT NULL THEN
        PERFORM core.refuse('unknown_setting', 'No setting lies there.',
                            '/localities/' || v_n);
    END IF;
    RETURN ARRAY(
        SELECT s.id
          FROM core.settings AS s
         WHERE s.status <> 'closed'
           AND (s.closed_on IS NULL OR s.closed_on > on_date)
           AND (s.id = ANY (ARRAY(SELECT core.setting_find(u.ref)
                                    FROM unnest(refs) AS u (ref)))
                OR s.id IN (SELECT l.setting_id
                              FROM api.caseload_localities AS l
                             WHERE l.name = ANY (ARRAY(
                                 SELECT lower(u.name)
                                   FROM unnest(localities) AS u (name)))))
         ORDER BY s.id);
END
$$;

-- caseload_divided_settings — each setting that goes, with its children.
CREATE FUNCTION api.caseload_divided_settings(setting_ids int[], on_date date)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'setting', p.ref, 'setting_name', p.name, 'type', p.type,
                   'sen_support', w.sen_support, 'ehc_plan', w.ehc_plan)
                   ORDER BY p.name, p.ref), '[]')
          FROM api.caseload_places AS p
          JOIN api.caseload_setting_weights(on_date) AS w
            ON w.setting_id = p.setting_id
         WHERE p.setting_id = ANY (setting_ids));
END
$$;

-- caseload_divide — as of that day the part that goes is held in caseloads of
-- the successor: one whose settings all go is marked as its own, of one that
-- is cut a new one named "NAME (SUCCESSOR)" takes what goes, held by nobody
-- yet, with the named children of those settings. Done again it changes
-- nothing.
CREATE FUNCTION api.caseload_divide(on_date date, settings text[],
    localities text[], successor text, la_code text, preview boolean)
RETURNS SETOF api.caseload_divided
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    v_settings int[];
    v_concerned int[];
    v_split    int;
    v_before   jsonb;
    v_cuts     jsonb;
    v_answer   api.caseload_divided;
BEGIN
    PERFORM core.require_role('la_manager', 'la_officer');
    IF preview IS NOT TRUE THEN
        PERFORM core.require_role('la_manager');
    END IF;
    IF la_code IS NOT NULL AND NOT EXISTS (
           SELECT FROM core.local_authorities AS a
            WHERE a.code = la_code) THEN
        PERFORM core.refuse('unknown_code', 'There is no such authority.',
                            '/la_code');
    END IF;
    v_settings := api.caseload_divide_settings(settings, localities, on_date);
    PERFORM core.caseload_lock('{}', v_settings);
    v_concerned := ARRAY(
        SELECT DISTINCT m.caseload_id
          FROM core.caseload_settings AS m
         WHERE m.setting_id = ANY (v_settings)
           AND m.known_to IS NULL
           AND (m.to_on IS NULL OR m.to_on >= on_date)
         ORDER BY m.caseload_id);
    v_before := api.caseload_weighed(v_concerned, on_date);
    BEGIN
        INSERT INTO core.caseload_splits AS p (on_date, successor, la_code,
                                               client_id)
        VALUES (on_date, btrim(successor), la_code, core.actor_id())
        ON CONFLICT ON CONSTRAINT caseload_splits_once
        DO UPDATE SET la_code = coalesce(excluded.la_code, p.la_code)
        RETURNING p.id INTO v_split;
        v_cuts := core.caseload_cut(v_split, v_settings, v_concerned);
        v_answer := (preview IS TRUE, on_date, btrim(successor),
            api.caseload_divided_settings(v_settings, on_date),
            core.caseload_divided_caseloads(v_cuts, v_before,
                api.caseload_weighed(ARRAY(
                    SELECT (c ->> 'id')::int
                      FROM jsonb_array_elements(v_cuts) AS c
                     UNION
                    SELECT (c ->> 'becomes')::int
                      FROM jsonb_array_elements(v_cuts) AS c), on_date)),
            core.caseload_divided_findings(v_cuts, v_settings, on_date));
        IF preview IS TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'LA001', MESSAGE = 'only a preview';
        END IF;
        PERFORM core.audit_write('caseloads.split', NULL, NULL,
            jsonb_build_object('split_id', v_split, 'date', on_date,
                'successor', btrim(successor), 'settings', v_settings));
    EXCEPTION WHEN SQLSTATE 'LA001' THEN
        NULL; -- what it would do is in v_answer
    END;
    RETURN NEXT v_answer;
END
$$;
