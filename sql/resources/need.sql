-- need — periods of SEN provision with ranked types of need, as sent by a
-- setting: api.need_compare and api.need_merge. See core/kind_define.sql.
-- SPDX-License-Identifier: Apache-2.0

SELECT core.kind_define('need', 'needs',
    fields => ARRAY[
        ['child',     'text'],
        ['provision', 'text'],
        ['start_on',  'date'],
        ['end_on',    'date'],
        ['types',     'text']],
    columns => ARRAY[
        ['types', $$string_to_array(coalesce(r.types, ''), ',')$$]],
    rules => ARRAY[
        ['r.end_on < r.start_on', 'dates_reversed', '/data/end_on']]);
