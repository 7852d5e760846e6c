// Counts for officers and for publication, over the network: in every form,
// with filters, with totals that add up, small numbers hidden, and for nobody
// who may see no child.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { addCaseload, addStaff, authority, childId, rowsInEveryForm, send, SETTING, settingId, slug, XLSX } from '../lib/authority.mjs';
import { bin, until } from '../lib/stage.mjs';
import { readWorkbook } from '../lib/workbook.mjs';

const { primary: A, secondary, nursery } = SETTING;
const REPORTS = ['sen-counts', 'twenty-weeks', 'annual-reviews', 'phase-transfers?year=2027', 'flows?year=2027', 'transition-counts?year=2027',
  'between', 'handovers', 'continuity'];
let stage;

before(async () => {
  stage = await authority('reports_counts', { housekeeping_s: 1 });
  for (const [name, role] of [['manager', 'la_manager'], ['auditor', 'auditor']]) await stage.addClient(name, role);
  await stage.addClient('school', 'school_system', { settings: [A] });
  await stage.addClient('nursery', 'school_system', { settings: [nursery] });
  await addCaseload(stage, 'Fictional North', [[nursery]], { holder: 'area', staff: 'Nora Example' });
  await addStaff(stage, 'Ada Example', [[A]], { client: 'senco' });
  const children = (setting, many, provision) => Array.from({ length: many }, (_, i) => `${provision}${i}`).flatMap((id) => [
    { kind: 'child', source_id: id, revision: 1, data: { surname: 'Example', forename: `Ada ${id}`, born_on: '2019-03-01', year_group: '2' } },
    { kind: 'placement', source_id: `p-${id}`, revision: 1, data: { child: id, start_on: '2025-09-01', enrolment: 'current' } },
    { kind: 'need', source_id: `n-${id}`, revision: 1, data: { child: id, start_on: '2025-09-01', provision, types: ['SLCN'] } }]);
  await send(stage, 'school', A, [...children(A, 7, 'E'), ...children(A, 9, 'K'), ...children(A, 20, 'N')]);
  await send(stage, 'nursery', nursery, [...children(nursery, 2, 'K'), ...children(nursery, 6, 'N')]);
  // Two cases of the school's: one plan in 20 weeks, one later; in 2031, with nothing else.
  for (const [id, issued] of [['E0', '2031-05-21'], ['E1', '2031-05-22']]) {
    const child = await childId(stage, A, id);
    await stage.sql(`WITH c AS (INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id, key, content)
        VALUES ('${child}', 'parent', '2031-01-01', '${stage.ids.get('officer')}', '${id}', gen_random_uuid()) RETURNING id)
      INSERT INTO core.ehc_events (case_id, child_id, event, on_date, outcome, client_id, key)
      SELECT c.id, '${child}', e.event, e.on_date::date, e.outcome, '${stage.ids.get('officer')}', '${id} ' || e.event FROM c,
        (VALUES ('request_received', '2031-01-01', NULL), ('assessment_decided', '2031-02-01', 'assess'), ('draft_sent', '2031-04-01', NULL),
                ('final_issued', '${issued}', NULL)) AS e (event, on_date, outcome)`);
  }
});
after(() => stage?.stop());

const rows = async (target, who = 'officer') => {
  const answer = await stage.get(who, `/v1/reports/${target}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json.items;
};
const counts = (list, group) => Object.fromEntries(list.filter((row) => row.group === group).map(({ measure, count }) => [measure, count]));

test('who may see children may count them, administrators and auditors not', async () => {
  for (const report of REPORTS) {
    const target = `/v1/reports/${report}`;
    for (const who of ['officer', 'manager', 'area', 'school', 'senco']) assert.equal((await stage.get(who, target)).status, 200, `${who} ${target}`);
    for (const who of ['administrator', 'auditor']) {
      const answer = await stage.get(who, target);
      assert.deepEqual([answer.status, slug(answer)], [403, 'forbidden'], `${who} ${target}`);
    }
  }
});

test('SEN counts: in every form, by what is asked, of one\'s own settings', async () => {
  const all = await rowsInEveryForm(stage, 'officer', '/v1/reports/sen-counts?on=2026-11-25');
  assert.deepEqual(counts(all, A), { ehc_plan: 7, sen_support: 9, no_sen: 20, total: 36 });
  assert.deepEqual(counts(all, nursery), { ehc_plan: 0, sen_support: 2, no_sen: 6, total: 8 });
  assert.deepEqual(counts(all, 'total'), { ehc_plan: 7, sen_support: 11, no_sen: 26, total: 44 });
  assert.equal(all.find(({ group, measure }) => group === A && measure === 'ehc_plan').percent, 19.4);
  assert.deepEqual(counts(await rows('sen-counts?on=2026-11-25', 'area'), 'total'), { ehc_plan: 0, sen_support: 2, no_sen: 6, total: 8 });
  assert.deepEqual(counts(await rows('sen-counts?on=2026-11-25', 'senco'), 'total'), counts(all, A));
  assert.deepEqual(counts(await rows(`sen-counts?on=2026-11-25&setting=${nursery}&across=need&by=year_group`), '2'), { SLCN: 2, total: 2 });
  assert.deepEqual(await rows(`sen-counts?on=2026-11-25&setting=${secondary}`), []);
  assert.deepEqual(await rows('sen-counts?setting=urn:999999'), []);
  assert.deepEqual(await rows('sen-counts?on=2020-01-01'), []);
  for (const bad of ['by=colour', 'across=rag', 'publication=perhaps', 'on=yesterday']) {
    const answer = await stage.get('officer', `/v1/reports/sen-counts?${bad}`);
    assert.deepEqual([answer.status, slug(answer)], [400, 'malformed_parameter'], bad);
  }
});

test('for publication small numbers are told as c in every form, and stay numbers elsewhere', async () => {
  const all = await rowsInEveryForm(stage, 'officer', '/v1/reports/sen-counts?on=2026-11-25&publication=true');
  assert.deepEqual(counts(all, nursery), { ehc_plan: 0, sen_support: 'c', no_sen: 'c', total: 8 });
  assert.deepEqual(counts(all, A), { ehc_plan: 7, sen_support: 'c', no_sen: 'c', total: 36 });
  assert.deepEqual(counts(all, 'total'), { ehc_plan: 7, sen_support: 11, no_sen: 26, total: 44 });
  const { sheets: [sheet] } = readWorkbook((await stage.get('officer', '/v1/reports/sen-counts?on=2026-11-25&publication=true', { accept: XLSX })).bytes);
  const column = sheet.rows[0].indexOf('count');
  assert.ok(sheet.rows.some((row) => row[column] === 'c') && sheet.rows.some((row) => row[column] === 36), 'a number is a number in the workbook');
});

test('twenty weeks: by year or month, with the rates', async () => {
  const all = await rowsInEveryForm(stage, 'officer', '/v1/reports/twenty-weeks?from=2031-01-01&until=2031-12-31&by=month');
  assert.deepEqual(counts(all, '2031-05'), { in_time: 1, late: 1, very_late: 0, in_time_exception: 0, late_exception: 0, very_late_exception: 0, total: 2 });
  assert.equal(all.find(({ group, measure }) => group === '2031-05' && measure === 'total').percent_in_time, 50);
  assert.equal(counts(await rows('twenty-weeks?of=decision&from=2031-01-01'), '2031').in_time, 2);
  assert.deepEqual(await rows('twenty-weeks?of=no_plan'), []);
  assert.deepEqual(await rows('twenty-weeks?as_of=2020-01-01T00:00:00Z'), []);
  assert.deepEqual(counts(await rows('twenty-weeks', 'school'), '2031').total, 2);
  assert.deepEqual(await rows('twenty-weeks', 'area'), []);
  assert.equal((await rows('twenty-weeks?publication=true')).find(({ measure }) => measure === 'total').percent_in_time, null);
});

test('annual reviews and phase transfers: by what is asked', async () => {
  // Plans of 2031 and nothing held: due in 2032.
  assert.deepEqual(counts(await rowsInEveryForm(stage, 'officer', '/v1/reports/annual-reviews?on=2033-01-01'), '2032'),
    { in_time: 0, late: 0, held_undecided: 0, overdue: 2, to_come: 0, total: 2 });
  assert.equal(counts(await rows('annual-reviews?on=2032-01-01&by=month'), '2032-05').to_come, 2);
  for (const of of ['decision', 'amendment', 'whole']) assert.deepEqual(await rows(`annual-reviews?of=${of}`), []);
  assert.deepEqual(await rows('annual-reviews?until=2031-12-31'), []);
  const phase = await rowsInEveryForm(stage, 'officer', '/v1/reports/phase-transfers?year=2027&on=2026-11-25');
  const cohort = (await stage.get('officer', '/v1/reports/transitions?year=2027&on=2026-11-25&status=E')).json.items.filter((row) => row.deadline_on);
  assert.equal(counts(phase, 'total').total ?? 0, cohort.length);
});

test('moves: flows for a picture, the cohort, between settings, hand-overs and continuity, as the lists say', async () => {
  const child = await childId(stage, nursery, 'K0');
  await stage.sql(`INSERT INTO core.transition_cases (child_id, year, kind, from_setting_id, to_setting_id, target_on, state, made_by)
    VALUES ('${child}', 2027, 'EYS', ${await settingId(stage, nursery)}, ${await settingId(stage, A)}, '2027-09-02', 'offered', '${stage.ids.get('officer')}')`);
  const flows = await rowsInEveryForm(stage, 'officer', '/v1/reports/flows?year=2027&kind=EYS');
  assert.deepEqual(flows.map(({ kind, from, to, count }) => [kind, from, to, count]),
    [['EYS', nursery, A, 1], ['EYS', nursery, 'total', 1], [null, 'total', A, 1], [null, 'total', 'total', 1]]);
  assert.deepEqual(await rows('flows?year=2027&kind=PRS'), []);
  assert.equal((await rows(`flows?year=2027&setting=${A}&publication=true`))[0].count, 'c');
  assert.equal((await rows('flows?year=2027', 'nursery')).length, 4);
  assert.equal((await rows('flows?year=2027', 'school')).length, 4, 'it was told');
  const cohort = (await stage.get('officer', '/v1/reports/transitions?year=2027&on=2026-11-25')).json.items;
  const moves = await rowsInEveryForm(stage, 'officer', '/v1/reports/transition-counts?year=2027&on=2026-11-25&across=state');
  assert.equal(counts(moves, 'total').total, cohort.length + (cohort.some((row) => row.child_id === child) ? 0 : 1));
  assert.equal(counts(moves, 'EYS').offered, 1);
  assert.equal(counts(await rowsInEveryForm(stage, 'officer', '/v1/reports/handovers?year=2027'), 'EYS').none, 1);
  assert.equal(counts(await rows('handovers?across=lateness&by=to'), A).total, 1);
  const known = await rowsInEveryForm(stage, 'officer', '/v1/reports/continuity?year=2027&by=to');
  assert.deepEqual([counts(known, A).none, known.find(({ group, measure }) => group === A && measure === 'total').score_mean], [1, 0]);
  await rowsInEveryForm(stage, 'officer', '/v1/reports/between');
  for (const by of ['setting', 'finding', 'status', 'weeks']) await rows(`between?by=${by}&publication=true`);
  for (const report of ['flows', 'phase-transfers', 'transition-counts']) assert.equal((await stage.get('officer', `/v1/reports/${report}`)).status, 400, 'the year is needed');
});

test('the first page: kept by the housekeeping, of one\'s own scope, with the time of counting', async () => {
  const board = async (who) => (await stage.get(who, '/v1/reports/dashboard')).json;
  await stage.sql('DELETE FROM core.dashboard_counts'); // counted before anybody had sent a child
  await until('the numbers are counted', async () => (await board('officer')).counted_at !== null);
  const [officer, school, area] = await Promise.all(['officer', 'school', 'area'].map(board));
  assert.deepEqual([officer.children, officer.ehc_plans, officer.sen_support, officer.is_stale], [44, 7, 11, false]);
  assert.deepEqual([school.children, area.children], [36, 8]);
  for (const who of ['administrator', 'auditor']) assert.equal((await stage.get(who, '/v1/reports/dashboard')).status, 403);
});

test('sencoctl prints them', async () => {
  const run = (...args) => promisify(execFile)(path.join(bin, 'sencoctl'), ['--url', `https://localhost:${stage.port}`, '--ca', stage.file('pki/ca.pem'),
    '--cert', stage.file('pki/clients/officer.pem'), '--key', stage.file('pki/clients/officer.key'), 'report', ...args]);
  assert.match((await run('sen-counts', '--on', '2026-11-25', '--publication')).stdout, /sen_support +c/);
  for (const report of REPORTS) {
    const [name, query] = report.split('?');
    assert.equal((await run(name, ...(query ? ['--year', '2027'] : []))).stderr, '', report);
  }
});
