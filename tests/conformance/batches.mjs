// batches.mjs — requirements on batches: what becomes of a record, the two
// forms, limits, records sent twice, keys, and cut connections.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';

const WIRE = 'protocol/README.md "A record on the wire"', CONTRACT = 'openapi.yaml /v1/sync/batches';
const MIB_8 = 8 * 1024 * 1024;

export const outcomes = (answer) => {
  assert.equal(answer.status, 200, answer.json?.type);
  return answer.json.outcomes.map(({ outcome }) => outcome);
};

export function refusedWith(answer, status, slug) {
  assert.equal(answer.status, status);
  assert.match(answer.json.type, new RegExp(`/${slug}$`));
}

const again = (record, data = {}) => ({ ...record, revision: record.revision + 1, data: { ...record.data, ...data } });
const gone = (record, revision = record.revision + 1) =>
  ({ kind: record.kind, source_id: record.source_id, revision, op: 'delete' });

export const batches = [
  { id: 'batch.created', place: CONTRACT, sentence: 'records of every kind that were not there are created',
    async check(kit) {
      const child = kit.child();
      const answer = await kit.batch([child, kit.placement(child), kit.need(child), kit.transition(child)]);
      assert.deepEqual(outcomes(answer), ['created', 'created', 'created', 'created']);
    } },
  { id: 'batch.unchanged', place: WIRE, sentence: 'a record with the content that is stored is unchanged, whatever its revision',
    async check(kit) {
      const child = kit.child();
      await kit.batch([child]);
      assert.deepEqual(outcomes(await kit.batch([child])), ['unchanged']);
      assert.deepEqual(outcomes(await kit.batch([again(child)])), ['unchanged']);
    } },
  { id: 'batch.updated', place: WIRE, sentence: 'a higher revision with other content replaces the record',
    async check(kit) {
      const child = kit.child();
      await kit.batch([child]);
      assert.deepEqual(outcomes(await kit.batch([again(child, { forename: 'Renamed' })])), ['updated']);
    } },
  { id: 'batch.stale', place: WIRE, sentence: 'a lower or the same revision with other content changes nothing and is stale',
    async check(kit) {
      const child = kit.child({}, { revision: 5 });
      await kit.batch([child]);
      for (const revision of [4, 5]) {
        const late = { ...child, revision, data: { ...child.data, forename: 'Late' } };
        assert.deepEqual(outcomes(await kit.batch([late])), ['stale'], `revision ${revision}`);
      }
      assert.deepEqual(outcomes(await kit.batch([child])), ['unchanged'], 'as it was');
    } },
  { id: 'batch.delete', place: WIRE, sentence: 'a delete of a record with a higher revision is updated, again it is unchanged',
    async check(kit) {
      const child = kit.child();
      await kit.batch([child]);
      assert.deepEqual(outcomes(await kit.batch([gone(child)])), ['updated']);
      assert.deepEqual(outcomes(await kit.batch([gone(child, 3)])), ['unchanged']);
    } },
  { id: 'batch.delete-unknown', place: WIRE, sentence: 'a delete of a record that was never there is unchanged',
    async check(kit) {
      assert.deepEqual(outcomes(await kit.batch([kit.nothing()])), ['unchanged']);
    } },
  { id: 'batch.tombstone', place: WIRE, sentence: 'after a delete an older put is stale and a newer one creates the record anew',
    async check(kit) {
      const child = kit.child();
      await kit.batch([child]);
      await kit.batch([gone(child, 5)]);
      assert.deepEqual(outcomes(await kit.batch([again(child)])), ['stale']);
      assert.deepEqual(outcomes(await kit.batch([{ ...child, revision: 6 }])), ['created']);
    } },
  { id: 'batch.one-outcome-each', place: CONTRACT, sentence: 'a batch of every outcome is answered with one outcome a record, in the order sent',
    async check(kit) {
      const same = kit.child(), other = kit.child(), late = kit.child({}, { revision: 3 });
      await kit.batch([same, other, late]);
      const answer = await kit.batch([kit.child({ born_on: '2018-02-30' }), kit.child(), again(other, { forename: 'Renamed' }),
        same, { ...late, revision: 2, data: { ...late.data, forename: 'Late' } }]);
      assert.deepEqual(outcomes(answer), ['refused', 'created', 'updated', 'unchanged', 'stale']);
    } },
  { id: 'batch.counts', place: CONTRACT, sentence: 'records and the five counts say how many there were of each',
    async check(kit) {
      const same = kit.child();
      await kit.batch([same]);
      const { json } = await kit.batch([same, kit.child(), kit.child(), kit.child({ sex: 'Q' })]);
      const { records, created, updated, unchanged, stale, refused } = json;
      assert.deepEqual({ records, created, updated, unchanged, stale, refused },
        { records: 4, created: 2, updated: 0, unchanged: 1, stale: 0, refused: 1 });
    } },
  { id: 'batch.refused-alone', place: WIRE, sentence: 'a refused record keeps its place and never stops its neighbours',
    async check(kit) {
      const child = kit.child(), need = kit.need(child);
      const answer = await kit.batch([child, kit.need(child, { provision: 'Q' }), need]);
      assert.equal(answer.json.outcomes.at(1).outcome, 'refused');
      assert.equal(answer.json.outcomes[1].pointer, '/records/1/data/provision');
      assert.deepEqual(outcomes(await kit.batch([child, need])), ['unchanged', 'unchanged'], 'both were stored');
    } },
  { id: 'batch.any-order', place: WIRE, sentence: 'the order of records, and of the members of a record, makes no difference',
    async check(kit) {
      const child = kit.child(), need = kit.need(child);
      assert.deepEqual(outcomes(await kit.batch([need, child])), ['created', 'created']);
      const { kind, source_id, revision, op, data } = child;
      const turned = { data: Object.fromEntries(Object.entries(data).reverse()), op, revision, source_id, kind };
      assert.deepEqual(outcomes(await kit.batch([turned])), ['unchanged']);
    } },
  { id: 'batch.normal-forms', place: WIRE, sentence: 'null is absent, blanks around names and ids do not count, a postcode gets its one blank',
    async check(kit) {
      const child = kit.child({ postcode: 'ZZ99 3CZ', middle_names: null });
      assert.deepEqual(outcomes(await kit.batch([child])), ['created']);
      const { middle_names: none, ...rest } = child.data;
      assert.equal(none, null);
      const same = { ...child, source_id: ` ${child.source_id} `,
        data: { ...rest, surname: `  ${rest.surname} `, postcode: 'zz993cz' } };
      assert.deepEqual(outcomes(await kit.batch([same])), ['unchanged']);
    } },
  { id: 'batch.empty', place: CONTRACT, sentence: 'a batch of no records is taken, and says which setting it was for',
    async check(kit) {
      const { status, json } = await kit.batch([]);
      assert.equal(status, 200);
      assert.equal(json.setting, kit.setting);
      assert.deepEqual(json.outcomes, []);
    } },

  { id: 'form.ndjson', place: WIRE, sentence: 'NDJSON with one record a line is taken like JSON; blank lines are not counted',
    async check(kit) {
      const records = [kit.child(), kit.child()];
      kit.note(records);
      const lines = records.map((record) => JSON.stringify(record)).join('\n\n');
      assert.deepEqual(outcomes(await kit.body(`${lines}\n`, 'application/x-ndjson')), ['created', 'created']);
      assert.deepEqual(outcomes(await kit.batch(records)), ['unchanged', 'unchanged']);
    } },
  { id: 'form.broken-line', place: WIRE, sentence: 'a broken line of NDJSON is one refused record, the next stands for itself',
    async check(kit) {
      const child = kit.child();
      kit.note([child]);
      const answer = await kit.body(`{"kind":"child"\n${JSON.stringify(child)}`, 'application/x-ndjson');
      const [first, second] = answer.json.outcomes;
      assert.deepEqual([first.outcome, first.slug, first.pointer], ['refused', 'malformed_json', '/records/0']);
      assert.equal(second.outcome, 'created');
    } },
  { id: 'form.broken-json', place: WIRE, sentence: 'broken JSON fails its batch whole with 400 malformed_json, nothing is applied',
    async check(kit) {
      const child = kit.child();
      kit.note([child]);
      refusedWith(await kit.body(`{"records":[${JSON.stringify(child)},`), 400, 'malformed_json');
      assert.deepEqual(outcomes(await kit.batch([child])), ['created'], 'it was not there');
    } },
  { id: 'form.envelope', place: WIRE, sentence: 'an envelope without records, or with anything else, is refused with 422',
    async check(kit) {
      refusedWith(await kit.body('{}'), 422, 'missing_field');
      refusedWith(await kit.body('{"records":[],"more":1}'), 422, 'unknown_field');
      refusedWith(await kit.body('{"records":{}}'), 422, 'malformed_field');
    } },
  { id: 'form.media-type', place: CONTRACT, sentence: 'a body of another media type, or of none, is 415 unsupported_media_type',
    async check(kit) {
      refusedWith(await kit.body('<records/>', 'application/xml'), 415, 'unsupported_media_type');
    } },

  { id: 'limit.records', place: WIRE, sentence: 'a batch of 5,000 records is taken, one of 5,001 refused whole with 413 too_many_records',
    async check(kit) {
      const many = Array.from({ length: 5001 }, () => kit.nothing());
      const full = await kit.batch(many.slice(0, 5000));
      assert.equal(full.status, 200, '5,000 records');
      assert.equal(full.json.records, 5000);
      refusedWith(await kit.batch(many), 413, 'too_many_records');
    } },
  { id: 'limit.bytes', place: WIRE, sentence: 'a body of 8 MiB is taken, one byte more is refused by its head with 413 body_too_large',
    async check(kit) {
      const text = JSON.stringify({ records: [kit.nothing()] });
      assert.deepEqual(outcomes(await kit.body(text.padEnd(MIB_8))), ['unchanged']);
      // Said by the head alone: who sends the body at once may only see the connection closed.
      const answer = await kit.raw(kit.head('POST', kit.batchTarget(), ['Content-Type: application/json',
        `Idempotency-Key: ${randomUUID()}`, `Content-Length: ${MIB_8 + 1}`, 'Connection: close']));
      assert.match(answer, /^HTTP\/1\.1 413 [\s\S]*\/problems\/body_too_large"/);
    } },
  { id: 'limit.source-id', place: WIRE, sentence: 'a source_id has 1 to 128 bytes',
    async check(kit) {
      const sized = (length) => ({ ...kit.nothing(), source_id: kit.id('x').padEnd(length, 'x') });
      const { json } = await kit.batch([sized(128), sized(129), { ...kit.nothing(), source_id: '' }]);
      assert.deepEqual(json.outcomes.map(({ outcome, slug, pointer }) => [outcome, slug, pointer]), [
        ['unchanged', undefined, undefined], ['refused', 'malformed_field', '/records/1/source_id'],
        ['refused', 'malformed_field', '/records/2/source_id']]);
    } },
  { id: 'limit.revision', place: WIRE, sentence: 'a revision is a whole number from 0 to 2^63 - 1',
    async check(kit) {
      const said = ['0', '9223372036854775807', '9223372036854775808', '-1', '1.5', '"1"'].map((revision) =>
        JSON.stringify(kit.nothing()).replace('"revision":1', `"revision":${revision}`));
      const { json } = await kit.body(`{"records":[${said}]}`);
      assert.deepEqual(json.outcomes.map(({ outcome }) => outcome),
        ['unchanged', 'unchanged', 'refused', 'refused', 'refused', 'refused']);
      assert.equal(json.outcomes[2].pointer, '/records/2/revision');
    } },

  { id: 'twice.highest', place: WIRE, sentence: 'of records with one source_id in a batch the highest revision stands',
    async check(kit) {
      const child = kit.child();
      const answer = await kit.batch([again(child, { forename: 'Second' }), child]);
      assert.deepEqual(outcomes(answer), ['created', 'stale']);
      assert.deepEqual(outcomes(await kit.batch([again(child, { forename: 'Second' })])), ['unchanged']);
    } },
  { id: 'twice.differ', place: WIRE, sentence: 'two of one revision with different content are both refused with record_twice',
    async check(kit) {
      const child = kit.child();
      const { json } = await kit.batch([child, { ...child, data: { ...child.data, forename: 'Other' } }]);
      assert.deepEqual(json.outcomes.map(({ slug, pointer }) => [slug, pointer]),
        [['record_twice', '/records/0'], ['record_twice', '/records/1']]);
      assert.deepEqual(outcomes(await kit.batch([child])), ['created'], 'neither was taken');
    } },
  { id: 'twice.equal', place: WIRE, sentence: 'of two that are equal the first stands',
    async check(kit) {
      const child = kit.child();
      assert.deepEqual(outcomes(await kit.batch([child, child])), ['created', 'stale']);
    } },

  { id: 'key.required', place: `${CONTRACT} IdempotencyKey`, sentence: 'a batch without a key of 1 to 128 visible characters is 400 idempotency_key_missing',
    async check(kit) {
      const records = [kit.nothing()];
      refusedWith(await kit.request('POST', kit.batchTarget(), { body: { records } }), 400, 'idempotency_key_missing');
      refusedWith(await kit.batch(records, { key: 'two words' }), 400, 'idempotency_key_missing');
      refusedWith(await kit.batch(records, { key: 'k'.repeat(129) }), 400, 'idempotency_key_missing');
      assert.equal((await kit.batch(records, { key: `${kit.run}-`.padEnd(128, 'k') })).status, 200);
    } },
  { id: 'key.same-answer', place: CONTRACT, sentence: 'the same key and body get the same answer, byte for byte',
    async check(kit) {
      const key = randomUUID(), child = kit.child();
      const records = [child, kit.need(child, { child: 'nobody' }), kit.child({ upn: 'A00000000000' })];
      const first = await kit.batch(records, { key }), second = await kit.batch(records, { key });
      assert.equal(first.json.created, 1);
      assert.equal(second.status, 200);
      assert.equal(second.text, first.text);
    } },
  { id: 'key.other-body', place: CONTRACT, sentence: 'the same key with another body is 409 batch_differs, and nothing is applied',
    async check(kit) {
      const key = randomUUID(), child = kit.child();
      await kit.batch([kit.child()], { key });
      refusedWith(await kit.batch([child], { key }), 409, 'batch_differs');
      assert.deepEqual(outcomes(await kit.batch([child])), ['created'], 'it was not there');
    } },

  { id: 'retry.cut-request', place: CONTRACT, sentence: 'a batch cut off amidst its body leaves nothing; sent again it is applied',
    async check(kit) {
      const key = randomUUID(), records = [kit.child(), kit.child()];
      await kit.cut('amidst', records, key);
      assert.deepEqual(outcomes(await kit.batch(records, { key })), ['created', 'created']);
    } },
  { id: 'retry.cut-answer', place: CONTRACT, sentence: 'a batch whose answer was lost is sent again with its key: the lost answer, applied once',
    async check(kit) {
      const after = await kit.feedEnd();
      const ids = [];
      for (const when of ['sent', 'answered', 'sent']) {
        const key = randomUUID(), records = [kit.child(), kit.child()];
        ids.push(...records.map(({ source_id: id }) => id));
        await kit.cut(when, records, key);
        const answer = await kit.batch(records, { key });
        assert.deepEqual(outcomes(answer), ['created', 'created'], `cut when ${when}`);
      }
      const rows = await kit.changesOf(ids, after, ids.length);
      assert.deepEqual(rows.map(({ source_id: id }) => id).sort(), [...ids].sort(), 'each once in the feed');
    } },
  { id: 'coding.gzip', place: CONTRACT, sentence: 'a batch may come as gzip, and under one key the packed and the plain body are one batch',
    async check(kit) {
      const records = [kit.child()], body = JSON.stringify({ records }), key = randomUUID();
      kit.note(records);
      const plain = { 'content-type': 'application/json', 'idempotency-key': key };
      const packed = await kit.request('POST', kit.batchTarget(), { body: gzipSync(body), headers: { ...plain, 'content-encoding': 'gzip' } });
      assert.deepEqual(outcomes(packed), ['created']);
      assert.deepEqual((await kit.request('POST', kit.batchTarget(), { body, headers: plain })).json, packed.json);
    } },
  { id: 'coding.bomb', place: CONTRACT, sentence: 'gzip that unpacks to more than 8 MiB is 413; another coding is 415',
    async check(kit) {
      const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': randomUUID() };
      const bomb = gzipSync(Buffer.alloc(MIB_8 + 1, '\n'));
      refusedWith(await kit.request('POST', kit.batchTarget(), { body: bomb, headers: { ...headers, 'content-encoding': 'gzip' } }), 413, 'body_too_large');
      refusedWith(await kit.request('POST', kit.batchTarget(), { body: Buffer.from('x'), headers: { ...headers, 'content-encoding': 'br' } }), 415, 'unsupported_coding');
    } },
];
