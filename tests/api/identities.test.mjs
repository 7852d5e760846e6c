// Two children that are one, and one that is two: as an officer finds, also
// while their settings are sending, and through sencoctl.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { addCaseload, authority, childId, send, SETTING, slug } from '../lib/authority.mjs';
import { child, need, placement, upn } from '../lib/records.mjs';
import { bin } from '../lib/stage.mjs';
import { runProgram } from '../lib/stub_server.mjs';

let stage;

before(async () => {
  stage = await authority('identities');
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  await stage.addClient('nursery', 'school_system', { settings: [SETTING.nursery] });
  await stage.addClient('auditor', 'auditor');
  await addCaseload(stage, 'Fictional West', [[SETTING.nursery]], { holder: 'senco' });
});
after(() => stage?.stop());

const twin = { surname: 'Fictional-Twice', born_on: '2021-03-01' };
const at = (setting, id) => childId(stage, setting, id);
const merge = (body, who = 'officer') => stage.request(who, 'POST', '/v1/identities/merge', { body });
const split = (body, who = 'officer') => stage.request(who, 'POST', '/v1/identities/split', { body });
const refused = (answer) => [answer.status, slug(answer)];
let nurserys, schools;
/** What the nursery's feed tells of children that are others now. */
const moved = async (op) => (await stage.get('nursery', '/v1/sync/changes')).json.items.filter((row) => row.op === op)
  .map(({ source_id: id, from, child_id: to }) => [id, from, to]);

test('a pair that looks like one is a candidate, and each look at it is audited with both', async () => {
  await send(stage, 'nursery', SETTING.nursery, [child(1, { ...twin, forename: 'Testchild' }), placement(1), need(1)]);
  await send(stage, 'school', SETTING.primary, [child(1, { ...twin, forename: 'Testchilde', upn: upn('999000018001') })]);
  [nurserys, schools] = [await at(SETTING.nursery, 'c-1'), await at(SETTING.primary, 'c-1')];
  const { json } = await stage.get('officer', '/v1/identities/candidates?limit=1');
  assert.deepEqual([json.items[0].child_id, json.items[0].other_child_id].sort(), [nurserys, schools].sort());
  assert.equal(json.next, null);
  const [[ids]] = await stage.sql(`SELECT array_to_string(child_ids, ' ') FROM audit.entries
    WHERE action = 'GET /v1/identities/candidates' ORDER BY id DESC LIMIT 1`);
  assert.deepEqual(ids.split(' ').sort(), [nurserys, schools].sort());
});

test('officers and managers decide, nobody else', async () => {
  for (const who of ['school', 'senco', 'administrator', 'auditor']) {
    assert.deepEqual(refused(await merge({ child: nurserys, into: schools }, who)), [403, 'forbidden'], who);
    assert.deepEqual(refused(await split({ child: nurserys, setting: SETTING.nursery, source_id: 'c-1' }, who)), [403, 'forbidden'], who);
    assert.deepEqual(refused(await stage.get(who, '/v1/identities/candidates')), [403, 'forbidden'], who);
  }
});

test('merged, both settings hold one child; the old id answers with it', async () => {
  for (const body of [{ child: randomUUID(), into: schools }, { child: nurserys, into: randomUUID() }])
    assert.deepEqual(refused(await merge(body)), [404, 'not_found']);
  assert.deepEqual(refused(await merge({ child: nurserys, into: nurserys })), [409, 'identity_conflict']);
  assert.deepEqual(refused(await merge({ child: nurserys })), [422, 'missing_field']);
  const done = await merge({ child: nurserys, into: schools });
  assert.deepEqual([done.status, done.json], [200, { child_id: schools, was: nurserys }]);
  assert.deepEqual((await merge({ child: nurserys, into: schools })).json, done.json, 'sent again');
  assert.equal(await at(SETTING.nursery, 'c-1'), schools);
  const read = await stage.get('officer', `/v1/children/${nurserys}`);
  assert.deepEqual([read.status, read.json.child_id], [200, schools]);
  assert.equal((await stage.get('nursery', `/v1/children/${nurserys}`)).json.child_id, schools);
  assert.equal((await stage.get('officer', '/v1/identities/candidates')).json.items.length, 0);
  assert.deepEqual(await moved('merge'), [['c-1', nurserys, schools]]);
});

test('split, the record is of a child of its own and stays so', async () => {
  assert.deepEqual(refused(await split({ child: schools, setting: SETTING.nursery, source_id: 'c-9' })), [404, 'not_found']);
  assert.deepEqual(refused(await split({ child: schools, setting: 'urn:100009', source_id: 'c-1' })), [422, 'unknown_setting']);
  const done = await split({ child: schools, setting: SETTING.nursery, source_id: 'c-1' });
  assert.equal(done.status, 200);
  assert.equal(await at(SETTING.nursery, 'c-1'), done.json.child_id);
  assert.deepEqual((await split({ child: schools, setting: SETTING.nursery, source_id: 'c-1' })).json, done.json, 'sent again');
  assert.deepEqual(refused(await split({ child: done.json.child_id, setting: SETTING.nursery, source_id: 'c-1' })), [409, 'identity_conflict']);
  assert.equal((await stage.get('nursery', `/v1/children/${done.json.child_id}`)).json.child_id, done.json.child_id);
  assert.deepEqual(refused(await stage.get('nursery', `/v1/children/${schools}`)), [404, 'not_found'], 'the school\'s is not the nursery\'s any more');
  assert.equal((await stage.get('officer', '/v1/identities/candidates')).json.items.length, 0, 'told apart is no candidate');
  assert.deepEqual(await moved('split'), [['c-1', schools, done.json.child_id]]);
});

test('different dates of birth need confirm; different milestones are settled first', async () => {
  await send(stage, 'nursery', SETTING.nursery, [child(3, { born_on: '2021-05-01' })]);
  await send(stage, 'school', SETTING.primary, [child(3, { born_on: '2021-05-02' })]);
  const [one, other] = [await at(SETTING.nursery, 'c-3'), await at(SETTING.primary, 'c-3')];
  assert.deepEqual(refused(await merge({ child: one, into: other })), [409, 'identity_unconfirmed']);
  for (const [id, day] of [[one, '2026-10-01'], [other, '2026-10-02']])
    assert.equal((await stage.request('officer', 'PUT', `/v1/ehc/transfers/${id}/2027`, { body: { review_held_on: day } })).status, 200);
  const conflict = await merge({ child: one, into: other, confirm: true });
  assert.deepEqual(refused(conflict), [409, 'identity_conflict']);
  assert.match(conflict.json.detail, /milestones of an EHC plan for 2027/);
  assert.equal((await stage.request('officer', 'PUT', `/v1/ehc/transfers/${other}/2027`, { body: {}, headers: { 'if-match': '"1"' } })).status, 200);
  assert.equal((await merge({ child: one, into: other, confirm: true })).status, 200);
  assert.equal((await stage.get('school', `/v1/ehc/transfers/${other}/2027`)).json.review_held_on, '2026-10-01');
});

test('while both settings send, nothing is left under an id that is gone', async () => {
  for (let n = 100; n < 106; n++) {
    const born = { born_on: `2020-02-${n - 90}` };
    const [held, twice] = [{ ...born, nhs_number: '9990000018' }, { ...born, upn: upn('999000018777') }];
    await send(stage, 'nursery', SETTING.nursery, [child(n, held)]);
    await send(stage, 'school', SETTING.primary, [child(n, twice)]);
    const [from, into] = [await at(SETTING.nursery, `c-${n}`), await at(SETTING.primary, `c-${n}`)];
    assert.notEqual(from, into);
    const answers = await Promise.all([
      merge({ child: from, into }),
      ...[1, 2, 3].map((i) => stage.batch('nursery', SETTING.nursery, [need(n * 10 + i, { child: `c-${n}` }), placement(n * 10 + i, { child: `c-${n}` })])),
      stage.batch('nursery', SETTING.nursery, [child(n * 10, held)]),
      stage.batch('school', SETTING.primary, [need(n), child(n, twice, 2)])]);
    for (const { status, text } of answers) assert.ok([200, 503].includes(status), text);
  }
  assert.deepEqual(await stage.sql(`SELECT 'need', count(*) FROM core.needs AS t JOIN core.child_records AS r
      ON (r.setting_id, r.source_id) = (t.setting_id, t.child) WHERE r.child_id <> t.child_id
    UNION ALL SELECT 'placement', count(*) FROM core.placements AS t JOIN core.child_records AS r
      ON (r.setting_id, r.source_id) = (t.setting_id, t.child) WHERE r.child_id <> t.child_id
    UNION ALL SELECT 'record', count(*) FROM core.child_records AS r WHERE NOT EXISTS (SELECT FROM core.children AS c WHERE c.id = r.child_id)`),
  [['need', '0'], ['placement', '0'], ['record', '0']]);
});

test('sencoctl lists, joins and tells apart', async () => {
  const env = { SENCOD_URL: `https://localhost:${stage.port}`, SENCOD_CA: stage.file('pki/ca.pem'), COLUMNS: '200',
    SENCOD_CERT: stage.file('pki/clients/officer.pem'), SENCOD_KEY: stage.file('pki/clients/officer.key') };
  const sencoctl = (...args) => runProgram(path.join(bin, 'sencoctl'), args, { env, cwd: stage.dir });
  await send(stage, 'nursery', SETTING.nursery, [child(50, { surname: 'Fictional-Ctl', born_on: '2019-03-01' })]);
  await send(stage, 'school', SETTING.primary, [child(50, { surname: 'Fictional-Ctl', born_on: '2019-03-01' })]);
  const [one, other] = [await at(SETTING.nursery, 'c-50'), await at(SETTING.primary, 'c-50')];
  const listed = await sencoctl('identities', 'candidates');
  assert.deepEqual([listed.code, listed.stderr], [0, '']);
  assert.match(listed.stdout, /^child +other +born/);
  assert.match(listed.stdout, new RegExp(`^(${one} +${other}|${other} +${one}) +2019-03-01 +Fictional-Ctl`, 'm'));
  const joined = await sencoctl('identities', 'merge', one, other);
  assert.deepEqual([joined.code, joined.stdout], [0, `Both are child ${other} now.\n`]);
  const apart = await sencoctl('identities', 'split', other, SETTING.nursery, 'c-50');
  assert.deepEqual([apart.code, apart.stdout], [0, `The record is of child ${await at(SETTING.nursery, 'c-50')} now.\n`]);
  const no = await sencoctl('identities', 'merge', one, randomUUID());
  assert.equal(no.code, 1);
});
