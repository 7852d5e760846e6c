-- 0210_post_history — what was known of posts and when, also of those that
-- settings send: core.post_records keeps the newest state only, so every
-- state it has had and has is kept here. Posts are few: a row trigger does.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE core.post_record_versions (
    LIKE core.post_records,
    known_to timestamptz NOT NULL, -- 'infinity': known now
    CONSTRAINT post_record_versions_of_a_setting FOREIGN KEY (setting_id)
        REFERENCES core.settings,
    CONSTRAINT post_record_versions_known_in_order
        CHECK (known_to >= known_from)
);
CREATE INDEX post_record_versions_setting
    ON core.post_record_versions (setting_id, kind);
SELECT core.kind_table_secure('post_record_versions');

-- A deleted record is known no longer. By name, so that a column both tables
-- get is no reason to change this. A transaction that waited for another that
-- began later than itself comes after it.
CREATE FUNCTION core.post_record_keep() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_from timestamptz;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE core.post_record_versions AS v
           SET known_to = greatest(now(), v.known_from)
         WHERE v.setting_id = OLD.setting_id
           AND v.source_id = OLD.source_id
           AND v.known_to = 'infinity'
        RETURNING v.known_to INTO v_from;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.deleted_at IS NULL THEN
        INSERT INTO core.post_record_versions
        SELECT v.*
          FROM jsonb_populate_record(NULL::core.post_record_versions,
                   to_jsonb(NEW) || jsonb_build_object(
                       'known_from', greatest(NEW.known_from, v_from),
                       'known_to', 'infinity')) AS v;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER post_records_kept
    AFTER INSERT OR UPDATE OR DELETE ON core.post_records
    FOR EACH ROW EXECUTE FUNCTION core.post_record_keep();
INSERT INTO core.post_record_versions
SELECT v.*
  FROM core.post_records AS r
 CROSS JOIN LATERAL jsonb_populate_record(NULL::core.post_record_versions,
           to_jsonb(r) || '{"known_to": "infinity"}') AS v
 WHERE r.deleted_at IS NULL;

-- Why a post, a time of service or an absence was entered in error: a version
-- that was closed and followed by none.
ALTER TABLE core.posts ADD COLUMN reason text;
ALTER TABLE core.service ADD COLUMN reason text;
ALTER TABLE core.absences ADD COLUMN reason text;
CREATE INDEX posts_versions ON core.posts (post_id);
