/*
 * index.c — the door plate of the API, and who the caller is to it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request_state.h"

static const char index_text[] =
    "{\"name\":\"sencod\",\"version\":\"" SENCOD_VERSION "\",\"links\":{"
    "\"whoami\":\"/v1/whoami\",\"settings\":\"/v1/settings\","
    "\"children\":\"/v1/children\",\"caseloads\":\"/v1/caseloads\","
    "\"findings\":\"/v1/findings\","
    "\"visits\":\"/v1/visits\",\"actions\":\"/v1/actions\","
    "\"staff\":\"/v1/staff\",\"posts\":\"/v1/posts\","
    "\"groups\":\"/v1/groups\",\"thresholds\":\"/v1/thresholds\","
    "\"desk\":\"/v1/desk\",\"desk_time\":\"/v1/desk/time\","
    "\"referrals\":\"/v1/referrals\","
    "\"support_cases\":\"/v1/support-cases\","
    "\"agency_contacts\":\"/v1/agency-contacts\","
    "\"network_meetings\":\"/v1/network-meetings\","
    "\"training_events\":\"/v1/training-events\","
    "\"practice_items\":\"/v1/practice-items\","
    "\"transitions\":\"/v1/transitions\","
    "\"between\":\"/v1/between\","
    "\"handovers\":\"/v1/handovers\","
    "\"transition_colours\":\"/v1/transitions/colours\","
    "\"transition_consultations\":\"/v1/transitions/consultations\","
    "\"transition_report\":\"/v1/reports/transitions\","
    "\"proposals\":\"/v1/proposals\",\"codes\":\"/v1/codes\","
    "\"clocks\":\"/v1/clocks\","
    "\"deadlines\":\"/v1/deadlines\","
    "\"sync_freshness\":\"/v1/sync/freshness\","
    "\"sync_batches\":\"/v1/sync/batches\","
    "\"sync_changes\":\"/v1/sync/changes\","
    "\"sync_exports\":\"/v1/sync/exports\",\"clients\":\"/v1/clients\"}}\n";

static enum step_outcome
step_index(struct request *req)
{
	buf_add(&req->out, index_text, sizeof(index_text) - 1);
	reply_body(req, 200, "application/json", NULL, &req->out);
	return PROCEED;
}

static const struct step index_work[] = {
	{ "index", step_index }, { NULL, NULL }
};

static const struct route routes[] = {
	{ HTTP_GET, "/v1", ROLE_ANY, .work = index_work },
	{ HTTP_GET, "/v1/whoami", ROLE_ANY, ANSWER_ONE,
	  "SELECT * FROM api.whoami" },
};

const struct resource resource_index = { routes, nitems(routes) };
