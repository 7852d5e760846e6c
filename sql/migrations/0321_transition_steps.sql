-- 0321_transition_steps — the two-sided protocol as rows: who may take which
-- step from which state, and whose the next one is. Who brought a case into
-- its state, and when, stands with the case, so that a list needs no steps.
-- SPDX-License-Identifier: Apache-2.0

-- owner: the side whose step is next (NULL: the move is over); unplaced, when
-- there is no destination yet. is_agreed: the destination stands, so that what
-- is known of the child may be handed over to it.
CREATE TABLE law.transition_states (
    state         text PRIMARY KEY,
    rank          smallint NOT NULL,
    name          text NOT NULL,
    is_open       boolean NOT NULL,
    is_agreed     boolean NOT NULL,
    owner         text,
    next          text,
    unplaced      text,
    next_unplaced text,
    CONSTRAINT transition_states_owner_known CHECK (
        owner IN ('sender', 'receiver', 'authority')
        AND unplaced IN ('sender', 'receiver', 'authority')),
    CONSTRAINT transition_states_open_has_owner CHECK (
        is_open = (owner IS NOT NULL) AND is_open = (next IS NOT NULL)
        AND is_open = (unplaced IS NOT NULL)
        AND is_open = (next_unplaced IS NOT NULL))
);

-- One row a step that is allowed; a step is named by the state it leads to.
CREATE TABLE law.transition_steps (
    from_state        text NOT NULL REFERENCES law.transition_states,
    step              text NOT NULL REFERENCES law.transition_states,
    sides             text[] NOT NULL,
    needs_reason      boolean NOT NULL,
    needs_destination boolean NOT NULL,
    PRIMARY KEY (from_state, step),
    CONSTRAINT transition_steps_sides_known CHECK (
        sides <> '{}' AND sides <@ '{sender,receiver,authority}'::text[])
);

-- told_setting_ids: destinations of before, that had been told.
ALTER TABLE core.transition_cases
    ADD COLUMN state_on date NOT NULL DEFAULT current_date, -- true from
    ADD COLUMN state_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN state_by uuid REFERENCES core.clients,
    ADD COLUMN told_setting_ids int[] NOT NULL DEFAULT '{}',
    ADD COLUMN key text,     -- its maker's name for it; NULL: of a cohort
    ADD COLUMN content uuid,
    ADD CONSTRAINT transition_cases_key_once UNIQUE (made_by, key);

-- For which side the client acted: an officer may act for either.
ALTER TABLE core.transition_steps
    ADD COLUMN as_party text,
    ADD CONSTRAINT transition_steps_party_known
        CHECK (as_party IN ('sender', 'receiver', 'authority'));

-- A setting that was told of a case, and is told that it is off, reads that
-- much of it (api.transition_cases shows it no more). It makes cases of its
-- own children.
ALTER POLICY transition_cases_seen ON core.transition_cases
    USING ((SELECT core.actor_sees_all())
        OR from_setting_id = ANY ((SELECT core.actor_settings())::int[])
        OR to_setting_id = ANY ((SELECT core.actor_settings())::int[])
           AND state NOT IN ('planned', 'cancelled')
        OR told_setting_ids && (SELECT core.actor_settings()));
ALTER POLICY transition_cases_added ON core.transition_cases
    WITH CHECK ((SELECT core.actor_sees_all())
        OR (SELECT core.actor_role()) IN ('school_system', 'senco')
           AND from_setting_id = ANY ((SELECT core.actor_settings())::int[])
           AND EXISTS (SELECT FROM core.child_records AS r
                        WHERE r.child_id = transition_cases.child_id
                          AND r.setting_id
                              = transition_cases.from_setting_id));
-- A destination reads the steps that were about it, also when the case has
-- gone elsewhere; not what the others said among themselves.
ALTER POLICY transition_steps_seen ON core.transition_steps
    USING ((SELECT core.actor_sees_all())
        OR setting_id = ANY ((SELECT core.actor_settings())::int[])
           AND step IN ('offered', 'seen', 'accepted', 'queried', 'declined',
                        'received', 'settled', 'revoked', 'lost')
        OR EXISTS (SELECT FROM core.transition_cases AS c
                    WHERE c.id = transition_steps.case_id
                      AND c.from_setting_id
                          = ANY ((SELECT core.actor_settings())::int[])));
