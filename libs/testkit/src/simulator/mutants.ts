import { newSender, senderLimits, type RecordHead, type SenderState } from '@tongban/federation/core';
import type { FederationCore, LinkPosition, StoreTx } from '@tongban/federation/nest';
import { ok, ownershipTypes } from '@tongban/kernel';
import type { Mutation } from './sim-host.js';

/** A deliberate fault: some seed has to see it. */
export interface Mutant {
  readonly name: string;
  readonly what: string;
  readonly mutation: Mutation;
  /** A seed that sees it, where few do: tried before the others. */
  readonly seed?: number;
}

type Change<T> = { readonly [K in keyof T]?: (right: T[K]) => T[K] };

const change = <T extends object>(whole: T, changes: Change<T>): T => {
  const changed = { ...whole };
  for (const key of Object.keys(changes) as (keyof T)[]) changed[key] = changes[key]!(whole[key]);
  return changed;
};
const decides = (name: string, what: string, changes: Change<FederationCore>): Mutant => ({
  ...{ name, what },
  mutation: { core: (core) => change(core, changes) },
});
const stores = (name: string, what: string, changes: Change<StoreTx>): Mutant => ({
  ...{ name, what },
  mutation: { store: (tx) => change(tx, changes) },
});

const withoutOffer = ({ offeredTo: _offer, ...head }: RecordHead): RecordHead => head;
const lateCommitMs = 400;

/** Order, chain and ownership of a record. */
const recordMutants: readonly Mutant[] = [
  decides('forget-epoch', 'taking does not begin a new epoch', {
    admit: (admit) => (head, entry, known) => {
      if (entry.type !== ownershipTypes.taken || head === undefined) return admit(head, entry, known);
      const admitted = admit({ ...head, epoch: entry.epoch - 1 }, entry, known);
      if (!admitted.ok || admitted.value.kind === 'known') return admitted;
      return ok({ kind: 'applied', head: { ...admitted.value.head, epoch: head.epoch } });
    },
  }),
  decides('write-after-offer', 'the owner goes on writing after its offer', {
    admit: (admit) => (head, entry, known) => {
      const admitted = admit(head, entry, known);
      if (!admitted.ok || admitted.value.kind === 'known' || entry.type !== ownershipTypes.offered) return admitted;
      return ok({ kind: 'applied', head: withoutOffer(admitted.value.head) });
    },
  }),
  decides('forget-members', 'an offer does not make its target a member', {
    admit: (admit) => (head, entry, known) => {
      const admitted = admit(head, entry, known);
      if (!admitted.ok || admitted.value.kind === 'known' || head === undefined) return admitted;
      return ok({ kind: 'applied', head: { ...admitted.value.head, members: head.members } });
    },
  }),
  decides('skip-order', 'an entry is admitted whatever its number', {
    admit: (admit) => (head, entry, known) =>
      head === undefined || entry.seq <= head.seq
        ? admit(head, entry, known)
        : admit({ ...head, seq: entry.seq - 1, hash: entry.prevHash }, entry, known),
  }),
];

/** Who gets what. */
const distributionMutants: readonly Mutant[] = [
  decides('no-history', 'a new branch gets the newest entry only', {
    forwards: (forwards) => (node, before, after, from) =>
      forwards(node, before, after, from).map((forward) => ({ ...forward, from: after.seq })),
  }),
  decides('not-up', 'entries are not passed on to the smallest neighbour', {
    forwards: (forwards) => (node, before, after, from) => forwards(node, before, after, from).slice(1),
  }),
];

/** Exactly once, in order, and not for ever. */
const linkMutants: readonly Mutant[] = [
  decides('skip-dedup', 'a range that was applied is applied again', {
    receive: (receive) => (state, range) => {
      const reception = receive(state, range);
      if (reception.kind !== 'known') return reception;
      const applied = range.first + range.count - 1;
      return { kind: 'apply', skip: 0, next: { session: range.session, applied } };
    },
  }),
  decides('ignore-gap', 'a range is applied although messages before it are missing', {
    receive: (receive) => (state, range) => {
      const reception = receive(state, range);
      if (reception.kind !== 'gap') return reception;
      const applied = range.first + range.count - 1;
      return { kind: 'apply', skip: 0, next: { session: range.session, applied } };
    },
  }),
  decides('receipt-is-sending', 'what a courier took counts as received', {
    senderStep: (step) => (state, event, now) =>
      step(state, event.type === 'handedOver' ? { type: 'receipt', applied: event.until } : event, now),
  }),
  decides('never-again', 'neither a missing receipt nor a gap makes the sender go back', {
    senderStep: (step) => (state, event, now) =>
      event.type === 'tick' || event.type === 'gap' ? state : step(state, event, now),
  }),
  decides('no-backoff', 'rewinds do not slow down', {
    senderStep: (step) => (state, event, now) => {
      const next = step(state, event, now);
      const { rewindAt, ...rest } = next;
      const soon: SenderState = { ...rest, rewindDelayMs: senderLimits.firstRewindDelayMs };
      return rewindAt === undefined || event.type !== 'tick'
        ? next
        : { ...soon, rewindAt: Math.min(rewindAt, now + 500) };
    },
  }),
  decides('skip-number', 'every range leaves out its first message', {
    nextRange: (nextRange) => (state) => {
      const range = nextRange(state);
      return range === undefined || range.until === range.from ? range : { from: range.from + 1, until: range.until };
    },
  }),
  decides('lose-window', 'after a gap the sender believes that it has sent everything', {
    senderStep: (step) => (state, event, now) =>
      event.type === 'gap' || event.type === 'tick'
        ? { ...newSender(state.last, state.acked), sent: state.last }
        : step(state, event, now),
  }),
];

/** One transaction, and its order. */
const transactionMutants: readonly Mutant[] = [
  {
    name: 'answer-before-commit',
    what: 'receipts and answers go out before the commit is on disk',
    mutation: { lateCommitMs },
  },
  stores('apply-without-number', 'what was applied is not noted in the same transaction', {
    saveReceiver: () => () => Promise.resolve(),
  }),
  stores('lose-outgoing', 'what goes to more than one neighbour is numbered for the first only', {
    enqueue: (enqueue) => (node, byPeer, now) => enqueue(node, new Map([...byPeer].slice(0, 1)), now),
  }),
  stores('forget-answers', 'a request whose entry exists is decided again', {
    findEntriesById: () => () => Promise.resolve(new Map()),
    findRefusals: () => () => Promise.resolve(new Map()),
  }),
  stores('forget-commands', 'a repeated command is carried out again', {
    findCommand: () => () => Promise.resolve(undefined),
    insertCommand: () => () => Promise.resolve(),
  }),
  stores('drop-quarantine', 'what cannot be applied yet is thrown away', {
    insertQuarantined: () => () => Promise.resolve(),
  }),
  {
    name: 'trust-anything',
    what: 'signatures are not checked',
    mutation: { settings: (settings) => ({ ...settings, directory: { verify: () => ok(undefined) } }) },
  },
];

/** Coming back from a backup. */
const recoveryMutants: readonly Mutant[] = [
  {
    name: 'forget-restore',
    what: 'a restored database goes on under its old name',
    mutation: { keepsIncarnation: true },
  },
  stores('open-at-once', 'a restored node writes before its neighbours have given back what they hold', {
    readIncarnation: (read) => async () => ({ ...(await read()), restored: false }),
  }),
  decides('take-old-words', 'envelopes from before the sender was restored are applied', {
    judge: (judge) => (known, heard) => (judge(known, heard) === 'stale' ? 'same' : judge(known, heard)),
    receive: (receive) => (state, range) => {
      const reception = receive(state, range);
      return reception.kind === 'stale'
        ? receive({ applied: range.first - 1, session: range.session }, range)
        : reception;
    },
  }),
  decides('answer-too-soon', 'a node that is itself recovering says that it has given back everything', {
    mayAnswer: () => () => true,
  }),
  stores('give-nothing-back', 'a restored neighbour is told that it has everything, and given nothing', {
    beginPeerSession: (begin) => async (node, peer, incarnation, now) =>
      emptied(await begin(node, peer, incarnation, now)),
  }),
];

/** The new session begins after what was to be given back. */
const emptied = (link: LinkPosition | undefined): LinkPosition | undefined =>
  link === undefined ? undefined : { ...link, base: link.last, acked: link.last };

/** Entries that cannot be applied yet. */
const parkedMutants: readonly Mutant[] = [
  {
    ...decides('write-beside-parked', 'an owner writes to a record of which it holds parked entries', {
      mayWrite: (mayWrite) => (node) => mayWrite({ ...node, parked: false }),
    }),
    seed: 282,
  },
  {
    ...decides('keep-parked', 'a neighbour is told that it has everything while what it wrote is parked here', {
      givesParked: () => () => false,
    }),
    seed: 80_200,
  },
  {
    ...decides('parked-until-start', 'parked entries are not tried again when the one before them was applied', {
      triedAgain: () => () => [],
    }),
    seed: 674,
  },
];

export const mutants: readonly Mutant[] = [
  ...recordMutants,
  ...distributionMutants,
  ...linkMutants,
  ...transactionMutants,
  ...recoveryMutants,
  ...parkedMutants,
];
