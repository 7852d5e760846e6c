-- 0053_advice — what an Area SENCO or an officer advised a setting, of one of
-- its children or of its practice; and the titles of the code lists that no
-- other table of law has.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE core.advice (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    setting_id int NOT NULL REFERENCES core.settings,
    child_id   uuid REFERENCES core.children, -- NULL: of the setting
    client_id  uuid NOT NULL REFERENCES core.clients, -- who gave it
    key        text NOT NULL, -- the author's name for it: sent again, it is this
    given_on   date NOT NULL,
    topic      text NOT NULL,
    text       text NOT NULL,
    version    bigint NOT NULL DEFAULT 1,
    at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT advice_key_once UNIQUE (client_id, key),
    CONSTRAINT advice_says_something CHECK (text <> '')
);
CREATE INDEX advice_setting ON core.advice (setting_id, given_on);
CREATE INDEX advice_child ON core.advice (child_id, setting_id);

-- A setting reads what it was advised; it advises nobody.
CREATE POLICY advice_seen ON core.advice FOR SELECT TO api
    USING ((SELECT core.actor_sees_all())
           OR advice.setting_id
              = ANY ((SELECT core.actor_settings())::int[]));
CREATE POLICY advice_added ON core.advice FOR INSERT TO api
    WITH CHECK (advice.client_id = (SELECT core.actor_id())
                AND (SELECT core.actor_role()) <> 'school_system'
                AND advice.setting_id
                    = ANY ((SELECT core.actor_settings())::int[]));
CREATE POLICY owner_passes ON core.advice TO owner
    USING (true) WITH CHECK (true);
ALTER TABLE core.advice ENABLE ROW LEVEL SECURITY;
ALTER TABLE core.advice FORCE ROW LEVEL SECURITY;

CREATE TABLE law.codes (
    list       text NOT NULL,
    code       text NOT NULL,
    rank       smallint NOT NULL, -- the order in which they are offered
    title      text NOT NULL,
    valid_from date NOT NULL,
    valid_to   date,
    reference  text NOT NULL,
    PRIMARY KEY (list, code),
    CONSTRAINT codes_say_something CHECK (title <> '' AND reference <> ''),
    CONSTRAINT codes_validity_is_ordered CHECK (valid_to >= valid_from)
);
