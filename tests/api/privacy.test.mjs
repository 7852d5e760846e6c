// Names, numbers and birthdays that occur nowhere else are sent in every
// place a record, an address or a header has, well-formed and broken; then
// none of them may stand in the daemon's log, in a refusal, in the metrics or
// in PostgreSQL's log, however much that is told to write.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { authority, SETTING, settingId } from '../lib/authority.mjs';
import { need, placement, transition, upn } from '../lib/records.mjs';
import { until } from '../lib/stage.mjs';

const SECRET = { surname: 'Quellwoodfictional', forename: 'Xanthippa', middle_names: 'Ysoldemay', born_on: '2013-07-19',
  upn: upn('913507719042'), uln: '9135077193', nhs_number: '9135077194', postcode: 'ZE9 7QX', former_surname: 'Umberbrookly' };
const WORDS = [...new Set(Object.values(SECRET).flatMap((word) => [word, word.replace(' ', '')]))];
const SOURCE = `pupil ${SECRET.upn} ${SECRET.surname}`; // some systems use such keys

let stage, id;
const answers = []; // { what, status, headers, text }

before(async () => {
  stage = await authority('privacy', { log_level: 'debug', body_max_bytes: 4096, head_timeout_ms: 1000, body_timeout_ms: 1000 });
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  await stage.addClient('other', 'school_system', { settings: [SETTING.primary2] });
  await stage.addClient('auditor', 'auditor');
  // What a worried administrator may switch on.
  for (const [name, value] of [['log_statement', 'all'], ['log_min_duration_statement', '0'], ['log_error_verbosity', 'verbose'],
    ['log_lock_waits', 'on'], ['log_parameter_max_length', '-1'], ['log_parameter_max_length_on_error', '-1'],
    ['log_min_error_statement', 'debug5'], ['log_min_messages', 'info']])
    await stage.sql(`ALTER SYSTEM SET ${name} = '${value}'`);
  await stage.sql('SELECT pg_reload_conf()');
  await until('the new settings', async () => (await stage.sql('SHOW log_statement'))[0][0] === 'all');
});
after(() => stage?.stop());

const serverLog = () => readFileSync(stage.file('pg/data/server.log'), 'utf8');

/** The words a text holds, also in the ways they travel in. */
function found(text) {
  const low = text.toLowerCase();
  return WORDS.filter((word) => [word, encodeURIComponent(word), word.replace(' ', '+'), Buffer.from(word).toString('hex'),
    Buffer.from(word).toString('base64url').replace(/.$/, '')].some((form) => low.includes(form.toLowerCase())));
}

async function ask(who, method, target, options = {}) {
  const answer = await stage.request(who, method, target, { unchecked: true, ...options }).catch((error) => ({
    status: 0, headers: {}, text: `${error.code}` }));
  answers.push({ what: `${who} ${method}`, ...answer });
  return answer;
}

const batch = (records, options = {}) => ask('school', 'POST', `/v1/sync/batches?setting=${SETTING.primary}`, {
  body: { records }, ...options, headers: { 'idempotency-key': randomUUID(), ...options.headers } });

/** Bytes as they are over TLS; what comes back until the end. */
function raw(who, ...pieces) {
  return new Promise((resolve) => {
    const socket = tls.connect({ host: 'localhost', port: stage.port, servername: 'localhost', ...stage.tls(who) },
      () => pieces.forEach((piece) => socket.write(piece)));
    let text = '';
    socket.setEncoding('latin1').on('data', (piece) => { text += piece; });
    socket.on('error', () => {});
    socket.on('close', () => { answers.push({ what: `${who} raw`, status: 400, headers: {}, text }); resolve(text); });
  });
}

const person = (changes = {}) => ({ kind: 'child', source_id: SOURCE, revision: 1, op: 'put', data: { ...SECRET, year_group: '6', ...changes } });

test('the child is sent and read by everybody on every address', async () => {
  const answer = await batch([person(), { ...placement(1), data: { child: SOURCE, start_on: '2022-09-01' } },
    { ...need(1, { provision: 'E' }), data: { child: SOURCE, provision: 'E', start_on: '2022-09-01', types: ['ASD'] } },
    { ...transition(1), data: { child: SOURCE, kind: 'PRS', year: 2027, to_setting: SETTING.secondary } }]);
  assert.deepEqual([answer.json.created, answer.json.refused], [4, 0], answer.text);
  await batch([person()]);
  await batch([person()], { headers: { 'idempotency-key': 'same' } });
  await batch([person()], { headers: { 'idempotency-key': 'same' } });
  await batch([person({ forename: 'Another' })], { headers: { 'idempotency-key': 'same' } });
  id = (await stage.get('officer', '/v1/children')).json.items[0].child_id;
  const shown = new Set();
  for (const who of ['officer', 'school', 'other', 'administrator', 'auditor'])
    for (const target of ['/v1', '/v1/whoami', '/v1/settings', '/v1/clients', '/v1/children', `/v1/children/${id}`,
      `/v1/children?setting=${SETTING.primary}&limit=1`, '/v1/transitions?limit=1', '/v1/caseloads', '/v1/sync/changes?limit=2',
      '/v1/reports/transitions?year=2027', '/v1/reports/transitions/totals?year=2027&by=kind', `/v1/ehc/transfers/${id}/2027`])
      for (const accept of ['application/json', 'application/x-ndjson', 'text/csv']) {
        const read = await ask(who, 'GET', target, { accept });
        if (read.status === 200) for (const word of found(read.text)) shown.add(word);
      }
  // That the search finds what is there: a search that cannot would prove nothing.
  for (const name of ['surname', 'forename', 'middle_names', 'born_on', 'upn', 'nhs_number', 'uln'])
    assert.ok(shown.has(SECRET[name]), `${name} is in some answer`);
  assert.equal((await stage.get('officer', '/v1/children')).headers['cache-control'], 'no-store');
});

test('each value is sent in each place of a record where it does not belong', async () => {
  const values = [...Object.values(SECRET), SOURCE];
  const fields = { child: ['surname', 'forename', 'born_on', 'sex', 'upn', 'former_upn', 'uln', 'nhs_number', 'postcode', 'year_group'],
    placement: ['child', 'start_on', 'end_on', 'enrolment', 'sen_place'], need: ['child', 'provision', 'start_on', 'end_on', 'types'],
    transition: ['child', 'kind', 'year', 'to_setting', 'target_on', 'form_sent_on'] };
  const whole = { child: person().data, placement: { child: SOURCE, start_on: '2022-09-01' },
    need: { child: SOURCE, provision: 'K', start_on: '2022-09-01' }, transition: { child: SOURCE, kind: 'PRS', year: 2027 } };
  for (const value of values) {
    const records = [];
    for (const [kind, names] of Object.entries(fields))
      for (const name of names)
        for (const wrong of [value, [value], { [value]: value }, `${value}\n`, `${value}\u0000`, value.repeat(50)])
          records.push({ kind, source_id: `x-${records.length}`, revision: 2, data: { ...whole[kind], [name]: wrong } });
    // A member's name is pointed at when it looks like one, for it is no value; two words do not.
    const name = `${value} x`;
    for (const [kind, data] of Object.entries(whole))
      records.push({ kind, source_id: `y-${kind}`, revision: 2, data: { ...data, [name]: 'x' } },
        { kind: value, source_id: 'z', revision: 1, data }, { kind, source_id: 'z', revision: value, data },
        { kind, source_id: value.repeat(20), revision: 1, data }, { kind, source_id: 'z', revision: 1, op: value, data },
        { kind, source_id: [value], revision: 1, data }, { kind, source_id: 'z', revision: 1, data: value },
        { kind, source_id: 'z', revision: 1, data, [name]: 1 });
    const answer = await batch(records);
    assert.equal(answer.status, 200, answer.text);
    assert.ok(answer.json.refused > 100);
  }
  await batch([person({ surname: null, forename: null })]);
  await batch([{ ...person(), revision: 5 }, { ...person({ sex: 'F' }), revision: 5 }]);
  await batch([{ kind: 'need', source_id: SECRET.surname, revision: 1, op: 'delete' }]);
});

test('broken bodies', async () => {
  const text = JSON.stringify(person());
  for (const body of [text, `{"records":[${text}`, `{"records":[${text},]}`, `{"records":${text}}`, `{"${SECRET.surname} x":[${text}]}`,
    `{"records":[${text}]}${SECRET.surname}`, `{"records":["${SECRET.surname}"]}`, `{"records":[${text.replace(':1', ':01')}]}`,
    Buffer.from(`{"records":[${text.replace('Quell', 'Qu\xffell')}]}`, 'latin1'), `{"records":[{"data":{"surname":"${SECRET.surname}`,
    `{"records":[{"kind":"child","kind":"${SECRET.surname}"}]}`, `[${'['.repeat(400)}"${SECRET.upn}"`, SECRET.upn, `"${SECRET.upn}"`])
    for (const type of ['application/json', 'application/x-ndjson', `text/${SECRET.surname}`])
      await batch(undefined, { body, headers: { 'content-type': type } });
  await batch(undefined, { body: `${text}\n${text.slice(0, 40)}\n${SECRET.nhs_number}\n${text}`, headers: { 'content-type': 'application/x-ndjson' } });
  for (const body of [{ [SECRET.surname]: 1 }, { name: [SECRET.surname] }, { role: SECRET.surname }, { name: 'a', role: SECRET.upn,
    fingerprint: SECRET.upn, not_after: SECRET.born_on }, { settings: [SECRET.surname] }, text, `"${SECRET.surname}"`])
    await ask('administrator', 'POST', '/v1/clients', { body });
  const client = { name: 'x', role: 'school_system', fingerprint: 'ab'.repeat(32), not_after: '2099-01-01T00:00:00Z' };
  for (const changes of [{ settings: [SECRET.surname] }, { settings: [`urn:${SECRET.uln}`] }, { role: 'area_senco', caseload: SECRET.surname }])
    await ask('administrator', 'POST', '/v1/clients', { body: { ...client, ...changes } });
  for (const body of [{ review_held_on: SECRET.surname }, { review_held_on: SECRET.upn }, { [SECRET.surname]: true }, { placement_refused: SECRET.upn },
    { review_held_on: '2020-01-02', amendment_noticed_on: SECRET.born_on }])
    await ask('officer', 'PUT', `/v1/ehc/transfers/${id}/2027`, { body });
  // Somebody takes a list of pupils for a register.
  const list = `UPN,Surname,Forename,DOB\r\n${SECRET.upn},${SECRET.surname},${SECRET.forename},${SECRET.born_on}\r\n`;
  for (const register of ['gias', 'ofsted', SECRET.surname])
    for (const body of [list, list.replace('UPN', 'URN').replace('Surname', 'EstablishmentName'), `${SECRET.surname}\r\n`,
      `"${SECRET.surname}`, list.repeat(400)])
      await ask('administrator', 'POST', `/v1/settings/imports/${register}`, { body, headers: { 'content-type': 'text/csv' } });
});

test('addresses and headers', async () => {
  for (const value of [...Object.values(SECRET), SOURCE].map(encodeURIComponent)) {
    for (const target of [`/v1/${value}`, `/${value}`, `/v1/children/${value}`, `/v1/children?surname=${value}`, `/v1/children?${value}`,
      `/v1/children?setting=${value}`, `/v1/children?after=${value}`, `/v1/children?limit=${value}`, `/v1/settings/${value}`,
      `/v1/settings?status=${value}`, `/v1/settings?la=${value}`, `/v1/transitions?child=${value}`, `/v1/transitions?year=${value}`,
      `/v1/reports/transitions?year=${value}`, `/v1/reports/transitions?year=2027&on=${value}`, `/v1/reports/transitions?year=2027&need=${value}`,
      `/v1/reports/transitions/totals?year=2027&by=${value}`, `/v1/ehc/transfers/${value}/2027`, `/v1/ehc/transfers/${id}/${value}`,
      `/v1/caseloads/${value}/settings`, `/v1/sync/changes?after=${value}`, `/v1/children/${id}?${value}=1`,
      `/v1/children?setting=urn:106283${value}`, `/v1/children?after=${Buffer.from(value).toString('base64url')}`])
      await ask('officer', 'GET', target);
    await ask('school', 'GET', `/v1/sync/changes?after=${value}`);
    await ask('school', 'POST', `/v1/sync/batches?setting=${value}`, { body: { records: [] }, headers: { 'idempotency-key': 'k' } });
    await ask('administrator', 'POST', `/v1/clients/${value}/revoke`);
    await ask('officer', 'DELETE', `/v1/children/${value}`);
    await ask('officer', 'GET', '/v1/children', { accept: value, headers: { 'user-agent': value, referer: value, cookie: value } });
    await ask('officer', 'GET', '/v1/children', { headers: { expect: value } });
    await ask('officer', 'PUT', `/v1/ehc/transfers/${id}/2027`, { body: {}, headers: { 'if-match': `"${value}"` } });
    await batch([], { headers: { 'idempotency-key': `${value}\t${'k'.repeat(200)}` } });
    await ask('officer', 'GET', '/v1', { headers: { host: value } });
  }
  const word = SECRET.surname;
  for (const bytes of [`${word} / HTTP/1.1\r\nHost: localhost\r\n\r\n`, `GET /${word} HTTP/9.9\r\nHost: localhost\r\n\r\n`,
    `GET /%zz${word} HTTP/1.1\r\nHost: localhost\r\n\r\n`, `GET / HTTP/1.1\r\nHost: ${word}.example\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: localhost\r\n${word} : x\r\n\r\n`, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${word.repeat(2000)}\r\n\r\n`,
    `GET /${word.repeat(700)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, `GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: ${word}\r\n\r\n`,
    `POST /v1/clients HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${word}\r\n`,
    `POST /v1/clients HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${word}\r\n\r\n`,
    `GET /v1/children?surname=${word}`, `GET /v1/whoami HTTP/1.1\r\nHost: localhost\r\nX-Name: ${word}`])
    await raw('administrator', bytes);
  // A body that does not come whole.
  await raw('school', `POST /v1/sync/batches?setting=${SETTING.primary} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`
    + `Idempotency-Key: k\r\nContent-Length: 5000\r\n\r\n{"records":[${JSON.stringify(person())}`);
});

test('a database that refuses rows and loses connections', async () => {
  const setting = await settingId(stage, SETTING.primary);
  for (const table of ['child_records', 'children', 'child_identifiers', 'placements', 'needs', 'transitions', 'changes', 'sync_batches']) {
    await stage.sql(`ALTER TABLE core.${table} ADD CONSTRAINT nothing_fits CHECK (false) NOT VALID`);
    const number = table === 'child_identifiers' ? { uln: '1000000019' } : {};
    const answer = await batch([{ ...person({ ...number, preferred_forename: table }), revision: 50 },
      { ...person({ ...number, former_upn: SECRET.upn, preferred_forename: table }), source_id: `${SOURCE} ${table}` },
      { ...placement(1, {}, 50), data: { child: SOURCE, start_on: '2022-09-02' } },
      { ...need(1), revision: 50, data: { child: SOURCE, provision: 'K', start_on: '2022-09-02' } },
      { ...transition(1), revision: 50, data: { child: SOURCE, kind: 'PRS', year: 2028 } }]);
    assert.equal(answer.status, 500, `${table}: ${answer.text.slice(0, 200)}`);
    await stage.sql(`ALTER TABLE core.${table} DROP CONSTRAINT nothing_fits`);
  }
  await stage.sql('CREATE UNIQUE INDEX nothing_twice ON core.child_records (surname, born_on) WHERE revision = 77');
  assert.equal((await batch(['once', 'twice'].map((which) => ({ ...person({ preferred_forename: which }), revision: 77,
    source_id: `${SOURCE} ${which}` })))).status, 500);
  await stage.sql('DROP INDEX core.nothing_twice');
  assert.deepEqual(await stage.sql(`SELECT count(*) FROM core.child_records WHERE setting_id = ${setting} AND revision = 50`), [['0']]);

  const terminate = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'sencod'`;
  const sending = Array.from({ length: 6 }, (_, i) => batch([{ ...person({ preferred_forename: `run ${i}` }), revision: 60 + i }]));
  await stage.sql(terminate);
  await Promise.all(sending);
  await until('the database to be back', async () => (await ask('officer', 'GET', `/v1/children/${id}`)).status === 200);
});

test('none of it is in a refusal, and every refusal has its slug', () => {
  const refusals = answers.filter(({ status }) => status >= 400);
  assert.ok(refusals.length > 400, `${refusals.length} refusals were looked at`);
  for (const { what, status, headers, text } of refusals) {
    assert.deepEqual(found(text), [], `${what} ${status}: ${text.slice(0, 300)}`);
    assert.deepEqual(found(JSON.stringify(headers)), [], `${what} ${status}`);
  }
  const inBatches = answers.filter(({ status, json }) => status === 200 && json?.outcomes);
  assert.ok(inBatches.length > 10);
  for (const { json } of inBatches)
    for (const outcome of [...json.outcomes, ...json.notes]) assert.deepEqual(found(JSON.stringify(outcome)), [], JSON.stringify(outcome));
  const imports = answers.filter(({ json }) => json?.unreadable_rows);
  for (const { json } of imports) assert.deepEqual(found(JSON.stringify(json.unreadable_rows)), [], 'reasons name columns, not cells');
});

test('none of it is in the daemon\'s log, which has a line for each request', () => {
  const log = stage.log();
  assert.ok((log.match(/event=request /g) ?? []).length > 500);
  assert.match(log, /event=query_failed/);
  for (const line of log.split('\n')) assert.deepEqual(found(line), [], line);
  assert.doesNotMatch(log, /ERROR: AddressSanitizer|runtime error:/);
});

test('none of it is in the metrics', async () => {
  const { text } = await stage.internal('/metrics');
  assert.ok(text.length > 1000);
  assert.deepEqual(found(text), []);
});

test('none of it is in PostgreSQL\'s log, though it logs every statement', () => {
  const log = serverLog();
  for (const code of ['23514', '23505']) assert.ok(log.includes(`ERROR:  ${code}`), 'the rows that were refused are in it');
  assert.match(log, /sencod LOG: .*child_merge/, 'so are the daemon\'s statements');
  for (const line of log.split('\n')) assert.deepEqual(found(line), [], line.slice(0, 600));
});

test('the audit log names children by id alone', async () => {
  const rows = await stage.sql(`SELECT row_to_json(e)::text FROM audit.entries AS e`);
  assert.ok(rows.length > 10);
  for (const [row] of rows) assert.deepEqual(found(row), [], row);
});
