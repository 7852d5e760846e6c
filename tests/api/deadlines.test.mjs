// Everything that is due: who is told of what, in every form, filtered and
// counted; the letter of the day; and what another version of a clock changes.
import assert from 'node:assert/strict';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { addCaseload, addStaff, authority, childId, rowsInEveryForm, send, SETTING, settingId, slug } from '../lib/authority.mjs';
import { child, need, placement, plan } from '../lib/records.mjs';
import { bin } from '../lib/stage.mjs';
import { runProgram, StubServer } from '../lib/stub_server.mjs';

let stage, caseload, late;
const N = SETTING.nursery, P = SETTING.primary, Q = SETTING.primary2;
const ON = '2026-11-26';
const EVERYBODY = ['nursery', 'school', 'area', 'senco', 'officer', 'manager', 'administrator', 'auditor'];

before(async () => {
  stage = await authority('deadlines');
  await stage.addClient('nursery', 'school_system', { settings: [N] });
  await stage.addClient('school', 'school_system', { settings: [P] });
  await stage.addClient('manager', 'la_manager');
  await stage.addClient('auditor', 'auditor');
  caseload = await addCaseload(stage, 'Fictional North', [[P]], { holder: 'area' });
  await addStaff(stage, 'Ada Example', [[P]], { client: 'senco' });
  const at = (n, due) => [child(n), placement(n), need(n, { provision: 'K' }), plan(n, { start_on: '2026-09-01', review_due_on: due })];
  await send(stage, 'nursery', N, at(1, '2026-11-20'));
  await send(stage, 'school', P, [...at(2, '2026-11-25'), ...at(3, ON), ...at(4, '2026-12-24'), ...at(5, '2026-12-25')]);
  late = await childId(stage, P, 'c-2');
  // A request for an assessment, not decided in six weeks.
  await stage.sql(`WITH c AS (INSERT INTO core.ehc_cases (child_id, source, opened_on, client_id, key, content)
      SELECT '${late}', 'parent', '2026-10-01', x.id, 'k', gen_random_uuid() FROM core.clients AS x WHERE x.name = 'officer' RETURNING id, child_id, client_id)
    INSERT INTO core.ehc_events (case_id, child_id, event, on_date, client_id, key) SELECT id, child_id, 'request_received', '2026-10-01', client_id, 'e' FROM c`);
});
after(() => stage?.stop());

const refused = (answer) => [answer.status, slug(answer)];
const rows = async (who, query = '') => (await stage.get(who, `/v1/deadlines?on=${ON}${query}`)).json.items;

test('each is told what is due of the settings in scope, in every form', async () => {
  const names = { nursery: ['Fictional-1'], school: ['Fictional-2', 'Fictional-2', 'Fictional-3', 'Fictional-4'] };
  names.area = names.senco = names.school;
  names.officer = names.manager = [...names.nursery, ...names.school];
  for (const who of EVERYBODY) {
    if (!names[who]) assert.deepEqual(refused(await stage.get(who, '/v1/deadlines')), [403, 'forbidden'], who);
    else assert.deepEqual((await rowsInEveryForm(stage, who, `/v1/deadlines?on=${ON}`)).map(({ surname }) => surname).sort(), names[who], who);
  }
  const [first] = await rows('school');
  const { setting_id: _, setting_name: __, subject_id: ___, ...shown } = first;
  assert.deepEqual(shown, { due_on: '2026-11-12', days_left: -14, owner: 'la', clock: 'assess_decision', name: 'Decision whether to assess', subject: 'ehc_case',
    child_id: late, surname: 'Fictional-2', forename: 'Testchild', setting: P, starts_on: '2026-10-01', clock_version: '2014-09-01', exception: null,
    rule: 'ehc_assess_decision', severity: 'error', reference: 'SI 2014/1530 reg 5(3)' });
  const [[reads]] = await stage.sql(`SELECT count(*) FROM audit.entries WHERE role = 'school_system' AND child_ids @> ARRAY['${late}'::uuid] AND action LIKE '%deadlines%'`);
  assert.notEqual(reads, '0', 'that it was looked at is on record');
});

test('filtered and counted', async () => {
  for (const [query, count] of [['owner=la', 1], ['owner=la,setting', 5], ['owner=health', 0], ['clock=plan_review', 4], ['rule=ehc_assess_decision', 1], ['severity=error', 3],
    ['late=true', 3], ['late=false', 2], ['days=0', 4], ['days=29', 6], ['days=200', 9], [`setting=${N}`, 1], [`setting=${Q}`, 0], [`caseload=${caseload}`, 4], ['caseload=999999', 0]])
    assert.equal((await rows('officer', `&${query}`)).length, count, query);
  for (const query of ['owner=nobody', 'days=-1', 'days=1001', 'late=perhaps', 'on=2026-02-30', 'severity=grave'])
    assert.equal((await stage.get('officer', `/v1/deadlines?${query}`)).status, 400, query);
  const sums = async (by) => (await rowsInEveryForm(stage, 'officer', `/v1/deadlines/summary?on=${ON}&by=${by}`)).map(({ of, deadlines, late: l, today }) => [of, deadlines, l, today]);
  assert.deepEqual(await sums('owner'), [['la', 1, 1, 0], ['setting', 4, 2, 1]]);
  assert.deepEqual(await sums('day'), [['2026-11-12', 1, 1, 0], ['2026-11-20', 1, 1, 0], ['2026-11-25', 1, 1, 0], [ON, 1, 0, 1], ['2026-12-24', 1, 0, 0]]);
  assert.deepEqual((await sums('setting')).map(([of]) => of).sort(), [N, P].sort());
  assert.deepEqual((await sums('rule')).map(([of]) => of), ['due_plan_review', 'ehc_assess_decision']);
  assert.deepEqual((await sums('clock')).map(([of]) => of), ['assess_decision', 'plan_review']);
  assert.deepEqual(refused(await stage.get('officer', '/v1/deadlines/summary')), [400, 'missing_parameter']);
  for (const who of ['administrator', 'auditor']) assert.deepEqual(refused(await stage.get(who, '/v1/deadlines/summary?by=day')), [403, 'forbidden'], who);
});

test('the letter of the day names no child, and is audited', async () => {
  const answer = await stage.get('nursery', `/v1/deadlines/digest?on=${ON}`);
  assert.equal(answer.type, 'text/plain; charset=utf-8');
  const [[id, name]] = await stage.sql(`SELECT r.child_id, s.name FROM core.child_records AS r JOIN core.settings AS s ON s.id = r.setting_id WHERE r.setting_id = ${await settingId(stage, N)}`);
  assert.equal(answer.text, `What is due on 26 November 2026\n\nLate: 1. Today: 0. In the next 7 days: 0.\n\nThe setting: 1 late, 0 today, 0 soon\n\nLATE\nThe setting\n` +
    `- 20 Nov 2026 (late by 6): Review of SEN support, child ${id.slice(0, 8)}, ${name}\n`);
  const [[reads]] = await stage.sql(`SELECT count(*) FROM audit.entries WHERE child_ids = ARRAY['${id}'::uuid] AND action LIKE '%digest%'`);
  assert.equal(reads, '1');
  const { text } = await stage.get('officer', `/v1/deadlines/digest?on=${ON}`);
  assert.match(text, /^Late: 3\. Today: 1\. In the next 7 days: 0\.$/m);
  assert.doesNotMatch(text, /Fictional|Testchild/);
  for (const who of ['administrator', 'auditor']) assert.deepEqual(refused(await stage.get(who, '/v1/deadlines/digest')), [403, 'forbidden'], who);
});

test('what another version of a clock would change', async () => {
  const wanted = `clock=assess_decision&amount=9&on=${ON}`;
  const [row, ...more] = await rowsInEveryForm(stage, 'officer', `/v1/clocks/recompute?${wanted}`);
  assert.deepEqual(more, []);
  assert.deepEqual([row.child_id, row.old_due_on, row.new_due_on, row.was_late, row.is_late], [late, '2026-11-12', '2026-12-03', true, false]);
  const counts = { officer: 1, manager: 1, area: 1 };
  for (const who of EVERYBODY) for (const path of ['recompute', 'recompute/totals']) {
    const answer = await stage.get(who, `/v1/clocks/${path}?${wanted}`);
    if (counts[who] === undefined) assert.deepEqual(refused(answer), [403, 'forbidden'], `${who} ${path}`);
    else assert.equal(answer.json.items?.length ?? answer.json.late_no_more, counts[who], `${who} ${path}`);
  }
  assert.deepEqual((await stage.get('officer', `/v1/clocks/recompute/totals?${wanted}`)).json, { clock: 'assess_decision', name: 'Decision whether to assess', unit: 'week', amount: 9,
    rows: 1, moved: 1, earlier: 0, later: 1, late_before: 1, late_after: 0, late_no_more: 1, late_anew: 0 });
  assert.deepEqual((await stage.get('officer', `/v1/clocks/recompute?clock=assess_decision&on=${ON}`)).json.items, [], 'as it is nothing moves');
  assert.deepEqual(refused(await stage.get('officer', '/v1/clocks/recompute/totals?clock=nothing')), [404, 'not_found']);
  assert.deepEqual(refused(await stage.get('officer', '/v1/clocks/recompute/totals?clock=assess_decision&version=2015-01-01')), [404, 'not_found']);
  assert.deepEqual(refused(await stage.get('officer', '/v1/clocks/recompute')), [400, 'missing_parameter']);
  for (const query of ['unit=moon', 'amount=x', 'amount=1001', 'version=x'])
    assert.equal((await stage.get('officer', `/v1/clocks/recompute?clock=assess_decision&${query}`)).status, 400, query);
});

/** A mail server of this machine that speaks SMTP and keeps what it takes; says({ verb: answer }) instead of its own. */
async function mailServer(says = {}) {
  const taken = { letters: [], lines: [] };
  const server = net.createServer((socket) => {
    let data = null, left = '';
    const say = (line) => socket.write(`${line}\r\n`);
    socket.setEncoding('latin1');
    socket.on('error', () => {});
    if (says.greeting !== '') say('220 invented');
    socket.on('data', (piece) => {
      left += piece;
      for (let end; (end = left.indexOf('\r\n')) >= 0; left = left.slice(end + 2)) {
        const line = left.slice(0, end);
        if (data !== null && line !== '.') { data.push(line); continue; }
        if (data !== null) { taken.letters.push(data); data = null; say(says.end ?? '250 taken'); continue; }
        taken.lines.push(line);
        const verb = line.split(/[ :]/)[0].toUpperCase();
        if (says[verb]) { say(says[verb]); continue; }
        if (verb === 'DATA') { data = []; say('354 go on'); } else if (verb === 'QUIT') { say('221 bye'); socket.end(); } else say('250 fine');
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { ...taken, url: `smtp://127.0.0.1:${server.address().port}`, stop: () => new Promise((resolve) => server.close(resolve)) };
}

/** Quoted-printable as RFC 2045 has it, read back. */
const unquote = (lines) => Buffer.from(lines.join('\r\n').replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString();

test('sencoctl shows the letter, and sends it only where a mail server is configured', async () => {
  const stub = await StubServer.start('digest');
  const mail = await mailServer();
  const letter = `What is due on 26 November 2026\n\nZoë’s Ōwls = 1\n.\n.. and so on \n${'x'.repeat(200)}\n`;
  const digest = (args, env = {}) => runProgram(path.join(bin, 'sencoctl'), ['digest', ...args], { env: { ...stub.env, ...env }, cwd: stub.dir });
  try {
    stub.answer = (_, response) => { response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }); response.end(letter); };
    assert.equal((await digest(['--on', ON])).stdout, letter);
    assert.deepEqual(stub.requests.map(({ url, headers }) => [url, headers.accept]), [[`/v1/deadlines/digest?on=${ON}`, 'text/plain']]);
    const off = await digest(['--send', 'ada@example.org']);
    assert.deepEqual([off.code, /^sencoctl: sending is off: /.test(off.stderr), stub.requests.length], [2, true, 1], 'off by default, and nothing is asked for');

    const sent = await digest(['--send', 'ada@example.org', '--send', 'bea@example.org', '--sender', 'sencod@example.gov.uk'], { SENCOD_SMTP: mail.url });
    assert.deepEqual([sent.code, sent.stderr, sent.stdout], [0, '', 'Sent to 2 addresses.\n']);
    assert.deepEqual(mail.lines.filter((line) => /^(MAIL|RCPT)/.test(line)),
      ['MAIL FROM:<sencod@example.gov.uk>', 'RCPT TO:<ada@example.org>', 'RCPT TO:<bea@example.org>']);
    const [lines] = mail.letters;
    const blank = lines.indexOf('');
    const head = Object.fromEntries(lines.slice(0, blank).join('\r\n').replace(/\r\n /g, ' ').split('\r\n').map((line) => line.split(/: (.*)/).slice(0, 2)));
    assert.ok(Math.abs(Date.parse(head.Date) - Date.now()) < 600_000, head.Date);
    assert.match(head['Message-ID'], /^<[0-9a-f-]{36}@example\.gov\.uk>$/);
    assert.deepEqual([head.From, head.To, head.Subject, head['Content-Type'], head['Content-Transfer-Encoding'], head['Auto-Submitted']],
      ['<sencod@example.gov.uk>', '<ada@example.org>, <bea@example.org>', 'What is due on 26 November 2026', 'text/plain; charset=utf-8', 'quoted-printable', 'auto-generated']);
    const body = lines.slice(blank + 1);
    assert.ok(body.includes('..') && body.includes('... and so on=20'), 'a line that begins with a dot has one more on its way');
    assert.ok(body.every((line) => line.length <= 77 && /^[\x20-\x7e]*$/.test(line)));
    assert.equal(unquote(body.map((line) => line.replace(/^\./, ''))), letter.trimEnd().replace(/\n/g, '\r\n'), 'and it arrives as it was written');

    for (const [args, code, sentence] of [
      [['--send', 'ada'], 2, /"ada" is no address/], [['--send', 'a@b>\r\nRCPT TO:<c@d'], 2, /is no address/],
      [['--send', 'ada@example.org', '--smtp', 'smtp://mail.example.org'], 2, /must be like smtp:\/\/localhost:25, or smtps:/],
      [['--send', 'ada@example.org', '--smtp', 'smtp://localhost.example.org'], 2, /must be like/],
      [['--send', 'ada@example.org', '--smtp', 'smtp://127.0.0.1:1'], 3, /did not reach the mail server at smtp:\/\/127\.0\.0\.1:1/]]) {
      const answer = await digest([...args, '--sender', 'sencod@example.gov.uk'], { SENCOD_SMTP: mail.url });
      assert.deepEqual([answer.code, sentence.test(answer.stderr), answer.stderr.trimEnd().split('\n').length], [code, true, 1], answer.stderr);
    }
    for (const says of [{ RCPT: '550 no such person' }, { MAIL: '451 not now' }, { end: '554 spam' }]) {
      const stern = await mailServer(says);
      const answer = await digest(['--send', 'ada@example.org', '--smtp', stern.url, '--sender', 'sencod@example.gov.uk']);
      assert.deepEqual([answer.code, /would not have the letter \(answer (550|451|554)\)/.test(answer.stderr)], [1, true], answer.stderr);
      await stern.stop();
    }
    assert.equal(mail.letters.length, 1);
  } finally {
    await mail.stop();
    await stub.stop();
  }
});
