-- 0345_due_items — what falls due that no clock of the law starts: where a
-- setting, a visit or a list of ours names the day.
-- SPDX-License-Identifier: Apache-2.0

-- id stands where law.clocks has its id. owner: NULL where each row names it.
CREATE TABLE law.due_items (
    id      text PRIMARY KEY,
    name    text NOT NULL, -- what is due
    owner   text,
    rule_id text NOT NULL,
    CONSTRAINT due_items_id_is_a_slug CHECK (id ~ '^[a-z][a-z0-9_]*$'),
    CONSTRAINT due_items_say_something CHECK (name <> '')
);
