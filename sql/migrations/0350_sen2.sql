-- 0350_sen2 — the authority's yearly return about children with plans (SEN2):
-- its form as rows, what of it comes from nowhere else, and what is checked.
-- SPDX-License-Identifier: Apache-2.0

-- A collection asks about the calendar year before its year, and about the
-- plans there are on its reference day.
CREATE TABLE law.sen2_collections (
    year         int PRIMARY KEY,
    reference_on date NOT NULL,
    deadline_on  date NOT NULL,
    release      text NOT NULL, -- of the technical specification
    reference    text NOT NULL,
    CONSTRAINT sen2_collections_in_order CHECK (deadline_on > reference_on)
);

-- The modules of the form: a file of rows each (blade), an element each.
CREATE TABLE law.sen2_modules (
    blade    text PRIMARY KEY,
    position smallint NOT NULL UNIQUE,
    title    text NOT NULL,
    element  text NOT NULL,
    parent   text REFERENCES law.sen2_modules,
    most     smallint, -- elements in one parent; NULL: any number
    reference text NOT NULL
);

-- Its columns in order. element: NULL where the XML message has no such item
-- (keys, which nesting replaces). year_from, year_to: the collections with it.
CREATE TABLE law.sen2_columns (
    blade     text NOT NULL REFERENCES law.sen2_modules,
    position  smallint NOT NULL,
    name      text NOT NULL,
    element   text,
    year_from int NOT NULL,
    year_to   int,
    PRIMARY KEY (blade, position),
    CONSTRAINT sen2_columns_name_once UNIQUE (blade, name)
);

-- Our words, and events as CODE or CODE:OUTCOME, by the code the return has
-- for them. list: of law.codes.
CREATE TABLE law.sen2_mappings (
    list      text NOT NULL,
    term      text NOT NULL,
    code      text NOT NULL,
    reference text NOT NULL,
    PRIMARY KEY (list, term),
    FOREIGN KEY (list, code) REFERENCES law.codes (list, code)
);

-- What is to be mended, and where: the column of a blade. rule_id: also the
-- rule whose number it turns on.
CREATE TABLE law.sen2_checks (
    id       text PRIMARY KEY,
    rule_id  text NOT NULL,
    severity text NOT NULL,
    blade    text NOT NULL,
    name     text NOT NULL,
    sentence text NOT NULL,
    FOREIGN KEY (blade, name) REFERENCES law.sen2_columns (blade, name),
    CONSTRAINT sen2_checks_severity_known
        CHECK (severity IN ('error', 'warn', 'info'))
);

-- The head of the message of one year. No child is in it.
CREATE TABLE core.sen2_headers (
    year       int PRIMARY KEY REFERENCES law.sen2_collections,
    la_code    text NOT NULL REFERENCES core.local_authorities,
    serial_no  int NOT NULL DEFAULT 1, -- grows with each message sent
    dmo        text, -- designated medical officer, clinical officer, and
    dco        text, -- social care officer for children with SEN
    dsco       text,
    version    bigint NOT NULL DEFAULT 1,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid REFERENCES core.clients,
    CONSTRAINT sen2_headers_serial_no_positive CHECK (serial_no > 0),
    CONSTRAINT sen2_headers_names_short
        CHECK (length(dmo) <= 100 AND length(dco) <= 100
               AND length(dsco) <= 100)
);

-- What the return asks about a person and no setting sends: kept by officers.
-- need_types: as section B of the plan says it, where no setting does or
-- settings say otherwise.
CREATE TABLE core.sen2_persons (
    child_id    uuid PRIMARY KEY REFERENCES core.children,
    ethnicity   text,
    upn_unknown text, -- why there is no number
    need_types  text[] NOT NULL DEFAULT '{}', -- in order of rank
    version     bigint NOT NULL DEFAULT 1,
    changed_at  timestamptz NOT NULL DEFAULT now(),
    changed_by  uuid REFERENCES core.clients,
    CONSTRAINT sen2_persons_two_needs CHECK (cardinality(need_types) <= 2)
);
SELECT core.child_table_secure('sen2_persons');
