-- proposals.sql — what settings say about facts the authority owns waits for
-- an officer, who does it or says why not.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('school', 'school_system'), pg_temp.actor('foreign school', 'school_system'),
       pg_temp.actor('senco', 'area_senco'), pg_temp.actor('officer', 'la_officer'), pg_temp.actor('manager', 'la_manager');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('Juniors', '1', 2, 7, 11);
SELECT pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('foreign school', 'Juniors');
SELECT pg_temp.child('Fern', 'Primary', '2016-03-01', '6', 'E');
-- propose: what the school says of Fern's milestones; the id.
CREATE FUNCTION pg_temp.propose(source_id text, kind text, data jsonb) RETURNS uuid LANGUAGE sql AS $$
    INSERT INTO core.proposals (setting_id, client_id, kind, source_id, child_id, data, content_hash, revision)
    SELECT pg_temp.setting_id('Primary'), a.id, $2, $1, pg_temp.child_id('Fern'), $3, gen_random_uuid(), 1
      FROM cast_actors AS a WHERE a.name = 'school' RETURNING id;
$$;
CREATE TEMPORARY TABLE ours AS
    SELECT pg_temp.propose('e1', 'ehc_transfer', '{"child":"Fern","year":2027,"review_held_on":"2026-11-02"}') AS first,
           pg_temp.propose('e2', 'ehc_transfer', '{"child":"Fern","year":2027,"amendment_noticed_on":"2026-11-20"}') AS second,
           pg_temp.propose('e3', 'ehc_transfer', '{"child":"Fern","year":2027,"plan_final_on":"2026-11-01"}') AS third,
           pg_temp.propose('x', 'other', '{}') AS other;
GRANT SELECT ON ours TO PUBLIC;
CREATE FUNCTION pg_temp.etag(id uuid) RETURNS text LANGUAGE sql AS $$
    SELECT (pg_temp.seen('officer', format('SELECT etag FROM api.proposals WHERE proposal_id = %L', $1)))[1];
$$;
CREATE FUNCTION pg_temp.accept(actor text, id uuid, etag text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.proposal_accept(%L, %L)', $2, $3));
$$;
CREATE FUNCTION pg_temp.decline(actor text, id uuid, etag text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.refusal($1, format('SELECT * FROM api.proposal_decline(%L, %L, %L)', $2, $3, 'The meeting was put off.'));
$$;
CREATE FUNCTION pg_temp.milestones() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', e.review_held_on, e.amendment_noticed_on, e.plan_final_on, e.version)
      FROM core.ehc_transfers AS e WHERE e.child_id = pg_temp.child_id('Fern') AND e.year = 2027;
$$;
\o
SELECT plan(26);

SELECT is(cardinality(pg_temp.seen(w.who, 'SELECT proposal_id FROM api.proposals WHERE child_id = '
              || quote_literal(pg_temp.child_id('Fern')))), w.n, w.who || ' sees ' || w.n)
  FROM (VALUES ('officer', 4), ('manager', 4), ('school', 4), ('foreign school', 0), ('senco', 0), ('nobody', 0)) AS w (who, n);
SELECT is(pg_temp.accept(w.who, o.first, '1-open'), 'forbidden', w.who || ' decides nothing')
  FROM ours AS o, (VALUES ('school'), ('senco'), ('nobody')) AS w (who);
SELECT is(pg_temp.accept('officer', gen_random_uuid(), '1-open'), 'not_found', 'what is not there is not decided');
SELECT is(pg_temp.accept('officer', o.first, NULL), 'precondition_missing', 'who decides says what was seen') FROM ours AS o;
SELECT is(pg_temp.accept('officer', o.first, '0-open'), 'precondition_failed', 'and it must be that still') FROM ours AS o;
SELECT is(pg_temp.accept('officer', o.first, pg_temp.etag(o.first)), NULL, 'an officer accepts') FROM ours AS o;
SELECT is(pg_temp.milestones(), '2026-11-02 1', 'and it is done');
SELECT is(pg_temp.accept('officer', o.second, '1-open'), 'precondition_failed', 'the milestones changed since they were seen beside it')
  FROM ours AS o;
SELECT is(pg_temp.accept('manager', o.second, pg_temp.etag(o.second)), NULL, 'seen again, it is accepted') FROM ours AS o;
SELECT is(pg_temp.milestones(), '2026-11-02 2026-11-20 2', 'what a proposal does not name stays');
SELECT is(pg_temp.accept('officer', o.third, pg_temp.etag(o.third)), 'transition_order', 'what an officer could not write is not accepted')
  FROM ours AS o;
SELECT is(pg_temp.decline('officer', o.third, pg_temp.etag(o.third)), NULL, 'it is declined') FROM ours AS o;
SELECT is(pg_temp.seen('school', format('SELECT state, reason FROM api.proposals WHERE proposal_id = %L', o.third)),
    ARRAY['declined The meeting was put off.'], 'the school reads why') FROM ours AS o;
SELECT is(pg_temp.seen('school', format('SELECT r.data->>''state'' AS state, r.data->>''source_id'' AS id, r.data->>''reason'' AS why
    FROM api.records AS r WHERE r.kind = ''proposal'' AND r.source_id = %L', o.third)),
    ARRAY['declined e3 The meeting was put off.'], 'and its feed tells it by the id it was sent with') FROM ours AS o;
SELECT is(pg_temp.seen('foreign school', $$SELECT r.source_id FROM api.records AS r WHERE r.kind = 'proposal'$$), '{}', 'no other school''s does');
SELECT is(pg_temp.decline('officer', o.third, pg_temp.etag(o.third)), 'proposal_decided', 'decided is decided') FROM ours AS o;
SELECT is(pg_temp.accept('officer', o.first, pg_temp.etag(o.first)), 'proposal_decided', 'accepted too') FROM ours AS o;
SELECT is(pg_temp.accept('officer', o.other, pg_temp.etag(o.other)), 'unknown_kind', 'a kind nobody can write is not accepted') FROM ours AS o;
SELECT is((SELECT array_agg(e.action || ' ' || e.role ORDER BY e.id) FROM audit.entries AS e
            WHERE e.child_ids = ARRAY[pg_temp.child_id('Fern')] AND e.action LIKE 'proposals.%'),
    '{proposals.accepted la_officer,proposals.accepted la_manager,proposals.declined la_officer}', 'every decision is in the audit log');
SELECT * FROM finish();
ROLLBACK;
