#!/bin/bash
# parked — ten thousand systems that wait for news: long-polls of the feed on
# as many TLS connections, by ten certificates with a setting each, held by
# two workers. What they cost in memory; and after a write to one setting, how
# long until the last of its 100 or 1,000 waiters has the answer in its hands.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/setup.sh"
trap stop_started EXIT
groups=(1000 100 1100 1100 1100 1100 1100 1100 1100 1200)

# Settings of which nobody has sent anything.
quiet_settings() {
	query "SELECT 'id:' || s.id FROM core.settings AS s
		WHERE s.status = 'open' AND NOT EXISTS (SELECT 1
			FROM core.child_records AS r WHERE r.setting_id = s.id)
		ORDER BY s.id DESC LIMIT ${#groups[@]}"
}

# Sets pid, workers and port.
start_server() {
	port=$(free_port $((edge_port + 20)))
	internal=$(free_port $((edge_internal + 20)))
	write_sencod_conf parked "$port" "$internal" 2
	start_sencod parked "$internal"
}

want_authority
mapfile -t settings < <(quiet_settings)
[ ${#settings[@]} = ${#groups[@]} ] || die 'too few settings without records'
start_server
waiters=()
for i in "${!groups[@]}"; do
	enrol "$port" "parked-$i" school_system --setting "${settings[i]}"
	waiters+=("$work/pki/clients/parked-$i:${groups[i]}")
done

say '10,000 long-polls on as many connections'
# shellcheck disable=SC2086
before=$(resident $workers)
began=$SECONDS
coproc HOLD {
	exec timeout 200 "$work/bin/poll_hold" "$port" "$work/pki/ca.pem" \
		"${waiters[@]}"
}
remember "$HOLD_PID"
input=${HOLD[1]} output=${HOLD[0]}
read -rt 180 <&"$output" || die 'the long-polls were not parked'
# They wait at the server, not on their way there.
waiting=$(http_get "$internal" /metrics |
	awk '/^sencod_parked[ {]/ { sum += $NF } END { print sum + 0 }')
[ "$waiting" -ge 9900 ] || die "only $waiting are parked"
say "parked after $((SECONDS - began)) s"
# shellcheck disable=SC2086
after=$(resident $workers) apart=$(shared_out $workers)
note parked "$((after / 1024))" "$((apart / 1024))"
note parked-each "$(awk "BEGIN { print ($after - $before) / 10000 }")" -
for i in 1 0; do
	echo "$work/pki/clients/parked-$i ${settings[i]} $((i + 1))" >&"$input"
	read -rt 40 ms <&"$output" || die 'the waiters were not told'
	note "parked-wake-${groups[i]}" "$ms" -
done
exec {input}>&-
wait "$HOLD_PID" || die 'poll_hold did not end well'

limit parked MiB '<= 600' '10,000 long-polls: resident memory (shared once)'
limit parked-each KiB - '  for each of them'
limit parked-wake-100 ms - '  a write until all 100 waiters have it'
limit parked-wake-1000 ms - '  a write until all 1,000 waiters have it'
