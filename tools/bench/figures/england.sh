#!/bin/bash
# england — the transition report of one authority, in a database of its own
# and in one that holds as many authorities as England has children for. Who
# asks is an Area SENCO whose caseload is every setting of the authority.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/setup.sh"
trap stop_started EXIT

children_max=1700000

want_authority
caseload=$(query "INSERT INTO core.caseloads (name)
	VALUES ('The whole authority') RETURNING id" | head -n 1)
query "INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
	SELECT $caseload, s.id, '2020-01-01' FROM core.settings AS s"
once whole_authority enrol "$work_port" whole-authority area_senco \
	--caseload "$caseload"
target="/v1/reports/transitions?year=$(next_year)"
measure_report() { # FILE
	get_load "$work_port" whole-authority "$target" 3 >/dev/null
	for ((round = 0; round < rounds; round++)); do
		get_load "$work_port" whole-authority "$target" 7 | median
	done >"$1"
}

say "the report of one authority, alone in its database"
measure_report "$work/england.alone"
have=$(query 'SELECT count(*) FROM core.children')
times=$((children_max / have))
say "$times more authorities of $have children each"
psql -Xq -v ON_ERROR_STOP=1 -v times="$times" -f "$bench/lib/england.sql" \
	>>"$work/setup.log"
all=$(query 'SELECT count(*) FROM core.children')
say "the same report among $all children"
measure_report "$work/england.among"
while read -r ours && read -r peer <&3; do
	note england "$ours" "$peer"
done <"$work/england.among" 3<"$work/england.alone"
row england ms '<= 1.5' "transition report of one authority of $have, among $all children : alone"
