#!/bin/bash
# sync_races.sh — two senders at once: of the same child, of the same batch,
# of the same record.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/tap.sh
work=$(mktemp -d)
own_database sync_races
trap 'dropdb --force "$PGDATABASE"; rm -rf "$work"' EXIT
tools/deploy "dbname=$PGDATABASE"
sql "INSERT INTO core.settings (id, name, type, status, register)
         VALUES (1, 'Test school', '1', 'open', 'local'), (2, 'Test nursery', '15', 'open', 'local');
     INSERT INTO core.clients (id, name, role)
         VALUES ('00000000-0000-4000-8000-000000000001', 'Test system', 'school_system');
     INSERT INTO core.client_grants
         VALUES ('00000000-0000-4000-8000-000000000001', 1), ('00000000-0000-4000-8000-000000000001', 2)"
actor="SELECT set_config('app.actor', core.token_mint('00000000-0000-4000-8000-000000000001'), false)"
open() # setting key
{
	printf "SELECT outcomes FROM api.sync_open('id:%s', '%s', '\\\\x00')" "$1" "$2"
}
child() # source_id revision forename upn
{
	printf "SELECT outcome FROM api.child_merge('{1}', '{%s}', '{%s}', ARRAY[gen_random_uuid()], '{f}', '{NULL}', '{Fern}', '{%s}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{2018-01-01}', '{NULL}', '{%s}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}')" "$@"
}
need() # source_id revision provision
{
	printf "SELECT outcome FROM api.need_merge('{1}', '{%s}', '{%s}', ARRAY[gen_random_uuid()], '{f}', '{NULL}', '{c}', '{%s}', '{2025-09-01}', '{NULL}', '{NULL}')" "$@"
}
waits="SELECT count(*) = 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'"

session_start one
session_start two
for s in one two; do ask "$s" "$actor" > /dev/null; done

# The same new child from two settings.
ask one "BEGIN; $(open 1 a)" > /dev/null
is "$(ask one "$(child c 1 Ada Z999000018001)")" c 'a school sends a new child'
ask two "BEGIN; $(open 2 b)" > /dev/null
tell two "$(child n 1 Ada Z999000018001)"
is "$(until_true "$waits" && echo waits)" waits 'a nursery that sends it meanwhile waits'
ask one COMMIT
is "$(ask two COMMIT)" c 'and goes on when the school is done'
is "$(sql 'SELECT count(DISTINCT child_id) || count(*)::text FROM core.child_records')" 12 'the two records are of one child'
is "$(sql 'SELECT count(*) FROM core.children')" 1 'and there is one'

# Other numbers do not wait for one another.
ask one "BEGIN; $(open 1 a1)" > /dev/null
ask one "$(child v 1 Dia Z999000018002)" > /dev/null
ask two "BEGIN; $(open 2 b1)" > /dev/null
is "$(ask two "$(child w 1 Eva Z999000018003)")" c 'a child with another number waits for nobody'
tell two "$(child zd 1 Dia Z999000018002)"
is "$(until_true "$waits" && echo waits)" waits 'until it sends the same one'
ask one ROLLBACK
is "$(ask two COMMIT)" c 'and makes it, as the other did not'
is "$(sql 'SELECT count(*) FROM core.child_claims')" 0 'no claim is left'

# The same new child of one setting in two batches.
ask one "BEGIN; $(open 1 t1)" > /dev/null
is "$(ask one "$(child twice 1 Dee NULL)")" c 'a batch brings a new child'
ask two "BEGIN; $(open 1 t2)" > /dev/null
tell two "$(child twice 2 Dee NULL)"
is "$(until_true "$waits" && echo waits)" waits 'another that brings it too waits'
ask one COMMIT
is "$(ask two COMMIT)" u 'and finds it'
is "$(sql 'SELECT count(*) FROM core.children AS c WHERE NOT EXISTS (SELECT FROM core.child_records AS r WHERE r.child_id = c.id)')" 0 'no child is left that nobody sent'

# Children nobody could match do not wait.
ask one "BEGIN; $(open 1 a2)" > /dev/null
ask one "$(child x 1 Bea NULL)" > /dev/null
ask two "BEGIN; $(open 2 b2)" > /dev/null
is "$(ask two "$(child y 1 Cia NULL)")" c 'a child without a number waits for nobody'
ask one ROLLBACK
ask two ROLLBACK

# The same batch twice: a retry while the first is on its way.
ask one "BEGIN; $(open 1 same)" > /dev/null
is "$(ask one "$(need n1 1 K)")" c 'a batch is on its way'
tell two BEGIN
tell two "$(open 1 same)"
is "$(until_true "$waits" && echo waits)" waits 'its retry waits'
ask one "SELECT api.sync_close('id:1', 'same', '\\x00', 1, 'c', '{}')" > /dev/null
ask one COMMIT
is "$(ask two COMMIT)" c 'and gets the answer of the first'
is "$(sql "SELECT count(*) FROM core.sync_batches WHERE key = 'same'")" 1 'which is stored once'

# The same record in two batches: the higher revision stands.
ask one "BEGIN; $(open 1 r1)" > /dev/null
is "$(ask one "$(need n1 3 E)")" u 'a batch updates a record'
ask two "BEGIN; $(open 1 r2)" > /dev/null
tell two "$(need n1 2 N)"
is "$(until_true "$waits" && echo waits)" waits 'another with an older revision waits'
ask one COMMIT
is "$(ask two COMMIT)" s 'and finds itself stale'
is "$(sql "SELECT revision || provision FROM core.needs WHERE source_id = 'n1'")" 3E 'the newer stands'
is "$(sql "SELECT count(*) FROM core.changes WHERE source_id = 'n1'")" 2 'what was not written is not in the feed'
ask one "BEGIN; $(open 1 r3)" > /dev/null
is "$(ask one "$(need n9 1 K)")" c 'a batch creates a record'
ask two "BEGIN; $(open 1 r4)" > /dev/null
tell two "$(need n9 2 E)"
is "$(until_true "$waits" && echo waits)" waits 'another with a newer revision waits'
ask one COMMIT
is "$(ask two COMMIT)" u 'and updates it'
is "$(sql "SELECT revision || provision FROM core.needs WHERE source_id = 'n9'")" 2E 'the newer stands'
is "$(sql "SELECT count(*) FROM core.setting_digests AS d
    JOIN (SELECT bit_xor(('x' || encode(uuid_send(n.content_hash), 'hex'))::bit(128)) AS digest FROM core.needs AS n) AS n USING (digest)
    WHERE d.kind = 'need' AND d.records = 2")" 1 'the digest is that of both'

# What is of another setting waits for nobody.
ask one "BEGIN; $(open 1 r5)" > /dev/null
is "$(ask one "$(need n9 3 K)")" u 'a batch of a school is on its way'
ask two "BEGIN; $(open 2 r6)" > /dev/null
is "$(ask two "$(child z 1 Dia NULL)")" c 'a nursery sends its own'
ask one ROLLBACK
ask two ROLLBACK
plan_done
