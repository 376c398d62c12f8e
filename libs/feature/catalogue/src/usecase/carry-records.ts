import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { CatalogueRecordSchema, type CatalogueRecord } from '@tongban/contract';
import type { KeyDirectory } from '@tongban/journal';
import { isNodeCode, parentOf, type NodeCode } from '@tongban/kernel';
import type { CatalogueLog } from '../catalogue-view.js';
import { concerns, subjectOf, verifyRecord, type PublishedRecord } from '../record.js';
import { readPublishers } from '../store/record-store.js';
import type { Transactor } from '../store/transactor.js';
import { fromWire, toWire } from '../wire.js';
import { applyReceived } from './apply-received.js';

/** A record is at most 256 KiB: a batch fits into a message of 16 MiB with room to spare. */
const recordsPerBatch = 16;

/** The node and those above it, the top first. */
const publishersOf = (node: NodeCode): NodeCode[] => {
  const parent = parentOf(node);
  return [...(parent === undefined ? [] : publishersOf(parent)), node];
};

/** What a node's catalogue is made of, for a host that the stream does not reach. */
export async function* carriedRecords(
  transactor: Transactor,
  node: NodeCode,
): AsyncGenerator<readonly CatalogueRecord[]> {
  const records = await transactor.run((sql) => readPublishers(sql, publishersOf(node)));
  for (let at = 0; at < records.length; at += recordsPerBatch) {
    yield records.slice(at, at + recordsPerBatch).map((record) => fromBinary(CatalogueRecordSchema, toWire(record)));
  }
}

export interface CarryTools {
  readonly transactor: Transactor;
  readonly directory: KeyDirectory;
  readonly clock: { now(): number };
  readonly log: CatalogueLog;
  /** Whose catalogue is kept here. */
  readonly nodes: readonly NodeCode[];
}

/** Keeps carried records under the same checks as those of the stream; how many were new. The view finds them by itself. */
export async function takeCarried(tools: CarryTools, carried: readonly CatalogueRecord[]): Promise<number> {
  const { transactor, clock } = tools;
  const records = carried.flatMap((wire) => readCarried(tools, wire) ?? []);
  if (records.length === 0) return 0;
  const { applied } = await transactor.run((sql) => applyReceived(sql, records, clock.now()));
  return applied.length;
}

function readCarried({ directory, nodes, log }: CarryTools, wire: CatalogueRecord): PublishedRecord | undefined {
  const { publisher, kind, key, version } = wire;
  if (!isNodeCode(publisher) || !concerns(publisher, nodes)) return undefined;
  const read = fromWire(toBinary(CatalogueRecordSchema, wire), subjectOf({ publisher, kind, key, version }));
  const genuine = read.ok ? verifyRecord(read.value, directory) : read;
  if (read.ok && genuine.ok) return read.value;
  if (!genuine.ok)
    log('warn', 'a carried catalogue record was refused', { publisher, kind, key, code: genuine.refusal.code });
  return undefined;
}
