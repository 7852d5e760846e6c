-- positions.sql — a setting lies where its register says, else where its
-- postcode does.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\o /dev/null
INSERT INTO core.postcode_positions VALUES ('M33 7ZZ', 379000, 391000), ('M33 1AA', 378000, 392000);
SELECT pg_temp.setting('Primary', '1', 2, 3, 11);
CREATE FUNCTION pg_temp.place() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', s.easting, s.northing) FROM core.settings AS s WHERE s.id = pg_temp.setting_id('Primary');
$$;
\o
SELECT plan(5);
UPDATE core.settings SET postcode = 'M33 7ZZ' WHERE id = pg_temp.setting_id('Primary');
SELECT is(pg_temp.place(), '379000 391000', 'a register without a position: that of the postcode');
UPDATE core.settings SET easting = 1, northing = 2 WHERE id = pg_temp.setting_id('Primary');
SELECT is(pg_temp.place(), '1 2', 'one with a position: its own');
UPDATE core.settings SET postcode = 'M33 1AA', easting = NULL, northing = NULL WHERE id = pg_temp.setting_id('Primary');
SELECT is(pg_temp.place(), '378000 392000', 'another postcode, another place');
UPDATE core.settings SET postcode = 'XX1 1XX', easting = NULL, northing = NULL WHERE id = pg_temp.setting_id('Primary');
SELECT is(pg_temp.place(), '', 'of an unknown postcode nothing is guessed');
UPDATE core.settings SET postcode = NULL, easting = 3 WHERE id = pg_temp.setting_id('Primary');
SELECT is(pg_temp.place(), '3', 'and without one nothing is taken away');
SELECT * FROM finish();
ROLLBACK;
