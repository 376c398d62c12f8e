import { z } from 'zod';
import {
  applicantTypes,
  caseStatuses,
  channels,
  closings,
  identityTypes,
  withdrawalReasons,
} from '@tongban/domain/casework';
import * as codes from './codes.js';
import {
  codeField,
  dateField,
  daysField,
  jointAttachmentSchema,
  jointFormSchema,
  maxAttempts,
  maxBranches,
  maxFiles,
  nameField,
  numberField,
  oneOf,
  sealedText,
  uuidField,
} from './fields.js';
import { maxDailySequence } from './numbers.js';
import { jointTemplateSchema } from './template.js';

const sequence = z.int().min(1).max(maxDailySequence);
const attachments = z.array(jointAttachmentSchema).max(maxFiles);
const attempt = z.int().min(1).max(maxAttempts);

/** What a branch keeps of its item as the lead's catalogue has it when the joint case begins. */
export const branchPinSchema = z.strictObject({
  item: nameField,
  version: z.int().positive(),
  department: codeField,
  promisedDays: daysField,
});
export type BranchPin = z.infer<typeof branchPinSchema>;

/** What the lead reads off a branch's case. */
export const branchViewSchema = z.strictObject({
  status: oneOf(caseStatuses),
  closing: oneOf(closings).nullable(),
  /** True while a special procedure stops the branch's clock. */
  paused: z.boolean(),
  seq: z.int().positive(),
  /** The day in China on which the case came to stand as it does. */
  on: dateField,
  promisedDue: dateField.nullable(),
});
export type BranchView = z.infer<typeof branchViewSchema>;

export const applicantSchema = z.strictObject({
  name: z.string().min(1).max(200),
  identityNumber: z.string().min(1).max(64),
  phone: z.string().min(1).max(32),
  address: z.string().max(500).optional(),
});
export const submissionPartSchema = z.strictObject({
  applicantType: oneOf(applicantTypes),
  identityType: oneOf(identityTypes),
  channel: oneOf(channels),
});

/** Commands by type. `sequence`, `template` and `pins` are the owner's to add, never the user's. */
export const jointCommandSchemas = {
  open: z.strictObject({
    type: z.literal('open'),
    sequence,
    template: jointTemplateSchema,
    pins: z.record(codeField, branchPinSchema),
    ...submissionPartSchema.shape,
    /** Optional branches that the applicant wants. */
    chosen: z.array(codeField).max(maxBranches),
    applicant: applicantSchema,
    form: jointFormSchema,
    attachments,
  }),
  openStage: z.strictObject({
    type: z.literal('openStage'),
    stage: codeField,
    form: jointFormSchema,
    attachments,
    /** Optional branches of this or a later stage that the applicant now wants, too. */
    chosen: z.array(codeField).max(maxBranches),
  }),
  startBranch: z.strictObject({
    type: z.literal('startBranch'),
    branch: codeField,
    attempt,
    record: uuidField,
    number: numberField,
    on: dateField,
  }),
  noteBranch: z.strictObject({ type: z.literal('noteBranch'), branch: codeField, attempt, view: branchViewSchema }),
  restartBranch: z.strictObject({
    type: z.literal('restartBranch'),
    branch: codeField,
    reasonCode: oneOf(codes.restartReasons),
    reason: sealedText(2000),
    form: jointFormSchema,
    attachments,
  }),
  callInspection: z.strictObject({
    type: z.literal('callInspection'),
    sequence,
    branches: z.array(codeField).min(1).max(maxBranches),
    on: dateField,
    place: sealedText(500),
    text: sealedText(2000),
  }),
  recordFinding: z.strictObject({
    type: z.literal('recordFinding'),
    department: codeField,
    /** The actor's department, from the token. */
    actorDepartment: codeField.optional(),
    conclusion: oneOf(codes.findingConclusions),
    finding: sealedText(4000),
  }),
  concludeInspection: z.strictObject({
    type: z.literal('concludeInspection'),
    sequence,
    conclusion: oneOf(codes.inspectionConclusions),
    summary: sealedText(4000),
  }),
  conclude: z.strictObject({ type: z.literal('conclude'), sequence, summary: sealedText(4000) }),
  withdraw: z.strictObject({
    type: z.literal('withdraw'),
    reasonCode: oneOf(withdrawalReasons),
    reason: sealedText(1000),
  }),
} as const;
export const jointCommandTypes = Object.keys(jointCommandSchemas) as JointCommandType[];
export type JointCommandType = keyof typeof jointCommandSchemas;
export type JointCommandOf<T extends JointCommandType> = z.infer<(typeof jointCommandSchemas)[T]>;
export type JointCommand = { [T in JointCommandType]: JointCommandOf<T> }[JointCommandType];
export const jointCommandSchema = z.discriminatedUnion('type', [
  jointCommandSchemas.open,
  jointCommandSchemas.openStage,
  jointCommandSchemas.startBranch,
  jointCommandSchemas.noteBranch,
  jointCommandSchemas.restartBranch,
  jointCommandSchemas.callInspection,
  jointCommandSchemas.recordFinding,
  jointCommandSchemas.concludeInspection,
  jointCommandSchemas.conclude,
  jointCommandSchemas.withdraw,
]);
