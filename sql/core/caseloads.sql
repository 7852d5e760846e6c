-- caseloads — who is told when a caseload or its cover changes, and what an
-- assignment makes of the rows there are.
-- SPDX-License-Identifier: Apache-2.0

-- caseload_scope_changed — the feeds of those who hold a caseload the
-- statement touched, or cover it today, are told in the same transaction. Of
-- cover rows the one who covers is meant.
CREATE OR REPLACE FUNCTION core.caseload_scope_changed()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_client uuid;
BEGIN
    FOR v_client IN
        WITH t AS (
            SELECT DISTINCT coalesce(
                       (to_jsonb(r) ->> 'covered_by_id')::int, r.caseload_id)
                       AS id
              FROM touched AS r
        )
        SELECT l.client_id
          FROM core.caseloads AS l
         WHERE l.client_id IS NOT NULL
           AND (l.id IN (SELECT t.id FROM t)
                OR EXISTS (
                    SELECT
                      FROM core.caseload_cover AS v
                      JOIN t ON t.id = v.caseload_id
                     WHERE v.covered_by_id = l.id
                       AND v.known_to IS NULL
                       AND current_date BETWEEN v.from_on AND v.to_on))
         GROUP BY l.client_id
         ORDER BY l.client_id
    LOOP
        PERFORM core.feed_settle(v_client, NULL);
    END LOOP;
    RETURN NULL;
END
$$;

-- caseload_holder_check — refuses what cannot hold a caseload: a member of
-- staff or a client there is not, a client that is no Area SENCO's.
CREATE OR REPLACE FUNCTION core.caseload_holder_check(staff_id int, client_id uuid)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF caseload_holder_check.staff_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM core.staff AS f
            WHERE f.id = caseload_holder_check.staff_id) THEN
        PERFORM core.refuse('not_found', 'There is no such member of staff.',
                            '/staff_id');
    ELSIF caseload_holder_check.client_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM core.clients AS c
            WHERE c.id = caseload_holder_check.client_id
              AND c.is_active
              AND c.role = 'area_senco') THEN
        PERFORM core.refuse('not_found',
            'There is no such client in the role of an Area SENCO.',
            '/client_id');
    END IF;
END
$$;

-- caseload_finding — one finding of law.senco_findings, in the shape all
-- findings have, as a document.
CREATE OR REPLACE FUNCTION core.caseload_finding(id text, inputs jsonb,
    on_date date)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT jsonb_build_object('rule', f.rule_id, 'finding', f.id,
                   'severity', f.severity,
                   'sentence', core.sentence_fill(f.sentence,
                       caseload_finding.inputs),
                   'inputs', caseload_finding.inputs,
                   'reference', r.reference)
          FROM law.senco_findings AS f
          JOIN law.rules AS r
            ON r.id = f.rule_id
           AND caseload_finding.on_date
               BETWEEN r.valid_from AND coalesce(r.valid_to, 'infinity')
         WHERE f.id = caseload_finding.id);
END
$$;

-- caseload_rows_after — the rows of these settings as they would be known
-- after each is given to its target (NULL: to none) from from_on to to_on
-- (NULL: for good). Rows that are replaced say is_closed; rows that are new
-- have no id. Who else holds them on those days loses them; with from_caseload
-- only that one does, and when it is joint nobody.
CREATE OR REPLACE FUNCTION core.caseload_rows_after(setting_ids int[],
    targets int[], from_caseload int, from_on date, to_on date, joint boolean)
RETURNS TABLE (id int, setting_id int, caseload_id int, period daterange,
    is_closed boolean)
LANGUAGE sql STABLE
AS $$
    WITH asked AS (
        SELECT a.setting_id, a.target,
               daterange(caseload_rows_after.from_on,
                         caseload_rows_after.to_on, '[]') AS days
          FROM unnest(caseload_rows_after.setting_ids,
                      caseload_rows_after.targets) AS a (setting_id, target)
    ), held AS (
        SELECT m.id, m.setting_id, m.caseload_id, a.target, a.days,
               daterange(m.from_on, m.to_on, '[]') AS period
          FROM core.caseload_settings AS m
          JOIN asked AS a ON a.setting_id = m.setting_id
         WHERE m.known_to IS NULL
    ), judged AS (
        SELECT h.*,
               h.period && h.days
               AND (h.caseload_id IS NOT DISTINCT FROM h.target
                    OR NOT coalesce(caseload_rows_after.joint, false)
                       AND (caseload_rows_after.from_caseload IS NULL
                            OR h.caseload_id
                               = caseload_rows_after.from_caseload))
               AND NOT (h.caseload_id IS NOT DISTINCT FROM h.target
                        AND h.period @> h.days) AS is_closed
          FROM held AS h
    )
    SELECT j.id, j.setting_id, j.caseload_id, j.period, j.is_closed
      FROM judged AS j
     UNION ALL
    SELECT NULL, j.setting_id, j.caseload_id, k.period, false
      FROM judged AS j
     CROSS JOIN unnest(datemultirange(j.period) - datemultirange(j.days))
           AS k (period)
     WHERE j.is_closed
     UNION ALL
    SELECT NULL, a.setting_id, a.target, a.days, false
      FROM asked AS a
     WHERE a.target IS NOT NULL
       AND NOT EXISTS (
           SELECT
             FROM held AS h
            WHERE h.setting_id = a.setting_id
              AND h.caseload_id = a.target
              AND h.period @> a.days);
$$;

-- caseload_child_check — refuses what cannot be a named child's row.
CREATE OR REPLACE FUNCTION core.caseload_child_check(caseload_id int,
    setting_id int, child_id uuid, from_on date, to_on date)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
BEGIN
    IF NOT EXISTS (SELECT FROM core.caseloads AS l
                    WHERE l.id = caseload_id) THEN
        PERFORM core.refuse('not_found');
    ELSIF setting_id IS NULL THEN
        PERFORM core.refuse('unknown_setting', '', '/setting');
    ELSIF to_on < from_on THEN
        PERFORM core.refuse('dates_reversed', '', '/to_on');
    ELSIF NOT EXISTS (SELECT FROM core.child_records AS r
                       WHERE r.child_id = caseload_child_check.child_id
                         AND r.setting_id = caseload_child_check.setting_id)
    THEN
        PERFORM core.refuse('not_found',
            'The setting holds no record of this child.', '/child_id');
    ELSIF NOT EXISTS (SELECT FROM core.caseload_settings AS m
                       WHERE m.caseload_id = caseload_child_check.caseload_id
                         AND m.setting_id = caseload_child_check.setting_id
                         AND m.known_to IS NULL
                         AND daterange(m.from_on, m.to_on, '[]')
                             @> from_on) THEN
        PERFORM core.refuse('malformed_field',
            'The setting is not in this caseload on that day.', '/setting');
    ELSIF EXISTS (SELECT FROM core.caseload_children AS k
                   WHERE k.caseload_id = caseload_child_check.caseload_id
                     AND k.setting_id = caseload_child_check.setting_id
                     AND k.child_id = caseload_child_check.child_id
                     AND k.known_to IS NULL
                     AND daterange(k.from_on, k.to_on, '[]')
                         && daterange(from_on, to_on, '[]')) THEN
        PERFORM core.refuse('caseload_child_twice', '', '/from_on');
    END IF;
END
$$;

-- caseload_gaps — when these settings are in no caseload from from_on on, a
-- row a gap; to_on NULL: for good. A setting that closes needs nobody after.
CREATE OR REPLACE FUNCTION core.caseload_gaps(setting_ids int[], from_on date)
RETURNS TABLE (setting_id int, from_on date, to_on date)
LANGUAGE sql STABLE
AS $$
    SELECT s.id, lower(g.days), upper(g.days) - 1
      FROM core.settings AS s
      LEFT JOIN LATERAL (
           SELECT range_agg(daterange(m.from_on, m.to_on, '[]')) AS days
             FROM core.caseload_settings AS m
            WHERE m.setting_id = s.id
              AND m.known_to IS NULL) AS h ON true
     CROSS JOIN unnest(datemultirange(daterange(caseload_gaps.from_on,
                           CASE WHEN s.closed_on IS NOT NULL
                                THEN greatest(s.closed_on,
                                              caseload_gaps.from_on)
                           END)) - coalesce(h.days, '{}')) AS g (days)
     WHERE s.id = ANY (caseload_gaps.setting_ids);
$$;

-- caseload_doubles — when these settings are in two caseloads at once from
-- from_on on, a row a pair and time.
CREATE OR REPLACE FUNCTION core.caseload_doubles(setting_ids int[],
    from_on date)
RETURNS TABLE (setting_id int, caseload_id int, other_id int, from_on date,
    to_on date)
LANGUAGE sql STABLE
AS $$
    SELECT m.setting_id, m.caseload_id, o.caseload_id,
           greatest(m.from_on, o.from_on, caseload_doubles.from_on),
           least(m.to_on, o.to_on)
      FROM core.caseload_settings AS m
      JOIN core.caseload_settings AS o
        ON o.setting_id = m.setting_id
       AND o.caseload_id > m.caseload_id
       AND daterange(o.from_on, o.to_on, '[]')
           && daterange(m.from_on, m.to_on, '[]')
     WHERE m.setting_id = ANY (caseload_doubles.setting_ids)
       AND m.known_to IS NULL
       AND o.known_to IS NULL
       AND daterange(m.from_on, m.to_on, '[]')
           && daterange(caseload_doubles.from_on, NULL)
       AND daterange(o.from_on, o.to_on, '[]')
           && daterange(caseload_doubles.from_on, NULL);
$$;

-- caseload_give — does what caseload_rows_after says, in one statement, so
-- that every feed is told of the whole: rows that are replaced are known until
-- now, the others from now. Answers the rows that were written or closed.
CREATE OR REPLACE FUNCTION core.caseload_give(setting_ids int[],
    targets int[], from_caseload int, from_on date, to_on date,
    joint boolean)
RETURNS TABLE (setting_id int, caseload_id int, period daterange,
    is_closed boolean)
LANGUAGE sql
AS $$
    WITH after AS MATERIALIZED (
        SELECT * FROM core.caseload_rows_after(caseload_give.setting_ids,
            caseload_give.targets, caseload_give.from_caseload,
            caseload_give.from_on, caseload_give.to_on, caseload_give.joint)
    ), closed AS (
        UPDATE core.caseload_settings AS m
           SET known_to = now()
          FROM after AS a
         WHERE a.id = m.id
           AND a.is_closed
        RETURNING m.setting_id, m.caseload_id,
                  daterange(m.from_on, m.to_on, '[]') AS period
    ), added AS (
        INSERT INTO core.caseload_settings (setting_id, caseload_id, from_on,
               to_on, client_id)
        SELECT a.setting_id, a.caseload_id, lower(a.period),
               upper(a.period) - 1, core.actor_id()
          FROM after AS a
         WHERE a.id IS NULL
           AND (SELECT count(*) FROM closed) >= 0 -- those first
        RETURNING setting_id, caseload_id,
                  daterange(from_on, to_on, '[]') AS period
    )
    SELECT c.setting_id, c.caseload_id, c.period, true FROM closed AS c
     UNION ALL
    SELECT d.setting_id, d.caseload_id, d.period, false FROM added AS d;
$$;

-- caseload_lock — nobody else changes these caseloads' settings until the
-- commit, nor writes records of the settings: their feeds are being told.
-- Refuses a caseload there is not.
CREATE OR REPLACE FUNCTION core.caseload_lock(caseload_ids int[],
    setting_ids int[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_ids int[] := ARRAY(SELECT DISTINCT u.id
                           FROM unnest(caseload_ids) AS u (id)
                          WHERE u.id IS NOT NULL
                          ORDER BY u.id);
BEGIN
    -- One assignment at a time: they are rare, and two that meet in a setting
    -- would each leave the other's rows.
    PERFORM pg_advisory_xact_lock(535335);
    PERFORM core.setting_seize(s.id)
       FROM (SELECT u.id FROM unnest(setting_ids) AS u (id)
              ORDER BY u.id) AS s;
    IF (SELECT count(*) FROM core.caseloads AS l WHERE l.id = ANY (v_ids))
           <> cardinality(v_ids) THEN
        PERFORM core.refuse('not_found', 'There is no such caseload.',
                            '/to_caseload');
    END IF;
END
$$;

-- caseload_gap_refuse — refuses when one of them would be in no caseload.
CREATE OR REPLACE FUNCTION core.caseload_gap_refuse(setting_ids int[],
    from_on date)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_gap record;
BEGIN
    SELECT s.ref, g.from_on AS first_on, count(*) OVER () AS gaps,
           array_position(setting_ids, s.id) - 1 AS n
      INTO v_gap
      FROM core.caseload_gaps(setting_ids, caseload_gap_refuse.from_on) AS g
      JOIN core.settings AS s ON s.id = g.setting_id
     ORDER BY n, g.from_on
     LIMIT 1;
    IF FOUND THEN
        PERFORM core.refuse('caseload_gap', format(
            '%s would be in no caseload from %s on%s; allow_gap says why that is right.',
            v_gap.ref, v_gap.first_on,
            CASE WHEN v_gap.gaps > 1
                 THEN format(', and %s more', v_gap.gaps - 1) ELSE '' END),
            '/settings/' || v_gap.n);
    END IF;
END
$$;

-- caseload_gap_explain — why these settings are in no caseload for a while is
-- noted with the rows before the gaps.
CREATE OR REPLACE FUNCTION core.caseload_gap_explain(setting_ids int[],
    from_on date, why text)
RETURNS void
LANGUAGE sql
AS $$
    UPDATE core.caseload_settings AS m
       SET gap_reason = caseload_gap_explain.why
      FROM core.caseload_gaps(caseload_gap_explain.setting_ids,
                              caseload_gap_explain.from_on) AS g
     WHERE g.setting_id = m.setting_id
       AND m.to_on = g.from_on - 1
       AND m.known_to IS NULL;
$$;

-- caseload_assigned_caseloads — before and after side by side, by name.
CREATE OR REPLACE FUNCTION core.caseload_assigned_caseloads(before jsonb,
    after jsonb)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'caseload_id', a.key::int,
                   'name', a.value -> 'name',
                   'settings_before', b.value -> 'settings',
                   'settings_after', a.value -> 'settings',
                   'weight_before', b.value -> 'weight',
                   'weight_after', a.value -> 'weight')
                   ORDER BY a.value ->> 'name'), '[]')
          FROM jsonb_each(after) AS a
          LEFT JOIN jsonb_each(before) AS b ON b.key = a.key);
END
$$;

-- caseload_assigned_findings — the gaps and double holdings of these settings
-- from that day on.
CREATE OR REPLACE FUNCTION core.caseload_assigned_findings(setting_ids int[],
    from_on date, allow_gap text)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(f.finding ORDER BY f.n, f.first_on), '[]')
          FROM (SELECT array_position(setting_ids, g.setting_id) AS n,
                       g.from_on AS first_on,
                       core.caseload_finding(
                           CASE WHEN g.to_on IS NOT NULL
                                THEN 'caseload_gap_between'
                                WHEN allow_gap IS NOT NULL
                                THEN 'caseload_gap_allowed'
                                ELSE 'caseload_gap' END,
                           jsonb_strip_nulls(jsonb_build_object(
                               'setting', s.ref, 'from_on', g.from_on,
                               'to_on', g.to_on, 'why', allow_gap)),
                           caseload_assigned_findings.from_on) AS finding
                  FROM core.caseload_gaps(setting_ids,
                           caseload_assigned_findings.from_on) AS g
                  JOIN core.settings AS s ON s.id = g.setting_id
                 UNION ALL
                SELECT array_position(setting_ids, d.setting_id), d.from_on,
                       core.caseload_finding('caseload_double',
                           jsonb_strip_nulls(jsonb_build_object(
                               'setting', s.ref, 'caseload', l.name,
                               'other', o.name, 'from_on', d.from_on,
                               'to_on', d.to_on)),
                           caseload_assigned_findings.from_on)
                  FROM core.caseload_doubles(setting_ids,
                           caseload_assigned_findings.from_on) AS d
                  JOIN core.settings AS s ON s.id = d.setting_id
                  JOIN core.caseloads AS l ON l.id = d.caseload_id
                  JOIN core.caseloads AS o ON o.id = d.other_id) AS f);
END
$$;

-- caseload that is to cover, or whoever does is away on some of these days.
CREATE OR REPLACE FUNCTION core.caseload_cover_findings(cover_id int)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(core.caseload_finding(
                   CASE WHEN o.staff_id IS NULL AND o.client_id IS NULL
                        THEN 'caseload_cover_unheld'
                        ELSE 'caseload_cover_absent' END,
                   jsonb_strip_nulls(jsonb_build_object(
                       'caseload', l.name, 'other', o.name,
                       'holder', f.name, 'from_on',
                       greatest(a.from_on, v.from_on), 'to_on',
                       least(a.to_on, v.to_on))), v.from_on)
                   ORDER BY a.from_on), '[]')
          FROM core.caseload_cover AS v
          JOIN core.caseloads AS l ON l.id = v.caseload_id
          JOIN core.caseloads AS o ON o.id = v.covered_by_id
          LEFT JOIN core.staff AS f ON f.id = o.staff_id
          LEFT JOIN core.absences AS a
            ON a.staff_id = o.staff_id
           AND a.known_to IS NULL
           AND daterange(a.from_on, a.to_on, '[]')
               && daterange(v.from_on, v.to_on, '[]')
         WHERE v.id = caseload_cover_findings.cover_id
           AND (o.staff_id IS NULL AND o.client_id IS NULL
                OR a.id IS NOT NULL));
END
$$;
