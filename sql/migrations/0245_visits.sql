-- 0245_visits — what an Area SENCO or an officer did at a setting, and the
-- actions that came of it. What was advised is a row of core.advice, which
-- the setting is told; a visit only leads to it.
-- SPDX-License-Identifier: Apache-2.0

-- contact_table_secure — as kind_table_secure, but settings only read it (or
-- do not even that): it is written by those who look after settings.
CREATE FUNCTION core.contact_table_secure(table_name text,
    settings_read boolean)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_staff text := $q$((SELECT core.actor_role())
        IN ('area_senco', 'la_officer', 'la_manager'))$q$;
    v_seen  text := format($q$((SELECT core.actor_sees_all())
        OR %I.setting_id = ANY ((SELECT core.actor_settings())::int[]))$q$,
        table_name);
BEGIN
    PERFORM core.kind_table_secure(table_name);
    EXECUTE format('ALTER POLICY %2$I ON core.%1$I WITH CHECK (%4$s AND %5$s);
                    ALTER POLICY %3$I ON core.%1$I USING (%4$s AND %5$s)',
        table_name, table_name || '_added', table_name || '_changed',
        v_staff, v_seen);
    IF NOT settings_read THEN
        EXECUTE format('ALTER POLICY %2$I ON core.%1$I USING (%3$s AND %4$s)',
            table_name, table_name || '_seen', v_staff, v_seen);
    END IF;
END
$$;

-- key and content: sent again under the author's key it is the same row,
-- when its content is the same.
CREATE TABLE core.visits (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    setting_id int NOT NULL REFERENCES core.settings,
    child_id   uuid REFERENCES core.children, -- NULL: of no named child
    is_unnamed_child boolean NOT NULL DEFAULT false,
    client_id  uuid NOT NULL REFERENCES core.clients, -- who made it
    key        text NOT NULL,
    content    uuid NOT NULL,
    visited_on date NOT NULL,
    mode       text NOT NULL,
    met        text, -- roles or names of adults
    topic      text NOT NULL,
    advice_id  uuid REFERENCES core.advice,
    next_visit_on   date,
    sendiass_on     date, -- when parents were told of SENDIASS
    sendiass_method text,
    at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT visits_key_once UNIQUE (client_id, key),
    CONSTRAINT visits_mode_known CHECK (mode IN ('visit', 'phone', 'virtual',
        'drop_in', 'panel')),
    CONSTRAINT visits_unnamed_has_no_child
        CHECK (NOT is_unnamed_child OR child_id IS NULL),
    CONSTRAINT visits_next_is_later CHECK (next_visit_on > visited_on),
    CONSTRAINT visits_sendiass_of_a_child
        CHECK (sendiass_on IS NULL OR child_id IS NOT NULL),
    CONSTRAINT visits_sendiass_says_how
        CHECK ((sendiass_on IS NULL) = (sendiass_method IS NULL))
);
CREATE INDEX visits_setting ON core.visits (setting_id, visited_on);
CREATE INDEX visits_child ON core.visits (child_id) WHERE child_id IS NOT NULL;
CREATE INDEX visits_advice ON core.visits (advice_id)
    WHERE advice_id IS NOT NULL;
SELECT core.contact_table_secure('visits', true);

-- setting_id is the visit's, for the policies. Whose it is says owner; a
-- setting says itself when what is its own is done.
CREATE TABLE core.visit_actions (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    visit_id   uuid NOT NULL REFERENCES core.visits,
    setting_id int NOT NULL REFERENCES core.settings,
    client_id  uuid NOT NULL REFERENCES core.clients, -- who wrote it down
    key        text NOT NULL,
    content    uuid NOT NULL,
    text       text NOT NULL,
    owner      text NOT NULL,
    owner_name text,
    due_on     date,
    done_on    date,
    outcome    text,
    version    bigint NOT NULL DEFAULT 1,
    at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT visit_actions_key_once UNIQUE (client_id, key),
    CONSTRAINT visit_actions_say_something CHECK (text <> ''),
    CONSTRAINT visit_actions_owner_known CHECK (owner IN ('area_senco',
        'setting', 'officer', 'parent', 'other')),
    CONSTRAINT visit_actions_outcome_when_done
        CHECK (outcome IS NULL OR done_on IS NOT NULL)
);
CREATE INDEX visit_actions_visit ON core.visit_actions (visit_id);
CREATE INDEX visit_actions_open ON core.visit_actions (setting_id, due_on)
    WHERE done_on IS NULL;
SELECT core.contact_table_secure('visit_actions', true);
ALTER POLICY visit_actions_changed ON core.visit_actions
    USING (((SELECT core.actor_sees_all())
            OR visit_actions.setting_id
               = ANY ((SELECT core.actor_settings())::int[]))
           AND ((SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                                               'la_manager')
                OR visit_actions.owner = 'setting'));
