import type { FeeState } from '@tongban/domain/casework';
import type { ProviderReceipt } from '../ports.js';

/** Where an order at the provider stands. */
export const orderStates = {
  open: '待缴',
  confirmed: '已入账',
  returned: '已原路退回',
  expired: '逾期未缴',
  moved: '随办件移交',
} as const;
export type OrderState = keyof typeof orderStates;

/** Fifteen seconds at first, doubling to ten minutes: some thirty hours in all, then the payer has to ask. */
export const maxPolls = 200;
const firstPollMs = 15_000;
const longestPollMs = 600_000;
const mostDoublings = 6;

export const pollDelayMs = (polls: number): number =>
  Math.min(longestPollMs, firstPollMs * 2 ** Math.min(polls, mostDoublings));

/**
 * What is owed to a receipt by what the case says of its fees now, whatever happened between the payment and this look:
 * `book` it, it is `booked`, or `giveBack` what nobody may keep (another amount, a notice that is settled or void, a
 * fee that was refunded).
 */
export function dueTo(fee: FeeState, { noticeNumber, amountFen, receiptNumber }: ProviderReceipt): ReceiptStep {
  const lines = fee.movements.filter((moved) => moved.noticeNumber === noticeNumber);
  const isBooked = lines.some(({ kind, documentNumber }) => kind === 'paid' && documentNumber === receiptNumber);
  if (isBooked) return lines.some(({ kind }) => kind === 'refunded') ? 'giveBack' : 'booked';
  const isOwed = fee.status === 'noticed' && fee.notice?.number === noticeNumber && fee.notice.amountFen === amountFen;
  return isOwed ? 'book' : 'giveBack';
}
export type ReceiptStep = 'book' | 'booked' | 'giveBack';
