import type { CaseState } from '@tongban/domain/casework';
import { implementationCode, itemTypeCode, itemTypes } from '@tongban/domain/catalogue';
import type {
  CaseForExchange,
  ClosingForExchange,
  MaterialForExchange,
  RatingForExchange,
  ResultType,
} from '@tongban/domain/exchange';
import { ancestorAt, type EntryView, type JsonObject, type NodeCode, type Uuid } from '@tongban/kernel';
import type { DepartmentOffice } from '../ports.js';
import { filesOf, given, submissionOf, textOf, type OpenedParts } from './sealed-parts.js';
import { feesOf } from './fees.js';
import { specialsOf, supervisionsOf } from './specials.js';
import { stepsOf } from './steps.js';

export interface CaseSources {
  readonly record: Uuid;
  readonly state: CaseState;
  /** The whole journal of the case, oldest first. */
  readonly entries: readonly EntryView[];
  readonly opened: OpenedParts;
  /** The competent office; undefined while the catalogue does not have it. */
  readonly department: DepartmentOffice | undefined;
  readonly materialNames: ReadonlyMap<string, string>;
}

/** In whose name the item is handled: its department at the item's level above the intake. */
export const competentNode = ({ intake, item, route }: CaseState): NodeCode =>
  ancestorAt(intake, item.level) ?? route.decide;

/**
 * True when the province wants to hear of the case: somebody has accepted it, or it has ended. Papers that were only
 * looked at before an application were never an application.
 */
export const isReportable = ({ acceptedAt, status, preReview }: CaseState): boolean =>
  (acceptedAt !== null || status === 'closed') && (preReview === null || preReview.appliedAt !== null);

/**
 * What is known of a case, in the terms of the exchange. A value that is not known stays empty and is held by name of its
 * column when the rows are made; nothing is put in its place.
 */
export function caseForExchange({
  record,
  state,
  entries,
  opened,
  department,
  materialNames,
}: CaseSources): CaseForExchange {
  const office = department ?? { name: '', uscc: '' };
  const { item } = state;
  const type = itemTypes.find((known) => known === item.type);
  const implementing = implementationCode(office.uscc, item.level, item.code);
  const submission = submissionOf(lastPart(entries, opened, 'case.submitted'));
  return {
    record,
    number: state.number,
    intake: state.intake,
    item: {
      basicCode: item.code,
      implementationCode: implementing.ok ? implementing.value : '',
      version: item.version,
      name: item.name,
      regime: item.regime,
      ...given('typeCode', type && itemTypeCode(type)),
      ...(item.timeUnit === 'workingDay' ? { statutoryDays: item.statutoryDays, promisedDays: item.promisedDays } : {}),
    },
    department: office,
    channel: state.channel,
    applicantType: state.applicantType,
    identityType: state.identityType,
    submittedAt: state.submittedAt,
    ...given('acceptance', acceptanceOf(state, entries, opened)),
    ...given('promisedDue', state.promisedDue ?? undefined),
    dossier: {
      applicant: applicantOf(submission),
      ...given('agent', submission?.agent),
    },
    steps: stepsOf(entries, opened),
    specials: specialsOf(entries, opened),
    fees: feesOf(entries, opened),
    supervisions: supervisionsOf(state, entries, opened),
    materials: materialsOf(state, opened, materialNames),
    ...given('closing', closingOf(state, entries, opened)),
    ...given('rating', ratingOf(entries, opened, state)),
  };
}

function lastPart(entries: readonly EntryView[], opened: OpenedParts, type: string): JsonObject | undefined {
  const entry = entries.findLast((candidate) => candidate.type === type);
  return entry === undefined ? undefined : opened.get(entry.seq);
}

function applicantOf(submission: ReturnType<typeof submissionOf>): CaseForExchange['dossier']['applicant'] {
  if (submission === undefined) return { name: '', identityNumber: '', phone: '' };
  const { name, identityNumber, phone, address } = submission.applicant;
  return { name, identityNumber, phone, ...given('address', address) };
}

function acceptanceOf(
  state: CaseState,
  entries: readonly EntryView[],
  opened: OpenedParts,
): CaseForExchange['acceptance'] {
  if (state.acceptedAt !== null)
    return {
      at: state.acceptedAt,
      ...given('documentNumber', state.acceptanceNumber ?? undefined),
      ...given('handlerName', textOf(lastPart(entries, opened, 'case.accepted'), 'handlerName')),
    };
  if (state.nonAcceptance === null || state.closedAt === null) return undefined;
  return {
    at: state.closedAt,
    documentNumber: state.nonAcceptance.documentNumber,
    ...given('handlerName', textOf(lastPart(entries, opened, 'case.notAccepted'), 'handlerName')),
  };
}

function materialsOf(state: CaseState, opened: OpenedParts, names: ReadonlyMap<string, string>): MaterialForExchange[] {
  const fileNames = new Map([...opened.values()].flatMap(filesOf).map(({ digest, name }) => [digest, name]));
  return state.materials.map(({ material, digest }) => ({
    name: names.get(material) ?? '',
    code: material,
    ...given('fileName', fileNames.get(digest)),
  }));
}

/** How the province counts an end (DONERESULT): a lapse for want of papers is told apart from a refusal to accept. */
function resultTypeOf({ closing, nonAcceptance }: CaseState): ResultType {
  if (closing === 'refused') return 'refused';
  if (closing === 'withdrawn') return 'returned';
  if (closing !== 'notAccepted') return 'granted';
  return nonAcceptance?.reasonCode === 'notSupplemented' ? 'supplementExpired' : 'notAccepted';
}

const closingEntries = {
  certified: 'case.certified',
  approved: 'case.decided',
  refused: 'case.decided',
  notAccepted: 'case.notAccepted',
  withdrawn: 'case.withdrawn',
} as const;

function closingOf(
  state: CaseState,
  entries: readonly EntryView[],
  opened: OpenedParts,
): ClosingForExchange | undefined {
  const { closing, closedAt, certificate, delivered } = state;
  if (closing === null || closedAt === null) return undefined;
  const part = lastPart(entries, opened, closingEntries[closing]);
  return {
    type: resultTypeOf(state),
    at: closedAt,
    delivery: delivered?.method ?? 'notDelivered',
    ...given('explanation', textOf(part, 'reason')),
    ...given('handlerName', textOf(part, 'handlerName')),
    ...given(
      'certificate',
      certificate === null
        ? undefined
        : {
            ...{ name: certificate.resultName, number: certificate.number },
            ...given('validTo', certificate.validTo ?? undefined),
          },
    ),
    ...given('documentNumber', state.decision?.documentNumber),
  };
}

/** The applicant's first own word; the default that a region sets only where there is none. */
function ratingOf(
  entries: readonly EntryView[],
  opened: OpenedParts,
  { ratings }: CaseState,
): RatingForExchange | undefined {
  const own = ratings.findIndex(({ channel }) => channel !== 'systemDefault');
  const chosen = ratings[Math.max(own, 0)];
  if (chosen === undefined) return undefined;
  const rated = entries.filter(({ type }) => type === 'case.rated')[Math.max(own, 0)];
  const { level, channel, at, reasonCodes } = chosen;
  const text = textOf(rated === undefined ? undefined : opened.get(rated.seq), 'text');
  return { level, channel, at, reasonCodes, occasion: 1, ...given('text', text) };
}
