-- 0311_clock_scope — when a clock that has started no longer runs, as rows:
-- what makes it moot, what starts it anew, which of several counts, for whom.
-- SPDX-License-Identifier: Apache-2.0

-- moot_by: CODE or CODE:OUTCOME; with it nothing is due any more, though the
-- clock was not met. restarts: only its newest start counts. latest_of: of the
-- clocks of that name that run in one case the one due latest is the one.
-- starts_at: the day of the event that it is counted from. start_outcomes: of
-- the starting event or of the one it belongs to; NULL: any. age_below: while
-- the child is younger, in years.
-- A right lapses: nobody is late who does not use it. A minimum runs out.
ALTER TABLE law.clocks
    ADD COLUMN moot_by text[] NOT NULL DEFAULT '{}',
    ADD COLUMN restarts boolean NOT NULL DEFAULT false,
    ADD COLUMN latest_of text,
    ADD COLUMN starts_at text NOT NULL DEFAULT 'on_date'
        CONSTRAINT clocks_starts_at_a_day
            CHECK (starts_at IN ('on_date', 'from_on')),
    ADD COLUMN start_outcomes text[],
    ADD COLUMN age_below smallint
        CONSTRAINT clocks_age_above_nothing CHECK (age_below > 0),
    DROP CONSTRAINT clocks_kind_known,
    ADD CONSTRAINT clocks_kind_known
        CHECK (kind IN ('limit', 'minimum', 'right'));

-- Exceptions are few and asked for at every clock they may excuse.
CREATE INDEX ehc_events_exceptions ON core.ehc_events (case_id)
    WHERE exception IS NOT NULL;
