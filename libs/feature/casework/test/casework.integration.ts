import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { workingCalendar } from '@tongban/domain/calendar';
import { district, items, Office, township, type Reply } from './office.js';

jest.setTimeout(60_000);

let office: Office;
let clerk: string;
let approver: string;
let reviewer: string;
let cashier: string;

beforeAll(async () => {
  office = await Office.open('2026-03-02');
  clerk = office.person('clerk', 'window');
  approver = office.person('approver', 'chief');
  reviewer = office.person('reviewer', 'reader');
  cashier = office.person('clerk', 'cashier', township, 'fee-counter');
});
afterAll(async () => {
  await office?.close();
});

const codeOf = ({ status, json }: Reply): unknown => (status < 300 ? status : json['code']);
const act = async (token: string, record: string, path: string, body: object, node = township): Promise<unknown> =>
  codeOf(await office.post(token, `cases/${record}/${path}`, body, node));
const caseOf = async (record: string, node = township): Promise<Record<string, unknown>> =>
  (await office.get(office.person('supervisor', 'watch', node), `cases/${record}`, node)).json;
const decision = { outcome: 'approve', opinion: '同意' };
const payment = (notice: string, receiptNumber: string) => ({ noticeNumber: notice, amountFen: 1500, receiptNumber });

async function noticeOf(record: string): Promise<string> {
  const { fee } = (await caseOf(record))['state'] as { fee: { notice: { number: string } } };
  return fee.notice.number;
}

describe('clocks', () => {
  const survey = { procedure: 'siteSurvey', legalBasis: '行政许可法第四十五条', workingDays: 5, text: '须现场勘验' };

  it('stand still for a special procedure and are extended once, and GET shows them', async () => {
    const record = await office.take(items.plain);
    expect(await caseOf(record)).toMatchObject({
      clock: { color: 'green', promised: { due: { date: '2026-03-09' }, remainingDays: 5 }, step: { step: 'decide' } },
    });
    expect(await act(clerk, record, 'special-procedure', survey)).toBe(201);
    expect(await act(clerk, record, 'special-procedure', survey)).toBe('case.paused');
    expect(await act(approver, record, 'decision', decision)).toBe('case.paused');
    expect(await caseOf(record)).toMatchObject({
      clock: { color: 'paused', pause: { reason: 'siteSurvey', until: { date: '2026-03-09', provisional: false } } },
    });
    office.passDays(2);
    expect(await act(clerk, record, 'special-procedure-end', { result: '情况属实' })).toBe(201);
    expect(await caseOf(record)).toMatchObject({ promisedDue: { date: '2026-03-11' }, clock: { color: 'green' } });
    expect(await act(clerk, record, 'extension-request', { days: 11, reason: 'x' })).toBe('request.invalid');
    expect(await act(approver, record, 'extension-request', { days: 10, reason: '须调档' })).toBe(201);
    const granted = { outcome: 'granted', reason: '已告知申请人' };
    expect(await act(approver, record, 'extension', granted)).toBe('case.same-person');
    expect(await act(office.person('approver', 'deputy'), record, 'extension', granted)).toBe(201);
    expect(await caseOf(record)).toMatchObject({
      clock: { extendedDays: 10, promised: { due: { date: '2026-03-25' } } },
    });
    office.passDays(-2);
  });

  it('are written down anew when the holidays of a year become known', async () => {
    const start = office.time.at;
    office.time.at = Date.parse('2026-12-29T02:00:00Z');
    const records = [await office.take(items.plain), await office.take(items.plain)];
    const administrator = office.person('administrator', 'operator');
    const recounts = async () => (await office.post(administrator, 'recounts', {})).json;
    const all = Number((await recounts())['unchanged']);
    expect(await recounts()).toEqual({ recounted: 0, unchanged: all, next: null });
    expect(await act(clerk, records[0]!, 'recount', {})).toBe('case.nothing-to-recount');
    expect(await caseOf(records[0]!)).toMatchObject({ clock: { color: 'provisional' } });
    office.calendar.now = workingCalendar({ coveredYears: [2027], offDays: ['2027-01-01'] });
    expect(await recounts()).toEqual({ recounted: 2, unchanged: all - 2, next: null });
    expect(await caseOf(records[1]!)).toMatchObject({ promisedDue: { date: '2027-01-06', provisional: false } });
    expect(await recounts()).toMatchObject({ recounted: 0, unchanged: all });
    // The State Council thinks again: a year that was published has one day off more.
    office.calendar.now = workingCalendar({ coveredYears: [2027], offDays: ['2027-01-01', '2027-01-04'] });
    expect(await recounts()).toMatchObject({ recounted: 2, unchanged: all - 2 });
    expect(await caseOf(records[0]!)).toMatchObject({ promisedDue: { date: '2027-01-07', provisional: false } });
    office.time.at = start;
  });
});

describe('fees', () => {
  it('are told by notice, taken at the counter, and let the certificate go', async () => {
    const record = await office.take(items.charged);
    expect(await act(clerk, record, 'payment-notice', {})).toBe(201);
    expect(await act(clerk, record, 'payment-notice', { amountFen: 1 })).toBe('request.invalid');
    const notice = await noticeOf(record);
    expect(await act(approver, record, 'decision', decision)).toBe(201);
    expect(await act(clerk, record, 'certificate', {})).toBe('fee.unpaid');
    expect(await act(office.person('clerk', 'another'), record, 'payment', payment(notice, 'PJ-1'))).toBe(
      'fee.counter',
    );
    const short = { ...payment(notice, 'PJ-1'), amountFen: 1000 };
    expect(await act(cashier, record, 'payment', short)).toBe('fee.amount');
    expect(await act(cashier, record, 'payment', payment(notice, 'PJ-1'))).toBe(201);
    expect(await act(cashier, record, 'payment', payment(notice, 'PJ-2'))).toBe('fee.settled');
    expect(await act(clerk, record, 'certificate', {})).toBe(201);

    const second = await office.take(items.charged);
    await act(clerk, second, 'payment-notice', {});
    const used = payment(await noticeOf(second), 'PJ-1');
    expect(await act(cashier, second, 'payment', used)).toBe('fee.receipt-used');
    expect(await act(cashier, second, 'payment', { ...used, receiptNumber: 'PJ-3' })).toBe(201);
    const wrong = { reasonCode: 'overcharged', reason: '误收' };
    expect(await act(approver, second, 'refund', wrong)).toBe(201);

    const third = await office.take(items.charged);
    await act(clerk, third, 'payment-notice', { projects: [{ code: 'photo' }] });
    const free = { legalBasis: '老年人权益保障法第五十九条', reason: '年满八十' };
    expect(await act(approver, third, 'fee-exemption', free)).toBe(201);
  });

  it('paid on line are confirmed by the provider and by nobody else', async () => {
    const record = await office.take(items.charged);
    const resident = office.person('resident', 'wang');
    const order = (): Promise<Reply> => office.post(resident, `cases/${record}/payment-order`);
    const confirm = (): Promise<Reply> => office.post(resident, `cases/${record}/online-payment`);
    expect(codeOf(await order())).toBe('fee.not-noticed');
    await act(clerk, record, 'payment-notice', {});
    const { json } = await order();
    expect(json).toMatchObject({ amountFen: 1500, payCode: expect.stringMatching(/^\d{20}$/) });
    expect((await order()).json).toEqual(json);
    expect(codeOf(await confirm())).toBe('fee.provider-pending');
    expect(await office.payments.pay('0')).toBeUndefined();
    expect(await office.payments.pay(String(json['payCode']))).toMatchObject({ amountFen: 1500 });
    office.payments.isDown = true;
    expect(codeOf(await confirm())).toBe('fee.provider-unavailable');
    office.payments.isDown = false;
    expect(codeOf(await confirm())).toBe(201);
    // Pressed once more, or booked meanwhile by a look of the host's own: it is done.
    expect(codeOf(await confirm())).toBe(201);
    expect(codeOf(await order())).toBe('fee.settled');
    expect(await caseOf(record)).toMatchObject({ state: { fee: { status: 'paid' } } });
  });

  it('asked for below and paid above are settled below', async () => {
    const record = await office.take(items.chargedAbove);
    office.passDays(3);
    expect(await act(clerk, record, 'payment-notice', {})).toBe(201);
    expect(await act(clerk, record, 'hand-over', { to: district, reason: 'toDecide' })).toBe(201);
    await office.eventually(async () => (await caseOf(record, district))['owner'] === district);
    const above = office.person('clerk', 'cashier-above', district, 'fee-counter');
    expect(await act(above, record, 'payment', payment(await noticeOf(record), 'PJ-1'), district)).toBe(201);
    const watch = office.person('supervisor', 'watch');
    await office.eventually(async () => {
      const { totals } = (await office.get(watch, 'settlements/2026-03-05')).json as { totals: { paid: object } };
      return JSON.stringify(totals.paid) === JSON.stringify({ count: 1, amountFen: 1500 });
    });
    const upstairs = office.person('supervisor', 'watch', district);
    expect((await office.get(upstairs, 'settlements/2026-03-05', district)).json).toMatchObject({
      totals: { paid: { count: 0 } },
      balanced: true,
    });
    office.passDays(-3);
  });

  it('settle day by day', async () => {
    const open = await office.take(items.charged);
    await act(clerk, open, 'payment-notice', {});
    const watch = office.person('supervisor', 'watch');
    const sheet = await office.get(watch, 'settlements/2026-03-02');
    expect(sheet.json).toMatchObject({
      opening: { count: 0 },
      totals: {
        noticed: { count: 5, amountFen: 6500 },
        paid: { count: 3, amountFen: 4500 },
        exempted: { count: 1, amountFen: 500 },
        refunded: { count: 1, amountFen: 1500 },
      },
      byMethod: { counter: { count: 2 }, provider: { count: 1 } },
      closing: { count: 1, amountFen: 1500 },
      netFen: 3000,
      balanced: true,
    });
    expect(sheet.json['lines']).toHaveLength(10);
    office.passDays(1);
    expect(await act(cashier, open, 'payment', payment(await noticeOf(open), 'PJ-9'))).toBe(201);
    expect((await office.get(watch, 'settlements/2026-03-03')).json).toMatchObject({
      opening: { count: 1, amountFen: 1500 },
      totals: { paid: { count: 1 } },
      closing: { count: 0, amountFen: 0 },
      balanced: true,
    });
    expect((await office.get(watch, 'settlements/2026-02-30')).status).toBe(400);
    office.passDays(-1);
  });
});

describe('regimes', () => {
  it('on the spot closes in one sitting', async () => {
    const record = await office.take(items.onTheSpot, false);
    const sitting = { opinion: '符合条件', method: 'window', recipient: '王秀英' };
    expect(await act(clerk, record, 'on-the-spot', sitting)).toBe(201);
    expect(await caseOf(record)).toMatchObject({ status: 'closed', closing: 'certified', clock: { color: 'ended' } });
    const entries = (await office.get(clerk, `cases/${record}/entries`)).json['entries'] as { type: string }[];
    expect(entries.map(({ type }) => type)).toEqual([
      ...['case.submitted', 'case.accepted', 'case.decided', 'case.certified', 'case.delivered'],
    ]);
    expect(await act(clerk, await office.take(items.plain, false), 'on-the-spot', sitting)).toBe('case.regime');
  });

  it('reported up is reviewed below, decided above, and may come back', async () => {
    const record = await office.take(items.reportedUp);
    const up = { to: district, reason: 'toDecide' };
    expect(await act(clerk, record, 'hand-over', up)).toBe('case.review-required');
    expect(await caseOf(record)).toMatchObject({ clock: { step: { step: 'review' } } });
    expect(await act(reviewer, record, 'review', { conclusion: 'agree', opinion: '符合条件' })).toBe(201);
    expect(await act(clerk, record, 'hand-over', up)).toBe(201);
    const isAt = async (node: typeof district): Promise<boolean> => (await caseOf(record, node))['owner'] === node;
    await office.eventually(() => isAt(district));
    const above = office.person('approver', 'director', district);
    expect(await act(above, record, 'hand-over', { to: township, reason: 'returned' }, district)).toBe(
      'case.reason-required',
    );
    const back = { to: township, reason: 'returned', text: '初审意见不完整' };
    expect(await act(above, record, 'hand-over', back, district)).toBe(201);
    await office.eventually(() => isAt(township));
    expect(await act(clerk, record, 'hand-over', up)).toBe('case.review-required');
    const cover = { of: 'b-role', reasonCode: 'leave' };
    expect(await act(reviewer, record, 'review', { conclusion: 'agree', opinion: '已补充', cover })).toBe(201);
    expect(await act(clerk, record, 'hand-over', up)).toBe(201);
    await office.eventually(() => isAt(district));
    expect(await act(above, record, 'decision', decision, district)).toBe(201);
    await office.eventually(async () => (await caseOf(record))['status'] === 'approved');
    expect(await caseOf(record)).toMatchObject({ state: { covers: [{ act: 'review', of: 'b-role' }] } });
    // Urging from below goes to the owner as a request, and once a day.
    const urged = await office.post(clerk, `cases/${record}/urging`, { text: '请尽快制证' });
    expect(urged.status).toBe(202);
    await office.eventually(async () => {
      const { urges } = (await caseOf(record))['state'] as { urges: unknown[] };
      return urges.length === 1;
    });
  });

  it('controlled is answered in a numbered reply, and a conference has one conclusion', async () => {
    const record = await office.take(items.controlled);
    const call = { departments: ['civil-affairs', 'taxation'], dueBy: '2026-03-04', subject: '认定' };
    expect(await act(clerk, record, 'conference', call)).toBe(201);
    expect(await act(approver, record, 'decision', { ...decision, reply: '准予' })).toBe('case.conference');
    const opinion = (department: string) => ({ department, conclusion: 'agree', opinion: '同意' });
    expect(await act(reviewer, record, 'conference-opinion', opinion('civil-affairs'))).toBe(201);
    const other = office.person('reviewer', 'taxman');
    expect(await act(other, record, 'conference-opinion', opinion('taxation'))).toBe(201);
    expect(await act(approver, record, 'conference-conclusion', { conclusion: 'agree', summary: '同意' })).toBe(201);
    expect(await act(approver, record, 'decision', decision)).toBe('case.reason-required');
    expect(await act(approver, record, 'decision', { ...decision, reply: '准予办理' })).toBe(201);
    expect(await caseOf(record)).toMatchObject({ state: { reply: { documentNumber: expect.stringMatching(/^DF/) } } });
  });
});

describe('a second application', () => {
  it('for an open case is refused, with its number for staff', async () => {
    const application = office.application(items.plain, 'E1234567');
    const key = randomUUID();
    const first = await office.post(clerk, 'cases', application, township, key);
    const number = first.json['number'];
    const again = await office.post(clerk, 'cases', application);
    expect([again.status, again.json]).toMatchObject([409, { code: 'case.duplicate', detail: expect.anything() }]);
    expect(JSON.stringify(again.json)).toContain(number);
    const athome = await office.post(office.person('resident', 'wang'), 'cases', application);
    expect(athome.json['code']).toBe('case.duplicate');
    expect(JSON.stringify(athome.json)).not.toContain(number);
    // The same key is the same application, not a second one.
    expect((await office.post(clerk, 'cases', application, township, key)).json).toEqual(first.json);
    expect((await office.post(clerk, 'cases', office.application(items.controlled, 'E1234567'))).status).toBe(201);
    const refusal = { reasonCode: 'notWithinPowers', reason: '不属本机关', legalBasis: '行政许可法第三十二条' };
    expect(await act(clerk, String(first.json['record']), 'non-acceptance', refusal)).toBe(201);
    expect((await office.post(clerk, 'cases', application)).status).toBe(201);
  });

  it('at the same moment is one case', async () => {
    const application = office.application(items.plain, 'E7654321');
    const answers = await Promise.all([1, 2, 3].map(() => office.post(clerk, 'cases', application)));
    expect(answers.map(codeOf).sort()).toEqual([201, 'case.duplicate', 'case.duplicate']);
  });

  it('leaves no identity behind, only a keyed hash', async () => {
    const rows: unknown[] = await office.dataSource.query('select * from applicant_case');
    expect(rows.length).toBeGreaterThan(5);
    expect(JSON.stringify(rows)).not.toContain('E1234567');
  });
});

describe('at the same moment', () => {
  it('two decisions are one, and a command that comes again under its key is the same command', async () => {
    const record = await office.take(items.plain);
    const chief = office.person('approver', 'second-chief');
    const codes = await Promise.all([approver, chief, approver].map((by) => act(by, record, 'decision', decision)));
    expect(codes.filter((code) => code === 201)).toHaveLength(1);
    const key = randomUUID();
    const again = await Promise.all(
      [1, 2, 3, 4, 5].map(() => office.post(clerk, `cases/${record}/certificate`, {}, township, key)),
    );
    const first = again.find(({ status }) => status === 201);
    // Who comes while the first is at work may find the case closed by it; who asks again gets its answer.
    expect(again.map(codeOf).filter((code) => code !== 201 && code !== 'case.closed')).toEqual([]);
    expect((await office.post(clerk, `cases/${record}/certificate`, {}, township, key)).json).toEqual(first?.json);
    const [row] = await office.dataSource.query<{ count: string }[]>(
      `select count(*) from entry where node = $1 and record = $2 and type in ('case.decided', 'case.certified')`,
      [township, record],
    );
    expect(row?.count).toBe('2');
  });
});

it('reads a case that an earlier release stored', async () => {
  const record = await office.take(items.plain);
  await office.dataSource.query(
    `update case_view set state = (state::jsonb - array['pauses', 'extension', 'reviews', 'reviewed', 'returns', 'urges',
       'covers', 'conferences', 'fee', 'reply', 'stepSince'])::json where record = $1`,
    [record],
  );
  expect(await caseOf(record)).toMatchObject({ clock: { color: 'green' }, state: { pauses: [] } });
  expect(await act(approver, record, 'decision', decision)).toBe(201);
  expect(await caseOf(record)).toMatchObject({ status: 'approved', clock: { step: { step: 'certify' } } });
});
