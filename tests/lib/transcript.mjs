// transcript.mjs — a transcript in a README, read and played against a server.
// In a block marked ```transcript, a line "> POST /v1/…" begins a request:
// fields and body follow with "> ", the answer with "< ", its status first.
// In an answer … stands for any value, for other members of an object, or for
// the rest of a list; a word in capitals with a number (CURSOR_1) takes the
// value met there, and stands for it from then on. Lines that begin with
// neither are prose.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { until } from './stage.mjs';

const NAME = /\b[A-Z]+_\d+\b/g;

/** [{ who, method, target, headers, body, status, answer, line }], in order. */
export function readTranscript(markdown) {
  const exchanges = [];
  let isInside = false, current = null;
  for (const [i, line] of markdown.split('\n').entries()) {
    if (line.startsWith('```')) {
      isInside = line === '```transcript';
      continue;
    }
    if (!isInside) continue;
    const first = /^> (GET|POST|PUT|DELETE|HEAD) (\S+)(?: +\((\S+)\))?$/.exec(line);
    if (first) {
      current = { method: first[1], target: first[2], who: first[3], headers: {}, lines: [], answer: [], line: i + 1, inBody: false };
      exchanges.push(current);
    } else if (line.startsWith('>')) {
      const text = line.slice(2);
      const field = /^([\w-]+): (.*)$/.exec(text);
      if (!current.inBody && text === '') current.inBody = true;
      else if (!current.inBody && field) current.headers[field[1].toLowerCase()] = field[2];
      else current.lines.push(text);
    } else if (line.startsWith('<')) {
      if (current.status === undefined) current.status = Number(/^< (\d{3})/.exec(line)[1]);
      else current.answer.push(line.slice(2));
    }
  }
  return exchanges;
}

/** Holds what came against what is written; names are taken into `known`. */
function compare(written, came, known, where) {
  if (written === '…') return;
  if (typeof written === 'string' && /^[A-Z]+_\d+$/.test(written)) {
    if (!known.has(written)) known.set(written, came);
    assert.equal(came, known.get(written), where);
    return;
  }
  if (Array.isArray(written)) {
    const isOpen = written.at(-1) === '…', len = written.length - (isOpen ? 1 : 0);
    assert.ok(Array.isArray(came), `${where} is a list`);
    assert.ok(isOpen ? came.length >= len : came.length === len, `${where} has ${came.length} items: ${JSON.stringify(came)}`);
    for (let i = 0; i < len; i++) compare(written[i], came[i], known, `${where}/${i}`);
  } else if (written !== null && typeof written === 'object') {
    assert.ok(came !== null && typeof came === 'object', `${where} is an object`);
    const isOpen = '…' in written;
    for (const [name, value] of Object.entries(written))
      if (name !== '…') compare(value, came[name], known, `${where}/${name}`);
    if (!isOpen) assert.deepEqual(Object.keys(came).sort(), Object.keys(written).sort(), `members of ${where || 'the answer'}`);
  } else {
    // A text may hold names: "/v1/sync/snapshots/SNAPSHOT_1".
    assert.equal(came, typeof written === 'string' ? fill(written, known) : written, where);
  }
}

const fill = (text, known) => text.replace(NAME, (name) => (known.has(name) ? known.get(name) : name));

/** Makes JSON of what is written: a bare … is a value, the rest of a list, or other members. */
function openJson(text) {
  return text.replace(/…(?!")/g, (_, at) => {
    const before = text.slice(0, at).trimEnd().at(-1), after = text.slice(at + 1).trimStart()[0];
    return before === ':' || before === '[' || after === ']' ? '"…"' : '"…":0';
  });
}

/** Asks once; what is written must be what came, else it throws. Answers what was met for the names. */
async function ask(exchange, known, send) {
  const body = exchange.lines.length ? fill(exchange.lines.join('\n'), known) : undefined;
  const came = await send({ ...exchange, target: fill(exchange.target, known), body });
  const met = new Map(known);
  assert.equal(came.status, exchange.status, came.text);
  if (exchange.answer.length > 0) compare(JSON.parse(openJson(exchange.answer.join('\n'))), came.json ?? came.rows, met, '');
  return met;
}

/**
 * Plays one exchange: send({ who, method, target, headers, body }) answers
 * { status, json, rows, text }. A GET is asked again until it is answered as
 * written: an export takes a while to be ready. New names go into `known`.
 */
export async function play(exchange, known, send, seconds = 20) {
  const where = `line ${exchange.line}, ${exchange.method} ${exchange.target}`;
  const met = exchange.method === 'GET' ?
    await until(`${where} to be answered as written`, () => ask(exchange, known, send), seconds) :
    await ask(exchange, known, send);
  for (const [name, value] of met) known.set(name, value);
}
