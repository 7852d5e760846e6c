-- caseload_cover.sql — who looks after a caseload while its Area SENCO is
-- away: whoever holds another one sees its settings and children meanwhile.
-- SPDX-License-Identifier: Apache-2.0
-- after: caseloads caseload_findings sentences

-- caseload_covers — those known today, of the caseloads the actor sees, with
-- what speaks against it: nobody holds the caseload that is to cover, or whoever
-- does is away on some of the days.
CREATE VIEW api.caseload_covers AS
    SELECT v.id AS cover_id,
           v.caseload_id,
           v.covered_by_id AS covered_by,
           o.name AS covered_by_name,
           f.name AS covered_by_area_senco,
           v.from_on,
           v.to_on,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'rule', t.rule_id, 'finding', t.id,
                       'severity', t.severity,
                       'sentence', api.finding_sentence(t.sentence, i.inputs),
                       'inputs', i.inputs, 'reference', r.reference)
                       ORDER BY a.from_on), '[]')
              FROM law.senco_findings AS t
              JOIN law.rules AS r
                ON r.id = t.rule_id
               AND v.from_on
                   BETWEEN r.valid_from AND coalesce(r.valid_to, 'infinity')
              LEFT JOIN core.absences AS a
                ON a.staff_id = o.staff_id
               AND a.known_to IS NULL
               AND daterange(a.from_on, a.to_on, '[]')
                   && daterange(v.from_on, v.to_on, '[]')
             CROSS JOIN LATERAL (
                   SELECT jsonb_strip_nulls(jsonb_build_object(
                              'caseload', l.name, 'other', o.name,
                              'holder', f.name,
                              'from_on', greatest(a.from_on, v.from_on),
                              'to_on', least(a.to_on, v.to_on)))
                              AS inputs) AS i
             WHERE t.id = CASE WHEN a.id IS NOT NULL
                               THEN 'caseload_cover_absent'
                               WHEN o.staff_id IS NULL AND o.client_id IS NULL
                               THEN 'caseload_cover_unheld'
                          END) AS findings
      FROM core.caseload_cover AS v
      JOIN core.caseloads AS l ON l.id = v.caseload_id
      JOIN core.caseloads AS o ON o.id = v.covered_by_id
      LEFT JOIN core.staff AS f ON f.id = o.staff_id
     WHERE v.known_to IS NULL
       AND v.caseload_id IN (SELECT c.caseload_id FROM api.caseloads AS c);

-- caseload_cover_add — from_on to to_on, both included. Two covers of one
-- caseload on one day are refused; cover by somebody who is away then, or by a
-- caseload nobody holds, is taken with a finding.
CREATE FUNCTION api.caseload_cover_add(caseload int, key text,
    covered_by int, from_on date, to_on date)
RETURNS SETOF api.caseload_covers
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_caseload ALIAS FOR $1;
    v_key      ALIAS FOR $2;
    v_by       ALIAS FOR $3;
    v_from     ALIAS FOR $4;
    v_to       ALIAS FOR $5;
    v_before   core.caseload_cover;
    v_id       int;
BEGIN
    PERFORM core.require_role('la_manager');
    SELECT v.* INTO v_before
      FROM core.caseload_cover AS v
     WHERE v.client_id = core.actor_id()
       AND v.key = v_key;
    IF FOUND THEN
        IF (v_before.caseload_id, v_before.covered_by_id, v_before.from_on,
            v_before.to_on) IS DISTINCT FROM (v_caseload, v_by, v_from, v_to)
        THEN
            PERFORM core.refuse('batch_differs');
        END IF;
        RETURN QUERY SELECT * FROM api.caseload_covers AS c
                      WHERE c.cover_id = v_before.id;
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM core.caseloads AS l WHERE l.id = v_caseload)
    THEN
        PERFORM core.refuse('not_found');
    ELSIF v_by = v_caseload OR NOT EXISTS (
              SELECT FROM core.caseloads AS l WHERE l.id = v_by) THEN
        PERFORM core.refuse('malformed_field',
            'Cover is by another caseload there is.', '/covered_by');
    ELSIF v_to < v_from THEN
        PERFORM core.refuse('dates_reversed', '', '/to_on');
    END IF;
    INSERT INTO core.caseload_cover AS v (caseload_id, covered_by_id, from_on,
                                          to_on, client_id, key)
    VALUES (v_caseload, v_by, v_from, v_to, core.actor_id(), v_key)
    ON CONFLICT ON CONSTRAINT caseload_cover_one_a_day DO NOTHING
    RETURNING v.id INTO v_id;
    IF v_id IS NULL THEN
        PERFORM core.refuse('cover_overlaps', '', '/from_on');
    END IF;
    PERFORM core.audit_write('caseloads.cover_add', NULL, NULL,
        jsonb_build_object('caseload_id', v_caseload, 'covered_by', v_by,
                           'from_on', v_from, 'to_on', v_to));
    RETURN QUERY SELECT * FROM api.caseload_covers AS c
                  WHERE c.cover_id = v_id;
END
$$;

-- caseload_cover_end — to_on is the last day, not after the one there is; the
-- row as it was stays known for what it was. Again is no error.
CREATE FUNCTION api.caseload_cover_end(caseload int, id int, to_on date)
RETURNS SETOF api.caseload_covers
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_caseload ALIAS FOR $1;
    v_id       ALIAS FOR $2;
    v_to       ALIAS FOR $3;
    v_row      core.caseload_cover;
BEGIN
    PERFORM core.require_role('la_manager');
    SELECT v.* INTO v_row
      FROM core.caseload_cover AS v
     WHERE v.id = v_id
       AND v.caseload_id = v_caseload
       AND v.known_to IS NULL
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF v_to < v_row.from_on THEN
        PERFORM core.refuse('dates_reversed', '', '/to_on');
    ELSIF v_to > v_row.to_on THEN
        PERFORM core.refuse('malformed_field',
            'It ends before; further cover is another one.', '/to_on');
    ELSIF v_to < v_row.to_on THEN
        UPDATE core.caseload_cover AS v
           SET known_to = now()
         WHERE v.id = v_id;
        INSERT INTO core.caseload_cover AS v (caseload_id, covered_by_id,
               from_on, to_on, client_id)
        VALUES (v_row.caseload_id, v_row.covered_by_id, v_row.from_on, v_to,
                core.actor_id())
        RETURNING v.id INTO v_id;
        PERFORM core.audit_write('caseloads.cover_end', NULL, NULL,
            jsonb_build_object('caseload_id', v_caseload, 'to_on', v_to));
    END IF;
    RETURN QUERY SELECT * FROM api.caseload_covers AS c
                  WHERE c.cover_id = v_id;
END
$$;
