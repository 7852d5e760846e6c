-- 0005_policies — row-level security, enabled and forced, on every table
-- that names a child. One shape, which never hurt the planner; every column
-- is qualified, because an unqualified one binds to the innermost table and
-- makes the policy always true. Role owner passes by a policy of its own:
-- migrations and the few functions of schema core that work across settings
-- (matching) run as owner.
-- SPDX-License-Identifier: Apache-2.0

-- What belongs to one setting.
DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['child_records', 'placements', 'needs',
        'transitions', 'changes', 'setting_contacts']
    LOOP
        EXECUTE format($f$
            CREATE POLICY %1$s_seen ON core.%1$I FOR SELECT TO api
                USING (%1$I.setting_id
                       = ANY ((SELECT core.actor_settings())::int[]));
            CREATE POLICY %1$s_added ON core.%1$I FOR INSERT TO api
                WITH CHECK (%1$I.setting_id
                            = ANY ((SELECT core.actor_settings())::int[]));
            CREATE POLICY %1$s_changed ON core.%1$I FOR UPDATE TO api
                USING (%1$I.setting_id
                       = ANY ((SELECT core.actor_settings())::int[]))
        $f$, v_table);
    END LOOP;
END
$$;

-- A child is seen by officers, and by those who hold a record of it: also
-- after it has left, for its record stays.
CREATE POLICY children_seen ON core.children FOR SELECT TO api
    USING ((SELECT core.actor_sees_all())
           OR EXISTS (
               SELECT 1
                 FROM core.child_records AS r
                WHERE r.child_id = children.id
                  AND r.setting_id
                      = ANY ((SELECT core.actor_settings())::int[])));
CREATE POLICY children_changed ON core.children FOR UPDATE TO api
    USING ((SELECT core.actor_sees_all())
           OR EXISTS (
               SELECT 1
                 FROM core.child_records AS r
                WHERE r.child_id = children.id
                  AND r.setting_id
                      = ANY ((SELECT core.actor_settings())::int[])));

CREATE POLICY child_identifiers_seen ON core.child_identifiers
    FOR SELECT TO api
    USING ((SELECT core.actor_sees_all())
           OR EXISTS (
               SELECT 1
                 FROM core.child_records AS r
                WHERE r.child_id = child_identifiers.child_id
                  AND r.setting_id
                      = ANY ((SELECT core.actor_settings())::int[])));

-- The authority's own: settings may read, officers write.
CREATE POLICY ehc_transfers_seen ON core.ehc_transfers FOR SELECT TO api
    USING ((SELECT core.actor_sees_all())
           OR EXISTS (
               SELECT 1
                 FROM core.child_records AS r
                WHERE r.child_id = ehc_transfers.child_id
                  AND r.setting_id
                      = ANY ((SELECT core.actor_settings())::int[])));
CREATE POLICY ehc_transfers_added ON core.ehc_transfers FOR INSERT TO api
    WITH CHECK ((SELECT core.actor_sees_all()));
CREATE POLICY ehc_transfers_changed ON core.ehc_transfers FOR UPDATE TO api
    USING ((SELECT core.actor_sees_all()));

-- Stored answers are the client's own.
CREATE POLICY sync_batches_seen ON core.sync_batches FOR SELECT TO api
    USING (sync_batches.client_id = (SELECT core.actor_id()));
CREATE POLICY sync_batches_added ON core.sync_batches FOR INSERT TO api
    WITH CHECK (sync_batches.client_id = (SELECT core.actor_id()));

-- The audit log: everybody's deeds go in, only the auditor reads.
CREATE POLICY entries_added ON audit.entries FOR INSERT TO api
    WITH CHECK (true);
CREATE POLICY entries_read ON audit.entries FOR SELECT TO auditor
    USING (true);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['core.children', 'core.child_identifiers',
        'core.child_records', 'core.placements', 'core.needs',
        'core.transitions', 'core.changes', 'core.setting_contacts',
        'core.ehc_transfers', 'core.sync_batches', 'audit.entries']
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY owner_passes ON %s TO owner
            USING (true) WITH CHECK (true)', v_table);
    END LOOP;
END
$$;
