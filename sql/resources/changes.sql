-- changes — what was put and deleted in the actor's settings, in the order in
-- which a reader may take it.
-- SPDX-License-Identifier: Apache-2.0

-- changes — rows below the oldest running transaction only: a transaction
-- that commits late has a position readers have not passed. A reader asks
--   WHERE (position, seq) > ($1::xid8, $2) ORDER BY position, seq LIMIT $3
-- with those of the last row it took, the first time with 0 and 0. data is
-- what the record holds now; NULL for a delete, and when it was deleted since.
CREATE VIEW api.changes AS
    SELECT c.xid AS "position",
           c.seq,
           s.ref AS setting,
           c.kind,
           c.source_id,
           c.op,
           c.child_id,
           c.revision,
           c.at,
           CASE WHEN c.op = 'put' THEN
               CASE c.kind
               WHEN 'child' THEN (
                   SELECT jsonb_strip_nulls(jsonb_build_object(
                              'surname', t.surname,
                              'forename', t.forename,
                              'middle_names', t.middle_names,
                              'preferred_surname', t.preferred_surname,
                              'preferred_forename', t.preferred_forename,
                              'former_surname', t.former_surname,
                              'born_on', t.born_on,
                              'sex', t.sex,
                              'upn', t.upn,
                              'former_upn', t.former_upn,
                              'uln', t.uln,
                              'nhs_number', t.nhs_number,
                              'postcode', t.postcode,
                              'year_group', t.year_group))
                     FROM core.child_records AS t
                    WHERE t.setting_id = c.setting_id
                      AND t.source_id = c.source_id
                      AND t.deleted_at IS NULL)
               WHEN 'placement' THEN (
                   SELECT jsonb_strip_nulls(jsonb_build_object(
                              'child', t.child,
                              'start_on', t.start_on,
                              'end_on', t.end_on,
                              'enrolment', t.enrolment,
                              'sen_place', t.sen_place))
                     FROM core.placements AS t
                    WHERE t.setting_id = c.setting_id
                      AND t.source_id = c.source_id
                      AND t.deleted_at IS NULL)
               WHEN 'need' THEN (
                   SELECT jsonb_strip_nulls(jsonb_build_object(
                              'child', t.child,
                              'provision', t.provision,
                              'start_on', t.start_on,
                              'end_on', t.end_on,
                              'types', to_jsonb(t.types)))
                     FROM core.needs AS t
                    WHERE t.setting_id = c.setting_id
                      AND t.source_id = c.source_id
                      AND t.deleted_at IS NULL)
               WHEN 'transition' THEN (
                   SELECT jsonb_strip_nulls(jsonb_build_object(
                              'child', t.child,
                              'kind', t.kind,
                              'year', t.year,
                              'to_setting', t.to_setting,
                              'target_on', t.target_on,
                              'parent_agreed_on', t.parent_agreed_on,
                              'meeting_on', t.meeting_on,
                              'form_sent_on', t.form_sent_on,
                              'form_acknowledged_on', t.form_acknowledged_on))
                     FROM core.transitions AS t
                    WHERE t.setting_id = c.setting_id
                      AND t.source_id = c.source_id
                      AND t.deleted_at IS NULL)
               END
           END AS data
      FROM core.changes AS c
      JOIN core.settings AS s ON s.id = c.setting_id
     WHERE c.xid < pg_snapshot_xmin(pg_current_snapshot());

-- changes_watch — what a reader who waits can be woken by: its settings; and
-- whether something committed is still held back by an older transaction, so
-- that waiting for news of it would be in vain. Asked before the feed.
CREATE VIEW api.changes_watch AS
    SELECT a.settings,
           EXISTS (SELECT 1
                     FROM core.changes AS c
                    WHERE c.xid >= pg_snapshot_xmin(pg_current_snapshot())
                      AND c.setting_id = ANY (a.settings)) AS is_held_back
      FROM (SELECT core.actor_settings() AS settings
             WHERE core.actor_role() IS NOT NULL
            OFFSET 0) AS a;
