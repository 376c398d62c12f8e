import type { Instant } from '@tongban/kernel';
import type {
  CaseForExchange,
  ClosingForExchange,
  MaterialForExchange,
  RatingForExchange,
  StepForExchange,
} from './case-for-exchange.js';
import type { Cell, Cells } from './checks.js';
import type { ExchangeProfile } from './profile.js';
import { codeOf, type CodeTable } from './tables.js';

const chinaOffsetMs = 8 * 60 * 60 * 1000;

/** YYYYMMDDThhmmss in China Standard Time, which has no summer time. */
export const chinaDateTime = (at: Instant): string =>
  new Date(at + chinaOffsetMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');

const coded = <M extends string>(table: CodeTable<M>, meaning: M): Cell =>
  codeOf(table, meaning) ?? { noCode: meaning };

/** The column holds eleven digits of a mobile number: a landline has no place in it and is not squeezed in. */
const mobileOnly = (phone: string): string | undefined => (/^1\d{10}$/.test(phone) ? phone : undefined);

export function acceptCells(from: CaseForExchange, { tables }: ExchangeProfile): Cells {
  const { item, department, dossier, acceptance, promisedDue } = from;
  const contact = dossier.agent ?? dossier.applicant;
  return {
    catalog_code: item.basicCode,
    task_code: item.implementationCode,
    task_handle_item: item.handlingItemCode,
    task_name: item.name,
    task_version: item.version,
    project_type: coded(tables.projectType, item.regime),
    apply_type: coded(tables.applyType, from.channel),
    apply_date: chinaDateTime(from.submittedAt),
    accept_date: acceptance && chinaDateTime(acceptance.at),
    // A date counted over an unpublished calendar may still move; it is reported once it is certain.
    promise_date:
      promisedDue === undefined || promisedDue.provisional ? undefined : promisedDue.date.replaceAll('-', ''),
    accept_doc_no: acceptance?.documentNumber,
    org_code: department.uscc,
    org_name: department.name,
    handle_user_name: acceptance?.handlerName,
    applyer_name: dossier.applicant.name,
    applyer_type: coded(tables.applicantType, from.applicantType),
    applyer_page_type: coded(tables.identityType, from.identityType),
    applyer_page_code: dossier.applicant.identityNumber,
    legal: dossier.applicant.legalRepresentative,
    contact_name: contact.name,
    contact_mobile: mobileOnly(contact.phone),
    address: dossier.applicant.address,
  };
}

export const processCells = (step: StepForExchange, { tables }: ExchangeProfile): Cells => ({
  process_name: step.name,
  event_name: coded(tables.stepAction, step.action),
  handle_user_name: step.handlerName,
  handle_explain: step.explanation,
  event_start_time: chinaDateTime(step.startedAt),
  // GB/T 39046-2020: a step without an end takes its start.
  event_end_time: chinaDateTime(step.endedAt ?? step.startedAt),
});

export const materialCells = (material: MaterialForExchange): Cells => ({
  material_name: material.name,
  material_attach_name: material.fileName,
  get_name: material.copies === undefined ? undefined : String(material.copies),
});

export const resultCells = (
  closing: ClosingForExchange,
  rating: RatingForExchange | undefined,
  { tables }: ExchangeProfile,
): Cells => ({
  result_date: chinaDateTime(closing.at),
  result_type: coded(tables.resultType, closing.type),
  result_explain: closing.explanation,
  result_cetr_name: closing.certificate?.name,
  result_cetr_no: closing.certificate?.number,
  is_delivery_results: coded(tables.delivery, closing.delivery),
  satisfaction: rating && coded(tables.resultSatisfaction, rating.level),
  handle_user_name: closing.handlerName,
});

const personCode = '1';
const organisationCode = '2';

export function ratingCells(from: CaseForExchange, rating: RatingForExchange, { tables }: ExchangeProfile): Cells {
  const reasons = rating.reasonCodes.join(',');
  return {
    task_code: from.item.implementationCode,
    task_handle_item: from.item.handlingItemCode,
    task_name: from.item.name,
    area_code: from.intake,
    dept_code: from.department.uscc,
    pf: coded(tables.ratingChannel, rating.channel),
    user_name: from.dossier.applicant.name,
    user_prop: from.applicantType === 'naturalPerson' ? personCode : organisationCode,
    satisfaction: coded(tables.ratingSatisfaction, rating.level),
    eval_detail: reasons === '' ? undefined : reasons,
    writing_evaluation: rating.text,
    assess_time: chinaDateTime(rating.at),
    assess_number: rating.occasion,
    // Two values only: any other regime has no code here, and the column may stay empty.
    promise_time: codeOf(tables.ratingRegime, from.item.regime) ?? undefined,
    accept_date: from.acceptance && chinaDateTime(from.acceptance.at),
  };
}
