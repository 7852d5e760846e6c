-- referrals — children referred to the Area SENCO service: what speaks for
-- and against, judged by dated rules of practice, and what was decided. A
-- referral that does not show what is asked for is received and judged "not
-- yet", with what is missing; only one without permission is turned away.
-- SPDX-License-Identifier: Apache-2.0
-- after: amounts

-- referral_findings — what is found of each referral today, by the rules of
-- the day it was made. Cycles are counted from the setting's own plans.
CREATE VIEW api.referral_findings AS
    SELECT r.id AS referral_id,
           f.rule_id AS rule,
           f.id AS finding,
           f.severity,
           replace(replace(replace(replace(f.sentence,
               '{n}', coalesce(trim_scale(n.amount)::text, '')),
               '{found}', c.found::text),
               '{day}', coalesce(CASE f.id WHEN 'referral_repeated'
                   THEN o.referred_on ELSE r.referred_on END::text, '')),
               '{reason}', coalesce(k.title, '')) AS sentence,
           j.inputs,
           l.reference
      FROM core.referrals AS r
      CROSS JOIN LATERAL (
           SELECT count(*)::int AS found,
                  coalesce(jsonb_agg(jsonb_build_object('plan', p.source_id,
                      'start_on', p.start_on, 'reviewed_on', p.reviewed_on)
                      ORDER BY p.reviewed_on, p.source_id), '[]') AS cycles
             FROM core.plans AS p
            WHERE p.child_id = r.child_id
              AND p.setting_id = r.setting_id
              AND p.deleted_at IS NULL
              AND p.reviewed_on <= current_date) AS c
      LEFT JOIN LATERAL (
           SELECT a.amount, a.is_own
             FROM api.amounts(r.referred_on) AS a
            WHERE a.rule_id = 'referral_cycles') AS n ON true
      CROSS JOIN LATERAL (
           SELECT max(coalesce(p.end_on, 'infinity')) AS last_on
             FROM core.placements AS p
            WHERE p.child_id = r.child_id
              AND p.setting_id = r.setting_id
              AND p.deleted_at IS NULL) AS s
      CROSS JOIN LATERAL (
           SELECT min(o.referred_on) AS referred_on
             FROM core.referrals AS o
            WHERE o.child_id = r.child_id
              AND o.id <> r.id
              AND o.state IN ('received', 'accepted')) AS o
      LEFT JOIN law.codes AS k
        ON k.list = 'fast_track'
       AND k.code = r.fast_track
      CROSS JOIN LATERAL (VALUES
           ('referral_fast_tracked', r.fast_track IS NOT NULL,
            jsonb_build_object('fast_track', r.fast_track,
                               'cycles', c.cycles)),
           ('referral_cycles_missing',
            r.fast_track IS NULL AND c.found < n.amount,
            jsonb_build_object('cycles', c.cycles, 'found', c.found,
                'asked', n.amount, 'is_own_threshold', n.is_own)),
           ('referral_cycles_shown',
            r.fast_track IS NULL AND c.found >= n.amount,
            jsonb_build_object('cycles', c.cycles, 'found', c.found,
                'asked', n.amount, 'is_own_threshold', n.is_own)),
           ('referral_not_attending',
            coalesce(s.last_on < r.referred_on, true),
            jsonb_build_object('referred_on', r.referred_on,
                               'place_until', s.last_on)),
           ('referral_repeated', o.referred_on IS NOT NULL,
            jsonb_build_object('referred_on', o.referred_on))
           ) AS j (finding, holds, inputs)
      JOIN law.contact_findings AS f ON f.id = j.finding
      JOIN law.rules AS l
        ON l.id = f.rule_id
       AND r.referred_on BETWEEN l.valid_from
                             AND coalesce(l.valid_to, 'infinity')
     WHERE j.holds;

-- referrals — with what is found of them: until it was decided as of today,
-- then as it was.
CREATE VIEW api.referrals AS
    SELECT r.id AS referral_id,
           r.setting_id AS _setting_id,
           s.ref AS setting,
           s.name AS setting_name,
           r.child_id,
           r.referred_on,
           r.level,
           r.reason,
           r.permission_on,
           r.permission_by,
           r.fast_track,
           r.sendiass_on AS sendiass_signposted_on,
           r.sendiass_method,
           r.state,
           CASE WHEN f.findings @> '[{"severity": "error"}]' THEN 'not_yet'
                ELSE 'complete'
           END AS judgement,
           f.findings,
           r.decided_on,
           r.decision,
           r.closed_on,
           r.outcome,
           c.name AS author,
           c.role AS author_role,
           r.at,
           r.version::text AS etag
      FROM core.referrals AS r
      JOIN core.settings AS s ON s.id = r.setting_id
      JOIN core.clients AS c ON c.id = r.client_id
      CROSS JOIN LATERAL (
           SELECT CASE WHEN r.state = 'received' THEN (
                      SELECT coalesce(jsonb_agg(jsonb_build_object(
                                 'rule', j.rule, 'finding', j.finding,
                                 'severity', j.severity,
                                 'sentence', j.sentence, 'inputs', j.inputs,
                                 'reference', j.reference)
                                 ORDER BY j.finding), '[]')
                        FROM api.referral_findings AS j
                       WHERE j.referral_id = r.id)
                      ELSE r.findings END AS findings
            OFFSET 0) AS f;

-- referrals_create — receives a referral once for the author's key.
CREATE FUNCTION api.referrals_create(key text, setting text, child_id uuid,
    referred_on date, level text, reason text, permission_on date,
    permission_by text, fast_track text, sendiass_on date,
    sendiass_method text)
RETURNS SETOF api.referrals
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_key       ALIAS FOR $1;
    v_child     ALIAS FOR $3;
    v_referred  ALIAS FOR $4;
    v_permitted ALIAS FOR $7;
    v_setting   int;
    v_content   uuid;
    v_id        uuid;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager',
                              'senco', 'school_system');
    v_setting := core.contact_setting($2, v_referred, '/referred_on');
    PERFORM core.contact_child(v_child, v_setting);
    PERFORM api.referral_permission(v_referred, v_permitted, $8);
    PERFORM core.contact_sendiass(v_child, $10, $11);
    v_content := md5(ROW(v_setting, $3, $4, $5, $6, $7, $8, $9, $10,
                         $11)::text)::uuid;
    INSERT INTO core.referrals AS r (setting_id, child_id, client_id, key,
           content, referred_on, level, reason, permission_on, permission_by,
           fast_track, sendiass_on, sendiass_method)
    VALUES (v_setting, v_child, core.actor_id(), v_key, v_content, v_referred,
            $5, $6, v_permitted, $8, $9, $10, $11)
    ON CONFLICT ON CONSTRAINT referrals_key_once DO NOTHING
    RETURNING r.id INTO v_id;
    IF v_id IS NULL THEN
        v_id := core.contact_same('referrals', v_key, v_content);
    ELSE
        PERFORM core.audit_write('referrals.create', v_setting,
            ARRAY[v_child], jsonb_build_object('referral_id', v_id));
    END IF;
    RETURN QUERY SELECT r.* FROM api.referrals AS r WHERE r.referral_id = v_id;
END
$$;

-- referral_permission — refuses a referral without the permission that the
-- rule of its day asks for, or with one that was given later.
CREATE FUNCTION api.referral_permission(referred_on date, permission_on date,
    permission_by text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_sentence text;
BEGIN
    SELECT l.sentence INTO v_sentence
      FROM law.rules AS l
     WHERE l.id = 'referral_permission'
       AND referral_permission.referred_on
           BETWEEN l.valid_from AND coalesce(l.valid_to, 'infinity');
    IF permission_on IS NULL AND (v_sentence IS NOT NULL
                                  OR permission_by IS NOT NULL) THEN
        PERFORM core.refuse('missing_field',
            coalesce(v_sentence, 'Say when it was given.'), '/permission_on');
    ELSIF permission_on IS NOT NULL AND permission_by IS NULL THEN
        PERFORM core.refuse('missing_field', 'Say who gave it.',
                            '/permission_by');
    ELSIF permission_on > referred_on THEN
        PERFORM core.refuse('dates_reversed',
            'It was given after the day of the referral, ' || referred_on
            || '.', '/permission_on');
    END IF;
END
$$;

-- referral_decide — accepts, declines or closes a referral on that day, and
-- keeps what was found of it. One judged "not yet" is accepted for a reason
-- only; one that is declined or closed stays so.
CREATE FUNCTION api.referral_decide(referral uuid, if_match text, state text,
    on_date date, reason text)
RETURNS SETOF api.referrals
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_state   ALIAS FOR $3;
    v_on      ALIAS FOR $4;
    v_reason  ALIAS FOR $5;
    v_closes  boolean := $3 = 'closed';
    v_pointer text := CASE WHEN $3 = 'closed' THEN '/closed_on'
                           ELSE '/decided_on' END;
    v_row     api.referrals;
BEGIN
    PERFORM core.require_role('area_senco', 'la_officer', 'la_manager');
    PERFORM r.id FROM core.referrals AS r WHERE r.id = $1 FOR UPDATE;
    SELECT r.* INTO v_row FROM api.referrals AS r WHERE r.referral_id = $1;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found');
    ELSIF if_match IS NULL THEN
        PERFORM core.refuse('precondition_missing');
    ELSIF if_match <> v_row.etag THEN
        PERFORM core.refuse('precondition_failed');
    ELSIF v_row.state <> 'received'
          AND NOT (v_closes AND v_row.state = 'accepted') THEN
        PERFORM core.refuse('referral_decided',
                            'It was ' || v_row.state || '.');
    ELSIF v_state = 'accepted' AND v_row.judgement = 'not_yet'
          AND v_reason IS NULL THEN
        PERFORM core.refuse('missing_field',
            'Not all that is asked for is there. Say why it is accepted all the same.',
            '/reason');
    END IF;
    PERFORM core.contact_day(v_on, v_pointer,
        coalesce(v_row.decided_on, v_row.referred_on),
        CASE WHEN v_row.decided_on IS NULL THEN 'the day of the referral'
             ELSE 'the day it was decided' END);
    UPDATE core.referrals AS r
       SET state = v_state,
           decided_on = CASE WHEN v_closes THEN r.decided_on ELSE v_on END,
           decided_by = CASE WHEN v_closes THEN r.decided_by
                             ELSE core.actor_id() END,
           decision = CASE WHEN v_closes THEN r.decision ELSE v_reason END,
           closed_on = CASE WHEN v_closes THEN v_on END,
           closed_by = CASE WHEN v_closes THEN core.actor_id() END,
           outcome = CASE WHEN v_closes THEN v_reason END,
           findings = v_row.findings,
           version = r.version + 1
     WHERE r.id = v_row.referral_id;
    PERFORM core.audit_write('referrals.' || v_state, v_row._setting_id,
        ARRAY[v_row.child_id],
        jsonb_build_object('referral_id', v_row.referral_id));
    RETURN QUERY SELECT r.* FROM api.referrals AS r
                  WHERE r.referral_id = v_row.referral_id;
END
$$;
