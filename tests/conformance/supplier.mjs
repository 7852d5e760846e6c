// supplier.mjs — a school's system as the requirements need it: asks the
// server by Node's own TLS and HTTP, says bytes no client should say, cuts
// its own connection, follows the feed, and remembers what it made so that
// it can be deleted again. Every answer is held against the contract.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes, randomUUID } from 'node:crypto';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { checkAnswer } from '../lib/openapi.mjs';

const PATIENCE_MS = 60_000;

/** Thrown by a check that cannot be made here; its sentence says why. */
export class Skip extends Error {}

export class Supplier {
  /** url, ca, cert, key (PEM), setting, other: another setting, or undefined. */
  constructor({ url, ca, cert, key, setting, other }) {
    Object.assign(this, { url: new URL(url), setting, other });
    this.identity = { ca, cert, key };
    this.run = randomBytes(4).toString('hex');
    this.made = new Map();  // "kind source_id" -> record as last sent
    this.violations = [];   // answers that the contract does not know
    this.names = 0;
  }

  get host() {
    return this.url.hostname.replace(/^\[|\]$/g, '');
  }

  get port() {
    return Number(this.url.port || 443);
  }

  // ---- records: fictional, and recognisably so ----

  id(letter) {
    return `conf-${this.run}-${letter}${++this.names}`;
  }

  child(data = {}, rest = {}) {
    return { kind: 'child', source_id: this.id('c'), revision: 1, op: 'put', ...rest, data: {
      surname: `Fictional-${this.run}`, forename: `Conformance-${this.names}`, born_on: '2018-05-01', ...data } };
  }

  placement(child, data = {}, rest = {}) {
    return { kind: 'placement', source_id: this.id('p'), revision: 1, op: 'put', ...rest,
      data: { child: child.source_id, start_on: '2023-09-01', ...data } };
  }

  need(child, data = {}, rest = {}) {
    return { kind: 'need', source_id: this.id('n'), revision: 1, op: 'put', ...rest,
      data: { child: child.source_id, provision: 'K', start_on: '2023-09-01', types: ['SLCN'], ...data } };
  }

  transition(child, data = {}, rest = {}) {
    return { kind: 'transition', source_id: this.id('t'), revision: 1, op: 'put', ...rest,
      data: { child: child.source_id, kind: 'PRS', year: 2029, ...data } };
  }

  /** A record nobody sent, deleted: taken by the server, and leaves nothing. */
  nothing(revision = 1) {
    return { kind: 'need', source_id: this.id('x'), revision, op: 'delete' };
  }

  // ---- asking ----

  /**
   * One request on a connection of its own: { status, headers, type, text,
   * json, rows }. What the contract does not know is kept in violations.
   */
  request(method, target, { body, headers = {}, accept = 'application/json', tls: options = {} } = {}) {
    const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
    const bytes = body === undefined ? undefined : Buffer.from(isJson ? JSON.stringify(body) : body);
    const all = { ...(accept === null ? {} : { accept }), ...headers };
    if (isJson && !all['content-type']) all['content-type'] = 'application/json';
    if (bytes) all['content-length'] = bytes.length;
    return new Promise((resolve, reject) => {
      const req = https.request({ host: this.host, port: this.port, path: target, method, headers: all,
        agent: false, ...this.identity, ...options }, (res) => {
        const pieces = [];
        res.on('data', (piece) => pieces.push(piece));
        res.on('error', reject);
        res.on('end', () => resolve(this.answered(method, target, res, Buffer.concat(pieces).toString('utf8'))));
      });
      req.setTimeout(PATIENCE_MS, () => req.destroy(new Error(`no answer to ${method} within ${PATIENCE_MS / 1000} s`)));
      req.on('error', reject);
      req.end(bytes);
    });
  }

  answered(method, target, res, text) {
    const type = res.headers['content-type'] ?? '';
    const answer = { status: res.statusCode, headers: res.headers, type, text };
    try {
      if (/ndjson/.test(type)) answer.rows = text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
      else if (/json/.test(type) && method !== 'HEAD') answer.json = JSON.parse(text);
      if (method !== 'HEAD') checkAnswer(method, target, answer);
    } catch (error) {
      this.violations.push(error.message);
    }
    return answer;
  }

  get(target, options) {
    return this.request('GET', target, options);
  }

  /** A file as it is served: { status, headers, bytes }. */
  bytes(target, headers = {}) {
    return new Promise((resolve, reject) => {
      const req = https.get({ host: this.host, port: this.port, path: target, headers, agent: false, ...this.identity }, (res) => {
        const pieces = [];
        res.on('data', (piece) => pieces.push(piece));
        res.on('error', reject);
        res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, bytes: Buffer.concat(pieces) }));
      });
      req.setTimeout(PATIENCE_MS, () => req.destroy(new Error(`no file within ${PATIENCE_MS / 1000} s`)));
      req.on('error', reject);
    });
  }

  /** What a POST of these records is: for those who must say it byte by byte. */
  batchTarget(setting = this.setting) {
    return `/v1/sync/batches?setting=${encodeURIComponent(setting)}`;
  }

  /** Remembers what may have been stored. */
  note(records) {
    for (const record of records) {
      if (!record?.source_id || record.op === 'delete') continue;
      const key = `${record.kind} ${String(record.source_id).trim()}`;
      if (!(this.made.get(key)?.revision >= record.revision)) this.made.set(key, record);
    }
  }

  batch(records, { key = randomUUID(), setting, ...options } = {}) {
    this.note(records);
    return this.request('POST', this.batchTarget(setting), { body: { records }, ...options,
      headers: { 'idempotency-key': key, ...options.headers } });
  }

  /** A body said as it is, in the form of its media type. */
  body(text, type = 'application/json', { key = randomUUID(), setting } = {}) {
    return this.request('POST', this.batchTarget(setting), { body: text,
      headers: { 'content-type': type, 'idempotency-key': key } });
  }

  // ---- below HTTP ----

  /** A TLS connection as given; null when the server refuses it, with the reason in `why`. */
  handshake(options = {}) {
    return new Promise((resolve) => {
      const socket = tls.connect({ host: this.host, port: this.port, ...this.identity,
        ...(net.isIP(this.host) ? {} : { servername: this.host }), ...options });
      socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`silent for ${PATIENCE_MS / 1000} s`)));
      socket.once('error', (why) => resolve({ socket: null, why }));
      socket.once('secureConnect', () => resolve({ socket }));
      socket.once('close', () => resolve({ socket: null, why: new Error('closed') }));
    });
  }

  /** Says bytes and hears everything until the server closes (text in Latin-1). */
  async raw(bytes, options = {}) {
    const { socket, why } = await this.handshake(options);
    if (!socket) throw why;
    return new Promise((resolve, reject) => {
      let text = '';
      socket.setEncoding('latin1');
      socket.on('data', (piece) => { text += piece; });
      // A refusal may be followed by a reset: what was heard before it counts.
      socket.on('error', (error) => (text ? resolve(text) : reject(error)));
      socket.on('close', () => resolve(text));
      socket.write(bytes, 'latin1');
    });
  }

  head(method, target, lines = []) {
    return [`${method} ${target} HTTP/1.1`, `Host: ${this.url.host}`, ...lines, '', ''].join('\r\n');
  }

  /**
   * Sends a batch and cuts the connection: 'amidst' the body, when 'sent',
   * or when the first byte of the answer is there ('answered').
   */
  async cut(when, records, key) {
    this.note(records);
    const body = JSON.stringify({ records });
    const head = this.head('POST', this.batchTarget(), ['Content-Type: application/json',
      `Idempotency-Key: ${key}`, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close']);
    const { socket, why } = await this.handshake();
    if (!socket) throw why;
    await new Promise((resolve, reject) => {
      const done = () => { socket.destroy(); resolve(); };
      socket.on('error', reject);
      socket.on('close', resolve);
      if (when === 'answered') socket.once('data', done);
      const piece = head + (when === 'amidst' ? body.slice(0, body.length / 2) : body);
      socket.write(piece, () => { if (when !== 'answered') done(); });
    });
    return body;
  }

  // ---- the feed ----

  /** A run of changes after a cursor; undefined begins at the start. */
  changes(after, limit = 5000, options = {}) {
    const place = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
    return this.get(`/v1/sync/changes?limit=${limit}${place}`, options);
  }

  /** The cursor behind all that can be read now. */
  async feedEnd() {
    for (let after = this.end; ;) {
      const { status, json } = await this.changes(after);
      if (status !== 200 || !Array.isArray(json?.items)) throw new Error(`the feed answers ${status}`);
      after = json.next ?? after;
      this.end = after;
      if (json.items.length === 0) return after;
    }
  }

  /**
   * Follows the feed from a cursor until `enough` rows of these source ids
   * were seen: the rows, in order. A commit elsewhere may hold them back a
   * while, so it waits; too few after that is what it answers too.
   */
  async changesOf(ids, after, enough, { limit, seconds = 30 } = {}) {
    const wanted = new Set(ids), rows = [];
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const { status, json } = await this.changes(after, limit);
      if (status !== 200) throw new Error(`the feed answers ${status}`);
      rows.push(...json.items.filter(({ source_id: id }) => wanted.has(id)));
      after = json.next ?? after;
      if (json.items.length > 0) continue;
      if (rows.length >= enough || Date.now() > end) return rows;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  // ---- afterwards ----

  /** Deletes what was made; answers how many are gone and how many may not be. */
  async cleanUp() {
    const order = ['transition', 'need', 'placement', 'child'];
    const rest = [...this.made.values()].filter(({ kind }) => order.includes(kind))
      .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
      .map(({ kind, source_id: id }) => ({ kind, source_id: id, revision: 1_000_000, op: 'delete' }));
    let gone = 0, left = 0;
    for (let i = 0; i < rest.length; i += 1000) {
      const some = rest.slice(i, i + 1000);
      const { status, json } = await this.batch(some).catch(() => ({}));
      // What was refused in its time was never stored: its delete is "unchanged".
      if (status === 200) gone += json.updated;
      left += status === 200 ? json.stale + json.refused : some.length;
    }
    return { gone, left };
  }
}
