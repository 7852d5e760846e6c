// Who holds which post where, and what is known of the people who do: written
// by officers, read by each as far as they have a reason to.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { addCaseload, authority, everyPage, rowsInEveryForm, send, SETTING, slug } from '../lib/authority.mjs';
import { post as postRecord } from '../lib/records.mjs';
import { bin } from '../lib/stage.mjs';
import { csvRows } from '../lib/stub_server.mjs';

const { primary: A, primary2: B, nursery: N, nursery2: N2 } = SETTING;
const EVERYBODY = ['school', 'foreign', 'teacher', 'area', 'stranger', 'officer', 'manager', 'administrator', 'auditor'];
const WRITERS = ['officer', 'manager'];
const NEAR = ['school', 'teacher', 'area', ...WRITERS]; // of who works at A
let stage, ada, bea, adas;

before(async () => {
  stage = await authority('staff_posts');
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  await stage.addClient('school', 'school_system', { settings: [A, N] });
  await stage.addClient('foreign', 'school_system', { settings: [B] });
  await addCaseload(stage, 'Fictional West', [[A]], { holder: 'area' });
  await addCaseload(stage, 'Fictional East', [[N2]], { holder: 'stranger' });
  ada = (await made('/v1/staff', { name: 'Ada Example', email: 'ada@example.org' })).staff_id;
  bea = (await made('/v1/staff', { name: 'Bea Example' })).staff_id;
  adas = await made('/v1/posts', { staff_id: ada, setting: A, kind: 'senco', from_on: '2020-09-01', hours_per_week: 12.5 });
  await stage.addClient('teacher', 'senco', { staff: ada });
});
after(() => stage?.stop());

const write = (method, target, body, { who = 'officer', key = randomUUID(), etag } = {}) => stage.request(who, method, target, {
  body, headers: { ...(key && method === 'POST' ? { 'idempotency-key': key } : {}), ...(etag ? { 'if-match': `"${etag}"` } : {}) } });
async function made(target, body) {
  const answer = await write('POST', target, body);
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
const refused = (answer) => [answer.status, slug(answer), answer.json.pointer];
const etagOf = async (id) => (await stage.get('officer', `/v1/posts/${id}`)).json.etag;
const TERMS = { from_on: '2020-09-01' };

test('each write is for officers and managers, a threshold for managers', async () => {
  const { group_id: group } = await made('/v1/groups', { kind: 'trust', name: 'Fictional Trust of Roles' });
  const all = [
    ['POST', '/v1/staff', { name: 'Nobody Example' }], ['PUT', `/v1/staff/${ada}/qualifications/qts`, { state: 'held' }],
    ['POST', `/v1/staff/${ada}/service`, { place: 'Elsewhere', is_relevant_school: true, from_on: '2015-09-01', to_on: '2016-08-31' }],
    ['POST', `/v1/staff/${ada}/service/999999/withdraw`, { reason: 'x' }], ['POST', `/v1/staff/${ada}/absences`, { from_on: '2026-01-05' }],
    ['POST', `/v1/staff/${ada}/absences/999999/end`, { to_on: '2026-01-06' }], ['POST', `/v1/staff/${ada}/absences/999999/withdraw`, { reason: 'x' }],
    ['POST', '/v1/posts', { staff_id: ada, setting: B, kind: 'senco', from_on: '2020-09-01' }], ['PUT', `/v1/posts/${adas.post_id}`, TERMS],
    ['POST', `/v1/posts/${adas.post_id}/end`, { to_on: '2030-08-31' }], ['POST', `/v1/posts/${adas.post_id}/withdraw`, { reason: 'x' }],
    ['POST', '/v1/groups', { kind: 'trust', name: 'x' }], ['POST', `/v1/groups/${group}/settings`, { setting: A, from_on: '2020-09-01' }],
    ['POST', `/v1/groups/${group}/settings/${A}/end`, { to_on: '2030-08-31' }],
    ['PUT', '/v1/thresholds/rag_ehc_no_notice_amber', { amount: 14, valid_from: '2026-01-01', reason: 'x' }]];
  for (const [method, target, body] of all)
    for (const who of EVERYBODY.filter((name) => !WRITERS.includes(name)).concat(target.includes('thresholds') ? 'officer' : [])) {
      const answer = await write(method, target, body, { who });
      assert.deepEqual([answer.status, slug(answer)], [403, 'forbidden'], `${who} ${method} ${target}`);
    }
});

test('a person: once, by key and by name with e-mail', async () => {
  const key = randomUUID(), words = { name: 'Cy Example', email: 'cy@example.org' };
  const first = await write('POST', '/v1/staff', words, { key });
  assert.deepEqual((await write('POST', '/v1/staff', words, { key })).json, first.json, 'sent again it is the same');
  assert.deepEqual(refused(await write('POST', '/v1/staff', { name: 'Dee Example' }, { key })), [409, 'batch_differs', undefined]);
  assert.deepEqual(refused(await write('POST', '/v1/staff', { ...words, name: 'CY EXAMPLE' })), [409, 'exists_already', '/name']);
  assert.deepEqual(refused(await write('POST', '/v1/staff', words, { key: null })), [400, 'idempotency_key_missing', undefined]);
  assert.deepEqual(refused(await write('POST', '/v1/staff', { ...words, email: 'x' })), [422, 'malformed_field', '/email']);
  const both = await Promise.all([0, 1].map(() => write('POST', '/v1/staff', { name: 'Eve Example' }, { key: 'twice' })));
  assert.deepEqual(both[0].json, both[1].json, 'two at the same moment are one');
});

test('the list of staff in every form and by pages; an e-mail for who has a reason to', async () => {
  const rows = await rowsInEveryForm(stage, 'officer', '/v1/staff');
  assert.deepEqual(await everyPage(stage, 'officer', '/v1/staff?limit=2'), rows);
  for (const who of EVERYBODY) {
    const [row] = (await stage.get(who, '/v1/staff?name=ada')).json.items;
    assert.deepEqual(row, { staff_id: ada, name: 'Ada Example', email: NEAR.includes(who) ? 'ada@example.org' : null, posts: 1 }, who);
  }
  assert.deepEqual((await stage.get('auditor', `/v1/staff?setting=${A}`)).json.items.map(({ staff_id: id }) => id), [ada]);
  assert.deepEqual((await stage.get('auditor', `/v1/staff?setting=${B}`)).json.items, []);
});

test('qualifications, service and absences are for who has a reason to read them', async () => {
  const target = `/v1/staff/${ada}/qualifications/nasenco`;
  const unknown = await stage.get('area', target);
  assert.deepEqual([unknown.json.state, unknown.headers.etag], [null, '"0"'], 'nothing is known at first');
  const first = await write('PUT', target, { state: 'studying', began_on: '2021-09-01' }, { etag: '0' });
  assert.equal(first.status, 200, first.text);
  assert.equal(first.headers.etag, `"${first.json.etag}"`);
  const held = { state: 'held', began_on: '2021-09-01', completed_on: '2023-07-01', evidence: 'Fictional file 7' };
  assert.deepEqual(refused(await write('PUT', target, held)), [428, 'precondition_missing', undefined]);
  assert.equal((await write('PUT', target, held, { etag: first.json.etag })).status, 200);
  assert.deepEqual(refused(await write('PUT', target, held, { etag: first.json.etag })), [412, 'precondition_failed', undefined]);
  for (const [body, why] of [[{ ...held, completed_on: '2021-08-31' }, 'dates_reversed'], [{ ...held, completed_on: '2999-01-01' }, 'malformed_field'],
    [{ ...held, state: 'not_held' }, 'malformed_field'], [{ ...held, state: 'studying' }, 'malformed_field']])
    assert.deepEqual(refused(await write('PUT', `/v1/staff/${ada}/qualifications/level_3`, body)), [422, why, '/completed_on']);
  assert.deepEqual(refused(await write('PUT', `/v1/staff/${ada}/qualifications/level_3`, { state: 'lost' })), [422, 'unknown_code', '/state']);
  assert.equal((await write('PUT', `/v1/staff/${ada}/qualifications/degree`, held)).status, 404);
  assert.equal((await write('PUT', '/v1/staff/999999/qualifications/qts', { state: 'held' })).status, 404);

  const served = { place: 'Fictional School, Elsewhere', is_relevant_school: true, from_on: '2015-09-01', to_on: '2016-08-31' };
  const service = await made(`/v1/staff/${ada}/service`, served);
  const error = await made(`/v1/staff/${ada}/service`, { ...served, place: 'Entered in error' });
  assert.equal((await write('POST', `/v1/staff/${ada}/service/${error.service_id}/withdraw`, { reason: 'Fictional' })).status, 204);
  assert.equal((await write('POST', `/v1/staff/${ada}/service/${error.service_id}/withdraw`, { reason: 'Fictional' })).status, 404);
  assert.deepEqual(refused(await write('POST', `/v1/staff/${ada}/service`, { ...served, to_on: '2015-08-31' })), [422, 'dates_reversed', '/to_on']);
  assert.deepEqual(refused(await write('POST', `/v1/staff/${ada}/service`, { ...served, to_on: '2999-08-31' })), [422, 'malformed_field', '/to_on']);

  const absence = await made(`/v1/staff/${ada}/absences`, { from_on: '2026-01-05' });
  assert.deepEqual(refused(await write('POST', `/v1/staff/${ada}/absences`, { from_on: '2026-02-05' })), [422, 'periods_overlap', '/from_on']);
  const end = (to_on) => write('POST', `/v1/staff/${ada}/absences/${absence.absence_id}/end`, { to_on });
  assert.deepEqual(refused(await end('2026-01-04')), [422, 'dates_reversed', '/to_on']);
  assert.deepEqual((await end('2026-01-09')).json.to_on, '2026-01-09');
  const never = await made(`/v1/staff/${ada}/absences`, { from_on: '2026-02-05' });
  assert.equal((await write('POST', `/v1/staff/${ada}/absences/${never.absence_id}/withdraw`, { reason: 'Fictional' })).status, 204);

  for (const who of EVERYBODY) {
    const one = await stage.get(who, target);
    assert.equal(one.status, NEAR.includes(who) ? 200 : ['administrator', 'auditor'].includes(who) ? 403 : 404, who);
    const { json } = await stage.get(who, `/v1/staff/${ada}`);
    assert.equal(json.posts[0].setting, A, who);
    if (!NEAR.includes(who)) {
      assert.deepEqual([json.email, json.qualifications, json.service, json.absences], [null, null, null, null], who);
    } else {
      assert.deepEqual([json.qualifications.map(({ evidence }) => evidence), json.service.map(({ place }) => place), json.absences.map(({ to_on: to }) => to)],
        [['Fictional file 7'], [served.place], ['2026-01-09']], who);
    }
    for (const list of ['service', 'absences']) {
      const answer = await stage.get(who, `/v1/staff/${ada}/${list}`);
      if (['administrator', 'auditor'].includes(who)) assert.equal(answer.status, 403, who);
      else assert.equal(answer.json.items.length, NEAR.includes(who) ? 1 : 0, `${who} ${list}`);
    }
  }
  assert.deepEqual((await rowsInEveryForm(stage, 'officer', `/v1/staff/${ada}/service`))[0].service_id, service.service_id);
  await rowsInEveryForm(stage, 'officer', `/v1/staff/${ada}/absences`);
  assert.equal((await stage.get('officer', '/v1/staff/999999')).status, 404);
});

test('what a post cannot be is refused with the member at fault', async () => {
  const words = { staff_id: bea, setting: B, kind: 'senco', from_on: '2020-09-01' };
  const [[closed]] = await stage.sql(`INSERT INTO core.settings (name, type, status, register, opened_on, closed_on)
    VALUES ('Fictional Closed School', '1', 'closed', 'gias', '2010-09-01', '2019-08-31') RETURNING ref`);
  const { group_id: agency } = await made('/v1/groups', { kind: 'childminder_agency', name: 'Fictional Agency' });
  for (const [change, why] of [
    [{ staff_id: 999999 }, [404, 'not_found', '/staff_id']], [{ setting: 'urn:999998' }, [422, 'unknown_setting', '/setting']],
    [{ setting: null }, [422, 'missing_field', '/setting']], [{ group_id: agency }, [422, 'missing_field', '/setting']],
    [{ setting: null, group_id: 999999 }, [404, 'not_found', '/group_id']], [{ kind: 'boss' }, [422, 'unknown_code', '/kind']],
    [{ setting: null, group_id: agency, arrangement: 'network' }, [422, 'arrangement_unfit', '/arrangement']],
    [{ to_on: '2020-08-31' }, [422, 'dates_reversed', '/to_on']], [{ setting: closed }, [422, 'setting_closed', '/from_on']],
    [{ setting: closed, from_on: '2010-08-31' }, [422, 'setting_not_open', '/from_on']], [{ hours_per_week: 168.5 }, [422, 'malformed_field', '/hours_per_week']],
    [{ hours_per_week: 0 }, [422, 'malformed_field', '/hours_per_week']], [{ teaching_percent: 101 }, [422, 'malformed_field', '/teaching_percent']],
    [{ staff_id: ada, setting: A }, [422, 'periods_overlap', '/from_on']], [{ staff_id: ada, hours_per_week: 156 }, [422, 'hours_exceed_week', '/hours_per_week']],
    [{ post_id: 1 }, [422, 'unknown_field', undefined]]])
    assert.deepEqual(refused(await write('POST', '/v1/posts', { ...words, ...change })), why, JSON.stringify(change));
});

test('a post is read by everybody, today, on any day and as it was known', async () => {
  const rows = await rowsInEveryForm(stage, 'officer', `/v1/posts?setting=${A}`);
  assert.deepEqual(rows.map(({ staff, kind, hours_per_week: hours }) => [staff, kind, hours]), [['Ada Example', 'senco', 12.5]]);
  for (const who of EVERYBODY) assert.deepEqual((await stage.get(who, `/v1/posts?setting=${A}`)).json.items, rows, who);
  const seen = async (query) => (await stage.get('auditor', `/v1/posts?staff=${ada}&kind=senco${query}`)).json.items.map(({ from_on: from, to_on: to }) => `${from} ${to}`);
  assert.deepEqual([await seen('&on=2020-08-31'), await seen('&on=2020-09-01'), await seen('')], [[], ['2020-09-01 null'], ['2020-09-01 null']]);

  const [[then]] = await stage.sql(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);
  const etag = await etagOf(adas.post_id), target = `/v1/posts/${adas.post_id}`;
  assert.deepEqual(refused(await write('PUT', target, TERMS)), [428, 'precondition_missing', undefined]);
  const changed = await write('PUT', target, { ...TERMS, from_on: '2021-01-01', hours_per_week: 10, is_head: false, arrangement: 'shared' }, { etag });
  assert.equal(changed.status, 200, changed.text);
  assert.deepEqual([changed.json.post_id, changed.json.earlier.map(({ from_on: from, by }) => [from, by]), changed.json.counts], [adas.post_id, [['2020-09-01', 'officer']], true]);
  assert.deepEqual(refused(await write('PUT', target, TERMS, { etag })), [412, 'precondition_failed', undefined]);
  assert.deepEqual(refused(await write('PUT', target, { ...TERMS, to_on: '2020-01-01' }, { etag: changed.json.etag })), [422, 'dates_reversed', '/to_on']);
  assert.deepEqual([await seen('&on=2020-09-01'), await seen(`&on=2020-09-01&as_of=${then}`)], [[], ['2020-09-01 null']]);
  const ended = await write('POST', `${target}/end`, { to_on: '2030-08-31' }, { etag: changed.json.etag });
  assert.deepEqual([ended.json.to_on, ended.json.hours_per_week, ended.json.arrangement], ['2030-08-31', 10, 'shared'], 'the rest stays');
  assert.deepEqual([await seen('&on=2030-08-31'), await seen('&on=2030-09-01')], [['2021-01-01 2030-08-31'], []]);
  assert.equal((await stage.get('officer', '/v1/posts/999999')).status, 404);
  assert.equal((await write('PUT', '/v1/posts/999999', TERMS, { etag: '1' })).status, 404);
  for (const [query, pointer] of [['on=today', 'on'], ['as_of=2026-01-01', 'as_of'], ['staff=x', 'staff'], ['kind=boss', 'kind']])
    assert.equal((await stage.get('officer', `/v1/posts?${query}`)).json.pointer, pointer, query);
});

test('of two who change a post at the same moment one does', async () => {
  const { post_id: id, etag } = await made('/v1/posts', { staff_id: bea, setting: B, kind: 'deputy', from_on: '2022-09-01' });
  const answers = await Promise.all([11, 12, 13, 14].map((hours) => write('PUT', `/v1/posts/${id}`, { from_on: '2022-09-01', hours_per_week: hours }, { etag })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412, 412]);
  const key = randomUUID(), words = { staff_id: bea, setting: B, kind: 'head', from_on: '2022-09-01' };
  const twice = await Promise.all([0, 1].map(() => write('POST', '/v1/posts', words, { key })));
  assert.deepEqual(twice.map(({ json }) => json.post_id), [twice[0].json.post_id, twice[0].json.post_id]);
});

test('a post entered in error is known no longer, but that it was', async () => {
  const { post_id: id, etag } = await made('/v1/posts', { staff_id: bea, setting: A, kind: 'senco', from_on: '2023-09-01' });
  const withdrawn = await write('POST', `/v1/posts/${id}/withdraw`, { reason: 'Fictional: the wrong school' }, { etag });
  assert.ok(withdrawn.json.withdrawn_at && withdrawn.json.reason === 'Fictional: the wrong school' && !withdrawn.json.counts);
  assert.deepEqual(refused(await write('POST', `/v1/posts/${id}/withdraw`, { reason: 'x' }, { etag })), [409, 'withdrawn', undefined]);
  assert.deepEqual(refused(await write('PUT', `/v1/posts/${id}`, TERMS, { etag })), [409, 'withdrawn', undefined]);
  assert.deepEqual((await stage.get('auditor', `/v1/posts?staff=${bea}&setting=${A}&all=true`)).json.items, []);
  const before = (await stage.get('auditor', `/v1/posts/${id}`)).json;
  assert.deepEqual([before.reason, before.withdrawn_at], [null, withdrawn.json.withdrawn_at]);
});

test('a group: its settings, and the SENCO of all of them', async () => {
  const group = await made('/v1/groups', { kind: 'nursery_chain', name: 'Fictional Chain' });
  assert.deepEqual(refused(await write('POST', '/v1/groups', { kind: 'trust', name: 'Fictional Chain' })), [409, 'exists_already', '/name']);
  const join = (setting, from_on, to_on) => write('POST', `/v1/groups/${group.group_id}/settings`, { setting, from_on, to_on });
  const leave = (setting, to_on) => write('POST', `/v1/groups/${group.group_id}/settings/${setting}/end`, { to_on });
  await stage.sql(`UPDATE core.settings SET opened_on = '2015-09-01' WHERE ref IN ('${N}', '${N2}')`);
  for (const [setting, from, to, why] of [[N, '2020-09-01', '2020-08-31', [422, 'dates_reversed', '/to_on']], [N, '2015-08-31', null, [422, 'setting_not_open', '/from_on']],
    ['urn:999998', '2020-09-01', null, [422, 'unknown_setting', '/setting']]]) assert.deepEqual(refused(await join(setting, from, to)), why);
  assert.equal((await join(N, '2020-09-01')).json.settings, 1);
  assert.equal((await join(N2, '2020-09-01')).json.settings, 2);
  assert.deepEqual((await join(N2, '2020-09-01')).json.members.length, 2, 'what is so already is answered the same');
  assert.deepEqual(refused(await join(N2, '2021-09-01')), [422, 'periods_overlap', '/from_on']);
  const chief = await made('/v1/posts', { staff_id: bea, group_id: group.group_id, kind: 'senco', from_on: '2021-09-01' });
  assert.equal(chief.arrangement, 'group');
  const held = async (on) => (await stage.get('auditor', `/v1/posts?staff=${bea}&kind=senco&on=${on}`)).json.items.map(({ setting }) => setting).sort();
  assert.deepEqual(await held('2024-09-01'), [N, N2].sort());
  assert.equal((await leave(N2, '2024-08-31')).json.settings, 1);
  assert.deepEqual([await held('2024-08-31'), await held('2024-09-01')], [[N, N2].sort(), [N]]);
  assert.equal((await leave(A, '2024-08-31')).status, 404);
  for (const who of EVERYBODY) {
    const { json } = await stage.get(who, `/v1/groups?setting=${N}&kind=nursery_chain`);
    assert.deepEqual(json.items.map(({ name, settings }) => [name, settings]), [['Fictional Chain', 1]], who);
  }
  const { items } = (await stage.get('officer', '/v1/groups')).json;
  assert.deepEqual(await everyPage(stage, 'officer', '/v1/groups?limit=1'), items);
  assert.deepEqual((await stage.get('officer', '/v1/groups', { accept: 'application/x-ndjson' })).rows, items);
  const rows = csvRows((await stage.get('officer', '/v1/groups', { accept: 'text/csv' })).text);
  assert.deepEqual(rows.map(({ members, ...row }) => ({ ...row, members: JSON.parse(members) })),
    items.map((row) => ({ ...row, group_id: String(row.group_id), settings: String(row.settings) })));

  // The nursery's own word goes before, for as long as it sends any.
  const sencos = async () => (await stage.get('auditor', `/v1/posts?setting=${N}&kind=senco`)).json.items.map(({ staff, record_id: record }) => [staff, record]);
  const own = postRecord('own', { name: 'Fay Example' });
  await send(stage, 'school', N, [own]);
  assert.deepEqual(await sencos(), [['Fay Example', own.source_id]]);
  assert.equal((await stage.get('officer', `/v1/posts/${chief.post_id}`)).json.counts, true, 'the post of a group still counts elsewhere');
  const [[sent]] = await stage.sql(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);
  await send(stage, 'school', N, [{ kind: own.kind, source_id: own.source_id, revision: 9, op: 'delete' }]);
  assert.deepEqual(await sencos(), [['Bea Example', null]]);
  const then = await stage.get('auditor', `/v1/posts?setting=${N}&kind=senco&as_of=${sent}`);
  assert.deepEqual(then.json.items.map(({ staff }) => staff), ['Fay Example'], 'what was known in between stays known');
});

test('thresholds: every number, and the authority\'s own', async () => {
  const rows = await rowsInEveryForm(stage, 'auditor', '/v1/thresholds');
  const find = async (query = '') => (await stage.get('officer', `/v1/thresholds${query}`)).json.items.find(({ rule }) => rule === 'rag_ehc_no_notice_amber');
  for (const who of EVERYBODY) assert.deepEqual((await stage.get(who, '/v1/thresholds')).json.items, rows, who);
  const target = '/v1/thresholds/rag_ehc_no_notice_amber', words = { amount: 14, valid_from: '2026-01-01', reason: 'Fictional decision' };
  assert.equal((await stage.get('auditor', target)).headers.etag, '"0"');
  const first = await write('PUT', target, words, { who: 'manager' });
  assert.deepEqual([first.json.number, first.json.amount, first.json.is_own, first.json.by, first.json.reason], [21, 14, true, 'manager', words.reason]);
  assert.deepEqual(await find(), first.json);
  assert.deepEqual((await stage.get('school', target)).json, first.json);
  assert.equal((await stage.get('school', `${target}?on=2010-01-01`)).status, 404);
  assert.deepEqual([(await find('?on=2025-12-31')).amount, (await find('?on=2026-01-01')).amount], [21, 14]);
  const put = (body, etag, rule = target) => write('PUT', rule, body, { who: 'manager', etag });
  assert.deepEqual(refused(await put(words)), [428, 'precondition_missing', undefined]);
  assert.deepEqual(refused(await put({ ...words, amount: 14.5 }, first.json.etag)), [422, 'malformed_field', '/amount']);
  assert.deepEqual(refused(await put({ ...words, amount: -1 }, first.json.etag)), [422, 'malformed_field', '/amount']);
  assert.deepEqual(refused(await put({ amount: 14, valid_from: '2026-01-01' }, first.json.etag)), [422, 'missing_field', '/reason']);
  assert.deepEqual(refused(await put(words, undefined, '/v1/thresholds/rag_ehc_no_notice_red')), [422, 'threshold_statutory', undefined]);
  assert.equal((await put(words, undefined, '/v1/thresholds/nothing_such')).status, 404);
  const back = await put({ valid_from: '2026-01-01', reason: 'Fictional second thought' }, first.json.etag);
  assert.deepEqual([back.json.amount, back.json.is_own, back.json.own_from], [21, false, null]);
  assert.deepEqual(refused(await put(words, first.json.etag)), [412, 'precondition_failed', undefined]);
});

test('sencoctl: a person with a qualification, service, an absence and a post of a group', async () => {
  const as = (who) => async (...args) => (await promisify(execFile)(path.join(bin, 'sencoctl'), ['--url', `https://localhost:${stage.port}`,
    '--ca', stage.file('pki/ca.pem'), '--cert', stage.file(`pki/clients/${who}.pem`), '--key', stage.file(`pki/clients/${who}.key`), ...args])).stdout;
  const run = as('officer');
  const number = (text, name) => RegExp(`^${name} +([0-9]+)$`, 'm').exec(text)[1];
  const id = number(await run('staff', 'add', '--name', 'Gus Example'), 'staff_id');
  for (const state of ['studying', 'held']) assert.match(await run('staff', 'qualify', id, 'nasenco', '--state', state), RegExp(`^Written[^]*state +${state}$`, 'm'));
  const service = number(await run('staff', 'served', id, '--place', 'Fictional School', '--is-relevant-school', 'yes', '--from-on', '2015-09-01', '--to-on', '2016-08-31'), 'service_id');
  assert.match(await run('staff', 'service', id), /Fictional School/);
  assert.match(await run('staff', 'served-withdraw', id, service, '--reason', 'Fictional'), /^Withdrawn/);
  const absence = number(await run('staff', 'away', id, '--from-on', '2026-01-05'), 'absence_id');
  assert.match(await run('staff', 'back', id, absence, '--to-on', '2026-01-09'), /2026-01-09/);
  assert.match(await run('staff', 'absences', id), /2026-01-09/);
  assert.match(await run('staff', 'away-withdraw', id, absence, '--reason', 'Fictional'), /^Withdrawn/);
  assert.match(await run('staff', 'show', id), /"nasenco"/);
  const group = number(await run('groups', 'add', '--kind', 'trust', '--name', 'Fictional Trust of the Command'), 'group_id');
  assert.match(await run('groups', 'join', group, '--setting', B, '--from-on', '2020-09-01'), /^Added/);
  const post = number(await run('posts', 'add', '--staff-id', id, '--group-id', group, '--kind', 'senco', '--from-on', '2024-09-01', '--hours-per-week', '7.5'), 'post_id');
  assert.match(await run('posts', 'change', post, '--from-on', '2024-09-01', '--hours-per-week', '8'), /hours_per_week +8$/m);
  assert.match(await run('posts', 'list', '--staff', id, '--all', '--format', 'csv'), /Gus Example/);
  assert.match(await run('posts', 'end', post, '--to-on', '2025-08-31'), /2025-08-31/);
  assert.match(await run('posts', 'withdraw', post, '--reason', 'Fictional'), /^Withdrawn/);
  assert.match(await run('posts', 'show', post), /withdrawn_at/);
  assert.match(await run('groups', 'leave', group, B, '--to-on', '2025-08-31'), /2025-08-31/);
  assert.match(await run('groups', 'list'), /Fictional Trust of the Command/);
  assert.match(await as('manager')('thresholds', 'set', 'rag_ehc_no_destination_amber', '--amount', '35', '--valid-from', '2026-01-01', '--reason', 'Fictional'), /is_own +true/);
  assert.match(await run('thresholds', 'list'), /rag_ehc_no_destination_amber +35 +28/);
});

test('nothing of a person is in the log', async () => {
  assert.ok(!/example\.org|Example|Fictional/.test(stage.log()));
});
