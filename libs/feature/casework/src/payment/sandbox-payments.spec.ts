import { nodeCode } from '@tongban/kernel';
import { maxSandboxOrders, SandboxPayments } from './sandbox-payments.js';

const collector = nodeCode('371102001000');
const order = (noticeNumber: string, amountFen = 1500) => ({ noticeNumber, amountFen, collector });
const sandbox = (secret = 'secret') => new SandboxPayments(Buffer.from(secret), { now: () => 1_790_000_000_000 });
async function codeOf(payments: SandboxPayments, noticeNumber: string): Promise<string> {
  const opened = await payments.open(order(noticeNumber));
  return opened.ok ? opened.value.payCode : opened.refusal.code;
}

describe('sandbox of the payment provider', () => {
  it('has one order and one receipt for a notice', async () => {
    const payments = sandbox();
    const payCode = await codeOf(payments, 'JK-1');
    expect(await codeOf(payments, 'JK-1')).toBe(payCode);
    expect(await payments.find(order('JK-1'))).toEqual({ ok: true, value: undefined });
    expect([payments.pay(payCode), payments.pay(payCode), payments.pay('1')]).toEqual([true, true, false]);
    const receipt = { noticeNumber: 'JK-1', amountFen: 1500, receiptNumber: `SB${payCode}`, paidAt: 1_790_000_000_000 };
    expect(await payments.find(order('JK-1'))).toEqual({ ok: true, value: receipt });
  });

  it('cannot be guessed from outside, and says when it is down', async () => {
    expect(await codeOf(sandbox(), 'JK-1')).not.toBe(await codeOf(sandbox('other'), 'JK-1'));
    const payments = sandbox();
    payments.isDown = true;
    expect(await codeOf(payments, 'JK-1')).toBe('fee.provider-unavailable');
    expect(await payments.find(order('JK-1'))).toMatchObject({ refusal: { code: 'fee.provider-unavailable' } });
  });

  it('forgets the oldest order when it is full', async () => {
    const payments = sandbox();
    const first = await codeOf(payments, 'JK-0');
    for (let number = 1; number <= maxSandboxOrders; number++) await payments.open(order(`JK-${number}`));
    expect(payments.pay(first)).toBe(false);
    expect(payments.pay(await codeOf(payments, `JK-${maxSandboxOrders}`))).toBe(true);
  });
});
