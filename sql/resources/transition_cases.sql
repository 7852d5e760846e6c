-- transition_cases — moves as the authority and both settings see them, and
-- the steps they take.
-- SPDX-License-Identifier: Apache-2.0
-- after: transitions sentences

-- transition_cases — one row a case. A destination sees of the child what it
-- needs to know whom it is asked to take: name and birth. One that was told
-- before and is a destination no more sees that it is off, and no name.
CREATE VIEW api.transition_cases AS
    SELECT c.id AS case_id,
           c.child_id,
           CASE WHEN NOT v.is_off THEN n.surname END AS surname,
           CASE WHEN NOT v.is_off THEN n.forename END AS forename,
           CASE WHEN NOT v.is_off THEN n.born_on END AS born_on,
           c.year,
           c.kind,
           k.name AS kind_name,
           c.entry,
           c.tier,
           c.from_setting_id AS _from_setting_id,
           f.ref AS from_setting,
           f.name AS from_setting_name,
           g.id AS _to_setting_id,
           g.ref AS to_setting,
           g.name AS to_setting_name,
           CASE WHEN NOT v.is_off THEN c.to_outside END AS to_outside,
           CASE WHEN NOT v.is_off THEN c.to_la_code END AS to_la_code,
           c.target_on,
           v.state,
           CASE WHEN NOT v.is_off THEN c.state_on END AS state_on,
           CASE WHEN NOT v.is_off THEN c.state_at END AS state_at,
           CASE WHEN NOT v.is_off THEN b.name END AS state_by,
           s.is_open,
           CASE WHEN v.is_off THEN NULL
                WHEN o.side = 'sender' AND c.from_setting_id IS NOT NULL
                THEN 'setting'
                WHEN o.side = 'receiver' AND c.to_setting_id IS NOT NULL
                THEN 'receiving_setting'
                WHEN o.side IS NOT NULL THEN 'la'
           END AS next_owner,
           CASE WHEN v.is_off THEN NULL
                WHEN o.side = 'sender' THEN f.ref
                WHEN o.side = 'receiver' THEN g.ref
           END AS next_owner_setting,
           CASE WHEN v.is_off THEN NULL
                WHEN v.is_unplaced THEN s.next_unplaced
                ELSE s.next
           END AS next_step,
           c.made_at,
           c.changed_at,
           c.version::text AS etag
      FROM core.transition_cases AS c
     CROSS JOIN LATERAL (
           SELECT w.is_off,
                  CASE WHEN w.is_off THEN 'revoked' ELSE c.state END AS state,
                  num_nonnulls(c.to_setting_id, c.to_outside) = 0
                      AS is_unplaced
             FROM (SELECT NOT ((SELECT core.actor_sees_all())
                       OR coalesce(c.from_setting_id = ANY (
                              (SELECT core.actor_settings())::int[]), false)
                       OR coalesce(c.to_setting_id = ANY (
                              (SELECT core.actor_settings())::int[]), false)
                          AND c.state NOT IN ('planned', 'cancelled'))
                      AS is_off) AS w
           ) AS v
      JOIN law.transition_states AS s ON s.state = v.state
     CROSS JOIN LATERAL (
           SELECT CASE WHEN v.is_unplaced THEN s.unplaced ELSE s.owner END
                      AS side) AS o
      JOIN core.transition_names AS n ON n.case_id = c.id
      LEFT JOIN law.transition_kinds AS k
        ON k.code = c.kind
       AND make_date(c.year, 9, 1)
           BETWEEN k.valid_from AND coalesce(k.valid_to, 'infinity')
      LEFT JOIN core.settings AS f ON f.id = c.from_setting_id
      LEFT JOIN core.settings AS g
        ON g.id = CASE WHEN v.is_off
                       THEN (SELECT t.id
                               FROM unnest(c.told_setting_ids) AS t (id)
                              WHERE t.id = ANY (
                                    (SELECT core.actor_settings())::int[])
                              LIMIT 1)
                       ELSE c.to_setting_id END
      LEFT JOIN core.clients AS b ON b.id = c.state_by;

-- transition_case_steps — what was done, by whom, for which side.
CREATE VIEW api.transition_case_steps AS
    SELECT t.case_id,
           t.child_id,
           t.n,
           t.step,
           g.ref AS setting,
           g.name AS setting_name,
           t.as_party,
           a.ref AS as_setting,
           t.reason,
           t.on_date,
           t.at,
           b.name AS by,
           b.role AS by_role
      FROM core.transition_steps AS t
      JOIN core.clients AS b ON b.id = t.client_id
      LEFT JOIN core.settings AS g ON g.id = t.setting_id
      LEFT JOIN core.settings AS a ON a.id = t.as_setting_id;

-- transition_case_take — one step of one case, by who has read it.
CREATE FUNCTION api.transition_case_take(case_id uuid, if_match text,
    step text, reason text, on_date date)
RETURNS SETOF api.transition_cases
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager', 'senco',
                              'school_system');
    IF if_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    END IF;
    PERFORM core.transition_step($1, $3, $4, $5, $2);
    RETURN QUERY SELECT c.* FROM api.transition_cases AS c
                  WHERE c.case_id = $1;
END
$$;

-- transition_case_found — what is not as it should be with a case, for who
-- may see both sides of it.
CREATE VIEW api.transition_case_found AS
    SELECT x.case_id, f.rule_id AS rule, f.id AS finding, f.severity,
           api.finding_sentence(f.sentence, x.inputs) AS sentence, x.inputs,
           r.reference
      FROM (SELECT c.id AS case_id,
                   CASE WHEN num_nonnulls(c.to_setting_id, c.to_outside) = 0
                        THEN 'destination_not_taken'
                        ELSE 'destination_differs' END AS finding,
                   jsonb_strip_nulls(jsonb_build_object('theirs', p.name,
                       'ours', coalesce(g.name, c.to_outside))) AS inputs
              FROM core.transition_cases AS c
              JOIN core.transitions AS t
                ON t.child_id = c.child_id
               AND t.setting_id = c.from_setting_id
               AND t.year = c.year
               AND t.deleted_at IS NULL
              JOIN core.settings AS p ON p.id = t.to_setting_id
              LEFT JOIN core.settings AS g ON g.id = c.to_setting_id
             WHERE t.to_setting_id IS DISTINCT FROM c.to_setting_id
             UNION ALL
            SELECT c.id, 'destination_closed',
                   jsonb_build_object('ours', g.name,
                       'target_on', c.target_on)
              FROM core.transition_cases AS c
              JOIN core.settings AS g ON g.id = c.to_setting_id
             WHERE g.status = 'closed'
                OR g.closed_on <= c.target_on
             UNION ALL
            SELECT c.id, 'deferred_not_summer_born',
                   jsonb_build_object('born_on', n.born_on)
              FROM core.transition_cases AS c
              JOIN core.transition_names AS n ON n.case_id = c.id
              JOIN law.rules AS r
                ON r.id = 'move_deferred_born'
               AND current_date BETWEEN r.valid_from
                                    AND coalesce(r.valid_to, 'infinity')
             WHERE c.entry = 'deferred'
               AND c.kind = 'EYS'
               AND (extract(month FROM n.born_on) < r.amount
                    OR extract(month FROM n.born_on) >= 9)
           ) AS x
      JOIN law.transition_findings AS f ON f.id = x.finding
      JOIN law.rules AS r
        ON r.id = f.rule_id
       AND current_date BETWEEN r.valid_from
                            AND coalesce(r.valid_to, 'infinity')
      JOIN api.transition_cases AS c
        ON c.case_id = x.case_id
       AND c.is_open
       AND c.next_owner IS NOT NULL;

-- transition_case_details — a case with its steps and what was found.
CREATE VIEW api.transition_case_details AS
    SELECT c.*,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('n', t.n,
                       'step', t.step, 'setting', t.setting,
                       'setting_name', t.setting_name,
                       'as_party', t.as_party, 'as_setting', t.as_setting,
                       'reason', t.reason, 'on_date', t.on_date, 'at', t.at,
                       'by', t.by, 'by_role', t.by_role) ORDER BY t.n), '[]')
              FROM api.transition_case_steps AS t
             WHERE t.case_id = c.case_id) AS steps,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('rule', f.rule,
                       'finding', f.finding, 'severity', f.severity,
                       'sentence', f.sentence, 'inputs', f.inputs,
                       'reference', f.reference) ORDER BY f.finding), '[]')
              FROM api.transition_case_found AS f
             WHERE f.case_id = c.case_id) AS findings
      FROM api.transition_cases AS c;
