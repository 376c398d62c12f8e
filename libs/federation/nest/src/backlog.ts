import { fromBinary } from '@bufbuild/protobuf';
import { LinkMessageSchema } from '@tongban/contract';
import { fromWire, type Message } from '@tongban/federation/transport';
import type { NodeCode, Uuid } from '@tongban/kernel';
import type { Answers } from './answers.js';
import { applyMessage, recordsOf } from './apply-message.js';
import { blaming, MessageFault, requestFault } from './faults.js';
import type { HostParts } from './parts.js';
import type { LinkPosition, Parked, StoreTx } from './store/port.js';
import { verifyMessages } from './verify.js';
import { Work } from './work.js';

export const backlogLimits = {
  /** Parked messages tried again in one transaction. */
  replayRows: 200,
  /** Of one thing at which a rule throws, when it is tried alone. */
  maxTries: 3,
} as const;

/** What waits in the database for an upgrade or for a recovery. */
export class Backlog {
  constructor(
    private readonly parts: HostParts,
    private readonly answers: Answers,
  ) {}

  /** Tries again, after an upgrade, what was parked before it; what is still refused stays as it is. */
  async replay(nodes: readonly NodeCode[]): Promise<void> {
    for (let after = '0'; ;) {
      const parked = await this.parts.store.run((tx) => tx.readParked(nodes, after, backlogLimits.replayRows));
      const last = parked.at(-1);
      if (last === undefined) return;
      for (const node of new Set(parked.map((message) => message.node))) {
        const mine = parked.filter((message) => message.node === node);
        await this.oneByOne(mine, 'a parked message', (messages) =>
          this.parts.store.run((tx) => blaming(() => this.replayAt(tx, node, messages))),
        );
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
      const { id, peer, code } = parked[index]!;
      // Its requester has been told that it was given up: it must not be decided after all.
      if (code === requestFault.code && message.kind !== 'entry') continue;
      if ((await applyMessage(this.answers, work, peer, message, known)).ok) done.push(id);
    }
    const positions = await work.flush();
    if (done.length > 0) await tx.deleteQuarantined(node, done);
    return positions;
  }

  /** Answers what waited until this node had back what it lost. True when there may be more. */
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
   * given up. The number of those that were dealt with.
   */
  private async oneByOne<T>(
    things: readonly T[],
    what: string,
    work: (things: readonly T[]) => Promise<readonly LinkPosition[]>,
    giveUp?: (thing: T, fault: MessageFault) => Promise<readonly LinkPosition[]>,
  ): Promise<number> {
    if (things.length === 0) return 0;
    if ((await this.tried(() => work(things))) === undefined) return things.length;
    let done = 0;
    for (const thing of things) {
      let fault: MessageFault | undefined;
      for (let tries = 1; tries <= backlogLimits.maxTries; tries++) {
        fault = await this.tried(() => work([thing]));
        if (fault === undefined || fault.refusal !== undefined) break;
      }
      if (fault !== undefined) {
        this.parts.log('warn', `${what} could not be taken up`, { fault: fault.message });
        if (giveUp === undefined) continue;
        this.parts.committed(await giveUp(thing, fault));
      }
      done++;
    }
    return done;
  }

  private async tried(work: () => Promise<readonly LinkPosition[]>): Promise<MessageFault | undefined> {
    try {
      this.parts.committed(await work());
      return undefined;
    } catch (error) {
      if (error instanceof MessageFault) return error;
      throw error;
    }
  }

  private async takeOffered(
    tx: StoreTx,
    node: NodeCode,
    offered: readonly { record: Uuid; recordClass: string }[],
  ): Promise<readonly LinkPosition[]> {
    const work = new Work(tx, node, this.parts, this.parts.clock.now());
    await work.load(offered);
    for (const { record } of offered) {
      const head = work.findHead(record);
      if (head?.offeredTo !== node) continue;
      await work.takeOver((await tx.findEntry(node, record, head.seq))!);
    }
    return work.flush();
  }

  private async answerDeferred(
    tx: StoreTx,
    node: NodeCode,
    deferred: readonly { id: Uuid; payload: Uint8Array }[],
    givenUp?: MessageFault,
  ): Promise<readonly LinkPosition[]> {
    const messages = deferred.map(({ payload }): Message | undefined => {
      const message = fromWire(fromBinary(LinkMessageSchema, payload));
      return message.ok ? message.value : undefined;
    });
    const work = new Work(tx, node, this.parts, this.parts.clock.now());
    await work.load(messages.flatMap((message) => recordsOf(message)));
    const known = await this.answers.known(work, messages);
    for (const message of messages) {
      if (message?.kind !== 'request') continue;
      if (givenUp === undefined) await this.answers.take(work, message.request, known);
      else await this.answers.giveUp(work, message.request, givenUp.refusal ?? requestFault);
    }
    const positions = await work.flush();
    await tx.deleteDeferred(
      node,
      deferred.map(({ id }) => id),
    );
    return positions;
  }
}
