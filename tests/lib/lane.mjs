// lane.mjs — one client sending batches over a line on which things go wrong:
// each attempt has a connection of its own, and what happened to it is known.
// SPDX-License-Identifier: Apache-2.0
import https from 'node:https';
import { gzipSync } from 'node:zlib';
import { drawLineFault, FaultLine } from './fault_line.mjs';
import { Sender } from './ledger.mjs';

const PATIENCE_MS = 30_000, STALLED_MS = 700; // a client waits so long for an answer

/** One request over a connection of its own: { status, body, text, json }. What had come of it is with the error. */
function ask({ port, identity, maxVersion, method, target, headers, body, patience }) {
  return new Promise((resolve, reject) => {
    // Kept alive, so that no goodbye follows the answer while it is read.
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1, maxVersion, servername: 'localhost', ...identity });
    const req = https.request({ host: '127.0.0.1', port, path: target, method, agent,
      headers: { host: 'localhost', ...headers, ...(body ? { 'content-length': body.length } : {}) } }, (res) => {
      const pieces = [];
      const broken = (error) => fail(Object.assign(error, { status: res.statusCode, body: Buffer.concat(pieces) }));
      res.on('data', (piece) => pieces.push(piece));
      res.on('error', broken);
      res.on('end', () => {
        if (!res.complete) return broken(new Error('cut'));
        const answer = Buffer.concat(pieces), text = answer.toString('utf8');
        end();
        return resolve({ status: res.statusCode, body: answer, text, json: /json/.test(res.headers['content-type']) ? JSON.parse(text) : null });
      });
    });
    const timer = setTimeout(() => fail(new Error('no answer')), patience);
    function end() {
      clearTimeout(timer);
      req.destroy();
      agent.destroy();
    }
    function fail(error) {
      end();
      reject(error);
    }
    req.on('error', fail);
    req.end(body);
  });
}

export class Lane extends Sender {
  /** options as a Sender's; rate: the share of attempts a fault is drawn for; hit(what): told of each that hit. */
  static async start(stage, options) {
    const lane = new Lane(stage, options);
    lane.line = await FaultLine.start(stage.port);
    lane.identity = stage.tls(options.client);
    lane.rate = options.rate ?? 0.6;
    lane.hit = options.hit ?? (() => {});
    lane.post = (records, key) => lane.tell(records, key);
    lane.now = null;
    return lane;
  }

  /** One attempt; `now` is it while it is in flight: { fault, ended, failed }. */
  async tell(records, key, rate = this.rate) {
    const json = Buffer.from(JSON.stringify({ records }));
    const isPacked = this.random() < 0.5;
    return this.ask('POST', `/v1/sync/batches?setting=${this.setting}`, {
      rate, body: isPacked ? gzipSync(json) : json,
      headers: { 'content-type': 'application/json', 'idempotency-key': key, ...(isPacked ? { 'content-encoding': 'gzip' } : {}) } });
  }

  async ask(method, target, { rate = this.rate, body, headers = {} } = {}) {
    const fault = this.random() < rate ? drawLineFault(this.random, this.line.seen) : null;
    const attempt = { fault, failed: false, started: Date.now() };
    // A byte of TLS 1.3's opening may be changed without a meaning; 1.2 has none such after its handshake.
    const maxVersion = fault?.what === 'corrupt' ? 'TLSv1.2' : undefined;
    this.line.arm(fault);
    let answer;
    attempt.ended = (async () => {
      try {
        answer = await ask({ port: this.line.port, identity: this.identity, maxVersion, method, target, body,
          headers: { accept: 'application/json', ...headers }, patience: fault?.what === 'stall' ? STALLED_MS : PATIENCE_MS });
        attempt.failed = answer.status >= 500;
      } catch (error) {
        attempt.failed = true;
        attempt.error = error;
      }
    })();
    this.now = attempt;
    await attempt.ended;
    this.now = null;
    if (fault?.hit) this.hit(`line: ${fault.what} ${fault.direction}`);
    if (attempt.error) throw attempt.error;
    return answer;
  }

  /** A file from this byte on, as much of it as comes before the fault. */
  async fetch(target, from, fault) {
    this.line.arm(fault);
    try {
      const { status, body } = await ask({ port: this.line.port, identity: this.identity, method: 'GET', target,
        headers: { range: `bytes=${from}-` }, patience: PATIENCE_MS });
      return [200, 206].includes(status) ? body : Buffer.alloc(0);
    } catch (error) {
      return error.status === 206 ? error.body : Buffer.alloc(0);
    }
  }

  /** The worker that has this lane's connection, if one has. */
  worker() {
    return this.stage.workerOfPorts(this.line.serverSees);
  }

  stop() {
    return this.line.stop();
  }
}
