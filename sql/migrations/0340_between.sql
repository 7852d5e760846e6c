-- 0340_between — children who left one place and have not arrived at another:
-- the words of what is found of them, and how each was found again.
-- SPDX-License-Identifier: Apache-2.0

-- owner: whose the next step is.
CREATE TABLE law.between_findings (
    id       text PRIMARY KEY,
    rule_id  text NOT NULL,
    owner    text NOT NULL,
    severity text NOT NULL,
    sentence text NOT NULL,
    CONSTRAINT between_findings_owner_known CHECK (owner IN ('setting_left',
        'receiving_setting', 'authority')),
    CONSTRAINT between_findings_severity_known
        CHECK (severity IN ('error', 'warn', 'info')),
    CONSTRAINT between_findings_say_something CHECK (sentence <> '')
);

-- What became of a child who had left that setting on that day. It is true
-- from resolved_on and known from at until withdrawn_at.
CREATE TABLE core.between_resolutions (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    child_id     uuid NOT NULL REFERENCES core.children,
    setting_id   int NOT NULL REFERENCES core.settings, -- the one left
    left_on      date NOT NULL,
    kind         text NOT NULL,
    la_code      text REFERENCES core.local_authorities,
    resolved_on  date NOT NULL,
    note         text,
    client_id    uuid NOT NULL REFERENCES core.clients, -- who says so
    key          text NOT NULL,
    content      uuid NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz,
    withdrawn_by uuid REFERENCES core.clients,
    withdrawn_reason text,
    CONSTRAINT between_resolutions_key_once UNIQUE (client_id, key),
    CONSTRAINT between_resolutions_kind_known CHECK (kind IN (
        'arrived_elsewhere', 'home_educated', 'left_england', 'died',
        'duplicate', 'in_error', 'traced')),
    CONSTRAINT between_resolutions_elsewhere_says_where
        CHECK ((kind = 'arrived_elsewhere') = (la_code IS NOT NULL)),
    CONSTRAINT between_resolutions_after_leaving CHECK (resolved_on >= left_on),
    CONSTRAINT between_resolutions_note_short CHECK (length(note) <= 500),
    CONSTRAINT between_resolutions_withdrawn_by_somebody CHECK (
        num_nonnulls(withdrawn_at, withdrawn_by, withdrawn_reason) IN (0, 3))
);
CREATE INDEX between_resolutions_child ON core.between_resolutions (child_id);

-- Settings and Area SENCOs read what became of children who left them; it is
-- the authority that says it.
SELECT core.contact_table_secure('between_resolutions', true);
ALTER POLICY between_resolutions_added ON core.between_resolutions
    WITH CHECK ((SELECT core.actor_role()) IN ('la_officer', 'la_manager'));
ALTER POLICY between_resolutions_changed ON core.between_resolutions
    USING ((SELECT core.actor_role()) IN ('la_officer', 'la_manager'));
