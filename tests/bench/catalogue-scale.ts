/**
 * The catalogue at full size: 2,000 items at the city, a city's tree of nodes below it. One process stands for each
 * tier's host with a database of its own; a real hub carries the stream, standings go from host to host as they are.
 * Prints one line of JSON:
 *
 *   firstSeconds    from the publication of everything until the last village answers from it
 *   changeSeconds   the same for one item, the median of `rounds`
 *   newHostSeconds  a host with an empty database, all of its villages, from its start
 *   absentSeconds   a host that was away while every item got a new version, from its start
 *   catalogueBytes  what a node's catalogue takes in the database, with its indexes; stateBytes its records alone
 *
 * Run it (about two minutes):
 *
 *   npx esbuild tests/bench/catalogue-scale.ts --bundle --platform=node --format=esm --packages=external \
 *     --tsconfig=tsconfig.base.json --outfile=.tongban/cache/bench/catalogue-scale.mjs
 *   node tools/gen/divisions.mjs --city 371100000000 --out .tongban/cache/bench/divisions.json
 *   TONGBAN_POSTGRES_BIN=<folder with initdb and postgres> TONGBAN_NATS_SERVER=<nats-server> \
 *     TONGBAN_DIVISIONS=.tongban/cache/bench/divisions.json node .tongban/cache/bench/catalogue-scale.mjs
 */
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { streams, streamSubjects } from '@tongban/contract';
import type { ServiceItem } from '@tongban/domain/catalogue';
import { parseDivisions } from '@tongban/domain/division';
import { catalogueMigrations, openCatalogue, type Catalogue, type Transactor } from '@tongban/feature/catalogue';
import { KeyDirectory, Keystore, makeSecret, publicPart } from '@tongban/journal';
import { nodeCode, parentOf, unwrap, type NodeCode, type Tier } from '@tongban/kernel';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { startNats, startPostgres, type Postgres } from '@tongban/platform/local';
import { aDelegation, aDepartment, anItem, codeAt, natsServerBinary, postgresBinDirectory } from '@tongban/testkit';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './measure.js';

const items = 2_000;
const rounds = 5;
const waitTimeoutMs = 300_000;
const pollMs = 20;
const tiers: readonly Tier[] = ['city', 'district', 'township', 'village'];
const quiet = (): void => undefined;

const divisionsFile = process.env['TONGBAN_DIVISIONS'];
if (divisionsFile === undefined) throw new Error('TONGBAN_DIVISIONS names no file');
const divisions = parseDivisions(JSON.parse(readFileSync(divisionsFile, 'utf8')));
const city = divisions.city;
const codesOf = (tier: Tier): NodeCode[] => divisions.within([`${city.slice(0, 4)}*`], tier).map(({ code }) => code);
const total = tiers.reduce((sum, tier) => sum + codesOf(tier).length, 0);
const sizes = new Map<NodeCode, number>();
const sizeOf = (node: NodeCode): number => {
  const known = sizes.get(node);
  const size = known ?? divisions.children(node).reduce((sum, { code }) => sum + sizeOf(code), 1);
  sizes.set(node, size);
  return size;
};

const secrets = tiers.flatMap(codesOf).map((node) => makeSecret(node, 1));
const directory = new KeyDirectory(secrets.map(publicPart));
const clock = { now: (): number => Date.now() };
const hosts = new Map<Tier, Catalogue>();
const tierOfNode = new Map(tiers.flatMap((tier) => codesOf(tier).map((node) => [node, tier] as const)));

interface Opened {
  readonly catalogue: Catalogue;
  readonly transactor: Transactor;
  close(): Promise<void>;
}

async function open(postgres: Postgres, natsUrl: string, tier: Tier, database: string): Promise<Opened> {
  const url = await postgres.createDatabase(database);
  const dataSource = await createDataSource({
    ...{ url, entities: [], migrations: [...catalogueMigrations], poolSize: 8, applicationName: database },
    logger: { debug: quiet, info: quiet, warn: quiet },
  });
  const transactor: Transactor = { run: (body) => inTransaction(dataSource, body) };
  const nodes = codesOf(tier);
  const catalogue = await openCatalogue({
    ...{ nodes, transactor, directory, clock, log: quiet, natsUrl, consumer: database },
    keystore: new Keystore(tier === 'city' ? secrets.filter(({ node }) => node === city) : []),
    standing: {
      tree: { childrenOf: (node) => divisions.children(node).map(({ code }) => code), sizeOf },
      send: (sender, topic, content) => {
        const receiver = parentOf(sender)!;
        const host = hosts.get(tierOfNode.get(receiver)!);
        host?.standings.take({ sender, receiver, topic, at: clock.now(), content });
        return Promise.resolve();
      },
    },
  });
  return {
    catalogue,
    transactor,
    close: async () => {
      await catalogue.stop();
      await dataSource.destroy();
    },
  };
}

const itemAt = (index: number, version: number): ServiceItem =>
  anItem({
    ...{ code: codeAt(index + 1), version, name: `规模测试事项第${index + 1}项` },
    description: `用于规模测试，第${version}版。`.padEnd(400, '。'),
  });

async function publish(at: Catalogue, catalogue: Parameters<Catalogue['publish']['publish']>[0]['catalogue']) {
  const actor = { subject: 'bench', role: 'catalogue-manager', division: city } as const;
  unwrap(await at.publish.publish({ node: city, catalogue, actor, key: randomUUID() }));
}

/** Seconds from the newest publication until the last of all nodes could answer from it, as the city shows it. */
async function spread(at: Catalogue): Promise<number> {
  const deadline = performance.now() + waitTimeoutMs;
  for (;;) {
    const line = at.standings.of(city).publishers.find(({ publisher }) => publisher === city);
    if (line?.newest === total) return (line.since - at.view.publishedAt(city)!) / 1000;
    if (performance.now() > deadline) throw new Error(`${line?.newest ?? 0} of ${total} after ${waitTimeoutMs} ms`);
    await sleep(pollMs);
  }
}

async function until(condition: () => boolean): Promise<number> {
  const began = performance.now();
  while (!condition()) {
    if (performance.now() - began > waitTimeoutMs) throw new Error(`not so within ${waitTimeoutMs} ms`);
    await sleep(pollMs);
  }
  return Math.round(performance.now() - began) / 1000;
}

async function bytesOf({ transactor }: Opened): Promise<{ catalogueBytes: number; stateBytes: number }> {
  const [row] = await transactor.run((sql) =>
    sql.query<{ all: string; state: string }>(
      `select (pg_total_relation_size('catalogue_version') + pg_total_relation_size('catalogue_record')
                + pg_total_relation_size('catalogue_period'))::text as all,
              (select sum(octet_length(state::text)) from catalogue_record)::text as state`,
    ),
  );
  return { catalogueBytes: Number(row!.all), stateBytes: Number(row!.state) };
}

async function run(folder: string): Promise<Record<string, number>> {
  const postgres = await startPostgres({
    ...{ directory: join(folder, 'postgres'), binDirectory: postgresBinDirectory(), maxConnections: 100 },
  });
  const nats = await startNats({ directory: join(folder, 'nats'), binary: natsServerBinary() });
  const opened: Opened[] = [];
  try {
    const connection = await connect({ servers: nats.url });
    const manager = await jetstreamManager(connection);
    const subjects = [streamSubjects.catalogue];
    await manager.streams.add({ name: streams.catalogue, subjects, max_msgs_per_subject: 1 });
    for (const name of [...tiers.map((tier) => `host_${tier}`), 'host_new', 'host_absent']) {
      await manager.consumers.add(streams.catalogue, { durable_name: name, ack_policy: AckPolicy.Explicit });
    }
    for (const tier of tiers) {
      const host = await open(postgres, nats.url, tier, `host_${tier}`);
      opened.push(host);
      hosts.set(tier, host.catalogue);
      host.catalogue.start();
    }
    const absent = await open(postgres, nats.url, 'village', 'host_absent');
    const top = hosts.get('city')!;
    const all = Array.from({ length: items }, (_item, index) => itemAt(index, 1));
    const delegations = all.map(({ code }) => aDelegation({ id: `to-townships-${code}`, item: code }));
    await publish(top, { departments: [aDepartment()], items: all, delegations });
    const firstSeconds = await spread(top);
    const changes: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await publish(top, { items: [itemAt(round, 2)] });
      changes.push(await spread(top));
    }
    const size = await bytesOf(opened.at(-1)!);
    const newest = all.map((_item, index) => itemAt(index, 3));
    await publish(top, { items: newest });
    const everySeconds = await spread(top);
    const village = nodeCode(codesOf('village')[0]!);
    const today = newest[0]!.validFrom;
    const isRight = ({ view }: Catalogue): boolean =>
      view.size === top.view.size && view.itemsOf(village, today).every(({ version }) => version === 3);
    absent.catalogue.start();
    const absentSeconds = await until(() => isRight(absent.catalogue));
    const late = await open(postgres, nats.url, 'village', 'host_new');
    opened.push(absent, late);
    late.catalogue.start();
    const newHostSeconds = await until(() => isRight(late.catalogue));
    await connection.close();
    return {
      ...{ items, nodes: total, firstSeconds, changeSeconds: median(changes), everySeconds },
      ...{ absentSeconds, newHostSeconds, ...size },
    };
  } finally {
    for (const host of opened) await host.close().catch(() => undefined);
    await nats.stop();
    await postgres.stop();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'tongban-bench-'));
try {
  console.log(JSON.stringify(await run(folder)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
