// The children somebody may see: a list in pages, and one child whole. Every
// answer that shows one is in the audit log, with just whom it showed.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addCaseload, asCsv, authority, childId, everyPage, rowsInEveryForm, send, SETTING, settingId, slug }
  from '../lib/authority.mjs';
import { child, need, placement, roll, transition, upn } from '../lib/records.mjs';
import { csvRows } from '../lib/stub_server.mjs';

const SHARED = upn('999000017111');
let stage;

before(async () => {
  stage = await authority('children');
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  await stage.addClient('other', 'school_system', { settings: [SETTING.primary2] });
  await addCaseload(stage, 'Fictional North', [[SETTING.primary2]], { holder: 'senco' });
  await send(stage, 'school', SETTING.primary, [...roll(0, 9), child('both', { upn: SHARED, born_on: '2017-02-03' }),
    placement('both')]);
  await send(stage, 'other', SETTING.primary2, [...roll(100, 105),
    child('both', { upn: SHARED, born_on: '2017-02-03', surname: 'Fictional-elsewhere' }), need('both')]);
});
after(() => stage?.stop());

const key = ({ setting, source_id: id }) => `${setting} ${id}`;
const records = async () => (await stage.sql(`SELECT s.ref || ' ' || r.source_id FROM core.child_records AS r
  JOIN core.settings AS s ON s.id = r.setting_id WHERE r.deleted_at IS NULL ORDER BY r.record_id`)).flat();

test('pages show each record once, in whatever steps they are taken', async () => {
  const all = await records();
  assert.equal(all.length, 16);
  for (const limit of [1, 2, 3, 5, 15, 16, 17, 1000]) {
    const seen = await everyPage(stage, 'officer', `/v1/children?limit=${limit}`);
    assert.deepEqual(seen.map(key), all, `limit ${limit}`);
  }
  assert.deepEqual((await everyPage(stage, 'officer', '/v1/children')).map(key), all);
});

test('a child known to two settings is a row for each, whoever sees both', async () => {
  const seen = (await everyPage(stage, 'officer', '/v1/children?limit=1')).filter(({ source_id: id }) => id === 'c-both');
  assert.equal(seen.length, 2);
  assert.equal(seen[0].child_id, seen[1].child_id);
  assert.deepEqual(seen.map(({ surname }) => surname).sort(), ['Fictional-both', 'Fictional-elsewhere']);
  const own = (await everyPage(stage, 'school', '/v1/children?limit=4')).filter(({ source_id: id }) => id === 'c-both');
  assert.deepEqual(own.map(({ surname }) => surname), ['Fictional-both']);
});

test('what arrives while somebody turns the pages loses and doubles nothing', async () => {
  const before = await records();
  let n = 200;
  const seen = await everyPage(stage, 'officer', '/v1/children?limit=3', () =>
    send(stage, 'school', SETTING.primary, [child(n), placement(n++)]));
  const keys = seen.map(key);
  assert.equal(new Set(keys).size, keys.length, 'nobody twice');
  for (const one of before) assert.ok(keys.includes(one), `${one} was there before and is missing`);
  assert.ok(n > 204);
});

test('a setting narrows the list, by any of its references', async () => {
  const id = await settingId(stage, SETTING.primary2);
  const expected = (await records()).filter((one) => one.startsWith(`${SETTING.primary2} `));
  for (const ref of [SETTING.primary2, `id:${id}`, 'laestab:3582002']) {
    assert.deepEqual((await everyPage(stage, 'officer', `/v1/children?setting=${ref}&limit=2`)).map(key), expected, ref);
    assert.deepEqual((await everyPage(stage, 'senco', `/v1/children?setting=${ref}`)).map(key), expected, ref);
  }
  for (const ref of ['urn:999998', SETTING.secondary])
    assert.deepEqual((await stage.get('officer', `/v1/children?setting=${ref}`)).json, { items: [], next: null });
});

test('NDJSON and CSV are the rows of JSON, and their Link leads through the same pages', async () => {
  await rowsInEveryForm(stage, 'officer', '/v1/children?limit=1000');
  const json = await everyPage(stage, 'officer', `/v1/children?setting=${SETTING.primary2}`);
  for (const accept of ['application/x-ndjson', 'text/csv']) {
    const seen = [];
    for (let target = `/v1/children?setting=${SETTING.primary2}&limit=2`; target;) {
      const answer = await stage.get('officer', target, { accept });
      seen.push(...answer.rows ?? csvRows(answer.text));
      target = /^<([^>]*)>; rel="next"$/.exec(answer.headers.link ?? '')?.[1];
    }
    assert.deepEqual(seen, accept === 'text/csv' ? json.map(asCsv) : json);
  }
});

test('a row shows the record, today\'s provision and placement', async () => {
  const day = 86400000, on = (days) => new Date(Date.now() + days * day).toISOString().slice(0, 10);
  await send(stage, 'school', SETTING.primary, [
    child('now', { surname: 'Ó Fictional-d\'Éa', forename: null, preferred_forename: 'Zoë-Mae', sex: 'F', born_on: '2019-05-06',
      postcode: 'm33 1aa', year_group: '2', nhs_number: '9434765919', upn: upn('886512324002'), uln: '1000000019' }),
    placement('now', { start_on: '2022-09-01', end_on: on(-40) }),
    { ...placement('now', { start_on: on(-39), enrolment: 'main', sen_place: 'unit' }), source_id: 'p-now-2' },
    need('now', { provision: 'K', start_on: '2023-01-01', end_on: on(-10), types: ['SLCN'] }),
    { ...need('now', { provision: 'E', start_on: on(-9), types: ['ASD', 'PD'] }), source_id: 'n-now-2' },
    { ...need('now', { provision: 'N', start_on: on(30), types: [] }), source_id: 'n-now-3' }]);
  const { child_id: id, known_from: known, setting_id: setting, ...row } =
    (await everyPage(stage, 'school', '/v1/children')).find(({ source_id: one }) => one === 'c-now');
  assert.equal(id, await childId(stage, SETTING.primary, 'c-now'));
  assert.equal(setting, await settingId(stage, SETTING.primary));
  assert.ok(Math.abs(Date.now() - Date.parse(known)) < day);
  assert.deepEqual(row, { setting: SETTING.primary, setting_name: 'Navigation Primary School', source_id: 'c-now',
    surname: 'Ó Fictional-d\'Éa', forename: null, preferred_surname: null, preferred_forename: 'Zoë-Mae',
    born_on: '2019-05-06', sex: 'F', upn: upn('886512324002'), uln: '1000000019', nhs_number: '9434765919',
    postcode: 'M33 1AA', year_group: '2', provision: 'E', types: ['ASD', 'PD'], placed_from: on(-39), placed_to: null,
    enrolment: 'main', sen_place: 'unit', suspects: null });
});

test('one child whole: all its records, placements, needs and moves', async () => {
  await send(stage, 'school', SETTING.primary, [child('whole', { middle_names: 'Alpha Beta', sex: 'M', born_on: '2015-11-30',
    year_group: '6', upn: upn('886512324003') }), placement('whole', { start_on: '2020-09-01' }),
  need('whole', { start_on: '2021-09-01', end_on: '2022-08-31', types: ['SLCN'] }),
  { ...need('whole', { provision: 'E', start_on: '2022-09-01' }), source_id: 'n-whole-2' },
  transition('whole', { to_setting: SETTING.secondary, target_on: '2027-09-01', meeting_on: '2027-06-01' })]);
  const id = await childId(stage, SETTING.primary, 'c-whole');
  for (const who of ['school', 'officer']) {
    const { json, headers } = await stage.get(who, `/v1/children/${id}`);
    assert.equal(headers['cache-control'], 'no-store');
    const { known_from: known, ...rest } = json;
    assert.ok(known.endsWith('Z'));
    assert.deepEqual(Object.keys(rest.transitions[0]).includes('id'), true);
    delete rest.transitions[0].id;
    delete rest.records[0].known_from;
    assert.deepEqual(rest, { child_id: id, surname: 'Fictional-whole', forename: 'Testchild', middle_names: 'Alpha Beta',
      preferred_surname: null, preferred_forename: null, born_on: '2015-11-30', sex: 'M', postcode: null, year_group: '6',
      identifiers: { upn: upn('886512324003') },
      records: [{ setting: SETTING.primary, setting_name: 'Navigation Primary School', source_id: 'c-whole', suspects: null }],
      placements: [{ setting: SETTING.primary, setting_name: 'Navigation Primary School', start_on: '2020-09-01', end_on: null,
        enrolment: null, sen_place: null }],
      needs: [{ setting: SETTING.primary, provision: 'K', start_on: '2021-09-01', end_on: '2022-08-31', types: ['SLCN'] },
        { setting: SETTING.primary, provision: 'E', start_on: '2022-09-01', end_on: null, types: ['SLCN', 'ASD'] }],
      transitions: [{ setting: SETTING.primary, kind: 'PRS', year: 2027, to_setting: SETTING.secondary,
        to_setting_name: 'Lostock High School', target_on: '2027-09-01', parent_agreed_on: null, meeting_on: '2027-06-01',
        form_sent_on: null, form_acknowledged_on: null }] });
  }
});

test('an identifier whose check does not hold is shown as suspect, and not as the child\'s', async () => {
  const wrong = { upn: upn('886512324004').replace(/^./, (c) => (c === 'A' ? 'B' : 'A')), uln: '1000000018', nhs_number: '9434765918' };
  const answer = await send(stage, 'school', SETTING.primary, [child('suspect', { born_on: '2018-05-01', ...wrong })]);
  assert.deepEqual(answer.notes.map((note) => [note.slug, note.pointer]).sort(), [
    ['nhs_check_digit', '/records/0/data/nhs_number'], ['uln_check_digit', '/records/0/data/uln'],
    ['upn_check_letter', '/records/0/data/upn']]);
  const row = (await everyPage(stage, 'school', '/v1/children')).find(({ source_id: id }) => id === 'c-suspect');
  assert.deepEqual([...row.suspects].sort(), ['nhs_number', 'uln', 'upn']);
  assert.equal(row.upn, wrong.upn, 'the record is kept as sent');
  const { json } = await stage.get('school', `/v1/children/${row.child_id}`);
  assert.deepEqual(json.identifiers, {});
  assert.deepEqual(json.records[0].suspects.sort(), ['nhs_number', 'uln', 'upn']);
});

test('a record that is deleted leaves the list, and comes back when it is put again', async () => {
  await send(stage, 'school', SETTING.primary, [child('gone', { born_on: '2018-05-01' })]);
  const sees = async () => (await everyPage(stage, 'school', '/v1/children')).some(({ source_id: id }) => id === 'c-gone');
  assert.equal(await sees(), true);
  await send(stage, 'school', SETTING.primary, [{ kind: 'child', source_id: 'c-gone', revision: 2, op: 'delete' }]);
  assert.equal(await sees(), false);
  await send(stage, 'school', SETTING.primary, [child('gone', { born_on: '2018-05-01' }, 3)]);
  assert.equal(await sees(), true);
});

test('what is asked in a way that cannot be meant is refused with the parameter', async () => {
  for (const [query, why, pointer] of [
    ['limit=0', 'malformed_parameter', 'limit'], ['limit=1001', 'malformed_parameter', 'limit'],
    ['limit=-1', 'malformed_parameter', 'limit'], ['limit=ten', 'malformed_parameter', 'limit'],
    ['limit=', 'malformed_parameter', 'limit'], ['limit=3.5', 'malformed_parameter', 'limit'],
    ['after=', 'malformed_parameter', 'after'], ['after=%21', 'malformed_parameter', 'after'],
    ['after=bm90LWEtdXVpZA', 'malformed_parameter', 'after'], [`after=${randomUUID()}`, 'malformed_parameter', 'after'],
    ['setting=106283', 'malformed_parameter', 'setting'], ['setting=', 'malformed_parameter', 'setting'],
    ['setting=urn:106283%00', 'malformed_parameter', undefined], ["setting=urn:1'--", 'malformed_parameter', 'setting'],
    [`setting=${SETTING.primary}&setting=${SETTING.primary}`, 'malformed_parameter', 'setting'],
    ['surname=Fictional', 'unknown_parameter', undefined], ['LIMIT=3', 'unknown_parameter', undefined]]) {
    const answer = await stage.get('officer', `/v1/children?${query}`);
    assert.deepEqual([answer.status, slug(answer), answer.json.pointer], [400, why, pointer], query);
  }
  const put = await stage.request('officer', 'PUT', '/v1/children', { body: {} });
  assert.deepEqual([put.status, slug(put), put.headers.allow], [405, 'method_not_allowed', 'GET']);
  const accept = await stage.get('officer', '/v1/children', { accept: 'text/html' });
  assert.deepEqual([accept.status, slug(accept)], [406, 'not_acceptable']);
});

const entries = async () => Number((await stage.sql('SELECT coalesce(max(id), 0) FROM audit.entries'))[0][0]);
const since = async (id) => (await stage.sql(`SELECT action, client_id, role, request,
  array_to_string(ARRAY(SELECT unnest(child_ids) ORDER BY 1), ',') FROM audit.entries WHERE id > ${id} ORDER BY id`));

test('each page leaves one audit row with exactly the children on it', async () => {
  const { json: { client_id: client } } = await stage.get('officer', '/v1/whoami');
  for (const accept of ['application/json', 'application/x-ndjson', 'text/csv'])
    for (const limit of [1, 4]) {
      const last = await entries();
      const answer = await stage.get('officer', `/v1/children?limit=${limit}`, { accept });
      const rows = answer.json?.items ?? answer.rows ?? csvRows(answer.text);
      assert.equal(rows.length, limit);
      const ids = [...new Set(rows.map(({ child_id: id }) => id))].sort().join(',');
      const found = await since(last);
      assert.deepEqual(found.map(([action, who, role, , seen]) => [action, who, role, seen]),
        [['GET /v1/children', client, 'la_officer', ids]]);
      assert.match(found[0][3], /^[0-9a-f]{16}$/);
      assert.ok(stage.log().includes(`request=${found[0][3]} `), 'the log and the audit name the request alike');
    }
});

test('a child known twice on one page is in its audit row once', async () => {
  const last = await entries();
  const { json } = await stage.get('officer', '/v1/children?limit=1000');
  const ids = [...new Set(json.items.map(({ child_id: id }) => id))];
  assert.equal(ids.length, json.items.length - 1);
  assert.equal((await since(last))[0][4], ids.sort().join(','));
});

test('the read of one child is audited, the refusal of another is no read', async () => {
  const id = await childId(stage, SETTING.primary, 'c-3');
  for (const who of ['school', 'officer']) {
    const last = await entries();
    assert.equal((await stage.get(who, `/v1/children/${id}`)).status, 200);
    assert.deepEqual((await since(last)).map(([action, , , , seen]) => [action, seen]), [['GET /v1/children/{id}', id]]);
  }
  const last = await entries();
  assert.equal((await stage.get('senco', `/v1/children/${id}`)).status, 404);
  assert.equal((await stage.get('officer', `/v1/children/${randomUUID()}`)).status, 404);
  assert.equal((await stage.get('officer', `/v1/children?setting=${SETTING.secondary}`)).status, 200);
  assert.deepEqual(await since(last), []);
});

test('what cannot be audited is not shown', async () => {
  const id = await childId(stage, SETTING.primary, 'c-3');
  await stage.sql('ALTER TABLE audit.entries ADD CONSTRAINT full_up CHECK (false) NOT VALID');
  try {
    for (const target of ['/v1/children', `/v1/children/${id}`]) {
      const answer = await stage.get('officer', target);
      assert.deepEqual([answer.status, slug(answer)], [500, 'internal']);
      assert.doesNotMatch(answer.text, /Fictional|Testchild|check|constraint|audit/i);
    }
  } finally {
    await stage.sql('ALTER TABLE audit.entries DROP CONSTRAINT full_up');
  }
  assert.equal((await stage.get('officer', `/v1/children/${id}`)).status, 200);
});
