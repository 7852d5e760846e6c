-- matching — whose record is this? The same UPN, ULN or NHS number together
-- with the same date of birth is the same child, whichever setting sent it.
-- These run as owner, because a school may not see the others' children; they
-- give back ids and nothing else.
-- SPDX-License-Identifier: Apache-2.0

-- child_match — for records that have no child yet, given as aligned arrays
-- (an identifier that may not be used is NULL): the child of each, in the
-- same order, and whether it is a new one that the caller must insert. Rows
-- of one call that share an identifier and a date of birth share the child,
-- also through one row in between. Of several matches the UPN's wins, then
-- the ULN's. Creators of children that could be one wait for one another.
-- A number that was told apart for the batch's setting leads to the child it
-- was told apart for. A child found is there until the transaction ends: one
-- that is merged into another meanwhile is looked for again.
CREATE OR REPLACE FUNCTION core.child_match(born_on date[], upn text[],
    uln text[], nhs text[], OUT child_ids uuid[], OUT is_new boolean[])
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    v_setting int := nullif(current_setting('app.setting', true), '')::int;
    v_held    bigint;
    v_found   bigint;
BEGIN
    PERFORM core.child_claim(array_agg(i.born_on), array_agg(i.upn),
                             array_agg(i.uln), array_agg(i.nhs))
       FROM unnest(child_match.born_on, child_match.upn, child_match.uln,
                   child_match.nhs) AS i (born_on, upn, uln, nhs)
      WHERE coalesce(i.upn, i.uln, i.nhs) IS NOT NULL
        AND NOT EXISTS (
            SELECT 1
              FROM core.child_identifiers AS k
             WHERE k.born_on = i.born_on
               AND (k.scheme, k.value)
                   IN (('upn', i.upn), ('uln', i.uln), ('nhs', i.nhs)))
     HAVING count(*) > 0;

  LOOP
    WITH i AS MATERIALIZED (
        SELECT u.*, gen_random_uuid() AS fresh
          FROM unnest(child_match.born_on, child_match.upn, child_match.uln,
                      child_match.nhs) WITH ORDINALITY
               AS u (born_on, upn, uln, nhs, pos)
    ), keys AS (
        -- Each row once per identifier, and once for itself.
        SELECT i.pos, i.fresh, i.born_on, k.rank, k.scheme, k.value,
               coalesce(apart.child_id, known.child_id) AS child_id
          FROM i
         CROSS JOIN LATERAL (VALUES (1, 'upn', i.upn), (2, 'uln', i.uln),
                                    (3, 'nhs', i.nhs), (4, '', i.pos::text))
               AS k (rank, scheme, value)
          LEFT JOIN core.child_identifiers AS known
                 ON known.scheme = k.scheme
                AND known.value = k.value
                AND known.born_on = i.born_on
          LEFT JOIN core.child_numbers_apart AS apart
                 ON apart.setting_id = v_setting
                AND apart.scheme = k.scheme
                AND apart.value = k.value
                AND apart.born_on = i.born_on
         WHERE k.value IS NOT NULL
    ), step_1 AS (
        SELECT keys.*, min(keys.pos) OVER (PARTITION BY keys.scheme,
                   keys.value, keys.born_on) AS near
          FROM keys
    ), step_2 AS (
        SELECT s.*, min(s.near) OVER (PARTITION BY s.pos) AS leader
          FROM step_1 AS s
    ), step_3 AS (
        SELECT s.*, min(s.leader) OVER (PARTITION BY s.scheme, s.value,
                   s.born_on) AS far
          FROM step_2 AS s
    ), found AS (
        SELECT s.pos, s.fresh, min(s.far) AS leader,
               (array_agg(s.child_id ORDER BY s.rank)
                    FILTER (WHERE s.child_id IS NOT NULL))[1] AS child_id
          FROM step_3 AS s
         GROUP BY s.pos, s.fresh
    ), shared AS (
        SELECT f.pos, f.child_id,
               first_value(f.child_id) OVER (PARTITION BY f.leader
                   ORDER BY f.child_id IS NULL, f.pos) AS leaders_child,
               first_value(f.fresh) OVER (PARTITION BY f.leader
                   ORDER BY f.pos) AS leaders_fresh
          FROM found AS f
    )
    SELECT array_agg(coalesce(s.child_id, s.leaders_child, s.leaders_fresh)
                     ORDER BY s.pos),
           array_agg(coalesce(s.child_id, s.leaders_child) IS NULL
                     ORDER BY s.pos)
      INTO child_ids, is_new
      FROM shared AS s;
    PERFORM c.id
       FROM core.children AS c
      WHERE c.id = ANY (child_ids)
      ORDER BY c.id
        FOR KEY SHARE;
    GET DIAGNOSTICS v_held = ROW_COUNT;
    SELECT count(DISTINCT f.id) INTO v_found
      FROM unnest(child_ids, is_new) AS f (id, is_new)
     WHERE NOT f.is_new;
    EXIT WHEN v_held >= v_found;
  END LOOP;
END
$$;

-- child_claim — until the end of the transaction nobody else adds those of
-- these numbers that are not known, so two senders of one child cannot make
-- two of it; answers whether there are any. Others are not in the way. In
-- order, so that two who claim the same ones do not wait for each other.
CREATE OR REPLACE FUNCTION core.child_claim(born_on date[], upn text[],
    uln text[], nhs text[])
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = on -- the merge has it off: the whole authority would be read
AS $$
DECLARE
    v_claims bigint[] := ARRAY(
        SELECT DISTINCT hashtextextended(
                   concat_ws(' ', k.scheme, k.value, i.born_on), 0)
          FROM unnest(child_claim.born_on, child_claim.upn, child_claim.uln,
                      child_claim.nhs) AS i (born_on, upn, uln, nhs)
         CROSS JOIN LATERAL (VALUES ('upn', i.upn), ('uln', i.uln),
                                    ('nhs', i.nhs)) AS k (scheme, value)
         WHERE k.value IS NOT NULL
           AND NOT EXISTS (SELECT 1
                             FROM core.child_identifiers AS known
                            WHERE known.scheme = k.scheme
                              AND known.value = k.value
                              AND known.born_on = i.born_on)
         ORDER BY 1);
BEGIN
    IF v_claims = '{}' THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(535302);
    INSERT INTO core.child_claims (claim)
    SELECT c.claim FROM unnest(v_claims) AS c (claim)
        ON CONFLICT DO NOTHING;
    -- Others still wait for it: it is gone when we have committed.
    DELETE FROM core.child_claims AS c WHERE c.claim = ANY (v_claims);
    RETURN true;
END
$$;

-- child_lock — until the end of the transaction nobody at all adds a number.
CREATE OR REPLACE FUNCTION core.child_lock()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(535302);
END
$$;

-- setting_share, setting_seize — a batch shares its setting with others until
-- it commits; who must see all of them or none takes it alone.
CREATE OR REPLACE FUNCTION core.setting_share(setting_id int)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(535304, setting_id);
END
$$;
CREATE OR REPLACE FUNCTION core.setting_seize(setting_id int)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(535304, setting_id);
END
$$;

-- child_identify — remembers by which numbers these children are known, so
-- that later records find them; a number already another child's stays so.
CREATE OR REPLACE FUNCTION core.child_identify(child_ids uuid[],
    born_on date[], upn text[], uln text[], nhs text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = on -- the merge has it off: the whole authority would be read
AS $$
BEGIN
    IF NOT core.child_claim(child_identify.born_on, child_identify.upn,
                            child_identify.uln, child_identify.nhs) THEN
        RETURN;
    END IF;
    INSERT INTO core.child_identifiers (scheme, value, born_on, child_id)
    SELECT k.scheme, k.value, i.born_on, i.child_id
      FROM unnest(child_identify.child_ids, child_identify.born_on,
                  child_identify.upn, child_identify.uln, child_identify.nhs)
           AS i (child_id, born_on, upn, uln, nhs)
     CROSS JOIN LATERAL (VALUES ('upn', i.upn), ('uln', i.uln),
                                ('nhs', i.nhs)) AS k (scheme, value)
     WHERE k.value IS NOT NULL
        ON CONFLICT DO NOTHING;
END
$$;

-- usable — an identifier, unless its check character does not hold.
CREATE OR REPLACE FUNCTION core.usable(value text, field text, suspects text)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN field = ANY (string_to_array(suspects, ',')) THEN NULL
                ELSE value END
$$;

-- usable_upn — the UPN to match on: the former one only when there is no
-- current one at all.
CREATE OR REPLACE FUNCTION core.usable_upn(upn text, former_upn text,
    suspects text)
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN upn IS NOT NULL THEN core.usable(upn, 'upn', suspects)
                ELSE core.usable(former_upn, 'former_upn', suspects) END
$$;
