-- facts — what the authority tells a setting of its children, and what one
-- setting hands over to another. Not records that somebody sent: each is due
-- as long as what it is made of holds, which any of several writes can
-- change, and some a new day. core.facts says what is due, core.facts_told
-- what each setting's feed was told; facts_settle makes the second the first.
--
-- Why none is missed: a fact of a child at a setting hangs on that setting's
-- records, sent in batches, and on the authority's own rows, written by
-- people. Batches that touch the same child's facts wait for each other at
-- the child's row. People take the settings' locks first (facts_lock), so
-- each batch there has either ended and is seen, or sees what they wrote.
-- SPDX-License-Identifier: Apache-2.0

-- facts — what is due now. As owner: a hand-over shows a setting what it
-- cannot read itself. Whoever reads it joins core.facts_told, which is under
-- the actor's policies.
--   ehc_transfer  the milestones of a phase transfer, to each setting that
--                 holds the child: one for each of its records of the child,
--                 named by that record's source_id, SOURCE_ID/YEAR. Held is
--                 who has a live record and no placement, or one not ended.
--   handover      a planned move, to the setting moved to: from when the
--                 parents agreed and the form was sent until it is withdrawn.
--                 Names, birth, UPN and the needs of when the form was sent
--                 or since, as the sender gives them; nothing of health, no
--                 address (domain.md 6.2, CoP 5.47: what was agreed).
--   proposal      what became of a record that the setting proposed, once it
--                 is decided, by the id of the proposal; not when the
--                 setting took it back itself.
--   advice        what the setting was advised, by the id of the advice; of
--                 its practice it is a fact of no child.
CREATE OR REPLACE VIEW core.facts AS
    SELECT r.setting_id,
           'ehc_transfer'::text AS kind,
           (r.source_id || '/' || e.year) COLLATE "C" AS source_id,
           r.child_id,
           jsonb_strip_nulls(jsonb_build_object(
               'child', r.source_id,
               'year', e.year,
               'review_held_on', e.review_held_on,
               'amendment_noticed_on', e.amendment_noticed_on,
               'plan_final_on', e.plan_final_on,
               'placement_refused', e.placement_refused)) AS data
      FROM core.ehc_transfers AS e
      JOIN core.child_records AS r ON r.child_id = e.child_id
     WHERE r.deleted_at IS NULL
       AND coalesce((
           SELECT bool_or(p.end_on IS NULL OR p.end_on >= current_date)
             FROM core.placements AS p
            WHERE p.child_id = r.child_id
              AND p.setting_id = r.setting_id
              AND p.child = r.source_id
              AND p.deleted_at IS NULL), true)
     UNION ALL
    SELECT t.to_setting_id,
           'handover',
           t.id::text COLLATE "C",
           t.child_id,
           jsonb_strip_nulls(jsonb_build_object(
               'from_setting', s.ref,
               'kind', t.kind,
               'year', t.year,
               'target_on', t.target_on,
               'parent_agreed_on', t.parent_agreed_on,
               'form_sent_on', t.form_sent_on,
               'person', jsonb_build_object(
                   'surname', r.surname,
                   'forename', r.forename,
                   'middle_names', r.middle_names,
                   'preferred_surname', r.preferred_surname,
                   'preferred_forename', r.preferred_forename,
                   'born_on', r.born_on,
                   'upn', CASE WHEN 'upn' = ANY (r.suspects) THEN NULL
                               ELSE r.upn END),
               'needs', (
                   SELECT jsonb_agg(jsonb_build_object(
                              'provision', n.provision,
                              'start_on', n.start_on,
                              'end_on', n.end_on,
                              'types', nullif(n.types, '{}'))
                              ORDER BY n.start_on, n.source_id)
                     FROM core.needs AS n
                    WHERE n.child_id = t.child_id
                      AND n.setting_id = t.setting_id
                      AND n.child = t.child
                      AND n.deleted_at IS NULL
                      AND (n.end_on IS NULL OR n.end_on >= t.form_sent_on))))
      FROM core.transitions AS t
      JOIN core.settings AS s ON s.id = t.setting_id
      JOIN core.child_records AS r
        ON r.setting_id = t.setting_id
       AND r.source_id = t.child
     WHERE t.deleted_at IS NULL
       AND r.deleted_at IS NULL
       AND t.to_setting_id <> t.setting_id
       AND t.parent_agreed_on IS NOT NULL
       AND t.form_sent_on IS NOT NULL
     UNION ALL
    SELECT p.setting_id,
           'proposal',
           p.id::text COLLATE "C",
           p.child_id,
           jsonb_strip_nulls(jsonb_build_object(
               'kind', p.kind,
               'source_id', p.source_id,
               'revision', p.revision,
               'state', p.state,
               'reason', p.reason,
               'decided_at', p.decided_at))
      FROM core.proposals AS p
     WHERE p.state <> 'open'
       AND p.decided_by IS DISTINCT FROM p.client_id
     UNION ALL
    SELECT a.setting_id,
           'advice',
           a.id::text COLLATE "C",
           a.child_id,
           jsonb_build_object(
               'given_on', a.given_on,
               'topic', a.topic,
               'text', a.text,
               'author_role', c.role)
      FROM core.advice AS a
      JOIN core.clients AS c ON c.id = a.client_id;

-- facts_lock — for those who write what facts are made of outside a batch,
-- after they wrote and before facts_settle: until the end of the transaction
-- no batch runs in a setting that holds one of these children, and none
-- begins to hold one.
CREATE OR REPLACE FUNCTION core.facts_lock(child_ids uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_locked   int[] := '{}';
    v_settings int[];
BEGIN
    LOOP
        v_settings := ARRAY(
            SELECT DISTINCT r.setting_id
              FROM core.child_records AS r
             WHERE r.child_id = ANY (facts_lock.child_ids)
               AND r.setting_id <> ALL (v_locked)
             ORDER BY r.setting_id);
        EXIT WHEN v_settings = '{}' AND v_locked <> '{}';
        PERFORM core.setting_seize(s.id) FROM unnest(v_settings) AS s (id);
        PERFORM 1
           FROM core.children AS c
          WHERE c.id = ANY (facts_lock.child_ids)
          ORDER BY c.id
            FOR UPDATE;
        EXIT WHEN v_settings = '{}';
        v_locked := v_locked || v_settings;
    END LOOP;
END
$$;

-- facts_settle — tells each setting what has become due of these children,
-- has changed or is due no longer.
CREATE OR REPLACE FUNCTION core.facts_settle(child_ids uuid[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = on -- a merge has it off: the whole authority would be read
AS $$
DECLARE
    v_settings int[];
BEGIN
    PERFORM 1
       FROM core.children AS c
      WHERE c.id = ANY (facts_settle.child_ids)
      ORDER BY c.id
        FOR NO KEY UPDATE;
    WITH due AS MATERIALIZED (
        SELECT f.setting_id, f.kind, f.source_id, f.child_id,
               md5(f.data::text)::uuid AS hash
          FROM core.facts AS f
         WHERE f.child_id = ANY (facts_settle.child_ids)
    ), told AS (
        SELECT t.*
          FROM core.facts_told AS t
         WHERE t.child_id = ANY (facts_settle.child_ids)
    ), news AS MATERIALIZED (
        SELECT setting_id, kind, source_id,
               coalesce(d.child_id, t.child_id) AS child_id, d.hash,
               CASE WHEN d.hash IS NULL THEN 'leave'
                    WHEN t.hash IS NULL THEN 'enter'
                    ELSE 'put'
               END AS op
          FROM due AS d
          FULL JOIN told AS t USING (setting_id, kind, source_id)
         WHERE d.hash IS DISTINCT FROM t.hash
            OR d.child_id IS DISTINCT FROM t.child_id
    ), gone AS (
        DELETE FROM core.facts_told AS t
         USING news AS n
         WHERE n.op = 'leave'
           AND t.setting_id = n.setting_id
           AND t.kind = n.kind
           AND t.source_id = n.source_id
    ), kept AS (
        INSERT INTO core.facts_told AS t (setting_id, kind, source_id,
                                          child_id, hash, revision)
        SELECT n.setting_id, n.kind, n.source_id, n.child_id, n.hash,
               pg_current_xact_id()::text::bigint
          FROM news AS n
         WHERE n.op <> 'leave'
         ORDER BY n.setting_id, n.kind, n.source_id
        ON CONFLICT ON CONSTRAINT facts_told_pkey DO UPDATE
           SET child_id = excluded.child_id,
               hash = excluded.hash,
               revision = excluded.revision
    ), fed AS (
        INSERT INTO core.changes (setting_id, kind, source_id, op, child_id,
                                  revision)
        SELECT n.setting_id, n.kind, n.source_id, n.op, n.child_id,
               pg_current_xact_id()::text::bigint
          FROM news AS n
         ORDER BY n.setting_id, n.kind, n.source_id
        RETURNING setting_id
    )
    SELECT array_agg(DISTINCT f.setting_id ORDER BY f.setting_id)
      INTO v_settings
      FROM fed AS f;
    PERFORM core.setting_share(s.id) FROM unnest(v_settings) AS s (id);
    PERFORM core.feed_notify(s.id) FROM unnest(v_settings) AS s (id);
END
$$;

-- fact_tell — tells a setting a fact of no child, which stays as it is.
CREATE OR REPLACE FUNCTION core.fact_tell(setting_id int, kind text,
    source_id text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    WITH told AS (
        INSERT INTO core.facts_told (setting_id, kind, source_id, hash,
                                     revision)
        SELECT f.setting_id, f.kind, f.source_id, md5(f.data::text)::uuid,
               pg_current_xact_id()::text::bigint
          FROM core.facts AS f
         WHERE f.setting_id = fact_tell.setting_id
           AND f.kind = fact_tell.kind
           AND f.source_id = fact_tell.source_id
           AND f.child_id IS NULL
        RETURNING facts_told.*
    )
    INSERT INTO core.changes (setting_id, kind, source_id, op, revision)
    SELECT t.setting_id, t.kind, t.source_id, 'enter', t.revision
      FROM told AS t;
    PERFORM core.feed_notify(fact_tell.setting_id);
END
$$;

-- facts_settle_day — once a day, by the first who reads a feed: placements
-- that have ended since. The first time ever: everything.
CREATE OR REPLACE FUNCTION core.facts_settle_day()
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_was      date;
    v_children uuid[];
BEGIN
    IF NOT EXISTS (SELECT 1 FROM core.feed AS f
                    WHERE f.settled_on < current_date) THEN
        RETURN;
    END IF;
    SELECT f.settled_on INTO v_was
      FROM core.feed AS f
     WHERE f.settled_on < current_date
       FOR UPDATE;
    IF v_was = '-infinity' THEN
        v_children := ARRAY(
            SELECT f.child_id FROM core.facts AS f
             UNION
            SELECT t.child_id FROM core.facts_told AS t);
    ELSIF FOUND THEN
        -- Two days more: a transaction may have begun before midnight.
        v_children := ARRAY(
            SELECT p.child_id
              FROM core.placements AS p
             WHERE p.end_on >= v_was - 2
               AND p.end_on < current_date
               AND p.child_id IN (SELECT e.child_id
                                    FROM core.ehc_transfers AS e)
             GROUP BY p.child_id);
    END IF;
    PERFORM core.facts_settle(v_children);
    UPDATE core.feed SET settled_on = current_date
     WHERE settled_on < current_date;
END
$$;

-- changes_added — after each statement that added rows to the feed: the
-- setting is held until the commit (see core/feed.sql), and facts that may
-- hang on what was written are settled. Most children have none.
CREATE OR REPLACE FUNCTION core.changes_added()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = on
AS $$
DECLARE
    v_children uuid[];
BEGIN
    PERFORM core.setting_share(s.setting_id)
       FROM (SELECT DISTINCT a.setting_id
               FROM added AS a
              WHERE a.client_id IS NULL
              ORDER BY a.setting_id) AS s;
    v_children := ARRAY(
        SELECT DISTINCT a.child_id
          FROM (SELECT n.child_id, n.client_id, n.kind, n.op FROM added AS n
                 UNION ALL -- a record that was another child's before
                SELECT n.from_child, n.client_id, n.kind, n.op FROM added AS n
                 WHERE n.from_child IS NOT NULL) AS a
         WHERE a.client_id IS NULL
           AND a.kind IN ('child', 'placement', 'need', 'transition')
           AND a.op IN ('put', 'delete')
           AND (EXISTS (SELECT 1 FROM core.facts_told AS t
                         WHERE t.child_id = a.child_id)
                OR EXISTS (SELECT 1 FROM core.ehc_transfers AS e
                            WHERE e.child_id = a.child_id)
                OR a.kind IN ('child', 'transition')
                   AND EXISTS (SELECT 1 FROM core.transitions AS t
                                WHERE t.child_id = a.child_id
                                  AND t.deleted_at IS NULL
                                  AND t.form_sent_on IS NOT NULL
                                  AND t.parent_agreed_on IS NOT NULL)));
    IF v_children <> '{}' THEN
        PERFORM core.facts_settle(v_children);
    END IF;
    RETURN NULL;
END
$$;

GRANT SELECT ON core.facts TO api;
