-- ehc.sql — the authority's milestones in the phase transfer of an EHC plan.
-- Officers write them, one version after the other; settings may read those
-- of their children.
-- SPDX-License-Identifier: Apache-2.0

-- ehc_transfers — etag is what an If-Match must name to change the row.
CREATE VIEW api.ehc_transfers AS
    SELECT e.child_id, e.year, e.review_held_on, e.amendment_noticed_on,
           e.plan_final_on, e.placement_refused, e.version::text AS etag,
           e.changed_at
      FROM core.ehc_transfers AS e;

-- ehc_transfer_put — writes the milestones of one child's move in one year and
-- returns them. The first write needs no If-Match; every later one must name
-- the etag it has read. if_match is taken with or without its quotes. Where
-- the child has a plan in force the events of its case become the same.
CREATE FUNCTION api.ehc_transfer_put(child_id uuid, year int, if_match text,
    review_held_on date, amendment_noticed_on date, plan_final_on date,
    placement_refused boolean)
RETURNS SETOF api.ehc_transfers
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_child   ALIAS FOR $1;
    v_year    ALIAS FOR $2;
    v_match   text := btrim($3, '"');
    v_review  ALIAS FOR $4;
    v_notice  ALIAS FOR $5;
    v_final   ALIAS FOR $6;
    v_refused boolean := coalesce($7, false);
    v_before  core.ehc_transfers;
    v_written bigint;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    IF v_year NOT BETWEEN 2014 AND 2100 THEN
        PERFORM core.refuse('malformed_parameter',
            'year must lie between 2014 and 2100');
    END IF;
    IF NOT EXISTS (SELECT FROM core.children AS c WHERE c.id = v_child) THEN
        PERFORM core.refuse('not_found');
    END IF;
    IF v_notice < v_review THEN
        PERFORM core.refuse('transition_order',
            'amendment_noticed_on lies before review_held_on');
    ELSIF v_final < v_notice THEN
        PERFORM core.refuse('transition_order',
            'plan_final_on lies before amendment_noticed_on');
    ELSIF v_final < v_review THEN
        PERFORM core.refuse('transition_order',
            'plan_final_on lies before review_held_on');
    END IF;
    PERFORM core.facts_lock(ARRAY[v_child]);
    SELECT e.* INTO v_before
      FROM core.ehc_transfers AS e
     WHERE e.child_id = v_child
       AND e.year = v_year
       FOR UPDATE;
    IF FOUND AND v_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    ELSIF v_match IS NOT NULL
          AND v_match IS DISTINCT FROM coalesce(
              CASE v_match WHEN '*' THEN '*' END, v_before.version::text)
          OR v_match = '*' AND v_before.version IS NULL THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
    -- A row that came between the look and the write is a stale look too.
    INSERT INTO core.ehc_transfers AS e (child_id, year, review_held_on,
           amendment_noticed_on, plan_final_on, placement_refused,
           version, changed_at, changed_by)
    VALUES (v_child, v_year, v_review, v_notice, v_final, v_refused,
            1, now(), core.actor_id())
    ON CONFLICT ON CONSTRAINT ehc_transfers_pkey DO UPDATE
       SET review_held_on = excluded.review_held_on,
           amendment_noticed_on = excluded.amendment_noticed_on,
           plan_final_on = excluded.plan_final_on,
           placement_refused = excluded.placement_refused,
           version = e.version + 1,
           changed_at = excluded.changed_at,
           changed_by = excluded.changed_by
     WHERE e.version = v_before.version
    RETURNING e.version INTO v_written;
    IF v_written IS NULL THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
    PERFORM core.ehc_transfer_events(v_child, v_year);
    PERFORM core.facts_settle(ARRAY[v_child]);
    PERFORM core.audit_write('ehc.transfer_put', NULL, ARRAY[v_child],
        jsonb_build_object('year', v_year, 'version', v_written,
            'before', CASE WHEN v_before.version IS NOT NULL THEN
                jsonb_build_object('review_held_on', v_before.review_held_on,
                    'amendment_noticed_on', v_before.amendment_noticed_on,
                    'plan_final_on', v_before.plan_final_on,
                    'placement_refused', v_before.placement_refused) END));
    RETURN QUERY
        SELECT t.*
          FROM api.ehc_transfers AS t
         WHERE t.child_id = v_child
           AND t.year = v_year;
END
$$;
