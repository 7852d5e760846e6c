-- handovers.sql — what is handed over of a child: by whom, agreed by whom, to
-- whom it may go, who reads what of it, and that nothing is half applied.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('nursery', 'school_system'), pg_temp.actor('school', 'school_system'), pg_temp.actor('juniors', 'school_system'),
       pg_temp.actor('area', 'area_senco'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('auditor', 'auditor'),
       pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, 0, 5), pg_temp.setting('Primary', '1', 2, 4, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
UPDATE core.settings AS s SET laestab = '3589002' WHERE s.id = pg_temp.setting_id('Primary');
INSERT INTO core.client_grants (client_id, setting_id) SELECT a.id, s.id FROM cast_actors AS a, cast_settings AS s
 WHERE (a.name, s.name) IN (('nursery', 'Nursery'), ('school', 'Primary'), ('juniors', 'Juniors'));
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name = 'area';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id('Nursery'), '2020-01-01' FROM core.caseloads AS l JOIN cast_actors AS a ON a.id = l.client_id;
SELECT pg_temp.child('Fern', 'Nursery', '2022-11-30', 'N2', 'K'), pg_temp.child('Oak', 'Primary', (current_date - interval '16 years')::date, '10', 'K'),
       pg_temp.child('Moss', 'Primary', '2016-01-01', '6', 'K');
INSERT INTO core.plans (setting_id, source_id, child_id, revision, content_hash, child, start_on, reviewed_on, outcomes, provision, progress)
VALUES (pg_temp.setting_id('Nursery'), 'p1', pg_temp.child_id('Fern'), 1, gen_random_uuid(), 'Fern', '2026-01-05', '2026-03-30', '{"Asks for help"}', '{"Picture cards"}', 'some'),
       (pg_temp.setting_id('Nursery'), 'p2', pg_temp.child_id('Fern'), 1, gen_random_uuid(), 'Fern', '2026-04-13', NULL, '{"Joins a game"}', '{}', NULL);
INSERT INTO core.involvements (setting_id, source_id, child_id, revision, content_hash, child, agency, start_on, purpose)
VALUES (pg_temp.setting_id('Nursery'), 'i', pg_temp.child_id('Fern'), 1, gen_random_uuid(), 'Fern', 'portage', '2026-02-01', 'Play at home');
INSERT INTO core.contacts (setting_id, source_id, child_id, revision, content_hash, child, held_on, voice, mode, views, agreed)
VALUES (pg_temp.setting_id('Nursery'), 'k', pg_temp.child_id('Fern'), 1, gen_random_uuid(), 'Fern', '2026-03-01', 'parent', 'meeting', '{"Likes water"}', '{"Photos may be shown"}');
CREATE FUNCTION pg_temp.move_case(child text, kind text, year int, from_setting text, to_setting text, state text, target_on date DEFAULT NULL)
RETURNS uuid LANGUAGE sql AS $$
    INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, to_setting_id, state, target_on, made_by, made_at)
    SELECT pg_temp.child_id($1), $3, $2, pg_temp.setting_id($4), pg_temp.setting_id($5), $6, coalesce($7, make_date($3, 9, 1)), a.id, '2026-01-01'
      FROM cast_actors AS a WHERE a.name = 'officer' RETURNING id;
$$;
CREATE TEMPORARY TABLE moves AS SELECT pg_temp.move_case('Fern', 'EYS', 2027, 'Nursery', 'Primary', 'planned') AS fern,
    pg_temp.move_case('Oak', 'SEP', 2027, 'Primary', 'Juniors', 'accepted') AS oak;
GRANT SELECT ON moves TO PUBLIC;
-- do — a write as that actor: the columns asked for of what it answers, or
-- the slug it is refused with.
CREATE FUNCTION pg_temp.do(actor text, call text, columns text DEFAULT 'version, state') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_rows text[];
BEGIN
    v_rows := pg_temp.seen(actor, format('SELECT %s FROM api.%s AS x', columns, call));
    RETURN array_to_string(v_rows, '|');
EXCEPTION WHEN SQLSTATE 'LA000' THEN
    PERFORM pg_temp.rest();
    RETURN SQLERRM;
END
$$;
CREATE FUNCTION pg_temp.tag(case_id uuid) RETURNS text LANGUAGE sql AS $$
    SELECT quote_literal(h.version || '.' || h.revision) FROM core.handovers AS h WHERE h.case_id = $1 AND h.state <> 'withdrawn' ORDER BY h.version DESC LIMIT 1;
$$;
-- lines — what the actor reads of each section of the newest version.
CREATE FUNCTION pg_temp.lines(actor text, case_id uuid) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format($q$SELECT e->>'section' AS s, e->>'lines' AS l FROM (SELECT v.* FROM api.handover_versions AS v WHERE v.case_id = %L
        ORDER BY v.version DESC LIMIT 1) AS v, jsonb_array_elements(v.sections) AS e WHERE e->>'lines' IS NOT NULL$q$, $2));
$$;
CREATE FUNCTION pg_temp.audited(action text) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM audit.entries AS e WHERE e.action = 'handovers.' || $1 AND cardinality(e.child_ids) = 1 $$;
\o
SELECT no_plan();

-- The law.
SELECT is_empty($$SELECT k.code FROM (SELECT DISTINCT t.code FROM law.transition_kinds AS t) AS k
    WHERE (SELECT sum(s.weight) FROM law.handover_sections AS s WHERE k.code = ANY (s.kinds)) IS DISTINCT FROM 100$$,
    'handover content (domain 6.2): each kind of move has its sections, which weigh 100 together');
SELECT bag_eq($$SELECT DISTINCT s.code FROM law.handover_sections AS s$$,
    '{identity,status,support,assessment,agencies,voice,risk,plan_for_move,agreements}'::text[], 'domain 6.2: its rows; safeguarding has none');
SELECT bag_eq($$SELECT DISTINCT s.code FROM law.handover_sections AS s WHERE s.is_restricted$$, '{risk}'::text[], 'risk and care is restricted');
SELECT is((SELECT array_agg(concat_ws(' ', c.id, c.month, c.day, nullif(c.amount, 0), c.owner) ORDER BY c.id) FROM law.clocks AS c WHERE c.id LIKE 'handover_%'),
    ARRAY['handover_acknowledged 10 receiving_setting', 'handover_sent 5 31 setting', 'handover_sent_in_year setting'],
    'domain 6.4: sent by 31 May, acknowledged in ten working days');
SELECT is_empty($$SELECT c.id FROM law.clocks AS c JOIN law.rules AS r ON r.id = c.rule_id WHERE c.id IN ('handover_sent', 'handover_acknowledged')
    AND (c.month, c.day, c.amount) IS DISTINCT FROM (r.month, r.day, r.days)$$, 'their days are those of the rules they cite');

-- A draft.
SELECT is(pg_temp.do(a.name, format('handover_create(%L, %L)', m.fern, 'x')), w.slug, a.name || ' does not begin it')
  FROM moves AS m, (VALUES ('school', 'not_found'), ('juniors', 'not_found'), ('auditor', 'forbidden'), ('administrator', 'forbidden')) AS w (who, slug)
  JOIN cast_actors AS a ON a.name = w.who;
SELECT is(pg_temp.do('nursery', format('handover_create(%L, %L)', m.fern, 'k1')), '1 draft', 'the setting left begins it') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_create(%L, %L)', m.fern, 'k1')), '1 draft', 'the same key again is the same') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_create(%L, %L)', m.fern, 'k2')), 'exists_already', 'there is one draft at a time') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_create(%L, %L)', gen_random_uuid(), 'k1')), 'not_found', 'a move that is not there');
SELECT is(pg_temp.lines('nursery', m.fern), ARRAY[
    'identity ["Name: Testchild Fern", "Born on: 2022-11-30", "Year group: N2"]',
    'status ["SEN support, from 2025-09-01: Speech, language and communication needs, Autistic spectrum disorder"]',
    'support ["2026-04-13, outcome: Joins a game", "2026-01-05, outcome: Asks for help", "2026-01-05, provision: Picture cards", "2026-01-05, reviewed on 2026-03-30: some progress"]',
    'agencies ["Portage, since 2026-02-01: Play at home"]',
    'voice ["2026-03-01, parent or carer: Likes water"]',
    'agreements ["2026-03-01, parent or carer: Photos may be shown"]'], 'it is filled from what the setting knows, the newest first') FROM moves AS m;
SELECT is(pg_temp.lines(a, m.fern) <> '{}', a IN ('area', 'officer'), a || ': a draft is the sender''s, and of who is over it')
  FROM moves AS m, unnest('{area,officer,school,juniors,auditor,administrator}'::text[]) AS a;

-- Sections.
SELECT is(pg_temp.do('nursery', format('handover_section_put(%L, %L, %s, %L)', m.fern, s.code, s.tag, 'Invented')), s.slug, s.title)
  FROM moves AS m, (VALUES ('voice', 'NULL', 'precondition_missing', 'a change is by who has read it'), ('voice', '''1.9''', 'precondition_failed', 'and of what is there now'),
    ('safeguarding', '''1.1''', 'unknown_code', 'CoP, domain 6.2: there is no section for safeguarding')) AS s (code, tag, slug, title);
SELECT is(pg_temp.do('nursery', format('handover_section_put(%L, %L, %s, %L)', m.fern, s.code, pg_temp.tag(m.fern), s.lines)), '1 draft', s.code || ' is written')
  FROM moves AS m, (VALUES ('voice', E'Likes water\nAnd sand'), ('voice', 'Likes sand'), ('risk', 'An inhaler'), ('assessment', 'Check at two: done')) AS s (code, lines);
SELECT is(pg_temp.lines('nursery', m.fern) @> ARRAY['voice ["Likes sand"]', 'risk ["An inhaler"]'], true, 'and read') FROM moves AS m;
SELECT is((SELECT count(*) FROM core.handover_sections AS s JOIN moves AS m ON true JOIN core.handovers AS h ON h.id = s.handover_id AND h.case_id = m.fern
    WHERE s.section = 'voice' AND s.known_to <= clock_timestamp()), 2::bigint, 'what it said before is still known');
SELECT throws_ok(format($$INSERT INTO core.handover_sections (handover_id, child_id, section, lines, is_restricted, client_id)
    SELECT h.id, h.child_id, 'x', ARRAY[repeat('x', 24020)], false, h.made_by FROM core.handovers AS h WHERE h.case_id = %L$$, m.fern), '23514', NULL,
    'content has an end, even past the daemon') FROM moves AS m;

-- Agreement.
SELECT is(pg_temp.do('nursery', format('handover_agree(%L, %s, %L, %L, %L)', m.fern, pg_temp.tag(m.fern), w.on_date, w.by, w.share)), w.slug, w.title)
  FROM moves AS m, (VALUES ('2099-01-01', 'parent', 'voice', 'malformed_field', 'nobody has agreed in the future'), ('2022-11-29', 'parent', 'voice', 'dates_reversed', 'or before the child was born'),
    ('2026-05-01', 'young_person', 'voice', 'handover_unagreed', 'CoP 5.47: a small child''s parents agree'), ('2026-05-01', 'parent', 'voice,diary', 'unknown_code', 'to sections there are')) AS w (on_date, by, share, slug, title);
SELECT is(pg_temp.do('nursery', format('handover_send(%L, %s, %L)', m.fern, pg_temp.tag(m.fern), 'id:' || pg_temp.setting_id('Primary')), '_refused'), 'handover_destination',
    'a move nobody was offered is handed over to nobody') FROM moves AS m;
UPDATE core.transition_cases AS c SET state = 'offered' FROM moves AS m WHERE c.id = m.fern;
SELECT is(pg_temp.do('nursery', format('handover_send(%L, %s, %L)', m.fern, pg_temp.tag(m.fern), 'id:' || pg_temp.setting_id(w.s)), '_refused, state'), w.said, w.title)
  FROM moves AS m, (VALUES ('Juniors', 'handover_destination draft', 'a setting the child does not move to is refused'), ('Primary', 'handover_unagreed', 'CoP 5.47: not without agreement')) AS w (s, said, title);
SELECT is(pg_temp.audited('send_refused'), 2::bigint, 'the refused attempts are in the log of audit');
SELECT is(pg_temp.do('nursery', format('handover_agree(%L, %s, %L, %L, %L)', m.fern, pg_temp.tag(m.fern), '2026-05-01', 'parent', 'identity,status'), 'agreed_by, may_share'), 'parent ["identity","status"]', 'the parents agree to some') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_send(%L, %s, %L)', m.fern, pg_temp.tag(m.fern), 'id:' || pg_temp.setting_id('Primary')), '_refused'), 'handover_unagreed', 'then the rest is not sent') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_release(%L, %L, %s, %L)', m.fern, 'risk', pg_temp.tag(m.fern), 'Ada Example')), 'handover_unagreed', 'nor released') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_agree(%L, %s, %L, %L, %L)', m.fern, pg_temp.tag(m.fern), '2026-05-01', 'parent',
    'identity,status,support,assessment,agencies,voice,risk,plan_for_move,agreements')), '1 draft', 'they agree to all') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_send(%L, %s, NULL)', m.fern, pg_temp.tag(m.fern)), '_refused'), 'handover_destination', 'to nowhere') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_send(%L, %s, %L)', m.fern, pg_temp.tag(m.fern), 'urn:000000'), '_refused'), 'unknown_setting', 'to who is not there') FROM moves AS m;
SELECT is(pg_temp.do('school', format('handover_send(%L, %s, %L)', m.fern, pg_temp.tag(m.fern), 'id:' || pg_temp.setting_id('Primary')), '_refused'), 'forbidden', 'nor by the receiver') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_send(%L, %s, %L)', m.fern, pg_temp.tag(m.fern), 'id:' || pg_temp.setting_id('Primary')), '_refused, state, version'), '- sent 1', 'it is sent') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_section_put(%L, %L, %s, %L)', m.fern, 'voice', pg_temp.tag(m.fern), 'More')), 'handover_state', 'what was sent is not changed') FROM moves AS m;

-- What the receiver reads.
SELECT is(ARRAY(SELECT split_part(l, ' ', 1) FROM unnest(pg_temp.lines('school', m.fern)) AS l), '{identity,status,support,assessment,agencies,voice,agreements}', 'the receiver reads all but what is restricted') FROM moves AS m;
SELECT is(pg_temp.lines(a, m.fern), '{}', a || ' reads nothing') FROM moves AS m, unnest('{juniors,auditor,administrator}'::text[]) AS a;
SELECT is(pg_temp.do('school', format('handover_receipt(%L, %L)', m.fern, 'risk')), 'not_found', 'nor acknowledges what it has not') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_release(%L, %L, %s, %L)', m.fern, 'voice', pg_temp.tag(m.fern), 'Ada Example')), 'handover_state', 'what is not restricted is not released') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_release(%L, %L, %s, %L)', m.fern, 'risk', pg_temp.tag(m.fern), 'Ada Example')), '1 sent', 'a restricted section is released by itself') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_release(%L, %L, %s, %L)', m.fern, 'risk', pg_temp.tag(m.fern), 'Ada Example')), 'handover_state', 'once') FROM moves AS m;
SELECT is(pg_temp.lines('school', m.fern) @> '{"risk [\"An inhaler\"]"}', true, 'and read then') FROM moves AS m;

-- Receipts, questions, answers.
SELECT is(pg_temp.do(w.who, format('handover_receipt(%L, %L)', m.fern, 'voice')), w.slug, w.who || ' gives no receipt')
  FROM moves AS m, (VALUES ('nursery', 'not_found'), ('juniors', 'not_found'), ('officer', 'forbidden'), ('area', 'forbidden')) AS w (who, slug);
SELECT is(pg_temp.do('school', format('handover_receipt(%L, %L)', m.fern, s)), '1 sent', 'a receipt for ' || s)
  FROM moves AS m, unnest('{identity,identity,risk}'::text[]) AS s;
SELECT is(pg_temp.audited('receipt'), 2::bigint, 'said again it is so already');
SELECT is(pg_temp.do('school', format('handover_ask(%L, %L, %L, %L)', m.fern, w.key, w.s, w.q)), w.said, w.title)
  FROM moves AS m, (VALUES ('q', 'voice', 'Which sand?', '1 sent', 'a question'), ('q', 'voice', 'Which sand?', '1 sent', 'the same again'),
    ('q', 'voice', 'What sand?', 'batch_differs', 'another under its key'), ('r', 'diary', 'What?', 'unknown_code', 'of a section there is')) AS w (key, s, q, said, title);
SELECT is(pg_temp.do('nursery', format('handover_ask(%L, %L, %L, %L)', m.fern, 'z', 'voice', 'What?')), 'not_found', 'the sender asks itself nothing') FROM moves AS m;
SELECT is(pg_temp.do(w.who, format('handover_answer(%L, %s, %L)', m.fern, w.n, w.a)), w.said, w.title)
  FROM moves AS m, (VALUES ('school', 1, 'Dry', 'forbidden', 'the asker does not answer'), ('nursery', 2, 'Dry', 'not_found', 'a question that was not asked'),
    ('nursery', 1, 'Dry', '1 sent', 'the sender answers'), ('nursery', 1, 'Dry', '1 sent', 'again'), ('nursery', 1, 'Wet', 'exists_already', 'and not otherwise')) AS w (who, n, a, said, title);
SELECT is(pg_temp.seen('school', format($$SELECT e->>'n' AS n, e->>'question' AS asked, e->>'answer' AS answer FROM api.handover_versions AS v, jsonb_array_elements(v.questions) AS e WHERE v.case_id = %L$$, m.fern)),
    '{"1 Which sand? Dry"}', 'the asker reads it') FROM moves AS m;

-- How far it is.
CREATE FUNCTION pg_temp.progress(who text, case_id uuid) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT h.state, h.version, h.sections, h.received, h.open_questions FROM api.handovers AS h WHERE h.case_id = %L', $2)) $$;
SELECT is(pg_temp.progress(a, m.fern), CASE WHEN a IN ('juniors', 'auditor') THEN '{}' ELSE '{"seen 1 7 1 0"}'::text[] END, a || ': how far it is')
  FROM moves AS m, unnest('{nursery,school,officer,area,juniors,auditor}'::text[]) AS a;
SELECT is(pg_temp.do('school', format('handover_receipt(%L, %L)', m.fern, s)), '1 sent', 'a receipt for ' || s)
  FROM moves AS m, unnest('{status,support,assessment,agencies,voice,agreements}'::text[]) AS s;
SELECT is(pg_temp.progress('officer', m.fern), '{"acknowledged 1 7 7 0"}', 'all of it is acknowledged') FROM moves AS m;

-- The next version; what was sent stays readable.
SELECT is(pg_temp.do('nursery', format('handover_create(%L, %L)', m.fern, 'k3'), 'version, state, agreed_by'), '2 draft parent', 'a new version begins from the last') FROM moves AS m;
SELECT is(ARRAY(SELECT split_part(l, ' ', 1) FROM unnest(pg_temp.lines('nursery', m.fern)) AS l), '{identity,status,support,assessment,agencies,voice,risk,agreements}', 'with what it said') FROM moves AS m;
SELECT is(pg_temp.seen('school', format('SELECT v.version, v.state FROM api.handover_versions AS v WHERE v.case_id = %L', m.fern)), '{"1 sent"}', 'the receiver reads the sent one') FROM moves AS m;
SELECT is(pg_temp.do('nursery', format('handover_send(%L, %s, %L)', m.fern, pg_temp.tag(m.fern), 'id:' || pg_temp.setting_id('Primary')), 'version, state'), '2 sent', 'the second is sent') FROM moves AS m;
SELECT is(pg_temp.seen('school', format('SELECT v.version, v.state FROM api.handover_versions AS v WHERE v.case_id = %L ORDER BY v.version', m.fern)), '{"1 sent","2 sent"}', 'both are readable') FROM moves AS m;
SELECT is(pg_temp.lines('school', m.fern) && '{"risk [\"An inhaler\"]"}', false, 'what was released of the first is not of the second') FROM moves AS m;
-- Another destination: what the old one was sent stays with it until it is withdrawn; the new one sees none of it.
UPDATE core.transition_cases AS c SET to_setting_id = pg_temp.setting_id('Juniors') FROM moves AS m WHERE c.id = m.fern;
SELECT is(pg_temp.seen(w.who, format('SELECT v.version FROM api.handover_versions AS v WHERE v.case_id = %L ORDER BY v.version', m.fern)), w.versions::text[], w.title)
  FROM moves AS m, (VALUES ('school', '{1,2}', 'the old destination keeps what it got'), ('juniors', '{}', 'the new one gets none of it')) AS w (who, versions, title);
SELECT is(pg_temp.do('nursery', format('handover_withdraw(%L, %s, %L)', m.fern, pg_temp.tag(m.fern), 'Another school')), '2 withdrawn', 'it can be withdrawn') FROM moves AS m;
SELECT is(pg_temp.seen('school', format('SELECT v.version FROM api.handover_versions AS v WHERE v.case_id = %L', m.fern)), '{1}', 'and is not read there any more') FROM moves AS m;
SELECT is((SELECT array_agg(DISTINCT e.action) FROM audit.entries AS e, moves AS m WHERE e.details->>'case_id' = m.fern::text),
    '{handovers.agree,handovers.answer,handovers.ask,handovers.create,handovers.receipt,handovers.release,handovers.section,handovers.send,handovers.send_refused,handovers.withdraw}',
    'all of it is in the log of audit');

-- At sixteen it is the young person's own (CoP 8.13-8.16); on the birthday already.
SELECT is(pg_temp.do('school', format('handover_create(%L, %L)', m.oak, 'o')), '1 draft', 'the school begins another') FROM moves AS m;
SELECT is(pg_temp.do('school', format('handover_agree(%L, %s, %L, %L, %L)', m.oak, pg_temp.tag(m.oak), w.on_date, w.by, 'identity,status')), w.said, w.title)
  FROM moves AS m, (VALUES (current_date - 1, 'young_person', 'handover_unagreed', 'CoP 8.13: the day before the sixteenth birthday it is the parents'' to agree'),
    (current_date - 1, 'parent', '1 draft', 'they do'), (current_date, 'parent', 'handover_unagreed', 'CoP 8.13: on that day it is not')) AS w (on_date, by, said, title);
SELECT is(pg_temp.do('school', format('handover_send(%L, %s, %L)', m.oak, pg_temp.tag(m.oak), 'id:' || pg_temp.setting_id('Juniors')), '_refused'), 'handover_unagreed',
    'CoP 8.13: the parents'' agreement does not do once the child is sixteen') FROM moves AS m;
SELECT is(pg_temp.do('school', format('handover_agree(%L, %s, %L, %L, %L)', m.oak, pg_temp.tag(m.oak), current_date, 'young_person', 'identity,status')), '1 draft', 'it is the young person''s own') FROM moves AS m;
SELECT is(pg_temp.do('school', format('handover_send(%L, %s, %L)', m.oak, pg_temp.tag(m.oak), 'id:' || pg_temp.setting_id('Juniors')), 'state'), 'sent', 'and it is sent') FROM moves AS m;

SELECT * FROM finish();
ROLLBACK;
