import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import type { Provider, Type } from '@nestjs/common';
import { KeyDirectory, Keystore, makeSecret, publicPart, type Sql, type SqlMigration } from '@tongban/journal';
import { isNodeCode, type NodeCode, type Role } from '@tongban/kernel';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { createHttpApp, type AuditPort, type HttpApp } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { freshDatabase } from '../servers.js';
import { bearer, testVerifier } from './bearer.js';
import { today } from './records.js';

class Root {}
const quiet = (): void => undefined;
const poolSize = 4;
const nobody = new Writable({ write: (_chunk, _encoding, done) => done() });

/** What the features of an office are opened with. */
export interface OfficeParts {
  readonly nodes: readonly NodeCode[];
  readonly transactor: { run<T>(body: (sql: Sql) => Promise<T>): Promise<T> };
  readonly keystore: Keystore;
  readonly directory: KeyDirectory;
  readonly clock: { now(): number };
}

export interface OfficeFeature {
  readonly controllers: readonly Type<unknown>[];
  readonly providers: readonly Provider[];
}

export interface OfficeOptions {
  readonly nodes: readonly NodeCode[];
  readonly migrations: readonly SqlMigration[];
  /** Where requests are kept; nowhere when absent. */
  readonly audit?: AuditPort;
  /** Nine in the morning of this day; `today` of the records when absent. */
  readonly day?: string;
  /** Opens the features in the order in which they are to be closed again by `closing`. */
  readonly features: (parts: OfficeParts, closing: (close: () => Promise<void>) => void) => Promise<OfficeFeature[]>;
}

/** A person at a desk: paths begin behind `/v1/nodes/`. */
export interface Caller {
  get(path: string): Promise<LightMyRequestResponse>;
  send(
    method: 'POST' | 'PUT',
    path: string,
    payload?: object,
    more?: { readonly ifMatch?: number; readonly key?: string },
  ): Promise<LightMyRequestResponse>;
}

/** A host with a database of its own, served over HTTP without a port; nothing goes to a hub. */
export interface TestOffice {
  readonly parts: OfficeParts;
  readonly app: HttpApp;
  /** @param claims name of the person, when the person logged in (milliseconds since 1970) */
  as(role: Role, division: NodeCode, subject?: string, claims?: Parameters<typeof bearer>[3]): Caller;
  /** Without login. */
  get(path: string): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

const morningOf = (day: string): number => Date.parse(`${day}T01:00:00Z`);

export async function openOffice({
  nodes,
  migrations,
  features,
  audit,
  day = today,
}: OfficeOptions): Promise<TestOffice> {
  const dataSource = await createDataSource({
    url: await freshDatabase(),
    entities: [],
    migrations: [...migrations].sort((left, right) => left.timestamp - right.timestamp),
    poolSize,
    applicationName: 'test',
    logger: { debug: quiet, info: quiet, warn: quiet },
  });
  const secrets = nodes.map((node) => makeSecret(node, 1));
  const parts: OfficeParts = {
    nodes,
    transactor: { run: (body) => inTransaction(dataSource, body) },
    keystore: new Keystore(secrets),
    directory: new KeyDirectory(secrets.map(publicPart)),
    clock: { now: () => morningOf(day) },
  };
  const closers: (() => Promise<void>)[] = [];
  const opened = await features(parts, (close) => void closers.push(close));
  const app = await createHttpApp({
    module: {
      module: Root,
      controllers: opened.flatMap(({ controllers }) => controllers),
      providers: opened.flatMap(({ providers }) => providers),
    },
    ports: {
      verifier: testVerifier,
      ...(audit === undefined ? {} : { audit }),
      nodes: { isKnown: isNodeCode, isHosted: (node) => nodes.includes(node) },
      checks: [],
    },
    logger: createLogger({ service: 'test', level: 'error', destination: nobody }),
    metrics: createMetrics('test'),
    info: { title: 'test', version: '1' },
  });
  const inject = (options: InjectOptions): Promise<LightMyRequestResponse> => app.nest.inject(options);
  const url = (path: string): string => `/v1/nodes/${path}`;
  return {
    parts,
    app,
    get: (path) => inject({ url: url(path) }),
    as: (role, division, subject, claims) =>
      callerOf(inject, url, bearer(role, division, subject, claims).authorization),
    async close() {
      await app.close();
      for (const close of closers) await close();
      await dataSource.destroy();
    },
  };
}

const callerOf = (
  inject: (options: InjectOptions) => Promise<LightMyRequestResponse>,
  url: (path: string) => string,
  authorization: string,
): Caller => ({
  get: (path) => inject({ url: url(path), headers: { authorization } }),
  send: (method, path, payload, { ifMatch, key = randomUUID() } = {}) =>
    inject({
      method,
      url: url(path),
      ...(payload === undefined ? {} : { payload }),
      headers: {
        authorization,
        'idempotency-key': key,
        ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
      },
    }),
});
