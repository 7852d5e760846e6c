// One desk for a SENCO of several schools: her work over all of them and no
// other, the time she spent where, and what her feed and an export hold.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { addCaseload, addStaff, authority, childId, everyPage, rowsInEveryForm, send, SETTING, slug }
  from '../lib/authority.mjs';
import { child, need, placement, plan } from '../lib/records.mjs';
import { bin } from '../lib/stage.mjs';

const { primary: A, primary2: B, junior: C } = SETTING;
const ON = '2026-11-10';
let stage, tess, other;

before(async () => {
  stage = await authority('desk');
  await stage.addClient('schools', 'school_system', { settings: [A, B, C] });
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  await addCaseload(stage, 'Fictional West', [[A]], { holder: 'area' });
  tess = await addStaff(stage, 'Tess Fictional-Teacher', [[A, 'senco', "'2025-09-01'"], [B, 'senco', "'2025-09-01'"],
    [C, 'senco', "'2020-09-01'", 'current_date - 1']], { client: 'tess' });
  other = await addStaff(stage, 'Otto Fictional-Teacher', [[C]], { client: 'otto' });
  await stage.sql(`INSERT INTO core.qualifications (staff_id, kind, state) SELECT s, k, 'held'
    FROM unnest(ARRAY[${tess}, ${other}]) AS s, unnest(ARRAY['qts', 'nasenco']) AS k`);
  await stage.sql(`UPDATE core.posts SET hours_per_week = CASE WHEN to_on IS NULL THEN 10 ELSE 5 END WHERE staff_id = ${tess}`);
  for (const [ref, name, due] of [[A, 'a1', '2026-11-09'], [A, 'a2', '2026-12-01'], [B, 'b1', '2026-11-30'], [C, 'c1', '2026-11-01']])
    await send(stage, 'schools', ref, [child(name, { born_on: '2018-10-01' }), placement(name), need(name),
      plan(name, { start_on: '2026-09-07', review_due_on: due })]);
});
after(() => stage?.stop());

const desk = async (who, query = '') => (await stage.get(who, `/v1/desk?on=${ON}${query}`)).json.items;
const names = (items) => items.map(({ surname }) => surname.replace('Fictional-', ''));

test('her work over both schools in one list, by due day, in every form', async () => {
  const rows = await rowsInEveryForm(stage, 'tess', `/v1/desk?on=${ON}`);
  assert.deepEqual(rows.map((row) => [row.surname, row.setting, row.kind, row.due_on, row.days]), [
    ['Fictional-a1', A, 'review_overdue', '2026-11-09', -1],
    ['Fictional-b1', B, 'review_due_soon', '2026-11-30', 20],
    ['Fictional-a2', A, 'review_due_soon', '2026-12-01', 21]]);
  assert.equal(rows[0].child_id, await childId(stage, A, 'c-a1'));
  assert.equal(rows[0].sentence, 'The plan begun on 7 September 2026 was to be reviewed by 9 November 2026.');
});

test('by setting, kind and day', async () => {
  assert.deepEqual(names(await desk('tess', `&setting=${B}`)), ['b1']);
  assert.deepEqual(names(await desk('tess', `&setting=${C}`)), [], 'a school that she left');
  assert.deepEqual(names(await desk('tess', '&setting=urn:999998')), []);
  assert.deepEqual(names(await desk('tess', '&kind=review_overdue,advice')), ['a1']);
  assert.deepEqual(names(await desk('tess', '&until=2026-11-30')), ['a1', 'b1']);
  for (const query of ['kind=holiday', 'on=2026-02-30', 'staff=x', 'staff=0', 'colour=blue'])
    assert.equal((await stage.get('tess', `/v1/desk?${query}`)).status, 400, query);
});

test('whose desk may be seen by whom', async () => {
  assert.deepEqual(names(await desk('otto')), ['c1']);
  for (const who of ['officer', 'manager']) {
    assert.deepEqual(names(await desk(who, `&staff=${tess}`)), ['a1', 'b1', 'a2']);
    assert.deepEqual(names(await desk(who, `&staff=${other}`)), ['c1']);
    for (const path of ['/v1/desk', '/v1/desk/time', '/v1/desk/time/entries']) {
      const nobody = await stage.get(who, path);
      assert.deepEqual([nobody.status, slug(nobody)], [400, 'missing_parameter'], path);
      assert.equal((await stage.get(who, `${path}?staff=999999999`)).status, 404, path);
    }
  }
  for (const path of ['/v1/desk', '/v1/desk/time', '/v1/desk/time/entries']) {
    assert.equal((await stage.get('tess', `${path}?staff=${tess}`)).status, 200, path);
    assert.equal((await stage.get('tess', `${path}?staff=${other}`)).status, 404, path);
    for (const who of ['schools', 'area', 'administrator', 'auditor']) {
      const answer = await stage.get(who, `${path}?staff=${tess}`);
      assert.deepEqual([answer.status, slug(answer)], [403, 'forbidden'], `${who} ${path}`);
    }
  }
});

test('who looks at a desk leaves a row with its children in the audit log', async () => {
  const { json: { client_id: id } } = await stage.get('tess', '/v1/whoami');
  await desk('tess', `&setting=${B}`);
  const [[ids]] = await stage.sql(`SELECT child_ids FROM audit.entries WHERE client_id = '${id}' ORDER BY id DESC LIMIT 1`);
  assert.equal(ids, `{${await childId(stage, B, 'c-b1')}}`);
});

const spend = (body, { who = 'tess', key = randomUUID() } = {}) => stage.request(who, 'POST', '/v1/desk/time', {
  body: { setting: A, on: '2026-11-09', minutes: 90, activity: 'review', ...body }, headers: { 'idempotency-key': key } });

test('time is written down once for its key, and withdrawn', async () => {
  const key = randomUUID();
  const first = await spend({}, { key });
  assert.equal(first.status, 201, first.text);
  assert.deepEqual((await spend({}, { key })).json, first.json);
  const differs = await spend({ minutes: 91 }, { key });
  assert.deepEqual([differs.status, slug(differs)], [409, 'batch_differs']);
  const mistake = await spend({ minutes: 600, activity: 'admin' });
  const withdraw = (who = 'tess') => stage.request(who, 'POST', `/v1/desk/time/${mistake.json.entry_id}/withdraw`);
  assert.equal((await withdraw('otto')).status, 404);
  assert.equal((await withdraw()).status, 204);
  assert.equal((await withdraw()).status, 204);
  assert.equal((await spend({ setting: B, minutes: 30, activity: 'parents' })).status, 201);
  const entries = await rowsInEveryForm(stage, 'tess', '/v1/desk/time/entries?limit=1000');
  assert.deepEqual(entries.map(({ setting, on, minutes, activity }) => [setting, on, minutes, activity]).sort(),
    [[A, ON.replace('10', '09'), 90, 'review'], [B, '2026-11-09', 30, 'parents']].sort());
  assert.deepEqual(await everyPage(stage, 'officer', `/v1/desk/time/entries?staff=${tess}&limit=1`), entries);
  assert.deepEqual((await stage.get('tess', `/v1/desk/time/entries?setting=${B}`)).json.items.length, 1);
  assert.deepEqual((await stage.get('otto', '/v1/desk/time/entries')).json.items, []);
});

test('what cannot have been is refused with the member at fault', async () => {
  const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  for (const [changes, why, pointer] of [
    [{ on: tomorrow }, 'malformed_field', '/on'],
    [{ on: '2025-08-31' }, 'no_post', '/setting'],
    [{ setting: SETTING.secondary }, 'no_post', '/setting'],
    [{ setting: 'urn:999998' }, 'unknown_setting', '/setting'],
    [{ minutes: 1441 }, 'malformed_field', '/minutes'],
    [{ minutes: 0 }, 'malformed_field', '/minutes'],
    [{ minutes: 1400 }, 'malformed_field', '/minutes'],
    [{ activity: 'gardening' }, 'unknown_code', '/activity'],
    [{ on: undefined }, 'missing_field', '/on'],
    [{ note: 'Ada Example' }, 'unknown_field', undefined]]) {
    const answer = await spend(changes);
    assert.deepEqual([answer.status, slug(answer), answer.json.pointer], [422, why, pointer], JSON.stringify(changes));
  }
  const keyless = await stage.request('tess', 'POST', '/v1/desk/time', { body: { setting: A, on: ON, minutes: 1, activity: 'other' } });
  assert.equal(slug(keyless), 'idempotency_key_missing');
  for (const who of ['schools', 'area', 'officer', 'manager', 'administrator', 'auditor']) {
    assert.equal((await spend({}, { who })).status, 403, who);
    assert.equal((await stage.request(who, 'POST', `/v1/desk/time/${randomUUID()}/withdraw`)).status, 403, who);
  }
});

test('planned against used, by week and by term', async () => {
  const rows = await rowsInEveryForm(stage, 'tess', '/v1/desk/time?from=2026-11-09&until=2026-11-15');
  assert.deepEqual(rows.map((row) => [row.setting, row.period, row.planned_minutes, row.used_minutes, row.difference]), [
    [A, '2026-W46', 600, 90, -510], [B, '2026-W46', 600, 30, -570], [C, '2026-W46', 300, 0, -300]]
    .sort(([x], [y]) => x < y ? -1 : 1));
  const [term] = await rowsInEveryForm(stage, 'officer', `/v1/desk/time?staff=${tess}&by=term&from=2025-09-01&until=2025-12-31&setting=${A}`);
  assert.deepEqual([term.period, term.from_on, term.to_on, term.planned_minutes], ['autumn 2025', '2025-09-01', '2025-12-31', 7600]);
  assert.equal((await stage.get('tess', '/v1/desk/time?by=year')).status, 400);
});

test('her feed is told when a post ends and when it is there again, and an export is of her schools', async () => {
  const first = await stage.get('tess', '/v1/sync/changes?limit=5000');
  const known = (rows) => new Set(rows.filter(({ kind, op }) => kind === 'child' && op !== 'leave').map(({ setting }) => setting));
  assert.deepEqual(known(first.json.items), new Set([A, B]));
  const post = `staff_id = ${tess} AND setting_id = (SELECT setting_id FROM core.setting_identifiers WHERE ref = '${B}')`;
  const told = async (after) => (await stage.get('tess', `/v1/sync/changes?after=${after}&limit=5000`)).json;
  await stage.sql(`UPDATE core.posts SET known_to = now() WHERE ${post}`);
  const left = await told(first.json.next);
  assert.ok(left.items.length > 0 && left.items.every(({ op, setting }) => op === 'leave' && setting === B), JSON.stringify(left.items));
  await stage.sql(`UPDATE core.posts SET known_to = NULL WHERE ${post}`);
  const back = await told(left.next);
  assert.deepEqual(back.items.filter(({ kind }) => kind === 'child').map(({ op, setting }) => [op, setting]), [['enter', B]]);
  const job = await stage.request('tess', 'POST', '/v1/sync/exports', { headers: { 'idempotency-key': randomUUID() } });
  assert.ok([200, 201, 202].includes(job.status), job.text);
  const refused = await stage.request('tess', 'POST', `/v1/sync/exports?setting=${C}`, { headers: { 'idempotency-key': randomUUID() } });
  assert.deepEqual([refused.status, slug(refused)], [403, 'setting_not_granted']);
});

test('who waits for changes hears of a post given, and of its withdrawal, in the moment', async () => {
  const call = (method, target, body, etag) => stage.request('officer', method, target, { body,
    headers: { 'idempotency-key': randomUUID(), ...(etag ? { 'if-match': etag } : {}) } });
  const at = async () => (await stage.get('otto', '/v1/sync/changes?limit=5000')).json.next;
  const waiting = stage.get('otto', `/v1/sync/changes?after=${await at()}&limit=5000&wait=60`);
  const given = await call('POST', '/v1/posts', { staff_id: other, setting: B, kind: 'deputy', from_on: '2026-01-01' });
  assert.equal(given.status, 201, given.text);
  const heard = (await waiting).json;
  assert.deepEqual(heard.items.filter(({ kind }) => kind === 'child').map(({ op, setting }) => [op, setting]), [['enter', B]]);
  assert.deepEqual(names(await desk('otto')), ['c1', 'b1']);
  const then = stage.get('otto', `/v1/sync/changes?after=${heard.next}&limit=5000&wait=60`);
  const gone = await call('POST', `/v1/posts/${given.json.post_id}/withdraw`, { reason: 'never so' }, given.headers.etag);
  assert.equal(gone.status, 200, gone.text);
  const taken = (await then).json.items;
  assert.ok(taken.length > 0 && taken.every(({ op, setting }) => op === 'leave' && setting === B), JSON.stringify(taken));
  assert.deepEqual(names(await desk('otto')), ['c1']);
});

test('a SENCO reads; she sends no record, gives no advice, decides nothing', async () => {
  const id = await childId(stage, A, 'c-a1');
  for (const [method, target, body] of [
    ['POST', `/v1/settings/${A}/advice`, { given_on: ON, topic: 'other', text: 'X' }],
    ['PUT', `/v1/ehc/transfers/${id}/2027`, { review_held_on: ON }],
    ['POST', '/v1/sync/snapshots', { setting: A, kinds: ['child'] }],
    ['POST', `/v1/proposals/${randomUUID()}/accept`, undefined],
    ['POST', `/v1/clients/${randomUUID()}/revoke`, undefined]]) {
    const answer = await stage.request('tess', method, target, { body, headers: { 'idempotency-key': randomUUID(), 'if-match': '"1"' } });
    assert.deepEqual([answer.status, slug(answer)], [403, 'forbidden'], target);
  }
  const batch = await stage.batch('tess', A, [child('x')]);
  assert.equal(batch.status, 403);
});

test('sencoctl shows the desk and writes time down', async () => {
  const run = async (...args) => (await promisify(execFile)(path.join(bin, 'sencoctl'), ['--url', `https://localhost:${stage.port}`,
    '--ca', stage.file('pki/ca.pem'), '--cert', stage.file('pki/clients/tess.pem'), '--key', stage.file('pki/clients/tess.key'), ...args])).stdout;
  assert.match(await run('desk', 'list', '--on', ON, '--setting', B), /Fictional-b1/);
  assert.match(await run('desk', 'add', '--setting', A, '--on', ON, '--minutes', '20', '--activity', 'admin'), /^Written down\./);
  const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(await run('desk', 'entries', '--setting', A, '--format', 'csv'))[0];
  assert.match(await run('desk', 'withdraw', id), /^Withdrawn\./);
  assert.match(await run('desk', 'time', '--from', '2026-11-09', '--until', '2026-11-15'), /2026-W46/);
});
