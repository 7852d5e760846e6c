-- transitions.sql — the moves settings plan, as the actor may see them.
-- SPDX-License-Identifier: Apache-2.0

-- transitions — one row a planned move that was not withdrawn.
CREATE VIEW api.transitions AS
    SELECT t.id AS transition_id,
           t.child_id,
           t.kind,
           t.year,
           t.setting_id,
           f.ref AS setting,
           f.name AS setting_name,
           t.to_setting_id,
           g.ref AS to_setting,
           g.name AS to_setting_name,
           t.target_on,
           t.parent_agreed_on,
           t.meeting_on,
           t.form_sent_on,
           t.form_acknowledged_on,
           t.known_from
      FROM core.transitions AS t
      JOIN core.settings AS f ON f.id = t.setting_id
      LEFT JOIN core.settings AS g ON g.id = t.to_setting_id
     WHERE t.deleted_at IS NULL;
