import type { BilledLine } from '@tongban/domain/casework';
import type { FeeForExchange } from '@tongban/domain/exchange';
import type { EntryView } from '@tongban/kernel';
import { factsOf } from './entry-facts.js';
import { given, textOf, type OpenedParts } from './sealed-parts.js';

const joined = (texts: readonly string[]): string | undefined =>
  texts.length === 0 ? undefined : [...new Set(texts)].join('、');

/** Money taken, let off and given back, in the order of the journal. */
export function feesOf(entries: readonly EntryView[], opened: OpenedParts): FeeForExchange[] {
  const bills = new Map<string, readonly BilledLine[]>();
  const fees: FeeForExchange[] = [];
  for (const entry of entries) {
    if (entry.type === 'case.feeNoticed') {
      const { noticeNumber, lines } = factsOf('case.feeNoticed', entry);
      bills.set(noticeNumber, lines);
      continue;
    }
    const movement = movementOf(entry);
    if (movement === undefined) continue;
    const lines = bills.get(movement.noticeNumber ?? '') ?? [];
    const part = opened.get(entry.seq);
    fees.push({
      ...given('legalBasis', joined(lines.map(({ basis }) => basis))),
      ...movement,
      at: entry.recordedAt,
      ...given('name', joined(lines.map(({ name }) => name))),
      ...given('payer', textOf(part, 'payer')),
      ...given('handlerName', textOf(part, 'handlerName')),
    });
  }
  return fees;
}

function movementOf(entry: EntryView): Omit<FeeForExchange, 'at'> | undefined {
  if (entry.type === 'case.feePaid') {
    const { amountFen, noticeNumber, receiptNumber } = factsOf('case.feePaid', entry);
    return { event: 'paid', amountFen, noticeNumber, receiptNumber };
  }
  if (entry.type === 'case.feeExempted') {
    const { amountFen, noticeNumber, legalBasis } = factsOf('case.feeExempted', entry);
    return { event: 'exempted', amountFen, legalBasis, ...given('noticeNumber', noticeNumber) };
  }
  if (entry.type !== 'case.feeRefunded') return undefined;
  const { amountFen, noticeNumber } = factsOf('case.feeRefunded', entry);
  return { event: 'refunded', amountFen, noticeNumber };
}
