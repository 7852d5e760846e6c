-- sen.sql — SEN provision and types of need, as the censuses code them.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.sen_provisions (code, name, stands_for, rank, valid_from, valid_to, reference)
VALUES
('E', 'EHC plan', 'E', 1, '2014-09-01', NULL, 'DfE school census, SENprovision'),
('S', 'Statement', 'E', 1, '1994-09-01', '2018-03-31', 'Education Act 1996 s.324; history only'),
('K', 'SEN support', 'K', 2, '2014-09-01', NULL, 'DfE school census, SENprovision'),
('P', 'School Action Plus', 'K', 2, '2002-01-01', '2015-08-31', 'SEN Code of Practice 2001; history only'),
('A', 'School Action', 'K', 2, '2002-01-01', '2015-08-31', 'SEN Code of Practice 2001; history only'),
('N', 'No SEN', 'N', 3, '2002-01-01', NULL, 'DfE school census, SENprovision')
ON CONFLICT (code) DO UPDATE
   SET name = excluded.name,
       stands_for = excluded.stands_for,
       rank = excluded.rank,
       valid_from = excluded.valid_from,
       valid_to = excluded.valid_to,
       reference = excluded.reference;

INSERT INTO law.need_types (code, name, area, valid_from, valid_to, reference)
VALUES
('SPLD', 'Specific learning difficulty', 'Cognition and learning', '2002-01-01', NULL, 'DfE school census, SENtype; CoP 6.30'),
('MLD', 'Moderate learning difficulty', 'Cognition and learning', '2002-01-01', NULL, 'DfE school census, SENtype; CoP 6.30'),
('SLD', 'Severe learning difficulty', 'Cognition and learning', '2002-01-01', NULL, 'DfE school census, SENtype; CoP 6.30'),
('PMLD', 'Profound and multiple learning difficulty', 'Cognition and learning', '2002-01-01', NULL, 'DfE school census, SENtype; CoP 6.30'),
('SEMH', 'Social, emotional and mental health', 'Social, emotional and mental health', '2014-09-01', NULL, 'DfE school census, SENtype; CoP 6.32'),
('SLCN', 'Speech, language and communication needs', 'Communication and interaction', '2002-01-01', NULL, 'DfE school census, SENtype; CoP 6.28'),
('ASD', 'Autistic spectrum disorder', 'Communication and interaction', '2002-01-01', NULL, 'DfE school census, SENtype; CoP 6.28'),
('HI', 'Hearing impairment', 'Sensory and physical', '2002-01-01', NULL, 'DfE school census, SENtype; CoP 6.34'),
('VI', 'Vision impairment', 'Sensory and physical', '2002-01-01', NULL, 'DfE school census, SENtype; CoP 6.34'),
('MSI', 'Multi-sensory impairment', 'Sensory and physical', '2002-01-01', NULL, 'DfE school census, SENtype; CoP 6.34'),
('PD', 'Physical disability', 'Sensory and physical', '2002-01-01', NULL, 'DfE school census, SENtype; CoP 6.34'),
('DS', 'Down syndrome', 'Cognition and learning', '2025-01-01', NULL, 'DfE school census from January 2025, SENtype'),
('OTH', 'Other difficulty', NULL, '2002-01-01', NULL, 'DfE school census, SENtype'),
('NSA', 'SEN support but no specialist assessment of type of need', NULL, '2014-09-01', NULL, 'DfE school census, SENtype, only with K')
ON CONFLICT (code) DO UPDATE
   SET name = excluded.name,
       area = excluded.area,
       valid_from = excluded.valid_from,
       valid_to = excluded.valid_to,
       reference = excluded.reference;
