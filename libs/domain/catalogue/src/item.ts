import { z } from 'zod';
import { powerSchema } from '@tongban/domain/delegation';
import { isNodeCode, tierOf, tiers, type NodeCode } from '@tongban/kernel';
import { audiences, itemTypes, materialForms, materialSources, necessities, regimes, resultKinds } from './codes.js';
import { applicantFormSchema } from './form.js';
import { demoUscc, isUscc } from './identifiers.js';
import { themes } from './themes.js';

const slug = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'not a slug');
const name = z.string().min(1).max(200);
const prose = z.string().min(1).max(1000);
const phone = z.string().regex(/^[0-9-]{3,18}$/, 'not a telephone number');
const days = z.int().min(0).max(1000);

/** A department of the government, the same in every division that has it. */
export const departmentSchema = z.strictObject({
  id: slug,
  version: z.int().min(1),
  name,
  /** Digits 5–6 of its items' base codes. */
  field: z.string().regex(/^\d{2}$/),
  /** Tiers where it has an office. */
  tiers: z.array(z.enum(tiers)).min(1),
  /** What the office is called at a tier, where that is not `name`. */
  names: z.partialRecord(z.enum(tiers), name).optional(),
  /** Registered credit codes (GB 32100) by division. */
  uscc: z
    .record(z.string().refine(isNodeCode, 'not a division code'), z.string().refine(isUscc, 'not a credit code'))
    .optional(),
});
export type Department = z.output<typeof departmentSchema>;

/** The credit code of a department's office; a demonstration code where none is registered in the catalogue. */
export function codeOf(department: Department, node: NodeCode): { uscc: string; isDemonstration: boolean } {
  const registered = department.uscc?.[node];
  if (registered !== undefined) return { uscc: registered, isDemonstration: false };
  return { uscc: demoUscc(node, department.id), isDemonstration: true };
}

export const departmentNameAt = (department: Department, node: NodeCode): string =>
  department.names?.[tierOf(node)] ?? department.name;

export const materialSchema = z.strictObject({
  /** Unique within the item. */
  code: slug,
  name,
  necessity: z.enum(necessities),
  source: z.enum(materialSources),
  form: z.enum(materialForms),
  /** Sheets or sets to hand in; 0 for electronic documents. */
  copies: z.int().min(0).max(20),
  note: prose.optional(),
});
export type Material = z.output<typeof materialSchema>;

export const stepSchema = z.strictObject({
  name,
  /** Which power the step uses, hence which node of the route does it. */
  power: powerSchema,
  /** Share of the promised time, in working days. */
  days,
});

export const legalBasisSchema = z.strictObject({
  statute: name,
  /** Articles as cited: 第二十四条. */
  article: z.string().min(1).max(100),
  /** Year of the version cited. */
  year: z.int().min(1949).max(2100).optional(),
});
export type LegalBasis = z.output<typeof legalBasisSchema>;

/** A service item (政务服务事项): elements after GB/T 39046-2020 table 4. All times are working days. */
export const serviceItemSchema = z.strictObject({
  /** 12-digit base code. */
  code: z.string().regex(/^\d{12}$/, 'not a 12-digit item code'),
  version: z.int().min(1),
  name,
  type: z.enum(itemTypes),
  /** Where the competent authority sits. */
  level: z.enum(tiers),
  departmentId: slug,
  /** 联办机构 of a joint item. */
  jointDepartmentIds: z.array(slug).min(1).optional(),
  description: prose,
  audience: z.array(z.enum(audiences)).min(1),
  regime: z.enum(regimes),
  legalBasis: z.array(legalBasisSchema).min(1),
  conditions: z.array(prose).min(1),
  materials: z.array(materialSchema),
  steps: z.array(stepSchema).min(1),
  statutoryDays: days,
  promisedDays: days,
  fee: z.strictObject({ charged: z.boolean(), basis: prose.optional(), standard: prose.optional() }),
  /** The applicant must come in person and nobody may submit instead. */
  presenceRequired: z.boolean(),
  result: z.strictObject({ kind: z.enum(resultKinds), name, validityYears: z.int().min(1).max(100).optional() }),
  applicantForm: applicantFormSchema,
  themes: z.array(z.enum(themes)).min(1),
  consultPhone: phone.optional(),
  complaintPhone: phone.optional(),
  validFrom: z.iso.date(),
  /** Last day on which the item is offered. */
  validTo: z.iso.date().optional(),
});
export type ServiceItem = z.output<typeof serviceItemSchema>;

/** True on the days from `validFrom` to `validTo`, both included. `on` is a date in China, `YYYY-MM-DD`. */
export const isOffered = ({ validFrom, validTo }: ServiceItem, on: string): boolean =>
  validFrom <= on && (validTo === undefined || on <= validTo);
