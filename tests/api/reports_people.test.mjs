// Reports over the people as officers and Area SENCOs get them: in every
// form, with filters, with totals that are the rows counted, and for nobody
// else.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { addCaseload, addStaff, authority, rowsInEveryForm, SETTING, settingId, slug, XLSX } from '../lib/authority.mjs';
import { bin } from '../lib/stage.mjs';
import { readWorkbook } from '../lib/workbook.mjs';

const { primary: A, primary2: B, secondary, nursery, nursery2 } = SETTING;
const ON = '2026-11-25';
const REPORTS = ['/v1/reports/senco-coverage', '/v1/reports/senco-coverage/totals?by=state', '/v1/reports/qualifications-due',
  '/v1/reports/shared-arrangements', '/v1/reports/caseloads', '/v1/reports/training-reach', '/v1/reports/training-reach/totals?by=caseload'];
let stage, ada, bea, cal;

before(async () => {
  stage = await authority('reports_people');
  for (const [name, role] of [['manager', 'la_manager'], ['auditor', 'auditor']]) await stage.addClient(name, role);
  await stage.addClient('school', 'school_system', { settings: [A] });
  await addCaseload(stage, 'Fictional North', [[nursery], [B]], { holder: 'area', staff: 'Nora Example' });
  await addCaseload(stage, 'Fictional South', [[nursery2]], { holder: 'elsewhere' });
  ada = await addStaff(stage, 'Ada Example', [[A, 'senco', "'2020-09-01'"]], { client: 'senco' });
  bea = await addStaff(stage, 'Bea Example', [[secondary, 'senco', "'2022-09-01'"]]);
  cal = await addStaff(stage, 'Cal Example', [[B, 'senco', "'2024-09-01'"]]);
  await stage.sql(`INSERT INTO core.qualifications (staff_id, kind, state, began_on, completed_on) VALUES
    (${ada}, 'qts', 'held', NULL, '1999-07-01'), (${bea}, 'qts', 'held', NULL, '1999-07-01'), (${cal}, 'qts', 'held', NULL, '1999-07-01'),
    (${ada}, 'nasenco', 'held', '2015-09-01', '2016-07-01'), (${cal}, 'npq_senco', 'studying', '2025-10-01', NULL)`);
});
after(() => stage?.stop());

const rows = async (target, who = 'officer') => {
  const answer = await stage.get(who, target);
  assert.equal(answer.status, 200, answer.text);
  return answer.json.items;
};
const at = (path, more = '') => `/v1/reports/${path}${path.includes('?') ? '&' : '?'}on=${ON}${more}`;

test('officers, managers and Area SENCOs may read each report, nobody else any', async () => {
  for (const target of REPORTS) {
    for (const who of ['officer', 'manager', 'area']) assert.equal((await stage.get(who, target)).status, 200, target);
    for (const who of ['administrator', 'auditor', 'school', 'senco']) {
      const answer = await stage.get(who, target);
      assert.deepEqual([answer.status, slug(answer)], [403, 'forbidden'], `${who} ${target}`);
    }
  }
});

test('coverage: every setting in every form, the gravest first, and what each filter leaves', async () => {
  const all = await rowsInEveryForm(stage, 'officer', at('senco-coverage'));
  const of = (ref) => all.find(({ setting }) => setting === ref);
  assert.deepEqual([of(A).state, of(A).senco, of(A).regime, of(A).severity], ['HOLDS_NASENCO', 'Ada Example', 'school', null]);
  assert.deepEqual([of(B).state, of(B).due_on], ['IN_TRAINING', '2027-09-01']);
  assert.deepEqual([of(secondary).state, of(secondary).severity, of(secondary).senco], ['OVERDUE', 'error', 'Bea Example']);
  assert.match(of(secondary).sentence, /had to hold the qualification by 1 September 2025/);
  const ranks = all.map(({ severity }) => ['error', 'warn', 'info', null].indexOf(severity));
  assert.deepEqual(ranks, [...ranks].sort());
  for (const [query, keep] of [['&state=VACANT,OVERDUE', ({ state }) => ['VACANT', 'OVERDUE'].includes(state)],
    ['&severity=none', ({ severity }) => severity === null], ['&regime=childminder', ({ regime }) => regime === 'childminder'],
    [`&setting=${A}`, ({ setting }) => setting === A], ['&severity=error,none&regime=school', ({ severity, regime }) => regime === 'school' && (severity ?? 'error') === 'error']])
    assert.deepEqual(await rows(at('senco-coverage', query)), all.filter(keep), query);
  assert.ok((await rows(at('senco-coverage', '&state=VACANT,OVERDUE'))).length > 0);
  assert.deepEqual((await rows(at('senco-coverage'), 'area')).map(({ setting }) => setting).sort(), [nursery, B].sort());
  assert.equal((await rows(`/v1/reports/senco-coverage?on=2023-01-01&setting=${secondary}`))[0].state, 'IN_TRAINING');
});

test('totals are the rows of the list, counted, by whatever they are grouped', async () => {
  for (const filter of ['', '&severity=error,warn', '&regime=school']) {
    const all = await rows(at('senco-coverage', filter));
    for (const by of ['state', 'regime', 'type', 'phase', 'locality']) {
      const totals = await rows(at(`senco-coverage/totals?by=${by}`, filter));
      const want = new Map();
      for (const row of all) {
        const sum = want.get(row[by]) ?? { settings: 0, error: 0, none: 0, compliant: 0 };
        sum.settings++;
        sum.error += row.severity === 'error';
        sum.none += row.severity === null;
        sum.compliant += row.is_compliant === true;
        want.set(row[by], sum);
      }
      assert.deepEqual(new Map(totals.map(({ group, settings, error, none, compliant }) => [group, { settings, error, none, compliant }])), want, `${by} ${filter}`);
    }
  }
  await rowsInEveryForm(stage, 'area', at('senco-coverage/totals?by=regime'));
});

test('qualifications due: a row a person and school, overdue first, until a day', async () => {
  const all = await rowsInEveryForm(stage, 'officer', at('qualifications-due'));
  assert.deepEqual(all.map(({ setting, senco, due_on: due, days_left: left, course, is_course_begun: begun, is_overdue: late }) => [setting, senco, due, left, course, begun, late]),
    [[secondary, 'Bea Example', '2025-09-01', -450, null, false, true], [B, 'Cal Example', '2027-09-01', 280, 'npq_senco', true, false]]);
  assert.deepEqual(await rows(at('qualifications-due', '&until=2027-08-31')), all.slice(0, 1));
  assert.deepEqual(await rows(at('qualifications-due', '&until=2027-09-01')), all);
  assert.deepEqual(await rows(at('qualifications-due'), 'area'), all.slice(1));
});

test('shared arrangements: conditions not met, reviews, and by state', async () => {
  const proposed = await stage.request('officer', 'POST', '/v1/sharing', { headers: { 'idempotency-key': randomUUID() }, body: {
    name: 'Two fictional schools', staff_id: bea, from_on: new Date().toISOString().slice(0, 10), hours_per_week: 5, settings: [A, B] } });
  assert.equal(proposed.status, 201, proposed.text);
  const [row] = await rowsInEveryForm(stage, 'officer', '/v1/reports/shared-arrangements');
  const judged = (await stage.get('officer', `/v1/sharing/${proposed.json.sharing_id}/judgement`)).json.items;
  const bad = judged.filter(({ severity }) => severity !== 'info').map(({ sentence }) => sentence);
  assert.ok(bad.length > 0);
  assert.deepEqual(row.conditions, bad);
  assert.deepEqual([row.not_met, row.doubtful], ['error', 'warn'].map((one) => judged.filter(({ severity }) => severity === one).length));
  assert.deepEqual([row.name, row.senco, row.state, row.schools, row.hours_per_week, row.reviews_held], ['Two fictional schools', 'Bea Example', 'proposed', 2, 5, 0]);
  assert.deepEqual(row.members.map(({ setting }) => setting).sort(), [A, B].sort());
  assert.deepEqual(await rows('/v1/reports/shared-arrangements?state=approved,ended'), []);
  assert.equal((await rows('/v1/reports/shared-arrangements?state=proposed', 'area')).length, 1, 'she looks after one of the schools');
  assert.deepEqual(await rows('/v1/reports/shared-arrangements', 'elsewhere'), []);
});

test('caseloads: what is in each, and who was not spoken with for so many days', async () => {
  await stage.sql(`INSERT INTO core.visits (setting_id, client_id, key, content, visited_on, mode, topic)
    VALUES (${await settingId(stage, nursery)}, '${stage.ids.get('area')}', 'v', gen_random_uuid(), date '${ON}' - 10, 'visit', 'provision')`);
  const all = await rowsInEveryForm(stage, 'officer', at('caseloads'));
  assert.deepEqual(all.map(({ name, settings, days, without_contact: without, never_contacted: never, longest_gap: gap }) => [name, settings, days, without, never, gap]),
    [['Fictional North', 2, 84, 1, 1, 10], ['Fictional South', 1, 84, 1, 1, null]]);
  assert.equal((await rows(at('caseloads', '&days=9')))[0].without_contact, 2);
  assert.deepEqual((await rows(at('caseloads'), 'area')).map(({ name }) => name), ['Fictional North']);
  assert.equal((await stage.get('officer', at('caseloads', '&days=4000'))).status, 400);
});

test('training reach: each setting, and totals that add up', async () => {
  await stage.sql(`WITH e AS (INSERT INTO core.training_events (client_id, key, content, held_on, title, topic, hours)
      VALUES ('${stage.ids.get('area')}', 'k', gen_random_uuid(), '2026-01-10', 'A fictional course', 'provision', 2) RETURNING id)
    INSERT INTO core.training_attendance (event_id, setting_id, people, staff_ids, senco_came)
    SELECT id, ${await settingId(stage, B)}, 3, ARRAY[${cal}], true FROM e`);
  const all = await rowsInEveryForm(stage, 'officer', at('training-reach'));
  const reached = all.find(({ setting }) => setting === B);
  assert.deepEqual([reached.is_trained, reached.events, reached.people, reached.caseload], [true, 1, 3, 'Fictional North']);
  for (const by of ['caseload', 'type', 'phase', 'locality']) {
    const totals = await rows(at(`training-reach/totals?by=${by}`));
    const sum = (list, name) => list.reduce((n, row) => n + Number(row[name]), 0);
    assert.deepEqual(['settings', 'trained', 'trained_long', 'events', 'people', 'networks', 'practice'].map((name) => sum(totals, name)),
      [all.length, sum(all, 'is_trained'), sum(all, 'is_trained_long'), ...['events', 'people', 'networks', 'practice'].map((name) => sum(all, name))], by);
    for (const { group, settings } of totals) assert.equal(settings, all.filter((row) => row[by] === group).length, `${by} ${group}`);
  }
  assert.deepEqual((await rows(at('training-reach'), 'area')).map(({ setting }) => setting).sort(), [nursery, B].sort());
});

test('a workbook of a report bears its name, and says that no child is in it by saying nothing', async () => {
  const answer = await stage.get('officer', at('senco-coverage'), { accept: XLSX });
  assert.match(answer.headers['content-disposition'], /filename="senco-coverage-/);
  const { sheets: [list, about] } = readWorkbook(answer.bytes);
  assert.equal(list.name, 'SENCO coverage');
  assert.ok(!about.rows.flat().some((text) => /children/.test(text)));
});

test('sencoctl prints a report, or puts its workbook into a file that nobody else may read', async () => {
  const file = stage.file('coverage.xlsx');
  const run = (...args) => promisify(execFile)(path.join(bin, 'sencoctl'), ['--url', `https://localhost:${stage.port}`, '--ca', stage.file('pki/ca.pem'),
    '--cert', stage.file('pki/clients/area.pem'), '--key', stage.file('pki/clients/area.key'), 'report', ...args]);
  assert.match((await run('senco-coverage', '--on', ON)).stdout, /IN_TRAINING/);
  await run('senco-coverage', '--on', ON, '--format', 'xlsx', '--output', file);
  assert.equal(readWorkbook(readFileSync(file)).sheets[0].rows.length, 3);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(!existsSync(`${file}.part`));
  for (const report of ['qualifications-due', 'shared-arrangements', 'caseloads', 'training-reach']) assert.equal((await run(report)).stderr, '', report);
  await assert.rejects(run('senco-coverage', '--format', 'xlsx'), /--format xlsx and --output FILE go together/);
  await assert.rejects(run('senco-coverage', '--format', 'xlsx', '--output', path.join(stage.dir, 'none/x.xlsx')), /cannot write/);
});
