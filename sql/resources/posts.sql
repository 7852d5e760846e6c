-- posts.sql — who holds which post at which setting, and when. No child is
-- in it; whoever acts at all may read it.
-- SPDX-License-Identifier: Apache-2.0

-- posts — one row a person and a period.
CREATE VIEW api.posts AS
    SELECT p.id, p.setting_id, s.ref AS setting, s.name AS setting_name,
           p.staff_id, f.name AS staff, p.kind, p.from_on, p.to_on
      FROM core.posts AS p
      JOIN core.staff AS f ON f.id = p.staff_id
      JOIN core.settings AS s ON s.id = p.setting_id
     WHERE (SELECT core.actor_role()) IS NOT NULL;
