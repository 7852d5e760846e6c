-- year_groups.sql — census year groups with the numeric year and the age on
-- 31 August before the school year; M and X stand for no year of their own.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.year_groups (code, ncy, age, name, reference)
VALUES
('E1', -4, 0, 'Early years, age 0', 'CBDS, NCyearActual'),
('E2', -3, 1, 'Early years, age 1', 'CBDS, NCyearActual'),
('N1', -2, 2, 'Nursery, first year', 'CBDS, NCyearActual'),
('N2', -1, 3, 'Nursery, second year', 'CBDS, NCyearActual'),
('R', 0, 4, 'Reception', 'CBDS, NCyearActual'),
('1', 1, 5, 'Year 1', 'CBDS, NCyearActual'),
('2', 2, 6, 'Year 2', 'CBDS, NCyearActual'),
('3', 3, 7, 'Year 3', 'CBDS, NCyearActual'),
('4', 4, 8, 'Year 4', 'CBDS, NCyearActual'),
('5', 5, 9, 'Year 5', 'CBDS, NCyearActual'),
('6', 6, 10, 'Year 6', 'CBDS, NCyearActual'),
('7', 7, 11, 'Year 7', 'CBDS, NCyearActual'),
('8', 8, 12, 'Year 8', 'CBDS, NCyearActual'),
('9', 9, 13, 'Year 9', 'CBDS, NCyearActual'),
('10', 10, 14, 'Year 10', 'CBDS, NCyearActual'),
('11', 11, 15, 'Year 11', 'CBDS, NCyearActual'),
('12', 12, 16, 'Year 12', 'CBDS, NCyearActual'),
('13', 13, 17, 'Year 13', 'CBDS, NCyearActual'),
('14', 14, 18, 'Year 14', 'CBDS, NCyearActual'),
('M', NULL, NULL, 'Mixed year class', 'CBDS, NCyearActual'),
('X', NULL, NULL, 'National curriculum not followed', 'CBDS, NCyearActual')
ON CONFLICT (code) DO UPDATE
   SET ncy = excluded.ncy,
       age = excluded.age,
       name = excluded.name,
       reference = excluded.reference;
