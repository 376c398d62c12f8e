/** Four offices of one process over real PostgreSQL and HTTP: cases and what people say of them. */
import { createHmac, randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { workingCalendar } from '@tongban/domain/calendar';
import { completeState, type CaseState, type ItemPin } from '@tongban/domain/casework';
import { usualFeedbackTerms } from '@tongban/domain/feedback';
import {
  ActionController,
  caseBinding,
  CaseController,
  CASEWORK,
  caseworkMigrations,
  mandateBinding,
  type AttachmentSource,
  type CaseworkTools,
  type ItemSource,
} from '@tongban/feature/casework';
import { bindingsOf, federationMigrations, Host, type HostOptions, type Transactor } from '@tongban/federation/nest';
import { journalMigrations, KeyDirectory, Keystore, makeSecret, publicPart, Sealer } from '@tongban/journal';
import { isNodeCode, nodeCode, ok, refuse, type NodeCode, type Role } from '@tongban/kernel';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { createHttpApp, type HttpApp, type Person } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import { freshDatabase } from '@tongban/testkit';
import type { InjectOptions } from 'fastify';
import type { DataSource } from 'typeorm';
import {
  feedbackBinding,
  feedbackMigrations,
  feedbackModule,
  handlersOf,
  withRatingsNoted,
  type FeedbackTools,
} from '../src/index.js';

export const city = nodeCode('371100000000');
export const district = nodeCode('371102000000');
export const township = nodeCode('371102001000');
export const village = nodeCode('371102001001');
const served = [city, district, township, village];
const chain = [nodeCode('370000000000'), ...served];
const waitTimeoutMs = 20_000;
const pollMs = 25;

const item: ItemPin = {
  ...{ code: '370500013003', version: 1, name: '老年人优待证', type: 'benefit', regime: 'onTheSpot' },
  ...{ level: 'township', department: 'civil-affairs', statutoryDays: 1, promisedDays: 1, timeUnit: 'workingDay' },
  ...{ resultKind: 'certificate', resultName: '优待证' },
};
const items: ItemSource = {
  route: (node) =>
    ok({
      pin: item,
      route: { accept: node, review: node, decide: node, certify: node, deliver: node, competent: node },
      presenceRequired: false,
    }),
  endings: () => [],
  quotas: () => [],
  findPin: () => item,
  findMaterials: () =>
    Promise.resolve({ known: [], required: [], named: [], form: { type: 'object', properties: {}, required: [] } }),
};
const attachments: AttachmentSource = {
  put: () => Promise.reject(new Error('nothing is uploaded in these tests')),
  held: () => Promise.reject(new Error('nothing is uploaded in these tests')),
  receive: () => Promise.reject(new Error('nothing is uploaded in these tests')),
  adopt: () => Promise.reject(new Error('nothing is uploaded in these tests')),
  find: () => Promise.resolve([]),
  sendUp: () => Promise.resolve(),
  open: () => Promise.resolve(refuse('attachment.unknown', '没有这个附件')),
};

export interface Reply {
  readonly status: number;
  readonly json: Record<string, unknown>;
  readonly etag: string | undefined;
}

/** A hub that brings every frame back to the host that sent it. */
const loop = (): HostOptions['hub'] => {
  let handler: Parameters<HostOptions['hub']['start']>[0] | undefined;
  return {
    name: 'loop',
    reaches: (peer) => served.includes(peer),
    send(frame) {
      setImmediate(() => void handler?.(frame).catch(() => undefined));
      return Promise.resolve();
    },
    start(handle) {
      handler = handle;
      return Promise.resolve();
    },
    stop: () => Promise.resolve(),
  };
};

class Root {}

export class Office {
  private readonly persons = new Map<string, Person>();
  private applicants = 0;
  private app!: HttpApp;
  private host!: Host;
  tools!: FeedbackTools;

  private constructor(
    readonly dataSource: DataSource,
    readonly time: { at: number },
  ) {}

  static async open(date: string): Promise<Office> {
    const quiet = (): void => undefined;
    const dataSource = await createDataSource({
      url: await freshDatabase(),
      entities: [],
      migrations: [...journalMigrations, ...federationMigrations, ...caseworkMigrations, ...feedbackMigrations].sort(
        (left, right) => left.timestamp - right.timestamp,
      ),
      poolSize: 8,
      applicationName: 'test',
      logger: { debug: quiet, info: quiet, warn: quiet },
    });
    const office = new Office(dataSource, { at: Date.parse(`${date}T02:00:00Z`) });
    await office.serve();
    return office;
  }

  private async serve(): Promise<void> {
    const clock = { now: (): number => this.time.at };
    const calendar = workingCalendar();
    const secretKeys = chain.map((node) => makeSecret(node, 1));
    const directory = new KeyDirectory(secretKeys.map(publicPart));
    const keystore = new Keystore(secretKeys.filter(({ node }) => served.includes(node)));
    const sealer = new Sealer(directory, keystore);
    const transactor: Transactor = { run: (body) => inTransaction(this.dataSource, body) };
    const secrets = {
      hmac: (node: NodeCode, purpose: string, text: string) =>
        createHmac('sm3', node).update(`${purpose} ${text}`).digest('hex'),
    };
    const bindings = bindingsOf([
      withRatingsNoted(caseBinding({ calendar, items, attachments, secrets })),
      mandateBinding(),
      feedbackBinding({ calendar, terms: usualFeedbackTerms }),
    ]);
    this.host = await Host.open({
      ...{ nodes: served, bindings, keystore, directory, sealer, transactor, clock, hub: loop() },
      log: () => undefined,
      traced: (_traceparent, _name, _attributes, work) => work(),
    });
    await this.host.start();
    const { commands } = this.host;
    const casework: CaseworkTools = { commands, transactor, items, attachments, secrets, sealer, clock, calendar };
    this.tools = { commands, transactor, sealer, clock, secrets, findCase };
    const feedback = feedbackModule(this.tools);
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    this.app = await createHttpApp({
      module: {
        module: Root,
        controllers: [CaseController, ActionController, ...feedback.controllers],
        providers: [{ provide: CASEWORK, useValue: casework }, ...feedback.providers],
      },
      ports: {
        verifier: {
          verify: (token) => {
            const person = this.persons.get(token);
            return Promise.resolve(person === undefined ? refuse('identity.invalid', '登录凭证无效') : ok(person));
          },
        },
        nodes: { isKnown: isNodeCode, isHosted: (node) => served.includes(node) },
        checks: [],
      },
      logger: createLogger({ service: 'test', level: 'error', destination: silent }),
      metrics: createMetrics('test'),
      info: { title: 'test', version: '1' },
    });
  }

  passDays(days: number): void {
    this.time.at += days * 24 * 3_600_000;
  }

  person(role: Role, name: string, node: NodeCode = township): string {
    const token = `${role}.${name}.${node}`;
    this.persons.set(token, { subject: name, name, roles: [role], division: node });
    return token;
  }

  /** `path` below `/v1`. */
  async send(
    method: 'GET' | 'POST',
    path: string,
    payload?: object,
    { token, key = randomUUID(), ifMatch }: { token?: string; key?: string; ifMatch?: string } = {},
  ): Promise<Reply> {
    const answer = await this.app.nest.inject({
      method,
      url: `/v1/${path}`,
      ...(payload === undefined ? {} : { payload }),
      headers: {
        ...(method === 'GET' ? {} : { 'idempotency-key': key }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      },
    } as InjectOptions);
    const etag = answer.headers.etag;
    return { status: answer.statusCode, json: answer.json(), etag: etag === undefined ? undefined : String(etag) };
  }

  /** A case that the clerk `window` of the township has handled on the spot; rated when a level is given. */
  async closedCase(level?: string): Promise<{ record: string; number: string; queryCode: string }> {
    const token = this.person('clerk', 'window');
    const submitted = await this.send(
      'POST',
      `nodes/${township}/cases`,
      {
        ...{ item: item.code, channel: 'window', applicantType: 'naturalPerson', identityType: 'passport' },
        applicant: { name: '王秀英', identityNumber: `P${++this.applicants}`, phone: '13800138000' },
        ...{ form: {}, attachments: [] },
      },
      { token },
    );
    if (submitted.status !== 201) throw new Error(JSON.stringify(submitted));
    const { record, number, queryCode } = submitted.json as { record: string; number: string; queryCode: string };
    const sitting = { opinion: '符合条件', method: 'window', recipient: '王秀英' };
    const closed = await this.send('POST', `nodes/${township}/cases/${record}/on-the-spot`, sitting, { token });
    if (closed.status !== 201) throw new Error(JSON.stringify(closed));
    if (level !== undefined) await this.rate({ record, queryCode }, level);
    return { record, number, queryCode };
  }

  async rate(
    { record, queryCode }: { record: string; queryCode: string },
    level: string,
    channel = 'hallTablet',
  ): Promise<void> {
    const token = this.person('resident', 'wang');
    const rating = { level, channel, code: queryCode };
    const rated = await this.send('POST', `nodes/${township}/cases/${record}/rating`, rating, { token });
    if (rated.status !== 201) throw new Error(JSON.stringify(rated));
  }

  async eventually(condition: () => Promise<boolean>): Promise<void> {
    for (let waitedMs = 0; waitedMs < waitTimeoutMs; waitedMs += pollMs) {
      if (await condition()) return;
      await sleep(pollMs);
    }
    throw new Error(`not so within ${waitTimeoutMs} ms: ${String(condition)}`);
  }

  async close(): Promise<void> {
    await this.app?.close();
    await this.host?.stop();
    await this.dataSource.destroy();
  }
}

const findCase: FeedbackTools['findCase'] = async (sql, number) => {
  const [row] = await sql.query<{ record: string; state: CaseState }>(
    'select record, state from case_view where number = $1 order by seq desc limit 1',
    [number],
  );
  if (row === undefined) return undefined;
  const state = completeState(row.state);
  return {
    ...{ record: row.record, owner: state.owner, queryCodeHash: state.queryCodeHash },
    ...{ item: { code: state.item.code, name: state.item.name }, department: state.item.department },
    handledBy: handlersOf(state),
  };
};
