-- 0246_referrals — a child referred to the Area SENCO service by its setting
-- or by the service itself; what is judged of it, and what was decided. And
-- the texts of what is found of referrals and of contacts with agencies.
-- SPDX-License-Identifier: Apache-2.0

-- {n} in a sentence is the rule's number, {found} what was counted, {day} the
-- day and {reason} the title of the fast track.
CREATE TABLE law.contact_findings (
    id       text PRIMARY KEY,
    rule_id  text NOT NULL,
    severity text NOT NULL,
    sentence text NOT NULL,
    CONSTRAINT contact_findings_severity_known
        CHECK (severity IN ('error', 'warn', 'info')),
    CONSTRAINT contact_findings_say_something CHECK (sentence <> '')
);
GRANT SELECT ON law.contact_findings TO api;

CREATE TABLE core.referrals (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    setting_id    int NOT NULL REFERENCES core.settings,
    child_id      uuid NOT NULL REFERENCES core.children,
    client_id     uuid NOT NULL REFERENCES core.clients, -- who referred
    key           text NOT NULL,
    content       uuid NOT NULL,
    referred_on   date NOT NULL,
    level         text NOT NULL,
    reason        text, -- what help is asked for
    permission_on date, -- when parental permission was given
    permission_by text,
    fast_track    text,
    sendiass_on     date,
    sendiass_method text,
    state         text NOT NULL DEFAULT 'received',
    decided_on    date,
    decided_by    uuid REFERENCES core.clients,
    decision      text, -- why
    findings      jsonb, -- as they were when it was decided
    closed_on     date,
    closed_by     uuid REFERENCES core.clients,
    outcome       text,
    version       bigint NOT NULL DEFAULT 1,
    at            timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT referrals_key_once UNIQUE (client_id, key),
    CONSTRAINT referrals_permission_says_whose
        CHECK ((permission_on IS NULL) = (permission_by IS NULL)),
    CONSTRAINT referrals_permission_before CHECK (permission_on <= referred_on),
    CONSTRAINT referrals_sendiass_says_how
        CHECK ((sendiass_on IS NULL) = (sendiass_method IS NULL)),
    CONSTRAINT referrals_state_known CHECK (state IN ('received', 'accepted',
        'declined', 'closed')),
    CONSTRAINT referrals_decided_by_somebody CHECK (state = 'closed'
        OR (state = 'received') = (decided_on IS NULL)),
    CONSTRAINT referrals_closed_by_somebody
        CHECK ((state = 'closed') = (closed_on IS NOT NULL)),
    CONSTRAINT referrals_dates_in_order
        CHECK (decided_on >= referred_on AND closed_on >= referred_on
               AND closed_on >= decided_on)
);
CREATE INDEX referrals_setting ON core.referrals (setting_id, referred_on);
CREATE INDEX referrals_child ON core.referrals (child_id);

-- A setting refers its own children and reads what became of it; it decides
-- nothing.
SELECT core.contact_table_secure('referrals', true);
ALTER POLICY referrals_added ON core.referrals
    WITH CHECK ((SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                    'la_manager', 'senco', 'school_system')
                AND ((SELECT core.actor_sees_all())
                     OR referrals.setting_id
                        = ANY ((SELECT core.actor_settings())::int[])));
