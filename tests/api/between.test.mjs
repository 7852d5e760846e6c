// Children who left one place and have not arrived at another: who is shown
// whom, in every form, what is refused, and one child lost and found.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { addCaseload, addStaff, authority, childId, rowsInEveryForm, send, SETTING, slug } from '../lib/authority.mjs';
import { child, need, placement, transition, upn } from '../lib/records.mjs';
import { bin } from '../lib/stage.mjs';

let stage, lost, other;
const N = SETTING.nursery, P = SETTING.primary, Q = SETTING.primary2;
const ON = '2026-09-24';
const EVERYBODY = ['nursery', 'school', 'area', 'senco', 'officer', 'manager', 'administrator', 'auditor'];

before(async () => {
  stage = await authority('between');
  await stage.addClient('nursery', 'school_system', { settings: [N] });
  await stage.addClient('school', 'school_system', { settings: [P] });
  await stage.addClient('elsewhere', 'school_system', { settings: [Q] });
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  await addCaseload(stage, 'Fictional Middle', [[N]], { holder: 'area' });
  await addStaff(stage, 'Ada Example', [[P]], { client: 'senco' });
  const leaver = { born_on: '2022-03-01', year_group: 'N2', upn: upn('999000022001') };
  await send(stage, 'nursery', N, [child(1, leaver), placement(1, { end_on: '2026-07-17' }), need(1, { provision: 'K', start_on: '2025-09-01' }),
    transition(1, { kind: 'EYS', year: 2026, to_setting: P, target_on: '2026-09-03' })]);
  await send(stage, 'school', P, [child(2), placement(2, { end_on: '2026-09-11' }), need(2, { provision: 'E' }), child(3), placement(3)]);
  lost = await childId(stage, N, 'c-1');
  other = await childId(stage, P, 'c-2');
  await stage.request('officer', 'PUT', '/v1/terms/2026', { body: { terms: ['2026-06-01/2026-07-21'] } });
  await stage.request('officer', 'PUT', '/v1/terms/2027', { body: { terms: ['2026-09-03/2026-10-23', '2026-11-02/2026-12-18'] } });
});
after(() => stage?.stop());

const refused = (answer) => [answer.status, slug(answer)];
const rows = async (who, query = '') => (await stage.get(who, `/v1/between?on=${ON}${query}`)).json.items;
const said = { kind: 'traced', resolved_on: '2026-10-01' };
const resolve = (who, id, body = said, key = randomUUID()) => stage.request(who, 'POST', `/v1/between/${id}/resolve`,
  { body, headers: key ? { 'idempotency-key': key } : {} });

test('a nursery sends a child that does not arrive', async () => {
  const [row, ...more] = await rows('officer', `&setting=${N}`);
  assert.deepEqual(more, []);
  const { setting_id: _, setting_name: from, to_setting_name: to, inputs, reference, ...shown } = row;
  assert.deepEqual(shown, { child_id: lost, surname: 'Fictional-1', forename: 'Testchild', born_on: '2022-03-01', year_group: 'N2', sen_status: 'K',
    setting: N, left_on: '2026-07-17', days: 69, school_days: 18, counts_from: '2026-09-03', escalates_on: '2026-09-21', to_setting: P,
    target_on: '2026-09-03', begins_on: null, candidates: 0, owner: 'authority', rule: 'between_missing', finding: 'between_escalated', severity: 'error',
    sentence: `Left ${from} on 17 July 2026 and was at no known place when fifteen school days were over, on 21 September 2026.` });
  assert.match(reference, /s\.436A/);
  assert.deepEqual([inputs.clock, inputs.to_setting_name, inputs.is_leaver], ['ctf_sent', to, true]);
  const [[reads]] = await stage.sql(`SELECT count(*) FROM audit.entries WHERE role = 'la_officer' AND child_ids @> ARRAY['${lost}'::uuid]
    AND action LIKE '%between%'`);
  assert.equal(reads, '1', 'that it was looked at is on record');
});

test('each is shown who left a place of theirs last, in every form', async () => {
  const counts = { nursery: 1, school: 1, area: 1, senco: 1, officer: 2, manager: 2 };
  for (const who of EVERYBODY) {
    if (counts[who] === undefined) assert.deepEqual(refused(await stage.get(who, '/v1/between')), [403, 'forbidden'], who);
    else assert.equal((await rowsInEveryForm(stage, who, `/v1/between?on=${ON}`)).length, counts[who], who);
  }
  assert.deepEqual((await rows('senco')).map(({ child_id: id, candidates }) => [id, candidates]), [[other, null]]);
  for (const [query, count] of [['&severity=error', 1], ['&severity=info,warn', 1], ['&status=E', 1], ['&status=K,N', 1], ['&owner=authority', 1],
    ['&owner=setting_left', 1], [`&setting=${Q}`, 0], ['&setting=urn:999998', 0]]) assert.equal((await rows('officer', query)).length, count, query);
  for (const query of ['severity=grave', 'status=X', 'owner=nobody', 'on=2026-02-30'])
    assert.equal((await stage.get('officer', `/v1/between?${query}`)).status, 400, query);
});

test('who resolves what, and what is refused', async () => {
  for (const who of EVERYBODY.filter((name) => !['officer', 'manager'].includes(name)))
    assert.deepEqual(refused(await resolve(who, lost)), [403, 'forbidden'], who);
  assert.deepEqual(refused(await resolve('officer', lost, said, null)), [400, 'idempotency_key_missing']);
  for (const [body, status, why, pointer] of [[{ kind: 'vanished' }, 422, 'unknown_code', '/kind'], [{ resolved_on: '2099-01-01' }, 422, 'malformed_field', '/resolved_on'],
    [{ resolved_on: '2026-07-16' }, 422, 'dates_reversed', '/resolved_on'], [{ kind: 'arrived_elsewhere' }, 422, 'missing_field', '/la_code'],
    [{ kind: 'arrived_elsewhere', la_code: '000' }, 422, 'unknown_code', '/la_code'], [{ la_code: '352' }, 422, 'malformed_field', '/la_code'],
    [{ note: 'x'.repeat(501) }, 422, 'malformed_field', '/note']]) {
    const answer = await resolve('officer', lost, { ...said, ...body });
    assert.deepEqual([answer.status, slug(answer), answer.json.pointer], [status, why, pointer], JSON.stringify(body).slice(0, 60));
  }
  for (const id of [randomUUID(), await childId(stage, P, 'c-3')]) assert.deepEqual(refused(await resolve('officer', id)), [404, 'not_found']);
});

test('lost, found in another authority, taken back, and arrived', async () => {
  const key = randomUUID();
  const body = { kind: 'arrived_elsewhere', resolved_on: '2026-09-20', la_code: '352', note: 'Invented — “told by phone”' };
  const answers = await Promise.all([resolve('officer', lost, body, key), resolve('manager', lost, body)]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 404], 'of two who find it at once one does');
  const { json: first } = answers.find(({ status }) => status === 201);
  assert.deepEqual([first.la_name, first.left_on, first.note, first.withdrawn_at], ['Manchester', '2026-07-17', body.note, null]);
  if (answers[0].status === 201) {
    assert.deepEqual((await resolve('officer', lost, body, key)).json, first, 'sent again it is the same');
    assert.deepEqual(refused(await resolve('officer', lost, said, key)), [409, 'batch_differs']);
  }
  assert.deepEqual(await rows('officer', `&setting=${N}`), []);
  assert.deepEqual(await rows('nursery'), []);
  const address = `/v1/between/${lost}/resolutions`;
  for (const [who, count] of [['officer', 1], ['manager', 1], ['nursery', 1], ['area', 1], ['school', 0], ['senco', 0]])
    assert.equal((await rowsInEveryForm(stage, who, address)).length, count, who);
  for (const who of ['administrator', 'auditor']) assert.deepEqual(refused(await stage.get(who, address)), [403, 'forbidden'], who);
  const [told] = (await stage.get('nursery', address)).json.items;
  assert.deepEqual([told.kind, told.la_code, told.la_name, told.note], ['arrived_elsewhere', null, null, null], 'that it arrived, not where');

  const back = (who, id = first.resolution_id, of = lost) => stage.request(who, 'POST', `/v1/between/${of}/resolutions/${id}/withdraw`, { body: { reason: 'Invented' } });
  for (const who of EVERYBODY.filter((name) => !['officer', 'manager'].includes(name))) assert.deepEqual(refused(await back(who)), [403, 'forbidden'], who);
  assert.deepEqual(refused(await back('officer', randomUUID())), [404, 'not_found']);
  assert.deepEqual(refused(await back('officer', first.resolution_id, other)), [404, 'not_found']);
  const { status, json } = await back('manager');
  assert.deepEqual([status, json.withdrawn_by, json.withdrawn_reason], [200, 'manager', 'Invented']);
  assert.deepEqual(refused(await back('officer')), [409, 'withdrawn']);
  assert.equal((await rows('nursery')).length, 1, 'it is lost again');

  // Another school takes it in: by the same number it is the same child, and no officer need do anything.
  await send(stage, 'elsewhere', Q, [child(9, { born_on: '2022-03-01', year_group: 'R', upn: upn('999000022001') }),
    placement(9, { start_on: '2026-09-22' })]);
  assert.deepEqual(await rows('nursery'), [], 'the nursery is told that it arrived');
  assert.equal((await stage.get('nursery', '/v1/between?on=2026-09-21')).json.items.length, 1, 'and was not before');
});

test('sencoctl lists and resolves', async () => {
  const run = async (...args) => (await promisify(execFile)(path.join(bin, 'sencoctl'), ['--url', `https://localhost:${stage.port}`,
    '--ca', stage.file('pki/ca.pem'), '--cert', stage.file('pki/clients/officer.pem'), '--key', stage.file('pki/clients/officer.key'), ...args])).stdout;
  assert.match(await run('between', '--on', ON), /Fictional-2/);
  const text = await run('between', 'resolve', other, '--kind', 'home_educated', '--resolved-on', '2026-09-14');
  assert.match(text, /^Resolved\./);
  const id = (await run('between', 'resolutions', other, '--format', 'csv')).match(/[0-9a-f]{8}-[0-9a-f-]{27}/)[0];
  assert.match(await run('between', 'withdraw', other, id, '--reason', 'Invented'), /^Withdrawn\./);
});
