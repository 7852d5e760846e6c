-- placement — where a child is taught or cared for, and when, as sent by a
-- setting: api.placement_compare and api.placement_merge. See
-- core/kind_define.sql.
-- SPDX-License-Identifier: Apache-2.0

SELECT core.kind_define('placement', 'placements',
    fields => ARRAY[
        ['child',     'text'],
        ['start_on',  'date'],
        ['end_on',    'date'],
        ['enrolment', 'text'],
        ['sen_place', 'text']],
    rules => ARRAY[
        ['r.end_on < r.start_on', 'dates_reversed', '/data/end_on'],
        ['r.start_on > (SELECT s.closed_on FROM core.settings AS s
                         WHERE s.id = v_setting)',
         'setting_closed', '/data/start_on']]);
