-- register.sql — rows of a register for tests of the import: fill the table
-- register_rows, then import it. Include after cast.sql.
-- SPDX-License-Identifier: Apache-2.0

CREATE TEMPORARY TABLE register_rows (line int, ref text, hash uuid,
    urn text, ofsted_urn text, laestab text, ukprn text, la_code text,
    la_name text, name text, type text, subtype text, phase int, status text,
    low_age int, high_age int, roll int, capacity int, sen_unit_roll int,
    sen_unit_capacity int, resourced_provision_roll int,
    resourced_provision_capacity int, has_nursery boolean,
    has_sixth_form boolean, street text, locality text, town text,
    postcode text, easting int, northing int, opened_on date, closed_on date);
GRANT SELECT ON register_rows TO sencod;

-- school — a row of GIAS at the next line; its hash is that of its content.
CREATE FUNCTION pg_temp.school(urn text, name text, status text,
    laestab text DEFAULT NULL, opened_on date DEFAULT NULL,
    closed_on date DEFAULT NULL, la text DEFAULT '358',
    roll int DEFAULT 200) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO register_rows (line, ref, hash, urn, name, type, phase, status,
           laestab, ukprn, opened_on, closed_on, la_code, roll)
    SELECT coalesce(max(r.line), 1) + 1, 'urn:' || $1,
           md5(concat_ws('|', $1, $2, $3, $4, $5, $6, $7, $8))::uuid,
           $1, $2, '1', 2, $3, $4, '10' || $1, $5, $6, $7, $8
      FROM register_rows AS r;
$$;

-- nursery — a row of Ofsted's, which names its authority.
CREATE FUNCTION pg_temp.nursery(urn text, name text, la_name text)
RETURNS void
LANGUAGE sql AS $$
    INSERT INTO register_rows (line, ref, hash, ofsted_urn, name, type, status,
           la_name)
    SELECT coalesce(max(r.line), 1) + 1, 'ofsted:' || $1,
           md5(concat_ws('|', $1, $2, $3))::uuid, $1, $2,
           'ofsted:non_domestic', 'open', $3
      FROM register_rows AS r;
$$;

-- import_sql — the call the daemon makes, with the rows of the table.
CREATE FUNCTION pg_temp.import_sql(register text, la text, is_dry_run boolean)
RETURNS text
LANGUAGE sql AS $$
    SELECT format($q$
        SELECT i.line, i.ref, i.name, i.change, i.details
          FROM (SELECT array_agg(r.line ORDER BY r.line) AS a0,
                       array_agg(r.ref ORDER BY r.line) AS a1,
                       array_agg(r.hash ORDER BY r.line) AS a2,
                       array_agg(r.urn ORDER BY r.line) AS a3,
                       array_agg(r.ofsted_urn ORDER BY r.line) AS a4,
                       array_agg(r.laestab ORDER BY r.line) AS a5,
                       array_agg(r.ukprn ORDER BY r.line) AS a6,
                       array_agg(r.la_code ORDER BY r.line) AS a7,
                       array_agg(r.la_name ORDER BY r.line) AS a8,
                       array_agg(r.name ORDER BY r.line) AS a9,
                       array_agg(r.type ORDER BY r.line) AS a10,
                       array_agg(r.subtype ORDER BY r.line) AS a11,
                       array_agg(r.phase ORDER BY r.line) AS a12,
                       array_agg(r.status ORDER BY r.line) AS a13,
                       array_agg(r.low_age ORDER BY r.line) AS a14,
                       array_agg(r.high_age ORDER BY r.line) AS a15,
                       array_agg(r.roll ORDER BY r.line) AS a16,
                       array_agg(r.capacity ORDER BY r.line) AS a17,
                       array_agg(r.sen_unit_roll ORDER BY r.line) AS a18,
                       array_agg(r.sen_unit_capacity ORDER BY r.line) AS a19,
                       array_agg(r.resourced_provision_roll ORDER BY r.line) AS a20,
                       array_agg(r.resourced_provision_capacity ORDER BY r.line) AS a21,
                       array_agg(r.has_nursery ORDER BY r.line) AS a22,
                       array_agg(r.has_sixth_form ORDER BY r.line) AS a23,
                       array_agg(r.street ORDER BY r.line) AS a24,
                       array_agg(r.locality ORDER BY r.line) AS a25,
                       array_agg(r.town ORDER BY r.line) AS a26,
                       array_agg(r.postcode ORDER BY r.line) AS a27,
                       array_agg(r.easting ORDER BY r.line) AS a28,
                       array_agg(r.northing ORDER BY r.line) AS a29,
                       array_agg(r.opened_on ORDER BY r.line) AS a30,
                       array_agg(r.closed_on ORDER BY r.line) AS a31
                  FROM register_rows AS r) AS a,
               api.settings_import(%L, %L, %L, a.a0, a.a1, a.a2, a.a3, a.a4, a.a5, a.a6, a.a7, a.a8, a.a9, a.a10, a.a11, a.a12, a.a13, a.a14, a.a15, a.a16, a.a17, a.a18, a.a19, a.a20, a.a21, a.a22, a.a23, a.a24, a.a25, a.a26, a.a27, a.a28, a.a29, a.a30, a.a31) AS i$q$,
        $1, $2, $3);
$$;

-- import — what the administrator is told, a text a row.
CREATE FUNCTION pg_temp.import(register text, la text DEFAULT NULL,
    is_dry_run boolean DEFAULT false) RETURNS text[]
LANGUAGE sql AS $$
    SELECT pg_temp.seen('administrator', pg_temp.import_sql($1, $2, $3));
$$;
