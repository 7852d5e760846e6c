-- calendar.sql — bank holidays of England and the working days between them.
-- Banking and Financial Dealings Act 1971 s.1 and Sch 1, with the substitute
-- days when one falls on a weekend, and the proclaimed one of 2023.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.bank_holidays (day, name, reference)
SELECT h.day, h.name, 'Banking and Financial Dealings Act 1971 s.1'
  FROM (VALUES
('2023-01-02'::date, 'New Year''s Day (substitute)'), ('2023-04-07', 'Good Friday'), ('2023-04-10', 'Easter Monday'),
('2023-05-01', 'Early May'), ('2023-05-08', 'Coronation of King Charles III'), ('2023-05-29', 'Spring'),
('2023-08-28', 'Summer'), ('2023-12-25', 'Christmas Day'), ('2023-12-26', 'Boxing Day'),
('2024-01-01', 'New Year''s Day'), ('2024-03-29', 'Good Friday'), ('2024-04-01', 'Easter Monday'),
('2024-05-06', 'Early May'), ('2024-05-27', 'Spring'), ('2024-08-26', 'Summer'),
('2024-12-25', 'Christmas Day'), ('2024-12-26', 'Boxing Day'),
('2025-01-01', 'New Year''s Day'), ('2025-04-18', 'Good Friday'), ('2025-04-21', 'Easter Monday'),
('2025-05-05', 'Early May'), ('2025-05-26', 'Spring'), ('2025-08-25', 'Summer'),
('2025-12-25', 'Christmas Day'), ('2025-12-26', 'Boxing Day'),
('2026-01-01', 'New Year''s Day'), ('2026-04-03', 'Good Friday'), ('2026-04-06', 'Easter Monday'),
('2026-05-04', 'Early May'), ('2026-05-25', 'Spring'), ('2026-08-31', 'Summer'),
('2026-12-25', 'Christmas Day'), ('2026-12-28', 'Boxing Day (substitute)'),
('2027-01-01', 'New Year''s Day'), ('2027-03-26', 'Good Friday'), ('2027-03-29', 'Easter Monday'),
('2027-05-03', 'Early May'), ('2027-05-31', 'Spring'), ('2027-08-30', 'Summer'),
('2027-12-27', 'Christmas Day (substitute)'), ('2027-12-28', 'Boxing Day (substitute)'),
('2028-01-03', 'New Year''s Day (substitute)'), ('2028-04-14', 'Good Friday'), ('2028-04-17', 'Easter Monday'),
('2028-05-01', 'Early May'), ('2028-05-29', 'Spring'), ('2028-08-28', 'Summer'),
('2028-12-25', 'Christmas Day'), ('2028-12-26', 'Boxing Day')
       ) AS h (day, name)
ON CONFLICT (day) DO UPDATE
   SET name = excluded.name,
       reference = excluded.reference;

DELETE FROM law.working_days AS w
 USING law.bank_holidays AS h
 WHERE h.day = w.day;

INSERT INTO law.working_days (day)
SELECT d::date
  FROM generate_series('2023-01-01'::timestamp, '2028-12-31', '1 day') AS d
 WHERE extract(isodow FROM d) < 6
   AND NOT EXISTS (SELECT FROM law.bank_holidays AS h WHERE h.day = d::date)
ON CONFLICT (day) DO NOTHING;
