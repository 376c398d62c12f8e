import { z } from 'zod';
import { routePowers } from './codes.js';
import {
  codeField,
  dateField,
  dueDateSchema,
  hashField,
  itemPinSchema,
  materialFactSchema,
  maxFilesPerCase,
  maxMaterials,
  nodeCodeField,
  oneOf,
  sealedFileSchema,
  sealedText,
} from './fields.js';
import * as codes from './reception-codes.js';

/** `publisher/id` of a delegation as the catalogue names it. */
export const delegationField = z.string().regex(/^[1-9]\d{11}\/[a-z0-9]+(?:-[a-z0-9]+)*$/);
export const faultsField = z
  .array(z.strictObject({ material: codeField, fault: oneOf(codes.materialFaults) }))
  .max(maxMaterials);
export const routePowersField = z.array(oneOf(routePowers)).max(Object.keys(routePowers).length);
export const knownField = z
  .array(z.strictObject({ material: codeField, trust: oneOf(codes.trustLevels) }))
  .max(maxMaterials);
/** Entries before this one whose sealed parts the next node could not open; a case has some dozens. */
export const maxCarriedParts = 500;
/** The dossier so far, sealed anew for a node that was not among its recipients when it was written. */
export const carriedField = z
  .array(
    z.strictObject({ seq: z.int().positive(), type: z.string().max(100), content: z.record(z.string(), z.json()) }),
  )
  .max(maxCarriedParts);

const reason = z.strictObject({ reason: sealedText(2000) });
const nothing = z.strictObject({});

const reroutedFacts = z.strictObject({
  cause: oneOf(codes.firstRerouteCauses),
  delegation: delegationField,
  endedOn: dateField,
  rule: oneOf(codes.rerouteRules),
  powers: routePowersField,
  to: nodeCodeField.optional(),
});
const reroutedSealed = z.strictObject({ reason: sealedText(2000), dossier: carriedField.optional() });

/** Entries of reception, of moves that a case makes by itself and of an agent's after-care, by type and version. */
export const receptionEntrySchemas = {
  'case.received': { 1: { facts: nothing, sealed: z.undefined() } },
  'case.confirmed': { 1: { facts: nothing, sealed: z.undefined() } },
  'case.preReviewed': {
    1: {
      facts: z.strictObject({ outcome: oneOf(codes.preReviewOutcomes), faults: faultsField }),
      sealed: z.strictObject({ text: sealedText(4000) }),
    },
  },
  'case.appliedFormally': {
    1: {
      facts: z.strictObject({
        /** New files in place of those that did not pass. */
        materials: z.array(materialFactSchema).max(maxFilesPerCase),
        pinned: z.array(z.strictObject({ material: codeField, digest: hashField })).max(maxFilesPerCase),
      }),
      sealed: z.strictObject({ files: z.array(sealedFileSchema).max(maxFilesPerCase) }),
    },
  },
  'case.marked': {
    1: { facts: z.strictObject({ mark: oneOf(codes.serviceMarks), granted: z.boolean() }), sealed: reason },
  },
  'case.rerouted': {
    1: { facts: reroutedFacts, sealed: reroutedSealed },
    /** With the end of the node itself; `delegation` is then `node/division-ended`. */
    2: { facts: reroutedFacts.extend({ cause: oneOf(codes.rerouteCauses) }), sealed: reroutedSealed },
  },
  'case.repinned': {
    1: {
      facts: z.strictObject({
        fromVersion: z.int().positive(),
        item: itemPinSchema,
        promisedDue: dueDateSchema.optional(),
        statutoryDue: dueDateSchema.optional(),
      }),
      sealed: reason,
    },
  },
  'case.calledBack': {
    1: {
      facts: z.strictObject({ outcome: oneOf(codes.callBackOutcomes) }),
      sealed: z.strictObject({ text: sealedText(2000) }).optional(),
    },
  },
  'case.filed': { 1: { facts: nothing, sealed: z.undefined() } },
} as const;
