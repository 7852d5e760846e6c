// The code lists: every code a field may hold, with its title, told once.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { rowsInEveryForm } from '../lib/authority.mjs';
import { root, Stage } from '../lib/stage.mjs';

let stage;

before(async () => {
  stage = await Stage.start({ name: 'codes' });
  await stage.addClient('officer', 'la_officer');
  await stage.addClient('auditor', 'auditor');
});
after(() => stage?.stop());

test('every code of every list of protocol/codes.c is there with its title', async () => {
  const rows = await rowsInEveryForm(stage, 'auditor', '/v1/codes');
  const told = new Set(rows.map(({ list, code, title }) => title && `${list} ${code}`));
  const source = readFileSync(path.join(root, 'protocol/codes.c'), 'utf8');
  const lists = [...source.matchAll(/\bcodes_(\w+)\[\] = \{([^}]*)\}/g)];
  assert.ok(lists.length >= 14);
  for (const [, list, codes] of lists)
    for (const [, code] of codes.matchAll(/"([^"]+)"/g)) assert.ok(told.has(`${list} ${code}`), `${list} ${code}`);
});

test('a list alone, in the order it is offered', async () => {
  const { json } = await stage.get('officer', '/v1/codes?list=voice');
  assert.deepEqual(json.items.map(({ code }) => code), ['parent', 'child', 'both']);
  assert.deepEqual((await stage.get('officer', '/v1/codes?list=colours')).json.items, []);
});

test('who holds it is told in one line', async () => {
  const first = await stage.get('officer', '/v1/codes');
  const { etag } = first.headers;
  assert.match(etag, /^"[^"]+"$/);
  for (const known of [etag, `"x", ${etag}`, '*']) {
    const again = await stage.get('officer', '/v1/codes', { headers: { 'if-none-match': known } });
    assert.deepEqual([again.status, again.text, again.headers.etag], [304, '', etag], known);
  }
  const other = await stage.get('officer', '/v1/codes', { headers: { 'if-none-match': etag }, accept: 'text/csv' });
  assert.equal(other.status, 200, 'another form is another answer');
  await stage.sql(`UPDATE law.codes SET title = 'Changed' WHERE code = 'own'`);
  const changed = await stage.get('officer', '/v1/codes', { headers: { 'if-none-match': etag } });
  assert.equal(changed.status, 200);
  assert.notEqual(changed.headers.etag, etag);
});
