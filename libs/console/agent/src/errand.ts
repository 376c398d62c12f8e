import type { FileRef, Sight } from './facts.js';

/**
 * What an agent still does for a case that the village has: answers a notice (补正), or records that the result is with the
 * person (送达). It lies in the outbox beside the case, and is sent as the case was.
 */
export const errandStates = ['draft', 'ready', 'sending', 'asked', 'taken', 'refused'] as const;
export type ErrandState = (typeof errandStates)[number];

/**
 * confirm, edit: the agent. begin: it is about to leave the phone. ask: the village has asked the owner of the case. take:
 * it is done. refuse: the village or the owner said no.
 */
export const errandEvents = ['confirm', 'edit', 'begin', 'ask', 'take', 'refuse'] as const;
export type ErrandEvent = (typeof errandEvents)[number];

const no = undefined;

/** Once it has left the phone nobody changes it before it was answered: the attempt may have arrived. */
export const errandTable: Readonly<Record<ErrandState, Readonly<Record<ErrandEvent, ErrandState | undefined>>>> = {
  draft: { confirm: 'ready', edit: 'draft', begin: no, ask: no, take: no, refuse: no },
  ready: { confirm: 'ready', edit: 'draft', begin: 'sending', ask: no, take: no, refuse: 'refused' },
  sending: { confirm: no, edit: no, begin: 'sending', ask: 'asked', take: 'taken', refuse: 'refused' },
  asked: { confirm: no, edit: no, begin: no, ask: 'asked', take: 'taken', refuse: 'refused' },
  taken: { confirm: no, edit: no, begin: no, ask: no, take: 'taken', refuse: no },
  refused: { confirm: 'ready', edit: 'draft', begin: no, ask: no, take: no, refuse: no },
};

/** What people are told of where it is. */
export const errandPlaces = {
  draft: 'onPhone',
  ready: 'onPhone',
  sending: 'onTheWay',
  asked: 'atVillage',
  taken: 'atVillage',
  refused: 'onPhone',
} as const satisfies Readonly<Record<ErrandState, string>>;

interface Sent {
  readonly state: ErrandState;
  /** Of this confirmation: the same for every attempt. */
  readonly key: string;
  /** Where the owner was asked: what the village knows the question by. */
  readonly request: string | undefined;
  readonly refusal: { readonly code: string; readonly text: string } | undefined;
}

export interface Supplement extends Sent {
  readonly kind: 'supplement';
  /** Number of the notice that it answers. */
  readonly notice: string;
  readonly files: readonly FileRef[];
}

export interface HandOver extends Sent {
  readonly kind: 'handOver';
  readonly recipient: string;
  /** By the village's clock as far as the phone knew it. */
  readonly at: number;
}

export type Errand = Supplement | HandOver;

const fresh = (key: string): Sent => ({ state: 'draft', key, request: undefined, refusal: undefined });

/** The answer to a notice, begun where there is none yet; unchanged where it may have left. */
export function supplementWith(
  errand: Errand | undefined,
  notice: string,
  change: (files: readonly FileRef[]) => readonly FileRef[],
  newKey: () => string,
): Errand {
  if (errand?.kind !== 'supplement' || errand.notice !== notice)
    return { ...fresh(newKey()), kind: 'supplement', notice, files: change([]) };
  const state = errandTable[errand.state].edit;
  return state === undefined ? errand : { ...errand, state, files: change(errand.files) };
}

/** To be sent as it is. */
export const handOverTo = (recipient: string, at: number, key: string): HandOver => ({
  ...fresh(key),
  state: 'ready',
  kind: 'handOver',
  recipient,
  at,
});

/** Confirmed anew it is another command: what the village refused is answered under the old key for ever. */
export function confirmed<T extends Errand>(errand: T, newKey: () => string): T {
  const state = errandTable[errand.state].confirm;
  return state === undefined ? errand : { ...errand, state, key: newKey(), request: undefined, refusal: undefined };
}

/** After an event; the same errand where the event cannot happen. What is done keeps no papers here. */
export function errandAfter(errand: Errand, event: ErrandEvent, told: Partial<Sent> = {}): Errand {
  const state = errandTable[errand.state][event];
  if (state === undefined) return errand;
  const next = { ...errand, ...told, state };
  return state === 'taken' && next.kind === 'supplement' ? { ...next, files: [] } : next;
}

/** A result is not handed over before there was one, nor later than now, whatever the phone's clock said meanwhile. */
export const withinReason = (errand: HandOver, closedAt: string | null, now: number): HandOver => ({
  ...errand,
  at: Math.min(now, Math.max(errand.at, closedAt === null ? 0 : Date.parse(closedAt))),
});

/** Whether the case still waits for it: another has answered the notice, or the result is with the person. */
export const isWanted = (errand: Errand, sight: Sight): boolean =>
  errand.kind === 'supplement'
    ? sight.status === 'supplementing' && sight.notice?.number === errand.notice
    : sight.closing === 'certified' && !sight.delivered;
