-- 0270_positions — where a postcode lies, for settings whose register gives no
-- position: Ofsted's gives none at all. A position of the register itself
-- goes before.
-- SPDX-License-Identifier: Apache-2.0

-- British National Grid, metres, as in core.settings.
CREATE TABLE core.postcode_positions (
    postcode text PRIMARY KEY, -- "M33 7ZZ"
    easting  int NOT NULL,
    northing int NOT NULL
);

CREATE FUNCTION core.setting_place() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    SELECT p.easting, p.northing
      INTO NEW.easting, NEW.northing
      FROM core.postcode_positions AS p
     WHERE p.postcode = NEW.postcode;
    RETURN NEW;
END
$$;
CREATE TRIGGER settings_place BEFORE INSERT OR UPDATE ON core.settings
    FOR EACH ROW WHEN (NEW.easting IS NULL AND NEW.postcode IS NOT NULL)
    EXECUTE FUNCTION core.setting_place();
