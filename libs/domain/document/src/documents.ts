import { isCaseEntryType, type CaseEntryType, type CaseFacts, type CaseSealed } from '@tongban/domain/casework';
import type { EntryView, Instant, JsonObject, NodeCode } from '@tongban/kernel';
import { decision, reply, result } from './decisions.js';
import { feeExemption, feeRefund, paymentNotice } from './fee-papers.js';
import {
  pickUp,
  receipt,
  receiptOfCertificate,
  receiptOfDecision,
  receiptOfDelivery,
  receiptOfNonAcceptance,
} from './handing.js';
import { acceptance, extension, nonAcceptance, specialProcedure, supplementNotice } from './notices.js';
import type { Block } from './paper.js';
import type { Subject } from './subject.js';
import type { Template } from './template.js';

type Templates = { readonly [T in CaseEntryType]?: Readonly<Record<string, Template<T>>> };

/** Which documents an entry issues, by kind: the name that a document without a number is asked for with. */
export const documentTemplates = {
  'case.submitted': { receipt },
  'case.supplementRequested': { supplementNotice },
  'case.accepted': { acceptance },
  'case.notAccepted': { nonAcceptance, deliveryReceipt: receiptOfNonAcceptance },
  'case.paused': { specialProcedure },
  'case.extensionDecided': { extension },
  'case.decided': { decision, deliveryReceipt: receiptOfDecision },
  'case.replied': { reply },
  'case.feeNoticed': { paymentNotice },
  'case.feeExempted': { feeExemption },
  'case.feeRefunded': { feeRefund },
  'case.certified': { result, pickUp, deliveryReceipt: receiptOfCertificate },
  'case.delivered': { deliveryReceipt: receiptOfDelivery },
} as const satisfies Templates;

type KindsOf<M> = M extends M ? keyof M & string : never;
export type PaperKind = KindsOf<(typeof documentTemplates)[keyof typeof documentTemplates]>;

/** A document that a case has, as the entries say it. */
export interface CaseDocument {
  /** Its number, or its kind where it bears none: unique within the case. */
  readonly id: string;
  readonly kind: PaperKind;
  readonly number: string | undefined;
  readonly title: string;
  /** Of the entry that issued it. */
  readonly seq: number;
  readonly issuedAt: Instant;
  readonly issuer: NodeCode;
}

const templatesOf = (type: string): Readonly<Record<string, Template<CaseEntryType>>> => {
  if (!isCaseEntryType(type) || !Object.hasOwn(documentTemplates, type)) return {};
  // An entry is only ever given to the templates of its own type.
  return (documentTemplates as Templates)[type] as unknown as Readonly<Record<string, Template<CaseEntryType>>>;
};

type EntryPart = Pick<EntryView, 'seq' | 'type' | 'author' | 'recordedAt' | 'facts'>;
type AnyFacts = CaseFacts<CaseEntryType>;

/** Every document of a case, oldest first; of those without a number the newest of a kind. `itemType` as pinned. */
export function documentsOf(entries: readonly EntryPart[], itemType: string): CaseDocument[] {
  const found = new Map<string, CaseDocument>();
  for (const { seq, type, author, recordedAt, facts } of entries) {
    for (const [kind, template] of Object.entries(templatesOf(type))) {
      const known = facts as unknown as AnyFacts;
      if (template.isIssued?.(known) === false) continue;
      const number = template.number(known);
      const id = number ?? kind;
      const title = template.title(known, itemType);
      // Taken out first, so that what was issued anew stands where it was issued anew.
      found.delete(id);
      found.set(id, { id, kind: kind as PaperKind, number, title, seq, issuedAt: recordedAt, issuer: author });
    }
  }
  return [...found.values()];
}

/** The document that a case has under a number or kind. */
export const findDocument = (documents: readonly CaseDocument[], asked: string): CaseDocument | undefined =>
  documents.find(({ id }) => id === asked) ?? documents.findLast(({ kind }) => kind === asked);

/**
 * What the document says. `sealed` is the opened part of its entry; `subject` must be of the same case.
 *
 * @throws when the document is none of the entry's.
 */
export function blocksOf(
  document: CaseDocument,
  entry: Pick<EntryView, 'type' | 'author' | 'recordedAt' | 'facts'>,
  sealed: JsonObject | undefined,
  subject: Subject,
): readonly Block[] {
  const template = templatesOf(entry.type)[document.kind];
  if (template === undefined) throw new Error(`${entry.type} issues no ${document.kind}`);
  const written = {
    ...{ author: entry.author, recordedAt: entry.recordedAt },
    facts: entry.facts as unknown as AnyFacts,
    sealed: sealed as unknown as CaseSealed<CaseEntryType>,
  };
  const head: Block[] = [
    { kind: 'title', over: subject.names.authority(entry.author), text: document.title },
    ...(document.number === undefined ? [] : [{ kind: 'number' as const, text: `编号：${document.number}` }]),
  ];
  return [...head, ...template.body(subject, written)];
}
