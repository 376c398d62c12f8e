import type { LocalDate } from '@tongban/domain/calendar';
import { feeMovementKinds, type FeeMovementKind, type PaymentMethod } from './procedure-codes.js';
import type { FeeMovement } from './procedure-state.js';

/** One line of a settlement with the case that it belongs to. */
export type SettledMovement = Pick<
  FeeMovement,
  'kind' | 'noticeNumber' | 'documentNumber' | 'amountFen' | 'method' | 'on'
>;

export interface Total {
  readonly count: number;
  readonly amountFen: number;
}

/** 收费日结单. Amounts in fen. `balanced`: what was owed at the start and came up is paid, exempted, voided or owed. */
export interface SettlementSheet {
  readonly day: LocalDate;
  readonly opening: Total;
  readonly totals: Readonly<Record<FeeMovementKind, Total>>;
  readonly byMethod: Readonly<Record<PaymentMethod, Total>>;
  /** Exemptions before any notice: nothing was owed, so they change no balance. */
  readonly exemptedUnbilled: Total;
  readonly closing: Total;
  /** Paid less refunded on the day. */
  readonly netFen: number;
  readonly balanced: boolean;
}

const totalOf = (lines: readonly { readonly amountFen: number }[]): Total => ({
  count: lines.length,
  amountFen: lines.reduce((sum, { amountFen }) => sum + amountFen, 0),
});

/**
 * Notices that are neither paid nor exempted nor voided at the end of a day. The sheet's closing line is read off the
 * notices one by one and not computed from its other lines: that is what makes the balance a check.
 */
function owed(movements: readonly SettledMovement[]): Total {
  const open = new Map<string, SettledMovement>();
  for (const moved of movements) if (moved.kind === 'noticed') open.set(moved.noticeNumber ?? '', moved);
  for (const { kind, noticeNumber } of movements)
    if (kind !== 'noticed' && noticeNumber !== null) open.delete(noticeNumber);
  return totalOf([...open.values()]);
}

/** The sheet of one day from all movements of a node up to and including it; later ones are left out. */
export function settle(day: LocalDate, movements: readonly SettledMovement[]): SettlementSheet {
  const today = movements.filter(({ on }) => on === day);
  const opening = owed(movements.filter(({ on }) => on < day));
  const closing = owed(movements.filter(({ on }) => on <= day));
  const unbilled = today.filter(({ kind, noticeNumber }) => kind === 'exempted' && noticeNumber === null);
  const billed = today.filter((moved) => !unbilled.includes(moved));
  const of = (kind: FeeMovementKind): Total => totalOf(billed.filter((moved) => moved.kind === kind));
  const totals = Object.fromEntries(
    (Object.keys(feeMovementKinds) as FeeMovementKind[]).map((kind) => [kind, of(kind)]),
  ) as Record<FeeMovementKind, Total>;
  const by = (method: PaymentMethod): Total =>
    totalOf(billed.filter((moved) => moved.kind === 'paid' && moved.method === method));
  const { noticed, paid, exempted, voided, refunded } = totals;
  const balances = (part: keyof Total): boolean =>
    opening[part] + noticed[part] - paid[part] - exempted[part] - voided[part] === closing[part];
  return {
    day,
    opening,
    totals,
    byMethod: { counter: by('counter'), provider: by('provider') },
    exemptedUnbilled: totalOf(unbilled),
    closing,
    netFen: paid.amountFen - refunded.amountFen,
    balanced: balances('count') && balances('amountFen'),
  };
}
