-- codes — every code list with titles, from whichever table of schema law
-- holds it; no child is in it, everybody may read it.
-- SPDX-License-Identifier: Apache-2.0

-- codes — a code may have had other titles in other years.
CREATE VIEW api.codes AS
    SELECT c.list, c.code, c.title, c.valid_from, c.valid_to,
           c.rank::int AS rank
      FROM (
        SELECT x.list, x.code, x.title, x.valid_from, x.valid_to, x.rank
          FROM law.codes AS x
         UNION ALL
        SELECT 'sen_provision', p.code, p.name, p.valid_from, p.valid_to,
               p.rank
          FROM law.sen_provisions AS p
         UNION ALL
        SELECT 'need_type', n.code, n.name, n.valid_from, n.valid_to, 0
          FROM law.need_types AS n
         UNION ALL
        SELECT 'transition_kind', k.code, k.name, k.valid_from, k.valid_to, 0
          FROM law.transition_kinds AS k
         UNION ALL
        SELECT 'transition_state', s.state, s.name, NULL, NULL, s.rank
          FROM law.transition_states AS s
         UNION ALL
        SELECT 'year_group', y.code, y.name, NULL, NULL, coalesce(y.ncy, 99)
          FROM law.year_groups AS y
         UNION ALL
        SELECT 'setting_type', t.code, t.name, NULL, NULL, 0
          FROM law.setting_types AS t
         UNION ALL
        SELECT 'group_kind', g.code, g.title, NULL, NULL, g.rank
          FROM law.group_kinds AS g
         UNION ALL
        SELECT 'ehc_adviser', a.code, a.name, NULL, NULL, 0
          FROM law.ehc_advisers AS a
         UNION ALL
        SELECT 'phase', f.code::text, f.name, NULL, NULL, f.code
          FROM law.phases AS f) AS c
     WHERE (SELECT core.actor_role()) IS NOT NULL;
