import type { Keystore, Sql } from '@tongban/journal';
import { prefixOf, type Instant, type NodeCode } from '@tongban/kernel';
import { signRecord, type PublishedRecord, type RecordKind } from '../record.js';
import { enqueueRecords } from '../store/outbox-store.js';
import { insertRecords, readAround, readPublishers } from '../store/record-store.js';
import { tombstoneState } from '../tombstone.js';
import type { NewVersion } from './merged.js';
import { heldVersion, publishersFor, type HeldVersion } from './held.js';
import { keepPeriods } from './keep-periods.js';

export function signedVersion(
  keystore: Keystore,
  publisher: NodeCode,
  { content, key, version, state }: NewVersion,
  publishedAt: Instant,
): PublishedRecord {
  return signRecord(keystore, { publisher, kind: content.kind, key, version, state, publishedAt, withdrawn: false });
}

export function signedTombstone(
  keystore: Keystore,
  id: { readonly publisher: NodeCode; readonly kind: RecordKind; readonly key: string; readonly version: number },
  reason: string,
  publishedAt: Instant,
): PublishedRecord {
  return signRecord(keystore, { ...id, state: tombstoneState(reason), publishedAt, withdrawn: true });
}

/** Stores what a node has signed and puts it into the outbox, in the transaction of the command. */
export async function appendRecords(
  sql: Sql,
  records: readonly PublishedRecord[],
  now: Instant,
  traceparent: string | undefined,
): Promise<void> {
  await insertRecords(sql, records, now);
  await keepPeriods(sql, records);
  await enqueueRecords(sql, records, 'published', traceparent);
}

/** What a node sees: its ancestors' records and its own. */
export async function heldFor(sql: Sql, node: NodeCode): Promise<HeldVersion[]> {
  return (await readPublishers(sql, publishersFor(node))).map(heldVersion);
}

/** What a node sees and what this host holds of those below it: a change at the node may touch either. */
export async function heldAround(sql: Sql, node: NodeCode): Promise<HeldVersion[]> {
  return (await readAround(sql, publishersFor(node), prefixOf(node))).map(heldVersion);
}
