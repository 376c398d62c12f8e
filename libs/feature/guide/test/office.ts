import { Writable } from 'node:stream';
import { catalogueMigrations, catalogueModule, openCatalogue, type Catalogue } from '@tongban/feature/catalogue';
import { KeyDirectory, Keystore, makeSecret, publicPart } from '@tongban/journal';
import { isNodeCode, refuse, type NodeCode } from '@tongban/kernel';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { createHttpApp, type HttpApp } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import { freshDatabase } from '@tongban/testkit';
import { city, district, today, township, village } from '../src/guide.fixture.js';
import { guideModule } from '../src/guide.module.js';

class Root {}
const nodes = [city, district, township, village];
const clock = { now: () => Date.parse(`${today}T01:00:00Z`) };
const quiet = (): void => undefined;
const names = new Map<NodeCode, string>([
  [district, '东港区'],
  [township, '日照街道'],
  [village, '甲村'],
]);

export interface Office {
  readonly catalogue: Catalogue;
  readonly app: HttpApp;
  close(): Promise<void>;
}

/** A host of four nodes with a database of its own, catalogue and guide; nothing goes to a hub. */
export async function openOffice(): Promise<Office> {
  const dataSource = await createDataSource({
    url: await freshDatabase(),
    entities: [],
    migrations: [...catalogueMigrations],
    poolSize: 4,
    applicationName: 'test',
    logger: { debug: quiet, info: quiet, warn: quiet },
  });
  const secrets = nodes.map((node) => makeSecret(node, 1));
  const catalogue = await openCatalogue({
    nodes,
    transactor: { run: (body) => inTransaction(dataSource, body) },
    keystore: new Keystore(secrets),
    directory: new KeyDirectory(secrets.map(publicPart)),
    clock,
    log: quiet,
    natsUrl: 'nats://127.0.0.1:1',
    consumer: 'host_guide',
  });
  const parts = [
    catalogueModule(catalogue),
    guideModule({ catalogue: catalogue.view, clock, placeName: (node) => names.get(node) ?? node }),
  ];
  const app = await createHttpApp({
    module: {
      module: Root,
      controllers: parts.flatMap(({ controllers }) => controllers),
      providers: parts.flatMap(({ providers }) => providers),
    },
    ports: {
      verifier: { verify: () => Promise.resolve(refuse('identity.invalid', '登录凭证无效')) },
      nodes: { isKnown: isNodeCode, isHosted: (node) => nodes.includes(node) },
      checks: [],
    },
    logger: createLogger({
      service: 'test',
      level: 'error',
      destination: new Writable({ write: (_chunk, _encoding, done) => done() }),
    }),
    metrics: createMetrics('test'),
    info: { title: 'test', version: '1' },
  });
  return {
    catalogue,
    app,
    close: async () => {
      await app.close();
      await catalogue.stop();
      await dataSource.destroy();
    },
  };
}
