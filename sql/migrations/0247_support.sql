-- 0247_support — the rest of what Area SENCOs do (CoP 5.55-5.58): help a
-- setting's SENCO from day to day, bring agencies together, hold network
-- meetings, give training and spread good practice. Settings read none of it:
-- what is for them is a visit, advice or a referral.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE core.support_cases (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    setting_id int NOT NULL REFERENCES core.settings,
    client_id  uuid NOT NULL REFERENCES core.clients, -- who opened it
    key        text NOT NULL,
    content    uuid NOT NULL,
    person     text, -- who is supported, mostly the SENCO
    issue      text NOT NULL,
    opened_on  date NOT NULL,
    closed_on  date,
    outcome    text,
    version    bigint NOT NULL DEFAULT 1,
    at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT support_cases_key_once UNIQUE (client_id, key),
    CONSTRAINT support_cases_dates_in_order CHECK (closed_on >= opened_on),
    CONSTRAINT support_cases_outcome_when_closed
        CHECK ((outcome IS NULL) = (closed_on IS NULL))
);
CREATE INDEX support_cases_setting ON core.support_cases (setting_id);
SELECT core.contact_table_secure('support_cases', false);

-- With a childminder agency or another group no child is spoken of.
CREATE TABLE core.agency_contacts (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    setting_id int REFERENCES core.settings,
    group_id   int REFERENCES core.groups,
    child_id   uuid REFERENCES core.children,
    client_id  uuid NOT NULL REFERENCES core.clients,
    key        text NOT NULL,
    content    uuid NOT NULL,
    held_on    date NOT NULL,
    agencies   text[] NOT NULL,
    purpose    text NOT NULL,
    agreement  text, -- where it is kept, or why there is none
    at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT agency_contacts_key_once UNIQUE (client_id, key),
    CONSTRAINT agency_contacts_of_a_setting_or_a_group
        CHECK ((setting_id IS NULL) <> (group_id IS NULL)),
    CONSTRAINT agency_contacts_child_of_a_setting
        CHECK (child_id IS NULL OR setting_id IS NOT NULL),
    CONSTRAINT agency_contacts_with_somebody
        CHECK (group_id IS NOT NULL OR agencies <> '{}')
);
CREATE INDEX agency_contacts_setting ON core.agency_contacts (setting_id);
CREATE INDEX agency_contacts_group ON core.agency_contacts (group_id)
    WHERE group_id IS NOT NULL;
CREATE INDEX agency_contacts_child ON core.agency_contacts (child_id)
    WHERE child_id IS NOT NULL;
SELECT core.contact_table_secure('agency_contacts', false);
ALTER POLICY agency_contacts_seen ON core.agency_contacts
    USING ((SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                                          'la_manager')
           AND ((SELECT core.actor_sees_all())
                OR agency_contacts.group_id IS NOT NULL
                OR agency_contacts.setting_id
                   = ANY ((SELECT core.actor_settings())::int[])));
ALTER POLICY agency_contacts_added ON core.agency_contacts
    WITH CHECK ((SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                                               'la_manager')
                AND ((SELECT core.actor_sees_all())
                     OR agency_contacts.group_id IS NOT NULL
                     OR agency_contacts.setting_id
                        = ANY ((SELECT core.actor_settings())::int[])));

CREATE TABLE core.network_meetings (
    id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL REFERENCES core.clients,
    key       text NOT NULL,
    content   uuid NOT NULL,
    held_on   date NOT NULL,
    title     text NOT NULL,
    place     text,
    at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT network_meetings_key_once UNIQUE (client_id, key),
    CONSTRAINT network_meetings_title_not_empty CHECK (title <> '')
);
CREATE TABLE core.network_attendance (
    meeting_id uuid NOT NULL REFERENCES core.network_meetings,
    setting_id int NOT NULL REFERENCES core.settings,
    people     int NOT NULL, -- 0: nobody came after all
    version    bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (meeting_id, setting_id),
    CONSTRAINT network_attendance_people_plausible
        CHECK (people BETWEEN 0 AND 1000)
);
CREATE INDEX network_attendance_setting ON core.network_attendance (setting_id);
SELECT core.contact_table_secure('network_attendance', false);

CREATE TABLE core.training_events (
    id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL REFERENCES core.clients,
    key       text NOT NULL,
    content   uuid NOT NULL,
    held_on   date NOT NULL, -- its first day
    title     text NOT NULL,
    topic     text NOT NULL,
    hours     numeric(5, 2) NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT training_events_key_once UNIQUE (client_id, key),
    CONSTRAINT training_events_title_not_empty CHECK (title <> ''),
    CONSTRAINT training_events_last_a_while
        CHECK (hours > 0 AND hours <= 200)
);
-- Who came from a setting: those the register of staff knows by id, and how
-- many in all.
CREATE TABLE core.training_attendance (
    event_id   uuid NOT NULL REFERENCES core.training_events,
    setting_id int NOT NULL REFERENCES core.settings,
    people     int NOT NULL,
    staff_ids  int[] NOT NULL DEFAULT '{}',
    senco_came boolean NOT NULL DEFAULT false,
    version    bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (event_id, setting_id),
    CONSTRAINT training_attendance_people_plausible
        CHECK (people BETWEEN 0 AND 1000),
    CONSTRAINT training_attendance_counts_agree
        CHECK (people >= cardinality(staff_ids)
               AND (people > 0 OR NOT senco_came))
);
CREATE INDEX training_attendance_setting
    ON core.training_attendance (setting_id);
SELECT core.contact_table_secure('training_attendance', false);

CREATE TABLE core.practice_items (
    id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id uuid NOT NULL REFERENCES core.clients,
    key       text NOT NULL,
    content   uuid NOT NULL,
    shared_on date NOT NULL,
    title     text NOT NULL,
    summary   text,
    at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT practice_items_key_once UNIQUE (client_id, key),
    CONSTRAINT practice_items_title_not_empty CHECK (title <> '')
);
CREATE TABLE core.practice_reach (
    item_id    uuid NOT NULL REFERENCES core.practice_items,
    setting_id int NOT NULL REFERENCES core.settings,
    reached_on date NOT NULL,
    PRIMARY KEY (item_id, setting_id)
);
CREATE INDEX practice_reach_setting ON core.practice_reach (setting_id);
SELECT core.contact_table_secure('practice_reach', false);
