-- 0215_senco_rules — which setting must have a SENCO, what the law makes of
-- the one it has, and what is said about it: rows, filled by
-- sql/law/senco.sql at every deploy.
-- SPDX-License-Identifier: Apache-2.0

-- Some rules turn on one day: 1 September 2024.
ALTER TABLE law.rules ADD COLUMN on_day date;

-- What a type of setting owes. severity is the worst a finding about it can
-- be: of what is only advised nothing is an error.
CREATE TABLE law.senco_duties (
    type       text NOT NULL,
    valid_from date NOT NULL,
    valid_to   date, -- last day in force; NULL while it is
    regime     text NOT NULL,
    standing   text NOT NULL,
    severity   text NOT NULL,
    sentence   text NOT NULL,
    reference  text NOT NULL,
    CONSTRAINT senco_duties_pkey PRIMARY KEY (type, valid_from),
    CONSTRAINT senco_duties_validity_is_ordered
        CHECK (valid_to >= valid_from),
    CONSTRAINT senco_duties_one_version_a_day EXCLUDE USING gist (
        type WITH =, daterange(valid_from, valid_to, '[]') WITH &&),
    CONSTRAINT senco_duties_regime_is_known CHECK (regime IN ('school',
        'advisory_school', 'group_provider', 'childminder', 'college',
        'contact', 'none')),
    CONSTRAINT senco_duties_standing_is_known
        CHECK (standing IN ('statute', 'guidance', 'practice')),
    CONSTRAINT senco_duties_severity_is_known
        CHECK (severity IN ('error', 'warn', 'info')),
    CONSTRAINT senco_duties_say_something
        CHECK (sentence <> '' AND reference <> '')
);

-- Each way into a state, with the rule it follows from. Of several SENCOs at
-- one setting the one with the lowest rank decides. A row with a severity is
-- a finding of that id; {name} in its sentence is an input of that name.
CREATE TABLE law.senco_states (
    id           text NOT NULL PRIMARY KEY,
    state        text NOT NULL,
    rank         smallint NOT NULL UNIQUE,
    severity     text,
    is_compliant boolean NOT NULL,
    rule_id      text NOT NULL,
    sentence     text NOT NULL,
    CONSTRAINT senco_states_state_is_known CHECK (state IN ('HOLDS_NASENCO',
        'HOLDS_NPQ', 'IN_TRAINING', 'EXEMPT_PRIOR_SERVICE',
        'EXEMPT_PRE_2009', 'OVERDUE', 'NOT_QTS', 'HEADTEACHER_ROUTE',
        'VACANT', 'UNKNOWN', 'IDENTIFIED', 'NOT_IDENTIFIED', 'NONE_NEEDED',
        'NAMED_PERSON', 'NOT_REQUIRED')),
    CONSTRAINT senco_states_severity_is_known
        CHECK (severity IN ('error', 'warn', 'info')),
    CONSTRAINT senco_states_broken_are_told
        CHECK (is_compliant OR severity IS NOT NULL)
);

-- What else is said of a SENCO or a post.
CREATE TABLE law.senco_findings (
    id       text NOT NULL PRIMARY KEY,
    rule_id  text NOT NULL,
    severity text NOT NULL,
    sentence text NOT NULL,
    CONSTRAINT senco_findings_severity_is_known
        CHECK (severity IN ('error', 'warn', 'info'))
);
