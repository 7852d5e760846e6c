#!/bin/bash
# growth — what a record costs in a database that holds many, against one that
# holds 100,000: needs of twenty schools that lie apart, batches of 1,000,
# changed and unchanged, two senders, the two databases of one cluster in
# turns. The larger one has 1 million records, with BENCH_PROFILE=L 10 million.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/setup.sh"
trap finish EXIT
few=100000
many=1000000
[ "$profile" != L ] || many=10000000
declare -A ports senders

finish() {
	stop_started
	drop_database bench_few || true
	drop_database bench_many || true
}

make_stored() { # name records
	local schools=$(($2 / 3000 + 1)) name
	say "storing $2 records"
	make_database "$1"
	psql -Xq -v ON_ERROR_STOP=1 -v schools=$schools -v pupils=1000 \
		-d "$1" \
		-f "$bench/lib/stored.sql" >>"$work/setup.log"
	start_apart "$1" 2
	ports[$1]=$port
	senders[$1]=$(for ((i = 0; i < 20; i++)); do
		printf 'id:%d\n' $((1000001 + i * schools / 20))
	done | paste -sd ,)
	for name in sender-1 sender-2; do
		# shellcheck disable=SC2046
		enrol "$port" "$name" school_system \
			$(printf -- '--setting %s ' ${senders[$1]//,/ })
	done
}

send() { # database revision outcome: microseconds a record
	sync_load "${ports[$1]}" sender-1,sender-2 "${senders[$1]}" need 1000 \
		"$2" 2 "$3" >"$work/growth.rate"
	awk '{ print 1e6 / $1 }' "$work/growth.rate"
}

make_stored bench_few $few
make_stored bench_many $many
say "a record among $many and among $few in turns"
for ((round = -1; round < rounds; round++)); do
	revision=$((10 + 2 * round))
	large=$(send bench_many $revision updated)
	small=$(send bench_few $revision updated)
	large_same=$(send bench_many $((revision + 1)) unchanged)
	small_same=$(send bench_few $((revision + 1)) unchanged)
	[ $round -ge 0 ] || continue # to warm up
	note growth "$large" "$small"
	note growth-same "$large_same" "$small_same"
done

row growth us '<= 1.5' "changed record among $((many / 1000000)) million : among 100,000"
row growth-same us '<= 1.5' "unchanged record among $((many / 1000000)) million : the same"
