// nginx as the second oracle for our HTTP parser: every case of
// tests/data/http1_cases.tsv, and mutations of them, go to a real nginx that
// hands them on as a proxy would, and we compare what it handed on with what
// we read. We may be stricter, never laxer.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { cases, mutate, ours, random, sameOrStricter, short } from '../lib/http1_cases.mjs';
import { freePort, root, until } from '../lib/stage.mjs';

const seed = Number(process.env.SEED ?? 20260902);
const mutations = Number(process.env.MUTATIONS ?? 4000);
const DEADLINE_MS = 20_000;
const dir = path.join(root, 'build/tests', `nginx-oracle-${process.pid}`);
let nginx, port;

// What we take and nginx does not, or reads otherwise, and why that is no
// second reading of the same bytes. One that no case of the table needs fails.
const explained = [
	{ bytes: /^OPTIONS \* /m,
		reason: 'nginx knows no OPTIONS of the whole server and refuses the asterisk' },
	{ bytes: /^connection:.*(close[^\s,]|[^\s,:]close)/im,
		reason: 'nginx looks for "close" anywhere in the value: it ends the connection after the ' +
			'reply, and nobody reads what follows' },
	{ bytes: /^host:[^\r\n]*\.\./im,
		reason: 'nginx refuses a host with two dots in a row; here any host that is not of server_names ' +
			'is refused after the head was read (421)' },
];

// The outer server reads and hands on, the inner one says what it was handed.
function configuration(inner)
{
	const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
		.map((what) => `${what}_temp_path "${dir}/temp";`).join('\n');
	const user = process.getuid() === 0 ? 'user root;' : '';
	return `${user}
daemon off;
worker_processes 1;
pid "${dir}/pid";
error_log "${dir}/error.log";
events { worker_connections 1024; }
http {
	${temp}
	access_log off;
	client_header_buffer_size 32k;
	large_client_header_buffers 8 64k;
	client_max_body_size 0;
	client_header_timeout 10s;
	client_body_timeout 10s;
	keepalive_requests 10000;
	underscores_in_headers on;
	proxy_http_version 1.1;
	proxy_buffer_size 64k;
	proxy_buffers 4 64k;
	server {
		listen 127.0.0.1:${port};
		location / {
			proxy_pass http://127.0.0.1:${inner};
			proxy_ignore_client_abort on;
		}
	}
	server {
		listen 127.0.0.1:${inner};
		add_header X-Read "length=$content_length $request_method $request_uri";
		location / { return 204; }
	}
}
`;
}

before(async () => {
	port = await freePort();
	mkdirSync(path.join(dir, 'temp'), { recursive: true });
	writeFileSync(path.join(dir, 'nginx.conf'), configuration(await freePort()));
	nginx = spawn('nginx', ['-e', path.join(dir, 'error.log'), '-c', path.join(dir, 'nginx.conf')],
		{ stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env,
			PATH: `${process.env.PATH}:/usr/sbin` } });
	let why = '';
	nginx.stderr.on('data', (text) => { why += text; });
	nginx.on('error', (error) => { why += error; });
	await until('nginx to listen', async () => {
		assert.equal(nginx.exitCode, null, why);
		return (await nginxs(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))).length > 0;
	});
});

after(async () => {
	if (nginx && nginx.exitCode === null) {
		const ended = new Promise((resolve) => nginx.on('exit', resolve));
		nginx.kill('SIGQUIT');
		await ended;
	}
	if (!process.env.KEEP)
		rmSync(dir, { recursive: true, force: true });
});

// The answers of one connection as verdicts; an accepted request has no body
// in its answer, a refused one is the last.
function verdicts(replies)
{
	const all = [];
	let rest = replies;
	for (;;) {
		const end = rest.indexOf('\r\n\r\n');
		if (end < 0)
			return all;
		const head = rest.slice(0, end);
		rest = rest.slice(end + 4);
		const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
		if (status === '100')
			continue;
		const read = /^X-Read: length=(\d*) (\S+) (.*)$/m.exec(head.replaceAll('\r', ''));
		if (status !== '204' || read === null)
			return [...all, 'refuse'];
		const close = /^Connection: close/im.test(head) ? ' close' : '';
		all.push(`accept ${read[2]} ${read[3]} ${read[1] || 0}${close}`);
	}
}

// Everything is sent, then our half is closed. Whatever is not answered by
// then nginx was still waiting for, or dropped.
function nginxs(raw)
{
	return new Promise((done, fail) => {
		const socket = net.connect({ port, host: '127.0.0.1' });
		let replies = '';
		socket.setTimeout(DEADLINE_MS, () => {
			socket.destroy();
			fail(new Error('nginx neither answered nor closed'));
		});
		socket.on('connect', () => socket.end(raw));
		socket.on('data', (data) => { replies += data.toString('latin1'); });
		socket.on('error', (error) => {
			if (error.code === 'ECONNREFUSED')
				fail(error);
		});
		socket.on('close', () => done(verdicts(replies)));
	});
}

// How nginx says "more" is silence.
const withMore = (mine, oracle) => (mine.length > oracle.length ? [...oracle, 'more'] : oracle);

const explain = (raw, mine, oracle) => `ours: ${mine.join(' | ')}\nnginx: ${oracle.join(' | ')}\n` +
	JSON.stringify(raw.toString('latin1').slice(0, 600));

const reasonOf = (raw) => explained.find(({ bytes }) => bytes.test(raw.toString('latin1')))?.reason;

test('no case of the table is taken more laxly than by nginx', async (t) => {
	let refused = 0;
	const laxer = [];
	for (const { name, raw, expected } of cases) {
		const mine = expected.split(' | '), oracle = withMore(mine, await nginxs(raw));
		refused += oracle.includes('refuse') ? 1 : 0;
		if (!sameOrStricter(mine, oracle))
			laxer.push({ name, raw, text: explain(raw, mine, oracle) });
	}
	const unexplained = laxer.filter(({ raw }) => !reasonOf(raw));
	assert.deepEqual(unexplained.map(({ name, text }) => `${name}\n${text}`), []);
	assert.deepEqual(explained.filter(({ bytes }) => !laxer.some(({ raw }) => bytes.test(raw.toString('latin1')))), [],
		'explained and not different');
	t.diagnostic(`nginx refuses ${refused} of ${cases.length} cases, we ` +
		`${cases.filter((one) => one.expected.includes('refuse')).length}; ${laxer.length} differences are explained`);
	assert.ok(refused > 80, 'nginx as it is set up here refuses too little');
});

test('no mutation of them is taken more laxly than by nginx', async (t) => {
	const below = random(seed);
	const raws = Array.from({ length: mutations }, () => mutate(short, below));
	const mines = ours(raws);
	let accepted = 0, differences = 0;
	for (let n = 0; n < raws.length; n += 64) {
		const oracles = await Promise.all(raws.slice(n, n + 64).map((raw) => nginxs(raw)));
		for (const [k, answers] of oracles.entries()) {
			const mine = mines[n + k], oracle = withMore(mine, answers), raw = raws[n + k];
			if (sameOrStricter(mine, oracle)) {
				accepted += mine[0].startsWith('accept') ? 1 : 0;
				continue;
			}
			assert.ok(reasonOf(raw), `seed ${seed}, mutation ${n + k}\n${explain(raw, mine, oracle)}`);
			differences++;
		}
	}
	t.diagnostic(`seed ${seed}: ${raws.length} mutations, ${accepted} accepted by us and by nginx alike, ` +
		`${differences} differences are explained`);
	assert.ok(accepted > mutations / 30, 'most mutations say nothing');
});
