import { z } from 'zod';
import { ok, ownershipTypes, refuse, type Draft, type JsonObject, type Result } from '@tongban/kernel';
import * as codes from './codes.js';
import { submittedVersions } from './submission-entry-schemas.js';
import { procedureEntrySchemas } from './procedure-entry-schemas.js';
import { receptionEntrySchemas } from './reception-entry-schemas.js';
import {
  codeField,
  dateField,
  dueDateSchema,
  firstFeeLineSchema,
  hashField,
  instantField,
  materialFactSchema,
  maxFilesPerCase,
  maxMaterials,
  nodeCodeField,
  oneOf,
  parcelSchema,
  pickUpCodeField,
  problemSchema,
  publicText,
  sealedFileSchema,
  sealedText,
} from './fields.js';

const documentNumber = z.string().min(1).max(64);
const nothing = z.undefined();
const materials = z.array(materialFactSchema).max(maxFilesPerCase);
const files = z.array(sealedFileSchema).max(maxFilesPerCase);

/** Where one person takes several steps in one sitting, each step says by whom. */
const handlerName = sealedText(200).optional();

const decided = {
  facts: z.strictObject({
    outcome: oneOf(codes.outcomes),
    documentNumber,
    reasonCode: oneOf(codes.refusalReasons).optional(),
    legalBasis: publicText(1000).optional(),
    remedies: publicText(1000).optional(),
  }),
  sealed: z.strictObject({ opinion: sealedText(2000), reason: sealedText(2000).optional(), handlerName }),
};

const changeOf = <T extends Record<string, string>>(names: T) =>
  z.strictObject({ from: oneOf(names), to: oneOf(names) }).optional();

/**
 * Entry type → version → schemas of both parts. A version that has been written stays here for ever. `sealed` is
 * `z.undefined()` where an entry has nothing personal.
 */
export const caseEntrySchemas = {
  'case.submitted': submittedVersions,
  'case.supplementRequested': {
    1: {
      facts: z.strictObject({ noticeNumber: documentNumber, materials: z.array(codeField).min(1).max(maxMaterials) }),
      sealed: z.strictObject({ text: sealedText(2000) }),
    },
  },
  'case.supplemented': { 1: { facts: z.strictObject({ materials }), sealed: z.strictObject({ files }) } },
  'case.accepted': {
    1: {
      facts: z.strictObject({
        documentNumber,
        acceptedOn: dateField,
        promisedDue: dueDateSchema,
        statutoryDue: dueDateSchema,
      }),
      sealed: nothing,
    },
  },
  'case.notAccepted': {
    1: {
      facts: z.strictObject({
        documentNumber,
        reasonCode: oneOf(codes.nonAcceptanceReasons),
        legalBasis: publicText(1000),
      }),
      sealed: z.strictObject({ reason: sealedText(2000) }),
    },
  },
  'case.decided': { 1: decided },
  'case.certified': {
    1: {
      facts: z.strictObject({
        certificateNumber: documentNumber,
        resultName: z.string().max(200),
        validFrom: dateField,
        validTo: dateField.optional(),
      }),
      sealed: z.strictObject({ handlerName }).optional(),
    },
    /** With a code that collects the result: its hash for every holder, the code itself for those who hand it over. */
    2: {
      facts: z.strictObject({
        certificateNumber: documentNumber,
        resultName: z.string().max(200),
        validFrom: dateField,
        validTo: dateField.optional(),
        pickUpCodeHash: hashField,
      }),
      sealed: z.strictObject({ handlerName, pickUpCode: pickUpCodeField }),
    },
  },
  'case.delivered': {
    1: {
      facts: z.strictObject({ method: oneOf(codes.deliveryMethods), deliveredAt: instantField }),
      sealed: z.strictObject({ recipient: sealedText(200), handlerName }),
    },
    /** With the code that was shown, or the parcel that was sent. */
    2: {
      facts: z.strictObject({
        method: oneOf(codes.deliveryMethods),
        deliveredAt: instantField,
        proof: z.literal('pickUpCode').optional(),
        parcel: parcelSchema.optional(),
      }),
      sealed: z.strictObject({ recipient: sealedText(200), handlerName }),
    },
  },
  'case.rated': {
    1: {
      facts: z.strictObject({
        level: oneOf(codes.ratingLevels),
        channel: oneOf(codes.ratingChannels),
        reasonCodes: z.array(codeField).max(20),
      }),
      sealed: z.strictObject({ text: sealedText(1000) }).optional(),
    },
  },
  'case.withdrawn': {
    1: {
      facts: z.strictObject({ reasonCode: oneOf(codes.withdrawalReasons) }),
      sealed: z.strictObject({ reason: sealedText(1000) }),
    },
  },
  'case.corrected': {
    1: {
      facts: z.strictObject({
        changes: z.strictObject({
          identityType: changeOf(codes.identityTypes),
          applicantType: changeOf(codes.applicantTypes),
        }),
        reasonCode: oneOf(codes.correctionReasons),
      }),
      sealed: nothing,
    },
  },
  'case.reported': {
    1: {
      facts: z.strictObject({
        profile: codeField,
        outcome: oneOf(codes.reportOutcomes),
        dataVersion: z.int().positive(),
        receipt: z.string().max(200).optional(),
        problems: z.array(problemSchema).max(100),
      }),
      sealed: nothing,
    },
  },
  ...procedureEntrySchemas,
  ...receptionEntrySchemas,
  [ownershipTypes.offered]: {
    1: { facts: z.object({ to: nodeCodeField, reason: z.string().max(200).optional() }), sealed: nothing },
  },
  [ownershipTypes.taken]: { 1: { facts: z.looseObject({}), sealed: nothing } },
} as const;

export type CaseEntryType = keyof typeof caseEntrySchemas;
type Versions<T extends CaseEntryType> = (typeof caseEntrySchemas)[T];
type AnyVersion<T extends CaseEntryType> = Versions<T>[keyof Versions<T>];
type Part<V, P extends 'facts' | 'sealed'> =
  V extends Readonly<Record<P, infer S extends z.ZodType>> ? z.infer<S> : never;
/** Facts of any version that has been written. */
export type CaseFacts<T extends CaseEntryType> = Part<AnyVersion<T>, 'facts'>;
export type CaseSealed<T extends CaseEntryType> = Part<AnyVersion<T>, 'sealed'>;

export const isCaseEntryType = (type: string): type is CaseEntryType => Object.hasOwn(caseEntrySchemas, type);

interface EntrySchema {
  readonly facts: z.ZodType;
  readonly sealed: z.ZodType;
}

/** The schemas of one version of a type; undefined for what is not known to this release. */
export function entrySchemaOf(type: string, version: number): EntrySchema | undefined {
  if (!isCaseEntryType(type)) return undefined;
  const versions: Readonly<Record<number, EntrySchema>> = caseEntrySchemas[type];
  return Object.hasOwn(versions, version) ? versions[version] : undefined;
}

/** False for an entry from a later release. */
export const knowsCaseEntry = (type: string, version: number): boolean => entrySchemaOf(type, version) !== undefined;

interface EntryParts {
  readonly type: string;
  readonly version: number;
  readonly facts: JsonObject;
  readonly sealed?: JsonObject;
}

/**
 * Checks an entry from elsewhere before it is folded. `sealed` is left out where this node cannot open it.
 * Refusals: link.schema (type or version not known here), request.invalid (known, and malformed).
 */
export function checkCaseEntry({ type, version, facts, sealed }: EntryParts): Result<void> {
  const schema = entrySchemaOf(type, version);
  if (schema === undefined) return refuse('link.schema', `${type} v${version}`);
  const checked = schema.facts.safeParse(facts);
  if (!checked.success) return refuse('request.invalid', z.prettifyError(checked.error));
  if (sealed === undefined) return ok(undefined);
  const opened = schema.sealed.safeParse(sealed);
  return opened.success ? ok(undefined) : refuse('request.invalid', z.prettifyError(opened.error));
}

const lineMembers: readonly string[] = [...Object.keys(firstFeeLineSchema.shape), 'quantity'];
/** True for fee lines with members that the first releases did not have. */
const hasUnits = (lines: unknown): boolean =>
  Array.isArray(lines) &&
  lines.some((line: JsonObject) =>
    Object.entries(line).some(([member, value]) => value !== undefined && !lineMembers.includes(member)),
  );

/** The lowest version that holds the facts: nodes that have not been upgraded yet read as much as they can. */
function versionFor(type: CaseEntryType, facts: JsonObject, sealed: JsonObject = {}): number {
  if (type === 'case.feeNoticed') return hasUnits(facts['lines']) ? 2 : 1;
  if (type === 'case.certified') return facts['pickUpCodeHash'] === undefined ? 1 : 2;
  if (type === 'case.delivered') return facts['proof'] === undefined && facts['parcel'] === undefined ? 1 : 2;
  if (type === 'case.rerouted') return facts['cause'] === 'divisionEnded' ? 2 : 1;
  if (type !== 'case.submitted') return 1;
  const item = facts['item'] as JsonObject;
  if (facts['channel'] === 'province') return 5;
  const received = ['preReview', 'callbackChecked', 'known'].some((name) => facts[name] !== undefined);
  if (received || facts['channel'] === 'kiosk' || sealed['opposing'] !== undefined) return 4;
  if (facts['joint'] !== undefined || hasUnits(item['fees'])) return 3;
  return item['fees'] === undefined && item['steps'] === undefined ? 1 : 2;
}

/** A draft with the parts that its type wants. */
export function draft<T extends CaseEntryType>(
  type: T,
  facts: CaseFacts<T> & JsonObject,
  ...[sealed]: undefined extends CaseSealed<T> ? [(CaseSealed<T> & JsonObject)?] : [CaseSealed<T> & JsonObject]
): Draft {
  const version = versionFor(type, facts, sealed);
  return sealed === undefined ? { type, version, facts } : { type, version, facts, sealed };
}
