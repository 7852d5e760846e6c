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

next_year() {
	local year month
	year=$(date +%Y) month=$(date +%-m)
	echo $((month >= 9 ? year + 1 : year))
}

want_authority
report="/v1/reports/transitions?year=$(next_year)"

say "the first row of the transition report"
for ((round = 0; round < rounds; round++)); do
	get_load "$work_port" officer "$report" 7 >"$work/first.out"
	note first "$(awk '{ print $2 }' "$work/first.out" | median)" \
		"$(median <"$work/first.out")"
done
limit first ms '<= 50' "first row of the transition report (the whole)"
