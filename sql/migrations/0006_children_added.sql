-- 0006_children_added — a school system may add a person to the index; it
-- sees them only through a record of its own.
-- SPDX-License-Identifier: Apache-2.0

CREATE POLICY children_added ON core.children FOR INSERT TO api
    WITH CHECK ((SELECT core.actor_role()) = 'school_system');
