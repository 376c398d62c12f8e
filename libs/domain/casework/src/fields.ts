import { z } from 'zod';
import { isLocalDate } from '@tongban/domain/calendar';
import { tiers, type NodeCode } from '@tongban/kernel';
import { regimes, resultKinds, timeUnits } from './codes.js';

/** A zod enum over the keys of one of the tables in codes.ts. */
export const oneOf = <T extends Record<string, string>>(names: T): z.ZodEnum<{ [K in keyof T & string]: K }> => {
  const keys = Object.keys(names) as (keyof T & string)[];
  return z.enum(Object.fromEntries(keys.map((key) => [key, key])) as { [K in keyof T & string]: K });
};

// Zod's pattern gives a string; the pattern is that of isNodeCode, so the brand is earned.
export const nodeCodeField = z.string().regex(/^[1-9]\d{11}$/) as z.ZodType<string> as z.ZodType<NodeCode>;
export const dateField = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine(isLocalDate, 'not a date');
export const instantField = z.int().nonnegative();
export const codeField = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/);
/** What collects a result at the window: six digits. */
export const pickUpCodeField = z.string().regex(/^\d{6}$/);
/** What was handed to a postal service. */
export const parcelSchema = z.strictObject({
  carrier: z.string().min(1).max(100),
  trackingNumber: z.string().regex(/^[A-Za-z0-9-]{6,40}$/),
});
export const uuidField = z.uuid();
export const hashField = z.string().regex(/^[0-9a-f]{64}$/);

const personalNumber = /(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)/g;

/** Identity and mobile numbers replaced by asterisks: for text of others that goes into facts. */
export const maskPersonalNumbers = (text: string): string =>
  text.replace(personalNumber, (found) => '*'.repeat(found.length));

/** Text that becomes a fact and is therefore read by every holder: identity and mobile numbers are refused. */
export const publicText = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .refine((text) => maskPersonalNumbers(text) === text, '公开内容不得含身份证号或手机号');

export const sealedText = (maxLength: number) => z.string().max(maxLength);

export const maxMaterials = 100;
export const maxFilesPerCase = 300;

export const dueDateSchema = z.strictObject({ date: dateField, provisional: z.boolean() });

/** The largest sum of one fee project: a hundred million yuan. */
export const maxAmountFen = 10_000_000_000;
export const maxFeeProjects = 20;
export const maxPinnedSteps = 20;
export const amountField = z.int().positive().max(maxAmountFen);

/** The fee project of the first releases: a fixed sum by a published standard. */
export const firstFeeLineSchema = z.strictObject({
  code: codeField,
  name: z.string().min(1).max(200),
  /** In fen, a hundredth of a yuan. */
  amountFen: amountField,
  /** The document that sets the standard. */
  basis: publicText(500).min(1),
});
/** Pieces, certificates, square metres: what the standard's unit is counted in. */
export const maxFeeQuantity = 100_000;
export const quantityField = z.int().min(1).max(maxFeeQuantity);
/** One fee project of an item: a fixed sum for one unit by a published standard, and what may be charged of it. */
export const feeLineSchema = firstFeeLineSchema.extend({
  unit: z.string().min(1).max(20).optional(),
  /** Of the projects with the same choice a notice takes one at most. */
  choice: codeField.optional(),
  /** True where the number of units has to be stated. */
  measured: z.boolean().optional(),
  maxQuantity: quantityField.optional(),
});
export type FeeLine = z.infer<typeof feeLineSchema>;
export const firstBilledLineSchema = firstFeeLineSchema.extend({ quantity: quantityField });
/** A project as it stands on a payment notice: the standard's sum for one unit, and how many. */
export const billedLineSchema = firstBilledLineSchema.extend({ unit: feeLineSchema.shape.unit });
export type BilledLine = z.infer<typeof billedLineSchema>;

/** A step of the item's procedure with its share of the promised time, in the item's time unit. */
export const pinnedStepSchema = z.strictObject({
  name: z.string().min(1).max(200),
  power: z.enum(['submit', 'accept', 'review', 'decide', 'certify', 'deliver']),
  days: z.int().nonnegative().max(2000),
});

/** The pin of the first release; entries of version 1 hold it. */
export const firstItemPinSchema = z.strictObject({
  code: codeField,
  version: z.int().positive(),
  name: z.string().min(1).max(200),
  /** Neutral name of the kind of administrative power, as the catalogue has it. */
  type: codeField,
  regime: oneOf(regimes),
  /** Tier of the competent authority. */
  level: z.enum(tiers),
  department: codeField,
  statutoryDays: z.int().nonnegative().max(2000),
  promisedDays: z.int().nonnegative().max(2000),
  timeUnit: oneOf(timeUnits),
  resultKind: oneOf(resultKinds),
  resultName: z.string().max(200),
});
/** The pin of entries of version 2: fees by the piece, one sum each. */
export const pinOfSumsSchema = firstItemPinSchema.extend({
  fees: z.array(firstFeeLineSchema).min(1).max(maxFeeProjects).optional(),
  steps: z.array(pinnedStepSchema).min(1).max(maxPinnedSteps).optional(),
});
/** What the case keeps of the item version under which it was submitted. */
export const itemPinSchema = firstItemPinSchema.extend({
  fees: z.array(feeLineSchema).min(1).max(maxFeeProjects).optional(),
  steps: z.array(pinnedStepSchema).min(1).max(maxPinnedSteps).optional(),
});
export type ItemPin = z.infer<typeof itemPinSchema>;

/** The joint case (联办件) and its branch that a case is submitted for. */
export const jointBranchSchema = z.strictObject({ record: uuidField, branch: codeField });
export type JointBranch = z.infer<typeof jointBranchSchema>;

export const routeSchema = z.strictObject({
  accept: nodeCodeField,
  decide: nodeCodeField,
  certify: nodeCodeField,
  deliver: nodeCodeField,
});
export type CaseRoute = z.infer<typeof routeSchema>;

const materialShape = {
  material: codeField,
  digest: hashField,
  size: z.int().nonnegative(),
  mediaType: z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,100}$/),
};
const fileShape = { digest: hashField, name: z.string().min(1).max(255), key: z.string().min(1).max(1000) };

/** Facts of an attachment. */
export const materialFactSchema = z.strictObject(materialShape);
export type MaterialFact = z.infer<typeof materialFactSchema>;
/** Its sealed part: the file's name and the key that opens the blob. */
export const sealedFileSchema = z.strictObject(fileShape);
/** Both, as a command brings them. */
export const attachmentSchema = z.strictObject({ ...materialShape, ...fileShape });
export type Attachment = z.infer<typeof attachmentSchema>;

export const applicantSchema = z.strictObject({
  name: z.string().min(1).max(200),
  identityNumber: z.string().min(1).max(64),
  phone: z.string().min(1).max(32),
  address: z.string().max(500).optional(),
});
export const agentSchema = z.strictObject({ name: z.string().min(1).max(100), phone: z.string().min(1).max(32) });
/** Who rang on behalf of themselves or another. */
export const callerSchema = z.strictObject({
  name: z.string().min(1).max(100),
  phone: z.string().min(1).max(32),
  relation: z.string().min(1).max(50),
});
export const maxOpposingParties = 20;
export const partySchema = z.strictObject({
  name: z.string().min(1).max(200),
  identityNumber: z.string().min(1).max(64),
});
export const formSchema = z.record(z.string().max(200), z.json());

export const problemSchema = z.strictObject({
  code: z.string().max(100),
  field: z.string().max(200),
  message: publicText(1000),
});
