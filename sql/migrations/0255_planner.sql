-- 0255_planner — why an Area SENCO is needed where: the reasons and their
-- words, the rankings that were shown (kept, for what they were made of
-- changes), and the visits planned. No child is in these tables.
-- SPDX-License-Identifier: Apache-2.0

-- A reason weighs the amount of weight_rule for each of what it counts, at
-- most the amount of most_rule. one and many are what a person reads, {n} the
-- number; states are those of a SENCO's role that are this reason.
CREATE TABLE law.planner_reasons (
    id          text NOT NULL PRIMARY KEY,
    position    smallint NOT NULL, -- the order among equal weights
    severity    text NOT NULL,
    weight_rule text,
    most_rule   text,
    states      text[],
    one         text NOT NULL,
    many        text NOT NULL,
    CONSTRAINT planner_reasons_severity_known
        CHECK (severity IN ('error', 'warn', 'info')),
    CONSTRAINT planner_reasons_say_something CHECK (one <> '' AND many <> '')
);

-- The ranking of a caseload for a day as it was first made for that day, with
-- the numbers it was made by. Never changed, pruned when old.
CREATE TABLE core.planner_rankings (
    caseload_id int NOT NULL REFERENCES core.caseloads,
    on_date     date NOT NULL,
    made_at     timestamptz NOT NULL DEFAULT now(),
    client_id   uuid REFERENCES core.clients, -- who asked; NULL: the night
    amounts     jsonb NOT NULL,
    PRIMARY KEY (caseload_id, on_date)
);
CREATE INDEX planner_rankings_day ON core.planner_rankings (on_date);

CREATE TABLE core.planner_ranking_rows (
    caseload_id     int NOT NULL,
    on_date         date NOT NULL,
    rank            int NOT NULL,
    setting_id      int NOT NULL REFERENCES core.settings,
    setting         text NOT NULL, -- its reference and name as they were
    name            text NOT NULL,
    type            text NOT NULL,
    score           double precision NOT NULL,
    severity        text,
    sentence        text NOT NULL,
    reasons         jsonb NOT NULL,
    last_contact_on date,
    next_visit_on   date,
    PRIMARY KEY (caseload_id, on_date, rank),
    CONSTRAINT planner_ranking_rows_of_a_ranking
        FOREIGN KEY (caseload_id, on_date) REFERENCES core.planner_rankings
        ON DELETE CASCADE
);

-- A visit that is planned. version is also the calendar's SEQUENCE. Each
-- change closes nothing: who moved what when is in the audit log.
CREATE TABLE core.planned_visits (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    caseload_id int NOT NULL REFERENCES core.caseloads,
    setting_id  int NOT NULL REFERENCES core.settings,
    client_id   uuid NOT NULL REFERENCES core.clients, -- who planned it
    key         text NOT NULL, -- the planner's name for it
    asked       text NOT NULL, -- digest of what was asked under that key
    visit_on    date NOT NULL,
    from_at     timestamptz,
    until_at    timestamptz,
    note        text,
    is_cancelled boolean NOT NULL DEFAULT false,
    version     int NOT NULL DEFAULT 1,
    at          timestamptz NOT NULL DEFAULT now(),
    changed_at  timestamptz NOT NULL DEFAULT now(),
    changed_by  uuid REFERENCES core.clients,
    CONSTRAINT planned_visits_key_once UNIQUE (client_id, key),
    CONSTRAINT planned_visits_ends_after_it_begins
        CHECK (until_at > from_at),
    CONSTRAINT planned_visits_end_has_a_beginning
        CHECK (until_at IS NULL OR from_at IS NOT NULL),
    CONSTRAINT planned_visits_on_its_day CHECK (
        (from_at AT TIME ZONE 'Europe/London')::date = visit_on
        AND (until_at AT TIME ZONE 'Europe/London')::date = visit_on)
);
CREATE INDEX planned_visits_caseload
    ON core.planned_visits (caseload_id, visit_on);
CREATE INDEX planned_visits_setting
    ON core.planned_visits (setting_id, visit_on);
