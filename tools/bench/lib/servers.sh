# servers.sh — the servers the figures start: sencod with or without a core
# of its own, nginx beside it, and whoever is enrolled with them. Limits that
# a load from one address would meet are out of the way.
# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0

free_port() { # first choice
	local port=$1
	while listens "$port"; do
		port=$((port + 1))
	done
	echo "$port"
}

listens() { # port
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

answers() { # port path
	local line=
	{
		exec 3<>"/dev/tcp/127.0.0.1/$1"
		printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3
		read -r -t 5 line <&3
		exec 3>&-
	} 2>/dev/null || return 1
	[[ $line == 'HTTP/1.1 200'* ]]
}

write_sencod_conf() { # name port internal workers [database]
	cat >"$work/$1.conf" <<-END
		systems_listen = 127.0.0.1:$2
		internal_listen = 127.0.0.1:$3
		server_names = localhost
		workers = $4
		tls_certificate = $work/pki/server.pem
		tls_key = $work/pki/server.key
		tls_client_ca = $work/pki/ca.pem
		tls_client_crl = $work/pki/ca.crl
		database = host=$PGHOST dbname=${5:-sencod} user=sencod
		connections_max = 20000
		connections_per_address_max = 20000
		handshakes_max = 20000
		handshake_timeout_ms = 120000
		idle_timeout_ms = 120000
		connection_requests_max = 100000000
	END
}

# Sets pid, and workers: the processes that do the work.
start_sencod() { # name internal; core=N holds it to a core
	on_core "${core:-0-$(($(nproc) - 1))}" "$build/sencod" \
		-c "$work/$1.conf" >>"$work/$1.log" 2>&1 &
	pid=$!
	remember "$pid"
	until_true "sencod ($work/$1.log)" answers "$2" /readyz
	workers=$(workers_of "$pid")
}

workers_of() { # pid
	tr -s ' ' ' ' <"/proc/$1/task/$1/children" | sed 's/ $//'
}

# A server with a database of its own in the same cluster, so that what a
# figure stores is in nobody's way. Sets pid, workers and port; the name of
# the database is that of the server.
start_apart() { # name workers
	local internal
	port=$(free_port $((edge_port + 20)))
	internal=$(free_port $((edge_internal + 20)))
	write_sencod_conf "$1" "$port" "$internal" "$2" "$1"
	start_sencod "$1" "$internal"
}

make_database() { # name
	query "DROP DATABASE IF EXISTS $1" -d postgres
	query "CREATE DATABASE $1" -d postgres
	timeout 120 "$top/tools/deploy" --admin administrator \
		"$work/pki/clients/administrator.pem" "dbname=$1"
}

drop_database() { # name
	query "DROP DATABASE IF EXISTS $1 WITH (FORCE)" -d postgres
}

console() { # port command...
	timeout 300 "$build/sencoctl" --url "https://localhost:$1" \
		--ca "$work/pki/ca.pem" \
		--cert "$work/pki/clients/administrator.pem" \
		--key "$work/pki/clients/administrator.key" \
		"${@:2}" >>"$work/setup.log"
}

enrol() { # port NAME ROLE OPTIONS...
	[ -e "$work/pki/clients/$2.pem" ] ||
		"$top/tools/pki" "$work/pki" client "$2" >/dev/null
	console "$1" clients add --name "$2" --role "$3" \
		--cert "$work/pki/clients/$2.pem" "${@:4}"
}

# One address again and again over one connection: milliseconds of each.
get_load() { # port client path count [file]
	timeout 120 "$work/bin/get_load" "$1" "$work/pki/ca.pem" \
		"$work/pki/clients/$2.pem" "$work/pki/clients/$2.key" \
		"${@:3}"
}

# Records a second of schools that send; see sync_load.c.
sync_load() { # port clients settings need|mixed|one children revision passes outcome
	local clients=${2//,/,$work/pki/clients/}
	timeout 180 "$work/bin/sync_load" "$1" "$work/pki/ca.pem" \
		"$work/pki/clients/$clients" "${@:3}"
}

# What a server without certificates answers, head and all.
http_get() { # port path
	exec 3<>"/dev/tcp/127.0.0.1/$1"
	printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' \
		"$2" >&3
	cat <&3
	exec 3>&-
}
