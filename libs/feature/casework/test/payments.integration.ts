import { jest } from '@jest/globals';
import { district, items, Office, township, type Reply } from './office.js';

jest.setTimeout(60_000);

let office: Office;
let clerk: string;
let approver: string;
let cashier: string;
let resident: string;

beforeAll(async () => {
  office = await Office.open('2026-03-02');
  clerk = office.person('clerk', 'window');
  approver = office.person('approver', 'chief');
  cashier = office.person('clerk', 'cashier', township, 'fee-counter');
  resident = office.person('resident', 'wang');
});
afterAll(async () => {
  await office?.close();
});

const codeOf = ({ status, json }: Reply): unknown => (status < 300 ? status : json['code']);
const act = async (token: string, record: string, path: string, body: object, node = township): Promise<unknown> =>
  codeOf(await office.post(token, `cases/${record}/${path}`, body, node));
const feeOf = async (record: string, node = township) => {
  const { json } = await office.get(office.person('supervisor', 'watch', node), `cases/${record}`, node);
  return (json['state'] as { fee: { status: string; notice: { number: string; amountFen: number } | null } }).fee;
};
const confirm = async (record: string): Promise<unknown> =>
  codeOf(await office.post(resident, `cases/${record}/online-payment`));
const ordersOf = (record: string): Promise<{ node: string; state: string; problem: string | null }[]> =>
  office.dataSource.query('select node, state, problem from payment_order where record = $1 order by node', [record]);
const returned = async (payCode: string): Promise<boolean> => {
  const [row] = await office.dataSource.query('select returned_at from sandbox_payment where pay_code = $1', [payCode]);
  return row.returned_at !== null;
};
const later = async (ms: number): Promise<void> => {
  office.time.at += ms;
  await office.rounds.round();
};
const minuteMs = 60_000;

/** A charged case with its notice, and the code under which it is paid on line. */
async function ordered(item: (typeof items)[keyof typeof items] = items.charged): Promise<[string, string]> {
  const record = await office.take(item);
  expect(await act(clerk, record, 'payment-notice', {})).toBe(201);
  const { json } = await office.post(resident, `cases/${record}/payment-order`);
  return [record, String(json['payCode'])];
}

it('a fee-counter item by the unit runs to its end: notice, money, certificate', async () => {
  const record = await office.take(items.perUnit);
  expect(await act(clerk, record, 'payment-notice', {})).toBe('fee.choice');
  expect(await act(clerk, record, 'payment-notice', { projects: [{ code: 'other' }, { code: 'residential' }] })).toBe(
    'fee.choice',
  );
  const projects = [{ code: 'residential' }, { code: 'copy', quantity: 2 }];
  expect(await act(clerk, record, 'payment-notice', { projects })).toBe(201);
  expect(await feeOf(record)).toMatchObject({ notice: { amountFen: 10_000 } });
  expect(await act(approver, record, 'decision', { outcome: 'approve', opinion: '同意' })).toBe(201);
  expect(await act(clerk, record, 'certificate', {})).toBe('fee.unpaid');
  const { json } = await office.post(resident, `cases/${record}/payment-order`);
  expect(await confirm(record)).toBe('fee.provider-pending');
  expect((await office.pay(String(json['payCode']), {})).status).toBe(201);
  expect(await act(clerk, record, 'certificate', {})).toBe('fee.unpaid');
  await later(0);
  expect(await feeOf(record)).toMatchObject({ status: 'paid' });
  expect(await act(clerk, record, 'certificate', {})).toBe(201);
});

describe('money on line', () => {
  it('for a case that somebody applied for at home is nobody else’s to ask about', async () => {
    const application = { ...office.application(items.charged), channel: 'online' };
    const applied = await office.post(resident, 'cases', application);
    const record = String(applied.json['record']);
    const stranger = office.person('resident', 'zhao');
    expect(await act(stranger, record, 'payment-order', {})).toBe('jurisdiction.not-party');
    expect(await act(clerk, record, 'acceptance', {})).toBe(201);
    expect(await act(clerk, record, 'payment-notice', {})).toBe(201);
    for (const path of ['payment-order', 'online-payment'])
      expect(await act(stranger, record, path, {})).toBe('jurisdiction.not-party');
    expect(await ordersOf(record)).toEqual([]);
    expect(await act(resident, record, 'payment-order', {})).toBe(200);
    expect(await confirm(record)).toBe('fee.provider-pending');
  });

  it('is booked by the next look, once, whether the payer comes back or not', async () => {
    const [record, payCode] = await ordered();
    await office.payments.pay(payCode);
    await later(minuteMs);
    await later(minuteMs);
    expect(await feeOf(record)).toMatchObject({ status: 'paid' });
    expect(await ordersOf(record)).toEqual([{ node: township, state: 'confirmed', problem: null }]);
    expect(await confirm(record)).toBe(201);
    expect(await act(resident, record, 'payment-order', {})).toBe('fee.settled');
    const paid = await office.dataSource.query(
      `select 1 from fee_movement where node = $2 and record = $1 and kind = 'paid'`,
      [...[record, township]],
    );
    expect(paid).toHaveLength(1);
  });

  it('is booked once when the case was booked and the order was not closed before the process died', async () => {
    const [record, payCode] = await ordered();
    await office.payments.pay(payCode);
    expect(await confirm(record)).toBe(201);
    await office.dataSource.query(
      `update payment_order set state = 'open', next_poll_at = '2026-01-01' where record = $1`,
      [record],
    );
    await later(0);
    expect(await ordersOf(record)).toEqual([{ node: township, state: 'confirmed', problem: null }]);
    expect(await returned(payCode)).toBe(false);
  });

  it('for a fee that was paid at the counter meanwhile goes back', async () => {
    const [record, payCode] = await ordered();
    const { notice } = await feeOf(record);
    await office.payments.pay(payCode);
    const payment = { noticeNumber: notice!.number, amountFen: 1500, receiptNumber: 'PJ-77' };
    expect(await act(cashier, record, 'payment', payment)).toBe(201);
    await later(minuteMs);
    expect(await ordersOf(record)).toMatchObject([{ state: 'returned', problem: 'fee.settled' }]);
    expect(await returned(payCode)).toBe(true);
  });

  it('of another amount goes back and leaves the fee open', async () => {
    const [record, payCode] = await ordered();
    expect((await office.pay(payCode, { amountFen: 1400 })).json).toMatchObject({ amountFen: 1400 });
    expect(await confirm(record)).toBe('fee.amount');
    expect(await returned(payCode)).toBe(true);
    expect(await feeOf(record)).toMatchObject({ status: 'noticed' });
  });

  it('that was refunded goes back the way it came, and what comes after the refund too', async () => {
    const [record, payCode] = await ordered();
    await office.payments.pay(payCode);
    expect(await confirm(record)).toBe(201);
    expect(await act(approver, record, 'refund', { reasonCode: 'overcharged', reason: '误收' })).toBe(201);
    expect(await returned(payCode)).toBe(false);
    await later(0);
    expect(await returned(payCode)).toBe(true);

    const [late, lateCode] = await ordered();
    const { notice } = await feeOf(late);
    const payment = { noticeNumber: notice!.number, amountFen: 1500, receiptNumber: 'PJ-78' };
    await act(cashier, late, 'payment', payment);
    await act(approver, late, 'refund', { reasonCode: 'overcharged', reason: '误收' });
    await office.payments.pay(lateCode);
    await later(minuteMs);
    expect(await feeOf(late)).toMatchObject({ status: 'unbilled' });
    expect(await returned(lateCode)).toBe(true);
  });

  it('with a receipt that somebody changed is not booked', async () => {
    const [record, payCode] = await ordered();
    await office.payments.pay(payCode);
    await office.dataSource.query(
      `update sandbox_payment set receipt = (receipt::jsonb || '{"receiptNumber":"SB-forged"}')::json where pay_code = $1`,
      [payCode],
    );
    expect(await confirm(record)).toBe('fee.provider-unavailable');
    expect(await feeOf(record)).toMatchObject({ status: 'noticed' });
  });

  it('waits for a platform that is down, and is asked for less and less often', async () => {
    const [record, payCode] = await ordered();
    office.payments.isDown = true;
    await later(minuteMs);
    expect(await ordersOf(record)).toMatchObject([{ state: 'open', problem: 'fee.provider-unavailable' }]);
    office.payments.isDown = false;
    await office.payments.pay(payCode);
    await later(20_000);
    expect(await feeOf(record)).toMatchObject({ status: 'noticed' });
    await later(20_000);
    expect(await feeOf(record)).toMatchObject({ status: 'paid' });
  });

  it('is asked for no longer when nobody pays for a long time, and again when the payer asks', async () => {
    const [record, payCode] = await ordered();
    await office.dataSource.query('update payment_order set polls = 199 where record = $1', [record]);
    await later(minuteMs);
    expect(await ordersOf(record)).toMatchObject([{ state: 'expired' }]);
    await office.payments.pay(payCode);
    expect(await confirm(record)).toBe(201);
  });

  it('follows a case that goes up', async () => {
    const [record, payCode] = await ordered(items.chargedAbove);
    expect(await act(clerk, record, 'hand-over', { to: district, reason: 'toDecide' })).toBe(201);
    await office.eventually(async () => {
      const { json } = await office.get(office.person('supervisor', 'watch', district), `cases/${record}`, district);
      return json['owner'] === district;
    });
    await office.payments.pay(payCode);
    await later(minuteMs);
    await later(minuteMs);
    expect(await feeOf(record, district)).toMatchObject({ status: 'paid' });
    expect(await ordersOf(record)).toMatchObject([
      { node: district, state: 'confirmed' },
      { node: township, state: 'moved' },
    ]);
  });
});

it('a callback only hastens the look, and unknown ones tell nothing', async () => {
  const [record, payCode] = await ordered();
  const { notice } = await feeOf(record);
  await office.rounds.round();
  await office.payments.pay(payCode);
  await office.rounds.round();
  expect(await feeOf(record)).toMatchObject({ status: 'noticed' });
  expect((await office.callBack(notice!.number)).status).toBe(204);
  expect((await office.callBack('JK-unknown')).status).toBe(204);
  await office.rounds.round();
  expect(await feeOf(record)).toMatchObject({ status: 'paid' });
  expect((await office.pay('0'.repeat(20), {})).json['code']).toBe('fee.not-noticed');
});

it('two looks at the same moment book once', async () => {
  const [record, payCode] = await ordered();
  await office.payments.pay(payCode);
  office.time.at += minuteMs;
  await Promise.all([office.rounds.round(), confirm(record), office.rounds.round(), confirm(record)]);
  const paid = await office.dataSource.query(
    `select 1 from fee_movement where node = $2 and record = $1 and kind = 'paid'`,
    [...[record, township]],
  );
  expect(paid).toHaveLength(1);
  expect(await returned(payCode)).toBe(false);
});
