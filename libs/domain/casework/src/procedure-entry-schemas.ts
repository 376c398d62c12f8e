import { z } from 'zod';
import { outcomes, violationKinds } from './codes.js';
import {
  billedLineSchema,
  codeField,
  dateField,
  dueDateSchema,
  firstBilledLineSchema,
  maxAmountFen,
  maxFeeProjects,
  nodeCodeField,
  oneOf,
  publicText,
  sealedText,
  uuidField,
} from './fields.js';
import { maxExtensionDays, maxPauseWorkingDays } from './deadlines.js';
import * as codes from './procedure-codes.js';

const documentNumber = z.string().min(1).max(64);
const subject = z.string().min(1).max(200);
const dues = { promisedDue: dueDateSchema, statutoryDue: dueDateSchema };

/** Departments called to one conference. */
export const maxConferenceDepartments = 20;
export const departmentsField = z.array(codeField).min(2).max(maxConferenceDepartments);
export const pauseDaysField = z.int().min(1).max(maxPauseWorkingDays);
export const extensionDaysField = z.int().min(1).max(maxExtensionDays);
const firstBilledLines = z.array(firstBilledLineSchema).min(1).max(maxFeeProjects);
const billedLines = z.array(billedLineSchema).min(1).max(maxFeeProjects);
export const totalField = z
  .int()
  .nonnegative()
  .max(maxFeeProjects * maxAmountFen);

const clockEntries = {
  'case.paused': {
    1: {
      facts: z.strictObject({
        noticeNumber: documentNumber,
        procedure: oneOf(codes.specialProcedures),
        legalBasis: publicText(1000).min(1),
        workingDays: pauseDaysField,
        from: dateField,
        until: dueDateSchema,
      }),
      sealed: z.strictObject({ text: sealedText(2000) }),
    },
  },
  'case.resumed': {
    1: {
      facts: z.strictObject({ noticeNumber: documentNumber, endedOn: dateField, ...dues }),
      sealed: z.strictObject({ result: sealedText(2000) }),
    },
  },
  'case.extensionAsked': {
    1: { facts: z.strictObject({ days: extensionDaysField }), sealed: z.strictObject({ reason: sealedText(2000) }) },
  },
  'case.extensionDecided': {
    1: {
      facts: z.strictObject({
        outcome: oneOf(codes.extensionOutcomes),
        /** Of the notice by which the applicant is told the reason; only where it was granted. */
        noticeNumber: documentNumber.optional(),
        promisedDue: dueDateSchema.optional(),
        statutoryDue: dueDateSchema.optional(),
      }),
      sealed: z.strictObject({ reason: sealedText(2000) }),
    },
  },
  'case.recounted': { 1: { facts: z.strictObject(dues), sealed: z.undefined() } },
  'case.overdue': {
    1: { facts: z.strictObject({ kind: oneOf(violationKinds), dueOn: dateField }), sealed: z.undefined() },
  },
} as const;

const reviewEntries = {
  'case.reviewed': {
    1: {
      facts: z.strictObject({ documentNumber, conclusion: oneOf(codes.reviewConclusions) }),
      sealed: z.strictObject({ opinion: sealedText(2000) }),
    },
  },
  'case.returned': {
    1: { facts: z.strictObject({ to: nodeCodeField }), sealed: z.strictObject({ reason: sealedText(2000) }) },
  },
  'case.urged': { 1: { facts: z.strictObject({}), sealed: z.strictObject({ text: sealedText(1000) }).optional() } },
  'case.covered': {
    1: {
      facts: z.strictObject({ act: codeField, of: subject, reasonCode: oneOf(codes.coverReasons) }),
      sealed: z.undefined(),
    },
  },
  'case.actedOffline': { 1: { facts: z.strictObject({ act: codeField, grant: uuidField }), sealed: z.undefined() } },
  'case.conferenceCalled': {
    1: {
      facts: z.strictObject({ noticeNumber: documentNumber, departments: departmentsField, dueBy: dateField }),
      sealed: z.strictObject({ subject: sealedText(2000) }),
    },
  },
  'case.conferenceOpinion': {
    1: {
      facts: z.strictObject({ department: codeField, conclusion: oneOf(codes.opinionConclusions) }),
      sealed: z.strictObject({ opinion: sealedText(2000) }),
    },
  },
  'case.conferenceConcluded': {
    1: {
      facts: z.strictObject({ conclusion: oneOf(codes.opinionConclusions) }),
      sealed: z.strictObject({ summary: sealedText(4000) }),
    },
  },
  'case.replied': {
    1: {
      facts: z.strictObject({ documentNumber, outcome: oneOf(outcomes) }),
      sealed: z.strictObject({ text: sealedText(4000) }),
    },
  },
} as const;

const feeEntries = {
  'case.feeNoticed': {
    1: {
      facts: z.strictObject({ noticeNumber: documentNumber, lines: firstBilledLines, amountFen: totalField }),
      sealed: z.undefined(),
    },
    2: {
      facts: z.strictObject({ noticeNumber: documentNumber, lines: billedLines, amountFen: totalField }),
      sealed: z.undefined(),
    },
  },
  'case.feePaid': {
    1: {
      facts: z.strictObject({
        noticeNumber: documentNumber,
        amountFen: totalField.min(1),
        method: oneOf(codes.paymentMethods),
        receiptNumber: documentNumber,
        paidOn: dateField,
      }),
      sealed: z.strictObject({ payer: sealedText(200) }).optional(),
    },
  },
  'case.feeExempted': {
    1: {
      facts: z.strictObject({
        documentNumber,
        noticeNumber: documentNumber.optional(),
        amountFen: totalField,
        legalBasis: publicText(1000).min(1),
      }),
      sealed: z.strictObject({ reason: sealedText(2000) }),
    },
  },
  'case.feeRefunded': {
    1: {
      facts: z.strictObject({
        documentNumber,
        noticeNumber: documentNumber,
        amountFen: totalField.min(1),
        reasonCode: oneOf(codes.refundReasons),
      }),
      sealed: z.strictObject({ reason: sealedText(2000) }),
    },
  },
} as const;

/** Entries of the procedures between acceptance and certificate, by type and version. */
export const procedureEntrySchemas = { ...clockEntries, ...reviewEntries, ...feeEntries } as const;
