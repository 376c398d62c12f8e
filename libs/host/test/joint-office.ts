/** City, district and township of one process over real PostgreSQL, with the deployed catalogue; HTTP from outside. */
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { workingCalendar } from '@tongban/domain/calendar';
import type { CaseState } from '@tongban/domain/casework';
import { catalogueIndexSchema, parseCatalogueParts, type Catalogue } from '@tongban/domain/catalogue';
import { resolveRoute } from '@tongban/domain/delegation';
import {
  ActionController,
  caseBinding,
  CaseController,
  CASEWORK,
  caseworkMigrations,
  mandateBinding,
  type AttachmentSource,
  type CaseworkTools,
} from '@tongban/feature/casework';
import {
  JOINT,
  jointBinding,
  JointController,
  jointMigrations,
  JointRounds,
  type JointTools,
} from '@tongban/feature/joint';
import { bindingsOf, federationMigrations, Host, type HostOptions, type Transactor } from '@tongban/federation/nest';
import { journalMigrations, KeyDirectory, Keystore, makeSecret, publicPart, Sealer } from '@tongban/journal';
import { isNodeCode, nodeCode, ok, refuse, unwrap, type NodeCode, type Role } from '@tongban/kernel';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { createHttpApp, type HttpApp, type Person } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import { freshDatabase } from '@tongban/testkit';
import type { InjectOptions } from 'fastify';
import type { DataSource } from 'typeorm';
import { itemSourceOf, type ItemView } from '../src/items.js';
import { jointToolsOf } from '../src/joint.js';

export const city = nodeCode('371100000000');
export const district = nodeCode('371102000000');
export const township = nodeCode('371102001000');
const chain = [nodeCode('370000000000'), city, district, township];
const served = [city, district, township];
const waitTimeoutMs = 20_000;
const pollMs = 20;
const catalogueFolder = join(import.meta.dirname, '../../../deploy/catalogue');

export interface Reply {
  readonly status: number;
  readonly json: Record<string, unknown>;
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

async function deployedCatalogue(): Promise<Catalogue> {
  const readJson = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(catalogueFolder, name), 'utf8'));
  const { files } = catalogueIndexSchema.parse(await readJson('index.json'));
  return unwrap(
    parseCatalogueParts(await Promise.all(files.map(async (name) => ({ name, json: await readJson(name) })))),
  );
}

/** The deployed catalogue as a host holds it, without quotas and endings. */
function viewOf({ items, delegations }: Catalogue): ItemView {
  const find = (code: string) => {
    const item = items.find((one) => one.code === code);
    return item === undefined ? refuse('item.unknown', `没有事项 ${code}`) : ok(item);
  };
  return {
    route(node, code, on) {
      const item = find(code);
      if (!item.ok) return item;
      const route = resolveRoute({ item: item.value, intake: node, delegations, on });
      return route.ok ? ok({ item: item.value, route: route.value }) : route;
    },
    findItem: (_node, code) => find(code),
    findItemVersion: (_node, code) => find(code),
    endings: () => [],
    powers: () => [],
    authority: () => refuse('item.unknown', '没有事项'),
    delegationsAt: () => ({ given: [], received: [] }),
  } as ItemView;
}

class Root {}

export class JointOffice {
  private readonly persons = new Map<string, Person>();
  private readonly files = new Map<string, { digest: string; size: number; mediaType: string }>();
  private app!: HttpApp;
  private host!: Host;
  tools!: JointTools;
  rounds!: JointRounds;

  private constructor(
    readonly dataSource: DataSource,
    readonly time: { at: number },
    readonly catalogue: Catalogue,
  ) {}

  static async open(date: string): Promise<JointOffice> {
    const quiet = (): void => undefined;
    const dataSource = await createDataSource({
      url: await freshDatabase(),
      entities: [],
      migrations: [...journalMigrations, ...federationMigrations, ...caseworkMigrations, ...jointMigrations],
      poolSize: 6,
      applicationName: 'test',
      logger: { debug: quiet, info: quiet, warn: quiet },
    });
    const office = new JointOffice(dataSource, { at: Date.parse(`${date}T02:00:00Z`) }, await deployedCatalogue());
    await office.serve();
    return office;
  }

  private async serve(): Promise<void> {
    const clock = { now: (): number => this.time.at };
    const secretKeys = chain.map((node) => makeSecret(node, 1));
    const directory = new KeyDirectory(secretKeys.map(publicPart));
    const keystore = new Keystore(secretKeys.filter(({ node }) => served.includes(node)));
    const sealer = new Sealer(directory, keystore);
    const transactor: Transactor = { run: (body) => inTransaction(this.dataSource, body) };
    const secrets = {
      hmac: (node: NodeCode, purpose: string, text: string) =>
        createHmac('sm3', node).update(`${purpose} ${text}`).digest('hex'),
    };
    const attachments: AttachmentSource = {
      put: () => Promise.reject(new Error('files are put into the list')),
      held: () => Promise.reject(new Error('files are put into the list')),
      receive: () => Promise.reject(new Error('files are put into the list')),
      adopt: () => Promise.reject(new Error('files are put into the list')),
      find: (_sql, _node, digests) => Promise.resolve(digests.flatMap((digest) => this.files.get(digest) ?? [])),
      sendUp: () => Promise.resolve(),
      open: () => Promise.resolve(refuse('attachment.unknown', '没有这个附件')),
    };
    const calendar = workingCalendar();
    const items = itemSourceOf(viewOf(this.catalogue));
    const bindings = bindingsOf([
      caseBinding({ calendar, items, attachments, secrets }),
      mandateBinding(),
      jointBinding({ attachments }),
    ]);
    this.host = await Host.open({
      ...{ nodes: served, bindings, keystore, directory, sealer, transactor, clock, hub: loop() },
      log: () => undefined,
      traced: (_traceparent, _name, _attributes, work) => work(),
    });
    await this.host.start();
    const { commands } = this.host;
    const casework: CaseworkTools = { commands, transactor, items, attachments, secrets, sealer, clock, calendar };
    this.tools = jointToolsOf(casework);
    this.rounds = new JointRounds(this.tools, served, (_level, message, details) => {
      throw new Error(`${message} ${JSON.stringify(details)}`);
    });
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    this.app = await createHttpApp({
      module: {
        module: Root,
        controllers: [CaseController, ActionController, JointController],
        providers: [
          { provide: CASEWORK, useValue: casework },
          { provide: JOINT, useValue: this.tools },
        ],
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

  person(role: Role, name: string, node: NodeCode, department?: string): string {
    const token = `${role}.${name}.${node}.${department ?? ''}`;
    const person = { subject: name, name, roles: [role], division: node };
    this.persons.set(token, department === undefined ? person : { ...person, department });
    return token;
  }

  async get(token: string, path: string, node: NodeCode): Promise<Reply> {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await this.app.nest.inject({ url: `/v1/nodes/${node}/${path}`, headers });
    return { status: answer.statusCode, json: answer.json() };
  }

  async post(token: string, path: string, payload: object, node: NodeCode, key: string = randomUUID()): Promise<Reply> {
    const answer = await this.app.nest.inject({
      method: 'POST',
      url: `/v1/nodes/${node}/${path}`,
      payload,
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': key },
    } as InjectOptions);
    return { status: answer.statusCode, json: answer.json() };
  }

  /** A paper that has been uploaded. */
  paper(material: string, mark = ''): object {
    const digest = createHash('sha256').update(`${material} ${mark}`).digest('hex');
    const file = { digest, size: 100, mediaType: 'application/pdf' };
    this.files.set(digest, file);
    return { material, ...file, name: `${material}.pdf`, key: 'a2V5' };
  }

  caseState = async (record: string, node: NodeCode): Promise<CaseState> =>
    (await this.tools.transactor.run((sql) => this.tools.cases.load(sql, node, [record]))).get(record)!;

  async eventually(condition: () => Promise<boolean>): Promise<void> {
    for (let waitedMs = 0; waitedMs < waitTimeoutMs; waitedMs += pollMs) {
      if (await condition()) return;
      await sleep(pollMs);
    }
    throw new Error(`not so within ${waitTimeoutMs} ms: ${String(condition)}`);
  }

  /** Has staff bring a branch's case to its end, wherever its route leads. */
  async finish(record: string, intake: NodeCode, refusal?: object): Promise<void> {
    const state = await this.caseState(record, intake);
    const { accept, decide, certify } = state.route;
    const act = async (node: NodeCode, role: Role, path: string, body: object): Promise<void> => {
      await this.eventually(async () => (await this.caseState(record, node))?.owner === node);
      const { status, json } = await this.post(this.person(role, role, node), `cases/${record}/${path}`, body, node);
      if (status !== 201) throw new Error(`${state.item.name} ${path}: ${JSON.stringify(json)}`);
    };
    const opinion = '符合条件';
    if (state.item.regime === 'onTheSpot' && accept === certify && refusal === undefined) {
      return act(accept, 'clerk', 'on-the-spot', { opinion, method: 'window', recipient: '经办人' });
    }
    await act(accept, 'clerk', 'acceptance', {});
    if (state.item.regime === 'reportedUp') await act(accept, 'reviewer', 'review', { conclusion: 'agree', opinion });
    if (accept !== decide) await act(accept, 'clerk', 'hand-over', { to: decide, reason: 'toDecide' });
    const reply = state.item.regime === 'controlled' ? { reply: '答复如上' } : {};
    await act(decide, 'approver', 'decision', { outcome: 'approve', opinion, ...reply, ...refusal });
    if (refusal === undefined && state.item.resultKind !== 'none') await act(certify, 'approver', 'certificate', {});
    await this.eventually(async () => (await this.caseState(record, intake)).status === 'closed');
  }

  async close(): Promise<void> {
    await this.app?.close();
    await this.host?.stop();
    await this.dataSource.destroy();
  }
}
