-- amounts.sql — the number each rule of law.rules turns on, for the reads of
-- schema api: what core.amounts says, for those who cannot name core.
-- SPDX-License-Identifier: Apache-2.0

CREATE VIEW api.law_amounts AS
    SELECT r.id, r.valid_from, coalesce(r.valid_to, 'infinity') AS valid_to,
           coalesce(r.amount, r.months, r.days) AS amount, r.standing,
           r.sentence, r.reference,
           CASE WHEN r.amount IS NOT NULL THEN 'amount'
                WHEN r.months IS NOT NULL THEN 'months'
                ELSE 'days'
           END AS unit
      FROM law.rules AS r;

CREATE VIEW api.own_amounts AS
    SELECT t.rule_id, t.valid_from, t.known_from, t.amount, t.reason,
           c.name AS by
      FROM core.thresholds AS t
      LEFT JOIN core.clients AS c ON c.id = t.client_id;

-- amounts — the number of each rule in force on that day: the authority's own
-- threshold where it set one, else the rule's amount, months or days.
CREATE FUNCTION api.amounts(on_date date)
RETURNS TABLE (rule_id text, amount numeric, standing text, sentence text,
    reference text, is_own boolean)
LANGUAGE sql STABLE
AS $$
    SELECT r.id, coalesce(t.amount, r.amount), r.standing, r.sentence,
           r.reference, t.amount IS NOT NULL
      FROM api.law_amounts AS r
      LEFT JOIN LATERAL (
           SELECT h.amount
             FROM api.own_amounts AS h
            WHERE h.rule_id = r.id
              AND h.valid_from <= amounts.on_date
            ORDER BY h.valid_from DESC, h.known_from DESC
            LIMIT 1) AS t ON true
     WHERE amounts.on_date BETWEEN r.valid_from AND r.valid_to;
$$;
