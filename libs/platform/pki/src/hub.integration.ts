import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startNats, type Nats } from '@tongban/platform/local';
import { natsServerBinary } from '@tongban/testkit';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hubAccess } from './hub-access.js';
import { hubTrust, issueHubUser, newHubSecrets, revokeHubUser, type HubTemplate } from './hub-keys.js';

const testTimeoutMs = 60_000;
const requestTimeoutMs = 2_000;
const validMs = 3_600_000;
const templates: Record<'host' | 'administrator', HubTemplate> = {
  host: {
    publish: ['in.{{tag(link)}}', '$JS.API.CONSUMER.MSG.NEXT.IN.{{tag(consumer)}}', '$JS.ACK.IN.{{tag(consumer)}}.>'],
    subscribe: ['_INBOX.{{name()}}.>', 'status.{{tag(own)}}'],
  },
  administrator: { publish: ['$JS.API.>'], subscribe: ['_INBOX.{{name()}}.>'] },
};

const folder = mkdtempSync(join(tmpdir(), 'tongban-pki-'));
const directory = join(folder, 'nats');
let secrets = newHubSecrets(Date.now());
let nats: Nats;
const open: NatsConnection[] = [];

const writeTrust = (): void => writeFileSync(join(directory, 'trust.conf'), hubTrust(secrets, templates, Date.now()));

async function credentialsOf(name: string, tags: readonly string[], lives = validMs): Promise<string> {
  const role = name === 'administrator' ? 'administrator' : 'host';
  const issued = issueHubUser(secrets, { name, role, tags, now: Date.now(), validMs: lives });
  secrets = issued.secrets;
  const file = join(folder, `${name}.creds`);
  writeFileSync(file, issued.credentials, { mode: 0o600 });
  return file;
}

async function enter(file: string): Promise<NatsConnection> {
  const connection = await connect({
    ...hubAccess(file, 'off'),
    servers: nats.url,
    reconnectTimeWait: 50,
    reconnectJitter: 0,
  });
  open.push(connection);
  return connection;
}

async function eventually(what: string, holds: () => boolean): Promise<void> {
  const until = Date.now() + testTimeoutMs / 2;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`not reached: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

beforeAll(async () => {
  mkdirSync(directory, { recursive: true });
  writeTrust();
  nats = await startNats({ directory, binary: natsServerBinary(), configExtra: 'include trust.conf' });
  const administrator = await enter(await credentialsOf('administrator', []));
  const manager = await jetstreamManager(administrator);
  await manager.streams.add({ name: 'IN', subjects: ['in.>'] });
  for (const name of ['a', 'b'])
    await manager.consumers.add('IN', {
      durable_name: name,
      filter_subject: `in.${name}.>`,
      ack_policy: AckPolicy.Explicit,
    });
}, testTimeoutMs);

afterAll(async () => {
  await Promise.all(open.map((connection) => connection.close()));
  await nats?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('users of the hub', () => {
  it('may do what the template says with their own tags filled in, every one of several', async () => {
    const host = await enter(await credentialsOf('host-a', ['link:b.>', 'link:c.1', 'own:a.>', 'consumer:a']));
    const client = jetstream(host, { timeout: requestTimeoutMs });
    expect((await client.publish('in.b.1', 'x')).stream).toBe('IN');
    expect((await client.publish('in.c.1', 'x')).stream).toBe('IN');
    await expect(client.publish('in.c.2', 'x')).rejects.toThrow('Permissions Violation');
    await expect(client.publish('in.a.1', 'x')).rejects.toThrow('Permissions Violation');
    const manager = await jetstreamManager(host, { timeout: requestTimeoutMs, checkAPI: false });
    await expect(manager.streams.delete('IN')).rejects.toThrow('Permissions Violation');
    await expect(manager.consumers.delete('IN', 'b')).rejects.toThrow('Permissions Violation');
  });

  it('are recorded by the hub when they try more', async () => {
    const log = (): string => readFileSync(join(directory, 'nats.log'), 'utf8');
    const host = await enter(await credentialsOf('host-b', ['link:a.>', 'own:b.>', 'consumer:b']));
    host.subscribe('status.a.1', { callback: () => undefined });
    await expect(host.request('$JS.API.CONSUMER.MSG.NEXT.IN.a')).rejects.toThrow('Permissions Violation');
    const key = secrets.users.at(-1)!.key;
    await eventually('the log has both', () => {
      const lines = log()
        .split('\n')
        .filter((line) => line.includes(key));
      return ['Subscription Violation - Subject "status.a.1"', 'Publish Violation - Subject "$JS.API'].every((what) =>
        lines.some((line) => line.includes(what)),
      );
    });
  });

  it(
    'are put out when they are revoked, and come back with new credentials and nothing else',
    async () => {
      const file = await credentialsOf('host-c', ['link:a.>', 'own:c.>', 'consumer:c']);
      const key = secrets.users.at(-1)!.key;
      const host = await enter(file);
      let [outs, backs] = [0, 0];
      void (async () => {
        for await (const { type } of host.status()) {
          if (type === 'disconnect') outs++;
          if (type === 'reconnect') backs++;
        }
      })();
      await host.flush();
      secrets = revokeHubUser(secrets, key, Date.now());
      writeTrust();
      process.kill(nats.pid, 'SIGHUP');
      await eventually('it is out', () => outs > 0);
      expect(backs).toBe(0);
      await credentialsOf('host-c', ['link:a.>', 'own:c.>', 'consumer:c']);
      await eventually('it is back', () => backs > 0);
      await host.flush();
    },
    testTimeoutMs,
  );

  it(
    'change over to renewed credentials when the old ones end, without a restart',
    async () => {
      const file = await credentialsOf('host-d', ['link:a.>', 'own:d.>', 'consumer:d'], 6_000);
      const host = await enter(file);
      let backs = 0;
      void (async () => {
        for await (const { type } of host.status()) if (type === 'reconnect') backs++;
      })();
      await credentialsOf('host-d', ['link:a.>', 'own:d.>', 'consumer:d']);
      await eventually('it has come back', () => backs > 0);
      await host.flush();
    },
    testTimeoutMs,
  );

  it('are refused without credentials, and with those of another city', async () => {
    await expect(connect({ servers: nats.url, reconnect: false })).rejects.toThrow();
    const foreign = issueHubUser(newHubSecrets(0), {
      name: 'x',
      role: 'administrator',
      tags: [],
      now: Date.now(),
      validMs,
    });
    writeFileSync(join(folder, 'foreign.creds'), foreign.credentials);
    await expect(
      connect({ ...hubAccess(join(folder, 'foreign.creds'), 'off'), servers: nats.url, reconnect: false }),
    ).rejects.toThrow();
  });
});

describe('credentials', () => {
  it('name their user and end, and nothing else is taken for them', async () => {
    const file = await credentialsOf('host-e', []);
    const text = readFileSync(file, 'utf8');
    writeFileSync(join(folder, 'half.creds'), text.slice(0, text.indexOf('NKEY SEED')));
    expect(() => hubAccess(join(folder, 'half.creds'), 'off')).toThrow('no credentials');
    expect(hubAccess(file, 'off').inboxPrefix).toBe('_INBOX.host-e');
  });

  it('are not made for names and tags that the server would read otherwise', async () => {
    const wanted = { role: 'host', now: 0, validMs: 1 } as const;
    expect(() => issueHubUser(secrets, { ...wanted, name: 'a.*', tags: [] })).toThrow('no name');
    expect(() => issueHubUser(secrets, { ...wanted, name: 'a', tags: ['own:A'] })).toThrow('no tag');
    expect(() => issueHubUser(secrets, { ...wanted, name: 'a', tags: ['own:{{name()}}'] })).toThrow('no tag');
  });
});
