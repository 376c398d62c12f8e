/** Gateway, city, district and township of one process over real PostgreSQL, with a stand-in of the province above them. */
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { workingCalendar } from '@tongban/domain/calendar';
import type { CaseState } from '@tongban/domain/casework';
import { departmentSchema, serviceItemSchema, type ServiceItem } from '@tongban/domain/catalogue';
import { resolveRoute, type Delegation } from '@tongban/domain/delegation';
import { parseDivisions } from '@tongban/domain/division';
import { actOnCase, caseBinding, findChangedCase, mandateBinding, type CaseworkTools } from '@tongban/feature/casework';
import { Exchange, intakeBinding, IntakeRounds, type ExchangeTools } from '@tongban/feature/exchange';
import { bindingsOf, federationMigrations, Host, type HostOptions, type Transactor } from '@tongban/federation/nest';
import { journalMigrations, KeyDirectory, Keystore, makeSecret, publicPart, Sealer } from '@tongban/journal';
import { nodeCode, ok, parentOf, refuse, tierOf, type NodeCode, type Role } from '@tongban/kernel';
import { Attachments, BlobStore } from '@tongban/platform/blob';
import { createDataSource, inTransaction } from '@tongban/platform/database';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import { freshDatabase } from '@tongban/testkit';
import { exportJWK, generateKeyPair } from 'jose';
import type { ExchangeConfig } from '../src/carriers.js';
import { caseworkHostTables } from '../src/casework-host.js';
import { exchangeHostTables, openExchange } from '../src/exchange.js';
import { intakeToolsOf } from '../src/intake.js';
import { itemSourceOf, type ItemView } from '../src/items.js';

export const [province, city, district, township, village] = [
  '370000000000',
  '371100000000',
  '371102000000',
  '371102001000',
  '371102001001',
].map((code) => nodeCode(code)) as [NodeCode, NodeCode, NodeCode, NodeCode, NodeCode];
const served = [province, city, district, township, village];
const repository = join(import.meta.dirname, '..', '..', '..');
const logger = createLogger({ service: 'test', level: 'error' });
const mostRounds = 400;
const pauseMs = 25;

/** What staff do in these tests. */
type Act = 'accept' | 'handOver' | 'decide' | 'certify';

const load = async <T>(...path: string[]): Promise<T> => (await import(join(repository, ...path))) as T;
interface SandboxModules {
  readConfig(environment: Readonly<Record<string, string>>): object;
  startSandbox(config: object, clock: object, log: object): Promise<Running>;
}
interface Running {
  readonly url: string;
  readonly grpc: string;
  stop(): Promise<void>;
}

/** A hub that brings every frame back to the host that sent it, but for nodes that are away. */
function loop(away: ReadonlySet<NodeCode>): HostOptions['hub'] {
  let handler: Parameters<HostOptions['hub']['start']>[0] | undefined;
  return {
    name: 'loop',
    reaches: (peer) => served.includes(peer) && !away.has(peer),
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
}

const divisions = parseDivisions({
  city,
  source: 'test',
  divisions: [city, district, township, village].map((code) => ({
    ...{ code, name: `区划${code}`, tier: tierOf(code), kind: 'official', parent: parentOf(code) },
  })),
});

/** One item, whose acceptance the district has left to its townships. */
function viewOf(item: ServiceItem): ItemView {
  const delegations: Delegation[] = [
    {
      ...{ id: 'to-townships', item: item.code, from: 'district', to: 'township', form: 'entrusted', version: 1 },
      ...{ powers: ['submit', 'accept'], validFrom: '2025-01-01' },
    } as Delegation,
  ];
  const find = (code: string) => (code === item.code ? ok(item) : refuse('item.unknown', `没有事项 ${code}`));
  return {
    route(node, code, on) {
      const found = find(code);
      if (!found.ok) return found;
      const route = resolveRoute({ item: found.value, intake: node, delegations, on });
      return route.ok ? ok({ item: found.value, route: route.value }) : route;
    },
    findItem: (_node, code) => find(code),
    findItemVersion: (_node, code) => find(code),
    endings: () => [],
    powers: () => [],
    authority: () => refuse('item.unknown', '没有事项'),
    delegationsAt: () => ({ given: [], received: [] }),
  } as ItemView;
}

export class PortalOffice {
  readonly away = new Set<NodeCode>();
  readonly ends: (() => Promise<void>)[] = [];
  tools!: ExchangeTools;
  casework!: CaseworkTools;
  sandbox!: Running;
  frontUrl!: string;
  exchange!: Exchange;
  private intake!: IntakeRounds;
  item!: ServiceItem;
  readonly warned: string[] = [];

  static async open(profile: ExchangeConfig['provinceProfiles'][number] = 'national-json'): Promise<PortalOffice> {
    const office = new PortalOffice();
    await office.serve(profile);
    return office;
  }

  async close(): Promise<void> {
    for (const end of this.ends.reverse()) await end();
  }

  private async serve(profile: ExchangeConfig['provinceProfiles'][number]): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'portal-'));
    this.ends.push(() => rm(folder, { recursive: true, force: true }));
    const migrations = [...caseworkHostTables, exchangeHostTables].flatMap((tables) => tables.migrations);
    const dataSource = await createDataSource({
      ...{ url: await freshDatabase(), entities: [], poolSize: 8, applicationName: 'test', logger },
      migrations: [...journalMigrations, ...federationMigrations, ...migrations],
    });
    this.ends.push(() => dataSource.destroy());
    const transactor: Transactor = { run: (body) => inTransaction(dataSource, body) };
    const secretKeys = served.map((node) => makeSecret(node, 1));
    const directory = new KeyDirectory(secretKeys.map(publicPart));
    const keystore = new Keystore(secretKeys);
    const sealer = new Sealer(directory, keystore);
    const clock = { now: () => Date.now() };
    const store = new BlobStore(join(folder, 'blobs'));
    await store.prepare();
    const attachments = new Attachments(store, clock);
    // Files of the gateway are not on the disks of the nodes: they come down when they are read.
    const below = new BlobStore(join(folder, 'blobs-below'));
    await below.prepare();
    const ofNodes = new Attachments(below, clock, (digest, offset) => store.read(digest, offset));
    const { completeItem } = await load<{ completeItem(): unknown }>(
      ...['libs', 'feature', 'exchange', 'test', 'complete-item.ts'],
    );
    this.item = serviceItemSchema.parse(completeItem());
    const view = viewOf(this.item);
    const items = itemSourceOf(view);
    const secrets = {
      hmac: (node: NodeCode, purpose: string, text: string) =>
        createHmac('sm3', node).update(`${purpose} ${text}`).digest('hex'),
    };
    const calendar = workingCalendar();
    const bindings = bindingsOf([
      caseBinding({ calendar, items, attachments: ofNodes, secrets }),
      mandateBinding(),
      intakeBinding(),
    ]);
    const host = await Host.open({
      ...{ nodes: served, bindings, keystore, directory, sealer, transactor, clock, hub: loop(this.away) },
      log: () => undefined,
      traced: (_traceparent, _name, _attributes, work) => work(),
    });
    await host.start();
    this.ends.push(() => host.stop());
    this.casework = {
      ...{ commands: host.commands, transactor, items, attachments: ofNodes, secrets, sealer, clock, calendar },
    };
    const log = (_level: string, message: string, details?: Record<string, unknown>): void =>
      void this.warned.push(`${message} ${JSON.stringify(details)}`);
    this.intake = new IntakeRounds(intakeToolsOf(this.casework, ofNodes, log), served);
    const uscc = '11511301008778183N';
    const office = departmentSchema.parse({
      ...{ id: 'civil-affairs', version: 1, name: '民政局', field: '05', tiers: ['district', 'township'] },
      uscc: { [district]: uscc, [township]: uscc },
    });
    const config = await this.startProvince(folder, profile);
    const gateway = {
      ...{ transactor, sealer, divisions, attachments, federation: { commands: host.commands } },
      catalogue: { view: { ...view, departmentsOf: () => [office], itemsOf: () => [this.item] } },
    };
    const opened = await openExchange(config, province, gateway, logger, createMetrics('test'));
    this.ends.push(() => opened.stop());
    const limits = { inboxEveryMs: 0, noteCheckMs: 0, noteRetryFirstMs: 1, noteRetryMaxMs: 1, feedOverlapEveryMs: 0 };
    this.tools = { ...opened.service.lines[0]!.tools, limits };
    this.exchange = new Exchange(this.tools);
  }

  /** Another process goes on where the first one was killed. */
  restart(): void {
    this.exchange = new Exchange(this.tools);
  }

  private async startProvince(folder: string, profile: ExchangeConfig['provinceProfiles'][number]) {
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: 'gateway-3711' };
    const { d: _private, ...publicKey } = key;
    await writeFile(join(folder, 'clients.json'), JSON.stringify({ keys: [publicKey] }));
    const source = ['apps', 'province-sandbox', 'src'];
    const { readConfig } = await load<Pick<SandboxModules, 'readConfig'>>(...source, 'config.ts');
    const { startSandbox } = await load<Pick<SandboxModules, 'startSandbox'>>(...source, 'start.ts');
    const frontUrl = (this.frontUrl = await freshDatabase());
    const sandboxConfig = readConfig({
      TONGBAN_HTTP_LISTEN: '127.0.0.1:0',
      TONGBAN_SANDBOX_GRPC_LISTEN: '127.0.0.1:0',
      TONGBAN_DATABASE_URL: await freshDatabase(),
      TONGBAN_SANDBOX_FRONT_URL: frontUrl,
      TONGBAN_SANDBOX_AUDIT_INTERVAL_MS: '200',
      TONGBAN_PROVINCE_CLIENT_KEYS: join(folder, 'clients.json'),
      TONGBAN_PROVINCE_SIGNING_KEY: join(folder, 'province.json'),
      TONGBAN_SANDBOX_MISBEHAVE: 'allowed',
    });
    this.sandbox = await startSandbox(sandboxConfig, { now: () => Date.now() }, logger);
    this.ends.push(() => this.sandbox.stop());
    return {
      ...{ provinceProfiles: [profile], provinceNumbering: {}, provinceUrl: this.sandbox.url },
      ...{ provinceFrontUrl: frontUrl, provinceShandongUrl: frontUrl, provinceGrpc: `http://${this.sandbox.grpc}` },
      ...{ provinceQuietSeconds: 1, provinceKey: undefined, provinceKeyText: JSON.stringify(key) },
      ...{ provinceReceiptKeys: undefined, demonstrationCodes: 'refused' },
    } satisfies ExchangeConfig;
  }

  /** Puts a message into the province's outbox; gives its id. */
  async plant(message: object): Promise<string> {
    const id = randomUUID();
    const profile = this.tools.profile.name;
    await this.ask('/sandbox/inbox', { id, profile, ...message });
    return id;
  }
  behave = (command: object): Promise<unknown> => this.ask('/sandbox/behaviour', command);
  private async ask(path: string, body: object): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${this.sandbox.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (answer.status !== 200) throw new Error(`the sandbox does not obey: ${await answer.text()}`);
    return answer.json();
  }

  /** What the province was told of a message, in the order in which it was. */
  async replies(id: string): Promise<Record<string, unknown>[]> {
    const { profile } = this.tools;
    const answer = await fetch(`${this.sandbox.url}/sandbox/inbox?profile=${profile.name}`);
    const { replies } = (await answer.json()) as { replies: Record<string, unknown>[] };
    return replies.filter((reply) => reply['id'] === id);
  }

  /** Rounds of gateway and nodes until it is so. */
  async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    for (let round = 0; round < mostRounds; round++) {
      await this.rounds(1);
      if (await condition()) return;
      await sleep(pauseMs);
    }
    const told = await fetch(`${this.sandbox.url}/sandbox/inbox?profile=${this.tools.profile.name}`);
    throw new Error(`${what} was not seen: ${this.warned.slice(-3).join('\n')} ${(await told.text()).slice(0, 600)}`);
  }
  async rounds(count: number): Promise<void> {
    for (let round = 0; round < count; round++) {
      await this.exchange.round();
      await this.intake.round();
    }
  }
  /** The last word to the province about a message. */
  async outcome(id: string): Promise<Record<string, unknown>> {
    let last: Record<string, unknown> | undefined;
    await this.until(`the outcome of ${id}`, async () => {
      last = (await this.replies(id)).findLast(({ outcome }) => outcome !== 'received');
      return last !== undefined;
    });
    return last!;
  }

  find = async (record: string, node: NodeCode): Promise<CaseState | undefined> =>
    (await this.tools.transactor.run((sql) => findChangedCase(sql, node, record)))?.state;

  async act(record: string, node: NodeCode, role: Role, type: Act, fields: object): Promise<void> {
    await this.until(`${record} at ${node}`, async () => (await this.find(record, node))?.owner === node);
    const person = { subject: `${role}-1`, name: role === 'approver' ? '赵立' : '王敏', division: node };
    const caller = { node, key: randomUUID(), role, person, traceparent: '', digest: Buffer.alloc(32, 1) };
    const done = await actOnCase(this.casework, caller, record, type, fields as Parameters<typeof actOnCase<Act>>[4]);
    if (!done.ok) throw new Error(`${type}: ${JSON.stringify(done.refusal)}`);
  }
}

export const pdf = Buffer.from('%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
