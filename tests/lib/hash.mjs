// hash.mjs — the content hash of a record and the digest of a set of them,
// written anew from the words of protocol/README.md: what a supplier's system
// has to compute to know that both sides hold the same.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const source = readFileSync(path.join(path.dirname(fileURLToPath(import.meta.url)), '../../protocol/fields.c'), 'utf8');

/** [{ name, type }] of a kind, in order. */
export function fieldsOf(kind) {
  const [, table] = source.match(new RegExp(`struct field ${kind}_fields\\[\\] = \\{([^]*?)\\n\\};`));
  return [...table.matchAll(/\{ "(\w+)",\s*FIELD_(\w+)/g)].map(([, name, type]) => ({ name, type }));
}

const part = (bytes) => {
  const head = Buffer.alloc(5);
  head[0] = 1;
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
};

function number(n) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(n));
  return bytes;
}

function value(type, v) {
  if (v === undefined || v === null || (Array.isArray(v) && v.length === 0)) return Buffer.from([0]);
  if (type === 'DATE') return part(number((Date.parse(v) - Date.UTC(2000, 0, 1)) / 86400000));
  if (type === 'INT' || type === 'BOOL') return part(number(Number(v)));
  if (type === 'DECIMAL') return part(number(Math.round(Number(v) * 100)));
  return part(Buffer.from(Array.isArray(v) ? v.join(type === 'TEXTS' ? '\n' : ',') : v));
}

/** Of a record whose values are in their normal form: 32 hex digits. */
export function hashOf({ kind, source_id: id, data }) {
  return createHash('sha256').update(Buffer.concat([part(Buffer.from(kind)), part(Buffer.from(id)),
    ...fieldsOf(kind).map(({ name, type }) => value(type, data[name]))])).digest('hex').slice(0, 32);
}

/** The XOR of hashes. */
export const digestOf = (hashes) => hashes.reduce((sum, hash) => sum ^ BigInt(`0x${hash}`), 0n).toString(16).padStart(32, '0');
