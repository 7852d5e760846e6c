#!/bin/bash
# moves — what the part about moves and deadlines promises: the first row of
# the transition report, the whole of it with binary rows, the counts of the
# dashboard, every deadline reckoned anew, and a workbook of 5,000 rows while
# somebody else asks small things.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/setup.sh"
. "$bench/lib/bare.sh"
trap stop_started EXIT

want_authority
report="/v1/reports/transitions?year=$(next_year)"

say "the first row of the transition report"
for ((round = 0; round < rounds; round++)); do
	get_load "$work_port" officer "$report" 7 >"$work/first.out"
	note first "$(awk '{ print $2 }' "$work/first.out" | median)" \
		"$(median <"$work/first.out")"
done
limit first ms '<= 50' "first row of the transition report (the whole)"

# of TARGET: how long an officer waits; kept as figure NAME.
waits() { # NAME TARGET
	for ((round = 0; round < rounds; round++)); do
		ours=$(get_load "$work_port" officer "$2" 3 | median)
		note "$1" "$ours" -
	done
}

say "every deadline of the authority reckoned, as counts by owner"
waits deadlines '/v1/deadlines/summary?by=owner&days=365'
limit deadlines ms '<= 5000' "every deadline reckoned and counted"

say "the final plan due in 18 weeks instead of 20: every case reckoned twice"
waits recompute '/v1/clocks/recompute/totals?clock=final_plan&unit=week&amount=18'
limit recompute ms '<= 5000' "what another law would change"

say "a workbook, while somebody asks small things"
xlsx=application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
report="$report&kind=PRS" # some thousands
rows=$(get_load "$work_port" officer "$report" 1 "$work/report.json" >/dev/null
	grep -o '"child_id"' "$work/report.json" | wc -l)
for ((round = 0; round < rounds; round++)); do
	touch "$work/asking"
	while [ -e "$work/asking" ]; do
		get_load "$work_port" officer /v1 200
	done >"$work/small.out" &
	BENCH_ACCEPT=$xlsx get_load "$work_port" officer "$report" 3 >"$work/xlsx.out"
	rm "$work/asking"
	wait $!
	note xlsx "$(median <"$work/xlsx.out")" -
	note small "$(sort -g "$work/small.out" | sed -n '$p' | cut -d ' ' -f 1)" \
		"$(median <"$work/small.out")"
done
limit xlsx ms '<= 1000' "a workbook of $rows rows"
limit small ms - "  the slowest small request meanwhile (the median)"
