// What an Area SENCO advises the settings of her caseload, as they read it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addCaseload, authority, childId, rowsInEveryForm, send, SETTING, slug } from '../lib/authority.mjs';
import { child, placement } from '../lib/records.mjs';

let stage, fern;

before(async () => {
  stage = await authority('advice');
  await stage.addClient('nursery', 'school_system', { settings: [SETTING.nursery] });
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  await stage.addClient('auditor', 'auditor');
  await addCaseload(stage, 'Fictional Middle', [[SETTING.nursery]], { holder: 'senco' });
  await send(stage, 'nursery', SETTING.nursery, [child(1), placement(1)]);
  await send(stage, 'school', SETTING.primary, [child(2)]);
  fern = await childId(stage, SETTING.nursery, 'c-1');
});
after(() => stage?.stop());

const address = (setting = SETTING.nursery) => `/v1/settings/${setting}/advice`;
const words = { given_on: '2026-01-05', topic: 'provision', text: 'Invented: a quiet corner — and “time”.' };
const give = (who, body, { key = randomUUID(), setting } = {}) => stage.request(who, 'POST', address(setting), { body,
  headers: key ? { 'idempotency-key': key } : {} });
const refused = (answer) => [answer.status, slug(answer)];

test('an Area SENCO advises on a child and on practice; the nursery reads it in every form', async () => {
  const key = randomUUID();
  const first = await give('senco', { ...words, child_id: fern }, { key });
  assert.equal(first.status, 201, first.text);
  const { advice_id: id, at, etag, ...row } = first.json;
  assert.deepEqual(row, { setting: SETTING.nursery, child_id: fern, ...words, author: 'senco', author_role: 'area_senco' });
  assert.ok(id && at && first.headers.etag === `"${etag}"`);
  assert.deepEqual((await give('senco', { ...words, child_id: fern }, { key })).json, first.json, 'sent again it is the same');
  assert.deepEqual(refused(await give('senco', words, { key })), [409, 'batch_differs']);
  assert.equal((await give('officer', { ...words, child_id: null })).status, 201);
  const rows = await rowsInEveryForm(stage, 'nursery', address());
  assert.deepEqual(rows.map(({ child_id: of, author_role: by }) => [of, by]).sort(), [[fern, 'area_senco'], [null, 'la_officer']].sort());
  assert.deepEqual((await stage.get('senco', address())).json.items, rows);
  const told = (await stage.get('nursery', '/v1/sync/changes')).json.items.filter(({ kind }) => kind === 'advice');
  assert.deepEqual(told.map(({ op, child_id: of, data }) => [op, of, data.topic, data.text]).sort(),
    [['enter', fern, words.topic, words.text], ['enter', null, words.topic, words.text]].sort(), 'and its feed brings it');
});

test('what cannot be is refused with the member at fault', async () => {
  const other = await childId(stage, SETTING.primary, 'c-2');
  for (const [body, why] of [
    [{ ...words, topic: 'weather' }, [422, 'unknown_code', '/topic']], [{ ...words, text: '' }, [422, 'malformed_field', '/text']],
    [{ ...words, text: 'x'.repeat(2001) }, [422, 'malformed_field', '/text']], [{ ...words, given_on: '2099-01-01' }, [422, 'malformed_field', '/given_on']],
    [{ topic: 'provision', text: 'x' }, [422, 'missing_field', '/given_on']], [{ ...words, child_id: other }, [404, 'not_found', '/child_id']],
    [{ ...words, child_id: randomUUID() }, [404, 'not_found', '/child_id']]]) {
    const answer = await give('senco', body);
    assert.deepEqual([answer.status, slug(answer), answer.json.pointer], why, JSON.stringify(body).slice(0, 80));
  }
  assert.deepEqual(refused(await give('senco', words, { key: null })), [400, 'idempotency_key_missing']);
});

test('each within their own settings', async () => {
  assert.deepEqual(refused(await give('senco', words, { setting: SETTING.primary })), [404, 'not_found']);
  for (const who of ['nursery', 'administrator', 'auditor']) assert.deepEqual(refused(await give(who, words)), [403, 'forbidden'], who);
  assert.deepEqual((await stage.get('school', address())).json.items, []);
  assert.deepEqual((await stage.get('nursery', address(SETTING.primary))).json.items, []);
  for (const who of ['administrator', 'auditor']) assert.deepEqual(refused(await stage.get(who, address())), [403, 'forbidden'], who);
});
