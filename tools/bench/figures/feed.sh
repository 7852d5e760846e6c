#!/bin/bash
# feed — a page of 1,000 changes at the beginning, in the middle and at the
# end of a long history, for a school, for an Area SENCO of 40 settings and
# for an officer who sees them all: once with 100,000 changes and once with a
# million (BENCH_PROFILE=L: ten million), the two databases of one cluster in
# turns. Each change's record is read with it and the page is audited. Cursors
# are made by the server's own code (feed_cursor.c).
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/setup.sh"
trap finish EXIT
few=100000
many=1000000
[ "$profile" != L ] || many=10000000
readers=(school senco officer)
depths=(start middle end)
declare -A ports cursors broken

finish() {
	stop_started
	drop_database feed_few || true
	drop_database feed_many || true
}

make_history() { # name changes
	say "storing $2 changes"
	make_database "$1"
	psql -Xq -v ON_ERROR_STOP=1 -v schools=50 -v pupils=200 \
		-v "changes=$2" -d "$1" \
		-f "$bench/lib/stored.sql" -f "$bench/lib/changes.sql" \
		>>"$work/setup.log"
	start_apart "$1" 1
	ports[$1]=$port
	enrol_readers "$1"
}

# The first school, the first 40, and all; none of them new to its feed.
enrol_readers() { # database
	enrol "$port" feed-school school_system --setting id:1000001
	enrol "$port" feed-senco area_senco
	enrol "$port" feed-officer la_officer
	query "WITH made AS (
		INSERT INTO core.caseloads (name, client_id)
		SELECT 'feed', c.id FROM core.clients AS c
		 WHERE c.name = 'feed-senco' RETURNING id)
	INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
	SELECT m.id, s.id, date '2020-01-01'
	  FROM made AS m CROSS JOIN core.settings AS s
	 WHERE s.id BETWEEN 1000001 AND 1000040" -d "$1"
	query "INSERT INTO core.feed_scope (client_id, setting_id)
	SELECT c.id, s.id FROM core.clients AS c CROSS JOIN core.settings AS s
	 WHERE s.id BETWEEN 1000001 AND 1000040
	   AND (c.name = 'feed-senco'
	        OR c.name = 'feed-school' AND s.id = 1000001)
	ON CONFLICT DO NOTHING" -d "$1"
}

# Where a reader stands who still has a page and a bit to read, and who has
# read half.
learn_cursors() { # database
	local reader depth where key epoch xid seq
	for reader in "${readers[@]}"; do
		IFS='|' read -r epoch key < <(query "SELECT p.epoch,
			encode(p.key, 'hex') FROM core.clients AS c
			CROSS JOIN LATERAL core.feed_place(c.id) AS p
			WHERE c.name = 'feed-$reader'" -d "$1")
		for depth in "${depths[@]}"; do
			case $reader in
			school) where='setting_id = 1000001' ;;
			senco) where='setting_id BETWEEN 1000001 AND 1000040' ;;
			officer) where=true ;;
			esac
			xid=0 seq=0
			[ $depth = start ] || IFS='|' read -r xid seq < <(place "$1" \
				"$where" $depth)
			cursors[$1-$reader-$depth]=$("$work/bin/feed_cursor" \
				"$epoch" "$key" "$xid" "$seq")
		done
	done
}

place() { # database where middle|end
	local order='xid, seq' skip
	skip="(SELECT count(*) / 2 - 1 FROM core.changes WHERE $2)"
	[ "$3" = middle ] || order='xid DESC, seq DESC' skip=1000
	query "SELECT xid, seq FROM core.changes WHERE $2
		ORDER BY $order OFFSET $skip LIMIT 1" -d "$1"
}

page() { # database reader depth
	get_load "${ports[$1]}" "feed-$2" \
		"/v1/sync/changes?limit=1000&after=${cursors[$1-$2-$3]}" 7 \
		"$work/page.json" >"$work/page.times"
	# Each row whole: none of them became a delete.
	[ "$(grep -o '"op":"put"' "$work/page.json" | wc -l)" = 1000 ] ||
		die "a page of $1 for $2 at the $3 has not 1,000 changes"
	median <"$work/page.times" >"$work/page.$1"
}

# The page of both databases; one that cannot be had does not stop the rest.
pages() { # reader depth round
	[ -z "${broken[$1-$2]:-}" ] || return 0
	(page feed_many "$1" "$2"; page feed_few "$1" "$2") \
		2>"$work/page.err" &
	if ! wait "$!"; then
		broken[$1-$2]=$(tail -n 1 "$work/page.err")
	elif [ "$3" -ge 0 ]; then
		note "feed-$1-$2" "$(<"$work/page.feed_many")" \
			"$(<"$work/page.feed_few")"
	fi
}

# The library of the protocol knows what a cursor is.
compile_cursor() {
	# shellcheck disable=SC2046
	"${CC:-gcc}" -O2 -std=gnu11 -D_GNU_SOURCE -I"$build" -I"$top/protocol" \
		-include "$top/protocol/banned.h" -o "$work/bin/feed_cursor" \
		"$bench/feed_cursor.c" "$bench/wire.c" "$build/libprotocol.a" \
		$(pkg-config --libs openssl)
}

compile_cursor
make_history feed_few $few
make_history feed_many $many
learn_cursors feed_few
learn_cursors feed_many
say "pages of 1,000 among $many changes and among $few in turns"
for ((round = -1; round < rounds; round++)); do
	for reader in "${readers[@]}"; do
		for depth in "${depths[@]}"; do
			pages "$reader" "$depth" "$round"
		done
	done
done

among="$((many / 1000000)) million (100,000)"
for reader in "${readers[@]}"; do
	for depth in "${depths[@]}"; do
		[ -z "${broken[$reader-$depth]:-}" ] || continue
		limit "feed-$reader-$depth" ms '<= 30' \
			"feed page, $reader, $depth of $among"
	done
done
for reader in "${readers[@]}"; do
	for depth in "${depths[@]}"; do
		[ -n "${broken[$reader-$depth]:-}" ] ||
			row "feed-$reader-$depth" ms - "  $reader, $depth : among 100,000"
	done
done
for page in "${!broken[@]}"; do
	printf '%-46s could not be measured: %s\n' "feed page, ${page/-/, }" \
		"${broken[$page]}"
done
