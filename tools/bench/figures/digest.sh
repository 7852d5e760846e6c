#!/bin/bash
# digest — an unchanged setting proved in one request: GET /v1/sync/digest of
# a setting with 100 records and of one with 10,000, in turns. It is read from
# what the merges keep, so the size must not matter; for comparison, what it
# takes to send all 10,000 records once more.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/setup.sh"
trap stop_started EXIT
small=33              # children: with placement and need 99 records
large=3334            # 10,002

ask() { # setting
	get_load "$work_port" digest "/v1/sync/digest?setting=$1" 20 \
		"$work/digest.json" | median
}

send() { # setting children outcome
	sync_load "$work_port" digest "$1" mixed "$2" 1 1 "$3"
}

want_authority
mapfile -t settings < <(query "SELECT 'id:' || s.id FROM core.settings AS s
	WHERE s.status = 'open' AND NOT EXISTS (SELECT 1
		FROM core.child_records AS r WHERE r.setting_id = s.id)
	ORDER BY s.id DESC OFFSET 20 LIMIT 2")
[ ${#settings[@]} = 2 ] || die 'too few settings without records'
enrol "$work_port" digest school_system --setting "${settings[0]}" \
	--setting "${settings[1]}"
send "${settings[0]}" $small created >/dev/null
send "${settings[1]}" $large created >/dev/null
query 'VACUUM ANALYZE'

say 'digests of a small and a large setting in turns'
for ((round = 0; round < rounds; round++)); do
	few=$(ask "${settings[0]}")
	many=$(ask "${settings[1]}")
	grep -q "\"records\":$large" "$work/digest.json" ||
		die "the digest counts other records: $(<"$work/digest.json")"
	again=$(awk "BEGIN { print 3e3 * $large / \
		$(send "${settings[1]}" $large unchanged) }")
	note digest "$many" "$few"
	note digest-again "$many" "$again"
done

row digest ms '<= 1.5' 'digest, 10,000 records : 100 records'
row digest-again ms - '  digest : all 10,000 sent again, unchanged'
