-- digest — what a setting holds in one number a kind, for a sender to see
-- that both sides hold the same, and where not: by kind, by the 256 buckets
-- of a kind, by the records of a bucket.
-- after: records
-- SPDX-License-Identifier: Apache-2.0

-- digest_setting — the setting a reference names, if the actor sees it.
CREATE FUNCTION api.digest_setting(setting_ref text)
RETURNS int
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting int := core.setting_find(digest_setting.setting_ref);
BEGIN
    IF NOT coalesce(core.actor_sees_all()
                    OR v_setting = ANY (core.actor_settings()), false) THEN
        PERFORM core.refuse('setting_not_granted');
    END IF;
    RETURN v_setting;
END
$$;

-- digests — of every kind that settings own, also of those it has none of.
CREATE VIEW api.digests AS
    SELECT s.id AS setting_id,
           k.name AS kind,
           k.position,
           coalesce(d.records, 0) AS records,
           core.digest_text(coalesce(d.digest, 0::bit(128))) AS digest
      FROM core.settings AS s
     CROSS JOIN core.kinds AS k
      LEFT JOIN core.setting_digests AS d
             ON d.setting_id = s.id
            AND d.kind = k.name
     WHERE k.owner = 'setting'
       AND ((SELECT core.actor_sees_all())
            OR s.id = ANY ((SELECT core.actor_settings())::int[]));

-- digest_records — each live record a setting sent, with its bucket and hash.
CREATE VIEW api.digest_records AS
    SELECT r.setting_id,
           r.kind,
           get_byte(sha256(convert_to(r.source_id, 'UTF8')), 0) AS bucket,
           r.source_id,
           r.child_id,
           r.revision,
           r.content_hash
      FROM api.records AS r
     WHERE r.content_hash IS NOT NULL;

-- digest_buckets — of each bucket of a kind that is not empty.
CREATE VIEW api.digest_buckets AS
    SELECT r.setting_id,
           r.kind,
           r.bucket,
           count(*) AS records,
           core.digest_text(bit_xor(core.digest_bits(r.content_hash))) AS digest
      FROM api.digest_records AS r
     GROUP BY r.setting_id, r.kind, r.bucket;
