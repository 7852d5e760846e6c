-- england.sql — the authority that is there, times more often: new settings
-- and new children of the same shape, without names of their own. For
-- measuring only; \set times N first.
-- SPDX-License-Identifier: Apache-2.0
SET session_replication_role = replica; -- neither triggers nor foreign keys
SET client_min_messages = warning;
SELECT set_config('bench.times', :'times', false),
       set_config('bench.shift', max(id)::text, false)
  FROM core.settings \g /dev/null
DO $$
DECLARE
    v_table text;
    v_names text;
    v_made  text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['settings', 'children', 'child_records',
        'placements', 'needs', 'plans', 'transitions', 'ehc_transfers']
    LOOP
        SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
               string_agg(CASE
                   WHEN a.attname LIKE '%setting_id'
                        OR a.attname = 'id' AND v_table = 'settings'
                   THEN format('t.%I + n * shift', a.attname)
                   WHEN a.attname = 'child_id'
                        OR a.attname = 'id' AND v_table = 'children'
                   THEN format('md5(t.%I::text || n)::uuid', a.attname)
                   WHEN a.attname IN ('id', 'record_id')
                   THEN 'gen_random_uuid()'
                   WHEN a.attname IN ('urn', 'ofsted_urn', 'laestab', 'ukprn')
                   THEN 'NULL'
                   ELSE format('t.%I', a.attname) END, ', ' ORDER BY a.attnum)
          INTO v_names, v_made
          FROM pg_attribute AS a
         WHERE a.attrelid = ('core.' || v_table)::regclass
           AND a.attnum > 0
           AND NOT a.attisdropped
           AND a.attgenerated = '';
        EXECUTE format('INSERT INTO core.%1$I (%2$s)
            SELECT %3$s
              FROM core.%1$I AS t
             CROSS JOIN generate_series(1, %4$s) AS n,
                   (SELECT %5$s AS shift) AS x',
            v_table, v_names, v_made, current_setting('bench.times'),
            current_setting('bench.shift'));
    END LOOP;
END
$$;
RESET session_replication_role;
VACUUM ANALYZE core.settings, core.children, core.child_records,
    core.placements, core.needs, core.plans, core.transitions,
    core.ehc_transfers;
