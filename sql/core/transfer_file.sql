-- transfer_file — a child as the rows of a common transfer file: what the
-- setting left holds of it. With the caller's rights. See protocol/ctf_write.h
-- for the cells of each part.
-- SPDX-License-Identifier: Apache-2.0

-- handover_ctf_rows — pupil, periods of SEN, types of need, the school. The
-- format gives a period its start only: one that ended, and was not followed
-- at once, is followed by N (no SEN). A number whose check letter does not
-- hold is not passed on.
CREATE OR REPLACE FUNCTION core.handover_ctf_rows(child_id uuid,
    setting_id int)
RETURNS TABLE (part text, n int, cells text[])
LANGUAGE sql STABLE
AS $$
    WITH placed AS (
        SELECT p.start_on, p.end_on, p.enrolment
          FROM core.placements AS p
         WHERE p.child_id = handover_ctf_rows.child_id
           AND p.setting_id = handover_ctf_rows.setting_id
           AND p.deleted_at IS NULL
         ORDER BY p.start_on DESC, p.source_id
         LIMIT 1
    ),
    periods AS (
        SELECT x.start_on, x.provision, x.types, x.end_on,
               lead(x.start_on) OVER (ORDER BY x.start_on) AS next_on
          FROM (SELECT DISTINCT ON (d.start_on)
                       d.start_on, d.end_on, d.provision, d.types
                  FROM core.needs AS d
                  JOIN law.sen_provisions AS v ON v.code = d.provision
                 WHERE d.child_id = handover_ctf_rows.child_id
                   AND d.setting_id = handover_ctf_rows.setting_id
                   AND d.deleted_at IS NULL
                 ORDER BY d.start_on, v.rank, d.source_id) AS x
    ),
    told AS (
        SELECT p.start_on, p.provision, p.types,
               least(p.end_on, p.next_on - 1) AS end_on
          FROM periods AS p
        UNION ALL
        SELECT p.end_on + 1, 'N', '{}', p.next_on - 1
          FROM periods AS p
         WHERE p.end_on + 1 < coalesce(p.next_on, 'infinity')
           AND p.provision <> 'N'
    )
    SELECT 'pupil', 1, ARRAY[
               core.usable(r.upn, 'upn', s.names),
               core.usable(r.uln, 'uln', s.names),
               r.surname, r.forename, r.born_on::text, r.sex,
               core.usable(r.former_upn, 'former_upn', s.names),
               r.preferred_surname, r.preferred_forename, r.former_surname,
               r.middle_names, r.year_group,
               CASE coalesce((SELECT d.enrolment FROM placed AS d),
                             'current')
                   WHEN 'main' THEN 'M' WHEN 'subsidiary' THEN 'S'
                   WHEN 'guest' THEN 'G' ELSE 'C' END,
               r.postcode]
      FROM (SELECT c.*
              FROM core.child_records AS c
             WHERE c.child_id = handover_ctf_rows.child_id
               AND c.setting_id = handover_ctf_rows.setting_id
               AND c.deleted_at IS NULL
             ORDER BY c.known_from DESC, c.source_id
             LIMIT 1) AS r
     CROSS JOIN LATERAL (
           SELECT array_to_string(r.suspects, ',') AS names) AS s
    UNION ALL
    SELECT 'sen', (row_number() OVER (ORDER BY t.start_on))::int,
           ARRAY[t.start_on::text, t.provision]
      FROM told AS t
    UNION ALL
    SELECT 'need', (row_number() OVER (ORDER BY t.start_on, u.rank))::int,
           ARRAY[t.start_on::text, t.end_on::text, u.rank::text, u.code]
      FROM told AS t
     CROSS JOIN LATERAL unnest(t.types) WITH ORDINALITY AS u (code, rank)
    UNION ALL
    SELECT 'school', 1, ARRAY[coalesce(left(i.laestab, 3), i.la_code),
               coalesce(substr(i.laestab, 4), 'LLLL'), i.name,
               d.start_on::text, d.end_on::text, 'true']
      FROM placed AS d
      JOIN core.settings AS i ON i.id = handover_ctf_rows.setting_id;
$$;

-- handover_ctf_file — the file of that content: the one that was made
-- before, or the next number between the two in that academic year.
CREATE OR REPLACE FUNCTION core.handover_ctf_file(move core.transition_cases,
    from_name text, to_name text, academic_year int, content uuid)
RETURNS core.ctf_files
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_file core.ctf_files;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(
        'ctf ' || from_name || to_name, 0));
    SELECT f.* INTO v_file
      FROM core.ctf_files AS f
     WHERE f.case_id = (move).id
       AND f.sender = from_name
       AND f.receiver = to_name
       AND f.year = academic_year
     ORDER BY f.serial DESC
     LIMIT 1;
    IF v_file.content = handover_ctf_file.content THEN
        RETURN v_file;
    END IF;
    INSERT INTO core.ctf_files AS f (case_id, child_id, setting_id, sender,
           receiver, year, serial, content, client_id)
    VALUES ((move).id, (move).child_id, (move).from_setting_id, from_name,
           to_name, academic_year,
           (SELECT coalesce(max(o.serial), 0) + 1
              FROM core.ctf_files AS o
             WHERE o.sender = from_name
               AND o.receiver = to_name
               AND o.year = academic_year),
           handover_ctf_file.content, core.actor_id())
    RETURNING f.* INTO v_file;
    RETURN v_file;
END
$$;
