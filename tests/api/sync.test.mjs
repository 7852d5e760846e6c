// A school's system sends its records: what each becomes, that a repeated
// batch is answered the same, and that nothing reaches another setting.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import https from 'node:https';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { child, need, placement, roll, transition, upn } from '../lib/records.mjs';
import { Stage } from '../lib/stage.mjs';

const SCHOOL = 'urn:106283', OTHER = 'urn:106284';
let stage;

before(async () => {
  stage = await Stage.start({ name: 'sync' });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  await stage.addClient('school', 'school_system', { settings: [SCHOOL] });
  await stage.addClient('other', 'school_system', { settings: [OTHER] });
  await stage.addClient('officer', 'la_officer');
});
after(() => stage?.stop());

const outcomes = (answer) => answer.json.outcomes.map(({ outcome }) => outcome);

test('new records are created, sent again they are unchanged', async () => {
  const first = await stage.batch('school', SCHOOL, roll(0, 20));
  assert.equal(first.status, 200);
  assert.equal(first.json.created, 60);
  const again = await stage.batch('school', SCHOOL, roll(0, 20));
  assert.equal(again.json.unchanged, 60);
  assert.deepEqual(await stage.sql('SELECT count(*) FROM core.children'), [['20']]);
});

test('a changed record is updated and its neighbours are not touched', async () => {
  const records = roll(0, 20).map((record) => ({ ...record, revision: 2 }));
  records[2].data.provision = 'E';
  const answer = await stage.batch('school', SCHOOL, records);
  assert.equal(answer.json.updated, 1);
  assert.equal(answer.json.unchanged, 59);
  assert.deepEqual(await stage.sql(`SELECT provision, types FROM core.needs WHERE source_id = 'n-0'`),
    [['E', '{SLCN,ASD}']]);
});

test('an older revision changes nothing and is called stale', async () => {
  const answer = await stage.batch('school', SCHOOL, [need(0, { provision: 'N' }, 1)]);
  assert.deepEqual(outcomes(answer), ['stale']);
});

test('the same key and body are answered the same and applied once', async () => {
  const key = randomUUID();
  const records = [child(100), placement(100), need(100, { child: 'nobody' })];
  const first = await stage.batch('school', SCHOOL, records, { key });
  assert.deepEqual(outcomes(first), ['created', 'created', 'refused']);
  const again = await stage.batch('school', SCHOOL, records, { key });
  assert.equal(again.text, first.text);
  assert.deepEqual(await stage.sql(`SELECT count(*) FROM core.changes WHERE source_id = 'c-100'`), [['1']]);
});

test('the same key with another body is batch_differs', async () => {
  const key = randomUUID();
  await stage.batch('school', SCHOOL, [child(101)], { key });
  const answer = await stage.batch('school', SCHOOL, [child(102)], { key });
  assert.equal(answer.status, 409);
  assert.match(answer.json.type, /batch_differs$/);
});

test('an answer is kept for thirty days, then its key is a new one', async () => {
  const key = randomUUID();
  const age = (days) => stage.sql(`UPDATE core.sync_batches SET at = now() - interval '${days} days' WHERE key = '${key}'`);
  const first = await stage.batch('school', SCHOOL, [child(104)], { key });
  await age(29);
  assert.equal((await stage.batch('school', SCHOOL, [child(104)], { key })).text, first.text);
  await age(31);
  const second = await stage.batch('school', SCHOOL, [child(105)], { key });
  assert.deepEqual(outcomes(second), ['created']);
  assert.equal((await stage.batch('school', SCHOOL, [child(105)], { key })).text, second.text);
  assert.equal((await stage.batch('school', SCHOOL, [child(104)], { key })).status, 409);
});

test('two clients may use the same key', async () => {
  const key = randomUUID();
  assert.equal((await stage.batch('school', SCHOOL, [child(103)], { key })).status, 200);
  assert.equal((await stage.batch('other', OTHER, [child(900)], { key })).status, 200);
});

test('one bad record is refused with a pointer and its neighbours are applied', async () => {
  const answer = await stage.batch('school', SCHOOL, [child(110), child(111, { born_on: '2018-02-30' }),
    { kind: 'parrot', source_id: 'x', revision: 1, data: {} }, need(110, { end_on: '2001-01-01' }), placement(110)]);
  assert.deepEqual(outcomes(answer), ['created', 'refused', 'refused', 'refused', 'created']);
  assert.deepEqual(answer.json.outcomes.slice(1, 4).map(({ slug, pointer }) => [slug, pointer]), [
    ['malformed_field', '/records/1/data/born_on'],
    ['unknown_kind', '/records/2/kind'],
    ['dates_reversed', '/records/3/data/end_on']]);
});

test('a wrong check letter is noted and kept apart, not refused', async () => {
  const good = upn('886512324001');
  const bad = (good[0] === 'A' ? 'B' : 'A') + good.slice(1);
  const answer = await stage.batch('school', SCHOOL, [child(120, { upn: bad })]);
  assert.deepEqual(outcomes(answer), ['created']);
  assert.deepEqual(answer.json.notes, [{ slug: 'upn_check_letter', pointer: '/records/0/data/upn' }]);
  assert.deepEqual(await stage.sql(`SELECT suspects FROM core.child_records WHERE source_id = 'c-120'`), [['{upn}']]);
  assert.deepEqual(await stage.sql(`SELECT count(*) FROM core.child_identifiers WHERE value = '${bad}'`), [['0']]);
});

test('ULN and NHS numbers with a wrong check digit are noted the same way', async () => {
  const answer = await stage.batch('school', SCHOOL, [child(121, { uln: '1000000001', nhs_number: '9990000124' })]);
  assert.deepEqual(answer.json.notes.map(({ slug }) => slug), ['uln_check_digit', 'nhs_check_digit']);
});

test('two settings that know a child by the same UPN and birthday share the child', async () => {
  const number = upn('358200025007');
  await stage.batch('school', SCHOOL, [child(130, { upn: number, born_on: '2016-03-01' }), placement(130)]);
  await stage.batch('other', OTHER, [child(931, { upn: number, born_on: '2016-03-01' }), placement(931)]);
  await stage.batch('other', OTHER, [child(932, { upn: number, born_on: '2016-03-02' })]);
  assert.deepEqual(await stage.sql(`SELECT count(DISTINCT child_id) FROM core.child_records WHERE upn = '${number}'`), [['2']]);
});

test('a delete leaves a tombstone, and a later put brings the record back', async () => {
  await stage.batch('school', SCHOOL, [child(140), need(140)]);
  const gone = await stage.batch('school', SCHOOL, [{ kind: 'need', source_id: 'n-140', revision: 2, op: 'delete' }]);
  assert.deepEqual(outcomes(gone), ['updated']);
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, [need(140, {}, 1)])), ['stale']);
  assert.deepEqual(outcomes(await stage.batch('school', SCHOOL, [need(140, {}, 3)])), ['created']);
});

test('a planned transition may only name a setting that exists', async () => {
  const answer = await stage.batch('school', SCHOOL, [child(150), transition(150, { to_setting: 'urn:106365' }),
    { ...transition(150, { to_setting: 'urn:999998' }), source_id: 't-x' }]);
  assert.deepEqual(outcomes(answer), ['created', 'created', 'refused']);
  assert.equal(answer.json.outcomes[2].slug, 'unknown_setting');
  assert.equal(answer.json.outcomes[2].pointer, '/records/2/data/to_setting');
});

test('a placement that begins after the setting closed is refused', async () => {
  const [[urn]] = await stage.sql(`SELECT min(urn) FROM core.settings WHERE status = 'closed'`);
  await stage.sql(`UPDATE core.settings SET closed_on = '2015-08-31' WHERE urn = '${urn}'`);
  await stage.addClient('closed', 'school_system', { settings: [`urn:${urn}`] });
  const answer = await stage.batch('closed', `urn:${urn}`, [child(1), placement(1, { start_on: '2022-09-01' })]);
  assert.equal(answer.json.outcomes[1].slug, 'setting_closed');
});

test('a setting that is not granted, or does not exist, is refused alike', async () => {
  for (const ref of [OTHER, 'urn:999998']) {
    const answer = await stage.batch('school', ref, [child(1)]);
    assert.equal(answer.status, 403);
    assert.match(answer.json.type, /setting_not_granted$/);
  }
});

test('only school systems may send', async () => {
  const answer = await stage.batch('officer', SCHOOL, [child(1)]);
  assert.equal(answer.status, 403);
});

test('NDJSON is taken like JSON, a broken line is refused alone', async () => {
  const lines = [JSON.stringify(child(160)), '{"kind":"child"', JSON.stringify(placement(160))].join('\n');
  const answer = await stage.request('school', 'POST', `/v1/sync/batches?setting=${SCHOOL}`, {
    body: lines, headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': randomUUID() } });
  assert.deepEqual(outcomes(answer), ['created', 'refused', 'created']);
  assert.equal(answer.json.outcomes[1].slug, 'malformed_json');
});

test('a broken envelope fails whole and applies nothing', async () => {
  const answer = await stage.request('school', 'POST', `/v1/sync/batches?setting=${SCHOOL}`, {
    body: `{"records":[${JSON.stringify(child(170))},`,
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() } });
  assert.equal(answer.status, 400);
  assert.match(answer.json.type, /malformed_json$/);
  assert.deepEqual(await stage.sql(`SELECT count(*) FROM core.child_records WHERE source_id = 'c-170'`), [['0']]);
});

test('a batch needs its key, its setting and a media type it can be read as', async () => {
  const target = `/v1/sync/batches?setting=${SCHOOL}`;
  const keyless = await stage.request('school', 'POST', target, { body: { records: [] } });
  assert.match(keyless.json.type, /idempotency_key_missing$/);
  const headers = { 'idempotency-key': randomUUID() };
  const nowhere = await stage.request('school', 'POST', '/v1/sync/batches', { body: { records: [] }, headers });
  assert.match(nowhere.json.type, /missing_parameter$/);
  const xml = await stage.request('school', 'POST', target, { body: '<records/>',
    headers: { ...headers, 'content-type': 'application/xml' } });
  assert.equal(xml.status, 415);
  assert.match(xml.json.type, /unsupported_media_type$/);
});

test('more than 5,000 records, and more than 8 MiB, are refused whole', async () => {
  const many = Array.from({ length: 5001 }, (_, n) => need(n));
  const answer = await stage.batch('school', SCHOOL, many);
  assert.equal(answer.status, 413);
  assert.match(answer.json.type, /too_many_records$/);
  const large = await stage.request('school', 'POST', `/v1/sync/batches?setting=${SCHOOL}`, {
    body: Buffer.alloc(8 * 1024 * 1024 + 1, 0x20), headers: {
      'content-type': 'application/json', 'idempotency-key': randomUUID() } }).catch((error) => error);
  // The server refuses by the head and hangs up; the client may see either.
  if (!(large instanceof Error)) assert.match(large.json.type, /body_too_large$/);
});

const post = (body, headers = {}) => stage.request('school', 'POST', `/v1/sync/batches?setting=${SCHOOL}`, {
  body, headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip', 'idempotency-key': randomUUID(), ...headers } });
const lines = (records) => Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));

test('a batch may come as gzip, and is the same batch as without', async () => {
  const key = randomUUID();
  const body = lines([child(190), placement(190)]);
  const first = await post(gzipSync(body), { 'idempotency-key': key });
  assert.deepEqual(outcomes(first), ['created', 'created']);
  const again = await stage.request('school', 'POST', `/v1/sync/batches?setting=${SCHOOL}`, {
    body, headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': key } });
  assert.equal(again.text, first.text);
  const packedAnew = await post(gzipSync(body, { level: 9 }), { 'idempotency-key': key, 'content-encoding': 'X-GZip' });
  assert.equal(packedAnew.text, first.text);
  const other = await post(gzipSync(lines([child(190)])), { 'idempotency-key': key });
  assert.match(other.json.type, /batch_differs$/);
  assert.deepEqual(await stage.sql(`SELECT count(*) FROM core.changes WHERE source_id = 'c-190'`), [['1']]);
});

test('gzip members one after another are one body', async () => {
  const body = lines([child(191), placement(191)]);
  const answer = await post(Buffer.concat([gzipSync(body.subarray(0, 33)), gzipSync(''), gzipSync(body.subarray(33))]));
  assert.deepEqual(outcomes(answer), ['created', 'created']);
});

test('gzip that is cut, damaged or followed by anything else is refused whole', async () => {
  const packed = gzipSync(lines(Array.from({ length: 400 }, (_, n) => child(20000 + n))));
  const damaged = Buffer.from(packed);
  damaged[damaged.length - 6] ^= 1;
  for (const body of [packed.subarray(0, packed.length - 1), packed.subarray(0, packed.length / 2), Buffer.alloc(0),
    damaged, Buffer.concat([packed, Buffer.from('and more')]), lines([child(20000)])]) {
    const answer = await post(body);
    assert.equal(answer.status, 400);
    assert.match(answer.json.type, /malformed_gzip$/);
  }
  assert.deepEqual(await stage.sql(`SELECT count(*) FROM core.child_records WHERE source_id = 'c-20000'`), [['0']]);
});

test('what unpacks to more than 8 MiB is refused before it is all read, whatever its size', async () => {
  const eight = Buffer.alloc(8 * 1024 * 1024, 0x0a);
  const full = await post(gzipSync(eight));
  assert.equal(full.status, 200, 'just 8 MiB, of blank lines');
  assert.equal(full.json.records, 0);
  const bombs = [gzipSync(Buffer.concat([eight, Buffer.from('\n')])), gzipSync(Buffer.alloc(256 * 1024 * 1024)),
    Buffer.concat(Array(40).fill(gzipSync(Buffer.alloc(1024 * 1024))))];
  for (const bomb of bombs) {
    assert.ok(bomb.length < 1024 * 1024);
    const answer = await post(bomb).catch((error) => error);
    // The server hangs up in the midst of a long body; the client may see either.
    if (!(answer instanceof Error)) assert.match(answer.json.type, /body_too_large$/);
  }
  // What follows is never waited for: the answer is there although the body is not.
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const early = await new Promise((resolve, reject) => {
    const req = https.request({ host: 'localhost', port: stage.port, method: 'POST', ...stage.tls('school'),
      path: `/v1/sync/batches?setting=${SCHOOL}`, headers: { 'content-type': 'application/x-ndjson',
        'content-encoding': 'gzip', 'idempotency-key': randomUUID(), 'content-length': bomb.length } }, (res) => {
      res.resume().on('end', () => resolve(res.statusCode));
      req.destroy();
    });
    req.on('error', reject);
    req.write(bomb.subarray(0, bomb.length / 2));
  });
  assert.equal(early, 413);
});

test('a line too many is told at once, however the lines are cut, and just enough is taken', async () => {
  const target = `/v1/sync/batches?setting=${SCHOOL}`;
  const gone = { kind: 'need', source_id: 'x', revision: 1, op: 'delete' };
  const body = Buffer.concat([lines(Array(2500).fill(gone)), Buffer.from('\n \n'), lines(Array(2500).fill(gone))]);
  const full = await stage.request('school', 'POST', target, { body,
    headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': randomUUID() } });
  assert.equal(full.json.records, 5000);
  const answer = await new Promise((resolve, reject) => {
    const req = https.request({ host: 'localhost', port: stage.port, method: 'POST', ...stage.tls('school'), path: target,
      headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': randomUUID(), 'content-length': 4 * 1024 * 1024 } }, (res) => {
      let text = '';
      res.on('data', (piece) => { text += piece; }).on('end', () => {
        resolve({ status: res.statusCode, text });
        req.destroy();
      });
    });
    req.on('error', reject);
    for (let at = 0; at < body.length; at += 997) req.write(body.subarray(at, at + 997));
    req.write('{"kind"'); // the line has only begun, and the rest never comes
  });
  assert.equal(answer.status, 413);
  assert.match(answer.text, /too_many_records/);
});

test('any other content coding, and any at all elsewhere, is refused with what would be taken', async () => {
  for (const coding of ['deflate', 'br', 'identity', 'gzip, gzip', '']) {
    const answer = await post(gzipSync(lines([child(192)])), { 'content-encoding': coding });
    assert.equal(answer.status, 415, coding);
    assert.match(answer.json.type, /unsupported_coding$/);
    assert.equal(answer.headers['accept-encoding'], 'gzip');
  }
  const import_ = await stage.request('administrator', 'POST', '/v1/settings/imports/gias', {
    body: gzipSync('URN\n'), headers: { 'content-type': 'text/csv', 'content-encoding': 'gzip' } });
  assert.match(import_.json.type, /unsupported_coding$/);
  assert.equal(import_.headers['accept-encoding'], 'identity');
});

test('two different records with one source_id and revision are both refused', async () => {
  const answer = await stage.batch('school', SCHOOL, [child(180), child(180, { forename: 'Another' })]);
  assert.deepEqual(answer.json.outcomes.map(({ slug }) => slug), ['record_twice', 'record_twice']);
});

test('the feed gives what changed, in order, and the cursor goes on', async () => {
  let target = '/v1/sync/changes?limit=40';
  const seen = [];
  for (;;) {
    const { json } = await stage.get('other', target);
    seen.push(...json.items);
    target = `/v1/sync/changes?limit=40&after=${json.next}`;
    if (json.items.length === 0) break;
  }
  assert.ok(seen.some(({ source_id: id }) => id === 'c-931'));
  assert.ok(seen.every(({ setting }) => setting === OTHER), 'only the granted setting');
  await stage.batch('other', OTHER, [need(931, { child: 'c-931' })]);
  const { json } = await stage.get('other', target);
  assert.deepEqual(json.items.map(({ op, kind, source_id: id }) => [op, kind, id]), [['put', 'need', 'n-931']]);
  assert.equal(json.items[0].data.provision, 'K');
  await stage.batch('other', OTHER, [{ kind: 'need', source_id: 'n-931', revision: 2, op: 'delete' }]);
  const last = await stage.get('other', `/v1/sync/changes?after=${json.next}`);
  assert.deepEqual(last.json.items.map(({ op, data }) => [op, data]), [['delete', null]]);
});

test('a run of no changes cannot be asked for, nor one of more than 5,000', async () => {
  for (const limit of [0, 5001]) {
    const answer = await stage.get('other', `/v1/sync/changes?limit=${limit}`);
    assert.equal(answer.status, 400);
    assert.match(answer.json.type, /malformed_parameter$/);
  }
});

test('a cursor that this server did not make is refused', async () => {
  const answer = await stage.get('other', '/v1/sync/changes?after=bm90LWEtY3Vyc29y');
  assert.equal(answer.status, 400);
  assert.match(answer.json.type, /cursor_malformed$/);
});

test('a cursor of another epoch of the database has expired, one made by hand is none', async () => {
  const { next } = (await stage.get('other', '/v1/sync/changes?limit=1')).json;
  const forged = (next[0] === 'A' ? 'B' : 'A') + next.slice(1);
  assert.match((await stage.get('other', `/v1/sync/changes?after=${forged}`)).json.type, /cursor_malformed$/);
  await stage.sql('UPDATE core.feed SET epoch = epoch + 1');
  const answer = await stage.get('other', `/v1/sync/changes?after=${next}`);
  await stage.sql('UPDATE core.feed SET epoch = epoch - 1');
  assert.equal(answer.status, 410);
  assert.match(answer.json.type, /cursor_expired$/);
});

test('the read of a child leaves an audit row that was there before the answer', async () => {
  const { json } = await stage.get('officer', '/v1/children?limit=3');
  // Rows are records: a child known to two settings may stand twice.
  const ids = [...new Set(json.items.map(({ child_id: id }) => id))].sort();
  const [[children]] = await stage.sql(
    `SELECT array_to_string(ARRAY(SELECT unnest(child_ids) ORDER BY 1), ',') FROM audit.entries
      WHERE action = 'GET /v1/children' ORDER BY id DESC LIMIT 1`);
  assert.equal(children, ids.join(','));
});
