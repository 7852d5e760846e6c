-- sharing_reviews — whether an arrangement does the children good: when that
-- is looked at next, what was counted before and after, and what was found.
-- SPDX-License-Identifier: Apache-2.0
-- after: sharing_life

-- sharing_measures — what is counted today at each school of the arrangement,
-- by its reference; a school without children on roll has none.
CREATE FUNCTION api.sharing_measures(sharing uuid)
RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT coalesce(jsonb_object_agg(g.ref,
                       to_jsonb(m) - 'setting_id'), '{}')
              FROM api.setting_measures(current_date, ARRAY(
                       SELECT c.setting_id
                         FROM core.sharing_members AS c
                        WHERE c.sharing_id = sharing
                          AND c.withdrawn_at IS NULL
                          AND coalesce(c.to_on, 'infinity') >= current_date),
                       false) AS m
              JOIN core.settings AS g ON g.id = m.setting_id);
END
$$;

-- sharing_review_plan — the day on which the next review is due; when none
-- was, it is measured from today.
CREATE FUNCTION api.sharing_review_plan(sharing uuid, if_match text,
    due_on date)
RETURNS SETOF api.sharing_reviews
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_due ALIAS FOR $3;
    v_row core.sharings;
    v_n   int;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    v_row := api.sharing_take(sharing, if_match, 'approved');
    IF v_due < v_row.from_on THEN
        PERFORM core.refuse('dates_reversed', '', '/due_on');
    END IF;
    UPDATE core.sharing_reviews AS r
       SET due_on = v_due
     WHERE r.sharing_id = sharing
       AND r.held_on IS NULL
    RETURNING r.n INTO v_n;
    IF NOT FOUND THEN
        INSERT INTO core.sharing_reviews AS r (sharing_id, n, due_on,
                                               measures_before)
        SELECT sharing, coalesce(max(h.n), 0) + 1, v_due,
               api.sharing_measures(sharing)
          FROM core.sharing_reviews AS h
         WHERE h.sharing_id = sharing
        RETURNING r.n INTO v_n;
    END IF;
    PERFORM api.sharing_done(sharing, 'review_plan', jsonb_build_object(
        'n', v_n, 'due_on', v_due));
    RETURN QUERY SELECT * FROM api.sharing_reviews AS a
                  WHERE a._sharing_id = sharing AND a.n = v_n;
END
$$;

-- sharing_review_outcome — what the review found. END takes a manager and,
-- with ends_on, ends the arrangement that day; without, it stands as an error
-- (SH7) until somebody ends it. Otherwise the next review is planned.
CREATE FUNCTION api.sharing_review_outcome(sharing uuid, n int, if_match text,
    held_on date, outcome text, note text, ends_on date)
RETURNS SETOF api.sharing_reviews
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_n       ALIAS FOR $2;
    v_held    ALIAS FOR $4;
    v_outcome ALIAS FOR $5;
    v_note    ALIAS FOR $6;
    v_row     core.sharings;
    v_after   jsonb;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    IF v_outcome = 'END' THEN
        PERFORM core.require_role('la_manager');
    END IF;
    v_row := api.sharing_take(sharing, if_match, 'approved');
    IF v_held > current_date THEN
        PERFORM core.refuse('malformed_field', 'It lies in the future.',
                            '/held_on');
    ELSIF v_held < v_row.from_on THEN
        PERFORM core.refuse('dates_reversed', '', '/held_on');
    ELSIF ends_on IS NOT NULL AND v_outcome <> 'END' THEN
        PERFORM core.refuse('malformed_field',
            'Only a review that ends it has a last day.', '/ends_on');
    END IF;
    v_after := api.sharing_measures(sharing);
    UPDATE core.sharing_reviews AS r
       SET held_on = v_held,
           outcome = v_outcome,
           note = v_note,
           measures_after = v_after,
           recorded_by = core.actor_id(),
           recorded_at = now()
     WHERE r.sharing_id = sharing
       AND r.n = v_n
       AND r.held_on IS NULL;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found', 'No such review is due.', 'n');
    END IF;
    IF v_outcome <> 'END' THEN
        INSERT INTO core.sharing_reviews (sharing_id, n, due_on,
                                          measures_before)
        VALUES (sharing, v_n + 1, core.sharing_review_due(v_held), v_after);
    ELSIF ends_on IS NOT NULL THEN
        PERFORM api.sharing_stop(v_row, ends_on, v_note);
    END IF;
    PERFORM api.sharing_done(sharing, 'review', jsonb_build_object(
        'n', v_n, 'held_on', v_held, 'outcome', v_outcome,
        'ends_on', ends_on));
    RETURN QUERY SELECT * FROM api.sharing_reviews AS a
                  WHERE a._sharing_id = sharing AND a.n = v_n;
END
$$;
