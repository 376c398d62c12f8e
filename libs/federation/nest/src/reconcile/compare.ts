import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  CompareDigestsQuerySchema,
  CompareDigestsResponseSchema,
  MendChunkSchema,
  type CatalogueRecord,
  type MendChunk,
  type SnapshotChunk,
} from '@tongban/contract';
import {
  bucketCount,
  compareKeys,
  differingBuckets,
  differingGroups,
  differingParts,
  partCount,
  type GroupRoot,
  type RecordKey,
} from '@tongban/federation/core';
import type { AskClient, AskPair } from '@tongban/federation/transport';
import { framed, sm3, type Sql } from '@tongban/journal';
import { unwrap, type Uuid } from '@tongban/kernel';
import { readBuckets, readKeys, readParts, readRoots, type DigestScope } from '../store/digest-store.js';
import type { UnmendedRecord } from '../store/reconciliation-store.js';
import { chunksOf, entriesOf, recordsFrom, unpackKeys } from './answering.js';
import type { Mender, MenderTools } from './mender.js';

export const compareLimits = {
  scopesPerCall: 32,
  /** Below, keys of buckets that differ cost less than digests of their parts: 64 keys weigh 3.3 KB, 256 digests 2 KB. */
  splitFrom: 16_384,
  /** To be split in one call. A parent of an older version answers with their keys instead, 40,000 at most. */
  bucketsPerCall: 8,
  /** Expected in one answer: it stays far below what a message may hold, also where records lie unevenly. */
  keysPerCall: 16_384,
  recordsPerFetch: 200,
  recordsPerMend: 1_000,
  /** A second look after the first one's fetches: records that came in between are settled by then. */
  rounds: 2,
} as const;

export interface Comparison {
  readonly differing: number;
  readonly mendedHere: number;
  readonly mendedThere: number;
  readonly digestBytes: number;
  readonly unmended: readonly UnmendedRecord[];
  readonly roots: { readonly mine: Uint8Array; readonly theirs: Uint8Array };
}

type Tools = MenderTools & {
  readonly above: AskClient;
  readonly takeCatalogue?: (records: readonly CatalogueRecord[]) => Promise<void>;
};

interface BothKeys {
  readonly mine: RecordKey[];
  readonly theirs: RecordKey[];
}

const noBytes = new Uint8Array();

/** One comparison of a node's records with what its parent holds of them. Throws RefusalError when the parent is away. */
export class Compare {
  private digestBytes = 0;

  constructor(
    private readonly tools: Tools,
    private readonly mender: Mender,
    private readonly pair: AskPair,
    private readonly signal: AbortSignal,
  ) {}

  /** `damaged`: records of which nothing sound is held here, so that no key speaks for them. */
  async run(damaged: readonly Uuid[]): Promise<Comparison> {
    const seen = new Set<Uuid>();
    const here = new Set<Uuid>();
    const there = new Set<Uuid>();
    let unmended = new Map<Uuid, UnmendedRecord>();
    for (let round = 1; round <= compareLimits.rounds && !this.signal.aborted; round++) {
      const found = await this.differences();
      const fetch = found.filter(({ action }) => action !== 'give').map(({ record }) => record);
      const give = found.filter(({ action }) => action === 'give').map(({ record }) => record);
      const wanted = [...new Set([...fetch, ...(round === 1 ? damaged : unmended.keys())])].sort();
      if (wanted.length + give.length === 0) break;
      for (const record of [...wanted, ...give]) seen.add(record);
      const left = new Map<Uuid, UnmendedRecord>();
      await this.fetch(wanted, here, left);
      await this.give(give, there, left);
      unmended = left;
    }
    const { mine, theirs } = await this.roots();
    const counts = { differing: seen.size, mendedHere: here.size, mendedThere: there.size };
    return {
      ...{ ...counts, digestBytes: this.digestBytes, unmended: [...unmended.values()] },
      roots: { mine: rootOf(mine), theirs: rootOf(theirs) },
    };
  }

  /** Everything the parent holds for a node that has nothing yet; goes on after a cut where it was. */
  async bootstrap(after: Uuid | undefined, progress: (record: Uuid) => void): Promise<number> {
    const { above, takeCatalogue } = this.tools;
    const chunks = above.snapshot(this.pair, { after: after ?? '', catalogue: after === undefined });
    const withoutCatalogue = async function* (): AsyncGenerator<SnapshotChunk> {
      for await (const chunk of chunks) {
        if (chunk.catalogue.length > 0) await takeCatalogue?.(chunk.catalogue);
        yield chunk;
      }
    };
    let taken = 0;
    for await (const entries of recordsFrom(withoutCatalogue())) {
      const { record } = entries[0]!;
      if ((await this.mender.mend(this.pair.asker, entries, this.pair.asked)).ok) taken++;
      progress(record);
      if (this.signal.aborted) break;
    }
    return taken;
  }

  private async differences() {
    const { mine, theirs } = await this.roots();
    const groups = differingGroups(mine, theirs);
    const keys: BothKeys = { mine: [], theirs: [] };
    for (let at = 0; at < groups.length; at += compareLimits.scopesPerCall) {
      const scopes = groups.slice(at, at + compareLimits.scopesPerCall);
      const answered = await this.ask(scopes.map(({ owner, recordClass }) => ({ owner, recordClass })));
      for (const [index, { records, ...scope }] of scopes.entries()) {
        const own = await this.sql((sql) => readBuckets(sql, this.pair.asker, this.pair.asked, scope));
        const buckets = differingBuckets(own, answered[index]?.buckets ?? noBytes);
        if (buckets.length === 0) continue;
        if (records < compareLimits.splitFrom) {
          const [{ keys: packed = noBytes } = {}] = await this.ask([{ ...scope, buckets }]);
          await this.take(keys, packed, scope, { buckets });
        } else await this.takeOfParts(keys, scope, records, buckets);
      }
    }
    return compareKeys(keys.mine, keys.theirs);
  }

  /** Keys of the parts of these buckets that differ, so that few of many records cost little. */
  private async takeOfParts(keys: BothKeys, scope: DigestScope, records: number, buckets: readonly number[]) {
    const parts: number[] = [];
    for (let at = 0; at < buckets.length; at += compareLimits.bucketsPerCall) {
      const some = buckets.slice(at, at + compareLimits.bucketsPerCall);
      const [answered] = await this.ask([{ ...scope, buckets: some, byPart: true }]);
      if (answered === undefined || answered.buckets.length === 0) {
        await this.take(keys, answered?.keys ?? noBytes, scope, { buckets: some });
        continue;
      }
      const own = await this.sql((sql) => readParts(sql, this.pair.asker, this.pair.asked, scope, some));
      parts.push(...differingParts(some, own, answered.buckets));
    }
    const perCall = Math.max(1, Math.floor((compareLimits.keysPerCall * bucketCount * partCount) / records));
    for (let at = 0; at < parts.length; at += perCall) {
      const some = parts.slice(at, at + perCall);
      const [{ keys: packed = noBytes } = {}] = await this.ask([{ ...scope, parts: some }]);
      await this.take(keys, packed, scope, { parts: some });
    }
  }

  private async take(
    keys: BothKeys,
    theirs: Uint8Array,
    scope: DigestScope,
    among: Parameters<typeof readKeys>[4],
  ): Promise<void> {
    for (const key of unpackKeys(theirs)) keys.theirs.push(key);
    const mine = await this.sql((sql) => readKeys(sql, this.pair.asker, this.pair.asked, scope, among));
    for (const key of mine) keys.mine.push(key);
  }

  private async roots(): Promise<{ mine: GroupRoot[]; theirs: readonly GroupRoot[] }> {
    const theirs = await this.ask([]);
    const mine = await this.sql((sql) => readRoots(sql, this.pair.asker, this.pair.asked));
    return { mine, theirs };
  }

  private async ask(scopes: NonNullable<MessageInitShape<typeof CompareDigestsQuerySchema>['scopes']>) {
    const query = create(CompareDigestsQuerySchema, { scopes });
    const answered = unwrap(await this.tools.above.compareDigests(this.pair, query));
    this.digestBytes +=
      toBinary(CompareDigestsQuerySchema, query).length + toBinary(CompareDigestsResponseSchema, answered).length;
    return answered.groups;
  }

  private async fetch(records: readonly Uuid[], mended: Set<Uuid>, left: Map<Uuid, UnmendedRecord>): Promise<void> {
    const { asker, asked } = this.pair;
    for (let at = 0; at < records.length && !this.signal.aborted; at += compareLimits.recordsPerFetch) {
      const some = records.slice(at, at + compareLimits.recordsPerFetch);
      const missing = new Set(some);
      for await (const entries of recordsFrom(this.tools.above.snapshot(this.pair, { records: [...some] }))) {
        const { record } = entries[0]!;
        if (!missing.delete(record)) continue;
        const outcome = await this.mender.mend(asker, entries, asked);
        if (!outcome.ok) left.set(record, { record, ...codeOf(outcome.refusal) });
        else if (outcome.value === 'mended') mended.add(record);
      }
      for (const record of missing) {
        left.set(record, { record, code: 'link.gap', detail: `${asked} holds no sound copy either` });
      }
    }
  }

  private async give(records: readonly Uuid[], mended: Set<Uuid>, left: Map<Uuid, UnmendedRecord>): Promise<void> {
    const { tools, pair } = this;
    for (let at = 0; at < records.length && !this.signal.aborted; at += compareLimits.recordsPerMend) {
      const some = records.slice(at, at + compareLimits.recordsPerMend);
      const chunks = async function* (): AsyncGenerator<MendChunk> {
        for (const record of some) {
          for (const { entries } of chunksOf(await entriesOf(tools, pair.asker, record))) {
            yield create(MendChunkSchema, { entries });
          }
        }
      };
      const { records: outcomes } = unwrap(await tools.above.mend(pair, chunks()));
      for (const { record, outcome, code } of outcomes) {
        if (outcome === 'mended') mended.add(record);
        if (outcome === 'refused') left.set(record, { record, code, detail: `refused by ${pair.asked}` });
      }
    }
  }

  private sql<T>(read: (sql: Sql) => Promise<T>): Promise<T> {
    return this.tools.transactor.run(read);
  }
}

const codeOf = ({ code, detail }: { readonly code: string; readonly detail: string }) => ({ code, detail });

const rootBytes = 16;

const rootOf = (groups: readonly GroupRoot[]): Uint8Array =>
  sm3(
    framed(
      [...groups]
        .sort((left, right) => (`${left.owner} ${left.recordClass}` < `${right.owner} ${right.recordClass}` ? -1 : 1))
        .flatMap(({ owner, recordClass, root }) => [owner, recordClass, root]),
    ),
  ).subarray(0, rootBytes);
