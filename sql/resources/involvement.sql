-- involvement — agencies from outside that help a child, as sent by a
-- setting: api.involvement_compare and api.involvement_merge. See
-- core/kind_define.sql.
-- SPDX-License-Identifier: Apache-2.0

SELECT core.kind_define('involvement', 'involvements',
    fields => ARRAY[
        ['child',       'text'],
        ['agency',      'text'],
        ['referred_on', 'date'],
        ['start_on',    'date'],
        ['end_on',      'date'],
        ['purpose',     'text']],
    rules => ARRAY[
        ['coalesce(r.referred_on, r.start_on) IS NULL',
         'missing_field', '/data/referred_on'],
        ['r.start_on < r.referred_on', 'dates_reversed', '/data/start_on'],
        ['r.end_on < coalesce(r.start_on, r.referred_on)',
         'dates_reversed', '/data/end_on']]);
