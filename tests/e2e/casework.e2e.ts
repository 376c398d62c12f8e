import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { zipOf } from '../../libs/platform/blob/src/zip.fixture.js';
import {
  agent,
  approver,
  cashier,
  clerk,
  codeOf,
  colleagues,
  Desk,
  resident,
  reviewer,
  secondAgent,
  secondApprover,
  supervisor,
  township,
  village,
} from './casework-desk.js';
import { ask, commandHeaders } from './http.js';
import { approval, attach, chinaDay, grantMandate, makeApplicant, submissionOf } from './papers.js';
import { cityTimeoutMs, runCity, type RunningCity } from './running.js';
import { until } from './wait.js';

const testTimeoutMs = 60_000;
const followUpTimeoutMs = 30_000;
const manyAttachments = 200;
const uploadsAtOnce = 8;
const dayMs = 24 * 60 * 60 * 1000;
const temporaryCard = '000709008000';
const text = '经核实，情况如上。';
const program = join(import.meta.dirname, '..', '..', 'dist', 'apps', 'tongbanctl', 'main.js');

jest.setTimeout(testTimeoutMs);

let running: RunningCity;
let desk: Desk;

beforeAll(async () => {
  running = await runCity({ persons: colleagues });
  desk = await Desk.open(running);
}, cityTimeoutMs);
afterAll(() => running?.city.dispose(), testTimeoutMs);

const filesOf = (item: { required: readonly string[] }, by: string) => attach(desk.office, by, township, item.required);
const page = (address: string) => ask({ method: 'GET', url: address });

describe('how a case comes in', () => {
  it('kiosk: begun by the applicant, received by the window', async () => {
    const { record } = await desk.take(desk.item(), { channel: 'kiosk' }, resident);
    expect(await desk.act(clerk, record, 'acceptance')).toBe('case.not-received');
    expect(await desk.act(clerk, record, 'reception')).toBe(201);
    expect(await desk.act(clerk, record, 'acceptance')).toBe(201);
  });

  it('telephone: called back, confirmed, then decided', async () => {
    const caller = { name: '王敏', phone: '13900139000', relation: '女儿' };
    expect(codeOf(await desk.apply(desk.item(), { channel: 'phone', caller }))).toBe('case.callback-unchecked');
    const call = { channel: 'phone', caller, callbackChecked: true };
    const { record, queryCode } = await desk.take(desk.item(), call);
    await desk.must(clerk, record, 'acceptance');
    expect(await desk.act(approver, record, 'decision', approval)).toBe('case.unconfirmed');
    expect(await desk.act(resident, record, 'confirmation', { queryCode })).toBe(201);
    expect(await desk.act(approver, record, 'decision', approval)).toBe(201);
  });

  it('on line: pre-reviewed once, then applied for with what passed; a form that is wrong is told place by place', async () => {
    const item = desk.item();
    const wrong = await desk.apply(item, { channel: 'online', preReview: true, form: { nonsense: 1 } }, resident);
    expect(wrong).toMatchObject({ status: 400, json: { code: 'case.form' } });
    expect((wrong.json?.['params'] as { fields: string[] }).fields).toContain('nonsense');
    const { record } = await desk.take(item, { channel: 'online', preReview: true }, resident);
    const material = item.required[0]!;
    const faults = { outcome: 'notPass', faults: [{ material, fault: 'unclear' }], text };
    expect(await desk.act(clerk, record, 'pre-review', faults)).toBe(201);
    expect(await desk.act(clerk, record, 'pre-review', faults)).toBe('case.pre-reviewed');
    const attachments = (await filesOf(item, resident)).filter((each) => each.material === material);
    expect(await desk.act(resident, record, 'formal-application', { attachments })).toBe(201);
    expect(await desk.act(clerk, record, 'acceptance')).toBe(201);
  });

  it('offline: the time of the deed is kept, too old or yet to come is refused', async () => {
    const at = (days: number): string => new Date(Date.now() + days * dayMs).toISOString();
    const { record } = await desk.entrusted(desk.item(), { occurredAt: at(-2) });
    expect(Date.parse(String((await desk.view(record))['submittedAt']))).toBeLessThan(Date.now() - dayMs);
    for (const days of [-8, 1])
      expect(codeOf(await desk.apply(desk.item(), { occurredAt: at(days) }))).toBe('case.back-dated');
    expect(await desk.act(clerk, record, 'acceptance', { occurredAt: at(-3) })).toBe('case.back-dated');
  });

  it('in the hall: booked by whoever has the code, called, passed over, called again, handed on, shown', async () => {
    const at = (path: string, body: object) => desk.office.command(undefined, township, path, body);
    const byClerk = (path: string, body: object = {}) => desk.office.command(clerk, township, path, body);
    const slots = await ask({
      method: 'GET',
      url: desk.office.url(township, `/halls/main/slots?day=${chinaDay(1)}&group=general`),
    });
    const [{ start }] = slots.json?.['slots'] as [{ start: string }];
    const booking = { hall: 'main', group: 'general', day: chinaDay(1), start, identityNumber: 'E9000001' };
    const booked = await at('/appointments', booking);
    const { number, code } = booked.json as { number: string; code: string };
    expect(codeOf(await at(`/appointments/${number}/cancellation`, { code }))).toBe(200);
    const { json } = await at('/tickets', { hall: 'main', group: 'general' });
    const ticket = String(json?.['ticket']);
    expect(codeOf(await byClerk('/halls/main/windows/1/opening'))).toBe(200);
    expect((await byClerk('/halls/main/windows/1/call')).json).toMatchObject({ ticket });
    const display = await ask({ method: 'GET', url: desk.office.url(township, '/halls/main/display') });
    expect(JSON.stringify(display.json?.['called'])).toContain(String(json?.['number']));
    expect(codeOf(await byClerk(`/tickets/${ticket}/skip`))).toBe(200);
    expect(codeOf(await byClerk(`/tickets/${ticket}/recall`, { window: '1' }))).toBe(200);
    expect(codeOf(await byClerk(`/tickets/${ticket}/service`))).toBe(200);
    expect(codeOf(await byClerk(`/tickets/${ticket}/finish`, { cases: [] }))).toBe(200);
    expect(codeOf(await byClerk('/halls/main/windows/1/closing'))).toBe(200);
  });
});

describe('on its way', () => {
  it('a notice tells everything once; a second one is marked for supervision', async () => {
    const item = desk.item();
    const { record } = await desk.take(item);
    const notice = { materials: [item.required[0]], text: '请一次补齐' };
    for (const violations of [0, 1]) {
      await desk.must(clerk, record, 'supplement-request', notice);
      const attachments = (await filesOf(item, clerk)).slice(0, 1);
      await desk.must(clerk, record, 'supplement', { attachments });
      expect((await desk.view(record))['state']).toMatchObject({ violations: { length: violations } });
    }
  });

  it('the clock stops for a special procedure and is extended once, by an approver who did not ask', async () => {
    const { record } = await desk.accepted(desk.item());
    const procedure = { procedure: 'siteSurvey', legalBasis: '行政许可法第四十五条', workingDays: 3, text };
    expect(await desk.act(clerk, record, 'special-procedure', procedure)).toBe(201);
    expect(await desk.view(record)).toMatchObject({ clock: { color: 'paused' } });
    expect(await desk.act(approver, record, 'decision', approval)).toBe('case.paused');
    expect(await desk.act(clerk, record, 'special-procedure-end', { result: text })).toBe(201);
    expect(await desk.act(approver, record, 'extension-request', { days: 1, reason: text })).toBe(201);
    const grant = { outcome: 'granted', reason: text };
    expect(await desk.act(approver, record, 'extension', grant)).toBe('case.same-person');
    expect(await desk.act(secondApprover, record, 'extension', grant)).toBe(201);
    expect(await desk.act(clerk, record, 'extension-request', { days: 1, reason: text })).toBe('case.extension');
  });

  it('a review, a conference with one conclusion, a word of urging a day, a mark that somebody granted', async () => {
    const { record } = await desk.accepted(desk.item());
    const call = { departments: ['civil-affairs'], dueBy: chinaDay(5), subject: '认定' };
    expect(await desk.act(clerk, record, 'conference', call)).toBe(201);
    expect(await desk.act(approver, record, 'decision', approval)).toBe('case.conference');
    const opinion = { department: 'civil-affairs', conclusion: 'agree', opinion: text };
    expect(await desk.act(reviewer, record, 'conference-opinion', opinion)).toBe(201);
    const conclusion = { conclusion: 'agree', summary: text };
    expect(await desk.act(approver, record, 'conference-conclusion', conclusion)).toBe(201);
    expect(await desk.act(reviewer, record, 'review', { conclusion: 'agree', opinion: text })).toBe(201);
    expect(await desk.act(supervisor, record, 'urging')).toBe(201);
    expect(await desk.act(supervisor, record, 'urging')).toBe('case.urged');
    const mark = { mark: 'greenChannel', granted: true, reason: '重症患者' };
    expect(await desk.act(approver, record, 'service-mark', mark)).toBe(201);
    const listed = await desk.office.get(clerk, township, '/cases?mark=greenChannel');
    expect(JSON.stringify(listed.json)).toContain(record);
    expect(await desk.act(approver, record, 'decision', approval)).toBe(201);
  });

  it('a fee is taken at the counter once, given back, let off, and the day’s sheet balances', async () => {
    const { json } = await desk.office.get(undefined, township, `/items/${temporaryCard}`);
    const required = ['household-register', 'receipt'];
    const form = { use: '就医', receiptNumber: 'LQ20260001' };
    expect(json?.['regime']).toBe('feeCounter');
    const item = { code: temporaryCard, regime: 'feeCounter', hasResult: true, required, form };
    const noticed = async (): Promise<{ record: string; notice: { number: string; amountFen: number } }> => {
      const { record } = await desk.accepted(item);
      await desk.must(clerk, record, 'payment-notice');
      const { fee } = (await desk.view(record))['state'] as { fee: { notice: { number: string; amountFen: number } } };
      return { record, notice: fee.notice };
    };
    const { record, notice } = await noticed();
    const payment = (receiptNumber: string) => ({
      ...{ noticeNumber: notice.number, amountFen: notice.amountFen, receiptNumber },
    });
    expect(await desk.act(clerk, record, 'payment', payment('PJ-E1'))).toBe('fee.counter');
    const both = await Promise.all(['PJ-E2', 'PJ-E3'].map((one) => desk.act(cashier, record, 'payment', payment(one))));
    expect(both.sort()).toEqual([201, 'fee.settled']);
    expect(await desk.entries(record, 'case.feePaid')).toBe(1);
    const refund = { reasonCode: 'overcharged', reason: text };
    expect(await desk.act(approver, record, 'refund', refund)).toBe(201);
    const other = await noticed();
    const free = { legalBasis: '老年人权益保障法第五十九条', reason: text };
    expect(await desk.act(approver, other.record, 'fee-exemption', free)).toBe(201);
    const sheet = await desk.office.get(supervisor, township, `/settlements/${chinaDay()}`);
    expect(sheet.json).toMatchObject({ balanced: true, totals: { paid: { count: 1 }, refunded: { count: 1 } } });
  });
});

describe('at its end', () => {
  it('papers, public pages without a name, a pick-up code, an archive that holds without the system', async () => {
    const { record, number, queryCode, name } = await desk.certified(desk.item());
    const path = `/cases/${record}/documents`;
    const { json } = await desk.office.get(clerk, township, path);
    const documents = json?.['documents'] as { kind: string; id: string; address: string | null }[];
    const of = (kind: string): string => documents.find((each) => each.kind === kind)!.address!;
    const verified = await page(of('result'));
    expect([verified.status, verified.text.includes('有效'), verified.text.includes(name)]).toEqual([200, true, false]);
    const progress = await page(of('receipt'));
    expect([progress.status, progress.text.includes(number), progress.text.includes(name)]).toEqual([200, true, false]);
    const base = desk.office.base('township');
    const wrong = queryCode === '000000' ? '000001' : '000000';
    expect(codeOf(await page(`${base}/v1/progress/${number}?code=${wrong}`))).toBe('case.query-code');
    for (const width of ['a4', '80']) {
      const receipt = await desk.office.get(clerk, township, `/cases/${record}/receipt.pdf?width=${width}`);
      expect(receipt.text.slice(0, 5)).toBe('%PDF-');
    }
    const collect = (pickUpCode: string) =>
      desk.act(clerk, record, 'delivery', { method: 'window', recipient: name, pickUpCode });
    const purpose = encodeURIComponent('核对取件码');
    const dossier = await desk.office.get(clerk, township, `/cases/${record}/dossier?full=true&purpose=${purpose}`);
    const code = /"pickUpCode":"(\d{6})"/.exec(dossier.text)![1]!;
    expect(await collect(code === '000000' ? '000001' : '000000')).toBe('case.pick-up-code');
    expect(await collect(code)).toBe(201);
    await archived(record);
  });

  /** Fetched, checked by the program with the file and the published keys alone, and found out when a byte is changed. */
  async function archived(record: string): Promise<void> {
    const response = await fetch(desk.office.url(township, `/cases/${record}/archive`), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await desk.office.token(clerk)}`,
      },
      body: JSON.stringify({ purpose: '办结归档' }),
    });
    expect(response.status).toBe(200);
    const bytes = Buffer.from(await response.arrayBuffer());
    const file = running.city.folder.file('archive.zip');
    const verify = (content: Buffer): number | null => {
      writeFileSync(file, content);
      const args = [program, 'verify', file, '--keys', running.city.folder.file('key-directory.json')];
      return spawnSync(process.execPath, args, { encoding: 'utf8' }).status;
    };
    expect(verify(bytes)).toBe(0);
    const spoiled = Buffer.from(bytes);
    spoiled[Math.floor(spoiled.length / 3)]! ^= 1;
    expect(verify(spoiled)).toBe(1);
  }

  it('a bad rating opens a follow-up with a deadline; a complaint has its own clock and answer', async () => {
    const { record } = await desk.certified(desk.item());
    await desk.must(clerk, record, 'delivery', { method: 'window', recipient: '本人' });
    const bad = { level: 'dissatisfied', channel: 'mobile', text: '等了太久' };
    expect(await desk.act(resident, record, 'rating', bad)).toBe(201);
    const found = await until('the follow-up', followUpTimeoutMs, async () => {
      const { json } = await desk.office.get(supervisor, township, `/feedback?kind=ratingFollowUp&case=${record}`);
      return (json?.['feedback'] as { due: { date: string } }[])[0];
    });
    expect(found.due.date > chinaDay()).toBe(true);
    const filed = await ask({
      ...{ method: 'POST', url: desk.office.url(township, '/feedback'), headers: commandHeaders() },
      body: JSON.stringify({
        ...{ kind: 'complaint', channel: 'web', anonymous: false, text: '窗口人员态度生硬' },
        contact: { name: '王秀英', phone: '13800138000' },
      }),
    });
    const { record: complaint, number, queryCode } = filed.json as Record<string, string>;
    const path = (act: string): string => `/feedback/${complaint}/${act}`;
    const step = async (act: string, body: object): Promise<unknown> =>
      codeOf(await desk.office.command(clerk, township, path(act), body));
    expect(await step('acceptance', { complexity: 'general' })).toBe(201);
    expect(await step('investigation', { finding: 'partly', text })).toBe(201);
    expect(await step('answer', { text: '已道歉并整改' })).toBe(201);
    const seen = await page(`${desk.office.base('township')}/v1/feedback/${number}?code=${queryCode}`);
    expect(seen.text).toContain('已道歉并整改');
    expect(seen.text).not.toContain('王秀英');
  });

  it('an agent goes all seven steps; the resident sees who read the papers, and ends the mandate', async () => {
    const item = desk.item();
    const { record, queryCode, mandate } = await desk.entrusted(item);
    await desk.must(clerk, record, 'acceptance');
    await desk.must(approver, record, 'decision', approval);
    await desk.must(clerk, record, 'certificate');
    await desk.until(record, 'the result', ({ status }) => status === 'closed');
    const purpose = encodeURIComponent('核对送达信息');
    await desk.office.get(agent, village, `/cases/${record}/dossier?full=true&purpose=${purpose}`);
    const readings = await desk.office.get(resident, village, `/cases/${record}/readings?code=${queryCode}`);
    expect(readings.text).toContain('核对送达信息');
    for (const [action, body] of [
      ['delivery', { method: 'village', recipient: '本人' }],
      ['filing', {}],
      ['call-back', { outcome: 'satisfied' }],
    ] as const) {
      const { seq } = await desk.view(record, village);
      await desk.must(agent, record, action, body, village);
      await desk.until(record, action, (view) => Number(view['seq']) > Number(seq));
    }
    const steps = await desk.office.get(agent, village, `/cases/${record}/agency`);
    const open = (steps.json?.['steps'] as { step: string; at: unknown }[]).filter(({ at }) => at === null);
    expect(open.map(({ step }) => step)).toEqual(['report']);
    const revocation = { reasonCode: 'agentRenounced' };
    const ended = await desk.office.command(agent, village, `/mandates/${mandate}/revocation`, revocation);
    expect(ended.status).toBe(201);
    expect(
      await desk.act(agent, record, 'withdrawal', { mandate, reasonCode: 'givenUp', reason: text }, village),
    ).not.toBe(201);
  });
});

describe('abuse', () => {
  it('decisions of two at the same moment are one decision, and a command that is sent again is the same command', async () => {
    const { record } = await desk.accepted(desk.item());
    const many = [approver, secondApprover, approver, secondApprover].map((by) =>
      desk.act(by, record, 'decision', approval),
    );
    const codes = await Promise.all(many);
    expect(codes.filter((code) => code === 201)).toHaveLength(1);
    expect(await desk.entries(record, 'case.decided')).toBe(1);
    const key = randomUUID();
    const again = await Promise.all(
      Array.from({ length: 5 }, () => desk.send(clerk, record, 'certificate', {}, township, key)),
    );
    expect(new Set(again.map(({ text: answer }) => answer)).size).toBe(1);
    expect(await desk.entries(record, 'case.certified')).toBe(1);
  });

  it('one agent for two sides', async () => {
    const item = desk.item();
    const [one, other] = [makeApplicant(), makeApplicant()];
    const entrust = (by: string, principal: typeof one) =>
      grantMandate(desk.office, by, village, principal, { items: [item.code] });
    const mandate = await entrust(agent, one);
    await entrust(agent, other);
    const attachments = await attach(desk.office, agent, village, item.required);
    const opposing = [{ name: other.name, identityNumber: other.identityNumber }];
    const parts = submissionOf({ item: item.code, applicant: one, mandate, attachments, form: item.form });
    const answer = await desk.office.command(agent, village, '/cases', { ...parts, opposing });
    expect(codeOf(answer)).toBe('mandate.two-sides');
    await entrust(secondAgent, other);
  });

  it('two hundred attachments are taken, and no more than three hundred', async () => {
    const item = desk.item();
    const attachments: Awaited<ReturnType<typeof attach>> = [];
    for (let done = 0; done < manyAttachments; done += uploadsAtOnce) {
      const materials = Array.from({ length: uploadsAtOnce }, (_, at) => item.required[at % item.required.length]!);
      const uploads = materials.map((material) => attach(desk.office, clerk, township, [material]));
      attachments.push(...(await Promise.all(uploads)).flat());
    }
    expect(attachments).toHaveLength(manyAttachments);
    const { record } = await desk.take(item, { attachments });
    expect(await desk.act(clerk, record, 'acceptance')).toBe(201);
    expect((await desk.office.get(clerk, township, `/cases/${record}/receipt.pdf`)).text.slice(0, 5)).toBe('%PDF-');
    const tooMany = [...attachments, ...attachments.slice(0, 101)];
    expect(codeOf(await desk.apply(item, { attachments: tooMany }))).toBe('request.invalid');
  });

  it.each<[string, string, Buffer]>([
    ['a page with a script', 'text/plain', Buffer.from('说明\n<script>alert(1)</script>')],
    [
      'a picture with a script',
      'image/png',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    ],
    ['a PDF with a page behind it', 'application/pdf', Buffer.from('%PDF-1.7\n%%EOF\n<html><script>1</script></html>')],
    ['an archive', 'application/zip', zipOf([{ name: 'bomb.txt', data: Buffer.alloc(100_000) }])],
    [
      'a document that unpacks without end',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      zipOf([{ name: '[Content_Types].xml' }, { name: 'word/document.xml', unpackedBytes: 4_000_000_000 }]),
    ],
  ])('%s as an attachment', async (_what, type, bytes) => {
    const url = desk.office.url(township, '/attachments');
    const answer = await desk.office.send(clerk, 'POST', url, { 'content-type': type }, new Uint8Array(bytes));
    expect(codeOf(answer)).toBe('attachment.type');
  });
});

it('keeps no query code or pick-up code in what is logged', () => {
  const log = readFileSync(running.city.folder.file('logs', 'township.log'), 'utf8');
  expect(log).not.toMatch(/code=\d{6}/);
});
