-- caseload_splits — what dividing the authority does to the rows of caseloads,
-- and what it finds that straddles the line.
-- SPDX-License-Identifier: Apache-2.0

-- caseload_move_rows — from on_date on these settings, and the named children
-- at them, are in another caseload for as long as they were in this one.
CREATE OR REPLACE FUNCTION core.caseload_move_rows(setting_ids int[],
    from_caseload int, to_caseload int, on_date date)
RETURNS void
LANGUAGE sql
AS $$
    WITH closed AS (
        UPDATE core.caseload_settings AS m
           SET known_to = now()
         WHERE m.caseload_id = caseload_move_rows.from_caseload
           AND m.setting_id = ANY (caseload_move_rows.setting_ids)
           AND m.known_to IS NULL
           AND (m.to_on IS NULL OR m.to_on >= caseload_move_rows.on_date)
        RETURNING m.setting_id, m.from_on, m.to_on
    )
    INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on,
           to_on, client_id)
    SELECT caseload_move_rows.from_caseload, c.setting_id, c.from_on,
           caseload_move_rows.on_date - 1, core.actor_id()
      FROM closed AS c
     WHERE c.from_on < caseload_move_rows.on_date
     UNION ALL
    SELECT caseload_move_rows.to_caseload, c.setting_id,
           greatest(c.from_on, caseload_move_rows.on_date), c.to_on,
           core.actor_id()
      FROM closed AS c;
    WITH closed AS (
        UPDATE core.caseload_children AS k
           SET known_to = now()
         WHERE k.caseload_id = caseload_move_rows.from_caseload
           AND k.setting_id = ANY (caseload_move_rows.setting_ids)
           AND k.known_to IS NULL
           AND (k.to_on IS NULL OR k.to_on >= caseload_move_rows.on_date)
        RETURNING k.setting_id, k.child_id, k.from_on, k.to_on
    )
    INSERT INTO core.caseload_children (caseload_id, setting_id, child_id,
           from_on, to_on, client_id)
    SELECT caseload_move_rows.from_caseload, c.setting_id, c.child_id,
           c.from_on, caseload_move_rows.on_date - 1, core.actor_id()
      FROM closed AS c
     WHERE c.from_on < caseload_move_rows.on_date
     UNION ALL
    SELECT caseload_move_rows.to_caseload, c.setting_id, c.child_id,
           greatest(c.from_on, caseload_move_rows.on_date), c.to_on,
           core.actor_id()
      FROM closed AS c;
$$;

-- caseload_cut — does it for each of these caseloads, and says of each: id,
-- name, going, staying (settings on the day), children (named, that go), and
-- becomes, the new caseload's id (its own when all goes).
CREATE OR REPLACE FUNCTION core.caseload_cut(split int, setting_ids int[],
    caseload_ids int[])
RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_split    core.caseload_splits;
    v_caseload record;
    v_becomes  int;
    v_cuts     jsonb := '[]';
BEGIN
    SELECT p.* INTO v_split FROM core.caseload_splits AS p WHERE p.id = split;
    FOR v_caseload IN
        SELECT l.id, l.name, l.split_id, l.split_from, h.going, h.staying,
               (SELECT count(DISTINCT k.child_id)
                  FROM core.caseload_children AS k
                 WHERE k.caseload_id = l.id
                   AND k.setting_id = ANY (setting_ids)
                   AND k.known_to IS NULL
                   AND (k.to_on IS NULL OR k.to_on >= v_split.on_date))
                   AS children
          FROM core.caseloads AS l
         CROSS JOIN LATERAL (
               SELECT count(DISTINCT m.setting_id) FILTER (WHERE m.setting_id
                          = ANY (setting_ids)) AS going,
                      count(DISTINCT m.setting_id) FILTER (WHERE m.setting_id
                          <> ALL (setting_ids)) AS staying
                 FROM core.caseload_settings AS m
                WHERE m.caseload_id = l.id
                  AND m.known_to IS NULL
                  AND (m.to_on IS NULL OR m.to_on >= v_split.on_date)) AS h
         WHERE l.id = ANY (caseload_ids)
         ORDER BY l.name, l.id
    LOOP
        IF v_caseload.staying = 0 THEN
            v_becomes := v_caseload.id;
            UPDATE core.caseloads AS l
               SET split_id = split,
                   version = l.version + 1
             WHERE l.id = v_caseload.id
               AND l.split_id IS DISTINCT FROM split;
        ELSE
            SELECT l.id INTO v_becomes
              FROM core.caseloads AS l
             WHERE l.split_id = split
               AND l.split_from = v_caseload.id;
            IF NOT FOUND THEN
                INSERT INTO core.caseloads AS l (name, split_id, split_from,
                                                 created_by)
                VALUES (format('%s (%s)', v_caseload.name, v_split.successor),
                        split, v_caseload.id, core.actor_id())
                ON CONFLICT ON CONSTRAINT caseloads_name_once DO NOTHING
                RETURNING l.id INTO v_becomes;
            END IF;
            IF v_becomes IS NULL THEN
                PERFORM core.refuse('caseload_exists', format(
                    'There is a caseload "%s (%s)" already.',
                    v_caseload.name, v_split.successor), '/successor');
            END IF;
            PERFORM core.caseload_move_rows(setting_ids, v_caseload.id,
                                            v_becomes, v_split.on_date);
        END IF;
        v_cuts := v_cuts || jsonb_build_object('id', v_caseload.id,
            'name', v_caseload.name, 'going', v_caseload.going,
            'staying', v_caseload.staying, 'children', v_caseload.children,
            'becomes', v_becomes);
    END LOOP;
    RETURN v_cuts;
END
$$;

-- caseload_divided_caseloads — before and after of each caseload concerned.
CREATE OR REPLACE FUNCTION core.caseload_divided_caseloads(cuts jsonb,
    before jsonb, after jsonb)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'caseload_id', c -> 'id', 'name', c -> 'name',
                   'is_cut', (c ->> 'staying')::int > 0,
                   'settings_going', c -> 'going',
                   'settings_staying', c -> 'staying',
                   'named_children_going', c -> 'children',
                   'becomes', after -> (c ->> 'becomes') -> 'name',
                   'weight_before', before -> (c ->> 'id') -> 'weight',
                   'weight_staying', CASE WHEN (c ->> 'staying')::int > 0
                       THEN after -> (c ->> 'id') -> 'weight'
                       ELSE '0' END,
                   'weight_going', after -> (c ->> 'becomes') -> 'weight')
                   ORDER BY n), '[]')
          FROM jsonb_array_elements(cuts) WITH ORDINALITY AS e (c, n));
END
$$;

-- caseload_straddling — who or what is on both sides of the line on that day:
-- people with posts, and arrangements of one SENCO for several schools; with
-- the names of settings on either side.
CREATE OR REPLACE FUNCTION core.caseload_straddling(setting_ids int[],
    on_date date)
RETURNS TABLE (finding text, name text, staying text, going text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT 'split_post', min(h.name),
           string_agg(DISTINCT s.name, ', ') FILTER (WHERE s.id
               <> ALL (caseload_straddling.setting_ids)),
           string_agg(DISTINCT s.name, ', ') FILTER (WHERE s.id
               = ANY (caseload_straddling.setting_ids))
      FROM core.holdings AS h
      JOIN core.settings AS s ON s.id = h.setting_id
     WHERE h.known_to = 'infinity'
       AND caseload_straddling.on_date BETWEEN h.from_on AND h.to_on
       AND h.sharing_id IS NULL
     GROUP BY h.person
    HAVING bool_or(s.id = ANY (caseload_straddling.setting_ids))
       AND bool_or(s.id <> ALL (caseload_straddling.setting_ids))
     UNION ALL
    SELECT 'split_sharing', min(a.name),
           string_agg(DISTINCT s.name, ', ') FILTER (WHERE s.id
               <> ALL (caseload_straddling.setting_ids)),
           string_agg(DISTINCT s.name, ', ') FILTER (WHERE s.id
               = ANY (caseload_straddling.setting_ids))
      FROM core.sharings AS a
      JOIN core.sharing_members AS m ON m.sharing_id = a.id
      JOIN core.settings AS s ON s.id = m.setting_id
     WHERE a.state IN ('proposed', 'approved')
       AND (a.to_on IS NULL OR a.to_on >= caseload_straddling.on_date)
       AND m.withdrawn_at IS NULL
       AND (m.to_on IS NULL OR m.to_on >= caseload_straddling.on_date)
     GROUP BY a.id
    HAVING bool_or(s.id = ANY (caseload_straddling.setting_ids))
       AND bool_or(s.id <> ALL (caseload_straddling.setting_ids));
END
$$;

-- caseload_divided_findings — the caseloads cut, the named children that go,
-- and all that straddles.
CREATE OR REPLACE FUNCTION core.caseload_divided_findings(cuts jsonb,
    setting_ids int[], on_date date)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(core.caseload_finding(f.finding, f.inputs,
                   caseload_divided_findings.on_date)
                   ORDER BY f.finding, f.inputs::text), '[]')
          FROM (SELECT 'split_caseload_cut' AS finding,
                       jsonb_build_object('caseload', c -> 'name',
                           'going', c -> 'going',
                           'staying', c -> 'staying') AS inputs
                  FROM jsonb_array_elements(cuts) AS c
                 WHERE (c ->> 'staying')::int > 0
                 UNION ALL
                SELECT 'split_child',
                       jsonb_build_object('caseload', c -> 'name',
                                          'children', c -> 'children')
                  FROM jsonb_array_elements(cuts) AS c
                 WHERE (c ->> 'children')::int > 0
                 UNION ALL
                SELECT x.finding,
                       jsonb_build_object('holder', x.name,
                           'staying', x.staying, 'going', x.going)
                  FROM core.caseload_straddling(setting_ids,
                           caseload_divided_findings.on_date) AS x) AS f);
END
$$;
