/** One centre with its hall over real PostgreSQL and HTTP. */
import { createHmac, randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { workingCalendar } from '@tongban/domain/calendar';
import { hallDefinitionSchema, type HallDefinition } from '@tongban/domain/hall';
import type { Transactor } from '@tongban/federation/nest';
import { isNodeCode, nodeCode, ok, refuse, type NodeCode, type Role } from '@tongban/kernel';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { createHttpApp, type HttpApp, type Person } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import { freshDatabase } from '@tongban/testkit';
import type { InjectOptions } from 'fastify';
import type { DataSource } from 'typeorm';
import { hallMigrations, hallModule, type HallOptions } from '../src/index.js';

export const district = nodeCode('371102000000');
export const heldCase = '0190a000-0000-7000-8000-000000000001';
class Root {}

export const definition: HallDefinition = hallDefinitionSchema.parse({
  name: '岚山区政务服务中心',
  address: '岚山区圣岚路 1 号',
  opening: 'workingDays',
  hours: [
    { from: '09:00', to: '12:00' },
    { from: '13:30', to: '17:00' },
  ],
  groups: [
    {
      ...{ code: 'social', name: '社会事务', letter: 'A', items: ['370500013001'], departments: ['civil-affairs'] },
      ...{ slotMinutes: 30, slotCapacity: 2, usualServiceMinutes: 10 },
    },
    {
      ...{ code: 'tax', name: '税务', letter: 'B', items: [], departments: ['taxation'] },
      ...{ slotMinutes: 60, slotCapacity: 5, usualServiceMinutes: 15 },
    },
  ],
  windows: [
    { number: '1', name: '社会事务一', groups: ['social'] },
    { number: '2', name: '综合', groups: ['social', 'tax'] },
    { number: '3', name: '社会事务二', groups: ['social'] },
  ],
});

export interface Reply {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

export class Office {
  private readonly persons = new Map<string, Person>();
  private constructor(
    readonly dataSource: DataSource,
    readonly time: { at: number },
  ) {}
  app!: HttpApp;

  static async open(date: string): Promise<Office> {
    const quiet = (): void => undefined;
    const dataSource = await createDataSource({
      url: await freshDatabase(),
      entities: [],
      migrations: [...hallMigrations],
      poolSize: 10,
      applicationName: 'test',
      logger: { debug: quiet, info: quiet, warn: quiet },
    });
    const office = new Office(dataSource, { at: Date.parse(`${date}T09:00:00+08:00`) });
    await office.serve();
    return office;
  }

  get transactor(): Transactor {
    return { run: (body) => inTransaction(this.dataSource, body) };
  }

  get options(): HallOptions {
    return {
      transactor: this.transactor,
      clock: { now: () => this.time.at },
      calendar: workingCalendar(),
      secrets: {
        hmac: (node: NodeCode, purpose: string, text: string) =>
          createHmac('sm3', node).update(`${purpose} ${text}`).digest('hex'),
      },
      departmentOf: (_node, item) => (item === '370500013002' ? 'taxation' : undefined),
      holdsCase: (_sql, _node, record) => Promise.resolve(record === heldCase),
    };
  }

  /** A process of its own over the same database: what a restart leaves. */
  async serve(): Promise<void> {
    await this.app?.close();
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    this.app = await createHttpApp({
      module: { module: Root, ...moduleOf(this.options) },
      ports: {
        verifier: {
          verify: (token) => {
            const person = this.persons.get(token);
            return Promise.resolve(person === undefined ? refuse('identity.invalid', '登录凭证无效') : ok(person));
          },
        },
        nodes: { isKnown: isNodeCode, isHosted: (node) => node === district },
        checks: [],
      },
      logger: createLogger({ service: 'test', level: 'error', destination: silent }),
      metrics: createMetrics('test'),
      info: { title: 'test', version: '1' },
    });
  }

  at(time: string): void {
    this.time.at = Date.parse(`${time}+08:00`);
  }

  person(role: Role, name: string, node: NodeCode = district): string {
    const token = `${role}.${name}.${node}`;
    this.persons.set(token, { subject: name, name, roles: [role], division: node });
    return token;
  }

  async send(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    payload?: object,
    { token, key = randomUUID(), ifMatch }: { token?: string; key?: string; ifMatch?: number } = {},
  ): Promise<Reply> {
    const answer = await this.app.nest.inject({
      method,
      url: `/v1/nodes/${district}/${path}`,
      ...(payload === undefined ? {} : { payload }),
      headers: {
        ...(method === 'GET' ? {} : { 'idempotency-key': key }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
      },
    } as InjectOptions);
    return { status: answer.statusCode, json: answer.body === '' ? {} : answer.json() };
  }

  /** A published hall whose windows 1, 2 and 3 are open. */
  async openHall(hall: string): Promise<void> {
    const manager = this.person('catalogue-manager', 'manager');
    const published = await this.send('PUT', `halls/${hall}`, definition, { token: manager });
    if (published.status !== 200) throw new Error(JSON.stringify(published));
    for (const number of ['1', '2', '3']) {
      const token = this.person('clerk', `${hall}-clerk-${number}`);
      const opened = await this.send('POST', `halls/${hall}/windows/${number}/opening`, undefined, { token });
      if (opened.status !== 201 && opened.status !== 200) throw new Error(JSON.stringify(opened));
    }
  }

  clerk(hall: string, number: string): { token: string } {
    return { token: this.person('clerk', `${hall}-clerk-${number}`) };
  }

  async close(): Promise<void> {
    await this.app?.close();
    await this.dataSource.destroy();
  }
}

const moduleOf = (options: HallOptions) => {
  const { controllers, providers } = hallModule(options);
  return { controllers: [...controllers], providers: [...providers] };
};
