// Who sees whose children: every address that is read, by every role, for
// own and foreign data, in every form; then past the daemon, straight at the
// database, without an actor, with a forged one and with one that has run out.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addCaseload, addStaff, asDaemon, authority, send, SETTING, settingId, slug, token }
  from '../lib/authority.mjs';
import { contract } from '../lib/openapi.mjs';
import { child, need, placement, post, transition, upn } from '../lib/records.mjs';

const REF = { A: SETTING.primary, B: SETTING.primary2, S: SETTING.secondary,
  N1: SETTING.nursery, N2: SETTING.nursery2, N3: SETTING.nursery3, N4: SETTING.nursery4 };
const KEYS = Object.keys(REF);
// What each caller sees. senco's caseload held N2 until yesterday and will
// hold N3 from tomorrow. teacher is SENCO of A until today; was it of B until
// yesterday, will be of S from tomorrow; her post at N1 was withdrawn, the one
// at N2 puts her in charge of no child, and N3 says itself that she is its SENCO.
const SCOPE = { schoolA: ['A'], schoolB: ['B'], supplier: ['A', 'S'], nurseries: ['N1', 'N2', 'N3', 'N4'],
  teacher: ['A'], senco: ['N1'], colleague: ['N4'], newcomer: [], officer: KEYS, manager: KEYS, administrator: [], auditor: [] };
const SCHOOLS = ['schoolA', 'schoolB', 'supplier', 'nurseries'];
const SENCOS = ['senco', 'colleague', 'newcomer'];
const LA = ['officer', 'manager'];
const EVERYBODY = Object.keys(SCOPE);
const WITH_CHILDREN = [...SCHOOLS, 'teacher', ...SENCOS, ...LA];
const YEAR = 2027, ON = '2026-11-10';

let stage;
const children = []; // { key, name, id, upn }
const ids = {};

before(async () => {
  // Thousands of short connections from one address, some still closing.
  stage = await authority('scope', { connections_per_address_max: 2000 });
  await Promise.all(KEYS.map(async (key) => { ids[key] = await settingId(stage, REF[key]); }));
  const caseload = await addCaseload(stage, 'Fictional North', [[REF.N1, 'current_date'],
    [REF.N1, "'2020-01-01'", "'2024-07-31'"], [REF.N2, "'2020-01-01'", 'current_date - 1'],
    [REF.N3, 'current_date + 1']], { holder: 'senco', staff: 'Nora Fictional-Area' });
  const other = await addCaseload(stage, 'Fictional South', [[REF.N4]], { holder: 'colleague' });
  Object.assign(ids, { caseload, other });
  await stage.addClient('newcomer', 'area_senco');
  ids.staff = await addStaff(stage, 'Tess Fictional-Teacher', [[REF.A, 'senco', "'2020-01-01'", 'current_date'],
    [REF.B, 'senco', "'2020-01-01'", 'current_date - 1'], [REF.S, 'head', 'current_date + 1'],
    [REF.N1, 'senco', "'2020-01-01'", 'NULL', 'now()'], [REF.N2, 'area_senco']], { client: 'teacher' });
  [[ids.post]] = await stage.sql(`SELECT min(post_id) FROM core.posts WHERE staff_id = ${ids.staff}`);
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  for (const name of SCHOOLS)
    await stage.addClient(name, 'school_system', { settings: SCOPE[name].map((key) => REF[key]) });
  for (const [position, key] of KEYS.entries()) await fill(position, key);
  await send(stage, 'nurseries', REF.N3, [post('n3', { name: 'Tess Fictional-Teacher' })]);
  const found = new Map(await stage.sql('SELECT source_id, child_id FROM core.child_records'));
  for (const one of children) one.id = found.get(`c-${one.name}`);
  await stage.sql(`INSERT INTO core.ehc_transfers (child_id, year, review_held_on)
    SELECT id, ${YEAR}, '2026-10-01' FROM core.children`);
});
after(() => stage?.stop());

// Three children of its own a setting, and one that A and B both know, each
// under another name.
async function fill(position, key) {
  const isNursery = key.startsWith('N');
  const born = { born_on: isNursery ? '2023-03-01' : '2016-03-01', year_group: isNursery ? 'N2' : '6' };
  const plan = { kind: isNursery ? 'EYS' : 'PRS', year: YEAR, to_setting: REF.S };
  const names = [0, 1, 2].map((i) => `${key}-${i}`);
  if (key === 'A' || key === 'B') names.push(`${key}-shared`);
  const records = names.flatMap((name, i) => {
    const number = upn(name.endsWith('shared') ? '999000017111' : `99900${position}0${i}0250`);
    children.push({ key, name, upn: number });
    return [child(name, { ...born, upn: number }), placement(name), need(name, { provision: 'E' }),
      transition(name, plan)];
  });
  await send(stage, SCHOOLS.find((school) => SCOPE[school].includes(key)), REF[key], records);
}

const isShared = ({ name }) => name.endsWith('shared');
const mayOpen = (who, one) => SCOPE[who].includes(one.key)
  || isShared(one) && SCOPE[who].some((key) => key === 'A' || key === 'B');

/** Which settings' children a text shows, by anything that is theirs. */
function shown(text) {
  const found = new Set();
  for (const one of children) {
    const marks = [`Fictional-${one.name}"`, `Fictional-${one.name},`, `"c-${one.name}"`, `,c-${one.name},`];
    if (!isShared(one)) marks.push(one.id, one.upn);
    if (marks.some((mark) => text.includes(mark))) found.add(one.key);
  }
  return [...found].sort();
}

/** One child of each setting, and the shared one as both know it. */
const some = () => children.filter((one) => one.name.endsWith('-0') || isShared(one));

const sorted = (keys) => [...keys].sort();
const lists = (path, roles, filtered = {}) => ({ roles, of: (who) => [
  { target: path, sees: SCOPE[who] },
  ...Object.entries(filtered).map(([query, keys]) =>
    ({ target: path + (path.includes('?') ? '&' : '?') + query, sees: SCOPE[who].filter((key) => keys.includes(key)) })),
] });
const bySetting = Object.fromEntries([...KEYS.map((key) => [`setting=${REF[key]}`, [key]]),
  ['setting=urn:999998', []], ['setting=id:999999999', []]]);
const without = (roles, targets) => ({ roles, of: () => targets().map((target) => ({ target, sees: [] })) });
const none = (roles, address) => ({ roles, of: () => [{ target: address(randomUUID()), sees: [], isThere: false }] });
/** Of a caseload: hers for the Area SENCO, each one for officers. */
const ofCaseload = (path) => ({ roles: [...SENCOS, ...LA], of: (who) => [ids.caseload, ids.other, 999999].map((id) => ({
  target: `${path}?caseload=${id}`, sees: [], isThere: LA.includes(who) ? id !== 999999 : id === { senco: ids.caseload, colleague: ids.other }[who] })) });
const onePage = 'limit=1000';

// Every address of the contract that is read: who gets an answer, and whose
// children are in it.
const READ = {
  '/v1': without(EVERYBODY, () => ['/v1']),
  '/v1/whoami': without(EVERYBODY, () => ['/v1/whoami']),
  '/v1/settings': without(EVERYBODY, () => [`/v1/settings?limit=50`]),
  '/v1/settings/{ref}': without(EVERYBODY, () => KEYS.map((key) => `/v1/settings/${REF[key]}`)),
  '/v1/clients': without(['administrator'], () => [`/v1/clients?${onePage}`]),
  '/v1/children': lists(`/v1/children?${onePage}`, WITH_CHILDREN, bySetting),
  '/v1/transitions': { roles: WITH_CHILDREN, of: (who) => [
    { target: `/v1/transitions?${onePage}`, sees: SCOPE[who] },
    { target: `/v1/transitions?year=${YEAR}`, sees: SCOPE[who] },
    { target: '/v1/transitions?year=2031', sees: [] },
    ...some().filter((one) => !isShared(one)).map((one) =>
      ({ target: `/v1/transitions?child=${one.id}`, sees: SCOPE[who].filter((key) => key === one.key) })),
  ] },
  '/v1/reports/transitions': lists(`/v1/reports/transitions?year=${YEAR}&on=${ON}`, WITH_CHILDREN, bySetting),
  '/v1/reports/transitions/totals': { roles: WITH_CHILDREN, of: () =>
    ['kind', 'setting', 'phase', 'need', 'rag', 'status'].map((by) =>
      ({ target: `/v1/reports/transitions/totals?year=${YEAR}&on=${ON}&by=${by}`, sees: [] })) },
  ...Object.fromEntries(['senco-coverage', 'senco-coverage/totals?by=phase', 'qualifications-due', 'shared-arrangements', 'caseloads',
    'training-reach', 'training-reach/totals?by=caseload'].map((path) => [`/v1/reports/${path.replace(/\?.*/, '')}`,
    without([...SENCOS, ...LA], () => [`/v1/reports/${path}`])])),
  ...Object.fromEntries(['dashboard', 'sen-counts', 'twenty-weeks', 'annual-reviews', `phase-transfers?year=${YEAR}`, `flows?year=${YEAR}`,
    `transition-counts?year=${YEAR}`, 'between', 'handovers', 'continuity'].map((path) => [`/v1/reports/${path.replace(/\?.*/, '')}`,
    without(WITH_CHILDREN, () => [`/v1/reports/${path}`])])),
  // Whose last place is left is seen is tested with them; here all are somewhere.
  '/v1/between': without(WITH_CHILDREN, () => ['/v1/between', `/v1/between?setting=${REF.A}`]),
  '/v1/between/{child_id}/resolutions': without(WITH_CHILDREN, () => some().map(({ id }) => `/v1/between/${id}/resolutions`)),
  // No child here has a case of a plan, which is what the checks tell of each.
  ...Object.fromEntries(['', ...'sen2 person requests assessment namedplan plandetail activeplans placementdetail senneed'.split(' ').map((blade) => `/${blade}`)]
    .map((blade) => [`/v1/reports/sen2${blade}`, without(LA, () => [`/v1/reports/sen2${blade}?year=${YEAR}`])])),
  '/v1/reports/sen2/checks': lists(`/v1/reports/sen2/checks?year=${YEAR}`, LA),
  '/v1/sen2': without(LA, () => ['/v1/sen2']),
  '/v1/sen2/{year}': without(LA, () => [`/v1/sen2/${YEAR}`]),
  '/v1/children/{child_id}/sen2': { roles: LA, of: () => some().map((one) =>
    ({ target: `/v1/children/${one.id}/sen2`, sees: isShared(one) ? [] : [one.key] })) },
  // Every child here has a plan that only settings record; cases are tested with them.
  '/v1/ehc/reviews': lists(`/v1/ehc/reviews?on=${ON}`, WITH_CHILDREN, bySetting),
  '/v1/ehc/forecast': without([...SENCOS, ...LA], () => ['/v1/ehc/forecast']),
  '/v1/ehc/findings': without(WITH_CHILDREN, () => ['/v1/ehc/findings']),
  '/v1/ehc/sections': without(WITH_CHILDREN, () => ['/v1/ehc/sections']),
  ...Object.fromEntries(['plans', 'placements', 'budgets'].map((path) => [`/v1/ehc/cases/{id}/${path}`,
    without(WITH_CHILDREN, () => [`/v1/ehc/cases/${randomUUID()}/${path}`])])),
  ...Object.fromEntries(['placements', 'budgets'].map((path) => [`/v1/ehc/${path}/{id}`, none(WITH_CHILDREN, (id) => `/v1/ehc/${path}/${id}`)])),
  '/v1/ehc/events/{id}/adulthood': none(WITH_CHILDREN, (id) => `/v1/ehc/events/${id}/adulthood`),
  '/v1/findings': without(WITH_CHILDREN, () => ['/v1/findings', `/v1/findings?setting=${REF.A}`]),
  '/v1/settings/{ref}/senco': { roles: WITH_CHILDREN, of: (who) => KEYS.map((key) =>
    ({ target: `/v1/settings/${REF[key]}/senco`, sees: [], isThere: SCOPE[who].includes(key) })) },
  '/v1/caseloads': without([...SENCOS, ...LA], () => ['/v1/caseloads']),
  '/v1/caseloads/balance': without([...SENCOS, ...LA], () => ['/v1/caseloads/balance']),
  '/v1/caseloads/fair-split': without(LA, () => ['/v1/caseloads/fair-split', '/v1/caseloads/fair-split?count=3']),
  '/v1/caseloads/findings': without([...SENCOS, ...LA], () => ['/v1/caseloads/findings']),
  '/v1/caseloads/{id}': { roles: [...SENCOS, ...LA], of: (who) => [ids.caseload, ids.other].map((id) =>
    ({ target: `/v1/caseloads/${id}`, sees: [], isThere: LA.includes(who) || who === (id === ids.caseload ? 'senco' : 'colleague') })) },
  '/v1/caseloads/{id}/children': without([...SENCOS, ...LA], () => [ids.caseload, ids.other].map((id) => `/v1/caseloads/${id}/children`)),
  '/v1/caseloads/{id}/cover': without([...SENCOS, ...LA], () => [ids.caseload, ids.other].map((id) => `/v1/caseloads/${id}/cover`)),
  '/v1/caseloads/{id}/settings': without([...SENCOS, ...LA], () => [ids.caseload, ids.other, 999999].flatMap((id) =>
    [`/v1/caseloads/${id}/settings`, `/v1/caseloads/${id}/settings?on=2024-01-01`])),
  '/v1/sync/changes': lists('/v1/sync/changes?limit=5000', WITH_CHILDREN),
  '/v1/sync/freshness': without([...WITH_CHILDREN, 'administrator'], () => ['/v1/sync/freshness']),
  '/v1/sync/digest': { roles: WITH_CHILDREN, of: (who) =>
    (WITH_CHILDREN.includes(who) ? SCOPE[who] : ['A']).flatMap((key) => ['', '&kind=child'].map((more) =>
      ({ target: `/v1/sync/digest?setting=${REF[key]}${more}`, sees: [] }))) },
  '/v1/desk': { roles: ['teacher', ...LA], of: () => ['', `&setting=${REF.A}`].map((more) =>
    ({ target: `/v1/desk?on=${ON}&staff=${ids.staff}${more}`, sees: ['A'] })) },
  '/v1/desk/time': without(['teacher', ...LA], () => [`/v1/desk/time?staff=${ids.staff}`]),
  '/v1/desk/time/entries': without(['teacher', ...LA], () => [`/v1/desk/time/entries?staff=${ids.staff}`]),
  '/v1/staff': without(EVERYBODY, () => [`/v1/staff?${onePage}`]),
  '/v1/staff/{id}': without(EVERYBODY, () => [`/v1/staff/${ids.staff}`]),
  '/v1/staff/{id}/qualifications/{kind}': { roles: WITH_CHILDREN, of: (who) =>
    [{ target: `/v1/staff/${ids.staff}/qualifications/qts`, sees: [], isThere: SCOPE[who].some((key) => ['A', 'S', 'N2'].includes(key)) }] },
  '/v1/staff/{id}/service': without(WITH_CHILDREN, () => [`/v1/staff/${ids.staff}/service`]),
  '/v1/staff/{id}/absences': without(WITH_CHILDREN, () => [`/v1/staff/${ids.staff}/absences`]),
  '/v1/posts': without(EVERYBODY, () => ['', `&setting=${REF.A}`].map((more) => `/v1/posts?all=true${more}`)),
  '/v1/posts/{id}': without(EVERYBODY, () => [`/v1/posts/${ids.post}`]),
  '/v1/groups': without(EVERYBODY, () => ['/v1/groups']),
  '/v1/thresholds': without(EVERYBODY, () => ['/v1/thresholds']),
  '/v1/thresholds/{rule}': without(EVERYBODY, () => ['/v1/thresholds/rag_ehc_no_notice_red']),
  '/v1/codes': without(EVERYBODY, () => ['/v1/codes']),
  '/v1/clocks': without(EVERYBODY, () => ['/v1/clocks']),
  '/v1/clocks/exceptions': without(EVERYBODY, () => ['/v1/clocks/exceptions']),
  '/v1/clocks/{clock}/explain': without(EVERYBODY, () => ['/v1/clocks/final_plan/explain?start=2026-11-25']),
  // Whose children are in them is tested with them.
  '/v1/deadlines': without(WITH_CHILDREN, () => ['/v1/deadlines?clock=none', `/v1/deadlines?clock=none&setting=${REF.A}`]),
  '/v1/deadlines/summary': without(WITH_CHILDREN, () => ['/v1/deadlines/summary?by=owner']),
  '/v1/deadlines/digest': without(WITH_CHILDREN, () => ['/v1/deadlines/digest?on=2001-01-01']),
  '/v1/clocks/recompute': without([...SENCOS, ...LA], () => ['/v1/clocks/recompute?clock=final_plan']),
  '/v1/clocks/recompute/totals': without([...SENCOS, ...LA], () => ['/v1/clocks/recompute/totals?clock=final_plan']),
  '/v1/terms/{year}': without(EVERYBODY, () => ['/v1/terms/2027']),
  // What nobody has made here; whose they are when there are some is tested with them.
  '/v1/sync/snapshots': without(SCHOOLS, () => ['/v1/sync/snapshots']),
  '/v1/sync/snapshots/{id}': none(SCHOOLS, (id) => `/v1/sync/snapshots/${id}`),
  '/v1/sync/snapshots/{id}/leavers': none(SCHOOLS, (id) => `/v1/sync/snapshots/${id}/leavers`),
  '/v1/sync/exports': without(WITH_CHILDREN, () => ['/v1/sync/exports']),
  '/v1/sync/exports/{id}': none(WITH_CHILDREN, (id) => `/v1/sync/exports/${id}`),
  '/v1/sync/exports/{id}/files/{kind}': none(WITH_CHILDREN, (id) => `/v1/sync/exports/${id}/files/child`),
  '/v1/proposals': without([...SCHOOLS, ...LA], () => ['/v1/proposals']),
  '/v1/proposals/{id}': none([...SCHOOLS, ...LA], (id) => `/v1/proposals/${id}`),
  '/v1/identities/candidates': without(LA, () => ['/v1/identities/candidates']),
  '/v1/settings/{ref}/advice': without(WITH_CHILDREN, () => KEYS.map((key) => `/v1/settings/${REF[key]}/advice`)),
  // Its own tests hold what a member sees of it; of children there are counts only.
  '/v1/sharing': without(WITH_CHILDREN, () => ['/v1/sharing']),
  '/v1/sharing/{id}': none(WITH_CHILDREN, (id) => `/v1/sharing/${id}`),
  '/v1/sharing/{id}/judgement': none(WITH_CHILDREN, (id) => `/v1/sharing/${id}/judgement`),
  '/v1/sharing/{id}/reviews': without(WITH_CHILDREN, () => [`/v1/sharing/${randomUUID()}/reviews`]),
  '/v1/sharing/judgement': without(LA, () => [`/v1/sharing/judgement?staff=${ids.staff}&settings=${REF.A},${REF.B}&hours=10`]),
  '/v1/staff/{id}/what-if-leaves': without(LA, () => [`/v1/staff/${ids.staff}/what-if-leaves`]),
  '/v1/sharing/what-if': without(LA, () => [`/v1/sharing/what-if?staff=${ids.staff}&settings=${REF.A},${REF.B}&hours=10&add=${REF.S}`]),
  '/v1/planner': ofCaseload('/v1/planner'),
  '/v1/planner/proposal': ofCaseload('/v1/planner/proposal'),
  '/v1/planner/calendar': ofCaseload('/v1/planner/calendar'),
  '/v1/planner/rankings': without([...SENCOS, ...LA], () => [`/v1/planner/rankings?caseload=${ids.caseload}`]),
  '/v1/planner/visits': without([...SENCOS, ...LA], () => [`/v1/planner/visits?caseload=${ids.caseload}`]),
  '/v1/planner/visits/{id}': none([...SENCOS, ...LA], (id) => `/v1/planner/visits/${id}`),
  '/v1/handovers': without(WITH_CHILDREN, () => ['/v1/handovers']),
  '/v1/handovers/continuity': without(WITH_CHILDREN, () => ['/v1/handovers/continuity']),
  // Who sees which move is tested with them; here there is none.
  '/v1/transitions/cases': without(WITH_CHILDREN, () => [`/v1/transitions/cases?${onePage}`]),
  '/v1/transitions/cases/{id}': none(WITH_CHILDREN, (id) => `/v1/transitions/cases/${id}`),
  '/v1/transitions/colours': without(WITH_CHILDREN, () => ['/v1/transitions/colours']),
  '/v1/transitions/consultations': without(WITH_CHILDREN, () => ['/v1/transitions/consultations']),
  '/v1/transitions/cases/{id}/colour': none(WITH_CHILDREN, (id) => `/v1/transitions/cases/${id}/colour`),
  '/v1/transitions/cases/{id}/plan': none(WITH_CHILDREN, (id) => `/v1/transitions/cases/${id}/plan`),
  '/v1/transitions/cases/{id}/milestones': without(WITH_CHILDREN, () => [`/v1/transitions/cases/${randomUUID()}/milestones`]),
  '/v1/transitions/cases/{id}/consultations': without(WITH_CHILDREN, () => [`/v1/transitions/cases/${randomUUID()}/consultations`]),
  '/v1/transitions/cases/{id}/consultations/{n}': none(WITH_CHILDREN, (id) => `/v1/transitions/cases/${id}/consultations/1`),
  '/v1/transitions/cases/{id}/handover': none(WITH_CHILDREN, (id) => `/v1/transitions/cases/${id}/handover`),
  '/v1/transitions/cases/{id}/handover/ctf': none(WITH_CHILDREN, (id) => `/v1/transitions/cases/${id}/handover/ctf`),
  '/v1/visits': without(WITH_CHILDREN, () => ['/v1/visits']),
  '/v1/visits/{id}': none(WITH_CHILDREN, (id) => `/v1/visits/${id}`),
  '/v1/actions': without(WITH_CHILDREN, () => ['/v1/actions']),
  '/v1/actions/{id}': none(WITH_CHILDREN, (id) => `/v1/actions/${id}`),
  '/v1/referrals': without(WITH_CHILDREN, () => ['/v1/referrals']),
  '/v1/referrals/{id}': none(WITH_CHILDREN, (id) => `/v1/referrals/${id}`),
  '/v1/support-cases': without([...SENCOS, ...LA], () => ['/v1/support-cases']),
  '/v1/support-cases/{id}': none([...SENCOS, ...LA], (id) => `/v1/support-cases/${id}`),
  '/v1/agency-contacts': without([...SENCOS, ...LA], () => ['/v1/agency-contacts']),
  '/v1/network-meetings': without([...SENCOS, ...LA], () => ['/v1/network-meetings']),
  '/v1/network-meetings/{id}/attendance': without([...SENCOS, ...LA], () => [`/v1/network-meetings/${randomUUID()}/attendance`]),
  '/v1/network-meetings/{id}/attendance/{ref}': none([...SENCOS, ...LA], (id) => `/v1/network-meetings/${id}/attendance/${REF.A}`),
  '/v1/training-events': without([...SENCOS, ...LA], () => ['/v1/training-events']),
  '/v1/training-events/{id}/attendance': without([...SENCOS, ...LA], () => [`/v1/training-events/${randomUUID()}/attendance`]),
  '/v1/training-events/{id}/attendance/{ref}': none([...SENCOS, ...LA], (id) => `/v1/training-events/${id}/attendance/${REF.A}`),
  '/v1/practice-items': without([...SENCOS, ...LA], () => ['/v1/practice-items']),
  '/v1/practice-items/{id}/reach': without([...SENCOS, ...LA], () => [`/v1/practice-items/${randomUUID()}/reach`]),
  // One child at a time has its own tests below.
  '/v1/children/{id}': { roles: WITH_CHILDREN, of: (who) => some().map((one) =>
    ({ target: `/v1/children/${one.id}`, isThere: mayOpen(who, one),
      sees: isShared(one) ? SCOPE[who].filter((key) => 'AB'.includes(key)) : [one.key] })) },
  // Whose cases are seen is tested with them.
  '/v1/ehc/cases': without(WITH_CHILDREN, () => ['/v1/ehc/cases']),
  '/v1/ehc/cases/{id}': none(WITH_CHILDREN, (id) => `/v1/ehc/cases/${id}`),
  '/v1/ehc/cases/{id}/events': without(WITH_CHILDREN, () => [`/v1/ehc/cases/${randomUUID()}/events`]),
  '/v1/ehc/cases/{id}/due': without(WITH_CHILDREN, () => [`/v1/ehc/cases/${randomUUID()}/due`]),
  '/v1/ehc/advice': without(WITH_CHILDREN, () => ['/v1/ehc/advice']),
  '/v1/ehc/codes': without(EVERYBODY, () => ['/v1/ehc/codes']),
  '/v1/ehc/transfers/{child_id}/{year}': { roles: WITH_CHILDREN, of: (who) => some().map((one) =>
    ({ target: `/v1/ehc/transfers/${one.id}/${YEAR}`, isThere: mayOpen(who, one),
      sees: isShared(one) ? [] : [one.key] })) },
};

test('every address the contract lets read is in this matrix', () => {
  const read = Object.entries(contract.paths).filter(([, item]) => item.get).map(([path]) => path);
  assert.deepEqual(sorted(Object.keys(READ)), sorted(read));
});

// One answer, in each form it comes in: only whose children may be in it.
async function holds(who, roles, { target, sees, isThere = true }) {
  const answer = await stage.get(who, target);
  const where = `${who} ${target.replace(/[0-9a-f-]{36}/g, '…')}`;
  if (!roles.includes(who)) {
    assert.deepEqual([answer.status, slug(answer)], [403, 'forbidden'], where);
    assert.deepEqual(shown(answer.text), [], where);
    return;
  }
  assert.equal(answer.status, isThere ? 200 : 404, where);
  const expected = isThere ? sorted(sees) : [];
  // The person of a shared child is shown as one record describes it.
  if (target.includes('/children/') && expected.length > 1)
    assert.ok(shown(answer.text).every((key) => expected.includes(key)), where);
  else
    assert.deepEqual(shown(answer.text), expected, where);
  if (answer.json?.items === undefined) return;
  for (const accept of ['application/x-ndjson', 'text/csv']) {
    const other = await stage.get(who, target, { accept });
    assert.equal(other.status, 200, where);
    assert.deepEqual(shown(other.text), expected, `${where} as ${accept}`);
  }
}

for (const [path, { roles, of }] of Object.entries(READ)) {
  test(`GET ${path}: each role gets its own and nobody else's`, async () => {
    for (const who of EVERYBODY)
      await Promise.all(of(who).map((one) => holds(who, roles, one)));
  });
}

test('totals count the children in scope and no other', async () => {
  for (const who of WITH_CHILDREN)
    for (const by of ['kind', 'setting', 'status']) {
      const { json } = await stage.get(who, `/v1/reports/transitions/totals?year=${YEAR}&on=${ON}&by=${by}`);
      const people = new Set(children.filter((one) => SCOPE[who].includes(one.key)).map(({ id }) => id));
      assert.equal(json.items.reduce((sum, row) => sum + row.children, 0), people.size, `${who} by ${by}`);
    }
});

test('a child out of scope, one that does not exist and an id that is none are answered byte for byte alike', async () => {
  const bare = ({ status, headers, text }) => JSON.stringify([status, { ...headers, date: '' }, text]);
  for (const address of [(id) => `/v1/children/${id}`, (id) => `/v1/ehc/transfers/${id}/${YEAR}`])
    for (const who of [...SCHOOLS, 'teacher', ...SENCOS]) {
      const foreign = some().filter((one) => !mayOpen(who, one)).map(({ id }) => id);
      const seen = new Set();
      for (const id of [...foreign, randomUUID(), '00000000-0000-0000-0000-000000000000', 'x', '17'])
        seen.add(bare(await stage.get(who, address(id))));
      assert.equal(seen.size, 1, `${who}: ${[...seen].join('\n')}`);
      assert.match([...seen][0], /^\[404,/);
    }
});

test('a child two settings know shows each of them only what it holds itself', async () => {
  const { id } = children.find(isShared);
  for (const [who, key, other] of [['schoolA', 'A', 'B'], ['schoolB', 'B', 'A'], ['supplier', 'A', 'B']]) {
    const { json, text } = await stage.get(who, `/v1/children/${id}`);
    assert.equal(json.surname, `Fictional-${key}-shared`);
    for (const list of ['records', 'placements', 'needs', 'transitions'])
      assert.deepEqual(json[list].map(({ setting }) => setting), [REF[key]], `${who} ${list}`);
    assert.ok(!text.includes(REF[other]) && !text.includes(`${other}-shared`), who);
  }
  const { json } = await stage.get('officer', `/v1/children/${id}`);
  assert.deepEqual(sorted(json.records.map(({ setting }) => setting)), sorted([REF.A, REF.B]));
});

test('administrator and auditor reach no child by any address', async () => {
  for (const who of ['administrator', 'auditor'])
    for (const target of ['/v1/children', `/v1/children/${children[0].id}`, `/v1/children/${randomUUID()}`,
      '/v1/transitions', `/v1/reports/transitions?year=${YEAR}`, '/v1/sync/changes', '/v1/caseloads',
      `/v1/ehc/transfers/${children[0].id}/${YEAR}`]) {
      const answer = await stage.get(who, target);
      assert.deepEqual([answer.status, slug(answer)], [403, 'forbidden'], `${who} ${target}`);
    }
});

test('the page key and the cursor of one caller open nothing to another', async () => {
  for (const path of ['/v1/children', '/v1/transitions']) {
    const { json } = await stage.get('officer', `${path}?limit=1`);
    const own = await stage.get('schoolA', `${path}?after=${json.next}&${onePage}`);
    assert.ok(shown(own.text).every((key) => key === 'A'));
  }
  const feed = await stage.get('schoolB', '/v1/sync/changes?limit=2');
  const other = await stage.get('schoolA', `/v1/sync/changes?after=${feed.json.next}&limit=5000`);
  assert.ok(shown(other.text).every((key) => key === 'A'));
});

test('whoami tells what may be seen', async () => {
  for (const who of EVERYBODY) {
    const { json } = await stage.get(who, '/v1/whoami');
    assert.deepEqual(LA.includes(who) ? json.settings : sorted(json.settings),
      LA.includes(who) ? null : sorted(SCOPE[who].map((key) => ids[key])), who);
  }
});

test('each may send for the settings granted to it; foreign, unknown and unreadable as a role are one refusal', async () => {
  for (const who of EVERYBODY) {
    const seen = new Set();
    for (const ref of [...KEYS.map((key) => REF[key]), `id:${ids.A}`, 'laestab:3582000', 'urn:999998']) {
      const key = KEYS.find((one) => [REF[one], `id:${ids[one]}`].includes(ref)) ?? (ref === 'laestab:3582000' && 'A');
      const answer = await stage.batch(who, ref, [child('never', { born_on: 'never' })]);
      if (SCHOOLS.includes(who) && SCOPE[who].includes(key)) {
        assert.equal(answer.status, 200, `${who} ${ref}`);
        continue;
      }
      assert.equal(answer.status, 403, `${who} ${ref}`);
      seen.add(answer.text);
    }
    assert.ok(seen.size <= 1, `${who}: ${[...seen]}`);
  }
});

test('milestones are written by officers and managers only; to the rest each child is forbidden alike', async () => {
  for (const who of EVERYBODY.filter((name) => !LA.includes(name))) {
    const seen = new Set();
    for (const id of [...some().map((one) => one.id), randomUUID()]) {
      const answer = await stage.request(who, 'PUT', `/v1/ehc/transfers/${id}/${YEAR}`,
        { body: { review_held_on: '2026-10-02' }, headers: { 'if-match': '"1"' } });
      assert.equal(answer.status, 403, who);
      seen.add(answer.text);
    }
    assert.equal(seen.size, 1, who);
  }
  assert.deepEqual(await stage.sql(`SELECT DISTINCT version, review_held_on FROM core.ehc_transfers`), [['1', '2026-10-01']]);
});

test('a setting leaves a caseload: from the next request its children are gone', async () => {
  const sees = async () => shown((await stage.get('senco', `/v1/children?${onePage}`)).text);
  const current = `caseload_id = ${ids.caseload} AND setting_id = ${ids.N1} AND from_on > '2024-12-31'`;
  const held = (from, to) => stage.sql(`UPDATE core.caseload_settings SET from_on = ${from}, to_on = ${to} WHERE ${current}`);
  const first = children.find(({ key }) => key === 'N1');
  await held('current_date - 9', 'current_date');
  assert.deepEqual(await sees(), ['N1'], 'on its last day it is still hers');
  await held('current_date - 9', 'current_date - 1');
  assert.deepEqual(await sees(), []);
  assert.equal((await stage.get('senco', `/v1/children/${first.id}`)).status, 404);
  assert.equal((await stage.get('senco', `/v1/ehc/transfers/${first.id}/${YEAR}`)).status, 404);
  // As it was, the caseload still names the setting, but counts nobody.
  const { json } = await stage.get('senco', `/v1/caseloads/${ids.caseload}/settings?on=2024-01-01`);
  assert.deepEqual(sorted(json.items.map(({ ref }) => ref)), sorted([REF.N1, REF.N2]));
  for (const row of json.items)
    assert.deepEqual([row.sen_support, row.ehc_plan, row.moving, row.last_data_at], [0, 0, 0, null]);
  await held('current_date', 'NULL');
  assert.deepEqual(await sees(), ['N1']);
});

test('a post that ends, is withdrawn or is said to have ended takes its children along, and none gives them back by itself', async () => {
  const sees = async () => shown((await stage.get('teacher', `/v1/children?${onePage}`)).text);
  const first = children.find(({ key }) => key === 'A');
  const held = (change, where) => stage.sql(`UPDATE core.posts SET ${change}
    WHERE staff_id = ${ids.staff} AND setting_id = ${ids.A} AND ${where}`);
  await held('to_on = current_date - 1', 'true');
  assert.deepEqual(await sees(), [], 'her last day was yesterday');
  assert.equal((await stage.get('teacher', `/v1/children/${first.id}`)).status, 404);
  await held('to_on = NULL', 'true');
  assert.deepEqual(await sees(), ['A']);
  const told = (data, revision) => send(stage, 'schoolA', REF.A, [post('a', { name: 'Tess Fictional-Teacher', ...data }, revision)]);
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  await told({ end_on: yesterday }, 1);
  assert.deepEqual(await sees(), [], 'the school says that it ended');
  await told({ end_on: null }, 2);
  assert.deepEqual(await sees(), ['A'], 'both say that it lasts');
  await told({ name: 'Somebody Fictional-Else' }, 3);
  assert.deepEqual(await sees(), [], 'the school names another');
  await told({}, 4);
  await held('known_to = now()', 'true');
  assert.deepEqual(await sees(), [], 'withdrawn by the authority: what the school says alone opens nothing');
  await held('known_to = NULL', 'true');
  assert.deepEqual(await sees(), ['A']);
});

/* ---- past the daemon ---- */

// What holds no child may be read without an actor: the law, the registers.
const OPEN_VIEWS = /^(law_.*|settings|setting_refs|case_settings)$/;

async function badTokens() {
  const good = await token(stage, 'officer'), own = await token(stage, 'schoolA');
  const [client, expiry, mac] = good.split('.');
  const signed = async (payload) => (await stage.sql(`SELECT '${payload}.' ||
    encode(extensions.hmac('${payload}', key, 'sha256'), 'hex') FROM core.secret`))[0][0];
  assert.equal(await signed(`${client}.${expiry}`), good, 'this is how a token is made');
  return {
    'no actor': '',
    'a bare id': client,
    'no mac': `${client}.${expiry}.`,
    'a mac of zeros': `${client}.${expiry}.${'0'.repeat(64)}`,
    'a later end': `${client}.${Number(expiry) + 1}.${mac}`,
    'another client': `${client}.${own.split('.').slice(1).join('.')}`,
    'a wrong case': `${client}.${expiry}.${mac.toUpperCase()}`,
    'an end that is past': await signed(`${client}.${Math.floor(Date.now() / 1000) - 2}`),
    'a client nobody knows': await signed(`${randomUUID()}.${expiry}`),
    'noise': 'x'.repeat(140),
    'an injection': "' OR true OR '".padEnd(140, 'x').replaceAll("'", "''"),
  };
}

test('the database answers the daemon nothing about children without a good token', async () => {
  const views = (await stage.sql(`SELECT viewname FROM pg_views WHERE schemaname = 'api' ORDER BY 1`)).flat();
  views.push(`report_transitions(${YEAR}, '${ON}')`, `transition_cohort(${YEAR}, '${ON}')`, `homes('${ON}')`, `statuses('${ON}')`,
    `caseload_settings(${ids.caseload}, current_date)`,
    `desk(ARRAY[${KEYS.map((key) => ids[key])}], '${ON}')`, "changes('0', 0, 5000)");
  const counts = `SELECT ${views.map((view) => `(SELECT count(*) FROM api.${view})`).join(', ')}`;
  const good = await token(stage, 'officer');
  const seen = await asDaemon(stage, good, counts);
  assert.equal(seen.code, undefined, seen.message);
  const [officer] = seen;
  for (const view of ['children', 'child', 'transitions', 'ehc_transfers', 'records', 'case_records', 'case_needs', ...views.slice(-7)])
    assert.ok(Number(officer[views.indexOf(view)]) > 0, `${view} has something to hide`);
  for (const [what, bad] of Object.entries(await badTokens())) {
    const answer = await asDaemon(stage, bad, counts);
    if (what === 'an end that is past') { // was good: told to come again
      assert.deepEqual([answer.code, answer.message], ['LA000', 'busy']);
      continue;
    }
    assert.equal(answer.code, undefined, `${what}: ${answer.message}`);
    const [found] = answer;
    for (const [i, view] of views.entries())
      if (!OPEN_VIEWS.test(view)) assert.equal(found[i], '0', `${view} with ${what}`);
  }
});

test('views that hold no child are the only ones open without an actor', async () => {
  const columns = await stage.sql(`SELECT DISTINCT table_name FROM information_schema.columns
    WHERE table_schema = 'api' AND column_name IN ('child_id', 'child', 'surname', 'forename', 'born_on', 'upn',
      'nhs_number', 'source_id', 'fingerprint', 'last_data_at')`);
  for (const [view] of columns) assert.doesNotMatch(view, OPEN_VIEWS);
});

test('with the token of a school the database shows that school, whatever is asked', async () => {
  const own = await token(stage, 'schoolA');
  const foreign = children.find(({ key }) => key === 'N4');
  assert.deepEqual(await asDaemon(stage, own, `SELECT DISTINCT setting_id FROM api.children`), [[String(ids.A)]]);
  for (const query of [
    `SELECT 1 FROM api.children WHERE setting_id <> ${ids.A}`,
    `SELECT 1 FROM api.child WHERE child_id = '${foreign.id}'`,
    `SELECT 1 FROM api.child WHERE born_on = '2023-03-01' OR true AND surname LIKE 'Fictional-N%'`,
    `SELECT 1 FROM api.transitions WHERE setting_id = ${ids.B}`,
    `SELECT 1 FROM api.case_stays WHERE setting_id = ${ids.B}`,
    `SELECT 1 FROM api.case_needs WHERE setting_id = ${ids.B}`,
    `SELECT 1 FROM api.changes('0', 0, 1000) WHERE setting <> '${REF.A}'`,
    `SELECT 1 FROM api.ehc_transfers WHERE child_id = '${foreign.id}'`,
    `SELECT 1 FROM api.clients`,
    `SELECT 1 FROM api.caseloads`])
    assert.deepEqual(await asDaemon(stage, own, query), [], query);
  assert.deepEqual(await asDaemon(stage, own, 'SELECT count(*) FROM api.children', { 'app.setting': ids.B }), [['0']],
    'naming another setting opens nothing');
});

test('the daemon has no way around: tables, key, roles and other settings stay closed', async () => {
  const own = await token(stage, 'schoolA');
  const merge = `SELECT * FROM api.child_merge('{0}', '{c-B-0}', '{9}', '{${randomUUID()}}', '{true}', '{NULL}',
    '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}',
    '{NULL}', '{NULL}', '{NULL}')`;
  for (const [query, code, settings] of [
    ['SELECT 1 FROM core.child_records', '42501'], ['SELECT 1 FROM core.children', '42501'],
    ['SELECT key FROM core.secret', '42501'], ['SELECT 1 FROM audit.entries', '42501'],
    [`SELECT core.token_mint('${randomUUID()}')`, '42501'], ['SET ROLE api', '42501'], ['SET ROLE owner', '42501'],
    ['SET ROLE auditor', '42501'], ['SET row_security = off; SELECT 1 FROM api.children', '42501'],
    ['CREATE TABLE api.mine ()', '42501'],
    [merge, 'LA000'], [merge, 'LA000', { 'app.setting': ids.B }],
    [`SELECT * FROM api.sync_open('${REF.B}', 'k', '\\x00')`, 'LA000'],
    ["SELECT * FROM api.clients_create('x', 'la_officer', '\\x00', now())", 'LA000'],
    [`SELECT api.clients_revoke('${randomUUID()}')`, 'LA000'],
    [`SELECT * FROM api.ehc_transfer_put('${children[0].id}', ${YEAR}, '1', NULL, NULL, NULL, NULL)`, 'LA000']]) {
    const answer = await asDaemon(stage, own, query, settings);
    assert.equal(answer.code, code, `${query}: ${JSON.stringify(answer)}`);
  }
  assert.deepEqual(await asDaemon(stage, own, `SELECT c.oid::regclass FROM pg_class AS c
    WHERE c.relnamespace IN ('api'::regnamespace, 'core'::regnamespace, 'law'::regnamespace, 'audit'::regnamespace)
      AND (has_table_privilege(c.oid, 'INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER')
           OR c.relnamespace <> 'api'::regnamespace AND has_table_privilege(c.oid, 'SELECT')) AND c.relkind IN ('r', 'v')`), []);
  assert.deepEqual(await stage.sql(`SELECT count(*) FROM core.child_records WHERE source_id = 'c-B-0' AND deleted_at IS NULL`),
    [['1']], 'nothing was deleted');
});
