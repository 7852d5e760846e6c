#!/bin/bash
# peers — side by side on the same records: sencod with one worker over
# mutual TLS with scope, feed and audit; and, over plain HTTP and without scope
# and audit, Fastify with pg, PostGraphile, and express-pouchdb on LevelDB, one
# Node process each. The same client in C sends the same batches of 1,000 over
# two connections. What each has stored is counted afterwards.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/setup.sh"
. "$bench/lib/schools.sh"
trap stop_started EXIT
turns=$((rounds < 3 ? rounds : 3))
peers=(fastify postgraphile pouchdb)
declare -A ports processes broken
single=100            # children of each school in batches of one

# --- who is measured ------------------------------------------------------

start_peer() { # name
	mkdir -p "$work/peers/$1"
	ports[$1]=$(free_port $((edge_port + 40)))
	(cd "$bench/peers" && PORT=${ports[$1]} DIR=$work/peers/$1 \
		PGDATABASE=peers_$1 NODE_ENV=production \
		exec node "$1.mjs") >"$work/peers/$1.log" 2>&1 &
	processes[$1]=$!
	remember "$!"
}

# The children must be there, as in ours, before their needs.
make_peers_database() { # name
	query "DROP DATABASE IF EXISTS $1 WITH (FORCE)" -d postgres
	query "CREATE DATABASE $1" -d postgres
	psql -Xq -v ON_ERROR_STOP=1 -d "$1" -f "$bench/peers/schema.sql"
	query "INSERT INTO app.children
		SELECT s.ref, 'bench-child-' || to_char(n, 'FM000000')
		  FROM unnest(string_to_array('$some', ',')) AS s (ref)
		 CROSS JOIN generate_series(0, $pupils - 1) AS n" -d "$1"
	query ANALYZE -d "$1"
}

start_all() {
	local name internal
	ports[sencod]=$(free_port $((edge_port + 20)))
	internal=$(free_port $((edge_internal + 20)))
	write_sencod_conf one "${ports[sencod]}" "$internal" 1
	start_sencod one "$internal"
	processes[sencod]=$workers
	rm -rf "$work/peers"
	for name in fastify postgraphile; do
		make_peers_database peers_$name
	done
	for name in "${peers[@]}"; do
		start_peer "$name"
		attempt "$name" until_true "$name to listen" listens "${ports[$name]}"
		attempt "$name" send "$name" "$revision" created
	done
}

# --- what is asked of each ------------------------------------------------

send() { # name revision outcome [children batch connections]
	local clients
	clients=$(yes sender-1 | head -n "${6:-2}" | paste -sd ,) || true
	if [ "$1" = sencod ]; then
		sync_load "${ports[sencod]}" "$clients" "$some" need \
			"${4:-$pupils}" "$2" 1 "$3" "${5:-1000}"
	else
		timeout 120 "$work/bin/sync_load" "${ports[$1]}" plain \
			"$clients" "$some" need "${4:-$pupils}" "$2" 1 "$3" \
			"${5:-1000}" "$1"
	fi
}

get_plain() { # name path [body]
	timeout 120 "$work/bin/get_load" "${ports[$1]}" plain - - "$2" 20 \
		"$work/peers/$1.list" "${@:3}"
}

# Lists of 300 rows a second, one after another over one connection.
list() { # name
	local school=${some%%,*} each
	local graphql='{"query":"{allNeeds(first:300,condition:{setting:\"'$school
	graphql+='\"}){nodes{setting sourceId revision child provision startOn'
	graphql+=' endOn types}}}"}'
	case $1 in
	sencod)
		each=born_on
		get_load "${ports[sencod]}" sender-1 \
			"/v1/children?setting=$school&limit=300" 20 \
			"$work/peers/$1.list" ;;
	fastify)
		each=source_id
		get_plain "$1" "/needs?setting=$school&limit=300" ;;
	postgraphile)
		each=sourceId
		get_plain "$1" /graphql "$graphql" ;;
	pouchdb)
		each=source_id
		get_plain "$1" "/needs/_all_docs?include_docs=true&limit=300&startkey=%22$school/%22" ;;
	esac >"$work/peers/$1.times"
	[ "$(grep -o "\"$each\":" "$work/peers/$1.list" | wc -l)" = 300 ] ||
		die "the list of $1 has not 300 rows"
	awk "BEGIN { print 1000 / $(median <"$work/peers/$1.times") }"
}

# How many records of this revision each has really kept.
stored() { # name revision
	case $1 in
	sencod)
		query "SELECT count(*) FROM core.needs WHERE revision = $2
			AND setting_id = ANY ('{${some//id:/}}')" ;;
	pouchdb)
		timeout 60 node -e 'fetch(process.argv[1]).then((r) => r.json())
			.then(({ rows }) => console.log(rows.filter((r) =>
				r.doc.revision == process.argv[2]).length))' \
			"http://127.0.0.1:${ports[$1]}/needs/_all_docs?include_docs=true" \
			"$2" ;;
	*)
		query "SELECT count(*) FROM app.needs WHERE revision = $2" \
			-d "peers_$1" ;;
	esac
}

# One round of one of them: changed, unchanged, a list, batches of one; the
# four figures are left in a file, in this order.
turn() { # name revision
	local count
	{
		send "$1" "$2" updated
		send "$1" "$2" unchanged
		list "$1"
		send "$1" $(($2 + 1)) updated $single 1 8
	} >"$work/peers/$1.turn"
	count=$(stored "$1" "$2")
	[ "$count" = $((here * (pupils - single))) ] ||
		die "$1 has kept $count records of revision $2"
}

# A peer that fails is left out from then on, and the others go on.
attempt() { # name command...
	[ -z "${broken[$1]:-}" ] || return 0
	("${@:2}") >"$work/peers/$1.out" 2>"$work/peers/$1.err" &
	wait "$!" || broken[$1]=$(tail -n 1 "$work/peers/$1.err")
}

# --- the run --------------------------------------------------------------

[ -e "$bench/peers/node_modules/.sencod-installed" ] ||
	die 'the peers are not installed: tools/bootstrap bench'
want_schools
here=10
some=$(cut -d , -f "1-$here" <<<"$senders")
revision=$(next_revision $((2 * turns + 4)))
say 'sencod, Fastify, PostGraphile and express-pouchdb in turns'
start_all
kinds=(changed unchanged list single)
for ((round = -1; round < turns; round++)); do
	revision=$((revision + 2))
	for name in sencod "${peers[@]}"; do
		attempt "$name" turn "$name" "$((revision - 1))"
	done
	[ $round -ge 0 ] || continue
	mapfile -t ours <"$work/peers/sencod.turn"
	for name in "${peers[@]}"; do
		[ -z "${broken[$name]:-}" ] || continue
		mapfile -t theirs <"$work/peers/$name.turn"
		for i in 0 1 2 3; do
			note "peers-$name-${kinds[i]}" "${ours[i]}" "${theirs[i]}"
		done
	done
done
[ -z "${broken[sencod]:-}" ] || die "sencod: ${broken[sencod]}"
for name in "${peers[@]}"; do
	[ -n "${broken[$name]:-}" ] || note "peers-$name-memory" \
		"$(($(resident "${processes[sencod]}") / 1024))" \
		"$(($(resident "${processes[$name]}") / 1024))"
done

what=('changed records' 'unchanged records' 'a list of 300 rows'
	'batches of one record' 'memory of the server')
units=(rec/s rec/s /s /s MiB)
kinds+=(memory)
for i in 0 1 2 3 4; do
	for name in "${peers[@]}"; do
		[ -n "${broken[$name]:-}" ] || row "peers-$name-${kinds[i]}" \
			"${units[i]}" - "${what[i]} : $name"
	done
done
for name in "${!broken[@]}"; do
	printf '%-46s could not be measured: %s\n' "$name" "${broken[$name]}"
done
