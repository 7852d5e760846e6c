-- thresholds — the numbers of the law and of practice, and those the
-- authority has put in the place of the latter. Whoever acts at all reads
-- them; a manager decides.
-- SPDX-License-Identifier: Apache-2.0
-- after: amounts

-- threshold_rules — the rules that turn on a number.
CREATE VIEW api.threshold_rules AS
    SELECT r.id, r.valid_from, r.valid_to, r.amount::float8 AS number, r.unit,
           r.standing, r.sentence, r.reference
      FROM api.law_amounts AS r
     WHERE r.amount IS NOT NULL
       AND (SELECT core.actor_role()) IS NOT NULL;

-- thresholds — each rule with a number in force on that day. number is the
-- rule's own, amount what holds: the same as api.amounts. What is statute is
-- nobody's to change.
CREATE FUNCTION api.thresholds(on_date date)
RETURNS TABLE (rule text, number double precision, unit text,
    amount double precision, is_own boolean, own_from date, reason text,
    by text, known_from timestamptz, may_be_own boolean, standing text,
    sentence text, reference text, etag text)
LANGUAGE sql STABLE
AS $$
    SELECT r.id, r.number, r.unit, coalesce(t.amount::float8, r.number),
           t.amount IS NOT NULL,
           CASE WHEN t.amount IS NOT NULL THEN t.valid_from END,
           CASE WHEN t.amount IS NOT NULL THEN t.reason END,
           CASE WHEN t.amount IS NOT NULL THEN t.by END,
           CASE WHEN t.amount IS NOT NULL THEN t.known_from END,
           r.standing <> 'statute', r.standing, r.sentence, r.reference,
           (SELECT coalesce((extract(epoch FROM max(o.known_from))
                                * 1000000)::bigint, 0)::text
              FROM api.own_amounts AS o
             WHERE o.rule_id = r.id)
      FROM api.threshold_rules AS r
      LEFT JOIN LATERAL (
           SELECT h.*
             FROM api.own_amounts AS h
            WHERE h.rule_id = r.id
              AND h.valid_from <= thresholds.on_date
            ORDER BY h.valid_from DESC, h.known_from DESC
            LIMIT 1) AS t ON true
     WHERE thresholds.on_date BETWEEN r.valid_from AND r.valid_to;
$$;

-- threshold_put — from that day on the authority's own number, or, without
-- one, the rule's own again. It names the etag it has read; the first, '0',
-- may go without.
CREATE FUNCTION api.threshold_put(rule_id text, if_match text,
    value double precision, valid_from date, why text)
RETURNS TABLE (rule text, number double precision, unit text,
    amount double precision, is_own boolean, own_from date, reason text,
    by text, known_from timestamptz, may_be_own boolean, standing text,
    sentence text, reference text, etag text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_rule record;
BEGIN
    PERFORM core.require_role('la_manager');
    PERFORM pg_advisory_xact_lock(535311, hashtext($1));
    SELECT t.* INTO v_rule
      FROM api.thresholds($4) AS t
     WHERE t.rule = $1;
    IF NOT FOUND THEN
        PERFORM core.refuse('not_found',
            'No rule of that name has a number on that day.');
    ELSIF NOT v_rule.may_be_own THEN
        PERFORM core.refuse('threshold_statutory', v_rule.reference);
    ELSIF v_rule.unit <> 'amount' AND $3 <> trunc($3) THEN
        PERFORM core.refuse('malformed_field', format(
            'It is a whole number of %s.', v_rule.unit), '/amount');
    END IF;
    PERFORM core.etag_check(v_rule.etag, $2);
    INSERT INTO core.thresholds (rule_id, valid_from, known_from, amount,
        reason, client_id)
    VALUES ($1, $4, clock_timestamp(), $3, $5, core.actor_id());
    PERFORM core.audit_write('thresholds.put', NULL, NULL,
        jsonb_build_object('rule', $1, 'amount', $3, 'valid_from', $4));
    RETURN QUERY SELECT t.* FROM api.thresholds($4) AS t WHERE t.rule = $1;
END
$$;
