-- child — the person as each setting knows them: api.child_compare and
-- api.child_merge. A record's first coming finds the child it speaks of; the
-- newest record of any setting is what the person index shows: both in
-- core/child.sql. The rest is core/kind_define.sql.
-- SPDX-License-Identifier: Apache-2.0

SELECT core.kind_define('child', 'child_records',
    fields => ARRAY[
        ['surname',            'text'],
        ['forename',           'text'],
        ['middle_names',       'text'],
        ['preferred_surname',  'text'],
        ['preferred_forename', 'text'],
        ['former_surname',     'text'],
        ['born_on',            'date'],
        ['sex',                'text'],
        ['upn',                'text'],
        ['former_upn',         'text'],
        ['uln',                'text'],
        ['nhs_number',         'text'],
        ['postcode',           'text'],
        ['year_group',         'text']],
    columns => ARRAY[
        ['suspects', $$string_to_array(r.suspects, ',')$$]],
    rules => ARRAY[
        ['r.surname IS NULL AND r.forename IS NULL',
         'missing_field', '/data/surname']],
    child_ids => 'core.child_find(v_stored, deleted, suspects, surname,
        forename, middle_names, preferred_surname, preferred_forename,
        born_on, sex, upn, former_upn, uln, nhs_number, postcode,
        year_group)',
    after => 'core.child_refresh(source_ids, revisions),
        core.child_renamed(source_ids, v_stored)');
