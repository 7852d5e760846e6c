#!/bin/bash
# edge — the network edge alone: a small reply over kept connections, and
# full handshakes with a client certificate, sencod and nginx in turns. One
# worker each, held to one core, the load on the other.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/nginx.sh"
trap stop_started EXIT

tls_load() { # port pid-of-worker options...
	(on_core 1 timeout 60 "$work/bin/tls_load" --ca "$work/pki/ca.pem" \
		--cert "$work/pki/clients/officer.pem" \
		--key "$work/pki/clients/officer.key" --port "$1" \
		--path /v1 --seconds "$seconds" --pids "$2" "${@:3}")
}

# The same body for nginx to serve.
core=0
start_sencod edge "$edge_internal"
edge_worker=$workers
mkdir -p "$work/www"
get_load "$edge_port" officer /v1 1 "$work/www/v1" >/dev/null
start_nginx
nginx_worker=$workers

for mode in keepalive handshakes; do
	say "$mode, sencod and nginx in turns"
	how=()
	[ $mode = keepalive ] || how=(--handshakes)
	for ((round = 0; round < rounds; round++)); do
		ours=$(tls_load "$edge_port" "$edge_worker" "${how[@]}")
		peer=$(tls_load "$nginx_port" "$nginx_worker" "${how[@]}")
		note $mode "$(value rps <<<"$ours")" "$(value rps <<<"$peer")"
		note $mode-cpu "$(value cpu_us_each <<<"$ours")" \
			"$(value cpu_us_each <<<"$peer")"
	done
done

row keepalive /s '>= 0.9' 'small reply, kept mTLS connections : nginx'
row keepalive-cpu us - '  the server'\''s CPU time for each'
row handshakes /s '>= 0.8' 'mTLS handshake, request, close : nginx'
row handshakes-cpu us - '  the server'\''s CPU time for each'
