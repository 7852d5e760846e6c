# tap.sh — TAP for tests in bash: is GOT WANTED TITLE, ok STATUS TITLE, a
# database of one's own, and waiting for a condition with a deadline.
# SPDX-License-Identifier: Apache-2.0
tap_count=0

is()
{
	tap_count=$((tap_count + 1))
	if [[ $1 == "$2" ]]; then
		printf 'ok %d - %s\n' "$tap_count" "$3"
	else
		printf 'not ok %d - %s\n' "$tap_count" "$3"
		printf '# got    %s\n# wanted %s\n' "$1" "$2" | head -n 20
	fi
}

# has TEXT PATTERN TITLE
has()
{
	if [[ $1 =~ $2 ]]; then is 1 1 "$3"; else is "$1" "a match of $2" "$3"; fi
}

plan_done()
{
	printf '1..%d\n' "$tap_count"
}

# An empty database, gone when the test ends.
own_database()
{
	PGDATABASE=test_$1_$$
	export PGDATABASE
	createdb "$PGDATABASE"
	trap 'dropdb --force "$PGDATABASE"' EXIT
}

sql()
{
	psql -XAtq -v ON_ERROR_STOP=1 -c "$1"
}

# until_true QUERY: waits until the query answers t; fails after 30 seconds.
until_true()
{
	local end=$((SECONDS + 30))
	until [[ $(sql "$1") == t ]]; do
		[[ $SECONDS -lt $end ]] || { printf '# never came true: %s\n' "$1"; return 1; }
	done
}

# A session that stays open: session_start NAME, tell NAME SQL, ask NAME SQL.
session_start()
{
	local name=$1
	mkfifo "$work/$name.in" "$work/$name.out"
	psql -XAtq -v ON_ERROR_STOP=0 <"$work/$name.in" >"$work/$name.out" 2>&1 &
	eval "exec {${name}_in}>\"\$work/$name.in\" {${name}_out}<\"\$work/$name.out\""
}

tell()
{
	local fd=${1}_in
	printf '%s;\n' "$2" >&"${!fd}"
}

# Sends it and gives back what the session says until it is done.
ask()
{
	local fd=${1}_out in=${1}_in line
	tell "$1" "$2"
	printf '\\echo --done--\n' >&"${!in}"
	while IFS= read -r -t 30 line <&"${!fd}"; do
		[[ $line != --done-- ]] || return 0
		printf '%s\n' "$line"
	done
	printf 'no answer\n'
}
