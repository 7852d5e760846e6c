-- handover — a child another setting hands over, as the receiving setting is
-- told of it, by the id of the transition. Due and told is core/facts.sql.
-- SPDX-License-Identifier: Apache-2.0

CREATE VIEW api.handover_facts AS
    SELECT t.setting_id, t.source_id, t.child_id, t.revision, f.data
      FROM core.facts_told AS t
      JOIN core.facts AS f
        ON f.kind = 'handover'
       AND f.child_id = t.child_id
       AND f.setting_id = t.setting_id
       AND f.source_id = t.source_id
     WHERE t.kind = 'handover';

SELECT core.kind_register_fact('handover', 'handover_facts');
