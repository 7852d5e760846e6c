// Moves in two-sided steps: a cohort is made, a nursery offers, a school asks,
// accepts, receives and settles; who may do what, what each side sees, what is
// refused, and that of acceptance and withdrawal one comes first.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addCaseload, addStaff, authority, childId, rowsInEveryForm, send, SETTING, slug } from '../lib/authority.mjs';
import { child, need, placement, transition } from '../lib/records.mjs';

const N = SETTING.nursery, P = SETTING.primary, S = SETTING.secondary, YEAR = 2027;
const CASES = '/v1/transitions/cases', ONE = '/v1/transitions/cases/';
let stage, caseload;

before(async () => {
  stage = await authority('transition_cases');
  await stage.addClient('nursery', 'school_system', { settings: [N] });
  await stage.addClient('school', 'school_system', { settings: [P] });
  await stage.addClient('other', 'school_system', { settings: [SETTING.primary2] });
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  caseload = await addCaseload(stage, 'Fictional Middle', [[N]], { holder: 'area' });
  await addStaff(stage, 'Ada Example', [[P]], { client: 'senco' });
  const born = { born_on: '2023-03-01', year_group: 'N2' };
  await send(stage, 'nursery', N, [1, 2, 3].flatMap((n) => [child(n, born), placement(n), need(n)])
    .concat(transition(1, { kind: 'EYS', year: YEAR, to_setting: P }), child(4, born), placement(4)));
  await send(stage, 'school', P, [child(5, { born_on: '2016-03-01', year_group: '6' }), placement(5), need(5, { provision: 'E' })]);
});
after(() => stage?.stop());

const EVERYBODY = ['nursery', 'school', 'other', 'senco', 'area', 'officer', 'manager', 'administrator', 'auditor'];
const refused = (answer) => [answer.status, slug(answer)];
const post = (who, address, body, headers = {}) => stage.request(who, 'POST', address, { body, headers });
const made = (who, body, key = randomUUID()) => post(who, CASES, body, { 'idempotency-key': key });
const one = async (who, id) => (await stage.get(who, `${ONE}${id}`)).json;
const match = async (id) => ({ 'if-match': `"${(await one('officer', id)).etag}"` });
const step = async (who, id, body, headers) => post(who, `${ONE}${id}/steps`, body, headers ?? await match(id));
const put = async (who, id, what, body, headers) => stage.request(who, 'PUT', `${ONE}${id}/${what}`, { body, headers: headers ?? await match(id) });
const caseOf = async (name) => (await stage.get('officer', `${CASES}?child=${await childId(stage, name > 4 ? P : N, `c-${name}`)}`)).json.items[0].case_id;

test('a cohort is made of who has SEN, as its preview said, and not twice', async () => {
  const address = '/v1/transitions/cohorts';
  for (const who of EVERYBODY.filter((name) => !['officer', 'manager'].includes(name)))
    assert.deepEqual(refused(await post(who, address, { year: YEAR })), [403, 'forbidden'], who);
  for (const [body, ...why] of [[{}, 422, 'missing_field'], [{ year: 2013 }, 422, 'malformed_field'], [{ year: YEAR, kind: 'XXX' }, 422, 'unknown_code'],
    [{ year: YEAR, setting: 'urn:999998' }, 422, 'unknown_setting']]) assert.deepEqual(refused(await post('officer', address, body)), why, JSON.stringify(body));
  const preview = (await post('officer', address, { year: YEAR, preview: true })).json.items;
  assert.deepEqual(preview.map(({ surname, kind, outcome, case_id: id }) => [surname, kind, outcome, id]).sort(),
    [['Fictional-1', 'EYS', 'made', null], ['Fictional-2', 'EYS', 'made', null], ['Fictional-3', 'EYS', 'made', null], ['Fictional-5', 'PRS', 'made', null]]);
  assert.deepEqual((await stage.get('officer', CASES)).json.items, []);
  const { items } = (await post('manager', address, { year: YEAR })).json;
  assert.deepEqual(items.map((row) => ({ ...row, case_id: null })), preview);
  assert.ok((await post('officer', address, { year: YEAR })).json.items.every(({ outcome }) => outcome === 'there'));
  const csv = await stage.request('officer', 'POST', address, { body: { year: YEAR, preview: true }, headers: { accept: 'text/csv' } });
  assert.match(csv.text, /^case_id,child_id,surname/);
});

test('a nursery offers, the school asks, accepts, receives, and the child settles', async () => {
  const id = await caseOf(1);
  assert.deepEqual((({ state, next_owner: owner, to_setting: to }) => [state, owner, to])(await one('nursery', id)), ['planned', 'setting', P]);
  assert.deepEqual(refused(await stage.get('school', `${ONE}${id}`)), [404, 'not_found'], 'the school knows nothing of it yet');
  for (const who of ['area', 'administrator', 'auditor']) assert.deepEqual(refused(await step(who, id, { step: 'offered' })), [403, 'forbidden'], who);
  for (const who of ['school', 'senco', 'other']) assert.deepEqual(refused(await step(who, id, { step: 'offered' })), [404, 'not_found'], who);
  assert.deepEqual(refused(await step('nursery', id, { step: 'offered' }, {})), [428, 'precondition_missing']);
  assert.equal((await step('nursery', id, { step: 'offered', on_date: '2026-01-05' })).json.state, 'offered');
  const [seen, ...none] = (await stage.get('senco', `${CASES}?to=${P}&state=offered`)).json.items;
  assert.deepEqual([seen.case_id, seen.surname, seen.born_on, seen.next_owner, none.length], [id, 'Fictional-1', '2023-03-01', 'receiving_setting', 0]);
  for (const [body, ...why] of [[{ step: 'queried' }, 422, 'missing_field'], [{ step: 'settled' }, 409, 'transition_state'], [{ step: 'lost?' }, 422, 'unknown_code'],
    [{ step: 'seen', on_date: '2026-01-04' }, 422, 'transition_order'], [{ step: 'seen', on_date: '2099-01-01' }, 422, 'malformed_field'],
    [{ step: 'revoked', reason: 'Invented.' }, 403, 'forbidden']])
    assert.deepEqual(refused(await step('school', id, body)), why, JSON.stringify(body));
  for (const [who, body, owner] of [['school', { step: 'seen' }, 'receiving_setting'], ['senco', { step: 'queried', reason: 'Which room?' }, 'setting'],
    ['nursery', { step: 'offered', reason: 'The small one.' }, 'receiving_setting'], ['school', { step: 'accepted' }, 'receiving_setting'],
    ['officer', { step: 'received' }, 'receiving_setting'], ['school', { step: 'settled' }, null]]) {
    const answer = await step(who, id, body);
    assert.deepEqual([answer.status, answer.json.state, answer.json.next_owner], [200, body.step, owner], answer.text);
    assert.equal(answer.headers.etag, `"${answer.json.etag}"`);
  }
  const { steps, findings } = await one('school', id);
  assert.deepEqual(steps.map(({ step: name, as_party: party, by }) => [name, party, by]), [['offered', 'sender', 'nursery'], ['seen', 'receiver', 'school'],
    ['queried', 'receiver', 'senco'], ['offered', 'sender', 'nursery'], ['accepted', 'receiver', 'school'], ['received', 'receiver', 'officer'], ['settled', 'receiver', 'school']]);
  assert.deepEqual(findings, []);
  assert.equal((await one('nursery', id)).steps[0].step, 'planned');
  const [[audited]] = await stage.sql(`SELECT count(*) FROM audit.entries WHERE action = 'transitions.step' AND details->>'case_id' = '${id}'`);
  assert.equal(audited, '7');
});

test('of acceptance and withdrawal at once one comes first, and both are told', async () => {
  const id = await caseOf(2);
  assert.deepEqual(refused(await step('nursery', id, { step: 'offered' })), [422, 'transition_unplaced']);
  assert.equal((await put('nursery', id, 'destination', { to_setting: P, reason: 'Invented.' })).status, 200);
  assert.equal((await step('nursery', id, { step: 'offered' })).status, 200);
  const read = await match(id);
  const answers = await Promise.all([step('school', id, { step: 'accepted' }, read), step('nursery', id, { step: 'revoked', reason: 'Invented.' }, read)]);
  const [won, lost] = answers[0].status === 200 ? answers : answers.toReversed();
  assert.deepEqual([won.status, ...refused(lost)], [200, 409, 'transition_state']);
  assert.match(lost.json.detail, new RegExp(`^It is ${won.json.state} since .*, by ${won === answers[0] ? 'school' : 'nursery'}`));
  for (const who of ['nursery', 'school', 'officer']) assert.equal((await one(who, id)).state, won.json.state, who);
});

test('a destination is changed: the old one is told, the new one offered; what cannot be is refused', async () => {
  const id = await caseOf(2);
  for (const [body, ...why] of [[{ to_setting: P }, 422, 'missing_field'], [{ to_setting: S, reason: 'x' }, 422, 'wrong_phase'], [{ to_setting: 'urn:999998', reason: 'x' }, 422, 'unknown_setting'],
    [{ to_outside: 'Elsewhere', to_la_code: 'x', reason: 'x' }, 422, 'unknown_code'], [{ to_setting: P, to_outside: 'Elsewhere', reason: 'x' }, 422, 'malformed_field']])
    assert.deepEqual(refused(await put('officer', id, 'destination', body)), why, JSON.stringify(body));
  await stage.sql(`UPDATE core.settings SET closed_on = '2027-08-31' WHERE id = (SELECT setting_id FROM core.setting_identifiers WHERE ref = '${SETTING.infant}')`);
  assert.deepEqual(refused(await put('officer', id, 'destination', { to_setting: SETTING.infant, reason: 'x' })), [422, 'setting_closed']);
  assert.deepEqual(refused(await put('school', id, 'destination', { to_outside: 'Elsewhere', reason: 'x' })), [403, 'forbidden']);
  assert.deepEqual(refused(await put('officer', id, 'destination', { to_outside: 'Elsewhere', reason: 'x' }, {})), [428, 'precondition_missing']);
  const moved = await put('officer', id, 'destination', { to_outside: 'Elsewhere Primary', to_la_code: '357', reason: 'Invented.' });
  assert.deepEqual([moved.status, moved.json.state, moved.json.next_owner], [200, 'planned', 'setting'], moved.text);
  const told = await one('school', id);
  assert.deepEqual([told.state, told.surname, told.to_outside, told.to_setting, told.steps.at(-1).step], ['revoked', null, null, P, 'revoked']);
  assert.deepEqual(refused(await step('school', id, { step: 'accepted' })), [409, 'transition_state']);
  for (const name of ['offered', 'accepted', 'received', 'settled']) assert.equal((await step('officer', id, { step: name })).status, 200, name);
});

test('a whole cohort takes a step, each child with what became of it', async () => {
  const address = '/v1/transitions/actions';
  for (const who of ['area', 'administrator', 'auditor']) assert.deepEqual(refused(await post(who, address, { step: 'offered', year: YEAR })), [403, 'forbidden'], who);
  const took = async (who, more) => (await post(who, address, { year: YEAR, ...more })).json.items.map(({ surname, outcome, problem, state }) => [surname, outcome, problem, state]);
  assert.deepEqual(await took('nursery', { step: 'offered', preview: true }), [['Fictional-3', 'refused', 'transition_unplaced', 'planned']]);
  assert.equal((await put('officer', await caseOf(3), 'destination', { to_setting: P, reason: 'Invented.' })).status, 200);
  for (const preview of [true, false]) assert.deepEqual(await took('nursery', { step: 'offered', preview }), [['Fictional-3', 'done', null, 'offered']]);
  assert.deepEqual(await took('nursery', { step: 'offered' }), []);
  assert.deepEqual(await took('officer', { step: 'accepted', kind: 'PRS' }), [['Fictional-5', 'refused', 'transition_state', 'planned']]);
  assert.deepEqual(await took('officer', { step: 'accepted', to_setting: P }), [['Fictional-3', 'done', null, 'accepted']]);
});

test('one child by hand: once for its key, once for its year', async () => {
  const [four, five] = await Promise.all([childId(stage, N, 'c-4'), childId(stage, P, 'c-5')]);
  const body = { child_id: four, kind: 'MOV', target_on: '2026-11-02', to_outside: 'Elsewhere Nursery' };
  for (const who of ['area', 'administrator', 'auditor']) assert.deepEqual(refused(await made(who, body)), [403, 'forbidden'], who);
  for (const who of ['school', 'other', 'senco']) assert.deepEqual(refused(await made(who, body)), [404, 'not_found'], who);
  assert.deepEqual(refused(await post('nursery', CASES, body)), [400, 'idempotency_key_missing']);
  const key = randomUUID();
  const first = await made('nursery', body, key);
  assert.deepEqual([first.status, first.json.year, first.json.from_setting, first.json.state], [201, 2026, N, 'planned'], first.text);
  assert.deepEqual((await made('nursery', body, key)).json, first.json);
  assert.deepEqual(refused(await made('nursery', { ...body, kind: 'INY' }, key)), [409, 'batch_differs']);
  assert.deepEqual(refused(await made('officer', body)), [409, 'transition_open']);
  assert.deepEqual(refused(await made('officer', { child_id: randomUUID(), kind: 'MOV', year: YEAR })), [404, 'not_found']);
  assert.deepEqual(refused(await made('school', { child_id: five, kind: 'PRS', year: YEAR, to_setting: P })), [422, 'malformed_field']);
  const put1 = await put('nursery', first.json.case_id, 'entry', { entry: 'deferred', reason: 'Invented.' });
  assert.deepEqual([put1.status, put1.json.year, put1.json.target_on], [200, 2027, '2027-11-02'], put1.text);
  assert.equal((await made('officer', body)).status, 201);
  assert.deepEqual(refused(await put('nursery', first.json.case_id, 'entry', { entry: 'normal', reason: 'Invented.' })), [409, 'transition_open']);
});

test('each sees the moves of its settings in every form; filters narrow', async () => {
  for (const [who, count] of [['nursery', 5], ['school', 4], ['senco', 4], ['other', 0], ['area', 5], ['officer', 6], ['manager', 6]])
    assert.equal((await rowsInEveryForm(stage, who, CASES)).length, count, who);
  for (const who of ['administrator', 'auditor']) assert.deepEqual(refused(await stage.get(who, CASES)), [403, 'forbidden'], who);
  for (const [query, count] of [[`year=${YEAR}`, 5], ['kind=PRS', 1], ['state=settled', 2], ['open=true', 4], [`from=${N}`, 5], [`to=${P}`, 2], [`caseload=${caseload}`, 5],
    ['caseload=999', 0], ['owner=receiving_setting', 1], ['owner=la', 1], ['from=urn:999998', 0]])
    assert.equal((await stage.get('officer', `${CASES}?${query}`)).json.items.length, count, query);
});
