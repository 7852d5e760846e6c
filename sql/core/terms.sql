-- terms — the days on which schools sit, kept as days so that counting them
-- is one look at an index.
-- SPDX-License-Identifier: Apache-2.0

-- school_days_set — the terms and closures of one school year of a calendar
-- (NULL setting: the authority's) become these; other years stay.
CREATE OR REPLACE FUNCTION core.school_days_set(in_setting int,
    in_year int, from_days date[], to_days date[], closures date[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_calendar int;
    v_first    date := make_date(in_year - 1, 9, 1);
    v_last     date := make_date(in_year, 8, 31);
BEGIN
    INSERT INTO core.school_calendars (setting_id)
    VALUES (in_setting)
    ON CONFLICT ON CONSTRAINT school_calendars_once DO NOTHING;
    SELECT c.id INTO v_calendar
      FROM core.school_calendars AS c
     WHERE c.setting_id IS NOT DISTINCT FROM in_setting
       FOR UPDATE;
    DELETE FROM core.school_terms AS t
     WHERE t.calendar_id = v_calendar AND t.school_year = in_year;
    DELETE FROM core.school_closures AS c
     WHERE c.calendar_id = v_calendar AND c.day BETWEEN v_first AND v_last;
    DELETE FROM core.school_days AS d
     WHERE d.calendar_id = v_calendar AND d.day BETWEEN v_first AND v_last;
    INSERT INTO core.school_terms (calendar_id, from_on, to_on, school_year)
    SELECT v_calendar, t.from_on, t.to_on, in_year
      FROM unnest(from_days, to_days) AS t (from_on, to_on);
    INSERT INTO core.school_closures (calendar_id, day)
    SELECT DISTINCT v_calendar, c.day FROM unnest(closures) AS c (day);
    INSERT INTO core.school_days (calendar_id, day)
    SELECT v_calendar, g.day::date
      FROM unnest(from_days, to_days) AS t (from_on, to_on)
     CROSS JOIN generate_series(t.from_on::timestamp, t.to_on, '1 day')
           AS g (day)
     WHERE extract(isodow FROM g.day) < 6
       AND g.day::date <> ALL (coalesce(closures, '{}'))
       AND NOT EXISTS (SELECT FROM law.bank_holidays AS h
                        WHERE h.day = g.day::date);
END
$$;
