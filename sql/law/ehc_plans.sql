-- ehc_plans.sql — what a plan is made of, what issues a version of it, the
-- numbers by which reviews and forecasts are reckoned, and what is said of a
-- case that is not as it should be.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.ehc_sections (code, rank, name, is_needed, reference)
VALUES
('A', 1, 'Views, interests and aspirations of the child and the parents', true, 'SI 2014/1530 reg 12(1)(a)'),
('B', 2, 'Special educational needs', true, 'SI 2014/1530 reg 12(1)(b)'),
('C', 3, 'Health care needs that relate to them', true, 'SI 2014/1530 reg 12(1)(c)'),
('D', 4, 'Social care needs that relate to them', true, 'SI 2014/1530 reg 12(1)(d)'),
('E', 5, 'Outcomes sought', true, 'SI 2014/1530 reg 12(1)(e)'),
('F', 6, 'Special educational provision', true, 'SI 2014/1530 reg 12(1)(f)'),
('G', 7, 'Health care provision', true, 'SI 2014/1530 reg 12(1)(g)'),
('H1', 8, 'Social care provision under section 2 of the Chronically Sick and Disabled Persons Act 1970', true, 'SI 2014/1530 reg 12(1)(h)(i)'),
('H2', 9, 'Other social care provision', true, 'SI 2014/1530 reg 12(1)(h)(ii)'),
('I', 10, 'School or other institution, or its type', true, 'SI 2014/1530 reg 12(1)(i)'),
('J', 11, 'Direct payments', false, 'SI 2014/1530 reg 12(1)(j)'),
('K', 12, 'Advice and information of the assessment, as appendices', true, 'SI 2014/1530 reg 12(1)(k)')
ON CONFLICT (code) DO UPDATE
   SET rank = excluded.rank,
       name = excluded.name,
       is_needed = excluded.is_needed,
       reference = excluded.reference;

INSERT INTO law.ehc_plan_kinds (code, rank, name, issued_by, amended_by, phase_by, is_in_force, reference)
VALUES
('draft', 1, 'Draft', 'draft_sent', 'amendment_noticed', 'amendment_noticed', false, 'CFA 2014 s.38; SI 2014/1530 regs 13(1), 22(2)'),
('final', 2, 'Final plan', 'final_issued', NULL, NULL, true, 'CFA 2014 s.37; SI 2014/1530 reg 13(2)'),
('amended', 3, 'Amended plan', 'amended_issued', 'amended_issued', 'phase_final_issued', true, 'SI 2014/1530 regs 18, 22(3)'),
('transferred', 4, 'Plan of another authority', 'plan_transferred_in', NULL, NULL, true, 'SI 2014/1530 reg 15')
ON CONFLICT (code) DO UPDATE
   SET rank = excluded.rank,
       name = excluded.name,
       issued_by = excluded.issued_by,
       amended_by = excluded.amended_by,
       phase_by = excluded.phase_by,
       is_in_force = excluded.is_in_force,
       reference = excluded.reference;
