// A hand-over from draft to answer: a school makes it, the parents agree, it
// goes to where the child goes and nowhere else, a restricted section is
// released by itself, each section is received, a question is answered, and a
// second version follows; who may do which, and the lists.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { addCaseload, addStaff, authority, childId, rowsInEveryForm, send, SETTING, settingId, slug } from '../lib/authority.mjs';
import { child, involvement, need, placement, plan, upn } from '../lib/records.mjs';
import { bin } from '../lib/stage.mjs';

let stage, fern, move, caseload;
const S = SETTING.primary, R = SETTING.secondary, O = SETTING.sixthForm;
const EVERYBODY = ['school', 'senco', 'area', 'officer', 'manager', 'receiver', 'foreign', 'administrator', 'auditor'];

before(async () => {
  stage = await authority('handovers');
  await stage.addClient('school', 'school_system', { settings: [S] });
  await stage.addClient('receiver', 'school_system', { settings: [R] });
  await stage.addClient('foreign', 'school_system', { settings: [O] });
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  caseload = await addCaseload(stage, 'Fictional North', [[S]], { holder: 'area' });
  await addStaff(stage, 'Ada Example', [[S]], { client: 'senco' });
  await send(stage, 'school', S, [child(1, { year_group: '6', born_on: '2016-05-02', upn: upn('999000170250') }), placement(1), need(1), plan(1), involvement(1)]);
  fern = await childId(stage, S, 'c-1');
  [[move]] = await stage.sql(`INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, to_setting_id, state, target_on, made_by)
    SELECT '${fern}', 2027, 'PRS', ${await settingId(stage, S)}, ${await settingId(stage, R)}, 'accepted', '2027-09-01', id
      FROM core.clients WHERE name = 'officer' RETURNING id`);
});
after(() => stage?.stop());

const address = (rest = '', of = move) => `/v1/transitions/cases/${of}/handover${rest}`;
const refused = (answer) => [answer.status, slug(answer)];
const write = (who, method, rest, body, { key, match, of } = {}) => stage.request(who, method, address(rest, of), { ...(body ? { body } : {}),
  headers: { ...(key ? { 'idempotency-key': key } : {}), ...(match ? { 'if-match': match } : {}) } });
const newest = async (who = 'officer') => (await stage.get(who, address())).json;
/** A change by who has just read it. */
async function change(who, method, rest, body) {
  return write(who, method, rest, body, { match: `"${(await newest()).etag}"` });
}
const filled = (handover) => handover.sections.filter(({ lines }) => lines).map(({ section }) => section);
const ALL = ['identity', 'status', 'support', 'assessment', 'agencies', 'voice', 'risk', 'plan_for_move', 'agreements'];

test('a draft is begun by the side the child leaves, filled from what it knows', async () => {
  for (const [who, ...why] of [['receiver', 403, 'forbidden'], ['foreign', 404, 'not_found'], ['administrator', 403, 'forbidden'], ['auditor', 403, 'forbidden']])
    assert.deepEqual(refused(await write(who, 'POST', '', null, { key: 'k' })), why, who);
  assert.deepEqual(refused(await write('school', 'POST', '', null)), [400, 'idempotency_key_missing']);
  assert.deepEqual(refused(await write('school', 'POST', '', null, { key: 'k', of: randomUUID() })), [404, 'not_found']);
  assert.deepEqual(refused(await stage.get('school', address())), [404, 'not_found'], 'nothing yet');
  const key = randomUUID();
  const first = await write('senco', 'POST', '', null, { key });
  assert.equal(first.status, 201, first.text);
  assert.equal(first.headers.etag, `"${first.json.etag}"`);
  assert.deepEqual([first.json.version, first.json.state, first.json.from_setting, first.json.to_setting], [1, 'draft', S, null]);
  assert.deepEqual(first.json.sections.map(({ section }) => section), ALL, 'the sections of such a move');
  assert.deepEqual(filled(first.json), ['identity', 'status', 'support', 'agencies']);
  assert.ok(first.json.sections[2].lines.includes('2025-09-08, outcome: reads ten words'));
  assert.deepEqual((await write('senco', 'POST', '', null, { key })).json, first.json, 'the same key, the same draft');
  assert.deepEqual(refused(await write('school', 'POST', '', null, { key: randomUUID() })), [409, 'exists_already']);
  for (const who of ['school', 'senco', 'area', 'officer', 'manager']) assert.equal((await newest(who)).state, 'draft', who);
  for (const who of ['receiver', 'foreign']) assert.deepEqual(refused(await stage.get(who, address())), [404, 'not_found'], who);
  for (const who of ['administrator', 'auditor']) assert.deepEqual(refused(await stage.get(who, address())), [403, 'forbidden'], who);
});

test('sections are written by who has read them; too much is refused whole', async () => {
  const before = await newest();
  for (const [rest, body, ...why] of [
    ['/sections/voice', { lines: ['x'.repeat(1201)] }, 422, 'malformed_field'], ['/sections/voice', { lines: Array(21).fill('x') }, 422, 'malformed_field'],
    ['/sections/voice', { lines: ['two\nlines'] }, 422, 'malformed_field'], ['/sections/voice', { lines: 'text' }, 422, 'malformed_field'],
    ['/sections/voice', { lines: [1] }, 422, 'malformed_field'], ['/sections/voice', { lines: [] }, 422, 'missing_field'], ['/sections/voice', {}, 422, 'missing_field'],
    ['/sections/safeguarding', { lines: ['Invented'] }, 422, 'unknown_code']])
    assert.deepEqual(refused(await change('school', 'PUT', rest, body)), why, rest);
  assert.deepEqual(refused(await write('school', 'PUT', '/sections/voice', { lines: ['x'] })), [428, 'precondition_missing']);
  assert.deepEqual(refused(await write('school', 'PUT', '/sections/voice', { lines: ['x'] }, { match: '"1.99"' })), [412, 'precondition_failed']);
  for (const who of ['receiver', 'administrator']) assert.deepEqual(refused(await change(who, 'PUT', '/sections/voice', { lines: ['x'] })), [403, 'forbidden'], who);
  assert.deepEqual(await newest(), before, 'and nothing was applied');
  for (const [who, section] of [['school', 'voice'], ['area', 'assessment'], ['officer', 'plan_for_move'], ['senco', 'risk']])
    assert.equal((await change(who, 'PUT', `/sections/${section}`, { lines: [`Invented of ${section}`, 'and “more”'] })).status, 200, who);
  assert.deepEqual(filled(await newest()), ALL.slice(0, 8));
});

test('without agreement, or to where the child does not go, it is not sent, and the attempt is on record', async () => {
  assert.deepEqual(refused(await change('school', 'POST', '/send', { to: R })), [422, 'handover_unagreed']);
  for (const [body, ...why] of [[{ by: 'young_person' }, 422, 'handover_unagreed'], [{ agreed_on: '2099-01-01' }, 422, 'malformed_field'],
    [{ may_share: ['diary'] }, 422, 'unknown_code'], [{ by: 'neighbour' }, 422, 'unknown_code']])
    assert.deepEqual(refused(await change('school', 'PUT', '/agreement', { agreed_on: '2026-05-04', by: 'parent', may_share: ['voice'], ...body })), why);
  const some = await change('school', 'PUT', '/agreement', { agreed_on: '2026-05-04', by: 'parent', may_share: ALL.slice(0, 3) });
  assert.deepEqual([some.status, some.json.agreed_by, some.json.may_share], [200, 'parent', ['identity', 'status', 'support']]);
  const partly = await change('school', 'POST', '/send', { to: R });
  assert.deepEqual(refused(partly), [422, 'handover_unagreed']);
  assert.match(partly.json.detail, /agencies, assessment, plan_for_move, voice/);
  assert.equal((await change('school', 'PUT', '/agreement', { agreed_on: '2026-05-04', by: 'parent', may_share: ALL })).status, 200);
  const before = await newest();
  const astray = await change('school', 'POST', '/send', { to: O });
  assert.deepEqual([...refused(astray), astray.json.pointer], [422, 'handover_destination', '/to']);
  assert.deepEqual(refused(await change('school', 'POST', '/send', {})), [422, 'handover_destination']);
  assert.deepEqual(refused(await change('school', 'POST', '/send', { to: 'urn:999998' })), [422, 'unknown_setting']);
  const logged = await stage.sql(`SELECT count(*) FROM audit.entries WHERE action = 'handovers.send_refused' AND child_ids = ARRAY['${fern}'::uuid]`);
  assert.deepEqual(logged, [['2']], 'a refusal does not undo its entry in the log');
  assert.deepEqual(await newest(), before);
});

test('it is sent, received section by section, and what is restricted only when released', async () => {
  assert.deepEqual(refused(await change('receiver', 'POST', '/send', { to: R })), [403, 'forbidden']);
  const sent = await change('school', 'POST', '/send', { to: R });
  assert.deepEqual([sent.status, sent.json.state, sent.json.to_setting], [200, 'sent', R], sent.text);
  assert.equal('_refused' in sent.json, false);
  assert.deepEqual(refused(await change('school', 'PUT', '/sections/voice', { lines: ['x'] })), [409, 'handover_state'], 'what was sent stays');
  assert.deepEqual(filled(await newest('receiver')), ALL.filter((section) => !['risk', 'agreements'].includes(section)));
  assert.deepEqual(refused(await stage.get('foreign', address())), [404, 'not_found']);
  const [[reads]] = await stage.sql(`SELECT count(*) FROM audit.entries WHERE child_ids @> ARRAY['${fern}'::uuid] AND action LIKE '%handover'
    AND client_id = (SELECT id FROM core.clients WHERE name = 'receiver')`);
  assert.ok(Number(reads) > 0, 'that it was read is on record');
  assert.deepEqual(refused(await write('receiver', 'POST', '/sections/risk/receipt')), [404, 'not_found']);
  assert.deepEqual(refused(await change('school', 'POST', '/sections/voice/release', { by: 'Ada Example' })), [409, 'handover_state']);
  assert.deepEqual(refused(await change('receiver', 'POST', '/sections/risk/release', { by: 'Ada Example' })), [403, 'forbidden']);
  const released = await change('senco', 'POST', '/sections/risk/release', { by: 'Ada Example' });
  assert.equal(released.json.sections.find(({ section }) => section === 'risk').released_by, 'Ada Example', released.text);
  assert.ok(filled(await newest('receiver')).includes('risk'));
  for (const who of ['area', 'officer', 'auditor']) assert.deepEqual(refused(await write(who, 'POST', '/sections/voice/receipt')), [403, 'forbidden'], who);
  for (const who of ['school', 'foreign']) assert.deepEqual(refused(await write(who, 'POST', '/sections/voice/receipt')), [404, 'not_found'], who);
  for (const section of ['identity', 'identity', ...filled(await newest('receiver')).slice(1)])
    assert.equal((await write('receiver', 'POST', `/sections/${section}/receipt`)).status, 200, section);
  const { items: [row] } = (await stage.get('school', '/v1/handovers')).json;
  assert.deepEqual([row.case_id, row.state, row.version, row.sections, row.received, row.open_questions, row.is_late], [move, 'acknowledged', 1, 7, 7, 0, false]);
});

test('a question back is answered once; a second version goes the same way', async () => {
  const key = randomUUID();
  const asked = await write('receiver', 'POST', '/questions', { section: 'support', question: 'How often?' }, { key });
  assert.equal(asked.status, 201, asked.text);
  assert.deepEqual(asked.json.questions.map(({ n, section, question, answer }) => [n, section, question, answer]), [[1, 'support', 'How often?', null]]);
  assert.deepEqual((await write('receiver', 'POST', '/questions', { section: 'support', question: 'How often?' }, { key })).json.questions, asked.json.questions);
  assert.deepEqual(refused(await write('receiver', 'POST', '/questions', { question: 'Otherwise?' }, { key })), [409, 'batch_differs']);
  assert.deepEqual(refused(await write('receiver', 'POST', '/questions', { question: 'x'.repeat(1001) }, { key: 'l' })), [422, 'malformed_field']);
  assert.deepEqual(refused(await write('officer', 'POST', '/questions', { question: 'Why?' }, { key: 'm' })), [403, 'forbidden']);
  assert.equal((await stage.get('school', '/v1/handovers')).json.items[0].open_questions, 1);
  assert.deepEqual(refused(await write('receiver', 'POST', '/questions/1/answer', { answer: 'Daily' })), [403, 'forbidden']);
  assert.deepEqual(refused(await write('school', 'POST', '/questions/2/answer', { answer: 'Daily' })), [404, 'not_found']);
  assert.equal((await write('school', 'POST', '/questions/1/answer', { answer: 'Daily' })).status, 200);
  assert.deepEqual(refused(await write('school', 'POST', '/questions/1/answer', { answer: 'Weekly' })), [409, 'exists_already']);
  assert.equal((await newest('receiver')).questions[0].answer, 'Daily');

  const second = await write('school', 'POST', '', null, { key: randomUUID() });
  assert.deepEqual([second.status, second.json.version, filled(second.json)], [201, 2, ALL.slice(0, 8)]);
  assert.equal((await newest('receiver')).version, 1, 'the receiver reads the first until the second is sent');
  assert.equal((await change('school', 'PUT', '/sections/agreements', { lines: ['Invented: photos may be shown'] })).status, 200);
  assert.equal((await change('school', 'POST', '/send', { to: R })).json.version, 2);
  const now = await newest('receiver');
  assert.deepEqual([now.version, filled(now).includes('risk'), now.versions.map(({ state }) => state)], [2, false, ['sent', 'sent']]);
  assert.ok(filled((await stage.get('receiver', address('?version=1'))).json).includes('risk'), 'the first stays as it was');
  assert.deepEqual(refused(await change('receiver', 'POST', '/withdraw', { reason: 'x' })), [403, 'forbidden']);
  assert.equal((await change('school', 'POST', '/withdraw', { reason: 'Invented: sent too soon' })).json.state, 'withdrawn');
  assert.equal((await newest('receiver')).version, 1);
});

test('the child as a transfer file: for the sender, and a school reads it as it was', async () => {
  const get = (who) => stage.request(who, 'GET', address('/ctf'), { headers: { accept: 'application/xml' } });
  for (const [who, ...why] of [['receiver', 403, 'forbidden'], ['foreign', 404, 'not_found'], ['administrator', 403, 'forbidden'], ['auditor', 403, 'forbidden']])
    assert.deepEqual(refused(await get(who)), why, who);
  assert.deepEqual(refused(await write('school', 'PUT', '/ctf', { sent_on: '2026-11-01' })), [409, 'handover_state'], 'none was made');
  const file = await get('school');
  assert.deepEqual([file.status, file.headers['content-type']], [200, 'application/xml'], file.text);
  const [, name] = /filename="(\d{7}_CTF_\d{7}_001\.xml)"/.exec(file.headers['content-disposition']);
  for (const who of ['senco', 'area', 'officer', 'manager']) assert.equal((await get(who)).text, file.text, who);
  assert.match(file.text, /<UPN>[A-Z]99900017[^]*<SENhistory>\s*<SEN>\s*<StartDate>2023-09-01<[^]*<SENprovision>K<[^]*<SENtypeRank>1<[^]*<SENtype>SLCN<[^]*<SENtype>ASD</);
  const [[reads]] = await stage.sql(`SELECT count(*) FROM audit.entries WHERE action = 'handovers.ctf' AND child_ids = ARRAY['${fern}'::uuid]`);
  assert.equal(reads, '5');
  // The receiving school's agent takes it.
  const path_ = stage.file(name);
  writeFileSync(path_, file.text);
  const agent = (...args) => promisify(execFile)(path.join(bin, 'senco-sync'), ['send', '--setting', R, '--outcome', stage.file('outcome.csv'), ...args, path_],
    { env: { ...process.env, SENCOD_URL: `https://localhost:${stage.port}`, SENCOD_CA: stage.file('pki/ca.pem'),
      SENCOD_CERT: stage.file('pki/clients/receiver.pem'), SENCOD_KEY: stage.file('pki/clients/receiver.key') } });
  await agent();
  assert.match(readFileSync(stage.file('outcome.csv'), 'utf8'), /3 records sent: 3 created/);
  const of = (setting) => stage.sql(`SELECT c.child_id, c.surname, c.forename, c.born_on, c.year_group, c.upn, n.provision, n.start_on, n.end_on, n.types, p.start_on
    FROM core.child_records AS c JOIN core.needs AS n USING (child_id, setting_id) JOIN core.placements AS p USING (child_id, setting_id) JOIN core.setting_identifiers AS i USING (setting_id)
    WHERE i.ref = '${setting}'`);
  assert.deepEqual(await of(R), await of(S), 'the same child, need for need');
  assert.deepEqual(refused(await write('school', 'PUT', '/ctf', { sent_on: '2020-01-01' })), [422, 'dates_reversed']);
  assert.deepEqual(refused(await write('receiver', 'PUT', '/ctf', { sent_on: '2026-11-01' })), [403, 'forbidden']);
  const today = new Date().toISOString().slice(0, 10);
  const sent = await write('school', 'PUT', '/ctf', { sent_on: today });
  assert.deepEqual([sent.status, sent.json.file_name, sent.json.sent_on], [200, name, today], sent.text);
});

test('the lists: each role gets its own in every form, filters narrow', async () => {
  for (const list of ['/v1/handovers', '/v1/handovers/continuity']) {
    for (const who of EVERYBODY) {
      if (['administrator', 'auditor'].includes(who)) assert.deepEqual(refused(await stage.get(who, list)), [403, 'forbidden'], who);
      else assert.equal((await rowsInEveryForm(stage, who, list)).length, who === 'foreign' ? 0 : 1, `${who} ${list}`);
    }
    for (const [query, count] of [[`setting=${S}`, 1], [`setting=${R}`, 1], [`setting=${O}`, 0], [`caseload=${caseload}`, 1], ['caseload=999999', 0],
      ['year=2027', 1], ['year=2028', 0], ...(list === '/v1/handovers' ? [['state=acknowledged', 1], ['state=none,', 422], ['late=false', 1], ['late=true', 0]] : [])]) {
      const answer = await stage.get('officer', `${list}?${query}`);
      if (count === 422) assert.equal(answer.status, 400, query);
      else assert.equal(answer.json.items.length, count, query);
    }
  }
  const [score] = (await stage.get('receiver', '/v1/handovers/continuity')).json.items;
  assert.deepEqual([score.score, score.missing.map(({ section, why }) => [section, why])], [95, [['agreements', 'not_sent']]]);
});

test('sencoctl does the same', async () => {
  const run = async (who, ...args) => (await promisify(execFile)(path.join(bin, 'sencoctl'), ['--url', `https://localhost:${stage.port}`,
    '--ca', stage.file('pki/ca.pem'), '--cert', stage.file(`pki/clients/${who}.pem`), '--key', stage.file(`pki/clients/${who}.key`), ...args])).stdout;
  assert.match(await run('school', 'handover', 'begin', move), /^Begun\./);
  assert.match(await run('school', 'handover', 'section', move, 'risk', '--lines', 'Invented: an inhaler,kept at hand'), /^Written\./);
  assert.match(await run('school', 'handover', 'agree', move, '--agreed-on', '2026-06-01', '--by', 'parent', '--may-share', ALL.join(',')), /recorded/);
  assert.match(await run('school', 'handover', 'send', move, '--to', R), /^Sent\./);
  assert.match(await run('school', 'handover', 'release', move, 'risk', '--by', 'Ada Example'), /^Released\./);
  assert.match(await run('receiver', 'handover', 'show', move), /kept at hand/);
  assert.match(await run('receiver', 'handover', 'receipt', move, 'risk'), /recorded/);
  assert.match(await run('receiver', 'handover', 'ask', move, '--question', 'Which?'), /^Asked\./);
  assert.match(await run('school', 'handover', 'answer', move, '2', '--answer', 'The blue one'), /^Answered\./);
  assert.match(await run('school', 'handovers', 'list', '--year', '2027'), /sent/);
  assert.match(await run('officer', 'handovers', 'continuity'), /95/);
  assert.match(await run('school', 'handover', 'ctf', move), /<CTfile>/);
  assert.match(await run('school', 'handover', 'ctf-sent', move, '--sent-on', new Date().toISOString().slice(0, 10)), /^Noted\./);
  assert.match(await run('school', 'handover', 'withdraw', move, '--reason', 'Invented'), /^Withdrawn\./);
});
