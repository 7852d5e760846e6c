-- people — who holds which post where, from every source; and the numbers
-- that an authority chose itself. No child is in it. Both are owner's views,
-- so that what they say of a person does not depend on who asks; schema api
-- decides who may.
-- SPDX-License-Identifier: Apache-2.0

-- holdings — one row a post and setting (a post of a group: one for each of
-- its settings while it belongs to the group). A setting that sends its post
-- records itself is their owner: what the authority's register says of the
-- same kind of post there does not count, for as long as there are such
-- records. A record's person is the member of staff of that name with a post
-- in the register at the setting or at a group it was ever in, before all one
-- of that kind; else known by name only (staff_id NULL). person is the same
-- for the same person.
-- from_on to to_on ('infinity': open) is when it was true, known_from to
-- known_to when it was known; today's knowledge is known_to = 'infinity', that
-- of another time is known_from <= time AND known_to > time.
-- studies is what a record says of the qualification: nobody else's rows have
-- it (core.qualifications has them by staff_id).
CREATE OR REPLACE VIEW core.holdings AS
    SELECT h.setting_id, h.staff_id, h.person, h.name, h.kind, h.arrangement,
           h.from_on, h.to_on, h.hours_per_week, h.admin_hours_per_week,
           h.teaching_percent, h.is_head, h.on_leadership, h.is_teacher_here,
           h.is_acting, h.post_id, h.group_id, h.sharing_id,
           NULL::text AS record_id,
           lower(h.known) AS known_from,
           upper(h.known) AS known_to,
           NULL::jsonb AS studies
      FROM (SELECT coalesce(p.setting_id, g.setting_id) AS setting_id,
                   p.staff_id,
                   'staff:' || p.staff_id AS person,
                   f.name,
                   p.kind,
                   p.arrangement,
                   greatest(p.from_on, g.from_on) AS from_on,
                   least(coalesce(p.to_on, 'infinity'),
                         coalesce(g.to_on, 'infinity')) AS to_on,
                   p.hours_per_week,
                   p.admin_hours_per_week,
                   p.teaching_percent::int AS teaching_percent,
                   p.is_head,
                   p.on_leadership,
                   p.is_teacher_here,
                   p.is_acting,
                   p.post_id,
                   p.group_id,
                   p.sharing_id,
                   -- Known while the post was, and its setting to be of the
                   -- group, and no record of the setting's own. Most have
                   -- neither group nor record, which is quick to say.
                   unnest(CASE WHEN p.group_id IS NULL AND NOT EXISTS (
                       SELECT 1
                         FROM core.post_record_versions AS r
                        WHERE r.setting_id = p.setting_id
                          AND r.kind = p.kind)
                       THEN tstzmultirange(tstzrange(p.known_from,
                                coalesce(p.known_to, 'infinity')))
                       ELSE tstzmultirange(tstzrange(p.known_from,
                                coalesce(p.known_to, 'infinity')))
                            * tstzmultirange(tstzrange(g.known_from,
                                coalesce(g.known_to, 'infinity')))
                            - coalesce((
                                SELECT range_agg(tstzrange(r.known_from,
                                           r.known_to))
                                  FROM core.post_record_versions AS r
                                 WHERE r.setting_id
                                       = coalesce(p.setting_id, g.setting_id)
                                   AND r.kind = p.kind), '{}')
                   END) AS known
              FROM core.posts AS p
              JOIN core.staff AS f ON f.id = p.staff_id
              LEFT JOIN core.group_settings AS g
                ON g.group_id = p.group_id
               AND g.from_on <= coalesce(p.to_on, 'infinity')
               AND coalesce(g.to_on, 'infinity') >= p.from_on
             WHERE p.setting_id IS NOT NULL
                OR g.setting_id IS NOT NULL) AS h
    UNION ALL
    SELECT r.setting_id,
           m.staff_id,
           coalesce('staff:' || m.staff_id,
                    'record:' || r.setting_id || ':' || lower(r.name)),
           r.name,
           r.kind,
           coalesce(r.arrangement, 'own'),
           r.start_on,
           coalesce(r.end_on, 'infinity'),
           r.hours_per_week::numeric(4, 1),
           NULL,
           r.teaching_percent,
           r.is_head,
           r.on_leadership,
           NULL,
           false,
           NULL,
           NULL,
           NULL,
           r.source_id,
           r.known_from,
           r.known_to,
           jsonb_strip_nulls(jsonb_build_object(
               'is_qualified_teacher', r.is_qualified_teacher,
               'has_prior_service', r.has_prior_service,
               'nasenco_began_on', r.nasenco_began_on,
               'nasenco_awarded_on', r.nasenco_awarded_on,
               'npq_began_on', r.npq_began_on,
               'npq_awarded_on', r.npq_awarded_on))
      FROM core.post_record_versions AS r
      LEFT JOIN LATERAL (
           SELECT p.staff_id
             FROM core.staff AS f
             JOIN core.posts AS p ON p.staff_id = f.id
            WHERE lower(f.name) = lower(r.name)
              AND (p.setting_id = r.setting_id
                   OR EXISTS (SELECT 1
                                FROM core.group_settings AS g
                               WHERE g.group_id = p.group_id
                                 AND g.setting_id = r.setting_id))
            ORDER BY p.kind = r.kind DESC, p.known_to IS NULL DESC, p.staff_id
            LIMIT 1) AS m ON true;

-- amounts — the number of each rule of law.rules in force on that day: the
-- authority's own threshold where it set one, else the rule's amount, months
-- or days. An inlinable SELECT, so that a report joins it once.
CREATE OR REPLACE FUNCTION core.amounts(on_date date)
RETURNS TABLE (rule_id text, amount numeric, standing text, sentence text,
    reference text, is_own boolean, valid_from date)
LANGUAGE sql STABLE
AS $$
    SELECT r.id, coalesce(t.amount, r.amount, r.months, r.days), r.standing,
           r.sentence, r.reference, t.amount IS NOT NULL,
           coalesce(t.valid_from, r.valid_from)
      FROM law.rules AS r
      LEFT JOIN LATERAL (
           SELECT h.amount, h.valid_from
             FROM core.thresholds AS h
            WHERE h.rule_id = r.id
              AND h.valid_from <= amounts.on_date
            ORDER BY h.valid_from DESC, h.known_from DESC
            LIMIT 1) AS t ON true
     WHERE amounts.on_date BETWEEN r.valid_from
                               AND coalesce(r.valid_to, 'infinity');
$$;

-- amount — one of them; NULL when no rule of that id is in force.
CREATE OR REPLACE FUNCTION core.amount(rule_id text, on_date date)
RETURNS numeric
LANGUAGE sql STABLE
AS $$
    SELECT a.amount
      FROM core.amounts(amount.on_date) AS a
     WHERE a.rule_id = amount.rule_id;
$$;

-- staff_find — the member of staff that an id or an exact name names; NULL
-- for NULL. Refuses who is not there, and a name that several bear.
CREATE OR REPLACE FUNCTION core.staff_find(who text)
RETURNS int
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_found int[];
BEGIN
    IF staff_find.who ~ '^[0-9]{1,9}$' THEN
        v_found := ARRAY(SELECT f.id FROM core.staff AS f
                          WHERE f.id = staff_find.who::int);
    ELSE
        v_found := ARRAY(SELECT f.id FROM core.staff AS f
                          WHERE f.name = staff_find.who);
    END IF;
    IF cardinality(v_found) > 1 THEN
        PERFORM core.refuse('malformed_field',
            'More than one person is called so; give the id.', '/staff');
    ELSIF staff_find.who IS NOT NULL AND v_found = '{}' THEN
        PERFORM core.refuse('malformed_field',
            'There is no such person in the register of staff.', '/staff');
    END IF;
    RETURN v_found[1];
END
$$;
