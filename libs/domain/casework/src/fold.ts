import type { EntryView } from '@tongban/kernel';
import { localDate } from '@tongban/domain/calendar';
import type { Closing, ViolationKind } from './codes.js';
import type { CaseEntryType, CaseFacts } from './entry-schemas.js';
import type { FeeMovement, FeeState } from './procedure-state.js';
import type { CaseState, HandledStep } from './state.js';

export type Fold<T extends CaseEntryType> = (state: CaseState, facts: CaseFacts<T>, entry: EntryView) => CaseState;
export type Folds = { readonly [T in Exclude<CaseEntryType, 'case.submitted'>]: Fold<T> };

export const handledBy = (
  state: CaseState,
  step: HandledStep,
  { actor, recordedAt }: EntryView,
): CaseState['handlers'] => ({
  ...state.handlers,
  [step]: { subject: actor.subject, role: actor.role, division: actor.division, at: recordedAt },
});

type Moved = Pick<FeeMovement, 'kind' | 'noticeNumber' | 'amountFen'> & Partial<FeeMovement>;

/** The fee with one more line on the settlement sheet of the node that issued the notice. */
export const movedFee = (fee: FeeState, moved: Moved, { seq, author, actor, recordedAt }: EntryView): FeeState => ({
  ...fee,
  movements: [
    ...fee.movements,
    {
      ...{ documentNumber: null, method: null },
      ...{ seq, collector: fee.notice?.collector ?? author, at: author, by: actor.subject, on: localDate(recordedAt) },
      ...moved,
    },
  ],
});

/** A notice that nobody has paid when the case ends is owed no more. */
function voided({ fee }: CaseState, entry: EntryView): FeeState {
  const { status, notice } = fee;
  if (status !== 'noticed' || notice === null) return fee;
  const moved = movedFee(fee, { kind: 'voided', noticeNumber: notice.number, amountFen: notice.amountFen }, entry);
  return { ...moved, status: 'unbilled', notice: null };
}

export const closed = (state: CaseState, closing: Closing, entry: EntryView): CaseState => ({
  ...state,
  status: 'closed',
  closing,
  closedAt: entry.recordedAt,
  stepSince: entry.recordedAt,
  fee: voided(state, entry),
});

export const blamed = (state: CaseState, kinds: readonly ViolationKind[], { seq, recordedAt }: EntryView): CaseState =>
  kinds.length === 0
    ? state
    : { ...state, violations: [...state.violations, ...kinds.map((kind) => ({ kind, seq, at: recordedAt }))] };

/** Whether a breach has been written down; one of a single pause or review is told from an earlier one by `since`. */
export const isBlamed = ({ violations }: CaseState, kind: ViolationKind, since = 0): boolean =>
  violations.some((blame) => blame.kind === kind && blame.at >= since);
