-- 0231_desk — the desk of a SENCO who works at several settings: what each
-- kind of item on it says, and the time she spent where. No child is in it,
-- and no free text in which one could be.
-- SPDX-License-Identifier: Apache-2.0

-- {day} in a sentence is the day it is due, {of} what the item is about.
CREATE TABLE law.desk_items (
    id       text NOT NULL PRIMARY KEY,
    kind     text NOT NULL, -- of law.codes, list desk_kind
    rule_id  text,          -- NULL: the case says which
    sentence text NOT NULL,
    CONSTRAINT desk_items_say_something CHECK (sentence <> '')
);

CREATE TABLE core.desk_time (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    staff_id   int NOT NULL REFERENCES core.staff,
    setting_id int NOT NULL REFERENCES core.settings,
    on_day     date NOT NULL,
    minutes    smallint NOT NULL,
    activity   text NOT NULL, -- of law.codes, list time_activity
    client_id  uuid NOT NULL REFERENCES core.clients,
    key        text NOT NULL, -- the author's: sent again, it is this
    at         timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz, -- it was a mistake, and counts nowhere
    CONSTRAINT desk_time_key_once UNIQUE (client_id, key),
    CONSTRAINT desk_time_fits_a_day CHECK (minutes BETWEEN 1 AND 1440)
);
CREATE INDEX desk_time_staff ON core.desk_time (staff_id, on_day);
