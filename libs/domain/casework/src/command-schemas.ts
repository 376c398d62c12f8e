import { z } from 'zod';
import * as codes from './codes.js';
import {
  agentSchema,
  applicantSchema,
  attachmentSchema,
  callerSchema,
  codeField,
  dateField,
  formSchema,
  instantField,
  itemPinSchema,
  jointBranchSchema,
  maxFilesPerCase,
  maxMaterials,
  maxOpposingParties,
  nodeCodeField,
  oneOf,
  partySchema,
  problemSchema,
  publicText,
  routeSchema,
  sealedText,
  uuidField,
  parcelSchema,
  pickUpCodeField,
} from './fields.js';
import { maxDailySequence } from './numbers.js';
import { coverSchema, procedureCommandSchemas } from './procedure-command-schemas.js';
import { receptionCommandSchemas } from './reception-command-schemas.js';
import { trustLevels } from './reception-codes.js';

// Two members are never the user's: the owner adds them when it decides. `sequence` numbers the document that the
// step issues; `catalogue` is the material list of the item version that the case is pinned to.
const sequence = z.int().min(1).max(maxDailySequence);
const catalogue = z.strictObject({
  /** Codes of all materials of the item. */
  known: z.array(codeField).max(maxMaterials),
  /** Those without which the case cannot be accepted. */
  required: z.array(codeField).max(maxMaterials),
});
const mandate = uuidField.optional();
const cover = coverSchema.optional();
const attachments = z.array(attachmentSchema).max(maxFilesPerCase);

const knownSourceSchema = z.strictObject({
  material: codeField,
  trust: oneOf(trustLevels),
  record: uuidField,
  certificateNumber: z.string().max(64).optional(),
});

/** Commands by their type. Reasons that the law demands may be blank here: their refusal is case.reason-required. */
export const caseCommandSchemas = {
  submit: z.strictObject({
    type: z.literal('submit'),
    sequence,
    catalogue,
    /** Six digits, told to the applicant; facts carry only its hash. */
    queryCode: z.string().regex(/^\d{6}$/),
    item: itemPinSchema,
    route: routeSchema,
    channel: oneOf(codes.channels),
    applicantType: oneOf(codes.applicantTypes),
    identityType: oneOf(codes.identityTypes),
    /** Record of the mandate, checked by the caller; an agent cannot submit without. */
    mandate,
    applicant: applicantSchema,
    agent: agentSchema.optional(),
    form: formSchema,
    attachments,
    /** The joint case that the case is a branch of; set by the joint case's own node. */
    joint: jointBranchSchema.optional(),
    /** The papers are to be looked at before they are an application. */
    preReview: z.boolean().optional(),
    /** Who rang, and that the number was called back; with the channel `phone` only. */
    caller: callerSchema.optional(),
    callbackChecked: z.boolean().optional(),
    /** The other side, where there is one: nobody acts for both. */
    opposing: z.array(partySchema).min(1).max(maxOpposingParties).optional(),
    /** The owner's part too: materials that earlier cases of the applicant make known, and what they were taken from. */
    known: z.array(knownSourceSchema).max(maxMaterials).optional(),
  }),
  accept: z.strictObject({ type: z.literal('accept'), sequence, catalogue, cover }),
  notAccept: z.strictObject({
    type: z.literal('notAccept'),
    sequence,
    reasonCode: oneOf(codes.nonAcceptanceReasons),
    reason: sealedText(2000),
    legalBasis: publicText(1000),
    cover,
  }),
  requestSupplement: z.strictObject({
    type: z.literal('requestSupplement'),
    sequence,
    catalogue,
    /** Everything that is missing, told once. */
    materials: z.array(codeField).min(1).max(maxMaterials),
    text: sealedText(2000),
    cover,
  }),
  supplement: z.strictObject({ type: z.literal('supplement'), mandate, attachments }),
  handOver: z.strictObject({
    type: z.literal('handOver'),
    to: nodeCodeField,
    reason: oneOf(codes.handOverReasons),
    /** Why a case goes back; compulsory with the reason `returned`. */
    text: sealedText(2000).optional(),
    cover,
  }),
  decide: z.strictObject({
    type: z.literal('decide'),
    sequence,
    outcome: oneOf(codes.outcomes),
    opinion: sealedText(2000),
    reasonCode: oneOf(codes.refusalReasons).optional(),
    reason: sealedText(2000).optional(),
    legalBasis: publicText(1000).optional(),
    /** How to apply for reconsideration or sue, with the term for each. */
    remedies: publicText(1000).optional(),
    /** Text of the definite reply; compulsory for a controlled item, and numbered by the owner. */
    reply: sealedText(4000).optional(),
    replySequence: sequence.optional(),
    cover,
  }),
  certify: z.strictObject({
    type: z.literal('certify'),
    sequence,
    validTo: dateField.optional(),
    pickUpCode: pickUpCodeField.optional(),
    cover,
  }),
  deliver: z.strictObject({
    type: z.literal('deliver'),
    method: oneOf(codes.deliveryMethods),
    recipient: sealedText(200),
    /** When the result was handed over, if not at the time of the command. */
    deliveredAt: instantField.optional(),
    /** Shown by whoever collects; without it the window checks the person's papers. */
    pickUpCode: pickUpCodeField.optional(),
    /** Of a delivery by post. */
    parcel: parcelSchema.optional(),
  }),
  rate: z.strictObject({
    type: z.literal('rate'),
    level: oneOf(codes.ratingLevels),
    channel: oneOf(codes.ratingChannels),
    reasonCodes: z.array(codeField).max(20).optional(),
    text: sealedText(1000).optional(),
  }),
  withdraw: z.strictObject({
    type: z.literal('withdraw'),
    mandate,
    reasonCode: oneOf(codes.withdrawalReasons),
    reason: sealedText(1000),
  }),
  correct: z.strictObject({
    type: z.literal('correct'),
    changes: z.strictObject({
      identityType: oneOf(codes.identityTypes).optional(),
      applicantType: oneOf(codes.applicantTypes).optional(),
    }),
    reasonCode: oneOf(codes.correctionReasons),
  }),
  noteReport: z.strictObject({
    type: z.literal('noteReport'),
    /** Exchange profile, e.g. `https-json`. */
    profile: codeField,
    outcome: oneOf(codes.reportOutcomes),
    dataVersion: z.int().positive(),
    receipt: z.string().max(200).optional(),
    problems: z
      .array(z.strictObject({ ...problemSchema.shape, message: z.string().max(1000) }))
      .max(100)
      .optional(),
  }),
  ...procedureCommandSchemas,
  ...receptionCommandSchemas,
} as const;

const s = caseCommandSchemas;
export const caseCommandSchema = z.discriminatedUnion('type', [
  s.submit,
  s.accept,
  s.notAccept,
  s.requestSupplement,
  s.supplement,
  s.handOver,
  s.decide,
  s.certify,
  s.deliver,
  s.rate,
  s.withdraw,
  s.correct,
  s.noteReport,
  s.handleOnTheSpot,
  s.pause,
  s.resume,
  s.askExtension,
  s.decideExtension,
  s.recount,
  s.review,
  s.urge,
  s.callConference,
  s.giveOpinion,
  s.concludeConference,
  s.issuePaymentNotice,
  s.confirmPayment,
  s.exemptFee,
  s.refundFee,
  s.receive,
  s.confirm,
  s.answerPreReview,
  s.applyFormally,
  s.markService,
  s.reroute,
  s.repin,
  s.callBack,
  s.fileAway,
  s.deemAccepted,
  s.markOverdue,
]);

export type CaseCommandType = keyof typeof caseCommandSchemas;
export type CaseCommand = z.infer<typeof caseCommandSchema>;
export type CaseCommandOf<T extends CaseCommandType> = z.infer<(typeof caseCommandSchemas)[T]>;
export const caseCommandTypes = Object.keys(caseCommandSchemas) as readonly CaseCommandType[];
