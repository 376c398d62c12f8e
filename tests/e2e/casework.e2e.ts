import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { abuseOf } from './casework-abuse.js';
import { archived } from './casework-archive.js';
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
  secondApprover,
  supervisor,
  township,
  village,
} from './casework-desk.js';
import { ask, commandHeaders } from './http.js';
import { approval, attach, chinaDay } from './papers.js';
import { cityTimeoutMs, runCity, type RunningCity } from './running.js';
import { until } from './wait.js';

const testTimeoutMs = 60_000;
const followUpTimeoutMs = 30_000;
const dayMs = 24 * 60 * 60 * 1000;
const temporaryCard = '000709008000';
const text = '经核实，情况如上。';

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
    const { json } = await desk.office.get(clerk, township, `/cases/${record}/entries`);
    const [first] = json?.['entries'] as { readonly occurredAt: string; readonly recordedAt: string }[];
    // The clock of the law begins with the record; the deed keeps its own time.
    expect(Date.parse(first!.occurredAt)).toBeLessThan(Date.now() - dayMs);
    expect(Date.parse(first!.recordedAt)).toBeGreaterThan(Date.now() - dayMs);
    for (const days of [-8, 1])
      expect(codeOf(await desk.apply(desk.item(), { occurredAt: at(days) }))).toBe('case.back-dated');
    expect(await desk.act(clerk, record, 'acceptance', { occurredAt: at(-4) })).toBe('case.back-dated');
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
    const call = { departments: ['civil-affairs', 'taxation'], dueBy: chinaDay(5), subject: '认定' };
    expect(await desk.act(clerk, record, 'conference', call)).toBe(201);
    expect(await desk.act(approver, record, 'decision', approval)).toBe('case.conference');
    const opinion = (department: string) => ({ department, conclusion: 'agree', opinion: text });
    expect(await desk.act(reviewer, record, 'conference-opinion', opinion('civil-affairs'))).toBe(201);
    expect(await desk.act(secondApprover, record, 'conference-opinion', opinion('taxation'))).toBe(201);
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
    await archived(desk, record);
  });

  it('a bad rating opens a follow-up with a deadline; a complaint has its own clock and answer', async () => {
    const { record, queryCode: code } = await desk.certified(desk.item());
    await desk.must(clerk, record, 'delivery', { method: 'window', recipient: '本人' });
    const bad = { code, level: 'dissatisfied', channel: 'mobile', text: '等了太久' };
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
    // Only the monthly report is still to come; what was asked of the owner comes back in its own time.
    await until('the seven steps', followUpTimeoutMs, async () => {
      const steps = await desk.office.get(agent, village, `/cases/${record}/agency`);
      const open = (steps.json?.['steps'] as { step: string; at: unknown }[]).filter(({ at }) => at === null);
      return open.map(({ step }) => step).join() === 'report' ? true : undefined;
    });
    const revocation = { reasonCode: 'agentRenounced' };
    const ended = await desk.office.command(agent, village, `/mandates/${mandate}/revocation`, revocation);
    expect(ended.status).toBe(201);
    expect(
      await desk.act(agent, record, 'withdrawal', { mandate, reasonCode: 'givenUp', reason: text }, village),
    ).not.toBe(201);
  });
});

describe('abuse', () => abuseOf(() => desk));

it('keeps no query code or pick-up code in what is logged', () => {
  const log = readFileSync(running.city.folder.file('logs', 'township.log'), 'utf8');
  expect(log).not.toMatch(/code=\d{6}/);
});
