// Who may connect: enrolled by an administrator, known by one certificate,
// ended at once. What nobody enrolled gets no further than a 403.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addCaseload, addStaff, authority, childId, everyPage, fingerprint, rowsInEveryForm, send, SETTING, slug }
  from '../lib/authority.mjs';
import { roll } from '../lib/records.mjs';
import { until } from '../lib/stage.mjs';

let stage;
before(async () => {
  stage = await authority('clients');
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  await addCaseload(stage, 'Fictional West', [[SETTING.nursery]], { holder: 'senco', staff: 'Area Fictional-Senco' });
});
after(() => stage?.stop());

const good = (changes = {}) => ({ name: `system ${randomUUID()}`, role: 'la_officer',
  fingerprint: randomBytes(32).toString('hex'), not_after: '2099-01-01T00:00:00Z', ...changes });
const create = (body, options) => stage.request('administrator', 'POST', '/v1/clients', { body, ...options });
const listed = async (id) => (await everyPage(stage, 'administrator', '/v1/clients?limit=3'))
  .find(({ client_id: other }) => other === id);
const clients = async () => Number((await stage.sql('SELECT count(*) FROM core.clients'))[0][0]);

test('a school system is enrolled with the settings it is granted', async () => {
  const body = good({ role: 'school_system', settings: [SETTING.primary2, `laestab:3582026`] });
  const answer = await create(body);
  assert.equal(answer.status, 201);
  const row = await listed(answer.json.client_id);
  assert.deepEqual([row.name, row.role, row.is_active, row.revoked_at, row.fingerprint, row.not_after],
    [body.name, 'school_system', true, null, body.fingerprint, '2099-01-01T00:00:00Z']);
  assert.deepEqual(row.settings, ['urn:106284', SETTING.junior].sort());
  assert.deepEqual(row.caseloads, []);
});

test('an Area SENCO is given her caseload by name or by id', async () => {
  const id = await addCaseload(stage, 'Fictional East', [[SETTING.nursery2]]);
  for (const caseload of ['Fictional East', String(id)]) {
    const answer = await create(good({ role: 'area_senco', caseload, takes_over: caseload !== 'Fictional East' }));
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual((await listed(answer.json.client_id)).caseloads, ['Fictional East']);
  }
  const row = await listed(stage.ids.get('senco'));
  assert.deepEqual([row.role, row.caseloads], ['area_senco', ['Fictional West']]);
});

test('a SENCO is somebody in the register of staff, by exact name or by id', async () => {
  const id = await addStaff(stage, 'Tess Fictional-Teacher', []);
  for (const staff of ['Tess Fictional-Teacher', String(id)]) {
    const answer = await create(good({ role: 'senco', staff }));
    assert.equal(answer.status, 201, answer.text);
    const row = await listed(answer.json.client_id);
    assert.deepEqual([row.role, row.staff_id, row.staff], ['senco', id, 'Tess Fictional-Teacher']);
  }
  const { staff_id, staff } = await listed(stage.ids.get('senco'));
  assert.deepEqual([staff_id, staff], [null, null], 'an Area SENCO is known by her caseload');
  await addStaff(stage, 'Twin Fictional-Teacher', []);
  await addStaff(stage, 'Twin Fictional-Teacher', []);
});

test('one certificate is one client, one name too', async () => {
  const before = await clients();
  const first = good();
  assert.equal((await create(first)).status, 201);
  for (const [changes, pointer] of [
    [{ fingerprint: first.fingerprint.toUpperCase() }, '/fingerprint'],
    [{ name: first.name }, '/name'],
    [{ name: ` ${first.name} ` }, '/name']]) {
    const answer = await create(good(changes));
    assert.equal(answer.status, 409);
    assert.deepEqual([slug(answer), answer.json.pointer], ['client_exists', pointer]);
  }
  assert.equal(await clients(), before + 1, 'nothing is left of what was refused');
});

test('what cannot be enrolled is refused with the member at fault, and nothing is stored', async () => {
  const before = await clients();
  for (const [changes, why, pointer] of [
    [{ fingerprint: 'ab12' }, 'malformed_field', '/fingerprint'],
    [{ fingerprint: 'g'.repeat(64) }, 'malformed_field', '/fingerprint'],
    [{ fingerprint: randomBytes(33).toString('hex') }, 'malformed_field', '/fingerprint'],
    [{ fingerprint: 17 }, 'malformed_field', '/fingerprint'],
    [{ fingerprint: null }, 'missing_field', '/fingerprint'],
    [{ name: undefined }, 'missing_field', '/name'],
    [{ name: '  ' }, 'malformed_field', '/name'],
    [{ name: 'n'.repeat(121) }, 'malformed_field', '/name'],
    [{ role: 'headteacher' }, 'unknown_code', '/role'],
    [{ not_after: 'tomorrow' }, 'malformed_field', '/not_after'],
    [{ not_after: '2099-02-30T00:00:00Z' }, 'malformed_field', '/not_after'],
    [{ role: 'school_system', settings: ['urn:999998'] }, 'unknown_setting', '/settings/0'],
    [{ role: 'school_system', settings: [SETTING.primary, 'id:999999999'] }, 'unknown_setting', '/settings/1'],
    [{ role: 'school_system', settings: [] }, 'malformed_field', '/settings'],
    [{ role: 'school_system', settings: SETTING.primary }, 'malformed_field', '/settings'],
    [{ role: 'school_system', settings: [null] }, 'malformed_field', '/settings'],
    [{ role: 'la_officer', settings: [SETTING.primary] }, 'malformed_field', '/settings'],
    [{ role: 'la_officer', caseload: 'Fictional West' }, 'malformed_field', '/caseload'],
    [{ role: 'area_senco', caseload: 'No such caseload' }, 'malformed_field', '/caseload'],
    [{ role: 'senco' }, 'malformed_field', '/staff'],
    [{ role: 'senco', staff: 'Twin Fictional-Teacher' }, 'malformed_field', '/staff'],
    [{ role: 'senco', staff: 'tess fictional-teacher' }, 'malformed_field', '/staff'],
    [{ role: 'senco', staff: '999999999' }, 'malformed_field', '/staff'],
    [{ role: 'senco', staff: 'Tess Fictional-Teacher', settings: [SETTING.primary] }, 'malformed_field', '/settings'],
    [{ role: 'area_senco', staff: 'Tess Fictional-Teacher' }, 'malformed_field', '/staff'],
    [{ colour: 'blue' }, 'unknown_field', undefined]]) {
    const answer = await create(good(changes));
    assert.equal(answer.status, 422, JSON.stringify(changes));
    assert.deepEqual([slug(answer), answer.json.pointer], [why, pointer], JSON.stringify(changes));
  }
  for (const body of ['', '[]', '{"name":', '{"name":"a","name":"b"}', '"text"', '\xff']) {
    const answer = await create(Buffer.from(body, 'latin1'), { headers: { 'content-type': 'application/json' } });
    assert.deepEqual([answer.status, slug(answer)], [400, 'malformed_json'], body);
  }
  const xml = await create('<client/>', { headers: { 'content-type': 'application/xml' } });
  assert.deepEqual([xml.status, slug(xml)], [415, 'unsupported_media_type']);
  assert.equal(await clients(), before);
});

test('nobody but an administrator lists, enrols or revokes', async () => {
  const before = await clients();
  const target = stage.ids.get('manager');
  for (const name of ['officer', 'manager', 'auditor', 'school', 'senco'])
    for (const answer of [
      await stage.get(name, '/v1/clients'),
      await stage.request(name, 'POST', '/v1/clients', { body: good() }),
      await stage.request(name, 'POST', `/v1/clients/${target}/revoke`),
      await stage.request(name, 'POST', `/v1/clients/${randomUUID()}/revoke`)])
      assert.deepEqual([answer.status, slug(answer), answer.json.detail], [403, 'forbidden', undefined], name);
  assert.equal(await clients(), before);
  assert.equal((await stage.get('manager', '/v1/whoami')).status, 200);
});

test('the list pages without loss or doubling, alike in every form', async () => {
  const ids = (await stage.sql('SELECT id FROM core.clients ORDER BY id')).flat();
  const paged = await everyPage(stage, 'administrator', '/v1/clients?limit=2');
  assert.deepEqual(paged.map(({ client_id: id }) => id), ids);
  assert.deepEqual(await rowsInEveryForm(stage, 'administrator', '/v1/clients?limit=1000'), paged);
});

test('who is revoked sees no child in the very next answer, and gets 403 within seconds', async () => {
  await send(stage, 'school', SETTING.primary, roll(0, 5));
  const id = await childId(stage, SETTING.primary, 'c-0');
  await stage.addClient('leaver', 'la_officer');
  assert.equal((await stage.get('leaver', '/v1/children')).json.items.length, 5);
  const revoke = () => stage.request('administrator', 'POST', `/v1/clients/${stage.ids.get('leaver')}/revoke`);
  const answer = await revoke();
  assert.deepEqual([answer.status, answer.text], [204, '']);

  for (const target of ['/v1/children', `/v1/children/${id}`, '/v1/transitions', '/v1/reports/transitions?year=2027']) {
    const { status, text } = await stage.get('leaver', target);
    assert.ok([200, 403, 404].includes(status), text);
    assert.doesNotMatch(text, /Fictional-|Testchild/);
  }
  const refused = await until('the revoked certificate to be refused', async () => {
    const seen = await stage.get('leaver', '/v1/whoami');
    return seen.status === 403 && seen;
  }, 10);
  assert.deepEqual([slug(refused), refused.json.detail], ['certificate_required', undefined]);

  const row = await listed(stage.ids.get('leaver'));
  assert.equal(row.is_active, false);
  assert.notEqual(row.revoked_at, null);
  assert.equal((await revoke()).status, 204, 'again is no error');
  assert.equal((await listed(stage.ids.get('leaver'))).revoked_at, row.revoked_at);
  const again = await create(good({ fingerprint: fingerprint(stage, 'leaver') }));
  assert.equal(slug(again), 'client_exists', 'a revoked certificate does not come back');
});

test('revoking what is not there, or oneself, is refused', async () => {
  for (const id of [randomUUID(), 'not-an-id', '0']) {
    const answer = await stage.request('administrator', 'POST', `/v1/clients/${id}/revoke`);
    assert.deepEqual([answer.status, slug(answer)], [404, 'not_found'], id);
  }
  const { json: { client_id: self } } = await stage.get('administrator', '/v1/whoami');
  const answer = await stage.request('administrator', 'POST', `/v1/clients/${self}/revoke`);
  assert.equal(answer.status, 403);
  assert.equal((await stage.get('administrator', '/v1/whoami')).status, 200);
});

test('a certificate of our authority that nobody enrolled, or that has run out here, gets a bare 403', async () => {
  await stage.pki('client', 'stranger');
  await stage.pki('client', 'expired');
  const answer = await create(good({ fingerprint: fingerprint(stage, 'expired'), not_after: '2020-01-01T00:00:00Z' }));
  assert.equal(answer.status, 201);
  const seen = [];
  for (const name of ['stranger', 'expired'])
    for (const target of ['/v1', '/v1/whoami', '/v1/children', '/v1/nowhere', `/v1/children/${randomUUID()}`]) {
      const refused = await stage.get(name, target);
      assert.deepEqual([refused.status, slug(refused)], [403, 'certificate_required'], `${name} ${target}`);
      seen.push(refused.text);
    }
  assert.equal(new Set(seen).size, 1, 'no hint in any of them');
});

test('enrolling and revoking are in the audit log, with who did it', async () => {
  const { json: { client_id: administrator } } = await stage.get('administrator', '/v1/whoami');
  const rows = await stage.sql(`SELECT action, client_id, role, details->>'client_id' FROM audit.entries
    WHERE details->>'client_id' = '${stage.ids.get('leaver')}' ORDER BY id`);
  assert.deepEqual(rows, ['clients.create', 'clients.revoke', 'clients.revoke'].map((action) =>
    [action, administrator, 'la_administrator', stage.ids.get('leaver')]));
});
