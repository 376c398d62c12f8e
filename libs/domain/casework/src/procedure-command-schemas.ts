import { z } from 'zod';
import { deliveryMethods } from './codes.js';
import { codeField, dateField, maxFeeProjects, oneOf, publicText, quantityField, sealedText } from './fields.js';
import { maxDailySequence } from './numbers.js';
import * as codes from './procedure-codes.js';
import { departmentsField, extensionDaysField, pauseDaysField, totalField } from './procedure-entry-schemas.js';

// Never the user's, as in command-schemas.ts: the owner adds numbers, names and what the token says of the actor.
const sequence = z.int().min(1).max(maxDailySequence);
const department = codeField.optional();
const noticeNumber = z.string().min(1).max(64);

/** A/B role: for whom the actor stands in. */
export const coverSchema = z.strictObject({ of: z.string().min(1).max(200), reasonCode: oneOf(codes.coverReasons) });
const cover = coverSchema.optional();

/** Commands of the procedures between acceptance and certificate, by type. */
export const procedureCommandSchemas = {
  handleOnTheSpot: z.strictObject({
    type: z.literal('handleOnTheSpot'),
    /** Of the acceptance notice, the decision and the certificate. */
    sequences: z.strictObject({ accept: sequence, decide: sequence, certify: sequence }),
    catalogue: z.strictObject({ known: z.array(codeField), required: z.array(codeField) }),
    handlerName: sealedText(200).optional(),
    opinion: sealedText(2000),
    method: oneOf(deliveryMethods),
    recipient: sealedText(200),
    validTo: dateField.optional(),
    cover,
  }),
  pause: z.strictObject({
    type: z.literal('pause'),
    sequence,
    procedure: oneOf(codes.specialProcedures),
    legalBasis: publicText(1000),
    workingDays: pauseDaysField,
    /** What the applicant is told in writing. */
    text: sealedText(2000),
    cover,
  }),
  resume: z.strictObject({ type: z.literal('resume'), result: sealedText(2000), cover }),
  askExtension: z.strictObject({
    type: z.literal('askExtension'),
    days: extensionDaysField,
    reason: sealedText(2000),
    cover,
  }),
  decideExtension: z.strictObject({
    type: z.literal('decideExtension'),
    sequence,
    outcome: oneOf(codes.extensionOutcomes),
    /** Where granted: the reason that the applicant is told. */
    reason: sealedText(2000),
    cover,
  }),
  recount: z.strictObject({ type: z.literal('recount') }),
  review: z.strictObject({
    type: z.literal('review'),
    sequence,
    conclusion: oneOf(codes.reviewConclusions),
    opinion: sealedText(2000),
    cover,
  }),
  urge: z.strictObject({ type: z.literal('urge'), text: sealedText(1000).optional() }),
  callConference: z.strictObject({
    type: z.literal('callConference'),
    sequence,
    departments: departmentsField,
    dueBy: dateField,
    subject: sealedText(2000),
    cover,
  }),
  giveOpinion: z.strictObject({
    type: z.literal('giveOpinion'),
    department: codeField,
    conclusion: oneOf(codes.opinionConclusions),
    opinion: sealedText(2000),
    cover,
  }),
  concludeConference: z.strictObject({
    type: z.literal('concludeConference'),
    conclusion: oneOf(codes.opinionConclusions),
    summary: sealedText(4000),
    cover,
  }),
  issuePaymentNotice: z.strictObject({
    type: z.literal('issuePaymentNotice'),
    sequence,
    /** The fee projects that apply, and how many units of each (1 when left out); once each of all when left out. */
    projects: z
      .array(z.strictObject({ code: codeField, quantity: quantityField.optional() }))
      .min(1)
      .max(maxFeeProjects)
      .optional(),
    cover,
  }),
  confirmPayment: z.strictObject({
    type: z.literal('confirmPayment'),
    /** The actor's department, from the token. */
    department,
    noticeNumber,
    /** What was taken, in fen: has to be what the notice says. */
    amountFen: totalField,
    method: oneOf(codes.paymentMethods),
    receiptNumber: z.string().min(1).max(64),
    payer: sealedText(200).optional(),
  }),
  exemptFee: z.strictObject({
    type: z.literal('exemptFee'),
    sequence,
    legalBasis: publicText(1000),
    reason: sealedText(2000),
    cover,
  }),
  refundFee: z.strictObject({
    type: z.literal('refundFee'),
    sequence,
    reasonCode: oneOf(codes.refundReasons),
    reason: sealedText(2000),
    cover,
  }),
} as const;
