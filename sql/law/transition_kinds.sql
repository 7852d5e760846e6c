-- transition_kinds.sql — the kinds of move and the rule that binds each.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.transition_kinds (code, valid_from, valid_to, name, stage, is_phase, rule_id, deadline_rule_id, policy_note, reference)
VALUES
('EYS', '2014-09-01', NULL, 'Early years to school', 'school', true,
 'phase_early_years_to_school', 'phase_transfer_before_15_february', NULL, 'SI 2014/1530 regs 2(1), 18(1)(b)'),
('INJ', '2014-09-01', NULL, 'Infant to junior', 'junior', true,
 'phase_infant_to_junior', 'phase_transfer_before_15_february', NULL, 'SI 2014/1530 regs 2(1), 18(1)(b)'),
('PRM', '2014-09-01', NULL, 'Primary to middle', 'middle', true,
 'phase_primary_to_middle', 'phase_transfer_before_15_february', NULL, 'SI 2014/1530 regs 2(1), 18(1)(b)'),
('PRS', '2014-09-01', NULL, 'Primary to secondary', 'secondary', true,
 'phase_primary_to_secondary', 'phase_transfer_before_15_february', NULL, 'SI 2014/1530 regs 2(1), 18(1)(b)'),
('MDS', '2014-09-01', NULL, 'Middle to secondary', 'secondary', true,
 'phase_middle_to_secondary', 'phase_transfer_before_15_february', NULL, 'SI 2014/1530 regs 2(1), 18(1)(b)'),
('SEP', '2014-09-01', NULL, 'Secondary to post-16', 'post_16', true,
 'phase_secondary_to_post_16', 'phase_transfer_before_31_march', NULL, 'SI 2014/1530 regs 2(1), 18(1)(a)'),
('6FS', '2014-09-01', NULL, 'Year 11 to school sixth form', 'post_16', true,
 'move_year_11_to_school_sixth_form', 'phase_transfer_before_31_march',
 'A school is no post-16 institution in the regulations; held to 31 March as policy.', 'SI 2014/1530 reg 2(1)'),
('P16', '2014-09-01', NULL, 'Between post-16 institutions', 'between_post_16', false,
 'move_between_post_16', 'post_16_move', NULL, 'SI 2014/1530 reg 18(2)'),
('INY', '2014-09-01', NULL, 'In-year move', 'in_year', false, 'move_in_year', NULL, NULL, 'CFA 2014 s.44'),
('MOV', '2014-09-01', NULL, 'Move to another authority', 'authority', false,
 'move_between_authorities', NULL, NULL, 'SI 2014/1530 reg 15')
ON CONFLICT (code, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to,
       name = excluded.name,
       stage = excluded.stage,
       is_phase = excluded.is_phase,
       rule_id = excluded.rule_id,
       deadline_rule_id = excluded.deadline_rule_id,
       policy_note = excluded.policy_note,
       reference = excluded.reference;
