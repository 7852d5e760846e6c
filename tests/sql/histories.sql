-- histories.sql — random legal histories: cases of plans and moves walk
-- through whatever the tables of law allow, children leave places and come to
-- others; on any day every child has somebody whose the next step is, and
-- what the law does not allow is refused. The oracle reads the law's rows by
-- itself. SEED in the environment repeats a walk.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
\set seed `echo "${SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d " ")}"`
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT setseed((:seed % 1000) / 1000.0);
SELECT pg_temp.actor('officer', 'la_officer');
SELECT pg_temp.setting('Nursery', 'ofsted:non_domestic', NULL, 0, 5), pg_temp.setting('Primary', '1', 2, 4, 11),
       pg_temp.setting('Other primary', '1', 2, 4, 11), pg_temp.setting('Secondary', '34', 4, 11, 16);
CREATE TEMPORARY TABLE walks (n int, child_id uuid);
GRANT ALL ON walks TO PUBLIC;
-- any — one of them.
CREATE FUNCTION pg_temp.any(choices anyarray) RETURNS anyelement LANGUAGE sql VOLATILE AS $$
    SELECT choices[1 + floor(random() * cardinality(choices))::int];
$$;
-- Twenty children from four to eleven, each with a row of stays with or
-- without days between them, the last one open or ended.
CREATE FUNCTION pg_temp.stays(n int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_name text := 'Walker' || n;
    v_on   date := '2023-09-04'::date + floor(random() * 60)::int;
    v_end  date;
BEGIN
    INSERT INTO core.children (id, surname, forename, born_on)
    VALUES (gen_random_uuid(), v_name, 'Testchild', '2013-09-01'::date + floor(random() * 2400)::int);
    INSERT INTO cast_children SELECT v_name, c.id FROM core.children AS c WHERE c.surname = v_name;
    INSERT INTO walks SELECT n, pg_temp.child_id(v_name);
    FOR k IN 1..6 LOOP
        v_end := v_on + 60 + floor(random() * 300)::int;
        INSERT INTO core.child_records (setting_id, source_id, child_id, revision, content_hash, surname, forename, born_on)
        SELECT s.id, v_name, c.id, 1, gen_random_uuid(), c.surname, c.forename, c.born_on
          FROM core.children AS c, cast_settings AS s WHERE c.surname = v_name AND s.name = (ARRAY['Primary', 'Other primary', 'Secondary'])[1 + k % 3]
        ON CONFLICT DO NOTHING;
        INSERT INTO core.placements (setting_id, source_id, child_id, revision, content_hash, child, start_on, end_on)
        SELECT s.id, v_name || k, pg_temp.child_id(v_name), 1, gen_random_uuid(), v_name, v_on, CASE WHEN k < 6 THEN v_end END
          FROM cast_settings AS s WHERE s.name = (ARRAY['Primary', 'Other primary', 'Secondary'])[1 + k % 3];
        v_on := v_end + 1 + CASE WHEN random() < 0.5 THEN 0 ELSE floor(random() * 80)::int END;
        EXIT WHEN v_on > current_date;
    END LOOP;
END
$$;
-- allowed — the oracle: what may happen in the case on that day; to what it
-- would belong.
CREATE FUNCTION pg_temp.allowed(case_id uuid, on_date date) RETURNS TABLE (code text, of_event uuid, outcomes text[], needs text[], is_ahead boolean)
LANGUAGE sql AS $$
    SELECT l.code, (SELECT e.id FROM core.ehc_events AS e WHERE e.case_id = $1 AND e.event = l.of AND e.on_date <= $2 ORDER BY random() LIMIT 1),
           l.outcomes, l.needs, l.is_ahead
      FROM law.ehc_events AS l
     WHERE CASE WHEN $1 IS NULL THEN l.after = '{}' ELSE l.after = '{}' OR EXISTS (
               SELECT FROM core.ehc_events AS e
                WHERE e.case_id = $1 AND e.on_date <= $2
                  AND (e.event = ANY (l.after) OR concat(e.event, ':', e.outcome) = ANY (l.after))) END
       AND (l.of IS NULL OR EXISTS (SELECT FROM core.ehc_events AS e WHERE e.case_id = $1 AND e.event = l.of AND e.on_date <= $2));
$$;
-- happens — the event, as an officer writes it; what refuses it.
CREATE FUNCTION pg_temp.happens(case_id uuid, child_id uuid, code text, on_date date, of_event uuid, outcomes text[], needs text[])
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_event core.ehc_events;
    v_case  core.ehc_cases;
    v_id    uuid := case_id;
BEGIN
    PERFORM pg_temp.act('officer');
    PERFORM set_config('role', 'api', true);
    IF v_id IS NULL THEN
        INSERT INTO core.ehc_cases AS c (child_id, source, opened_on, client_id, key, content)
        VALUES (child_id, 'parent', on_date, core.actor_id(), gen_random_uuid(), gen_random_uuid()) RETURNING c.id INTO v_id;
    END IF;
    v_case := core.ehc_case_hold(v_id, true);
    v_event.case_id := v_id;
    v_event.child_id := v_case.child_id;
    v_event.event := code;
    v_event.on_date := on_date;
    v_event.of_event := of_event;
    v_event.outcome := pg_temp.any(outcomes);
    v_event.key := gen_random_uuid();
    IF 'adviser' = ANY (needs) THEN v_event.adviser := pg_temp.any('{parent,education,health,psychologist}'::text[]); END IF;
    IF 'setting_id' = ANY (needs) THEN v_event.setting_id := (SELECT max(s.id) FROM core.settings AS s); END IF;
    IF 'la_code' = ANY (needs) THEN v_event.la_code := '350'; END IF;
    IF 'year' = ANY (needs) THEN v_event.year := extract(year FROM on_date)::int + 1; END IF;
    IF 'exception' = ANY (needs) THEN v_event.exception := 'exceptional_personal'; v_event.reason := 'Invented.'; END IF;
    PERFORM core.ehc_event_form(v_event);
    PERFORM core.ehc_event_order(v_case, v_event);
    PERFORM core.ehc_event_add(v_event);
    PERFORM pg_temp.rest();
    RETURN NULL;
EXCEPTION
    WHEN SQLSTATE 'LA000' THEN
        PERFORM pg_temp.rest();
        RETURN SQLERRM;
END
$$;
CREATE TEMPORARY TABLE told (n int, child_id uuid, code text, on_date date, is_legal boolean, refused text);
-- walk — the case of a child through up to 30 events; now and then something
-- that does not follow is tried.
CREATE FUNCTION pg_temp.walk(n int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_child uuid := (SELECT w.child_id FROM walks AS w WHERE w.n = walk.n);
    v_on    date := '2023-10-01'::date + floor(random() * 500)::int;
    v_case  uuid;
    v_pick  record;
BEGIN
    FOR k IN 1..30 LOOP
        SELECT c.id INTO v_case FROM core.ehc_cases AS c WHERE c.child_id = v_child AND c.ended_on IS NULL;
        IF v_case IS NOT NULL AND random() < 0.15 THEN
            SELECT l.code, NULL::uuid AS of_event, l.outcomes, l.needs INTO v_pick FROM law.ehc_events AS l
             WHERE l.code NOT IN (SELECT a.code FROM pg_temp.allowed(v_case, v_on) AS a) ORDER BY random() LIMIT 1;
            INSERT INTO told SELECT n, v_child, v_pick.code, v_on, false,
                pg_temp.happens(v_case, v_child, v_pick.code, v_on, v_pick.of_event, v_pick.outcomes, v_pick.needs);
        END IF;
        SELECT a.* INTO v_pick FROM pg_temp.allowed(v_case, v_on) AS a
         ORDER BY random() * CASE WHEN a.code IN ('case_closed', 'plan_ceased', 'plan_transferred_out') THEN 0.1 ELSE 1 END DESC LIMIT 1;
        INSERT INTO told SELECT n, v_child, v_pick.code, v_on, true, pg_temp.happens(v_case, v_child, v_pick.code,
            v_on + CASE WHEN v_pick.is_ahead THEN 300 ELSE 0 END, v_pick.of_event, v_pick.outcomes, v_pick.needs);
        v_on := v_on + floor(random() * 40)::int;
        EXIT WHEN v_on > current_date;
    END LOOP;
END
$$;
-- move — the move of a child through up to 12 steps.
CREATE TEMPORARY TABLE steps (n int, case_id uuid, was text, step text, is_legal boolean, refused text);
CREATE FUNCTION pg_temp.moving(n int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_case core.transition_cases;
    v_step text;
    v_is_legal boolean;
BEGIN
    INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, to_setting_id, to_outside, target_on, made_by, state_on)
    SELECT w.child_id, 2027, 'PRS', CASE WHEN random() < 0.8 THEN pg_temp.setting_id('Primary') END,
           CASE WHEN w.n % 3 = 0 THEN pg_temp.setting_id('Secondary') END,
           CASE WHEN w.n % 3 = 1 THEN 'An invented place elsewhere' END, '2027-09-01', a.id, '2026-09-01'
      FROM walks AS w, cast_actors AS a WHERE w.n = moving.n RETURNING * INTO v_case;
    FOR k IN 1..12 LOOP
        SELECT c.* INTO v_case FROM core.transition_cases AS c WHERE c.id = v_case.id;
        v_is_legal := random() < 0.8;
        SELECT s.step INTO v_step FROM (
            SELECT t.step FROM law.transition_steps AS t WHERE v_is_legal AND t.from_state = v_case.state
               AND (NOT t.needs_destination OR num_nonnulls(v_case.to_setting_id, v_case.to_outside) > 0)
            UNION ALL
            SELECT x.state FROM law.transition_states AS x WHERE NOT v_is_legal
               AND NOT EXISTS (SELECT FROM law.transition_steps AS t WHERE t.from_state = v_case.state AND t.step = x.state)) AS s
         ORDER BY random() LIMIT 1;
        EXIT WHEN v_step IS NULL;
        BEGIN
            PERFORM pg_temp.act('officer');
            PERFORM set_config('role', 'api', true);
            PERFORM core.transition_step(v_case.id, v_step, 'Invented.', v_case.state_on + floor(random() * 4)::int);
            PERFORM pg_temp.rest();
            INSERT INTO steps VALUES (n, v_case.id, v_case.state, v_step, v_is_legal, NULL);
        EXCEPTION WHEN SQLSTATE 'LA000' THEN
            PERFORM pg_temp.rest();
            INSERT INTO steps VALUES (n, v_case.id, v_case.state, v_step, v_is_legal, SQLERRM);
        END;
    END LOOP;
END
$$;
SELECT pg_temp.stays(n), pg_temp.walk(n), pg_temp.moving(n) FROM generate_series(1, 20) AS n;
\o
SELECT plan(9);
SELECT diag('SEED=' || :'seed' || ': ' || count(*) FILTER (WHERE t.is_legal) || ' events, ' || count(*) FILTER (WHERE NOT t.is_legal)
       || ' that do not follow, ' || count(DISTINCT t.code) || ' kinds; ' || (SELECT count(*) FROM steps) || ' steps') FROM told AS t;

SELECT is_empty('SELECT t.n, t.code, t.on_date, t.refused FROM told AS t WHERE t.is_legal AND t.refused IS NOT NULL',
    'what follows by the rows of law is taken');
SELECT is_empty('SELECT t.n, t.code, t.on_date FROM told AS t WHERE NOT t.is_legal AND t.refused IS NULL',
    'what does not follow is refused');
SELECT is_empty('SELECT s.n, s.was, s.step, s.refused FROM steps AS s WHERE s.is_legal = (s.refused IS NOT NULL)',
    'a step of a move is taken if its state allows it, else refused');
SELECT is_empty($$SELECT c.id FROM core.transition_cases AS c JOIN walks AS w USING (child_id)
                   WHERE c.version <> (SELECT count(*) + 1 FROM steps AS s WHERE s.case_id = c.id AND s.refused IS NULL)$$,
    'each step taken is one version, a refused one is none');

-- On 25 days of the years walked through, and today.
CREATE TEMPORARY TABLE days AS
    SELECT ('2023-10-01'::date + floor(random() * (current_date - '2023-10-01'::date))::int) AS day FROM generate_series(1, 25)
     UNION SELECT current_date;
CREATE TEMPORARY TABLE owned (day date, ehc_case uuid, owner text, step text);
CREATE TEMPORARY TABLE found (day date, child_id uuid, owner text);
CREATE TEMPORARY TABLE due (day date, asked text, due jsonb);
GRANT ALL ON days, owned, found, due TO PUBLIC;
\o /dev/null
SELECT pg_temp.act('officer');
INSERT INTO owned SELECT d.day, s.ehc_case, s.owner, s.step FROM days AS d CROSS JOIN LATERAL api.ehc_next_steps(d.day) AS s;
INSERT INTO found SELECT d.day, b.child_id, b.owner FROM days AS d CROSS JOIN LATERAL api.between(d.day) AS b;
INSERT INTO due SELECT d.day, 'all', to_jsonb(e) FROM (SELECT * FROM days ORDER BY day DESC LIMIT 6) AS d
  CROSS JOIN LATERAL api.ehc_due(d.day) AS e WHERE e.met_on IS NULL;
INSERT INTO due SELECT d.day, 'running', to_jsonb(e) FROM (SELECT * FROM days ORDER BY day DESC LIMIT 6) AS d
  CROSS JOIN LATERAL api.ehc_due(d.day, 'infinity', true) AS e WHERE e.met_on IS NULL;
SELECT pg_temp.rest();
\o
SELECT bag_eq($$SELECT d.day, d.due FROM due AS d WHERE d.asked = 'running'$$, $$SELECT d.day, d.due FROM due AS d WHERE d.asked = 'all'$$,
    'asked for what runs only, the clocks leave out nothing that runs');
SELECT is_empty($$SELECT d.day, c.id FROM days AS d JOIN core.ehc_cases AS c ON c.opened_on <= d.day AND (c.ended_on IS NULL OR c.ended_on > d.day)
                    JOIN walks AS w USING (child_id)
                   WHERE NOT EXISTS (SELECT FROM owned AS o WHERE o.day = d.day AND o.ehc_case = c.id AND o.owner <> '' AND o.step <> '')$$,
    'whoever has an open case of a plan has, on any day, somebody whose the next step is');
SELECT is((SELECT count(*) > 0 FROM owned), true, 'and there were such cases');
SELECT is_empty($$SELECT t.case_id, t.state FROM pg_temp.seen('officer',
        'SELECT case_id, state, next_owner FROM api.transition_cases WHERE is_open') AS s (rows),
        unnest(s.rows) AS r (row), LATERAL (SELECT split_part(r.row, ' ', 1) AS case_id, split_part(r.row, ' ', 2) AS state,
        split_part(r.row, ' ', 3) AS owner) AS t WHERE t.owner IN ('', '-')$$, 'and so has every move that is not over');
-- Of school age, on no roll, and the holidays after the summer over: between.
SELECT is_empty($$SELECT d.day, w.n FROM days AS d CROSS JOIN walks AS w
                   WHERE NOT EXISTS (SELECT FROM core.placements AS p WHERE p.child_id = w.child_id AND p.start_on <= d.day AND coalesce(p.end_on, 'infinity') >= d.day)
                     AND EXISTS (SELECT FROM core.placements AS p WHERE p.child_id = w.child_id AND p.end_on < d.day - 1)
                     AND extract(month FROM d.day) NOT IN (7, 8, 9)
                     AND coalesce((SELECT t.step FROM core.transition_steps AS t WHERE t.child_id = w.child_id AND t.on_date <= d.day
                                    ORDER BY t.n DESC LIMIT 1), '') NOT IN ('received', 'settled')
                     AND NOT EXISTS (SELECT FROM found AS f WHERE f.day = d.day AND f.child_id = w.child_id AND f.owner <> '')$$,
    'and so has, on any day of term, every child that is on no roll and that no destination says it has received');
SELECT * FROM finish();
ROLLBACK;
