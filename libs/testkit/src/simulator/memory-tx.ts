import { fromBinary } from '@bufbuild/protobuf';
import { LinkMessageSchema } from '@tongban/contract';
import type { InLink, LinkPosition, Outgoing, StoreTx } from '@tongban/federation/nest';
import { fromWire, type Message } from '@tongban/federation/transport';
import type { Sql } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import type { OutgoingRow } from './memory-database.js';
import { recoveries } from './memory-recovery.js';
import { lockOut, positionOf, putOutgoing } from './memory-rows.js';
import type { Overlay } from './overlay.js';

const noInLink: InLink = { applied: 0, peerIncarnation: '', caughtUpIn: '' };

function rowOf({ message: _atHand, ...row }: Outgoing, createdAt: number): OutgoingRow {
  return { ...row, createdAt };
}

function messageOf(rows: Overlay, node: NodeCode, row: OutgoingRow): Message {
  if (row.payload === undefined) {
    const entry = rows.get('entry', node, row.record!, row.entrySeq!);
    if (entry === undefined) throw new Error(`outgoing entry ${row.record} ${row.entrySeq} is not there`);
    return { kind: 'entry', entry };
  }
  const message = fromWire(fromBinary(LinkMessageSchema, row.payload));
  if (!message.ok) throw new Error(message.refusal.detail);
  return message.value;
}

type Links = Pick<
  StoreTx,
  | 'enqueue'
  | 'readOutgoing'
  | 'readPositions'
  | 'saveReceipt'
  | 'dropAcknowledged'
  | 'lockReceiver'
  | 'findReceiver'
  | 'saveReceiver'
>;

const links = (rows: Overlay): Links => ({
  async enqueue(node, byPeer, now) {
    const positions: LinkPosition[] = [];
    for (const peer of [...byPeer.keys()].sort()) {
      await rows.step('enqueue');
      const link = await lockOut(rows, node, peer);
      let last = link.last;
      for (const message of byPeer.get(peer) ?? []) putOutgoing(rows, node, peer, ++last, rowOf(message, now));
      rows.put('outLink', { ...link, last }, node, peer);
      const recent = (byPeer.get(peer) ?? []).map(({ message }) => message);
      positions.push({ ...positionOf({ ...link, last }), recent });
    }
    return positions;
  },
  async readOutgoing(node, peer, from, until) {
    await rows.step('readOutgoing');
    const messages: Message[] = [];
    for (let seq = from; seq <= until; seq++) {
      const row = rows.get('outgoing', node, peer, seq);
      if (row === undefined) throw new Error(`link ${node} → ${peer} has lost number ${seq}`);
      messages.push(messageOf(rows, node, row));
    }
    return messages;
  },
  async readPositions(nodes) {
    await rows.step('readPositions');
    return rows
      .scan('outLink', '')
      .filter(([, link]) => nodes.includes(link.node) && link.acked < link.last)
      .map(([, link]) => positionOf(link));
  },
  async saveReceipt(node, peer, applied) {
    await rows.step('saveReceipt');
    const link = await lockOut(rows, node, peer);
    if (link.acked < applied && link.last >= applied) rows.put('outLink', { ...link, acked: applied }, node, peer);
  },
  async dropAcknowledged(olderThan, limitRows) {
    await rows.step('dropAcknowledged');
    let dropped = 0;
    for (const [key, row] of rows.scan('outgoing', '')) {
      const [node, peer, seq] = key.split(' ') as [NodeCode, NodeCode, string];
      if (dropped >= limitRows || row.createdAt >= olderThan) continue;
      if (Number(seq) > (rows.get('outLink', node, peer)?.acked ?? 0)) continue;
      rows.put('outgoing', undefined, node, peer, seq);
      if (row.kind === 'refusal') rows.put('refusal', undefined, node, row.request!);
      dropped++;
    }
    return dropped;
  },
  async lockReceiver(node, peer) {
    await rows.step('lockReceiver');
    await rows.lock('inLink', node, peer);
    return rows.get('inLink', node, peer) ?? noInLink;
  },
  async findReceiver(node, peer) {
    await rows.step('findReceiver');
    return rows.get('inLink', node, peer) ?? noInLink;
  },
  async saveReceiver(node, peer, link) {
    await rows.step('saveReceiver');
    rows.put('inLink', link, node, peer);
  },
});

type Requests = Pick<
  StoreTx,
  | 'insertRequest'
  | 'completeRequests'
  | 'refuseRequest'
  | 'findRefusals'
  | 'findRefusedRequests'
  | 'findCommand'
  | 'insertCommand'
  | 'dropSettled'
>;

const requests = (rows: Overlay): Requests => ({
  async insertRequest(node, request) {
    await rows.step('insertRequest');
    await rows.insert('request', { ...request, state: 'pending' }, node, request.id);
  },
  async completeRequests(node, ids) {
    await rows.step('completeRequests');
    for (const id of ids) {
      const request = rows.get('request', node, id);
      if (request?.state === 'pending') rows.put('request', { ...request, state: 'done' }, node, id);
    }
  },
  async refuseRequest(node, id, code) {
    await rows.step('refuseRequest');
    const request = rows.get('request', node, id);
    if (request?.state === 'pending') rows.put('request', { ...request, state: 'refused', code }, node, id);
  },
  async findRefusals(node, ids) {
    await rows.step('findRefusals');
    const found = new Map<string, Uint8Array>();
    for (const id of ids) {
      const payload = rows.get('refusal', node, id);
      if (payload !== undefined) found.set(id, payload);
    }
    return found;
  },
  async findRefusedRequests(node, ids) {
    await rows.step('findRefusedRequests');
    return ids.filter((id) => rows.get('request', node, id)?.state === 'refused');
  },
  async findCommand(node, key) {
    await rows.step('findCommand');
    return rows.get('command', node, key);
  },
  async insertCommand(node, key, digest, outcome) {
    await rows.step('insertCommand');
    await rows.insert('command', { digest, outcome: { ...outcome } }, node, key);
  },
  async dropSettled() {
    // A simulated city does not live for the thirty days after which outcomes go.
    await rows.step('dropSettled');
    return 0;
  },
});

type Journal = Pick<StoreTx, 'lockHeads' | 'saveHeads' | 'insertEntries' | 'findEntry' | 'findEntriesById'>;

const journal = (rows: Overlay): Journal => ({
  async lockHeads(node, records) {
    await rows.step('lockHeads');
    const found = new Map();
    for (const record of [...new Set(records)].sort()) {
      if (rows.get('head', node, record) === undefined) continue;
      await rows.lock('head', node, record);
      found.set(record, rows.get('head', node, record));
    }
    return found;
  },
  async saveHeads(node, heads) {
    await rows.step('saveHeads');
    for (const head of heads) {
      await rows.lock('head', node, head.record);
      rows.put('head', head, node, head.record);
    }
  },
  async insertEntries(node, entries) {
    await rows.step('insertEntries');
    for (const entry of entries) {
      await rows.insert('entry', entry, node, entry.record, entry.seq);
      await rows.insert('entryId', { record: entry.record, seq: entry.seq }, node, entry.id);
    }
  },
  async findEntry(node, record, seq) {
    await rows.step('findEntry');
    return rows.get('entry', node, record, seq);
  },
  async findEntriesById(node, ids) {
    await rows.step('findEntriesById');
    const found = new Map();
    for (const id of ids) {
      const place = rows.get('entryId', node, id);
      if (place !== undefined) found.set(id, place);
    }
    return found;
  },
});

export const memoryTx = (rows: Overlay, sql: Sql): StoreTx => ({
  sql,
  ...journal(rows),
  ...links(rows),
  ...requests(rows),
  ...recoveries(rows),
});
