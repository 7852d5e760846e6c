#!/bin/bash
# memory — what a connection that says nothing costs the worker, silent or
# after its handshake; nginx's worker for comparison.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/nginx.sh"
trap stop_started EXIT
count=2000

# KiB of the worker for each of the connections that idle_hold keeps.
held() { # worker port certificate...
	local before after hold input
	before=$(resident "$1")
	coproc HOLD { exec timeout 120 "$work/bin/idle_hold" "$2" "$count" "${@:3}"; }
	hold=$HOLD_PID
	read -rt 60 <&"${HOLD[0]}" || die 'the connections were not made'
	pause 1 # the server takes the last ones
	after=$(resident "$1")
	input=${HOLD[1]}
	exec {input}>&-
	wait "$hold" || die 'connections were closed meanwhile'
	awk -v d=$((after - before)) -v n="$count" 'BEGIN { print d / n }'
}

hold() { # sencod|nginx silent|greeted
	local port=$edge_port
	local files=()
	core=0
	if [ "$1" = sencod ]; then
		start_sencod edge "$edge_internal"
	else
		port=$nginx_port
		start_nginx
	fi
	[ "$2" = silent ] || files=("$work/pki/ca.pem"
		"$work/pki/clients/officer.pem" "$work/pki/clients/officer.key")
	get_load "$port" officer "/v1" 1 >/dev/null
	held "$workers" "$port" "${files[@]}" >"$work/held"
	stop "$pid"
}

say "$count connections held"
mkdir -p "$work/www"
[ -e "$work/www/v1" ] ||
	get_load "$work_port" officer /v1 1 "$work/www/v1" >/dev/null
for kind in silent greeted; do
	hold sencod $kind
	ours=$(<"$work/held")
	hold nginx $kind
	note $kind "$ours" "$(<"$work/held")"
done

limit silent KiB '<= 2' 'memory of a silent connection (nginx)'
limit greeted KiB '<= 60' 'memory of an idle TLS connection (nginx)'
