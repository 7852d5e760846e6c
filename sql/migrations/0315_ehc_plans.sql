-- 0315_ehc_plans — what the authority issued for a child: each version of the
-- plan with its sections, the outcomes it aims at, the placements named in
-- section I and the personal budget. The day it was issued is an event of the
-- case (core.ehc_events); when that is withdrawn, so is what it issued.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE law.ehc_sections (
    code      text PRIMARY KEY,
    rank      smallint NOT NULL,
    name      text NOT NULL,
    is_needed boolean NOT NULL, -- in every final plan
    reference text NOT NULL
);

-- The kinds of version, and which event issues one.
CREATE TABLE law.ehc_plan_kinds (
    code       text PRIMARY KEY,
    rank       smallint NOT NULL,
    name       text NOT NULL,
    issued_by  text NOT NULL REFERENCES law.ehc_events, -- what issues it
    amended_by text REFERENCES law.ehc_events, -- if a plan is in force already
    phase_by   text REFERENCES law.ehc_events, -- if for a year of transfer
    is_in_force boolean NOT NULL, -- no draft
    reference  text NOT NULL
);

-- What is said of a case and its plans that is not as it should be; {name} in
-- a sentence is the input of that name.
CREATE TABLE law.ehc_findings (
    id       text PRIMARY KEY,
    rule_id  text NOT NULL,
    severity text NOT NULL,
    sentence text NOT NULL,
    CONSTRAINT ehc_findings_severity_known
        CHECK (severity IN ('error', 'warn', 'info'))
);

-- event_id: that which issued it. Both times: the version is true from
-- issued_on; it is known until known_to.
CREATE TABLE core.ehc_plans (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id    uuid NOT NULL REFERENCES core.ehc_cases,
    child_id   uuid NOT NULL REFERENCES core.children, -- the case's
    event_id   uuid NOT NULL REFERENCES core.ehc_events,
    n          int NOT NULL,  -- 1, 2 … of the case
    kind       text NOT NULL REFERENCES law.ehc_plan_kinds,
    issued_on  date NOT NULL, -- transferred: by the authority that made it
    year       int,           -- of the phase transfer it was issued for
    sections   text[] NOT NULL DEFAULT '{}', -- that it has, in order
    changed    text[] NOT NULL DEFAULT '{}', -- since the version before
    residential text,         -- SEN2's PlanRes
    work_based  text,         -- SEN2's PlanWBP
    client_id  uuid NOT NULL REFERENCES core.clients,
    key        text NOT NULL,
    content    uuid NOT NULL,
    known_from timestamptz NOT NULL DEFAULT now(),
    known_to   timestamptz NOT NULL DEFAULT 'infinity',
    CONSTRAINT ehc_plans_key_once UNIQUE (client_id, key),
    CONSTRAINT ehc_plans_number_once UNIQUE (case_id, n),
    CONSTRAINT ehc_plans_residential_known
        CHECK (residential IN ('weeks_38_51', 'weeks_52')),
    CONSTRAINT ehc_plans_work_based_known CHECK (work_based IN (
        'apprenticeship', 'traineeship', 'supported_internship')),
    CONSTRAINT ehc_plans_changed_is_there CHECK (changed <@ sections)
);
CREATE INDEX ehc_plans_child ON core.ehc_plans (child_id);
CREATE UNIQUE INDEX ehc_plans_event_once ON core.ehc_plans (event_id)
    WHERE known_to = 'infinity';

-- Section E. area: of preparation for adulthood, where it is one of those.
CREATE TABLE core.ehc_outcomes (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    plan_id    uuid NOT NULL REFERENCES core.ehc_plans,
    child_id   uuid NOT NULL REFERENCES core.children, -- the plan's
    outcome    text NOT NULL,
    area       text,
    target_on  date,
    client_id  uuid NOT NULL REFERENCES core.clients,
    key        text NOT NULL,
    content    uuid NOT NULL,
    known_from timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ehc_outcomes_key_once UNIQUE (client_id, key),
    CONSTRAINT ehc_outcomes_text_short
        CHECK (length(outcome) BETWEEN 1 AND 500),
    CONSTRAINT ehc_outcomes_area_known CHECK (area IN ('employment',
        'independent_living', 'community', 'health'))
);
CREATE INDEX ehc_outcomes_plan ON core.ehc_outcomes (plan_id);
CREATE INDEX ehc_outcomes_child ON core.ehc_outcomes (child_id);

-- Section I of a version: a setting, or a type of setting alone (CFA 2014
-- s.39(4), s.40). sen_setting: SEN2's code where there is no number of the
-- registers. entry_on and left_on are when the child was there.
CREATE TABLE core.ehc_placements (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id    uuid NOT NULL REFERENCES core.ehc_cases,
    child_id   uuid NOT NULL REFERENCES core.children, -- the case's
    plan_id    uuid NOT NULL REFERENCES core.ehc_plans,
    event_id   uuid NOT NULL REFERENCES core.ehc_events, -- that named it
    setting_id int REFERENCES core.settings,
    type       text NOT NULL, -- of setting, as law.setting_types.class
    sen_setting text,
    setting_other text,       -- what sen_setting OTH stands for
    rank       smallint NOT NULL DEFAULT 1,
    is_sen_unit boolean NOT NULL DEFAULT false,
    is_resourced boolean NOT NULL DEFAULT false,
    residential text,
    work_based  text,
    entry_on   date,
    left_on    date,
    client_id  uuid NOT NULL REFERENCES core.clients,
    key        text NOT NULL,
    content    uuid NOT NULL,
    version    bigint NOT NULL DEFAULT 1, -- grows with entry and leaving
    known_from timestamptz NOT NULL DEFAULT now(),
    known_to   timestamptz NOT NULL DEFAULT 'infinity',
    CONSTRAINT ehc_placements_key_once UNIQUE (client_id, key),
    CONSTRAINT ehc_placements_type_known CHECK (type IN ('early_years',
        'mainstream', 'special', 'alternative_provision', 'independent',
        'post_16', 'other')),
    CONSTRAINT ehc_placements_sen_setting_known CHECK (sen_setting IN ('OLA',
        'OPA', 'EHE', 'EYP', 'OTH', 'NEET', 'NIEC', 'NIEO')),
    CONSTRAINT ehc_placements_other_of_oth
        CHECK (setting_other IS NULL OR sen_setting = 'OTH'),
    CONSTRAINT ehc_placements_other_short CHECK (length(setting_other) <= 200),
    CONSTRAINT ehc_placements_rank_known CHECK (rank IN (1, 2)),
    CONSTRAINT ehc_placements_unit_or_resourced
        CHECK (NOT (is_sen_unit AND is_resourced)),
    CONSTRAINT ehc_placements_flags_of_a_setting
        CHECK (setting_id IS NOT NULL OR NOT (is_sen_unit OR is_resourced)),
    CONSTRAINT ehc_placements_residential_known
        CHECK (residential IN ('weeks_38_51', 'weeks_52')),
    CONSTRAINT ehc_placements_work_based_known CHECK (work_based IN (
        'apprenticeship', 'traineeship', 'supported_internship')),
    CONSTRAINT ehc_placements_in_order CHECK (left_on >= entry_on),
    CONSTRAINT ehc_placements_left_after_entry
        CHECK (left_on IS NULL OR entry_on IS NOT NULL)
);
CREATE INDEX ehc_placements_case ON core.ehc_placements (case_id);
CREATE INDEX ehc_placements_child ON core.ehc_placements (child_id);
CREATE INDEX ehc_placements_plan ON core.ehc_placements (plan_id);

-- Section J and SEN2's PB (a budget there is), OA (arranged by the authority
-- or a third party) and DP (direct payments, of what).
CREATE TABLE core.ehc_budgets (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id    uuid NOT NULL REFERENCES core.ehc_cases,
    child_id   uuid NOT NULL REFERENCES core.children, -- the case's
    event_id   uuid NOT NULL REFERENCES core.ehc_events, -- budget_agreed
    ended_by   uuid REFERENCES core.ehc_events,          -- budget_ended
    kind       text NOT NULL, -- an outcome of budget_agreed
    payments   text[] NOT NULL DEFAULT '{}', -- what is paid directly
    from_on    date NOT NULL,
    to_on      date,
    client_id  uuid NOT NULL REFERENCES core.clients,
    key        text NOT NULL,
    content    uuid NOT NULL,
    version    bigint NOT NULL DEFAULT 1,
    known_from timestamptz NOT NULL DEFAULT now(),
    known_to   timestamptz NOT NULL DEFAULT 'infinity',
    CONSTRAINT ehc_budgets_key_once UNIQUE (client_id, key),
    CONSTRAINT ehc_budgets_kind_known CHECK (kind IN ('direct_payment',
        'arranged', 'third_party', 'combined')),
    CONSTRAINT ehc_budgets_payments_known CHECK (payments <@ ARRAY[
        'education', 'health', 'social_care', 'integrated']),
    CONSTRAINT ehc_budgets_payments_of_a_kind CHECK (
        (kind IN ('direct_payment', 'combined')) = (payments <> '{}')),
    CONSTRAINT ehc_budgets_in_order CHECK (to_on >= from_on),
    CONSTRAINT ehc_budgets_end_is_whole
        CHECK ((to_on IS NULL) = (ended_by IS NULL))
);
CREATE INDEX ehc_budgets_case ON core.ehc_budgets (case_id);
CREATE INDEX ehc_budgets_child ON core.ehc_budgets (child_id);

-- Whether a review meeting covered preparation for adulthood, and which parts
-- of it; empty: it did not.
CREATE TABLE core.ehc_adulthood (
    event_id   uuid PRIMARY KEY REFERENCES core.ehc_events, -- review_held
    child_id   uuid NOT NULL REFERENCES core.children,
    areas      text[] NOT NULL,
    client_id  uuid NOT NULL REFERENCES core.clients,
    version    bigint NOT NULL DEFAULT 1,
    at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ehc_adulthood_areas_known CHECK (areas <@ ARRAY['employment',
        'independent_living', 'community', 'health'])
);
CREATE INDEX ehc_adulthood_child ON core.ehc_adulthood (child_id);

SELECT core.child_table_secure('ehc_plans');
SELECT core.child_table_secure('ehc_outcomes');
SELECT core.child_table_secure('ehc_placements');
SELECT core.child_table_secure('ehc_budgets');
SELECT core.child_table_secure('ehc_adulthood');

-- ehc_issued_withdraw — what an event issued is withdrawn with it; a budget
-- whose end is withdrawn goes on.
CREATE FUNCTION core.ehc_issued_withdraw()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE core.ehc_placements AS p
       SET known_to = NEW.known_to
     WHERE p.case_id = NEW.case_id
       AND p.known_to = 'infinity'
       AND (p.event_id = NEW.id OR p.plan_id IN (
                SELECT v.id FROM core.ehc_plans AS v
                 WHERE v.event_id = NEW.id));
    UPDATE core.ehc_plans AS v
       SET known_to = NEW.known_to
     WHERE v.case_id = NEW.case_id
       AND v.event_id = NEW.id
       AND v.known_to = 'infinity';
    UPDATE core.ehc_budgets AS b
       SET known_to = NEW.known_to
     WHERE b.case_id = NEW.case_id
       AND b.event_id = NEW.id
       AND b.known_to = 'infinity';
    UPDATE core.ehc_budgets AS b
       SET to_on = NULL,
           ended_by = NULL,
           version = b.version + 1
     WHERE b.case_id = NEW.case_id
       AND b.ended_by = NEW.id
       AND b.known_to = 'infinity';
    RETURN NULL;
END
$$;
CREATE TRIGGER ehc_issued_withdraw
    AFTER UPDATE OF known_to ON core.ehc_events
    FOR EACH ROW
    WHEN (OLD.known_to = 'infinity' AND NEW.known_to <> 'infinity')
    EXECUTE FUNCTION core.ehc_issued_withdraw();
