-- desk — hand-overs that nobody has acknowledged. Who sent one is told of it
-- by its own record, which the setting moved to does not see: hence as owner,
-- and ids only. Whoever reads it joins core.facts_told, which is under the
-- actor's policies.
-- SPDX-License-Identifier: Apache-2.0

CREATE OR REPLACE VIEW core.handovers_open AS
    SELECT t.to_setting_id AS setting_id,
           t.id::text COLLATE "C" AS source_id,
           s.name AS from_setting_name
      FROM core.transitions AS t
      JOIN core.settings AS s ON s.id = t.setting_id
     WHERE t.deleted_at IS NULL
       AND t.to_setting_id IS NOT NULL
       AND t.form_sent_on IS NOT NULL
       AND t.form_acknowledged_on IS NULL;

-- desk_staff — whose desk it is: the SENCO's own, or for an officer or manager
-- that of the person asked for. Refuses everybody else.
CREATE OR REPLACE FUNCTION core.desk_staff(staff int)
RETURNS int
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_own int := (SELECT c.staff_id FROM core.clients AS c
                   WHERE c.id = core.actor_id() AND c.role = 'senco');
BEGIN
    PERFORM core.require_role('senco', 'la_officer', 'la_manager');
    IF v_own IS NULL AND desk_staff.staff IS NULL THEN
        PERFORM core.refuse('missing_parameter', 'Whose desk?', 'staff');
    ELSIF v_own <> desk_staff.staff OR NOT EXISTS (
            SELECT 1 FROM core.staff AS f
             WHERE f.id = coalesce(desk_staff.staff, v_own)) THEN
        PERFORM core.refuse('not_found');
    END IF;
    RETURN coalesce(v_own, desk_staff.staff);
END
$$;
