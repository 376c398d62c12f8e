import { z } from 'zod';
import { ok, ownershipTypes, refuse, type Draft, type JsonObject, type Result } from '@tongban/kernel';
import * as codes from './codes.js';
import {
  agentSchema,
  applicantSchema,
  codeField,
  dateField,
  dueDateSchema,
  formSchema,
  hashField,
  instantField,
  itemPinSchema,
  materialFactSchema,
  maxFilesPerCase,
  maxMaterials,
  nodeCodeField,
  oneOf,
  problemSchema,
  publicText,
  routeSchema,
  sealedFileSchema,
  sealedText,
  uuidField,
} from './fields.js';

const documentNumber = z.string().min(1).max(64);
const nothing = z.undefined();
const materials = z.array(materialFactSchema).max(maxFilesPerCase);
const files = z.array(sealedFileSchema).max(maxFilesPerCase);

const submitted = {
  facts: z.strictObject({
    number: z.string().min(1).max(64),
    queryCodeHash: hashField,
    item: itemPinSchema,
    route: routeSchema,
    intake: nodeCodeField,
    channel: oneOf(codes.channels),
    applicantType: oneOf(codes.applicantTypes),
    identityType: oneOf(codes.identityTypes),
    mandate: uuidField.optional(),
    materials,
  }),
  sealed: z.strictObject({ applicant: applicantSchema, agent: agentSchema.optional(), form: formSchema, files }),
};

const decided = {
  facts: z.strictObject({
    outcome: oneOf(codes.outcomes),
    documentNumber,
    reasonCode: oneOf(codes.refusalReasons).optional(),
    legalBasis: publicText(1000).optional(),
    remedies: publicText(1000).optional(),
  }),
  sealed: z.strictObject({ opinion: sealedText(2000), reason: sealedText(2000).optional() }),
};

const changeOf = <T extends Record<string, string>>(names: T) =>
  z.strictObject({ from: oneOf(names), to: oneOf(names) }).optional();

/**
 * Entry type → version → schemas of both parts. A version that has been written stays here for ever. `sealed` is
 * `z.undefined()` where an entry has nothing personal.
 */
export const caseEntrySchemas = {
  'case.submitted': { 1: submitted },
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
      sealed: nothing,
    },
  },
  'case.delivered': {
    1: {
      facts: z.strictObject({ method: oneOf(codes.deliveryMethods), deliveredAt: instantField }),
      sealed: z.strictObject({ recipient: sealedText(200) }),
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
  [ownershipTypes.offered]: {
    1: { facts: z.object({ to: nodeCodeField, reason: z.string().max(200).optional() }), sealed: nothing },
  },
  [ownershipTypes.taken]: { 1: { facts: z.looseObject({}), sealed: nothing } },
} as const;

export type CaseEntryType = keyof typeof caseEntrySchemas;
export type CaseFacts<T extends CaseEntryType> = z.infer<(typeof caseEntrySchemas)[T][1]['facts']>;
export type CaseSealed<T extends CaseEntryType> = z.infer<(typeof caseEntrySchemas)[T][1]['sealed']>;

export const isCaseEntryType = (type: string): type is CaseEntryType => Object.hasOwn(caseEntrySchemas, type);

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
  if (!isCaseEntryType(type) || version !== 1) return refuse('link.schema', `${type} v${version}`);
  const schema = caseEntrySchemas[type][version];
  const checked = schema.facts.safeParse(facts);
  if (!checked.success) return refuse('request.invalid', z.prettifyError(checked.error));
  if (sealed === undefined) return ok(undefined);
  const opened = schema.sealed.safeParse(sealed);
  return opened.success ? ok(undefined) : refuse('request.invalid', z.prettifyError(opened.error));
}

/** A draft of the current version, with the parts that its type wants. */
export function draft<T extends CaseEntryType>(
  type: T,
  facts: CaseFacts<T> & JsonObject,
  ...[sealed]: undefined extends CaseSealed<T> ? [(CaseSealed<T> & JsonObject)?] : [CaseSealed<T> & JsonObject]
): Draft {
  return sealed === undefined ? { type, version: 1, facts } : { type, version: 1, facts, sealed };
}
