// The conformance kit passes the real server, notices each rule that a
// proxy before it breaks, and says when it cannot begin.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { FaultyProxy } from '../lib/faulty_proxy.mjs';
import { freePort, root, Stage } from '../lib/stage.mjs';
import { runProgram } from '../lib/stub_server.mjs';

const SCHOOL = 'urn:106283', OTHER = 'urn:106284';
const KIT = path.join(root, 'tests/conformance/run.mjs');
let stage;

before(async () => {
  stage = await Stage.start({ name: 'conformance' });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  await stage.addClient('school', 'school_system', { settings: [SCHOOL] });
  await stage.addClient('officer', 'la_officer');
  await stage.pki('client', 'stranger');
});
after(() => stage?.stop());

/** Runs the kit: { code, stdout, stderr, verdicts: id -> pass, fail or skip }. */
async function kit(args = [], { url = `https://localhost:${stage.port}`, client = 'school', env = {} } = {}) {
  const ran = await runProgram(process.execPath, [KIT, ...args], { cwd: stage.dir, env: {
    PATH: process.env.PATH, SENCOD_URL: url, SENCOD_SETTING: SCHOOL, SENCOD_CA: stage.file('pki/ca.pem'),
    SENCOD_CERT: stage.file(`pki/clients/${client}.pem`), SENCOD_KEY: stage.file(`pki/clients/${client}.key`), ...env } });
  const verdicts = new Map([...ran.stdout.matchAll(/^(pass|fail|skip) +(\S+)/gm)].map(([, verdict, id]) => [id, verdict]));
  return { ...ran, verdicts };
}

const failed = ({ verdicts }) => [...verdicts].filter(([, verdict]) => verdict === 'fail').map(([id]) => id);
const stored = () => stage.sql(`SELECT count(*) FROM (
  SELECT deleted_at FROM core.child_records UNION ALL SELECT deleted_at FROM core.placements
  UNION ALL SELECT deleted_at FROM core.needs UNION ALL SELECT deleted_at FROM core.transitions) AS r WHERE deleted_at IS NULL`);

test('the server passes every requirement, twice, and nothing is left behind', async () => {
  for (let i = 0; i < 2; i++) {
    const ran = await kit(['--other-setting', OTHER]);
    assert.deepEqual(failed(ran), [], ran.stdout + ran.stderr);
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stdout, new RegExp(`^${ran.verdicts.size} passed, 0 failed, 0 skipped$`, 'm'));
    assert.ok(ran.verdicts.size > 60, `${ran.verdicts.size} requirements`);
    assert.deepEqual(await stored(), [['0']], ran.stdout);
  }
});

test('a requirement that cannot be tried is skipped and says what it needs', async () => {
  const ran = await kit(['--only', 'setting']);
  assert.equal(ran.verdicts.get('setting.not-granted'), 'skip');
  assert.match(ran.stdout, /give --other-setting[\s\S]*2 passed, 0 failed, 1 skipped/);
  assert.equal(ran.code, 0);
});

const isBatch = ({ method, target }) => method === 'POST' && target.startsWith('/v1/sync/batches');
const isFeed = ({ target }) => target?.startsWith('/v1/sync/changes');
const slug = ({ json }) => json.type?.replace(/.*\//, '');

/** What the proxy breaks, what must be noticed, and how. Each has its own state. */
const faults = [
  ['another body under a used key is answered 200', ['key.other-body'], () => {
    let last;
    return (request, answer) => {
      if (!isBatch(request)) return false;
      if (answer.status === 200) last = answer.json;
      if (answer.status !== 409) return false;
      answer.status = 200;
      answer.lines = ['Content-Type: application/json', 'Connection: close'];
      answer.json = last;
      return true;
    };
  }],
  ['a repeated key is answered anew', ['key.same-answer'], () => {
    const keys = new Set();
    return (request, answer) => {
      if (!isBatch(request) || !keys.has(request.key)) return !keys.add(request.key);
      if (answer.status !== 200 || !answer.json.refused) return false;
      answer.json.outcomes.find(({ outcome }) => outcome === 'created').outcome = 'unchanged';
      return true;
    };
  }],
  ['the last outcome of a long answer is dropped', ['batch.one-outcome-each'], () => (request, answer) =>
    isBatch(request) && answer.json.stale > 0 && answer.json.refused > 0 && answer.json.outcomes.pop() !== undefined],
  ['the counts leave out what was refused', ['batch.counts'], () => (request, answer) => {
    if (!isBatch(request) || !(answer.json.created === 2 && answer.json.refused === 1)) return false;
    answer.json.records -= answer.json.refused;
    return true;
  }],
  ['a stale record is called updated', ['batch.stale'], () => (request, answer) => {
    if (!isBatch(request) || !(answer.json.records === 1 && answer.json.stale === 1 && request.body.includes('Late'))) return false;
    answer.json.outcomes[0].outcome = 'updated';
    return true;
  }],
  ['a problem repeats the body', ['problem.no-echo'], () => (request, answer) => {
    if (!isBatch(request) || slug(answer) !== 'malformed_json') return false;
    answer.json.detail += `: ${request.body.slice(0, 200)}`;
    return true;
  }],
  ['a problem has another media type', ['problem.shape', 'contract.answers'], () => (request, answer) => {
    if (answer.status < 400) return false;
    answer.lines = answer.lines.map((line) => line.replace('application/problem+json', 'application/json'));
    return true;
  }],
  ['an answer has a member the contract does not know', ['contract.answers'], () => (request, answer) => {
    if (!isBatch(request) || answer.status !== 200) return false;
    answer.json.colour = 'red';
    return true;
  }],
  ['a pointer ends at the record', ['refusal.need'], () => (request, answer) => {
    const wrong = isBatch(request) && answer.json.outcomes?.find(({ pointer }) => /\/data\/types$/.test(pointer));
    if (!wrong || answer.json.records > 10) return false;
    wrong.pointer = wrong.pointer.replace(/\/data.*/, '');
    return true;
  }],
  ['wrong check characters are not noted', ['identifiers.noted'], () => (request, answer) =>
    isBatch(request) && answer.json.notes?.length === 3 && answer.json.notes.splice(0).length > 0],
  ['a setting that is not granted is told from one that does not exist', ['setting.not-granted'], () => (request, answer) => {
    if (slug(answer) !== 'setting_not_granted' || !request.target.includes(OTHER.slice(4))) return false;
    answer.json.detail = 'it belongs to somebody else';
    return true;
  }],
  ['the feed is in another order', ['feed.order'], () => (request, answer) =>
    isFeed(request) && answer.json.items?.length > 1 && answer.json.items.reverse().length > 1],
  ['a delete in the feed has data', ['feed.delete'], () => (request, answer) => {
    const row = isFeed(request) && request.target.includes('after=') && answer.json.items?.find(({ op }) => op === 'delete');
    if (row) row.data = {};
    return Boolean(row);
  }],
  ['a foreign cursor is taken for the start', ['feed.foreign-cursor'], () => (request, answer) => {
    if (slug(answer) !== 'cursor_malformed') return false;
    answer.status = 200;
    answer.lines = ['Content-Type: application/json', 'Connection: close'];
    answer.json = { items: [], next: null };
    return true;
  }],
  ['a packed body that is too large is called malformed', ['coding.bomb'], () => (request, answer) => {
    if (!request.lines.some((line) => /^content-encoding: gzip/i.test(line)) || answer.status !== 413) return false;
    answer.status = 400;
    return true;
  }],
  ['the digest of a kind is of other records', ['digest.levels'], () => (request, answer) => {
    const row = /digest\?setting=[^&]*$/.test(request.target) && answer.json.items?.find(({ kind }) => kind === 'child');
    if (row) row.digest = row.digest.replace(/./, (digit) => (digit === '0' ? '1' : '0'));
    return Boolean(row);
  }],
  ['an invalid record of a snapshot is counted as absent', ['snapshot.invalid'], () => (request, answer) => {
    const row = answer.json.preview?.kinds?.find(({ invalid }) => invalid > 0);
    if (row) row.leavers += row.invalid;
    return Boolean(row);
  }],
  ['an export names another SHA-256 than its file has', ['export.whole'], () => (request, answer) => {
    const file = answer.json.files?.find(({ kind }) => kind === 'child');
    if (file) file.sha256 = file.sha256.replace(/./, (digit) => (digit === '0' ? '1' : '0'));
    return Boolean(file);
  }],
  ['refusals lack the security headers', ['http.headers'], () => (request, answer) => {
    answer.lines = answer.lines.filter((line) => !/^x-content-type-options/i.test(line));
    return answer.status === 404;
  }],
  ['a form that does not exist is answered as JSON', ['accept.refused'], () => (request, answer) => {
    if (answer.status !== 406 || request.lines.some((line) => /Zq/.test(line))) return false;
    answer.status = 200;
    answer.lines = ['Content-Type: application/json', 'Connection: close'];
    answer.json = { items: [], next: null };
    return true;
  }],
];

/** Alone, its own kind of requirements is held against it; SOAK=1: all of them. */
async function notices(expected, options) {
  const kinds = [...new Set(expected.map((id) => id.split('.')[0])), ...(expected[0].startsWith('contract') ? ['batch'] : [])];
  const only = process.env.SOAK ? [] : kinds.flatMap((kind) => ['--only', `${kind}.`]);
  const proxy = await FaultyProxy.start(stage, 'school', options);
  try {
    const ran = await kit(['--other-setting', OTHER, ...only], { url: proxy.url });
    assert.deepEqual(failed(ran), expected, ran.stdout + ran.stderr);
    assert.ok([...ran.verdicts.values()].includes('pass'), 'the others pass');
    assert.equal(ran.code, 1);
    return proxy.hits;
  } finally {
    await proxy.stop();
  }
}

test('through a proxy that breaks nothing the kit passes', async () => {
  const proxy = await FaultyProxy.start(stage, 'school');
  const ran = await kit(['--other-setting', OTHER], { url: proxy.url });
  await proxy.stop();
  assert.deepEqual(failed(ran), [], ran.stdout + ran.stderr);
  assert.equal(ran.code, 0);
});

for (const [title, expected, make] of faults)
  test(`noticed: ${title}`, async () => {
    const hits = await notices(expected, { spoil: make() });
    assert.ok(hits > 0, 'the proxy broke nothing');
  });

test('noticed: strangers without a certificate are let in', () =>
  notices(['tls.certificate-demanded'], { options: { requestCert: false, rejectUnauthorized: false } }));

test('noticed: TLS 1.1 is spoken, with the ciphers it knows', () =>
  notices(['tls.old-versions', 'tls.weak-ciphers'], { options: { minVersion: 'TLSv1',
    ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0' } }));

test('a server that lets the kit not begin is named in a sentence, with exit 3', async () => {
  const cases = [
    [/nobody answers at https:\/\/localhost:\d+ \(ECONNREFUSED\)/, { url: `https://localhost:${await freePort()}` }],
    [/refuses this certificate \(403 certificate_required\)/, { client: 'stranger' }],
    [/enrolled as la_officer; the kit needs a school_system/, { client: 'officer' }],
    [/not granted the setting urn:106284/, { env: { SENCOD_SETTING: OTHER } }],
    [/not one the --ca file vouches for/, { env: { SENCOD_CA: stage.file('pki/clients/school.pem') } }],
  ];
  for (const [sentence, options] of cases) {
    const ran = await kit([], options);
    assert.equal(ran.code, 3, ran.stdout + ran.stderr);
    assert.match(ran.stderr, sentence);
    assert.equal(ran.stdout, '', 'nothing was tried');
  }
});

test('a command line that cannot be read is refused with exit 2', async () => {
  for (const [args, env, sentence] of [[['--colour'], {}, /colour/], [['--only', 'nothing'], {}, /no requirement has such a name/],
    [[], { SENCOD_URL: '' }, /--url is missing/], [[], { SENCOD_KEY: stage.file('none') }, /--key cannot be read/]]) {
    const ran = await kit(args, { env });
    assert.equal(ran.code, 2, ran.stderr);
    assert.match(ran.stderr, sentence);
  }
});

test('the list of requirements names each once, and where it stands', async () => {
  const { code, stdout } = await kit(['--list']);
  assert.equal(code, 0);
  const ids = stdout.trimEnd().split('\n').map((line) => line.split(' ')[0]);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(stdout.trimEnd().split('\n').every((line) => /  \S.* \[.+\]$/.test(line)));
});
