-- sen2_blades.sql — the two published forms of the SEN2 return against the rows
-- of law that describe them.
-- SPDX-License-Identifier: Apache-2.0
\ir ../lib/pgtap.sql
BEGIN;
\ir ../lib/cast.sql
\ir ../lib/ehc.sql
\ir ../lib/sen2.sql
\o /dev/null
SELECT pg_temp.actor('officer', 'la_officer');
SELECT pg_temp.setting('Primary', '1', 2, 3, 11), pg_temp.setting('College', '18', 6, 16, 25);
UPDATE core.settings SET urn = '990001' WHERE id = pg_temp.setting_id('Primary');
SELECT pg_temp.child('A<B>&"' || U&'\FFFE', 'Primary', '2010-03-01', '11', 'E');
SELECT pg_temp.history('A<B>&"' || U&'\FFFE', 'request_received 2026-02-01; assessment_decided:refuse 2026-03-01; decision_sent 2026-03-01; assessment_decided:assess 2026-04-01;
    final_issued 2026-06-01; review_held 2026-10-01; review_decided:amend 2026-10-20; amendment_noticed 2026-10-20 year=2026; phase_final_issued 2026-12-01 year=2026');
SELECT pg_temp.version('A<B>&"' || U&'\FFFE', 'final_issued', 'Primary unit entry=2026-06-01 left=2026-12-31 res=weeks_52 wbp=traineeship; TYPE rank=2', 'weeks_52', 'traineeship');
UPDATE core.children SET upn = 'Z999000018001', uln = '9000000016', sex = 'M', postcode = 'M33 1AA' WHERE id = (SELECT c.id FROM cast_children AS c);
INSERT INTO core.sen2_persons (child_id, ethnicity) SELECT c.id, 'WBRI' FROM cast_children AS c;
INSERT INTO core.local_authorities (code, name) VALUES ('999', 'Fictional') ON CONFLICT DO NOTHING;
INSERT INTO core.sen2_headers (year, la_code, dmo, dco, dsco) VALUES (2027, '999', 'Dr Ada Example', 'Bea Example', 'Cy <Example>');
CREATE TEMPORARY TABLE functions (blade text, name text, element text);
INSERT INTO functions VALUES ('sen2', 'sen2_blade_sen2'), ('person', 'sen2_blade_person'), ('requests', 'sen2_blade_requests'), ('assessment', 'sen2_blade_assessment'),
    ('namedplan', 'sen2_blade_named_plan'), ('plandetail', 'sen2_plan_detail'), ('activeplans', 'sen2_blade_active_plans'),
    ('placementdetail', 'sen2_blade_placement_detail'), ('senneed', 'sen2_sen_need');
CREATE TEMPORARY TABLE message AS
SELECT xmlparse(DOCUMENT replace(string_agg(x.piece, ''), '<?xml version="1.0" encoding="UTF-8"?>', '')) AS doc
  FROM unnest(pg_temp.seen('officer', 'SELECT m.text FROM api.sen2_message(2027) AS m ORDER BY m.part, m.n')) WITH ORDINALITY AS x (piece, n);
CREATE FUNCTION pg_temp.at(path text) RETURNS text[] LANGUAGE sql AS $$ SELECT xpath($1, m.doc)::text[] FROM message AS m; $$;
\o
SELECT no_plan();

SELECT is((SELECT count(*)::int FROM law.sen2_columns), 119, 'SEN2: 119 columns in nine modules');
SELECT is((SELECT array_agg(o.name ORDER BY o.n)
             FROM pg_proc AS p, unnest(p.proargnames, p.proargmodes) WITH ORDINALITY AS o (name, mode, n)
            WHERE p.oid = to_regprocedure('api.' || f.name || '(int)') AND o.mode = 't' AND o.name NOT LIKE '\_%'),
          (SELECT array_agg(c.name ORDER BY c.position) FROM law.sen2_columns AS c
            WHERE c.blade = f.blade AND 2027 BETWEEN c.year_from AND coalesce(c.year_to, 9999)),
          f.blade || ': the columns of the form in their spelling and order')
  FROM functions AS f;
SELECT is((SELECT array_agg(c.name ORDER BY c.name) FROM law.sen2_columns AS c WHERE c.year_from = 2026),
    '{dsco,phasetransferduedate,phasetransferfinaldate,requestsource,reviewdraft}', 'SEN2 2026: the items that are new');
SELECT is(pg_temp.seen('officer', 'SELECT persontableid = "NativeId" AND sen2tableid = ''2027'' AS keyed, personbirthdate FROM api.sen2_blade_person(2027)'),
    '{true 2010-Mar-01 00:00:00}', 'COLLECT''s blade export: days as 2022-Sep-28 00:00:00');
SELECT is(pg_temp.seen('officer', 'SELECT collection, year, referencedate, sourcelevel, lea, serialno, dmo, dco, dsco FROM api.sen2_blade_sen2(2027)'),
    '{SEN2 2027 2027-Jan-21 00:00:00 L 999 1 Dr Ada Example Bea Example Cy <Example>}', 'the head');
SELECT is(pg_temp.seen('officer', 'SELECT referencedate, lea FROM api.sen2_blade_sen2(2026)'), '{2026-Jan-15 00:00:00 -}', 'and one that is not filled in');

-- The message: each element of the rows of law, in its module and its order.
UPDATE functions AS f SET element = m.element FROM law.sen2_modules AS m WHERE m.blade = f.blade;
SELECT is(ARRAY(SELECT DISTINCT unnest(xpath('name(' || w.e || '[1])', m.doc))::text FROM message AS m), ARRAY[split_part(w.e, '/', -1)], w.e)
  FROM (WITH RECURSIVE p AS (SELECT s.blade, '/Message/Persons/Person' AS e FROM law.sen2_modules AS s WHERE s.blade = 'person'
        UNION ALL SELECT s.blade, p.e || '/' || s.element FROM p JOIN law.sen2_modules AS s ON s.parent = p.blade) SELECT * FROM p) AS w;
SELECT is(ARRAY(SELECT DISTINCT ON (u.n) unnest(xpath('local-name((//' || f.element || '/*[local-name() = "' || u.e || '"])[1])', m.doc))::text
             FROM message AS m, unnest(w.elements) WITH ORDINALITY AS u (e, n)), w.elements, f.element || ': its items are there')
  FROM functions AS f
 CROSS JOIN LATERAL (SELECT array_agg(c.element ORDER BY c.position) AS elements FROM law.sen2_columns AS c
        WHERE c.blade = f.blade AND c.element IS NOT NULL AND 2027 BETWEEN c.year_from AND coalesce(c.year_to, 9999)
          AND c.element NOT IN ('UPNunknown', 'Exported', 'DP', 'CeaseDate', 'CeaseReason', 'UKPRN', 'SENsetting', 'SENSettingOther', 'TransferLA')) AS w
 WHERE f.blade <> 'sen2';
SELECT is(pg_temp.at('/Message/Header/CollectionDetails/*/text()'), '{SEN2,2027,2027-01-21}', 'Header, CollectionDetails');
SELECT is(pg_temp.at('/Message/Header/Source/*[not(self::DateTime)]/text()'), '{L,999,sencod,1.3,1}', 'Header, Source');
SELECT matches((pg_temp.at('/Message/Header/Source/DateTime/text()'))[1], '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$', 'Header, DateTime');
SELECT is(pg_temp.at('/Message/Header/DSCO/text()'), '{"Cy &lt;Example&gt;"}', 'Header, DSCO (2026)');
SELECT is(pg_temp.at('string(//Person/Surname)'), '{"A&lt;B&gt;&amp;\""}', 'a name is a name, whatever is in it, without what XML cannot hold');
SELECT is(pg_temp.at('//Requests/*[not(*)]/text()'), '{2026-02-01,1,0,2026-04-01,A,0,0}', 'days as XML has them');
SELECT is(pg_temp.at('//PlanDetail[2]/*/text()'), '{OTH,mainstream,2}', 'an item that is not known is left out');
SELECT is(pg_temp.at('//ActivePlans/PlacementDetail/*/text()'), '{990001,1,2026-06-01,2026-12-31,1,0,B,T}', 'a placement lies in the active plan');
SELECT is(pg_temp.at('//SENneed/*/text()'), '{SLCN,1,ASD,2}', 'and so do the needs');
SELECT is(pg_temp.seen('officer', 'SELECT count(*) FROM api.sen2_message(2026)'), '{2}', 'a message without persons is one too');

SELECT * FROM finish();
ROLLBACK;
