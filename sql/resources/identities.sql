-- identities — an officer finds that two children are one, or one is two; and
-- which look as if they were one. Both writes can be sent again: what is so
-- already is answered the same.
-- SPDX-License-Identifier: Apache-2.0

-- child_redirects — the ids under which children the actor may see were known
-- before they were merged.
CREATE VIEW api.child_redirects AS
    SELECT r.child_id, r.into_child_id, r.at
      FROM core.child_redirects AS r;

-- merge_identities — child becomes into_child: see core.identity_merge. When
-- their dates of birth differ it needs confirm.
CREATE FUNCTION api.merge_identities(child uuid, into_child uuid,
    confirm boolean)
RETURNS TABLE (child_id uuid, was uuid)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    IF child = into_child THEN
        PERFORM core.refuse('identity_conflict',
            'Both are the same child already.');
    END IF;
    IF NOT EXISTS (SELECT 1
                     FROM core.child_redirects AS r
                    WHERE r.child_id = child
                      AND r.into_child_id = into_child) THEN
        PERFORM core.identity_merge(child, into_child, confirm);
        PERFORM core.audit_write('identities.merge', NULL,
            ARRAY[child, into_child],
            jsonb_build_object('child', child, 'into', into_child));
    END IF;
    RETURN QUERY SELECT into_child, child;
END
$$;

-- split_identities — that record of the child is of another person: see
-- core.identity_split. child_id is the new one's.
CREATE FUNCTION api.split_identities(child uuid, setting_ref text,
    source_id text)
RETURNS TABLE (child_id uuid, was uuid)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_source  ALIAS FOR $3;
    v_setting int := core.setting_find(setting_ref);
    v_other   uuid;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    IF v_setting IS NULL THEN
        PERFORM core.refuse('unknown_setting', '', '/setting');
    END IF;
    SELECT s.other_child_id INTO v_other
      FROM core.child_separations AS s
      JOIN core.child_records AS r
        ON r.setting_id = s.setting_id
       AND r.source_id = s.source_id
       AND r.child_id = s.other_child_id
     WHERE s.child_id = child
       AND s.setting_id = v_setting
       AND s.source_id = v_source;
    IF v_other IS NULL THEN
        v_other := core.identity_split(child, v_setting, v_source);
        PERFORM core.audit_write('identities.split', v_setting,
            ARRAY[child, v_other],
            jsonb_build_object('child', child, 'other', v_other));
    END IF;
    RETURN QUERY SELECT v_other, child;
END
$$;

-- identity_candidates — pairs that may be one child: born on one day, of one
-- surname and like forenames, never held by one setting together (twins
-- are), and not told apart before.
CREATE VIEW api.identity_candidates AS
    SELECT a.id::text || b.id::text AS _key,
           a.id AS child_id,
           b.id AS other_child_id,
           a.born_on,
           a.surname,
           a.forename,
           b.surname AS other_surname,
           b.forename AS other_forename,
           x.refs AS settings,
           y.refs AS other_settings
      FROM core.children AS a
      JOIN core.children AS b
        ON b.born_on = a.born_on
       AND lower(b.surname) = lower(a.surname)
       AND b.id > a.id
     CROSS JOIN LATERAL (
           SELECT array_agg(DISTINCT s.ref ORDER BY s.ref) AS refs
             FROM core.child_records AS r
             JOIN core.settings AS s ON s.id = r.setting_id
            WHERE r.child_id = a.id
              AND r.deleted_at IS NULL) AS x
     CROSS JOIN LATERAL (
           SELECT array_agg(DISTINCT s.ref ORDER BY s.ref) AS refs
             FROM core.child_records AS r
             JOIN core.settings AS s ON s.id = r.setting_id
            WHERE r.child_id = b.id
              AND r.deleted_at IS NULL) AS y
     WHERE (SELECT core.actor_sees_all())
       AND (extensions.similarity(a.forename, b.forename) >= 0.4) IS NOT FALSE
       AND NOT x.refs && y.refs
       AND NOT EXISTS (
           SELECT 1
             FROM core.child_separations AS s
            WHERE (s.child_id, s.other_child_id)
                  IN ((a.id, b.id), (b.id, a.id)));
