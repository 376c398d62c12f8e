import { z } from 'zod';
import * as codes from './codes.js';
import {
  agentSchema,
  applicantSchema,
  callerSchema,
  codeField,
  firstItemPinSchema,
  formSchema,
  hashField,
  itemPinSchema,
  jointBranchSchema,
  materialFactSchema,
  maxFilesPerCase,
  maxMaterials,
  maxOpposingParties,
  nodeCodeField,
  oneOf,
  partySchema,
  pinOfSumsSchema,
  routeSchema,
  sealedFileSchema,
  uuidField,
} from './fields.js';
import { knownField } from './reception-entry-schemas.js';

const documentNumber = z.string().min(1).max(64);
const materials = z.array(materialFactSchema).max(maxFilesPerCase);
const files = z.array(sealedFileSchema).max(maxFilesPerCase);

const submissionShape = {
  number: z.string().min(1).max(64),
  queryCodeHash: hashField,
  route: routeSchema,
  intake: nodeCodeField,
  channel: oneOf(codes.channels),
  applicantType: oneOf(codes.applicantTypes),
  identityType: oneOf(codes.identityTypes),
  mandate: uuidField.optional(),
  materials,
};
const submission = z.strictObject({
  applicant: applicantSchema,
  agent: agentSchema.optional(),
  form: formSchema,
  files,
});
const submitted = { facts: z.strictObject({ ...submissionShape, item: firstItemPinSchema }), sealed: submission };
/** The pin with fee projects and steps. A node of the first release parks it until its upgrade. */
const submittedWithStandards = {
  facts: z.strictObject({ ...submissionShape, item: pinOfSumsSchema }),
  sealed: submission,
};
/** Fees by the unit, and the branch of a joint case. */
const submittedWithUnits = {
  facts: z.strictObject({ ...submissionShape, item: itemPinSchema, joint: jointBranchSchema.optional() }),
  sealed: submission,
};

/** How it came in: for a pre-review, by telephone or a kiosk, with materials known before, against another party. */
const submittedWithReception = {
  facts: z.strictObject({
    ...submissionShape,
    item: itemPinSchema,
    joint: jointBranchSchema.optional(),
    preReview: z.literal(true).optional(),
    callbackChecked: z.literal(true).optional(),
    known: knownField.optional(),
  }),
  sealed: submission.extend({
    caller: callerSchema.optional(),
    opposing: z.array(partySchema).min(1).max(maxOpposingParties).optional(),
    knownFrom: z
      .array(z.strictObject({ material: codeField, record: uuidField, certificateNumber: documentNumber.optional() }))
      .max(maxMaterials)
      .optional(),
  }),
};

/** Both parts of an application, by version. */
export const submittedVersions = {
  1: submitted,
  2: submittedWithStandards,
  3: submittedWithUnits,
  4: submittedWithReception,
  /** From the provincial portal; the shape is that of version 4. */
  5: submittedWithReception,
} as const;
