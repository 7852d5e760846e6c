// The authority's milestones of a phase transfer: written by officers one
// version after the other, read by whoever may see the child, and turning the
// colour of the report.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addCaseload, authority, childId, send, SETTING, slug } from '../lib/authority.mjs';
import { child, need, placement, transition, upn } from '../lib/records.mjs';

const YEAR = 2027;
let stage, id, other;

before(async () => {
  stage = await authority('ehc');
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  await stage.addClient('receiver', 'school_system', { settings: [SETTING.secondary] });
  await addCaseload(stage, 'Fictional North', [[SETTING.primary]], { holder: 'senco' });
  await send(stage, 'school', SETTING.primary, [1, 2, 3].flatMap((n) => [
    child(n, { born_on: '2016-03-01', year_group: '6' }), placement(n), need(n, { provision: 'E' }),
    transition(n, { to_setting: SETTING.secondary })]));
  id = await childId(stage, SETTING.primary, 'c-1');
  other = await childId(stage, SETTING.primary, 'c-2');
});
after(() => stage?.stop());

const address = (child_ = id, year = YEAR) => `/v1/ehc/transfers/${child_}/${year}`;
const put = (who, body, etag, target = address()) => stage.request(who, 'PUT', target,
  { body, headers: etag === undefined ? {} : { 'if-match': etag } });
const rag = async (on, child_ = id) => (await stage.get('officer', `/v1/reports/transitions?year=${YEAR}&on=${on}`))
  .json.items.find((row) => row.child_id === child_).rag;
const refused = (answer) => [answer.status, slug(answer)];

test('there is nothing until an officer writes it', async () => {
  for (const who of ['officer', 'manager', 'school', 'senco'])
    assert.deepEqual(refused(await stage.get(who, address())), [404, 'not_found'], who);
});

test('the first write needs no If-Match, each later one the ETag it has read', async () => {
  assert.deepEqual(refused(await put('officer', { review_held_on: '2026-10-01' }, '"1"')), [412, 'precondition_failed'],
    'there is no version to match yet');
  assert.deepEqual(refused(await put('officer', { review_held_on: '2026-10-01' }, '*')), [412, 'precondition_failed']);
  const first = await put('officer', { review_held_on: '2026-10-01' });
  assert.equal(first.status, 200);
  const { changed_at: at, etag, ...row } = first.json;
  assert.deepEqual(row, { child_id: id, year: YEAR, review_held_on: '2026-10-01', amendment_noticed_on: null,
    plan_final_on: null, placement_refused: false });
  assert.equal(first.headers.etag, `"${etag}"`);
  assert.ok(Math.abs(Date.now() - Date.parse(at)) < 60000);

  const missing = await put('officer', { review_held_on: '2026-10-02' });
  assert.deepEqual(refused(missing), [428, 'precondition_missing']);
  for (const stale of ['"0"', '"2"', '"99"', '"x"', '""', etag, `W/"${etag}"`, `"${etag}`])
    assert.deepEqual(refused(await put('officer', { review_held_on: '2026-10-02' }, stale)), [412, 'precondition_failed'], stale);
  assert.equal((await stage.get('officer', address())).json.review_held_on, '2026-10-01', 'nothing of it was written');

  const second = await put('manager', { review_held_on: '2026-10-01', amendment_noticed_on: '2026-10-20' }, first.headers.etag);
  assert.equal(second.status, 200);
  assert.notEqual(second.headers.etag, first.headers.etag);
  assert.deepEqual(refused(await put('officer', {}, first.headers.etag)), [412, 'precondition_failed'], 'the old one is stale now');
});

test('the ETag of a read works like that of a write', async () => {
  const read = await stage.get('officer', address());
  assert.equal(read.headers.etag, `"${read.json.etag}"`);
  assert.equal(read.json.amendment_noticed_on, '2026-10-20');
  const written = await put('officer', { review_held_on: '2026-10-01', amendment_noticed_on: '2026-10-21' }, read.headers.etag);
  assert.equal(written.json.amendment_noticed_on, '2026-10-21');
  assert.equal((await stage.get('officer', address())).text, written.text);
});

test('of two who have read the same, one writes and one is told', async () => {
  const { headers: { etag } } = await stage.get('officer', address());
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => put(i % 2 ? 'officer' : 'manager',
    { review_held_on: `2026-10-0${i + 1}`, amendment_noticed_on: '2026-10-21' }, etag)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(7).fill(412)]);
  const winner = answers.find(({ status }) => status === 200);
  assert.equal((await stage.get('officer', address())).text, winner.text);
});

test('of two who write first, one does', async () => {
  const third = address(await childId(stage, SETTING.primary, 'c-3'));
  const answers = await Promise.all(Array.from({ length: 6 }, () => put('officer', { review_held_on: '2026-10-05' }, undefined, third)));
  const good = answers.filter(({ status }) => status === 200);
  assert.equal(good.length, 1, JSON.stringify(answers.map(({ status }) => status)));
  for (const answer of answers) if (answer.status !== 200) assert.ok([412, 428].includes(answer.status), answer.text);
  assert.equal(good[0].json.etag, '1');
});

test('a milestone may not lie before the one it follows', async () => {
  const { headers: { etag }, text } = await stage.get('officer', address());
  for (const body of [
    { review_held_on: '2026-10-10', amendment_noticed_on: '2026-10-09' },
    { amendment_noticed_on: '2026-10-10', plan_final_on: '2026-10-09' },
    { review_held_on: '2026-10-10', plan_final_on: '2026-10-09' },
    { review_held_on: '2026-10-01', amendment_noticed_on: '2026-11-10', plan_final_on: '2026-11-09' }]) {
    const answer = await put('officer', body, etag);
    assert.deepEqual(refused(answer), [422, 'transition_order']);
    assert.match(answer.json.detail, /^(amendment_noticed_on|plan_final_on) lies before (review_held_on|amendment_noticed_on)$/);
  }
  assert.equal((await stage.get('officer', address())).text, text);
  const same = await put('officer', { review_held_on: '2026-10-10', amendment_noticed_on: '2026-10-10', plan_final_on: '2026-10-10' }, etag);
  assert.equal(same.status, 200, 'all on one day is no fault');
});

test('what cannot be read is refused with the member at fault, and nothing is written', async () => {
  const { headers: { etag }, text } = await stage.get('officer', address());
  for (const [body, why, pointer] of [
    [{ review_held_on: '2026-02-30' }, 'malformed_field', '/review_held_on'],
    [{ review_held_on: 20261001 }, 'malformed_field', '/review_held_on'],
    [{ amendment_noticed_on: '' }, 'malformed_field', '/amendment_noticed_on'],
    [{ plan_final_on: 'soon' }, 'malformed_field', '/plan_final_on'],
    [{ placement_refused: 'yes' }, 'malformed_field', '/placement_refused'],
    [{ placement_refused: 1 }, 'malformed_field', '/placement_refused'],
    [{ colour: 'red' }, 'unknown_field', undefined], [{ if_match: '1' }, 'unknown_field', undefined]]) {
    const answer = await put('officer', body, etag);
    assert.deepEqual([answer.status, slug(answer), answer.json.pointer], [422, why, pointer], JSON.stringify(body));
  }
  for (const body of ['', '[]', '{', '{"review_held_on":"2026-10-01","review_held_on":"2026-10-02"}', 'null'])
    assert.deepEqual(refused(await stage.request('officer', 'PUT', address(), { body: Buffer.from(body),
      headers: { 'if-match': etag, 'content-type': 'application/json' } })), [400, 'malformed_json'], body);
  assert.deepEqual(refused(await stage.request('officer', 'PUT', address(), { body: 'x', headers: { 'content-type': 'text/plain' } })),
    [415, 'unsupported_media_type']);
  assert.equal((await stage.get('officer', address())).text, text);
});

test('a child that is not there, or a year that is none, has no milestones', async () => {
  for (const target of [address(randomUUID()), address('x'), address(id, 'next'), address(id, 2101)]) {
    assert.deepEqual(refused(await put('officer', { review_held_on: '2026-10-01' }, undefined, target)), [404, 'not_found'], target);
    assert.deepEqual(refused(await stage.get('officer', target)), [404, 'not_found'], target);
  }
  assert.deepEqual(refused(await put('officer', {}, undefined, address(id, 2013))), [400, 'malformed_parameter']);
  assert.deepEqual(refused(await stage.request('officer', 'DELETE', address())), [405, 'method_not_allowed']);
});

test('a school and an Area SENCO read them and may not write; administrator and auditor may neither', async () => {
  const { text, headers: { etag } } = await stage.get('officer', address());
  for (const who of ['school', 'senco']) assert.equal((await stage.get(who, address())).text, text, who);
  assert.deepEqual(refused(await stage.get('receiver', address())), [404, 'not_found'],
    'the school the child moves to does not hold a record of it yet');
  for (const who of ['administrator', 'auditor']) assert.deepEqual(refused(await stage.get(who, address())), [403, 'forbidden'], who);
  for (const who of ['school', 'receiver', 'senco', 'administrator', 'auditor']) {
    const answer = await put(who, { plan_final_on: '2026-11-01' }, etag);
    assert.deepEqual([answer.status, slug(answer), answer.json.detail], [403, 'forbidden', undefined], who);
  }
  assert.equal((await stage.get('officer', address())).text, text);
});

test('each year has its own, and each child', async () => {
  const { text } = await stage.get('officer', address());
  const next = await put('officer', { review_held_on: '2027-10-01' }, undefined, address(id, 2028));
  assert.equal(next.json.etag, '1');
  assert.equal((await stage.get('officer', address())).text, text);
  assert.deepEqual(refused(await stage.get('officer', address(other))), [404, 'not_found']);
});

test('the report turns with the milestones', async () => {
  let etag;
  const write = async (body) => {
    const answer = await put('officer', body, etag, address(other));
    assert.equal(answer.status, 200, answer.text);
    etag = answer.headers.etag;
  };
  const colours = (...days) => Promise.all(days.map((day) => rag(day, other)));
  assert.deepEqual(await colours('2026-11-23', '2026-11-24', '2027-02-16'), ['GREEN', 'RED', 'BLACK'], 'nothing done');
  await write({ review_held_on: '2026-11-01' });
  assert.deepEqual(await colours('2026-11-22', '2026-11-23', '2026-11-29', '2026-11-30'), ['GREEN', 'AMBER', 'AMBER', 'RED'],
    'no notice 21 and 28 days after the meeting');
  await write({ review_held_on: '2026-11-01', amendment_noticed_on: '2026-11-20' });
  assert.deepEqual(await colours('2026-11-30', '2027-01-30', '2027-01-31', '2027-02-15', '2027-02-16'),
    ['GREEN', 'GREEN', 'RED', 'RED', 'BLACK'], 'no final plan');
  await write({ review_held_on: '2026-11-01', amendment_noticed_on: '2026-11-20', plan_final_on: '2027-02-14' });
  assert.deepEqual(await colours('2027-02-13', '2027-02-14', '2027-02-20'), ['RED', 'GREEN', 'GREEN'], 'final on the last compliant day');
  await write({ review_held_on: '2026-11-01', amendment_noticed_on: '2026-11-20', plan_final_on: '2027-02-15' });
  assert.deepEqual(await colours('2027-02-15', '2027-03-01'), ['RED', 'RED'], 'on the named day: the regulation says before it');
  await write({ review_held_on: '2026-11-01', amendment_noticed_on: '2026-11-20', plan_final_on: '2027-02-16' });
  assert.deepEqual(await colours('2027-02-16', '2027-03-01'), ['BLACK', 'BLACK'], 'after it');
  await write({ review_held_on: '2026-11-01', placement_refused: true });
  assert.deepEqual(await colours('2026-11-10', '2027-02-16'), ['RED', 'BLACK'], 'refused');
  await write({ review_held_on: null, amendment_noticed_on: null, plan_final_on: null, placement_refused: false });
  assert.deepEqual(await colours('2026-11-23', '2026-11-24'), ['GREEN', 'RED'], 'all taken back');

  await write({ review_held_on: '2026-11-01', amendment_noticed_on: '2026-11-20', plan_final_on: '2027-02-01' });
  const row = (await stage.get('officer', `/v1/reports/transitions?year=${YEAR}&on=2027-02-01`)).json.items
    .find((one) => one.child_id === other);
  assert.deepEqual([row.plan_final_on, row.review_held_on, row.rag_reason], ['2027-02-01', '2026-11-01', 'The plan was final in time.']);
});

test('once the child attends where the plan says, the case is complete', async () => {
  const person = { born_on: '2016-03-04', upn: upn('999000017333') };
  await send(stage, 'school', SETTING.primary, [child(4, { ...person, year_group: '6' }), placement(4, { end_on: '2027-07-20' }),
    need(4, { provision: 'E' }), transition(4, { to_setting: SETTING.secondary })]);
  const mover = await childId(stage, SETTING.primary, 'c-4');
  assert.equal((await put('officer', { review_held_on: '2026-11-01', amendment_noticed_on: '2026-11-20',
    plan_final_on: '2027-02-01' }, undefined, address(mover))).status, 200);
  await send(stage, 'receiver', SETTING.secondary, [child(4, { ...person, year_group: '7' }), placement(4, { start_on: '2027-09-03' })]);
  assert.equal(await childId(stage, SETTING.secondary, 'c-4'), mover, 'the same child by number and birthday');
  assert.equal(await rag('2027-08-31', mover), 'GREEN');
  assert.equal(await rag('2027-09-02', mover), 'GREEN');
  assert.equal(await rag('2027-09-03', mover), 'BLUE');
  assert.equal((await stage.get('receiver', address(mover))).status, 200, 'who holds a record of the child reads the milestones');
});

test('every write is in the audit log with what was there before', async () => {
  const rows = await stage.sql(`SELECT role, details->>'version', details->'before'->>'plan_final_on', array_to_string(child_ids, ',')
    FROM audit.entries WHERE action = 'ehc.transfer_put' AND child_ids = ARRAY['${other}'::uuid] ORDER BY id`);
  assert.equal(rows.length, 8);
  assert.deepEqual(rows[0], ['la_officer', '1', '', other]);
  assert.deepEqual(rows[3], ['la_officer', '4', '2027-02-14', other]);
});
