import type { Envelope } from '@tongban/contract';
import { appliedIn, senderIn } from '@tongban/federation/core';
import type { Message } from '@tongban/federation/transport';
import { ok, type NodeCode, type Refusal, type Result } from '@tongban/kernel';
import type { Answers } from './answers.js';
import { applyMessage, recordsOf, whereOf } from './apply-message.js';
import { blaming, MessageFault, requestFault } from './faults.js';
import type { HostParts } from './parts.js';
import { waitingCodes, type LinkPosition, type Quarantined, type StoreTx } from './store/port.js';
import { traceparentOfMessages } from './traced.js';
import { openEnvelope, verifyMessages, type OpenEnvelope } from './verify.js';
import { Work } from './work.js';

export const inboxLimits = {
  /** An envelope that shows its sender's restore is tried once more after the link's session was renewed. */
  maxTries: 2,
  /** A message at which a rule throws is given up after this many tries; the link goes on. */
  maxMessageTries: 3,
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
  constructor(
    private readonly parts: HostParts,
    private readonly answers: Answers,
    private readonly renew: (node: NodeCode, peer: NodeCode, incarnation: string) => Promise<void>,
  ) {}

  /** Refusals mean the envelope is not genuine: it is neither applied nor acknowledged by receipt. */
  async accept(envelope: Envelope): Promise<Result<InboxResult>> {
    const opened = openEnvelope(this.parts.directory, envelope, this.parts.clock.now());
    if (!opened.ok) return opened;
    const { sender, receiver } = opened.value;
    return this.parts.traced(traceparentOf(opened.value), 'apply', { sender, receiver }, async () =>
      ok(await this.take(opened.value)),
    );
  }

  /** All of it in one transaction; where a rule throws, in halves, so that only the message to blame is given up. */
  private async take(envelope: OpenEnvelope): Promise<InboxResult> {
    try {
      return await this.takeWhole(envelope);
    } catch (error) {
      if (!(error instanceof MessageFault)) throw error;
      const { firstSeq, messages } = envelope;
      if (messages.length <= 1) return this.takeFaulty(envelope, error);
      const half = messages.length >> 1;
      const first = await this.take({ ...envelope, messages: messages.slice(0, half) });
      if (first.taken !== 'yes' || first.gap) return first;
      const rest = { ...envelope, firstSeq: firstSeq + half, messages: messages.slice(half) };
      const second = await this.take(rest);
      const sums = { quarantined: first.quarantined + second.quarantined, entries: first.entries + second.entries };
      return { ...second, ...sums, caughtUp: first.caughtUp || second.caughtUp };
    }
  }

  private async takeFaulty(envelope: OpenEnvelope, first: MessageFault): Promise<InboxResult> {
    let fault = first;
    for (let tries = 2; tries <= inboxLimits.maxMessageTries && fault.refusal === undefined; tries++) {
      try {
        return await this.takeWhole(envelope);
      } catch (error) {
        if (!(error instanceof MessageFault)) throw error;
        fault = error;
      }
    }
    const { sender, receiver, firstSeq } = envelope;
    if (fault.refusal === undefined)
      this.parts.log('warn', 'a message was given up', { receiver, sender, seq: firstSeq, fault: fault.message });
    return this.takeWhole(envelope, fault);
  }

  private async takeWhole(envelope: OpenEnvelope, givenUp?: MessageFault): Promise<InboxResult> {
    for (let tries = 1; ; tries++) {
      const ended: (() => void)[] = [];
      const run = this.parts.store.run((tx) => blaming(() => this.apply(tx, envelope, ended, givenUp)));
      const applied = await run.finally(() => ended.forEach((end) => end()));
      if (applied !== 'renew') {
        this.parts.committed(applied.positions);
        return applied.result;
      }
      const { sender, receiver, session } = envelope;
      if (tries === inboxLimits.maxTries) throw new Error(`link ${receiver} → ${sender} could not be renewed`);
      await this.renew(receiver, sender, senderIn(session));
    }
  }

  /** `ended` gets what is to be called when the transaction has ended. */
  private async apply(
    tx: StoreTx,
    envelope: OpenEnvelope,
    ended: (() => void)[],
    givenUp?: MessageFault,
  ): Promise<Applied | 'renew'> {
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
    const seq = firstSeq + reception.skip;
    const quarantined =
      givenUp === undefined
        ? await this.applyMessages(work, sender, fresh, seq)
        : await this.giveUp(work, fresh[0]!, seq, givenUp);
    const positions = await work.flush();
    if (quarantined.length > 0) {
      ended.push(...this.parking(receiver, quarantined));
      await tx.insertQuarantined(receiver, sender, session, quarantined, now);
    }
    this.makeDue(receiver, work);
    const answered = fresh.some(({ message }) => this.isAnswerToMe(message));
    const caughtUpIn = answered ? incarnation.id : state.caughtUpIn;
    const caughtUp = caughtUpIn === incarnation.id;
    await tx.saveReceiver(receiver, sender, { ...reception.next, peerIncarnation: senderIn(session), caughtUpIn }, now);
    const counts = { quarantined: quarantined.length, entries: work.entries.length };
    return { result: { ...plain, ...counts, applied: reception.next.applied, gap: false, caughtUp }, positions };
  }

  private parking(node: NodeCode, quarantined: readonly Quarantined[]): (() => void)[] {
    return quarantined.flatMap(({ record, entrySeq, code }) =>
      record === undefined || entrySeq === undefined || !waitingCodes.includes(code)
        ? []
        : [this.parts.parked.parking(node, record)],
    );
  }

  private makeDue(node: NodeCode, work: Work): void {
    const { core, parked } = this.parts;
    const applied = work.entries.map(({ record }) => record);
    parked.makeDue(
      node,
      core.triedAgain((record) => parked.has(node, record), applied),
    );
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
        ? (unverified.get(index) ?? (await applyMessage(this.answers, work, sender, message.value, known)))
        : message;
      if (applied.ok) continue;
      refused.push({
        linkSeq: firstSeq + index,
        ...codeOf(applied.refusal),
        payload: payload(),
        ...(message.ok ? whereOf(message.value) : {}),
      });
    }
    return refused;
  }

  /** The requester is told once, with the commit that counts the message as received. */
  private async giveUp(
    work: Work,
    { message, payload }: OpenEnvelope['messages'][number],
    linkSeq: number,
    fault: MessageFault,
  ): Promise<Quarantined[]> {
    const given = message.ok ? message.value : undefined;
    if (given?.kind === 'request') {
      await work.load(recordsOf(given));
      await this.answers.giveUp(work, given.request, fault.refusal ?? requestFault);
      if (fault.refusal !== undefined) return [];
    }
    const kept = { linkSeq, code: 'service.fault', detail: fault.message, payload: payload() } as const;
    return [given === undefined ? kept : { ...kept, ...whereOf(given) }];
  }
}

const codeOf = ({ code, detail }: Refusal) => ({ code, detail });

const traceparentOf = (envelope: OpenEnvelope): string | undefined =>
  traceparentOfMessages(envelope.messages.map(({ message }) => (message.ok ? message.value : undefined)));
