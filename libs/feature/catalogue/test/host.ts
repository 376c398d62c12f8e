import { setTimeout as sleep } from 'node:timers/promises';
import { AckPolicy, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { streams, streamSubjects } from '@tongban/contract';
import { KeyDirectory, Keystore, makeSecret, publicPart, type NodeSecret } from '@tongban/journal';
import type { NodeCode } from '@tongban/kernel';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { freshDatabase } from '@tongban/testkit';
import type { DataSource } from 'typeorm';
import { city, district, otherDistrict, today, township, village } from '@tongban/testkit';
import { openCatalogue, type Catalogue } from '../src/catalogue.module.js';
import type { PublishedRecord } from '../src/record.js';
import { catalogueMigrations } from '../src/store/migrations.js';
import type { Transactor } from '../src/store/transactor.js';

const nodes = [city, district, otherDistrict, township, village];
export const secrets: readonly NodeSecret[] = nodes.map((node) => makeSecret(node, 1));
export const directory = new KeyDirectory(secrets.map(publicPart));
export const keystoreOf = (own: readonly NodeCode[]): Keystore =>
  new Keystore(secrets.filter(({ node }) => own.includes(node)));

/** Nine in the morning of the day of the tests. */
export const clock = { now: () => Date.parse(`${today}T01:00:00Z`) };
const waitTimeoutMs = 45_000;
const pollMs = 25;

export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; waitedMs < waitTimeoutMs; waitedMs += pollMs) {
    if (await condition()) return;
    await sleep(pollMs);
  }
  throw new Error(`not so within ${waitTimeoutMs} ms: ${String(condition)}`);
}

export interface TestHost extends Catalogue {
  readonly dataSource: DataSource;
  readonly transactor: Transactor;
  readonly logged: { readonly message: string; readonly details?: Record<string, unknown> }[];
  readonly received: PublishedRecord[];
  /** Ends the streams and opens them again over the same database, as a restart does. */
  restart(): Promise<TestHost>;
  close(): Promise<void>;
}

/** A host with a database of its own; its consumer must exist by the time it is to receive. */
export async function openHost(own: readonly NodeCode[], consumer: string, natsUrl: string): Promise<TestHost> {
  const quiet = (): void => undefined;
  const dataSource = await createDataSource({
    url: await freshDatabase(),
    entities: [],
    migrations: [...catalogueMigrations],
    poolSize: 4,
    applicationName: 'test',
    logger: { debug: quiet, info: quiet, warn: quiet },
  });
  return reopen(dataSource, own, consumer, natsUrl);
}

async function reopen(
  dataSource: DataSource,
  own: readonly NodeCode[],
  consumer: string,
  natsUrl: string,
): Promise<TestHost> {
  const logged: TestHost['logged'] = [];
  const received: PublishedRecord[] = [];
  const transactor: Transactor = { run: (body) => inTransaction(dataSource, body) };
  const catalogue = await openCatalogue({
    nodes: own,
    transactor,
    keystore: keystoreOf(own),
    directory,
    clock,
    log: (_level, message, details) => void logged.push(details === undefined ? { message } : { message, details }),
    natsUrl,
    consumer,
    onApplied: (records) => void received.push(...records),
  });
  return {
    ...catalogue,
    dataSource,
    transactor,
    logged,
    received,
    restart: async () => {
      await catalogue.stop();
      return reopen(dataSource, own, consumer, natsUrl);
    },
    close: async () => {
      await catalogue.stop();
      await dataSource.destroy();
    },
  };
}

/** What the administrator of the hub does. */
export async function administer(url: string): Promise<{ manager: JetStreamManager; close(): Promise<void> }> {
  const connection = await connect({ servers: url });
  return { manager: await jetstreamManager(connection), close: () => connection.close() };
}

export async function makeStream(manager: JetStreamManager): Promise<void> {
  await manager.streams.add({
    name: streams.catalogue,
    subjects: [streamSubjects.catalogue],
    max_msgs_per_subject: 1,
  });
}

export async function makeConsumer(manager: JetStreamManager, name: string): Promise<void> {
  await manager.consumers.add(streams.catalogue, { durable_name: name, ack_policy: AckPolicy.Explicit });
}
