-- schema — what Fastify and PostGraphile serve: needs of children, a change
-- feed, and one function that takes a batch as a good hand would write it:
-- jsonb_to_recordset, compared by hash first (so that what is unchanged is
-- not even locked), one upsert, one feed row for each change. No scope, no
-- audit, no stored answers.
-- SPDX-License-Identifier: Apache-2.0
CREATE SCHEMA app;

CREATE TABLE app.children (
    setting   text NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (setting, source_id)
);

CREATE TABLE app.needs (
    setting      text NOT NULL,
    source_id    text COLLATE "C" NOT NULL,
    revision     bigint NOT NULL,
    content_hash uuid NOT NULL,
    changed_at   timestamptz NOT NULL DEFAULT now(),
    child        text COLLATE "C" NOT NULL,
    provision    text NOT NULL CHECK (provision IN ('N', 'K', 'E')),
    start_on     date NOT NULL,
    end_on       date,
    types        text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (setting, source_id),
    FOREIGN KEY (setting, child) REFERENCES app.children,
    CHECK (end_on >= start_on)
) WITH (fillfactor = 85);

CREATE TABLE app.changes (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    setting   text NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    revision  bigint NOT NULL,
    at        timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE app.changes IS E'@omit';

CREATE FUNCTION app.needs_sync(setting text, records json)
RETURNS json
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    v_setting text := needs_sync.setting;
    v_answer  json;
BEGIN
    WITH arrived AS MATERIALIZED (
        SELECT r.source_id, r.revision, md5(r.data::text)::uuid AS content_hash,
               d.child, d.provision, d.start_on, d.end_on,
               coalesce(d.types, '{}') AS types
          FROM jsonb_to_recordset(needs_sync.records::jsonb)
               AS r (source_id text, revision bigint, data jsonb)
         CROSS JOIN LATERAL jsonb_to_record(r.data)
               AS d (child text, provision text, start_on date, end_on date,
                     types text[])
    ), merged AS (
        INSERT INTO app.needs AS t (setting, source_id, revision, content_hash,
            child, provision, start_on, end_on, types)
        SELECT v_setting, a.source_id, a.revision, a.content_hash, a.child,
               a.provision, a.start_on, a.end_on, a.types
          FROM arrived AS a
         WHERE NOT EXISTS (SELECT 1
                             FROM app.needs AS o
                            WHERE o.setting = v_setting
                              AND o.source_id = a.source_id
                              AND o.content_hash = a.content_hash)
         ORDER BY a.source_id
        ON CONFLICT (setting, source_id) DO UPDATE
           SET revision = excluded.revision,
               content_hash = excluded.content_hash,
               changed_at = now(),
               child = excluded.child,
               provision = excluded.provision,
               start_on = excluded.start_on,
               end_on = excluded.end_on,
               types = excluded.types
         WHERE t.content_hash <> excluded.content_hash
           AND t.revision < excluded.revision
        RETURNING t.source_id, t.revision, t.xmax = 0 AS is_new
    ), fed AS (
        INSERT INTO app.changes (setting, source_id, revision)
        SELECT v_setting, m.source_id, m.revision
          FROM merged AS m
    )
    SELECT json_build_object(
               'created', count(*) FILTER (WHERE m.is_new),
               'updated', count(*) FILTER (WHERE NOT m.is_new),
               'unchanged', (SELECT count(*) FROM arrived) - count(*))
      INTO v_answer
      FROM merged AS m;
    RETURN v_answer;
END
$$;
