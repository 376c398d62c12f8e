import type { CaseFacts } from './entry-schemas.js';
import { blamed, movedFee, type Folds } from './fold.js';
import type { procedureEntrySchemas } from './procedure-entry-schemas.js';
import type { Conference } from './procedure-state.js';
import type { CaseState } from './state.js';

type ProcedureFolds = Pick<Folds, keyof typeof procedureEntrySchemas>;

/** The state with its newest conference changed; the state itself where none was ever called. */
const conferring = (state: CaseState, change: (open: Conference) => Conference): CaseState => {
  const open = state.conferences.at(-1);
  return open === undefined ? state : { ...state, conferences: [...state.conferences.slice(0, -1), change(open)] };
};

const extended = (state: CaseState, facts: CaseFacts<'case.extensionDecided'>): CaseState =>
  state.extension === null
    ? state
    : {
        ...state,
        extension: { ...state.extension, outcome: facts.outcome, noticeNumber: facts.noticeNumber ?? null },
        promisedDue: facts.promisedDue ?? state.promisedDue,
        statutoryDue: facts.statutoryDue ?? state.statutoryDue,
      };

const clockFolds = {
  'case.paused': (state, { noticeNumber, procedure, legalBasis, workingDays, from }) => ({
    ...state,
    pauses: [...state.pauses, { noticeNumber, procedure, legalBasis, workingDays, from, endedOn: null }],
  }),
  'case.resumed': (state, { noticeNumber, endedOn, promisedDue, statutoryDue }) => ({
    ...state,
    pauses: state.pauses.map((pause) =>
      pause.endedOn === null && pause.noticeNumber === noticeNumber ? { ...pause, endedOn } : pause,
    ),
    ...{ promisedDue, statutoryDue },
  }),
  'case.extensionAsked': (state, { days }, { actor, recordedAt }) => ({
    ...state,
    extension: { days, askedBy: actor.subject, askedAt: recordedAt, outcome: null, noticeNumber: null },
  }),
  'case.extensionDecided': extended,
  'case.recounted': (state, { promisedDue, statutoryDue }) => ({ ...state, promisedDue, statutoryDue }),
  'case.overdue': (state, { kind }, entry) => blamed(state, [kind], entry),
} satisfies Partial<ProcedureFolds>;

const reviewFolds = {
  'case.reviewed': (state, { documentNumber, conclusion }, { actor, author, recordedAt }) => ({
    ...state,
    reviewed: true,
    stepSince: recordedAt,
    reviews: [...state.reviews, { documentNumber, conclusion, by: actor.subject, division: author, at: recordedAt }],
  }),
  'case.returned': (state, { to }, { recordedAt }) => ({
    ...state,
    reviewed: false,
    returns: [...state.returns, { to, at: recordedAt }],
  }),
  'case.urged': (state, _facts, { actor, recordedAt }) => ({
    ...state,
    urges: [...state.urges, { by: actor.subject, role: actor.role, division: actor.division, at: recordedAt }],
  }),
  'case.covered': (state, { act, of, reasonCode }, { actor, recordedAt }) => ({
    ...state,
    covers: [...state.covers, { act, of, by: actor.subject, reasonCode, at: recordedAt }],
  }),
  // How somebody had logged in changes nothing of the case.
  'case.actedOffline': (state) => state,
  'case.conferenceCalled': (state, { noticeNumber, departments, dueBy }, { recordedAt }) => ({
    ...state,
    conferences: [
      ...state.conferences,
      {
        ...{ noticeNumber, departments, dueBy, calledAt: recordedAt },
        ...{ opinions: [], conclusion: null, concludedAt: null },
      },
    ],
  }),
  'case.conferenceOpinion': (state, { department, conclusion }, { actor, recordedAt }) =>
    conferring(state, (open) => ({
      ...open,
      opinions: [...open.opinions, { department, conclusion, by: actor.subject, at: recordedAt }],
    })),
  'case.conferenceConcluded': (state, { conclusion }, { recordedAt }) =>
    conferring(state, (open) => ({ ...open, conclusion, concludedAt: recordedAt })),
  'case.replied': (state, { documentNumber, outcome }) => ({ ...state, reply: { documentNumber, outcome } }),
} satisfies Partial<ProcedureFolds>;

const feeFolds = {
  'case.feeNoticed': (state, { noticeNumber, lines, amountFen }, entry) => ({
    ...state,
    fee: {
      ...movedFee(state.fee, { kind: 'noticed', noticeNumber, documentNumber: noticeNumber, amountFen }, entry),
      status: 'noticed',
      notice: {
        ...{ number: noticeNumber, lines, amountFen },
        ...{ collector: entry.author, issuedBy: entry.actor.subject, issuedAt: entry.recordedAt },
      },
    },
  }),
  'case.feePaid': (state, { noticeNumber, amountFen, method, receiptNumber }, entry) => ({
    ...state,
    fee: {
      ...movedFee(state.fee, { kind: 'paid', noticeNumber, documentNumber: receiptNumber, amountFen, method }, entry),
      status: 'paid',
    },
  }),
  'case.feeExempted': (state, { documentNumber, noticeNumber, amountFen }, entry) => ({
    ...state,
    fee: {
      ...movedFee(
        state.fee,
        { kind: 'exempted', noticeNumber: noticeNumber ?? null, documentNumber, amountFen },
        entry,
      ),
      status: 'exempted',
    },
  }),
  'case.feeRefunded': (state, { documentNumber, noticeNumber, amountFen }, entry) => ({
    ...state,
    fee: {
      ...movedFee(state.fee, { kind: 'refunded', noticeNumber, documentNumber, amountFen }, entry),
      status: 'unbilled',
      notice: null,
    },
  }),
} satisfies Partial<ProcedureFolds>;

/** Folds of the procedures between acceptance and certificate. */
export const procedureFolds: ProcedureFolds = { ...clockFolds, ...reviewFolds, ...feeFolds };
