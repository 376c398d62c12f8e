import type { shapes } from '@tongban/console/api';

export const sections = [
  'general',
  'ground',
  'materials',
  'course',
  'money',
  'service',
  'questions',
  'exchange',
] as const;
export type Section = (typeof sections)[number];

/** Where a reader looks for an element; a new element does not compile without a place. */
const sectionOf: Readonly<Record<keyof shapes.ServiceItem, Section>> = {
  code: 'general',
  version: 'general',
  name: 'general',
  type: 'general',
  level: 'general',
  departmentId: 'general',
  jointDepartmentIds: 'general',
  description: 'general',
  audience: 'general',
  themes: 'general',
  validFrom: 'general',
  validTo: 'general',
  legalBasis: 'ground',
  conditions: 'ground',
  division: 'ground',
  exercise: 'ground',
  powerSource: 'ground',
  bodyNature: 'ground',
  entrustedBy: 'ground',
  undertaker: 'ground',
  numberLimit: 'ground',
  materials: 'materials',
  applicantForm: 'materials',
  regime: 'course',
  steps: 'course',
  statutoryDays: 'course',
  promisedDays: 'course',
  statutoryLimit: 'course',
  promisedLimit: 'course',
  specialProcedures: 'course',
  intermediaryServices: 'course',
  result: 'course',
  fee: 'money',
  fees: 'money',
  presenceRequired: 'service',
  visits: 'service',
  visitReason: 'service',
  handlingScope: 'service',
  handlingForms: 'service',
  onlineDepth: 'service',
  flags: 'service',
  addresses: 'service',
  places: 'service',
  consultPhone: 'questions',
  complaintPhone: 'questions',
  consultation: 'questions',
  supervision: 'questions',
  questions: 'questions',
  implementationCode: 'exchange',
  handlingCode: 'exchange',
  localCode: 'exchange',
  systemLevel: 'exchange',
};

/** The elements of a section that say something, in the order of the standard's table. */
export function elementsIn<E extends { readonly field: string }>(
  section: Section,
  elements: readonly E[],
  item: shapes.ServiceItem,
): { readonly element: E; readonly value: unknown }[] {
  const values: Readonly<Record<string, unknown>> = { ...item };
  const places: Readonly<Record<string, Section>> = sectionOf;
  return (
    elements
      // An element that a newer host added is shown with the general ones.
      .filter(({ field }) => (places[field] ?? 'general') === section && values[field] !== undefined)
      .map((element) => ({ element, value: values[element.field] }))
  );
}
