-- sharing_decisions — a manager approves what was proposed, or declines it.
-- SPDX-License-Identifier: Apache-2.0
-- after: sharing_life sharing_reviews

-- sharing_approve — by a manager. What breaks the law (an error: SH2, SH3) is
-- refused whatever the reason; what the Code advises against needs one. The
-- posts are made and the first review is planned, with the measures of today.
CREATE FUNCTION api.sharing_approve(sharing uuid, if_match text, reason text)
RETURNS SETOF api.sharing
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_row      core.sharings;
    v_reason   ALIAS FOR $3;
    v_errors   text;
    v_warnings text;
BEGIN
    PERFORM core.require_role('la_manager');
    v_row := api.sharing_take(sharing, if_match, 'proposed');
    PERFORM api.sharing_check(sharing);
    SELECT string_agg(j.finding, ', ') FILTER (WHERE j.severity = 'error'),
           string_agg(j.finding, ', ') FILTER (WHERE j.severity = 'warn')
      INTO v_errors, v_warnings
      FROM (SELECT DISTINCT f.finding, f.severity
              FROM api.sharing_judge(core.sharing_case(sharing, NULL)) AS f
             ORDER BY f.finding) AS j;
    IF v_errors IS NOT NULL THEN
        PERFORM core.refuse('sharing_unlawful',
            'It cannot be approved: ' || v_errors || '.');
    ELSIF v_warnings IS NOT NULL AND v_reason IS NULL THEN
        PERFORM core.refuse('missing_field',
            'It takes a reason: ' || v_warnings || '.', '/reason');
    END IF;
    UPDATE core.sharings AS s
       SET state = 'approved',
           decided_by = core.actor_id(),
           decided_at = now(),
           reason = v_reason
     WHERE s.id = sharing;
    INSERT INTO core.sharing_reviews (sharing_id, n, due_on, measures_before)
    VALUES (sharing, 1, core.sharing_review_due(v_row.from_on),
            api.sharing_measures(sharing));
    PERFORM api.sharing_done(sharing, 'approve', jsonb_build_object(
        'warnings', v_warnings, 'reason', v_reason));
    RETURN QUERY SELECT * FROM api.sharing AS a WHERE a.sharing_id = sharing;
END
$$;

-- sharing_decline — by a manager, who says why.
CREATE FUNCTION api.sharing_decline(sharing uuid, if_match text, reason text)
RETURNS SETOF api.sharing
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_reason ALIAS FOR $3;
BEGIN
    PERFORM core.require_role('la_manager');
    PERFORM api.sharing_take(sharing, if_match, 'proposed');
    UPDATE core.sharings AS s
       SET state = 'declined',
           decided_by = core.actor_id(),
           decided_at = now(),
           reason = v_reason
     WHERE s.id = sharing;
    PERFORM api.sharing_done(sharing, 'decline',
        jsonb_build_object('reason', v_reason));
    RETURN QUERY SELECT * FROM api.sharing AS a WHERE a.sharing_id = sharing;
END
$$;
