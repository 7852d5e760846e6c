-- stored — an authority that has been at it for years: :schools schools of
-- :pupils children with a placement and a need each, put into the tables as the
-- merges would have left them. As superuser, without
-- triggers and foreign keys: this is a fixture, nothing of it is measured.
-- SPDX-License-Identifier: Apache-2.0
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';

INSERT INTO core.settings (id, name, type, status, phase, register)
SELECT 1000000 + n, 'Fictional School ' || n, 'bench', 'open', 2, 'local'
  FROM generate_series(1, :schools) AS n;

CREATE UNLOGGED TABLE public.held AS
SELECT 1000000 + s AS setting_id, n,
       md5(s || '-' || n)::uuid AS child_id,
       to_char(n, 'FM000000') AS number
  FROM generate_series(1, :schools) AS s
 CROSS JOIN generate_series(0, :pupils - 1) AS n;

INSERT INTO core.children (id, surname, forename, born_on)
SELECT h.child_id, 'Fictional-' || h.setting_id || '-' || h.n, 'Testchild',
       date '2011-01-26' + h.n % 4000
  FROM public.held AS h;
INSERT INTO core.child_records (setting_id, source_id, child_id, revision,
    content_hash, surname, forename, born_on)
SELECT h.setting_id, 'bench-child-' || h.number, h.child_id, 1,
       md5('c' || h.child_id)::uuid, 'Fictional-' || h.setting_id || '-' || h.n,
       'Testchild', date '2011-01-26' + h.n % 4000
  FROM public.held AS h;
INSERT INTO core.placements (setting_id, source_id, child_id, revision,
    content_hash, child, start_on)
SELECT h.setting_id, 'bench-placement-' || h.number, h.child_id, 1,
       md5('p' || h.child_id)::uuid, 'bench-child-' || h.number,
       date '2020-01-01'
  FROM public.held AS h;
INSERT INTO core.needs (setting_id, source_id, child_id, revision,
    content_hash, child, provision, start_on, types)
SELECT h.setting_id, 'bench-need-' || h.number, h.child_id, 1,
       md5('n' || h.child_id)::uuid, 'bench-child-' || h.number, 'K',
       date '2020-01-01', '{SLCN}'
  FROM public.held AS h;
DROP TABLE public.held;

-- What the merges keep beside the records.
SELECT to_regprocedure('core.digest_rebuild()') IS NOT NULL AS has_digest \gset
\if :has_digest
SELECT core.digest_rebuild();
\endif
RESET session_replication_role;
VACUUM ANALYZE;
CHECKPOINT;
