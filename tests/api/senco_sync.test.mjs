// senco_sync.test.mjs — the school's agent against a server that cuts, waits,
// refuses and dribbles, and against a real one.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { bin, root, Stage } from '../lib/stage.mjs';
import { csvRows, jsonAnswer, runProgram, StubServer } from '../lib/stub_server.mjs';

const program = path.join(bin, 'senco-sync');
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
let stub, folder;

const child = (id) => ({ kind: 'child', source_id: id, revision: 1, op: 'put', data: { born_on: '2020-01-01' } });
const ndjson = (records) => records.map((record) => `${JSON.stringify(record)}\n`).join('');
const records = (body) => body.toString().split('\n').filter(Boolean).map((line) => JSON.parse(line));

/** The server's answer when every record has this outcome. */
function taken(request, response, verdicts = () => ({ outcome: 'created' }), notes = []) {
  const outcomes = request.body.toString().split('\n').filter(Boolean).map((_, i) => verdicts(i));
  jsonAnswer(response, 200, { setting: 'urn:106283', records: outcomes.length, outcomes, notes });
}

/** The faults in order, then all is taken. */
function faults(...list) {
  return (request, response, i) => (i < list.length ? list[i](request, response) : taken(request, response));
}
const cut = (request) => request.socket.destroy();
const busy = (seconds) => (_, response) =>
  jsonAnswer(response, 503, { title: 'The server is busy' }, { 'retry-after': String(seconds) });

function put(name, content) {
  writeFileSync(path.join(folder, name), content);
}

async function sync(...args) {
  const outcome = stub.file('outcome.csv');
  rmSync(outcome, { force: true });
  const result = await runProgram(program,
    ['--setting', 'urn:106283', '--outcome', outcome, ...args], { env: stub.env, cwd: stub.dir });
  result.rows = existsSync(outcome) ? csvRows(readFileSync(outcome, 'utf8')) : undefined;
  return result;
}

before(async () => { stub = await StubServer.start('senco sync'); });
after(() => stub.stop());
beforeEach(() => {
  stub.requests = [];
  stub.answer = (request, response) => taken(request, response);
  folder = stub.file('in box');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

describe('sending', () => {
  test('a folder goes in name order, in batches of 1,000, over one connection, each batch with its own key', async () => {
    put('02.ndjson', ndjson([child('last')]));
    put('01.ndjson', ndjson(Array.from({ length: 2001 }, (_, i) => child(`c-${i}`))));
    put('notes.txt', 'not for sending');
    const result = await sync(folder);
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(stub.requests.map(({ body }) => records(body).length), [1000, 1000, 1, 1]);
    assert.equal(records(stub.requests[3].body)[0].source_id, 'last');
    assert.equal(stub.connections, 1);
    const keys = stub.requests.map(({ headers }) => headers['idempotency-key']);
    assert.equal(new Set(keys).size, 4);
    for (const key of keys) assert.match(key, uuid);
    for (const { method, url, headers } of stub.requests) {
      assert.equal(`${method} ${url}`, 'POST /v1/sync/batches?setting=urn:106283');
      assert.equal(headers['content-type'], 'application/x-ndjson');
      assert.equal(headers.expect, undefined);
    }
    assert.match(result.stderr, /notes\.txt: passed over/);
    assert.match(result.stdout, /2002 records sent: 2002 created/);
  });

  test('a batch ends before 4 MiB', async () => {
    const filler = 'x'.repeat(60_000);
    put('a.ndjson', ndjson(Array.from({ length: 100 }, (_, i) => ({ ...child(`c-${i}`), data: { surname: filler } }))));
    const result = await sync(folder);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(stub.requests.length, 2);
    for (const { body } of stub.requests) assert.ok(body.length <= 4 * 1024 * 1024);
    assert.equal(stub.requests.reduce((sum, { body }) => sum + records(body).length, 0), 100);
  });

  test('a byte order mark, CR LF, blank lines and a missing last line end are no records', async () => {
    put('a.ndjson', `\ufeff${JSON.stringify(child('a'))}\r\n\r\n  \n${JSON.stringify(child('b'))}`);
    const result = await sync(folder);
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(records(stub.requests[0].body).map((record) => record.source_id), ['a', 'b']);
  });

  test('a Common Transfer File goes as records, and what cannot be formed stays behind with the pupil named', async () => {
    const result = await sync(path.join(root, 'tests/data/ctf/ctf24_refused_records.xml'));
    assert.equal(result.code, 1, result.stderr);
    const unsent = result.rows.filter(({ outcome }) => outcome === 'not sent');
    assert.ok(unsent.length > 0);
    for (const row of unsent) {
      assert.match(row.line, /^Pupil \d+$/);
      assert.ok(row.problem && row.detail);
      assert.doesNotMatch(row.pointer, /Pupil/);
    }
    const sent = records(stub.requests[0].body);
    assert.ok(sent.length > 0);
    assert.equal(unsent.length + sent.length, 15);
  });

  test('a file that is no Common Transfer File is told of and the next is sent', async () => {
    put('a.xml', '<html/>');
    put('b.ndjson', ndjson([child('b')]));
    const result = await sync(folder);
    assert.equal(result.code, 2);
    assert.match(result.stderr, /a\.xml: this is no Common Transfer File/);
    assert.equal(records(stub.requests[0].body)[0].source_id, 'b');
  });
});

describe('trying again', () => {
  test('a batch whose answer was lost is sent again under the same key with the same bytes', async () => {
    put('a.ndjson', ndjson([child('a'), child('b')]));
    stub.answer = faults(cut);
    const result = await sync(folder);
    assert.equal(result.code, 0, result.stderr);
    const [first, second] = stub.requests;
    assert.equal(stub.requests.length, 2);
    assert.equal(second.headers['idempotency-key'], first.headers['idempotency-key']);
    assert.deepEqual(second.body, first.body);
    assert.match(result.stdout, /2 records sent: 2 created/);
  });

  test('a batch of more than a kilobyte goes as gzip, again with the same bytes; a smaller one as it stands', async () => {
    put('a.ndjson', ndjson(Array.from({ length: 300 }, (_, i) => child(`c-${i}`))));
    put('b.ndjson', ndjson([child('small')]));
    stub.answer = faults(cut);
    const result = await sync(folder);
    assert.equal(result.code, 0, result.stderr);
    const [first, second, small] = stub.requests;
    assert.equal(first.headers['content-encoding'], 'gzip');
    assert.ok(first.sent.length * 5 < first.body.length);
    assert.deepEqual(second.sent, first.sent);
    assert.equal(records(first.body).length, 300);
    assert.equal(small.headers['content-encoding'], undefined);
    assert.match(result.stdout, /301 records sent: 301 created/);
  });

  test('half an answer counts for none', async () => {
    put('a.ndjson', ndjson([child('a')]));
    stub.answer = faults((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 });
      response.write('{"outcomes":[{"outcome":"refused"}]', () => request.socket.destroy());
    });
    const result = await sync(folder);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(stub.requests.length, 2);
    assert.equal(stub.requests[1].headers['idempotency-key'], stub.requests[0].headers['idempotency-key']);
  });

  test('503 and 429 are tried again, not before the server\'s Retry-After', async () => {
    put('a.ndjson', ndjson([child('a')]));
    stub.answer = faults(busy(1), (_, response) => jsonAnswer(response, 429, {}, { 'retry-after': '1' }));
    const result = await sync(folder);
    assert.equal(result.code, 0, result.stderr);
    const at = stub.requests.map((request) => request.at);
    assert.equal(at.length, 3);
    assert.ok(at[1] - at[0] >= 990 && at[2] - at[1] >= 990);
    assert.equal(new Set(stub.requests.map(({ headers }) => headers['idempotency-key'])).size, 1);
    assert.match(result.stderr, /status 503; attempt 2, again in/);
  });

  test('an answer that dribbles in is waited for', async () => {
    put('a.ndjson', ndjson([child('a')]));
    stub.answer = (request, response) => {
      const text = JSON.stringify({ outcomes: [{ outcome: 'updated' }], notes: [] });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
      const drip = (i) => (i < text.length ? response.write(text[i], () => setImmediate(drip, i + 1)) : response.end());
      drip(0);
    };
    const result = await sync(folder);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(stub.requests.length, 1);
    assert.match(result.stdout, /1 updated/);
  });

  test('a server that stays away ends with 3 after --retry-for, and no later file is tried', async () => {
    put('a.ndjson', ndjson([child('a')]));
    put('b.ndjson', ndjson([child('b')]));
    stub.answer = (_, response) => jsonAnswer(response, 503, { title: 'busy' });
    const result = await sync('--retry-for', '2', folder);
    assert.equal(result.code, 3, result.stderr);
    assert.ok(stub.requests.length > 1);
    assert.equal(new Set(stub.requests.map(({ headers }) => headers['idempotency-key'])).size, 1);
    assert.match(result.stderr, /a\.ndjson: given up after \d+ attempts/);
    assert.match(result.rows.find(({ outcome }) => outcome === 'summary').detail, /STOPPED/);
  });

  test('a server that is not there ends with 3', async () => {
    put('a.ndjson', ndjson([child('a')]));
    const result = await sync('--url', 'https://localhost:1', '--retry-for', '0', folder);
    assert.equal(result.code, 3);
    assert.match(result.stderr, /nothing accepts connections there/);
  });

  test('a server the CA does not vouch for gets no record and is tried once', async () => {
    put('a.ndjson', ndjson([child('a')]));
    const result = await sync('--ca', stub.file('pki/clients/tester.pem'), folder);
    assert.equal(result.code, 3);
    assert.match(result.stderr, /does not verify/);
    assert.doesNotMatch(result.stderr, /attempt/);
    assert.equal(stub.requests.length, 0);
  });
});

describe('refusals', () => {
  test('a batch refused whole stops its file, says why, and the next file goes', async () => {
    put('a.ndjson', ndjson(Array.from({ length: 1500 }, (_, i) => child(`a-${i}`))));
    put('b.ndjson', ndjson([child('b')]));
    stub.answer = faults((_, response) => jsonAnswer(response, 409,
      { title: 'The Idempotency-Key was used before with another body', detail: 'Send it anew.', status: 409 }));
    const result = await sync(folder);
    assert.equal(result.code, 1);
    assert.equal(stub.requests.length, 2);
    assert.match(result.stderr, /a\.ndjson: lines 1 to 1000 were refused whole: .*another body: Send it anew\./);
    const [first, second] = result.rows;
    assert.match(first.detail, /STOPPED/);
    assert.equal(second.detail, '1 record sent: 1 created');
  });

  test('every record that was not simply taken has a row of its own in words, and none a number of a child', async () => {
    put('a.ndjson', `{broken\n${ndjson([child('n-1'), child('old'), child('H801200001001'), child('fine')])}`);
    stub.answer = (request, response) => taken(request, response, (i) => [
      { outcome: 'refused', slug: 'malformed_json', pointer: '/records/0', detail: 'a name at byte 2' },
      { outcome: 'refused', slug: 'unknown_child', pointer: '/records/1/data/child' },
      { outcome: 'stale' }, { outcome: 'created' }, { outcome: 'unchanged' },
    ][i], [{ slug: 'upn_check_letter', pointer: '/records/3/data/upn' }]);
    const result = await sync(folder);
    assert.equal(result.code, 1);
    const [broken, unknown, stale, note, summary] = result.rows;
    assert.deepEqual([broken.line, broken.kind, broken.outcome, broken.problem],
      ['1', '', 'refused', 'The body is not well-formed JSON']);
    assert.deepEqual(unknown, { file: 'a.ndjson', line: '2', kind: 'child', source_id: 'n-1', outcome: 'refused',
      problem: 'No child record with this source_id has been sent for this setting', pointer: '/data/child',
      detail: 'Send the child\'s own record first, in this file or one before it.' });
    assert.deepEqual([stale.line, stale.outcome], ['3', 'stale']);
    assert.deepEqual([note.line, note.outcome, note.pointer], ['4', 'to check', '/data/upn']);
    assert.equal(summary.detail, '5 records sent: 1 created, 1 unchanged, 1 stale, 2 refused, 1 to check');
    assert.ok(!JSON.stringify(result.rows).includes('H801200001001'));
    assert.equal(statSync(stub.file('outcome.csv')).mode & 0o777, 0o600);
  });

  test('an outcome this version does not know is told, not dropped', async () => {
    put('a.ndjson', ndjson([child('a')]));
    stub.answer = (request, response) => taken(request, response, () => ({ outcome: 'proposed' }));
    const result = await sync(folder);
    assert.equal(result.rows[0].outcome, 'proposed');
  });

  test('an answer with too few outcomes stops the file', async () => {
    put('a.ndjson', ndjson([child('a'), child('b')]));
    stub.answer = (_, response) => jsonAnswer(response, 200, { outcomes: [{ outcome: 'created' }] });
    const result = await sync(folder);
    assert.equal(result.code, 1);
    assert.match(result.stderr, /does not fit the batch/);
  });

  test('a line longer than 64 KiB stays behind and its neighbours go', async () => {
    put('a.ndjson', `${ndjson([child('a')])}${'x'.repeat(70_000)}\n${ndjson([child('b')])}`);
    const result = await sync(folder);
    assert.equal(result.code, 1);
    assert.equal(records(stub.requests[0].body).length, 2);
    assert.deepEqual([result.rows[0].line, result.rows[0].outcome], ['2', 'not sent']);
  });
});

describe('the call', () => {
  test('a dry run needs neither server nor certificate and writes no file', async () => {
    put('a.ndjson', ndjson(Array.from({ length: 1001 }, (_, i) => child(`c-${i}`))));
    const result = await runProgram(program, ['--dry-run', folder], { env: { HOME: stub.dir }, cwd: folder });
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /would send 1001 of 1001 records in 2 batches/);
    assert.deepEqual(readdirSync(folder), ['a.ndjson']);
    assert.equal(stub.requests.length, 0);
  });

  test('without --outcome the file is named for the time and lies where one stands', async () => {
    put('a.ndjson', ndjson([child('a')]));
    const result = await runProgram(program, ['--setting', 'urn:106283', 'a.ndjson'], { env: stub.env, cwd: folder });
    assert.equal(result.code, 0, result.stderr);
    const [name] = readdirSync(folder).filter((file) => file.endsWith('.csv'));
    assert.match(name, /^senco-sync-outcome-\d{8}T\d{6}Z\.csv$/);
    assert.ok(result.stdout.includes(name));
  });

  for (const [what, args, sentence] of [
    ['no setting', ['FOLDER'], /setting sent for is not known/],
    ['a setting that is none', ['--setting', '106283', 'FOLDER'], /"106283" is no setting/],
    ['nothing to send', ['--setting', 'urn:106283'], /what shall be sent/],
    ['a folder that is not there', ['--setting', 'urn:106283', 'nonsuch'], /nonsuch: No such file/],
    ['a folder without files of ours', ['--setting', 'urn:106283', 'FOLDER/empty'], /no \.ndjson or \.xml file/],
    ['an unknown option', ['--frob', 'FOLDER'], /no option --frob/],
    ['a negative patience', ['--setting', 'urn:106283', '--retry-for', '-1', 'FOLDER'], /--retry-for must be/],
  ]) {
    test(`${what} is a mistake in the call`, async () => {
      put('a.ndjson', ndjson([child('a')]));
      mkdirSync(path.join(folder, 'empty'));
      const result = await runProgram(program, args.map((arg) => arg.replace('FOLDER', folder)),
        { env: stub.env, cwd: stub.dir });
      assert.equal(result.code, 2, result.stderr);
      assert.match(result.stderr, sentence);
      assert.equal(stub.requests.length, 0);
    });
  }
});

describe('with a real server', () => {
  const ctf = path.join(root, 'tests/data/ctf/ctf25_utf8_namespace_sex.xml');
  let stage;

  before(async () => {
    stage = await Stage.start({ name: 'senco_sync' });
    await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
    await stage.addClient('school', 'school_system', { settings: ['urn:106283'] });
  });
  after(() => stage?.stop());

  async function send(setting, ...args) {
    const outcome = stage.file('outcome.csv');
    const result = await runProgram(program, ['--setting', setting, '--outcome', outcome, '--retry-for', '20', ...args],
      { cwd: stage.dir, env: { ...stub.env, SENCOD_URL: `https://localhost:${stage.port}`, SENCOD_CA: stage.file('pki/ca.pem'),
        SENCOD_CERT: stage.file('pki/clients/school.pem'), SENCOD_KEY: stage.file('pki/clients/school.key') } });
    result.rows = csvRows(readFileSync(outcome, 'utf8'));
    return result;
  }

  test('a Common Transfer File is taken, and sent again it changes nothing', async () => {
    const first = await send('urn:106283', ctf);
    assert.equal(first.code, 0, first.stderr);
    assert.equal(first.rows.at(-1).detail, '11 records sent: 11 created');
    const second = await send('urn:106283', ctf);
    assert.equal(second.rows.at(-1).detail, '11 records sent: 11 unchanged');
    assert.ok(Number((await stage.sql('SELECT count(*) FROM core.child_records'))[0][0]) > 0);
  });

  test('records the server refuses are told with its reasons, and their neighbours are taken', async () => {
    const whole = (id) => ({ kind: 'child', source_id: id, revision: 1, data: { surname: 'Testchild', forename: 'Ada', born_on: '2020-01-01' } });
    const need = (id, owner) => ({ kind: 'need', source_id: id, revision: 1, data: { child: owner, provision: 'K', start_on: '2025-09-03' } });
    put('a.ndjson', `${ndjson([whole('a'), need('n-1', 'a'), need('n-2', 'nobody'), { ...whole('b'), data: { born_on: '31/12/2020' } }])}{\n`);
    const result = await send('urn:106283', folder);
    assert.equal(result.code, 1);
    assert.deepEqual(result.rows.filter(({ outcome }) => outcome === 'refused').map(({ line, source_id }) => [line, source_id]),
      [['3', 'n-2'], ['4', 'b'], ['5', '']]);
    assert.equal(result.rows.at(-1).detail, '5 records sent: 2 created, 3 refused');
    assert.match(result.rows[0].problem, /^No child record/);
  });

  test('a setting that is not granted takes nothing', async () => {
    const result = await send('urn:106284', ctf);
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stderr, /not granted this setting/);
    assert.match(result.rows.at(-1).detail, /STOPPED/);
  });
});
