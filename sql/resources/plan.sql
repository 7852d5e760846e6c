-- plan — cycles of assess, plan, do and review, as sent by a setting:
-- api.plan_compare and api.plan_merge. See core/kind_define.sql.
-- SPDX-License-Identifier: Apache-2.0

SELECT core.kind_define('plan', 'plans',
    fields => ARRAY[
        ['child',           'text'],
        ['start_on',        'date'],
        ['review_due_on',   'date'],
        ['reviewed_on',     'date'],
        ['end_on',          'date'],
        ['outcomes',        'text'],
        ['provision',       'text'],
        ['progress',        'text'],
        ['parent_involved', 'boolean'],
        ['child_involved',  'boolean']],
    columns => ARRAY[
        ['outcomes',  $$string_to_array(coalesce(r.outcomes, ''), E'\n')$$],
        ['provision', $$string_to_array(coalesce(r.provision, ''), E'\n')$$]],
    rules => ARRAY[
        ['r.end_on < r.start_on', 'dates_reversed', '/data/end_on'],
        ['r.review_due_on < r.start_on',
         'dates_reversed', '/data/review_due_on'],
        ['r.reviewed_on < r.start_on', 'dates_reversed', '/data/reviewed_on']]);
