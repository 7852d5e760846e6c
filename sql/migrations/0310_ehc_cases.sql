-- 0310_ehc_cases — the authority's own process for one child's plan: a case
-- from the request until it is over, and what happened in it, event by event.
-- Dates of advice, decisions, drafts, reviews and amendments are events and
-- nothing else, so every clock (law.clocks) reads one table.
-- SPDX-License-Identifier: Apache-2.0

-- What can happen. after: at least one of these (CODE, or CODE:OUTCOME) has
-- happened in the case on that day or before; where it is empty a case may
-- begin with it. of: it belongs to an event of this code (an answer to its
-- consultation). counts_as: what clocks may call it besides its own name.
-- needs: the columns of core.ehc_events it cannot do without. ends: the case
-- is over with it. is_ahead: it is written down for a day to come.
CREATE TABLE law.ehc_events (
    code       text PRIMARY KEY,
    process    text NOT NULL, -- as in law.clocks
    name       text NOT NULL,
    after      text[] NOT NULL DEFAULT '{}',
    of         text REFERENCES law.ehc_events,
    outcomes   text[],        -- one of them must be said; NULL: it has none
    counts_as  text[] NOT NULL DEFAULT '{}',
    needs      text[] NOT NULL DEFAULT '{}',
    ends       boolean NOT NULL DEFAULT false,
    is_ahead   boolean NOT NULL DEFAULT false,
    reference  text,
    CONSTRAINT ehc_events_code_is_a_slug CHECK (code ~ '^[a-z][a-z0-9_]*$')
);

-- Who is asked for advice (SI 2014/1530 reg 6(1)).
CREATE TABLE law.ehc_advisers (
    code      text PRIMARY KEY,
    name      text NOT NULL,
    is_needed boolean NOT NULL, -- asked in every assessment
    year_from smallint,         -- from that National Curriculum year on
    reference text NOT NULL
);

CREATE TABLE core.ehc_cases (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    child_id   uuid NOT NULL REFERENCES core.children,
    plan_type  text NOT NULL DEFAULT 'ehcp' REFERENCES law.plan_types,
    source     text NOT NULL, -- who asked: SEN2's RequestSource
    is_rya     boolean NOT NULL DEFAULT false, -- in relevant youth accommodation
    officer    text,          -- the case officer's name at work, if any
    opened_on  date NOT NULL, -- of its first event
    ended_on   date,          -- of the event that ended it
    client_id  uuid NOT NULL REFERENCES core.clients,
    key        text NOT NULL,
    content    uuid NOT NULL,
    version    bigint NOT NULL DEFAULT 1, -- grows with each event
    at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ehc_cases_key_once UNIQUE (client_id, key),
    CONSTRAINT ehc_cases_source_known CHECK (source IN ('parent',
        'young_person', 'education', 'health', 'social_care', 'authority',
        'other_authority', 'youth_custody', 'other', 'unknown')),
    CONSTRAINT ehc_cases_in_order CHECK (ended_on >= opened_on)
);
CREATE INDEX ehc_cases_child ON core.ehc_cases (child_id);
CREATE UNIQUE INDEX ehc_cases_one_open ON core.ehc_cases (child_id, plan_type)
    WHERE ended_on IS NULL;

-- Both times: true on on_date; known from known_from until known_to, when it
-- was withdrawn (a correction is a withdrawal and a new event).
CREATE TABLE core.ehc_events (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id    uuid NOT NULL REFERENCES core.ehc_cases,
    child_id   uuid NOT NULL REFERENCES core.children, -- the case's
    event      text NOT NULL REFERENCES law.ehc_events,
    on_date    date NOT NULL,
    of_event   uuid REFERENCES core.ehc_events, -- the one it belongs to
    outcome    text,
    year       int,  -- of the phase transfer it prepares (amendments, reviews)
    adviser    text REFERENCES law.ehc_advisers,
    setting_id int REFERENCES core.settings, -- consulted, named
    la_code    text REFERENCES core.local_authorities,
    exception  text REFERENCES law.clock_exceptions,
    from_on    date, -- the exception's days
    to_on      date,
    reason     text,
    client_id  uuid NOT NULL REFERENCES core.clients,
    key        text NOT NULL,
    known_from timestamptz NOT NULL DEFAULT now(),
    known_to   timestamptz NOT NULL DEFAULT 'infinity',
    withdrawn_by uuid REFERENCES core.clients,
    withdrawn_reason text,
    CONSTRAINT ehc_events_key_once UNIQUE (client_id, key),
    CONSTRAINT ehc_events_reason_short CHECK (length(reason) <= 500),
    CONSTRAINT ehc_events_days_ordered CHECK (to_on >= from_on),
    CONSTRAINT ehc_events_exception_has_reason
        CHECK (exception IS NULL OR reason IS NOT NULL),
    CONSTRAINT ehc_events_withdrawn_by_somebody CHECK (
        (known_to = 'infinity') = (withdrawn_by IS NULL)
        AND (withdrawn_by IS NULL) = (withdrawn_reason IS NULL))
);
CREATE INDEX ehc_events_case ON core.ehc_events (case_id, event, on_date);
CREATE INDEX ehc_events_child ON core.ehc_events (child_id);

-- child_table_secure — rows of a child that the authority owns: officers
-- write; a setting or Area SENCO reads those of the children in her scope.
CREATE FUNCTION core.child_table_secure(table_name text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE format($q$
        ALTER TABLE core.%1$I ENABLE ROW LEVEL SECURITY;
        ALTER TABLE core.%1$I FORCE ROW LEVEL SECURITY;
        CREATE POLICY owner_passes ON core.%1$I TO owner
            USING (true) WITH CHECK (true);
        CREATE POLICY %2$I ON core.%1$I FOR SELECT TO api
            USING ((SELECT core.actor_sees_all()) OR EXISTS (
                SELECT FROM core.child_records AS r
                 WHERE r.child_id = %1$I.child_id
                   AND r.setting_id
                       = ANY ((SELECT core.actor_settings())::int[])));
        CREATE POLICY %3$I ON core.%1$I FOR INSERT TO api
            WITH CHECK ((SELECT core.actor_sees_all()));
        CREATE POLICY %4$I ON core.%1$I FOR UPDATE TO api
            USING ((SELECT core.actor_sees_all()));
        GRANT SELECT, INSERT, UPDATE ON core.%1$I TO api$q$,
        table_name, table_name || '_seen', table_name || '_added',
        table_name || '_changed');
END
$$;
SELECT core.child_table_secure('ehc_cases');
SELECT core.child_table_secure('ehc_events');
