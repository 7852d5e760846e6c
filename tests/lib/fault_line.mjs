// fault_line.mjs — a TCP line between a client and the server on which things
// go wrong: cut, delayed, dribbled, corrupted, swallowed, half closed or
// stalled at byte n of one direction. It knows nothing of TLS or HTTP.
// SPDX-License-Identifier: Apache-2.0
import net from 'node:net';

/** What a line can do to a connection. */
export const LINE_FAULTS = ['reset', 'end', 'delay', 'dribble', 'corrupt', 'swallow', 'half close', 'stall'];
const DRIBBLED = 200; // bytes that come one by one
const DELAY_MS = 150, LAST_MS = 100;

/** A fault drawn by `random`: at which byte, in which direction. */
export function drawLineFault(random, { upBytes, downBytes }) {
  const what = LINE_FAULTS[Math.floor(random() * LINE_FAULTS.length)];
  const direction = what === 'swallow' ? 'down' : random() < 0.5 ? 'up' : 'down';
  return { what, direction, at: Math.floor(random() * (direction === 'up' ? upBytes : downBytes)), bit: Math.floor(random() * 8) };
}

class Connection {
  constructor(line, client, fault) {
    this.line = line;
    this.fault = fault;
    this.client = client;
    this.server = net.connect({ host: '127.0.0.1', port: line.target, noDelay: true, allowHalfOpen: true });
    this.passed = { up: 0, down: 0 };
    this.isStalled = this.isSwallowing = false;
    this.queues = { up: Promise.resolve(), down: Promise.resolve() };
    this.carry('up', client, this.server);
    this.carry('down', this.server, client);
  }

  carry(direction, from, to) {
    // In order, whatever each piece has to go through.
    const next = (step) => { this.queues[direction] = this.queues[direction].then(step).catch(() => this.reset()); };
    from.on('data', (bytes) => next(() => this.pass(direction, bytes, to)));
    from.on('end', () => next(() => { if (!this.isStalled) to.end(); }));
    from.on('error', () => this.reset());
    from.on('close', () => next(() => to.end()));
  }

  async pass(direction, bytes, to) {
    const start = this.passed[direction];
    this.passed[direction] += bytes.length;
    const { fault } = this;
    const at = fault && !fault.hit && fault.direction === direction ? fault.at - start : Infinity;
    if (at >= bytes.length) return this.write(to, bytes);
    fault.hit = true;
    this.write(to, bytes.subarray(0, at));
    await this.spoil(fault, bytes.subarray(at), to);
  }

  write(to, bytes) {
    if (bytes.length > 0 && !this.isStalled && !this.isSwallowing && to.writable) to.write(bytes);
  }

  /** The fault itself; `rest` begins with the byte it is to happen at. */
  async spoil(fault, rest, to) {
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    switch (fault.what) {
    case 'reset':
      return this.reset();
    case 'end':
      this.client.end();
      this.server.end();
      return undefined;
    case 'half close':
      to.end();
      return undefined;
    case 'delay':
      await wait(DELAY_MS);
      break;
    case 'corrupt':
      rest = Buffer.from(rest);
      rest[0] ^= 1 << fault.bit;
      break;
    case 'dribble':
      for (let i = 0; i < Math.min(DRIBBLED, rest.length); i++) {
        this.write(to, rest.subarray(i, i + 1));
        await new Promise((resolve) => setImmediate(resolve));
      }
      rest = rest.subarray(DRIBBLED);
      break;
    case 'swallow': // what it says is lost, and soon the line as well
      this.isSwallowing = true;
      await wait(LAST_MS);
      return this.reset();
    case 'stall': // until somebody has had enough
      this.isStalled = true;
      return undefined;
    default:
      throw new Error(`no such fault: ${fault.what}`);
    }
    return this.write(to, rest);
  }

  /** A socket that is shutting down cannot be reset: libuv refuses, Node keeps its handle, and never ends. */
  reset() {
    for (const socket of [this.client, this.server])
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
  }
}

export class FaultLine {
  /** A line to a port of this machine; `port` is its own end. */
  static async start(target) {
    const line = new FaultLine();
    Object.assign(line, { target, connections: new Set(), next: null, seen: { upBytes: 4000, downBytes: 3000 } });
    line.listener = net.createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
      const connection = new Connection(line, client, line.next);
      line.next = null;
      line.connections.add(connection);
      client.on('close', () => {
        line.connections.delete(connection);
        if (!connection.fault) line.seen = { upBytes: connection.passed.up, downBytes: connection.passed.down };
      });
    });
    await new Promise((resolve) => line.listener.listen(0, '127.0.0.1', resolve));
    line.port = line.listener.address().port;
    return line;
  }

  /** The fault of the next connection; its member `hit` tells when it happened. */
  arm(fault) {
    this.next = fault;
  }

  // seen: how many bytes went each way on the last connection without a fault.

  /** The ports by which the server knows the connections there are now. */
  get serverSees() {
    return [...this.connections].map(({ server }) => server.localPort).filter(Boolean);
  }

  stop() {
    for (const connection of this.connections) connection.reset();
    return new Promise((resolve) => this.listener.close(resolve));
  }
}
