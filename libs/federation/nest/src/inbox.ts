import { fromBinary } from '@bufbuild/protobuf';
import { LinkMessageSchema, type Envelope } from '@tongban/contract';
import { appliedIn, senderIn } from '@tongban/federation/core';
import { fromWire, type Message } from '@tongban/federation/transport';
import { ok, type NodeCode, type Refusal, type Result } from '@tongban/kernel';
import { Answers, type KnownAnswers } from './answers.js';
import type { HostParts } from './parts.js';
import type { LinkPosition, Parked, Quarantined, StoreTx } from './store/port.js';
import { traceparentOfMessages } from './traced.js';
import { openEnvelope, verifyMessages, type OpenEnvelope } from './verify.js';
import { Work } from './work.js';

export const inboxLimits = {
  /** Parked messages tried again in one transaction. */
  replayRows: 200,
  /** An envelope that shows its sender's restore is tried once more after the link's session was renewed. */
  maxTries: 2,
} as const;

export interface InboxResult {
  readonly sender: NodeCode;
  readonly receiver: NodeCode;
  readonly session: string;
  readonly applied: number;
  readonly gap: boolean;
  readonly quarantined: number;
  /** Entries of other nodes that this envelope brought. */
  readonly entries: number;
  /** The sender has given back everything that this restored node lacked of it. */
  readonly caughtUp: boolean;
  /** `stale`: before its sender's restore, not answered. `foreign`: not begun for this restored database. */
  readonly taken: 'yes' | 'stale' | 'foreign';
}

type Applied = { readonly result: InboxResult; readonly positions: readonly LinkPosition[] };

/** Applies what neighbours send: one transaction per envelope, then the receipt, then the courier's acknowledgement. */
export class Inbox {
  private readonly answers: Answers;

  constructor(
    private readonly parts: HostParts,
    private readonly renew: (node: NodeCode, peer: NodeCode, incarnation: string) => Promise<void>,
  ) {
    this.answers = new Answers(parts);
  }

  /** Refusals mean the envelope is not genuine: it is neither applied nor acknowledged by receipt. */
  async accept(envelope: Envelope): Promise<Result<InboxResult>> {
    const opened = openEnvelope(this.parts.directory, envelope);
    if (!opened.ok) return opened;
    const { sender, receiver, session } = opened.value;
    return this.parts.traced(traceparentOf(opened.value), 'apply', { sender, receiver }, async () => {
      for (let tries = 1; ; tries++) {
        const applied = await this.parts.store.run((tx) => this.apply(tx, opened.value));
        if (applied !== 'renew') {
          this.parts.committed(applied.positions);
          return ok(applied.result);
        }
        if (tries === inboxLimits.maxTries) throw new Error(`link ${receiver} → ${sender} could not be renewed`);
        await this.renew(receiver, sender, senderIn(session));
      }
    });
  }

  private async apply(tx: StoreTx, envelope: OpenEnvelope): Promise<Applied | 'renew'> {
    const { sender, receiver, session, base, firstSeq } = envelope;
    const { core, clock, incarnation } = this.parts;
    const now = clock.now();
    const plain = { sender, receiver, session, quarantined: 0, entries: 0, caughtUp: false, taken: 'yes' as const };
    const state = await tx.lockReceiver(receiver, sender);
    const heard = core.judge(state.peerIncarnation, { incarnation: senderIn(session), recovering: false });
    if (heard === 'renew') return 'renew';
    const reception = core.receive(state, { session, base, first: firstSeq, count: envelope.messages.length });
    if (heard === 'stale' || reception.kind === 'stale') {
      return { result: { ...plain, applied: 0, gap: false, taken: 'stale' }, positions: [] };
    }
    if (!core.takesSession(incarnation, session)) {
      return { result: { ...plain, applied: 0, gap: false, taken: 'foreign' }, positions: [] };
    }
    if (reception.kind !== 'apply') {
      const gap = reception.kind === 'gap';
      // A commit whose success was not heard of is learned from the envelope that comes again.
      const caughtUp = state.caughtUpIn === incarnation.id;
      return { result: { ...plain, applied: appliedIn(state, session, base), gap, caughtUp }, positions: [] };
    }
    const fresh = envelope.messages.slice(reception.skip);
    const work = new Work(tx, receiver, this.parts, now);
    const quarantined = await this.applyMessages(work, sender, fresh, firstSeq + reception.skip);
    const positions = await work.flush();
    if (quarantined.length > 0) await tx.insertQuarantined(receiver, sender, session, quarantined, now);
    const answered = fresh.some(({ message }) => this.isAnswerToMe(message));
    const caughtUpIn = answered ? incarnation.id : state.caughtUpIn;
    const caughtUp = caughtUpIn === incarnation.id;
    await tx.saveReceiver(receiver, sender, { ...reception.next, peerIncarnation: senderIn(session), caughtUpIn }, now);
    const counts = { quarantined: quarantined.length, entries: work.entries.length };
    return { result: { ...plain, ...counts, applied: reception.next.applied, gap: false, caughtUp }, positions };
  }

  private isAnswerToMe(message: Result<Message>): boolean {
    return message.ok && message.value.kind === 'recovered' && message.value.incarnation === this.parts.incarnation.id;
  }

  private async applyMessages(
    work: Work,
    sender: NodeCode,
    fresh: OpenEnvelope['messages'],
    firstSeq: number,
  ): Promise<Quarantined[]> {
    const messages = fresh.map(({ message }) => (message.ok ? message.value : undefined));
    const unverified = verifyMessages(this.parts.directory, messages);
    await work.load(messages.flatMap((message) => recordsOf(message)));
    const known = await this.answers.known(work, messages);
    const refused: Quarantined[] = [];
    for (const [index, { message, payload }] of fresh.entries()) {
      const applied = message.ok
        ? (unverified.get(index) ?? (await this.applyOne(work, sender, message.value, known)))
        : message;
      if (applied.ok) continue;
      const [about] = message.ok ? recordsOf(message.value) : [];
      refused.push({
        linkSeq: firstSeq + index,
        ...codeOf(applied.refusal),
        payload: payload(),
        ...(about === undefined ? {} : { record: about.record }),
      });
    }
    return refused;
  }

  private async applyOne(work: Work, sender: NodeCode, message: Message, known: KnownAnswers): Promise<Result<void>> {
    switch (message.kind) {
      case 'entry':
        return work.applyRemote(message.entry, sender);
      case 'request':
        await this.answers.take(work, message.request, known);
        return ok(undefined);
      case 'refusal':
        return this.answers.passRefusal(work, message.refusal);
      case 'recovered':
        return ok(undefined);
    }
  }

  /** Tries again, after an upgrade, what was parked before it; what is still refused stays as it is. */
  async replay(nodes: readonly NodeCode[]): Promise<void> {
    for (let after = '0'; ;) {
      const parked = await this.parts.store.run((tx) => tx.readParked(nodes, after, inboxLimits.replayRows));
      const last = parked.at(-1);
      if (last === undefined) return;
      for (const node of new Set(parked.map((message) => message.node))) {
        const mine = parked.filter((message) => message.node === node);
        this.parts.committed(await this.parts.store.run((tx) => this.replayAt(tx, node, mine)));
      }
      after = last.id;
    }
  }

  private async replayAt(tx: StoreTx, node: NodeCode, parked: readonly Parked[]): Promise<readonly LinkPosition[]> {
    const work = new Work(tx, node, this.parts, this.parts.clock.now());
    const messages = parked.map(({ payload }) => {
      const message = fromWire(fromBinary(LinkMessageSchema, payload));
      return message.ok ? message.value : undefined;
    });
    const unverified = verifyMessages(this.parts.directory, messages);
    await work.load(messages.flatMap((message) => recordsOf(message)));
    const known = await this.answers.known(work, messages);
    const done: string[] = [];
    for (const [index, message] of messages.entries()) {
      if (message === undefined || unverified.has(index)) continue;
      const { id, peer } = parked[index]!;
      if ((await this.applyOne(work, peer, message, known)).ok) done.push(id);
    }
    const positions = await work.flush();
    if (done.length > 0) await tx.deleteQuarantined(node, done);
    return positions;
  }

  /** Answers what waited until this node had back what it lost. True when there may be more. */
  async resume(node: NodeCode, limitRows: number): Promise<boolean> {
    const { count, positions } = await this.parts.store.run(async (tx) => {
      const offered = await tx.readOffered(node, limitRows);
      const deferred = await tx.readDeferred(node, limitRows);
      const messages = deferred.map(({ payload }): Message | undefined => {
        const message = fromWire(fromBinary(LinkMessageSchema, payload));
        return message.ok ? message.value : undefined;
      });
      const work = new Work(tx, node, this.parts, this.parts.clock.now());
      await work.load([...offered, ...messages.flatMap((message) => recordsOf(message))]);
      for (const { record } of offered) {
        const head = work.findHead(record);
        if (head?.offeredTo !== node) continue;
        await work.takeOver((await tx.findEntry(node, record, head.seq))!);
      }
      const known = await this.answers.known(work, messages);
      for (const message of messages)
        if (message?.kind === 'request') await this.answers.take(work, message.request, known);
      const positions = await work.flush();
      if (deferred.length > 0) {
        const ids = deferred.map(({ id }) => id);
        await tx.deleteDeferred(node, ids);
      }
      return { count: Math.max(offered.length, deferred.length), positions };
    });
    this.parts.committed(positions);
    return count === limitRows;
  }
}

const codeOf = ({ code, detail }: Refusal) => ({ code, detail });

const traceparentOf = (envelope: OpenEnvelope): string | undefined =>
  traceparentOfMessages(envelope.messages.map(({ message }) => (message.ok ? message.value : undefined)));

function recordsOf(message: Message | undefined): { record: string; recordClass: string }[] {
  switch (message?.kind) {
    case 'entry':
      return [message.entry];
    case 'request':
      return [message.request];
    case 'refusal':
      return [{ record: message.refusal.record, recordClass: '' }];
    default:
      return [];
  }
}
