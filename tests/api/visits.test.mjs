// What Area SENCOs do: visits and what came of them, referrals, support cases,
// contacts with agencies, networks, training, practice; who writes them down,
// what the setting reads and is told.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { addCaseload, authority, childId, fingerprint, rowsInEveryForm, send, SETTING, settingId, slug } from '../lib/authority.mjs';
import { child, placement, plan } from '../lib/records.mjs';
import { bin } from '../lib/stage.mjs';

let stage, fern, oak;
const N = SETTING.nursery, P = SETTING.primary;

before(async () => {
  stage = await authority('visits');
  await stage.addClient('nursery', 'school_system', { settings: [N] });
  await stage.addClient('school', 'school_system', { settings: [P] });
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  await addCaseload(stage, 'Fictional Middle', [[N]], { holder: 'area' });
  await addSenco('senco', N);
  await send(stage, 'nursery', N, [child(1), placement(1)]);
  await send(stage, 'school', P, [child(2), placement(2)]);
  fern = await childId(stage, N, 'c-1');
  oak = await childId(stage, P, 'c-2');
});
after(() => stage?.stop());

/** A SENCO with a post at that setting and a certificate of her own. */
async function addSenco(name, ref) {
  await stage.pki('client', name);
  await stage.sql(`
    WITH f AS (INSERT INTO core.staff (name) VALUES ('Ada Example') RETURNING id),
      p AS (INSERT INTO core.posts (staff_id, setting_id, kind, from_on) SELECT id, ${await settingId(stage, ref)}, 'senco', '2020-09-01' FROM f),
      c AS (INSERT INTO core.clients (name, role, staff_id) SELECT '${name}', 'senco', id FROM f RETURNING id)
    INSERT INTO core.client_certificates (fingerprint, client_id, not_after)
    SELECT '\\x${fingerprint(stage, name)}', id, now() + interval '1 day' FROM c`);
}

const EVERYBODY = ['nursery', 'school', 'area', 'senco', 'officer', 'manager', 'administrator', 'auditor'];
const words = { setting: N, visited_on: '2026-01-05', mode: 'drop_in', met: 'the room leader — and “Ada”', topic: 'provision' };
const refused = (answer) => [answer.status, slug(answer)];
const post = (who, address, body, { key = randomUUID(), match } = {}) => stage.request(who, 'POST', address, { body,
  headers: { ...(key ? { 'idempotency-key': key } : {}), ...(match ? { 'if-match': `"${match}"` } : {}) } });
const visit = (who, more = {}, options) => post(who, '/v1/visits', { ...words, ...more }, options);
const rows = async (who, address) => (await stage.get(who, address)).json.items;

/** Each role gets its list in every form, or is refused. */
async function read(address, expected) {
  for (const who of EVERYBODY) {
    if (expected[who] === 403) assert.deepEqual(refused(await stage.get(who, address)), [403, 'forbidden'], who);
    else assert.equal((await rowsInEveryForm(stage, who, address)).length, expected[who], `${who} ${address}`);
  }
}

/** What cannot be, with the member at fault. */
async function refusals(who, address, usual, cases) {
  for (const [more, ...why] of cases) {
    const answer = await post(who, address, { ...usual, ...more });
    assert.deepEqual([answer.status, slug(answer), answer.json.pointer], why, JSON.stringify(more).slice(0, 80));
  }
}

test('an Area SENCO writes down a visit; what she advised reaches the nursery once', async () => {
  const key = randomUUID();
  const said = { child_id: fern, advice: 'Invented: a quiet corner.', next_visit_on: '2026-02-05', sendiass_signposted_on: '2026-01-05',
    sendiass_method: 'leaflet' };
  const first = await visit('area', said, { key });
  assert.equal(first.status, 201, first.text);
  const { visit_id: id, advice_id: advice, at, setting_name: name, ...row } = first.json;
  assert.deepEqual(row, { ...words, ...said, is_unnamed_child: false, author: 'area', author_role: 'area_senco', actions: [] });
  assert.ok(id && advice && at && name);
  assert.deepEqual((await visit('area', said, { key })).json, first.json, 'sent again it is the same');
  assert.deepEqual(refused(await visit('area', {}, { key })), [409, 'batch_differs']);
  assert.deepEqual((await stage.get('nursery', `/v1/visits/${id}`)).json, first.json, 'the nursery reads it');
  assert.deepEqual((await rows('nursery', `/v1/settings/${N}/advice`)).map(({ advice_id: of, text }) => [of, text]), [[advice, said.advice]]);
  const told = (await rows('nursery', '/v1/sync/changes')).filter(({ kind }) => kind === 'advice');
  assert.deepEqual(told.map(({ op, child_id: of }) => [op, of]), [['enter', fern]]);
  const [[reads]] = await stage.sql(`SELECT count(*) FROM audit.entries WHERE role = 'school_system' AND child_ids @> ARRAY['${fern}'::uuid]
    AND action LIKE '%visits%'`);
  assert.equal(reads, '1', 'and that it read of the child is on record');
});

test('visits: what cannot be is refused with the member at fault', async () => {
  await refusals('area', '/v1/visits', words, [
    [{ setting: P }, 422, 'unknown_setting', '/setting'], [{ setting: 'urn:999998' }, 422, 'unknown_setting', '/setting'],
    [{ visited_on: '2099-01-01' }, 422, 'malformed_field', '/visited_on'], [{ mode: 'pigeon' }, 422, 'unknown_code', '/mode'],
    [{ topic: 'weather' }, 422, 'unknown_code', '/topic'], [{ met: 'x'.repeat(501) }, 422, 'malformed_field', '/met'],
    [{ next_visit_on: '2026-01-05' }, 422, 'dates_reversed', '/next_visit_on'], [{ child_id: oak }, 404, 'not_found', '/child_id'],
    [{ child_id: randomUUID() }, 404, 'not_found', '/child_id'], [{ child_id: fern, is_unnamed_child: true }, 422, 'malformed_field', '/is_unnamed_child'],
    [{ sendiass_method: 'spoken' }, 422, 'missing_field', '/sendiass_signposted_on'],
    [{ sendiass_signposted_on: '2026-01-05', sendiass_method: 'spoken' }, 422, 'missing_field', '/child_id']]);
  assert.deepEqual(refused(await visit('area', {}, { key: null })), [400, 'idempotency_key_missing']);
  await stage.sql(`UPDATE core.settings SET closed_on = '2026-01-04' WHERE id = ${await settingId(stage, SETTING.nursery4)}`);
  assert.deepEqual(refused(await visit('officer', { setting: SETTING.nursery4 })), [422, 'setting_closed']);
  for (const who of ['nursery', 'senco', 'administrator', 'auditor'])
    assert.deepEqual(refused(await visit(who)), [403, 'forbidden'], who);
});

test('each reads the visits of their own settings; filters narrow', async () => {
  assert.equal((await visit('officer', { is_unnamed_child: true, visited_on: '2026-03-01' })).status, 201);
  assert.equal((await visit('manager', { setting: P, child_id: oak, mode: 'phone' })).status, 201);
  await read('/v1/visits', { nursery: 2, school: 1, area: 2, senco: 2, officer: 3, manager: 3, administrator: 403, auditor: 403 });
  for (const [query, count] of [[`setting=${P}`, 1], ['setting=urn:999998', 0], [`child=${fern}`, 1], ['from=2026-03-01', 1], ['until=2026-01-05', 2],
    ['from=2026-01-06&until=2026-02-28', 0]]) assert.equal((await rows('officer', `/v1/visits?${query}`)).length, count, query);
  const [{ visit_id: id }] = await rows('school', '/v1/visits');
  for (const who of ['nursery', 'area', 'senco']) assert.deepEqual(refused(await stage.get(who, `/v1/visits/${id}`)), [404, 'not_found'], who);
});

test('actions are followed up by whoever has to act', async () => {
  const [{ visit_id: id }] = await rows('area', `/v1/visits?child=${fern}`);
  const address = `/v1/visits/${id}/actions`;
  const key = randomUUID();
  const toDo = { text: 'Invented: draw up a plan', owner: 'setting', owner_name: 'Ada Example', due_on: '2026-01-12' };
  const first = await post('area', address, toDo, { key });
  assert.equal(first.status, 201, first.text);
  const { action_id: action, etag, setting_name: _, ...row } = first.json;
  assert.deepEqual(row, { visit_id: id, setting: N, child_id: fern, visited_on: '2026-01-05', ...toDo, done_on: null, outcome: null, is_overdue: true,
    is_mine: false, author: 'area' });
  assert.deepEqual((await post('area', address, toDo, { key })).json, first.json, 'sent again it is the same');
  assert.deepEqual(refused(await post('area', address, { ...toDo, owner: 'parent' }, { key })), [409, 'batch_differs']);
  await refusals('area', address, toDo, [[{ due_on: '2026-01-04' }, 422, 'dates_reversed', '/due_on'], [{ owner: 'nobody' }, 422, 'unknown_code', '/owner']]);
  for (const who of ['nursery', 'senco', 'administrator', 'auditor'])
    assert.deepEqual(refused(await post(who, address, toDo)), [403, 'forbidden'], who);
  assert.deepEqual(refused(await post('area', `/v1/visits/${randomUUID()}/actions`, toDo)), [404, 'not_found']);
  const own = await post('area', address, { text: 'Invented: call again', owner: 'area_senco' });
  await read('/v1/actions', { nursery: 2, school: 0, area: 2, senco: 2, officer: 2, manager: 2, administrator: 403, auditor: 403 });
  for (const [who, query, found] of [['area', 'mine=true', own.json.action_id], ['senco', 'mine=true', action], ['area', 'overdue=true', action],
    ['area', 'until=2026-01-12', action], ['area', 'open=true&overdue=false', own.json.action_id], ['area', 'open=false', undefined],
    ['officer', `setting=${P}`, undefined]])
    assert.deepEqual((await rows(who, `/v1/actions?${query}`)).map(({ action_id: of }) => of), found ? [found] : [], query);

  const done = (who, of, body, match) => post(who, `/v1/actions/${of}/done`, body, { match });
  assert.deepEqual((await stage.get('senco', `/v1/actions/${action}`)).json.etag, etag);
  const day = { done_on: '2026-01-09', outcome: 'Invented: drawn up' };
  assert.deepEqual(refused(await done('senco', action, day)), [428, 'precondition_missing']);
  assert.deepEqual(refused(await done('senco', action, day, '9')), [412, 'precondition_failed']);
  assert.deepEqual(refused(await done('senco', own.json.action_id, day, '1')), [403, 'forbidden'], 'not the setting\'s to do');
  assert.deepEqual(refused(await done('school', action, day, etag)), [404, 'not_found']);
  assert.deepEqual(refused(await done('auditor', action, day, etag)), [403, 'forbidden']);
  assert.deepEqual(refused(await done('senco', action, { done_on: '2026-01-04' }, etag)), [422, 'dates_reversed']);
  const answer = await done('senco', action, day, etag);
  assert.deepEqual([answer.status, answer.json.done_on, answer.json.outcome, answer.json.is_overdue], [200, day.done_on, day.outcome, false]);
  assert.equal(answer.headers.etag, `"${answer.json.etag}"`);
  assert.deepEqual((await stage.get('area', `/v1/visits/${id}`)).json.actions.map(({ done_on: on }) => on), [day.done_on, null]);
});

const asked = { referred_on: '2026-01-05', level: 'universal_plus', reason: 'Invented: speech', permission_on: '2026-01-02', permission_by: 'parent' };
const refer = (who, more = {}, options) => post(who, '/v1/referrals', { setting: N, child_id: fern, ...asked, ...more }, options);

test('a setting refers its child; what its plans do not show yet is named', async () => {
  const key = randomUUID();
  const first = await refer('nursery', {}, { key });
  assert.equal(first.status, 201, first.text);
  const { referral_id: id, at, setting_name: name, findings, ...row } = first.json;
  assert.deepEqual(row, { setting: N, child_id: fern, ...asked, fast_track: null, sendiass_signposted_on: null, sendiass_method: null,
    state: 'received', judgement: 'not_yet', decided_on: null, decision: null, closed_on: null, outcome: null, author: 'nursery',
    author_role: 'school_system', etag: '1' });
  assert.ok(at && name);
  assert.deepEqual(findings.map(({ finding, severity, inputs }) => [finding, severity, inputs]), [['referral_cycles_missing', 'error',
    { cycles: [], found: 0, asked: 2, is_own_threshold: false }]]);
  assert.match(findings[0].sentence, /^Not yet: 0 of 2 reviewed cycles/);
  assert.deepEqual((await refer('nursery', {}, { key })).json, first.json, 'sent again it is the same');
  assert.deepEqual(refused(await refer('nursery', { level: 'statutory' }, { key })), [409, 'batch_differs']);
  // Its plans arrive, and the same referral is complete.
  await send(stage, 'nursery', N, [plan(1, { reviewed_on: '2025-12-05' }), { ...plan(1, { start_on: '2026-01-05', review_due_on: null,
    reviewed_on: '2026-02-20' }), source_id: 'pl-2' }]);
  const { json } = await stage.get('nursery', `/v1/referrals/${id}`);
  assert.deepEqual([json.judgement, json.findings[0].finding, json.findings[0].inputs.cycles], ['complete', 'referral_cycles_shown', [
    { plan: 'pl-1', start_on: '2025-09-08', reviewed_on: '2025-12-05' }, { plan: 'pl-2', start_on: '2026-01-05', reviewed_on: '2026-02-20' }]]);
});

test('referrals: what cannot be is refused with the member at fault', async () => {
  const usual = { setting: N, child_id: fern, ...asked };
  await refusals('senco', '/v1/referrals', usual, [
    [{ permission_on: null, permission_by: null }, 422, 'missing_field', '/permission_on'], [{ permission_by: null }, 422, 'missing_field', '/permission_by'],
    [{ permission_on: '2026-01-06' }, 422, 'dates_reversed', '/permission_on'], [{ referred_on: '2099-01-01' }, 422, 'malformed_field', '/referred_on'],
    [{ level: 'cosmic' }, 422, 'unknown_code', '/level'], [{ fast_track: 'luck' }, 422, 'unknown_code', '/fast_track'],
    [{ child_id: oak }, 404, 'not_found', '/child_id'], [{ setting: P, child_id: oak }, 422, 'unknown_setting', '/setting'],
    [{ sendiass_signposted_on: '2026-01-05' }, 422, 'missing_field', '/sendiass_method']]);
  for (const who of ['administrator', 'auditor']) assert.deepEqual(refused(await refer(who)), [403, 'forbidden'], who);
});

test('each sees the referrals of their own settings; the service decides', async () => {
  assert.equal((await refer('senco', { fast_track: 'portage' })).status, 201);
  assert.equal((await refer('area', { fast_track: 'diagnosis' })).status, 201);
  const foreign = await refer('officer', { setting: P, child_id: oak });
  await read('/v1/referrals', { nursery: 3, school: 1, area: 3, senco: 3, officer: 4, manager: 4, administrator: 403, auditor: 403 });
  for (const [query, count] of [['judgement=not_yet', 1], ['state=received', 4], [`child=${oak}`, 1], [`setting=${N}`, 3], ['state=closed', 0]])
    assert.equal((await rows('officer', `/v1/referrals?${query}`)).length, count, query);
  const decide = (who, verb, body, match, id = foreign.json.referral_id) => post(who, `/v1/referrals/${id}/${verb}`, body, { match });
  const day = { decided_on: '2026-01-12' };
  for (const who of ['nursery', 'school', 'senco', 'administrator', 'auditor'])
    for (const [verb, body] of [['accept', day], ['decline', { ...day, reason: 'Invented' }], ['close', { closed_on: '2026-01-12', outcome: 'Invented' }]])
      assert.deepEqual(refused(await decide(who, verb, body, '1')), [403, 'forbidden'], `${who} ${verb}`);
  assert.deepEqual(refused(await decide('area', 'accept', day, '1')), [404, 'not_found'], 'not of her caseload');
  assert.deepEqual(refused(await decide('manager', 'accept', day)), [428, 'precondition_missing']);
  assert.deepEqual(refused(await decide('manager', 'accept', day, '7')), [412, 'precondition_failed']);
  const bare = await decide('manager', 'accept', day, '1');
  assert.deepEqual([bare.status, slug(bare), bare.json.pointer], [422, 'missing_field', '/reason'], 'not yet: only for a reason');
  assert.deepEqual(refused(await decide('manager', 'accept', { decided_on: '2026-01-04', reason: 'Invented' }, '1')), [422, 'dates_reversed']);
  const accepted = await decide('manager', 'accept', { ...day, reason: 'Invented: urgent' }, '1');
  assert.deepEqual([accepted.status, accepted.json.state, accepted.json.judgement, accepted.json.decision], [200, 'accepted', 'not_yet', 'Invented: urgent']);
  assert.deepEqual(refused(await decide('officer', 'decline', { ...day, reason: 'Invented' }, accepted.json.etag)), [409, 'referral_decided']);
  const closed = await decide('officer', 'close', { closed_on: '2026-05-01', outcome: 'Invented: done' }, accepted.json.etag);
  assert.deepEqual([closed.status, closed.json.state, closed.json.outcome], [200, 'closed', 'Invented: done']);
  const [{ referral_id: own }] = await rows('area', '/v1/referrals?judgement=complete');
  const declined = await decide('area', 'decline', { ...day, reason: 'Invented: elsewhere' }, '1', own);
  assert.deepEqual([declined.status, declined.json.state], [200, 'declined']);
  assert.equal((await stage.get('senco', `/v1/referrals/${own}`)).json.decision, 'Invented: elsewhere', 'and the setting reads why');
});

const put = (who, address, body, match) => stage.request(who, 'PUT', address, { body, headers: match ? { 'if-match': `"${match}"` } : {} });
const NOT_FOR = ['nursery', 'school', 'senco', 'administrator', 'auditor'];
const ours = (counts) => ({ ...Object.fromEntries(NOT_FOR.map((who) => [who, 403])), ...counts });

/** Made once for its key; refused to whom it is not for. Answers it. */
async function once(address, body, other) {
  const key = randomUUID();
  const first = await post('area', address, body, { key });
  assert.equal(first.status, 201, first.text);
  assert.deepEqual((await post('area', address, body, { key })).json, first.json, 'sent again it is the same');
  assert.deepEqual(refused(await post('area', address, { ...body, ...other }, { key })), [409, 'batch_differs']);
  assert.deepEqual(refused(await post('area', address, body, { key: null })), [400, 'idempotency_key_missing']);
  for (const who of NOT_FOR) assert.deepEqual(refused(await post(who, address, body)), [403, 'forbidden'], `${who} ${address}`);
  return first.json;
}

test('a SENCO is helped: the case is opened and closed, and no setting reads it', async () => {
  const issue = { setting: N, person: 'Ada Example', issue: 'Invented: first plan', opened_on: '2026-01-05' };
  const { case_id: id, days_open: days, setting_name: _, ...row } = await once('/v1/support-cases', issue, { person: null });
  assert.deepEqual(row, { ...issue, closed_on: null, outcome: null, author: 'area', etag: '1' });
  assert.ok(days > 0);
  await refusals('area', '/v1/support-cases', issue, [[{ setting: P }, 422, 'unknown_setting', '/setting'],
    [{ opened_on: '2099-01-01' }, 422, 'malformed_field', '/opened_on'], [{ issue: '' }, 422, 'malformed_field', '/issue']]);
  await post('officer', '/v1/support-cases', { ...issue, setting: P });
  await read('/v1/support-cases', ours({ area: 1, officer: 2, manager: 2 }));
  const close = (who, body, match) => post(who, `/v1/support-cases/${id}/close`, body, { match });
  const end = { closed_on: '2026-01-20', outcome: 'Invented: written' };
  for (const who of NOT_FOR) assert.deepEqual(refused(await close(who, end, '1')), [403, 'forbidden'], who);
  assert.deepEqual(refused(await close('area', end)), [428, 'precondition_missing']);
  assert.deepEqual(refused(await close('area', { ...end, closed_on: '2026-01-04' }, '1')), [422, 'dates_reversed']);
  const closed = await close('area', end, '1');
  assert.deepEqual([closed.status, closed.json.days_open, closed.headers.etag], [200, 15, '"2"']);
  assert.deepEqual((await stage.get('officer', `/v1/support-cases/${id}`)).json, closed.json);
  assert.equal((await rows('area', '/v1/support-cases?open=true')).length, 0);
  assert.equal((await rows('area', `/v1/support-cases?open=false&setting=${N}`)).length, 1);
});

test('agencies are brought together; a childminder agency is a group', async () => {
  const contact = { setting: N, child_id: fern, held_on: '2026-01-05', agencies: ['camhs', 'social_care'], purpose: 'Invented: one plan' };
  const { findings, ...row } = await once('/v1/agency-contacts', contact, { agencies: ['camhs'] });
  assert.deepEqual([row.child_id, row.agencies, row.agreement, row.group_id], [fern, contact.agencies, null, null]);
  assert.deepEqual(findings.map(({ rule, finding, severity }) => [rule, finding, severity]),
    [['agency_contact_agreement', 'agency_contact_unagreed', 'warn']], 'accepted, and found');
  await refusals('area', '/v1/agency-contacts', contact, [[{ agencies: ['astrology'] }, 422, 'unknown_code', '/agencies'],
    [{ agencies: [] }, 422, 'missing_field', '/agencies'], [{ setting: null }, 422, 'missing_field', '/setting'],
    [{ child_id: oak }, 404, 'not_found', '/child_id'], [{ held_on: '2099-01-01' }, 422, 'malformed_field', '/held_on']]);
  const [[group]] = await stage.sql(`WITH g AS (INSERT INTO core.groups (kind, name) VALUES ('childminder_agency', 'Fictional Agency') RETURNING id)
    INSERT INTO core.group_settings (group_id, setting_id, from_on) SELECT id, ${await settingId(stage, N)}, '2020-01-01' FROM g RETURNING group_id`);
  const with_ = { group_id: Number(group), held_on: '2026-02-05', purpose: 'Invented: how agencies are advised' };
  assert.equal((await post('area', '/v1/agency-contacts', with_)).json.group_name, 'Fictional Agency');
  assert.deepEqual(refused(await post('area', '/v1/agency-contacts', { ...with_, group_id: 999999 })), [404, 'not_found']);
  await read('/v1/agency-contacts', ours({ area: 2, officer: 2, manager: 2 }));
  for (const [query, count] of [['agency=camhs', 1], ['agency=portage', 0], [`group=${group}`, 1], [`child=${fern}`, 1], ['from=2026-02-01', 1], ['until=2026-01-31', 1]])
    assert.equal((await rows('area', `/v1/agency-contacts?${query}`)).length, count, query);
});

test('network meetings, courses and good practice: who came from where, whom it reached', async () => {
  const { meeting_id: meeting } = await once('/v1/network-meetings', { held_on: '2026-01-05', title: 'Invented network', place: 'Hall' }, { place: null });
  const course = { held_on: '2026-01-06', title: 'Invented course', topic: 'communication', hours: 2.5 };
  const { event_id: event, hours } = await once('/v1/training-events', course, { hours: 3 });
  const { item_id: item } = await once('/v1/practice-items', { shared_on: '2026-01-07', title: 'Invented practice' }, { summary: 'More' });
  assert.equal(hours, 2.5);
  await refusals('area', '/v1/training-events', course, [[{ hours: 0 }, 422, 'malformed_field', '/hours'], [{ topic: 'weather' }, 422, 'unknown_code', '/topic']]);
  const [[ada]] = await stage.sql(`SELECT p.staff_id FROM core.posts AS p WHERE p.setting_id = ${await settingId(stage, N)}`);
  for (const [address, body, more] of [[`/v1/network-meetings/${meeting}/attendance/${N}`, { people: 2 }, { people: 3 }],
    [`/v1/training-events/${event}/attendance/${N}`, { people: 2, staff: [ada] }, { people: 3, staff: [ada], senco_came: true }]]) {
    for (const who of NOT_FOR) {
      assert.deepEqual(refused(await put(who, address, body)), [403, 'forbidden'], `${who} ${address}`);
      assert.deepEqual(refused(await stage.get(who, address)), [403, 'forbidden'], `${who} ${address}`);
    }
    assert.deepEqual(refused(await stage.get('area', address)), [404, 'not_found'], 'nobody yet');
    assert.deepEqual(refused(await put('area', address.replace(N, P), body)), [404, 'not_found'], 'not her setting');
    const first = await put('area', address, body);
    assert.deepEqual([first.status, first.json.people, first.headers.etag], [200, 2, '"1"'], first.text);
    assert.deepEqual(refused(await put('area', address, more)), [428, 'precondition_missing']);
    assert.deepEqual(refused(await put('area', address, more, '9')), [412, 'precondition_failed']);
    const second = await put('officer', address, more, '1');
    assert.deepEqual((await stage.get('area', address)).json, second.json);
    assert.deepEqual(await rowsInEveryForm(stage, 'manager', address.replace(`/${N}`, '')), [second.json]);
    assert.equal((await put('officer', address.replace(N, P), { people: 1 })).status, 200);
  }
  assert.deepEqual((await rows('area', `/v1/training-events/${event}/attendance`))[0].staff, [{ staff_id: Number(ada), name: 'Ada Example' }]);
  const wrong = await put('area', `/v1/training-events/${event}/attendance/${N}`, { people: 0, staff: [ada] }, '2');
  assert.deepEqual([wrong.status, slug(wrong), wrong.json.pointer], [422, 'counts_disagree', '/people']);
  const reach = (who, settings, on = '2026-01-08') => post(who, `/v1/practice-items/${item}/reach`, { settings, reached_on: on }, { key: null });
  for (const who of NOT_FOR) assert.deepEqual(refused(await reach(who, [N])), [403, 'forbidden'], who);
  assert.deepEqual(refused(await reach('area', [N, P])), [422, 'unknown_setting']);
  assert.deepEqual(refused(await reach('area', [N], '2026-01-06')), [422, 'dates_reversed']);
  assert.deepEqual([(await reach('area', [N])).json.settings, (await reach('officer', [N, P])).json.settings], [1, 2]);
  assert.equal((await rowsInEveryForm(stage, 'officer', `/v1/practice-items/${item}/reach`)).length, 2);
  assert.equal((await rows('area', `/v1/practice-items/${item}/reach`)).length, 1);
  for (const [address, at] of [['/v1/network-meetings', '2026-01-05'], ['/v1/training-events', '2026-01-06'], ['/v1/practice-items']]) {
    await read(address, ours({ area: 1, officer: 1, manager: 1 }));
    assert.deepEqual((await rows('area', address)).map(({ settings }) => settings), [1], 'of her own settings');
    assert.deepEqual((await rows('officer', address)).map(({ settings }) => settings), [2], 'of all');
    if (at) assert.deepEqual([(await rows('area', `${address}?from=${at}&until=${at}`)).length, (await rows('area', `${address}?from=2026-02-01`)).length], [1, 0]);
  }
});

test('sencoctl writes down and follows up', async () => {
  const run = async (...args) => (await promisify(execFile)(path.join(bin, 'sencoctl'), ['--url', `https://localhost:${stage.port}`,
    '--ca', stage.file('pki/ca.pem'), '--cert', stage.file('pki/clients/area.pem'), '--key', stage.file('pki/clients/area.key'), ...args])).stdout;
  const id = (text) => /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)[0];
  const visited = await run('visits', 'add', '--setting', N, '--visited-on', '2026-06-01', '--mode', 'phone', '--topic', 'parents', '--is-unnamed-child');
  assert.match(visited, /^Written down\./);
  const noted = await run('visits', 'action', id(visited), '--text', 'Invented: write', '--owner', 'area_senco', '--due-on', '2026-06-02');
  assert.match(await run('actions', 'list', '--overdue', '--mine'), /Invented: write/);
  assert.match(await run('actions', 'done', id(noted), '--done-on', '2026-06-02'), /^Done\./);
  const referred = await run('referrals', 'add', '--setting', N, '--child-id', fern, '--referred-on', '2026-06-01', '--level', 'statutory',
    '--permission-on', '2026-06-01', '--permission-by', 'carer');
  assert.match(referred, /^Received\./);
  assert.match(await run('referrals', 'accept', id(referred), '--decided-on', '2026-06-02'), /^Accepted\./);
  const met = await run('networks', 'add', '--held-on', '2026-06-03', '--title', 'Invented second');
  for (const people of ['2', '4']) assert.match(await run('networks', 'came', id(met), N, '--people', people), /^Noted\./, 'the first time and again');
  assert.match(await run('agencies', 'add', '--setting', N, '--held-on', '2026-06-05', '--agencies', 'portage,camhs', '--purpose', 'Invented'), /portage/);
});

test('many who advise on one child at once do not stand in each other\'s way', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => visit(i % 2 ? 'area' : 'manager', { child_id: fern,
    advice: `Invented: ${i}`, visited_on: '2025-06-01' })));
  assert.deepEqual(answers.map(({ status }) => status), Array(12).fill(201));
});
