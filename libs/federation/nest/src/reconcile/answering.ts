import { create, fromBinary } from '@bufbuild/protobuf';
import {
  CompareDigestsResponseSchema,
  ConcludeResponseSchema,
  LocateResponseSchema,
  MendResponseSchema,
  ReconciliationStatementSchema,
  SnapshotChunkSchema,
  type CatalogueRecord,
  type LocateResponse,
  type MendChunk,
  type SnapshotChunk,
} from '@tongban/contract';
import { bucketCount, type RecordKey } from '@tongban/federation/core';
import {
  entryFromWire,
  entryToWire,
  type AskClient,
  type AskHandlers,
  type AskPair,
} from '@tongban/federation/transport';
import { sm3, type Entry, type Keystore } from '@tongban/journal';
import {
  isNodeCode,
  isUuid,
  isWithin,
  ok,
  parentOf,
  refuse,
  RefusalError,
  tiers,
  type NodeCode,
  type Result,
  type Uuid,
} from '@tongban/kernel';
import { entryBytes, messageLimits } from '../limits.js';
import { readBuckets, readKeys, readParts, readRoots, readSharedPage } from '../store/digest-store.js';
import { readEntriesOf } from '../store/damage-store.js';
import { findHead } from '../store/head-store.js';
import { saveCountersigned } from '../store/reconciliation-store.js';
import { countKept, findPosition, readOutgoing } from '../store/link-store.js';
import { sealEnvelope } from '../verify.js';
import type { Mender, MenderTools } from './mender.js';

export const answerLimits = {
  maxScopes: 64,
  maxKeys: 40_000,
  recordsPerPage: 50,
  entriesPerChunk: 500,
  /** Of one record on its way in; a case of ten years has some hundred entries. */
  maxEntriesPerRecord: 20_000,
  maxRecordsPerMend: 5_000,
  maxResendMessages: 4_000,
  /** A question climbs at most to the province. */
  maxHops: tiers.length,
} as const;

export type AnsweringTools = MenderTools & {
  readonly keystore: Pick<Keystore, 'sign'>;
  /** Of the host above; undefined at the top. */
  readonly above: AskClient | undefined;
  readonly sessionOf: (link: { readonly node: NodeCode; readonly peer: NodeCode }) => string;
  /** What a node and those above it have published. */
  readonly catalogueOf?: (node: NodeCode) => AsyncIterable<readonly CatalogueRecord[]>;
};

/** What a host answers to the hosts of its nodes' children. */
export const answering = (tools: AnsweringTools, mender: Mender): AskHandlers => ({
  compareDigests: async ({ asker, asked }, { scopes }) => {
    if (scopes.length > answerLimits.maxScopes || scopes.some(({ buckets }) => buckets.length > bucketCount)) {
      return refuse('request.too-large', '一次核对的范围过多');
    }
    const groups = await tools.transactor.run(async (sql) => {
      if (scopes.length === 0) return readRoots(sql, asked, asker);
      const found = [];
      for (const { owner, recordClass, buckets, byPart, parts } of scopes) {
        const plain = { owner, recordClass, records: 0 };
        const keysOf = async (among: Parameters<typeof readKeys>[4]) =>
          packKeys(await readKeys(sql, asked, asker, plain, among));
        if (parts.length > 0) found.push({ ...plain, keys: await keysOf({ parts }) });
        else if (buckets.length === 0) found.push({ ...plain, buckets: await readBuckets(sql, asked, asker, plain) });
        else if (byPart) found.push({ ...plain, buckets: await readParts(sql, asked, asker, plain, buckets) });
        else found.push({ ...plain, keys: await keysOf({ buckets }) });
      }
      return found;
    });
    return ok(create(CompareDigestsResponseSchema, { groups }));
  },

  snapshot: ({ asker, asked }, query) => snapshotOf(tools, asker, asked, query),

  resend: ({ asker, asked }, { session, firstSeq, lastSeq }) =>
    resendOf(tools, asker, asked, session, firstSeq, lastSeq),

  locate: (pair, { record, hops }, deadline) =>
    locate(tools, pair.asked, record, Math.min(hops, answerLimits.maxHops), deadline),

  mend: async (pair, chunks) => takeMends(mender, pair, chunks),

  conclude: async ({ asker, asked }, { statement, signature }) => {
    if (signature === undefined) return refuse('link.signature', 'the statement is not signed');
    const { suite, keyId, value } = signature;
    const signed = tools.directory.verify(asker, sm3(statement), { suite, keyId, value }, tools.clock.now());
    if (!signed.ok) return signed;
    const read = fromBinary(ReconciliationStatementSchema, statement);
    if (read.child !== asker || read.parent !== asked || !isUuid(read.id)) {
      return refuse('link.author', 'the statement is about others');
    }
    const own = tools.keystore.sign(asked, sm3(statement));
    await tools.transactor.run((sql) => saveCountersigned(sql, asked, read, statement, own, { suite, keyId, value }));
    return ok(create(ConcludeResponseSchema, { signature: own }));
  },
});

/** Up the tree: whoever stands above a node holds what it holds. */
export async function locate(
  tools: Pick<AnsweringTools, 'transactor' | 'above'>,
  node: NodeCode,
  record: string,
  hops: number,
  deadline: number,
): Promise<Result<LocateResponse>> {
  if (!isUuid(record)) return refuse('request.malformed', '不是记录编号');
  const head = await tools.transactor.run((sql) => findHead(sql, node, record));
  if (head !== undefined) {
    const { owner, offeredTo = '', epoch, seq, recordClass } = head;
    const found = { found: true, record, recordClass, owner, offeredTo, epoch, seq, answeredBy: node };
    return ok(create(LocateResponseSchema, found));
  }
  const parent = parentOf(node);
  if (tools.above === undefined || parent === undefined || hops <= 0) {
    return ok(create(LocateResponseSchema, { found: false, record, answeredBy: node }));
  }
  return tools.above.locate({ asker: node, asked: parent }, { record, hops: hops - 1 }, deadline);
}

async function* snapshotOf(
  tools: AnsweringTools,
  asker: NodeCode,
  asked: NodeCode,
  query: { readonly records: readonly string[]; readonly after: string; readonly catalogue: boolean },
): AsyncGenerator<SnapshotChunk> {
  const malformed = [...query.records, ...(query.after === '' ? [] : [query.after])].some((text) => !isUuid(text));
  if (malformed) throw new RefusalError({ code: 'request.malformed', detail: '不是记录编号' });
  if (query.catalogue && tools.catalogueOf !== undefined) {
    for await (const catalogue of tools.catalogueOf(asked))
      yield create(SnapshotChunkSchema, { catalogue: [...catalogue] });
  }
  const among = query.records.length === 0 ? undefined : query.records;
  for (let after = query.after === '' ? undefined : query.after; ;) {
    const page = await tools.transactor.run((sql) =>
      readSharedPage(sql, asked, asker, after, among, answerLimits.recordsPerPage),
    );
    if (page.length === 0) return;
    for (const record of page) yield* chunksOf(await entriesOf(tools, asked, record));
    after = page.at(-1);
  }
}

export const entriesOf = async (
  { transactor }: Pick<AnsweringTools, 'transactor'>,
  node: NodeCode,
  record: Uuid,
): Promise<readonly Entry[]> => (await transactor.run((sql) => readEntriesOf(sql, node, [record]))).get(record) ?? [];

/** Entries as they fit into messages of bounded number and weight. */
export function* chunksOf(entries: readonly Entry[]): Generator<SnapshotChunk> {
  let chunk: Entry[] = [];
  let bytes = 0;
  const made = (): SnapshotChunk => create(SnapshotChunkSchema, { entries: chunk.map(entryToWire) });
  for (const entry of entries) {
    const weight = entryBytes(entry);
    const isFull = chunk.length >= answerLimits.entriesPerChunk || bytes + weight > messageLimits.maxEnvelopeBytes;
    if (isFull && chunk.length > 0) {
      yield made();
      [chunk, bytes] = [[], 0];
    }
    chunk.push(entry);
    bytes += weight;
  }
  if (chunk.length > 0) yield made();
}

/** Whole records out of chunks of entries; a record ends where the next one begins. */
export async function* recordsFrom(
  chunks: AsyncIterable<Pick<SnapshotChunk, 'entries'>>,
): AsyncGenerator<readonly Entry[]> {
  let entries: Entry[] = [];
  for await (const chunk of chunks) {
    for (const wire of chunk.entries) {
      const entry = readEntry(wire);
      if (entries.length > 0 && entries[0]!.record !== entry.record) {
        yield entries;
        entries = [];
      }
      if (entries.length >= answerLimits.maxEntriesPerRecord) {
        throw new RefusalError({ code: 'request.too-large', detail: '记录过长' });
      }
      entries.push(entry);
    }
  }
  if (entries.length > 0) yield entries;
}

function readEntry(wire: Parameters<typeof entryFromWire>[0]): Entry {
  try {
    return entryFromWire(wire);
  } catch (error) {
    throw new RefusalError({ code: 'link.schema', detail: error instanceof Error ? error.message : 'unreadable' });
  }
}

async function takeMends(mender: Mender, { asker, asked }: AskPair, chunks: AsyncIterable<MendChunk>) {
  const records: { record: string; outcome: string; code: string }[] = [];
  for await (const entries of recordsFrom(chunks)) {
    const { record } = entries[0]!;
    if (records.length >= answerLimits.maxRecordsPerMend) return refuse('request.too-large', '一次修复的记录过多');
    const mended = concerns(entries, asker)
      ? await mender.mend(asked, entries, asker)
      : refuse('link.author', `${asker} does not hold ${record}`);
    records.push(
      mended.ok
        ? { record, outcome: mended.value, code: '' }
        : { record, outcome: 'refused', code: mended.refusal.code },
    );
  }
  return ok(create(MendResponseSchema, { records }));
}

/** Whether somebody at or below the asker has a part in the record: only then does the asker hold it. */
const concerns = (entries: readonly Entry[], asker: NodeCode): boolean =>
  entries.some(({ author, type, facts }) => {
    if (isWithin(author, asker)) return true;
    if (type !== 'record.offered') return false;
    const { to } = JSON.parse(facts) as { to?: unknown };
    return typeof to === 'string' && isNodeCode(to) && isWithin(to, asker);
  });

async function* resendOf(
  tools: AnsweringTools,
  asker: NodeCode,
  asked: NodeCode,
  session: string,
  firstSeq: bigint,
  lastSeq: bigint,
) {
  const [first, last] = [Number(firstSeq), Number(lastSeq)];
  if (session !== tools.sessionOf({ node: asked, peer: asker })) {
    throw new RefusalError({ code: 'link.gap', detail: 'the link counts in another session' });
  }
  if (first < 1 || last < first || last - first >= answerLimits.maxResendMessages) {
    throw new RefusalError({ code: 'request.invalid', detail: '重发范围不正确' });
  }
  for (let from = first; from <= last;) {
    const { base, messages } = await tools.transactor.run(async (sql) => {
      const link = await findPosition(sql, asked, asker);
      if (link === undefined || last > link.last || from <= link.base) {
        throw new RefusalError({ code: 'link.gap', detail: 'these numbers were never given' });
      }
      const until = Math.min(last, from + answerLimits.entriesPerChunk - 1);
      const isKept = (await countKept(sql, asked, asker, from, until)) === until - from + 1;
      const kept = isKept ? await readOutgoing(sql, asked, asker, from, until, messageLimits.maxEnvelopeBytes) : [];
      return { base: link.base, messages: kept };
    });
    if (messages.length === 0) throw new RefusalError({ code: 'link.gap', detail: 'these numbers are no longer kept' });
    yield sealEnvelope(tools.keystore, { sender: asked, receiver: asker, session, base, firstSeq: from, messages });
    from += messages.length;
  }
}

export const keyBytes = 52;

/** 16 bytes of the record, 4 of the number, 32 of the hash. */
export function packKeys(keys: readonly RecordKey[]): Uint8Array {
  if (keys.length > answerLimits.maxKeys) {
    throw new RefusalError({ code: 'request.too-large', detail: '一次核对的记录过多' });
  }
  const packed = Buffer.alloc(keys.length * keyBytes);
  for (const [index, { record, seq, hash }] of keys.entries()) {
    const at = index * keyBytes;
    packed.write(record.replaceAll('-', ''), at, 16, 'hex');
    packed.writeUInt32BE(seq, at + 16);
    packed.set(hash, at + 20);
  }
  return packed;
}

export function unpackKeys(packed: Uint8Array): RecordKey[] {
  const bytes = Buffer.from(packed);
  if (bytes.length % keyBytes !== 0) throw new RefusalError({ code: 'link.schema', detail: 'a key is cut' });
  return Array.from({ length: bytes.length / keyBytes }, (_unused, index) => {
    const at = index * keyBytes;
    const hex = bytes.toString('hex', at, at + 16);
    const record = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    return { record, seq: bytes.readUInt32BE(at + 16), hash: bytes.subarray(at + 20, at + keyBytes) };
  });
}
