// stage.mjs — a whole sencod for one test file: its own PostgreSQL cluster,
// certificate authority, ports and daemon, and a client that is a second
// implementation of the protocol (Node's TLS and HTTP, not ours). Every
// answer is checked against protocol/openapi.yaml as it arrives.
// SPDX-License-Identifier: Apache-2.0
import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkAnswer } from './openapi.mjs';

const run = promisify(execFile);
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const bin = path.resolve(root, process.env.B ?? 'build/dev');
const ANSWER_S = 180; // beyond every deadline of the server, so that no test waits for ever

/** Waits until `condition` answers something true; fails after `seconds`. */
export async function until(what, condition, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const answer = await condition();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end)
      throw new Error(`waited ${seconds} s for: ${what}${last ? `: ${last.message}` : ''}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The remote ports of a process's TCP connections over 127.0.0.1, from the kernel; none when it is gone. */
export function peerPorts(pid) {
  if (!existsSync(`/proc/${pid}/fd`)) return [];
  const ports = new Map(); // inode of a socket -> remote port
  for (const line of readFileSync(`/proc/${pid}/net/tcp`, 'utf8').split('\n').slice(1)) {
    const [, , remote, , , , , , , inode] = line.trim().split(/\s+/);
    if (remote) ports.set(inode, parseInt(remote.split(':')[1], 16));
  }
  const inodes = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
    } catch {
      return undefined; // closed meanwhile
    }
  });
  return inodes.map((inode) => ports.get(inode)).filter(Boolean);
}

export class Stage {
  /**
   * @param {{name: string, config?: Record<string, string|number>, program?: string, env?: Record<string, string>,
   *   clusterEnv?: Record<string, string>}} options
   * program: another build of sencod than the one under test; env: added to its environment, clusterEnv to PostgreSQL's.
   */
  static async start({ name, config = {}, program = path.join(bin, 'sencod'), env = {}, clusterEnv = {} }) {
    const stage = new Stage();
    stage.program = program;
    stage.env = env;
    stage.clusterEnv = clusterEnv;
    stage.dir = path.join(root, 'build', 'tests', `${name}-${process.pid}`);
    rmSync(stage.dir, { recursive: true, force: true });
    mkdirSync(stage.dir, { recursive: true });
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stage.abandon());
    stage.agents = new Map();
    stage.ids = new Map();
    await stage.makeCluster();
    await stage.pki('init');
    await stage.pki('server', 'localhost');
    await stage.pki('client', 'administrator');
    await stage.enrolAdministrator('administrator');
    stage.port = await freePort();
    stage.internalPort = await freePort();
    stage.writeConfig(config);
    await stage.launch();
    return stage;
  }

  file(name) {
    return path.join(this.dir, name);
  }

  async makeCluster() {
    await this.cluster('start');
    const { stdout } = await this.cluster('env');
    this.pgEnv = { ...process.env };
    for (const [, key, value] of stdout.matchAll(/(PG[A-Z]+)=(\S+)/g)) this.pgEnv[key] = value;
  }

  cluster(verb) {
    return run(path.join(root, 'tests/lib/cluster'), [verb, this.file('pg')], { env: { ...process.env, ...this.clusterEnv } });
  }

  pki(...args) {
    return run(path.join(root, 'tools/pki'), [this.file('pki'), ...args]);
  }

  /** What `tools/deploy --admin` does, without deploying again. */
  async enrolAdministrator(name) {
    const { fingerprint256, validTo } = new X509Certificate(readFileSync(this.file(`pki/clients/${name}.pem`)));
    await this.sql(`SELECT core.enrol_administrator('${name}', decode('${fingerprint256.replaceAll(':', '')}', 'hex'), '${validTo}')`);
  }

  deploy(...args) {
    return run(path.join(root, 'tools/deploy'), [...args, 'dbname=sencod'], { env: this.pgEnv });
  }

  writeConfig(changes = {}) {
    const settings = {
      systems_listen: `127.0.0.1:${this.port}`,
      internal_listen: `127.0.0.1:${this.internalPort}`,
      server_names: 'localhost,127.0.0.1',
      workers: 2,
      log_level: 'info',
      tls_certificate: this.file('pki/server.pem'),
      tls_key: this.file('pki/server.key'),
      tls_client_ca: this.file('pki/ca.pem'),
      database: `host=${this.pgEnv.PGHOST} dbname=sencod user=sencod`,
      ...changes,
    };
    this.settings = settings;
    writeFileSync(this.file('sencod.conf'),
      Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`).join(''));
  }

  async launch() {
    const log = createWriteStream(this.file('sencod.log'), { flags: 'a' });
    this.daemon = spawn(this.program, ['-c', this.file('sencod.conf')],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...this.env } });
    this.daemon.stderr.pipe(log);
    this.exited = new Promise((resolve) => this.daemon.on('exit', (code, signal) => resolve(code ?? signal)));
    await this.ready();
  }

  log() {
    return readFileSync(this.file('sencod.log'), 'utf8');
  }

  /** Fails with the log when the daemon does not come up. */
  async ready(seconds = 30) {
    try {
      await until('the daemon to be ready', async () =>
        this.daemon.exitCode !== null || (await this.internal('/readyz')).status === 200, seconds);
      if (this.daemon.exitCode !== null) throw new Error(`the daemon ended with ${this.daemon.exitCode}`);
    } catch (error) {
      error.message += `\n${this.log().split('\n').slice(-20).join('\n')}`;
      throw error;
    }
  }

  /** The pids of the workers, from the kernel. */
  workers() {
    const { pid } = this.daemon;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  }

  /** The pid of a worker that holds a connection from one of these ports. */
  workerOfPorts(ports) {
    return this.workers().find((pid) => peerPorts(pid).some((port) => ports.includes(port)));
  }

  internal(target) {
    return new Promise((resolve, reject) => {
      http.get({ host: '127.0.0.1', port: this.internalPort, path: target, agent: false }, (res) => {
        let text = '';
        res.on('data', (piece) => { text += piece; });
        res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, text }));
        res.on('error', reject);
      }).on('error', reject);
    });
  }

  tls(name) {
    return {
      ca: readFileSync(this.file('pki/ca.pem')),
      cert: readFileSync(this.file(`pki/clients/${name}.pem`)),
      key: readFileSync(this.file(`pki/clients/${name}.key`)),
    };
  }

  agent(name) {
    if (!this.agents.has(name))
      this.agents.set(name, new https.Agent({ keepAlive: true, maxSockets: 8, ...this.tls(name) }));
    return this.agents.get(name);
  }

  /**
   * One request as the named client. A body that is no text or buffer is
   * sent as JSON. The answer is validated against the contract unless
   * `unchecked`.
   */
  request(name, method, target, { body, headers = {}, accept = 'application/json', unchecked = false } = {}) {
    const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
    const bytes = body === undefined ? undefined : Buffer.from(isJson ? JSON.stringify(body) : body);
    const all = { accept, ...headers };
    if (isJson && !all['content-type']) all['content-type'] = 'application/json';
    if (bytes) all['content-length'] = bytes.length;
    return new Promise((resolve, reject) => {
      const req = https.request({ host: 'localhost', port: this.port, path: target, method,
        headers: all, agent: this.agent(name) }, (res) => {
        const pieces = [];
        res.on('data', (piece) => pieces.push(piece));
        res.on('error', reject);
        res.on('end', () => {
          const bytes = Buffer.concat(pieces), text = bytes.toString('utf8');
          const type = res.headers['content-type'] ?? '';
          const answer = { status: res.statusCode, headers: res.headers, text, bytes, type };
          if (/json/.test(type) && !/ndjson/.test(type)) answer.json = JSON.parse(text);
          if (/ndjson/.test(type))
            answer.rows = text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
          try {
            if (!unchecked) checkAnswer(method, target, answer);
            resolve(answer);
          } catch (error) {
            reject(error);
          }
        });
      });
      const timer = setTimeout(() => req.destroy(new Error(`${method} ${target}: no answer in ${ANSWER_S} s`)), ANSWER_S * 1000);
      req.on('close', () => clearTimeout(timer));
      req.on('error', reject);
      req.end(bytes);
    });
  }

  get(name, target, options) {
    return this.request(name, 'GET', target, options);
  }

  /** A certificate, and the client that holds it. Answers its id. */
  async addClient(name, role, { settings = [], caseload, staff } = {}) {
    await this.pki('client', name);
    const pem = readFileSync(this.file(`pki/clients/${name}.pem`));
    const certificate = new X509Certificate(pem);
    const answer = await this.request('administrator', 'POST', '/v1/clients', { body: {
      name, role,
      fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
      not_after: new Date(certificate.validTo).toISOString().replace(/\.\d+Z/, 'Z'),
      ...(settings.length ? { settings } : {}),
      ...(caseload ? { caseload: String(caseload) } : {}),
      ...(staff ? { staff: String(staff) } : {}),
    } });
    if (answer.status !== 201) throw new Error(`client ${name}: ${answer.text}`);
    this.ids.set(name, answer.json.client_id);
    return answer.json.client_id;
  }

  /** Sends records for a setting; the key is fresh unless given. */
  batch(name, setting, records, { key = randomUUID(), ...options } = {}) {
    return this.request(name, 'POST', `/v1/sync/batches?setting=${setting}`, {
      body: { records }, ...options,
      headers: { 'idempotency-key': key, ...options.headers },
    });
  }

  importRegister(register, file, query = '') {
    return this.request('administrator', 'POST', `/v1/settings/imports/${register}${query}`, {
      body: readFileSync(path.resolve(root, file)), headers: { 'content-type': 'text/csv' },
    });
  }

  /** Rows of a query by the superuser, as arrays of texts. */
  async sql(text) {
    const { stdout } = await run('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-F', '\x1f', '-c', text],
      { env: this.pgEnv, maxBuffer: 64 * 1024 * 1024 });
    return stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\x1f'));
  }

  /** The test is told to end in its midst: no hook runs, nothing may be left running. */
  abandon() {
    this.daemon?.kill('SIGTERM');
    spawnSync(path.join(root, 'tests/lib/cluster'), ['stop', this.file('pg')]);
    if (!process.env.KEEP) rmSync(this.dir, { recursive: true, force: true });
    process.exit(1);
  }

  async stop() {
    for (const agent of this.agents.values()) agent.destroy();
    if (this.daemon && this.daemon.exitCode === null && this.daemon.signalCode === null) {
      this.daemon.kill('SIGTERM');
      await this.exited;
    }
    await this.cluster('stop');
    if (!process.env.KEEP) rmSync(this.dir, { recursive: true, force: true });
  }
}
