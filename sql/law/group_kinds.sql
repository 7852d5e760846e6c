-- group_kinds.sql — the groups settings belong to, and what the post of one
-- SENCO for a whole group is called.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.group_kinds (code, rank, title, arrangement, reference)
VALUES
('trust', 1, 'Multi-academy trust', 'group', 'Practice'),
('federation', 2, 'Federation of maintained schools', 'group', 'Education Act 2002 s.24'),
('nursery_chain', 3, 'Chain of nurseries', 'group', 'CoP 5.53'),
('childminder_network', 4, 'Network of childminders', 'network', 'CoP 5.53'),
('childminder_agency', 5, 'Childminder agency', 'agency', 'CoP 5.53; Childcare Act 2006 s.51A'),
('locality', 6, 'Locality', 'group', 'Practice')
ON CONFLICT (code) DO UPDATE
   SET rank = excluded.rank,
       title = excluded.title,
       arrangement = excluded.arrangement,
       reference = excluded.reference;
