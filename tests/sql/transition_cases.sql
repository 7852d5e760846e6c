-- transition_cases.sql — the two-sided protocol: who may take which step from
-- which state, that every open state has an owner, and what each side sees.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('nursery', 'school_system'), pg_temp.actor('school', 'school_system'), pg_temp.actor('foreign', 'school_system'),
       pg_temp.actor('area', 'area_senco'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager'),
       pg_temp.actor('administrator', 'la_administrator'), pg_temp.actor('auditor', 'auditor');
SELECT pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, 0, 5), pg_temp.setting('Primary', '1', 2, 4, 11),
       pg_temp.setting('Infants', '1', 2, 4, 7), pg_temp.setting('Secondary', '34', 4, 11, 16), pg_temp.setting('Closing', '1', 2, 4, 11);
UPDATE core.settings SET closed_on = '2027-08-31' WHERE id = pg_temp.setting_id('Closing');
SELECT pg_temp.grant_setting('nursery', 'Nursery'), pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('foreign', 'Infants');
INSERT INTO core.caseloads (name, client_id) SELECT 'Caseload of ' || a.id, a.id FROM cast_actors AS a WHERE a.name = 'area';
INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on)
SELECT l.id, pg_temp.setting_id('Nursery'), '2020-01-01' FROM core.caseloads AS l JOIN cast_actors AS a ON a.id = l.client_id;
-- moves — a case of that child to that setting, in that state (NULL: none).
CREATE FUNCTION pg_temp.moves(child text, to_setting text, state text DEFAULT 'planned', outside text DEFAULT NULL) RETURNS void
LANGUAGE sql AS $$
    SELECT pg_temp.child($1, 'Nursery', '2022-10-01', NULL, 'K');
    INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, to_setting_id, to_outside, target_on, state, made_by, state_on)
    SELECT pg_temp.child_id($1), 2027, 'EYS', pg_temp.setting_id('Nursery'), pg_temp.setting_id($2), $4, '2027-09-01', $3, a.id, '2026-01-10'
      FROM cast_actors AS a WHERE a.name = 'officer';
    INSERT INTO core.transition_steps (case_id, child_id, n, step, setting_id, client_id)
    SELECT c.id, c.child_id, 1, c.state, c.to_setting_id, c.made_by FROM core.transition_cases AS c WHERE c.child_id = pg_temp.child_id($1);
$$;
CREATE FUNCTION pg_temp.case_id(child text) RETURNS uuid LANGUAGE sql AS $$
    SELECT c.id FROM core.transition_cases AS c WHERE c.child_id = pg_temp.child_id($1);
$$;
CREATE FUNCTION pg_temp.etag(child text) RETURNS text LANGUAGE sql AS $$
    SELECT c.version::text FROM core.transition_cases AS c WHERE c.child_id = pg_temp.child_id($1);
$$;
-- step — what refuses it; as who has read the case last, or under another tag.
CREATE FUNCTION pg_temp.step(actor text, child text, step text, reason text DEFAULT NULL, on_date text DEFAULT NULL, tag text DEFAULT NULL)
RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.transition_case_take(%L, %L, %L, %L, %L)', pg_temp.case_id($2),
        coalesce($6, pg_temp.etag($2)), $3, $4, $5));
$$;
CREATE FUNCTION pg_temp.look(actor text, child text, columns text) RETURNS text LANGUAGE sql AS $$
    SELECT (pg_temp.seen($1, format('SELECT %s FROM api.transition_cases WHERE case_id = %L', $3, pg_temp.case_id($2))))[1];
$$;
CREATE FUNCTION pg_temp.steps(actor text, child text) RETURNS text[] LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT step, as_party FROM api.transition_case_steps WHERE case_id = %L ORDER BY n', pg_temp.case_id($2)));
$$;
\o
SELECT no_plan();

-- The law of it.
SELECT is_empty($$SELECT s.state FROM law.transition_states AS s WHERE s.is_open AND (s.owner IS NULL OR s.unplaced IS NULL)$$,
    'every state that is not final has an owner of the next step, with and without a destination');
SELECT is_empty($$SELECT s.state FROM law.transition_states AS s WHERE NOT s.is_open AND EXISTS (SELECT FROM law.transition_steps AS t WHERE t.from_state = s.state)$$,
    'nothing follows a final state');
SELECT is_empty($$SELECT s.state, s.owner FROM law.transition_states AS s WHERE s.is_open AND NOT EXISTS (SELECT FROM law.transition_steps AS t
    WHERE t.from_state = s.state AND s.owner = ANY (t.sides))$$, 'whoever owns the next step may take one');
SELECT is_empty($$WITH RECURSIVE reach AS (SELECT 'planned' AS state UNION SELECT t.step FROM reach AS r JOIN law.transition_steps AS t ON t.from_state = r.state)
    SELECT s.state FROM law.transition_states AS s WHERE s.state NOT IN (SELECT r.state FROM reach AS r)$$, 'every state can be reached');
SELECT is_empty($$WITH RECURSIVE ends AS (SELECT s.state FROM law.transition_states AS s WHERE NOT s.is_open
     UNION SELECT t.from_state FROM ends AS e JOIN law.transition_steps AS t ON t.step = e.state)
    SELECT s.state FROM law.transition_states AS s WHERE s.state NOT IN (SELECT e.state FROM ends AS e)$$, 'and from every state a move can come to its end');

-- Every step there is, and every step there is not, by each side: a case for each, all of one child.
\o /dev/null
SELECT pg_temp.child('Bramble', 'Nursery', '2022-10-01', NULL, 'K');
CREATE TEMPORARY TABLE tries AS
SELECT s.state AS from_state, t.state AS step, p.actor, p.party, l.sides, gen_random_uuid() AS id, row_number() OVER () AS n
  FROM law.transition_states AS s
 CROSS JOIN law.transition_states AS t
 CROSS JOIN (VALUES ('nursery', 'sender'), ('school', 'receiver'), ('officer', 'authority')) AS p (actor, party)
  LEFT JOIN law.transition_steps AS l ON l.from_state = s.state AND l.step = t.state
 WHERE p.actor <> 'officer' OR l.step IS NOT NULL;
INSERT INTO core.transition_cases (id, child_id, year, kind, from_setting_id, to_setting_id, target_on, state, made_by, state_on)
SELECT t.id, pg_temp.child_id('Bramble'), 2100 + t.n, 'EYS', pg_temp.setting_id('Nursery'), pg_temp.setting_id('Primary'), '2027-09-01', t.from_state, a.id, '2026-01-10'
  FROM tries AS t, cast_actors AS a WHERE a.name = 'officer';
INSERT INTO core.transition_steps (case_id, child_id, n, step, setting_id, client_id)
SELECT c.id, c.child_id, 1, c.state, c.to_setting_id, c.made_by FROM core.transition_cases AS c;
\o
SELECT is(string_agg(concat_ws(' ', w.from_state, w.step, w.actor, w.got, 'not', w.want), '; '), NULL, 'each side takes the steps that are its own by the law''s table, and no other')
  FROM (SELECT t.*, pg_temp.refusal(t.actor, format('SELECT 1 FROM api.transition_case_take(%L, ''1'', %L, ''Invented.'', NULL)', t.id, t.step)) AS got,
               CASE WHEN t.party = 'receiver' AND t.from_state IN ('planned', 'cancelled') THEN 'not_found'
                    WHEN t.sides IS NULL THEN 'transition_state'
                    WHEN t.party = 'authority' OR t.party = ANY (t.sides) THEN NULL
                    ELSE 'forbidden' END AS want
          FROM tries AS t) AS w
 WHERE w.got IS DISTINCT FROM w.want;
SELECT is_empty($$SELECT c.state FROM core.transition_cases AS c JOIN core.transition_steps AS t ON t.case_id = c.id AND t.n = c.version WHERE t.step <> c.state$$,
    'a case is in the state of its newest step');
SELECT is_empty($$SELECT c.id FROM core.transition_cases AS c WHERE c.version <> (SELECT count(*) FROM core.transition_steps AS t WHERE t.case_id = c.id)$$,
    'each step raises the version by one');
SELECT is(pg_temp.seen('officer', $$SELECT DISTINCT state FROM api.transition_cases WHERE is_open AND (next_owner IS NULL OR next_step IS NULL) OR NOT is_open AND next_owner IS NOT NULL$$),
    '{}', 'no open case is without an owner of its next step');
\o /dev/null
UPDATE core.transition_cases SET to_setting_id = NULL;
\o
SELECT is(pg_temp.seen('officer', $$SELECT DISTINCT next_owner FROM api.transition_cases WHERE is_open AND kind = 'EYS'$$), '{la}', 'without a destination the next step is the authority''s');
\o /dev/null
UPDATE core.transition_cases SET to_outside = 'Elsewhere Primary', from_setting_id = NULL;
\o
SELECT is(pg_temp.seen('officer', $$SELECT DISTINCT next_owner FROM api.transition_cases WHERE is_open$$), '{la}', 'as it is where neither side is a setting of the register');

-- One child from nursery to school.
\o /dev/null
SELECT pg_temp.moves('Fern', 'Primary'), pg_temp.moves('Moss', NULL), pg_temp.moves('Reed', NULL, 'planned', 'Elsewhere Primary'),
       pg_temp.moves('Rose', 'Closing'), pg_temp.moves('Sage', 'Primary');
\o
SELECT is(pg_temp.look('school', 'Fern', 'state'), NULL, 'a destination knows nothing of a child that was not offered');
SELECT is(pg_temp.steps('school', 'Fern'), '{}', 'nor of what was planned');
SELECT is(pg_temp.look('nursery', 'Fern', 'surname, state, next_owner, next_step'), 'Fern planned setting Tell the destination of the child.', 'the setting left is to tell it');
SELECT is(pg_temp.step(w.who, 'Fern', 'offered'), w.slug, w.who || ' offers nobody')
  FROM (VALUES ('area', 'forbidden'), ('administrator', 'forbidden'), ('auditor', 'forbidden'), ('nobody', 'forbidden'), ('foreign', 'not_found'), ('school', 'not_found')) AS w (who, slug);
SELECT is(pg_temp.refusal('nursery', format('SELECT * FROM api.transition_case_take(%L, NULL, ''offered'', NULL, NULL)', pg_temp.case_id('Fern'))), 'precondition_missing', 'a step says what was read before');
SELECT is(pg_temp.step('nursery', 'Moss', 'offered'), 'transition_unplaced', 'nobody is offered to nowhere');
SELECT is(pg_temp.step('nursery', 'Rose', 'offered'), 'setting_closed', 'nor to a setting that is closed by then');
SELECT is(pg_temp.step('nursery', 'Fern', 'offered', NULL, (current_date + 1)::text), 'malformed_field', 'no step lies in the future');
SELECT is(pg_temp.step('nursery', 'Fern', 'offered', NULL, '2026-05-04'), NULL, 'offered');
SELECT is(pg_temp.look('school', 'Fern', 'surname, forename, born_on, state, next_owner'), 'Fern Testchild 2022-10-01 offered receiving_setting', 'the destination sees name and birth, and that it is to answer');
SELECT is(pg_temp.look('foreign', 'Fern', 'state'), NULL, 'another school nothing');
SELECT is(pg_temp.look('area', 'Fern', 'state'), 'offered', 'the Area SENCO of the nursery sees it');
SELECT is(pg_temp.look(w.who, 'Fern', 'state'), NULL, w.who || ' sees no child') FROM (VALUES ('administrator'), ('auditor'), ('nobody')) AS w (who);
SELECT is(pg_temp.step('school', 'Fern', 'seen', NULL, '2026-05-03'), 'transition_order', 'no step lies before the one it follows');
SELECT is(pg_temp.step('school', 'Fern', 'queried'), 'missing_field', 'a question is asked in words');
SELECT is(pg_temp.step('school', 'Fern', 'queried', 'Which room?', '2026-05-05'), NULL, 'asked');
SELECT is(pg_temp.look('nursery', 'Fern', 'state, next_owner'), 'queried setting', 'the answer is the nursery''s');
SELECT is(pg_temp.step('nursery', 'Fern', 'offered', 'The small one.', '2026-05-06'), NULL, 'it answers by offering again');
SELECT is(pg_temp.step('officer', 'Fern', 'accepted', NULL, '2026-05-07'), NULL, 'an officer accepts for the school');
SELECT is(pg_temp.step('school', 'Fern', 'received', NULL, '2026-09-02'), NULL, 'the child comes');
SELECT is(pg_temp.step('school', 'Fern', 'settled', NULL, '2026-10-02'), NULL, 'and settles');
SELECT is(pg_temp.look('nursery', 'Fern', 'state, is_open, next_owner'), 'settled false -', 'the move is over');
SELECT is(pg_temp.steps('school', 'Fern'), ARRAY['offered sender', 'queried receiver', 'offered sender', 'accepted receiver', 'received receiver', 'settled receiver'], 'the steps are told to the destination');
SELECT is((SELECT array_agg(e.details->>'step' ORDER BY e.id) FROM audit.entries AS e WHERE e.action = 'transitions.step' AND e.child_ids @> ARRAY[pg_temp.child_id('Fern')]),
    '{offered,queried,offered,accepted,received,settled}', 'and are on record');
SELECT is((SELECT s.as_setting_id = pg_temp.setting_id('Primary') AND a.name = 'officer' FROM core.transition_steps AS s JOIN cast_actors AS a ON a.id = s.client_id
            WHERE s.step = 'accepted' AND s.case_id = pg_temp.case_id('Fern')), true, 'that an officer accepted, and for whom, too');

-- Of acceptance and withdrawal one comes first.
\o /dev/null
SELECT pg_temp.step('nursery', 'Sage', 'offered');
\o
SELECT is(pg_temp.step('school', 'Sage', 'accepted', NULL, NULL, '2'), NULL, 'the school accepts');
SELECT is(pg_temp.step('nursery', 'Sage', 'revoked', 'The parents moved.', NULL, '2'), 'transition_state', 'the nursery, which had not read that, is told so');
SELECT is(pg_temp.step('nursery', 'Sage', 'revoked', 'The parents moved.', NULL, '3'), NULL, 'having read it, it may withdraw');
SELECT is(pg_temp.step('school', 'Sage', 'received', NULL, NULL, '3'), 'transition_state', 'which the school is told in turn');
SELECT throws_like(format('SELECT core.transition_refuse_state(c) FROM core.transition_cases AS c WHERE c.id = %L', pg_temp.case_id('Sage')), 'transition_state', 'by state');
SELECT is(pg_temp.look('school', 'Sage', 'surname, state'), 'Sage revoked', 'as the case shows');

-- A place out of the area is told by the officer, in the same steps.
SELECT is(pg_temp.step('officer', 'Reed', w.step), NULL, 'out of the area: ' || w.step)
  FROM (VALUES ('offered'), ('seen'), ('accepted'), ('received'), ('settled')) AS w (step);
SELECT is(pg_temp.steps('nursery', 'Reed'), ARRAY['planned -', 'offered authority', 'seen receiver', 'accepted receiver', 'received receiver', 'settled receiver'], 'which the nursery reads');

-- What is agreed, a hand-over may go to.
SELECT is((SELECT array_agg(concat_ws(' ', d.to_setting_id = pg_temp.setting_id('Primary'), d.to_outside)) FROM core.transition_destinations(pg_temp.child_id(w.child)) AS d), w.want, w.title)
  FROM (VALUES ('Fern', '{t}'::text[], 'where a child settled is a destination'), ('Reed', '{"Elsewhere Primary"}', 'out of the area too'),
               ('Sage', NULL, 'what was revoked is none'), ('Moss', NULL, 'and nowhere is none')) AS w (child, want, title);

SELECT * FROM finish();
ROLLBACK;
