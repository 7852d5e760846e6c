// The demonstration as a newcomer meets it: it starts, every command it
// prints works as printed, it starts again as it was left, and it stops.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { bin, root } from '../lib/stage.mjs';

const run = promisify(execFile);
const dir = path.join(root, 'build', 'tests', `the demo ${process.pid}`);
const options = { cwd: root, env: { ...process.env, B: bin, SENCOD_DEMO_DIR: dir }, maxBuffer: 1 << 26 };
const demo = (verb) => run(path.join(root, 'tools/demo'), [verb], options);
const shell = (script) => run('bash', ['-c', script], options);

/** The printed lines from the one that sources the environment on. */
function commandsOf(text) {
  const lines = text.split('\n');
  return lines.slice(lines.findIndex((line) => line.startsWith('. '))).filter(Boolean);
}

function isListening(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  });
}

let printed;

after(() => demo('remove'));

test('it starts, with settings that sent their children themselves', async () => {
  printed = (await demo('start')).stdout;
  const outcomes = readdirSync(path.join(dir, 'outcomes'));
  assert.ok(outcomes.length >= 8, `only ${outcomes.length} settings sent`);
  assert.ok(readdirSync(path.join(dir, 'records')).some((folder) =>
    readdirSync(path.join(dir, 'records', folder)).some((file) => file.endsWith('.xml'))));
});

test('every command it prints works as printed', async (t) => {
  const [source, ...commands] = commandsOf(printed);
  const reports = commands.filter((line) => !line.startsWith('make'));
  assert.ok(reports.length >= 8);
  for (const command of reports)
    await t.test(command.replaceAll(String(process.pid), 'N'), async () => {
      const { stdout } = await shell(`${source}\n${command}`);
      if (!command.includes(' > ')) assert.match(stdout, /\S/);
    });
});

test('the reports of last and next September show every colour', async () => {
  const [source] = commandsOf(printed);
  const year = Number(printed.match(/--year (\d+)/)[1]);
  const colours = new Set();
  for (const one of [year - 1, year]) {
    const { stdout } = await shell(`${source}\nsencoctl report transitions --year ${one} --format csv`);
    for (const [, colour] of stdout.matchAll(/\b(GREEN|AMBER|RED|BLACK|BLUE)\b/g)) colours.add(colour);
  }
  assert.deepEqual([...colours].sort(), ['AMBER', 'BLACK', 'BLUE', 'GREEN', 'RED']);
});

test('a child moves while a nursery\'s agent is away, and both sides prove that they hold the same', async () => {
  const { stdout } = await demo('move');
  assert.match(stdout, /Hand-overs that have come in\n.*\n.* ofsted:\w+ +EYS/);
  assert.match(stdout, /school\$ senco-sync push\n[^$]*2 records sent: 2 created/);
  assert.equal(stdout.match(/child: identical \(\d+ records\)/g)?.length, 2, stdout);
  assert.doesNotMatch(stdout, /DIFFERENT/);
});

test('a nursery\'s leavers move to a school, and the one that is lost is found', async () => {
  const { stdout } = await demo('cohort');
  const [missed, found, settled] = ['The authority misses', 'Found at another', 'All settled'].map((title) =>
    stdout.slice(stdout.indexOf(`== ${title}`)).split(/\n(?===)/)[0]);
  assert.match(stdout, /accepted +done/);
  assert.match(missed, /error +[0-9a-f-]{36} .* authority\n/);
  assert.match(found, /sencoctl between [^\n]*\n +No /);
  const rows = settled.split('\n').filter((line) => line.includes(' EYS '));
  assert.ok(rows.length > 1 && rows.every((row) => row.includes(' settled ')), settled);
});

test('started again it is as it was left', async () => {
  const before = statSync(path.join(dir, 'filled')).mtimeMs;
  printed = (await demo('start')).stdout;
  assert.equal(statSync(path.join(dir, 'filled')).mtimeMs, before);
  const [source] = commandsOf(printed);
  const { stdout } = await shell(`${source}\nsencoctl whoami`);
  assert.match(stdout, /la_officer/);
});

test('the environment names the other identities', async () => {
  const roles = { ADMIN: 'la_administrator', AREA_SENCO: 'area_senco', SCHOOL: 'school_system', NURSERY: 'school_system' };
  const [source] = commandsOf(printed);
  for (const [name, role] of Object.entries(roles)) {
    const { stdout } = await shell(`${source}
      sencoctl --cert "$SENCOD_DEMO_${name}_CERT" --key "$SENCOD_DEMO_${name}_KEY" whoami`);
    assert.match(stdout, new RegExp(`role +${role}`));
  }
});

test('it stops, and nothing listens any more', async () => {
  const port = Number(readFileSync(path.join(dir, 'sencod.conf'), 'utf8').match(/systems_listen = .*:(\d+)/)[1]);
  assert.ok(await isListening(port));
  await demo('stop');
  assert.ok(!await isListening(port));
  assert.ok(!existsSync(path.join(dir, 'sencod.pid')));
  await assert.rejects(demo('status'), (error) => /not running/.test(error.stdout));
});
