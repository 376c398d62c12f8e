import { localDate } from '@tongban/domain/calendar';
import { ownershipTypes, type EntryView } from '@tongban/kernel';
import type { ViolationKind } from './codes.js';
import { entrySchemaOf, isCaseEntryType, type CaseFacts } from './entry-schemas.js';
import { procedureFolds } from './evolve-procedures.js';
import { begunReception, receptionFolds } from './evolve-reception.js';
import { blamed, closed, handledBy, isBlamed, type Fold, type Folds } from './fold.js';
import { noProcedures } from './procedure-state.js';
import type { CaseState, Correction } from './state.js';

/** Steps of machines and words about the case: they do not hold up what a person did meanwhile without a network. */
const notSteps: readonly string[] = [
  ...['case.reported', 'case.recounted', 'case.overdue', 'case.urged', 'case.rerouted', 'case.marked'],
  ...[ownershipTypes.offered, ownershipTypes.taken],
];

/** Only limits that are certain can be broken, and once: a provisional date blames nobody. */
function overdue(state: CaseState, { recordedAt }: EntryView): ViolationKind[] {
  const { promisedDue, statutoryDue } = state;
  const today = localDate(recordedAt);
  const kinds: ViolationKind[] = [];
  if (promisedDue !== null && !promisedDue.provisional && today > promisedDue.date) kinds.push('promisedOverdue');
  if (statutoryDue !== null && !statutoryDue.provisional && today > statutoryDue.date) kinds.push('statutoryOverdue');
  return kinds.filter((kind) => !isBlamed(state, kind));
}

function corrected(state: CaseState, facts: CaseFacts<'case.corrected'>, entry: EntryView): CaseState {
  const { identityType, applicantType } = facts.changes;
  const made = { reasonCode: facts.reasonCode, at: entry.recordedAt };
  const corrections: Correction[] = [...state.corrections];
  if (identityType !== undefined) corrections.push({ field: 'identityType', ...identityType, ...made });
  if (applicantType !== undefined) corrections.push({ field: 'applicantType', ...applicantType, ...made });
  return {
    ...state,
    corrections,
    identityType: identityType?.to ?? state.identityType,
    applicantType: applicantType?.to ?? state.applicantType,
  };
}

function decided(state: CaseState, facts: CaseFacts<'case.decided'>, entry: EntryView): CaseState {
  const next: CaseState = blamed(
    {
      ...state,
      status: 'approved',
      decidedAt: entry.recordedAt,
      stepSince: entry.recordedAt,
      decision: {
        outcome: facts.outcome,
        documentNumber: facts.documentNumber,
        reasonCode: facts.reasonCode ?? null,
        legalBasis: facts.legalBasis ?? null,
        remedies: facts.remedies ?? null,
      },
      handlers: handledBy(state, 'decided', entry),
    },
    overdue(state, entry),
    entry,
  );
  if (facts.outcome === 'refuse') return closed(next, 'refused', entry);
  return state.item.resultKind === 'none' ? closed(next, 'approved', entry) : next;
}

const handling = {
  'case.supplementRequested': (state, facts, entry) =>
    blamed(
      {
        ...state,
        status: 'supplementing',
        supplements: [
          ...state.supplements,
          {
            noticeNumber: facts.noticeNumber,
            materials: facts.materials,
            requestedAt: entry.recordedAt,
            suppliedAt: null,
          },
        ],
      },
      state.supplements.length > 0 ? ['secondNotice'] : [],
      entry,
    ),
  'case.supplemented': (state, facts, entry) => ({
    ...state,
    status: 'submitted',
    receivedAt: entry.recordedAt,
    stepSince: entry.recordedAt,
    materials: [...state.materials, ...facts.materials],
    supplements: state.supplements.map((round) =>
      round.suppliedAt === null ? { ...round, suppliedAt: entry.recordedAt } : round,
    ),
  }),
  'case.accepted': (state, facts, entry) =>
    blamed(
      {
        ...state,
        status: 'accepted',
        acceptedAt: entry.recordedAt,
        stepSince: entry.recordedAt,
        acceptedOn: facts.acceptedOn,
        acceptanceNumber: facts.documentNumber,
        promisedDue: facts.promisedDue,
        statutoryDue: facts.statutoryDue,
        handlers: handledBy(state, 'accepted', entry),
      },
      facts.acceptedOn < localDate(entry.recordedAt) ? ['deemedAccepted'] : [],
      entry,
    ),
  'case.notAccepted': (state, facts, entry) =>
    closed({ ...state, nonAcceptance: facts, handlers: handledBy(state, 'notAccepted', entry) }, 'notAccepted', entry),
  'case.decided': decided,
  'case.certified': (state, facts, entry) =>
    closed(
      {
        ...state,
        certifiedAt: entry.recordedAt,
        certificate: {
          number: facts.certificateNumber,
          resultName: facts.resultName,
          validFrom: facts.validFrom,
          validTo: facts.validTo ?? null,
          ...('pickUpCodeHash' in facts ? { pickUpCodeHash: facts.pickUpCodeHash } : {}),
        },
        handlers: handledBy(state, 'certified', entry),
      },
      'certified',
      entry,
    ),
  'case.withdrawn': (state, facts, entry) =>
    closed(
      { ...state, withdrawal: { reasonCode: facts.reasonCode }, handlers: handledBy(state, 'withdrawn', entry) },
      'withdrawn',
      entry,
    ),
} satisfies Partial<Folds>;

const folds: Folds = {
  ...handling,
  ...procedureFolds,
  ...receptionFolds,
  'case.delivered': (state, facts, entry) => ({
    ...state,
    delivered: {
      ...{ method: facts.method, deliveredAt: facts.deliveredAt },
      ...('proof' in facts && facts.proof !== undefined ? { proof: facts.proof } : {}),
      ...('parcel' in facts && facts.parcel !== undefined ? { parcel: facts.parcel } : {}),
    },
    handlers: handledBy(state, 'delivered', entry),
  }),
  'case.rated': (state, { level, channel, reasonCodes }, entry) => ({
    ...state,
    ratings: [...state.ratings, { level, channel, reasonCodes, at: entry.recordedAt }],
  }),
  'case.corrected': corrected,
  'case.reported': (state, { profile, outcome, dataVersion, receipt, problems }, entry) => ({
    ...state,
    reports: {
      ...state.reports,
      [profile]: { outcome, dataVersion, receipt: receipt ?? null, problems, at: entry.recordedAt },
    },
  }),
  'record.offered': (state, { to, reason }, entry) => ({
    ...state,
    pendingOffer: { to, reason: reason ?? null, offeredAt: entry.recordedAt },
  }),
  // Taken by the node it was offered to, or by an ancestor or the old owner that ended a stuck hand-over.
  'record.taken': (state, _facts, entry) => ({
    ...state,
    owner: entry.author,
    previousOwners: entry.author === state.owner ? state.previousOwners : [...state.previousOwners, state.owner],
    pendingOffer: null,
    stepSince: entry.recordedAt,
    receivedAt:
      state.receivedAt ??
      (entry.author === state.route.accept && state.status !== 'preReview' ? entry.recordedAt : null),
  }),
};

function begun(facts: CaseFacts<'case.submitted'>, entry: EntryView): CaseState {
  const { number, queryCodeHash, item, route, intake, channel, applicantType, identityType, materials } = facts;
  const at = entry.recordedAt;
  const reception = begunReception(facts, entry);
  const waits = reception.awaitsWindow || reception.preReview !== null;
  return {
    ...noProcedures,
    ...reception,
    stepSince: at,
    ...{ number, queryCodeHash, item, route, intake, channel, applicantType, identityType, materials },
    mandate: facts.mandate ?? null,
    joint: 'joint' in facts ? (facts.joint ?? null) : null,
    status: reception.preReview === null ? 'submitted' : 'preReview',
    closing: null,
    seq: entry.seq,
    epoch: entry.epoch,
    owner: entry.author,
    previousOwners: [],
    pendingOffer: null,
    submittedAt: at,
    receivedAt: entry.author === route.accept && !waits ? at : null,
    ...{ acceptedAt: null, acceptedOn: null, promisedDue: null, statutoryDue: null },
    ...{ decidedAt: null, certifiedAt: null, closedAt: null },
    lastOccurredAt: entry.occurredAt,
    supplements: [],
    ...{ acceptanceNumber: null, nonAcceptance: null, decision: null, certificate: null },
    ...{ withdrawal: null, delivered: null },
    ...{ ratings: [], corrections: [], reports: {}, violations: [] },
    handlers: { submitted: { ...entry.actor, at } },
  };
}

function fold<T extends keyof Folds>(state: CaseState, type: T, entry: EntryView, facts: unknown): CaseState {
  return (folds[type] as Fold<T>)(state, facts as CaseFacts<T>, entry);
}

/**
 * Folds one entry of any version that has been written. Entries have passed checkCaseEntry before: what is not known
 * here, is malformed, or does not begin with case.submitted is a broken record and throws.
 */
export function evolveCase(state: CaseState | undefined, entry: EntryView): CaseState {
  const { type } = entry;
  const schema = entrySchemaOf(type, entry.version);
  if (!isCaseEntryType(type) || schema === undefined) throw new Error(`unknown entry ${type} v${entry.version}`);
  if (state === undefined && type !== 'case.submitted')
    throw new Error(`record ${entry.record} does not begin with case.submitted`);
  const facts = schema.facts.parse(entry.facts);
  if (type === 'case.submitted' || state === undefined) {
    if (state !== undefined) throw new Error(`record ${entry.record} is submitted twice`);
    return begun(facts as CaseFacts<'case.submitted'>, entry);
  }
  const moved = { ...state, seq: entry.seq, epoch: entry.epoch };
  const acted = notSteps.includes(type)
    ? moved
    : { ...moved, lastOccurredAt: Math.max(state.lastOccurredAt, entry.occurredAt) };
  return fold(acted, type, entry, facts);
}
