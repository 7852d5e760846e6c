#!/bin/bash
# agent — the first sync of a school: 500 children with a placement and a need
# each lie in the agent's folder, and the clock runs from the start of the
# program to its end, with TLS, reading, sending and its own bookkeeping. Each
# round is another school, new to the server. What the server then has is
# counted.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/setup.sh"
trap stop_started EXIT
children=500
agent=$build/senco-sync

# Records as on the wire, one a line.
print_records() {
	awk -v n=$children 'BEGIN {
		for (i = 0; i < n; i++) {
			printf "{\"kind\":\"child\",\"source_id\":\"c-%d\"," \
			    "\"revision\":1,\"op\":\"put\",\"data\":{" \
			    "\"surname\":\"Fictional-%d\",\"forename\":" \
			    "\"Testchild\",\"born_on\":\"20%02d-%02d-%02d\"," \
			    "\"sex\":\"F\",\"year_group\":\"5\"}}\n", i, i,
			    12 + i % 5, 1 + i % 12, 1 + i % 28
			printf "{\"kind\":\"placement\",\"source_id\":\"p-%d\"," \
			    "\"revision\":1,\"op\":\"put\",\"data\":{" \
			    "\"child\":\"c-%d\",\"start_on\":\"2024-09-02\"}}\n",
			    i, i
			printf "{\"kind\":\"need\",\"source_id\":\"n-%d\"," \
			    "\"revision\":1,\"op\":\"put\",\"data\":{" \
			    "\"child\":\"c-%d\",\"provision\":\"K\"," \
			    "\"start_on\":\"2024-09-02\",\"types\":" \
			    "[\"SLCN\"]}}\n", i, i
		}
	}'
}

has_push() {
	"$agent" help 2>/dev/null | grep -q '^  push '
}

# An agent's folder as `senco-sync init` lays it out, keys and all.
lay_out() { # folder setting
	"$agent" init --folder "$1" --server "https://localhost:$work_port" \
		--setting "$2" >>"$work/setup.log" 2>&1
	cp "$work/pki/ca.pem" "$1/keys/authority.pem"
	cp "$work/pki/clients/agent.pem" "$1/keys/agent.pem"
	cp "$work/pki/clients/agent.key" "$1/keys/agent.key"
	chmod 600 "$1/keys/agent.key"
	cp "$work/agent/records.ndjson" "$1/inbox/"
	# What is being written still is left for the next time.
	touch -d '1 minute ago' "$1/inbox/records.ndjson"
}

first_sync() { # folder setting
	if has_push; then
		timeout 60 "$agent" push --folder "$1"
	else
		timeout 60 "$agent" --url "https://localhost:$work_port" \
			--ca "$work/pki/ca.pem" \
			--cert "$work/pki/clients/agent.pem" \
			--key "$work/pki/clients/agent.key" --setting "$2" \
			--outcome "$work/agent/outcome.csv" \
			"$work/agent/records.ndjson"
	fi >>"$work/agent/agent.log" 2>&1 ||
		die "senco-sync: $(tail -n 1 "$work/agent/agent.log")"
}

want_authority
mapfile -t settings < <(query "SELECT s.ref FROM core.settings AS s
	WHERE s.status = 'open' AND s.ref ~ '^(urn|ofsted):'
	  AND NOT EXISTS (SELECT 1 FROM core.child_records AS r
		WHERE r.setting_id = s.id)
	ORDER BY s.id LIMIT $rounds")
[ ${#settings[@]} = "$rounds" ] || die 'too few settings without records'
rm -rf "$work/agent"
mkdir -p "$work/agent"
print_records >"$work/agent/records.ndjson"
# shellcheck disable=SC2046
enrol "$work_port" agent school_system $(printf -- '--setting %s ' "${settings[@]}")

say "a first sync of $children children through senco-sync"
for setting in "${settings[@]}"; do
	folder=$work/agent/${setting/:/-}
	! has_push || lay_out "$folder" "$setting"
	began=${EPOCHREALTIME/./}
	first_sync "$folder" "$setting"
	took=$((${EPOCHREALTIME/./} - began))
	[ "$(query "SELECT count(*) FROM core.needs AS n JOIN core.settings AS s
		ON s.id = n.setting_id WHERE s.ref = '$setting'")" = $children ] ||
		die "the records of $setting did not arrive"
	note agent "$(awk "BEGIN { print $took / 1e6 }")" -
done

limit agent s '<= 2' "first sync of $children children by senco-sync"
