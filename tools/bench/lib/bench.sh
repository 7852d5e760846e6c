# bench.sh — what every figure needs: where things are, how long one waits,
# what was started and is stopped again, how a number is kept and printed.
# Read by tools/bench/run and by each script of figures/; runs nothing itself.
# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
shopt -s inherit_errexit

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
build=$(cd "$top" && realpath -m "${B:-build}")
bench=$top/tools/bench
work=$build/bench
rounds=${BENCH_ROUNDS:-5}
seconds=${BENCH_SECONDS:-2}
profile=${BENCH_PROFILE:-M}
started=()
export PGOPTIONS='-c client_min_messages=warning'

die() {
	printf 'bench: %s\n' "$*" >&2
	exit 1
}

say() {
	printf '  %-5s %s\n' BENCH "$*" >&2
}

# --- what runs ------------------------------------------------------------

# Not by name: only what this script started.
stop_started() {
	local pid
	for pid in "${started[@]}"; do
		stop "$pid"
	done
}

stop() { # pid
	kill "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
	rm -f "$work/pids/$1"
}

# What was started outlives nobody: run looks here when a script was killed. A
# process is known by its number and the moment it began.
remember() { # pid
	started+=("$1")
	mkdir -p "$work/pids"
	began_at "$1" >"$work/pids/$1"
}

began_at() { # pid: ticks since boot; nothing when it is no more
	sed -n "s/^.*) //p" "/proc/$1/stat" 2>/dev/null | cut -d " " -f 20 ||
		true
}

pause() { # seconds
	read -rt "$1" <> <(:) || true
}

until_true() { # what command...
	local what=$1 end=$((SECONDS + 30))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || die "waited 30 s for $what"
		pause 0.05
	done
}

# on_core N command...: held to one core where there are two.
on_core() {
	local core=$1
	shift
	if [ "$(nproc)" -ge 2 ]; then
		exec taskset -c "$core" "$@"
	fi
	exec "$@"
}

query() { # sql [psql options]
	psql -XAtq -v ON_ERROR_STOP=1 -c "$1" "${@:2}"
}

# --- numbers --------------------------------------------------------------

# note NAME OURS PEER: one round of a figure.
note() {
	printf '%s %s\n' "$2" "$3" >>"$work/figures/$1"
}

# Of the September to come.
next_year() {
	local year month
	year=$(date +%Y) month=$(date +%-m)
	echo $((month >= 9 ? year + 1 : year))
}

median() {
	sort -g | awk '{ v[NR] = $1 } END { if (!NR) exit 1
		print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

value() { # KEY: of key=value words
	tr ' ' '\n' | sed -n "s/^$1=//p"
}

# Microseconds that processes have been on a processor, all threads.
cpu_us() { # pid...
	local pid
	for pid; do
		cat "/proc/$pid"/task/*/schedstat
	done | awk '{ ns += $1 } END { printf "%.0f\n", ns / 1000 }'
}

resident() { # pid...: KiB
	local pid
	for pid; do
		awk '/^Rss:/ { print $2 }' "/proc/$pid/smaps_rollup"
	done | awk '{ sum += $1 } END { print sum }'
}

shared_out() { # pid...: KiB, pages that several have counted once
	local pid
	for pid; do
		awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup"
	done | awk '{ sum += $1 } END { print sum }'
}

heading() {
	printf '\n%-46s %9s %9s %-6s %20s %9s  %s\n' figure ours peer unit \
		'ratio (least-most)' target met
}

# row NAME UNIT TARGET WHAT: ours against a peer of the same rounds. The
# target of the ratio is ">= 0.9", "<= 1.2", or "-" for none.
row() {
	[ -s "$work/figures/$1" ] || die "$1 was not measured"
	awk '$2 > 0 { print $1 / $2, $1, $2 }' "$work/figures/$1" | sort -g |
		print_row ratio "$2" "$3" "$4"
}

# limit NAME UNIT TARGET WHAT: a figure of ours that is held against a number;
# a second number of a round is shown for comparison.
limit() {
	[ -s "$work/figures/$1" ] || die "$1 was not measured"
	awk '{ print $1, $1, $2 }' "$work/figures/$1" | sort -g |
		print_row number "$2" "$3" "$4"
}

print_row() { # ratio|number UNIT TARGET WHAT
	awk -v kind="$1" -v unit="$2" -v target="$3" -v what="$4" '
	function short(n) {
		return n == "" || n == "-" ? "" : n >= 100 ? sprintf("%.0f", n) : \
		    n >= 10 ? sprintf("%.1f", n) : sprintf("%.2f", n)
	}
	function middle(v, n) {
		return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
	}
	function sort(v, n,    i, j, x) {
		for (i = 2; i <= n; i++) {
			x = v[i]
			for (j = i - 1; j > 0 && v[j] > x; j--)
				v[j + 1] = v[j]
			v[j + 1] = x
		}
	}
	{ r[NR] = $1 + 0; ours[NR] = $2 + 0; peer[NR] = $3; last = $3 }
	END {
		sort(ours, NR)
		if (last != "" && last != "-") {
			for (i = 1; i <= NR; i++)
				peer[i] += 0
			sort(peer, NR)
			other = middle(peer, NR)
		}
		middling = middle(r, NR)
		split(target, part, " ")
		met = target == "-" ? "" : (part[1] == ">=" ? \
		    middling >= part[2] : middling <= part[2]) ? "yes" : "NO"
		span = kind == "ratio" ? sprintf("%.2f (%.2f-%.2f)", middling, \
		    r[1], r[NR]) : NR > 1 ? sprintf("(%s-%s)", short(r[1]), \
		    short(r[NR])) : ""
		printf "%-46s %9s %9s %-6s %20s %9s  %s\n", what,
		    short(middle(ours, NR)), short(other), unit, span,
		    target == "-" ? "" : target, met
	}'
}

# What setup has found out: ports, the database, who is enrolled.
# shellcheck disable=SC1091
[ ! -e "$work/state.sh" ] || . "$work/state.sh"
