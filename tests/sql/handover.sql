-- handover.sql — what a setting hands over with a child: not before the
-- parents agreed and the form was sent, not more than may go, and not longer
-- than it stands. CoP 5.47: what is shared is agreed with parents.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/sync.sql
\o /dev/null
SELECT pg_temp.actor('nursery', 'school_system'), pg_temp.actor('school', 'school_system'), pg_temp.actor('third school', 'school_system');
SELECT pg_temp.setting('Nursery', '1', 1, 0, 4), pg_temp.setting('Primary', '1', 2, 4, 11), pg_temp.setting('Third', '1', 2, 4, 11);
SELECT pg_temp.grant_setting('nursery', 'Nursery'), pg_temp.grant_setting('school', 'Primary'), pg_temp.grant_setting('third school', 'Third');
SELECT pg_temp.merge('nursery', 'Nursery', 'child', '[{"id":"c","rev":1,"surname":"Alder","forename":"Ivy","born_on":"2022-01-01",
    "postcode":"M33 1AA","nhs_number":"9434765919","upn":"Z999000018001","suspects":"upn"}]'),
       pg_temp.merge('nursery', 'Nursery', 'need', '[{"id":"old","rev":1,"child":"c","provision":"K","start_on":"2025-01-01","end_on":"2025-06-01"},
           {"id":"now","rev":1,"child":"c","provision":"K","start_on":"2025-06-02","types":"SLCN,ASD"}]');
CREATE FUNCTION pg_temp.send(rev int, more jsonb) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.merge('nursery', 'Nursery', 'transition', jsonb_build_array(jsonb_build_object('id', 't', 'rev', $1,
        'child', 'c', 'kind', 'EYS', 'year', 2027, 'to_setting', 'id:' || pg_temp.setting_id('Primary')) || $2));
$$;
CREATE TEMPORARY SEQUENCE fed_to;
CREATE FUNCTION pg_temp.fed() RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
    v_rows text[] := ARRAY(
        SELECT concat_ws(' ', s.name, c.op)
          FROM core.changes AS c JOIN cast_settings AS s ON s.id = c.setting_id
         WHERE c.kind = 'handover' AND c.seq >= (SELECT f.last_value FROM fed_to AS f)
         ORDER BY c.seq);
BEGIN
    PERFORM setval('fed_to', (SELECT max(c.seq) + 1 FROM core.changes AS c));
    RETURN v_rows;
END
$$;
\o
SELECT no_plan();

SELECT is(pg_temp.send(1, '{"target_on":"2027-09-01"}'), '{c}', 'a move is planned');
SELECT is(pg_temp.fed(), '{}', 'and concerns nobody else yet');
SELECT is(pg_temp.send(2, '{"target_on":"2027-09-01","form_sent_on":"2026-05-20"}'), '{u}', 'a form without the parents'' agreement');
SELECT is(pg_temp.fed(), '{}', 'goes to nobody');
SELECT is(pg_temp.send(3, '{"target_on":"2027-09-01","parent_agreed_on":"2026-05-01"}'), '{u}', 'an agreement without a form');
SELECT is(pg_temp.fed(), '{}', 'does not either');
SELECT is(pg_temp.send(4, '{"target_on":"2027-09-01","parent_agreed_on":"2026-05-01","form_sent_on":"2026-05-20"}'), '{u}', 'both');
SELECT is(pg_temp.fed(), '{"Primary enter"}', 'reach the setting moved to');
SELECT is((SELECT h.h::jsonb FROM unnest(pg_temp.seen('school', $$SELECT data FROM api.records WHERE kind = 'handover'$$)) AS h (h)),
    jsonb_build_object('from_setting', (SELECT s.ref FROM core.settings AS s WHERE s.id = pg_temp.setting_id('Nursery')),
        'kind', 'EYS', 'year', 2027, 'target_on', '2027-09-01', 'parent_agreed_on', '2026-05-01', 'form_sent_on', '2026-05-20',
        'person', '{"surname": "Alder", "forename": "Ivy", "born_on": "2022-01-01"}'::jsonb,
        'needs', '[{"provision": "K", "start_on": "2025-06-02", "types": ["SLCN", "ASD"]}]'::jsonb),
    'names, birth and the needs since the form was sent; no address, no NHS number, no UPN that is in doubt');
SELECT is(pg_temp.seen('third school', $$SELECT data FROM api.records WHERE kind = 'handover'$$), '{}', 'a third setting reads nothing of it');
SELECT is(pg_temp.seen('nursery', $$SELECT data FROM api.records WHERE kind = 'handover'$$), '{}', 'nor is it the sender''s own fact');
SELECT is(pg_temp.seen('school', $$SELECT source_id FROM api.records WHERE kind <> 'handover'$$), '{}', 'the receiver sees no record of the sender');
SELECT is(pg_temp.merge('nursery', 'Nursery', 'need', '[{"id":"now","rev":2,"child":"c","provision":"E","start_on":"2025-06-02"}]'), '{u}', 'a need changes');
SELECT is(pg_temp.fed(), '{"Primary put"}', 'the receiver is told');
SELECT is(pg_temp.merge('nursery', 'Nursery', 'child', '[{"id":"c","rev":2,"surname":"Alder","forename":"Ivy","born_on":"2022-01-01","postcode":"M33 2BB"}]'), '{u}', 'an address changes');
SELECT is(pg_temp.fed(), '{}', 'that is not the receiver''s to know');
SELECT is(pg_temp.send(5, jsonb_build_object('target_on', '2027-09-01', 'parent_agreed_on', '2026-05-01', 'form_sent_on', '2026-05-20',
    'to_setting', 'id:' || pg_temp.setting_id('Third'))), '{u}', 'the move goes elsewhere');
SELECT is(pg_temp.fed(), '{"Primary leave","Third enter"}', 'the one loses it, the other gets it');
SELECT is(pg_temp.seen('school', $$SELECT data FROM api.records WHERE kind = 'handover'$$), '{}', 'who lost it reads it no more');
SELECT is(pg_temp.merge('nursery', 'Nursery', 'transition', '[{"id":"t","rev":6,"deleted":true}]'), '{u}', 'it is withdrawn');
SELECT is(pg_temp.fed(), '{"Third leave"}', 'and leaves');
SELECT is(pg_temp.send(7, jsonb_build_object('parent_agreed_on', '2026-05-01', 'form_sent_on', '2026-05-20',
    'to_setting', 'id:' || pg_temp.setting_id('Nursery'))), '{c}', 'a move within one setting');
SELECT is(pg_temp.fed(), '{}', 'hands over nothing');
SELECT * FROM finish();
ROLLBACK;
