-- 0012_hashes — the content hash of a record (protocol/record.h) now covers
-- its kind and source_id, so that the XOR of hashes tells a set of records.
-- What is stored is hashed anew, else a record that is sent again unchanged
-- would look stale for good. A tombstone's hash stays zero.
-- SPDX-License-Identifier: Apache-2.0

CREATE FUNCTION core.hash_part(value text) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN value IS NULL THEN '\x00'
                ELSE '\x01' || int4send(octet_length(b.b)) || b.b END
      FROM (SELECT convert_to(value, 'UTF8') AS b) AS b
$$;
CREATE FUNCTION core.hash_part(value bigint) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN value IS NULL THEN '\x00'
                ELSE '\x01' || int4send(8) || int8send(value) END
$$;
CREATE FUNCTION core.hash_part(value date) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT core.hash_part((value - '2000-01-01'::date)::bigint)
$$;
CREATE FUNCTION core.hash_of(VARIADIC parts bytea[]) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(substr(sha256(string_agg(p.part, ''::bytea
                                           ORDER BY p.n)), 1, 16), 'hex')::uuid
      FROM unnest(parts) WITH ORDINALITY AS p (part, n)
$$;

UPDATE core.child_records AS t
   SET content_hash = core.hash_of(core.hash_part('child'::text),
           core.hash_part(t.source_id), core.hash_part(t.surname),
           core.hash_part(t.forename), core.hash_part(t.middle_names),
           core.hash_part(t.preferred_surname),
           core.hash_part(t.preferred_forename),
           core.hash_part(t.former_surname), core.hash_part(t.born_on),
           core.hash_part(t.sex), core.hash_part(t.upn),
           core.hash_part(t.former_upn), core.hash_part(t.uln),
           core.hash_part(t.nhs_number), core.hash_part(t.postcode),
           core.hash_part(t.year_group))
 WHERE t.deleted_at IS NULL;
UPDATE core.placements AS t
   SET content_hash = core.hash_of(core.hash_part('placement'::text),
           core.hash_part(t.source_id), core.hash_part(t.child),
           core.hash_part(t.start_on), core.hash_part(t.end_on),
           core.hash_part(t.enrolment), core.hash_part(t.sen_place))
 WHERE t.deleted_at IS NULL;
UPDATE core.needs AS t
   SET content_hash = core.hash_of(core.hash_part('need'::text),
           core.hash_part(t.source_id), core.hash_part(t.child),
           core.hash_part(t.provision), core.hash_part(t.start_on),
           core.hash_part(t.end_on),
           core.hash_part(nullif(array_to_string(t.types, ','), '')))
 WHERE t.deleted_at IS NULL;
UPDATE core.transitions AS t
   SET content_hash = core.hash_of(core.hash_part('transition'::text),
           core.hash_part(t.source_id), core.hash_part(t.child),
           core.hash_part(t.kind), core.hash_part(t.year::bigint),
           core.hash_part(t.to_setting), core.hash_part(t.target_on),
           core.hash_part(t.parent_agreed_on), core.hash_part(t.meeting_on),
           core.hash_part(t.form_sent_on),
           core.hash_part(t.form_acknowledged_on))
 WHERE t.deleted_at IS NULL;

DROP FUNCTION core.hash_of;
DROP FUNCTION core.hash_part(date);
DROP FUNCTION core.hash_part(bigint);
DROP FUNCTION core.hash_part(text);
