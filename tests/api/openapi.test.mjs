// The contract itself: well-formed by an independent linter, and in step with
// the tables of refusals and kinds.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { contract } from '../lib/openapi.mjs';
import { root } from '../lib/stage.mjs';

const run = promisify(execFile);

test('Redocly finds nothing to object to in the contract', async () => {
  const cli = path.join(root, 'tests/node_modules/.bin/redocly');
  const { stdout, stderr } = await run(cli, ['lint', '--config', path.join(root, 'tests/redocly.yaml'),
    path.join(root, 'protocol/openapi.yaml')], {
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  }).catch((error) => assert.fail(`${error.stdout}\n${error.stderr}`));
  assert.match(stdout + stderr, /valid/i);
});

test('every kind of record in the field tables is in the contract', () => {
  const source = readFileSync(path.join(root, 'protocol/fields.c'), 'utf8');
  const kinds = [...source.matchAll(/^\t"(\w+)", \w+_fields/gm)].map(([, kind]) => kind);
  assert.deepEqual(kinds.filter((kind) => kind !== 'setting').sort(),
    [...contract.components.schemas.Record.properties.kind.enum].sort());
});

test('and so is each of its fields, in order', () => {
  const source = readFileSync(path.join(root, 'protocol/fields.c'), 'utf8');
  for (const kind of contract.components.schemas.Record.properties.kind.enum) {
    const [, table] = source.match(new RegExp(`struct field ${kind}_fields\\[\\] = \\{([^]*?)\\n\\};`));
    const fields = [...table.matchAll(/\{ "(\w+)",\s*FIELD_\w+,\s*(\w+)/g)];
    const schema = contract.components.schemas[`${kind.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase())}Data`];
    assert.deepEqual(Object.keys(schema.properties), fields.map(([, name]) => name), kind);
    assert.deepEqual(schema.required, fields.filter(([, , needed]) => needed === 'REQUIRED').map(([, name]) => name), kind);
  }
});

test('every route of the daemon is in the contract, and the other way round', async () => {
  const { readdirSync } = await import('node:fs');
  const dir = path.join(root, 'daemon/resources');
  const routes = new Set();
  for (const name of readdirSync(dir).filter((file) => file.endsWith('.c')))
    for (const [, method, target] of readFileSync(path.join(dir, name), 'utf8')
      .matchAll(/\{ HTTP_(\w+), "(\/v1[^"]*)"/g)) routes.add(`${method} ${target}`);
  const promised = new Set();
  for (const [target, operations] of Object.entries(contract.paths))
    for (const method of Object.keys(operations)) promised.add(`${method.toUpperCase()} ${target}`);
  assert.deepEqual([...routes].sort(), [...promised].sort());
});

test('every list that is CSV is a workbook too', () => {
  const book = { schema: { $ref: '#/components/schemas/Workbook' } };
  for (const [target, operations] of Object.entries(contract.paths))
    for (const [method, { responses }] of Object.entries(operations))
      for (const { content } of Object.values(responses))
        if (content?.['text/csv'])
          assert.deepEqual(content['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'], book, `${method} ${target}`);
});
