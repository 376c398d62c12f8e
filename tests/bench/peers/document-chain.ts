import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Entry } from '@tongban/journal';
import { measureArrival, type Caught, type Count } from '../arrival.js';

const hops = 3;
const documentsPerFill = 1_000;
/** Larger than its default of 100, which is slower here. */
const replication = { live: true, retry: true, batch_size: 500 } as const;

/** As much of PouchDB as is used here. */
interface Database {
  bulkDocs(documents: readonly object[]): Promise<unknown>;
  info(): Promise<{ readonly doc_count: number }>;
  close(): Promise<void>;
}
interface Replication {
  cancel(): void;
  on(event: 'complete', told: () => void): unknown;
}
interface PouchDb {
  new (directory: string): Database;
  replicate(from: Database, to: Database, options: typeof replication): Replication;
}

/** Peer (g): PouchDB databases (LevelDB on disk) in one process, each replicated into the next. */
export interface DocumentChain {
  round(cases: number, entriesPerCase: number, sample: Entry): Promise<Caught>;
  stop(): Promise<void>;
}

const documentsOf = (cases: number, entriesPerCase: number, sample: Entry): object[] =>
  Array.from({ length: cases * entriesPerCase }, (_unused, index) => ({
    ...{ _id: randomUUID(), record: randomUUID(), seq: (index % entriesPerCase) + 1, type: sample.type },
    ...{ author: sample.author, recordedAt: sample.recordedAt, sealed: sample.sealed ?? null },
    facts: index % entriesPerCase === 0 ? sample.facts : '{}',
    ...{ prevHash: 'ab'.repeat(32), hash: 'cd'.repeat(32), signature: 'ef'.repeat(64) },
  }));

const ended = (running: Replication): Promise<void> =>
  new Promise((resolve) => {
    running.on('complete', resolve);
    running.cancel();
  });

export function documentChain(directory: string): DocumentChain {
  mkdirSync(directory, { recursive: true });
  const PouchDB = createRequire(import.meta.url)('pouchdb') as PouchDb;
  const places = Array.from({ length: hops + 1 }, (_unused, place) => new PouchDB(join(directory, `hop_${place}`)));
  const link = (hop: number): Replication => PouchDB.replicate(places[hop - 1]!, places[hop]!, replication);
  const count =
    (place: number): Count =>
    async () =>
      (await places[place]!.info()).doc_count;
  const later = [2, hops].map(link);
  let first: Replication | undefined;
  return {
    async round(cases, entriesPerCase, sample) {
      if (first !== undefined) await ended(first);
      const documents = documentsOf(cases, entriesPerCase, sample);
      for (let from = 0; from < documents.length; from += documentsPerFill)
        await places[0]!.bulkDocs(documents.slice(from, from + documentsPerFill));
      const processorMs = (): number => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1_000;
      };
      const arrival = measureArrival(documents.length, count(1), count(hops), processorMs);
      first = link(1);
      return arrival;
    },
    async stop() {
      for (const running of [...later, ...(first === undefined ? [] : [first])]) await ended(running);
      for (const place of places) await place.close();
    },
  };
}
