-- publication.sql — what may be read off a table that leaves the authority,
-- how old the numbers of the first page may be, and the bands in which the DfE's statistics tell lateness. No law gives the
-- number: public bodies withhold counts of fewer than five people, and the
-- DfE's tables show what is withheld as "c" (confidential) and none as 0.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.rules (id, valid_from, valid_to, standing, amount, reference, sentence)
VALUES
('publication_least', '2014-09-01', NULL, 'practice', 5, 'Practice of public bodies under the Data Protection Act 2018; DfE statistics mark such a number "c"',
 'In a table for publication a number below 5 is not shown, nor what it could be worked out from; none is shown as 0.'),
('publication_very_late_weeks', '2014-09-01', NULL, 'practice', 52, 'DfE, Education, health and care plans: time from request to plan',
 'A plan is counted as very late when it is issued more than 52 weeks after the request.'),
('dashboard_minutes', '2014-09-01', NULL, 'practice', 15, 'House practice',
 'The numbers of the first page are counted anew every 15 minutes, at the next round of the housekeeping.'),
('dashboard_stale_minutes', '2014-09-01', NULL, 'practice', 60, 'House practice',
 'The numbers of the first page are called stale when they are older than an hour.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       amount = excluded.amount,
       reference = excluded.reference,
       sentence = excluded.sentence;
