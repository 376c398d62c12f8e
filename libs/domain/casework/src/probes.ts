import { localDate } from '@tongban/domain/calendar';
import type { Instant } from '@tongban/kernel';
import { applicantTypes, identityTypes, ratingChannels, type ApplicantType, type IdentityType } from './codes.js';
import type { CaseCommandOf, CaseCommandType } from './command-schemas.js';
import type { Attachment } from './fields.js';
import { openConference } from './procedure-state.js';
import { isRelied } from './reception.js';
import { serviceMarks, type ServiceMark } from './reception-codes.js';
import type { CaseState } from './state.js';

/** The material list of the version that a case is pinned to, as the owner adds it to commands. */
export interface Catalogue {
  readonly known: readonly string[];
  readonly required: readonly string[];
}

export interface ProbeContext {
  readonly now: Instant;
  /** Undefined where the version is not held here: acts on papers are then impossible. */
  readonly catalogue: Catalogue | undefined;
  /** In the token of whoever asks. */
  readonly department?: string | undefined;
}

type Probe<T extends CaseCommandType> = (state: CaseState, context: ProbeContext) => readonly CaseCommandOf<T>[];

const sequence = 1;
const text = '-';
/** The code that a probe knows; `stateForProbes` makes the case believe it. */
export const probeCode = '000000';
const mandate = '00000000-0000-4000-8000-000000000000';
const keysOf = <T extends string>(table: Readonly<Record<T, unknown>>): T[] => Object.keys(table) as T[];
const anyFile = (material: string): Attachment => ({
  material,
  digest: '0'.repeat(64),
  size: 1,
  mediaType: 'application/pdf',
  name: material,
  key: 'AAAA',
});

type CommandCatalogue = CaseCommandOf<'accept'>['catalogue'];
/** What can be asked only with the list of materials at hand. */
const withCatalogue = <T>({ catalogue }: ProbeContext, make: (catalogue: CommandCatalogue) => readonly T[]) =>
  catalogue === undefined ? [] : make({ known: [...catalogue.known], required: [...catalogue.required] });

const handOvers = ({ route, previousOwners }: CaseState): CaseCommandOf<'handOver'>[] => {
  const targets = new Set([route.accept, route.decide, route.certify, ...previousOwners.slice(-1)]);
  return [...targets].flatMap((to) =>
    (['other', 'returned'] as const).map((reason) => ({ type: 'handOver' as const, to, reason, text })),
  );
};

const corrections = (): CaseCommandOf<'correct'>[] =>
  keysOf(applicantTypes).flatMap((applicantType: ApplicantType) =>
    keysOf(identityTypes).map((identityType: IdentityType) => ({
      type: 'correct' as const,
      changes: { applicantType, identityType },
      reasonCode: 'recordedWrongly' as const,
    })),
  );

/** All that lacks, or else the first paper: a fault that somebody may find. */
function preReviews(state: CaseState, catalogue: CommandCatalogue): CaseCommandOf<'answerPreReview'>[] {
  const { known, required } = catalogue;
  const present = new Set(state.materials.map(({ material }) => material));
  const lacking = required.filter((code) => !present.has(code) && !isRelied(state, code));
  const faulty = (lacking.length > 0 ? lacking : known.slice(0, 1)).map((material) => ({
    material,
    fault: 'missing' as const,
  }));
  const common = { type: 'answerPreReview' as const, catalogue, text };
  return [
    { ...common, outcome: 'pass', faults: [] },
    { ...common, outcome: 'notPass', faults: faulty },
  ];
}

/**
 * For each command what is most likely to be accepted: if the rules refuse all of these, they refuse whatever the person
 * may say. Total, so that a new command cannot be forgotten.
 */
export const probes: { readonly [T in CaseCommandType]: Probe<T> } = {
  submit: () => [],
  accept: (_state, context) => withCatalogue(context, (catalogue) => [{ type: 'accept', sequence, catalogue }]),
  notAccept: () => [{ type: 'notAccept', sequence, reasonCode: 'other', reason: text, legalBasis: text }],
  requestSupplement: (state, context) =>
    withCatalogue(context, (catalogue) =>
      catalogue.known
        .filter((material) => !isRelied(state, material))
        .slice(0, 1)
        .map((material) => ({ type: 'requestSupplement', sequence, text, catalogue, materials: [material] })),
    ),
  supplement: ({ supplements }) => [
    { type: 'supplement', mandate, attachments: (supplements.at(-1)?.materials ?? []).map(anyFile) },
  ],
  handOver: handOvers,
  decide: () => [
    { type: 'decide', sequence, outcome: 'approve', opinion: text, reply: text, replySequence: sequence },
    {
      type: 'decide',
      ...{ sequence, outcome: 'refuse', opinion: text, reply: text, replySequence: sequence },
      ...{ reasonCode: 'other', reason: text, legalBasis: text, remedies: text },
    },
  ],
  certify: () => [{ type: 'certify', sequence }],
  deliver: () => [{ type: 'deliver', method: 'window', recipient: text }],
  rate: () => keysOf(ratingChannels).map((channel) => ({ type: 'rate', level: 'satisfied', channel })),
  withdraw: () => [{ type: 'withdraw', mandate, reasonCode: 'givenUp', reason: text }],
  correct: corrections,
  noteReport: ({ reports }) => [
    {
      type: 'noteReport',
      ...{ profile: Object.keys(reports)[0] ?? text, outcome: 'acknowledged', dataVersion: Number.MAX_SAFE_INTEGER },
    },
  ],
  handleOnTheSpot: (_state, context) =>
    withCatalogue(context, (catalogue) => [
      {
        type: 'handleOnTheSpot',
        sequences: { accept: sequence, decide: sequence, certify: sequence },
        ...{ catalogue, opinion: text, method: 'window', recipient: text },
      },
    ]),
  pause: () => [{ type: 'pause', sequence, procedure: 'siteSurvey', legalBasis: text, workingDays: 1, text }],
  resume: () => [{ type: 'resume', result: text }],
  askExtension: () => [{ type: 'askExtension', days: 1, reason: text }],
  decideExtension: () => [
    { type: 'decideExtension', sequence, outcome: 'granted', reason: text },
    { type: 'decideExtension', sequence, outcome: 'rejected', reason: text },
  ],
  recount: () => [{ type: 'recount' }],
  review: () => [{ type: 'review', sequence, conclusion: 'agree', opinion: text }],
  urge: () => [{ type: 'urge' }],
  callConference: (_state, { now }) => [
    { type: 'callConference', sequence, departments: ['A', 'B'], dueBy: localDate(now), subject: text },
  ],
  giveOpinion: (state) =>
    (openConference(state)?.departments ?? []).map((department) => ({
      type: 'giveOpinion',
      ...{ department, conclusion: 'agree', opinion: text },
    })),
  concludeConference: () => [{ type: 'concludeConference', conclusion: 'agree', summary: text }],
  issuePaymentNotice: ({ item }) =>
    (item.fees ?? []).map(({ code }) => ({
      type: 'issuePaymentNotice',
      ...{ sequence, projects: [{ code, quantity: 1 }] },
    })),
  confirmPayment: ({ fee: { notice } }, { department }) =>
    (['counter', 'provider'] as const).map((method) => ({
      type: 'confirmPayment',
      ...{ method, noticeNumber: notice?.number ?? text, amountFen: notice?.amountFen ?? 0, receiptNumber: text },
      ...(department === undefined ? {} : { department }),
    })),
  exemptFee: () => [{ type: 'exemptFee', sequence, legalBasis: text, reason: text }],
  refundFee: () => [{ type: 'refundFee', sequence, reasonCode: 'other', reason: text }],
  receive: () => [{ type: 'receive' }],
  confirm: () => [{ type: 'confirm', queryCode: probeCode, mandate }],
  answerPreReview: (state, context) => withCatalogue(context, (catalogue) => preReviews(state, catalogue)),
  applyFormally: () => [{ type: 'applyFormally', mandate, attachments: [] }],
  markService: () =>
    keysOf(serviceMarks).flatMap((mark: ServiceMark) =>
      [true, false].map((granted) => ({ type: 'markService' as const, mark, granted, reason: text })),
    ),
  reroute: ({ owner }, { now }) => [
    {
      type: 'reroute',
      ...{ cause: 'delegationEnded', delegation: `${owner}/${text}`, endedOn: localDate(now), rule: 'finishHere' },
      powers: ['accept', 'decide', 'certify', 'deliver'],
    },
  ],
  repin: ({ item }) => [{ type: 'repin', item: { ...item, version: item.version + 1 }, reason: text }],
  callBack: () => [{ type: 'callBack', outcome: 'satisfied' }],
  fileAway: () => [{ type: 'fileAway' }],
  deemAccepted: () => [{ type: 'deemAccepted', sequence }],
  markOverdue: () => [{ type: 'markOverdue' }],
};
