// The SEN2 return: nine files of rows and one message that say the same, what
// is to be mended and where, and the few things written down for it alone.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { addCaseload, addStaff, authority, childId, rowsInEveryForm, send, SETTING, settingId, slug } from '../lib/authority.mjs';
import { child, need, placement } from '../lib/records.mjs';
import { contract } from '../lib/openapi.mjs';
import { bin } from '../lib/stage.mjs';

const CHILDREN = 40;
const BLADES = {
  sen2: ['sen2tableid'], person: ['persontableid', 'sen2tableid', 'sen2'], requests: ['requeststableid', 'persontableid', 'person'],
  assessment: ['assessmenttableid', 'requeststableid', 'requests'], namedplan: ['namedplantableid', 'assessmenttableid', 'assessment'],
  plandetail: ['plandetailtableid', 'namedplantableid', 'namedplan'], activeplans: ['activeplanstableid', 'requeststableid', 'requests'],
  placementdetail: ['placementdetailtableid', 'activeplanstableid', 'activeplans'], senneed: ['senneedtableid', 'activeplanstableid', 'activeplans'],
};
const ELEMENTS = { person: 'Person', requests: 'Requests', assessment: 'Assessment', namedplan: 'NamedPlan', plandetail: 'PlanDetail',
  activeplans: 'ActivePlans', placementdetail: 'PlacementDetail', senneed: 'SENneed' };
let stage, ids;

before(async () => {
  stage = await authority('sen2');
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  await addCaseload(stage, 'Fictional North', [[SETTING.primary]], { holder: 'area' });
  await addStaff(stage, 'Ada Example', [[SETTING.primary]], { client: 'senco' });
  const numbers = Array.from({ length: CHILDREN }, (_, i) => i + 1);
  await send(stage, 'school', SETTING.primary, numbers.flatMap((n) => [
    child(n, { born_on: '2016-03-01', year_group: '6', sex: 'F', postcode: 'M33 1AA', forename: n === 1 ? 'A<da> & "co", ltd' : 'Ada',
      ...(n % 2 === 0 ? { upn: null } : {}) }),
    placement(n), need(n, { provision: 'E', types: ['SLCN', 'ASD'] })]));
  ids = await Promise.all([1, 2, 3].map((n) => childId(stage, SETTING.primary, `c-${n}`)));
  // The first n events of this history each, so that every module has some and some have none.
  await stage.sql(`
    INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id, key, content)
    SELECT r.child_id, 'parent', '2026-01-10', (SELECT c.id FROM core.clients AS c WHERE c.role = 'la_officer' LIMIT 1), r.source_id, gen_random_uuid()
      FROM core.child_records AS r;
    INSERT INTO core.ehc_events (case_id, child_id, event, outcome, on_date, client_id, key)
    SELECT c.id, c.child_id, e.event, e.outcome, e.on_date, c.client_id, c.key || e.event
      FROM core.ehc_cases AS c
      JOIN (VALUES (0, 'request_received', NULL, date '2026-01-10'), (4, 'assessment_decided', 'assess', '2026-02-10'),
        (8, 'draft_sent', NULL, '2026-04-10'), (10, 'final_issued', NULL, '2026-05-10'), (20, 'review_held', NULL, '2026-10-10'),
        (24, 'review_decided', 'amend', '2026-11-01'), (24, 'amendment_noticed', NULL, '2026-11-02')) AS e (n, event, outcome, on_date)
        ON substr(c.key, 3)::int > e.n;
    INSERT INTO core.ehc_plans (case_id, child_id, event_id, n, kind, issued_on, residential, client_id, key, content)
    SELECT e.case_id, e.child_id, e.id, 1, 'final', e.on_date, 'weeks_52', e.client_id, e.key, gen_random_uuid()
      FROM core.ehc_events AS e WHERE e.event = 'final_issued';
    INSERT INTO core.ehc_placements (case_id, child_id, plan_id, event_id, setting_id, type, sen_setting, setting_other, rank, entry_on, left_on, client_id, key, content)
    SELECT p.case_id, p.child_id, p.id, p.event_id, w.setting_id, 'mainstream', w.sen_setting, w.other, w.rank, w.entry_on, w.left_on, p.client_id, p.key || w.rank, gen_random_uuid()
      FROM core.ehc_plans AS p
      JOIN (VALUES (12, ${await settingId(stage, SETTING.special)}, NULL, NULL, 1, date '2026-06-01', NULL::date),
        (16, NULL::int, 'OTH', 'At home <for now>', 2, '2026-06-01', '2026-07-01')) AS w (n, setting_id, sen_setting, other, rank, entry_on, left_on)
        ON substr(p.key, 3, 2)::int > w.n`);
});
after(() => stage?.stop());

const ADDRESSES = ['/v1/reports/sen2/sen2', '/v1/reports/sen2/person', '/v1/reports/sen2/requests', '/v1/reports/sen2/assessment', '/v1/reports/sen2/namedplan',
  '/v1/reports/sen2/plandetail', '/v1/reports/sen2/activeplans', '/v1/reports/sen2/placementdetail', '/v1/reports/sen2/senneed'];
const target = (blade, year = 2027) => `${ADDRESSES.find((address) => address.endsWith(`/${blade}`))}?year=${year}`;
const groupBy = (rows, key) => {
  const groups = {};
  for (const row of rows) (groups[key(row)] ??= []).push(row);
  return groups;
};
const refused = (answer) => [answer.status, slug(answer)];

/** A reader of CSV that shares nothing with ours: RFC 4180 by its letter. */
function readCsv(text) {
  const lines = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    lines.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') lines.push([]);
  }
  assert.deepEqual(lines.pop(), []);
  const [names, ...rows] = lines;
  return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
}
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const isoDay = (cell) => cell.replace(/^(\d{4})-(\w{3})-(\d\d) 00:00:00$/,
  (_, year, month, day) => `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${day}`);

test('each file has the name and the columns of the form, and every row leads to one of its parent', async () => {
  const keys = {};
  const columns = groupBy((await stage.sql(`SELECT blade, name FROM law.sen2_columns WHERE 2027 BETWEEN year_from AND coalesce(year_to, 9999)
    ORDER BY blade, position`)), ([blade]) => blade);
  for (const [blade, [key, up, parent]] of Object.entries(BLADES)) {
    const csv = await stage.get('officer', target(blade), { accept: 'text/csv' });
    assert.equal(csv.status, 200, csv.text);
    const [day, month, year] = csv.headers['content-disposition'].match(/^attachment; filename="Blade-Export_(\d\d)-(\d\d)-(\d{4})_/).slice(1);
    assert.ok(Math.abs(Date.now() - Date.parse(`${year}-${month}-${day}`)) < 2 * 86400e3);
    assert.ok(csv.headers['content-disposition'].endsWith(`_${blade}.csv"`));
    assert.deepEqual(csv.text.split('\r\n')[0].split(','), columns[blade].map(([, name]) => name), blade);
    const rows = readCsv(csv.text);
    keys[blade] = new Set(rows.map((row) => row[key]));
    assert.equal(keys[blade].size, rows.length, `a key of ${blade} is there once`);
    if (parent) for (const row of rows) assert.ok(keys[parent].has(row[up]), `${blade} ${row[key]}`);
  }
  assert.deepEqual(Object.fromEntries(Object.entries(keys).map(([blade, { size }]) => [blade, size])), { sen2: 1, person: CHILDREN, requests: CHILDREN,
    assessment: 36, namedplan: 30, plandetail: 52, activeplans: 30, placementdetail: 54, senneed: 60 });
});

test('the message says what the files say, row by row', async () => {
  const xml = await stage.get('officer', '/v1/reports/sen2?year=2027');
  assert.equal(xml.status, 200, xml.text);
  assert.match(xml.type, /^application\/xml/);
  assert.equal(XMLValidator.validate(xml.text), true);
  const isList = new Set(Object.values(ELEMENTS));
  const { Message } = new XMLParser({ parseTagValue: false, trimValues: false, ignoreDeclaration: true, isArray: (name) => isList.has(name) }).parse(xml.text);
  assert.deepEqual(Message.Header.CollectionDetails, { Collection: 'SEN2', Year: '2027', ReferenceDate: '2027-01-21' });

  const byElement = await stage.sql("SELECT blade, name, element FROM law.sen2_columns WHERE element IS NOT NULL ORDER BY blade, position");
  const elements = groupBy(byElement, ([blade]) => blade);
  const files = {};
  for (const blade of Object.keys(ELEMENTS)) {
    const rows = readCsv((await stage.get('officer', target(blade), { accept: 'text/csv' })).text);
    files[blade] = groupBy(rows.map((row) => ({ key: row[BLADES[blade][0]], up: row[BLADES[blade][1]],
      n: Number(row[`${blade}orderseqcolumn`]), items: Object.fromEntries(elements[blade].map(([, name, element]) => [element, isoDay(row[name] ?? '')])
        .filter(([, text]) => text !== '')) })), ({ up }) => up);
  }
  const children = (blade) => Object.keys(BLADES).filter((name) => BLADES[name][2] === blade && name !== 'person');
  const nest = (blade, up) => (files[blade][up] ?? []).toSorted((a, b) => a.n - b.n).map(({ key, items }) => ({ ...items,
    ...Object.fromEntries(children(blade).map((inner) => [ELEMENTS[inner], nest(inner, key)]).filter(([, rows]) => rows.length > 0)) }));
  const expected = nest('person', '2027');
  assert.equal(expected.length, CHILDREN);
  assert.deepEqual(Message.Persons.Person, expected);
  assert.ok(expected.some((person) => person.Forename === 'A<da> & "co", ltd'));
});

test('in the other forms the cells are the same', async () => {
  const rows = await rowsInEveryForm(stage, 'manager', target('placementdetail'));
  assert.equal(rows.length, 54);
  assert.deepEqual(Object.keys(rows[0]), Object.keys(contract.components.schemas.Sen2PlacementDetail.properties));
});

test('what is to be mended is told by child and column, and told no more once it is', async () => {
  const all = await rowsInEveryForm(stage, 'officer', '/v1/reports/sen2/checks?year=2027');
  const about = async (id, more = '') => (await stage.get('officer', `/v1/reports/sen2/checks?year=2027&child_id=${id}${more}`)).json.items;
  assert.deepEqual([...new Set(all.map(({ severity }) => severity))], ['error', 'warn']);
  assert.deepEqual((await about(ids[1])).map(({ finding, column }) => `${finding} ${column}`).sort(),
    ['sen2_ethnicity_missing ethnicity', 'sen2_numbers_missing upn', 'sen2_plan_unknown requeststableid']);
  assert.deepEqual((await about(ids[1], '&finding=sen2_numbers_missing&severity=error&blade=person')).length, 1);
  const url = `/v1/children/${ids[1]}/sen2`;
  assert.deepEqual((await stage.get('officer', url)).json,
    { child_id: ids[1], ethnicity: null, upn_unknown: null, need_types: [], etag: '0', changed_at: null });
  const first = await stage.request('officer', 'PUT', url, { body: { ethnicity: 'WBRI', upn_unknown: 'UN1', need_types: ['MLD'] } });
  assert.equal(first.status, 200, first.text);
  assert.deepEqual(refused(await stage.request('officer', 'PUT', url, { body: {} })), [428, 'precondition_missing']);
  assert.deepEqual(refused(await stage.request('officer', 'PUT', url, { body: {}, headers: { 'if-match': '"7"' } })), [412, 'precondition_failed']);
  assert.deepEqual(refused(await stage.request('officer', 'PUT', url, { body: { ethnicity: 'X' }, headers: { 'if-match': first.headers.etag } })), [422, 'unknown_code']);
  assert.deepEqual(refused(await stage.request('officer', 'PUT', url, { body: { need_types: ['MLD', 'ASD', 'DS'] }, headers: { 'if-match': first.headers.etag } })),
    [422, 'malformed_field']);
  assert.deepEqual((await about(ids[1])).map(({ finding }) => finding).sort(), ['sen2_numbers_unknown', 'sen2_plan_unknown']);
  const person = (await stage.get('officer', target('person'))).json.items.find((row) => row.persontableid === ids[1]);
  assert.deepEqual([person.ethnicity, person.upnunknown, person.upn], ['WBRI', 'UN1', null]);
});

test('the head is written once a year and stands in both forms', async () => {
  const years = await rowsInEveryForm(stage, 'manager', '/v1/sen2');
  assert.deepEqual(years.map(({ year, reference_on: on, deadline_on: due }) => [year, on, due]),
    [[2026, '2026-01-15', '2026-03-12'], [2027, '2027-01-21', '2027-03-11']]);
  const [[la]] = await stage.sql('SELECT min(code) FROM core.local_authorities');
  const body = { la_code: la, dmo: 'Dr Ada Example', dsco: 'Cy <Example>' };
  const first = await stage.request('officer', 'PUT', '/v1/sen2/2027', { body });
  assert.equal(first.status, 200, first.text);
  assert.deepEqual(refused(await stage.request('officer', 'PUT', '/v1/sen2/2027', { body })), [428, 'precondition_missing']);
  assert.deepEqual(refused(await stage.request('officer', 'PUT', '/v1/sen2/2031', { body })), [404, 'not_found']);
  assert.deepEqual(refused(await stage.request('officer', 'PUT', '/v1/sen2/2026', { body: { la_code: '000' } })), [422, 'unknown_code']);
  assert.equal((await stage.get('officer', '/v1/sen2/2027')).headers.etag, first.headers.etag);
  const [row] = readCsv((await stage.get('officer', target('sen2'), { accept: 'text/csv' })).text);
  assert.deepEqual([row.collection, row.referencedate, row.lea, row.dmo, row.dsco], ['SEN2', '2027-Jan-21 00:00:00', la, 'Dr Ada Example', 'Cy <Example>']);
  assert.match((await stage.get('officer', '/v1/reports/sen2?year=2027')).text, /<DSCO>Cy &lt;Example&gt;<\/DSCO>/);
});

test('sencoctl saves the nine files, passes the message on, and writes the head', async () => {
  const sencoctl = (...args) => promisify(execFile)(path.join(bin, 'sencoctl'), ['--url', `https://localhost:${stage.port}`, '--ca', stage.file('pki/ca.pem'),
    '--cert', stage.file('pki/clients/officer.pem'), '--key', stage.file('pki/clients/officer.key'), ...args]).catch((error) => error);
  const folder = stage.file('a folder');
  mkdirSync(folder);
  const saved = await sencoctl('sen2', 'blades', folder, '--year', '2027');
  assert.equal(saved.code, undefined, saved.stderr);
  const names = readdirSync(folder);
  assert.deepEqual(names.map((name) => name.match(/^Blade-Export_\d\d-\d\d-\d{4}_(\w+)\.csv$/)?.[1]).sort(), Object.keys(BLADES).sort());
  for (const name of names) assert.equal(statSync(path.join(folder, name)).mode & 0o777, 0o600);
  assert.equal(readFileSync(path.join(folder, names.find((name) => name.endsWith('_person.csv'))), 'utf8'),
    (await stage.get('officer', target('person'), { accept: 'text/csv' })).text);
  assert.match((await sencoctl('sen2', 'message', '--year', '2026')).stdout, /<Year>2026<\/Year>[^]*<\/Message>\n$/);
  assert.match((await sencoctl('sen2', 'blade', 'senneed', '--year', '2027')).stdout, /^senneedtableid,NativeId,/);
  assert.match((await sencoctl('sen2', 'checks', '--year', '2027', '--finding', 'sen2_numbers_missing')).stdout, /neither a UPN nor a ULN/);
  const head = await sencoctl('sen2', 'head', '2027', '--la-code', '358', '--serial-no', '2');
  assert.match(head.stdout, /Written down/, head.stderr);
  assert.match((await sencoctl('sen2', 'years')).stdout, /2027-01-21/);
  assert.match((await sencoctl('sen2', 'child-set', ids[2], '--ethnicity', 'AIND', '--need-types', 'MLD')).stdout, /Written down/);
  assert.match((await sencoctl('sen2', 'child', ids[2])).stdout, /AIND/);
  assert.equal((await sencoctl('sen2', 'blades', folder)).code, 2);
  assert.equal((await sencoctl('sen2', 'blades', stage.file('no folder'), '--year', '2027')).code, 2);
  assert.equal((await sencoctl('sen2', 'blades', folder, '--year', '2031')).code, 1);
});

test('officers and managers alone take it, and each child in it is audited', async () => {
  const targets = ['/v1/reports/sen2?year=2027', ...Object.keys(BLADES).map((blade) => target(blade)), '/v1/reports/sen2/checks?year=2027',
    '/v1/sen2', '/v1/sen2/2027', `/v1/children/${ids[0]}/sen2`];
  for (const who of ['school', 'area', 'senco', 'administrator', 'auditor'])
    for (const where of targets) assert.deepEqual(refused(await stage.get(who, where)), [403, 'forbidden'], `${who} ${where}`);
  for (const where of targets) assert.equal((await stage.get('manager', where)).status, 200, where);
  for (const who of ['school', 'auditor']) {
    assert.equal((await stage.request(who, 'PUT', '/v1/sen2/2027', { body: { la_code: '301' } })).status, 403);
    assert.equal((await stage.request(who, 'PUT', `/v1/children/${ids[0]}/sen2`, { body: {} })).status, 403);
  }
  for (const route of ['/v1/reports/sen2', '/v1/reports/sen2/person', '/v1/reports/sen2/senneed', '/v1/reports/sen2/checks']) {
    const [[named]] = await stage.sql(`SELECT max(cardinality(e.child_ids)) FROM audit.entries AS e WHERE e.action = 'GET ${route}'`);
    assert.equal(Number(named), route.endsWith('senneed') ? 30 : CHILDREN, route);
  }
  for (const where of ['/v1/reports/sen2?year=2031', target('person', 2031), '/v1/reports/sen2/checks?year=2031', '/v1/sen2/2031'])
    assert.deepEqual(refused(await stage.get('officer', where)), [404, 'not_found'], where);
  for (const where of ['/v1/reports/sen2', '/v1/reports/sen2/person?year=x', '/v1/reports/sen2/checks?year=2027&severity=bad'])
    assert.equal((await stage.get('officer', where)).status, 400, where);
});
