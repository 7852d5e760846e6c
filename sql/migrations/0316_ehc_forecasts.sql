-- 0316_ehc_forecasts — which clocks are forecast, and which past durations
-- say how long it takes.
-- SPDX-License-Identifier: Apache-2.0

-- milestone: clocks of one milestone share its past. by_year: from a start
-- that names the year of a transfer to an end that names the same. dropped_by:
-- CODE or CODE:OUTCOME; after it nobody waits for the end any more.
CREATE TABLE law.ehc_forecasts (
    clock_id    text PRIMARY KEY,
    milestone   text NOT NULL,
    rank        smallint NOT NULL,
    start_event text NOT NULL REFERENCES law.ehc_events,
    end_event   text NOT NULL REFERENCES law.ehc_events,
    by_year     boolean NOT NULL,
    dropped_by  text[] NOT NULL
);
