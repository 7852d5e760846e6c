-- handover_ctf — a move as a common transfer file for the receiving school,
-- and when it was sent.
-- SPDX-License-Identifier: Apache-2.0
-- after: amounts handovers

-- ctf_files — those that were made, by the name of the published convention.
CREATE VIEW api.ctf_files AS
    SELECT f.case_id,
           f.child_id,
           f.sender || '_CTF_' || f.receiver || '_'
               || lpad(f.serial::text, 3, '0') || '.xml' AS file_name,
           f.serial,
           f.at AS made_at,
           f.sent_on
      FROM core.ctf_files AS f;

-- handover_ctf — the rows of the file, the header first. A setting without a
-- DfE number sends as its authority (LLLL); a place that has none is MMMMMMM,
-- one not known XXXXXXX. Refused to where the child was not offered.
CREATE FUNCTION api.handover_ctf(case_id uuid)
RETURNS TABLE (file_name text, child_id uuid, part text, n int, c1 text,
    c2 text, c3 text, c4 text, c5 text, c6 text, c7 text, c8 text, c9 text,
    c10 text, c11 text, c12 text, c13 text, c14 text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_case    core.transition_cases := core.handover_case($1);
    v_from    core.settings;
    v_to      core.settings;
    v_state   law.transition_states;
    v_file    core.ctf_files;
    v_name    text;
    v_year    int;
    v_sender  text;
    v_receiver text;
    v_content uuid;
BEGIN
    SELECT s.* INTO v_from FROM core.settings AS s
     WHERE s.id = v_case.from_setting_id;
    SELECT s.* INTO v_to FROM core.settings AS s
     WHERE s.id = v_case.to_setting_id;
    SELECT s.* INTO v_state FROM law.transition_states AS s
     WHERE s.state = v_case.state;
    IF v_from.id IS NULL OR NOT EXISTS (
           SELECT FROM core.child_records AS r
            WHERE r.child_id = v_case.child_id
              AND r.setting_id = v_from.id
              AND r.deleted_at IS NULL) THEN
        PERFORM core.refuse('handover_state',
            'The setting left holds no record of the child.');
    ELSIF coalesce(v_from.laestab, v_from.la_code) IS NULL THEN
        PERFORM core.refuse('handover_state',
            'The authority of the setting left is not known.');
    ELSIF v_to.id IS NOT NULL AND v_case.state <> 'lost'
          AND NOT v_state.is_agreed THEN
        PERFORM core.refuse('handover_destination',
            'The move was not offered to that setting, or it was declined '
            'or taken back.');
    END IF;
    v_year := extract(year FROM current_date)::int
        - (extract(month FROM current_date)
           < core.amount('ctf_academic_year', current_date))::int;
    v_sender := coalesce(v_from.laestab, v_from.la_code || 'LLLL');
    v_receiver := CASE
        WHEN v_case.state = 'lost' THEN 'XXXXXXX'
        WHEN v_to.id IS NOT NULL THEN coalesce(v_to.laestab, 'MMMMMMM')
        ELSE 'XXXXXXX' END;
    SELECT md5(string_agg(ROW(r.part, r.n, r.cells)::text, E'\n'
                          ORDER BY r.part, r.n))::uuid INTO v_content
      FROM core.handover_ctf_rows(v_case.child_id, v_from.id) AS r;
    v_file := core.handover_ctf_file(v_case, v_sender, v_receiver, v_year,
                                      v_content);
    SELECT f.file_name INTO v_name
      FROM api.ctf_files AS f
     WHERE f.case_id = v_case.id
       AND f.serial = v_file.serial
       AND f.made_at = v_file.at;
    PERFORM core.audit_write('handovers.ctf', v_from.id,
        ARRAY[v_case.child_id], jsonb_build_object('case_id', v_case.id,
            'file', v_name));
    RETURN QUERY
    SELECT v_name, v_case.child_id, 'header', 0,
           core.amount('ctf_version', current_date) || '.0',
           to_char(v_file.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'),
           'sencod', left(v_sender, 3), substr(v_sender, 4), v_from.name,
           v_year::text, left(v_receiver, 3), substr(v_receiver, 4),
           NULL::text, NULL::text, NULL::text, NULL::text, NULL::text
    UNION ALL
    (SELECT v_name, v_case.child_id, r.part, r.n, r.cells[1], r.cells[2],
            r.cells[3], r.cells[4], r.cells[5], r.cells[6], r.cells[7],
            r.cells[8], r.cells[9], r.cells[10], r.cells[11], r.cells[12],
            r.cells[13], r.cells[14]
       FROM core.handover_ctf_rows(v_case.child_id, v_from.id) AS r
      ORDER BY r.part, r.n);
END
$$;

-- handover_ctf_sent — the newest file was sent on that day; said again it is
-- put right.
CREATE FUNCTION api.handover_ctf_sent(case_id uuid, sent_on date)
RETURNS SETOF api.ctf_files
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_case core.transition_cases := core.handover_case($1);
    v_file core.ctf_files;
BEGIN
    SELECT f.* INTO v_file
      FROM core.ctf_files AS f
     WHERE f.case_id = v_case.id
     ORDER BY f.at DESC, f.serial DESC
     LIMIT 1
       FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM core.refuse('handover_state',
            'No transfer file was made of this move.');
    END IF;
    PERFORM core.contact_day($2, '/sent_on', v_file.at::date,
                             'the day it was made');
    UPDATE core.ctf_files AS f
       SET sent_on = $2
     WHERE f.id = v_file.id;
    PERFORM core.audit_write('handovers.ctf_sent', v_case.from_setting_id,
        ARRAY[v_case.child_id], jsonb_build_object('case_id', v_case.id,
            'serial', v_file.serial, 'sent_on', $2,
            'before', v_file.sent_on));
    RETURN QUERY SELECT f.* FROM api.ctf_files AS f
                  WHERE f.case_id = v_case.id
                    AND f.made_at = v_file.at
                    AND f.serial = v_file.serial;
END
$$;
