-- ehc_transfer — the milestones of a phase transfer as the settings that hold
-- the child are told them: a fact of each of their records of it, by
-- SOURCE_ID/YEAR. Due and told is core/facts.sql.
-- SPDX-License-Identifier: Apache-2.0

CREATE VIEW api.ehc_transfer_facts AS
    SELECT t.setting_id, t.source_id, t.child_id, t.revision, f.data
      FROM core.facts_told AS t
      JOIN core.facts AS f
        ON f.kind = 'ehc_transfer'
       AND f.child_id = t.child_id
       AND f.setting_id = t.setting_id
       AND f.source_id = t.source_id
     WHERE t.kind = 'ehc_transfer';

SELECT core.kind_register_fact('ehc_transfer', 'ehc_transfer_facts');

-- What settings send of it themselves: api.ehc_transfer_compare and
-- api.ehc_transfer_merge, into the queue of proposals.
SELECT core.kind_define_proposals('ehc_transfer',
    fields => ARRAY[
        ['child',                'text'],
        ['year',                 'int'],
        ['review_held_on',       'date'],
        ['amendment_noticed_on', 'date'],
        ['plan_final_on',        'date'],
        ['placement_refused',    'boolean']],
    rules => ARRAY[
        ['r.amendment_noticed_on < r.review_held_on',
         'transition_order', '/data/amendment_noticed_on'],
        ['r.plan_final_on < coalesce(r.amendment_noticed_on, r.review_held_on)',
         'transition_order', '/data/plan_final_on']]);
