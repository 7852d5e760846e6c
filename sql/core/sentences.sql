-- sentences — what a finding says to a person: a text of law with what was
-- found put into it.
-- SPDX-License-Identifier: Apache-2.0

-- sentence_day — a day as a person writes it; NULL when the text is none.
CREATE OR REPLACE FUNCTION core.sentence_day(value text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_part text[] := regexp_match(value,
        '^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$');
BEGIN
    IF v_part IS NULL OR v_part[1] = '0000'
       OR v_part[3]::int > extract(day FROM make_date(v_part[1]::int,
              v_part[2]::int, 1) + interval '1 month - 1 day') THEN
        RETURN NULL;
    END IF;
    RETURN to_char(value::date, 'FMDD FMMonth YYYY');
END
$$;

-- sentence_fill — the text with each {name} replaced by the input of that
-- name, days written out. What is put in is not looked at again: a person or a
-- school may be called "{name}", or like a day there is not.
CREATE OR REPLACE FUNCTION core.sentence_fill(sentence text, inputs jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_filled text := '';
    v_rest   text := sentence;
    v_name   text := substring(sentence FROM '\{([a-z0-9_]+)\}');
    v_value  text;
BEGIN
    WHILE v_name IS NOT NULL LOOP
        v_value := coalesce(inputs ->> v_name, 'an unknown ' || v_name);
        v_filled := v_filled || split_part(v_rest, '{' || v_name || '}', 1)
            || coalesce(core.sentence_day(v_value), v_value);
        v_rest := substr(v_rest,
            strpos(v_rest, '{' || v_name || '}') + length(v_name) + 2);
        v_name := substring(v_rest FROM '\{([a-z0-9_]+)\}');
    END LOOP;
    RETURN v_filled || v_rest;
END
$$;
