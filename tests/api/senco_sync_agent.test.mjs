// senco_sync_agent.test.mjs — a school's agent with a folder and a memory of
// its own: what it reads, what it sends and what it never sends again, what
// comes back, and what it says to a SENCO.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, openSync, closeSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { after, before, beforeEach, describe, test } from 'node:test';
import { AgentFolder, program } from '../lib/agent_folder.mjs';
import { Stage, until } from '../lib/stage.mjs';
import { runProgram } from '../lib/stub_server.mjs';

let stage, agent, n = 0;
const settings = ['urn:106283', 'urn:106284', 'urn:106285', 'urn:106286', 'urn:106287', 'urn:106288'];

const children = (from, to, more = {}) => Array.from({ length: to - from }, (_, i) => ({
  source_id: `c-${from + i}`, surname: `Fictional-${from + i}`, forename: 'Testchild',
  born_on: `2018-05-0${1 + ((from + i) % 9)}`, year_group: '3', ...more }));
const needs = (from, to) => Array.from({ length: to - from }, (_, i) => ({
  source_id: `n-${from + i}`, child: `c-${from + i}`, provision: 'K', start_on: '2023-09-01', types: 'SLCN ASD' }));

/** How many batches and records the server has taken for the setting. */
async function taken(setting) {
  const [[batches, records]] = await stage.sql(`SELECT count(*), coalesce(sum(b.records), 0) FROM core.sync_batches AS b
    WHERE b.setting_id = core.setting_find('${setting}')`);
  return [Number(batches), Number(records)];
}

async function stored(setting, table = 'child_records') {
  return (await stage.sql(`SELECT source_id, revision FROM core.${table}
    WHERE setting_id = core.setting_find('${setting}') AND deleted_at IS NULL ORDER BY source_id COLLATE "C"`));
}

function make(setting, more = {}) {
  return AgentFolder.make(stage.file(`agent ${++n}`), { server: `https://localhost:${stage.port}`, setting,
    pki: stage.file('pki'), name: setting.replace(':', '-'), ...more });
}

before(async () => {
  stage = await Stage.start({ name: 'senco_sync_agent' });
  await stage.importRegister('gias', 'config/demo/registers/gias_trafford_358.csv');
  await stage.addClient('school', 'school_system', { settings });
  for (const setting of settings) await stage.addClient(setting.replace(':', '-'), 'school_system', { settings: [setting] });
});
after(() => stage?.stop());

describe('push', () => {
  const setting = settings[0];
  before(async () => { agent = await make(setting); });

  test('what is in the inbox is sent, in the order that lets it be taken', async () => {
    agent.csv('a.needs.csv', needs(0, 20));
    agent.csv('children.csv', children(0, 20));
    const result = await agent.run('push');
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /40 records sent: 40 created/);
    assert.equal((await stored(setting)).length, 20);
    assert.deepEqual((await stage.sql(`SELECT types FROM core.needs WHERE source_id = 'n-3'`))[0], ['{SLCN,ASD}']);
  });

  test('what is known is not sent again, also when the file is written anew', async () => {
    const before = await taken(setting);
    assert.match((await agent.run('push')).stdout, /Nothing new/);
    agent.csv('children.csv', children(0, 20));
    assert.match((await agent.run('push')).stdout, /Nothing new/);
    assert.deepEqual(await taken(setting), before);
  });

  test('of a file with one change one record is sent, numbered above the last', async () => {
    const [batches, records] = await taken(setting);
    const rows = children(0, 20);
    rows[7].forename = 'Changed';
    agent.csv('children.csv', rows);
    const result = await agent.run('push');
    assert.match(result.stdout, /1 record sent: 1 updated/);
    assert.deepEqual(await taken(setting), [batches + 1, records + 1]);
    assert.deepEqual((await stored(setting)).find(([id]) => id === 'c-7'), ['c-7', '2']);
  });

  test('with the memory lost nothing is sent again, and numbers go on above the stored', async () => {
    const before = await taken(setting);
    for (const end of ['', '-wal', '-shm']) rmSync(agent.file(`state.sqlite${end}`), { force: true });
    const again = await agent.run('push');
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /Nothing new/);
    assert.deepEqual(await taken(setting), before);
    const rows = children(0, 20);
    rows[7].forename = 'Again';
    agent.csv('children.csv', rows);
    assert.match((await agent.run('push')).stdout, /1 updated/);
    assert.deepEqual((await stored(setting)).find(([id]) => id === 'c-7'), ['c-7', '3']);
  });
});

describe('what is read', () => {
  const setting = settings[1];
  beforeEach(async () => { agent = await make(setting); });

  const ids = () => agent.sql('SELECT source_id FROM records ORDER BY 1').flat();

  test('a file still being written is left for the next time', async () => {
    const rows = 'source_id,surname,forename,born_on\r\nw-1,Fictional-1,Testchild,2019-01-01\r\nw-2,Fictional-2,Testchild,2019-01-02\r\n';
    agent.set({ settle_seconds: 3600 });
    agent.put('children.csv', rows); /* changed just now */
    assert.match((await agent.run('push')).stdout, /1 file is still being written/);
    agent.put('children.csv', rows, 7200);
    const held = openSync(agent.file('inbox/children.csv'), 'a'); /* old, but somebody has it open for writing */
    try {
      assert.match((await agent.run('push')).stdout, /1 file is still being written/);
    } finally {
      closeSync(held);
    }
    for (const name of ['other.children.csv.part', 'other.children.csv.tmp', '.other.children.csv', 'other.children.csv~'])
      agent.put(name, rows, 7200);
    assert.deepEqual(ids(), []);
    agent.put('children.csv', rows, 7200);
    assert.match((await agent.run('push')).stdout, /2 created/);
    assert.deepEqual(ids(), ['w-1', 'w-2']);
  });

  test('half a file is never taken for a whole one, whatever its form', async () => {
    const ctf = readFileSync('tests/data/ctf/ctf25_utf8_namespace_sex.xml', 'utf8');
    const halves = [
      ['half.children.csv', 'source_id,born_on\r\nh-1,2019-01-01\r\nh-2,2019-0', /last line has no end/],
      ['quoted.children.csv', 'source_id,surname,born_on\r\nh-1,"Half\r\n', /quoted cell in it has no end/],
      ['half.ndjson', '{"kind":"child","source_id":"h-3","revision":1,"data":{"born_on":"2019-01-01"}}', /last line has no end/],
      ['half.xml', ctf.slice(0, ctf.length * 0.7), /half\.xml is not used/],
    ];
    for (const [name, text, reason] of halves) {
      agent.put(name, text);
      const result = await agent.run('push');
      assert.equal(result.code, 2, `${name}: ${result.stderr}`);
      assert.match(result.stderr, reason);
    }
    assert.deepEqual(ids(), []);
    agent.put('half.xml', ctf);
    assert.match((await agent.run('push')).stdout, /half\.xml: 11 records read/);
  });

  test('columns and codes of another name are found by the mapping', async () => {
    writeFileSync(agent.file('mapping.conf'), `[child]
Admission Number = source_id
Legal Surname = surname
DOB = born_on
House =
[child.sex]
Female = F
Male = M
[child.year_group]
Year 3 = 3
`);
    agent.put('roll.children.csv', 'Admission Number,Legal Surname,Forename,DOB,Sex,Year Group,House\r\n'
      + '4711,Fictional-Mapped,Testchild,03/09/2018,female,Year 3,Red\r\n');
    const result = await agent.run('push');
    assert.equal(result.code, 0, result.stderr);
    const [row] = await stage.sql(`SELECT surname, forename, born_on, sex, year_group FROM core.child_records WHERE source_id = '4711'`);
    assert.deepEqual(row, ['Fictional-Mapped', 'Testchild', '2018-09-03', 'F', '3']);
  });

  test('a mapping that names what does not exist is refused with its line, and nothing is read', async () => {
    agent.csv('children.csv', children(0, 1));
    for (const [text, reason] of [['[child]\nDOB = birthday\n', /line 2: a child has no field "birthday"/],
      ['[pupil]\nDOB = born_on\n', /line 2: \[pupil\] is no kind of record/],
      ['DOB = born_on\n', /line 1: it stands before the first section/], ['[child.house]\nRed = R\n', /line 2: a child has no field "house"/]]) {
      writeFileSync(agent.file('mapping.conf'), text);
      const result = await agent.run('push');
      assert.equal(result.code, 2);
      assert.match(result.stderr, reason);
      assert.match(result.stderr, /mapping\.conf/);
    }
    assert.deepEqual(ids(), []);
  });

  test('a file without a column that is needed is not used, and the sentence says which', async () => {
    agent.put('children.csv', 'source_id,surname,date of birth\r\nx-1,Fictional,2019-01-01\r\n');
    const result = await agent.run('push');
    assert.equal(result.code, 2);
    assert.match(result.stderr, /children\.csv is not used: no column is called born_on, which every child needs; mapping\.conf/);
    agent.put('odd.children.csv', 'source_id,Surnam,born_on,upn.\r\nx-2,Fictional,2019-01-01,\r\n');
    assert.match((await agent.run('push')).stdout, /odd\.children\.csv: these columns are no field of its kind and were passed over: "Surnam", "upn\."/);
    assert.match((await agent.run('status')).stdout, /passed over: "Surnam", "upn\."/);
    agent.put('pupils.csv', 'source_id,born_on\r\nx-1,2019-01-01\r\n');
    assert.match((await agent.run('push')).stderr, /pupils\.csv is not used: its name does not tell what is in it/);
  });

  test('what an outdated Common Transfer File says does not replace what a later one said', async () => {
    const ctf = readFileSync('tests/data/ctf/ctf25_utf8_namespace_sex.xml', 'utf8');
    const earlier = ctf.replace(/<DateTime>\d{4}/, '<DateTime>2019').replace(/<Surname>[^<]*</, '<Surname>Earlier<');
    assert.notEqual(earlier, ctf);
    agent.put('b.xml', ctf);
    await agent.run('push');
    const before = await taken(setting);
    agent.put('c.xml', earlier);
    await agent.run('push');
    assert.deepEqual(await taken(setting), before);
    assert.equal((await stage.sql(`SELECT count(*) FROM core.child_records WHERE surname = 'Earlier'`))[0][0], '0');
  });
});

describe('what is refused', () => {
  const setting = settings[2];

  test('is told with file, line and what to do, is not sent again, and is sent when it changed', async () => {
    agent = await make(setting);
    agent.csv('children.csv', [...children(0, 2), { source_id: 'c-2', surname: 'Fictional-2', born_on: '31/02/2019' },
      { source_id: 'c-3', surname: 'Fictional-3', forename: 'Testchild', born_on: '2019-01-01', year_group: 'Q' }, children(4, 5)[0], { ...children(4, 5)[0], surname: 'Other' }]);
    agent.csv('needs.csv', [...needs(0, 1), { source_id: 'n-9', child: 'nobody', provision: 'K', start_on: '2023-09-01' }]);
    const result = await agent.run('push');
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stdout, /4 records sent: 3 created, 1 refused/);
    const status = await agent.run('status');
    assert.match(status.stdout, /children\.csv, line 4 \(child c-2\): A field does not have the form it must have: born_on\. born_on must be a date/);
    assert.match(status.stdout, /children\.csv, line 5 \(child c-3\): The value is not one of the codes of this field: year_group/);
    assert.match(status.stdout, /children\.csv, line 6 \(child c-4\): .* It stands in this file more than once/);
    assert.match(status.stdout, /needs\.csv, line 3 \(need n-9\): No child record with this source_id.*Send the child's own record first/);
    assert.doesNotMatch(status.stdout, /Fictional|Testchild/);
    const before = await taken(setting);
    assert.equal((await agent.run('push')).code, 0);
    assert.deepEqual(await taken(setting), before);
    agent.csv('late.children.csv', [{ source_id: 'nobody', surname: 'Fictional-9', forename: 'Testchild', born_on: '2019-01-01' }]);
    assert.match((await agent.run('push')).stdout, /2 records sent: 2 created/);
    assert.doesNotMatch((await agent.run('status')).stdout, /n-9/);
  });
});

describe('one page of status', () => {
  test('reads as it should', async () => {
    agent = await make(settings[3]);
    assert.match((await agent.run('status')).stdout, /No file has been read/);
    agent.csv('children.csv', [...children(0, 3), { source_id: 'c-3', surname: 'Fictional-3', born_on: 'never' }]);
    agent.csv('needs.csv', needs(0, 2));
    await agent.run('push');
    const { stdout } = await agent.run('status');
    assert.equal(stdout.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'WHEN').replace(/localhost:\d+/, 'SERVER'), `\
senco-sync for urn:106286 at https://SERVER
  last contact               WHEN
  last records taken         WHEN
  last news fetched          WHEN
  last proof                 never

Files in the inbox
  children.csv               read WHEN: 4 records, 1 of them of no use
  needs.csv                  read WHEN: 2 records, 0 of them of no use

records of kind  here  taken  waiting  refused  proved
child               3      3                    not yet
need                2      2                    not yet

Refused: 1. Correct them in your system; the next file brings them.
  children.csv, line 5 (child c-3): A field does not have the form it must have: born_on. born_on must be a date, YYYY-MM-DD.

Nothing waits to be sent.
`);
  });
});

describe('a server that is away', () => {
  const setting = settings[4];

  test('days of files are kept, and the last state is sent once it is back; each record once', async () => {
    agent = await make(setting, { settings: { retry_seconds: 0 } });
    agent.csv('children.csv', children(0, 5));
    assert.equal((await agent.run('push')).code, 0);
    const good = readFileSync(agent.file('senco-sync.conf'), 'utf8');
    agent.set({ server: 'https://localhost:1' });
    for (let day = 1; day <= 3; day++) {
      agent.csv('children.csv', children(0, 5 + day, { preferred_forename: `Day-${day}` }));
      const result = await agent.run('push');
      assert.equal(result.code, 3);
      assert.match(result.stderr, /nothing more was sent/);
    }
    assert.match((await agent.run('status')).stdout, /8 records wait to be sent/);
    writeFileSync(agent.file('senco-sync.conf'), good);
    agent.set({ retry_seconds: 20 });
    const back = await agent.run('push');
    assert.equal(back.code, 0, back.stderr);
    const rows = await stage.sql(`SELECT DISTINCT preferred_forename, count(*) FROM core.child_records
      WHERE setting_id = core.setting_find('${setting}') GROUP BY 1`);
    assert.deepEqual(rows, [['Day-3', '8']]);
    assert.match((await agent.run('push')).stdout, /Nothing new/);
  });

  test('two at once: the second says who is at work and does nothing', async () => {
    agent = await make(setting);
    const watch = agent.start('watch');
    await until('the watch to begin', () => /watching/.test(watch.said));
    const second = await agent.run('push');
    assert.equal(second.code, 4);
    assert.match(second.stderr, new RegExp(`another senco-sync \\(process ${watch.child.pid}\\) is at work in .*so this one has done nothing`));
    assert.equal((await agent.run('status')).code, 0);
    watch.child.kill('SIGTERM');
    assert.equal(await watch.ended, 0);
    assert.match(watch.said, /stopped; what was in hand is done/);
    assert.equal((await agent.run('push')).code, 0);
  });
});

describe('pull', () => {
  test('the mirror and the outbox become what the authority holds, whoever changed it', async () => {
    const setting = settings[5];
    agent = await make(setting, { settings: { format: 'csv' } });
    agent.csv('children.csv', children(0, 6));
    await agent.run('push');
    const other = (id, revision, op, data) => ({ kind: 'child', source_id: id, revision, op, ...(data && { data }) });
    const answer = await stage.batch('school', setting, [other('c-1', 9, 'delete'),
      other('c-2', 9, 'put', { surname: 'Else', forename: 'Testchild', born_on: '2018-05-03' }), other('c-99', 1, 'put', { surname: 'Foreign', forename: 'Testchild', born_on: '2017-01-01' })]);
    assert.equal(answer.status, 200, answer.text);
    const result = await agent.run('pull');
    assert.equal(result.code, 0, result.stderr);
    const rows = agent.outbox('child.csv').filter((row) => row.setting === setting);
    assert.deepEqual(rows.map(({ source_id, revision }) => [source_id, revision]), await stored(setting));
    assert.equal(rows.find(({ source_id }) => source_id === 'c-2').surname, 'Else');
    assert.match(result.stdout, /\d+ changes? came in, \d+ not from us/);
    assert.ok(!existsSync(agent.file('outbox/.child.tmp')));
    assert.match((await agent.run('pull')).stdout, /^0 changes came in/);
  });

  test('watch sends what comes and is told of news at once', async () => {
    const setting = settings[5];
    const watch = agent.start('watch');
    await until('the watch to begin', () => /watching/.test(watch.said));
    agent.csv('more.children.csv', children(20, 22));
    await until('the file to be sent', async () => (await stored(setting)).some(([id]) => id === 'c-21'));
    await stage.batch('school', setting, [{ kind: 'child', source_id: 'c-77', revision: 1, op: 'put', data: { surname: 'News', forename: 'Testchild', born_on: '2017-01-01' } }]);
    await until('the news to arrive', () => agent.outbox('child.csv').some(({ source_id }) => source_id === 'c-77'));
    watch.child.kill('SIGTERM');
    assert.equal(await watch.ended, 0, watch.said);
  });
});

describe('two schools and a move', () => {
  const from = 'urn:106291', to = 'urn:106292';
  let there;
  const held = (setting) => stage.sql(`SELECT '${setting}', r.kind COLLATE "C", r.source_id COLLATE "C", r.revision FROM (
      SELECT 'child' AS kind, source_id, revision, setting_id FROM core.child_records WHERE deleted_at IS NULL UNION ALL
      SELECT 'need', source_id, revision, setting_id FROM core.needs WHERE deleted_at IS NULL UNION ALL
      SELECT 'transition', source_id, revision, setting_id FROM core.transitions WHERE deleted_at IS NULL UNION ALL
      SELECT kind, source_id, revision, setting_id FROM core.facts_told) AS r
    WHERE r.setting_id = core.setting_find('${setting}') ORDER BY 2, 3`);
  const mirrored = (one) => one.sql('SELECT setting, kind, source_id, revision FROM mirror ORDER BY 1, 2, 3');

  before(async () => {
    for (const setting of [from, to]) await stage.addClient(setting.replace(':', '-'), 'school_system', { settings: [setting] });
    agent = await make(from);
    there = await make(to);
    agent.csv('children.csv', children(0, 8));
    agent.csv('needs.csv', needs(0, 8));
    there.csv('children.csv', children(50, 53));
    for (const one of [agent, there]) assert.equal((await one.run('push')).code, 0);
    agent.csv('transitions.csv', [{ source_id: 't-1', child: 'c-1', kind: 'PRS', year: 2027, to_setting: to,
      parent_agreed_on: '01/10/2026', meeting_on: '02/10/2026', form_sent_on: '03/10/2026' }]);
    assert.equal((await agent.run('push')).code, 0);
  });

  test('the hand-over comes in at the other school, without the child\'s name unless it is asked for', async () => {
    const result = await there.run('pull');
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /Hand-overs that have come in\n/);
    assert.match(result.stdout, /urn:106291 +PRS +2027 .*2026-10-01 +2026-10-03/);
    assert.doesNotMatch(result.stdout, /Fictional/);
    assert.match((await there.run('status', '--names')).stdout, /Fictional-1/);
    assert.equal(there.outbox('handover.csv').length, 1);
    assert.deepEqual(mirrored(there), await held(to));
  });

  test('each mirror is what the authority holds, and so after the authority\'s database was restored', async () => {
    await agent.run('pull');
    assert.deepEqual(mirrored(agent), await held(from));
    await stage.deploy('--restored');
    agent.csv('children.csv', children(0, 9));
    assert.equal((await agent.run('push')).code, 0);
    const result = await agent.run('pull');
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stderr, /we begin anew with all it holds/);
    assert.deepEqual(mirrored(agent), await held(from));
    assert.equal(agent.outbox('child.csv').length, 9);
    assert.match((await agent.run('verify')).stdout, /child: identical \(9 records\)/);
  });
});

describe('what is documented', () => {
  test('the README\'s columns are those the program reads', async () => {
    const { stdout } = await runProgram(program, ['help', 'columns'], { env: agent.env });
    assert.ok(stdout.split('\n').length > 5);
    assert.ok(readFileSync('tools/senco-sync/README.md', 'utf8').includes(stdout));
  });
});

describe('a full roll', () => {
  const setting = 'urn:106289';
  const live = async () => (await stored(setting)).length;

  before(async () => {
    await stage.addClient(setting.replace(':', '-'), 'school_system', { settings: [setting] });
    agent = await make(setting, { settings: { full_roll: 'child, need' } });
    agent.csv('children.csv', children(0, 60));
    agent.csv('needs.csv', needs(0, 60));
    assert.equal((await agent.run('push')).code, 0);
  });

  test('who is missing leaves, with what hangs on them', async () => {
    agent.csv('children.csv', children(2, 61));
    agent.csv('needs.csv', needs(2, 61));
    const result = await agent.run('push');
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /child: 2 records of the authority are not on the roll any more/);
    assert.match(result.stdout, /child: 0 join, 2 leave, 0 changed, 59 unchanged/);
    assert.equal(await live(), 59);
    assert.equal((await stored(setting, 'needs')).length, 59);
    assert.match((await agent.run('push')).stdout, /Nothing new/);
  });

  test('a row that cannot be read is no leaver, and a file that is gone says nothing', async () => {
    agent.csv('children.csv', children(2, 61).map((row) => (row.source_id === 'c-9' ? { ...row, born_on: 'unknown' } : row)));
    assert.equal((await agent.run('push')).code, 1);
    rmSync(agent.file('inbox/needs.csv'));
    await agent.run('push');
    agent.put('children.csv', `${readFileSync(agent.file('inbox/children.csv'))},,,\r\n"a row",of,nothing\r\n`);
    agent.csv('needs.csv', needs(2, 61));
    await agent.run('push');
    assert.equal(await live(), 59);
    assert.equal((await stored(setting, 'needs')).length, 59);
  });

  test('many leave only when a person answers for it by name', async () => {
    agent.csv('children.csv', children(40, 61));
    agent.csv('needs.csv', needs(40, 61));
    const refused = await agent.run('push');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /nobody has left: so many would leave that a person must answer for it: senco-sync push --confirm "Name"/);
    assert.equal(await live(), 59);
    assert.match((await agent.run('status')).stdout, /a person must confirm it/);
    const confirmed = await agent.run('push', '--confirm', 'A. Senco');
    assert.equal(confirmed.code, 0, confirmed.stderr);
    assert.equal(await live(), 21);
    assert.deepEqual(await stage.sql(`SELECT confirmed_by FROM core.snapshots WHERE state = 'committed' ORDER BY opened_at DESC LIMIT 1`), [['A. Senco']]);
    assert.doesNotMatch((await agent.run('status')).stdout, /must confirm/);
  });

  test('a full roll of nobody is not believed without a name either', async () => {
    agent.put('children.csv', 'source_id,surname,born_on\r\n');
    agent.put('needs.csv', 'source_id,child,provision,start_on\r\n');
    assert.equal((await agent.run('push')).code, 1);
    assert.equal(await live(), 21);
  });
});

describe('verify', () => {
  const setting = 'urn:106290';
  const put = (id, revision, data) => ({ kind: 'child', source_id: id, revision, op: 'put',
    data: { surname: `Fictional-${id}`, forename: 'Testchild', born_on: '2018-05-01', ...data } });

  before(async () => {
    await stage.addClient(setting.replace(':', '-'), 'school_system', { settings: ['urn:106290'] });
    await stage.addClient('meddler', 'school_system', { settings: ['urn:106290'] });
    agent = await make(setting);
    agent.csv('children.csv', children(0, 30));
    agent.csv('needs.csv', needs(0, 30));
    assert.equal((await agent.run('push')).code, 0);
  });

  test('both sides prove themselves identical', async () => {
    const result = await agent.run('verify');
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /child: identical \(30 records\)\nneed: identical \(30 records\)/);
    assert.match((await agent.run('status')).stdout, /child +30 +30 +identical/);
  });

  test('what somebody else changed, deleted or lost is sent again, and nothing else', async () => {
    await stage.batch('meddler', setting, [put('c-3', 50, { surname: 'Meddled' }), { kind: 'need', source_id: 'n-4', revision: 50, op: 'delete' }]);
    const before = await taken(setting);
    const result = await agent.run('verify');
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.match(result.stdout, /the two sides differ; 2 records are sent again\n/);
    assert.match(result.stdout, /child: identical \(30 records\)\nneed: identical \(30 records\)/);
    assert.deepEqual(await taken(setting), [before[0] + 1, before[1] + 2]);
    assert.deepEqual((await stored(setting)).find(([id]) => id === 'c-3'), ['c-3', '51']);
    assert.deepEqual((await stored(setting, 'needs')).find(([id]) => id === 'n-4'), ['n-4', '51']);
  });

  test('what only the authority holds is told, and not touched', async () => {
    await stage.batch('meddler', setting, [put('c-only', 1)]);
    const result = await agent.run('verify');
    assert.equal(result.code, 1);
    assert.match(result.stdout, /child: DIFFERENT \(30 records\)\n +the authority holds 1 that no file of yours has named yet/);
    assert.ok((await stored(setting)).some(([id]) => id === 'c-only'));
    agent.csv('c-only.children.csv', [{ source_id: 'c-only', ...put('c-only', 1).data }]);
    await agent.run('pull');
    assert.match((await agent.run('push')).stdout, /Nothing new/, 'the mirror knows it already');
    assert.equal((await agent.run('verify')).code, 0);
  });
});

test('a record that got a new key in the school\'s system keeps its place', async () => {
  const setting = 'urn:106290';
  agent.csv('children.csv', children(0, 30).map((row) => (row.source_id === 'c-5' ? { ...row, source_id: 'new-5', was: 'c-5' } : row)));
  agent.csv('needs.csv', needs(0, 30).map((row) => (row.child === 'c-5' ? { ...row, child: 'new-5' } : row)));
  const result = await agent.run('push');
  assert.equal(result.code, 0, result.stderr);
  const ids = (await stored(setting)).map(([id]) => id);
  assert.ok(ids.includes('new-5') && !ids.includes('c-5'));
  assert.match((await agent.run('verify')).stdout, /child: identical \(31 records\)\nneed: identical \(30 records\)/);
  assert.match((await agent.run('push')).stdout, /Nothing new/);
});

test('the first sync of 500 children', async (t) => {
  agent = await make('urn:106287');
  agent.csv('children.csv', children(1000, 1500));
  agent.csv('needs.csv', needs(1000, 1500));
  agent.csv('placements.csv', children(1000, 1500).map(({ source_id }) => ({ source_id: source_id.replace('c', 'p'), child: source_id, start_on: '2022-09-01' })));
  const begun = performance.now();
  const result = await agent.run('push');
  t.diagnostic(`1500 records in ${((performance.now() - begun) / 1000).toFixed(2)} s`);
  assert.match(result.stdout, /1500 records sent: 1500 created/);
});
