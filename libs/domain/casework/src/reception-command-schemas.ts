import { z } from 'zod';
import {
  attachmentSchema,
  codeField,
  dateField,
  itemPinSchema,
  maxFilesPerCase,
  maxMaterials,
  nodeCodeField,
  oneOf,
  sealedText,
  uuidField,
} from './fields.js';
import { maxDailySequence } from './numbers.js';
import { coverSchema } from './procedure-command-schemas.js';
import * as codes from './reception-codes.js';
import { carriedField, delegationField, faultsField, routePowersField } from './reception-entry-schemas.js';

// Never the user's: the owner adds numbers, the material list and the pin of the new version.
const sequence = z.int().min(1).max(maxDailySequence);
const catalogue = z.strictObject({
  known: z.array(codeField).max(maxMaterials),
  required: z.array(codeField).max(maxMaterials),
});
const mandate = uuidField.optional();
const cover = coverSchema.optional();

/** Commands of reception, of moves that a case makes by itself and of an agent's after-care, by type. */
export const receptionCommandSchemas = {
  receive: z.strictObject({ type: z.literal('receive') }),
  confirm: z.strictObject({
    type: z.literal('confirm'),
    /** What the applicant was told on the telephone; not for the agent, who has the mandate. */
    queryCode: z
      .string()
      .regex(/^\d{6}$/)
      .optional(),
    mandate,
  }),
  answerPreReview: z.strictObject({
    type: z.literal('answerPreReview'),
    catalogue,
    outcome: oneOf(codes.preReviewOutcomes),
    /** Every fault there is: a second list is not possible. */
    faults: faultsField,
    text: sealedText(4000),
    cover,
  }),
  applyFormally: z.strictObject({
    type: z.literal('applyFormally'),
    mandate,
    /** New files for materials that did not pass. */
    attachments: z.array(attachmentSchema).max(maxFilesPerCase),
  }),
  markService: z.strictObject({
    type: z.literal('markService'),
    mark: oneOf(codes.serviceMarks),
    /** False takes the mark away. */
    granted: z.boolean(),
    reason: sealedText(2000),
    cover,
  }),
  reroute: z.strictObject({
    type: z.literal('reroute'),
    cause: oneOf(codes.rerouteCauses),
    delegation: delegationField,
    endedOn: dateField,
    rule: oneOf(codes.rerouteRules),
    /** Powers that the node has lost. */
    powers: routePowersField,
    /** Not with `finishHere`. */
    to: nodeCodeField.optional(),
    dossier: carriedField.optional(),
  }),
  repin: z.strictObject({ type: z.literal('repin'), item: itemPinSchema, reason: sealedText(2000), cover }),
  callBack: z.strictObject({
    type: z.literal('callBack'),
    outcome: oneOf(codes.callBackOutcomes),
    text: sealedText(2000).optional(),
  }),
  fileAway: z.strictObject({ type: z.literal('fileAway') }),
  deemAccepted: z.strictObject({ type: z.literal('deemAccepted'), sequence }),
  markOverdue: z.strictObject({ type: z.literal('markOverdue') }),
} as const;
