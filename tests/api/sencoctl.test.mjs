// sencoctl.test.mjs — the authority's desk: what it asks of a server, and
// what it makes of the answers.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { bin, root, Stage } from '../lib/stage.mjs';
import { jsonAnswer, runProgram, StubServer } from '../lib/stub_server.mjs';

const program = path.join(bin, 'sencoctl');
let stub;

const sencoctl = (args, { env = {}, ...more } = {}) =>
  runProgram(program, args, { env: { ...stub.env, COLUMNS: '100', ...env }, cwd: stub.dir, ...more });
const asked = () => stub.requests.map(({ method, url }) => `${method} ${url}`);

/** Rows in the form asked for, with the next page where there is one. */
function list(request, response, rows, next) {
  const { accept } = request.headers;
  const more = next && accept !== 'application/json' ? { link: `<${next}>; rel="next"` } : {};
  response.writeHead(200, { 'content-type': accept, ...more });
  if (accept === 'application/json')
    response.end(JSON.stringify({ items: rows, next: next ? next.replace(/.*after=/, '') : null }));
  else if (accept === 'text/csv')
    response.end(`${Object.keys(rows[0] ?? {})}\r\n${rows.map((row) => `${Object.values(row)}\r\n`).join('')}`);
  else
    response.end(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

const settings = (request, response) => (request.url.includes('after=')
  ? list(request, response, [{ ref: 'urn:106284', name: 'Zoë’s Ōwls', roll: 7, status: 'open' }])
  : list(request, response, [{ ref: 'urn:106283', name: 'Acorns', roll: 1234, status: 'open' }], '/v1/settings?la=358&after=p2'));

before(async () => { stub = await StubServer.start('sencoctl'); });
after(() => stub.stop());
beforeEach(() => { stub.requests = []; });

describe('lists', () => {
  test('a list is read to its end and printed aligned', async () => {
    stub.answer = settings;
    const result = await sencoctl(['settings', '--la', '358']);
    assert.equal(result.stderr, '');
    assert.equal(result.stdout,
      'setting     name        roll  status\n'
      + 'urn:106283  Acorns      1234  open\n'
      + 'urn:106284  Zoë’s Ōwls     7  open\n');
    assert.deepEqual(asked(), ['GET /v1/settings?la=358', 'GET /v1/settings?la=358&after=p2']);
    assert.equal(stub.connections, 1);
  });

  test('as CSV it is one file with one heading', async () => {
    stub.answer = settings;
    const { stdout } = await sencoctl(['settings', '--format', 'csv']);
    assert.equal(stdout, 'ref,name,roll,status\r\nurn:106283,Acorns,1234,open\r\nurn:106284,Zoë’s Ōwls,7,open\r\n');
  });

  test('as JSON each page is the server\'s own bytes', async () => {
    stub.answer = settings;
    const { stdout } = await sencoctl(['settings', '--format', 'json', '--la=358']);
    const pages = stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(pages.map(({ next }) => next), ['p2', null]);
    assert.deepEqual(asked(), ['GET /v1/settings?la=358', 'GET /v1/settings?la=358&after=p2']);
  });

  test('an empty list is a sentence', async () => {
    stub.answer = (request, response) => list(request, response, []);
    const { code, stdout } = await sencoctl(['settings']);
    assert.equal(code, 0);
    assert.match(stdout, /^No rows: /);
  });

  test('a next page that leads nowhere new ends the walk', async () => {
    stub.answer = (request, response) => list(request, response, [{ ref: 'x' }], request.url);
    const { code, stderr } = await sencoctl(['settings']);
    assert.equal(code, 1);
    assert.match(stderr, /no usable next page/);
    assert.equal(stub.requests.length, 1);
  });
});

describe('import', () => {
  const answer = { register: 'gias', rows: 30, new: 24, changed: 1, closed: 0, unchanged: 4, unreadable: 1, dry_run: true,
    changes: Array.from({ length: 25 }, (_, i) => ({ line: i + 2, ref: `urn:${106000 + i}`, name: `School ${i}`,
      change: i < 24 ? 'new' : 'changed', details: i < 24 ? null : 'roll: 210 -> 198' })),
    unreadable_rows: [{ line: 14, reason: 'has no name' }] };

  test('a file goes as it is, with its length, and the difference is shown', async () => {
    stub.answer = (_, response) => jsonAnswer(response, 200, answer);
    const bytes = Buffer.from('"URN","Name"\r\n100000,"caf\xe9"\r\n', 'latin1');
    writeFileSync(stub.file('a b.csv'), bytes);
    const { code, stdout } = await sencoctl(['import', 'gias', 'a b.csv', '--dry-run', '--la', '358']);
    assert.equal(code, 0);
    const [request] = stub.requests;
    assert.deepEqual(asked(), ['POST /v1/settings/imports/gias?dry_run=true&la=358']);
    assert.equal(request.headers['content-type'], 'text/csv');
    assert.equal(request.headers['content-length'], String(bytes.length));
    assert.deepEqual(request.body, bytes);
    assert.match(stdout, /^gias: 30 rows read: 24 new, 1 changed, 0 closed, 4 unchanged, 1 unreadable \(dry run: nothing was changed\)$/m);
    assert.equal(stdout.match(/^new /gm).length, 20);
    assert.match(stdout, /^… and 5 more; --all shows all$/m);
    assert.match(stdout, /^ +14  has no name$/m);
  });

  test('--all shows every row', async () => {
    stub.answer = (_, response) => jsonAnswer(response, 200, answer);
    writeFileSync(stub.file('a.csv'), 'x');
    const { stdout } = await sencoctl(['import', 'gias', 'a.csv', '--all']);
    assert.match(stdout, /^changed +26 +urn:106024 +School 24 +roll: 210 -> 198$/m);
    assert.doesNotMatch(stdout, /more; --all/);
  });

  test('standard input is sent in chunks', async () => {
    stub.answer = (_, response) => jsonAnswer(response, 200, { ...answer, register: 'ofsted' });
    const input = 'x'.repeat(300_000);
    const { code } = await sencoctl(['import', 'ofsted', '-'], { input });
    assert.equal(code, 0);
    assert.equal(stub.requests[0].headers['transfer-encoding'], 'chunked');
    assert.equal(stub.requests[0].body.toString(), input);
  });

  test('a file that is not there or a folder is named, and nothing is sent', async () => {
    for (const [name, sentence] of [['nonsuch.csv', /nonsuch\.csv: No such file/], ['.', /this is a folder/]]) {
      const { code, stderr } = await sencoctl(['import', 'gias', name]);
      assert.equal(code, 2);
      assert.match(stderr, sentence);
    }
    assert.equal(stub.requests.length, 0);
  });
});

describe('reports', () => {
  test('the only caseload need not be named', async () => {
    stub.answer = (request, response) => (request.url === '/v1/caseloads'
      ? list(request, response, [{ caseload_id: 7, name: 'North' }])
      : list(request, response, [{ ref: 'ofsted:EY123456', name: 'Owls', senco: null, sen_support: 3, ehc_plan: 1, moving: 4,
        days_since_data: 12, next_deadline_on: '2027-02-15', next_deadline: 'phase_transfer_before_15_february', next_deadline_for: 'final plan' }]));
    const { code, stdout } = await sencoctl(['report', 'caseload', '--on', '2026-11-25']);
    assert.equal(code, 0);
    assert.deepEqual(asked(), ['GET /v1/caseloads', 'GET /v1/caseloads/7/settings?on=2026-11-25']);
    assert.match(stdout, /^setting +name +SENCO +SEN support +EHC plan +moving +days since data +next deadline +for$/m);
    assert.match(stdout, /^ofsted:EY123456 +Owls +3 +1 +4 +12 +2027-02-15 +final plan$/m);
  });

  test('of several caseloads one must be named', async () => {
    stub.answer = (request, response) => list(request, response,
      [{ caseload_id: 1, name: 'North' }, { caseload_id: 2, name: 'South' }]);
    const { code, stdout, stderr } = await sencoctl(['report', 'caseload']);
    assert.equal(code, 2);
    assert.match(stderr, /name one of these/);
    assert.match(stdout, /2 +South/);
  });

  test('who has no caseload is told so', async () => {
    stub.answer = (request, response) => list(request, response, []);
    const { code, stdout } = await sencoctl(['report', 'caseload']);
    assert.equal(code, 0);
    assert.match(stdout, /no caseload you may see/);
  });

  const move = { surname: 'O\'Brien-Žižka', forename: 'Zoë', kind: 'EYS', from_setting: 'A Nursery of a Very Long Name Indeed',
    to_setting: null, sen_status: 'E', plan_final_on: null, deadline_on: '2027-02-15', days_left: 82, rag: 'AMBER' };

  test('the transition report passes its filters on and ends with totals under the same filters', async () => {
    stub.answer = (request, response) => list(request, response, request.url.includes('totals')
      ? [{ group: 'x', children: 1 }] : [move]);
    const { code, stdout } = await sencoctl(['report', 'transitions', '--year', '2027', '--kind', 'EYS',
      '--setting', 'urn:106283', '--phase', '1', '--need', 'ASD', '--rag', 'amber', '--status', 'E', '--on', '2026-11-25']);
    assert.equal(code, 0);
    const query = 'year=2027&kind=EYS&setting=urn:106283&phase=1&need=ASD&rag=amber&status=E&on=2026-11-25';
    assert.deepEqual(asked(), [`GET /v1/reports/transitions?${query}`,
      `GET /v1/reports/transitions/totals?${query}&by=kind`, `GET /v1/reports/transitions/totals?${query}&by=rag`]);
    assert.match(stdout, /O'Brien-Žižka +Zoë +EYS .*2027-02-15 +82 +AMBER/);
    assert.match(stdout, /^1 child$/m);
    assert.match(stdout, /^Totals by kind\nkind +children\nx +1$/m);
    assert.match(stdout, /^Totals by rag$/m);
  });

  test('CSV and JSON of the report are the server\'s bytes and nothing else', async () => {
    stub.answer = (request, response) => list(request, response, [{ kind: 'EYS', days_left: 82 }]);
    const csv = await sencoctl(['report', 'transitions', '--year', '2027', '--format', 'csv']);
    assert.equal(csv.stdout, 'kind,days_left\r\nEYS,82\r\n');
    const json = await sencoctl(['report', 'transitions', '--year', '2027', '--format', 'json']);
    assert.deepEqual(JSON.parse(json.stdout), { items: [{ kind: 'EYS', days_left: 82 }], next: null });
  });

  test('the year is needed', async () => {
    const { code, stderr } = await sencoctl(['report', 'transitions']);
    assert.equal(code, 2);
    assert.match(stderr, /give --year/);
  });
});

describe('clients and milestones', () => {
  test('of a new client only the fingerprint and the end of the certificate are sent', async () => {
    stub.answer = (_, response) => jsonAnswer(response, 201, { client_id: '11111111-2222-3333-4444-555555555555' });
    const file = stub.file('pki/server.pem');
    const { code, stdout } = await sencoctl(['clients', 'add', '--name', 'Demo school', '--role', 'school_system',
      '--setting', 'urn:1', '--setting', 'urn:2', '--cert', file]);
    assert.equal(code, 0);
    assert.match(stdout, /11111111-2222/);
    const certificate = new X509Certificate(readFileSync(file));
    assert.deepEqual(JSON.parse(stub.requests[0].body), {
      name: 'Demo school', role: 'school_system', settings: ['urn:1', 'urn:2'],
      fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
      not_after: new Date(certificate.validTo).toISOString().replace('.000Z', 'Z'),
    });
  });

  test('a client needs a name, a role and a certificate', async () => {
    const whole = ['--name', 'A', '--role', 'auditor', '--cert', stub.file('pki/server.pem')];
    for (let i = 0; i < 6; i += 2) {
      const { code, stderr } = await sencoctl(['clients', 'add', ...whole.filter((_, at) => at !== i && at !== i + 1)]);
      assert.equal(code, 2);
      assert.ok(stderr.includes(`needs ${whole[i]}`), stderr);
    }
    const { code, stderr } = await sencoctl(['clients', 'add', ...whole.slice(0, 5), stub.file('pki/server.key')]);
    assert.equal(code, 2);
    assert.match(stderr, /no certificate in PEM form/);
    assert.equal(stub.requests.length, 0);
  });

  test('a client is listed and shut out', async () => {
    stub.answer = (request, response) => (request.method === 'POST' ? response.writeHead(204).end()
      : list(request, response, [{ client_id: 'c-1', name: 'Demo', role: 'auditor' }]));
    assert.match((await sencoctl(['clients', 'list'])).stdout, /^c-1 +Demo +auditor$/m);
    assert.match((await sencoctl(['clients', 'revoke', 'c-1'])).stdout, /shut out/);
    assert.deepEqual(asked(), ['GET /v1/clients', 'POST /v1/clients/c-1/revoke']);
  });

  test('a milestone is put beside those already held, under their ETag', async () => {
    stub.answer = (request, response) => jsonAnswer(response, 200,
      { year: 2027, review_held_on: '2026-11-01', amendment_noticed_on: null, plan_final_on: null, placement_refused: false },
      { etag: '"3"' });
    const { code } = await sencoctl(['ehc', 'transfer', 'c-1', '2027', '--plan-final', '2027-02-10', '--placement-refused', 'yes']);
    assert.equal(code, 0);
    assert.deepEqual(asked(), ['GET /v1/ehc/transfers/c-1/2027', 'PUT /v1/ehc/transfers/c-1/2027']);
    assert.equal(stub.requests[1].headers['if-match'], '"3"');
    assert.deepEqual(JSON.parse(stub.requests[1].body),
      { review_held_on: '2026-11-01', amendment_noticed_on: null, plan_final_on: '2027-02-10', placement_refused: true });
  });

  test('the first milestone of a child needs no ETag, and a milestone must be named', async () => {
    stub.answer = (request, response) => (request.method === 'GET'
      ? jsonAnswer(response, 404, { title: 'There is nothing here' }) : jsonAnswer(response, 200, {}));
    assert.equal((await sencoctl(['ehc', 'transfer', 'c-1', '2027', '--review-held', '2026-11-01'])).code, 0);
    assert.equal(stub.requests[1].headers['if-match'], undefined);
    const { code, stderr } = await sencoctl(['ehc', 'transfer', 'c-1', '2027']);
    assert.equal(code, 2);
    assert.match(stderr, /at least one milestone/);
  });

  test('the change feed runs to its end, or for one page with --limit, and says where to go on', async () => {
    const pages = { undefined: ['{"n":1}\n', 'a'], a: ['{"n":2}\n', 'b'], b: ['', 'b'] };
    stub.answer = (request, response) => {
      const [rows, next] = pages[new URL(request.url, 'https://x').searchParams.get('after') ?? undefined];
      response.setHeader('link', `</v1/sync/changes?after=${next}>; rel="next"`);
      response.end(rows);
    };
    const whole = await sencoctl(['changes']);
    assert.equal(whole.stdout, '{"n":1}\n{"n":2}\n');
    assert.match(whole.stderr, /--after b$/m);
    stub.requests = [];
    const page = await sencoctl(['changes', '--limit', '1']);
    assert.equal(page.stdout, '{"n":1}\n');
    assert.match(page.stderr, /--after a$/m);
    assert.deepEqual(asked(), ['GET /v1/sync/changes?limit=1']);
  });
});

describe('commands told by a table', () => {
  const answer = (body, headers = {}) => (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

  test('options become parameters of a list', async () => {
    stub.answer = (request, response) => list(request, response, [{ post_id: 7, setting: 'urn:106283', staff: 'Ada Example', hours_per_week: 12.5 }]);
    const { stdout, stderr } = await sencoctl(['posts', 'list', '--setting', 'urn:106283', '--as-of', '2026-01-01T00:00:00Z']);
    assert.equal(stderr, '');
    assert.match(stdout, /^post  setting     who          hours\n +7  urn:106283  Ada Example   12\.5\n$/);
    assert.deepEqual(asked(), ['GET /v1/posts?setting=urn:106283&as_of=2026-01-01T00:00:00Z']);
  });

  test('a calendar is passed on as it comes', async () => {
    stub.answer = (request, response) => {
      assert.equal(request.headers.accept, 'text/calendar');
      response.writeHead(200, { 'content-type': 'text/calendar; charset=utf-8' });
      response.end('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n');
    };
    const { stdout, stderr } = await sencoctl(['planner', 'calendar', '--caseload', '3']);
    assert.equal(stderr, '');
    assert.equal(stdout, 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n');
    assert.deepEqual(asked(), ['GET /v1/planner/calendar?caseload=3']);
  });

  test('and members of a body, as numbers, booleans and texts', async () => {
    stub.answer = answer({ post_id: 7, hours_per_week: 12.5, to_on: null });
    const { stdout, stderr, code } = await sencoctl(['posts', 'add', '--staff-id', '3', '--setting=urn:106283', '--kind', 'senco',
      '--from-on', '2026-09-01', '--hours-per-week', '12.5', '--is-head', 'no']);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.equal(stdout, 'Added.\npost_id         7\nhours_per_week  12.5\n');
    assert.deepEqual(JSON.parse(stub.requests[0].body),
      { staff_id: 3, setting: 'urn:106283', kind: 'senco', from_on: '2026-09-01', hours_per_week: 12.5, is_head: false });
    assert.match(stub.requests[0].headers['idempotency-key'], /^[0-9a-f-]{36}$/);
  });

  test('a change is made under the ETag of what was read', async () => {
    stub.answer = answer({ post_id: 7 }, { etag: '"v3"' });
    const { stderr } = await sencoctl(['posts', 'change', '7', '--to-on=']);
    assert.equal(stderr, '');
    assert.deepEqual(asked(), ['GET /v1/posts/7', 'PUT /v1/posts/7']);
    assert.equal(stub.requests[1].headers['if-match'], '"v3"');
    assert.deepEqual(JSON.parse(stub.requests[1].body), { to_on: null });
  });

  test('what is no number or boolean is said before anything is sent', async () => {
    for (const [option, value, takes] of [['--hours-per-week', '12h', 'NUMBER'], ['--is-head', 'perhaps', 'YES|NO']]) {
      const { stderr, code } = await sencoctl(['posts', 'add', option, value]);
      assert.equal(stderr, `sencoctl: ${option} takes ${takes}, not "${value}"\n`);
      assert.equal(code, 2);
    }
    assert.deepEqual(asked(), []);
  });

  test('a refusal is told and nothing is sent under an ETag that was not got', async () => {
    stub.answer = (request, response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ title: 'There is nothing here, or it is not yours to see', status: 404 }));
    };
    const { stderr, code } = await sencoctl(['posts', 'end', '9', '--to-on', '2026-12-31']);
    assert.equal(stderr, 'sencoctl: There is nothing here, or it is not yours to see\n');
    assert.equal(code, 1);
    assert.deepEqual(asked(), ['GET /v1/posts/9']);
  });
});

describe('who, where and what went wrong', () => {
  test('whoami tells who the server takes us for', async () => {
    stub.answer = (_, response) => jsonAnswer(response, 200, { name: 'Fictional officer', role: 'la_officer', settings: null });
    assert.match((await sencoctl(['whoami'])).stdout, /^name +Fictional officer\nrole +la_officer\n$/);
  });

  test('a problem of the server is its title, detail and pointer, and ends with 1', async () => {
    stub.answer = (_, response) => jsonAnswer(response, 422, { title: 'Title', detail: 'Detail \u001b[2J.', pointer: '/la' });
    const { code, stdout, stderr } = await sencoctl(['whoami']);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.equal(stderr, 'sencoctl: Title: Detail ?[2J. (/la)\n');
  });

  test('a redirect is not followed', async () => {
    stub.answer = (_, response) => response.writeHead(302, { location: '/v1/settings' }).end();
    const { code, stderr } = await sencoctl(['whoami']);
    assert.equal(code, 1);
    assert.match(stderr, /status 302/);
    assert.deepEqual(asked(), ['GET /v1/whoami']);
  });

  test('a proxy of the environment is not used', async () => {
    stub.answer = (_, response) => jsonAnswer(response, 200, { name: 'Fictional officer' });
    const { code } = await sencoctl(['whoami'], { env: { https_proxy: 'http://127.0.0.1:1', ALL_PROXY: 'http://127.0.0.1:1' } });
    assert.equal(code, 0);
  });

  test('server and identity come from a file too, which goes before the environment', async () => {
    stub.answer = (_, response) => jsonAnswer(response, 200, { name: 'Fictional officer' });
    mkdirSync(stub.file('.config/sencod'), { recursive: true });
    const text = `url = ${stub.env.SENCOD_URL}\nca = ../../pki/ca.pem\ncert = ../../pki/clients/tester.pem\nkey = ../../pki/clients/tester.key\n`;
    writeFileSync(stub.file('.config/sencod/client.conf'), text);
    const { code, stderr } = await runProgram(program, ['whoami'],
      { env: { HOME: stub.dir, SENCOD_URL: 'https://localhost:1' }, cwd: '/' });
    writeFileSync(stub.file('.config/sencod/client.conf'), '');
    assert.equal(code, 0, stderr);
  });

  for (const [what, args, code, sentence, env] of [
    ['a missing key', ['whoami'], 2, /private key file is not known: give --key, .* or set SENCOD_KEY/, { SENCOD_KEY: '' }],
    ['an address without TLS', ['whoami', '--url', 'http://localhost'], 2, /must be like https:/],
    ['a CA file that is not there', ['whoami', '--ca', 'nonsuch'], 2, /nonsuch: the CA file .* cannot be read/],
    ['a key of another certificate', ['whoami', '--key', 'pki/server.key'], 2, /our certificate or key cannot be used/],
    ['a server nobody answers for', ['whoami', '--url', 'https://localhost:1'], 3, /nothing accepts connections there/],
    ['a server the CA does not vouch for', ['whoami', '--ca', 'pki/clients/tester.pem'], 3, /does not verify/],
    ['an unknown command', ['frob'], 2, /no command "frob"/],
    ['no command', [], 2, /what shall be done/],
    ['an argument too many', ['whoami', 'x'], 2, /does not take "x"/],
    ['an argument too few', ['import', 'gias'], 2, /needs FILE/],
    ['another command\'s option', ['whoami', '--year', '2027'], 2, /no option --year/],
    ['an unknown format', ['settings', '--format', 'xml'], 2, /--format is table, json, csv or xlsx/],
  ]) {
    test(`${what} is one sentence and ends with ${code}`, async () => {
      const result = await sencoctl(args, { env });
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, sentence);
      assert.equal(result.stderr.trim().split('\n').length, 1);
    });
  }

  test('help lists every command and each command\'s options', async () => {
    const { code, stdout } = await sencoctl(['help']);
    assert.equal(code, 0);
    for (const name of ['whoami', 'settings', 'import gias', 'import ofsted', 'report caseload', 'report transitions',
      'clients list', 'clients add', 'clients revoke', 'ehc transfer', 'changes']) {
      assert.ok(stdout.includes(`  ${name} `), name);
      assert.match((await sencoctl([...name.split(' '), '--help'])).stdout, new RegExp(`^sencoctl ${name}`));
    }
  });
});

describe('with a real server', () => {
  const gias = path.join(root, 'config/demo/registers/gias_trafford_358.csv');
  let stage;
  const as = (name, args) => runProgram(program, args, { cwd: stage.dir, env: {
    ...stub.env, COLUMNS: '160', SENCOD_URL: `https://localhost:${stage.port}`, SENCOD_CA: stage.file('pki/ca.pem'),
    SENCOD_CERT: stage.file(`pki/clients/${name}.pem`), SENCOD_KEY: stage.file(`pki/clients/${name}.key`) } });

  before(async () => { stage = await Stage.start({ name: 'sencoctl' }); });
  after(() => stage?.stop());

  test('an administrator imports a register, and once more without a change', async () => {
    const trial = await as('administrator', ['import', 'gias', gias, '--dry-run']);
    assert.match(trial.stdout, /^gias: 179 rows read: 179 new, .*dry run/);
    const first = await as('administrator', ['import', 'gias', gias]);
    assert.match(first.stdout, /^gias: 179 rows read: 179 new, /);
    assert.match(first.stdout, /^… and 159 more; --all shows all$/m);
    const second = await as('administrator', ['import', 'gias', gias]);
    assert.match(second.stdout, /^gias: 179 rows read: 0 new, .* 179 unchanged/);
    const settings = await as('administrator', ['settings', '--format', 'csv']);
    assert.equal(settings.stdout.match(/^\d+,urn:\d{6},/gm).length, 179);
  });

  test('a file that is no register is refused whole with a sentence', async () => {
    writeFileSync(stage.file('letter.csv'), 'Dear Sir or Madam\n');
    const { code, stderr } = await as('administrator', ['import', 'gias', 'letter.csv']);
    assert.equal(code, 1);
    assert.match(stderr, /not a register of this kind/);
  });

  test('a client comes in by its certificate and is shut out again', async () => {
    await stage.pki('client', 'officer');
    const pem = stage.file('pki/clients/officer.pem');
    const outside = await as('officer', ['whoami']);
    assert.equal(outside.code, 1);
    const added = await as('administrator', ['clients', 'add', '--name', 'Fictional officer', '--role', 'la_officer', '--cert', pem]);
    assert.equal(added.code, 0, added.stderr);
    assert.match((await as('officer', ['whoami'])).stdout, /role +la_officer/);
    const again = await as('administrator', ['clients', 'add', '--name', 'Another', '--role', 'la_officer', '--cert', pem]);
    assert.equal(again.code, 1);
    assert.match((await as('administrator', ['clients', 'list'])).stdout, /Fictional officer +la_officer/);
    const report = await as('officer', ['report', 'transitions', '--year', '2027']);
    assert.equal(report.code, 0, report.stderr);
    assert.match(report.stdout, /^No rows/);
    for (const refused of [['clients', 'list'], ['import', 'gias', gias]]) {
      const { code, stderr } = await as('officer', refused);
      assert.equal(code, 1);
      assert.match(stderr, /Access is refused/);
    }
    const revoked = await as('administrator', ['clients', 'revoke', /client (\S+)\./.exec(added.stdout)[1]]);
    assert.equal(revoked.code, 0, revoked.stderr);
    assert.equal((await as('officer', ['whoami'])).code, 1);
  });

  test('a certificate of another authority is refused in TLS and said so', async () => {
    const { code, stderr } = await runProgram(program, ['whoami', '--url', `https://localhost:${stage.port}`,
      '--ca', stage.file('pki/ca.pem')], { env: stub.env, cwd: stage.dir });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /refused our certificate/);
  });
});
