-- freshness — what is noted of each setting's contact: its last word, the
-- records still refused, and when it fell silent. Run as owner, because a
-- refusal that is over is deleted, and role api deletes nothing.
-- SPDX-License-Identifier: Apache-2.0

-- contact_note — these settings were heard of just now. At most one write a
-- minute and setting.
CREATE OR REPLACE FUNCTION core.contact_note(setting_ids int[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO core.setting_contacts AS c (setting_id, last_contact_at)
    SELECT s.id, now()
      FROM (SELECT DISTINCT u.id
              FROM unnest(contact_note.setting_ids) AS u (id)) AS s
      LEFT JOIN core.setting_contacts AS k ON k.setting_id = s.id
     WHERE (k.last_contact_at < now() - interval '1 minute') IS NOT FALSE
     ORDER BY s.id
    ON CONFLICT ON CONSTRAINT setting_contacts_pkey DO UPDATE
       SET last_contact_at = excluded.last_contact_at
     WHERE (c.last_contact_at < excluded.last_contact_at) IS NOT FALSE;
END
$$;

-- refused_note — what a batch of this setting leaves of its refusals: the
-- refused ones with an id stand, those that came good (or were deleted) are
-- over, those that could not be read are counted. A batch that comes more
-- than a day after such a count begins it anew.
CREATE OR REPLACE FUNCTION core.refused_note(setting_id int, kinds text[],
    source_ids text[], slugs text[], pointers text[], unreadable int,
    good_kinds text[], good_source_ids text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting ALIAS FOR $1;
    v_gone    int;
    v_come    int;
BEGIN
    DELETE FROM core.refused_records AS r
     USING unnest(refused_note.good_kinds, refused_note.good_source_ids)
           AS g (kind, source_id)
     WHERE r.setting_id = v_setting
       AND r.kind = g.kind
       AND r.source_id = g.source_id;
    GET DIAGNOSTICS v_gone = ROW_COUNT;
    WITH stood AS (
        INSERT INTO core.refused_records AS r (setting_id, kind, source_id,
                                               slug, pointer)
        SELECT DISTINCT ON (u.kind, u.source_id)
               v_setting, u.kind, u.source_id, u.slug, u.pointer
          FROM unnest(refused_note.kinds, refused_note.source_ids,
                      refused_note.slugs, refused_note.pointers)
               AS u (kind, source_id, slug, pointer)
         ORDER BY u.kind, u.source_id
        ON CONFLICT ON CONSTRAINT refused_records_pkey DO UPDATE
           SET slug = excluded.slug,
               pointer = excluded.pointer,
               at = excluded.at
        RETURNING r.xmax = 0 AS is_new
    )
    SELECT count(*) FILTER (WHERE s.is_new) INTO v_come FROM stood AS s;
    INSERT INTO core.setting_contacts AS c (setting_id, refused, unreadable,
                                            unreadable_at)
    VALUES (v_setting, v_come, refused_note.unreadable,
            CASE WHEN refused_note.unreadable > 0 THEN now() END)
    ON CONFLICT ON CONSTRAINT setting_contacts_pkey DO UPDATE
       SET refused = c.refused + v_come - v_gone,
           unreadable = excluded.unreadable
               + CASE WHEN c.unreadable_at > now() - interval '1 day'
                      THEN c.unreadable ELSE 0 END,
           unreadable_at = coalesce(excluded.unreadable_at, c.unreadable_at);
END
$$;

-- refused_settle — a snapshot of these kinds was committed: of their
-- refusals only the records it held itself still stand.
CREATE OR REPLACE FUNCTION core.refused_settle(setting_id int, kinds text[],
    held_kinds text[], held_source_ids text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_setting ALIAS FOR $1;
    v_gone    int;
BEGIN
    DELETE FROM core.refused_records AS r
     WHERE r.setting_id = v_setting
       AND r.kind = ANY (refused_settle.kinds)
       AND NOT EXISTS (
           SELECT 1
             FROM unnest(refused_settle.held_kinds,
                         refused_settle.held_source_ids) AS h (kind, source_id)
            WHERE h.kind = r.kind
              AND h.source_id = r.source_id);
    GET DIAGNOSTICS v_gone = ROW_COUNT;
    UPDATE core.setting_contacts AS c
       SET refused = c.refused - v_gone,
           unreadable = 0
     WHERE c.setting_id = v_setting
       AND (v_gone > 0 OR c.unreadable > 0);
END
$$;

-- silences — every open setting that ever had a client, when its silence
-- began if it is one (its last word, or the grant), and the hours allowed.
-- One definition for the list, the log and the metric.
CREATE OR REPLACE VIEW core.silences AS
    SELECT s.id AS setting_id,
           w.quiet_since,
           h.hours AS hours_allowed,
           w.quiet_since < now() - make_interval(hours => h.hours) AS is_silent
      FROM core.settings AS s
      JOIN (SELECT g.setting_id, min(g.granted_at) AS granted_at
              FROM core.client_grants AS g
             GROUP BY g.setting_id) AS g ON g.setting_id = s.id
      LEFT JOIN core.setting_contacts AS k ON k.setting_id = s.id
     CROSS JOIN LATERAL (
           SELECT coalesce(k.last_contact_at, g.granted_at) AS quiet_since)
           AS w
     CROSS JOIN LATERAL (
           SELECT r.hours
             FROM core.silence_rules AS r
            WHERE r.type IN (s.type, '*')
            ORDER BY r.type = '*'
            LIMIT 1) AS h
     WHERE s.status <> 'closed';

-- silence_note — notes up to lim settings that fell silent or were heard
-- again since the last time, and answers each once; hours of the silence.
CREATE OR REPLACE FUNCTION core.silence_note(lim int)
RETURNS TABLE (event text, setting text, hours int)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH turned AS (
        SELECT q.setting_id, q.is_silent,
               CASE WHEN q.is_silent THEN q.quiet_since
                    ELSE k.silent_since END AS since,
               CASE WHEN q.is_silent THEN now()
                    ELSE q.quiet_since END AS until
          FROM core.silences AS q
          LEFT JOIN core.setting_contacts AS k USING (setting_id)
         WHERE q.is_silent <> (k.silent_since IS NOT NULL)
         ORDER BY q.setting_id
         LIMIT lim
    ), noted AS (
        INSERT INTO core.setting_contacts AS c (setting_id, silent_since)
        SELECT t.setting_id, CASE WHEN t.is_silent THEN t.since END
          FROM turned AS t
        ON CONFLICT ON CONSTRAINT setting_contacts_pkey DO UPDATE
           SET silent_since = excluded.silent_since
    )
    SELECT CASE WHEN t.is_silent THEN 'setting_silent'
                ELSE 'setting_heard' END,
           s.ref,
           floor(extract(epoch FROM t.until - t.since) / 3600)::int
      FROM turned AS t
      JOIN core.settings AS s ON s.id = t.setting_id
     ORDER BY s.id;
END
$$;
