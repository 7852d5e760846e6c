-- contacts — what the writers of visits, referrals, support cases, agency
-- contacts and courses have in common. They run with the caller's rights.
-- SPDX-License-Identifier: Apache-2.0

-- contact_setting — the setting that a contact of that day is with; refuses
-- when the actor does not look after it, the day lies in the future, or the
-- setting had closed before.
CREATE OR REPLACE FUNCTION core.contact_setting(ref text, on_date date,
    pointer text)
RETURNS int
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting int := core.setting_find(ref);
    v_closed  date;
BEGIN
    IF (v_setting = ANY (core.actor_settings())) IS NOT TRUE THEN
        PERFORM core.refuse('unknown_setting',
            'There is no such setting among yours.', '/setting');
    END IF;
    PERFORM core.contact_day(on_date, pointer);
    SELECT s.closed_on INTO v_closed
      FROM core.settings AS s
     WHERE s.id = v_setting;
    IF v_closed < on_date THEN
        PERFORM core.refuse('setting_closed',
            'The setting was closed on ' || v_closed || '.', pointer);
    END IF;
    RETURN v_setting;
END
$$;

-- contact_day — refuses a day in the future, and one before another.
CREATE OR REPLACE FUNCTION core.contact_day(on_date date, pointer text,
    not_before date DEFAULT NULL, what text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF on_date > current_date THEN
        PERFORM core.refuse('malformed_field', 'It lies in the future.',
                            pointer);
    ELSIF on_date < not_before THEN
        PERFORM core.refuse('dates_reversed', 'It lies before ' || not_before
            || ', ' || what || '.', pointer);
    END IF;
END
$$;

-- contact_child — refuses a child of whom the setting holds no record.
CREATE OR REPLACE FUNCTION core.contact_child(child uuid, setting_id int)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF child IS NOT NULL AND NOT EXISTS (
           SELECT 1
             FROM core.child_records AS r
            WHERE r.child_id = contact_child.child
              AND r.setting_id = contact_child.setting_id) THEN
        PERFORM core.refuse('not_found',
            'The setting holds no record of this child.', '/child_id');
    END IF;
END
$$;

-- contact_sendiass — refuses a signposting that cannot be: of no child, in
-- the future, or without the day or the way.
CREATE OR REPLACE FUNCTION core.contact_sendiass(child uuid, on_date date,
    method text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (on_date IS NULL) <> (method IS NULL) THEN
        PERFORM core.refuse('missing_field',
            'The day and the way of signposting belong together.',
            CASE WHEN on_date IS NULL THEN '/sendiass_signposted_on'
                 ELSE '/sendiass_method' END);
    ELSIF on_date IS NOT NULL AND child IS NULL THEN
        PERFORM core.refuse('missing_field',
            'Parents are signposted to SENDIASS for a named child.',
            '/child_id');
    END IF;
    PERFORM core.contact_day(on_date, '/sendiass_signposted_on');
END
$$;

-- contact_same — after an insert that found the author's key taken: refuses
-- unless the row that has it holds the same content; answers its id.
CREATE OR REPLACE FUNCTION core.contact_same(table_name text, key text,
    content uuid)
RETURNS uuid
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_id uuid;
BEGIN
    EXECUTE format('SELECT t.id FROM core.%I AS t WHERE t.client_id = $1
                       AND t.key = $2 AND t.content = $3', table_name)
       INTO v_id
      USING core.actor_id(), contact_same.key, contact_same.content;
    IF v_id IS NULL THEN
        PERFORM core.refuse('batch_differs');
    END IF;
    RETURN v_id;
END
$$;

-- attendance_setting — the setting from which somebody came to what was held
-- that day (NULL: there is no such thing).
CREATE OR REPLACE FUNCTION core.attendance_setting(ref text, held_on date)
RETURNS int
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting int := core.setting_find(ref);
BEGIN
    IF held_on IS NULL
       OR (v_setting = ANY (core.actor_settings())) IS NOT TRUE THEN
        PERFORM core.refuse('not_found');
    ELSIF held_on > current_date THEN
        PERFORM core.refuse('dates_reversed',
            'It is held on ' || held_on || ': nobody has come yet.');
    END IF;
    RETURN v_setting;
END
$$;

-- attendance_match — refuses a word on what was said before by who has not
-- read it; was is the version that is there, NULL when none is.
CREATE OR REPLACE FUNCTION core.attendance_match(if_match text, was bigint)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF was IS NOT NULL AND if_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    ELSIF if_match IS NOT NULL AND if_match IS DISTINCT FROM was::text THEN
        PERFORM core.refuse('precondition_failed');
    END IF;
END
$$;
