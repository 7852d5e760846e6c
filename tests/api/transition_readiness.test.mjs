// Whether a move is ready: a colour with its reasons, milestones by day, a
// setting asked for a place that learns no name, and one plan that both sides
// write; who may do which, and the lists in every form.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { addCaseload, addStaff, authority, childId, rowsInEveryForm, send, SETTING, settingId, slug } from '../lib/authority.mjs';
import { child, need, placement } from '../lib/records.mjs';
import { bin } from '../lib/stage.mjs';

const S = SETTING.primary, R = SETTING.secondary, A = SETTING.sixthForm, YEAR = 2027;
const EVERYBODY = ['school', 'senco', 'area', 'officer', 'manager', 'receiver', 'asked', 'foreign', 'administrator', 'auditor'];
let stage, fern, move, planned;

before(async () => {
  stage = await authority('transition_readiness');
  await stage.addClient('school', 'school_system', { settings: [S] });
  await stage.addClient('receiver', 'school_system', { settings: [R] });
  await stage.addClient('asked', 'school_system', { settings: [A] });
  await stage.addClient('foreign', 'school_system', { settings: [SETTING.primary2] });
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  await addCaseload(stage, 'Fictional North', [[S]], { holder: 'area' });
  await addStaff(stage, 'Ada Example', [[S]], { client: 'senco' });
  await send(stage, 'school', S, [1, 2].flatMap((n) =>
    [child(n, { year_group: '6', born_on: '2016-05-02' }), placement(n), need(n, n === 2 ? { provision: 'E' } : {})]));
  fern = await childId(stage, S, 'c-1');
  const add = async (of, to, state) => (await stage.sql(`INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, to_setting_id, state, target_on, made_by, made_at)
    SELECT '${of}', ${YEAR}, 'PRS', ${await settingId(stage, S)}, ${await settingId(stage, to)}, '${state}', '${YEAR}-09-01', id, '2026-09-01'
      FROM core.clients WHERE name = 'officer' RETURNING id`))[0][0];
  move = await add(fern, R, 'offered');
  planned = await add(await childId(stage, S, 'c-2'), R, 'planned');
});
after(() => stage?.stop());

const refused = (answer) => [answer.status, slug(answer)];
const address = (rest, of = move) => `/v1/transitions/cases/${of}/${rest}`;
const post = (who, rest, body, headers = {}, of = move) => stage.request(who, 'POST', address(rest, of), { body, headers });
const ask = (who, body, key = randomUUID(), of = move) => post(who, 'consultations', body, { 'idempotency-key': key }, of);
const put = (who, body, etag, of = move) => stage.request(who, 'PUT', address('plan', of), { body, headers: etag ? { 'if-match': `"${etag}"` } : {} });

test('each move has a colour with every reason, and so many as the caller sees', async () => {
  for (const who of EVERYBODY) {
    const list = '/v1/transitions/colours?on=2026-11-24';
    if (['administrator', 'auditor'].includes(who)) assert.deepEqual(refused(await stage.get(who, list)), [403, 'forbidden'], who);
    else assert.equal((await stage.get(who, list)).json.items.length, ['receiver', 'asked', 'foreign'].includes(who) ? 0 : 2, who);
  }
  assert.equal((await rowsInEveryForm(stage, 'area', '/v1/transitions/colours?on=2026-11-24')).length, 2);
  const of = async (query) => (await stage.get('officer', `/v1/transitions/colours?${query}`)).json.items.map(({ rag, case_id: id }) => [rag, id]);
  assert.deepEqual(await of('on=2026-11-24&rag=red'), [['RED', planned]]);
  assert.deepEqual(await of(`on=2026-11-24&child=${fern}`), [['GREEN', move]]);
  assert.deepEqual(await of('on=2026-11-24&year=2028'), []);
  assert.deepEqual(refused(await stage.get('officer', '/v1/transitions/colours?rag=pink')), [400, 'malformed_parameter']);
  const { json } = await stage.get('senco', `${address('colour', planned)}?on=2026-11-24`);
  assert.deepEqual(json.findings.map(({ finding, severity, reference, inputs }) => [finding, severity, /20\(10\)/.test(reference), inputs.deadline_on]),
    [['red_no_review', 'error', true, '2027-02-15']]);
  assert.deepEqual(refused(await stage.get('foreign', address('colour'))), [404, 'not_found']);
});

test('milestones come by day, each with its owner', async () => {
  for (const who of ['school', 'officer', 'receiver', 'administrator', 'auditor']) {
    const answer = await stage.get(who, address('milestones', planned));
    if (['administrator', 'auditor'].includes(who)) assert.deepEqual(refused(answer), [403, 'forbidden'], who);
    else assert.equal(answer.json.items.length > 0, who !== 'receiver', who);
  }
  const items = await rowsInEveryForm(stage, 'area', `${address('milestones', planned)}?on=2026-11-24`);
  assert.deepEqual(items.map(({ due_on: on }) => on), items.map(({ due_on: on }) => on).sort());
  const { owner, setting, days_left: left, due_on: due, rule } = items.find(({ clock }) => clock === 'phase_meeting_15_february');
  assert.deepEqual([owner, setting, left, due, rule], ['setting', S, -1, '2026-11-23', 'phase_meeting']);
  assert.ok(items.every((row) => row.owner), 'nothing is without an owner');
  assert.ok((await stage.get('receiver', address('milestones'))).json.items.some(({ subject, clock }) => subject === 'handover' && clock === 'handover_sent'));
});

test('a setting is asked, learns no name, and answers', async () => {
  for (const who of ['school', 'senco', 'receiver', 'asked', 'foreign', 'administrator', 'auditor'])
    assert.deepEqual(refused(await ask(who, { setting: A })), [403, 'forbidden'], who);
  for (const [body, ...why] of [[{}, 422, 'missing_field'], [{ setting: 'urn:999998' }, 422, 'unknown_setting'], [{ setting: S }, 422, 'malformed_field'],
    [{ setting: A, sent_on: '2099-01-01' }, 422, 'malformed_field']]) assert.deepEqual(refused(await ask('officer', body)), why, JSON.stringify(body));
  assert.deepEqual(refused(await ask('officer', { setting: A }, randomUUID(), planned)), [409, 'consultation_of_plan'], 'CFA 2014 s.39');
  assert.deepEqual(refused(await post('officer', 'consultations', { setting: A })), [400, 'idempotency_key_missing']);
  const key = randomUUID();
  const body = { setting: A, sent_on: '2026-01-05', question: 'Invented: is there room?' };
  const first = await ask('area', body, key);
  assert.equal(first.status, 201, first.text);
  assert.equal(first.headers.etag, `"${first.json.etag}"`);
  assert.deepEqual((await ask('area', body, key)).json, first.json);
  assert.deepEqual(refused(await ask('area', { ...body, sent_on: '2026-01-06' }, key)), [409, 'batch_differs']);
  assert.deepEqual(refused(await ask('officer', { setting: A })), [409, 'exists_already']);
  assert.equal((await ask('officer', { setting: R, sent_on: '2026-01-05' })).status, 201);
  const [own, ...none] = await rowsInEveryForm(stage, 'asked', '/v1/transitions/consultations?open=true');
  assert.deepEqual([own.setting, own.kind, own.sen_status, own.due_on, own.is_overdue, none.length], [A, 'PRS', 'K', '2026-01-20', true, 0]);
  assert.doesNotMatch(JSON.stringify([own, (await stage.get('asked', address('consultations'))).json]), /Fictional-1|Testchild/);
  assert.deepEqual(refused(await stage.get('asked', address('colour'))), [404, 'not_found']);
  assert.deepEqual((await stage.get('asked', address('milestones'))).json.items.map(({ clock, setting }) => [clock, setting]), [['consultation', A]]);
  for (const [who, count] of [['school', 2], ['senco', 2], ['area', 2], ['manager', 2], ['receiver', 1], ['foreign', 0]])
    assert.equal((await stage.get(who, address('consultations'))).json.items.length, count, who);
  assert.equal((await stage.get('officer', `/v1/transitions/consultations?setting=${A}&overdue=true`)).json.items.length, 1);
  const say = (who, answer, etag = '1', n = 1) => post(who, `consultations/${n}/answer`, answer, etag ? { 'if-match': `"${etag}"` } : {});
  for (const [who, ...why] of [['area', 403, 'forbidden'], ['school', 403, 'forbidden'], ['receiver', 404, 'not_found'], ['foreign', 404, 'not_found'],
    ['administrator', 403, 'forbidden'], ['auditor', 403, 'forbidden']]) assert.deepEqual(refused(await say(who, { answer: 'yes' })), why, who);
  for (const [body2, etag, ...why] of [[{ answer: 'no' }, '1', 422, 'missing_field'], [{ answer: 'maybe' }, '1', 422, 'unknown_code'], [{ answer: 'yes' }, null, 428, 'precondition_missing'],
    [{ answer: 'yes' }, '9', 412, 'precondition_failed'], [{ answer: 'yes', answered_on: '2026-01-04' }, '1', 422, 'dates_reversed']])
    assert.deepEqual(refused(await say('asked', body2, etag)), why, JSON.stringify(body2));
  const said = await say('asked', { answer: 'no', reasons: 'Invented: no room.' });
  assert.deepEqual([said.status, said.json.answer, said.json.answered_by, said.json.is_overdue], [200, 'no', 'asked', false]);
  assert.equal((await say('officer', { answer: 'yes' }, '1', 2)).json.answer, 'yes');
});

test('both sides and officers write one plan', async () => {
  assert.equal((await stage.get('area', address('plan'))).json.etag, '0');
  for (const [who, ...why] of [['area', 403, 'forbidden'], ['asked', 404, 'not_found'], ['foreign', 404, 'not_found'], ['administrator', 403, 'forbidden'], ['auditor', 403, 'forbidden']])
    assert.deepEqual(refused(await put(who, { tier: 'enhanced' })), why, who);
  assert.deepEqual(refused(await put('receiver', { tier: 'enhanced' }, null, planned)), [404, 'not_found'], 'before the offer the receiver knows nothing');
  const plan = { tier: 'enhanced', key_adult: 'Bo Example', meeting_held_on: '2026-05-10', agreed_on: '2026-05-11', agreed_by: 'parent', visits_planned_on: ['2026-06-20', '2026-06-10'] };
  const first = await put('senco', plan);
  assert.deepEqual([first.status, first.json.visits_planned_on, first.json.tier, first.headers.etag], [200, ['2026-06-10', '2026-06-20'], 'enhanced', '"1"'], first.text);
  for (const [change, etag, ...why] of [[{}, null, 428, 'precondition_missing'], [{}, '7', 412, 'precondition_failed'], [{ agreed_on: '2026-05-09' }, '1', 422, 'transition_order'],
    [{ visits_done_on: ['2026-05-10'] }, '1', 422, 'transition_order'], [{ agreed_by: 'young_person' }, '1', 422, 'handover_unagreed'], [{ visits_done_on: ['soon'] }, '1', 422, 'malformed_field'],
    [{ tier: 'other' }, '1', 422, 'unknown_code']]) assert.deepEqual(refused(await put('receiver', { ...plan, ...change }, etag)), why, JSON.stringify(change));
  assert.equal((await put('receiver', { ...plan, visits_done_on: ['2026-06-10'] }, '1')).json.changed_by, 'receiver');
  assert.deepEqual((await stage.get('school', address('plan'))).json.visits_done_on, ['2026-06-10']);
  assert.ok((await stage.get('officer', address('milestones'))).json.items.some(({ clock, met_on: met }) => clock === 'transition_meeting_held' && met === '2026-05-10'));
});

test('sencoctl does the same', async () => {
  const run = async (who, ...args) => (await promisify(execFile)(path.join(bin, 'sencoctl'), ['--url', `https://localhost:${stage.port}`,
    '--ca', stage.file('pki/ca.pem'), '--cert', stage.file(`pki/clients/${who}.pem`), '--key', stage.file(`pki/clients/${who}.key`), ...args])).stdout;
  assert.match(await run('officer', 'readiness', 'colours', '--on', '2026-11-24'), /RED/);
  assert.match(await run('officer', 'readiness', 'colour', planned, '--on', '2026-11-24'), /red_no_review/);
  assert.match(await run('school', 'readiness', 'milestones', planned, '--on', '2026-11-24'), /2026-11-23/);
  assert.match(await run('officer', 'readiness', 'ask', move, '--setting', A), /^Asked\./);
  assert.match(await run('asked', 'readiness', 'asked', '--open'), /PRS/);
  assert.match(await run('asked', 'readiness', 'answer', move, '3', '--answer', 'yes'), /^Answered\./);
  assert.match(await run('school', 'readiness', 'plan-write', move, '--key-adult', 'Cy Example', '--visits-planned-on', '2026-06-10,2026-06-12'), /written/);
  assert.match(await run('receiver', 'readiness', 'plan', move), /Cy Example/);
});
