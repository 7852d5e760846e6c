-- changes — a long history: :changes rows of the feed, spread over the schools
-- of stored.sql and over the transactions of the cluster until now, so that
-- all of them can be read. As superuser, without triggers: a fixture.
-- SPDX-License-Identifier: Apache-2.0
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SELECT pg_current_xact_id()::text::bigint AS now_xid, min(s.id) AS first
  FROM core.settings AS s WHERE s.type = 'bench' \gset

INSERT INTO core.changes (xid, setting_id, kind, source_id, op, child_id,
                          revision)
SELECT (3 + n * (:now_xid - 4) / :changes)::text::xid8,
       :first + s,
       (ARRAY['child', 'placement', 'need'])[1 + n % 3],
       'bench-' || (ARRAY['child', 'placement', 'need'])[1 + n % 3] || '-'
           || to_char(c, 'FM000000'),
       'put', md5((s + 1) || '-' || c)::uuid, 1
  FROM (SELECT n, n * 7919 % :schools AS s, n * 104729 / :schools % :pupils AS c
          FROM generate_series(0, :changes - 1::bigint) AS n) AS x;
RESET session_replication_role;
VACUUM ANALYZE core.changes;
CHECKPOINT;
