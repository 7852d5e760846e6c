// Who moves next September and what is late, as the officer gets it over
// HTTP: the cohort against a second reckoning from what was sent, deadlines
// and colours on the days around each threshold, filters, totals and forms.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { authority, rowsInEveryForm, send, SETTING, settingId, slug } from '../lib/authority.mjs';
import { seeded } from '../lib/ledger.mjs';
import { child, need, placement, transition } from '../lib/records.mjs';

const ON = '2026-11-10'; // the school year that ends in 2027
const { primary, infant, junior, secondary, sixthForm, special, college, nursery, namesakeA, namesakeB } = SETTING;
let stage;
const people = []; // what was sent, with the row each must have

before(async () => {
  stage = await authority('reports');
  await stage.addClient('schools', 'school_system', { settings: Object.values(SETTING) });
  await named();
  await crowd();
  for (const ref of Object.values(SETTING)) {
    const here = people.filter((one) => one.ref === ref);
    if (here.length) await send(stage, 'schools', ref, here.flatMap(recordsOf));
  }
});
after(() => stage?.stop());

function recordsOf({ name, born, year = null, provision, types = ['SLCN'], plans = [] }) {
  const records = [child(name, { born_on: born, year_group: year }), placement(name, { start_on: '2020-09-01' })];
  if (provision) records.push(need(name, { provision, start_on: '2020-09-01', types }));
  plans.forEach((plan, i) => records.push({ ...transition(name, plan), source_id: `t-${name}-${i}` }));
  return records;
}

const add = (name, ref, born, year, provision, more = {}) => people.push({ name, ref, born, year, provision, ...more });

// One of each kind and each exception, with what the report must say.
function named() {
  const feb = ['2027-02-15', 'phase_transfer_before_15_february'], mar = ['2027-03-31', 'phase_transfer_before_31_march'];
  const to = (kind, year, ref, more = {}) => ({ plans: [{ kind, year, to_setting: ref, ...more }] });
  add('eys', nursery, '2023-03-01', null, 'E', { row: ['EYS', 'phase_early_years_to_school', ...feb, false] });
  add('eys-class', primary, '2023-08-31', 'N2', 'E', { row: ['EYS', 'phase_early_years_to_school', ...feb, false] });
  add('eys-deferred', nursery, '2022-06-15', null, 'E', { ...to('EYS', 2027, primary),
    row: ['EYS', 'phase_early_years_to_school', ...feb, true] });
  add('eys-put-off', nursery, '2023-06-15', null, 'E', { ...to('EYS', 2028, primary), row: null });
  add('inj', infant, '2020-01-15', '2', 'E', { ...to('INJ', 2027, junior), row: ['INJ', 'phase_infant_to_junior', ...feb, false] });
  add('prs', primary, '2016-03-01', '6', 'E', { row: ['PRS', 'phase_primary_to_secondary', ...feb, false] });
  add('prs-held-back', primary, '2015-08-31', '6', 'E', { row: ['PRS', 'phase_primary_to_secondary', ...feb, true] });
  add('prs-held-in-5', primary, '2015-11-30', '5', 'E', { row: null });
  add('prs-ahead', primary, '2016-09-01', '6', 'E', { row: ['PRS', 'phase_primary_to_secondary', ...feb, false] });
  add('prs-overdue', primary, '2015-01-15', '7', 'E', { row: ['PRS', 'phase_primary_to_secondary', ...feb, false] });
  add('prs-support', primary, '2016-03-02', '6', 'K', { types: ['ASD', 'SLCN'],
    row: ['PRS', 'phase_primary_to_secondary', null, null, false] });
  add('prs-destination', primary, '2016-03-03', '6', 'K', { ...to('PRS', 2027, secondary),
    row: ['PRS', 'phase_primary_to_secondary', null, null, false] });
  add('prs-sent', primary, '2016-03-04', '6', 'K', { ...to('PRS', 2027, secondary,
    { parent_agreed_on: '2027-04-20', form_sent_on: '2027-05-01' }), row: ['PRS', 'phase_primary_to_secondary', null, null, false] });
  add('prs-without-agreement', primary, '2016-03-05', '6', 'K', { ...to('PRS', 2027, secondary, { form_sent_on: '2027-03-01' }),
    row: ['PRS', 'phase_primary_to_secondary', null, null, false] });
  add('prs-handed-over', primary, '2016-03-06', '6', 'K', { ...to('PRS', 2027, secondary, { parent_agreed_on: '2027-04-20',
    form_sent_on: '2027-05-01', form_acknowledged_on: '2027-05-10' }), row: ['PRS', 'phase_primary_to_secondary', null, null, false] });
  add('prs-no-sen', primary, '2016-03-07', '6', 'N', { row: ['PRS', 'phase_primary_to_secondary', null, null, false] });
  add('prs-unrecorded', primary, '2016-03-08', null, null, { row: ['PRS', 'phase_primary_to_secondary', null, null, false] });
  add('sep', secondary, '2011-01-15', '11', 'E', { ...to('SEP', 2027, college), row: ['SEP', 'phase_secondary_to_post_16', ...mar, false] });
  add('sep-special', special, '2008-01-15', '14', 'E', { row: ['SEP', 'phase_secondary_to_post_16', ...mar, false] });
  add('six', secondary, '2011-01-16', '11', 'E', { ...to('SEP', 2027, sixthForm),
    row: ['6FS', 'move_year_11_to_school_sixth_form', ...mar, false] });
  add('in-year', junior, '2018-01-16', '4', 'E', { ...to('INY', 2027, special), row: null });
  add('in-college', college, '2009-01-16', '13', 'E', { row: null });
  add('year-5', primary, '2016-09-02', '5', 'K', { row: null });
  add('namesake-a', namesakeA, '2016-04-01', '6', 'E', { types: ['PD'], row: ['PRS', 'phase_primary_to_secondary', ...feb, false] });
  add('namesake-b', namesakeB, '2016-04-02', '6', 'K', { types: ['PD'], row: ['PRS', 'phase_primary_to_secondary', null, null, false] });
}

const YEARS = ['E1', 'E2', 'N1', 'N2', 'R', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14'];
const ncyOf = (code) => YEARS.indexOf(code) - 4;
const codeOf = (ncy) => YEARS[ncy + 4];

/** Completed years on 31 August before the school year that ends in `year`, less 4. */
function ncyByAge(born, year) {
  const [y, m, d] = born.split('-').map(Number);
  return year - 1 - y - (m > 8 || m === 8 && d > 31 ? 1 : 0) - 4;
}

// What ends where: the last year of each setting, and the kind of move then.
const LAST = { [infant]: [2, 'INJ'], [junior]: [6, 'PRS'], [primary]: [6, 'PRS'], [secondary]: [11, 'SEP'],
  [sixthForm]: [13, 'SEP'], [special]: [14, 'SEP'] };

/** The kind of move due in September of the year for a child nobody planned for, or null. */
function due({ ref, born, year: code }, year) {
  const now = ncyOf(code) >= -4 && code ? ncyOf(code) : ncyByAge(born, 2027);
  const then = now + year - 2027, isNext = year === 2027;
  if (ref === college) return null;
  if (ref === nursery) return then === -1 || now >= 0 && isNext ? 'EYS' : null;
  if (then === -1) return 'EYS';
  const [last, kind] = LAST[ref];
  if (then === last || now > last && isNext) return kind;
  return then === 11 ? 'SEP' : null;
}

// Children of all ages and settings, some taught in another year than theirs.
function crowd() {
  const random = seeded(20261110), pick = (list) => list[Math.floor(random() * list.length)];
  const ages = { [nursery]: [-3, 1], [infant]: [-1, 3], [junior]: [3, 7], [primary]: [-1, 7], [secondary]: [7, 12],
    [sixthForm]: [7, 14], [special]: [7, 14], [college]: [12, 14] };
  for (let i = 0; i < 160; i++) {
    const ref = pick(Object.keys(ages)), [from, to] = ages[ref];
    const age = from + Math.floor(random() * (to - from + 1));
    const first = Date.UTC(2027 - age - 6, 8, 1), born = new Date(first + Math.floor(random() * 365) * 86400000);
    const taught = age + pick([0, 0, 0, 0, -1, 1]);
    add(`crowd-${i}`, ref, born.toISOString().slice(0, 10), random() < 0.3 ? null : codeOf(Math.min(taught, 14)),
      pick(['E', 'K', 'K', 'N', null]), { types: [pick(['SLCN', 'ASD', 'SEMH'])], isCrowd: true });
  }
}

const report = async (query = '', on = ON, year = 2027) =>
  (await stage.get('officer', `/v1/reports/transitions?year=${year}&on=${on}${query}`)).json.items;
const nameOf = ({ surname }) => surname.replace('Fictional-', '');
const one = async (name, on, year) => (await report('', on, year)).find((row) => nameOf(row) === name);

test('each kind, exception and deferral is what the regulations make of it', async () => {
  const rows = new Map((await report()).map((row) => [nameOf(row), row]));
  for (const { name, row, isCrowd } of people) {
    if (isCrowd) continue;
    const found = rows.get(name);
    assert.deepEqual(found && [found.kind, found.kind_rule, found.deadline_on, found.deadline_rule, found.is_deferred],
      row ?? undefined, name);
  }
  assert.equal(rows.get('six').policy_note, 'A school is no post-16 institution in the regulations; held to 31 March as policy.');
  assert.equal(rows.get('sep').policy_note, null);
});

test('the cohort is who a second reckoning by birthday and year group says, this year and the next', async () => {
  for (const year of [2027, 2028]) {
    const rows = new Map((await report('', ON, year)).map((row) => [nameOf(row), row]));
    const wanted = people.filter((person) => person.isCrowd && due(person, year));
    assert.ok(wanted.length > 10, 'the crowd has somebody to find');
    for (const person of people.filter(({ isCrowd }) => isCrowd)) {
      const row = rows.get(person.name), kind = due(person, year);
      assert.equal(row?.kind ?? null, kind, `${year} ${JSON.stringify(person)}`);
      if (row)
        assert.equal(row.is_deferred, !!person.year && ncyOf(person.year) < ncyByAge(person.born, 2027), JSON.stringify(person));
    }
  }
});

test('who is put off is in the next report, and held back one later', async () => {
  assert.deepEqual([(await one('eys-put-off', ON, 2028)).kind, (await one('eys-put-off', ON, 2028)).is_deferred], ['EYS', true]);
  assert.equal((await one('prs-held-in-5', ON, 2028)).kind, 'PRS');
  assert.equal((await one('year-5', ON, 2028)).kind, 'PRS');
  assert.equal(await one('eys-deferred', ON, 2028), undefined);
});

test('a row names child, settings, status and first need, and nobody twice', async () => {
  const rows = await report();
  assert.equal(new Set(rows.map(({ child_id: id }) => id)).size, rows.length);
  const { child_id: id, from_setting_id: from, to_setting_id: to, ...row } = rows.find((other) => nameOf(other) === 'inj');
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.deepEqual([from, to], [await settingId(stage, infant), await settingId(stage, junior)]);
  assert.deepEqual(row, { surname: 'Fictional-inj', forename: 'Testchild', born_on: '2020-01-15', year_group: '2', kind: 'INJ',
    kind_rule: 'phase_infant_to_junior', from_setting: 'Templemoor Infant and Nursery School', from_phase: 2,
    to_setting: 'Wellfield Junior School', sen_status: 'E', primary_need: 'SLCN', has_plan: true, plan_final_on: null,
    review_held_on: null, deadline_on: '2027-02-15', deadline_rule: 'phase_transfer_before_15_february', days_left: 97,
    rag: 'GREEN', rag_reason: 'Every step due so far was done in time.', is_deferred: false, policy_note: null });
  assert.deepEqual(Object.entries(await one('prs-no-sen')).filter(([name]) =>
    ['sen_status', 'has_plan', 'deadline_on', 'days_left', 'rag', 'rag_reason'].includes(name)).map(([, value]) => value),
  ['N', false, null, null, null, null], 'a child without SEN is listed without deadline or colour');
});

test('rows come in the order of kind, who is late first, then setting and name', async () => {
  const rows = await report('', '2027-06-15'), late = ['BLACK', 'RED', 'AMBER', 'GREEN', 'BLUE', null];
  const keys = rows.map((row) => [row.kind, late.indexOf(row.rag), row.from_setting, row.surname, row.forename].join('\x00'));
  assert.deepEqual(keys, [...keys].sort());
});

test('days left count down to the deadline and past it', async () => {
  for (const [on, left] of [['2027-02-14', 1], ['2027-02-15', 0], ['2027-02-16', -1], ['2026-12-31', 46]])
    assert.equal((await one('prs', on)).days_left, left, on);
  for (const [on, left] of [['2027-03-30', 1], ['2027-04-01', -1]]) assert.equal((await one('sep', on)).days_left, left, on);
});

test('colours and their reasons turn on the day', async () => {
  const inTime = 'Every step due so far was done in time.';
  for (const [name, on, rag, reason] of [
    ['prs', '2026-11-23', 'GREEN', inTime],
    ['prs', '2026-11-24', 'RED', 'No review meeting was held by 84 days before the deadline.'],
    ['prs', '2027-01-30', 'RED', 'No review meeting was held by 84 days before the deadline.'],
    ['prs', '2027-01-31', 'RED', 'The plan is not final with 14 days or fewer to the last compliant day.'],
    ['prs', '2027-02-15', 'RED', 'The plan is not final with 14 days or fewer to the last compliant day.'],
    ['prs', '2027-02-16', 'BLACK', 'The deadline has passed without a final plan.'],
    ['eys', '2026-11-24', 'RED', 'No review meeting was held by 84 days before the deadline.'],
    ['sep', '2027-01-06', 'GREEN', inTime],
    ['sep', '2027-01-07', 'RED', 'No review meeting was held by 84 days before the deadline.'],
    ['sep', '2027-03-31', 'RED', 'The plan is not final with 14 days or fewer to the last compliant day.'],
    ['six', '2027-04-01', 'BLACK', 'The deadline has passed without a final plan.'],
    ['prs-support', '2027-07-01', 'GREEN', inTime],
    ['prs-support', '2027-07-02', 'RED', 'No destination was known by 1 July.'],
    ['prs-destination', '2027-05-31', 'GREEN', inTime],
    ['prs-destination', '2027-06-01', 'AMBER', 'The destination is known, but the form was not sent by 31 May.'],
    ['prs-destination', '2027-07-02', 'RED', 'The parents\' agreement was not recorded by 1 July.'],
    // 3 May 2027 is a bank holiday: the tenth working day after 1 May is the 17th.
    ['prs-sent', '2027-05-17', 'GREEN', inTime],
    ['prs-sent', '2027-05-18', 'AMBER', 'The form was not acknowledged within 10 working days.'],
    ['prs-sent', '2027-07-11', 'RED', 'The form was not acknowledged by 10 July.'],
    ['prs-without-agreement', '2027-02-28', 'GREEN', inTime],
    ['prs-without-agreement', '2027-03-01', 'RED', 'The form was sent without the parents\' agreement.'],
    ['prs-handed-over', '2027-07-31', 'GREEN', 'Destination, agreement and acknowledged form are in place.']]) {
    const row = await one(name, on);
    assert.deepEqual([row.rag, row.rag_reason], [rag, reason], `${name} on ${on}`);
  }
});

test('each filter, alone and with others, keeps just the rows it names', async () => {
  const on = '2027-06-15', all = await report('', on);
  const ids = new Map(await Promise.all([primary, secondary, namesakeA].map(async (ref) => [ref, await settingId(stage, ref)])));
  const filters = [
    ['kind=PRS', (row) => row.kind === 'PRS'], ['kind=EYS,SEP', (row) => ['EYS', 'SEP'].includes(row.kind)],
    ['kind=PRM', () => false], ['setting=urn:106283', (row) => row.from_setting_id === ids.get(primary)],
    [`setting=${namesakeA}`, (row) => row.from_setting_id === ids.get(namesakeA)],
    [`setting=id:${ids.get(secondary)}`, (row) => row.from_setting_id === ids.get(secondary)],
    ['phase=2', (row) => row.from_phase === 2], ['phase=0', (row) => row.from_phase === 0],
    ['need=ASD', (row) => row.primary_need === 'ASD'], ['need=ASD,SEMH', (row) => ['ASD', 'SEMH'].includes(row.primary_need)],
    ['rag=red', (row) => row.rag === 'RED'], ['rag=amber,black', (row) => ['AMBER', 'BLACK'].includes(row.rag)],
    ['status=E', (row) => row.sen_status === 'E'], ['status=K,N', (row) => ['K', 'N'].includes(row.sen_status)]];
  for (const [query, keep] of filters)
    assert.deepEqual(await report(`&${query}`, on), all.filter(keep), query);
  for (const [first, keepFirst] of filters)
    for (const [second, keepSecond] of filters)
      if (first.split('=')[0] < second.split('=')[0])
        assert.deepEqual((await report(`&${first}&${second}`, on)).map(nameOf),
          all.filter((row) => keepFirst(row) && keepSecond(row)).map(nameOf), `${first} ${second}`);
  for (const [query] of filters.filter(([name]) => /rag|need|status=E|phase=2/.test(name)))
    assert.ok((await report(`&${query}`, on)).length > 0, `${query} finds somebody`);
});

test('a setting nobody has, or without a child, gives an empty report', async () => {
  for (const ref of ['urn:999998', 'id:999999999', SETTING.nursery4]) assert.deepEqual(await report(`&setting=${ref}`), []);
});

/** The totals as counting the rows gives them. */
function counted(rows, by) {
  const group = { kind: (row) => [row.kind], setting: (row) => [row.from_setting, row.from_setting_id],
    phase: (row) => [row.from_phase === null ? null : String(row.from_phase)], need: (row) => [row.primary_need],
    rag: (row) => [row.rag && row.rag.toLowerCase()], status: (row) => [row.sen_status] }[by];
  const groups = new Map();
  for (const row of rows) {
    const key = JSON.stringify(group(row));
    groups.set(key, [...groups.get(key) ?? [], row]);
  }
  const rank = ([name, id = 0]) => [name === null ? 1 : 0, name, id];
  return [...groups].map(([key, list]) => [JSON.parse(key), list])
    .sort(([a], [b]) => {
      const [x, y] = [rank(a), rank(b)];
      const i = x.findIndex((part, j) => part !== y[j]);
      return i < 0 ? 0 : x[i] < y[i] ? -1 : 1;
    })
    .map(([[name], list]) => {
      const with_ = (test_) => list.filter(test_).length;
      return { group: name, children: list.length, ehc_plan: with_((row) => row.sen_status === 'E'),
        sen_support: with_((row) => row.sen_status === 'K'), plan_final: with_((row) => row.plan_final_on !== null),
        green: with_((row) => row.rag === 'GREEN'), amber: with_((row) => row.rag === 'AMBER'),
        red: with_((row) => row.rag === 'RED'), black: with_((row) => row.rag === 'BLACK'), blue: with_((row) => row.rag === 'BLUE') };
    });
}

test('totals are what counting the rows gives, by every group and under filters', async () => {
  for (const on of [ON, '2027-06-15'])
    for (const query of ['', '&status=E', '&kind=PRS&rag=red,black', '&phase=2', '&setting=urn:999998']) {
      const rows = await report(query, on);
      for (const by of ['kind', 'setting', 'phase', 'need', 'rag', 'status'])
        assert.deepEqual(await rowsInEveryForm(stage, 'officer',
          `/v1/reports/transitions/totals?year=2027&on=${on}&by=${by}${query}`), counted(rows, by), `${by} ${query} ${on}`);
    }
});

test('two schools of one name are two groups', async () => {
  const { json } = await stage.get('officer', `/v1/reports/transitions/totals?year=2027&on=${ON}&by=setting`);
  const both = json.items.filter(({ group }) => group === 'St Mary\'s CofE Primary School');
  assert.deepEqual(both.map(({ children, ehc_plan: plans, sen_support: support }) => [children, plans, support]), [[1, 1, 0], [1, 0, 1]]);
});

test('JSON, NDJSON and CSV are the same rows', async () => {
  for (const on of [ON, '2027-02-20', '2027-09-05']) {
    const rows = await rowsInEveryForm(stage, 'officer', `/v1/reports/transitions?year=2027&on=${on}`);
    assert.ok(rows.length > 20);
  }
});

test('the report leaves one audit row with whom it showed; totals show nobody', async () => {
  const last = Number((await stage.sql('SELECT max(id) FROM audit.entries'))[0][0]);
  const rows = await report('&kind=SEP');
  await stage.get('officer', `/v1/reports/transitions/totals?year=2027&on=${ON}&by=kind`);
  assert.deepEqual(await stage.sql(`SELECT action, array_to_string(ARRAY(SELECT unnest(child_ids) ORDER BY 1), ',')
    FROM audit.entries WHERE id > ${last}`),
  [['GET /v1/reports/transitions', rows.map(({ child_id: id }) => id).sort().join(',')]]);
});

test('what is missing or malformed is refused with the parameter at fault', async () => {
  const good = { year: '2027', by: 'kind' };
  const cases = [[{ year: null }, 'missing_parameter', 'year'], [{ year: '' }, 'malformed_parameter', 'year']];
  for (const year of ['two', '27.5', '-2027', '2101', '0', '1', '1999', '999999999999', '2027-09'])
    cases.push([{ year }, 'malformed_parameter', 'year']);
  for (const on of ['', 'today', '2026-02-30', '2026-2-3', '10/11/2026', '20261110']) cases.push([{ on }, 'malformed_parameter', 'on']);
  cases.push([{ kind: 'XXX' }, 'malformed_parameter', 'kind'], [{ kind: 'PRS,' }, 'malformed_parameter', 'kind'],
    [{ kind: 'prs' }, 'malformed_parameter', 'kind'], [{ need: 'ADHD' }, 'malformed_parameter', 'need'],
    [{ rag: 'purple' }, 'malformed_parameter', 'rag'], [{ status: 'X' }, 'malformed_parameter', 'status'],
    [{ phase: '8' }, 'malformed_parameter', 'phase'], [{ phase: 'two' }, 'malformed_parameter', 'phase'],
    [{ setting: '106283' }, 'malformed_parameter', 'setting'], [{ colour: 'red' }, 'unknown_parameter', undefined],
    [{ limit: '10' }, 'unknown_parameter', undefined]);
  const ask = async (path, parameters, why, pointer) => {
    const query = Object.entries(parameters).filter(([, value]) => value !== null).map(([name, value]) => `${name}=${value}`).join('&');
    const answer = await stage.get('officer', `${path}?${query}`);
    assert.equal(answer.status, 400, query);
    assert.deepEqual([answer.status, slug(answer), answer.json.pointer], [400, why, pointer], `${path} ${query}`);
    assert.notEqual((answer.json.detail ?? '') + (answer.json.pointer ?? why), '', 'it says what is wrong');
  };
  for (const [changes, why, pointer] of cases) {
    await ask('/v1/reports/transitions', { year: good.year, ...changes }, why, pointer);
    await ask('/v1/reports/transitions/totals', { ...good, ...changes }, why, pointer);
  }
  await ask('/v1/reports/transitions/totals', { year: '2027' }, 'missing_parameter', 'by');
  await ask('/v1/reports/transitions/totals', { ...good, by: 'colour' }, 'malformed_parameter', 'by');
  await ask('/v1/reports/transitions', good, 'unknown_parameter', undefined);
});

test('the outermost days and years are answered', async () => {
  for (const query of ['year=2014', 'year=2100', 'year=2027&on=0001-01-01', 'year=2027&on=9999-12-31', 'year=2100&on=1970-08-31']) {
    const answer = await stage.get('officer', `/v1/reports/transitions?${query}`);
    assert.equal(answer.status, 200, `${query}: ${answer.text}`);
  }
});

test('one school\'s nonsense does not spoil the report of the authority', async () => {
  const before = await report();
  for (const year of [0, 1, 2013, 2101, 999999]) {
    const answer = await stage.batch('schools', primary, [{ ...transition('prs', { year }), source_id: 't-nonsense' }]);
    assert.deepEqual(answer.json.outcomes.map(({ outcome, slug: why, pointer }) => [outcome, why, pointer]),
      [['refused', 'malformed_field', '/records/0/data/year']], `year ${year}`);
  }
  await send(stage, 'schools', primary, [child('old', { born_on: '0001-01-01', year_group: null }), placement('old', { start_on: '0001-01-01' }),
    child('late', { born_on: '9999-12-31', year_group: null }), placement('late', { start_on: '2020-01-01', end_on: '9999-12-31' })])
    .catch((error) => assert.match(error.message, /born_on|start_on/, 'or such dates are refused'));
  assert.deepEqual((await report()).filter((row) => !['old', 'late'].includes(nameOf(row))), before);
  assert.equal((await stage.get('officer', `/v1/reports/transitions/totals?year=2027&on=${ON}&by=kind`)).status, 200);
});
