-- transition — the moves a setting plans for its children, as sent by the
-- setting: api.transition_compare and api.transition_merge. See
-- core/kind_define.sql.
-- SPDX-License-Identifier: Apache-2.0

SELECT core.kind_define('transition', 'transitions',
    fields => ARRAY[
        ['child',                'text'],
        ['kind',                 'text'],
        ['year',                 'int'],
        ['to_setting',           'text'],
        ['target_on',            'date'],
        ['parent_agreed_on',     'date'],
        ['meeting_on',           'date'],
        ['form_sent_on',         'date'],
        ['form_acknowledged_on', 'date']],
    columns => ARRAY[
        -- core.setting_find, without a call for every record.
        ['to_setting_id', $$coalesce(
            (SELECT k.setting_id
               FROM core.setting_identifiers AS k
              WHERE k.ref = r.to_setting),
            (SELECT s.id
               FROM core.settings AS s
              WHERE r.to_setting ~ '^id:[0-9]{1,9}$'
                AND s.id = substr(r.to_setting, 4)::int))$$]],
    rules => ARRAY[
        ['r.to_setting IS NOT NULL AND r.to_setting_id IS NULL',
         'unknown_setting', '/data/to_setting']]);
