-- contact — what a parent or the child said and what was agreed, as sent by
-- a setting: api.contact_compare and api.contact_merge. See
-- core/kind_define.sql.
-- SPDX-License-Identifier: Apache-2.0

SELECT core.kind_define('contact', 'contacts',
    fields => ARRAY[
        ['child',   'text'],
        ['held_on', 'date'],
        ['voice',   'text'],
        ['mode',    'text'],
        ['views',   'text'],
        ['agreed',  'text']],
    columns => ARRAY[
        ['views',  $$string_to_array(coalesce(r.views, ''), E'\n')$$],
        ['agreed', $$string_to_array(coalesce(r.agreed, ''), E'\n')$$]]);
