import type { Instant } from '@tongban/kernel';
import type {
  CaseForExchange,
  ClosingForExchange,
  FeeForExchange,
  MaterialForExchange,
  RatingForExchange,
  SpecialForExchange,
  StepForExchange,
  SupervisionForExchange,
} from './case-for-exchange.js';
import type { CaseStage } from './neutral.js';

/** The column holds eleven digits of a mobile number: a landline has no place in it and is not squeezed in. */
const mobileOnly = (phone: string): string | undefined => (/^1\d{10}$/.test(phone) ? phone : undefined);

const noneIfEmpty = (text: string): string | undefined => (text === '' ? undefined : text);

const stageOf = ({ closing }: CaseForExchange): CaseStage => {
  if (closing === undefined) return 'inHand';
  if (closing.type === 'notAccepted' || closing.type === 'supplementExpired') return 'notAccepted';
  return closing.type === 'returned' ? 'withdrawn' : 'finished';
};

/** "1:身份证,2:照片"; a material without a name has none to be listed under. */
const acceptList = (materials: readonly MaterialForExchange[]): string | undefined =>
  noneIfEmpty(materials.map(({ name, code }, index) => `${code ?? index + 1}:${name}`).join(','));

/** What every row of a case can say: the item, the office, where it was taken in. */
export const caseFields = (from: CaseForExchange) => ({
  number: from.provinceNumber ?? from.number,
  stage: stageOf(from),
  queryPassword: from.queryPassword,
  basicCode: from.item.basicCode,
  implementationCode: from.item.implementationCode,
  handlingItemCode: from.item.handlingItemCode,
  itemName: from.item.name,
  itemVersion: from.item.version,
  itemTypeCode: from.item.typeCode,
  regime: from.item.regime,
  promisedDays: from.item.promisedDays,
  statutoryDays: from.item.statutoryDays,
  departmentCode: from.department.uscc,
  departmentName: from.department.name,
  intake: from.intake,
  region: from.intake.slice(0, 6),
});

const projectName = ({ dossier, item }: CaseForExchange): string | undefined =>
  dossier.applicant.name.trim() === '' ? undefined : `关于${dossier.applicant.name}的${item.name}`;

export function acceptFields(from: CaseForExchange) {
  const { dossier, acceptance, promisedDue } = from;
  const contact = dossier.agent ?? dossier.applicant;
  return {
    projectName: projectName(from),
    channel: from.channel,
    submittedAt: from.submittedAt,
    acceptedAt: acceptance?.at,
    // A date counted over an unpublished calendar may still move; it is reported once it is certain.
    promisedDate: promisedDue === undefined || promisedDue.provisional ? undefined : promisedDue.date,
    acceptanceNumber: acceptance?.documentNumber,
    acceptedBy: acceptance?.handlerName,
    applicantName: dossier.applicant.name,
    applicantType: from.applicantType,
    identityType: from.identityType,
    identityNumber: dossier.applicant.identityNumber,
    legalRepresentative: dossier.applicant.legalRepresentative,
    applicantMobile: mobileOnly(dossier.applicant.phone),
    contactName: contact.name,
    contactMobile: mobileOnly(contact.phone),
    address: dossier.applicant.address,
    materialList: acceptList(from.materials),
  };
}

const nodeTypes = { first: '1', middle: '2', last: '3', only: '4' } as const;

/** 1 begins, 2 lies between, 3 ends the handling, 4 is the only step of a case that has ended. */
function nodeTypeOf(from: CaseForExchange, index: number): string {
  const last = from.closing !== undefined && index === from.steps.length - 1;
  if (index === 0) return last ? nodeTypes.only : nodeTypes.first;
  return last ? nodeTypes.last : nodeTypes.middle;
}

export function processFields(from: CaseForExchange, step: StepForExchange, index: number) {
  return {
    sequence: index + 1,
    nodeType: nodeTypeOf(from, index),
    stepName: step.name,
    action: step.action,
    handlerName: step.handlerName,
    explanation: step.explanation,
    startedAt: step.startedAt,
    // GB/T 39046-2020: a step without an end takes its start.
    endedAt: step.endedAt ?? step.startedAt,
    /** The step before, or the application: nothing is handled ahead of it. */
    notBefore: from.steps[index - 1]?.startedAt ?? from.submittedAt,
  };
}

export const specialFields = (from: CaseForExchange, special: SpecialForExchange, index: number) => ({
  sequence: index + 1,
  type: special.type,
  specialName: special.name,
  noticeNumber: special.noticeNumber,
  reason: special.reason,
  legalBasis: special.legalBasis,
  startedAt: special.startedAt,
  // As for a step: the start until the end is known, then the end.
  endedAt: special.endedAt ?? special.startedAt,
  result: special.result,
  handlerName: special.handlerName,
  applicantName: from.dossier.applicant.name,
  acceptedAt: from.acceptance?.at,
});

export const materialFields = (material: MaterialForExchange, index: number) => ({
  sequence: index + 1,
  materialName: material.name,
  fileName: material.fileName,
  copies: material.copies === undefined ? undefined : String(material.copies),
});

export const feeFields = (fee: FeeForExchange, index: number) => ({
  sequence: index + 1,
  event: fee.event,
  feeName: fee.name,
  amountFen: fee.amountFen,
  noticeNumber: fee.noticeNumber,
  receiptNumber: fee.receiptNumber,
  legalBasis: fee.legalBasis,
  payer: fee.payer,
  handlerName: fee.handlerName,
  at: fee.at,
});

const paidFen = (fees: readonly FeeForExchange[]): number =>
  fees.reduce((sum, { event, amountFen }) => {
    if (event === 'exempted') return sum;
    return event === 'paid' ? sum + amountFen : sum - amountFen;
  }, 0);

export function resultFields(from: CaseForExchange, closing: ClosingForExchange) {
  const fees = from.fees ?? [];
  const paid = paidFen(fees);
  return {
    closedAt: closing.at,
    type: closing.type,
    explanation: closing.explanation,
    documentNumber: closing.documentNumber,
    certificateName: closing.certificate?.name,
    certificateNumber: closing.certificate?.number,
    certificateValidTo: closing.certificate?.validTo,
    delivery: closing.delivery,
    satisfaction: from.rating?.level,
    handlerName: closing.handlerName,
    isCharged: paid > 0 ? '1' : '0',
    paidFen: paid,
    payer: fees.findLast(({ event }) => event === 'paid')?.payer,
    acceptedAt: from.acceptance?.at,
  };
}

const personCode = '1';
const organisationCode = '2';
const finishedCode = '3';

export const ratingFields = (from: CaseForExchange, rating: RatingForExchange) => ({
  sequence: rating.occasion,
  channel: rating.channel,
  raterName: from.dossier.applicant.name,
  raterKind: from.applicantType === 'naturalPerson' ? personCode : organisationCode,
  satisfaction: rating.level,
  reasons: noneIfEmpty(rating.reasonCodes.join(',')),
  text: rating.text,
  ratedAt: rating.at,
  /** 3 已完结: a case is rated when it has ended. */
  caseProgress: finishedCode,
  acceptedAt: from.acceptance?.at,
  handlerName: from.closing?.handlerName,
});

export const supervisionFields = (from: CaseForExchange, supervision: SupervisionForExchange, index: number) => ({
  sequence: index + 1,
  rule: supervision.rule,
  level: supervision.level,
  content: supervision.content,
  at: supervision.at,
  /** Unique for the platform: the last digits of the case and the number of the entry. */
  supervisionNumber: `${from.number.replaceAll(/\D/g, '').slice(-16)}${String(supervision.seq).padStart(4, '0')}`,
});

/** The fields of each kind by name: what a profile's column may be filled from. */
export interface FieldsOf {
  application: ReturnType<typeof acceptFields>;
  accept: ReturnType<typeof acceptFields>;
  process: ReturnType<typeof processFields>;
  special: ReturnType<typeof specialFields>;
  material: ReturnType<typeof materialFields>;
  fee: ReturnType<typeof feeFields>;
  result: ReturnType<typeof resultFields>;
  rating: ReturnType<typeof ratingFields>;
  supervision: ReturnType<typeof supervisionFields>;
}
/** What is said of every row besides. */
export interface FrameFields extends ReturnType<typeof caseFields> {
  readonly rowGuid: string;
  readonly dataSource: string;
}
export type FieldValue = string | number | Instant | undefined;
