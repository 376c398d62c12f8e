import { localDate } from '@tongban/domain/calendar';
import type { EntryView } from '@tongban/kernel';
import type { FeedbackClosing } from './codes.js';
import { factsOf, knowsFeedbackEntry, type FeedbackEntryType, type FeedbackFacts } from './schemas.js';
import type { FeedbackState, WorkedStep } from './state.js';

type Begun = 'feedback.filed' | 'feedback.opened';
type Fold<T extends FeedbackEntryType> = (
  state: FeedbackState,
  facts: FeedbackFacts<T>,
  entry: EntryView,
) => FeedbackState;
type Folds = { readonly [T in Exclude<FeedbackEntryType, Begun>]: Fold<T> };

const ended = (state: FeedbackState, closing: FeedbackClosing, { recordedAt }: EntryView): FeedbackState => ({
  ...state,
  status: 'closed',
  closing,
  closedAt: recordedAt,
});
const workedBy = (state: FeedbackState, step: WorkedStep, { actor }: EntryView): FeedbackState['workers'] => ({
  ...state.workers,
  [step]: actor.subject,
});
/** Only a limit that is certain can be missed. */
export const isLate = ({ due }: Pick<FeedbackState, 'due'>, at: number): boolean =>
  !due.provisional && localDate(at) > due.date;

const missed = (
  state: FeedbackState,
  step: 'acceptance' | 'handling',
  { recordedAt }: EntryView,
): FeedbackState['overdue'] =>
  isLate(state, recordedAt) && !state.overdue.includes(step) ? [...state.overdue, step] : state.overdue;

const folds: Folds = {
  'feedback.accepted': (state, { complexity, due, complainedOf }, entry) => ({
    ...state,
    status: 'handling',
    overdue: missed(state, 'acceptance', entry),
    complexity,
    due,
    complainedOf: [...new Set([...state.complainedOf, ...complainedOf])],
    acceptedAt: entry.recordedAt,
    workers: workedBy(state, 'accepted', entry),
  }),
  'feedback.notAccepted': (state, _facts, entry) =>
    ended({ ...state, overdue: missed(state, 'acceptance', entry) }, 'notAccepted', entry),
  'feedback.forwarded': (state, { to }) => ({ ...state, handlers: [...new Set([...state.handlers, to])] }),
  'feedback.assigned': (state, { department, subject }) => ({
    ...state,
    department,
    assigned: { department, subject: subject ?? null },
  }),
  'feedback.calledBack': (state, { outcome }) => ({ ...state, status: 'verified', callBack: outcome }),
  'feedback.classified': (state, { classification }, entry) => ({
    ...state,
    status: classification === 'malicious' || classification === 'mistaken' ? 'excluding' : 'classified',
    classification,
    exclusion: null,
    workers: workedBy(state, 'classified', entry),
  }),
  'feedback.exclusionDecided': (state, { conclusion }, entry) =>
    conclusion === 'agree'
      ? ended({ ...state, exclusion: conclusion }, 'excluded', entry)
      : { ...state, exclusion: conclusion, classification: null, status: 'verified' },
  'feedback.rectified': (state, _facts, entry) => ({
    ...state,
    status: 'resolved',
    disposal: 'rectified',
    workers: workedBy(state, 'rectified', entry),
  }),
  'feedback.explained': (state, _facts, entry) => ({
    ...state,
    status: 'resolved',
    disposal: 'explained',
    workers: workedBy(state, 'explained', entry),
  }),
  'feedback.investigated': (state, { finding }, entry) => ({
    ...state,
    status: 'resolved',
    finding,
    workers: workedBy(state, 'investigated', entry),
  }),
  'feedback.answered': (state, _facts, entry) => ({
    ...state,
    status: 'answered',
    answers: state.answers + 1,
    answeredAt: entry.recordedAt,
    overdue: missed(state, 'handling', entry),
    workers: workedBy(state, 'answered', entry),
  }),
  'feedback.reviewed': (state, { conclusion }) => ({
    ...state,
    status: conclusion === 'pass' ? 'reviewed' : state.kind === 'ratingFollowUp' ? 'classified' : 'handling',
  }),
  'feedback.closed': (state, { satisfaction }, entry) => ended({ ...state, satisfaction }, 'done', entry),
  'feedback.rated': (state, { level }, entry) => ({ ...state, rated: { level, at: entry.recordedAt } }),
  'feedback.extended': (state, { days, due }) => ({ ...state, due, extendedDays: days }),
  'feedback.published': (state, published) => ({ ...state, published }),
  'feedback.overdue': (state, { step }) => ({ ...state, overdue: [...new Set([...state.overdue, step])] }),
  'feedback.withdrawn': (state, _facts, entry) => ended(state, 'withdrawn', entry),
  'record.offered': (state, { to }) => ({ ...state, pendingOffer: { to } }),
  'record.taken': (state, _facts, { author }) => ({ ...state, owner: author, pendingOffer: null }),
};

function begun(entry: EntryView, type: Begun): FeedbackState {
  const { author, seq, epoch, recordedAt, occurredAt } = entry;
  const filed = type === 'feedback.filed' ? factsOf(type, entry.facts) : undefined;
  const opened = type === 'feedback.opened' ? factsOf(type, entry.facts) : undefined;
  const facts = filed ?? opened!;
  return {
    ...{ number: facts.number, queryCodeHash: facts.queryCodeHash, complainedOf: facts.complainedOf, due: facts.due },
    ...{ item: facts.item ?? null, department: facts.department ?? null, case: facts.case ?? null },
    kind: filed?.kind ?? 'ratingFollowUp',
    channel: filed?.channel ?? 'rating',
    anonymous: filed?.anonymous ?? false,
    rating: opened?.rating ?? null,
    status: filed === undefined ? 'handling' : 'filed',
    ...{ closing: null, complexity: null, extendedDays: 0, overdue: [], workers: {}, answers: 0 },
    assigned: opened?.department === undefined ? null : { department: opened.department, subject: null },
    ...{ callBack: null, classification: null, exclusion: null, disposal: null, finding: null },
    ...{ satisfaction: null, rated: null, published: null, pendingOffer: null },
    filedAt: author,
    handlers: [...new Set([author, filed?.handler ?? author])],
    ...{ owner: author, seq, epoch, begunAt: recordedAt, lastOccurredAt: occurredAt },
    acceptedAt: filed === undefined ? recordedAt : null,
    ...{ answeredAt: null, closedAt: null },
  };
}

/** What machines write does not hold up what a person did meanwhile without a network. */
const notSteps: readonly string[] = ['feedback.overdue', 'record.offered', 'record.taken'];

/** Folds one entry that checkFeedbackEntry has passed; what does not begin as it must is a broken record and throws. */
export function evolveFeedback(state: FeedbackState | undefined, entry: EntryView): FeedbackState {
  const { type, version, record, seq, epoch, occurredAt } = entry;
  if (!knowsFeedbackEntry(type, version)) throw new Error(`unknown entry ${type} v${version}`);
  if (type === 'feedback.filed' || type === 'feedback.opened') {
    if (state !== undefined) throw new Error(`record ${record} is begun twice`);
    return begun(entry, type);
  }
  if (state === undefined) throw new Error(`record ${record} does not begin with what was filed or opened`);
  const lastOccurredAt = notSteps.includes(type) ? state.lastOccurredAt : Math.max(state.lastOccurredAt, occurredAt);
  const known = type as Exclude<FeedbackEntryType, Begun>;
  const moved = { ...state, seq, epoch, lastOccurredAt };
  return foldOne(known, moved, entry);
}

/** The table is by the entry's own type, which the compiler cannot follow through an index. */
function foldOne<T extends Exclude<FeedbackEntryType, Begun>>(
  type: T,
  state: FeedbackState,
  entry: EntryView,
): FeedbackState {
  return (folds[type] as Fold<T>)(state, factsOf(type, entry.facts), entry);
}
