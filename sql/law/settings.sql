-- settings.sql — types and phases of settings as the registers code them.
-- class is what the rules of transition ask of a type.
-- SPDX-License-Identifier: Apache-2.0

INSERT INTO law.setting_types (code, name, group_code, group_name, class, reference)
VALUES
('1', 'Community school', 4, 'Local authority maintained schools', 'mainstream', 'GIAS, TypeOfEstablishment'),
('2', 'Voluntary aided school', 4, 'Local authority maintained schools', 'mainstream', 'GIAS, TypeOfEstablishment'),
('3', 'Voluntary controlled school', 4, 'Local authority maintained schools', 'mainstream', 'GIAS, TypeOfEstablishment'),
('5', 'Foundation school', 4, 'Local authority maintained schools', 'mainstream', 'GIAS, TypeOfEstablishment'),
('6', 'City technology college', 3, 'Independent schools', 'mainstream', 'GIAS, TypeOfEstablishment'),
('7', 'Community special school', 5, 'Special schools', 'special', 'GIAS, TypeOfEstablishment'),
('8', 'Non-maintained special school', 5, 'Special schools', 'special', 'GIAS, TypeOfEstablishment'),
('10', 'Other independent special school', 5, 'Special schools', 'special', 'GIAS, TypeOfEstablishment'),
('11', 'Other independent school', 3, 'Independent schools', 'independent', 'GIAS, TypeOfEstablishment'),
('12', 'Foundation special school', 5, 'Special schools', 'special', 'GIAS, TypeOfEstablishment'),
('14', 'Pupil referral unit', 4, 'Local authority maintained schools', 'alternative_provision', 'GIAS, TypeOfEstablishment'),
('15', 'Local authority nursery school', 4, 'Local authority maintained schools', 'early_years', 'GIAS, TypeOfEstablishment'),
('18', 'Further education', 1, 'Colleges', 'post_16', 'GIAS, TypeOfEstablishment'),
('24', 'Secure units', 9, 'Other types', 'other', 'GIAS, TypeOfEstablishment'),
('25', 'Offshore schools', 9, 'Other types', 'other', 'GIAS, TypeOfEstablishment'),
('26', 'Service children''s education', 9, 'Other types', 'other', 'GIAS, TypeOfEstablishment'),
('27', 'Miscellaneous', 9, 'Other types', 'other', 'GIAS, TypeOfEstablishment'),
('28', 'Academy sponsor led', 10, 'Academies', 'mainstream', 'GIAS, TypeOfEstablishment'),
('29', 'Higher education institutions', 2, 'Universities', 'post_16', 'GIAS, TypeOfEstablishment'),
('30', 'Welsh establishment', 6, 'Welsh schools', 'other', 'GIAS, TypeOfEstablishment'),
('31', 'Sixth form centres', 1, 'Colleges', 'post_16', 'GIAS, TypeOfEstablishment'),
('32', 'Special post 16 institution', 9, 'Other types', 'post_16', 'GIAS, TypeOfEstablishment'),
('33', 'Academy special sponsor led', 10, 'Academies', 'special', 'GIAS, TypeOfEstablishment'),
('34', 'Academy converter', 10, 'Academies', 'mainstream', 'GIAS, TypeOfEstablishment'),
('35', 'Free schools', 11, 'Free schools', 'mainstream', 'GIAS, TypeOfEstablishment'),
('36', 'Free schools special', 11, 'Free schools', 'special', 'GIAS, TypeOfEstablishment'),
('37', 'British schools overseas', 9, 'Other types', 'other', 'GIAS, TypeOfEstablishment'),
('38', 'Free schools alternative provision', 11, 'Free schools', 'alternative_provision', 'GIAS, TypeOfEstablishment'),
('39', 'Free schools 16 to 19', 11, 'Free schools', 'post_16', 'GIAS, TypeOfEstablishment'),
('40', 'University technical college', 11, 'Free schools', 'mainstream', 'GIAS, TypeOfEstablishment'),
('41', 'Studio schools', 11, 'Free schools', 'mainstream', 'GIAS, TypeOfEstablishment'),
('42', 'Academy alternative provision converter', 10, 'Academies', 'alternative_provision', 'GIAS, TypeOfEstablishment'),
('43', 'Academy alternative provision sponsor led', 10, 'Academies', 'alternative_provision', 'GIAS, TypeOfEstablishment'),
('44', 'Academy special converter', 10, 'Academies', 'special', 'GIAS, TypeOfEstablishment'),
('45', 'Academy 16-19 converter', 10, 'Academies', 'post_16', 'GIAS, TypeOfEstablishment'),
('46', 'Academy 16 to 19 sponsor led', 10, 'Academies', 'post_16', 'GIAS, TypeOfEstablishment'),
('49', 'Online provider', 13, 'Online provider', 'other', 'GIAS, TypeOfEstablishment'),
('56', 'Institution funded by other government department', 9, 'Other types', 'other', 'GIAS, TypeOfEstablishment'),
('57', 'Academy secure 16 to 19', 10, 'Academies', 'post_16', 'GIAS, TypeOfEstablishment'),
('ofsted:childminder', 'Childminder', NULL, 'Childcare providers', 'early_years', 'Ofsted, Provider type'),
('ofsted:non_domestic', 'Childcare on non-domestic premises', NULL, 'Childcare providers', 'early_years', 'Ofsted, Provider type'),
('ofsted:domestic', 'Childcare on domestic premises', NULL, 'Childcare providers', 'early_years', 'Ofsted, Provider type'),
('ofsted:home_childcarer', 'Home childcarer', NULL, 'Childcare providers', 'early_years', 'Ofsted, Provider type'),
('ofsted:other', 'Other childcare provider', NULL, 'Childcare providers', 'early_years', 'Ofsted, Provider type')
ON CONFLICT (code) DO UPDATE
   SET name = excluded.name,
       group_code = excluded.group_code,
       group_name = excluded.group_name,
       class = excluded.class,
       reference = excluded.reference;

INSERT INTO law.phases (code, slug, name, final_ncy, reference)
VALUES
(0, 'not_applicable', 'Not applicable', NULL, 'GIAS, PhaseOfEducation'),
(1, 'nursery', 'Nursery', -1, 'GIAS, PhaseOfEducation'),
(2, 'primary', 'Primary', 6, 'GIAS, PhaseOfEducation'),
(3, 'middle_deemed_primary', 'Middle deemed primary', 7, 'GIAS, PhaseOfEducation'),
(4, 'secondary', 'Secondary', 11, 'GIAS, PhaseOfEducation'),
(5, 'middle_deemed_secondary', 'Middle deemed secondary', 8, 'GIAS, PhaseOfEducation'),
(6, 'post_16', '16 plus', NULL, 'GIAS, PhaseOfEducation'),
(7, 'all_through', 'All-through', 11, 'GIAS, PhaseOfEducation')
ON CONFLICT (code) DO UPDATE
   SET slug = excluded.slug,
       name = excluded.name,
       final_ncy = excluded.final_ncy,
       reference = excluded.reference;
