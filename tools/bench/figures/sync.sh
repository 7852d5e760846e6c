#!/bin/bash
# sync — needs of twenty schools of 1,000 pupils in batches of 1,000: by two
# senders over mutual TLS, all changed and all unchanged; rows by binary COPY
# into core.needs itself; and a script for psql that copies text into a
# temporary table and merges, one connection. Every answer is checked.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2086,SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/setup.sh"
. "$bench/lib/schools.sh"
trap stop_started EXIT

send() { # need|mixed revision passes outcome
	sync_load "$work_port" sender-1,sender-2 "$senders" "$1" $pupils \
		"$2" "$3" "$4"
}

# Numbered on from those before, so that every row is new.
copy() { # table batch lap
	timeout 120 "$work/bin/copy_load" dbname=sencod "$1" \
		$(($3 * records)) $records "$2" "$receivers"
}

# The rows of sync_load's needs, one file a revision: all schools alike.
write_rows() { # revision
	query "COPY (SELECT 'bench-need-' || to_char(n, 'FM000000'), $1,
		'bench-child-' || to_char(n, 'FM000000'),
		CASE (n + $1) % 2 WHEN 1 THEN 'K' ELSE 'E' END,
		date '1970-01-01' + 18000 + ($1 * 7 + n) % 1500, NULL,
		('[0:3]={\"{SLCN,ASD}\",\"{SEMH}\",\"{MLD,SPLD,HI}\",'
		 '\"{ASD,PD}\"}'::text[])[(n + $1) % 4]
		FROM generate_series(0, $pupils - 1) AS n) TO STDOUT" \
		>"$work/script/$1.txt"
}

# One connection, a transaction for each school's thousand records.
write_script() { # first revision
	local revision setting
	cat <<-'END'
		CREATE TEMP TABLE arrived (source_id text COLLATE "C",
		    revision bigint, child text COLLATE "C", provision text,
		    start_on date, end_on date, types text[])
		    ON COMMIT DELETE ROWS;
	END
	for ((revision = $1; revision < $1 + passes; revision++)); do
		write_rows $revision
		for setting in ${scripted//,/ }; do
			printf '%s\n' "\\set setting $setting" 'BEGIN;' \
				"\\copy arrived FROM '$revision.txt'" \
				'\i merge.sql' 'COMMIT;'
		done
	done
}

# Records a second of the script; every record must have been merged.
script() { # first revision
	local began
	write_script "$1" >"$work/script/all.sql"
	began=${EPOCHREALTIME/./}
	(cd "$work/script" && timeout 120 psql -XAtq -v ON_ERROR_STOP=1 \
		-f all.sql >merged)
	echo $((records * 1000000 / (${EPOCHREALTIME/./} - began)))
	awk '{ n += $1 } END { exit n != '$records' }' "$work/script/merged" ||
		die 'the script did not merge every record'
}

wal_bytes() {
	query "SELECT pg_current_wal_insert_lsn() - '0/0'"
}

# Bytes of WAL and microseconds of the workers for each record of one send,
# less the WAL of as long a time in which nobody sends.
watched() { # name send arguments...: sets rate
	local wal cpu began took after idle
	wal=$(wal_bytes) cpu=$(cpu_us $work_workers)
	began=${EPOCHREALTIME/./}
	rate=$(send "${@:2}")
	took=$((${EPOCHREALTIME/./} - began))
	cpu=$(($(cpu_us $work_workers) - cpu))
	after=$(wal_bytes)
	[ "$1" != unchanged ] || pause "$((took / 1000000)).$(printf %06d \
		$((took % 1000000)))"
	idle=$(wal_bytes)
	note "$1-cpu" "$(awk "BEGIN { print $cpu / $records }")" -
	[ "$1" != unchanged ] || note unchanged-wal "$(awk "BEGIN {
		print ($after - $wal - ($idle - $after)) / $records }")" -
}

want_schools
mkdir -p "$work/script"
cp "$bench/peers/script/merge.sql" "$work/script/"
query 'DROP TABLE IF EXISTS core.needs_alone;
	CREATE TABLE core.needs_alone (LIKE core.needs INCLUDING ALL)'
say 'two senders, plain COPY and a script of psql in turns'
for ((round = -1; round < rounds; round++)); do
	revision=$(next_revision $((passes + 1)))
	watched changed need "$revision" $passes updated
	changed=$rate
	plain=$(copy core.needs 1000 $((2 * (round + 1))))
	scripted_rate=$(script "$revision")
	watched unchanged need $((revision + passes - 1)) $passes unchanged
	same=$rate
	alone=$(copy core.needs_alone 1000 $((round + 1)))
	mixed=$(send mixed $((revision + passes)) 1 updated)
	whole=$(copy core.needs $records $((2 * (round + 1) + 1)))
	if [ $round -lt 0 ]; then # to warm up
		rm -f "$work"/figures/{un,}changed-{cpu,wal}
		continue
	fi
	note changed "$changed" "$plain"
	note changed-script "$changed" "$scripted_rate"
	note changed-whole "$changed" "$whole"
	note changed-alone "$changed" "$alone"
	note unchanged "$same" "$plain"
	note mixed "$mixed" "$plain"
done

row changed rec/s '>= 0.65' 'sync, changed, two senders : COPY'
row changed-script rec/s '>= 1.8' 'sync, changed, two senders : script of psql'
row unchanged rec/s '>= 2.0' 'sync, unchanged, two senders : COPY'
limit unchanged-wal B '<= 5' 'WAL for an unchanged record, less idle'
limit changed-cpu us '<= 6' 'workers'\'' CPU time for a changed record'
limit unchanged-cpu us '<= 6' 'workers'\'' CPU time for an unchanged record'
row changed-whole rec/s - '  changed : COPY in one transaction'
row changed-alone rec/s - '  changed : COPY, table without foreign key'
row mixed rec/s - '  child, placement and need : COPY'
