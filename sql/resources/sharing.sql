-- sharing — one SENCO for several smaller primary schools: proposed by an
-- officer, judged, decided by a manager, reviewed, ended. Officers see every
-- arrangement, others those of which a setting they see is a member. What is
-- told of a school that the reader does not see are counts (core/sharing.sql),
-- which is why the judgements are functions with rights of their own and not
-- inlinable reads.
-- SPDX-License-Identifier: Apache-2.0
-- after: measures

-- sharing_seen — which arrangements the actor may see.
CREATE VIEW api.sharing_seen AS
    SELECT s.id
      FROM core.sharings AS s
     WHERE (SELECT core.actor_sees_all())
        OR EXISTS (
           SELECT
             FROM core.sharing_members AS m
            WHERE m.sharing_id = s.id
              AND m.withdrawn_at IS NULL
              AND m.setting_id
                  = ANY ((SELECT core.actor_settings())::int[]));

-- sharing — with its schools and the next review.
CREATE VIEW api.sharing AS
    SELECT s.id AS sharing_id,
           s.name,
           s.staff_id,
           f.name AS senco,
           CASE WHEN s.state = 'approved' AND s.to_on < current_date
                THEN 'ended' ELSE s.state
           END AS state,
           s.from_on,
           s.to_on,
           s.hours_per_week::float8 AS hours_per_week,
           s.admin_hours_per_week::float8 AS admin_hours_per_week,
           s.teaching_percent::int AS teaching_percent,
           (SELECT jsonb_agg(jsonb_build_object(
                       'setting', g.ref,
                       'name', g.name,
                       'from_on', m.from_on,
                       'to_on', m.to_on,
                       'hours_per_week', m.hours_per_week,
                       'is_teacher_here', m.is_teacher_here)
                       ORDER BY g.name, g.id, m.from_on)
              FROM core.sharing_members AS m
              JOIN core.settings AS g ON g.id = m.setting_id
             WHERE m.sharing_id = s.id
               AND m.withdrawn_at IS NULL) AS members,
           r.due_on AS next_review_on,
           coalesce(r.due_on < current_date, false)
               AND (s.to_on IS NULL OR s.to_on >= current_date)
               AS is_review_overdue,
           (SELECT v.outcome
              FROM core.sharing_reviews AS v
             WHERE v.sharing_id = s.id
               AND v.held_on IS NOT NULL
             ORDER BY v.n DESC
             LIMIT 1) AS last_outcome,
           p.name AS proposed_by,
           s.proposed_at,
           d.name AS decided_by,
           s.decided_at,
           s.reason,
           e.name AS ended_by,
           s.ended_at,
           s.end_reason,
           s.version::text AS etag
      FROM core.sharings AS s
      JOIN api.sharing_seen AS n ON n.id = s.id
      JOIN core.staff AS f ON f.id = s.staff_id
      JOIN core.clients AS p ON p.id = s.proposed_by
      LEFT JOIN core.clients AS d ON d.id = s.decided_by
      LEFT JOIN core.clients AS e ON e.id = s.ended_by
      LEFT JOIN core.sharing_reviews AS r
        ON r.sharing_id = s.id
       AND r.held_on IS NULL;

-- sharing_members — which schools belong to the arrangements above.
CREATE VIEW api.sharing_members AS
    SELECT m.sharing_id, m.setting_id
      FROM core.sharing_members AS m
      JOIN api.sharing_seen AS n ON n.id = m.sharing_id
     WHERE m.withdrawn_at IS NULL;

-- sharing_reviews — due and held, with the counts before and after.
CREATE VIEW api.sharing_reviews AS
    SELECT r.sharing_id AS _sharing_id,
           r.n,
           r.due_on,
           r.held_on,
           r.held_on IS NULL AND r.due_on < current_date AS is_overdue,
           r.outcome,
           r.note,
           r.measures_before,
           r.measures_after,
           c.name AS recorded_by,
           r.recorded_at,
           s.version::text AS etag
      FROM core.sharing_reviews AS r
      JOIN core.sharings AS s ON s.id = r.sharing_id
      JOIN api.sharing_seen AS n ON n.id = r.sharing_id
      LEFT JOIN core.clients AS c ON c.id = r.recorded_by;

-- sharing_judge — the facts above in words, in the order in which they are
-- read (place), with the review of a stored arrangement or the one that a
-- proposal would have. Conditions that are met are there too. For the functions
-- below, which look who asks; the daemon's login could not run it.
CREATE FUNCTION api.sharing_judge(arrangement core.sharing_case)
RETURNS TABLE (place bigint, rank int, rule text, finding text,
    severity text, setting_id int, sentence text, inputs jsonb,
    reference text)
LANGUAGE plpgsql STABLE ROWS 30
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_on date := arrangement.on_date;
BEGIN
    RETURN QUERY
    SELECT row_number() OVER (ORDER BY l.rank, x.setting_id IS NOT NULL,
               array_position(arrangement.settings, x.setting_id)),
           l.rank::int, l.rule_id, l.id, l.severity, x.setting_id,
           core.sentence_fill(l.sentence, x.inputs), x.inputs, r.reference
      FROM (SELECT c.finding, c.setting_id, c.inputs
              FROM core.sharing_facts(arrangement) AS c
            UNION ALL
            SELECT k.finding, k.setting_id, k.inputs
              FROM core.sharing_clock_facts(arrangement) AS k
            UNION ALL
            SELECT v.finding, NULL, v.inputs
              FROM core.sharing_review_facts(arrangement.sharing_id,
                       arrangement.from_on, v_on) AS v
           ) AS x
      JOIN law.sharing_findings AS l ON l.id = x.finding
      JOIN core.amounts(v_on) AS r ON r.rule_id = l.rule_id
     ORDER BY 1;
END
$$;

-- sharing_judgement — every condition of a stored arrangement on that day,
-- met or not; of one that has not begun, by default on its first day.
CREATE FUNCTION api.sharing_judgement(sharing uuid, on_date date)
RETURNS TABLE (rule text, finding text, severity text, setting text,
    setting_name text, sentence text, inputs jsonb, reference text)
LANGUAGE plpgsql SECURITY DEFINER ROWS 30
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_case core.sharing_case;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager', 'area_senco',
                              'senco', 'school_system');
    IF NOT EXISTS (SELECT FROM api.sharing_seen AS n WHERE n.id = sharing) THEN
        PERFORM core.refuse('not_found');
    END IF;
    v_case := core.sharing_case(sharing, on_date);
    RETURN QUERY
        SELECT j.rule, j.finding, j.severity, s.ref, s.name, j.sentence,
               j.inputs, j.reference
          FROM api.sharing_judge(v_case) AS j
          LEFT JOIN core.settings AS s ON s.id = j.setting_id
         ORDER BY j.place;
END
$$;

-- sharing_judgement_of — the same of a proposal that is not stored.
CREATE FUNCTION api.sharing_judgement_of(staff int, settings text,
    teaches_at text, hours float8, admin_hours float8, teaching_percent int,
    on_date date)
RETURNS TABLE (rule text, finding text, severity text, setting text,
    setting_name text, sentence text, inputs jsonb, reference text)
LANGUAGE plpgsql SECURITY DEFINER ROWS 30
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_case core.sharing_case;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    v_case := core.sharing_case_of(staff, settings, teaches_at, hours,
                                   admin_hours, teaching_percent, on_date);
    RETURN QUERY
        SELECT j.rule, j.finding, j.severity, s.ref, s.name, j.sentence,
               j.inputs, j.reference
          FROM api.sharing_judge(v_case) AS j
          LEFT JOIN core.settings AS s ON s.id = j.setting_id
         ORDER BY j.place;
END
$$;

-- sharing_what_if — each condition after a change, side by side with before:
-- of the arrangement (sharing), or of what settings, staff and hours describe.
-- change is better, worse, same, new (a school joins) or gone (it leaves).
CREATE FUNCTION api.sharing_what_if(sharing uuid, staff int, settings text,
    add text, remove text, hours float8, admin_hours float8,
    teaching_percent int, on_date date)
RETURNS TABLE (rule text, setting text, setting_name text, change text,
    finding text, severity text, sentence text, inputs jsonb,
    before_finding text, before_severity text, before_sentence text,
    before_inputs jsonb, reference text)
LANGUAGE plpgsql SECURITY DEFINER ROWS 30
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_before core.sharing_case;
    v_after  core.sharing_case;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager');
    IF sharing IS NULL THEN
        v_before := core.sharing_case_of(staff, settings, NULL, hours,
            admin_hours, teaching_percent, on_date);
    ELSIF NOT EXISTS (SELECT FROM core.sharings AS s WHERE s.id = sharing) THEN
        PERFORM core.refuse('not_found');
    ELSE
        v_before := core.sharing_case(sharing, on_date);
    END IF;
    v_after := core.sharing_case_changed(v_before, staff, add, remove, hours,
                                         admin_hours, teaching_percent);
    RETURN QUERY
        SELECT coalesce(a.rule, b.rule), s.ref, s.name,
               CASE WHEN b.rule IS NULL THEN 'new'
                    WHEN a.rule IS NULL THEN 'gone'
                    WHEN a.severity = b.severity THEN 'same'
                    WHEN array_position('{error,warn,info}', a.severity)
                         > array_position('{error,warn,info}', b.severity)
                    THEN 'better'
                    ELSE 'worse'
               END,
               a.finding, a.severity, a.sentence, a.inputs, b.finding,
               b.severity, b.sentence, b.inputs,
               coalesce(a.reference, b.reference)
          FROM api.sharing_judge(v_after) AS a
          FULL JOIN api.sharing_judge(v_before) AS b
            ON b.rule = a.rule
           AND coalesce(b.setting_id, 0) = coalesce(a.setting_id, 0)
          LEFT JOIN core.settings AS s
            ON s.id = coalesce(a.setting_id, b.setting_id)
         ORDER BY coalesce(a.rank, b.rank), s.ref IS NOT NULL, a.place,
                  b.place;
END
$$;
