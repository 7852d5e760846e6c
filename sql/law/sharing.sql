-- sharing.sql — one SENCO shared by smaller primary schools: what the Code
-- says, and the numbers it leaves to the authority (core.thresholds).
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.rules (id, valid_from, valid_to, standing, months, amount, reference, sentence)
VALUES
-- What is looked back upon.
('measures_past', '2014-09-01', NULL, 'practice', 12, NULL, 'House practice; CoP 6.94',
 'Cycles reviewed in the last 12 months are counted on time or late.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       months = excluded.months,
       amount = excluded.amount,
       reference = excluded.reference,
       sentence = excluded.sentence;
