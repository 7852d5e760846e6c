-- sync.sql — send records the way the daemon does, written as JSON: an array
-- of {"id", "rev", fields…}, with "deleted": true for a delete and "suspects":
-- "upn,uln". Include after cast.sql. The hash is that of the record without
-- its revision, unless "hash" gives one.
-- SPDX-License-Identifier: Apache-2.0

CREATE FUNCTION pg_temp.grant_setting(actor text, setting text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO core.client_grants (client_id, setting_id)
    SELECT a.id, pg_temp.setting_id($2) FROM cast_actors AS a WHERE a.name = $1;
$$;

-- fields — each kind's, with their types, as its merge takes them after the
-- six arrays of every merge.
CREATE FUNCTION pg_temp.fields(kind text) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT array_agg(a.name || ' ' || e.typelem::regtype ORDER BY a.n)
      FROM pg_proc AS p,
           unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[])
               WITH ORDINALITY AS a (name, type, n)
      JOIN pg_type AS e ON e.oid = a.type
     WHERE p.pronamespace = 'api'::regnamespace
       AND p.proname = $1 || '_merge'
       AND a.n > 6;
$$;

-- arrays — the arguments of compare or merge, as SQL over the records.
CREATE FUNCTION pg_temp.arrays(kind text, verb text, records jsonb)
RETURNS text
LANGUAGE sql AS $$
    SELECT string_agg(format('(SELECT array_agg((%s)::%s ORDER BY r.n)
                FROM jsonb_array_elements(%L) WITH ORDINALITY AS r (r, n))',
               c.expression, c.type, $3), ', ' ORDER BY c.n)
      FROM (
        VALUES (1, 'r.n', 'int'),
               (2, 'r.r->>''id''', 'text'),
               (3, 'r.r->>''rev''', 'bigint'),
               (4, 'coalesce(r.r->>''hash'', CASE WHEN r.r ? ''deleted''
                    THEN ''00000000-0000-0000-0000-000000000000''
                    ELSE md5((r.r - ''rev'')::text) END)', 'uuid'),
               (5, 'r.r ? ''deleted''', 'boolean'),
               (6, 'r.r->>''suspects''', 'text')
         UNION ALL
        SELECT 6 + f.n, format('r.r->>%L', split_part(f.f, ' ', 1)),
               substr(f.f, strpos(f.f, ' ') + 1)
          FROM unnest(pg_temp.fields($1)) WITH ORDINALITY AS f (f, n)
      ) AS c (n, expression, type)
     WHERE $2 = 'merge' OR c.n IN (1, 2, 4);
$$;

-- merge — what became of each record: "c", "r unknown_child /data/child", …
CREATE FUNCTION pg_temp.merge(actor text, setting text, kind text,
    records jsonb) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
    v_ref  text := 'id:' || pg_temp.setting_id(setting);
    v_args text := pg_temp.arrays(kind, 'merge', records);
    v_outcomes text[];
BEGIN
    PERFORM pg_temp.act(actor);
    PERFORM api.sync_open(v_ref, gen_random_uuid()::text, '\x00');
    EXECUTE format('SELECT array_agg(concat_ws('' '', m.outcome, m.slug,
                           m.pointer) ORDER BY m.ordinal)
                      FROM api.%s_merge(%s) AS m', kind, v_args)
       INTO v_outcomes;
    PERFORM pg_temp.rest();
    PERFORM set_config('app.setting', '', true);
    RETURN v_outcomes;
END
$$;

-- compare — the ordinals that would be sent on to merge.
CREATE FUNCTION pg_temp.compare(actor text, setting text, kind text,
    records jsonb) RETURNS int[]
LANGUAGE plpgsql AS $$
DECLARE
    v_ref  text := 'id:' || pg_temp.setting_id(setting);
    v_args text := pg_temp.arrays(kind, 'compare', records);
    v_ordinals int[];
BEGIN
    PERFORM pg_temp.act(actor);
    PERFORM api.sync_open(v_ref, gen_random_uuid()::text, '\x00');
    EXECUTE format('SELECT api.%s_compare(%s)', kind, v_args) INTO v_ordinals;
    PERFORM pg_temp.rest();
    PERFORM set_config('app.setting', '', true);
    RETURN v_ordinals;
END
$$;
