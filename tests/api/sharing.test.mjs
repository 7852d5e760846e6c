// A SENCO shared by smaller primary schools, over her whole time: thought
// about, proposed, judged, approved, changed, reviewed and ended.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addCaseload, addStaff, authority, rowsInEveryForm, send, SETTING, settingId, slug } from '../lib/authority.mjs';
import { child, need, placement } from '../lib/records.mjs';

const LIST = '/v1/sharing';
const { primary: A, primary2: B, junior: C } = SETTING;
const day = (n) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
let stage, ada, bea, key, id;

before(async () => {
  stage = await authority('sharing');
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('school', 'school_system', { settings: [A] });
  await stage.addClient('foreign', 'school_system', { settings: [SETTING.secondary] });
  await stage.addClient('auditor', 'auditor');
  await addCaseload(stage, 'Fictional East', [[B]], { holder: 'area' });
  await addCaseload(stage, 'Fictional West', [[SETTING.nursery]], { holder: 'elsewhere' });
  ada = await addStaff(stage, 'Ada Example', []);
  bea = await addStaff(stage, 'Bea Example', [[C, 'head']]);
  await addStaff(stage, 'Cy Example', [[A, 'deputy']], { client: 'senco' });
  await stage.sql(`INSERT INTO core.qualifications (staff_id, kind, state, completed_on) SELECT p, k, 'held', '2015-07-01'
    FROM unnest(ARRAY[${ada}, ${bea}]) AS p, unnest(ARRAY['qts', 'nasenco']) AS k`);
  await stage.sql(`UPDATE core.settings SET roll = 150, easting = 376000, northing = 387000 WHERE id IN (${(await Promise.all([A, B, C].map((ref) => settingId(stage, ref)))).join()})`);
  await send(stage, 'school', A, [child(1), placement(1), need(1, { provision: 'K' })]);
});
after(() => stage?.stop());

const refused = (answer) => [answer.status, slug(answer)];
const proposal = () => ({ name: 'Two fictional schools', staff_id: ada, from_on: day(0), hours_per_week: 15, admin_hours_per_week: 3,
  teaching_percent: 10, settings: [A, B], teaches_at: [A, B] });
const propose = (who, body, name = randomUUID()) => stage.request(who, 'POST', LIST, { body, headers: name ? { 'idempotency-key': name } : {} });
const read = async (who = 'officer', of = id) => stage.get(who, `${LIST}/${of}`);
/** A write on the arrangement, with the ETag of now unless told otherwise. */
async function write(who, method, rest, body, { etag, of = id } = {}) {
  const headers = etag === null ? {} : { 'if-match': etag ?? (await read('officer', of)).headers.etag };
  return stage.request(who, method, `${LIST}/${of}${rest}`, { body, headers });
}
const judged = async (target, who = 'officer') => {
  const { status, json, text } = await stage.get(who, target);
  assert.equal(status, 200, text);
  return json.items;
};
const worst = (items, severity) => items.filter((row) => row.severity === severity).map(({ finding }) => finding);

test('before anything is stored an officer has it judged, in every form', async () => {
  const ask = `${LIST}/judgement?staff=${ada}&settings=${A},${B}&teaches_at=${A},${B}&hours=15&admin_hours=3&teaching_percent=10`;
  const rows = await rowsInEveryForm(stage, 'officer', ask);
  assert.deepEqual(worst(rows, 'error'), [], JSON.stringify(rows));
  const [total] = rows.filter(({ rule }) => rule === 'sh1_total_roll');
  assert.deepEqual([total.finding, total.severity, total.setting, total.sentence, total.inputs.roll],
    ['sh1_together', 'info', null, 'The 2 schools have 300 pupils together, no more than 420.', 300]);
  const tight = await judged(ask.replace('hours=15', 'hours=14.9'));
  assert.deepEqual(worst(tight, 'warn').filter((finding) => finding.startsWith('sh5')), ['sh5_hours_short']);
  const head = await judged(`${LIST}/judgement?staff=${bea}&settings=${A},${C}&teaches_at=${A}&hours=15`);
  assert.deepEqual(worst(head, 'error').filter((finding) => /^sh[23]/.test(finding)), ['sh2_not_teacher', 'sh3_head']);
  for (const who of ['school', 'senco', 'area', 'administrator', 'auditor'])
    assert.deepEqual(refused(await stage.get(who, ask)), [403, 'forbidden'], who);
  for (const [query, why] of [[`staff=${ada}&settings=${A}`, [400, 'missing_parameter']], [`staff=0&settings=${A}&hours=1`, [404, 'not_found']],
    [`staff=${ada}&settings=urn:999998&hours=1`, [422, 'unknown_setting']], [`staff=${ada}&hours=1`, [400, 'missing_parameter']]])
    assert.deepEqual(refused(await stage.get('officer', `${LIST}/judgement?${query}`)), why, query);
});

test('what if: one school more, two hours less, somebody else, side by side', async () => {
  const base = `${LIST}/what-if?staff=${ada}&settings=${A},${B}&hours=15`;
  const rows = await rowsInEveryForm(stage, 'manager', `${base}&add=${C}`);
  const of = (rule, setting = null) => rows.find((row) => row.rule === rule && row.setting === setting);
  const total = of('sh1_total_roll');
  assert.deepEqual([total.change, total.severity, total.before_severity, total.inputs.roll, total.before_inputs.roll], ['worse', 'warn', 'info', 450, 300]);
  assert.deepEqual([of('sh1_school_roll', C).change, of('sh1_school_roll', C).before_finding], ['new', null]);
  assert.equal(of('sh1_school_roll', A).change, 'same');
  const gone = (await judged(`${base}&remove=${B}`)).find(({ rule, setting }) => rule === 'sh1_school_roll' && setting === B);
  assert.deepEqual([gone.change, gone.finding, gone.before_finding], ['gone', null, 'sh1_smaller']);
  for (const who of ['school', 'senco', 'area', 'administrator', 'auditor'])
    assert.deepEqual(refused(await stage.get(who, base)), [403, 'forbidden'], who);
  assert.deepEqual(refused(await stage.get('officer', `${LIST}/what-if?id=${randomUUID()}`)), [404, 'not_found']);
});

test('what if she leaves: which school is bare, and who near by has hours', async () => {
  const near = await addStaff(stage, 'Dee Example', [[C]]);
  const leaves = await addStaff(stage, 'Eve Example', [[A], [SETTING.nursery]]);
  await stage.sql(`UPDATE core.posts SET hours_per_week = 20 WHERE staff_id = ${near}`);
  const rows = await rowsInEveryForm(stage, 'officer', `/v1/staff/${leaves}/what-if-leaves?on=${day(30)}`);
  const school = rows.find(({ setting }) => setting === A);
  assert.deepEqual([rows.length, school.bare_from, school.finding, school.sen_support, school.hours_needed], [2, day(31), 'leave_bare', 1, 7.5]);
  const dee = school.candidates.find(({ staff_id: one }) => one === near);
  assert.deepEqual(dee.reasons.map(({ finding }) => finding), ['near_place', 'near_not_qualified', 'near_hours_enough']);
  assert.ok(!school.candidates.some(({ staff_id: one }) => one === bea), 'a head is no candidate');
  for (const who of ['school', 'senco', 'area', 'administrator', 'auditor'])
    assert.deepEqual(refused(await stage.get(who, `/v1/staff/${leaves}/what-if-leaves`)), [403, 'forbidden'], who);
  assert.deepEqual(refused(await stage.get('officer', '/v1/staff/0/what-if-leaves')), [404, 'not_found']);
  await stage.sql(`UPDATE core.posts SET known_to = now() WHERE staff_id IN (${near}, ${leaves})`);
});

test('an officer proposes, once a key', async () => {
  key = randomUUID();
  const made = await propose('officer', proposal(), key);
  assert.equal(made.status, 201, made.text);
  id = made.json.sharing_id;
  assert.deepEqual([made.json.state, made.json.senco, made.json.members.map(({ setting }) => setting).sort()], ['proposed', 'Ada Example', [A, B].sort()]);
  assert.deepEqual((await propose('officer', proposal(), key)).json, made.json);
  assert.deepEqual(refused(await propose('officer', { ...proposal(), hours_per_week: 16 }, key)), [409, 'batch_differs']);
  assert.deepEqual(refused(await propose('officer', proposal(), null)), [400, 'idempotency_key_missing']);
  for (const who of ['school', 'senco', 'area', 'administrator', 'auditor'])
    assert.deepEqual(refused(await propose(who, proposal())), [403, 'forbidden'], who);
  for (const [change, why] of [[{ settings: [A], teaches_at: [A] }, 'sharing_too_small'], [{ settings: [A, B, 'urn:999998'] }, 'unknown_setting'],
    [{ to_on: day(-1) }, 'dates_reversed'], [{ hours_per_week: 169 }, 'malformed_field'], [{ hours_per_week: 0 }, 'malformed_field'],
    [{ teaching_percent: 101 }, 'malformed_field'], [{ teaches_at: [C] }, 'malformed_field'], [{ name: '' }, 'malformed_field']])
    assert.deepEqual(refused(await propose('officer', { ...proposal(), ...change })), [422, why], JSON.stringify(change));
});

test('officers see all, others what their settings are in, in every form', async () => {
  const rows = await rowsInEveryForm(stage, 'officer', `${LIST}?limit=1000`);
  assert.deepEqual(rows.map(({ sharing_id: of }) => of), [id]);
  for (const who of ['manager', 'school', 'senco', 'area']) assert.deepEqual((await stage.get(who, LIST)).json.items, rows, who);
  for (const who of ['foreign', 'elsewhere']) {
    assert.deepEqual((await stage.get(who, LIST)).json.items, [], who);
    assert.deepEqual((await stage.get(who, `${LIST}/${id}/reviews`)).json.items, [], who);
    for (const rest of ['', '/judgement']) assert.deepEqual(refused(await stage.get(who, `${LIST}/${id}${rest}`)), [404, 'not_found'], who);
  }
  for (const who of ['administrator', 'auditor'])
    for (const rest of ['', `/${id}`, `/${id}/judgement`, `/${id}/reviews`])
      assert.deepEqual(refused(await stage.get(who, LIST + rest)), [403, 'forbidden'], who);
  for (const [query, n] of [['state=proposed', 1], ['state=ended', 0], [`setting=${A}`, 1], [`setting=${C}`, 0], [`staff=${ada}`, 1], [`staff=${bea}`, 0]])
    assert.equal((await stage.get('officer', `${LIST}?${query}`)).json.items.length, n, query);
  const mine = await judged(`${LIST}/${id}/judgement`, 'school');
  assert.deepEqual(mine, await judged(`${LIST}/${id}/judgement`), 'a member reads the whole judgement, which is of counts');
  assert.ok(!JSON.stringify(mine).includes('Fictional-'), 'and of no child');
});

test('a change names what was seen, and while it is proposed an officer makes it', async () => {
  const body = { name: 'Ash and Beech', staff_id: ada, from_on: day(0), hours_per_week: 16, admin_hours_per_week: 3, teaching_percent: 10 };
  assert.deepEqual(refused(await write('officer', 'PUT', '', body, { etag: null })), [428, 'precondition_missing']);
  assert.deepEqual(refused(await write('officer', 'PUT', '', body, { etag: '"99"' })), [412, 'precondition_failed']);
  assert.equal((await write('officer', 'PUT', '', body)).json.hours_per_week, 16);
  const member = await write('officer', 'PUT', `/members/${A}`, { hours_per_week: 8.5, is_teacher_here: true });
  assert.equal(member.json.members.find(({ setting }) => setting === A).hours_per_week, 8.5);
  assert.deepEqual(refused(await write('officer', 'PUT', `/members/${B}`, { hours_per_week: 8, is_teacher_here: true })), [422, 'counts_disagree']);
  assert.equal((await write('officer', 'PUT', `/members/${C}`, {})).json.members.length, 3);
  assert.equal((await write('officer', 'POST', `/members/${C}/remove`, {})).json.members.length, 2);
  assert.deepEqual(refused(await write('officer', 'POST', `/members/${B}/remove`, {})), [422, 'sharing_too_small']);
  for (const who of ['school', 'senco', 'area', 'administrator', 'auditor'])
    for (const [method, rest, sent] of [['PUT', '', body], ['PUT', `/members/${A}`, {}], ['POST', `/members/${A}/remove`, {}], ['POST', '/reviews', { due_on: day(9) }]])
      assert.deepEqual(refused(await write(who, method, rest, sent)), [403, 'forbidden'], `${who} ${method} ${rest}`);
});

test('only a manager decides; errors stand in the way, warnings take a reason', async () => {
  for (const who of ['officer', 'school', 'senco', 'area', 'administrator', 'auditor'])
    for (const [rest, body] of [['approve', {}], ['decline', { reason: 'No.' }], ['end', { reason: 'No.' }]])
      assert.deepEqual(refused(await write(who, 'POST', `/${rest}`, body)), [403, 'forbidden'], `${who} ${rest}`);
  const { json: head } = await propose('manager', { ...proposal(), staff_id: bea, settings: [B, C], teaches_at: [B, C] });
  const of = head.sharing_id;
  assert.deepEqual(refused(await write('manager', 'POST', '/approve', { reason: 'We know.' }, { of })), [409, 'sharing_unlawful']);
  assert.equal((await write('manager', 'POST', '/decline', { reason: 'She is head of one.' }, { of })).json.state, 'declined');
  assert.deepEqual(refused(await write('manager', 'POST', '/decline', { reason: 'Again.' }, { of })), [409, 'sharing_state']);
  await stage.sql(`UPDATE core.settings SET roll = 211 WHERE id = ${await settingId(stage, B)}`);
  assert.deepEqual(refused(await write('manager', 'POST', '/approve', {})), [422, 'missing_field']);
});

test('approval and a change at once have one outcome', async () => {
  const { headers: { etag } } = await read();
  const answers = await Promise.all([
    write('manager', 'POST', '/approve', { reason: 'A class is empty.' }, { etag }),
    ...[1, 2, 3].map((n) => write('officer', 'PUT', `/members/${A}`, { hours_per_week: n, is_teacher_here: true }, { etag }))]);
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  for (const answer of answers) if (answer.status !== 200) assert.ok([409, 412].includes(answer.status) || answer.status === 403, answer.text);
  if (answers[0].status !== 200) await write('manager', 'POST', '/approve', { reason: 'A class is empty.' });
  const { json } = await read('manager');
  assert.deepEqual([json.state, json.reason, json.decided_by], ['approved', 'A class is empty.', 'manager']);
  const posts = await stage.sql(`SELECT setting_id, arrangement, to_on FROM core.posts WHERE sharing_id = '${id}' AND known_to IS NULL ORDER BY 1`);
  assert.deepEqual(posts, (await Promise.all([A, B].map((ref) => settingId(stage, ref)))).sort((a, b) => a - b).map((one) => [String(one), 'shared', '']));
  const [first] = (await stage.get('school', `${LIST}/${id}/reviews`)).json.items;
  assert.deepEqual([first.n, first.held_on, first.measures_before[A].sen_support, first.measures_after], [1, null, 1, null]);
});

test('a manager changes what is approved, and looks first what it would do', async () => {
  const what = await judged(`${LIST}/what-if?id=${id}&add=${C}&hours=25`);
  assert.equal(what.find(({ rule }) => rule === 'sh1_total_roll').change, 'worse');
  assert.deepEqual(refused(await write('officer', 'PUT', `/members/${C}`, {})), [403, 'forbidden']);
  const joined = await write('manager', 'PUT', `/members/${C}`, { from_on: day(1), hours_per_week: 4, is_teacher_here: true });
  assert.equal(joined.status, 200, joined.text);
  assert.equal((await stage.sql(`SELECT 1 FROM core.posts WHERE sharing_id = '${id}' AND known_to IS NULL`)).length, 3);
  assert.equal((await write('manager', 'POST', `/members/${C}/remove`, { on: day(30) })).json.members.find(({ setting }) => setting === C).to_on, day(30));
});

test('reviews are planned, recorded with measures and followed by the next', async () => {
  const planned = await write('officer', 'POST', '/reviews', { due_on: day(100) });
  assert.deepEqual([planned.status, planned.json.n, planned.json.due_on], [200, 1, day(100)], planned.text);
  const outcome = { held_on: day(0), outcome: 'CONTINUE', note: 'It works.' };
  assert.deepEqual(refused(await write('school', 'POST', '/reviews/1/outcome', outcome)), [403, 'forbidden']);
  assert.deepEqual(refused(await write('officer', 'POST', '/reviews/1/outcome', { ...outcome, outcome: 'MAYBE' })), [422, 'unknown_code']);
  assert.deepEqual(refused(await write('officer', 'POST', '/reviews/1/outcome', { ...outcome, held_on: day(2) })), [422, 'malformed_field']);
  const held = await write('officer', 'POST', '/reviews/1/outcome', outcome);
  assert.deepEqual([held.json.outcome, held.json.measures_after[A].children], ['CONTINUE', 1], held.text);
  const rows = await rowsInEveryForm(stage, 'area', `${LIST}/${id}/reviews`);
  assert.deepEqual(rows.map(({ n, outcome: was }) => [n, was]), [[1, 'CONTINUE'], [2, null]]);
  const end = { held_on: day(0), outcome: 'END', note: 'Plans ran late.' };
  assert.deepEqual(refused(await write('officer', 'POST', '/reviews/2/outcome', end)), [403, 'forbidden']);
  assert.equal((await write('manager', 'POST', '/reviews/2/outcome', end)).status, 200);
  assert.deepEqual(worst(await judged(`${LIST}/${id}/judgement`), 'error').filter((finding) => finding.startsWith('sh7')), ['sh7_still_active']);
});

test('it ends on a day, with its posts, and every step is in the audit log', async () => {
  const ended = await write('manager', 'POST', '/end', { on: day(0), reason: 'The review said so.' });
  assert.deepEqual([ended.status, ended.json.to_on, ended.json.ended_by], [200, day(0), 'manager'], ended.text);
  assert.deepEqual(await stage.sql(`SELECT DISTINCT to_on FROM core.posts WHERE sharing_id = '${id}' AND known_to IS NULL`), [[day(0)]]);
  const steps = await stage.sql(`SELECT DISTINCT action FROM audit.entries WHERE details ->> 'sharing_id' = '${id}' ORDER BY 1`);
  assert.deepEqual(steps.flat(), ['sharing.approve', 'sharing.change', 'sharing.end', 'sharing.member', 'sharing.member_remove', 'sharing.propose',
    'sharing.review', 'sharing.review_plan']);
});
