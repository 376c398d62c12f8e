import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import {
  catalogueMigrations,
  catalogueModule,
  openCatalogue,
  type Catalogue,
  type Transactor,
} from '@tongban/feature/catalogue';
import { KeyDirectory, Keystore, makeSecret, publicPart } from '@tongban/journal';
import { isNodeCode, nodeCode, ok, refuse, type NodeCode, type Role } from '@tongban/kernel';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { createHttpApp, type HttpApp, type Person } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import { freshDatabase } from '@tongban/testkit';
import { reformMigrations } from '../src/store/migrations.js';
import { readPublished } from '@tongban/feature/sheets';
import { reformModule } from '../src/reform.module.js';

class Root {}
export const city = nodeCode('371100000000');
export const district = nodeCode('371102000000');
const township = nodeCode('371102001000');
const village = nodeCode('371102001001');
export const today = '2026-06-01';
const nodes = [city, district, township, village];
const clock = { now: () => Date.parse(`${today}T01:00:00Z`) };
const quiet = (): void => undefined;
/** Where the next publications of rounds are cut off. */
export const faults = { before: false, after: false, publications: 0 };

const persons = new Map<string, Person>();
export function bearer(role: Role, division: NodeCode, name = `${role}-1`): { authorization: string } {
  const token = `${name}.${role}.${division}`;
  persons.set(token, { subject: name, roles: [role], division });
  return { authorization: `Bearer ${token}` };
}

export interface Office {
  readonly catalogue: Catalogue;
  readonly app: HttpApp;
  close(): Promise<void>;
}

/** A host of four nodes with a database of its own, catalogue and reform; nothing goes to a hub. */
export async function openOffice(): Promise<Office> {
  const dataSource = await createDataSource({
    url: await freshDatabase(),
    entities: [],
    migrations: [...catalogueMigrations, ...reformMigrations],
    poolSize: 4,
    applicationName: 'test',
    logger: { debug: quiet, info: quiet, warn: quiet },
  });
  const transactor: Transactor = { run: (body) => inTransaction(dataSource, body) };
  const secrets = nodes.map((node) => makeSecret(node, 1));
  const catalogue = await openCatalogue({
    nodes,
    transactor,
    keystore: new Keystore(secrets),
    directory: new KeyDirectory(secrets.map(publicPart)),
    clock,
    log: quiet,
    natsUrl: 'nats://127.0.0.1:1',
    consumer: 'host_reform',
  });
  const parts = [
    catalogueModule(catalogue),
    reformModule({
      clock,
      random: { bytes: (length) => randomBytes(length) },
      transactor,
      catalogue: {
        published: (node) => transactor.run((sql) => readPublished(sql, node)),
        publish: async (input) => {
          faults.publications++;
          if (faults.before) throw new Error('cut off before the publication');
          const done = await catalogue.publish.publish(input);
          if (faults.after) throw new Error('cut off after the publication');
          return done;
        },
      },
    }),
  ];
  const app = await createHttpApp({
    module: {
      module: Root,
      controllers: parts.flatMap(({ controllers }) => controllers),
      providers: parts.flatMap(({ providers }) => providers),
    },
    ports: {
      verifier: {
        verify: (token) => {
          const person = persons.get(token);
          return Promise.resolve(person === undefined ? refuse('identity.invalid', '登录凭证无效') : ok(person));
        },
      },
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
