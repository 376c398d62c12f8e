import { randomUUID } from 'node:crypto';
import { isNodeCode, ok, refuse, type NodeCode, type Role } from '@tongban/kernel';
import { createHttpApp, type HttpApp, type Person } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { catalogueModule } from '../src/catalogue.module.js';
import type { RunningCases } from '../src/ports.js';
import { openHost, type TestHost } from './host.js';

class Root {}

/** A catalogue over HTTP with a database of its own; the stream is not started, no hub is needed. */
export interface TestApp {
  readonly host: TestHost;
  readonly app: HttpApp;
  /** What the casework of this host would count; filled by a test. */
  readonly running: Map<string, readonly RunningCases[]>;
  as(role: Role, division: NodeCode, subject?: string): Caller;
  get(path: string): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

export interface Caller {
  get(path: string): Promise<LightMyRequestResponse>;
  send(
    method: 'POST' | 'PUT',
    path: string,
    payload?: object,
    more?: { readonly ifMatch?: number; readonly key?: string },
  ): Promise<LightMyRequestResponse>;
}

export async function openTestApp(nodes: readonly NodeCode[], countsCases = true): Promise<TestApp> {
  const running = new Map<string, readonly RunningCases[]>();
  const caseUsage = {
    countRunning: (_node: NodeCode, code: string) => Promise.resolve(running.get(code) ?? []),
  };
  const host = await openHost(nodes, 'host_http', 'nats://127.0.0.1:1', countsCases ? caseUsage : undefined);
  const persons = new Map<string, Person>();
  const app = await createHttpApp({
    module: { module: Root, ...catalogueModule(host) },
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
    logger: createLogger({ service: 'test', level: 'error', destination: process.stderr }),
    metrics: createMetrics('test'),
    info: { title: 'test', version: '1' },
  });
  const inject = (options: InjectOptions): Promise<LightMyRequestResponse> => app.nest.inject(options);
  const url = (path: string): string => `/v1/nodes/${path}`;
  return {
    host,
    app,
    running,
    get: (path) => inject({ url: url(path) }),
    as(role, division, subject = `${role}-1`) {
      const token = `${subject}.${role}.${division}`;
      persons.set(token, { subject, roles: [role], division });
      const authorization = `Bearer ${token}`;
      return {
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
      };
    },
    async close() {
      await app.close();
      await host.close();
    },
  };
}
