#!/bin/bash
# changes_late_commit.sh — of two batches of two settings the one that began
# first commits last: a reader of the feed must get both, in order, and neither too early.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/tap.sh
work=$(mktemp -d)
own_database late_commit
trap 'dropdb --force "$PGDATABASE"; rm -rf "$work"' EXIT
tools/deploy "dbname=$PGDATABASE"
sql "INSERT INTO core.settings (id, name, type, status, register)
         VALUES (1, 'Test school', '1', 'open', 'local'), (2, 'Test nursery', '15', 'open', 'local');
     INSERT INTO core.clients (id, name, role)
         VALUES ('00000000-0000-4000-8000-000000000001', 'Test system', 'school_system');
     INSERT INTO core.client_grants VALUES ('00000000-0000-4000-8000-000000000001', 1), ('00000000-0000-4000-8000-000000000001', 2);
     INSERT INTO core.children (id, born_on, surname)
         VALUES ('00000000-0000-4000-8000-00000000000c', '2018-01-01', 'Moss');
     INSERT INTO core.child_records (setting_id, source_id, child_id, revision,
             content_hash, surname, born_on)
         SELECT s, 'c', '00000000-0000-4000-8000-00000000000c', 1,
                gen_random_uuid(), 'Moss', '2018-01-01' FROM generate_series(1, 2) AS s"
actor="SELECT set_config('app.actor', core.token_mint('00000000-0000-4000-8000-000000000001'), false)"
send() # source_id
{
	printf "SELECT outcome FROM api.need_merge('{1}', '{%s}', '{1}', ARRAY[gen_random_uuid()], '{f}', '{NULL}', '{c}', '{K}', '{2025-09-01}', '{NULL}', '{NULL}')" "$1"
}
open() # setting key
{
	printf "BEGIN; SELECT FROM api.sync_open('id:%s', '%s', '\\\\x00')" "$@"
}
feed="SELECT string_agg(source_id, ',' ORDER BY position, seq) FROM api.changes('0', 0, 1000)"

session_start early
session_start late
session_start reader
for s in early late reader; do ask "$s" "$actor" > /dev/null; done
ask reader "SELECT FROM api.feed_open(true)" > /dev/null
ask early "$(open 1 a)" > /dev/null
is "$(ask early "$(send first)")" c 'the first batch is merged and not committed'
ask late "$(open 2 b)" > /dev/null
is "$(ask late "$(send second)")" c 'the second is merged'
ask late COMMIT
is "$(sql "SELECT count(*) FROM core.changes")" 1 'and committed'
is "$(ask reader "$feed")" '' 'a reader gets neither: the first may still come before the second'
ask early COMMIT
# Other tests of this cluster may hold older transactions for a moment.
end=$((SECONDS + 30)) got=
while [[ -z $got && $SECONDS -lt $end ]]; do got=$(ask reader "$feed"); done
is "$got" first,second 'when the first is committed the reader gets both in order'
is "$(ask reader "SELECT string_agg(source_id, ',') FROM api.changes('0', 0, 1000)
    WHERE (position, seq) > (SELECT position, seq FROM api.changes('0', 0, 1000) WHERE source_id = 'first')")" \
    second 'and goes on from where it stands'
plan_done
