-- 0152_setting_refs.sql — "id:17" is looked up like any other reference.
-- SPDX-License-Identifier: Apache-2.0

CREATE INDEX settings_id_ref ON core.settings (('id:' || id::text));
