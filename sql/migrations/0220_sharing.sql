-- 0220_sharing — one SENCO for several smaller primary schools: who proposed
-- what for which schools, who decided it, how it was reviewed and how it
-- ended. No child is in these tables; measures are counts.
-- SPDX-License-Identifier: Apache-2.0

-- version counts every change of the row, its members and its reviews: it is
-- the ETag. An approved arrangement has ended when to_on has passed.
CREATE TABLE core.sharings (
    id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name                 text NOT NULL,
    staff_id             int NOT NULL REFERENCES core.staff,
    state                text NOT NULL DEFAULT 'proposed',
    from_on              date NOT NULL,
    to_on                date,
    hours_per_week       numeric(4, 1) NOT NULL, -- away from teaching, in all
    admin_hours_per_week numeric(4, 1),
    teaching_percent     smallint,
    proposed_by          uuid NOT NULL REFERENCES core.clients,
    proposed_at          timestamptz NOT NULL DEFAULT now(),
    decided_by           uuid REFERENCES core.clients,
    decided_at           timestamptz,
    reason               text, -- of the decision
    ended_by             uuid REFERENCES core.clients,
    ended_at             timestamptz,
    end_reason           text,
    version              bigint NOT NULL DEFAULT 1,
    key                  text NOT NULL, -- the proposer's: sent again, it is this
    sent                 jsonb NOT NULL, -- with that key
    CONSTRAINT sharings_key_once UNIQUE (proposed_by, key),
    CONSTRAINT sharings_name_not_empty CHECK (name <> ''),
    CONSTRAINT sharings_state_known
        CHECK (state IN ('proposed', 'approved', 'declined')),
    CONSTRAINT sharings_dates_in_order CHECK (to_on >= from_on),
    CONSTRAINT sharings_hours_fit_a_week
        CHECK (hours_per_week > 0 AND hours_per_week <= 168),
    CONSTRAINT sharings_admin_hours_fit_a_week CHECK (
        admin_hours_per_week >= 0 AND admin_hours_per_week <= 168),
    CONSTRAINT sharings_teaching_is_a_share
        CHECK (teaching_percent BETWEEN 0 AND 100),
    CONSTRAINT sharings_decided_by_somebody CHECK (
        (state = 'proposed') = (decided_by IS NULL)
        AND (decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT sharings_ended_by_somebody
        CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);
CREATE INDEX sharings_staff ON core.sharings (staff_id);

CREATE TABLE core.sharing_members (
    sharing_id      uuid NOT NULL REFERENCES core.sharings,
    setting_id      int NOT NULL REFERENCES core.settings,
    from_on         date NOT NULL,
    to_on           date,
    hours_per_week  numeric(4, 1), -- of the SENCO's, at this school
    is_teacher_here boolean,       -- works as a teacher at this school
    withdrawn_at    timestamptz,   -- taken out before it began
    PRIMARY KEY (sharing_id, setting_id, from_on),
    CONSTRAINT sharing_members_dates_in_order CHECK (to_on >= from_on),
    CONSTRAINT sharing_members_hours_fit_a_week
        CHECK (hours_per_week > 0 AND hours_per_week <= 168)
);
CREATE INDEX sharing_members_setting ON core.sharing_members (setting_id);

-- A review is due, then held with an outcome; measures are the counts of
-- api.setting_measures by the reference of the school.
CREATE TABLE core.sharing_reviews (
    sharing_id      uuid NOT NULL REFERENCES core.sharings,
    n               int NOT NULL,
    due_on          date NOT NULL,
    held_on         date,
    outcome         text,
    note            text,
    measures_before jsonb NOT NULL,
    measures_after  jsonb,
    recorded_by     uuid REFERENCES core.clients,
    recorded_at     timestamptz,
    PRIMARY KEY (sharing_id, n),
    CONSTRAINT sharing_reviews_outcome_known CHECK (
        outcome IN ('CONTINUE', 'CONTINUE_WITH_ACTIONS', 'END')),
    CONSTRAINT sharing_reviews_held_with_outcome CHECK (
        (held_on IS NULL) = (outcome IS NULL)
        AND (held_on IS NULL) = (recorded_by IS NULL)
        AND (held_on IS NULL) = (recorded_at IS NULL)
        AND (held_on IS NULL) = (measures_after IS NULL))
);
CREATE UNIQUE INDEX sharing_reviews_one_due ON core.sharing_reviews (sharing_id)
    WHERE held_on IS NULL;

ALTER TABLE core.posts
    ADD CONSTRAINT posts_of_a_sharing
        FOREIGN KEY (sharing_id) REFERENCES core.sharings,
    ADD CONSTRAINT posts_shared_are_a_settings
        CHECK (sharing_id IS NULL
               OR setting_id IS NOT NULL AND arrangement = 'shared');
CREATE INDEX posts_sharing ON core.posts (sharing_id)
    WHERE sharing_id IS NOT NULL;

-- An arrangement, stored or thought of, as it is judged on one day. hours_at
-- and teaches_at are of the settings, in their order.
CREATE TYPE core.sharing_case AS (
    sharing_id           uuid, -- NULL: not stored
    staff_id             int,
    from_on              date,
    on_date              date,
    settings             int[],
    hours_at             numeric[],
    teaches_at           boolean[],
    hours_per_week       numeric,
    admin_hours_per_week numeric,
    teaching_percent     int
);

-- What can be said of a condition: {name} in a sentence is the input of that
-- name. rank is the order in which the conditions of an arrangement are read.
CREATE TABLE law.sharing_findings (
    id       text NOT NULL PRIMARY KEY,
    rank     smallint NOT NULL,
    rule_id  text NOT NULL,
    severity text NOT NULL,
    sentence text NOT NULL,
    CONSTRAINT sharing_findings_severity_is_known
        CHECK (severity IN ('error', 'warn', 'info')),
    CONSTRAINT sharing_findings_say_something CHECK (sentence <> '')
);
