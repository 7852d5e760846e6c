// agent_folder.mjs — a school's agent in a folder of its own, run as a
// school would run it, and looked into by the sqlite3 of the system.
// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bin } from './stage.mjs';
import { csvRows, runProgram } from './stub_server.mjs';

export const program = path.join(bin, 'senco-sync');

export class AgentFolder {
  /** pki: a folder made by tools/pki in which the client `name` has a certificate. */
  static async make(dir, { server, setting, pki, name, settings = {} }) {
    const agent = new AgentFolder();
    agent.dir = dir;
    agent.env = { PATH: process.env.PATH, ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '', TZ: 'UTC', COLUMNS: '120' };
    rmSync(dir, { recursive: true, force: true });
    const made = await agent.run('init', '--server', server, '--setting', setting);
    if (made.code !== 0) throw new Error(made.stderr);
    if (pki) {
      copyFileSync(path.join(pki, 'ca.pem'), agent.file('keys/authority.pem'));
      copyFileSync(path.join(pki, `clients/${name}.pem`), agent.file('keys/agent.pem'));
      copyFileSync(path.join(pki, `clients/${name}.key`), agent.file('keys/agent.key'));
    }
    agent.set({ settle_seconds: 0, retry_seconds: 20, ...settings });
    return agent;
  }

  file(name) {
    return path.join(this.dir, name);
  }

  set(settings) {
    let text = readFileSync(this.file('senco-sync.conf'), 'utf8');
    for (const [key, value] of Object.entries(settings))
      text = text.replace(new RegExp(`^${key} =.*$`, 'm'), `${key} = ${value}`);
    writeFileSync(this.file('senco-sync.conf'), text);
  }

  run(command, ...args) {
    return runProgram(program, [command, '--folder', this.dir, ...args], { env: this.env, cwd: '/' });
  }

  /** Starts it and does not wait: { child, said, ended }. */
  start(command, ...args) {
    const child = spawn(program, [command, '--folder', this.dir, ...args], { env: this.env, cwd: '/' });
    const run = { child, said: '' };
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (text) => { run.said += text; });
    run.ended = new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
    return run;
  }

  /** Writes a file of the inbox; age: seconds since it was last changed. */
  put(name, text, age = 0) {
    const file = this.file(`inbox/${name}`);
    writeFileSync(file, text);
    if (age) {
      const then = Date.now() / 1000 - age;
      utimesSync(file, then, then);
    }
  }

  csv(name, rows) {
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const cell = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
    this.put(name, [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))]
      .map((line) => `${line.map(cell).join(',')}\r\n`).join(''));
  }

  outbox(name) {
    const file = this.file(`outbox/${name}`);
    return existsSync(file) ? csvRows(readFileSync(file, 'utf8')) : undefined;
  }

  /** Rows of the agent's memory, as arrays of texts. */
  sql(text) {
    return execFileSync('sqlite3', ['-readonly', '-batch', '-separator', '\x1f', this.file('state.sqlite'), text],
      { encoding: 'utf8' }).split('\n').filter(Boolean).map((line) => line.split('\x1f'));
  }
}
