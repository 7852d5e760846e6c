-- 0312_ehc_states — how a case stands after each event that changes it, and
-- whose move it is where no clock says so: no case is without an owner.
-- SPDX-License-Identifier: Apache-2.0

-- An event that is not here leaves the state as it was. outcome NULL: any
-- that has no row of its own.
CREATE TABLE law.ehc_states (
    event     text NOT NULL REFERENCES law.ehc_events,
    outcome   text,
    state     text NOT NULL,
    name      text NOT NULL,
    step      text NOT NULL, -- what is next where no clock runs
    owner     text NOT NULL, -- whose move that is
    reference text,
    CONSTRAINT ehc_states_once UNIQUE NULLS NOT DISTINCT (event, outcome),
    CONSTRAINT ehc_states_state_is_a_slug CHECK (state ~ '^[a-z][a-z0-9_]*$'),
    CONSTRAINT ehc_states_owner_known CHECK (owner IN ('la', 'new_la',
        'setting', 'adviser', 'parent', 'health'))
);
GRANT SELECT ON law.ehc_states TO api;

-- The milestone of core.ehc_transfers that an event of a year is.
ALTER TABLE law.ehc_events
    ADD COLUMN milestone text
        CONSTRAINT ehc_events_milestone_once UNIQUE
        CONSTRAINT ehc_events_milestone_known CHECK (milestone IN
            ('review_held_on', 'amendment_noticed_on', 'plan_final_on'));

-- The clocks start from all events of a code; the rest is found by case.
CREATE INDEX ehc_events_code ON core.ehc_events (event, on_date);
