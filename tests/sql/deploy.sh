#!/bin/bash
# deploy.sh — tools/deploy from nothing, again, with an edited migration, with
# a broken resource, with the first administrator, and while readers read.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/tap.sh
work=$(mktemp -d)
own_database deploy
trap 'dropdb --force "$PGDATABASE"; rm -rf "$work"' EXIT
deploy() { "$work/a copy/tools/deploy" "$@" "dbname=$PGDATABASE" 2>&1 && echo done; }

# In a path with a space, and where the test may edit.
mkdir -p "$work/a copy/tools"
cp -r sql "$work/a copy/"
cp tools/deploy "$work/a copy/tools/"
copy="$work/a copy/sql"
migrations=$(find sql/migrations -name '[0-9]*.sql' | wc -l)

is "$(deploy)" done 'an empty database is deployed to'
is "$(sql 'SELECT count(*) FROM core.migrations')" "$migrations" 'every migration is recorded'
before=$(sql "SELECT md5(string_agg(name || checksum || applied_at, ',' ORDER BY name)) FROM core.migrations")
is "$(deploy)" done 'it is deployed to again'
is "$(sql "SELECT md5(string_agg(name || checksum || applied_at, ',' ORDER BY name)) FROM core.migrations")" \
    "$before" 'no migration is applied twice'
is "$(sql "SELECT count(*) FROM pg_proc WHERE pronamespace = 'core'::regnamespace GROUP BY proname HAVING count(*) > 1")" \
    '' 'no function of schema core is there twice'

# A new migration.
echo 'CREATE TABLE core.extra (i int);' > "$copy/migrations/9990_extra.sql"
is "$(deploy)" done 'a new migration is applied'
is "$(sql "SELECT relowner::regrole FROM pg_class WHERE oid = 'core.extra'::regclass")" owner 'as owner'
is "$(sql "SELECT has_table_privilege('api', 'core.extra', 'SELECT')")" t 'and granted to role api'
echo 'CREATE TABLE core.extra (i bigint);' > "$copy/migrations/9990_extra.sql"
has "$(deploy || true)" 'migration 9990_extra was edited after it had been applied here' \
    'an edited migration stops the deploy with a sentence'
echo 'CREATE TABLE core.extra (i int);' > "$copy/migrations/9990_extra.sql"

# One that fails leaves nothing behind.
printf 'CREATE TABLE core.half (i int);\nSELECT 1/0;\n' > "$copy/migrations/9991_half.sql"
has "$(deploy || true)" 'division by zero' 'a failing migration says why'
is "$(sql "SELECT to_regclass('core.half') IS NULL AND NOT EXISTS (SELECT 1 FROM core.migrations WHERE name = '9991_half')")" \
    t 'and leaves nothing behind'
rm "$copy/migrations/9991_half.sql"

# A resource that fails leaves the old schema in place.
echo 'CREATE VIEW api.broken AS SELECT nothing FROM nowhere;' > "$copy/resources/broken.sql"
has "$(deploy || true)" 'nowhere' 'a failing resource says why'
is "$(sql "SELECT count(*) FROM pg_class WHERE oid = 'api.whoami'::regclass")" 1 'the old schema api stays'
printf -- '-- after: whatever\n' > "$copy/resources/broken.sql"
has "$(deploy || true)" 'broken.sql comes after whatever, which does not exist' 'so does one after an unknown one'
printf -- '-- after: session\nCREATE VIEW api.broken AS SELECT w.name FROM api.whoami AS w;\n' > "$copy/resources/broken.sql"
is "$(deploy)" done 'a resource may come after another'
rm "$copy/resources/broken.sql"

# The first administrator.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj "/CN=Test administrator" -keyout "$work/key.pem" -out "$work/it's.pem" 2>/dev/null
hex=$(openssl x509 -in "$work/it's.pem" -outform DER | sha256sum | cut -d' ' -f1)
is "$(deploy --admin "O'Test" "$work/it's.pem")" done 'the first administrator is enrolled'
is "$(sql "SELECT role || ' ' || name FROM api.identify(decode('$hex', 'hex'))")" "la_administrator O'Test" \
    'and known by the certificate'
is "$(deploy --admin "O'Test" "$work/it's.pem")" done 'again changes nothing'
is "$(sql "SELECT count(*) FROM core.clients")" 1 'there is still one'
has "$(deploy --admin X "$work/key.pem" || true)" 'is not a PEM certificate' 'a key is no certificate'
has "$(deploy --admin X "$work/none" || true)" 'cannot read the certificate' 'nor is a file that is not there'
sql "UPDATE core.client_certificates SET state = 'revoked'"
has "$(deploy --admin "O'Test" "$work/it's.pem" || true)" 'revoked or belongs to another' \
    'a revoked certificate is not brought back'
has "$(deploy --what || true)" 'there is no option --what' 'an unknown option is refused'

# Readers meanwhile: prepared statements over a view and a function, in a
# session for each; they must not see a single failure.
cat > "$work/read.sql" <<'END'
SELECT count(*) FROM api.whoami;
SELECT count(*) FROM api.identify('\x00');
END
for i in 1 2; do
	pgbench -n -M prepared -f "$work/read.sql" -T 600 "$PGDATABASE" \
	    >"$work/bench.$i" 2>&1 &
	readers[$i]=$!
done
until_true "SELECT count(*) = 2 FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'pgbench'"
for i in 1 2 3; do
	is "$(deploy)" done "it is deployed to while readers read ($i)"
done
is "$(sql "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'pgbench'")" 2 \
    'no reader met an error'
kill "${readers[@]}" 2>/dev/null || true
wait "${readers[@]}" 2>/dev/null || true
plan_done
