import type { shapes } from '@tongban/console/api';
import {
  errandPlaces,
  errandTable,
  isWanted,
  withinReason,
  type Errand,
  type HandOver,
  type Supplement,
} from './errand.js';
import type { FileRef, Sight } from './facts.js';

/** Where an application of this phone is; see `places` for what people are told. */
export const states = ['draft', 'ready', 'sending', 'refused', 'atVillage', 'arrived', 'answered', 'gone'] as const;
export type OutboxState = (typeof states)[number];

/**
 * confirm: the agent hands it over to be sent. edit, discard: the agent again. begin: the case itself is about to leave
 * the phone. refuse: the village said no. take: the village has it. see: the village told where the case is. fade: the
 * phone has nothing more to keep.
 */
export const events = ['confirm', 'edit', 'discard', 'begin', 'refuse', 'take', 'see', 'fade'] as const;
export type OutboxEvent = (typeof events)[number];

const no = [] as const;

/**
 * Every state and event, and where it may lead; the first of several is decided by what is seen. Once the case has left
 * the phone (`sending`) nobody edits or discards it before the village has answered: the attempt may have arrived.
 */
export const outboxTable: Readonly<Record<OutboxState, Readonly<Record<OutboxEvent, readonly OutboxState[]>>>> = {
  draft: { confirm: ['ready'], edit: ['draft'], discard: ['gone'], begin: no, refuse: no, take: no, see: no, fade: no },
  ready: {
    ...{ confirm: ['ready'], edit: ['draft'], discard: ['gone'], begin: ['sending'], refuse: ['refused'] },
    ...{ take: no, see: no, fade: no },
  },
  sending: {
    ...{ confirm: ['sending'], edit: no, discard: no, begin: ['sending'], refuse: ['refused'], take: ['atVillage'] },
    ...{ see: no, fade: no },
  },
  refused: {
    ...{ confirm: ['ready'], edit: ['draft'], discard: ['gone'], begin: no, refuse: no, take: no, see: no, fade: no },
  },
  atVillage: {
    ...{ confirm: no, edit: no, discard: no, begin: no, refuse: no, take: ['atVillage'], fade: no },
    see: ['atVillage', 'arrived', 'answered'],
  },
  arrived: {
    ...{ confirm: no, edit: no, discard: no, begin: no, refuse: no, take: no, fade: no },
    see: ['arrived', 'answered'],
  },
  answered: {
    ...{ confirm: no, edit: no, discard: no, begin: no, refuse: no, take: no },
    see: ['answered', 'arrived', 'atVillage'],
    fade: ['gone'],
  },
  gone: { confirm: no, edit: no, discard: no, begin: no, refuse: no, take: no, see: no, fade: no },
};

/** What people are told of where it is. */
export const places: Readonly<Record<Exclude<OutboxState, 'gone'>, Place>> = {
  draft: 'onPhone',
  ready: 'onPhone',
  sending: 'onTheWay',
  refused: 'onPhone',
  atVillage: 'atVillage',
  arrived: 'arrived',
  answered: 'answered',
};
export type Place = 'onPhone' | 'onTheWay' | 'atVillage' | 'arrived' | 'answered';

/** What the agent has to act on, or hand over: a decision, or papers that are missing. */
const isAnswer = ({ status }: Sight): boolean => status === 'closed' || status === 'supplementing';

/** Where it is after an event; undefined where the event cannot happen. */
export function next(state: OutboxState, event: OutboxEvent, sight?: Sight): OutboxState | undefined {
  const may = outboxTable[state][event];
  if (event !== 'see' || sight === undefined) return may[0];
  const seen = isAnswer(sight) ? 'answered' : sight.owner !== sight.intake ? 'arrived' : 'atVillage';
  // A case that was handed back to the village is still one that has been at the office.
  return may.includes(seen) ? seen : may[0];
}

export interface SignedMandate {
  readonly file: FileRef;
  /** SM3 of the document as it was signed. */
  readonly evidenceDigest: string;
  readonly days: number;
  /** Fixed by the village's clock before the mandate is first sent, and the same in every attempt. */
  readonly term: { readonly from: string; readonly until: string } | undefined;
  readonly record: string | undefined;
}

/** One application on the phone, sealed as a whole. */
export interface Application {
  readonly id: string;
  readonly state: OutboxState;
  readonly item: { readonly code: string; readonly version: number; readonly name: string };
  readonly applicant: {
    readonly name: string;
    readonly identityNumber: string;
    readonly phone: string;
    readonly address: string;
  };
  readonly form: Readonly<Record<string, string | number | boolean>>;
  readonly files: readonly FileRef[];
  readonly mandate: SignedMandate | undefined;
  /** Idempotency keys: the same for every attempt, over restarts of the phone. */
  readonly keys: { readonly mandate: string; readonly submit: string };
  readonly refusal: { readonly code: string; readonly text: string } | undefined;
  readonly taken: { readonly record: string; readonly number: string; readonly queryCode: string } | undefined;
  readonly sight: Sight | undefined;
  /** What the agent does for the case once the village has it. */
  readonly errand?: Errand | undefined;
  /** By the phone's clock: for the order on the screen only. */
  readonly changedAt: number;
}

/** Every file that the application names. */
export const filesOf = ({ files, mandate, errand }: Application): FileRef[] => [
  ...files,
  ...(mandate === undefined ? [] : [mandate.file]),
  ...(errand?.kind === 'supplement' ? errand.files : []),
];

export type Step =
  | { readonly do: 'upload'; readonly file: FileRef }
  | { readonly do: 'fixTerm' | 'grant' | 'submit' | 'run' | 'look' | 'rest' };

/** What is to be sent next. Each step is answered and kept before the next one begins. */
export function nextStep({ state, files, mandate, taken, errand }: Application): Step {
  if (state === 'ready' || state === 'sending') {
    if (mandate === undefined) return { do: 'rest' };
    const file = [mandate.file, ...files].find(({ registered }) => !registered);
    if (file !== undefined) return { do: 'upload', file };
    if (mandate.record !== undefined) return { do: 'submit' };
    return { do: mandate.term === undefined ? 'fixTerm' : 'grant' };
  }
  if (taken === undefined || state === 'gone') return { do: 'rest' };
  if (errand?.state !== 'ready' && errand?.state !== 'sending') return { do: 'look' };
  const paper = errand.kind === 'supplement' ? errand.files.find(({ registered }) => !registered) : undefined;
  return paper === undefined ? { do: 'run' } : { do: 'upload', file: paper };
}

/** What people are told of where it is: what the agent does for a case is closer to them than the case. */
export const placeOf = ({ state, errand }: Application): Place | undefined =>
  state === 'gone' ? undefined : errand === undefined ? places[state] : errandPlaces[errand.state];

/** Whether the next step is the agent's: a notice to answer, a result to hand over, a refusal to mend. */
export const waitsForAgent = ({ state, sight, errand }: Application): boolean => {
  if (state !== 'answered') return state === 'draft' || state === 'refused';
  if (errand !== undefined) return errandTable[errand.state].edit !== undefined && errand.state !== 'ready';
  return sight?.status === 'supplementing' || isToHandOver(sight);
};

/** There is a result, and it is not with the person yet. */
export const isToHandOver = (sight: Sight | undefined): boolean => sight?.closing === 'certified' && !sight.delivered;

/** After a look at the case: what nobody waits for any more goes, with its papers. */
export const seenAs = (application: Application, sight: Sight): Application => ({
  ...application,
  state: next(application.state, 'see', sight) ?? application.state,
  sight,
  errand: application.errand !== undefined && isWanted(application.errand, sight) ? application.errand : undefined,
});

/** Before it leaves: what is sent is on disk, and the same in every attempt. */
export function leaving(application: Application, now: number): Application {
  const { errand, sight } = application;
  if (errand === undefined || errandTable[errand.state].begin === undefined) return application;
  const timed = errand.kind === 'handOver' && errand.state === 'ready';
  const sent = timed ? withinReason(errand, sight?.closedAt ?? null, now) : errand;
  return { ...application, errand: { ...sent, state: 'sending' } };
}

/**
 * An edit. What the principal signed is the principal and the item: a change of these wants another signature under
 * another key; the rest of the application may be mended under the mandate that stands.
 */
export function edited(
  application: Application,
  change: Partial<Pick<Application, 'item' | 'applicant' | 'form'>>,
  newKey: () => string,
): Application {
  const changed = { ...application, ...change, state: next(application.state, 'edit') ?? application.state };
  const { name, identityNumber, phone } = application.applicant;
  const to = changed.applicant;
  const same = name === to.name && identityNumber === to.identityNumber && phone === to.phone;
  if (same && changed.item.code === application.item.code) return changed;
  return application.mandate === undefined
    ? changed
    : { ...changed, mandate: undefined, keys: { ...application.keys, mandate: newKey() } };
}

/** Once the village has it the phone keeps what following and handing over need: no form, no photo, no identity number. */
export const slimmed = (application: Application): Application => ({
  ...application,
  form: {},
  files: [],
  applicant: { ...application.applicant, identityNumber: '', address: '' },
  mandate: undefined,
});

const dayMs = 86_400_000;
/** As long as the village itself shows an agent the papers of a closed case. */
export const keptAfterClosingDays = 30;

/** Whether nothing of a closed case is to be on the phone any more. @param now by the village's clock */
export const hasFaded = ({ state, sight }: Application, now: number): boolean =>
  state === 'answered' &&
  sight?.status === 'closed' &&
  (sight.delivered || (sight.closedAt !== null && now - Date.parse(sight.closedAt) > keptAfterClosingDays * dayMs));

/** What the case is submitted with: the same bytes for every attempt. */
export const submissionOf = (
  { applicant, item, form, files, mandate }: Application,
  agent: { readonly name: string; readonly phone: string },
): shapes.CaseSubmission => ({
  item: item.code,
  channel: 'agent',
  applicantType: 'naturalPerson',
  identityType: 'residentIdentityCard',
  mandate: mandate?.record,
  agent,
  applicant: {
    ...{ name: applicant.name, identityNumber: applicant.identityNumber, phone: applicant.phone },
    ...(applicant.address === '' ? {} : { address: applicant.address }),
  },
  form,
  attachments: attachmentsOf(files),
});

const attachmentsOf = (files: readonly FileRef[]) =>
  files.map(({ material = '', digest, size, mediaType, name, key }) => ({
    ...{ material, digest, size, mediaType, name, key },
  }));

/** What a notice is answered with. */
export const supplementOf = ({ files }: Supplement, sight: Sight | undefined) => ({
  ...(sight?.mandate === undefined ? {} : { mandate: sight.mandate }),
  attachments: attachmentsOf(files),
});

/** What a hand-over is recorded with. */
export const deliveryOf = ({ recipient, at }: HandOver) => ({
  method: 'village' as const,
  recipient,
  deliveredAt: at,
});

/** What the mandate is recorded with. */
export const grantOf = ({
  applicant,
  item,
  mandate,
}: Application & { mandate: SignedMandate }): shapes.MandateGrant => {
  const { digest, size, mediaType, key } = mandate.file;
  return {
    principal: { name: applicant.name, identityNumber: applicant.identityNumber, phone: applicant.phone },
    items: [item.code],
    powers: ['submit', 'supplement', 'withdraw', 'receive'],
    ...mandate.term!,
    evidence: { kind: 'signedOnScreen', digest: mandate.evidenceDigest },
    evidenceFile: { digest, size, mediaType, key },
  };
};
