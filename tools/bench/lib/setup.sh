# setup.sh — what stands before the first figure: programs, a cluster, a
# certificate authority, a server and an officer; and the authority, which
# only some figures need and the first of them makes.
# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0

compile() {
	local name
	# shellcheck disable=SC2046
	for name in "$bench"/*_load.c "$bench"/*_hold.c "$bench/bare_sql.c"; do
		"${CC:-gcc}" -O2 -std=gnu11 -D_GNU_SOURCE -Wall -Wextra \
			-include "$top/protocol/banned.h" \
			$(pkg-config --cflags libpq openssl) \
			-o "$work/bin/$(basename "$name" .c)" "$name" \
			"$bench/wire.c" "$bench/records.c" -lpthread \
			$(pkg-config --libs libpq openssl)
	done
}

make_cluster() {
	timeout 180 "$top/tests/lib/cluster" start "$work/pg" \
		>"$work/cluster.log" 2>&1 ||
		{ tail -n 5 "$work/cluster.log" >&2; die 'no PostgreSQL'; }
	eval "$("$top/tests/lib/cluster" env "$work/pg")"
}

# The data may lie elsewhere, where PostgreSQL's user could reach them.
remove_cluster() {
	local data sock
	timeout 90 "$top/tests/lib/cluster" stop "$work/pg" >/dev/null 2>&1 || true
	data=$(readlink -f "$work/pg/data" 2>/dev/null || true)
	sock=$(cat "$work/pg/socket-dir" 2>/dev/null || true)
	case $data in /var/tmp/sencod-pg.*/data) rm -rf "${data%/data}" ;; esac
	case $sock in /tmp/sencod-pg.*) rm -rf "$sock" ;; esac
	rm -rf "$work/pg"
}

# What the figures read when they start: see the end of bench.sh.
write_state() {
	local name
	for name in PGHOST PGPORT PGDATABASE PGUSER work_port work_internal \
		edge_port edge_internal nginx_port work_workers; do
		printf 'export %s=%q\n' "$name" "${!name}"
	done >"$work/state.sh"
}

setup() {
	rm -rf "$work/figures" "$work/rows" "$work/done" "$work"/*.log
	mkdir -p "$work/bin" "$work/figures" "$work/rows" "$work/done" \
		"$work/nginx.tmp"
	compile
	make_cluster
	"$top/tools/pki" "$work/pki" init >/dev/null
	"$top/tools/pki" "$work/pki" server localhost >/dev/null
	"$top/tools/pki" "$work/pki" client administrator >/dev/null
	timeout 120 "$top/tools/deploy" --admin administrator \
		"$work/pki/clients/administrator.pem" dbname=sencod
	work_port=$(free_port 18443)
	edge_port=$(free_port $((work_port + 1)))
	nginx_port=$(free_port $((edge_port + 1)))
	work_internal=$(free_port 19464)
	edge_internal=$(free_port $((work_internal + 1)))
	write_sencod_conf work "$work_port" "$work_internal" 2
	write_sencod_conf edge "$edge_port" "$edge_internal" 1
	start_sencod work "$work_internal"
	work_workers=$workers
	enrol "$work_port" officer la_officer
	write_state
}

# once NAME command...: by the first figure that needs it.
once() {
	[ ! -e "$work/done/$1" ] || return 0
	"${@:2}"
	touch "$work/done/$1"
}

# An authority of the size of the profile, as the API will see it.
want_authority() {
	once authority fill
}

fill() {
	say "inventing an authority (profile $profile)"
	console "$work_port" import gias \
		"$top/config/demo/registers/gias_trafford_358.csv"
	query "COPY (SELECT * FROM core.settings ORDER BY id)
	       TO STDOUT (FORMAT csv, HEADER)" >"$work/settings.csv"
	"$build/generate" --settings "$work/settings.csv" \
		--data "$top/config/demo" --profile "$profile" --invent \
		--sql "$work/authority.sql" >>"$work/setup.log"
	psql -Xq -v ON_ERROR_STOP=1 -f "$work/authority.sql" >>"$work/setup.log"
	psql -Xq -v today="$(date +%F)" -f "$top/tools/generate/cases.sql" \
		>>"$work/setup.log"
	query 'VACUUM ANALYZE'
}

# settings_of NUMBER: as many open primary schools, by their numbers here.
settings_of() {
	query "SELECT id FROM core.settings
		WHERE status = 'open' AND phase = 2 ORDER BY id LIMIT $1"
}
