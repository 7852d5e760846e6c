-- digest — the XOR of content hashes, by which two sides know that they hold
-- the same records, whatever the order (protocol/digest.h). The merges keep
-- it for each setting and kind (core/kind_define.sql).
-- SPDX-License-Identifier: Apache-2.0

-- digest_bits — a hash as XOR takes it.
CREATE OR REPLACE FUNCTION core.digest_bits(hash uuid)
RETURNS bit(128)
LANGUAGE sql IMMUTABLE
AS $$
    SELECT ('x' || encode(uuid_send(hash), 'hex'))::bit(128)
$$;

-- digest_text — as 32 hexadecimal digits.
CREATE OR REPLACE FUNCTION core.digest_text(digest bit(128))
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT lpad(to_hex(substring(digest FOR 64)::bigint), 16, '0')
        || lpad(to_hex(substring(digest FROM 65)::bigint), 16, '0')
$$;

-- digest_rebuild — for who loaded records otherwise than by the merges.
CREATE OR REPLACE FUNCTION core.digest_rebuild()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_kind record;
BEGIN
    DELETE FROM core.setting_digests;
    FOR v_kind IN
        SELECT k.name, k.table_name
          FROM core.kinds AS k
         WHERE k.table_name IS NOT NULL
    LOOP
        EXECUTE format('
            INSERT INTO core.setting_digests (setting_id, kind, digest, records)
            SELECT t.setting_id, %L, bit_xor(core.digest_bits(t.content_hash)),
                   count(*)
              FROM core.%I AS t
             WHERE t.deleted_at IS NULL
             GROUP BY t.setting_id', v_kind.name, v_kind.table_name);
    END LOOP;
END
$$;
