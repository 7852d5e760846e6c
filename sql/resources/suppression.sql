-- suppression.sql — counts as a table with totals, for the desk or, with the
-- small numbers hidden, for publication. A table is cells of (group, measure,
-- count) whose measures share out each group, so that rows and columns add up
-- to totals which are shown too.
--
-- What is hidden so that nothing can be worked out. Think of rows and columns
-- as points and of hidden numbers as lines between them. The totals are one
-- row and one column more. Of all tables that agree with what is shown, two
-- differ by going round loops of hidden numbers, one up, the next down. A
-- reader knows besides that a hidden number is not 0, because 0 is shown: so
-- one that is 1 cannot go down. A hidden number is safe when it lies on a loop
-- that can be gone round one way or the other. All are, when (1) every line is
-- on a loop at all (no bridges), and (2) whatever is joined can be reached
-- both ways, where a line whose number cannot go down is a one-way street.
-- (If a number that can go both ways had no loop but by itself, look at what
-- can be reached from its far end: no street leads out of it, (1) gives a
-- street into it, and (2) a way from there out again, which is the loop.)
-- SPDX-License-Identifier: Apache-2.0
-- after: amounts

-- suppress — which of the numbers of a table are hidden: those from 1 to
-- threshold - 1, the next smallest of a row or column where one alone would be
-- hidden, and the cheapest square where that is not enough. Rows and columns
-- are numbered from 1; 0 is the total's. Numbers of 0 are not given and not
-- hidden. Every margin must be given.
CREATE FUNCTION api.suppress(counts int[], rows int[], columns int[],
    threshold int)
RETURNS boolean[]
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_cells   int := coalesce(cardinality($1), 0);
    v_first_column int; -- points: rows 1.., then columns
    v_points  int;
    v_from    int[];    -- each cell's row and column as points
    v_to      int[];
    v_hidden  boolean[];
    v_degree  int[];
    v_sorted  int[];    -- cells by row, then cells by column, smallest first
    v_start   int[];    -- where a point's begin in that
    v_head    int[];    -- hidden cells of each point, as a linked list
    v_next    int[];
    v_failed  int[];
    v_add     int[];
    v_is_changed boolean;
    v_cell    int;
    v_point   int;
    v_other   int;
    v_at      int;
    v_mark    int;
    v_top     int[];    -- union of points on loops
    v_parent  int[];    -- the cell by which a point was found
    v_depth   int[];
    v_queue   int[];
    v_reach   int[];    -- 1: from the root, 2: and back to it
    v_touched boolean[];
    v_a       int;
    v_b       int;
    i         int;
BEGIN
    IF v_cells = 0 THEN
        RETURN '{}';
    END IF;
    v_first_column := (SELECT max(r) FROM unnest($2) AS r) + 1;
    v_points := v_first_column + (SELECT max(c) FROM unnest($3) AS c) + 1;
    SELECT array_agg(r + 1 ORDER BY n), array_agg(c + v_first_column + 1
               ORDER BY n), array_agg(x < $4 ORDER BY n)
      INTO v_from, v_to, v_hidden
      FROM unnest($1, $2, $3) WITH ORDINALITY AS t (x, r, c, n);
    SELECT array_agg(s.n ORDER BY s.p, s.x, s.n)
      INTO v_sorted
      FROM (SELECT t.n::int, t.x, v_from[t.n] AS p
              FROM unnest($1) WITH ORDINALITY AS t (x, n)
             UNION ALL
            SELECT t.n::int, t.x, v_to[t.n]
              FROM unnest($1) WITH ORDINALITY AS t (x, n)) AS s;
    v_start := array_fill(0, ARRAY[v_points + 1]);
    v_degree := array_fill(0, ARRAY[v_points]);
    FOR i IN 1 .. v_cells LOOP
        v_start[v_from[i] + 1] := v_start[v_from[i] + 1] + 1;
        v_start[v_to[i] + 1] := v_start[v_to[i] + 1] + 1;
        IF v_hidden[i] THEN
            v_degree[v_from[i]] := v_degree[v_from[i]] + 1;
            v_degree[v_to[i]] := v_degree[v_to[i]] + 1;
        END IF;
    END LOOP;
    FOR i IN 1 .. v_points LOOP
        v_start[i + 1] := v_start[i + 1] + v_start[i];
    END LOOP;
    LOOP
        -- A row or column with one hidden: the next smallest too.
        LOOP
            v_is_changed := false;
            FOR v_point IN 1 .. v_points LOOP
                CONTINUE WHEN v_degree[v_point] <> 1;
                FOR v_at IN v_start[v_point] + 1 .. v_start[v_point + 1] LOOP
                    v_cell := v_sorted[v_at];
                    CONTINUE WHEN v_hidden[v_cell];
                    v_hidden[v_cell] := true;
                    v_degree[v_from[v_cell]] := v_degree[v_from[v_cell]] + 1;
                    v_degree[v_to[v_cell]] := v_degree[v_to[v_cell]] + 1;
                    v_is_changed := true;
                    EXIT;
                END LOOP;
            END LOOP;
            EXIT WHEN NOT v_is_changed;
        END LOOP;

        -- The hidden cells of each point: 2n - 1 at its row, 2n at its column.
        v_head := array_fill(0, ARRAY[v_points]);
        v_next := array_fill(0, ARRAY[2 * v_cells]);
        FOR i IN 1 .. v_cells LOOP
            CONTINUE WHEN NOT v_hidden[i];
            v_next[2 * i - 1] := v_head[v_from[i]];
            v_head[v_from[i]] := 2 * i - 1;
            v_next[2 * i] := v_head[v_to[i]];
            v_head[v_to[i]] := 2 * i;
        END LOOP;

        -- (1) A tree over what is joined; every cell off it closes a loop.
        v_parent := array_fill(0, ARRAY[v_points]);
        v_depth := array_fill(-1, ARRAY[v_points]);
        v_reach := array_fill(0, ARRAY[v_points]);
        v_top := (SELECT array_agg(p ORDER BY p)
                    FROM generate_series(1, v_points) AS p);
        v_failed := '{}';
        FOR v_point IN 1 .. v_points LOOP
            CONTINUE WHEN v_degree[v_point] = 0 OR v_depth[v_point] >= 0;
            v_depth[v_point] := 0;
            v_queue := ARRAY[v_point];
            i := 1;
            WHILE i <= cardinality(v_queue) LOOP
                v_at := v_head[v_queue[i]];
                WHILE v_at > 0 LOOP
                    v_cell := (v_at + 1) / 2;
                    v_other := CASE WHEN v_at % 2 = 1 THEN v_to[v_cell]
                                    ELSE v_from[v_cell] END;
                    IF v_depth[v_other] < 0 THEN
                        v_depth[v_other] := v_depth[v_queue[i]] + 1;
                        v_parent[v_other] := v_cell;
                        v_queue := v_queue || v_other;
                    END IF;
                    v_at := v_next[v_at];
                END LOOP;
                i := i + 1;
            END LOOP;
            -- (2) Reached from the root, and then against the streets.
            FOR v_mark IN 1 .. 2 LOOP
                v_reach[v_point] := v_mark;
                v_queue := ARRAY[v_point];
                i := 1;
                WHILE i <= cardinality(v_queue) LOOP
                    v_at := v_head[v_queue[i]];
                    WHILE v_at > 0 LOOP
                        v_cell := (v_at + 1) / 2;
                        v_other := CASE WHEN v_at % 2 = 1 THEN v_to[v_cell]
                                        ELSE v_from[v_cell] END;
                        -- A one-way street leads from row to column, that of
                        -- a total the other way about.
                        IF v_reach[v_other] = v_mark - 1
                           AND ($1[v_cell] > 1
                                OR ((v_at % 2 = 1)
                                    = (($2[v_cell] = 0) = ($3[v_cell] = 0)))
                                   = (v_mark = 1)) THEN
                            v_reach[v_other] := v_mark;
                            v_queue := v_queue || v_other;
                        END IF;
                        v_at := v_next[v_at];
                    END LOOP;
                    i := i + 1;
                END LOOP;
            END LOOP;
        END LOOP;
        FOR v_cell IN 1 .. v_cells LOOP
            CONTINUE WHEN NOT v_hidden[v_cell]
                OR v_parent[v_from[v_cell]] = v_cell
                OR v_parent[v_to[v_cell]] = v_cell;
            -- All points on the loop are one from now on.
            v_a := v_from[v_cell];
            v_b := v_to[v_cell];
            LOOP
                WHILE v_top[v_a] <> v_a LOOP
                    v_top[v_a] := v_top[v_top[v_a]];
                    v_a := v_top[v_a];
                END LOOP;
                WHILE v_top[v_b] <> v_b LOOP
                    v_top[v_b] := v_top[v_top[v_b]];
                    v_b := v_top[v_b];
                END LOOP;
                EXIT WHEN v_a = v_b;
                IF v_depth[v_a] < v_depth[v_b] THEN
                    i := v_a;
                    v_a := v_b;
                    v_b := i;
                END IF;
                i := v_parent[v_a];
                v_other := CASE WHEN v_from[i] = v_a THEN v_to[i]
                                ELSE v_from[i] END;
                v_top[v_a] := v_other;
                v_a := v_other;
            END LOOP;
        END LOOP;
        FOR v_cell IN 1 .. v_cells LOOP
            CONTINUE WHEN NOT v_hidden[v_cell];
            v_a := v_from[v_cell];
            v_b := v_to[v_cell];
            IF (v_reach[v_a] = 2) <> (v_reach[v_b] = 2) THEN
                v_failed := v_failed || v_cell;
                CONTINUE;
            END IF;
            CONTINUE WHEN v_parent[v_a] <> v_cell AND v_parent[v_b] <> v_cell;
            WHILE v_top[v_a] <> v_a LOOP
                v_a := v_top[v_a];
            END LOOP;
            WHILE v_top[v_b] <> v_b LOOP
                v_b := v_top[v_b];
            END LOOP;
            IF v_a <> v_b THEN
                v_failed := v_failed || v_cell;
            END IF;
        END LOOP;
        EXIT WHEN cardinality(v_failed) = 0;

        -- Each that is not safe gets the square with the fewest people to
        -- hide, of those that can be gone round. One with the totals always
        -- can: if a number grows, so may its totals.
        v_touched := array_fill(false, ARRAY[v_points]);
        FOREACH v_cell IN ARRAY v_failed LOOP
            CONTINUE WHEN v_touched[v_from[v_cell]] OR v_touched[v_to[v_cell]];
            WITH t AS MATERIALIZED (
                SELECT n::int, r, c, CASE WHEN v_hidden[n] THEN 0 ELSE x END
                           AS cost,
                       x > 1 OR (r = 0) = (c = 0) AS may_plus,
                       x > 1 OR (r = 0) <> (c = 0) AS may_minus
                  FROM unnest($1, $2, $3) WITH ORDINALITY AS u (x, r, c, n)
            )
            SELECT ARRAY[a.n, b.n, d.n]
              INTO v_add
              FROM t AS o
              JOIN t AS a ON a.r = o.r AND a.n <> o.n
              JOIN t AS d ON d.c = a.c AND d.r <> o.r
              JOIN t AS b ON b.r = d.r AND b.c = o.c
             WHERE o.n = v_cell
               AND (o.may_plus AND a.may_minus AND d.may_plus AND b.may_minus
                    OR o.may_minus AND a.may_plus AND d.may_minus
                       AND b.may_plus)
             ORDER BY a.cost + b.cost + d.cost, a.n, b.n
             LIMIT 1;
            FOREACH i IN ARRAY v_add LOOP
                CONTINUE WHEN v_hidden[i];
                v_hidden[i] := true;
                v_degree[v_from[i]] := v_degree[v_from[i]] + 1;
                v_degree[v_to[i]] := v_degree[v_to[i]] + 1;
                v_touched[v_from[i]] := true;
                v_touched[v_to[i]] := true;
            END LOOP;
        END LOOP;
    END LOOP;
    RETURN v_hidden;
END
$$;

-- count_table — the cells given, in their order, with a row "total" after each
-- group, and a group "total" at the end. count is a number, or "c" where it
-- is hidden: threshold NULL hides nothing. percent is of the group's total, where
-- both are shown. Cells not given are 0.
CREATE FUNCTION api.count_table(groups text[], measures text[], counts int[],
    threshold int)
RETURNS TABLE ("group" text, measure text, count jsonb, percent float8,
    is_suppressed boolean, place int)
LANGUAGE sql STABLE
AS $$
    WITH given AS MATERIALIZED (
        SELECT u.g, u.m, u.n, u.o,
               dense_rank() OVER (ORDER BY f.at)::int AS r,
               dense_rank() OVER (ORDER BY h.at)::int AS c
          FROM unnest(count_table.groups, count_table.measures,
                      count_table.counts) WITH ORDINALITY AS u (g, m, n, o)
          JOIN (SELECT g, min(o) AS at
                  FROM unnest(count_table.groups) WITH ORDINALITY AS x (g, o)
                 GROUP BY g) AS f ON f.g = u.g
          JOIN (SELECT m, min(o) AS at
                  FROM unnest(count_table.measures)
                           WITH ORDINALITY AS x (m, o)
                 GROUP BY m) AS h ON h.m = u.m
    ),
    cells AS MATERIALIZED (
        SELECT s.*, row_number() OVER (
                   ORDER BY s.r = 0, s.r, s.c = 0, s.c)::int AS place
          FROM (SELECT coalesce(g.g, 'total') AS g,
                       coalesce(g.m, 'total') AS m,
                       sum(g.n)::int AS n,
                       CASE WHEN grouping(g.r) = 1 THEN 0 ELSE g.r END AS r,
                       CASE WHEN grouping(g.c) = 1 THEN 0 ELSE g.c END AS c
                  FROM given AS g
                 GROUP BY GROUPING SETS ((g.g, g.r, g.m, g.c), (g.g, g.r),
                                         (g.m, g.c), ())
               ) AS s
    ),
    hidden AS MATERIALIZED (
        SELECT h.place
          FROM (SELECT array_agg(k.n ORDER BY k.place) AS n,
                       array_agg(k.r ORDER BY k.place) AS r,
                       array_agg(k.c ORDER BY k.place) AS c,
                       array_agg(k.place ORDER BY k.place) AS places
                  FROM cells AS k
                 WHERE k.n > 0
                   AND count_table.threshold IS NOT NULL) AS a
         CROSS JOIN unnest(a.places, api.suppress(a.n, a.r, a.c,
                               count_table.threshold)) AS h (place, is_hidden)
         WHERE h.is_hidden
    )
    SELECT k.g, k.m,
           CASE WHEN h.place IS NULL THEN to_jsonb(k.n) ELSE '"c"' END,
           CASE WHEN h.place IS NULL AND ht.place IS NULL AND t.n > 0
                THEN round(100.0 * k.n / t.n, 1)::float8 END,
           h.place IS NOT NULL, k.place
      FROM cells AS k
      JOIN cells AS t
        ON t.r = k.r
       AND t.c = 0
      LEFT JOIN hidden AS h ON h.place = k.place
      LEFT JOIN hidden AS ht ON ht.place = t.place
     WHERE k.n IS NOT NULL;
$$;

-- publication_least — the smallest number that may be shown; NULL unless the
-- table is for publication.
CREATE FUNCTION api.publication_least(is_publication boolean)
RETURNS int
LANGUAGE sql STABLE
AS $$
    SELECT max(a.amount)::int
      FROM api.amounts(current_date) AS a
     WHERE a.rule_id = 'publication_least'
       AND publication_least.is_publication;
$$;

-- count_rows — the table of rows given one by one: how often each measure
-- comes in each group, groups by their names, measures in_order first (these
-- are told also where they are 0) and then by theirs.
CREATE FUNCTION api.count_rows(groups text[], names text[], measures text[],
    in_order text[], threshold int)
RETURNS TABLE ("group" text, group_name text, measure text, count jsonb,
    percent float8, is_suppressed boolean, place int)
LANGUAGE sql STABLE
AS $$
    WITH counted AS MATERIALIZED (
        SELECT u.g, min(u.name) AS name, u.m, count(*)::int AS n
          FROM unnest(count_rows.groups, count_rows.names,
                      count_rows.measures) AS u (g, name, m)
         GROUP BY u.g, u.m
    ),
    every AS (
        SELECT g.g, g.name, m.m,
               array_position(count_rows.in_order, m.m) AS rank
          FROM (SELECT c.g, min(c.name) AS name
                  FROM counted AS c GROUP BY c.g) AS g
         CROSS JOIN (SELECT c.m FROM counted AS c
                      UNION
                     SELECT unnest(count_rows.in_order)) AS m
    )
    SELECT t."group", g.name, t.measure, t.count, t.percent,
           t.is_suppressed, t.place
      FROM (SELECT array_agg(e.g ORDER BY e.name, e.g, e.rank, e.m) AS g,
                   array_agg(e.m ORDER BY e.name, e.g, e.rank, e.m) AS m,
                   array_agg(coalesce(c.n, 0)
                       ORDER BY e.name, e.g, e.rank, e.m) AS n
              FROM every AS e
              LEFT JOIN counted AS c
                ON c.g = e.g
               AND c.m = e.m) AS a
     CROSS JOIN api.count_table(a.g, a.m, a.n, count_rows.threshold) AS t
      LEFT JOIN (SELECT c.g, min(c.name) AS name
                   FROM counted AS c GROUP BY c.g) AS g ON g.g = t."group"
     ORDER BY t.place;
$$;
