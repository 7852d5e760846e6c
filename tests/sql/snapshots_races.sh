#!/bin/bash
# snapshots_races.sh — who waits for the commit of a full roll, and who does
# not.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/tap.sh
work=$(mktemp -d)
own_database snapshots_races
trap 'dropdb --force "$PGDATABASE"; rm -rf "$work"' EXIT
tools/deploy "dbname=$PGDATABASE"
sql "INSERT INTO core.settings (id, name, type, status, register)
         VALUES (1, 'Test school', '1', 'open', 'local'), (2, 'Test nursery', '15', 'open', 'local');
     INSERT INTO core.clients (id, name, role)
         VALUES ('00000000-0000-4000-8000-000000000001', 'Test system', 'school_system');
     INSERT INTO core.client_grants
         VALUES ('00000000-0000-4000-8000-000000000001', 1), ('00000000-0000-4000-8000-000000000001', 2)"
actor="SELECT set_config('app.actor', core.token_mint('00000000-0000-4000-8000-000000000001'), false)"
open() # setting key [snapshot]
{
	printf "SELECT outcomes FROM api.sync_open('id:%s', '%s', '\\\\x00', nullif('%s', '')::uuid)" "$1" "$2" "${3-}"
}
child() # merge|stage source_id revision upn
{
	local args
	args=$(printf "source_ids => '{%s}', revisions => '{%s}', upn => '{%s}'" "$2" "$3" "$4")
	for f in forename middle_names preferred_surname preferred_forename former_surname sex former_upn uln nhs_number postcode year_group suspects was; do
		args+=", $f => '{NULL}'"
	done
	printf "SELECT o FROM api.child_%s(ordinals => '{1}', hashes => ARRAY[md5('%s')::uuid], deleted => '{f}', surname => '{Fern}', born_on => '{2018-01-01}', %s) AS o" \
	    "$1" "$2$3" "$args"
}
commit() # snapshot
{
	printf "SELECT state || ' ' || (result->'kinds'->0->>'joiners') FROM api.snapshot_commit('%s', 'A. Head')" "$1"
}
waits="SELECT count(*) = 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'"

session_start one
session_start two
for s in one two; do ask "$s" "$actor" > /dev/null; done
id=$(ask one "SELECT id FROM api.snapshot_open('id:1', 'child')")
ask one "BEGIN; $(open 1 s "$id")" > /dev/null
ask one "$(child stage a 1 Z999000018001)" > /dev/null
ask one COMMIT > /dev/null

ask one BEGIN > /dev/null
is "$(ask one "$(commit "$id")")" 'committed 1' 'a roll is being committed'

# Another setting.
ask two "BEGIN; $(open 2 b)" > /dev/null
is "$(ask two "$(child merge n 1 Z999000018002)" | cut -d, -f2)" c 'a batch of another setting does not wait, also with a new number'
ask two COMMIT > /dev/null

# The same setting.
tell two "BEGIN; $(open 1 c)"
is "$(until_true "$waits" && echo waits)" waits 'a batch of its own setting waits'
ask one ROLLBACK > /dev/null
ask two ROLLBACK > /dev/null

# A batch for the snapshot, on its way when the commit comes.
ask one "BEGIN; $(open 1 t "$id")" > /dev/null
ask one "$(child stage b 1 Z999000018003)" > /dev/null
tell two BEGIN
tell two "$(commit "$id")"
is "$(until_true "$waits" && echo waits)" waits 'a commit waits for the batch that is on its way'
ask one COMMIT > /dev/null
is "$(ask two COMMIT | tail -n 1)" 'committed 2' 'and has its records'

# A batch that began before the opening and came to its setting after it.
ask two BEGIN > /dev/null
id=$(ask one "SELECT id FROM api.snapshot_open('id:1', 'child')")
has "$(ask two "$(open 1 d)")" busy 'a batch overtaken by an opening is to come again'
ask two ROLLBACK > /dev/null
ask two "BEGIN; $(open 1 d)" > /dev/null
is "$(ask two "$(child merge e 1 Z999000018004)" | cut -d, -f2)" c 'and comes'
ask two COMMIT > /dev/null
is "$(ask one "SELECT source_id FROM api.snapshot_leavers('$id')" | tr '\n' ' ')" 'a b ' 'and is newer than the roll'
ask one "SELECT state FROM api.snapshot_drop('$id')" > /dev/null

# A commit repeated while the first is on its way.
id=$(ask one "SELECT id FROM api.snapshot_open('id:1', 'child')")
ask one BEGIN > /dev/null
is "$(ask one "$(commit "$id")")" 'committed 0' 'an empty roll is committed by name'
tell two BEGIN
tell two "$(commit "$id")"
is "$(until_true "$waits" && echo waits)" waits 'its retry waits'
ask one COMMIT > /dev/null
is "$(ask two COMMIT | tail -n 1)" 'committed 0' 'and gets the answer of the first'
is "$(sql "SELECT count(*) FROM core.changes WHERE op = 'delete'")" 3 'each leaver left once'
plan_done
