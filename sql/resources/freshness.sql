-- freshness — how each setting keeps in touch: its last word, its last data,
-- what of it is still refused, and whether it is silent. No child is in it,
-- so administrators may see it too.
-- SPDX-License-Identifier: Apache-2.0

-- freshness — every open setting that ever had a client. silent_since is
-- there while it is silent: its last word, or the day it was let in.
CREATE VIEW api.freshness AS
    SELECT s.id AS _key,
           s.ref AS setting,
           s.name,
           s.type,
           k.last_contact_at,
           k.last_data_at,
           k.last_batch_at,
           coalesce(k.refused + k.unreadable, 0) AS outstanding,
           coalesce(k.digest_state, 'unknown') AS digest_state,
           k.digest_at,
           q.is_silent,
           CASE WHEN q.is_silent THEN q.quiet_since END AS silent_since,
           CASE WHEN q.is_silent THEN
                floor(extract(epoch FROM now() - q.quiet_since) / 3600)::int
           END AS silent_hours,
           q.hours_allowed
      FROM core.silences AS q
      JOIN core.settings AS s ON s.id = q.setting_id
      LEFT JOIN core.setting_contacts AS k ON k.setting_id = q.setting_id
     WHERE (SELECT core.actor_sees_all())
        OR (SELECT core.actor_role()) = 'la_administrator'
        OR s.id = ANY ((SELECT core.actor_settings())::int[]);

-- refused_records — what of a setting is still refused, for those who may
-- see its children: an id, a reason and a place, nothing of the record.
CREATE VIEW api.refused_records AS
    SELECT s.ref AS setting, r.kind, r.source_id, r.slug, r.pointer, r.at
      FROM core.refused_records AS r
      JOIN core.settings AS s ON s.id = r.setting_id;

-- sync_refused — a part of the batch that is being closed: see
-- core.refused_note.
CREATE FUNCTION api.sync_refused(kinds text[], source_ids text[],
    slugs text[], pointers text[], unreadable int, good_kinds text[],
    good_source_ids text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM core.refused_note(core.sync_setting(), $1, $2, $3, $4, $5, $6, $7);
END
$$;

-- contact_note — the actor, a school system, was heard of for this setting;
-- or, when it named none, for the only one it is granted: of a supplier of
-- many schools who reads the feed nothing follows for any of them.
CREATE FUNCTION api.contact_note(setting_ref text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF core.actor_role() = 'school_system' THEN
        PERFORM core.contact_note(ARRAY(
            SELECT g.id
              FROM unnest(core.actor_settings()) AS g (id)
             WHERE g.id = core.setting_find(contact_note.setting_ref)
                OR contact_note.setting_ref IS NULL
               AND cardinality(core.actor_settings()) = 1));
    END IF;
END
$$;

-- digest_report — what a setting's system says it holds, kind by kind, next
-- to what is held here: whether they are the same is answered and noted. A
-- kind it does not name it holds nothing of. digests: [{"kind", "records",
-- "digest"}], the digest as 32 hexadecimal digits.
CREATE FUNCTION api.digest_report(setting_ref text, digests jsonb)
RETURNS TABLE (kind text, state text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_setting int := core.setting_find(setting_ref);
    v_kinds   text[];
    v_states  text[];
BEGIN
    PERFORM set_config('app.setting', coalesce(v_setting::text, ''), true);
    PERFORM core.sync_setting();
    SELECT array_agg(d.kind ORDER BY d.position, d.kind),
           array_agg(CASE WHEN d.records = coalesce(s.records, 0)
                           AND d.digest = coalesce(s.digest, repeat('0', 32))
                          THEN 'identical' ELSE 'differs' END
                     ORDER BY d.position, d.kind)
      INTO v_kinds, v_states
      FROM api.digests AS d
      LEFT JOIN jsonb_to_recordset(digests)
                AS s (kind text, records bigint, digest text)
             ON s.kind = d.kind
     WHERE d.setting_id = v_setting;
    INSERT INTO core.setting_contacts AS c (setting_id, last_contact_at,
                                            digest_state, digest_at)
    VALUES (v_setting, now(),
            CASE WHEN 'differs' = ANY (v_states) THEN 'differs'
                 ELSE 'identical' END, now())
    ON CONFLICT ON CONSTRAINT setting_contacts_pkey DO UPDATE
       SET last_contact_at = excluded.last_contact_at,
           digest_state = excluded.digest_state,
           digest_at = excluded.digest_at;
    RETURN QUERY SELECT u.kind, u.state
                   FROM unnest(v_kinds, v_states) AS u (kind, state);
END
$$;
