-- findings.sql — what is wrong or soon will be with the SENCOs of the settings
-- in scope: states that are not as they should be, and alarms about posts and
-- people. A finding has the same columns everywhere: rule (of law.rules),
-- finding, severity, sentence, inputs, reference.
-- SPDX-License-Identifier: Apache-2.0
-- after: senco_states

CREATE VIEW api.law_senco_findings AS
    SELECT f.id, f.rule_id, f.severity, f.sentence
      FROM law.senco_findings AS f;

CREATE VIEW api.senco_absences AS
    SELECT a.staff_id, a.from_on, coalesce(a.to_on, 'infinity') AS to_on,
           a.known_from, coalesce(a.known_to, 'infinity') AS known_to
      FROM core.absences AS a
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- senco_posts — the posts of that day, as known then, and since when the
-- person is absent.
CREATE FUNCTION api.senco_posts(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, type text, staff_id int, person text,
    name text, kind text, hours_per_week float8, post text, from_on date,
    to_on date, absent_from date)
LANGUAGE sql STABLE
AS $$
    SELECT h.setting_id, h.type, h.staff_id, h.person, h.name, h.kind,
           h.hours_per_week,
           coalesce(h.post_id::text, h.setting_id || ':' || h.record_id),
           h.from_on, h.to_on, a.absent_from
      FROM api.senco_holdings AS h
      LEFT JOIN (SELECT b.staff_id, min(b.from_on) AS absent_from
                   FROM api.senco_absences AS b
                  WHERE senco_posts.on_date BETWEEN b.from_on AND b.to_on
                    AND b.known_from <= senco_posts.known_at
                    AND b.known_to > senco_posts.known_at
                  GROUP BY b.staff_id) AS a
        ON a.staff_id = h.staff_id
     WHERE senco_posts.on_date BETWEEN h.from_on AND h.to_on
       AND h.known_from <= senco_posts.known_at
       AND h.known_to > senco_posts.known_at;
$$;

-- senco_people — one row a person with a post that day: the hours of all
-- posts (one for a group counts once), the schools where they are SENCO, and
-- whether they are head of any setting.
CREATE FUNCTION api.senco_people(on_date date, known_at timestamptz)
RETURNS TABLE (person text, week_hours float8, schools int, is_head boolean)
LANGUAGE sql STABLE
AS $$
    SELECT p.person, max(t.week_hours),
           (count(DISTINCT p.setting_id)
               FILTER (WHERE p.kind = 'senco' AND d.regime = 'school'))::int,
           bool_or(e.person IS NOT NULL)
      FROM api.senco_posts(senco_people.on_date, senco_people.known_at) AS p
      LEFT JOIN api.law_senco_duties AS d
        ON d.type = p.type
       AND senco_people.on_date BETWEEN d.valid_from AND d.valid_to
      LEFT JOIN (SELECT x.person, sum(x.hours_per_week) AS week_hours
                   FROM (SELECT DISTINCT o.person, o.post, o.hours_per_week
                           FROM api.senco_posts(senco_people.on_date,
                                    senco_people.known_at) AS o) AS x
                  GROUP BY x.person) AS t
        ON t.person = p.person
      LEFT JOIN (SELECT DISTINCT h.person
                   FROM api.senco_heads(senco_people.on_date,
                            senco_people.known_at) AS h) AS e
        ON e.person = p.person
     GROUP BY p.person;
$$;

-- senco_followed — the runs that end, where the same person or another is
-- recorded to go on the day after.
CREATE FUNCTION api.senco_followed(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, person text)
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT r.setting_id, r.person
      FROM api.senco_runs(senco_followed.on_date, senco_followed.known_at) AS r
      JOIN api.senco_holdings AS h
        ON h.setting_id = r.setting_id
       AND h.kind = r.kind
       AND h.from_on <= r.ends_on + 1
       AND h.to_on > r.ends_on
     WHERE r.ends_on < 'infinity'
       AND h.known_from <= senco_followed.known_at
       AND h.known_to > senco_followed.known_at;
$$;

-- senco_alarms — what else is to be said of each SENCO of senco_judgements.
CREATE FUNCTION api.senco_alarms(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, setting text, setting_name text, state text,
    staff_id int, staff text, finding text, duty_severity text, inputs jsonb)
LANGUAGE sql STABLE
AS $$
    SELECT j.setting_id, j.ref, j.name, t.state, j.staff_id, j.senco, x.finding,
           j.duty_severity, jsonb_strip_nulls(x.inputs)
      FROM (SELECT k.*,
                   k.regime IN ('school', 'advisory_school') AS is_school,
                   count(*) FILTER (WHERE NOT k.is_acting)
                       OVER (PARTITION BY k.setting_id) AS sencos,
                   row_number() OVER (PARTITION BY k.setting_id
                                      ORDER BY k.became_on, k.person) AS place
              FROM api.senco_judgements(senco_alarms.on_date,
                       senco_alarms.known_at) AS k
             WHERE k.person IS NOT NULL
               AND k.regime <> 'none') AS j
      JOIN api.law_senco_states AS t ON t.id = j.case_id
     CROSS JOIN api.senco_rules(senco_alarms.on_date) AS r
      LEFT JOIN api.senco_people(senco_alarms.on_date,
               senco_alarms.known_at) AS p
        ON p.person = j.person
      LEFT JOIN api.senco_followed(senco_alarms.on_date,
               senco_alarms.known_at) AS n
        ON n.setting_id = j.setting_id
       AND n.person = j.person
      LEFT JOIN (SELECT o.setting_id, o.person, min(o.absent_from) AS absent_from
                   FROM api.senco_posts(senco_alarms.on_date,
                            senco_alarms.known_at) AS o
                  GROUP BY o.setting_id, o.person) AS a
        ON a.setting_id = j.setting_id
       AND a.person = j.person
      LEFT JOIN (SELECT DISTINCT o.setting_id
                   FROM api.senco_posts(senco_alarms.on_date,
                            senco_alarms.known_at) AS o
                  WHERE o.kind IN ('senco', 'named_person', 'deputy')
                    AND o.absent_from IS NULL) AS c
        ON c.setting_id = j.setting_id
     CROSS JOIN LATERAL (VALUES
        ('anniversary_near',
         j.is_school AND j.qualification = 'in_training'
         AND j.anniversary_on < senco_alarms.on_date
                                + make_interval(months => r.course_months)
         AND (j.nasenco_began_on < r.nasenco_began_before
              AND senco_alarms.on_date < r.nasenco_done_before) IS NOT TRUE
         AND (j.npq_began_on >= r.npq_from) IS NOT TRUE,
         jsonb_build_object('became_on', j.became_on,
             'anniversary_on', j.anniversary_on, 'months', r.course_months,
             'nasenco_began_on', j.nasenco_began_on,
             'npq_began_on', j.npq_began_on)),
        ('nasenco_began_late',
         j.is_school AND NOT j.npq_counts
         AND j.qualification IN ('in_training', 'qualification_overdue')
         AND j.nasenco_began_on >= r.nasenco_began_before,
         jsonb_build_object('nasenco_began_on', j.nasenco_began_on,
             'nasenco_began_before', r.nasenco_began_before)),
        ('nasenco_completed_late',
         j.is_school AND j.holds_nasenco AND NOT j.npq_counts
         AND j.qualification IN ('in_training', 'qualification_overdue')
         AND (j.nasenco_began_on >= r.nasenco_began_before) IS NOT TRUE
         AND j.nasenco_completed_on >= r.nasenco_done_before,
         jsonb_build_object('nasenco_began_on', j.nasenco_began_on,
             'nasenco_completed_on', j.nasenco_completed_on,
             'nasenco_done_before', r.nasenco_done_before)),
        ('npq_began_early',
         j.is_school AND NOT j.nasenco_counts
         AND j.qualification IN ('in_training', 'qualification_overdue')
         AND coalesce(j.npq_began_on, j.npq_completed_on) < r.npq_from,
         jsonb_build_object('npq_began_on', coalesce(j.npq_began_on,
             j.npq_completed_on), 'npq_from', r.npq_from)),
        ('qualification_dates_missing',
         j.is_school AND CASE j.qualification
             WHEN 'holds_nasenco' THEN
                 j.nasenco_began_on IS NULL
                 AND (j.nasenco_completed_on < r.nasenco_began_before) IS NOT TRUE
                 OR j.nasenco_completed_on IS NULL
                 AND senco_alarms.on_date >= r.nasenco_done_before
             WHEN 'holds_npq' THEN j.npq_began_on IS NULL
             ELSE false END,
         jsonb_build_object('qualification', j.qualification,
             'nasenco_began_on', j.nasenco_began_on,
             'nasenco_completed_on', j.nasenco_completed_on,
             'npq_completed_on', j.npq_completed_on)),
        ('senco_absent_uncovered',
         j.regime <> 'childminder' AND j.regime <> 'contact'
         AND a.absent_from IS NOT NULL AND c.setting_id IS NULL,
         jsonb_build_object('absent_from', a.absent_from)),
        ('senco_post_ends',
         j.regime <> 'childminder' AND j.regime <> 'contact'
         AND j.ends_on <= senco_alarms.on_date + r.ends_days
         AND n.person IS NULL,
         jsonb_build_object('ends_on', j.ends_on, 'days', r.ends_days)),
        ('sencos_overlap',
         j.is_school AND j.sencos > 1 AND j.place = 1,
         jsonb_build_object('sencos', j.sencos)),
        ('week_hours_exceeded',
         p.week_hours > r.hours_max,
         jsonb_build_object('week_hours', p.week_hours,
             'hours_max', r.hours_max)),
        ('shared_without_arrangement',
         j.is_school AND j.arrangement = 'shared' AND j.sharing_id IS NULL
         AND j.group_id IS NULL,
         jsonb_build_object('arrangement', j.arrangement)),
        ('head_of_several',
         j.regime = 'school' AND p.is_head AND p.schools > 1,
         jsonb_build_object('schools', p.schools)),
        ('hours_unknown',
         j.is_school AND j.hours_per_week IS NULL,
         jsonb_build_object('kind', j.kind))
           ) AS x (finding, applies, inputs)
     WHERE x.applies;
$$;

-- senco_misplaced — posts outside the days on which their setting is open:
-- the register says so today, whatever it said when the post was entered.
CREATE FUNCTION api.senco_misplaced(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, setting text, setting_name text, staff_id int,
    staff text, finding text, inputs jsonb)
LANGUAGE sql STABLE
AS $$
    SELECT s.setting_id, s.ref, s.name, p.staff_id, p.name, x.finding,
           jsonb_strip_nulls(x.inputs)
      FROM api.senco_settings AS s
      JOIN api.senco_posts(senco_misplaced.on_date,
               senco_misplaced.known_at) AS p
        ON p.setting_id = s.setting_id
     CROSS JOIN LATERAL (VALUES
        ('post_in_closed_setting', s.open_to < senco_misplaced.on_date,
         jsonb_build_object('kind', p.kind, 'from_on', p.from_on,
             'closed_on', s.closed_on)),
        ('post_before_opening', p.from_on < s.opened_on,
         jsonb_build_object('kind', p.kind, 'from_on', p.from_on,
             'opened_on', s.opened_on))
           ) AS x (finding, applies, inputs)
     WHERE x.applies;
$$;

-- findings — all of them on that day, as known then. An alarm whose rule was
-- not yet in force is none.
CREATE FUNCTION api.findings(on_date date, known_at timestamptz)
RETURNS TABLE (setting_id int, setting text, setting_name text, staff_id int,
    staff text, state text, rule text, finding text, severity text,
    sentence text, inputs jsonb, reference text)
LANGUAGE sql STABLE
AS $$
    SELECT w.setting_id, w.setting, w.setting_name, w.staff_id, w.senco,
           w.state, w.rule, w.finding, w.severity, w.sentence, w.inputs,
           w.reference
      FROM api.senco_words(findings.on_date, findings.known_at) AS w
     WHERE w.severity IS NOT NULL
    UNION ALL
    SELECT x.setting_id, x.setting, x.setting_name, x.staff_id, x.staff,
           x.state, a.rule_id, f.id,
           CASE WHEN f.severity = 'error' THEN x.duty_severity
                ELSE f.severity END,
           api.senco_sentence(f.sentence, x.inputs
               || jsonb_build_object('senco', x.staff)),
           x.inputs, a.reference
      FROM (SELECT y.setting_id, y.setting, y.setting_name, y.state,
                   y.staff_id, y.staff, y.finding, y.duty_severity, y.inputs
              FROM api.senco_alarms(findings.on_date, findings.known_at) AS y
            UNION ALL
            SELECT m.setting_id, m.setting, m.setting_name, NULL, m.staff_id,
                   m.staff, m.finding, 'warn', m.inputs
              FROM api.senco_misplaced(findings.on_date,
                       findings.known_at) AS m) AS x
      JOIN api.law_senco_findings AS f ON f.id = x.finding
      JOIN api.amounts(findings.on_date) AS a ON a.rule_id = f.rule_id;
$$;
