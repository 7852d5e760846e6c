-- 0003_children — the person index, and what each setting sent about its
-- children. Fill factor 85 and no index on what changes keep updates in
-- their page (HOT); content_hash is in no index for that reason. A deleted
-- row stays as a tombstone: deleted_at set, content_hash zero, data kept.
-- SPDX-License-Identifier: Apache-2.0

-- The person as the newest record of any setting describes them.
CREATE TABLE core.children (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    surname    text,
    forename   text,
    middle_names       text,
    preferred_surname  text,
    preferred_forename text,
    born_on    date NOT NULL,
    sex        text,
    upn        text,
    uln        text,
    nhs_number text,
    postcode   text,
    year_group text,
    known_from timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 85);
CREATE INDEX children_born ON core.children (born_on);

-- Deterministic matching: the same number and the same date of birth.
CREATE TABLE core.child_identifiers (
    scheme   text NOT NULL,
    value    text COLLATE "C" NOT NULL,
    born_on  date NOT NULL,
    child_id uuid NOT NULL REFERENCES core.children,
    PRIMARY KEY (scheme, value, born_on),
    CONSTRAINT child_identifiers_scheme_known
        CHECK (scheme IN ('upn', 'uln', 'nhs'))
);
CREATE INDEX child_identifiers_child ON core.child_identifiers (child_id);

CREATE TABLE core.child_records (
    setting_id   int NOT NULL REFERENCES core.settings,
    source_id    text COLLATE "C" NOT NULL,
    child_id     uuid NOT NULL REFERENCES core.children,
    revision     bigint NOT NULL,
    content_hash uuid NOT NULL,
    deleted_at   timestamptz,
    known_from   timestamptz NOT NULL DEFAULT now(),
    suspects     text[], -- identifiers whose check character is wrong
    surname      text,
    forename     text,
    middle_names       text,
    preferred_surname  text,
    preferred_forename text,
    former_surname     text,
    born_on      date NOT NULL,
    sex          text,
    upn          text,
    former_upn   text,
    uln          text,
    nhs_number   text,
    postcode     text,
    year_group   text,
    PRIMARY KEY (setting_id, source_id),
    CONSTRAINT child_records_named
        CHECK (surname IS NOT NULL OR forename IS NOT NULL)
) WITH (fillfactor = 85);
CREATE INDEX child_records_child ON core.child_records (child_id, setting_id);

CREATE TABLE core.placements (
    setting_id   int NOT NULL,
    source_id    text COLLATE "C" NOT NULL,
    child_id     uuid NOT NULL,
    revision     bigint NOT NULL,
    content_hash uuid NOT NULL,
    deleted_at   timestamptz,
    known_from   timestamptz NOT NULL DEFAULT now(),
    child        text COLLATE "C" NOT NULL,
    start_on     date NOT NULL,
    end_on       date,
    enrolment    text,
    sen_place    text,
    PRIMARY KEY (setting_id, source_id),
    CONSTRAINT placements_of_a_record FOREIGN KEY (setting_id, child)
        REFERENCES core.child_records (setting_id, source_id),
    CONSTRAINT placements_dates_in_order CHECK (end_on >= start_on)
) WITH (fillfactor = 85);
CREATE INDEX placements_child ON core.placements (child_id);

CREATE TABLE core.needs (
    setting_id   int NOT NULL,
    source_id    text COLLATE "C" NOT NULL,
    child_id     uuid NOT NULL,
    revision     bigint NOT NULL,
    content_hash uuid NOT NULL,
    deleted_at   timestamptz,
    known_from   timestamptz NOT NULL DEFAULT now(),
    child        text COLLATE "C" NOT NULL,
    provision    text NOT NULL,
    start_on     date NOT NULL,
    end_on       date,
    types        text[] NOT NULL DEFAULT '{}', -- rank order
    PRIMARY KEY (setting_id, source_id),
    CONSTRAINT needs_of_a_record FOREIGN KEY (setting_id, child)
        REFERENCES core.child_records (setting_id, source_id),
    CONSTRAINT needs_provision_known
        CHECK (provision IN ('N', 'K', 'E', 'A', 'P', 'S')),
    CONSTRAINT needs_dates_in_order CHECK (end_on >= start_on)
) WITH (fillfactor = 85);
CREATE INDEX needs_child ON core.needs (child_id);

CREATE TABLE core.transitions (
    setting_id   int NOT NULL,
    source_id    text COLLATE "C" NOT NULL,
    id           uuid NOT NULL DEFAULT gen_random_uuid(),
    child_id     uuid NOT NULL,
    revision     bigint NOT NULL,
    content_hash uuid NOT NULL,
    deleted_at   timestamptz,
    known_from   timestamptz NOT NULL DEFAULT now(),
    child        text COLLATE "C" NOT NULL,
    kind         text NOT NULL,
    year         int NOT NULL, -- of the September moved in
    to_setting   text,         -- the reference as sent
    to_setting_id        int REFERENCES core.settings,
    target_on            date,
    parent_agreed_on     date,
    meeting_on           date,
    form_sent_on         date,
    form_acknowledged_on date,
    PRIMARY KEY (setting_id, source_id),
    CONSTRAINT transitions_id_once UNIQUE (id),
    CONSTRAINT transitions_of_a_record FOREIGN KEY (setting_id, child)
        REFERENCES core.child_records (setting_id, source_id),
    CONSTRAINT transitions_destination_resolved
        CHECK ((to_setting IS NULL) = (to_setting_id IS NULL))
) WITH (fillfactor = 85);
CREATE INDEX transitions_child ON core.transitions (child_id);
CREATE INDEX transitions_year ON core.transitions (year, setting_id);

-- Milestones of the authority's own statutory process, one row a phase
-- transfer; the authority owns them, settings only read.
CREATE TABLE core.ehc_transfers (
    child_id             uuid NOT NULL REFERENCES core.children,
    year                 int NOT NULL,
    review_held_on       date,
    amendment_noticed_on date,
    plan_final_on        date,
    placement_refused    boolean NOT NULL DEFAULT false,
    version              bigint NOT NULL DEFAULT 1,
    changed_at           timestamptz NOT NULL DEFAULT now(),
    changed_by           uuid REFERENCES core.clients,
    PRIMARY KEY (child_id, year)
);
