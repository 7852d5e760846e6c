-- caseload_fair_split.sql — a proposal who should look after which setting, so
-- that weights are even, places lie together and few settings change hands.
-- It changes nothing; what it proposes has the shape of an assignment.
--
-- It begins with who holds a setting today. A setting moves to the nearest
-- centre when nobody of those holds it, or when its way would be shorter by
-- more than rule caseload_move_km says continuity is worth. Then, one setting
-- at a time, the heaviest caseload gives to a lighter one (or the lightest is
-- given to), those first that cost the least way for their weight, while
-- the taker stays lighter than the giver was: the heavier of the two falls with
-- each move, so it ends. Centres are reckoned anew after each round. Nothing is drawn by
-- chance and ties go by id, so the same day gives the same proposal.
-- SPDX-License-Identifier: Apache-2.0
-- after: caseload_balance caseload_findings sentences

-- caseload_localities — where settings are, by every name it goes by: the
-- register's locality and town, the district of the postcode, and groups that
-- are a locality.
CREATE VIEW api.caseload_localities AS
    SELECT s.id AS setting_id, lower(s.locality) AS name
      FROM core.settings AS s
     WHERE s.locality IS NOT NULL
       AND (SELECT core.actor_sees_all())
     UNION
    SELECT s.id, lower(s.town)
      FROM core.settings AS s
     WHERE s.town IS NOT NULL
       AND (SELECT core.actor_sees_all())
     UNION
    SELECT s.id, lower(split_part(s.postcode, ' ', 1))
      FROM core.settings AS s
     WHERE s.postcode IS NOT NULL
       AND (SELECT core.actor_sees_all())
     UNION
    SELECT m.setting_id, lower(g.name)
      FROM core.group_settings AS m
      JOIN core.groups AS g ON g.id = m.group_id
     WHERE g.kind = 'locality'
       AND (SELECT core.actor_sees_all())
       AND current_date BETWEEN m.from_on AND coalesce(m.to_on, 'infinity');

-- caseload_split_settings — the settings to be shared out on that day: held by
-- one of these caseloads (NULL: by any), and, unless caseloads are named
-- without a locality, early years settings nobody holds. One that two hold
-- jointly stays with both and is not among them.
CREATE FUNCTION api.caseload_split_settings(caseloads int[], locality text,
    on_date date)
RETURNS TABLE (setting_id int, holder int, weight float8, of_km float8,
    easting float8, northing float8)
LANGUAGE sql STABLE
AS $$
    SELECT p.setting_id, h.holder,
           w.of_setting + w.of_support + w.of_plan
               + coalesce(k.children, 0) * a.of_named,
           w.of_km, w.easting, w.northing
      FROM api.caseload_places AS p
      JOIN api.caseload_setting_weights(caseload_split_settings.on_date) AS w
        ON w.setting_id = p.setting_id
     CROSS JOIN api.caseload_amounts(caseload_split_settings.on_date) AS a
      LEFT JOIN (SELECT m.setting_id, min(m.caseload_id) AS holder,
                        count(DISTINCT m.caseload_id) AS holders
                   FROM api.caseload_members AS m
                  WHERE caseload_split_settings.on_date
                        BETWEEN m.from_on AND m.to_on
                  GROUP BY m.setting_id) AS h
        ON h.setting_id = p.setting_id
      LEFT JOIN (SELECT c.setting_id,
                        count(DISTINCT c.child_id) AS children
                   FROM api.caseload_children AS c
                  WHERE caseload_split_settings.on_date
                        BETWEEN c.from_on AND c.to_on
                  GROUP BY c.setting_id) AS k
        ON k.setting_id = p.setting_id
     WHERE p.status <> 'closed'
       AND (p.closed_on IS NULL
            OR p.closed_on > caseload_split_settings.on_date)
       AND coalesce(h.holders, 1) = 1
       AND CASE WHEN h.holder IS NOT NULL
                THEN caseload_split_settings.caseloads IS NULL
                     OR h.holder = ANY (caseload_split_settings.caseloads)
                ELSE p.is_early_years
                     AND (caseload_split_settings.caseloads IS NULL
                          OR caseload_split_settings.locality IS NOT NULL)
           END
       AND (caseload_split_settings.locality IS NULL
            OR EXISTS (
                SELECT
                  FROM api.caseload_localities AS l
                 WHERE l.setting_id = p.setting_id
                   AND l.name = lower(caseload_split_settings.locality)));
$$;

-- caseload_split_groups — the caseloads that are to hold them, by id; 0 stands
-- for one that is still to be made. With most it is so many: those that hold
-- most weight among them, and new ones if there are too few.
CREATE FUNCTION api.caseload_split_groups(caseloads int[], most int,
    holders int[], weights float8[])
RETURNS int[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_groups int[];
BEGIN
    IF caseloads IS NOT NULL THEN
        v_groups := ARRAY(SELECT DISTINCT u.id FROM unnest(caseloads) AS u (id)
                           ORDER BY u.id);
        IF EXISTS (SELECT FROM unnest(v_groups) AS g (id)
                    WHERE g.id NOT IN (SELECT c.caseload_id
                                         FROM api.caseloads AS c)) THEN
            PERFORM api.caseload_split_refuse('not_found',
                'There is no such caseload.');
        END IF;
        RETURN v_groups;
    END IF;
    v_groups := ARRAY(
        SELECT h.id
          FROM unnest(holders, weights) AS h (id, weight)
         WHERE h.id IS NOT NULL
         GROUP BY h.id
         ORDER BY sum(h.weight) DESC, h.id
         LIMIT most);
    RETURN v_groups || array_fill(0,
        ARRAY[greatest(coalesce(most, 0) - cardinality(v_groups), 0)]);
END
$$;

-- caseload_split_refuse — refuses, for reads that cannot name schema core.
CREATE FUNCTION api.caseload_split_refuse(slug text, sentence text)
RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM core.refuse(slug, sentence);
END
$$;

-- caseload_split_centres — the centre of each of so many groups: the mean of
-- the places in it, NULL of one without any.
CREATE FUNCTION api.caseload_split_centres(at int[], e float8[], n float8[],
    groups int, OUT e_ float8[], OUT n_ float8[])
LANGUAGE sql IMMUTABLE
AS $$
    SELECT array_agg(c.e ORDER BY g.g), array_agg(c.n ORDER BY g.g)
      FROM generate_series(1, groups) AS g (g)
      LEFT JOIN (SELECT s.at, avg(s.e) AS e, avg(s.n) AS n
                   FROM unnest(at, e, n) AS s (at, e, n)
                  WHERE s.e IS NOT NULL
                  GROUP BY s.at) AS c ON c.at = g.g;
$$;

-- caseload_split_loads — what each group weighs, with the way to its centre.
CREATE FUNCTION api.caseload_split_loads(at int[], weight float8[],
    e float8[], n float8[], centre_e float8[], centre_n float8[],
    of_km float8)
RETURNS float8[]
LANGUAGE sql IMMUTABLE
AS $$
    SELECT array_agg(coalesce(l.w, 0) ORDER BY g.g)
      FROM generate_series(1, cardinality(centre_e)) AS g (g)
      LEFT JOIN (SELECT s.at,
                        sum(s.w + of_km * coalesce(
                            sqrt((s.e - centre_e[s.at]) ^ 2
                                 + (s.n - centre_n[s.at]) ^ 2) / 1000, 0))
                            AS w
                   FROM unnest(at, weight, e, n) AS s (at, w, e, n)
                  GROUP BY s.at) AS l ON l.at = g.g;
$$;

-- caseload_split_moves — which settings (i) could go from giver to a lighter
-- taker (either NULL: any), those first that cost the least way for their
-- weight; and what each weighs off the one and on the other.
CREATE FUNCTION api.caseload_split_moves(at int[], weight float8[],
    e float8[], n float8[], centre_e float8[], centre_n float8[],
    load float8[], of_km float8, move_km float8, giver int, taker int)
RETURNS TABLE (i int, giver int, taker int, off float8, on_ float8)
LANGUAGE sql IMMUTABLE
AS $$
    SELECT m.i, m.giver, m.taker, m.off, m.on_
      FROM (SELECT s.i::int AS i, s.at AS giver, t.g::int AS taker,
                   d.taker_km - d.giver_km AS more_km,
                   s.w + of_km * d.giver_km AS off,
                   s.w + of_km * d.taker_km AS on_
              FROM unnest(at, weight, e, n) WITH ORDINALITY
                   AS s (at, w, e, n, i)
              JOIN unnest(load, centre_e, centre_n) WITH ORDINALITY
                   AS t (w, e, n, g)
                ON (caseload_split_moves.taker IS NULL
                    OR t.g = caseload_split_moves.taker)
               AND t.w < load[s.at]
             CROSS JOIN LATERAL (
                   SELECT coalesce(sqrt((s.e - centre_e[s.at]) ^ 2
                              + (s.n - centre_n[s.at]) ^ 2) / 1000, 0)
                              AS giver_km,
                          coalesce(sqrt((s.e - t.e) ^ 2
                              + (s.n - t.n) ^ 2) / 1000, 0) AS taker_km) AS d
             WHERE caseload_split_moves.giver IS NULL
                OR s.at = caseload_split_moves.giver) AS m
     ORDER BY (greatest(m.more_km, -move_km) + move_km + 0.001)
                  / nullif(m.off, 0), m.i, m.taker;
$$;

-- caseload_fair_split — one row a setting: who holds it, who should, and why.
-- caseloads names those to share out among; most says how many there are to
-- be; neither means all that hold something.
CREATE FUNCTION api.caseload_fair_split(caseloads int[], most int,
    locality text, on_date date)
RETURNS TABLE (setting text, setting_name text, type text,
    from_caseload int, from_name text, to_caseload int, to_name text,
    is_moved boolean, reason text, sentence text, weight float8,
    km_before float8, km_after float8, to_weight_before float8,
    to_weight_after float8, mean float8, is_fair boolean)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_ids     int[];    -- settings, and side by side what is known of them:
    v_holder  int[];    -- the caseload today,
    v_weight  float8[]; -- what it weighs without the way,
    v_e       float8[];
    v_n       float8[];
    v_at      int[];    -- the group it is in now,
    v_reason  text[];   -- and why,
    v_was     float8[]; -- with the weight of the giver before,
    v_is      float8[]; -- and after
    v_groups  int[];    -- caseloads (0: new), and side by side:
    v_centre_e float8[];
    v_centre_n float8[];
    v_load    float8[]; -- what they weigh, with the way
    v_start   float8[]; -- and weighed to begin with
    v_mid_e   float8;
    v_mid_n   float8;
    v_of_km   float8;
    v_move_km float8;
    v_fair    float8;
    v_mean    float8;
    v_high    float8;   -- the heaviest and the lightest that is fair
    v_low     float8;
    v_giver   int;
    v_taker   int;
    v_taken   boolean[];
    v_move    record;
    v_moved   int;
    v_before  int;
BEGIN
    SELECT array_agg(s.setting_id ORDER BY s.setting_id),
           array_agg(s.holder ORDER BY s.setting_id),
           array_agg(s.weight ORDER BY s.setting_id),
           array_agg(s.easting ORDER BY s.setting_id),
           array_agg(s.northing ORDER BY s.setting_id), max(s.of_km),
           avg(s.easting), avg(s.northing)
      INTO v_ids, v_holder, v_weight, v_e, v_n, v_of_km, v_mid_e, v_mid_n
      FROM api.caseload_split_settings(caseloads, locality, on_date) AS s;
    SELECT a.move_km, a.fair_percent / 100 INTO v_move_km, v_fair
      FROM api.caseload_amounts(on_date) AS a;
    v_groups := api.caseload_split_groups(caseloads, most, v_holder, v_weight);
    IF v_ids IS NULL OR cardinality(v_groups) = 0 THEN
        RETURN;
    END IF;
    v_at := ARRAY(SELECT array_position(v_groups, nullif(u.holder, 0))
                    FROM unnest(v_holder) WITH ORDINALITY AS u (holder, n)
                   ORDER BY u.n);
    v_reason := ARRAY(SELECT CASE WHEN u.g IS NOT NULL THEN 'fair_kept' END
                        FROM unnest(v_at) WITH ORDINALITY AS u (g, n)
                       ORDER BY u.n);
    v_was := array_fill(NULL::float8, ARRAY[cardinality(v_ids)]);
    v_is := v_was;

    -- Each group begins somewhere: at the mean of what it holds, or, holding
    -- nothing, at the setting farthest from all that have begun.
    SELECT c.e_, c.n_ INTO v_centre_e, v_centre_n
      FROM api.caseload_split_centres(v_at, v_e, v_n, cardinality(v_groups))
           AS c;
    FOR g IN 1 .. cardinality(v_groups) LOOP
        CONTINUE WHEN g = ANY (v_at);
        SELECT s.i INTO v_moved
          FROM unnest(v_e, v_n) WITH ORDINALITY AS s (e, n, i)
         WHERE s.e IS NOT NULL
           AND s.i <> ALL (ARRAY(
               SELECT k.i FROM unnest(v_reason) WITH ORDINALITY AS k (r, i)
                WHERE k.r = 'fair_seed'))
         ORDER BY coalesce((
                      SELECT min((s.e - c.e) ^ 2 + (s.n - c.n) ^ 2)
                        FROM unnest(v_centre_e, v_centre_n) AS c (e, n)),
                      (s.e - v_mid_e) ^ 2 + (s.n - v_mid_n) ^ 2) DESC, s.i
         LIMIT 1;
        EXIT WHEN v_moved IS NULL;
        v_at[v_moved] := g;
        v_reason[v_moved] := 'fair_seed';
        v_centre_e[g] := v_e[v_moved];
        v_centre_n[g] := v_n[v_moved];
    END LOOP;

    -- To the nearest centre: whom nobody holds, and who would gain more than
    -- continuity is worth. A setting without a place goes to the lightest.
    FOR v_move IN
        SELECT s.i, t.g, t.d, d.d AS now_d
          FROM unnest(v_at, v_e, v_n) WITH ORDINALITY AS s (at, e, n, i)
         CROSS JOIN LATERAL (
               SELECT c.g, sqrt((s.e - c.e) ^ 2 + (s.n - c.n) ^ 2) / 1000 AS d
                 FROM unnest(v_centre_e, v_centre_n) WITH ORDINALITY
                      AS c (e, n, g)
                ORDER BY d NULLS LAST, c.g
                LIMIT 1) AS t
         CROSS JOIN LATERAL (
               SELECT sqrt((s.e - v_centre_e[s.at]) ^ 2
                           + (s.n - v_centre_n[s.at]) ^ 2) / 1000 AS d) AS d
         WHERE s.at IS NULL
            OR v_reason[s.i] = 'fair_kept' AND d.d - t.d > v_move_km
         ORDER BY s.i
    LOOP
        v_at[v_move.i] := v_move.g;
        v_reason[v_move.i] := 'fair_nearest';
    END LOOP;

    FOR round IN 1 .. 5 LOOP
        SELECT c.e_, c.n_ INTO v_centre_e, v_centre_n
          FROM api.caseload_split_centres(v_at, v_e, v_n,
                                          cardinality(v_groups)) AS c;
        v_load := api.caseload_split_loads(v_at, v_weight, v_e, v_n,
            v_centre_e, v_centre_n, v_of_km);
        v_start := coalesce(v_start, v_load);
        v_mean := (SELECT avg(l.w) FROM unnest(v_load) AS l (w));
        v_high := v_mean * (1 + v_fair);
        v_low := v_mean * (1 - v_fair);
        v_moved := 0;
        -- The end that is farther out is put right first: the heaviest gives,
        -- or the lightest is given to, until it is fair.
        FOR turn IN 1 .. 20 * cardinality(v_groups) LOOP
            SELECT CASE WHEN x.top - v_high >= v_low - x.bottom
                        THEN array_position(v_load, x.top) END,
                   CASE WHEN x.top - v_high < v_low - x.bottom
                        THEN array_position(v_load, x.bottom) END
              INTO v_giver, v_taker
              FROM (SELECT max(l.w) AS top, min(l.w) AS bottom
                      FROM unnest(v_load) AS l (w)) AS x
             WHERE x.top > v_high
                OR x.bottom < v_low;
            EXIT WHEN NOT FOUND;
            v_before := v_moved;
            v_taken := array_fill(false, ARRAY[cardinality(v_ids)]);
            FOR v_move IN
                SELECT *
                  FROM api.caseload_split_moves(v_at, v_weight, v_e, v_n,
                           v_centre_e, v_centre_n, v_load, v_of_km,
                           v_move_km, v_giver, v_taker)
            LOOP
                EXIT WHEN v_load[v_giver] <= v_high
                       OR v_load[v_taker] >= v_low;
                CONTINUE WHEN v_taken[v_move.i]
                    OR v_load[v_move.taker] + v_move.on_
                       >= v_load[v_move.giver] - 1e-6;
                v_taken[v_move.i] := true;
                v_was[v_move.i] := v_load[v_move.giver];
                v_load[v_move.giver] := v_load[v_move.giver] - v_move.off;
                v_load[v_move.taker] := v_load[v_move.taker] + v_move.on_;
                v_is[v_move.i] := v_load[v_move.giver];
                v_at[v_move.i] := v_move.taker;
                v_reason[v_move.i] := CASE
                    WHEN v_groups[v_move.taker] = v_holder[v_move.i]
                    THEN 'fair_kept' ELSE 'fair_balance' END;
                v_moved := v_moved + 1;
            END LOOP;
            EXIT WHEN v_moved = v_before; -- what is left cannot be split
        END LOOP;
        EXIT WHEN v_moved = 0;
    END LOOP;

    RETURN QUERY
        SELECT r.ref, r.name, r.type, r.from_id, r.from_name, r.to_id,
               r.to_name, r.from_id IS DISTINCT FROM r.to_id, r.reason,
               api.finding_sentence(f.sentence, jsonb_build_object(
                   'from', coalesce(r.from_name, 'nobody'), 'to', r.to_name,
                   'km', round(r.km_after::numeric, 1),
                   'km_before', round(r.km_before::numeric, 1),
                   'before', round(r.was::numeric, 2),
                   'after', round(r.is_::numeric, 2),
                   'mean', round(v_mean::numeric, 2),
                   'limit', v_move_km)),
               round(r.weight::numeric, 2)::float8,
               round(r.km_before::numeric, 1)::float8,
               round(r.km_after::numeric, 1)::float8,
               round(v_start[r.g]::numeric, 2)::float8,
               round(v_load[r.g]::numeric, 2)::float8,
               round(v_mean::numeric, 2)::float8,
               abs(v_load[r.g] - v_mean) <= v_fair * v_mean
          FROM (SELECT p.ref, p.name, p.type, s.weight, s.was, s.is_, s.g,
                       o.caseload_id AS from_id, o.name AS from_name,
                       nullif(v_groups[s.g], 0) AS to_id,
                       coalesce(t.name, 'new caseload ' || (
                           SELECT count(*)
                             FROM unnest(v_groups[:s.g]) AS u (id)
                            WHERE u.id = 0)) AS to_name,
                       CASE WHEN s.reason = 'fair_nearest'
                                 AND o.caseload_id IS NULL
                            THEN 'fair_first' ELSE s.reason END AS reason,
                       sqrt((s.e - b.e) ^ 2 + (s.n - b.n) ^ 2) / 1000
                           AS km_before,
                       sqrt((s.e - v_centre_e[s.g]) ^ 2
                            + (s.n - v_centre_n[s.g]) ^ 2) / 1000 AS km_after
                  FROM unnest(v_ids, v_holder, v_weight, v_e, v_n, v_at,
                              v_reason, v_was, v_is)
                       AS s (id, holder, weight, e, n, g, reason, was, is_)
                  JOIN api.caseload_places AS p ON p.setting_id = s.id
                  LEFT JOIN api.caseloads AS o ON o.caseload_id = s.holder
                  LEFT JOIN api.caseloads AS t ON t.caseload_id = v_groups[s.g]
                  LEFT JOIN (SELECT h.holder, avg(h.e) AS e, avg(h.n) AS n
                               FROM unnest(v_holder, v_e, v_n)
                                    AS h (holder, e, n)
                              GROUP BY h.holder) AS b ON b.holder = s.holder
               ) AS r
          JOIN api.law_senco_findings AS f ON f.id = r.reason
         ORDER BY r.to_name, r.name, r.ref;
END
$$;
