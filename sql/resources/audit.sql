-- audit — what was read is written down before the answer leaves.
-- SPDX-License-Identifier: Apache-2.0

-- audit_read — one row for one answer: the action, the settings asked about
-- and the children in it.
CREATE FUNCTION api.audit_read(action text, setting_ids int[], child_ids uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM core.audit_write(audit_read.action,
        CASE WHEN cardinality(audit_read.setting_ids) = 1
             THEN audit_read.setting_ids[1] END,
        audit_read.child_ids,
        CASE WHEN cardinality(audit_read.setting_ids) > 1
             THEN jsonb_build_object('setting_ids', audit_read.setting_ids)
        END);
END
$$;
