import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { LinkMessageSchema } from '@tongban/contract';
import { isEarlier } from '@tongban/federation/core';
import { fromWire, toWire } from '@tongban/federation/transport';
import type { NodeCode, Uuid } from '@tongban/kernel';
import type { HostParts } from './parts.js';
import type { LinkPosition, Outgoing, Parked, StoreTx } from './store/port.js';
import type { Standing } from './verify.js';

const keyOf = (node: NodeCode, peer: NodeCode): string => `${node} ${peer}`;

export const sessionLimits = {
  /** Parked entries looked through at a time for those that a restored neighbour is to have. */
  parkedRows: 200,
} as const;

/** Notices that neighbours were restored, and gives them back what this host holds. */
export class Sessions {
  /** Newest incarnation known of each neighbour, as far as it was looked up. */
  private readonly known = new Map<string, string>();

  private readonly renewedFor = new Map<string, string>();

  constructor(private readonly parts: HostParts) {}

  /** False when the standing comes from before its sender's restore and no longer counts. */
  async hear({ sender, receiver, incarnation, recovering }: Standing): Promise<boolean> {
    const { core, store } = this.parts;
    const key = keyOf(receiver, sender);
    let known = this.known.get(key);
    if (known === undefined || isEarlier(known, incarnation)) {
      known = (await store.run((tx) => tx.findReceiver(receiver, sender))).peerIncarnation;
      this.known.set(key, known);
    }
    const judged = core.judge(known, { incarnation, recovering });
    if (judged === 'renew' && this.renewedFor.get(key) !== incarnation) await this.renew(receiver, sender, incarnation);
    return judged !== 'stale';
  }

  /** Begins a new session of the link to a restored neighbour; nothing when that was done before. */
  readonly renew = async (node: NodeCode, peer: NodeCode, incarnation: string): Promise<void> => {
    const { store, clock, recovery, log, committed } = this.parts;
    const now = clock.now();
    const positions = await store.run(async (tx) => {
      const link = await tx.lockReceiver(node, peer);
      if (isEarlier(incarnation, link.peerIncarnation)) return [];
      // From here on nothing is taken that the neighbour sent before its restore: it would not come back to it.
      await tx.saveReceiver(node, peer, { ...link, peerIncarnation: incarnation }, now);
      const renewed = await tx.beginPeerSession(node, peer, incarnation, now);
      if (renewed === undefined) return [];
      if (recovery.mayAnswer(node, peer)) return [renewed, ...(await this.answer(tx, renewed))];
      await tx.setAnswerDue(node, peer, true);
      return [renewed];
    });
    this.known.set(keyOf(node, peer), incarnation);
    this.renewedFor.set(keyOf(node, peer), incarnation);
    if (positions.length > 0) log('warn', 'a neighbour was restored; its records are sent again', { node, peer });
    committed(positions);
  };

  /** Tells neighbours "that was everything" where that had to wait for this node's own recovery. */
  async answerDue(nodes: readonly NodeCode[]): Promise<void> {
    const { store, recovery, committed } = this.parts;
    const positions = await store.run(async (tx) => {
      const answered: LinkPosition[] = [];
      for (const link of await tx.readAnswersDue(nodes)) {
        if (!recovery.mayAnswer(link.node, link.peer)) continue;
        answered.push(...(await this.answer(tx, link)));
        await tx.setAnswerDue(link.node, link.peer, false);
      }
      return answered;
    });
    committed(positions);
  }

  /**
   * "That was everything", after the parked entries that the neighbour's side has written. The entries before them go
   * along: what makes the neighbour a member of such a record may itself be parked.
   */
  private async answer(tx: StoreTx, { node, peer, peerIncarnation }: LinkPosition): Promise<LinkPosition[]> {
    const send = (messages: readonly Outgoing[]): Promise<LinkPosition[]> =>
      tx.enqueue(node, new Map([[peer, messages]]), this.parts.clock.now());
    const begun = new Set<Uuid>();
    for (let after = '0'; ;) {
      const parked = await tx.readParkedBeside(node, peer, after, sessionLimits.parkedRows);
      const last = parked.at(-1);
      if (last === undefined) break;
      const given: Outgoing[] = [];
      for (const each of parked) {
        const record = this.recordGiven(peer, each);
        if (record === undefined) continue;
        if (!begun.has(record)) given.push(...(await entriesOf(tx, node, record)));
        begun.add(record);
        given.push({ kind: 'returned', payload: each.payload });
      }
      if (given.length > 0) await send(given);
      after = last.id;
    }
    const message = toWire({ kind: 'recovered', incarnation: peerIncarnation });
    return send([{ kind: 'recovered', payload: toBinary(LinkMessageSchema, message) }]);
  }

  /** The record of a parked entry that goes to the neighbour. */
  private recordGiven(peer: NodeCode, { node, payload }: Parked): Uuid | undefined {
    const message = fromWire(fromBinary(LinkMessageSchema, payload));
    if (!message.ok || message.value.kind !== 'entry') return undefined;
    const { author, record } = message.value.entry;
    return this.parts.core.givesParked(node, peer, author) ? record : undefined;
  }
}

/** The entries that the node holds of a record; they are numbered from 1 without gaps. */
async function entriesOf(tx: StoreTx, node: NodeCode, record: Uuid): Promise<Outgoing[]> {
  const found: Outgoing[] = [];
  for (let entrySeq = 1; (await tx.findEntry(node, record, entrySeq)) !== undefined; entrySeq++)
    found.push({ kind: 'entry', record, entrySeq });
  return found;
}
