-- proposals — what settings said about facts the authority owns: a queue that
-- officers empty. A school sees its own, with what became of each.
-- SPDX-License-Identifier: Apache-2.0
-- after: ehc

-- proposals — current is what is held now of that fact, so that who decides
-- sees both. The etag changes with either.
CREATE VIEW api.proposals AS
    SELECT p.id AS proposal_id,
           p.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           p.kind,
           p.source_id,
           p.child_id,
           p.revision,
           p.data,
           CASE WHEN e.child_id IS NOT NULL THEN
               jsonb_strip_nulls(jsonb_build_object(
                   'review_held_on', e.review_held_on,
                   'amendment_noticed_on', e.amendment_noticed_on,
                   'plan_final_on', e.plan_final_on,
                   'placement_refused', e.placement_refused))
           END AS current,
           p.state,
           p.reason,
           p.at,
           p.decided_at,
           concat_ws('-', p.revision, p.state, e.version) AS etag
      FROM core.proposals AS p
      JOIN core.settings AS s ON s.id = p.setting_id
      LEFT JOIN core.ehc_transfers AS e
             ON p.kind = 'ehc_transfer'
            AND e.child_id = p.child_id
            AND e.year = (p.data->>'year')::int;

-- proposal_facts — decisions, as the setting that proposed is told them. Due
-- and told is core/facts.sql.
CREATE VIEW api.proposal_facts AS
    SELECT t.setting_id, t.source_id, t.child_id, t.revision, f.data
      FROM core.facts_told AS t
      JOIN core.facts AS f
        ON f.kind = 'proposal'
       AND f.child_id = t.child_id
       AND f.setting_id = t.setting_id
       AND f.source_id = t.source_id
     WHERE t.kind = 'proposal';

SELECT core.kind_register_fact('proposal', 'proposal_facts');

-- proposal_take — the open proposal an officer decides on, held until the
-- transaction ends.
CREATE FUNCTION api.proposal_take(proposal uuid, if_match text)
RETURNS api.proposals
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_row api.proposals;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    -- The settings first, as a batch that proposes anew has its own already.
    PERFORM core.facts_lock(ARRAY(SELECT p.child_id FROM core.proposals AS p
                                   WHERE p.id = proposal));
    PERFORM p.id FROM core.proposals AS p WHERE p.id = proposal FOR UPDATE;
    SELECT q.* INTO v_row FROM api.proposals AS q
     WHERE q.proposal_id = proposal;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF v_row.state <> 'open' THEN
        PERFORM core.refuse('proposal_decided', 'It was ' || v_row.state || '.');
    ELSIF if_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    ELSIF if_match <> v_row.etag THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
    RETURN v_row;
END
$$;

-- proposal_decide — what became of it, kept and told to the setting.
CREATE FUNCTION api.proposal_decide(taken api.proposals, state text,
    reason text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE core.proposals AS p
       SET state = proposal_decide.state,
           reason = proposal_decide.reason,
           decided_by = core.actor_id(),
           decided_at = now()
     WHERE p.id = taken.proposal_id;
    PERFORM core.facts_settle(ARRAY[taken.child_id]);
    PERFORM core.audit_write('proposals.' || proposal_decide.state,
        taken._setting_id, ARRAY[taken.child_id],
        jsonb_build_object('proposal_id', taken.proposal_id,
                           'kind', taken.kind));
END
$$;

-- proposal_accept — does what is proposed by the function an officer would
-- have used: what the proposal does not name stays as it is.
CREATE FUNCTION api.proposal_accept(proposal uuid, if_match text)
RETURNS SETOF api.proposals
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_row  api.proposals := api.proposal_take(proposal, if_match);
    v_data jsonb := coalesce(v_row.current, '{}')
                    || jsonb_strip_nulls(v_row.data);
BEGIN
    IF v_row.kind <> 'ehc_transfer' THEN
        PERFORM core.refuse('unknown_kind');
    END IF;
    PERFORM api.ehc_transfer_put(v_row.child_id, (v_row.data->>'year')::int,
        (SELECT e.etag
           FROM api.ehc_transfers AS e
          WHERE e.child_id = v_row.child_id
            AND e.year = (v_row.data->>'year')::int),
        (v_data->>'review_held_on')::date,
        (v_data->>'amendment_noticed_on')::date,
        (v_data->>'plan_final_on')::date,
        (v_data->>'placement_refused')::boolean);
    PERFORM api.proposal_decide(v_row, 'accepted', NULL);
    RETURN QUERY SELECT p.* FROM api.proposals AS p
                  WHERE p.proposal_id = proposal;
END
$$;

-- proposal_decline — leaves the fact as it is, and says why.
CREATE FUNCTION api.proposal_decline(proposal uuid, if_match text,
    reason text)
RETURNS SETOF api.proposals
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_row api.proposals := api.proposal_take(proposal, if_match);
BEGIN
    PERFORM api.proposal_decide(v_row, 'declined', proposal_decline.reason);
    RETURN QUERY SELECT p.* FROM api.proposals AS p
                  WHERE p.proposal_id = proposal;
END
$$;
