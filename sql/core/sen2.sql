-- sen2 — what officers wrote down of a person for the SEN2 return follows the
-- person.
-- SPDX-License-Identifier: Apache-2.0

-- identity_move_sen2 — what is known of child fills what is blank of
-- into_child, and nothing else.
CREATE OR REPLACE FUNCTION core.identity_move_sen2(child uuid,
    into_child uuid)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO core.sen2_persons AS p (child_id, ethnicity, upn_unknown,
           need_types, changed_by)
    SELECT into_child, o.ethnicity, o.upn_unknown, o.need_types, o.changed_by
      FROM core.sen2_persons AS o
     WHERE o.child_id = child
    ON CONFLICT ON CONSTRAINT sen2_persons_pkey DO UPDATE
       SET ethnicity = coalesce(p.ethnicity, excluded.ethnicity),
           upn_unknown = coalesce(p.upn_unknown, excluded.upn_unknown),
           need_types = CASE WHEN p.need_types = '{}'
                             THEN excluded.need_types ELSE p.need_types END,
           version = p.version + 1,
           changed_at = now();
    DELETE FROM core.sen2_persons AS o WHERE o.child_id = child;
END
$$;
