#!/bin/bash
# people — what the parts about people promise: the planner of one Area SENCO,
# the findings of the whole authority judged anew, a what-if of a shared SENCO;
# each against a limit and against the very statement behind it.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/setup.sh"
. "$bench/lib/bare.sh"
trap stop_started EXIT

want_authority
caseload=$(query "SELECT m.caseload_id FROM core.caseload_settings AS m
	JOIN core.caseloads AS l ON l.id = m.caseload_id
	WHERE l.name LIKE 'Nurseries %' AND m.known_to IS NULL AND m.to_on IS NULL
	GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
once area_senco enrol "$work_port" area-senco area_senco --caseload "$caseload"

say "the planner of one Area SENCO, API and bare SQL in turns"
planner="/v1/planner?caseload=$caseload"
get_load "$work_port" area-senco "$planner" 1 >/dev/null # keeps today's ranking
# caseload, on
against_bare planner area-senco "$planner" \
	'SELECT \* FROM api\.planner_day(' "23:$caseload" 1082:NULL
limit planner_ms ms '<= 50' "planner of a caseload, $bare_rows settings"
row planner ms '<= 1.2' "  planner : bare SQL"

say "the findings of the whole authority"
# on, as_of, setting, caseload, rule, finding, severity, state
against_bare findings officer /v1/findings 'SELECT f\.\* FROM api\.findings(' \
	1082:NULL 1184:NULL 25:NULL 23:NULL 25:NULL 25:NULL 25:NULL 25:NULL
limit findings_ms ms '<= 2000' "findings of the authority judged anew, $bare_rows"
row findings ms '<= 1.2' "  findings : bare SQL"

say "the report of SENCO coverage over the whole authority"
# on, as_of, setting, regime, state, severity
against_bare coverage officer /v1/reports/senco-coverage \
	'SELECT \* FROM api\.report_senco_coverage(' \
	1082:NULL 1184:NULL 25:NULL 25:NULL 25:NULL 25:NULL
row coverage ms '<= 1.2' "SENCO coverage, $bare_rows settings : bare SQL"

say "a what-if of a shared SENCO"
schools=$(query "SELECT string_agg(s.ref, ',') FROM (SELECT s.ref
	FROM core.settings AS s WHERE s.phase = 2 AND s.status = 'open'
	ORDER BY s.roll, s.id LIMIT 3) AS s")
staff=$(query "SELECT min(p.staff_id) FROM core.posts AS p
	JOIN core.settings AS s ON s.id = p.setting_id
	WHERE s.phase = 2 AND p.kind = 'senco' AND p.to_on IS NULL")
remove=${schools##*,}
# id, staff, settings, add, remove, hours, admin_hours, teaching_percent, on
against_bare what_if officer \
	"/v1/sharing/what-if?staff=$staff&settings=${schools//,/%2C}&remove=$remove&hours=20" \
	'SELECT \* FROM api\.sharing_what_if(' 2950:NULL "23:$staff" \
	"25:$schools" 25:NULL "25:$remove" 701:20 701:NULL 23:NULL 1082:NULL
limit what_if_ms ms '<= 100' "what-if over three schools, $bare_rows conditions"
row what_if ms '<= 1.2' "  what-if : bare SQL"
