-- handover_due.sql — when a hand-over is due, acknowledged, the transfer file
-- sent; and how much the receiver knows on the first day.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('juniors', 'school_system'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Academy', '33', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11), pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, 0, 5);
UPDATE core.settings AS s SET laestab = v.laestab FROM (VALUES ('Primary', '3589001'), ('Academy', '3589002'), ('Juniors', '3589003')) AS v (name, laestab)
 WHERE s.id = pg_temp.setting_id(v.name);
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, s.id FROM cast_actors AS a, cast_settings AS s
 WHERE (a.name, s.name) IN (('school', 'Primary'), ('juniors', 'Juniors'));
SELECT pg_temp.child('Fern', 'Primary', '2016-05-01', '6', 'K'), pg_temp.child('Oak', 'Academy', '2016-05-01', '6', 'K'), pg_temp.child('Moss', 'Nursery', '2022-05-01', 'N2', 'K'),
       pg_temp.child('Ash', 'Primary', '2017-05-01', '5', 'K'), pg_temp.child('Rush', 'Primary', '2016-05-01', '6', 'K');
-- The authority's years: school begins on 7 September, a bank holiday lies in the ten working days after 20 May.
SELECT core.school_days_set(NULL, 2027, '{2026-09-07,2027-04-12}', '{2026-12-18,2027-07-21}', '{}'),
       core.school_days_set(NULL, 2028, '{2027-09-06}', '{2027-12-17}', '{2027-09-06}');
CREATE FUNCTION pg_temp.move_case(child text, kind text, from_setting text, to_setting text, state text, target_on date) RETURNS uuid LANGUAGE sql AS $$
    INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, to_setting_id, state, target_on, made_by, made_at)
    SELECT pg_temp.child_id($1), 2027, $2, pg_temp.setting_id($3), pg_temp.setting_id($4), $5, $6, a.id, '2026-11-01'
      FROM cast_actors AS a WHERE a.name = 'officer' RETURNING id;
$$;
CREATE TEMPORARY TABLE moves (name text PRIMARY KEY, id uuid);
INSERT INTO moves VALUES ('Fern', pg_temp.move_case('Fern', 'PRS', 'Primary', 'Juniors', 'accepted', '2027-09-01')),
    ('Oak', pg_temp.move_case('Oak', 'PRS', 'Academy', 'Juniors', 'accepted', '2027-09-01')),
    ('Moss', pg_temp.move_case('Moss', 'EYS', 'Nursery', 'Primary', 'offered', '2027-09-01')),
    ('Ash', pg_temp.move_case('Ash', 'INY', 'Primary', 'Juniors', 'offered', '2027-02-22')),
    ('Rush', pg_temp.move_case('Rush', 'PRS', 'Primary', NULL, 'planned', '2027-09-01'));
-- sent — a version sent on that day with these sections, read on the day beside each.
CREATE FUNCTION pg_temp.sent(child text, version int, on_date date, sections jsonb, released date DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    WITH h AS (
        INSERT INTO core.handovers (case_id, child_id, version, year, kind, from_setting_id, to_setting_id, state, agreed_on, agreed_by, sent_at, made_by, key)
        SELECT c.id, c.child_id, $2, c.year, c.kind, c.from_setting_id, c.to_setting_id, 'sent', $3, 'parent', $3, c.made_by, $1 || $2
          FROM core.transition_cases AS c JOIN moves AS m ON m.id = c.id AND m.name = $1 RETURNING *
    )
    INSERT INTO core.handover_sections (handover_id, child_id, section, lines, is_restricted, client_id, received_at, received_client, released_at, released_by, released_client)
    SELECT h.id, h.child_id, e.key, '{Invented}', e.key = 'risk', h.made_by, nullif(e.value, '')::date, CASE WHEN e.value <> '' THEN h.made_by END,
           CASE WHEN e.key = 'risk' THEN $5 END, CASE WHEN e.key = 'risk' AND $5 IS NOT NULL THEN 'Ada Example' END, CASE WHEN e.key = 'risk' AND $5 IS NOT NULL THEN h.made_by END
      FROM h, jsonb_each_text($4) AS e;
$$;
CREATE FUNCTION pg_temp.due(actor text, child text, on_date date) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT d.clock, d.starts_on, d.due_on, d.met_on, d.days_left, d.owner, d.severity FROM api.handover_due(%L) AS d WHERE d.subject_id = %L ORDER BY d.clock',
        $3, (SELECT m.id FROM moves AS m WHERE m.name = $2)));
$$;
CREATE FUNCTION pg_temp.score(actor text, child text, on_date date) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format($q$SELECT c.score, c.known::text AS known, (SELECT string_agg(concat_ws('=', e->>'section', e->>'why'), ' ') FROM jsonb_array_elements(c.missing) AS e) AS missing
        FROM api.handover_continuity(%L) AS c WHERE c.case_id = %L$q$, $3, (SELECT m.id FROM moves AS m WHERE m.name = $2)));
$$;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_line text;
    v_plan text := '';
BEGIN
    PERFORM pg_temp.act('officer');
    FOR v_line IN EXECUTE 'EXPLAIN ' || query LOOP
        v_plan := v_plan || v_line || E'\n';
    END LOOP;
    PERFORM pg_temp.rest();
    RETURN v_plan;
END
$$;
\o
SELECT no_plan();

SELECT unalike(pg_temp.plan_of(f || '(''2027-06-01'')'), '%Function Scan on handover%', f || ' is inlined')
  FROM unnest('{SELECT * FROM api.handover_due,SELECT * FROM api.handover_continuity}'::text[]) AS f;

-- Sent by 31 May; a move within the year by its first day; no destination, nothing due.
SELECT is(pg_temp.due('officer', 'Fern', '2027-05-31'), '{"handover_sent 2027-01-01 2027-05-31 - 0 setting warn"}', 'domain 6.4: the form is due on 31 May');
SELECT is(pg_temp.due('officer', 'Fern', '2027-06-02'), '{"handover_sent 2027-01-01 2027-05-31 - -2 setting warn"}', 'and late after it');
SELECT is(pg_temp.due('officer', 'Ash', '2027-02-01'), '{"handover_sent_in_year 2027-02-22 2027-02-22 - 21 setting warn"}', 'within a year it is due by the first day');
SELECT is(pg_temp.due('officer', 'Rush', '2027-06-02'), '{}', 'where nobody knows the destination nothing is due of it');

-- Acknowledged in ten working days.
SELECT pg_temp.sent('Fern', 1, '2027-05-20', '{"identity": "2027-05-24", "status": "2027-06-01", "support": "", "risk": ""}') \g /dev/null
SELECT is(pg_temp.due('officer', 'Fern', '2027-05-31'), ARRAY['handover_acknowledged 2027-05-20 2027-06-04 - 4 receiving_setting warn', 'handover_sent 2027-01-01 2027-05-31 2027-05-20 - setting warn'],
    'domain 6.4: ten working days, over the bank holiday of 31 May 2027');
SELECT is(pg_temp.due('officer', 'Fern', '2027-05-19'), '{"handover_sent 2027-01-01 2027-05-31 - 12 setting warn"}', 'asked of a day before it was sent, it was not');
UPDATE core.handover_sections AS s SET received_at = '2027-06-07', received_client = s.client_id WHERE s.section = 'support';
SELECT is(pg_temp.due('officer', 'Fern', '2027-06-05'), ARRAY['handover_acknowledged 2027-05-20 2027-06-04 - -1 receiving_setting warn', 'handover_sent 2027-01-01 2027-05-31 2027-05-20 - setting warn'],
    'it is late until the last section is read');
SELECT is((pg_temp.due('officer', 'Fern', '2027-06-07'))[1], 'handover_acknowledged 2027-05-20 2027-06-04 2027-06-07 - receiving_setting warn', 'what is restricted does not hold it up');
-- A setting's own record of the form stands for it.
SELECT pg_temp.move('Moss', 'Nursery', 'EYS', 2027, 'Primary') \g /dev/null
UPDATE core.transitions AS t SET form_sent_on = '2027-05-03', form_acknowledged_on = '2027-05-10' WHERE t.child_id = pg_temp.child_id('Moss');
SELECT is(pg_temp.due('officer', 'Moss', '2027-06-01'), ARRAY['handover_acknowledged 2027-05-03 2027-05-17 2027-05-10 - receiving_setting warn',
    'handover_sent 2027-01-01 2027-05-31 2027-05-03 - setting warn'], 'a form the settings tell of is one');

-- The transfer file: fifteen school days after leaving, in no holiday (SI 2005/1437 reg 9(3)).
UPDATE core.placements AS p SET end_on = '2027-07-21' WHERE p.child_id = ANY (ARRAY[pg_temp.child_id('Fern'), pg_temp.child_id('Oak'), pg_temp.child_id('Moss')]);
SELECT is((pg_temp.due('officer', 'Fern', '2027-09-28'))[1], 'ctf_sent 2027-07-21 2027-09-27 - -1 setting error', 'SI 2005/1437 reg 9(3): fifteen school days, a maintained school is bound');
SELECT is((pg_temp.due('officer', 'Oak', '2027-09-26'))[1], 'ctf_sent 2027-07-21 2027-09-27 - 1 setting warn', 'domain 6.1: for an academy it is good practice');
SELECT is((SELECT count(*)::int FROM unnest(pg_temp.due('officer', 'Moss', '2027-09-28')) AS l WHERE l LIKE 'ctf%'), 0, 'domain 6.1: a nursery sends none');
INSERT INTO core.ctf_files (case_id, child_id, setting_id, sender, receiver, year, serial, content, client_id, sent_on)
SELECT c.id, c.child_id, c.from_setting_id, '3589001', '3589003', 2027, 1, gen_random_uuid(), c.made_by, '2027-09-20' FROM core.transition_cases AS c JOIN moves AS m ON m.id = c.id AND m.name = 'Fern';
SELECT is((pg_temp.due('officer', 'Fern', '2027-09-28'))[1], 'ctf_sent 2027-07-21 2027-09-27 2027-09-20 - setting error', 'sent, it is met');
SELECT is((SELECT count(*)::int FROM unnest(pg_temp.due('juniors', 'Fern', '2027-09-28')) AS l), 2, 'the receiver sees the other two');
SELECT is(pg_temp.due('auditor', 'Fern', '2027-09-28'), '{}', 'an auditor none');
SELECT is(pg_temp.seen('officer', format('SELECT d.subject, d.name, d.rule, d.reference <> '''' AS cited, d.clock_version FROM api.handover_due(''2027-06-01'') AS d WHERE d.subject_id = %L AND d.clock = ''handover_sent''', m.id)),
    '{"handover Hand-over sent rag_support_form_sent true 2014-09-01"}', 'each with its rule') FROM moves AS m WHERE m.name = 'Fern';

-- Continuity: weights of what was read by the first day.
SELECT is(pg_temp.score('officer', 'Fern', '2027-09-01'), ARRAY['50 {identity,status,support} assessment=not_sent agencies=not_sent voice=not_sent risk=not_released plan_for_move=not_sent agreements=not_sent'],
    'identity 10, status 15 and support 25 of 100 are known');
SELECT is(pg_temp.score('officer', 'Fern', '2027-06-01'), ARRAY['25 {identity,status} support=not_received assessment=not_sent agencies=not_sent voice=not_sent risk=not_released plan_for_move=not_sent agreements=not_sent'],
    'and less of a day before');
SELECT pg_temp.sent('Fern', 2, '2027-07-01', '{"voice": "2027-09-01", "agencies": "2027-09-02", "risk": "2027-07-02"}', '2027-07-02') \g /dev/null
SELECT is(pg_temp.score('officer', 'Fern', '2027-10-01'), ARRAY['65 {identity,status,support,voice,risk} assessment=not_sent agencies=received_late plan_for_move=not_sent agreements=not_sent'],
    'every version counts; the first day itself does, the next does not');
SELECT is(pg_temp.score('officer', 'Oak', '2027-10-01'), ARRAY['0 {} identity=not_sent status=not_sent support=not_sent assessment=not_sent agencies=not_sent voice=not_sent risk=not_sent plan_for_move=not_sent agreements=not_sent'],
    'nothing sent, nothing known');
SELECT is((pg_temp.score('juniors', 'Fern', '2027-10-01'))[1] LIKE '65 %', true, 'the receiver reads its own score');
SELECT is(pg_temp.score('officer', 'Rush', '2027-10-01'), '{}', 'no destination, no score');
UPDATE core.transition_cases AS c SET to_setting_id = pg_temp.setting_id('Academy') FROM moves AS m WHERE c.id = m.id AND m.name = 'Fern';
SELECT is((pg_temp.score('officer', 'Fern', '2027-10-01'))[1] LIKE '0 %', true, 'what another setting was sent, the new destination does not know');

SELECT * FROM finish();
ROLLBACK;
