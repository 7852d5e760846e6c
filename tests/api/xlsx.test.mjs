// Lists as workbooks, read back by a reader of our own over Node's zlib and
// an XML parser: true types, text that stays text, what the sheet About says;
// and that nobody waits for one, and nothing is left of one nobody wants.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import https from 'node:https';
import { after, before, test } from 'node:test';
import { addCaseload, authority, rowsInEveryForm, send, SETTING, slug, XLSX } from '../lib/authority.mjs';
import { child, need, placement } from '../lib/records.mjs';
import { peerPorts, until } from '../lib/stage.mjs';
import { asSheet, readWorkbook, rowsOfSheet } from '../lib/workbook.mjs';

const ROWS_MAX = 300;
const NASTY = ['=1+1', '+44', '-1+2', '@SUM(A1)', '<b>&amp;', '_x0041_', "'=1", 'Ünïcødé 🎈', '=cmd|\'/c calc\'!A1'];
let stage, caseload;

before(async () => {
  stage = await authority('xlsx', { xlsx_rows_max: ROWS_MAX, workers: 1 });
  await stage.addClient('school', 'school_system', { settings: [SETTING.primary] });
  caseload = await addCaseload(stage, 'Fictional North', [[SETTING.primary], [SETTING.nursery]], { holder: 'area', staff: 'Ada Example' });
  const records = NASTY.flatMap((surname, i) => [child(i, { surname, forename: surname, born_on: '2016-03-01', year_group: '6' }),
    placement(i, { start_on: '2020-09-01' }), need(i, { provision: i % 2 ? 'E' : 'K', start_on: '2020-09-01', types: ['SLCN', 'ASD'] })]);
  await send(stage, 'school', SETTING.primary, records);
});
after(() => stage?.stop());

const book = async (who, target, options = {}) => {
  const answer = await stage.get(who, target, { accept: XLSX, ...options });
  assert.equal(answer.status, 200, answer.text);
  return { answer, ...readWorkbook(answer.bytes) };
};
const REPORT = '/v1/reports/transitions?year=2027&on=2026-11-10';

test('a report has its types: dates are dates, numbers numbers, booleans booleans, nothing is nothing', async () => {
  const rows = (await stage.get('officer', REPORT)).json.items;
  const { answer, sheets: [sheet] } = await book('officer', REPORT);
  assert.deepEqual(rowsOfSheet(sheet), rows.map((row) => asSheet(row)));
  assert.equal(rows.length, NASTY.length);
  assert.match(answer.headers['content-disposition'], /^attachment; filename="who-moves-in-september-\d{4}-\d\d-\d\d\.xlsx"$/);
  assert.match(answer.headers.vary, /Accept/);
  const [first] = rowsOfSheet(sheet), formats = Object.fromEntries(sheet.rows[0].map((name, i) => [name, sheet.formats[1][i]]));
  assert.equal(first.born_on, '2016-03-01');
  assert.equal(formats.born_on, 'yyyy-mm-dd');
  assert.equal(formats.surname, '@', 'text stays text when somebody edits it');
  assert.equal(typeof first.from_setting_id, 'number');
  assert.equal(typeof first.has_plan, 'boolean');
  assert.equal(first.plan_final_on, null);
});

test('the heading is bold, frozen and has filters; columns are as wide as what is in them', async () => {
  const { sheets: [sheet] } = await book('officer', REPORT);
  assert.ok(sheet.bold[0].every(Boolean));
  assert.equal(sheet.bold[1].some(Boolean), false);
  assert.deepEqual([sheet.pane['@ySplit'], sheet.pane['@state'], sheet.pane['@xSplit']], ['1', 'frozen', undefined]);
  assert.match(sheet.filter, new RegExp(`^A1:[A-Z]+${NASTY.length + 1}$`));
  const width = (name) => sheet.widths[sheet.rows[0].indexOf(name)];
  assert.ok(width('child_id') >= 36 && width('child_id') < 45, String(width('child_id')));
  assert.ok(width('born_on') >= 10 && width('born_on') < 20);
  assert.ok(Math.max(...sheet.widths) <= 62);
});

test('text is text, whatever it begins with', async () => {
  const { sheets: [sheet] } = await book('officer', REPORT); // a formula anywhere fails in the reader
  assert.deepEqual(rowsOfSheet(sheet).map(({ surname }) => surname).sort(), [...NASTY].sort());
});

test('a caseload, lists with lists in them and the feed with its objects are the same in every form', async () => {
  const [setting] = (await rowsInEveryForm(stage, 'area', `/v1/caseloads/${caseload}/settings`)).filter(({ moving }) => moving);
  assert.equal(setting.moving, NASTY.length);
  assert.ok((await rowsInEveryForm(stage, 'administrator', '/v1/clients')).some(({ settings }) => Array.isArray(settings)));
  const [row] = rowsOfSheet((await book('school', '/v1/sync/changes')).sheets[0]);
  assert.equal(typeof JSON.parse(row.data), 'object');
});

test('About says what it is, when, how many, for whom, and that children are in it', async () => {
  const { sheets: [list, about] } = await book('officer', REPORT);
  assert.equal(about.name, 'About');
  assert.equal(list.name, 'Who moves in September');
  const said = Object.fromEntries(about.rows.slice(0, 5));
  assert.deepEqual({ ...said, 'Made at (UTC)': null }, { Report: 'Who moves in September', Request: 'GET /v1/reports/transitions',
    'Made at (UTC)': null, Rows: NASTY.length, 'Made for': 'officer' });
  assert.ok(Math.abs(Date.parse(said['Made at (UTC)']) - Date.now()) < 600e3);
  const sentences = about.rows.slice(5).filter(Boolean).map(([text]) => text);
  assert.ok(sentences.some((text) => /personal data of children/.test(text)));
  const other = (await book('officer', '/v1/reports/transitions/totals?year=2027&by=kind')).sheets[1];
  assert.ok(!other.rows.flat().some((text) => /children/.test(text)), 'and not where none are');
});

test('a page is a workbook, Link names the next one, and About says so', async () => {
  const { answer, sheets: [list, about] } = await book('officer', '/v1/settings?limit=2');
  assert.equal(list.rows.length, 3);
  assert.match(answer.headers.link, /after=[^>]+>; rel="next"/);
  assert.ok(about.rows.flat().some((text) => /one page of the list/.test(text)));
  const next = /<([^>]+)>/.exec(answer.headers.link)[1];
  assert.notDeepEqual((await book('officer', next)).sheets[0].rows[1], list.rows[1]);
});

test('a list without rows is a heading; one with too many is refused', async () => {
  const { sheets: [list] } = await book('officer', '/v1/reports/transitions?year=2014');
  assert.equal(list.rows.length, 1);
  const answer = await stage.get('officer', `/v1/settings?limit=${ROWS_MAX + 1}`, { accept: XLSX });
  assert.deepEqual([answer.status, slug(answer)], [413, 'too_many_rows']);
  assert.match(answer.json.detail, /301 rows.*300/);
  assert.equal((await stage.get('officer', REPORT, { accept: 'application/vnd.ms-excel' })).status, 406);
});

// ---- while one is being made ----

const BIG = `/v1/settings?limit=${ROWS_MAX}`;
const worker = () => stage.workers()[0];
const childrenOf = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
const memory = (pid) => readdirSync(`/proc/${pid}/fd`).filter((fd) => {
  try { return readlinkSync(`/proc/${pid}/fd/${fd}`).includes('memfd:xlsx'); } catch { return false; }
});

/** A large one whose maker stands still: { answer, maker, req }. Asks again when it was too quick for us. */
async function held() {
  for (;;) {
    let req;
    const answer = new Promise((resolve, reject) => {
      req = https.get({ host: 'localhost', port: stage.port, path: BIG, agent: false, headers: { accept: XLSX }, ...stage.tls('officer') }, (res) => {
        const pieces = [];
        res.on('data', (piece) => pieces.push(piece)).on('error', reject)
          .on('end', () => resolve({ status: res.statusCode, bytes: Buffer.concat(pieces) }));
      });
      req.on('error', reject);
    });
    answer.catch(() => {});
    let isOver = false;
    answer.then(() => { isOver = true; }, () => { isOver = true; });
    const maker = await until('its maker', () => childrenOf(worker())[0] ?? isOver);
    if (maker !== true) {
      try {
        process.kill(maker, 'SIGSTOP');
        await until('it to stand', () => /\) [TZX]/.test(readFileSync(`/proc/${maker}/stat`, 'utf8')));
        if (/\) T/.test(readFileSync(`/proc/${maker}/stat`, 'utf8'))) return { answer, maker, req };
      } catch { /* it had just ended */ }
    }
    await answer;
  }
}

test('others are answered while a large one is made, and it comes whole', async () => {
  const { answer, maker } = await held();
  let isOver = false;
  answer.then(() => { isOver = true; });
  for (let i = 0; i < 20; i++) assert.equal((await stage.get('area', '/v1/whoami')).status, 200);
  assert.equal(isOver, false);
  assert.deepEqual(peerPorts(maker), [], 'its maker holds no connection of ours');
  process.kill(maker, 'SIGCONT');
  const { sheets: [list] } = readWorkbook((await answer).bytes);
  assert.equal(list.rows.length, ROWS_MAX + 1);
  await until('no file to be left', () => memory(worker()).length === 0 && childrenOf(worker()).length === 0);
});

test('nothing is left when the asker leaves in its midst', async () => {
  const { maker, req } = await held();
  assert.equal(memory(worker()).length, 1, 'it has no name anywhere');
  req.destroy();
  await until('its maker to be gone', () => !childrenOf(worker()).includes(maker));
  await until('no file to be left', () => memory(worker()).length === 0);
  await until('the log to tell', () => /route="GET \/v1\/settings" status=499/.test(stage.log()));
});

test('a maker that dies is a failure of one request', async () => {
  const before = worker();
  const { answer, maker } = await held();
  process.kill(maker, 'SIGKILL');
  assert.equal((await answer).status, 500);
  await until('the log to tell', () => /event=xlsx_failed code=2 status=9/.test(stage.log()));
  assert.equal(worker(), before);
  assert.equal((await book('officer', REPORT)).sheets.length, 2);
});

test('no maker outlives its worker', async () => {
  const { answer, maker } = await held();
  process.kill(worker(), 'SIGKILL');
  await assert.rejects(answer);
  await until('its maker to be gone', () => { try { process.kill(maker, 0); return false; } catch { return true; } });
  await stage.ready();
  assert.equal((await book('officer', REPORT)).sheets.length, 2);
});
