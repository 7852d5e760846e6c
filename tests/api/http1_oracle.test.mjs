// The HTTP parser of Node as an oracle for ours: every case of
// tests/data/http1_cases.tsv, and thousands of mutations of them, go to both.
// We may be stricter, never laxer: what we accept Node must accept too, with
// the same method, target, body length and fate of the connection, and while
// we wait for a body Node must wait for it too. Two readings of the same bytes
// are how a request is smuggled past a proxy.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { cases, mutate, ours, random, sameOrStricter, short } from '../lib/http1_cases.mjs';

const seed = Number(process.env.SEED ?? 20260901);
const mutations = Number(process.env.MUTATIONS ?? 4000);
const deadlineMs = 20_000;

// ---- Node's ----

// What was seen on each connection, by the server's socket and by the client's
// port. How it broke off is kept apart: that is told before the requests in
// front of it have ended.
const bySocket = new WeakMap();
const byPort = new Map();
let server;

before(async () => {
	server = http.createServer({ maxHeaderSize: 1 << 16 }, (req, res) => {
		let len = 0;
		req.on('data', (data) => { len += data.length; });
		req.on('end', () => {
			const close = res.shouldKeepAlive ? '' : ' close';
			bySocket.get(req.socket).accepted.push(
				`accept ${req.method} ${req.url} ${len}${close}`);
			res.end();
		});
	});
	server.httpAllowHalfOpen = true;
	server.on('connection', (socket) => {
		const verdict = { accepted: [], broken: null };
		bySocket.set(socket, verdict);
		byPort.set(socket.remotePort, verdict);
	});
	server.on('clientError', (error, socket) => {
		bySocket.get(socket).broken =
			error.code === 'HPE_INVALID_EOF_STATE' ? 'more' : 'refuse';
		socket.destroy();
	});
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
});

after(() => server.close());

// Everything is sent, then our half is closed: Node answers what it can and
// closes its own, so the end of the connection is the end of the wait.
function nodes(raw)
{
	return new Promise((done, fail) => {
		const socket = net.connect(
			{ port: server.address().port, host: '127.0.0.1' });
		let replies = '', port;
		socket.setTimeout(deadlineMs, () => {
			socket.destroy();
			fail(new Error('Node neither answered nor closed'));
		});
		socket.on('connect', () => {
			port = socket.localPort;
			socket.end(raw);
		});
		socket.on('data', (data) => { replies += data.toString('latin1'); });
		socket.on('error', () => {}); // a reset; close follows
		socket.on('close', () => {
			const verdict = byPort.get(port);
			byPort.delete(port);
			// Some refusals (no Host, another Expect) are replies only.
			if (/^HTTP\/1\.1 4/m.test(replies))
				verdict.broken ??= 'refuse';
			done(verdict.broken ?
				[...verdict.accepted, verdict.broken] :
				verdict.accepted);
		});
	});
}

// ---- one against the other ----

function explain(raw, mine, oracle)
{
	return `ours: ${mine.join(' | ')}\nNode: ${oracle.join(' | ')}\n` +
		JSON.stringify(raw.toString('latin1').slice(0, 600));
}

test('the table has its cases and the program agrees with it', () => {
	assert.ok(cases.length >= 300);
	const verdicts = ours(cases.map(({ raw }) => raw));
	for (const [n, { name, expected }] of cases.entries())
		assert.equal(verdicts[n].join(' | '), expected, name);
});

test('no case of the table is taken more laxly than by Node', async (t) => {
	let refused = 0;
	for (const { name, raw, expected } of cases) {
		const mine = expected.split(' | '), oracle = await nodes(raw);
		assert.ok(sameOrStricter(mine, oracle),
			`${name}\n${explain(raw, mine, oracle)}`);
		refused += oracle.includes('refuse') ? 1 : 0;
	}
	t.diagnostic(`Node refuses ${refused} of ${cases.length} cases, we ` +
		cases.filter((one) => one.expected.includes('refuse')).length);
	assert.ok(refused > 100, 'Node as it is set up here refuses too little');
});

// ---- mutations ----

test('no mutation of them is taken more laxly than by Node', async (t) => {
	const below = random(seed);
	const raws = Array.from({ length: mutations },
		() => mutate(short, below));
	const verdicts = ours(raws);
	let accepted = 0;
	for (let n = 0; n < raws.length; n += 64) {
		const oracles = await Promise.all(
			raws.slice(n, n + 64).map((raw) => nodes(raw)));
		for (const [k, oracle] of oracles.entries()) {
			const mine = verdicts[n + k];
			accepted += mine[0].startsWith('accept') ? 1 : 0;
			assert.ok(sameOrStricter(mine, oracle), `seed ${seed}, ` +
				`mutation ${n + k}\n${explain(raws[n + k], mine, oracle)}`);
		}
	}
	t.diagnostic(`seed ${seed}: ${raws.length} mutations, ` +
		`${accepted} accepted by us and by Node alike`);
	assert.ok(accepted > mutations / 20, 'most mutations say nothing');
});
