// http1_cases.mjs — the table of raw requests, what our parser makes of any,
// mutations of them, and the rule by which another reader is an oracle: we may
// be stricter, never laxer.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = resolve(top, process.env.B ?? 'build/dev', 'tests/unit/http1');

// ---- the table ----

function unescape(text)
{
	const letters = { r: '\r', n: '\n', t: '\t', '\\': '\\' };
	return text.replace(
		/\\(?:\{(\d+):([^}]*)\}|x([0-9a-f]{2})|(.))/g,
		(_, times, what, hex, letter) =>
			times ? unescape(what).repeat(Number(times)) :
			hex ? String.fromCharCode(parseInt(hex, 16)) :
			letters[letter]);
}

export const cases = readFileSync(join(top, 'tests/data/http1_cases.tsv'), 'latin1')
	.split('\n')
	.filter((line) => line !== '' && !line.startsWith('#'))
	.map((line) => {
		const [name, raw, expected] = line.split('\t');
		return { name, raw: Buffer.from(unescape(raw), 'latin1'),
			expected: unescape(expected) };
	});

// ---- ours ----

export function ours(raws)
{
	const input = Buffer.concat(raws.flatMap(
		(raw) => [Buffer.from(`${raw.length}\n`), raw]));
	const run = spawnSync(program, ['--verdicts'],
		{ input, maxBuffer: 1 << 28 });
	assert.equal(run.status, 0, `${program}: ${run.error ?? run.stderr}`);
	const verdicts = run.stdout.toString('latin1').trimEnd().split('\n');
	assert.equal(verdicts.length, raws.length);
	return verdicts.map((verdict) => verdict.split(' | '));
}

// ---- one against the other ----

export function sameOrStricter(mine, oracle)
{
	for (const [n, outcome] of mine.entries()) {
		if (outcome.startsWith('refuse'))
			return true;
		if (outcome === 'more') // nothing is accepted yet
			return true;
		if (outcome === 'more body')
			return oracle[n] === 'more';
		if (outcome.endsWith(' close')) // closing is never laxer
			return outcome === oracle[n] ||
				outcome === `${oracle[n]} close`;
		if (outcome !== oracle[n])
			return false;
	}
	return oracle.length === mine.length;
}

// ---- mutations ----

/** Those that are worth mutating. */
export const short = cases.map(({ raw }) => raw)
	.filter((raw) => raw.length > 0 && raw.length < 600);

export function random(state)
{
	return (below) => { // mulberry32
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) % below;
	};
}

const pieces = ['\r', '\n', '\r\n', '\0', ' ', '\t', ':', ';', ',', '=', '"',
	'\x0b', '\x7f', '\xe9', '0', '5', 'f', '0x', '+', '-', '%', '%00', '/',
	'//', '..', '*', '?', '\r\n ', '\r\n\t', 'Host: a\r\n', 'chunked',
	'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n',
	'Connection: close\r\n', 'Expect: 100-continue\r\n', 'HTTP/1.0',
	'HTTP/1.1', '0\r\n\r\n', '5\r\nhello\r\n'];

export function mutate(raws, below)
{
	let text = raws[below(raws.length)].toString('latin1');
	for (let times = 1 + below(3); times > 0; times--) {
		const at = below(text.length + 1), len = below(6);
		const piece = pieces[below(pieces.length)];
		const other = raws[below(raws.length)].toString('latin1');
		text = [
			() => text.slice(0, at) + piece + text.slice(at),
			() => text.slice(0, at) + piece + text.slice(at + 1),
			() => text.slice(0, at) + text.slice(at + 1 + len),
			() => text.slice(0, at) + text.slice(at, at + 30) +
				text.slice(at),
			() => text.slice(0, at) + other.slice(below(other.length + 1)),
			() => text.slice(0, at) + String.fromCharCode(below(256)) +
				text.slice(at + 1),
		][below(6)]();
	}
	return Buffer.from(text, 'latin1');
}
