import type { FeeMovement, FeeState } from '@tongban/domain/casework';
import { nodeCode } from '@tongban/kernel';
import fc from 'fast-check';
import { dueTo, maxPolls, pollDelayMs } from './order.js';

const node = nodeCode('371102001000');
const receipt = { noticeNumber: 'JK-1', amountFen: 1500, receiptNumber: 'SB-1', paidAt: 0 };
const line = (kind: FeeMovement['kind'], documentNumber: string, noticeNumber = 'JK-1'): FeeMovement => ({
  ...{ seq: 1, kind, noticeNumber, documentNumber, amountFen: 1500, method: kind === 'paid' ? 'provider' : null },
  ...{ collector: node, at: node, by: 'x', on: '2026-03-02' },
});
const notice = (number: string, amountFen = 1500): FeeState['notice'] => ({
  ...{ number, lines: [], amountFen, collector: node, issuedBy: 'window', issuedAt: 0 },
});
const noticed = line('noticed', 'JK-1');

describe('what is due to a receipt', () => {
  it.each<[string, FeeState, string]>([
    ['the open notice', { status: 'noticed', notice: notice('JK-1'), movements: [noticed] }, 'book'],
    ['another amount', { status: 'noticed', notice: notice('JK-1', 1400), movements: [noticed] }, 'giveBack'],
    ['a newer notice', { status: 'noticed', notice: notice('JK-2'), movements: [noticed] }, 'giveBack'],
    ['a void notice', { status: 'unbilled', notice: null, movements: [noticed, line('voided', 'JK-1')] }, 'giveBack'],
    ['an exempted fee', { status: 'exempted', notice: notice('JK-1'), movements: [noticed] }, 'giveBack'],
    [
      'a fee paid at the counter before',
      { status: 'paid', notice: notice('JK-1'), movements: [noticed, line('paid', 'PJ-1')] },
      'giveBack',
    ],
    [
      'its own booking',
      { status: 'paid', notice: notice('JK-1'), movements: [noticed, line('paid', 'SB-1')] },
      'booked',
    ],
    [
      'its own booking, refunded since',
      { status: 'unbilled', notice: null, movements: [noticed, line('paid', 'SB-1'), line('refunded', 'TF-1')] },
      'giveBack',
    ],
  ])('%s', (_, fee, step) => {
    expect(dueTo(fee, receipt)).toBe(step);
  });

  it('is asked for at growing intervals, and not for ever', () => {
    fc.assert(
      fc.property(fc.nat(maxPolls), (polls) => {
        expect(pollDelayMs(polls + 1)).toBeGreaterThanOrEqual(pollDelayMs(polls));
        expect(pollDelayMs(polls)).toBeLessThanOrEqual(600_000);
      }),
    );
    const hours =
      Array.from({ length: maxPolls }, (_, polls) => pollDelayMs(polls)).reduce((a, b) => a + b) / 3_600_000;
    expect(hours).toBeGreaterThan(24);
    expect(hours).toBeLessThan(48);
  });
});
