-- transitions.sql — planned moves as the actor may see them.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer'),
       pg_temp.actor('school', 'school_system'),
       pg_temp.actor('foreign school', 'school_system'),
       pg_temp.actor('administrator', 'la_administrator');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11),
       pg_temp.setting('Juniors', '1', 2, 7, 11),
       pg_temp.setting('Secondary', '1', 4, 11, 16);
INSERT INTO core.client_grants (client_id, setting_id)
SELECT a.id, s.id
  FROM cast_actors AS a, cast_settings AS s
 WHERE (a.name, s.name) IN (('school', 'Primary'), ('foreign school', 'Juniors'));
SELECT pg_temp.child('Mover', 'Primary', '2016-03-01', '6', 'K'),
       pg_temp.child('Other', 'Juniors', '2016-03-01', '6', 'K');
SELECT pg_temp.move('Mover', 'Primary', 'PRS', 2027, 'Secondary'),
       pg_temp.move('Mover', 'Primary', 'INY', 2026, 'Juniors'),
       pg_temp.move('Other', 'Juniors', 'PRS', 2027, 'Secondary');
CREATE FUNCTION pg_temp.moves(actor text) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen($1, format('SELECT t.kind, t.year, t.setting_name, t.to_setting_name
        FROM api.transitions AS t WHERE t.child_id = ANY (%L) ORDER BY t.year, t.setting_name',
        (SELECT array_agg(c.id) FROM cast_children AS c)));
$$;
\o
SELECT plan(6);
SELECT is(pg_temp.moves('officer'), ARRAY['INY 2026 Primary Juniors', 'PRS 2027 Juniors Secondary', 'PRS 2027 Primary Secondary'],
    'an officer sees every planned move, of phase or not');
SELECT is(pg_temp.moves('school'), ARRAY['INY 2026 Primary Juniors', 'PRS 2027 Primary Secondary'],
    'a school sees those it planned');
SELECT is(pg_temp.moves('foreign school'), ARRAY['PRS 2027 Juniors Secondary'],
    'and none of another school, even when it is where the child goes');
SELECT is(pg_temp.moves('administrator'), '{}', 'an administrator sees none');
SELECT is(pg_temp.moves('nobody'), '{}', 'nor does who has no token');
\o /dev/null
UPDATE core.transitions SET deleted_at = now() WHERE kind = 'INY' AND child_id = pg_temp.child_id('Mover');
\o
SELECT is(pg_temp.moves('school'), ARRAY['PRS 2027 Primary Secondary'], 'a withdrawn move is gone');
SELECT * FROM finish();
ROLLBACK;
