// stub_server.mjs — a server that says what a test tells it to, over mutual
// TLS: for the faults a real one cannot be asked for, and to see every byte a
// program sends.
// SPDX-License-Identifier: Apache-2.0
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { root } from './stage.mjs';

const run = promisify(execFile);

export class StubServer {
  /** answer(request, response, earlier): request has method, url, headers, body (unpacked), sent (as it came). */
  static async start(name) {
    const stub = new StubServer();
    stub.dir = path.join(root, 'build', 'tests', `${name} ${process.pid}`);
    rmSync(stub.dir, { recursive: true, force: true });
    mkdirSync(stub.dir, { recursive: true });
    for (const args of [['init'], ['server', 'localhost'], ['client', 'tester']])
      await run(path.join(root, 'tools/pki'), [path.join(stub.dir, 'pki'), ...args]);
    await stub.listen();
    return stub;
  }

  async listen(port = 0) {
    let connections = 0;
    this.requests = [];
    this.answer = (_, response) => response.end('{}');
    this.server = https.createServer({
      key: readFileSync(this.file('pki/server.key')),
      cert: readFileSync(this.file('pki/server.pem')),
      ca: readFileSync(this.file('pki/ca.pem')),
      requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['http/1.1'],
    }, (request, response) => {
      const pieces = [];
      request.on('data', (piece) => pieces.push(piece));
      request.on('end', () => {
        request.sent = Buffer.concat(pieces);
        request.body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(request.sent) : request.sent;
        request.connection_number = request.socket.number;
        request.at = performance.now();
        this.requests.push(request);
        this.answer(request, response, this.requests.length - 1);
      });
    });
    this.server.on('secureConnection', (socket) => { socket.number = ++connections; });
    await new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    this.port = this.server.address().port;
  }

  file(name) {
    return path.join(this.dir, name);
  }

  /** Where the programs find it and who they are. */
  get env() {
    return {
      PATH: process.env.PATH, HOME: this.dir, ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '',
      SENCOD_URL: `https://localhost:${this.port}`,
      SENCOD_CA: this.file('pki/ca.pem'),
      SENCOD_CERT: this.file('pki/clients/tester.pem'),
      SENCOD_KEY: this.file('pki/clients/tester.key'),
    };
  }

  /** How often connections were made. */
  get connections() {
    return new Set(this.requests.map((request) => request.connection_number)).size;
  }

  async shut() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async stop() {
    if (this.server.listening) await this.shut();
    if (!process.env.KEEP) rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Runs a program to its end: { code, stdout, stderr }. */
export function runProgram(program, args, { env, cwd, input } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd, timeout: 120_000 });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (text) => { said[name] += text; });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal, ...said }));
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}

export function jsonAnswer(response, status, document, headers = {}) {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(JSON.stringify(document));
}

/** The cells of a CSV, a list of objects by its heading. */
export function csvRows(text) {
  const lines = [];
  let cells = [''], quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted && c === '"' && text[i + 1] === '"') { cells[cells.length - 1] += '"'; i++; }
    else if (c === '"') quoted = !quoted;
    else if (!quoted && c === ',') cells.push('');
    else if (!quoted && c === '\n') { lines.push(cells); cells = ['']; }
    else if (quoted || c !== '\r') cells[cells.length - 1] += c;
  }
  const [heading, ...rows] = lines;
  return rows.map((row) => Object.fromEntries(heading.map((name, i) => [name, row[i]])));
}
