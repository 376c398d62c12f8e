import { entryColumns, entryOf, insertEntries, type EntryRow, type Sql } from '@tongban/journal';
import type { NodeCode, Uuid } from '@tongban/kernel';
import { lockHeads, saveHeads } from './head-store.js';
import * as links from './link-store.js';
import type { Store, StoreTx } from './port.js';
import * as quarantine from './quarantine-store.js';
import * as recovery from './recovery-store.js';
import * as requests from './request-store.js';

/** Runs a body in one transaction of the host's database. */
export interface Transactor {
  run<T>(body: (sql: Sql) => Promise<T>): Promise<T>;
}

export const postgresStore = (transactor: Transactor): Store => ({
  run: (body) => transactor.run((sql) => body(postgresTx(sql))),
});

async function findEntry(sql: Sql, node: NodeCode, record: Uuid, seq: number) {
  const [row] = await sql.query<EntryRow>(
    `select ${entryColumns('e')} from entry e where node = $1 and record = $2 and seq = $3`,
    [node, record, seq],
  );
  return row === undefined ? undefined : entryOf(row);
}

async function findEntriesById(sql: Sql, node: NodeCode, ids: readonly Uuid[]) {
  const rows = await sql.query<{ id: Uuid; record: Uuid; seq: number }>(
    'select id, record, seq from entry where node = $1 and id = any($2)',
    [node, ids],
  );
  return new Map(rows.map(({ id, record, seq }) => [id, { record, seq }]));
}

export const postgresTx = (sql: Sql): StoreTx => ({
  sql,
  lockHeads: (node, records) => lockHeads(sql, node, records),
  saveHeads: (node, heads, now) => saveHeads(sql, node, heads, now),
  insertEntries: (node, entries, now) => insertEntries(sql, node, entries, now),
  findEntry: (node, record, seq) => findEntry(sql, node, record, seq),
  findEntriesById: (node, ids) => findEntriesById(sql, node, ids),
  enqueue: (node, byPeer, now) => links.enqueue(sql, node, byPeer, now),
  readOutgoing: (node, peer, from, until, maxBytes) => links.readOutgoing(sql, node, peer, from, until, maxBytes),
  readPositions: (nodes) => links.readPositions(sql, nodes),
  saveReceipt: (node, peer, applied, now) => links.saveReceipt(sql, node, peer, applied, now),
  dropAcknowledged: (olderThan, limitRows) => links.dropAcknowledged(sql, olderThan, limitRows),
  lockReceiver: (node, peer) => links.lockReceiver(sql, node, peer),
  findReceiver: (node, peer) => links.findReceiver(sql, node, peer),
  saveReceiver: (node, peer, link, now) => links.saveReceiver(sql, node, peer, link, now),
  insertQuarantined: (node, peer, session, messages, now) =>
    quarantine.insertQuarantined(sql, node, peer, session, messages, now),
  readParked: (nodes, after, limitRows) => quarantine.readParked(sql, nodes, after, limitRows),
  readParkedRecords: (nodes) => quarantine.readParkedRecords(sql, nodes),
  readParkedOf: (node, record, limitRows) => quarantine.readParkedOf(sql, node, record, limitRows),
  readParkedBeside: (node, peer, after, limitRows) => quarantine.readParkedBeside(sql, node, peer, after, limitRows),
  deleteQuarantined: (node, ids) => quarantine.deleteQuarantined(sql, node, ids),
  updateQuarantined: (node, refused) => quarantine.updateQuarantined(sql, node, refused),
  insertRequest: (node, request, now) => requests.insertRequest(sql, node, request, now),
  completeRequests: (node, ids, now) => requests.completeRequests(sql, node, ids, now),
  refuseRequest: (node, id, code, detail, now) => requests.refuseRequest(sql, node, id, code, detail, now),
  findRefusals: (node, ids) => requests.findRefusals(sql, node, ids),
  findRefusedRequests: (node, ids) => requests.findRefusedRequests(sql, node, ids),
  findCommand: (node, key) => requests.findCommand(sql, node, key),
  insertCommand: (node, key, digest, outcome, now) => requests.insertCommand(sql, node, key, digest, outcome, now),
  dropSettled: (olderThan, limitRows) => requests.dropSettled(sql, olderThan, limitRows),
  readIncarnation: () => recovery.readIncarnation(sql),
  readNeighbours: (nodes) => recovery.readNeighbours(sql, nodes),
  beginOwnSessions: (incarnation) => recovery.beginOwnSessions(sql, incarnation),
  beginPeerSession: (node, peer, incarnation, now) => recovery.beginPeerSession(sql, node, peer, incarnation, now),
  setAnswerDue: (node, peer, due) => recovery.setAnswerDue(sql, node, peer, due),
  readAnswersDue: (nodes) => recovery.readAnswersDue(sql, nodes),
  deferRequest: (node, request, now) => recovery.deferRequest(sql, node, request, now),
  readWaiting: (nodes) => recovery.readWaiting(sql, nodes),
  readDeferred: (node, limitRows) => recovery.readDeferred(sql, node, limitRows),
  deleteDeferred: (node, ids) => recovery.deleteDeferred(sql, node, ids),
  readOffered: (node, limitRows) => recovery.readOffered(sql, node, limitRows),
});
