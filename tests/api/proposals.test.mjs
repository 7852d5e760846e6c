// The queue of what settings say about facts the authority owns: read, done
// or declined, by officers and through sencoctl.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { addCaseload, authority, childId, send, SETTING, settingId, slug } from '../lib/authority.mjs';
import { child, need, placement } from '../lib/records.mjs';
import { bin } from '../lib/stage.mjs';
import { runProgram } from '../lib/stub_server.mjs';

const LIST = '/v1/proposals';
let stage, fern;

before(async () => {
  stage = await authority('proposals');
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  await stage.addClient('foreign', 'school_system', { settings: [SETTING.primary2] });
  await stage.addClient('auditor', 'auditor');
  await addCaseload(stage, 'Fictional East', [[SETTING.primary]], { holder: 'senco' });
  await send(stage, 'school', SETTING.primary, [child(1), placement(1), need(1, { provision: 'E' })]);
  fern = await childId(stage, SETTING.primary, 'c-1');
});
after(() => stage?.stop());

const refused = (answer) => [answer.status, slug(answer)];
let revision = 0;
/** The school says this of the child's milestones; the proposal's id. */
async function propose(data) {
  const [[id]] = await stage.sql(`INSERT INTO core.proposals (setting_id, client_id, kind, source_id, child_id, data, content_hash, revision)
    VALUES (${await settingId(stage, SETTING.primary)}, '${stage.ids.get('school')}', 'ehc_transfer', 'e-${++revision}', '${fern}',
      '${JSON.stringify({ child: 'c-1', year: 2027, ...data })}', gen_random_uuid(), ${revision}) RETURNING id`);
  return id;
}
const read = async (id, who = 'officer') => stage.get(who, `/v1/proposals/${id}`);
async function decide(id, verb, { who = 'officer', etag, reason } = {}) {
  const headers = { 'if-match': etag ?? (await read(id)).headers.etag };
  return stage.request(who, 'POST', `/v1/proposals/${id}/${verb}`, { headers, ...(reason ? { body: { reason } } : {}) });
}
const milestones = async () => (await stage.get('officer', `/v1/ehc/transfers/${fern}/2027`)).json;

test('officers see the queue, a school its own, others nothing', async () => {
  const id = await propose({ review_held_on: '2026-11-02' });
  const { json: { items: [row] } } = await stage.get('officer', `${LIST}?state=open`);
  assert.deepEqual((await stage.get('officer', LIST, { accept: 'application/x-ndjson' })).rows, [row]);
  assert.equal((await stage.get('officer', LIST, { accept: 'text/csv' })).text.split('\r\n').length, 3);
  assert.deepEqual([row.proposal_id, row.setting, row.kind, row.child_id, row.data.review_held_on, row.current, row.state],
    [id, SETTING.primary, 'ehc_transfer', fern, '2026-11-02', null, 'open']);
  assert.equal((await stage.get('school', LIST)).json.items[0].proposal_id, id);
  assert.deepEqual((await stage.get('foreign', LIST)).json.items, []);
  assert.deepEqual(refused(await read(id, 'foreign')), [404, 'not_found']);
  for (const who of ['senco', 'administrator', 'auditor']) assert.deepEqual(refused(await stage.get(who, LIST)), [403, 'forbidden'], who);
  for (const [query, n] of [['state=declined', 0], ['kind=ehc_transfer', 1], ['kind=other', 0], [`setting=${SETTING.primary}`, 1],
    [`setting=${SETTING.primary2}`, 0]]) assert.equal((await stage.get('officer', `${LIST}?${query}`)).json.items.length, n, query);
  assert.equal((await stage.get('officer', `${LIST}?state=lost`)).status, 400);
});

test('accepted, it is done; what it does not name stays', async () => {
  const [{ proposal_id: first }] = (await stage.get('officer', LIST)).json.items;
  const done = await decide(first, 'accept');
  assert.deepEqual([done.status, done.json.state, done.json.current], [200, 'accepted', { review_held_on: '2026-11-02', placement_refused: false }]);
  assert.ok(done.headers.etag);
  assert.equal((await milestones()).review_held_on, '2026-11-02');
  const second = await propose({ amendment_noticed_on: '2026-11-20' });
  assert.equal((await decide(second, 'accept')).status, 200);
  const { review_held_on: review, amendment_noticed_on: notice, etag } = await milestones();
  assert.deepEqual([review, notice, etag], ['2026-11-02', '2026-11-20', '2']);
});

test('what a school sends of milestones waits here, and comes back to it decided', async () => {
  const record = { kind: 'ehc_transfer', source_id: 'sent', revision: 1, op: 'put', data: { child: 'c-1', year: 2030, review_held_on: '2029-11-02' } };
  const sent = await stage.batch('school', SETTING.primary, [record]);
  assert.deepEqual([sent.status, sent.json.proposed], [200, 1], sent.text);
  const [{ proposal_id: id, source_id: name }] = (await stage.get('officer', `${LIST}?state=open`)).json.items.filter(({ data }) => data.year === 2030);
  assert.equal(name, 'sent');
  assert.equal((await decide(id, 'accept')).status, 200);
  assert.equal((await stage.get('school', `/v1/ehc/transfers/${fern}/2030`)).json.review_held_on, '2029-11-02');
  const told = (await stage.get('school', '/v1/sync/changes?limit=5000')).json.items
    .filter(({ kind, data }) => ['proposal', 'ehc_transfer'].includes(kind) && (data?.source_id === 'sent' || data?.year === 2030));
  assert.deepEqual(told.map(({ op, kind }) => [op, kind]).sort(), [['enter', 'ehc_transfer'], ['enter', 'proposal']]);
});

test('nobody decides on what was not seen', async () => {
  const id = await propose({ plan_final_on: '2026-12-20' });
  const seen = (await read(id)).headers.etag;
  assert.deepEqual(refused(await stage.request('officer', 'POST', `/v1/proposals/${id}/accept`)), [428, 'precondition_missing']);
  for (const etag of ['"0"', 'x', '""']) assert.deepEqual(refused(await decide(id, 'accept', { etag })), [412, 'precondition_failed'], etag);
  assert.equal((await stage.request('officer', 'PUT', `/v1/ehc/transfers/${fern}/2027`, { body: { review_held_on: '2026-11-03',
    amendment_noticed_on: '2026-11-20' }, headers: { 'if-match': '"2"' } })).status, 200);
  assert.deepEqual(refused(await decide(id, 'accept', { etag: seen })), [412, 'precondition_failed'], 'another has changed the milestones');
  const answers = await Promise.all([1, 2, 3, 4].map(async () => decide(id, 'accept', { etag: (await read(id)).headers.etag })));
  const good = answers.filter(({ status }) => status === 200);
  assert.equal(good.length, 1, 'of several one decides');
  for (const answer of answers) if (answer.status !== 200) assert.ok([409, 412].includes(answer.status), answer.text);
});

test('declined, the fact stays and the school reads why', async () => {
  const id = await propose({ plan_final_on: '2026-12-24' });
  assert.deepEqual(refused(await stage.request('officer', 'POST', `/v1/proposals/${id}/decline`, { body: {},
    headers: { 'if-match': (await read(id)).headers.etag } })), [422, 'missing_field']);
  const reason = 'The plan of the 20th was the final one.';
  assert.equal((await decide(id, 'decline', { reason })).status, 200);
  const { json } = await read(id, 'school');
  assert.deepEqual([json.state, json.reason], ['declined', reason]);
  assert.equal((await milestones()).plan_final_on, '2026-12-20');
  const told = (await stage.get('school', '/v1/sync/changes')).json.items.filter(({ kind, source_id: of }) => kind === 'proposal' && of === id);
  assert.deepEqual(told.map(({ op, child_id: of, data }) => [op, of, data.state, data.reason, data.kind, data.source_id]),
    [['enter', fern, 'declined', reason, 'ehc_transfer', json.source_id]], 'and its feed brings it');
  for (const verb of ['accept', 'decline'])
    assert.deepEqual(refused(await decide(id, verb, { reason: verb === 'decline' ? reason : undefined })), [409, 'proposal_decided'], verb);
});

test('what an officer could not write is not accepted, and waits on', async () => {
  const id = await propose({ plan_final_on: '2026-10-01' });
  assert.deepEqual(refused(await decide(id, 'accept')), [422, 'transition_order']);
  assert.equal((await read(id)).json.state, 'open');
  for (const who of ['school', 'senco', 'administrator', 'auditor'])
    assert.deepEqual(refused(await decide(id, 'accept', { who })), [403, 'forbidden'], who);
  assert.deepEqual(refused(await decide(randomUUID(), 'accept', { etag: '"1"' })), [404, 'not_found']);
});

test('every look at the queue and every decision is audited', async () => {
  await stage.get('officer', LIST);
  const rows = await stage.sql(`SELECT action, array_to_string(child_ids, ',') FROM audit.entries
    WHERE action = 'GET /v1/proposals' OR action LIKE 'proposals.%' ORDER BY id`);
  assert.deepEqual([...new Set(rows.map(([action]) => action))].sort(), ['GET /v1/proposals', 'proposals.accepted', 'proposals.declined']);
  assert.ok(rows.every(([, ids]) => ids === fern));
});

test('sencoctl lists and decides', async () => {
  const env = { SENCOD_URL: `https://localhost:${stage.port}`, SENCOD_CA: stage.file('pki/ca.pem'), COLUMNS: '220',
    SENCOD_CERT: stage.file('pki/clients/officer.pem'), SENCOD_KEY: stage.file('pki/clients/officer.key') };
  const sencoctl = (...args) => runProgram(path.join(bin, 'sencoctl'), args, { env, cwd: stage.dir });
  const id = await propose({ plan_final_on: '2026-12-21' });
  const listed = await sencoctl('proposals', '--setting', SETTING.primary);
  assert.deepEqual([listed.code, listed.stderr], [0, '']);
  assert.match(listed.stdout, new RegExp(`^${id} +${SETTING.primary} +ehc_transfer +e-${revision} +${fern} +open`, 'm'));
  assert.equal((await sencoctl('proposals', 'decline', id)).code, 2);
  assert.deepEqual(await sencoctl('proposals', 'accept', id).then(({ code, stdout }) => [code, stdout]), [0, `Proposal ${id} is accepted and done.\n`]);
  const other = await propose({ plan_final_on: '2026-12-22' });
  assert.deepEqual(await sencoctl('proposals', 'decline', other, '--reason', 'No.').then(({ code, stdout }) => [code, stdout]),
    [0, `Proposal ${other} is declined.\n`]);
  assert.equal((await sencoctl('proposals', 'accept', other)).code, 1);
});
