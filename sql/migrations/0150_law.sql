-- 0150_law.sql — the law as data: rules, codes and calendars. Rows come from
-- sql/law/*.sql at every deploy; a rule that changes is closed with valid_to
-- and followed by a new row of the same id, so that a report about last year
-- still says what bound last year.
-- SPDX-License-Identifier: Apache-2.0

CREATE SCHEMA IF NOT EXISTS law;
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- One row is one sentence of law, guidance or house practice with the number
-- it turns on: a day of the year (month, day) or a count of days.
CREATE TABLE law.rules (
    id         text NOT NULL,
    valid_from date NOT NULL,
    valid_to   date, -- last day in force; NULL while it is
    standing   text NOT NULL,
    sentence   text NOT NULL,
    reference  text NOT NULL,
    month      smallint,
    day        smallint,
    days       smallint,
    CONSTRAINT rules_pkey PRIMARY KEY (id, valid_from),
    CONSTRAINT rules_id_is_a_slug CHECK (id ~ '^[a-z][a-z0-9_]*$'),
    CONSTRAINT rules_validity_is_ordered CHECK (valid_to >= valid_from),
    CONSTRAINT rules_standing_is_known
        CHECK (standing IN ('statute', 'guidance', 'practice')),
    CONSTRAINT rules_say_something CHECK (sentence <> '' AND reference <> ''),
    CONSTRAINT rules_day_of_year CHECK (
        (month IS NULL) = (day IS NULL)
        AND month BETWEEN 1 AND 12 AND day BETWEEN 1 AND 31),
    CONSTRAINT rules_days_not_negative CHECK (days >= 0),
    CONSTRAINT rules_one_version_a_day EXCLUDE USING gist (
        id WITH =, daterange(valid_from, valid_to, '[]') WITH &&)
);

-- The kinds of move. stage groups kinds that end at the same gate (a sixth
-- form or a college), so that a plan for one year stands for the other too.
CREATE TABLE law.transition_kinds (
    code             text NOT NULL,
    valid_from       date NOT NULL,
    valid_to         date,
    name             text NOT NULL,
    stage            text NOT NULL,
    is_phase         boolean NOT NULL,
    rule_id          text NOT NULL,
    deadline_rule_id text,
    policy_note      text,
    reference        text NOT NULL,
    CONSTRAINT transition_kinds_pkey PRIMARY KEY (code, valid_from),
    CONSTRAINT transition_kinds_validity_is_ordered
        CHECK (valid_to >= valid_from),
    CONSTRAINT transition_kinds_one_version_a_day EXCLUDE USING gist (
        code WITH =, daterange(valid_from, valid_to, '[]') WITH &&)
);

CREATE TABLE law.sen_provisions (
    code       text NOT NULL PRIMARY KEY,
    name       text NOT NULL,
    stands_for text NOT NULL,   -- N, K or E: what a historic code means today
    rank       smallint NOT NULL, -- E before K before N
    valid_from date NOT NULL,
    valid_to   date,
    reference  text NOT NULL,
    CONSTRAINT sen_provisions_stands_for_is_current
        CHECK (stands_for IN ('N', 'K', 'E'))
);

CREATE TABLE law.need_types (
    code       text NOT NULL PRIMARY KEY,
    name       text NOT NULL,
    area       text,
    valid_from date NOT NULL,
    valid_to   date,
    reference  text NOT NULL
);

-- ncy is the numeric year group, age on 31 August before the year less 4.
CREATE TABLE law.year_groups (
    code      text NOT NULL PRIMARY KEY,
    ncy       smallint UNIQUE,
    age       smallint,
    name      text NOT NULL,
    reference text NOT NULL,
    CONSTRAINT year_groups_ncy_is_age_less_4 CHECK (ncy = age - 4)
);

-- Establishment types of the GIAS extract, and Ofsted's provider types.
CREATE TABLE law.setting_types (
    code       text NOT NULL PRIMARY KEY,
    name       text NOT NULL,
    group_code smallint,
    group_name text NOT NULL,
    class      text NOT NULL,
    reference  text NOT NULL,
    CONSTRAINT setting_types_class_is_known CHECK (class IN (
        'early_years', 'mainstream', 'special', 'alternative_provision',
        'independent', 'post_16', 'other'))
);

CREATE TABLE law.phases (
    code      smallint NOT NULL PRIMARY KEY,
    slug      text NOT NULL UNIQUE,
    name      text NOT NULL,
    final_ncy smallint, -- the usual last year, where the register has no age
    reference text NOT NULL
);

CREATE TABLE law.bank_holidays (
    day       date NOT NULL PRIMARY KEY,
    name      text NOT NULL,
    reference text NOT NULL
);

-- Every weekday that is no bank holiday, as far as bank_holidays reach.
CREATE TABLE law.working_days (
    day date NOT NULL PRIMARY KEY
);

-- Names an authority goes by in a register, so written that spelling,
-- ampersands and dots do not matter (see api.settings_import).
CREATE TABLE law.local_authority_names (
    folded  text NOT NULL PRIMARY KEY,
    la_code text NOT NULL
);

GRANT USAGE ON SCHEMA law TO api;
GRANT SELECT ON ALL TABLES IN SCHEMA law TO api;
