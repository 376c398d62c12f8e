import { fromBinary } from '@bufbuild/protobuf';
import { LinkMessageSchema } from '@tongban/contract';
import { fromWire, type Message } from '@tongban/federation/transport';
import type { NodeCode, Uuid } from '@tongban/kernel';
import type { Answers } from './answers.js';
import { applyMessage, recordsOf, whereOf } from './apply-message.js';
import { blaming, MessageFault, requestFault } from './faults.js';
import type { HostParts } from './parts.js';
import { waitingCodes, type LinkPosition, type Parked, type RefusedAgain, type StoreTx } from './store/port.js';
import { verifyMessages } from './verify.js';
import { Work } from './work.js';

export const backlogLimits = {
  /** Parked messages tried again in one transaction. */
  replayRows: 200,
  /** Of one thing at which a rule throws, when it is tried alone. */
  maxTries: 3,
  /** Passes over the parked entries of one record; what still moves then goes on at the next occasion. */
  recordRounds: 100,
} as const;

/** What a transaction did: messages to send, and how many things wait no longer. */
interface Step {
  readonly positions: readonly LinkPosition[];
  readonly moved: number;
}

/** What waits in the database for an upgrade or for a recovery. */
export class Backlog {
  constructor(
    private readonly parts: HostParts,
    private readonly answers: Answers,
  ) {}

  /** Tries again, after an upgrade, what was parked before it; what is still refused stays, as what it is now known to be. */
  async replay(nodes: readonly NodeCode[]): Promise<void> {
    for (let after = '0'; ;) {
      const parked = await this.parts.store.run((tx) => tx.readParked(nodes, after, backlogLimits.replayRows));
      const last = parked.at(-1);
      if (last === undefined) break;
      for (const node of new Set(parked.map((message) => message.node))) {
        await this.replayMessages(
          node,
          parked.filter((message) => message.node === node),
        );
      }
      after = last.id;
    }
    // Some of it may be entries whose record was not known before.
    await this.parts.parked.load(this.parts.store, nodes);
    for (const { node, record } of this.parts.parked.all()) await this.replayRecord(node, record);
  }

  /** Tries the parked entries of a record again, in its order, until nothing moves. */
  async replayRecord(node: NodeCode, record: Uuid): Promise<void> {
    const { store, parked } = this.parts;
    for (let round = 1; round <= backlogLimits.recordRounds; round++) {
      const mark = parked.mark(node, record);
      const entries = await store.run((tx) => tx.readParkedOf(node, record, backlogLimits.replayRows));
      if (entries.length === 0) return void parked.forget(node, record, mark);
      if ((await this.replayMessages(node, entries)) === 0) return;
    }
    parked.makeDue(node, [record]);
  }

  /** How many of them are parked no longer. */
  private replayMessages(node: NodeCode, parked: readonly Parked[]): Promise<number> {
    return this.oneByOne(parked, 'a parked message', (messages) =>
      this.parts.store.run((tx) => blaming(() => this.replayAt(tx, node, messages))),
    );
  }

  private async replayAt(tx: StoreTx, node: NodeCode, parked: readonly Parked[]): Promise<Step> {
    const work = new Work(tx, node, this.parts, this.parts.clock.now());
    const messages = parked.map(({ payload }) => {
      const message = fromWire(fromBinary(LinkMessageSchema, payload));
      return message.ok ? message.value : undefined;
    });
    const unverified = verifyMessages(this.parts.directory, messages);
    await work.load(messages.flatMap((message) => recordsOf(message)));
    const known = await this.answers.known(work, messages);
    const done: string[] = [];
    const refused: RefusedAgain[] = [];
    for (const [index, message] of messages.entries()) {
      const { id, peer, code } = parked[index]!;
      // Its requester has been told that it was given up: it must not be decided after all.
      if (message === undefined || (code === requestFault.code && message.kind !== 'entry')) continue;
      const applied = unverified.get(index) ?? (await applyMessage(this.answers, work, peer, message, known));
      if (applied.ok) done.push(id);
      else refused.push({ id, ...whereOf(message), code: applied.refusal.code, detail: applied.refusal.detail });
    }
    const positions = await work.flush();
    if (done.length > 0) await tx.deleteQuarantined(node, done);
    if (refused.length > 0) await tx.updateQuarantined(node, refused);
    const settled = refused.filter(({ code }) => !waitingCodes.includes(code));
    return { positions, moved: done.length + settled.length };
  }

  /** Answers what waited until this node could write to its records again. True when there may be more. */
  async resume(node: NodeCode, limitRows: number): Promise<boolean> {
    const { store } = this.parts;
    const offered = await store.run((tx) => tx.readOffered(node, limitRows));
    const deferred = await store.run((tx) => tx.readDeferred(node, limitRows));
    const taken = await this.oneByOne(offered, 'an offer', (offers) =>
      store.run((tx) => blaming(() => this.takeOffered(tx, node, offers))),
    );
    const answered = await this.oneByOne(
      deferred,
      'a request',
      (requests) => store.run((tx) => blaming(() => this.answerDeferred(tx, node, requests))),
      (request, fault) => store.run((tx) => this.answerDeferred(tx, node, [request], fault)),
    );
    return Math.max(taken, answered) === limitRows;
  }

  /**
   * All in one transaction; where a rule throws, each in its own, and those at which it throws stay as they are or are
   * given up. The number of those that wait no longer.
   */
  private async oneByOne<T>(
    things: readonly T[],
    what: string,
    work: (things: readonly T[]) => Promise<Step>,
    giveUp?: (thing: T, fault: MessageFault) => Promise<Step>,
  ): Promise<number> {
    if (things.length === 0) return 0;
    const whole = await this.tried(() => work(things));
    if (!(whole instanceof MessageFault)) return whole;
    let moved = 0;
    for (const thing of things) {
      let tried = await this.tried(() => work([thing]));
      for (let tries = 2; tries <= backlogLimits.maxTries; tries++) {
        if (!(tried instanceof MessageFault) || tried.refusal !== undefined) break;
        tried = await this.tried(() => work([thing]));
      }
      if (!(tried instanceof MessageFault)) {
        moved += tried;
        continue;
      }
      const fault = tried;
      this.parts.log('warn', `${what} could not be taken up`, { fault: fault.message });
      if (giveUp !== undefined) moved += this.committed(await giveUp(thing, fault));
    }
    return moved;
  }

  private async tried(work: () => Promise<Step>): Promise<number | MessageFault> {
    try {
      return this.committed(await work());
    } catch (error) {
      if (error instanceof MessageFault) return error;
      throw error;
    }
  }

  private committed({ positions, moved }: Step): number {
    this.parts.committed(positions);
    return moved;
  }

  private async takeOffered(
    tx: StoreTx,
    node: NodeCode,
    offered: readonly { record: Uuid; recordClass: string }[],
  ): Promise<Step> {
    const work = new Work(tx, node, this.parts, this.parts.clock.now());
    await work.load(offered);
    let moved = 0;
    for (const { record } of offered) {
      const head = work.findHead(record);
      if (head?.offeredTo !== node || !work.mayWrite(record)) continue;
      await work.takeOver((await tx.findEntry(node, record, head.seq))!);
      moved++;
    }
    return { positions: await work.flush(), moved };
  }

  private async answerDeferred(
    tx: StoreTx,
    node: NodeCode,
    deferred: readonly { id: Uuid; payload: Uint8Array }[],
    givenUp?: MessageFault,
  ): Promise<Step> {
    const messages = deferred.map(({ payload }): Message | undefined => {
      const message = fromWire(fromBinary(LinkMessageSchema, payload));
      return message.ok ? message.value : undefined;
    });
    const work = new Work(tx, node, this.parts, this.parts.clock.now());
    await work.load(messages.flatMap((message) => recordsOf(message)));
    const known = await this.answers.known(work, messages);
    const done: Uuid[] = [];
    for (const [index, message] of messages.entries()) {
      if (message?.kind === 'request') {
        if (givenUp !== undefined) await this.answers.giveUp(work, message.request, givenUp.refusal ?? requestFault);
        else if ((await this.answers.take(work, message.request, known)) === 'deferred') continue;
      }
      done.push(deferred[index]!.id);
    }
    const positions = await work.flush();
    await tx.deleteDeferred(node, done);
    return { positions, moved: done.length };
  }
}
