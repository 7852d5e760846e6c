// The authority's process for a plan: who opens a case and writes down what
// happens, what is refused, who reads it, and what is due.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addCaseload, authority, childId, rowsInEveryForm, send, SETTING, slug } from '../lib/authority.mjs';
import { child, placement } from '../lib/records.mjs';

let stage, fern, oak, id;
const P = SETTING.primary, J = SETTING.junior, N = SETTING.nursery;
const WRITERS = ['officer', 'manager'], READERS = ['school', 'area', ...WRITERS];
const refused = (answer) => [answer.status, slug(answer)];
const post = (who, address, body, key = randomUUID()) => stage.request(who, 'POST', address, { body, headers: key ? { 'idempotency-key': key } : {} });
const opening = (more = {}) => ({ child_id: fern, source: 'parent', event: 'request_received', on_date: '2026-01-05', ...more });
const event = (name, on_date, more = {}, who = 'officer', key) => post(who, `/v1/ehc/cases/${id}/events`, { event: name, on_date, ...more }, key);
const events = async (query = '') => (await stage.get('officer', `/v1/ehc/cases/${id}/events${query}`)).json.items;

before(async () => {
  stage = await authority('ehc_cases');
  await stage.addClient('school', 'school_system', { settings: [P] });
  await stage.addClient('juniors', 'school_system', { settings: [J] });
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  await addCaseload(stage, 'Fictional North', [[P]], { holder: 'area' });
  await send(stage, 'school', P, [child(1), placement(1)]);
  await send(stage, 'juniors', J, [child(2), placement(2)]);
  fern = await childId(stage, P, 'c-1');
  oak = await childId(stage, J, 'c-2');
});
after(() => stage?.stop());

test('an officer opens a case once; nobody else opens any', async () => {
  for (const who of ['school', 'area', 'administrator', 'auditor'])
    assert.deepEqual(refused(await post(who, '/v1/ehc/cases', opening())), [403, 'forbidden'], who);
  assert.deepEqual(refused(await post('officer', '/v1/ehc/cases', opening(), null)), [400, 'idempotency_key_missing']);
  const key = randomUUID();
  const first = await post('officer', '/v1/ehc/cases', opening(), key);
  assert.equal(first.status, 201, first.text);
  id = first.json.case_id;
  assert.deepEqual((await post('officer', '/v1/ehc/cases', opening(), key)).json, first.json);
  assert.deepEqual(refused(await post('officer', '/v1/ehc/cases', opening({ source: 'health' }), key)), [409, 'batch_differs']);
  assert.deepEqual(refused(await post('manager', '/v1/ehc/cases', opening())), [409, 'case_open']);
  for (const [more, ...why] of [[{ child_id: randomUUID() }, 422, 'unknown_child', '/child_id'], [{ source: 'rumour' }, 422, 'unknown_code', '/source'],
    [{ event: 'final_issued' }, 422, 'event_order', '/event'], [{ on_date: '2099-01-01' }, 422, 'malformed_field', '/on_date'],
    [{ plan_type: 'isp' }, 422, 'unknown_code', '/plan_type'], [{ event: 'plan_transferred_in' }, 422, 'missing_field', '/la_code']]) {
    const answer = await post('officer', '/v1/ehc/cases', opening({ child_id: oak, ...more }));
    assert.deepEqual([answer.status, slug(answer), answer.json.pointer], why, JSON.stringify(more));
  }
  assert.equal((await post('manager', '/v1/ehc/cases', opening({ child_id: oak }))).status, 201, 'another child');
});

test('what happens is written down in its order, and withdrawn when it was not so', async () => {
  for (const who of ['school', 'area', 'administrator', 'auditor'])
    assert.deepEqual(refused(await event('assessment_decided', '2026-02-01', { outcome: 'assess' }, who)), [403, 'forbidden'], who);
  const early = await event('draft_sent', '2026-02-01');
  assert.deepEqual([...refused(early), early.json.pointer], [422, 'event_order', '/on_date']);
  assert.match(early.json.detail, /Draft plan.*Decision whether to assess/);
  const key = randomUUID();
  const decided = await event('assessment_decided', '2026-02-01', { outcome: 'assess' }, 'manager', key);
  assert.equal(decided.status, 201, decided.text);
  assert.deepEqual((await event('assessment_decided', '2026-02-01', { outcome: 'assess' }, 'manager', key)).json, decided.json);
  assert.deepEqual(refused(await event('assessment_decided', '2026-02-01', { outcome: 'refuse' }, 'manager', key)), [409, 'batch_differs']);
  const asked = await post('officer', `/v1/ehc/cases/${id}/advice`, { on_date: '2026-02-02' });
  assert.equal(asked.status, 201, asked.text);
  assert.ok(asked.json.asked.some(({ adviser }) => adviser === 'psychologist'));
  for (const who of ['school', 'auditor'])
    assert.deepEqual(refused(await post(who, `/v1/ehc/cases/${id}/advice`, { on_date: '2026-02-02' })), [403, 'forbidden'], who);
  const [{ event_id: of_event }] = asked.json.asked;
  assert.equal((await event('advice_chased', '2026-03-01', { of_event })).status, 201);
  const withdraw = (who, of, reason = 'Invented: another child’s') => stage.request(who, 'POST', `/v1/ehc/events/${of}/withdraw`, { body: { reason } });
  assert.deepEqual(refused(await withdraw('officer', of_event)), [409, 'event_rests']);
  assert.deepEqual(refused(await withdraw('school', of_event)), [403, 'forbidden']);
  assert.deepEqual(refused(await withdraw('officer', randomUUID())), [404, 'not_found']);
  const draft = (await event('draft_sent', '2026-04-01')).json;
  assert.equal((await event('consultation_sent', '2026-04-02', { setting: J })).status, 201);
  assert.deepEqual(refused(await event('consultation_sent', '2026-04-02', { setting: 'urn:999998' })), [422, 'unknown_setting']);
  const issued = (await event('final_issued', '2026-05-01')).json;
  const before = (await stage.sql('SELECT now()'))[0][0];
  assert.equal((await withdraw('officer', issued.event_id)).status, 200);
  assert.deepEqual(refused(await withdraw('officer', issued.event_id)), [409, 'withdrawn']);
  assert.deepEqual(refused(await withdraw('officer', draft.event_id)), [409, 'event_rests'], 'a consultation rests on the draft');
  const names = (rows) => rows.map(({ event: name }) => name);
  assert.ok(!names(await events()).includes('final_issued'));
  assert.ok(names(await events('?withdrawn=true')).includes('final_issued'));
  const then = new Date(before).toISOString();
  assert.ok(names(await events(`?as_of=${then}`)).includes('final_issued'), 'then it stood');
});

test('each reads the cases of their own children, in every form', async () => {
  for (const [who, count] of [['school', 1], ['area', 1], ['juniors', 1], ['officer', 2], ['manager', 2]])
    assert.equal((await rowsInEveryForm(stage, who, '/v1/ehc/cases')).length, count, who);
  for (const who of ['administrator', 'auditor'])
    for (const address of ['/v1/ehc/cases', '/v1/ehc/advice', `/v1/ehc/cases/${id}`, `/v1/ehc/cases/${id}/events`, `/v1/ehc/cases/${id}/due`])
      assert.deepEqual(refused(await stage.get(who, address)), [403, 'forbidden'], `${who} ${address}`);
  assert.deepEqual(refused(await stage.get('juniors', `/v1/ehc/cases/${id}`)), [404, 'not_found'], 'a consulted setting that does not hold the child');
  assert.equal((await rowsInEveryForm(stage, 'juniors', `/v1/ehc/cases/${id}/events`)).length, 0);
  for (const [query, count] of [['open=true', 2], ['open=false', 0], ['state=drafted', 1], [`child=${oak}`, 1]])
    assert.equal((await stage.get('officer', `/v1/ehc/cases?${query}`)).json.items.length, count, query);
  for (const who of READERS) {
    const { json } = await stage.get(who, `/v1/ehc/cases/${id}`);
    assert.deepEqual([json.state, json.next_clock, json.next_owner], ['drafted', 'advice', 'adviser'], who);
  }
  assert.ok((await rowsInEveryForm(stage, 'school', `/v1/ehc/cases/${id}/events`)).length > 5);
  const due = await rowsInEveryForm(stage, 'area', `/v1/ehc/cases/${id}/due?on=2026-05-20`);
  assert.deepEqual(due.filter(({ clock }) => clock === 'final_plan').map(({ due_on, days_left, owner }) => [due_on, days_left, owner]), [['2026-05-25', 5, 'la']]);
  assert.ok((await stage.get('area', `/v1/ehc/cases/${id}/due?met=true`)).json.items.every(({ met_on: met }) => met));
  const advice = await rowsInEveryForm(stage, 'school', '/v1/ehc/advice?overdue=true');
  assert.ok(advice.length >= 5 && advice.every(({ child_id: of, days_left: left }) => of === fern && left < 0));
  assert.equal((await stage.get('officer', '/v1/ehc/advice?adviser=health')).json.items.length, 1);
  for (const who of [...READERS, 'auditor']) assert.ok((await stage.get(who, '/v1/ehc/codes?process=appeal')).json.items.length > 5, who);
  assert.equal((await rowsInEveryForm(stage, 'officer', '/v1/ehc/codes')).filter(({ ends }) => ends).length, 3);
});

test('events of a year are the milestones of that transfer, and the other way round', async () => {
  assert.equal((await event('final_issued', '2026-05-01')).status, 201);
  const address = `/v1/ehc/transfers/${fern}/2027`;
  assert.equal((await event('review_held', '2026-10-01', { year: 2027 })).status, 201);
  const { json } = await stage.get('school', address);
  assert.equal(json.review_held_on, '2026-10-01');
  const put = await stage.request('officer', 'PUT', address, { body: { review_held_on: '2026-10-01', amendment_noticed_on: '2026-10-20' },
    headers: { 'if-match': `"${json.etag}"` } });
  assert.equal(put.status, 200, put.text);
  assert.ok((await events()).some(({ event: name, year }) => name === 'amendment_noticed' && year === 2027));
  const told = (await stage.get('school', '/v1/sync/changes')).json.items.filter(({ kind }) => kind === 'ehc_transfer').at(-1);
  assert.equal(told.data.amendment_noticed_on, '2026-10-20', 'and the school is told');
  assert.equal((await event('plan_ceased', '2026-11-01', { outcome: 'needs_met' })).status, 201);
  assert.deepEqual(refused(await event('review_held', '2026-11-02')), [409, 'case_over']);
});
