// When settings were heard of, what of them is still refused, and which fell
// silent: as officers, Area SENCOs, administrators and the settings see it.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { addCaseload, authority, rowsInEveryForm, send, SETTING, settingId, slug } from '../lib/authority.mjs';
import { child, need } from '../lib/records.mjs';
import { bin, until } from '../lib/stage.mjs';
import { runProgram } from '../lib/stub_server.mjs';

const LIST = '/v1/sync/freshness';
let stage;

before(async () => {
  stage = await authority('freshness');
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  await stage.addClient('supplier', 'school_system', { settings: [SETTING.primary2, SETTING.nursery] });
  await stage.addClient('auditor', 'auditor');
  await addCaseload(stage, 'Fictional South', [[SETTING.nursery]], { holder: 'senco' });
});
after(() => stage?.stop());

const of = async (setting, who = 'officer') => (await stage.get(who, `${LIST}?setting=${setting}`)).json.items[0];
const outstanding = async () => (await of(SETTING.primary)).outstanding;
/** As if nothing had been heard of it for so long. */
const quiet = async (setting, hours) => stage.sql(`INSERT INTO core.setting_contacts AS c (setting_id, last_contact_at)
  VALUES (${await settingId(stage, setting)}, now() - interval '${hours} hours')
  ON CONFLICT (setting_id) DO UPDATE SET last_contact_at = excluded.last_contact_at`);

test('a setting is listed from when it is let in, and a batch is a word from it', async () => {
  assert.deepEqual(await of(SETTING.secondary), undefined, 'nobody was let in for it');
  const { name, type, ...row } = await of(SETTING.primary);
  assert.ok(name && type);
  assert.deepEqual(row, { setting: SETTING.primary, last_contact_at: null, last_data_at: null, last_batch_at: null,
    outstanding: 0, digest_state: 'unknown', digest_at: null, is_silent: false, silent_since: null, silent_hours: null,
    hours_allowed: 24 });
  await send(stage, 'school', SETTING.primary, [child(1)]);
  const heard = await of(SETTING.primary);
  for (const member of ['last_contact_at', 'last_data_at', 'last_batch_at'])
    assert.ok(Math.abs(Date.now() - Date.parse(heard[member])) < 60000, member);
});

test('reading the feed is a word too, but of a supplier of many schools none from any of them', async () => {
  for (const setting of [SETTING.primary, SETTING.primary2, SETTING.nursery]) await quiet(setting, 30);
  assert.equal((await of(SETTING.primary)).is_silent, true);
  assert.equal((await stage.get('supplier', '/v1/sync/changes')).status, 200);
  assert.equal((await stage.get('school', '/v1/sync/changes')).status, 200);
  await until('the school to be heard of', async () => (await of(SETTING.primary)).is_silent === false);
  assert.equal((await stage.get('supplier', `/v1/sync/freshness?setting=${SETTING.nursery}`)).status, 200);
  await until('the one that was named to be heard of', async () => (await of(SETTING.nursery)).is_silent === false);
  assert.equal((await of(SETTING.primary2)).is_silent, true);
  await quiet(SETTING.primary2, 1);
});

test('a refused record stands until the same id comes good or is deleted', async () => {
  const bad = child(2, { born_on: 'soon' });
  const refusals = await stage.batch('school', SETTING.primary, [bad, need(9), child(1)]);
  assert.deepEqual([refusals.status, refusals.json.refused], [200, 2]);
  assert.equal(await outstanding(), 2, 'one by its form, one because its child is not known');
  assert.deepEqual(await stage.sql(`SELECT kind, source_id, slug, pointer FROM core.refused_records ORDER BY kind`), [
    ['child', 'c-2', 'malformed_field', '/data/born_on'], ['need', 'n-9', 'unknown_child', '/data/child']]);
  await send(stage, 'school', SETTING.primary, [child(1, {}, 2)]);
  assert.equal(await outstanding(), 2, 'other records change nothing');
  await stage.batch('school', SETTING.primary, [bad]);
  assert.equal(await outstanding(), 2, 'the same again is the same');
  await send(stage, 'school', SETTING.primary, [child(2)]);
  assert.equal(await outstanding(), 1, 'it came good');
  await send(stage, 'school', SETTING.primary, [{ kind: 'need', source_id: 'n-9', revision: 2, op: 'delete' }]);
  assert.equal(await outstanding(), 0, 'it was deleted');
});

test('one that comes good in the state held already ends the refusal too', async () => {
  await stage.batch('school', SETTING.primary, [child(2, { born_on: '2018-13-01' }, 5)]);
  assert.equal(await outstanding(), 1);
  const same = await send(stage, 'school', SETTING.primary, [child(2, {}, 6)]);
  assert.equal(same.unchanged, 1);
  assert.equal(await outstanding(), 0);
});

test('what cannot be told apart is counted', async () => {
  const body = Buffer.from('{"kind":"child"\n{"kind":"child","source_id":"","revision":1}\n');
  const answer = await stage.batch('school', SETTING.primary, null, { body, headers: { 'content-type': 'application/x-ndjson' } });
  assert.deepEqual([answer.status, answer.json.refused], [200, 2]);
  assert.equal(await outstanding(), 2);
});

test('who is silent is a list of its own, in every form', async () => {
  await quiet(SETTING.primary, 24.5);
  await quiet(SETTING.nursery, 23.5);
  const silent = await rowsInEveryForm(stage, 'officer', `${LIST}?silent=true`);
  assert.deepEqual(silent.map(({ setting, silent_hours: hours }) => [setting, hours]), [[SETTING.primary, 24]]);
  assert.ok(!(await rowsInEveryForm(stage, 'officer', `${LIST}?silent=false`)).some(({ is_silent: is }) => is));
});

test('each sees their own settings; an administrator all, for no child is in it', async () => {
  const seen = async (who) => (await stage.get(who, LIST)).json.items.map(({ setting }) => setting).sort();
  const all = [SETTING.primary, SETTING.primary2, SETTING.nursery].sort();
  assert.deepEqual(await seen('officer'), all);
  assert.deepEqual(await seen('administrator'), all);
  assert.deepEqual(await seen('senco'), [SETTING.nursery]);
  assert.deepEqual(await seen('school'), [SETTING.primary]);
  const refused = await stage.get('auditor', LIST);
  assert.deepEqual([refused.status, slug(refused)], [403, 'forbidden']);
  const foreign = await stage.get('school', `${LIST}?setting=${SETTING.nursery}`);
  assert.deepEqual(foreign.json.items, []);
  for (const query of ['silent=perhaps', 'setting=x', 'colour=red'])
    assert.equal((await stage.get('officer', `${LIST}?${query}`)).status, 400, query);
});

test('what its system says it holds is compared here, and kept for the authority to see', async () => {
  const report = (kinds, who = 'school', setting = SETTING.primary) =>
    stage.request(who, 'POST', `/v1/sync/digest?setting=${setting}`, { body: { kinds } });
  const { json: { items: held } } = await stage.get('school', `/v1/sync/digest?setting=${SETTING.primary}`);
  assert.ok(held.some(({ records }) => records > 0));
  assert.equal((await of(SETTING.primary)).digest_state, 'unknown');
  const same = await report(held);
  assert.deepEqual([same.status, same.json.items.map(({ kind }) => kind)], [200, held.map(({ kind }) => kind)]);
  assert.ok(same.json.items.every(({ state }) => state === 'identical'));
  const noted = await of(SETTING.primary);
  assert.deepEqual([noted.digest_state, noted.is_silent], ['identical', false]);
  assert.ok(Math.abs(Date.now() - Date.parse(noted.digest_at)) < 60000);
  for (const lacking of [held.filter(({ kind }) => kind !== 'child'), held.map((row) => (row.kind === 'child' ? { ...row, records: row.records + 1 } : row)),
    held.map((row) => (row.kind === 'child' ? { ...row, digest: 'f'.repeat(32) } : row))]) {
    assert.deepEqual((await report(lacking)).json.items.filter(({ state }) => state === 'differs'), [{ kind: 'child', state: 'differs' }]);
    assert.equal((await of(SETTING.primary)).digest_state, 'differs');
  }
  const digest = '0'.repeat(32);
  for (const [kinds, why, pointer] of [[[{ kind: 'weather', records: 0, digest }], 'unknown_kind', '/kinds/0/kind'],
    [[{ kind: 'child', records: -1, digest }], 'malformed_field', '/kinds/0'], [[{ kind: 'child', records: 0, digest: 'x' }], 'malformed_field', '/kinds/0'],
    [[{ kind: 'child', records: 0, digest }, { kind: 'child', records: 0, digest }], 'malformed_field', '/kinds/1'],
    [[{ kind: 'child', records: 0, digest, more: 1 }], 'malformed_field', '/kinds/0'], [{}, 'malformed_field', '/kinds'], [null, 'malformed_field', '/kinds']]) {
    const answer = await report(kinds);
    assert.deepEqual([answer.status, slug(answer), answer.json.pointer], [422, why, pointer], JSON.stringify(kinds));
  }
  for (const body of ['', '[]', '{"kinds":[],"kinds":[]}']) {
    const answer = await stage.request('school', 'POST', `/v1/sync/digest?setting=${SETTING.primary}`,
      { body: Buffer.from(body), headers: { 'content-type': 'application/json' } });
    assert.deepEqual([answer.status, slug(answer)], [400, 'malformed_json'], body);
  }
  assert.deepEqual([(await report([], 'school', SETTING.nursery)).status, (await report([], 'officer')).status], [403, 403]);
  await quiet(SETTING.primary, 24.5);
});

test('it comes in pages', async () => {
  const first = await stage.get('officer', `${LIST}?limit=2`);
  assert.equal(first.json.items.length, 2);
  const second = await stage.get('officer', `${LIST}?limit=2&after=${first.json.next}`);
  assert.deepEqual([second.json.items.length, second.json.next], [1, null]);
});

test('sencoctl shows it', async () => {
  const env = { SENCOD_URL: `https://localhost:${stage.port}`, SENCOD_CA: stage.file('pki/ca.pem'), COLUMNS: '150',
    SENCOD_CERT: stage.file('pki/clients/officer.pem'), SENCOD_KEY: stage.file('pki/clients/officer.key') };
  const { code, stdout, stderr } = await runProgram(path.join(bin, 'sencoctl'), ['freshness', '--silent'], { env, cwd: stage.dir });
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^setting +name +last contact +last data +refused +digest +hours silent\n/);
  assert.match(stdout, new RegExp(`^${SETTING.primary} .* 2 +differs +24$`, 'm'));
  assert.equal(stdout.trim().split('\n').length, 2);
});
