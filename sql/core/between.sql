-- between — where children are and were. A setting does not see where a child
-- went that left it, but must learn that it arrived: so the days of a child's
-- stays, and that it was found, are told past the policies, and nothing else.
-- SPDX-License-Identifier: Apache-2.0

-- child_stays — the placements of every setting. A child whose record was
-- withdrawn with all that hung on it (as a full roll does that no longer
-- names it) left on that day: it is not gone because its record is. Whoever
-- reads it asks for the settings in scope, or for children in sight and then
-- for no more than the days.
CREATE OR REPLACE VIEW core.child_stays AS
    SELECT p.child_id, p.setting_id, p.child, p.start_on,
           least(coalesce(p.end_on, 'infinity'),
                 coalesce(p.deleted_at::date, 'infinity')) AS end_on,
           CASE WHEN p.enrolment IN ('guest', 'subsidiary') THEN 1 ELSE 0
           END AS subsidiary
      FROM core.placements AS p
     WHERE p.deleted_at IS NULL
        OR p.start_on <= p.deleted_at::date
       AND EXISTS (SELECT FROM core.child_records AS r
                    WHERE r.setting_id = p.setting_id
                      AND r.source_id = p.child
                      AND r.deleted_at IS NOT NULL);

-- child_arrivals — when the receiving setting of a move said that the child had
-- come, and until when that holds: some who receive children send no records.
CREATE OR REPLACE VIEW core.child_arrivals AS
    SELECT s.child_id, s.setting_id, s.on_date AS arrived_on,
           coalesce((SELECT min(x.on_date)
                       FROM core.transition_steps AS x
                      WHERE x.case_id = s.case_id
                        AND x.n > s.n
                        AND x.step NOT IN ('settled', 'tier_changed')),
                    'infinity') AS until_on
      FROM core.transition_steps AS s
     WHERE s.step = 'received';

-- between_resolved — when a child who had left by that day was found. Likewise.
CREATE OR REPLACE VIEW core.between_resolved AS
    SELECT r.child_id, r.left_on, r.resolved_on
      FROM core.between_resolutions AS r
     WHERE r.withdrawn_at IS NULL;
