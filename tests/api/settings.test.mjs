// The published registers go in: exact counts of the real files, the
// differences shown, nothing half-applied, nobody but an administrator.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { root, Stage } from '../lib/stage.mjs';

const GIAS = 'config/demo/registers/gias_trafford_358.csv';
const OFSTED = 'config/demo/registers/ofsted_trafford_358.csv';
let stage;

before(async () => {
  stage = await Stage.start({ name: 'settings' });
  await stage.addClient('officer', 'la_officer');
});
after(() => stage?.stop());

const counts = ({ json }) => Object.fromEntries(['rows', 'new', 'changed', 'closed', 'reopened', 'unchanged',
  'unreadable'].map((name) => [name, json[name]]).filter(([, n]) => n > 0));

const send = (register, body, query = '') => stage.request('administrator', 'POST',
  `/v1/settings/imports/${register}${query}`, { body, headers: { 'content-type': 'text/csv' } });

test('a dry run shows every setting of Trafford as new and writes nothing', async () => {
  assert.deepEqual(counts(await stage.importRegister('gias', GIAS, '?dry_run=true')), { rows: 179, new: 179 });
  assert.deepEqual(await stage.sql('SELECT count(*) FROM core.settings'), [['0']]);
});

test('both registers are applied, and applied again they change nothing', async () => {
  assert.deepEqual(counts(await stage.importRegister('gias', GIAS)), { rows: 179, new: 179 });
  assert.deepEqual(counts(await stage.importRegister('ofsted', OFSTED)), { rows: 395, new: 395 });
  assert.deepEqual(counts(await stage.importRegister('gias', GIAS)), { rows: 179, unchanged: 179 });
  assert.deepEqual(counts(await stage.importRegister('ofsted', OFSTED)), { rows: 395, unchanged: 395 });
  assert.deepEqual(await stage.sql(`SELECT register, status, count(*) FROM core.settings GROUP BY 1, 2 ORDER BY 1, 2`),
    [['gias', 'closed', '76'], ['gias', 'open', '103'], ['ofsted', 'open', '395']]);
});

test('a school closed, a roll changed and a name changed are told apart', async () => {
  const text = readFileSync(path.join(root, GIAS), 'latin1').split('\r\n');
  const header = text[0].split('","').map((name) => name.replaceAll('"', ''));
  const edit = (urn, column, value) => {
    const row = text.findIndex((line) => line.startsWith(`"${urn}"`));
    const cells = text[row].split('","');
    cells[header.indexOf(column)] = value;
    text[row] = cells.join('","');
  };
  edit(106283, 'EstablishmentStatus (code)', '2');
  edit(106283, 'EstablishmentStatus (name)', 'Closed');
  edit(106283, 'CloseDate', '31-08-2026');
  edit(106284, 'NumberOfPupils', '391');
  edit(106285, 'EstablishmentName', 'Renamed Fictional Primary School');
  const body = Buffer.from(text.join('\r\n'), 'latin1');
  const answer = await send('gias', body, '?dry_run=true');
  assert.deepEqual(counts(answer), { rows: 179, changed: 2, closed: 1, unchanged: 176 });
  const closed = answer.json.changes.find(({ change }) => change === 'closed');
  assert.equal(closed.ref, 'urn:106283');
  assert.match(closed.details, /status: open -> closed/);
  assert.match(answer.json.changes.find(({ ref }) => ref === 'urn:106284').details, /roll: 390 -> 391/);
});

test('rows that cannot be read are listed by line with the reason, the others applied', async () => {
  const lines = readFileSync(path.join(root, GIAS), 'latin1').split('\r\n');
  const body = [lines[0], lines[1].replace('"106167"', '"1O6167"'), lines[2]].join('\r\n');
  const answer = await send('gias', Buffer.from(body, 'latin1'));
  assert.deepEqual(counts(answer), { rows: 2, unchanged: 1, unreadable: 1 });
  assert.equal(answer.json.unreadable_rows[0].line, 2);
  assert.match(answer.json.unreadable_rows[0].reason, /URN/);
});

test('a setting that stands twice in the file is applied once and told', async () => {
  const lines = readFileSync(path.join(root, GIAS), 'latin1').split('\r\n');
  const answer = await send('gias', Buffer.from([lines[0], lines[1], lines[1]].join('\r\n'), 'latin1'));
  assert.equal(answer.json.repeated, 1);
  assert.equal(answer.json.unchanged, 1);
});

test('a file that is no register is refused whole', async () => {
  const answer = await send('gias', 'name,age\nnobody,3\n');
  assert.equal(answer.status, 422);
  assert.match(answer.json.type, /register_unreadable$/);
});

test('a register of another layout year is read by the names of its columns', async () => {
  const ece = await stage.importRegister('gias', 'tests/data/gias/ece_GIASDataSubset_41rows_2024.csv', '?dry_run=true');
  assert.equal(ece.json.rows, 41);
  const npq = await stage.importRegister('gias', 'tests/data/gias/npq_gias_sample_99rows_2023.csv', '?dry_run=true');
  assert.equal(npq.json.rows, 99);
  const england = await stage.importRegister('ofsted', 'tests/data/ofsted/england_sample.csv', '?dry_run=true');
  assert.equal(england.json.rows, 1500);
  const trafford = await stage.importRegister('ofsted', 'tests/data/ofsted/england_sample.csv', '?dry_run=true&la=358');
  assert.ok(trafford.json.changes.length < 20, 'only one authority');
});

test('nobody but an administrator may import', async () => {
  const answer = await stage.request('officer', 'POST', '/v1/settings/imports/gias', {
    body: readFileSync(path.join(root, GIAS)), headers: { 'content-type': 'text/csv' } }).catch((error) => error);
  // Refused by its head: the client may see the answer or the hang-up.
  if (!(answer instanceof Error)) assert.equal(answer.status, 403);
  assert.deepEqual(await stage.sql(`SELECT count(*) FROM audit.entries WHERE action LIKE '%import%' AND role = 'la_officer'`), [['0']]);
});

test('pages of settings join up to the whole, in every representation', async () => {
  const ids = [];
  let target = '/v1/settings?limit=100';
  while (target) {
    const { json } = await stage.get('officer', target);
    ids.push(...json.items.map(({ setting_id: id }) => id));
    target = json.next && `/v1/settings?limit=100&after=${json.next}`;
  }
  assert.equal(ids.length, 574);
  assert.equal(new Set(ids).size, 574);
  const ndjson = await stage.get('officer', '/v1/settings?limit=1000', { accept: 'application/x-ndjson' });
  assert.deepEqual(ndjson.rows.map(({ setting_id: id }) => id), ids);
  const csv = await stage.get('officer', '/v1/settings?limit=1000', { accept: 'text/csv' });
  assert.equal(csv.text.split('\r\n').length, 576);
  const linked = await stage.get('officer', '/v1/settings?limit=10', { accept: 'text/csv' });
  assert.match(linked.headers.link, /^<\/v1\/settings\?after=[\w-]+&limit=10>; rel="next"$/);
});

test('one setting is found by each of its references', async () => {
  const { json } = await stage.get('officer', '/v1/settings/urn:106283');
  assert.equal(json.name, 'Navigation Primary School');
  for (const ref of [`id:${json.setting_id}`, `laestab:${json.laestab}`])
    assert.deepEqual((await stage.get('officer', `/v1/settings/${ref}`)).json, json);
  assert.equal((await stage.get('officer', '/v1/settings/urn:999998')).status, 404);
  assert.equal((await stage.get('officer', '/v1/settings/parrot')).status, 404);
});

test('filters narrow the list, and what is no filter is refused', async () => {
  const { json } = await stage.get('officer', '/v1/settings?phase=4&status=open&limit=1000');
  assert.ok(json.items.length > 10);
  assert.ok(json.items.every(({ phase, status }) => phase === 4 && status === 'open'));
  assert.match((await stage.get('officer', '/v1/settings?colour=red')).json.type, /unknown_parameter$/);
  assert.match((await stage.get('officer', '/v1/settings?limit=0')).json.type, /malformed_parameter$/);
  assert.match((await stage.get('officer', '/v1/settings?limit=5&limit=6')).json.type, /parameter$/);
  assert.equal((await stage.get('officer', '/v1/settings', { accept: 'image/png' })).status, 406);
});

test('a school that became an academy keeps its predecessor', async () => {
  const [[pairs]] = await stage.sql('SELECT count(*) FROM core.setting_links');
  assert.ok(Number(pairs) > 0);
  const [[urn]] = await stage.sql(`SELECT s.urn FROM core.setting_links l JOIN core.settings s ON s.id = l.successor_id LIMIT 1`);
  const { json } = await stage.get('officer', `/v1/settings/urn:${urn}`);
  assert.equal(json.predecessors.length > 0, true);
});
