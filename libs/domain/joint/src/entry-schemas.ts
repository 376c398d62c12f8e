import { z } from 'zod';
import { withdrawalReasons } from '@tongban/domain/casework';
import { ok, ownershipTypes, refuse, type Draft, type JsonObject, type Result } from '@tongban/kernel';
import * as codes from './codes.js';
import { applicantSchema, branchPinSchema, branchViewSchema, submissionPartSchema } from './command-schemas.js';
import {
  codeField,
  dateField,
  fieldName,
  jointFormSchema,
  materialFactSchema,
  maxAttempts,
  maxBranches,
  maxFiles,
  maxSharedFields,
  nodeCodeField,
  numberField,
  oneOf,
  sealedFileSchema,
  sealedText,
  uuidField,
} from './fields.js';
import { jointTemplateSchema } from './template.js';

const materials = z.array(materialFactSchema).max(maxFiles);
/** Names of the shared fields that were given, never what was given. */
const given = z.array(fieldName).max(maxSharedFields);
const papers = { form: jointFormSchema, files: z.array(sealedFileSchema).max(maxFiles) };
const branches = z.array(codeField).max(maxBranches);
const attempt = z.int().min(1).max(maxAttempts);
const nothing = z.undefined();

/** Entry type → schemas of both parts; all of version 1. Names, the form and free text are sealed for the lead. */
export const jointEntrySchemas = {
  'joint.opened': {
    facts: z.strictObject({
      number: numberField,
      template: jointTemplateSchema,
      pins: z.record(codeField, branchPinSchema),
      ...submissionPartSchema.shape,
      chosen: branches,
      given,
      materials,
    }),
    sealed: z.strictObject({ applicant: applicantSchema, ...papers }),
  },
  'joint.stageOpened': {
    facts: z.strictObject({ stage: codeField, chosen: branches, given, materials }),
    sealed: z.strictObject(papers),
  },
  'joint.branchStarted': {
    facts: z.strictObject({ branch: codeField, attempt, record: uuidField, number: numberField, on: dateField }),
    sealed: nothing,
  },
  'joint.branchNoted': {
    facts: z.strictObject({ branch: codeField, attempt, view: branchViewSchema }),
    sealed: nothing,
  },
  'joint.branchRestarted': {
    facts: z.strictObject({ branch: codeField, reasonCode: oneOf(codes.restartReasons), given, materials }),
    sealed: z.strictObject({ reason: sealedText(2000), ...papers }),
  },
  'joint.inspectionCalled': {
    facts: z.strictObject({
      noticeNumber: numberField,
      branches: branches.min(1),
      departments: z.array(codeField).min(1).max(maxBranches),
      on: dateField,
    }),
    sealed: z.strictObject({ place: sealedText(500), text: sealedText(2000) }),
  },
  'joint.finding': {
    facts: z.strictObject({ department: codeField, conclusion: oneOf(codes.findingConclusions) }),
    sealed: z.strictObject({ finding: sealedText(4000) }),
  },
  'joint.inspectionConcluded': {
    facts: z.strictObject({ documentNumber: numberField, conclusion: oneOf(codes.inspectionConclusions) }),
    sealed: z.strictObject({ summary: sealedText(4000) }),
  },
  'joint.concluded': {
    facts: z.strictObject({
      documentNumber: numberField,
      outcome: z.enum(['approved', 'partly', 'refused']),
      passed: branches,
      failed: branches,
    }),
    sealed: z.strictObject({ summary: sealedText(4000) }),
  },
  'joint.withdrawn': {
    facts: z.strictObject({ reasonCode: oneOf(withdrawalReasons) }),
    sealed: z.strictObject({ reason: sealedText(1000) }),
  },
  [ownershipTypes.offered]: {
    facts: z.object({ to: nodeCodeField, reason: z.string().max(200).optional() }),
    sealed: nothing,
  },
  [ownershipTypes.taken]: { facts: z.looseObject({}), sealed: nothing },
} as const;
export type JointEntryType = keyof typeof jointEntrySchemas;
export type JointFacts<T extends JointEntryType> = z.infer<(typeof jointEntrySchemas)[T]['facts']>;
export type JointSealed<T extends JointEntryType> = z.infer<(typeof jointEntrySchemas)[T]['sealed']>;

export const isJointEntryType = (type: string): type is JointEntryType => Object.hasOwn(jointEntrySchemas, type);
export const knowsJointEntry = (type: string, version: number): boolean => version === 1 && isJointEntryType(type);

interface EntryParts {
  readonly type: string;
  readonly version: number;
  readonly facts: JsonObject;
  readonly sealed?: JsonObject;
}

/** Refusals: link.schema (type or version not known here), request.invalid (known, and malformed). */
export function checkJointEntry({ type, version, facts, sealed }: EntryParts): Result<void> {
  if (!isJointEntryType(type) || version !== 1) return refuse('link.schema', `${type} v${version}`);
  const schema = jointEntrySchemas[type];
  const checked = schema.facts.safeParse(facts);
  if (!checked.success) return refuse('request.invalid', z.prettifyError(checked.error));
  if (sealed === undefined) return ok(undefined);
  const opened = schema.sealed.safeParse(sealed);
  return opened.success ? ok(undefined) : refuse('request.invalid', z.prettifyError(opened.error));
}

/** A draft with the parts that its type wants. */
export function draft<T extends JointEntryType>(
  type: T,
  facts: JointFacts<T> & JsonObject,
  ...[sealed]: undefined extends JointSealed<T> ? [] : [JointSealed<T> & JsonObject]
): Draft {
  return sealed === undefined ? { type, version: 1, facts } : { type, version: 1, facts, sealed };
}

/** Entries that hand in papers: `form` and `files` sealed, the files' facts in the same order. */
export const paperEntries: readonly string[] = ['joint.opened', 'joint.stageOpened', 'joint.branchRestarted'];
