# bare.sh — a route against the very statement the daemon sends for it: same
# role, same actor, one pipeline, binary rows thrown away. Both warm up until
# PostgreSQL has settled on a plan.
# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0

logs_statements() { # log
	query 'SELECT 1' >/dev/null
	grep -q 'duration: .* SELECT 1$' "$1"
}

# From the database's log: so what is compared cannot drift apart. The log
# holds no parameters.
learn_sql() { # CLIENT TARGET PATTERN: the statement into learned_sql
	local log
	log=$(readlink -f "$work/pg/data")/server.log
	query 'ALTER SYSTEM SET log_min_duration_statement = 0'
	query 'SELECT pg_reload_conf()' >/dev/null
	until_true 'the database to log' logs_statements "$log"
	get_load "$work_port" "$1" "$2" 1 >/dev/null
	query 'ALTER SYSTEM RESET log_min_duration_statement'
	query 'SELECT pg_reload_conf()' >/dev/null
	learned_sql=$(sed -n "s/.* execute [^:]*: \\($3.*\\)/\\1/p" "$log" | tail -n 1)
	[ -n "$learned_sql" ] || die "the statement of $2 is not in $log"
}

# against_bare NAME CLIENT TARGET PATTERN TYPE:VALUE...: rounds of both, kept
# as figure NAME (milliseconds) and, ours alone, as NAME_ms. The parameters in
# the order of the statement, by PostgreSQL's numbers of their types.
against_bare() {
	local name=$1 client=$2 target=$3 fingerprint ours peer
	fingerprint=$("$top/tools/pki" "$work/pki" fingerprint "$client")
	learn_sql "$client" "$target" "$4"
	for ((round = 0; round < rounds; round++)); do
		ours=$(get_load "$work_port" "$client" "$target" 7 | median)
		peer=$(timeout 120 "$work/bin/bare_sql" \
			"host=$PGHOST dbname=sencod user=sencod" "$fingerprint" 7 \
			"$learned_sql" "${@:5}" \
			2>"$work/bare_sql.out" | median)
		note "$name" "$ours" "$peer"
		note "${name}_ms" "$ours" "$peer"
	done
	bare_rows=$(value rows <"$work/bare_sql.out")
}
