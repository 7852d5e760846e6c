// openapi.mjs — holds every answer the tests see against the contract,
// protocol/openapi.yaml: an address, status, media type or member that the
// contract does not know fails the test that met it.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The contract as an object. Reading its YAML takes a second, so what came of it is kept as JSON. */
function read() {
  const text = readFileSync(path.join(root, 'protocol/openapi.yaml'), 'utf8');
  const name = `contract-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`;
  const kept = path.join(root, 'build/tests', name);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'));
  const read = parse(text);
  mkdirSync(path.dirname(kept), { recursive: true });
  writeFileSync(`${kept}.${process.pid}`, JSON.stringify(read));
  renameSync(`${kept}.${process.pid}`, kept);
  return read;
}
export const contract = read();

const ajv = new Ajv2020.default({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ ...contract, $id: 'contract' });

const routes = Object.keys(contract.paths).map((pattern) => ({
  pattern,
  braces: (pattern.match(/\{/g) ?? []).length,
  regexp: new RegExp(`^${pattern.replace(/\{[^}]+\}/g, '[^/]+')}$`),
})).sort((a, b) => a.braces - b.braces);

const compiled = new Map();
function validator(pointer) {
  if (!compiled.has(pointer)) compiled.set(pointer, ajv.compile({ $ref: `contract#${pointer}` }));
  return compiled.get(pointer);
}

const escape = (part) => encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1'));

/** Which answers were seen: for the test that says what was never tried. */
export const seen = new Set();

function resolve(response, pointer) {
  if (!response?.$ref) return { response, pointer };
  const target = response.$ref.slice(1);
  const found = target.split('/').slice(1).reduce((node, part) =>
    node[part.replace(/~1/g, '/').replace(/~0/g, '~')], contract);
  return { response: found, pointer: target };
}

export function checkAnswer(method, target, answer) {
  const where = `${method} ${target.replace(/\?.*/, '')} ${answer.status}`;
  const route = routes.find(({ regexp }) => regexp.test(target.replace(/\?.*/, '')));
  if (!route) {
    if (answer.status === 404 || answer.status === 403) return;
    throw new Error(`${where}: the contract has no such address`);
  }
  const operation = contract.paths[route.pattern][method.toLowerCase()];
  if (!operation) {
    if (answer.status === 405) return;
    throw new Error(`${where}: the contract has no such method`);
  }
  const base = `/paths/${escape(route.pattern)}/${method.toLowerCase()}/responses/`;
  const status = operation.responses[answer.status] ? answer.status : 'default';
  const { response, pointer } = resolve(operation.responses[status], `${base}${status}`);
  if (!response) throw new Error(`${where}: the contract has no such answer`);
  seen.add(`${method} ${route.pattern} ${answer.status}`);
  const type = answer.type.split(';')[0];
  if (!response.content) {
    if (answer.text !== '') throw new Error(`${where}: has a body, the contract none`);
    return;
  }
  if (!response.content[type]) throw new Error(`${where}: the contract has no ${type}`);
  if (!response.content[type].schema || /csv|sheet/.test(type)) return;
  const check = validator(`${pointer}/content/${escape(type)}/schema`);
  for (const document of answer.rows ?? [answer.json])
    if (!check(document))
      throw new Error(`${where}: ${ajv.errorsText(check.errors, { separator: '; ' })}`);
}
