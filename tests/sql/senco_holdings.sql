-- senco_holdings.sql — who held which post, as it was known at any time, and by
-- a group.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/senco.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer');
SELECT pg_temp.setting('School 30', '1', 2, 3, 11);
\o
SELECT no_plan();

-- As known then: the post of School 30 was entered as of 2023, and corrected.
\o /dev/null
SELECT pg_temp.teacher('Val Example'),
       pg_temp.post('Val Example', 'School 30', '2023-09-01', NULL, '{"known_from": "2023-09-01", "known_to": "2026-06-01"}'),
       pg_temp.post('Val Example', 'School 30', '2022-09-01', NULL, '{"known_from": "2026-06-01"}');
INSERT INTO core.qualifications (staff_id, kind, state, completed_on, known_from, known_to)
VALUES (pg_temp.staff_id('Val Example'), 'nasenco', 'held', '2020-07-01', '2026-07-01', '2026-08-01');
\o
SELECT is(pg_temp.state('School 30', '2026-03-01', '2026-05-31'), 'IN_TRAINING 2026-09-01', 'history: as known before the correction the clock ran from 2023');
SELECT is(pg_temp.state('School 30', '2026-03-01', '2026-06-02'), 'OVERDUE 2025-09-01', 'history: as known after it, from 2022');
SELECT is(pg_temp.state('School 30', '2026-03-01', '2026-07-15'), 'HOLDS_NASENCO', 'history: as known while an award was recorded, it was held');
SELECT is(pg_temp.state('School 30', '2026-03-01', '2020-01-01'), 'VACANT', 'history: as known before anything was');

-- A post of a group is one at each of its settings while they belong to it.
\o /dev/null
SELECT pg_temp.setting('Chain nursery', 'ofsted:non_domestic', NULL, NULL, NULL);
WITH g AS (INSERT INTO core.groups (kind, name) VALUES ('nursery_chain', 'Fictional Chain') RETURNING id),
m AS (INSERT INTO core.group_settings (group_id, setting_id, from_on, to_on)
      SELECT g.id, pg_temp.setting_id('Chain nursery'), '2025-01-01', '2026-08-31' FROM g)
INSERT INTO core.posts (staff_id, group_id, kind, arrangement, from_on, known_from)
SELECT pg_temp.staff_id('Eve Example'), g.id, 'senco', 'group', '2024-09-01', '2000-01-01' FROM g;
\o
SELECT is(pg_temp.said('s.state, s.senco, s.became_on', 'Chain nursery', '2026-08-31'), 'IDENTIFIED Eve Example 2025-01-01', 'IDENTIFIED: by the group');
SELECT is(pg_temp.state('Chain nursery', '2026-09-01'), 'NOT_IDENTIFIED', 'NOT_IDENTIFIED: when it has left the group');

SELECT * FROM finish();
ROLLBACK;
