// The daemon's housekeeping: what is old goes, a setting that fell silent is
// logged once and once more when it is heard again, and is counted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { authority, send, SETTING, settingId } from '../lib/authority.mjs';
import { child } from '../lib/records.mjs';
import { until } from '../lib/stage.mjs';

let stage, id;

before(async () => {
  stage = await authority('housekeeping', { housekeeping_s: 1, answer_days: 30 });
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary, SETTING.nursery] });
  id = await settingId(stage, SETTING.primary);
});
after(() => stage?.stop());

const logged = (event) => stage.log().split('\n').filter((line) => line.includes(`event=${event} `));
const metric = async () => Number(/^sencod_settings_silent (\d+)$/m.exec((await stage.internal('/metrics')).text)[1]);

test('a setting that falls silent is logged once, by its reference and the hours', async () => {
  await send(stage, 'school', SETTING.primary, [child(1)]);
  await stage.sql(`UPDATE core.setting_contacts SET last_contact_at = now() - interval '31 hours' WHERE setting_id = ${id}`);
  await until('it to be logged', () => logged('setting_silent').length > 0);
  await until('it to be counted', async () => await metric() === 1);
  assert.match(logged('setting_silent')[0], new RegExp(`setting="?${SETTING.primary}"? hours=31$`));
});

test('and once when it is heard again', async () => {
  await send(stage, 'school', SETTING.primary, [child(2)]);
  await until('it to be logged', () => logged('setting_heard').length > 0);
  await until('it to be counted no more', async () => await metric() === 0);
  assert.match(logged('setting_heard')[0], new RegExp(`setting="?${SETTING.primary}"? silent_hours=31$`));
  assert.equal(logged('setting_silent').length, 1);
});

test('stored answers go after their days, in runs that follow one another; younger ones stay', async () => {
  await stage.sql(`INSERT INTO core.sync_batches (client_id, key, body_sha256, setting_id, records, outcomes, details, at)
    SELECT b.client_id, 'old-' || n, '\\x00', b.setting_id, 0, '', '[]', now() - interval '31 days'
      FROM (SELECT * FROM core.sync_batches LIMIT 1) AS b, generate_series(1, 12000) AS n`);
  await until('the old ones to go', async () =>
    (await stage.sql(`SELECT 1 FROM core.sync_batches WHERE key LIKE 'old-%' LIMIT 1`)).length === 0);
  assert.deepEqual(await stage.sql('SELECT count(*) FROM core.sync_batches'), [['2']]);
  await until('all of it to be logged', () => logged('pruned').filter((line) => /what="?answers/.test(line))
    .reduce((sum, line) => sum + Number(/rows=(\d+)/.exec(line)[1]), 0) === 12000);
  assert.ok(logged('pruned').length >= 3, 'in runs of at most 5,000');
});

test('no child and no client is named in what it logs', () => {
  const lines = ['pruned', 'setting_silent', 'setting_heard'].flatMap(logged);
  assert.ok(lines.length >= 5);
  for (const line of lines) assert.doesNotMatch(line, /Fictional|school|[0-9a-f]{8}-/);
});
