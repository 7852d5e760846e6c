-- transition_cases — the steps of a move. One function takes a step, whoever
-- asks and for however many: the table of law says what a state allows.
-- SPDX-License-Identifier: Apache-2.0

-- transition_names — the child of each case, as the setting it leaves names
-- it, else as the person index does. An owner's view: the destination holds
-- no record of the child yet. Whoever reads it joins core.transition_cases,
-- which is under the actor's policies.
CREATE OR REPLACE VIEW core.transition_names AS
    SELECT c.id AS case_id,
           coalesce(r.surname, p.surname) AS surname,
           coalesce(r.forename, p.forename) AS forename,
           coalesce(r.born_on, p.born_on) AS born_on
      FROM core.transition_cases AS c
      JOIN core.children AS p ON p.id = c.child_id
      LEFT JOIN LATERAL (
           SELECT k.surname, k.forename, k.born_on
             FROM core.child_records AS k
            WHERE k.child_id = c.child_id
              AND k.setting_id = c.from_setting_id
              AND k.deleted_at IS NULL
            ORDER BY k.known_from DESC
            LIMIT 1) AS r ON true;

-- transition_parties — the sides of this case that the actor may act for, his
-- own first: an officer for the authority and for either setting.
CREATE OR REPLACE FUNCTION core.transition_parties(from_setting int,
    to_setting int)
RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_mine int[];
BEGIN
    IF core.actor_sees_all() THEN
        RETURN '{authority,sender,receiver}';
    ELSIF core.actor_role() NOT IN ('school_system', 'senco') THEN
        RETURN '{}';
    END IF;
    v_mine := core.actor_settings();
    RETURN array_remove(ARRAY[
        CASE WHEN from_setting = ANY (v_mine) THEN 'sender' END,
        CASE WHEN to_setting = ANY (v_mine) THEN 'receiver' END], NULL);
END
$$;

-- transition_refuse_state — says in which state the case is, since when, who
-- brought it there, and what it allows.
CREATE OR REPLACE FUNCTION core.transition_refuse_state(
    in_case core.transition_cases)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM core.refuse('transition_state', 'It is ' || in_case.state
        || ' since ' || in_case.state_on
        || coalesce(', by ' || (SELECT k.name FROM core.clients AS k
                                 WHERE k.id = in_case.state_by), '')
        || coalesce('; from there it can be '
               || (SELECT string_agg(t.step, ', ' ORDER BY s.rank)
                     FROM law.transition_steps AS t
                     JOIN law.transition_states AS s ON s.state = t.step
                    WHERE t.from_state = in_case.state), '')
        || '.', '/state');
END
$$;

-- transition_refuse_gone — of a case that is not the actor's to change: who
-- was told of it before is told that it was revoked, others nothing.
CREATE OR REPLACE FUNCTION core.transition_refuse_gone(case_id uuid)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM core.transition_cases AS c
                WHERE c.id = transition_refuse_gone.case_id) THEN
        PERFORM core.refuse('transition_state',
            'It is revoked: the child is offered to another, or to none.',
            '/state');
    END IF;
    PERFORM core.refuse('not_found');
END
$$;

-- transition_match — refuses who has not read what was done last: by the
-- state, where that is what has changed.
CREATE OR REPLACE FUNCTION core.transition_match(in_case core.transition_cases,
    if_match text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF if_match IS NULL OR if_match = in_case.version::text THEN
        RETURN;
    ELSIF in_case.state_at = in_case.changed_at THEN
        PERFORM core.transition_refuse_state(in_case);
    END IF;
    PERFORM core.refuse('precondition_failed');
END
$$;

-- transition_step — takes this step: the ONE way from state to state. Takes
-- the case's row, so that of two at once one comes first and the other is
-- told its state. if_match NULL: whatever was done before.
CREATE OR REPLACE FUNCTION core.transition_step(case_id uuid, step text,
    reason text DEFAULT NULL, on_date date DEFAULT NULL,
    if_match text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_step    ALIAS FOR $2;
    v_reason  ALIAS FOR $3;
    v_on      date := coalesce($4, current_date);
    v_case    core.transition_cases;
    v_rule    law.transition_steps;
    v_parties text[];
    v_party   text;
BEGIN
    SELECT c.* INTO v_case
      FROM core.transition_cases AS c
     WHERE c.id = $1
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.transition_refuse_gone($1);
    END IF;
    SELECT s.* INTO v_rule
      FROM law.transition_steps AS s
     WHERE s.from_state = v_case.state
       AND s.step = v_step;
    IF NOT FOUND THEN
        PERFORM core.transition_refuse_state(v_case);
    END IF;
    PERFORM core.transition_match(v_case, $5);
    v_parties := core.transition_parties(v_case.from_setting_id,
                                         v_case.to_setting_id);
    SELECT p.party INTO v_party
      FROM unnest(v_parties) WITH ORDINALITY AS p (party, n)
     WHERE p.party = ANY (v_rule.sides)
     ORDER BY p.n
     LIMIT 1;
    IF NOT FOUND THEN
        PERFORM core.refuse('forbidden', 'This step is not yours: it is the '
            || array_to_string(v_rule.sides, '''s or the ') || '''s.');
    ELSIF v_rule.needs_reason AND v_reason IS NULL THEN
        PERFORM core.refuse('missing_field', 'This step needs a reason.',
                            '/reason');
    ELSIF v_rule.needs_destination
          AND num_nonnulls(v_case.to_setting_id, v_case.to_outside) = 0 THEN
        PERFORM core.refuse('transition_unplaced');
    ELSIF v_on > current_date THEN
        PERFORM core.refuse('malformed_field', 'It lies in the future.',
                            '/on_date');
    ELSIF v_on < v_case.state_on AND v_case.state <> 'planned' THEN
        PERFORM core.refuse('transition_order', 'It lies before '
            || v_case.state_on || ', since when it is ' || v_case.state || '.',
            '/on_date');
    END IF;
    IF v_step = 'offered' AND EXISTS (
           SELECT FROM core.settings AS s
            WHERE s.id = v_case.to_setting_id
              AND (s.status = 'closed' OR s.closed_on <= v_case.target_on)) THEN
        PERFORM core.refuse('setting_closed',
            'The destination is closed by ' || v_case.target_on || '.');
    END IF;
    PERFORM core.transition_note(v_case, v_step, v_reason, v_on, v_party);
END
$$;

-- transition_note — writes the step down and brings the case there. Nothing
-- is judged here.
CREATE OR REPLACE FUNCTION core.transition_note(in_case core.transition_cases,
    step text, reason text, on_date date, party text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_as int := CASE $5 WHEN 'sender' THEN in_case.from_setting_id
                        WHEN 'receiver' THEN in_case.to_setting_id END;
    v_at timestamptz := clock_timestamp();
BEGIN
    INSERT INTO core.transition_steps (case_id, child_id, n, step, setting_id,
           as_setting_id, as_party, reason, on_date, client_id, at)
    VALUES (in_case.id, in_case.child_id, in_case.version + 1, $2,
            in_case.to_setting_id, v_as, $5, $3, $4, core.actor_id(), v_at);
    UPDATE core.transition_cases AS c
       SET state = $2,
           state_on = $4,
           state_at = v_at,
           state_by = core.actor_id(),
           changed_at = v_at,
           told_setting_ids = CASE
               WHEN $2 = 'cancelled' AND c.state <> 'planned'
                    AND c.to_setting_id <> ALL (c.told_setting_ids)
               THEN c.told_setting_ids || c.to_setting_id
               ELSE c.told_setting_ids END,
           version = c.version + 1
     WHERE c.id = in_case.id;
    PERFORM core.audit_write('transitions.step', v_as,
        ARRAY[in_case.child_id], jsonb_strip_nulls(jsonb_build_object(
            'case_id', in_case.id, 'step', $2, 'before', in_case.state,
            'as', $5)));
END
$$;

-- transition_make — these cases and their first steps; answers the ids of
-- those made: not of a child that has an open one for that year.
CREATE OR REPLACE FUNCTION core.transition_make(cases core.transition_cases[])
RETURNS uuid[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_by      uuid := core.actor_id();
    v_officer boolean := core.actor_sees_all();
    v_made    uuid[];
BEGIN
    WITH made AS (
        INSERT INTO core.transition_cases AS t (child_id, year, kind, entry,
               from_setting_id, to_setting_id, to_outside, to_la_code,
               target_on, made_by, state_by, key, content)
        SELECT c.child_id, c.year, c.kind, c.entry, c.from_setting_id,
               c.to_setting_id, c.to_outside, c.to_la_code, c.target_on,
               v_by, v_by, c.key, c.content
          FROM unnest($1) AS c
         ORDER BY c.child_id
        ON CONFLICT (child_id, year) WHERE state NOT IN ('settled', 'cancelled')
           DO NOTHING
        RETURNING t.id
    )
    SELECT coalesce(array_agg(m.id), '{}') INTO v_made FROM made AS m;
    INSERT INTO core.transition_steps (case_id, child_id, n, step, setting_id,
           as_setting_id, as_party, client_id)
    SELECT t.id, t.child_id, 1, 'planned', t.to_setting_id,
           CASE WHEN NOT v_officer THEN t.from_setting_id END,
           CASE WHEN v_officer THEN 'authority' ELSE 'sender' END, v_by
      FROM core.transition_cases AS t
     WHERE t.id = ANY (v_made);
    RETURN v_made;
END
$$;

-- transition_move — the case goes back to planned with another destination or
-- another year. Who had been told that the child comes is told that it does
-- not: the last step it reads is revoked.
CREATE OR REPLACE FUNCTION core.transition_move(in_case core.transition_cases,
    step text, reason text, to_setting int, outside text, la_code text,
    entry text, year int, target_on date)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_case  core.transition_cases := in_case;
    v_party text := (core.transition_parties(in_case.from_setting_id, NULL))[1];
    v_as    int := CASE v_party WHEN 'sender' THEN in_case.from_setting_id END;
    v_at    timestamptz := clock_timestamp();
BEGIN
    IF v_case.state NOT IN ('planned', 'revoked', 'declined')
       AND num_nonnulls(v_case.to_setting_id, v_case.to_outside) = 1 THEN
        PERFORM core.transition_note(v_case, 'revoked', NULL, current_date,
                                     v_party);
        v_case.version := v_case.version + 1;
    END IF;
    INSERT INTO core.transition_steps (case_id, child_id, n, step, setting_id,
           as_setting_id, as_party, reason, client_id, at)
    VALUES (v_case.id, v_case.child_id, v_case.version + 1, $2, $4, v_as,
            v_party, $3, core.actor_id(), v_at);
    UPDATE core.transition_cases AS c
       SET to_setting_id = $4,
           to_outside = $5,
           to_la_code = $6,
           entry = $7,
           year = $8,
           target_on = $9,
           told_setting_ids = CASE
               WHEN in_case.state <> 'planned'
                    AND c.to_setting_id <> ALL (c.told_setting_ids)
               THEN c.told_setting_ids || c.to_setting_id
               ELSE c.told_setting_ids END,
           state = 'planned',
           state_on = CASE WHEN in_case.state = 'planned' THEN c.state_on
                           ELSE current_date END,
           state_at = CASE WHEN in_case.state = 'planned' THEN c.state_at
                           ELSE v_at END,
           state_by = CASE WHEN in_case.state = 'planned' THEN c.state_by
                           ELSE core.actor_id() END,
           changed_at = v_at,
           version = v_case.version + 1
     WHERE c.id = v_case.id;
    PERFORM core.audit_write('transitions.' || $2, v_as,
        ARRAY[v_case.child_id], jsonb_strip_nulls(jsonb_build_object(
            'case_id', v_case.id, 'state', in_case.state,
            'before', in_case.to_setting_id, 'to_setting_id', $4,
            'year', $8)));
EXCEPTION WHEN unique_violation THEN
    PERFORM core.refuse('transition_open',
        'There is an open move for ' || $8 || '.', '/entry');
END
$$;

-- transition_hold — takes the case's row, for who may say where the child
-- goes: the setting it leaves, or an officer; refuses who has not read what
-- was done last, and a move that is over.
CREATE OR REPLACE FUNCTION core.transition_hold(case_id uuid, if_match text)
RETURNS core.transition_cases
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_case core.transition_cases;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager', 'senco',
                              'school_system');
    IF if_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    END IF;
    SELECT c.* INTO v_case
      FROM core.transition_cases AS c
     WHERE c.id = transition_hold.case_id
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.transition_refuse_gone(transition_hold.case_id);
    ELSIF core.transition_parties(v_case.from_setting_id, NULL) = '{}' THEN
        PERFORM core.refuse('forbidden',
            'Where the child goes is said by the setting it leaves or the authority.');
    ELSIF NOT (SELECT s.is_open FROM law.transition_states AS s
                WHERE s.state = v_case.state) THEN
        PERFORM core.transition_refuse_state(v_case);
    END IF;
    PERFORM core.transition_match(v_case, if_match);
    RETURN v_case;
END
$$;

-- transition_destinations — where what is known of this child may be handed
-- over to: the destinations of its moves that stand, a setting or a place out
-- of the area. As owner: whoever asks, the answer is the same.
CREATE OR REPLACE FUNCTION core.transition_destinations(child_id uuid)
RETURNS TABLE (case_id uuid, year int, from_setting_id int,
    to_setting_id int, to_outside text, to_la_code text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT c.id, c.year, c.from_setting_id, c.to_setting_id, c.to_outside,
           c.to_la_code
      FROM core.transition_cases AS c
      JOIN law.transition_states AS s ON s.state = c.state
     WHERE c.child_id = $1
       AND s.is_agreed
       AND num_nonnulls(c.to_setting_id, c.to_outside) = 1;
END
$$;

GRANT SELECT ON core.transition_names TO api;
