// authority.mjs — the small fictional authority the API tests share: real
// settings of Trafford's registers, invented people, and the ways in which
// an answer or the database itself is looked at.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { csvRows } from './stub_server.mjs';
import { Stage } from './stage.mjs';
import { asSheet, readWorkbook, rowsOfSheet } from './workbook.mjs';

const run = promisify(execFile);

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Settings by what the rules of transition ask of them. */
export const SETTING = {
  primary: 'urn:106283', primary2: 'urn:106284', infant: 'urn:106312', junior: 'urn:106304',
  secondary: 'urn:106365', sixthForm: 'urn:106376', special: 'urn:106391', college: 'urn:130519',
  namesakeA: 'urn:106344', namesakeB: 'urn:106349', // both "St Mary's CofE Primary School"
  nursery: 'ofsted:2506054', nursery2: 'ofsted:2510454', nursery3: 'ofsted:2516428', nursery4: 'ofsted:2535472',
};

/** A stage with both registers in, and an officer. */
export async function authority(name, config) {
  const stage = await Stage.start({ name, config });
  try {
    for (const [register, file] of [['gias', 'config/demo/registers/gias_trafford_358.csv'], ['ofsted', 'config/demo/registers/ofsted_trafford_358.csv']]) {
      const { status, text } = await stage.importRegister(register, file);
      if (status !== 200) throw new Error(`import of ${register}: ${status} ${text}`);
    }
    await stage.addClient('officer', 'la_officer');
  } catch (error) {
    await stage.stop();
    throw error;
  }
  return stage;
}

export async function settingId(stage, ref) {
  const [[id]] = await stage.sql(`SELECT setting_id FROM core.setting_identifiers WHERE ref = '${ref}'`);
  return Number(id);
}

/**
 * A caseload with its settings, [ref, from, to] with SQL for the days, and
 * the Area SENCO who holds it when she is named. Answers its id.
 */
export async function addCaseload(stage, name, settings, { holder, staff } = {}) {
  const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
  const [[id]] = await stage.sql(`
    WITH person AS (INSERT INTO core.staff (name) SELECT s FROM (SELECT ${staff ? quoted(staff) : 'NULL'}) AS x (s)
      WHERE s IS NOT NULL RETURNING id)
    INSERT INTO core.caseloads (name, staff_id) VALUES (${quoted(name)}, (SELECT id FROM person)) RETURNING id`);
  for (const [ref, from = "'2020-01-01'", to = 'NULL'] of settings)
    await stage.sql(`INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on, to_on)
      VALUES (${id}, ${await settingId(stage, ref)}, ${from}, ${to})`);
  if (holder) await stage.addClient(holder, 'area_senco', { caseload: id });
  return Number(id);
}

/**
 * A member of staff with posts, [ref, kind, from, to] with SQL for the days,
 * and the client that is this person when it is named. Answers the id.
 */
export async function addStaff(stage, name, posts, { client } = {}) {
  const [[id]] = await stage.sql(`INSERT INTO core.staff (name) VALUES ('${name.replaceAll("'", "''")}') RETURNING id`);
  for (const [ref, kind = 'senco', from = "'2020-01-01'", to = 'NULL', known_to = 'NULL'] of posts)
    await stage.sql(`INSERT INTO core.posts (staff_id, setting_id, kind, from_on, to_on, known_from, known_to)
      VALUES (${id}, ${await settingId(stage, ref)}, '${kind}', ${from}, ${to}, now() - interval '1 day', ${known_to})`);
  if (client) await stage.addClient(client, 'senco', { staff: id });
  return Number(id);
}

/** All records are taken, or the test ends here. */
export async function send(stage, client, setting, records) {
  const answer = await stage.batch(client, setting, records);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.refused, 0, JSON.stringify(answer.json.outcomes.filter(({ slug }) => slug)));
  return answer.json;
}

/** The id of the child a setting calls by that source_id. */
export async function childId(stage, ref, sourceId) {
  const [[id]] = await stage.sql(`SELECT child_id FROM core.child_records
    WHERE setting_id = ${await settingId(stage, ref)} AND source_id = '${sourceId}'`);
  return id;
}

export const slug = (answer) => answer.json.type.split('/').pop();

/** The rows of a whole list in each form, which must be the same; answers them. */
export async function rowsInEveryForm(stage, client, target) {
  const json = await stage.get(client, target);
  assert.equal(json.status, 200, json.text);
  const ndjson = await stage.get(client, target, { accept: 'application/x-ndjson' });
  const csv = await stage.get(client, target, { accept: 'text/csv' });
  assert.match(ndjson.type, /^application\/x-ndjson/);
  assert.match(csv.type, /^text\/csv; charset=utf-8/);
  assert.deepEqual(ndjson.rows, json.json.items);
  assert.deepEqual(csvRows(csv.text).map(plainJson), json.json.items.map(asCsv));
  const book = await stage.get(client, target, { accept: XLSX });
  assert.equal(book.type, XLSX, book.status === 200 ? '' : book.text);
  const sheet = rowsOfSheet(readWorkbook(book.bytes).sheets[0]);
  assert.deepEqual(sheet, json.json.items.map((row, i) => asSheet(row, sheet[i])));
  if (json.json.items.length > 0)
    assert.deepEqual(csv.text.split('\r\n')[0].split(','), Object.keys(json.json.items[0]));
  return json.json.items;
}

/** A cell that holds JSON, without the blanks that do not count. */
function plainJson(row) {
  return Object.fromEntries(Object.entries(row).map(([name, cell]) =>
    [name, /^[[{]/.test(cell) ? JSON.stringify(JSON.parse(cell)) : cell]));
}

/** What a row of JSON is as cells of text. */
export function asCsv(row) {
  return Object.fromEntries(Object.entries(row).map(([name, value]) =>
    [name, value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)]));
}

/** All pages of a list: follows next to the end. */
export async function everyPage(stage, client, target, onPage = () => {}) {
  const items = [];
  const separator = target.includes('?') ? '&' : '?';
  for (let after = ''; ;) {
    const { json } = await stage.get(client, target + (after && `${separator}after=${after}`));
    items.push(...json.items);
    if (json.next === null) return items;
    await onPage(json);
    after = json.next;
  }
}

/**
 * Runs SQL as the daemon's login does, with this token of an actor; answers
 * its rows, or { code } with the SQLSTATE of the refusal.
 */
export async function asDaemon(stage, token, text, settings = {}) {
  const set = Object.entries({ 'app.actor': token, ...settings })
    .map(([name, value]) => `set_config('${name}', '${value}', true)`).join(', ');
  const script = `\\set VERBOSITY verbose\nBEGIN;\nSELECT ${set} \\g /dev/null\n${text};\nCOMMIT;\n`;
  const running = run('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-F', '\x1f', '-f', '-'],
    { env: { ...stage.pgEnv, PGUSER: 'sencod' }, maxBuffer: 64 * 1024 * 1024 });
  running.child.stdin.end(script);
  try {
    const { stdout } = await running;
    return stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\x1f'));
  } catch (error) {
    const code = /ERROR: {2}([0-9A-Z]{5}): (.*)/.exec(error.stderr);
    if (!code) throw error;
    return { code: code[1], message: code[2] };
  }
}

export function fingerprint(stage, client) {
  const certificate = new X509Certificate(readFileSync(stage.file(`pki/clients/${client}.pem`)));
  return createHash('sha256').update(certificate.raw).digest('hex');
}

/** The token the database gives the daemon for this client's certificate. */
export async function token(stage, client) {
  const [[text]] = await asDaemon(stage, '', `SELECT token FROM api.identify('\\x${fingerprint(stage, client)}')`);
  return text;
}
