import { createHash } from 'node:crypto';
import { canonicalJson, type Instant, type Uuid } from '@tongban/kernel';
import type { CaseForExchange } from './case-for-exchange.js';
import { acceptCells, materialCells, processCells, ratingCells, resultCells } from './cells.js';
import { isCreditCode, isResidentIdentityNumber } from './check-digits.js';
import { checkCells, type Cells, type Columns, type Flaw } from './checks.js';
import { columnsOf } from './columns.js';
import type { HeldField } from './held.js';
import type { RecordKind } from './neutral.js';
import type { ExchangeProfile } from './profile.js';

/** One row for the province. The business key names it for ever; a data version is given when it is sent. */
export interface ExchangeRecord {
  readonly kind: RecordKind;
  readonly businessKey: string;
  readonly columns: Columns;
}

export interface CaseRecords {
  /** In the order the province wants them: accept, process, material, result, rating. */
  readonly ready: readonly ExchangeRecord[];
  readonly held: readonly HeldField[];
}

interface Candidate {
  readonly kind: RecordKind;
  readonly businessKey: string;
  readonly cells: Cells;
  readonly flaws: readonly Flaw[];
}

const keyOf = (kind: RecordKind, number: string, sequence?: number): string =>
  sequence === undefined ? `${kind}/${number}` : `${kind}/${number}/${sequence}`;

const rowGuidLength = 32;
/** Stable for a row of a case, so that a re-report replaces the row instead of adding one. */
const rowGuid = (record: Uuid, businessKey: string): string =>
  createHash('sha256').update(`${record} ${businessKey}`).digest('hex').slice(0, rowGuidLength);

const timeFlaw = (field: string, message: string): Flaw => ({ field, code: 'timeOrder', message });
const toSecond = (at: Instant): number => Math.floor(at / 1000);
const isBefore = (a: Instant, b: Instant): boolean => toSecond(a) < toSecond(b);

function acceptFlaws(from: CaseForExchange): Flaw[] {
  const flaws: Flaw[] = [];
  if (from.acceptance !== undefined && isBefore(from.acceptance.at, from.submittedAt))
    flaws.push(timeFlaw('accept_date', '受理时间（accept_date）早于申请时间'));
  const number = from.dossier.applicant.identityNumber;
  const wrong = (message: string): void => void flaws.push({ field: 'applyer_page_code', code: 'check', message });
  if (number !== '' && from.identityType === 'residentIdentityCard' && !isResidentIdentityNumber(number))
    wrong('申请人证件号码（applyer_page_code）不是有效的居民身份证号码');
  if (number !== '' && from.identityType === 'usccOrganisation' && !isCreditCode(number))
    wrong('申请人证件号码（applyer_page_code）不是有效的统一社会信用代码');
  if (from.department.uscc.length === 18 && !isCreditCode(from.department.uscc))
    flaws.push({ field: 'org_code', code: 'check', message: '实施主体统一社会信用代码（org_code）校验码不正确' });
  return flaws;
}

function processFlaws(from: CaseForExchange, index: number): Flaw[] {
  const step = from.steps[index]!;
  const before = from.steps[index - 1]?.startedAt ?? from.submittedAt;
  const flaws: Flaw[] = [];
  if (isBefore(step.startedAt, before))
    flaws.push(timeFlaw('event_start_time', `环节“${step.name}”开始时间（event_start_time）早于上一环节`));
  if (step.endedAt !== undefined && isBefore(step.endedAt, step.startedAt))
    flaws.push(timeFlaw('event_end_time', `环节“${step.name}”结束时间（event_end_time）早于开始时间`));
  return flaws;
}

function closingCandidates(from: CaseForExchange, profile: ExchangeProfile): Candidate[] {
  const { closing, rating, acceptance, number } = from;
  if (closing === undefined) return [];
  const early = acceptance !== undefined && isBefore(closing.at, acceptance.at);
  const result: Candidate = {
    kind: 'result',
    businessKey: keyOf('result', number),
    cells: resultCells(closing, rating, profile),
    flaws: early ? [timeFlaw('result_date', '办结时间（result_date）早于受理时间')] : [],
  };
  if (rating === undefined) return [result];
  const rated: Candidate = {
    kind: 'rating',
    businessKey: keyOf('rating', number, rating.occasion),
    cells: ratingCells(from, rating, profile),
    flaws: [],
  };
  return [result, rated];
}

function candidates(from: CaseForExchange, profile: ExchangeProfile): Candidate[] {
  // The first row of a case reports its acceptance: an open case nobody has accepted yet has nothing to report.
  if (from.acceptance === undefined && from.closing === undefined) return [];
  return [
    {
      kind: 'accept',
      businessKey: keyOf('accept', from.number),
      cells: acceptCells(from, profile),
      flaws: acceptFlaws(from),
    },
    ...from.steps.map((step, index): Candidate => ({
      kind: 'process',
      businessKey: keyOf('process', from.number, index + 1),
      cells: processCells(step, profile),
      flaws: processFlaws(from, index),
    })),
    ...from.materials.map((material, index): Candidate => ({
      kind: 'material',
      businessKey: keyOf('material', from.number, index + 1),
      cells: materialCells(material),
      flaws: [],
    })),
    ...closingCandidates(from, profile),
  ];
}

/** Kinds that must not go out while an earlier record of that kind is held. */
const heldBack: Readonly<Record<RecordKind, readonly RecordKind[]>> = {
  accept: ['process', 'material', 'result', 'rating'],
  process: ['process', 'result', 'rating'],
  material: [],
  result: ['rating'],
  rating: [],
};

/**
 * The rows of a case as the province wants them, and what keeps others back. A missing value is never made up, and a
 * row is not sent ahead of one it follows (accept, then process, then result).
 */
export function toRecords(from: CaseForExchange, profile: ExchangeProfile): CaseRecords {
  const ready: ExchangeRecord[] = [];
  const held: HeldField[] = [];
  const stopped = new Set<RecordKind>();
  for (const { kind, businessKey, cells, flaws } of candidates(from, profile)) {
    const frame = {
      row_guid: rowGuid(from.record, businessKey),
      data_source: profile.dataSource,
      project_no: from.number,
    };
    const checked = checkCells(columnsOf[kind], { ...frame, ...cells }, profile.bytesPerCharacter);
    const all = [...checked.flaws, ...flaws];
    held.push(...all.map((flaw) => ({ kind, businessKey, ...flaw })));
    if (all.length > 0) for (const later of heldBack[kind]) stopped.add(later);
    else if (!stopped.has(kind)) ready.push({ kind, businessKey, columns: checked.columns });
  }
  return { ready, held };
}

/** SHA-256 of what would be sent, in hex; null when there is nothing. Tells whether a case has to be reported anew. */
export const contentDigest = (records: readonly ExchangeRecord[]): string | null =>
  records.length === 0
    ? null
    : createHash('sha256')
        .update(canonicalJson(records.map(({ businessKey, columns }) => ({ businessKey, columns }))))
        .digest('hex');
