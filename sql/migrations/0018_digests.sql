-- 0018_digests — what a setting holds in one number a kind: the XOR of the
-- content hashes of its live records, kept by the merges. And a child's
-- record may change its source_id: what belongs to it follows.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE core.setting_digests (
    setting_id int NOT NULL REFERENCES core.settings,
    kind       text NOT NULL,
    digest     bit(128) NOT NULL,
    records    bigint NOT NULL,
    PRIMARY KEY (setting_id, kind)
) WITH (fillfactor = 50);
SELECT core.kind_table_secure('setting_digests');

INSERT INTO core.setting_digests (setting_id, kind, digest, records)
SELECT r.setting_id, r.kind,
       bit_xor(('x' || encode(uuid_send(r.content_hash), 'hex'))::bit(128)),
       count(*)
  FROM (SELECT t.setting_id, 'child' AS kind, t.content_hash
          FROM core.child_records AS t WHERE t.deleted_at IS NULL
         UNION ALL
        SELECT t.setting_id, 'placement', t.content_hash
          FROM core.placements AS t WHERE t.deleted_at IS NULL
         UNION ALL
        SELECT t.setting_id, 'need', t.content_hash
          FROM core.needs AS t WHERE t.deleted_at IS NULL
         UNION ALL
        SELECT t.setting_id, 'transition', t.content_hash
          FROM core.transitions AS t WHERE t.deleted_at IS NULL
         UNION ALL
        SELECT t.setting_id, 'plan', t.content_hash
          FROM core.plans AS t WHERE t.deleted_at IS NULL
         UNION ALL
        SELECT t.setting_id, 'involvement', t.content_hash
          FROM core.involvements AS t WHERE t.deleted_at IS NULL
         UNION ALL
        SELECT t.setting_id, 'contact', t.content_hash
          FROM core.contacts AS t WHERE t.deleted_at IS NULL
         UNION ALL
        SELECT t.setting_id, 'post', t.content_hash
          FROM core.post_records AS t WHERE t.deleted_at IS NULL
         UNION ALL
        SELECT t.setting_id, 'roll', t.content_hash
          FROM core.rolls AS t WHERE t.deleted_at IS NULL) AS r
 GROUP BY r.setting_id, r.kind;

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['placements', 'needs', 'transitions',
        'plans', 'involvements', 'contacts']
    LOOP
        EXECUTE format('
            ALTER TABLE core.%1$I
                DROP CONSTRAINT %2$I,
                ADD CONSTRAINT %2$I FOREIGN KEY (setting_id, child)
                    REFERENCES core.child_records (setting_id, source_id)
                    ON UPDATE CASCADE', v_table, v_table || '_of_a_record');
    END LOOP;
END
$$;
