-- between.sql — children who left one place and have not arrived at another,
-- and who owns the next step; how each was found. A child is shown to who has
-- its last place in scope; where else it is, a setting is not told, only that
-- it is somewhere (core/between.sql).
-- SPDX-License-Identifier: Apache-2.0
-- after: reports clocks amounts transitions identities session settings sentences

CREATE VIEW api.law_between_findings AS
    SELECT f.id, f.rule_id, f.owner, f.severity, f.sentence
      FROM law.between_findings AS f;

-- The next five are the parts: of children in sight only.
CREATE VIEW api.between_places AS
    SELECT s.child_id, s.setting_id, s.child, s.start_on, s.end_on,
           s.subsidiary
      FROM core.child_stays AS s
     WHERE (SELECT core.actor_sees_all())
        OR s.setting_id = ANY ((SELECT core.actor_settings())::int[]);

CREATE VIEW api.between_stays AS
    SELECT s.child_id, s.start_on, s.end_on
      FROM core.child_stays AS s
     WHERE EXISTS (SELECT FROM core.placements AS p
                    WHERE p.child_id = s.child_id);

CREATE VIEW api.between_arrivals AS
    SELECT a.child_id, a.setting_id, a.arrived_on, a.until_on
      FROM core.child_arrivals AS a
     WHERE EXISTS (SELECT FROM core.placements AS p
                    WHERE p.child_id = a.child_id);

CREATE VIEW api.between_resolved AS
    SELECT r.child_id, r.left_on, r.resolved_on
      FROM core.between_resolved AS r
     WHERE EXISTS (SELECT FROM core.placements AS p
                    WHERE p.child_id = r.child_id);

CREATE VIEW api.between_records AS
    SELECT r.setting_id, r.source_id, r.surname, r.forename, r.born_on,
           r.year_group, r.deleted_at IS NOT NULL AS is_withdrawn,
           extract(year FROM r.born_on + interval '4 months')::int AS entry
      FROM core.child_records AS r;

-- between_withdrawn_needs — what a record said that was withdrawn as a whole.
CREATE VIEW api.between_withdrawn_needs AS
    SELECT n.child_id, n.setting_id, n.child, n.start_on,
           coalesce(n.end_on, 'infinity') AS end_on,
           v.stands_for AS provision, v.rank::int
      FROM core.needs AS n
      JOIN law.sen_provisions AS v ON v.code = n.provision
     WHERE n.deleted_at IS NOT NULL;

-- between_left — who had left by that day and is nowhere: one row a child
-- with the place left last. A stay that began since, or ended later, speaks
-- against it wherever it is. begins_on: a place is known that begins later.
-- Who was received elsewhere is out as long as that holds; who was found, until
-- a place that began afterwards is left too.
CREATE FUNCTION api.between_left(on_date date)
RETURNS TABLE (child_id uuid, setting_id int, child text, left_on date,
    begins_on date)
LANGUAGE sql STABLE
AS $$
    SELECT l.child_id, l.setting_id, l.child, l.end_on,
           (SELECT min(n.start_on)
              FROM api.between_stays AS n
             WHERE n.child_id = l.child_id
               AND n.start_on > between_left.on_date)
      FROM (SELECT DISTINCT ON (p.child_id)
                   p.child_id, p.setting_id, p.child, p.start_on, p.end_on
              FROM api.between_places AS p
             WHERE p.end_on < between_left.on_date
             ORDER BY p.child_id, p.end_on DESC, p.subsidiary,
                      p.start_on DESC, p.setting_id, p.child) AS l
     WHERE NOT EXISTS (
           SELECT
             FROM api.between_stays AS k
            WHERE k.child_id = l.child_id
              AND k.start_on <= between_left.on_date
              AND k.end_on > l.end_on)
       AND NOT EXISTS (
           SELECT
             FROM api.between_arrivals AS a
            WHERE a.child_id = l.child_id
              AND a.setting_id IS DISTINCT FROM l.setting_id
              AND a.arrived_on > l.start_on
              AND a.arrived_on <= between_left.on_date
              AND a.until_on > between_left.on_date)
       AND NOT EXISTS (
           SELECT
             FROM api.between_resolved AS r
            WHERE r.child_id = l.child_id
              AND r.resolved_on <= between_left.on_date
              AND r.left_on >= l.start_on);
$$;

-- between_rules — one row: the numbers of the list, in force on that day.
CREATE FUNCTION api.between_rules(on_date date)
RETURNS TABLE (leavers_month int, leavers_day int, begins_month int,
    begins_day int, days int, age int, age_plan int)
LANGUAGE sql STABLE
AS $$
    SELECT max(r.month) FILTER (WHERE r.id = 'between_leavers_from'),
           max(r.day) FILTER (WHERE r.id = 'between_leavers_from'),
           max(r.month) FILTER (WHERE r.id = 'between_leavers_until'),
           max(r.day) FILTER (WHERE r.id = 'between_leavers_until'),
           (max(a.amount) FILTER (WHERE r.id = 'between_no_calendar'))::int,
           (max(a.amount) FILTER (WHERE r.id = 'between_age'))::int,
           (max(a.amount) FILTER (WHERE r.id = 'between_age_plan'))::int
      FROM api.law_rules AS r
      LEFT JOIN api.amounts(between_rules.on_date) AS a ON a.rule_id = r.id
     WHERE between_rules.on_date BETWEEN r.valid_from AND r.valid_to;
$$;

-- between_counted — those who count on that day, with all they are judged by.
--   counts_from   the day after leaving; for who left at the end of a school
--                 year the first school day of the next, of the setting left;
--   school_days   since leaving, that day included; NULL where no calendar
--                 reaches from counts_from to that day;
--   due_on        by the clock ctf_sent, in the version of the day of leaving;
--   escalates_on  the last day before the authority has to act;
--   sen_status    of that day, else of the day of leaving.
-- Compulsory school age ends on the last Friday in June (ISO day 5). OFFSET 0:
-- what is reckoned once is not written into each place that reads it.
CREATE FUNCTION api.between_counted(on_date date)
RETURNS TABLE (child_id uuid, setting_id int, left_on date, begins_on date,
    surname text, forename text, born_on date, year_group text,
    sen_status text, is_leaver boolean, counts_from date, school_days int,
    due_on date, clock_version date, escalates_on date)
LANGUAGE sql STABLE
AS $$
    SELECT c.child_id, c.setting_id, c.left_on, c.begins_on, c.surname,
           c.forename, c.born_on, c.year_group, c.sen_status, c.is_leaver,
           c.counts_from,
           CASE WHEN c.is_told AND c.is_reached THEN (
                SELECT count(*)::int
                  FROM api.school_days AS d
                 WHERE d.setting_id = c.setting_id
                   AND d.day > c.left_on
                   AND d.day <= between_counted.on_date) END,
           c.due_on, c.clock_version,
           coalesce(c.due_on,
                    CASE WHEN NOT (c.is_told AND c.is_reached)
                         THEN c.counts_from - 1 + c.days END)
      FROM (SELECT b.child_id, b.setting_id, b.left_on, b.begins_on,
                   r.surname, r.forename, r.born_on, r.year_group,
                   coalesce(n.provision, o.provision, w.provision, 'N')
                       AS sen_status,
                   e.is_leaver, g.counts_from, f.days, t.is_told,
                   t.is_reached, k.valid_from AS clock_version,
                   CASE WHEN t.is_told THEN y.due_on END AS due_on,
                   CASE WHEN coalesce(n.provision, o.provision, w.provision)
                             = 'E'
                        THEN api.school_year(between_counted.on_date)
                             <= r.entry + f.age_plan
                        ELSE between_counted.on_date
                             <= make_date(r.entry + f.age, 6, 30)
                                - (extract(isodow FROM make_date(
                                       r.entry + f.age, 6, 30))::int + 2) % 7
                   END AS is_of_age
              FROM api.between_left(between_counted.on_date) AS b
             CROSS JOIN api.between_rules(between_counted.on_date) AS f
              JOIN api.between_records AS r
                ON r.setting_id = b.setting_id
               AND r.source_id = b.child
             CROSS JOIN LATERAL (
                   SELECT extract(year FROM b.left_on)::int AS year) AS v
             CROSS JOIN LATERAL (
                   SELECT b.left_on >= make_date(v.year, f.leavers_month,
                                                 f.leavers_day)
                          AND b.left_on < make_date(v.year, f.begins_month,
                                                    f.begins_day)
                          AS is_leaver) AS e
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN e.is_leaver THEN coalesce((
                          SELECT min(d.day)
                            FROM api.school_days AS d
                           WHERE d.setting_id = b.setting_id
                             AND d.day >= make_date(v.year, f.begins_month,
                                                    f.begins_day)
                             AND d.day < make_date(v.year + 1,
                                             f.begins_month, f.begins_day)),
                          make_date(v.year, f.begins_month, f.begins_day))
                          ELSE b.left_on + 1 END AS counts_from) AS g
             CROSS JOIN LATERAL (
                   SELECT EXISTS (
                          SELECT FROM api.school_days AS d
                           WHERE d.setting_id = b.setting_id
                             AND d.day <= g.counts_from) AS is_told,
                          EXISTS (
                          SELECT FROM api.school_days AS d
                           WHERE d.setting_id = b.setting_id
                             AND d.day >= between_counted.on_date)
                          AS is_reached) AS t
              LEFT JOIN api.clocks AS k
                ON k.clock = 'ctf_sent'
               AND b.left_on BETWEEN k.valid_from
                                 AND coalesce(k.valid_to, 'infinity')
             CROSS JOIN LATERAL api.reckon(b.left_on, k.unit, k.amount,
                   k.is_inclusive, k.month, k.day, b.setting_id) AS y
              LEFT JOIN LATERAL (
                   SELECT s.provision
                     FROM api.statuses(between_counted.on_date) AS s
                    WHERE s.child_id = b.child_id
                   OFFSET 0) AS n ON true
              LEFT JOIN LATERAL (
                   SELECT s.provision
                     FROM api.statuses(b.left_on) AS s
                    WHERE s.child_id = b.child_id
                   OFFSET 0) AS o ON true
              LEFT JOIN LATERAL (
                   SELECT x.provision
                     FROM api.between_withdrawn_needs AS x
                    WHERE r.is_withdrawn
                      AND x.child_id = b.child_id
                      AND x.setting_id = b.setting_id
                      AND x.child = b.child
                      AND b.left_on BETWEEN x.start_on AND x.end_on
                    ORDER BY x.start_on DESC, x.rank
                    LIMIT 1) AS w ON true
             WHERE between_counted.on_date >= g.counts_from
            OFFSET 0) AS c
     WHERE c.is_of_age
    OFFSET 0;
$$;

-- between_expected — where children are to be after a place they leave: as the
-- authority planned it (source 1), or the setting that was left. Whoever may not
-- see the authority's case has the setting's own plan.
CREATE VIEW api.between_expected AS
    SELECT k.child_id, k.from_setting_id AS setting_id, 1 AS source, k.year,
           k.changed_at AS known_from, k.id,
           s.ref AS to_setting,
           coalesce(s.name, k.to_outside) AS to_setting_name,
           k.target_on,
           (SELECT min(x.on_date)
              FROM core.transition_steps AS x
             WHERE x.case_id = k.id
               AND x.step = 'accepted'
               AND x.setting_id = k.to_setting_id) AS acknowledged_on,
           CASE WHEN k.state = 'lost' THEN (
                SELECT max(x.on_date)
                  FROM core.transition_steps AS x
                 WHERE x.case_id = k.id
                   AND x.step = 'lost') END AS lost_on,
           k.to_outside IS NOT NULL AS is_outside
      FROM core.transition_cases AS k
      LEFT JOIN core.settings AS s ON s.id = k.to_setting_id
     WHERE k.state NOT IN ('declined', 'revoked', 'cancelled')
       AND num_nonnulls(k.to_setting_id, k.to_outside) = 1
    UNION ALL
    SELECT m.child_id, m.setting_id, 2, m.year, m.known_from,
           m.transition_id, m.to_setting, m.to_setting_name, m.target_on,
           m.form_acknowledged_on, NULL, false
      FROM api.transitions AS m
     WHERE m.to_setting IS NOT NULL;

-- between — one row a child: where it was last, since when, where it is
-- expected, and whose the next step is. The authority's own number of days
-- or years (core.thresholds) goes before the rule's. candidates: children who
-- look as if they were this one, for who may join them.
CREATE FUNCTION api.between(on_date date)
RETURNS TABLE (child_id uuid, surname text, forename text, born_on date,
    year_group text, sen_status text, setting_id int, setting text,
    setting_name text, left_on date, days int, school_days int,
    counts_from date, escalates_on date, to_setting text,
    to_setting_name text, target_on date, begins_on date, candidates int,
    owner text, rule text, finding text, severity text, sentence text,
    inputs jsonb, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT j.child_id, j.surname, j.forename, j.born_on, j.year_group,
           j.sen_status, j.setting_id, j.setting, j.setting_name, j.left_on,
           j.days, j.school_days, j.counts_from, j.escalates_on,
           j.to_setting, j.to_setting_name, j.target_on, j.begins_on,
           j.candidates, f.owner, f.rule_id, f.id, f.severity,
           api.finding_sentence(f.sentence, j.inputs), j.inputs, a.reference
      FROM (SELECT c.*, s.setting, s.setting_name,
                   $1 - c.left_on AS days,
                   t.to_setting, t.to_setting_name, t.target_on,
                   i.candidates,
                   CASE
                       WHEN c.begins_on IS NOT NULL
                       THEN CASE WHEN c.begins_on > c.escalates_on
                                 THEN 'between_announced_late'
                                 ELSE 'between_announced' END
                       WHEN t.lost_on <= $1 THEN 'between_lost'
                       WHEN $1 > c.escalates_on AND t.target_on >= $1
                       THEN 'between_announced_late'
                       WHEN $1 > c.due_on THEN 'between_escalated'
                       WHEN $1 > c.escalates_on THEN 'between_escalated_days'
                       WHEN t.target_on < $1
                       THEN CASE WHEN t.is_outside THEN 'between_outside'
                                 ELSE 'between_no_show' END
                       WHEN t.acknowledged_on <= $1
                       THEN 'between_acknowledged'
                       WHEN c.due_on IS NOT NULL THEN 'between_within'
                       ELSE 'between_days_only'
                   END AS finding,
                   jsonb_strip_nulls(jsonb_build_object(
                       'setting_name', s.setting_name,
                       'left_on', c.left_on, 'days', $1 - c.left_on,
                       'school_days', c.school_days,
                       'is_leaver', c.is_leaver,
                       'counts_from', c.counts_from, 'due_on', c.due_on,
                       'clock', 'ctf_sent', 'version', c.clock_version,
                       'escalates_on', c.escalates_on,
                       'to_setting_name', t.to_setting_name,
                       'target_on', t.target_on,
                       'acknowledged_on', t.acknowledged_on,
                       'lost_on', t.lost_on,
                       'begins_on', coalesce(c.begins_on, CASE
                           WHEN t.target_on >= $1 THEN t.target_on END)
                       )) AS inputs
              FROM api.between_counted($1) AS c
              JOIN api.setting_names AS s ON s.setting_id = c.setting_id
              -- The next move that was planned, a year later too (deferred
              -- entry); without a day, a leaver is expected when the school
              -- year begins.
              LEFT JOIN LATERAL (
                   SELECT m.to_setting, m.to_setting_name, m.acknowledged_on,
                          m.lost_on, m.is_outside,
                          coalesce(m.target_on, CASE
                              WHEN c.is_leaver
                                   AND m.year = api.school_year(c.left_on)
                              THEN c.counts_from END) AS target_on
                     FROM api.between_expected AS m
                    WHERE m.child_id = c.child_id
                      AND m.setting_id = c.setting_id
                      AND m.year BETWEEN extract(year FROM c.left_on)::int
                                     AND api.school_year(c.left_on) + 1
                    ORDER BY m.source, m.year, m.known_from DESC, m.id
                    LIMIT 1) AS t ON true
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN (SELECT w.settings
                                       FROM api.whoami AS w) IS NULL THEN
                          (SELECT count(*)::int
                             FROM api.identity_candidates AS x
                            WHERE x.child_id = c.child_id)
                        + (SELECT count(*)::int
                             FROM api.identity_candidates AS x
                            WHERE x.other_child_id = c.child_id)
                          END AS candidates) AS i
            OFFSET 0) AS j
      JOIN api.law_between_findings AS f ON f.id = j.finding
      JOIN api.amounts($1) AS a ON a.rule_id = f.rule_id;
$$;

-- between_resolutions — what became of children who were between settings,
-- also what was withdrawn since. Where a child went and what was noted is the
-- authority's to know; a setting reads that it was found and how.
CREATE VIEW api.between_resolutions AS
    SELECT r.id AS resolution_id,
           r.child_id,
           r.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           r.left_on,
           r.kind,
           CASE WHEN v.is_staff THEN r.la_code END AS la_code,
           CASE WHEN v.is_staff THEN l.name END AS la_name,
           r.resolved_on,
           CASE WHEN v.is_staff THEN r.note END AS note,
           c.name AS author,
           r.at,
           r.withdrawn_at,
           w.name AS withdrawn_by,
           CASE WHEN v.is_staff THEN r.withdrawn_reason
           END AS withdrawn_reason
      FROM core.between_resolutions AS r
     CROSS JOIN (SELECT core.actor_role() IN ('la_officer', 'la_manager',
                                              'area_senco')) AS v (is_staff)
      JOIN core.settings AS s ON s.id = r.setting_id
      JOIN core.clients AS c ON c.id = r.client_id
      LEFT JOIN core.clients AS w ON w.id = r.withdrawn_by
      LEFT JOIN core.local_authorities AS l ON l.code = r.la_code;

-- between_resolve — what became of a child who had left and was nowhere, once
-- for the author's key. Of two who say it at once the second finds that the
-- child is no longer between settings.
CREATE FUNCTION api.between_resolve(child_id uuid, key text, kind text,
    resolved_on date, la_code text, note text)
RETURNS SETOF api.between_resolutions
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_child    ALIAS FOR $1;
    v_key      ALIAS FOR $2;
    v_kind     ALIAS FOR $3;
    v_resolved ALIAS FOR $4;
    v_la       ALIAS FOR $5;
    v_content  uuid := md5(ROW($1, $3, $4, $5, $6)::text)::uuid;
    v_left     record;
    v_id       uuid;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    PERFORM pg_advisory_xact_lock(hashtextextended('between ' || v_child, 0));
    IF EXISTS (SELECT FROM core.between_resolutions AS r
                WHERE r.client_id = core.actor_id() AND r.key = v_key) THEN
        v_id := core.contact_same('between_resolutions', v_key, v_content);
        RETURN QUERY SELECT r.* FROM api.between_resolutions AS r
                      WHERE r.resolution_id = v_id;
        RETURN;
    END IF;
    SELECT b.* INTO v_left
      FROM api.between_left(current_date) AS b
     WHERE b.child_id = v_child;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found',
            'There is no such child between settings today.');
    END IF;
    PERFORM core.contact_day(v_resolved, '/resolved_on', v_left.left_on,
                             'the day the child left');
    IF (v_kind = 'arrived_elsewhere') <> (v_la IS NOT NULL) THEN
        PERFORM core.refuse(
            CASE WHEN v_la IS NULL THEN 'missing_field'
                 ELSE 'malformed_field' END,
            'The code of an authority belongs to a child that arrived elsewhere, and to no other.',
            '/la_code');
    ELSIF v_la IS NOT NULL AND NOT EXISTS (
              SELECT FROM core.local_authorities AS l WHERE l.code = v_la) THEN
        PERFORM core.refuse('unknown_code', '', '/la_code');
    END IF;
    INSERT INTO core.between_resolutions AS r (child_id, setting_id, left_on,
           kind, la_code, resolved_on, note, client_id, key, content)
    VALUES (v_child, v_left.setting_id, v_left.left_on, v_kind, v_la,
            v_resolved, $6, core.actor_id(), v_key, v_content)
    RETURNING r.id INTO v_id;
    PERFORM core.audit_write('between.resolve', v_left.setting_id,
        ARRAY[v_child], jsonb_build_object('resolution_id', v_id,
                                           'kind', v_kind));
    RETURN QUERY SELECT r.* FROM api.between_resolutions AS r
                  WHERE r.resolution_id = v_id;
END
$$;

-- between_withdraw — it was entered in error: the child is between settings
-- again, if it is nowhere else. Both are kept.
CREATE FUNCTION api.between_withdraw(child_id uuid, resolution uuid,
    reason text)
RETURNS SETOF api.between_resolutions
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_child   ALIAS FOR $1;
    v_setting int;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    IF NOT EXISTS (SELECT FROM core.between_resolutions AS r
                    WHERE r.id = resolution AND r.child_id = v_child) THEN
        PERFORM core.refuse('not_found');
    END IF;
    UPDATE core.between_resolutions AS r
       SET withdrawn_at = now(),
           withdrawn_by = core.actor_id(),
           withdrawn_reason = $3
     WHERE r.id = resolution
       AND r.child_id = v_child
       AND r.withdrawn_at IS NULL
    RETURNING r.setting_id INTO v_setting;
    IF NOT FOUND THEN
        PERFORM core.refuse('withdrawn');
    END IF;
    PERFORM core.audit_write('between.withdraw', v_setting, ARRAY[v_child],
        jsonb_build_object('resolution_id', resolution));
    RETURN QUERY SELECT r.* FROM api.between_resolutions AS r
                  WHERE r.resolution_id = resolution;
END
$$;
