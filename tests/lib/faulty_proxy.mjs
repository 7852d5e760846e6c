// faulty_proxy.mjs — stands before a real server and breaks one rule of its
// contract: to see that whoever holds the server against the contract notices.
// Bytes of a request go on as they are; the answers of a connection are kept
// until the server ends it, given to `spoil`, and sent then.
// SPDX-License-Identifier: Apache-2.0
import tls from 'node:tls';

/** The requests or answers of a connection that stands for one: null if it is none. */
function message(bytes) {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first, ...lines] = text.slice(0, end).split('\r\n');
  return { first, lines, body: bytes.subarray(end + 4) };
}

/** An answer with a length, made anew from its parts. */
function print({ first, lines, body }) {
  const kept = lines.filter((line) => !/^(content-length|transfer-encoding):/i.test(line));
  return Buffer.concat([Buffer.from([first, ...kept, `Content-Length: ${body.length}`, '', ''].join('\r\n'), 'latin1'), body]);
}

export class FaultyProxy {
  /**
   * stage: the server behind it; client: whose certificate it shows there.
   * spoil(request, answer): changes { status, lines, json } in place when the
   * answer is JSON and says so by returning true. tls: options of its listener.
   */
  static async start(stage, client, { spoil = () => false, options = {} } = {}) {
    const proxy = new FaultyProxy();
    Object.assign(proxy, { stage, client, spoil, hits: 0 });
    const { readFileSync } = await import('node:fs');
    proxy.server = tls.createServer({
      key: readFileSync(stage.file('pki/server.key')), cert: readFileSync(stage.file('pki/server.pem')),
      ca: readFileSync(stage.file('pki/ca.pem')), requestCert: true, rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
      ciphers: 'TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384',
      ...options,
    }, (socket) => proxy.serve(socket));
    proxy.server.on('tlsClientError', () => {});
    await new Promise((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    proxy.url = `https://localhost:${proxy.server.address().port}`;
    return proxy;
  }

  serve(socket) {
    const asked = [], answered = [];
    const upstream = tls.connect({ host: 'localhost', port: this.stage.port, servername: 'localhost',
      ...this.stage.tls(this.client) });
    socket.on('data', (piece) => { asked.push(piece); upstream.write(piece); });
    socket.on('end', () => upstream.end());
    socket.on('close', () => upstream.destroy());
    upstream.on('data', (piece) => answered.push(piece));
    let isReplied = false;
    const reply = () => {
      if (isReplied || socket.destroyed) return;
      isReplied = true;
      socket.end(this.spoiled(Buffer.concat(asked), Buffer.concat(answered)));
    };
    upstream.on('end', reply);
    upstream.on('close', reply);
    for (const end of [socket, upstream]) end.on('error', () => {});
  }

  spoiled(asked, bytes) {
    const request = message(asked), answer = message(bytes);
    if (!request || !answer || answer.lines.some((line) => /^transfer-encoding:/i.test(line))) return bytes;
    const [, method, target] = /^(\S+) (\S+)/.exec(request.first) ?? [];
    const seen = { method, target, lines: request.lines, body: request.body.toString('utf8'),
      key: request.lines.map((line) => /^idempotency-key: *(.*)/i.exec(line)?.[1]).find(Boolean) };
    const told = { status: Number(answer.first.split(' ')[1]), lines: answer.lines, json: null };
    try {
      told.json = JSON.parse(answer.body.toString('utf8'));
    } catch {
      return bytes;
    }
    if (!this.spoil(seen, told)) return bytes;
    this.hits++;
    return print({ first: `HTTP/1.1 ${told.status} Spoiled`, lines: told.lines, body: Buffer.from(JSON.stringify(told.json)) });
  }

  async stop() {
    await new Promise((resolve) => this.server.close(resolve));
  }
}
