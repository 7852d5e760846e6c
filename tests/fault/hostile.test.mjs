// Slow and silent clients by the thousand, while an honest one goes on: each
// of them is ended at its own deadline, none costs more memory than stated,
// and the honest one is never refused. Uses the release build: a sanitizer's
// memory is not the server's.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { root, Stage, until } from '../lib/stage.mjs';

const SCHOOL = 'urn:106283';
// We and each worker need a descriptor for each of them.
const descriptors = Number(execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' })) || 1e6;
const MANY = Math.min(process.env.SOAK ? 9000 : 4000, descriptors - 1500);
const SOME = process.env.SOAK ? 1000 : 120;
const READERS = process.env.SOAK ? 300 : 60;
const BOUND_S = 90; // until all of a kind are gone, on a busy machine
const KIB = 1024, MIB = 1024 * 1024;
const HEALTHY = ['/v1', '/v1/whoami', '/v1/settings?limit=5', `/v1/settings/${SCHOOL}`];
let stage, workers;

before(async () => {
  stage = await Stage.start({ name: 'hostile', program: path.join(root, 'build/sencod'), config: {
    workers: 2, connections_max: MANY + 2000, connections_per_address_max: 2 * MANY, handshakes_max: MANY + 2000,
    handshake_timeout_ms: 8000, head_timeout_ms: 2000, body_timeout_ms: 2000, idle_timeout_ms: 6000,
    write_timeout_ms: 2000, body_rate_min: 65536, connection_requests_max: 1e6 } });
  for (const register of ['gias', 'ofsted'])
    await stage.importRegister(register, `config/demo/registers/${register}_trafford_358.csv`);
  await stage.addClient('school', 'school_system', { settings: [SCHOOL] });
  await stage.addClient('honest', 'la_officer');
  workers = stage.workers();
});
after(() => stage?.stop());

// ---- measuring ----

/** What a worker holds for itself, in bytes: private pages, not the program's. */
const privateBytes = () => stage.workers().reduce((sum, pid) => sum + KIB *
  Number(/^Private_Dirty:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]), 0);

async function metric(name) {
  const { text } = await stage.internal('/metrics');
  return Number(new RegExp(`^sencod_${name} (\\d+)$`, 'm').exec(text)[1]);
}

const openNow = () => metric('connections_open');

// ---- the honest client ----

/** Asks by a kept connection and by a new one in turn, until told to stop. */
function honest() {
  const kept = new https.Agent({ keepAlive: true, maxSockets: 1, ...stage.tls('honest') });
  const fresh = new https.Agent({ keepAlive: false, ...stage.tls('honest') });
  const self = { answered: 0, isOver: false };
  // On a machine so busy that its kept connection had been idle for too long,
  // it asks again by another, as any client does.
  const ask = (target, agent) => new Promise((resolve, reject) => {
    const req = https.get({ host: 'localhost', port: stage.port, path: target, agent }, (res) => {
      res.resume();
      res.on('error', reject);
      res.on('end', () => resolve(res.statusCode));
    });
    req.on('error', (error) => (req.reusedSocket ? ask(target, agent).then(resolve, reject) : reject(error)));
  });
  self.done = (async () => {
    while (!self.isOver) {
      for (const agent of [kept, fresh])
        assert.equal(await ask(HEALTHY[self.answered % HEALTHY.length], agent), 200);
      self.answered++;
    }
    kept.destroy();
  })();
  self.failed = self.done.then(() => new Promise(() => {}));
  return self;
}

// ---- the others ----

class Attacker {
  constructor(socket) {
    this.socket = socket;
    this.text = '';
    this.isEnded = false;
    socket.setEncoding('latin1');
    socket.on('error', () => {});
    socket.on('close', () => { this.isEnded = true; clearInterval(this.timer); });
  }

  listen() {
    this.socket.on('data', (piece) => { this.text += piece; });
    this.socket.on('end', () => this.socket.destroy());
    return this;
  }

  /** A byte now and then, for as long as the server lets it. */
  dribble(bytes) {
    let at = 0;
    this.timer = setInterval(() => {
      if (at < bytes.length && this.socket.writable) this.socket.write(bytes.subarray(at, ++at));
    }, 250);
    return this;
  }
}

const connected = (socket, event) => new Promise((resolve, reject) => {
  socket.once(event, () => resolve(new Attacker(socket)));
  socket.once('error', reject);
});
const plain = () => connected(net.connect({ host: '127.0.0.1', port: stage.port }), 'connect');

function greeted(name) {
  return connected(tls.connect({ host: '127.0.0.1', port: stage.port, servername: 'localhost', ...stage.tls(name) }),
    'secureConnect');
}

/** `count` of them, a few at a time: the queue of the listening socket is short. */
async function raise(count, make, at = 20) {
  const all = [];
  while (all.length < count)
    all.push(...await Promise.all(Array.from({ length: Math.min(at, count - all.length) }, make)));
  return all;
}

/** The first bytes of a real handshake. */
function clientHello() {
  return new Promise((resolve) => {
    const server = net.createServer((socket) => socket.once('data', (bytes) => {
      socket.destroy();
      server.close();
      resolve(bytes);
    }));
    server.listen(0, '127.0.0.1', () =>
      tls.connect({ host: '127.0.0.1', port: server.address().port }).on('error', () => {}));
  });
}

const body = (framing) => Buffer.from(`POST /v1/sync/batches?setting=${SCHOOL} HTTP/1.1\r\nHost: localhost\r\n` +
  `Content-Type: application/json\r\nIdempotency-Key: dribbled\r\n${framing}\r\n\r\n`);
const spaces = Buffer.alloc(4000, ' ');
const kinds = {
  // Each dribbles so slowly that it could go on for minutes.
  handshake: async (hello) => (await plain()).listen().dribble(hello),
  head: async () => (await greeted('school')).listen()
    .dribble(Buffer.from(`GET /v1 HTTP/1.1\r\nHost: localhost\r\nX-Slow: ${'a'.repeat(4000)}\r\n\r\n`)),
  'body of known length': async () => {
    const attacker = (await greeted('school')).listen();
    attacker.socket.write(body('Content-Length: 100000'));
    return attacker.dribble(spaces);
  },
  'chunked body': async () => {
    const attacker = (await greeted('school')).listen();
    attacker.socket.write(body('Transfer-Encoding: chunked'));
    return attacker.dribble(Buffer.from('1\r\n \r\n'.repeat(600)));
  },
  'idle connection': async () => (await greeted('school')).listen(),
};

test('thousands of silent connections end at their deadline, for 2 KiB each', async (t) => {
  const client = honest();
  await until('the honest client', () => client.answered > 20);
  const openBefore = await openNow(), bytesBefore = privateBytes(), failedBefore = await metric('tls_handshakes_failed_total');
  const silent = await Promise.race([raise(MANY, plain, 200), client.failed]);
  await until('the server to have them all', async () => await openNow() +
    silent.filter(({ isEnded }) => isEnded).length >= openBefore + MANY - 2);
  const standing = silent.filter(({ isEnded }) => !isEnded).length;
  const growth = privateBytes() - bytesBefore;
  for (const one of silent) one.listen();
  await Promise.race([until('all of them to be closed', () => silent.every(({ isEnded }) => isEnded), BOUND_S), client.failed]);
  await until('the server to have none of them', async () => await openNow() <= openBefore + 2);
  client.isOver = true;
  await client.done;
  const late = await metric('tls_handshakes_failed_total') - failedBefore;
  t.diagnostic(`${silent.length} silent connections, ${standing} stood at once for ${Math.round(growth / KIB)} KiB; ` +
    `${late} met the deadline of the handshake; ${client.answered} honest requests of each sort`);
  assert.equal(late, MANY, 'ended otherwise than by the deadline');
  assert.ok(silent.every(({ text }) => text === ''), 'a silent connection was told something');
  assert.ok(standing > MANY / 2, 'they never stood at once');
  assert.ok(growth <= MANY * 2 * KIB + 4 * MIB, `${growth} bytes for ${standing} silent connections`);
  assert.deepEqual(stage.workers(), workers, 'a worker died');
});

test('whoever dribbles is ended at the deadline of what it dribbles', async (t) => {
  const hello = await clientHello();
  const client = honest();
  await until('the honest client', () => client.answered > 0);
  const failedBefore = await metric('tls_handshakes_failed_total');
  const attackers = {};
  for (const [name, make] of Object.entries(kinds))
    attackers[name] = await Promise.race([raise(SOME, () => make(hello)), client.failed]);
  const all = Object.values(attackers).flat();
  await Promise.race([until('all of them to be closed', () => all.every(({ isEnded }) => isEnded), BOUND_S), client.failed]);
  client.isOver = true;
  await client.done;
  const late = await metric('tls_handshakes_failed_total') - failedBefore;
  const told = (name) => attackers[name].filter(({ text }) => /^HTTP\/1\.1 408 [^]*too_slow/.test(text)).length;
  const counts = { handshake: late, 'idle connection': attackers['idle connection'].filter(({ text }) => text === '').length };
  for (const name of ['head', 'body of known length', 'chunked body']) counts[name] = told(name);
  t.diagnostic(`met the deadline of: ${Object.entries(counts).map(([name, n]) => `${name} ${n}`).join(', ')} ` +
    `(of ${SOME} each); ${client.answered} honest requests of each sort`);
  for (const name of Object.keys(kinds)) assert.equal(counts[name], SOME, name);
  assert.ok(client.answered > 0);
  assert.deepEqual(await stage.sql('SELECT count(*) FROM core.sync_batches'), [['0']]);
  assert.deepEqual(stage.workers(), workers, 'a worker died');
});

// What a reader may hold: a page of rows, what is unsent of it, and what
// TLS and the way in keep.
const READER_BYTES = MIB;

test('whoever takes no reply is cut off, and holds no more than a page meanwhile', async (t) => {
  const client = honest();
  await until('the honest client', () => client.answered > 0);
  const openBefore = await openNow(), bytesBefore = privateBytes();
  const ask = 'GET /v1/settings?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const sample = await stage.get('honest', '/v1/settings?limit=1000');
  // Never read from: the kernel takes a few replies, then the server has to wait.
  const readers = await Promise.race([raise(READERS, async () => {
    const attacker = await greeted('school');
    attacker.socket.pause();
    attacker.socket.write(ask.repeat(100));
    return attacker;
  }, 10), client.failed]);
  let most = 0;
  const watch = () => { most = Math.max(most, privateBytes() - bytesBefore); };
  watch();
  await Promise.race([until('the server to have cut them all', async () => {
    watch();
    return await openNow() <= openBefore + 3;
  }, BOUND_S), client.failed]);
  client.isOver = true;
  await client.done;
  // Only now do they look: a stream that breaks off, before all was answered.
  for (const one of readers) one.listen().socket.resume();
  await until('them to notice', () => readers.every(({ isEnded }) => isEnded), BOUND_S);
  const cut = readers.filter(({ text }) => text.split('HTTP/1.1 200 ').length - 1 < 100).length;
  t.diagnostic(`${cut} of ${READERS} readers were cut at the deadline of the reply; a reply has ` +
    `${Math.round(sample.text.length / KIB)} KiB, at most ${Math.round(most / KIB)} KiB were held; ` +
    `${client.answered} honest requests of each sort`);
  assert.equal(cut, READERS, 'a reader that takes nothing was waited for');
  assert.ok(sample.text.length > 256 * KIB, 'the reply is too small to be waited for');
  assert.ok(most > 0 && most <= READERS * READER_BYTES + 8 * MIB, `${most} bytes for ${READERS} readers`);
  assert.deepEqual(stage.workers(), workers, 'a worker died');
  // Freed memory goes back within ten seconds or so, but for 8 MiB a worker.
  await until('the memory to come back', () => privateBytes() - bytesBefore <= 20 * MIB, 40);
});
