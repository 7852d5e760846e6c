-- 0330_handovers — what one setting hands over of a child to the next: in
-- versions, section by section, agreed with the parents or the young person;
-- restricted sections released one by one, receipts, questions; and the
-- common transfer files made of it.
-- SPDX-License-Identifier: Apache-2.0

-- What the receiver should have, by the kind of move, and how much each
-- section weighs. Safeguarding has no section: its file goes another way.
CREATE TABLE law.handover_sections (
    move       text NOT NULL, -- the column of the list: from where to where
    code       text NOT NULL,
    valid_from date NOT NULL,
    valid_to   date,
    kinds      text[] NOT NULL, -- of law.transition_kinds
    rank       smallint NOT NULL,
    name       text NOT NULL,
    content    text NOT NULL, -- what belongs there
    weight     smallint NOT NULL,
    is_restricted boolean NOT NULL DEFAULT false, -- released by itself
    reference  text NOT NULL,
    PRIMARY KEY (move, code, valid_from),
    CONSTRAINT handover_sections_code_is_a_slug CHECK (code ~ '^[a-z_]+$'),
    CONSTRAINT handover_sections_weight_positive CHECK (weight > 0),
    CONSTRAINT handover_sections_validity_is_ordered
        CHECK (valid_to >= valid_from)
);
-- Who is handed something has steps of their own.
ALTER TABLE law.clocks
    DROP CONSTRAINT clocks_owner_known,
    ADD CONSTRAINT clocks_owner_known CHECK (owner IN ('la', 'new_la',
        'setting', 'receiving_setting', 'adviser', 'parent', 'health',
        'area_senco'));

-- A draft is the sender's alone. Sent, it is the receiver's to read for good,
-- unless it is withdrawn; what changes later is the next version.
CREATE TABLE core.handovers (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id    uuid NOT NULL REFERENCES core.transition_cases,
    child_id   uuid NOT NULL REFERENCES core.children, -- the case's
    version    int NOT NULL, -- 1, 2 … of the case
    year       int NOT NULL,
    kind       text NOT NULL,
    from_setting_id int REFERENCES core.settings,
    to_setting_id   int REFERENCES core.settings, -- once it is sent
    to_outside text,         -- sent out of the area: to whom
    state      text NOT NULL DEFAULT 'draft',
    revision   bigint NOT NULL DEFAULT 1, -- grows with each change
    agreed_on  date,
    agreed_by  text,         -- parent, young_person
    agreed_sections text[] NOT NULL DEFAULT '{}', -- what may be shared
    made_by    uuid NOT NULL REFERENCES core.clients,
    key        text NOT NULL,
    made_at    timestamptz NOT NULL DEFAULT now(),
    sent_by    uuid REFERENCES core.clients,
    sent_at    timestamptz,
    withdrawn_by uuid REFERENCES core.clients,
    withdrawn_at timestamptz,
    withdrawn_reason text,
    CONSTRAINT handovers_version_once UNIQUE (case_id, version),
    CONSTRAINT handovers_key_once UNIQUE (made_by, key),
    CONSTRAINT handovers_state_known
        CHECK (state IN ('draft', 'sent', 'withdrawn')),
    CONSTRAINT handovers_sent_to_somebody CHECK (
        (sent_at IS NULL) = (num_nonnulls(to_setting_id, to_outside) = 0)
        AND num_nonnulls(to_setting_id, to_outside) <= 1
        AND (state <> 'sent' OR sent_at IS NOT NULL)
        AND (state <> 'draft' OR sent_at IS NULL)),
    CONSTRAINT handovers_sent_as_agreed
        CHECK (sent_at IS NULL OR agreed_on IS NOT NULL),
    CONSTRAINT handovers_agreed_by_somebody CHECK (
        (agreed_on IS NULL) = (agreed_by IS NULL)
        AND agreed_by IN ('parent', 'young_person')),
    CONSTRAINT handovers_withdrawn_for_a_reason CHECK (
        (state = 'withdrawn') = (withdrawn_at IS NOT NULL)
        AND (withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
);
CREATE UNIQUE INDEX handovers_one_draft ON core.handovers (case_id)
    WHERE state = 'draft';
CREATE INDEX handovers_child ON core.handovers (child_id);

-- A change closes the row (known_to) and adds another.
CREATE TABLE core.handover_sections (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    handover_id uuid NOT NULL REFERENCES core.handovers,
    child_id    uuid NOT NULL REFERENCES core.children,
    section     text NOT NULL, -- of law.handover_sections
    lines       text[] NOT NULL,
    is_restricted boolean NOT NULL,
    released_at timestamptz,
    released_by text,          -- the person who decided it
    released_client uuid REFERENCES core.clients,
    received_at timestamptz,
    received_client uuid REFERENCES core.clients,
    client_id   uuid NOT NULL REFERENCES core.clients,
    known_from  timestamptz NOT NULL DEFAULT now(),
    known_to    timestamptz NOT NULL DEFAULT 'infinity',
    CONSTRAINT handover_sections_say_something
        CHECK (cardinality(lines) BETWEEN 1 AND 20),
    CONSTRAINT handover_sections_not_endless
        CHECK (octet_length(array_to_string(lines, E'\n')) <= 24019),
    CONSTRAINT handover_sections_released_by_somebody CHECK (
        num_nonnulls(released_at, released_by, released_client) IN (0, 3)
        AND (is_restricted OR released_at IS NULL)),
    CONSTRAINT handover_sections_received_by_somebody
        CHECK ((received_at IS NULL) = (received_client IS NULL)),
    CONSTRAINT handover_sections_known_in_order CHECK (known_to >= known_from)
);
CREATE UNIQUE INDEX handover_sections_once
    ON core.handover_sections (handover_id, section)
    WHERE known_to = 'infinity';
CREATE INDEX handover_sections_child ON core.handover_sections (child_id);

CREATE TABLE core.handover_questions (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    handover_id uuid NOT NULL REFERENCES core.handovers,
    case_id     uuid NOT NULL REFERENCES core.transition_cases,
    child_id    uuid NOT NULL REFERENCES core.children,
    n           int NOT NULL, -- 1, 2 … of the case
    section     text,
    question    text NOT NULL,
    client_id   uuid NOT NULL REFERENCES core.clients, -- who asked
    key         text NOT NULL,
    content     uuid NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    answer      text,
    answered_by uuid REFERENCES core.clients,
    answered_at timestamptz,
    CONSTRAINT handover_questions_once UNIQUE (case_id, n),
    CONSTRAINT handover_questions_key_once UNIQUE (client_id, key),
    CONSTRAINT handover_questions_short
        CHECK (length(question) <= 1000 AND length(answer) <= 2000),
    CONSTRAINT handover_questions_answered_by_somebody
        CHECK (num_nonnulls(answer, answered_by, answered_at) IN (0, 3))
);
CREATE INDEX handover_questions_handover
    ON core.handover_questions (handover_id);
CREATE INDEX handover_questions_child ON core.handover_questions (child_id);

-- Common transfer files as they were made: the number in the name is one of
-- the two schools and the academic year, and another content has another.
CREATE TABLE core.ctf_files (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id    uuid NOT NULL REFERENCES core.transition_cases,
    child_id   uuid NOT NULL REFERENCES core.children,
    setting_id int NOT NULL REFERENCES core.settings, -- the sender
    sender     text NOT NULL, -- as in the name: LLLSSSS
    receiver   text NOT NULL,
    year       int NOT NULL,  -- academic, in which it begins
    serial     int NOT NULL,
    content    uuid NOT NULL, -- a hash
    client_id  uuid NOT NULL REFERENCES core.clients,
    at         timestamptz NOT NULL DEFAULT now(),
    sent_on    date,
    CONSTRAINT ctf_files_name_once UNIQUE (sender, receiver, year, serial),
    CONSTRAINT ctf_files_three_digits CHECK (serial BETWEEN 1 AND 999)
);
CREATE INDEX ctf_files_case ON core.ctf_files (case_id);
CREATE INDEX ctf_files_child ON core.ctf_files (child_id);

SELECT core.child_table_secure('handovers');
SELECT core.child_table_secure('handover_sections');
SELECT core.child_table_secure('handover_questions');
SELECT core.child_table_secure('ctf_files');
-- The sender all of its own, the receiver what was sent to it; of that, the
-- restricted sections when they are released.
ALTER POLICY handovers_seen ON core.handovers
    USING ((SELECT core.actor_sees_all())
        OR from_setting_id = ANY ((SELECT core.actor_settings())::int[])
        OR to_setting_id = ANY ((SELECT core.actor_settings())::int[])
           AND state = 'sent');
ALTER POLICY handovers_added ON core.handovers
    WITH CHECK ((SELECT core.actor_sees_all())
        OR from_setting_id = ANY ((SELECT core.actor_settings())::int[]));
ALTER POLICY handovers_changed ON core.handovers
    USING ((SELECT core.actor_sees_all())
        OR from_setting_id = ANY ((SELECT core.actor_settings())::int[]));
ALTER POLICY handover_sections_seen ON core.handover_sections
    USING (EXISTS (
        SELECT FROM core.handovers AS h
         WHERE h.id = handover_sections.handover_id
           AND ((SELECT core.actor_sees_all())
             OR h.from_setting_id
                = ANY ((SELECT core.actor_settings())::int[])
             OR h.state = 'sent'
                AND handover_sections.known_to = 'infinity'
                AND (NOT handover_sections.is_restricted
                     OR handover_sections.released_at IS NOT NULL))));
ALTER POLICY handover_sections_added ON core.handover_sections
    WITH CHECK (EXISTS (
        SELECT FROM core.handovers AS h
         WHERE h.id = handover_sections.handover_id
           AND ((SELECT core.actor_sees_all())
             OR h.from_setting_id
                = ANY ((SELECT core.actor_settings())::int[]))));
-- The receiver's change is its receipt.
ALTER POLICY handover_sections_changed ON core.handover_sections
    USING (EXISTS (
        SELECT FROM core.handovers AS h
         WHERE h.id = handover_sections.handover_id
           AND ((SELECT core.actor_sees_all())
             OR h.from_setting_id
                = ANY ((SELECT core.actor_settings())::int[])
             OR h.state = 'sent'
                AND (NOT handover_sections.is_restricted
                     OR handover_sections.released_at IS NOT NULL))));
ALTER POLICY handover_questions_seen ON core.handover_questions
    USING (EXISTS (SELECT FROM core.handovers AS h
                    WHERE h.id = handover_questions.handover_id));
ALTER POLICY handover_questions_added ON core.handover_questions
    WITH CHECK (EXISTS (SELECT FROM core.handovers AS h
                         WHERE h.id = handover_questions.handover_id));
ALTER POLICY handover_questions_changed ON core.handover_questions
    USING (EXISTS (SELECT FROM core.handovers AS h
                    WHERE h.id = handover_questions.handover_id));
ALTER POLICY ctf_files_seen ON core.ctf_files
    USING ((SELECT core.actor_sees_all())
        OR setting_id = ANY ((SELECT core.actor_settings())::int[]));
ALTER POLICY ctf_files_added ON core.ctf_files
    WITH CHECK ((SELECT core.actor_sees_all())
        OR setting_id = ANY ((SELECT core.actor_settings())::int[]));
ALTER POLICY ctf_files_changed ON core.ctf_files
    USING ((SELECT core.actor_sees_all())
        OR setting_id = ANY ((SELECT core.actor_settings())::int[]));
