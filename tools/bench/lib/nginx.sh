# nginx.sh — the peer of the network edge: one worker, the same certificates,
# versions, groups and ciphers as sencod, no tickets, no resumption, and a
# line in the log for every request.
# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0

write_nginx_conf() {
	local user=
	[ $EUID -ne 0 ] || user='user root;'
	mkdir -p "$work/www"
	cat >"$work/nginx.conf" <<-END
		$user
		worker_processes 1;
		worker_rlimit_nofile 20000;
		daemon off;
		pid "$work/nginx.pid";
		error_log "$work/nginx.log";
		events { worker_connections 15000; }
		http {
			client_body_temp_path "$work/nginx.tmp";
			proxy_temp_path "$work/nginx.tmp";
			fastcgi_temp_path "$work/nginx.tmp";
			uwsgi_temp_path "$work/nginx.tmp";
			scgi_temp_path "$work/nginx.tmp";
			access_log "$work/nginx-access.log";
			server_tokens off;
			keepalive_requests 100000000;
			keepalive_timeout 120s;
			client_header_timeout 120s;
			open_file_cache max=16;
			server {
				listen 127.0.0.1:$nginx_port ssl;
				server_name localhost;
				root "$work/www";
				default_type application/json;
				ssl_certificate "$work/pki/server.pem";
				ssl_certificate_key "$work/pki/server.key";
				ssl_client_certificate "$work/pki/ca.pem";
				ssl_crl "$work/pki/ca.crl";
				ssl_verify_client on;
				ssl_verify_depth 2;
				ssl_protocols TLSv1.2 TLSv1.3;
				ssl_ecdh_curve X25519:P-256:P-384;
				ssl_prefer_server_ciphers on;
				ssl_session_cache off;
				ssl_session_tickets off;
				ssl_conf_command NumTickets 0;
				ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256;
			}
		}
	END
}

start_nginx() { # core=N holds it to a core; sets pid, workers
	write_nginx_conf
	on_core "$core" nginx -e "$work/nginx.log" -c "$work/nginx.conf" &
	pid=$!
	remember "$pid"
	until_true "nginx ($work/nginx.log)" listens "$nginx_port"
	workers=$(workers_of "$pid")
}
