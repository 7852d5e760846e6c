-- caseloads.sql — what weighs how much in a caseload, when it is too much, and
-- the words of the findings. No law says how many settings an Area SENCO can
-- look after (CoP 5.55 only says that authorities often make use of them), so
-- all is practice, and an authority puts its own number in its place.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.rules (id, valid_from, valid_to, standing, amount, reference, sentence)
VALUES
('caseload_weight_group', '2014-09-01', NULL, 'practice', 1, 'House practice; CoP 5.55: the unit of weight',
 'A nursery, pre-school or other group setting weighs 1 in a caseload.'),
('caseload_weight_childminder', '2014-09-01', NULL, 'practice', 0.2, 'House practice; CoP 5.58',
 'A childminder weighs a fifth of a group setting.'),
('caseload_weight_school', '2014-09-01', NULL, 'practice', 0.5, 'House practice: a school has a SENCO of its own (SI 2014/1530 reg 49)',
 'A school weighs half of a group setting, since it has a SENCO of its own.'),
('caseload_weight_other', '2014-09-01', NULL, 'practice', 0.5, 'House practice',
 'Any other setting weighs half of a group setting.'),
('caseload_weight_support', '2014-09-01', NULL, 'practice', 0.1, 'House practice; CoP 5.56',
 'A child with SEN support weighs a tenth of a group setting.'),
('caseload_weight_plan', '2014-09-01', NULL, 'practice', 0.25, 'House practice; CoP 5.57',
 'A child with an EHC plan weighs a quarter of a group setting.'),
('caseload_weight_named', '2014-09-01', NULL, 'practice', 0.5, 'House practice; CoP 5.56',
 'A named child weighs half of a group setting.'),
('caseload_weight_km', '2014-09-01', NULL, 'practice', 0.02, 'House practice',
 'A kilometre from the centre of the caseload to a setting weighs a fiftieth of a group setting.'),
('caseload_over_mean', '2014-09-01', NULL, 'practice', 20, 'House practice',
 'A caseload is too heavy when it weighs 20 per cent more than the mean.'),
('caseload_fair', '2014-09-01', NULL, 'practice', 5, 'House practice',
 'A split is fair when no caseload weighs 5 per cent more or less than the mean.'),
('caseload_move_km', '2014-09-01', NULL, 'practice', 5, 'House practice: continuity for the setting',
 'A setting changes its Area SENCO for balance only as if the way were 5 km longer.'),
('caseload_every_setting', '2014-09-01', NULL, 'practice', NULL, 'CoP 5.55; practice: every setting has a named Area SENCO',
 'Every early years setting is in a caseload.'),
('caseload_one_holder', '2014-09-01', NULL, 'practice', NULL, 'CoP 5.55; practice: every setting has a named Area SENCO',
 'A setting is in one caseload, unless two work there jointly.'),
('caseload_holder', '2014-09-01', NULL, 'practice', NULL, 'CoP 5.55; practice: every setting has a named Area SENCO',
 'A caseload with settings has an Area SENCO, or somebody who covers it.')
ON CONFLICT (id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       standing = excluded.standing,
       amount = excluded.amount,
       reference = excluded.reference,
       sentence = excluded.sentence;

INSERT INTO law.senco_findings (id, rule_id, severity, sentence)
VALUES
('caseload_gap', 'caseload_every_setting', 'warn', '{setting} is in no caseload from {from_on} on.'),
('caseload_gap_between', 'caseload_every_setting', 'warn', '{setting} is in no caseload from {from_on} to {to_on}.'),
('caseload_gap_allowed', 'caseload_every_setting', 'info', '{setting} is in no caseload from {from_on} on: {why}'),
('caseload_never', 'caseload_every_setting', 'info', '{setting} was never in a caseload.'),
('caseload_double', 'caseload_one_holder', 'info', '{setting} is in two caseloads at once, {caseload} and {other}, from {from_on}.'),
('caseload_unheld', 'caseload_holder', 'warn', '{caseload} has {settings} settings and no Area SENCO.'),
('caseload_absent', 'caseload_holder', 'warn', '{holder}, who holds {caseload}, is away from {from_on} and nobody covers.'),
('caseload_cover_absent', 'caseload_holder', 'warn', '{holder}, who is to cover {caseload}, is away then, from {from_on}.'),
('caseload_cover_unheld', 'caseload_holder', 'warn', '{other}, which is to cover {caseload}, has no Area SENCO itself.'),
('caseload_over_mean', 'caseload_over_mean', 'warn', '{caseload} weighs {weight}, {percent} per cent more than the mean of {mean}; the limit is {limit} per cent.'),
('fair_kept', 'caseload_move_km', 'info', '{to} holds it already.'),
('fair_first', 'caseload_every_setting', 'info', 'Nobody holds it; the centre of {to} is the nearest, {km} km away.'),
('fair_nearest', 'caseload_move_km', 'info', 'The centre of {to} is nearer by more than {limit} km: {km} km instead of {km_before}.'),
('fair_seed', 'caseload_fair', 'info', '{to} holds nothing yet and begins here, far from the others.'),
('fair_balance', 'caseload_fair', 'info', 'To balance: the caseload it leaves weighed {before} and then {after}, the mean is {mean}; the centre of {to} is {km} km away.'),
('split_caseload_cut', 'caseload_one_holder', 'info', '{caseload} is cut in two: {going} settings go, {staying} stay.'),
('split_post', 'caseload_holder', 'warn', '{holder} holds posts on both sides: at {staying} that stays and {going} that goes.'),
('split_sharing', 'caseload_one_holder', 'warn', 'The shared arrangement {holder} straddles the line: at {staying} it stays, at {going} it goes.'),
('split_child', 'caseload_one_holder', 'info', '{children} named children of {caseload} go with their settings.')
ON CONFLICT (id) DO UPDATE
   SET rule_id = excluded.rule_id,
       severity = excluded.severity,
       sentence = excluded.sentence;
