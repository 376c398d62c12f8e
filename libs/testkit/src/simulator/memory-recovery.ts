import { neighbours } from '@tongban/federation/core';
import { waitingCodes, type StoreTx } from '@tongban/federation/nest';
import type { NodeCode, Uuid } from '@tongban/kernel';
import type { OutgoingRow, QuarantineRow } from './memory-database.js';
import type { Overlay } from './overlay.js';
import { lockOut, positionOf, putOutgoing } from './memory-rows.js';

const isParked = ({ code, entrySeq }: QuarantineRow): boolean => entrySeq !== undefined && waitingCodes.includes(code);

const withoutParked = (rows: Overlay, node: NodeCode, record: Uuid): boolean =>
  !rows.scan('quarantine', '').some(([, row]) => row.node === node && row.record === record && isParked(row));

type Recoveries = Pick<
  StoreTx,
  | 'insertQuarantined'
  | 'readParked'
  | 'readParkedRecords'
  | 'readParkedOf'
  | 'readParkedBeside'
  | 'deleteQuarantined'
  | 'updateQuarantined'
  | 'readIncarnation'
  | 'readNeighbours'
  | 'beginOwnSessions'
  | 'beginPeerSession'
  | 'setAnswerDue'
  | 'readAnswersDue'
  | 'deferRequest'
  | 'readWaiting'
  | 'readDeferred'
  | 'deleteDeferred'
  | 'readOffered'
>;

export const recoveries = (rows: Overlay): Recoveries => ({
  async insertQuarantined(node, peer, session, messages) {
    await rows.step('insertQuarantined');
    for (const { linkSeq, ...message } of messages) {
      if (rows.get('quarantineKey', node, peer, session, linkSeq) !== undefined) continue;
      rows.put('quarantineKey', true, node, peer, session, linkSeq);
      const id = rows.database.nextQuarantineId();
      rows.put('quarantine', { id, node, peer, ...message }, id);
    }
  },
  async readParked(nodes, after, limitRows) {
    await rows.step('readParked');
    return rows
      .scan('quarantine', '')
      .map(([, row]) => row)
      .filter(
        ({ node, code, id, entrySeq }) =>
          nodes.includes(node) && entrySeq === undefined && waitingCodes.includes(code) && id > after.padStart(12, '0'),
      )
      .sort((left, right) => (left.id < right.id ? -1 : 1))
      .slice(0, limitRows);
  },
  async readParkedRecords(nodes) {
    await rows.step('readParkedRecords');
    const parked = rows.scan('quarantine', '').map(([, row]) => row);
    return parked.flatMap((row) =>
      nodes.includes(row.node) && row.record !== undefined && isParked(row)
        ? [{ node: row.node, record: row.record }]
        : [],
    );
  },
  async readParkedOf(node, record, limitRows) {
    await rows.step('readParkedOf');
    const parked = rows.scan('quarantine', '').map(([, row]) => row);
    return parked
      .filter((row) => row.node === node && row.record === record && isParked(row))
      .sort((left, right) => left.entrySeq! - right.entrySeq! || (left.id < right.id ? -1 : 1))
      .slice(0, limitRows);
  },
  async readParkedBeside(node, peer, after, limitRows) {
    await rows.step('readParkedBeside');
    return rows
      .scan('quarantine', '')
      .map(([, row]) => row)
      .filter((row) => row.node === node && row.peer !== peer && isParked(row) && row.id > after.padStart(12, '0'))
      .sort((left, right) => (left.id < right.id ? -1 : 1))
      .slice(0, limitRows);
  },
  async updateQuarantined(_node, refused) {
    await rows.step('updateQuarantined');
    for (const { id, ...again } of refused) {
      const row = rows.get('quarantine', id);
      if (row !== undefined) rows.put('quarantine', { ...row, ...again }, id);
    }
  },
  async deleteQuarantined(_node, ids) {
    await rows.step('deleteQuarantined');
    for (const id of ids) rows.put('quarantine', undefined, id);
  },
  async readIncarnation() {
    await rows.step('readIncarnation');
    return rows.get('incarnation', '')!;
  },
  async readNeighbours(nodes) {
    await rows.step('readNeighbours');
    const keys = new Set([...rows.scan('inLink', ''), ...rows.scan('outLink', '')].map(([key]) => key));
    return [...keys]
      .map((key) => key.split(' ') as [NodeCode, NodeCode])
      .filter(([node]) => nodes.includes(node))
      .map(([node, peer]) => ({ node, peer, caughtUpIn: rows.get('inLink', node, peer)?.caughtUpIn ?? '' }));
  },
  async beginOwnSessions(incarnation) {
    await rows.step('beginOwnSessions');
    for (const [key, link] of rows.scan('outLink', '')) {
      if (link.incarnation !== incarnation) rows.put('outLink', { ...link, base: link.acked, incarnation }, key);
    }
  },
  async beginPeerSession(node, peer, peerIncarnation, now) {
    await rows.step('beginPeerSession');
    const link = await lockOut(rows, node, peer);
    if (link.peerIncarnation === peerIncarnation) return undefined;
    let last = link.last;
    for (const row of heldFor(rows, node, peer, link.last))
      putOutgoing(rows, node, peer, ++last, { ...row, createdAt: now });
    const renewed = { ...link, base: link.last, acked: link.last, last, peerIncarnation, answerDue: false };
    rows.put('outLink', renewed, node, peer);
    return positionOf(renewed);
  },
  async setAnswerDue(node, peer, answerDue) {
    await rows.step('setAnswerDue');
    rows.put('outLink', { ...(await lockOut(rows, node, peer)), answerDue }, node, peer);
  },
  async readAnswersDue(nodes) {
    await rows.step('readAnswersDue');
    return rows
      .scan('outLink', '')
      .filter(([, link]) => nodes.includes(link.node) && link.answerDue)
      .map(([, link]) => positionOf(link));
  },
  async deferRequest(node, { id, record, payload }) {
    await rows.step('deferRequest');
    if (rows.get('deferred', node, id) === undefined) rows.put('deferred', { record, payload }, node, id);
  },
  async readWaiting(nodes) {
    await rows.step('readWaiting');
    const offered = rows.scan('head', '').filter(([key, head]) => key.startsWith(`${head.offeredTo} `));
    const keys = [...rows.scan('deferred', ''), ...offered].map(([key]) => key.split(' ')[0] as NodeCode);
    return [...new Set(keys)].filter((node) => nodes.includes(node));
  },
  async readDeferred(node, limitRows) {
    await rows.step('readDeferred');
    const waiting = rows.scan('deferred', `${node} `).filter(([, { record }]) => withoutParked(rows, node, record));
    const found = waiting.map(([key, { payload }]) => ({ id: key.split(' ')[1]!, payload }));
    return found.slice(0, limitRows);
  },
  async deleteDeferred(node, ids) {
    await rows.step('deleteDeferred');
    for (const id of ids) rows.put('deferred', undefined, node, id);
  },
  async readOffered(node, limitRows) {
    await rows.step('readOffered');
    const heads = rows
      .scan('head', `${node} `)
      .filter(([, head]) => head.offeredTo === node && withoutParked(rows, node, head.record));
    return heads.map(([, { record, recordClass }]) => ({ record, recordClass })).slice(0, limitRows);
  },
});

/** What a restored neighbour is given: entries of shared records, its own parked messages, requests and refusals. */
function* heldFor(
  rows: Overlay,
  node: NodeCode,
  peer: NodeCode,
  last: number,
): Generator<Omit<OutgoingRow, 'createdAt'>> {
  const heads = rows.scan('head', `${node} `).map(([, head]) => head);
  heads.sort((left, right) => (left.record < right.record ? -1 : 1));
  const cameFrom = ([, row]: readonly [string, QuarantineRow]): boolean =>
    row.node === node && row.peer === peer && isParked(row);
  const parked = rows.scan('quarantine', '').filter(cameFrom);
  const parkedRecords = new Set(parked.map(([, { record }]) => record));
  for (const { record, seq, members } of heads) {
    if (!neighbours(node, members).includes(peer) && !parkedRecords.has(record)) continue;
    for (let entrySeq = 1; entrySeq <= seq; entrySeq++) yield { kind: 'entry', record, entrySeq };
  }
  for (const [, { payload }] of parked.sort()) yield { kind: 'returned', payload };
  const given = new Set<string>();
  for (let seq = last; seq > 0; seq--) {
    const row = rows.get('outgoing', node, peer, seq);
    if (row === undefined || (row.kind !== 'request' && row.kind !== 'refusal')) continue;
    const { kind, record, payload, request } = row;
    if (given.has(`${kind} ${request}`)) continue;
    given.add(`${kind} ${request}`);
    const refused =
      rows.get('refusal', node, request!) !== undefined || rows.get('request', node, request!)?.state === 'refused';
    const answered = rows.get('entryId', node, request!) !== undefined || refused;
    if (kind === 'refusal' || !answered) yield { kind, record: record!, payload: payload!, request: request! };
  }
}
