/** Two offices of one process over real PostgreSQL and HTTP; what goes from one to the other takes a short way round. */
import { createHmac, randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { workingCalendar, type WorkingCalendar } from '@tongban/domain/calendar';
import type { CaseCommand, CaseState, ItemPin } from '@tongban/domain/casework';
import { bindingsOf, federationMigrations, Host, type HostOptions, type Transactor } from '@tongban/federation/nest';
import { journalMigrations, KeyDirectory, Keystore, makeSecret, publicPart, Sealer } from '@tongban/journal';
import { isNodeCode, nodeCode, ok, refuse, type NodeCode, type Role } from '@tongban/kernel';
import { createDataSource, inTransaction, reading } from '@tongban/platform/database';
import { createHttpApp, type HttpApp, type Person, type TokenVerifier } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import { freshDatabase } from '@tongban/testkit';
import type { InjectOptions } from 'fastify';
import type { DataSource } from 'typeorm';
import {
  ActionController,
  AgencyController,
  caseBinding,
  CaseController,
  CASEWORK,
  caseworkMigrations,
  DutyRounds,
  mandateBinding,
  MandateController,
  PaymentController,
  PaymentRounds,
  ReceptionController,
  ResidentController,
  SandboxPayments,
  type AttachmentSource,
  type CaseworkTools,
  type StoredAttachment,
} from '../src/index.js';
import { ItemBook } from './item-book.js';

export const district = nodeCode('371102000000');
export const township = nodeCode('371102001000');
const chain = ['370000000000', '371100000000', district, township].map(nodeCode);
const served = [district, township];
const waitTimeoutMs = 20_000;
const pollMs = 25;

export const fees = [
  { code: 'certificate', name: '工本费', amountFen: 1000, basis: '鲁价费发〔2020〕12号' },
  { code: 'photo', name: '照相费', amountFen: 500, basis: '鲁价费发〔2020〕12号' },
];
const pin = (code: string, changes: Partial<ItemPin> = {}): ItemPin => ({
  ...{ code, version: 1, name: `事项${code.slice(-2)}`, type: 'benefit', regime: 'promised', level: 'district' },
  ...{ department: 'civil-affairs', statutoryDays: 20, promisedDays: 5, timeUnit: 'workingDay' },
  ...{ resultKind: 'certificate', resultName: '证书' },
  ...changes,
});
export const items = {
  plain: pin('370500013001'),
  charged: pin('370500013002', { fees }),
  perUnit: pin('370500013007', {
    regime: 'feeCounter',
    fees: [
      { ...fees[0]!, code: 'residential', amountFen: 8000, unit: '件', choice: 'use', maxQuantity: 1 },
      { ...fees[0]!, code: 'other', amountFen: 55_000, unit: '件', choice: 'use', maxQuantity: 1 },
      { ...fees[0]!, code: 'copy', unit: '本', measured: true, maxQuantity: 20 },
    ],
  }),
  onTheSpot: pin('370500013003', { regime: 'onTheSpot' }),
  reportedUp: pin('370500013004', { regime: 'reportedUp' }),
  controlled: pin('370500013005', { regime: 'controlled' }),
  chargedAbove: pin('370500013006', { fees, level: 'city' }),
} as const;

export interface Reply {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

/** The calendar in force, which a test may change as a new year's notice does. */
class NewestCalendar implements WorkingCalendar {
  now = workingCalendar();
  isCovered = (year: number): boolean => this.now.isCovered(year);
  isWorkingDay: WorkingCalendar['isWorkingDay'] = (date) => this.now.isWorkingDay(date);
  nextWorkingDay: WorkingCalendar['nextWorkingDay'] = (date) => this.now.nextWorkingDay(date);
  addWorkingDays: WorkingCalendar['addWorkingDays'] = (date, days) => this.now.addWorkingDays(date, days);
  workingDaysBetween: WorkingCalendar['workingDaysBetween'] = (from, to) => this.now.workingDaysBetween(from, to);
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
  readonly calendar = new NewestCalendar();
  readonly book = new ItemBook(Object.values(items), district, [items.reportedUp, items.chargedAbove]);
  /** What has been uploaded. */
  readonly files: StoredAttachment[] = [];
  private readonly persons = new Map<string, Person>();
  private applicants = 0;
  private readonly ownTokens: TokenVerifier = {
    verify: (token) => {
      const person = this.persons.get(token);
      return Promise.resolve(person === undefined ? refuse('identity.invalid', '登录凭证无效') : ok(person));
    },
  };

  private constructor(
    readonly dataSource: DataSource,
    readonly time: { at: number },
    readonly payments: SandboxPayments,
  ) {}

  private app!: HttpApp;
  /** Looks at the orders whose time has come, as the host does every few seconds. */
  rounds!: PaymentRounds;
  /** What the system does by itself, as the host does every few seconds. */
  duties!: DutyRounds;
  private host!: Host;

  /** Tokens of its own persons, unless another verifier is given. */
  static async open(date: string, verifier?: TokenVerifier): Promise<Office> {
    const quiet = (): void => undefined;
    const dataSource = await createDataSource({
      url: await freshDatabase(),
      entities: [],
      migrations: [...journalMigrations, ...federationMigrations, ...caseworkMigrations],
      poolSize: 6,
      applicationName: 'test',
      logger: { debug: quiet, info: quiet, warn: quiet },
    });
    const time = { at: Date.parse(`${date}T02:00:00Z`) };
    const clock = { now: (): number => time.at };
    const transactor: Transactor = { run: (body) => inTransaction(dataSource, body) };
    const office = new Office(dataSource, time, new SandboxPayments(Buffer.from('sandbox'), clock, transactor));
    await office.serve(clock, verifier);
    return office;
  }

  private async serve(clock: { now(): number }, verifier: TokenVerifier = this.ownTokens): Promise<void> {
    const secretKeys = chain.map((node) => makeSecret(node, 1));
    const directory = new KeyDirectory(secretKeys.map(publicPart));
    const keystore = new Keystore(secretKeys.filter(({ node }) => served.includes(node)));
    const sealer = new Sealer(directory, keystore);
    const transactor: Transactor = { run: (body) => inTransaction(this.dataSource, body) };
    const secrets = {
      hmac: (node: NodeCode, purpose: string, text: string) =>
        createHmac('sm3', node).update(`${purpose} ${text}`).digest('hex'),
    };
    const { calendar } = this;
    const attachments: AttachmentSource = {
      put: () => Promise.reject(new Error('nothing is uploaded in these tests')),
      held: () => Promise.reject(new Error('nothing is uploaded in these tests')),
      receive: () => Promise.reject(new Error('nothing is uploaded in these tests')),
      adopt: () => Promise.reject(new Error('nothing is uploaded in these tests')),
      find: (_sql, _node, digests) => Promise.resolve(this.files.filter(({ digest }) => digests.includes(digest))),
      sendUp: () => Promise.resolve(),
      open: () => Promise.resolve(refuse('attachment.unknown', '没有这个附件')),
    };
    const bindings = bindingsOf([caseBinding({ calendar, items: this.book, attachments, secrets }), mandateBinding()]);
    this.host = await Host.open({
      ...{ nodes: served, bindings, keystore, directory, sealer, transactor, clock, hub: loop() },
      log: () => undefined,
      traced: (_traceparent, _name, _attributes, work) => work(),
    });
    await this.host.start();
    const { commands } = this.host;
    const reader = reading(this.dataSource);
    const shared = { commands, transactor, reader, items: this.book, attachments, secrets, sealer, clock };
    const tools: CaseworkTools = { ...shared, calendar, payments: this.payments, sandbox: this.payments };
    this.rounds = new PaymentRounds({ commands, transactor, clock, log: () => undefined }, this.payments);
    this.duties = new DutyRounds({ ...tools, log: () => undefined });
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    this.app = await createHttpApp({
      module: {
        module: Root,
        controllers: [
          ...[CaseController, ResidentController, ActionController, PaymentController, MandateController],
          ...[ReceptionController, AgencyController],
        ],
        providers: [{ provide: CASEWORK, useValue: tools }],
      },
      ports: {
        verifier,
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

  /** Somebody with a role at a node; `department` as their token says. */
  person(role: Role, name: string, node: NodeCode = township, department?: string): string {
    const token = `${role}.${name}.${node}`;
    const person = { subject: name, name, roles: [role], division: node };
    this.persons.set(token, department === undefined ? person : { ...person, department });
    return token;
  }

  /** The same person, who has logged in with a grant of the device while the identity provider is away. */
  offline(token: string, offlineGrant: string): string {
    const person = this.persons.get(token);
    if (person === undefined) throw new Error(`nobody has the token ${token}`);
    this.persons.set(`${token}.offline`, { ...person, offlineGrant });
    return `${token}.offline`;
  }

  async get(token: string, path: string, node = township): Promise<Reply> {
    const answer = await this.app.nest.inject({
      url: `/v1/nodes/${node}/${path}`,
      headers: { authorization: `Bearer ${token}` },
    });
    return { status: answer.statusCode, json: answer.json() };
  }

  /** An answer that is a file. */
  async file(token: string, path: string, node = township): Promise<Buffer> {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await this.app.nest.inject({ url: `/v1/nodes/${node}/${path}`, headers });
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer.rawPayload;
  }

  async post(
    token: string,
    path: string,
    payload?: object,
    node = township,
    key: string = randomUUID(),
  ): Promise<Reply> {
    const answer = await this.app.nest.inject({
      method: 'POST',
      url: `/v1/nodes/${node}/${path}`,
      ...(payload === undefined ? {} : { payload }),
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': key },
    } as InjectOptions);
    return { status: answer.statusCode, json: answer.json() };
  }

  /** Without a token: what a payment platform and its payer do, and whoever has a number and its code. */
  private async open(path: string, payload?: object): Promise<Reply> {
    const headers = { 'idempotency-key': randomUUID() };
    const asked = payload === undefined ? { method: 'GET' as const } : { method: 'POST' as const, payload, headers };
    const answer = await this.app.nest.inject({ url: `/v1/${path}`, ...asked });
    return { status: answer.statusCode, json: answer.body === '' ? {} : answer.json() };
  }
  pay = (payCode: string, payload: object): Promise<Reply> => this.open(`sandbox-payments/${payCode}`, payload);
  progress = (number: string, code: string): Promise<Reply> => this.open(`progress/${number}?code=${code}`);
  rateByCode = (number: string, rating: object): Promise<Reply> => this.open(`progress/${number}/rating`, rating);
  callBack = (noticeNumber: string): Promise<Reply> => this.open('payment-callbacks', { noticeNumber });

  /** The papers of an applicant whom nobody else in these tests is. */
  application(item: ItemPin, identityNumber = `P${++this.applicants}`): object {
    return {
      item: item.code,
      channel: 'window',
      applicantType: 'naturalPerson',
      identityType: 'passport',
      applicant: { name: '王秀英', identityNumber, phone: '13800138000' },
      form: {},
      attachments: [],
    };
  }

  /** A case at the window of the township, accepted unless told otherwise. */
  async take(item: ItemPin, accept = true): Promise<string> {
    const clerk = this.person('clerk', 'window');
    const submitted = await this.post(clerk, 'cases', this.application(item));
    if (submitted.status !== 201) throw new Error(JSON.stringify(submitted));
    const record = String(submitted.json['record']);
    if (!accept) return record;
    const accepted = await this.post(clerk, `cases/${record}/acceptance`, {});
    if (accepted.status !== 201) throw new Error(JSON.stringify(accepted));
    return record;
  }

  /** An answer of the province, as the gateway has it noted by the owner. */
  async report(
    record: string,
    node: NodeCode,
    outcome: 'acknowledged' | 'rejected',
    dataVersion: number,
  ): Promise<void> {
    const problems =
      outcome === 'rejected' ? [{ code: 'E-CODE', field: 'applyer_page_type', message: '不在代码表中' }] : [];
    const command: CaseCommand = { type: 'noteReport', profile: 'national-json', outcome, dataVersion, problems };
    const done = await this.host.commands.execute<CaseState, CaseCommand>({
      ...{ node, record, recordClass: 'case', key: randomUUID(), digest: Buffer.alloc(32), occurredAt: this.time.at },
      actor: { subject: 'gateway', role: 'system', division: chain[0]! },
      command: () => Promise.resolve(ok(command)),
    });
    if (!done.ok) throw new Error(done.refusal.detail);
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
