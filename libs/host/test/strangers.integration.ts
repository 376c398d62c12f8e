import { connect, PermissionViolationError, type NatsConnection } from '@nats-io/transport-node';
import { inboxSubject } from '@tongban/contract';
import { Peer, peerUri } from '@tongban/federation/transport';
import { nodeCode, type NodeCode } from '@tongban/kernel';
import { createDataSource } from '@tongban/platform/database';
import { startNats, type Nats } from '@tongban/platform/local';
import { hubAccess, hubTrust, issueHubUser, newHubSecrets } from '@tongban/platform/pki';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import { AuditLog } from '@tongban/feature/audit';
import { freshDatabase, natsServerBinary } from '@tongban/testkit';
import { randomBytes, randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { caseworkHostTables } from '../src/casework-host.js';
import { openDatabase, transactorOf } from '../src/database.js';
import { blobAccess } from '../src/strangers/blob-access.js';
import { HubLog } from '../src/strangers/hub-log.js';
import { strangerLimits, Strangers } from '../src/strangers/strangers.js';

const testTimeoutMs = 60_000;
const waitLimitMs = 30_000;
const city = nodeCode('371100000000');
const [township, other] = ['371102001000', '371102002000'].map(nodeCode) as [NodeCode, NodeCode];
const [village, neighbour] = ['371102001001', '371102001002'].map(nodeCode) as [NodeCode, NodeCode];
const logger = createLogger({ service: 'test', level: 'error' });

const folder = mkdtempSync(join(tmpdir(), 'tongban-strangers-'));
let database: DataSource;
const rows = <T>(sql: string, params: unknown[] = []): Promise<T[]> => database.query(sql, params);

beforeAll(async () => {
  const databaseOwnerUrl = await freshDatabase();
  const role = `app_${randomBytes(6).toString('hex')}`;
  const owner = await createDataSource({
    ...{ url: databaseOwnerUrl, entities: [], migrations: [], poolSize: 2, applicationName: 'test', logger },
  });
  await owner.query(`create role ${role} login password 'test'`);
  await owner.destroy();
  const url = Object.assign(new URL(databaseOwnerUrl), { username: role, password: 'test' }).href;
  database = await openDatabase({ databaseUrl: url, databaseOwnerUrl }, 'test', 4, caseworkHostTables, logger);
}, testTimeoutMs);

afterAll(async () => {
  await database?.destroy();
  rmSync(folder, { recursive: true, force: true });
});

function strangers() {
  const transactor = transactorOf(database);
  const metrics = createMetrics('test');
  const audit = new AuditLog({ transactor, clock: { now: Date.now }, log: () => undefined });
  const parts = { audit, transactor, metrics, logger, clock: { now: () => 1_790_000_000_000 }, node: city };
  return { transactor, metrics, audit, strangers: new Strangers(parts) };
}
const audited = (operation: string) =>
  rows<{ node: string; subject: string | null; code: string; address: string }>(
    'select node, subject, code, address from audit_event where operation = $1 order by seq',
    [operation],
  );

describe('somebody whom the hub refuses', () => {
  const directory = join(folder, 'nats');
  const log = join(directory, 'nats.log');
  let nats: Nats;
  let thief: NatsConnection;
  let user: string;

  beforeAll(async () => {
    mkdirSync(directory);
    const secrets = newHubSecrets(Date.now());
    const template = { publish: [inboxSubject(township)], subscribe: ['_INBOX.{{name()}}.>'] };
    writeFileSync(
      join(directory, 'trust.conf'),
      hubTrust(secrets, { host: template, administrator: template }, Date.now()),
    );
    nats = await startNats({ directory, binary: natsServerBinary(), configExtra: 'include trust.conf' });
    const wanted = { name: 'stolen', role: 'host', tags: [], now: Date.now(), validMs: 3_600_000 } as const;
    const issued = issueHubUser(secrets, wanted);
    user = issued.secrets.users.at(-1)!.key;
    writeFileSync(join(folder, 'stolen.creds'), issued.credentials, { mode: 0o600 });
    // Its name is the thief's own choice, and stands in the log as well.
    const name = `x Publish Violation - Subject "decoy" U${'A'.repeat(55)}`;
    thief = await connect({ ...hubAccess(join(folder, 'stolen.creds'), 'off'), servers: nats.url, name });
  }, testTimeoutMs);

  afterAll(async () => {
    await thief?.close();
    await nats?.stop();
  });

  it(
    'is counted and stands in the audit log, by what the hub itself wrote, also after a restart of the host',
    async () => {
      const { transactor, metrics, audit, strangers: kept } = strangers();
      const follow = new HubLog(log, { transactor, log: () => undefined, refused: (what) => kept.hubLogged(what) });
      await follow.refresh();
      await expect(thief.request(inboxSubject(other), '', { timeout: 2_000 })).rejects.toThrow();
      const refused = new Promise((resolve) => {
        thief.subscribe('tongban.>', { callback: (error) => void (error !== null && resolve(error)) });
      });
      expect(await refused).toBeInstanceOf(PermissionViolationError);
      const until = Date.now() + waitLimitMs;
      while (!/Subscription Violation/.test(readFileSync(log, 'utf8')) && Date.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 20));
      await follow.refresh();
      await new HubLog(log, { transactor, log: () => undefined, refused: (what) => kept.hubLogged(what) }).refresh();
      const line = { node: city, subject: user, code: 'link.forbidden', address: '127.0.0.1' };
      expect(await audited('hub.publish')).toEqual([line]);
      expect(await audited('hub.subscription')).toEqual([line]);
      const text = await metrics.text();
      expect(text).toMatch(/tongban_hub_refused_total\{operation="publish",[^}]*\} 1\n/);
      expect(text).toMatch(/tongban_hub_refused_total\{operation="subscription",[^}]*\} 1\n/);
      await audit.stop();
    },
    testTimeoutMs,
  );

  it('is read from the beginning of a log that took the place of the one before', async () => {
    const { transactor, audit } = strangers();
    const seen: string[] = [];
    const file = join(folder, 'other.log');
    const refusal = (subject: string): string =>
      `[1] 2026/11/22 14:00:00.000000 [ERR] 10.0.0.7:4711 - cid:9 - "v3.4:nodejs:x" - "${user}" - Publish Violation - Subject "${subject}"\n`;
    const refused = async ({ subject }: { subject: string }): Promise<void> => void seen.push(subject);
    const follow = new HubLog(file, { transactor, log: () => undefined, refused });
    writeFileSync(file, refusal('a'));
    await follow.refresh();
    appendFileSync(file, refusal('b').slice(0, -10));
    await follow.refresh();
    expect(seen).toEqual(['a']);
    appendFileSync(file, refusal('b').slice(-10));
    await follow.refresh();
    renameSync(file, `${file}.1`);
    writeFileSync(file, refusal('c'));
    await follow.refresh();
    expect(seen).toEqual(['a', 'b', 'c']);
    await audit.stop();
  });
});

describe('what came from a stranger', () => {
  it('is counted every time, and written down so often a minute', async () => {
    const { metrics, audit, strangers: kept } = strangers();
    const peer = { peer: 'stolen', serial: 'AB', method: 'locate', code: 'link.certificate', detail: '' };
    for (let time = 0; time < strangerLimits.linesPerMinute + 5; time++) kept.peerRefused(peer);
    kept.peerRefused({ ...peer, peer: '', serial: '' });
    kept.frameRefused({ frame: 'envelope', sender: village, receiver: township, code: 'link.key-ended' });
    await audit.stop();
    const lines = await audited('peer.locate');
    expect(lines).toHaveLength(strangerLimits.linesPerMinute + 1);
    expect(lines[0]).toMatchObject({ node: city, subject: 'stolen AB', code: 'link.certificate' });
    expect(lines.at(-1)!.subject).toBeNull();
    expect(await audited('frame.envelope')).toMatchObject([
      { node: township, subject: village, code: 'link.key-ended' },
    ]);
    const text = await metrics.text();
    expect(text).toMatch(/tongban_peer_refused_total\{method="locate",code="link.certificate",[^}]*\} 26\n/);
    expect(text).toMatch(/tongban_frame_refused_total\{frame="envelope",code="link.key-ended",[^}]*\} 1\n/);
  });

  it('is kept as size and digest when it is no frame, once for each', async () => {
    const { metrics, audit, strangers: kept } = strangers();
    const what = { subject: inboxSubject(village), size: 3, digest: Buffer.alloc(32, 7) };
    for (let time = 0; time < 3; time++) await kept.unreadable(what);
    await kept.unreadable({ ...what, digest: Buffer.alloc(32, 8) });
    await audit.stop();
    expect(await rows('select subject, size, times from unreadable_frame order by digest')).toEqual([
      { subject: what.subject, size: 3, times: '3' },
      { subject: what.subject, size: 3, times: '1' },
    ]);
    expect(await metrics.text()).toMatch(/tongban_frame_unreadable_total\{[^}]*\} 4\n/);
    expect(await audited('frame.unreadable')).toHaveLength(4);
  });
});

describe('a sealed file', () => {
  const [theirs, shared, loose, open, portal] = [...'abcde'].map((digit) => digit.repeat(64)) as string[];
  const peerOf = (scope: string): Peer =>
    new Peer({
      ...{ subject: { CN: scope }, serialNumber: 'AB', valid_to: 'Jan 1 00:00:00 2100 GMT' },
      subjectaltname: `URI:${peerUri('village', scope)}`,
    });

  async function record(digest: string | undefined, members: NodeCode[], recordClass = 'case'): Promise<string> {
    const id = randomUUID();
    const facts = JSON.stringify({ materials: digest === undefined ? [] : [{ material: 'm', digest }] });
    await rows(
      `insert into record (node, record, record_class, owner, epoch, seq, hash, members, changed_at)
       values ($1, $2, $3, $1, 1, 1, decode(repeat('01', 32), 'hex'), $4, now())`,
      [township, id, recordClass, members],
    );
    await rows(
      `insert into entry (node, record, seq, epoch, id, record_class, type, version, author, actor_subject, actor_role,
          actor_division, occurred_at, recorded_at, applied_at, facts, prev_hash, hash, suite, key_id, signature)
       values ($1, $2, 1, 1, $2, $3, 't', 1, $1, 's', 'agent', $1, now(), now(), now(), $4,
          decode(repeat('00', 32), 'hex'), decode(repeat('01', 32), 'hex'), 'ed25519', 'k', '')`,
      [township, id, recordClass, facts],
    );
    return id;
  }
  const judge = (peer: Peer, digest: string, wants: 'stat' | 'read') =>
    blobAccess({
      ...{ transactor: transactorOf(database), nodes: [township] },
      isPublic: (each) => each === open,
    })(peer, digest, wants);
  const codeOf = async (peer: Peer, digest: string, wants: 'stat' | 'read' = 'read'): Promise<string> => {
    const judged = await judge(peer, digest, wants);
    return judged.ok ? 'ok' : judged.refusal.code;
  };

  it('is given to the hosts of the nodes that hold a record of it, and told of to nobody else', async () => {
    await record(theirs, [neighbour, township]);
    await record(shared, [neighbour]);
    await record(shared, [village, township]);
    expect(await codeOf(peerOf(neighbour), theirs!)).toBe('ok');
    expect(await codeOf(peerOf(village), theirs!)).toBe('link.file');
    expect(await codeOf(peerOf(village), theirs!, 'stat')).toBe('link.file');
    expect(await codeOf(peerOf('371102*'), theirs!)).toBe('ok');
    expect(await codeOf(peerOf(village), shared!)).toBe('ok');
    expect(await codeOf(peerOf(village), open!)).toBe('ok');
  });

  it('of no record yet is given to whom an application of the portal comes only', async () => {
    expect(await codeOf(peerOf(village), loose!)).toBe('link.file');
    expect(await codeOf(peerOf(village), loose!, 'stat')).toBe('ok');
    const id = await record(undefined, [township, village], 'application');
    await rows(
      `insert into application_view (node, record, profile, number, owner, is_open, seq, head_hash, filed_at, changed_at, state)
       values ($1, $2, 'p', 'n', $1, true, 1, '', now(), now(), '{}')`,
      [township, id],
    );
    expect(await codeOf(peerOf(village), portal!)).toBe('ok');
    expect(await codeOf(peerOf(neighbour), portal!)).toBe('link.file');
  });

  it('is looked up by an index, however many entries there are', async () => {
    const plan = await database.transaction(async (tx) => {
      await tx.query('set local enable_seqscan = off');
      return tx.query(
        `explain select 1 from entry e where cardinality(files_of(e.facts)) > 0 and files_of(e.facts) @> array['${loose}']`,
      ) as Promise<Record<string, string>[]>;
    });
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('entry_files');
  });
});
