#!/bin/bash
# report — the transition report as JSON by an officer, audited, and the very
# statement the daemon sends for it.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/setup.sh"
. "$bench/lib/bare.sh"
trap stop_started EXIT

want_authority
say "the transition report, API and bare SQL in turns"
# year, on, kind, setting, phase, need, rag, status
against_bare report officer "/v1/reports/transitions?year=$(next_year)" \
	'SELECT \* FROM api\.report_transitions(' "23:$(next_year)" 1082:NULL \
	25:NULL 25:NULL 23:NULL 25:NULL 25:NULL 25:NULL
row report ms '<= 1.1' "transition report, $bare_rows rows : bare SQL"
