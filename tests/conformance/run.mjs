#!/usr/bin/env node
// run.mjs — the conformance kit: holds a server against the contract as a
// supplier's client meets it, requirement by requirement, and cleans up.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const USAGE = `usage: run.mjs --url URL --ca FILE --cert FILE --key FILE --setting REF [options]
  --url, --ca, --cert, --key, --setting
                       who asks whom, for which setting (urn:106283); else the
                       environment: SENCOD_URL, SENCOD_CA, SENCOD_CERT, SENCOD_KEY, SENCOD_SETTING
  --other-setting REF  a setting this certificate is not granted: two more requirements
  --only NAME          only requirements whose id begins so ("feed", "key.other-body"); may be repeated
  --list               the requirements and their places in the contract; asks nobody
exit: 0 nothing failed, 1 something failed, 2 the command line, 3 the server lets us not begin`;

class Refused extends Error {}

function finish(code, text) {
  process.stderr.write(`${text}\n`);
  process.exit(code);
}

function readOptions() {
  const text = { type: 'string' };
  try {
    const { values } = parseArgs({ options: { url: text, ca: text, cert: text, key: text, setting: text,
      'other-setting': text, only: { ...text, multiple: true }, list: { type: 'boolean' }, help: { type: 'boolean' } } });
    return values;
  } catch (error) {
    return finish(2, `run: ${error.message}\n${USAGE}`);
  }
}

/** Options, then the environment; files are read here. */
function readIdentity(options) {
  const found = { other: options['other-setting'] };
  for (const name of ['url', 'ca', 'cert', 'key', 'setting']) {
    found[name] = options[name] ?? process.env[`SENCOD_${name.toUpperCase()}`];
    if (!found[name]) finish(2, `run: --${name} is missing\n${USAGE}`);
  }
  if (URL.canParse?.(found.url) === false || !found.url.startsWith('https://'))
    finish(2, 'run: --url must begin with https://');
  for (const name of ['ca', 'cert', 'key'])
    try {
      found[name] = readFileSync(found[name]);
    } catch (error) {
      finish(2, `run: --${name} cannot be read (${error.code})`);
    }
  return found;
}

/** Why a first request failed, in a sentence. */
function explain(error, url) {
  const code = error.code ?? error.message;
  if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code))
    return `nobody answers at ${url} (${code})`;
  if (/CERT|SELF_SIGNED|ISSUER|ALTNAME/.test(code) && !/ALERT/.test(code))
    return `the server's certificate is not one the --ca file vouches for (${code})`;
  if (/ALERT|ECONNRESET|EPROTO|socket hang up/.test(code))
    return `the server ended the connection when our certificate was shown (${code}): is it of the authority's CA, and in date?`;
  return `${url} does not answer as it should (${code})`;
}

/** Is there a server, does it know us, may we send for this setting? */
async function begin(kit) {
  const first = await kit.get('/v1/whoami').catch((error) => {
    throw new Refused(explain(error, kit.url.origin));
  });
  const slug = first.json?.type?.replace(/.*\//, '');
  if (first.status === 403)
    throw new Refused(`the server refuses this certificate (403 ${slug}): it must be enrolled as a school_system first`);
  if (first.status !== 200 || typeof first.json?.role !== 'string')
    throw new Refused(`${kit.url.origin} answers ${first.status} to whoami: not a sencod, or not one that is well`);
  if (first.json.role !== 'school_system')
    throw new Refused(`this certificate is enrolled as ${first.json.role}; the kit needs a school_system`);
  const setting = await kit.get(`/v1/settings/${encodeURIComponent(kit.setting)}`);
  if (setting.status !== 200 || !(first.json.settings ?? []).includes(setting.json?.setting_id))
    throw new Refused(`this certificate is not granted the setting ${kit.setting}`);
  kit.violations.length = 0;
}

/** One requirement: ['pass' | 'fail' | 'skip', why]. */
async function judge(kit, requirement, Skip) {
  try {
    await requirement.check(kit);
    return ['pass'];
  } catch (error) {
    if (error instanceof Skip) return ['skip', error.message];
    const why = error.message.split('\n').slice(0, 12).join('\n');
    return ['fail', error.code === 'ERR_ASSERTION' || error.constructor === Error ? why : `${error.name}: ${why}`];
  }
}

const options = readOptions();
if (options.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}

const identity = options.list ? null : readIdentity(options);
let Supplier, Skip, all;
try {
  ({ Supplier, Skip } = await import('./supplier.mjs'));
  const [{ edge }, { batches }, { refusals }, { feed, contract }, { proof }] = await Promise.all(
    ['edge', 'batches', 'refusals', 'feed', 'proof'].map((part) => import(`./${part}.mjs`)));
  all = [...edge, ...batches, ...refusals, ...feed, ...proof, ...contract];
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  finish(2, 'run: the validator is not installed: run "npm ci" in tests/ first');
}
const chosen = options.only ? all.filter(({ id }) => options.only.some((name) => id.startsWith(name))) : all;
if (chosen.length === 0) finish(2, 'run: no requirement has such a name: see --list');
const width = Math.max(...all.map(({ id }) => id.length));

if (options.list) {
  for (const { id, sentence, place } of chosen)
    process.stdout.write(`${id.padEnd(width)}  ${sentence}  [${place}]\n`);
  process.exit(0);
}

const kit = new Supplier(identity);
try {
  await begin(kit);
} catch (error) {
  finish(3, `run: ${error instanceof Refused ? error.message : explain(error, kit.url.origin)}`);
}
process.stdout.write(`${kit.url.origin} for ${kit.setting}, run ${kit.run}\n`);

const counts = { pass: 0, fail: 0, skip: 0 };
for (const requirement of chosen) {
  const [verdict, why] = await judge(kit, requirement, Skip);
  counts[verdict]++;
  process.stdout.write(`${verdict}  ${requirement.id.padEnd(width)}  ${requirement.sentence}\n`);
  if (verdict === 'fail') process.stdout.write(`      see ${requirement.place}\n`);
  if (why) process.stdout.write(`      ${why.replace(/\n/g, '\n      ')}\n`);
}
const { gone, left } = await kit.cleanUp();
process.stdout.write(`${gone} records of this run deleted again${left ? `, ${left} could not be: source ids conf-${kit.run}-…` : ''}\n`);
process.stdout.write(`${counts.pass} passed, ${counts.fail} failed, ${counts.skip} skipped\n`);
process.exitCode = counts.fail > 0 ? 1 : 0;
