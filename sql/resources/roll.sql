-- roll — children counted by year group, as sent by a setting:
-- api.roll_compare and api.roll_merge. See core/kind_define.sql.
-- SPDX-License-Identifier: Apache-2.0

SELECT core.kind_define('roll', 'rolls',
    fields => ARRAY[
        ['counted_on',  'date'],
        ['year_group',  'text'],
        ['headcount',   'int'],
        ['sen_support', 'int'],
        ['ehcp',        'int']],
    rules => ARRAY[
        ['coalesce(r.sen_support, 0) + coalesce(r.ehcp, 0) > r.headcount',
         'counts_disagree', '/data/headcount']],
    childless => true);
