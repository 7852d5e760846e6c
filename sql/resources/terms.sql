-- terms — school terms: the authority's, and those of settings that keep
-- their own. Whoever acts may read them.
-- SPDX-License-Identifier: Apache-2.0
-- after: settings

-- terms — setting is NULL for the authority's.
CREATE VIEW api.terms AS
    SELECT t.school_year,
           s.id AS _setting_id,
           s.ref AS setting,
           t.from_on,
           t.to_on,
           (SELECT count(*)::int
              FROM core.school_days AS d
             WHERE d.calendar_id = t.calendar_id
               AND d.day BETWEEN t.from_on AND t.to_on) AS school_days,
           ARRAY(SELECT to_char(x.day, 'YYYY-MM-DD')
                   FROM core.school_closures AS x
                  WHERE x.calendar_id = t.calendar_id
                    AND x.day BETWEEN t.from_on AND t.to_on
                  ORDER BY x.day) AS closures
      FROM core.school_terms AS t
      JOIN core.school_calendars AS c ON c.id = t.calendar_id
      LEFT JOIN core.settings AS s ON s.id = c.setting_id
     WHERE (SELECT core.actor_role()) IS NOT NULL;

-- terms_day — a date of a list, or a refusal that names its place.
CREATE FUNCTION api.terms_day(day text, pointer text)
RETURNS date
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF day !~ '^\d{4}-\d{2}-\d{2}$' THEN
        PERFORM core.refuse('malformed_field',
            'It must be a date, YYYY-MM-DD.', pointer);
    END IF;
    RETURN day::date;
EXCEPTION WHEN datetime_field_overflow THEN
    PERFORM core.refuse('malformed_field', 'There is no such day.', pointer);
END
$$;

-- terms_put — replaces the terms of a school year (named by the year it ends
-- in): each as 2026-09-02/2026-10-23, and the days in them on which it is
-- shut. Officers the authority's and any setting's, a setting its own.
CREATE FUNCTION api.terms_put(year int, setting_ref text, terms text[],
    closures text[])
RETURNS SETOF api.terms
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_year    ALIAS FOR $1;
    v_setting int := core.setting_find(setting_ref);
    v_froms   date[];
    v_tos     date[];
    v_shut    date[];
    v_bad     bigint;
BEGIN
    PERFORM core.require_role('la_officer', 'la_manager', 'school_system',
                              'senco');
    IF setting_ref IS NOT NULL
       AND (v_setting = ANY (core.actor_settings())) IS NOT TRUE THEN
        PERFORM core.refuse('not_found');
    END IF;
    IF setting_ref IS NULL THEN
        PERFORM core.require_role('la_officer', 'la_manager');
    END IF;
    SELECT array_agg(api.terms_day(split_part(t.t, '/', 1),
                         '/terms/' || t.n - 1) ORDER BY t.n),
           array_agg(api.terms_day(split_part(t.t, '/', 2),
                         '/terms/' || t.n - 1) ORDER BY t.n)
      INTO v_froms, v_tos
      FROM unnest(terms) WITH ORDINALITY AS t (t, n);
    SELECT array_agg(api.terms_day(c.c, '/closures/' || c.n - 1) ORDER BY c.n)
      INTO v_shut
      FROM unnest(closures) WITH ORDINALITY AS c (c, n);
    SELECT min(t.n) INTO v_bad
      FROM unnest(v_froms, v_tos) WITH ORDINALITY AS t (a, b, n)
     WHERE t.b < t.a;
    IF v_bad IS NOT NULL THEN
        PERFORM core.refuse('dates_reversed', '', '/terms/' || v_bad - 1);
    END IF;
    SELECT min(t.n) INTO v_bad
      FROM unnest(v_froms, v_tos) WITH ORDINALITY AS t (a, b, n)
     WHERE t.a < make_date(v_year - 1, 9, 1)
        OR t.b > make_date(v_year, 8, 31);
    IF v_bad IS NOT NULL THEN
        PERFORM core.refuse('malformed_field', format(
            'A term of the school year %s lies between 1 September %s and 31 August %s.',
            v_year, v_year - 1, v_year), '/terms/' || v_bad - 1);
    END IF;
    SELECT min(u.n) INTO v_bad
      FROM unnest(v_froms, v_tos) WITH ORDINALITY AS t (a, b, n)
      JOIN unnest(v_froms, v_tos) WITH ORDINALITY AS u (a, b, n)
        ON t.n < u.n AND t.a <= u.b AND u.a <= t.b;
    IF v_bad IS NOT NULL THEN
        PERFORM core.refuse('malformed_field',
            'It overlaps a term before it.', '/terms/' || v_bad - 1);
    END IF;
    SELECT min(c.n) INTO v_bad
      FROM unnest(v_shut) WITH ORDINALITY AS c (day, n)
     WHERE NOT EXISTS (SELECT FROM unnest(v_froms, v_tos) AS t (a, b)
                        WHERE c.day BETWEEN t.a AND t.b);
    IF v_bad IS NOT NULL THEN
        PERFORM core.refuse('malformed_field', 'It lies in no term.',
                            '/closures/' || v_bad - 1);
    END IF;
    PERFORM core.school_days_set(v_setting, v_year, v_froms, v_tos, v_shut);
    PERFORM core.audit_write('terms.put', v_setting, NULL,
        jsonb_build_object('year', v_year, 'terms', cardinality(terms)));
    RETURN QUERY
        SELECT *
          FROM api.terms AS t
         WHERE t.school_year = v_year
           AND t._setting_id IS NOT DISTINCT FROM v_setting
         ORDER BY t.from_on;
END
$$;
