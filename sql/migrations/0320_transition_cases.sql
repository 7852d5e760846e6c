-- 0320_transition_cases — the authority's side of a move: one case a child and
-- year, and each step of the two-sided protocol with who and when. What the
-- settings themselves record of it stays core.transitions.
-- SPDX-License-Identifier: Apache-2.0

-- state is that of the newest step:
--   planned    in the cohort, perhaps without a destination
--   offered    the destination has been told
--   seen       it has looked
--   accepted, queried, declined   its answer
--   received   the child came
--   settled    it stays: the move is over
--   revoked    taken back by who offered; it may be offered again
--   lost       it did not come, or left again unexplained
--   cancelled  there is no such move
CREATE TABLE core.transition_cases (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    child_id   uuid NOT NULL REFERENCES core.children,
    year       int NOT NULL,  -- of the September moved in
    kind       text NOT NULL, -- EYS INJ PRM PRS MDS SEP P16 INY 6FS MOV
    entry      text NOT NULL DEFAULT 'normal', -- deferred, accelerated
    from_setting_id int REFERENCES core.settings, -- NULL: from none known
    to_setting_id   int REFERENCES core.settings,
    to_outside text,          -- out of the area: that place's name
    to_la_code text REFERENCES core.local_authorities,
    target_on  date NOT NULL, -- the first day there
    tier       text NOT NULL DEFAULT 'universal', -- enhanced, intensive
    state      text NOT NULL DEFAULT 'planned',
    version    bigint NOT NULL DEFAULT 1, -- grows with each step or change
    made_by    uuid NOT NULL REFERENCES core.clients,
    made_at    timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT transition_cases_kind_known CHECK (kind IN ('EYS', 'INJ', 'PRM',
        'PRS', 'MDS', 'SEP', 'P16', 'INY', '6FS', 'MOV')),
    CONSTRAINT transition_cases_entry_known
        CHECK (entry IN ('normal', 'deferred', 'accelerated')),
    CONSTRAINT transition_cases_tier_known
        CHECK (tier IN ('universal', 'enhanced', 'intensive')),
    CONSTRAINT transition_cases_state_known CHECK (state IN ('planned',
        'offered', 'seen', 'accepted', 'queried', 'declined', 'received',
        'settled', 'revoked', 'lost', 'cancelled')),
    CONSTRAINT transition_cases_one_destination
        CHECK (num_nonnulls(to_setting_id, to_outside) <= 1),
    CONSTRAINT transition_cases_outside_short CHECK (length(to_outside) <= 200)
);
CREATE INDEX transition_cases_child ON core.transition_cases (child_id);
CREATE INDEX transition_cases_from
    ON core.transition_cases (from_setting_id, year);
CREATE INDEX transition_cases_to ON core.transition_cases (to_setting_id, year);
CREATE UNIQUE INDEX transition_cases_one_open
    ON core.transition_cases (child_id, year)
    WHERE state NOT IN ('settled', 'cancelled');

-- Steps are never changed. setting_id: the destination it was about, if it
-- had one; as_setting_id: for which setting the client acted.
CREATE TABLE core.transition_steps (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id    uuid NOT NULL REFERENCES core.transition_cases,
    child_id   uuid NOT NULL REFERENCES core.children, -- the case's
    n          int NOT NULL,  -- 1, 2 … of the case
    step       text NOT NULL, -- a state, or destination_changed, tier_changed
    setting_id int REFERENCES core.settings,
    as_setting_id int REFERENCES core.settings,
    reason     text,          -- of a query, refusal, revocation, change
    on_date    date NOT NULL DEFAULT current_date, -- true from
    client_id  uuid NOT NULL REFERENCES core.clients,
    at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT transition_steps_once UNIQUE (case_id, n),
    CONSTRAINT transition_steps_reason_short CHECK (length(reason) <= 500)
);
CREATE INDEX transition_steps_child ON core.transition_steps (child_id);

-- A setting sees the cases of its own moves: those it is left for, and those
-- offered to it; not what other settings answered before. An Area SENCO sees
-- those of the settings of her caseload.
SELECT core.child_table_secure('transition_cases');
SELECT core.child_table_secure('transition_steps');
ALTER POLICY transition_cases_seen ON core.transition_cases
    USING ((SELECT core.actor_sees_all())
        OR from_setting_id = ANY ((SELECT core.actor_settings())::int[])
        OR to_setting_id = ANY ((SELECT core.actor_settings())::int[])
           AND state NOT IN ('planned', 'cancelled'));
ALTER POLICY transition_cases_changed ON core.transition_cases
    USING ((SELECT core.actor_sees_all())
        OR from_setting_id = ANY ((SELECT core.actor_settings())::int[])
        OR to_setting_id = ANY ((SELECT core.actor_settings())::int[]));
ALTER POLICY transition_steps_seen ON core.transition_steps
    USING (EXISTS (SELECT FROM core.transition_cases AS c
                    WHERE c.id = transition_steps.case_id
                      AND ((SELECT core.actor_sees_all())
                        OR c.from_setting_id
                           = ANY ((SELECT core.actor_settings())::int[])
                        OR transition_steps.setting_id
                           = ANY ((SELECT core.actor_settings())::int[]))));
ALTER POLICY transition_steps_added ON core.transition_steps
    WITH CHECK (EXISTS (SELECT FROM core.transition_cases AS c
                         WHERE c.id = transition_steps.case_id));
