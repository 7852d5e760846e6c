// Where an Area SENCO is needed and why, the rankings that are kept, the
// visits proposed and planned, and the calendar as another program reads it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import ICAL from 'ical.js';
import { addCaseload, authority, everyPage, rowsInEveryForm, send, SETTING, settingId, slug } from '../lib/authority.mjs';
import { child, need, placement } from '../lib/records.mjs';
import { until } from '../lib/stage.mjs';

const MINE = [SETTING.nursery, SETTING.nursery2, SETTING.nursery3];
let stage, caseload, covered, today;

before(async () => {
  stage = await authority('planner', { housekeeping_s: 1 });
  // So that no ranking is kept by the clock before the test says so.
  await stage.sql(`INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('planner_morning', '2020-01-01', 24, 'A test')`);
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('nursery', 'school_system', { settings: [SETTING.nursery] });
  await stage.addClient('auditor', 'auditor');
  caseload = await addCaseload(stage, 'Fictional North', MINE.map((ref) => [ref]), { holder: 'senco', staff: 'Ada Example' });
  covered = await addCaseload(stage, 'Fictional South', [[SETTING.nursery4]], { holder: 'colleague' });
  await send(stage, 'nursery', SETTING.nursery, [child(1), placement(1), need(1, { provision: 'E' })]);
  [[today]] = await stage.sql('SELECT current_date');
});
after(() => stage?.stop());

const planner = (query = '', of = caseload) => `/v1/planner?caseload=${of}${query}`;
const refused = (answer) => [answer.status, slug(answer)];
const day = (n) => new Date(Date.parse(today) + n * 86400e3).toISOString().slice(0, 10);
const plan = (who, body, { key = randomUUID() } = {}) => stage.request(who, 'POST', '/v1/planner/visits', {
  body: { caseload, setting: SETTING.nursery, on: day(7), ...body }, headers: key ? { 'idempotency-key': key } : {} });
const change = (who, method, target, etag, body) => stage.request(who, method, `/v1/planner/visits/${target}`, {
  ...(body ? { body } : {}), headers: etag ? { 'if-match': `"${etag}"` } : {} });

test('the settings of the caseload come by rank, each with its reasons, in every form', async () => {
  const timeless = (rows) => rows.map(({ made_at: at, ...row }) => { assert.ok(at); return row; });
  const { json } = await stage.get('senco', planner());
  assert.deepEqual(json.items.map(({ rank }) => rank), [1, 2, 3]);
  assert.deepEqual(json.items.map(({ setting }) => setting).sort(), [...MINE].sort());
  const [first] = json.items;
  assert.equal(first.setting, SETTING.nursery);
  assert.equal(first.score, first.reasons.reduce((sum, { weight }) => sum + weight, 0));
  const plans = first.reasons.find(({ finding }) => finding === 'ehc_plans');
  assert.deepEqual([plans.rule, plans.weight, plans.inputs.n, plans.inputs.each], ['planner_plan', 2, 1, 2]);
  assert.ok(plans.reference && plans.sentence === 'One child has an EHC plan.');
  assert.match(first.sentence, /No visit or advice is recorded/i);
  for (const who of ['officer', 'manager'])
    assert.deepEqual(timeless((await stage.get(who, planner())).json.items), timeless(json.items), `${who} is shown the same`);
  for (const accept of ['application/x-ndjson', 'text/csv']) assert.equal((await stage.get('senco', planner(), { accept })).status, 200, accept);
});

test('a past ranking is as it was kept, whatever has changed since; today\'s is not', async () => {
  assert.deepEqual((await stage.get('senco', planner(`&on=${today}`))).status, 200);
  const [[kept]] = await stage.sql(`SELECT count(*) FROM core.planner_rankings WHERE caseload_id = ${caseload}`);
  assert.equal(kept, '1', 'the first of the day was kept, and no other');
  const was = (await stage.get('senco', planner())).json.items;
  // What was kept today is now of yesterday.
  await stage.sql(`SET session_replication_role = replica; UPDATE core.planner_ranking_rows SET on_date = on_date - 1;
    UPDATE core.planner_rankings SET on_date = on_date - 1, made_at = made_at - interval '1 day'`);
  await stage.sql(`INSERT INTO core.thresholds (rule_id, valid_from, amount, reason) VALUES ('planner_contact_never', '2020-01-01', 50, 'A test')`);
  await stage.sql(`UPDATE core.settings SET name = 'Renamed' WHERE id = ${await settingId(stage, SETTING.nursery2)}`);
  const yesterday = await rowsInEveryForm(stage, 'senco', planner(`&on=${day(-1)}`));
  assert.deepEqual(yesterday, (await stage.get('officer', planner(`&on=${day(-1)}`))).json.items);
  assert.ok(yesterday.every(({ made_at: at }) => at === yesterday[0].made_at && at < was[0].made_at));
  const without = (rows) => rows.map(({ made_at: _, ...row }) => row);
  assert.deepEqual(without(yesterday), without(was));
  const now = (await stage.get('senco', planner())).json.items;
  assert.ok(now.every(({ score }, i) => score === was[i].score + 38));
  const days = await everyPage(stage, 'senco', `/v1/planner/rankings?caseload=${caseload}&limit=1`);
  assert.deepEqual(days.map(({ on, settings, amounts }) => [on, settings, amounts.planner_contact_never]), [
    [day(-1), 3, { amount: 12, is_own: false, valid_from: '2014-09-01' }], [today, 3, { amount: 50, is_own: true, valid_from: '2020-01-01' }]]);
  await rowsInEveryForm(stage, 'officer', `/v1/planner/rankings?caseload=${caseload}`);
  const none = await stage.get('senco', planner(`&on=${day(-2)}`));
  assert.deepEqual(refused(none), [404, 'not_found']);
  assert.match(none.json.detail, /was kept/);
  assert.deepEqual(refused(await stage.get('senco', planner(`&on=${day(1)}`))), [400, 'malformed_parameter']);
});

test('in the morning the daemon keeps the ranking of every caseload', async () => {
  await stage.sql(`UPDATE core.thresholds SET amount = 0 WHERE rule_id = 'planner_morning'`);
  await until('the rankings of the day', async () => (await stage.sql(`SELECT count(*) FROM core.planner_rankings
    WHERE on_date = current_date AND caseload_id = ${covered} AND client_id IS NOT NULL`))[0][0] === '1');
  await until('the log line', () => /event=kept .*what=rankings rows=\d/.test(stage.log()));
});

test('visits are proposed on working days to come, the same each time, with why', async () => {
  const target = `/v1/planner/proposal?caseload=${caseload}`;
  const rows = await rowsInEveryForm(stage, 'senco', `${target}&weeks=2`);
  assert.deepEqual(rows.map(({ setting }) => setting).sort(), [...MINE].sort());
  assert.deepEqual(rows.map(({ on }) => on), rows.map(({ on }) => on).sort());
  for (const { on, week_on: week, why, sentence } of rows) {
    assert.ok(on > today && on <= day(14) && week <= on && why.startsWith(sentence));
    assert.ok(![0, 6].includes(new Date(on).getUTCDay()));
  }
  assert.deepEqual((await stage.get('officer', target)).json.items.length, 3);
  for (const query of ['&weeks=0', '&weeks=13']) assert.deepEqual(refused(await stage.get('senco', target + query)), [400, 'malformed_parameter']);
  assert.deepEqual(refused(await stage.get('senco', `${target}&on=${day(0)}`)), [400, 'unknown_parameter']);
});

test('a visit is planned, moved and cancelled', async () => {
  const key = randomUUID();
  const first = await plan('senco', { from_at: `${day(7)}T12:00:00Z`, until_at: `${day(7)}T13:30:00Z`, note: 'Invented: bring forms' }, { key });
  assert.equal(first.status, 201, first.text);
  assert.equal(first.headers.etag, '"1"');
  assert.deepEqual([first.json.setting, first.json.on, first.json.state, first.json.planned_by], [SETTING.nursery, day(7), 'planned', 'senco']);
  assert.deepEqual((await plan('senco', { from_at: `${day(7)}T12:00:00Z`, until_at: `${day(7)}T13:30:00Z`, note: 'Invented: bring forms' }, { key })).json, first.json);
  assert.deepEqual(refused(await plan('senco', {}, { key })), [409, 'batch_differs']);
  assert.deepEqual(refused(await plan('senco', {}, { key: null })), [400, 'idempotency_key_missing']);
  const { planned_id: id } = first.json;
  assert.deepEqual((await stage.get('officer', `/v1/planner/visits/${id}`)).json, first.json);
  assert.deepEqual(refused(await change('senco', 'PUT', id, null, { on: day(8) })), [428, 'precondition_missing']);
  const moved = await change('officer', 'PUT', id, 1, { on: day(8) });
  assert.deepEqual([moved.status, moved.json.on, moved.json.from_at, moved.json.note, moved.json.etag], [200, day(8), null, null, '2']);
  assert.deepEqual(refused(await change('senco', 'PUT', id, 1, { on: day(9) })), [412, 'precondition_failed']);
  assert.deepEqual(refused(await change('senco', 'POST', `${id}/cancel`, 1)), [412, 'precondition_failed']);
  const gone = await change('senco', 'POST', `${id}/cancel`, 2);
  assert.deepEqual([gone.json.state, gone.json.etag], ['cancelled', '3']);
  const ranked = (await stage.get('senco', planner())).json.items.find(({ setting }) => setting === SETTING.nursery);
  assert.equal(ranked.next_visit_on, null);
  assert.equal((await plan('senco', { setting: SETTING.nursery2, on: day(9) })).status, 201);
  const rows = await rowsInEveryForm(stage, 'senco', `/v1/planner/visits?caseload=${caseload}`);
  assert.deepEqual(rows.map(({ on, state }) => [on, state]), [[day(8), 'cancelled'], [day(9), 'planned']]);
  for (const [query, n] of [['&state=planned', 1], [`&from=${day(9)}`, 1], [`&until=${day(8)}`, 1], ['&state=visited', 0], ['&limit=1', 1]])
    assert.equal((await stage.get('senco', `/v1/planner/visits?caseload=${caseload}${query}`)).json.items.length, n, query);
  assert.deepEqual((await everyPage(stage, 'senco', `/v1/planner/visits?caseload=${caseload}&limit=1`)), rows);
});

test('what cannot be planned is refused with the member at fault', async () => {
  for (const [body, why] of [
    [{ setting: SETTING.nursery4 }, [422, 'unknown_setting', '/setting']], [{ setting: 'urn:999999' }, [422, 'unknown_setting', '/setting']],
    [{ on: day(-1) }, [422, 'malformed_field', '/on']], [{ on: '2026-02-30' }, [422, 'malformed_field', '/on']],
    [{ until_at: `${day(7)}T13:30:00Z` }, [422, 'missing_field', '/from_at']], [{ from_at: `${day(8)}T13:30:00Z` }, [422, 'malformed_field', '/from_at']],
    [{ from_at: `${day(7)}T13:30:00Z`, until_at: `${day(7)}T13:00:00Z` }, [422, 'dates_reversed', '/until_at']],
    [{ note: 'x'.repeat(501) }, [422, 'malformed_field', '/note']], [{ caseload: covered }, [404, 'not_found', '/caseload']]]) {
    const answer = await plan('senco', body);
    assert.deepEqual([answer.status, slug(answer), answer.json.pointer], why, JSON.stringify(body).slice(0, 90));
  }
});

test('another program reads the calendar: settings and times, no note', async () => {
  await stage.sql(`UPDATE core.settings SET name = 'Löwenzahn; Nursery, of the very long name that has to be folded – twice – ${'ö'.repeat(70)}',
    street = '1 Invented Road', postcode = 'ZZ1 1AA' WHERE id = ${await settingId(stage, SETTING.nursery3)}`);
  const summer = `${Number(today.slice(0, 4)) + 1}-07-01`; // an hour ahead of UTC
  const planned = await plan('senco', { setting: SETTING.nursery3, on: summer, from_at: `${summer}T00:30:00+01:00`,
    until_at: `${summer}T10:15:00+01:00`, note: 'Invented secret' });
  assert.equal(planned.status, 201, planned.text);
  const answer = await stage.get('senco', `/v1/planner/calendar?caseload=${caseload}`, { accept: 'text/calendar, */*' });
  assert.equal(answer.type, 'text/calendar; charset=utf-8');
  assert.ok(!/secret|child/i.test(answer.text));
  const lines = answer.text.split('\r\n');
  assert.equal(lines.pop(), '');
  for (const line of lines) assert.ok(Buffer.byteLength(line) <= 75 && !line.includes('\n') && !line.includes('\ufffd'), line);
  const calendar = new ICAL.Component(ICAL.parse(answer.text));
  assert.equal(calendar.getFirstPropertyValue('version'), '2.0');
  assert.equal(calendar.getFirstPropertyValue('x-wr-calname'), 'Fictional North');
  const events = calendar.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
  const rows = (await stage.get('senco', `/v1/planner/visits?caseload=${caseload}`)).json.items;
  assert.deepEqual(events.map(({ uid }) => uid).sort(), rows.map(({ planned_id: id }) => id).sort());
  for (const event of events) {
    const row = rows.find(({ planned_id: id }) => id === event.uid);
    assert.equal(event.summary, `Visit: ${row.setting_name}`);
    assert.equal(event.sequence, Number(row.etag) - 1);
    assert.equal(event.component.getFirstPropertyValue('status'), row.state === 'cancelled' ? 'CANCELLED' : 'CONFIRMED');
    assert.equal(event.startDate.isDate, row.from_at === null);
    if (row.from_at === null) assert.equal(event.startDate.toString(), row.on);
    else assert.deepEqual([event.startDate, event.endDate].map((at) => at.toJSDate().toISOString()), [row.from_at, row.until_at].map((at) => new Date(at).toISOString()));
    assert.ok(event.component.getFirstPropertyValue('dtstamp').toJSDate() <= new Date());
  }
  const last = events.find(({ uid }) => uid === planned.json.planned_id);
  assert.equal(last.location.split(', ')[0], '1 Invented Road');
  const empty = await stage.get('officer', `/v1/planner/calendar?caseload=${covered}`);
  assert.deepEqual(new ICAL.Component(ICAL.parse(empty.text)).getAllSubcomponents('vevent'), []);
});

test('a visit that is noted is the one that was planned', async () => {
  const { planned_id: id, on } = (await stage.get('senco', `/v1/planner/visits?caseload=${caseload}&state=planned`)).json.items[0];
  await stage.sql(`UPDATE core.planned_visits SET visit_on = current_date - 2, from_at = NULL, until_at = NULL WHERE id = '${id}'`);
  assert.equal((await stage.get('senco', `/v1/planner/visits/${id}`)).json.state, 'unconfirmed', on);
  const noted = await stage.request('senco', 'POST', '/v1/visits', { headers: { 'idempotency-key': randomUUID() },
    body: { setting: SETTING.nursery2, visited_on: day(-1), mode: 'visit', topic: 'provision' } });
  assert.equal(noted.status, 201, noted.text);
  const { json } = await stage.get('senco', `/v1/planner/visits/${id}`);
  assert.deepEqual([json.state, json.visit_id, json.visited_on], ['visited', noted.json.visit_id, day(-1)]);
  const row = (await stage.get('senco', planner())).json.items.find(({ setting }) => setting === SETTING.nursery2);
  assert.equal(row.last_contact_on, day(-1));
});

test('each sees and plans their own caseloads and those they cover, and nobody else any', async () => {
  const id = randomUUID();
  const routes = (of) => [['GET', planner('', of)], ['GET', `/v1/planner/proposal?caseload=${of}`], ['GET', `/v1/planner/calendar?caseload=${of}`]];
  for (const [method, target] of routes(covered)) assert.deepEqual(refused(await stage.request('senco', method, target)), [404, 'not_found'], target);
  for (const list of ['rankings', 'visits']) assert.deepEqual((await stage.get('senco', `/v1/planner/${list}?caseload=${covered}`)).json.items, []);
  for (const who of ['nursery', 'administrator', 'auditor']) {
    for (const [method, target, body] of [...routes(caseload), ['GET', `/v1/planner/rankings?caseload=${caseload}`],
      ['GET', `/v1/planner/visits?caseload=${caseload}`], ['GET', `/v1/planner/visits/${id}`], ['POST', '/v1/planner/visits', {}],
      ['PUT', `/v1/planner/visits/${id}`, {}], ['POST', `/v1/planner/visits/${id}/cancel`]])
      assert.deepEqual(refused(await stage.request(who, method, target, { body })), [403, 'forbidden'], `${who} ${target}`);
  }
  await stage.sql(`INSERT INTO core.caseload_cover (caseload_id, covered_by_id, from_on, to_on) VALUES (${covered}, ${caseload}, current_date, current_date)`);
  for (const [method, target] of routes(covered)) assert.equal((await stage.request('senco', method, target)).status, 200, `${target}, covered`);
  assert.deepEqual((await stage.get('senco', planner('', covered))).json.items.map(({ setting }) => setting), [SETTING.nursery4]);
  assert.equal((await plan('senco', { caseload: covered, setting: SETTING.nursery4 })).status, 201);
  assert.deepEqual(refused(await stage.get('colleague', planner())), [404, 'not_found'], 'who is covered sees hers only');
  assert.deepEqual(refused(await stage.get('officer', planner('', 999999))), [404, 'not_found']);
  assert.deepEqual(refused(await stage.get('senco', '/v1/planner')), [400, 'missing_parameter']);
});
