// The change feed against a model: a random history over several settings,
// by HTTP and, for what has no route, by SQL, with followers of every role
// who read pages of random length at random moments and keep a map. Whatever
// has happened, at the end each map must be what the database shows that
// client, data included. SEED=N runs a history again; SOAK=1 makes it long;
// BREAK=FILE.sql is applied first, to see that the model finds what it breaks.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { addCaseload, asDaemon, settingId, token } from '../lib/authority.mjs';
import { upn } from '../lib/records.mjs';
import { Stage, until } from '../lib/stage.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? (process.env.SOAK ? 2000 : 60));
const SEED = Number(process.env.SEED ?? Date.now() % 1e9);
const SETTINGS = ['urn:106283', 'urn:106284', 'urn:106312', 'urn:106304'];
const SOURCES = 5, PERSONS = 6;
const FOLLOWERS = [
  { name: 'one', role: 'school_system', settings: [0] },
  { name: 'pair', role: 'school_system', settings: [1, 2] },
  { name: 'senco', role: 'area_senco', settings: [0, 3] },
  { name: 'officer', role: 'la_officer', settings: [] },
];
const counts = {};
const count = (what, n = 1) => { counts[what] = (counts[what] ?? 0) + n; };
let stage, ids, caseload, revision = 1, late = null, pending = [];

// mulberry32: a history is its seed.
let state = SEED;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const chance = (p) => random() < p;
const day = (n) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);

before(async () => {
  stage = await Stage.start({ name: 'feed_model', config: { connections_per_address_max: 200 } });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  ids = await Promise.all(SETTINGS.map((ref) => settingId(stage, ref)));
  if (process.env.BREAK) await stage.sql(readFileSync(process.env.BREAK, 'utf8'));
  await stage.addClient('writer', 'school_system', { settings: SETTINGS });
  caseload = await addCaseload(stage, 'the model', [[SETTINGS[0]], [SETTINGS[3]]]);
  for (const { name, role, settings } of FOLLOWERS)
    await stage.addClient(name, role, role === 'school_system' ? { settings: settings.map((s) => SETTINGS[s]) }
      : role === 'area_senco' ? { caseload } : {});
});
after(() => stage?.stop());

/** Asks again while the server is busy, a worker is dead or two wait for each other. */
async function insist(what, ask) {
  return until(what, async () => {
    const answer = await ask().catch(() => null);
    if (answer === null || [503, 504].includes(answer.status)) {
      count('asked again');
      return null;
    }
    return answer;
  }, 150);
}

// ---- those who write ----

function record(s) {
  const n = below(SOURCES), op = chance(0.22) ? 'delete' : 'put', number = revision++;
  const made = {
    child: () => {
      const p = (s * 2 + n) % PERSONS;
      return { source_id: `c-${n}`, data: { surname: `Fictional-${pick('ABC')}`, forename: 'Testchild', born_on: '2018-05-01',
        ...(chance(0.8) ? { upn: upn(`99900001800${p}`) } : {}) } };
    },
    placement: () => ({ source_id: `p-${n}-${below(2)}`, data: { child: `c-${n}`, start_on: '2022-09-01',
      ...(chance(0.5) ? { end_on: day(pick([-30, -1, 0, 30])) } : {}) } }),
    need: () => ({ source_id: `n-${n}`, data: { child: `c-${chance(0.1) ? below(SOURCES) : n}`, provision: pick('NKE'),
      start_on: '2023-09-01', ...(chance(0.3) ? { end_on: day(-10) } : {}) } }),
    transition: () => ({ source_id: `t-${n}`, data: { child: `c-${n}`, kind: 'PRS', year: 2027,
      ...(chance(0.9) ? { to_setting: pick(SETTINGS) } : {}), ...(chance(0.8) ? { parent_agreed_on: '2026-05-01' } : {}),
      ...(chance(0.8) ? { form_sent_on: '2026-05-20' } : {}) } }),
    contact: () => ({ source_id: `k-${n}`, data: { child: `c-${n}`, held_on: '2025-10-01', voice: 'parent', mode: 'phone',
      views: [pick(['happy', 'tired', 'proud'])] } }),
    roll: () => ({ source_id: `r-${below(2)}`, data: { counted_on: '2026-01-15', year_group: 'R', headcount: 20 + below(9) } }),
  };
  const kind = pick(['child', 'child', 'child', 'placement', 'placement', 'need', 'transition', 'transition', 'contact', 'roll']);
  const { source_id, data } = made[kind]();
  // A new key for what is stored under another: often refused, for that one is taken.
  const was = chance(0.1) ? { was: source_id.replace(/\d/, below(SOURCES)) } : {};
  return { kind, source_id, revision: number, op, ...(op === 'put' ? { data, ...was } : {}) };
}

async function sendsBatch() {
  const s = below(SETTINGS.length), key = randomUUID();
  const records = Array.from({ length: 1 + below(5) }, () => record(s));
  const { status, text } = await insist('a batch', () => stage.batch('writer', SETTINGS[s], records, { key }));
  assert.equal(status, 200, text);
  count('batches');
}

const someChild = async () => pick([...(await stage.sql('SELECT id FROM core.children ORDER BY id')).flat(), null]);

async function putsMilestone() {
  const child = await someChild();
  if (!child) return;
  const body = { review_held_on: `2026-10-0${1 + below(9)}` }, target = `/v1/ehc/transfers/${child}/${pick([2027, 2028])}`;
  const answer = await insist('a milestone', async () => {
    const first = await stage.request('officer', 'PUT', target, { body });
    return first.status === 428 ? stage.request('officer', 'PUT', target, { body, headers: { 'if-match': '"*"' } }) : first;
  });
  assert.ok([200, 404, 412, 428].includes(answer.status), answer.text); // another was quicker, or the child was merged away
  count('milestones');
}

function grant() {
  const { name } = pick(FOLLOWERS.slice(0, 2)), client = stage.ids.get(name), setting = pick(ids);
  count('grants');
  return chance(0.5)
    ? `INSERT INTO core.client_grants (client_id, setting_id) VALUES ('${client}', ${setting}) ON CONFLICT DO NOTHING`
    : `DELETE FROM core.client_grants WHERE client_id = '${client}' AND setting_id = ${setting}`;
}
const grants = () => stage.sql(grant());

/** By date too: then no trigger tells, only the next reading can notice. */
async function changesCaseload() {
  const setting = pick(ids), byDate = chance(0.5) ? 'SET session_replication_role = replica;' : '';
  await stage.sql(`${byDate} ${chance(0.5)
    ? `INSERT INTO core.caseload_settings (caseload_id, setting_id, from_on) VALUES (${caseload}, ${setting}, '2020-01-01')
       ON CONFLICT (caseload_id, setting_id, from_on) WHERE known_to IS NULL DO UPDATE SET to_on = NULL`
    : `UPDATE core.caseload_settings SET to_on = current_date - 1 WHERE caseload_id = ${caseload} AND setting_id = ${setting}`}`);
  count('caseload changes');
}

async function mergesPersons() {
  const [child, into] = [await someChild(), await someChild()];
  if (!child || !into || child === into) return;
  const answer = await insist('a merge', () => stage.request('officer', 'POST', '/v1/identities/merge', { body: { child, into, confirm: true } }));
  count(answer.status === 200 ? 'merges' : `merge ${answer.status}`);
}

async function splitsPerson() {
  const rows = await stage.sql(`SELECT child_id, setting_id, source_id FROM core.child_records
    WHERE child_id IN (SELECT child_id FROM core.child_records GROUP BY child_id HAVING count(*) > 1) ORDER BY 1, 2, 3`);
  if (rows.length === 0) return;
  const [child, setting, source] = pick(rows);
  const answer = await insist('a split', () => stage.request('officer', 'POST', '/v1/identities/split',
    { body: { child, setting: SETTINGS[ids.indexOf(Number(setting))], source_id: source } }));
  count(answer.status === 200 ? 'splits' : `split ${answer.status}`);
}

/** As if a day passed: what ended today ended yesterday, and nobody has settled that. */
async function midnight() {
  await stage.sql(`SET session_replication_role = replica;
    WITH over AS (UPDATE core.placements SET end_on = current_date - 1 WHERE end_on = current_date
                  RETURNING setting_id, source_id, child_id, revision)
    INSERT INTO core.changes (setting_id, kind, source_id, op, child_id, revision)
    SELECT setting_id, 'placement', source_id, 'put', child_id, revision FROM over;
    UPDATE core.feed SET settled_on = current_date - 1`);
  count('midnights');
}

async function prunes() {
  const [[gone]] = await stage.sql(`SELECT core.feed_prune('0 seconds', ${1 + below(60)})`);
  count('rows pruned', Number(gone));
}

async function restores() {
  await stage.sql('SET ROLE owner; SELECT core.feed_restored(true)');
  count('restores');
}

async function kills() {
  process.kill(pick(stage.workers()), 'SIGKILL');
  count('workers killed');
}

// ---- the transaction that commits late ----

/** A batch as the daemon sends it, or a grant: written now, committed some rounds later. */
let lates = 0; // a batch and a grant in turn: no history is without either
async function beginsLate() {
  const s = below(SETTINGS.length), n = below(SOURCES), isBatch = lates++ % 2 === 0;
  const written = isBatch ? `
    SELECT set_config('app.actor', '${await token(stage, 'writer')}', true) \\g /dev/null
    SELECT setting_id FROM api.sync_open('${SETTINGS[s]}', '${randomUUID()}', '\\x00') \\g /dev/null
    SELECT api.need_merge('{1}', '{n-${n}}', '{${revision++}}', ARRAY[gen_random_uuid()], '{f}', '{NULL}',
      '{c-${n}}', '{${pick('NKE')}}', '{2024-09-01}', '{NULL}', '{NULL}') \\g /dev/null` : `${grant()};`;
  const psql = spawn('psql', ['-XAtq'], { env: { ...stage.pgEnv, PGUSER: isBatch ? 'sencod' : 'postgres' },
    stdio: ['pipe', 'pipe', 'ignore'] });
  let said = '';
  psql.stdout.on('data', (piece) => { said += piece; });
  psql.stdin.write(`BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0; ${written}
    SELECT 'open';\n`);
  late = { psql, rounds: 1 + below(4) };
  await until('the late transaction to be open', () => said.includes('open') || psql.exitCode !== null, 30);
  count(isBatch ? 'late batches' : 'late grants');
}

async function endsLate() {
  const { psql } = late;
  late = null;
  const exited = new Promise((resolve) => psql.on('exit', resolve));
  psql.stdin.end('COMMIT;\n');
  await exited;
  await Promise.all(pending);
  pending = [];
}

// ---- those who follow ----

const keyOf = (...parts) => parts.join(' ');

/** What the contract says a client does with a change. */
function apply(map, row) {
  const { op, setting, kind, source_id: id } = row;
  count(`${op} read`);
  if (op === 'delete' || op === 'leave') {
    map.delete(keyOf(setting, kind, id));
  } else if (op === 'merge' || op === 'split') {
    for (const value of map.values())
      if (value.setting === setting && value.child_id
          && (value.kind === 'child' ? value.source_id : value.data.child) === id && value.kind !== 'ehc_transfer')
        value.child_id = row.child_id;
  } else if (op === 'enter' && kind === 'child') {
    for (const [each, records] of Object.entries(row.data))
      for (const one of records)
        map.set(keyOf(setting, each, one.source_id), { setting, kind: each, child_id: row.child_id, ...one });
  } else {
    const { child_id, revision: number, data } = row;
    map.set(keyOf(setting, kind, id), { setting, kind, source_id: id, revision: number, child_id, data });
  }
}

function raw(client, path) {
  return new Promise((resolve, reject) => {
    https.get({ host: 'localhost', port: stage.port, path, agent: stage.agent(client) }, (res) => {
      const pieces = [];
      res.on('data', (piece) => pieces.push(piece));
      res.on('error', reject);
      res.on('end', () => resolve({ status: res.statusCode, body: Buffer.concat(pieces) }));
    }).on('error', reject);
  });
}

/** Everything anew, from an export; again when something took that away meanwhile. */
async function startsAnew(follower, where) {
  assert.equal(where, '/v1/sync/exports');
  for (;;) {
    const asked = await insist('an export', async () => {
      const answer = await stage.request(follower.name, 'POST', where);
      return answer.status === 409 ? null : answer;
    });
    const job = await until('the export to be ready', async () => {
      const { json } = await insist('the export', () => stage.get(follower.name, `${where}/${asked.json.id}`));
      return json.state !== 'queued' && json.state !== 'running' && json;
    }, 60);
    const map = new Map();
    let isWhole = job.state === 'ready';
    for (const { url } of job.files) {
      const { status, body } = await insist('a file', () => raw(follower.name, url));
      isWhole = isWhole && status === 200;
      if (!isWhole) break;
      for (const line of gunzipSync(body).toString('utf8').split('\n').filter(Boolean)) {
        const one = JSON.parse(line);
        map.set(keyOf(one.setting, one.kind, one.source_id), one);
      }
    }
    if (!isWhole) continue;
    follower.map = map;
    follower.cursor = job.cursor;
    count('started anew');
    return;
  }
}

/** One page; answers how many changes it held, -1 when it had to start anew. */
async function reads(follower, limit) {
  const answer = await insist('a page', () => stage.get(follower.name,
    `/v1/sync/changes?limit=${limit}${follower.cursor ? `&after=${follower.cursor}` : ''}`));
  if (answer.status === 410) {
    await startsAnew(follower, answer.json.export);
    return -1;
  }
  assert.equal(answer.status, 200, answer.text);
  for (const row of answer.json.items) apply(follower.map, row);
  follower.cursor = answer.json.next;
  return answer.json.items.length;
}

async function drains(follower) {
  // Twice nothing: the first may have told what a later look then finds.
  for (let nothing = 0; nothing < 2;) nothing = await reads(follower, 1 + below(200)) === 0 ? nothing + 1 : 0;
}

async function shown(name) {
  const rows = await asDaemon(stage, await token(stage, name),
    'SELECT jsonb_build_array(setting, kind, source_id, child_id, revision, data) FROM api.records');
  return rows.map(([text]) => JSON.parse(text));
}

async function holds(follower) {
  const rows = await shown(follower.name);
  const wanted = new Map(rows.map(([setting, kind, id, child, number, data]) => [keyOf(setting, kind, id), [child, number, data]]));
  const has = new Map([...follower.map].map(([key, v]) => [key, [v.child_id, v.revision, v.data]]));
  const wrong = [...new Set([...wanted.keys(), ...has.keys()])].sort().filter((key) => {
    try {
      assert.deepEqual(has.get(key), wanted.get(key));
      return false;
    } catch {
      return true;
    }
  });
  assert.deepEqual(wrong.map((key) => [key, has.get(key) ?? 'nothing', wanted.get(key) ?? 'nothing']), [],
    `${follower.name} holds one thing and may see another (SEED=${SEED})`);
  count(`records held by ${follower.name}`, wanted.size);
}

const deeds = [[sendsBatch, 60], [putsMilestone, 12], [grants, 9], [changesCaseload, 7], [mergesPersons, 2], [splitsPerson, 2],
  [midnight, 3], [prunes, 1], [restores, 0.3], [kills, 0.5]];
function deed() {
  let at = random() * deeds.reduce((sum, [, weight]) => sum + weight, 0);
  return deeds.find(([, weight]) => (at -= weight) < 0)[0];
}

test('whatever happens, who follows the feed ends with exactly what it may see', async (t) => {
  t.diagnostic(`SEED=${SEED} ROUNDS=${ROUNDS}`);
  for (const follower of FOLLOWERS) Object.assign(follower, { map: new Map(), cursor: '', chain: Promise.resolve() });
  for (let round = 0; round < ROUNDS; round++) {
    const doing = Array.from({ length: 1 + below(4) }, () => deed()());
    for (const follower of FOLLOWERS)
      if (chance(0.35)) {
        const limit = 1 + below(chance(0.5) ? 5 : 60);
        follower.chain = follower.chain.then(() => reads(follower, limit));
        doing.push(follower.chain);
      }
    if (late) pending.push(...doing); // some may wait for it
    else await Promise.all(doing);
    if (late && late.rounds-- === 0) await endsLate();
    else if (!late && (round % 15 === 10 || chance(0.15))) await beginsLate();
    if (round % 30 === 29 && !late)
      for (const follower of FOLLOWERS) { await drains(follower); await holds(follower); }
  }
  if (late) await endsLate();
  for (const follower of FOLLOWERS) await drains(follower);
  for (const follower of FOLLOWERS) await holds(follower);
  t.diagnostic(Object.entries(counts).sort().map(([what, n]) => `${what}: ${n}`).join(', '));
  for (const what of ['batches', 'milestones', 'grants', 'caseload changes', 'late batches', 'late grants', 'enter read', 'leave read', 'delete read'])
    assert.ok(counts[what] > 0, `this history has no ${what}`);
});
