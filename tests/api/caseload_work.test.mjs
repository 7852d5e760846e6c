// Who looks after what is decided: caseloads made, settings moved with a
// preview, named children, cover, weights and findings; who may and who not.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { authority, addCaseload, childId, everyPage, rowsInEveryForm, send, SETTING, slug } from '../lib/authority.mjs';
import { child, need, placement } from '../lib/records.mjs';
import { csvRows } from '../lib/stub_server.mjs';

const { nursery: N1, nursery2: N2, nursery3: N3, nursery4: N4, primary: P1 } = SETTING;
const OTHERS = ['nurseries', 'administrator', 'auditor'];
let stage, north, south, kay, pri;

before(async () => {
  stage = await authority('caseload_work');
  await stage.addClient('nurseries', 'school_system', { settings: [N1, N2, N3, N4] });
  await stage.addClient('school', 'school_system', { settings: [P1] });
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  north = await addCaseload(stage, 'Fictional North', [[N1], [N2]], { holder: 'ada', staff: 'Ada Fictional-Area' });
  south = await addCaseload(stage, 'Fictional South', [[N4]], { holder: 'bea', staff: 'Bea Fictional-Area' });
  await send(stage, 'nurseries', N1, [child(1), placement(1, { start_on: '2025-09-01' }), need(1, { provision: 'K', start_on: '2025-09-01' })]);
  await send(stage, 'nurseries', N4, [child(2), placement(2, { start_on: '2025-09-01' }), need(2, { provision: 'E', start_on: '2025-09-01' })]);
  await send(stage, 'school', P1, [child(3), child(4)]);
  kay = await childId(stage, N1, 'c-1');
  pri = await childId(stage, P1, 'c-3');
});
after(() => stage?.stop());

const post = (who, path, body, headers = {}) => stage.request(who, 'POST', `/v1/caseloads${path}`, { body, headers });
const assign = (who, body) => stage.request(who, 'POST', '/v1/caseloads/assign', { body });
const create = (who, path, body, key = randomUUID()) => post(who, path, body, key ? { 'idempotency-key': key } : {});
const put = (who, id, body, etag) => stage.request(who, 'PUT', `/v1/caseloads/${id}`, { body, headers: etag ? { 'if-match': `"${etag}"` } : {} });
const refused = (answer) => [answer.status, slug(answer), answer.json.pointer];
const refs = async (who, id, query = '') => (await stage.get(who, `/v1/caseloads/${id}/settings${query}`)).json.items.map(({ ref }) => ref).sort();

test('a manager makes a caseload, renames it and says who holds it', async () => {
  const key = randomUUID();
  const made = await create('manager', '', { name: 'Fictional West' }, key);
  assert.equal(made.status, 201, made.text);
  assert.deepEqual((await create('manager', '', { name: 'Fictional West' }, key)).json, made.json, 'sent again it is the same');
  const { caseload_id: id, etag } = made.json;
  assert.equal(made.headers.etag, `"${etag}"`);
  for (const [answer, why] of [
    [await create('manager', '', { name: 'Fictional East' }, key), [409, 'batch_differs', undefined]],
    [await create('manager', '', { name: 'Fictional West' }), [409, 'caseload_exists', '/name']],
    [await create('manager', '', { name: 'Fictional East' }, null), [400, 'idempotency_key_missing', undefined]],
    [await create('manager', '', { name: 'Fictional East', staff_id: 999999 }), [404, 'not_found', '/staff_id']],
    [await create('manager', '', { name: 'Fictional East', client_id: stage.ids.get('officer') }), [404, 'not_found', '/client_id']],
    [await create('manager', '', {}), [422, 'missing_field', '/name']],
    [await put('manager', id, { name: 'Fictional East' }), [428, 'precondition_missing', undefined]],
    [await put('manager', id, { name: 'Fictional East' }, '99'), [412, 'precondition_failed', undefined]],
    [await put('manager', 999999, { name: 'Fictional East' }, '1'), [404, 'not_found', undefined]]]) assert.deepEqual(refused(answer), why);
  for (const who of ['officer', 'ada', ...OTHERS]) {
    assert.deepEqual(refused(await create(who, '', { name: 'Fictional East' })).slice(0, 2), [403, 'forbidden'], who);
    assert.deepEqual(refused(await put(who, id, { name: 'Fictional East' }, etag)).slice(0, 2), [403, 'forbidden'], who);
  }
  await stage.addClient('cy', 'area_senco');
  const held = await put('manager', id, { name: 'Fictional East', client_id: stage.ids.get('cy') }, etag);
  assert.deepEqual([held.status, held.json.name, held.json.holder], [200, 'Fictional East', 'cy']);
  assert.deepEqual((await stage.get('cy', `/v1/caseloads/${id}`)).json, held.json);
  assert.equal((await stage.get('ada', `/v1/caseloads/${id}`)).status, 404, 'it is not hers');
});

test('an Area SENCO is not enrolled on a caseload somebody holds, unless she takes it over', async () => {
  const client = { name: 'Invented successor', role: 'area_senco', fingerprint: randomUUID().replaceAll('-', '').repeat(2), not_after: '2099-01-01T00:00:00Z' };
  const enrol = (more) => stage.request('administrator', 'POST', '/v1/clients', { body: { ...client, ...more } });
  const west = await addCaseload(stage, 'Fictional Far West', [], { holder: 'dot' });
  assert.deepEqual(refused(await enrol({ caseload: 'Fictional Far West' })), [409, 'caseload_held', '/caseload']);
  assert.equal((await enrol({ caseload: String(west), takes_over: true })).status, 201);
  assert.equal((await stage.get('officer', `/v1/caseloads/${west}`)).json.holder, 'Invented successor');
});

test('settings move as the preview said, at once and for all who look', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const move = { settings: [N2], to_caseload: south, from_on: today };
  const before = new Date().toISOString();
  for (const who of ['ada', ...OTHERS]) assert.deepEqual(refused(await assign(who, { ...move, preview: true })).slice(0, 2), [403, 'forbidden'], who);
  assert.deepEqual(refused(await assign('officer', move)).slice(0, 2), [403, 'forbidden'], 'an officer only looks');
  const shown = await assign('officer', { ...move, preview: true });
  assert.equal(shown.status, 200, shown.text);
  assert.deepEqual(await refs('ada', north), [N1, N2].sort(), 'a preview moves nothing');
  const done = await assign('manager', move);
  assert.deepEqual({ ...done.json, preview: true }, shown.json);
  assert.deepEqual(done.json.settings.map(({ setting, change, from }) => [setting, change, from]), [[N2, 'moved', [{ caseload_id: north, name: 'Fictional North' }]]]);
  assert.deepEqual(done.json.caseloads.map((c) => [c.name, c.settings_before, c.settings_after]), [['Fictional North', 2, 1], ['Fictional South', 1, 2]]);
  assert.deepEqual([await refs('ada', north), await refs('bea', south)], [[N1], [N2, N4].sort()]);
  assert.deepEqual(await refs('ada', north, `?as_of=${before}`), [N1, N2].sort(), 'as it was known before');
  assert.equal((await assign('manager', move)).json.settings[0].change, 'unchanged', 'sent again it is done');
});

test('what cannot be is refused, a gap with its reason', async () => {
  await stage.sql(`UPDATE core.settings SET status = 'closed' WHERE ref = '${N3}'`);
  const from_on = '2027-01-01';
  for (const [body, why] of [
    [{ settings: [N1], to_caseload: south }, [422, 'missing_field', '/from_on']],
    [{ to_caseload: south, from_on }, [422, 'missing_field', '/settings']],
    [{ settings: [N1, 'urn:999998'], to_caseload: south, from_on }, [422, 'unknown_setting', '/settings/1']],
    [{ settings: [N3], to_caseload: south, from_on }, [422, 'setting_closed', '/settings/0']],
    [{ settings: [N1], to_caseload: 999999, from_on }, [404, 'not_found', '/to_caseload']],
    [{ settings: [N1], to_caseloads: ['x'], from_on }, [404, 'not_found', '/to_caseload']],
    [{ settings: [N1], to_caseloads: [String(south), String(north)], from_on }, [422, 'malformed_field', '/to_caseloads']],
    [{ settings: [N1], to_caseload: south, from_on, to_on: '2026-01-01' }, [422, 'dates_reversed', '/to_on']],
    [{ settings: [N1, N4], from_on }, [422, 'caseload_gap', '/settings/0']]]) {
    const answer = await assign('manager', body);
    assert.deepEqual(refused(answer), why, JSON.stringify(body));
  }
  const { json } = await assign('manager', { settings: [N2], from_on, allow_gap: 'Invented: it has no children' });
  assert.deepEqual(json.findings.map(({ finding, severity, rule }) => [finding, severity, rule]), [['caseload_gap_allowed', 'info', 'caseload_every_setting']]);
  const joint = await assign('manager', { settings: [N1, N4], to_caseloads: [String(south), String(north)], from_on, joint: true });
  assert.deepEqual(joint.json.findings.map(({ finding }) => finding), ['caseload_double', 'caseload_double'], 'two at once are accepted');
});

test('a named child is added, read by who holds the caseload, and ended', async () => {
  const body = { child_id: kay, setting: N1, from_on: '2026-09-01' };
  for (const who of ['officer', 'ada', ...OTHERS]) assert.deepEqual(refused(await create(who, `/${north}/children`, body)).slice(0, 2), [403, 'forbidden'], who);
  const key = randomUUID();
  const made = await create('manager', `/${north}/children`, body, key);
  assert.equal(made.status, 201, made.text);
  assert.deepEqual((await create('manager', `/${north}/children`, body, key)).json, made.json);
  for (const [more, why] of [[{}, [422, 'caseload_child_twice', '/from_on']], [{ child_id: pri }, [404, 'not_found', '/child_id']],
    [{ child_id: pri, setting: P1 }, [422, 'malformed_field', '/setting']],
    [{ setting: 'urn:999998' }, [422, 'unknown_setting', '/setting']], [{ to_on: '2026-08-31' }, [422, 'dates_reversed', '/to_on']]])
    assert.deepEqual(refused(await create('manager', `/${north}/children`, { ...body, ...more })), why);
  const rows = await rowsInEveryForm(stage, 'ada', `/v1/caseloads/${north}/children`);
  assert.deepEqual(rows.map((row) => [row.child_id, row.setting, row.provision, row.to_on]), [[kay, N1, 'K', null]]);
  for (const who of ['officer', 'manager']) assert.deepEqual((await stage.get(who, `/v1/caseloads/${north}/children`)).json.items, rows, who);
  assert.deepEqual((await stage.get('bea', `/v1/caseloads/${north}/children`)).json.items, []);
  const [[audited]] = await stage.sql(`SELECT count(*) FROM audit.entries WHERE action LIKE '%/children' AND '${kay}' = ANY (child_ids)`);
  assert.ok(Number(audited) > 0, 'who read the name is in the log');
  const end = (who, to_on) => post(who, `/${north}/children/${made.json.caseload_child_id}/end`, { to_on });
  assert.deepEqual(refused(await end('officer', '2027-02-12')).slice(0, 2), [403, 'forbidden']);
  assert.deepEqual(refused(await end('manager', '2026-08-31')), [422, 'dates_reversed', '/to_on']);
  assert.equal((await end('manager', '2027-02-12')).json.to_on, '2027-02-12');
  assert.deepEqual((await stage.get('ada', `/v1/caseloads/${north}/children?on=2027-02-13`)).json.items, []);
});

test('who covers sees the settings and children meanwhile', async () => {
  const day = (n) => new Date(Date.now() + n * 86400e3).toISOString().slice(0, 10);
  const body = { covered_by: south, from_on: day(-1), to_on: day(20) };
  for (const who of ['officer', 'ada', ...OTHERS]) assert.deepEqual(refused(await create(who, `/${north}/cover`, body)).slice(0, 2), [403, 'forbidden'], who);
  assert.equal((await stage.get('bea', `/v1/children/${kay}`)).status, 404);
  const made = await create('manager', `/${north}/cover`, body);
  assert.deepEqual([made.status, made.json.covered_by_area_senco, made.json.findings], [201, 'Bea Fictional-Area', []], made.text);
  assert.equal((await stage.get('bea', `/v1/children/${kay}`)).status, 200);
  assert.deepEqual(await refs('bea', north), [N1]);
  for (const [more, why] of [[{ from_on: day(20), to_on: day(30) }, [422, 'cover_overlaps', '/from_on']], [{ covered_by: north }, [422, 'malformed_field', '/covered_by']],
    [{ to_on: day(-2) }, [422, 'dates_reversed', '/to_on']]]) assert.deepEqual(refused(await create('manager', `/${north}/cover`, { ...body, ...more })), why);
  assert.deepEqual(await rowsInEveryForm(stage, 'ada', `/v1/caseloads/${north}/cover`), [made.json]);
  const end = (who, to_on) => post(who, `/${north}/cover/${made.json.cover_id}/end`, { to_on });
  assert.deepEqual(refused(await end('ada', day(-1))).slice(0, 2), [403, 'forbidden']);
  assert.equal((await end('manager', day(-1))).json.to_on, day(-1));
  assert.equal((await stage.get('bea', `/v1/children/${kay}`)).status, 404, 'and not after');
});

test('weights and findings are read by each as far as they see', async () => {
  const rows = await rowsInEveryForm(stage, 'officer', '/v1/caseloads/balance');
  const row = rows.find(({ caseload_id: id }) => id === south);
  assert.deepEqual([row.settings, row.group_settings, row.ehc_plan, row.weight_plan], [2, 2, 1, 0.25]);
  assert.ok(Math.abs(row.weight - (row.weight_settings + row.weight_support + row.weight_plan + row.weight_named + row.weight_travel)) < 0.03);
  const hers = (await stage.get('bea', '/v1/caseloads/balance')).json.items;
  assert.deepEqual(hers, [{ ...row, mean: null, percent_of_mean: null }], 'hers, without the mean');
  const target = '/v1/caseloads/findings?on=2027-01-02';
  const found = (await stage.get('officer', target)).json.items;
  assert.deepEqual((await stage.get('officer', target, { accept: 'application/x-ndjson' })).rows, found);
  assert.deepEqual(csvRows((await stage.get('officer', target, { accept: 'text/csv' })).text).map((cells) => [cells.sentence, JSON.parse(cells.inputs)]),
    found.map(({ sentence, inputs }) => [sentence, inputs]));
  assert.deepEqual(found.filter(({ finding, setting }) => finding !== 'caseload_never' && [N1, N2, N4].includes(setting)).map(({ finding, setting }) => [finding, setting]).sort(),
    [['caseload_double', N1], ['caseload_double', N4], ['caseload_gap_allowed', N2]].sort());
  assert.deepEqual(new Set((await stage.get('ada', '/v1/caseloads/findings')).json.items.map(({ caseload }) => caseload)), new Set());
  for (const who of OTHERS) for (const path of ['balance', 'findings', north, `${north}/children`, `${north}/cover`])
    assert.deepEqual(refused(await stage.get(who, `/v1/caseloads/${path}`)).slice(0, 2), [403, 'forbidden'], `${who} ${path}`);
  assert.equal((await everyPage(stage, 'officer', '/v1/caseloads?limit=1')).length, rows.length);
});

test('a fair split is proposed to officers, and can be assigned as it is', async () => {
  const target = `/v1/caseloads/fair-split?caseloads=${north},${south}&on=2026-11-10`;
  for (const who of ['ada', ...OTHERS]) assert.deepEqual(refused(await stage.get(who, target)).slice(0, 2), [403, 'forbidden'], who);
  const rows = await rowsInEveryForm(stage, 'officer', target);
  assert.ok(rows.length > 0 && rows.every(({ sentence, to_caseload: to }) => sentence && [north, south].includes(to)));
  const answer = await assign('manager', { settings: rows.map(({ setting }) => setting), to_caseloads: rows.map(({ to_caseload: to }) => String(to)),
    from_on: '2026-11-10', preview: true });
  assert.equal(answer.status, 200, answer.text);
  const four = (await stage.get('officer', '/v1/caseloads/fair-split?count=4&locality=sale')).json.items;
  assert.equal(new Set(four.map(({ to_name: name }) => name)).size, 4, 'as many as are asked for, where there are settings enough');
  for (const [query, why] of [['caseloads=999999', [404, 'not_found']], ['caseloads=x', [404, 'not_found']], ['count=0', [400, 'malformed_parameter']]])
    assert.deepEqual(refused(await stage.get('officer', `/v1/caseloads/fair-split?${query}`)).slice(0, 2), why, query);
});

test('an authority is divided as its preview said', async () => {
  const divide = (who, body) => stage.request(who, 'POST', '/v1/caseloads/split', { body: { date: '2027-04-01', successor: 'Invented East', ...body } });
  for (const who of ['ada', ...OTHERS]) assert.deepEqual(refused(await divide(who, { settings: [N4], preview: true })).slice(0, 2), [403, 'forbidden'], who);
  assert.deepEqual(refused(await divide('officer', { settings: [N4] })).slice(0, 2), [403, 'forbidden'], 'an officer only looks');
  for (const [body, why] of [[{}, [422, 'missing_field', '/settings']], [{ settings: [N4, 'urn:999998'] }, [422, 'unknown_setting', '/settings/1']],
    [{ localities: ['Atlantis'] }, [422, 'unknown_setting', '/localities/0']], [{ settings: [N4], la_code: 'xyz' }, [422, 'unknown_code', '/la_code']]])
    assert.deepEqual(refused(await divide('manager', body)), why);
  const shown = await divide('officer', { settings: [N4], preview: true });
  assert.equal(shown.status, 200, shown.text);
  assert.ok(shown.json.caseloads.length > 0);
  const done = await divide('manager', { settings: [N4] });
  assert.deepEqual({ ...done.json, preview: true }, shown.json);
  const cut = done.json.caseloads.find((c) => c.is_cut);
  const { json } = await stage.get('officer', '/v1/caseloads');
  assert.equal((await stage.get('officer', `/v1/caseloads/${json.items.find(({ name }) => name === cut.becomes).caseload_id}`)).json.successor, 'Invented East');
});
