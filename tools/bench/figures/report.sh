#!/bin/bash
# report — the transition report as JSON by an officer, audited, and the very
# statement the daemon sends for it, same role, same actor, one pipeline,
# binary rows thrown away. Both warm up until PostgreSQL has settled on a plan.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/setup.sh"
trap stop_started EXIT

next_year() {
	local year month
	year=$(date +%Y) month=$(date +%-m)
	echo $((month >= 9 ? year + 1 : year))
}

logs_statements() { # log
	query 'SELECT 1' >/dev/null
	grep -q 'duration: .* SELECT 1$' "$1"
}

# From the database's log: so what is compared cannot drift apart. The log
# holds no parameters; all but the year are NULL. With PostgreSQL's numbers
# for the types the route declares: year, on, kind, setting, phase, need,
# rag, status.
learn_report_sql() {
	local log
	log=$(readlink -f "$work/pg/data")/server.log
	query 'ALTER SYSTEM SET log_min_duration_statement = 0'
	query 'SELECT pg_reload_conf()' >/dev/null
	until_true 'the database to log' logs_statements "$log"
	get_load "$work_port" officer "$report" 1 >/dev/null
	query 'ALTER SYSTEM RESET log_min_duration_statement'
	query 'SELECT pg_reload_conf()' >/dev/null
	report_sql=$(sed -n 's/.* execute [^:]*: \(SELECT \* FROM api\.report_transitions(.*\)/\1/p' "$log" | tail -n 1)
	[ -n "$report_sql" ] || die "the statement of $report is not in $log"
	report_params=("23:${report##*=}" 1082:NULL 25:NULL 25:NULL 23:NULL
		25:NULL 25:NULL 25:NULL)
}

want_authority
report="/v1/reports/transitions?year=$(next_year)"
fingerprint=$("$top/tools/pki" "$work/pki" fingerprint officer)
say "the transition report, API and bare SQL in turns"
learn_report_sql
for ((round = 0; round < rounds; round++)); do
	ours=$(get_load "$work_port" officer "$report" 7 | median)
	peer=$(timeout 120 "$work/bin/bare_sql" \
		"host=$PGHOST dbname=sencod user=sencod" "$fingerprint" 7 \
		"$report_sql" "${report_params[@]}" \
		2>"$work/bare_sql.out" | median)
	note report "$ours" "$peer"
done

row report ms '<= 1.2' \
	"transition report, $(value rows <"$work/bare_sql.out") rows : bare SQL"
