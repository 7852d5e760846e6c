-- post — who is SENCO at a setting and what the rules on qualification turn
-- on, as the setting sends it: api.post_compare and api.post_merge. See
-- core/kind_define.sql; api.posts is what the authority keeps itself.
-- SPDX-License-Identifier: Apache-2.0

SELECT core.kind_define('post', 'post_records',
    fields => ARRAY[
        ['kind',                 'text'],
        ['arrangement',          'text'],
        ['name',                 'text'],
        ['start_on',             'date'],
        ['end_on',               'date'],
        ['hours_per_week',       'float8'],
        ['teaching_percent',     'int'],
        ['is_head',              'boolean'],
        ['on_leadership',        'boolean'],
        ['is_qualified_teacher', 'boolean'],
        ['has_prior_service',    'boolean'],
        ['nasenco_began_on',     'date'],
        ['nasenco_awarded_on',   'date'],
        ['npq_began_on',         'date'],
        ['npq_awarded_on',       'date']],
    rules => ARRAY[
        ['r.end_on < r.start_on', 'dates_reversed', '/data/end_on'],
        ['r.nasenco_awarded_on < r.nasenco_began_on',
         'dates_reversed', '/data/nasenco_awarded_on'],
        ['r.npq_awarded_on < r.npq_began_on',
         'dates_reversed', '/data/npq_awarded_on']],
    childless => true);
