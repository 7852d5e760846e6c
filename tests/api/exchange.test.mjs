// The transcript that protocol/README.md shows a supplier is what the server
// says, exchange by exchange, in order.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { root, Stage } from '../lib/stage.mjs';
import { play, readTranscript } from '../lib/transcript.mjs';

const text = readFileSync(path.join(root, 'protocol/README.md'), 'utf8');
const exchanges = readTranscript(text);
let stage;

before(async () => {
  stage = await Stage.start({ name: 'exchange' });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  await stage.addClient('school', 'school_system', { settings: ['urn:106283'] });
  await stage.addClient('officer', 'la_officer');
});
after(() => stage?.stop());

test('every exchange is answered as it is written', async (t) => {
  assert.ok(exchanges.length >= 8, `only ${exchanges.length} exchanges found`);
  const known = new Map();
  for (const exchange of exchanges)
    await t.test(`line ${exchange.line}: ${exchange.method} ${exchange.target}`, () =>
      play(exchange, known, ({ who = 'school', method, target, headers, body }) =>
        stage.request(who, method, target, { headers, body })));
});

test('a transcript that does not tell the truth is noticed', async () => {
  const [first] = readTranscript('```transcript\n> GET /v1/whoami\n< 200\n< {"role":"la_officer",…}\n```');
  await assert.rejects(play(first, new Map(), ({ method, target }) => stage.request('school', method, target), 1),
    (error) => error.cause.code === 'ERR_ASSERTION');
});
